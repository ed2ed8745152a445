package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/i18n"
	"hegui/internal/readiness"
	"hegui/internal/readiness/score"
	"hegui/internal/regulation"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// readinessPages show how ready services are, and what that is made of.
type readinessPages struct {
	*Server
	drawings drawings
}

var crumbReadiness = layout.Crumb{Label: "readiness.title", URL: "/readiness"}

// readinessBoard is what the executive page is made of.
type readinessBoard struct {
	*readinessPages
	c         echo.Context
	ctx       context.Context
	by        actor.Actor
	o         *readiness.Overview
	catalogue *regulation.Catalogue
	move      *readiness.Movement
	people    map[string]string
}

// home shows the first screen.
func (p *readinessPages) home(c echo.Context) error {
	b, err := p.board(c)
	if err != nil {
		return err
	}
	v := pages.ReadinessView{Frame: p.frame(c, "readiness.title"), Today: i18n.Date(b.ctx, b.o.Today), Presenting: c.QueryParam("present") == "1",
		Present: "/readiness?present=1", Empty: readinessEmpty(b.by)}
	v.Frame.Wide, v.Frame.Board, v.Frame.Present = true, true, v.Presenting
	if v.Presenting {
		v.Present = "/readiness"
	}
	if len(b.o.Services) > 0 {
		if v.Board, err = b.drawn(); err != nil {
			return err
		}
	}
	return render(c, http.StatusOK, pages.Readiness(v))
}

// view puts the board into words; top and due are the worst blockers and the
// next deadlines.
func (b *readinessBoard) view(top []readiness.PlacedBlocker, due []readiness.Deadline) pages.ReadinessBoardView {
	v := pages.ReadinessBoardView{Overall: readinessScore(b.o.Total, "/readiness/made"), Moves: b.movesOf("", b.o.Total), Tiles: b.tiles(),
		Heads: readinessHeads(b.ctx, b.catalogue), Trend: trendChart(b.ctx, b.move.Series, ui.SmallChart), Burn: burnChart(b.ctx, b.move.Series, ui.SmallChart)}
	for _, s := range b.o.Services {
		v.Services = append(v.Services, b.service(s))
	}
	for _, t := range top {
		v.Blockers = append(v.Blockers, b.blocker(t))
	}
	for _, d := range due {
		v.Deadlines = append(v.Deadlines, b.deadline(d))
	}
	return v
}

// boardDays is how far back the charts of the first screen go.
const boardDays = 90

func (p *readinessPages) board(c echo.Context) (b *readinessBoard, err error) {
	b = &readinessBoard{readinessPages: p, c: c, ctx: c.Request().Context(), by: who(c)}
	if b.o, err = p.Readiness.Overview(b.ctx, b.by); err != nil {
		return nil, err
	}
	b.catalogue = p.Regulation.Current(b.ctx)
	b.move, err = p.Readiness.Movement(b.ctx, b.by, b.o)
	return b, err
}

// movesOf tells how a score moved; service "" is all of them.
func (b *readinessBoard) movesOf(service string, now score.Sum) []pages.ReadinessMove {
	out := make([]pages.ReadinessMove, len(readiness.Spans))
	for i, days := range readiness.Spans {
		was, ok := b.move.Was[i][service]
		out[i] = readinessMove(b.ctx, days, now.Value(), was, ok)
	}
	return out
}

func (b *readinessBoard) service(s readiness.Placed) pages.ReadinessService {
	v := pages.ReadinessService{Key: figureOf(s.Entry.ID, 0), Name: s.Entry.Name, URL: readinessURL(s.Entry.ID), Value: tenths(s.Score.Sum.Value()), Word: readinessWord(s.Score.Sum.Word()),
		Moves: b.movesOf(s.Entry.ID, s.Score.Sum)}
	for _, a := range b.catalogue.Articles {
		cell, at := pages.ReadinessCell{}, s.Score.Article(a.Number)
		if value := at.Sum.Value(); value != score.NoValue {
			cell = pages.ReadinessCell{Key: figureOf(s.Entry.ID, a.Number), Text: strconv.Itoa(value / 10), Tone: readinessTones[at.Sum.Word()], URL: v.URL + "/articles/" + strconv.Itoa(a.Number), Capped: at.Capped()}
		}
		v.Cells = append(v.Cells, cell)
	}
	return v
}

// readinessHeads are the columns of all articles, also of those that ask
// nothing of providers.
func readinessHeads(ctx context.Context, c *regulation.Catalogue) []pages.HeatHead {
	var out []pages.HeatHead
	for _, a := range c.Articles {
		out = append(out, pages.HeatHead{Number: strconv.Itoa(a.Number), URL: articleURL(a.Number), Label: articleTitle(ctx, a)})
	}
	return out
}

func readinessEmpty(by actor.Actor) ui.EmptyView {
	v := ui.EmptyView{Icon: "gauge", Title: "readiness.empty.title", Text: "readiness.empty.text"}
	if by.May(actor.EditServices) {
		v.Actions = ui.LinkButton(ui.ButtonView{Label: "checklist.overview.empty.action", URL: "/services/new", Tone: ui.Primary, Icon: "plus"})
	}
	return v
}

// tiles are the numbers beside the overall figure.
func (b *readinessBoard) tiles() []ui.StatView {
	total := b.o.Total
	open := ui.StatView{Key: figureOf("", 0) + ":open", Label: "readiness.tile.open", Value: i18n.Number(b.ctx, total.Open), Icon: "flag", URL: "/readiness/blockers",
		Hint: i18n.T(b.ctx, "readiness.tile.open.hint", "critical", total.OpenCritical, "overdue", b.o.Overdue)}
	if total.OpenCritical > 0 {
		open.Tone = ui.Warn
	}
	if total.NonConformity > 0 {
		open.Tone = ui.Bad
	}
	return []ui.StatView{open, qualityTile(b.ctx, figureOf("", 0), b.o.Quality(), mayOpen(b.by, "/labelling/lots")), requestsTile(b.ctx, figureOf("", 0), b.o.Timeliness(), mayOpen(b.by, "/requests/figures")), b.outlookTile()}
}

func qualityTile(ctx context.Context, key string, q readiness.Quality, open bool) ui.StatView {
	v := ui.StatView{Key: "quality:" + key, Label: "readiness.tile.quality", Value: "–", Hint: "readiness.tile.quality.none", Icon: "tags"}
	if q.Decided > 0 {
		v.Value = shareWords(q.Accepted, q.Decided)
		v.Hint = i18n.T(ctx, "readiness.tile.quality.hint", "proven", shareWords(q.Proven, q.Decided), "lots", q.Decided)
	}
	if open {
		v.URL = "/labelling/lots"
	}
	return v
}

func requestsTile(ctx context.Context, key string, t readiness.Timeliness, open bool) ui.StatView {
	v := ui.StatView{Key: "requests:" + key, Label: "readiness.tile.requests", Value: "–", Hint: "readiness.tile.requests.none", Icon: "mail"}
	if all := t.Answered + t.Overdue; all > 0 {
		v.Value = shareWords(t.InTime, all)
		v.Hint = i18n.T(ctx, "readiness.tile.requests.hint", "answered", t.Answered, "overdue", t.Overdue)
		if t.Overdue > 0 {
			v.Tone = ui.Bad
		}
	}
	if open {
		v.URL = "/requests/figures"
	}
	return v
}

func (b *readinessBoard) outlookTile() ui.StatView {
	f := b.move.Outlook.Ready
	v := ui.StatView{Label: "readiness.tile.outlook", Icon: "target-arrow", URL: "/readiness/history", Hint: "readiness.tile.outlook.none", Value: "–"}
	switch {
	case f.Reached:
		v.Value, v.Hint, v.Tone = i18n.T(b.ctx, "readiness.word.ready"), "readiness.tile.outlook.reached", ui.Good
	case f.Known():
		v.Value, v.Hint = i18n.Month(b.ctx, f.Date), rangeWords(b.ctx, f)
	}
	return v
}

// boardDates is how many deadlines fit beside the charts.
const boardDates = 7

// roomFor is how many blockers fit below so many services at 1440 × 900, from
// the heights in pixels that the style sheet gives.
func roomFor(services int) int {
	const height, service, line, fewest, most = 510, 20, 28, 4, 15
	return max(fewest, min(most, (height-service*services)/line))
}

// names reads the names of the owners in lists.
func (b *readinessBoard) names(blockers []readiness.PlacedBlocker, due []readiness.Deadline) (err error) {
	seen := map[string]bool{"": true}
	var ids []string
	add := func(id string) {
		if !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	for _, one := range blockers {
		add(one.Row.OwnerID)
	}
	for _, one := range due {
		add(one.Owner)
	}
	b.people, err = b.Accounts.Names(b.ctx, ids)
	return err
}

func (b *readinessBoard) blocker(t readiness.PlacedBlocker) pages.ReadinessLine {
	v := pages.ReadinessLine{Kind: itemChip(t.Item), ID: t.Item.ID, Title: requirementTitle(b.ctx, b.catalogue, t.Item.ID), URL: readinessItemURL(t.Service, t.Item.ID),
		Service: t.Name, Owner: b.people[t.Row.OwnerID], Severity: severityLook(*t.Row)}
	v.When = "–"
	if t.Late > 0 {
		v.When, v.Late = i18n.T(b.ctx, "readiness.days", "count", t.Late), true
	}
	return v
}

var deadlineLooks = map[readiness.DeadlineKind]ui.ChipView{
	readiness.WorkDue:     {Label: "readiness.due.work", Icon: "clipboard-check", Tone: ui.Info},
	readiness.ReviewDue:   {Label: "readiness.due.review", Icon: "refresh", Tone: ui.Neutral},
	readiness.EvidenceEnd: {Label: "readiness.due.evidence", Icon: "clock", Tone: ui.Warn},
	readiness.LaunchDue:   {Label: "readiness.due.launch", Icon: "rocket", Tone: ui.Accent},
	readiness.RequestDue:  {Label: "readiness.due.request", Icon: "mail", Tone: ui.Accent},
}

func (b *readinessBoard) deadline(d readiness.Deadline) pages.ReadinessLine {
	v := pages.ReadinessLine{Kind: deadlineLooks[d.Kind], ID: d.Requirement, Title: d.Title, URL: d.URL, Owner: b.people[d.Owner], When: i18n.Date(b.ctx, d.Date)}
	if d.Requirement != "" {
		v.Title, v.URL = requirementTitle(b.ctx, b.catalogue, d.Requirement), readinessItemURL(d.Service, d.Requirement)
	}
	if p, ok := b.o.Find(d.Service); ok {
		v.Service = p.Entry.Name
	}
	if d.Kind == readiness.RequestDue {
		v.Title, v.URL = i18n.T(b.ctx, "readiness.due.requests", "count", d.Count), readinessURL(d.Service)
		if mayOpen(b.by, "/requests/figures") {
			v.URL = "/requests/figures?service=" + d.Service
		}
	}
	return v
}

func readinessURL(service string) string { return "/readiness/services/" + url.PathEscape(service) }

func readinessArticleURL(service string, article int) string {
	return readinessURL(service) + "/articles/" + strconv.Itoa(article)
}

func readinessItemURL(service, requirement string) string {
	return readinessURL(service) + "/requirements/" + url.PathEscape(requirement)
}
