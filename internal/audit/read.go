package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
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
}

// Change is one column of one row before and after an event, as JSON.
// Before is empty when the row is new to the ledger.
type Change struct {
	Table, ID, Field string
	Before, After    string
}

// Filter narrows the activity list; empty fields do not.
type Filter struct {
	Actor    string
	Action   string   // an action, or its first half with a dot: "evidence."
	Types    []string // object types
	ObjectID string
	Service  string
	Services []string // when not nil: only events of these services, or of none
	From, To time.Time
	Before   int64 // events older than this sequence number; 0 starts at the newest
	Limit    int
}

// Find lists events, newest first.
func (l *Ledger) Find(ctx context.Context, f Filter) ([]Entry, error) {
	q := l.Read(ctx).Model(&eventRow{})
	for _, c := range []struct {
		on  bool
		sql string
		arg any
	}{
		{f.Actor != "", "actor = ?", f.Actor},
		{f.Action != "" && !strings.HasSuffix(f.Action, "."), "action = ?", f.Action},
		{strings.HasSuffix(f.Action, "."), "action LIKE ?", f.Action + "%"},
		{len(f.Types) > 0, "object_type IN ?", f.Types},
		{f.ObjectID != "", "object_id = ?", f.ObjectID},
		{f.Service != "", "service = ?", f.Service},
		{f.Services != nil, "service IN ?", append([]string{""}, f.Services...)},
		{!f.From.IsZero(), "at >= ?", f.From},
		{!f.To.IsZero(), "at < ?", f.To},
		{f.Before > 0, "seq < ?", f.Before},
	} {
		if c.on {
			q = q.Where(c.sql, c.arg)
		}
	}
	var rows []eventRow
	if err := q.Order("seq DESC").Limit(f.Limit).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("find events: %w", err)
	}
	return l.entries(ctx, rows, "label")
}

// History lists what happened to one object, newest first, with the changes
// of its rows. before is a sequence number, or 0.
func (l *Ledger) History(ctx context.Context, o Object, before int64, limit int) ([]Entry, error) {
	q := l.Read(ctx).Where("object_type = ? AND object_id = ?", o.Type, o.ID)
	if before > 0 {
		q = q.Where("seq < ?", before)
	}
	var rows []eventRow
	// one more than asked for: the state that the oldest shown event changed
	if err := q.Order("seq DESC").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read history: %w", err)
	}
	list, err := l.entries(ctx, rows, "")
	if err != nil {
		return nil, err
	}
	return list[:min(limit, len(list))], nil
}

// entries adds the parts to events: only the named one, or all with changes.
func (l *Ledger) entries(ctx context.Context, rows []eventRow, only string) ([]Entry, error) {
	events := make([]string, len(rows))
	for i, r := range rows {
		events[i] = r.Event
	}
	var parts []partRow
	q := l.Read(ctx).Where("event IN ?", events)
	if only != "" {
		q = q.Where("name = ?", only)
	}
	if err := q.Find(&parts).Error; err != nil {
		return nil, fmt.Errorf("read event parts: %w", err)
	}
	byEvent := map[string][]partRow{}
	for _, p := range parts {
		byEvent[p.Event] = append(byEvent[p.Event], p)
	}
	out := make([]Entry, len(rows))
	last := map[string]map[string]json.RawMessage{}
	for i, r := range slices.Backward(rows) { // oldest first, to compare each state with the one before
		e := Entry{Seq: r.Seq, Event: r.Event, At: r.At, Actor: r.Actor, Action: r.Action,
			Object: Object{r.ObjectType, r.ObjectID}, Service: r.Service, Outcome: r.Outcome}
		for _, p := range byEvent[r.Event] {
			e.take(p, last)
		}
		out[i] = e
	}
	return out, nil
}

func (e *Entry) take(p partRow, last map[string]map[string]json.RawMessage) {
	switch {
	case p.Name == "label":
		e.Label = string(p.Body)
	case p.Name == "note":
		e.Note = p.Body
	case strings.HasPrefix(p.Name, "row/"):
		var now map[string]json.RawMessage
		if json.Unmarshal(p.Body, &now) != nil {
			return // erased
		}
		e.Changes = append(e.Changes, changes(p.Name, last[p.Name], now)...)
		last[p.Name] = now
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
