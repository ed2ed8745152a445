package labelling

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"hegui/internal/labelling/exports"
	"hegui/internal/labelling/exports/rawjson"
)

// progress is how far a background task of a batch got. Staged are the ids of
// lots that items stand under and that are not real yet.
type progress struct {
	BatchID   string `gorm:"primaryKey"`
	ReadBytes int64
	Size      int64
	Items     int64
	Refused   int64
	Phase     string
	Cancel    bool
	Staged    []string `gorm:"serializer:json"`
	BeatAt    time.Time
}

// TableName is the table of background tasks.
func (progress) TableName() string { return "label_progress" }

// The phases of background tasks.
const (
	phaseChecking = "checking"
	phaseReading  = "reading"
	phaseSealing  = "sealing"
	phaseClearing = "clearing"
)

// importer is the visitor of an import: it stages items.
type importer struct {
	s     *Service
	ctx   context.Context //nolint:containedctx // lives as long as one scan
	batch Batch

	lots    []*Lot
	byValue map[string]*Lot   // by what divides the batch
	people  map[string]Worker // by code, where annotators divide it
	chunk   []Item
	bytes   int
	every   time.Duration // at most for one chunk
	began   time.Time     // of the chunk
	spare   []Item        // the room of the chunk that is being written
	writing chan error    // gives what became of it; nil when nothing is being written
	count   int64
	refused int64
	read    int64
	text    []byte // reused
}

func newImporter(ctx context.Context, s *Service, b Batch, every time.Duration) *importer {
	return &importer{s: s, ctx: ctx, batch: b, every: every, byValue: map[string]*Lot{}, began: time.Now()}
}

// Bounds of a chunk: one short transaction, between which others write.
const (
	chunkRows  = 4000
	chunkBytes = 4 << 20
	chunkTime  = 100 * time.Millisecond
)

func (im *importer) item(_ *exports.Reader, it exports.Item) error {
	lot, err := im.lotFor(it)
	if err != nil {
		return err
	}
	lot.Size++
	im.count++
	im.bytes += len(it.Original)
	im.chunk = append(im.chunk, Item{LotID: lot.ID, N: lot.Size, ItemID: it.ID, RowNo: int64(it.Row), LineNo: int64(it.Line), Annotator: it.Annotator,
		Labels: im.list(it.Labels), Strata: im.object(it.Strata), Verdict: string(it.Verdict), LeadMS: it.Lead.Milliseconds(),
		Original: []byte(it.Original), SHA: append([]byte(nil), it.Hash[:]...)})
	return nil
}

func (im *importer) refuse(*exports.Fault) error { im.refused++; return nil }

// lotFor finds or begins the lot that an item belongs to.
func (im *importer) lotFor(it exports.Item) (*Lot, error) {
	var value string
	switch im.batch.DivideBy {
	case ByAnnotator:
		value = it.Annotator
	case ByColumn:
		for _, c := range it.Strata {
			if c.Name == im.batch.DivideColumn {
				value = c.Value
			}
		}
	case BySize:
		first := im.count/im.batch.DivideSize*im.batch.DivideSize + 1
		value = strconv.FormatInt(first, 10) + "–" + strconv.FormatInt(first+im.batch.DivideSize-1, 10)
	case Whole:
	}
	if lot := im.byValue[value]; lot != nil {
		return lot, nil
	}
	if len(im.lots) == maxLots {
		return nil, errTooManyLots
	}
	value = strings.Clone(value) // its row is not held in memory
	lot := &Lot{ID: im.s.ledger.NewID(), Division: im.called(value)}
	im.lots, im.byValue[value] = append(im.lots, lot), lot
	return lot, nil
}

// called is what a division is called: annotators by their pseudonyms, those
// that nobody is known by by the order in which they come.
func (im *importer) called(value string) string {
	switch {
	case im.batch.DivideBy == Whole:
		return ""
	case value == "":
		return "–"
	case im.batch.DivideBy != ByAnnotator:
		return value
	}
	if w, ok := im.people[value]; ok {
		return w.Pseudonym
	}
	return "#" + strconv.Itoa(len(im.lots)+1)
}

// list writes words as a JSON list, object columns as a JSON object.
func (im *importer) list(words []string) string {
	if len(words) == 0 {
		return "[]"
	}
	im.text = append(im.text[:0], '[')
	for i, w := range words {
		if i > 0 {
			im.text = append(im.text, ',')
		}
		im.text = append(im.text, rawjson.Quote(w)...)
	}
	return string(append(im.text, ']'))
}

func (im *importer) object(columns []exports.Field) string {
	if len(columns) == 0 {
		return "{}"
	}
	im.text = append(im.text[:0], '{')
	for i, c := range columns {
		if i > 0 {
			im.text = append(im.text, ',')
		}
		im.text = append(im.text, rawjson.Quote(c.Name)...)
		im.text = append(im.text, ':')
		im.text = append(im.text, rawjson.Quote(c.Value)...)
	}
	return string(append(im.text, '}'))
}

func (im *importer) tick(read, _ int64) error {
	im.read = read
	if len(im.chunk) < chunkRows && im.bytes < chunkBytes && (len(im.chunk) == 0 || len(im.chunk)%64 != 0 || time.Since(im.began) < im.every) {
		return nil
	}
	return im.flush()
}

// finish stages what is left, and waits for it.
func (im *importer) finish() error {
	if len(im.chunk) > 0 {
		if err := im.flush(); err != nil {
			return err
		}
	}
	return im.written()
}

// flush has the chunk written while the next one is read. It waits for the
// chunk before, so that two are in memory at most.
func (im *importer) flush() error {
	if err := im.written(); err != nil {
		return err
	}
	staged := make([]string, len(im.lots))
	for i, l := range im.lots {
		staged[i] = l.ID
	}
	at := progress{BatchID: im.batch.ID, ReadBytes: im.read, Size: im.batch.FileSize, Items: im.count, Refused: im.refused, Phase: phaseReading, Staged: staged}
	full, done := im.chunk, make(chan error, 1)
	im.chunk, im.spare, im.writing = im.spare[:0], full, done
	im.bytes, im.began = 0, time.Now()
	go func() { done <- im.s.stage(im.ctx, full, at) }()
	return nil
}

// written waits for the chunk that is being written, if there is one.
func (im *importer) written() error {
	if im.writing == nil {
		return nil
	}
	err := <-im.writing
	im.writing = nil
	return err
}

// stage writes items, and how far the import got, in a short transaction.
func (s *Service) stage(ctx context.Context, items []Item, at progress) error {
	err := s.ledger.Unaudited(ctx, "stage an import", func(tx *gorm.DB) error {
		if err := insertItems(tx, s.ledger.Store().IsPostgres(), items); err != nil {
			return err
		}
		at.BeatAt = s.ledger.Now()
		return note(tx, at)
	})
	if err != nil {
		return fmt.Errorf("stage items: %w", err)
	}
	return nil
}

const (
	itemColumns = "(lot_id, n, item_id, row_no, line_no, annotator, labels, strata, verdict, lead_ms, original, sha)"
	columnCount = 12
	rowsAtOnce  = 100 // in one statement
)

// insertItems writes items with statements of many rows each, past GORM,
// which is too slow for millions of them.
func insertItems(tx *gorm.DB, postgres bool, items []Item) error {
	ctx, pool := tx.Statement.Context, tx.Statement.ConnPool
	args := make([]any, 0, rowsAtOnce*columnCount)
	for len(items) > 0 {
		n := rowsAtOnce
		if len(items) < n {
			n = 1
		}
		args = args[:0]
		for _, it := range items[:n] {
			args = append(args, it.LotID, it.N, it.ItemID, it.RowNo, it.LineNo, it.Annotator, it.Labels, it.Strata, it.Verdict, it.LeadMS, it.Original, it.SHA)
		}
		if _, err := pool.ExecContext(ctx, insertSQL(postgres, n), args...); err != nil {
			return err
		}
		items = items[n:]
	}
	return nil
}

// insertSQL is the statement for n rows: 1 or rowsAtOnce.
func insertSQL(postgres bool, n int) string {
	switch {
	case postgres && n == 1:
		return insertOne[1]
	case postgres:
		return insertMany[1]
	case n == 1:
		return insertOne[0]
	}
	return insertMany[0]
}

var (
	insertOne  = [2]string{insertText(false, 1), insertText(true, 1)}
	insertMany = [2]string{insertText(false, rowsAtOnce), insertText(true, rowsAtOnce)}
)

func insertText(postgres bool, rows int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO label_item " + itemColumns + " VALUES ")
	for i := range rows * columnCount {
		switch {
		case i == 0:
			b.WriteByte('(')
		case i%columnCount == 0:
			b.WriteString("), (")
		default:
			b.WriteByte(',')
		}
		b.WriteByte('?')
	}
	b.WriteByte(')')
	if !postgres {
		return b.String()
	}
	return numbered(b.String())
}

// numbered turns ? into $1, $2 …
func numbered(sql string) string {
	parts := strings.Split(sql, "?")
	var b strings.Builder
	for i, p := range parts[:len(parts)-1] {
		b.WriteString(p)
		b.WriteString("$" + strconv.Itoa(i+1))
	}
	return b.String() + parts[len(parts)-1]
}

// phase notes what a task does now.
func (s *Service) phase(ctx context.Context, batch, phase string) error {
	return s.ledger.Unaudited(ctx, "stage an import", func(tx *gorm.DB) error {
		return tx.Model(&progress{}).Where("batch_id = ?", batch).Updates(map[string]any{"phase": phase, "beat_at": s.ledger.Now()}).Error
	})
}

// deletedAtOnce is how many items one transaction deletes.
const deletedAtOnce = 4000

// clear deletes what a batch has staged, in short transactions.
func (s *Service) clear(ctx context.Context, batch string) error {
	var had []progress
	if err := s.ledger.Read(ctx).Where("batch_id = ?", batch).Limit(1).Find(&had).Error; err != nil || len(had) == 0 {
		return err
	}
	if err := s.phase(ctx, batch, phaseClearing); err != nil {
		return err
	}
	for _, lot := range had[0].Staged {
		if err := s.clearLot(ctx, batch, lot); err != nil {
			return err
		}
	}
	return s.ledger.Unaudited(ctx, "clear an import", func(tx *gorm.DB) error {
		return tx.Where("batch_id = ?", batch).Delete(&progress{}).Error
	})
}

func (s *Service) clearLot(ctx context.Context, batch, lot string) error {
	for {
		var gone int64
		err := s.ledger.Unaudited(ctx, "clear an import", func(tx *gorm.DB) error {
			var last []int64
			if err := tx.Model(&Item{}).Where("lot_id = ?", lot).Order("n").Offset(deletedAtOnce-1).Limit(1).Pluck("n", &last).Error; err != nil {
				return err
			}
			q := tx.Where("lot_id = ?", lot)
			if len(last) > 0 {
				q = q.Where("n <= ?", last[0])
			}
			res := q.Delete(&Item{})
			gone = res.RowsAffected
			if res.Error != nil {
				return res.Error
			}
			return tx.Model(&progress{}).Where("batch_id = ?", batch).Update("beat_at", s.ledger.Now()).Error
		})
		if err != nil || gone < deletedAtOnce {
			return err
		}
	}
}
