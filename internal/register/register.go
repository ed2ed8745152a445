package register

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
	"hegui/internal/regulation"
)

// Service keeps the register; make it with New.
type Service struct {
	ledger  *audit.Ledger
	able    Able
	current func(context.Context) *regulation.Catalogue
	scoped  []ScopeHook
	work    WorkReader
	all     *audit.Cache[[]Entry]
	names   *audit.Cache[map[string]string]
}

// ScopeHook acts on a service whose scope was just saved, within the same
// transaction, and gives the events of what it changed.
type ScopeHook func(tx *gorm.DB, by actor.Actor, e Entry) ([]audit.Event, error)

// Able says whether a person can be given work that needs a permission on a
// service; "" is a service that is not registered yet.
type Able func(ctx context.Context, account string, p actor.Permission, service string) (bool, error)

// New makes the service. current gives the catalogue in force.
func New(l *audit.Ledger, able Able, current func(context.Context) *regulation.Catalogue) *Service {
	s := &Service{ledger: l, able: able, current: current, all: audit.NewCache(l, readAll(l), "service")}
	s.names = audit.NewCache(l, s.readNames, "service")
	return s
}

// OnScope adds a hook; it is called when everything is wired, before the
// first request.
func (s *Service) OnScope(hook ScopeHook) { s.scoped = append(s.scoped, hook) }

// Registration is a new service: its facts and what is known of its scope.
type Registration struct {
	Details
	Scope Scoping
}

// Register adds a service. It is refused with Forbidden for people who see
// only some services, and with a message at the name when that is taken.
func (s *Service) Register(ctx context.Context, by actor.Actor, in Registration) (e Entry, err error) {
	if !by.AllServices {
		return e, problem.New(problem.Forbidden, "register.limited")
	}
	if err := s.checkPeople(ctx, in.Details, Details{}, ""); err != nil {
		return e, err
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		made, events, err := s.RegisterTx(tx, by, in)
		e = made
		return events, err
	})
	return e, err
}

// RegisterTx adds a service within a transaction of the caller, who has to
// record the events it gives. The people named in it are taken as they are.
func (s *Service) RegisterTx(tx *gorm.DB, by actor.Actor, in Registration) (Entry, []audit.Event, error) {
	ctx, now := tx.Statement.Context, s.ledger.Now()
	if err := s.CheckRegistration(ctx, &in); err != nil {
		return Entry{}, nil, err
	}
	e := Entry{ID: s.ledger.NewID(), CreatedAt: now, CreatedBy: by.ID, UpdatedAt: now, Version: 1}
	e.put(in.Details)
	e.putScope(in.Scope)
	if in.Scope.Public != regulation.Unknown || len(in.Scope.Answers) > 0 {
		e.ScopedAt, e.ScopedBy = &now, by.ID
	}
	err := tx.Create(&e).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return Entry{}, nil, problem.Field(problem.Invalid, "name", "register.name.taken")
	}
	if err != nil {
		return Entry{}, nil, fmt.Errorf("create service: %w", err)
	}
	events, err := s.afterScope(tx, by, e)
	return e, append([]audit.Event{event("registered", &e)}, events...), err
}

// CheckRegistration gives what is wrong with a registration, without looking
// at other services.
func (s *Service) CheckRegistration(ctx context.Context, in *Registration) error {
	var f problem.Fields
	for _, err := range []error{in.Validate(day.Of(s.ledger.Now())), in.Scope.validate(s.current(ctx))} {
		list, ok := problem.FieldsOf(err)
		if err != nil && !ok {
			return err
		}
		for _, one := range list {
			f.Add(one.Field, one.Key, one.Args...)
		}
	}
	return f.Err()
}

func (s *Service) afterScope(tx *gorm.DB, by actor.Actor, e Entry) (events []audit.Event, err error) {
	for _, hook := range s.scoped {
		more, err := hook(tx, by, e)
		if err != nil {
			return nil, err
		}
		events = append(events, more...)
	}
	return events, nil
}

// Catalogue gives the catalogue in force, by which services are judged.
func (s *Service) Catalogue(ctx context.Context) *regulation.Catalogue { return s.current(ctx) }

// Today is the day it is for the organisation.
func (s *Service) Today() day.Date { return day.Of(s.ledger.Now()) }

// First registers the first service while the organisation is founded; it is
// what account.Found takes along. Its field messages start with "service_",
// beside those of the people.
func (s *Service) First(in Registration) func(tx *gorm.DB, by actor.Actor) ([]audit.Event, error) {
	return func(tx *gorm.DB, by actor.Actor) ([]audit.Event, error) {
		_, events, err := s.RegisterTx(tx, by, in)
		return events, ofService(err)
	}
}

// CheckFirst gives what is wrong with the first service, as First would.
func (s *Service) CheckFirst(ctx context.Context, in Registration) error {
	return ofService(s.CheckRegistration(ctx, &in))
}

func ofService(err error) error {
	list, ok := problem.FieldsOf(err)
	if !ok {
		return err
	}
	var f problem.Fields
	for _, one := range list {
		f.Add("service_"+one.Field, one.Key, one.Args...)
	}
	return f.Err()
}
