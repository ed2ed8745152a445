package checklist_test

import (
	"context"
	"testing"
	"time"

	"gorm.io/gorm"

	"hegui/internal/audit"
	"hegui/internal/checklist"
	"hegui/internal/regulation"
	"hegui/internal/testkit"
)

// load tells the checklist of a new catalogue.
func (h house) load(d regulation.Difference) {
	h.t.Helper()
	by := h.Officer.Actor()
	e, err := h.Register.Get(h.t.Context(), by, h.service)
	testkit.Must(h.t, err)
	d.After = regulation.Embedded()
	testkit.Must(h.t, h.Ledger.Write(h.t.Context(), by, func(tx *gorm.DB) ([]audit.Event, error) {
		return h.Checklist.Load(tx, by, d, []checklist.Subject{{ID: e.ID, Profile: regulation.Profile{Public: regulation.Yes}}})
	}))
}

// TestExpiredEvidenceLowers uses a stand-in for the evidence: what it says is
// all the checklist knows of it.
func TestExpiredEvidenceLowers(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx, by := t.Context(), h.Officer.Actor()
	proof := checklist.Proof{Linked: 1, Valid: 1, Until: h.Checklist.Today().Add(10)}
	s := checklist.New(h.Ledger, checklist.Options{
		Catalogue: func(context.Context) *regulation.Catalogue { return regulation.Embedded() },
		Proofs: func(_ *gorm.DB, ids []string) (map[string]checklist.Proof, error) {
			return map[string]checklist.Proof{ids[0]: proof}, nil
		},
	})
	a := h.assess(h.Officer, medium, says(checklist.Compliant, "Register kept"))
	link := func() {
		testkit.Must(t, h.Ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
			return s.EvidenceChanged(tx, by, []string{a.ID})
		}))
	}
	link()
	if got := h.get(medium); got.Linked != 1 || got.Standing != checklist.Compliant || got.Version != a.Version {
		t.Errorf("linked: %+v", got)
	}

	h.Clock.Advance(11 * 24 * time.Hour)
	proof = checklist.Proof{Linked: 1, Expired: 1, Until: proof.Until}
	testkit.Must(t, s.Sweep(ctx))
	testkit.Must(t, s.Sweep(ctx)) // twice is fine
	low := h.get(medium)
	if low.Status != checklist.Compliant || low.Standing != checklist.PartlyCompliant || low.LoweredOn != h.Checklist.Today() {
		t.Errorf("expired: %+v", low)
	}

	proof = checklist.Proof{Linked: 2, Valid: 1, Expired: 1}
	link()
	if got := h.get(medium); got.Standing != checklist.Compliant || got.LoweredOn != "" {
		t.Errorf("renewed: %+v", got)
	}
	h.Sound()
}
