package stats

import (
	"fmt"
	"math"
)

// Coefficient is a chance-corrected agreement. When OK is false the coefficient
// is not defined for these ratings (0/0: nothing varied, or nothing was rated twice)
// and Value is 0; a page then says "not defined", never 1.
type Coefficient struct {
	Value    float64 `json:"value"`
	OK       bool    `json:"ok"`
	Observed float64 `json:"observed"` // agreement observed, 0 to 1
	Expected float64 `json:"expected"` // agreement expected by chance, 0 to 1
}

// Weights says how much a disagreement between ordered categories counts.
type Weights string

// The weights of Cohen's kappa; |i − j| is the distance of two categories.
const (
	Unweighted Weights = "none"
	Linear     Weights = "linear"
	Quadratic  Weights = "quadratic"
)

func (w Weights) disagreement(i, j int) float64 {
	switch {
	case i == j:
		return 0
	case w == Linear:
		return math.Abs(float64(i - j))
	case w == Quadratic:
		return float64(i-j) * float64(i-j)
	}
	return 1
}

// maxCategories bounds the tables of the agreement coefficients.
const maxCategories = 10_000

// CohenKappa is the agreement of two raters on the same items:
//
//	κ = (p_o − p_e)/(1 − p_e), or with weights κ_w = 1 − Σ v_ij o_ij / Σ v_ij e_ij
//
// with v_ij = |i−j|/(k−1) (linear) or its square (quadratic). a and b hold the
// category of each item as 0 … k−1, in the order of the scale when weighted.
// Observed and Expected are the weighted agreements 1 − Σvo and 1 − Σve. κ is not
// defined when both raters used one and the same category only.
//
// Equally long, 1 to 10⁹ items, 2 ≤ k ≤ 10,000; otherwise a *ParameterError.
// Sources: Cohen 1960, Educational and Psychological Measurement 20; Cohen 1968,
// Psychological Bulletin 70.
func CohenKappa(a, b []int, categories int, weights Weights) (Coefficient, error) {
	if err := checkPair(a, b, categories, weights); err != nil {
		return Coefficient{}, err
	}
	byA, byB := make([]float64, categories), make([]float64, categories)
	observed := 0.0
	for i := range a {
		byA[a[i]]++
		byB[b[i]]++
		observed += weights.disagreement(a[i], b[i])
	}
	expected := 0.0 // n times the expected sum: whole numbers, so 0 means 0
	for i, x := range byA {
		if x == 0 {
			continue
		}
		for j, y := range byB {
			expected += weights.disagreement(i, j) * x * y
		}
	}
	n, scale := float64(len(a)), weights.disagreement(0, categories-1)
	c := Coefficient{Observed: 1 - observed/n/scale, Expected: 1 - expected/n/n/scale}
	if expected > 0 {
		c.OK, c.Value = true, 1-n*observed/expected
	}
	return c, nil
}

func checkPair(a, b []int, categories int, weights Weights) error {
	err := first(
		intIn("categories", categories, 2, maxCategories),
		intIn("items", len(a), 1, maxCount),
		intIn("items of the second rater", len(b), len(a), len(a)),
	)
	if err != nil {
		return err
	}
	if weights != Unweighted && weights != Linear && weights != Quadratic {
		return OutOfRange("weights", weights, "none, linear or quadratic")
	}
	for i := range a {
		err := first(
			intIn(fmt.Sprintf("rater_a[%d]", i), a[i], 0, categories-1),
			intIn(fmt.Sprintf("rater_b[%d]", i), b[i], 0, categories-1),
		)
		if err != nil {
			return err
		}
	}
	return nil
}

// FleissKappa is the agreement of m ratings per item, whoever gave them:
//
//	P_i = (Σ n_ij² − m)/(m(m−1)), P_e = Σ p_j², κ = (P̄ − P_e)/(1 − P_e)
//
// counts[i][j] is the number of ratings of item i in category j. Every item needs
// the same m ≥ 2 ratings and as many columns; otherwise a *ParameterError. Not
// defined when all ratings are in one category.
// Source: Fleiss 1971, Psychological Bulletin 76.
func FleissKappa(counts [][]int) (Coefficient, error) {
	ratings, err := checkCounts(counts)
	if err != nil {
		return Coefficient{}, err
	}
	m := ratings[0]
	for i, r := range ratings {
		if err := intIn(fmt.Sprintf("ratings of item %d", i), r, max(2, m), max(2, m)); err != nil {
			return Coefficient{}, err
		}
	}
	same, totals := 0.0, make([]float64, len(counts[0]))
	for _, row := range counts {
		for j, c := range row {
			same += float64(c) * float64(c-1)
			totals[j] += float64(c)
		}
	}
	items := float64(len(counts))
	all := items * float64(m)
	c := Coefficient{Observed: same / (all * float64(m-1))}
	unlike := all * all
	for _, t := range totals {
		c.Expected += t / all * (t / all)
		unlike -= t * t
	}
	if unlike > 0 {
		c.OK, c.Value = true, (c.Observed-c.Expected)/(1-c.Expected)
	}
	return c, nil
}

// GwetAC1 is the agreement coefficient that stays sensible when one class
// dominates (where kappa falls although the raters agree):
//
//	p_a = mean over items with r_i ≥ 2 of Σ_k r_ik(r_ik − 1)/(r_i(r_i − 1))
//	π_k = mean over items with r_i ≥ 1 of r_ik/r_i, p_e = Σ π_k(1 − π_k)/(q − 1)
//	AC1 = (p_a − p_e)/(1 − p_e)
//
// counts as for FleissKappa, but items may have any number of ratings; q is the
// number of categories offered, used or not. Not defined with q = 1 or when no item
// has two ratings. Sources: Gwet 2008, British Journal of Mathematical and Statistical
// Psychology 61; Gwet 2014, Handbook of Inter-Rater Reliability, 4th edition.
func GwetAC1(counts [][]int) (Coefficient, error) {
	ratings, err := checkCounts(counts)
	if err != nil {
		return Coefficient{}, err
	}
	q := len(counts[0])
	share, agreed := make([]float64, q), 0.0
	rated, pairable := 0.0, 0.0
	for i, row := range counts {
		r := float64(ratings[i])
		if r == 0 {
			continue
		}
		rated++
		same := 0.0
		for k, c := range row {
			share[k] += float64(c) / r
			same += float64(c) * float64(c-1)
		}
		if r >= 2 {
			pairable++
			agreed += same / (r * (r - 1))
		}
	}
	if pairable == 0 || q < 2 {
		return Coefficient{}, nil
	}
	c := Coefficient{OK: true, Observed: agreed / pairable}
	for _, s := range share {
		c.Expected += s / rated * (1 - s/rated) / float64(q-1)
	}
	c.Value = (c.Observed - c.Expected) / (1 - c.Expected)
	return c, nil
}

// checkCounts checks a table of ratings and returns the number per item.
func checkCounts(counts [][]int) ([]int, error) {
	if err := intIn("items", len(counts), 1, maxCount); err != nil {
		return nil, err
	}
	q, ratings := len(counts[0]), make([]int, len(counts))
	if err := intIn("categories", q, 1, maxCategories); err != nil {
		return nil, err
	}
	for i, row := range counts {
		if err := intIn(fmt.Sprintf("categories of item %d", i), len(row), q, q); err != nil {
			return nil, err
		}
		for j, c := range row {
			if err := intIn(fmt.Sprintf("counts[%d][%d]", i, j), c, 0, maxCategories); err != nil {
				return nil, err
			}
			ratings[i] += c
		}
	}
	return ratings, nil
}

// Reliance is the customary reading of a reliability coefficient.
type Reliance string

// The readings of Krippendorff 2004, Content Analysis, 11.4.2.
const (
	Rely       Reliance = "rely"       // ≥ 0.800
	Tentative  Reliance = "tentative"  // ≥ 0.667
	Unreliable Reliance = "unreliable" // below
	NotDefined Reliance = "not_defined"
)

// Reliance reads the coefficient by the customary thresholds, which are a rule of
// thumb and not a test.
func (c Coefficient) Reliance() Reliance {
	switch {
	case !c.OK:
		return NotDefined
	case c.Value >= 0.8:
		return Rely
	case c.Value >= 0.667:
		return Tentative
	}
	return Unreliable
}
