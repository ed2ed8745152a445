package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/labelling"
	"hegui/internal/testkit"
)

// judgedLot brings 30 items into a project, draws 13 of them and judges them:
// those at the named positions are wrong.
func judgedLot(t *testing.T, a *testkit.App, project, words string, wrong ...int64) labelling.Lot {
	t.Helper()
	ctx, sue := t.Context(), a.Supervisor.Actor()
	var rows strings.Builder
	for i := range 30 {
		fmt.Fprintf(&rows, `{"id":"%s-%02d","text":"t","label":"good","annotator":"p1"}`+"\n", strings.ReplaceAll(words, `"`, `\"`), i)
	}
	b, err := a.Labelling.Upload(ctx, sue, project, "rows.jsonl", strings.NewReader(rows.String()))
	testkit.Must(t, err)
	a.Labelling.Settle(ctx, b.ID, time.Minute)
	_, err = a.Labelling.Confirm(ctx, sue, b.ID, b.Version, labelling.Answers{Name: "Batch " + words, Kind: labelling.Functional, RuleSetID: labelling.NoRules,
		PeriodFrom: "2026-11-16", PeriodUntil: "2026-11-20", DivideBy: labelling.Whole})
	testkit.Must(t, err)
	a.Labelling.Settle(ctx, b.ID, time.Minute)
	lots, err := a.Labelling.Lots(ctx, sue, labelling.LotFilter{Batch: b.ID, Limit: 2})
	testkit.Must(t, err)
	l, err := a.Labelling.Freeze(ctx, sue, lots[0].ID, lots[0].Version)
	testkit.Must(t, err)
	_, err = a.Labelling.ChoosePlan(ctx, sue, l.ID, l.Version, labelling.PlanInput{Method: labelling.ISO2859,
		Params: labelling.Params{Level: "II", AQLs: []labelling.ClassAQL{{Class: labelling.Major, AQL: "1.0"}}}})
	testkit.Must(t, err)
	_, err = a.Labelling.DrawOnePerson(ctx, sue, l.ID, l.Version+1, "41526 33214 65213 42611", "")
	testkit.Must(t, err)
	return judgeLot(t, a, l.ID, words, wrong...)
}

func judgeLot(t *testing.T, a *testkit.App, lot, words string, wrong ...int64) labelling.Lot {
	t.Helper()
	ctx, sue := t.Context(), a.Supervisor.Actor()
	a.Clock.Advance(time.Second) // what is made later has a later id
	l, err := a.Labelling.Lot(ctx, sue, lot)
	testkit.Must(t, err)
	list, err := a.Labelling.SampledOf(ctx, l.DrawID, 0, 1000)
	testkit.Must(t, err)
	bad := map[int64]bool{}
	for _, w := range wrong {
		bad[w] = true
	}
	testkit.Must(t, a.Ledger.Write(ctx, sue, func(tx *gorm.DB) ([]audit.Event, error) {
		l.State, l.Checked, l.Wrong, l.Version = labelling.LotChecking, int64(len(list)), int64(len(wrong)), l.Version+1
		rows := []any{&l}
		for _, s := range list {
			c := &labelling.Check{ID: a.Ledger.NewID(), DrawID: l.DrawID, LotID: l.ID, ServiceID: l.ServiceID, N: s.N, ItemID: fmt.Sprint(s.N), Round: 1, CheckerID: "w1",
				Purpose: s.Purpose, Verdict: labelling.VerdictRight, Defects: []string{}, CheckedAt: a.Ledger.Now(), Version: 1}
			if bad[s.Position] {
				c.Verdict, c.Defects, c.Severity, c.Corrected, c.Note = labelling.VerdictWrong, []string{"B1"}, labelling.Major, "bad "+words, words
			}
			rows = append(rows, c)
			if err := tx.Create(c).Error; err != nil {
				return nil, err
			}
		}
		return []audit.Event{{Action: "label_check.given", Object: audit.Object{Type: "label_lot", ID: l.ID}, Rows: rows}}, tx.Save(&l).Error
	}))
	return l
}

// typeDecisions fills decisions and records with what people can type.
func typeDecisions(t *testing.T, a *testkit.App) {
	t.Helper()
	ctx, sue := t.Context(), a.Supervisor.Actor()
	p, err := a.Labelling.AddProject(ctx, sue, inUse(t, a).ID, labelling.ProjectInput{Name: "Decided " + uhoh, Kind: labelling.Functional, Description: uhoh,
		Defects: []labelling.Defect{{Code: "B1", Name: uhoh, Severity: labelling.Major}}})
	testkit.Must(t, err)
	accepted, rejected, void := judgedLot(t, a, p.ID, uhoh, 1), judgedLot(t, a, p.ID, uhoh, 1, 2), judgedLot(t, a, p.ID, uhoh)
	d, err := a.Labelling.Sign(ctx, sue, accepted.ID, accepted.Version, labelling.SignInput{Verdict: labelling.Accepted, Reason: uhoh})
	testkit.Must(t, err)
	_, err = a.Labelling.SecondSign(ctx, a.Officer.Actor(), d.ID, d.Version)
	testkit.Must(t, err)
	_, err = a.Labelling.Sign(ctx, sue, rejected.ID, rejected.Version, labelling.SignInput{Verdict: labelling.Accepted, Reason: uhoh})
	testkit.Must(t, err)
	d, err = a.Labelling.MakeVoid(ctx, sue, void.ID, void.Version, labelling.VoidInput{Reason: uhoh, Scope: labelling.VoidWhole, Method: uhoh, Witness: uhoh})
	testkit.Must(t, err)
	_, err = a.Labelling.SecondSign(ctx, a.Officer.Actor(), d.ID, d.Version)
	testkit.Must(t, err)
	list, err := a.Labelling.Streams(ctx, sue, labelling.StreamFilter{Project: p.ID, Limit: 2})
	testkit.Must(t, err)
	_, err = a.Labelling.ConfirmSteady(ctx, sue, list[0].ID, list[0].Version, uhoh)
	testkit.Must(t, err)
}

func TestLabelDecision(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	_, project := labelProject(t, a)
	l := judgedLot(t, a, project, "one", 2)
	at := "/labelling/lots/" + l.ID
	sue, officer := a.As(a.Supervisor), a.As(a.Officer)
	page := sue.Get(at+"/decision").Status(t, 200).Says(t, "h1", "Batch one").Says(t, ".note", "Computed: do not accept").Says(t, "#rule", "Not accepted").Says(t, "#rule", "Too few items").
		Says(t, "#accuracy", "Wilson 1927").Says(t, "#accuracy", "12 right of n = 13").Says(t, "#agreement", "Not defined").Says(t, "#checkers", "No item is known to be wrong")
	if page.Find(t, "#sign form").Length() != 1 || page.Find(t, "#void form").Length() != 1 || len(page.Body.String()) > 100<<10 {
		t.Errorf("forms are missing, or %d bytes are too many", page.Body.Len())
	}
	a.As(a.Auditor).Get(at+"/decision").Status(t, 200)
	if a.As(a.Auditor).Get(at+"/decision").Find(t, "#sign, #void").Length() != 0 {
		t.Error("an auditor is offered a form")
	}
	sue.Get(at+"/record").Status(t, 200).Says(t, ".empty-state", "No record yet")

	version := fmt.Sprint(l.Version)
	form := url.Values{"version": {version}, "verdict": {"accepted"}, "due": {"2026-12-24"}}
	sue.Post(at+"/decision", form).Status(t, 422).Says(t, "#sign", "Say why the decision differs")
	back := sue.Post(at+"/decision", url.Values{"version": {version}, "verdict": {"rejected"}, "reason": {"Typed words"}, "due": {"2026-01-01"}}).Status(t, 422).Says(t, "#sign", "The date is over").Says(t, "#sign textarea", "Typed words")
	if back.Find(t, `#sign input[value="rejected"][checked]`).Length() != 1 {
		t.Error("the verdict is lost")
	}
	sue.Post(at+"/decision", url.Values{"version": {"1"}, "verdict": {"rejected"}, "follow_up": {"return"}}).Status(t, 409)
	for _, who := range []*testkit.Person{a.Auditor, a.Officer, a.Executive, a.Checker} {
		a.As(who).Post(at+"/decision", form).Status(t, 403)
		a.As(who).Post(at+"/void", form).Status(t, 403)
	}
	a.As(a.PersonIn("Stranger", []string{"other"}, actor.Supervisor)).Get(at+"/decision").Status(t, 404)

	form.Set("reason", "Outdated rules")
	sue.Post(at+"/decision", form).Redirects(t, at+"/decision")
	page = sue.Get(at+"/decision").Status(t, 200).Says(t, "#pending", "Signed by Sue Supervisor").Says(t, "#pending", "Another person with the right")
	second := officer.Get(at+"/decision").Find(t, `#pending form[action$="/second"]`)
	action, _ := second.Attr("action")
	if action == "" || page.Find(t, `#pending form[action$="/second"]`).Length() != 0 || page.Find(t, `#pending form[action$="/withdraw"]`).Length() != 1 {
		t.Fatal("who may sign second, and who may withdraw")
	}
	sue.Post(action, url.Values{"version": {"1"}}).Status(t, 403)
	officer.Post(strings.TrimSuffix(action, "second")+"withdraw", url.Values{"version": {"1"}}).Status(t, 403)
	officer.Post(action, url.Values{"version": {"1"}}).Redirects(t, at+"/decision")
	officer.Post(action, url.Values{"version": {"2"}}).Status(t, 409)

	sue.Get(at+"/decision").Status(t, 200).Says(t, ".note", "Decided: accepted").Says(t, "[id^=fixes]", "0 of 1 corrected").Says(t, "#decisions", "LQ-2026-000001")
	if got := sue.Get(at+"/corrections").Status(t, 200).Body.String(); !strings.Contains(got, `"correction_label":"bad one"`) {
		t.Errorf("corrections: %s", got)
	}
	waive, _ := sue.Get(at+"/decision").Find(t, `form[action$="/waive"]`).Attr("action")
	sue.Post(waive, url.Values{"version": {"1"}}).Status(t, 422).Says(t, "[id^=fixes]", "Fill this in")
	sue.Post(waive, url.Values{"version": {"1"}, "note": {"not used any more"}}).Redirects(t, at+"/decision")
	sue.Get(at+"/decision").Says(t, "[id^=fixes]", "not used any more")
	a.Sound()
}

func TestLabelRecordPage(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	_, project := labelProject(t, a)
	l := judgedLot(t, a, project, "one")
	at := "/labelling/lots/" + l.ID
	sue := a.As(a.Supervisor)
	sue.Post(at+"/decision", url.Values{"version": {fmt.Sprint(l.Version)}, "verdict": {"accepted"}}).Redirects(t, at+"/decision")
	page := a.As(a.Auditor).Get(at+"/record").Status(t, 200).Says(t, "h1", "Inspection record LQ-2026-000001").Says(t, "#proof", "Recomputed from the inputs: same").Says(t, ".label-sheet", "One person")
	if page.Find(t, "#proof .chip[data-tone=bad]").Length() != 0 || len(page.Body.String()) > 100<<10 {
		t.Errorf("the record does not hold, or has %d bytes", page.Body.Len())
	}
	a.As(a.Auditor).Get(at+"/record?lang=zh-CN").Status(t, 200).Says(t, "h1", "标注检验记录 LQ-2026-000001").Says(t, "#proof", "由输入复算：一致")
	link, _ := page.Find(t, `a[href^="/labelling/records/"]`).Attr("href")
	got := a.As(a.Auditor).Get(link).Status(t, 200)
	if got.Header().Get("Content-Type") != "application/json; charset=utf-8" || !strings.HasPrefix(got.Body.String(), `{"format":"hegui-inspection-record/1"`) {
		t.Errorf("%v %.80s", got.Header(), got.Body.String())
	}
	piece, _ := page.Find(t, `a[href^="/evidence/"]`).Attr("href")
	a.As(a.Officer).Get(piece).Status(t, 200).Says(t, "h1", "LQ-2026-000001").Says(t, "main", "Inspection record")
	if back, _ := a.As(a.Officer).Get(piece).Find(t, `a[href^="/labelling/lots/"]`).Attr("href"); !strings.HasPrefix(back, at+"/record") {
		t.Errorf("the piece of evidence leads to %q", back)
	}
	a.As(a.PersonIn("Stranger", []string{"other"}, actor.Supervisor)).Get(link).Status(t, 404)
	a.As(a.Checker).Get(link).Status(t, 403)
}

func TestLabelVoid(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	_, project := labelProject(t, a)
	l := judgedLot(t, a, project, "one")
	at := "/labelling/lots/" + l.ID
	sue, officer := a.As(a.Supervisor), a.As(a.Officer)
	form := url.Values{"version": {fmt.Sprint(l.Version)}, "void_reason": {"Incitement"}, "scope": {"flagged"}}
	sue.Post(at+"/void", form).Status(t, 422).Says(t, "#void", "Fill this in").Says(t, "#void textarea", "Incitement")
	form.Set("method", "Erased everywhere")
	sue.Post(at+"/void", form).Status(t, 422).Says(t, "#void", "No item of this lot was reported")
	form.Set("scope", "whole")
	sue.Post(at+"/void", form).Redirects(t, at+"/decision")
	action, _ := officer.Get(at+"/decision").Says(t, "#pending", "Erased everywhere").Find(t, `#pending form[action$="/second"]`).Attr("action")
	officer.Post(action, url.Values{"version": {"1"}}).Redirects(t, at+"/decision")
	sue.Get(at+"/record").Status(t, 200).Says(t, "h1", "Destruction record").Says(t, "#proof", "same").Says(t, ".label-sheet", "The whole lot, 30 items")
	sue.Get(at).Status(t, 200).Says(t, "#items", "destroyed")
	a.Sound()
}

func TestLabelStreams(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	_, project := labelProject(t, a)
	sue := a.As(a.Supervisor)
	sue.Get("/labelling/streams").Status(t, 200).Says(t, ".empty-state", "No streams yet")
	for range 2 {
		l := judgedLot(t, a, project, "one", 1)
		sue.Post("/labelling/lots/"+l.ID+"/decision", url.Values{"version": {fmt.Sprint(l.Version)}, "verdict": {"rejected"}, "follow_up": {"return"}}).Status(t, 303)
	}
	link, _ := sue.Get("/labelling/streams").Status(t, 200).Says(t, "#streams", "Tightened").Find(t, `#streams a[href^="/labelling/streams/"]`).Attr("href")
	sue.Get(link).Status(t, 200).Says(t, "h1", "Own staff").Says(t, "#steps", "2 of the last 2 lots not accepted: tightened (9.3.1)")
	sue.Part().Get(link+"?before=2").Status(t, 200).Says(t, "#steps", "not accepted: score 0")
	sue.Post(link+"/confirm", url.Values{"version": {"3"}}).Status(t, 422).Says(t, "main", "Fill this in")
	sue.Post(link+"/restart", url.Values{"version": {"3"}, "note": {"Trained anew"}}).Status(t, 409)
	sue.Post(link+"/confirm", url.Values{"version": {"3"}, "note": {"Same team since March"}}).Redirects(t, link)
	sue.Post(link+"/withdraw", url.Values{"version": {"3"}, "note": {"New team"}}).Status(t, 409)
	sue.Post(link+"/withdraw", url.Values{"version": {"4"}, "note": {"New team"}}).Redirects(t, link)
	sue.Get(link).Says(t, "#steps", "New team").Says(t, "#steps", "Same team since March")
	for _, who := range []*testkit.Person{a.Auditor, a.Officer} {
		a.As(who).Get(link).Status(t, 200)
		a.As(who).Post(link+"/confirm", url.Values{"version": {"5"}, "note": {"x"}}).Status(t, 403)
	}
	a.As(a.PersonIn("Stranger", []string{"other"}, actor.Supervisor)).Get(link).Status(t, 404)
	// Five lots not accepted under tightened inspection end it.
	for range 5 {
		l := judgedLot(t, a, project, "one", 1)
		sue.Post("/labelling/lots/"+l.ID+"/decision", url.Values{"version": {fmt.Sprint(l.Version)}, "verdict": {"rejected"}, "follow_up": {"return"}}).Status(t, 303)
	}
	sue.Get(link).Status(t, 200).Says(t, ".page-head", "Discontinued").Says(t, "#steps", "5 lots not accepted under tightened: discontinued (9.4)")
	sue.Post(link+"/restart", url.Values{"version": {"10"}, "note": {"Trained anew, examined"}}).Redirects(t, link)
	sue.Get(link).Says(t, ".page-head", "Tightened").Says(t, "#steps", "Trained anew, examined")
	a.Sound()
}
