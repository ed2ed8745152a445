package stats

import (
	"math"
	"math/big"
	"testing"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// The tests of this file compare with exact integer and rational arithmetic.

func near(t *testing.T, name string, got, want, relative float64) {
	t.Helper()
	if !(math.Abs(got-want) <= relative*math.Abs(want)) {
		t.Errorf("%s = %v, want %v (relative difference %g)", name, got, want, math.Abs(got/want-1))
	}
}

func exactHypergeometric(size, d, n, x int) (lower, upper float64) {
	sum, all := new(big.Int), new(big.Int).Binomial(int64(size), int64(n))
	for i := 0; i <= min(x, n); i++ {
		term := new(big.Int).Binomial(int64(d), int64(i))
		sum.Add(sum, term.Mul(term, new(big.Int).Binomial(int64(size-d), int64(n-i))))
	}
	lower, _ = new(big.Rat).SetFrac(sum, all).Float64()
	upper, _ = new(big.Rat).SetFrac(new(big.Int).Sub(all, sum), all).Float64()
	return lower, upper
}

func TestHypergeometricTailsAgainstIntegers(t *testing.T) {
	t.Parallel()
	for _, h := range []hypergeometric{
		{10, 3, 4}, {10, 10, 4}, {10, 0, 10}, {50, 25, 49}, {100, 1, 99}, {400, 60, 120}, {600, 300, 300}, {1200, 40, 300},
	} {
		for x := 0; x <= h.n; x += max(1, h.n/15) {
			lower, upper := exactHypergeometric(h.size, h.d, h.n, x)
			got := h.tails(x)
			// the tail that does not hold the mode is the one computed
			if lower <= upper {
				near(t, "lower", got.lower, lower, 1e-12)
			} else {
				near(t, "upper", got.upper, upper, 1e-12)
			}
			if math.Abs(got.lower-lower) > 1e-13 || math.Abs(got.upper-upper) > 1e-13 {
				t.Errorf("%+v at %d: %v, want %v and %v", h, x, got, lower, upper)
			}
		}
	}
}

// exactBinomial sums P(X ≤ x) for p = 1/den with rationals.
func exactBinomial(n, x, den int) float64 {
	sum := new(big.Int)
	for i := 0; i <= x; i++ {
		term := new(big.Int).Exp(big.NewInt(int64(den-1)), big.NewInt(int64(n-i)), nil)
		sum.Add(sum, term.Mul(term, new(big.Int).Binomial(int64(n), int64(i))))
	}
	all := new(big.Int).Exp(big.NewInt(int64(den)), big.NewInt(int64(n)), nil)
	v, _ := new(big.Rat).SetFrac(sum, all).Float64()
	return v
}

func TestBinomialTailsAgainstRationals(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 2, 13, 200, 1500} {
		for _, den := range []int{2, 4, 32, 1024} { // exactly representable p
			for _, x := range []int{0, 1, n / 100, n / 16, n / 3} {
				if x < n {
					near(t, "binomial", binomialTails(n, x, 1/float64(den)).lower, exactBinomial(n, x, den), 2e-12)
				}
			}
		}
	}
}

func TestPoissonTailsAgainstTerms(t *testing.T) {
	t.Parallel()
	for _, mean := range []float64{0.05, 1, 7.5, 40, 187.5, 2000} {
		for _, x := range []int{0, 1, 5, 21, 150, 1800} {
			sum := 0.0
			for i := 0; i <= x; i++ {
				lg, _ := math.Lgamma(float64(i + 1))
				sum += math.Exp(float64(i)*math.Log(mean) - mean - lg)
			}
			got := poissonTails(x, mean)
			near(t, "poisson", got.lower, math.Min(1, sum), 1e-10)
			near(t, "sum of tails", got.lower+got.upper, 1, 1e-13)
		}
	}
}

// TestBetaQuantileSolvesTheDistribution puts each quantile back, and compares
// with gonum where that is accurate.
func TestBetaQuantileSolvesTheDistribution(t *testing.T) {
	t.Parallel()
	for _, a := range []float64{0.01, 0.5, 1, 2.5, 48.5, 3841, 250_000, 9_600_000} {
		for _, b := range []float64{0.01, 0.5, 1, 161, 750_001, 10_000_000} {
			for _, p := range []float64{1e-12, 0.005, 0.05, 0.5, 0.95, 0.995} {
				x := betaQuantile(a, b, p, false)
				u := betaLogit(a, b, math.Min(p, 0.5))
				if x < 0 || x > 1 || math.IsNaN(x) || math.IsNaN(u) {
					t.Fatalf("quantile(%g, %g, %g) = %g", a, b, p, x)
				}
				if x < 1e-290 || x > 1-1e-9 {
					continue // x or 1 − x holds too few digits to be put back
				}
				lower, _ := logBetaTails(a, b, x, 1-x)
				near(t, "I(quantile)", math.Exp(lower), p, 1e-8)
				if a+b < 1000 && a >= 0.5 && b >= 0.5 && p >= 0.005 {
					near(t, "gonum", x, distuv.Beta{Alpha: a, Beta: b}.Quantile(p), 1e-8)
				}
			}
		}
	}
}

func TestIncompleteBetaAgainstGonum(t *testing.T) {
	t.Parallel()
	for _, a := range []float64{0.3, 1, 7, 60} {
		for _, b := range []float64{0.4, 2, 33, 800} {
			for x := 0.015625; x < 1; x += 0.0625 {
				lower, upper := logBetaTails(a, b, x, 1-x)
				want := mathext.RegIncBeta(a, b, x)
				if math.Abs(math.Exp(lower)-want) > 1e-12 || math.Abs(math.Exp(upper)-(1-want)) > 1e-12 {
					t.Errorf("I_%g(%g, %g) = %g, want %g", x, a, b, math.Exp(lower), want)
				}
			}
		}
	}
}

// TestExactLotByTrying finds the bounds by trying every content of a small lot.
func TestExactLotByTrying(t *testing.T) {
	t.Parallel()
	const lot, n, alpha = 60, 17, 0.025
	for d := 0; d <= n; d++ {
		least, most := lot, 0
		for content := d; content <= lot-(n-d); content++ {
			upTo, _ := exactHypergeometric(lot, content, n, d)
			_, above := exactHypergeometric(lot, content, n, d-1)
			if above > alpha {
				least = min(least, content)
			}
			if upTo > alpha {
				most = max(most, content)
			}
		}
		got, err := ExactLot(lot, n-d, n, 1-2*alpha, TwoSided)
		if err != nil || got.NonconformingAtLeast != least || got.NonconformingAtMost != most {
			t.Errorf("d = %d: %+v, %v, want %d to %d", d, got, err, least, most)
		}
	}
}

// TestFindPlanByTrying compares with a search over every smaller sample.
func TestFindPlanByTrying(t *testing.T) {
	t.Parallel()
	for _, lot := range []int{UnknownLot, 150, 900} {
		for _, want := range []TwoPoint{{0.02, 0.95, 0.12, 0.1}, {0.05, 0.9, 0.2, 0.05}, {0.1, 0.8, 0.15, 0.3}} {
			got, err := FindPlan(lot, want)
			if err != nil {
				t.Fatal(err)
			}
			n, ac := trySmaller(lot, want, got.N)
			if n != got.N || ac != got.Ac || got.Lot != lot {
				t.Errorf("FindPlan(%d, %v) = %+v, trying gives n %d Ac %d", lot, want, got, n, ac)
			}
		}
	}
}

func trySmaller(lot int, want TwoPoint, most int) (int, int) {
	for n := 1; n <= most; n++ {
		for ac := 0; ac < n; ac++ {
			good, bad := binomialTails(n, ac, want.P1).lower, binomialTails(n, ac, want.P2).lower
			if lot > 0 {
				d1, d2 := floorOf(want.P1*float64(lot)), ceilOf(want.P2*float64(lot))
				good, bad = hypergeometric{lot, d1, n}.tails(ac).lower, hypergeometric{lot, d2, n}.tails(ac).lower
			}
			if good >= want.Pa1 && bad <= want.Pa2 {
				return n, ac
			}
		}
	}
	return 0, 0
}

// TestOptimumIntegerByTrying compares the variance with that of every other allocation.
func TestOptimumIntegerByTrying(t *testing.T) {
	t.Parallel()
	sizes, sds := []int{9, 40, 25}, []float64{0.5, 0.2, 0.35}
	variance := func(n []int) float64 {
		sum := 0.0
		for h := range n {
			sum += math.Pow(float64(sizes[h])*sds[h], 2) / float64(n[h])
		}
		return sum
	}
	for total := 3; total <= 74; total++ {
		got, err := OptimumInteger(sizes, sds, 1, total)
		if err != nil {
			t.Fatal(err)
		}
		best := math.Inf(1)
		for a := 1; a <= 9; a++ {
			for b := 1; b <= 40; b++ {
				if c := total - a - b; c >= 1 && c <= 25 {
					best = math.Min(best, variance([]int{a, b, c}))
				}
			}
		}
		near(t, "variance", variance(got), best, 1e-12)
	}
}
