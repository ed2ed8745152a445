package web

import (
	"context"
	"strconv"

	"hegui/internal/actor"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/readiness"
	"hegui/internal/readiness/score"
	"hegui/internal/report"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// reportMaker puts a report together: what somebody may see, as it stands now.
type reportMaker struct {
	*readinessBoard
	spec report.Spec
	v    pages.ReportView
}

// makeReport makes a report for a person, in the language of the context. It
// returns Forbidden for what their roles do not open, and NotFound for a
// service that they do not see. Every figure comes from the readings that the
// pages use.
func (s *Server) makeReport(ctx context.Context, by actor.Actor, spec report.Spec) (pages.ReportView, error) {
	if err := spec.Check(); err != nil {
		return pages.ReportView{}, err
	}
	if !by.May(reportRights[spec.Kind]) {
		return pages.ReportView{}, problem.New(problem.Forbidden, "error.role")
	}
	b, err := (&readinessPages{Server: s}).boardFor(ctx, by)
	if err != nil {
		return pages.ReportView{}, err
	}
	organisation, _, err := s.Accounts.Organisation(ctx)
	if err != nil {
		return pages.ReportView{}, err
	}
	m := &reportMaker{readinessBoard: b, spec: spec.At(b.o.Today)}
	m.v = pages.ReportView{Title: i18n.T(ctx, "report.kind."+string(spec.Kind)), Note: i18n.T(ctx, "report.note"),
		AsOf: i18n.T(ctx, "report.as_of", "organisation", organisation.Name, "at", i18n.DateTime(ctx, s.Ledger.Now()))}
	m.v.Foot = m.v.AsOf
	switch spec.Kind {
	case report.Board:
		err = m.board()
	case report.Article:
		err = m.article()
	case report.Service:
		err = m.service()
	case report.Labelling:
		err = m.labelling()
	case report.Requests:
		err = m.requests()
	}
	return m.v, err
}

// reportRights are what a person must be allowed to read for a report.
var reportRights = map[report.Kind]actor.Permission{report.Board: actor.ReadSummary, report.Article: actor.ReadSummary, report.Service: actor.ReadSummary,
	report.Labelling: actor.ReadLabelling, report.Requests: actor.RequestFigures}

// boardFor reads what the summaries of a person are made of.
func (p *readinessPages) boardFor(ctx context.Context, by actor.Actor) (b *readinessBoard, err error) {
	b = &readinessBoard{readinessPages: p, ctx: ctx, by: by, catalogue: p.Regulation.Current(ctx)}
	if b.o, err = p.Readiness.Overview(ctx, by); err != nil {
		return nil, err
	}
	b.move, err = p.Readiness.Movement(ctx, by, b.o)
	return b, err
}

func wordCell(s string) pages.ReportCell { return pages.ReportCell{Text: s} }

// wholeCell is a count; key names the figure, so that it can be found again.
func wholeCell[N ~int | ~int64](ctx context.Context, key string, n N) pages.ReportCell {
	return pages.ReportCell{Text: i18n.Number(ctx, n), Key: key, Kind: pages.WholeCell, Number: float64(n)}
}

// tenthsCell is a share in tenths of a percent; score.NoValue stays a dash.
func tenthsCell(key string, v int) pages.ReportCell {
	c := pages.ReportCell{Text: tenths(v), Key: key}
	if v != score.NoValue {
		c.Kind, c.Number = pages.ShareCell, float64(v)
	}
	return c
}

// partCell is good of all.
func partCell(key string, good, all int64) pages.ReportCell {
	if all == 0 {
		return tenthsCell(key, score.NoValue)
	}
	return tenthsCell(key, int(good*1000/all))
}

// sumCell is a score with its word.
func sumCell(key string, s score.Sum) pages.ReportCell {
	c := tenthsCell(key, s.Value())
	c.Word = readinessWord(s.Word())
	return c
}

// moveCell is a movement in percentage points, as the pages print it.
func moveCell(m pages.ReadinessMove) pages.ReportCell {
	if m.Text == "" {
		return wordCell("–")
	}
	return pages.ReportCell{Text: m.Sign + " " + m.Text}
}

func textColumn(label string, width float64) pages.ReportColumn {
	return pages.ReportColumn{Label: label, Width: width}
}

func numberColumn(label string) pages.ReportColumn {
	return pages.ReportColumn{Label: label, Numeric: true, Width: 12}
}

// figureOf names a figure: a score of all, of a service, or of its article.
func figureOf(service string, article int) string {
	switch {
	case service == "":
		return "score"
	case article == 0:
		return "score:" + service
	}
	return "score:" + service + ":" + strconv.Itoa(article)
}

// sums are the cells of what a score counts.
func (m *reportMaker) sums(key string, s score.Sum) []pages.ReportCell {
	return []pages.ReportCell{sumCell(key, s), wholeCell(m.ctx, key+":items", s.Items), wholeCell(m.ctx, key+":open", s.Open), wholeCell(m.ctx, key+":critical", s.OpenCritical)}
}

var sumColumns = []pages.ReportColumn{numberColumn("readiness.score"), numberColumn("readiness.items"), numberColumn("readiness.open"), numberColumn("readiness.open.critical")}

// figures stand at the top: the score and what goes with it.
func (m *reportMaker) figures(key string, sum score.Sum, service string, overdue int, q readiness.Quality, t readiness.Timeliness) {
	head := func(label string, c pages.ReportCell) {
		m.v.Figures = append(m.v.Figures, pages.ReportFigure{Label: label, Cell: c})
	}
	head("readiness.score", sumCell(key, sum))
	for i, move := range m.movesOf(service, sum) {
		head(i18n.T(m.ctx, "readiness.over", "days", i18n.T(m.ctx, "readiness.days", "count", readiness.Spans[i])), moveCell(move))
	}
	open := wholeCell(m.ctx, key+":open", sum.Open)
	open.Note = i18n.T(m.ctx, "readiness.tile.open.hint", "critical", sum.OpenCritical, "overdue", overdue)
	head("readiness.tile.open", open)
	quality := partCell("quality:"+key, q.Accepted, q.Decided)
	if q.Decided > 0 {
		quality.Note = i18n.T(m.ctx, "readiness.tile.quality.hint", "proven", shareWords(q.Proven, q.Decided), "lots", q.Decided)
	}
	head("readiness.tile.quality", quality)
	requests := partCell("requests:"+key, t.InTime, t.Answered+t.Overdue)
	if t.Answered+t.Overdue > 0 {
		requests.Note = i18n.T(m.ctx, "readiness.tile.requests.hint", "answered", t.Answered, "overdue", t.Overdue)
	}
	head("readiness.tile.requests", requests)
}

// blockerTable lists what holds back, at most so many lines on paper.
func (m *reportMaker) blockerTable(list []readiness.PlacedBlocker, most int, withService bool) (*pages.ReportTable, error) {
	t := &pages.ReportTable{Caption: "readiness.blockers", Empty: "readiness.blockers.empty.title", Columns: []pages.ReportColumn{
		textColumn("readiness.requirement", 50), textColumn("readiness.service", 24), textColumn("checklist.status", 18),
		textColumn("readiness.owner", 18), numberColumn("readiness.late")}}
	shown := list[:min(most, len(list))]
	if err := m.names(shown, nil); err != nil {
		return nil, err
	}
	for _, b := range shown {
		l := m.blocker(b)
		owner := l.Owner
		if owner == "" {
			owner = i18n.T(m.ctx, "ui.nobody")
		}
		late := wordCell("–")
		if b.Late > 0 {
			late = pages.ReportCell{Text: l.When, Kind: pages.WholeCell, Number: float64(b.Late)}
		}
		t.Rows = append(t.Rows, []pages.ReportCell{wordCell(l.ID + " " + l.Title), wordCell(l.Service), {Word: l.Kind}, wordCell(owner), late})
	}
	if !withService {
		t.Columns = append(t.Columns[:1:1], t.Columns[2:]...)
		for i, r := range t.Rows {
			t.Rows[i] = append(r[:1:1], r[2:]...)
		}
	}
	if left := len(list) - len(shown); left > 0 {
		t.More = i18n.T(m.ctx, "report.more", "count", left)
	}
	return t, nil
}

// dateTable lists what is due, the next first.
func (m *reportMaker) dateTable(list []readiness.Deadline, most int) (*pages.ReportTable, error) {
	t := &pages.ReportTable{Caption: "readiness.deadlines.title", Empty: "readiness.deadlines.empty.title", Columns: []pages.ReportColumn{
		textColumn("report.due.what", 50), textColumn("report.due.kind", 18), textColumn("readiness.service", 24), textColumn("readiness.owner", 18), textColumn("readiness.day", 14)}}
	shown := list[:min(most, len(list))]
	if err := m.names(nil, shown); err != nil {
		return nil, err
	}
	for _, d := range shown {
		l := m.deadline(d)
		name := l.Title
		if l.ID != "" {
			name = l.ID + " " + l.Title
		}
		t.Rows = append(t.Rows, []pages.ReportCell{wordCell(name), {Word: l.Kind}, wordCell(l.Service), wordCell(l.Owner), wordCell(l.When)})
	}
	if left := len(list) - len(shown); left > 0 {
		t.More = i18n.T(m.ctx, "report.more", "count", left)
	}
	return t, nil
}

// tones of a cell's ground.
func tonesOf(s score.Sum) ui.Tone { return readinessTones[s.Word()] }
