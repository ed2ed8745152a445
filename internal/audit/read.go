package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
)

// Entry is an event as pages show it.
type Entry struct {
	Seq     int64
	Event   string
	At      time.Time
	Actor   string
	Action  string
	Object  Object
	Service string
	Outcome Outcome
	Label   string // empty when there was none or it was erased
	Changes []Change
	Note    json.RawMessage
	// Detailed says that there are changes or a note, also when only lists
	// were asked for, which leave them out.
	Detailed bool
}

// Change is one column of one row before and after an event, as JSON.
// Before is empty when the row is new to the ledger. Hidden says that the
// values were left out as personal data.
type Change struct {
	Table, ID, Field string
	Before, After    string
	Hidden           bool
}

// Filter narrows the activity list; empty fields do not.
type Filter struct {
	Actor    string
	Actions  []string // any of these
	Types    []string // object types: any of these
	ObjectID string
	Service  string
	Outcome  Outcome
	From, To time.Time // from the first to before the second
	Before   int64     // events older than this sequence number; 0 starts at the newest
	Limit    int
}

// Find lists events of all kinds, newest first, for the program itself; what
// a person may see is asked with Activity.
func (l *Ledger) Find(ctx context.Context, f Filter) ([]Entry, error) {
	rows, err := l.find(ctx, []branch{{}}, f)
	if err != nil {
		return nil, err
	}
	return l.entries(ctx, rows, brief)
}

// History lists what happened to one object, newest first, with the changes
// of its rows. before is a sequence number, or 0.
func (l *Ledger) History(ctx context.Context, o Object, before int64, limit int) ([]Entry, error) {
	q := l.Read(ctx).Where("object_type = ? AND object_id = ?", o.Type, o.ID)
	if before > 0 {
		q = q.Where("seq < ?", before)
	}
	var rows []eventRow
	if err := q.Order("seq DESC").Limit(limit).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read history: %w", err)
	}
	return l.entries(ctx, rows, whole)
}

// How much of an event is read: its label and whether there is more, or all of
// it with what it changed.
const (
	brief = false
	whole = true
)

// entries adds the parts to events.
func (l *Ledger) entries(ctx context.Context, rows []eventRow, all bool) ([]Entry, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	parts, err := l.parts(ctx, rows, all)
	if err != nil {
		return nil, err
	}
	var before map[Part][]byte
	if all {
		if before, err = l.earlier(ctx, rows, parts); err != nil {
			return nil, err
		}
	}
	byEvent := map[string][]partRow{}
	for _, p := range parts {
		byEvent[p.Event] = append(byEvent[p.Event], p)
	}
	out := make([]Entry, len(rows))
	for i, r := range rows {
		out[i] = Entry{Seq: r.Seq, Event: r.Event, At: r.At, Actor: r.Actor, Action: r.Action,
			Object: Object{r.ObjectType, r.ObjectID}, Service: r.Service, Outcome: r.Outcome}
		for _, p := range byEvent[r.Event] {
			out[i].take(p, before[Part{p.Event, p.Name}])
		}
	}
	return out, nil
}

func (l *Ledger) parts(ctx context.Context, rows []eventRow, all bool) ([]partRow, error) {
	events := make([]string, len(rows))
	for i, r := range rows {
		events[i] = r.Event
	}
	q := l.Read(ctx).Where("event IN ?", events)
	if !all {
		q = q.Select("event, name, CASE WHEN name = 'label' THEN body END AS body")
	}
	var parts []partRow
	if err := q.Order("event, name").Find(&parts).Error; err != nil {
		return nil, fmt.Errorf("read event parts: %w", err)
	}
	return parts, nil
}

// rowPrefix starts the names of parts that hold rows.
const rowPrefix = "row/"

func (e *Entry) take(p partRow, before []byte) {
	switch {
	case p.Name == "label":
		e.Label = string(p.Body)
	case p.Name == "note":
		e.Note, e.Detailed = p.Body, true
	case strings.HasPrefix(p.Name, rowPrefix):
		e.Detailed = true
		var was, is map[string]json.RawMessage
		if json.Unmarshal(p.Body, &is) != nil {
			return // erased
		}
		_ = json.Unmarshal(before, &was) // nothing before, or erased: the row reads as new
		e.Changes = append(e.Changes, changes(p.Name, was, is)...)
	}
}

func changes(name string, before, after map[string]json.RawMessage) []Change {
	_, rest, _ := strings.Cut(name, "/")
	tableName, id, _ := strings.Cut(rest, "/")
	keys := make([]string, 0, len(after))
	for k := range after {
		keys = append(keys, k)
	}
	for k := range before {
		if _, ok := after[k]; !ok {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	var out []Change
	for _, k := range keys {
		if b, a := string(before[k]), string(after[k]); a != b {
			out = append(out, Change{Table: tableName, ID: id, Field: k, Before: b, After: a})
		}
	}
	return out
}

// Size is how many events the ledger has.
func (l *Ledger) Size(ctx context.Context) (int64, error) {
	var head headRow
	err := l.Read(ctx).Take(&head).Error
	return head.Size, err
}

// Parts lists what the events of an object hold that was not erased, oldest
// first, for whoever has to erase it.
func (l *Ledger) Parts(tx *gorm.DB, o Object) ([]Part, error) {
	var out []Part
	err := tx.Model(&partRow{}).Select("ledger_part.event, ledger_part.name").
		Joins("JOIN ledger_event AS e ON e.event = ledger_part.event").
		Where("e.object_type = ? AND e.object_id = ? AND ledger_part.body IS NOT NULL", o.Type, o.ID).
		Order("e.seq, ledger_part.name").Scan(&out).Error
	if err != nil {
		return nil, fmt.Errorf("list parts: %w", err)
	}
	return out, nil
}
