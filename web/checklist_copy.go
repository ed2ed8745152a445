package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"hegui/internal/checklist"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// copyPage offers what could be taken over from another service.
func (p *checklistPages) copyPage(c echo.Context) error {
	ctx, by := c.Request().Context(), who(c)
	to, err := p.Register.Get(ctx, by, c.Param("service"))
	if err != nil {
		return err
	}
	services, err := p.Register.Visible(ctx, by)
	if err != nil {
		return err
	}
	v := pages.ChecklistCopyView{URL: checklistURL(to.ID) + "/copy", BackURL: checklistURL(to.ID),
		Frame: p.frame(c, i18n.T(ctx, "checklist.copy.title"), layout.Crumb{Label: "checklist.overview.title", URL: "/checklists"},
			layout.Crumb{Label: to.Name, URL: checklistURL(to.ID)})}
	from := c.QueryParam("from")
	v.From = ui.Choice{Field: ui.Field{Name: "from", Label: "checklist.copy.from", Value: from}, Prompt: "checklist.copy.choose"}
	for _, e := range services {
		if e.ID == to.ID {
			continue
		}
		v.From.Options = append(v.From.Options, ui.Option{Value: e.ID, Label: e.Name})
		if e.ID == from {
			v.Chosen, v.ChosenName = e.ID, e.Name
		}
	}
	if v.Chosen != "" {
		if v.Rows, err = p.copyRows(c, v.Chosen, to.ID); err != nil {
			return err
		}
	}
	return show(c, http.StatusOK, pages.ChecklistCopy(v), pages.ChecklistCopyPanel(v))
}

func (p *checklistPages) copyRows(c echo.Context, from, to string) ([]pages.CopyRow, error) {
	ctx := c.Request().Context()
	plan, err := p.Checklist.CopyPlan(ctx, who(c), from, to)
	if err != nil {
		return nil, err
	}
	var sources []checklist.Assessment
	for _, one := range plan {
		sources = append(sources, one.From)
	}
	names, err := p.Accounts.Names(ctx, owners(sources))
	if err != nil {
		return nil, err
	}
	catalogue := p.Regulation.Current(ctx)
	rows := make([]pages.CopyRow, len(plan))
	for i, one := range plan {
		r := pages.CopyRow{Pick: one.To.ID + ":" + strconv.FormatInt(one.To.Version, 10), Requirement: one.To.RequirementID,
			Title: requirementTitle(ctx, catalogue, one.To.RequirementID), Status: standingChip(one.From), URL: pageOf(one.From)}
		if one.Words {
			r.Words = one.From.Conclusion
			if r.Words == "" {
				r.Words = one.From.Justification
			}
		}
		if one.Owner {
			r.Owner = names[one.From.OwnerID]
		}
		if one.Evidence {
			r.Evidence = i18n.T(ctx, "checklist.copy.pieces", "count", one.From.Linked)
		}
		rows[i] = r
	}
	return rows, nil
}

// copy takes over what was picked.
func (p *checklistPages) copy(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	ctx, by, to := c.Request().Context(), who(c), c.Param("service")
	if _, err := p.Register.Get(ctx, by, to); err != nil {
		return err
	}
	from := f.text("from")
	if _, err := p.Register.Get(ctx, by, from); err != nil {
		return err
	}
	chosen, err := picks(f)
	if err != nil {
		return err
	}
	o := checklist.CopyOptions{Words: f.checked("words"), Owner: f.checked("owner"), Evidence: f.checked("evidence")}
	if o == (checklist.CopyOptions{}) {
		return problem.New(problem.Invalid, "checklist.copy.what_missing")
	}
	n, err := p.Checklist.Copy(ctx, by, from, to, chosen, o)
	if err != nil {
		return err
	}
	p.flash(c, "checklist.flash.copied", "count", n)
	return done(c, checklistQuery{only: onlyChanged}.on(checklistURL(to)))
}
