package web_test

import (
	"testing"
	"time"

	"hegui/internal/checklist"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/internal/testkit"
)

// BenchmarkReadiness loads the readiness pages of a house with twenty services
// and a hundred days of snapshots.
func BenchmarkReadiness(b *testing.B) {
	a := testkit.New(b)
	for n := range 20 {
		e, err := a.Register.Register(b.Context(), a.Officer.Actor(), register.Registration{Details: register.Details{Name: "Service " + string(rune('A'+n)), Kind: "chat"},
			Scope: register.Scoping{Profile: regulation.Profile{Public: regulation.Yes}}})
		testkit.Must(b, err)
		row, err := a.Checklist.Get(b.Context(), a.Officer.Actor(), e.ID, "IM-01-01")
		testkit.Must(b, err)
		_, err = a.Checklist.Assess(b.Context(), a.Officer.Actor(), row.ID, row.Version, checklist.Change{Status: new(checklist.Compliant), Conclusion: new("x")})
		testkit.Must(b, err)
	}
	for range 100 {
		testkit.Must(b, a.Readiness.Daily(b.Context()))
		a.Clock.Advance(24 * time.Hour)
	}
	a.Enter(a.Executive)
	for _, path := range []string{"/readiness", "/readiness/blockers", "/readiness/deadlines", "/readiness/history"} {
		b.Run(path, func(b *testing.B) {
			as := a.As(a.Executive)
			for b.Loop() {
				as.Get(path).Status(b, 200)
			}
		})
	}
}
