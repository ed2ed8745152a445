package audit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/problem"
)

// PeopleTypes are the object types of people and settings. Their events are
// shown to those with ReadPeopleLog, all others to those with ReadActivity.
var PeopleTypes = []string{"account", "organisation"}

// workTypes keeps the events of all other types. It is written as the partial
// index has it, so that lists of work walk past no sign-ins.
const workTypes = "object_type NOT IN ('account', 'organisation')"

// Activity lists the events that a person may see, newest first: with
// ReadPeopleLog those about people and settings, with ReadActivity those about
// compliance in the services of their scope.
func (l *Ledger) Activity(ctx context.Context, by actor.Actor, f Filter) ([]Entry, error) {
	rows, err := l.find(ctx, visible(by), f)
	if err != nil {
		return nil, err
	}
	return l.entries(ctx, rows, brief)
}

// Event gives one event with the changes of its rows. It returns NotFound
// when there is none or the person may not see it. Personal data of people is
// left out for auditors, who read everything else.
func (l *Ledger) Event(ctx context.Context, by actor.Actor, seq int64) (Entry, error) {
	none := problem.New(problem.NotFound, "activity.not_found")
	for _, b := range visible(by) {
		var row eventRow
		err := b.on(l.Read(ctx).Where("seq = ?", seq)).Take(&row).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			continue
		}
		if err != nil {
			return Entry{}, fmt.Errorf("read event: %w", err)
		}
		list, err := l.entries(ctx, []eventRow{row}, whole)
		if err != nil {
			return Entry{}, err
		}
		return l.discreet(list, by)[0], nil
	}
	return Entry{}, none
}

// discreet takes the values of personal columns out of entries for auditors.
func (l *Ledger) discreet(list []Entry, by actor.Actor) []Entry {
	if !by.Has(actor.Auditor) {
		return list
	}
	for i := range list {
		for j, c := range list[i].Changes {
			if t := l.tables[c.Table]; t != nil && t.personal[c.Field] {
				list[i].Changes[j].Before, list[i].Changes[j].After, list[i].Changes[j].Hidden = "", "", true
			}
		}
	}
	return list
}

// branch is a set of conditions that all hold. A list is asked for as the
// union of branches, each of which walks an index in the order of the list:
// "object_type IN (…) ORDER BY seq" would have to sort, or to pass over all
// events of other types.
type branch []condition

type condition struct {
	sql  string
	args []any
}

func where(sql string, args ...any) condition { return condition{sql, args} }

func (b branch) on(q *gorm.DB) *gorm.DB {
	for _, c := range b {
		q = q.Where(c.sql, c.args...)
	}
	return q
}

// and gives the branch with more conditions.
func (b branch) and(more ...condition) branch { return append(slices.Clone(b), more...) }

// visible gives the branches of events that a person may see; none when there
// is nothing for them.
func visible(by actor.Actor) []branch {
	all, people := by.May(actor.ReadActivity), by.May(actor.ReadPeopleLog)
	switch {
	case all && people && by.AllServices:
		return []branch{{}}
	case !all && !people:
		return nil
	}
	var out []branch
	if people {
		for _, t := range PeopleTypes {
			out = append(out, branch{where("object_type = ?", t)})
		}
	}
	work := where(workTypes)
	if all && by.AllServices {
		out = append(out, branch{work})
	} else if all {
		for _, service := range append([]string{""}, by.Services...) {
			out = append(out, branch{where("service = ?", service), work})
		}
	}
	return out
}

// find lists the events of any of the branches that pass the filter.
func (l *Ledger) find(ctx context.Context, branches []branch, f Filter) ([]eventRow, error) {
	if len(branches) == 0 {
		return nil, nil
	}
	more, err := l.conditions(ctx, f)
	if err != nil {
		return nil, err
	}
	branches = split(split(branches, "action = ?", f.Actions), "object_type = ?", f.Types)
	parts := make([]string, len(branches))
	args := make([]any, len(branches))
	for i, b := range branches {
		parts[i] = "SELECT * FROM (?) AS part"
		args[i] = b.and(more...).on(l.Read(ctx).Model(&eventRow{})).Order("seq DESC").Limit(f.Limit)
	}
	var rows []eventRow
	sql := strings.Join(parts, " UNION ALL ") + " ORDER BY seq DESC LIMIT ?"
	if err := l.Read(ctx).Raw(sql, append(args, f.Limit)...).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("find events: %w", err)
	}
	return rows, nil
}

// maxBranches bounds one statement; beyond it a list is an IN.
const maxBranches = 60

// split makes a branch per value, so that each can walk the value's index.
func split(branches []branch, equals string, values []string) []branch {
	if len(values) == 0 {
		return branches
	}
	if len(branches)*len(values) > maxBranches {
		in := where(strings.Replace(equals, "= ?", "IN ?", 1), values)
		for i, b := range branches {
			branches[i] = b.and(in)
		}
		return branches
	}
	var out []branch
	for _, b := range branches {
		for _, v := range values {
			out = append(out, b.and(where(equals, v)))
		}
	}
	return out
}

// conditions are those of a filter that hold for every branch.
func (l *Ledger) conditions(ctx context.Context, f Filter) ([]condition, error) {
	var out []condition
	for _, c := range []struct {
		on  bool
		sql string
		arg any
	}{
		{f.Actor != "", "actor = ?", f.Actor},
		{f.ObjectID != "", "object_id = ?", f.ObjectID},
		{f.Service != "", "service = ?", f.Service},
		{f.Outcome == Done, "outcome = ?", f.Outcome},
		{f.Outcome != Done && f.Outcome != "", "outcome <> 'done' AND outcome = ?", f.Outcome}, // as the partial index says it
		{!f.From.IsZero(), "COALESCE(at, at) >= ?", f.From},                                    // not by the index on at: bounds gives numbers, in the list's order
		{!f.To.IsZero(), "COALESCE(at, at) < ?", f.To},
		{f.Before > 0, "seq < ?", f.Before},
	} {
		if c.on {
			out = append(out, where(c.sql, c.arg))
		}
	}
	bounds, err := l.bounds(ctx, f)
	return append(out, bounds...), err
}

// skew is how far a machine's clock is trusted to go back between two events.
const skew = time.Hour

// bounds turns a range of time into one of sequence numbers, which lists are
// ordered by: an old week is found without walking through all that followed.
func (l *Ledger) bounds(ctx context.Context, f Filter) ([]condition, error) {
	var out []condition
	for _, b := range []struct {
		at  time.Time
		sql string
	}{{sub(f.From, skew), "seq >= ?"}, {sub(f.To, -skew), "seq < ?"}} {
		if b.at.IsZero() {
			continue
		}
		var first []int64
		err := l.Read(ctx).Model(&eventRow{}).Where("at >= ?", b.at).Order("at, seq").Limit(1).Pluck("seq", &first).Error
		if err != nil {
			return nil, fmt.Errorf("find first event of a day: %w", err)
		}
		if len(first) == 1 {
			out = append(out, where(b.sql, first[0]))
		}
	}
	return out, nil
}

func sub(t time.Time, d time.Duration) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(-d)
}

// place is where a state of a row is written down.
type place struct {
	Name  string
	Event string
	Seq   int64
}

// earlier gives, for each row part of the events, the state before: the body
// of the same part in the event that last changed the row.
func (l *Ledger) earlier(ctx context.Context, rows []eventRow, parts []partRow) (map[Part][]byte, error) {
	seqs := make(map[string]int64, len(rows))
	for _, r := range rows {
		seqs[r.Event] = r.Seq
	}
	var names []string
	for _, p := range parts {
		if strings.HasPrefix(p.Name, rowPrefix) {
			names = append(names, p.Name)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) == 0 {
		return nil, nil
	}
	var places []place
	err := l.Read(ctx).Table("ledger_part AS p").Joins("JOIN ledger_event AS e ON e.event = p.event").
		Where("p.name IN ? AND p.name LIKE 'row/%'", names).Select("p.name, p.event, e.seq").Scan(&places).Error
	if err != nil {
		return nil, fmt.Errorf("find earlier states: %w", err)
	}
	slices.SortFunc(places, func(a, b place) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Seq, b.Seq)) })
	previous := map[Part]Part{}
	for i, p := range places {
		if _, asked := seqs[p.Event]; asked && i > 0 && places[i-1].Name == p.Name {
			previous[Part{p.Event, p.Name}] = Part{places[i-1].Event, p.Name}
		}
	}
	return l.bodies(ctx, previous)
}

// bodies reads the parts that others point to.
func (l *Ledger) bodies(ctx context.Context, previous map[Part]Part) (map[Part][]byte, error) {
	out := make(map[Part][]byte, len(previous))
	if len(previous) == 0 {
		return out, nil
	}
	pairs := make([][]any, 0, len(previous))
	for _, p := range previous {
		pairs = append(pairs, []any{p.Event, p.Name})
	}
	var list []partRow
	if err := l.Read(ctx).Where("(event, name) IN ?", pairs).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read earlier states: %w", err)
	}
	found := make(map[Part][]byte, len(list))
	for _, p := range list {
		found[Part{p.Event, p.Name}] = p.Body
	}
	for now, before := range previous {
		out[now] = found[before]
	}
	return out, nil
}
