// Package savedview keeps the filters that people gave a name: for one page,
// private, or shared with everybody who may open the page.
package savedview

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// View is a named filter of a page.
type View struct {
	ID        string
	AccountID string // who saved it
	Page      string // which list it belongs to, such as "checklist"
	Name      string // unique for a person and page
	Query     string // the address's query
	Shared    bool
	CreatedAt time.Time
	Version   int64
}

// TableName is the table of saved views.
func (View) TableName() string { return "saved_view" }

// Recorded are the models whose rows the ledger commits to.
var Recorded = []any{&View{}}

// Service keeps saved views; make it with New.
type Service struct{ ledger *audit.Ledger }

// New makes the service.
func New(l *audit.Ledger) *Service { return &Service{ledger: l} }

// Input is what is typed to save a view.
type Input struct {
	Page, Name, Query string
	Shared            bool
}

// bounds, in characters, and on the number of views of a person and page
const (
	maxName  = 60
	maxQuery = 1000
	maxViews = 50
)

func (in *Input) validate() error {
	in.Name = strings.TrimSpace(in.Name)
	var f problem.Fields
	switch {
	case in.Name == "":
		f.Add("name", "view.name.required")
	case utf8.RuneCountInString(in.Name) > maxName:
		f.Add("name", "view.name.long", "max", maxName)
	case len(in.Query) > maxQuery:
		f.Add("name", "view.query.long")
	}
	return f.Err()
}

// Save keeps a view under its name. A view of the same person, page and name
// is replaced.
func (s *Service) Save(ctx context.Context, by actor.Actor, in Input) (View, error) {
	if err := in.validate(); err != nil {
		return View{}, err
	}
	var v View
	err := s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		var mine []View
		if err := tx.Where("account_id = ? AND page = ?", by.ID, in.Page).Limit(maxViews + 1).Find(&mine).Error; err != nil {
			return nil, fmt.Errorf("read views: %w", err)
		}
		v = View{ID: s.ledger.NewID(), AccountID: by.ID, Page: in.Page, Name: in.Name, CreatedAt: s.ledger.Now()}
		known := false
		for _, m := range mine {
			if m.Name == in.Name {
				v, known = m, true
			}
		}
		if !known && len(mine) >= maxViews {
			return nil, problem.Field(problem.Invalid, "name", "view.many", "max", maxViews)
		}
		v.Query, v.Shared = in.Query, in.Shared
		v.Version++
		if err := tx.Save(&v).Error; err != nil {
			return nil, fmt.Errorf("save view: %w", err)
		}
		return []audit.Event{event("saved", &v)}, nil
	})
	return v, err
}

// Remove deletes a view of the person, or returns NotFound.
func (s *Service) Remove(ctx context.Context, by actor.Actor, id string) error {
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		var v View
		err := tx.Where("id = ? AND account_id = ?", id, by.ID).Take(&v).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return nil, problem.New(problem.NotFound, "view.not_found")
		}
		if err != nil {
			return nil, fmt.Errorf("read view: %w", err)
		}
		if err := tx.Delete(&v).Error; err != nil {
			return nil, fmt.Errorf("delete view: %w", err)
		}
		return []audit.Event{event("removed", &v)}, nil
	})
}

// List gives the views of a page that the person can choose: their own, then
// those others share, by name.
func (s *Service) List(ctx context.Context, by actor.Actor, page string) (list []View, err error) {
	err = s.ledger.Read(ctx).Where("page = ? AND (account_id = ? OR shared)", page, by.ID).
		Order(gorm.Expr("CASE WHEN account_id = ? THEN 0 ELSE 1 END, name, id", by.ID)).Limit(maxViews * 2).Find(&list).Error
	if err != nil {
		return nil, fmt.Errorf("list views: %w", err)
	}
	return list, nil
}

func event(action string, v *View) audit.Event {
	return audit.Event{Action: "view." + action, Object: audit.Object{Type: "view", ID: v.ID}, Label: v.Name, Rows: []any{v}}
}
