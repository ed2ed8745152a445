package request

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/file"
	"hegui/internal/problem"
	"hegui/internal/regulation"
	"hegui/internal/request/vault"
)

// Recorded are the models whose rows the ledger commits to.
var Recorded = []any{&Request{}, &Key{}, &Message{}, &Attachment{}, &Identity{}, &Code{}, &Mandate{}, &Rule{}, &Day{}, &Year{},
	&Pause{}, &Extension{}, &System{}, &Task{}, &Delivery{}, &Package{}, &Template{}, &Letter{}, &Certificate{}, &Refusal{},
	&Hold{}, &View{}, &Statement{}, &Setting{}, &Token{}}

// Free are the tables that hold nothing of their own: hashes of contacts that
// stand sealed in their requests, and counts, and challenges that were used.
var Free = []string{"request_contact", "request_tally", "request_solution"}

// Service keeps requests; make it with New.
type Service struct {
	ledger    *audit.Ledger
	files     *file.Service
	catalogue func(context.Context) *regulation.Catalogue
	able      func(ctx context.Context, person string, p actor.Permission, service string) (bool, error)
	known     func(ctx context.Context, by actor.Actor, service string) error
	master    *vault.Master
	log       *slog.Logger
	notifiers []Notifier
	couriers  []Courier
	receipts  []Courier // of intake
	carrier   CodeCarrier
	filing    Filing
	rules     *audit.Cache[ruleBook]
	counted   *audit.Memo[Figures]
	call      Caller // none: systems are not called
	publicURL string
	sender    func(ctx context.Context, service string) (organisation, name string, err error)
}

// Options are what the service needs of other parts. Able says whether a
// person can be given work on a service; Service is NotFound for a service
// that the actor does not see. Without a Master nothing can be taken in.
type Options struct {
	Files     *file.Service
	Catalogue func(context.Context) *regulation.Catalogue
	Able      func(ctx context.Context, person string, p actor.Permission, service string) (bool, error)
	Service   func(ctx context.Context, by actor.Actor, service string) error
	Master    *vault.Master
	Log       *slog.Logger
	// Sender names the organisation and a service, for letters.
	Sender func(ctx context.Context, service string) (organisation, name string, err error)
	// Call reaches systems by webhook; PublicURL is where they answer.
	Call      Caller
	PublicURL string
}

// New makes the service.
func New(l *audit.Ledger, o Options) *Service {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Service{ledger: l, files: o.Files, catalogue: o.Catalogue, able: o.Able, known: o.Service, master: o.Master, log: o.Log, sender: o.Sender,
		call: o.Call, publicURL: strings.TrimRight(o.PublicURL, "/")}
	s.counted = audit.NewMemo[Figures](l)
	s.rules = audit.NewCache(l, s.readRules, "request_rule", "request_day", "request_year", "request_setting", "request_refusal")
	return s
}

// Today is the present day in the organisation's zone.
func (s *Service) Today() day.Date { return day.Of(s.ledger.Now()) }

// scope narrows a query of rows with a service to what the actor may see.
// What belongs to no service is for those who see all.
func scope(db *gorm.DB, by actor.Actor) *gorm.DB {
	switch {
	case by.AllServices:
		return db
	case len(by.Services) == 0:
		return db.Where("1 = 0")
	}
	return db.Where("service_id IN ?", by.Services)
}

// take reads the row with an id into dest; there is none for the actor when it
// belongs to a service that they do not see.
func take(db *gorm.DB, by actor.Actor, id string, dest any) error {
	return found(scope(db, by).Where("id = ?", id).Take(dest).Error)
}

// found turns a missing row into NotFound.
func found(err error) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return problem.New(problem.NotFound, "request.not_found")
	}
	return err
}

// save writes a row over the version that was shown; the row carries the
// next version already.
func save(tx *gorm.DB, row any, shown int64) error {
	res := tx.Model(row).Where("version = ?", shown).Select("*").Updates(row)
	switch {
	case res.Error != nil:
		return res.Error
	case res.RowsAffected == 0:
		return problem.New(problem.Conflict, "request.changed_meanwhile")
	}
	return nil
}

// object is what an event is about: requests, or one of the settings.
func object(kind, id string) audit.Object { return audit.Object{Type: kind, ID: id} }

// event is the audit event of something that happened to a request. Its label
// is the number; nothing typed goes into it.
func event(action string, r *Request, rows ...any) audit.Event {
	return audit.Event{Action: "request." + action, Object: object("request", r.ID), Service: r.ServiceID, Label: r.Number,
		Rows: append([]any{r}, rows...)}
}

// about is an event of a request that leaves its own row as it is.
func about(action string, r *Request, rows ...any) audit.Event {
	e := event(action, r, rows...)
	e.Rows = rows
	return e
}

// The longest texts, in characters.
const (
	maxName  = 100
	maxShort = 200
	maxText  = 10_000
	maxNote  = 2_000
)

// word trims a text and notes what is wrong with it.
func word(f *problem.Fields, field string, text *string, limit int, required bool) {
	*text = strings.TrimSpace(*text)
	switch {
	case *text == "" && required:
		f.Add(field, "request.required")
	case utf8.RuneCountInString(*text) > limit:
		f.Add(field, "request.long", "max", limit)
	}
}

// one notes that a choice is not among those offered.
func one[T comparable](f *problem.Fields, field string, choice T, offered []T) {
	for _, o := range offered {
		if o == choice {
			return
		}
	}
	f.Add(field, "request.choose")
}
