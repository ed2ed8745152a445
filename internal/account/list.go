package account

import (
	"context"
	"fmt"
	"strings"

	"hegui/internal/actor"
)

// Filter narrows the list of people; empty fields do not.
type Filter struct {
	Query string     // part of a name or an address
	Role  actor.Role // who holds it
	State State
	After string // the last account of the page before
	Limit int
}

// State is where an account stands.
type State string

// The states of an account.
const (
	Active   State = "active"
	Invited  State = "invited" // has yet to choose a password
	Disabled State = "disabled"
)

// States lists the states in the order they are shown.
var States = []State{Active, Invited, Disabled}

// State says where the account stands.
func (a Account) State() State {
	switch {
	case a.Disabled():
		return Disabled
	case a.Invited():
		return Invited
	}
	return Active
}

// where gives the condition of a state.
func (s State) where() string {
	return map[State]string{
		Active:   "disabled_at IS NULL AND password_hash <> ''",
		Invited:  "disabled_at IS NULL AND password_hash = ''",
		Disabled: "disabled_at IS NOT NULL",
	}[s]
}

// Find lists people by name.
func (s *Service) Find(ctx context.Context, f Filter) ([]Account, error) {
	q := s.ledger.Read(ctx)
	if f.Query != "" {
		like := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(strings.ToLower(f.Query)) + "%"
		q = q.Where(`(lower(name) LIKE ? ESCAPE '\' OR email LIKE ? ESCAPE '\')`, like, like)
	}
	if f.Role != "" {
		q = q.Where("roles LIKE ?", `%"`+string(f.Role)+`"%`)
	}
	if w := f.State.where(); w != "" {
		q = q.Where(w)
	}
	if f.After != "" {
		q = q.Where("(name, id) > (SELECT name, id FROM account WHERE id = ?)", f.After)
	}
	var list []Account
	if err := q.Order("name, id").Limit(f.Limit).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("find people: %w", err)
	}
	return list, nil
}

// Count gives how many accounts are in each state.
func (s *Service) Count(ctx context.Context) (map[State]int64, error) {
	var list []struct {
		State State
		N     int64
	}
	err := s.ledger.Read(ctx).Model(&Account{}).Select(`CASE WHEN disabled_at IS NOT NULL THEN 'disabled'
		WHEN password_hash = '' THEN 'invited' ELSE 'active' END AS state, COUNT(*) AS n`).Group("state").Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("count people: %w", err)
	}
	out := map[State]int64{}
	for _, one := range list {
		out[one.State] = one.N
	}
	return out, nil
}
