package labelling

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/labelling/exports"
	"hegui/internal/labelling/stats/draw"
)

// pageOfItems is how many items one query of a long walk reads.
const pageOfItems = 2000

// contentHash is the SHA-256 over "item id LF hash LF" of a lot's items in the
// order of the bytes of their ids.
func contentHash(db *gorm.DB, lot string) (string, error) {
	h := sha256.New()
	line := make([]byte, 0, 300)
	err := walk(db, lot, "item_id, sha", func(it *Item) error {
		line = append(append(line[:0], it.ItemID...), '\n')
		line = append(hex.AppendEncode(line, it.SHA), '\n')
		_, _ = h.Write(line) // a hash never fails
		return nil
	})
	return hex.EncodeToString(h.Sum(nil)), err
}

// frameHash is the hash of the sorted item ids of a lot, and how many there are.
func frameHash(db *gorm.DB, lot string) (string, int64, error) {
	f := draw.NewFrame()
	err := walk(db, lot, "item_id", func(it *Item) error { return f.Add(it.ItemID) })
	return f.Hash(), int64(f.Count()), err
}

// walk visits the items of a lot in the order of the bytes of their ids, in one
// query that streams. The item is reused.
func walk(db *gorm.DB, lot, columns string, visit func(*Item) error) error {
	rows, err := db.Table("label_item").Select(columns).Where("lot_id = ?", lot).Order("item_id").Rows()
	if err != nil {
		return fmt.Errorf("walk items: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err below tells
	var it Item
	dest := []any{&it.ItemID}
	if columns != "item_id" {
		dest = append(dest, &it.SHA)
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return fmt.Errorf("walk items: %w", err)
		}
		if err := visit(&it); err != nil {
			return err
		}
	}
	return rows.Err()
}

// hashOfLots is the SHA-256 over "lot id LF content hash LF" in the order of
// lot ids.
func hashOfLots(lots []*Lot) string {
	lots = slices.Clone(lots)
	slices.SortFunc(lots, func(a, b *Lot) int { return bytes.Compare([]byte(a.ID), []byte(b.ID)) })
	h := sha256.New()
	for _, l := range lots {
		_, _ = h.Write([]byte(l.ID + "\n" + l.ContentHash + "\n")) // a hash never fails
	}
	return hex.EncodeToString(h.Sum(nil))
}

type layoutPart struct {
	BatchID string `gorm:"primaryKey"`
	Idx     int64  `gorm:"primaryKey;autoIncrement:false"`
	Data    []byte
}

// TableName is the table of layouts.
func (layoutPart) TableName() string { return "label_layout" }

const layoutPiece = 1 << 20

// keepLayout stores what is needed to show and to write back the items of a
// batch, and gives its SHA-256.
func (s *Service) keepLayout(ctx context.Context, batch string, l exports.Layout) (string, error) {
	data := jsonOf(l)
	sum := sha256.Sum256(data)
	err := s.ledger.Unaudited(ctx, "layout of an export", func(tx *gorm.DB) error {
		return tx.Where("batch_id = ?", batch).Delete(&layoutPart{}).Error
	})
	for idx := int64(0); err == nil && len(data) > 0; idx++ {
		part := layoutPart{BatchID: batch, Idx: idx, Data: data[:min(layoutPiece, len(data))]}
		data = data[len(part.Data):]
		err = s.ledger.Unaudited(ctx, "layout of an export", func(tx *gorm.DB) error { return tx.Create(&part).Error })
	}
	return hex.EncodeToString(sum[:]), err
}

// Layout gives what is needed to show and to write back the items of an
// imported batch, after checking it against the recorded hash.
func (s *Service) Layout(ctx context.Context, b Batch) (l exports.Layout, err error) {
	var parts []layoutPart
	if err := s.ledger.Read(ctx).Where("batch_id = ?", b.ID).Order("idx").Find(&parts).Error; err != nil {
		return l, err
	}
	var data []byte
	for _, p := range parts {
		data = append(data, p.Data...)
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != b.LayoutSHA256 {
		return l, fmt.Errorf("layout of batch %s is damaged", b.ID)
	}
	return l, json.Unmarshal(data, &l)
}

// parsers keeps the parsers of the batches looked at last: that of a COCO file
// holds its tables.
type parsers struct {
	mu   sync.Mutex
	list []*parser // the last used first
}

type parser struct {
	batch string
	mu    sync.Mutex
	*exports.Parser
}

const keptParsers = 4

func (s *Service) parser(ctx context.Context, b Batch) (*parser, error) {
	s.parsers.mu.Lock()
	defer s.parsers.mu.Unlock()
	for i, p := range s.parsers.list {
		if p.batch == b.ID {
			s.parsers.list = slices.Insert(slices.Delete(s.parsers.list, i, i+1), 0, p)
			return p, nil
		}
	}
	l, err := s.Layout(ctx, b)
	if err != nil {
		return nil, err
	}
	inner, err := exports.NewParser(l)
	if err != nil {
		return nil, err
	}
	p := &parser{batch: b.ID, Parser: inner}
	s.parsers.list = slices.Insert(s.parsers.list, 0, p)
	s.parsers.list = s.parsers.list[:min(len(s.parsers.list), keptParsers)]
	return p, nil
}

// Views shows items of a batch as a person should see them.
func (s *Service) Views(ctx context.Context, b Batch, items []Item) ([]exports.View, error) {
	p, err := s.parser(ctx, b)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make([]exports.View, len(items))
	for i, it := range items {
		out[i] = p.View(string(it.Original))
	}
	return out, nil
}

// Items lists items of a lot after the n-th, in the order of the file.
func (s *Service) Items(ctx context.Context, by actor.Actor, lot string, after int64, limit int) ([]Item, error) {
	if _, err := s.Lot(ctx, by, lot); err != nil {
		return nil, err
	}
	return itemsAfter(s.ledger.Read(ctx), lot, after, limit)
}

func itemsAfter(db *gorm.DB, lot string, after int64, limit int) (list []Item, err error) {
	return list, db.Where("lot_id = ? AND n > ?", lot, after).Order("n").Limit(limit).Find(&list).Error
}

// Item gives one item of a lot that the actor sees, or NotFound.
func (s *Service) Item(ctx context.Context, by actor.Actor, lot string, n int64) (it Item, err error) {
	if _, err := s.Lot(ctx, by, lot); err != nil {
		return it, err
	}
	return it, found(s.ledger.Read(ctx).Where("lot_id = ? AND n = ?", lot, n).Take(&it).Error)
}

// FindItem gives the item of a lot with an id, or NotFound.
func (s *Service) FindItem(ctx context.Context, by actor.Actor, lot, id string) (it Item, err error) {
	if _, err := s.Lot(ctx, by, lot); err != nil {
		return it, err
	}
	return it, found(s.ledger.Read(ctx).Where("lot_id = ? AND item_id = ?", lot, id).Take(&it).Error)
}

// EachID visits the item ids of a lot in the order of their bytes.
func (s *Service) EachID(ctx context.Context, lot string, visit func(id string) error) error {
	return walk(s.ledger.Read(ctx), lot, "item_id", func(it *Item) error { return visit(it.ItemID) })
}
