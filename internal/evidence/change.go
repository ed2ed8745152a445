package evidence

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
)

// change runs fn on a piece that the person may edit, and writes it with the
// events fn gives and those of the watchers.
func (s *Service) change(ctx context.Context, by actor.Actor, id string, fn func(*gorm.DB, *Item) ([]audit.Event, error)) error {
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		i, err := s.edit(tx, by, id)
		if err != nil {
			return nil, err
		}
		return s.write(tx, by, &i, fn)
	})
}

// write lets fn change a piece, stores it if nobody else did meanwhile, and
// tells the watchers.
func (s *Service) write(tx *gorm.DB, by actor.Actor, i *Item, fn func(*gorm.DB, *Item) ([]audit.Event, error)) ([]audit.Event, error) {
	read := i.Version
	events, err := fn(tx, i)
	if err != nil {
		return nil, err
	}
	i.Version++
	res := tx.Model(i).Where("version = ?", read).Select("*").Omit("links").Updates(i)
	if res.Error != nil {
		return nil, fmt.Errorf("update evidence: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return nil, problem.New(problem.Conflict, "evidence.changed_meanwhile")
	}
	if err := place(tx, events); err != nil {
		return nil, err
	}
	assessments, err := s.assessmentsOf(tx, i.ID)
	if err != nil {
		return nil, err
	}
	told, err := s.tell(tx, by, assessments)
	if err != nil {
		return nil, err
	}
	return append(events, told...), nil
}

func (s *Service) assessmentsOf(tx *gorm.DB, evidence ...string) (list []string, err error) {
	if err := tx.Model(&Link{}).Where("evidence_id IN ?", evidence).Order("assessment_id").Pluck("assessment_id", &list).Error; err != nil {
		return nil, fmt.Errorf("read linked assessments: %w", err)
	}
	return list, nil
}

// Edit is a new description of a piece. Version is the one that was shown.
type Edit struct {
	ID      string
	Version int64
	Description
}

// Change describes a piece anew. A change of its type, dates or validity sends
// an approved piece back to review. It returns Conflict when the piece changed
// since the version that was shown.
func (s *Service) Change(ctx context.Context, by actor.Actor, in Edit) error {
	var f problem.Fields
	in.check(&f, "", s.Today())
	if err := f.Err(); err != nil {
		return err
	}
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) { return s.describe(tx, by, in, false) })
}

// ChangeBatch describes several pieces at once, all or none; with submit they
// go to review, too. The fields of the errors start with the piece's id and a
// dot.
func (s *Service) ChangeBatch(ctx context.Context, by actor.Actor, list []Edit, submit bool) error {
	var f problem.Fields
	for n := range list {
		list[n].check(&f, list[n].ID+".", s.Today())
	}
	if err := f.Err(); err != nil {
		return err
	}
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		var out []audit.Event
		for _, in := range list {
			events, err := s.describe(tx, by, in, submit)
			if err != nil {
				return nil, err
			}
			out = append(out, events...)
		}
		return out, nil
	})
}

func (s *Service) describe(tx *gorm.DB, by actor.Actor, in Edit, submit bool) ([]audit.Event, error) {
	i, err := s.edit(tx, by, in.ID)
	if err != nil {
		return nil, err
	}
	if i.Version != in.Version {
		return nil, problem.New(problem.Conflict, "evidence.changed_meanwhile")
	}
	return s.write(tx, by, &i, func(tx *gorm.DB, i *Item) ([]audit.Event, error) {
		action := "changed"
		substance := in.apply(i)
		s.renew(i)
		if substance && i.State == Approved {
			s.resubmit(by, i)
		}
		if submit && (i.State == Draft || i.State == Returned) {
			action = "submitted"
			i.State = Returned // whatever it was: resubmit moves it on
			s.resubmit(by, i)
		}
		return []audit.Event{event(action, i)}, s.reindex(tx, i)
	})
}

// renew takes the mark of expiry away when the validity was prolonged.
func (s *Service) renew(i *Item) {
	if !i.Expired(s.Today()) {
		i.ExpiredOn = ""
	}
}

func (s *Service) reindex(tx *gorm.DB, i *Item) error {
	var v Version
	if err := tx.Where("id = ?", i.CurrentID).Take(&v).Error; err != nil {
		return fmt.Errorf("read current version: %w", err)
	}
	return s.index(tx, *i, v)
}

// Send submits a draft or a returned piece for review.
func (s *Service) Send(ctx context.Context, by actor.Actor, id string) error {
	return s.change(ctx, by, id, func(_ *gorm.DB, i *Item) ([]audit.Event, error) {
		if i.State != Draft && i.State != Returned {
			return nil, problem.New(problem.Conflict, "evidence.already_submitted")
		}
		i.State = Returned
		s.resubmit(by, i)
		return []audit.Event{event("submitted", i)}, nil
	})
}

// Setting changes one thing about many pieces; nil leaves it.
type Setting struct {
	OwnerID         *string
	ValidUntil      *day.Date
	Confidentiality *Confidentiality
}

// SetMany changes many pieces at once. It leaves alone those that the person
// may not edit or that the setting does not fit, and says how many it changed.
func (s *Service) SetMany(ctx context.Context, by actor.Actor, ids []string, set Setting) (changed int, err error) {
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		changed = 0
		var out []audit.Event
		for _, id := range ids {
			events, err := s.setOne(tx, by, id, set)
			if skip(err) {
				continue
			}
			if err != nil {
				return nil, err
			}
			changed++
			out = append(out, events...)
		}
		if changed == 0 {
			return nil, problem.New(problem.Conflict, "evidence.bulk.none")
		}
		return out, nil
	})
	return changed, err
}

// skip says that a piece is left out of a bulk action rather than failing it.
func skip(err error) bool {
	return problem.Is(err, problem.NotFound) || problem.Is(err, problem.Forbidden) || problem.Is(err, problem.Conflict) || problem.Is(err, problem.Invalid)
}

func (s *Service) setOne(tx *gorm.DB, by actor.Actor, id string, set Setting) ([]audit.Event, error) {
	i, err := s.edit(tx, by, id)
	if err != nil {
		return nil, err
	}
	in := Edit{ID: id, Version: i.Version, Description: i.Describe()}
	if set.OwnerID != nil {
		in.OwnerID = *set.OwnerID
	}
	if set.ValidUntil != nil {
		in.ValidUntil = *set.ValidUntil
	}
	if set.Confidentiality != nil {
		in.Confidentiality = *set.Confidentiality
	}
	if in.Description == i.Describe() {
		return nil, problem.New(problem.Conflict, "evidence.bulk.none")
	}
	var f problem.Fields
	in.check(&f, "", s.Today())
	if err := f.Err(); err != nil {
		return nil, err
	}
	return s.describe(tx, by, in, false)
}

// Retire takes a piece out of use for good, with a reason. It stays readable.
func (s *Service) Retire(ctx context.Context, by actor.Actor, id, reason string) error {
	reason, err := checkReason("reason", reason)
	if err != nil {
		return err
	}
	return s.change(ctx, by, id, func(_ *gorm.DB, i *Item) ([]audit.Event, error) {
		now := s.ledger.Now()
		i.State, i.RetiredBy, i.RetiredAt, i.RetiredReason = Retired, by.ID, &now, reason
		return []audit.Event{event("retired", i)}, nil
	})
}

// Approve accepts a submitted piece as proof. It returns Conflict when the
// piece is not under review or changed since version, and Forbidden for the
// person who submitted it or made the version under review.
func (s *Service) Approve(ctx context.Context, by actor.Actor, id string, version int64, note string) error {
	return s.review(ctx, by, id, version, Approved, strings.TrimSpace(note))
}

// Return sends a submitted piece back with a reason.
func (s *Service) Return(ctx context.Context, by actor.Actor, id string, version int64, note string) error {
	note, err := checkReason("note", note)
	if err != nil {
		return err
	}
	return s.review(ctx, by, id, version, Returned, note)
}

func (s *Service) review(ctx context.Context, by actor.Actor, id string, version int64, to State, note string) error {
	if len([]rune(note)) > MaxNote {
		return problem.Field(problem.Invalid, "note", "evidence.remark.long", "max", MaxNote)
	}
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		i, err := s.find(tx, by, id)
		if err != nil {
			return nil, err
		}
		if err := s.mayReview(tx, by, i, version); err != nil {
			return nil, err
		}
		return s.write(tx, by, &i, func(_ *gorm.DB, i *Item) ([]audit.Event, error) {
			now := s.ledger.Now()
			i.State, i.ReviewedBy, i.ReviewedAt, i.ReviewNote = to, by.ID, &now, note
			s.renew(i)
			return []audit.Event{event(string(to), i)}, nil
		})
	})
}

func (s *Service) mayReview(tx *gorm.DB, by actor.Actor, i Item, version int64) error {
	if !by.May(actor.ReviewEvidence) {
		return problem.New(problem.Forbidden, "error.role")
	}
	if i.State != Submitted {
		return problem.New(problem.Conflict, "evidence.not_under_review")
	}
	if i.Version != version {
		return problem.New(problem.Conflict, "evidence.changed_meanwhile")
	}
	var v Version
	if err := tx.Where("id = ?", i.CurrentID).Take(&v).Error; err != nil {
		return fmt.Errorf("read current version: %w", err)
	}
	if i.SubmittedBy == by.ID || v.CreatedBy == by.ID {
		return problem.New(problem.Forbidden, "evidence.second_person")
	}
	return nil
}
