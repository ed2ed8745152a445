package checklist_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"hegui/internal/actor"
	"hegui/internal/checklist"
	"hegui/internal/day"
	"hegui/internal/problem"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/internal/testkit"
	"hegui/internal/work"
)

// requirements used here, with their severity and interval in the catalogue
const (
	high   = "IM-02-01" // high, always applies
	medium = "IM-01-01" // medium, 180 days, always applies
)

type house struct {
	*testkit.App
	t       *testing.T
	service string
}

// open registers a service that is offered to the public.
func open(t *testing.T) house {
	t.Helper()
	a := testkit.New(t)
	return house{App: a, t: t, service: register1(t, a, "Chat")}
}

func register1(t *testing.T, a *testkit.App, name string) string {
	t.Helper()
	e, err := a.Register.Register(t.Context(), a.Officer.Actor(), register.Registration{
		Details: register.Details{Name: name, Kind: "chat"},
		Scope:   register.Scoping{Profile: regulation.Profile{Public: regulation.Yes}},
	})
	testkit.Must(t, err)
	return e.ID
}

func (h house) get(requirement string) checklist.Assessment {
	h.t.Helper()
	a, err := h.Checklist.Get(h.t.Context(), h.Officer.Actor(), h.service, requirement)
	testkit.Must(h.t, err)
	return a
}

func (h house) assess(by *testkit.Person, requirement string, c checklist.Change) checklist.Assessment {
	h.t.Helper()
	before := h.get(requirement)
	a, err := h.Checklist.Assess(h.t.Context(), by.Actor(), before.ID, before.Version, c)
	testkit.Must(h.t, err)
	return a
}

func says(s checklist.Status, conclusion string) checklist.Change {
	return checklist.Change{Status: &s, Conclusion: &conclusion}
}

func wants(t *testing.T, err error, kind problem.Kind) {
	t.Helper()
	if !problem.Is(err, kind) {
		t.Errorf("got %v, want a problem of kind %d", err, kind)
	}
}

func TestRegisteringOpensEveryRequirement(t *testing.T) {
	t.Parallel()
	h := open(t)
	rows, err := h.Checklist.Rows(t.Context(), h.Officer.Actor(), h.service)
	testkit.Must(t, err)
	if want := len(regulation.Embedded().Requirements); len(rows) != want {
		t.Fatalf("got %d assessments, want %d", len(rows), want)
	}
	a := h.get(medium)
	if a.Status != checklist.NotAssessed || !a.Applies || a.ReasonZH == "" || a.ReasonEN == "" || a.Severity != regulation.Medium {
		t.Errorf("opened as %+v", a)
	}
	h.Sound()
}

func TestScopeSwitchesAndKeepsWork(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx, by := t.Context(), h.Officer.Actor()
	h.assess(h.Officer, medium, says(checklist.Compliant, "Register kept"))

	e, err := h.Register.Get(ctx, by, h.service)
	testkit.Must(t, err)
	e, err = h.Register.Scope(ctx, by, e.ID, e.Version, register.Scoping{Profile: regulation.Profile{Public: regulation.No, NotPublic: regulation.Internal}})
	testkit.Must(t, err)
	off := h.get(medium)
	if off.Applies || off.Status != checklist.Compliant || off.Conclusion != "Register kept" {
		t.Errorf("switched off as %+v", off)
	}
	_, err = h.Checklist.Assess(ctx, by, off.ID, off.Version, says(checklist.InProgress, "x"))
	wants(t, err, problem.Conflict)
	p, err := h.Checklist.ProgressOf(ctx, by, h.service)
	testkit.Must(t, err)
	if p.Total.Of(checklist.Compliant) != 0 || p.Total.OutOfScope == 0 {
		t.Errorf("what does not apply counts: %+v", p.Total)
	}
	kept, err := h.Checklist.Kept(ctx, h.service)
	testkit.Must(t, err)
	if !kept[medium].Assessed || len(kept) != 1 {
		t.Errorf("kept work: %+v", kept)
	}

	_, err = h.Register.Scope(ctx, by, e.ID, e.Version, register.Scoping{Profile: regulation.Profile{Public: regulation.Yes}})
	testkit.Must(t, err)
	if on := h.get(medium); !on.Applies || on.Status != checklist.Compliant {
		t.Errorf("switched on again as %+v", on)
	}
	h.Sound()
}

func TestFourEyes(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx := t.Context()
	a := h.assess(h.Officer, high, says(checklist.Compliant, "Offered to the public; decision filed"))
	if a.Status != checklist.InProgress || a.ProposedStatus != checklist.Compliant {
		t.Fatalf("saved as %s, proposed %q", a.Status, a.ProposedStatus)
	}
	_, err := h.Checklist.Approve(ctx, h.Officer.Actor(), a.ID, a.Version, "")
	wants(t, err, problem.Forbidden)
	_, err = h.Checklist.Approve(ctx, h.Auditor.Actor(), a.ID, a.Version, "")
	wants(t, err, problem.Forbidden)
	_, err = h.Checklist.Approve(ctx, h.Officer2.Actor(), a.ID, a.Version-1, "")
	wants(t, err, problem.Conflict)

	a, err = h.Checklist.Approve(ctx, h.Officer2.Actor(), a.ID, a.Version, "Checked the decision")
	testkit.Must(t, err)
	if a.Status != checklist.Compliant || a.Pending() || a.ApprovedBy != h.Officer2.ID || a.NextReview != h.Checklist.Today().Add(180) {
		t.Errorf("approved as %+v", a)
	}
	_, err = h.Checklist.Approve(ctx, h.Officer2.Actor(), a.ID, a.Version, "")
	wants(t, err, problem.Conflict)

	a = h.assess(h.Officer2, high, checklist.Change{Conclusion: new("Other words")})
	if a.Status != checklist.InProgress || a.ProposedBy != h.Officer2.ID || a.ApprovedBy != "" {
		t.Errorf("new words left it at %+v", a)
	}
	_, err = h.Checklist.Approve(ctx, h.Officer2.Actor(), a.ID, a.Version, "")
	wants(t, err, problem.Forbidden)

	_, err = h.Checklist.Return(ctx, h.Officer.Actor(), a.ID, a.Version, " ")
	wants(t, err, problem.Invalid)
	a, err = h.Checklist.Return(ctx, h.Officer.Actor(), a.ID, a.Version, "Which decision?")
	testkit.Must(t, err)
	if a.Pending() || a.Status != checklist.InProgress || a.ReturnedTo != h.Officer2.ID || a.ReturnedNote != "Which decision?" {
		t.Errorf("returned as %+v", a)
	}
	for _, want := range []string{"assessment.proposed", "assessment.approved", "assessment.returned"} {
		if !slices.Contains(h.Actions(), want) {
			t.Errorf("no event %s", want)
		}
	}
	h.Sound()
}

func TestNothingIsOverwrittenUnseen(t *testing.T) {
	t.Parallel()
	h := open(t)
	shown := h.get(medium)
	h.assess(h.Officer2, medium, says(checklist.InProgress, "Oscar's words"))
	_, err := h.Checklist.Assess(t.Context(), h.Officer.Actor(), shown.ID, shown.Version, says(checklist.InProgress, "Olivia's words"))
	wants(t, err, problem.Conflict)
	if got := h.get(medium).Conclusion; got != "Oscar's words" {
		t.Errorf("conclusion is %q", got)
	}
}

func TestSavingTheSameIsNoChange(t *testing.T) {
	t.Parallel()
	h := open(t)
	before := h.get(medium)
	after := h.assess(h.Officer, medium, checklist.Change{Status: new(checklist.NotAssessed), Owner: new("")})
	if after.Version != before.Version {
		t.Error("a change of nothing made a version")
	}
}

func TestContributorSeesAndChangesOnlyTheirOwn(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx := t.Context()
	carl := h.PersonIn("Cara Contributor", []string{h.service}, actor.Contributor)
	_, err := h.Checklist.Get(ctx, carl.Actor(), h.service, medium)
	wants(t, err, problem.NotFound)

	a := h.assess(h.Officer, medium, checklist.Change{Owner: &carl.ID, Due: new(h.Checklist.Today().Add(7))})
	a, err = h.Checklist.Assess(ctx, carl.Actor(), a.ID, a.Version, says(checklist.PartlyCompliant, "Two laws missing"))
	testkit.Must(t, err)
	_, err = h.Checklist.Assess(ctx, carl.Actor(), a.ID, a.Version, checklist.Change{Due: new(h.Checklist.Today().Add(99))})
	wants(t, err, problem.Forbidden)
	_, err = h.Checklist.Assess(ctx, carl.Actor(), a.ID, a.Version, checklist.Change{Owner: new("")})
	wants(t, err, problem.Forbidden)

	p, err := h.Checklist.ProgressOf(ctx, carl.Actor(), h.service)
	testkit.Must(t, err)
	if p.Total.Judged() != 1 {
		t.Errorf("counts %d assessments, want their own one", p.Total.Judged())
	}
	stranger := h.PersonIn("Stan Stranger", []string{}, actor.Officer)
	_, err = h.Checklist.Get(ctx, stranger.Actor(), h.service, medium)
	wants(t, err, problem.NotFound)
	a = h.get(medium)
	_, err = h.Checklist.Assign(ctx, h.Officer.Actor(), a.ID, a.Version, stranger.ID)
	wants(t, err, problem.Invalid)
	_, err = h.Checklist.Assess(ctx, h.Auditor.Actor(), a.ID, a.Version, says(checklist.Compliant, "x"))
	wants(t, err, problem.Forbidden)
}

func TestTasks(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx, by := t.Context(), h.Officer.Actor()
	a := h.get(medium)
	_, err := h.Checklist.AddTask(ctx, by, a.ID, checklist.TaskInput{Title: " ", Due: "2026-01-01"})
	fields, _ := problem.FieldsOf(err)
	if len(fields) != 2 {
		t.Errorf("got %v, want title and due", fields)
	}
	task, err := h.Checklist.AddTask(ctx, by, a.ID, checklist.TaskInput{Title: "Add two laws", Owner: h.Supervisor.ID, Due: "2026-12-01"})
	testkit.Must(t, err)

	_, err = h.Checklist.FinishTask(ctx, h.Privacy.Actor(), task.ID, task.Version, "")
	wants(t, err, problem.NotFound) // Petra has nothing to do with it
	done, err := h.Checklist.FinishTask(ctx, h.Supervisor.Actor(), task.ID, task.Version, "Added")
	testkit.Must(t, err)
	if done.State != checklist.TaskDone || done.ClosedBy != h.Supervisor.ID || done.ClosingNote != "Added" {
		t.Errorf("closed as %+v", done)
	}
	_, err = h.Checklist.ChangeTask(ctx, by, task.ID, done.Version, checklist.TaskInput{Title: "More"})
	wants(t, err, problem.Conflict)
	open, err := h.Checklist.ReopenTask(ctx, by, task.ID, done.Version)
	testkit.Must(t, err)
	_, err = h.Checklist.CancelTask(ctx, by, task.ID, open.Version, "")
	wants(t, err, problem.Invalid)
	_, err = h.Checklist.CancelTask(ctx, by, task.ID, done.Version, "Not needed")
	wants(t, err, problem.Conflict)
	_, err = h.Checklist.CancelTask(ctx, by, task.ID, open.Version, "Not needed")
	testkit.Must(t, err)
	h.Sound()
}

func TestMentionIsWorkUntilSeen(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx := t.Context()
	a := h.get(medium)
	_, err := h.Checklist.Say(ctx, h.Officer.Actor(), a.ID, "Can you help, @Petra Privacy?")
	testkit.Must(t, err)
	items, err := h.Checklist.WorkOf(ctx, h.Privacy.Actor())
	testkit.Must(t, err)
	if len(items) != 1 || items[0].Kind != work.Mention || !strings.Contains(items[0].Note, "help") {
		t.Fatalf("Petra's work: %+v", items)
	}
	_, err = h.Checklist.Get(ctx, h.Privacy.Actor(), h.service, medium)
	testkit.Must(t, err)
	testkit.Must(t, h.Checklist.Seen(ctx, h.Privacy.Actor(), a.ID))
	testkit.Must(t, h.Checklist.Seen(ctx, h.Privacy.Actor(), a.ID)) // twice is fine
	items, err = h.Checklist.WorkOf(ctx, h.Privacy.Actor())
	testkit.Must(t, err)
	if len(items) != 0 {
		t.Errorf("seen, but still there: %+v", items)
	}
	_, err = h.Checklist.Say(ctx, h.Officer.Actor(), a.ID, "x", h.Executive.ID)
	wants(t, err, problem.Invalid)
	_, err = h.Checklist.Say(ctx, h.Auditor.Actor(), a.ID, "x")
	wants(t, err, problem.Forbidden)
	h.Sound()
}

func TestWorkOf(t *testing.T) {
	t.Parallel()
	h := open(t)
	today := h.Checklist.Today()
	h.assess(h.Officer, medium, checklist.Change{Owner: &h.Officer.ID, Due: new(today.Add(3))})
	h.assess(h.Officer, high, says(checklist.Compliant, "Done"))
	kinds := func(p *testkit.Person) (out []work.Kind) {
		items, err := h.Checklist.WorkOf(t.Context(), p.Actor())
		testkit.Must(t, err)
		for _, it := range items {
			out = append(out, it.Kind)
		}
		return out
	}
	if got := kinds(h.Officer); !slices.Equal(got, []work.Kind{work.Assess}) {
		t.Errorf("Olivia: %v", got)
	}
	if got := kinds(h.Officer2); !slices.Equal(got, []work.Kind{work.Review}) {
		t.Errorf("Oscar: %v", got)
	}
	a := h.get(high)
	_, err := h.Checklist.Return(t.Context(), h.Officer2.Actor(), a.ID, a.Version, "Why?")
	testkit.Must(t, err)
	if got := kinds(h.Officer); !slices.Equal(got, []work.Kind{work.Assess, work.Returned}) {
		t.Errorf("Olivia after the return: %v", got)
	}
	h.assess(h.Officer, medium, says(checklist.Compliant, "All five"))
	h.Clock.Advance(170 * 24 * time.Hour) // the interval is 180 days
	if got := kinds(h.Officer); !slices.Equal(got, []work.Kind{work.PeriodicReview, work.Returned}) {
		t.Errorf("Olivia before the review: %v", got)
	}
	a = h.get(medium)
	a, err = h.Checklist.Reaffirm(t.Context(), h.Officer.Actor(), a.ID, a.Version, "Looked through, nothing new")
	testkit.Must(t, err)
	if a.NextReview != h.Checklist.Today().Add(180) {
		t.Errorf("next review is %s", a.NextReview)
	}
	team, err := h.Checklist.Team(t.Context(), h.Officer2.Actor(), today.Add(30))
	testkit.Must(t, err)
	if len(team) != 0 {
		t.Errorf("the team has nothing due: %+v", team)
	}
}

func TestBulkTellsWhatBecameOfEach(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx := t.Context()
	one, two := h.get(medium), h.get(high)
	h.assess(h.Officer2, high, checklist.Change{Due: new(day.Date("2027-01-01"))})
	picks := []checklist.Pick{{ID: one.ID, Version: one.Version}, {ID: two.ID, Version: two.Version}, {ID: "nothing", Version: 1}, {ID: one.ID, Version: one.Version}}
	results, err := h.Checklist.Bulk(ctx, h.Officer.Actor(), picks, checklist.Change{Owner: &h.Supervisor.ID})
	testkit.Must(t, err)
	if !results[0].Changed || results[0].Err != nil {
		t.Errorf("first: %+v", results[0])
	}
	wants(t, results[1].Err, problem.Conflict)
	wants(t, results[2].Err, problem.NotFound)
	wants(t, results[3].Err, problem.Conflict)
	if h.get(medium).OwnerID != h.Supervisor.ID || h.get(high).OwnerID != "" {
		t.Error("wrong rows changed")
	}
	h.Sound()
}

func TestCopyMakesDrafts(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx, by := t.Context(), h.Officer.Actor()
	h.assess(h.Officer, medium, checklist.Change{Status: new(checklist.Compliant), Conclusion: new("Register kept"), Owner: &h.Supervisor.ID})
	other := register1(t, h.App, "Images")
	plan, err := h.Checklist.CopyPlan(ctx, by, h.service, other)
	testkit.Must(t, err)
	if len(plan) != 1 || !plan[0].Words || !plan[0].Owner || plan[0].Evidence {
		t.Fatalf("plan: %+v", plan)
	}
	to := plan[0].To
	n, err := h.Checklist.Copy(ctx, by, h.service, other, []checklist.Pick{{ID: to.ID, Version: to.Version}}, checklist.CopyOptions{Words: true, Owner: true})
	testkit.Must(t, err)
	got, err := h.Checklist.Get(ctx, by, other, medium)
	testkit.Must(t, err)
	if n != 1 || got.Status != checklist.InProgress || got.Conclusion != "Register kept" || got.OwnerID != h.Supervisor.ID || got.CopiedFrom == "" {
		t.Errorf("copied as %+v", got)
	}
	_, err = h.Checklist.Copy(ctx, by, h.service, other, []checklist.Pick{{ID: to.ID, Version: to.Version}}, checklist.CopyOptions{Words: true})
	wants(t, err, problem.Conflict)
	got, err = h.Checklist.Assess(ctx, by, got.ID, got.Version, checklist.Change{Status: new(checklist.Compliant)})
	testkit.Must(t, err)
	if got.CopiedFrom != "" {
		t.Error("judged, but still marked as copied")
	}
	h.Sound()
}

func TestNewCatalogueMarksWhatChanged(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.assess(h.Officer, medium, says(checklist.Compliant, "Register kept"))
	h.load(regulation.Difference{Requirements: []regulation.Change{{ID: medium, Kind: regulation.Changed, Material: true}, {ID: high, Kind: regulation.Changed, Material: true}}})
	if a := h.get(medium); !a.CatalogueChanged || a.Status != checklist.Compliant {
		t.Errorf("marked as %+v", a)
	}
	if h.get(high).CatalogueChanged {
		t.Error("what was never judged needs no mark")
	}
	a := h.get(medium)
	a, err := h.Checklist.Reaffirm(t.Context(), h.Officer.Actor(), a.ID, a.Version, "")
	testkit.Must(t, err)
	if a.CatalogueChanged {
		t.Error("confirmed, but still marked")
	}
	h.Sound()
}

func TestFilter(t *testing.T) {
	t.Parallel()
	h := open(t)
	today := h.Checklist.Today()
	h.assess(h.Officer, medium, checklist.Change{Conclusion: new("由法务部维护清单"), Owner: &h.Officer.ID, Due: &today})
	h.assess(h.Officer, high, says(checklist.Compliant, "Done"))
	rows, err := h.Checklist.Rows(t.Context(), h.Officer.Actor(), h.service)
	testkit.Must(t, err)
	for _, c := range []struct {
		name   string
		filter checklist.Filter
		want   string // an id among the found ones
		not    string // and one that is not
	}{
		{"article", checklist.Filter{Article: 1}, medium, high},
		{"owner", checklist.Filter{Owner: h.Officer.ID}, medium, high},
		{"nobody", checklist.Filter{Owner: checklist.Nobody}, high, medium},
		{"severity", checklist.Filter{Severity: regulation.High}, high, medium},
		{"standing", checklist.Filter{Standing: checklist.InProgress}, high, medium},
		{"awaiting", checklist.Filter{Awaiting: true}, high, medium},
		{"no evidence", checklist.Filter{NoEvidence: true}, medium, ""},
		{"two Chinese characters in a conclusion", checklist.Filter{Text: "法务"}, medium, "IM-01-02"},
		{"words of the requirement in English", checklist.Filter{Text: "OFFERED public"}, high, medium},
		{"full-width letters", checklist.Filter{Text: "ＩＭ－０１－０１"}, medium, high},
	} {
		var found []string
		for _, a := range c.filter.Keep(rows, regulation.Embedded(), today) {
			found = append(found, a.RequirementID)
		}
		if !slices.Contains(found, c.want) || slices.Contains(found, c.not) {
			t.Errorf("%s: found %v, want %s and not %q", c.name, found, c.want, c.not)
		}
	}
	if late := (checklist.Filter{Overdue: true}).Keep(rows, regulation.Embedded(), today.Add(1)); len(late) != 1 || late[0].RequirementID != medium {
		t.Errorf("overdue tomorrow: %+v", late)
	}
	if sum := checklist.CountRows(rows, today.Add(1)); sum.Overdue != 1 || sum.Awaiting != 1 {
		t.Errorf("counted %+v", sum)
	}
}

// TestProgressAgrees holds the counts of the database against those in memory.
func TestProgressAgrees(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx, by := t.Context(), h.Officer.Actor()
	h.assess(h.Officer, medium, checklist.Change{Due: new(h.Checklist.Today())})
	h.assess(h.Officer, high, says(checklist.Compliant, "Done"))
	h.assess(h.Officer, "IM-02-02", says(checklist.NonCompliant, "No"))
	h.Clock.Advance(400 * 24 * time.Hour)
	rows, err := h.Checklist.Rows(ctx, by, h.service)
	testkit.Must(t, err)
	p, err := h.Checklist.ProgressOf(ctx, by, h.service)
	testkit.Must(t, err)
	if want := checklist.CountRows(rows, h.Checklist.Today()); p.Total != want {
		t.Errorf("database counts %+v, memory %+v", p.Total, want)
	}
	if p.Total.Overdue != 1 || p.Total.Awaiting != 1 || p.Total.Reviews != 1 || p.Total.OpenSevere == 0 {
		t.Errorf("counted %+v", p.Total)
	}
	all, err := h.Checklist.Progress(ctx, h.Executive.Actor())
	testkit.Must(t, err)
	if all[h.service].Total != p.Total {
		t.Errorf("an executive sees %+v", all[h.service])
	}
}

func TestOfRequirement(t *testing.T) {
	t.Parallel()
	h := open(t)
	other := register1(t, h.App, "Other")
	inOne := h.PersonIn("Only One", []string{other}, actor.Officer)
	for name, tt := range map[string]struct {
		person *testkit.Person
		want   int
	}{"sees all services": {h.Officer, 2}, "sees one": {inOne, 1}, "has nothing assigned": {h.Contributor, 0}} {
		list, err := h.Checklist.OfRequirement(t.Context(), tt.person.Actor(), high)
		testkit.Must(t, err)
		if len(list) != tt.want {
			t.Errorf("%s: %d assessments, want %d", name, len(list), tt.want)
		}
	}
}
