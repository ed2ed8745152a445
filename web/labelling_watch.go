package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/day"
	"hegui/internal/i18n"
	"hegui/internal/labelling"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// watchPeriods are the spans of decisions that can be looked at, in days; "all"
// has no beginning.
var watchPeriods = []string{"30", "90", "180", "365", "all"}

const watchPeriod = "180"

// watchLimits are the accuracies, in per cent, that annotators can be held
// against.
var watchLimits = []string{"90", "95", "96", "98"}

const watchLimit = "95"

// watching is what the address of the dashboard asks for.
type watching struct {
	labelling.WatchFilter
	period, limit string
}

// least is the accuracy that annotators are held against.
func (w watching) least() float64 {
	n, err := strconv.Atoi(w.limit)
	if err != nil { // one of watchLimits
		panic(err)
	}
	return float64(n) / 100
}

func (p *labelPages) watching(c echo.Context) watching {
	return p.watchingOf(func(name string) string { return queryText(c, name) })
}

func (p *labelPages) watchingOf(get func(name string) string) watching {
	w := watching{period: oneOf(get("period"), watchPeriods, watchPeriod), limit: oneOf(get("limit"), watchLimits, watchLimit)}
	w.Project, w.Stream = get("project"), get("stream")
	if days, err := strconv.Atoi(w.period); err == nil {
		w.From = p.Labelling.Today().Add(-days)
	}
	return w
}

// oneOf is the word, if it is in the list, else what is usual.
func oneOf(word string, list []string, usual string) string {
	for _, one := range list {
		if one == word {
			return word
		}
	}
	return usual
}

// watch shows how labelling quality stands. Checkers, who do not read all of
// it, see their projects instead.
func (p *labelPages) watch(c echo.Context) error {
	if !who(c).May(actor.ReadLabelling) {
		return p.projects(c)
	}
	w := p.watching(c)
	v := pages.LabelWatch{LabelHead: p.listHead(c, "label_watch.title", "label_watch.lead")}
	all, err := p.Labelling.Projects(c.Request().Context(), who(c), labelling.ProjectFilter{Limit: maxWatched})
	if err != nil {
		return err
	}
	if err := p.watchWaiting(c, w, &v); err != nil {
		return err
	}
	if err := p.watchQuality(c, &w, all, &v); err != nil {
		return err
	}
	return show(c, http.StatusOK, pages.LabelWatchView(v), pages.LabelWatchPanel(v))
}

// maxWatched is how many projects the filter offers.
const maxWatched = 100

// watchWaiting fills in what waits: lots by state and age, and the queues of
// checkers.
func (p *labelPages) watchWaiting(c echo.Context, w watching, v *pages.LabelWatch) error {
	ctx, by := c.Request().Context(), who(c)
	lots, err := p.Labelling.LotsByAge(ctx, by, w.WatchFilter)
	if err != nil {
		return err
	}
	queues, err := p.Labelling.Queues(ctx, by, w.WatchFilter)
	if err != nil {
		return err
	}
	ids := make([]string, len(queues))
	for i, q := range queues {
		ids[i] = q.WorkerID
	}
	people, err := p.Labelling.WorkersByID(ctx, ids)
	if err != nil {
		return err
	}
	v.Waiting, v.Queues = waitingTable(ctx, lots, w.Project), queueTable(ctx, by, queues, people)
	v.Stats = waitingStats(ctx, lots, queues, w.Project)
	return nil
}

func waitingTable(ctx context.Context, lots []labelling.LotsWaiting, project string) pages.LabelTable {
	t := pages.LabelTable{Caption: "label_watch.waiting", Empty: ui.EmptyView{Icon: "circle-check", Title: "label_watch.waiting.empty", Text: "label_watch.waiting.empty.text"},
		Columns: []ui.Column{{Label: "labelling.state"}, {Label: "label_watch.age.0", Numeric: true}, {Label: "label_watch.age.1", Numeric: true}, {Label: "label_watch.age.2", Numeric: true},
			{Label: "label_watch.age.3", Numeric: true}, {Label: "label_watch.total", Numeric: true}}}
	for _, l := range lots {
		label := "labelling.lot.state." + string(l.State)
		if l.Ready {
			label = "label_watch.ready"
		}
		row := []pages.LabelCell{{Text: label, URL: lotsURL(string(l.State), project), Note: i18n.T(ctx, "label_watch.oldest", "day", i18n.Date(ctx, l.Oldest))}}
		for _, n := range l.ByAge {
			row = append(row, count(int64(n)))
		}
		t.Rows = append(t.Rows, pages.LabelRow{Cells: append(row, count(int64(l.Total)))})
	}
	return t
}

func lotsURL(state, project string) string {
	q := url.Values{"state": {state}}
	if project != "" {
		q.Set("project", project)
	}
	return "/labelling/lots?" + q.Encode()
}

func queueTable(ctx context.Context, by actor.Actor, queues []labelling.Queue, people map[string]labelling.Worker) pages.LabelTable {
	t := pages.LabelTable{Caption: "label_watch.queues", Empty: ui.EmptyView{Icon: "checklist", Title: "label_watch.queues.empty", Text: "label_watch.queues.empty.text"},
		Columns: []ui.Column{{Label: "label_watch.checker"}, {Label: "label_watch.assignments", Numeric: true}, {Label: "label_watch.left", Numeric: true}, {Label: "label_watch.overdue", Numeric: true}, {Label: "label_watch.due"}}}
	for _, q := range queues {
		overdue := count(q.Overdue)
		if q.Overdue > 0 {
			overdue = pages.LabelCell{Number: true, Chips: []ui.ChipView{{Label: i18n.Number(ctx, q.Overdue), Tone: ui.Bad, Icon: "clock"}}}
		}
		t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: people[q.WorkerID].Called(by), URL: labelURL("people", q.WorkerID)}, count(q.Assignments), count(q.Left), overdue, {Day: string(q.Due)}}})
	}
	return t
}

func waitingStats(ctx context.Context, lots []labelling.LotsWaiting, queues []labelling.Queue, project string) []ui.StatView {
	var waiting, ready, decided, left, overdue int64
	for _, l := range lots {
		switch {
		case l.State == labelling.LotDecided:
			decided += int64(l.Total)
		case l.Ready:
			ready += int64(l.Total)
			waiting += int64(l.Total)
		default:
			waiting += int64(l.Total)
		}
	}
	for _, q := range queues {
		left, overdue = left+q.Left, overdue+q.Overdue
	}
	tone := func(n int64, t ui.Tone) ui.Tone {
		if n == 0 {
			return ui.Neutral
		}
		return t
	}
	return []ui.StatView{
		{Label: "label_watch.stat.waiting", Value: i18n.Number(ctx, waiting), Icon: "package", URL: "/labelling/lots"},
		{Label: "label_watch.stat.ready", Value: i18n.Number(ctx, ready), Tone: tone(ready, ui.Warn), Icon: "gavel", URL: lotsURL(string(labelling.LotChecking), project)},
		{Label: "label_watch.stat.follow_up", Value: i18n.Number(ctx, decided), Tone: tone(decided, ui.Info), Icon: "clipboard-check", URL: lotsURL(string(labelling.LotDecided), project)},
		{Label: "label_watch.stat.left", Value: i18n.Number(ctx, left), Icon: "list-check"},
		{Label: "label_watch.stat.overdue", Value: i18n.Number(ctx, overdue), Tone: tone(overdue, ui.Bad), Icon: "clock"},
	}
}

// watchQuality fills in what was found. Without a project in the address it
// is that in which a lot was decided last.
func (p *labelPages) watchQuality(c echo.Context, w *watching, projects []labelling.Project, v *pages.LabelWatch) error {
	ctx, by := c.Request().Context(), who(c)
	focus := w.WatchFilter
	var err error
	if focus.Project == "" {
		if focus.Project, err = p.Labelling.LatestDecided(ctx, by); err != nil {
			return err
		}
	}
	var project labelling.Project
	for _, one := range projects {
		if one.ID == focus.Project {
			project = one
		}
	}
	streams, err := p.Labelling.Streams(ctx, by, labelling.StreamFilter{Project: focus.Project, Limit: maxWatched})
	if err != nil {
		return err
	}
	lots, err := p.Labelling.DecidedLots(ctx, by, focus)
	if err != nil {
		return err
	}
	suppliers, err := p.Labelling.SupplierNames(ctx, suppliersOf(streams))
	if err != nil {
		return err
	}
	named := streamNames(ctx, streams, suppliers)
	p.watchFilters(c, *w, projects, streams, named, v)
	if len(lots) == 0 {
		v.Empty = &ui.EmptyView{Icon: "chart-line", Title: "label_watch.empty", Text: "label_watch.empty.text", Actions: ui.LinkButton(ui.ButtonView{Label: "labelling.lots", URL: "/labelling/lots", Icon: "package"})}
		return nil
	}
	v.About = aboutLots(ctx, project, lots)
	w.WatchFilter = focus
	return p.watchCharts(c, *w, project, streams, named, lots, v)
}

// aboutLots says whose results are shown.
func aboutLots(ctx context.Context, project labelling.Project, lots []labelling.DecidedLot) string {
	var items, wrong int64
	for _, l := range lots {
		items, wrong = items+l.Items, wrong+l.Wrong
	}
	return i18n.T(ctx, "label_watch.about", "project", project.Name, "count", len(lots), "items", i18n.Number(ctx, items), "wrong", i18n.Percent(ctx, fractionOf(wrong, items)),
		"from", i18n.Date(ctx, lots[0].DecidedOn), "until", i18n.Date(ctx, lots[len(lots)-1].DecidedOn))
}

func fractionOf(part, whole int64) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

func suppliersOf(streams []labelling.Stream) []string {
	out := make([]string, len(streams))
	for i, s := range streams {
		out[i] = s.SupplierID
	}
	return out
}

// streamNames names streams by supplier and kind.
func streamNames(ctx context.Context, streams []labelling.Stream, suppliers map[string]string) map[string]string {
	out := map[string]string{}
	for _, s := range streams {
		who := suppliers[s.SupplierID]
		if who == "" {
			who = i18n.T(ctx, "labelling.own_staff")
		}
		out[s.ID] = i18n.T(ctx, "label_watch.stream", "supplier", who, "kind", i18n.T(ctx, kindName(s.Kind)))
	}
	return out
}

func (p *labelPages) watchFilters(c echo.Context, w watching, projects []labelling.Project, streams []labelling.Stream, named map[string]string, v *pages.LabelWatch) {
	project, stream := choice("project", "labelling.project", "labelling.any", w.Project), choice("stream", "label_watch.filter.stream", "labelling.any", w.Stream)
	for _, one := range projects {
		project.Options = append(project.Options, ui.Option{Value: one.ID, Label: one.Name})
	}
	for _, one := range streams {
		stream.Options = append(stream.Options, ui.Option{Value: one.ID, Label: named[one.ID]})
	}
	period := choice("period", "label_watch.filter.period", "", w.period)
	period.Options = codeOptions("label_watch.period.", watchPeriods)
	limit := choice("limit", "label_watch.filter.limit", "", w.limit)
	for _, l := range watchLimits {
		limit.Options = append(limit.Options, ui.Option{Value: l, Label: l + "%"})
	}
	v.Filters = []ui.Choice{project, stream, period, limit}
	path := c.Request().URL.Path
	v.Filter = ui.FilterView{Action: path, ClearURL: path, Target: "#watch"}
	v.Filter.Active = append(append(v.Filter.Active, chip(c, project)...), chip(c, stream)...)
}

// watchQuery is the address of the dashboard with what is looked at.
func (w watching) query(more ...string) string {
	q := url.Values{"project": {w.Project}, "period": {w.period}, "limit": {w.limit}}
	if w.Stream != "" {
		q.Set("stream", w.Stream)
	}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return "?" + q.Encode()
}

// dayRange is the span of decisions in words.
func dayRange(ctx context.Context, from, until day.Date) string {
	if from == "" {
		return i18n.T(ctx, "label_watch.until", "day", i18n.Date(ctx, until))
	}
	return i18n.T(ctx, "label_watch.between", "from", i18n.Date(ctx, from), "until", i18n.Date(ctx, until))
}
