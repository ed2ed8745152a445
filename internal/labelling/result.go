package labelling

import (
	"maps"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hegui/internal/day"
	"hegui/internal/labelling/exports/rawjson"
)

// LotResult is what was found in the sample of a decided lot. It is made of the
// lot's checks when a decision becomes final, and made anew by a later decision.
type LotResult struct {
	LotID      string `gorm:"primaryKey"`
	ProjectID  string
	ServiceID  string
	SupplierID string
	StreamID   string
	Kind       Kind
	RuleSetID  string
	Original   bool // not a re-submission
	Accepted   bool
	Proven     bool  // see Computed.Proven
	Items      int64 // of the sample, with a verdict
	Wrong      int64 // of them
	DecidedOn  day.Date
	DecidedAt  time.Time
}

// TableName is the table of results.
func (LotResult) TableName() string { return "label_tally" }

// defectResult is how many items of a lot's sample have a defect.
type defectResult struct {
	LotID string `gorm:"primaryKey"`
	Code  string `gorm:"primaryKey"`
	Items int64
}

// TableName is the table of defects found.
func (defectResult) TableName() string { return "label_tally_defect" }

// workerResult is what was found in the work of one annotator, named as exports
// do, on items of one class.
type workerResult struct {
	LotID     string `gorm:"primaryKey"`
	Annotator string `gorm:"primaryKey"`
	Class     string `gorm:"primaryKey"`
	Items     int64
	Wrong     int64
}

// TableName is the table of annotators' results.
func (workerResult) TableName() string { return "label_tally_worker" }

// Found is the final verdict on an item of a sample.
type Found struct {
	N       int64 // of the item in its lot
	Wrong   bool
	Defects []string
}

// noteResult notes what was found in a lot, instead of what was noted before.
func (s *Service) noteResult(tx *gorm.DB, l Lot, proven bool, list []Found) error {
	if err := forgetResult(tx, l.ID); err != nil {
		return err
	}
	if len(list) == 0 {
		return nil
	}
	now := s.ledger.Now()
	t := LotResult{LotID: l.ID, ProjectID: l.ProjectID, ServiceID: l.ServiceID, SupplierID: l.SupplierID, StreamID: l.StreamID, Kind: l.Kind, RuleSetID: l.RuleSetID,
		Original: l.ParentID == "", Accepted: l.Outcome == Accepted, Proven: proven, Items: int64(len(list)), DecidedOn: day.Of(now), DecidedAt: now}
	defects, workers := map[string]*defectResult{}, map[[2]string]*workerResult{}
	owners, err := ownersOf(tx, l.ID, list)
	if err != nil {
		return err
	}
	for _, f := range list {
		who := owners[f.N]
		w := workers[who]
		if w == nil {
			w = &workerResult{LotID: l.ID, Annotator: who[0], Class: who[1]}
			workers[who] = w
		}
		w.Items++
		if f.Wrong {
			t.Wrong++
			w.Wrong++
		}
		for _, code := range f.Defects {
			if defects[code] == nil {
				defects[code] = &defectResult{LotID: l.ID, Code: code}
			}
			defects[code].Items++
		}
	}
	if err := tx.Create(&t).Error; err != nil {
		return err
	}
	return keepCounts(tx, ordered(defects, strings.Compare), ordered(workers, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }))
}

func keepCounts(tx *gorm.DB, defects []*defectResult, workers []*workerResult) error {
	if len(defects) > 0 {
		if err := tx.CreateInBatches(defects, 200).Error; err != nil {
			return err
		}
	}
	return tx.CreateInBatches(workers, 200).Error
}

// ordered gives the values of a map in the order of their keys.
func ordered[K comparable, V any](m map[K]V, compare func(a, b K) int) []V {
	out := make([]V, 0, len(m))
	for _, k := range slices.SortedFunc(maps.Keys(m), compare) {
		out = append(out, m[k])
	}
	return out
}

// forgetResult forgets what was noted of a lot.
func forgetResult(tx *gorm.DB, lot string) error {
	for _, row := range []any{&LotResult{}, &defectResult{}, &workerResult{}} {
		if err := tx.Where("lot_id = ?", lot).Delete(row).Error; err != nil {
			return err
		}
	}
	return nil
}

// ownersOf gives annotator and class of the items found, some hundreds with
// a query.
func ownersOf(tx *gorm.DB, lot string, list []Found) (map[int64][2]string, error) {
	const atOnce = 500
	out := make(map[int64][2]string, len(list))
	for from := 0; from < len(list); from += atOnce {
		ids := make([]int64, 0, atOnce)
		for _, f := range list[from:min(len(list), from+atOnce)] {
			ids = append(ids, f.N)
		}
		var rows []struct {
			N                 int64
			Annotator, Labels string
		}
		if err := tx.Table("label_item").Clauses(clause.Select{Columns: []clause.Column{{Name: "n"}, {Name: "annotator"}, {Name: "labels"}}}).
			Where("lot_id = ? AND n IN ?", lot, ids).Scan(&rows).Error; err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.N] = [2]string{r.Annotator, classOf(r.Labels)}
		}
	}
	return out, nil
}

// longestClass is the longest name of a class, in bytes.
const longestClass = 64

// classOf is the class by which an annotator's items are compared: the first
// label; none for free text, which no two items share.
func classOf(labels string) string {
	for e := range rawjson.Elements(labels) {
		if c := strings.TrimSpace(rawjson.Text(e)); len(c) <= longestClass {
			return c
		}
		return ""
	}
	return ""
}
