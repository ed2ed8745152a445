package account

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// Limits of failed sign-ins within lockFor.
const (
	pairFailures    = 5  // one address from one network
	networkFailures = 50 // one network, whatever the address
	lockFor         = 10 * time.Minute
)

// Rules are the protections of sign-in that are in force.
type Rules struct {
	PairFailures, NetworkFailures int
	LockFor                       time.Duration
	Hash                          string // how passwords are kept
}

// Protection gives the protections of sign-in, for the operator's page.
func Protection() Rules {
	return Rules{PairFailures: pairFailures, NetworkFailures: networkFailures, LockFor: lockFor,
		Hash: fmt.Sprintf("Argon2id, m = %d MiB, t = %d, p = %d", argonMemory/1024, argonTime, argonThreads)}
}

// counter counts failures of a hashed key since a moment.
type counter struct {
	Key      string `gorm:"primaryKey"`
	Failures int64
	Since    time.Time
}

// TableName is the table of failure counters.
func (counter) TableName() string { return "signin_counter" }

// From is where a request comes from.
type From struct {
	Addr  netip.Addr
	Agent string
}

// network is the part of an address that stands for one customer: IPv4 as it
// is, IPv6 to 64 bits.
func (f From) network() string {
	if f.Addr.Is4() || f.Addr.Is4In6() {
		return f.Addr.Unmap().String()
	}
	p, err := f.Addr.Prefix(64)
	if err != nil {
		return "unknown"
	}
	return p.String()
}

// SignIn checks an address and password and opens a session, whose token it
// gives. Every failure is recorded and answered alike.
func (s *Service) SignIn(ctx context.Context, from From, email, password string) (token string, a Account, err error) {
	email = strings.ToLower(strings.TrimSpace(email))
	pair, network := counterKey("pair", email, from.network()), counterKey("network", from.network())
	locked, err := s.locked(ctx, pair, network)
	if err != nil {
		return "", a, err
	}
	if locked {
		return "", a, problem.New(problem.TooMany, "account.signin.locked", "count", int(lockFor.Minutes()))
	}
	a, err = s.ByEmail(ctx, email)
	if err != nil && !problem.Is(err, problem.NotFound) {
		return "", a, err
	}
	right := checkPassword(password, a.PasswordHash)
	if !right || a.Disabled() {
		if err := s.failed(ctx, a.ID, pair, network); err != nil {
			return "", a, err
		}
		return "", a, problem.New(problem.Invalid, "account.signin.wrong")
	}
	token, err = s.Enter(ctx, a, from)
	return token, a, err
}

func counterKey(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])
}

func (s *Service) locked(ctx context.Context, pair, network string) (bool, error) {
	var list []counter
	since := s.ledger.Now().Add(-lockFor)
	if err := s.ledger.Read(ctx).Where("key IN ? AND since > ?", []string{pair, network}, since).Find(&list).Error; err != nil {
		return false, fmt.Errorf("read sign-in counters: %w", err)
	}
	for _, c := range list {
		if c.Key == pair && c.Failures >= pairFailures || c.Key == network && c.Failures >= networkFailures {
			return true, nil
		}
	}
	return false, nil
}

// failed counts a failed sign-in and records it, with the account if there is
// one.
func (s *Service) failed(ctx context.Context, account string, keys ...string) error {
	e := audit.Event{Action: "account.signin_failed", Object: audit.Object{Type: "account", ID: account}, Outcome: audit.Failed}
	return s.count(ctx, actor.Public(), e, keys)
}

// count adds one failure to each key, with the event that says so.
func (s *Service) count(ctx context.Context, by actor.Actor, e audit.Event, keys []string) error {
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		now := s.ledger.Now()
		for _, key := range keys {
			err := tx.Clauses(clause.OnConflict{
				Columns: []clause.Column{{Name: "key"}},
				DoUpdates: clause.Assignments(map[string]any{
					"failures": gorm.Expr("CASE WHEN signin_counter.since > ? THEN signin_counter.failures + 1 ELSE 1 END", now.Add(-lockFor)),
					"since":    now,
				}),
			}).Create(&counter{Key: key, Failures: 1, Since: now}).Error
			if err != nil {
				return nil, fmt.Errorf("count failed sign-in: %w", err)
			}
		}
		return []audit.Event{e}, nil
	})
}

// Enter opens a session for a person who proved who they are, and gives its
// token. It is refused when the account was disabled or got another password
// since it was read: the proof no longer counts.
func (s *Service) Enter(ctx context.Context, a Account, from From) (token string, err error) {
	token = base64.RawURLEncoding.EncodeToString(s.ledger.Secret(32))
	now := s.ledger.Now()
	row := Session{TokenHash: tokenHash(token), AccountID: a.ID, FormToken: base64.RawURLEncoding.EncodeToString(s.ledger.Secret(24)),
		Network: from.network(), Agent: cut(from.Agent, 200), CreatedAt: now, SeenAt: now}
	pair := counterKey("pair", a.Email, from.network())
	err = s.ledger.Write(ctx, a.Actor(), func(tx *gorm.DB) ([]audit.Event, error) {
		now, err := get(tx.Clauses(clause.Locking{Strength: "UPDATE"}), a.ID)
		if err != nil {
			return nil, err
		}
		if now.Disabled() || now.PasswordHash != a.PasswordHash {
			return nil, problem.New(problem.Invalid, "account.signin.wrong")
		}
		err = errors.Join(tx.Create(&row).Error, tx.Where("key = ?", pair).Delete(&counter{}).Error)
		return []audit.Event{{Action: "account.signed_in", Object: audit.Object{Type: "account", ID: a.ID}, Label: a.Name, Subject: a.ID}}, err
	})
	return token, err
}

func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// ChoosePassword sets the password behind a one-time link and closes the link.
func (s *Service) ChoosePassword(ctx context.Context, secret, password string) (Account, error) {
	var a Account
	l, err := s.LinkFor(ctx, secret)
	if err != nil {
		return a, err
	}
	if a, err = s.Get(ctx, l.AccountID); err != nil {
		return a, err
	}
	var f problem.Fields
	ValidatePassword(&f, "password", password, a.Name, a.Email)
	if err := f.Err(); err != nil {
		return a, err
	}
	hash := s.hash(password)
	err = s.ledger.Write(ctx, a.Actor(), func(tx *gorm.DB) ([]audit.Event, error) {
		now := s.ledger.Now()
		res := tx.Model(&l).Where("used_at IS NULL").Update("used_at", now)
		if res.Error == nil && res.RowsAffected == 0 {
			return nil, errLink()
		}
		fresh, err := get(tx, l.AccountID)
		if err != nil {
			return nil, err
		}
		if a = fresh; a.Disabled() {
			return nil, errLink()
		}
		a.PasswordHash, a.PasswordSetAt = hash, &now
		if err := errors.Join(res.Error, save(tx, &a), s.endSessions(tx, a.ID, "")); err != nil {
			return nil, fmt.Errorf("choose password: %w", err)
		}
		return []audit.Event{event("password_set", &a, &l)}, nil
	})
	return a, err
}

// LinkFor gives the open link behind a secret, or NotFound: used, expired,
// of a disabled account, or never made.
func (s *Service) LinkFor(ctx context.Context, secret string) (l Link, err error) {
	err = s.ledger.Read(ctx).
		Where("token_hash = ? AND used_at IS NULL AND expires_at > ?", tokenHash(secret), s.ledger.Now()).Take(&l).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return l, errLink()
	}
	if err != nil {
		return l, fmt.Errorf("read link: %w", err)
	}
	a, err := s.Get(ctx, l.AccountID)
	if err == nil && a.Disabled() {
		err = errLink()
	}
	return l, err
}

func errLink() error { return problem.New(problem.NotFound, "account.link.gone") }

// ChangePassword replaces a person's own password and ends their other
// sessions; keep is the token of the one they are using. A wrong current
// password counts like a failed sign-in, so that an open browser is no place
// to guess it.
func (s *Service) ChangePassword(ctx context.Context, by actor.Actor, keep, old, password string) error {
	a, err := s.Get(ctx, by.ID)
	if err != nil {
		return err
	}
	key := counterKey("change", a.ID)
	if locked, err := s.locked(ctx, key, key); err != nil {
		return err
	} else if locked {
		return problem.New(problem.TooMany, "account.signin.locked", "count", int(lockFor.Minutes()))
	}
	var f problem.Fields
	if !checkPassword(old, a.PasswordHash) {
		f.Add("old", "account.password.old_wrong")
		e := audit.Event{Action: "account.password_refused", Object: audit.Object{Type: "account", ID: a.ID}, Outcome: audit.Failed}
		if err := s.count(ctx, by, e, []string{key}); err != nil {
			return err
		}
	}
	ValidatePassword(&f, "password", password, a.Name, a.Email)
	if err := f.Err(); err != nil {
		return err
	}
	proved, hash := a.PasswordHash, s.hash(password)
	return s.update(ctx, by, by.ID, "password_changed", func(tx *gorm.DB, a *Account) error {
		if a.PasswordHash != proved {
			return problem.New(problem.Conflict, "account.changed_meanwhile")
		}
		now := s.ledger.Now()
		a.PasswordHash, a.PasswordSetAt = hash, &now
		return s.endSessions(tx, a.ID, keep)
	})
}
