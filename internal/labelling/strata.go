package labelling

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"

	"hegui/internal/actor"
)

// StratumSize is how many items of a lot have a value on an axis.
type StratumSize struct {
	LotID string `gorm:"primaryKey"`
	Axis  Axis   `gorm:"primaryKey"`
	Name  string `gorm:"primaryKey"` // of the column, "" for the other axes
	Value string `gorm:"primaryKey"` // "" where items have none
	Size  int64
}

// TableName is the table of strata.
func (StratumSize) TableName() string { return "label_stratum" }

// Bounds of an axis by which a lot can be stratified: more values than these,
// or longer ones, are no strata.
const (
	maxValues = 200
	maxValue  = 200 // bytes of a value
)

// axisKey is an axis, with its column.
type axisKey struct {
	axis Axis
	name string
}

// counter counts the values of items on every axis.
type counter struct {
	sizes map[axisKey]map[string]*int64
	texts map[string][]*int64 // by the text of labels or columns, which repeat
	unfit map[axisKey]bool
}

func newCounter() *counter {
	return &counter{sizes: map[axisKey]map[string]*int64{}, texts: map[string][]*int64{}, unfit: map[axisKey]bool{}}
}

// slot is the count of a value on an axis, nil for an axis with too many.
func (c *counter) slot(key axisKey, value string) *int64 {
	if c.unfit[key] {
		return nil
	}
	values := c.sizes[key]
	if values == nil {
		values = map[string]*int64{}
		c.sizes[key] = values
	}
	if n := values[value]; n != nil {
		return n
	}
	if len(values) == maxValues || len(value) > maxValue {
		c.unfit[key] = true
		delete(c.sizes, key)
		return nil
	}
	n := new(int64)
	values[strings.Clone(value)] = n
	return n
}

// maxTexts bounds the texts that are remembered.
const maxTexts = 10_000

// add counts an item.
func (c *counter) add(annotator, labels, columns string) error {
	if n := c.slot(axisKey{axis: AxisAnnotator}, annotator); n != nil {
		*n++
	}
	if err := c.text(labels, c.labelSlots); err != nil {
		return err
	}
	return c.text(columns, c.columnSlots)
}

// text counts an item by one of its JSON texts, which are parsed once.
func (c *counter) text(raw string, parse func(string) ([]*int64, error)) error {
	slots, known := c.texts[raw]
	if !known {
		var err error
		if slots, err = parse(raw); err != nil {
			return fmt.Errorf("count strata: %w", err)
		}
		if len(c.texts) < maxTexts {
			c.texts[raw] = slots
		}
	}
	for _, n := range slots {
		if n != nil {
			*n++
		}
	}
	return nil
}

func (c *counter) labelSlots(raw string) ([]*int64, error) {
	value, err := labelValue(raw)
	return []*int64{c.slot(axisKey{axis: AxisLabel}, value)}, err
}

func (c *counter) columnSlots(raw string) (out []*int64, err error) {
	columns := map[string]string{}
	if err := json.Unmarshal([]byte(raw), &columns); err != nil {
		return nil, err
	}
	for name, value := range columns {
		out = append(out, c.slot(axisKey{AxisColumn, name}, value))
	}
	return out, nil
}

// labelValue is the class of an item: its distinct labels in order.
func labelValue(raw string) (string, error) {
	var labels []string
	if err := json.Unmarshal([]byte(raw), &labels); err != nil {
		return "", err
	}
	slices.Sort(labels)
	return strings.Join(slices.Compact(labels), " + "), nil
}

// columnValue is the value of an item in a column, "" without one.
func columnValue(raw, column string) (string, error) {
	columns := map[string]string{}
	err := json.Unmarshal([]byte(raw), &columns)
	return columns[column], err
}

// repeats says that a column holds what another axis counts already: the
// column that annotators, or labels, were read from.
func (c *counter) repeats(key axisKey) bool {
	same := func(a, b *int64) bool { return *a == *b }
	return key.axis == AxisColumn && (maps.EqualFunc(c.sizes[key], c.sizes[axisKey{axis: AxisAnnotator}], same) ||
		maps.EqualFunc(c.sizes[key], c.sizes[axisKey{axis: AxisLabel}], same))
}

// rows gives the counts as rows; an axis on which items lack a value counts
// them as a stratum without a name.
func (c *counter) rows(lot string, items int64) (out []StratumSize) {
	for key, values := range c.sizes {
		if c.repeats(key) {
			continue
		}
		rest := items
		for value, n := range values {
			rest -= *n
			if value != "" && *n > 0 {
				out = append(out, StratumSize{lot, key.axis, key.name, value, *n})
			}
		}
		if none := values[""]; none != nil {
			rest += *none
		}
		if rest > 0 {
			out = append(out, StratumSize{lot, key.axis, key.name, "", rest})
		}
	}
	return out
}

// countStrata counts the items of a lot on every axis, in one pass.
func countStrata(db *gorm.DB, lot string, items int64) ([]StratumSize, error) {
	rows, err := db.Table("label_item").Select("annotator, labels, strata").Where("lot_id = ?", lot).Rows()
	if err != nil {
		return nil, fmt.Errorf("count strata: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err below tells
	c := newCounter()
	var annotator, labels, columns string
	for rows.Next() {
		if err := rows.Scan(&annotator, &labels, &columns); err != nil {
			return nil, fmt.Errorf("count strata: %w", err)
		}
		if err := c.add(annotator, labels, columns); err != nil {
			return nil, err
		}
	}
	return c.rows(lot, items), rows.Err()
}

// keepStrata writes the counts of a lot in place of earlier ones.
func keepStrata(tx *gorm.DB, lot string, list []StratumSize) error {
	if err := tx.Where("lot_id = ?", lot).Delete(&StratumSize{}).Error; err != nil || len(list) == 0 {
		return err
	}
	return tx.CreateInBatches(list, rowsAtOnce).Error
}

// Axes lists by what a frozen lot can be stratified: what has at least two
// values and not too many.
func (s *Service) Axes(ctx context.Context, by actor.Actor, lot string) ([]Stratify, error) {
	if _, err := s.Lot(ctx, by, lot); err != nil {
		return nil, err
	}
	var found []StratumSize
	err := s.ledger.Read(ctx).Model(&StratumSize{}).Select("axis", "name").Where("lot_id = ?", lot).Group("axis, name").
		Having("COUNT(*) > 1").Order("axis, name").Find(&found).Error
	out := make([]Stratify, len(found))
	for i, f := range found {
		out[i] = Stratify{By: f.Axis, Column: f.Name}
	}
	return out, err
}

// strataOf lists the strata of a lot on an axis, the largest first.
func strataOf(db *gorm.DB, lot string, by Stratify) (list []StratumSize, err error) {
	return list, db.Where("lot_id = ? AND axis = ? AND name = ?", lot, by.By, by.Column).Order("size DESC, value").Find(&list).Error
}

// keyOf stands for a value without telling it: the start of the SHA-256 over
// lot and value.
func keyOf(lot, value string) string {
	sum := sha256.Sum256([]byte(lot + "\n" + value))
	return hex.EncodeToString(sum[:8])
}

// named gives strata their keys and names: people by their pseudonyms, those
// that nobody is known by by their place, other values as they are.
func (s *Service) named(db *gorm.DB, l Lot, list []StratumSize, axis Axis) ([]PlanStratum, error) {
	people := map[string]Worker{}
	if axis == AxisAnnotator {
		var err error
		if people, err = byCode(db, l.ProjectID); err != nil {
			return nil, err
		}
	}
	out, taken := make([]PlanStratum, len(list)), map[string]int{}
	for i, one := range list {
		name := one.Value
		if axis == AxisAnnotator && name != "" {
			name = fmt.Sprintf("#%d", i+1)
			if w, ok := people[one.Value]; ok {
				name = w.Pseudonym
			}
		}
		if name == "" {
			name = "–"
		}
		if taken[name]++; taken[name] > 1 {
			name = fmt.Sprintf("%s (%d)", name, taken[name])
		}
		out[i] = PlanStratum{Key: keyOf(l.ID, one.Value), Name: name, Size: one.Size}
	}
	return out, nil
}
