package web

import (
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/i18n"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// historyPage is how many events one page of a history shows.
const historyPage = 30

// history is what happened to one object, with its changes, for the object's
// own page; whoever may open that may read it. The query parameter "history"
// leads to older events.
func (s *Server) history(c echo.Context, o audit.Object) (pages.HistoryView, error) {
	before, _ := strconv.ParseInt(c.QueryParam("history"), 10, 64) // anything else starts at the newest
	list, err := s.Ledger.History(c.Request().Context(), o, before, historyPage+1)
	if err != nil {
		return pages.HistoryView{}, err
	}
	v, err := s.historyView(c, list[:min(historyPage, len(list))])
	if len(list) > historyPage {
		v.OlderURL = with(c, "history", strconv.FormatInt(list[historyPage-1].Seq, 10))
	}
	if before > 0 {
		v.NewerURL = with(c, "history", "")
	}
	return v, err
}

// with is this page's address with one query parameter changed, or without it.
func with(c echo.Context, name, value string) string {
	q := maps.Clone(c.QueryParams())
	q.Set(name, value)
	if value == "" {
		q.Del(name)
	}
	if len(q) == 0 {
		return c.Request().URL.Path
	}
	return c.Request().URL.Path + "?" + q.Encode()
}

// historyView turns events into sentences with names instead of ids, and
// their changes into words. Events without changes, as lists have them, give
// sentences only.
func (s *Server) historyView(c echo.Context, list []audit.Entry) (pages.HistoryView, error) {
	ctx := c.Request().Context()
	n, err := s.names(ctx, list)
	if err != nil {
		return pages.HistoryView{}, err
	}
	v := pages.HistoryView{Empty: "activity.history.empty", Entries: make([]pages.HistoryEntry, len(list))}
	for i, e := range list {
		v.Entries[i] = n.sentence(ctx, who(c), e)
	}
	return v, nil
}

// names knows what to call the things that events mention by id.
type names struct {
	people   map[string]string
	services map[string]string
	// questions of the scope, by id, in the reader's words
	questions map[string]string
}

// names looks up everybody and everything that events mention, in two queries.
func (s *Server) names(ctx context.Context, list []audit.Entry) (names, error) {
	ids := map[string]bool{}
	for _, e := range list {
		ids[e.Actor] = true
		for _, ch := range e.Changes {
			for _, id := range append(idsIn(ch.Before), idsIn(ch.After)...) {
				ids[id] = true
			}
		}
	}
	people, err := s.Accounts.Names(ctx, slices.Sorted(maps.Keys(ids)))
	if err != nil {
		return names{}, err
	}
	services, err := s.Register.Names(ctx)
	return names{people: people, services: services, questions: questionNames(ctx, s.Register.Catalogue(ctx))}, err
}

// idsIn gives the ids in a JSON value: a text, or a list of texts.
func idsIn(value string) []string {
	var list []string
	var one string
	if json.Unmarshal([]byte(value), &one) == nil {
		list = []string{one}
	} else if json.Unmarshal([]byte(value), &list) != nil {
		return nil
	}
	return slices.DeleteFunc(list, func(s string) bool { return !isID(s) })
}

// isID says whether s has the form of our ids: 26 characters of Crockford's
// base 32 in lower case.
func isID(s string) bool {
	return len(s) == 26 && strings.Trim(s, "0123456789abcdefghjkmnpqrstvwxyz") == ""
}

// sentence says one event.
func (n names) sentence(ctx context.Context, reader actor.Actor, e audit.Entry) pages.HistoryEntry {
	out := pages.HistoryEntry{
		ID: "e-" + strconv.FormatInt(e.Seq, 10), Who: n.actor(ctx, e.Actor), At: e.At,
		Tone: toneOf(e), Icon: iconOf(e), Object: e.Label, ObjectURL: objectURL(reader, e),
		Notes: notesOf(ctx, e.Note), Changes: n.changes(ctx, e.Changes),
	}
	if e.Object.Type != "service" {
		out.Service = n.services[e.Service]
	}
	if e.Outcome != audit.Done {
		out.Outcome = "activity.outcome." + string(e.Outcome)
	}
	out.Before, out.After, out.Object = n.words(ctx, e)
	if out.Object == "" {
		out.ObjectURL = ""
	}
	return out
}

// mark stands for the object while its sentence is written, so that the
// object can be a link; it cannot be typed (form.go refuses control characters).
const mark = "\x00"

// words gives what stands before and after the object, and the object, from
// the sentence of the action, which says {{.object}} (or {{.label}}) where the
// object goes. A sentence without a place for it has none when the event is
// about whoever acts, else it follows the sentence.
func (n names) words(ctx context.Context, e audit.Entry) (before, after, object string) {
	said := i18n.T(ctx, "activity.action."+e.Action, "object", mark, "label", mark, "service", n.services[e.Service])
	before, after, placed := strings.Cut(said, mark)
	switch {
	case placed && e.Label == "":
		return before, after, i18n.T(ctx, "field.some_record")
	case placed:
		return before, after, e.Label
	case e.Object.ID == e.Actor || e.Object.Type == "account":
		return said, "", ""
	}
	return said + " ", "", e.Label
}

// actor gives the name of who acted: a person, a part of the program, or
// somebody not signed in.
func (n names) actor(ctx context.Context, id string) string {
	if system, ok := strings.CutPrefix(id, "system:"); ok {
		if key := "activity.system." + system; i18n.Has(key) {
			return i18n.T(ctx, key)
		}
		return i18n.T(ctx, "activity.system")
	}
	if id == actor.Public().ID {
		return i18n.T(ctx, "activity.public")
	}
	if strings.HasPrefix(id, "token:") {
		return i18n.T(ctx, "activity.token")
	}
	if name := n.people[id]; name != "" {
		return name
	}
	return i18n.T(ctx, "activity.somebody")
}

func toneOf(e audit.Entry) ui.Tone {
	switch e.Outcome {
	case audit.Refused:
		return ui.Warn
	case audit.Failed:
		return ui.Bad
	}
	return ui.Neutral
}

// icons of objects by type
var typeIcons = map[string]string{
	"account": "user", "organisation": "building", "service": "apps", "regulation": "book", "figure": "ruler",
	"assessment": "clipboard-check", "evidence": "folder", "task": "list-check", "comment": "message", "view": "bookmark",
}

func iconOf(e audit.Entry) string {
	switch {
	case e.Outcome == audit.Refused:
		return "lock"
	case e.Outcome == audit.Failed:
		return "alert-circle"
	case typeIcons[e.Object.Type] != "":
		return typeIcons[e.Object.Type]
	}
	return "circle-dot"
}

// objectPages gives the page of an object by its type; a type that is not
// here has none.
var objectPages = map[string]struct {
	route string
	url   func(e audit.Entry) string
}{
	"account":      {"/admin/people/:id", func(e audit.Entry) string { return "/admin/people/" + url.PathEscape(e.Object.ID) }},
	"organisation": {"/admin/organisation", func(audit.Entry) string { return "/admin/organisation" }},
	"service":      {"/services/:id", func(e audit.Entry) string { return "/services/" + url.PathEscape(e.Object.ID) }},
	"figure":       {"/figures/:key", func(e audit.Entry) string { return figureURL(e.Object.ID) }},
	"assessment": {"/checklists/:service/:requirement", func(e audit.Entry) string {
		if e.Service == "" || e.Label == "" {
			return ""
		}
		return "/checklists/" + url.PathEscape(e.Service) + "/" + url.PathEscape(e.Label)
	}},
	"label_project":  {"/labelling/projects/:id", labelObject("projects")},
	"label_rule_set": {"/labelling/rules/:id", labelObject("rules")},
	"label_worker":   {"/labelling/people/:id", labelObject("people")},
	"label_batch":    {"/labelling/batches/:id", labelObject("batches")},
	"label_lot":      {"/labelling/lots/:id", labelObject("lots")},
	"label_stream":   {"/labelling/streams/:id", labelObject("streams")},
	"evidence":       {"/evidence/:id", func(e audit.Entry) string { return "/evidence/" + url.PathEscape(e.Object.ID) }},
}

// labelObject is the page of an object of labelling quality.
func labelObject(kind string) func(audit.Entry) string {
	return func(e audit.Entry) string { return labelURL(kind, e.Object.ID) }
}

// objectURL is where the object of an event can be seen by its reader; empty
// when it cannot.
func objectURL(reader actor.Actor, e audit.Entry) string {
	page, ok := objectPages[e.Object.Type]
	if !ok || e.Object.ID == "" || !mayOpen(reader, page.route) {
		return ""
	}
	return page.url(e)
}

// mayOpen says whether a person's role opens a page, named by its route;
// what the parameters of the route are called does not count.
func mayOpen(by actor.Actor, route string) bool {
	p, ok := pagePermissions()[parameter.ReplaceAllString(route, ":")]
	return ok && by.May(p)
}

var parameter = regexp.MustCompile(`:[a-z]+`)
