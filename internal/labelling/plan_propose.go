package labelling

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"gorm.io/gorm"

	"hegui/internal/labelling/stats"
	"hegui/internal/problem"
)

// Propose computes the plan that an input means for a lot, without choosing
// it. Fields that are wrong come back as problem fields.
func (s *Service) Propose(ctx context.Context, l Lot, in PlanInput) (p Plan, err error) {
	if err := in.check(); err != nil {
		return p, err
	}
	db := s.ledger.Read(ctx)
	in.Params = in.Params.only(in.Method)
	p = Plan{Method: in.Method, Blind: in.Blind, DoublePercent: in.DoublePercent, GoldPercent: in.GoldPercent,
		Strata: []PlanStratum{}, Figures: []PlanFigure{}}
	switch in.Method {
	case Statutory:
		p.Figures, err = s.fill(ctx, &in.Params, l.Size)
	case ISO2859:
		err = s.strictness(db, l, &in.Params)
	case Whole100, Precision, TwoPoints, Sequential:
	}
	if err != nil {
		return p, err
	}
	if p.Classes, err = in.classes(int(l.Size)); err != nil {
		return p, inDomain(err)
	}
	for _, c := range p.Classes {
		p.N = max(p.N, c.N)
	}
	p.Params = in.Params
	if in.Params.Stratify.By != NoAxis {
		p.Strata, err = s.stratified(db, l, p.N, in.Params.Stratify)
	}
	return p, err
}

// strictness takes the severity of inspection from the stream of the lot.
func (s *Service) strictness(db *gorm.DB, l Lot, p *Params) error {
	now, err := s.SeverityOf(db, l)
	if err != nil {
		return err
	}
	if now.Discontinued {
		return problem.Field(problem.Conflict, "method", "label_plan.discontinued")
	}
	p.Severity = now.For("")
	for i := range p.AQLs {
		p.AQLs[i].Severity = now.For(p.AQLs[i].Class)
		p.Severity = p.AQLs[i].Severity
	}
	return nil
}

// only keeps the parameters that a method uses.
func (p Params) only(m Method) Params {
	out := Params{Stratify: p.Stratify, Confidence: p.Confidence}
	switch m {
	case ISO2859:
		out.Level, out.AQLs = p.Level, slices.Clone(p.AQLs)
	case Statutory:
		out.Rule = p.Rule
	case Whole100:
		out.MinRight, out.Stratify = p.MinRight, Stratify{}
	case Precision:
		out.Margin, out.Expected, out.MinRight = p.Margin, p.Expected, p.MinRight
	case TwoPoints:
		out.P1, out.Alpha, out.P2, out.Beta = p.P1, p.Alpha, p.P2, p.Beta
	case Sequential:
		out.P1, out.Alpha, out.P2, out.Beta, out.Stratify = p.P1, p.Alpha, p.P2, p.Beta, Stratify{}
	}
	return out
}

// check gives the fields of an input that are wrong by themselves.
func (in *PlanInput) check() error {
	var f problem.Fields
	if in.DoublePercent < 0 || in.DoublePercent > 100 {
		f.Add("double_percent", "labelling.percent", "max", 100)
	}
	if in.GoldPercent < 0 || in.GoldPercent > 50 {
		f.Add("gold_percent", "labelling.percent", "max", 50)
	}
	p := in.Params
	share := func(field string, m, most Millionths) {
		if m <= 0 || m > most {
			f.Add(field, "label_plan.share", "max", float64(most)/1e4)
		}
	}
	const whole, half = 1_000_000, 500_000
	share("confidence", cmp.Or(p.Confidence, half), whole-1)
	switch in.Method {
	case ISO2859:
		p.checkAQLs(&f)
	case Statutory:
		if _, ok := RuleOf(p.Rule); !ok {
			f.Add("rule", "labelling.choose")
		}
	case Whole100:
		share("min_right", p.MinRight, whole)
	case Precision:
		share("margin", p.Margin, half)
		share("expected", p.Expected, whole-1)
		share("min_right", p.MinRight, whole)
	case TwoPoints, Sequential:
		share("p1", p.P1, whole-1)
		share("alpha", p.Alpha, half-1)
		share("p2", p.P2, whole-1)
		share("beta", p.Beta, half-1)
		if p.P1 > 0 && p.P2 > 0 && p.P2 <= p.P1 {
			f.Add("p2", "label_plan.p2_above_p1")
		}
	default:
		f.Add("method", "labelling.choose")
	}
	p.Stratify.check(&f)
	return f.Err()
}

func (p Params) checkAQLs(f *problem.Fields) {
	if !slices.Contains(stats.Levels(), p.Level) {
		f.Add("level", "labelling.choose")
	}
	if len(p.AQLs) == 0 {
		f.Add("aql_major", "label_plan.no_aql")
	}
	for _, c := range p.AQLs {
		if !slices.Contains(Severities, c.Class) || !slices.Contains(stats.AQLs(), c.AQL) {
			f.Add("aql_"+string(c.Class), "labelling.choose")
		}
	}
}

func (y Stratify) check(f *problem.Fields) {
	switch {
	case y.By == NoAxis:
	case !slices.Contains([]Axis{AxisAnnotator, AxisLabel, AxisColumn}, y.By), y.By == AxisColumn && y.Column == "":
		f.Add("by", "labelling.choose")
	case !slices.Contains([]Allocation{Proportional, Neyman, Floor}, y.How):
		f.Add("how", "labelling.choose")
	case y.How == Floor && (y.Floor < leastPerStratum || y.Floor > maxFloor):
		f.Add("floor", "label_plan.floor", "min", leastPerStratum, "max", maxFloor)
	}
}

// classes finds how many items each class needs and allows to be wrong.
func (in *PlanInput) classes(lot int) ([]ClassPlan, error) {
	p := in.Params
	switch in.Method {
	case ISO2859:
		return p.isoClasses(lot)
	case Whole100:
		return one(lot, p.MinRight), nil
	case Precision:
		n, err := stats.SampleSizeForMargin(lot, p.Margin.Float(), p.Expected.Float(), p.Confidence.Float())
		return one(min(n.N, lot), p.MinRight), err
	case TwoPoints:
		plan, err := stats.FindPlan(lot, stats.TwoPoint{P1: p.P1.Float(), Pa1: 1 - p.Alpha.Float(), P2: p.P2.Float(), Pa2: p.Beta.Float()})
		return []ClassPlan{{N: int64(plan.N), Ac: int64(plan.Ac), Re: int64(plan.Ac) + 1}}, err
	case Sequential:
		test, err := stats.NewSPRT(p.P1.Float(), p.Alpha.Float(), p.P2.Float(), p.Beta.Float())
		if err == nil && test.Truncate > lot {
			return nil, problem.Field(problem.Invalid, "method", "label_plan.sprt_large", "n", test.Truncate)
		}
		return []ClassPlan{{N: int64(test.Truncate), Ac: int64(test.TruncateAc), Re: int64(test.TruncateAc) + 1}}, err
	case Statutory:
		n := p.RuleN
		if p.RuleShare > 0 {
			n = (int64(lot)*int64(p.RuleShare) + 999_999) / 1_000_000 // rounded up
		}
		return one(int(min(n, int64(lot))), p.MinRight), nil
	}
	return nil, problem.Field(problem.Invalid, "method", "labelling.choose")
}

// one is a plan for all classes together: at most ⌊n(1 − right)⌋ wrong.
func one(n int, right Millionths) []ClassPlan {
	ac := int64(n) * int64(1_000_000-right) / 1_000_000
	return []ClassPlan{{N: int64(n), Ac: ac, Re: ac + 1}}
}

func (p Params) isoClasses(lot int) (out []ClassPlan, err error) {
	for _, c := range p.AQLs {
		found, err := stats.PlanFor(lot, p.Level, c.AQL, cmp.Or(c.Severity, p.Severity))
		if err != nil {
			return nil, err
		}
		out = append(out, ClassPlan{Class: c.Class, N: int64(found.N), Ac: int64(found.Ac), Re: int64(found.Re), AQL: c.AQL, Letter: found.CodeLetter,
			PlanLetter: found.PlanLetter, Arrow: found.Arrow, Per100: c.AQL.Per100Only(), Unverified: found.Unverified})
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
