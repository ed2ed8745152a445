package web_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hegui/internal/actor"
	"hegui/internal/labelling"
	"hegui/internal/testkit"
)

// typeChecks types into everything about checks: a lot with an assignment of
// the checker's own, a report, an arbiter's item, a gold item.
func typeChecks(t *testing.T, a *testkit.App) {
	t.Helper()
	ctx, sue := t.Context(), a.Supervisor.Actor()
	p, err := a.Labelling.AddProject(ctx, sue, inUse(t, a).ID, labelling.ProjectInput{Name: "Checks " + uhoh, Kind: labelling.Functional, Description: uhoh,
		Defects: []labelling.Defect{{Code: "B1", Name: uhoh, Severity: labelling.Major, Description: uhoh}}})
	testkit.Must(t, err)
	r, err := a.Labelling.DraftRules(ctx, sue, p.ID, labelling.Functional, labelling.RuleInput{Goal: uhoh, DataFormat: uhoh, Method: uhoh, Quality: uhoh})
	testkit.Must(t, err)
	r, err = a.Labelling.SubmitRules(ctx, sue, r.ID, r.Version)
	testkit.Must(t, err)
	r, err = a.Labelling.ApproveRules(ctx, a.Officer2.Actor(), r.ID, r.Version)
	testkit.Must(t, err)
	r, err = a.Labelling.PutInForce(ctx, sue, r.ID, r.Version)
	testkit.Must(t, err)
	people := map[labelling.Duty]string{}
	for duty, account := range map[labelling.Duty]string{labelling.Reviewer: a.Checker.ID, labelling.Arbiter: a.Person("Arbiter", actor.Checker).ID} {
		w, err := a.Labelling.AddWorker(ctx, sue, labelling.WorkerInput{Name: "Worker " + uhoh, AccountID: account})
		testkit.Must(t, err)
		_, err = a.Labelling.Appoint(ctx, sue, p.ID, w.ID, duty, "2026-11-01")
		testkit.Must(t, err)
		testkit.Must(t, a.Labelling.AddTraining(ctx, sue, []string{w.ID}, labelling.TrainingInput{Title: uhoh, HeldOn: "2026-11-20", Exam: labelling.Passed}))
		testkit.Must(t, a.Labelling.ConfirmReading(ctx, sue, r.ID, []string{w.ID}, "2026-11-23"))
		people[duty] = w.ID
	}
	var rows strings.Builder
	for i := range 4 {
		fmt.Fprintf(&rows, `{"id": "%d-%s", "text": %q, "label": %q, "extra": %q}`+"\n", i, strings.ReplaceAll(uhoh, `"`, `\"`), uhoh, uhoh, uhoh)
	}
	b, err := a.Labelling.Upload(ctx, sue, p.ID, uhoh+".jsonl", strings.NewReader(rows.String()))
	testkit.Must(t, err)
	a.Labelling.Settle(ctx, b.ID, time.Minute)
	_, err = a.Labelling.Confirm(ctx, sue, b.ID, b.Version, labelling.Answers{Name: "Batch " + uhoh, Kind: labelling.Functional, RuleSetID: r.ID, Note: uhoh, PeriodFrom: "2026-11-16", PeriodUntil: "2026-11-20", DivideBy: labelling.Whole})
	testkit.Must(t, err)
	a.Labelling.Settle(ctx, b.ID, time.Minute)
	lots, err := a.Labelling.Lots(ctx, sue, labelling.LotFilter{Batch: b.ID, Limit: 1})
	testkit.Must(t, err)
	l, err := a.Labelling.Freeze(ctx, sue, lots[0].ID, lots[0].Version)
	testkit.Must(t, err)
	_, err = a.Labelling.ChoosePlan(ctx, sue, l.ID, l.Version, every)
	testkit.Must(t, err)
	_, err = a.Labelling.DrawOnePerson(ctx, sue, l.ID, l.Version+1, "41526 33214 65213 42611", "")
	testkit.Must(t, err)
	l, err = a.Labelling.Lot(ctx, sue, l.ID)
	testkit.Must(t, err)
	given, err := a.Labelling.Assign(ctx, sue, l.ID, l.Version, labelling.AssignInput{Workers: []string{people[labelling.Reviewer]}, Quotas: map[string]int64{people[labelling.Reviewer]: 2}, Due: "2026-11-30"})
	testkit.Must(t, err)
	own, first := a.Checker.Actor(), given.Assignments[0]
	_, err = a.Labelling.Give(ctx, own, first.ID, 1, labelling.Answer{Verdict: labelling.VerdictWrong, Defects: []string{"B1"}, Corrected: uhoh, Note: uhoh})
	testkit.Must(t, err)
	_, err = a.Labelling.Give(ctx, own, first.ID, 2, labelling.Answer{Verdict: labelling.VerdictUnsure, Note: uhoh})
	testkit.Must(t, err)
	_, err = a.Labelling.HandIn(ctx, own, first.ID)
	testkit.Must(t, err)
	l, err = a.Labelling.Lot(ctx, sue, l.ID)
	testkit.Must(t, err)
	given, err = a.Labelling.Assign(ctx, sue, l.ID, l.Version, labelling.AssignInput{Workers: []string{people[labelling.Reviewer]}, Due: "2026-11-30"})
	testkit.Must(t, err)
	_, err = a.Labelling.Flag(ctx, own, given.Assignments[0].ID, 1, 0, uhoh)
	testkit.Must(t, err)
}
