package labelling_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/labelling"
	"hegui/internal/problem"
	"hegui/internal/testkit"
	"hegui/internal/work"
)

// house is a lot with people around it.
type house struct {
	*testkit.App
	t       *testing.T
	sue     actor.Actor
	project labelling.Project
	rules   labelling.RuleSet
	lot     labelling.Lot
	plan    labelling.Plan
	draw    labelling.Draw
	people  map[string]member
}

// member is somebody with a function in the project.
type member struct {
	labelling.Worker
	*testkit.Person
}

// full is a plan of every item.
var full = labelling.PlanInput{Method: labelling.Whole100, Params: labelling.Params{MinRight: 960_000}}

// staffed draws a lot of some items under a plan and appoints two checkers and
// an arbiter, all qualified, with accounts.
func staffed(t *testing.T, items int, plan labelling.PlanInput) *house {
	t.Helper()
	a := testkit.New(t)
	h := &house{App: a, t: t, sue: a.Supervisor.Actor(), project: project(t, a), people: map[string]member{}}
	h.rules = inForce(t, a, h.project, labelling.Functional)
	h.hire("ann", labelling.Annotator, "p0")
	h.hire("bob", labelling.Reviewer, "p1")
	h.hire("cat", labelling.Reviewer)
	h.hire("ari", labelling.Arbiter)
	_, lots := imported(t, a, upload(t, a, h.project, "rows.jsonl", lines(items)), answers)
	l, err := a.Labelling.Freeze(t.Context(), h.sue, lots[0].ID, lots[0].Version)
	testkit.Must(t, err)
	h.plan, h.draw = drawn(t, a, l, plan)
	h.lot = l
	h.refresh()
	return h
}

// hire makes somebody qualified for a function.
func (h *house) hire(name string, duty labelling.Duty, codes ...string) member {
	h.t.Helper()
	ctx := h.t.Context()
	m := member{Person: h.Person("Name of "+name, actor.Checker)}
	var err error
	m.Worker, err = h.Labelling.AddWorker(ctx, h.sue, labelling.WorkerInput{Name: "Name of " + name, Codes: codes, AccountID: m.Person.ID})
	testkit.Must(h.t, err)
	_, err = h.Labelling.Appoint(ctx, h.sue, h.project.ID, m.ID, duty, "2026-11-01")
	testkit.Must(h.t, err)
	testkit.Must(h.t, h.Labelling.AddTraining(ctx, h.sue, []string{m.ID}, labelling.TrainingInput{Title: "Basics", HeldOn: "2026-11-20", Exam: labelling.Passed, Score: 90}))
	testkit.Must(h.t, h.Labelling.ConfirmReading(ctx, h.sue, h.rules.ID, []string{m.ID}, "2026-11-23"))
	h.people[name] = m
	return m
}

func (h *house) refresh() labelling.Lot {
	h.t.Helper()
	var err error
	h.lot, err = h.Labelling.Lot(h.t.Context(), h.sue, h.lot.ID)
	testkit.Must(h.t, err)
	return h.lot
}

func (h *house) assign(in labelling.AssignInput, names ...string) labelling.Given {
	h.t.Helper()
	for _, n := range names {
		in.Workers = append(in.Workers, h.people[n].ID)
	}
	if in.Due == "" {
		in.Due = "2026-11-30"
	}
	g, err := h.Labelling.Assign(h.t.Context(), h.sue, h.lot.ID, h.refresh().Version, in)
	testkit.Must(h.t, err)
	h.refresh()
	return g
}

// of gives the open assignments of somebody.
func (h *house) of(name string) (out []labelling.Assignment) {
	h.t.Helper()
	list, err := h.Labelling.Desk(h.t.Context(), h.people[name].Actor(), labelling.DeskFilter{Limit: 10})
	testkit.Must(h.t, err)
	for _, one := range list {
		out = append(out, one.Assignment)
	}
	return out
}

func (h *house) by(name string) actor.Actor { return h.people[name].Actor() }

// say gives somebody's verdict on an item, after an own answer where the check is blind.
func (h *house) say(name string, a labelling.Assignment, seq int64, v labelling.Verdict, codes ...string) labelling.Check {
	h.t.Helper()
	ctx, p := h.t.Context(), h.place(name, a, seq)
	version := int64(0)
	if p.Check != nil {
		version = p.Check.Version
	}
	if p.Blind() && !p.Answered() {
		c, err := h.Labelling.GiveOwn(ctx, h.by(name), a.ID, seq, version, "good", 900)
		testkit.Must(h.t, err)
		version = c.Version
	}
	c, err := h.Labelling.Give(ctx, h.by(name), a.ID, seq, labelling.Answer{Verdict: v, Defects: codes, Millis: 1500, Version: version})
	testkit.Must(h.t, err)
	return c
}

func (h *house) place(name string, a labelling.Assignment, seq int64) labelling.Place {
	h.t.Helper()
	p, err := h.Labelling.Place(h.t.Context(), h.by(name), a.ID, seq)
	testkit.Must(h.t, err)
	return p
}

// finish judges all items of an assignment by a rule and hands it in.
func (h *house) finish(name string, a labelling.Assignment, judge func(p labelling.Place) labelling.Verdict) {
	h.t.Helper()
	for seq := int64(1); seq <= a.Items; seq++ {
		v := judge(h.place(name, a, seq))
		var codes []string
		if v == labelling.VerdictWrong {
			codes = []string{"B1"}
		}
		h.say(name, a, seq, v, codes...)
	}
	_, err := h.Labelling.HandIn(h.t.Context(), h.by(name), a.ID)
	testkit.Must(h.t, err)
	h.refresh()
}

func always(v labelling.Verdict) func(labelling.Place) labelling.Verdict {
	return func(labelling.Place) labelling.Verdict { return v }
}

func (h *house) verdicts() []labelling.Judged {
	h.t.Helper()
	list, err := h.Labelling.Verdicts(h.Ledger.Read(h.t.Context()), h.draw.ID)
	testkit.Must(h.t, err)
	return list
}

func TestAssignKeepsPeopleFromTheirOwnItems(t *testing.T) {
	t.Parallel()
	in := full
	in.DoublePercent = 20
	h := staffed(t, 30, in)
	ctx := t.Context()
	g := h.assign(labelling.AssignInput{}, "bob", "cat")
	if len(g.Left) != 0 {
		t.Errorf("%d assignments, left %v", len(g.Assignments), g.Left)
	}
	seen, doubles := map[int64]string{}, 0
	for _, a := range g.Assignments {
		var list []labelling.Assigned
		testkit.Must(t, h.Ledger.Read(ctx).Where("assignment_id = ?", a.ID).Order("seq").Find(&list).Error)
		if int64(len(list)) != a.Items || len(a.ItemsHash) != 64 {
			t.Errorf("%d items of %+v", len(list), a)
		}
		for _, d := range list {
			it, err := h.Labelling.Item(ctx, h.sue, h.lot.ID, d.N)
			testkit.Must(t, err)
			if it.Annotator == "p1" && a.WorkerID == h.people["bob"].ID {
				t.Errorf("bob checks his own item %d", d.N)
			}
			if a.Round == labelling.SecondRound {
				doubles++
				if seen[d.N] == a.WorkerID {
					t.Errorf("item %d is checked twice by the same person", d.N)
				}
			} else if seen[d.N] = a.WorkerID; d.Purpose != labelling.PurposeSample {
				t.Errorf("item %d is given as %s", d.N, d.Purpose)
			}
		}
	}
	// six are wanted; those that bob labelled have nobody else for a second check
	if len(seen) != 30 || doubles+int(g.Doubles) != 6 || doubles == 0 {
		t.Errorf("%d items given, %d twice, %d left", len(seen), doubles, g.Doubles)
	}
	if h.lot.State != labelling.LotChecking || h.lot.ToCheck != 30 {
		t.Errorf("lot %+v", h.lot)
	}
	_, err := h.Labelling.Assign(ctx, h.sue, h.lot.ID, h.lot.Version, labelling.AssignInput{Workers: []string{h.people["cat"].ID}, Due: "2026-11-30"})
	wants(t, err, problem.Conflict, "nothing_to_give")
	h.Sound()
}

func TestAssignSaysWhatCannotBe(t *testing.T) {
	t.Parallel()
	h := staffed(t, 30, full)
	ctx := t.Context()
	bob := h.people["bob"].ID
	_, err := h.Labelling.Assign(ctx, h.sue, h.lot.ID, h.lot.Version, labelling.AssignInput{Due: "2026-11-22"})
	wants(t, err, problem.Invalid, "due: label_check.due.past")
	wants(t, err, problem.Invalid, "worker: label_check.nobody")
	_, err = h.Labelling.Assign(ctx, h.sue, h.lot.ID, h.lot.Version, labelling.AssignInput{Workers: []string{bob}, Quotas: map[string]int64{}, Due: "2026-11-30"})
	wants(t, err, problem.Invalid, "quota: label_check.quota.needed")
	for _, name := range []string{"ann", "ari"} {
		_, err = h.Labelling.Assign(ctx, h.sue, h.lot.ID, h.lot.Version, labelling.AssignInput{Workers: []string{h.people[name].ID}, Due: "2026-11-30"})
		wants(t, err, problem.Invalid, "worker: label_check.not_assignable")
	}
	testkit.Must(t, h.Labelling.Suspend(ctx, h.sue, h.people["cat"].ID, "Errors"))
	list, err := h.Labelling.Candidates(ctx, h.lot, labelling.Reviewer)
	testkit.Must(t, err)
	for _, c := range list {
		if c.Assignable() != (c.Worker.ID == bob) {
			t.Errorf("%s: %v", c.Worker.Name, c.Lacks)
		}
	}
	g := h.assign(labelling.AssignInput{Quotas: map[string]int64{bob: 12}}, "bob")
	if g.Left[labelling.BarOwn] != 10 || g.Left[labelling.BarQuota] != 8 || g.Assignments[0].Items != 12 {
		t.Errorf("left %v", g.Left)
	}
	other := h.PersonIn("Stranger", []string{"another"}, actor.Supervisor).Actor()
	_, err = h.Labelling.Assign(ctx, other, h.lot.ID, h.lot.Version, labelling.AssignInput{Workers: []string{bob}, Due: "2026-11-30"})
	wants(t, err, problem.NotFound, "")
	_, err = h.Labelling.Withdraw(ctx, other, g.Assignments[0].ID, 1)
	wants(t, err, problem.NotFound, "")
	h.Sound()
}

func TestSuppliersApart(t *testing.T) {
	t.Parallel()
	h := staffed(t, 30, full)
	ctx := t.Context()
	s, err := h.Labelling.AddSupplier(ctx, h.sue, labelling.SupplierInput{Name: "Vendor", State: labelling.SupplierActive})
	testkit.Must(t, err)
	for name, codes := range map[string][]string{"ann": {"p0"}, "cat": nil} {
		w := h.people[name].Worker
		_, err := h.Labelling.ChangeWorker(ctx, h.sue, w.ID, w.Version, labelling.WorkerInput{Name: w.Name, Codes: codes, SupplierID: s.ID, AccountID: w.AccountID})
		testkit.Must(t, err)
	}
	g := h.assign(labelling.AssignInput{Apart: true}, "cat")
	if g.Left[labelling.BarSupplier] != 10 || !g.Assignments[0].Apart {
		t.Errorf("left %v", g.Left)
	}
}

// TestCheckingToTheEnd checks a lot with second checks, disagreement and doubt.
func TestCheckingToTheEnd(t *testing.T) {
	t.Parallel()
	in := full
	in.DoublePercent, in.Blind = 100, true
	h := staffed(t, 12, in)
	ctx := t.Context()
	h.hire("dan", labelling.Reviewer)
	h.assign(labelling.AssignInput{}, "cat", "dan")
	first, second := h.of("cat"), h.of("dan")
	if len(first) != 2 || len(second) != 2 {
		t.Fatalf("cat has %d, dan %d", len(first), len(second))
	}
	_, err := h.Labelling.HandIn(ctx, h.by("cat"), first[0].ID)
	wants(t, err, problem.Invalid, "not_all")
	_, err = h.Labelling.Give(ctx, h.by("cat"), first[0].ID, 1, labelling.Answer{Verdict: labelling.VerdictRight})
	wants(t, err, problem.Invalid, "own_answer: label_check.own.first")
	_, err = h.Labelling.Give(ctx, h.by("dan"), first[0].ID, 1, labelling.Answer{Verdict: labelling.VerdictRight})
	wants(t, err, problem.NotFound, "")
	if c := h.say("cat", first[0], 1, labelling.VerdictUnsure); c.OwnAnswer != "good" || c.Millis != 2400 {
		t.Errorf("check %+v", c)
	}
	if _, err := h.Labelling.GiveOwn(ctx, h.by("cat"), first[0].ID, 1, 2, "bad", 1); !problem.Is(err, problem.Conflict) {
		t.Errorf("the own answer was replaced: %v", err)
	}
	h.say("cat", first[0], 1, labelling.VerdictRight) // changed her mind before handing in
	wrongBy := func(remainder int64) func(labelling.Place) labelling.Verdict {
		return func(p labelling.Place) labelling.Verdict {
			switch p.Item.N {
			case 3, remainder:
				return labelling.VerdictWrong
			case 7:
				return labelling.VerdictUnsure
			}
			return labelling.VerdictRight
		}
	}
	for _, a := range first {
		h.finish("cat", a, wrongBy(5))
	}
	if h.lot.Checked != 0 || len(h.of("ari")) != 0 {
		t.Errorf("before the second check %d are final", h.lot.Checked)
	}
	for _, a := range second {
		h.finish("dan", a, wrongBy(6))
	}
	if h.lot.Checked != 9 || h.lot.Wrong != 1 || h.lot.AllChecked() {
		t.Errorf("checked %d, wrong %d", h.lot.Checked, h.lot.Wrong)
	}
	arb := h.of("ari")
	if len(arb) != 1 || arb[0].Items != 3 || arb[0].Round != labelling.ArbiterRound {
		t.Fatalf("the arbiter has %+v", arb)
	}
	_, err = h.Labelling.Give(ctx, h.by("cat"), first[0].ID, 1, labelling.Answer{Verdict: labelling.VerdictWrong, Defects: []string{"B1"}, Version: 3})
	wants(t, err, problem.Conflict, "handed_in")
	p := h.place("ari", arb[0], 1)
	if p.Blind() || len(p.Earlier) != 2 || p.Earlier[0].Verdict == p.Earlier[1].Verdict && p.Earlier[0].Verdict != labelling.VerdictUnsure {
		t.Errorf("the arbiter sees %+v", p.Earlier)
	}
	_, err = h.Labelling.Give(ctx, h.by("ari"), arb[0].ID, 1, labelling.Answer{Verdict: labelling.VerdictUnsure})
	wants(t, err, problem.Invalid, "verdict: label_check.arbiter_decides")
	h.finish("ari", arb[0], func(p labelling.Place) labelling.Verdict {
		if p.Item.N == 5 {
			return labelling.VerdictWrong
		}
		return labelling.VerdictRight
	})
	if !h.lot.AllChecked() || h.lot.Wrong != 2 {
		t.Errorf("at the end %d of %d, wrong %d", h.lot.Checked, h.lot.ToCheck, h.lot.Wrong)
	}
	for _, j := range h.verdicts() {
		wrong, arbitrated := j.N == 3 || j.N == 5, slices.Contains([]int64{5, 6, 7}, j.N)
		if (j.Verdict == labelling.VerdictWrong) != wrong || j.Arbitrated != arbitrated || j.Disputed != arbitrated {
			t.Errorf("item %d: %+v", j.N, j.Settled)
		}
		if want := map[bool]int{true: 3, false: 2}[arbitrated]; len(j.Rounds) != want || j.First() == labelling.NoVerdict {
			t.Errorf("item %d has %d verdicts, want %d", j.N, len(j.Rounds), want)
		}
	}
	h.works(h.sue, work.LabelDecide)
	h.Sound()
}

// works expects one piece of work of a kind.
func (h *house) works(by actor.Actor, want ...work.Kind) []work.Item {
	h.t.Helper()
	list, err := h.Labelling.WorkOf(h.t.Context(), by)
	testkit.Must(h.t, err)
	var got []work.Kind
	for _, i := range list {
		got = append(got, i.Kind)
	}
	if !slices.Equal(got, want) {
		h.t.Errorf("%s has the work %v, want %v", by.Name, got, want)
	}
	return list
}

func TestFirstVerdictStaysInTheLedger(t *testing.T) {
	t.Parallel()
	h := staffed(t, 9, full)
	h.assign(labelling.AssignInput{}, "cat")
	a := h.of("cat")[0]
	h.say("cat", a, 1, labelling.VerdictWrong, "A1", "B1")
	if h.refresh(); h.lot.Wrong != 1 || h.lot.Checked != 1 {
		t.Errorf("%d wrong of %d", h.lot.Wrong, h.lot.Checked)
	}
	c := h.say("cat", a, 1, labelling.VerdictRight)
	if h.refresh(); h.lot.Wrong != 0 || h.lot.Checked != 1 || len(c.Defects) != 0 || c.Severity != "" {
		t.Errorf("%d wrong of %d, check %+v", h.lot.Wrong, h.lot.Checked, c)
	}
	past, err := h.Ledger.History(t.Context(), audit.Object{Type: "label_check", ID: c.ID}, 0, 10)
	testkit.Must(t, err)
	if len(past) != 2 || past[1].Action != "label_check.given" || past[0].Action != "label_check.changed" || !strings.Contains(fmt.Sprint(past[1]), "wrong") {
		t.Errorf("history %v", past)
	}
	if got := h.works(h.by("cat"), work.LabelCheck); got[0].Count != 8 || got[0].Due != "2026-11-30" {
		t.Errorf("work %+v", got)
	}
	h.Sound()
}

// TestTwoTabs lets nobody write over what they did not see.
func TestTwoTabs(t *testing.T) {
	t.Parallel()
	h := staffed(t, 9, full)
	ctx := t.Context()
	h.assign(labelling.AssignInput{}, "cat")
	a := h.of("cat")[0]
	right := labelling.Answer{Verdict: labelling.VerdictRight}
	_, err := h.Labelling.Give(ctx, h.by("cat"), a.ID, 1, right)
	testkit.Must(t, err)
	_, err = h.Labelling.Give(ctx, h.by("cat"), a.ID, 1, labelling.Answer{Verdict: labelling.VerdictWrong, Defects: []string{"B1"}})
	wants(t, err, problem.Conflict, "label_check.changed")
	right.Version = 7
	_, err = h.Labelling.Give(ctx, h.by("cat"), a.ID, 1, right)
	wants(t, err, problem.Conflict, "label_check.changed")
	errs := make(chan error)
	for range 2 {
		go func() {
			_, err := h.Labelling.Give(ctx, h.by("cat"), a.ID, 2, labelling.Answer{Verdict: labelling.VerdictRight})
			errs <- err
		}()
	}
	one, two := <-errs, <-errs
	if (one == nil) == (two == nil) || !problem.Is(one, problem.Conflict) && !problem.Is(two, problem.Conflict) {
		t.Errorf("of two at once: %v and %v", one, two)
	}
	if h.refresh(); h.lot.Checked != 2 {
		t.Errorf("checked %d", h.lot.Checked)
	}
	for _, bad := range []labelling.Answer{{}, {Verdict: "maybe"}, {Verdict: labelling.VerdictWrong}, {Verdict: labelling.VerdictRight, Defects: []string{"B1"}}, {Verdict: labelling.VerdictWrong, Defects: []string{"Z9"}}, {Verdict: labelling.VerdictWrong, Defects: []string{"B1"}, Severity: "awful"}} {
		_, err = h.Labelling.Give(ctx, h.by("cat"), a.ID, 3, bad)
		wants(t, err, problem.Invalid, "")
	}
	h.Sound()
}

func TestIllegalContentStopsTheLot(t *testing.T) {
	t.Parallel()
	h := staffed(t, 12, full)
	ctx := t.Context()
	h.hire("dan", labelling.Reviewer)
	h.assign(labelling.AssignInput{}, "cat", "dan")
	a, b := h.of("cat")[0], h.of("dan")[0]
	_, err := h.Labelling.Flag(ctx, h.by("cat"), a.ID, 1, 0, " ")
	wants(t, err, problem.Invalid, "note: labelling.required")
	_, err = h.Labelling.Flag(ctx, h.by("cat"), a.ID, 1, 0, "Calls for violence")
	testkit.Must(t, err)
	if h.refresh(); !h.lot.Stopped {
		t.Fatal("the lot goes on")
	}
	_, err = h.Labelling.Give(ctx, h.by("dan"), b.ID, 1, labelling.Answer{Verdict: labelling.VerdictRight})
	wants(t, err, problem.Conflict, "label_check.stopped")
	if why, err := h.Labelling.StopOf(ctx, h.lot.ID); err != nil || why.Note != "Calls for violence" {
		t.Errorf("stopped for %q (%v)", why.Note, err)
	}
	h.works(h.sue, work.LabelStopped)
	h.works(h.by("dan"))
	_, err = h.Labelling.ResumeChecks(ctx, h.sue, h.lot.ID, h.lot.Version, "")
	wants(t, err, problem.Invalid, "reason: labelling.required")
	_, err = h.Labelling.ResumeChecks(ctx, h.sue, h.lot.ID, h.lot.Version, "A quotation from a news report")
	testkit.Must(t, err)
	_, err = h.Labelling.ResumeChecks(ctx, h.sue, h.lot.ID, h.lot.Version+1, "Again")
	wants(t, err, problem.Conflict, "not_stopped")
	if c := h.say("cat", a, 1, labelling.VerdictRight); !c.Illegal {
		t.Error("the report is forgotten")
	}
	h.Sound()
}

// TestWithdrawAndGiveToOthers takes what is undone, also an item that was begun.
func TestWithdrawAndGiveToOthers(t *testing.T) {
	t.Parallel()
	in := full
	in.Blind = true
	h := staffed(t, 12, in)
	ctx := t.Context()
	h.assign(labelling.AssignInput{}, "cat")
	a := h.of("cat")[0]
	h.say("cat", a, 1, labelling.VerdictRight)
	h.say("cat", a, 2, labelling.VerdictUnsure)
	begun := h.place("cat", a, 3)
	_, err := h.Labelling.GiveOwn(ctx, h.by("cat"), a.ID, 3, 0, "mine", 10)
	testkit.Must(t, err)
	list, err := h.Labelling.AssignmentsOf(ctx, h.lot)
	testkit.Must(t, err)
	_, err = h.Labelling.Withdraw(ctx, h.sue, a.ID, 1)
	wants(t, err, problem.Conflict, "changed_meanwhile")
	left, err := h.Labelling.Withdraw(ctx, h.sue, a.ID, list[0].Version)
	testkit.Must(t, err)
	if left.State != labelling.AssignmentDone || left.Items != 2 || left.ItemsHash == a.ItemsHash {
		t.Errorf("left %+v", left)
	}
	if arb := h.of("ari"); len(arb) != 1 || arb[0].Items != 1 {
		t.Errorf("the doubt went to %+v", arb)
	}
	h.hire("dan", labelling.Reviewer)
	g := h.assign(labelling.AssignInput{}, "dan")
	if len(g.Assignments) != 1 || g.Assignments[0].Items != 10 {
		t.Fatalf("dan got %+v", g.Assignments)
	}
	b := h.of("dan")[0]
	for seq := int64(1); seq <= b.Items; seq++ {
		if p := h.place("dan", b, seq); p.Item.N == begun.Item.N && p.Check != nil {
			t.Error("dan sees what cat began")
		}
		if c := h.say("dan", b, seq, labelling.VerdictRight); c.OwnAnswer != "good" || c.AssignmentID != b.ID {
			t.Errorf("dan's check is %+v", c)
		}
	}
	_, err = h.Labelling.HandIn(ctx, h.by("dan"), b.ID)
	testkit.Must(t, err)
	if h.refresh(); h.lot.Checked != 11 || h.lot.ToCheck != 12 {
		t.Errorf("%d of %d", h.lot.Checked, h.lot.ToCheck)
	}

	// the arbiter cannot: somebody else is chosen
	arb := h.of("ari")[0]
	arb, err = h.Labelling.Withdraw(ctx, h.sue, arb.ID, arb.Version)
	testkit.Must(t, err)
	if free, given, err := h.Labelling.Waiting(ctx, h.lot); err != nil || free != 1 || given != 0 || arb.State != labelling.AssignmentWithdrawn {
		t.Errorf("%d wait, %d given (%v), %s", free, given, err, arb.State)
	}
	h.works(h.sue, work.LabelArbiter)
	wants(t, h.Labelling.Arbitrate(ctx, h.sue, h.lot.ID, nil, "", false), problem.Invalid, "worker: label_check.nobody")
	wants(t, h.Labelling.Arbitrate(ctx, h.sue, h.lot.ID, []string{h.people["cat"].ID}, "2026-11-25", false), problem.Invalid, "not_assignable")
	eve := h.hire("eve", labelling.Arbiter)
	testkit.Must(t, h.Labelling.Arbitrate(ctx, h.sue, h.lot.ID, []string{eve.ID}, "2026-11-25", false))
	wants(t, h.Labelling.Arbitrate(ctx, h.sue, h.lot.ID, []string{eve.ID}, "2026-11-25", false), problem.Conflict, "nothing_to_arbitrate")
	h.finish("eve", h.of("eve")[0], always(labelling.VerdictWrong))
	if !h.lot.AllChecked() || h.lot.Wrong != 1 {
		t.Errorf("lot %+v", h.lot)
	}
	h.Sound()
}

func TestSuspendedCheckersStop(t *testing.T) {
	t.Parallel()
	h := staffed(t, 9, full)
	h.assign(labelling.AssignInput{}, "cat")
	a := h.of("cat")[0]
	testkit.Must(t, h.Labelling.Suspend(t.Context(), h.sue, h.people["cat"].ID, "Errors"))
	_, err := h.Labelling.Give(t.Context(), h.by("cat"), a.ID, 1, labelling.Answer{Verdict: labelling.VerdictRight})
	wants(t, err, problem.Conflict, "label_check.suspended")
}

// TestGold mixes items with known answers in, and keeps them out of verdicts.
func TestGold(t *testing.T) {
	t.Parallel()
	h := staffed(t, 12, full)
	ctx := t.Context()
	h.assign(labelling.AssignInput{}, "cat")
	a := h.of("cat")[0]
	h.finish("cat", a, func(p labelling.Place) labelling.Verdict {
		if p.Item.N <= 4 {
			return labelling.VerdictUnsure
		}
		return labelling.VerdictRight
	})
	wants(t, h.Labelling.KeepGold(ctx, h.sue, h.lot.ID, []int64{1}), problem.Invalid, "not_known")
	h.finish("ari", h.of("ari")[0], func(p labelling.Place) labelling.Verdict {
		if p.Item.N%2 == 0 {
			return labelling.VerdictWrong
		}
		return labelling.VerdictRight
	})
	list, err := h.Labelling.GoldCandidates(ctx, h.sue, h.lot.ID)
	testkit.Must(t, err)
	if len(list) != 4 {
		t.Errorf("%d candidates: only what was arbitrated is known before the decision", len(list))
	}
	testkit.Must(t, h.Labelling.KeepGold(ctx, h.sue, h.lot.ID, []int64{1, 2, 3, 4}))
	golds, err := h.Labelling.Golds(ctx, h.sue, h.project.ID, labelling.GoldFilter{Limit: 10})
	testkit.Must(t, err)
	_, err = h.Labelling.RetireGold(ctx, h.sue, golds[0].ID, golds[0].Version)
	testkit.Must(t, err)
	testkit.Must(t, h.Labelling.KeepGold(ctx, h.sue, h.lot.ID, []int64{golds[0].N}))

	_, lots := imported(t, h.App, upload(t, h.App, h.project, "more.jsonl", strings.ReplaceAll(lines(8), `"id": `, `"id": 10`)), again("Week 48"))
	l, err := h.Labelling.Freeze(ctx, h.sue, lots[0].ID, lots[0].Version)
	testkit.Must(t, err)
	in := full
	in.GoldPercent = 30
	h.plan, h.draw = drawn(t, h.App, l, in)
	h.lot = l
	h.refresh()
	h.hire("dan", labelling.Reviewer)
	g := h.assign(labelling.AssignInput{}, "dan", "cat")
	// four items each: two gold ones make a third; cat has seen all of them
	if g.Gold != 2 {
		t.Errorf("%d gold items are short", g.Gold)
	}
	for _, a := range g.Assignments {
		if own := a.WorkerID == h.people["dan"].ID; own && (a.Items != 6 || a.Gold != 2) || !own && (a.Items != 4 || a.Gold != 0) {
			t.Errorf("assignment %+v", a)
		}
	}
	h.finish("dan", h.of("dan")[0], always(labelling.VerdictRight))
	h.finish("cat", h.of("cat")[0], always(labelling.VerdictRight))
	if !h.lot.AllChecked() || h.lot.ToCheck != 8 || h.lot.Wrong != 0 || len(h.verdicts()) != 8 {
		t.Errorf("lot %+v with %d verdicts", h.lot, len(h.verdicts()))
	}
	said, err := h.Labelling.GoldAnswers(h.Ledger.Read(ctx), h.draw.ID)
	testkit.Must(t, err)
	if len(said) != 2 || said[0].Given != labelling.VerdictRight || said[0].Known == labelling.NoVerdict || said[0].CheckerID != h.people["dan"].ID {
		t.Errorf("gold answers %+v", said)
	}
	h.Sound()
}

func again(name string) labelling.Answers {
	in := answers
	in.Name = name
	return in
}

// TestAssigningAgainGivesTheSame draws and assigns from the same seed twice.
func TestAssignmentsFollowFromTheDraw(t *testing.T) {
	t.Parallel()
	in := full
	in.DoublePercent = 30
	h := staffed(t, 20, in)
	g := h.assign(labelling.AssignInput{}, "bob", "cat")
	hashes := func(g labelling.Given) (out []string) {
		for _, a := range g.Assignments {
			out = append(out, a.WorkerID+a.ItemsHash)
		}
		slices.Sort(out)
		return out
	}
	first := hashes(g)
	for _, a := range g.Assignments {
		_, err := h.Labelling.Withdraw(t.Context(), h.sue, a.ID, a.Version)
		testkit.Must(t, err)
	}
	h.Clock.Advance(time.Hour)
	if second := hashes(h.assign(labelling.AssignInput{}, "cat", "bob")); !slices.Equal(first, second) {
		t.Errorf("assigned again otherwise:\n%v\n%v", first, second)
	}
	h.Sound()
}
