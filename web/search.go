package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/unicode/norm"

	"hegui/internal/actor"
	"hegui/internal/i18n"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/templates/layout"
	"hegui/templates/pages"
)

// searchPages find what a person may open, wherever it is.
type searchPages struct {
	*Server
	shelf atomic.Pointer[shelf]
}

// shelf is what of a catalogue is searched here, made comparable once.
type shelf struct {
	of                             *regulation.Catalogue
	articles, instruments, figures []string
}

// catalogue gives the catalogue in force with its shelf.
func (p *searchPages) catalogue(ctx context.Context) (*regulation.Catalogue, *shelf) {
	c := p.Regulation.Current(ctx)
	if have := p.shelf.Load(); have != nil && have.of == c {
		return c, have
	}
	made := &shelf{of: c}
	for _, a := range c.Articles {
		made.articles = append(made.articles, foldAll(a.Title.ZH, a.Title.EN, a.Label.ZH, a.Label.EN, a.ID))
	}
	for _, in := range c.Instruments {
		made.instruments = append(made.instruments, foldAll(in.ID, in.Name.ZH, in.Name.EN, in.Short.ZH, in.Short.EN, in.DocumentNumber))
	}
	for _, f := range c.Figures {
		made.figures = append(made.figures, foldAll(f.Key, f.Statement.ZH, f.Statement.EN, f.Provision.ZH, f.Provision.EN))
	}
	p.shelf.Store(made)
	return c, made
}

// finder finds things of one kind for a person: at most limit, best first.
// It is asked only when the person may open the route of the things' own page.
type finder struct {
	label string // message key of the kind
	route string // "" asks always
	find  func(ctx context.Context, by actor.Actor, q string, limit int) ([]layout.PaletteItem, error)
}

// finders lists the kinds in the order in which they are shown. A capability
// joins by a line here.
func (p *searchPages) finders() []finder {
	return []finder{
		{"search.pages", "", p.pages},
		{"search.articles", "/articles/:number", p.articles},
		{"search.requirements", "/requirements/:id", p.requirements},
		{"search.services", "/services/:id", p.services},
		{"search.evidence", "/evidence/:id", p.evidence},
		{"search.assessments", "/checklists/:service/:requirement", p.assessments},
		{"search.instruments", "/instruments/:id", p.instruments},
		{"search.figures", "/figures/:key", p.figures},
	}
}

// maxQuery is how many characters of a search count.
const maxQuery = 100

// query is what was typed, trimmed and cut; what cannot be typed finds nothing.
func query(c echo.Context) string {
	q := strings.TrimSpace(c.QueryParam("q"))
	if !clean(q, false) {
		return ""
	}
	if r := []rune(q); len(r) > maxQuery {
		q = string(r[:maxQuery])
	}
	return q
}

// search asks every finder.
func (p *searchPages) search(c echo.Context, q string, limit int) ([]layout.PaletteGroup, error) {
	ctx, by := c.Request().Context(), who(c)
	var out []layout.PaletteGroup
	for _, f := range p.finders() {
		if f.route != "" && (q == "" || !mayOpen(by, f.route)) {
			continue
		}
		items, err := f.find(ctx, by, q, limit)
		if err != nil {
			return nil, err
		}
		if len(items) > 0 {
			out = append(out, layout.PaletteGroup{Label: f.label, Items: items})
		}
	}
	return out, nil
}

// How many things of a kind are shown.
const (
	paletteItems = 6
	searchItems  = 30
)

func (p *searchPages) palette(c echo.Context) error {
	groups, err := p.search(c, query(c), paletteItems)
	if err != nil {
		return err
	}
	return render(c, http.StatusOK, layout.PaletteResults(groups))
}

func (p *searchPages) page(c echo.Context) error {
	q := query(c)
	v := pages.SearchView{Query: q}
	if q != "" {
		groups, err := p.search(c, q, searchItems)
		if err != nil {
			return err
		}
		v.Groups = groups
	}
	v.Frame = p.frame(c, "search.title")
	return show(c, http.StatusOK, pages.Search(v), pages.SearchPanel(v))
}

// fold makes words comparable: width and case do not count.
func fold(s string) string { return strings.ToLower(norm.NFKC.String(s)) }

func foldAll(texts ...string) string { return fold(strings.Join(texts, "\n")) }

// matches says whether a folded text contains every word of q.
func matches(q, folded string) bool {
	for _, word := range strings.Fields(fold(q)) {
		if !strings.Contains(folded, word) {
			return false
		}
	}
	return true
}

// destinations are pages outside the navigation that people look for by name.
var destinations = []entry{
	{layout.NavItem{Label: "profile.title", URL: "/profile", Icon: "user-circle"}, "/profile"},
	{layout.NavItem{Label: "people.title", URL: "/admin/people", Icon: "users"}, "/admin/people"},
	{layout.NavItem{Label: "people.add", URL: "/admin/people/new", Icon: "user-plus"}, "/admin/people/new"},
	{layout.NavItem{Label: "admin.organisation", URL: "/admin/organisation", Icon: "building"}, "/admin/organisation"},
	{layout.NavItem{Label: "admin.rights", URL: "/admin/routes", Icon: "shield-check"}, "/admin/routes"},
	{layout.NavItem{Label: "admin.system", URL: "/admin/system", Icon: "server"}, "/admin/system"},
	{layout.NavItem{Label: "token.title", URL: "/admin/tokens", Icon: "key"}, "/admin/tokens"},
}

// pages finds pages of the product by their names in either language.
func (p *searchPages) pages(ctx context.Context, by actor.Actor, q string, limit int) ([]layout.PaletteItem, error) {
	zh, en := i18n.With(ctx, i18n.Chinese), i18n.With(ctx, i18n.English)
	list := append(mainPages(), destinations...)
	var out []layout.PaletteItem
	for _, e := range list {
		if len(out) < limit && mayOpen(by, e.route) && matches(q, foldAll(i18n.T(zh, e.Label), i18n.T(en, e.Label), e.URL)) {
			out = append(out, layout.PaletteItem{Label: e.Label, Icon: e.Icon, URL: e.URL})
		}
	}
	return out, nil
}

func (p *searchPages) articles(ctx context.Context, _ actor.Actor, q string, limit int) ([]layout.PaletteItem, error) {
	c, texts := p.catalogue(ctx)
	var out []layout.PaletteItem
	add := func(a *regulation.Article) {
		out = append(out, layout.PaletteItem{Label: i18n.Pick(ctx, a.Title.ZH, a.Title.EN), Note: i18n.Pick(ctx, a.Label.ZH, a.Label.EN),
			Icon: "book", URL: "/articles/" + strconv.Itoa(a.Number)})
	}
	number, err := strconv.Atoi(q)
	if a, ok := c.Article(number); err == nil && ok {
		add(a)
	}
	for i, a := range c.Articles {
		if len(out) < limit && a.Number != number && matches(q, texts.articles[i]) {
			add(a)
		}
	}
	return out, nil
}

func (p *searchPages) requirements(ctx context.Context, _ actor.Actor, q string, limit int) ([]layout.PaletteItem, error) {
	var out []layout.PaletteItem
	for _, h := range p.Regulation.Current(ctx).Search(q) {
		if h.Kind == regulation.HitRequirement && len(out) < limit {
			out = append(out, layout.PaletteItem{Label: i18n.Pick(ctx, h.Title.ZH, h.Title.EN), Note: h.ID, Icon: "clipboard-check",
				URL: "/requirements/" + url.PathEscape(h.ID)})
		}
	}
	return out, nil
}

func (p *searchPages) services(ctx context.Context, by actor.Actor, q string, limit int) ([]layout.PaletteItem, error) {
	list, err := p.Register.List(ctx, by, register.Filter{Query: q, Limit: limit})
	out := make([]layout.PaletteItem, len(list))
	for i, e := range list {
		out[i] = layout.PaletteItem{Label: e.Name, Note: e.FilingNumber, Icon: "apps", URL: "/services/" + url.PathEscape(e.ID)}
	}
	return out, err
}

func (p *searchPages) instruments(ctx context.Context, _ actor.Actor, q string, limit int) ([]layout.PaletteItem, error) {
	c, texts := p.catalogue(ctx)
	var out []layout.PaletteItem
	for i, in := range c.Instruments {
		if len(out) < limit && matches(q, texts.instruments[i]) {
			out = append(out, layout.PaletteItem{Label: i18n.Pick(ctx, in.Name.ZH, in.Name.EN), Note: in.DocumentNumber, Icon: "gavel",
				URL: "/instruments/" + url.PathEscape(in.ID)})
		}
	}
	return out, nil
}

func (p *searchPages) figures(ctx context.Context, _ actor.Actor, q string, limit int) ([]layout.PaletteItem, error) {
	c, texts := p.catalogue(ctx)
	var out []layout.PaletteItem
	for i, f := range c.Figures {
		if len(out) < limit && matches(q, texts.figures[i]) {
			out = append(out, layout.PaletteItem{Label: i18n.Pick(ctx, f.Statement.ZH, f.Statement.EN), Note: i18n.Pick(ctx, f.Provision.ZH, f.Provision.EN),
				Icon: "ruler", URL: figureURL(f.Key)})
		}
	}
	return out, nil
}

func (p *searchPages) evidence(ctx context.Context, by actor.Actor, q string, limit int) ([]layout.PaletteItem, error) {
	list, err := p.Evidence.Search(ctx, by, q, limit)
	out := make([]layout.PaletteItem, len(list))
	for i, e := range list {
		out[i] = layout.PaletteItem{Label: e.Title, Note: e.Source, Icon: "folder", URL: "/evidence/" + url.PathEscape(e.ID)}
	}
	return out, err
}
