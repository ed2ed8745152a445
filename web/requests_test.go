package web_test

import (
	"bytes"
	"mime/multipart"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"hegui/internal/actor"
	"hegui/internal/request"
	"hegui/internal/testkit"
)

// typeRequests fills requests with what people can type.
func typeRequests(t *testing.T, a *testkit.App) {
	t.Helper()
	ctx, by, service := t.Context(), a.Privacy.Actor(), inUse(t, a).ID
	place := request.SystemInput{Name: uhoh, Services: []string{service}, OwnerID: a.Contributor.ID, DeputyID: a.Officer.ID, Categories: []string{uhoh}, Identifiers: []string{"account", "name"},
		Retention: uhoh, LegalBasis: uhoh, Steps: uhoh, Reach: request.ByPeople, SecondPerson: true}
	_, err := a.Requests.AddSystem(ctx, by, place)
	testkit.Must(t, err)
	place.Name, place.OwnerID, place.DeputyID = "Second "+uhoh, a.Officer.ID, ""
	place.Reach, place.URL = request.ByWebhook, "https://system.example/hook"
	y, err := a.Requests.AddSystem(ctx, by, place)
	testkit.Must(t, err)
	_, _, err = a.Requests.MakeSecret(ctx, by, y.ID, y.Version)
	testkit.Must(t, err)
	in := request.Intake{ServiceID: service, Kind: request.Delete, Requester: request.Guardian, Channel: request.Mail, Language: "en",
		Name: uhoh, Contact: uhoh, Account: uhoh, Details: uhoh, Person: uhoh, Relation: uhoh}
	for n := range 3 {
		r, err := a.Requests.TakeIn(ctx, by, in)
		testkit.Must(t, err)
		_, err = a.Requests.Attach(ctx, by, r.ID, request.Attached{Purpose: request.ForProof, Name: uhoh + ".txt"}, strings.NewReader(uhoh))
		testkit.Must(t, err)
		_, err = a.Requests.StartCheck(ctx, by, r.ID, 0)
		testkit.Must(t, err)
		_, err = a.Requests.PassCheck(ctx, by, r.ID, 0, uhoh)
		testkit.Must(t, err)
		_, err = a.Requests.Keep(ctx, by, r.ID, 0, request.Litigation, "2027-01-01", uhoh)
		testkit.Must(t, err)
		_, err = a.Requests.Say(ctx, by, r.ID, request.Internal, uhoh)
		testkit.Must(t, err)
		if n == 1 {
			_, err = a.Requests.Prolong(ctx, by, r.ID, 0, request.Complex, uhoh)
			testkit.Must(t, err)
			_, err = a.Requests.Wait(ctx, by, r.ID, 0, request.WantsDetails, uhoh)
			testkit.Must(t, err)
		}
		if n == 2 {
			_, err = a.Requests.Finish(ctx, by, r.ID, 0, request.Withdrawn, uhoh)
			testkit.Must(t, err)
		}
	}
	testkit.Must(t, a.Requests.SetDay(ctx, by, "2026-12-24", false, uhoh))
	testkit.Must(t, a.Requests.SetYear(ctx, by, 2027, true, uhoh))
	testkit.Must(t, a.Requests.SaveRefusal(ctx, by, "", 0, request.RefusalInput{TitleZH: uhoh, TitleEN: uhoh, TextZH: uhoh, TextEN: uhoh, SourceZH: uhoh, SourceEN: uhoh, Active: true}))
}

// requestDesk has one service and a request about it.
type requestDesk struct {
	*testkit.App
	service string
	by      *testkit.Client
	number  string
	url     string
}

func requestHouse(t *testing.T) requestDesk {
	t.Helper()
	a := testkit.New(t)
	typeServices(t, a)
	d := requestDesk{App: a, service: inUse(t, a).ID, by: a.As(a.Privacy)}
	d.by.Post("/requests/new", d.intake()).Status(t, 303)
	list, err := a.Requests.List(t.Context(), a.Privacy.Actor(), request.Filter{Limit: 1})
	testkit.Must(t, err)
	d.number, d.url = list[0].Number, "/requests/"+list[0].ID
	return d
}

func (d requestDesk) intake() url.Values {
	return url.Values{"service": {d.service}, "kind": {"delete"}, "channel": {"mail"}, "received_on": {"2026-11-23"}, "name": {"张三丰"}, "contact": {"zhang@example.com"},
		"language": {"zh-CN"}, "requester": {"self"}, "details": {"Delete my chats"}}
}

// version is the version that the page's forms carry.
func (d requestDesk) version(t *testing.T) string {
	t.Helper()
	r, err := d.Requests.Look(t.Context(), d.Privacy.Actor(), strings.TrimPrefix(d.url, "/requests/"))
	testkit.Must(t, err)
	return strconv.FormatInt(r.Version, 10)
}

func (d requestDesk) do(t *testing.T, act string, form url.Values) *testkit.Response {
	t.Helper()
	if form == nil {
		form = url.Values{}
	}
	form.Set("version", d.version(t))
	return d.by.Post(d.url+"/"+act, form)
}

func TestRequestFromIntakeToAnswer(t *testing.T) {
	t.Parallel()
	d := requestHouse(t)
	d.by.Get("/requests").Status(t, 200).Says(t, "tbody tr", d.number).Says(t, "tbody tr", "15 working days left")
	d.by.Get(d.url).Status(t, 200).Says(t, "main", "zhang@example.com").Says(t, "main", "张三丰").Says(t, ".request-clock", "15 working days left").Says(t, "main", "Unchecked")
	d.do(t, "check", nil).Redirects(t, d.url)
	d.do(t, "pass", url.Values{"words": {"one-time code"}}).Redirects(t, d.url)
	d.do(t, "assign", url.Values{"owner": {d.Privacy.ID}}).Redirects(t, d.url)
	d.do(t, "wait", url.Values{"reason": {"details"}, "words": {"Which chats?"}}).Redirects(t, d.url)
	d.by.Get(d.url).Says(t, ".request-clock", "Paused, 15 working days left").Says(t, "#messages", "Which chats?")
	d.do(t, "heard", url.Values{"via": {"phone"}, "body": {"Those of May"}}).Redirects(t, d.url)
	d.do(t, "extend", url.Values{"reason": {"complex"}, "words": {"Many systems"}}).Redirects(t, d.url)
	d.do(t, "message", url.Values{"direction": {"internal"}, "body": {"Looks fine"}}).Redirects(t, d.url)
	d.do(t, "hold", url.Values{"basis": {"litigation"}, "words": {"case 7"}, "until_on": {"2027-01-01"}}).Redirects(t, d.url)
	d.by.Get(d.url).Says(t, ".note", "Legal hold")
	d.do(t, "answer", url.Values{"words": {"All deleted"}}).Status(t, 409).Says(t, ".note", "A legal hold is on this request").Says(t, "#act-answer textarea", "All deleted")
	d.do(t, "release", url.Values{"words": {"settled"}}).Redirects(t, d.url)
	d.do(t, "answer", url.Values{"words": {"All deleted"}}).Redirects(t, d.url)
	d.by.Get(d.url).Says(t, ".request-clock", "Decided in time").Says(t, "#messages", "All deleted")
	d.do(t, "reopen", url.Values{"words": {"The person objects"}}).Redirects(t, d.url)
	why, err := d.Requests.Refusals(t.Context())
	testkit.Must(t, err)
	d.do(t, "refuse", url.Values{"reason": {why[2].ID}, "words": {"Logs for six months"}}).Redirects(t, d.url)
	d.by.Get(d.url).Says(t, "#messages", "保存期限").Says(t, "#messages", "第六十五条")
	d.by.Get("/requests").Says(t, ".empty-state", "No such requests")
	d.by.Get("/requests?show=decided").Says(t, "tbody tr", d.number)
	d.by.Get("/requests/board").Status(t, 200).Says(t, ".request-board", d.number)
	d.by.Get("/requests/figures").Status(t, 200).Says(t, ".request-stats", "100%")
	d.Sound()
}

func TestRequestFormsKeepWhatWasTyped(t *testing.T) {
	t.Parallel()
	d := requestHouse(t)
	wrong := d.intake()
	wrong.Set("name", "")
	wrong.Set("received_on", "2027-01-01")
	wrong.Set("requester", "agent")
	d.by.Post("/requests/new", wrong).Status(t, 422).Says(t, "#f-details", "Delete my chats").Says(t, "#f-person-error", "fill").Says(t, "#f-received_on-error", "Not after today")
	d.do(t, "wait", url.Values{"reason": {"details"}}).Status(t, 422).Says(t, "#f-wait-words-error", "fill")
}

func TestRequestActsComeBack(t *testing.T) {
	t.Parallel()
	d := requestHouse(t)
	got := d.do(t, "wait", url.Values{"reason": {""}, "words": {"Which chats?"}}).Status(t, 422)
	got.Says(t, "#act-wait textarea", "Which chats?").Says(t, "#f-wait-reason-error", "choose")
	if open := got.Find(t, "#act-wait[open]").Length(); open != 1 {
		t.Error("the form is folded away")
	}
	d.do(t, "hold", url.Values{"basis": {"litigation"}, "words": {"w"}, "until_on": {"soon"}}).Status(t, 422).Says(t, "#f-hold-until_on-error", "date")
	d.do(t, "close", url.Values{"reason": {"withdrawn"}, "words": {"bad \u202e turn"}}).Status(t, 422)
	d.by.Post(d.url+"/close", url.Values{"reason": {"withdrawn"}, "words": {"w"}, "version": {"99"}}).Status(t, 409).Says(t, ".note", "Somebody else changed this")
	d.do(t, "pass", url.Values{"words": {"w"}}).Status(t, 409)
	version := d.version(t)
	d.by.Post(d.url+"/correct", url.Values{"version": {version}, "kind": {"copy"}, "language": {"en"}, "service": {d.service}, "name": {"Other"}}).Status(t, 422).Says(t, "#f-contact-error", "fill")
	d.by.Post(d.url+"/correct", url.Values{"version": {version}, "kind": {"copy"}, "language": {"en"}, "service": {d.service}, "name": {"Other"}, "contact": {"o@example.com"}}).Redirects(t, d.url)
	d.by.Get(d.url).Says(t, "main", "o@example.com").Says(t, ".request-clock", "30 days left")
	d.Sound()
}

func TestRequestSearchAndBulk(t *testing.T) {
	t.Parallel()
	d := requestHouse(t)
	d.by.Post("/requests/find", url.Values{"contact": {"ZHANG@example.com"}}).Status(t, 200).Says(t, "tbody tr", d.number)
	d.by.Post("/requests/find", url.Values{"contact": {"zhang"}}).Status(t, 200).Says(t, ".empty-state", "Nothing found")
	d.by.Post("/requests/find", url.Values{}).Status(t, 422).Says(t, "#f-contact-error", "fill")
	id := strings.TrimPrefix(d.url, "/requests/")
	d.by.Post("/requests/assign", url.Values{"id": {id}, "owner": {d.Privacy.ID}, "back": {"/requests?owner=none"}}).Redirects(t, "/requests?owner=none")
	d.by.Get("/requests?owner=me").Says(t, "tbody tr", "Petra Privacy")
	d.by.Post("/requests/assign", url.Values{"owner": {d.Privacy.ID}, "back": {"/requests"}}).Status(t, 422)
	d.by.Post("/requests/views", url.Values{"name": {"Deletions"}, "query": {"kind=delete"}, "shared": {"1"}}).Redirects(t, "/requests?kind=delete")
	d.by.Get("/requests?kind=delete").Says(t, ".view-chip[data-current]", "Deletions")
	d.by.Post("/requests/views", url.Values{"name": {""}, "query": {"kind=delete"}}).Status(t, 422)
	d.by.Part().Get("/requests?kind=copy").Status(t, 200).Says(t, "#requests", "No such requests")
	d.by.Get("/requests?number="+strings.ToLower(d.number[:8])).Says(t, "tbody tr", d.number)
}

func TestRequestFiles(t *testing.T) {
	t.Parallel()
	d := requestHouse(t)
	send := func(purpose, name, content string) *testkit.Response {
		t.Helper()
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		testkit.Must(t, w.WriteField("purpose", purpose))
		part, err := w.CreateFormFile("file", name)
		testkit.Must(t, err)
		_, err = part.Write([]byte(content))
		testkit.Must(t, err)
		testkit.Must(t, w.Close())
		return d.by.PostBody(d.url+"/files", w.FormDataContentType(), &body)
	}
	send("proof", "id.txt", "passport 7").Redirects(t, d.url+"#files")
	link, _ := d.by.Get(d.url).Find(t, "#files a").Attr("href")
	got := d.by.Get(link).Status(t, 200)
	if got.Body.String() != "passport 7" || !strings.HasPrefix(got.Header().Get("Content-Disposition"), "attachment") || got.Header().Get("Content-Security-Policy") == "" {
		t.Errorf("got %q as %v", got.Body, got.Header())
	}
	send("proof", "run.exe", "x").Status(t, 422).Says(t, "#files .field-error", "Programs")
	send("proof", "", "").Status(t, 422)
	d.As(d.Auditor).Get(link).Status(t, 403)
	d.by.Get(strings.Replace(link, d.url, "/requests/01hzzzzzzzzzzzzzzzzzzzzzzz", 1)).Status(t, 404)
	d.Sound()
}

// TestRequestRoles: staff see persons, auditors masked ones, officers and
// executives figures, others nothing.
func TestRequestRoles(t *testing.T) {
	t.Parallel()
	d := requestHouse(t)
	auditor := d.As(d.Auditor)
	page := auditor.Get(d.url).Status(t, 200).Says(t, "main", "张**").Says(t, "main", "Personal data is masked")
	if strings.Contains(page.Body.String(), "zhang@example.com") || strings.Contains(page.Body.String(), "Delete my chats") || page.Find(t, "#acts").Length() != 0 {
		t.Error("an auditor sees too much")
	}
	auditor.Post(d.url+"/unmask", nil).Status(t, 200).Says(t, "main", "zhang@example.com").Says(t, "main", "Saw it unmasked")
	auditor.Post(d.url+"/close", url.Values{"reason": {"withdrawn"}, "words": {"w"}}).Status(t, 403)
	for _, p := range []*testkit.Person{d.Officer, d.Executive} {
		by := d.As(p)
		by.Get("/requests").Redirects(t, "/requests/figures")
		if body := by.Get("/requests/figures").Status(t, 200).Body.String(); strings.Contains(body, d.number) || strings.Contains(body, "张") {
			t.Errorf("%s sees a request", p.Name)
		}
		by.Get(d.url).Status(t, 403)
		by.Get("/requests/board").Status(t, 403)
	}
	for _, p := range []*testkit.Person{d.Contributor, d.Supervisor, d.Checker, d.Admin} {
		d.As(p).Get("/requests").Status(t, 403)
		d.As(p).Get(d.url).Status(t, 403)
	}
	stranger := d.PersonIn("Stranger Privacy", []string{"01hzzzzzzzzzzzzzzzzzzzzzzz"}, actor.Privacy)
	d.As(stranger).Get(d.url).Status(t, 404)
	d.As(stranger).Post(d.url+"/check", nil).Status(t, 404)
	if strings.Contains(d.As(d.Officer).Get("/activity").Status(t, 200).Body.String(), "张三丰") {
		t.Error("the activity page names the person")
	}
}

func TestRequestSettings(t *testing.T) {
	t.Parallel()
	d := requestHouse(t)
	by := d.by
	by.Get("/requests/settings").Status(t, 200).Says(t, "#rules", "15 working days").Says(t, "#rules", "Unchecked").Says(t, "#refusals", "PIPL Art. 47(2)")
	rules, err := d.Requests.Rules(t.Context())
	testkit.Must(t, err)
	at := "/requests/rules/" + rules[0].ID
	rule := url.Values{"version": {"1"}, "days": {"10"}, "unit": {"working"}, "starts": {"intake"}, "extension_days": {"5"}, "remind_days": {"3"}, "identity_level": {"code"},
		"proof_days": {"30"}, "retention_days": {"365"}, "figure_key": {""}, "source": {"Our promise"}, "verified": {"1"}}
	by.Get(at).Status(t, 200).Says(t, "h1", "Access")
	rule.Set("days", "0")
	by.Post(at, rule).Status(t, 422).Says(t, "#f-days-error", "from 1 to 365")
	rule.Set("days", "ten")
	by.Post(at, rule).Status(t, 422).Says(t, "#f-days-error", "number")
	rule.Set("days", "10")
	by.Post(at, rule).Redirects(t, "/requests/settings")
	by.Get("/requests/settings").Says(t, "#rules", "Our promise")
	rule.Set("service", d.service)
	rule.Set("kind", "delete")
	by.Post("/requests/rules/new", rule).Redirects(t, "/requests/settings")
	by.Post("/requests/rules/new", rule).Status(t, 422).Says(t, "#f-kind-error", "has a rule")

	by.Post("/requests/settings", url.Values{"version": {"1"}, "lead": {d.Privacy.ID}, "complain_zh": {""}, "complain_en": {"Write to us"}, "requirements": {"IM-11-12 NO-1"}}).
		Status(t, 422).Says(t, "#f-complain_en", "Write to us").Says(t, "#f-requirements-error", "choose")
	by.Post("/requests/settings", url.Values{"version": {"1"}, "lead": {d.Privacy.ID}, "complain_zh": {"投诉"}, "complain_en": {"Write to us"}, "requirements": {"IM-11-12"}}).Redirects(t, "/requests/settings")

	by.Post("/requests/refusals/new", url.Values{"title_zh": {"理由"}, "kinds": {"copy", "delete"}}).Status(t, 422).Says(t, "#f-title_en-error", "fill")
	full := url.Values{"title_zh": {"理由"}, "title_en": {"Reason"}, "text_zh": {"因为"}, "text_en": {"Because"}, "source_zh": {"法条"}, "source_en": {"Law"}, "kinds": {"copy"}, "active": {"1"}}
	by.Post("/requests/refusals/new", full).Redirects(t, "/requests/settings#refusals")

	by.Get("/requests/calendar?year=2026").Status(t, 200).Says(t, ".note", "built in").Says(t, "tbody", "国庆节")
	by.Get("/requests/calendar?year=2027").Status(t, 200).Says(t, ".note", "not announced")
	by.Post("/requests/calendar/days", url.Values{"date": {""}, "working": {"0"}, "name": {"Day off"}}).Status(t, 422).Says(t, "#f-date-error", "fill")
	by.Post("/requests/calendar/days", url.Values{"date": {"2026-11-24"}, "working": {"0"}, "name": {"Day off"}}).Redirects(t, "/requests/calendar?year=2026")
	by.Post("/requests/calendar/years", url.Values{"year": {"2027"}, "announced": {"1"}}).Status(t, 422).Says(t, "#f-source-error", "fill")
	by.Post("/requests/calendar/years", url.Values{"year": {"2027"}, "announced": {"1"}, "source": {"Notice 7"}}).Redirects(t, "/requests/calendar?year=2027")
	form, _ := by.Get("/requests/calendar?year=2026").Find(t, `form[action$="/clear"]`).Attr("action")
	by.Post(form, nil).Status(t, 303)
	by.Get(d.url).Says(t, ".request-clock", "15 working days left")
	d.As(d.Auditor).Get("/requests/settings").Status(t, 200)
	d.As(d.Auditor).Post("/requests/settings", nil).Status(t, 403)
	d.Sound()
}
