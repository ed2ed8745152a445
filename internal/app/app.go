// Package app puts the parts together: the one place where services get what
// they work with. The command line, the demonstration and the tests all start
// here.
package app

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"time"

	"hegui/internal/account"
	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/checklist"
	"hegui/internal/config"
	"hegui/internal/evidence"
	"hegui/internal/file"
	"hegui/internal/job"
	"hegui/internal/labelling"
	"hegui/internal/mail"
	"hegui/internal/readiness"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/internal/report"
	"hegui/internal/request"
	"hegui/internal/request/vault"
	"hegui/internal/savedview"
	"hegui/internal/search"
	"hegui/internal/store"
	"hegui/web"
)

// Options are what differs between a server, a demonstration and a test.
type Options struct {
	Now     func() time.Time // the clock; default the machine's
	Random  io.Reader        // safe for concurrent use; default the machine's
	Log     *slog.Logger
	Version string
}

// App is everything, wired.
type App struct {
	Config     config.Config
	Options    Options
	Store      *store.Store
	Ledger     *audit.Ledger
	Accounts   *account.Service
	Register   *register.Service
	Regulation *regulation.Service
	Checklist  *checklist.Service
	Views      *savedview.Service
	Files      *file.Service
	Evidence   *evidence.Service
	Labelling  *labelling.Service
	Readiness  *readiness.Service
	Requests   *request.Service
	Reports    *report.Desk
	Mail       *mail.Service
	master     *vault.Master // nil: none
}

// Open opens the database, brings its schema up to date and wires the
// services. The caller closes it.
func Open(ctx context.Context, c config.Config, o Options) (*App, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s, err := store.Open(ctx, c.Database)
	if err != nil {
		return nil, err
	}
	a := &App{Config: c, Options: o, Store: s}
	if err := a.wire(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return a, nil
}

func (a *App) wire(ctx context.Context) error {
	if err := a.Store.Migrate(ctx); err != nil {
		return err
	}
	ledger, err := audit.New(a.Store, audit.Options{
		Now: a.Options.Now, Random: a.Options.Random,
		Recorded: slices.Concat(
			account.Recorded, regulation.Recorded, register.Recorded, checklist.Recorded, savedview.Recorded,
			file.Recorded, evidence.Recorded, labelling.Recorded, readiness.Recorded,
			request.Recorded, report.Recorded,
		),
		Free: slices.Concat(
			account.Free, job.Free, file.Free, search.Free, labelling.Free, readiness.Free,
			request.Free,
			mail.Free,
		),
	})
	if err != nil {
		return err
	}
	a.Ledger = ledger
	if a.master, err = a.masterKey(ctx); err != nil {
		return err
	}
	if a.Mail, err = mail.New(ledger, a.mailOptions()); err != nil {
		return err
	}
	a.Accounts = account.New(ledger, account.Limits{Idle: a.Config.SessionIdle, Absolute: a.Config.SessionLife})
	a.Regulation = regulation.New(ledger)
	a.Register = register.New(ledger, a.able, a.Regulation.Current)
	a.Views = savedview.New(ledger)
	a.Files = file.New(ledger, a.Config.UploadLimit)
	a.Evidence = evidence.New(ledger, a.Files)
	a.Labelling = labelling.New(ledger, labelling.Options{Files: a.Files, Regulation: a.Regulation, Evidence: a.Evidence, Proves: a.assessments, Log: a.Options.Log, Service: func(ctx context.Context, by actor.Actor, id string) error {
		_, err := a.Register.Get(ctx, by, id)
		return err
	}, Checkers: a.checkers})
	a.wireChecklist()
	a.wireEvidence()
	a.wireReadiness()
	a.wireReports()
	if err := a.Regulation.Ensure(ctx); err != nil {
		return err
	}
	return a.wireRequests(ctx)
}

// mailOptions say how mail goes out, and what encrypts it while it waits.
func (a *App) mailOptions() mail.Options {
	o := mail.Options{URL: a.Config.SMTPURL, From: a.Config.MailFrom, Log: a.Options.Log}
	if m := a.master; m != nil {
		o.Seal = func(id string, content []byte) ([]byte, error) { return m.Wrap("mail/"+id, content) }
		o.Open = func(id string, content []byte) ([]byte, error) { return m.Unwrap("mail/"+id, content) }
	}
	return o
}

// able says whether a person can be given work on a service.
func (a *App) able(ctx context.Context, person string, p actor.Permission, service string) (bool, error) {
	list, err := a.Accounts.Able(ctx, p, service)
	return slices.ContainsFunc(list, func(one account.Account) bool { return one.ID == person }), err
}

// checkers are the accounts that may check labels of a service.
func (a *App) checkers(ctx context.Context, service string) (map[string]bool, error) {
	list, err := a.Accounts.Able(ctx, actor.CheckLabels, service)
	out := make(map[string]bool, len(list))
	for _, one := range list {
		out[one.ID] = true
	}
	return out, err
}

// Web builds the HTTP face. setupToken opens the set-up page while there is no
// organisation.
func (a *App) Web(setupToken string) *web.Server { return web.New(a.webDeps(setupToken)) }

func (a *App) webDeps(setupToken string) web.Deps {
	return web.Deps{
		Config: a.Config, Version: a.Options.Version, Log: a.Options.Log, SetupToken: setupToken,
		Ledger: a.Ledger, Accounts: a.Accounts, Regulation: a.Regulation, Register: a.Register, Checklist: a.Checklist, Views: a.Views,
		Evidence: a.Evidence, Labelling: a.Labelling, Readiness: a.Readiness,
		Requests: a.Requests, Reports: a.Reports,
	}
}

// Close ends background tasks and all connections.
func (a *App) Close() error {
	a.Labelling.Close()
	return a.Store.Close()
}
