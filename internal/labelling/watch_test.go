package labelling_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hegui/internal/labelling"
	"hegui/internal/labelling/stats"
	"hegui/internal/problem"
	"hegui/internal/testkit"
)

// judgedLots imports n lots of 100 items each by two annotators, p1 and p2, and
// notes what was found: wrong(i) items of p1 and one of p2 in the i-th.
func judgedLots(t *testing.T, a *testkit.App, p labelling.Project, n int, wrong func(lot int) int) []labelling.Lot {
	t.Helper()
	var b strings.Builder
	for i := range 100 * n {
		fmt.Fprintf(&b, `{"id":"i%05d","text":"t","label":"%s","annotator":"p%d"}`+"\n", i, []string{"good", "bad"}[i/2%2], i%2+1)
	}
	in := answers
	in.DivideBy, in.DivideSize = labelling.BySize, 100
	_, lots := imported(t, a, upload(t, a, p, "rows.jsonl", b.String()), in)
	if len(lots) != n {
		t.Fatalf("%d lots", len(lots))
	}
	for i := range lots {
		l := lots[len(lots)-1-i] // the oldest first
		var list []labelling.Found
		for k := range int64(100) {
			f := labelling.Found{N: k + 1, Defects: []string{}}
			if mine := k % 2; mine == 0 && int(k/2) < wrong(i) || mine == 1 && k == 1 {
				f.Wrong, f.Defects = true, []string{[]string{"B1", "A1"}[mine]}
			}
			list = append(list, f)
		}
		l.Outcome = labelling.Accepted
		a.Clock.Advance(time.Minute)
		testkit.Must(t, a.Labelling.NoteResult(t.Context(), l, list))
		lots[len(lots)-1-i] = l
	}
	return lots
}

func TestResultsOfLots(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue := t.Context(), a.Supervisor.Actor()
	p := project(t, a)
	lots := judgedLots(t, a, p, 12, func(i int) int { return []int{2, 30}[i/11] })
	f := labelling.WatchFilter{Project: p.ID}
	if id, err := a.Labelling.LatestDecided(ctx, sue); err != nil || id != p.ID {
		t.Fatalf("latest decided: %q, %v", id, err)
	}
	list, err := a.Labelling.DecidedLots(ctx, sue, f)
	testkit.Must(t, err)
	if len(list) != 12 || list[0].Wrong != 3 || list[11].Wrong != 31 || list[11].Defects["B1"] != 30 || list[11].Items != 100 || list[11].Name == "" {
		t.Fatalf("%d lots, last %+v", len(list), list[len(list)-1])
	}
	chart, err := labelling.PControl(list)
	testkit.Must(t, err)
	if got := chart.Fired(11); len(got) != 1 || got[0] != string(stats.Outside) {
		t.Errorf("rules fired at the last lot: %v", got)
	}
	if got := chart.Fired(8); len(got) != 1 || got[0] != string(stats.OneSide) {
		t.Errorf("rules fired at the ninth lot: %v", got)
	}
	u, err := labelling.UControl(list, "B1")
	testkit.Must(t, err)
	if got := u.Fired(11); len(got) != 1 || got[0] != string(stats.Outside) || u.Points[11].Value != 0.3 {
		t.Errorf("defect B1 at the last lot: %v, %+v", got, u.Points[11])
	}
	pareto := labelling.Pareto(list)
	if len(pareto) != 2 || pareto[0].Code != "B1" || pareto[0].Items != 52 || pareto[1].Summed != 1 {
		t.Errorf("pareto %+v", pareto)
	}
	rules, err := labelling.ByRules(list)
	testkit.Must(t, err)
	if len(rules) != 1 || rules[0].Items != 1200 || rules[0].Right != 1200-64 || rules[0].Low >= rules[0].Accuracy() || rules[0].Accepted != 12 {
		t.Errorf("by rules %+v", rules)
	}

	again := lots[0] // a later decision replaces what was noted
	testkit.Must(t, a.Labelling.NoteResult(ctx, again, []labelling.Found{{N: 1, Wrong: true, Defects: []string{"A1"}}}))
	list, err = a.Labelling.DecidedLots(ctx, sue, f)
	testkit.Must(t, err)
	if len(list) != 12 || list[11].Items != 1 || list[11].Defects["B1"] != 0 {
		t.Errorf("after another decision %+v", list[11])
	}
	testkit.Must(t, a.Labelling.MoveResult(ctx, lots[3].ID, testkit.Start.AddDate(0, -6, 0), "2026-05-23"))
	f.From = "2026-11-01"
	if list, err = a.Labelling.DecidedLots(ctx, sue, f); err != nil || len(list) != 11 {
		t.Errorf("in November %d lots, %v", len(list), err)
	}
	stranger := a.PersonIn("Stranger", []string{"other"}, "supervisor").Actor()
	if list, err = a.Labelling.DecidedLots(ctx, stranger, f); err != nil || len(list) != 0 {
		t.Errorf("a stranger sees %d lots, %v", len(list), err)
	}
}

func TestHolds(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue := t.Context(), a.Supervisor.Actor()
	p := project(t, a)
	judgedLots(t, a, p, 4, func(int) int { return 12 })
	w, err := a.Labelling.AddWorker(ctx, sue, labelling.WorkerInput{Name: "Pia", Codes: []string{"p1"}})
	testkit.Must(t, err)
	_, err = a.Labelling.Appoint(ctx, sue, p.ID, w.ID, labelling.Annotator, "2026-01-01")
	testkit.Must(t, err)
	f := labelling.WatchFilter{Project: p.ID}
	list, err := a.Labelling.Ranking(ctx, sue, f, 0.95)
	testkit.Must(t, err)
	if len(list) != 4 || !list[0].Propose || list[0].Worker == nil || list[0].Worker.ID != w.ID || list[2].Propose {
		t.Fatalf("ranking %+v", list)
	}
	class := list[0].Stratum
	if _, err := a.Labelling.Proposal(ctx, sue, f, 0.5, w.ID, class); !problem.Is(err, problem.NotFound) {
		t.Errorf("at 50 %% a hold is proposed: %v", err)
	}
	if err := a.Labelling.HoldWorker(ctx, sue, f, 0.95, w.ID, class, " "); !problem.Is(err, problem.Invalid) {
		t.Errorf("held without a reason: %v", err)
	}
	testkit.Must(t, a.Labelling.HoldWorker(ctx, sue, f, 0.95, w.ID, class, "Confuses the two classes"))
	h, ok, err := a.Labelling.HoldOf(ctx, w.ID)
	if err != nil || !ok || h.Wrong != int64(list[0].Checked.Checked-list[0].Correct) || h.Least != 950_000 || h.Below <= 900_000 || h.UntilOn != "2026-11-23" {
		t.Fatalf("hold %+v, %v, %v", h, ok, err)
	}
	if err := a.Labelling.HoldWorker(ctx, sue, f, 0.95, w.ID, class, "Again"); !problem.Is(err, problem.NotFound) {
		t.Errorf("held twice: %v", err)
	}
	q, err := a.Labelling.Qualification(ctx, sue, w.ID, p.ID, "2026-11-23")
	if err != nil || q.Suspension == nil {
		t.Errorf("qualified while held: %+v, %v", q.Lacks, err)
	}
	train := func(title string, exam labelling.Exam) {
		t.Helper()
		a.Clock.Advance(time.Hour)
		testkit.Must(t, a.Labelling.AddTraining(ctx, sue, []string{w.ID}, labelling.TrainingInput{Title: title, HeldOn: "2026-11-23", Minutes: 60, Exam: exam}))
	}
	release := func() error { return a.Labelling.Lift(ctx, sue, w.ID, "Did well since") }
	for _, step := range []labelling.Exam{labelling.NoExam, labelling.Failed} {
		if err := release(); !problem.Is(err, problem.Conflict) {
			t.Errorf("released before %s: %v", step, err)
		}
		train("Again", step)
	}
	if err := release(); !problem.Is(err, problem.Conflict) {
		t.Errorf("released after a failed exam: %v", err)
	}
	train("Once more", labelling.Passed)
	testkit.Must(t, release())
	if _, ok, err := a.Labelling.HoldOf(ctx, w.ID); ok || err != nil {
		t.Errorf("held after the release: %v, %v", ok, err)
	}
	a.Sound()
}

func TestWaitingLots(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue := t.Context(), a.Supervisor.Actor()
	p := project(t, a)
	imported(t, a, upload(t, a, p, "rows.jsonl", lines(10)), answers)
	a.Clock.Advance(4 * 24 * time.Hour)
	_, lots := imported(t, a, upload(t, a, p, "more.jsonl", lines(11)), answers)
	_, err := a.Labelling.Freeze(ctx, sue, lots[0].ID, lots[0].Version)
	testkit.Must(t, err)
	list, err := a.Labelling.LotsByAge(ctx, sue, labelling.WatchFilter{})
	testkit.Must(t, err)
	if len(list) != 2 || list[0].State != labelling.LotOpen || list[0].ByAge != [4]int{0, 1, 0, 0} || list[1].State != labelling.LotFrozen || list[1].ByAge[0] != 1 {
		t.Errorf("waiting %+v", list)
	}
	if list, err := a.Labelling.LotsByAge(ctx, sue, labelling.WatchFilter{Project: "other"}); err != nil || len(list) != 0 {
		t.Errorf("of another project %+v, %v", list, err)
	}
	if queues, err := a.Labelling.Queues(ctx, sue, labelling.WatchFilter{Project: p.ID}); err != nil || len(queues) != 0 {
		t.Errorf("queues %+v, %v", queues, err)
	}
}
