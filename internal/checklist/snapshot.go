package checklist

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"gorm.io/gorm"

	"hegui/internal/actor"
)

// snapshots keeps the assessments of services in memory as they were at an
// event of the ledger. Every change of an assessment comes with an event of
// its service, so a service whose newest event is still the same has not
// changed, in this process or any other. What is handed out is shared by
// readers and must not be written to.
type snapshots struct {
	mu   sync.Mutex
	list map[string]snapshot
}

type snapshot struct {
	seq  int64
	rows []Assessment // in the order of the catalogue
}

// maxSnapshots bounds the services kept in memory; each takes about 0.2 MB.
const maxSnapshots = 256

func (c *snapshots) get(service string, seq int64) ([]Assessment, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	have, ok := c.list[service]
	return have.rows, ok && have.seq == seq
}

// put keeps what was read after seq; a reader that was overtaken does not
// replace what is newer.
func (c *snapshots) put(service string, s snapshot) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.list == nil || len(c.list) >= maxSnapshots {
		c.list = map[string]snapshot{}
	}
	if c.list[service].seq <= s.seq {
		c.list[service] = s
	}
}

// of gives all assessments of some services, by service. It costs two look-ups
// of the newest events, and a query for the services that changed.
func (s *Service) of(ctx context.Context, services []string) (map[string][]Assessment, error) {
	latest, err := s.ledger.Latest(ctx, services) // first: rows read later are as new or newer
	if err != nil {
		return nil, err
	}
	out := make(map[string][]Assessment, len(services))
	var stale []string
	for _, id := range services {
		if rows, ok := s.kept.get(id, latest[id]); ok {
			out[id] = rows
		} else {
			stale = append(stale, id)
		}
	}
	if len(stale) == 0 {
		return out, nil
	}
	var rows []Assessment
	if err := s.ledger.Read(ctx).Where("service_id IN ?", stale).Order("service_id, article, requirement_id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read assessments: %w", err)
	}
	for _, a := range rows {
		out[a.ServiceID] = append(out[a.ServiceID], a)
	}
	for _, id := range stale {
		s.kept.put(id, snapshot{seq: latest[id], rows: out[id]})
	}
	return out, nil
}

// servicesSQL finds the services that have assessments by jumping from one to
// the next in the unique index, instead of walking through all rows.
const servicesSQL = `WITH RECURSIVE s (id) AS (
	SELECT MIN(service_id) FROM assessment
	UNION ALL
	SELECT (SELECT MIN(service_id) FROM assessment WHERE service_id > s.id) FROM s WHERE s.id IS NOT NULL)
	SELECT id FROM s WHERE id IS NOT NULL`

// servicesOf lists the services with assessments in the person's scope.
func (s *Service) servicesOf(ctx context.Context, by actor.Actor) ([]string, error) {
	if !by.AllServices {
		return by.Services, nil
	}
	var ids []string
	if err := s.ledger.Read(ctx).Raw(servicesSQL).Scan(&ids).Error; err != nil {
		return nil, fmt.Errorf("list services with assessments: %w", err)
	}
	return ids, nil
}

// all gives all assessments of the services in the person's scope that keep
// wants, whoever may see them, by service and in catalogue order.
func (s *Service) all(ctx context.Context, by actor.Actor, keep func(*Assessment) bool) ([]Assessment, error) {
	services, err := s.servicesOf(ctx, by)
	if err != nil {
		return nil, err
	}
	byService, err := s.of(ctx, services)
	if err != nil {
		return nil, err
	}
	var out []Assessment
	for _, id := range services {
		rows := byService[id]
		for i := range rows {
			if keep(&rows[i]) {
				out = append(out, rows[i])
			}
		}
	}
	return out, nil
}

// seen gives the assessments of some services that the person sees, by
// service.
func (s *Service) seen(ctx context.Context, by actor.Actor, services []string) (map[string][]Assessment, error) {
	services = slices.DeleteFunc(slices.Clone(services), func(id string) bool { return !by.SeesService(id) })
	all, err := s.of(ctx, services)
	if err != nil || by.May(actor.ReadChecklist) {
		return all, err
	}
	mine, err := assignedTo(s.ledger.Read(ctx), by)
	if err != nil {
		return nil, err
	}
	out := make(map[string][]Assessment, len(all))
	for id, rows := range all {
		for _, a := range rows {
			if mine[a.ID] {
				out[id] = append(out[id], a)
			}
		}
	}
	return out, nil
}

// assignedTo gives the ids of the assessments that concern a person.
func assignedTo(db *gorm.DB, by actor.Actor) (map[string]bool, error) {
	var ids []string
	if err := Assigned(db, by.ID).Scan(&ids).Error; err != nil {
		return nil, fmt.Errorf("read what is assigned: %w", err)
	}
	out := make(map[string]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}
