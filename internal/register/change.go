package register

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
)

// Change replaces the facts of a service. version is the one that was shown;
// it is refused with Conflict when somebody else was first, or when the
// service is retired.
func (s *Service) Change(ctx context.Context, by actor.Actor, service string, version int64, in Details) (Entry, error) {
	if err := in.Validate(day.Of(s.ledger.Now())); err != nil {
		return Entry{}, err
	}
	had, err := s.Get(ctx, by, service)
	if err != nil {
		return Entry{}, err
	}
	if err := s.checkPeople(ctx, in, had.Details(), service); err != nil {
		return Entry{}, err
	}
	return s.update(ctx, by, service, version, "changed", func(e *Entry) error {
		if err := active(e); err != nil {
			return err
		}
		e.put(in)
		return nil
	})
}

// Retire takes a service out of use, with a reason. Everything recorded about
// it stays.
func (s *Service) Retire(ctx context.Context, by actor.Actor, service string, version int64, reason string) (Entry, error) {
	reason, err := checkReason(reason)
	if err != nil {
		return Entry{}, err
	}
	return s.update(ctx, by, service, version, "retired", func(e *Entry) error {
		if err := active(e); err != nil {
			return err
		}
		now := s.ledger.Now()
		e.State, e.RetiredAt, e.RetiredReason = Retired, &now, reason
		return nil
	})
}

// Reinstate brings a retired service back as suspended.
func (s *Service) Reinstate(ctx context.Context, by actor.Actor, service string, version int64) (Entry, error) {
	return s.update(ctx, by, service, version, "reinstated", func(e *Entry) error {
		if !e.Retired() {
			return problem.New(problem.Conflict, "register.not_retired")
		}
		e.State, e.RetiredAt, e.RetiredReason = Suspended, nil, ""
		return nil
	})
}

func checkReason(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return "", problem.Field(problem.Invalid, "reason", "register.reason.required")
	}
	if utf8.RuneCountInString(reason) > maxReason {
		return "", problem.Field(problem.Invalid, "reason", "register.text.long", "max", maxReason)
	}
	return reason, nil
}

// active refuses to change a retired service.
func active(e *Entry) error {
	if e.Retired() {
		return problem.New(problem.Conflict, "register.retired")
	}
	return nil
}

// update reads a service within the actor's scope, lets fn change it, and
// writes it with its event and those of the hooks, which see it written.
func (s *Service) update(ctx context.Context, by actor.Actor, service string, version int64, action string, fn func(*Entry) error, hooks ...ScopeHook) (e Entry, err error) {
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		e, err = get(tx, by, service)
		if err != nil {
			return nil, err
		}
		if err := fn(&e); err != nil {
			return nil, err
		}
		if err := s.save(tx, &e, version); err != nil {
			return nil, err
		}
		events := []audit.Event{event(action, &e)}
		for _, hook := range hooks {
			more, err := hook(tx, by, e)
			if err != nil {
				return nil, err
			}
			events = append(events, more...)
		}
		return events, nil
	})
	return e, err
}

// save writes a service over the version that was shown.
func (s *Service) save(tx *gorm.DB, e *Entry, shown int64) error {
	e.Version, e.UpdatedAt = shown+1, s.ledger.Now()
	res := tx.Model(e).Where("version = ?", shown).Select("*").Updates(e)
	if errors.Is(res.Error, gorm.ErrDuplicatedKey) {
		return problem.Field(problem.Invalid, "name", "register.name.taken")
	}
	if res.Error != nil {
		return fmt.Errorf("update service: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return problem.New(problem.Conflict, "register.changed_meanwhile")
	}
	return nil
}

// Responsible is who may be named for each field of people: only those who
// can do the work that comes with it.
var Responsible = []struct {
	Field      string
	Permission actor.Permission
	Of         func(Details) string
}{
	{"compliance_owner", actor.Assess, func(d Details) string { return d.ComplianceOwner }},
	{"product_owner", actor.Contribute, func(d Details) string { return d.ProductOwner }},
	{"technical_owner", actor.Contribute, func(d Details) string { return d.TechnicalOwner }},
	{"privacy_contact", actor.Contribute, func(d Details) string { return d.PrivacyContact }},
}

// checkPeople refuses people who cannot take the part they are named for.
// Those who were named before may stay: a role may have changed since.
func (s *Service) checkPeople(ctx context.Context, now, had Details, service string) error {
	var f problem.Fields
	for _, r := range Responsible {
		id := r.Of(now)
		if id == "" || id == r.Of(had) {
			continue
		}
		ok, err := s.able(ctx, id, r.Permission, service)
		if err != nil {
			return err
		}
		if !ok {
			f.Add(r.Field, "register.person.unfit")
		}
	}
	return f.Err()
}
