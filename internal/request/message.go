package request

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// Courier tells a person who follows their request on its tracking page that a
// message waits there, at the e-mail address they gave. It runs inside the
// transaction that writes the message, as a Notifier does.
type Courier func(tx *gorm.DB, r *Request, to string) ([]audit.Event, error)

// OnMessage adds a courier. For wiring, before anything is served.
func (s *Service) OnMessage(c Courier) { s.couriers = append(s.couriers, c) }

// OnIntake adds a courier that tells a person, at the e-mail address they gave,
// that their request arrived. For wiring, before anything is served.
func (s *Service) OnIntake(c Courier) { s.receipts = append(s.receipts, c) }

// confirm has the couriers of OnIntake tell the person that a request arrived.
// Who gave no e-mail address has the receipt, or hears of it from the staff.
func (s *Service) confirm(tx *gorm.DB, r *Request, contact string) (out []audit.Event, err error) {
	contact = strings.TrimSpace(contact)
	if !isMail(contact) {
		return nil, nil
	}
	for _, carry := range s.receipts {
		events, err := carry(tx, r, contact)
		if err != nil {
			return nil, err
		}
		out = append(out, events...)
	}
	return out, nil
}

// message writes a message down.
func (x *step) message(to Direction, via Channel, body, letter string) (*Message, error) {
	r := x.r
	m := &Message{ID: x.ledger.NewID(), RequestID: r.ID, ServiceID: r.ServiceID, Direction: to, Via: via, LetterID: letter, CreatedAt: x.now}
	if x.by.Kind != actor.KindPublic {
		m.CreatedBy = x.by.ID
	}
	sealed, err := x.seal("message/"+m.ID, body)
	if err != nil {
		return nil, err
	}
	m.Body = sealed
	if to != Internal {
		r.Messages++
	}
	if err := x.create(m); err != nil {
		return nil, err
	}
	if to != ToPerson {
		return m, nil
	}
	return m, x.announce()
}

// announce has the couriers tell the person that there is news. Who has no
// tracking page, or gave no e-mail address, hears of it from the staff.
func (x *step) announce() error {
	if len(x.couriers) == 0 || x.r.TrackHash == "" {
		return nil
	}
	said, err := x.Texts(x.tx, *x.r)
	if err != nil || !isMail(said.Contact) {
		return err
	}
	for _, carry := range x.couriers {
		events, err := carry(x.tx, x.r, said.Contact)
		if err != nil {
			return err
		}
		x.events = append(x.events, events...)
	}
	return nil
}

// Say writes to the person, or a note for the staff.
func (s *Service) Say(ctx context.Context, by actor.Actor, id string, to Direction, body string) (Request, error) {
	var f problem.Fields
	one(&f, "direction", to, []Direction{ToPerson, Internal})
	word(&f, "body", &body, maxText, true)
	if err := f.Err(); err != nil {
		return Request{}, err
	}
	verb := "written"
	if to == Internal {
		verb = "noted"
	}
	return s.act(ctx, by, id, 0, Write, verb, func(x *step) error {
		via := x.r.Channel
		if to == Internal {
			via = Inside
		}
		_, err := x.message(to, via, body, "")
		return err
	})
}

// Heard writes down what the person said on the phone, or wrote. A request
// that waited for them goes on.
func (s *Service) Heard(ctx context.Context, by actor.Actor, id string, via Channel, body string) (r Request, err error) {
	var f problem.Fields
	one(&f, "via", via, StaffChannels)
	word(&f, "body", &body, maxText, true)
	if err := f.Err(); err != nil {
		return r, err
	}
	if !by.May(actor.HandleRequests) {
		return r, problem.New(problem.Forbidden, "error.role")
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		r = Request{}
		if err := take(tx, by, id, &r); err != nil {
			return nil, err
		}
		return s.HearTx(tx, by, &r, via, body)
	})
	return r, err
}

// HearTx writes down a message of the person inside the transaction of
// another action, which knows that it is theirs. A request that waited goes
// on.
func (s *Service) HearTx(tx *gorm.DB, by actor.Actor, r *Request, via Channel, body string) ([]audit.Event, error) {
	a, verb := Hear, "heard"
	if r.State == Waiting {
		a, verb = Resume, "resumed"
	}
	return s.move(tx, by, r, 0, a, verb, func(x *step) error {
		if err := x.endPause(); err != nil {
			return err
		}
		if _, err := x.message(FromPerson, via, body, ""); err != nil {
			return err
		}
		if by.Kind == actor.KindPerson {
			return nil // who typed it has read it
		}
		r.Unread++
		return x.tellStaff(PersonWrote, r.audience(x.book)...)
	})
}

// read marks what the person wrote as read.
func (s *Service) read(tx *gorm.DB, r *Request) (rows []any, err error) {
	if r.Unread == 0 {
		return nil, nil
	}
	var list []Message
	if err := tx.Where("request_id = ? AND direction = ? AND read_at IS NULL", r.ID, FromPerson).Order("id").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	now := s.ledger.Now()
	for n := range list {
		list[n].ReadAt = &now
		if err := tx.Model(&list[n]).UpdateColumn("read_at", now).Error; err != nil {
			return nil, fmt.Errorf("mark message: %w", err)
		}
		rows = append(rows, &list[n])
	}
	r.Unread = 0
	if err := tx.Model(r).UpdateColumn("unread", 0).Error; err != nil {
		return nil, fmt.Errorf("mark request: %w", err)
	}
	return append(rows, r), nil
}
