package layout_test

import (
	"context"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"hegui/internal/i18n"
	"hegui/templates/layout"
	"hegui/templates/ui"
)

func draw(t *testing.T, lang string, c templ.Component) *goquery.Document {
	t.Helper()
	ctx := i18n.WithMissing(i18n.With(context.Background(), lang), func(key string) { t.Errorf("no message %s", key) })
	var b strings.Builder
	if err := c.Render(templ.WithChildren(ctx, ui.PostButton(ui.PostView{ButtonView: ui.ButtonView{Label: "child"}})), &b); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// has requires that a selector finds something, and says what.
func has(t *testing.T, doc *goquery.Document, selector string) {
	t.Helper()
	if doc.Find(selector).Length() == 0 {
		t.Errorf("nothing matches %s", selector)
	}
}

func TestFrame(t *testing.T) {
	t.Parallel()
	doc := draw(t, i18n.English, layout.Frame(sampleFrame(layout.Dark)))
	for _, selector := range []string{
		"html[lang=en][data-bs-theme=dark][data-theme=dark]",
		"body > a.skip-link[href='#main']",
		"main#main form",
		"nav[aria-label='Main navigation'] a[href='/checklists'][aria-current=page] svg",
		".sidebar .count", "button[popovertarget=sidebar]",
		".crumbs li:last-child [aria-current=page]", ".crumbs a[href='/checklists/1']",
		"a.search-box[href='/search'][data-palette-open]",
		"form[method=post][action='/language'] input[name=lang][value=zh-CN]",
		"form[action='/language'] input[name=back][value='/gallery']",
		"form[method=post][action='/theme'] button[name=theme][value=dark][aria-pressed=true]",
		"form[action='/theme'] button[value=auto][aria-pressed=false]",
		"form[method=post][action='/logout'] button", "a.menu-item[href='/profile']",
		"#toasts[role=status] [data-toast]", "#alerts", "footer",
		"meta[name=htmx-config]", "dialog#confirm-dialog", "dialog#keys-dialog", "dialog#palette[data-url='/search/palette']",
		"link[rel=modulepreload]",
	} {
		has(t, doc, selector)
	}
	if got := doc.Find("title").Text(); got != "Required · Hegui" {
		t.Errorf("title %q", got)
	}
	doc.Find("input[name=csrf]").Each(func(_ int, s *goquery.Selection) {
		if s.AttrOr("value", "") != "t" {
			t.Error("a form, perhaps the page's own, lacks the token")
		}
	})
	if n := doc.Find("form[method=post]").Length() - doc.Find("form[method=post] input[name=csrf]").Length(); n != 0 {
		t.Errorf("%d forms without a token", n)
	}
}

func TestBare(t *testing.T) {
	t.Parallel()
	doc := draw(t, i18n.Chinese, layout.Bare(layout.BareView{Title: "登录", CSRF: "t", Theme: layout.Auto}))
	has(t, doc, "html[lang=zh-CN][data-theme=auto][data-bs-theme=light]")
	has(t, doc, "main#main .card form")
	has(t, doc, "form[action='/language'] input[value=en]")
	if doc.Find(".sidebar, .user-button, #palette").Length() > 0 {
		t.Error("a page for anybody shows what is for people signed in")
	}
}

func TestThemeOf(t *testing.T) {
	t.Parallel()
	for cookie, want := range map[string]layout.Theme{"dark": layout.Dark, "light": layout.Light, "auto": layout.Auto, "": layout.Auto, `"><b>`: layout.Auto} {
		if got := layout.ThemeOf(cookie); got != want {
			t.Errorf("ThemeOf(%q) = %q, want %q", cookie, got, want)
		}
	}
}

// TestErrorPage: each status has words of its own in both languages, and others
// borrow the fitting ones.
func TestErrorPage(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		titles := map[string]int{}
		for _, status := range []int{403, 404, 409, 413, 422, 429, 500, 503, 507} {
			doc := draw(t, lang, layout.ErrorPage(layout.ErrorView{Status: status, RequestID: "01jd7m"}))
			title := doc.Find("h1").Text()
			if other, twice := titles[title]; twice || title == "" {
				t.Errorf("%s: %d and %d say %q", lang, status, other, title)
			}
			titles[title] = status
			if doc.Find("code").Text() != "01jd7m" || doc.Find(".error-help").Text() == "" {
				t.Errorf("%s %d: request id or help is missing", lang, status)
			}
		}
	}
	for status, like := range map[int]int{418: 422, 502: 500} {
		odd := draw(t, i18n.English, layout.ErrorPage(layout.ErrorView{Status: status})).Find("h1").Text()
		known := draw(t, i18n.English, layout.ErrorPage(layout.ErrorView{Status: like})).Find("h1").Text()
		if odd != known {
			t.Errorf("%d says %q, want %q", status, odd, known)
		}
	}
}

func TestErrorPart(t *testing.T) {
	t.Parallel()
	doc := draw(t, i18n.English, layout.ErrorPart(layout.ErrorView{Status: 409, Detail: "<b>Ana</b>", RequestID: "01jd7m"}))
	has(t, doc, "[role=alert]")
	if got := doc.Find("[role=alert]").Text(); !strings.Contains(got, "Someone else has changed this") || !strings.Contains(got, "<b>Ana</b>") {
		t.Errorf("part says %q", got)
	}
}

func TestPaletteResults(t *testing.T) {
	t.Parallel()
	doc := draw(t, i18n.English, layout.PaletteResults([]layout.PaletteGroup{{Label: "Articles", Items: []layout.PaletteItem{
		{Label: "<em>8</em>", Note: "labelling", Icon: "scale", URL: "/articles/8"}}}}))
	has(t, doc, "[role=group][aria-label=Articles] a[role=option][href='/articles/8'][aria-selected=false]")
	if doc.Find("em").Length() > 0 {
		t.Error("markup came through")
	}
}
