package main_test

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"hegui/internal/store"
	"hegui/internal/testkit"
)

// refuses runs the server on a database that it must not touch, and gives
// what it says.
func refuses(t *testing.T, cmd *exec.Cmd, want string) {
	t.Helper()
	p := launch(t, cmd)
	if p.url != "" {
		t.Fatal("the server started")
	}
	if got := p.status(); got != 1 {
		t.Errorf("exit status %d, want 1", got)
	}
	if said := p.output.String(); !strings.Contains(said, want) || strings.Contains(said, "goroutine ") {
		t.Errorf("said %q, want %q", said, want)
	}
}

func serveCommand(t *testing.T, database string) *exec.Cmd {
	t.Helper()
	return exec.Command(binary(t), "serve", "--database", database, "--addr", "127.0.0.1:0")
}

func TestSecondProcessIsRefused(t *testing.T) {
	t.Parallel()
	onlySQLite(t)
	database := testkit.DatabaseURL(t)
	who := people(t, database, 1)[0]
	first := serving(t, database)
	refuses(t, serveCommand(t, database), "in use by another hegui process")
	refuses(t, exec.Command(binary(t), "user", "list", "--database", database), "in use by another hegui process")
	if got := who.change(t.Context(), first.url); got != http.StatusSeeOther {
		t.Errorf("the first one answers %d", got)
	}
	first.kill() // its lock goes with it
	serving(t, database)
}

func TestNewerSchemaIsRefused(t *testing.T) {
	t.Parallel()
	database := testkit.DatabaseURL(t)
	people(t, database, 1)
	s, err := store.Open(t.Context(), database)
	testkit.Must(t, err)
	db, err := s.Write().DB()
	testkit.Must(t, err)
	_, err = db.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, TRUE)")
	testkit.Must(t, err)
	testkit.Must(t, s.Close())
	refuses(t, serveCommand(t, database), "use a newer hegui")
	refuses(t, exec.Command(binary(t), "migrate", "up", "--database", database), "use a newer hegui")
}

// TestBrokenDatabaseIsRefused starts the server on databases that something
// happened to: it says what, and leaves every file as it was.
func TestBrokenDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	onlySQLite(t)
	for _, c := range []struct {
		name  string
		spoil func(t *testing.T, file string)
		want  string
	}{
		{"emptied", func(t *testing.T, file string) { testkit.Must(t, os.Truncate(file, 0)) }, "has been emptied"},
		{"missing", func(t *testing.T, file string) { testkit.Must(t, os.Remove(file)) }, "is missing"},
		{"something else", func(t *testing.T, file string) {
			testkit.Must(t, os.WriteFile(file, bytes.Repeat([]byte("not a database\n"), 1000), 0o600))
		}, "damaged or not a database"},
		{"cut in half", func(t *testing.T, file string) {
			info, err := os.Stat(file)
			testkit.Must(t, err)
			testkit.Must(t, os.Truncate(file, info.Size()/2))
		}, "damaged or not a database"},
		{"first page overwritten", func(t *testing.T, file string) { overwrite(t, file, 100, 3900) }, "damaged or not a database"},
		{"a folder in its place", func(t *testing.T, file string) {
			testkit.Must(t, os.Remove(file))
			testkit.Must(t, os.Mkdir(file, 0o700))
		}, "cannot be written"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			file := filepath.Join(dir, "hegui.db")
			people(t, "sqlite:"+file, 1)
			c.spoil(t, file)
			before := files(t, dir)
			refuses(t, serveCommand(t, "sqlite:"+file), c.want)
			if after := files(t, dir); after != before {
				t.Errorf("files changed\nbefore:\n%s\nafter:\n%s", before, after)
			}
		})
	}
}

func overwrite(t *testing.T, file string, from, length int) {
	t.Helper()
	f, err := os.OpenFile(file, os.O_WRONLY, 0)
	testkit.Must(t, err)
	_, err = f.WriteAt(bytes.Repeat([]byte{0x5a}, length), int64(from))
	testkit.Must(t, err)
	testkit.Must(t, f.Close())
}

// TestReadOnlyDatabaseIsRefused runs as somebody who may read the file only.
func TestReadOnlyDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	onlySQLite(t)
	if os.Geteuid() != 0 {
		t.Skip("needs root, to run the server as somebody else")
	}
	const nobody = 65534
	dir := t.TempDir()
	file := filepath.Join(dir, "hegui.db")
	people(t, "sqlite:"+file, 1)
	for _, path := range []string{dir, filepath.Dir(dir)} {
		testkit.Must(t, os.Chmod(path, 0o777))
	}
	entries, err := os.ReadDir(dir)
	testkit.Must(t, err)
	for _, e := range entries {
		testkit.Must(t, os.Chown(filepath.Join(dir, e.Name()), nobody, nobody))
	}
	testkit.Must(t, os.Chown(file, 0, 0))
	testkit.Must(t, os.Chmod(file, 0o444))
	before := files(t, dir)
	cmd := serveCommand(t, "sqlite:"+file)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	refuses(t, cmd, "cannot be written")
	if after := files(t, dir); after != before {
		t.Errorf("files changed\nbefore:\n%s\nafter:\n%s", before, after)
	}
}

// files describes a folder by names and content.
func files(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	testkit.Must(t, err)
	var b strings.Builder
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if e.IsDir() {
			b.WriteString(e.Name() + "/\n")
			continue
		}
		data, err := os.ReadFile(path)
		testkit.Must(t, err)
		b.WriteString(e.Name() + " " + digest(data) + "\n")
	}
	return b.String()
}

// TestFileDescriptorsUsedUp opens more connections than the server has
// descriptors for: it does not crash, and works again when they are gone.
func TestFileDescriptorsUsedUp(t *testing.T) {
	t.Parallel()
	database := testkit.DatabaseURL(t)
	who := people(t, database, 1)[0]
	cmd := exec.Command("sh", "-c", `ulimit -n 64; exec "$0" "$@"`, binary(t), "serve", "--database", database, "--addr", "127.0.0.1:0", "--log-level", "error")
	server := launch(t, cmd)
	if server.url == "" {
		t.Fatalf("did not start: %s", server.wait())
	}
	if got := who.change(t.Context(), server.url); got != http.StatusSeeOther {
		t.Fatalf("before: got %d", got)
	}
	let := hold(t, strings.TrimPrefix(server.url, "http://"), 100)
	short, cancel := context.WithTimeout(t.Context(), shortWhile)
	who.change(short, server.url) // answered or not, as the machine has it
	cancel()
	let()
	eventually(t, "answers again", func() bool { return who.change(t.Context(), server.url) == http.StatusSeeOther })
	a := stopAndOpen(t, server, database)
	defer a.Close() //nolint:errcheck // of a test
	if got := changes(t, a.Ledger, who); got < who.acked || got > who.acked+1 {
		t.Errorf("%d changes recorded, %d acknowledged", got, who.acked)
	}
}
