package stats

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func TestAcceptanceFallsWithQuality(t *testing.T) {
	t.Parallel()
	for _, p := range []Plan{{0, 13, 0}, {0, 315, 7}, {0, 4000, 160}, {1000, 80, 2}, {1000, 800, 40}, {20000, 315, 7}} {
		last := 1.0
		curve, err := p.Curve(1, 400)
		if err != nil {
			t.Fatal(err)
		}
		if curve[0].Pa != 1 || curve[0].AOQ != 0 {
			t.Errorf("%+v: a perfect lot is accepted with %v", p, curve[0].Pa)
		}
		for _, point := range curve {
			if point.Pa > last+1e-12 || point.Pa < 0 {
				t.Errorf("%+v: Pa rises to %v at %v", p, point.Pa, point.P)
			}
			last = point.Pa
		}
		if last > 1e-12 {
			t.Errorf("%+v: a lot all wrong is accepted with %v", p, last)
		}
	}
}

func TestAOQLIsTheHighestPoint(t *testing.T) {
	t.Parallel()
	for _, p := range []Plan{{0, 13, 0}, {0, 315, 7}, {20000, 315, 7}, {1000, 800, 40}, {60, 30, 1}, {40, 40, 0}} {
		limit, err := p.AOQL()
		if err != nil {
			t.Fatal(err)
		}
		best := 0.0
		for d := range 20_001 {
			quality := float64(d) / 20_000
			if p.Hypergeometric() { // only lots that exist
				quality = math.Round(quality*float64(p.Lot)) / float64(p.Lot)
			}
			best = math.Max(best, p.point(quality).AOQ)
		}
		if limit.Limit < best-1e-12 || limit.Limit > best*(1+1e-6) {
			t.Errorf("%+v: AOQL %v at %v, highest point tried %v", p, limit.Limit, limit.At, best)
		}
	}
}

func TestQualityAtIsWhereTheCurvePasses(t *testing.T) {
	t.Parallel()
	for _, p := range []Plan{{0, 13, 0}, {0, 4000, 160}, {1000, 80, 2}, {1000, 800, 40}, {500, 499, 3}} {
		for _, pa := range []float64{0.95, 0.5, 0.1, 1e-6} {
			quality, err := p.QualityAt(pa)
			if err != nil {
				t.Fatal(err)
			}
			at := p.pa(quality)
			worse := p.pa(math.Min(1, quality+1/float64(max(1, p.Lot))))
			if !p.Hypergeometric() {
				near(t, "Pa", at, pa, 1e-9)
				continue
			}
			if at < pa || worse >= pa {
				t.Errorf("%+v: Pa %v at %v, then %v; want the last at or above %v", p, at, quality, worse, pa)
			}
		}
	}
}

func TestRisksAndInspectionCost(t *testing.T) {
	t.Parallel()
	p := Plan{Lot: 20000, N: 315, Ac: 7}
	risks, err := p.Risks(0.01, 0.04)
	if err != nil {
		t.Fatal(err)
	}
	pa, _ := BinomialPa(315, 7, 0.01)
	near(t, "producer", risks.Producer, 1-pa, 1e-12)
	consumer, _ := BinomialPa(315, 7, 0.04)
	near(t, "consumer", risks.Consumer, consumer, 1e-12)
	ati, err := p.ATI(0.04)
	near(t, "ATI", ati, 315+(1-consumer)*(20000-315), 1e-12)
	if _, unknown := (Plan{N: 315, Ac: 7}).ATI(0.04); err != nil || unknown == nil {
		t.Errorf("ATI: %v; of an unknown lot: %v, want an error", err, unknown)
	}
}

var intervals = map[string]func(x, n int, confidence float64, side Side) (Interval, error){
	"clopper-pearson": ClopperPearson, "wilson": Wilson, "jeffreys": Jeffreys,
}

func TestIntervalsHoldTheEstimateAndMirror(t *testing.T) {
	t.Parallel()
	for name, f := range intervals {
		for _, n := range []int{1, 2, 7, 50, 4000} {
			for x := 0; x <= n; x += max(1, n/13) {
				for _, confidence := range []float64{0.5, 0.9, 0.95, 0.999} {
					v, err := f(x, n, confidence, TwoSided)
					m, _ := f(n-x, n, confidence, TwoSided)
					if err != nil || v.Lower < 0 || v.Upper > 1 || v.Lower >= v.Upper {
						t.Fatalf("%s(%d, %d) = %+v, %v", name, x, n, v, err)
					}
					inside := v.Lower <= v.Estimate && v.Estimate <= v.Upper
					if !inside && (name != "jeffreys" || (x != 0 && x != n)) {
						t.Errorf("%s(%d, %d) = %+v misses its estimate", name, x, n, v)
					}
					if math.Abs(v.Lower-(1-m.Upper)) > 1e-12 {
						t.Errorf("%s(%d, %d): lower %v, mirrored %v", name, x, n, v.Lower, 1-m.Upper)
					}
				}
			}
		}
	}
}

// TestCoverage computes the exact coverage on a coarse grid: Clopper–Pearson
// never falls below the confidence, the others stay near it.
func TestCoverage(t *testing.T) {
	t.Parallel()
	least := map[string]float64{"clopper-pearson": 0.95, "wilson": 0.83, "jeffreys": 0.83}
	for name, f := range intervals {
		sum, points := 0.0, 0
		for _, n := range []int{5, 20, 80} {
			for p := 0.01; p < 1; p += 0.035 {
				covered := 0.0
				for x := range n + 1 {
					if v, _ := f(x, n, 0.95, TwoSided); v.Lower <= p && p <= v.Upper {
						covered += binomialTails(n, x, p).lower - binomialTails(n, x-1, p).lower
					}
				}
				if covered < least[name]-1e-9 {
					t.Errorf("%s covers p = %.3f with n = %d in %.4f", name, p, n, covered)
				}
				sum += covered
				points++
			}
		}
		if mean := sum / float64(points); mean < 0.94 {
			t.Errorf("%s covers %.4f on average", name, mean)
		}
	}
}

func TestExactLotCovers(t *testing.T) {
	t.Parallel()
	const lot, n = 120, 30
	for content := 0; content <= lot; content += 5 {
		h := hypergeometric{lot, content, n}
		covered := 0.0
		for d := h.least(); d <= h.most(); d++ {
			v, err := ExactLot(lot, n-d, n, 0.9, TwoSided)
			if err != nil {
				t.Fatal(err)
			}
			if v.NonconformingAtLeast <= content && content <= v.NonconformingAtMost {
				covered += h.probability(d)
			}
		}
		if covered < 0.9-1e-9 {
			t.Errorf("D = %d is covered in %.4f", content, covered)
		}
	}
	if v, _ := ExactLot(50, 47, 50, 0.95, TwoSided); v.NonconformingAtLeast != 3 || v.NonconformingAtMost != 3 {
		t.Errorf("a lot inspected whole: %+v", v)
	}
}

func TestAllocationsSumAndRespectLimits(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 7))
	for range 3000 {
		sizes, sds, total, floors := make([]int, 1+r.IntN(8)), []float64{}, 0, 0
		floor := r.IntN(6)
		for h := range sizes {
			sizes[h] = r.IntN(40)
			sds = append(sds, float64(r.IntN(3))/4)
			total += sizes[h]
			floors += min(max(1, floor), sizes[h])
		}
		sds[0] += 0.1
		sizes[0]++
		n := floors + 1 + r.IntN(total-floors+1)
		if n > total+1 || floors >= n {
			continue
		}
		weights, err := Neyman(sizes, sds, n)
		if err != nil {
			t.Fatal(err)
		}
		whole, err1 := Allocate(weights, sizes, floor, n)
		best, err2 := OptimumInteger(sizes, sds, max(1, floor), n)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatalf("sizes %v sds %v floor %d n %d: %v", sizes, sds, floor, n, err)
		}
		for _, got := range [][]int{whole, best} {
			sum := 0
			for h := range got {
				sum += got[h]
				if got[h] > sizes[h] || got[h] < min(floor, sizes[h]) {
					t.Fatalf("%v for sizes %v and floor %d", got, sizes, floor)
				}
			}
			if sum != n {
				t.Fatalf("%v sums to %d, want %d", got, sum, n)
			}
		}
	}
}

func TestAllocationGivesBackWhatAStratumCannotTake(t *testing.T) {
	t.Parallel()
	sizes := []int{10, 1000, 500}
	weights, _ := NeymanWithCost(sizes, []float64{5, 0.1, 0.2}, []float64{1, 4, 1}, 100)
	near(t, "cost halves a stratum", weights[2]/weights[1], 2, 1e-12)
	got, err := Allocate(weights, sizes, 5, 100)
	if err != nil || fmt.Sprint(got) != "[10 30 60]" {
		t.Errorf("Allocate = %v, %v, want [10 30 60]", got, err)
	}
	got, err = Allocate([]float64{1, 0, 0}, sizes, 0, 160)
	if err != nil || fmt.Sprint(got) != "[10 100 50]" {
		t.Errorf("without weight, by size: %v, %v, want [10 100 50]", got, err)
	}
}

// TestStratifiedCovers draws many stratified samples and counts how often the
// interval holds the lot's accuracy.
func TestStratifiedCovers(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	sizes, right, sample := []int{400, 250, 60}, []int{380, 215, 40}, []int{60, 40, 20}
	accuracy, covered := float64(380+215+40)/710, 0
	const rounds = 3000
	for range rounds {
		strata := make([]Stratum, 3)
		for h := range strata {
			strata[h] = Stratum{Size: sizes[h], Sampled: sample[h]}
			for _, item := range r.Perm(sizes[h])[:sample[h]] {
				if item < right[h] {
					strata[h].Conforming++
				}
			}
		}
		v, err := EstimateStratified(strata, 0.95, TwoSided)
		if err != nil || v.Lower > v.Estimate || v.Upper < v.Estimate {
			t.Fatalf("%+v, %v", v, err)
		}
		if v.Lower <= accuracy && accuracy <= v.Upper {
			covered++
		}
	}
	if share := float64(covered) / rounds; share < 0.935 || share > 0.985 {
		t.Errorf("covers %.3f of the time, want about 0.95", share)
	}
}

func TestStratifiedEdges(t *testing.T) {
	t.Parallel()
	whole, err := EstimateStratified([]Stratum{{4, 4, 3}, {6, 6, 6}}, 0.95, TwoSided)
	if err != nil || whole.Lower != 0.9 || whole.Upper != 0.9 || whole.Variance != 0 {
		t.Errorf("inspected whole: %+v, %v", whole, err)
	}
	clean, err := EstimateStratified([]Stratum{{400, 40, 40}, {600, 60, 60}}, 0.95, TwoSided)
	plain, _ := Wilson(100, 100, 0.95, TwoSided)
	if err != nil || clean.Upper != 1 || clean.Estimate != 1 {
		t.Errorf("nothing wrong: %+v, %v", clean, err)
	}
	near(t, "lower bound of a clean proportional sample", clean.Lower, plain.Lower, 1e-12)
	if _, err := EstimateStratified([]Stratum{{400, 1, 1}}, 0.95, TwoSided); err == nil {
		t.Error("one item of a larger stratum tells no variance")
	}
	hand, _ := EstimateStratified([]Stratum{{100, 10, 8}, {300, 20, 19}}, 0.95, TwoSided)
	near(t, "estimate", hand.Estimate, 0.25*0.8+0.75*0.95, 1e-12)
	near(t, "variance", hand.Variance, 0.0625*0.9*0.16/9+0.5625*(1-20.0/300)*0.95*0.05/19, 1e-12)
}

func TestWilsonLotNarrowsWithTheSample(t *testing.T) {
	t.Parallel()
	plain, _ := Wilson(380, 400, 0.95, TwoSided)
	last := plain.Upper - plain.Lower
	for _, lot := range []int{1_000_000, 4000, 800, 401, 400} {
		v, err := WilsonLot(lot, 380, 400, 0.95, TwoSided)
		if err != nil || v.Upper-v.Lower >= last || v.Lower > 0.95 || v.Upper < 0.95 {
			t.Errorf("lot of %d: %+v, %v", lot, v, err)
		}
		last = v.Upper - v.Lower
	}
	if last != 0 {
		t.Errorf("a lot inspected whole leaves %v open", last)
	}
	if _, err := WilsonLot(399, 380, 400, 0.95, TwoSided); err == nil {
		t.Error("a sample larger than its lot")
	}
}
