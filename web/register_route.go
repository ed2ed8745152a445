package web

import (
	"context"

	"hegui/internal/i18n"
	"hegui/internal/regulation"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// routeNames says the outcome of a route decision.
func routeNames(ctx context.Context, d regulation.RouteDecision) []string {
	out := make([]string, len(d.Steps))
	for i, s := range d.Steps {
		out[i] = pick(ctx, s.Route.Name())
	}
	return out
}

func routeChips(ctx context.Context, d regulation.RouteDecision) []ui.ChipView {
	var out []ui.ChipView
	for i, name := range routeNames(ctx, d) {
		chip := ui.ChipView{Label: name, Tone: ui.Accent, Icon: "route"}
		if d.Steps[i].Route == regulation.NoRoute {
			chip = ui.ChipView{Label: name, Icon: "circle-minus"}
		}
		out = append(out, chip)
	}
	if d.Undecided() {
		out = append(out, ui.ChipView{Label: "register.route.open", Tone: ui.Warn, Icon: "help"})
	}
	return out
}

// route works out which procedures a service has to go through, with the
// values of their figures that are in force today. scopeURL is where questions
// are answered.
func (p *registerPages) route(ctx context.Context, profile regulation.Profile, scopeURL string) (pages.RouteView, error) {
	c := p.Register.Catalogue(ctx)
	d := c.Route(profile)
	values, err := p.Regulation.Values(ctx, figureKeys(d), p.Register.Today())
	if err != nil {
		return pages.RouteView{}, err
	}
	w := routeWriter{ctx: ctx, catalogue: c, settings: map[string]regulation.Setting{}}
	for _, v := range values {
		w.settings[v.Figure.Key] = v
	}
	return w.view(d, scopeURL), nil
}

// figureKeys lists the figures that a decision mentions, each once.
func figureKeys(d regulation.RouteDecision) []string {
	var out []string
	seen := map[string]bool{}
	add := func(f *regulation.Figure) {
		if f != nil && !seen[f.Key] {
			seen[f.Key] = true
			out = append(out, f.Key)
		}
	}
	for _, s := range d.Steps {
		for _, r := range s.Reasons {
			add(r.Figure)
		}
		for _, f := range s.Figures {
			add(f)
		}
	}
	return out
}

// routeWriter puts a route decision into words.
type routeWriter struct {
	ctx       context.Context
	catalogue *regulation.Catalogue
	settings  map[string]regulation.Setting
}

func (w routeWriter) view(d regulation.RouteDecision, scopeURL string) pages.RouteView {
	var v pages.RouteView
	for _, s := range d.Steps {
		v.Steps = append(v.Steps, w.step(s))
	}
	for _, r := range d.Open {
		v.Open = append(v.Open, pick(w.ctx, r.Name()))
	}
	for _, q := range d.Missing {
		v.Missing = append(v.Missing, pages.RegisterRemark{Text: pick(w.ctx, q.Name), URL: scopeURL + "#q-" + q.ID})
	}
	return v
}

func (w routeWriter) step(s regulation.RouteStep) pages.RouteStepView {
	v := pages.RouteStepView{Name: pick(w.ctx, s.Route.Name()), None: s.Route == regulation.NoRoute, Conditional: s.Conditional}
	for _, r := range s.Reasons {
		reason := pages.RouteReasonView{Text: pick(w.ctx, r.Text), Source: w.source(r.Instrument, r.Provision)}
		if r.Figure != nil {
			reason.Marks = w.marks(r.Figure)
		}
		v.Reasons = append(v.Reasons, reason)
	}
	for _, f := range s.Figures {
		if line := w.figure(f); f.Deadline() {
			v.Deadlines = append(v.Deadlines, line)
		} else {
			v.More = append(v.More, line)
		}
	}
	return v
}

func (w routeWriter) figure(f *regulation.Figure) pages.FigureLine {
	words := f.Say(i18n.Lang(w.ctx))
	if s, ok := w.settings[f.Key]; ok {
		words = s.Say(i18n.Lang(w.ctx))
	}
	return pages.FigureLine{Words: words, Text: pick(w.ctx, f.Statement), Source: w.source(f.Instrument, f.Provision), Marks: w.marks(f)}
}

// source names an instrument and a provision of it.
func (w routeWriter) source(instrument string, provision regulation.Text) string {
	name := instrument
	if i, ok := w.catalogue.Instrument(instrument); ok {
		name = pick(w.ctx, i.Short)
	}
	return i18n.T(w.ctx, "register.source", "instrument", name, "provision", pick(w.ctx, provision))
}

// marks say how binding a figure is, whether the organisation set its own
// value, and whether it can be relied on.
func (w routeWriter) marks(f *regulation.Figure) []ui.ChipView {
	force := ui.ChipView{Label: "register.force." + string(f.Force), Title: pick(w.ctx, w.catalogue.Labels.Force[f.Force]), Icon: "gavel"}
	if f.Force == regulation.Must {
		force.Tone = ui.Accent
	}
	out := []ui.ChipView{force}
	s, known := w.settings[f.Key]
	switch {
	case known && s.Local != nil:
		return append(out, ui.ChipView{Label: "register.own_value", Tone: ui.Info, Icon: "pencil"})
	case known && s.Confirmed(), f.Verified:
		return out
	}
	return append(out, ui.ChipView{Label: "register.unverified", Tone: ui.Warn, Icon: "help", Title: "register.unverified.help"})
}
