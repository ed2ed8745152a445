package labelling

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/labelling/exports"
	"hegui/internal/problem"
)

// Answers are what the file of a batch does not say.
type Answers struct {
	Name         string
	Kind         Kind
	RuleSetID    string // NoRules when there were none
	SupplierID   string
	PeriodFrom   day.Date
	PeriodUntil  day.Date
	RiskCategory string
	Note         string
	ParentLotID  string
	DivideBy     Division
	DivideColumn string
	DivideSize   int64
	SkipRefused  bool // import although some rows are refused
}

// NoRules says that a batch was labelled without rules.
const NoRules = "none"

// RiskCategories are the five groups of safety risks of TC260-003 annex A, and
// "mixed".
var RiskCategories = []string{"a1", "a2", "a3", "a4", "a5", "mixed"}

// Bounds of lots.
const (
	maxLots    = 500
	maxLotSize = 5_000_000
)

func (in *Answers) check(today day.Date, report Report) error {
	var f problem.Fields
	word(&f, "name", &in.Name, maxName, true)
	word(&f, "note", &in.Note, maxNote, false)
	if !slices.Contains(Kinds, in.Kind) {
		f.Add("kind", "labelling.choose")
	}
	if in.RuleSetID == "" {
		f.Add("rule_set", "labelling.choose")
	}
	switch {
	case in.PeriodFrom == "":
		f.Add("period_from", "labelling.required")
	case in.PeriodUntil == "":
		f.Add("period_until", "labelling.required")
	case in.PeriodUntil < in.PeriodFrom:
		f.Add("period_until", "labelling.date.order")
	case today.Before(in.PeriodUntil):
		f.Add("period_until", "labelling.date.past")
	}
	if in.RiskCategory != "" && !slices.Contains(RiskCategories, in.RiskCategory) {
		f.Add("risk_category", "labelling.choose")
	}
	in.checkDivision(&f, report)
	if report.Refused > 0 && !in.SkipRefused {
		f.Add("skip_refused", "labelling.import.refused")
	}
	return f.Err()
}

func (in *Answers) checkDivision(f *problem.Fields, report Report) {
	switch in.DivideBy {
	case Whole, ByAnnotator:
	case ByColumn:
		if !slices.Contains(report.Strata, in.DivideColumn) {
			f.Add("divide_column", "labelling.choose")
		}
	case BySize:
		if in.DivideSize < 1 || in.DivideSize > maxLotSize || (report.Items+in.DivideSize-1)/in.DivideSize > maxLots {
			f.Add("divide_size", "labelling.import.size", "max", maxLots)
		}
	default:
		f.Add("divide_by", "labelling.choose")
	}
}

func (in Answers) apply(b *Batch) {
	b.Name, b.Kind, b.RuleSetID, b.SupplierID = in.Name, in.Kind, in.RuleSetID, in.SupplierID
	if in.RuleSetID == NoRules {
		b.RuleSetID = ""
	}
	b.PeriodFrom, b.PeriodUntil, b.RiskCategory, b.Note, b.ParentLotID = in.PeriodFrom, in.PeriodUntil, in.RiskCategory, in.Note, in.ParentLotID
	b.DivideBy, b.DivideColumn, b.DivideSize = in.DivideBy, "", 0
	if in.DivideBy == ByColumn {
		b.DivideColumn = in.DivideColumn
	}
	if in.DivideBy == BySize {
		b.DivideSize = in.DivideSize
	}
}

// Confirm describes a batch and starts its import in the background. It is
// refused while the file is looked through, and for a file that cannot be
// imported.
func (s *Service) Confirm(ctx context.Context, by actor.Actor, batch string, version int64, in Answers) (Batch, error) {
	b, err := s.confirmed(ctx, by, batch, version, in)
	if err == nil {
		s.start(b.ID, func(ctx context.Context) error { return s.run(ctx, b.ID, chunkTime) })
	}
	return b, err
}

// confirmed records what the file of a batch does not say.
func (s *Service) confirmed(ctx context.Context, by actor.Actor, batch string, version int64, in Answers) (b Batch, err error) {
	report, ok, err := s.Report(ctx, batch)
	if err != nil {
		return b, err
	}
	if !ok {
		return b, problem.New(problem.Conflict, "labelling.import.checking")
	}
	if !report.Importable() {
		return b, problem.New(problem.Conflict, "labelling.import.nothing")
	}
	if err := in.check(s.Today(), report); err != nil {
		return b, err
	}
	return s.updateBatch(ctx, by, batch, version, "confirmed", func(tx *gorm.DB, b *Batch) error {
		if b.State != BatchUploaded {
			return problem.New(problem.Conflict, "labelling.batch.not_waiting")
		}
		if err := s.checkReferences(tx, by, b, in); err != nil {
			return err
		}
		in.apply(b)
		b.State, b.ConfirmedBy = BatchImporting, by.ID
		return nil
	})
}

// checkReferences looks up what the answers name.
func (s *Service) checkReferences(tx *gorm.DB, by actor.Actor, b *Batch, in Answers) error {
	var f problem.Fields
	if in.RuleSetID != NoRules {
		var r RuleSet
		if take(tx, by, in.RuleSetID, &r) != nil || r.ProjectID != b.ProjectID || r.Kind != in.Kind || !slices.Contains(published, r.State) {
			f.Add("rule_set", "labelling.import.rules_kind")
		}
	}
	if err := knownSupplier(tx, in.SupplierID); err != nil {
		f.Add("supplier", "labelling.choose")
	}
	if in.ParentLotID != "" {
		var parent Lot
		if take(tx, by, in.ParentLotID, &parent) != nil || parent.ProjectID != b.ProjectID || parent.Outcome != Rejected {
			f.Add("parent_lot", "labelling.choose")
		}
	}
	return f.Err()
}

// Cancel ends a batch that waits or is being imported; nothing of it is kept
// but that it was there.
func (s *Service) Cancel(ctx context.Context, by actor.Actor, batch string) (Batch, error) {
	b, err := s.Batch(ctx, by, batch)
	if err != nil {
		return b, err
	}
	b, err = s.updateBatch(ctx, by, batch, b.Version, "cancelled", func(_ *gorm.DB, b *Batch) error {
		if b.State != BatchUploaded && b.State != BatchImporting {
			return problem.New(problem.Conflict, "labelling.batch.not_waiting")
		}
		now := s.ledger.Now()
		b.State, b.EndedAt = BatchCancelled, &now
		return nil
	})
	if err != nil {
		return b, err
	}
	s.stop(b.ID)
	s.start(b.ID, func(ctx context.Context) error { return s.clear(ctx, b.ID) })
	return b, nil
}

// errTooManyLots says that a batch would fall into more lots than are useful.
var errTooManyLots = errors.New("too many lots")

// run imports a confirmed batch from the beginning, in chunks that take every
// at most.
func (s *Service) run(ctx context.Context, batch string, every time.Duration) error {
	if err := s.clear(ctx, batch); err != nil {
		return err
	}
	var b Batch
	if err := s.ledger.Read(ctx).Where("id = ?", batch).Take(&b).Error; err != nil || b.State != BatchImporting {
		return err
	}
	im := newImporter(ctx, s, b, every)
	people, err := byCode(s.ledger.Read(ctx), b.ProjectID)
	if err != nil {
		return err
	}
	im.people = people
	report, layout, err := s.scan(ctx, b, im)
	if err == nil && report.Fatal == nil {
		err = im.finish()
	}
	err = errors.Join(err, im.written()) // nothing is staged any more when this is cleared
	switch {
	case ctx.Err() != nil:
		return nil //nolint:nilerr // stopped: by Cancel, which clears, or by the end of the program, after which run starts again
	case errors.Is(err, errTooManyLots):
		report.Fatal = &exports.Fault{Code: "too_many_lots", Args: []any{"max", maxLots}, Fatal: true}
	case err != nil:
		report.Fatal = &exports.Fault{Code: "failed", Fatal: true}
	}
	if report.Fatal != nil {
		return errors.Join(err, s.fail(ctx, b, *report.Fatal), s.clear(ctx, batch))
	}
	if err := s.seal(ctx, b, im.lots, report, layout); err != nil {
		return errors.Join(err, s.fail(ctx, b, exports.Fault{Code: "failed"}), s.clear(ctx, batch))
	}
	return nil
}

var importSystem = actor.System("import")

// fail records why an import did not come to its end. A batch that was
// cancelled meanwhile stays so.
func (s *Service) fail(ctx context.Context, b Batch, f exports.Fault) error {
	err := s.ledger.Write(ctx, importSystem, func(tx *gorm.DB) ([]audit.Event, error) {
		if err := stillImporting(tx, &b); err != nil {
			return nil, err
		}
		now := s.ledger.Now()
		b.State, b.FaultCode, b.FaultArgs, b.EndedAt, b.UpdatedAt = BatchFailed, f.Code, f.Args, &now, now
		if b.FaultArgs == nil {
			b.FaultArgs = []any{}
		}
		b.Version++
		e := batchEvent("failed", &b)
		e.Outcome = audit.Failed
		return []audit.Event{e}, save(tx, &b, b.Version-1)
	})
	if errors.Is(err, errNotImporting) {
		return nil
	}
	return err
}

var errNotImporting = errors.New("batch is not being imported any more")

func stillImporting(tx *gorm.DB, b *Batch) error {
	id := b.ID
	*b = Batch{}
	if err := tx.Where("id = ?", id).Take(b).Error; err != nil {
		return err
	}
	if b.State != BatchImporting {
		return errNotImporting
	}
	return nil
}

// seal makes batch and lots real, in one transaction.
func (s *Service) seal(ctx context.Context, b Batch, lots []*Lot, report Report, layout exports.Layout) error {
	if err := s.phase(ctx, b.ID, phaseSealing); err != nil {
		return err
	}
	for _, lot := range lots {
		var err error
		if lot.ContentHash, err = contentHash(s.ledger.Read(ctx), lot.ID); err != nil {
			return err
		}
	}
	sum, err := s.keepLayout(ctx, b.ID, layout)
	if err != nil {
		return err
	}
	err = s.ledger.Write(ctx, importSystem, func(tx *gorm.DB) ([]audit.Event, error) {
		if err := stillImporting(tx, &b); err != nil {
			return nil, err
		}
		b.describe(report, lots, sum)
		now := s.ledger.Now()
		b.State, b.EndedAt, b.UpdatedAt = BatchImported, &now, now
		b.Version++
		events := []audit.Event{batchEvent("imported", &b)}
		for _, lot := range lots {
			lot.fill(b, now)
			if err := create(tx, lot, ""); err != nil {
				return nil, err
			}
			events = append(events, lotEvent("opened", lot))
		}
		if err := tx.Where("batch_id = ?", b.ID).Delete(&progress{}).Error; err != nil {
			return nil, err
		}
		corrected, err := s.recorrect(tx, b.ParentLotID)
		if err != nil {
			return nil, err
		}
		return append(events, corrected...), save(tx, &b, b.Version-1)
	})
	if errors.Is(err, errNotImporting) {
		return s.clear(ctx, b.ID)
	}
	return err
}

func (b *Batch) describe(r Report, lots []*Lot, layout string) {
	b.Format, b.Encoding = string(r.Format), string(r.Encoding)
	b.Items, b.Refused, b.Lots = r.Items, r.Refused, int64(len(lots))
	b.LeftOut = int64(r.LeftOut.Cancelled + r.LeftOut.Drafts + r.LeftOut.Unlabelled)
	b.Annotators, b.Labels, b.Strata = r.Annotators, r.Labels, r.Strata
	b.LayoutSHA256, b.ContentHash = layout, hashOfLots(lots)
}

func (l *Lot) fill(b Batch, now time.Time) {
	l.BatchID, l.ProjectID, l.ServiceID, l.SupplierID = b.ID, b.ProjectID, b.ServiceID, b.SupplierID
	l.Kind, l.RuleSetID, l.ParentID = b.Kind, b.RuleSetID, b.ParentLotID
	l.Name = b.Name
	if l.Division != "" {
		l.Name = fmt.Sprintf("%s · %s", b.Name, l.Division)
	}
	l.State, l.StateSince, l.CreatedAt, l.UpdatedAt, l.Version = LotOpen, now, now, now, 1
}

// Batch gives a batch that the actor sees, or NotFound.
func (s *Service) Batch(ctx context.Context, by actor.Actor, id string) (b Batch, err error) {
	return b, found(scope(s.ledger.Read(ctx), by).Where("id = ?", id).Take(&b).Error)
}

// BatchFilter narrows the list of batches; empty fields do not.
type BatchFilter struct {
	Project string
	Service string
	State   BatchState
	After   string
	Limit   int
}

// Batches lists batches, newest first.
func (s *Service) Batches(ctx context.Context, by actor.Actor, f BatchFilter) (list []Batch, err error) {
	q := scope(s.ledger.Read(ctx), by).Omit("annotators", "labels", "strata", "columns", "fault_args")
	for column, value := range map[string]string{"project_id": f.Project, "service_id": f.Service, "state": string(f.State)} {
		if value != "" {
			q = q.Where(column+" = ?", value)
		}
	}
	if f.After != "" {
		q = q.Where("id < ?", f.After)
	}
	return list, q.Order("id DESC").Limit(f.Limit).Find(&list).Error
}

// jsonOf writes what always encodes.
func jsonOf(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Errorf("labelling: encode: %w", err))
	}
	return data
}
