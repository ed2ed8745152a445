package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/checklist"
	"hegui/internal/day"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// rowPage shows one row of the list, as after giving up an edit.
func (p *checklistPages) rowPage(c echo.Context) error {
	a, err := p.assessment(c)
	if err != nil {
		return err
	}
	if !wantsPart(c) {
		return c.Redirect(http.StatusSeeOther, pageOf(a))
	}
	return p.rowPart(c, http.StatusOK, a, "", false)
}

// assessment is the one that the address names.
func (p *checklistPages) assessment(c echo.Context) (checklist.Assessment, error) {
	return p.Checklist.Get(c.Request().Context(), who(c), c.Param("service"), c.Param("requirement"))
}

// rowPart answers with a row; after a change also with the bars it moved.
func (p *checklistPages) rowPart(c echo.Context, status int, a checklist.Assessment, message string, moved bool) error {
	l, err := p.read(c, listQuery(c))
	if err != nil {
		return err
	}
	v := l.row(a)
	v.Message = message
	row := pages.ChecklistRowShown(v, l.by.May(actor.Assess))
	if !moved {
		return render(c, status, row)
	}
	bar := l.progress(a.Article)
	bar.OOB = true
	all := pages.ChecklistTotal(progressBar(l.service.Name, checklist.CountRows(l.rows, l.today), false), true)
	return render(c, status, templ.Join(row, pages.ChecklistBar(bar), all))
}

// editRow turns a row into a form.
func (p *checklistPages) editRow(c echo.Context) error {
	a, err := p.assessment(c)
	if err != nil {
		return err
	}
	if !wantsPart(c) {
		return c.Redirect(http.StatusSeeOther, pageOf(a)+"#assess")
	}
	return p.editPart(c, http.StatusOK, a, changeOf(a), nil, "")
}

// changeOf is what a form shows before anything is typed.
func changeOf(a checklist.Assessment) checklist.Change {
	return checklist.Change{Status: new(a.Claim()), Conclusion: &a.Conclusion, Justification: &a.Justification, Owner: &a.OwnerID, Due: &a.Due,
		NextReview: &a.NextReview, Severity: &a.Severity, SeverityReason: &a.SeverityReason}
}

// editPart shows the form in place of a row, with what was typed.
func (p *checklistPages) editPart(c echo.Context, status int, a checklist.Assessment, typed checklist.Change, wrong error, alert string) error {
	ctx, by := c.Request().Context(), who(c)
	errs := messages(ctx, wrong)
	id := func(name string) string { return "f-" + a.RequirementID + "-" + name }
	v := pages.ChecklistEdit{DOMID: "r-" + a.RequirementID, Columns: "7", URL: pageOf(a) + "/quick", CancelURL: pageOf(a) + "/row",
		Requirement: a.RequirementID, Title: requirementTitle(ctx, p.Regulation.Current(ctx), a.RequirementID), Version: strconv.FormatInt(a.Version, 10), Alert: alert,
		Status:     ui.Choice{Field: ui.Field{Name: "status", ID: id("status"), Label: "checklist.status", Value: string(*typed.Status), Error: errs["status"], Autofocus: wrong == nil}, Options: statusOptions()},
		Conclusion: ui.Field{Name: "conclusion", ID: id("conclusion"), Label: "checklist.conclusion", Value: *typed.Conclusion, Rows: 2, Error: errs["conclusion"]},
	}
	if *typed.Status == checklist.NotApplicable || errs["justification"] != "" || a.Justification != "" {
		v.Reason = &ui.Field{Name: "justification", ID: id("justification"), Label: "checklist.justification", Value: *typed.Justification, Rows: 2, Error: errs["justification"]}
	}
	if by.May(actor.Assess) {
		v.Columns = "8"
	}
	if checklist.MayPlan(by, a) {
		options, err := p.peopleOptions(ctx, a.ServiceID, *typed.Owner)
		if err != nil {
			return err
		}
		v.Owner = &ui.Choice{Field: ui.Field{Name: "owner", ID: id("owner"), Label: "checklist.owner", Value: *typed.Owner, Error: errs["owner"]}, Prompt: "ui.nobody", Options: options}
		v.Due = &ui.Field{Name: "due", ID: id("due"), Label: "checklist.due", Type: ui.InputDate, Value: string(*typed.Due), Error: errs["due"]}
	}
	return render(c, status, pages.ChecklistRowEdit(v))
}

// peopleOptions are the people who can own work on a service; the present
// owner stays choosable even if they no longer could.
func (s *Server) peopleOptions(ctx context.Context, service, present string) ([]ui.Option, error) {
	people, err := s.Accounts.Able(ctx, actor.Contribute, service)
	if err != nil {
		return nil, err
	}
	var out []ui.Option
	listed := present == ""
	for _, a := range people {
		out = append(out, ui.Option{Value: a.ID, Label: a.Name})
		listed = listed || a.ID == present
	}
	if listed {
		return out, nil
	}
	names, err := s.Accounts.Names(ctx, []string{present})
	if name := names[present]; name != "" {
		out = append(out, ui.Option{Value: present, Label: name})
	}
	return out, err
}

// readChange takes what a form says about an assessment; fields it does not
// have stay as they are.
func readChange(f *form) checklist.Change {
	var ch checklist.Change
	text := func(to **string, name string, read func(string) string) {
		if f.has(name) {
			*to = new(read(name))
		}
	}
	text(&ch.Conclusion, "conclusion", f.lines)
	text(&ch.Justification, "justification", f.lines)
	text(&ch.Owner, "owner", f.text)
	text(&ch.SeverityReason, "severity_reason", f.lines)
	if f.has("status") {
		ch.Status = new(checklist.Status(f.text("status")))
	}
	if f.has("severity") {
		ch.Severity = new(severityOf(f.text("severity")))
	}
	date := func(to **day.Date, name string) {
		if f.has(name) {
			*to = new(f.date(name))
		}
	}
	date(&ch.Due, "due")
	date(&ch.NextReview, "next_review")
	return ch
}

// over fills what a change leaves alone from the row, to show it in a form.
func over(a checklist.Assessment, ch checklist.Change) checklist.Change {
	out := changeOf(a)
	for _, s := range []struct{ to, from **string }{{&out.Conclusion, &ch.Conclusion}, {&out.Justification, &ch.Justification},
		{&out.Owner, &ch.Owner}, {&out.SeverityReason, &ch.SeverityReason}} {
		if *s.from != nil {
			*s.to = *s.from
		}
	}
	if ch.Status != nil {
		out.Status = ch.Status
	}
	if ch.Severity != nil {
		out.Severity = ch.Severity
	}
	if ch.Due != nil {
		out.Due = ch.Due
	}
	if ch.NextReview != nil {
		out.NextReview = ch.NextReview
	}
	return out
}

// quick saves a row: from the form in its place, or by a status key.
func (p *checklistPages) quick(c echo.Context) error {
	ctx, by := c.Request().Context(), who(c)
	a, err := p.assessment(c)
	if err != nil {
		return err
	}
	f, err := readForm(c)
	if err != nil {
		return err
	}
	ch, version := readChange(f), f.int("version")
	saved := a
	if err = f.err(nil); err == nil {
		saved, err = p.Checklist.Assess(ctx, by, a.ID, version, ch)
	}
	if !wantsPart(c) {
		if err == nil {
			err = done(c, checklistURL(a.ServiceID)+"#r-"+a.RequirementID)
		}
		return err
	}
	_, fields := problem.FieldsOf(err)
	switch {
	case fields:
		return p.editPart(c, http.StatusUnprocessableEntity, a, over(a, ch), err, "")
	case problem.Is(err, problem.Conflict) && a.Version != version:
		return p.rowConflict(c, a, ch, f.text("from") == "row")
	case err != nil:
		return err
	}
	return p.rowPart(c, http.StatusOK, saved, "", true)
}

// rowConflict says who was first and what they set. What was typed in the
// form stays; a key press is dropped.
func (p *checklistPages) rowConflict(c echo.Context, a checklist.Assessment, ch checklist.Change, typed bool) error {
	ctx := c.Request().Context()
	names, err := p.Accounts.Names(ctx, []string{a.UpdatedBy})
	if err != nil {
		return err
	}
	name, at, status := names[a.UpdatedBy], i18n.DateTime(ctx, a.UpdatedAt), statusWord(ctx, a.Claim())
	if typed {
		return p.editPart(c, http.StatusConflict, a, over(a, ch), nil, i18n.T(ctx, "checklist.conflict.typed", "name", name, "at", at, "status", status))
	}
	return p.rowPart(c, http.StatusConflict, a, i18n.T(ctx, "checklist.conflict.key", "name", name, "at", at), true)
}
