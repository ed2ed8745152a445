package web

import (
	"maps"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/checklist"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/register"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// registerPages show and change the register of services.
type registerPages struct{ *Server }

// servicesPage is how many services one page of the list shows.
const servicesPage = 20

func (p *registerPages) list(c echo.Context) error {
	f := register.Filter{Query: queryText(c, "q"), State: register.State(queryText(c, "state")), Kind: register.Kind(queryText(c, "kind")),
		Order: register.Order(queryText(c, "order")), After: queryText(c, "after"), Limit: servicesPage + 1}
	entries, err := p.Register.List(c.Request().Context(), who(c), f)
	if err != nil {
		return err
	}
	v := p.listView(c, f)
	if len(entries) > servicesPage {
		entries = entries[:servicesPage]
		v.Pager.OlderURL = with(c, "after", entries[servicesPage-1].ID)
	}
	if f.After != "" {
		v.Pager.NewerURL = with(c, "after", "")
	}
	if v.Rows, err = p.rows(c, entries); err != nil {
		return err
	}
	v.None = len(entries) == 0 && len(v.Filter.Active) == 0 && f.After == ""
	return show(c, http.StatusOK, pages.RegisterList(v), pages.RegisterListPart(v))
}

// queryText is a query parameter without what must not be shown or searched.
func queryText(c echo.Context, name string) string {
	if s := c.QueryParam(name); clean(s, false) {
		return s
	}
	return ""
}

func (p *registerPages) listView(c echo.Context, f register.Filter) pages.RegisterListView {
	ctx := c.Request().Context()
	v := pages.RegisterListView{Frame: p.frame(c, "register.title"), Query: f.Query,
		Filter: ui.FilterView{Action: "/services", ClearURL: "/services", Target: "#services"},
		State:  ui.Choice{Field: ui.Field{Name: "state", Label: "field.service.state", Value: string(f.State)}, Prompt: "register.any.state", Options: options(ctx, "register.state.", register.States)},
		Kind:   ui.Choice{Field: ui.Field{Name: "kind", Label: "field.service.kind", Value: string(f.Kind)}, Prompt: "register.any.kind", Options: options(ctx, "register.kind.", register.Kinds)},
		Order: ui.Choice{Field: ui.Field{Name: "order", Label: "register.filter.order", Value: string(f.Order)}, Prompt: "register.order.name",
			Options: []ui.Option{{Value: string(register.ByNewest), Label: "register.order.newest"}}},
		Pager: ui.PagerView{Target: "#services"},
	}
	if by := who(c); by.May(actor.EditServices) && by.AllServices {
		v.NewURL = "/services/new"
	}
	for _, chip := range []struct{ name, label, value string }{
		{"q", "register.filter.query", f.Query}, {"state", "field.service.state", word(ctx, "register.state.", string(f.State))},
		{"kind", "field.service.kind", word(ctx, "register.kind.", string(f.Kind))},
	} {
		if chip.value != "" {
			v.Filter.Active = append(v.Filter.Active, ui.FilterChip{RemoveURL: without(c, chip.name),
				Label: i18n.T(ctx, "register.filter.chip", "name", i18n.T(ctx, chip.label), "value", chip.value)})
		}
	}
	return v
}

// without is the first page of the list with one filter less.
func without(c echo.Context, filter string) string {
	q := maps.Clone(c.QueryParams())
	q.Del(filter)
	q.Del("after")
	if len(q) == 0 {
		return c.Request().URL.Path
	}
	return c.Request().URL.Path + "?" + q.Encode()
}

func (p *registerPages) rows(c echo.Context, entries []register.Entry) ([]pages.RegisterRow, error) {
	ctx := c.Request().Context()
	owners, ids := make([]string, len(entries)), make([]string, len(entries))
	for i, e := range entries {
		owners[i], ids[i] = e.ComplianceOwner, e.ID
	}
	names, err := p.Accounts.Names(ctx, owners)
	if err != nil {
		return nil, err
	}
	var progress map[string]checklist.Count
	if by := who(c); seesProgress(by) {
		if progress, err = p.Checklist.Standings(ctx, by, ids); err != nil {
			return nil, err
		}
	}
	catalogue := p.Register.Catalogue(ctx)
	out := make([]pages.RegisterRow, len(entries))
	for i, e := range entries {
		answered, asked := register.Completeness(catalogue, register.Profile(e))
		out[i] = pages.RegisterRow{URL: serviceURL(e.ID), Name: e.Name, Kind: word(ctx, "register.kind.", string(e.Kind)), State: serviceStateChip(e.State),
			Routes: routeChips(ctx, catalogue.Route(register.Profile(e))), ScopeURL: serviceURL(e.ID) + "/scope",
			Scope: scopeProgress(answered, asked), Answered: i18n.T(ctx, "register.scope.answered", "count", answered, "of", asked), Owner: names[e.ComplianceOwner]}
		if done, ok := progress[e.ID]; ok {
			out[i].Progress = standing(done)
			out[i].Progress.Slim = true
			out[i].Done = i18n.T(ctx, "register.progress", "count", done.Of(checklist.Compliant), "of", done.Judged())
		}
	}
	return out, nil
}

// seesProgress says whether somebody reads how whole services stand, and not
// only what is assigned to them.
func seesProgress(by actor.Actor) bool {
	return by.May(actor.ReadChecklist) || by.May(actor.ReadSummary)
}

func serviceURL(id string) string { return "/services/" + url.PathEscape(id) }

// head is what the pages of one service share; current is the tab.
func (p *registerPages) head(c echo.Context, e register.Entry, title, current string) pages.RegisterHead {
	ctx, at := c.Request().Context(), serviceURL(e.ID)
	crumbs := []layout.Crumb{{Label: "register.title", URL: "/services"}}
	if title != e.Name {
		crumbs = append(crumbs, layout.Crumb{Label: e.Name, URL: at})
	}
	h := pages.RegisterHead{Frame: p.frame(c, title, crumbs...), Name: e.Name, Kind: word(ctx, "register.kind.", string(e.Kind)), State: serviceStateChip(e.State)}
	for _, tab := range []struct{ label, path string }{{"register.overview", ""}, {"register.scope", "/scope"}, {"register.history", "/history"}} {
		h.Tabs = append(h.Tabs, ui.TabView{Label: tab.label, URL: at + tab.path, Current: tab.path == current})
	}
	return h
}

// one shows a service.
func (p *registerPages) one(c echo.Context) error {
	ctx := c.Request().Context()
	e, err := p.Register.Get(ctx, who(c), c.Param("id"))
	if err != nil {
		return err
	}
	names, err := p.Accounts.Names(ctx, []string{e.ComplianceOwner, e.ProductOwner, e.TechnicalOwner, e.PrivacyContact, e.ScopedBy})
	if err != nil {
		return err
	}
	v := showView(ctx, p.Register.Catalogue(ctx), e, names)
	if v.Route, err = p.route(ctx, register.Profile(e), serviceURL(e.ID)+"/scope"); err != nil {
		return err
	}
	if seesProgress(who(c)) {
		progress, err := p.Checklist.ProgressOf(ctx, who(c), e.ID)
		if err != nil {
			return err
		}
		v.Progress = standing(progress.Total)
		if mayOpen(who(c), "/checklists/:service") {
			v.ChecklistURL = checklistURL(e.ID)
		}
		v.Progress.Legend = true
	}
	v.RegisterHead = p.head(c, e, e.Name, "")
	if who(c).May(actor.EditServices) {
		v.Scope.MayEdit = !e.Retired()
		if e.Retired() {
			v.Retired.ReinstateURL, v.Retired.Version = serviceURL(e.ID)+"/reinstate", version(e)
		} else {
			v.Actions = pages.RegisterShowActions(serviceURL(e.ID))
		}
	}
	return render(c, http.StatusOK, pages.RegisterShow(v))
}

func version(e register.Entry) string { return strconv.FormatInt(e.Version, 10) }

// past shows what happened to a service.
func (p *registerPages) past(c echo.Context) error {
	e, err := p.Register.Get(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	h, err := p.history(c, register.Object(e.ID))
	if err != nil {
		return err
	}
	return render(c, http.StatusOK, pages.RegisterHistory(pages.RegisterHistoryView{RegisterHead: p.head(c, e, "register.history", "/history"), History: pages.History(h)}))
}

func (p *registerPages) retireForm(c echo.Context) error {
	e, err := p.Register.Get(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	return p.retirePage(c, http.StatusOK, e, pages.RegisterRetireView{})
}

func (p *registerPages) retirePage(c echo.Context, status int, e register.Entry, v pages.RegisterRetireView) error {
	if e.Retired() {
		return problem.New(problem.Conflict, "register.retired")
	}
	v.RegisterHead = p.head(c, e, "register.retire.title", "retire")
	v.Action, v.BackURL, v.Version = serviceURL(e.ID)+"/retire", serviceURL(e.ID), version(e)
	return render(c, status, pages.RegisterRetire(v))
}

func (p *registerPages) retire(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	e, err := p.Register.Get(ctx, who(c), c.Param("id"))
	if err != nil {
		return err
	}
	reason, shown := f.lines("reason"), f.int("version")
	if err = f.err(nil); err == nil {
		_, err = p.Register.Retire(ctx, who(c), e.ID, shown, reason)
	}
	if _, wrong := problem.FieldsOf(err); wrong {
		return p.retirePage(c, http.StatusUnprocessableEntity, e, pages.RegisterRetireView{Reason: reason, Errors: messages(ctx, err)})
	}
	if err != nil {
		return err
	}
	p.flash(c, "register.flash.retired", "name", e.Name)
	return done(c, serviceURL(e.ID))
}

func (p *registerPages) reinstate(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	shown := f.int("version")
	if err := f.err(nil); err != nil {
		return err
	}
	e, err := p.Register.Reinstate(c.Request().Context(), who(c), c.Param("id"), shown)
	if err != nil {
		return err
	}
	p.flash(c, "register.flash.reinstated", "name", e.Name)
	return done(c, serviceURL(e.ID))
}
