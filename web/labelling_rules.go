package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/i18n"
	"hegui/internal/labelling"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

func (p *labelPages) rules(c echo.Context) error { return p.rulesPage(c, http.StatusOK, nil, nil) }

// rulesPage shows a version of rules. typed and wrong are a short form that
// came back.
func (p *labelPages) rulesPage(c echo.Context, status int, typed *form, wrong error) error {
	ctx, by := c.Request().Context(), who(c)
	r, one, err := p.ruleAndProject(c)
	if err != nil {
		return err
	}
	v := pages.LabelRulesShow{LabelHead: p.labelHead(c, ruleName(ctx, r), p.projectCrumb(one)), Note: r.ReturnedNote, Reads: by.May(actor.ReadLabelling)}
	v.Subtitle, v.Status, v.Alert = one.Name, []ui.ChipView{ruleChip(r.State)}, said(ctx, wrong)
	v.Parts = []pages.DetailRow{{Label: "labelling.rules.goal", Value: r.Goal}, {Label: "labelling.rules.data_format", Value: r.DataFormat},
		{Label: "labelling.rules.method", Value: r.Method}, {Label: "labelling.rules.quality", Value: r.Quality}, {Label: "labelling.rules.examples", Value: r.Examples}}
	names, err := p.Accounts.Names(ctx, []string{r.DraftedBy, r.ApprovedBy})
	if err != nil {
		return err
	}
	v.Facts = ruleFacts(ctx, r, names)
	if err := p.readings(c, r, &v, typed, wrong); err != nil {
		return err
	}
	if r.State == labelling.RuleSubmitted && by.May(actor.ApproveLabelling) && by.ID != r.DraftedBy {
		k, f := cameBack{typed, wrong}, fields{messages(ctx, wrong)}
		v.Return = &pages.LabelForm{Action: labelURL("rules", r.ID) + "/return", Submit: "labelling.rules.return", Version: r.Version,
			Parts: []pages.FormPart{f.area("note", "labelling.note", k.text("note"), "labelling.rules.return.hint", 3, true)}}
	}
	if v.Reads {
		h, err := p.history(c, audit.Object{Type: "label_rule_set", ID: r.ID})
		if err != nil {
			return err
		}
		v.History = &h
	}
	return render(c, status, pages.LabelRulesShowView(v))
}

func ruleFacts(ctx context.Context, r labelling.RuleSet, names map[string]string) []pages.DetailRow {
	out := []pages.DetailRow{{Label: "labelling.rules.drafted_by", Value: names[r.DraftedBy]}, {Label: "labelling.rules.approved_by", Value: names[r.ApprovedBy]}}
	if r.ApprovedAt != nil {
		out = append(out, pages.DetailRow{Label: "labelling.rules.approved_at", Value: i18n.DateTime(ctx, *r.ApprovedAt)})
	}
	if r.InForceOn != "" {
		out = append(out, pages.DetailRow{Label: "labelling.rules.in_force_on", Value: i18n.Date(ctx, r.InForceOn)})
	}
	if r.SupersededOn != "" {
		out = append(out, pages.DetailRow{Label: "labelling.rules.superseded_on", Value: i18n.Date(ctx, r.SupersededOn)})
	}
	return out
}

func ruleActions(by actor.Actor, r labelling.RuleSet) (out []pages.LabelAction) {
	at := labelURL("rules", r.ID)
	mine, manages := r.DraftedBy == by.ID, by.May(actor.ManageLabelling)
	switch {
	case r.State == labelling.RuleDraft && mine && manages:
		return []pages.LabelAction{linkAction("labelling.edit", at+"/edit", "pencil"), primary(postAction("labelling.rules.submit", at+"/submit", "send", r.Version))}
	case r.State == labelling.RuleSubmitted && !mine && by.May(actor.ApproveLabelling):
		return []pages.LabelAction{primary(postAction("labelling.rules.approve", at+"/approve", "check", r.Version))}
	case r.State == labelling.RuleApproved && manages:
		return []pages.LabelAction{primary(confirmed(postAction("labelling.rules.force", at+"/force", "gavel", r.Version), "labelling.rules.force.confirm"))}
	case r.State == labelling.RuleInForce && manages:
		return []pages.LabelAction{linkAction("labelling.rules.next", labelURL("projects", r.ProjectID)+"/rules?kind="+string(r.Kind), "plus")}
	}
	return nil
}

// readings lists who has to confirm a version and who has.
func (p *labelPages) readings(c echo.Context, r labelling.RuleSet, v *pages.LabelRulesShow, typed *form, wrong error) error {
	ctx, by := c.Request().Context(), who(c)
	v.Actions = ruleActions(by, r)
	people, err := p.Labelling.Workers(ctx, by, labelling.WorkerFilter{Project: r.ProjectID, Limit: mostPeople})
	if err != nil {
		return err
	}
	had, err := p.Labelling.Readings(ctx, r.ID)
	if err != nil {
		return err
	}
	open := r.State == labelling.RuleApproved || r.State == labelling.RuleInForce
	v.Readings = pages.LabelTable{ID: "reading-list", Caption: "labelling.readings", Columns: []ui.Column{{Label: "labelling.person"}, {Label: "labelling.readings.on"}},
		Empty: ui.EmptyView{Icon: "users", Title: "labelling.project.people.empty", Text: "labelling.project.people.empty.text"}}
	var missing []ui.Option
	for _, w := range people {
		one, ok := had[w.ID]
		v.Readings.Rows = append(v.Readings.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: w.Called(by), URL: labelURL("people", w.ID)}, {Day: string(one.ReadOn)}}})
		if !ok && open {
			missing = append(missing, ui.Option{Value: w.ID, Label: w.Called(by)})
		}
		if !ok && open && w.AccountID == by.ID {
			v.Actions = append(v.Actions, primary(postAction("labelling.readings.own", labelURL("rules", r.ID)+"/read", "check", r.Version)))
		}
	}
	if by.May(actor.ManageLabelling) && len(missing) > 0 {
		v.Record = recordForm(ctx, r, missing, p.Labelling.Today(), typed, wrong)
	}
	return nil
}

func recordForm(ctx context.Context, r labelling.RuleSet, missing []ui.Option, today day.Date, typed *form, wrong error) *pages.LabelForm {
	f := fields{messages(ctx, wrong)}
	on := today
	if typed != nil {
		on = day.Date(typed.values.Get("read_on"))
	}
	workers := f.field("workers", "labelling.people", "")
	return &pages.LabelForm{Action: labelURL("rules", r.ID) + "/readings", Submit: "labelling.readings.record", Summary: summary(ctx, wrong), Parts: []pages.FormPart{
		{Kind: pages.BoxesPart, Field: workers, Options: missing, Inline: true},
		f.date("read_on", "labelling.readings.on", on, true),
	}}
}

// ruleAct does something to a version by one press, and shows a refusal on its
// page.
func (p *labelPages) ruleAct(c echo.Context, flash string, do func(f *form, id string, version int64) error) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	err = do(f, c.Param("id"), f.int("version"))
	if comesBack(err) {
		return p.rulesPage(c, statusOf(err), f, err)
	}
	if err != nil {
		return err
	}
	p.flash(c, flash)
	return done(c, labelURL("rules", c.Param("id")))
}

func (p *labelPages) submitRules(c echo.Context) error {
	return p.ruleAct(c, "labelling.flash.rules_submitted", func(_ *form, id string, version int64) error {
		_, err := p.Labelling.SubmitRules(c.Request().Context(), who(c), id, version)
		return err
	})
}

func (p *labelPages) approveRules(c echo.Context) error {
	return p.ruleAct(c, "labelling.flash.rules_approved", func(_ *form, id string, version int64) error {
		_, err := p.Labelling.ApproveRules(c.Request().Context(), who(c), id, version)
		return err
	})
}

func (p *labelPages) returnRules(c echo.Context) error {
	return p.ruleAct(c, "labelling.flash.rules_returned", func(f *form, id string, version int64) error {
		_, err := p.Labelling.ReturnRules(c.Request().Context(), who(c), id, version, f.lines("note"))
		return err
	})
}

func (p *labelPages) forceRules(c echo.Context) error {
	return p.ruleAct(c, "labelling.flash.rules_in_force", func(_ *form, id string, version int64) error {
		_, err := p.Labelling.PutInForce(c.Request().Context(), who(c), id, version)
		return err
	})
}

func (p *labelPages) readRules(c echo.Context) error {
	return p.ruleAct(c, "labelling.flash.rules_read", func(_ *form, id string, _ int64) error {
		return p.Labelling.ConfirmOwnReading(c.Request().Context(), who(c), id)
	})
}

func (p *labelPages) recordReadings(c echo.Context) error {
	return p.ruleAct(c, "labelling.flash.readings_recorded", func(f *form, id string, _ int64) error {
		on := f.date("read_on")
		if err := f.err(nil); err != nil {
			return err
		}
		return p.Labelling.ConfirmReading(c.Request().Context(), who(c), id, f.all("workers"), on)
	})
}
