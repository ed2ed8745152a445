package web_test

import (
	"bytes"
	"mime/multipart"
	"net/url"
	"strings"
	"testing"

	"hegui/internal/request"
	"hegui/internal/testkit"
)

// fileForm is a form with one file.
func fileForm(t *testing.T, name, content string) (string, *bytes.Buffer) {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", name)
	testkit.Must(t, err)
	_, err = part.Write([]byte(content))
	testkit.Must(t, err)
	testkit.Must(t, w.Close())
	return w.FormDataContentType(), &body
}

// TestTasksFromTheDataMapToTheAnswer: the desk draws the map, the owner of a
// system works on their task and sees nothing else, a second person confirms.
func TestTasksFromTheDataMapToTheAnswer(t *testing.T) {
	t.Parallel()
	d := requestHouse(t)
	entry := url.Values{"name": {"Chat store"}, "owner": {d.Contributor.ID}, "deputy": {d.Officer.ID}, "categories": {"Conversations\nUploads"}, "identifiers": {"account", "email"},
		"retention": {"180 days"}, "legal_basis": {"contract"}, "backup_days": {"35"}, "reach": {"manual"}, "second_person": {"on"}}
	wrong := d.by.Post("/requests/systems/new", url.Values{"name": {"Chat store"}, "backup_days": {"-1"}}).Status(t, 422).Says(t, "main", "From 0 to 3650 days")
	if wrong.Find(t, `input[name=name][value="Chat store"]`).Length() != 1 {
		t.Error("the name is gone from the form that came back")
	}
	d.by.Post("/requests/systems/new", entry).Redirects(t, "/requests/systems")
	d.by.Get("/requests/systems").Status(t, 200).Says(t, "tbody tr", "Chat store").Says(t, "tbody tr", "35 days")
	d.As(d.Auditor).Get("/requests/systems").Status(t, 200).Says(t, "tbody tr", "Chat store")
	d.do(t, "check", nil).Redirects(t, d.url)
	d.do(t, "pass", url.Values{"words": {"by phone"}}).Redirects(t, d.url)
	d.by.Get(d.url).Says(t, "#systems", "Chat store").Says(t, "#systems", "To do")
	d.do(t, "answer", url.Values{"words": {"Deleted"}}).Status(t, 409)

	list, err := d.Requests.Tasks(t.Context(), d.Contributor.Actor(), false)
	testkit.Must(t, err)
	if len(list) != 1 {
		t.Fatalf("the owner has %d tasks", len(list))
	}
	at := "/requests/tasks/" + list[0].ID
	owner, second := d.As(d.Contributor), d.As(d.Officer)
	owner.Get("/work").Says(t, "main", d.number)
	if page := owner.Get(at).Status(t, 200).Says(t, "main", "zhang@example.com"); strings.Contains(page.Body.String(), "张三丰") {
		t.Error("a system that does not search by names shows one")
	}
	owner.Get(d.url).Status(t, 403)
	owner.Post(at+"/report", url.Values{"result": {"cannot"}, "words": {"logs stay"}, "kept_until": {"2026-02-31"}}).Status(t, 422).Says(t, "main", "logs stay")
	kind, body := fileForm(t, "proof.txt", "120 rows")
	owner.PostBody(at+"/files", kind, body).Redirects(t, at+"#files")
	owner.Post(at+"/report", url.Values{"result": {"done"}, "words": {"120 rows"}}).Redirects(t, at)
	owner.Post(at+"/second", url.Values{"agree": {"yes"}}).Status(t, 403)
	second.Post(at+"/second", url.Values{}).Status(t, 422)
	second.Post(at+"/second", url.Values{"agree": {"yes"}, "words": {"looked"}}).Redirects(t, at)
	d.by.Get(at).Status(t, 200).Says(t, "#result", "looked")
	d.by.Get(d.url).Says(t, "#systems", "Done").Says(t, "#systems", "1 file")
	d.do(t, "answer", url.Values{"words": {"Deleted"}}).Redirects(t, d.url)
	code := d.by.Get(d.url).Find(t, "#certificate code").Text()
	anybody := d.As(nil)
	anybody.Get("/portal/certificate").Status(t, 200)
	anybody.Post("/portal/certificate", url.Values{"code": {"AAAAA-AAAAA"}}).Status(t, 422).Says(t, "main", "There is no certificate with this code")
	anybody.Post("/portal/certificate", url.Values{"code": {strings.ToLower(code)}}).Status(t, 200).Says(t, "main", "genuine").Says(t, "main", "Chat store").Says(t, "main", "Confirmed by a second person")
	for name, p := range map[string]*testkit.Person{"an executive": d.Executive, "an auditor": d.Auditor} {
		if got := d.As(p).Get(at); got.Code != 403 {
			t.Errorf("%s got %d for a task", name, got.Code)
		}
	}
	d.Sound()
}

func TestMoreSystemsAreAsked(t *testing.T) {
	t.Parallel()
	d := requestHouse(t)
	d.do(t, "check", nil).Redirects(t, d.url)
	d.do(t, "pass", url.Values{"words": {"by phone"}}).Redirects(t, d.url)
	y, err := d.Requests.AddSystem(t.Context(), d.Privacy.Actor(), request.SystemInput{Name: "Billing", OwnerID: d.Contributor.ID, Categories: []string{"Payments"},
		Identifiers: []string{"account"}, Retention: "5 years", LegalBasis: "law", Reach: request.ByPeople})
	testkit.Must(t, err)
	if d.do(t, "tasks", nil).Status(t, 422).Find(t, "#act-tasks[open]").Length() != 1 {
		t.Error("the form that came back is closed")
	}
	d.do(t, "tasks", url.Values{"systems": {y.ID}, "instructions": {"only May"}}).Redirects(t, d.url+"#systems")
	list, err := d.Requests.Tasks(t.Context(), d.Contributor.Actor(), false)
	testkit.Must(t, err)
	at := "/requests/tasks/" + list[0].ID
	d.As(d.Contributor).Get(at).Says(t, "main", "only May")
	d.As(d.Contributor).Post(at+"/withdraw", url.Values{"words": {"x"}}).Status(t, 403)
	d.by.Post(at+"/withdraw", url.Values{"words": {""}}).Status(t, 422)
	d.by.Post(at+"/withdraw", url.Values{"words": {"holds nothing"}}).Redirects(t, at)
	d.by.Get(d.url).Says(t, "#systems", "Taken back").Says(t, "#messages", "holds nothing")
	if strings.Contains(d.As(d.Contributor).Get("/requests/tasks").Body.String(), d.number) {
		t.Error("a task that was taken back still waits")
	}
	d.Sound()
}
