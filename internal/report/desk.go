package report

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// Options are what the service takes from other parts.
type Options struct {
	Hash          func(password string) string
	Matches       func(password, hash string) bool
	CheckPassword func(f *problem.Fields, field, password string, about ...string)
	// Maker gives somebody as they may act now; NotFound when they have left.
	Maker func(ctx context.Context, account string) (actor.Actor, error)
	// Address checks an e-mail address that somebody typed.
	Address func(typed string) (string, bool)
	// MailReady says whether mail goes out at all; Queue keeps a message for
	// sending, in the transaction of what it tells about.
	MailReady func() bool
	Queue     func(tx *gorm.DB, to string, l Letter) error
	// Render makes a report as a letter, as a person sees it now.
	Render func(ctx context.Context, by actor.Actor, language string, spec Spec) (Document, error)
}

// Document is a report as it goes out by mail.
type Document struct {
	Subject string
	Text    func(link string) string // link is empty when the workbook is attached
	Name    string                   // of the workbook
	Book    []byte                   // XLSX
}

// Letter is a message with a report.
type Letter struct {
	Subject, Text string
	Name          string // of the workbook; none is attached when empty
	Book          []byte
}

// Desk keeps links and schedules; make it with New.
type Desk struct {
	Options
	ledger *audit.Ledger
}

// Recorded are the models whose rows the ledger commits to.
var Recorded = []any{&Share{}, &Schedule{}}

// New makes the service.
func New(l *audit.Ledger, o Options) *Desk { return &Desk{Options: o, ledger: l} }

// errSame ends a transaction that has nothing to change.
var errSame = errors.New("report: nothing to change")

// write is a write that may find nothing to change.
func (s *Desk) write(ctx context.Context, by actor.Actor, fn func(tx *gorm.DB) ([]audit.Event, error)) error {
	if err := s.ledger.Write(ctx, by, fn); !errors.Is(err, errSame) {
		return err
	}
	return nil
}
