package readiness

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/day"
	"hegui/internal/problem"
	"hegui/internal/readiness/score"
)

// Moment is how the services in a person's scope stood on a day, requirement
// by requirement.
type Moment struct {
	Day      day.Date
	Snapshot *Snapshot // nil for the present
	Services map[string]score.Service
	Sums     map[string]score.Sum // as they were shown at the time
	Total    score.Sum
}

// Moment is the present as one side of a comparison.
func (o *Overview) Moment() *Moment {
	m := &Moment{Day: o.Today, Services: map[string]score.Service{}, Sums: map[string]score.Sum{}}
	for _, p := range o.Services {
		m.put(p.Service, p.Score, p.Score.Sum)
	}
	return m
}

func (m *Moment) put(service string, s score.Service, shown score.Sum) {
	m.Services[service], m.Sums[service] = s, shown
	m.Total = m.Total.Plus(shown)
}

// At tells how things stood on a day: by its daily snapshot, else the newest
// one up to then. It returns NotFound when there is none.
func (s *Service) At(ctx context.Context, by actor.Actor, on day.Date) (*Moment, error) {
	return s.moment(ctx, by, "day <= ?", "day DESC, CASE WHEN kind = 'daily' THEN 0 ELSE 1 END, id DESC", on)
}

// AtSnapshot tells how things stood in a snapshot, or NotFound.
func (s *Service) AtSnapshot(ctx context.Context, by actor.Actor, id string) (*Moment, error) {
	return s.moment(ctx, by, "id = ?", "id", id)
}

func (s *Service) moment(ctx context.Context, by actor.Actor, where, order string, value any) (*Moment, error) {
	var snap Snapshot
	err := s.ledger.Read(ctx).Where(where, value).Order(order).Take(&snap).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, problem.New(problem.NotFound, "readiness.no_snapshot")
	}
	if err != nil {
		return nil, fmt.Errorf("find snapshot: %w", err)
	}
	states, err := s.content(ctx, snap)
	if err != nil {
		return nil, err
	}
	layouts, err := s.layouts(ctx, states)
	if err != nil {
		return nil, err
	}
	m := &Moment{Day: snap.Day, Snapshot: &snap, Services: map[string]score.Service{}, Sums: map[string]score.Sum{}}
	for _, st := range states {
		if !by.SeesService(st.ServiceID) {
			continue
		}
		items, err := score.Decode(st.States, layouts[st.LayoutID], s.articleOf(ctx))
		if err != nil {
			return nil, fmt.Errorf("read state of %s in snapshot %s: %w", st.ServiceID, snap.ID, err)
		}
		m.put(st.ServiceID, score.Compute(items, liveOf(st.quality(), st.timeliness())), st.score())
	}
	return m, nil
}

func (s *Service) layouts(ctx context.Context, states []state) (map[string][]string, error) {
	var ids []string
	for _, st := range states {
		if !slices.Contains(ids, st.LayoutID) {
			ids = append(ids, st.LayoutID)
		}
	}
	var list []layout
	if err := s.ledger.Read(ctx).Where("id IN ?", ids).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read layouts: %w", err)
	}
	out := make(map[string][]string, len(list))
	for _, l := range list {
		if newLayout(strings.Fields(l.Requirements)).ID != l.ID {
			return nil, errDamaged
		}
		out[l.ID] = strings.Fields(l.Requirements)
	}
	return out, nil
}

// articleOf finds the article of a requirement: by the catalogue, or, of one
// that has left it, by its identifier ("IM-08-03").
func (s *Service) articleOf(ctx context.Context) func(string) int {
	c := s.Catalogue(ctx)
	return func(requirement string) int {
		if r, ok := c.Requirement(requirement); ok {
			return r.Article
		}
		parts := strings.Split(requirement, "-")
		if len(parts) < 2 {
			return 0
		}
		n, _ := strconv.Atoi(parts[1]) // 0 where it is no number
		return n
	}
}

// Change is a requirement that stands differently.
type Change struct {
	Service       string
	Requirement   string
	Before, After score.Item
	Points        int64 // weighted points gained or lost, apart from caps
}

// Better says whether the requirement earns more than before.
func (c Change) Better() bool { return c.Points > 0 }

// Changes lists what stands differently at two moments, the largest effect of
// each service first. Services that are in only one of them are left out;
// Appeared lists them.
func Changes(before, after *Moment) []Change {
	var out []Change
	for id, now := range after.Services {
		was, ok := before.Services[id]
		if !ok {
			continue
		}
		old := map[string]score.Item{}
		for _, i := range was.Items() {
			old[i.ID] = i
		}
		for _, i := range now.Items() {
			b, ok := old[i.ID]
			if !ok {
				b = score.Item{ID: i.ID, Article: i.Article, Severity: i.Severity, Status: score.OutOfScope, Evidence: score.NoEvidence}
			}
			if b != i {
				out = append(out, Change{Service: id, Requirement: i.ID, Before: b, After: i, Points: i.Weight()*i.Points() - b.Weight()*b.Points()})
			}
		}
	}
	slices.SortFunc(out, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(size(b.Points), size(a.Points)), cmp.Compare(a.Requirement, b.Requirement))
	})
	return out
}

func size(n int64) int64 { return max(n, -n) }

// Appeared lists the services that only the later moment has, and Gone those
// that only the earlier one has.
func Appeared(before, after *Moment) (appeared, gone []string) {
	for id := range after.Services {
		if _, ok := before.Services[id]; !ok {
			appeared = append(appeared, id)
		}
	}
	for id := range before.Services {
		if _, ok := after.Services[id]; !ok {
			gone = append(gone, id)
		}
	}
	slices.Sort(appeared)
	slices.Sort(gone)
	return appeared, gone
}
