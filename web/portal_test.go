package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/internal/request"
	"hegui/internal/testkit"
)

// solved does the work of a browser.
func solved(t testing.TB, a *testkit.App) string {
	t.Helper()
	c, err := a.Requests.Challenge()
	testkit.Must(t, err)
	return testkit.Solve(t, c)
}

// portal is a house with one service that the public knows.
func portal(t testing.TB) (a *testkit.App, service string) {
	t.Helper()
	a = testkit.New(t)
	e, err := a.Register.Register(t.Context(), a.Officer.Actor(), register.Registration{Details: register.Details{Name: "小问", Kind: "chat", State: register.Live},
		Scope: register.Scoping{Profile: regulation.Profile{Public: regulation.Yes}}})
	testkit.Must(t, err)
	return a, e.ID
}

// filled is the portal's form, filled in.
func filled(a *testkit.App, proof string) url.Values {
	return url.Values{"nonce": {a.Requests.Nonce()}, "kind": {"delete"}, "requester": {"self"}, "name": {"王小明"}, "contact": {"ming@example.com"},
		"details": {"请删除我的聊天记录"}, "consent": {"1"}, "altcha": {proof}}
}

// linkOf is the path of the tracking link on a receipt.
func linkOf(t testing.TB, r *testkit.Response) string {
	t.Helper()
	u, err := url.Parse(r.Text(t, "[data-link]"))
	testkit.Must(t, err)
	return u.Path
}

func count(t testing.TB, a *testkit.App) (n int64) {
	t.Helper()
	testkit.Must(t, a.Ledger.Read(t.Context()).Model(&request.Request{}).Count(&n).Error)
	return n
}

func TestPortalFromFilingToWithdrawal(t *testing.T) {
	t.Parallel()
	a, service := portal(t)
	for lang, title := range map[string]string{"en": "Your request has arrived", "zh-CN": "请求已收到"} {
		anybody := a.As(nil).With("Accept-Language", lang)
		page := anybody.Get("/portal").Status(t, 200).Says(t, "#f-service", "小问")
		if page.Find(t, "nav.sidebar, .sidebar").Length() != 0 {
			t.Error("the portal shows the staff's navigation")
		}
		form := filled(a, solved(t, a))
		form.Set("service", service)
		receipt := anybody.Post("/portal", form).Status(t, 200).Says(t, "h1", title)
		if !regexp.MustCompile(`^PR\d{4}-\w{6}$`).MatchString(receipt.Text(t, "[data-number]")) {
			t.Errorf("number %q", receipt.Text(t, "[data-number]"))
		}
		link := linkOf(t, receipt)
		if got := linkOf(t, anybody.Post("/portal", form).Status(t, 200)); got != link {
			t.Error("the same form, sent twice, gives another link")
		}
		anybody.Get(link).Status(t, 200)
		anybody.Post(link+"/messages", url.Values{"body": {"  "}}).Status(t, 422)
		anybody.Post(link+"/messages", url.Values{"body": {"还有图片 " + uhoh}}).Redirects(t, link)
		anybody.Get(link).Says(t, ".portal-talk li[data-mine]", uhoh)
		anybody.Post(link+"/withdraw", nil).Redirects(t, link)
		if again := anybody.Post(link+"/withdraw", nil); again.Code != 409 {
			t.Errorf("withdrawn twice: %d", again.Code)
		}
		anybody.Get(link).Status(t, 200)
	}
	if n := count(t, a); n != 2 {
		t.Errorf("%d requests are stored, want 2", n)
	}
	var r request.Request
	testkit.Must(t, a.Ledger.Read(t.Context()).Order("id DESC").Take(&r).Error)
	if r.State != request.Closed || r.CloseReason != request.Withdrawn || r.Channel != request.Portal || r.ServiceID != service {
		t.Errorf("ended as %s, %s, by %s", r.State, r.CloseReason, r.Channel)
	}
	a.Sound()
}

func TestPortalRefusesWithWhatWasTyped(t *testing.T) {
	t.Parallel()
	a, _ := portal(t)
	for name, one := range map[string]struct{ field, value, says string }{
		"no name":              {"name", "", "#f-name-error"},
		"turned writing":       {"name", "a\u202eb", "#f-name-error"},
		"no contact":           {"contact", "", "#f-contact-error"},
		"contact of no kind":   {"contact", "somebody", "#f-contact-error"},
		"two addresses":        {"contact", "a@b.cn,c@d.cn", "#f-contact-error"},
		"unknown right":        {"kind", "everything", "#f-kind-error"},
		"no words":             {"details", "", "#f-details-error"},
		"too many words":       {"details", strings.Repeat("长", 10_001), "#f-details-error"},
		"for nobody":           {"requester", "agent", "#f-person-error"},
		"no consent":           {"consent", "", "#f-consent-error"},
		"service of others":    {"service", "01aaaaaaaaaaaaaaaaaaaaaaaa", "#f-service-error"},
		"a robot's field":      {"website", "http://spam.example", ".alert, .note, .field-errors"},
		"a forged proof":       {"altcha", "Zm9yZ2Vk", "#f-altcha"},
		"a form of long ago":   {"nonce", "", ".note, .field-errors"},
		"a nonce of one's own": {"nonce", "0000", ".note, .field-errors"},
	} {
		a.Clock.Advance(time.Minute)
		form := filled(a, "")
		form.Set(one.field, one.value)
		got := a.As(nil).Post("/portal", form)
		if got.Code != 422 {
			t.Errorf("%s: %d, want 422", name, got.Code)
			continue
		}
		if got.Find(t, one.says).Length() == 0 {
			t.Errorf("%s: nothing at %s", name, one.says)
		}
		if one.field != "name" && got.Find(t, "#f-name").AttrOr("value", "") != "王小明" {
			t.Errorf("%s: what was typed is lost", name)
		}
	}
	all := filled(a, "")
	all.Set("contact", "somebody")
	all.Set("consent", "")
	all.Set("details", "")
	a.As(nil).Post("/portal", all).Status(t, 422).Says(t, "#f-contact-error", "").Says(t, "#f-consent-error", "").Says(t, "#f-details-error", "")
	if n := count(t, a); n != 0 {
		t.Errorf("%d requests were stored", n)
	}
}

func TestProofCountsOnce(t *testing.T) {
	t.Parallel()
	a, _ := portal(t)
	proof := solved(t, a)
	a.As(nil).Post("/portal", filled(a, proof)).Status(t, 200)
	a.As(nil).Post("/portal", filled(a, proof)).Status(t, 422).Says(t, "#f-altcha", "used before")

	late := solved(t, a)
	a.Clock.Advance(3 * time.Hour)
	for n := range 4 {
		want := 200
		if n == 3 { // without a valid proof only three a minute
			want = 429
		}
		a.As(nil).Post("/portal", filled(a, late)).Status(t, want)
	}
	testkit.Must(t, a.Requests.Sweep(t.Context()))
}

// from asks as somebody at an address.
func from(a *testkit.App, address string, form url.Values) int {
	r := httptest.NewRequest(http.MethodPost, "/portal", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.RemoteAddr = address + ":4711"
	w := httptest.NewRecorder()
	a.Server.ServeHTTP(w, r)
	return w.Code
}

func TestFloodFromOneAddress(t *testing.T) {
	t.Parallel()
	a, _ := portal(t)
	for n := range 1000 {
		var form url.Values
		if n < 20 {
			form = filled(a, solved(t, a))
			form.Set("contact", fmt.Sprintf("person%d@example.com", n))
		}
		want := 200
		if n >= 20 {
			want = 429
		}
		if got := from(a, "198.51.100.7", form); got != want {
			t.Fatalf("submission %d: %d, want %d", n+1, got, want)
		}
		if n%250 == 0 { // in the midst of it
			form := filled(a, solved(t, a))
			form.Set("contact", fmt.Sprintf("other%d@example.com", n))
			if got := from(a, fmt.Sprintf("203.0.113.%d", n/250+20), form); got != 200 {
				t.Errorf("somebody else, after %d submissions: %d, want 200", n+1, got)
			}
		}
	}
	if got := from(a, "203.0.113.9", filled(a, solved(t, a))); got != 200 {
		t.Errorf("somebody else: %d, want 200", got)
	}
	a.Clock.Advance(time.Minute)
	if got := from(a, "198.51.100.7", filled(a, solved(t, a))); got != 200 {
		t.Errorf("a minute later: %d, want 200", got)
	}
}

func TestOneContactOftenNamed(t *testing.T) {
	t.Parallel()
	a, _ := portal(t)
	for n := range 11 {
		form := filled(a, solved(t, a))
		form.Set("contact", "MING@example.com ")
		want := 200
		if n == 10 {
			want = 429
		}
		if got := from(a, fmt.Sprintf("198.51.100.%d", n+1), form); got != want {
			t.Errorf("time %d: %d, want %d", n+1, got, want)
		}
	}
}

// TestSlowedDownKeepsWhatWasTyped: who is slowed down finds their form as it
// was, with the reason beside the field, in both languages.
func TestSlowedDownKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	a, _ := portal(t)
	kept := func(name string, got *testkit.Response, at, says string) {
		t.Helper()
		got.Status(t, 429).Says(t, at, says)
		if got.Header().Get("Retry-After") == "" {
			t.Errorf("%s: no Retry-After", name)
		}
		if got.Find(t, "#f-name").AttrOr("value", "") != "王小明" || !strings.Contains(got.Text(t, "#f-details"), "聊天记录") ||
			got.Find(t, "#f-consent[checked]").Length() != 1 || got.Find(t, "#f-kind-delete[checked], [name=kind][value=delete][checked]").Length() == 0 {
			t.Errorf("%s: what was typed is lost", name)
		}
	}
	for lang, says := range map[string]struct{ bare, contact, network string }{
		"zh-CN": {"未完成安全验证", "此联系方式", "提交过于频繁"},
		"en":    {"did not run in your browser", "with this contact", "from your network"},
	} {
		a.Clock.Advance(2 * time.Hour)
		anybody := a.As(nil).With("Accept-Language", lang)
		for n := range 4 {
			form := filled(a, "")
			form.Set("contact", fmt.Sprintf("bare%d@example.com", n))
			got := anybody.Post("/portal", form)
			if n < 3 {
				got.Status(t, 200)
				continue
			}
			kept("no proof of work", got, "#f-altcha", says.bare)
			a.Clock.Advance(time.Minute)
			form.Set("nonce", got.Find(t, "[name=nonce]").AttrOr("value", ""))
			anybody.Post("/portal", form).Status(t, 200)
		}
		for n := range 11 {
			got := anybody.Post("/portal", filled(a, solved(t, a)))
			if n == 10 {
				kept("contact named too often", got, "#f-contact-error", says.contact)
			}
		}
		a.Clock.Advance(time.Minute)
		for n := range 21 {
			form := filled(a, solved(t, a))
			form.Set("contact", fmt.Sprintf("many%d@example.com", n))
			if got := anybody.Post("/portal", form); n == 20 {
				kept("too many from one network", got, "#f-altcha", says.network)
			}
		}
	}
	a.Sound()
}

// TestActsAreSlowedDown: a message, a code and the code of a certificate stay
// in their fields when there were too many.
func TestActsAreSlowedDown(t *testing.T) {
	t.Parallel()
	a, _ := portal(t)
	for lang, says := range map[string]string{"zh-CN": "操作过于频繁", "en": "Too much at once"} {
		a.Clock.Advance(time.Minute)
		anybody := a.As(nil).With("Accept-Language", lang)
		link := linkOf(t, anybody.Post("/portal", filled(a, solved(t, a))).Status(t, 200))
		for range 30 {
			anybody.Post("/portal/certificate", url.Values{"code": {"wrong"}}).Status(t, 422)
		}
		got := anybody.Post("/portal/certificate", url.Values{"code": {"ABCD-EFGH"}}).Status(t, 429).Says(t, "#f-code-error", says)
		if got.Find(t, "#f-code").AttrOr("value", "") != "ABCD-EFGH" {
			t.Error("the code of the certificate is lost")
		}
		got = anybody.Post(link+"/messages", url.Values{"body": {"五月的聊天"}}).Status(t, 429).Says(t, "#f-body-error", says)
		if !strings.Contains(got.Text(t, "#f-body"), "五月的聊天") {
			t.Error("the message is lost")
		}
		anybody.Post(link+"/withdraw", nil).Status(t, 429)
		a.Clock.Advance(time.Minute)
		anybody.Post("/portal/certificate", url.Values{"code": {"wrong"}}).Status(t, 422)
		anybody.Post(link+"/messages", url.Values{"body": {"五月的聊天"}}).Redirects(t, link)
	}
	a.Sound()
}

// TestNobodyLearnsWhoIsKnown: a contact with requests and one without get the
// same answer, up to what is random.
func TestNobodyLearnsWhoIsKnown(t *testing.T) {
	t.Parallel()
	a, _ := portal(t)
	a.As(nil).Post("/portal", filled(a, solved(t, a))).Status(t, 200)
	answer := func(contact string) string {
		form := filled(a, solved(t, a))
		form.Set("contact", contact)
		got := a.As(nil).Post("/portal", form).Status(t, 200).Body.String()
		got = regexp.MustCompile(`[0-9a-f]{64}`).ReplaceAllString(got, "SECRET")
		return regexp.MustCompile(`PR\d{4}-\w{6}`).ReplaceAllString(got, "NUMBER")
	}
	if answer("ming@example.com") != answer("strange@example.com") {
		t.Error("the answers differ")
	}
}

func TestTrackingShowsNothingToGuessers(t *testing.T) {
	t.Parallel()
	a, _ := portal(t)
	link := linkOf(t, a.As(nil).Post("/portal", filled(a, solved(t, a))).Status(t, 200))
	id := regexp.MustCompile(`<code>[0-9a-f]+</code>`)
	normal := ""
	for _, guess := range []string{strings.Repeat("0", 64), link[len("/portal/r/"):len(link)-1] + "g", strings.ToUpper(link[len("/portal/r/"):]) + "0", "no-such-token"} {
		got := a.As(nil).Get("/portal/r/"+guess).Status(t, 404)
		page := id.ReplaceAllString(strings.ReplaceAll(got.Body.String(), guess, ""), "")
		page = regexp.MustCompile(`(?s)name="back" value="[^"]*"`).ReplaceAllString(page, "")
		if normal == "" {
			normal = page
		}
		if page != normal {
			t.Errorf("the page for %q differs", guess)
		}
		for _, act := range []string{"messages", "files", "code", "verify", "withdraw"} {
			form := url.Values{"body": {"x"}, "code": {"123456"}}
			if got := a.As(nil).Post("/portal/r/"+guess+"/"+act, form); got.Code != 404 && act != "files" || got.Code == 200 {
				t.Errorf("%s of a stranger's: %d", act, got.Code)
			}
		}
	}
	var r request.Request
	testkit.Must(t, a.Ledger.Read(t.Context()).Take(&r).Error)
	if strings.Contains(r.TrackHash, link[len("/portal/r/"):]) {
		t.Error("the token is stored")
	}
	a.As(nil).Get("/portal/r/"+r.Number).Status(t, 404)
	a.As(nil).Get("/portal/r/"+r.ID).Status(t, 404)
	a.As(nil).Get("/portal/r/"+r.TrackHash).Status(t, 404)
}

// multi makes a form with files.
func multi(t testing.TB, form url.Values, files map[string]string) (string, *bytes.Buffer) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, values := range form {
		testkit.Must(t, w.WriteField(name, values[0]))
	}
	for name, content := range files {
		part, err := w.CreateFormFile("files", name)
		testkit.Must(t, err)
		_, err = io.WriteString(part, content)
		testkit.Must(t, err)
	}
	testkit.Must(t, w.Close())
	return w.FormDataContentType(), &b
}

func TestFilesOfThePortal(t *testing.T) {
	t.Parallel()
	a, _ := portal(t)
	kind, body := multi(t, filled(a, solved(t, a)), map[string]string{"../../etc/\u202egpj.passwd.txt": "plain words"})
	receipt := a.As(nil).PostBody("/portal", kind, body).Status(t, 200)
	if receipt.Find(t, ".note").Length() != 0 {
		t.Errorf("refused: %s", receipt.Text(t, ".note"))
	}
	page := a.As(nil).Get(linkOf(t, receipt)).Status(t, 200)
	if got := page.Text(t, ".portal-files li span"); strings.ContainsAny(got, "/\u202e") {
		t.Errorf("file name %q", got)
	}
	for name, content := range map[string]string{"tool.exe": "MZ\x90\x00", "page.html": "<html><script>alert(1)</script>", "big.txt": strings.Repeat("x", request.MaxPortalFile+1)} {
		a.Clock.Advance(time.Minute)
		kind, body := multi(t, filled(a, solved(t, a)), map[string]string{name: content})
		got := a.As(nil).PostBody("/portal", kind, body).Status(t, 200).Says(t, ".note", name)
		if a.As(nil).Get(linkOf(t, got)).Find(t, ".portal-files li").Length() != 0 {
			t.Errorf("%s was kept", name)
		}
	}
	a.Sound()
}

// endless is a body that nobody should read.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) { e.read += len(p); return len(p), nil }

func TestHandIn(t *testing.T) {
	t.Parallel()
	a, service := portal(t)
	token, secret, err := a.Requests.IssueToken(t.Context(), a.Admin.Actor(), "App", []string{service})
	testkit.Must(t, err)
	body := func(details string) string {
		data, _ := json.Marshal(map[string]string{"service": service, "kind": "copy", "name": "李四", "contact": "13800138000", "details": details})
		return string(data)
	}
	send := func(secret, key, body string) *testkit.Response {
		return a.As(nil).With("Authorization", "Bearer "+secret).With("Idempotency-Key", key).PostBody("/api/requests", "application/json", strings.NewReader(body))
	}
	first := send(secret, "k1", body("请提供副本")).Status(t, 201)
	again := send(secret, "k1", body("请提供副本")).Status(t, 200)
	if first.Body.String() != again.Body.String() {
		t.Errorf("repeating gives %s after %s", again.Body, first.Body)
	}
	send(secret, "k1", body("别的")).Status(t, 409)
	send(secret, "", body("请提供副本")).Status(t, 422)
	send(secret, "k2", body("")).Status(t, 422)
	send(secret, "k2", "{").Status(t, 400)
	send(secret, "k2", strings.Replace(body("x"), service, "01aaaaaaaaaaaaaaaaaaaaaaaa", 1)).Status(t, 422)
	send(secret+"0", "k2", body("x")).Status(t, 401)
	send("", "k2", "{").Status(t, 401)
	testkit.Must(t, a.Requests.RevokeToken(t.Context(), a.Admin.Actor(), token.ID))
	send(secret, "k3", body("x")).Status(t, 401)
	if n := count(t, a); n != 1 {
		t.Errorf("%d requests are stored, want 1", n)
	}
	for _, p := range []*testkit.Person{a.Privacy, a.Officer, a.Auditor} {
		if _, _, err := a.Requests.IssueToken(t.Context(), p.Actor(), "x", []string{service}); err == nil {
			t.Errorf("%s can issue tokens", p.Name)
		}
	}
	a.Sound()
}

// TestMandateOnTheStaffsPage: when a mandate is confirmed, staff write down
// until when it holds; a wrong day comes back with what was typed.
func TestMandateOnTheStaffsPage(t *testing.T) {
	t.Parallel()
	a, _ := portal(t)
	form := filled(a, solved(t, a))
	form.Set("requester", "agent")
	form.Set("person", "王大明")
	form.Set("relation", "律师")
	kind, body := multi(t, form, map[string]string{"mandate.txt": "signed"})
	a.As(nil).PostBody("/portal", kind, body).Status(t, 200)
	var r request.Request
	testkit.Must(t, a.Ledger.Read(t.Context()).Take(&r).Error)
	at := "/requests/" + r.ID
	for lang, says := range map[string]string{"zh-CN": "授权已过期", "en": "A mandate that is over"} {
		testkit.Must(t, a.Accounts.SetLanguage(t.Context(), a.Privacy.Actor(), lang))
		a.Enter(a.Privacy)
		staff := a.As(a.Privacy).With("Accept-Language", lang)
		got := staff.Post(at+"/pass", url.Values{"words": {"委托书有效"}, "mandate_until": {"2026-11-01"}}).Status(t, 422).Says(t, "#f-pass-mandate_until-error", says)
		if !strings.Contains(got.Text(t, "#f-pass-words"), "委托书有效") || got.Find(t, "#f-pass-mandate_until").AttrOr("value", "") != "2026-11-01" {
			t.Error("what was typed is lost")
		}
		staff.Post(at+"/pass", url.Values{"words": {"委托书有效"}, "mandate_until": {"2026-02-31"}}).Status(t, 422)
	}
	testkit.Must(t, a.Accounts.SetLanguage(t.Context(), a.Privacy.Actor(), "en"))
	a.Enter(a.Privacy)
	staff := a.As(a.Privacy)
	staff.Post(at+"/pass", url.Values{"words": {"委托书有效"}, "mandate_until": {"2026-12-31"}}).Redirects(t, at)
	staff.Get(at).Status(t, 200).Says(t, "main", "until 31 Dec 2026")
	a.Clock.Advance(60 * 24 * time.Hour)
	a.Enter(a.Privacy)
	a.As(a.Privacy).Post(at+"/answer", url.Values{"words": {"已删除"}}).Status(t, 409).Says(t, "main", "The mandate is over")
	a.Sound()
}
