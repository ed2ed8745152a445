package labelling

import (
	"maps"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/labelling/stats"
)

// outcomeOfLot is what a final decision tells the switching rules.
type outcomeOfLot struct {
	lot      Lot
	plan     Plan
	decision Decision
	counts   []ClassCount // of the plan's classes
	accepted bool         // by the rule and by the people who signed
	original bool
}

// advance applies the switching rules to a decided lot, and gives its stream.
func (s *Service) advance(tx *gorm.DB, by actor.Actor, o outcomeOfLot) (t Stream, events []audit.Event, err error) {
	if t, err = s.streamOf(tx, o.lot); err != nil {
		return t, nil, err
	}
	shown := t.Version
	step := StreamStep{Kind: StepLot, LotID: o.lot.ID, DecisionID: o.decision.ID, Used: t.Severity, Accepted: o.accepted, Classes: []StepClass{}}
	if step.Why = o.uncounted(t); step.Why == "" {
		step.Counted = true
		if step.Classes, err = t.inspect(o); err != nil {
			return t, nil, err
		}
		t.settle()
	}
	events, err = s.record(tx, by, &t, step, shown)
	return t, events, err
}

// uncounted says why the switching rules do not look at a lot, "" when they do.
func (o outcomeOfLot) uncounted(t Stream) string {
	switch {
	case !o.original:
		return UncountedResubmitted
	case o.plan.Method != ISO2859:
		return UncountedMethod
	case t.Severity == StreamDiscontinued:
		return UncountedStopped
	}
	for _, class := range o.plan.Classes {
		if t.States[class.Class].Current() != o.plan.Params.SeverityOf(class.Class) {
			return UncountedSeverity
		}
	}
	return ""
}

// inspect takes a lot through the switching rules of each class.
func (t *Stream) inspect(o outcomeOfLot) ([]StepClass, error) {
	byRule := true
	for i, class := range o.plan.Classes {
		byRule = byRule && int64(o.counts[i].Count) <= class.Ac
	}
	states := maps.Clone(t.States)
	out := make([]StepClass, 0, len(o.plan.Classes))
	for i, class := range o.plan.Classes {
		step, next, err := states[class.Class].Inspect(stats.Scheme{Level: o.plan.Params.Level, AQL: class.AQL}, stats.LotResult{
			Size: int(o.lot.Size), Nonconforming: o.counts[i].Count, NotAccepted: byRule && !o.accepted, Original: true, Steady: t.Steady, Agreed: t.Steady})
		if err != nil {
			return nil, err
		}
		states[class.Class] = next
		out = append(out, StepClass{Class: class.Class, Step: step, Count: o.counts[i].Count})
	}
	t.States = states
	return out, nil
}
