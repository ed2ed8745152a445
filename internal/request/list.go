package request

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/day"
	"hegui/internal/problem"
)

// Show says which requests a list is about.
type Show string

// The kinds of list.
const (
	ShowOpen    Show = ""        // by due day, those without one last
	ShowAll     Show = "all"     // newest first
	ShowDecided Show = "decided" // newest first
)

// Shows in the order they are offered.
var Shows = []Show{ShowOpen, ShowDecided, ShowAll}

// Due narrows open requests by their deadline.
type Due string

// What can be asked of a deadline.
const (
	AnyDue     Due = ""
	Overdue    Due = "overdue"
	DueToday   Due = "today"
	DueThree   Due = "soon" // within three days
	StandsOnly Due = "none" // the clock stands still
)

// Dues in the order they are offered.
var Dues = []Due{Overdue, DueToday, DueThree, StandsOnly}

// Nobody as an owner asks for requests that nobody has.
const Nobody = "none"

// Filter narrows a list of requests. After is the place of the last row of
// the page before, as Place gives it.
type Filter struct {
	Show    Show
	State   State
	Kind    Kind
	Service string
	Owner   string
	Due     Due
	Number  string // or how it begins
	After   string
	Limit   int
}

// dated says whether the list goes by due day.
func (f Filter) dated() bool { return f.Show == ShowOpen && (f.State == "" || f.State.Open()) }

// Place is where a row stands in a list with this filter.
func (f Filter) Place(r Request) string {
	if f.dated() {
		return string(r.Due) + "_" + r.ID
	}
	return r.ID
}

// List gives a page of requests in the person's services. Nothing in it is
// personal.
func (s *Service) List(ctx context.Context, by actor.Actor, f Filter) ([]Request, error) {
	if !by.May(actor.ReadRequests) {
		return nil, problem.New(problem.Forbidden, "error.role")
	}
	base := func() *gorm.DB { return s.narrow(scope(s.ledger.Read(ctx), by), f) }
	if !f.dated() {
		q := base().Order("id DESC")
		if f.After != "" {
			q = q.Where("id < ?", f.After)
		}
		return read(q, f.Limit)
	}
	due, after, _ := strings.Cut(f.After, "_")
	var out []Request
	if f.After == "" || due != "" {
		q := base().Where("due > ''").Order("due, id")
		if f.After != "" {
			q = q.Where("(due, id) > (?, ?)", due, after)
		}
		list, err := read(q, f.Limit)
		if err != nil || len(list) == f.Limit || f.Due == Overdue || f.Due == DueToday || f.Due == DueThree {
			return list, err
		}
		out, after = list, ""
	}
	rest, err := read(base().Where("due = '' AND id > ?", after).Order("due, id"), f.Limit-len(out))
	return append(out, rest...), err
}

func read(q *gorm.DB, limit int) (list []Request, err error) {
	if err := q.Omit("name", "contact", "account", "details", "words", "track_hash").Limit(limit).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("list requests: %w", err)
	}
	return list, nil
}

// narrow puts the filter into a query.
func (s *Service) narrow(q *gorm.DB, f Filter) *gorm.DB {
	switch {
	case f.State != "" && f.State.Open():
		q = q.Where("state = ? AND state IN "+openSQL, f.State)
	case f.State != "":
		q = q.Where("state = ?", f.State)
	case f.Show == ShowOpen:
		q = q.Where("state IN " + openSQL)
	case f.Show == ShowDecided:
		q = q.Where("state NOT IN " + openSQL)
	}
	if f.Kind != "" {
		q = q.Where("kind = ?", f.Kind)
	}
	if f.Service != "" {
		q = q.Where("service_id = ?", f.Service)
	}
	switch f.Owner {
	case "":
	case Nobody:
		q = q.Where("owner_id = ''")
	default:
		q = q.Where("owner_id = ?", f.Owner)
	}
	if n := strings.ToUpper(strings.TrimSpace(f.Number)); n != "" {
		q = q.Where("number >= ? AND number < ?", n, n+"~")
	}
	return dueIn(q, f.Due, s.Today())
}

func dueIn(q *gorm.DB, d Due, today day.Date) *gorm.DB {
	switch d {
	case Overdue:
		return q.Where("due > '' AND due < ?", today)
	case DueToday:
		return q.Where("due = ?", today)
	case DueThree:
		return q.Where("due >= ? AND due <= ?", today, today.Add(soonDays))
	case StandsOnly:
		return q.Where("due = ''")
	}
	return q
}

// onBoard is how many cards a column of the board shows.
const onBoard = 15

// Board gives the requests of each open state that are due first, and those
// decided last.
func (s *Service) Board(ctx context.Context, by actor.Actor, f Filter) (map[State][]Request, error) {
	out := map[State][]Request{}
	for _, state := range []State{Received, Checking, InProgress, Waiting, Answered, Refused, Closed} {
		f.State, f.Show, f.Limit, f.After = state, ShowOpen, onBoard, ""
		if !state.Open() {
			f.Show, f.Limit = ShowDecided, onBoard/3
		}
		list, err := s.List(ctx, by, f)
		if err != nil {
			return nil, err
		}
		out[state] = list
	}
	return out, nil
}
