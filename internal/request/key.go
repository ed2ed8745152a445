package request

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"hegui/internal/audit"
	"hegui/internal/problem"
	"hegui/internal/request/vault"
)

// MasterInUse gives the name of the master key that wrapped the stored keys,
// or none when there are none.
func MasterInUse(ctx context.Context, l *audit.Ledger) (name string, err error) {
	var k Key
	err = l.Read(ctx).Select("master").Where("destroyed_at IS NULL").Order("id DESC").Limit(1).Find(&k).Error
	if err != nil {
		return "", fmt.Errorf("look at keys: %w", err)
	}
	return k.Master, nil
}

// Ready says whether there is a master key. Without one requests can be
// neither read nor taken in.
func (s *Service) Ready() bool { return s.master != nil }

var errNoMaster = problem.New(problem.Unavailable, "request.key.missing")

// newKey makes the key of a new request.
func (s *Service) newKey(request string) (*vault.Key, Key, error) {
	if s.master == nil {
		return nil, Key{}, errNoMaster
	}
	key, wrapped, err := s.master.NewKey(request)
	return key, Key{ID: request, Wrapped: wrapped, Master: s.master.Name(), CreatedAt: s.ledger.Now()}, err
}

// key opens the key of a request. A destroyed one is Conflict.
func (s *Service) key(db *gorm.DB, request string) (*vault.Key, error) {
	if s.master == nil {
		return nil, errNoMaster
	}
	var row Key
	err := db.Session(&gorm.Session{NewDB: true}).Where("id = ?", request).Take(&row).Error
	if err != nil {
		return nil, fmt.Errorf("read key of request: %w", err)
	}
	if row.DestroyedAt != nil {
		return nil, problem.New(problem.Conflict, "request.erased")
	}
	key, err := s.master.Open(request, row.Wrapped)
	if errors.Is(err, vault.ErrSealed) {
		s.log.Error("the key of a request cannot be unwrapped", "request", request)
		return nil, errNoMaster
	}
	return key, err
}

// sealer seals several fields and remembers the first error.
type sealer struct {
	key *vault.Key
	err error
}

func (s *sealer) seal(field, text string) Sealed {
	if s.err != nil {
		return nil
	}
	var out []byte
	out, s.err = s.key.Seal(field, text)
	return out
}

// opener opens several fields and remembers the first error.
type opener struct {
	key *vault.Key
	err error
}

func (o *opener) open(field string, sealed Sealed) string {
	if o.err != nil {
		return ""
	}
	var out string
	out, o.err = o.key.Open(field, sealed)
	return out
}
