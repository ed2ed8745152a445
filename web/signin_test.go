package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"hegui/internal/account"
	"hegui/internal/actor"
	"hegui/internal/testkit"
)

const password = "seven purple bicycles"

// invited adds a person and gives the page of their one-time link.
func invited(t *testing.T, a *testkit.App) string {
	t.Helper()
	_, secret, err := a.Accounts.Add(t.Context(), a.Admin.Actor(), account.Person{Email: "new@test.example", Name: "Nia New",
		Roles: []actor.Role{actor.Officer}, AllServices: true, Language: "en"})
	testkit.Must(t, err)
	return "/welcome/" + secret
}

func TestInvitationToSignOut(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	link := invited(t, a)
	visitor := a.As(nil)

	visitor.Post(link, url.Values{"password": {"short"}, "again": {"short"}}).Status(t, 422).
		Says(t, "#f-password-error", "at least 12")
	visitor.Post(link, url.Values{"password": {password}, "again": {password + "x"}}).Status(t, 422).
		Says(t, "#f-again-error", "differ")
	visitor.Post(link, url.Values{"password": {password}, "again": {password}}).Redirects(t, "/login")
	visitor.Get(link).Status(t, 404)

	visitor.Post("/login", url.Values{"email": {"new@test.example"}, "password": {"wrong"}}).Status(t, 422).
		Says(t, "[role=alert]", "not right")
	in := visitor.Post("/login", url.Values{"email": {" NEW@test.example "}, "password": {password}, "back": {"/language?x=//evil"}})
	in.Redirects(t, "/language?x=//evil")
	cookie := in.Result().Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || len(cookie.Value) < 40 {
		t.Errorf("session cookie is weak: %+v", cookie)
	}
	browser := visitor.With("Cookie", cookie.String())
	browser.Get("/").Redirects(t, "/work")
	browser.Post("/logout", nil).Redirects(t, "/login")
	browser.Get("/").Redirects(t, "/login")

	want := []string{"account.password_set", "account.signin_failed", "account.signed_in", "account.signed_out"}
	if got := a.Actions(); !slices.Equal(got[len(got)-4:], want) {
		t.Errorf("recorded %v, want %v", got[len(got)-4:], want)
	}
	a.Sound()
}

func TestSignInNeverLeavesTheSite(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	for _, back := range []string{"//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/ok\r\nX: y"} {
		a.As(a.Officer).Get("/login?back="+url.QueryEscape(back)).Redirects(t, "/")
	}
}

func TestRepeatedFailuresLockThePairOnly(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	try := func(email string) int {
		return a.As(nil).Post("/login", url.Values{"email": {email}, "password": {"nope"}}).Code
	}
	for range 5 {
		if got := try("root@test.example"); got != 422 {
			t.Fatalf("got %d before the limit", got)
		}
	}
	if got := try("root@test.example"); got != 429 {
		t.Errorf("sixth try: got %d, want 429", got)
	}
	if got := try("other@test.example"); got != 422 {
		t.Errorf("another address: got %d, want 422", got)
	}
	a.Clock.Advance(11 * 60 * 1e9)
	a.As(nil).Post("/login", url.Values{"email": {"root@test.example"}, "password": {"correct horse battery"}}).Redirects(t, "/")
}

func TestCrossSitePostsAreRefused(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	for _, site := range []string{"cross-site", "same-site"} {
		a.As(a.Officer).With("Sec-Fetch-Site", site).Post("/logout", nil).Status(t, 403)
	}
	silent := a.As(a.Officer)
	silent.Header.Del("Sec-Fetch-Site")
	silent.Post("/logout", nil).Status(t, 403)
	silent.With("Origin", "null").Post("/logout", nil).Status(t, 403)
	silent.With("Origin", "https://evil.example").Post("/logout", nil).Status(t, 403)
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	officer := a.As(a.Officer)
	officer.Get("/").Redirects(t, "/work")
	a.Clock.Advance(31 * 60 * 1e9)
	officer.Get("/").Redirects(t, "/login")

	a.Enter(a.Officer)
	testkit.Must(t, a.Accounts.Disable(t.Context(), a.Admin.Actor(), a.Officer.ID))
	officer.Get("/").Redirects(t, "/login")
	officer.Part().Get("/").Status(t, 401)
}
