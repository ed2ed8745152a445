package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/day"
	"hegui/internal/i18n"
	"hegui/internal/regulation"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// regulationPages show the catalogue: articles, requirements and instruments.
type regulationPages struct{ *Server }

// today is the present day in the organisation's zone.
func (s *Server) today() day.Date { return day.Of(s.Ledger.Now()) }

// Addresses of catalogue entries.

func articleURL(number int) string { return "/articles/" + strconv.Itoa(number) }
func clauseURL(c *regulation.Clause) string {
	return articleURL(c.Article) + "#" + url.PathEscape(c.ID)
}
func requirementURL(id string) string { return "/requirements/" + url.PathEscape(id) }
func instrumentURL(id string) string  { return "/instruments/" + url.PathEscape(id) }
func figureURL(key string) string     { return "/figures/" + url.PathEscape(key) }

// regulationTabs leads between the parts of the catalogue; current is the
// address of one of them.
func regulationTabs(current string) []ui.TabView {
	tabs := []ui.TabView{
		{Label: "regulation.tab.articles", URL: "/articles"},
		{Label: "regulation.tab.requirements", URL: "/requirements"},
		{Label: "regulation.tab.instruments", URL: "/instruments"},
		{Label: "regulation.tab.catalogue", URL: "/catalogue"},
	}
	for i := range tabs {
		tabs[i].Current = tabs[i].URL == current
	}
	return tabs
}

// severityTones gives severities their colours.
var severityTones = map[regulation.Severity]ui.Tone{
	regulation.Critical: ui.Bad, regulation.High: ui.Warn, regulation.Medium: ui.Info, regulation.Low: ui.Neutral,
}

// severityChip is how bad it is when a requirement is not met.
func severityChip(ctx context.Context, c *regulation.Catalogue, s regulation.Severity) ui.ChipView {
	return ui.ChipView{Label: pick(ctx, c.Labels.Severity[s]), Tone: severityTones[s]}
}

func requirementLine(ctx context.Context, c *regulation.Catalogue, r *regulation.Requirement) pages.RequirementLine {
	line := pages.RequirementLine{ID: r.ID, URL: requirementURL(r.ID), Title: pick(ctx, r.Title),
		Severity: severityChip(ctx, c, r.Severity), Type: pick(ctx, c.Labels.Type[r.Type])}
	if clause, ok := c.Clause(r.Clause); ok {
		line.Clause = pick(ctx, clause.Label)
	}
	return line
}

func requirementLines(ctx context.Context, c *regulation.Catalogue, list []*regulation.Requirement) []pages.RequirementLine {
	out := make([]pages.RequirementLine, len(list))
	for i, r := range list {
		out[i] = requirementLine(ctx, c, r)
	}
	return out
}

// forceTones gives forces their colours; the word stands beside.
var forceTones = map[regulation.Force]ui.Tone{regulation.Must: ui.Accent, regulation.Should: ui.Neutral, regulation.Practice: ui.Neutral}

// figureView says a figure with its value in force, for every page that shows
// one.
func figureView(ctx context.Context, c *regulation.Catalogue, s regulation.Setting) pages.FigureView {
	f := s.Figure
	v := pages.FigureView{Key: f.Key, URL: figureURL(f.Key), Value: s.Say(i18n.Lang(ctx)), Statement: pick(ctx, f.Statement),
		Provision: pick(ctx, f.Provision), Force: i18n.T(ctx, "figure.force."+string(f.Force)), ForceTone: forceTones[f.Force],
		Unverified: !s.Confirmed(), Local: s.Local != nil, Basis: verifiedWords(ctx, c, f)}
	if i, ok := c.Instrument(f.Instrument); ok {
		v.Provision = i18n.T(ctx, "figure.provision.of", "instrument", pick(ctx, i.Short), "provision", v.Provision)
	}
	return v
}

func verifiedWords(ctx context.Context, c *regulation.Catalogue, f *regulation.Figure) string {
	basis := pick(ctx, c.Labels.Basis[f.Basis])
	if f.Verified {
		return i18n.T(ctx, "figure.verified.yes", "basis", basis)
	}
	return i18n.T(ctx, "figure.verified.no", "basis", basis)
}

// figureViews says several figures with their values on a day.
func (s *Server) figureViews(ctx context.Context, keys []string) ([]pages.FigureView, error) {
	c := s.Regulation.Current(ctx)
	settings, err := s.Regulation.Values(ctx, keys, s.today())
	if err != nil {
		return nil, err
	}
	out := make([]pages.FigureView, len(settings))
	for i, set := range settings {
		out[i] = figureView(ctx, c, set)
	}
	return out, nil
}

// relatedViews says provisions elsewhere, one line per instrument.
func relatedViews(ctx context.Context, c *regulation.Catalogue, list []regulation.Related) []pages.RelatedView {
	var out []pages.RelatedView
	at := map[string]int{}
	seen := map[regulation.Related]bool{}
	for _, r := range list {
		i, ok := c.Instrument(r.Instrument)
		if !ok || seen[r] {
			continue
		}
		seen[r] = true
		n, listed := at[r.Instrument]
		if listed {
			out[n].Provision += i18n.T(ctx, "regulation.separator") + pick(ctx, r.Provision)
			continue
		}
		at[r.Instrument] = len(out)
		out = append(out, pages.RelatedView{Instrument: pick(ctx, i.Short), URL: instrumentURL(i.ID), Provision: pick(ctx, r.Provision)})
	}
	return out
}

func sourceViews(ctx context.Context, c *regulation.Catalogue, list []regulation.Source) []pages.SourceView {
	out := make([]pages.SourceView, len(list))
	for i, s := range list {
		out[i] = pages.SourceView{Kind: pick(ctx, c.Labels.SourceKinds[s.Kind]), URL: s.URL, Path: s.Path, Ref: s.Ref, Note: s.Note}
	}
	return out
}

// found answers with a page, or with its list part for htmx.
func found(c echo.Context, page, part templ.Component) error {
	return show(c, http.StatusOK, page, part)
}

// mayEdit says whether a person may change the catalogue and its figures.
func mayEdit(c echo.Context) bool { return who(c).May(actor.EditRegulation) }

// asked is one parameter of the address, cut and without what cannot be shown.
func asked(c echo.Context, name string) string {
	const longest = 200
	s := c.QueryParam(name)
	if len(s) > longest || !clean(s, false) {
		return ""
	}
	return s
}
