package web_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"hegui/internal/actor"
	"hegui/internal/labelling"
	"hegui/internal/testkit"
)

// secret is the annotator's name, in every field of an export that can hold it.
const secret = "annotator.zhang"

// deskLot imports, freezes, plans and draws a lot of ten items in a project with
// checkers and an arbiter, and gives its address.
func deskLot(t *testing.T, a *testkit.App, plan labelling.PlanInput) (lot string, people map[string]*testkit.Person) {
	t.Helper()
	ctx, sue := t.Context(), a.Supervisor.Actor()
	p, err := a.Labelling.AddProject(ctx, sue, service(t, a, "Chat").ID, labelling.ProjectInput{Name: "Tone", Kind: labelling.Functional,
		Defects: []labelling.Defect{{Code: "A1", Name: "Illegal", Severity: labelling.Critical}, {Code: "B1", Name: "Wrong label", Severity: labelling.Major}}})
	testkit.Must(t, err)
	r, err := a.Labelling.DraftRules(ctx, sue, p.ID, labelling.Functional, labelling.RuleInput{Goal: "Teach <tone>", DataFormat: "JSONL", Method: "Read", Quality: "96 %"})
	testkit.Must(t, err)
	r, err = a.Labelling.SubmitRules(ctx, sue, r.ID, r.Version)
	testkit.Must(t, err)
	r, err = a.Labelling.ApproveRules(ctx, a.Officer.Actor(), r.ID, r.Version)
	testkit.Must(t, err)
	r, err = a.Labelling.PutInForce(ctx, sue, r.ID, r.Version)
	testkit.Must(t, err)
	people = map[string]*testkit.Person{}
	for name, duty := range map[string]labelling.Duty{"zhang": labelling.Annotator, "cat": labelling.Reviewer, "dan": labelling.Reviewer, "ari": labelling.Arbiter} {
		people[name] = a.Person("Person "+name, actor.Checker)
		in := labelling.WorkerInput{Name: "Worker " + name, AccountID: people[name].ID}
		if duty == labelling.Annotator {
			in.Codes = []string{secret}
		}
		w, err := a.Labelling.AddWorker(ctx, sue, in)
		testkit.Must(t, err)
		_, err = a.Labelling.Appoint(ctx, sue, p.ID, w.ID, duty, "2026-11-01")
		testkit.Must(t, err)
		testkit.Must(t, a.Labelling.AddTraining(ctx, sue, []string{w.ID}, labelling.TrainingInput{Title: "Basics", HeldOn: "2026-11-20", Exam: labelling.Passed}))
		testkit.Must(t, a.Labelling.ConfirmReading(ctx, sue, r.ID, []string{w.ID}, "2026-11-23"))
	}
	var rows strings.Builder
	for i := range 10 {
		fmt.Fprintf(&rows, `{"id": %d, "text": "Text %d", "label": "%s", "annotator": %q, "checked_for": "by %s"}`+"\n", i+1, i+1, []string{"joyful", "gloomy"}[i%2], secret, secret)
	}
	b, err := a.Labelling.Upload(ctx, sue, p.ID, "rows.jsonl", strings.NewReader(rows.String()))
	testkit.Must(t, err)
	a.Labelling.Settle(ctx, b.ID, time.Minute)
	_, err = a.Labelling.Confirm(ctx, sue, b.ID, b.Version, labelling.Answers{Name: "Week 47", Kind: labelling.Functional, RuleSetID: r.ID, PeriodFrom: "2026-11-16", PeriodUntil: "2026-11-20", DivideBy: labelling.ByAnnotator})
	testkit.Must(t, err)
	a.Labelling.Settle(ctx, b.ID, time.Minute)
	lots, err := a.Labelling.Lots(ctx, sue, labelling.LotFilter{Batch: b.ID, Limit: 10})
	testkit.Must(t, err)
	l, err := a.Labelling.Freeze(ctx, sue, lots[0].ID, lots[0].Version)
	testkit.Must(t, err)
	_, err = a.Labelling.ChoosePlan(ctx, sue, l.ID, l.Version, plan)
	testkit.Must(t, err)
	_, err = a.Labelling.DrawOnePerson(ctx, sue, l.ID, l.Version+1, "41526 33214 65213 42611", "")
	testkit.Must(t, err)
	return "/labelling/lots/" + l.ID, people
}

var every = labelling.PlanInput{Method: labelling.Whole100, Params: labelling.Params{MinRight: 960_000}}

// assignTo gives all items of a lot through the page to people named in it.
func assignTo(t *testing.T, a *testkit.App, lot string, names ...string) {
	t.Helper()
	page := a.As(a.Supervisor).Get(lot+"/checking").Status(t, 200)
	form := url.Values{"share": {"even"}, "due": {"2026-11-30"}, "version": {page.Find(t, "#assign [name=version]").AttrOr("value", "")}}
	page.Find(t, ".assign-person")
	for _, name := range names {
		form.Add("worker", page.Find(t, ".assign-person:contains('Worker "+name+"') [name=worker]").AttrOr("value", ""))
	}
	a.As(a.Supervisor).Post(lot+"/assign", form).Status(t, 303)
}

// deskOf is the address of somebody's first open assignment.
func deskOf(t *testing.T, c *testkit.Client) string {
	t.Helper()
	at, ok := c.Get("/labelling/desk").Status(t, 200).Find(t, "#open tbody a").Attr("href")
	if !ok {
		t.Fatal("nothing to check")
	}
	return at
}

// tell posts a form of the screen with what the person adds.
func tell(t *testing.T, c *testkit.Client, at string, seq int, part string, in url.Values) *testkit.Response {
	t.Helper()
	page := c.Get(fmt.Sprintf("%s?at=%d", at, seq)).Status(t, 200)
	form := url.Values{"at": {fmt.Sprint(seq)}, "version": {page.Find(t, "#desk [name=version]").First().AttrOr("value", "")}}
	for k, v := range in {
		form[k] = v
	}
	return c.Post(at+"/"+part, form)
}

func TestDeskNeverNamesTheAnnotator(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	in := every
	in.Blind = true
	lot, people := deskLot(t, a, in)
	assignTo(t, a, lot, "cat")
	c := a.As(people["cat"])
	at := deskOf(t, c)
	l, err := a.Labelling.Lot(t.Context(), a.Supervisor.Actor(), strings.TrimPrefix(lot, "/labelling/lots/"))
	testkit.Must(t, err)
	var answers []*testkit.Response
	ask := func(r *testkit.Response) *testkit.Response { answers = append(answers, r); return r }
	ask(c.Get("/labelling/desk"))
	ask(c.Get("/work"))
	blind := ask(c.Get(at+"?at=1")).Status(t, 200)
	if text := blind.Find(t, "#desk .desk-item").Text(); strings.Contains(text, "joyful") || strings.Contains(text, "gloomy") || !strings.Contains(text, "Text") {
		t.Errorf("a blind item shows %q", text)
	}
	if n := blind.Find(t, ".desk-verdict").Length(); n != 0 {
		t.Error("a verdict is asked for before the own answer")
	}
	ask(tell(t, c, at, 1, "check", url.Values{"verdict": {"right"}})).Status(t, 422).Says(t, "#desk", "own answer first")
	ask(tell(t, c, at, 1, "own", url.Values{})).Status(t, 422).Says(t, ".field-error", "Fill this in")
	ask(tell(t, c.Part(), at, 1, "own", url.Values{"own": {"joyful"}})).Status(t, 200).Says(t, ".desk-own", "joyful")
	shown := ask(c.Get(at+"?at=1")).Status(t, 200)
	if text := shown.Find(t, "#desk .desk-item").Text(); !strings.Contains(text, "joyful") && !strings.Contains(text, "gloomy") {
		t.Errorf("after the own answer the item shows %q", text)
	}
	ask(tell(t, c, at, 1, "check", url.Values{"verdict": {"right"}, "millis": {"2500"}})).Redirects(t, at+"?at=2")
	ask(tell(t, c, at, 2, "own", url.Values{"own_text": {"neither"}})).Redirects(t, at+"?at=2")
	said := ask(tell(t, c.Part().With("X-Desk", "1"), at, 2, "check", url.Values{"verdict": {"wrong"}, "defect": {"B1"}, "note": {"No"}})).Status(t, 200)
	var out struct {
		Saved bool
		Count string
	}
	testkit.Must(t, json.Unmarshal(said.Body.Bytes(), &out))
	if !out.Saved || out.Count != "2 of 10 answered" {
		t.Errorf("the script is told %+v", out)
	}
	ask(c.Part().Get(at+"?at=3")).Status(t, 200)
	ask(c.Get(at+"?at=end")).Status(t, 200).Says(t, ".desk-end", "8 items")
	ask(c.Get(at+"/rules")).Status(t, 200)
	ask(tell(t, c, at, 3, "flag", url.Values{"note": {"Violence"}})).Status(t, 303)
	ask(c.Get(at+"?at=4")).Status(t, 200).Says(t, ".note", "Violence")
	for _, r := range answers {
		for _, name := range []string{secret, "Worker zhang", "Person zhang", l.Division} {
			if strings.Contains(r.Body.String(), name) {
				t.Errorf("an answer names the annotator: %q", name)
			}
		}
		if strings.Contains(r.Result().Header.Get("Location"), secret) {
			t.Error("a redirect names the annotator")
		}
	}
	checks, err := a.Labelling.Verdicts(a.Ledger.Read(t.Context()), l.DrawID)
	testkit.Must(t, err)
	for _, j := range checks {
		for _, r := range j.Rounds {
			if r.Verdict == labelling.VerdictRight && r.Millis != 2500 || r.Verdict == labelling.VerdictWrong && (r.Severity != labelling.Major || r.OwnAnswer != "neither") {
				t.Errorf("kept as %+v", r)
			}
		}
	}
	a.Sound()
}

func TestDeskForms(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	lot, people := deskLot(t, a, every)
	sue := a.As(a.Supervisor)
	sue.Get(lot+"/checking").Status(t, 200).Says(t, "#assignments .empty-state", "Nobody checks yet").Says(t, "#assign", "10 items have no checker")
	sue.Post(lot+"/assign", url.Values{"version": {"4"}, "due": {"2026-11-20"}, "share": {"quota"}}).Status(t, 422).Says(t, "#assign", "Not before today").Says(t, "#assign", "at least one person")
	assignTo(t, a, lot, "cat")
	sue.Get(lot+"/checking").Says(t, "#assignments tbody", "Worker cat").Says(t, "#assignments tbody", "0 of 10")
	a.As(a.Auditor).Get(lot+"/checking").Status(t, 200).Says(t, "#assignments tbody", "W-")
	if n := a.As(a.Auditor).Get(lot+"/checking").Find(t, "form[method=post] [name=version]").Length(); n != 0 {
		t.Error("an auditor is offered actions")
	}

	c := a.As(people["cat"])
	at := deskOf(t, c)
	a.As(people["dan"]).Get(at).Status(t, 404)
	a.As(a.Supervisor).Get(at).Status(t, 404)
	a.As(a.Officer).Get(at).Status(t, 403)
	c.Get(lot+"/checking").Status(t, 403)
	a.As(people["dan"]).Post(at+"/check", url.Values{"at": {"1"}, "verdict": {"right"}}).Status(t, 404)

	back := tell(t, c, at, 1, "check", url.Values{"verdict": {"wrong"}, "note": {"Because <b>"}, "corrected": {"joyful"}, "severity": {"minor"}}).Status(t, 422)
	back.Says(t, "#f-defects-error", "at least one defect").Says(t, "#f-note", "Because <b>").Says(t, "#f-corrected", "joyful")
	if _, ok := back.Find(t, "[name=severity][value=minor]").Attr("checked"); !ok {
		t.Error("the severity is forgotten")
	}
	tell(t, c, at, 1, "check", url.Values{"verdict": {"right"}, "defect": {"B1"}}).Status(t, 422).Says(t, "#f-defects-error", "Only a wrong label")
	tell(t, c, at, 1, "check", url.Values{"verdict": {""}}).Status(t, 422).Says(t, ".desk-answer", "Choose a verdict")
	tell(t, c, at, 1, "check", url.Values{"verdict": {"wrong"}, "defect": {"B1"}, "severity": {"minor"}}).Redirects(t, at+"?at=2")
	again := c.Get(at+"?at=1").Status(t, 200)
	if got := again.Find(t, "[data-verdict=wrong]").AttrOr("aria-pressed", ""); got != "true" {
		t.Error("the verdict given is not marked")
	}

	// two tabs: the second is told, and sees both
	both := c.Part().Post(at+"/check", url.Values{"at": {"1"}, "version": {"0"}, "verdict": {"unsure"}, "note": {"Other tab"}}).Status(t, 409)
	both.Says(t, ".desk-both", "Wrong").Says(t, ".desk-both", "B1").Says(t, ".desk-both", "Unsure").Says(t, ".desk-both", "Other tab")
	if got := both.Find(t, "form[data-desk=check] [name=version]").AttrOr("value", ""); got != "1" {
		t.Errorf("the screen offers version %q", got)
	}
	tell(t, c, at, 1, "check", url.Values{"verdict": {"right"}}).Status(t, 303)

	c.Post(at+"/done", nil).Status(t, 422).Says(t, ".note", "9 items have no verdict")
	c.Get(at+"?at=2&flag=1").Status(t, 200).Says(t, "#flag-dialog[open]", "stops the checks")
	tell(t, c, at, 2, "flag", url.Values{"note": {""}}).Status(t, 422).Says(t, "#flag-dialog[open] .field-error", "Fill this in")
	for _, path := range []string{"?at=99", "?at=0", "?at=x"} {
		c.Get(at+path).Status(t, 200)
	}
	for seq := 2; seq <= 10; seq++ {
		tell(t, c, at, seq, "check", url.Values{"verdict": {map[bool]string{true: "unsure", false: "right"}[seq == 5]}}).Status(t, 303)
	}
	c.Get(at).Status(t, 200).Says(t, ".desk-end", "All 10 items").Says(t, ".desk-jumps", "5")
	c.Post(at+"/done", nil).Redirects(t, "/labelling/desk")
	c.Get("/labelling/desk").Says(t, "#closed", "Week 47")
	tell(t, c, at, 2, "check", url.Values{"verdict": {"right"}}).Status(t, 409).Says(t, ".note", "handed in")

	arbiter := a.As(people["ari"])
	arb := deskOf(t, arbiter)
	arbiter.Get("/work").Says(t, ".work-list", "Week 47").Says(t, ".work-list", "Arbitrate")
	page := arbiter.Get(arb).Status(t, 200).Says(t, ".desk-earlier", "Checker A").Says(t, ".desk-earlier", "Unsure")
	for _, name := range []string{"Worker cat", "Person cat"} {
		if strings.Contains(page.Body.String(), name) {
			t.Errorf("the arbiter reads %q", name)
		}
	}
	if page.Find(t, "[data-verdict=unsure]").Length() != 0 {
		t.Error("an arbiter may be unsure")
	}
	tell(t, arbiter, arb, 1, "check", url.Values{"verdict": {"wrong"}, "defect": {"A1"}}).Status(t, 303)
	arbiter.Post(arb+"/done", nil).Status(t, 303)
	sue.Get(lot+"/checking").Says(t, ".note", "Every item of the sample has a final verdict")
	sue.Get("/work").Says(t, ".work-list", "Decide the lot")

	gold := lot + "/gold"
	sue.Post(gold, url.Values{}).Status(t, 422).Says(t, ".field-error", "at least one item")
	n := sue.Get(gold).Status(t, 200).Says(t, ".label-list", "Judged by an arbiter").Find(t, "[name=n]").AttrOr("value", "")
	list := sue.Post(gold, url.Values{"n": {n}}).Status(t, 303).Header().Get("Location")
	sue.Get(list).Status(t, 200).Says(t, "#golds tbody", "In use")
	retire := sue.Get(list).Find(t, "#golds tbody form").AttrOr("action", "")
	a.As(a.Executive).Get(list).Status(t, 200)
	a.As(a.Executive).Post(retire, nil).Status(t, 403)
	sue.Post(retire, url.Values{"version": {"1"}}).Redirects(t, list)
	sue.Get(list+"?state=in_use").Says(t, ".empty-state", "No gold items")
	a.Sound()
}

func TestDeskStops(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	lot, people := deskLot(t, a, every)
	assignTo(t, a, lot, "cat", "dan")
	cat, dan, sue := a.As(people["cat"]), a.As(people["dan"]), a.As(a.Supervisor)
	at := deskOf(t, cat)
	tell(t, cat, at, 1, "flag", url.Values{"note": {"Calls for <i>violence</i>"}}).Status(t, 303)
	other := deskOf(t, dan)
	dan.Get(other).Status(t, 200).Says(t, ".note", "Calls for <i>violence</i>")
	dan.Part().Post(other+"/check", url.Values{"at": {"1"}, "version": {"0"}, "verdict": {"right"}}).Status(t, 409).Says(t, ".note", "stopped")
	sue.Get("/work").Says(t, ".work-list", "Checks stopped")
	page := sue.Get(lot+"/checking").Status(t, 200).Says(t, ".note", "Calls for <i>violence</i>")
	version := page.Find(t, "#resume [name=version]").AttrOr("value", "")
	sue.Post(lot+"/resume", url.Values{"version": {version}}).Status(t, 422).Says(t, "#resume .field-error", "Fill this in")
	sue.Post(lot+"/resume", url.Values{"version": {version}, "reason": {"A quotation"}}).Redirects(t, lot+"/checking")
	dan.Get(other).Status(t, 200).Says(t, ".desk-verdicts", "Right")
	withdraw := sue.Get(lot+"/checking").Find(t, "#assignments form").First()
	sue.Post(withdraw.AttrOr("action", ""), url.Values{"version": {withdraw.Find("[name=version]").AttrOr("value", "")}}).Redirects(t, lot+"/checking")
	sue.Get(lot+"/checking").Says(t, "#assignments tbody", "Withdrawn").Says(t, "#assign", "5 items have no checker")
	a.Sound()
}
