package web_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"hegui/internal/actor"
	"hegui/internal/testkit"
)

// labelProject makes a project by the form and gives its address.
func labelProject(t *testing.T, a *testkit.App) (at, id string) {
	t.Helper()
	e := service(t, a, "Chat").ID
	sue := a.As(a.Supervisor)
	form := url.Values{"service": {e}, "name": {"Tone <b>of</b> answers"}, "kind": {"functional"}, "double_percent": {"10"}, "gold_percent": {"0"}, "blind": {"1"},
		"defect_code": {"A1", "B1", ""}, "defect_name": {"Illegal", "Wrong label", ""}, "defect_severity": {"critical", "major", "major"}, "defect_description": {"", "", ""}}
	at = sue.Post("/labelling/projects/new", form).Status(t, 303).Header().Get("Location")
	return at, strings.TrimPrefix(at, "/labelling/projects/")
}

// sendFile posts a file as a browser does.
func sendFile(c *testkit.Client, at, name string, content []byte) *testkit.Response {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	_ = w.WriteField("csrf", "")
	part, _ := w.CreateFormFile("file", name)
	_, _ = io.Copy(part, bytes.NewReader(content))
	_ = w.Close()
	return c.PostBody(at, w.FormDataContentType(), &body)
}

func TestLabelProjectForm(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	sue := a.As(a.Supervisor)
	sue.Get("/labelling/projects").Status(t, 200).Says(t, ".empty-state", "No labelling projects yet")
	sue.Get("/labelling/projects/new").Status(t, 200).Says(t, "main", "List of defects")
	back := sue.Post("/labelling/projects/new", url.Values{"name": {""}, "kind": {"other"}, "defect_code": {"A1", "A1"}, "defect_name": {"One <i>", "Two"}, "defect_severity": {"critical", "minor"}}).Status(t, 422)
	back.Says(t, "#f-name-error", "Fill this in").Says(t, "#f-defects .field-error", "twice")
	if got, _ := back.Find(t, "[name=defect_name]").Attr("value"); got != "One <i>" {
		t.Errorf("the defect came back as %q", got)
	}
	at, _ := labelProject(t, a)
	page := sue.Get(at).Status(t, 200).Says(t, "h1", "Tone <b>of</b> answers").Says(t, "#rules", "No rules yet").Says(t, "main", "Wrong label")
	if page.Find(t, "h1 b").Length() != 0 {
		t.Error("a name became markup")
	}
	sue.Get("/labelling/projects?kind=safety").Status(t, 200).Says(t, ".empty-state", "No labelling")
	sue.Post(at+"/edit", url.Values{"version": {"1"}, "name": {"Tone"}, "kind": {"functional"}, "defect_code": {"A1"}, "defect_name": {"Illegal"}, "defect_severity": {"critical"}}).Redirects(t, at)
	sue.Post(at+"/edit", url.Values{"version": {"1"}, "name": {"Late"}, "kind": {"functional"}, "defect_code": {"A1"}, "defect_name": {"Illegal"}, "defect_severity": {"critical"}}).Status(t, 409).Says(t, ".note", "just changed")
	sue.Post(at+"/close", url.Values{"version": {"2"}}).Redirects(t, at)
	sue.Get(at).Says(t, ".page-head .chip", "Closed").Says(t, ".history-list", "closed the labelling project")
	sue.Post(at+"/reopen", url.Values{"version": {"3"}}).Redirects(t, at)

	a.As(a.Executive).Get(at).Status(t, 200)
	a.As(a.Executive).Get(at+"/edit").Status(t, 403)
	a.As(a.Contributor).Get("/labelling").Status(t, 403)
	other := a.PersonIn("Stranger Supervisor", []string{"another"}, actor.Supervisor)
	a.As(other).Get(at).Status(t, 404)
	a.As(other).Post(at+"/close", url.Values{"version": {"4"}}).Status(t, 404)
	a.As(a.Checker).Get(at).Status(t, 404)
	a.Sound()
}

func TestLabelRulesFlow(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	sue, olivia := a.As(a.Supervisor), a.As(a.Officer)
	at, id := labelProject(t, a)
	sue.Get(at+"/rules?kind=safety").Status(t, 200).Says(t, "#f-kind option[selected]", "Safety")
	text := url.Values{"kind": {"safety"}, "goal": {"Refuse <script>"}, "data_format": {"JSONL"}, "method": {"Read"}, "quality": {""}}
	sue.Post(at+"/rules", text).Status(t, 422).Says(t, "#f-quality-error", "Fill").Says(t, "#f-goal", "Refuse <script>")
	text.Set("quality", "98 %")
	rules := sue.Post(at+"/rules", text).Status(t, 303).Header().Get("Location")
	olivia.Get(rules).Status(t, 200)
	olivia.Get(rules+"/edit").Status(t, 403)
	sue.Post(rules+"/submit", url.Values{"version": {"1"}}).Redirects(t, rules)
	sue.Get(rules).Says(t, ".page-head .chip", "Awaiting")
	sue.Post(rules+"/approve", url.Values{"version": {"2"}}).Status(t, 403)
	olivia.Post(rules+"/return", url.Values{"version": {"2"}, "note": {""}}).Status(t, 422).Says(t, ".field-error", "Fill")
	olivia.Post(rules+"/return", url.Values{"version": {"2"}, "note": {"Say more"}}).Redirects(t, rules)
	sue.Get(rules).Says(t, ".note", "Say more")
	sue.Post(rules+"/submit", url.Values{"version": {"3"}}).Redirects(t, rules)
	olivia.Post(rules+"/approve", url.Values{"version": {"4"}}).Redirects(t, rules)
	sue.Post(rules+"/force", url.Values{"version": {"5"}}).Redirects(t, rules)
	sue.Get(at).Says(t, "#rules", "In force")

	worker := sue.Post("/labelling/people/new", url.Values{"name": {"Chen"}, "account": {a.Checker.ID}, "codes": {"c1\nc2"}}).Status(t, 303).Header().Get("Location")
	a.As(a.Checker).Get(rules).Status(t, 404)
	sue.Post(at+"/functions", url.Values{"worker": {strings.TrimPrefix(worker, "/labelling/people/")}, "function": {"reviewer"}, "from_on": {"2026-11-01"}}).Status(t, 303)
	a.As(a.Checker).Get("/labelling").Status(t, 200).Says(t, "#projects", "Tone")
	a.As(a.Checker).Get(rules).Status(t, 200).Says(t, ".page-head", "I have read")
	a.As(a.Checker).Post(rules+"/read", nil).Redirects(t, rules)
	sue.Get(rules).Says(t, "#readings", "Chen")
	a.As(a.Auditor).Get(at).Status(t, 200).Says(t, "#people", "W-")
	if strings.Contains(a.As(a.Auditor).Get(at).Find(t, "#people").Text(), "Chen") {
		t.Error("an auditor reads the name of a worker")
	}
	sue.Get(worker+"?project="+id+"&on=2026-11-23").Says(t, "[data-answer]", "was not qualified").Says(t, "[data-answer]", "no training")
	sue.Post(worker+"/trainings", url.Values{"title": {""}, "held_on": {"2026-11-20"}, "exam": {"passed"}, "score": {"101"}}).Status(t, 422).Says(t, "main", "0 to 100")
	sue.Post(worker+"/trainings", url.Values{"title": {"Basics"}, "held_on": {"2026-11-20"}, "minutes": {"90"}, "exam": {"passed"}, "score": {"88"}}).Redirects(t, worker)
	sue.Get(worker+"?project="+id+"&on=2026-11-23").Says(t, "[data-answer]", "was qualified").Says(t, "main", "1.5")
	sue.Post(worker+"/suspend", url.Values{"reason": {"Errors"}}).Redirects(t, worker)
	sue.Get(worker).Says(t, ".page-head .chip", "Suspended").Says(t, "[data-answer]", "suspended")
	sue.Post(worker+"/lift", url.Values{"note": {""}}).Status(t, 422)
	sue.Post(worker+"/lift", url.Values{"note": {"Passed again"}}).Redirects(t, worker)
	sue.Get("/labelling/people?q=chen").Says(t, "#people", "Chen")
	a.Sound()
}

func TestLabelSuppliers(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	sue := a.As(a.Supervisor)
	sue.Get("/labelling/suppliers").Status(t, 200).Says(t, ".empty-state", "No suppliers")
	sue.Post("/labelling/suppliers/new", url.Values{"name": {""}}).Status(t, 422)
	sue.Post("/labelling/suppliers/new", url.Values{"name": {"Vendor"}, "contact": {"x"}, "state": {"active"}}).Redirects(t, "/labelling/suppliers")
	sue.Post("/labelling/suppliers/new", url.Values{"name": {"Vendor"}}).Status(t, 422).Says(t, "#f-name-error", "already")
	at, _ := sue.Get("/labelling/suppliers").Find(t, "tbody a").Attr("href")
	sue.Post(at, url.Values{"name": {"Vendor Two"}, "state": {"ended"}, "version": {"1"}}).Redirects(t, "/labelling/suppliers")
	a.As(a.Executive).Get("/labelling/suppliers").Status(t, 200).Says(t, "tbody", "Ended")
	a.As(a.Executive).Get(at).Status(t, 403)
	a.Sound()
}

func TestLabelImport(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	sue := a.As(a.Supervisor)
	at, _ := labelProject(t, a)
	sue.Get(at+"/upload").Status(t, 200).Says(t, "main", "64")
	sendFile(sue, at+"/upload", "x.zip", []byte("PK\x03\x04")).Status(t, 422).Says(t, "#f-file-error", "ZIP")
	sendFile(sue, at+"/upload", "x.json", nil).Status(t, 422)

	data, err := os.ReadFile("../internal/labelling/exports/testdata/label_studio_export_with_reviews.json")
	testkit.Must(t, err)
	batch := sendFile(sue, at+"/upload", "reviews.json", data).Status(t, 303).Header().Get("Location")
	settle(a, batch)
	page := sue.Get(batch).Status(t, 200).Says(t, "main", "Label Studio JSON").Says(t, "#confirm", "What the file does not say")
	if n := page.Find(t, ".label-list > li").Length(); n == 0 {
		t.Error("no preview")
	}
	a.As(a.Executive).Get(batch).Status(t, 200)
	a.As(a.Executive).Post(batch+"/confirm", nil).Status(t, 403)
	answers := url.Values{"version": {"1"}, "name": {"Reviews"}, "kind": {"functional"}, "rule_set": {"none"}, "period_from": {"2026-11-20"}, "period_until": {"2026-11-01"}, "divide_by": {"whole"}}
	sue.Post(batch+"/confirm", answers).Status(t, 422).Says(t, "#f-period_until-error", "Not before")
	answers.Set("period_until", "2026-11-22")
	sue.Post(batch+"/confirm", answers).Redirects(t, batch)
	settle(a, batch)
	done := sue.Get(batch).Status(t, 200).Says(t, ".page-head .chip", "Imported")
	lot, _ := done.Find(t, "#lots a").Attr("href")
	sue.Part().Get(batch+"/progress").Status(t, 200)

	sue.Get(lot).Status(t, 200).Says(t, ".steps-list", "Imported")
	if n := sue.Get(lot).Find(t, "#items .label-list > li").Length(); n == 0 {
		t.Error("no items")
	}
	sue.Get(lot+"?item=nothing").Status(t, 200).Says(t, ".empty-state", "No such id")
	sue.Get(lot+"/ids").Status(t, 200)
	sue.Post(lot+"/freeze", url.Values{"version": {"1"}}).Redirects(t, lot)
	sue.Post(lot+"/freeze", url.Values{"version": {"2"}}).Status(t, 409).Says(t, ".note", "frozen already")
	a.As(a.Auditor).Post(lot+"/verify", nil).Status(t, 200).Says(t, ".note", "Verified")
	a.As(a.Auditor).Get(lot+"/export").Status(t, 403)
	if got := sue.Get(lot+"/export").Status(t, 200).Header().Get("Content-Disposition"); !strings.Contains(got, "reviews.json") {
		t.Errorf("exported as %q", got)
	}
	other := a.PersonIn("Stranger Supervisor", []string{"another"}, actor.Supervisor)
	for _, path := range []string{batch, lot, lot + "/export", batch + "/export", lot + "/ids", batch + "/refused"} {
		a.As(other).Get(path).Status(t, 404)
	}
	a.Sound()
}

// TestLabelMarkup brings HTML in every place of an export and finds it nowhere
// as markup.
func TestLabelMarkup(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	sue := a.As(a.Supervisor)
	at, _ := labelProject(t, a)
	const bad = `<em>UHOH</em>`
	row := fmt.Sprintf(`{"id": 1, "text": "ab%[1]scd", "entities": [{"id": 5, "label": "%[1]s", "start_offset": 0, "end_offset": 4}], "relations": [], "Comments": [], "x%[1]s": "%[1]s"}`+"\n", strings.ReplaceAll(bad, `"`, `\"`))
	batch := sendFile(sue, at+"/upload", bad+".jsonl", []byte(row)).Status(t, 303).Header().Get("Location")
	settle(a, batch)
	sue.Post(batch+"/confirm", url.Values{"version": {"1"}, "name": {bad}, "kind": {"functional"}, "rule_set": {"none"}, "period_from": {"2026-11-20"}, "period_until": {"2026-11-20"}, "divide_by": {"whole"}, "note": {bad}}).Redirects(t, batch)
	settle(a, batch)
	page := sue.Get(batch).Status(t, 200)
	lot, _ := page.Find(t, "#lots a").Attr("href")
	for _, path := range []string{batch, lot, at, "/labelling/lots", "/labelling/batches"} {
		if strings.Contains(sue.Get(path).Status(t, 200).Body.String(), bad) {
			t.Errorf("%s has markup of a file", path)
		}
	}
	sue.Get(lot).Says(t, ".label-text mark", "ab"+bad[:2])
}

func TestLabelColumns(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	sue := a.As(a.Supervisor)
	at, _ := labelProject(t, a)
	batch := sendFile(sue, at+"/upload", "plain.csv", []byte("question,answer,who\n=1+1,yes,a\nb,no,b\nc\n")).Status(t, 303).Header().Get("Location")
	settle(a, batch)
	page := sue.Get(batch).Status(t, 200).Says(t, ".note", "No column holds the id")
	if page.Find(t, "#confirm").Length() != 0 {
		t.Error("a file without ids can be confirmed")
	}
	sue.Post(batch+"/reading", url.Values{"version": {"1"}, "number": {"1"}, "column": {"question", "answer", "who"}, "role": {"text", "label", "annotator"}}).Redirects(t, batch)
	settle(a, batch)
	sue.Get(batch).Status(t, 200).Says(t, "#refused", "Line 4").Says(t, ".label-list", "yes")
	sue.Get(batch+"/refused").Status(t, 200).Says(t, "body", "4")
	form := url.Values{"version": {"2"}, "name": {"Plain"}, "kind": {"safety"}, "rule_set": {"none"}, "period_from": {"2026-11-20"}, "period_until": {"2026-11-20"}, "divide_by": {"annotator"}, "risk_category": {"a2"}}
	sue.Post(batch+"/confirm", form).Status(t, 422).Says(t, "#f-skip_refused-error", "left out")
	form.Set("skip_refused", "1")
	sue.Post(batch+"/confirm", form).Redirects(t, batch)
	settle(a, batch)
	if n := sue.Get(batch).Status(t, 200).Find(t, "#lots tbody tr").Length(); n != 2 {
		t.Errorf("%d lots", n)
	}
	sue.Post(batch+"/cancel", nil).Status(t, 409)
}

func settle(a *testkit.App, batch string) {
	a.Labelling.Settle(a.T.Context(), strings.TrimPrefix(batch, "/labelling/batches/"), time.Minute)
}
