package labelling

import (
	"context"
	"math"
	"slices"

	"hegui/internal/actor"
	"hegui/internal/labelling/stats"
)

// Effect is what a class of a plan does, computed and not recorded.
type Effect struct {
	Class ClassPlan
	Lot   int
	Curve []CurvePoint
	// Limit is the share wrong (of nonconformities per item, when those are
	// counted) that the plan is about: its AQL, what a rule allows, the good
	// quality of two points. 0 when nothing wrong is allowed.
	Limit      float64
	AtLimit    float64 // probability that a lot of exactly the limit is accepted
	Bad        float64 // bad quality of two points, 0 without one
	AtBad      float64 // probability that it is accepted
	Accepted95 float64 // share wrong accepted 95 % of the time
	Accepted10 float64 // and 10 % of the time
	AOQL       stats.AOQL
	ATI        float64 // average number of items inspected at the limit
	Expected   float64 // items a sequential plan needs on average at the limit; N otherwise
	Prove      int     // largest number wrong that shows the limit with 95 % confidence
	Provable   bool
	Finite     bool // the figures are those of the finite lot, not of a process
	Counted    bool // nonconformities are counted, not items: no AOQ
}

// CurvePoint is one quality of lots offered and what the plan does with it.
type CurvePoint struct{ P, Pa, AOQ, ATI float64 }

// How finely a curve is drawn; a point of a sequential plan takes longer.
const (
	curvePoints      = 61
	sequentialPoints = 31
)

// Effects computes what each class of a plan does for a lot of a size.
func (p Plan) Effects(lot int64) (out []Effect, err error) {
	for _, c := range p.Classes {
		e := Effect{Class: c, Lot: int(lot), Expected: float64(c.N), Counted: c.Per100}
		e.Limit, e.Bad = p.limits(c)
		switch {
		case p.Method == Sequential:
			err = e.sequential(p)
		case c.Per100:
			err = e.counted()
		default:
			err = e.single()
		}
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// limits are the qualities that a class is about.
func (p Plan) limits(c ClassPlan) (limit, bad float64) {
	switch p.Method {
	case ISO2859:
		return c.AQL.Value() / 100, 0
	case TwoPoints, Sequential:
		return p.Params.P1.Float(), p.Params.P2.Float()
	case Statutory, Whole100, Precision:
	}
	return (1_000_000 - p.Params.MinRight).Float(), 0
}

func (e *Effect) single() (err error) {
	plan := stats.Plan{Lot: e.Lot, N: int(e.Class.N), Ac: int(min(e.Class.Ac, e.Class.N-1))}
	e.Finite = plan.Hypergeometric()
	if e.Accepted95, err = plan.QualityAt(0.95); err != nil {
		return err
	}
	if e.Accepted10, err = plan.QualityAt(0.10); err != nil {
		return err
	}
	curve, err := plan.Curve(curveEnd(e.Accepted10, e.Limit, e.Bad), curvePoints)
	if err != nil {
		return err
	}
	for _, c := range curve {
		e.Curve = append(e.Curve, CurvePoint(c))
	}
	if e.AOQL, err = plan.AOQL(); err != nil {
		return err
	}
	if e.ATI, err = plan.ATI(e.Limit); err != nil {
		return err
	}
	if e.AtLimit, e.AtBad, err = e.at(plan.Pa); err != nil || e.Limit <= 0 {
		return err
	}
	e.Prove, e.Provable, err = stats.ProvingNumber(e.Lot, plan.N, 1-e.Limit, provedAtNone)
	return err
}

// at is the probability of acceptance at the limit and at the bad quality.
func (e *Effect) at(pa func(float64) (float64, error)) (limit, bad float64, err error) {
	if limit, err = pa(e.Limit); err != nil || e.Bad == 0 {
		return limit, 0, err
	}
	bad, err = pa(e.Bad)
	return limit, bad, err
}

// curveEnd is how far a curve is drawn: a little beyond what is hardly accepted any
// more, and beyond the qualities that are marked.
func curveEnd(qualities ...float64) float64 { return min(1, max(1.5*slices.Max(qualities), 0.001)) }

// counted is for plans that count nonconformities, which are Poisson.
func (e *Effect) counted() (err error) {
	pa := func(perItem float64) (float64, error) {
		return stats.PoissonPa(int(e.Class.N), int(e.Class.Ac), 100*perItem)
	}
	e.Accepted95, e.Accepted10 = descend(pa, 0.95), descend(pa, 0.10)
	top := 1.5 * max(e.Accepted10, e.Limit)
	for i := range curvePoints {
		q := top * float64(i) / (curvePoints - 1)
		v, err := pa(q)
		if err != nil {
			return err
		}
		e.Curve = append(e.Curve, CurvePoint{P: q, Pa: v})
	}
	e.AtLimit, e.AtBad, err = e.at(pa)
	return err
}

// descend finds where a falling probability passes a value, by bisection to
// less than a millionth.
func descend(pa func(float64) (float64, error), value float64) float64 {
	low, high := 0.0, 1.0
	for v, err := pa(high); err == nil && v > value && high < 1e4; v, err = pa(high) {
		high *= 2
	}
	for range 24 {
		mid := (low + high) / 2
		if v, err := pa(mid); err == nil && v > value {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}

func (e *Effect) sequential(p Plan) error {
	test, err := p.Test()
	if err != nil {
		return err
	}
	pa := func(q float64) (float64, error) {
		at, err := test.At(q)
		return at.Pa, err
	}
	e.Accepted95, e.Accepted10 = descend(pa, 0.95), descend(pa, 0.10)
	top := curveEnd(e.Accepted10, e.Bad)
	for i := range sequentialPoints {
		at, err := test.At(top * float64(i) / (sequentialPoints - 1))
		if err != nil {
			return err
		}
		e.Curve = append(e.Curve, CurvePoint{P: at.P, Pa: at.Pa, ATI: at.ASN})
	}
	at, err := test.At(e.Limit)
	if err != nil {
		return err
	}
	e.Expected = at.ASN
	e.AtLimit, e.AtBad, err = e.at(pa)
	return err
}

// Worst is the largest average number of items that a sequential plan needs,
// over the qualities of its curve.
func (e Effect) Worst() (most float64) {
	for _, c := range e.Curve {
		most = max(most, c.ATI)
	}
	return most
}

// Pace is how long one check takes.
type Pace struct {
	Millis   int64 // median; 0 when nothing was measured
	Measured int   // checks that it rests on
}

// paceChecks is how many of the latest checks a pace rests on.
const (
	paceChecks = 1000
	paceLots   = 5
)

// PaceOf is the median time of the latest checks in the lots of a project.
func (s *Service) PaceOf(ctx context.Context, by actor.Actor, project string) (p Pace, err error) {
	var draws []string
	db := s.ledger.Read(ctx)
	err = scope(db.Model(&Lot{}), by).Where("project_id = ? AND checked > 0", project).Order("id DESC").Limit(paceLots).Pluck("draw_id", &draws).Error
	if err != nil || len(draws) == 0 {
		return p, err
	}
	var times []int64
	err = db.Table("label_check").Where("draw_id IN ? AND millis > 0", draws).Limit(paceChecks).Pluck("millis", &times).Error
	if len(times) == 0 {
		return p, err
	}
	slices.Sort(times)
	mid := len(times) / 2
	p = Pace{Millis: times[mid], Measured: len(times)}
	if len(times)%2 == 0 {
		p.Millis = (times[mid-1] + times[mid]) / 2
	}
	return p, err
}

// Checks is how many checks a plan makes people do, with second checks and
// items whose answer is known; a sequential plan on average, at its limit.
func (p Plan) Checks(effects []Effect) int64 {
	items := float64(p.N)
	if p.Method == Sequential && len(effects) > 0 {
		items = effects[0].Expected
	}
	return int64(math.Ceil(items * (1 + float64(p.DoublePercent)/100) / (1 - float64(p.GoldPercent)/100)))
}
