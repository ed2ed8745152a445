package web_test

import (
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/internal/request"
	"hegui/internal/testkit"
)

// handIn sends a request as the provider's app does.
func handIn(a *testkit.App, secret, key, service, details string) *testkit.Response {
	body := `{"service":"` + service + `","kind":"copy","name":"李四","contact":"13800138000","details":"` + details + `"}`
	return a.As(nil).With("Authorization", "Bearer "+secret).With("Idempotency-Key", key).PostBody("/api/requests", "application/json", strings.NewReader(body))
}

// TestTokenIsShownOnce: from issuing to revoking, with what the page says.
func TestTokenIsShownOnce(t *testing.T) {
	t.Parallel()
	a, service := portal(t)
	other, err := a.Register.Register(t.Context(), a.Officer.Actor(), register.Registration{Details: register.Details{Name: "小画", Kind: "image", State: register.Live},
		Scope: register.Scoping{Profile: regulation.Profile{Public: regulation.Yes}}})
	testkit.Must(t, err)
	admin := a.As(a.Admin)
	admin.Get("/admin").Says(t, "a[href='/admin/tokens']", "Interface tokens")
	admin.Get("/admin/tokens").Status(t, 200).Says(t, "#tokens", "No token was issued yet")
	page := admin.Post("/admin/tokens", url.Values{"name": {"App " + uhoh}, "services": {service}}).Status(t, 200)
	secret := page.Text(t, "[data-secret]")
	if !strings.HasPrefix(secret, "hegui_") || len(secret) != len("hegui_")+64 || page.Header().Get("Cache-Control") == "" {
		t.Errorf("secret %q, %q", secret, page.Header())
	}
	list := admin.Get("/admin/tokens").Status(t, 200).Says(t, "#tokens tbody tr", "App "+uhoh).Says(t, "#tokens tbody tr", "小问").Says(t, "#tokens tbody tr", "Not yet")
	if strings.Contains(list.Body.String(), secret) || list.Find(t, "[data-secret]").Length() != 0 || strings.Contains(list.Text(t, "#tokens tbody tr"), "小画") {
		t.Error("the page shows the secret again, or a service too many")
	}
	var stored []request.Token
	testkit.Must(t, a.Ledger.Read(t.Context()).Find(&stored).Error)
	if len(stored) != 1 || strings.Contains(stored[0].Hash, strings.TrimPrefix(secret, "hegui_")) {
		t.Errorf("stored: %+v", stored)
	}
	handIn(a, secret, "k1", service, "请提供副本").Status(t, 201)
	handIn(a, secret, "k2", other.ID, "请提供副本").Status(t, 422)
	used := admin.Get("/admin/tokens").Text(t, "#tokens tbody tr")
	if strings.Contains(used, "Not yet") || !strings.Contains(used, "Valid") {
		t.Errorf("used: %s", used)
	}
	admin.Post("/admin/tokens/"+stored[0].ID+"/revoke", nil).Redirects(t, "/admin/tokens")
	admin.Get("/admin/tokens").Says(t, "#tokens tbody tr", "Revoked")
	if got := admin.Post("/admin/tokens/"+stored[0].ID+"/revoke", nil); got.Code != 409 {
		t.Errorf("revoked twice: %d", got.Code)
	}
	handIn(a, secret, "k3", service, "请提供副本").Status(t, 401)
	for _, p := range []*testkit.Person{a.Privacy, a.Officer, a.Auditor, a.Executive, a.Contributor, a.Supervisor, a.Checker} {
		a.As(p).Get("/admin/tokens").Status(t, 403)
		a.As(p).Post("/admin/tokens", url.Values{"name": {"x"}, "services": {service}}).Status(t, 403)
		a.As(p).Post("/admin/tokens/"+stored[0].ID+"/revoke", nil).Status(t, 403)
	}
	a.Sound()
}

func TestTokenFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	a, service := portal(t)
	for lang, says := range map[string]string{"zh-CN": "请", "en": "Please choose"} {
		testkit.Must(t, a.Accounts.SetLanguage(t.Context(), a.Admin.Actor(), lang))
		a.Enter(a.Admin)
		admin := a.As(a.Admin).With("Accept-Language", lang)
		got := admin.Post("/admin/tokens", url.Values{"name": {"App"}}).Status(t, 422).Says(t, "#f-services-error", says)
		if got.Find(t, "#f-name").AttrOr("value", "") != "App" {
			t.Error("the name is lost")
		}
		got = admin.Post("/admin/tokens", url.Values{"name": {" "}, "services": {service}}).Status(t, 422)
		if got.Text(t, "#f-name-error") == "" || got.Find(t, "[name=services][checked]").Length() != 1 {
			t.Error("the service is lost")
		}
		admin.Post("/admin/tokens", url.Values{"name": {"App"}, "services": {"01aaaaaaaaaaaaaaaaaaaaaaaa"}}).Status(t, 422)
	}
	var n int64
	testkit.Must(t, a.Ledger.Read(t.Context()).Model(&request.Token{}).Count(&n).Error)
	if n != 0 {
		t.Errorf("%d tokens were issued", n)
	}
}

// TestSameKeyAtOnce: an app that sends the same key many times at once files
// one request and always hears of that one, as a person does who sends a form
// many times; anything else under the same key is a conflict.
func TestSameKeyAtOnce(t *testing.T) {
	t.Parallel()
	a, service := portal(t)
	_, secret, err := a.Requests.IssueToken(t.Context(), a.Admin.Actor(), "App", []string{service})
	testkit.Must(t, err)
	answers := make([]string, 8)
	var all sync.WaitGroup
	for n := range answers {
		all.Go(func() {
			got := handIn(a, secret, "once", service, "请提供副本")
			if got.Code != 200 && got.Code != 201 {
				t.Errorf("%d: %s", got.Code, got.Body)
			}
			answers[n] = got.Body.String()
		})
	}
	all.Wait()
	for _, one := range answers {
		if one != answers[0] {
			t.Errorf("%s and %s", one, answers[0])
		}
	}
	if n := count(t, a); n != 1 {
		t.Errorf("%d requests", n)
	}
	form := filled(a, solved(t, a))
	links := make([]string, 8)
	for n := range links {
		all.Go(func() {
			got := a.As(nil).Post("/portal", form)
			if got.Code != 200 {
				t.Errorf("the form, %d at once: %d", n, got.Code)
			}
			links[n] = got.Text(t, "[data-link]")
		})
	}
	all.Wait()
	if slices.ContainsFunc(links, func(one string) bool { return one != links[0] }) || count(t, a) != 2 {
		t.Errorf("%d requests, links %q", count(t, a), links)
	}
	base := map[string]string{"service": service, "kind": "copy", "name": "李四", "contact": "13800138000", "details": "请提供副本"}
	for field, value := range map[string]string{"kind": "delete", "name": "王五", "contact": "13900139000", "account": "u1", "details": "别的"} {
		a.Clock.Advance(time.Second)
		body := "{"
		for k, v := range base {
			if k != field {
				body += `"` + k + `":"` + v + `",`
			}
		}
		body += `"` + field + `":"` + value + `"}`
		got := a.As(nil).With("Authorization", "Bearer "+secret).With("Idempotency-Key", "once").PostBody("/api/requests", "application/json", strings.NewReader(body))
		if got.Code != 409 {
			t.Errorf("another %s under the same key: %d", field, got.Code)
		}
	}
	a.Sound()
}
