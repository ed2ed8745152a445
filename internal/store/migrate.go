package store

import (
	"context"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"hegui/migrations"
)

// Migration is one numbered change of the schema.
type Migration struct {
	Version int64
	Name    string
	Applied bool
}

// Migrate brings the schema up to this program's version, one transaction per
// file, so that a run killed at any moment is finished by the next. A schema
// newer than the program is refused.
func (s *Store) Migrate(ctx context.Context) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if current > target {
		return fmt.Errorf("the database has schema version %d, but this program knows only up to %d: use a newer hegui", current, target)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// Migrations lists all known changes and which are applied.
func (s *Store) Migrations(ctx context.Context) ([]Migration, error) {
	p, err := s.provider()
	if err != nil {
		return nil, err
	}
	list, err := p.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("read schema version: %w", err)
	}
	out := make([]Migration, len(list))
	for i, m := range list {
		out[i] = Migration{Version: m.Source.Version, Name: m.Source.Path, Applied: m.State == goose.StateApplied}
	}
	return out, nil
}

func (s *Store) provider() (*goose.Provider, error) {
	db, err := s.write.DB()
	if err != nil {
		return nil, err
	}
	files, err := fs.Sub(migrations.Files, s.dialect.name())
	if err != nil {
		return nil, err
	}
	var options []goose.ProviderOption
	if s.IsPostgres() { // several nodes may start at once; a lock row works on every engine, advisory locks do not
		locker, err := lock.NewPostgresTableLocker(lock.WithTableLeaseDuration(leaseLife), lock.WithTableHeartbeatInterval(leaseLife/5),
			lock.WithTableLockTimeout(leaseLife/10, leaseTries))
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithLocker(locker))
	}
	return goose.NewProvider(s.dialect.goose(), db, files, options...)
}

// A node that migrates holds a lock row and renews it; when it is killed, the
// next one waits until the row has lapsed.
const (
	leaseLife  = 5 * time.Second
	leaseTries = 600 // ten to a lease: five minutes for another node's migration
)
