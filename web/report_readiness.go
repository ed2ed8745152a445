package web

import (
	"fmt"
	"strconv"
	"strings"

	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/readiness"
	"hegui/internal/readiness/score"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// How many lines the board summary has of each list: with twenty services it
// fills two pages.
const (
	boardBlockers  = 8
	boardDeadlines = 6
	reportBlockers = 80  // of the other reports
	reportLines    = 200 // of short lines
)

// board sums up all services on two pages.
func (m *reportMaker) board() error {
	m.v.Scope = i18n.T(m.ctx, "report.scope.services", "count", len(m.o.Services))
	m.figures(figureOf("", 0), m.o.Total, "", m.o.Overdue, m.o.Quality(), m.o.Timeliness())
	services := &pages.ReportTable{Caption: "report.services", Empty: "readiness.empty.title", Total: true,
		Columns: append([]pages.ReportColumn{textColumn("readiness.service", 30)}, append(append([]pages.ReportColumn{}, sumColumns...), numberColumn("readiness.open.overdue"), numberColumn("report.days30"), numberColumn("report.days90"))...)}
	for _, s := range m.o.Services {
		services.Rows = append(services.Rows, m.serviceRow(s.Entry.Name, s.Entry.ID, s.Score.Sum, s.Overdue))
	}
	if len(services.Rows) > 0 {
		services.Rows = append(services.Rows, m.serviceRow(i18n.T(m.ctx, "readiness.overall"), "", m.o.Total, m.o.Overdue))
	}
	blockers, err := m.blockerTable(m.o.Top(len(m.o.Blockers())), boardBlockers, true)
	if err != nil {
		return err
	}
	due, err := m.dateTable(m.o.Deadlines(m.o.Today.Add(readiness.Soon)), boardDeadlines)
	if err != nil {
		return err
	}
	outlook := outlookWords(m.ctx, m.move.Outlook)
	m.v.Parts = []pages.ReportPart{
		{Title: "report.services", Table: services},
		{Title: "readiness.trend", Chart: lineChart(m, m.move.Series), Words: []string{outlook.Words, outlook.Method}},
		{Title: "report.map", Lead: "report.map.lead", Table: m.heat(), NewPage: true},
		{Title: "readiness.blockers", Table: blockers},
		{Title: "readiness.deadlines.title", Table: due},
	}
	return nil
}

func (m *reportMaker) serviceRow(name, service string, sum score.Sum, overdue int) []pages.ReportCell {
	key := figureOf(service, 0)
	row := append([]pages.ReportCell{wordCell(name)}, m.sums(key, sum)...)
	row = append(row, wholeCell(m.ctx, key+":overdue", overdue))
	for _, move := range m.movesOf(service, sum) {
		row = append(row, moveCell(move))
	}
	return row
}

// heat is the map of services and articles, in whole percents as on the first
// screen.
func (m *reportMaker) heat() *pages.ReportTable {
	t := &pages.ReportTable{Caption: "report.map", Empty: "readiness.empty.title", Dense: true, Columns: []pages.ReportColumn{textColumn("readiness.service", 30)}}
	for _, a := range m.catalogue.Articles {
		t.Columns = append(t.Columns, pages.ReportColumn{Label: strconv.Itoa(a.Number), Numeric: true, Width: 7})
	}
	for _, s := range m.o.Services {
		row := []pages.ReportCell{wordCell(s.Entry.Name)}
		for _, a := range m.catalogue.Articles {
			sum := s.Score.Article(a.Number).Sum
			cell := pages.ReportCell{}
			if v := sum.Value(); v != score.NoValue {
				cell = pages.ReportCell{Text: strconv.Itoa(v / 10), Tone: tonesOf(sum), Kind: pages.WholeCell, Number: float64(v / 10)}
			}
			row = append(row, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// article takes one article apart, service by service.
func (m *reportMaker) article() error {
	n := m.spec.Article
	m.v.Scope = articleName(m.ctx, m.catalogue, n)
	services := &pages.ReportTable{Caption: "report.services", Empty: "report.article.none",
		Columns: append(append([]pages.ReportColumn{textColumn("readiness.service", 30)}, sumColumns...), textColumn("report.remark", 24))}
	var short []readiness.PlacedBlocker
	var all score.Sum
	for _, s := range m.o.Services {
		a := s.Score.Article(n)
		all = all.Plus(a.Sum)
		remark := wordCell("")
		if a.Capped() {
			remark = wordCell(i18n.T(m.ctx, "readiness.capped"))
		}
		services.Rows = append(services.Rows, append(append([]pages.ReportCell{wordCell(s.Entry.Name)}, m.sums(figureOf(s.Entry.ID, n), a.Sum)...), remark))
	}
	for _, b := range m.o.Blockers() {
		if b.Item.Article == n {
			short = append(short, b)
		}
	}
	m.v.Figures = []pages.ReportFigure{{Label: "readiness.score", Cell: sumCell("article:"+strconv.Itoa(n), all)}, {Label: "readiness.items", Cell: wholeCell(m.ctx, "", all.Items)},
		{Label: "readiness.open", Cell: wholeCell(m.ctx, "", all.Open)}, {Label: "readiness.open.critical", Cell: wholeCell(m.ctx, "", all.OpenCritical)}}
	table, err := m.blockerTable(short, reportBlockers, true)
	m.v.Parts = []pages.ReportPart{{Title: "report.services", Table: services}, {Title: "readiness.blockers", Table: table}}
	return err
}

// service takes one service apart.
func (m *reportMaker) service() error {
	s, ok := m.o.Find(m.spec.ServiceID)
	if !ok {
		return problem.New(problem.NotFound, "readiness.retired")
	}
	m.v.Scope = s.Entry.Name
	m.figures(figureOf(s.Entry.ID, 0), s.Score.Sum, s.Entry.ID, s.Overdue, s.Quality, s.Timeliness)
	series, err := m.Readiness.Series(m.ctx, m.by, s.Entry.ID, s.Day.Add(-boardDays), s.Now())
	if err != nil {
		return err
	}
	blockers, err := m.blockerTable(s.Blockers(), reportBlockers, false)
	if err != nil {
		return err
	}
	waived, err := m.waived(s)
	m.v.Parts = []pages.ReportPart{
		{Title: "readiness.trend", Chart: lineChart(m, series), Words: []string{outlookWords(m.ctx, readiness.Look(series)).Words}},
		{Title: "readiness.articles", Table: m.articles(s)},
		{Title: "readiness.blockers", Table: blockers},
		{Title: "report.waived", Lead: "report.waived.lead", Table: waived},
	}
	return err
}

func (m *reportMaker) articles(s readiness.Placed) *pages.ReportTable {
	t := &pages.ReportTable{Caption: "readiness.articles", Empty: "readiness.sum.none", Total: true, Columns: append([]pages.ReportColumn{textColumn("readiness.article", 40)}, sumColumns...)}
	for _, a := range s.Score.Articles {
		row := append([]pages.ReportCell{wordCell(articleName(m.ctx, m.catalogue, a.Number))}, m.sums(figureOf(s.Entry.ID, a.Number), a.Sum)...)
		if a.Capped() {
			row[0].Note = i18n.T(m.ctx, "readiness.capped")
		}
		t.Rows = append(t.Rows, row)
	}
	t.Rows = append(t.Rows, append([]pages.ReportCell{wordCell(i18n.T(m.ctx, "readiness.total"))}, m.sums(figureOf(s.Entry.ID, 0), s.Score.Sum)...))
	return t
}

// waived lists what was judged not applicable, with the reasons given.
func (m *reportMaker) waived(s readiness.Placed) (*pages.ReportTable, error) {
	_, rows := s.Excluded()
	list, err := m.excluded(m.ctx, rows, m.catalogue)
	t := &pages.ReportTable{Caption: "report.waived", Empty: "readiness.excluded.none", Columns: []pages.ReportColumn{
		textColumn("readiness.requirement", 50), textColumn("report.reason", 60), textColumn("report.who", 24)}}
	for _, e := range list {
		t.Rows = append(t.Rows, []pages.ReportCell{wordCell(e.ID + " " + e.Title), wordCell(e.Why), wordCell(e.Who)})
	}
	return t, err
}

// Lengths of a chart in units of its drawing.
const (
	chartWidth, chartTop, chartFoot = 660.0, 8.0, 130.0
)

// lineChart draws a score over days, with the limits of the words.
func lineChart(m *reportMaker, series []readiness.Reading) *pages.ReportChart {
	v := trendChart(m.ctx, series, ui.SmallChart)
	if len(series) < 2 {
		return nil
	}
	first, last := series[0].Day, series[len(series)-1].Day
	span := max(1, first.Until(last))
	height := func(tenths int) float64 { return chartFoot - (chartFoot-chartTop)*float64(tenths)/1000 }
	var line strings.Builder
	from, to := 0.0, 0.0
	for _, r := range series {
		if r.Sum.Value() == score.NoValue {
			continue
		}
		verb := "L"
		to = chartWidth * float64(first.Until(r.Day)) / float64(span)
		if line.Len() == 0 {
			verb, from = "M", to
		}
		fmt.Fprintf(&line, "%s%.1f %.1f", verb, to, height(r.Sum.Value()))
	}
	if line.Len() == 0 {
		return nil
	}
	c := &pages.ReportChart{Title: "readiness.trend", Text: i18n.Text(m.ctx, v.Text), Line: line.String(), From: i18n.Date(m.ctx, first), To: i18n.Date(m.ctx, last)}
	c.Area = fmt.Sprintf("%sL%.1f %.1fL%.1f %.1fZ", c.Line, to, chartFoot, from, chartFoot)
	for _, mark := range []struct {
		at   int
		word score.Word
	}{{1000, score.NoWord}, {score.ReadyFrom, score.Ready}, {score.AtRiskFrom, score.AtRisk}} {
		label := tenths(mark.at)
		if mark.word != score.NoWord {
			label = i18n.T(m.ctx, "readiness.word."+string(mark.word))
		}
		c.Marks = append(c.Marks, pages.ReportMark{Y: fmt.Sprintf("%.1f", height(mark.at)), Label: label, Tone: readinessTones[mark.word]})
	}
	return c
}
