package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"hegui/internal/checklist"
	"hegui/internal/day"
	"hegui/internal/evidence"
	"hegui/internal/i18n"
	"hegui/internal/regulation"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// proof is how well a requirement is proven.
type proof string

// The proofs, from none to good.
const (
	proofMissing    proof = "missing"    // nothing is linked
	proofExpired    proof = "expired"    // what was approved is no longer valid
	proofUnreviewed proof = "unreviewed" // nothing is approved yet
	proofStale      proof = "stale"      // valid, but all of it older than the review interval
	proofExpiring   proof = "expiring"   // valid, but not for long
	proofGood       proof = "good"
)

var proofs = []proof{proofMissing, proofExpired, proofUnreviewed, proofStale, proofExpiring, proofGood}

var proofChips = map[proof]ui.ChipView{
	proofMissing:    {Tone: ui.Bad, Icon: "circle-dashed"},
	proofExpired:    {Tone: ui.Bad, Icon: "clock-exclamation"},
	proofUnreviewed: {Tone: ui.Accent, Icon: "hourglass"},
	proofStale:      {Tone: ui.Warn, Icon: "history"},
	proofExpiring:   {Tone: ui.Warn, Icon: "calendar-due"},
	proofGood:       {Tone: ui.Good, Icon: "circle-check"},
}

func proofChip(p proof) ui.ChipView {
	v := proofChips[p]
	v.Label = "evidence.proof." + string(p)
	return v
}

// proofOf says how well an assessment is proven. pieces are those the person
// sees; the counts are kept by the assessment. cadence is the requirement's
// review interval in days, 0 when staleness is not asked.
func proofOf(a checklist.Assessment, pieces []evidence.Covering, cadence int, today day.Date) proof {
	switch {
	case a.Linked == 0:
		return proofMissing
	case a.Valid == 0 && a.Expired > 0:
		return proofExpired
	case a.Valid == 0:
		return proofUnreviewed
	case cadence > 0 && stale(pieces, today.Add(-cadence), today):
		return proofStale
	case a.ProofUntil != "" && a.ProofUntil <= today.Add(evidence.ExpiringDays):
		return proofExpiring
	}
	return proofGood
}

// stale says that no valid piece speaks about the time since a day. A piece
// whose dates are not known does not count as stale.
func stale(pieces []evidence.Covering, since, today day.Date) bool {
	some := false
	for _, p := range pieces {
		if !p.Valid(today) {
			continue
		}
		if some = true; !p.SpeaksOf().Before(since) {
			return false
		}
	}
	return some
}

// coverage shows for one service what proves each requirement, and what is
// missing.
func (p *evidencePages) coverage(c echo.Context) error {
	ctx, by := c.Request().Context(), who(c)
	var v pages.EvidenceCoverageView
	service, err := p.serviceChoice(c, &v.Service)
	if err != nil {
		return err
	}
	rows, err := p.Checklist.Rows(ctx, by, service)
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(a checklist.Assessment) bool { return !a.Applies })
	pieces, err := p.Evidence.Coverage(ctx, by, service)
	if err != nil {
		return err
	}
	m := newMatrix(rows, pieces, p.Regulation.Current(ctx), p.Evidence.Today())
	v.Show = choice("show", "evidence.coverage.show", "evidence.coverage.all", c.QueryParam("show"))
	for _, one := range proofs {
		v.Show.Options = append(v.Show.Options, ui.Option{Value: string(one), Label: "evidence.proof." + string(one)})
	}
	v.Filter = ui.FilterView{Action: "/evidence/coverage", ClearURL: with(c, "show", ""), Target: "#coverage", Active: chip(c, v.Show)}
	v.Stats, v.Progress = m.stats(c), m.progress(ctx)
	v.Articles = m.articles(ctx, proof(c.QueryParam("show")))
	switch {
	case len(v.Service.Options) == 0:
		v.Empty = "evidence.coverage.no_service"
	case len(rows) == 0:
		v.Empty = "evidence.coverage.no_rows"
	case len(v.Articles) == 0:
		v.Empty = "evidence.coverage.no_match"
	}
	v.Frame = p.frame(c, "evidence.coverage", crumbEvidence)
	return show(c, http.StatusOK, pages.EvidenceCoverage(v), pages.EvidenceCoveragePanel(v))
}

// matrix is requirement by evidence for one service.
type matrix struct {
	rows      []checklist.Assessment
	pieces    map[string][]evidence.Covering // by assessment
	proof     map[string]proof
	counts    map[proof]int
	catalogue *regulation.Catalogue
	today     day.Date
}

func newMatrix(rows []checklist.Assessment, pieces []evidence.Covering, catalogue *regulation.Catalogue, today day.Date) matrix {
	m := matrix{rows: rows, pieces: map[string][]evidence.Covering{}, proof: make(map[string]proof, len(rows)), counts: map[proof]int{},
		catalogue: catalogue, today: today}
	for _, p := range pieces {
		m.pieces[p.AssessmentID] = append(m.pieces[p.AssessmentID], p)
	}
	for _, a := range rows {
		cadence := 0
		if r, ok := catalogue.Requirement(a.RequirementID); ok {
			cadence = r.CadenceDays
		}
		one := proofOf(a, m.pieces[a.ID], cadence, today)
		m.proof[a.ID] = one
		m.counts[one]++
	}
	return m
}

func (m matrix) stats(c echo.Context) []ui.StatView {
	ctx := c.Request().Context()
	out := make([]ui.StatView, len(proofs))
	for n, one := range proofs {
		look := proofChips[one]
		out[n] = ui.StatView{Label: "evidence.proof." + string(one), Value: i18n.Number(ctx, m.counts[one]), Icon: look.Icon, URL: with(c, "show", string(one))}
		if m.counts[one] > 0 {
			out[n].Tone = look.Tone
		}
	}
	return out
}

func (m matrix) progress(ctx context.Context) ui.ProgressView {
	v := ui.ProgressView{Label: i18n.T(ctx, "evidence.coverage")}
	for _, one := range slices.Backward(proofs) {
		v.Segments = append(v.Segments, ui.SegmentView{Label: "evidence.proof." + string(one), Tone: proofChips[one].Tone, Count: m.counts[one]})
	}
	return v
}

// shownPieces is how many pieces a row of the matrix names.
const shownPieces = 5

// articles lists the requirements by article, all or only those proven in one
// way.
func (m matrix) articles(ctx context.Context, only proof) []pages.EvidenceCoverageArticle {
	var out []pages.EvidenceCoverageArticle
	last := 0
	for _, a := range m.rows {
		if only != "" && m.proof[a.ID] != only {
			continue
		}
		if a.Article != last {
			out, last = append(out, pages.EvidenceCoverageArticle{Title: articleName(ctx, m.catalogue, a.Article)}), a.Article
		}
		group := &out[len(out)-1]
		group.Rows = append(group.Rows, m.row(ctx, a))
	}
	return out
}

func (m matrix) row(ctx context.Context, a checklist.Assessment) pages.EvidenceCoverageRow {
	pieces := m.pieces[a.ID]
	out := pages.EvidenceCoverageRow{Requirement: a.RequirementID, Title: requirementTitle(ctx, m.catalogue, a.RequirementID),
		URL: assessmentURL(a.ServiceID, a.RequirementID), Proof: proofChip(m.proof[a.ID])}
	for _, p := range pieces[:min(shownPieces, len(pieces))] {
		out.Pieces = append(out.Pieces, pages.EvidenceCoveragePiece{Title: p.Title, URL: evidenceURL(p.EvidenceID), Icon: kindIcons[p.Kind],
			State: m.pieceChip(ctx, p)})
	}
	out.More = max(0, a.Linked-len(out.Pieces))
	if r, ok := m.catalogue.Requirement(a.RequirementID); ok && a.Linked == 0 {
		words := make([]string, len(r.Examples))
		for n, e := range r.Examples {
			words[n] = e.In(i18n.Lang(ctx))
		}
		out.Examples = strings.Join(words, i18n.T(ctx, "evidence.coverage.separator"))
	}
	return out
}

var kindIcons = map[evidence.Kind]string{evidence.KindFile: "file", evidence.KindLink: "link", evidence.KindNote: "note"}

// pieceChip shows that a piece expired, or else its state.
func (m matrix) pieceChip(ctx context.Context, p evidence.Covering) ui.ChipView {
	if v := validityChip(ctx, evidence.Item{State: p.State, ValidUntil: p.ValidUntil}, m.today); v != nil && p.State == evidence.Approved {
		return *v
	}
	return evidenceState(p.State)
}
