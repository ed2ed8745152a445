package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"hegui/internal/checklist"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/regulation"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// form is where the judgement is made, with what was typed if it came back.
func (p *assessmentPage) form(next bool) *pages.AssessmentForm {
	a := p.a
	shown, wrong := changeOf(a), fieldErrors{}
	f := &pages.AssessmentForm{URL: pageOf(a), Version: strconv.FormatInt(a.Version, 10), Query: p.query.encode(), HasNext: next,
		FourEyes: a.FourEyes(checklist.Compliant)}
	if p.typed.form == formAssess {
		shown, wrong, f.Summary = over(a, p.typed.change), messages(p.ctx, p.typed.wrong), summary(p.ctx, p.typed.wrong)
	}
	f.Status = ui.Choice{Field: ui.Field{Name: "status", Label: "checklist.status", Value: string(*shown.Status), Error: wrong["status"]}, Inline: true, Options: statusOptions()}
	f.Conclusion = ui.Field{Name: "conclusion", Label: "checklist.conclusion", Hint: "checklist.conclusion.hint", Value: *shown.Conclusion, Rows: 4,
		Error: wrong["conclusion"], MaxLength: checklist.MaxText}
	f.Justification = ui.Field{Name: "justification", Label: "checklist.justification", Value: *shown.Justification, Rows: 3,
		Error: wrong["justification"], MaxLength: checklist.MaxText}
	if checklist.MayPlan(p.by, a) {
		f.Plan = p.plan(shown, wrong)
	}
	return f
}

func (p *assessmentPage) plan(shown checklist.Change, wrong fieldErrors) *pages.AssessmentPlan {
	date := func(name, label, value string) ui.Field {
		return ui.Field{Name: name, Label: label, Type: ui.InputDate, Value: value, Error: wrong[name]}
	}
	v := &pages.AssessmentPlan{
		Owner:      ui.Choice{Field: ui.Field{Name: "owner", Label: "checklist.owner", Value: *shown.Owner, Error: wrong["owner"]}, Prompt: "ui.nobody", Options: p.able},
		Due:        date("due", "checklist.due", string(*shown.Due)),
		NextReview: date("next_review", "checklist.next_review", string(*shown.NextReview)),
		Severity: ui.Choice{Field: ui.Field{Name: "severity", Label: "checklist.severity", Value: string(*shown.Severity), Error: wrong["severity"],
			Hint: i18n.T(p.ctx, "checklist.severity.catalogue", "severity", i18n.Text(p.ctx, "checklist.severity."+string(p.a.BaseSeverity)))}},
		SeverityReason: ui.Field{Name: "severity_reason", Label: "checklist.severity_reason", Value: *shown.SeverityReason, Rows: 2, Error: wrong["severity_reason"]},
	}
	for _, s := range []regulation.Severity{regulation.Critical, regulation.High, regulation.Medium, regulation.Low} {
		v.Severity.Options = append(v.Severity.Options, ui.Option{Value: string(s), Label: "checklist.severity." + string(s)})
	}
	return v
}

// save takes the form of the page.
func (p *checklistPages) save(c echo.Context) error {
	a, err := p.assessment(c)
	if err != nil {
		return err
	}
	f, err := readForm(c)
	if err != nil {
		return err
	}
	resolve(f)
	ch, version := readChange(f), f.int("version")
	saved := a
	if err = f.err(nil); err == nil {
		saved, err = p.Checklist.Assess(c.Request().Context(), who(c), a.ID, version, ch)
	}
	_, fields := problem.FieldsOf(err)
	switch {
	case fields:
		return p.itemPage(c, http.StatusUnprocessableEntity, typed{form: formAssess, change: ch, wrong: err})
	case problem.Is(err, problem.Conflict) && a.Version != version:
		return p.conflict(c, a, ch, f.text("query"))
	case err != nil:
		return err
	}
	p.flash(c, savedWords(a, saved))
	return p.onward(c, f, saved)
}

// savedWords says what saving did.
func savedWords(before, after checklist.Assessment) string {
	switch {
	case after.Version == before.Version:
		return "checklist.flash.same"
	case after.Pending():
		return "checklist.flash.proposed"
	}
	return "checklist.flash.saved"
}

// onward goes to the next requirement of the list if that was asked for.
func (p *checklistPages) onward(c echo.Context, f *form, a checklist.Assessment) error {
	values, err := parseQuery(f.text("query"))
	if err != nil {
		return err
	}
	q := readChecklistQuery(values)
	to := q.on(pageOf(a))
	if f.text("then") != "next" {
		return done(c, to)
	}
	l, err := p.read(c, q)
	if err != nil {
		return err
	}
	for _, next := range l.found { // the saved one may have left the filtered list
		if next.Article > a.Article || next.Article == a.Article && next.RequirementID > a.RequirementID {
			return done(c, q.on(pageOf(next)))
		}
	}
	return done(c, q.on(checklistURL(a.ServiceID)))
}

// conflictFields are the fields in which two versions can differ.
var conflictFields = []struct {
	name, label string
	words       func(ctx context.Context, names map[string]string, ch checklist.Change) string
	value       func(ch checklist.Change) string
}{
	{"status", "checklist.status", func(ctx context.Context, _ map[string]string, ch checklist.Change) string {
		return statusWord(ctx, *ch.Status)
	},
		func(ch checklist.Change) string { return string(*ch.Status) }},
	{"conclusion", "checklist.conclusion", func(_ context.Context, _ map[string]string, ch checklist.Change) string { return *ch.Conclusion },
		func(ch checklist.Change) string { return *ch.Conclusion }},
	{"justification", "checklist.justification", func(_ context.Context, _ map[string]string, ch checklist.Change) string { return *ch.Justification },
		func(ch checklist.Change) string { return *ch.Justification }},
	{"owner", "checklist.owner", func(_ context.Context, names map[string]string, ch checklist.Change) string { return names[*ch.Owner] },
		func(ch checklist.Change) string { return *ch.Owner }},
	{"due", "checklist.due", func(ctx context.Context, _ map[string]string, ch checklist.Change) string {
		return i18n.Date(ctx, *ch.Due)
	},
		func(ch checklist.Change) string { return string(*ch.Due) }},
	{"next_review", "checklist.next_review", func(ctx context.Context, _ map[string]string, ch checklist.Change) string {
		return i18n.Date(ctx, *ch.NextReview)
	},
		func(ch checklist.Change) string { return string(*ch.NextReview) }},
	{"severity", "checklist.severity", func(ctx context.Context, _ map[string]string, ch checklist.Change) string {
		return i18n.Text(ctx, "checklist.severity."+string(*ch.Severity))
	}, func(ch checklist.Change) string { return string(*ch.Severity) }},
	{"severity_reason", "checklist.severity_reason", func(_ context.Context, _ map[string]string, ch checklist.Change) string { return *ch.SeverityReason },
		func(ch checklist.Change) string { return *ch.SeverityReason }},
}

// conflict shows both versions, to choose field by field. Nothing was saved.
func (p *checklistPages) conflict(c echo.Context, a checklist.Assessment, ch checklist.Change, query string) error {
	ctx := c.Request().Context()
	theirs, mine := changeOf(a), over(a, ch)
	names, err := p.Accounts.Names(ctx, []string{a.UpdatedBy, *mine.Owner, *theirs.Owner})
	if err != nil {
		return err
	}
	service, err := p.Register.Get(ctx, who(c), a.ServiceID)
	if err != nil {
		return err
	}
	values, err := parseQuery(query)
	if err != nil {
		return err
	}
	back := readChecklistQuery(values).on(pageOf(a))
	v := pages.ConflictView{URL: pageOf(a), TheirsURL: back, Version: strconv.FormatInt(a.Version, 10), Query: query,
		Lead: i18n.T(ctx, "checklist.conflict.lead", "name", names[a.UpdatedBy], "at", i18n.DateTime(ctx, a.UpdatedAt)),
		Mine: i18n.T(ctx, "checklist.conflict.head.mine"), Theirs: i18n.T(ctx, "checklist.conflict.head.theirs", "name", names[a.UpdatedBy]),
		Frame: p.frame(c, i18n.T(ctx, "checklist.conflict.title"), layout.Crumb{Label: "checklist.overview.title", URL: "/checklists"},
			layout.Crumb{Label: service.Name, URL: checklistURL(a.ServiceID)}, layout.Crumb{Label: a.RequirementID, URL: back})}
	for _, f := range conflictFields {
		if f.value(mine) != f.value(theirs) {
			v.Fields = append(v.Fields, pages.ConflictField{Name: f.name, Label: f.label, Mine: f.words(ctx, names, mine), MineValue: f.value(mine),
				Theirs: f.words(ctx, names, theirs), TheirsValue: f.value(theirs)})
		}
	}
	if len(v.Fields) == 0 { // both typed the same
		p.flash(c, "checklist.flash.same")
		return done(c, back)
	}
	return render(c, http.StatusConflict, pages.Conflict(v))
}

// resolve turns the choices of the conflict page into the fields of the form:
// what was chosen as mine is sent as if typed, the rest stays as it is.
func resolve(f *form) {
	if !f.has("resolve") {
		return
	}
	all := f.values.Get("all") == "mine"
	for _, field := range conflictFields {
		if all && f.has("mine."+field.name) || f.values.Get("pick."+field.name) == "mine" {
			f.values.Set(field.name, f.values.Get("mine."+field.name))
		}
	}
}
