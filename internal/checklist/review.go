package checklist

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// Approve lets a proposed conclusion take effect. version is the one that was
// shown, so that nobody approves words they have not read.
//
// It returns Conflict when nothing is proposed or the row was changed
// meanwhile, and Forbidden for whoever proposed or last wrote the conclusion.
func (s *Service) Approve(ctx context.Context, by actor.Actor, id string, version int64, note string) (Assessment, error) {
	return s.edit(ctx, by, id, version, func(_ *gorm.DB, a *Assessment) (audit.Event, error) {
		if err := reviewable(by, *a); err != nil {
			return audit.Event{}, err
		}
		if err := checkNote(note, false); err != nil {
			return audit.Event{}, err
		}
		m := s.moment(by, s.requirement(ctx, *a))
		a.Status = a.ProposedStatus
		a.ProposedStatus, a.ProposedBy, a.ProposedAt = "", "", nil
		a.ApprovedBy, a.ApprovedAt = by.ID, &m.now
		a.settle(m)
		a.stamp(m)
		return noted(event("approved", a), note), nil
	})
}

// Return sends a proposed conclusion back with a note that says why; the
// requirement is in progress again and waits with whoever proposed.
func (s *Service) Return(ctx context.Context, by actor.Actor, id string, version int64, note string) (Assessment, error) {
	return s.edit(ctx, by, id, version, func(_ *gorm.DB, a *Assessment) (audit.Event, error) {
		if err := reviewable(by, *a); err != nil {
			return audit.Event{}, err
		}
		if err := checkNote(note, true); err != nil {
			return audit.Event{}, err
		}
		m := s.moment(by, nil)
		a.ReturnedTo, a.ReturnedBy, a.ReturnedAt, a.ReturnedNote = a.ProposedBy, by.ID, &m.now, strings.TrimSpace(note)
		a.ProposedStatus, a.ProposedBy, a.ProposedAt = "", "", nil
		a.stamp(m)
		return noted(event("returned", a), note), nil
	})
}

// reviewable refuses who cannot be the second person.
func reviewable(by actor.Actor, a Assessment) error {
	switch {
	case !a.Applies:
		return problem.New(problem.Conflict, "checklist.not_in_scope")
	case !a.Pending():
		return problem.New(problem.Conflict, "checklist.review.nothing")
	case !by.May(actor.ReviewChecklist):
		return problem.New(problem.Forbidden, "checklist.review.forbidden")
	case a.ProposedBy == by.ID || a.ConcludedBy == by.ID:
		return problem.New(problem.Forbidden, "checklist.review.own")
	}
	return nil
}

// Reaffirm ends a periodic review that changed nothing: the next one is set by
// the requirement's interval. Where the requirement itself changed and two
// people are needed, the conclusion is proposed anew instead.
func (s *Service) Reaffirm(ctx context.Context, by actor.Actor, id string, version int64, note string) (Assessment, error) {
	return s.edit(ctx, by, id, version, func(_ *gorm.DB, a *Assessment) (audit.Event, error) {
		if err := editable(by, *a); err != nil {
			return audit.Event{}, err
		}
		if !a.Status.Concluded() || a.Pending() {
			return audit.Event{}, problem.New(problem.Conflict, "checklist.reaffirm.nothing")
		}
		if err := checkNote(note, false); err != nil {
			return audit.Event{}, err
		}
		m := s.moment(by, s.requirement(ctx, *a))
		action := "reaffirmed"
		if a.CatalogueChanged && a.FourEyes(a.Status) {
			action = "proposed"
			a.judge(a.Status, m, false)
		} else {
			a.NextReview = ""
			a.settle(m)
		}
		a.stamp(m)
		return noted(event(action, a), note), nil
	})
}

func checkNote(note string, required bool) error {
	var f problem.Fields
	if required && strings.TrimSpace(note) == "" {
		f.Add("note", "checklist.note.required")
	}
	checkLength(&f, "note", note)
	return f.Err()
}

// noted keeps what was said with the event.
func noted(e audit.Event, note string) audit.Event {
	if note = strings.TrimSpace(note); note != "" {
		e.Note = map[string]string{"note": note}
	}
	return e
}
