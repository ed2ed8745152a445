package request

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/day"
	"hegui/internal/problem"
)

// Counts are what happened to a group of requests.
type Counts struct {
	Received int64 `json:"received"`
	Answered int64 `json:"answered"`
	Refused  int64 `json:"refused"`
	Closed   int64 `json:"closed"`
	InTime   int64 `json:"in_time"` // of those answered or refused
	Late     int64 `json:"late"`
}

// Permille is the share of requests that were answered or refused in time, in
// thousandths; ok is false when none was.
func (c Counts) Permille() (share int64, ok bool) {
	all := c.InTime + c.Late
	if all == 0 {
		return 0, false
	}
	return (c.InTime*1000 + all/2) / all, true
}

// Figures are the counts of a span of months, in whole and in parts. They
// hold nothing about persons.
type Figures struct {
	From      string            `json:"from"` // the first month
	To        string            `json:"to"`   // the last
	Counts    Counts            `json:"counts"`
	Median    int64             `json:"median"` // calendar days from intake to the answer or refusal; -1 without any
	P95       int64             `json:"p95"`    // the 95th percentile
	Kinds     map[Kind]Counts   `json:"kinds"`
	Services  map[string]Counts `json:"services"`
	Refusals  map[string]int64  `json:"refusals"` // by reason
	Endings   map[string]int64  `json:"endings"`  // closed without a decision, by reason
	Months    []Month           `json:"months"`
	took      map[int64]int64
	tookMonth map[string]map[int64]int64
}

// Month is one month of the trend.
type Month struct {
	Month  string `json:"month"`
	Counts Counts `json:"counts"`
	Median int64  `json:"median"`
	P95    int64  `json:"p95"`
}

// Standing is how many requests are open now.
type Standing struct {
	States  map[State]int64
	Open    int64
	Overdue int64
	Soon    int64 // due within the next three days
}

// FigureFilter narrows figures.
type FigureFilter struct {
	From, To string // months, both included
	Service  string
	Kind     Kind
}

// Figures counts a span of months, from the counts that are kept. Callers must
// not change them.
func (s *Service) Figures(ctx context.Context, by actor.Actor, f FigureFilter) (Figures, error) {
	if !by.May(actor.RequestFigures) {
		return Figures{}, problem.New(problem.Forbidden, "error.role")
	}
	return s.counted.Get(fmt.Sprintf("%+v %t %q", f, by.AllServices, by.Services), func() (Figures, error) {
		q := scope(s.ledger.Read(ctx), by).Where("month BETWEEN ? AND ?", f.From, f.To)
		if f.Service != "" {
			q = q.Where("service_id = ?", f.Service)
		}
		if f.Kind != "" {
			q = q.Where("kind = ?", f.Kind)
		}
		return figures(q, f.From, f.To)
	})
}

// figures adds up the counts that a query finds.
func figures(q *gorm.DB, from, to string) (Figures, error) {
	out := Figures{From: from, To: to, Kinds: map[Kind]Counts{}, Services: map[string]Counts{}, Refusals: map[string]int64{},
		Endings: map[string]int64{}, took: map[int64]int64{}, tookMonth: map[string]map[int64]int64{}}
	months := map[string]Counts{}
	q = q.Model(&tally{}).Where("n <> 0").Session(&gorm.Session{})
	var rows, took []tally
	if err := q.Where("measure <> ?", wasTaking).Find(&rows).Error; err != nil {
		return out, fmt.Errorf("read counts of requests: %w", err)
	}
	// how long requests took is counted by the day, and asked only by month
	err := q.Where("measure = ?", wasTaking).Select("month, measure, value, SUM(n) AS n").Group("month, measure, value").Find(&took).Error
	if err != nil {
		return out, fmt.Errorf("read how long requests took: %w", err)
	}
	for _, t := range took {
		out.detail(t)
	}
	for _, t := range rows {
		out.Counts.add(t)
		out.Kinds[t.Kind] = out.Kinds[t.Kind].with(t)
		out.Services[t.ServiceID] = out.Services[t.ServiceID].with(t)
		months[t.Month] = months[t.Month].with(t)
		out.detail(t)
	}
	out.Median, out.P95 = percentile(out.took, 50), percentile(out.took, 95)
	for m := from; m <= to; m = nextMonth(m) {
		out.Months = append(out.Months, Month{Month: m, Counts: months[m], Median: percentile(out.tookMonth[m], 50), P95: percentile(out.tookMonth[m], 95)})
	}
	return out, nil
}

// detail takes in what is counted by value.
func (f *Figures) detail(t tally) {
	switch t.Measure {
	case wasRefused:
		f.Refusals[t.Value] += t.N
	case wasClosed:
		f.Endings[t.Value] += t.N
	case wasTaking:
		days, _ := strconv.ParseInt(t.Value, 10, 64) // written by decided
		f.took[days] += t.N
		if f.tookMonth[t.Month] == nil {
			f.tookMonth[t.Month] = map[int64]int64{}
		}
		f.tookMonth[t.Month][days] += t.N
	}
}

func (c *Counts) add(t tally) {
	switch t.Measure {
	case wasReceived:
		c.Received += t.N
	case wasAnswered:
		c.Answered += t.N
	case wasRefused:
		c.Refused += t.N
	case wasClosed:
		c.Closed += t.N
	case wasInTime:
		c.InTime += t.N
	case wasLate:
		c.Late += t.N
	}
}

func (c Counts) with(t tally) Counts {
	c.add(t)
	return c
}

// percentile is the smallest number of days that at least p percent of the
// requests took at most (nearest rank); -1 when there are none.
func percentile(took map[int64]int64, p int64) int64 {
	var all int64
	days := make([]int64, 0, len(took))
	for d, n := range took {
		if n > 0 {
			days = append(days, d)
			all += n
		}
	}
	slices.Sort(days)
	rank := (all*p + 99) / 100
	for _, d := range days {
		if rank -= took[d]; rank <= 0 {
			return d
		}
	}
	return -1
}

// nextMonth is the month after one, as "2026-11".
func nextMonth(m string) string {
	return monthOf(day.Date(m + "-28").Add(4))
}

// soonDays is how many days ahead a deadline counts as near.
const soonDays = 3

// Standing counts what is open now.
func (s *Service) Standing(ctx context.Context, by actor.Actor) (out Standing, err error) {
	if !by.May(actor.RequestFigures) {
		return out, problem.New(problem.Forbidden, "error.role")
	}
	out.States = map[State]int64{}
	var rows []struct {
		Value State
		N     int64
	}
	err = scope(s.ledger.Read(ctx), by).Model(&tally{}).Select("value, SUM(n) AS n").
		Where("month = '' AND measure = ?", inState).Group("value").Scan(&rows).Error
	if err != nil {
		return out, fmt.Errorf("read counts of requests: %w", err)
	}
	for _, r := range rows {
		out.States[r.Value] = r.N
		if r.Value.Open() {
			out.Open += r.N
		}
	}
	today := s.Today()
	var due struct{ Overdue, Soon int64 }
	err = scope(s.ledger.Read(ctx), by).Model(&Request{}).
		Select("COALESCE(SUM(CASE WHEN due < ? THEN 1 ELSE 0 END), 0) AS overdue, COALESCE(SUM(CASE WHEN due >= ? THEN 1 ELSE 0 END), 0) AS soon", today, today).
		Where("state IN "+openSQL+" AND due > '' AND due <= ?", today.Add(soonDays)).Scan(&due).Error
	if err != nil {
		return out, fmt.Errorf("count late requests: %w", err)
	}
	out.Overdue, out.Soon = due.Overdue, due.Soon
	return out, nil
}

// openSQL are the open states as the partial indexes name them.
const openSQL = "('received', 'identity', 'in_progress', 'waiting')"

// dayIn is the first day of a month.
func dayIn(m string) day.Date { return day.Date(m + "-01") }

// LastDay is the last day of a month.
func LastDay(m string) day.Date { return dayIn(nextMonth(m)).Add(-1) }
