package checklist

import (
	"context"

	"hegui/internal/actor"
	"hegui/internal/day"
)

// Count is how a set of assessments stands.
type Count struct {
	Standings  [6]int // by place in Statuses, of what applies
	OutOfScope int    // does not apply by the service's scope
	OpenSevere int    // critical or high, and short of compliant
	Overdue    int
	Reviews    int // whose next review is overdue
	Awaiting   int // a second person
}

// Of is how many stand at s.
func (c Count) Of(s Status) int { return c.Standings[s.index()] }

// Judged is how many count in the progress: what applies and was not judged
// not applicable.
func (c Count) Judged() int {
	n := -c.Of(NotApplicable)
	for _, one := range c.Standings {
		n += one
	}
	return n
}

// Share is the part of what counts that is compliant, 0 to 1; 0 of nothing.
func (c Count) Share() float64 {
	if c.Judged() == 0 {
		return 0
	}
	return float64(c.Of(Compliant)) / float64(c.Judged())
}

// Plus adds two counts.
func (c Count) Plus(d Count) Count {
	for i := range c.Standings {
		c.Standings[i] += d.Standings[i]
	}
	c.OutOfScope += d.OutOfScope
	c.OpenSevere += d.OpenSevere
	c.Overdue += d.Overdue
	c.Reviews += d.Reviews
	c.Awaiting += d.Awaiting
	return c
}

// CountRows counts rows in memory.
func CountRows(rows []Assessment, today day.Date) (c Count) {
	for i := range rows {
		c.add(&rows[i], today)
	}
	return c
}

func (c *Count) add(a *Assessment, today day.Date) {
	if !a.Applies {
		c.OutOfScope++
		return
	}
	c.Standings[a.Standing.index()]++
	c.OpenSevere += one(a.Severe() && a.Standing.Open())
	c.Overdue += one(a.Overdue(today))
	c.Reviews += one(a.ReviewOverdue(today))
	c.Awaiting += one(a.Pending())
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// ServiceProgress is how one service stands, in all and by article. It is
// shared by its readers and must not be written to.
type ServiceProgress struct {
	Service  string
	Total    Count
	Articles map[int]Count
}

// Progress counts the assessments of the services in the person's scope; who
// may read neither checklists nor summaries gets counts of what is assigned
// to them. Services without any are left out.
func (s *Service) Progress(ctx context.Context, by actor.Actor) (map[string]*ServiceProgress, error) {
	services, err := s.servicesOf(ctx, by)
	if err != nil {
		return nil, err
	}
	return s.progress(ctx, by, services)
}

// ProgressOf counts one service; zero when the person sees nothing of it.
func (s *Service) ProgressOf(ctx context.Context, by actor.Actor, service string) (ServiceProgress, error) {
	all, err := s.progress(ctx, by, []string{service})
	if err != nil || all[service] == nil {
		return ServiceProgress{Service: service, Articles: map[int]Count{}}, err
	}
	return *all[service], nil
}

// Standings counts some services without their articles, for lists of
// services.
func (s *Service) Standings(ctx context.Context, by actor.Actor, services []string) (map[string]Count, error) {
	all, err := s.progress(ctx, by, services)
	out := make(map[string]Count, len(all))
	for id, p := range all {
		out[id] = p.Total
	}
	return out, err
}

func (s *Service) progress(ctx context.Context, by actor.Actor, services []string) (map[string]*ServiceProgress, error) {
	reader := by
	if by.May(actor.ReadSummary) { // sums tell nothing that a summary does not
		reader = actor.System("summary")
		reader.AllServices, reader.Services = by.AllServices, by.Services
	}
	all, err := s.seen(ctx, reader, services)
	if err != nil {
		return nil, err
	}
	today := s.Today()
	out := map[string]*ServiceProgress{}
	for id, have := range all {
		if len(have.rows) > 0 {
			out[id] = have.counts.of(id, have.rows, today)
		}
	}
	return out, nil
}

func countService(id string, list []Assessment, today day.Date) *ServiceProgress {
	p := &ServiceProgress{Service: id, Articles: CountArticles(list, today)}
	for _, n := range p.Articles {
		p.Total = p.Total.Plus(n)
	}
	return p
}

// CountArticles counts rows in memory by article.
func CountArticles(rows []Assessment, today day.Date) map[int]Count {
	out := map[int]Count{}
	for i := range rows {
		n := out[rows[i].Article]
		n.add(&rows[i], today)
		out[rows[i].Article] = n
	}
	return out
}
