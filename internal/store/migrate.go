package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
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
	p, _, err := s.provider()
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
	p, names, err := s.provider()
	if err != nil {
		return nil, err
	}
	list, err := p.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("read schema version: %w", err)
	}
	out := make([]Migration, len(list))
	for i, m := range list {
		out[i] = Migration{Version: m.Source.Version, Name: names[i], Applied: m.State == goose.StateApplied}
	}
	return out, nil
}

// provider also gives the names of the files, in their order.
func (s *Store) provider() (*goose.Provider, []string, error) {
	db, err := s.write.DB()
	if err != nil {
		return nil, nil, err
	}
	files, err := fs.Sub(migrations.Files, s.dialect.name())
	if err != nil {
		return nil, nil, err
	}
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, nil, err
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	for _, name := range names {
		m, err := migration(files, name)
		if err != nil {
			return nil, nil, err
		}
		options = append(options, goose.WithGoMigrations(m))
	}
	if s.IsPostgres() { // several nodes may start at once; a lock row works on every engine, advisory locks do not
		locker, err := lock.NewPostgresTableLocker(lock.WithTableLeaseDuration(leaseLife), lock.WithTableHeartbeatInterval(leaseLife/5),
			lock.WithTableLockTimeout(leaseLife/10, leaseTries))
		if err != nil {
			return nil, nil, err
		}
		options = append(options, goose.WithLocker(locker))
	}
	p, err := goose.NewProvider(s.dialect.goose(), db, nil, options...)
	return p, names, err
}

// migration makes a migration of a file that runs each of its two parts in one
// piece: both drivers take several statements at once, so goose need not take
// the file apart, which costs it a buffer of four megabytes for each.
func migration(files fs.FS, name string) (*goose.Migration, error) {
	number, _, _ := strings.Cut(name, "_")
	version, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("migration %s: %w", name, err)
	}
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	up, down, _ := strings.Cut(string(data), "-- +goose Down")
	run := func(part string) *goose.GoFunc {
		return &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, part)
			return err
		}}
	}
	return goose.NewGoMigration(version, run(up), run(down)), nil
}

// A node that migrates holds a lock row and renews it; when it is killed, the
// next one waits until the row has lapsed.
const (
	leaseLife  = 5 * time.Second
	leaseTries = 600 // ten to a lease: five minutes for another node's migration
)
