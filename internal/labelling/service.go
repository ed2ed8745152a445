package labelling

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/evidence"
	"hegui/internal/file"
	"hegui/internal/problem"
	"hegui/internal/regulation"
)

// Recorded are the models whose rows the ledger commits to.
var Recorded = []any{&Project{}, &RuleSet{}, &Reading{}, &Supplier{}, &Worker{}, &Function{}, &Training{}, &Suspension{}, &Hold{}, &Batch{}, &Lot{}, &Picture{}, &Plan{}, &SeedPart{}, &Draw{},
	&Stream{}, &StreamStep{}, &Decision{}, &Record{}, &Correcting{},
	&Assignment{}, &Check{}, &Gold{}}

// Free are the tables that hold nothing of their own: items and layouts are
// proven by the hashes in the rows of batch and lot, draws by those in theirs.
var Free = []string{"label_item", "label_refused", "label_layout", "label_report", "label_progress", "label_sampled", "label_assigned", "label_dispute", "label_stratum",
	"label_tally", "label_tally_defect", "label_tally_worker"}

// Service keeps labelling; make it with New.
type Service struct {
	ledger     *audit.Ledger
	files      *file.Service
	evidence   *evidence.Service
	proves     func(tx *gorm.DB, service string, requirements []string) ([]evidence.Target, error)
	service    func(ctx context.Context, by actor.Actor, id string) error
	able       func(ctx context.Context, service string) (map[string]bool, error)
	log        *slog.Logger
	tasks      *tasks
	parsers    parsers
	standings  standings
	regulation *regulation.Service
}

// Options are what the service needs of other parts.
type Options struct {
	Files    *file.Service
	Evidence *evidence.Service
	// Proves finds the assessments of requirements in a service, as far as they apply.
	Proves     func(tx *gorm.DB, service string, requirements []string) ([]evidence.Target, error)
	Regulation *regulation.Service                                        // figures that plans rest on
	Service    func(ctx context.Context, by actor.Actor, id string) error // NotFound for a service that the actor does not see
	// Checkers gives the accounts that may check labels of a service; nil: all may.
	Checkers func(ctx context.Context, service string) (map[string]bool, error)
	Log      *slog.Logger // of background tasks; default none
}

// New makes the service. Close ends its background tasks.
func New(l *audit.Ledger, o Options) *Service {
	return &Service{ledger: l, files: o.Files, evidence: o.Evidence, proves: o.Proves, service: o.Service, able: o.Checkers, regulation: o.Regulation, log: discard(o.Log), tasks: newTasks()}
}

// Today is the present day in the organisation's zone.
func (s *Service) Today() day.Date { return day.Of(s.ledger.Now()) }

// scope narrows a query of rows with a service to what the actor may see.
func scope(db *gorm.DB, by actor.Actor) *gorm.DB {
	if by.AllServices {
		return db
	}
	return db.Where("service_id IN ?", append([]string{""}, by.Services...)) // never an empty list
}

// take reads the row with an id into dest; there is none for the actor when it
// belongs to a service that they do not see.
//
// In a transaction a lot is locked: its counters move with every check, and
// must not be written over by somebody who read them before.
func take(db *gorm.DB, by actor.Actor, id string, dest any) error {
	if _, inside := db.Statement.ConnPool.(gorm.TxCommitter); inside {
		if _, ok := dest.(*Lot); ok {
			db = db.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
		}
	}
	return found(scope(db, by).Where("id = ?", id).Take(dest).Error)
}

// found turns a missing row into NotFound.
func found(err error) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return problem.New(problem.NotFound, "labelling.not_found")
	}
	return err
}

// save writes a row over the version that was shown; the row carries the
// next version already.
func save(tx *gorm.DB, row any, shown int64) error {
	res := tx.Model(row).Where("version = ?", shown).Select("*").Updates(row)
	if res.Error != nil {
		return res.Error
	}
	if res.RowsAffected == 0 {
		return problem.New(problem.Conflict, "labelling.changed_meanwhile")
	}
	return nil
}

// object is what an event is about, named by its table without the prefix.
func object(kind, id string) audit.Object { return audit.Object{Type: "label_" + kind, ID: id} }

// The longest texts, in characters.
const (
	maxName  = 100
	maxShort = 200
	maxText  = 20_000
	maxNote  = 2_000
)

// word trims a one-line text and notes what is wrong with it.
func word(f *problem.Fields, field string, text *string, limit int, required bool) {
	*text = strings.TrimSpace(*text)
	switch {
	case *text == "" && required:
		f.Add(field, "labelling.required")
	case utf8.RuneCountInString(*text) > limit:
		f.Add(field, "labelling.long", "max", limit)
	}
}

// create writes a new row; a name that is taken stands at its field.
func create(tx *gorm.DB, row any, field string) error {
	err := tx.Create(row).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) && field != "" {
		return problem.Field(problem.Invalid, field, "labelling.taken")
	}
	return err
}

// update writes a row over the version that was shown; a name that is taken
// stands at its field.
func update(tx *gorm.DB, row any, shown int64, field string) error {
	err := save(tx, row, shown)
	if errors.Is(err, gorm.ErrDuplicatedKey) && field != "" {
		return problem.Field(problem.Invalid, field, "labelling.taken")
	}
	return err
}
