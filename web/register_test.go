package web_test

import (
	"net/url"
	"strings"
	"testing"

	"hegui/internal/actor"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/internal/testkit"
)

// service registers a service with the given name through the domain.
func service(t *testing.T, a *testkit.App, name string) register.Entry {
	t.Helper()
	e, err := a.Register.Register(t.Context(), a.Officer.Actor(), register.Registration{Details: register.Details{
		Name: name, Kind: "chat", Modalities: []register.Modality{register.Text}, Audience: register.GeneralPublic, Model: register.OwnModel,
		Minors: regulation.Yes, State: register.Live, Launch: "2026-01-05", ComplianceOwner: a.Officer.ID}})
	testkit.Must(t, err)
	return e
}

func TestRegisterAServiceAndScopeIt(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	officer := a.As(a.Officer)
	officer.Get("/services").Status(t, 200).Says(t, ".empty-state-title", "No services yet")

	form := url.Values{"name": {"Xiaowen <b>chat</b>"}, "kind": {"chat"}, "state": {"live"}, "launch": {"2026-02-30"}, "modalities": {"text", "image"},
		"audience": {"public"}, "minors": {"yes"}, "model": {"third_party"}, "model_filing": {"Beijing-Base-1"}, "channels": {"app"}, "compliance_owner": {a.Officer2.ID}}
	wrong := officer.Post("/services", form).Status(t, 422)
	wrong.Says(t, "#f-launch-error", "date")
	if got, _ := wrong.Find(t, "#f-name").Attr("value"); got != "Xiaowen <b>chat</b>" {
		t.Errorf("typed name became %q", got)
	}
	for _, selector := range []string{"#f-modalities-image[checked]", "#f-channels-app[checked]", "#f-minors-yes[checked]", "#f-compliance_owner option[selected][value='" + a.Officer2.ID + "']"} {
		if wrong.Find(t, selector).Length() != 1 {
			t.Errorf("%s was not kept", selector)
		}
	}
	form.Set("launch", "2026-02-28")
	made := officer.Post("/services", form).Status(t, 303).Header().Get("Location")
	id := strings.TrimSuffix(strings.TrimPrefix(made, "/services/"), "/scope")

	scope := officer.Get(made).Status(t, 200)
	scope.Says(t, ".note-title", "11 answers were filled in")
	for _, selector := range []string{"#q-output_image input[value=yes][checked]", "#q-output_audio input[value=no][checked]", "#q-third_party_model_filed input[value=yes][checked]",
		"#q-public_opinion input[value=unknown][checked]"} {
		if scope.Find(t, selector).Length() != 1 {
			t.Errorf("%s is missing", selector)
		}
	}
	if n := scope.Find(t, ".question").Length(); n != 30 {
		t.Errorf("%d questions, want 30", n)
	}

	answers := url.Values{"version": {"1"}, "offered_to_public": {"yes"}, "public_opinion": {"yes"}, "trains_or_finetunes": {"no"}, "uses_third_party_model": {"yes"},
		"third_party_model_filed": {"yes"}, "output_text": {"yes"}, "crawls_data": {"no"}, "not_public": {"internal"}, "note": {"Anyone can register."}}
	before := len(a.Actions())
	part := officer.Part().Post("/services/"+id+"/scope/preview", answers).Status(t, 200)
	part.Says(t, "#scope-change", "Generative AI service registration")
	part.Says(t, "#scope-change", "cease to apply")
	if part.Find(t, "html").Find("head title").Length() != 0 {
		t.Error("a whole page came for a part")
	}
	preview := officer.Post("/services/"+id+"/scope/preview", answers).Status(t, 200)
	preview.Says(t, "h2.panel-title", "Confirm the change")
	preview.Says(t, "table.diff", "Anyone can register.")
	preview.Says(t, ".data-table", "Does not apply")
	if got := len(a.Actions()); got != before {
		t.Errorf("a preview recorded %d events", got-before)
	}
	back := url.Values{"edit": {"1"}}
	for k, v := range answers {
		back[k] = v
	}
	if officer.Post("/services/"+id+"/scope/preview", back).Status(t, 200).Find(t, "#q-crawls_data input[value=no][checked]").Length() != 1 {
		t.Error("going back lost an answer")
	}

	officer.Post("/services/"+id+"/scope", answers).Redirects(t, "/services/"+id)
	page := officer.Get("/services/"+id).Status(t, 200)
	page.Says(t, "h1", "Xiaowen <b>chat</b>")
	page.Says(t, "#route", "Generative AI service registration")
	page.Says(t, "#route", "within 10 working days")
	page.Says(t, "#main", "Anyone can register.")
	officer.Get("/services").Status(t, 200).Says(t, "tbody tr", "Algorithm filing")
	history := officer.Get("/services/"+id+"/history").Status(t, 200)
	history.Says(t, ".history-list", "saved the scope")
	history.Says(t, ".history-list", "Provider collects data from the network itself")
	a.Sound()
}

func TestScopeRefusesAndContradicts(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	e := service(t, a, "One")
	officer, at := a.As(a.Officer), "/services/"+e.ID

	bad := officer.Post(at+"/scope/preview", url.Values{"version": {"1"}, "offered_to_public": {"perhaps"}, "output_text": {"no"}, "note": {strings.Repeat("x", 4001)}}).Status(t, 422)
	bad.Says(t, "#q-offered_to_public-error", "")
	bad.Says(t, "#f-note-error", "4000")
	bad.Says(t, "#q-output_text .question-remark", "Contradiction")

	officer.Post(at+"/scope", url.Values{"version": {"1"}, "output_text": {"no"}, "offered_to_public": {"no"}, "not_public": {"internal"}}).Redirects(t, at)
	page := officer.Get(at).Status(t, 200)
	page.Says(t, ".note-title", "disagree")
	page.Says(t, "#route", "Nothing to file")
	page.Says(t, "#main", "1 of 1 answered")

	late := officer.Post(at+"/scope", url.Values{"version": {"1"}, "offered_to_public": {"yes"}}).Status(t, 409)
	late.Says(t, ".note-title", "Somebody saved the scope first")
	if got, _ := late.Find(t, "input[name=version]").Attr("value"); got != "2" {
		t.Errorf("confirming would use version %q", got)
	}
	officer.Post(at+"/scope", url.Values{"version": {"2"}, "offered_to_public": {"yes"}}).Redirects(t, at)
	a.Sound()
}

func TestEditMeetsEdit(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	e := service(t, a, "One")
	at := "/services/" + e.ID
	form := url.Values{"version": {"1"}, "name": {"Mine"}, "kind": {"chat"}, "state": {"planned"}}
	a.As(a.Officer2).Post(at+"/edit", url.Values{"version": {"1"}, "name": {"Theirs"}, "kind": {"image"}, "state": {"planned"}}).Redirects(t, at)

	conflict := a.As(a.Officer).Post(at+"/edit", form).Status(t, 409)
	conflict.Says(t, ".diff", "Theirs")
	conflict.Says(t, ".diff", "Mine")
	if got, _ := conflict.Find(t, "#f-name").Attr("value"); got != "Mine" {
		t.Errorf("typed name became %q", got)
	}
	form.Set("version", "2")
	a.As(a.Officer).Post(at+"/edit", form).Redirects(t, at)

	form.Set("version", "3")
	form.Set("name", "")
	kept := a.As(a.Officer).Post(at+"/edit", form).Status(t, 422)
	kept.Says(t, "#f-name-error", "name")
	if got, _ := kept.Find(t, "input[name=version]").Attr("value"); got != "3" {
		t.Errorf("the form moved on to version %q", got)
	}
	a.Sound()
}

func TestRetireThroughThePages(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	e := service(t, a, "One")
	officer, at := a.As(a.Officer), "/services/"+e.ID
	officer.Get(at+"/retire").Status(t, 200)
	officer.Post(at+"/retire", url.Values{"version": {"1"}, "reason": {" "}}).Status(t, 422).Says(t, "#f-reason-error", "why")
	officer.Post(at+"/retire", url.Values{"version": {"1"}, "reason": {"replaced"}}).Redirects(t, at)
	officer.Get(at).Status(t, 200).Says(t, ".note", "replaced")
	officer.Get(at+"/edit").Status(t, 409)
	officer.Get(at+"/retire").Status(t, 409)
	if officer.Get(at+"/scope").Status(t, 200).Find(t, "form#scope-form").Length() != 0 {
		t.Error("a retired service can be scoped")
	}
	officer.Post(at+"/reinstate", url.Values{"version": {"2"}}).Redirects(t, at)
	officer.Get(at).Status(t, 200).Says(t, ".page-head .chip", "Suspended")
	a.Sound()
}

func TestServicesOfOthers(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	mine, other := service(t, a, "Mine"), service(t, a, "Other")
	narrow := a.PersonIn("Nora Narrow", []string{mine.ID}, actor.Officer)

	list := a.As(narrow).Get("/services").Status(t, 200)
	if n := list.Find(t, "tbody tr").Length(); n != 1 {
		t.Errorf("%d services in view, want 1", n)
	}
	for _, path := range []string{"", "/edit", "/scope", "/history", "/retire"} {
		a.As(narrow).Get("/services/"+other.ID+path).Status(t, 404)
		a.As(a.Officer).Get("/services/nothing"+path).Status(t, 404)
	}
	for _, path := range []string{"/edit", "/scope", "/scope/preview", "/retire", "/reinstate"} {
		a.As(narrow).Post("/services/"+other.ID+path, url.Values{"version": {"1"}, "reason": {"x"}, "name": {"x"}, "kind": {"chat"}}).Status(t, 404)
		a.As(a.Auditor).Post("/services/"+mine.ID+path, url.Values{"version": {"1"}}).Status(t, 403)
	}
	for _, reader := range []*testkit.Person{a.Executive, a.Auditor} {
		a.As(reader).Get("/services").Status(t, 200).Says(t, "tbody tr", "of 140 compliant")
		a.As(reader).Get("/services/"+mine.ID).Status(t, 200).Says(t, ".progress-legend", "140")
	}
	if a.As(a.Supervisor).Get("/services/"+mine.ID).Status(t, 200).Find(t, ".progress-legend").Length() != 0 {
		t.Error("a supervisor reads the progress of a whole service")
	}
	a.As(narrow).Get("/services/new").Status(t, 403)
	a.As(narrow).Post("/services", url.Values{"name": {"x"}, "kind": {"chat"}}).Status(t, 403)
	a.As(a.Contributor).Get("/services").Status(t, 403)
	a.As(a.Admin).Get("/services").Status(t, 403)
	a.As(nil).Get("/services").Redirects(t, "/login?back=%2Fservices")

	reading := a.As(a.Auditor).Get("/services/"+mine.ID+"/scope").Status(t, 200)
	if reading.Find(t, "form#scope-form").Length() != 0 || reading.Find(t, ".answer input:not([disabled])").Length() != 0 {
		t.Error("an auditor can answer")
	}
	a.Sound()
}

func TestServiceListFiltersAndPages(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	for i := range 23 {
		service(t, a, "Service "+string(rune('a'+i)))
	}
	officer := a.As(a.Officer)
	first := officer.Get("/services").Status(t, 200)
	if n := first.Find(t, "tbody tr").Length(); n != 20 {
		t.Errorf("%d on the first page, want 20", n)
	}
	next, _ := first.Find(t, ".pager a").Last().Attr("href")
	second := officer.Get(next).Status(t, 200)
	if n := second.Find(t, "tbody tr").Length(); n != 3 {
		t.Errorf("%d on the second page, want 3", n)
	}
	found := officer.Part().Get("/services?q=SERVICE+c&state=live&kind=chat").Status(t, 200)
	if n := found.Find(t, "tbody tr").Length(); n != 1 {
		t.Errorf("found %d, want 1", n)
	}
	if n := found.Find(t, ".filter-chip").Length(); n != 3 {
		t.Errorf("%d filters are shown, want 3", n)
	}
	officer.Get("/services?q=%E2%80%AE&state=x&order=y&after=z").Status(t, 200)
	officer.Get("/services?state=retired").Status(t, 200).Says(t, ".empty-state", "No service matches")
}

func TestTypedNumbersAreRefusedCleanly(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	officer := a.As(a.Officer)
	for _, name := range []string{"a\x00b", "a\u202Eb", strings.Repeat("x", 1<<19), "\xff"} {
		officer.Post("/services", url.Values{"name": {name}, "kind": {"chat"}}).Status(t, 422)
	}
	officer.Post("/services", url.Values{"name": {"𠮷野 🙂"}, "kind": {"chat"}}).Status(t, 303)
	officer.Post("/services", url.Values{"name": {strings.Repeat("x", 2<<20)}, "kind": {"chat"}}).Status(t, 413)
	e := service(t, a, "Plain")
	officer.Post("/services/"+e.ID+"/retire", url.Values{"version": {"x"}, "reason": {"y"}}).Status(t, 422)
	officer.Post("/services/"+e.ID+"/edit", url.Values{"version": {"1;"}, "name": {"x"}, "kind": {"chat"}}).Status(t, 409)
}
