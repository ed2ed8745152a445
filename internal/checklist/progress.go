package checklist

import (
	"context"
	"fmt"

	"gorm.io/gorm"

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
	for _, a := range rows {
		if !a.Applies {
			c.OutOfScope++
			continue
		}
		c.Standings[a.Standing.index()]++
		c.OpenSevere += one(a.Severe() && a.Standing.Open())
		c.Overdue += one(a.Overdue(today))
		c.Reviews += one(a.ReviewOverdue(today))
		c.Awaiting += one(a.Pending())
	}
	return c
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// ServiceProgress is how one service stands, in all and by article.
type ServiceProgress struct {
	Service  string
	Total    Count
	Articles map[int]Count
}

// progressSQL counts by service, article and standing. Everything it reads
// stands in ix_assessment_progress, in the order it groups by, so the table
// itself is not touched and nothing is sorted.
const progressSQL = `service_id, article, applies, standing, COUNT(*) AS n,
	SUM(CASE WHEN applies AND standing NOT IN ('compliant', 'not_applicable') AND severity IN ('critical', 'high') THEN 1 ELSE 0 END) AS severe,
	SUM(CASE WHEN applies AND standing NOT IN ('compliant', 'not_applicable') AND due <> '' AND due < ? THEN 1 ELSE 0 END) AS overdue,
	SUM(CASE WHEN applies AND next_review <> '' AND next_review < ? THEN 1 ELSE 0 END) AS reviews,
	SUM(CASE WHEN applies AND proposed_status <> '' THEN 1 ELSE 0 END) AS awaiting`

type progressRow struct {
	ServiceID                             string
	Article                               int
	Applies                               bool
	Standing                              Status
	N, Severe, Overdue, Reviews, Awaiting int
}

// Progress counts the assessments of the services in the person's scope; who
// may read neither checklists nor summaries gets counts of what is assigned
// to them. Services without any are left out. Callers must not change what the
// counts point to: they are shared until the next write.
func (s *Service) Progress(ctx context.Context, by actor.Actor) (map[string]*ServiceProgress, error) {
	if !by.May(actor.ReadChecklist) && !by.May(actor.ReadSummary) {
		return s.progress(s.ledger.Read(ctx), by)
	}
	all, err := s.counted.Get(ctx)
	if err != nil || by.AllServices {
		return all, err
	}
	out := map[string]*ServiceProgress{}
	for _, id := range by.Services {
		if p := all[id]; p != nil {
			out[id] = p
		}
	}
	return out, nil
}

// everybody is who the shared counts are made for.
var everybody = actor.System("progress")

// countAll counts everything, for those who may see it.
func (s *Service) countAll(ctx context.Context) (map[string]*ServiceProgress, error) {
	return s.progress(s.ledger.Read(ctx), everybody)
}

// ProgressOf counts one service; zero when the person sees nothing of it.
func (s *Service) ProgressOf(ctx context.Context, by actor.Actor, service string) (ServiceProgress, error) {
	all, err := s.Progress(ctx, by)
	if err != nil || all[service] == nil {
		return ServiceProgress{Service: service, Articles: map[int]Count{}}, err
	}
	return *all[service], nil
}

func (s *Service) progress(q *gorm.DB, by actor.Actor) (map[string]*ServiceProgress, error) {
	q = inScope(q.Model(&Assessment{}), by)
	if !by.May(actor.ReadChecklist) && !by.May(actor.ReadSummary) {
		q = q.Where("id IN (?)", Assigned(q, by.ID))
	}
	today := s.Today()
	rows, err := q.Select(progressSQL, today, today).Group("service_id, article, applies, standing").Rows()
	if err != nil {
		return nil, fmt.Errorf("count assessments: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err below tells
	out := map[string]*ServiceProgress{}
	for rows.Next() {
		var r progressRow
		err := rows.Scan(&r.ServiceID, &r.Article, &r.Applies, &r.Standing, &r.N, &r.Severe, &r.Overdue, &r.Reviews, &r.Awaiting)
		if err != nil {
			return nil, fmt.Errorf("count assessments: %w", err)
		}
		p := out[r.ServiceID]
		if p == nil {
			p = &ServiceProgress{Service: r.ServiceID, Articles: map[int]Count{}}
			out[r.ServiceID] = p
		}
		p.Articles[r.Article] = p.Articles[r.Article].Plus(r.count())
		p.Total = p.Total.Plus(r.count())
	}
	return out, rows.Err()
}

func (r progressRow) count() Count {
	if !r.Applies {
		return Count{OutOfScope: r.N}
	}
	c := Count{OpenSevere: r.Severe, Overdue: r.Overdue, Reviews: r.Reviews, Awaiting: r.Awaiting}
	c.Standings[r.Standing.index()] = r.N
	return c
}
