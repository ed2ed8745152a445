package web

import (
	"context"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/i18n"
	"hegui/internal/labelling"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// newHold proposes to hold an annotator, with the figures that speak for it.
func (p *labelPages) newHold(c echo.Context) error {
	return p.holdForm(c, http.StatusOK, p.watching(c), queryText(c, "worker"), queryText(c, "class"), "", nil)
}

func (p *labelPages) holdForm(c echo.Context, status int, w watching, worker, class, reason string, wrong error) error {
	ctx, by := c.Request().Context(), who(c)
	r, err := p.Labelling.Proposal(ctx, by, w.WatchFilter, w.least(), worker, class)
	if err != nil {
		return err
	}
	v := pages.LabelHoldForm{LabelHead: p.labelHead(c, "label_watch.hold.title")}
	v.Subtitle, v.Alert = r.Worker.Called(by), said(ctx, wrong)
	v.Details = append(holdFigures(ctx, class, int64(r.Checked.Checked), int64(r.Checked.Checked-r.Correct), w.least(), r.Below),
		pages.DetailRow{Label: "label_watch.shrunk", Value: percents(r.Mean)}, pages.DetailRow{Label: "label_watch.hold.span", Value: dayRange(ctx, w.From, p.Labelling.Today())})
	v.Steps = holdSteps(labelling.Since{}, false)
	f := fields{messages(ctx, wrong)}
	v.Form = pages.LabelForm{Action: "/labelling/holds/new" + w.query("worker", worker, "class", class), Submit: "label_watch.hold.submit", CancelURL: "/labelling" + w.query(), Summary: summary(ctx, wrong), Danger: true,
		Parts: []pages.FormPart{f.area("reason", "labelling.reason", reason, "label_watch.hold.reason.hint", 3, true)}}
	return render(c, status, pages.LabelHoldFormView(v))
}

// holdFigures are what a hold rests on.
func holdFigures(ctx context.Context, class string, items, wrong int64, least, below float64) []pages.DetailRow {
	if class == "" {
		class = i18n.T(ctx, "label_watch.class.none")
	}
	return []pages.DetailRow{
		{Label: "label_watch.class", Value: class},
		{Label: "label_watch.found", Value: i18n.T(ctx, "label_watch.hold.wrong_of", "wrong", i18n.Number(ctx, wrong), "items", i18n.Number(ctx, items), "share", percents(fractionOf(wrong, items)))},
		{Label: "label_watch.below", Value: i18n.T(ctx, "label_watch.hold.below", "limit", i18n.Percent(ctx, least), "probability", percents(below))},
	}
}

// holdSteps are the way from a hold to the release.
func holdSteps(done labelling.Since, held bool) []ui.StepView {
	state := func(done, now bool) ui.StepState {
		switch {
		case done:
			return ui.StepDone
		case now:
			return ui.StepCurrent
		}
		return ui.StepAhead
	}
	return []ui.StepView{
		{Label: "label_watch.hold.step.held", State: state(held, true)},
		{Label: "label_watch.hold.step.training", State: state(done.Trained, held)},
		{Label: "label_watch.hold.step.exam", State: state(done.Passed, held && done.Trained)},
		{Label: "label_watch.hold.step.release", State: state(false, done.Trained && done.Passed)},
	}
}

func (p *labelPages) hold(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	w, worker, class, reason := p.watching(c), queryText(c, "worker"), queryText(c, "class"), f.lines("reason")
	if err = f.err(nil); err == nil {
		err = p.Labelling.HoldWorker(c.Request().Context(), who(c), w.WatchFilter, w.least(), worker, class, reason)
	}
	if comesBack(err) {
		return p.holdForm(c, statusOf(err), w, worker, class, reason, err)
	}
	if err != nil {
		return err
	}
	p.flash(c, "label_watch.flash.held")
	return done(c, labelURL("people", worker))
}

// holdOf is the present hold of somebody, nil when there is none.
func (p *labelPages) holdOf(ctx context.Context, by actor.Actor, worker string) (*pages.LabelHold, error) {
	h, ok, err := p.Labelling.HoldOf(ctx, worker)
	if err != nil || !ok {
		return nil, err
	}
	if !by.AllServices && !slices.Contains(by.Services, h.ServiceID) {
		return nil, nil //nolint:nilnil // not theirs to see
	}
	done, err := p.Labelling.SinceHold(ctx, h)
	v := &pages.LabelHold{Steps: holdSteps(done, true), Details: holdFigures(ctx, h.Class, h.Items, h.Wrong, h.Least.Float(), h.Below.Float())}
	v.Details = append(v.Details, pages.DetailRow{Label: "label_watch.hold.span", Value: dayRange(ctx, h.FromOn, h.UntilOn)})
	return v, err
}
