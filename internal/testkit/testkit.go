// Package testkit gives tests the whole product on a fresh database, with a
// clock they set, people in every role, and a browser-like client.
//
// The database is SQLite in a temporary folder, or a new schema on PostgreSQL
// when TEST_DATABASE_URL names a server.
package testkit

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // to make and drop schemas

	"hegui/internal/account"
	"hegui/internal/actor"
	"hegui/internal/app"
	"hegui/internal/config"
	"hegui/internal/i18n"
	"hegui/web"
)

// Start is the moment at which every test's clock stands first: a Monday
// morning in Shanghai.
var Start = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

// Clock is a clock that tests move.
type Clock struct{ now atomic.Int64 }

// Now is the clock's present.
func (c *Clock) Now() time.Time { return time.UnixMicro(c.now.Load()).UTC() }

// Set puts the clock at a moment.
func (c *Clock) Set(t time.Time) { c.now.Store(t.UnixMicro()) }

// Advance moves the clock on.
func (c *Clock) Advance(d time.Duration) { c.now.Add(d.Microseconds()) }

// App is the product under test.
type App struct {
	*app.App
	T      testing.TB
	Clock  *Clock
	Server *web.Server

	Admin, Officer, Officer2, Contributor, Supervisor, Checker, Privacy, Executive, Auditor *Person
}

// Person is somebody with an account and an open session.
type Person struct {
	account.Account
	token string
}

// DatabaseURL gives the address of a fresh, empty database for a test.
func DatabaseURL(t testing.TB) string {
	t.Helper()
	server := os.Getenv("TEST_DATABASE_URL")
	if server == "" {
		return "sqlite:" + filepath.Join(t.TempDir(), "hegui.db")
	}
	db, err := sql.Open("pgx", server)
	Must(t, err)
	schema := fmt.Sprintf("t%d_%d", os.Getpid(), schemas.Add(1))
	_, err = db.ExecContext(t.Context(), "CREATE SCHEMA "+schema)
	Must(t, err)
	t.Cleanup(func() {
		_, err := db.ExecContext(context.Background(), "DROP SCHEMA "+schema+" CASCADE")
		if err != nil {
			t.Error("drop schema:", err)
		}
		_ = db.Close()
	})
	u, err := url.Parse(server)
	Must(t, err)
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

var schemas atomic.Int64

// Must ends the test on an error in its set-up.
func Must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Config is what tests run the product with.
func Config(database string) config.Config {
	return config.Config{Database: database, Addr: config.DefaultAddr, UploadLimit: 64 << 20,
		MasterKey: "dGhlIG1hc3RlciBrZXkgb2YgYWxsIHRlc3RzLCB4eHg=", SessionIdle: config.DefaultIdle, SessionLife: config.DefaultLife, ShutdownGrace: time.Second}
}

// Open starts the product on an empty database: no organisation, no people.
func Open(t testing.TB) *App {
	t.Helper()
	return OpenAt(t, DatabaseURL(t))
}

// OpenAt starts the product on a given database.
func OpenAt(t testing.TB, database string) *App {
	t.Helper()
	return openWith(t, Config(database))
}

func openWith(t testing.TB, c config.Config) *App {
	t.Helper()
	clock := &Clock{}
	clock.Set(Start)
	if _, ok := t.(*testing.B); ok {
		c.UploadLimit = config.DefaultUploadLimit // benchmarks bring in as much as people may
	}
	a, err := app.Open(t.Context(), c, app.Options{Now: clock.Now, Version: "test"})
	Must(t, err)
	t.Cleanup(func() { _ = a.Close() })
	return &App{App: a, T: t, Clock: clock, Server: a.Web("")}
}

// New starts the product with an organisation and one person in every role;
// all of them see all services, but the contributor, who sees none yet.
func New(t testing.TB) *App {
	t.Helper()
	return Open(t).staffed()
}

// NewWith is New with a configuration that the test changes.
func NewWith(t testing.TB, change func(*config.Config)) *App {
	t.Helper()
	c := Config(DatabaseURL(t))
	change(&c)
	return openWith(t, c).staffed()
}

// staffed founds the organisation and adds its people.
func (a *App) staffed() *App {
	t := a.T
	t.Helper()
	_, err := a.Accounts.Found(t.Context(), account.Founding{Organisation: "Test Org", Language: "en",
		Administrator: account.Person{Email: "root@test.example", Name: "Root"}, Password: "correct horse battery"}, nil)
	Must(t, err)
	a.Admin = a.Person("Ada Admin", actor.Administrator)
	a.Officer = a.Person("Olivia Officer", actor.Officer)
	a.Officer2 = a.Person("Oscar Officer", actor.Officer)
	a.Contributor = a.PersonIn("Carl Contributor", nil, actor.Contributor)
	a.Supervisor = a.Person("Sue Supervisor", actor.Supervisor)
	a.Checker = a.Person("Chen Checker", actor.Checker)
	a.Privacy = a.Person("Petra Privacy", actor.Privacy)
	a.Executive = a.Person("Emil Executive", actor.Executive)
	a.Auditor = a.Person("Ann Auditor", actor.Auditor)
	return a
}

// Person adds somebody who sees all services.
func (a *App) Person(name string, roles ...actor.Role) *Person {
	a.T.Helper()
	return a.add(account.Person{Name: name, Roles: roles, AllServices: true})
}

// PersonIn adds somebody who sees only the named services.
func (a *App) PersonIn(name string, services []string, roles ...actor.Role) *Person {
	a.T.Helper()
	return a.add(account.Person{Name: name, Roles: roles, Services: services})
}

func (a *App) add(in account.Person) *Person {
	a.T.Helper()
	in.Email = strings.ToLower(strings.ReplaceAll(in.Name, " ", ".")) + "@test.example"
	in.Language = "en"
	made, _, err := a.Accounts.Add(a.T.Context(), actor.System("test"), in)
	Must(a.T, err)
	p := &Person{Account: made}
	a.Enter(p)
	return p
}

// Enter opens a new session for a person, for example after the clock moved
// past the end of the old one.
func (a *App) Enter(p *Person) {
	a.T.Helper()
	now, err := a.Accounts.Get(a.T.Context(), p.ID)
	Must(a.T, err)
	token, err := a.Accounts.Enter(a.T.Context(), now, account.From{Addr: netip.MustParseAddr("192.0.2.1"), Agent: "testkit"})
	Must(a.T, err)
	p.token = token
}

// Known gives a session to somebody who has an account already, as in a
// demonstration.
func (a *App) Known(email string) *Person {
	a.T.Helper()
	made, err := a.Accounts.ByEmail(a.T.Context(), email)
	Must(a.T, err)
	p := &Person{Account: made}
	a.Enter(p)
	return p
}

// Cookie is what a browser of the person sends.
func (p *Person) Cookie() *http.Cookie {
	return &http.Cookie{Name: "hegui_session", Value: p.token}
}

// Actions lists the actions recorded so far, oldest first.
func (a *App) Actions() []string {
	a.T.Helper()
	list, err := a.Ledger.Find(a.T.Context(), findAll)
	Must(a.T, err)
	out := make([]string, len(list))
	for i, e := range list {
		out[len(list)-1-i] = e.Action
	}
	return out
}

// Sound fails the test when the ledger does not verify, or when something was
// recorded that the activity page has no words for. Actions that begin with
// "test." are the tests' own.
func (a *App) Sound() {
	a.T.Helper()
	r, err := a.Ledger.Verify(a.T.Context())
	Must(a.T, err)
	if !r.Sound {
		a.T.Errorf("ledger is not sound: %+v", r.Findings)
	}
	said := map[string]bool{}
	for _, action := range a.Actions() {
		if !said[action] && !strings.HasPrefix(action, "test.") && !i18n.Has("activity.action."+action) {
			a.T.Errorf("%q was recorded, but activity.json has no activity.action.%s", action, action)
		}
		said[action] = true
	}
}
