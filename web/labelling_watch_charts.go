package web

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/i18n"
	"hegui/internal/labelling"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// Bounds of what the dashboard shows at once; the filter leads to the rest.
const (
	chartedStreams = 3
	chartedLots    = 30 // on one chart: the last ones
	chartedDefects = 4
	listedSignals  = 6
	listedRanks    = 30
)

// watchCharts fills in charts and ranking from the decided lots of a project.
func (p *labelPages) watchCharts(c echo.Context, w watching, project labelling.Project, streams []labelling.Stream, named map[string]string, lots []labelling.DecidedLot, v *pages.LabelWatch) error {
	ctx := c.Request().Context()
	parts := labelling.ByStream(lots)
	signals := 0
	for i, part := range parts[:min(len(parts), chartedStreams)] {
		chart, err := labelling.PControl(part)
		if err != nil {
			return err
		}
		signals += len(chart.Signals)
		v.Control = append(v.Control, p.controlOf(ctx, i, chart, streams, named))
	}
	v.Stats = append(v.Stats, ui.StatView{Label: "label_watch.stat.signals", Value: i18n.Number(ctx, signals), Tone: map[bool]ui.Tone{true: ui.Warn}[signals > 0], Icon: "alert-triangle", URL: "#control"})
	pareto := labelling.Pareto(lots)
	if len(pareto) > 0 {
		v.Pareto = paretoChart(ctx, project, pareto)
	}
	var err error
	if v.Defects, err = defectCharts(ctx, project, parts[0], named); err != nil {
		return err
	}
	if v.Rules, err = p.rulesChart(c, lots); err != nil {
		return err
	}
	return p.watchRanking(c, w, v)
}

// controlOf shows the control chart of a stream.
func (p *labelPages) controlOf(ctx context.Context, i int, chart labelling.Control, streams []labelling.Stream, named map[string]string) pages.LabelControl {
	v := pages.LabelControl{Title: cmp.Or(named[chart.Stream], i18n.T(ctx, "label_watch.stream.none"))}
	if at := slices.IndexFunc(streams, func(s labelling.Stream) bool { return s.ID == chart.Stream }); at >= 0 {
		v.URL = labelURL("streams", chart.Stream)
		v.Chips = []ui.ChipView{{Label: "label_watch.severity." + string(streams[at].Severity), Tone: streamTones[streams[at].Severity]}}
	}
	v.Chart = controlChart(ctx, "control-"+strconv.Itoa(i+1), v.Title, chart)
	fired := chart.Signals
	if len(fired) > listedSignals {
		v.Earlier = i18n.T(ctx, "label_watch.signals.earlier", "count", len(fired)-listedSignals)
		fired = fired[len(fired)-listedSignals:]
	}
	for _, s := range slices.Backward(fired) {
		lot := chart.Lots[s.At]
		v.Signals = append(v.Signals, pages.LabelSignal{Lot: lot.Name, URL: labelURL("lots", lot.LotID), Words: i18n.T(ctx, "label_watch.rule."+string(s.Rule), "count", s.At-s.From+1)})
	}
	return v
}

var streamTones = map[labelling.Strictness]ui.Tone{labelling.StreamReduced: ui.Good, labelling.StreamTightened: ui.Warn, labelling.StreamDiscontinued: ui.Bad}

// controlChart draws a p- or u-chart: values, centre and limits, and the lots at
// which a rule fired.
func controlChart(ctx context.Context, id, title string, c labelling.Control) ui.ChartView {
	from := max(0, len(c.Points)-chartedLots)
	value := "label_watch.series.wrong"
	if c.Code != "" {
		value = "label_watch.series.defect"
	}
	names := make([]string, 0, chartedLots)
	var points, upper, lower, centre, marked []any
	var rows [][]string
	for i := from; i < len(c.Points); i++ {
		at, lot := c.Points[i], c.Lots[i]
		names = append(names, lot.Name)
		points, upper, lower, centre = append(points, at.Value), append(upper, at.UCL), append(lower, at.LCL), append(centre, c.Center)
		fired := ruleWords(ctx, c.Fired(i))
		marked = append(marked, nil)
		if fired != "" {
			marked[len(marked)-1] = at.Value
		}
		found := lot.Wrong
		if c.Code != "" {
			found = lot.Defects[c.Code]
		}
		rows = append(rows, []string{lot.Name, i18n.Date(ctx, lot.DecidedOn), i18n.Number(ctx, lot.Items), i18n.Number(ctx, found), percents(at.Value), percents(at.LCL) + " – " + percents(at.UCL), fired})
	}
	last := c.Points[len(c.Points)-1]
	v := ui.ChartView{ID: id, Title: title, Rows: rows,
		Text: i18n.T(ctx, "label_watch.control.text", "lots", i18n.Number(ctx, len(c.Points)), "centre", percents(c.Center), "lot", c.Lots[len(c.Lots)-1].Name,
			"value", percents(last.Value), "lower", percents(last.LCL), "upper", percents(last.UCL)),
		Columns: []string{"labelling.lot", "label_watch.decided_on", "label_watch.checked", "label_watch.found", value, "label_watch.limits", "label_watch.fired"},
		Spec: ui.ChartSpec{X: ui.ChartAxis{Names: names}, Y: ui.ChartAxis{Percent: true, Min: ui.Bound(0.0)}, Series: []ui.ChartSeries{
			{Name: i18n.T(ctx, value), Kind: ui.Line, Tone: ui.Accent, Points: points, Symbols: true},
			{Name: i18n.T(ctx, "label_watch.series.centre"), Kind: ui.Line, Tone: ui.Neutral, Points: centre},
			{Name: i18n.T(ctx, "label_watch.series.upper"), Kind: ui.Line, Tone: ui.Warn, Points: upper, Dashed: true, Step: true},
			{Name: i18n.T(ctx, "label_watch.series.lower"), Kind: ui.Line, Tone: ui.Warn, Points: lower, Dashed: true, Step: true},
			{Name: i18n.T(ctx, "label_watch.series.fired"), Kind: ui.Scatter, Tone: ui.Bad, Points: marked},
		}}}
	if c.Code != "" {
		v.Size = ui.SmallChart
	}
	return v
}

// percents is a share with two decimals, as limits need them.
func percents(share float64) string { return fmt.Sprintf("%.2f%%", 100*share) }

func ruleWords(ctx context.Context, rules []string) string {
	words := make([]string, len(rules))
	for i, r := range rules {
		words[i] = i18n.T(ctx, "label_watch.fired."+r)
	}
	return strings.Join(words, " · ")
}

// defectCharts are the u-charts of the most frequent defects of a stream.
func defectCharts(ctx context.Context, project labelling.Project, lots []labelling.DecidedLot, named map[string]string) (out []ui.ChartView, err error) {
	shares := labelling.Pareto(lots)
	for i, d := range shares[:min(len(shares), chartedDefects)] {
		chart, err := labelling.UControl(lots, d.Code)
		if err != nil {
			return nil, err
		}
		title := defectName(project, d.Code)
		if stream := named[chart.Stream]; stream != "" {
			title = i18n.T(ctx, "label_watch.defect_of", "defect", title, "stream", stream)
		}
		out = append(out, controlChart(ctx, "defect-"+strconv.Itoa(i+1), title, chart))
	}
	return out, nil
}

// defectName is a defect's code with its name, if the project still lists it.
func defectName(project labelling.Project, code string) string {
	for _, d := range project.Defects {
		if d.Code == code {
			return code + " " + d.Name
		}
	}
	return code
}

func paretoChart(ctx context.Context, project labelling.Project, list []labelling.DefectShare) *ui.ChartView {
	const most = 12
	list = list[:min(len(list), most)]
	names, bars, summed, rows := make([]string, len(list)), make([]any, len(list)), make([]any, len(list)), make([][]string, len(list))
	for i, d := range list {
		names[i], bars[i], summed[i] = defectName(project, d.Code), d.Items, d.Summed
		rows[i] = []string{names[i], i18n.Number(ctx, d.Items), i18n.Percent(ctx, d.Share), i18n.Percent(ctx, d.Summed)}
	}
	return &ui.ChartView{ID: "pareto-chart", Title: i18n.T(ctx, "label_watch.pareto"), Rows: rows, Columns: []string{"label_watch.defect", "label_watch.items", "label_watch.share", "label_watch.summed"},
		Text: i18n.T(ctx, "label_watch.pareto.text", "defect", names[0], "share", i18n.Percent(ctx, list[0].Share)),
		Spec: ui.ChartSpec{X: ui.ChartAxis{Names: names}, Y: ui.ChartAxis{Digits: ui.Bound(0)}, Right: &ui.ChartAxis{Percent: true, Digits: ui.Bound(0), Min: ui.Bound(0.0), Max: ui.Bound(1.0)}, Series: []ui.ChartSeries{
			{Name: i18n.T(ctx, "label_watch.items"), Kind: ui.Bars, Tone: ui.Accent, Points: bars},
			{Name: i18n.T(ctx, "label_watch.summed"), Kind: ui.Line, Tone: ui.Warn, Points: summed, Symbols: true, Right: true},
		}}}
}

// rulesChart shows the accuracy found under each version of the rules.
func (p *labelPages) rulesChart(c echo.Context, lots []labelling.DecidedLot) (*ui.ChartView, error) {
	ctx := c.Request().Context()
	list, err := labelling.ByRules(lots)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, q := range list {
		if q.RuleSetID != "" {
			ids = append(ids, q.RuleSetID)
		}
	}
	rules, err := p.Labelling.RulesByID(ctx, who(c), ids)
	if err != nil {
		return nil, err
	}
	v := &ui.ChartView{ID: "rules-chart", Title: i18n.T(ctx, "label_watch.rules"), Columns: []string{"labelling.rules", "label_watch.lots", "label_watch.accepted", "label_watch.checked", "label_watch.accuracy", "label_watch.interval"}}
	var names []string
	var found, low, high []any
	for _, q := range list {
		name := i18n.T(ctx, "label_watch.rules.none")
		if r, ok := rules[q.RuleSetID]; ok {
			name = ruleName(ctx, r)
		}
		names, found, low, high = append(names, name), append(found, q.Accuracy()), append(low, q.Low), append(high, q.High)
		v.Rows = append(v.Rows, []string{name, i18n.Number(ctx, q.Lots), i18n.Number(ctx, q.Accepted), i18n.Number(ctx, q.Items), percents(q.Accuracy()), percents(q.Low) + " – " + percents(q.High)})
	}
	v.Spec = ui.ChartSpec{X: ui.ChartAxis{Names: names}, Y: ui.ChartAxis{Percent: true, Free: true, Max: ui.Bound(1.0)}, Series: []ui.ChartSeries{
		{Name: i18n.T(ctx, "label_watch.accuracy"), Kind: ui.Line, Tone: ui.Accent, Points: found, Symbols: true},
		{Name: i18n.T(ctx, "label_watch.low"), Kind: ui.Line, Tone: ui.Neutral, Points: low, Dashed: true, Symbols: true},
		{Name: i18n.T(ctx, "label_watch.high"), Kind: ui.Line, Tone: ui.Neutral, Points: high, Dashed: true, Symbols: true},
	}}
	last := list[len(list)-1]
	v.Text = i18n.T(ctx, "label_watch.rules.text", "rules", names[len(names)-1], "value", percents(last.Accuracy()), "low", percents(last.Low), "high", percents(last.High))
	return v, nil
}

// watchRanking fills in the ranking of annotators.
func (p *labelPages) watchRanking(c echo.Context, w watching, v *pages.LabelWatch) error {
	ctx, by := c.Request().Context(), who(c)
	list, err := p.Labelling.Ranking(ctx, by, w.WatchFilter, w.least())
	if err != nil {
		return err
	}
	v.Limit = i18n.T(ctx, "label_watch.ranking.lead", "limit", w.limit+"%")
	v.Ranking = pages.LabelTable{Caption: "label_watch.ranking", Empty: ui.EmptyView{Icon: "users-group", Title: "label_watch.ranking.empty", Text: "label_watch.ranking.empty.text"},
		Columns: []ui.Column{{Label: "label_watch.annotator"}, {Label: "label_watch.class"}, {Label: "label_watch.checked", Numeric: true}, {Label: "label_watch.right", Numeric: true},
			{Label: "label_watch.shrunk", Numeric: true}, {Label: "label_watch.quantile", Numeric: true}, {Label: "label_watch.below", Numeric: true}, {Label: "label_watch.proposal"}}}
	if len(list) > listedRanks {
		v.More = i18n.T(ctx, "label_watch.ranking.more", "count", len(list)-listedRanks)
		list = list[:listedRanks]
	}
	for _, r := range list {
		v.Ranking.Rows = append(v.Ranking.Rows, pages.LabelRow{Cells: rankCells(by, w, r)})
	}
	return nil
}

func rankCells(by actor.Actor, w watching, r labelling.Ranked) []pages.LabelCell {
	name := pages.LabelCell{Text: "label_watch.unlisted"}
	switch {
	case r.Worker != nil:
		name = pages.LabelCell{Text: r.Worker.Called(by), URL: labelURL("people", r.Worker.ID)}
	case by.May(actor.ManageLabelling):
		name.Note = r.Annotator
	}
	number := func(text string) pages.LabelCell { return pages.LabelCell{Text: text, Number: true} }
	proposal := pages.LabelCell{}
	switch {
	case r.Held:
		proposal.Chips = []ui.ChipView{{Label: "labelling.worker.suspended", Tone: ui.Bad}}
	case !r.Propose:
	case r.Worker != nil && by.May(actor.ManageLabelling):
		proposal = pages.LabelCell{Text: "label_watch.hold.propose", URL: "/labelling/holds/new" + w.query("worker", r.Worker.ID, "class", r.Stratum)}
	default:
		proposal.Chips = []ui.ChipView{{Label: "label_watch.hold.proposed", Tone: ui.Warn}}
	}
	return []pages.LabelCell{name, {Text: cmp.Or(r.Stratum, "label_watch.class.none")}, count(int64(r.Checked.Checked)), number(percents(fractionOf(int64(r.Correct), int64(r.Checked.Checked)))),
		number(percents(r.Mean)), number(percents(r.Low)), number(percents(r.Below)), proposal}
}
