package account_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hegui/internal/account"
	"hegui/internal/actor"
	"hegui/internal/problem"
	"hegui/internal/testkit"
)

func TestPersonIsChecked(t *testing.T) {
	t.Parallel()
	good := account.Person{Email: "nia@test.example", Name: "Nia", Roles: []actor.Role{actor.Officer}, Language: "en"}
	for _, c := range []struct {
		name, field string
		spoil       func(*account.Person)
	}{
		{"nothing wrong", "", func(*account.Person) {}},
		{"no address", "email", func(p *account.Person) { p.Email = " " }},
		{"not an address", "email", func(p *account.Person) { p.Email = "nia" }},
		{"an address with a name", "email", func(p *account.Person) { p.Email = "Nia <nia@test.example>" }},
		{"a long address", "email", func(p *account.Person) { p.Email = strings.Repeat("n", 250) + "@test.example" }},
		{"no name", "name", func(p *account.Person) { p.Name = "\u3000" }},
		{"a long name", "name", func(p *account.Person) { p.Name = strings.Repeat("名", 101) }},
		{"no role", "roles", func(p *account.Person) { p.Roles = nil }},
		{"an unknown role", "roles", func(p *account.Person) { p.Roles = []actor.Role{"king"} }},
		{"administrator and officer", "roles", func(p *account.Person) { p.Roles = []actor.Role{actor.Administrator, actor.Officer} }},
		{"auditor and executive", "roles", func(p *account.Person) { p.Roles = []actor.Role{actor.Auditor, actor.Executive} }},
		{"officer and privacy", "", func(p *account.Person) { p.Roles = []actor.Role{actor.Officer, actor.Privacy} }},
		{"another language", "language", func(p *account.Person) { p.Language = "de" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := good
			c.spoil(&p)
			list, _ := problem.FieldsOf(p.Validate())
			switch {
			case c.field == "" && len(list) > 0:
				t.Errorf("refused: %v", list)
			case c.field != "" && (len(list) != 1 || list[0].Field != c.field):
				t.Errorf("got %v, want the field %s", list, c.field)
			}
		})
	}
}

func TestAddressesAreUnique(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	member(t, a, "nia@test.example", actor.Officer)
	_, _, err := a.Accounts.Add(t.Context(), a.Admin.Actor(), account.Person{Email: " NIA@Test.Example ", Name: "Other",
		Roles: []actor.Role{actor.Officer}, Language: "en"})
	if list, _ := problem.FieldsOf(err); len(list) != 1 || list[0].Key != "account.email.taken" {
		t.Errorf("got %v, want taken", err)
	}
}

func TestRightsEndSessions(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	nia := member(t, a, "nia@test.example", actor.Officer)
	person := account.Person{Email: nia.Email, Name: "Nia Newer", Roles: nia.Roles, AllServices: true, Language: "zh-CN"}
	token, err := a.Accounts.Enter(t.Context(), nia, home)
	testkit.Must(t, err)

	testkit.Must(t, a.Accounts.Change(t.Context(), a.Admin.Actor(), nia.ID, nia.Version, person))
	if _, _, err := a.Accounts.Resume(t.Context(), token); err != nil {
		t.Errorf("after a new name: %v, want kept", err)
	}
	person.AllServices, person.Services = false, []string{"b", "a", "b"}
	testkit.Must(t, a.Accounts.Change(t.Context(), a.Admin.Actor(), nia.ID, nia.Version+1, person))
	if _, _, err := a.Accounts.Resume(t.Context(), token); kind(err) != problem.Unauthenticated {
		t.Errorf("after another scope: got %v, want ended", err)
	}
	got, err := a.Accounts.Get(t.Context(), nia.ID)
	testkit.Must(t, err)
	if !slices.Equal(got.Services, []string{"a", "b"}) {
		t.Errorf("services %v", got.Services)
	}
	if err := a.Accounts.Change(t.Context(), a.Admin.Actor(), nia.ID, nia.Version, person); kind(err) != problem.Conflict {
		t.Errorf("a change of an older version: got %v, want a conflict", err)
	}
	a.Sound()
}

func TestTheLastAdministratorStays(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	root, err := a.Accounts.ByEmail(t.Context(), "root@test.example") // Ada has no password and does not count
	testkit.Must(t, err)
	officer := account.Person{Email: root.Email, Name: root.Name, Roles: []actor.Role{actor.Officer}, AllServices: true, Language: "en"}

	for name, err := range map[string]error{
		"disable":          a.Accounts.Disable(t.Context(), a.Admin.Actor(), root.ID),
		"another role":     a.Accounts.Change(t.Context(), a.Admin.Actor(), root.ID, root.Version, officer),
		"disable oneself":  a.Accounts.Disable(t.Context(), root.Actor(), root.ID),
		"one's own reset":  second(a.Accounts.ResetPassword(t.Context(), root.Actor(), root.ID)),
		"a stranger's id":  a.Accounts.Disable(t.Context(), a.Admin.Actor(), "nobody"),
		"one's own rights": a.Accounts.Change(t.Context(), root.Actor(), root.ID, root.Version, officer),
	} {
		if err == nil {
			t.Errorf("%s went through", name)
		}
	}
	now, err := a.Accounts.Get(t.Context(), root.ID)
	testkit.Must(t, err)
	if now.Disabled() || !now.Actor().Has(actor.Administrator) || now.Invited() {
		t.Errorf("root is now %+v", now)
	}
}

func second[T any](_ T, err error) error { return err }

// TestAdministratorsCannotRemoveEachOther: each would still count the other,
// unless they are made to wait.
func TestAdministratorsCannotRemoveEachOther(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	root, err := a.Accounts.ByEmail(t.Context(), "root@test.example")
	testkit.Must(t, err)
	other := member(t, a, "other@test.example", actor.Administrator)

	for round := range 5 {
		var wait sync.WaitGroup
		var errs [2]error
		wait.Go(func() { errs[0] = a.Accounts.Disable(t.Context(), root.Actor(), other.ID) })
		wait.Go(func() { errs[1] = a.Accounts.Disable(t.Context(), other.Actor(), root.ID) })
		wait.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("round %d: %v and %v, want one to win", round, errs[0], errs[1])
		}
		for i, id := range []string{other.ID, root.ID} {
			if errs[i] == nil {
				testkit.Must(t, a.Accounts.Enable(t.Context(), actor.System("test"), id))
			}
		}
	}
	a.Sound()
}

func TestChangesOfOneAccountDoNotGetLost(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	nia := member(t, a, "nia@test.example", actor.Officer)
	const writers = 8
	var wait sync.WaitGroup
	results := make([]error, writers)
	for i := range writers {
		wait.Go(func() {
			results[i] = a.Accounts.Change(t.Context(), a.Admin.Actor(), nia.ID, nia.Version, account.Person{Email: nia.Email,
				Name: "Nia " + string(rune('A'+i)), Roles: nia.Roles, AllServices: true, Language: "en"})
		})
	}
	wait.Wait()
	won := 0
	for _, err := range results {
		if err == nil {
			won++
		} else if kind(err) != problem.Conflict {
			t.Errorf("got %v, want a conflict", err)
		}
	}
	if won != 1 {
		t.Errorf("%d of %d changes of the same version went through, want 1", won, writers)
	}
	a.Sound()
}

func TestLinksExpire(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	_, secret, err := a.Accounts.Add(t.Context(), a.Admin.Actor(), account.Person{Email: "late@test.example", Name: "Late",
		Roles: []actor.Role{actor.Checker}, Language: "zh-CN"})
	testkit.Must(t, err)
	a.Clock.Advance(7*24*time.Hour - time.Second)
	if _, err := a.Accounts.LinkFor(t.Context(), secret); err != nil {
		t.Errorf("on the seventh day: %v", err)
	}
	a.Clock.Advance(2 * time.Second)
	if _, err := a.Accounts.LinkFor(t.Context(), secret); kind(err) != problem.NotFound {
		t.Errorf("on the eighth day: %v, want gone", err)
	}
}
