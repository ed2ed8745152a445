package labelling

import (
	"bytes"
	"container/heap"
	"context"
	"crypto/sha256"
	"fmt"
	"io"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/labelling/exports"
)

// Each visits the items of a lot in the order of the file.
func (s *Service) Each(ctx context.Context, lot string, visit func(Item) error) error {
	c := &cursor{db: s.ledger.Read(ctx), lot: lot, size: pageOfItems}
	for {
		ok, err := c.next()
		if err != nil || !ok {
			return err
		}
		if err := visit(c.item); err != nil {
			return err
		}
	}
}

// originalsIntact hashes every original of a lot; one that was destroyed has to
// be gone.
func originalsIntact(db *gorm.DB, lot string) (bool, error) {
	gone, err := destroyedIn(db, lot)
	if err != nil {
		return false, err
	}
	c := &cursor{db: db, lot: lot, size: pageOfItems}
	for {
		ok, err := c.next()
		if err != nil || !ok {
			return true, err
		}
		if gone(c.item.N) {
			if len(c.item.Original) > 0 {
				return false, nil
			}
			continue
		}
		if sum := sha256.Sum256(c.item.Original); !bytes.Equal(sum[:], c.item.SHA) {
			return false, nil
		}
	}
}

// cursor walks through a lot in the order of the file, page by page.
type cursor struct {
	db   *gorm.DB
	lot  string
	size int
	page []Item
	item Item
}

func (c *cursor) next() (bool, error) {
	if len(c.page) == 0 {
		var err error
		if c.page, err = itemsAfter(c.db, c.lot, c.item.N, c.size); err != nil {
			return false, fmt.Errorf("read items: %w", err)
		}
		if len(c.page) == 0 {
			return false, nil
		}
	}
	c.item, c.page = c.page[0], c.page[1:]
	return true, nil
}

// ExportLot writes the items of a lot in the format and encoding they came in.
func (s *Service) ExportLot(ctx context.Context, by actor.Actor, lot string, w io.Writer) error {
	l, err := s.Lot(ctx, by, lot)
	if err != nil {
		return err
	}
	b, err := s.Batch(ctx, by, l.BatchID)
	if err != nil {
		return err
	}
	return s.export(ctx, b, []string{l.ID}, w)
}

// ExportBatch writes all items of a batch in the format, encoding and order
// they came in.
func (s *Service) ExportBatch(ctx context.Context, by actor.Actor, batch string, w io.Writer) error {
	b, err := s.Batch(ctx, by, batch)
	if err != nil {
		return err
	}
	var lots []string
	if err := s.ledger.Read(ctx).Model(&Lot{}).Where("batch_id = ?", b.ID).Order("id").Pluck("id", &lots).Error; err != nil {
		return err
	}
	return s.export(ctx, b, lots, w)
}

// merge holds cursors by the row that each is at.
type merge []*cursor

func (m merge) Len() int { return len(m) }
func (m merge) Less(i, j int) bool {
	a, b := m[i].item, m[j].item
	return a.RowNo < b.RowNo || a.RowNo == b.RowNo && a.LineNo < b.LineNo
}
func (m merge) Swap(i, j int) { m[i], m[j] = m[j], m[i] }
func (m *merge) Push(x any)   { *m = append(*m, x.(*cursor)) } //nolint:forcetypeassert // only cursors are pushed
func (m *merge) Pop() any {
	old := *m
	last := old[len(old)-1]
	*m = old[:len(old)-1]
	return last
}

// export merges lots back into the order of the file.
func (s *Service) export(ctx context.Context, b Batch, lots []string, w io.Writer) error {
	layout, err := s.Layout(ctx, b)
	if err != nil {
		return err
	}
	var m merge
	for _, lot := range lots {
		c := &cursor{db: s.ledger.Read(ctx), lot: lot, size: max(20, pageOfItems/len(lots))}
		ok, err := c.next()
		if err != nil {
			return err
		}
		if ok {
			m = append(m, c)
		}
	}
	heap.Init(&m)
	out := exports.NewWriter(w, layout)
	for len(m) > 0 {
		c := m[0]
		if !c.item.Destroyed() {
			if err := out.Write(string(c.item.Original)); err != nil {
				return err
			}
		}
		ok, err := c.next()
		switch {
		case err != nil:
			return err
		case ok:
			heap.Fix(&m, 0)
		default:
			heap.Pop(&m)
		}
	}
	return out.Close()
}
