package stats

import "math"

// SPRT is Wald's sequential probability ratio test for the fraction
// nonconforming, truncated so that it ends. Items are judged in the order of the
// draw, fixed beforehand. After m items with d nonconforming:
//
//	accept when d ≤ s·m − h_A, reject when d ≥ s·m + h_R, else go on
//
// and at m = Truncate accept when d ≤ TruncateAc.
type SPRT struct {
	HAccept    float64 `json:"h_accept"`
	HReject    float64 `json:"h_reject"`
	Slope      float64 `json:"slope"`
	Truncate   int     `json:"truncate"`    // n_t = ⌈1.5 n₀⌉
	TruncateAc int     `json:"truncate_ac"` // ⌊s·n_t⌋
}

// NewSPRT builds the test of p0 (accept with probability 1 − α) against p1
// (accept with probability β):
//
//	G = ln[p₁(1−p₀)/(p₀(1−p₁))]
//	h_A = ln((1−α)/β)/G, h_R = ln((1−β)/α)/G, s = ln((1−p₀)/(1−p₁))/G
//
// It is truncated at 1.5 times the single plan n₀ of the same two points.
// 0 < p0 < p1 < 1, α, β > 0, α + β < 1; otherwise a *ParameterError, also when the
// single plan would pass the limit of FindPlan.
// Sources: Wald 1947, Sequential Analysis; ISO 28591:2017 (curtailment).
func NewSPRT(p0, alpha, p1, beta float64) (SPRT, error) {
	err := first(fraction("p0", p0), fraction("p1", p1), tail("alpha", alpha), tail("beta", beta))
	switch {
	case err != nil:
		return SPRT{}, err
	case p0 >= p1:
		return SPRT{}, OutOfRange("p0", p0, "below p1")
	case alpha+beta >= 1:
		return SPRT{}, OutOfRange("alpha + beta", alpha+beta, "below 1")
	}
	single, err := FindPlan(UnknownLot, TwoPoint{P1: p0, Pa1: 1 - alpha, P2: p1, Pa2: beta})
	if err != nil {
		return SPRT{}, err
	}
	g := math.Log(p1/p0) + math.Log1p(-p0) - math.Log1p(-p1)
	s := SPRT{
		HAccept:  math.Log((1-alpha)/beta) / g,
		HReject:  math.Log((1-beta)/alpha) / g,
		Slope:    (math.Log1p(-p0) - math.Log1p(-p1)) / g,
		Truncate: (3*single.N + 1) / 2,
	}
	s.TruncateAc = floorOf(s.Slope * float64(s.Truncate))
	return s, nil
}

// AcceptUpTo is the largest d that accepts after m items; negative when m items
// are too few to accept. 1 ≤ m ≤ Truncate.
func (s SPRT) AcceptUpTo(m int) int {
	if m >= s.Truncate {
		return s.TruncateAc
	}
	return floorOf(s.Slope*float64(m) - s.HAccept)
}

// RejectFrom is the smallest d that rejects after m items; it may be larger than
// m, when m items are too few to reject.
func (s SPRT) RejectFrom(m int) int {
	if m >= s.Truncate {
		return s.TruncateAc + 1
	}
	return ceilOf(s.Slope*float64(m) + s.HReject)
}

// Verdict is what a sequential test says so far.
type Verdict string

// The verdicts of a sequential test.
const (
	Accept   Verdict = "accept"
	Reject   Verdict = "reject"
	Continue Verdict = "continue"
)

// Decide judges after m items with d nonconforming. 0 ≤ d ≤ m ≤ Truncate;
// otherwise a *ParameterError. With m = 0 the answer is Continue.
func (s SPRT) Decide(m, d int) (Verdict, error) {
	if err := first(intIn("m", m, 0, s.Truncate), intIn("d", d, 0, m)); err != nil {
		return "", err
	}
	switch {
	case m == 0:
		return Continue, nil
	case d <= s.AcceptUpTo(m):
		return Accept, nil
	case d >= s.RejectFrom(m):
		return Reject, nil
	}
	return Continue, nil
}

// SPRTPoint is the performance of a sequential test at one quality.
type SPRTPoint struct {
	P   float64 `json:"p"`
	Pa  float64 `json:"pa"`  // probability of acceptance
	ASN float64 `json:"asn"` // average sample number
}

// At computes the exact Pa and ASN of the truncated test at the fraction p, by
// carrying the distribution of d over the undecided band item by item. The cost
// is Truncate × (h_A + h_R). 0 ≤ p ≤ 1; otherwise a *ParameterError.
func (s SPRT) At(p float64) (SPRTPoint, error) {
	if err := first(probability("p", p), intIn("truncate", s.Truncate, 1, maxCount)); err != nil {
		return SPRTPoint{}, err
	}
	point := SPRTPoint{P: p}
	going, least := []float64{1}, 0 // weight of d = least, least+1, … not yet decided
	for m := 1; m <= s.Truncate && len(going) > 0; m++ {
		next := make([]float64, len(going)+1)
		for i, weight := range going {
			point.ASN += weight
			next[i] += weight * (1 - p)
			next[i+1] += weight * p
		}
		for low := s.AcceptUpTo(m); len(next) > 0 && least <= low; least++ {
			point.Pa += next[0]
			next = next[1:]
		}
		going = next[:max(0, min(len(next), s.RejectFrom(m)-least))]
	}
	point.Pa = math.Min(1, point.Pa)
	return point, nil
}
