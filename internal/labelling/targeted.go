package labelling

import (
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/labelling/exports/rawjson"
	"hegui/internal/problem"
)

// TargetedInput says which items of a lot are checked besides the sample: those
// with the ids, or the first Count in the order of the file that the filter
// finds.
type TargetedInput struct {
	IDs    []string
	Filter ItemFilter
	Count  int64
	Note   string // why; required
}

// ItemFilter narrows the items of a lot; empty fields do not.
type ItemFilter struct {
	Annotator string // as the export names them
	Label     string // among the item's labels, in capitals or not
}

func (f ItemFilter) empty() bool { return f == ItemFilter{} }

// maxTargeted bounds how many items are added at once.
const maxTargeted = 1000

func (in *TargetedInput) check() error {
	var f problem.Fields
	word(&f, "note", &in.Note, maxNote, true)
	in.IDs = slices.DeleteFunc(in.IDs, func(id string) bool { return id == "" })
	switch {
	case len(in.IDs) > maxTargeted:
		f.Add("ids", "label_plan.targeted.many", "max", maxTargeted)
	case len(in.IDs) > 0 && !in.Filter.empty():
		f.Add("ids", "label_plan.targeted.one_way")
	case len(in.IDs) == 0 && in.Filter.empty():
		f.Add("ids", "label_plan.targeted.none")
	case len(in.IDs) == 0 && (in.Count < 1 || in.Count > maxTargeted):
		f.Add("count", "label_plan.targeted.count", "max", maxTargeted)
	}
	return f.Err()
}

// AddTargeted adds items that somebody chose to what is checked. They are
// marked and never enter an estimate. Items that are drawn or added already are
// left out; the answer is how many were added.
func (s *Service) AddTargeted(ctx context.Context, by actor.Actor, lot string, version int64, in TargetedInput) (added int, err error) {
	if err := in.check(); err != nil {
		return 0, err
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		var l Lot
		if err := take(tx, by, lot, &l); err != nil {
			return nil, err
		}
		if !slices.Contains([]LotState{LotDrawn, LotChecking}, l.State) {
			return nil, problem.New(problem.Conflict, "label_plan.targeted.state")
		}
		var d Draw
		if err := tx.Where("id = ?", l.DrawID).Take(&d).Error; err != nil {
			return nil, err
		}
		items, err := in.find(tx, l.ID, d.ID)
		if err != nil {
			return nil, err
		}
		added = len(items)
		if err := s.target(tx, by, &d, items, in.Note); err != nil {
			return nil, err
		}
		l.ToCheck, l.UpdatedAt, l.Version = l.ToCheck+int64(added), s.ledger.Now(), l.Version+1
		return []audit.Event{lotEvent("targeted", &l, &d)}, save(tx, &l, version)
	})
	return added, err
}

// find lists the items that are meant and not yet among those to check.
func (in TargetedInput) find(tx *gorm.DB, lot, draw string) ([]Item, error) {
	var found []Item
	q := func() *gorm.DB {
		return tx.Model(&Item{}).Select("n", "item_id").Where("lot_id = ?", lot).
			Where("n NOT IN (SELECT s.n FROM label_sampled AS s WHERE s.draw_id = ?)", draw).Order("n")
	}
	if in.Filter.empty() {
		var missing int64
		if err := tx.Model(&Item{}).Where("lot_id = ? AND item_id IN ?", lot, in.IDs).Count(&missing).Error; err != nil {
			return nil, err
		}
		if unknown := int64(len(distinct(in.IDs))) - missing; unknown > 0 {
			return nil, problem.Field(problem.Invalid, "ids", "label_plan.targeted.unknown", "count", unknown)
		}
		if err := q().Where("item_id IN ?", in.IDs).Find(&found).Error; err != nil {
			return nil, err
		}
	} else {
		rows := in.Filter.narrow(q())
		if err := rows.Limit(int(in.Count)).Find(&found).Error; err != nil {
			return nil, err
		}
	}
	if len(found) == 0 {
		return nil, problem.Field(problem.Invalid, "ids", "label_plan.targeted.nothing")
	}
	return found, nil
}

func distinct(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

func (f ItemFilter) narrow(q *gorm.DB) *gorm.DB {
	if f.Annotator != "" {
		q = q.Where("annotator = ?", f.Annotator)
	}
	if f.Label != "" {
		q = q.Where(`lower(labels) LIKE lower(?) ESCAPE '\'`, "%"+like(rawjson.Quote(f.Label))+"%")
	}
	return q
}

// like escapes what LIKE takes for a pattern.
func like(s string) string {
	return strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(s)
}

// target adds rows behind those added before, and to the draw what they are.
func (s *Service) target(tx *gorm.DB, by actor.Actor, d *Draw, items []Item, note string) error {
	had, err := targetedIDs(tx, d)
	if err != nil {
		return err
	}
	rows := make([]Sampled, len(items))
	for i, it := range items {
		had = append(had, it.ItemID)
		rows[i] = Sampled{DrawID: d.ID, Position: FirstTargeted + d.Targeted + int64(i) + 1, N: it.N, Purpose: PurposeTargeted}
	}
	if err := tx.CreateInBatches(rows, rowsAtOnce).Error; err != nil {
		return err
	}
	d.Targeted, d.TargetedHash, d.Version = int64(len(had)), listHash(had), d.Version+1
	d.TargetedNotes = append(d.TargetedNotes, TargetedNote{Count: int64(len(items)), Note: note, By: by.ID, At: s.ledger.Now()})
	return save(tx, d, d.Version-1)
}

// targetedIDs lists the ids of the targeted items of a draw as they were added.
func targetedIDs(db *gorm.DB, d *Draw) (ids []string, err error) {
	return ids, db.Table("label_sampled AS s").Joins("JOIN label_item AS i ON i.lot_id = ? AND i.n = s.n", d.LotID).
		Where("s.draw_id = ? AND s.position > ?", d.ID, int64(FirstTargeted)).Order("s.position").Pluck("i.item_id", &ids).Error
}
