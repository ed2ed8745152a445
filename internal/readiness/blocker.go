package readiness

import (
	"cmp"
	"slices"

	"hegui/internal/checklist"
	"hegui/internal/day"
	"hegui/internal/readiness/score"
)

// Blocker is a requirement that holds a service back.
type Blocker struct {
	Item score.Item
	Row  *checklist.Assessment
	Gain int64 // points that the service gains when everything is done
	Late int   // days since it was due, or since its review was; 0 when in time
}

// PlacedBlocker is a blocker with its service.
type PlacedBlocker struct {
	Blocker
	Service string
	Name    string // of the service
}

// block lists what is short of its points, worst first: open critical
// non-conformities, then by what solving gains, then what is latest.
func (s *Standing) block() []Blocker {
	rows := make(map[string]int, len(s.Rows))
	for i := range s.Rows {
		rows[s.Rows[i].RequirementID] = i
	}
	var out []Blocker
	for _, a := range s.Score.Articles {
		for _, i := range a.Items {
			if !i.Short() {
				continue
			}
			row := &s.Rows[rows[i.ID]]
			out = append(out, Blocker{Item: i, Row: row, Gain: a.Gain(i), Late: late(i, row, s.Day)})
		}
	}
	slices.SortFunc(out, worse)
	return out
}

// late counts the days since something should have been done.
func late(i score.Item, a *checklist.Assessment, today day.Date) int {
	switch {
	case i.Open() && a.Due.Before(today):
		return a.Due.Until(today)
	case a.NextReview.Before(today):
		return a.NextReview.Until(today)
	}
	return 0
}

func worse(a, b Blocker) int {
	first := func(b Blocker) int {
		if b.Item.Caps() {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(first(a), first(b)), cmp.Compare(b.Gain, a.Gain), cmp.Compare(b.Late, a.Late),
		cmp.Compare(a.Item.ID, b.Item.ID), cmp.Compare(a.Row.ID, b.Row.ID))
}

// Blockers lists what holds the services back, worst first. The list is shared
// by readers and must not be written to.
func (o *Overview) Blockers() []PlacedBlocker {
	o.ranked.Do(func() {
		for _, p := range o.Services {
			for _, b := range p.blockers {
				o.blockers = append(o.blockers, PlacedBlocker{Blocker: b, Service: p.Entry.ID, Name: p.Entry.Name})
			}
		}
		slices.SortStableFunc(o.blockers, func(a, b PlacedBlocker) int { return worse(a.Blocker, b.Blocker) })
	})
	return o.blockers
}

// Top lists the worst few of what holds the services back, of the open ones.
func (o *Overview) Top(most int) []PlacedBlocker {
	var out []PlacedBlocker
	for _, b := range o.Blockers() {
		if len(out) == most {
			break
		}
		if b.Item.Open() {
			out = append(out, b)
		}
	}
	return out
}

// Blockers lists what holds the service back, worst first.
func (p Placed) Blockers() []PlacedBlocker {
	return newOverview(p.Day, []Placed{p}).Blockers()
}
