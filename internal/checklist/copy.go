package checklist

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// Copyable is a requirement on which one service can learn from another.
type Copyable struct {
	From, To Assessment
	Words    bool // From has words, To has none
	Owner    bool // From has an owner, To has none, and the owner could take it
	Evidence bool // From has evidence linked
}

// CopyOptions say what to take over.
type CopyOptions struct {
	Words    bool // conclusion and justification, as a draft to be reviewed
	Owner    bool
	Evidence bool // links to the same evidence
}

// CopyEvidence links the evidence of one assessment to another, inside a
// transaction; the evidence part provides it.
type CopyEvidence func(tx *gorm.DB, by actor.Actor, from, to Assessment) ([]audit.Event, error)

// CopyPlan lists what could be copied from one service to another: the
// requirements that apply to both, where the other service has something and
// this one has not been judged yet.
func (s *Service) CopyPlan(ctx context.Context, by actor.Actor, from, to string) ([]Copyable, error) {
	if from == to {
		return nil, problem.Field(problem.Invalid, "from", "checklist.copy.same")
	}
	people, err := s.able(ctx, actor.Contribute, to)
	if err != nil {
		return nil, err
	}
	fits := map[string]bool{}
	for _, p := range people {
		fits[p.ID] = true
	}
	return copyPlan(s.ledger.Read(ctx), by, from, to, fits)
}

func copyPlan(db *gorm.DB, by actor.Actor, from, to string, fits map[string]bool) ([]Copyable, error) {
	var rows []Assessment
	err := visible(db, by).Where("service_id IN ? AND applies", []string{from, to}).Order("article, requirement_id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read assessments to copy: %w", err)
	}
	source := map[string]Assessment{}
	for _, a := range rows {
		if a.ServiceID == from {
			source[a.RequirementID] = a
		}
	}
	var out []Copyable
	for _, a := range rows {
		if a.ServiceID != to || a.Claim().Concluded() {
			continue
		}
		f := source[a.RequirementID]
		c := Copyable{From: f, To: a,
			Words:    f.Conclusion+f.Justification != "" && a.Conclusion+a.Justification == "",
			Owner:    fits[f.OwnerID] && a.OwnerID == "",
			Evidence: f.Linked > 0,
		}
		if c.Words || c.Owner || c.Evidence {
			out = append(out, c)
		}
	}
	return out, nil
}

// Copy takes over what CopyPlan offers for the picked assessments of the
// service to, and gives how many were changed. Copied words are a draft: the
// requirement is in progress and marked until somebody judges it.
func (s *Service) Copy(ctx context.Context, by actor.Actor, from, to string, picks []Pick, o CopyOptions) (int, error) {
	if !by.May(actor.Assess) {
		return 0, problem.New(problem.Forbidden, "checklist.plan.forbidden")
	}
	plan, err := s.CopyPlan(ctx, by, from, to)
	if err != nil {
		return 0, err
	}
	wanted := map[string]int64{}
	for _, p := range picks {
		wanted[p.ID] = p.Version
	}
	n := 0
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		n = 0
		var events []audit.Event
		for _, c := range plan {
			version, ok := wanted[c.To.ID]
			if !ok || version != c.To.Version {
				continue
			}
			more, err := s.copyOne(tx, by, c, o)
			if err != nil {
				return nil, err
			}
			n += one(len(more) > 0)
			events = append(events, more...)
		}
		if len(events) == 0 {
			return nil, problem.New(problem.Conflict, "checklist.copy.nothing")
		}
		return events, nil
	})
	return n, err
}

func (s *Service) copyOne(tx *gorm.DB, by actor.Actor, c Copyable, o CopyOptions) ([]audit.Event, error) {
	a, read := c.To, c.To.Version
	if o.Words && c.Words {
		a.Conclusion, a.Justification, a.CopiedFrom = c.From.Conclusion, c.From.Justification, c.From.ID
		a.Status = InProgress
	}
	if o.Owner && c.Owner {
		a.OwnerID = c.From.OwnerID
	}
	var events []audit.Event
	if a != c.To {
		a.stamp(s.moment(by, nil))
		if err := save(tx, &a, read); err != nil {
			return nil, err
		}
		events = append(events, event("copied", &a))
	}
	if o.Evidence && c.Evidence && s.copyEvidence != nil {
		more, err := s.copyEvidence(tx, by, c.From, a)
		if err != nil {
			return nil, err
		}
		events = append(events, more...)
	}
	return events, nil
}
