package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
	"gorm.io/gorm"
)

// The codes of findings, each a way in which records can be unsound.
const (
	LeafGap       = "leaf.gap"           // a sequence number is missing
	LeafBroken    = "leaf.broken"        // a leaf is not what the ledger writes
	LeafBeyond    = "leaf.beyond_head"   // there are leaves past the head's size
	RootMismatch  = "root.mismatch"      // the leaves do not hash to the head's root
	CheckMismatch = "checkpoint.missing" // the ledger is shorter than a checkpoint says
	TileMismatch  = "tile.mismatch"      // a stored tile is wrong or missing
	IndexMismatch = "index.mismatch"     // ledger_event differs from its leaf
	BodyAltered   = "body.altered"       // a part does not match its commitment
	BodyMissing   = "body.missing"       // a part is gone and no event says that it was erased
	BodyStray     = "body.stray"         // a part belongs to no leaf
	RowAltered    = "row.altered"        // a row differs from its latest event
	RowMissing    = "row.missing"        // a row is gone without an event
	RowUnrecorded = "row.unrecorded"     // a row has no event
)

// Finding is one thing that is wrong. Seq is -1 when no event is concerned.
type Finding struct {
	Code   string `json:"code"`
	Seq    int64  `json:"seq"`
	Detail string `json:"detail"`
}

// Report is what Verify found. Sound means that no finding was made; at most
// 100 are listed, and More says that there are others.
type Report struct {
	Sound    bool      `json:"sound"`
	Events   int64     `json:"events"`
	Rows     int64     `json:"rows"`
	Root     string    `json:"root"`
	Findings []Finding `json:"findings"`
	More     bool      `json:"more"`
}

const maxFindings = 100

// verifier walks the ledger once in order, then the tables.
type verifier struct {
	*Ledger
	tx      *gorm.DB
	report  Report
	erased  map[string]bool  // event/name of parts that later events erased
	missing map[string]int64 // erased or lost parts, to be judged at the end
	latest  map[string]state // last known state of each row, by part name
	tile    []byte           // hashes of the running level-0 tile
	sizes   map[int64]string // roots at checkpointed sizes
	fron    frontier
}

// state is where the latest body of a row stands.
type state struct {
	seq   int64
	event string
	gone  bool
}

// Verify reads the whole ledger and every recorded table, in one snapshot.
// The error is about reading; what is unsound is in the report.
func (l *Ledger) Verify(ctx context.Context) (Report, error) {
	v := &verifier{Ledger: l, erased: map[string]bool{}, missing: map[string]int64{}, latest: map[string]state{}, sizes: map[int64]string{}}
	err := l.snapshot(ctx, func(tx *gorm.DB) error {
		v.tx = tx
		for _, step := range []func() error{v.leaves, v.head, v.strays, v.rows} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
	v.report.Sound = len(v.report.Findings) == 0
	return v.report, err
}

// snapshot runs fn in a reading transaction that sees one moment.
func (l *Ledger) snapshot(ctx context.Context, fn func(tx *gorm.DB) error) error {
	if l.store.IsPostgres() {
		return l.store.Read().WithContext(ctx).Transaction(func(tx *gorm.DB) error {
			w := &write{internal: true}
			tx = tx.WithContext(context.WithValue(ctx, writeKey{}, w))
			if err := tx.Exec("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY").Error; err != nil {
				return err
			}
			return fn(tx)
		})
	}
	return l.store.Read().WithContext(ctx).Transaction(fn)
}

func (v *verifier) find(code string, seq int64, format string, args ...any) {
	if len(v.report.Findings) == maxFindings {
		v.report.More = true
		return
	}
	v.report.Findings = append(v.report.Findings, Finding{Code: code, Seq: seq, Detail: fmt.Sprintf(format, args...)})
}

func (v *verifier) leaves() error {
	for next := int64(0); ; {
		var rows []leafRow
		if err := v.tx.Where("seq >= ?", next).Order("seq").Limit(batch).Find(&rows).Error; err != nil {
			return fmt.Errorf("read leaves: %w", err)
		}
		if len(rows) == 0 {
			return v.judgeMissing()
		}
		if err := v.batch(next, rows); err != nil {
			return err
		}
		next = rows[len(rows)-1].Seq + 1
	}
}

// batch checks a run of leaves with their index rows and parts.
func (v *verifier) batch(next int64, rows []leafRow) error {
	var index []eventRow
	if err := v.tx.Where("seq BETWEEN ? AND ?", rows[0].Seq, rows[len(rows)-1].Seq).Find(&index).Error; err != nil {
		return fmt.Errorf("read index: %w", err)
	}
	bySeq := make(map[int64]eventRow, len(index))
	for _, e := range index {
		bySeq[e.Seq] = e
	}
	leaves := make([]leaf, len(rows))
	ids := make([]string, 0, len(rows))
	for i, r := range rows {
		if r.Seq != next {
			v.find(LeafGap, next, "expected event %d, found %d", next, r.Seq)
		}
		next = r.Seq + 1
		if err := json.Unmarshal(r.Data, &leaves[i]); err != nil || leaves[i].Seq != r.Seq {
			v.find(LeafBroken, r.Seq, "the leaf at %d does not say so itself", r.Seq)
		}
		if err := v.grow(tlog.RecordHash(r.Data)); err != nil {
			return err
		}
		ids = append(ids, leaves[i].ID)
	}
	parts, err := v.parts(ids)
	if err != nil {
		return err
	}
	for i, lf := range leaves {
		v.leaf(rows[i].Seq, lf, bySeq, parts[lf.ID])
	}
	return nil
}

func (v *verifier) parts(events []string) (map[string][]partRow, error) {
	var list []partRow
	if err := v.tx.Where("event IN ?", events).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read parts: %w", err)
	}
	out := make(map[string][]partRow, len(events))
	for _, p := range list {
		out[p.Event] = append(out[p.Event], p)
	}
	return out, nil
}

func (v *verifier) leaf(seq int64, lf leaf, index map[int64]eventRow, parts []partRow) {
	have := index[seq]
	have.At = have.At.UTC()
	if want := rowOf(lf); have != want {
		v.find(IndexMismatch, seq, "the index says otherwise than the leaf")
	}
	left := make(map[string]string, len(lf.Parts))
	for name, c := range lf.Parts {
		left[name] = c
	}
	for _, p := range parts {
		want, known := left[p.Name]
		delete(left, p.Name)
		switch {
		case !known:
			v.find(BodyStray, seq, "part %s was not recorded with its event", p.Name)
		case p.Salt == nil || p.Body == nil:
			v.missing[lf.ID+"/"+p.Name] = seq
			v.remember(p.Name, state{seq: seq}) // nothing left to compare with
		case commitment(p.Salt, p.Name, p.Body) != want:
			v.find(BodyAltered, seq, "part %s does not match its commitment", p.Name)
		default:
			v.remember(p.Name, state{seq: seq, event: lf.ID, gone: bytes.Equal(p.Body, []byte("null"))})
		}
	}
	for name := range left {
		v.find(BodyMissing, seq, "part %s is not there", name)
	}
	for _, name := range lf.Erased {
		v.erased[name] = true
	}
}

func (v *verifier) remember(name string, s state) {
	if strings.HasPrefix(name, "row/") {
		v.latest[name] = s
	}
}

func (v *verifier) grow(h tlog.Hash) error {
	v.fron.add(h)
	v.tile = append(v.tile, h[:]...)
	if len(v.tile) < tileWidth*tlog.HashSize {
		return nil
	}
	idx := v.fron.size/tileWidth - 1
	var rows []tileRow
	if err := v.tx.Where("level = 0 AND idx = ?", idx).Limit(1).Find(&rows).Error; err != nil {
		return fmt.Errorf("read tile: %w", err)
	}
	if len(rows) == 0 || !bytes.Equal(rows[0].Data, v.tile) {
		v.find(TileMismatch, v.fron.size-1, "tile 0/%d does not hold the hashes of its leaves", idx)
	}
	v.tile = v.tile[:0]
	return nil
}

func (v *verifier) judgeMissing() error {
	names := make([]string, 0, len(v.missing))
	for name := range v.missing {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if !v.erased[name] {
			v.find(BodyMissing, v.missing[name], "part %s is gone and no event erased it", name)
		}
	}
	return nil
}

func (v *verifier) head() error {
	var head headRow
	if err := v.tx.Take(&head).Error; err != nil {
		return fmt.Errorf("read ledger head: %w", err)
	}
	root := v.fron.root()
	v.report.Events, v.report.Root = v.fron.size, root.String()
	switch {
	case v.fron.size > head.Size:
		v.find(LeafBeyond, head.Size, "the head says %d events, there are %d", head.Size, v.fron.size)
	case v.fron.size < head.Size:
		v.find(LeafGap, v.fron.size, "the head says %d events, there are %d", head.Size, v.fron.size)
	case !bytes.Equal(head.Root, root[:]) || !bytes.Equal(head.Frontier, v.fron.bytes()):
		v.find(RootMismatch, head.Size-1, "the leaves do not hash to the recorded root")
	}
	var size int64
	if err := v.tx.Raw("SELECT COALESCE(MAX(size), 0) FROM ledger_checkpoint").Scan(&size).Error; err != nil {
		return fmt.Errorf("read checkpoints: %w", err)
	}
	if size > v.fron.size {
		v.find(CheckMismatch, v.fron.size, "a checkpoint over %d events exists, but there are only %d", size, v.fron.size)
	}
	return nil
}

// strays looks for parts whose event has no leaf.
func (v *verifier) strays() error {
	var names []string
	err := v.tx.Raw(`SELECT p.event FROM ledger_part p LEFT JOIN ledger_event e ON e.event = p.event WHERE e.event IS NULL LIMIT 5`).Scan(&names).Error
	for _, event := range names {
		v.find(BodyStray, -1, "parts of event %s, which is not in the ledger", event)
	}
	return err
}

// rows walks every recorded table and compares each row with its latest event.
func (v *verifier) rows() error {
	names := make([]string, 0, len(v.tables))
	for name := range v.tables {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if err := v.walk(v.tables[name]); err != nil {
			return err
		}
	}
	left := make([]string, 0)
	for name, s := range v.latest {
		if !s.gone && s.event != "" {
			left = append(left, name)
		}
	}
	slices.Sort(left)
	for _, name := range left {
		v.find(RowMissing, v.latest[name].seq, "%s is gone without an event", strings.TrimPrefix(name, "row/"))
	}
	return nil
}

func (v *verifier) walk(t *table) error {
	for after := ""; ; {
		list := reflect.New(reflect.SliceOf(t.model))
		if err := v.tx.Where("id > ?", after).Order("id").Limit(readChunk).Find(list.Interface()).Error; err != nil {
			return fmt.Errorf("walk %s: %w", t.name, err)
		}
		n := list.Elem().Len()
		if n == 0 {
			return nil
		}
		if err := v.compare(t, list.Elem()); err != nil {
			return err
		}
		after = t.id(list.Elem().Index(n - 1))
	}
}

func (v *verifier) compare(t *table, list reflect.Value) error {
	var events, names []string
	for i := range list.Len() {
		name := t.partName(t.id(list.Index(i)))
		if s, ok := v.latest[name]; ok && s.event != "" {
			events, names = append(events, s.event), append(names, name)
		}
	}
	var parts []partRow
	if len(events) > 0 {
		if err := v.tx.Where("event IN ? AND name IN ?", events, names).Find(&parts).Error; err != nil {
			return fmt.Errorf("read rows' parts: %w", err)
		}
	}
	bodies := make(map[Part][]byte, len(parts))
	for _, p := range parts {
		bodies[Part{p.Event, p.Name}] = p.Body
	}
	for i := range list.Len() {
		v.report.Rows++
		row := list.Index(i)
		name := t.partName(t.id(row))
		s, ok := v.latest[name]
		delete(v.latest, name)
		if !ok || s.gone {
			v.find(RowUnrecorded, -1, "%s has no event", strings.TrimPrefix(name, "row/"))
			continue
		}
		if s.event == "" {
			continue // its last body was erased
		}
		now, err := t.canonical(v.tx.Statement.Context, row)
		if err != nil {
			return err
		}
		if field := differs(bodies[Part{s.event, name}], now); field != "" {
			v.find(RowAltered, s.seq, "%s was changed behind the ledger (%s)", strings.TrimPrefix(name, "row/"), field)
		}
	}
	return nil
}

// differs names the first column in which a row is not what was recorded. A
// column that did not exist then must still be empty.
func differs(recorded, now []byte) string {
	if bytes.Equal(recorded, now) {
		return ""
	}
	var a, b map[string]json.RawMessage
	if json.Unmarshal(recorded, &a) != nil || json.Unmarshal(now, &b) != nil {
		return "?"
	}
	for k, have := range b {
		if was, ok := a[k]; ok && !bytes.Equal(was, have) || !ok && !emptyJSON(have) {
			return k
		}
	}
	return ""
}

func emptyJSON(v json.RawMessage) bool {
	switch string(v) {
	case `""`, "0", "false", "null", "[]", "{}":
		return true
	}
	return false
}
