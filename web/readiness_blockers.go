package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/readiness"
	"hegui/internal/readiness/score"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// readinessPage is how many lines one page of a readiness list has.
const readinessPage = 50

// maxSolve bounds what can be ticked as solved at once.
const maxSolve = 500

// The blockers that can be listed alone.
const (
	onlyOpenItems = "open"
	onlyCritical  = "critical"
	onlyLateItems = "late"
)

// blockers lists what holds services back, and what solving the ticked ones
// would do. Nothing is saved: what is ticked stands in the address.
func (p *readinessPages) blockers(c echo.Context) error {
	b, err := p.board(c)
	if err != nil {
		return err
	}
	q := c.QueryParams()
	service, only := q.Get("service"), q.Get("only")
	if service != "" {
		if _, err := p.Readiness.Of(b.ctx, b.by, service); err != nil {
			return err
		}
	}
	solved, err := b.solved(q["solve"])
	if err != nil {
		return err
	}
	list := b.o.Blockers()
	if service != "" || only != "" {
		list = filterBlockers(list, service, only)
	}
	from, to, err := pageOfList(q, len(list))
	if err != nil {
		return err
	}
	if err := b.names(list[from:to], nil); err != nil {
		return err
	}
	v := pages.ReadinessBlockersView{Frame: p.frame(c, "readiness.blockers", crumbReadiness), Action: "/readiness/blockers",
		Select: b.serviceChoice("service", service), Only: onlyChoice(only), Found: i18n.T(b.ctx, "readiness.blockers.found", "count", len(list)),
		Pager: listPager(c, from, to, len(list), "#blockers"), ClearTo: without(c, "solve"), Result: b.result(solved),
		Empty: ui.EmptyView{Icon: "circle-check", Title: "readiness.blockers.empty.title", Text: "readiness.blockers.empty.text"}}
	v.Frame.Wide = true
	shown := map[string]bool{}
	for _, t := range list[from:to] {
		line := b.blocker(t)
		line.Gain = pointsGain(t, b.o)
		pick := pages.ReadinessPick{ReadinessLine: line, Value: solveValue(t.Service, t.Item.ID), Checked: solved[t.Service][t.Item.ID]}
		shown[pick.Value] = true
		v.Lines = append(v.Lines, pick)
	}
	for _, s := range q["solve"] {
		if !shown[s] {
			v.Kept = append(v.Kept, ui.Hidden{Name: "solve", Value: s})
		}
	}
	return show(c, http.StatusOK, pages.ReadinessBlockers(v), pages.ReadinessBlockersPanel(v))
}

func filterBlockers(list []readiness.PlacedBlocker, service, only string) (out []readiness.PlacedBlocker) {
	for _, t := range list {
		if (service == "" || t.Service == service) && passes(t, only) {
			out = append(out, t)
		}
	}
	return out
}

func passes(t readiness.PlacedBlocker, only string) bool {
	switch only {
	case onlyOpenItems:
		return t.Item.Open()
	case onlyCritical:
		return t.Item.Severity == score.Critical
	case onlyLateItems:
		return t.Late > 0
	}
	return true
}

// pointsGain is what solving a blocker adds to its service, in percentage
// points.
func pointsGain(t readiness.PlacedBlocker, o *readiness.Overview) string {
	p, ok := o.Find(t.Service)
	if !ok || p.Score.Sum.Weight == 0 {
		return "–"
	}
	return "+" + strings.TrimSuffix(pointsWords(t.Gain, p.Score.Sum.Weight), "%")
}

func solveValue(service, requirement string) string { return service + "." + requirement }

// solved reads what was ticked: requirements by service. What is not among
// the services of the person is refused as not found.
func (b *readinessBoard) solved(values []string) (map[string]map[string]bool, error) {
	if len(values) > maxSolve {
		return nil, problem.New(problem.Invalid, "readiness.whatif.many", "max", maxSolve)
	}
	out := map[string]map[string]bool{}
	for _, s := range values {
		service, requirement, ok := strings.Cut(s, ".")
		if !ok {
			return nil, problem.New(problem.Invalid, "readiness.whatif.unreadable")
		}
		p, found := b.o.Find(service)
		if found {
			_, found = p.Row(requirement)
		}
		if !found {
			return nil, problem.New(problem.NotFound, "readiness.no_requirement")
		}
		if out[service] == nil {
			out[service] = map[string]bool{}
		}
		out[service][requirement] = true
	}
	return out, nil
}

// result is what the figures would be with the ticked ones solved.
func (b *readinessBoard) result(solved map[string]map[string]bool) *pages.ReadinessResult {
	if len(solved) == 0 {
		return nil
	}
	v, n, all := &pages.ReadinessResult{}, 0, b.o.Total
	for _, s := range b.o.Services {
		if len(solved[s.Entry.ID]) == 0 {
			continue
		}
		n += len(solved[s.Entry.ID])
		then := s.Score.Solve(solved[s.Entry.ID])
		all = difference(all, s.Score.Sum, then.Sum)
		v.Rows = append(v.Rows, b.effect(s.Entry.Name, s.Score.Sum, then.Sum))
		for i, a := range then.Articles {
			if was := s.Score.Articles[i]; was.Sum != a.Sum {
				v.Rows = append(v.Rows, b.effect(i18n.T(b.ctx, "readiness.whatif.article", "service", s.Entry.Name, "article", articleName(b.ctx, b.catalogue, a.Number)), was.Sum, a.Sum))
			}
		}
	}
	v.Rows = append([]pages.ReadinessEffect{b.effect(i18n.T(b.ctx, "readiness.overall"), b.o.Total, all)}, v.Rows...)
	v.Words = i18n.T(b.ctx, "readiness.whatif.words", "count", n)
	return v
}

// difference takes one sum out of a total and puts another in.
func difference(all, out, in score.Sum) score.Sum {
	return score.Sum{Points: all.Points - out.Points + in.Points, Weight: all.Weight - out.Weight + in.Weight, Items: all.Items - out.Items + in.Items,
		Open: all.Open - out.Open + in.Open, OpenCritical: all.OpenCritical - out.OpenCritical + in.OpenCritical, NonConformity: all.NonConformity - out.NonConformity + in.NonConformity}
}

func (b *readinessBoard) effect(label string, now, then score.Sum) pages.ReadinessEffect {
	words := func(s score.Sum) string {
		if s.Word() == score.NoWord {
			return tenths(s.Value())
		}
		return i18n.T(b.ctx, "readiness.effect.words", "value", tenths(s.Value()), "word", i18n.T(b.ctx, "readiness.word."+string(s.Word())))
	}
	return pages.ReadinessEffect{Label: label, Now: words(now), Then: words(then)}
}

func (b *readinessBoard) serviceChoice(name, value string) ui.Choice {
	v := ui.Choice{Field: ui.Field{Name: name, Label: "readiness.service", Value: value}, Prompt: "readiness.service.all"}
	for _, s := range b.o.Services {
		v.Options = append(v.Options, ui.Option{Value: s.Entry.ID, Label: s.Entry.Name})
	}
	return v
}

func onlyChoice(value string) ui.Choice {
	v := ui.Choice{Field: ui.Field{Name: "only", Label: "readiness.only", Value: value}, Prompt: "readiness.only.all"}
	for _, o := range []string{onlyOpenItems, onlyCritical, onlyLateItems} {
		v.Options = append(v.Options, ui.Option{Value: o, Label: "readiness.only." + o})
	}
	return v
}

// pageOfList reads the page asked for and gives its part of a list.
func pageOfList(q url.Values, n int) (from, to int, err error) {
	page := 1
	if s := q.Get("page"); s != "" {
		if page, err = strconv.Atoi(s); err != nil || page < 1 {
			return 0, 0, problem.New(problem.Invalid, "readiness.page.unknown")
		}
	}
	from = min((page-1)*readinessPage, n)
	return from, min(from+readinessPage, n), nil
}

// listPager leads to the neighbouring pages of a list in memory.
func listPager(c echo.Context, from, to, n int, target string) ui.PagerView {
	v := ui.PagerView{Target: target, NewerLabel: "readiness.page.before", OlderLabel: "readiness.page.after"}
	if n <= readinessPage {
		return ui.PagerView{}
	}
	v.Summary = i18n.T(c.Request().Context(), "readiness.page.words", "from", min(from+1, n), "to", to, "all", n)
	page := from/readinessPage + 1
	if from > 0 {
		v.NewerURL = with(c, "page", strconv.Itoa(page-1))
	}
	if to < n {
		v.OlderURL = with(c, "page", strconv.Itoa(page+1))
	}
	return v
}

// deadlines lists what is due in some days.
func (p *readinessPages) deadlines(c echo.Context) error {
	b, err := p.board(c)
	if err != nil {
		return err
	}
	q, days := c.QueryParams(), readiness.Soon
	if s := q.Get("days"); s != "" {
		if days, err = strconv.Atoi(s); err != nil || !slices.Contains(deadlineDays, days) {
			return problem.New(problem.Invalid, "readiness.deadlines.unknown")
		}
	}
	list := b.o.Deadlines(b.o.Today.Add(days))
	from, to, err := pageOfList(q, len(list))
	if err != nil {
		return err
	}
	if err := b.names(nil, list[from:to]); err != nil {
		return err
	}
	v := pages.ReadinessDeadlinesView{Frame: p.frame(c, "readiness.deadlines.title", crumbReadiness), Found: i18n.T(b.ctx, "readiness.deadlines.found", "count", len(list)),
		Pager: listPager(c, from, to, len(list), ""), Empty: ui.EmptyView{Icon: "calendar", Title: "readiness.deadlines.empty.title", Text: "readiness.deadlines.empty.text"}}
	for _, n := range deadlineDays {
		v.Tabs = append(v.Tabs, ui.TabView{Label: i18n.T(b.ctx, "readiness.days", "count", n), URL: "/readiness/deadlines?days=" + strconv.Itoa(n), Current: n == days})
	}
	for _, d := range list[from:to] {
		v.Lines = append(v.Lines, b.deadline(d))
	}
	return render(c, http.StatusOK, pages.ReadinessDeadlines(v))
}

// deadlineDays are the spans that can be looked ahead.
var deadlineDays = []int{7, readiness.Soon, readiness.Furthest}
