package audit

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
	"gorm.io/gorm"

	"hegui/internal/actor"
)

// batch is how many ledger rows one INSERT carries; SQLite allows 32,766
// values in a statement, and a row has at most nine.
const batch = 1000

// append writes the events' parts, then takes the head and adds the leaves:
// the head row is held for as short a time as can be.
func (l *Ledger) append(tx *gorm.DB, by actor.Actor, w *write, events []Event) error {
	leaves, parts, err := l.prepare(tx, by, w, events)
	if err != nil {
		return err
	}
	if len(parts) > 0 {
		if err := tx.CreateInBatches(parts, batch).Error; err != nil {
			return fmt.Errorf("write ledger parts: %w", err)
		}
	}
	return l.extend(tx, leaves)
}

// prepare turns events into leaves without numbers, and their parts.
func (l *Ledger) prepare(tx *gorm.DB, by actor.Actor, w *write, events []Event) ([]leaf, []partRow, error) {
	bodies, err := l.readBack(tx, w, events)
	if err != nil {
		return nil, nil, err
	}
	leaves := make([]leaf, len(events))
	var parts []partRow
	for i, e := range events {
		if e.Action == "" || e.Object.Type == "" {
			return nil, nil, errors.New("audit: an event without action or object")
		}
		if e.Outcome == "" {
			e.Outcome = Done
		}
		lf := leaf{V: 1, ID: l.NewID(), Actor: by.ID, Action: e.Action, Type: e.Object.Type, Object: e.Object.ID,
			Service: e.Service, Outcome: e.Outcome, Parts: map[string]string{}}
		for _, p := range l.partsOf(e, bodies) {
			p.Event, p.Subject, p.Salt = lf.ID, e.Subject, l.Secret(32)
			lf.Parts[p.Name] = commitment(p.Salt, p.Name, p.Body)
			parts = append(parts, p)
		}
		if lf.Erased, err = erase(tx, e.Erase); err != nil {
			return nil, nil, err
		}
		leaves[i] = lf
	}
	return leaves, parts, nil
}

// readBack reads all rows that the events name, one query per table, and
// checks that no changed row was left out.
func (l *Ledger) readBack(tx *gorm.DB, w *write, events []Event) (map[string][]byte, error) {
	named := map[string]map[string]bool{}
	for _, e := range events {
		for _, row := range e.Rows {
			t, id, err := l.identify(row)
			if err != nil {
				return nil, err
			}
			if named[t.name] == nil {
				named[t.name] = map[string]bool{}
			}
			named[t.name][id] = true
		}
	}
	if err := w.covered(named); err != nil {
		return nil, err
	}
	bodies := map[string][]byte{}
	for name, set := range named {
		t := l.tables[name]
		ids := make([]string, 0, len(set))
		for id := range set {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		rows, err := t.read(tx, ids)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			if rows[id] == nil {
				rows[id] = []byte("null") // the row is gone
			}
			bodies[t.partName(id)] = rows[id]
		}
	}
	return bodies, nil
}

func (l *Ledger) identify(row any) (*table, string, error) {
	v := reflect.Indirect(reflect.ValueOf(row))
	for _, t := range l.tables {
		if t.model == v.Type() {
			if id := t.id(v); id != "" {
				return t, id, nil
			}
			return nil, "", fmt.Errorf("audit: a %s without id", t.name)
		}
	}
	return nil, "", fmt.Errorf("audit: %T is not recorded", row)
}

func (l *Ledger) partsOf(e Event, bodies map[string][]byte) []partRow {
	var out []partRow
	seen := map[string]bool{}
	for _, row := range e.Rows {
		t, id, _ := l.identify(row) // was identified before
		name := t.partName(id)
		if !seen[name] {
			seen[name] = true
			out = append(out, partRow{Name: name, Body: bodies[name]})
		}
	}
	if e.Label != "" {
		out = append(out, partRow{Name: "label", Body: []byte(e.Label)})
	}
	if e.Note != nil {
		body, err := json.Marshal(e.Note)
		if err != nil {
			panic(fmt.Errorf("audit: note of %s: %w", e.Action, err)) // a programming error
		}
		out = append(out, partRow{Name: "note", Body: body})
	}
	return out
}

func erase(tx *gorm.DB, list []Part) ([]string, error) {
	names := make([]string, 0, len(list))
	for _, p := range list {
		res := tx.Model(&partRow{}).Where("event = ? AND name = ?", p.Event, p.Name).
			Updates(map[string]any{"salt": nil, "body": nil})
		if res.Error != nil {
			return nil, fmt.Errorf("erase part: %w", res.Error)
		}
		if res.RowsAffected != 1 {
			return nil, fmt.Errorf("audit: no part %s of event %s to erase", p.Name, p.Event)
		}
		names = append(names, p.Event+"/"+p.Name)
	}
	return names, nil
}

// extend locks the head, numbers the leaves, and moves the head on.
func (l *Ledger) extend(tx *gorm.DB, leaves []leaf) error {
	var head headRow
	if err := tx.Raw("SELECT id, size, frontier, root FROM ledger_head WHERE id = 1" + l.store.LockRow()).Scan(&head).Error; err != nil {
		return fmt.Errorf("lock ledger head: %w", err)
	}
	f, err := parseFrontier(head.Size, head.Frontier)
	if err != nil {
		return err
	}
	now := l.Now()
	rows := make([]leafRow, len(leaves))
	events := make([]eventRow, len(leaves))
	for i, lf := range leaves {
		lf.Seq, lf.At = f.size, now
		rows[i] = leafRow{Seq: lf.Seq, Data: lf.encode()}
		events[i] = rowOf(lf)
		f.add(tlog.RecordHash(rows[i].Data))
	}
	if err := tx.CreateInBatches(rows, batch).Error; err != nil {
		return fmt.Errorf("write ledger leaves: %w", err)
	}
	if err := tx.CreateInBatches(events, batch).Error; err != nil {
		return fmt.Errorf("write ledger index: %w", err)
	}
	if err := l.tiles(tx, head.Size, f.size); err != nil {
		return err
	}
	root := f.root()
	res := tx.Model(&headRow{}).Where("id = 1 AND size = ?", head.Size).
		Updates(map[string]any{"size": f.size, "frontier": f.bytes(), "root": root[:]})
	if res.Error != nil {
		return fmt.Errorf("move ledger head: %w", res.Error)
	}
	if res.RowsAffected != 1 {
		return errors.New("audit: ledger head moved under the lock")
	}
	return nil
}

// tiles stores the runs of 256 that growing from one size to another filled.
func (l *Ledger) tiles(tx *gorm.DB, from, to int64) error {
	for level, span := int64(0), int64(tileWidth); to >= span; level, span = level+1, span*tileWidth {
		for idx := from / span; idx < to/span; idx++ {
			data, err := tileData(tx, level, idx)
			if err != nil {
				return err
			}
			if err := tx.Create(&tileRow{Level: level, Idx: idx, Data: data}).Error; err != nil {
				return fmt.Errorf("write ledger tile: %w", err)
			}
		}
	}
	return nil
}

// tileData gathers the 256 hashes of a tile: of leaves, or of the tiles below.
func tileData(tx *gorm.DB, level, idx int64) ([]byte, error) {
	first, last := idx*tileWidth, (idx+1)*tileWidth-1
	out := make([]byte, 0, tileWidth*tlog.HashSize)
	if level == 0 {
		var rows []leafRow
		if err := tx.Where("seq BETWEEN ? AND ?", first, last).Order("seq").Find(&rows).Error; err != nil {
			return nil, fmt.Errorf("read leaves of tile: %w", err)
		}
		for _, r := range rows {
			h := tlog.RecordHash(r.Data)
			out = append(out, h[:]...)
		}
	} else {
		var rows []tileRow
		if err := tx.Where("level = ? AND idx BETWEEN ? AND ?", level-1, first, last).Order("idx").Find(&rows).Error; err != nil {
			return nil, fmt.Errorf("read tiles of tile: %w", err)
		}
		for _, r := range rows {
			h := tileRoot(r.Data)
			out = append(out, h[:]...)
		}
	}
	if len(out) != tileWidth*tlog.HashSize {
		return nil, fmt.Errorf("audit: tile %d/%d has %d bytes", level, idx, len(out))
	}
	return out, nil
}
