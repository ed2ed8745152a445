package request

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
	"hegui/internal/request/clock"
)

// Intake is what is known when a request comes in.
type Intake struct {
	ServiceID  string // or none, when the person did not know
	Kind       Kind
	Requester  Requester
	Channel    Channel
	Language   string
	ReceivedOn day.Date // when it came, if not today
	OwnerID    string
	Name       string
	Contact    string
	Account    string
	Details    string
	Person     string // whose information it is, when somebody asks for another
	Relation   string
	TrackHash  string // SHA-256 of the tracking secret in hex, or none
}

// maxAge is how many days back a request may have come in when staff type it.
const maxAge = 180

// check trims the input and gives the fields that are wrong.
func (in *Intake) check(today day.Date) error {
	var f problem.Fields
	one(&f, "kind", in.Kind, Kinds)
	one(&f, "requester", in.Requester, Requesters)
	one(&f, "channel", in.Channel, Channels)
	one(&f, "language", in.Language, []string{"zh-CN", "en"})
	word(&f, "name", &in.Name, maxName, true)
	word(&f, "contact", &in.Contact, maxShort, true)
	word(&f, "account", &in.Account, maxShort, false)
	word(&f, "details", &in.Details, maxText, true)
	other := in.Requester != Self && in.Requester != ""
	word(&f, "person", &in.Person, maxName, other)
	word(&f, "relation", &in.Relation, maxShort, other)
	if in.ReceivedOn == "" {
		in.ReceivedOn = today
	}
	if in.ReceivedOn > today || in.ReceivedOn < today.Add(-maxAge) {
		f.Add("received_on", "request.received_on.wrong", "days", maxAge)
	}
	return f.Err()
}

// TakeIn records a request that reached staff by mail, phone, in the app or at
// a counter.
func (s *Service) TakeIn(ctx context.Context, by actor.Actor, in Intake) (r Request, err error) {
	if !by.May(actor.HandleRequests) {
		return r, problem.New(problem.Forbidden, "error.role")
	}
	if err := s.checkIntake(ctx, by, &in); err != nil {
		return r, err
	}
	err = afresh(func() error {
		return s.ledger.Write(ctx, by, func(tx *gorm.DB) (events []audit.Event, err error) {
			r, events, err = s.TakeInTx(tx, by, in)
			return events, err
		})
	})
	return r, err
}

func (s *Service) checkIntake(ctx context.Context, by actor.Actor, in *Intake) error {
	var f problem.Fields
	fields, _ := problem.FieldsOf(in.check(s.Today()))
	for _, w := range fields {
		f.Add(w.Field, w.Key, w.Args...)
	}
	if !slices.Contains(StaffChannels, in.Channel) {
		f.Add("channel", "request.choose")
	}
	switch {
	case in.ServiceID == "" && !by.AllServices:
		f.Add("service", "request.choose")
	case in.ServiceID != "" && s.known(ctx, by, in.ServiceID) != nil:
		f.Add("service", "request.choose")
	}
	ok, err := s.canOwn(ctx, in.OwnerID, in.ServiceID)
	if err != nil {
		return err
	}
	if !ok {
		f.Add("owner", "request.owner.unable")
	}
	return f.Err()
}

// canOwn says whether a person can handle requests about a service; nobody
// always can.
func (s *Service) canOwn(ctx context.Context, person, service string) (bool, error) {
	if person == "" {
		return true, nil
	}
	return s.able(ctx, person, actor.HandleRequests, service)
}

// TakeInTx records a request inside the transaction of another action, which
// has checked that the service exists. It returns what is wrong with the
// input.
func (s *Service) TakeInTx(tx *gorm.DB, by actor.Actor, in Intake) (r Request, events []audit.Event, err error) {
	if err := in.check(s.Today()); err != nil {
		return r, nil, err
	}
	book, err := bookIn(tx)
	if err != nil {
		return r, nil, err
	}
	rule, ok := book.rule(in.ServiceID, in.Kind)
	if !ok {
		return r, nil, fmt.Errorf("request: no rule for %s", in.Kind)
	}
	r = s.begin(by, in, rule)
	rows, err := s.sealIntake(&r, in)
	if err != nil {
		return r, nil, err
	}
	s.wind(book, &r, nil)
	if err := tx.Create(&r).Error; err != nil {
		return r, nil, fmt.Errorf("create request: %w", err)
	}
	if err := createAll(tx, rows); err != nil {
		return r, nil, err
	}
	if err := s.remember(tx, r.ID, in.Contact, in.Account); err != nil {
		return r, nil, err
	}
	t := tallies{}
	t.received(&r, 1)
	t.moved(&r, "", r.State)
	if err := t.apply(tx); err != nil {
		return r, nil, err
	}
	told, err := s.tell(tx, r.note(WasRequested, r.audience(book)...))
	if err != nil {
		return r, nil, err
	}
	confirmed, err := s.confirm(tx, &r, in.Contact)
	return r, slices.Concat([]audit.Event{event("received", &r, rows...)}, told, confirmed), err
}

// begin makes the request with the rule that it takes along.
func (s *Service) begin(by actor.Actor, in Intake, rule Rule) Request {
	now := s.ledger.Now()
	r := Request{ID: s.ledger.NewID(), Number: s.number(now), ServiceID: in.ServiceID, Kind: in.Kind, Requester: in.Requester, Channel: in.Channel,
		Language: in.Language, State: Received, StateSince: now, OwnerID: in.OwnerID,
		IdentityLevel: in.level(rule), IdentityState: IdentityWanted, RuleID: rule.ID, Days: rule.Days, Unit: rule.Unit, Starts: rule.Starts,
		Roll: rule.Roll, ExtensionDays: rule.ExtensionDays, RemindDays: rule.RemindDays, RetentionDays: rule.RetentionDays,
		ReceivedAt: now, TrackHash: in.TrackHash, CreatedBy: by.ID, CreatedAt: now, Version: 1}
	if in.ReceivedOn != s.Today() {
		r.ReceivedAt = in.ReceivedOn.Time().Add(noon)
	}
	if r.IdentityLevel == NoCheck {
		r.IdentityState = IdentityNotNeeded
	}
	if rule.Starts == clock.AtIntake {
		at := r.ReceivedAt
		r.StartedAt = &at
	}
	return r
}

// noon is when something came in of which only the day is known.
const noon = 12 * time.Hour

// number makes the number that people quote: the month, and six characters
// that say nothing about how many requests there are.
func (s *Service) number(now time.Time) string {
	const letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ" // none that look alike
	var b strings.Builder
	b.WriteString("PR" + now.In(day.Zone).Format("0601") + "-")
	for _, c := range s.ledger.Secret(6) {
		b.WriteByte(letters[int(c)%len(letters)])
	}
	return b.String()
}

// sealIntake encrypts what the person said, and gives the rows beside the
// request's own.
func (s *Service) sealIntake(r *Request, in Intake) (rows []any, err error) {
	key, row, err := s.newKey(r.ID)
	if err != nil {
		return nil, err
	}
	x := sealer{key: key}
	r.Name, r.Contact = x.seal("name", in.Name), x.seal("contact", in.Contact)
	r.Account, r.Details = x.seal("account", in.Account), x.seal("details", in.Details)
	rows = []any{&row}
	if in.Requester != Self {
		id := s.ledger.NewID()
		rows = append(rows, &Mandate{ID: id, RequestID: r.ID, ServiceID: r.ServiceID, Kind: in.Requester, State: MandateClaimed,
			Person: x.seal("mandate/"+id+"/person", in.Person), Relation: x.seal("mandate/"+id+"/relation", in.Relation),
			CreatedBy: r.CreatedBy, CreatedAt: r.CreatedAt, Version: 1})
	}
	return rows, x.err
}

func createAll(tx *gorm.DB, rows []any) error {
	for _, row := range rows {
		if err := tx.Create(row).Error; err != nil {
			return fmt.Errorf("create %T: %w", row, err)
		}
	}
	return nil
}

// remember makes a request findable by its contact.
func (s *Service) remember(tx *gorm.DB, request, contact, account string) error {
	if err := tx.Where("request_id = ?", request).Delete(&contactHash{}).Error; err != nil {
		return fmt.Errorf("forget contact: %w", err)
	}
	for _, h := range s.hashes(contact, account) {
		if err := tx.Create(&contactHash{RequestID: request, Hash: h}).Error; err != nil {
			return fmt.Errorf("remember contact: %w", err)
		}
	}
	return nil
}

// note is a note about the request to some of the staff.
func (r *Request) note(o Occasion, to ...string) Note {
	return Note{Occasion: o, RequestID: r.ID, Number: r.Number, ServiceID: r.ServiceID, To: to, Due: r.Due}
}

// audience is who is told about a request: its owner, else the lead.
func (r *Request) audience(b ruleBook) []string {
	for _, one := range []string{r.OwnerID, b.setting.LeadID} {
		if one != "" {
			return []string{one}
		}
	}
	return nil
}

// Find lists the requests with exactly this contact or account, newest first;
// finding them counts as looking at each of them.
func (s *Service) Find(ctx context.Context, by actor.Actor, contact string) (list []Request, err error) {
	if !by.May(actor.HandleRequests) {
		return nil, problem.New(problem.Forbidden, "error.role")
	}
	if s.master == nil {
		return nil, errNoMaster
	}
	var f problem.Fields
	word(&f, "contact", &contact, maxShort, true)
	if err := f.Err(); err != nil {
		return nil, err
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		list = nil
		err := scope(tx, by).Where("id IN (SELECT request_id FROM request_contact WHERE hash IN ?)", s.hashes(contact, contact)).
			Order("id DESC").Limit(maxFound).Find(&list).Error
		if err != nil {
			return nil, fmt.Errorf("find requests: %w", err)
		}
		if len(list) == 0 {
			return nil, errNothing
		}
		events := make([]audit.Event, len(list))
		for n := range list {
			if events[n], err = s.view(tx, by, &list[n], FoundSo); err != nil {
				return nil, err
			}
		}
		return events, nil
	})
	if errors.Is(err, errNothing) {
		return nil, nil
	}
	return list, err
}

// maxFound bounds what a search by contact gives.
const maxFound = 50

// errNothing ends a transaction in which nothing had to be written.
var errNothing = errors.New("request: nothing to write")
