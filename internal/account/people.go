package account

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// LinkDays is how many days a one-time link works.
const LinkDays = 7

const linkLife = LinkDays * 24 * time.Hour

// Add makes an account without a password and gives the secret of its
// one-time link, which is shown once and not stored.
func (s *Service) Add(ctx context.Context, by actor.Actor, in Person) (Account, string, error) {
	if err := in.Validate(); err != nil {
		return Account{}, "", err
	}
	var a Account
	var secret string
	err := s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		made, e, err := s.create(tx, in, "")
		if err != nil {
			return nil, err
		}
		a = made
		link, token := s.link(a.ID)
		secret = token
		if err := tx.Create(&link).Error; err != nil {
			return nil, fmt.Errorf("create link: %w", err)
		}
		e.Rows = append(e.Rows, &link)
		return []audit.Event{e}, nil
	})
	return a, secret, err
}

// AddWithPassword makes an account that can sign in at once: from the command
// line, where the operator types the password, and for demonstrations.
func (s *Service) AddWithPassword(ctx context.Context, by actor.Actor, in Person, password string) (Account, error) {
	err := in.Validate()
	var f problem.Fields
	ValidatePassword(&f, "password", password, in.Name, in.Email)
	if err := errors.Join(err, f.Err()); err != nil {
		return Account{}, merge(err)
	}
	var a Account
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		made, e, err := s.create(tx, in, s.hash(password))
		a = made
		return []audit.Event{e}, err
	})
	return a, err
}

// merge makes one error of several about fields.
func merge(err error) error {
	var f problem.Fields
	joined, ok := err.(interface{ Unwrap() []error }) // the shape of errors.Join itself
	if !ok {
		return err
	}
	for _, e := range joined.Unwrap() {
		list, _ := problem.FieldsOf(e)
		for _, one := range list {
			f.Add(one.Field, one.Key, one.Args...)
		}
	}
	return f.Err()
}

func (s *Service) hash(password string) string {
	return hashPassword(password, s.ledger.Secret(argonSalt))
}

func (s *Service) create(tx *gorm.DB, in Person, hash string) (Account, audit.Event, error) {
	now := s.ledger.Now()
	a := Account{ID: s.ledger.NewID(), Email: in.Email, Name: in.Name, Roles: in.Roles, AllServices: in.AllServices,
		Services: in.Services, Language: in.Language, PasswordHash: hash, CreatedAt: now, Version: 1}
	if hash != "" {
		a.PasswordSetAt = &now
	}
	err := tx.Create(&a).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return a, audit.Event{}, problem.Field(problem.Invalid, "email", "account.email.taken")
	}
	if err != nil {
		return a, audit.Event{}, fmt.Errorf("create account: %w", err)
	}
	return a, event("added", &a), nil
}

func (s *Service) link(account string) (Link, string) {
	secret := base64.RawURLEncoding.EncodeToString(s.ledger.Secret(32))
	now := s.ledger.Now()
	return Link{ID: s.ledger.NewID(), TokenHash: tokenHash(secret), AccountID: account, ExpiresAt: now.Add(linkLife), CreatedAt: now}, secret
}

// Change replaces what is known of a person, and ends their sessions when
// their rights or their address change. version is the one that was shown.
func (s *Service) Change(ctx context.Context, by actor.Actor, account string, version int64, in Person) error {
	if err := in.Validate(); err != nil {
		return err
	}
	return s.update(ctx, by, account, "changed", func(tx *gorm.DB, a *Account) error {
		if a.Version != version {
			return problem.New(problem.Conflict, "account.changed_meanwhile")
		}
		if a.ID == by.ID && !in.has(actor.Administrator) {
			return problem.Field(problem.Invalid, "roles", "account.roles.own")
		}
		if err := s.keepAdministrator(tx, a, in.has(actor.Administrator)); err != nil {
			return err
		}
		same := a.Email == in.Email && slices.Equal(a.Roles, in.Roles) && a.AllServices == in.AllServices && slices.Equal(a.Services, in.Services)
		a.Email, a.Name, a.Roles, a.Language = in.Email, in.Name, in.Roles, in.Language
		a.AllServices, a.Services = in.AllServices, in.Services
		if same {
			return nil
		}
		return s.endSessions(tx, a.ID, "")
	})
}

func (p Person) has(r actor.Role) bool { return actor.Actor{Roles: p.Roles}.Has(r) }

// Disable bars a person from signing in and ends their sessions. What they
// did stays.
func (s *Service) Disable(ctx context.Context, by actor.Actor, account string) error {
	return s.update(ctx, by, account, "disabled", func(tx *gorm.DB, a *Account) error {
		if a.ID == by.ID {
			return problem.New(problem.Conflict, "account.disable.own")
		}
		if err := s.keepAdministrator(tx, a, false); err != nil {
			return err
		}
		now := s.ledger.Now()
		a.DisabledAt = &now
		return s.endSessions(tx, a.ID, "")
	})
}

// Enable lets a disabled person sign in again.
func (s *Service) Enable(ctx context.Context, by actor.Actor, account string) error {
	return s.update(ctx, by, account, "enabled", func(_ *gorm.DB, a *Account) error {
		a.DisabledAt = nil
		return nil
	})
}

// keepAdministrator refuses to take away the last administrator who can sign
// in. It holds the row of the organisation until the transaction ends: two
// administrators who take the role from each other would each still count the
// other one.
func (s *Service) keepAdministrator(tx *gorm.DB, a *Account, stays bool) error {
	if stays || !a.Actor().Has(actor.Administrator) {
		return nil
	}
	var held []Organisation
	if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Find(&held).Error; err != nil {
		return fmt.Errorf("hold organisation: %w", err)
	}
	var others int64
	err := tx.Model(&Account{}).Where("id <> ? AND disabled_at IS NULL AND password_hash <> '' AND roles LIKE ?", a.ID, `%"administrator"%`).Count(&others).Error
	if err == nil && others == 0 {
		err = problem.New(problem.Conflict, "account.last_administrator")
	}
	return err
}

// ResetPassword takes the password away, ends all sessions, and gives the
// secret of a new one-time link. It is refused for a disabled account, whose
// link would not work, and for one's own, which has the profile page for that:
// whoever lost the link could not make another one.
func (s *Service) ResetPassword(ctx context.Context, by actor.Actor, account string) (secret string, err error) {
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		a, err := get(tx, account)
		if err != nil {
			return nil, err
		}
		if a.ID == by.ID {
			return nil, problem.New(problem.Conflict, "account.reset.own")
		}
		if a.Disabled() {
			return nil, problem.New(problem.Conflict, "account.reset.disabled")
		}
		link, token := s.link(a.ID)
		secret = token
		a.PasswordHash, a.PasswordSetAt = "", nil
		rows, err := s.closeLinks(tx, a.ID)
		if err != nil {
			return nil, err
		}
		if err := errors.Join(save(tx, &a), tx.Create(&link).Error, s.endSessions(tx, a.ID, "")); err != nil {
			return nil, fmt.Errorf("reset password: %w", err)
		}
		return []audit.Event{event("password_reset", &a, append(rows, &link)...)}, nil
	})
	return secret, err
}

// closeLinks marks the open links of an account as used.
func (s *Service) closeLinks(tx *gorm.DB, account string) (rows []any, err error) {
	var open []Link
	if err := tx.Where("account_id = ? AND used_at IS NULL", account).Find(&open).Error; err != nil {
		return nil, fmt.Errorf("find links: %w", err)
	}
	now := s.ledger.Now()
	for i := range open {
		open[i].UsedAt = &now
		if err := tx.Save(&open[i]).Error; err != nil {
			return nil, fmt.Errorf("close link: %w", err)
		}
		rows = append(rows, &open[i])
	}
	return rows, nil
}

// update reads an account, lets fn change it, and writes it with its event.
func (s *Service) update(ctx context.Context, by actor.Actor, account, action string, fn func(*gorm.DB, *Account) error) error {
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		a, err := get(tx, account)
		if err != nil {
			return nil, err
		}
		if err := fn(tx, &a); err != nil {
			return nil, err
		}
		if err := save(tx, &a); err != nil {
			return nil, err
		}
		return []audit.Event{event(action, &a)}, nil
	})
}

// save writes an account that was read in the same transaction; Conflict says
// that somebody else wrote it since.
func save(tx *gorm.DB, a *Account) error {
	read := a.Version
	a.Version++
	res := tx.Model(a).Where("version = ?", read).Select("*").Updates(a)
	switch {
	case errors.Is(res.Error, gorm.ErrDuplicatedKey):
		return problem.Field(problem.Invalid, "email", "account.email.taken")
	case res.Error != nil:
		return fmt.Errorf("update account: %w", res.Error)
	case res.RowsAffected == 0:
		return problem.New(problem.Conflict, "account.changed_meanwhile")
	}
	return nil
}

// Get gives an account, or NotFound.
func (s *Service) Get(ctx context.Context, account string) (Account, error) {
	return get(s.ledger.Read(ctx), account)
}

func get(tx *gorm.DB, account string) (a Account, err error) {
	err = tx.Where("id = ?", account).Take(&a).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return a, problem.New(problem.NotFound, "account.not_found")
	}
	if err != nil {
		return a, fmt.Errorf("read account: %w", err)
	}
	return a, nil
}

// ByEmail gives an account by its address, or NotFound.
func (s *Service) ByEmail(ctx context.Context, email string) (a Account, err error) {
	err = s.ledger.Read(ctx).Where("email = ?", strings.ToLower(strings.TrimSpace(email))).Take(&a).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return a, problem.New(problem.NotFound, "account.not_found")
	}
	return a, err
}

// List gives up to limit accounts by name, after the given position. The
// position of an account is its name and id.
func (s *Service) List(ctx context.Context, after [2]string, limit int) ([]Account, error) {
	q := s.ledger.Read(ctx)
	if after[1] != "" {
		q = q.Where("(name, id) > (?, ?)", after[0], after[1])
	}
	var list []Account
	err := q.Order("name, id").Limit(limit).Find(&list).Error
	return list, err
}

// Able lists the people who can be given work on a service: enabled, with one
// of the roles that grant p, and with the service in their scope ("" asks for
// any). Ordered by name, at most 500.
func (s *Service) Able(ctx context.Context, p actor.Permission, service string) ([]Account, error) {
	all, err := s.enabled.Get(ctx)
	if err != nil {
		return nil, err
	}
	var out []Account
	for _, a := range all {
		if who := a.Actor(); who.May(p) && (service == "" || who.SeesService(service)) && len(out) < 500 {
			out = append(out, a)
		}
	}
	return out, nil
}

// maxPeople bounds the lists to choose from.
const maxPeople = 2000

// readEnabled reads everybody who may sign in, by name.
func readEnabled(l *audit.Ledger) func(context.Context) ([]Account, error) {
	return func(ctx context.Context) ([]Account, error) {
		var all []Account
		if err := l.Read(ctx).Where("disabled_at IS NULL").Order("name, id").Limit(maxPeople).Find(&all).Error; err != nil {
			return nil, fmt.Errorf("list people: %w", err)
		}
		return all, nil
	}
}
