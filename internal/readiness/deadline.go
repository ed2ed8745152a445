package readiness

import (
	"cmp"
	"context"
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
}

// Soon is how many days ahead the executive page looks.
const Soon = 30

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

// Deadlines lists what is due from today until a day, what is due first at the
// start.
func (s *Service) Deadlines(ctx context.Context, o *Overview, until day.Date) ([]Deadline, error) {
	var out []Deadline
	var services []string
	for _, p := range o.Services {
		services = append(services, p.Entry.ID)
		for _, d := range p.deadlines {
			if d.Date <= until {
				out = append(out, d)
			}
		}
		if e := p.Entry; e.State == register.Planned && e.Launch >= o.Today && e.Launch <= until {
			out = append(out, Deadline{Kind: LaunchDue, Service: e.ID, Date: e.Launch, Title: e.Name, URL: "/services/" + e.ID, Owner: e.ComplianceOwner})
		}
	}
	if s.RequestsDue != nil {
		more, err := s.RequestsDue(ctx, services, until)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	slices.SortStableFunc(out, func(a, b Deadline) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Requirement, b.Requirement), cmp.Compare(a.Service, b.Service))
	})
	return out, nil
}
