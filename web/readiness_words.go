package web

import (
	"context"
	"strconv"

	"hegui/internal/i18n"
	"hegui/internal/readiness"
	"hegui/internal/readiness/score"
	"hegui/internal/readiness/trend"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// tenths prints tenths of a percent: "83.4%", and a dash where nothing counts.
// Every readiness figure on every page is printed here.
func tenths(v int) string {
	if v == score.NoValue {
		return "–"
	}
	return strconv.Itoa(v/10) + "." + strconv.Itoa(v%10) + "%"
}

// shareWords prints good of all in tenths of a percent, cut off as scores are.
func shareWords(good, all int64) string {
	if all == 0 {
		return "–"
	}
	return tenths(int(good * 1000 / all))
}

// pointsWords prints points of a weight in tenths of a percent.
func pointsWords(points, weight int64) string {
	return tenths(score.Sum{Points: points, Weight: weight}.Value())
}

var readinessTones = map[score.Word]ui.Tone{score.Ready: ui.Good, score.AtRisk: ui.Warn, score.NotReady: ui.Bad}

var readinessIcons = map[score.Word]string{score.Ready: "circle-check", score.AtRisk: "alert-triangle", score.NotReady: "circle-x"}

// readinessWord is a word as a chip; none for NoWord.
func readinessWord(w score.Word) ui.ChipView {
	if w == score.NoWord {
		return ui.ChipView{}
	}
	return ui.ChipView{Label: "readiness.word." + string(w), Tone: readinessTones[w], Icon: readinessIcons[w]}
}

func readinessScore(s score.Sum, to string) pages.ReadinessScore {
	return pages.ReadinessScore{Key: figureOf("", 0), Value: tenths(s.Value()), Word: readinessWord(s.Word()), URL: to}
}

// signed prints a difference of two figures in percentage points.
func signed(d int) string {
	switch {
	case d > 0:
		return "+" + strconv.Itoa(d/10) + "." + strconv.Itoa(d%10)
	case d < 0:
		return "−" + strconv.Itoa(-d/10) + "." + strconv.Itoa(-d%10)
	}
	return "0.0"
}

// readinessMove tells how a figure moved; without an earlier one nothing.
func readinessMove(ctx context.Context, days, now, was int, known bool) pages.ReadinessMove {
	v := pages.ReadinessMove{Label: i18n.T(ctx, "readiness.days", "count", days)}
	if !known || now == score.NoValue {
		return v
	}
	d := now - was
	v.Text, v.Sign = signed(d), "→"
	switch {
	case d > 0:
		v.Sign, v.Tone = "↑", ui.Good
	case d < 0:
		v.Sign, v.Tone = "↓", ui.Bad
	}
	return v
}

// moveWords say a movement in a sentence.
func moveWords(ctx context.Context, days, was int, m pages.ReadinessMove) string {
	if m.Text == "" {
		return i18n.T(ctx, "readiness.move.unknown", "days", days)
	}
	return i18n.T(ctx, "readiness.move.words", "days", days, "was", tenths(was), "change", m.Text)
}

// Names of the score's codes, by their numbers.
var (
	itemStatuses  = [...]string{"compliant", "partly_compliant", "in_progress", "not_assessed", "non_compliant", "not_applicable", "out_of_scope"}
	itemEvidences = [...]string{"valid", "unreviewed", "expired", "none"}
	itemReviews   = [...]string{"current", "overdue", "long_overdue"}
	itemSeverity  = [...]string{"critical", "high", "medium", "low"}
)

func itemStatusKey(s score.Status) string {
	if s == score.OutOfScope {
		return "checklist.out_of_scope"
	}
	return "checklist.status." + itemStatuses[s]
}

// itemChip says in a word what keeps a requirement from its points.
func itemChip(i score.Item) ui.ChipView {
	switch {
	case i.Status == score.Compliant && i.Evidence != score.Valid:
		return ui.ChipView{Label: "readiness.evidence." + itemEvidences[i.Evidence], Tone: evidenceTones[i.Evidence], Icon: "file-alert"}
	case i.Status == score.Compliant && i.Review != score.Current:
		return ui.ChipView{Label: "readiness.review." + itemReviews[i.Review], Tone: ui.Warn, Icon: "refresh"}
	}
	return itemStatusChip(i.Status)
}

func itemStatusChip(s score.Status) ui.ChipView {
	v := ui.ChipView{Label: itemStatusKey(s), Icon: "ban"}
	for status, look := range statusLooks {
		if string(status) == itemStatuses[s] {
			v = look
		}
	}
	return v
}

var evidenceTones = [...]ui.Tone{ui.Good, ui.Info, ui.Bad, ui.Warn}

// trendChart draws the score over days, with the limits of the words.
func trendChart(ctx context.Context, series []readiness.Reading, size ui.ChartSize) ui.ChartView {
	v := readinessChart("trend-chart", "readiness.trend", size)
	v.Columns = []string{"readiness.day", "readiness.score"}
	line := ui.ChartSeries{Name: i18n.T(ctx, "readiness.score"), Kind: ui.Line, Tone: ui.Accent, Area: true, Symbols: len(series) < 3}
	for i, r := range series {
		value := r.Sum.Value()
		v.Spec.X.Names = append(v.Spec.X.Names, string(r.Day))
		if inTable(size, i, len(series)) {
			v.Rows = append(v.Rows, []string{i18n.Date(ctx, r.Day), tenths(value)})
		}
		if value == score.NoValue {
			line.Points = append(line.Points, nil)
			continue
		}
		line.Points = append(line.Points, float64(value)/1000)
	}
	v.Spec.Y = ui.ChartAxis{Percent: true, Digits: ui.Bound(1), Min: ui.Bound(0.0), Max: ui.Bound(1.0)}
	v.Spec.Series = []ui.ChartSeries{line}
	v.Spec.Marks = []ui.ChartMark{
		{Axis: "y", At: score.ReadyFrom / 1000.0, Label: i18n.T(ctx, "readiness.word.ready"), Tone: ui.Good},
		{Axis: "y", At: score.AtRiskFrom / 1000.0, Label: i18n.T(ctx, "readiness.word.at_risk"), Tone: ui.Warn},
	}
	if size == ui.SmallChart {
		v.Spec.Marks[1].Label = " " // there is no room for both
	}
	if n := len(series); n > 1 {
		v.Text = i18n.T(ctx, "readiness.trend.text", "from", i18n.Date(ctx, series[0].Day), "was", tenths(series[0].Sum.Value()), "now", tenths(series[n-1].Sum.Value()))
	} else {
		v.Text = "readiness.trend.short"
	}
	return v
}

// burnChart draws how many requirements were open over days.
func burnChart(ctx context.Context, series []readiness.Reading, size ui.ChartSize) ui.ChartView {
	v := readinessChart("burn-chart", "readiness.burn", size)
	v.Columns = []string{"readiness.day", "readiness.open", "readiness.open.critical", "readiness.open.overdue"}
	open := ui.ChartSeries{Name: i18n.T(ctx, "readiness.open"), Kind: ui.Line, Tone: ui.Info}
	critical := ui.ChartSeries{Name: i18n.T(ctx, "readiness.open.critical"), Kind: ui.Line, Tone: ui.Bad}
	overdue := ui.ChartSeries{Name: i18n.T(ctx, "readiness.open.overdue"), Kind: ui.Line, Tone: ui.Warn, Dashed: true}
	for i, r := range series {
		v.Spec.X.Names = append(v.Spec.X.Names, string(r.Day))
		if inTable(size, i, len(series)) {
			v.Rows = append(v.Rows, []string{i18n.Date(ctx, r.Day), i18n.Number(ctx, r.Sum.Open), i18n.Number(ctx, r.Sum.OpenCritical), i18n.Number(ctx, r.Overdue)})
		}
		open.Points, critical.Points = append(open.Points, r.Sum.Open), append(critical.Points, r.Sum.OpenCritical)
		overdue.Points = append(overdue.Points, r.Overdue)
	}
	v.Spec.Y = ui.ChartAxis{Digits: ui.Bound(0)}
	v.Spec.Series = []ui.ChartSeries{open, critical, overdue}
	if n := len(series); n > 1 {
		v.Text = i18n.T(ctx, "readiness.burn.text", "was", series[0].Sum.Open, "now", series[n-1].Sum.Open, "critical", series[n-1].Sum.OpenCritical)
	} else {
		v.Text = "readiness.trend.short"
	}
	return v
}

// inTable says whether a day stands in the table beside a chart: every day, or
// beside a small one every seventh, counted from the present.
func inTable(size ui.ChartSize, i, n int) bool { return size != ui.SmallChart || (n-1-i)%7 == 0 }

func readinessChart(id, title string, size ui.ChartSize) ui.ChartView {
	return ui.ChartView{ID: id, Title: title, Size: size}
}

// rangeWords print the range of a forecast.
func rangeWords(ctx context.Context, f trend.Forecast) string {
	if f.Latest == "" {
		return i18n.T(ctx, "readiness.range.open", "from", i18n.Date(ctx, f.Earliest))
	}
	return i18n.T(ctx, "readiness.range", "from", i18n.Date(ctx, f.Earliest), "to", i18n.Date(ctx, f.Latest))
}

// outlookWords print a forecast with what it is made of.
func outlookWords(ctx context.Context, o readiness.Outlook) pages.ReadinessOutlook {
	v := pages.ReadinessOutlook{Method: i18n.T(ctx, "readiness.outlook.method", "days", o.Score.Days)}
	switch {
	case o.Ready.Reached:
		v.Words = i18n.T(ctx, "readiness.outlook.reached")
		return v
	case o.Ready.Known():
		v.Words = i18n.T(ctx, "readiness.outlook.words", "date", i18n.Date(ctx, o.Ready.Date), "range", rangeWords(ctx, o.Ready))
	case o.Score.Days < trend.Fewest:
		v.Words = i18n.T(ctx, "readiness.outlook.short", "count", trend.Fewest)
		return v
	default:
		v.Words = i18n.T(ctx, "readiness.outlook.none")
	}
	v.Parts = []string{forecastWords(ctx, "readiness.outlook.score.", o.Score), forecastWords(ctx, "readiness.outlook.critical.", o.Critical)}
	return v
}

func forecastWords(ctx context.Context, key string, f trend.Forecast) string {
	switch {
	case f.Reached:
		return i18n.T(ctx, key+"reached")
	case f.Known():
		return i18n.T(ctx, key+"date", "date", i18n.Date(ctx, f.Date), "range", rangeWords(ctx, f))
	}
	return i18n.T(ctx, key+"none")
}
