package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"gorm.io/gorm"

	"hegui/internal/audit"
	"hegui/internal/problem"
	"hegui/internal/testkit"
)

// failure is a way to make the server fail, with the words it must find.
type failure struct {
	name   string
	status int
	zh, en string
	make   func(t *testing.T, a *testkit.App)
	ask    func(c *testkit.Client, a *testkit.App) *testkit.Response
}

func getting(path string) func(*testkit.Client, *testkit.App) *testkit.Response {
	return func(c *testkit.Client, _ *testkit.App) *testkit.Response { return c.Get(path) }
}

func posting(path string, form url.Values) func(*testkit.Client, *testkit.App) *testkit.Response {
	return func(c *testkit.Client, _ *testkit.App) *testkit.Response { return c.Post(path, form) }
}

var failures = []failure{
	{"a body that cannot be read", 400, "无法读取", "cannot be read", nil, func(c *testkit.Client, _ *testkit.App) *testkit.Response {
		return c.PostBody("/profile/password", "multipart/form-data; boundary=x", strings.NewReader("--x\r\nbroken"))
	}},
	{"a role without the right", 403, "没有此项权限", "may not do this", nil, getting("/admin")},
	{"no such page", 404, "找不到该页面", "not found", nil, getting("/no/such/page")},
	{"no such thing", 404, "找不到该页面", "not found", nil, getting("/activity/999999")},
	{"the wrong method", 405, "不支持该操作", "does not work that way", nil, posting("/activity", nil)},
	{"a conflict", 409, "已被他人修改", "Someone else", func(_ *testing.T, a *testkit.App) {
		a.Server.Handle("/test/conflict", func(echo.Context) error { return problem.New(problem.Conflict, "account.changed_meanwhile") })
	}, getting("/test/conflict")},
	{"a large form", 413, "过大", "Too large", nil, posting("/profile/password", url.Values{"old": {strings.Repeat("x", 2<<20)}})},
	{"a wrong choice", 422, "有误", "not right", nil, posting("/language", url.Values{"lang": {"tlh"}})},
	{"too many tries", 429, "过于频繁", "Too many", func(t *testing.T, a *testkit.App) {
		a.Enter(a.Officer)
		for range 5 {
			a.As(a.Officer).Post("/profile/password", url.Values{"old": {"x"}}).Status(t, 422)
		}
	}, posting("/profile/password", url.Values{"old": {"x"}})},
	{"a fault", 500, "系统发生错误", "went wrong", func(_ *testing.T, a *testkit.App) {
		a.Server.Handle("/test/panic", func(echo.Context) error { panic("a secret detail") })
	}, getting("/test/panic")},
	{"a database that does not answer", 503, "暂时不可用", "Not available", nil, func(c *testkit.Client, _ *testkit.App) *testkit.Response {
		late, cancel := context.WithDeadline(context.Background(), time.Unix(0, 0))
		defer cancel()
		return c.Do(httptest.NewRequestWithContext(late, http.MethodGet, "/activity", http.NoBody))
	}},
	{"a full disk", 507, "存储空间不足", "Storage is full", fill, posting("/profile/sessions/end-others", nil)},
}

// fill leaves the database no room to grow.
func fill(t *testing.T, a *testkit.App) {
	t.Helper()
	if a.Store.IsPostgres() {
		t.Skip("PostgreSQL's disk cannot be filled here")
	}
	db, err := a.Store.Write().DB()
	testkit.Must(t, err)
	var ignored int
	testkit.Must(t, db.QueryRowContext(t.Context(), "PRAGMA max_page_count = 1").Scan(&ignored)) // SQLite cuts it to what is there
	small := audit.Event{Action: "account.signed_out", Object: audit.Object{Type: "account"}}
	for full, tries := 0, 0; tries < 1000; tries++ { // use up the free space inside, to the last small hole
		if full++; full == 20 {
			return
		}
		if a.Ledger.Write(t.Context(), a.Officer.Actor(), func(*gorm.DB) ([]audit.Event, error) { return []audit.Event{small}, nil }) == nil {
			full = 0
		}
	}
	t.Fatal("the database did not fill up")
}

// TestEveryFailureIsExplained: each failure has a page in both languages that
// says what to do, a part for scripts, and gives nothing away.
func TestEveryFailureIsExplained(t *testing.T) {
	t.Parallel()
	for _, f := range failures {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			for lang, words := range map[string]string{"zh-CN": f.zh, "en": f.en} {
				a := testkit.New(t)
				testkit.Must(t, a.Accounts.SetLanguage(t.Context(), a.Officer.Actor(), lang))
				if f.make != nil {
					f.make(t, a)
				}
				person := a.As(a.Officer).With("Accept-Language", lang) // the account's language is not known without a database
				page := f.ask(person, a).Status(t, f.status)
				page.Says(t, "h1", words)
				if got := page.Text(t, ".error-help"); len(got) < 20 {
					t.Errorf("%s: helps with %q", lang, got)
				}
				id := page.Text(t, ".error-id code")
				if id == "" || id != page.Header().Get("X-Request-Id") {
					t.Errorf("%s: request id %q", lang, id)
				}
				part := f.ask(person.Part(), a).Status(t, f.status)
				if part.Header().Get("HX-Retarget") != "#alerts" || part.Find(t, "h1").Length() != 0 || part.Find(t, "[role=alert]").Length() != 1 {
					t.Errorf("%s: the part is %s to %s", lang, part.Body.String(), part.Header().Get("HX-Retarget"))
				}
				for _, inside := range []string{"secret detail", "goroutine", "sql:", "SELECT", ".go:"} {
					if strings.Contains(page.Body.String()+part.Body.String(), inside) {
						t.Errorf("%s: the answer shows %q", lang, inside)
					}
				}
				if (f.status == 429 || f.status == 503) && page.Header().Get("Retry-After") == "" {
					t.Error("no Retry-After")
				}
			}
		})
	}
}

// TestOddMethodsAndBodies: what no browser sends is refused without a fault.
func TestOddMethodsAndBodies(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodTrace, "BREW"} {
		got := a.As(a.Officer).Do(httptest.NewRequest(method, "/profile", http.NoBody))
		if got.Code != 405 {
			t.Errorf("%s: got %d, want 405", method, got.Code)
		}
	}
	for name, c := range map[string]struct{ contentType, body string }{
		"no content type":   {"", "old=x"},
		"JSON":              {"application/json", `{"old":"x"}`},
		"broken escapes":    {"application/x-www-form-urlencoded", "old=%zz&password=%"},
		"semicolons":        {"application/x-www-form-urlencoded", "old=x;password=y"},
		"no boundary":       {"multipart/form-data", "x"},
		"broken parameters": {"multipart/form-data; boundary=\"", "x"},
		"nothing":           {"application/x-www-form-urlencoded", ""},
	} {
		a.Enter(a.Officer)
		got := a.As(a.Officer).PostBody("/profile/password", c.contentType, strings.NewReader(c.body))
		if got.Code != 400 && got.Code != 422 && got.Code != 429 {
			t.Errorf("%s: got %d", name, got.Code)
		}
	}
	a.Sound()
}

// odd are inputs that break careless programs, and whether a name may be so.
var odd = map[string]struct {
	text  string
	taken bool
}{
	"NUL":               {"a\x00b", false},
	"control character": {"a\x1bb", false},
	"line break":        {"a\nb", false},
	"RTL override":      {"a\u202Eb", false},
	"isolate":           {"a\u2066b", false},
	"not UTF-8":         {"a\xffb", false},
	"byte order mark":   {"a\uFEFFb", false},
	"a megabyte":        {strings.Repeat("x", 1<<20-200), false},
	"four bytes":        {"𠮷野家 😀", true},
	"markup":            {`<em>UHOH</em>"'>`, true},
	"a template":        {"{{.name}} ${x} %s", true},
	"a quote":           {`'; DROP TABLE account; --`, true},
	"combining marks":   {"Z̷a̶l̵g̸o̷", true},
	"an Arabic name":    {"ليلى", true},
}

func TestOddTextInForms(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	admin, n := a.As(a.Admin), 0
	for name, c := range odd {
		n++
		got := admin.Post("/admin/people/new", typed(c.text, "odd"+string(rune('a'+n))+"@test.example"))
		if want := map[bool]int{true: 200, false: 422}[c.taken]; got.Code != want {
			t.Errorf("a person called %s: got %d, want %d", name, got.Code, want)
		}
		o, _, err := a.Accounts.Organisation(t.Context())
		testkit.Must(t, err)
		renamed := admin.Post("/admin/organisation", url.Values{"organisation": {c.text}, "language": {"en"}, "version": {string(rune('0' + o.Version))}})
		if want := map[bool]int{true: 303, false: 422}[c.taken]; o.Version < 10 && renamed.Code != want {
			t.Errorf("an organisation called %s: got %d, want %d", name, renamed.Code, want)
		}
		for _, form := range []url.Values{{"old": {c.text}, "password": {c.text}, "again": {c.text}}, {"session": {c.text}}} {
			path := map[bool]string{true: "/profile/sessions/end", false: "/profile/password"}[form.Has("session")]
			if got := a.As(a.Officer).Post(path, form).Code; got >= 500 {
				t.Errorf("%s at %s: got %d", name, path, got)
			}
		}
		if got := a.As(nil).Post("/login", url.Values{"email": {c.text}, "password": {c.text}}).Code; got != 413 && got != 422 && got != 429 {
			t.Errorf("%s at sign-in: got %d", name, got)
		}
	}
	admin.Get("/admin/people").Status(t, 200)
	admin.Get("/admin/people/a%00b").Status(t, 404)
	admin.Get("/admin/people/%FF").Status(t, 404)
	admin.Get("/activity?person=a%00b").Status(t, 400)
	a.Sound()
}
