package web_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"hegui/internal/problem"
	"hegui/internal/request"
	"hegui/internal/testkit"
)

// evil is what an attacker types everywhere.
const evil = `<script>alert(1)</script><img src=x onerror=alert(2)>"'`

// harmless fails when a page holds what was typed as anything but text.
func harmless(t *testing.T, name string, r *testkit.Response) {
	t.Helper()
	if r.Code >= 500 || strings.Contains(r.Body.String(), "<script>alert") || r.Find(t, "[onerror], img[src=x]").Length() != 0 {
		t.Errorf("%s: %d, and what was typed is more than text", name, r.Code)
	}
}

// seen fails when a page does not show what was typed.
func seen(t *testing.T, name string, r *testkit.Response) {
	t.Helper()
	harmless(t, name, r)
	doc := r.Find(t, "body")
	values := doc.Find("input, textarea").Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("value", s.Text()) })
	if !strings.Contains(doc.Text()+strings.Join(values, "\n"), "<script>alert(1)</script>") {
		t.Errorf("%s: what was typed is not shown as it was", name)
	}
}

// TestScriptsStayText: script in every field of every form of the portal comes
// back as text, to the person and to the staff.
func TestScriptsStayText(t *testing.T) {
	t.Parallel()
	a, _ := portal(t)
	for _, field := range []string{"nonce", "service", "kind", "requester", "name", "contact", "account", "details", "person", "relation", "consent", "website", "altcha"} {
		a.Clock.Advance(time.Minute)
		form := filled(a, "")
		form.Set("requester", "agent") // without saying for whom: the form comes back
		form.Set(field, evil)
		got := a.As(nil).Post("/portal", form).Status(t, 422)
		harmless(t, field, got)
		if slices.Contains([]string{"name", "contact", "account", "details", "person", "relation"}, field) {
			seen(t, field, got)
		}
	}
	a.Clock.Advance(time.Minute)
	form := filled(a, solved(t, a))
	for _, field := range []string{"name", "account", "details", "person", "relation"} {
		form.Set(field, field+" "+evil)
	}
	form.Set("requester", "agent")
	kind, body := multi(t, form, map[string]string{"<script>alert(1)<b>.txt": "words"})
	receipt := a.As(nil).PostBody("/portal", kind, body).Status(t, 200)
	harmless(t, "receipt", receipt)
	link := linkOf(t, receipt)
	a.As(nil).Post(link+"/messages", url.Values{"body": {"message " + evil}}).Redirects(t, link)
	seen(t, "code", a.As(nil).Post("/portal/certificate", url.Values{"code": {evil}}).Status(t, 422))
	harmless(t, "a code that is not wanted", a.As(nil).Post(link+"/verify", url.Values{"code": {evil}}))
	harmless(t, "a link", a.As(nil).Get("/portal/r/"+url.PathEscape(evil)).Status(t, 404))
	harmless(t, "a purpose", a.As(nil).PostBody(link+"/files", kind, &bytes.Buffer{}))
	seen(t, "tracking page", a.As(nil).Get(link).Status(t, 200))
	var r request.Request
	testkit.Must(t, a.Ledger.Read(t.Context()).Take(&r).Error)
	staff := a.As(a.Privacy)
	for _, path := range []string{"/requests", "/requests/board", "/requests/" + r.ID, "/requests/" + r.ID + "/correct"} {
		harmless(t, path, staff.Get(path).Status(t, 200))
	}
	seen(t, "the staff's page", staff.Get("/requests/"+r.ID))
	seen(t, "the staff's search", staff.Post("/requests/find", url.Values{"contact": {evil}}))
	a.Sound()
}

// TestNamesOfFiles: a name leads nowhere and does not turn what is read.
func TestNamesOfFiles(t *testing.T) {
	t.Parallel()
	a, _ := portal(t)
	link := linkOf(t, a.As(nil).Post("/portal", filled(a, solved(t, a))).Status(t, 200))
	for n, name := range []string{"../../x.txt", `..\..\x.txt`, "/etc/passwd.txt", "a\u202etxt.exe.txt", "\u2066\u200fx.txt", "x\u0000.txt", strings.Repeat("长", 300) + ".txt", "..", "con.txt"} {
		a.Clock.Advance(time.Minute)
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		testkit.Must(t, w.WriteField("purpose", "message"))
		part, err := w.CreatePart(textproto.MIMEHeader{"Content-Type": {"text/plain"},
			"Content-Disposition": {`form-data; name="file"; filename="` + strings.NewReplacer(`\`, `\\`).Replace(name) + `"`}})
		testkit.Must(t, err)
		_, err = io.WriteString(part, "plain words")
		testkit.Must(t, err)
		testkit.Must(t, w.Close())
		if got := a.As(nil).PostBody(link+"/files", w.FormDataContentType(), &b); got.Code != 303 && got.Code != 422 && got.Code != 400 {
			t.Errorf("file %d: %d", n, got.Code)
		}
	}
	page := a.As(nil).Get(link).Status(t, 200)
	names := page.Find(t, ".portal-files li span").Map(func(_ int, s *goquery.Selection) string { return s.Text() })
	if len(names) < 5 {
		t.Errorf("kept: %q", names)
	}
	for _, name := range names {
		if name == "" || strings.ContainsAny(name, "/\\\u202e\u2066\u200f\x00") || strings.HasPrefix(name, "..") || len([]rune(name)) > 255 {
			t.Errorf("file name %q", name)
		}
	}
	a.Sound()
}

// TestHugeClaims: who claims to send 5 GB is refused before anything is read,
// and who does not say how much is cut off.
func TestHugeClaims(t *testing.T) {
	t.Parallel()
	a, service := portal(t)
	link := linkOf(t, a.As(nil).Post("/portal", filled(a, solved(t, a))).Status(t, 200))
	_, secret, err := a.Requests.IssueToken(t.Context(), a.Admin.Actor(), "App", []string{service})
	testkit.Must(t, err)
	for _, one := range []struct {
		path, kind string
		claim      int64
		most       int // bytes read
	}{
		{"/portal", "multipart/form-data; boundary=x", 5 << 30, 0},
		{link + "/files", "multipart/form-data; boundary=x", 5 << 30, 0},
		{"/portal", "multipart/form-data; boundary=x", -1, 60 << 20},
		{link + "/files", "multipart/form-data; boundary=x", -1, 60 << 20},
		{"/portal", "application/x-www-form-urlencoded", 5 << 30, 2 << 20},
		{link + "/messages", "application/x-www-form-urlencoded", 5 << 30, 2 << 20},
		{"/api/requests", "application/json", 5 << 30, 2 << 20},
	} {
		a.Clock.Advance(time.Minute)
		body := &endless{}
		r := httptest.NewRequest(http.MethodPost, one.path, body)
		r.ContentLength = one.claim
		r.Header.Set("Content-Type", one.kind)
		got := a.As(nil).With("Authorization", "Bearer "+secret).Do(r)
		if got.Code != 413 && (one.claim > 0 && one.kind != "application/json" || got.Code != 400) || body.read > one.most {
			t.Errorf("%s %s: %d after %d bytes", one.path, one.kind, got.Code, body.read)
		}
	}
	a.As(nil).Get(link).Status(t, 200)
	a.Sound()
}

// whole is an answer with all its headers, without what is random.
func whole(r *testkit.Response, own ...string) string {
	h := r.Header().Clone()
	for _, name := range []string{"X-Request-Id", "Set-Cookie", "Date"} {
		h.Del(name)
	}
	var b strings.Builder
	fmt.Fprintln(&b, r.Code)
	for _, name := range slices.Sorted(maps.Keys(h)) {
		fmt.Fprintln(&b, name, h[name])
	}
	page := r.Body.String()
	for _, one := range own {
		page = strings.ReplaceAll(page, one, "OWN")
	}
	for _, random := range []string{`<code>[0-9a-z-]+</code>`, `[0-9a-f]{64}`, `PR\d{4}-\w{6}`, `name="csrf" value="[^"]*"`} {
		page = regexp.MustCompile(random).ReplaceAllString(page, "RANDOM")
	}
	return b.String() + page
}

// TestNumbersOfOthersDiscloseNothing: the number, the id and the stored hash of
// somebody's request get, on every page and act, the very answer that a number
// gets which nobody has.
func TestNumbersOfOthersDiscloseNothing(t *testing.T) {
	t.Parallel()
	a, _ := portal(t)
	a.As(nil).Post("/portal", filled(a, solved(t, a))).Status(t, 200)
	var r request.Request
	testkit.Must(t, a.Ledger.Read(t.Context()).Take(&r).Error)
	const nobody = "PR2611-ZZZZZZ"
	ask := func(guess string) (out []string) {
		a.Clock.Advance(time.Minute)
		out = append(out, whole(a.As(nil).Get("/portal/r/"+guess), guess), whole(a.As(nil).Get("/portal/r/"+guess+"/files/01aaaaaaaaaaaaaaaaaaaaaaaa"), guess))
		for _, act := range []string{"messages", "code", "verify", "withdraw"} {
			out = append(out, whole(a.As(nil).Post("/portal/r/"+guess+"/"+act, url.Values{"body": {"x"}, "code": {"123456"}}), guess))
		}
		return out
	}
	want := ask(nobody)
	for _, guess := range []string{r.Number, r.ID, r.TrackHash, "ming@example.com", "王小明"} {
		for n, got := range ask(url.PathEscape(guess)) {
			if !strings.HasPrefix(got, "404\n") || got != strings.ReplaceAll(want[n], nobody, guess) {
				t.Errorf("%s is answered otherwise on page %d", guess, n)
			}
		}
	}
	a.Clock.Set(testkit.Start.Add(time.Hour))
	form := filled(a, solved(t, a))
	form.Set("details", r.Number)
	if got := a.As(nil).Post("/portal", form).Status(t, 200); strings.Contains(got.Body.String(), r.Number) {
		t.Error("the number of another request comes back")
	}
}

// TestSamePagesForKnownAndUnknown: who is known to the house, and who is not,
// find the same receipt and the same page behind their link.
func TestSamePagesForKnownAndUnknown(t *testing.T) {
	t.Parallel()
	a, _ := portal(t)
	for range 3 {
		a.As(nil).Post("/portal", filled(a, solved(t, a))).Status(t, 200)
	}
	answers := func(contact, account string) []string {
		a.Clock.Advance(time.Minute)
		now := a.Clock.Now()
		defer a.Clock.Set(now)
		a.Clock.Set(testkit.Start.Add(time.Hour))
		form := filled(a, solved(t, a))
		form.Set("contact", contact)
		form.Set("account", account)
		receipt := a.As(nil).Post("/portal", form).Status(t, 200)
		link := linkOf(t, receipt)
		return []string{whole(receipt), whole(a.As(nil).Get(link).Status(t, 200)), whole(a.As(nil).Post(link+"/verify", url.Values{"code": {"123456"}})),
			whole(a.As(nil).Post(link+"/code", nil))}
	}
	known := answers("ming@example.com", a.Privacy.Email)
	for n, got := range answers("mong@example.com", "nobody@nowhere.example") {
		if got != known[n] {
			t.Errorf("answer %d differs:\n%s\n%s", n, known[n], got)
		}
	}
}

// TestTrackingTokens: 256 random bits, of which none is redundant.
func TestTrackingTokens(t *testing.T) {
	t.Parallel()
	a, _ := portal(t)
	tokens := map[string]bool{}
	var token string
	for range 20 {
		a.Clock.Advance(time.Hour)
		link := linkOf(t, a.As(nil).Post("/portal", filled(a, solved(t, a))).Status(t, 200))
		token = strings.TrimPrefix(link, "/portal/r/")
		if tokens[token] || !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(token) {
			t.Fatalf("token %q", token)
		}
		tokens[token] = true
	}
	if _, err := a.Requests.Track(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	for n := range token {
		other := []byte(token)
		other[n] = "123456789abcdef0"[strings.IndexByte("0123456789abcdef", other[n])]
		for _, guess := range []string{string(other), token[:n], token + token[:n+1]} {
			if _, err := a.Requests.Track(t.Context(), guess); !problem.Is(err, problem.NotFound) {
				t.Errorf("opened with %q: %v", guess, err)
			}
		}
	}
}

// TestWrongFilesOnTheTrackingPage: a refused file says why beside its field, in
// both languages, and nothing is kept.
func TestWrongFilesOnTheTrackingPage(t *testing.T) {
	t.Parallel()
	a, _ := portal(t)
	for lang, says := range map[string]struct{ none, kind, program, large, many string }{
		"zh-CN": {"请选择文件", "不支持此类文件", "", "10 MB", "上限"},
		"en":    {"Choose a file", "Files of this type", "", "10 MB", "limit of 30 files"},
	} {
		a.Clock.Advance(2 * time.Hour)
		anybody := a.As(nil).With("Accept-Language", lang)
		link := linkOf(t, anybody.Post("/portal", filled(a, solved(t, a))).Status(t, 200))
		send := func(name, content string) *testkit.Response {
			var b bytes.Buffer
			w := multipart.NewWriter(&b)
			testkit.Must(t, w.WriteField("purpose", "message"))
			if name != "" {
				part, err := w.CreateFormFile("file", name)
				testkit.Must(t, err)
				_, err = io.WriteString(part, content)
				testkit.Must(t, err)
			}
			testkit.Must(t, w.Close())
			return anybody.PostBody(link+"/files", w.FormDataContentType(), &b)
		}
		send("", "").Status(t, 422).Says(t, "#f-file-error", says.none)
		send("page.html", "<html><body>x</body></html>").Status(t, 422).Says(t, "#f-file-error", says.kind)
		send("tool.exe", "MZ\x90\x00").Status(t, 422).Says(t, "#f-file-error", says.program)
		send("empty.txt", "").Status(t, 422).Says(t, "#f-file-error", "")
		send("big.txt", strings.Repeat("x", request.MaxPortalFile+1)).Status(t, 413).Says(t, "#f-file-error", says.large)
		if n := anybody.Get(link).Find(t, ".portal-files li").Length(); n != 0 {
			t.Errorf("%d files were kept", n)
		}
		for n := range 31 {
			if n%20 == 0 {
				a.Clock.Advance(time.Minute)
			}
			got := send(fmt.Sprintf("%d.txt", n), "words")
			if n == 30 {
				got.Status(t, 429).Says(t, "#f-file-error", says.many)
			} else {
				got.Redirects(t, link)
			}
		}
	}
	a.Sound()
}
