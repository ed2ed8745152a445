package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/readiness"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// historyDays are the spans that can be looked back, the last one being all
// there is.
var historyDays = []int{30, 90, 180, 365, 3653}

// snapshotPage is how many snapshots one page lists.
const snapshotPage = 25

// history shows how figures moved, what they point to, and the snapshots.
func (p *readinessPages) history(c echo.Context) error {
	return p.historyPage(c, http.StatusOK, "", nil)
}

func (p *readinessPages) historyPage(c echo.Context, status int, note string, wrong error) error {
	b, err := p.board(c)
	if err != nil {
		return err
	}
	service, days := c.QueryParam("service"), boardDays
	if s := c.QueryParam("days"); s != "" {
		if days, err = strconv.Atoi(s); err != nil || !slices.Contains(historyDays, days) {
			return problem.New(problem.Invalid, "readiness.history.unknown")
		}
	}
	series, outlook, err := b.past(service, days)
	if err != nil {
		return err
	}
	v := pages.ReadinessHistoryView{Frame: p.frame(c, "readiness.history", crumbReadiness), Select: b.serviceChoice("service", service), Span: spanChoice(b, days),
		Trend: trendChart(b.ctx, series, ui.MediumChart), Burn: burnChart(b.ctx, series, ui.MediumChart), Outlook: outlookWords(b.ctx, outlook)}
	v.Frame.Wide = true
	if b.by.May(actor.TakeSnapshot) {
		v.TakeURL = "/readiness/snapshots"
		v.Take = &ui.Field{Name: "note", Label: "readiness.snapshots.note", Value: note, Hint: "readiness.snapshots.hint", Required: true, MaxLength: 200,
			Error: messages(b.ctx, wrong)["note"]}
	}
	if err := b.snapshots(&v); err != nil {
		return err
	}
	return render(c, status, pages.ReadinessHistory(v))
}

// past gives the readings of some days, and the outlook from the last 90, in
// all or for one service.
func (b *readinessBoard) past(service string, days int) ([]readiness.Reading, readiness.Outlook, error) {
	now := b.o.Now()
	if service != "" {
		one, err := b.Readiness.Of(b.ctx, b.by, service)
		if err != nil {
			return nil, readiness.Outlook{}, err
		}
		now = one.Now()
	}
	series, err := b.Readiness.Series(b.ctx, b.by, service, b.o.Today.Add(-days), now)
	if err != nil || service == "" {
		return series, b.move.Outlook, err
	}
	recent, err := b.Readiness.Series(b.ctx, b.by, service, b.o.Today.Add(-boardDays), now)
	if err != nil {
		return nil, readiness.Outlook{}, err
	}
	return series, readiness.Look(recent), nil
}

func spanChoice(b *readinessBoard, days int) ui.Choice {
	v := ui.Choice{Field: ui.Field{Name: "days", Label: "readiness.history.span", Value: strconv.Itoa(days)}}
	for _, n := range historyDays {
		label := i18n.T(b.ctx, "readiness.history.days", "count", n)
		if n == historyDays[len(historyDays)-1] {
			label = "readiness.history.all"
		}
		v.Options = append(v.Options, ui.Option{Value: strconv.Itoa(n), Label: label})
	}
	return v
}

// snapshots lists the snapshots from the place that the address names.
func (b *readinessBoard) snapshots(v *pages.ReadinessHistoryView) error {
	before := param(b.c, "before")
	list, err := b.Readiness.Snapshots(b.ctx, "", before, snapshotPage+1)
	if err != nil {
		return err
	}
	if len(list) > snapshotPage {
		list = list[:snapshotPage]
		v.Pager.OlderURL = with(b.c, "before", list[snapshotPage-1].ID)
	}
	if before != "" {
		v.Pager.NewerURL, v.Pager.NewerLabel = with(b.c, "before", ""), "readiness.page.first"
	}
	var ids []string
	for _, s := range list {
		ids = append(ids, s.TakenBy)
	}
	names, err := b.Accounts.Names(b.ctx, ids)
	if err != nil {
		return err
	}
	for _, s := range list {
		row := pages.ReadinessSnapshot{When: i18n.DateTime(b.ctx, s.TakenAt), Kind: "readiness.snapshot." + string(s.Kind), Note: s.Note, Who: names[s.TakenBy], URL: "/readiness/compare?from=" + s.ID}
		if s.Kind == readiness.DailyKind {
			row.Who, row.URL = i18n.T(b.ctx, "activity.system.readiness"), "/readiness/compare?from="+string(s.Day)
		}
		v.Snapshots = append(v.Snapshots, row)
	}
	return nil
}

// take keeps a snapshot now.
func (p *readinessPages) take(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	note := f.text("note")
	if err = f.err(nil); err == nil {
		_, err = p.Readiness.Take(c.Request().Context(), who(c), note)
	}
	if len(messages(c.Request().Context(), err)) > 0 {
		return p.historyPage(c, http.StatusUnprocessableEntity, note, err)
	}
	if err != nil {
		return err
	}
	p.flash(c, "readiness.flash.taken")
	return done(c, "/readiness/history#snapshots")
}
