package layout_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"hegui/internal/i18n"
	"hegui/static"
	"hegui/templates/layout"
	"hegui/templates/ui"
)

// policy is the content security policy of the product.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// gallerySite serves the gallery in the frame, a bare page and an error page, in
// ?lang= and ?theme=.
func gallerySite(t *testing.T) *httptest.Server {
	t.Helper()
	pages := map[string]func(layout.Theme) (templ.Component, templ.Component){
		"/gallery": func(theme layout.Theme) (templ.Component, templ.Component) {
			return layout.Frame(sampleFrame(theme)), ui.Gallery()
		},
		"/bare": func(theme layout.Theme) (templ.Component, templ.Component) {
			return layout.Bare(layout.BareView{Title: "layout.sign_out", Path: "/bare", Theme: theme, Version: "1.0", CSRF: "t"}), bareContent()
		},
		"/error": func(theme layout.Theme) (templ.Component, templ.Component) {
			return layout.Frame(sampleFrame(theme)), layout.ErrorPage(layout.ErrorView{Status: 409, Detail: "Li Wei, 14:32", RequestID: "01jd7m2k3x"})
		},
	}
	mux := http.NewServeMux()
	mux.Handle(static.Prefix, static.Handler())
	mux.HandleFunc("/search/palette", func(w http.ResponseWriter, r *http.Request) {
		_ = layout.PaletteResults([]layout.PaletteGroup{{Label: "Articles", Items: []layout.PaletteItem{
			{Label: "Article 8", Note: "Data labelling", Icon: "scale", URL: "/articles/8"},
			{Label: "Article 9", Note: "Responsibility", Icon: "scale", URL: "/articles/9"},
		}}}).Render(r.Context(), w)
	})
	mux.HandleFunc("POST /evidence", func(w http.ResponseWriter, r *http.Request) {
		_, head, err := r.FormFile("file")
		if err != nil || r.FormValue("csrf") != "t" || head.Filename == "bad.txt" {
			http.Error(w, "Not this one", http.StatusUnprocessableEntity)
		}
	})
	mux.HandleFunc("POST /refused", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = io.WriteString(w, `<form id="sent">`)
		_ = templ.Join(ui.TextField(ui.Field{Name: "x", ID: "again", Label: "X", Error: "Wrong"})).Render(r.Context(), w)
		_, _ = io.WriteString(w, `</form>`)
		_ = ui.PartToasts([]ui.ToastView{{Tone: ui.Warn, Text: "Look again"}}).Render(r.Context(), w)
	})
	for path, page := range pages {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Security-Policy", policy)
			ctx := i18n.With(r.Context(), r.FormValue("lang"))
			frame, content := page(layout.ThemeOf(r.FormValue("theme")))
			_ = frame.Render(templ.WithChildren(ctx, content), w)
		})
	}
	site := httptest.NewServer(mux)
	t.Cleanup(site.Close)
	return site
}

func sampleFrame(theme layout.Theme) layout.FrameView {
	return layout.FrameView{
		Title: "ui.required", Path: "/gallery", Theme: theme, Version: "1.0", CSRF: "t",
		User:   layout.UserView{Name: "陈晓燕", Role: "合规负责人", ProfileURL: "/profile"},
		Crumbs: []layout.Crumb{{Label: "合规清单", URL: "/checklists"}, {Label: "智答公众版", URL: "/checklists/1"}, {Label: "第八条"}},
		Toasts: []ui.ToastView{{Tone: ui.Good, Text: "已保存 / Saved"}},
		Nav: []layout.NavSection{
			{Items: []layout.NavItem{{Label: "我的工作", URL: "/", Icon: "layout-dashboard", Count: 7}}},
			{Label: "合规", Items: []layout.NavItem{
				{Label: "法规条文", URL: "/articles", Icon: "scale"},
				{Label: "服务", URL: "/services", Icon: "robot"},
				{Label: "合规清单", URL: "/checklists", Icon: "checklist", Current: true, Count: 1284},
				{Label: "证据", URL: "/evidence", Icon: "paperclip"},
			}},
			{Label: "管理", Items: []layout.NavItem{{Label: "操作记录", URL: "/activity", Icon: "history"}, {Label: "人员", URL: "/admin", Icon: "users"}}},
		},
	}
}

func bareContent() templ.Component {
	form := templ.Join(
		ui.TextField(ui.Field{Name: "email", Label: "邮箱 Email", Type: ui.InputEmail, Required: true, Autocomplete: "username"}),
		ui.TextField(ui.Field{Name: "password", Label: "密码 Password", Type: ui.InputPassword, Required: true, Autocomplete: "current-password"}),
		ui.SubmitButton(ui.ButtonView{Label: "登录 Sign in", Tone: ui.Primary}),
	)
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		_, _ = io.WriteString(w, "<h1>登录 Sign in</h1><form method=post>")
		err := form.Render(ctx, w)
		_, _ = io.WriteString(w, "</form>")
		return err
	})
}

// browser starts Chromium; without one the test is skipped, and fails in CI.
func browser(t *testing.T) context.Context {
	t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatal("no chromium on this machine")
	}
	if err != nil {
		t.Skip("no chromium on this machine")
	}
	ctx, stop := chromedp.NewContext(context.Background(), chromedp.WithAllocatorOptions(
		chromedp.ExecPath(program), chromedp.NoSandbox,
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true)))
	t.Cleanup(stop)
	return ctx
}

// TestGallery opens every component in a real browser, in both languages, both
// themes and on a wide and a narrow screen: no serious finding of axe, nothing
// refused by the content security policy, no error on the console, nothing
// wider than the screen. GALLERY_SHOTS=dir keeps screenshots.
func TestGallery(t *testing.T) {
	axe, err := os.ReadFile("../../internal/testkit/testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	ctx := browser(t)
	site := gallerySite(t)
	complaints := listen(ctx, t)
	for _, path := range []string{"/gallery", "/bare", "/error"} {
		for _, lang := range i18n.Languages() {
			for _, theme := range []string{"light", "dark"} {
				for _, width := range []int64{1440, 390} {
					name := fmt.Sprintf("%s-%s-%s-%d", path[1:], lang, theme, width)
					t.Run(name, func(t *testing.T) {
						look(ctx, t, site.URL+path+"?lang="+lang+"&theme="+theme, width, string(axe), name)
						for _, c := range complaints() {
							t.Error(c)
						}
					})
				}
			}
		}
	}
}

// listen collects what the browser complains about; each call hands over what
// came since the last.
func listen(ctx context.Context, t *testing.T) func() []string {
	t.Helper()
	var mu sync.Mutex
	var heard []string
	hear := func(words string) {
		mu.Lock()
		defer mu.Unlock()
		heard = append(heard, words)
	}
	err := chromedp.Listen(ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			hear("exception: " + e.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			if e.Entry.Level == log.EntryLevelVerbose {
				return // advice on sample forms
			}
			hear(fmt.Sprintf("%s: %s %s", e.Entry.Level, e.Entry.Text, e.Entry.URL))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		out := heard
		heard = nil
		return out
	}
}

type finding struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML           string `json:"html"`
		FailureSummary string `json:"failureSummary"`
	}
}

// shifts adds up the layout shifts since the page began to load.
const shifts = `new Promise(done => {
	let sum = 0;
	new PerformanceObserver(list => { for (const e of list.getEntries()) sum += e.value; }).observe({type: "layout-shift", buffered: true});
	setTimeout(() => done(sum), 50);
})`

const runAxe = `;axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations)`

func evaluate[T any](ctx context.Context, t *testing.T, script string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func look(ctx context.Context, t *testing.T, url string, width int64, axe, name string) {
	t.Helper()
	err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(url),
		chromedp.WaitReady(chromedp.CSS("main")), chromedp.Sleep(150*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	overflow := evaluate[int](ctx, t, `document.documentElement.scrollWidth - innerWidth`)
	shift := evaluate[float64](ctx, t, shifts)
	findings := evaluate[[]finding](ctx, t, axe+runAxe)
	if overflow > 0 {
		t.Errorf("page is %d pixels wider than the screen", overflow)
	}
	if shift > 0.01 {
		t.Errorf("layout shift is %.3f", shift)
	}
	for _, f := range findings {
		if f.Impact == "serious" || f.Impact == "critical" {
			for _, n := range f.Nodes {
				t.Errorf("%s (%s): %s\n%s\n%s", f.ID, f.Impact, f.Help, n.HTML, strings.TrimSpace(n.FailureSummary))
			}
		} else {
			t.Logf("%s (%s): %s, %d places", f.ID, f.Impact, f.Help, len(f.Nodes))
		}
	}
	keep(ctx, t, name)
}

func keep(ctx context.Context, t *testing.T, name string) {
	t.Helper()
	dir := os.Getenv("GALLERY_SHOTS")
	if dir == "" {
		return
	}
	height := evaluate[int64](ctx, t, `document.documentElement.scrollHeight`)
	width := evaluate[int64](ctx, t, `innerWidth`)
	for top, i := int64(0), 0; top < height; top, i = top+1000, i+1 {
		err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 1100),
			chromedp.Evaluate[chromedp.Void](fmt.Sprintf("scrollTo(0, %d)", top)), chromedp.Sleep(100*time.Millisecond))
		if err != nil {
			t.Fatal(err)
		}
		shot, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d.png", name, i)), shot, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
