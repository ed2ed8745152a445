package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// Session is one signed-in browser.
type Session struct {
	TokenHash string `gorm:"primaryKey"`
	AccountID string
	FormToken string // for browsers that say nothing about where a post comes from
	Network   string
	Agent     string
	CreatedAt time.Time
	SeenAt    time.Time
}

// TableName is the table of sessions.
func (Session) TableName() string { return "session" }

// seenEvery is how stale a session's last use may be, so that reading pages
// does not write each time.
const seenEvery = time.Minute

// Key names the session on pages; it cannot be turned back into the token.
func (s Session) Key() string { return s.TokenHash }

// Resume gives the session behind a token and its person. It returns
// Unauthenticated when there is none, it is too old, or the account is
// disabled; other errors mean that the database could not say. That the
// session was used is noted at most once a minute, and not at all when nothing
// can be written: a full disk must not keep people from reading.
func (s *Service) Resume(ctx context.Context, token string) (Session, Account, error) {
	var row Session
	db := s.ledger.Read(ctx)
	err := db.Where("token_hash = ?", tokenHash(token)).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, Account{}, problem.New(problem.Unauthenticated, "account.session.none")
	}
	if err != nil {
		return row, Account{}, fmt.Errorf("read session: %w", err)
	}
	now := s.ledger.Now()
	if now.Sub(row.SeenAt) > s.limits.Idle || now.Sub(row.CreatedAt) > s.limits.Absolute {
		return row, Account{}, problem.New(problem.Unauthenticated, "account.session.expired")
	}
	a, err := get(db, row.AccountID)
	if err != nil {
		return row, a, err
	}
	if a.Disabled() {
		return row, a, problem.New(problem.Unauthenticated, "account.session.none")
	}
	if now.Sub(row.SeenAt) > seenEvery {
		err := s.ledger.Unaudited(ctx, "session last seen", func(tx *gorm.DB) error {
			return tx.Model(&Session{}).Where("token_hash = ?", row.TokenHash).Update("seen_at", now).Error
		})
		if _, outage := audit.Outage(err); err != nil && !outage {
			return row, a, fmt.Errorf("note use of session: %w", err)
		}
	}
	return row, a, nil
}

// SignOut ends the session behind a token.
func (s *Service) SignOut(ctx context.Context, by actor.Actor, token string) error {
	return s.end(ctx, by, "account.signed_out", "token_hash = ?", tokenHash(token))
}

// EndSession ends another session of the same person, named by its key;
// NotFound when they have no such session.
func (s *Service) EndSession(ctx context.Context, by actor.Actor, key string) error {
	return s.end(ctx, by, "account.session_ended", "token_hash = ?", key)
}

// EndOthers ends all sessions of the person but the one they are using.
func (s *Service) EndOthers(ctx context.Context, by actor.Actor, keep string) error {
	return s.end(ctx, by, "account.sessions_ended", "token_hash <> ?", tokenHash(keep))
}

func (s *Service) end(ctx context.Context, by actor.Actor, action, where, arg string) error {
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		res := tx.Where("account_id = ?", by.ID).Where(where, arg).Delete(&Session{})
		if res.Error != nil {
			return nil, fmt.Errorf("end session: %w", res.Error)
		}
		if res.RowsAffected == 0 && action == "account.session_ended" {
			return nil, problem.New(problem.NotFound, "account.session.gone")
		}
		return []audit.Event{{Action: action, Object: audit.Object{Type: "account", ID: by.ID}, Label: by.Name, Subject: by.ID}}, nil
	})
}

func (s *Service) endSessions(tx *gorm.DB, account, keep string) error {
	return tx.Where("account_id = ? AND token_hash <> ?", account, tokenHash(keep)).Delete(&Session{}).Error
}

// Sessions lists the person's open sessions, newest first.
func (s *Service) Sessions(ctx context.Context, by actor.Actor) ([]Session, error) {
	now := s.ledger.Now()
	var list []Session
	err := s.ledger.Read(ctx).Where("account_id = ? AND seen_at > ? AND created_at > ?", by.ID, now.Add(-s.limits.Idle), now.Add(-s.limits.Absolute)).
		Order("created_at DESC, token_hash").Limit(100).Find(&list).Error
	return list, err
}

// Sweep deletes sessions and counters that no longer count, as the job runner
// asks now and then.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.ledger.Now()
	return s.ledger.Unaudited(ctx, "expired sessions and counters", func(tx *gorm.DB) error {
		return errors.Join(
			tx.Where("seen_at < ? OR created_at < ?", now.Add(-s.limits.Idle), now.Add(-s.limits.Absolute)).Delete(&Session{}).Error,
			tx.Where("since < ?", now.Add(-lockFor)).Delete(&counter{}).Error,
		)
	})
}

// SetLanguage remembers the language a person reads in.
func (s *Service) SetLanguage(ctx context.Context, by actor.Actor, language string) error {
	if language != "zh-CN" && language != "en" {
		return problem.New(problem.Invalid, "account.language.unknown")
	}
	return s.update(ctx, by, by.ID, "language_set", func(_ *gorm.DB, a *Account) error {
		a.Language = language
		return nil
	})
}
