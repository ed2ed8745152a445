package labelling

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hegui/internal/labelling/exports"
)

// Report is what a look through the whole file of a batch found.
type Report struct {
	Format     exports.Format   `json:"format"`
	Encoding   exports.Encoding `json:"encoding"`
	BOM        bool             `json:"bom,omitempty"`
	EncodingBy string           `json:"encoding_by"`
	Fields     []string         `json:"fields,omitempty"` // by which the format was recognised
	Rows       int64            `json:"rows"`
	Items      int64            `json:"items"`
	Refused    int64            `json:"refused"`
	LeftOut    exports.LeftOut  `json:"left_out"`
	Annotators []Tally          `json:"annotators"` // the most frequent first
	Labels     []Tally          `json:"labels"`
	Verdicts   []Tally          `json:"verdicts"`
	Strata     []string         `json:"strata"`
	Fatal      *exports.Fault   `json:"fatal,omitempty"`
}

// Importable says whether an import can begin.
func (report Report) Importable() bool { return report.Fatal == nil && report.Items > 0 }

// Bounds of what is kept about a file.
const (
	maxTallies = 200     // values listed
	maxTallied = 5_000   // different values told apart
	maxStrata  = 60      // columns
	maxRefused = 100_000 // refused rows listed
)

// tally counts values; past maxTallied different ones, new ones are not.
type tally map[string]int64

func (t tally) add(value string) {
	if value == "" {
		return
	}
	if _, ok := t[value]; ok || len(t) < maxTallied {
		t[value]++
	}
}

func (t tally) list() []Tally {
	out := make([]Tally, 0, len(t))
	for name, n := range t {
		out = append(out, Tally{name, n})
	}
	slices.SortFunc(out, func(a, b Tally) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name)) })
	return out[:min(len(out), maxTallies)]
}

// visitor sees what a file holds, row by row. An error of its ends the scan.
type visitor interface {
	item(r *exports.Reader, it exports.Item) error
	refuse(f *exports.Fault) error
	tick(read, size int64) error // after every row; for work at intervals
}

// scan reads a batch's file from beginning to end. What makes the file
// unreadable stands in the report; the error is that of the source or visitor.
func (s *Service) scan(ctx context.Context, b Batch, v visitor) (Report, exports.Layout, error) {
	report := Report{Annotators: []Tally{}, Labels: []Tally{}, Verdicts: []Tally{}, Strata: []string{}}
	r, err := s.open(ctx, b)
	if f, ok := exports.FaultOf(err); ok {
		report.Fatal = f
		return report, exports.Layout{}, nil
	}
	if err != nil {
		return report, exports.Layout{}, err
	}
	report.Format, report.Encoding, report.BOM = r.Guess.Layout.Format, r.Guess.Layout.Encoding, r.Guess.Layout.BOM
	report.EncodingBy, report.Fields = r.Guess.EncodingBy, r.Guess.Fields
	if err := report.read(ctx, r, v); err != nil {
		return report, exports.Layout{}, err
	}
	if f, ok := exports.FaultOf(r.Err()); ok {
		report.Fatal = f
		return report, exports.Layout{}, nil
	}
	return report, r.Layout(), r.Err()
}

func (report *Report) read(ctx context.Context, r *exports.Reader, v visitor) error {
	annotators, labels, verdicts, strata := tally{}, tally{}, tally{}, map[string]bool{}
	for it, f := range r.Items() {
		var err error
		if f != nil {
			report.Refused++
			report.Rows = max(report.Rows, int64(f.Row))
			err = v.refuse(f)
		} else {
			report.Items++
			report.Rows = max(report.Rows, int64(it.Row))
			annotators.add(it.Annotator)
			verdicts.add(string(it.Verdict))
			for _, l := range it.Labels {
				labels.add(l)
			}
			for _, c := range it.Strata {
				if !strata[c.Name] && len(report.Strata) < maxStrata {
					strata[c.Name] = true
					report.Strata = append(report.Strata, c.Name)
				}
			}
			err = v.item(r, it)
		}
		if err == nil {
			err = v.tick(r.Progress())
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
	}
	report.LeftOut = r.LeftOut()
	report.Annotators, report.Labels, report.Verdicts = annotators.list(), labels.list(), verdicts.list()
	return nil
}

// checker is the visitor of the first look: it notes the rows that will be
// refused, and how far it got.
type checker struct {
	s       *Service
	ctx     context.Context //nolint:containedctx // lives as long as one scan
	batch   string
	refused []Refused
	count   int64
	every   time.Duration // how often it says how far it got
	last    time.Time
}

func (c *checker) item(*exports.Reader, exports.Item) error { return nil }

func (c *checker) refuse(f *exports.Fault) error {
	if c.count++; c.count > maxRefused {
		return nil
	}
	args := f.Args
	if args == nil {
		args = []any{}
	}
	c.refused = append(c.refused, Refused{BatchID: c.batch, N: c.count, RowNo: int64(f.Row), LineNo: int64(f.Line), Code: f.Code, Args: args})
	return nil
}

// noted is how often a look through a file says how far it got.
const noted = 200 * time.Millisecond

func (c *checker) tick(read, size int64) error {
	if time.Since(c.last) < c.every && len(c.refused) < 2000 {
		return nil
	}
	return c.flush(read, size)
}

func (c *checker) flush(read, size int64) error {
	c.last = time.Now()
	err := c.s.ledger.Unaudited(c.ctx, "look through an export", func(tx *gorm.DB) error {
		if len(c.refused) > 0 {
			if err := tx.CreateInBatches(c.refused, 500).Error; err != nil {
				return err
			}
		}
		return note(tx, progress{BatchID: c.batch, ReadBytes: read, Size: size, Refused: c.count, Phase: phaseChecking, Staged: []string{}, BeatAt: c.s.ledger.Now()})
	})
	c.refused = c.refused[:0]
	return err
}

// note writes how far something got.
func note(tx *gorm.DB, p progress) error {
	return tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "batch_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"read_bytes", "size", "items", "refused", "phase", "staged", "beat_at"})}).Create(&p).Error
}

// check looks through a batch's file and keeps the report. It says how far it
// got at intervals.
func (s *Service) check(ctx context.Context, batch string, every time.Duration) error {
	var b Batch
	if err := s.ledger.Read(ctx).Where("id = ?", batch).Take(&b).Error; err != nil {
		return fmt.Errorf("read batch: %w", err)
	}
	if err := s.forget(ctx, batch); err != nil {
		return err
	}
	c := &checker{s: s, ctx: ctx, batch: batch, every: every, last: time.Now()}
	report, _, err := s.scan(ctx, b, c)
	if err == nil {
		err = c.flush(b.FileSize, b.FileSize)
	}
	if err != nil {
		return fmt.Errorf("look through export: %w", err)
	}
	data, err := json.Marshal(report)
	if err != nil {
		return err
	}
	return s.ledger.Unaudited(ctx, "report on an export", func(tx *gorm.DB) error {
		if err := tx.Where("batch_id = ?", batch).Delete(&progress{}).Error; err != nil {
			return err
		}
		return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&reportRow{BatchID: batch, Data: data}).Error
	})
}

// forget removes what an earlier look found.
func (s *Service) forget(ctx context.Context, batch string) error {
	return s.ledger.Unaudited(ctx, "report on an export", func(tx *gorm.DB) error {
		for _, row := range []any{&reportRow{}, &Refused{}} {
			if err := tx.Where("batch_id = ?", batch).Delete(row).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

type reportRow struct {
	BatchID string `gorm:"primaryKey"`
	Data    []byte
}

// TableName is the table of reports.
func (reportRow) TableName() string { return "label_report" }

// Report gives what the look through a batch's file found; ok is false while
// it goes on.
func (s *Service) Report(ctx context.Context, batch string) (r Report, ok bool, err error) {
	var rows []reportRow
	if err := s.ledger.Read(ctx).Where("batch_id = ?", batch).Limit(1).Find(&rows).Error; err != nil || len(rows) == 0 {
		return r, false, err
	}
	return r, true, json.Unmarshal(rows[0].Data, &r)
}

// RefusedRows lists the refused rows of a batch after the n-th.
func (s *Service) RefusedRows(ctx context.Context, batch string, after int64, limit int) (list []Refused, err error) {
	return list, s.ledger.Read(ctx).Where("batch_id = ? AND n > ?", batch, after).Order("n").Limit(limit).Find(&list).Error
}
