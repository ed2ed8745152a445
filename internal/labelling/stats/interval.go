package stats

import "math"

// Side says which bounds an interval has.
type Side string

// The sides of an interval. A one-sided interval puts the whole error
// probability on its one bound; the other bound is 0 or 1.
const (
	TwoSided  Side = "two"
	LowerOnly Side = "lower" // [L, 1]: "at least"; what proves an accuracy
	UpperOnly Side = "upper" // [0, U]: "at most"; what proves an error rate
)

// Interval is a confidence interval for a proportion with its point estimate;
// all in [0, 1].
type Interval struct {
	Lower    float64 `json:"lower"`
	Upper    float64 `json:"upper"`
	Estimate float64 `json:"estimate"`
}

// errorPerBound is the error probability of each bound that exists.
func (s Side) errorPerBound(confidence float64) float64 {
	if s == TwoSided {
		return (1 - confidence) / 2
	}
	return 1 - confidence
}

func (s Side) z(confidence float64) float64 {
	if s == TwoSided {
		return zTwoSided(confidence)
	}
	return zOneSided(confidence)
}

// cut drops the bound that the side does not have.
func (s Side) cut(v Interval) Interval {
	switch s {
	case LowerOnly:
		v.Upper = 1
	case UpperOnly:
		v.Lower = 0
	}
	return v
}

func checkSample(successes, trials int, confidence float64, side Side) error {
	return first(
		intIn("trials", trials, 1, maxCount),
		intIn("successes", successes, 0, trials),
		checkLevel(confidence, side),
	)
}

func checkLevel(confidence float64, side Side) error {
	if side != TwoSided && side != LowerOnly && side != UpperOnly {
		return OutOfRange("side", side, "two, lower or upper")
	}
	return tail("confidence", confidence)
}

// ClopperPearson is the exact interval for x conforming among n:
//
//	L = B(α/2; x, n−x+1), U = B(1−α/2; x+1, n−x), L = 0 at x = 0, U = 1 at x = n
//
// with B the beta quantile; a one-sided bound takes α in place of α/2. It never
// covers less often than the confidence says, so its lower bound is what
// "shown with 95 % confidence" means.
//
// 1 ≤ trials ≤ 10⁹, 0 ≤ successes ≤ trials, 0 < confidence < 1; otherwise a
// *ParameterError. Source: Clopper, Pearson 1934, Biometrika 26.
func ClopperPearson(successes, trials int, confidence float64, side Side) (Interval, error) {
	if err := checkSample(successes, trials, confidence, side); err != nil {
		return Interval{}, err
	}
	x, n := float64(successes), float64(trials)
	alpha := side.errorPerBound(confidence)
	v := Interval{Lower: 0, Upper: 1, Estimate: x / n}
	if successes > 0 {
		v.Lower = betaQuantile(x, n-x+1, alpha, false)
	}
	if successes < trials {
		v.Upper = betaQuantile(x+1, n-x, alpha, true)
	}
	return side.cut(v), nil
}

// Wilson is the score interval without continuity correction, for display:
//
//	(x + z²/2 ± z √(x(n−x)/n + z²/4)) / (n + z²)
//
// Its bounds at x = 0 and x = n are exactly 0 and 1. Domain and errors as
// ClopperPearson. Sources: Wilson 1927; Newcombe 1998, Statistics in Medicine 17.
func Wilson(successes, trials int, confidence float64, side Side) (Interval, error) {
	if err := checkSample(successes, trials, confidence, side); err != nil {
		return Interval{}, err
	}
	v := wilson(float64(successes), float64(trials), side.z(confidence))
	return side.cut(v), nil
}

// wilson takes real counts, so that an effective sample size can be used.
func wilson(x, n, z float64) Interval {
	centre := (x + z*z/2) / (n + z*z)
	half := z * math.Sqrt(x*(n-x)/n+z*z/4) / (n + z*z)
	v := Interval{Lower: math.Max(0, centre-half), Upper: math.Min(1, centre+half), Estimate: x / n}
	if x == 0 {
		v.Lower = 0
	}
	if x == n {
		v.Upper = 1
	}
	return v
}

// WilsonLot is Wilson's interval narrowed for a finite lot, its half-width times
// √((N−n)/(N−1)): a quick figure for display; ExactLot is the exact one. With n = N both
// bounds are the estimate. Domain as Wilson and trials ≤ lot.
func WilsonLot(lot, successes, trials int, confidence float64, side Side) (Interval, error) {
	err := first(checkSample(successes, trials, confidence, side), intIn("lot", lot, max(1, trials), maxCount))
	if err != nil {
		return Interval{}, err
	}
	v := wilson(float64(successes), float64(trials), side.z(confidence))
	if lot == trials {
		return side.cut(Interval{v.Estimate, v.Estimate, v.Estimate}), nil
	}
	shrink := math.Sqrt(float64(lot-trials) / float64(lot-1))
	centre, half := (v.Lower+v.Upper)/2, (v.Upper-v.Lower)/2*shrink
	v.Lower = math.Max(0, math.Min(v.Estimate, centre-half))
	v.Upper = math.Min(1, math.Max(v.Estimate, centre+half))
	return side.cut(v), nil
}

// Jeffreys is the equal-tailed interval of the posterior Beta(x+½, n−x+½).
// It is the plain quantile, as statsmodels has it; the variant of Brown, Cai,
// DasGupta 2001 (Statistical Science 16), which puts 0 at x = 0 and 1 at x = n, is
// not applied. Domain and errors as ClopperPearson.
func Jeffreys(successes, trials int, confidence float64, side Side) (Interval, error) {
	if err := checkSample(successes, trials, confidence, side); err != nil {
		return Interval{}, err
	}
	a, b := float64(successes)+0.5, float64(trials-successes)+0.5
	alpha := side.errorPerBound(confidence)
	v := Interval{
		Lower:    betaQuantile(a, b, alpha, false),
		Upper:    betaQuantile(a, b, alpha, true),
		Estimate: float64(successes) / float64(trials),
	}
	return side.cut(v), nil
}

// LotInterval is what a sample says about the lot it was drawn from: bounds on
// the number of nonconforming items in the whole lot, and the accuracy they imply.
type LotInterval struct {
	Interval                 // of the lot's accuracy
	NonconformingAtLeast int `json:"nonconforming_at_least"`
	NonconformingAtMost  int `json:"nonconforming_at_most"`
}

// ExactLot is the exact interval for a finite lot of N items of which n were
// inspected and x found conforming (d = n − x nonconforming):
//
//	D_L = min{D : P(X ≥ d | N, D, n) > α/2}, D_U = max{D : P(X ≤ d | N, D, n) > α/2}
//
// with X hypergeometric, found by bisection in about 2 log₂ N evaluations. The
// accuracy is (N − D)/N. LowerOnly bounds the accuracy from below, that is D from
// above. With n = N both ends meet.
//
// 1 ≤ trials ≤ lot ≤ 10⁹; otherwise a *ParameterError. Source: Buonaccorsi 1987,
// The American Statistician 41; Cochran 1977, 3.6.
func ExactLot(lot, successes, trials int, confidence float64, side Side) (LotInterval, error) {
	err := first(
		intIn("lot", lot, 1, maxCount),
		intIn("trials", trials, 1, lot),
		intIn("successes", successes, 0, trials),
		checkLevel(confidence, side),
	)
	if err != nil {
		return LotInterval{}, err
	}
	d, alpha := trials-successes, side.errorPerBound(confidence)
	least, most := d, lot-successes
	if side != LowerOnly {
		least = searchInt(d, most, func(D int) bool { return hypergeometric{lot, D, trials}.tails(d-1).upper > alpha })
	}
	if side != UpperOnly {
		most = searchInt(d, most, func(D int) bool { return hypergeometric{lot, D, trials}.tails(d).lower <= alpha }) - 1
	}
	v := LotInterval{NonconformingAtLeast: least, NonconformingAtMost: most}
	v.Estimate = float64(successes) / float64(trials)
	v.Lower = float64(lot-most) / float64(lot)
	v.Upper = float64(lot-least) / float64(lot)
	if side == LowerOnly {
		v.Upper, v.NonconformingAtLeast = 1, 0
	}
	if side == UpperOnly {
		v.Lower, v.NonconformingAtMost = 0, lot
	}
	return v, nil
}
