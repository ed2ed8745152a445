package stats

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Beta is a beta distribution of an accuracy: a prior or a posterior.
type Beta struct {
	A float64 `json:"a"`
	B float64 `json:"b"`
}

// StartingPrior is the prior for a stream without history: Beta(19, 1), that is
// an accuracy of 95 % with the weight of 20 items.
func StartingPrior() Beta { return Beta{A: 19, B: 1} }

func (b Beta) check() error {
	for _, v := range []struct {
		name  string
		value float64
	}{{"a", b.A}, {"b", b.B}} {
		if !(v.value >= 0.01 && v.value <= 2*maxCount) {
			return OutOfRange(v.name, v.value, ">= 0.01 and <= 2e9")
		}
	}
	return nil
}

// PriorFromMoments is the beta distribution with the given mean μ and
// correlation ρ between items of one annotator:
//
//	a = μ(1−ρ)/ρ, b = (1−μ)(1−ρ)/ρ
//
// 0 < μ < 1, 0 < ρ < 1, both a and b at least 0.01; otherwise a *ParameterError.
// Source: Griffiths 1973, Biometrics 29.
func PriorFromMoments(mean, rho float64) (Beta, error) {
	if err := first(fraction("mean", mean), fraction("rho", rho)); err != nil {
		return Beta{}, err
	}
	b := Beta{A: mean * (1 - rho) / rho, B: (1 - mean) * (1 - rho) / rho}
	return b, b.check()
}

// Posterior adds checked items, `correct` of them right: Beta(a+x, b+n−x).
// 0 ≤ correct ≤ checked ≤ 10⁹, a and b from 0.01 to 2·10⁹; otherwise a *ParameterError.
func (b Beta) Posterior(correct, checked int) (Beta, error) {
	err := first(b.check(), intIn("checked", checked, 0, maxCount), intIn("correct", correct, 0, checked))
	if err != nil {
		return Beta{}, err
	}
	return Beta{A: b.A + float64(correct), B: b.B + float64(checked-correct)}, nil
}

// Mean is a/(a+b).
func (b Beta) Mean() float64 { return b.A / (b.A + b.B) }

// Quantile is the accuracy below which the distribution has the probability p.
// 10⁻¹² ≤ p ≤ 1 − 10⁻¹²; otherwise a *ParameterError.
func (b Beta) Quantile(p float64) (float64, error) {
	if err := first(b.check(), tail("quantile", p)); err != nil {
		return 0, err
	}
	return betaQuantile(b.A, b.B, p, false), nil
}

// Below is the probability that the accuracy is below the limit, which lies in
// [0, 1]; otherwise a *ParameterError.
func (b Beta) Below(limit float64) (float64, error) {
	if err := first(b.check(), probability("limit", limit)); err != nil {
		return 0, err
	}
	lower, _ := logBetaTails(b.A, b.B, limit, 1-limit)
	return math.Exp(lower), nil
}

// Checked is what was found on one annotator's items in one stratum (class,
// source), so that annotators are compared on work of like difficulty.
type Checked struct {
	Annotator string `json:"annotator"`
	Stratum   string `json:"stratum"`
	Correct   int    `json:"correct"`
	Checked   int    `json:"checked"`
}

// Rank is one annotator's place inside a stratum.
type Rank struct {
	Checked
	Prior     Beta    `json:"prior"`
	Posterior Beta    `json:"posterior"`
	Mean      float64 `json:"mean"`    // shrunken accuracy
	Low       float64 `json:"low"`     // 5 % quantile; the order of the ranking
	Below     float64 `json:"below"`   // P(accuracy < limit)
	Propose   bool    `json:"propose"` // a hold may be proposed: Below > 0.9
}

const (
	rankQuantile = 0.05
	holdAbove    = 0.9
)

// RankAnnotators orders annotators inside each stratum by the 5 % quantile of
// their posterior, which asks for evidence before praise, and proposes a hold only
// where P(accuracy < limit) > 0.9, which asks for evidence before blame. The prior
// of a stratum is EstimatePrior of its annotators, or StartingPrior where that is
// not possible. Ties are ordered by name. The result is sorted by stratum.
//
// 0 < limit < 1, 0 ≤ correct ≤ checked; otherwise a *ParameterError.
func RankAnnotators(work []Checked, limit float64) ([]Rank, error) {
	if err := fraction("limit", limit); err != nil {
		return nil, err
	}
	strata := map[string][]Checked{}
	for _, w := range work {
		strata[w.Stratum] = append(strata[w.Stratum], w)
	}
	ranks := make([]Rank, 0, len(work))
	for _, members := range strata {
		prior, _, err := EstimatePrior(members)
		if err != nil {
			return nil, err
		}
		for _, w := range members {
			r, err := rank(w, prior, limit)
			if err != nil {
				return nil, err
			}
			ranks = append(ranks, r)
		}
	}
	slices.SortFunc(ranks, func(a, b Rank) int {
		return cmp.Or(strings.Compare(a.Stratum, b.Stratum), cmp.Compare(b.Low, a.Low), strings.Compare(a.Annotator, b.Annotator))
	})
	return ranks, nil
}

func rank(w Checked, prior Beta, limit float64) (Rank, error) {
	posterior, err := prior.Posterior(w.Correct, w.Checked)
	if err != nil {
		return Rank{}, err
	}
	low, err := posterior.Quantile(rankQuantile)
	if err != nil {
		return Rank{}, err
	}
	below, err := posterior.Below(limit)
	return Rank{
		Checked: w, Prior: prior, Posterior: posterior,
		Mean: posterior.Mean(), Low: low, Below: below, Propose: below > holdAbove,
	}, err
}

// EstimatePrior fits the prior of a stratum to its annotators by moments: μ the
// pooled accuracy, ρ the analysis-of-variance estimate of the correlation within
// an annotator,
//
//	ρ = (MSB − MSW)/(MSB + (n_A − 1) MSW), n_A = (Σn − Σn²/Σn)/(k − 1)
//
// held between 0.002 and 0.5. When fewer than three annotators have checked items, or
// no item or every item was wrong, it returns StartingPrior and false.
// Source: Ridout, Demétrio, Firth 1999, Biometrics 55.
func EstimatePrior(work []Checked) (prior Beta, estimated bool, err error) {
	const least, most = 0.002, 0.5
	var k, n, squares, x float64
	for _, w := range work {
		if err := first(intIn("checked", w.Checked, 0, maxCount), intIn("correct", w.Correct, 0, w.Checked)); err != nil {
			return Beta{}, false, err
		}
		if w.Checked > 0 {
			k++
			n += float64(w.Checked)
			squares += float64(w.Checked) * float64(w.Checked)
			x += float64(w.Correct)
		}
	}
	if k < 3 || x == 0 || x == n || n == k {
		return StartingPrior(), false, nil
	}
	between, within := 0.0, 0.0
	for _, w := range work {
		if w.Checked > 0 {
			m, p := float64(w.Checked), float64(w.Correct)/float64(w.Checked)
			between += m * (p - x/n) * (p - x/n) / (k - 1)
			within += m * p * (1 - p) / (n - k)
		}
	}
	size := (n - squares/n) / (k - 1)
	rho := (between - within) / (between + (size-1)*within)
	prior, err = PriorFromMoments(x/n, math.Min(most, math.Max(least, rho)))
	if err != nil { // an accuracy so near 0 or 1 that a or b falls under 0.01
		return StartingPrior(), false, nil //nolint:nilerr // too little to go by is an answer
	}
	return prior, true, nil
}
