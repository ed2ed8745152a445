package report

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
)

// Share is a link with which somebody without an account reads one report. It
// shows what its maker may see at the moment of reading, and nothing once the
// maker may see it no more.
type Share struct {
	ID           string
	TokenHash    string `ledger:"hash"` // SHA-256 of the secret in the link
	Kind         Kind
	Article      int
	ServiceID    string
	Period       string
	Recipient    string `ledger:"personal"` // whom it was made for; stands across the pages
	Workbook     bool   // may be taken along as XLSX
	PasswordHash string `ledger:"hash"` // PHC string, or none
	LastDay      day.Date
	CreatedBy    string
	CreatedAt    time.Time
	RevokedBy    string
	RevokedAt    *time.Time
	Opens        int64
	OpenedAt     *time.Time
	Failures     int64 // wrong passwords since the last right one
	LockedUntil  *time.Time
	ScheduleID   string // that made it, or none
	Version      int64
}

// TableName is the table of links.
func (Share) TableName() string { return "report_share" }

// Spec is the report that the link shows.
func (s Share) Spec() Spec {
	return Spec{Kind: s.Kind, Article: s.Article, ServiceID: s.ServiceID, Period: s.Period}
}

// Valid says whether the link can be opened on a day.
func (s Share) Valid(today day.Date) bool { return s.RevokedAt == nil && today <= s.LastDay }

// Limits of links.
const (
	ShareDays     = 14 // that are proposed
	MaxShareDays  = 90
	maxRecipient  = 100
	maxShares     = 200 // listed
	maxFailures   = 5   // wrong passwords until the link rests
	restOfFailure = 15 * time.Minute
)

// ShareInput is what was typed about a link.
type ShareInput struct {
	Recipient string
	LastDay   day.Date
	Password  string // empty: none
	Workbook  bool
}

func (in *ShareInput) check(o Options, today day.Date) error {
	in.Recipient = strings.TrimSpace(in.Recipient)
	var f problem.Fields
	switch {
	case in.Recipient == "":
		f.Add("recipient", "share.recipient.required")
	case utf8.RuneCountInString(in.Recipient) > maxRecipient:
		f.Add("recipient", "share.recipient.long", "max", maxRecipient)
	}
	switch {
	case in.LastDay == "":
		f.Add("until", "share.until.required")
	case in.LastDay < today:
		f.Add("until", "share.until.past")
	case in.LastDay > today.Add(MaxShareDays):
		f.Add("until", "share.until.far", "max", MaxShareDays)
	}
	if in.Password != "" {
		o.CheckPassword(&f, "password", in.Password, in.Recipient)
	}
	return f.Err()
}

// Share makes a link to a report and gives the secret in it, which is kept
// nowhere. A report of the present period stays one of that period.
func (s *Desk) Share(ctx context.Context, by actor.Actor, spec Spec, in ShareInput) (Share, string, error) {
	today := day.Of(s.ledger.Now())
	if err := spec.Check(); err != nil {
		return Share{}, "", err
	}
	if err := in.check(s.Options, today); err != nil {
		return Share{}, "", err
	}
	one, token := s.newShare(by, spec.tidy().At(today), in)
	if in.Password != "" {
		one.PasswordHash = s.Hash(in.Password)
	}
	err := s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		if err := tx.Create(&one).Error; err != nil {
			return nil, fmt.Errorf("create link to report: %w", err)
		}
		return []audit.Event{shareEvent("shared", &one)}, nil
	})
	return one, token, err
}

func (s *Desk) newShare(by actor.Actor, spec Spec, in ShareInput) (Share, string) {
	token := base64.RawURLEncoding.EncodeToString(s.ledger.Secret(32))
	return Share{ID: s.ledger.NewID(), TokenHash: tokenHash(token), Kind: spec.Kind, Article: spec.Article, ServiceID: spec.ServiceID, Period: spec.Period,
		Recipient: in.Recipient, Workbook: in.Workbook, LastDay: in.LastDay, CreatedBy: by.ID, CreatedAt: s.ledger.Now(), Version: 1}, token
}

func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func shareEvent(action string, one *Share) audit.Event {
	return audit.Event{Action: "report." + action, Object: audit.Object{Type: "report_share", ID: one.ID}, Service: one.ServiceID, Label: one.Recipient, Rows: []any{one}}
}

// Shares lists the links that a person may end, the newest first, at most 200:
// their own, and all for officers of the whole organisation.
func (s *Desk) Shares(ctx context.Context, by actor.Actor) (list []Share, err error) {
	err = own(s.ledger.Read(ctx), by).Order("id DESC").Limit(maxShares).Find(&list).Error
	if err != nil {
		return nil, fmt.Errorf("list links to reports: %w", err)
	}
	return list, nil
}

// own are the rows that a person may see and end.
func own(q *gorm.DB, by actor.Actor) *gorm.DB {
	if by.Has(actor.Officer) && by.AllServices {
		return q
	}
	return q.Where("created_by = ?", by.ID)
}

// Revoke ends a link. Ending it again changes nothing.
func (s *Desk) Revoke(ctx context.Context, by actor.Actor, id string) error {
	return s.write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		var one Share
		if err := taken(own(tx, by).Where("id = ?", id).Take(&one).Error); err != nil {
			return nil, err
		}
		if one.RevokedAt != nil {
			return nil, errSame
		}
		now := s.ledger.Now()
		one.RevokedBy, one.RevokedAt = by.ID, &now
		return s.keep(tx, &one, "share_revoked")
	})
}

func (s *Desk) keep(tx *gorm.DB, one *Share, action string) ([]audit.Event, error) {
	one.Version++
	if err := tx.Save(one).Error; err != nil {
		return nil, fmt.Errorf("keep link to report: %w", err)
	}
	return []audit.Event{shareEvent(action, one)}, nil
}

func taken(err error) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return problem.New(problem.NotFound, "share.closed")
	}
	if err != nil {
		return fmt.Errorf("read link to report: %w", err)
	}
	return nil
}

// Opened is a link that somebody holds, and the one who made it.
type Opened struct {
	Share
	Maker actor.Actor
}

// Find gives the link of a secret. It returns NotFound, in the same words,
// whether there never was one, it is over or revoked, or its maker has left.
func (s *Desk) Find(ctx context.Context, token string) (Opened, error) {
	var one Share
	if err := taken(s.ledger.Read(ctx).Where("token_hash = ?", tokenHash(token)).Take(&one).Error); err != nil {
		return Opened{}, err
	}
	closed := problem.New(problem.NotFound, "share.closed")
	if !one.Valid(day.Of(s.ledger.Now())) {
		return Opened{}, closed
	}
	maker, err := s.Maker(ctx, one.CreatedBy)
	if problem.Is(err, problem.NotFound) || err == nil && !maker.May(actor.ShareReports) {
		return Opened{}, closed
	}
	return Opened{one, maker}, err
}

// Unlock compares a password with that of the link. After five wrong ones the
// link rests for fifteen minutes, in which no password is looked at.
func (s *Desk) Unlock(ctx context.Context, o Opened, password string) error {
	now := s.ledger.Now()
	if o.LockedUntil != nil && now.Before(*o.LockedUntil) {
		return problem.Field(problem.TooMany, "password", "share.password.rest", "count", int(restOfFailure/time.Minute))
	}
	right := s.Matches(password, o.PasswordHash)
	if right && o.Failures == 0 {
		return nil
	}
	err := s.change(ctx, o.ID, func(one *Share) string {
		if right {
			one.Failures, one.LockedUntil = 0, nil
			return "share_unlocked"
		}
		one.Failures++
		if one.Failures%maxFailures == 0 {
			until := now.Add(restOfFailure)
			one.LockedUntil = &until
		}
		return "share_refused"
	})
	if err != nil || right {
		return err
	}
	return problem.Field(problem.Invalid, "password", "share.password.wrong")
}

// Note records that a link was opened, or its workbook taken along.
func (s *Desk) Note(ctx context.Context, o Opened, workbook bool) error {
	return s.change(ctx, o.ID, func(one *Share) string {
		now := s.ledger.Now()
		one.Opens, one.OpenedAt = one.Opens+1, &now
		if workbook {
			return "share_taken"
		}
		return "share_opened"
	})
}

// change is what a visitor does to a link.
func (s *Desk) change(ctx context.Context, id string, to func(*Share) string) error {
	return s.ledger.Write(ctx, actor.Public(), func(tx *gorm.DB) ([]audit.Event, error) {
		var one Share
		if err := taken(tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&one).Error); err != nil {
			return nil, err
		}
		action := to(&one)
		events, err := s.keep(tx, &one, action)
		if err == nil && action == "share_refused" {
			events[0].Outcome = audit.Refused
		}
		return events, err
	})
}
