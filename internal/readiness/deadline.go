package readiness

import (
	"cmp"
	"slices"

	"hegui/internal/day"
	"hegui/internal/register"
)

// DeadlineKind says what is due.
type DeadlineKind string

// The kinds of deadlines.
const (
	WorkDue     DeadlineKind = "work"     // an open requirement
	ReviewDue   DeadlineKind = "review"   // a conclusion to look at again
	EvidenceEnd DeadlineKind = "evidence" // the last day on which a requirement is proven
	LaunchDue   DeadlineKind = "launch"   // a planned start, for which filings must be there
	RequestDue  DeadlineKind = "request"  // a person's request to answer
)

// Deadline is a date by which something has to be done.
type Deadline struct {
	Kind        DeadlineKind
	Service     string
	Date        day.Date
	Requirement string // or none
	Title       string // what it is, where it is no requirement
	URL         string // of the record, where it is no requirement
	Owner       string // account, or none
	Count       int    // of requests
}

// Soon is how many days ahead the executive page looks, Furthest how many
// anybody can.
const (
	Soon     = 30
	Furthest = 90
)

// dates lists what the requirements of a service have dates for, whenever.
func (s *Standing) dates() []Deadline {
	var out []Deadline
	add := func(kind DeadlineKind, on day.Date, requirement, owner string) {
		if on != "" && on >= s.Day {
			out = append(out, Deadline{Kind: kind, Service: s.Service, Date: on, Requirement: requirement, Owner: owner})
		}
	}
	for i := range s.Rows {
		a := &s.Rows[i]
		item := ItemOf(a, s.Day)
		if item.Open() {
			add(WorkDue, a.Due, a.RequirementID, a.OwnerID)
		}
		if item.Counts() {
			add(ReviewDue, a.NextReview, a.RequirementID, a.OwnerID)
			add(EvidenceEnd, a.ProofUntil, a.RequirementID, a.OwnerID)
		}
	}
	return out
}

// planned lists the dates that requirements and services have, what is due
// first at the start.
func (o *Overview) planned() []Deadline {
	o.dated.Do(func() {
		for _, p := range o.Services {
			o.deadlines = append(o.deadlines, p.deadlines...)
			if e := p.Entry; e.State == register.Planned && e.Launch >= o.Today {
				o.deadlines = append(o.deadlines, Deadline{Kind: LaunchDue, Service: e.ID, Date: e.Launch, Title: e.Name, URL: "/services/" + e.ID, Owner: e.ComplianceOwner})
			}
		}
		o.deadlines = append(o.deadlines, o.Requests...)
		slices.SortStableFunc(o.deadlines, sooner)
	})
	return o.deadlines
}

func sooner(a, b Deadline) int {
	return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Requirement, b.Requirement), cmp.Compare(a.Service, b.Service), cmp.Compare(a.URL, b.URL))
}

// Deadlines lists what is due from today until a day, what is due first at the
// start. The list must not be written to.
func (o *Overview) Deadlines(until day.Date) []Deadline {
	list := o.planned()
	n, _ := slices.BinarySearchFunc(list, until.Add(1), func(d Deadline, after day.Date) int { return cmp.Compare(d.Date, after) })
	return list[:n:n]
}
