package request

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/day"
	"hegui/internal/problem"
)

// Wait stops the clock until the person has done something; the words tell
// them what.
func (s *Service) Wait(ctx context.Context, by actor.Actor, id string, version int64, reason PauseReason, words string, letter ...Written) (Request, error) {
	var f problem.Fields
	one(&f, "reason", reason, PauseReasons)
	word(&f, "words", &words, maxNote, true)
	if err := f.Err(); err != nil {
		return Request{}, err
	}
	return s.act(ctx, by, id, version, Ask, "paused", func(x *step) error {
		if err := x.edited(letter); err != nil {
			return err
		}
		p := Pause{ID: x.ledger.NewID(), RequestID: x.r.ID, Reason: reason, FromAt: x.now, PausedBy: x.by.ID}
		sealed, err := x.seal("pause/"+p.ID+"/words", words)
		if err != nil {
			return err
		}
		p.Words, x.r.ResumeTo = sealed, x.r.State
		x.pauses = append(x.pauses, p)
		if err := x.create(&p); err != nil {
			return err
		}
		x.because(string(reason))
		_, err = x.letter(QuestionLetter, words)
		return err
	})
}

// GoOn starts the clock again.
func (s *Service) GoOn(ctx context.Context, by actor.Actor, id string, version int64) (Request, error) {
	return s.act(ctx, by, id, version, Resume, "resumed", func(x *step) error { return x.endPause() })
}

// endPause ends the pause that lasts, if any.
func (x *step) endPause() error {
	for n := range x.pauses {
		p := &x.pauses[n]
		if p.UntilAt != nil {
			continue
		}
		p.UntilAt, p.ResumedBy = &x.now, x.by.ID
		if err := x.store(p); err != nil {
			return err
		}
	}
	return nil
}

// Prolong extends the deadline once by the rule's days, and tells the person
// why. It is Conflict when the rule allows none, when it was done before, and
// when the deadline is over already.
func (s *Service) Prolong(ctx context.Context, by actor.Actor, id string, version int64, reason ExtensionReason, words string, letter ...Written) (Request, error) {
	var f problem.Fields
	one(&f, "reason", reason, ExtensionReasons)
	word(&f, "words", &words, maxNote, true)
	if err := f.Err(); err != nil {
		return Request{}, err
	}
	return s.act(ctx, by, id, version, Extend, "extended", func(x *step) error {
		if err := x.edited(letter); err != nil {
			return err
		}
		return x.prolong(reason, words)
	})
}

// extendable is Conflict when the deadline cannot be extended.
func (x *step) extendable() error {
	r := x.r
	switch {
	case r.ExtensionDays == 0:
		return problem.New(problem.Conflict, "request.extend.none")
	case r.StartedAt == nil:
		return problem.New(problem.Conflict, "request.extend.early")
	case r.Due.Before(x.today):
		return problem.New(problem.Conflict, "request.extend.late")
	}
	return nil
}

func (x *step) prolong(reason ExtensionReason, words string) error {
	r := x.r
	if err := x.extendable(); err != nil {
		return err
	}
	e := Extension{ID: x.ledger.NewID(), RequestID: r.ID, Days: r.ExtensionDays, Reason: reason, DueBefore: r.Due, CreatedBy: x.by.ID, CreatedAt: x.now}
	sealed, err := x.seal("extension/"+e.ID+"/words", words)
	if err != nil {
		return err
	}
	r.ExtendedDays = r.ExtensionDays
	x.wind(x.book, r, x.pauses)
	x.because(string(reason))
	m, err := x.letter(ExtensionLetter, words)
	if err != nil {
		return err
	}
	e.Words, e.MessageID, e.DueAfter = sealed, m.ID, r.Due
	if err := x.tx.Create(&e).Error; errors.Is(err, gorm.ErrDuplicatedKey) {
		return problem.New(problem.Conflict, "request.extend.twice")
	} else if err != nil {
		return fmt.Errorf("create extension: %w", err)
	}
	x.rows = append(x.rows, &e)
	return x.tellStaff(WasExtended, x.r.audience(x.book)...)
}

// Keep places a legal hold: nothing that the request concerns may be deleted,
// and the request is not erased, until it is lifted.
func (s *Service) Keep(ctx context.Context, by actor.Actor, id string, version int64, basis HoldBasis, until day.Date, words string) (Request, error) {
	var f problem.Fields
	one(&f, "basis", basis, HoldBases)
	word(&f, "words", &words, maxNote, true)
	if until != "" && until < s.Today() {
		f.Add("until_on", "request.hold.past")
	}
	if err := f.Err(); err != nil {
		return Request{}, err
	}
	return s.act(ctx, by, id, version, PlaceHold, "held", func(x *step) error {
		if x.r.Held {
			return problem.New(problem.Conflict, "request.hold.there")
		}
		h := Hold{ID: x.ledger.NewID(), RequestID: x.r.ID, ServiceID: x.r.ServiceID, Basis: basis, UntilOn: until, PlacedBy: x.by.ID, PlacedAt: x.now, Version: 1}
		sealed, err := x.seal("hold/"+h.ID+"/words", words)
		h.Words, x.r.Held = sealed, true
		return errors.Join(err, x.create(&h))
	})
}

// Release lifts the legal hold.
func (s *Service) Release(ctx context.Context, by actor.Actor, id string, version int64, words string) (Request, error) {
	if err := checkWords(&words, true); err != nil {
		return Request{}, err
	}
	return s.act(ctx, by, id, version, LiftHold, "released", func(x *step) error {
		var h Hold
		if err := x.tx.Where("request_id = ? AND released_at IS NULL", x.r.ID).Limit(1).Find(&h).Error; err != nil {
			return fmt.Errorf("read hold: %w", err)
		}
		if h.ID == "" {
			return problem.New(problem.Conflict, "request.hold.none")
		}
		sealed, err := x.seal("hold/"+h.ID+"/release", words)
		h.ReleaseWords, h.ReleasedBy, h.ReleasedAt, x.r.Held = sealed, x.by.ID, &x.now, false
		h.Version++
		return errors.Join(err, x.store(&h))
	})
}
