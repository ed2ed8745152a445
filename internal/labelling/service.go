package labelling

import (
	"errors"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/file"
	"hegui/internal/problem"
)

// Recorded are the models whose rows the ledger commits to.
var Recorded = []any{&Project{}, &RuleSet{}, &Reading{}, &Supplier{}, &Worker{}, &Function{}, &Training{}, &Suspension{}, &Batch{}, &Lot{}, &Picture{}}

// Free are the tables that hold nothing of their own: items and layouts are
// proven by the hashes in the rows of batch and lot, draws by those in theirs.
var Free = []string{"label_item", "label_refused", "label_layout", "label_progress", "label_sampled", "label_assigned"}

// Service keeps labelling; make it with New.
type Service struct {
	ledger *audit.Ledger
	files  *file.Service
}

// New makes the service.
func New(l *audit.Ledger, files *file.Service) *Service { return &Service{ledger: l, files: files} }

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
func take(db *gorm.DB, by actor.Actor, id string, dest any) error {
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
