package labelling

import (
	"context"
	"errors"
	"math"
	"slices"

	"hegui/internal/labelling/stats"
	"hegui/internal/problem"
)

// Propose computes the plan that an input means for a lot, without choosing
// it. Fields that are wrong come back as problem fields.
func (s *Service) Propose(_ context.Context, l Lot, in PlanInput) (p Plan, err error) {
	if err := in.check(); err != nil {
		return p, err
	}
	p = Plan{Method: in.Method, Params: in.Params, Blind: in.Blind, DoublePercent: in.DoublePercent, GoldPercent: in.GoldPercent,
		Strata: []PlanStratum{}, Figures: []PlanFigure{}}
	if p.Classes, err = in.classes(int(l.Size)); err != nil {
		return p, inDomain(err)
	}
	for _, c := range p.Classes {
		p.N = max(p.N, c.N)
	}
	return p, nil
}

// check gives the fields of an input that are wrong by themselves.
func (in *PlanInput) check() error {
	var f problem.Fields
	if !slices.Contains(Methods, in.Method) {
		f.Add("method", "labelling.choose")
	}
	if in.DoublePercent < 0 || in.DoublePercent > 100 {
		f.Add("double_percent", "labelling.percent", "max", 100)
	}
	if in.GoldPercent < 0 || in.GoldPercent > 50 {
		f.Add("gold_percent", "labelling.percent", "max", 50)
	}
	return f.Err()
}

// classes finds how many items each class needs and allows to be wrong.
func (in *PlanInput) classes(lot int) ([]ClassPlan, error) {
	p := in.Params
	switch in.Method {
	case ISO2859:
		return in.isoClasses(lot)
	case Whole100:
		return one(lot, p.MinRight), nil
	case Precision:
		n, err := stats.SampleSizeForMargin(lot, p.Margin.Float(), p.Expected.Float(), p.Confidence.Float())
		return one(n.N, p.MinRight), err
	case TwoPoints:
		plan, err := stats.FindPlan(lot, stats.TwoPoint{P1: p.P1.Float(), Pa1: 1 - p.Alpha.Float(), P2: p.P2.Float(), Pa2: p.Beta.Float()})
		return []ClassPlan{{N: int64(plan.N), Ac: int64(plan.Ac), Re: int64(plan.Ac) + 1}}, err
	case Sequential:
		test, err := stats.NewSPRT(p.P1.Float(), p.Alpha.Float(), p.P2.Float(), p.Beta.Float())
		return []ClassPlan{{N: int64(min(test.Truncate, lot)), Ac: int64(test.TruncateAc), Re: int64(test.TruncateAc) + 1}}, err
	case Statutory:
		n := int(p.RuleN)
		if p.RuleShare > 0 {
			n = int(math.Ceil(p.RuleShare.Float() * float64(lot)))
		}
		return one(min(n, lot), p.MinRight), nil
	}
	return nil, problem.Field(problem.Invalid, "method", "labelling.choose")
}

// one is a plan for all classes together: at most ⌊n(1 − right)⌋ wrong.
func one(n int, right Millionths) []ClassPlan {
	ac := int64(n) * int64(1_000_000-right) / 1_000_000
	return []ClassPlan{{N: int64(n), Ac: ac, Re: ac + 1}}
}

func (in *PlanInput) isoClasses(lot int) (out []ClassPlan, err error) {
	for _, c := range in.Params.AQLs {
		p, err := stats.PlanFor(lot, in.Params.Level, c.AQL, in.Params.Severity)
		if err != nil {
			return nil, err
		}
		out = append(out, ClassPlan{Class: c.Class, N: int64(p.N), Ac: int64(p.Ac), Re: int64(p.Re), AQL: c.AQL, Letter: p.CodeLetter,
			PlanLetter: p.PlanLetter, Arrow: p.Arrow, Per100: c.AQL.Per100Only(), Unverified: p.Unverified})
	}
	return out, nil
}

// inDomain turns a parameter outside its domain into a field that is wrong.
func inDomain(err error) error {
	if wrong := (*stats.ParameterError)(nil); errors.As(err, &wrong) {
		return problem.Field(problem.Invalid, "method", "label_plan.out_of_range", "name", wrong.Name, "range", wrong.Range)
	}
	return err
}
