package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/checklist"
	"hegui/internal/day"
	"hegui/internal/i18n"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/internal/savedview"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// checklistList is everything the list of a service is made of.
type checklistList struct {
	*checklistPages
	c         echo.Context
	ctx       context.Context
	by        actor.Actor
	service   register.Entry
	query     checklistQuery
	rows      []checklist.Assessment // all the person sees
	found     []checklist.Assessment // those that pass the filter
	people    map[string]string
	articles  map[int]checklist.Count // of all rows
	catalogue *regulation.Catalogue
	today     day.Date
}

func (p *checklistPages) list(c echo.Context) error {
	return p.listPage(c, http.StatusOK, pages.SaveViewForm{})
}

func (p *checklistPages) listPage(c echo.Context, status int, save pages.SaveViewForm) error {
	l, err := p.read(c, readChecklistQuery(c.QueryParams()))
	if err != nil {
		return err
	}
	v, err := l.view(save)
	if err != nil {
		return err
	}
	return show(c, status, pages.Checklist(v), pages.ChecklistFiltered(v))
}

// read finds the service and the assessments that the query asks for.
func (p *checklistPages) read(c echo.Context, q checklistQuery) (*checklistList, error) {
	l := &checklistList{checklistPages: p, c: c, ctx: c.Request().Context(), by: who(c), query: q, today: p.Checklist.Today()}
	var err error
	if l.service, err = p.Register.Get(l.ctx, l.by, c.Param("service")); err != nil {
		return nil, err
	}
	if l.rows, err = p.Checklist.Rows(l.ctx, l.by, l.service.ID); err != nil {
		return nil, err
	}
	l.catalogue = p.Regulation.Current(l.ctx)
	l.found = q.filter(l.by).Keep(l.rows, l.catalogue, l.today)
	l.articles = checklist.CountArticles(l.rows, l.today)
	l.people, err = p.Accounts.Names(l.ctx, owners(l.rows))
	return l, err
}

// owners are the accounts that own something, each once.
func owners(rows []checklist.Assessment) []string {
	var ids []string
	seen := map[string]bool{"": true}
	for _, a := range rows {
		if !seen[a.OwnerID] {
			seen[a.OwnerID] = true
			ids = append(ids, a.OwnerID)
		}
	}
	return ids
}

func (l *checklistList) view(save pages.SaveViewForm) (pages.ChecklistView, error) {
	total := checklist.CountRows(l.rows, l.today)
	path := checklistURL(l.service.ID)
	v := pages.ChecklistView{
		Frame: l.frame(l.c, l.service.Name, layout.Crumb{Label: "checklist.overview.title", URL: "/checklists"}),
		Title: l.service.Name, Lead: lead(l.ctx, total), Progress: progressBar(l.service.Name, total, false),
		Found: i18n.T(l.ctx, "checklist.found", "count", len(l.found)), Empty: l.empty(),
		CSVURL: l.query.on(path + "/export.csv"), XLSXURL: l.query.on(path + "/export.xlsx"),
		Groups: l.groups(), Save: save,
	}
	if mayOpen(l.by, "/services/:id/scope") {
		v.ScopeURL = "/services/" + l.service.ID + "/scope"
	}
	v.Frame.Wide = true
	v.Search = ui.Field{Name: "q", Label: "checklist.filter.text", Type: ui.InputSearch, Value: l.query.text, Placeholder: "checklist.filter.text.hint"}
	v.Selects = l.selects()
	v.Filter = ui.FilterView{Action: path, Active: l.active(), ClearURL: path, Target: "#checklist"}
	if l.by.May(actor.Contribute) {
		v.Keys = statusKeys
	}
	if l.by.May(actor.Assess) {
		v.CopyURL = path + "/copy"
		bulk, err := l.bulkForm()
		if err != nil {
			return v, err
		}
		v.Bulk = bulk
	}
	views, err := l.Views.List(l.ctx, l.by, checklistPageName)
	v.Views = l.savedViews(views)
	if v.Save.URL == "" {
		v.Save.URL, v.Save.Query = path+"/views", l.query.encode()
	}
	return v, err
}

func (l *checklistList) empty() ui.EmptyView {
	if len(l.rows) == 0 {
		return ui.EmptyView{Icon: "checklist", Title: "checklist.empty.mine.title", Text: "checklist.empty.mine.text"}
	}
	return ui.EmptyView{Icon: "filter-off", Title: "checklist.empty.title", Text: "checklist.empty.text",
		Actions: ui.LinkButton(ui.ButtonView{Label: "ui.filter.clear", URL: checklistURL(l.service.ID), Icon: "x"})}
}

// groups parts the found rows by article; the bars count all rows of it.
func (l *checklistList) groups() []pages.ChecklistGroup {
	var out []pages.ChecklistGroup
	article := 0
	for _, a := range l.found {
		if a.Article != article {
			article = a.Article
			out = append(out, l.group(article))
		}
		g := &out[len(out)-1]
		g.Rows = append(g.Rows, l.row(a))
	}
	return out
}

func groupID(article int) string { return "article-" + strconv.Itoa(article) }

func (l *checklistList) group(number int) pages.ChecklistGroup {
	g := pages.ChecklistGroup{ID: groupID(number), URL: "/articles/" + strconv.Itoa(number), Progress: l.progress(number)}
	if a, ok := l.catalogue.Article(number); ok {
		g.Label, g.Title = pick(l.ctx, a.Label), pick(l.ctx, a.Title)
	}
	return g
}

// progress is the small bar of an article.
func (l *checklistList) progress(number int) pages.ChecklistProgress {
	n := l.articles[number]
	return pages.ChecklistProgress{ID: "progress-" + strconv.Itoa(number), Words: fraction(n),
		Bar: progressBar(i18n.T(l.ctx, "checklist.progress"), n, true)}
}

func (l *checklistList) row(a checklist.Assessment) pages.ChecklistRow {
	v := pages.ChecklistRow{DOMID: "r-" + a.RequirementID, URL: l.query.on(pageOf(a)), Requirement: a.RequirementID,
		Title: requirementTitle(l.ctx, l.catalogue, a.RequirementID), Status: standingChip(a),
		Severity: severityLook(a), Owner: l.people[a.OwnerID], Version: strconv.FormatInt(a.Version, 10)}
	copy(v.Marks[:], marks(l.ctx, a))
	v.Due, v.DueNote, v.DueLate = dueWords(l.ctx, a, l.today)
	v.Evidence, v.Proof = evidenceWords(a)
	if checklist.MayEdit(l.by, a) {
		v.EditURL = pageOf(a) + "/edit"
		v.Pick = a.ID + ":" + v.Version
	}
	return v
}

func (l *checklistList) selects() []ui.Choice {
	choice := func(name, value, label, prompt string, options []ui.Option) ui.Choice {
		return ui.Choice{Field: ui.Field{Name: name, Label: label, Value: value}, Prompt: prompt, Options: options}
	}
	var articles, severities, only []ui.Option
	for _, a := range l.catalogue.Articles {
		if len(l.catalogue.ByArticle(a.Number)) > 0 {
			articles = append(articles, ui.Option{Value: strconv.Itoa(a.Number), Label: i18n.Pick(l.ctx, a.Label.ZH+" "+a.Title.ZH, a.Label.EN+" "+a.Title.EN)})
		}
	}
	for _, s := range []regulation.Severity{regulation.Critical, regulation.High, regulation.Medium, regulation.Low} {
		severities = append(severities, ui.Option{Value: string(s), Label: "checklist.severity." + string(s)})
	}
	for _, o := range onlyValues {
		only = append(only, ui.Option{Value: o, Label: "checklist.only." + o})
	}
	return []ui.Choice{
		choice("article", l.query.article, "checklist.article", "checklist.any.article", articles),
		choice("status", l.query.status, "checklist.standing", "checklist.any.status", statusOptions()),
		choice("owner", l.query.owner, "checklist.owner", "checklist.any.owner", l.ownerOptions()),
		choice("severity", l.query.severity, "checklist.severity", "checklist.any.severity", severities),
		choice("only", l.query.only, "checklist.only", "checklist.any.only", only),
	}
}

// ownerOptions offers oneself, nobody, and whoever owns something here.
func (l *checklistList) ownerOptions() []ui.Option {
	out := []ui.Option{{Value: ownerMe, Label: "checklist.owner.me"}, {Value: checklist.Nobody, Label: "checklist.owner.nobody"}}
	var others []ui.Option
	for id, name := range l.people {
		others = append(others, ui.Option{Value: id, Label: name})
	}
	slices.SortFunc(others, func(a, b ui.Option) int { return strings.Compare(a.Label+a.Value, b.Label+b.Value) })
	return append(out, others...)
}

// active are the filters in force as chips that take them away.
func (l *checklistList) active() []ui.FilterChip {
	q := l.query
	var out []ui.FilterChip
	chip := func(value, label, words string, without func(*checklistQuery)) {
		if value == "" {
			return
		}
		rest := q
		without(&rest)
		out = append(out, ui.FilterChip{Label: i18n.T(l.ctx, "checklist.chip", "name", i18n.Text(l.ctx, label), "value", words),
			RemoveURL: rest.on(checklistURL(l.service.ID))})
	}
	chip(q.text, "checklist.filter.text", q.text, func(q *checklistQuery) { q.text = "" })
	chip(q.article, "checklist.article", l.articleWord(q.article), func(q *checklistQuery) { q.article = "" })
	chip(q.status, "checklist.standing", i18n.Text(l.ctx, "checklist.status."+q.status), func(q *checklistQuery) { q.status = "" })
	chip(q.owner, "checklist.owner", l.ownerWord(q.owner), func(q *checklistQuery) { q.owner = "" })
	chip(q.severity, "checklist.severity", i18n.Text(l.ctx, "checklist.severity."+q.severity), func(q *checklistQuery) { q.severity = "" })
	chip(q.only, "checklist.only", i18n.Text(l.ctx, "checklist.only."+q.only), func(q *checklistQuery) { q.only = "" })
	return out
}

func (l *checklistList) articleWord(number string) string {
	n, _ := strconv.Atoi(number) // was a number when it was read
	if a, ok := l.catalogue.Article(n); ok {
		return pick(l.ctx, a.Label)
	}
	return number
}

func (l *checklistList) ownerWord(owner string) string {
	switch owner {
	case ownerMe:
		return i18n.T(l.ctx, "checklist.owner.me")
	case checklist.Nobody:
		return i18n.T(l.ctx, "checklist.owner.nobody")
	}
	return l.people[owner]
}

// checklistPageName is what saved views of checklists belong to.
const checklistPageName = "checklist"

// savedViews offers the built-in views, then those people saved.
func (l *checklistList) savedViews(saved []savedview.View) []pages.SavedView {
	path, present := checklistURL(l.service.ID), l.query.encode()
	add := func(out []pages.SavedView, name, query string) []pages.SavedView {
		v := pages.SavedView{Name: name, URL: path, Current: query == present}
		if query != "" {
			v.URL += "?" + query
		}
		return append(out, v)
	}
	var out []pages.SavedView
	out = add(out, "checklist.views.all", "")
	if l.by.May(actor.Contribute) {
		out = add(out, "checklist.views.mine", checklistQuery{owner: ownerMe}.encode())
	}
	out = add(out, "checklist.only.overdue", checklistQuery{only: onlyOverdue}.encode())
	out = add(out, "checklist.only.awaiting", checklistQuery{only: onlyAwaiting}.encode())
	out = add(out, "checklist.only.no_evidence", checklistQuery{only: onlyNoEvidence}.encode())
	for _, s := range saved {
		out = add(out, s.Name, s.Query)
		last := &out[len(out)-1]
		last.Shared = s.Shared
		if s.AccountID == l.by.ID {
			last.RemoveURL = "/views/" + s.ID + "/remove"
		}
	}
	return out
}

// saveView names the present filter.
func (p *checklistPages) saveView(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	values, err := parseQuery(f.text("query"))
	if err != nil {
		return err
	}
	query := readChecklistQuery(values)
	save := pages.SaveViewForm{URL: checklistURL(c.Param("service")) + "/views", Query: query.encode(), Name: f.text("name"), Open: true}
	err = f.err(nil)
	if err == nil {
		_, err = p.Views.Save(c.Request().Context(), who(c), savedview.Input{Page: checklistPageName, Name: save.Name, Query: save.Query, Shared: f.checked("shared")})
	}
	if wrong := messages(c.Request().Context(), err); len(wrong) > 0 {
		for _, one := range wrong {
			save.Error = one
		}
		return p.listPage(c, http.StatusUnprocessableEntity, save)
	}
	if err != nil {
		return err
	}
	p.flash(c, "view.flash.saved", "name", save.Name)
	return done(c, query.on(checklistURL(c.Param("service"))))
}

// removeView deletes one of the person's own views.
func (p *checklistPages) removeView(c echo.Context) error {
	if _, err := readForm(c); err != nil {
		return err
	}
	if err := p.Views.Remove(c.Request().Context(), who(c), c.Param("id")); err != nil {
		return err
	}
	p.flash(c, "view.flash.removed")
	return done(c, backTo(c, "/checklists"))
}
