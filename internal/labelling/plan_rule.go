package labelling

import (
	"context"
	"math"

	"hegui/internal/labelling/stats"
	"hegui/internal/problem"
	"hegui/internal/regulation"
)

// StatutoryRule is a sampling rule of a regulation: keys of the figures that
// say how many items and which share of them has to be right.
type StatutoryRule struct {
	Key    string // names the rule
	Sample string // figure: items, or percent of them; "" when the rule names no sample
	Limit  string // figure: percent, right at least or wrong at most
	// Proof takes as many items as show the limit when none is wrong, for a rule
	// without a sample.
	Proof bool
}

// StatutoryRules lists the rules that are offered.
var StatutoryRules = []StatutoryRule{
	{Key: "corpus_manual", Sample: "TC260-003:corpus_manual_sample_min", Limit: "TC260-003:corpus_manual_pass_rate_min"},
	{Key: "corpus_technical", Sample: "TC260-003:corpus_technical_sample_percent_min", Limit: "TC260-003:corpus_technical_pass_rate_min"},
	{Key: "output", Sample: "TC260-003:output_sample_min", Limit: "TC260-003:output_pass_rate_min"},
	{Key: "refusal", Sample: "TC260-003:refusal_sample_min", Limit: "TC260-003:refusal_rate_min"},
	{Key: "answer", Sample: "TC260-003:answer_sample_min", Limit: "TC260-003:false_refusal_rate_max"},
	{Key: "source", Limit: "TC260-003:source_illegal_content_max_percent", Proof: true},
}

// RuleOf finds a rule by its key.
func RuleOf(key string) (StatutoryRule, bool) {
	for _, r := range StatutoryRules {
		if r.Key == key {
			return r, true
		}
	}
	return StatutoryRule{}, false
}

// keys are the figures that a rule rests on.
func (r StatutoryRule) keys() []string {
	if r.Sample == "" {
		return []string{r.Limit}
	}
	return []string{r.Sample, r.Limit}
}

// FiguresOf gives the figures of a rule as they stand today.
func (s *Service) FiguresOf(ctx context.Context, r StatutoryRule) ([]regulation.Setting, error) {
	return s.regulation.Values(ctx, r.keys(), s.Today())
}

// provedAtNone is the confidence with which a clean sample shows a limit.
const provedAtNone = 0.95

// fill takes a rule's figures into the parameters of a plan and keeps where
// they come from.
func (s *Service) fill(ctx context.Context, p *Params, lot int64) ([]PlanFigure, error) {
	r, ok := RuleOf(p.Rule)
	if !ok {
		return nil, problem.Field(problem.Invalid, "rule", "labelling.choose")
	}
	found, err := s.FiguresOf(ctx, r)
	if err != nil {
		return nil, err
	}
	if len(found) != len(r.keys()) {
		return nil, problem.Field(problem.Invalid, "rule", "label_plan.rule.gone")
	}
	edition, _ := s.regulation.InForce(ctx)
	p.RuleN, p.RuleShare, p.MinRight = 0, 0, 0
	var out []PlanFigure
	for _, f := range found {
		n, ok := f.Value.Number()
		if !ok || !p.take(f.Figure, r, n) {
			return nil, problem.Field(problem.Invalid, "rule", "label_plan.rule.unfit")
		}
		out = append(out, PlanFigure{Key: f.Figure.Key, Value: f.Value.Input(), Comparator: string(f.Figure.Comparator), Unit: string(f.Figure.Unit), Force: string(f.Figure.Force),
			Verified: f.Confirmed(), Local: f.Local != nil, Edition: edition.ID, Instrument: f.Figure.Instrument, Provision: f.Figure.Provision.ZH})
	}
	if r.Proof {
		n, err := stats.ZeroFailureSize(int(lot), 1-p.MinRight.Float(), provedAtNone)
		p.RuleN = int64(n)
		return out, inDomain(err)
	}
	return out, nil
}

// take puts one figure in its place; false when it does not fit there.
func (p *Params) take(f *regulation.Figure, r StatutoryRule, n float64) bool {
	switch {
	case f.Key == r.Limit && f.Unit == regulation.Percent && f.Comparator == regulation.AtLeast:
		p.MinRight = percent(n)
	case f.Key == r.Limit && f.Unit == regulation.Percent && f.Comparator == regulation.AtMost:
		p.MinRight = percent(100 - n)
	case f.Key == r.Sample && f.Unit == regulation.Percent:
		p.RuleShare = percent(n)
	case f.Key == r.Sample && f.Unit == regulation.Items:
		p.RuleN = int64(math.Ceil(n))
	default:
		return false
	}
	return true
}

func percent(n float64) Millionths { return Millionths(math.Round(n * 1e4)) }
