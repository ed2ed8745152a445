package regulation_test

import (
	"testing"
	"time"

	"hegui/internal/actor"
	"hegui/internal/day"
	"hegui/internal/problem"
	"hegui/internal/regulation"
	"hegui/internal/testkit"
)

const logs = "CSL:log_retention_months" // at least 6 months

func months(t *testing.T, a *testkit.App, on day.Date) float64 {
	t.Helper()
	s, err := a.Regulation.Value(t.Context(), logs, on)
	testkit.Must(t, err)
	n, _ := s.Value.Number()
	return n
}

func TestAnOwnValueNeedsTwoPeople(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	one, two := a.Officer.Actor(), a.Officer2.Actor()
	in := regulation.Proposal{Value: "１２ 个月", Source: "Group policy 7", EffectiveFrom: "2027-01-01"}
	v, err := a.Regulation.Propose(t.Context(), one, logs, in)
	testkit.Must(t, err)
	if got := months(t, a, "2027-01-01"); got != 6 {
		t.Errorf("a mere proposal counts: %v", got)
	}
	if _, err := a.Regulation.Propose(t.Context(), two, logs, in); !problem.Is(err, problem.Conflict) {
		t.Errorf("second proposal at the same time: %v", err)
	}
	if err := a.Regulation.Approve(t.Context(), one, v.ID, ""); !problem.Is(err, problem.Forbidden) {
		t.Errorf("approving one's own: %v", err)
	}
	if err := a.Regulation.Withdraw(t.Context(), two, v.ID); !problem.Is(err, problem.Forbidden) {
		t.Errorf("withdrawing another's: %v", err)
	}
	testkit.Must(t, a.Regulation.Approve(t.Context(), two, v.ID, "agreed"))
	if err := a.Regulation.Reject(t.Context(), two, v.ID, "no"); !problem.Is(err, problem.Conflict) {
		t.Errorf("deciding twice: %v", err)
	}
	if before, after := months(t, a, "2026-12-31"), months(t, a, "2027-01-01"); before != 6 || after != 12 {
		t.Errorf("got %v before and %v after the day of effect", before, after)
	}
	s, err := a.Regulation.Value(t.Context(), logs, "2027-06-01")
	testkit.Must(t, err)
	if s.Local == nil || s.Local.Source != "Group policy 7" || !s.Confirmed() || s.Say("en") != "at least 12 months" {
		t.Errorf("setting %+v says %q", s.Local, s.Say("en"))
	}
	a.Sound()
}

func TestALaterValueReplacesAnEarlierOne(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	for _, in := range []regulation.Proposal{
		{Value: "12", Source: "policy", EffectiveFrom: "2027-01-01"},
		{Value: "24", Source: "policy", EffectiveFrom: "2028-01-01"},
		{Value: "18", Source: "policy, corrected", EffectiveFrom: "2027-01-01"},
	} {
		v, err := a.Regulation.Propose(t.Context(), a.Officer.Actor(), logs, in)
		testkit.Must(t, err)
		testkit.Must(t, a.Regulation.Approve(t.Context(), a.Officer2.Actor(), v.ID, ""))
		a.Clock.Advance(time.Second)
	}
	if y26, y27, y28 := months(t, a, "2026-12-31"), months(t, a, "2027-12-31"), months(t, a, "2028-01-01"); y26 != 6 || y27 != 18 || y28 != 24 {
		t.Errorf("got %v, %v, %v", y26, y27, y28)
	}
}

func TestProposalsWithFaults(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	for name, tt := range map[string]struct {
		in    regulation.Proposal
		field string
	}{
		"no number":     {regulation.Proposal{Value: "many", Source: "x", EffectiveFrom: "2027-01-01"}, "value"},
		"no source":     {regulation.Proposal{Value: "12", EffectiveFrom: "2027-01-01"}, "source"},
		"no day":        {regulation.Proposal{Value: "12", Source: "x"}, "effective_from"},
		"same as today": {regulation.Proposal{Value: "6", Source: "x", EffectiveFrom: "2027-01-01"}, "value"},
	} {
		_, err := a.Regulation.Propose(t.Context(), a.Officer.Actor(), logs, tt.in)
		list, _ := problem.FieldsOf(err)
		if len(list) != 1 || list[0].Field != tt.field {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := a.Regulation.Propose(t.Context(), a.Officer.Actor(), "CSL:nothing", regulation.Proposal{}); !problem.Is(err, problem.NotFound) {
		t.Errorf("unknown figure: %v", err)
	}
}

func TestRejectAndWithdrawLeaveTheDefault(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	in := regulation.Proposal{Value: "12", Source: "x", EffectiveFrom: "2026-01-01"}
	v, err := a.Regulation.Propose(t.Context(), a.Officer.Actor(), logs, in)
	testkit.Must(t, err)
	if err := a.Regulation.Reject(t.Context(), a.Officer2.Actor(), v.ID, ""); !problem.Is(err, problem.Invalid) {
		t.Errorf("rejecting without a reason: %v", err)
	}
	testkit.Must(t, a.Regulation.Reject(t.Context(), a.Officer2.Actor(), v.ID, "too long"))
	a.Clock.Advance(time.Second)
	v, err = a.Regulation.Propose(t.Context(), a.Officer.Actor(), logs, in)
	testkit.Must(t, err)
	if waiting, err := a.Regulation.Waiting(t.Context()); err != nil || len(waiting) != 1 {
		t.Errorf("waiting %v, %v", waiting, err)
	}
	testkit.Must(t, a.Regulation.Withdraw(t.Context(), a.Officer.Actor(), v.ID))
	if got := months(t, a, "2027-01-01"); got != 6 {
		t.Errorf("got %v", got)
	}
	list, err := a.Regulation.Proposals(t.Context(), logs)
	testkit.Must(t, err)
	if len(list) != 2 || list[0].State != regulation.Withdrawn || list[1].DecisionNote != "too long" {
		t.Errorf("proposals %+v", list)
	}
	a.Sound()
}

func TestAnOwnValueIsPassedOverWhenTheUnitChanges(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	v, err := a.Regulation.Propose(t.Context(), a.Officer.Actor(), logs, regulation.Proposal{Value: "12", Source: "x", EffectiveFrom: "2026-01-01"})
	testkit.Must(t, err)
	testkit.Must(t, a.Regulation.Approve(t.Context(), a.Officer2.Actor(), v.ID, ""))
	loadInstruments(t, a, "key: "+logs, "unit: months", "unit: years")
	s, err := a.Regulation.Value(t.Context(), logs, "2027-01-01")
	testkit.Must(t, err)
	if s.Local != nil || s.Unfit == nil || s.Say("en") != "at least 6 years" {
		t.Errorf("local %+v, unfit %+v, says %q", s.Local, s.Unfit, s.Say("en"))
	}
}

// loadInstruments loads the built-in instruments with one text after a mark replaced.
func loadInstruments(t *testing.T, a *testkit.App, mark, old, with string) {
	t.Helper()
	_, _, i := regulation.Files()
	text := string(i)
	d, err := a.Regulation.Prepare(t.Context(), actor.System("test"), regulation.Upload{Instruments: []byte(replaceAfter(t, text, mark, old, with))})
	testkit.Must(t, err)
	_, err = a.Regulation.Load(t.Context(), actor.System("test"), d.ID)
	testkit.Must(t, err)
}

func TestConfirmingAnUnverifiedFigure(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	var key string
	for _, f := range regulation.Embedded().Figures {
		if !f.Verified && f.Unit == regulation.WorkingDays {
			key = f.Key
		}
	}
	by := a.Officer.Actor()
	if err := a.Regulation.Confirm(t.Context(), by, logs, "x", ""); !problem.Is(err, problem.Conflict) {
		t.Errorf("confirming a verified figure: %v", err)
	}
	if err := a.Regulation.Confirm(t.Context(), by, key, "", ""); !problem.Is(err, problem.Invalid) {
		t.Errorf("confirming without a source: %v", err)
	}
	testkit.Must(t, a.Regulation.Confirm(t.Context(), by, key, "official gazette", ""))
	if err := a.Regulation.Confirm(t.Context(), by, key, "again", ""); !problem.Is(err, problem.Conflict) {
		t.Errorf("confirming twice: %v", err)
	}
	s, err := a.Regulation.Value(t.Context(), key, "2026-11-23")
	testkit.Must(t, err)
	if s.Check == nil || !s.Confirmed() {
		t.Fatal("not confirmed")
	}
	testkit.Must(t, a.Regulation.Unconfirm(t.Context(), by, s.Check.ID))
	testkit.Must(t, a.Regulation.Confirm(t.Context(), by, key, "official gazette", ""))
	loadInstruments(t, a, "key: "+key, "statement_zh: ", "statement_zh: 新 ")
	if s, err := a.Regulation.Value(t.Context(), key, "2026-11-23"); err != nil || s.Confirmed() {
		t.Errorf("still confirmed after the figure changed: %+v, %v", s.Check, err)
	}
	a.Sound()
}

func TestValuesOfAll(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	var keys []string
	for _, f := range regulation.Embedded().Figures {
		keys = append(keys, f.Key)
	}
	list, err := a.Regulation.Values(t.Context(), append(keys, "X:unknown"), "2026-11-23")
	testkit.Must(t, err)
	if len(list) != len(keys) || list[0].Figure.Key != keys[0] {
		t.Errorf("got %d settings, want %d", len(list), len(keys))
	}
}

func TestProposalsWaitForOthers(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	_, err := a.Regulation.Propose(t.Context(), a.Officer.Actor(), logs, regulation.Proposal{Value: "12", Source: "x", EffectiveFrom: "2026-12-01"})
	testkit.Must(t, err)
	for name, tt := range map[string]struct {
		person *testkit.Person
		want   int
	}{"proposer": {a.Officer, 0}, "second officer": {a.Officer2, 1}, "auditor": {a.Auditor, 0}} {
		items, err := a.Regulation.WorkOf(t.Context(), tt.person.Actor())
		testkit.Must(t, err)
		if len(items) != tt.want {
			t.Errorf("%s: %+v", name, items)
		}
		for _, i := range items {
			if i.URL != "/figures/"+logs || i.Due != "2026-12-01" || i.EN == logs {
				t.Errorf("%s: %+v", name, i)
			}
		}
	}
}
