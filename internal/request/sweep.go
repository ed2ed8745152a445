package request

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// sweepAtOnce is how many requests one transaction changes.
const sweepAtOnce = 100

// Sweep does what is due by itself, and is safe to repeat: it counts clocks
// anew after the calendar changed, reminds and escalates, deletes proofs of
// identity, and erases what was kept long enough.
func (s *Service) Sweep(ctx context.Context) error {
	return errors.Join(s.recount(ctx), s.warn(ctx), s.dropProofs(ctx), s.eraseDue(ctx), s.dropSolutions(ctx))
}

// inChunks reads ids and handles them in one transaction each, until none is
// left.
func (s *Service) inChunks(ctx context.Context, by actor.Actor, find func(db *gorm.DB) *gorm.DB, do func(tx *gorm.DB, id string) ([]audit.Event, error)) error {
	for last := ""; ; {
		var ids []string
		if err := find(s.ledger.Read(ctx)).Where("id > ?", last).Order("id").Limit(sweepAtOnce).Pluck("id", &ids).Error; err != nil {
			return fmt.Errorf("find requests: %w", err)
		}
		if len(ids) == 0 {
			return nil
		}
		last = ids[len(ids)-1]
		err := s.ledger.Write(ctx, by, func(tx *gorm.DB) (events []audit.Event, err error) {
			for _, id := range ids {
				more, err := do(tx, id)
				if err != nil {
					return nil, fmt.Errorf("request %s: %w", id, err)
				}
				events = append(events, more...)
			}
			if len(events) == 0 {
				return nil, errNothing
			}
			return events, nil
		})
		if err != nil && !errors.Is(err, errNothing) {
			return err
		}
	}
}

// recount counts the clocks of open requests anew that were counted with an
// older calendar.
func (s *Service) recount(ctx context.Context) error {
	book, err := bookIn(s.ledger.Read(ctx))
	if err != nil {
		return err
	}
	return s.inChunks(ctx, actor.System("calendar"), func(db *gorm.DB) *gorm.DB {
		return db.Model(&Request{}).Where("state IN "+openSQL+" AND calendar_version < ?", book.setting.CalendarVersion)
	}, func(tx *gorm.DB, id string) ([]audit.Event, error) {
		return s.recountOne(tx, id)
	})
}

func (s *Service) recountOne(tx *gorm.DB, id string) ([]audit.Event, error) {
	var r Request
	if err := found(tx.Where("id = ?", id).Take(&r).Error); err != nil {
		return nil, err
	}
	if !r.Open() {
		return nil, nil
	}
	due := r.Due
	by := actor.System("calendar")
	events, err := s.move(tx, by, &r, 0, Count, "recounted", func(*step) error { return nil })
	if err != nil || r.Due == due {
		return events, err
	}
	return events, nil
}

// warn reminds owners ahead of a due day, and tells the lead on it.
func (s *Service) warn(ctx context.Context) error {
	today := s.Today()
	return s.inChunks(ctx, actor.System("reminder"), func(db *gorm.DB) *gorm.DB {
		return db.Model(&Request{}).Where("next_notice > '' AND next_notice <= ?", today)
	}, func(tx *gorm.DB, id string) ([]audit.Event, error) {
		var r Request
		if err := found(tx.Where("id = ? AND next_notice > '' AND next_notice <= ?", id, today).Take(&r).Error); err != nil {
			if problem.Is(err, problem.NotFound) {
				return nil, nil
			}
			return nil, err
		}
		return s.warnOne(tx, &r)
	})
}

func (s *Service) warnOne(tx *gorm.DB, r *Request) ([]audit.Event, error) {
	by := actor.System("reminder")
	escalate := r.Due == "" || r.Due <= s.Today()
	verb := "reminded"
	if escalate {
		verb = "escalated"
	}
	return s.move(tx, by, r, 0, Count, verb, func(x *step) error {
		if !escalate {
			r.Notice = Reminded
			return x.tellStaff(DueSoon, r.audience(x.book)...)
		}
		r.Notice = Escalated
		to := r.audience(x.book)
		if lead := x.book.setting.LeadID; lead != "" && !slices.Contains(to, lead) {
			to = append(to, lead)
		}
		return x.tellStaff(DueNow, to...)
	})
}

// dropProofs deletes files whose time is over: proofs of identity, mostly.
func (s *Service) dropProofs(ctx context.Context) error {
	today := s.Today()
	err := s.inChunks(ctx, actor.System("retention"), func(db *gorm.DB) *gorm.DB {
		return db.Model(&Attachment{}).Where("delete_on > '' AND delete_on <= ? AND deleted_at IS NULL", today)
	}, func(tx *gorm.DB, id string) ([]audit.Event, error) {
		var f Attachment
		if err := tx.Where("id = ? AND deleted_at IS NULL", id).Limit(1).Find(&f).Error; err != nil || f.ID == "" {
			return nil, err
		}
		var r Request
		if err := found(tx.Where("id = ?", f.RequestID).Take(&r).Error); err != nil {
			return nil, err
		}
		rows, err := s.dropFile(tx, &f, "retention")
		return []audit.Event{about("proof_deleted", &r, rows...)}, err
	})
	return err
}

// dropSolutions forgets used challenges that are too old to be used again.
func (s *Service) dropSolutions(ctx context.Context) error {
	return s.ledger.Unaudited(ctx, "used challenges", func(tx *gorm.DB) error {
		return tx.Where("expires_at < ?", s.ledger.Now()).Delete(&solution{}).Error
	})
}
