package request

import (
	"hegui/internal/problem"
)

// State is how far a request has got; see the package comment.
type State string

// The states.
const (
	Received   State = "received"
	Checking   State = "identity"
	InProgress State = "in_progress"
	Waiting    State = "waiting"
	Answered   State = "answered"
	Refused    State = "refused"
	Closed     State = "closed"
	Erased     State = "erased"
)

// States in the order they are shown.
var States = []State{Received, Checking, InProgress, Waiting, Answered, Refused, Closed, Erased}

// OpenStates are those in which something is still to be done.
var OpenStates = []State{Received, Checking, InProgress, Waiting}

// Open says that a request in this state is not yet decided.
func (s State) Open() bool {
	return s == Received || s == Checking || s == InProgress || s == Waiting
}

// Action is something that is done with a request.
type Action string

// The actions.
const (
	Assign     Action = "assign"      // give it to somebody
	Change     Action = "change"      // correct what was written down at intake
	Check      Action = "check"       // begin to check who asks
	Pass       Action = "pass"        // the person is who they say
	Fail       Action = "fail"        // they could not show it
	Begin      Action = "begin"       // work on it without a check
	Ask        Action = "ask"         // wait for the person; the clock stands still
	Resume     Action = "resume"      // go on
	Extend     Action = "extend"      // the deadline, once
	Answer     Action = "answer"      // done as asked
	Refuse     Action = "refuse"      // with a reason from the law
	Close      Action = "close"       // end without a decision
	Reopen     Action = "reopen"      // take it up again
	PlaceHold  Action = "hold"        // forbid deletion
	LiftHold   Action = "lift_hold"   // allow it again
	Write      Action = "write"       // to the person, or a note
	Hear       Action = "hear"        // the person wrote
	AddFile    Action = "add_file"    // keep a file with it
	AddTask    Action = "add_task"    // fan out to a system
	FinishTask Action = "finish_task" // a system's result
	Count      Action = "count"       // the clock anew, or a warning
	Erase      Action = "erase"       // destroy what is personal
)

// Actions in the order they are shown.
var Actions = []Action{Assign, Change, Check, Pass, Fail, Begin, Ask, Resume, Extend, Answer, Refuse, Close, Reopen,
	PlaceHold, LiftHold, Write, Hear, AddFile, AddTask, FinishTask, Count, Erase}

// back stands for the state that a request had before it waited.
const back State = "back"

// transitions says where each action leads from each state in which it can be
// done; an absent pair cannot be.
var transitions = map[Action]map[State]State{
	Assign:     stay(OpenStates...),
	Change:     stay(OpenStates...),
	Check:      {Received: Checking, InProgress: Checking},
	Pass:       {Checking: InProgress},
	Fail:       {Checking: Closed},
	Begin:      {Received: InProgress},
	Ask:        {Received: Waiting, Checking: Waiting, InProgress: Waiting},
	Resume:     {Waiting: back},
	Extend:     stay(Received, Checking, InProgress),
	Answer:     {InProgress: Answered},
	Refuse:     {Received: Refused, Checking: Refused, InProgress: Refused, Waiting: Refused},
	Close:      {Received: Closed, Checking: Closed, InProgress: Closed, Waiting: Closed},
	Reopen:     {Answered: InProgress, Refused: InProgress, Closed: InProgress},
	PlaceHold:  stay(Received, Checking, InProgress, Waiting, Answered, Refused, Closed),
	LiftHold:   stay(Received, Checking, InProgress, Waiting, Answered, Refused, Closed),
	Write:      stay(Received, Checking, InProgress, Waiting, Answered, Refused, Closed),
	Hear:       stay(Received, Checking, InProgress, Waiting, Answered, Refused, Closed),
	AddFile:    stay(Received, Checking, InProgress, Waiting, Answered, Refused, Closed),
	AddTask:    stay(InProgress),
	FinishTask: stay(InProgress, Waiting),
	Count:      stay(OpenStates...),
	Erase:      {Answered: Erased, Refused: Erased, Closed: Erased},
}

func stay(in ...State) map[State]State {
	out := make(map[State]State, len(in))
	for _, s := range in {
		out[s] = s
	}
	return out
}

// Next gives the state to which an action brings the request; Conflict says
// that it cannot be done now. What else an action needs its own method checks.
func (r Request) Next(a Action) (State, error) {
	next, ok := transitions[a][r.State]
	if !ok {
		return "", problem.New(problem.Conflict, "request.not_now")
	}
	if next == back {
		return r.ResumeTo, nil
	}
	return next, nil
}

// Can says whether an action is possible in the request's state.
func (r Request) Can(a Action) bool {
	_, err := r.Next(a)
	return err == nil
}

// CloseReason is why a request ended without a decision.
type CloseReason string

// The reasons to close.
const (
	Withdrawn      CloseReason = "withdrawn"       // by the person
	NoIdentity     CloseReason = "identity_failed" // the check failed
	NoReply        CloseReason = "no_reply"        // the person did not answer
	NotPersonal    CloseReason = "not_a_request"   // it asks for something else
	AnsweredBefore CloseReason = "answered_before" // the person confirmed that it repeats another
	ElsewhereBest  CloseReason = "passed_on"       // to who is responsible, which the person was told
)

// CloseReasons in the order they are offered.
var CloseReasons = []CloseReason{Withdrawn, NoIdentity, NoReply, NotPersonal, AnsweredBefore, ElsewhereBest}

// PauseReason is what the person has to do before work goes on.
type PauseReason string

// The reasons to wait.
const (
	WantsIdentity PauseReason = "identity" // show who they are
	WantsDetails  PauseReason = "details"  // say more
	WantsChoice   PauseReason = "choice"   // choose how
	WantsMandate  PauseReason = "mandate"  // show that they may ask for somebody
)

// PauseReasons in the order they are offered.
var PauseReasons = []PauseReason{WantsIdentity, WantsDetails, WantsChoice, WantsMandate}

// ExtensionReason is why a deadline is extended.
type ExtensionReason string

// The reasons to extend.
const (
	Complex    ExtensionReason = "complex"     // many systems or much data
	ManyAtOnce ExtensionReason = "many"        // of the same person
	ThirdParty ExtensionReason = "third_party" // another party has to contribute
)

// ExtensionReasons in the order they are offered.
var ExtensionReasons = []ExtensionReason{Complex, ManyAtOnce, ThirdParty}

// HoldBasis is why something must not be deleted.
type HoldBasis string

// The bases of a legal hold.
const (
	Litigation    HoldBasis = "litigation"
	Investigation HoldBasis = "investigation"
	Statutory     HoldBasis = "statutory" // a period of retention set by law
	Incident      HoldBasis = "incident"  // evidence of a security incident
)

// HoldBases in the order they are offered.
var HoldBases = []HoldBasis{Litigation, Investigation, Statutory, Incident}
