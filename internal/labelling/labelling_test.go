package labelling_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/day"
	"hegui/internal/labelling"
	"hegui/internal/labelling/exports"
	"hegui/internal/problem"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/internal/testkit"
)

// service registers one for tests.
func service(t testing.TB, a *testkit.App, name string) register.Entry {
	t.Helper()
	e, err := a.Register.Register(t.Context(), a.Officer.Actor(), register.Registration{Details: register.Details{
		Name: name, Kind: "chat", Modalities: []register.Modality{register.Text}, Audience: register.GeneralPublic, Minors: regulation.No,
		Model: register.OwnModel, ModelName: "M", Channels: []register.Channel{register.Web}, Launch: "2026-03-01", State: register.Live,
		ComplianceOwner: a.Officer.ID, ProductOwner: a.Supervisor.ID, TechnicalOwner: a.Officer2.ID, PrivacyContact: a.Privacy.ID,
	}})
	testkit.Must(t, err)
	return e
}

var defects = []labelling.Defect{{Code: "A1", Name: "Illegal", Severity: labelling.Critical}, {Code: "B1", Name: "Wrong label", Severity: labelling.Major}}

func project(t testing.TB, a *testkit.App) labelling.Project {
	t.Helper()
	p, err := a.Labelling.AddProject(t.Context(), a.Supervisor.Actor(), service(t, a, "Chat").ID,
		labelling.ProjectInput{Name: "Sentiment", Kind: labelling.Functional, Blind: true, DoublePercent: 10, Defects: defects})
	testkit.Must(t, err)
	return p
}

var text = labelling.RuleInput{Goal: "Teach tone", DataFormat: "JSONL", Method: "Read, then choose", Quality: "≥ 96 %"}

// inForce drafts, approves and puts rules in force.
func inForce(t testing.TB, a *testkit.App, p labelling.Project, kind labelling.Kind) labelling.RuleSet {
	t.Helper()
	ctx, sue := t.Context(), a.Supervisor.Actor()
	r, err := a.Labelling.DraftRules(ctx, sue, p.ID, kind, text)
	testkit.Must(t, err)
	r, err = a.Labelling.SubmitRules(ctx, sue, r.ID, r.Version)
	testkit.Must(t, err)
	r, err = a.Labelling.ApproveRules(ctx, a.Officer.Actor(), r.ID, r.Version)
	testkit.Must(t, err)
	r, err = a.Labelling.PutInForce(ctx, sue, r.ID, r.Version)
	testkit.Must(t, err)
	return r
}

func wants(t testing.TB, err error, kind problem.Kind, key string) {
	t.Helper()
	if !problem.Is(err, kind) || !strings.Contains(fmt.Sprint(err, fields(err)), key) {
		t.Errorf("got %v %v, want %v %s", err, fields(err), kind, key)
	}
}

func fields(err error) (out []string) {
	list, _ := problem.FieldsOf(err)
	for _, f := range list {
		out = append(out, f.Field+": "+f.Key)
	}
	return out
}

func TestProjects(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue := t.Context(), a.Supervisor.Actor()
	p := project(t, a)
	_, err := a.Labelling.AddProject(ctx, sue, p.ServiceID, p.Input())
	wants(t, err, problem.Invalid, "name: labelling.taken")
	_, err = a.Labelling.AddProject(ctx, sue, "nowhere", p.Input())
	wants(t, err, problem.Invalid, "service: labelling.choose")
	in := p.Input()
	in.Name, in.Defects, in.GoldPercent = " ", append(slices.Clone(defects), labelling.Defect{Code: "A1", Name: "Again", Severity: labelling.Minor}), 51
	_, err = a.Labelling.ChangeProject(ctx, sue, p.ID, p.Version, in)
	for _, want := range []string{"name: labelling.required", "defects: labelling.defect.twice", "gold_percent: labelling.percent"} {
		wants(t, err, problem.Invalid, want)
	}
	in = p.Input()
	in.Name = "Tone"
	p, err = a.Labelling.ChangeProject(ctx, sue, p.ID, p.Version, in)
	testkit.Must(t, err)
	_, err = a.Labelling.ChangeProject(ctx, sue, p.ID, p.Version-1, in)
	wants(t, err, problem.Conflict, "changed_meanwhile")
	p, err = a.Labelling.CloseProject(ctx, sue, p.ID, p.Version)
	testkit.Must(t, err)
	_, err = a.Labelling.DraftRules(ctx, sue, p.ID, labelling.Functional, text)
	wants(t, err, problem.Conflict, "project.closed")

	other := a.PersonIn("Other Service", []string{"another"}, actor.Supervisor)
	_, err = a.Labelling.Project(ctx, other.Actor(), p.ID)
	wants(t, err, problem.NotFound, "")
	if list, err := a.Labelling.Projects(ctx, a.Checker.Actor(), labelling.ProjectFilter{Limit: 10}); err != nil || len(list) != 0 {
		t.Errorf("a checker without a function sees %d projects (%v)", len(list), err)
	}
	a.Sound()
}

func TestRulesNeedASecondPerson(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue, olivia := t.Context(), a.Supervisor.Actor(), a.Officer.Actor()
	p := project(t, a)
	_, err := a.Labelling.DraftRules(ctx, sue, p.ID, labelling.Safety, labelling.RuleInput{Goal: "x"})
	wants(t, err, problem.Invalid, "method: labelling.required")
	r, err := a.Labelling.DraftRules(ctx, sue, p.ID, labelling.Safety, text)
	testkit.Must(t, err)
	_, err = a.Labelling.ChangeRules(ctx, olivia, r.ID, r.Version, text)
	wants(t, err, problem.Forbidden, "rules.not_yours")
	_, err = a.Labelling.ApproveRules(ctx, olivia, r.ID, r.Version)
	wants(t, err, problem.Conflict, "not_submitted")
	r, err = a.Labelling.SubmitRules(ctx, sue, r.ID, r.Version)
	testkit.Must(t, err)
	_, err = a.Labelling.ApproveRules(ctx, sue, r.ID, r.Version)
	wants(t, err, problem.Forbidden, "rules.own")
	_, err = a.Labelling.ReturnRules(ctx, olivia, r.ID, r.Version, " ")
	wants(t, err, problem.Invalid, "note: labelling.required")
	r, err = a.Labelling.ReturnRules(ctx, olivia, r.ID, r.Version, "Name the indices")
	testkit.Must(t, err)
	if r.State != labelling.RuleDraft || r.ReturnedNote == "" {
		t.Errorf("returned rules are %s with note %q", r.State, r.ReturnedNote)
	}
	first := inForce(t, a, p, labelling.Functional)
	if first.Number != 1 {
		t.Errorf("functional rules start at %d: kinds count apart", first.Number)
	}
	a.Clock.Advance(48 * time.Hour)
	second := inForce(t, a, p, labelling.Functional)
	first, err = a.Labelling.Rules(ctx, sue, first.ID)
	testkit.Must(t, err)
	if second.Number != 2 || first.State != labelling.RuleSuperseded || first.ForceOn("2026-11-25") || !first.ForceOn("2026-11-24") || !second.ForceOn("2026-11-25") {
		t.Errorf("after the second version the first is %+v", first)
	}
	_, err = a.Labelling.ChangeRules(ctx, sue, second.ID, second.Version, text)
	wants(t, err, problem.Conflict, "rules.fixed")
	a.Sound()
}

// TestQualification is the question of an inspector: was this person trained
// and qualified, on which rules, on that day?
func TestQualification(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue := t.Context(), a.Supervisor.Actor()
	p := project(t, a)
	ana, err := a.Labelling.AddWorker(ctx, sue, labelling.WorkerInput{Name: "Ana Annotator", Codes: []string{"ana@vendor.example", "7"}})
	testkit.Must(t, err)
	lacks := func(on string) string {
		t.Helper()
		q, err := a.Labelling.Qualification(ctx, sue, ana.ID, p.ID, day.Date(on))
		testkit.Must(t, err)
		return fmt.Sprint(q.Lacks)
	}
	if got := lacks("2026-11-23"); got != "[function training no_rules]" {
		t.Errorf("at first: %s", got)
	}
	r := inForce(t, a, p, labelling.Functional)
	_, err = a.Labelling.Appoint(ctx, sue, p.ID, ana.ID, labelling.Annotator, "2026-11-01")
	testkit.Must(t, err)
	testkit.Must(t, a.Labelling.AddTraining(ctx, sue, []string{ana.ID}, labelling.TrainingInput{Title: "Basics", ProjectID: p.ID, RuleSetID: r.ID, HeldOn: "2026-11-20", Minutes: 240, Exam: labelling.Passed, Score: 92, ValidUntil: "2026-12-31"}))
	if got := lacks("2026-11-23"); got != "[reading]" {
		t.Errorf("before reading: %s", got)
	}
	testkit.Must(t, a.Labelling.ConfirmReading(ctx, sue, r.ID, []string{ana.ID}, "2026-11-23"))
	for on, want := range map[string]string{"2026-11-23": "[]", "2026-11-19": "[training no_rules]", "2027-01-01": "[expired]", "2026-10-31": "[function training no_rules]"} {
		if got := lacks(on); got != want {
			t.Errorf("%s: %s, want %s", on, got, want)
		}
	}
	wants(t, a.Labelling.ConfirmReading(ctx, sue, r.ID, []string{ana.ID}, "2026-11-23"), problem.Conflict, "nobody_to_confirm")

	a.Clock.Advance(24 * time.Hour)
	testkit.Must(t, a.Labelling.Suspend(ctx, sue, ana.ID, "Too many errors"))
	wants(t, a.Labelling.Suspend(ctx, sue, ana.ID, "Again"), problem.Conflict, "suspended_already")
	testkit.Must(t, a.Labelling.AddTraining(ctx, sue, []string{ana.ID}, labelling.TrainingInput{Title: "Re-examination", HeldOn: "2026-11-24", Exam: labelling.Failed, Score: 40}))
	if got := lacks("2026-11-24"); got != "[suspended exam]" {
		t.Errorf("suspended: %s", got)
	}
	a.Clock.Advance(24 * time.Hour)
	testkit.Must(t, a.Labelling.AddTraining(ctx, sue, []string{ana.ID}, labelling.TrainingInput{Title: "Re-examination", HeldOn: "2026-11-25", Exam: labelling.Passed, Score: 95}))
	testkit.Must(t, a.Labelling.Lift(ctx, sue, ana.ID, "Passed"))
	for on, want := range map[string]string{"2026-11-23": "[]", "2026-11-24": "[suspended exam]", "2026-11-25": "[]"} {
		if got := lacks(on); got != want {
			t.Errorf("afterwards, %s: %s, want %s", on, got, want)
		}
	}
	if a.Officer.Actor().May(actor.ManageLabelling) || ana.Called(a.Officer.Actor()) != ana.Pseudonym || ana.Called(sue) != "Ana Annotator" {
		t.Error("names are not kept from those who only read")
	}
	a.Sound()
}

func TestOneFunctionPerPerson(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue := t.Context(), a.Supervisor.Actor()
	p := project(t, a)
	ana, err := a.Labelling.AddWorker(ctx, sue, labelling.WorkerInput{Name: "Ana", Codes: []string{"7"}})
	testkit.Must(t, err)
	ben, err := a.Labelling.AddWorker(ctx, sue, labelling.WorkerInput{Name: "Ben", Codes: []string{"8", "7"}, AccountID: a.Checker.ID})
	testkit.Must(t, err)
	f, err := a.Labelling.Appoint(ctx, sue, p.ID, ana.ID, labelling.Annotator, "2026-11-01")
	testkit.Must(t, err)
	_, err = a.Labelling.Appoint(ctx, sue, p.ID, ana.ID, labelling.Reviewer, "2026-11-02")
	wants(t, err, problem.Invalid, "worker: labelling.function.has_one")
	testkit.Must(t, a.Labelling.EndFunction(ctx, sue, f.ID))
	_, err = a.Labelling.Appoint(ctx, sue, p.ID, ana.ID, labelling.Reviewer, "2026-11-02")
	wants(t, err, problem.Invalid, "worker: labelling.function.has_one")
	_, err = a.Labelling.Appoint(ctx, sue, p.ID, ben.ID, labelling.Reviewer, "2026-11-02")
	wants(t, err, problem.Invalid, "worker: labelling.worker.code_taken")
	ben, err = a.Labelling.ChangeWorker(ctx, sue, ben.ID, ben.Version, labelling.WorkerInput{Name: "Ben", Codes: []string{"8"}, AccountID: a.Checker.ID})
	testkit.Must(t, err)
	_, err = a.Labelling.Appoint(ctx, sue, p.ID, ben.ID, labelling.Reviewer, "2026-11-02")
	testkit.Must(t, err)
	_, err = a.Labelling.ChangeWorker(ctx, sue, ben.ID, ben.Version, labelling.WorkerInput{Name: "Ben", Codes: []string{"7"}, AccountID: a.Checker.ID})
	wants(t, err, problem.Invalid, "codes: labelling.worker.code_taken")
	_, err = a.Labelling.AddWorker(ctx, sue, labelling.WorkerInput{Name: "Ben again", AccountID: a.Checker.ID})
	wants(t, err, problem.Invalid, "account: labelling.taken")

	if list, err := a.Labelling.Projects(ctx, a.Checker.Actor(), labelling.ProjectFilter{Limit: 10}); err != nil || len(list) != 1 {
		t.Errorf("a checker with a function sees %d projects (%v)", len(list), err)
	}
	r := inForce(t, a, p, labelling.Functional)
	testkit.Must(t, a.Labelling.ConfirmOwnReading(ctx, a.Checker.Actor(), r.ID))
	if list, err := a.Labelling.Workers(ctx, a.Checker.Actor(), labelling.WorkerFilter{Limit: 10}); err != nil || len(list) != 1 || list[0].ID != ben.ID {
		t.Errorf("a checker sees %d people (%v)", len(list), err)
	}
	a.Sound()
}

// upload brings a file in and waits until it was looked through.
func upload(t testing.TB, a *testkit.App, p labelling.Project, name, content string) labelling.Batch {
	t.Helper()
	b, err := a.Labelling.Upload(t.Context(), a.Supervisor.Actor(), p.ID, name, strings.NewReader(content))
	testkit.Must(t, err)
	a.Labelling.Settle(t.Context(), b.ID, time.Minute)
	return b
}

var answers = labelling.Answers{Name: "Week 47", Kind: labelling.Functional, RuleSetID: labelling.NoRules, PeriodFrom: "2026-11-16", PeriodUntil: "2026-11-20", DivideBy: labelling.Whole}

// imported confirms a batch and waits for the end of its import.
func imported(t testing.TB, a *testkit.App, b labelling.Batch, in labelling.Answers) (labelling.Batch, []labelling.Lot) {
	t.Helper()
	ctx, sue := t.Context(), a.Supervisor.Actor()
	_, err := a.Labelling.Confirm(ctx, sue, b.ID, b.Version, in)
	testkit.Must(t, err)
	a.Labelling.Settle(ctx, b.ID, time.Minute)
	b, err = a.Labelling.Batch(ctx, sue, b.ID)
	testkit.Must(t, err)
	lots, err := a.Labelling.Lots(ctx, sue, labelling.LotFilter{Batch: b.ID, Limit: 1000})
	testkit.Must(t, err)
	return b, lots
}

func lines(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"id": %d, "text": "文本 %d <b>", "label": "%s", "annotator": "p%d", "source": "s%d"}`+"\n", i+1, i+1, []string{"good", "bad"}[i%2], i%3, i%2)
	}
	return b.String()
}

var samples = []string{"cvat_coco_instances_default.json", "doccano_ner_setswana.jsonl", "label_studio_export_with_reviews.json",
	"preference_chosen_rejected_messages.jsonl", "prodigy_textcat_github_issues.jsonl"}

// TestSamplesComeBackWhole imports real exports, freezes and verifies their
// lots, and writes them out again.
func TestSamplesComeBackWhole(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue := t.Context(), a.Supervisor.Actor()
	p := project(t, a)
	for _, name := range samples {
		data, err := os.ReadFile("exports/testdata/" + name)
		testkit.Must(t, err)
		b := upload(t, a, p, name, string(data))
		report, ok, err := a.Labelling.Report(ctx, b.ID)
		if err != nil || !ok || !report.Importable() {
			t.Fatalf("%s: %+v, %v", name, report, err)
		}
		sample, _, fault, err := a.Labelling.Preview(ctx, b)
		if err != nil || fault != nil || len(sample) == 0 {
			t.Errorf("%s: preview of %d, %v, %v", name, len(sample), fault, err)
		}
		in := answers
		in.SkipRefused = true
		b, lots := imported(t, a, b, in)
		if b.State != labelling.BatchImported || b.Items != report.Items || len(lots) != 1 || lots[0].Size != b.Items {
			t.Fatalf("%s: %s %s with %d items in %d lots", name, b.State, b.FaultCode, b.Items, len(lots))
		}
		l, err := a.Labelling.Freeze(ctx, sue, lots[0].ID, lots[0].Version)
		testkit.Must(t, err)
		if f, err := a.Labelling.Verify(ctx, sue, l.ID); err != nil || !f.Sound() || f.Items != l.Size {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
		items, err := a.Labelling.Items(ctx, sue, l.ID, 0, 20)
		testkit.Must(t, err)
		views, err := a.Labelling.Views(ctx, b, items)
		testkit.Must(t, err)
		if len(views) != len(items) || views[0].Kind != sample[0].View.Kind {
			t.Errorf("%s: %d views of %d items, first %s", name, len(views), len(items), views[0].Kind)
		}
		var out bytes.Buffer
		testkit.Must(t, a.Labelling.ExportLot(ctx, sue, l.ID, &out))
		again, err := exports.Inspect(bytes.NewReader(out.Bytes()), exports.Options{})
		testkit.Must(t, err)
		if int64(again.Items) != b.Items || again.Refused != 0 {
			t.Errorf("%s: written out, it has %d items and %d refused rows", name, again.Items, again.Refused)
		}
		if strings.HasSuffix(name, ".jsonl") && out.String() != string(data) {
			t.Errorf("%s: other bytes came back", name)
		}
	}
	a.Sound()
}

func TestDivisions(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue := t.Context(), a.Supervisor.Actor()
	p := project(t, a)
	ana, err := a.Labelling.AddWorker(ctx, sue, labelling.WorkerInput{Name: "Ana", Codes: []string{"p0"}})
	testkit.Must(t, err)
	_, err = a.Labelling.Appoint(ctx, sue, p.ID, ana.ID, labelling.Annotator, "2026-11-01")
	testkit.Must(t, err)
	for _, c := range []struct {
		in   func(*labelling.Answers)
		want string
	}{
		{func(in *labelling.Answers) { in.DivideBy = labelling.ByAnnotator }, "[#2:3 #3:3 " + ana.Pseudonym + ":4]"},
		{func(in *labelling.Answers) { in.DivideBy, in.DivideColumn = labelling.ByColumn, "source" }, "[s0:5 s1:5]"},
		{func(in *labelling.Answers) { in.DivideBy, in.DivideSize = labelling.BySize, 4 }, "[1–4:4 5–8:4 9–12:2]"},
	} {
		in := answers
		c.in(&in)
		b := upload(t, a, p, "rows.jsonl", lines(10))
		b, lots := imported(t, a, b, in)
		var got []string
		for _, l := range lots {
			got = append(got, fmt.Sprintf("%s:%d", l.Division, l.Size))
		}
		slices.Sort(got)
		if fmt.Sprint(got) != c.want {
			t.Errorf("lots %v, want %s", got, c.want)
		}
		var out bytes.Buffer
		testkit.Must(t, a.Labelling.ExportBatch(ctx, sue, b.ID, &out))
		if out.String() != lines(10) {
			t.Errorf("divided as %v, the batch comes back in another order:\n%s", got, out.String())
		}
	}
}

func TestFilesThatAreNoExports(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue := t.Context(), a.Supervisor.Actor()
	p := project(t, a)
	for name, content := range map[string]string{"empty.json": "", "book.xlsx": "PK\x03\x04" + strings.Repeat("\x00", 200), "p.pdf": "%PDF-1.7", "page.html": "<html></html>"} {
		_, err := a.Labelling.Upload(ctx, sue, p.ID, name, strings.NewReader(content))
		if !problem.Is(err, problem.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var kept int64
	testkit.Must(t, a.Ledger.Read(ctx).Table("file_chunk").Count(&kept).Error)
	if list, err := a.Labelling.Batches(ctx, sue, labelling.BatchFilter{Limit: 10}); err != nil || len(list) != 0 || kept != 0 {
		t.Errorf("%d batches and %d chunks are left (%v)", len(list), kept, err)
	}

	truncated := upload(t, a, p, "cut.json", `[{"id":1,"data":{"text":"a"},"annotations":[{"id":3,"result":[]}]},{"id":2,"da`)
	_, err := a.Labelling.Confirm(ctx, sue, truncated.ID, truncated.Version, answers)
	wants(t, err, problem.Conflict, "import.nothing")
	report, _, err := a.Labelling.Report(ctx, truncated.ID)
	if err != nil || report.Fatal == nil || report.Fatal.Code != exports.Truncated {
		t.Errorf("truncated: %+v, %v", report.Fatal, err)
	}

	noID := upload(t, a, p, "plain.csv", "question,answer\n=1+1,yes\nb,no\n")
	_, guess, fault, err := a.Labelling.Preview(ctx, noID)
	if err != nil || fault == nil || fault.Code != exports.NoIDColumn || !slices.Contains(guess.Names, "question") {
		t.Errorf("without ids: %v, %v, %v", fault, guess.Names, err)
	}
	noID, err = a.Labelling.Reread(ctx, sue, noID.ID, noID.Version, labelling.FileReading{Number: true, Columns: []labelling.Column{{Name: "question", Role: "text"}, {Name: "answer", Role: "label"}}})
	testkit.Must(t, err)
	a.Labelling.Settle(ctx, noID.ID, time.Minute)
	noID, lots := imported(t, a, noID, answers)
	if noID.Items != 2 || len(lots) != 1 {
		t.Errorf("numbered: %s %d items", noID.State, noID.Items)
	}
	var out bytes.Buffer
	testkit.Must(t, a.Labelling.ExportLot(ctx, sue, lots[0].ID, &out))
	if !strings.Contains(out.String(), "'=1+1") {
		t.Errorf("a formula left as one: %s", out.String())
	}
}

func TestRefusedRowsAreListedAndLeftOut(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue := t.Context(), a.Supervisor.Actor()
	p := project(t, a)
	b := upload(t, a, p, "rows.jsonl", lines(3)+"{\"id\": 1, \"text\": \"again\", \"label\": []}\n{\"id\": 9, \n"+strings.Repeat("[", 200)+"\n")
	refused, err := a.Labelling.RefusedRows(ctx, b.ID, 0, 100)
	testkit.Must(t, err)
	var got []string
	for _, r := range refused {
		got = append(got, fmt.Sprint(r.LineNo, r.Code))
	}
	if len(refused) != 3 || !strings.HasPrefix(got[0], "4duplicate_id") {
		t.Errorf("refused %v", got)
	}
	_, err = a.Labelling.Confirm(ctx, sue, b.ID, b.Version, answers)
	wants(t, err, problem.Invalid, "skip_refused")
	in := answers
	in.SkipRefused = true
	b, lots := imported(t, a, b, in)
	if b.Items != 3 || b.Refused != 3 || lots[0].Size != 3 {
		t.Errorf("imported %d, refused %d", b.Items, b.Refused)
	}
	_, err = a.Labelling.Confirm(ctx, sue, b.ID, b.Version, in)
	wants(t, err, problem.Conflict, "not_waiting")
}

// staged counts the items in the table, of lots or not.
func staged(t testing.TB, a *testkit.App) (n int64) {
	t.Helper()
	testkit.Must(t, a.Ledger.Read(t.Context()).Table("label_item").Count(&n).Error)
	return n
}

func TestCancelledImportLeavesNothing(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue := t.Context(), a.Supervisor.Actor()
	b := upload(t, a, project(t, a), "rows.jsonl", lines(60_000))
	_, err := a.Labelling.Confirm(ctx, sue, b.ID, b.Version, answers)
	testkit.Must(t, err)
	for end := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		if p, ok, err := a.Labelling.Progress(ctx, sue, b.ID); err == nil && ok && p.Items > 0 || time.Now().After(end) {
			break
		}
	}
	if lots, err := a.Labelling.Lots(ctx, sue, labelling.LotFilter{Batch: b.ID, Limit: 10}); err != nil || len(lots) != 0 {
		t.Errorf("a running import shows %d lots (%v)", len(lots), err)
	}
	_, err = a.Labelling.Cancel(ctx, sue, b.ID)
	testkit.Must(t, err)
	a.Labelling.Settle(ctx, b.ID, time.Minute)
	b, err = a.Labelling.Batch(ctx, sue, b.ID)
	testkit.Must(t, err)
	if n := staged(t, a); n != 0 || b.State != labelling.BatchCancelled {
		t.Errorf("%s, and %d items are left", b.State, n)
	}
	_, err = a.Labelling.Cancel(ctx, sue, b.ID)
	wants(t, err, problem.Conflict, "not_waiting")
	a.Sound()
}

// TestImportGoesOnAfterARestart stops the program in the middle of an import
// and starts it again on the same database.
func TestImportGoesOnAfterARestart(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue := t.Context(), a.Supervisor.Actor()
	b := upload(t, a, project(t, a), "rows.jsonl", lines(30_000))
	_, err := a.Labelling.Confirm(ctx, sue, b.ID, b.Version, answers)
	testkit.Must(t, err)
	for end := time.Now().Add(time.Minute); staged(t, a) == 0 && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	a.Labelling.Close()
	again := labelling.New(a.Ledger, labelling.Options{Files: a.Files, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	defer again.Close()
	testkit.Must(t, again.Resume(ctx))
	if _, ok, _ := again.Progress(ctx, sue, b.ID); !ok {
		t.Error("the task was taken from a process that may still run")
	}
	a.Clock.Advance(5 * time.Minute)
	testkit.Must(t, again.Resume(ctx))
	again.Settle(ctx, b.ID, time.Minute)
	b, err = again.Batch(ctx, sue, b.ID)
	testkit.Must(t, err)
	if n := staged(t, a); b.State != labelling.BatchImported || n != 30_000 {
		t.Errorf("%s with %d items", b.State, n)
	}
	a.Sound()
}

func TestFreezeAndDamage(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue := t.Context(), a.Supervisor.Actor()
	b, lots := imported(t, a, upload(t, a, project(t, a), "rows.jsonl", lines(30)), answers)
	l, err := a.Labelling.Freeze(ctx, sue, lots[0].ID, lots[0].Version)
	testkit.Must(t, err)
	_, err = a.Labelling.Freeze(ctx, sue, l.ID, l.Version)
	wants(t, err, problem.Conflict, "frozen_already")
	if l.State != labelling.LotFrozen || len(l.FrameHash) != 64 || len(b.ContentHash) != 64 {
		t.Errorf("frozen as %+v", l)
	}
	for _, damage := range []string{"UPDATE label_item SET original = original || ' ' WHERE n = 3", "UPDATE label_item SET item_id = 'x' WHERE n = 3", "DELETE FROM label_item WHERE n = 30"} {
		testkit.Must(t, a.Ledger.Unaudited(ctx, "damage for a test", func(tx *gorm.DB) error {
			return tx.Exec(strings.Replace(damage, "|| ' '", "|| CAST(' ' AS "+blob(a)+")", 1)).Error
		}))
		if f, err := a.Labelling.Verify(ctx, sue, l.ID); err != nil || f.Sound() {
			t.Errorf("%s: not noticed (%v)", damage, err)
		}
	}
}

func blob(a *testkit.App) string {
	if a.Store.IsPostgres() {
		return "BYTEA"
	}
	return "BLOB"
}
