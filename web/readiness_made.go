package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"hegui/internal/i18n"
	"hegui/internal/readiness/score"
	"hegui/internal/readiness/trend"
	"hegui/templates/pages"
)

// made takes the overall figure apart by service and by chapter, and says the
// formula.
func (p *readinessPages) made(c echo.Context) error {
	b, err := p.board(c)
	if err != nil {
		return err
	}
	v := pages.ReadinessMadeView{Frame: p.frame(c, "readiness.made", crumbReadiness), Overall: readinessScore(b.o.Total, ""), Formula: formula(b.ctx)}
	v.Services = pages.ReadinessTable{Caption: "readiness.made.services", First: "readiness.service", Value: "readiness.score", Columns: figureColumns, Keys: sumKeys}
	chapters := map[int]score.Sum{}
	for _, s := range b.o.Services {
		v.Services.Rows = append(v.Services.Rows, figureRow(b.ctx, figureOf(s.Entry.ID, 0), s.Entry.Name, readinessURL(s.Entry.ID), s.Score.Sum))
		for n, sum := range s.Score.Grouped(chapterNumber(b.catalogue)) {
			chapters[n] = chapters[n].Plus(sum)
		}
	}
	last := figureRow(b.ctx, figureOf("", 0), "readiness.overall", "", b.o.Total)
	last.Total = true
	v.Services.Rows = append(v.Services.Rows, last)
	v.Chapters = chapterTable(b.ctx, chapters, b.catalogue)
	return render(c, http.StatusOK, pages.ReadinessMade(v))
}

// formula says the formula with the numbers that are computed with.
func formula(ctx context.Context) []pages.ReadinessRule {
	percent := func(n int) string { return strconv.Itoa(n) + "%" }
	var status, proof, review, weight []pages.DetailRow
	for s := score.Compliant; s < score.NotApplicable; s++ {
		status = append(status, pages.DetailRow{Label: itemStatusKey(s), Value: percent(s.Percent())})
	}
	for e := score.Valid; e <= score.NoEvidence; e++ {
		proof = append(proof, pages.DetailRow{Label: "readiness.evidence." + itemEvidences[e], Value: percent(e.Percent())})
	}
	for r := score.Current; r <= score.LongOverdue; r++ {
		review = append(review, pages.DetailRow{Label: "readiness.review." + itemReviews[r], Value: percent(r.Percent())})
	}
	for s := score.Critical; s <= score.Low; s++ {
		weight = append(weight, pages.DetailRow{Label: "checklist.severity." + itemSeverity[s], Value: i18n.Number(ctx, s.Weight())})
	}
	words := []pages.DetailRow{
		{Label: "readiness.word.ready", Value: i18n.T(ctx, "readiness.formula.ready", "limit", tenths(score.ReadyFrom))},
		{Label: "readiness.word.at_risk", Value: i18n.T(ctx, "readiness.formula.at_risk", "limit", tenths(score.AtRiskFrom))},
		{Label: "readiness.word.not_ready", Value: i18n.T(ctx, "readiness.formula.not_ready", "limit", tenths(score.AtRiskFrom))},
	}
	return []pages.ReadinessRule{
		{Title: "readiness.formula.points", Text: "readiness.formula.points.text"},
		{Title: "readiness.factor.status", Text: "readiness.formula.status.text", Rows: status},
		{Title: "readiness.factor.evidence", Text: "readiness.formula.evidence.text", Rows: proof},
		{Title: "readiness.factor.review", Text: i18n.T(ctx, "readiness.formula.review.text", "days", score.LongOverdueDays), Rows: review},
		{Title: "readiness.weight", Text: "readiness.formula.weight.text", Rows: weight},
		{Title: "readiness.formula.live", Text: i18n.T(ctx, "readiness.formula.live.text", "weight", score.LiveWeight, "labelling", score.Labelling.LiveArticle(), "requests", score.Requests.LiveArticle())},
		{Title: "readiness.formula.cap", Text: i18n.T(ctx, "readiness.formula.cap.text", "limit", tenths(score.CappedAt))},
		{Title: "readiness.formula.sum", Text: "readiness.formula.sum.text"},
		{Title: "readiness.formula.words", Text: "readiness.formula.words.text", Rows: words},
		{Title: "readiness.outlook", Text: i18n.T(ctx, "readiness.formula.outlook.text", "fewest", trend.Fewest)},
	}
}
