package request

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
)

// Past is a request of former times, with how it ended: Answered, Refused, or
// still InProgress.
type Past struct {
	Intake
	State State
}

// maxPast is how many requests one transaction takes in.
const maxPast = 1000

// TakeInPast takes in many requests of the last days at once, whose persons
// were known: each is received on its own day, and decided today or still
// open. Counts are kept as if they had come one by one; nobody is told, and no
// letters go out. It is for filling a database.
func (s *Service) TakeInPast(ctx context.Context, by actor.Actor, list []Past) error {
	for len(list) > 0 {
		n := min(len(list), maxPast)
		err := afresh(func() error { // a number may be taken
			return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) { return s.takeInPast(tx, by, list[:n]) })
		})
		if err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

func (s *Service) takeInPast(tx *gorm.DB, by actor.Actor, list []Past) ([]audit.Event, error) {
	book, err := bookIn(tx)
	if err != nil {
		return nil, err
	}
	var (
		events   []audit.Event
		requests = make([]Request, len(list))
		keys     = make([]Key, len(list))
		hashes   []contactHash
		counts   = tallies{}
	)
	for n, in := range list {
		if err := in.check(s.Today()); err != nil {
			return nil, err
		}
		rule, ok := book.rule(in.ServiceID, in.Kind)
		if !ok || in.Requester != Self {
			return nil, fmt.Errorf("request: past request of kind %q for %q", in.Kind, in.Requester)
		}
		r := &requests[n]
		*r = s.begin(by, in.Intake, rule)
		rows, err := s.sealIntake(r, in.Intake)
		if err != nil {
			return nil, err
		}
		keys[n] = *rows[0].(*Key) //nolint:forcetypeassert // of a request for oneself, the only row
		for _, h := range s.hashes(in.Contact, in.Account) {
			hashes = append(hashes, contactHash{RequestID: r.ID, Hash: h})
		}
		s.pastCourse(book, r, in.State, counts)
		events = append(events, event("received", r, &keys[n]))
	}
	for _, rows := range []any{&requests, &keys, &hashes} {
		if err := tx.CreateInBatches(rows, 200).Error; err != nil {
			return nil, fmt.Errorf("create past requests: %w", err)
		}
	}
	return events, counts.apply(tx)
}

// pastCourse leads a request to its state.
func (s *Service) pastCourse(book ruleBook, r *Request, to State, counts tallies) {
	now := s.ledger.Now()
	started := r.ReceivedAt
	r.StartedAt, r.State = &started, InProgress
	if r.IdentityLevel != NoCheck {
		r.IdentityState = IdentityPassed
	}
	s.wind(book, r, nil)
	counts.received(r, 1)
	if to == InProgress {
		counts.moved(r, "", r.State)
		return
	}
	x := step{Service: s, r: r, now: now, today: day.Of(now), tally: counts}
	if to == Refused {
		r.RefusalID = book.refusals[0].ID
	}
	x.decide(to)
	r.State, r.NextNotice, r.Notice = to, "", NoNotice
	counts.moved(r, "", r.State)
}
