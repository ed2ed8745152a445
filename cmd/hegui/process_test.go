package main_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"hegui/internal/account"
	"hegui/internal/actor"
	"hegui/internal/app"
	"hegui/internal/testkit"
)

// TestMain builds the program once, for the tests that run it as people do.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "hegui-test-")
	if err == nil {
		err = os.Chmod(dir, 0o755) // some tests run it as somebody else
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	folder = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

var folder string

// binary gives the path of the built program.
func binary(t testing.TB) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var built = sync.OnceValues(func() (string, error) {
	path := filepath.Join(folder, "hegui")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

// process is a running program.
type process struct {
	t      testing.TB
	cmd    *exec.Cmd
	url    string
	output *output
	exited chan struct{}
	err    error // after exited
}

// output gathers what a process says, from several goroutines.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

const patience = 30 * time.Second

// launch starts a command without waiting for anything.
func launch(t testing.TB, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{t: t, cmd: cmd, output: &output{}, exited: make(chan struct{})}
	stdout, err := cmd.StdoutPipe()
	testkit.Must(t, err)
	cmd.Stderr = p.output
	testkit.Must(t, cmd.Start())
	t.Cleanup(p.kill)
	listening := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			fmt.Fprintln(p.output, lines.Text())
			if address, ok := strings.CutPrefix(lines.Text(), "hegui listens on "); ok {
				listening <- address
			}
		}
		close(listening)
		p.err = cmd.Wait()
		close(p.exited)
	}()
	if strings.Contains(strings.Join(cmd.Args, " "), " serve") {
		select {
		case p.url = <-listening:
		case <-time.After(patience):
			t.Fatalf("does not listen:\n%s", p.output)
		}
	}
	return p
}

// serve starts the server on a database. Without an address in p.url it has
// ended already.
func serve(t testing.TB, database string, more ...string) *process {
	t.Helper()
	args := append([]string{"serve", "--database", database, "--addr", "127.0.0.1:0", "--log-level", "warn"}, more...)
	return launch(t, exec.Command(binary(t), args...))
}

// serving is serve that must succeed.
func serving(t testing.TB, database string, more ...string) *process {
	t.Helper()
	p := serve(t, database, more...)
	if p.url == "" {
		t.Fatalf("the server did not start:\n%s", p.wait())
	}
	return p
}

// wait gives everything said, after the end.
func (p *process) wait() string {
	p.t.Helper()
	select {
	case <-p.exited:
	case <-time.After(patience):
		p.t.Fatalf("does not end:\n%s", p.output)
	}
	return p.output.String()
}

// kill ends the process as a power cut would.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended by itself
	<-p.exited
}

func (p *process) terminate() {
	p.t.Helper()
	testkit.Must(p.t, p.cmd.Process.Signal(syscall.SIGTERM))
}

// status is how the process ended: 0 for success.
func (p *process) status() int {
	p.wait()
	if e, ok := errors.AsType[*exec.ExitError](p.err); ok {
		return e.ExitCode()
	}
	return 0
}

// open opens the product on a database in this process, for a look.
func open(t testing.TB, database string) *app.App {
	t.Helper()
	a, err := app.Open(t.Context(), testkit.Config(database), app.Options{})
	testkit.Must(t, err)
	return a
}

// person is somebody with a session, who works over HTTP.
type person struct {
	id     string
	client *http.Client
	cookie *http.Cookie
	chosen string // the language asked for last
	acked  int    // changes that the server acknowledged
}

// people founds an organisation on an empty database and opens sessions for n
// officers, last used two minutes ago.
func people(t testing.TB, database string, n int) []*person {
	t.Helper()
	ago := func() time.Time { return time.Now().Add(-2 * time.Minute) }
	a, err := app.Open(t.Context(), testkit.Config(database), app.Options{Now: ago})
	testkit.Must(t, err)
	_, err = a.Accounts.Found(t.Context(), account.Founding{Organisation: "Test Org", Language: "en",
		Administrator: account.Person{Email: "root@test.example", Name: "Root"}, Password: "correct horse battery"}, nil)
	testkit.Must(t, err)
	out := make([]*person, n)
	for i := range out {
		who, _, err := a.Accounts.Add(t.Context(), actor.System("test"), account.Person{Email: fmt.Sprintf("p%d@test.example", i),
			Name: fmt.Sprint("Person ", i), Roles: []actor.Role{actor.Officer}, AllServices: true, Language: "en"})
		testkit.Must(t, err)
		token, err := a.Accounts.Enter(t.Context(), who, account.From{Addr: netip.MustParseAddr("127.0.0.1")})
		testkit.Must(t, err)
		out[i] = &person{id: who.ID, chosen: "en", cookie: &http.Cookie{Name: "hegui_session", Value: token},
			client: &http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	}
	testkit.Must(t, a.Close())
	return out
}

// change makes one acknowledged write: the person switches their language. It
// gives the status of the answer, or 0 without one.
func (who *person) change(ctx context.Context, base string) int {
	next := map[string]string{"en": "zh-CN", "zh-CN": "en"}[who.chosen]
	status := who.do(ctx, http.MethodPost, base+"/language", url.Values{"lang": {next}, "back": {"/"}}.Encode())
	if status == http.StatusSeeOther {
		who.acked++
		who.chosen = next
	}
	return status
}

// read asks for a page that needs the session.
func (who *person) read(ctx context.Context, base string) int {
	return who.do(ctx, http.MethodGet, base+"/", "")
}

func (who *person) do(ctx context.Context, method, address, body string) int {
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return 0
	}
	r.AddCookie(who.cookie)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := who.client.Do(r)
	if err != nil {
		return 0
	}
	defer answer.Body.Close() //nolint:errcheck // was read
	_, _ = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode
}
