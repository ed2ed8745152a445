package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"hegui/internal/checklist"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// maxPicks bounds one bulk change: more than any service has requirements.
const maxPicks = 1000

// What a bulk change does.
const (
	actOwner = "owner"
	actDue   = "due"
	actStart = "start"
)

func (l *checklistList) bulkForm() (*pages.ChecklistBulk, error) {
	options, err := l.peopleOptions(l.ctx, l.service.ID, "")
	return &pages.ChecklistBulk{URL: checklistURL(l.service.ID) + "/bulk", Query: l.query.encode(),
		Owner: ui.Choice{Field: ui.Field{Name: "owner", ID: "bulk-owner", Label: "checklist.owner", HideLabel: true}, Prompt: "ui.nobody", Options: options},
		Due:   ui.Field{Name: "due", ID: "bulk-due", Label: "checklist.due", HideLabel: true, Type: ui.InputDate}}, err
}

// picks reads "id:version" values.
func picks(f *form) ([]checklist.Pick, error) {
	values := f.all("pick")
	if len(values) == 0 || len(values) > maxPicks {
		return nil, problem.New(problem.Invalid, "checklist.bulk.none")
	}
	out := make([]checklist.Pick, len(values))
	for i, s := range values {
		id, version, _ := strings.Cut(s, ":")
		n, err := strconv.ParseInt(version, 10, 64)
		if err != nil {
			return nil, problem.New(problem.Malformed, "form.malformed")
		}
		out[i] = checklist.Pick{ID: id, Version: n}
	}
	return out, nil
}

// bulkChange is the change that the pressed button asks for.
func bulkChange(f *form) (ch checklist.Change, err error) {
	switch f.text("act") {
	case actOwner:
		ch.Owner = new(f.text("owner"))
	case actDue:
		ch.Due = new(f.date("due"))
	case actStart:
		ch.Status = new(checklist.InProgress)
	default:
		return ch, problem.New(problem.Malformed, "form.malformed")
	}
	return ch, f.err(nil)
}

// bulk changes all picked rows, and tells of those it could not change.
func (p *checklistPages) bulk(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	values, err := parseQuery(f.text("query"))
	if err != nil {
		return err
	}
	back := readChecklistQuery(values).on(checklistURL(c.Param("service")))
	service, err := p.Register.Get(c.Request().Context(), who(c), c.Param("service"))
	if err != nil {
		return err
	}
	chosen, err := picks(f)
	if err != nil {
		return err
	}
	ch, err := bulkChange(f)
	if err != nil {
		return err
	}
	results, err := p.Checklist.Bulk(c.Request().Context(), who(c), chosen, ch)
	if err != nil {
		return err
	}
	changed, refused := p.bulkResults(c, results)
	if len(refused) == 0 {
		p.flash(c, "checklist.flash.bulk", "count", changed)
		return done(c, back)
	}
	ctx := c.Request().Context()
	return render(c, http.StatusOK, pages.ChecklistBulkResult(pages.ChecklistBulkResultView{
		Frame: p.frame(c, i18n.T(ctx, "checklist.bulk.title"), layout.Crumb{Label: "checklist.overview.title", URL: "/checklists"},
			layout.Crumb{Label: service.Name, URL: back}),
		Changed: i18n.T(ctx, "checklist.bulk.changed", "count", changed), Refused: refused, BackURL: back}))
}

// bulkResults counts what was changed and says why the rest was not.
func (p *checklistPages) bulkResults(c echo.Context, results []checklist.Result) (changed int, refused []pages.BulkRefusal) {
	ctx := c.Request().Context()
	catalogue := p.Regulation.Current(ctx)
	for _, r := range results {
		if r.Changed {
			changed++
		}
		if r.Err == nil {
			continue
		}
		v := pages.BulkRefusal{Reason: refusal(c, r.Err)}
		if id := r.Assessment.RequirementID; id != "" {
			v.Requirement, v.Title, v.URL = id, requirementTitle(ctx, catalogue, id), pageOf(r.Assessment)
		}
		refused = append(refused, v)
	}
	return changed, refused
}

// refusal says why something was refused, from the first field if it is about
// fields.
func refusal(c echo.Context, err error) string {
	ctx := c.Request().Context()
	if list, ok := problem.FieldsOf(err); ok {
		return i18n.T(ctx, list[0].Key, list[0].Args...)
	}
	_, m := explain(err)
	return i18n.T(ctx, m.Key, m.Args...)
}
