package main_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"hegui/internal/app"
	"hegui/internal/testkit"
)

// smallDisk gives a folder with little room, or skips.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=24m"); err == nil {
		t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
		return dir
	}
	// a container that may not mount still has a small /dev/shm, mostly
	const most = 256 << 20
	var fs syscall.Statfs_t
	if err := syscall.Statfs("/dev/shm", &fs); err != nil || fs.Bavail*uint64(fs.Bsize) > most { // the type differs by system
		t.Skip("needs a small disk: the right to mount one, or a small /dev/shm")
	}
	dir, err := os.MkdirTemp("/dev/shm", "hegui-test-")
	testkit.Must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// fill writes until nothing fits any more.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	testkit.Must(t, err)
	for size := 1 << 20; size > 0; {
		_, err := f.Write(make([]byte, size))
		switch {
		case errors.Is(err, syscall.ENOSPC):
			size /= 2
		case err != nil:
			t.Fatal(err)
		}
	}
	testkit.Must(t, f.Close())
}

// TestFullDisk fills the disk under a running server: writes are refused with
// 507, reading goes on, and when there is room again it heals by itself.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	onlySQLite(t)
	dir := smallDisk(t)
	database := "sqlite:" + filepath.Join(dir, "hegui.db")
	everybody := people(t, database, 2)
	who, reader := everybody[0], everybody[1] // whose session was not used of late
	server := serving(t, database)
	if got := who.change(t.Context(), server.url); got != http.StatusSeeOther {
		t.Fatalf("before: got %d", got)
	}

	filler := filepath.Join(dir, "filler")
	fill(t, filler)
	eventually(t, "a write is refused for want of room", func() bool {
		got := who.change(t.Context(), server.url) // some go into room the log has already
		if got != http.StatusSeeOther && got != http.StatusInsufficientStorage {
			t.Fatalf("got %d, want 303 or 507", got)
		}
		return got == http.StatusInsufficientStorage
	})
	for range 20 {
		if got := who.change(t.Context(), server.url); got != http.StatusInsufficientStorage {
			t.Fatalf("writing on a full disk: got %d, want 507", got)
		}
		if got := reader.read(t.Context(), server.url); got != http.StatusSeeOther { // to the start page
			t.Fatalf("reading on a full disk: got %d", got)
		}
		if got := who.do(t.Context(), http.MethodGet, server.url+"/login", ""); got >= 500 {
			t.Fatalf("a page on a full disk: got %d", got)
		}
	}

	testkit.Must(t, os.Remove(filler))
	if got := who.change(t.Context(), server.url); got != http.StatusSeeOther {
		t.Errorf("with room again: got %d", got)
	}
	a := stopAndOpen(t, server, database)
	defer a.Close() //nolint:errcheck // of a test
	if got := changes(t, a.Ledger, who); got != who.acked {
		t.Errorf("%d changes recorded, %d acknowledged", got, who.acked)
	}
}

// stopAndOpen ends the server, which must go well, and looks at its database,
// whose ledger must be sound.
func stopAndOpen(t *testing.T, server *process, database string) *app.App {
	t.Helper()
	server.terminate()
	if got := server.status(); got != 0 {
		t.Errorf("exit status %d\n%s", got, server.output)
	}
	a := open(t, database)
	report, err := a.Ledger.Verify(t.Context())
	testkit.Must(t, err)
	if !report.Sound {
		t.Errorf("not sound: %+v", report.Findings)
	}
	return a
}

// shortWhile is how long a test waits for what may never come.
const shortWhile = 2 * time.Second

// eventually fails the test when something does not come true.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for start := time.Now(); time.Since(start) < patience; time.Sleep(time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("never: %s", what)
}

// hold opens n connections that say half a request, and gives a function that
// lets go of them.
func hold(t *testing.T, address string, n int) (let func()) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), shortWhile)
	defer cancel()
	var held []net.Conn
	for range n {
		c, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err != nil {
			break // the queue of the listener is full, too
		}
		_, _ = io.WriteString(c, "GET / HTTP/1.1\r\n") // it may not be taken
		held = append(held, c)
	}
	return func() {
		for _, c := range held {
			_ = c.Close()
		}
	}
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}
