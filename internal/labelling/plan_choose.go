package labelling

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// PlanInput is what a supervisor chooses.
type PlanInput struct {
	Method        Method
	Params        Params
	Blind         bool
	DoublePercent int64
	GoldPercent   int64
	Reason        string // why it replaces a plan; required when there is one
}

// Plan gives a plan of a service that the actor sees, or NotFound.
func (s *Service) Plan(ctx context.Context, by actor.Actor, id string) (p Plan, err error) {
	return p, take(s.ledger.Read(ctx), by, id, &p)
}

// CurrentPlan gives the plan that a lot is under, or NotFound when none was
// chosen yet.
func (s *Service) CurrentPlan(ctx context.Context, by actor.Actor, lot string) (p Plan, err error) {
	return p, found(scope(s.ledger.Read(ctx), by).Where("lot_id = ? AND state = ?", lot, PlanChosen).Take(&p).Error)
}

// Plans lists the plans of a lot, the newest first.
func (s *Service) Plans(ctx context.Context, by actor.Actor, lot string) (list []Plan, err error) {
	return list, scope(s.ledger.Read(ctx), by).Where("lot_id = ?", lot).Order("id DESC").Limit(maxListed).Find(&list).Error
}

// maxListed bounds the lists of plans and draws of one lot.
const maxListed = 50

// ChoosePlan puts a frozen lot under a plan. Until checking begins another plan
// can replace it, with a reason; a lot that was drawn is then drawn anew.
func (s *Service) ChoosePlan(ctx context.Context, by actor.Actor, lot string, version int64, in PlanInput) (p Plan, err error) {
	l, err := s.Lot(ctx, by, lot)
	if err != nil {
		return p, err
	}
	proposal, err := s.Propose(ctx, l, in)
	if err != nil {
		return p, err
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		l = Lot{}
		if err := take(tx, by, lot, &l); err != nil {
			return nil, err
		}
		if !slices.Contains([]LotState{LotFrozen, LotPlanned, LotDrawn}, l.State) {
			return nil, problem.New(problem.Conflict, "label_plan.wrong_state")
		}
		var events []audit.Event
		p, events, err = s.putUnder(tx, by, &l, proposal, in.Reason)
		if err != nil {
			return nil, err
		}
		return events, save(tx, &l, version)
	})
	return p, err
}

// putUnder replaces the plan of a lot. The caller saves the lot, whose version
// it raises.
func (s *Service) putUnder(tx *gorm.DB, by actor.Actor, l *Lot, p Plan, reason string) (Plan, []audit.Event, error) {
	rows := []any{&p}
	if l.PlanID != "" {
		var f problem.Fields
		if word(&f, "reason", &reason, maxNote, true); f.Err() != nil {
			return p, nil, f.Err()
		}
		var old Plan
		if err := tx.Where("id = ?", l.PlanID).Take(&old).Error; err != nil {
			return p, nil, err
		}
		old.State, old.Version = PlanReplaced, old.Version+1
		if err := save(tx, &old, old.Version-1); err != nil {
			return p, nil, err
		}
		rows = append(rows, &old)
	}
	now := s.ledger.Now()
	p.ID, p.LotID, p.ServiceID, p.State, p.Reason = s.ledger.NewID(), l.ID, l.ServiceID, PlanChosen, reason
	p.CreatedAt, p.CreatedBy, p.Version = now, by.ID, 1
	l.PlanID, l.State, l.StateSince, l.UpdatedAt, l.Version = p.ID, LotPlanned, now, now, l.Version+1
	return p, []audit.Event{lotEvent("planned", l, rows...)}, tx.Create(&p).Error
}
