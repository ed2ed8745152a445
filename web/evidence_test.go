package web_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/evidence"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/internal/testkit"
)

// chatService is a registered service with its checklist, and the id of one
// of its assessments.
func chatService(t *testing.T, a *testkit.App) (service, assessment string) {
	t.Helper()
	e, err := a.Register.Register(t.Context(), a.Officer.Actor(), register.Registration{
		Details: register.Details{Name: "Chat", Kind: "chat", Modalities: []register.Modality{register.Text}, Audience: register.GeneralPublic},
		Scope:   register.Scoping{Profile: regulation.Profile{Public: regulation.Yes}}})
	testkit.Must(t, err)
	rows, err := a.Checklist.Rows(t.Context(), a.Officer.Actor(), e.ID)
	testkit.Must(t, err)
	for _, r := range rows {
		if r.Applies {
			return e.ID, r.ID
		}
	}
	t.Fatal("no requirement applies")
	return "", ""
}

// filesForm is a form with files, its fields first.
func filesForm(t *testing.T, fields url.Values, files ...string) (body *bytes.Buffer, contentType string) {
	t.Helper()
	body = &bytes.Buffer{}
	w := multipart.NewWriter(body)
	for name, values := range fields {
		for _, v := range values {
			testkit.Must(t, w.WriteField(name, v))
		}
	}
	for i := 0; i < len(files); i += 2 {
		part, err := w.CreateFormFile("file", files[i])
		testkit.Must(t, err)
		_, err = io.WriteString(part, files[i+1])
		testkit.Must(t, err)
	}
	testkit.Must(t, w.Close())
	return body, w.FormDataContentType()
}

func send(t *testing.T, c *testkit.Client, path string, fields url.Values, files ...string) *testkit.Response {
	t.Helper()
	body, contentType := filesForm(t, fields, files...)
	return c.PostBody(path, contentType, body)
}

// submitted is a piece that a person brought in.
func submitted(t *testing.T, a *testkit.App, by *testkit.Person, name, content string, more ...func(*evidence.Submission)) evidence.Item {
	t.Helper()
	in := evidence.Submission{Content: evidence.Content{FileName: name}}
	for _, f := range more {
		f(&in)
	}
	i, err := a.Evidence.Submit(t.Context(), by.Actor(), in, strings.NewReader(content))
	testkit.Must(t, err)
	return i
}

func TestUploadWithoutScript(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	officer := a.As(a.Officer)
	batch := a.Ledger.NewID()
	fields := url.Values{"batch": {batch}, "draft": {"1"}, "type": {"policy"}}
	send(t, officer, "/evidence/upload", fields, "网络安全制度.txt", "words", "b.csv", "a,b\n1,2\n3,4\n").Redirects(t, "/evidence/batch/"+batch)

	page := officer.Get("/evidence/batch/"+batch).Status(t, 200)
	if n := page.Find(t, "tbody tr").Length(); n != 2 {
		t.Fatalf("%d rows, want 2", n)
	}
	form := url.Values{"submit": {"1"}}
	page.Find(t, "tbody tr").Each(func(_ int, row *selection) {
		id := row.Find("input[name=id]").AttrOr("value", "")
		form.Set(id+".version", row.Find("input[name='"+id+".version']").AttrOr("value", ""))
		form.Set(id+".title", row.Find("input[type=text]").AttrOr("value", ""))
		form.Set(id+".type", "policy")
		form.Set(id+".confidentiality", "internal")
	})
	first := page.Find(t, "input[name=id]").First().AttrOr("value", "")
	wrong := clone(form)
	wrong.Set(first+".title", "")
	wrong.Set(first+".valid_until", "tomorrow")
	back := officer.Post("/evidence/batch/"+batch, wrong).Status(t, 422)
	back.Says(t, "#f-"+first+"-valid_until-error", "date")
	officer.Post("/evidence/batch/"+batch, form).Redirects(t, "/evidence?show=mine")
	list := officer.Get("/evidence?show=mine").Status(t, 200)
	list.Says(t, "tbody", "网络安全制度")
	if n := list.Find(t, "tbody tr").Length(); n != 2 {
		t.Errorf("listed %d, want 2", n)
	}
	a.Sound()
}

func clone(v url.Values) url.Values {
	out := url.Values{}
	for k, list := range v {
		out[k] = slices.Clone(list)
	}
	return out
}

func TestUploadRefusals(t *testing.T) {
	t.Parallel()
	a := testkit.New(t) // the limit is 64 MiB
	officer := a.As(a.Officer)
	batch := url.Values{"batch": {"b"}, "draft": {"1"}}
	program := "MZ\x90\x00" + strings.Repeat("\x00", 400)

	page := send(t, officer, "/evidence/upload", batch, "good.txt", "words", "tool.txt", program)
	page.Status(t, 422).Says(t, ".note", "tool.txt")
	page.Says(t, ".note", "1 file was uploaded")
	send(t, officer.Part(), "/evidence/upload", batch, "tool.txt", program).Status(t, 422).Says(t, ".note", "Programs")
	send(t, officer.Part(), "/evidence/upload", batch, "empty.txt", "").Status(t, 422).Says(t, ".note", "empty")
	send(t, officer, "/evidence/upload", batch).Status(t, 422).Says(t, ".note", "Choose a file")
	send(t, officer.Part(), "/evidence/upload", batch, "big.bin", strings.Repeat("x", 64<<20+1)).Status(t, 413).Says(t, ".note", "64 MB")
	send(t, officer.Part(), "/evidence/upload", batch, "fine.txt", "more words").Status(t, 204)
	officer.PostBody("/evidence/upload", "text/plain", strings.NewReader("x")).Status(t, 400)
	cut, contentType := filesForm(t, batch, "half.txt", strings.Repeat("half", 1000))
	officer.PostBody("/evidence/upload", contentType, bytes.NewReader(cut.Bytes()[:cut.Len()-100]))
	list, err := a.Evidence.List(t.Context(), a.Officer.Actor(), evidence.Filter{Limit: 100})
	if err != nil || len(list) != 2 {
		t.Errorf("kept %d pieces, want 2 (%v)", len(list), err)
	}

	silent := a.As(a.Officer)
	silent.Header.Del("Sec-Fetch-Site")
	send(t, silent, "/evidence/upload", batch, "a.txt", "forged").Status(t, 403)
	for _, p := range []*testkit.Person{a.Auditor, a.Admin, a.Executive, a.Checker} {
		send(t, a.As(p), "/evidence/upload", batch, "a.txt", "x").Status(t, 403)
	}
}

func TestFilesAreHandedOutSafely(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	png := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
	for _, c := range []struct{ name, content, kind, disposition string }{
		{"page.html", "<!DOCTYPE html><script>alert(1)</script>", "application/octet-stream", "attachment"},
		{"drawing.svg", `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`, "application/octet-stream", "attachment"},
		{"图片.png", png, "image/png", "inline"},
		{"report.pdf", "%PDF-1.7\n%âãÏÓ\n", "application/pdf", "attachment"},
		{"words.txt", "<b>words</b>", "application/octet-stream", "attachment"},
	} {
		i := submitted(t, a, a.Officer, c.name, c.content)
		r := a.As(a.Officer).Get("/files/"+i.ID+"/1").Status(t, 200)
		h := r.Header()
		sum := sha256.Sum256([]byte(c.content))
		for name, want := range map[string]string{
			"Content-Type": c.kind, "X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-cache",
			"Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
			"ETag":                    `"` + hex.EncodeToString(sum[:]) + `"`, "Content-Length": fmt.Sprint(len(c.content)),
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", c.name, name, got, want)
			}
		}
		if got := h.Get("Content-Disposition"); !strings.HasPrefix(got, c.disposition+";") || !strings.Contains(got, "filename*=UTF-8''"+url.PathEscape(c.name)) {
			t.Errorf("%s: disposition %q", c.name, got)
		}
		if r.Body.String() != c.content {
			t.Errorf("%s: other bytes came back", c.name)
		}
		a.As(a.Officer).With("If-None-Match", h.Get("ETag")).Get("/files/"+i.ID+"/1").Status(t, 304)
		if got := a.As(a.Officer).Get("/files/" + i.ID + "/1?download=1").Header().Get("Content-Disposition"); !strings.HasPrefix(got, "attachment") {
			t.Errorf("%s: asked to save, got %q", c.name, got)
		}
	}
}

func TestFilesInRanges(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	content := strings.Repeat("0123456789", 150_000) // two chunks
	i := submitted(t, a, a.Officer, "log.txt", content)
	officer := a.As(a.Officer)
	for _, c := range []struct {
		asked    string
		from, to int
	}{{"bytes=0-9", 0, 10}, {"bytes=1048570-1048585", 1048570, 1048586}, {"bytes=-5", len(content) - 5, len(content)}} {
		r := officer.With("Range", c.asked).Get("/files/"+i.ID+"/1").Status(t, 206)
		if r.Body.String() != content[c.from:c.to] {
			t.Errorf("%s: got %q", c.asked, r.Body.String())
		}
	}
	officer.With("Range", "bytes=99999999-").Get("/files/"+i.ID+"/1").Status(t, 416)
	officer.Get("/files/"+i.ID+"/2").Status(t, 404)
	officer.Get("/files/"+i.ID+"/x").Status(t, 404)
	officer.Get("/files/none/1").Status(t, 404)
	a.As(a.Contributor).Get("/files/"+i.ID+"/1").Status(t, 404)
	a.As(a.Contributor).Get("/evidence/"+i.ID).Status(t, 404)
	a.As(a.Admin).Get("/files/"+i.ID+"/1").Status(t, 403)
	a.As(nil).Get("/files/"+i.ID+"/1").Status(t, 303)
}

func TestDamagedFilesFailLoudly(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	content := strings.Repeat("x", 1<<20) + strings.Repeat("y", 100)
	i := submitted(t, a, a.Officer, "log.txt", content)
	testkit.Must(t, a.Ledger.Unaudited(t.Context(), "damage for a test", func(tx *gorm.DB) error {
		return tx.Exec("UPDATE file_chunk SET data = ? WHERE idx = 1", []byte(strings.Repeat("z", 100))).Error
	}))
	r := a.As(a.Officer).With("Range", "bytes=1048580-1048590").Get("/files/"+i.ID+"/1").Status(t, 500)
	if strings.Contains(r.Body.String(), "zzz") || r.Header().Get("Content-Disposition") != "" || !strings.Contains(r.Header().Get("Content-Type"), "text/html") {
		t.Errorf("not an error page: %v", r.Header())
	}
	func() {
		defer func() {
			if got := recover(); got != http.ErrAbortHandler { //nolint:errorlint // the very value
				t.Errorf("the connection was not broken off: %v", got)
			}
		}()
		a.As(a.Officer).Get("/files/" + i.ID + "/1")
	}()
	if !slices.Contains(a.Actions(), "file.damaged") {
		t.Error("the damage was not recorded")
	}
}

func TestEvidencePages(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	service, assessment := chatService(t, a)
	officer, second := a.As(a.Officer), a.As(a.Officer2)
	i := submitted(t, a, a.Officer, "table.csv", "name,value\n<em>UHOH</em>,2\nx,3\n", func(in *evidence.Submission) {
		in.Title, in.ValidUntil = "Register of models", "2026-12-01"
	})
	page := officer.Get("/evidence/"+i.ID).Status(t, 200)
	page.Says(t, "h1", "Register of models").Says(t, ".preview-table", "<em>UHOH</em>").Says(t, "#review", "somebody else")

	officer.Get("/evidence/links?id="+i.ID).Status(t, 200).Says(t, "#pick", "Article")
	officer.Post("/evidence/links", url.Values{"id": {i.ID}}).Status(t, 422).Says(t, "[role=alert]", "Choose what it proves")
	officer.Post("/evidence/links", url.Values{"id": {i.ID}, "assessment": {assessment}}).Redirects(t, "/evidence/"+i.ID+"#links")
	officer.Get("/evidence/"+i.ID).Says(t, "#links", "Chat")

	officer.Post("/evidence/"+i.ID+"/approve", url.Values{"version": {"1"}}).Status(t, 403)
	second.Post("/evidence/"+i.ID+"/return", url.Values{"version": {"1"}}).Status(t, 422).Says(t, "#f-note-error", "reason")
	second.Post("/evidence/"+i.ID+"/approve", url.Values{"version": {"9"}}).Status(t, 409)
	second.Post("/evidence/"+i.ID+"/approve", url.Values{"version": {"1"}, "note": {"fine"}}).Redirects(t, "/evidence/"+i.ID)

	officer.Get("/evidence/coverage?service="+service+"&show=expiring").Status(t, 200).Says(t, "tbody", "Register of models")
	officer.Get("/evidence/coverage?service="+service+"&show=missing").Status(t, 200).Says(t, "tbody", "Could be proven by")

	officer.Get("/evidence/"+i.ID+"/edit").Status(t, 200)
	wrong := url.Values{"version": {"2"}, "title": {"kept <title>"}, "type": {"policy"}, "confidentiality": {"internal"}, "made_on": {"2030-01-01"}}
	back := officer.Post("/evidence/"+i.ID+"/edit", wrong).Status(t, 422).Says(t, "#f-made_on-error", "after today")
	if got := back.Find(t, "#f-title").AttrOr("value", ""); got != "kept <title>" {
		t.Errorf("typed title became %q", got)
	}
	send(t, officer, "/evidence/"+i.ID+"/version", url.Values{"remark": {"second"}}, "v2.txt", "new content").Redirects(t, "/evidence/"+i.ID)
	old := officer.Get("/evidence/"+i.ID+"?version=1").Status(t, 200)
	old.Says(t, ".preview-table", "value")
	officer.Get("/evidence/"+i.ID).Says(t, "#content", "new content").Says(t, "#versions", "second")
	send(t, officer, "/evidence/"+i.ID+"/version", url.Values{"remark": {"kept"}}).Status(t, 422).Says(t, "#f-file-error", "Choose a file")

	officer.Post("/evidence/"+i.ID+"/unlink", url.Values{"assessment": {assessment}}).Redirects(t, "/evidence/"+i.ID)
	officer.Post("/evidence/"+i.ID+"/retire", url.Values{"reason": {""}}).Status(t, 422).Says(t, "#f-retire-error", "reason")
	officer.Post("/evidence/"+i.ID+"/retire", url.Values{"reason": {"replaced"}}).Redirects(t, "/evidence/"+i.ID)
	officer.Get("/evidence?state=retired").Says(t, "tbody", "Register of models")
	a.Sound()
}

func TestErasurePages(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	i := submitted(t, a, a.Officer, "person.txt", "Li Lei's number")
	at := "/evidence/" + i.ID + "/erasure"
	a.As(a.Contributor).Post(at, url.Values{"reason": {"x"}}).Status(t, 403)
	a.As(a.Officer).Post(at, url.Values{"reason": {"request 7"}}).Redirects(t, "/evidence/"+i.ID)
	a.As(a.Officer).Get("/evidence/"+i.ID).Says(t, ".note", "Somebody else")
	a.As(a.Officer).Post(at+"/confirm", nil).Status(t, 403)
	a.As(a.Officer2).Post(at+"/decline", nil).Status(t, 422).Says(t, "#f-decline-error", "reason")
	a.As(a.Officer2).Post(at+"/confirm", nil).Redirects(t, "/evidence/"+i.ID)
	a.As(a.Officer).Get("/evidence/"+i.ID).Status(t, 200).Says(t, ".note", "request 7").Says(t, "h1", "(Erased evidence)")
	a.As(a.Officer).Get("/files/"+i.ID+"/1").Status(t, 404)
	a.Sound()
}

func TestLinksAndNotes(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	officer := a.As(a.Officer)
	for _, tab := range []string{"file", "link", "note", "nonsense"} {
		officer.Get("/evidence/new?tab="+tab).Status(t, 200)
	}
	officer.Post("/evidence/new/link", url.Values{"title": {"kept"}, "url": {"javascript:alert(1)"}}).Status(t, 422).Says(t, "#f-url-error", "https://")
	officer.Post("/evidence/new/poem", url.Values{"title": {"x"}}).Status(t, 404)
	officer.Post("/evidence/new/note", url.Values{"title": {"x"}, "text": {"y"}, "owner_id": {a.Auditor.ID}}).Status(t, 422)
	made := officer.Post("/evidence/new/link", url.Values{"title": {"Filing notice"}, "url": {"https://www.cac.gov.cn/x?a=1&b=2"}}).Status(t, 303)
	page := officer.Get(made.Header().Get("Location")).Status(t, 200)
	if got := page.Find(t, ".preview-link a").AttrOr("href", ""); got != "https://www.cac.gov.cn/x?a=1&b=2" {
		t.Errorf("leads to %q", got)
	}
	if got := page.Find(t, ".preview-link a").AttrOr("rel", ""); got != "noopener noreferrer" {
		t.Errorf("rel is %q", got)
	}
	made = officer.Post("/evidence/new/note", url.Values{"title": {"Interview"}, "text": {"line one\nline <two>"}, "draft": {"1"}}).Status(t, 303)
	officer.Get(made.Header().Get("Location")).Says(t, "#content", "line <two>")
	officer.Post(made.Header().Get("Location")+"/send", nil).Status(t, 303)
	officer.Post(made.Header().Get("Location")+"/version", url.Values{"text": {""}}).Status(t, 422).Says(t, "#f-text-error", "Write")
	officer.Post(made.Header().Get("Location")+"/version", url.Values{"text": {"new words"}}).Status(t, 303)
}

func TestBulkActions(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	one, two := submitted(t, a, a.Officer, "a.txt", "1"), submitted(t, a, a.Officer2, "b.txt", "2")
	officer := a.As(a.Officer)
	ids := url.Values{"id": {one.ID, two.ID}, "back": {"/evidence?type=other"}}
	with := func(more ...string) url.Values {
		form := clone(ids)
		for i := 0; i < len(more); i += 2 {
			form.Set(more[i], more[i+1])
		}
		return form
	}
	officer.Post("/evidence/bulk", with("do", "owner", "owner_id", a.Privacy.ID)).Redirects(t, "/evidence?type=other")
	officer.Post("/evidence/bulk", with("do", "owner", "owner_id", a.Auditor.ID)).Status(t, 422)
	officer.Post("/evidence/bulk", with("do", "validity", "valid_until", "2027-01-01")).Redirects(t, "/evidence?type=other")
	officer.Post("/evidence/bulk", with("do", "confidentiality", "confidentiality", "confidential")).Redirects(t, "/evidence?type=other")
	officer.Post("/evidence/bulk", with("do", "nothing")).Status(t, 422)
	officer.Post("/evidence/bulk", url.Values{"do": {"owner"}}).Status(t, 422)
	to := officer.Post("/evidence/bulk", with("do", "link")).Status(t, 303).Header().Get("Location")
	officer.Get(to).Status(t, 200)
	got, err := a.Evidence.Get(t.Context(), a.Officer.Actor(), two.ID)
	testkit.Must(t, err)
	if got.OwnerID != a.Privacy.ID || got.ValidUntil != "2027-01-01" || got.Confidentiality != evidence.Confidential {
		t.Errorf("got %+v", got)
	}
	a.Sound()
}

func TestListPagesMeet(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	for n := range 60 {
		_, err := a.Evidence.Note(t.Context(), a.Officer.Actor(), evidence.Submission{
			Description: evidence.Description{Title: fmt.Sprintf("note %02d", n%30)}, Content: evidence.Content{Text: "words"}})
		testkit.Must(t, err)
	}
	for _, sort := range []string{"", "?sort=title", "?q=note", "?q=no&sort=title"} {
		seen := map[string]bool{}
		at := "/evidence" + sort
		for at != "" {
			page := a.As(a.Officer).Get(at).Status(t, 200)
			page.Find(t, "tbody tr").Each(func(_ int, row *selection) { seen[row.AttrOr("id", "")] = true })
			at = ""
			page.Find(t, ".pager a").Each(func(_ int, link *selection) {
				if strings.Contains(link.Text(), "Next") {
					at = link.AttrOr("href", "")
				}
			})
		}
		if len(seen) != 60 {
			t.Errorf("%q: saw %d pieces, want 60", sort, len(seen))
		}
	}
	a.As(a.Officer).Get("/evidence?q=nothing+of+the+kind").Says(t, ".empty-state", "No evidence matches")
	a.As(a.Privacy).Get("/evidence").Says(t, ".empty-state", "No evidence yet")
}

func TestEvidencePanel(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	service, assessment := chatService(t, a)
	officer := a.As(a.Officer)
	row, err := a.Checklist.ByID(t.Context(), a.Officer.Actor(), assessment)
	testkit.Must(t, err)
	back := "/checklists/" + service + "/" + row.RequirementID
	fields := url.Values{"assessment": {assessment}, "back": {back}}
	panel := "/evidence/panel?" + fields.Encode()

	officer.Get(panel).Status(t, 200).Says(t, "#evidence-panel", "No evidence yet")
	send(t, officer.Part(), "/evidence/upload", fields, "proof.txt", "words").Status(t, 204)
	send(t, officer, "/evidence/upload", fields, "proof2.txt", "more words").Redirects(t, back)
	part := officer.Part().Get(panel).Status(t, 200)
	if part.Find(t, "html head title").Length() != 0 || part.Find(t, ".evidence-items > li").Length() != 2 {
		t.Errorf("not a panel with two pieces: %s", part.Body.String())
	}
	part.Says(t, "#evidence-panel", "In review")

	typed := clone(fields)
	typed.Set("title", "Notice")
	typed.Set("url", "ftp://x")
	officer.Part().Post("/evidence/panel/link", typed).Status(t, 422).Says(t, "#panel-url-error", "http")
	typed.Set("url", "https://example.com/")
	officer.Part().Post("/evidence/panel/link", typed).Status(t, 200).Says(t, "#evidence-panel", "Notice")
	typed.Set("text", "Said so")
	typed.Set("title", "Interview")
	officer.Post("/evidence/panel/note", typed).Redirects(t, back)

	other := submitted(t, a, a.Officer, "elsewhere.txt", "found by search")
	officer.Part().Get(panel+"&find=elsewhere").Says(t, ".evidence-more", "elsewhere")
	form := clone(fields)
	form.Set("id", other.ID)
	officer.Part().Post("/evidence/panel/attach", form).Status(t, 200).Says(t, "#evidence-panel", "elsewhere")
	officer.Part().Post("/evidence/panel/detach", form).Status(t, 200)
	officer.Part().Post("/evidence/panel/detach", form).Status(t, 404)

	a.As(a.Contributor).Get(panel).Status(t, 404)
	a.As(a.Auditor).Get(panel).Status(t, 200)
	if a.As(a.Auditor).Get(panel).Find(t, ".dropzone").Length() != 0 {
		t.Error("an auditor is offered to upload")
	}
	secret := evidence.Restricted
	_, err = a.Evidence.SetMany(t.Context(), a.Officer.Actor(), idsOf(t, a, a.Officer), evidence.Setting{Confidentiality: &secret})
	testkit.Must(t, err)
	a.As(a.Auditor).Get(panel).Says(t, "#evidence-panel", "4 more pieces that are not for you")
	a.Sound()
}

func idsOf(t *testing.T, a *testkit.App, p *testkit.Person) (out []string) {
	t.Helper()
	list, err := a.Evidence.List(t.Context(), p.Actor(), evidence.Filter{Limit: 100})
	testkit.Must(t, err)
	for _, i := range list {
		out = append(out, i.ID)
	}
	return out
}

func TestContributorsWorkOnWhatIsTheirs(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	service, assessment := chatService(t, a)
	worker := a.PersonIn("Wendy Worker", []string{service}, actor.Contributor)
	row, err := a.Checklist.ByID(t.Context(), a.Officer.Actor(), assessment)
	testkit.Must(t, err)
	fields := url.Values{"assessment": {assessment}, "back": {"/work"}}
	send(t, a.As(worker).Part(), "/evidence/upload", fields, "a.txt", "not mine").Status(t, 404)
	_, err = a.Checklist.Assign(t.Context(), a.Officer.Actor(), row.ID, row.Version, worker.ID)
	testkit.Must(t, err)
	send(t, a.As(worker).Part(), "/evidence/upload", fields, "a.txt", "mine").Status(t, 204)
	a.As(worker).Get("/evidence/coverage?service="+service).Status(t, 200)
	if n := a.As(worker).Get("/evidence/coverage?service="+service).Find(t, "tbody tr").Length(); n != 1 {
		t.Errorf("sees %d requirements, want the one assigned", n)
	}
	if n := a.As(worker).Get("/evidence").Find(t, "tbody tr").Length(); n != 1 {
		t.Errorf("sees %d pieces, want 1", n)
	}
}
