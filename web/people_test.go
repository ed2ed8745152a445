package web_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"hegui/internal/account"
	"hegui/internal/actor"
	"hegui/internal/testkit"
)

// typed is a filled-in form of a person.
func typed(name, email string, more ...string) url.Values {
	f := url.Values{"name": {name}, "email": {email}, "language": {"en"}, "roles": {"officer"}, "scope": {"all"}}
	for i := 0; i < len(more); i += 2 {
		f[more[i]] = strings.Fields(more[i+1])
	}
	return f
}

func TestAddPerson(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	admin := a.As(a.Admin)
	admin.Get("/admin/people/new").Status(t, 200).Says(t, ".choices", "Works only on what is assigned to them")

	back := admin.Post("/admin/people/new", typed("Nia <b>New</b>", "not an address", "roles", "administrator officer", "services", "gone")).Status(t, 422)
	back.Says(t, "#f-email-error", "not an e-mail").Says(t, "#f-roles-error", "stand alone").Says(t, "#f-services-error", "not there")
	if got, _ := back.Find(t, "#f-name").Attr("value"); got != "Nia <b>New</b>" {
		t.Errorf("the name came back as %q", got)
	}
	if back.Find(t, "#f-roles-administrator[checked]").Length() != 1 {
		t.Error("the roles were not kept")
	}

	page := admin.Post("/admin/people/new", typed("Nia New", "Nia@Test.Example")).Status(t, 200)
	link := page.Text(t, "[data-secret]")
	u, err := url.Parse(link)
	testkit.Must(t, err)
	a.As(nil).Get(u.Path).Status(t, 200).Says(t, "main", "nia@test.example")
	admin.Post("/admin/people/new", typed("Nia Again", "nia@test.example")).Status(t, 422).Says(t, "#f-email-error", "already")

	a.As(nil).Post(u.Path, url.Values{"password": {password}, "again": {password}}).Redirects(t, "/login")
	a.As(nil).Post("/login", url.Values{"email": {"nia@test.example"}, "password": {password}}).Redirects(t, "/")
	for _, page := range []string{"/admin/people", "/activity"} {
		if strings.Contains(admin.Get(page).Body.String(), strings.TrimPrefix(u.Path, "/welcome/")) {
			t.Errorf("%s shows the secret", page)
		}
	}
	a.Sound()
}

func TestPeopleList(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	for i := range 60 {
		a.Person("Member "+string(rune('A'+i/26))+string(rune('a'+i%26)), actor.Checker)
	}
	admin := a.As(a.Admin)
	seen := 0
	for next := "/admin/people"; next != ""; {
		page := admin.Get(next).Status(t, 200)
		seen += page.Find(t, "#people tbody tr").Length()
		next, _ = page.Find(t, ".pager a:contains(Next)").Attr("href")
	}
	if seen != 70 { // nine roles, root, and sixty
		t.Errorf("pages list %d people, want 70", seen)
	}
	for query, want := range map[string]int{"q=member+a": 26, "q=OLIVIA": 1, "q=%25": 0, "q=_": 0, "role=auditor": 1, "state=active": 1, "state=disabled": 0,
		"role=checker&q=chen": 1, "after=nonsense": 0, "state=nonsense": 50} {
		if got := admin.Get("/admin/people?"+query).Status(t, 200).Find(t, "#people tbody tr").Length(); got != want {
			t.Errorf("%s: %d people, want %d", query, got, want)
		}
	}
}

func TestChangePersonAndConflict(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	admin, at := a.As(a.Admin), "/admin/people/"+a.Officer.ID
	a.As(a.Officer).Get("/profile").Status(t, 200)

	admin.Post(at, typed("Olive Officer", a.Officer.Email, "version", "1", "roles", "officer privacy")).Redirects(t, at)
	a.As(a.Officer).Get("/profile").Redirects(t, "/login?back=%2Fprofile")
	late := admin.Post(at, typed("Oliver", a.Officer.Email, "version", "1")).Status(t, 409)
	late.Says(t, "[role=alert]", "while you were editing")
	if got, _ := late.Find(t, "#f-name").Attr("value"); got != "Oliver" {
		t.Errorf("what was typed came back as %q", got)
	}
	admin.Get(at).Says(t, ".history-list", "Olivia Officer").Says(t, ".history-list .diff", "Compliance officer, Privacy staff")
	admin.Get("/admin/people/nobody").Status(t, 404)
	admin.Post("/admin/people/nobody", typed("Ghost", "ghost@test.example", "version", "1")).Status(t, 404)
	admin.Post("/admin/people/nobody/disable", nil).Status(t, 404)
	a.Sound()
}

func TestDisableEnableReset(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	admin, at := a.As(a.Admin), "/admin/people/"+a.Officer.ID
	admin.Post(at+"/disable", nil).Redirects(t, at)
	a.As(a.Officer).Get("/profile").Status(t, 303)
	admin.Get(at).Says(t, ".page-head .chip", "Disabled")
	admin.Post(at+"/reset", nil).Status(t, 409).Says(t, "[role=alert]", "enable it first")
	admin.Post(at+"/enable", nil).Redirects(t, at)
	link := admin.Post(at+"/reset", nil).Status(t, 200).Text(t, "[data-secret]")
	u, err := url.Parse(link)
	testkit.Must(t, err)
	a.As(nil).Get(u.Path).Status(t, 200)

	own := "/admin/people/" + a.Admin.ID
	admin.Post(own+"/disable", nil).Status(t, 409).Says(t, "[role=alert]", "your own")
	admin.Post(own+"/reset", nil).Status(t, 409)
	root, err := a.Accounts.ByEmail(t.Context(), "root@test.example")
	testkit.Must(t, err)
	admin.Post("/admin/people/"+root.ID+"/disable", nil).Status(t, 409).Says(t, "[role=alert]", "last administrator")

	want := []string{"account.disabled", "account.enabled", "account.password_reset"}
	if got := a.Actions(); !slices.Equal(got[len(got)-3:], want) {
		t.Errorf("recorded %v", got[len(got)-3:])
	}
	a.Sound()
}

func TestOrganisation(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	admin := a.As(a.Admin)
	form := func(name, version string) url.Values {
		return url.Values{"organisation": {name}, "language": {"zh-CN"}, "version": {version}}
	}
	admin.Post("/admin/organisation", form(" ", "1")).Status(t, 422).Says(t, "#f-organisation-error", "Enter")
	admin.Post("/admin/organisation", form("合规科技", "1")).Redirects(t, "/admin/organisation")
	admin.Post("/admin/organisation", form("Late", "1")).Status(t, 409).Says(t, "[role=alert]", "while you were editing")
	admin.Get("/admin/organisation").Says(t, ".history-list .diff", "合规科技")
	admin.Get("/admin").Says(t, ".page-head", "合规科技")
}

func TestProfile(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	_, err := a.Accounts.AddWithPassword(t.Context(), a.Admin.Actor(), account.Person{Email: "nia@test.example", Name: "Nia New",
		Roles: []actor.Role{actor.Contributor}, Language: "en"}, password)
	testkit.Must(t, err)
	browser := func(agent string) *testkit.Client {
		in := a.As(nil).With("User-Agent", agent).Post("/login", url.Values{"email": {"nia@test.example"}, "password": {password}})
		return a.As(nil).With("Cookie", in.Result().Cookies()[0].String())
	}
	here := browser("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0")
	there := browser("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Mobile/15E148 MicroMessenger/8.0")
	third := browser("curl/8")

	page := here.Get("/profile").Status(t, 200)
	page.Says(t, "dl", "nia@test.example").Says(t, "dl", "Contributor").Says(t, "dl", "No service yet")
	for _, words := range []string{"Edge on Windows This one", "WeChat on iOS", "An unknown program"} {
		if !strings.Contains(page.Text(t, "table"), words) {
			t.Errorf("sessions do not say %q: %s", words, page.Text(t, "table"))
		}
	}
	key, _ := page.Find(t, "tr:contains(WeChat) input[name=session]").Attr("value")
	here.Post("/profile/sessions/end", url.Values{"session": {key}}).Redirects(t, "/profile")
	there.Get("/profile").Status(t, 303)
	here.Post("/profile/sessions/end", url.Values{"session": {key}}).Status(t, 404)

	change := func(old, one, again string) *testkit.Response {
		return here.Post("/profile/password", url.Values{"old": {old}, "password": {one}, "again": {again}})
	}
	change("wrong", "nine yellow tricycles", "nine yellow tricycles").Status(t, 422).Says(t, "#f-old-error", "not right")
	change(password, "nine yellow tricycles", "different").Status(t, 422).Says(t, "#f-again-error", "differ")
	change(password, "short", "short").Status(t, 422).Says(t, "#f-password-error", "at least 12")
	change(password, "nine yellow tricycles", "nine yellow tricycles").Redirects(t, "/profile")
	here.Get("/profile").Status(t, 200)
	third.Get("/profile").Status(t, 303)

	fourth := a.As(nil).Post("/login", url.Values{"email": {"nia@test.example"}, "password": {"nine yellow tricycles"}})
	here.Post("/profile/sessions/end-others", nil).Redirects(t, "/profile")
	a.As(nil).With("Cookie", fourth.Result().Cookies()[0].String()).Get("/profile").Status(t, 303)
	here.Post("/language", url.Values{"lang": {"zh-CN"}, "back": {"/profile"}}).Redirects(t, "/profile")
	here.Get("/profile").Says(t, "h1", "个人设置")
	a.Sound()
}

func TestAdminPages(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	admin := a.As(a.Admin)
	admin.Get("/admin").Status(t, 200).Says(t, ".stat-row", "Active")
	system := admin.Get("/admin/system").Status(t, 200)
	for _, words := range []string{"Argon2id, m = 19 MiB, t = 2, p = 1", "30 minutes", "at least 12 characters", "_activity.sql"} {
		if !strings.Contains(strings.ToLower(system.Text(t, "main")), strings.ToLower(words)) {
			t.Errorf("the system page does not say %q", words)
		}
	}
	for _, person := range []*testkit.Person{a.Admin, a.Auditor} {
		rights := a.As(person).Get("/admin/routes").Status(t, 200)
		row := rights.Find(t, "tr:contains('/admin/people/new')").First()
		if got := row.Find(".rights-yes").Length(); got != 1 {
			t.Errorf("adding people is open to %d roles, want 1", got)
		}
	}
	a.As(a.Auditor).Get("/admin").Status(t, 403)
	a.As(a.Officer).Get("/admin/routes").Status(t, 403)
}
