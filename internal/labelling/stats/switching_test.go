package stats

import (
	"errors"
	"reflect"
	"testing"
)

// scheme has at lot 2000: normal n 125 Ac 3 (one step tighter: Ac 2), tightened
// Ac 2, reduced n 50 Ac 2.
var scheme = Scheme{Level: "II", AQL: "1.0"}

func lots(nonconforming ...int) []LotResult {
	out := make([]LotResult, len(nonconforming))
	for i, d := range nonconforming {
		out[i] = LotResult{Size: 2000, Nonconforming: d, Original: true, Steady: true, Agreed: true}
	}
	return out
}

func replay(t *testing.T, from State, stream []LotResult) ([]Step, State) {
	t.Helper()
	var steps []Step
	for _, lot := range stream {
		step, next, err := from.Inspect(scheme, lot)
		if err != nil {
			t.Fatal(err)
		}
		steps, from = append(steps, step), next
	}
	return steps, from
}

func TestSwitchingExplainsEachChange(t *testing.T) {
	t.Parallel()
	reduced := State{Severity: Reduced, Score: 30}
	irregular, unwanted, resubmitted := lots(0), lots(0), lots(9)
	irregular[0].Steady, unwanted[0].Agreed, resubmitted[0].Original = false, false, false
	tests := []struct {
		name  string
		from  State
		lots  []LotResult
		next  Severity
		score int
		want  []Reason // of the last lot
	}{
		{"accepted one step tighter", State{}, lots(2), Normal, 3, []Reason{{ReasonScoreTighter, 2, 2}}},
		{"accepted, but not one step tighter", State{Score: 9}, lots(3), Normal, 0, []Reason{{ReasonScoreNotTighter, 3, 2}}},
		{"two of three not accepted", State{}, lots(4, 0, 5), Tightened, 0,
			[]Reason{{ReasonScoreNotAccepted, 5, 3}, {ReasonTwoNotAccepted, 2, 3}}},
		{"two of five not accepted", State{}, lots(4, 0, 0, 0, 4), Tightened, 0,
			[]Reason{{ReasonScoreNotAccepted, 4, 3}, {ReasonTwoNotAccepted, 2, 5}}},
		{"two of six not accepted", State{}, lots(4, 0, 0, 0, 0, 4), Normal, 0, []Reason{{ReasonScoreNotAccepted, 4, 3}}},
		{"ten clean lots", State{}, lots(0, 0, 0, 0, 0, 0, 0, 0, 0, 0), Reduced, 30,
			[]Reason{{ReasonScoreTighter, 0, 2}, {ReasonScoreReached, 30, 30}}},
		{"five accepted under tightened", State{Severity: Tightened}, lots(0, 0, 0, 0, 0), Normal, 0, []Reason{{ReasonFiveAccepted, 5, 5}}},
		{"not accepted under reduced", reduced, lots(3), Normal, 0, []Reason{{Code: ReasonLotNotAccepted}}},
		{"that lot is not one of the two of five", reduced, lots(3, 4), Normal, 0, []Reason{{ReasonScoreNotAccepted, 4, 3}}},
		{"production irregular", reduced, irregular, Normal, 0, []Reason{{Code: ReasonProduction}}},
		{"authority no longer agrees", reduced, unwanted, Normal, 0, []Reason{{Code: ReasonNotAgreed}}},
		{"resubmitted lot", State{Score: 6}, resubmitted, Normal, 6, []Reason{{Code: ReasonResubmitted}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			steps, _ := replay(t, tt.from, tt.lots)
			last := steps[len(steps)-1]
			if last.Next != tt.next || last.Score != tt.score || !reflect.DeepEqual(last.Reasons, tt.want) {
				t.Errorf("next %s, score %d, reasons %v; want %s, %d, %v", last.Next, last.Score, last.Reasons, tt.next, tt.score, tt.want)
			}
		})
	}
}

func TestSwitchingStopsAndResumes(t *testing.T) {
	t.Parallel()
	steps, state := replay(t, State{Severity: Tightened}, lots(9, 9, 0, 9, 9, 9))
	last := steps[len(steps)-1]
	if !last.Discontinued || !reflect.DeepEqual(last.Reasons, []Reason{{ReasonFiveNotAccepted, 5, 5}}) {
		t.Errorf("after five not accepted: %+v", last)
	}
	if _, _, err := state.Inspect(scheme, lots(0)[0]); !errors.Is(err, ErrDiscontinued) {
		t.Errorf("next lot: %v, want ErrDiscontinued", err)
	}
	resumed, reason := state.Resume()
	if resumed.Current() != Tightened || resumed.Discontinued || resumed.NotAccepted != 0 || reason.Code != ReasonResumed {
		t.Errorf("resumed as %+v for %v", resumed, reason)
	}
}

func TestInspectLeavesTheGivenStateAlone(t *testing.T) {
	t.Parallel()
	state := State{Recent: append(make([]bool, 0, 10), true, true)}
	_, a, _ := state.Inspect(scheme, lots(0)[0])
	_, b, _ := state.Inspect(scheme, lots(9)[0])
	if len(state.Recent) != 2 || !reflect.DeepEqual(a.Recent, []bool{true, true, true}) || !reflect.DeepEqual(b.Recent, []bool{true, true, false}) {
		t.Errorf("state %v, after acceptance %v, after none %v", state, a, b)
	}
}

func TestOtherReasonsCountAsNotAccepted(t *testing.T) {
	t.Parallel()
	var s State
	var step Step
	for range 2 {
		var err error
		step, s, err = s.Inspect(scheme, LotResult{Size: 20_000, NotAccepted: true, Original: true, Steady: true, Agreed: true})
		if err != nil || step.Accepted {
			t.Fatalf("%+v, %v", step, err)
		}
	}
	if s.Current() != Tightened || step.Reasons[0].Code != ReasonScoreNotAccepted {
		t.Errorf("two lots not accepted: %+v", step)
	}
}

func TestReducedHangsOnTheConfirmation(t *testing.T) {
	t.Parallel()
	if _, _, ok := (State{Score: 29}).Agree(); ok {
		t.Error("reduced with a score of 29")
	}
	s, why, ok := State{Score: 31}.Agree()
	if !ok || s.Current() != Reduced || why != (Reason{ReasonScoreReached, 31, 30}) {
		t.Errorf("%+v %+v", s, why)
	}
	if _, _, ok := s.Agree(); ok {
		t.Error("reduced twice")
	}
	s, why, ok = s.Withdraw()
	if !ok || s.Current() != Normal || s.Score != 0 || why.Code != ReasonProduction {
		t.Errorf("%+v %+v", s, why)
	}
	if _, _, ok := s.Withdraw(); ok {
		t.Error("nothing to withdraw under normal")
	}
}
