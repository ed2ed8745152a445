package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// maxDesign bounds the sample size FindPlan searches for.
const maxDesign = 200_000

// TwoPoint states what a plan has to achieve: lots at P1 or better are accepted
// at least Pa1 of the time (1 − α), lots at P2 or worse at most Pa2 (β).
type TwoPoint struct {
	P1  float64 `json:"p1"`
	Pa1 float64 `json:"pa1"`
	P2  float64 `json:"p2"`
	Pa2 float64 `json:"pa2"`
}

func (t TwoPoint) check() error {
	err := first(fraction("p1", t.P1), tail("pa1", t.Pa1), fraction("p2", t.P2), tail("pa2", t.Pa2))
	switch {
	case err != nil:
		return err
	case t.P1 >= t.P2:
		return OutOfRange("p1", t.P1, "below p2")
	case t.Pa2 >= t.Pa1:
		return OutOfRange("pa2", t.Pa2, "below pa1")
	}
	return nil
}

// roughSize is the sample size of the normal approximation, to refuse designs
// that no one could inspect before searching for them.
func (t TwoPoint) roughSize() float64 {
	z := distuv.UnitNormal.Quantile
	root := z(t.Pa1)*math.Sqrt(t.P1*(1-t.P1)) + z(1-t.Pa2)*math.Sqrt(t.P2*(1-t.P2))
	return (root / (t.P2 - t.P1)) * (root / (t.P2 - t.P1))
}

// FindPlan is the smallest n, with its Ac, such that Pa(P1) ≥ Pa1 and
// Pa(P2) ≤ Pa2. With a lot of UnknownLot the model is binomial. With a known lot
// it is hypergeometric: P1 stands for ⌊P1·N⌋ nonconforming items, P2 for ⌈P2·N⌉,
// so the promise holds for every lot on either side; if nothing smaller does,
// the answer is n = N.
//
// 0 < P1 < P2 < 1, 0 < Pa2 < Pa1 < 1; a *ParameterError otherwise and when the
// two points are so close that n would pass 200,000.
// Source: Guenther 1969, Journal of Quality Technology 1.
func FindPlan(lot int, t TwoPoint) (Plan, error) {
	if err := first(intIn("lot", lot, 0, maxCount), t.check()); err != nil {
		return Plan{}, err
	}
	if t.roughSize() > maxDesign && (lot == UnknownLot || lot > maxDesign) {
		return Plan{}, OutOfRange("p2", t.P2, "further from p1 (n would exceed 200,000)")
	}
	if lot == UnknownLot {
		return guenther(2*maxDesign, func(n, ac int) (float64, float64) {
			return binomialTails(n, ac, t.P1).lower, binomialTails(n, ac, t.P2).lower
		}, t)
	}
	good, bad := floorOf(t.P1*float64(lot)), min(lot, ceilOf(t.P2*float64(lot)))
	if good >= bad {
		return Plan{}, OutOfRange("p2", t.P2, "at least one item of the lot worse than p1")
	}
	plan, err := guenther(lot, func(n, ac int) (float64, float64) {
		return hypergeometric{lot, good, n}.tails(ac).lower, hypergeometric{lot, bad, n}.tails(ac).lower
	}, t)
	plan.Lot = lot
	return plan, err
}

// guenther raises Ac from 0. For each, the smallest n that holds the consumer's
// point is found; the first Ac whose n also holds the producer's point is the
// answer, because n rises with Ac.
func guenther(most int, pa func(n, ac int) (good, bad float64), t TwoPoint) (Plan, error) {
	n := 0
	for ac := 0; ac < most; ac++ {
		holds := func(n int) bool { _, bad := pa(n, ac); return bad <= t.Pa2 }
		n = gallop(max(n, ac)+1, most, holds)
		if n > most {
			break
		}
		if good, _ := pa(n, ac); good >= t.Pa1 {
			return Plan{N: n, Ac: ac}, nil
		}
	}
	return Plan{}, OutOfRange("p2", t.P2, "further from p1 (no plan within the lot or 200,000 items)")
}

// gallop is searchInt from a low end that is near the answer.
func gallop(low, most int, ok func(int) bool) int {
	step := 1
	for low <= most && !ok(min(most, low+step)) {
		low += step + 1
		step *= 2
	}
	return searchInt(low, min(most, low+step), ok)
}
