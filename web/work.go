package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/i18n"
	"hegui/internal/work"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// workPages show what waits for whom.
type workPages struct {
	*Server
	memo *audit.Memo[[]work.Item]
}

// worklist is a capability's list of what waits for a person.
type worklist func(ctx context.Context, by actor.Actor) ([]work.Item, error)

// worklists are asked for My work. A capability joins by a line here.
func (p *workPages) worklists() []worklist {
	return []worklist{p.Checklist.WorkOf, p.Evidence.WorkOf, p.Regulation.WorkOf, p.Labelling.WorkOf, p.Requests.WorkOf}
}

// workTab is one view of somebody's work.
type workTab struct {
	name string
	kind func(i work.Item, today day.Date) bool
}

// workTabs part the work: what is late and due stands across all kinds.
var workTabs = []workTab{
	{"all", func(work.Item, day.Date) bool { return true }},
	{"overdue", func(i work.Item, today day.Date) bool { return i.Overdue(today) }},
	{"mine", func(i work.Item, _ day.Date) bool { return i.Kind == work.Assess || i.Kind == work.Returned }},
	{"review", func(i work.Item, _ day.Date) bool {
		return i.Kind == work.Review || i.Kind == work.EvidenceReview || i.Kind == work.FigureReview
	}},
	{"periodic", func(i work.Item, _ day.Date) bool { return i.Kind == work.PeriodicReview }},
	{"tasks", func(i work.Item, _ day.Date) bool { return i.Kind == work.Task }},
	{"mentions", func(i work.Item, _ day.Date) bool { return i.Kind == work.Mention }},
	{"evidence", func(i work.Item, _ day.Date) bool {
		return i.Kind == work.EvidenceExpiry || i.Kind == work.EvidenceBack
	}},
	{"requests", func(i work.Item, _ day.Date) bool { return requestWork[i.Kind] != ui.ChipView{} }},
	{"labels", func(i work.Item, _ day.Date) bool { return labelWork[i.Kind] != ui.ChipView{} }},
}

// requestWork are the kinds of work on personal data requests.
var requestWork = map[work.Kind]ui.ChipView{
	work.Request:           {Label: "work.kind.request", Icon: "shield", Tone: ui.Accent},
	work.RequestEscalated:  {Label: "work.kind.request_escalated", Icon: "flag", Tone: ui.Bad},
	work.RequestUnassigned: {Label: "work.kind.request_unassigned", Icon: "user-plus", Tone: ui.Warn},
	work.RequestTask:       {Label: "work.kind.request_task", Icon: "list-check", Tone: ui.Info},
	work.RequestSecond:     {Label: "work.kind.request_second", Icon: "eye", Tone: ui.Warn},
}

// labelWork are the kinds of work in labelling.
var labelWork = map[work.Kind]ui.ChipView{
	work.LabelCheck:     {Label: "work.kind.label_check", Icon: "clipboard-check", Tone: ui.Accent},
	work.LabelArbitrate: {Label: "work.kind.label_arbitrate", Icon: "scale", Tone: ui.Accent},
	work.LabelStopped:   {Label: "work.kind.label_stopped", Icon: "flag", Tone: ui.Bad},
	work.LabelArbiter:   {Label: "work.kind.label_arbiter", Icon: "scale", Tone: ui.Warn},
	work.LabelDecide:    {Label: "work.kind.label_decide", Icon: "gavel", Tone: ui.Warn},
	work.LabelSecond:    {Label: "work.kind.label_second", Icon: "signature", Tone: ui.Accent},
	work.LabelCorrect:   {Label: "work.kind.label_correct", Icon: "pencil", Tone: ui.Warn},
}

const tabTeam = "team"

// page shows what waits for the person, or for the whole team.
func (p *workPages) page(c echo.Context) error {
	ctx, by, today := c.Request().Context(), who(c), p.Checklist.Today()
	team := c.QueryParam("tab") == tabTeam && by.May(actor.ReadChecklist) && by.May(actor.Assess)
	items, err := p.items(ctx, by, today)
	if err != nil {
		return err
	}
	v := pages.WorkView{Frame: p.frame(c, "work.title"), Lead: i18n.T(ctx, "work.lead", "name", by.Name, "date", i18n.Date(ctx, today)), Empty: workEmpty(by)}
	current := "all"
	for _, t := range workTabs {
		if t.name == c.QueryParam("tab") {
			current = t.name
		}
	}
	if team {
		current = tabTeam
	}
	v.Tabs = tabsOf(items, current, today)
	if by.May(actor.ReadChecklist) && by.May(actor.Assess) {
		v.Tabs = append(v.Tabs, ui.TabView{Label: "work.tab.team", URL: "/work?tab=team", Current: team})
	}
	if team {
		items, err = p.memo.Get("team "+memoKey(by, today), func() ([]work.Item, error) {
			return p.Checklist.Team(ctx, by, today.Add(teamHorizon))
		})
		if err != nil {
			return err
		}
		v.Empty = ui.EmptyView{Icon: "users", Title: "work.team.empty.title", Text: "work.team.empty.text"}
	} else {
		items = filterWork(items, current, today)
	}
	if one := c.QueryParam("owner"); team && one != "" {
		items = slices.DeleteFunc(slices.Clone(items), func(i work.Item) bool { return i.Owner != one && (i.Owner != "" || one != nobody) })
		team = false
	}
	if !team {
		items = workPage(c, items, perWorkPage, &v)
	}
	if v.Groups, err = p.groups(ctx, items, team, today); err != nil {
		return err
	}
	if team {
		v.Groups = workPage(c, v.Groups, perTeamPage, &v)
	}
	return show(c, http.StatusOK, pages.Work(v), pages.WorkPanel(v))
}

// How many lines, or people of a team with some lines each, stand on one page.
const (
	perWorkPage = 30
	perTeamPage = 12
)

// workPage cuts what stands on the page asked for, and links to the others.
func workPage[T any](c echo.Context, all []T, size int, v *pages.WorkView) []T {
	from, _ := strconv.Atoi(c.QueryParam("from")) // not a number: the first page
	from = max(0, min(from, (len(all)-1)/size*size))
	at := func(n int) string {
		q := c.Request().URL.Query()
		q.Del("from")
		if n > 0 {
			q.Set("from", strconv.Itoa(n))
		}
		return strings.TrimSuffix("/work?"+q.Encode(), "?")
	}
	if from > 0 {
		v.NewerURL = at(max(0, from-size))
	}
	if from+size < len(all) {
		v.OlderURL = at(from + size)
	}
	return all[from:min(len(all), from+size)]
}

// teamHorizon is how many days ahead the team's work is shown.
const teamHorizon = 14

// memoKey is what somebody's work depends on beside the records: what they
// may do and see, and the day.
func memoKey(by actor.Actor, today day.Date) string { return fmt.Sprintf("%s %+v", today, by) }

// items asks every capability.
func (p *workPages) items(ctx context.Context, by actor.Actor, today day.Date) ([]work.Item, error) {
	return p.memo.Get(memoKey(by, today), func() ([]work.Item, error) {
		var out []work.Item
		for _, list := range p.worklists() {
			more, err := list(ctx, by)
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
		}
		work.Sort(out)
		return out, nil
	})
}

func filterWork(items []work.Item, tab string, today day.Date) []work.Item {
	at := slices.IndexFunc(workTabs, func(t workTab) bool { return t.name == tab })
	var out []work.Item
	for _, i := range items {
		if workTabs[at].kind(i, today) {
			out = append(out, i)
		}
	}
	return out
}

// tabsOf counts the work of each tab; those without any are left out, but the
// first and the current one.
func tabsOf(items []work.Item, current string, today day.Date) []ui.TabView {
	var out []ui.TabView
	for _, t := range workTabs {
		n := 0
		for _, i := range items {
			if t.kind(i, today) {
				n++
			}
		}
		if n == 0 && t.name != "all" && t.name != current {
			continue
		}
		v := ui.TabView{Label: "work.tab." + t.name, URL: "/work?tab=" + url.QueryEscape(t.name), Count: n, Current: t.name == current}
		if t.name == "all" {
			v.URL = "/work"
		}
		out = append(out, v)
	}
	return out
}

// workEmpty teaches where work comes from.
func workEmpty(by actor.Actor) ui.EmptyView {
	v := ui.EmptyView{Icon: "circle-check", Title: "work.empty.title", Text: "work.empty.text"}
	switch {
	case by.May(actor.Assess):
		v.Text, v.Actions = "work.empty.officer", ui.LinkButton(ui.ButtonView{Label: "work.empty.checklists", URL: "/checklists", Tone: ui.Primary, Icon: "checklist"})
	case by.May(actor.ReadSummary):
		v.Actions = ui.LinkButton(ui.ButtonView{Label: "work.empty.readiness", URL: "/readiness", Icon: "gauge"})
	case by.May(actor.SeeProgress):
		v.Actions = ui.LinkButton(ui.ButtonView{Label: "work.empty.checklists", URL: "/checklists", Icon: "checklist"})
	}
	return v
}

// spans part a list by when it is due.
var spans = []struct {
	name string
	in   func(due, today day.Date) bool
}{
	{"overdue", func(due, today day.Date) bool { return due.Before(today) }},
	{"today", func(due, today day.Date) bool { return due == today }},
	{"week", func(due, today day.Date) bool { return due > today && due <= today.Add(7) }},
	{"later", func(due, today day.Date) bool { return due > today.Add(7) }},
	{"undated", func(due, _ day.Date) bool { return due == "" }},
}

// groups part the work by when it is due, for a person; for a team, by owner.
func (p *workPages) groups(ctx context.Context, items []work.Item, team bool, today day.Date) ([]pages.WorkGroup, error) {
	var ids []string
	for _, i := range items {
		ids = append(ids, i.Owner)
	}
	people, err := p.Accounts.Names(ctx, ids)
	if err != nil {
		return nil, err
	}
	services, err := p.Register.Names(ctx)
	if err != nil {
		return nil, err
	}
	line := func(i work.Item) pages.WorkLine { return workLine(ctx, i, people, services, today, team) }
	if team {
		return byOwner(ctx, items, people, today, line), nil
	}
	var out []pages.WorkGroup
	for _, s := range spans {
		g := pages.WorkGroup{Title: "work.span." + s.name, Late: s.name == "overdue"}
		for _, i := range items {
			if s.in(i.Due, today) {
				g.Lines = append(g.Lines, line(i))
			}
		}
		if len(g.Lines) > 0 {
			out = append(out, g)
		}
	}
	return out, nil
}

// nobody stands for an owner in an address where there is none.
const nobody = "-"

// perOwner is how much of each person's work the team's list shows.
const perOwner = 3

// byOwner keeps the order of the items: whoever has the oldest comes first.
// Of each person it shows what is due first.
func byOwner(ctx context.Context, items []work.Item, people map[string]string, today day.Date, line func(work.Item) pages.WorkLine) []pages.WorkGroup {
	var out []pages.WorkGroup
	at := map[string]int{}
	late := map[int]int{}
	for _, i := range items {
		n, ok := at[i.Owner]
		if !ok {
			n = len(out)
			at[i.Owner] = n
			name := people[i.Owner]
			if name == "" {
				name = i18n.T(ctx, "ui.nobody")
			}
			out = append(out, pages.WorkGroup{Title: name})
		}
		if len(out[n].Lines) < perOwner {
			out[n].Lines = append(out[n].Lines, line(i))
		} else {
			out[n].More++
			out[n].MoreURL = "/work?tab=team&owner=" + url.QueryEscape(cmp.Or(i.Owner, nobody))
		}
		if i.Overdue(today) {
			late[n]++
			out[n].Late = true
		}
	}
	for n, count := range late {
		out[n].Note = i18n.T(ctx, "work.team.late", "count", count)
	}
	return out
}

// kindLooks is how each kind of work is shown.
var kindLooks = map[work.Kind]ui.ChipView{
	work.Assess:         {Label: "work.kind.assess", Icon: "clipboard-check", Tone: ui.Info},
	work.Returned:       {Label: "work.kind.returned", Icon: "arrow-back-up", Tone: ui.Warn},
	work.Review:         {Label: "work.kind.review", Icon: "hourglass", Tone: ui.Accent},
	work.PeriodicReview: {Label: "work.kind.periodic_review", Icon: "refresh", Tone: ui.Neutral},
	work.Task:           {Label: "work.kind.task", Icon: "list-check", Tone: ui.Info},
	work.Mention:        {Label: "work.kind.mention", Icon: "at", Tone: ui.Accent},
	work.EvidenceReview: {Label: "work.kind.evidence_review", Icon: "eye", Tone: ui.Accent},
	work.EvidenceExpiry: {Label: "work.kind.evidence_expiry", Icon: "clock", Tone: ui.Warn},
	work.FigureReview:   {Label: "work.kind.figure_review", Icon: "eye", Tone: ui.Accent},
	work.EvidenceBack:   {Label: "work.kind.evidence_back", Icon: "arrow-back-up", Tone: ui.Warn},
}

func workLine(ctx context.Context, i work.Item, people, services map[string]string, today day.Date, team bool) pages.WorkLine {
	look, ok := kindLooks[i.Kind]
	if !ok {
		look = cmp.Or(labelWork[i.Kind], requestWork[i.Kind])
	}
	v := pages.WorkLine{Kind: look, Title: i18n.Pick(ctx, i.ZH, i.EN), URL: i.URL, Note: i.Note, Service: services[i.Service],
		Due: i18n.Date(ctx, i.Due), Late: i.Overdue(today)}
	if i.Count > 0 {
		v.Note = i18n.T(ctx, "work.items", "count", i.Count)
	}
	if i.Due != "" {
		v.When = i18n.RelativeDay(ctx, i.Due, today)
	}
	if !team && (i.Kind == work.Review || i.Kind == work.Mention) {
		v.From = people[i.Owner]
	}
	return v
}
