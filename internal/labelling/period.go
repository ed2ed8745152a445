package labelling

import (
	"context"
	"fmt"

	"hegui/internal/actor"
	"hegui/internal/day"
)

// PeriodSum is how the lots of a service and a supplier came out that were
// decided in a period.
type PeriodSum struct {
	ServiceID  string
	SupplierID string
	Decided    int64
	Accepted   int64
	Proven     int64
	Items      int64 // checked
	Wrong      int64 // of them
}

// Plus adds two sums up; whose they are is the first one's.
func (p PeriodSum) Plus(q PeriodSum) PeriodSum {
	p.Decided += q.Decided
	p.Accepted += q.Accepted
	p.Proven += q.Proven
	p.Items += q.Items
	p.Wrong += q.Wrong
	return p
}

// DecidedIn sums up the lots that were decided from a day until another one,
// both included, by service and supplier. As in ResultsByService, submissions
// and re-submissions count alike.
func (s *Service) DecidedIn(ctx context.Context, by actor.Actor, from, until day.Date) (list []PeriodSum, err error) {
	err = scope(s.ledger.Read(ctx).Model(&LotResult{}), by).Select(`service_id, supplier_id, COUNT(*) AS decided,
		CAST(SUM(CASE WHEN accepted THEN 1 ELSE 0 END) AS BIGINT) AS accepted, CAST(SUM(CASE WHEN proven THEN 1 ELSE 0 END) AS BIGINT) AS proven,
		CAST(SUM(items) AS BIGINT) AS items, CAST(SUM(wrong) AS BIGINT) AS wrong`).
		Where("decided_on BETWEEN ? AND ?", from, until).Group("service_id, supplier_id").Order("service_id, supplier_id").Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("sum up decided lots: %w", err)
	}
	return list, nil
}

// LastDecided lists the lots that were decided in a period, the last decision
// first, at most limit. Defects are not read.
func (s *Service) LastDecided(ctx context.Context, by actor.Actor, from, until day.Date, limit int) (list []DecidedLot, err error) {
	q := s.ledger.Read(ctx).Table("label_tally AS t").Joins("JOIN label_lot AS l ON l.id = t.lot_id").Select("t.*, l.name").
		Where("t.decided_on BETWEEN ? AND ?", from, until)
	if !by.AllServices {
		q = q.Where("t.service_id IN ?", append([]string{""}, by.Services...))
	}
	if err := q.Order("t.decided_at DESC, t.lot_id DESC").Limit(limit).Scan(&list).Error; err != nil {
		return nil, fmt.Errorf("list decided lots: %w", err)
	}
	return list, nil
}
