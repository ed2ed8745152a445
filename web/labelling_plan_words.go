package web

import (
	"context"
	"strconv"

	"github.com/labstack/echo/v4"

	"hegui/internal/i18n"
	"hegui/internal/labelling"
	"hegui/internal/labelling/stats"
	"hegui/internal/regulation"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// planWords say what a plan is and does.
type planWords struct {
	ctx    context.Context //nolint:containedctx // lives as long as one page
	p      *labelPages
	lot    labelling.Lot
	pace   labelling.Pace
	design *design
	at     string // address of the page
}

func (w planWords) say(key string, args ...any) string { return i18n.T(w.ctx, key, args...) }

func (w planWords) number(n int64) string { return i18n.Number(w.ctx, n) }

// share says a fraction with up to two decimals of a percent.
func (w planWords) share(v float64) string {
	if v > 0 && v < 0.00005 {
		return "< " + i18n.Number(w.ctx, 0.01) + "%"
	}
	return i18n.Number(w.ctx, v*100) + "%"
}

// current shows the plan in use, nil without one.
func (w planWords) current(c echo.Context, plan *labelling.Plan) (*pages.LabelPlan, error) {
	if plan == nil {
		return nil, nil
	}
	v, err := w.plan(*plan)
	if err != nil {
		return nil, err
	}
	names, err := w.p.Accounts.Names(c.Request().Context(), []string{plan.CreatedBy})
	if err != nil {
		return nil, err
	}
	v.ID, v.Title, v.Subtitle = "current", "label_plan.current", "label_plan.method."+string(plan.Method)
	v.Details = []pages.DetailRow{{Label: "label_plan.chosen_by", Value: names[plan.CreatedBy]}, {Label: "label_plan.chosen_at", Value: i18n.DateTime(w.ctx, plan.CreatedAt)},
		{Label: "labelling.project.blind", Value: w.say(map[bool]string{true: "label_plan.yes", false: "label_plan.no"}[plan.Blind])},
		{Label: "labelling.project.double", Value: w.number(plan.DoublePercent) + "%"}, {Label: "labelling.project.gold", Value: w.number(plan.GoldPercent) + "%"}}
	if plan.Reason != "" {
		v.Details = append(v.Details, pages.DetailRow{Label: "label_plan.reason", Value: plan.Reason})
	}
	v.Cost.Ask = nil
	return &v, nil
}

// plan shows a plan with its consequences.
func (w planWords) plan(plan labelling.Plan) (v pages.LabelPlan, err error) {
	effects, err := plan.Effects(w.lot.Size)
	if err != nil {
		return v, err
	}
	v.Stats, v.Notes, v.Classes = w.stats(plan, effects), w.notes(plan), w.classes(effects)
	for _, e := range effects {
		v.Said = append(v.Said, w.sentences(plan, e)...)
	}
	if len(effects) > 1 {
		v.Said = append(v.Said, w.say("label_plan.say.models"))
	}
	v.Chart, v.Cost = w.chart(plan, effects), w.cost(plan, effects)
	for _, f := range plan.Figures {
		v.Figures = append(v.Figures, w.figure(f))
	}
	if len(plan.Strata) > 0 {
		t := w.strata(plan)
		v.Strata = &t
	}
	return v, nil
}

func (w planWords) stats(plan labelling.Plan, effects []labelling.Effect) []ui.StatView {
	out := []ui.StatView{{Label: "label_plan.n", Value: w.number(plan.N), Icon: "stack-2", Hint: w.say("label_plan.n.of", "share", w.share(float64(plan.N)/float64(w.lot.Size)), "lot", w.number(w.lot.Size))}}
	if plan.Method == labelling.Sequential {
		out[0].Label = "label_plan.n.most"
		out = append(out, ui.StatView{Label: "label_plan.n.mean", Value: i18n.Number(w.ctx, effects[0].Expected), Icon: "chart-line"})
	}
	if len(effects) != 1 {
		return out
	}
	e := effects[0]
	out = append(out, ui.StatView{Label: "label_plan.ac_re", Value: w.number(e.Class.Ac) + " / " + w.number(e.Class.Re), Icon: "gavel"})
	if e.Limit > 0 {
		out = append(out, ui.StatView{Label: "label_plan.at_limit", Value: w.share(e.AtLimit), Icon: "percentage", Hint: w.say("label_plan.wrong", "share", w.share(e.Limit))})
	}
	return append(out, ui.StatView{Label: "label_plan.accepted_10", Value: w.share(e.Accepted10), Icon: "alert-triangle", Hint: w.say("label_plan.accepted_10.hint")})
}

// notes say what to look at before the plan is used.
func (w planWords) notes(plan labelling.Plan) (out []ui.AlertView) {
	note := func(tone ui.Tone, key string, args ...any) {
		out = append(out, ui.AlertView{Tone: tone, Text: w.say(key, args...)})
	}
	unverified := 0
	for _, f := range plan.Figures {
		if !f.Verified {
			unverified++
		}
	}
	if unverified > 0 {
		note(ui.Warn, "label_plan.note.unverified", "count", unverified)
	}
	uneven := false
	for _, c := range plan.Classes {
		uneven = uneven || c.N != plan.N
		if c.Unverified {
			note(ui.Warn, "label_plan.note.cell")
		}
	}
	if plan.Method == labelling.ISO2859 && plan.Params.Severity != stats.Normal {
		note(ui.Info, "label_plan.note.severity", "severity", w.say("label_plan.severity."+string(plan.Params.Severity)))
	}
	if uneven {
		note(ui.Info, "label_plan.note.first_n")
	}
	if plan.N == w.lot.Size && plan.Method != labelling.Whole100 {
		note(ui.Info, "label_plan.note.whole")
	}
	return out
}

// cell is a number in a table, also when it is 0.
func (w planWords) cell(n int64) pages.LabelCell {
	return pages.LabelCell{Text: w.number(n), Number: true}
}

func (w planWords) class(s labelling.Severity) string {
	if s == "" {
		return "label_plan.class.all"
	}
	return "labelling.severity." + string(s)
}

func (w planWords) classes(effects []labelling.Effect) pages.LabelTable {
	t := pages.LabelTable{ID: "classes", Caption: "label_plan.classes", Columns: []ui.Column{{Label: "label_plan.class"}, {Label: "label_plan.aql"}, {Label: "label_plan.letter"},
		{Label: "label_plan.n", Numeric: true}, {Label: "label_plan.ac", Numeric: true}, {Label: "label_plan.re", Numeric: true}, {Label: "label_plan.accepted_95", Numeric: true}, {Label: "label_plan.accepted_10", Numeric: true}}}
	if len(effects) == 1 && effects[0].Class.AQL == "" {
		return t
	}
	for _, e := range effects {
		letter := string(e.Class.PlanLetter)
		if e.Class.Arrow != "" {
			letter = string(e.Class.Letter) + map[string]string{"down": " ↓ ", "up": " ↑ "}[e.Class.Arrow] + letter
		}
		aql := pages.LabelCell{Text: string(e.Class.AQL)}
		if e.Counted {
			aql.Note = "label_plan.per_100"
		}
		t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: w.class(e.Class.Class)}, aql, {Text: letter}, w.cell(e.Class.N), w.cell(e.Class.Ac), w.cell(e.Class.Re),
			{Text: w.share(e.Accepted95), Number: true}, {Text: w.share(e.Accepted10), Number: true}}})
	}
	return t
}

// sentences say the risks of a class.
func (w planWords) sentences(plan labelling.Plan, e labelling.Effect) (out []string) {
	add := func(key string, args ...any) {
		s := w.say(key, args...)
		if e.Class.Class != "" {
			s = w.say("label_plan.say.class", "class", w.say(w.class(e.Class.Class)), "words", s)
		}
		out = append(out, s)
	}
	if len(plan.Classes) == 1 { // the table says it of several
		add("label_plan.say.accepted", "good", w.share(e.Accepted95), "bad", w.share(e.Accepted10))
	}
	if e.Limit > 0 {
		key := "label_plan.say.limit"
		if plan.Method == labelling.ISO2859 || e.Bad > 0 {
			key = "label_plan.say.producer"
		}
		add(key, "limit", w.share(e.Limit), "pa", w.share(e.AtLimit), "risk", w.share(1-e.AtLimit))
	}
	if e.Bad > 0 {
		add("label_plan.say.consumer", "bad", w.share(e.Bad), "pa", w.share(e.AtBad))
	}
	if plan.Method == labelling.Sequential {
		add("label_plan.say.sequential", "mean", i18n.Number(w.ctx, e.Expected), "worst", i18n.Number(w.ctx, e.Worst()), "most", w.number(plan.N))
		return out
	}
	if e.Counted {
		add("label_plan.say.poisson")
		return out
	}
	switch {
	case e.Limit > 0 && e.Provable:
		add("label_plan.say.prove", "right", w.share(1-e.Limit), "n", w.number(e.Class.N), "d", w.number(int64(e.Prove)), "ok", w.number(e.Class.N-int64(e.Prove)))
	case e.Limit > 0:
		add("label_plan.say.prove_not", "right", w.share(1-e.Limit))
	}
	if e.Class.N < w.lot.Size {
		add("label_plan.say.aoq", "aoql", w.share(e.AOQL.Limit), "at", w.share(e.AOQL.At), "ati", i18n.Number(w.ctx, e.ATI))
	}
	switch {
	case len(plan.Classes) > 1:
	case e.Finite:
		add("label_plan.say.finite", "lot", w.number(w.lot.Size))
	default:
		add("label_plan.say.binomial")
	}
	return out
}

// tableStep is how many points of a curve stand between two rows of its table.
const tableStep = 5

// chart draws the operating characteristics; with one class also what remains
// wrong after rejected lots were put right.
func (w planWords) chart(plan labelling.Plan, effects []labelling.Effect) *ui.ChartView {
	v := &ui.ChartView{ID: "oc-" + plan.ID, Title: w.say("label_plan.oc"), Text: w.say("label_plan.oc.text"),
		Spec:    ui.ChartSpec{X: ui.ChartAxis{Label: w.say("label_plan.oc.x"), Percent: true}, Y: ui.ChartAxis{Label: w.say("label_plan.oc.y"), Percent: true, Min: ui.Bound(0.0), Max: ui.Bound(1.0), Digits: ui.Bound(1)}},
		Columns: []string{w.say("label_plan.oc.x"), w.say("label_plan.oc.y"), "AOQ", "ATI"}}
	if plan.ID == "" {
		v.ID = "oc"
	}
	for _, e := range effects {
		name := w.say("label_plan.oc.y")
		if e.Class.Class != "" {
			name = w.say(w.class(e.Class.Class))
		}
		tone := map[labelling.Severity]ui.Tone{labelling.Critical: ui.Bad, labelling.Major: ui.Warn, labelling.Minor: ui.Info, "": ui.Accent}[e.Class.Class]
		s := ui.ChartSeries{Name: name, Kind: ui.Line, Tone: tone}
		for i, at := range e.Curve {
			s.Points = append(s.Points, [2]float64{at.P, at.Pa})
			if i%tableStep == 0 {
				v.Rows = append(v.Rows, w.curveRow(e, at))
			}
		}
		v.Spec.Series = append(v.Spec.Series, s)
		if e.Limit > 0 {
			v.Spec.Marks = append(v.Spec.Marks, ui.ChartMark{Axis: "x", At: e.Limit, Label: w.share(e.Limit), Tone: tone})
		}
		if e.Bad > 0 {
			v.Spec.Marks = append(v.Spec.Marks, ui.ChartMark{Axis: "x", At: e.Bad, Label: w.share(e.Bad), Tone: ui.Bad})
		}
	}
	if e := effects[0]; len(effects) == 1 && plan.Method != labelling.Sequential && !e.Counted && e.Class.N < w.lot.Size {
		v.Spec.Right = &ui.ChartAxis{Label: "AOQ", Percent: true}
		s := ui.ChartSeries{Name: w.say("label_plan.oc.aoq"), Kind: ui.Line, Tone: ui.Neutral, Dashed: true, Right: true}
		for _, at := range e.Curve {
			s.Points = append(s.Points, [2]float64{at.P, at.AOQ})
		}
		v.Spec.Series = append(v.Spec.Series, s)
	}
	return v
}

func (w planWords) curveRow(e labelling.Effect, at labelling.CurvePoint) []string {
	head := w.share(at.P)
	if e.Class.Class != "" {
		head = w.say(w.class(e.Class.Class)) + " " + head
	}
	aoq, ati := "–", "–"
	if at.ATI > 0 {
		ati = i18n.Number(w.ctx, at.ATI)
		aoq = w.share(at.AOQ)
	}
	return []string{head, w.share(at.Pa), aoq, ati}
}

// startSeconds is what one check is taken to last where nothing was measured
// and nothing typed.
const startSeconds = 30

// cost says how long the checks take.
func (w planWords) cost(plan labelling.Plan, effects []labelling.Effect) pages.LabelCost {
	checks := plan.Checks(effects)
	seconds, v := float64(startSeconds), pages.LabelCost{Basis: w.say("label_plan.cost.unmeasured")}
	if w.pace.Measured > 0 {
		seconds = float64(w.pace.Millis) / 1000
		v.Basis = w.say("label_plan.cost.measured", "seconds", i18n.Number(w.ctx, seconds), "count", w.pace.Measured)
	} else {
		if s, err := strconv.ParseFloat(w.design.get("seconds"), 64); err == nil && s > 0 && s <= 3600 {
			seconds = s
		}
		v.Ask = &ui.Field{Name: "seconds", Label: "label_plan.seconds", Type: ui.InputNumber, Min: "1", Max: "3600", Step: "any", Value: strconv.FormatFloat(seconds, 'f', -1, 64)}
		v.Action, v.Hidden = w.at, w.design.carried("seconds")
	}
	v.Words = w.say("label_plan.cost", "count", checks, "hours", i18n.Number(w.ctx, float64(checks)*seconds/3600))
	return v
}

func (w planWords) strata(plan labelling.Plan) pages.LabelTable {
	t := pages.LabelTable{ID: "strata", Caption: "label_plan.strata", Columns: []ui.Column{{Label: "label_plan.stratum"}, {Label: "labelling.items", Numeric: true}, {Label: "label_plan.n", Numeric: true}, {Label: "label_plan.share_drawn", Numeric: true}}}
	for _, o := range plan.Strata {
		t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: o.Name}, count(o.Size), count(o.N), {Text: w.share(float64(o.N) / float64(o.Size)), Number: true}}})
	}
	return t
}

// figure shows a figure as the plan recorded it.
func (w planWords) figure(f labelling.PlanFigure) pages.FigureView {
	cat := w.p.Regulation.Current(w.ctx)
	v := pages.FigureView{Key: f.Key, URL: figureURL(f.Key), Value: f.Value, Provision: f.Provision, Force: w.say("figure.force." + f.Force), ForceTone: forceTones[regulation.Force(f.Force)],
		Unverified: !f.Verified, Local: f.Local}
	if now, ok := cat.Figure(f.Key); ok {
		v.Statement, v.Provision = pick(w.ctx, now.Statement), pick(w.ctx, now.Statement)
		if value, err := regulation.ParseValue(now.Unit, now.Comparator, f.Value); err == nil {
			v.Value = value.Say(now.Unit, now.Comparator, i18n.Lang(w.ctx))
		}
	}
	return v
}
