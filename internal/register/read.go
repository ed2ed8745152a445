package register

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// Get gives a service within the actor's scope, or NotFound.
func (s *Service) Get(ctx context.Context, by actor.Actor, service string) (Entry, error) {
	return get(s.ledger.Read(ctx), by, service)
}

func get(db *gorm.DB, by actor.Actor, service string) (e Entry, err error) {
	if !by.SeesService(service) {
		return e, notFound()
	}
	err = db.Where("id = ?", service).Take(&e).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return e, notFound()
	}
	if err != nil {
		return e, fmt.Errorf("read service: %w", err)
	}
	return e, nil
}

func notFound() error { return problem.New(problem.NotFound, "register.not_found") }

// scope narrows a query to what the actor may see.
func scope(db *gorm.DB, by actor.Actor) *gorm.DB {
	if by.AllServices {
		return db
	}
	return db.Where("id IN ?", append([]string{""}, by.Services...)) // never an empty list
}

// maxVisible bounds selects; a provider with more services narrows by scope.
const maxVisible = 200

// Visible lists the services in the actor's scope by name, at most 200.
func (s *Service) Visible(ctx context.Context, by actor.Actor) ([]Entry, error) {
	all, err := s.all.Get(ctx)
	if err != nil || by.AllServices {
		return all[:min(len(all), maxVisible)], err
	}
	var list []Entry
	for _, e := range all {
		if by.SeesService(e.ID) && len(list) < maxVisible {
			list = append(list, e)
		}
	}
	return list, nil
}

// maxAll bounds what is kept in memory to choose from.
const maxAll = 5000

// readAll reads the services by name.
func readAll(l *audit.Ledger) func(context.Context) ([]Entry, error) {
	return func(ctx context.Context) (list []Entry, err error) {
		err = l.Read(ctx).Order("name, id").Limit(maxAll).Find(&list).Error
		return list, err
	}
}

// Order is how a list is sorted.
type Order string

// The orders.
const (
	ByName   Order = ""
	ByNewest Order = "newest"
)

// Filter narrows the list; empty fields do not.
type Filter struct {
	Query string // part of the name or of a filing, registration or algorithm number
	State State
	Kind  Kind
	Order Order
	After string // id of the last service of the page before
	Limit int
}

// List gives up to Limit services in the actor's scope.
func (s *Service) List(ctx context.Context, by actor.Actor, f Filter) (list []Entry, err error) {
	q := scope(s.ledger.Read(ctx), by)
	if f.State != "" {
		q = q.Where("state = ?", f.State)
	}
	if f.Kind != "" {
		q = q.Where("kind = ?", f.Kind)
	}
	if f.Query != "" {
		q = q.Where(`lower(name) LIKE ? ESCAPE '\' OR lower(filing_number) LIKE ? ESCAPE '\' OR lower(registration_number) LIKE ? ESCAPE '\' OR lower(algorithm_number) LIKE ? ESCAPE '\'`,
			like(f.Query), like(f.Query), like(f.Query), like(f.Query))
	}
	q, err = s.after(ctx, q, f)
	if err != nil {
		return nil, err
	}
	err = q.Limit(f.Limit).Find(&list).Error
	return list, err
}

// after orders the list and starts it behind the last service seen. A last
// service that is gone starts it again.
func (s *Service) after(ctx context.Context, q *gorm.DB, f Filter) (*gorm.DB, error) {
	if f.Order == ByNewest {
		if f.After != "" {
			q = q.Where("id < ?", f.After)
		}
		return q.Order("id DESC"), nil
	}
	q = q.Order("name, id")
	if f.After == "" {
		return q, nil
	}
	var last []Entry
	if err := s.ledger.Read(ctx).Where("id = ?", f.After).Limit(1).Find(&last).Error; err != nil || len(last) == 0 {
		return q, err
	}
	return q.Where("(name, id) > (?, ?)", last[0].Name, last[0].ID), nil
}

// like is a pattern that finds q anywhere, by itself.
func like(q string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(strings.ToLower(q)) + "%"
}
