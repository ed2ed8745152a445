package checklist

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/regulation"
)

// Subject is a service as the checklist needs to know it.
type Subject struct {
	ID      string
	Profile regulation.Profile
}

// Scope opens the assessments of a service that are missing and switches
// those that the service's profile decides differently. What was recorded on
// a requirement that no longer applies is kept and comes back with it. It
// runs inside the transaction that registers the service or saves its scope.
func (s *Service) Scope(tx *gorm.DB, by actor.Actor, subject Subject) ([]audit.Event, error) {
	return s.scope(tx, by, subject, s.catalogue(tx.Statement.Context), nil)
}

// Load follows a new version of the catalogue, inside the transaction that
// loads it: new requirements are opened for every service, removed ones stop
// applying, and those that changed materially, or read a figure that did, are
// marked for review.
func (s *Service) Load(tx *gorm.DB, by actor.Actor, d regulation.Difference, subjects []Subject) ([]audit.Event, error) {
	changed := map[string]bool{}
	for _, c := range d.Requirements {
		if c.Kind == regulation.Changed && c.Material {
			changed[c.ID] = true
		}
	}
	for _, c := range d.Figures {
		if c.Kind == regulation.Changed && c.Material {
			for _, r := range d.After.ByFigure(c.ID) {
				changed[r.ID] = true
			}
		}
	}
	var events []audit.Event
	for _, subject := range subjects {
		more, err := s.scope(tx, by, subject, d.After, changed)
		if err != nil {
			return nil, err
		}
		events = append(events, more...)
	}
	return events, nil
}

func (s *Service) scope(tx *gorm.DB, by actor.Actor, subject Subject, c *regulation.Catalogue, changed map[string]bool) ([]audit.Event, error) {
	var have []Assessment
	if err := locked(tx).Where("service_id = ?", subject.ID).Order("id").Find(&have).Error; err != nil {
		return nil, fmt.Errorf("read assessments of service: %w", err)
	}
	rows := make(map[string]*Assessment, len(have))
	for i := range have {
		rows[have[i].RequirementID] = &have[i]
	}
	m := s.moment(by, nil)
	var events []audit.Event
	var opened []*Assessment
	for _, d := range c.Decide(subject.Profile) {
		a := rows[d.Requirement.ID]
		delete(rows, d.Requirement.ID)
		if a == nil {
			a = s.open(subject.ID, d, m)
			opened = append(opened, a)
			events = append(events, event("opened", a))
			continue
		}
		action, read := a.follow(d, changed[d.Requirement.ID]), a.Version
		if action == "" {
			continue
		}
		a.stamp(m)
		if err := save(tx, a, read); err != nil {
			return nil, err
		}
		events = append(events, event(action, a))
	}
	if len(opened) > 0 {
		if err := tx.CreateInBatches(opened, openBatch).Error; err != nil {
			return nil, fmt.Errorf("open assessments: %w", err)
		}
	}
	gone, err := switchOffRemoved(tx, rows, m)
	return append(events, gone...), err
}

// openBatch keeps an INSERT under SQLite's 32,766 values.
const openBatch = 500

func (s *Service) open(service string, d regulation.Applicable, m moment) *Assessment {
	r := d.Requirement
	a := &Assessment{ID: s.ledger.NewID(), ServiceID: service, RequirementID: r.ID, Article: r.Article,
		BaseSeverity: r.Severity, Severity: r.Severity, Status: NotAssessed, CreatedAt: m.now}
	a.decide(d.Decision)
	a.stamp(m)
	return a
}

// follow takes over what the catalogue and the scope now say, and tells what
// that did: the last part of the event's action, or nothing.
func (a *Assessment) follow(d regulation.Applicable, changed bool) (action string) {
	before := *a
	r := d.Requirement
	if a.Severity == a.BaseSeverity {
		a.Severity = r.Severity
	}
	a.BaseSeverity, a.Article = r.Severity, r.Article
	a.decide(d.Decision)
	if changed && (a.Status != NotAssessed || a.Pending()) {
		a.CatalogueChanged = true
	}
	switch {
	case a.Applies && !before.Applies:
		return "switched_on"
	case before.Applies && !a.Applies:
		return "switched_off"
	case a.CatalogueChanged && !before.CatalogueChanged:
		return "marked"
	case *a != before:
		return "rescoped"
	}
	return ""
}

func (a *Assessment) decide(d regulation.Decision) {
	a.Applies, a.Provisional = d.Applies, d.Provisional
	a.ReasonZH, a.ReasonEN = d.Say("zh"), d.Say("en")
}

// removed is why a requirement that left the catalogue does not apply.
var removed = regulation.Text{ZH: "不适用：该要求已从要求库中移除", EN: "Does not apply: the requirement was removed from the catalogue"}

// switchOffRemoved switches off what the catalogue no longer has.
func switchOffRemoved(tx *gorm.DB, rows map[string]*Assessment, m moment) ([]audit.Event, error) {
	var events []audit.Event
	for _, a := range rows {
		if !a.Applies && a.ReasonZH == removed.ZH {
			continue
		}
		read := a.Version
		a.Applies, a.Provisional, a.ReasonZH, a.ReasonEN = false, false, removed.ZH, removed.EN
		a.stamp(m)
		if err := save(tx, a, read); err != nil {
			return nil, err
		}
		events = append(events, event("switched_off", a))
	}
	return events, nil
}

// Kept is the work recorded on a requirement, which a change of scope keeps.
type Kept struct {
	Assessed bool // a conclusion stands
	Records  int  // evidence, tasks and comments
}

// Kept lists the work on a service by requirement; requirements without any
// are left out.
func (s *Service) Kept(ctx context.Context, service string) (map[string]Kept, error) {
	var rows []struct {
		RequirementID string
		Status        Status
		Records       int
	}
	err := s.ledger.Read(ctx).Model(&Assessment{}).Where("service_id = ?", service).Select(`requirement_id, status, linked
		+ (SELECT COUNT(*) FROM assessment_task t WHERE t.assessment_id = assessment.id)
		+ (SELECT COUNT(*) FROM assessment_comment c WHERE c.assessment_id = assessment.id) AS records`).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read kept work: %w", err)
	}
	out := map[string]Kept{}
	for _, r := range rows {
		if k := (Kept{Assessed: r.Status.Concluded(), Records: r.Records}); k != (Kept{}) {
			out[r.RequirementID] = k
		}
	}
	return out, nil
}
