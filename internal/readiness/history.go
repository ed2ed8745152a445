package readiness

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"hegui/internal/actor"
	"hegui/internal/day"
	"hegui/internal/readiness/score"
	"hegui/internal/readiness/trend"
)

// Reading is how things stood on a day, in all or for one service.
type Reading struct {
	Day        day.Date
	Sum        score.Sum
	Overdue    int
	Quality    Quality
	Timeliness Timeliness
}

func (r *Reading) add(s Sums) {
	q, t := s.quality(), s.timeliness()
	r.Sum = r.Sum.Plus(s.score())
	r.Overdue += s.Overdue
	r.Quality.Decided += q.Decided
	r.Quality.Accepted += q.Accepted
	r.Quality.Proven += q.Proven
	r.Timeliness.Answered += t.Answered
	r.Timeliness.InTime += t.InTime
	r.Timeliness.Overdue += t.Overdue
}

// Now is the present as the last reading of a series.
func (o *Overview) Now() Reading {
	r := Reading{Day: o.Today}
	for _, p := range o.Services {
		r.add(p.sums())
	}
	return r
}

// Now is the present as the last reading of a series of the service.
func (p Placed) Now() Reading {
	return newOverview(p.Day, []Placed{p}).Now()
}

// kept days of history are read from memory.
const recentDays = 400

// history is a row of days with how each service stood.
type history []past

type past struct {
	day    day.Date
	states []pastState
}

type pastState struct {
	service string
	Sums
}

// readRecent reads the last days that are kept in memory.
func (s *Service) readRecent(ctx context.Context) (history, error) {
	return s.readHistory(ctx, s.Today().Add(-recentDays), recentDays+1)
}

// picks is a day's snapshot: the daily one where there is one, else the newest
// on demand.
const picksSQL = `SELECT day, COALESCE(MAX(CASE WHEN kind = 'daily' THEN id END), MAX(id)) AS id
	FROM readiness_snapshot WHERE day >= ? GROUP BY day ORDER BY day`

// readHistory reads the days since from, at most so many, spread evenly.
func (s *Service) readHistory(ctx context.Context, from day.Date, most int) (history, error) {
	var picks []struct {
		Day day.Date
		ID  string
	}
	if err := s.ledger.Read(ctx).Raw(picksSQL, from).Scan(&picks).Error; err != nil {
		return nil, fmt.Errorf("list days of snapshots: %w", err)
	}
	if n := len(picks); n > most {
		for i := range most {
			picks[i] = picks[i*(n-1)/(most-1)]
		}
		picks = picks[:most]
	}
	out := make(history, len(picks))
	at := make(map[string]int, len(picks))
	ids := make([]string, len(picks))
	for i, p := range picks {
		out[i].day, at[p.ID], ids[i] = p.Day, i, p.ID
	}
	for chunk := range slices.Chunk(ids, 500) {
		var rows []struct {
			SnapshotID, ServiceID string
			Sums                  `gorm:"embedded"`
		}
		if err := s.ledger.Read(ctx).Model(&state{}).Omit("states").Where("snapshot_id IN ?", chunk).Find(&rows).Error; err != nil {
			return nil, fmt.Errorf("read snapshots: %w", err)
		}
		for _, r := range rows {
			p := &out[at[r.SnapshotID]]
			p.states = append(p.states, pastState{r.ServiceID, r.Sums})
		}
	}
	return out, nil
}

// readings adds up the days for the services that the person sees, or for one
// of them.
func (h history) readings(by actor.Actor, service string) []Reading {
	var out []Reading
	for _, p := range h {
		r, any := Reading{Day: p.day}, false
		for _, st := range p.states {
			if by.SeesService(st.service) && (service == "" || st.service == service) {
				r.add(st.Sums)
				any = true
			}
		}
		if any {
			out = append(out, r)
		}
	}
	return out
}

// longest is how many readings a series has at most.
const longest = recentDays

// Series gives the readings of the days since from, in all (service "") or of
// one service, and the present as the last one. Days without a snapshot are
// left out; series of more than 400 days are thinned.
func (s *Service) Series(ctx context.Context, by actor.Actor, service string, from day.Date, now Reading) ([]Reading, error) {
	h, err := s.recent.Get(ctx)
	if err == nil && from < s.Today().Add(-recentDays) {
		h, err = s.readHistory(ctx, from, longest)
	}
	if err != nil {
		return nil, err
	}
	list := h.readings(by, service)
	list = slices.DeleteFunc(list, func(r Reading) bool { return r.Day < from || r.Day >= now.Day })
	return append(list, now), nil
}

// Directions tells, by service and in all (""), how the score was some days
// ago; what was not there then is left out.
func (s *Service) Directions(ctx context.Context, by actor.Actor, days int) (map[string]int, error) {
	h, err := s.recent.Get(ctx)
	if err != nil {
		return nil, err
	}
	at, ok := h.on(s.Today().Add(-days))
	if !ok {
		return nil, nil
	}
	out := map[string]int{}
	var all score.Sum
	for _, st := range at.states {
		if by.SeesService(st.service) {
			all = all.Plus(st.score())
			if v := st.score().Value(); v != score.NoValue {
				out[st.service] = v
			}
		}
	}
	if v := all.Value(); v != score.NoValue {
		out[""] = v
	}
	return out, nil
}

// slack is how many days before the one asked for a snapshot may be.
const slack = 7

// on finds the last day with a snapshot up to the one asked for, if it is not
// much earlier.
func (h history) on(d day.Date) (past, bool) {
	n, found := slices.BinarySearchFunc(h, d, func(p past, d day.Date) int { return cmp.Compare(p.day, d) })
	if !found {
		n--
	}
	if n < 0 || h[n].day < d.Add(-slack) {
		return past{}, false
	}
	return h[n], true
}

// Spans are the days over which directions are shown.
var Spans = []int{30, 90}

// Movement is where the services of an overview come from, and where that
// leads.
type Movement struct {
	Series  []Reading        // of the last 90 days, with the present
	Was     []map[string]int // by Spans: see Directions
	Outlook Outlook
}

// Movement tells where the services come from. It is worked out once for an
// overview: what it reads are the days before, which do not change any more.
func (s *Service) Movement(ctx context.Context, by actor.Actor, o *Overview) (*Movement, error) {
	o.looking.Lock()
	defer o.looking.Unlock()
	if o.movement != nil {
		return o.movement, nil
	}
	m := &Movement{}
	var err error
	if m.Series, err = s.Series(ctx, by, "", o.Today.Add(-forecastDays), o.Now()); err != nil {
		return nil, err
	}
	for _, days := range Spans {
		was, err := s.Directions(ctx, by, days)
		if err != nil {
			return nil, err
		}
		m.Was = append(m.Was, was)
	}
	m.Outlook = Look(m.Series)
	o.movement = m
	return m, nil
}

// forecastDays is how far back a forecast looks.
const forecastDays = 90

// Outlook is when things will be ready if they go on as in the last 90 days.
type Outlook struct {
	Score    trend.Forecast // reaches the limit of "ready"
	Critical trend.Forecast // the last critical requirement is closed
	Ready    trend.Forecast // both
}

// Look works out the outlook of a series.
func Look(series []Reading) Outlook {
	var values, critical []trend.Point
	for _, r := range series {
		if r.Day < series[len(series)-1].Day.Add(-forecastDays) || r.Sum.Value() == score.NoValue {
			continue
		}
		values = append(values, trend.Point{Day: r.Day, Value: r.Sum.Value()})
		critical = append(critical, trend.Point{Day: r.Day, Value: r.Sum.OpenCritical})
	}
	o := Outlook{Score: trend.Up(values, score.ReadyFrom), Critical: trend.Down(critical, 0)}
	o.Ready = trend.Later(o.Score, o.Critical)
	return o
}

// Snapshots lists the snapshots before an id (or the newest), at most limit.
func (s *Service) Snapshots(ctx context.Context, kind Kind, before string, limit int) (list []Snapshot, err error) {
	q := s.ledger.Read(ctx).Order("id DESC").Limit(limit)
	if kind != "" {
		q = q.Where("kind = ?", kind)
	}
	if before != "" {
		q = q.Where("id < ?", before)
	}
	if err := q.Find(&list).Error; err != nil {
		return nil, fmt.Errorf("list snapshots: %w", err)
	}
	return list, nil
}
