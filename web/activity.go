package web

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// activityPages show the ledger as sentences. The ledger decides which events
// a person may see.
type activityPages struct{ *Server }

// activityFilter is what the address of the activity page asks for, as typed.
type activityFilter struct {
	person, action, object, service, outcome, from, to string
}

func readActivityFilter(c echo.Context) activityFilter {
	q := func(name string) string {
		if s := strings.TrimSpace(c.QueryParam(name)); clean(s, false) {
			return s
		}
		return ""
	}
	return activityFilter{person: q("person"), action: q("action"), object: q("type"), service: q("service"), outcome: q("outcome"),
		from: q("from"), to: q("to")}
}

// ledger is the filter as the ledger takes it, and what is wrong with it.
func (f activityFilter) ledger() (audit.Filter, error) {
	var wrong problem.Fields
	date := func(name, s string) day.Date {
		d, ok := day.Parse(s)
		if !ok {
			wrong.Add(name, "form.date.invalid")
		}
		return d
	}
	out := audit.Filter{Actor: f.person, Service: f.service, Outcome: audit.Outcome(f.outcome)}
	out.From, out.To = date("from", f.from).Time(), date("to", f.to).Add(1).Time()
	if f.object != "" {
		out.Types = []string{f.object}
	}
	if f.action != "" {
		out.Actions = actionsOf(f.action)
	}
	return out, wrong.Err()
}

// actionKey starts the keys of the sentences of actions.
const actionKey = "activity.action."

// actionsOf gives the actions that a filter names: one, or with a dot at the
// end all of a group.
func actionsOf(name string) []string {
	if !strings.HasSuffix(name, ".") {
		return []string{name}
	}
	keys := i18n.Keys(actionKey + name)
	if len(keys) == 0 {
		return []string{name} // matches nothing
	}
	for i, k := range keys {
		keys[i] = strings.TrimPrefix(k, actionKey)
	}
	return keys
}

// activityPage is how many events one page shows.
const activityPage = 50

func (p *activityPages) list(c echo.Context) error {
	ctx := c.Request().Context()
	typed := readActivityFilter(c)
	filter, wrong := typed.ledger()
	filter.Before, _ = strconv.ParseInt(c.QueryParam("before"), 10, 64) // anything else starts at the newest
	filter.Limit = activityPage + 1
	found, err := p.Ledger.Activity(ctx, who(c), filter)
	if err != nil {
		return err
	}
	v := pages.ActivityView{MayReadRights: mayOpen(who(c), "/admin/routes"), ExportURL: exportURL(c), Errors: messages(ctx, wrong)}
	if v.History, err = p.historyView(c, found[:min(activityPage, len(found))]); err != nil {
		return err
	}
	for i, e := range found[:min(activityPage, len(found))] {
		if e.Detailed {
			v.History.Entries[i].DetailURL = "/activity/" + strconv.FormatInt(e.Seq, 10)
		}
	}
	if len(found) > activityPage {
		v.History.OlderURL = with(c, "before", strconv.FormatInt(found[activityPage-1].Seq, 10))
	}
	if filter.Before > 0 {
		v.History.NewerURL = with(c, "before", "")
	}
	if err := p.filters(c, typed, &v); err != nil {
		return err
	}
	v.Frame = p.frame(c, "activity.title")
	status := http.StatusOK
	if wrong != nil {
		status = http.StatusUnprocessableEntity
	}
	return show(c, status, pages.Activity(v), pages.ActivityPanel(v))
}

// exportURL is the export of what the page shows.
func exportURL(c echo.Context) string {
	q := maps.Clone(c.QueryParams())
	q.Del("before")
	return strings.TrimSuffix("/activity/export?"+q.Encode(), "?")
}

// filters fills in the fields of the filter bar and the chips of those in
// force.
func (p *activityPages) filters(c echo.Context, f activityFilter, v *pages.ActivityView) error {
	ctx, by := c.Request().Context(), who(c)
	people, err := p.Accounts.Everybody(ctx)
	if err != nil {
		return err
	}
	services, err := p.Register.Names(ctx)
	if err != nil {
		return err
	}
	v.From, v.To = f.from, f.to
	v.Person = choice("person", "activity.who", "activity.any.person", f.person)
	for _, a := range people {
		v.Person.Options = append(v.Person.Options, ui.Option{Value: a.ID, Label: a.Name})
	}
	v.Action = choice("action", "activity.what", "activity.any.action", f.action)
	v.Action.Options = offered(ctx, by, "actions", actionOptions)
	v.Type = choice("type", "activity.object_type", "activity.any.type", f.object)
	v.Type.Options = offered(ctx, by, "types", typeOptions)
	v.Service = choice("service", "activity.service", "activity.any.service", f.service)
	for _, id := range slices.SortedFunc(maps.Keys(services), func(a, b string) int { return strings.Compare(services[a], services[b]) }) {
		if by.SeesService(id) && by.May(actor.ReadActivity) {
			v.Service.Options = append(v.Service.Options, ui.Option{Value: id, Label: services[id]})
		}
	}
	v.Outcome = choice("outcome", "activity.outcome", "activity.any.outcome", f.outcome)
	for _, o := range []audit.Outcome{audit.Done, audit.Refused, audit.Failed} {
		v.Outcome.Options = append(v.Outcome.Options, ui.Option{Value: string(o), Label: "activity.outcome." + string(o)})
	}
	v.Filter = ui.FilterView{Action: "/activity", ClearURL: "/activity", Target: "#activity"}
	for _, one := range []ui.Choice{v.Person, v.Action, v.Type, v.Service, v.Outcome} {
		v.Filter.Active = append(v.Filter.Active, chip(c, one)...)
	}
	for name, label := range map[string]string{"from": "activity.from", "to": "activity.to"} {
		value := c.QueryParam(name)
		if _, ok := day.Parse(value); ok && value != "" {
			v.Filter.Active = append(v.Filter.Active, ui.FilterChip{
				Label:     i18n.T(ctx, "activity.chip", "name", i18n.T(ctx, label), "value", i18n.Date(ctx, day.Date(value))),
				RemoveURL: with(c, name, ""),
			})
		}
	}
	slices.SortFunc(v.Filter.Active, func(a, b ui.FilterChip) int { return strings.Compare(a.Label, b.Label) })
	return nil
}

// offer is what the words of a list to choose from depend on.
type offer struct {
	list         string
	lang         string
	work, people bool
}

var offers sync.Map // of lists of options, made once each

// offered gives a list of options that follows from the language and from what
// the person may read.
func offered(ctx context.Context, by actor.Actor, list string, options func(context.Context, actor.Actor) []ui.Option) []ui.Option {
	key := offer{list, i18n.Lang(ctx), mayReadGroup(by, false), mayReadGroup(by, true)}
	if kept, ok := offers.Load(key); ok {
		return kept.([]ui.Option) //nolint:forcetypeassert // nothing else is stored
	}
	out := options(ctx, by)
	offers.Store(key, out)
	return out
}

func choice(name, label, prompt, value string) ui.Choice {
	return ui.Choice{Field: ui.Field{Name: name, Label: label, Value: value}, Prompt: prompt}
}

// chip is the filter in force of a select, if one is.
func chip(c echo.Context, s ui.Choice) []ui.FilterChip {
	ctx := c.Request().Context()
	for _, o := range s.Options {
		if s.Value != "" && o.Value == s.Value {
			label := i18n.T(ctx, "activity.chip", "name", i18n.T(ctx, s.Label), "value", i18n.Text(ctx, o.Label))
			return []ui.FilterChip{{Label: label, RemoveURL: with(c, s.Name, "")}}
		}
	}
	return nil
}

// peopleGroups are the groups of actions about people and settings.
var peopleGroups = []string{"account", "access", "organisation"}

// actionOptions lists the actions by group, those of events that the person
// may see.
func actionOptions(ctx context.Context, by actor.Actor) []ui.Option {
	var out []ui.Option
	last := ""
	for _, key := range i18n.Keys(actionKey) {
		action := strings.TrimPrefix(key, actionKey)
		group, _, _ := strings.Cut(action, ".")
		if !mayReadGroup(by, slices.Contains(peopleGroups, group)) {
			continue
		}
		name := groupName(ctx, group)
		if group != last {
			out = append(out, ui.Option{Value: group + ".", Label: i18n.T(ctx, "activity.all_of", "name", name), Group: name})
		}
		last = group
		said := i18n.T(ctx, key, "object", "…", "label", "…", "service", "…")
		out = append(out, ui.Option{Value: action, Label: said, Group: name})
	}
	return out
}

func mayReadGroup(by actor.Actor, people bool) bool {
	if people {
		return by.May(actor.ReadPeopleLog)
	}
	return by.May(actor.ReadActivity)
}

// groupName names a group of actions; one without a name keeps its own.
func groupName(ctx context.Context, group string) string {
	if key := "activity.group." + group; i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	return group
}

func typeOptions(ctx context.Context, by actor.Actor) []ui.Option {
	var out []ui.Option
	for _, key := range i18n.Keys("activity.type.") {
		name := strings.TrimPrefix(key, "activity.type.")
		if mayReadGroup(by, slices.Contains(audit.PeopleTypes, name)) {
			out = append(out, ui.Option{Value: name, Label: i18n.T(ctx, key)})
		}
	}
	return out
}

// one shows a single event with what it changed.
func (p *activityPages) one(c echo.Context) error {
	ctx := c.Request().Context()
	seq, err := strconv.ParseInt(c.Param("seq"), 10, 64)
	if err != nil {
		return problem.New(problem.NotFound, "activity.not_found")
	}
	e, err := p.Ledger.Event(ctx, who(c), seq)
	if err != nil {
		return err
	}
	h, err := p.historyView(c, []audit.Entry{e})
	if err != nil {
		return err
	}
	number := strconv.FormatInt(seq, 10)
	entry := h.Entries[0]
	entry.Reference = number
	v := pages.ActivityEntryView{Entry: entry, Unchanged: len(entry.Changes) == 0 && len(entry.Notes) == 0}
	v.Frame = p.frame(c, i18n.T(ctx, "activity.entry.title", "number", number), layout.Crumb{Label: "activity.title", URL: "/activity"})
	return show(c, http.StatusOK, pages.ActivityEntry(v), pages.ActivityEntryPart(v))
}

// exportLimit is the greatest number of events in one export.
const exportLimit = 100_000

// export streams the events of the filter as CSV, newest first.
func (p *activityPages) export(c echo.Context) error {
	filter, err := readActivityFilter(c).ledger()
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	services, err := p.Register.Names(ctx)
	if err != nil {
		return err
	}
	const step = 1000
	filter.Limit = step
	w := startCSV(c, "activity-"+string(day.Of(p.Ledger.Now()))+".csv")
	w.row(i18n.T(ctx, "activity.number"), i18n.T(ctx, "activity.when"), i18n.T(ctx, "activity.who"), i18n.T(ctx, "activity.what"),
		i18n.T(ctx, "activity.object_type"), i18n.T(ctx, "activity.object"), i18n.T(ctx, "activity.object_id"),
		i18n.T(ctx, "activity.service"), i18n.T(ctx, "activity.outcome"))
	for sent := 0; sent < exportLimit; sent += step {
		list, err := p.Ledger.Activity(ctx, who(c), filter)
		if err != nil {
			return w.abort(err)
		}
		n, err := p.names(ctx, list)
		if err != nil {
			return w.abort(err)
		}
		n.services = services
		for _, e := range list {
			w.row(n.csvRow(ctx, e)...)
		}
		if len(list) < step || w.failed() {
			break
		}
		filter.Before = list[len(list)-1].Seq
	}
	return w.close()
}

func (n names) csvRow(ctx context.Context, e audit.Entry) []string {
	before, after, object := n.words(ctx, e)
	kind := e.Object.Type
	if key := "activity.type." + kind; i18n.Has(key) {
		kind = i18n.T(ctx, key)
	}
	return []string{strconv.FormatInt(e.Seq, 10), i18n.DateTime(ctx, e.At), n.actor(ctx, e.Actor), strings.TrimSpace(before + object + after),
		kind, e.Label, e.Object.ID, n.services[e.Service], i18n.T(ctx, "activity.outcome."+string(e.Outcome))}
}

// attachment names a file for the browser to save (RFC 6266, RFC 5987).
func attachment(name string) string { return "attachment; filename*=UTF-8''" + url.PathEscape(name) }
