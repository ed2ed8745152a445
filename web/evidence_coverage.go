package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
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

// proofOf says how well an assessment is proven. latest is the last day that
// any valid piece speaks about, or none; cadence the requirement's review
// interval in days, 0 when staleness is not asked.
func proofOf(a checklist.Assessment, latest day.Date, cadence int, today day.Date) proof {
	switch {
	case a.Linked == 0:
		return proofMissing
	case a.Valid == 0 && a.Expired > 0:
		return proofExpired
	case a.Valid == 0:
		return proofUnreviewed
	case cadence > 0 && latest.Before(today.Add(-cadence)):
		return proofStale
	case a.ProofUntil != "" && a.ProofUntil <= today.Add(evidence.ExpiringDays):
		return proofExpiring
	}
	return proofGood
}

// coverage shows for one service what proves each requirement, and what is
// missing: article by article, or everything that is proven in one way.
func (p *evidencePages) coverage(c echo.Context) error {
	ctx, by := c.Request().Context(), who(c)
	var v pages.EvidenceCoverageView
	service, err := p.serviceChoice(c, &v.Service)
	if err != nil {
		return err
	}
	m, err := p.matrix(ctx, by, service)
	if err != nil {
		return err
	}
	m.only = proof(c.QueryParam("show"))
	if m.article, _ = strconv.Atoi(c.QueryParam("article")); m.only == "" && (m.article == 0 || m.counts(m.article).total() == 0) {
		m.article = m.first() // anything else starts at what is not proven
	}
	shown := m.shown()
	if m.pieces, err = p.piecesOf(ctx, by, shown); err != nil {
		return err
	}
	v.Show = choice("show", "evidence.coverage.show", "evidence.coverage.by_article", string(m.only))
	for _, one := range proofs {
		v.Show.Options = append(v.Show.Options, ui.Option{Value: string(one), Label: "evidence.proof." + string(one)})
	}
	v.Filter = ui.FilterView{Action: "/evidence/coverage", ClearURL: with(c, "show", ""), Target: "#coverage", Active: chip(c, v.Show)}
	v.Stats, v.Progress = m.stats(c), m.progress(ctx)
	v.Articles, v.Index = m.articles(ctx, shown), m.index(c)
	switch {
	case len(v.Service.Options) == 0:
		v.Empty = "evidence.coverage.no_service"
	case len(m.rows) == 0:
		v.Empty = "evidence.coverage.no_rows"
	}
	v.Frame = p.frame(c, "evidence.coverage", crumbEvidence)
	return show(c, http.StatusOK, pages.EvidenceCoverage(v), pages.EvidenceCoveragePanel(v))
}

// matrix is requirement by evidence for one service.
type matrix struct {
	rows      []checklist.Assessment // that apply, by article
	proof     map[string]proof       // by assessment
	pieces    map[string][]evidence.Covering
	article   int   // the one shown, 0 for all
	only      proof // shown, "" for all
	catalogue *regulation.Catalogue
	today     day.Date
}

func (p *evidencePages) matrix(ctx context.Context, by actor.Actor, service string) (*matrix, error) {
	m := &matrix{proof: map[string]proof{}, catalogue: p.Regulation.Current(ctx), today: p.Evidence.Today()}
	rows, err := p.Checklist.Rows(ctx, by, service)
	if err != nil {
		return nil, err
	}
	latest, err := p.Evidence.Latest(ctx, service)
	if err != nil {
		return nil, err
	}
	for _, a := range rows {
		if !a.Applies {
			continue
		}
		cadence := 0
		if r, ok := m.catalogue.Requirement(a.RequirementID); ok {
			cadence = r.CadenceDays
		}
		m.rows = append(m.rows, a)
		m.proof[a.ID] = proofOf(a, latest[a.ID], cadence, m.today)
	}
	return m, nil
}

// tally counts requirements by how they are proven.
type tally map[proof]int

func (t tally) total() (n int) {
	for _, one := range t {
		n += one
	}
	return n
}

// counts counts the requirements of an article, or of all with 0.
func (m *matrix) counts(article int) tally {
	out := tally{}
	for _, a := range m.rows {
		if article == 0 || a.Article == article {
			out[m.proof[a.ID]]++
		}
	}
	return out
}

// first is the first article with something that is not proven, else the first.
func (m *matrix) first() int {
	for _, a := range m.rows {
		if m.proof[a.ID] != proofGood {
			return a.Article
		}
	}
	if len(m.rows) > 0 {
		return m.rows[0].Article
	}
	return 0
}

// shown are the rows on the page.
func (m *matrix) shown() []checklist.Assessment {
	var out []checklist.Assessment
	for _, a := range m.rows {
		if m.only == "" && a.Article == m.article || m.only != "" && m.proof[a.ID] == m.only {
			out = append(out, a)
		}
	}
	return out
}

// namedRows is for how many rows of a long page the pieces are named; for the
// others they are counted.
const namedRows = 40

// piecesOf names pieces of the rows shown.
func (p *evidencePages) piecesOf(ctx context.Context, by actor.Actor, rows []checklist.Assessment) (map[string][]evidence.Covering, error) {
	var ids []string
	for _, a := range rows {
		if a.Linked > 0 && len(ids) < namedRows {
			ids = append(ids, a.ID)
		}
	}
	out := make(map[string][]evidence.Covering, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	list, err := p.Evidence.Coverage(ctx, by, ids)
	for _, one := range list {
		out[one.AssessmentID] = append(out[one.AssessmentID], one)
	}
	return out, err
}

func (m *matrix) stats(c echo.Context) []ui.StatView {
	ctx, counts := c.Request().Context(), m.counts(0)
	out := make([]ui.StatView, len(proofs))
	for n, one := range proofs {
		look := proofChips[one]
		out[n] = ui.StatView{Label: "evidence.proof." + string(one), Value: i18n.Number(ctx, counts[one]), Icon: look.Icon, URL: m.url(c, "show", string(one))}
		if counts[one] > 0 {
			out[n].Tone = look.Tone
		}
	}
	return out
}

// url is this page with one thing chosen, for the same service.
func (m *matrix) url(c echo.Context, name, value string) string {
	q := url.Values{name: {value}}
	if service := c.QueryParam("service"); service != "" {
		q.Set("service", service)
	}
	return "/evidence/coverage?" + q.Encode()
}

func (m *matrix) progress(ctx context.Context) ui.ProgressView {
	v, counts := ui.ProgressView{Label: i18n.T(ctx, "evidence.coverage")}, m.counts(0)
	for _, one := range slices.Backward(proofs) {
		v.Segments = append(v.Segments, ui.SegmentView{Label: "evidence.proof." + string(one), Tone: proofChips[one].Tone, Count: counts[one]})
	}
	return v
}

// index lists the articles with how many of their requirements are proven.
func (m *matrix) index(c echo.Context) []pages.EvidenceCoverageIndex {
	var out []pages.EvidenceCoverageIndex
	last := 0
	for _, a := range m.rows {
		if a.Article == last {
			continue
		}
		last = a.Article
		counts := m.counts(a.Article)
		out = append(out, pages.EvidenceCoverageIndex{Title: articleName(c.Request().Context(), m.catalogue, a.Article), URL: m.url(c, "article", strconv.Itoa(a.Article)),
			Current: m.only == "" && m.article == a.Article, Proven: counts[proofGood] + counts[proofExpiring], Total: counts.total()})
	}
	return out
}

// articles lists the rows shown, by article.
func (m *matrix) articles(ctx context.Context, rows []checklist.Assessment) []pages.EvidenceCoverageArticle {
	var out []pages.EvidenceCoverageArticle
	last := 0
	for _, a := range rows {
		if a.Article != last {
			out, last = append(out, pages.EvidenceCoverageArticle{Title: articleName(ctx, m.catalogue, a.Article)}), a.Article
		}
		group := &out[len(out)-1]
		group.Rows = append(group.Rows, m.row(ctx, a))
	}
	return out
}

func (m *matrix) row(ctx context.Context, a checklist.Assessment) pages.EvidenceCoverageRow {
	out := pages.EvidenceCoverageRow{Requirement: a.RequirementID, Title: requirementTitle(ctx, m.catalogue, a.RequirementID),
		URL: assessmentURL(a.ServiceID, a.RequirementID), Proof: proofChip(m.proof[a.ID])}
	for _, p := range m.pieces[a.ID] {
		out.Pieces = append(out.Pieces, pages.EvidenceCoveragePiece{Title: p.Title, URL: evidenceURL(p.EvidenceID), Icon: kindIcons[p.Kind], State: m.pieceChip(ctx, p)})
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
func (m *matrix) pieceChip(ctx context.Context, p evidence.Covering) ui.ChipView {
	if v := validityChip(ctx, evidence.Item{State: p.State, ValidUntil: p.ValidUntil}, m.today); v != nil && p.State == evidence.Approved {
		return *v
	}
	return evidenceState(p.State)
}
