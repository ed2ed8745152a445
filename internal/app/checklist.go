package app

import (
	"context"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/checklist"
	"hegui/internal/register"
	"hegui/internal/regulation"
)

// wireChecklist lets the checklist follow the register and the catalogue.
func (a *App) wireChecklist() {
	a.Checklist = checklist.New(a.Ledger, checklist.Options{
		Catalogue: a.Regulation.Current,
		Able:      a.people,
		Proofs:    a.proofs,

		CopyEvidence: a.copyEvidence,
	})
	a.Register.OnScope(func(tx *gorm.DB, by actor.Actor, e register.Entry) ([]audit.Event, error) {
		return a.Checklist.Scope(tx, by, checklist.Subject{ID: e.ID, Profile: register.Profile(e)})
	})
	a.Regulation.OnLoad(func(tx *gorm.DB, by actor.Actor, d regulation.Difference) ([]audit.Event, error) {
		var services []register.Entry
		if err := tx.Order("id").Find(&services).Error; err != nil {
			return nil, err
		}
		subjects := make([]checklist.Subject, len(services))
		for i, e := range services {
			subjects[i] = checklist.Subject{ID: e.ID, Profile: register.Profile(e)}
		}
		return a.Checklist.Load(tx, by, d, subjects)
	})
	a.Register.ReadsWork(func(ctx context.Context, service string) (map[string]register.Work, error) {
		kept, err := a.Checklist.Kept(ctx, service)
		out := make(map[string]register.Work, len(kept))
		for requirement, k := range kept {
			out[requirement] = register.Work{Assessed: k.Assessed, Records: k.Records}
		}
		return out, err
	})
}

// people lists who can be given work on a service.
func (a *App) people(ctx context.Context, p actor.Permission, service string) ([]actor.Actor, error) {
	list, err := a.Accounts.Able(ctx, p, service)
	out := make([]actor.Actor, len(list))
	for i, one := range list {
		out[i] = one.Actor()
	}
	return out, err
}
