package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// The regularised incomplete beta function I_x(a, b) carries the binomial
// distribution, the Clopper–Pearson and Jeffreys intervals and the posterior of
// an annotator. It is computed here by Lentz's continued fraction (DLMF 8.17.22)
// with Loader's saddle-point prefactor (Loader 2000, Fast and Accurate
// Computation of Binomial Probabilities), because the ready-made ones lose up to
// six digits once a or b reaches 10⁵, and their inverses stop early in the tails.

// zTwoSided is Φ⁻¹(1 − (1 − confidence)/2).
func zTwoSided(confidence float64) float64 { return -distuv.UnitNormal.Quantile((1 - confidence) / 2) }

// zOneSided is Φ⁻¹(confidence).
func zOneSided(confidence float64) float64 { return -distuv.UnitNormal.Quantile(1 - confidence) }

// stirlingError is ln Γ(n+1) − ln(√(2πn) (n/e)ⁿ) for n > 0.
func stirlingError(n float64) float64 {
	if n <= 15 {
		lg, _ := math.Lgamma(n + 1)
		return lg - (n+0.5)*math.Log(n) + n - 0.5*math.Log(2*math.Pi)
	}
	nn := n * n
	return (1.0/12 - (1.0/360-(1.0/1260-(1.0/1680-(1.0/1188-691.0/360360/nn)/nn)/nn)/nn)/nn) / n
}

// deviance is x ln(x/m) + m − x without cancellation when x is near m.
func deviance(x, m float64) float64 {
	if math.Abs(x-m) >= 0.1*(x+m) {
		return x*math.Log(x/m) + m - x
	}
	v := (x - m) / (x + m)
	sum := (x - m) * v
	term := 2 * x * v
	for k := 1; k < 1000; k++ {
		term *= v * v
		next := sum + term/float64(2*k+1)
		if next == sum {
			break
		}
		sum = next
	}
	return sum
}

// logBinomial is the logarithm of n!/(x!(n−x)!) pˣ qⁿ⁻ˣ for real 0 ≤ x ≤ n and
// q = 1 − p, both given so that neither loses digits.
func logBinomial(x, n, p, q float64) float64 {
	switch {
	case x == 0:
		return n * logOf(q, p)
	case x == n:
		return n * logOf(p, q)
	case p == 0 || q == 0:
		return math.Inf(-1)
	}
	core := stirlingError(n) - stirlingError(x) - stirlingError(n-x) - deviance(x, n*p) - deviance(n-x, n*q)
	return core - 0.5*(math.Log(2*math.Pi)+math.Log(x)+math.Log1p(-x/n))
}

// logOf is ln p for p = 1 − q, exact where p is near 1.
func logOf(p, q float64) float64 {
	if q < 0.5 {
		return math.Log1p(-q)
	}
	return math.Log(p)
}

// logBetaTails returns ln I_x(a,b) and ln(1 − I_x(a,b)) for a, b > 0 and
// y = 1 − x. The smaller tail is computed, the other follows from it.
func logBetaTails(a, b, x, y float64) (lower, upper float64) {
	switch {
	case x <= 0:
		return math.Inf(-1), 0
	case y <= 0:
		return 0, math.Inf(-1)
	}
	n := a + b
	raw := logBinomial(a, n, x, y)
	if x < (a+1)/(n+2) {
		lower = math.Min(0, raw+math.Log(b/n*betaFraction(a, b, x)))
		return lower, log1mExp(lower)
	}
	upper = math.Min(0, raw+math.Log(a/n*betaFraction(b, a, y)))
	return log1mExp(upper), upper
}

// log1mExp is ln(1 − eᵛ) for v ≤ 0.
func log1mExp(v float64) float64 {
	if v > -math.Ln2 {
		return math.Log(-math.Expm1(v))
	}
	return math.Log1p(-math.Exp(v))
}

// betaFraction is the continued fraction of I_x(a,b) by the modified Lentz
// algorithm; it needs about √max(a,b) steps.
func betaFraction(a, b, x float64) float64 {
	const tiny, steps = 1e-300, 200_000
	lift := func(v float64) float64 {
		if math.Abs(v) < tiny {
			return tiny
		}
		return v
	}
	c, d := 1.0, 1/lift(1-(a+b)*x/(a+1))
	h := d
	for m := 1.0; m < steps; m++ {
		even := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		d, c = 1/lift(1+even*d), lift(1+even/c)
		h *= d * c
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		d, c = 1/lift(1+odd*d), lift(1+odd/c)
		h *= d * c
		if math.Abs(d*c-1) < 4e-16 {
			break
		}
	}
	return h
}

// betaQuantile returns the x with I_x(a,b) = p; with upper set, the x with
// 1 − I_x(a,b) = p. Small x and small 1 − x both keep their relative accuracy.
// a, b in (0, 2·10⁹], p in (0, 1).
func betaQuantile(a, b, p float64, upper bool) float64 {
	if p > 0.5 {
		p, upper = 1-p, !upper
	}
	if upper {
		return sigmoid(-betaLogit(b, a, p))
	}
	return sigmoid(betaLogit(a, b, p))
}

// betaLogit solves I_x(a,b) = p, p ≤ ½, for u = ln(x/(1−x)). ln I is concave in
// u, so Newton's method from any point approaches the root from the left
// without overshooting again.
func betaLogit(a, b, p float64) float64 {
	const lowest = -700 // x < 10⁻³⁰⁴
	target := math.Log(p)
	u := math.Log(a / b)
	for range 200 {
		x, y := sigmoid(u), sigmoid(-u)
		lower, _ := logBetaTails(a, b, x, y)
		density := logBinomial(a, a+b, x, y) + math.Log(a*b/(a+b))
		step := (lower - target) / math.Exp(density-lower)
		u -= step
		if u < lowest {
			return math.Inf(-1)
		}
		if math.Abs(step) <= 1e-15*math.Max(1, math.Abs(u)) {
			break
		}
	}
	return u
}

func sigmoid(u float64) float64 { return 1 / (1 + math.Exp(-u)) }
