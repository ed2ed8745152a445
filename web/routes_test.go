package web_test

import (
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hegui/internal/actor"
	"hegui/internal/testkit"
	"hegui/web"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestRoutes keeps the table of who may do what in a file, so that a change of
// rights is seen in the review.
func TestRoutes(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, r := range web.Routes() {
		roles := "anyone"
		if r.Permission != actor.Anyone {
			var names []string
			for _, role := range actor.RolesWith(r.Permission) {
				names = append(names, string(role))
			}
			roles = strings.Join(names, " ")
		}
		fmt.Fprintf(&b, "%-4s %-45s %-18s %s\n", r.Method, r.Path, r.Permission, roles)
	}
	golden(t, "routes.golden", b.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		testkit.Must(t, os.MkdirAll("testdata", 0o750))
		testkit.Must(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	testkit.Must(t, err)
	if got != string(want) {
		t.Errorf("%s is not what it was; if that is right, run go test ./web -run %s -update\n%s", name, t.Name(), difference(string(want), got))
	}
}

// difference lists the lines that only one of two texts has.
func difference(want, got string) string {
	var b strings.Builder
	for _, side := range []struct{ sign, has, not string }{{"-", want, got}, {"+", got, want}} {
		for line := range strings.Lines(side.has) {
			if !strings.Contains(side.not, line) {
				b.WriteString(side.sign + " " + line)
			}
		}
	}
	return b.String()
}

// concrete fills the parameters of a route with values that name nothing.
func concrete(path string) string {
	path = regexp.MustCompile(`:[a-z]+`).ReplaceAllString(path, "01aaaaaaaaaaaaaaaaaaaaaaaa")
	return strings.ReplaceAll(path, "*", "nothing")
}

// TestEveryRouteForEveryRole asks for every route as everybody: nobody is sent
// to sign in, a role without the permission is told so, and one with it gets
// past the door, whatever waits behind it.
func TestEveryRouteForEveryRole(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	people := map[actor.Role]*testkit.Person{actor.Administrator: a.Admin, actor.Officer: a.Officer, actor.Contributor: a.Contributor,
		actor.Supervisor: a.Supervisor, actor.Checker: a.Checker, actor.Privacy: a.Privacy, actor.Executive: a.Executive, actor.Auditor: a.Auditor}
	if len(people) != len(actor.Roles) {
		t.Fatalf("%d roles are tried, there are %d", len(people), len(actor.Roles))
	}
	const refusal = "Your role does not include this right"
	for _, r := range web.Routes() {
		ask := func(c *testkit.Client) *testkit.Response {
			return c.Do(httptest.NewRequest(r.Method, concrete(r.Path), http.NoBody))
		}
		open := r.Permission == actor.Anyone
		machine := strings.HasPrefix(r.Path, "/api/") // asks for a token of its own, which nobody here has
		if got := ask(a.As(nil)); !open && (got.Code != 303 || !strings.HasPrefix(got.Header().Get("Location"), "/login")) || open && !machine && got.Code == 401 {
			t.Errorf("%s %s as nobody: %d to %q", r.Method, r.Path, got.Code, got.Header().Get("Location"))
		}
		if got := ask(a.As(nil).Part()); !open && got.Code != 401 {
			t.Errorf("%s %s as nobody, by script: %d, want 401", r.Method, r.Path, got.Code)
		}
		for role, person := range people {
			a.Enter(person) // signing out is one of the routes
			got := ask(a.As(person))
			may := actor.Actor{Kind: actor.KindPerson, Roles: []actor.Role{role}}.May(r.Permission)
			if shut := got.Code == 403 && strings.Contains(got.Body.String(), refusal); shut == may {
				t.Errorf("%s %s as %s: %d, permission %s", r.Method, r.Path, role, got.Code, r.Permission)
			}
			if got.Code >= 500 || got.Code == 401 && !machine || got.Code == 405 {
				t.Errorf("%s %s as %s: %d", r.Method, r.Path, role, got.Code)
			}
		}
	}
	a.Sound()
}
