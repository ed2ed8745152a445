package readiness_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hegui/internal/checklist"
	"hegui/internal/day"
	"hegui/internal/evidence"
	"hegui/internal/problem"
	"hegui/internal/readiness"
	"hegui/internal/readiness/score"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/internal/testkit"
)

// requirements used here, with their severity in the catalogue
const (
	high   = "IM-02-01" // high, always applies
	medium = "IM-01-01" // medium, 180 days, always applies
)

type house struct {
	*testkit.App
	t     *testing.T
	chat  string
	image string
}

// open registers two services that are offered to the public.
func open(t *testing.T) house {
	t.Helper()
	h := house{App: testkit.New(t), t: t}
	h.chat, h.image = h.register("Chat"), h.register("Image")
	return h
}

func (h house) register(name string) string {
	h.t.Helper()
	e, err := h.Register.Register(h.t.Context(), h.Officer.Actor(), register.Registration{
		Details: register.Details{Name: name, Kind: "chat"},
		Scope:   register.Scoping{Profile: regulation.Profile{Public: regulation.Yes}},
	})
	testkit.Must(h.t, err)
	return e.ID
}

func (h house) overview() *readiness.Overview {
	h.t.Helper()
	o, err := h.Readiness.Overview(h.t.Context(), h.Executive.Actor())
	testkit.Must(h.t, err)
	return o
}

func (h house) of(service string) readiness.Placed {
	h.t.Helper()
	p, ok := h.overview().Find(service)
	if !ok {
		h.t.Fatalf("service %s is not in the overview", service)
	}
	return p
}

func (h house) item(service, requirement string) score.Item {
	h.t.Helper()
	for _, i := range h.of(service).Score.Items() {
		if i.ID == requirement {
			return i
		}
	}
	h.t.Fatalf("no item %s", requirement)
	return score.Item{}
}

// conclude takes a requirement to a status, with a second person where one is
// needed.
func (h house) conclude(service, requirement string, s checklist.Status) {
	h.t.Helper()
	ctx := h.t.Context()
	a, err := h.Checklist.Get(ctx, h.Officer.Actor(), service, requirement)
	testkit.Must(h.t, err)
	words := "Checked."
	a, err = h.Checklist.Assess(ctx, h.Officer.Actor(), a.ID, a.Version, checklist.Change{Status: &s, Conclusion: &words, Justification: &words})
	testkit.Must(h.t, err)
	if a.Pending() {
		_, err = h.Checklist.Approve(ctx, h.Officer2.Actor(), a.ID, a.Version, "")
		testkit.Must(h.t, err)
	}
}

// prove links a note to a requirement, and has it approved.
func (h house) prove(service, requirement string, until day.Date, approved bool) evidence.Item {
	h.t.Helper()
	ctx := h.t.Context()
	a, err := h.Checklist.Get(ctx, h.Officer.Actor(), service, requirement)
	testkit.Must(h.t, err)
	i, err := h.Evidence.Note(ctx, h.Officer.Actor(), evidence.Submission{
		Description: evidence.Description{Title: "Note", ValidUntil: until}, Content: evidence.Content{Text: "Kept."},
		Targets: []evidence.Target{{AssessmentID: a.ID}}})
	testkit.Must(h.t, err)
	if approved {
		testkit.Must(h.t, h.Evidence.Approve(ctx, h.Officer2.Actor(), i.ID, i.Version, ""))
	}
	return i
}

func TestEveryStepShows(t *testing.T) {
	t.Parallel()
	h := open(t)
	start := h.of(h.chat).Score.Sum
	if start.Value() != 0 || start.Word() != score.NotReady || start.Items == 0 || start.Open != start.Items {
		t.Fatalf("a new service stands at %+v", start)
	}
	want := score.Item{ID: medium, Article: 1, Severity: score.Medium, Status: score.NotAssessed, Evidence: score.NoEvidence}
	step := func(what string, points int64) {
		t.Helper()
		got := h.item(h.chat, medium)
		if got != want || got.Points() != points {
			t.Errorf("%s: got %+v with %d, want %+v with %d", what, got, got.Points(), want, points)
		}
	}
	step("new", 0)
	h.conclude(h.chat, medium, checklist.Compliant)
	want.Status = score.Compliant
	step("compliant without proof", 500_000)
	until := h.Readiness.Today().Add(10)
	h.prove(h.chat, medium, until, false)
	want.Evidence = score.Unreviewed
	step("proof handed in", 750_000)
	h.prove(h.chat, medium, until, true)
	want.Evidence = score.Valid
	step("proof approved", score.Full)
	if other := h.of(h.image).Score.Sum; other != start {
		t.Errorf("the other service moved: %+v", other)
	}

	h.Clock.Set(until.Add(1).Time()) // the first moment of the day after; no sweep has run
	want.Evidence = score.Expired
	step("proof expired", 600_000)
	h.Clock.Set(until.Add(200).Time()) // the review was due 180 days after the conclusion
	want.Review = score.Overdue
	step("review overdue", 540_000)
	h.Clock.Set(until.Add(300).Time())
	want.Review = score.LongOverdue
	step("review long overdue", 450_000)
}

// TestMaintainedIsRecomputed does random things with both services and, after
// each, compares what is kept in memory with what a program started anew
// computes from the database.
func TestMaintainedIsRecomputed(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx, r := t.Context(), rand.New(rand.NewPCG(5, 24))
	rows, err := h.Checklist.Rows(ctx, h.Officer.Actor(), h.chat)
	testkit.Must(t, err)
	var notes []evidence.Item
	for n := range 60 {
		service := []string{h.chat, h.image}[r.IntN(2)]
		requirement := rows[r.IntN(len(rows))]
		if !requirement.Applies {
			continue
		}
		switch r.IntN(5) {
		case 0, 1:
			h.conclude(service, requirement.RequirementID, checklist.Statuses[1+r.IntN(5)])
		case 2:
			notes = append(notes, h.prove(service, requirement.RequirementID, h.Readiness.Today().Add(r.IntN(20)), r.IntN(3) > 0))
		case 3:
			h.Clock.Advance(time.Duration(r.IntN(72)) * time.Hour)
		case 4:
			if len(notes) == 0 {
				continue
			}
			i, err := h.Evidence.Get(ctx, h.Officer.Actor(), notes[r.IntN(len(notes))].ID)
			testkit.Must(t, err)
			if !i.Closed() {
				testkit.Must(t, h.Evidence.Retire(ctx, h.Officer.Actor(), i.ID, "Replaced."))
			}
		}
		if r.IntN(4) == 0 {
			testkit.Must(t, h.RunDue(ctx))
		}
		h.compareWithFresh(fmt.Sprintf("step %d", n))
	}
	h.Sound()
}

// compareWithFresh computes everything a second time, with nothing kept.
func (h house) compareWithFresh(when string) {
	h.t.Helper()
	list := checklist.New(h.Ledger, checklist.Options{Catalogue: h.Regulation.Current})
	fresh := readiness.New(h.Ledger, readiness.Options{Register: h.Register, Checklist: list, Catalogue: h.Regulation.Current})
	want, err := fresh.Overview(h.t.Context(), h.Executive.Actor())
	testkit.Must(h.t, err)
	if d := cmp.Diff(want, h.overview(), cmpopts.IgnoreUnexported(readiness.Standing{}, readiness.Overview{}), cmpopts.EquateEmpty()); d != "" {
		h.t.Fatalf("%s: kept and computed anew differ (-anew +kept):\n%s", when, d)
	}
}

func TestOpenAgreesWithTheChecklist(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.conclude(h.chat, medium, checklist.Compliant)
	h.prove(h.chat, medium, h.Readiness.Today().Add(1), true)
	h.conclude(h.chat, high, checklist.Compliant)
	for _, days := range []int{0, 2} {
		h.Clock.Advance(time.Duration(days) * 24 * time.Hour)
		testkit.Must(t, h.RunDue(t.Context()))
		p, err := h.Checklist.ProgressOf(t.Context(), h.Officer.Actor(), h.chat)
		testkit.Must(t, err)
		if got, want := h.of(h.chat).Score.Sum.Open, p.Total.Judged()-p.Total.Of(checklist.Compliant); got != want {
			t.Errorf("after %d days: %d are open, the checklist says %d", days, got, want)
		}
	}
}

func TestScopeOfTheReader(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.conclude(h.chat, medium, checklist.Compliant)
	testkit.Must(t, h.Readiness.Daily(t.Context()))
	narrow := h.PersonIn("Nora Narrow", []string{h.image}, "executive").Actor()

	o, err := h.Readiness.Overview(t.Context(), narrow)
	testkit.Must(t, err)
	if len(o.Services) != 1 || o.Total != h.of(h.image).Score.Sum {
		t.Errorf("sees %d services, in all %+v", len(o.Services), o.Total)
	}
	if _, err := h.Readiness.Of(t.Context(), narrow, h.chat); !problem.Is(err, problem.NotFound) {
		t.Errorf("another's service: %v", err)
	}
	m, err := h.Readiness.At(t.Context(), narrow, h.Readiness.Today())
	testkit.Must(t, err)
	if len(m.Services) != 1 || m.Total != o.Total {
		t.Errorf("the snapshot shows %d services", len(m.Services))
	}
	series, err := h.Readiness.Series(t.Context(), narrow, "", h.Readiness.Today().Add(-30), o.Now())
	testkit.Must(t, err)
	if len(series) != 1 || series[0].Sum != o.Total {
		t.Errorf("the series is %+v", series)
	}
}

func TestRetiredServicesDoNotCount(t *testing.T) {
	t.Parallel()
	h := open(t)
	e, err := h.Register.Get(t.Context(), h.Officer.Actor(), h.image)
	testkit.Must(t, err)
	_, err = h.Register.Retire(t.Context(), h.Officer.Actor(), e.ID, e.Version, "Closed.")
	testkit.Must(t, err)
	if o := h.overview(); len(o.Services) != 1 || o.Total != o.Services[0].Score.Sum {
		t.Errorf("%d services count", len(o.Services))
	}
	if _, err := h.Readiness.Of(t.Context(), h.Officer.Actor(), h.image); !problem.Is(err, problem.NotFound) {
		t.Errorf("a retired service: %v", err)
	}
}

func TestBlockers(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.conclude(h.chat, high, checklist.NonCompliant)
	rows, err := h.Checklist.Rows(t.Context(), h.Officer.Actor(), h.image)
	testkit.Must(t, err)
	critical := ""
	for _, a := range rows {
		if a.Severity == regulation.Critical && a.Applies {
			critical = a.RequirementID
		}
	}
	h.conclude(h.image, critical, checklist.NonCompliant)
	due := h.Readiness.Today().Add(2)
	a, err := h.Checklist.Get(t.Context(), h.Officer.Actor(), h.image, critical)
	testkit.Must(t, err)
	_, err = h.Checklist.Assess(t.Context(), h.Officer.Actor(), a.ID, a.Version, checklist.Change{Due: &due})
	testkit.Must(t, err)
	h.Clock.Advance(5 * 24 * time.Hour)

	o := h.overview()
	top := o.Top(3)
	if len(top) != 3 || top[0].Item.ID != critical || top[0].Service != h.image || top[0].Late != 3 {
		t.Fatalf("the worst is %+v", top[0])
	}
	all := o.Blockers()
	if len(all) != o.Total.Open {
		t.Errorf("%d blockers, %d open", len(all), o.Total.Open)
	}
	before := h.of(h.image)
	for _, b := range before.Blockers()[:5] {
		after := before.Score.Solve(map[string]bool{b.Item.ID: true})
		if got := after.Sum.Points - before.Score.Sum.Points; got != b.Gain {
			t.Errorf("%s gains %d, says %d", b.Item.ID, got, b.Gain)
		}
	}
}

func TestDeadlines(t *testing.T) {
	t.Parallel()
	h := open(t)
	today := h.Readiness.Today()
	h.conclude(h.chat, medium, checklist.Compliant) // review in 180 days
	h.prove(h.chat, medium, today.Add(30), true)
	e, err := h.Register.Get(t.Context(), h.Officer.Actor(), h.image)
	testkit.Must(t, err)
	details := e.Details()
	details.State, details.Launch = register.Planned, today.Add(3)
	_, err = h.Register.Change(t.Context(), h.Officer.Actor(), e.ID, e.Version, details)
	testkit.Must(t, err)
	list := func(days int) (out []string) {
		for _, d := range h.overview().Deadlines(today.Add(days)) {
			out = append(out, fmt.Sprintf("%s %s in %d", d.Kind, d.Requirement, today.Until(d.Date)))
		}
		return out
	}
	if d := cmp.Diff([]string{"launch  in 3"}, list(29)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"launch  in 3", "evidence " + medium + " in 30", "review " + medium + " in 180"}, list(200)); d != "" {
		t.Error(d)
	}
}
