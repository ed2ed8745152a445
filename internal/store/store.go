// Package store opens the database, brings its schema up to date, and holds
// what differs between SQLite and PostgreSQL. Capabilities get GORM handles
// from it through the ledger and do not know which database is behind them.
//
// SQLite runs with one writing connection and a pool of reading ones: its
// busy wait is unfair, so that many writing connections starve each other.
// Every commit is synced to the disk (WAL, synchronous=FULL), and deleted
// content is overwritten (secure_delete).
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// Store is an open database with an up-to-date schema, or one to migrate.
type Store struct {
	dialect dialect
	write   *gorm.DB
	read    *gorm.DB
	unlock  func() error
}

// Open connects to "sqlite:PATH" or "postgres://…" without touching the
// schema. For SQLite it takes the lock of the data folder first and refuses a
// database that is missing though it existed before, empty, or damaged.
func Open(ctx context.Context, url string) (*Store, error) {
	d, err := dialectOf(url)
	if err != nil {
		return nil, err
	}
	return d.open(ctx)
}

// Write is the handle for transactions that change something.
func (s *Store) Write() *gorm.DB { return s.write }

// Read is the handle for everything else.
func (s *Store) Read() *gorm.DB { return s.read }

// IsPostgres tells the two databases apart for the few callers that must.
func (s *Store) IsPostgres() bool { return s.dialect.name() == "postgres" }

// Close ends all connections and gives up the data folder.
func (s *Store) Close() error {
	var errs []error
	for _, g := range []*gorm.DB{s.read, s.write} {
		if db, err := g.DB(); err == nil {
			errs = append(errs, db.Close())
		}
	}
	if s.unlock != nil {
		errs = append(errs, s.unlock())
	}
	return errors.Join(errs...)
}

// Ping says whether the database answers, for reading and for writing.
func (s *Store) Ping(ctx context.Context) error {
	for _, g := range []*gorm.DB{s.read, s.write} {
		db, err := g.DB()
		if err != nil {
			return err
		}
		if err := db.PingContext(ctx); err != nil {
			return fmt.Errorf("ping database: %w", err)
		}
	}
	return nil
}

// retries is how often a transaction that lost a race is tried again.
const retries = 8

// Transact runs fn in a transaction, again when the database says that two
// transactions got in each other's way (SQLSTATE 40001, 40P01), after a wait
// of full jitter. fn must therefore be safe to run more than once.
func (s *Store) Transact(ctx context.Context, fn func(tx *gorm.DB) error) error {
	for attempt := 0; ; attempt++ {
		err := s.write.WithContext(ctx).Transaction(fn)
		if err == nil || attempt == retries || !raced(err) {
			return err
		}
		wait := rand.N(time.Millisecond << (attempt + 2)) //nolint:gosec // spreads retries, guards nothing
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(wait):
		}
	}
}

// LockRow adds what makes a SELECT hold its row until the transaction ends.
// SQLite's writer holds the whole database already.
func (s *Store) LockRow() string {
	if s.IsPostgres() {
		return " FOR UPDATE"
	}
	return ""
}

// Size is how many bytes the database takes, for the operator's page.
func (s *Store) Size(ctx context.Context) (n int64, err error) {
	err = s.read.WithContext(ctx).Raw(s.dialect.sizeSQL()).Scan(&n).Error
	return n, err
}

// Bulk gives SQLite's writer a large page cache, for filling a database; it
// lasts until the program ends. PostgreSQL has its own settings.
func (s *Store) Bulk(ctx context.Context) error {
	if s.IsPostgres() {
		return nil
	}
	db, err := s.write.DB()
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "PRAGMA cache_size = -262144") // 256 MiB
	return err
}

// Unsynced runs fn, whose commits SQLite does not wait for the disk with, and
// brings all of them there afterwards. It is for data that can be made again: when
// the machine stops meanwhile, the database may be damaged. PostgreSQL waits as
// always.
func (s *Store) Unsynced(ctx context.Context, fn func() error) error {
	if s.IsPostgres() {
		return fn()
	}
	db, err := s.write.DB()
	if err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, "PRAGMA synchronous = OFF"); err != nil {
		return err
	}
	err = fn()
	_, synced := db.ExecContext(context.WithoutCancel(ctx), "PRAGMA synchronous = FULL")
	_, kept := db.ExecContext(context.WithoutCancel(ctx), "PRAGMA wal_checkpoint(TRUNCATE)")
	return errors.Join(err, synced, kept)
}

// Optimize lets SQLite look at its statistics after bulk work; PostgreSQL
// does so by itself.
func (s *Store) Optimize(ctx context.Context) error {
	db, err := s.write.DB()
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "ANALYZE")
	return err
}

// Settle brings what was committed out of SQLite's write-ahead log into the
// database and empties the log, so that content overwritten there by an
// erasure is not left beside it. When readers are in the way, the next
// checkpoint does it. On PostgreSQL its own vacuum does.
func (s *Store) Settle(ctx context.Context) error {
	if s.IsPostgres() {
		return nil
	}
	db, err := s.write.DB()
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

// keepValuesOut makes Scan, which logs through a recorder of its own, leave the
// values of statements out of the log, as all others do.
var keepValuesOut = sync.OnceFunc(func() {
	logger.RecorderParamsFilter = func(_ context.Context, sql string, _ ...any) (string, []any) { return sql, nil }
})

func gormConfig() *gorm.Config {
	keepValuesOut()
	return &gorm.Config{
		TranslateError:         true,
		SkipDefaultTransaction: true,
		NowFunc:                func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) },
		Logger: calm{logger.NewSlogLogger(slog.Default(), logger.Config{
			SlowThreshold: time.Second, LogLevel: logger.Warn, IgnoreRecordNotFoundError: true, ParameterizedQueries: true,
		})},
	}
}

// calm logs no failure of a statement whose caller went away meanwhile.
type calm struct{ logger.Interface }

// LogMode keeps the calm.
func (c calm) LogMode(level logger.LogLevel) logger.Interface {
	return calm{c.Interface.LogMode(level)}
}

// Trace logs a statement that failed or took long.
func (c calm) Trace(ctx context.Context, begin time.Time, fc func() (string, int64), err error) {
	if errors.Is(ctx.Err(), context.Canceled) {
		err = nil
	}
	c.Interface.Trace(ctx, begin, fc, err)
}

// ParamsFilter keeps what people typed out of the log.
func (c calm) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) { return sql, nil }

func limitPool(db *sql.DB, open int) {
	db.SetMaxOpenConns(open)
	db.SetMaxIdleConns(open)
	db.SetConnMaxIdleTime(10 * time.Minute)
}
