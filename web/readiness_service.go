package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"hegui/internal/checklist"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/readiness"
	"hegui/internal/readiness/score"
	"hegui/internal/regulation"
	"hegui/internal/report"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// one shows a service with its articles and chapters.
func (p *readinessPages) one(c echo.Context) error {
	ctx, by := c.Request().Context(), who(c)
	s, err := p.Readiness.Of(ctx, by, c.Param("id"))
	if err != nil {
		return err
	}
	b, err := p.board(c)
	if err != nil {
		return err
	}
	series, err := p.Readiness.Series(ctx, by, s.Entry.ID, s.Day.Add(-boardDays), s.Now())
	if err != nil {
		return err
	}
	catalogue := p.Regulation.Current(ctx)
	v := pages.ReadinessServiceView{Frame: p.frame(c, s.Entry.Name, crumbReadiness), Title: s.Entry.Name, Lead: sumWords(ctx, s.Score.Sum),
		Word: readinessWord(s.Score.Sum.Word()), Trend: trendChart(ctx, series, ui.SmallChart), Outlook: outlookWords(ctx, readiness.Look(series)),
		Articles: articleTable(ctx, s, catalogue), Chapters: chapterTable(ctx, s.Score.Grouped(chapterNumber(catalogue)), catalogue)}
	v.Tiles = append([]ui.StatView{{Key: figureOf(s.Entry.ID, 0), Label: "readiness.score", Value: tenths(s.Score.Sum.Value()), Hint: "readiness.score.hint", Icon: "gauge", URL: "/readiness/made#formula"}},
		b.moveTiles(s)...)
	v.Tiles = append(v.Tiles, qualityTile(ctx, figureOf(s.Entry.ID, 0), s.Quality, false), requestsTile(ctx, figureOf(s.Entry.ID, 0), s.Timeliness, false))
	v.Actions = []ui.ButtonView{
		{Label: "readiness.whatif", URL: "/readiness/blockers?service=" + s.Entry.ID, Icon: "list-check"},
		{Label: "readiness.history", URL: "/readiness/history?service=" + s.Entry.ID, Icon: "chart-line"},
	}
	v.Actions = append(v.Actions, ui.ButtonView{Label: "report.title", URL: reportURL(report.Spec{Kind: report.Service, ServiceID: s.Entry.ID}), Icon: "file-text"})
	if mayOpen(by, "/checklists/:service") {
		v.Actions = append(v.Actions, ui.ButtonView{Label: "readiness.checklist", URL: checklistURL(s.Entry.ID), Icon: "checklist"})
	}
	outside, waived := s.Excluded()
	if v.Waived, err = p.excluded(ctx, waived, catalogue); err != nil {
		return err
	}
	v.Outside, err = p.excluded(ctx, outside, catalogue)
	if err != nil {
		return err
	}
	return render(c, http.StatusOK, pages.ReadinessServicePage(v))
}

// sumWords say what a figure counts.
func sumWords(ctx context.Context, s score.Sum) string {
	if s.Items == 0 {
		return i18n.T(ctx, "readiness.sum.none")
	}
	return i18n.T(ctx, "readiness.sum", "items", s.Items, "open", s.Open, "critical", s.OpenCritical)
}

// moveTiles tell how the score of a service moved.
func (b *readinessBoard) moveTiles(s readiness.Placed) []ui.StatView {
	var out []ui.StatView
	for i, m := range b.movesOf(s.Entry.ID, s.Score.Sum) {
		v := ui.StatView{Label: i18n.T(b.ctx, "readiness.over", "days", m.Label), Value: "–", Tone: m.Tone,
			Hint: moveWords(b.ctx, readiness.Spans[i], b.move.Was[i][s.Entry.ID], m)}
		if m.Text != "" {
			v.Value = m.Sign + " " + m.Text
		}
		out = append(out, v)
	}
	return out
}

// chapterNumber finds the chapter of an article.
func chapterNumber(c *regulation.Catalogue) func(int) int {
	return func(article int) int {
		if a, ok := c.Article(article); ok {
			return a.Chapter
		}
		return 0
	}
}

var figureColumns = []ui.Column{{Label: "readiness.weight", Numeric: true}, {Label: "readiness.items", Numeric: true}, {Label: "readiness.open", Numeric: true}, {Label: "readiness.open.critical", Numeric: true}}

// sumKeys name the cells of figureColumns.
var sumKeys = []string{":weight", ":items", ":open", ":critical"}

func figureCells(ctx context.Context, s score.Sum) []string {
	return []string{i18n.Number(ctx, s.Weight), i18n.Number(ctx, s.Items), i18n.Number(ctx, s.Open), i18n.Number(ctx, s.OpenCritical)}
}

func figureRow(ctx context.Context, key, label, to string, s score.Sum) pages.ReadinessRow {
	return pages.ReadinessRow{Key: key, Label: label, URL: to, Value: tenths(s.Value()), Word: readinessWord(s.Word()), Cells: figureCells(ctx, s)}
}

func articleTable(ctx context.Context, s readiness.Placed, c *regulation.Catalogue) pages.ReadinessTable {
	t := pages.ReadinessTable{Caption: "readiness.articles", First: "readiness.article", Value: "readiness.score", Columns: figureColumns, Keys: sumKeys}
	for _, a := range s.Score.Articles {
		row := figureRow(ctx, figureOf(s.Entry.ID, a.Number), articleName(ctx, c, a.Number), readinessArticleURL(s.Entry.ID, a.Number), a.Sum)
		if a.Capped() {
			row.Tag = "readiness.capped"
		}
		t.Rows = append(t.Rows, row)
	}
	last := figureRow(ctx, figureOf(s.Entry.ID, 0), "readiness.total", "", s.Score.Sum)
	last.Total = true
	t.Rows = append(t.Rows, last)
	return t
}

func chapterTable(ctx context.Context, sums map[int]score.Sum, c *regulation.Catalogue) pages.ReadinessTable {
	t := pages.ReadinessTable{Caption: "readiness.chapters", First: "readiness.chapter", Value: "readiness.score", Columns: figureColumns, Keys: sumKeys}
	for _, ch := range c.Chapters {
		if s, ok := sums[ch.Number]; ok {
			t.Rows = append(t.Rows, figureRow(ctx, "", i18n.Pick(ctx, ch.Label.ZH+" "+ch.Title.ZH, ch.Label.EN+" "+ch.Title.EN), "", s))
		}
	}
	return t
}

// excluded lists what does not count, with why and, of what people decided,
// who.
func (p *readinessPages) excluded(ctx context.Context, rows []checklist.Assessment, c *regulation.Catalogue) ([]pages.ReadinessExcluded, error) {
	var ids []string
	for _, a := range rows {
		ids = append(ids, a.ConcludedBy, a.ApprovedBy)
	}
	names, err := p.Accounts.Names(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]pages.ReadinessExcluded, len(rows))
	for i, a := range rows {
		out[i] = pages.ReadinessExcluded{ID: a.RequirementID, Title: requirementTitle(ctx, c, a.RequirementID), URL: readinessItemURL(a.ServiceID, a.RequirementID)}
		if !a.Applies {
			out[i].Why = i18n.Pick(ctx, a.ReasonZH, a.ReasonEN)
			continue
		}
		out[i].Why = a.Justification
		switch {
		case a.ApprovedBy != "":
			out[i].Who = i18n.T(ctx, "readiness.excluded.two", "one", names[a.ConcludedBy], "two", names[a.ApprovedBy])
		case a.ConcludedBy != "":
			out[i].Who = names[a.ConcludedBy]
		}
	}
	return out, nil
}

// article shows what the figure of an article is made of.
func (p *readinessPages) article(c echo.Context) error {
	ctx, by := c.Request().Context(), who(c)
	s, err := p.Readiness.Of(ctx, by, c.Param("id"))
	if err != nil {
		return err
	}
	catalogue := p.Regulation.Current(ctx)
	number, err := strconv.Atoi(c.Param("number"))
	a := s.Score.Article(number)
	if err != nil || len(a.Items) == 0 {
		return problem.New(problem.NotFound, "readiness.no_article")
	}
	name := articleName(ctx, catalogue, number)
	v := pages.ReadinessArticleView{
		Frame: p.frame(c, name, crumbReadiness, layout.Crumb{Label: s.Entry.Name, URL: readinessURL(s.Entry.ID)}), Title: name,
		Lead: sumWords(ctx, a.Sum), Word: readinessWord(a.Sum.Word()), Items: itemTable(ctx, s, a, catalogue), Sums: articleSums(ctx, a),
		Actions: []ui.ButtonView{{Label: "readiness.law", URL: "/articles/" + strconv.Itoa(number), Icon: "book"}},
	}
	v.Tiles = []ui.StatView{{Key: figureOf(s.Entry.ID, number), Label: "readiness.score", Value: tenths(a.Sum.Value()), Icon: "gauge", Hint: "readiness.score.hint", URL: "/readiness/made#formula"}}
	if len(a.CapBy) > 0 {
		v.Cap = &ui.AlertView{Tone: ui.Bad, Title: "readiness.cap.title", Text: i18n.T(ctx, "readiness.cap.text", "count", len(a.CapBy), "limit", tenths(score.CappedAt), "raw", pointsWords(a.Raw, a.Sum.Weight))}
	}
	var rest []checklist.Assessment
	for _, i := range a.Items {
		if row, ok := s.Row(i.ID); ok && !i.Counts() {
			rest = append(rest, row)
		}
	}
	if v.Outside, err = p.excluded(ctx, rest, catalogue); err != nil {
		return err
	}
	return render(c, http.StatusOK, pages.ReadinessArticlePage(v))
}

// itemTable lists the requirements of an article with their factors.
func itemTable(ctx context.Context, s readiness.Placed, a score.Article, c *regulation.Catalogue) pages.ReadinessTable {
	t := pages.ReadinessTable{Caption: "readiness.article.items", First: "readiness.requirement", Value: "readiness.points",
		Columns: []ui.Column{{Label: "readiness.severity"}, {Label: "readiness.weight", Numeric: true}, {Label: "readiness.factor.status"}, {Label: "readiness.factor.evidence"}, {Label: "readiness.factor.review"}}}
	factor := func(words string, percent int) string {
		return i18n.T(ctx, "readiness.factor.words", "words", words, "percent", percent)
	}
	for _, i := range a.Items {
		if !i.Counts() {
			continue
		}
		row := pages.ReadinessRow{Label: i.ID + " " + requirementTitle(ctx, c, i.ID), URL: readinessItemURL(s.Entry.ID, i.ID), Value: pointsWords(i.Points(), 1),
			Cells: []string{i18n.T(ctx, "checklist.severity."+itemSeverity[i.Severity]), i18n.Number(ctx, i.Weight()),
				factor(i18n.T(ctx, itemStatusKey(i.Status)), i.Status.Percent()), factor(i18n.T(ctx, "readiness.evidence."+itemEvidences[i.Evidence]), i.Evidence.Percent()),
				factor(i18n.T(ctx, "readiness.review."+itemReviews[i.Review]), i.Review.Percent())}}
		if i.Caps() {
			row.Tag = "readiness.caps"
		}
		t.Rows = append(t.Rows, row)
	}
	for _, l := range a.Live {
		t.Rows = append(t.Rows, pages.ReadinessRow{Label: "readiness.live." + string(l.Kind), Value: pointsWords(l.Points(), 1), Note: liveWords(ctx, l.Kind, s),
			Cells: []string{"–", i18n.Number(ctx, score.LiveWeight), "–", "–", "–"}})
	}
	return t
}

// liveWords say what a live figure is made of.
func liveWords(ctx context.Context, k score.LiveKind, s readiness.Placed) string {
	if k == score.Labelling {
		return i18n.T(ctx, "readiness.live.labelling.words", "decided", s.Quality.Decided, "accepted", s.Quality.Accepted, "proven", s.Quality.Proven)
	}
	return i18n.T(ctx, "readiness.live.requests.words", "answered", s.Timeliness.Answered, "timed", s.Timeliness.InTime, "overdue", s.Timeliness.Overdue)
}

// articleSums work the figure out from the table above it.
func articleSums(ctx context.Context, a score.Article) []pages.DetailRow {
	if a.Sum.Weight == 0 {
		return nil
	}
	out := []pages.DetailRow{
		{Label: "readiness.sum.points", Value: weighted(ctx, a.Raw)},
		{Label: "readiness.sum.weight", Value: i18n.Number(ctx, a.Sum.Weight)},
		{Label: "readiness.sum.mean", Value: pointsWords(a.Raw, a.Sum.Weight)},
	}
	if len(a.CapBy) > 0 {
		out = append(out, pages.DetailRow{Label: "readiness.sum.cap", Value: tenths(score.CappedAt)})
	}
	return append(out, pages.DetailRow{Label: "readiness.score", Value: tenths(a.Sum.Value())})
}

// weighted prints points times weight: whole weights with up to six decimals.
func weighted(_ context.Context, points int64) string {
	return strconv.FormatFloat(float64(points)/score.Full, 'f', -1, 64)
}

// requirement shows what the points of a requirement are made of, down to the
// records.
func (p *readinessPages) requirement(c echo.Context) error {
	ctx, by := c.Request().Context(), who(c)
	s, err := p.Readiness.Of(ctx, by, c.Param("id"))
	if err != nil {
		return err
	}
	a, ok := s.Row(c.Param("requirement"))
	if !ok {
		return problem.New(problem.NotFound, "readiness.no_requirement")
	}
	catalogue := p.Regulation.Current(ctx)
	item, title := readiness.ItemOf(&a, s.Day), requirementTitle(ctx, catalogue, a.RequirementID)
	v := pages.ReadinessRequirementView{
		Frame: p.frame(c, a.RequirementID, crumbReadiness, layout.Crumb{Label: s.Entry.Name, URL: readinessURL(s.Entry.ID)},
			layout.Crumb{Label: articleName(ctx, catalogue, a.Article), URL: readinessArticleURL(s.Entry.ID, a.Article)}),
		ID: a.RequirementID, Title: title, Status: itemStatusChip(item.Status), Counts: item.Counts(), Points: pointsWords(item.Points(), 1),
		Factors: factors(ctx, item, a), Said: a.Conclusion, Waived: a.Justification,
		Weight: i18n.T(ctx, "readiness.weight.words", "severity", i18n.T(ctx, "checklist.severity."+itemSeverity[item.Severity]), "weight", item.Weight()),
	}
	if v.Effect, err = p.effect(ctx, c, s, item); err != nil {
		return err
	}
	if v.Record, err = p.recordRows(ctx, a); err != nil {
		return err
	}
	if err := p.evidenceOf(c, a, &v); err != nil {
		return err
	}
	if mayOpen(by, "/checklists/:service/:requirement") {
		v.Actions = append(v.Actions, ui.ButtonView{Label: "readiness.record.open", URL: pageOf(a), Icon: "checklist", Tone: ui.Primary})
	}
	if _, ok := catalogue.Requirement(a.RequirementID); ok {
		v.Actions = append(v.Actions, ui.ButtonView{Label: "readiness.requirement.text", URL: "/requirements/" + a.RequirementID, Icon: "book"})
	}
	return render(c, http.StatusOK, pages.ReadinessRequirementPage(v))
}

// factors are what the points are the product of, each with its record.
func factors(ctx context.Context, i score.Item, a checklist.Assessment) []pages.ReadinessFactor {
	percent := func(n int) string { return strconv.Itoa(n) + "%" }
	until := ""
	if i.Evidence == score.Valid && a.ProofUntil != "" {
		until = i18n.T(ctx, "readiness.evidence.until.words", "date", i18n.Date(ctx, a.ProofUntil))
	}
	review := ""
	if a.NextReview != "" {
		review = i18n.T(ctx, "readiness.review.words", "date", i18n.Date(ctx, a.NextReview))
	}
	return []pages.ReadinessFactor{
		{Label: "readiness.factor.status", Value: i18n.T(ctx, itemStatusKey(i.Status)), Share: percent(i.Status.Percent()), Tone: itemStatusChip(i.Status).Tone, Note: concludedWords(ctx, a.ConcludedAt)},
		{Label: "readiness.factor.evidence", Value: i18n.T(ctx, "readiness.evidence."+itemEvidences[i.Evidence]), Share: percent(i.Evidence.Percent()), Tone: evidenceTones[i.Evidence], Note: until},
		{Label: "readiness.factor.review", Value: i18n.T(ctx, "readiness.review."+itemReviews[i.Review]), Share: percent(i.Review.Percent()), Note: review},
	}
}

func concludedWords(ctx context.Context, at *time.Time) string {
	if at == nil {
		return ""
	}
	return i18n.T(ctx, "readiness.concluded", "date", i18n.DateTime(ctx, *at))
}

// effect tells what the figures would be if the requirement were met in every
// respect.
func (p *readinessPages) effect(ctx context.Context, c echo.Context, s readiness.Placed, i score.Item) ([]pages.ReadinessEffect, error) {
	if !i.Short() {
		return nil, nil
	}
	o, err := p.Readiness.Overview(ctx, who(c))
	if err != nil {
		return nil, err
	}
	then := s.Score.Solve(map[string]bool{i.ID: true})
	all := o.Total
	all.Points += then.Sum.Points - s.Score.Sum.Points
	return []pages.ReadinessEffect{
		{Key: figureOf(s.Entry.ID, i.Article), Label: articleName(ctx, p.Regulation.Current(ctx), i.Article), Now: tenths(s.Score.Article(i.Article).Sum.Value()), Then: tenths(then.Article(i.Article).Sum.Value())},
		{Key: figureOf(s.Entry.ID, 0), Label: s.Entry.Name, Now: tenths(s.Score.Sum.Value()), Then: tenths(then.Sum.Value())},
		{Key: figureOf("", 0), Label: i18n.T(ctx, "readiness.overall"), Now: tenths(o.Total.Value()), Then: tenths(all.Value())},
	}, nil
}

// recordRows are the facts of an assessment that the points come from.
func (p *readinessPages) recordRows(ctx context.Context, a checklist.Assessment) ([]pages.DetailRow, error) {
	names, err := p.Accounts.Names(ctx, []string{a.OwnerID, a.ConcludedBy, a.ApprovedBy})
	if err != nil {
		return nil, err
	}
	who := func(id string, at *time.Time) string {
		if id == "" || at == nil {
			return ""
		}
		return i18n.T(ctx, "readiness.record.by", "name", names[id], "date", i18n.DateTime(ctx, *at))
	}
	rows := []pages.DetailRow{
		{Label: "readiness.owner", Value: names[a.OwnerID]},
		{Label: "readiness.record.due", Value: i18n.Date(ctx, a.Due)},
		{Label: "readiness.record.concluded", Value: who(a.ConcludedBy, a.ConcludedAt)},
		{Label: "readiness.record.approved", Value: who(a.ApprovedBy, a.ApprovedAt)},
		{Label: "readiness.record.review", Value: i18n.Date(ctx, a.NextReview)},
	}
	if !a.Applies || a.Provisional {
		rows = append(rows, pages.DetailRow{Label: "readiness.record.scope", Value: i18n.Pick(ctx, a.ReasonZH, a.ReasonEN)})
	}
	return rows, nil
}

// evidenceOf lists the pieces that the reader may open, and counts the others.
func (p *readinessPages) evidenceOf(c echo.Context, a checklist.Assessment, v *pages.ReadinessRequirementView) error {
	ctx := c.Request().Context()
	list, err := p.Evidence.Coverage(ctx, who(c), []string{a.ID})
	if err != nil {
		return err
	}
	for _, e := range list {
		v.Evidence = append(v.Evidence, pages.ReadinessEvidence{Title: e.Title, URL: evidenceURL(e.EvidenceID), State: evidenceState(e.State), Until: i18n.Date(ctx, e.ValidUntil)})
	}
	v.Hidden = i18n.T(ctx, "readiness.evidence.counts", "count", a.Linked, "valid", a.Valid, "expired", a.Expired, "unreviewed", a.Unreviewed)
	return nil
}
