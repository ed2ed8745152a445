package checklist

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
)

// Pick is an assessment in the version that was shown.
type Pick struct {
	ID      string
	Version int64
}

// Result is what became of one pick. Err is nil when it was changed, or had
// nothing to change.
type Result struct {
	Assessment Assessment // as it is now; zero when not found
	Changed    bool
	Err        error
}

// Bulk makes the same change to many assessments in one transaction. What
// cannot be changed is left as it is and told in its result; the others are
// changed all the same. Results come in the order of the picks.
func (s *Service) Bulk(ctx context.Context, by actor.Actor, picks []Pick, c Change) ([]Result, error) {
	results := make([]Result, len(picks))
	err := s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		rows, err := pickRows(tx, by, picks)
		if err != nil {
			return nil, err
		}
		var events []audit.Event
		for i, p := range picks {
			e, r, err := s.bulkOne(ctx, tx, by, rows[p.ID], p, c)
			if err != nil {
				return nil, err
			}
			results[i] = r
			if r.Changed {
				events = append(events, e)
			}
		}
		if len(events) == 0 {
			return nil, errSame
		}
		return events, nil
	})
	if errors.Is(err, errSame) {
		err = nil
	}
	return results, err
}

func pickRows(tx *gorm.DB, by actor.Actor, picks []Pick) (map[string]*Assessment, error) {
	ids := make([]string, len(picks))
	for i, p := range picks {
		ids[i] = p.ID
	}
	var list []Assessment
	if err := visible(locked(tx), by).Where("id IN ?", ids).Order("id").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read assessments: %w", err)
	}
	rows := make(map[string]*Assessment, len(list))
	for i := range list {
		rows[list[i].ID] = &list[i]
	}
	return rows, nil
}

// bulkOne changes one row. The error is a fault; what the person did wrong
// stands in the result.
func (s *Service) bulkOne(ctx context.Context, tx *gorm.DB, by actor.Actor, row *Assessment, p Pick, c Change) (audit.Event, Result, error) {
	if row == nil {
		return audit.Event{}, Result{Err: notFound()}, nil
	}
	a := *row
	if a.Version != p.Version {
		return audit.Event{}, Result{Assessment: a, Err: stale()}, nil
	}
	e, err := s.change(ctx, by, &a, c)
	if errors.Is(err, errSame) {
		return e, Result{Assessment: a}, nil
	}
	if told(err) {
		return e, Result{Assessment: *row, Err: err}, nil
	}
	if err == nil {
		err = save(tx, &a, p.Version)
		*row = a // picked twice: the second time it is stale
	}
	return e, Result{Assessment: a, Changed: true}, err
}
