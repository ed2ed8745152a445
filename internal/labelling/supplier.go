package labelling

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// SupplierInput is what people say about a supplier.
type SupplierInput struct {
	Name, Contact, Note string
	State               SupplierState
}

// Check trims the input and gives the fields that are wrong.
func (in *SupplierInput) Check() error {
	var f problem.Fields
	word(&f, "name", &in.Name, maxName, true)
	word(&f, "contact", &in.Contact, maxShort, false)
	word(&f, "note", &in.Note, maxNote, false)
	if in.State == "" {
		in.State = SupplierActive
	}
	if in.State != SupplierActive && in.State != SupplierEnded {
		f.Add("state", "labelling.choose")
	}
	return f.Err()
}

func (in SupplierInput) apply(s *Supplier) {
	s.Name, s.Contact, s.Note, s.State = in.Name, in.Contact, in.Note, in.State
}

func supplierEvent(action string, s *Supplier) audit.Event {
	return audit.Event{Action: "label_supplier." + action, Object: object("supplier", s.ID), Label: s.Name, Rows: []any{s}}
}

// AddSupplier records a supplier. Suppliers belong to no single service.
func (s *Service) AddSupplier(ctx context.Context, by actor.Actor, in SupplierInput) (one Supplier, err error) {
	if err := in.Check(); err != nil {
		return one, err
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		now := s.ledger.Now()
		one = Supplier{ID: s.ledger.NewID(), CreatedAt: now, CreatedBy: by.ID, UpdatedAt: now, Version: 1}
		in.apply(&one)
		return []audit.Event{supplierEvent("added", &one)}, create(tx, &one, "name")
	})
	return one, err
}

// ChangeSupplier replaces what a supplier's entry says.
func (s *Service) ChangeSupplier(ctx context.Context, by actor.Actor, id string, version int64, in SupplierInput) (one Supplier, err error) {
	if err := in.Check(); err != nil {
		return one, err
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		one = Supplier{}
		if err := found(tx.Where("id = ?", id).Take(&one).Error); err != nil {
			return nil, err
		}
		in.apply(&one)
		one.Version, one.UpdatedAt = version+1, s.ledger.Now()
		return []audit.Event{supplierEvent("changed", &one)}, update(tx, &one, version, "name")
	})
	return one, err
}

// Supplier gives a supplier, or NotFound.
func (s *Service) Supplier(ctx context.Context, id string) (one Supplier, err error) {
	return one, found(s.ledger.Read(ctx).Where("id = ?", id).Take(&one).Error)
}

// maxSuppliers bounds the list; it is shown whole.
const maxSuppliers = 500

// Suppliers lists the suppliers by name.
func (s *Service) Suppliers(ctx context.Context) (list []Supplier, err error) {
	return list, s.ledger.Read(ctx).Order("name, id").Limit(maxSuppliers).Find(&list).Error
}

// SupplierNames gives the names of suppliers by id.
func (s *Service) SupplierNames(ctx context.Context, ids []string) (map[string]string, error) {
	return names(s.ledger.Read(ctx).Table("label_supplier"), slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == "" }))
}
