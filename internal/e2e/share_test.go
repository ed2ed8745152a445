package e2e

import (
	"net/url"
	"testing"

	"hegui/internal/i18n"
)

// TestSharedReport: an executive hands out the board report by a link with a
// password, somebody without an account reads it, and cannot any more once the
// link is revoked.
func TestSharedReport(t *testing.T) {
	t.Parallel()
	browser(t)
	for _, one := range []struct {
		language string
		screen   screen
	}{{"zh-CN", wide}, {"en", narrow}} {
		t.Run(one.language, func(t *testing.T) {
			t.Parallel()
			site := demonstration(t, one.language)
			say := func(key string) string { return i18n.T(i18n.With(t.Context(), one.language), key) }
			const password = "seven rainy nights in july"
			b := site.tab(t, site.Known("executive@demo.example")).speak(one.language).size(one.screen).allow("status of 422")
			b.open("/readiness/reports/board")
			figure := b.text("[data-figure]")
			b.leaves(func() { b.click(`a[href="/readiness/reports/board/share"]`) }).inspect()
			b.put(`[name="recipient"]`, "市网信办 王处长").put(`[name="password"]`, "short")
			b.leaves(func() { b.click(`main form button[type="submit"]`) }).inspect()
			b.put(`[name="password"]`, password)
			b.leaves(func() { b.click(`main form button[type="submit"]`) }).sees("#shares tbody", say("share.opened.never")).inspect()
			link, err := url.Parse(b.text("[data-link]"))
			if err != nil {
				t.Fatal(err)
			}
			reader := site.tab(t, nil).speak(one.language).size(one.screen).allow("status of 422").allow("status of 404")
			reader.open(link.Path).misses("[data-figure]").inspect()
			reader.put(`[name="password"]`, "not this one")
			reader.leaves(func() { reader.click(`main form button[type="submit"]`) }).sees(".field-error", say("share.password.wrong"))
			reader.put(`[name="password"]`, password)
			reader.leaves(func() { reader.click(`main form button[type="submit"]`) }).sees("[data-figure]", figure).sees(".report-mark", "市网信办 王处长").inspect()
			b.open("/readiness/reports/shares").sees("#shares tbody", "1")
			b.click(`#shares form button[type="submit"]`).leaves(func() { b.click("[data-confirm-ok]") }).sees("#shares tbody", say("share.state.revoked"))
			reader.open(link.Path).sees(".error-detail", say("share.closed")).misses("[data-figure]")
			site.Sound()
		})
	}
}
