package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/regulation"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// requirementFilter is what the address of the list asks for.
type requirementFilter struct{ q, article, severity, kind, owner string }

func readRequirementFilter(c echo.Context) requirementFilter {
	return requirementFilter{q: asked(c, "q"), article: asked(c, "article"), severity: asked(c, "severity"), kind: asked(c, "type"), owner: asked(c, "owner")}
}

// pick gives the requirements that pass the filter, in catalogue order.
func (f requirementFilter) pick(cat *regulation.Catalogue) []*regulation.Requirement {
	hit := hitIDs(cat, f.q, regulation.HitRequirement)
	var out []*regulation.Requirement
	for _, r := range cat.Requirements {
		if (hit == nil || hit[r.ID]) && (f.article == "" || f.article == strconv.Itoa(r.Article)) &&
			(f.severity == "" || f.severity == string(r.Severity)) && (f.kind == "" || f.kind == string(r.Type)) &&
			(f.owner == "" || f.owner == r.OwnerRole) {
			out = append(out, r)
		}
	}
	return out
}

// hitIDs gives the ids that a search finds; nil when nothing was asked.
func hitIDs(cat *regulation.Catalogue, q string, kind regulation.HitKind) map[string]bool {
	if q == "" {
		return nil
	}
	out := map[string]bool{}
	for _, h := range cat.Find(q, kind) {
		out[h.ID] = true
	}
	return out
}

// requirements lists the requirements.
func (p *regulationPages) requirements(c echo.Context) error {
	ctx := c.Request().Context()
	cat := p.Regulation.Current(ctx)
	f := readRequirementFilter(c)
	list := f.pick(cat)
	v := pages.RequirementsView{
		Frame: p.frame(c, "requirement.title"), Tabs: regulationTabs("/requirements"), Query: f.q,
		Article:  filterChoice("article", "requirement.filter.article", f.article, articleOptions(ctx, cat)),
		Severity: filterChoice("severity", "requirement.severity", f.severity, severityOptions(ctx, cat)),
		Type:     filterChoice("type", "requirement.type", f.kind, requirementTypes(ctx, cat)),
		Owner:    filterChoice("owner", "requirement.owner", f.owner, ownerOptions(ctx, cat)),
		Summary:  i18n.T(ctx, "requirement.count", "count", len(list)),
	}
	v.Filter = filterBar(c, "/requirements", "#requirements", active{"q", f.q, "requirement.filter.q"}, chosen(v.Article), chosen(v.Severity), chosen(v.Type), chosen(v.Owner))
	for _, r := range list {
		v.Rows = append(v.Rows, requirementRow(ctx, cat, r))
	}
	return found(c, pages.RequirementsPage(v), pages.RequirementsPanel(v))
}

func requirementRow(ctx context.Context, cat *regulation.Catalogue, r *regulation.Requirement) pages.RequirementRow {
	row := pages.RequirementRow{RequirementLine: requirementLine(ctx, cat, r), Review: reviewWords(ctx, r.CadenceDays), Applies: pick(ctx, cat.Labels.Mode[r.Applicability.Mode])}
	if o, ok := cat.OwnerRole(r.OwnerRole); ok {
		row.Owner = pick(ctx, o.Name)
	}
	return row
}

func reviewWords(ctx context.Context, days int) string {
	return i18n.T(ctx, "requirement.review.every", "count", days)
}

// requirement shows one requirement.
func (p *regulationPages) requirement(c echo.Context) error {
	ctx := c.Request().Context()
	cat := p.Regulation.Current(ctx)
	r, ok := cat.Requirement(c.Param("id"))
	if !ok {
		return problem.New(problem.NotFound, "requirement.not_found")
	}
	clause, _ := cat.Clause(r.Clause) // every requirement has one: the catalogue is checked
	a, _ := cat.Article(r.Article)
	figures, err := p.figureViews(ctx, r.Figures)
	if err != nil {
		return err
	}
	row := requirementRow(ctx, cat, r)
	v := pages.RequirementView{
		Frame: p.frame(c, pick(ctx, r.Title), layout.Crumb{Label: "article.title", URL: "/articles"},
			layout.Crumb{Label: pick(ctx, a.Label), URL: articleURL(a.Number)}),
		ID: r.ID, Title: pick(ctx, r.Title), Severity: row.Severity, Type: row.Type, Text: pick(ctx, r.Text), Guidance: pick(ctx, r.Guidance),
		ClauseURL: clauseURL(clause), Clause: row.Clause, ClauseText: clause.Text.ZH, Owner: row.Owner, Review: row.Review, Mode: row.Applies,
		Figures: figures, Related: relatedViews(ctx, cat, r.Related),
	}
	if i18n.Lang(ctx) == i18n.English {
		v.ClauseEN = clause.Text.EN
	}
	for _, e := range r.Examples {
		v.Examples = append(v.Examples, pick(ctx, e))
	}
	for _, id := range r.Applicability.Conditions {
		if co, ok := cat.Condition(id); ok {
			v.Conditions = append(v.Conditions, pick(ctx, co.Name))
		}
	}
	if v.Mine, err = p.mine(c, r); err != nil {
		return err
	}
	return render(c, http.StatusOK, pages.RequirementPage(v))
}

// mine shows how the reader's services stand with a requirement; nil when they
// see none.
func (p *regulationPages) mine(c echo.Context, r *regulation.Requirement) (templ.Component, error) {
	ctx, by := c.Request().Context(), who(c)
	if !mayOpen(by, "/checklists/:service/:requirement") {
		return nil, nil
	}
	list, err := p.Checklist.OfRequirement(ctx, by, r.ID)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	services, err := p.Register.Names(ctx)
	if err != nil {
		return nil, err
	}
	rows := make([]pages.RequirementService, len(list))
	for i, a := range list {
		rows[i] = pages.RequirementService{Name: services[a.ServiceID], URL: "/checklists/" + url.PathEscape(a.ServiceID) + "/" + url.PathEscape(r.ID),
			Status: ui.ChipView{Label: "requirement.services.outside", Icon: "circle-minus"}}
		if a.Applies {
			rows[i].Status = ui.ChipView{Label: "checklist.status." + string(a.Standing), Tone: standingTones[a.Standing]}
			rows[i].Review = string(a.NextReview)
		}
	}
	return pages.RequirementServices(rows), nil
}

// Options of the filters.

func articleOptions(ctx context.Context, cat *regulation.Catalogue) []ui.Option {
	var out []ui.Option
	for _, a := range cat.Articles {
		if len(cat.ByArticle(a.Number)) > 0 {
			out = append(out, ui.Option{Value: strconv.Itoa(a.Number), Label: articleTitle(ctx, a)})
		}
	}
	return out
}

func severityOptions(ctx context.Context, cat *regulation.Catalogue) []ui.Option {
	var out []ui.Option
	for _, s := range []regulation.Severity{regulation.Critical, regulation.High, regulation.Medium, regulation.Low} {
		out = append(out, ui.Option{Value: string(s), Label: pick(ctx, cat.Labels.Severity[s])})
	}
	return out
}

func requirementTypes(ctx context.Context, cat *regulation.Catalogue) []ui.Option {
	var out []ui.Option
	for _, t := range []regulation.Type{regulation.Duty, regulation.Awareness, regulation.Scoping} {
		out = append(out, ui.Option{Value: string(t), Label: pick(ctx, cat.Labels.Type[t])})
	}
	return out
}

func ownerOptions(ctx context.Context, cat *regulation.Catalogue) []ui.Option {
	out := make([]ui.Option, len(cat.OwnerRoles))
	for i, o := range cat.OwnerRoles {
		out[i] = ui.Option{Value: o.ID, Label: pick(ctx, o.Name)}
	}
	return out
}

// filterChoice is a select of a filter bar; its empty option says "all". An
// unknown value counts as none.
func filterChoice(name, label, value string, options []ui.Option) ui.Choice {
	return ui.Choice{Field: ui.Field{Name: name, Label: label, Value: value}, Options: options, Prompt: "regulation.filter.all"}
}

// active is a filter in force: its parameter, value, and label.
type active struct{ name, value, label string }

// chosen is a select's filter with the chosen option in words.
func chosen(ch ui.Choice) active {
	for _, o := range ch.Options {
		if o.Value == ch.Value {
			return active{ch.Name, o.Label, ch.Label}
		}
	}
	return active{ch.Name, ch.Value, ch.Label}
}

// filterBar is the form around a list's filters with the chips of those in
// force.
func filterBar(c echo.Context, action, target string, list ...active) ui.FilterView {
	ctx := c.Request().Context()
	v := ui.FilterView{Action: action, ClearURL: action, Target: target}
	for _, a := range list {
		if a.value == "" {
			continue
		}
		rest := url.Values{}
		for _, other := range list {
			if s := asked(c, other.name); s != "" && other.name != a.name {
				rest.Set(other.name, s)
			}
		}
		to := action
		if len(rest) > 0 {
			to += "?" + rest.Encode()
		}
		v.Active = append(v.Active, ui.FilterChip{Label: i18n.T(ctx, "regulation.filter.chip", "name", i18n.Text(ctx, a.label), "value", i18n.Text(ctx, a.value)), RemoveURL: to})
	}
	return v
}
