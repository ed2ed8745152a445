package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "github.com/mattn/go-sqlite3" // the engine; required directly for its fixed WAL-reset fault
	"github.com/pressly/goose/v3"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
)

type sqliteDialect struct{ path string }

func (sqliteDialect) name() string         { return "sqlite" }
func (sqliteDialect) goose() goose.Dialect { return goose.DialectSQLite3 }
func (sqliteDialect) sizeSQL() string {
	return "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
}

// readers is how many connections read at once; each has a page cache of
// 8 MiB at most, which keeps the program's memory small.
const readers = 8

func (d sqliteDialect) open(ctx context.Context) (*Store, error) {
	unlock, err := lockFolder(filepath.Dir(d.path))
	if err != nil {
		return nil, err
	}
	s, err := d.openLocked(ctx)
	if err != nil {
		return nil, errors.Join(err, unlock())
	}
	s.unlock = unlock
	return s, nil
}

func (d sqliteDialect) openLocked(ctx context.Context) (*Store, error) {
	if err := d.inspect(ctx); err != nil {
		return nil, err
	}
	if err := d.create(); err != nil {
		return nil, err
	}
	if err := private(d.path); err != nil {
		return nil, err
	}
	write, err := d.pool("_txlock=immediate", 1)
	if err != nil {
		return nil, err
	}
	read, err := d.pool("_query_only=on", readers)
	if err != nil {
		return nil, err
	}
	s := &Store{dialect: d, write: write, read: read}
	if err := s.Ping(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", d.path, err), s.Close())
	}
	return s, os.WriteFile(d.marker(), []byte("This folder holds a Hegui database. Keep hegui.db, hegui.db-wal and this file together.\n"), 0o600)
}

// create makes a missing file before SQLite does, for this account's eyes only:
// it will hold personal data.
func (d sqliteDialect) create() error {
	f, err := os.OpenFile(d.path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("make database: %w", err)
	}
	return f.Close()
}

// marker stands beside the database from its first day on, so that a database
// that went missing is told from one that never was.
func (d sqliteDialect) marker() string { return d.path + ".exists" }

// inspect looks at the file before SQLite may change it: missing although it
// existed, emptied, read-only or damaged are refused, and nothing is written.
func (d sqliteDialect) inspect(ctx context.Context) error {
	info, err := os.Stat(d.path)
	_, markerErr := os.Stat(d.marker())
	existed := markerErr == nil
	switch {
	case errors.Is(err, os.ErrNotExist) && !existed:
		return nil
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("database %s is missing, but %s says that there was one: restore it from a backup, or remove that file to start anew", d.path, d.marker())
	case err != nil:
		return fmt.Errorf("look at database: %w", err)
	case info.Size() == 0 && existed:
		return fmt.Errorf("database %s has been emptied: restore it from a backup", d.path)
	case info.Size() == 0:
		return nil
	}
	f, err := os.OpenFile(d.path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("database %s cannot be written: %w", d.path, err)
	}
	if err := f.Close(); err != nil {
		return err
	}
	return d.quickCheck(ctx)
}

// private makes sure that the file, if it is new, can be read by nobody else.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the operator's own file
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	return f.Close()
}

func (d sqliteDialect) quickCheck(ctx context.Context) error {
	db, err := sql.Open("sqlite3", d.dsn("mode=rw"))
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing was written
	var tables int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return fmt.Errorf("database %s is damaged or not a database (%w): restore it from a backup", d.path, err)
	}
	return nil
}

func (d sqliteDialect) dsn(options string) string {
	path := (&url.URL{Path: d.path}).EscapedPath()
	return "file:" + path + "?" + strings.Join([]string{
		options, "_journal_mode=WAL", "_synchronous=FULL", "_foreign_keys=on", "_secure_delete=on",
		"_busy_timeout=5000", "_cache_size=-8192", "_stmt_cache_size=200",
	}, "&")
}

func (d sqliteDialect) pool(options string, open int) (*gorm.DB, error) {
	db, err := sql.Open("sqlite3", d.dsn(options))
	if err != nil {
		return nil, err
	}
	limitPool(db, open)
	g, err := gorm.Open(sqlite.Dialector{Conn: db}, gormConfig())
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", d.path, err)
	}
	return g, nil
}
