package checklist

import (
	"context"

	"hegui/internal/actor"
)

// Standings counts the assessments of services by standing, for lists of
// services: Progress without the articles.
func (s *Service) Standings(ctx context.Context, by actor.Actor, services []string) (map[string]Count, error) {
	all, err := s.Progress(ctx, by)
	if err != nil {
		return nil, err
	}
	out := map[string]Count{}
	for _, id := range services {
		if p := all[id]; p != nil {
			out[id] = p.Total
		}
	}
	return out, nil
}
