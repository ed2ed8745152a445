package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/day"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/request"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

var errNoRequest = problem.New(problem.NotFound, "request.not_found")

// typedDay reads a day that was typed, to show it again.
func typedDay(s string) day.Date {
	d, _ := day.Parse(strings.TrimSpace(s)) // anything else is shown as none
	return d
}

// months is how many months figures cover unless asked otherwise.
const figureMonths = 12

// figureQuery is the span of months that the address asks for.
func (p *requestPages) figureQuery(c echo.Context) request.FigureFilter {
	today := p.Requests.Today()
	f := request.FigureFilter{To: string(today[:7]), Service: asked(c, "service")}
	first := today.Time().AddDate(0, 1-figureMonths, 1-today.Time().Day())
	f.From = string(day.Of(first)[:7])
	if m := asked(c, "from"); isMonth(m) {
		f.From = m
	}
	if m := asked(c, "to"); isMonth(m) && m <= f.To {
		f.To = m
	}
	if f.From > f.To {
		f.From = f.To
	}
	if k := request.Kind(c.QueryParam("kind")); slices.Contains(request.Kinds, k) {
		f.Kind = k
	}
	return f
}

// isMonth says whether a text is a month from 2020 on, as "2026-11".
func isMonth(s string) bool {
	d, ok := day.Parse(s + "-01")
	return ok && len(s) == 7 && d >= "2020-01-01"
}

// figures shows the figures of some months. They name no person.
func (p *requestPages) figures(c echo.Context) error {
	ctx, by, q := c.Request().Context(), who(c), p.figureQuery(c)
	f, err := p.Requests.Figures(ctx, by, q)
	if err != nil {
		return err
	}
	standing, err := p.Requests.Standing(ctx, by)
	if err != nil {
		return err
	}
	names, err := p.Register.Names(ctx)
	if err != nil {
		return err
	}
	v := pages.RequestFigures{LabelHead: p.head(c, "request.figures", "request.figures.lead")}
	if err := p.figureFilter(c, q, &v); err != nil {
		return err
	}
	v.Stats = figureStats(ctx, by, f, standing)
	v.Trend = requestTrend(ctx, f)
	v.Kinds = countTable(ctx, "request.by_kind", "request.kind", kindCounts(ctx, f))
	v.Services = countTable(ctx, "request.by_service", "request.service", serviceCounts(ctx, f, names))
	if err := p.reasonTables(ctx, f, &v); err != nil {
		return err
	}
	if v.Statements, err = p.statementTable(c, q.Service, names); err != nil {
		return err
	}
	return show(c, http.StatusOK, pages.RequestFiguresView(v), pages.RequestFiguresPanel(v))
}

func (p *requestPages) figureFilter(c echo.Context, q request.FigureFilter, v *pages.RequestFigures) error {
	services, err := p.serviceOptions(c)
	if err != nil {
		return err
	}
	kind := choice("kind", "request.kind", "request.any", string(q.Kind))
	kind.Options = codeOptions("request.kind.", request.Kinds)
	service := choice("service", "request.service", "request.any", q.Service)
	service.Options = services
	v.Filter = ui.FilterView{Action: "/requests/figures", ClearURL: "/requests/figures", Target: "#figures"}
	v.Filters = []ui.Choice{kind, service}
	for _, s := range v.Filters {
		v.Filter.Active = append(v.Filter.Active, chip(c, s)...)
	}
	v.Fields = []ui.Field{{Name: "from", Label: "request.month.from", Type: ui.InputMonth, Value: q.From}, {Name: "to", Label: "request.month.to", Type: ui.InputMonth, Value: q.To}}
	return nil
}

// figureStats are the numbers in large.
func figureStats(ctx context.Context, by actor.Actor, f request.Figures, s request.Standing) []pages.RequestStat {
	days := func(n int64) string {
		if n < 0 {
			return "–"
		}
		return i18n.T(ctx, "request.days.calendar", "count", n)
	}
	share, hint := "–", ""
	if permille, ok := f.Counts.Permille(); ok {
		share = i18n.Percent(ctx, float64(permille)/1000)
		hint = i18n.T(ctx, "request.in_time.of", "n", i18n.Number(ctx, f.Counts.InTime), "all", i18n.Number(ctx, f.Counts.InTime+f.Counts.Late))
	}
	overdue := pages.RequestStat{Label: "request.overdue", Value: i18n.Number(ctx, s.Overdue), Hint: i18n.T(ctx, "request.overdue.hint", "count", s.Soon)}
	if s.Overdue > 0 {
		overdue.Tone = ui.Bad
	}
	if by.May(actor.ReadRequests) {
		overdue.URL = "/requests?due=overdue"
	}
	return []pages.RequestStat{
		{Label: "request.received_n", Value: i18n.Number(ctx, f.Counts.Received)},
		{Label: "request.answered_n", Value: i18n.Number(ctx, f.Counts.Answered), Hint: i18n.T(ctx, "request.refused_n", "refused", i18n.Number(ctx, f.Counts.Refused), "closed", i18n.Number(ctx, f.Counts.Closed))},
		{Label: "request.in_time", Value: share, Hint: hint},
		{Label: "request.median", Value: days(f.Median), Hint: i18n.T(ctx, "request.p95", "days", days(f.P95))},
		{Label: "request.open_n", Value: i18n.Number(ctx, s.Open), Hint: i18n.T(ctx, "request.now")},
		overdue,
	}
}

// requestTrend draws the months.
func requestTrend(ctx context.Context, f request.Figures) ui.ChartView {
	v := ui.ChartView{ID: "trend", Title: "request.trend", Columns: []string{"request.month", "request.received_n", "request.answered_n", "request.refused", "request.late_n", "request.median"}}
	series := []ui.ChartSeries{
		{Name: i18n.T(ctx, "request.received_n"), Kind: ui.Bars, Tone: ui.Info},
		{Name: i18n.T(ctx, "request.answered_n"), Kind: ui.Bars, Tone: ui.Good},
		{Name: i18n.T(ctx, "request.late_n"), Kind: ui.Bars, Tone: ui.Bad},
		{Name: i18n.T(ctx, "request.median"), Kind: ui.Line, Tone: ui.Accent, Right: true, Symbols: true},
	}
	for _, m := range f.Months {
		v.Spec.X.Names = append(v.Spec.X.Names, m.Month)
		median, point := "–", any(nil)
		if m.Median >= 0 {
			median, point = i18n.Number(ctx, m.Median), float64(m.Median)
		}
		for i, value := range []any{m.Counts.Received, m.Counts.Answered, m.Counts.Late, point} {
			series[i].Points = append(series[i].Points, value)
		}
		v.Rows = append(v.Rows, []string{m.Month, i18n.Number(ctx, m.Counts.Received), i18n.Number(ctx, m.Counts.Answered), i18n.Number(ctx, m.Counts.Refused),
			i18n.Number(ctx, m.Counts.Late), median})
	}
	v.Spec.Series = series
	v.Spec.Y = ui.ChartAxis{Label: i18n.T(ctx, "request.trend.y"), Digits: ui.Bound(0)}
	v.Spec.Right = &ui.ChartAxis{Label: i18n.T(ctx, "request.trend.days"), Digits: ui.Bound(0)}
	v.Text = i18n.T(ctx, "request.trend.text", "received", i18n.Number(ctx, f.Counts.Received), "answered", i18n.Number(ctx, f.Counts.Answered), "late", i18n.Number(ctx, f.Counts.Late))
	return v
}

// named are counts under a name.
type named struct {
	name   string
	counts request.Counts
}

func kindCounts(ctx context.Context, f request.Figures) (out []named) {
	for _, k := range request.Kinds {
		if n, ok := f.Kinds[k]; ok {
			out = append(out, named{i18n.T(ctx, "request.kind."+string(k)), n})
		}
	}
	return out
}

func serviceCounts(ctx context.Context, f request.Figures, names map[string]string) (out []named) {
	for id, n := range f.Services {
		name := names[id]
		if name == "" {
			name = i18n.T(ctx, "request.service.none")
		}
		out = append(out, named{name, n})
	}
	slices.SortFunc(out, func(a, b named) int {
		if a.counts.Received != b.counts.Received {
			return int(b.counts.Received - a.counts.Received)
		}
		return strings.Compare(a.name, b.name)
	})
	return out
}

func countTable(ctx context.Context, caption, first string, list []named) pages.LabelTable {
	t := pages.LabelTable{ID: strings.ReplaceAll(caption, ".", "-"), Caption: caption, Empty: ui.EmptyView{Icon: "chart-bar", Title: "request.figures.empty"},
		Columns: []ui.Column{{Label: first}, {Label: "request.received_n", Numeric: true}, {Label: "request.answered_n", Numeric: true}, {Label: "request.refused", Numeric: true},
			{Label: "request.closed_n", Numeric: true}, {Label: "request.late_n", Numeric: true}, {Label: "request.in_time", Numeric: true}}}
	for _, one := range list {
		n, share := one.counts, "–"
		if permille, ok := n.Permille(); ok {
			share = i18n.Percent(ctx, float64(permille)/1000)
		}
		row := []pages.LabelCell{{Text: one.name}}
		for _, value := range []int64{n.Received, n.Answered, n.Refused, n.Closed, n.Late} {
			row = append(row, pages.LabelCell{Text: i18n.Number(ctx, value), Number: true})
		}
		t.Rows = append(t.Rows, pages.LabelRow{Cells: append(row, pages.LabelCell{Text: share, Number: true})})
	}
	return t
}

// reasonTables count why requests were refused, or ended without a decision.
func (p *requestPages) reasonTables(ctx context.Context, f request.Figures, v *pages.RequestFigures) error {
	reasons, err := p.Requests.Refusals(ctx)
	if err != nil {
		return err
	}
	columns := func(first string) []ui.Column {
		return []ui.Column{{Label: first}, {Label: "request.count", Numeric: true}}
	}
	empty := ui.EmptyView{Icon: "chart-bar", Title: "request.figures.empty"}
	v.Refusals = pages.LabelTable{ID: "by-refusal", Caption: "request.by_refusal", Columns: columns("request.refusal"), Empty: empty}
	for _, r := range reasons {
		if n := f.Refusals[r.ID]; n > 0 {
			v.Refusals.Rows = append(v.Refusals.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: requestWords(ctx, r.TitleZH, r.TitleEN)}, {Text: i18n.Number(ctx, n), Number: true}}})
		}
	}
	v.Endings = pages.LabelTable{ID: "by-ending", Caption: "request.by_ending", Columns: columns("request.close_reason"), Empty: empty}
	for _, r := range request.CloseReasons {
		if n := f.Endings[string(r)]; n > 0 {
			v.Endings.Rows = append(v.Endings.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: "request.close." + string(r)}, {Text: i18n.Number(ctx, n), Number: true}}})
		}
	}
	return nil
}

// statementsShown is how many statements the page lists.
const statementsShown = 24

// statementTable lists the monthly statements with where they were filed.
func (p *requestPages) statementTable(c echo.Context, service string, names map[string]string) (pages.LabelTable, error) {
	ctx, by := c.Request().Context(), who(c)
	t := pages.LabelTable{ID: "statement-list", Caption: "request.statements", Empty: ui.EmptyView{Icon: "file-certificate", Title: "request.statements.empty", Text: "request.statements.empty.text"},
		Columns: []ui.Column{{Label: "request.month"}, {Label: "request.service"}, {Label: "request.received_n", Numeric: true}, {Label: "request.answered_n", Numeric: true}, {Label: "request.late_n", Numeric: true}, {Label: "request.filed"}}}
	list, err := p.Requests.Statements(ctx, by, service, statementsShown)
	for _, s := range list {
		filed := pages.LabelCell{Text: "request.filed.no"}
		if s.EvidenceID != "" {
			filed.Text = "request.filed.yes"
		}
		if s.EvidenceID != "" && by.May(actor.ReadChecklist) { // who sees it in any case
			filed.URL = "/evidence/" + s.EvidenceID
		}
		n := s.Figures.Counts
		t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: s.Month}, {Text: names[s.ServiceID]}, {Text: i18n.Number(ctx, n.Received), Number: true},
			{Text: i18n.Number(ctx, n.Answered), Number: true}, {Text: i18n.Number(ctx, n.Late), Number: true}, filed}})
	}
	return t, err
}
