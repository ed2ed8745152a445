package audit_test

import (
	"errors"
	"testing"

	"gorm.io/gorm"

	"hegui/internal/audit"
	"hegui/internal/testkit"
)

// TestMemo: a value is read once for each key, and again after any write; a
// failure is not kept.
func TestMemo(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	memo := audit.NewMemo[string](a.Ledger)
	reads := map[string]int{}
	ask := func(key string, want int) {
		t.Helper()
		got, err := memo.Get(key, func() (string, error) {
			reads[key]++
			return "of " + key, nil
		})
		testkit.Must(t, err)
		if got != "of "+key || reads[key] != want {
			t.Errorf("%s: got %q after %d reads, want %d", key, got, reads[key], want)
		}
	}
	ask("one", 1)
	ask("one", 1)
	ask("two", 1)
	testkit.Must(t, a.Ledger.Write(t.Context(), a.Officer.Actor(), func(*gorm.DB) ([]audit.Event, error) {
		return []audit.Event{{Action: "test.done", Object: audit.Object{Type: "paper", ID: "1"}}}, nil
	}))
	ask("one", 2)
	ask("two", 2)
	broken := errors.New("broken")
	if _, err := memo.Get("three", func() (string, error) { return "", broken }); !errors.Is(err, broken) {
		t.Errorf("got %v, want the failure", err)
	}
	ask("three", 1)
}
