package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/day"
	"hegui/internal/i18n"
	"hegui/internal/request"
	"hegui/internal/request/clock"
	"hegui/internal/savedview"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// requestPages keep people's requests about their personal information.
type requestPages struct{ *Server }

var crumbRequests = layout.Crumb{Label: "request.title", URL: "/requests"}

// requestPage is how many rows one list shows.
const requestPage = 50

// requestTabs are the pages of the part, as far as the person may open them.
func requestTabs(c echo.Context) []ui.TabView {
	by, path := who(c), c.Request().URL.Path
	var out []ui.TabView
	for _, t := range []struct {
		label, url string
		needs      actor.Permission
	}{
		{"request.queue", "/requests", actor.ReadRequests},
		{"request.board", "/requests/board", actor.ReadRequests},
		{"fulfil.tasks", "/requests/tasks", actor.WorkRequestTasks},
		{"request.figures", "/requests/figures", actor.RequestFigures},
		{"datamap.title", "/requests/systems", actor.ReadRequests},
		{"letter.templates", "/requests/templates", actor.ReadRequests},
		{"request.settings", "/requests/settings", actor.ReadRequests},
		{"request.calendar", "/requests/calendar", actor.ReadRequests},
	} {
		if by.May(t.needs) {
			out = append(out, ui.TabView{Label: t.label, URL: t.url, Current: path == t.url})
		}
	}
	return out
}

// head is the top of one of the lists.
func (p *requestPages) head(c echo.Context, title, lead string) pages.LabelHead {
	v := pages.LabelHead{Frame: p.frame(c, title, crumbRequests), Title: title, Subtitle: lead, Tabs: requestTabs(c)}
	if c.Request().URL.Path == crumbRequests.URL || !who(c).May(actor.RequestFigures) {
		v.Frame = p.frame(c, title)
	}
	v.Frame.Wide = true
	return v
}

func requestURL(id string) string { return "/requests/" + url.PathEscape(id) }

// requestQuery is the filter of the queue as it stands in the address.
func requestQuery(c echo.Context) request.Filter {
	f := request.Filter{Service: asked(c, "service"), Owner: asked(c, "owner"), Number: asked(c, "number"), After: asked(c, "after")}
	if s := request.Show(c.QueryParam("show")); slices.Contains(request.Shows, s) {
		f.Show = s
	}
	if s := request.State(c.QueryParam("state")); slices.Contains(request.States, s) {
		f.State = s
	}
	if s := request.Kind(c.QueryParam("kind")); slices.Contains(request.Kinds, s) {
		f.Kind = s
	}
	if s := request.Due(c.QueryParam("due")); slices.Contains(request.Dues, s) {
		f.Due = s
	}
	if f.Number != "" && f.Show == request.ShowOpen {
		f.Show = request.ShowAll // a number is looked for everywhere
	}
	return f
}

// queue lists requests. Who may see figures only is sent there.
func (p *requestPages) queue(c echo.Context) error {
	if !who(c).May(actor.ReadRequests) {
		return c.Redirect(http.StatusSeeOther, "/requests/figures")
	}
	return p.queuePage(c, http.StatusOK, pages.SaveViewForm{})
}

func (p *requestPages) queuePage(c echo.Context, status int, save pages.SaveViewForm) error {
	ctx, by, f := c.Request().Context(), who(c), requestQuery(c)
	f.Limit = requestPage + 1
	if f.Owner == ownerMe {
		f.Owner = by.ID
	}
	found, err := p.Requests.List(ctx, by, f)
	if err != nil {
		return err
	}
	l := pages.RequestList{Empty: ui.EmptyView{Icon: "inbox", Title: "request.empty", Text: "request.empty.text"}}
	shown := found[:min(requestPage, len(found))]
	if len(found) > requestPage {
		l.NextURL = with(c, "after", f.Place(shown[len(shown)-1]))
	}
	if f.After != "" {
		l.FirstURL = with(c, "after", "")
	}
	if l.Rows, err = p.rows(ctx, shown); err != nil {
		return err
	}
	if err := p.filters(c, &l); err != nil {
		return err
	}
	if l.Bulk, err = p.bulk(c, with(c, "after", f.After)); err != nil {
		return err
	}
	if wantsPart(c) {
		return render(c, status, pages.RequestListPanel(l))
	}
	v := pages.RequestQueue{LabelHead: p.head(c, "request.title", "request.lead"), List: l, Save: save, Find: requestFind(by, "", "", "")}
	if by.May(actor.HandleRequests) {
		v.Actions = []pages.LabelAction{primary(linkAction("request.new", "/requests/new", "plus"))}
	}
	if !p.Requests.Ready() {
		v.Notice = i18n.T(ctx, "request.key.missing")
	}
	saved, err := p.Views.List(ctx, by, requestPageName)
	if err != nil {
		return err
	}
	v.Views = requestViews(c, saved)
	v.Save.URL, v.Save.Share = "/requests/views", "request.view.share"
	v.Save.Query = cmp.Or(save.Query, c.QueryParams().Encode())
	return render(c, status, pages.RequestQueueView(v))
}

func requestFind(by actor.Actor, value, wrong, found string) *pages.RequestFind {
	if !by.May(actor.HandleRequests) {
		return nil
	}
	return &pages.RequestFind{Found: found, Field: ui.Field{Name: "contact", Label: "request.find.contact", Hint: "request.find.hint", Value: value, Error: wrong,
		Required: true, MaxLength: 200, Autocomplete: "off"}}
}

// rows puts requests into a list, with the names that it needs.
func (p *requestPages) rows(ctx context.Context, list []request.Request) ([]pages.RequestRow, error) {
	owners := make([]string, 0, len(list))
	for _, r := range list {
		if r.OwnerID != "" {
			owners = append(owners, r.OwnerID)
		}
	}
	people, err := p.Accounts.Names(ctx, owners)
	if err != nil {
		return nil, err
	}
	services, err := p.Register.Names(ctx)
	if err != nil {
		return nil, err
	}
	cal, err := p.Requests.Days(ctx)
	if err != nil {
		return nil, err
	}
	w := dueClock{ctx: ctx, cal: cal, today: p.Requests.Today(), left: map[dueKey]int{}}
	out := make([]pages.RequestRow, len(list))
	for i, r := range list {
		out[i] = requestRow(w, r, people, services)
	}
	return out, nil
}

func requestRow(w dueClock, r request.Request, people, services map[string]string) pages.RequestRow {
	v := pages.RequestRow{ID: r.ID, Number: r.Number, URL: requestURL(r.ID), Kind: "request.kind." + string(r.Kind), Service: services[r.ServiceID],
		Owner: people[r.OwnerID], Received: string(day.Of(r.ReceivedAt)), State: requestState(r.State), Due: w.of(r)}
	if v.Service == "" {
		v.Service = "request.service.none"
	}
	if v.Owner == "" {
		v.Owner = "request.owner.none"
	}
	if r.Held {
		v.Flags = append(v.Flags, ui.ChipView{Label: "request.held", Tone: ui.Warn, Icon: "lock"})
	}
	if r.Unread > 0 {
		v.Flags = append(v.Flags, ui.ChipView{Label: "request.unread", Tone: ui.Accent, Icon: "mail"})
	}
	return v
}

var requestTones = map[request.State]ui.Tone{request.Received: ui.Info, request.Checking: ui.Info, request.InProgress: ui.Accent, request.Waiting: ui.Warn,
	request.Answered: ui.Good, request.Refused: ui.Bad}

func requestState(s request.State) ui.ChipView {
	return ui.ChipView{Label: "request.state." + string(s), Tone: requestTones[s]}
}

// dueClock says how deadlines stand. Rows with the same due day are counted
// once.
type dueClock struct {
	ctx   context.Context
	cal   *clock.Days
	today day.Date
	left  map[dueKey]int
}

type dueKey struct {
	unit clock.Unit
	due  day.Date
}

// soonLeft is from how many days left on a deadline is near.
const soonLeft = 3

func (w dueClock) of(r request.Request) pages.RequestDue {
	switch {
	case !r.Open() && r.DecidedOn == "":
		return pages.RequestDue{Words: i18n.T(w.ctx, "request.due.over")}
	case !r.Open() && r.Late:
		return pages.RequestDue{Day: string(r.DecidedOn), Words: i18n.T(w.ctx, "request.due.done_late"), Tone: ui.Bad, Icon: "clock-exclamation"}
	case !r.Open():
		return pages.RequestDue{Day: string(r.DecidedOn), Words: i18n.T(w.ctx, "request.due.done"), Tone: ui.Good, Icon: "circle-check"}
	case r.StartedAt == nil:
		return pages.RequestDue{Words: i18n.T(w.ctx, "request.due.not_started"), Icon: "clock"}
	case r.Due == "":
		return pages.RequestDue{Words: i18n.T(w.ctx, "request.due.paused."+string(r.Unit), "count", r.LeftDays), Icon: "player-pause"}
	}
	key := dueKey{r.Unit, r.Due}
	n, ok := w.left[key]
	if !ok {
		n = clock.Left(r.Unit, w.cal, r.Due, w.today)
		w.left[key] = n
	}
	return w.running(r, n)
}

func (w dueClock) running(r request.Request, left int) pages.RequestDue {
	v := pages.RequestDue{Day: string(r.Due)}
	switch {
	case left < 0:
		v.Words, v.Tone, v.Icon = i18n.T(w.ctx, "request.due.late."+string(r.Unit), "count", -left), ui.Bad, "clock-exclamation"
	case left == 0:
		v.Words, v.Tone, v.Icon = i18n.T(w.ctx, "request.due.today"), ui.Warn, "clock"
	default:
		v.Words, v.Icon = i18n.T(w.ctx, "request.due.left."+string(r.Unit), "count", left), "clock"
		if left <= soonLeft {
			v.Tone = ui.Warn
		}
	}
	return v
}

// filters puts the filter of the queue into the list.
func (p *requestPages) filters(c echo.Context, l *pages.RequestList) error {
	selects, err := p.selects(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	l.Filter = &ui.FilterView{Action: "/requests", ClearURL: "/requests", Target: "#requests"}
	l.Filters = selects
	for _, s := range selects {
		l.Filter.Active = append(l.Filter.Active, chip(c, s)...)
	}
	number := asked(c, "number")
	l.Search = &ui.Field{Name: "number", Label: "request.number", Type: ui.InputSearch, Value: number, MaxLength: 20, Placeholder: "PR2611-"}
	if number != "" {
		l.Filter.Active = append(l.Filter.Active, ui.FilterChip{Label: i18n.T(ctx, "activity.chip", "name", i18n.T(ctx, "request.number"), "value", number), RemoveURL: with(c, "number", "")})
	}
	return nil
}

// selects are the selects of queue and board.
func (p *requestPages) selects(c echo.Context) ([]ui.Choice, error) {
	services, err := p.serviceOptions(c)
	if err != nil {
		return nil, err
	}
	show := choice("show", "request.show", "request.show.open", c.QueryParam("show"))
	show.Options = codeOptions("request.show.", request.Shows[1:])
	state := choice("state", "request.state", "request.any", c.QueryParam("state"))
	state.Options = codeOptions("request.state.", request.States)
	kind := choice("kind", "request.kind", "request.any", c.QueryParam("kind"))
	kind.Options = codeOptions("request.kind.", request.Kinds)
	due := choice("due", "request.due", "request.any", c.QueryParam("due"))
	due.Options = codeOptions("request.due.filter.", request.Dues)
	service := choice("service", "request.service", "request.any", asked(c, "service"))
	service.Options = services
	owner := choice("owner", "request.owner", "request.any", asked(c, "owner"))
	if owner.Options, err = p.owners(c); err != nil {
		return nil, err
	}
	return []ui.Choice{show, state, kind, due, service, owner}, nil
}

// owners are the people who handle requests, the reader first.
func (p *requestPages) owners(c echo.Context) ([]ui.Option, error) {
	list, err := p.Accounts.Able(c.Request().Context(), actor.HandleRequests, "")
	out := []ui.Option{}
	if who(c).May(actor.HandleRequests) {
		out = append(out, ui.Option{Value: ownerMe, Label: "request.owner.me"})
	}
	out = append(out, ui.Option{Value: request.Nobody, Label: "request.owner.none"})
	for _, a := range list {
		if a.ID != who(c).ID {
			out = append(out, ui.Option{Value: a.ID, Label: a.Name})
		}
	}
	return out, err
}

func (p *requestPages) serviceOptions(c echo.Context) ([]ui.Option, error) {
	return (&labelPages{p.Server}).serviceOptions(c)
}

// bulk is the form that gives marked requests to somebody.
func (p *requestPages) bulk(c echo.Context, back string) (*pages.RequestBulk, error) {
	if !who(c).May(actor.HandleRequests) {
		return nil, nil
	}
	owners, err := p.handlers(c, "")
	return &pages.RequestBulk{URL: "/requests/assign", Back: back,
		Owners: ui.Choice{Field: ui.Field{Name: "owner", ID: "bulk-owner", Label: "request.assign.to", HideLabel: true}, Prompt: "request.assign.nobody", Options: owners}}, err
}

// handlers are the people who can handle requests about a service.
func (p *requestPages) handlers(c echo.Context, service string) ([]ui.Option, error) {
	list, err := p.Accounts.Able(c.Request().Context(), actor.HandleRequests, service)
	out := make([]ui.Option, len(list))
	for i, a := range list {
		out[i] = ui.Option{Value: a.ID, Label: a.Name}
	}
	return out, err
}

// assign gives several requests to somebody.
func (p *requestPages) assign(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	ids, owner, back := f.all("id"), f.text("owner"), local(f.text("back"))
	if err := f.err(nil); err != nil {
		return err
	}
	given, err := p.Requests.GiveTo(c.Request().Context(), who(c), ids, owner)
	if err != nil {
		return err
	}
	p.flash(c, "request.flash.assigned", "count", given)
	return done(c, back)
}

// find shows the requests with an exact contact.
func (p *requestPages) find(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	ctx, by, contact := c.Request().Context(), who(c), f.text("contact")
	var list []request.Request
	err = f.err(nil)
	if err == nil {
		list, err = p.Requests.Find(ctx, by, contact)
	}
	status, said := http.StatusOK, i18n.T(ctx, "request.find.found", "count", len(list))
	wrong := messages(ctx, err)
	if err != nil && len(wrong) == 0 {
		return err
	}
	if err != nil {
		status, said = http.StatusUnprocessableEntity, ""
	}
	v := pages.RequestQueue{LabelHead: p.head(c, "request.title", "request.lead"), Find: requestFind(by, contact, wrong["contact"], said)}
	v.List.Empty = ui.EmptyView{Icon: "zoom-question", Title: "request.find.none", Text: "request.find.none.text"}
	if v.List.Rows, err = p.rows(ctx, list); err != nil {
		return err
	}
	return render(c, status, pages.RequestQueueView(v))
}

// requestPageName is what saved views of the queue belong to.
const requestPageName = "requests"

// requestViews offers the built-in views, then those people saved.
func requestViews(c echo.Context, saved []savedview.View) []pages.SavedView {
	by, present := who(c), c.QueryParams().Encode()
	var out []pages.SavedView
	add := func(name, query string) *pages.SavedView {
		v := pages.SavedView{Name: name, URL: "/requests", Current: query == present}
		if query != "" {
			v.URL += "?" + query
		}
		out = append(out, v)
		return &out[len(out)-1]
	}
	add("request.view.open", "")
	if by.May(actor.HandleRequests) {
		add("request.view.mine", "owner="+ownerMe)
	}
	add("request.view.unassigned", "owner="+request.Nobody)
	add("request.view.overdue", "due="+string(request.Overdue))
	add("request.view.soon", "due="+string(request.DueThree))
	add("request.view.decided", "show="+string(request.ShowDecided))
	for _, s := range saved {
		v := add(s.Name, s.Query)
		if v.Shared = s.Shared; s.AccountID == by.ID {
			v.RemoveURL = "/views/" + s.ID + "/remove"
		}
	}
	return out
}

// saveView names the present filter.
func (p *requestPages) saveView(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	values, err := parseQuery(f.text("query"))
	if err != nil {
		return err
	}
	values.Del("after")
	save := pages.SaveViewForm{Name: f.text("name"), Open: true}
	query := values.Encode()
	err = f.err(nil)
	if err == nil {
		_, err = p.Views.Save(c.Request().Context(), who(c), savedview.Input{Page: requestPageName, Name: save.Name, Query: query, Shared: f.checked("shared")})
	}
	if wrong := messages(c.Request().Context(), err); len(wrong) > 0 {
		for _, one := range wrong {
			save.Error = one
		}
		save.Query = query
		return p.queuePage(c, http.StatusUnprocessableEntity, save)
	}
	if err != nil {
		return err
	}
	p.flash(c, "view.flash.saved", "name", save.Name)
	if query == "" {
		return done(c, "/requests")
	}
	return done(c, "/requests?"+query)
}

// board shows requests by state.
func (p *requestPages) board(c echo.Context) error {
	ctx, by := c.Request().Context(), who(c)
	f := requestQuery(c)
	f.Number, f.Show, f.State = "", request.ShowOpen, ""
	if f.Owner == ownerMe {
		f.Owner = by.ID
	}
	found, err := p.Requests.Board(ctx, by, f)
	if err != nil {
		return err
	}
	standing, err := p.Requests.Standing(ctx, by)
	if err != nil {
		return err
	}
	v := pages.RequestBoard{LabelHead: p.head(c, "request.board", "request.board.lead"), Filter: ui.FilterView{Action: "/requests/board", ClearURL: "/requests/board", Target: "#board"}}
	selects, err := p.selects(c)
	if err != nil {
		return err
	}
	v.Filters = selects[2:] // state and decision are its columns
	for _, s := range v.Filters {
		v.Filter.Active = append(v.Filter.Active, chip(c, s)...)
	}
	var all []request.Request
	for _, s := range request.States {
		all = append(all, found[s]...)
	}
	rows, err := p.rows(ctx, all)
	if err != nil {
		return err
	}
	for _, s := range request.States[:len(request.States)-1] {
		n := len(found[s])
		col := pages.RequestColumn{State: "request.state." + string(s), Cards: rows[:n], MoreURL: requestMore(c, s)}
		if len(v.Filter.Active) == 0 { // what is kept counts everything
			col.Count = i18n.Number(ctx, standing.States[s])
		}
		rows = rows[n:]
		v.Columns = append(v.Columns, col)
	}
	return show(c, http.StatusOK, pages.RequestBoardView(v), pages.RequestBoardPanel(v))
}

// requestMore is the queue that continues a column of the board.
func requestMore(c echo.Context, s request.State) string {
	q := url.Values{"state": {string(s)}}
	for _, name := range []string{"kind", "service", "owner", "due"} {
		if v := asked(c, name); v != "" {
			q.Set(name, v)
		}
	}
	return "/requests?" + q.Encode()
}
