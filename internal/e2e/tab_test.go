package e2e

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"hegui/internal/testkit"
)

// Tab is a browser window of one person. Its methods fail the test when what
// they are asked to do cannot be done; at the end of the test, anything the
// browser complained about and the test did not allow fails it, too.
type Tab struct {
	t    *testing.T
	ctx  context.Context
	site *Site
	ears *ears

	hasty bool // axe sees the same pages in another language
}

// ears keep what the browser says while the test does something else.
type ears struct {
	sync.Mutex
	complaints []string
	allowed    []string
	kinds      map[network.RequestID]network.ResourceType
	// bytes over the wire: the document, what it needs to be complete, and what
	// came after
	page, rest, later int64
	loaded            bool // the page is complete
}

// watcher runs in each page before its own scripts: it adds up layout shifts,
// until somebody does something with the page, and hears what the content
// security policy refuses.
const watcher = `window.e2e = {shift: 0, moved: [], refused: [], touched: Infinity};
for (const kind of ["pointerdown", "keydown", "input", "dragenter"]) addEventListener(kind, e => e2e.touched = Math.min(e2e.touched, e.timeStamp), true);
new PerformanceObserver(l => { for (const e of l.getEntries()) if (!e.hadRecentInput && e.startTime < e2e.touched) {
	e2e.shift += e.value;
	for (const s of e.sources) e2e.moved.push((s.node?.nodeName + "." + s.node?.className).toLowerCase() + " from " + s.previousRect.y + " to " + s.currentRect.y);
} }).observe({type: "layout-shift", buffered: true});
addEventListener("securitypolicyviolation", e => e2e.refused.push(e.violatedDirective + " " + e.blockedURI + " " + e.sourceFile + ":" + e.lineNumber));`

// tab opens a window for a person, or for nobody, with empty cookies and an
// empty cache.
func (s *Site) tab(t *testing.T, p *testkit.Person) *Tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(browser(t), chromedp.WithNewBrowserContext())
	tab := &Tab{t: t, ctx: ctx, site: s, ears: &ears{kinds: map[network.RequestID]network.ResourceType{}}}
	t.Cleanup(func() {
		tab.quiet()
		closeTab()
	})
	testkit.Must(t, chromedp.Listen(ctx, tab.ears.hear))
	_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{})
	testkit.Must(t, err)
	_, err = chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watcher})
	testkit.Must(t, err)
	if p != nil {
		tab.cookie("hegui_session", p.Cookie().Value)
	}
	return tab.size(wide)
}

func (e *ears) hear(event any) {
	e.Lock()
	defer e.Unlock()
	switch v := event.(type) {
	case *runtime.EventExceptionThrown:
		words := v.ExceptionDetails.Text
		if v.ExceptionDetails.Exception != nil {
			words += " " + v.ExceptionDetails.Exception.Description
		}
		e.complaints = append(e.complaints, "exception: "+words)
	case *runtime.EventConsoleAPICalled:
		if v.Type == runtime.ConsoleAPICalledTypeError || v.Type == runtime.ConsoleAPICalledTypeAssert {
			e.complaints = append(e.complaints, fmt.Sprintf("console.%s: %v", v.Type, words(v.Args)))
		}
	case *log.EventEntryAdded:
		if v.Entry.Level == log.EntryLevelError || v.Entry.Level == log.EntryLevelWarning {
			e.complaints = append(e.complaints, fmt.Sprintf("%s: %s %s", v.Entry.Level, v.Entry.Text, v.Entry.URL))
		}
	case *network.EventRequestWillBeSent:
		e.kinds[v.RequestID] = v.Type
		if v.Type == network.ResourceTypeDocument {
			e.loaded = false
		}
	case *page.EventLoadEventFired:
		e.loaded = true
	case *network.EventLoadingFinished:
		switch size := int64(v.EncodedDataLength); {
		case e.kinds[v.RequestID] == network.ResourceTypeDocument:
			e.page += size
		case e.loaded:
			e.later += size
		default:
			e.rest += size
		}
	}
}

func words(args []*runtime.RemoteObject) string {
	var out []string
	for _, a := range args {
		out = append(out, strings.Trim(string(a.Value), `"`)+a.Description)
	}
	return strings.Join(out, " ")
}

// allow expects complaints that contain words, such as "status of 422".
func (b *Tab) allow(words ...string) *Tab {
	b.ears.Lock()
	defer b.ears.Unlock()
	b.ears.allowed = append(b.ears.allowed, words...)
	return b
}

// quiet fails the test over everything heard since the last time.
func (b *Tab) quiet() {
	b.t.Helper()
	b.ears.Lock()
	defer b.ears.Unlock()
	for _, c := range b.ears.complaints {
		expected := false
		for _, words := range b.ears.allowed {
			expected = expected || strings.Contains(c, words)
		}
		if !expected {
			b.t.Errorf("the browser says: %s", c)
		}
	}
	b.ears.complaints = nil
}

// do runs browser actions within patience.
func (b *Tab) do(what string, actions ...chromedp.Action[chromedp.Void]) *Tab {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.fail("%s: %v", what, err)
	}
	return b
}

// fail ends the test with where the tab is and, if asked for, a picture.
func (b *Tab) fail(format string, args ...any) {
	b.t.Helper()
	where, _ := chromedp.Run(b.ctx, chromedp.Location())
	b.shot("failed-" + strings.ReplaceAll(b.t.Name(), "/", "-"))
	b.t.Fatalf("at %s: %s", strings.TrimPrefix(where, b.site.URL), fmt.Sprintf(format, args...))
}

// ask evaluates an expression in the page; a promise is waited for.
func ask[T any](b *Tab, script string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		b.fail("%s: %v", script, err)
	}
	return v
}

// until waits for an expression to become true.
func (b *Tab) until(what, script string) *Tab {
	b.t.Helper()
	for start := time.Now(); time.Since(start) < patience; time.Sleep(20 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script))
		cancel()
		if err == nil && ok { // an error: the page is just being left
			return b
		}
	}
	b.fail("never: %s", what)
	return b
}

// screen is a size in CSS pixels.
type screen struct{ width, height int64 }

var (
	wide   = screen{1440, 900}
	narrow = screen{390, 844}
)

func (b *Tab) size(s screen) *Tab {
	return b.do("set size", chromedp.EmulateViewport(s.width, s.height))
}

func (b *Tab) cookie(name, value string) *Tab {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: b.site.URL})
	testkit.Must(b.t, err)
	return b
}

// speak and theme choose as the switches in the header do for visitors; the
// language of somebody signed in is their account's.
func (b *Tab) speak(language string) *Tab { return b.cookie("lang", language) }
func (b *Tab) theme(theme string) *Tab    { return b.cookie("theme", theme) }

// open goes to an address of the site and waits until it is shown.
func (b *Tab) open(path string) *Tab {
	b.t.Helper()
	return b.do("open "+path, chromedp.Navigate(b.site.URL+path), chromedp.WaitReady(chromedp.CSS("main")))
}

// at waits until the browser is at an address.
func (b *Tab) at(path string) *Tab {
	b.t.Helper()
	return b.until("at "+path, fmt.Sprintf("document.readyState === 'complete' && location.pathname === %s", quote(path)))
}

// path is where the browser is.
func (b *Tab) path() string {
	b.t.Helper()
	u, err := url.Parse(ask[string](b, "location.href"))
	testkit.Must(b.t, err)
	return u.RequestURI()
}

func (b *Tab) click(selector string) *Tab {
	b.t.Helper()
	return b.do("click "+selector, chromedp.ScrollIntoView(chromedp.CSS(selector)), chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// fill replaces what a field holds, by typing.
func (b *Tab) fill(selector, text string) *Tab {
	b.t.Helper()
	ask[bool](b, fmt.Sprintf("(f => { f.focus(); f.select?.(); return true })(document.querySelector(%s))", quote(selector)))
	if text == "" {
		return b.do("empty "+selector, chromedp.Clear(chromedp.CSS(selector)))
	}
	return b.do("fill "+selector, chromedp.SendKeys(chromedp.CSS(selector), text))
}

// choose picks an option, box or radio button by its value.
func (b *Tab) choose(selector, value string) *Tab {
	b.t.Helper()
	if !ask[bool](b, fmt.Sprintf(`(f => { if (!f) return false;
		if (f.tagName === "SELECT") { f.value = %[2]s; if (f.value !== %[2]s) return false; }
		f.dispatchEvent(new Event("input", {bubbles: true})); f.dispatchEvent(new Event("change", {bubbles: true})); return true; })(document.querySelector(%[1]s))`,
		quote(selector), quote(value))) {
		b.fail("%s has no option %q", selector, value)
	}
	return b
}

// upload puts files into a file field.
func (b *Tab) upload(selector string, files ...string) *Tab {
	b.t.Helper()
	return b.do("upload to "+selector, chromedp.SetUploadFiles(chromedp.CSS(selector), files))
}

// press types keys into whatever has the focus.
func (b *Tab) press(keys string) *Tab {
	b.t.Helper()
	return b.do("press "+keys, chromedp.KeyEvent(keys))
}

// sees waits until something that matches shows the words.
func (b *Tab) sees(selector, words string) *Tab {
	b.t.Helper()
	return b.until(fmt.Sprintf("%s shows %q", selector, words),
		fmt.Sprintf("[...document.querySelectorAll(%s)].some(e => (e.innerText ?? e.textContent).includes(%s))", quote(selector), quote(words)))
}

// misses waits until nothing that matches is shown.
func (b *Tab) misses(selector string) *Tab {
	b.t.Helper()
	return b.until("no "+selector, fmt.Sprintf("![...document.querySelectorAll(%s)].some(e => e.checkVisibility())", quote(selector)))
}

// text is what the first match shows.
func (b *Tab) text(selector string) string {
	b.t.Helper()
	return ask[string](b, fmt.Sprintf("document.querySelector(%s)?.innerText ?? ''", quote(selector)))
}

// quote writes a Go string as one of JavaScript.
func quote(s string) string { return fmt.Sprintf("%q", s) }

// shot keeps a picture of the whole page when E2E_SHOTS names a folder.
func (b *Tab) shot(name string) *Tab {
	dir := os.Getenv("E2E_SHOTS")
	if dir == "" {
		return b
	}
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o600)
	}
	if err != nil {
		b.t.Logf("no picture of %s: %v", name, err)
	}
	return b
}
