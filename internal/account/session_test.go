package account_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"hegui/internal/account"
	"hegui/internal/actor"
	"hegui/internal/problem"
	"hegui/internal/testkit"
)

func TestSessionsAgeOut(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	nia := member(t, a, "nia@test.example", actor.Officer)
	token, err := a.Accounts.Enter(t.Context(), nia, home)
	testkit.Must(t, err)

	for range 28 { // used every 25 minutes, it lives for 12 hours
		a.Clock.Advance(25 * time.Minute)
		if _, _, err := a.Accounts.Resume(t.Context(), token); err != nil {
			t.Fatalf("in use: %v", err)
		}
	}
	a.Clock.Advance(25 * time.Minute)
	if _, _, err := a.Accounts.Resume(t.Context(), token); kind(err) != problem.Unauthenticated {
		t.Errorf("after twelve hours: got %v, want ended", err)
	}

	token, err = a.Accounts.Enter(t.Context(), nia, home)
	testkit.Must(t, err)
	a.Clock.Advance(30*time.Minute + time.Second)
	if _, _, err := a.Accounts.Resume(t.Context(), token); kind(err) != problem.Unauthenticated {
		t.Errorf("idle for half an hour: got %v, want ended", err)
	}
	testkit.Must(t, a.Accounts.Sweep(t.Context()))
	list, err := a.Accounts.Sessions(t.Context(), nia.Actor())
	testkit.Must(t, err)
	if len(list) != 0 {
		t.Errorf("%d sessions left", len(list))
	}
	a.Sound()
}

func TestOnlyOwnSessionsEnd(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	nia, bo := member(t, a, "nia@test.example", actor.Officer), member(t, a, "bo@test.example", actor.Officer)
	open := func(who account.Account) string {
		token, err := a.Accounts.Enter(t.Context(), who, home)
		testkit.Must(t, err)
		return token
	}
	mine, other, foreign := open(nia), open(nia), open(bo)
	key := func(token string) string {
		row, _, err := a.Accounts.Resume(t.Context(), token)
		testkit.Must(t, err)
		return row.Key()
	}
	if err := a.Accounts.EndSession(t.Context(), nia.Actor(), key(foreign)); kind(err) != problem.NotFound {
		t.Errorf("another person's session: got %v, want not found", err)
	}
	testkit.Must(t, a.Accounts.EndSession(t.Context(), nia.Actor(), key(other)))
	third := open(nia)
	testkit.Must(t, a.Accounts.EndOthers(t.Context(), nia.Actor(), mine))
	for _, c := range []struct {
		name, token string
		open        bool
	}{{"this one", mine, true}, {"one of mine", other, false}, {"a third of mine", third, false}, {"another person's", foreign, true}} {
		_, _, err := a.Accounts.Resume(t.Context(), c.token)
		if (err == nil) != c.open {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	a.Sound()
}

// TestSignOutIsFinal: requests under way at sign-out, which note that the
// session was used, must not bring it back.
func TestSignOutIsFinal(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	nia := member(t, a, "nia@test.example", actor.Officer)
	for range 10 {
		token, err := a.Accounts.Enter(t.Context(), nia, home)
		testkit.Must(t, err)
		a.Clock.Advance(2 * time.Minute) // so that each use writes
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				_, _, err := a.Accounts.Resume(t.Context(), token)
				if err != nil && !problem.Is(err, problem.Unauthenticated) {
					t.Error(err)
				}
			})
		}
		wait.Go(func() {
			if err := a.Accounts.SignOut(t.Context(), nia.Actor(), token); err != nil {
				t.Error(err)
			}
		})
		wait.Wait()
		if _, _, err := a.Accounts.Resume(t.Context(), token); kind(err) != problem.Unauthenticated {
			t.Fatalf("after sign-out: got %v, want ended", err)
		}
	}
	a.Sound()
}

func TestAnOutageIsNoSignOut(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	nia := member(t, a, "nia@test.example", actor.Officer)
	token, err := a.Accounts.Enter(t.Context(), nia, home)
	testkit.Must(t, err)
	testkit.Must(t, a.Close())
	_, _, err = a.Accounts.Resume(t.Context(), token)
	if p, ok := errors.AsType[*problem.Error](err); err == nil || ok {
		t.Errorf("with the database gone: got %v (%v), want a fault", err, p)
	}
}
