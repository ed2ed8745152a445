package checklist

import (
	"context"
	"fmt"

	"hegui/internal/actor"
)

// Standings counts the assessments of some services by standing, for lists of
// services: Progress without the articles and the dates, which takes a
// fraction of the time. It shows the same people the same assessments.
func (s *Service) Standings(ctx context.Context, by actor.Actor, services []string) (map[string]Count, error) {
	q := inScope(s.ledger.Read(ctx).Model(&Assessment{}), by).Where("service_id IN ?", services)
	if !by.May(actor.ReadChecklist) && !by.May(actor.ReadSummary) {
		q = q.Where("id IN (?)", Assigned(q, by.ID))
	}
	var rows []progressRow
	if err := q.Select("service_id, applies, standing, COUNT(*) AS n").Group("service_id, applies, standing").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("count standings: %w", err)
	}
	out := map[string]Count{}
	for _, r := range rows {
		out[r.ServiceID] = out[r.ServiceID].Plus(r.count())
	}
	return out, nil
}
