package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"hegui/internal/actor"
	"hegui/internal/checklist"
	"hegui/internal/evidence"
	"hegui/internal/i18n"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/internal/savedview"
	"hegui/internal/testkit"
	"hegui/web"
)

// uhoh is what somebody might type anywhere; it must be seen as it is typed.
const uhoh = `<em>UHOH</em>"'>`

// typers fill what people can type, each in its part of the product, through
// the same methods as the pages. A new part joins by a line.
var typers = []func(*testing.T, *testkit.App){typeServices, typeAssessments, typeEvidence, typeFigures, typeChecks, typeDecisions, typePlans, typeRequests}

// typed fills a house with text that would show itself if it were not escaped.
func typedHouse(t *testing.T) *testkit.App {
	t.Helper()
	a := testkit.New(t)
	o, _, err := a.Accounts.Organisation(t.Context())
	testkit.Must(t, err)
	testkit.Must(t, a.Accounts.Rename(t.Context(), a.Admin.Actor(), "Org "+uhoh, "en", o.Version))
	for _, p := range []*testkit.Person{a.Officer, a.Officer2, a.Contributor} {
		now, err := a.Accounts.Get(t.Context(), p.ID)
		testkit.Must(t, err)
		in := now.Person()
		in.Name, in.AllServices = "Person "+uhoh, true
		testkit.Must(t, a.Accounts.Change(t.Context(), a.Admin.Actor(), p.ID, now.Version, in))
		p.Account, err = a.Accounts.Get(t.Context(), p.ID)
		testkit.Must(t, err)
	}
	for _, fill := range typers {
		fill(t, a)
	}
	return a
}

func typeServices(t *testing.T, a *testkit.App) {
	t.Helper()
	for _, name := range []string{"Service " + uhoh, "Second " + uhoh} {
		e, err := a.Register.Register(t.Context(), a.Officer.Actor(), register.Registration{
			Details: register.Details{Name: name, Kind: "chat", Description: uhoh, Model: register.ThirdParty, ModelName: uhoh, ModelFiling: uhoh,
				FilingNumber: uhoh, RegistrationNumber: uhoh, AlgorithmNumber: uhoh, ComplianceOwner: a.Officer.ID},
			Scope: register.Scoping{Profile: regulation.Profile{Public: regulation.Yes}, Note: uhoh},
		})
		testkit.Must(t, err)
		if strings.HasPrefix(name, "Second") {
			_, err = a.Register.Retire(t.Context(), a.Officer.Actor(), e.ID, e.Version, uhoh)
			testkit.Must(t, err)
		}
	}
}

// inUse gives the service that is in use.
func inUse(t *testing.T, a *testkit.App) register.Entry {
	t.Helper()
	list, err := a.Register.Visible(t.Context(), a.Officer.Actor())
	testkit.Must(t, err)
	return list[slices.IndexFunc(list, func(e register.Entry) bool { return !e.Retired() })]
}

func typeAssessments(t *testing.T, a *testkit.App) {
	t.Helper()
	rows, err := a.Checklist.Rows(t.Context(), a.Officer.Actor(), inUse(t, a).ID)
	testkit.Must(t, err)
	said, status, owner := uhoh, checklist.PartlyCompliant, a.Contributor.ID
	for _, row := range rows[:5] {
		row, err := a.Checklist.Assess(t.Context(), a.Officer.Actor(), row.ID, row.Version,
			checklist.Change{Status: &status, Conclusion: &said, Owner: &owner})
		testkit.Must(t, err)
		_, err = a.Checklist.AddTask(t.Context(), a.Officer.Actor(), row.ID, checklist.TaskInput{Title: uhoh, Owner: owner, Note: uhoh})
		testkit.Must(t, err)
		_, err = a.Checklist.Say(t.Context(), a.Officer.Actor(), row.ID, uhoh, owner)
		testkit.Must(t, err)
	}
	_, err = a.Views.Save(t.Context(), a.Officer.Actor(), savedview.Input{Page: "checklist", Name: uhoh, Query: "q=" + url.QueryEscape(uhoh), Shared: true})
	testkit.Must(t, err)
}

func typeEvidence(t *testing.T, a *testkit.App) {
	t.Helper()
	rows, err := a.Checklist.Rows(t.Context(), a.Officer.Actor(), inUse(t, a).ID)
	testkit.Must(t, err)
	about := evidence.Description{Title: uhoh, Source: uhoh}
	proves := []evidence.Target{{AssessmentID: rows[0].ID}}
	_, err = a.Evidence.Submit(t.Context(), a.Contributor.Actor(), evidence.Submission{Description: about,
		Content: evidence.Content{FileName: uhoh + ".txt", Remark: uhoh}, Targets: proves}, strings.NewReader(uhoh))
	testkit.Must(t, err)
	_, err = a.Evidence.Note(t.Context(), a.Officer.Actor(), evidence.Submission{Description: about, Content: evidence.Content{Text: uhoh}, Targets: proves})
	testkit.Must(t, err)
	link, err := a.Evidence.Link(t.Context(), a.Officer.Actor(), evidence.Submission{Description: about,
		Content: evidence.Content{URL: "https://example.com/?q=" + url.QueryEscape(uhoh)}, Targets: proves})
	testkit.Must(t, err)
	testkit.Must(t, a.Evidence.Return(t.Context(), a.Officer2.Actor(), link.ID, link.Version, uhoh))
}

func typeFigures(t *testing.T, a *testkit.App) {
	t.Helper()
	list := a.Regulation.Current(t.Context()).Figures
	i := slices.IndexFunc(list, func(f *regulation.Figure) bool { return !f.Verified })
	testkit.Must(t, a.Regulation.Confirm(t.Context(), a.Officer.Actor(), list[i].Key, uhoh, uhoh))
}

// perRoute is how many pages of one route the crawl looks at, for each person.
const perRoute = 4

// crawler follows the links that one person sees.
type crawler struct {
	t       *testing.T
	client  *testkit.Client
	who     string
	lang    string
	routes  []*regexp.Regexp
	visits  map[int]int
	queue   []string
	seen    map[string]string // address, and where it was found
	escaped int
	forms   []found // every form that posts, once per route, button and page
}

// fromTable marks pages that no link led to; those that want a parameter may
// refuse without it.
const fromTable = "the table of routes"

func routePatterns() []*regexp.Regexp {
	var out []*regexp.Regexp
	for _, r := range web.Routes() {
		if r.Method == http.MethodGet {
			pattern := regexp.MustCompile(`:[a-z]+`).ReplaceAllString(regexp.QuoteMeta(r.Path), `[^/]+`)
			out = append(out, regexp.MustCompile("^"+strings.ReplaceAll(pattern, `\*`, ".*")+"$"))
		}
	}
	return out
}

// TestCrawl opens what every role can reach by links, in both languages: what
// was typed is shown as text, every message has words, no link leads astray,
// and each page has one heading and no id twice.
func TestCrawl(t *testing.T) {
	t.Parallel()
	a := typedHouse(t)
	people := []*testkit.Person{a.Admin, a.Officer, a.Contributor, a.Supervisor, a.Checker, a.Privacy, a.Executive, a.Auditor}
	escaped := 0
	for i, lang := range i18n.Languages() {
		for _, p := range people {
			testkit.Must(t, a.Accounts.SetLanguage(t.Context(), p.Actor(), i18n.Languages()[i]))
			a.Enter(p)
			c := &crawler{t: t, client: a.As(p).With("Accept-Language", lang), who: string(p.Roles[0]) + " in " + lang, lang: lang,
				routes: routePatterns(), visits: map[int]int{}, seen: map[string]string{}}
			c.from(p)
			escaped += c.escaped
		}
	}
	if escaped < 200 {
		t.Errorf("what was typed was met only %d times", escaped)
	}
	a.Sound()
}

// from starts at every page without a parameter that the person may open.
func (c *crawler) from(p *testkit.Person) {
	for _, r := range web.Routes() {
		if r.Method == http.MethodGet && !strings.ContainsAny(r.Path, ":*") && (actor.Actor{Kind: actor.KindPerson, Roles: p.Roles}).May(r.Permission) {
			c.add(r.Path, fromTable)
		}
	}
	for len(c.queue) > 0 {
		next := c.queue[0]
		c.queue = c.queue[1:]
		c.visit(next)
	}
}

func (c *crawler) add(link, from string) {
	u, err := url.Parse(link)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "/static/") {
		return
	}
	u.Fragment = ""
	at := u.String()
	if _, ok := c.seen[at]; ok {
		return
	}
	c.seen[at] = from
	i := slices.IndexFunc(c.routes, func(r *regexp.Regexp) bool { return r.MatchString(u.EscapedPath()) })
	if i < 0 {
		c.t.Errorf("%s: %s links to %s, which is no route", c.who, from, at)
		return
	}
	if c.visits[i]++; c.visits[i] <= perRoute {
		c.queue = append(c.queue, at)
	}
}

func (c *crawler) visit(at string) {
	missing := func(key string) { c.t.Errorf("%s: %s says %q, which has no words", c.who, at, key) }
	r := httptest.NewRequest(http.MethodGet, at, http.NoBody)
	got := c.client.Do(r.WithContext(i18n.WithMissing(context.WithoutCancel(r.Context()), missing)))
	body := got.Body.String()
	html := strings.HasPrefix(got.Header().Get("Content-Type"), "text/html")
	if html && strings.Contains(body, "<em>UHOH") {
		c.t.Errorf("%s: %s shows typed text as HTML", c.who, at)
	}
	switch {
	case got.Code == http.StatusSeeOther:
		c.add(got.Header().Get("Location"), at)
		return
	case c.seen[at] == fromTable && (got.Code == http.StatusNotFound || got.Code == http.StatusUnprocessableEntity):
		return
	case got.Code != http.StatusOK:
		c.t.Errorf("%s: %s answers %d; the link is on %s", c.who, at, got.Code, c.seen[at])
		return
	case !html:
		return
	}
	c.escaped += strings.Count(body, "UHOH")
	c.page(at, got)
}

// page looks at a whole page, or at a part that scripts ask for.
func (c *crawler) page(at string, got *testkit.Response) {
	doc := got.Find(c.t, "html")
	if strings.Contains(got.Body.String(), "<html") {
		if n := doc.Find("h1").Length(); n != 1 {
			c.t.Errorf("%s: %s has %d main headings", c.who, at, n)
		}
		if lang, _ := doc.Attr("lang"); lang != c.lang {
			c.t.Errorf("%s: %s is in %q", c.who, at, lang)
		}
	}
	ids := map[string]bool{}
	doc.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		id, _ := s.Attr("id")
		if ids[id] {
			c.t.Errorf("%s: %s has the id %q twice", c.who, at, id)
		}
		ids[id] = true
	})
	c.words(at, doc)
	c.collect(at, doc)
	doc.Find("a[href]").Each(func(_ int, s *goquery.Selection) {
		link, _ := s.Attr("href")
		c.add(link, at)
	})
}

// keyLike is text that looks like a message key nobody translated.
var keyLike = regexp.MustCompile(`^\s*(` + strings.Join(keyAreas(), "|") + `)(\.[a-z_]+)+\s*$`)

func keyAreas() []string {
	var out []string
	for _, key := range i18n.Keys("") {
		area, _, _ := strings.Cut(key, ".")
		out = append(out, area)
	}
	return slices.Compact(out)
}

func (c *crawler) words(at string, doc *goquery.Selection) {
	doc.Find("body *:not(code, script, option)").Contents().Each(func(_ int, s *goquery.Selection) {
		if goquery.NodeName(s) == "#text" && keyLike.MatchString(s.Text()) {
			c.t.Errorf("%s: %s shows the key %q", c.who, at, s.Text())
		}
	})
}
