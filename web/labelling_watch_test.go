package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"hegui/internal/labelling"
	"hegui/internal/testkit"
)

// decidedLots brings n lots of 50 items into a project and notes a result for
// each, as decisions do: the items of p1 are right but for wrong(i) of 40.
func decidedLots(t *testing.T, a *testkit.App, project string, n int, wrong func(i int) int64) []labelling.Lot {
	t.Helper()
	ctx, sue := t.Context(), a.Supervisor.Actor()
	var rows strings.Builder
	for i := range 50 * n {
		fmt.Fprintf(&rows, `{"id":"%05d","text":"t","label":"good","annotator":"p1"}`+"\n", i)
	}
	b, err := a.Labelling.Upload(ctx, sue, project, "rows.jsonl", strings.NewReader(rows.String()))
	testkit.Must(t, err)
	a.Labelling.Settle(ctx, b.ID, time.Minute)
	_, err = a.Labelling.Confirm(ctx, sue, b.ID, b.Version, labelling.Answers{Name: "Week <i>47", Kind: labelling.Functional, RuleSetID: labelling.NoRules,
		PeriodFrom: "2026-11-16", PeriodUntil: "2026-11-20", DivideBy: labelling.BySize, DivideSize: 50})
	testkit.Must(t, err)
	a.Labelling.Settle(ctx, b.ID, time.Minute)
	lots, err := a.Labelling.Lots(ctx, sue, labelling.LotFilter{Batch: b.ID, Limit: 100})
	testkit.Must(t, err)
	for i, l := range lots {
		err := a.Ledger.Unaudited(ctx, "test", func(tx *gorm.DB) error {
			at := testkit.Start.Add(time.Duration(i) * time.Minute)
			if err := tx.Create(&labelling.LotResult{LotID: l.ID, ProjectID: l.ProjectID, ServiceID: l.ServiceID, Kind: l.Kind, Original: true, Accepted: true, Items: 40, Wrong: wrong(i),
				DecidedOn: "2026-11-23", DecidedAt: at}).Error; err != nil {
				return err
			}
			if err := tx.Table("label_tally_defect").Create(map[string]any{"lot_id": l.ID, "code": "B1", "items": wrong(i)}).Error; err != nil {
				return err
			}
			return tx.Table("label_tally_worker").Create(map[string]any{"lot_id": l.ID, "annotator": "p1", "class": "good", "items": 40, "wrong": wrong(i)}).Error
		})
		testkit.Must(t, err)
	}
	return lots
}

func TestLabelWatch(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	sue := a.As(a.Supervisor)
	sue.Get("/labelling").Status(t, 200).Says(t, "#waiting", "No lots under way").Says(t, "#queues", "Nothing waits").Says(t, "#quality", "No lot has been decided yet")
	at, id := labelProject(t, a)
	decidedLots(t, a, id, 10, func(i int) int64 { return []int64{4, 20}[i/9] })
	page := sue.Get("/labelling").Status(t, 200).Says(t, "#waiting", "Imported").Says(t, "#control", "10 first submissions").Says(t, "#control .watch-signals", "is beyond a limit")
	page.Says(t, "#pareto", "B1").Says(t, "#versions", "No rules").Says(t, "#defects", "B1").Says(t, "#ranking", "Not in the list of people").Says(t, "#ranking", "p1")
	if page.Find(t, "#control h3 i, #control li i").Length() != 0 {
		t.Error("the name of a lot became markup")
	}
	if got := page.Find(t, "[data-chart]").Length(); got != 4 {
		t.Errorf("%d charts", got)
	}
	if rows := page.Find(t, "#control table tbody tr").Length(); rows != 10 {
		t.Errorf("%d rows of figures", rows)
	}
	if len(page.Body.String()) > 100<<10 {
		t.Errorf("%d bytes", page.Body.Len())
	}
	sue.Get("/labelling?project="+id+"&period=365&limit=90").Status(t, 200).Says(t, ".filters-active", "Tone")
	sue.Get("/labelling?project=none&period=x&limit=0").Status(t, 200).Says(t, "#quality", "No lot")
	sue.Part().Get("/labelling?project="+id).Status(t, 200).Says(t, "#watch", "10 first submissions")
	ann := a.As(a.Auditor).Get("/labelling").Status(t, 200)
	if strings.Contains(ann.Find(t, "#ranking").Text(), "p1") {
		t.Error("an auditor reads how an export names an annotator")
	}
	a.As(a.Checker).Get("/labelling").Status(t, 200).Says(t, "#projects", "No labelling")
	a.As(a.PersonIn("Stranger", []string{"other"}, "supervisor")).Get("/labelling").Status(t, 200).Says(t, "#quality", "No lot")
	a.As(a.Contributor).Get("/labelling").Status(t, 403)
	sue.Get(at).Status(t, 200)
}

func TestLabelHold(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	sue := a.As(a.Supervisor)
	at, id := labelProject(t, a)
	decidedLots(t, a, id, 4, func(int) int64 { return 8 })
	worker := sue.Post("/labelling/people/new", url.Values{"name": {"Pia"}, "codes": {"p1"}}).Status(t, 303).Header().Get("Location")
	wid := strings.TrimPrefix(worker, "/labelling/people/")
	sue.Post(at+"/functions", url.Values{"worker": {wid}, "function": {"annotator"}, "from_on": {"2026-11-01"}}).Status(t, 303)
	link, ok := sue.Get("/labelling").Says(t, "#ranking", "Propose a hold").Find(t, "#ranking a[href*=holds]").Attr("href")
	if !ok {
		t.Fatal("no link to the proposal")
	}
	sue.Get(link).Status(t, 200).Says(t, "main", "32 of 160 wrong").Says(t, ".steps-list", "Exam passed again")
	sue.Post(link, url.Values{"reason": {" "}}).Status(t, 422).Says(t, "#f-reason-error", "Fill this in")
	a.As(a.Officer).Get(link).Status(t, 403)
	a.As(a.PersonIn("Stranger", []string{"other"}, "supervisor")).Get(link).Status(t, 404)
	sue.Get(strings.Replace(link, "limit=95", "limit=90", 1)).Status(t, 200)
	sue.Get(strings.Replace(link, wid, "nobody", 1)).Status(t, 404)
	sue.Post(link, url.Values{"reason": {"Confuses <b>classes"}}).Redirects(t, worker)
	sue.Post(link, url.Values{"reason": {"Again"}}).Status(t, 404)
	sue.Get(worker).Says(t, "#hold", "32 of 160 wrong").Says(t, "#hold [aria-current]", "Training").Says(t, ".history-list", "for the quality of work")
	sue.Post(worker+"/lift", url.Values{"note": {"Enough"}}).Status(t, 409).Says(t, ".note", "after a training and a passed exam")
	sue.Post(worker+"/trainings", url.Values{"title": {"Classes"}, "held_on": {"2026-11-23"}, "minutes": {"60"}, "exam": {"passed"}, "score": {"90"}}).Redirects(t, worker)
	sue.Get(worker).Says(t, "#hold [aria-current]", "Release")
	sue.Post(worker+"/lift", url.Values{"note": {"Passed"}}).Redirects(t, worker)
	if sue.Get(worker).Find(t, "#hold").Length() != 0 {
		t.Error("still held after the release")
	}
	sue.Get("/labelling").Says(t, "#ranking", "Propose a hold")
	a.Sound()
}
