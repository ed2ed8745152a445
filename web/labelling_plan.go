package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/i18n"
	"hegui/internal/labelling"
	"hegui/internal/labelling/stats"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// plan shows what a plan would do, before and after it is chosen.
func (p *labelPages) plan(c echo.Context) error {
	return p.planPage(c, http.StatusOK, c.QueryParams(), nil)
}

// choosePlan puts the lot under the plan that the form carries.
func (p *labelPages) choosePlan(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	ctx, by, lot := c.Request().Context(), who(c), c.Param("id")
	d := readDesign(f.values, nil)
	version := f.int("version")
	if err = f.err(nil); err == nil {
		_, err = p.Labelling.ChoosePlan(ctx, by, lot, version, d.in)
	}
	if comesBack(err) {
		return p.planPage(c, statusOf(err), f.values, err)
	}
	if err != nil {
		return err
	}
	p.flash(c, "label_plan.flash.chosen")
	return done(c, labelURL("lots", lot)+"/plan")
}

// planPage is the page of a lot's plan, with a design that was typed.
func (p *labelPages) planPage(c echo.Context, status int, typed url.Values, wrong error) error {
	ctx, by := c.Request().Context(), who(c)
	l, err := p.Labelling.Lot(ctx, by, c.Param("id"))
	if err != nil {
		return err
	}
	v := pages.LabelPlanShow{}
	if v.LabelHead, err = p.lotHead(c, l); err != nil {
		return err
	}
	v.Alert = said(ctx, wrong)
	plans, err := p.Labelling.Plans(ctx, by, l.ID)
	if err != nil {
		return err
	}
	pace, err := p.Labelling.PaceOf(ctx, by, l.ProjectID)
	if err != nil {
		return err
	}
	w := planWords{ctx: ctx, p: p, lot: l, pace: pace, at: labelURL("lots", l.ID) + "/plan"}
	var current *labelling.Plan
	if i := slices.IndexFunc(plans, func(o labelling.Plan) bool { return o.ID == l.PlanID }); i >= 0 {
		current = &plans[i]
		plans = slices.Delete(slices.Clone(plans), i, i+1)
	}
	d := readDesign(typed, startDesign(l, current))
	w.design = d
	if v.Current, err = w.current(c, current); err != nil {
		return err
	}
	if len(plans) > 0 {
		t := p.pastPlans(ctx, plans)
		v.Past = &t
	}
	switch {
	case by.May(actor.ManageLabelling) && slices.Contains([]labelling.LotState{labelling.LotFrozen, labelling.LotPlanned, labelling.LotDrawn}, l.State):
		if err := p.designPart(c, &v, w, wrong); err != nil {
			return err
		}
	case current == nil:
		e := ui.EmptyView{Icon: "adjustments", Title: "label_plan.none", Text: "label_plan.none.text"}
		if l.State == labelling.LotOpen {
			e = ui.EmptyView{Icon: "lock-open", Title: "label_plan.not_frozen", Text: "label_plan.not_frozen.text", Actions: ui.LinkButton(ui.ButtonView{Label: "label_plan.to_lot", URL: labelURL("lots", l.ID)})}
		}
		v.Empty = &e
	}
	return render(c, status, pages.LabelPlanShowView(v))
}

// designPart adds the design and what it means.
func (p *labelPages) designPart(c echo.Context, v *pages.LabelPlanShow, w planWords, wrong error) error {
	ctx, by, l, d := w.ctx, who(c), w.lot, w.design
	project, err := p.Labelling.Project(ctx, by, l.ProjectID)
	if err != nil {
		return err
	}
	axes, err := p.Labelling.Axes(ctx, by, l.ID)
	if err != nil {
		return err
	}
	in := d.in
	in.DoublePercent, in.GoldPercent = project.DoublePercent, project.GoldPercent
	proposed, refused := p.Labelling.Propose(ctx, l, in)
	if refused != nil && !comesBack(refused) {
		return refused
	}
	f := fields{messages(ctx, refused)}
	design, err := p.designForm(ctx, w, axes, f)
	if err != nil {
		return err
	}
	design.Summary = summary(ctx, refused)
	v.Design = &design
	if refused != nil {
		v.Problem = f.wrong["method"]
		if v.Problem == "" {
			v.Problem = said(ctx, refused)
		}
		return nil
	}
	if v.Current != nil && !d.asked {
		return nil // nothing else was designed yet
	}
	shown, err := w.plan(proposed)
	if err != nil {
		return err
	}
	shown.ID, shown.Title, shown.Subtitle = "proposed", "label_plan.proposed", i18n.T(ctx, "label_plan.proposed.lead", "count", l.Size)
	v.Proposed = &shown
	v.Choose, v.Carried = chooseForm(ctx, w, project, wrong), d.carried("seconds")
	return nil
}

// designForm asks for what a method needs.
func (p *labelPages) designForm(ctx context.Context, w planWords, axes []labelling.Stratify, f fields) (pages.LabelDesign, error) {
	d := w.design
	v := pages.LabelDesign{Action: w.at, Hidden: []ui.Hidden{{Name: "method", Value: d.get("method")}}}
	for _, m := range labelling.Methods {
		v.Methods = append(v.Methods, pages.LabelMethod{Label: "label_plan.method." + string(m), Hint: "label_plan.method." + string(m) + ".hint", URL: d.url(w.at, m), Current: m == d.in.Method})
	}
	share := func(name, label, hint string) pages.FormPart {
		x := f.field(name, label, d.get(name))
		x.Type, x.Min, x.Max, x.Step, x.Hint = ui.InputNumber, "0", "100", "any", hint
		return pages.FormPart{Kind: pages.TextPart, Field: x}
	}
	switch d.in.Method {
	case labelling.ISO2859:
		v.Parts = isoParts(d, f)
	case labelling.Statutory:
		rules, err := p.ruleChoices(ctx, d.get("rule"))
		if err != nil {
			return v, err
		}
		v.Rules = rules
	case labelling.Whole100:
		v.Parts = []pages.FormPart{share("min_right", "label_plan.min_right", "label_plan.min_right.hint")}
	case labelling.Precision:
		v.Parts = []pages.FormPart{share("margin", "label_plan.margin", "label_plan.margin.hint"), share("confidence", "label_plan.confidence", ""),
			share("expected", "label_plan.expected", "label_plan.expected.hint"), share("min_right", "label_plan.min_right", "label_plan.min_right.hint")}
	case labelling.TwoPoints, labelling.Sequential:
		v.Parts = []pages.FormPart{share("p1", "label_plan.p1", "label_plan.p1.hint"), share("alpha", "label_plan.alpha", "label_plan.alpha.hint"),
			share("p2", "label_plan.p2", "label_plan.p2.hint"), share("beta", "label_plan.beta", "label_plan.beta.hint")}
	}
	if d.in.Method != labelling.Whole100 && d.in.Method != labelling.Sequential && len(axes) > 0 {
		v.Parts = append(v.Parts, strataParts(ctx, d, axes, f)...)
	}
	return v, nil
}

func isoParts(d *design, f fields) []pages.FormPart {
	levels := make([]ui.Option, 0, len(stats.Levels()))
	for _, one := range stats.Levels() {
		levels = append(levels, ui.Option{Value: string(one), Label: string(one)})
	}
	out := []pages.FormPart{hinted(f.pick("level", "label_plan.level", d.get("level"), "", levels, true), "label_plan.level.hint")}
	var aqls []ui.Option
	for _, one := range stats.AQLs() {
		aqls = append(aqls, ui.Option{Value: string(one), Label: string(one)})
	}
	for _, class := range labelling.Severities {
		name := "aql_" + string(class)
		out = append(out, f.pick(name, "label_plan."+name, d.get(name), "label_plan.aql.none", aqls, false))
	}
	return out
}

func strataParts(ctx context.Context, d *design, axes []labelling.Stratify, f fields) []pages.FormPart {
	options := make([]ui.Option, len(axes))
	for i, y := range axes {
		label := "label_plan.axis." + string(y.By)
		if y.By == labelling.AxisColumn {
			label = i18n.T(ctx, "label_plan.axis.column", "name", y.Column)
		}
		options[i] = ui.Option{Value: axisValue(y), Label: label}
	}
	out := []pages.FormPart{hinted(f.pick("by", "label_plan.by", d.get("by"), "label_plan.by.none", options, false), "label_plan.by.hint")}
	ways := codeOptions("label_plan.how.", []labelling.Allocation{labelling.Proportional, labelling.Neyman, labelling.Floor})
	return append(out, hinted(f.pick("how", "label_plan.how", d.get("how"), "", ways, false), "label_plan.how.hint"),
		hinted(f.number("floor", "label_plan.floor.label", max(0, d.whole("floor")), 10_000), "label_plan.floor.hint"))
}

// ruleChoices are the rules of regulations with their figures as they stand.
func (p *labelPages) ruleChoices(ctx context.Context, chosen string) ([]pages.LabelRule, error) {
	cat := p.Regulation.Current(ctx)
	var out []pages.LabelRule
	for _, r := range labelling.StatutoryRules {
		settings, err := p.Labelling.FiguresOf(ctx, r)
		if err != nil {
			return nil, err
		}
		one := pages.LabelRule{Value: r.Key, Label: "label_plan.rule." + r.Key, Checked: r.Key == chosen}
		for _, s := range settings {
			one.Figures = append(one.Figures, figureView(ctx, cat, s))
		}
		if len(one.Figures) > 0 {
			out = append(out, one)
		}
	}
	return out, nil
}

// chooseForm puts the lot under the proposed plan.
func chooseForm(ctx context.Context, w planWords, project labelling.Project, wrong error) *pages.LabelForm {
	d, l, f := w.design, w.lot, fields{messages(ctx, wrong)}
	in := labelling.PlanInput{Blind: project.Blind, DoublePercent: project.DoublePercent, GoldPercent: project.GoldPercent}
	if d.values.Has("double_percent") { // posted
		in.Blind, in.DoublePercent, in.GoldPercent = d.in.Blind, d.in.DoublePercent, d.in.GoldPercent
	}
	out := &pages.LabelForm{Action: w.at, Submit: "label_plan.choose.do", Version: l.Version, Summary: summary(ctx, wrong), Parts: []pages.FormPart{
		f.check("blind", "labelling.project.blind", "labelling.project.blind.hint", in.Blind),
		hinted(f.number("double_percent", "labelling.project.double", in.DoublePercent, 100), "labelling.project.double.hint"),
		hinted(f.number("gold_percent", "labelling.project.gold", in.GoldPercent, 50), "labelling.project.gold.hint")}}
	if l.PlanID != "" {
		out.Parts = append(out.Parts, f.area("reason", "label_plan.reason", d.get("reason"), i18n.T(ctx, "label_plan.reason.hint"), 2, true))
	}
	return out
}

// pastPlans lists plans that were replaced.
func (p *labelPages) pastPlans(ctx context.Context, list []labelling.Plan) pages.LabelTable {
	t := pages.LabelTable{ID: "past", Caption: "label_plan.past", Columns: []ui.Column{{Label: "label_plan.method"}, {Label: "label_plan.n", Numeric: true}, {Label: "label_plan.chosen_at"}, {Label: "label_plan.reason"}}}
	for _, o := range list {
		t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: "label_plan.method." + string(o.Method)}, count(o.N), {Text: i18n.DateTime(ctx, o.CreatedAt)}, {Text: o.Reason}}})
	}
	return t
}
