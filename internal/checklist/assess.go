package checklist

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// errSame ends a write that would change nothing.
var errSame = errors.New("checklist: nothing to change")

// Assess changes an assessment and gives it as it is afterwards. version is
// the one that was shown. Fields equal to what is stored are left alone, and a
// change of nothing is no change.
//
// It returns NotFound when the person may not see the assessment, Forbidden
// when they may not change it or this part of it, Conflict when it does not
// apply to the service or was changed meanwhile, and Invalid with fields.
func (s *Service) Assess(ctx context.Context, by actor.Actor, id string, version int64, c Change) (Assessment, error) {
	return s.edit(ctx, by, id, version, func(_ *gorm.DB, a *Assessment) (audit.Event, error) {
		return s.change(ctx, by, a, c)
	})
}

// Assign sets the owner.
func (s *Service) Assign(ctx context.Context, by actor.Actor, id string, version int64, owner string) (Assessment, error) {
	return s.Assess(ctx, by, id, version, Change{Owner: &owner})
}

// edit reads an assessment that the person may see, lets fn change it, and
// writes it with fn's event.
func (s *Service) edit(ctx context.Context, by actor.Actor, id string, version int64, fn func(*gorm.DB, *Assessment) (audit.Event, error)) (Assessment, error) {
	var out Assessment
	err := s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		a, err := find(locked(tx), by, id)
		if err != nil {
			return nil, err
		}
		if a.Version != version {
			return nil, stale()
		}
		read := a.Version
		out = a
		e, err := fn(tx, &out)
		if err != nil {
			return nil, err
		}
		return []audit.Event{e}, save(tx, &out, read)
	})
	if errors.Is(err, errSame) {
		return out, nil
	}
	return out, err
}

// change checks and makes a change on a row in memory.
func (s *Service) change(ctx context.Context, by actor.Actor, a *Assessment, c Change) (audit.Event, error) {
	c = c.trimmed(*a)
	if c.empty() {
		return audit.Event{}, errSame
	}
	if err := editable(by, *a); err != nil {
		return audit.Event{}, err
	}
	if c.plans() && !MayPlan(by, *a) {
		return audit.Event{}, problem.New(problem.Forbidden, "checklist.plan.forbidden")
	}
	m := s.moment(by, s.requirement(ctx, *a))
	if err := c.check(*a, m.today()); err != nil {
		return audit.Event{}, err
	}
	if c.Owner != nil {
		if err := s.mayOwn(ctx, by, *c.Owner, a.ServiceID); err != nil {
			return audit.Event{}, err
		}
	}
	return event(a.apply(c, m), a), nil
}

// mayOwn refuses owners who could not do the work.
func (s *Service) mayOwn(ctx context.Context, by actor.Actor, owner, service string) error {
	if owner == "" || owner == by.ID && by.May(actor.Contribute) && by.SeesService(service) {
		return nil
	}
	people, err := s.able(ctx, actor.Contribute, service)
	if err != nil {
		return err
	}
	for _, p := range people {
		if p.ID == owner {
			return nil
		}
	}
	return problem.Field(problem.Invalid, "owner", "checklist.owner.unable")
}
