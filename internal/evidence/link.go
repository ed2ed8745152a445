package evidence

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// maxTargets is how many assessments one action links.
const maxTargets = 500

// Attach links a piece to assessments. Those it is linked to already stay as
// they are. It returns NotFound when the person does not see the piece or may
// not edit one of the assessments, and Conflict for a closed piece.
func (s *Service) Attach(ctx context.Context, by actor.Actor, id string, targets []Target) error {
	_, err := s.AttachMany(ctx, by, []string{id}, targets)
	return err
}

// AttachMany links several pieces to the same assessments, all or none, and
// says how many links are new.
func (s *Service) AttachMany(ctx context.Context, by actor.Actor, ids []string, targets []Target) (made int, err error) {
	var f problem.Fields
	if len(ids) == 0 {
		f.Add("evidence", "evidence.bulk.none")
	}
	if len(targets) == 0 {
		f.Add("target", "evidence.target.required")
	}
	if err := f.Err(); err != nil {
		return 0, err
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		made = 0
		var out []audit.Event
		for _, id := range ids {
			events, err := s.AttachTx(tx, by, id, targets)
			if err != nil {
				return nil, err
			}
			for _, e := range events {
				if e.Action == "evidence.linked" {
					made++
				}
			}
			out = append(out, events...)
		}
		if len(out) == 0 {
			return nil, errAlready
		}
		return out, nil
	})
	if err == errAlready { //nolint:errorlint // our own value, never wrapped
		return 0, nil
	}
	return made, err
}

// errAlready ends a transaction in which everything was linked before.
var errAlready = problem.New(problem.Conflict, "evidence.already_linked")

// AttachTx is Attach inside the transaction of another action, which returns
// its events.
func (s *Service) AttachTx(tx *gorm.DB, by actor.Actor, id string, targets []Target) ([]audit.Event, error) {
	i, err := s.find(tx, by, id)
	if err != nil {
		return nil, err
	}
	if i.Closed() {
		return nil, problem.New(problem.Conflict, "evidence.closed")
	}
	return s.attach(tx, by, &i, targets)
}

// CopyTx links the pieces that prove one assessment, and that the person sees,
// to another, inside the transaction of another action.
func (s *Service) CopyTx(tx *gorm.DB, by actor.Actor, from, to string) ([]audit.Event, error) {
	var list []Item
	err := tx.Scopes(s.visible(tx, by)).Where("evidence.state NOT IN ('retired', 'erased')").
		Where("evidence.id IN (?)", tx.Session(&gorm.Session{NewDB: true}).Model(&Link{}).Select("evidence_id").Where("assessment_id = ?", from)).
		Order("evidence.id").Limit(maxTargets).Find(&list).Error
	if err != nil {
		return nil, fmt.Errorf("read evidence to copy: %w", err)
	}
	var out []audit.Event
	for n := range list {
		events, err := s.attach(tx, by, &list[n], []Target{{AssessmentID: to}})
		if err != nil {
			return nil, err
		}
		out = append(out, events...)
	}
	return out, nil
}

// attach links a piece that the person sees.
func (s *Service) attach(tx *gorm.DB, by actor.Actor, i *Item, targets []Target) ([]audit.Event, error) {
	if len(targets) == 0 {
		return nil, nil
	}
	targets, err := s.allowed(tx, by, targets)
	if err != nil {
		return nil, err
	}
	had, err := s.assessmentsOf(tx, i.ID)
	if err != nil {
		return nil, err
	}
	linked := make(map[string]bool, len(had))
	for _, a := range had {
		linked[a] = true
	}
	var events []audit.Event
	var touched []string
	for _, t := range targets {
		if linked[t.AssessmentID] {
			continue
		}
		linked[t.AssessmentID] = true
		p := Link{ID: s.ledger.NewID(), EvidenceID: i.ID, AssessmentID: t.AssessmentID, ServiceID: t.ServiceID,
			RequirementID: t.RequirementID, CreatedBy: by.ID, CreatedAt: s.ledger.Now()}
		if err := tx.Create(&p).Error; err != nil {
			return nil, fmt.Errorf("create link: %w", err)
		}
		events = append(events, linkEvent("linked", i, &p))
		touched = append(touched, t.AssessmentID)
	}
	if len(touched) == 0 {
		return nil, nil
	}
	if err := count(tx, i, len(touched)); err != nil {
		return nil, err
	}
	told, err := s.tell(tx, by, touched)
	return append(events, told...), err
}

// allowed gives the targets as the checklist knows them, or NotFound when one
// of them is not the person's to edit.
func (s *Service) allowed(tx *gorm.DB, by actor.Actor, targets []Target) ([]Target, error) {
	ids := make([]string, len(targets))
	for n, t := range targets {
		ids[n] = t.AssessmentID
	}
	if s.editable == nil || len(ids) > maxTargets {
		return nil, problem.New(problem.NotFound, "evidence.target.unknown")
	}
	known, err := s.editable(tx, by, ids)
	if err != nil {
		return nil, err
	}
	have := make(map[string]bool, len(known))
	for _, t := range known {
		have[t.AssessmentID] = true
	}
	for _, id := range ids {
		if !have[id] {
			return nil, problem.New(problem.NotFound, "evidence.target.unknown")
		}
	}
	return known, nil
}

// count keeps the number of links on the piece, beside concurrent edits of
// its description.
func count(tx *gorm.DB, i *Item, change int) error {
	if err := tx.Model(i).UpdateColumn("links", gorm.Expr("links + ?", change)).Error; err != nil {
		return fmt.Errorf("count links: %w", err)
	}
	i.Links += int64(change)
	return nil
}

func linkEvent(action string, i *Item, p *Link) audit.Event {
	e := event(action, i, p)
	e.Service = p.ServiceID
	e.Note = map[string]string{"requirement": p.RequirementID}
	return e
}

// Detach takes a piece away from an assessment. It returns NotFound when there
// is no such link or it is not the person's to change.
func (s *Service) Detach(ctx context.Context, by actor.Actor, id, assessment string) error {
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		i, err := s.find(tx, by, id)
		if err != nil {
			return nil, err
		}
		if _, err := s.allowed(tx, by, []Target{{AssessmentID: assessment}}); err != nil {
			return nil, err
		}
		var p Link
		if err := tx.Where("evidence_id = ? AND assessment_id = ?", i.ID, assessment).Limit(1).Find(&p).Error; err != nil {
			return nil, fmt.Errorf("read link: %w", err)
		}
		if p.ID == "" {
			return nil, problem.New(problem.NotFound, "evidence.target.unknown")
		}
		if err := tx.Delete(&p).Error; err != nil {
			return nil, fmt.Errorf("delete link: %w", err)
		}
		if err := count(tx, &i, -1); err != nil {
			return nil, err
		}
		told, err := s.tell(tx, by, []string{assessment})
		return append([]audit.Event{linkEvent("unlinked", &i, &p)}, told...), err
	})
}

// LinksOf lists what a piece proves, newest link first. The caller has the
// piece from Get.
func (s *Service) LinksOf(ctx context.Context, i Item) ([]Link, error) {
	var list []Link
	if err := s.ledger.Read(ctx).Where("evidence_id = ?", i.ID).Order("service_id, requirement_id, id").Limit(3000).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("list links: %w", err)
	}
	return list, nil
}

// ForAssessment lists the evidence linked to an assessment that the person may
// see, newest first, at most 200.
func (s *Service) ForAssessment(ctx context.Context, by actor.Actor, assessment string) ([]Item, error) {
	db := s.ledger.Read(ctx)
	var list []Item
	err := db.Select(listed).Scopes(s.visible(db, by)).
		Where("evidence.id IN (?)", s.ledger.Read(ctx).Model(&Link{}).Select("evidence_id").Where("assessment_id = ?", assessment)).
		Order("evidence.id DESC").Limit(200).Find(&list).Error
	if err != nil {
		return nil, fmt.Errorf("list evidence of assessment: %w", err)
	}
	return list, nil
}

// LinkedToAll gives the assessments that every one of some pieces is linked
// to.
func (s *Service) LinkedToAll(ctx context.Context, items []Item) (map[string]bool, error) {
	ids := make([]string, len(items))
	for n, i := range items {
		ids[n] = i.ID
	}
	var list []string
	err := s.ledger.Read(ctx).Model(&Link{}).Where("evidence_id IN ?", ids).Group("assessment_id").
		Having("COUNT(*) = ?", len(ids)).Order("assessment_id").Pluck("assessment_id", &list).Error
	if err != nil {
		return nil, fmt.Errorf("read common links: %w", err)
	}
	out := make(map[string]bool, len(list))
	for _, id := range list {
		out[id] = true
	}
	return out, nil
}

// Some gives several pieces, in the order of their titles, or NotFound when
// the person does not see one of them.
func (s *Service) Some(ctx context.Context, by actor.Actor, ids []string) ([]Item, error) {
	db := s.ledger.Read(ctx)
	var list []Item
	if err := db.Scopes(s.visible(db, by)).Where("evidence.id IN ?", ids).Order("evidence.title, evidence.id").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read evidence: %w", err)
	}
	if len(list) != len(slices.Compact(slices.Sorted(slices.Values(ids)))) {
		return nil, problem.New(problem.NotFound, "evidence.not_found")
	}
	return list, nil
}
