package web_test

import (
	"net/url"
	"testing"

	"hegui/internal/actor"
	"hegui/internal/regulation"
	"hegui/internal/testkit"
)

const token = "one-time-token"

// unfounded is the product before its set-up, with the page open.
func unfounded(t *testing.T) *testkit.App {
	t.Helper()
	a := testkit.Open(t)
	a.Server = a.Web(token)
	return a
}

func founding() url.Values {
	return url.Values{"organisation": {"示例科技"}, "language": {"zh-CN"}, "name": {"Ada"}, "email": {"ada@test.example"}, "password": {password}, "again": {password},
		"officer_name": {"Oli"}, "officer_email": {"oli@test.example"}, "officer_password": {password}, "officer_again": {password},
		"service_name": {"小问"}, "service_kind": {"chat"}, "offered": {"yes"}}
}

func TestSetup(t *testing.T) {
	t.Parallel()
	a := unfounded(t)
	visitor := a.As(nil)
	visitor.Get("/setup/"+token).Status(t, 200).Says(t, "h1", "Set up")

	visitor.Post("/setup/"+token, founding()).Redirects(t, "/login")

	o, ok, err := a.Accounts.Organisation(t.Context())
	testkit.Must(t, err)
	if !ok || o.Name != "示例科技" || o.Language != "zh-CN" {
		t.Errorf("organisation: %v %+v", ok, o)
	}
	for email, role := range map[string]actor.Role{"ada@test.example": actor.Administrator, "oli@test.example": actor.Officer} {
		person, err := a.Accounts.ByEmail(t.Context(), email)
		testkit.Must(t, err)
		if !person.Actor().Has(role) {
			t.Errorf("%s has %v", email, person.Roles)
		}
		visitor.Post("/login", url.Values{"email": {email}, "password": {password}}).Redirects(t, "/")
	}
	services, err := a.Register.Visible(t.Context(), actor.System("test"))
	testkit.Must(t, err)
	if len(services) != 1 || services[0].Name != "小问" || services[0].OfferedToPublic != regulation.Yes {
		t.Errorf("services: %+v", services)
	}
	visitor.Get("/setup/"+token).Status(t, 404)
	visitor.Post("/setup/"+token, founding()).Status(t, 404)
	a.Sound()
}

func TestSetupIsForTheHolderOfTheLink(t *testing.T) {
	t.Parallel()
	a := unfounded(t)
	for _, path := range []string{"/setup/", "/setup/wrong", "/setup/" + token + "x"} {
		a.As(nil).Get(path).Status(t, 404)
		a.As(nil).Post(path, founding()).Status(t, 404)
	}
	a.Server = a.Web("")
	a.As(nil).Get("/setup/"+token).Status(t, 404)
	a.As(nil).Get("/setup/").Status(t, 404)
	if n := len(a.Actions()); n > 3 { // the catalogue is loaded at the start, and rules and letters of requests are set up
		t.Errorf("something was recorded: %v", a.Actions())
	}
}

func TestSetupTellsEverythingAtOnce(t *testing.T) {
	t.Parallel()
	a := unfounded(t)
	in := founding()
	in.Set("organisation", "")
	in.Set("again", "other")
	in.Set("officer_email", "ada@test.example")
	in.Set("service_name", "")
	wrong := a.As(nil).Post("/setup/"+token, in).Status(t, 422)
	for _, field := range []string{"organisation", "again", "officer_email", "service_name"} {
		if wrong.Find(t, "#f-"+field+"-error").Length() != 1 {
			t.Errorf("nothing is said about %s", field)
		}
	}
	if got, _ := wrong.Find(t, "#f-email").Attr("value"); got != "ada@test.example" {
		t.Errorf("typed address became %q", got)
	}
	if wrong.Find(t, "input[type=password][value]").Length() != 0 {
		t.Error("a password came back")
	}
	if _, ok, _ := a.Accounts.Organisation(t.Context()); ok {
		t.Error("a refused set-up founded the organisation")
	}
}

func TestSetupWithoutOfficerAndService(t *testing.T) {
	t.Parallel()
	a := unfounded(t)
	in := founding()
	for _, name := range []string{"officer_name", "officer_email", "officer_password", "officer_again", "service_name", "service_kind", "offered"} {
		in.Del(name)
	}
	a.As(nil).Post("/setup/"+token, in).Redirects(t, "/login")
	a.Sound()
}

func TestSetupSwitchesTheLanguage(t *testing.T) {
	t.Parallel()
	a := unfounded(t)
	page := a.As(nil).Post("/setup/"+token, url.Values{}).Status(t, 422)
	if back, _ := page.Find(t, "form[action='/language'] input[name=back]").Attr("value"); back != "/setup/"+token {
		t.Errorf("the switch leads to %q", back)
	}
	a.As(nil).Post("/language", url.Values{"lang": {"zh-CN"}, "back": {"/setup/" + token}}).Redirects(t, "/setup/"+token)
	a.As(nil).With("Cookie", "lang=zh-CN").Get("/setup/"+token).Status(t, 200).Says(t, "h1", "初始化")
}
