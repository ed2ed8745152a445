package checklist

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
	"hegui/internal/regulation"
)

// Service keeps assessments; make it with New.
type Service struct {
	ledger    *audit.Ledger
	catalogue func(ctx context.Context) *regulation.Catalogue
	able      Able
	proofs    Proofs
	// copyEvidence may be nil: then copying leaves evidence out.
	copyEvidence CopyEvidence
	kept         snapshots
	services     *audit.Cache[[]string] // with assessments
}

// Able lists the people who can be given something to do on a service.
type Able func(ctx context.Context, p actor.Permission, service string) ([]actor.Actor, error)

// Proof is what the evidence linked to one assessment amounts to today.
type Proof struct {
	Linked, Valid, Expired, Unreviewed int
	Until                              day.Date // last day on which something is valid, if that ends
}

// Proofs reads the standing of the evidence linked to assessments.
type Proofs func(tx *gorm.DB, assessments []string) (map[string]Proof, error)

// Options are what a Service works with.
type Options struct {
	Catalogue func(ctx context.Context) *regulation.Catalogue
	Able      Able
	Proofs    Proofs // none: no evidence is kept

	CopyEvidence CopyEvidence
}

// Recorded are the models whose rows the ledger commits to.
var Recorded = []any{&Assessment{}, &Task{}, &Comment{}, &Mention{}}

// New makes the service.
func New(l *audit.Ledger, o Options) *Service {
	if o.Proofs == nil {
		o.Proofs = func(*gorm.DB, []string) (map[string]Proof, error) { return nil, nil }
	}
	return &Service{ledger: l, catalogue: o.Catalogue, able: o.Able, proofs: o.Proofs, copyEvidence: o.CopyEvidence,
		services: audit.NewCache(l, readServices(l), "assessment")}
}

// Today is the organisation's present day.
func (s *Service) Today() day.Date { return day.Of(s.ledger.Now()) }

func (s *Service) moment(by actor.Actor, r *regulation.Requirement) moment {
	m := moment{by: by, now: s.ledger.Now()}
	if r != nil {
		m.cadence = r.CadenceDays
	}
	return m
}

// requirement finds an assessment's requirement; nil when the catalogue no
// longer has it.
func (s *Service) requirement(ctx context.Context, a Assessment) *regulation.Requirement {
	r, _ := s.catalogue(ctx).Requirement(a.RequirementID)
	return r
}

// Get gives the assessment of a requirement for a service, or NotFound.
func (s *Service) Get(ctx context.Context, by actor.Actor, service, requirement string) (Assessment, error) {
	return take(visible(s.ledger.Read(ctx), by).Where("service_id = ? AND requirement_id = ?", service, requirement))
}

// ByID gives an assessment by its id, or NotFound.
func (s *Service) ByID(ctx context.Context, by actor.Actor, id string) (Assessment, error) {
	return find(s.ledger.Read(ctx), by, id)
}

func find(db *gorm.DB, by actor.Actor, id string) (Assessment, error) {
	return take(visible(db, by).Where("id = ?", id))
}

func take(q *gorm.DB) (a Assessment, err error) {
	err = q.Take(&a).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return a, notFound()
	}
	if err != nil {
		return a, fmt.Errorf("read assessment: %w", err)
	}
	return a, nil
}

// visible limits a query to what the person may see.
func visible(db *gorm.DB, by actor.Actor) *gorm.DB {
	q := inScope(db.Model(&Assessment{}), by)
	if by.May(actor.ReadChecklist) {
		return q
	}
	return q.Where("id IN (?)", Assigned(db, by.ID))
}

// locked makes a read hold its rows until the transaction ends, so that people
// and evidence do not overwrite each other's columns. SQLite's writer holds
// the whole database already.
func locked(tx *gorm.DB) *gorm.DB {
	return tx.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
}

// inScope limits a query to the services the person sees.
func inScope(q *gorm.DB, by actor.Actor) *gorm.DB {
	switch {
	case by.AllServices:
		return q
	case len(by.Services) == 0:
		return q.Where("1 = 0")
	}
	return q.Where("service_id IN ?", by.Services)
}

// Assigned is a subquery of the ids of the assessments that concern a person:
// owned, with an open task, or with a comment that mentions them.
func Assigned(db *gorm.DB, account string) *gorm.DB {
	fresh := db.Session(&gorm.Session{NewDB: true})
	return fresh.Raw(`SELECT id FROM assessment WHERE owner_id = ?
		UNION SELECT assessment_id FROM assessment_task WHERE owner_id = ? AND state = 'open'
		UNION SELECT assessment_id FROM assessment_mention WHERE account_id = ?`, account, account, account)
}

// MayEdit says whether the person may judge this assessment.
func MayEdit(by actor.Actor, a Assessment) bool {
	return a.Applies && (by.May(actor.Assess) || by.May(actor.Contribute) && a.OwnerID == by.ID)
}

// MayPlan says whether the person may set owner, dates and severity.
func MayPlan(by actor.Actor, a Assessment) bool { return a.Applies && by.May(actor.Assess) }

// MayReview says whether the person may be the second one of the proposal.
func MayReview(by actor.Actor, a Assessment) bool {
	return a.Applies && a.Pending() && by.May(actor.ReviewChecklist) && a.ProposedBy != by.ID && a.ConcludedBy != by.ID
}

// editable refuses changes to what does not apply or is not the person's.
func editable(by actor.Actor, a Assessment) error {
	switch {
	case !a.Applies:
		return problem.New(problem.Conflict, "checklist.not_in_scope")
	case !MayEdit(by, a):
		return problem.New(problem.Forbidden, "checklist.not_yours")
	}
	return nil
}

// save writes a changed assessment over the version it was read in.
func save(tx *gorm.DB, a *Assessment, read int64) error {
	res := tx.Model(a).Where("version = ?", read).Select("*").Updates(a)
	if res.Error != nil {
		return fmt.Errorf("update assessment: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return stale()
	}
	return nil
}

func notFound() error { return problem.New(problem.NotFound, "checklist.not_found") }

// told says whether an error is one to tell the person about.
func told(err error) bool {
	_, ok := errors.AsType[*problem.Error](err)
	return ok
}

func stale() error { return problem.New(problem.Conflict, "checklist.changed_meanwhile") }

// event is the audit event of a change to an assessment.
func event(action string, a *Assessment, more ...any) audit.Event {
	return audit.Event{Action: "assessment." + action, Object: audit.Object{Type: "assessment", ID: a.ID},
		Service: a.ServiceID, Label: a.RequirementID, Rows: append([]any{a}, more...)}
}
