package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// tails holds P(X ≤ x) and P(X > x); the smaller is the accurate one and the
// other its complement.
type tails struct{ lower, upper float64 }

// binomialTails gives the tails of a binomial count at x: P(X ≤ x) = I_{1−p}(n−x, x+1).
func binomialTails(n, x int, p float64) tails {
	switch {
	case x < 0:
		return tails{0, 1}
	case x >= n:
		return tails{1, 0}
	}
	lower, upper := logBetaTails(float64(n-x), float64(x+1), 1-p, p)
	return tails{math.Exp(lower), math.Exp(upper)}
}

// poissonTails gives the tails of a Poisson count at x: P(X ≤ x) = Q(x+1, mean).
func poissonTails(x int, mean float64) tails {
	switch {
	case x < 0:
		return tails{0, 1}
	case mean == 0:
		return tails{1, 0}
	}
	return tails{mathext.GammaIncRegComp(float64(x+1), mean), mathext.GammaIncReg(float64(x+1), mean)}
}

// hypergeometric is the number of nonconforming items in a sample of n from a
// lot with d nonconforming among size.
type hypergeometric struct{ size, d, n int }

// least and most are the ends of the support.
func (h hypergeometric) least() int { return max(0, h.n-(h.size-h.d)) }
func (h hypergeometric) most() int  { return min(h.n, h.d) }

// probability is P(X = x) for x in the support, by Loader's three binomials.
func (h hypergeometric) probability(x int) float64 {
	if h.least() == h.most() {
		return 1
	}
	p := float64(h.n) / float64(h.size)
	q := float64(h.size-h.n) / float64(h.size)
	return math.Exp(logBinomial(float64(x), float64(h.d), p, q) +
		logBinomial(float64(h.n-x), float64(h.size-h.d), p, q) -
		logBinomial(float64(h.n), float64(h.size), p, q))
}

// ratio is P(X = x+1) / P(X = x).
func (h hypergeometric) ratio(x int) float64 {
	up := float64(h.d-x) * float64(h.n-x)
	down := float64(x+1) * float64(h.size-h.d-h.n+x+1)
	return up / down
}

// tails sums the side of x that does not hold the mode: its terms fall, so a
// few standard deviations of them are enough whatever the lot size.
func (h hypergeometric) tails(x int) tails {
	switch {
	case x < h.least():
		return tails{0, 1}
	case x >= h.most():
		return tails{1, 0}
	}
	mode := (float64(h.n) + 1) * (float64(h.d) + 1) / (float64(h.size) + 2)
	if float64(x) < mode {
		lower := h.sumDown(x)
		return tails{lower, 1 - lower}
	}
	upper := h.sumUp(x + 1)
	return tails{1 - upper, upper}
}

func (h hypergeometric) sumDown(x int) float64 {
	term := h.probability(x)
	sum := term
	for ; x > h.least() && term > sum*1e-18; x-- {
		term /= h.ratio(x - 1)
		sum += term
	}
	return math.Min(1, sum)
}

func (h hypergeometric) sumUp(x int) float64 {
	term := h.probability(x)
	sum := term
	for ; x < h.most() && term > sum*1e-18; x++ {
		term *= h.ratio(x)
		sum += term
	}
	return math.Min(1, sum)
}

// searchInt returns the smallest v in [low, high] with ok(v); ok must stay true
// once it is. It returns high+1 when there is none.
func searchInt(low, high int, ok func(int) bool) int {
	for low <= high {
		mid := low + (high-low)/2
		if ok(mid) {
			high = mid - 1
			continue
		}
		low = mid + 1
	}
	return low
}
