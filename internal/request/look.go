package request

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
	"hegui/internal/request/clock"
)

// Detail is a request with everything that belongs to it, as far as the
// person may see it. When Masked, personal texts are hidden but for what tells
// two apart.
type Detail struct {
	Request
	Masked     bool
	Said       Said
	Reading    clock.Reading
	Messages   []Spoken
	Pauses     []PauseWords
	Extension  *ExtensionWords
	Hold       *HoldWords // the one that lasts
	Files      []FileWords
	Checks     []CheckWords
	Mandates   []MandateWords
	Duplicates []Request
	Views      []View // the latest
	Refusal    *Refusal
	Tasks      []TaskWords
	Letters    []Letter // newest first

	Certificates []CertificateWords
}

// Said is what the person said at intake, and the words of the decision.
type Said struct{ Name, Contact, Account, Details, Words string }

// Spoken is a message in clear. Subject is that of the letter that it is, or
// none.
type Spoken struct {
	Message
	Text    string
	Subject string
}

// PauseWords is a pause in clear.
type PauseWords struct {
	Pause
	Text string
}

// ExtensionWords is an extension in clear.
type ExtensionWords struct {
	Extension
	Text string
}

// HoldWords is a legal hold in clear.
type HoldWords struct {
	Hold
	Text string
}

// FileWords is a file in clear.
type FileWords struct {
	Attachment
	FileName string
}

// CheckWords is a check of identity in clear.
type CheckWords struct {
	Identity
	Text string
}

// MandateWords is a mandate in clear.
type MandateWords struct {
	Mandate
	PersonName, RelationText, Text string
}

// lookAgain is how long one opening of a request counts: reloading the page is
// no second look.
const lookAgain = time.Hour

// Look gives a request to somebody who may read it, and records that they
// opened it. Auditors get it masked.
func (s *Service) Look(ctx context.Context, by actor.Actor, id string) (Detail, error) {
	if !by.May(actor.ReadRequests) {
		return Detail{}, problem.New(problem.Forbidden, "error.role")
	}
	return s.look(ctx, by, id, !by.May(actor.HandleRequests), Opened)
}

// Unmask gives a request in clear to somebody who reads others masked, and
// records it each time.
func (s *Service) Unmask(ctx context.Context, by actor.Actor, id string) (Detail, error) {
	if !by.May(actor.UnmaskRequests) {
		return Detail{}, problem.New(problem.Forbidden, "error.role")
	}
	return s.look(ctx, by, id, false, Unmasked)
}

func (s *Service) look(ctx context.Context, by actor.Actor, id string, masked bool, what Looked) (d Detail, err error) {
	db := s.ledger.Read(ctx)
	if err := take(db, by, id, &d.Request); err != nil {
		return d, err
	}
	if err := s.looked(ctx, by, &d.Request, what); err != nil {
		return d, err
	}
	d.Masked = masked
	return d, s.fill(ctx, by, &d)
}

// looked records a look, and that messages were read, unless it was done a
// short while ago.
func (s *Service) looked(ctx context.Context, by actor.Actor, r *Request, what Looked) error {
	reads := what == Opened && by.May(actor.HandleRequests) && r.Unread > 0
	if what == Opened && !reads {
		var n int64
		err := s.ledger.Read(ctx).Model(&View{}).Where("account_id = ? AND request_id = ? AND at > ?", by.ID, r.ID, s.ledger.Now().Add(-lookAgain)).
			Limit(1).Count(&n).Error
		if err != nil || n > 0 {
			return err
		}
	}
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		if err := take(tx, by, r.ID, r); err != nil {
			return nil, err
		}
		e, err := s.view(tx, by, r, what)
		if err != nil || !reads {
			return []audit.Event{e}, err
		}
		rows, err := s.read(tx, r)
		e.Rows = append(e.Rows, rows...)
		return []audit.Event{e}, err
	})
}

// view writes down that somebody looked at a request.
func (s *Service) view(tx *gorm.DB, by actor.Actor, r *Request, what Looked) (audit.Event, error) {
	v := View{ID: s.ledger.NewID(), RequestID: r.ID, AccountID: by.ID, What: what, At: s.ledger.Now()}
	if err := tx.Create(&v).Error; err != nil {
		return audit.Event{}, fmt.Errorf("record look: %w", err)
	}
	return about(string(what), r, &v), nil
}

// fill reads what belongs to the request.
func (s *Service) fill(ctx context.Context, by actor.Actor, d *Detail) error {
	db := s.ledger.Read(ctx)
	rows := details{}
	if err := rows.read(db, d.ID); err != nil {
		return err
	}
	if err := scope(s.ledger.Read(ctx), by).Where("id <> ? AND id IN (SELECT other.request_id FROM request_contact AS own "+
		"JOIN request_contact AS other ON other.hash = own.hash WHERE own.request_id = ?)", d.ID, d.ID).
		Order("id DESC").Limit(10).Find(&d.Duplicates).Error; err != nil {
		return fmt.Errorf("read duplicates: %w", err)
	}
	d.Views, d.Letters = rows.views, rows.letters
	book, err := s.rules.Get(ctx)
	if err != nil {
		return err
	}
	d.Reading = clock.Read(d.course(rows.pauses), book.calendar, s.Today())
	if why, ok := book.refusal(d.RefusalID); ok {
		d.Refusal = &why
	}
	if d.Tasks, err = s.tasksOf(ctx, d.ID); err != nil {
		return err
	}
	if d.Certificates, err = s.certificatesOf(ctx, d.ID, d.Masked); err != nil || d.State == Erased {
		return err
	}
	return s.open(ctx, d, rows)
}

// details are the rows of a request before they are opened.
type details struct {
	messages   []Message
	pauses     []Pause
	extensions []Extension
	holds      []Hold
	files      []Attachment
	checks     []Identity
	mandates   []Mandate
	views      []View
	letters    []Letter
}

func (d *details) read(db *gorm.DB, request string) error {
	var errs []error
	for _, one := range []struct {
		dest  any
		order string
		limit int
	}{
		{&d.messages, "id DESC", 200}, {&d.pauses, "id", 100}, {&d.extensions, "id", 1}, {&d.holds, "id DESC", 10},
		{&d.files, "id", 200}, {&d.checks, "id", 50}, {&d.mandates, "id", 10}, {&d.views, "at DESC", 20}, {&d.letters, "id DESC", 200},
	} {
		errs = append(errs, db.Session(&gorm.Session{NewDB: true}).Where("request_id = ?", request).Order(one.order).Limit(one.limit).Find(one.dest).Error)
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("read request: %w", err)
	}
	return nil
}

// open decrypts the rows, masked where the reader must not know.
func (s *Service) open(ctx context.Context, d *Detail, rows details) error {
	key, err := s.key(s.ledger.Read(ctx), d.ID)
	if err != nil {
		return err
	}
	o := &opener{key: key}
	text, name := o.open, o.open
	if d.Masked {
		text = func(field string, sealed Sealed) string { return hide(o.open(field, sealed)) }
		name = func(field string, sealed Sealed) string { return Mask(o.open(field, sealed)) }
	}
	d.Said = Said{name("name", d.Name), name("contact", d.Contact), name("account", d.Account), text("details", d.Details), text("words", d.Words)}
	for _, m := range rows.messages {
		d.Messages = append(d.Messages, Spoken{Message: m, Text: text("message/"+m.ID, m.Body)})
	}
	titled(d.Messages, rows.letters, text)
	for _, p := range rows.pauses {
		d.Pauses = append(d.Pauses, PauseWords{p, text("pause/"+p.ID+"/words", p.Words)})
	}
	for _, e := range rows.extensions {
		d.Extension = &ExtensionWords{e, text("extension/"+e.ID+"/words", e.Words)}
	}
	for _, h := range rows.holds {
		if h.ReleasedAt == nil {
			d.Hold = &HoldWords{h, text("hold/"+h.ID+"/words", h.Words)}
		}
	}
	for _, f := range rows.files {
		d.Files = append(d.Files, FileWords{f, name("file/"+f.ID+"/name", f.Name)})
	}
	for _, c := range rows.checks {
		d.Checks = append(d.Checks, CheckWords{c, text("identity/"+c.ID+"/words", c.Words)})
	}
	for _, m := range rows.mandates {
		place := "mandate/" + m.ID
		d.Mandates = append(d.Mandates, MandateWords{m, name(place+"/person", m.Person), name(place+"/relation", m.Relation), text(place+"/words", m.Words)})
	}
	for n := range d.Tasks {
		d.Tasks[n].open(text, name, rows.files)
	}
	return o.err
}

// hide replaces a text by as many marks as tell whether it is there.
func hide(s string) string {
	if s == "" {
		return ""
	}
	return "******"
}

// Texts opens the fields of a request for other parts of the product that act
// on the person's behalf: nobody is recorded as having looked.
func (s *Service) Texts(db *gorm.DB, r Request) (Said, error) {
	key, err := s.key(db, r.ID)
	if err != nil {
		return Said{}, err
	}
	o := opener{key: key}
	out := Said{o.open("name", r.Name), o.open("contact", r.Contact), o.open("account", r.Account), o.open("details", r.Details), o.open("words", r.Words)}
	return out, o.err
}
