package main_test

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"hegui/internal/testkit"
)

// wire stands between the server and PostgreSQL and can be cut.
type wire struct {
	t       *testing.T
	network string // where the database is
	address string
	mu      sync.Mutex
	cut     bool
	open    []net.Conn
}

// newWire gives a wire to a database, and the database's address through it.
func newWire(t *testing.T, database string) (*wire, string) {
	t.Helper()
	u, err := url.Parse(database)
	testkit.Must(t, err)
	w := &wire{t: t, network: "tcp", address: u.Host}
	q := u.Query()
	if folder := q.Get("host"); folder != "" { // a socket in a folder
		w.network, w.address = "unix", filepath.Join(folder, ".s.PGSQL.5432")
		q.Del("host")
	}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	testkit.Must(t, err)
	t.Cleanup(func() { _ = l.Close(); w.set(true) })
	go w.accept(l)
	q.Set("sslmode", "disable")
	u.Host, u.RawQuery = l.Addr().String(), q.Encode()
	return w, u.String()
}

func (w *wire) accept(l net.Listener) {
	for {
		near, err := l.Accept()
		if err != nil {
			return
		}
		far, err := (&net.Dialer{}).DialContext(w.t.Context(), w.network, w.address)
		w.mu.Lock()
		if err != nil || w.cut {
			_ = near.Close()
			if err == nil {
				_ = far.Close()
			}
		} else {
			w.open = append(w.open, near, far)
			go func() { _, _ = io.Copy(far, near) }()
			go func() { _, _ = io.Copy(near, far) }()
		}
		w.mu.Unlock()
	}
}

// set cuts the wire, or mends it.
func (w *wire) set(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
	for _, c := range w.open {
		_ = c.Close()
	}
	w.open = nil
}

// TestDatabaseAway cuts the server off from PostgreSQL for a while: it says
// so, signs nobody out, and goes on when the database is back.
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	if os.Getenv("TEST_DATABASE_URL") == "" {
		t.Skip("needs PostgreSQL: TEST_DATABASE_URL is not set")
	}
	database := testkit.DatabaseURL(t)
	who := people(t, database, 1)[0]
	w, through := newWire(t, database)
	server := serving(t, through)
	if got := who.change(t.Context(), server.url); got != http.StatusSeeOther {
		t.Fatalf("before: got %d", got)
	}

	w.set(true)
	for range 20 {
		if got := who.read(t.Context(), server.url); got != http.StatusServiceUnavailable {
			t.Fatalf("reading: got %d, want 503\n%s", got, server.output)
		}
		if got := who.change(t.Context(), server.url); got != http.StatusServiceUnavailable {
			t.Fatalf("writing: got %d, want 503", got)
		}
		if got := who.do(t.Context(), http.MethodGet, server.url+"/readyz", ""); got != http.StatusServiceUnavailable {
			t.Fatalf("readiness: got %d, want 503", got)
		}
		if got := who.do(t.Context(), http.MethodGet, server.url+"/healthz", ""); got != http.StatusOK {
			t.Fatalf("health: got %d, want 200", got)
		}
	}

	w.set(false)
	eventually(t, "writes again, still signed in", func() bool { return who.change(t.Context(), server.url) == http.StatusSeeOther })
	if said := server.output.String(); strings.Contains(said, "panic") {
		t.Error(said)
	}
	a := stopAndOpen(t, server, database)
	defer a.Close() //nolint:errcheck // of a test
	if got := changes(t, a.Ledger, who); got != who.acked {
		t.Errorf("%d changes recorded, %d acknowledged", got, who.acked)
	}
}
