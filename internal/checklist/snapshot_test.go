package checklist_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/checklist"
	"hegui/internal/regulation"
	"hegui/internal/testkit"
)

// other is the checklist of a second process on the same database.
func (h house) other() *checklist.Service {
	return checklist.New(h.Ledger, checklist.Options{
		Catalogue: func(context.Context) *regulation.Catalogue { return regulation.Embedded() },
		Able:      func(context.Context, actor.Permission, string) ([]actor.Actor, error) { return nil, nil },
		Proofs: func(_ *gorm.DB, ids []string) (map[string]checklist.Proof, error) {
			return map[string]checklist.Proof{ids[0]: {Linked: 3}}, nil
		},
	})
}

// TestListsFollowEveryChange holds a list kept in memory against what another
// process does: a judgement, evidence, a new service.
func TestListsFollowEveryChange(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx, by, far := t.Context(), h.Officer.Actor(), h.other()
	row := func() checklist.Assessment {
		t.Helper()
		rows, err := h.Checklist.Rows(ctx, by, h.service)
		testkit.Must(t, err)
		return rows[0]
	}
	first := row()
	_, err := far.Assess(ctx, by, first.ID, first.Version, checklist.Change{Status: new(checklist.NonCompliant)})
	testkit.Must(t, err)
	if got := row().Status; got != checklist.NonCompliant {
		t.Errorf("after a judgement elsewhere: %s", got)
	}
	testkit.Must(t, h.Ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) { return far.EvidenceChanged(tx, by, []string{first.ID}) }))
	if got := row().Linked; got != 3 {
		t.Errorf("after evidence elsewhere: %d linked", got)
	}
	second := register1(t, h.App, "Images")
	all, err := h.Checklist.Progress(ctx, by)
	testkit.Must(t, err)
	if all[second] == nil || all[h.service].Total.Of(checklist.NonCompliant) != 1 {
		t.Errorf("progress of %d services: %+v", len(all), all)
	}
}

// TestListsUnderWriters reads while others write; the race detector watches.
func TestListsUnderWriters(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx, by := t.Context(), h.Officer.Actor()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 20 {
				if rows, err := h.Checklist.Rows(ctx, by, h.service); err != nil || len(rows) == 0 {
					t.Error(len(rows), err)
				}
				if _, err := h.Checklist.WorkOf(ctx, by); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range 20 {
		h.assess(h.Officer, medium, checklist.Change{Conclusion: new(strings.Repeat("x", i+1))})
		rows, err := h.Checklist.Rows(ctx, by, h.service)
		testkit.Must(t, err)
		if got := len(rows[0].Conclusion); got != i+1 {
			t.Fatalf("wrote %d, read %d", i+1, got)
		}
	}
	wg.Wait()
}

// TestNewestEventsAreLookedUp proves that what every page asks first does not
// grow with the history: the index is searched, never walked.
func TestNewestEventsAreLookedUp(t *testing.T) {
	t.Parallel()
	h := open(t)
	if h.Store.IsPostgres() {
		t.Skip("reads SQLite's plan")
	}
	for sql, table := range map[string]string{
		"SELECT (SELECT MAX(seq) FROM ledger_event WHERE service = 'x')":                    "ledger_event",
		"SELECT (SELECT MIN(service_id) FROM assessment WHERE service_id > 'x')":            "assessment",
		"SELECT id FROM assessment_task WHERE owner_id = 'x' AND state = 'open'":            "assessment_task",
		"SELECT id FROM assessment_mention WHERE account_id = 'x' AND seen_at IS NULL":      "assessment_mention",
		"SELECT id FROM assessment WHERE proof_until <> '' AND proof_until < '2026-01-01'":  "assessment",
		"SELECT id FROM assessment_comment WHERE assessment_id = 'x' ORDER BY id LIMIT 500": "assessment_comment",
	} {
		var plan []struct{ Detail string }
		testkit.Must(t, h.Ledger.Read(t.Context()).Raw("EXPLAIN QUERY PLAN "+sql).Scan(&plan).Error)
		for _, step := range plan {
			if strings.Contains(step.Detail, "SCAN "+table) || strings.Contains(step.Detail, "TEMP B-TREE") {
				t.Errorf("%s\n%s", sql, step.Detail)
			}
		}
	}
}
