package store_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"
	"gorm.io/gorm"

	"hegui/internal/store"
	"hegui/internal/testkit"
)

func open(t *testing.T, url string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url)
	testkit.Must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestAddressesThatAreNone(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "sqlite:", "mysql://root:geheim@host/db", "postgres:geheim", "hegui.db"} {
		_, err := store.Open(t.Context(), url)
		if err == nil || !strings.Contains(err.Error(), "want sqlite:PATH or postgres://") {
			t.Errorf("%q: got %v", url, err)
		}
	}
}

// TestPasswordsStayOutOfMessages asks for databases that cannot be reached.
func TestPasswordsStayOutOfMessages(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"postgres://u:geheim@127.0.0.1:1/none?connect_timeout=1", "mysql://u:geheim@host/x", "postgres://u:geheim@[bad/x"} {
		_, err := store.Open(t.Context(), url)
		if err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestFilesAreForTheOwnerOnly(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, "sqlite:"+filepath.Join(dir, "hegui.db"))
	testkit.Must(t, s.Migrate(t.Context()))
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		testkit.Must(t, err)
		info, err := d.Info()
		testkit.Must(t, err)
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return nil
	})
	testkit.Must(t, err)
}

func TestOneAtATime(t *testing.T) {
	t.Parallel()
	url := "sqlite:" + filepath.Join(t.TempDir(), "hegui.db")
	first := open(t, url)
	if _, err := store.Open(t.Context(), url); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("a second opening: got %v", err)
	}
	testkit.Must(t, first.Close())
	open(t, url)
}

// TestSQLiteSettings looks at what the engine really does on both handles.
func TestSQLiteSettings(t *testing.T) {
	t.Parallel()
	s := open(t, "sqlite:"+filepath.Join(t.TempDir(), "a folder? #1", "hegui.db"))
	const full, on = 2, 1
	for name, db := range map[string]*gorm.DB{"write": s.Write(), "read": s.Read()} {
		for pragma, want := range map[string]int{"synchronous": full, "foreign_keys": on, "secure_delete": on} {
			var got int
			testkit.Must(t, db.Raw("PRAGMA "+pragma).Scan(&got).Error)
			if got != want {
				t.Errorf("%s: %s is %d, want %d", name, pragma, got, want)
			}
		}
		var mode, version string
		testkit.Must(t, db.Raw("PRAGMA journal_mode").Scan(&mode).Error)
		testkit.Must(t, db.Raw("SELECT sqlite_version()").Scan(&version).Error)
		if mode != "wal" {
			t.Errorf("%s: journal mode %s", name, mode)
		}
		var major, minor, patch int
		_, err := fmt.Sscanf(version, "%d.%d.%d", &major, &minor, &patch)
		testkit.Must(t, err)
		if major*1_000_000+minor*1_000+patch < 3_051_003 { // the WAL-reset fault was fixed in 3.51.3
			t.Errorf("SQLite %s can damage its log", version)
		}
	}
	if err := s.Read().Exec("CREATE TABLE x (id TEXT)").Error; err == nil {
		t.Error("the reading handle writes")
	}
}

// TestTransactTriesAgain loses races on purpose.
func TestTransactTriesAgain(t *testing.T) {
	t.Parallel()
	s := open(t, testkit.DatabaseURL(t))
	lost := &pgconn.PgError{Code: "40001"}
	tries := 0
	err := s.Transact(t.Context(), func(*gorm.DB) error {
		tries++
		if tries < 3 {
			return fmt.Errorf("write: %w", lost)
		}
		return nil
	})
	if err != nil || tries != 3 {
		t.Errorf("got %v after %d tries", err, tries)
	}

	tries = 0
	mine := errors.New("mine")
	if err := s.Transact(t.Context(), func(*gorm.DB) error { tries++; return mine }); !errors.Is(err, mine) || tries != 1 {
		t.Errorf("another error: got %v after %d tries", err, tries)
	}

	tries = 0
	if err := s.Transact(t.Context(), func(*gorm.DB) error { tries++; return lost }); !errors.Is(err, lost) || tries > 10 {
		t.Errorf("always losing: got %v after %d tries", err, tries)
	}

	ctx, cancel := context.WithCancel(t.Context())
	if err := s.Transact(ctx, func(*gorm.DB) error { cancel(); return lost }); err == nil {
		t.Error("went on after the end of its context")
	}
}

func TestWhatKeepsADatabaseFromAnswering(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		err          error
		full, outage bool
	}{
		{"nothing", nil, false, false},
		{"a fault of our own", errors.New("x"), false, false},
		{"SQLite: no room", sqlite3.Error{Code: sqlite3.ErrFull}, true, true},
		{"SQLite: busy", sqlite3.Error{Code: sqlite3.ErrBusy}, false, true},
		{"SQLite: read-only", sqlite3.Error{Code: sqlite3.ErrReadonly}, false, true},
		{"SQLite: cannot write", sqlite3.Error{Code: sqlite3.ErrIoErr}, false, true},
		{"SQLite: a constraint", sqlite3.Error{Code: sqlite3.ErrConstraint}, false, false},
		{"PostgreSQL: no room", &pgconn.PgError{Code: "53100"}, true, true},
		{"PostgreSQL: too many connections", &pgconn.PgError{Code: "53300"}, false, true},
		{"PostgreSQL: shutting down", &pgconn.PgError{Code: "57P01"}, false, true},
		{"PostgreSQL: connection lost", &pgconn.PgError{Code: "08006"}, false, true},
		{"PostgreSQL: read-only", &pgconn.PgError{Code: "25006"}, false, true},
		{"PostgreSQL: raced too often", &pgconn.PgError{Code: "40001"}, false, true},
		{"PostgreSQL: a constraint", &pgconn.PgError{Code: "23505"}, false, false},
		{"the disk itself", &os.PathError{Err: syscall.ENOSPC}, true, false},
		{"a dead connection", driver.ErrBadConn, false, true},
		{"a connection cut in an answer", io.ErrUnexpectedEOF, false, true},
		{"a connection reset", &net.OpError{Op: "read", Err: syscall.ECONNRESET}, false, true},
		{"a closed connection", net.ErrClosed, false, true},
		{"out of time", context.DeadlineExceeded, false, true},
		{"the browser went away", context.Canceled, false, false},
	} {
		wrapped := c.err
		if wrapped != nil {
			wrapped = fmt.Errorf("write: %w", c.err)
		}
		if full, outage := store.DiskFull(wrapped), store.Outage(wrapped); full != c.full || outage != c.outage {
			t.Errorf("%s: full %v, outage %v", c.name, full, outage)
		}
	}
}

func TestMigrationsAreListed(t *testing.T) {
	t.Parallel()
	s := open(t, testkit.DatabaseURL(t))
	count := func() (applied, all int) {
		list, err := s.Migrations(t.Context())
		testkit.Must(t, err)
		for _, m := range list {
			if m.Applied {
				applied++
			}
		}
		return applied, len(list)
	}
	if applied, all := count(); applied != 0 || all == 0 {
		t.Errorf("before: %d of %d applied", applied, all)
	}
	testkit.Must(t, s.Migrate(t.Context()))
	testkit.Must(t, s.Migrate(t.Context()))
	if applied, all := count(); applied != all {
		t.Errorf("after: %d of %d applied", applied, all)
	}
	if n, err := s.Size(t.Context()); err != nil || n < 4096 {
		t.Errorf("size %d, %v", n, err)
	}
	testkit.Must(t, s.Optimize(t.Context()))
	testkit.Must(t, s.Ping(t.Context()))
}
