package audit_test

import (
	"fmt"
	"testing"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/testkit"
)

// noise records n events of compliance work, an hour apart in five writes.
func noise(t *testing.T, a *testkit.App, n int) {
	t.Helper()
	for w := range 5 {
		testkit.Must(t, a.Ledger.Write(t.Context(), a.Officer.Actor(), func(*gorm.DB) ([]audit.Event, error) {
			out := make([]audit.Event, n/5)
			for i := range out {
				out[i] = audit.Event{Action: "test.done", Object: audit.Object{Type: "paper", ID: fmt.Sprint(w, "-", i)}, Service: "busy"}
			}
			return out, nil
		}))
		a.Clock.Advance(time.Hour)
	}
}

// TestRareEventsAreFoundQuickly: what is rare or long ago is found by an index
// and not by passing over everything newer. The bound is generous; a scan of
// so many events takes ten times as long.
func TestRareEventsAreFoundQuickly(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	noise(t, a, 50_000)
	testkit.Must(t, a.Store.Optimize(t.Context())) // a planner without statistics may scan
	auditor, officer := a.Auditor.Actor(), a.Officer.Actor()
	local := actor.Actor{ID: "x", Kind: actor.KindPerson, Roles: []actor.Role{actor.Officer}, Services: []string{"quiet"}}
	for name, ask := range map[string]struct {
		by actor.Actor
		f  audit.Filter
	}{
		"the administrator's list":    {a.Admin.Actor(), audit.Filter{}},
		"failures":                    {auditor, audit.Filter{Outcome: audit.Failed}},
		"an action":                   {auditor, audit.Filter{Actions: []string{"organisation.founded"}}},
		"a type":                      {auditor, audit.Filter{Types: []string{"organisation"}}},
		"a person":                    {auditor, audit.Filter{Actor: a.Admin.ID}},
		"the first hour":              {officer, audit.Filter{From: testkit.Start, To: testkit.Start.Add(time.Minute)}},
		"days before there was any":   {officer, audit.Filter{To: testkit.Start.Add(-48 * time.Hour)}},
		"a service":                   {auditor, audit.Filter{Service: "quiet"}},
		"a scope in which it's quiet": {local, audit.Filter{}},
	} {
		ask.f.Limit = 50
		best := time.Hour
		for range 5 {
			start := time.Now()
			_, err := a.Ledger.Activity(t.Context(), ask.by, ask.f)
			testkit.Must(t, err)
			best = min(best, time.Since(start))
		}
		t.Logf("%s: %v", name, best)
		if best > 60*time.Millisecond {
			t.Errorf("%s: takes %v", name, best)
		}
	}
}

// TestActivityIsTheSameByEveryWay: however a list is split over indexes, it is
// what a plain reading of all events gives.
func TestActivityIsTheSameByEveryWay(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	noise(t, a, 300)
	all, err := a.Ledger.Find(t.Context(), audit.Filter{Limit: 1000})
	testkit.Must(t, err)
	from, to := testkit.Start.Add(time.Hour), testkit.Start.Add(3*time.Hour)
	for name, c := range map[string]struct {
		f    audit.Filter
		want func(audit.Entry) bool
	}{
		"no filter": {audit.Filter{}, func(audit.Entry) bool { return true }},
		"two types": {audit.Filter{Types: []string{"account", "paper"}},
			func(e audit.Entry) bool { return e.Object.Type == "account" || e.Object.Type == "paper" }},
		"two actions": {audit.Filter{Actions: []string{"test.done", "account.added"}},
			func(e audit.Entry) bool { return e.Action == "test.done" || e.Action == "account.added" }},
		"a time":     {audit.Filter{From: from, To: to}, func(e audit.Entry) bool { return !e.At.Before(from) && e.At.Before(to) }},
		"done":       {audit.Filter{Outcome: audit.Done}, func(e audit.Entry) bool { return e.Outcome == audit.Done }},
		"a service":  {audit.Filter{Service: "busy"}, func(e audit.Entry) bool { return e.Service == "busy" }},
		"older ones": {audit.Filter{Before: 100}, func(e audit.Entry) bool { return e.Seq < 100 }},
	} {
		c.f.Limit = 1000
		got, err := a.Ledger.Activity(t.Context(), a.Auditor.Actor(), c.f)
		testkit.Must(t, err)
		var want []int64
		for _, e := range all {
			if c.want(e) {
				want = append(want, e.Seq)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d events, want %d", name, len(got), len(want))
			continue
		}
		for i, e := range got {
			if e.Seq != want[i] {
				t.Errorf("%s: event %d at %d, want %d", name, e.Seq, i, want[i])
			}
		}
	}
}

// TestChangesFollowTheRow: what a row was before is known, whichever event
// changed it last, and also when that lies on an older page of the history.
func TestChangesFollowTheRow(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	rename := func(name string) {
		o, _, err := a.Accounts.Organisation(t.Context())
		testkit.Must(t, err)
		testkit.Must(t, a.Accounts.Rename(t.Context(), a.Admin.Actor(), name, "en", o.Version))
	}
	rename("Second")
	rename("Third")
	one, err := a.Ledger.History(t.Context(), audit.Object{Type: "organisation", ID: "organisation"}, 0, 1)
	testkit.Must(t, err)
	if len(one) != 1 {
		t.Fatalf("%d entries, want 1", len(one))
	}
	for _, c := range one[0].Changes {
		if c.Field == "name" && (c.Before != `"Second"` || c.After != `"Third"`) {
			t.Errorf("the name went from %s to %s", c.Before, c.After)
		}
		if c.Field == "language" {
			t.Error("the language did not change, but is listed")
		}
	}
}
