package stats

import "math"

// SampleSize is a calculated sample size before and after rounding up.
type SampleSize struct {
	Exact float64 `json:"n_exact"`
	N     int     `json:"n"`
}

// UnknownLot stands for a process or a lot too large to matter.
const UnknownLot = 0

// SampleSizeForMargin is the sample that estimates a proportion near p to
// within ± margin:
//
//	n₀ = z² p(1−p)/margin², n = n₀ / (1 + (n₀ − 1)/N), rounded up
//
// Take p = 0.5 when nothing is known. lot is N, or UnknownLot for n₀ itself.
// 0 < margin < 1, 0 < p < 1, 0 < confidence < 1, 0 ≤ lot ≤ 10⁹; also an error when
// n would pass 10⁹. Source: Cochran 1977, Sampling Techniques, 4.4.
func SampleSizeForMargin(lot int, margin, p, confidence float64) (SampleSize, error) {
	err := first(
		intIn("lot", lot, 0, maxCount),
		fraction("margin", margin),
		fraction("p", p),
		tail("confidence", confidence),
	)
	if err != nil {
		return SampleSize{}, err
	}
	z := zTwoSided(confidence)
	n := z * z * p * (1 - p) / (margin * margin)
	if lot > 0 {
		n /= 1 + (n-1)/float64(lot)
	}
	if n > maxCount {
		return SampleSize{}, OutOfRange("margin", margin, "wide enough for n <= 1e9")
	}
	return SampleSize{Exact: n, N: max(1, ceilOf(n))}, nil
}

// ZeroFailureSize is the number of items that must all be conforming to show,
// with the given confidence, that fewer than the fraction p are nonconforming:
//
//	n ≥ ln(1 − confidence) / ln(1 − p)
//
// For a finite lot it is the smallest n with C(N−D, n)/C(N, n) ≤ 1 − confidence,
// D = ⌊pN⌋ + 1 (the smallest lot content to be excluded). 0 < p < 1,
// 0 < confidence < 1; for a lot also ⌊pN⌋ < N. Source: Hahn, Meeker 1991.
func ZeroFailureSize(lot int, p, confidence float64) (int, error) {
	if err := first(intIn("lot", lot, 0, maxCount), fraction("p", p), tail("confidence", confidence)); err != nil {
		return 0, err
	}
	if lot == UnknownLot {
		n := math.Log(1-confidence) / math.Log1p(-p)
		if n > maxCount {
			return 0, OutOfRange("p", p, "large enough for n <= 1e9")
		}
		return max(1, ceilOf(n)), nil
	}
	d := min(lot, floorOf(p*float64(lot))+1)
	return searchInt(1, lot, func(n int) bool {
		return hypergeometric{lot, d, n}.tails(0).lower <= 1-confidence
	}), nil
}
