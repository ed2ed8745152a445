package stats

import "errors"

// Limits of the switching rules, ISO 2859-1:1999 clauses 9.3 and 9.4.
const (
	window            = 5  // consecutive lots looked back on under normal inspection (9.3.1)
	notAcceptedToTurn = 2  // of them not accepted: tightened (9.3.1)
	acceptedToReturn  = 5  // consecutive lots accepted under tightened: normal (9.3.2)
	scoreToReduce     = 30 // switching score for reduced (9.3.3)
	notAcceptedToStop = 5  // cumulative, under tightened: discontinue (9.4)
)

// ErrDiscontinued is returned for a lot offered after sampling inspection was
// discontinued. It goes on after Resume, when corrective action was effective.
var ErrDiscontinued = errors.New("sampling inspection is discontinued until corrective action is effective")

// State is where a stream of lots (one supplier and kind of task) stands under
// the switching rules. The zero value is a stream before its first lot.
type State struct {
	Severity     Severity `json:"severity"`               // "" counts as normal
	Score        int      `json:"switching_score"`        // kept under normal; stays at its last value under reduced
	Recent       []bool   `json:"recent,omitempty"`       // accepted or not, at most 5 last original lots under normal
	Accepted     int      `json:"accepted,omitempty"`     // consecutive original lots accepted under tightened
	NotAccepted  int      `json:"not_accepted,omitempty"` // cumulative original lots not accepted under tightened
	Discontinued bool     `json:"discontinued,omitempty"`
}

// Scheme is what a stream's lots are inspected against.
type Scheme struct {
	Level Level `json:"level"`
	AQL   AQL   `json:"aql"`
}

// LotResult is one inspected lot of a stream.
type LotResult struct {
	Size          int `json:"lot_size"`
	Nonconforming int `json:"nonconforming"` // in the sample; nonconformities when the AQL is per 100
	// NotAccepted: the lot was not accepted for another reason than its count,
	// such as illegal content; it counts as not accepted.
	NotAccepted bool `json:"not_accepted,omitempty"`
	Original    bool `json:"original_inspection"` // false for a resubmitted lot, which never counts
	// Steady: production is at a steady rate (9.3.3 b). Under reduced inspection
	// false returns to normal.
	Steady bool `json:"production_steady"`
	// Agreed: the responsible authority considers reduced inspection desirable
	// (9.3.3 c). Withdrawn under reduced inspection, it returns to normal.
	Agreed bool `json:"authority_agrees"`
}

// ReasonCode names a rule that fired.
type ReasonCode string

// The reasons a severity changes or a score moves. Of those with figures, Count is what
// was counted and Of the number it was compared with.
const (
	ReasonTwoNotAccepted   ReasonCode = "two_not_accepted"   // Count not accepted among the last Of: tightened (9.3.1)
	ReasonFiveAccepted     ReasonCode = "five_accepted"      // Count consecutive accepted: normal (9.3.2)
	ReasonScoreReached     ReasonCode = "score_reached"      // Count points of Of, steady, agreed: reduced (9.3.3)
	ReasonLotNotAccepted   ReasonCode = "lot_not_accepted"   // under reduced: normal (9.3.4 a)
	ReasonProduction       ReasonCode = "production_changed" // irregular or delayed: normal (9.3.4 b)
	ReasonNotAgreed        ReasonCode = "not_agreed"         // other conditions: normal (9.3.4 c)
	ReasonFiveNotAccepted  ReasonCode = "five_not_accepted"  // Count cumulative under tightened: discontinued (9.4)
	ReasonResumed          ReasonCode = "resumed"            // corrective action effective: tightened (9.4)
	ReasonResubmitted      ReasonCode = "resubmitted"        // not an original inspection: nothing counts (9.3)
	ReasonScoreTighter     ReasonCode = "score_tighter"      // +3: at most Of = Ac one AQL step tighter
	ReasonScoreAccepted    ReasonCode = "score_accepted"     // +2: Ac is 0 or 1 and the lot was accepted
	ReasonScoreNotTighter  ReasonCode = "score_not_tighter"  // to 0: Count nonconforming, more than Of = Ac one step tighter
	ReasonScoreNotAccepted ReasonCode = "score_not_accepted" // to 0: the lot was not accepted
)

// Reason explains one change with the figures behind it.
type Reason struct {
	Code  ReasonCode `json:"code"`
	Count int        `json:"count,omitempty"`
	Of    int        `json:"of,omitempty"`
}

// Step is the record of one lot under the switching rules.
type Step struct {
	Plan         ISOPlan  `json:"plan"`
	Used         Severity `json:"severity_used"`
	Next         Severity `json:"severity_next"`
	Accepted     bool     `json:"accepted"`
	Score        int      `json:"switching_score"` // after this lot
	Discontinued bool     `json:"discontinued"`
	// Reasons: first why the score moved, then why the severity changed or
	// inspection was discontinued; empty when neither happened.
	Reasons []Reason `json:"reasons,omitempty"`
}

// Current is the severity for the stream's next lot.
func (s State) Current() Severity {
	if s.Severity == "" {
		return Normal
	}
	return s.Severity
}

// Resume restarts a discontinued stream under tightened inspection (9.4).
func (s State) Resume() (State, Reason) {
	return State{Severity: Tightened}, Reason{Code: ReasonResumed}
}

// Agree is the confirmation, between two lots, that production is steady and
// reduced inspection desirable: with the score reached, it begins at once (9.3.3). ok is
// false when nothing changes.
func (s State) Agree() (next State, reason Reason, ok bool) {
	if s.Discontinued || s.Current() != Normal || s.Score < scoreToReduce {
		return s, Reason{}, false
	}
	return State{Severity: Reduced, Score: s.Score}, Reason{ReasonScoreReached, s.Score, scoreToReduce}, true
}

// Withdraw takes that confirmation back: reduced inspection ends at once
// (9.3.4 b). ok is false when nothing changes.
func (s State) Withdraw() (next State, reason Reason, ok bool) {
	if s.Current() != Reduced {
		return s, Reason{}, false
	}
	return State{Severity: Normal}, Reason{Code: ReasonProduction}, true
}

// Inspect judges a lot under the stream's present severity and applies the
// switching rules. The given state is not changed.
//
// Normal to tightened looks at the lots inspected under normal inspection since it
// began; the lot that ended reduced inspection is not among them. The score is 0
// when normal inspection begins.
//
// It returns ErrDiscontinued, or a *ParameterError as PlanFor and for a negative
// number of nonconforming items. Source: ISO 2859-1:1999 clauses 9.3, 9.4.
func (s State) Inspect(scheme Scheme, lot LotResult) (Step, State, error) {
	if s.Discontinued {
		return Step{}, s, ErrDiscontinued
	}
	used := s.Current()
	plan, err := PlanFor(lot.Size, scheme.Level, scheme.AQL, used)
	if err = first(err, intIn("nonconforming", lot.Nonconforming, 0, maxCount)); err != nil {
		return Step{}, s, err
	}
	step := Step{Plan: plan, Used: used, Accepted: lot.Nonconforming <= plan.Ac && !lot.NotAccepted}
	next := s
	switch {
	case !lot.Original:
		step.Reasons = []Reason{{Code: ReasonResubmitted}}
	case used == Normal:
		next, step.Reasons = s.underNormal(scheme.AQL, plan, lot, step.Accepted)
	case used == Tightened:
		next, step.Reasons = s.underTightened(step.Accepted)
	default:
		next, step.Reasons = s.underReduced(step.Accepted, lot)
	}
	step.Next, step.Score, step.Discontinued = next.Current(), next.Score, next.Discontinued
	return step, next, nil
}

func (s State) underNormal(aql AQL, plan ISOPlan, lot LotResult, accepted bool) (State, []Reason) {
	score, reason := s.scored(aql, plan, lot.Nonconforming, accepted)
	next := State{Severity: Normal, Score: score}
	next.Recent = append(next.Recent, s.Recent[max(0, len(s.Recent)-window+1):]...)
	next.Recent = append(next.Recent, accepted)
	reasons := []Reason{reason}
	if bad := count(next.Recent, false); bad >= notAcceptedToTurn {
		return State{Severity: Tightened}, append(reasons, Reason{ReasonTwoNotAccepted, bad, len(next.Recent)})
	}
	if score >= scoreToReduce && lot.Steady && lot.Agreed {
		return State{Severity: Reduced, Score: score}, append(reasons, Reason{ReasonScoreReached, score, scoreToReduce})
	}
	return next, reasons
}

// scored updates the switching score for a lot under normal inspection: with
// Ac ≥ 2, +3 if the lot would be accepted with the AQL one step tighter, with Ac 0 or
// 1, +2 if it is accepted; otherwise it starts again from 0. The tighter plan has the
// letter of the plan in use, hence the same n (ISO 2859-1:1999, 9.3.3).
func (s State) scored(aql AQL, plan ISOPlan, d int, accepted bool) (int, Reason) {
	switch tighter, ok := oneStepTighter(plan.PlanLetter, aql); {
	case !accepted:
		return 0, Reason{ReasonScoreNotAccepted, d, plan.Ac}
	case plan.Ac < 2:
		return s.Score + 2, Reason{ReasonScoreAccepted, d, plan.Ac}
	case ok && d <= tighter:
		return s.Score + 3, Reason{ReasonScoreTighter, d, tighter}
	default:
		return 0, Reason{ReasonScoreNotTighter, d, tighter}
	}
}

func (s State) underTightened(accepted bool) (State, []Reason) {
	next := s
	if accepted {
		next.Accepted++
		if next.Accepted >= acceptedToReturn {
			return State{Severity: Normal}, []Reason{{ReasonFiveAccepted, next.Accepted, acceptedToReturn}}
		}
		return next, nil
	}
	next.Accepted = 0
	next.NotAccepted++
	if next.NotAccepted >= notAcceptedToStop {
		next.Discontinued = true
		return next, []Reason{{ReasonFiveNotAccepted, next.NotAccepted, notAcceptedToStop}}
	}
	return next, nil
}

func (s State) underReduced(accepted bool, lot LotResult) (State, []Reason) {
	switch {
	case !accepted:
		return State{Severity: Normal}, []Reason{{Code: ReasonLotNotAccepted}}
	case !lot.Steady:
		return State{Severity: Normal}, []Reason{{Code: ReasonProduction}}
	case !lot.Agreed:
		return State{Severity: Normal}, []Reason{{Code: ReasonNotAgreed}}
	}
	return s, nil
}

func count(lots []bool, accepted bool) int {
	n := 0
	for _, a := range lots {
		if a == accepted {
			n++
		}
	}
	return n
}
