package checklist

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
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
	seq    int64
	rows   []Assessment // in the order of the catalogue
	counts *counts
}

// counts is what was counted of a snapshot, on one day.
type counts struct {
	mu  sync.Mutex
	day day.Date
	sum *ServiceProgress
}

func (c *counts) of(service string, rows []Assessment, today day.Date) *ServiceProgress {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.day != today {
		c.day, c.sum = today, countService(service, rows, today)
	}
	return c.sum
}

// maxSnapshots bounds the services kept in memory; each takes about 0.2 MB.
const maxSnapshots = 256

func (c *snapshots) get(service string, seq int64) (snapshot, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	have, ok := c.list[service]
	return have, ok && have.seq == seq
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
func (s *Service) of(ctx context.Context, services []string) (map[string]snapshot, error) {
	latest, err := s.ledger.Latest(ctx, services) // first: rows read later are as new or newer
	if err != nil {
		return nil, err
	}
	out := make(map[string]snapshot, len(services))
	var stale []string
	for _, id := range services {
		if have, ok := s.kept.get(id, latest[id]); ok {
			out[id] = have
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
	read := make(map[string][]Assessment, len(stale))
	for _, a := range rows {
		read[a.ServiceID] = append(read[a.ServiceID], a)
	}
	for _, id := range stale {
		out[id] = snapshot{seq: latest[id], rows: read[id], counts: &counts{}}
		s.kept.put(id, out[id])
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
	return s.services.Get(ctx)
}

func readServices(l *audit.Ledger) func(ctx context.Context) ([]string, error) {
	return func(ctx context.Context) (ids []string, err error) {
		if err := l.Read(ctx).Raw(servicesSQL).Scan(&ids).Error; err != nil {
			return nil, fmt.Errorf("list services with assessments: %w", err)
		}
		return ids, nil
	}
}

// all gives all assessments of the services in the person's scope that keep
// wants, whoever may see them, by service and in catalogue order.
func (s *Service) all(ctx context.Context, by actor.Actor, keep func(*Assessment) bool) (out []Assessment, err error) {
	err = s.each(ctx, by, func(a *Assessment) {
		if keep(a) {
			out = append(out, *a)
		}
	})
	return out, err
}

// each visits all assessments of the services in the person's scope, whoever
// may see them, by service and in catalogue order; they must not be changed.
func (s *Service) each(ctx context.Context, by actor.Actor, visit func(*Assessment)) error {
	services, err := s.servicesOf(ctx, by)
	if err != nil {
		return err
	}
	byService, err := s.of(ctx, services)
	if err != nil {
		return err
	}
	for _, id := range services {
		rows := byService[id].rows
		for i := range rows {
			visit(&rows[i])
		}
	}
	return nil
}

// seen gives the assessments of some services that the person sees, by
// service, and how they count. Services of which they see none are left out.
func (s *Service) seen(ctx context.Context, by actor.Actor, services []string) (map[string]snapshot, error) {
	services = slices.DeleteFunc(slices.Clone(services), func(id string) bool { return !by.SeesService(id) })
	all, err := s.of(ctx, services)
	if err != nil || by.May(actor.ReadChecklist) {
		return all, err
	}
	mine, err := assignedTo(s.ledger.Read(ctx), by)
	if err != nil {
		return nil, err
	}
	out := make(map[string]snapshot, len(all))
	for id, have := range all {
		var rows []Assessment
		for _, a := range have.rows {
			if mine[a.ID] {
				rows = append(rows, a)
			}
		}
		if len(rows) > 0 {
			out[id] = snapshot{rows: rows, counts: &counts{}}
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
