package web

import (
	"context"
	"net/http"
	"strconv"
	"sync"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/checklist"
	"hegui/internal/i18n"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// checklistPages show where services stand on requirements, and take what
// people conclude.
type checklistPages struct {
	*Server
	standings standings
}

// noProgress is that of a service without assessments.
var noProgress = &checklist.ServiceProgress{}

// overview shows all services in the person's scope side by side.
func (p *checklistPages) overview(c echo.Context) error {
	ctx, by := c.Request().Context(), who(c)
	progress, err := p.Checklist.Progress(ctx, by)
	if err != nil {
		return err
	}
	services, err := p.Register.Visible(ctx, by)
	if err != nil {
		return err
	}
	catalogue := p.Regulation.Current(ctx)
	v := pages.ChecklistsView{Frame: p.frame(c, "checklist.overview.title"), Legend: heatLegend(ctx), Empty: overviewEmpty(by)}
	v.Frame.Wide = true
	for _, a := range catalogue.Articles {
		if len(catalogue.ByArticle(a.Number)) > 0 {
			v.Articles = append(v.Articles, pages.HeatHead{Number: strconv.Itoa(a.Number), URL: "/articles/" + strconv.Itoa(a.Number),
				Label: i18n.Pick(ctx, a.Label.ZH+" "+a.Title.ZH, a.Label.EN+" "+a.Title.EN)})
		}
	}
	var total checklist.Count
	for _, e := range services {
		n := progress[e.ID]
		if n == nil {
			if !by.May(actor.ReadChecklist) && !by.May(actor.ReadSummary) {
				continue // nothing here is theirs
			}
			n = noProgress
		}
		total = total.Plus(n.Total)
		v.Services = append(v.Services, p.standings.of(ctx, by, e, n, catalogue))
	}
	v.Stats = overviewStats(ctx, total)
	return render(c, http.StatusOK, pages.Checklists(v))
}

func overviewEmpty(by actor.Actor) ui.EmptyView {
	if by.May(actor.EditServices) {
		return ui.EmptyView{Icon: "checklist", Title: "checklist.overview.empty.title", Text: "checklist.overview.empty.text",
			Actions: ui.LinkButton(ui.ButtonView{Label: "checklist.overview.empty.action", URL: "/services/new", Tone: ui.Primary, Icon: "plus"})}
	}
	return ui.EmptyView{Icon: "checklist", Title: "checklist.overview.empty.title", Text: "checklist.overview.empty.other"}
}

func overviewStats(ctx context.Context, n checklist.Count) []ui.StatView {
	return []ui.StatView{
		{Label: "checklist.share", Value: share(ctx, n), Hint: fraction(n), Icon: "circle-check", Tone: ui.Good},
		stat(ctx, "checklist.severe", n.OpenSevere, "flag", ui.Warn),
		stat(ctx, "checklist.overdue", n.Overdue, "clock-exclamation", ui.Bad),
		stat(ctx, "checklist.reviews", n.Reviews, "refresh", ui.Warn),
		stat(ctx, "checklist.awaiting", n.Awaiting, "hourglass", ui.Accent),
	}
}

// stat is a number that is good news at nought.
func stat(ctx context.Context, label string, n int, icon string, tone ui.Tone) ui.StatView {
	if n == 0 {
		tone = ui.Neutral
	}
	return ui.StatView{Label: label, Value: i18n.Number(ctx, n), Icon: icon, Tone: tone}
}

// standings keeps how services stand in words, as long as the counts and what
// is said of the service are the same.
type standings struct {
	mu   sync.Mutex
	kept map[standingKey]*pages.ServiceStanding
}

type standingKey struct {
	language, service, name string
	state                   register.State
	open                    bool
	counts                  *checklist.ServiceProgress
	catalogue               *regulation.Catalogue
}

const maxStandings = 1_000

func (s *standings) of(ctx context.Context, by actor.Actor, e register.Entry, n *checklist.ServiceProgress, c *regulation.Catalogue) *pages.ServiceStanding {
	key := standingKey{i18n.Lang(ctx), e.ID, e.Name, e.State, by.May(actor.OpenChecklist), n, c}
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := s.kept[key]; v != nil {
		return v
	}
	if s.kept == nil || len(s.kept) >= maxStandings {
		s.kept = map[standingKey]*pages.ServiceStanding{}
	}
	v := new(serviceStanding(ctx, by, e, *n, c))
	s.kept[key] = v
	return v
}

func serviceStanding(ctx context.Context, by actor.Actor, e register.Entry, n checklist.ServiceProgress, c *regulation.Catalogue) pages.ServiceStanding {
	v := pages.ServiceStanding{Name: e.Name, Share: share(ctx, n.Total), Progress: progressBar(e.Name, n.Total, true)}
	open := by.May(actor.OpenChecklist)
	if open {
		v.URL = checklistURL(e.ID)
	}
	if e.State != register.Live {
		v.Note = "register.state." + string(e.State)
	}
	count := func(n int, tone ui.Tone, q checklistQuery) pages.HeatCount {
		out := pages.HeatCount{Count: i18n.Number(ctx, n)}
		if n > 0 {
			out.Tone = tone
		}
		if n > 0 && open && q != (checklistQuery{}) {
			out.URL = q.on(checklistURL(e.ID))
		}
		return out
	}
	v.Severe = count(n.Total.OpenSevere, ui.Warn, checklistQuery{})
	v.Overdue = count(n.Total.Overdue, ui.Bad, checklistQuery{only: onlyOverdue})
	v.Reviews = count(n.Total.Reviews, ui.Warn, checklistQuery{only: onlyOverdue})
	v.Awaiting = count(n.Total.Awaiting, ui.Accent, checklistQuery{only: onlyAwaiting})
	for _, a := range c.Articles {
		if len(c.ByArticle(a.Number)) > 0 {
			cell := heatCell(ctx, i18n.Pick(ctx, a.Label.ZH, a.Label.EN), n.Articles[a.Number])
			if open && n.Articles[a.Number] != (checklist.Count{}) {
				cell.URL = checklistQuery{article: strconv.Itoa(a.Number)}.on(checklistURL(e.ID))
			}
			v.Heat = append(v.Heat, cell)
		}
	}
	return v
}

// heat is how an article stands: a tone and a sign that says the same.
type heat struct {
	tone ui.Tone
	sign string
	key  string
}

// The looks of the matrix, worst first.
var heats = struct{ bad, partly, open, started, done, none heat }{
	bad:     heat{ui.Bad, "✕", "checklist.heat.bad"},
	partly:  heat{ui.Warn, "◐", "checklist.heat.partly"},
	open:    heat{ui.Neutral, "○", "checklist.heat.open"},
	started: heat{ui.Info, "…", "checklist.heat.started"},
	done:    heat{ui.Good, "✓", "checklist.heat.done"},
	none:    heat{ui.Neutral, "–", "checklist.heat.none"},
}

func heatOf(n checklist.Count) heat {
	switch {
	case n.Judged() == 0:
		return heats.none
	case n.Of(checklist.NonCompliant) > 0:
		return heats.bad
	case n.Of(checklist.PartlyCompliant) > 0:
		return heats.partly
	case n.Of(checklist.Compliant) == n.Judged():
		return heats.done
	case n.Of(checklist.NotAssessed) == n.Judged():
		return heats.open
	}
	return heats.started
}

func heatCell(ctx context.Context, article string, n checklist.Count) pages.HeatCell {
	h := heatOf(n)
	v := pages.HeatCell{Tone: h.tone, Sign: h.sign}
	if h == heats.none {
		v.Words = i18n.T(ctx, "checklist.heat.words.none", "article", article)
		return v
	}
	v.Text = fraction(n)
	v.Words = i18n.T(ctx, "checklist.heat.words", "article", article, "done", n.Of(checklist.Compliant), "all", n.Judged(), "state", i18n.T(ctx, h.key))
	return v
}

func heatLegend(ctx context.Context) []pages.HeatLegend {
	var out []pages.HeatLegend
	for _, h := range []heat{heats.done, heats.started, heats.partly, heats.bad, heats.open, heats.none} {
		out = append(out, pages.HeatLegend{Tone: h.tone, Sign: h.sign, Text: i18n.T(ctx, h.key)})
	}
	return out
}
