package e2e

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"hegui/internal/app"
	"hegui/internal/demo"
	"hegui/internal/testkit"
)

// TestMain ends the browser and removes the demonstrations when all tests ran.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "hegui-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	folder = dir
	code := m.Run()
	for _, end := range endings {
		end()
	}
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

var (
	folder  string
	endings []func() // what TestMain does last
)

// Site is the product where browsers reach it.
type Site struct {
	*testkit.App
	URL string
}

// serve puts the product on a port of this machine.
func serve(t *testing.T, a *testkit.App) *Site {
	t.Helper()
	server := httptest.NewServer(a.Server)
	t.Cleanup(server.Close)
	return &Site{App: a, URL: server.URL}
}

// story is a demonstration in one language, told once for all tests that only
// look.
type story struct {
	app *app.App
	url string
	err error
}

var stories = map[string]func() story{
	"en":    sync.OnceValue(func() story { return tell("en") }),
	"zh-CN": sync.OnceValue(func() story { return tell("zh-CN") }),
}

const demoPassword = "lively river stones 7"

func tell(language string) story {
	clock := &demo.Clock{}
	ctx := context.Background()
	a, err := app.Open(ctx, testkit.Config("sqlite:"+filepath.Join(folder, language, "hegui.db")), app.Options{Now: clock.Now, Version: "test"})
	if err != nil {
		return story{err: err}
	}
	endings = append(endings, func() { _ = a.Close() })
	if err := demo.Build(ctx, a, clock, language, demoPassword); err != nil {
		return story{err: err}
	}
	server := httptest.NewServer(a.Web(""))
	endings = append([]func(){server.Close}, endings...)
	return story{app: a, url: server.URL}
}

// demonstration gives the shared site of a language. Tests must not change
// what others look at.
func demonstration(t *testing.T, language string) *Site {
	t.Helper()
	s := stories[language]()
	testkit.Must(t, s.err)
	return &Site{App: &testkit.App{App: s.app, T: t, Server: s.app.Web("")}, URL: s.url}
}

// chromium is the one browser of all tests; each tab has its own cookies.
var chromium = sync.OnceValues(func() (context.Context, error) {
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		return nil, nil
	}
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.UserDataDir(filepath.Join(folder, "chromium"))}
	for _, flag := range []string{"disable-gpu", "disable-quic", "disable-background-networking", "disable-component-update", "disable-sync",
		"no-first-run", "hide-scrollbars", "force-prefers-reduced-motion"} {
		options = append(options, chromedp.Flag(flag, true))
	}
	ctx, cancel := chromedp.NewContext(context.Background(), chromedp.WithAllocatorOptions(options...))
	endings = append(endings, cancel)
	return ctx, chromedp.Do(ctx)
})

// browser gives the running browser, or skips: in CI it is a failure.
func browser(t *testing.T) context.Context {
	t.Helper()
	ctx, err := chromium()
	switch {
	case err != nil:
		t.Fatalf("start browser: %v", err)
	case ctx == nil && os.Getenv("CI") == "true":
		t.Fatal("no Chromium on this machine")
	case ctx == nil:
		t.Skip("no Chromium on this machine")
	}
	return ctx
}

// patience is how long a page may take to show what a test waits for.
const patience = 10 * time.Second

func writeFile(t *testing.T, dir, name, content string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	testkit.Must(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}
