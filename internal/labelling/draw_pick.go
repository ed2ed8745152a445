package labelling

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"hegui/internal/labelling/stats/draw"
	"hegui/internal/problem"
)

// frame is the ids of a lot in the order of their bytes and, when its draw is
// stratified, the place of each item's stratum in the plan.
type frame struct {
	ids    []string
	strata []uint16 // nil when undivided
}

// readFrame reads the frame of a lot and holds it against the hash that was
// recorded when it was frozen.
func (s *Service) readFrame(ctx context.Context, l Lot, p Plan) (*frame, error) {
	f, hash := &frame{ids: make([]string, 0, l.Size)}, draw.NewFrame()
	var err error
	if len(p.Strata) == 0 {
		err = walk(s.ledger.Read(ctx), l.ID, "item_id", func(it *Item) error {
			f.ids = append(f.ids, strings.Clone(it.ItemID))
			return hash.Add(it.ItemID)
		})
	} else {
		err = eachStratum(s.ledger.Read(ctx), l.ID, p, func(id string, at int) error {
			f.ids, f.strata = append(f.ids, id), append(f.strata, uint16(at))
			return hash.Add(id)
		})
	}
	if err == nil && (l.FrameHash == "" || hash.Hash() != l.FrameHash) {
		err = problem.New(problem.Conflict, "labelling.lot.damaged")
	}
	return f, err
}

// eachStratum visits the ids of a lot in the order of their bytes, each with
// the place of its stratum in the plan.
func eachStratum(db *gorm.DB, lot string, p Plan, visit func(id string, at int) error) error {
	places := map[string]int{}
	for i, one := range p.Strata {
		places[one.Key] = i
	}
	known := map[string]int{} // by the text in the row, which repeats
	column := map[Axis]string{AxisAnnotator: "annotator", AxisLabel: "labels", AxisColumn: "strata"}[p.Params.Stratify.By]
	rows, err := db.Table("label_item").Select("item_id, "+column).Where("lot_id = ?", lot).Order("item_id").Rows()
	if err != nil {
		return fmt.Errorf("walk strata: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err below tells
	var id, text string
	for rows.Next() {
		if err := rows.Scan(&id, &text); err != nil {
			return fmt.Errorf("walk strata: %w", err)
		}
		at, ok := known[text]
		if !ok {
			value, err := p.Params.Stratify.value(text)
			if err != nil {
				return err
			}
			if at, ok = places[keyOf(lot, value)]; !ok {
				return problem.New(problem.Conflict, "labelling.lot.damaged")
			}
			if len(known) < maxTexts {
				known[text] = at
			}
		}
		if err := visit(id, at); err != nil {
			return err
		}
	}
	return rows.Err()
}

// value reads an item's value on the axis from the column that holds it.
func (y Stratify) value(text string) (string, error) {
	switch y.By {
	case AxisLabel:
		return labelValue(text)
	case AxisColumn:
		return columnValue(text, y.Column)
	case NoAxis, AxisAnnotator:
	}
	return text, nil
}

// pick draws n items, or with strata what the plan says of each. The list is in
// the order of the tickets, also across strata.
func (f *frame) pick(p Plan, seedHash string, n int64) ([]draw.Drawn, error) {
	if len(p.Strata) == 0 {
		return draw.First(seedHash, f.ids, int(n))
	}
	parts := make([]draw.Stratum, len(p.Strata))
	for i, one := range p.Strata {
		parts[i] = draw.Stratum{Name: one.Name, N: int(one.N), IDs: make([]string, 0, one.Size)}
	}
	for i, id := range f.ids {
		at := &parts[f.strata[i]]
		at.IDs = append(at.IDs, id)
	}
	drawn, err := draw.Stratified(seedHash, parts)
	if err != nil {
		return nil, err
	}
	all := slices.Concat(drawn...)
	slices.SortFunc(all, func(a, b draw.Drawn) int {
		return strings.Compare(string(a.Ticket[:])+a.ID, string(b.Ticket[:])+b.ID)
	})
	return all, nil
}

// stratumOf is the name of the stratum of an id, "" when undivided.
func (f *frame) stratumOf(p Plan, id string) string {
	if f.strata == nil {
		return ""
	}
	at, _ := slices.BinarySearch(f.ids, id) // ids are those of the frame
	return p.Strata[f.strata[at]].Name
}

// listHash is the SHA-256 over ids, each followed by a line feed.
func listHash(ids []string) string {
	h := sha256.New()
	for _, id := range ids {
		_, _ = h.Write([]byte(id + "\n")) // a hash never fails
	}
	return hex.EncodeToString(h.Sum(nil))
}

// sampled turns what was drawn into rows.
func (s *Service) sampled(ctx context.Context, l Lot, p Plan, f *frame, drawID string, drawn []draw.Drawn) ([]Sampled, error) {
	numbers, err := s.numbersOf(ctx, l, draw.IDs(drawn))
	if err != nil {
		return nil, err
	}
	out := make([]Sampled, len(drawn))
	for i, one := range drawn {
		out[i] = Sampled{DrawID: drawID, Position: int64(i + 1), N: numbers[i], Stratum: f.stratumOf(p, one.ID), Purpose: PurposeSample}
	}
	return out, nil
}

// idsAtOnce is how many ids one query names; when more than one item in
// wholeShare of a lot is drawn, all are read instead.
const (
	idsAtOnce  = 400
	wholeShare = 10
)

// numbersOf finds the numbers of items in their lot, in the order of the ids.
func (s *Service) numbersOf(ctx context.Context, l Lot, ids []string) ([]int64, error) {
	places := make(map[string]int, len(ids))
	for i, id := range ids {
		places[id] = i
	}
	out := make([]int64, len(ids))
	put := func(id string, n int64) {
		if at, ok := places[id]; ok {
			out[at] = n
		}
	}
	if int64(len(ids)) > l.Size/wholeShare {
		return out, eachNumber(s.ledger.Read(ctx), l.ID, put)
	}
	for part := range slices.Chunk(ids, idsAtOnce) {
		var found []Item
		if err := s.ledger.Read(ctx).Select("n", "item_id").Where("lot_id = ? AND item_id IN ?", l.ID, part).Find(&found).Error; err != nil {
			return nil, err
		}
		for _, it := range found {
			put(it.ItemID, it.N)
		}
	}
	return out, nil
}

// eachNumber visits all items of a lot, in any order.
func eachNumber(db *gorm.DB, lot string, visit func(id string, n int64)) error {
	rows, err := db.Table("label_item").Select("item_id, n").Where("lot_id = ?", lot).Rows()
	if err != nil {
		return fmt.Errorf("walk numbers: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err below tells
	var id string
	var n int64
	for rows.Next() {
		if err := rows.Scan(&id, &n); err != nil {
			return fmt.Errorf("walk numbers: %w", err)
		}
		visit(id, n)
	}
	return rows.Err()
}

// stageSampled writes the items of a draw in short transactions.
func (s *Service) stageSampled(ctx context.Context, list []Sampled) error {
	for part := range slices.Chunk(list, chunkRows) {
		err := s.ledger.Unaudited(ctx, "stage a draw", func(tx *gorm.DB) error { return insertSampled(tx, s.ledger.Store().IsPostgres(), part) })
		if err != nil {
			return fmt.Errorf("stage a draw: %w", err)
		}
	}
	return nil
}

// insertSampled writes rows with statements of many each, past GORM, which is
// slow for a lot that is drawn whole.
func insertSampled(tx *gorm.DB, postgres bool, list []Sampled) error {
	for part := range slices.Chunk(list, rowsAtOnce) {
		sql := "INSERT INTO label_sampled (draw_id, position, n, stratum, purpose) VALUES " + strings.TrimSuffix(strings.Repeat("(?,?,?,?,?), ", len(part)), ", ")
		if postgres {
			sql = numbered(sql)
		}
		args := make([]any, 0, 5*len(part))
		for _, o := range part {
			args = append(args, o.DrawID, o.Position, o.N, o.Stratum, string(o.Purpose))
		}
		if _, err := tx.Statement.ConnPool.ExecContext(tx.Statement.Context, sql, args...); err != nil {
			return err
		}
	}
	return nil
}

// dropSampled deletes what was staged for a draw that did not come about.
func (s *Service) dropSampled(ctx context.Context, draw string) error {
	return s.ledger.Unaudited(ctx, "drop a draw", func(tx *gorm.DB) error { return tx.Where("draw_id = ?", draw).Delete(&Sampled{}).Error })
}
