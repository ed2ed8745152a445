package evidence

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
)

// sweepAtOnce is how many pieces one transaction marks.
const sweepAtOnce = 200

// Sweep marks the approved pieces whose validity ended before today, and tells
// the watchers. It says how many it marked; running it again marks no more.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	by := actor.System("expiry")
	marked := 0
	for {
		ids, err := s.ended(ctx)
		if err != nil || len(ids) == 0 {
			return marked, err
		}
		n := 0
		err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
			events, err := s.expire(tx, by, ids)
			n = len(ids)
			return events, err
		})
		if err != nil {
			return marked, fmt.Errorf("mark expired evidence: %w", err)
		}
		marked += n
	}
}

func (s *Service) ended(ctx context.Context) (ids []string, err error) {
	err = s.ledger.Read(ctx).Model(&Item{}).
		Where("valid_until <> '' AND valid_until < ? AND state = 'approved' AND expired_on = ''", s.Today()).
		Order("valid_until, id").Limit(sweepAtOnce).Pluck("id", &ids).Error
	if err != nil {
		return nil, fmt.Errorf("find expired evidence: %w", err)
	}
	return ids, nil
}

func (s *Service) expire(tx *gorm.DB, by actor.Actor, ids []string) ([]audit.Event, error) {
	var list []Item
	if err := tx.Where("id IN ?", ids).Order("id").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read expired evidence: %w", err)
	}
	events := make([]audit.Event, 0, len(list))
	for n := range list {
		i := &list[n]
		i.ExpiredOn = s.Today()
		if err := tx.Model(i).UpdateColumn("expired_on", i.ExpiredOn).Error; err != nil {
			return nil, err
		}
		events = append(events, event("expired", i))
	}
	if err := place(tx, events); err != nil {
		return nil, err
	}
	assessments, err := s.assessmentsOf(tx, ids...)
	if err != nil {
		return nil, err
	}
	told, err := s.tell(tx, by, assessments)
	if err != nil {
		return nil, err
	}
	return append(events, told...), nil
}
