package account_test

import (
	"net/netip"
	"testing"
	"time"

	"hegui/internal/account"
	"hegui/internal/actor"
	"hegui/internal/problem"
	"hegui/internal/testkit"
)

const password = "seven purple bicycles"

var (
	home   = account.From{Addr: netip.MustParseAddr("192.0.2.1"), Agent: "test"}
	abroad = account.From{Addr: netip.MustParseAddr("198.51.100.7"), Agent: "test"}
)

// member adds somebody who can sign in with password.
func member(t *testing.T, a *testkit.App, email string, roles ...actor.Role) account.Account {
	t.Helper()
	made, err := a.Accounts.AddWithPassword(t.Context(), actor.System("test"),
		account.Person{Email: email, Name: "Nia New", Roles: roles, AllServices: true, Language: "en"}, password)
	testkit.Must(t, err)
	return made
}

// kind gives the kind of a problem, or 0.
func kind(err error) problem.Kind {
	for k := problem.Invalid; k <= problem.Malformed; k++ {
		if problem.Is(err, k) {
			return k
		}
	}
	return 0
}

// TestEveryFailureCostsTheSame: who asks learns neither from the answer nor
// from its time whether there is such an account. Not parallel: it counts.
func TestEveryFailureCostsTheSame(t *testing.T) { //nolint:paralleltest // counts hashes of the whole package
	a := testkit.New(t)
	member(t, a, "nia@test.example", actor.Officer)
	gone := member(t, a, "gone@test.example", actor.Officer)
	testkit.Must(t, a.Accounts.Disable(t.Context(), a.Admin.Actor(), gone.ID))
	_, _, err := a.Accounts.SignIn(t.Context(), abroad, "warm@up.example", "x") // makes the stand-in hash
	for _, c := range []struct{ name, email, password string }{
		{"wrong password", "nia@test.example", "wrong"},
		{"no such account", "nobody@test.example", "wrong"},
		{"no password yet", a.Officer.Email, "wrong"},
		{"disabled, right password", "gone@test.example", password},
		{"empty", "", ""},
	} {
		before := account.Hashed()
		_, _, got := a.Accounts.SignIn(t.Context(), home, c.email, c.password)
		if got == nil || got.Error() != err.Error() || kind(got) != problem.Invalid {
			t.Errorf("%s: answered %v, want %v", c.name, got, err)
		}
		if n := account.Hashed() - before; n != 1 {
			t.Errorf("%s: %d hashes, want 1", c.name, n)
		}
	}
}

func TestLockoutHitsOnlyWhoFails(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	member(t, a, "nia@test.example", actor.Officer)
	try := func(from account.From, password string) problem.Kind {
		_, _, err := a.Accounts.SignIn(t.Context(), from, "nia@test.example", password)
		return kind(err)
	}
	for range 20 {
		try(abroad, "guess")
	}
	if got := try(abroad, password); got != problem.TooMany {
		t.Errorf("the guesser got %v with the right password, want a lock", got)
	}
	if got := try(home, password); got != 0 {
		t.Errorf("the owner at home got %v, want in", got)
	}
	a.Clock.Advance(10*time.Minute + time.Second)
	if got := try(abroad, password); got != 0 {
		t.Errorf("after ten minutes: got %v, want in", got)
	}
	a.Sound()
}

func TestOneNetworkCannotTryManyAddresses(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	v6 := func(host string) account.From { return account.From{Addr: netip.MustParseAddr("2001:db8:1:2:" + host)} }
	var last error
	for i := range 60 {
		_, _, last = a.Accounts.SignIn(t.Context(), v6([]string{":1", "ffff::2"}[i%2]), string(rune('a'+i%26))+string(rune('a'+i/26))+"@test.example", "x")
	}
	if kind(last) != problem.TooMany {
		t.Errorf("sixty addresses from one /64: got %v, want a lock", last)
	}
	if _, _, err := a.Accounts.SignIn(t.Context(), account.From{Addr: netip.MustParseAddr("2001:db8:1:3::1")}, "a@test.example", "x"); kind(err) != problem.Invalid {
		t.Errorf("the next network: got %v, want an ordinary failure", err)
	}
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	nia := member(t, a, "nia@test.example", actor.Officer)
	mine, err := a.Accounts.Enter(t.Context(), nia, home)
	testkit.Must(t, err)
	other, err := a.Accounts.Enter(t.Context(), nia, abroad)
	testkit.Must(t, err)

	change := func(old, password string) error {
		return a.Accounts.ChangePassword(t.Context(), nia.Actor(), mine, old, password)
	}
	if err := change(password, "short"); kind(err) != problem.Invalid {
		t.Errorf("short: got %v", err)
	}
	testkit.Must(t, change(password, "nine yellow tricycles"))
	if _, _, err := a.Accounts.Resume(t.Context(), other); kind(err) != problem.Unauthenticated {
		t.Errorf("the other session: got %v, want ended", err)
	}
	if _, _, err := a.Accounts.Resume(t.Context(), mine); err != nil {
		t.Errorf("this session: %v, want kept", err)
	}
	for range 5 {
		if err := change("guess", "ten green unicycles"); kind(err) != problem.Invalid {
			t.Errorf("guess: got %v", err)
		}
	}
	if err := change("nine yellow tricycles", "ten green unicycles"); kind(err) != problem.TooMany {
		t.Errorf("after five guesses: got %v, want a lock", err)
	}
	if _, _, err := a.Accounts.SignIn(t.Context(), home, "nia@test.example", "nine yellow tricycles"); err != nil {
		t.Errorf("sign-in is locked, too: %v", err)
	}
	a.Sound()
}

func TestResetBeatsWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	nia := member(t, a, "nia@test.example", actor.Officer)
	old, err := a.Accounts.Enter(t.Context(), nia, home)
	testkit.Must(t, err)
	secret, err := a.Accounts.ResetPassword(t.Context(), a.Admin.Actor(), nia.ID)
	testkit.Must(t, err)

	if _, err := a.Accounts.Enter(t.Context(), nia, home); kind(err) != problem.Invalid {
		t.Errorf("a sign-in that had checked the old password: got %v, want refused", err)
	}
	if _, _, err := a.Accounts.Resume(t.Context(), old); kind(err) != problem.Unauthenticated {
		t.Errorf("the session before: got %v, want ended", err)
	}
	second, err := a.Accounts.ResetPassword(t.Context(), a.Admin.Actor(), nia.ID)
	testkit.Must(t, err)
	if _, err := a.Accounts.ChoosePassword(t.Context(), secret, "nine yellow tricycles"); kind(err) != problem.NotFound {
		t.Errorf("the first link after a second one: got %v, want gone", err)
	}
	testkit.Must(t, a.Accounts.Disable(t.Context(), a.Admin.Actor(), nia.ID))
	if _, err := a.Accounts.ChoosePassword(t.Context(), second, "nine yellow tricycles"); kind(err) != problem.NotFound {
		t.Errorf("the link of a disabled account: got %v, want gone", err)
	}
	testkit.Must(t, a.Accounts.Enable(t.Context(), a.Admin.Actor(), nia.ID))
	_, err = a.Accounts.ChoosePassword(t.Context(), second, "nine yellow tricycles")
	testkit.Must(t, err)
	a.Sound()
}
