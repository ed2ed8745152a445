package register

import (
	"context"
	"maps"
	"strings"
	"unicode/utf8"

	"hegui/internal/actor"
	"hegui/internal/problem"
	"hegui/internal/regulation"
)

// Scoping is a set of answers about a service with the basis on which they
// were given.
type Scoping struct {
	regulation.Profile
	Note string
}

// Scoping gives the scope of a service, to show it in a form.
func (e Entry) Scoping() Scoping { return Scoping{Profile: Profile(e), Note: e.ScopeNote} }

const maxNote = 4000 // characters

// validate gives the fields that are wrong and puts the answers into the form
// they are stored in: yes and no only, nothing left over from a question that
// does not arise.
func (in *Scoping) validate(c *regulation.Catalogue) error {
	in.Note = strings.TrimSpace(in.Note)
	answers := map[string]regulation.Answer{}
	for id, a := range in.Answers {
		if a != "" && a != regulation.Unknown {
			answers[id] = a
		}
	}
	in.Answers = answers
	if in.Public == "" {
		in.Public = regulation.Unknown
	}
	if in.ModelFiled == "" || in.Answers[thirdParty] == regulation.No {
		in.ModelFiled = regulation.Unknown
	}
	err := c.CheckProfile(in.Profile)
	if utf8.RuneCountInString(in.Note) <= maxNote {
		return err
	}
	var f problem.Fields
	list, _ := problem.FieldsOf(err)
	for _, one := range list {
		f.Add(one.Field, one.Key, one.Args...)
	}
	f.Add("note", "register.text.long", "max", maxNote)
	return f.Err()
}

// CheckScope gives what is wrong with a scope, and puts it in order.
func (s *Service) CheckScope(ctx context.Context, in *Scoping) error {
	return in.validate(s.current(ctx))
}

// Same says whether two checked scopings are alike.
func (in Scoping) Same(other Scoping) bool {
	return in.Public == other.Public && in.NotPublic == other.NotPublic && in.ModelFiled == other.ModelFiled &&
		in.Note == other.Note && maps.Equal(in.Answers, other.Answers)
}

func (e *Entry) putScope(in Scoping) {
	e.OfferedToPublic, e.NotPublic, e.ModelFiled, e.Answers, e.ScopeNote = in.Public, in.NotPublic, in.ModelFiled, in.Answers, in.Note
}

// Scope saves the answers about a service and lets the hooks follow. version
// is the one that was shown.
func (s *Service) Scope(ctx context.Context, by actor.Actor, service string, version int64, in Scoping) (Entry, error) {
	if err := s.CheckScope(ctx, &in); err != nil {
		return Entry{}, err
	}
	return s.update(ctx, by, service, version, "scoped", func(e *Entry) error {
		if err := active(e); err != nil {
			return err
		}
		now := s.ledger.Now()
		e.putScope(in)
		e.ScopedAt, e.ScopedBy = &now, by.ID
		return nil
	}, s.scoped...)
}

// Work is what was recorded already on a requirement of a service.
type Work struct {
	Assessed bool // a conclusion stands
	Records  int  // evidence, tasks and comments
}

// WorkReader gives the work on a service by requirement; requirements without
// any are left out.
type WorkReader func(ctx context.Context, service string) (map[string]Work, error)

// ReadsWork lets a preview tell which work stays kept; it is called when
// everything is wired, before the first request.
func (s *Service) ReadsWork(read WorkReader) { s.work = read }

// Switch is a requirement that a change of scope switches on or off, with the
// decision after the change and the work that stays kept.
type Switch struct {
	Requirement *regulation.Requirement
	Decision    regulation.Decision
	Work        Work
}

// Preview is what a change of scope would do.
type Preview struct {
	Unchanged  bool // nothing was answered differently, nor noted
	On, Off    []Switch
	Applicable int // requirements that would apply
	Open       int // of these, only because something is not answered
	Before     regulation.RouteDecision
	After      regulation.RouteDecision
}

// Preview works out what saving a scope would do, without saving it. It
// checks the scope and puts it in order.
func (s *Service) Preview(ctx context.Context, e Entry, in *Scoping) (p Preview, err error) {
	if err := s.CheckScope(ctx, in); err != nil {
		return p, err
	}
	c, work := s.current(ctx), map[string]Work{}
	if s.work != nil {
		if work, err = s.work(ctx, e.ID); err != nil {
			return p, err
		}
	}
	on, off := c.Change(Profile(e), in.Profile)
	p = Preview{Unchanged: in.Same(e.Scoping()), On: switches(on, work), Off: switches(off, work),
		Before: c.Route(Profile(e)), After: c.Route(in.Profile)}
	p.Applicable, p.Open = Count(c, in.Profile)
	return p, nil
}

func switches(list []regulation.Applicable, work map[string]Work) []Switch {
	out := make([]Switch, len(list))
	for i, a := range list {
		out[i] = Switch{Requirement: a.Requirement, Decision: a.Decision, Work: work[a.Requirement.ID]}
	}
	return out
}

// Count says how many requirements apply, and how many of them only because
// something is not answered.
func Count(c *regulation.Catalogue, p regulation.Profile) (applicable, open int) {
	for _, a := range c.Decide(p) {
		if a.Decision.Applies {
			applicable++
		}
		if a.Decision.Provisional {
			open++
		}
	}
	return applicable, open
}

// Completeness says how many of the questions that arise are answered. For a
// service not offered to the public, only that question arises.
func Completeness(c *regulation.Catalogue, p regulation.Profile) (answered, asked int) {
	if p.Public == regulation.No {
		return 1, 1
	}
	count := func(a regulation.Answer) {
		asked++
		if a == regulation.Yes || a == regulation.No {
			answered++
		}
	}
	count(p.Public)
	for _, co := range c.Conditions {
		count(p.Answers[co.ID])
	}
	if p.Answers[thirdParty] == regulation.Yes {
		count(p.ModelFiled)
	}
	return answered, asked
}
