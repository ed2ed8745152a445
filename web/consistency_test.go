package web_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"hegui/internal/app"
	"hegui/internal/checklist"
	"hegui/internal/demo"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/internal/report"
	"hegui/internal/testkit"
)

// figures collects what pages, workbooks and shared reports say of each figure.
type figures struct {
	t     *testing.T
	said  map[string]string // by name
	where map[string]string
	pages int
	links int // made
	seen  map[string]bool
}

// add takes the figures of a page: each is what it was everywhere else. A cell
// of the map is the whole percent of its figure.
func (f *figures) add(at string, page *testkit.Response) {
	f.t.Helper()
	f.pages++
	page.Find(f.t, "[data-figure]").Each(func(_ int, s *goquery.Selection) {
		f.say(at, s.AttrOr("data-figure", ""), strings.TrimSpace(s.Text()))
	})
	page.Find(f.t, "[data-figure-whole]").Each(func(_ int, s *goquery.Selection) {
		f.say(at, s.AttrOr("data-figure-whole", "")+" in whole", strings.TrimSpace(s.Text()))
	})
}

func (f *figures) say(at, name, value string) {
	f.t.Helper()
	was, known := f.said[name]
	if known && was != value {
		f.t.Errorf("%s is %q on %s and %q on %s", name, was, f.where[name], value, at)
	}
	f.said[name], f.where[name] = value, at
}

// crawl walks all pages below /readiness, and compares the workbook of each
// report with its page and with what a link shows.
func (f *figures) crawl(a *testkit.App, p *testkit.Person) {
	f.t.Helper()
	as := a.As(p)
	queue := []string{"/readiness", "/readiness?present=1", "/readiness/made"}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if f.seen[at] || strings.Contains(at, "export.xlsx") || strings.HasSuffix(at, "/share") || strings.Contains(at, "/schedule") || strings.Contains(at, "/share?") {
			continue
		}
		f.seen[at] = true
		page := as.Get(at).Status(f.t, 200)
		f.add(at, page)
		if strings.HasPrefix(at, "/readiness/reports/") && page.Find(f.t, ".report").Length() == 1 {
			compareBook(f.t, at, page, as.Get(bookOf(at)).Status(f.t, 200).Body.Bytes())
			f.shared(a, p, at)
		}
		page.Find(f.t, `main a[href^="/readiness"]`).Each(func(_ int, s *goquery.Selection) {
			to, _, _ := strings.Cut(s.AttrOr("href", ""), "#")
			queue = append(queue, to)
		})
		page.Find(f.t, `form[action^="/readiness/reports/"][method="get"] option`).Each(func(_ int, s *goquery.Selection) {
			form := s.Closest("form")
			queue = append(queue, form.AttrOr("action", "")+"?"+s.Closest("select").AttrOr("name", "")+"="+url.QueryEscape(s.AttrOr("value", "")))
		})
	}
}

func (f *figures) shared(a *testkit.App, p *testkit.Person, at string) {
	f.t.Helper()
	u, err := url.Parse(at)
	testkit.Must(f.t, err)
	q := u.Query()
	kind := strings.TrimPrefix(u.Path, "/readiness/reports/")
	if kind == string(report.Article) && q.Get("n") == "" || kind == string(report.Service) && q.Get("service") == "" {
		return // the first one, which comes by its own address
	}
	if f.links++; f.links > 40 {
		return // visitors are slowed down
	}
	spec, err := report.Read(kind, q)
	testkit.Must(f.t, err)
	_, token, err := a.Reports.Share(f.t.Context(), p.Actor(), spec, report.ShareInput{Recipient: "x", LastDay: a.Readiness.Today()})
	testkit.Must(f.t, err)
	f.add("the link to "+at, a.As(nil).Get("/shared/"+token).Status(f.t, 200))
}

// whole compares the cells of the map with the figures that they stand for.
func (f *figures) whole() {
	f.t.Helper()
	n := 0
	for name, value := range f.said {
		figure, ok := strings.CutSuffix(name, " in whole")
		if !ok {
			continue
		}
		n++
		if exact, _, _ := strings.Cut(f.said[figure], "."); exact != value {
			f.t.Errorf("%s is %q, on the map %q", figure, f.said[figure], value)
		}
	}
	if n == 0 {
		f.t.Error("the map has no cells")
	}
}

func consistent(t *testing.T, a *testkit.App, p *testkit.Person, atLeast int, want ...string) {
	t.Helper()
	f := &figures{t: t, said: map[string]string{}, where: map[string]string{}, seen: map[string]bool{}}
	f.crawl(a, p)
	f.whole()
	if f.pages < 100 || len(f.said) < atLeast {
		t.Errorf("only %d figures on %d pages", len(f.said), f.pages)
	}
	for _, name := range want {
		if v := f.said[name]; v == "" || v == "–" || v == "0.0%" {
			t.Errorf("%s is %q: it shows nothing", name, v)
		}
	}
	t.Logf("%d figures on %d pages agree", len(f.said), f.pages)
}

// TestFiguresAgreeInTheDemo crawls all pages, workbooks and shared reports of
// the demonstration that show readiness.
func TestFiguresAgreeInTheDemo(t *testing.T) {
	t.Parallel()
	clock := &demo.Clock{}
	opened, err := app.Open(t.Context(), testkit.Config(testkit.DatabaseURL(t)), app.Options{Now: clock.Now})
	testkit.Must(t, err)
	defer opened.Close() //nolint:errcheck // of a test
	testkit.Must(t, demo.Build(t.Context(), opened, clock, "zh-CN", "correct horse 2026"))
	a := &testkit.App{App: opened, T: t, Server: opened.Web("")}
	consistent(t, a, a.Known("executive@demo.example"), 300, "score", "quality:score")
}

// TestFiguresAgreeAtRandom does the same in organisations whose services,
// conclusions and requests are drawn.
func TestFiguresAgreeAtRandom(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			a := testkit.New(t)
			r := rand.New(rand.NewPCG(seed, 5))
			by := a.Officer.Actor()
			for n := range 2 + r.IntN(3) {
				e, err := a.Register.Register(t.Context(), by, register.Registration{Details: register.Details{Name: fmt.Sprint("Service ", n), Kind: "chat", State: register.Live},
					Scope: register.Scoping{Profile: regulation.Profile{Public: []regulation.Answer{regulation.Yes, regulation.Yes, regulation.No}[r.IntN(3)]}}})
				testkit.Must(t, err)
				judgeAtRandom(t, a, r, e.ID)
			}
			for range 5 {
				testkit.Must(t, a.Readiness.Daily(t.Context()))
				a.Clock.Advance(24 * time.Hour)
			}
			a.Enter(a.Executive)
			consistent(t, a, a.Executive, 200, "score")
		})
	}
}

func judgeAtRandom(t *testing.T, a *testkit.App, r *rand.Rand, service string) {
	t.Helper()
	by := a.Officer.Actor()
	for _, q := range a.Regulation.Current(t.Context()).Requirements {
		row, err := a.Checklist.Get(t.Context(), by, service, q.ID)
		if err != nil || !row.Applies || r.IntN(3) == 0 {
			continue
		}
		status := []checklist.Status{checklist.Compliant, checklist.PartlyCompliant, checklist.NonCompliant}[r.IntN(3)]
		_, err = a.Checklist.Assess(t.Context(), by, row.ID, row.Version, checklist.Change{Status: &status, Conclusion: new("Looked at.")})
		testkit.Must(t, err)
	}
}
