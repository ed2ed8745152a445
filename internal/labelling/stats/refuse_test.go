package stats

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
)

// TestBadInputIsNamed: each refusal is a ParameterError with the parameter's
// name and range.
func TestBadInputIsNamed(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	err := func(_ any, err error) error { return err }
	tests := []struct {
		parameter string
		err       error
	}{
		{"successes", err(ClopperPearson(5, 4, 0.95, TwoSided))},
		{"trials", err(Wilson(0, 0, 0.95, TwoSided))},
		{"confidence", err(Jeffreys(1, 2, nan, TwoSided))},
		{"side", err(Jeffreys(1, 2, 0.9, "both"))},
		{"trials", err(ExactLot(10, 3, 11, 0.95, TwoSided))},
		{"p", err(BinomialPa(10, 1, nan))},
		{"ac", err(BinomialPa(10, -1, 0.1))},
		{"nonconforming", err(HypergeometricPa(10, 11, 3, 0))},
		{"nonconformities_per_100", err(PoissonPa(10, 1, math.Inf(1)))},
		{"ac", err(QualityAtPa(10, 10, 0.5))},
		{"n", err(Plan{Lot: 10, N: 11}.Pa(0.1))},
		{"margin", err(SampleSizeForMargin(0, 1e-9, 0.5, 0.95))},
		{"p", err(ZeroFailureSize(0, 0, 0.95))},
		{"p1", err(FindPlan(0, TwoPoint{0.2, 0.95, 0.1, 0.1}))},
		{"p2", err(FindPlan(0, TwoPoint{0.1, 0.95, 0.1001, 0.1}))},
		{"level", err(PlanFor(100, "IV", "1.0", Normal))},
		{"aql", err(PlanFor(100, "II", "1", Normal))},
		{"severity", err(PlanFor(100, "II", "1.0", "hard"))},
		{"lot_size", err(PlanFor(1, "II", "1.0", Normal))},
		{"total", err(Proportional([]int{3, 4}, 8))},
		{"strata_sd", err(Neyman([]int{3, 4}, []float64{1}, 2))},
		{"strata_sd[1]", err(Neyman([]int{3, 4}, []float64{1, nan}, 2))},
		{"costs[0]", err(NeymanWithCost([]int{3, 4}, []float64{1, 1}, []float64{0, 1}, 2))},
		{"total", err(Allocate([]float64{1, 1}, []int{9, 9}, 5, 9))},
		{"total", err(OptimumInteger([]int{9, 9}, []float64{1, 1}, 5, 9))},
		{"p0", err(NewSPRT(0.1, 0.05, 0.1, 0.05))},
		{"alpha + beta", err(NewSPRT(0.1, 0.5, 0.2, 0.5))},
		{"weights", err(CohenKappa([]int{0}, []int{1}, 2, "cubic"))},
		{"rater_b[1]", err(CohenKappa([]int{0, 1}, []int{1, 2}, 2, Unweighted))},
		{"ratings of item 1", err(FleissKappa([][]int{{2, 1}, {2, 2}}))},
		{"categories of item 1", err(GwetAC1([][]int{{2, 1}, {2}}))},
		{"units[0]", err(KrippendorffAlpha([][]float64{{1, nan}}, Nominal))},
		{"units[0]", err(KrippendorffAlpha([][]float64{{1, -1}}, Ratio))},
		{"counts[0]", err(PChart([]int{5}, []int{4}, 3, Shewhart))},
		{"sigmas", err(UChart([]int{5}, []int{4}, nan))},
		{"rho", err(PriorFromMoments(0.9, 0))},
		{"a", err(Beta{}.Posterior(1, 2))},
		{"limit", err(RankAnnotators(nil, 1))},
		{"se + sp", err(RoganGladen(0.1, 0.4, 0.6))},
		{"lot", err(FixedRule{Share: 0.1, MinRight: 0.98}.Read(UnknownLot, 0.95))},
	}
	for i, tt := range tests {
		var p *ParameterError
		if !errors.As(tt.err, &p) || p.Name != tt.parameter || p.Range == "" || !strings.Contains(p.Error(), p.Range) {
			t.Errorf("case %d: %v, want a ParameterError for %s", i, tt.err, tt.parameter)
		}
	}
}

// printable fails on a value that holds NaN or an infinity, which JSON refuses.
func printable(t *testing.T, v any, err error) {
	t.Helper()
	if err != nil {
		var p *ParameterError
		if !errors.As(err, &p) {
			t.Errorf("%v is not a ParameterError", err)
		}
		return
	}
	if _, err := json.Marshal(v); err != nil {
		t.Errorf("%+v: %v", v, err)
	}
}

func FuzzProportions(f *testing.F) {
	f.Add(3840, 4000, 0.95, 40_000)
	f.Add(0, 1, 0.5, 1)
	f.Add(500_000_000, 1_000_000_000, 0.999999, 1_000_000_000)
	f.Add(7, 8, 1e-12, 9)
	f.Fuzz(func(t *testing.T, x, n int, level float64, lot int) {
		for _, side := range []Side{TwoSided, LowerOnly, UpperOnly} {
			cp, err := ClopperPearson(x, n, level, side)
			printable(t, cp, err)
			w, err := Wilson(x, n, level, side)
			printable(t, w, err)
			j, err := Jeffreys(x, n, level, side)
			printable(t, j, err)
			e, err := ExactLot(lot, x, n, level, side)
			printable(t, e, err)
			if cp.Lower > cp.Upper || w.Lower > w.Upper || j.Lower > j.Upper || e.Lower > e.Upper {
				t.Errorf("bounds cross: %v %v %v %v", cp, w, j, e)
			}
		}
	})
}

func FuzzPlans(f *testing.F) {
	f.Add(20_000, 315, 7, 0.01, 0.95)
	f.Add(0, 4000, 160, 0.04, 0.1)
	f.Add(10_000_000, 1_000_000, 20_000, 0.02, 1e-12)
	f.Add(2, 1, 0, 1.0, 0.5)
	f.Fuzz(func(t *testing.T, lot, n, ac int, p, pa float64) {
		plan := Plan{Lot: lot, N: n, Ac: ac}
		v, err := plan.Pa(p)
		printable(t, v, err)
		if v < 0 || v > 1 {
			t.Errorf("Pa = %v", v)
		}
		q, err := plan.QualityAt(pa)
		printable(t, q, err)
		limit, err := plan.AOQL()
		printable(t, limit, err)
		r, err := FixedRule{N: n, MinRight: p}.Read(lot, pa)
		printable(t, r, err)
	})
}

func FuzzAgreement(f *testing.F) {
	f.Add([]byte{1, 2, 3, 3, 2, 1}, []byte{1, 2, 3, 3, 2, 2})
	f.Add([]byte{0}, []byte{0})
	f.Add([]byte{}, []byte{1})
	f.Fuzz(func(t *testing.T, a, b []byte) {
		first, second, units, counts := []int{}, []int{}, [][]float64{}, [][]int{}
		for i := range min(len(a), len(b)) {
			first, second = append(first, int(a[i]%5)), append(second, int(b[i]%5))
			units = append(units, []float64{float64(a[i] % 5), float64(b[i] % 5)})
			row := make([]int, 5)
			row[a[i]%5]++
			row[b[i]%5]++
			counts = append(counts, row)
		}
		var all []Coefficient
		keep := func(c Coefficient, err error) {
			printable(t, c, err)
			all = append(all, c)
		}
		for _, w := range []Weights{Unweighted, Linear, Quadratic} {
			keep(CohenKappa(first, second, 5, w))
		}
		for _, level := range []Measurement{Nominal, Ordinal, IntervalOf, Ratio} {
			keep(KrippendorffAlpha(units, level))
		}
		keep(FleissKappa(counts))
		keep(GwetAC1(counts))
		for i, c := range all {
			if c.Value > 1+1e-12 {
				t.Errorf("coefficient %d = %+v", i, c)
			}
		}
	})
}
