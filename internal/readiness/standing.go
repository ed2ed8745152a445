package readiness

import (
	"context"
	"slices"
	"sync"

	"hegui/internal/actor"
	"hegui/internal/checklist"
	"hegui/internal/day"
	"hegui/internal/problem"
	"hegui/internal/readiness/score"
	"hegui/internal/register"
	"hegui/internal/regulation"
)

// Standing is one service as it stands on a day. It is shared by readers and
// must not be written to.
type Standing struct {
	Service    string
	Day        day.Date
	Score      score.Service
	Rows       []checklist.Assessment // of all requirements, in catalogue order
	Quality    Quality
	Timeliness Timeliness
	Overdue    int // open requirements whose due date is over

	blockers  []Blocker  // all, worst first
	deadlines []Deadline // of the checklist, all that have a date
}

// Row finds the assessment of a requirement.
func (s *Standing) Row(requirement string) (checklist.Assessment, bool) {
	for i := range s.Rows {
		if s.Rows[i].RequirementID == requirement {
			return s.Rows[i], true
		}
	}
	return checklist.Assessment{}, false
}

// Excluded lists the requirements that do not count: by the service's scope,
// and judged not applicable.
func (s *Standing) Excluded() (outOfScope, notApplicable []checklist.Assessment) {
	for _, a := range s.Rows {
		switch {
		case !a.Applies:
			outOfScope = append(outOfScope, a)
		case a.Status == checklist.NotApplicable:
			notApplicable = append(notApplicable, a)
		}
	}
	return outOfScope, notApplicable
}

// Placed is a service with how it stands.
type Placed struct {
	Entry register.Entry
	*Standing
}

// Overview is all services in a person's scope as they stand today. It is
// shared by readers and must not be written to.
type Overview struct {
	Today    day.Date
	Services []Placed // by name
	Total    score.Sum
	Overdue  int
	Requests []Deadline // people's requests that are due within Furthest

	// worked out when first asked for
	ranked    sync.Once
	blockers  []PlacedBlocker
	dated     sync.Once
	deadlines []Deadline
	looking   sync.Mutex
	movement  *Movement
}

func newOverview(today day.Date, services []Placed) *Overview {
	o := &Overview{Today: today, Services: services}
	for _, p := range services {
		o.Total = o.Total.Plus(p.Score.Sum)
		o.Overdue += p.Overdue
	}
	return o
}

// Quality adds up the lots of all services.
func (o *Overview) Quality() (q Quality) {
	for _, p := range o.Services {
		q.Decided += p.Quality.Decided
		q.Accepted += p.Quality.Accepted
		q.Proven += p.Quality.Proven
	}
	return q
}

// Timeliness adds up the requests of all services.
func (o *Overview) Timeliness() (t Timeliness) {
	for _, p := range o.Services {
		t.Answered += p.Timeliness.Answered
		t.InTime += p.Timeliness.InTime
		t.Overdue += p.Timeliness.Overdue
	}
	return t
}

// Find gives a service of the overview.
func (o *Overview) Find(service string) (Placed, bool) {
	for _, p := range o.Services {
		if p.Entry.ID == service {
			return p, true
		}
	}
	return Placed{}, false
}

// Overview tells how the services in the person's scope stand today, for those
// who may read summaries.
func (s *Service) Overview(ctx context.Context, by actor.Actor) (*Overview, error) {
	all, err := s.whole.Get(ctx)
	if err != nil || by.AllServices {
		return all, err
	}
	var mine []Placed
	for _, p := range all.Services {
		if by.SeesService(p.Entry.ID) {
			mine = append(mine, p)
		}
	}
	o := newOverview(all.Today, mine)
	for _, d := range all.Requests {
		if by.SeesService(d.Service) {
			o.Requests = append(o.Requests, d)
		}
	}
	return o, nil
}

// overview reads how all services stand that were not retired.
func (s *Service) overview(ctx context.Context) (*Overview, error) {
	by := actor.System("readiness")
	entries, err := s.Register.Visible(ctx, by)
	if err != nil {
		return nil, err
	}
	entries = slices.DeleteFunc(slices.Clone(entries), register.Entry.Retired)
	standing, err := s.standings(ctx, by, ids(entries))
	if err != nil {
		return nil, err
	}
	services := make([]Placed, len(entries))
	for i, e := range entries {
		services[i] = Placed{Entry: e, Standing: standing[e.ID]}
	}
	o := newOverview(s.Today(), services)
	if s.RequestsDue != nil {
		o.Requests, err = s.RequestsDue(ctx, o.Today.Add(Furthest))
	}
	return o, err
}

// Of tells how one service stands today. It returns NotFound for one that is
// not in the person's scope, and for one that was retired.
func (s *Service) Of(ctx context.Context, by actor.Actor, service string) (Placed, error) {
	if _, err := s.Register.Get(ctx, by, service); err != nil {
		return Placed{}, err
	}
	o, err := s.Overview(ctx, by)
	if err != nil {
		return Placed{}, err
	}
	if p, ok := o.Find(service); ok {
		return p, nil
	}
	return Placed{}, problem.New(problem.NotFound, "readiness.retired")
}

func ids(entries []register.Entry) []string {
	out := make([]string, len(entries))
	for i, e := range entries {
		out[i] = e.ID
	}
	return out
}

// standings gives how some services stand, computing only those that changed.
func (s *Service) standings(ctx context.Context, by actor.Actor, services []string) (map[string]*Standing, error) {
	rows, err := s.Checklist.Summarised(ctx, by, services)
	if err != nil {
		return nil, err
	}
	quality, timeliness, err := s.live(ctx)
	if err != nil {
		return nil, err
	}
	today := s.Today()
	out := make(map[string]*Standing, len(services))
	for _, id := range services {
		fresh := &Standing{Service: id, Day: today, Rows: rows[id], Quality: quality[id], Timeliness: timeliness[id]}
		if have := s.kept.get(id); have != nil && have.same(fresh) {
			out[id] = have
			continue
		}
		fresh.compute()
		s.kept.put(fresh)
		out[id] = fresh
	}
	return out, nil
}

// live reads what other parts measure; a part that is not there measures
// nothing.
func (s *Service) live(ctx context.Context) (q map[string]Quality, t map[string]Timeliness, err error) {
	if s.Quality != nil {
		if q, err = s.Quality(ctx); err != nil {
			return nil, nil, err
		}
	}
	if s.Timeliness != nil {
		t, err = s.Timeliness(ctx)
	}
	return q, t, err
}

// same says whether both come from the same rows, figures and day. The
// checklist shares rows as long as they are the newest, so the same rows are
// the same memory.
func (s *Standing) same(fresh *Standing) bool {
	return s.Day == fresh.Day && s.Quality == fresh.Quality && s.Timeliness == fresh.Timeliness && len(s.Rows) == len(fresh.Rows) &&
		(len(s.Rows) == 0 || &s.Rows[0] == &fresh.Rows[0])
}

func (s *Standing) compute() {
	items := make([]score.Item, len(s.Rows))
	for i := range s.Rows {
		items[i] = ItemOf(&s.Rows[i], s.Day)
		if items[i].Open() && s.Rows[i].Due.Before(s.Day) {
			s.Overdue++
		}
	}
	s.Score = score.Compute(items, liveOf(s.Quality, s.Timeliness))
	s.blockers = s.block()
	s.deadlines = s.dates()
}

// liveOf turns what other parts measure into live figures of the score.
func liveOf(q Quality, t Timeliness) []score.Live {
	return []score.Live{
		{Kind: score.Labelling, Good: q.Accepted + q.Proven, Of: 2 * q.Decided},
		{Kind: score.Requests, Good: t.InTime, Of: t.Answered + t.Overdue},
	}
}

// statusOf maps the checklist's statuses to the score's.
var statusOf = map[checklist.Status]score.Status{
	checklist.Compliant: score.Compliant, checklist.PartlyCompliant: score.PartlyCompliant, checklist.InProgress: score.InProgress,
	checklist.NotAssessed: score.NotAssessed, checklist.NonCompliant: score.NonCompliant, checklist.NotApplicable: score.NotApplicable,
}

var severityOf = map[regulation.Severity]score.Severity{
	regulation.Critical: score.Critical, regulation.High: score.High, regulation.Medium: score.Medium, regulation.Low: score.Low,
}

// ItemOf is an assessment as the score sees it on a day. It takes what people
// concluded, and evidence apart: the standing, which joins both, would count
// expired evidence twice. It is open exactly when the standing is.
func ItemOf(a *checklist.Assessment, today day.Date) score.Item {
	i := score.Item{ID: a.RequirementID, Article: a.Article, Severity: severityOf[a.Severity], Status: statusOf[a.Status]}
	if !a.Applies {
		i.Status = score.OutOfScope
	}
	ranOut := a.ProofUntil.Before(today) // since the evidence was last counted
	switch {
	case a.Valid > 0 && !ranOut:
		i.Evidence = score.Valid
	case a.Expired > 0 || ranOut:
		i.Evidence = score.Expired
	case a.Unreviewed > 0:
		i.Evidence = score.Unreviewed
	default:
		i.Evidence = score.NoEvidence
	}
	switch {
	case a.NextReview.Before(today.Add(-score.LongOverdueDays)):
		i.Review = score.LongOverdue
	case a.NextReview.Before(today):
		i.Review = score.Overdue
	}
	return i
}
