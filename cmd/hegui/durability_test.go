package main_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hegui/internal/audit"
	"hegui/internal/store"
	"hegui/internal/testkit"
)

// changes counts a person's recorded changes of language.
func changes(t *testing.T, l *audit.Ledger, who *person) int {
	t.Helper()
	list, err := l.Find(t.Context(), audit.Filter{Actor: who.id, Actions: []string{"account.language_set"}, Limit: 1_000_000})
	testkit.Must(t, err)
	return len(list)
}

// work lets everybody change things until the server is gone.
func work(ctx context.Context, list []*person, base string) *sync.WaitGroup {
	var all sync.WaitGroup
	for _, who := range list {
		all.Go(func() {
			for who.change(ctx, base) == http.StatusSeeOther {
			}
		})
	}
	return &all
}

// TestKilledUnderWriters kills the server with SIGKILL while people write, a
// few times over. Every acknowledged write is there once; of those under way
// at the end, each is there whole or not at all; and the ledger is sound.
func TestKilledUnderWriters(t *testing.T) {
	t.Parallel()
	database := testkit.DatabaseURL(t)
	everybody := people(t, database, 8)
	for round := range 4 {
		server := serving(t, database)
		all := work(t.Context(), everybody, server.url)
		time.Sleep(100*time.Millisecond + rand.N(300*time.Millisecond))
		server.kill()
		all.Wait()

		a := open(t, database)
		for _, who := range everybody {
			recorded := changes(t, a.Ledger, who)
			if recorded != who.acked && recorded != who.acked+1 { // one may have been under way
				t.Errorf("round %d: %d changes acknowledged, %d recorded", round, who.acked, recorded)
			}
			now, err := a.Accounts.Get(t.Context(), who.id)
			testkit.Must(t, err)
			if recorded == who.acked && now.Language != who.chosen {
				t.Errorf("round %d: the acknowledged language %s is %s", round, who.chosen, now.Language)
			}
			who.chosen, who.acked = now.Language, recorded
		}
		report, err := a.Ledger.Verify(t.Context())
		testkit.Must(t, err)
		if !report.Sound {
			t.Errorf("round %d: %+v", round, report.Findings)
		}
		testkit.Must(t, a.Close())
	}
	if everybody[0].acked == 0 {
		t.Error("nothing was written: the test proves nothing")
	}
}

// TestWALCutAnywhere cuts the write-ahead log of a killed server at many
// points: each copy opens to a whole prefix of what was recorded.
func TestWALCutAnywhere(t *testing.T) {
	t.Parallel()
	onlySQLite(t)
	dir := t.TempDir()
	database := "sqlite:" + filepath.Join(dir, "hegui.db")
	everybody := people(t, database, 4)
	server := serving(t, database)
	all := work(t.Context(), everybody, server.url)
	// Before the first checkpoint, at 1,000 pages of 4 KiB: from then on the
	// database file depends on the log, and a cut log is a damaged database.
	log := filepath.Join(dir, "hegui.db-wal")
	for info, err := os.Stat(log); err != nil || info.Size() < 400_000; info, err = os.Stat(log) {
		time.Sleep(2 * time.Millisecond)
	}
	server.kill()
	all.Wait()

	wal, err := os.ReadFile(filepath.Join(dir, "hegui.db-wal"))
	testkit.Must(t, err)
	if len(wal) < 100_000 || len(wal) > 4_000_000 {
		t.Fatalf("a log of %d bytes proves nothing", len(wal))
	}
	const cuts = 16
	last := int64(-1)
	for i := range cuts + 1 {
		part := t.TempDir()
		data, err := os.ReadFile(filepath.Join(dir, "hegui.db"))
		testkit.Must(t, err)
		testkit.Must(t, os.WriteFile(filepath.Join(part, "hegui.db"), data, 0o600))
		testkit.Must(t, os.WriteFile(filepath.Join(part, "hegui.db-wal"), wal[:len(wal)*i/cuts], 0o600))
		a := open(t, "sqlite:"+filepath.Join(part, "hegui.db"))
		report, err := a.Ledger.Verify(t.Context())
		testkit.Must(t, err)
		if !report.Sound || report.Events < last {
			t.Errorf("cut at %d of %d: %d events after %d, %+v", i, cuts, report.Events, last, report.Findings)
		}
		last = report.Events
		testkit.Must(t, a.Close())
	}
}

// TestTerminatedInFlight sends SIGTERM while a request is half sent: it is
// still answered, new ones are not, and the program ends well.
func TestTerminatedInFlight(t *testing.T) {
	t.Parallel()
	database := testkit.DatabaseURL(t)
	who := people(t, database, 1)[0]
	server := serving(t, database)
	address := strings.TrimPrefix(server.url, "http://")

	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	testkit.Must(t, err)
	defer c.Close() //nolint:errcheck // of a test
	const body = "lang=zh-CN&back=%2F"
	_, err = fmt.Fprintf(c, "POST /language HTTP/1.1\r\nHost: x\r\nCookie: %s\r\nSec-Fetch-Site: same-origin\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", who.cookie, len(body), body[:8])
	testkit.Must(t, err)
	time.Sleep(200 * time.Millisecond) // until the server reads it
	server.terminate()
	refusesNew(t, address)
	_, err = io.WriteString(c, body[8:])
	testkit.Must(t, err)
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	testkit.Must(t, err)
	defer answer.Body.Close() //nolint:errcheck // of a test
	if answer.StatusCode != http.StatusSeeOther {
		t.Errorf("the request under way got %d", answer.StatusCode)
	}
	if got := server.status(); got != 0 {
		t.Errorf("exit status %d\n%s", got, server.output)
	}
	a := open(t, database)
	defer a.Close() //nolint:errcheck // of a test
	if got := changes(t, a.Ledger, who); got != 1 {
		t.Errorf("%d changes recorded, want the one", got)
	}
}

func refusesNew(t *testing.T, address string) {
	t.Helper()
	for start := time.Now(); time.Since(start) < patience; time.Sleep(10 * time.Millisecond) {
		c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
		if err != nil {
			return
		}
		_ = c.Close() // the listener was not closed yet
	}
	t.Error("still takes new connections")
}

// TestShutdownDoesNotWaitForEver gives a request that never ends the grace
// and no more.
func TestShutdownDoesNotWaitForEver(t *testing.T) {
	t.Parallel()
	database := testkit.DatabaseURL(t)
	server := serving(t, database, "--shutdown-grace", "300ms")
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(server.url, "http://"))
	testkit.Must(t, err)
	defer c.Close() //nolint:errcheck // of a test
	_, err = io.WriteString(c, "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nemail=")
	testkit.Must(t, err)
	time.Sleep(100 * time.Millisecond)
	server.terminate()
	server.wait()
}

// TestMigrationKilledAnywhere kills the making of the schema at moments spread
// over its whole length; the next run finishes it.
func TestMigrationKilledAnywhere(t *testing.T) {
	t.Parallel()
	start := time.Now()
	want := finishMigration(t, testkit.DatabaseURL(t))
	length := time.Since(start)
	const moments = 16
	for i := range moments {
		database := testkit.DatabaseURL(t)
		p := launch(t, exec.Command(binary(t), "migrate", "up", "--database", database))
		select {
		case <-time.After(length * time.Duration(i) / moments):
		case <-p.exited:
		}
		p.kill()
		if diff := cmp.Diff(want, finishMigration(t, database)); diff != "" {
			t.Errorf("killed after %d/%d of %v:\n%s", i, moments, length, diff)
		}
	}
}

// finishMigration runs `migrate up` to its end and lists what is applied.
func finishMigration(t *testing.T, database string) []store.Migration {
	t.Helper()
	p := launch(t, exec.Command(binary(t), "migrate", "up", "--database", database))
	if got := p.status(); got != 0 {
		t.Fatalf("migrate up: exit status %d\n%s", got, p.output)
	}
	a := open(t, database)
	defer a.Close() //nolint:errcheck // of a test
	list, err := a.Store.Migrations(t.Context())
	testkit.Must(t, err)
	for _, m := range list {
		if !m.Applied {
			t.Errorf("%s is not applied", m.Name)
		}
	}
	return list
}

// onlySQLite leaves a test of files out when the suite runs on PostgreSQL,
// where it would only repeat itself.
func onlySQLite(t *testing.T) {
	t.Helper()
	if os.Getenv("TEST_DATABASE_URL") != "" {
		t.Skip("about SQLite's files: runs with the suite on SQLite")
	}
}
