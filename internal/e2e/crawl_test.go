package e2e

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"hegui/internal/testkit"
	"hegui/web"
)

// roles are the people of the demonstration who reach everything there is.
var roles = []string{"admin", "officer", "supervisor", "checker", "privacy", "executive", "auditor", "data"}

// messageKey is what an untranslated message looks like.
var messageKey = regexp.MustCompile(`^(account|activity|actor|admin|app|catalogue|checklist|error|evidence|field|form|i18n|language|layout|nav|page|people|profile|regulation|register|role|search|service|setup|signin|ui|work)(\.[a-z_]+){1,4}$`)

// perPattern is how many pages of one kind (such as requirements) a crawl
// looks at.
const perPattern = 3

// crawler follows every link that one person is shown: none is dead or
// forbidden, and each page is well formed.
type crawler struct {
	t      *testing.T
	client *testkit.Client
	queue  []link
	queued map[string]bool
	kinds  map[string]int // pages seen, by route and names of query fields
	pages  []string       // one of each route: what is worth a look in a browser
	routes map[string]bool
}

type link struct{ to, from string }

func crawl(t *testing.T, s *Site, p *testkit.Person) *crawler {
	t.Helper()
	c := &crawler{t: t, client: s.As(p), queued: map[string]bool{}, kinds: map[string]int{}, routes: map[string]bool{}}
	c.add("/", "/")
	c.add("/profile", "/")
	for len(c.queue) > 0 {
		next := c.queue[0]
		c.queue = c.queue[1:]
		c.visit(next)
	}
	return c
}

// add notes a link to be followed, unless it leads outside or enough of its
// kind were.
func (c *crawler) add(href, from string) {
	base, _ := url.Parse(from)
	u, err := base.Parse(href)
	if err != nil {
		c.t.Errorf("%s has a broken link %q", from, href)
		return
	}
	if u.Host != "" || u.Scheme != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "/static/") {
		return
	}
	u.Fragment = ""
	to, kind := u.String(), kindOf(u)
	if c.queued[to] || c.kinds[kind] >= perPattern {
		return
	}
	c.queued[to] = true
	c.kinds[kind]++
	c.queue = append(c.queue, link{to, from})
}

// kindOf is the route of an address with the names of its query fields.
func kindOf(u *url.URL) string {
	names := []string{}
	for name := range u.Query() {
		names = append(names, name)
	}
	slices.Sort(names)
	return routeOf(u.Path) + "?" + strings.Join(names, "&")
}

// routeOf finds the line of the route table that an address belongs to; the
// one with the fewest parameters wins, as in the router.
func routeOf(path string) string {
	best, fewest := "no route", 99
	parts := strings.Split(path, "/")
	for _, r := range web.Routes() {
		pattern := strings.Split(r.Path, "/")
		if r.Method != http.MethodGet || len(pattern) != len(parts) {
			continue
		}
		params, same := 0, true
		for i, p := range pattern {
			if strings.HasPrefix(p, ":") {
				params++
			} else if p != parts[i] {
				same = false
			}
		}
		if same && params < fewest {
			best, fewest = r.Path, params
		}
	}
	return best
}

func (c *crawler) visit(l link) {
	r := c.client.Get(l.to)
	switch {
	case r.Code == http.StatusSeeOther || r.Code == http.StatusFound:
		c.add(r.Header().Get("Location"), l.to)
		return
	case r.Code != http.StatusOK:
		c.t.Errorf("%s leads to %s, which answers %d", l.from, l.to, r.Code)
		return
	case !strings.HasPrefix(r.Header().Get("Content-Type"), "text/html") || r.Header().Get("Content-Disposition") != "":
		return // a download
	}
	u, err := url.Parse(l.to)
	testkit.Must(c.t, err)
	if route := routeOf(u.Path); !c.routes[route] {
		c.routes[route] = true
		c.pages = append(c.pages, l.to)
	}
	c.wellFormed(l.to, r)
	r.Find(c.t, "a[href]").Each(func(_ int, a *goquery.Selection) {
		if href := a.AttrOr("href", ""); !strings.HasPrefix(href, "#") {
			c.add(href, l.to)
		}
	})
}

// wellFormed checks what every page has and what none may have.
func (c *crawler) wellFormed(path string, r *testkit.Response) {
	if n := r.Find(c.t, "h1").Length(); n != 1 {
		c.t.Errorf("%s has %d h1", path, n)
	}
	if strings.TrimSpace(r.Find(c.t, "head title").Text()) == "" || r.Find(c.t, "html[lang]").Length() != 1 {
		c.t.Errorf("%s has no title or no language", path)
	}
	for _, never := range []string{"[style]", "style", "script:not([src])", "[onclick]", "[onchange]", "[onsubmit]", "[onload]", "a[href^='javascript:']"} {
		if found := r.Find(c.t, never); found.Length() > 0 {
			html, _ := goquery.OuterHtml(found.First())
			c.t.Errorf("%s has %s, which the policy refuses: %.200s", path, never, html)
		}
	}
	seen := map[string]bool{}
	r.Find(c.t, "[id]").Each(func(_ int, e *goquery.Selection) {
		id := e.AttrOr("id", "")
		if seen[id] {
			c.t.Errorf("%s has two elements with the id %q", path, id)
		}
		seen[id] = true
	})
	r.Find(c.t, "form").Each(func(_ int, f *goquery.Selection) {
		if f.AttrOr("method", "") == "" && f.AttrOr("action", "") == "" && f.AttrOr("role", "") != "search" {
			html, _ := goquery.OuterHtml(f)
			c.t.Errorf("%s has a form without method and action: %.200s", path, html)
		}
	})
	c.noKeys(path, r)
}

// noKeys looks for message keys that were shown instead of their words.
func (c *crawler) noKeys(path string, r *testkit.Response) {
	body := r.Find(c.t, "body").Clone()
	body.Find("code, pre").Remove()
	body.Find("*").Contents().Each(func(_ int, n *goquery.Selection) {
		if goquery.NodeName(n) != "#text" {
			return
		}
		for word := range strings.FieldsSeq(n.Text()) {
			if messageKey.MatchString(word) {
				c.t.Errorf("%s shows the key %q", path, word)
			}
		}
	})
}
