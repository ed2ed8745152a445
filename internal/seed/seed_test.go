package seed_test

import (
	"io"
	"path/filepath"
	"testing"

	"hegui/internal/app"
	"hegui/internal/labelling"
	"hegui/internal/seed"
	"hegui/internal/testkit"
)

// filled fills a new SQLite database and gives a fingerprint of what is in it.
func filled(t *testing.T) (a *app.App, prints map[string]string) {
	t.Helper()
	source := seed.NewSource(7, "2026-11-23")
	a, err := app.Open(t.Context(), testkit.Config("sqlite:"+filepath.Join(t.TempDir(), "hegui.db")), app.Options{Now: source.Now, Random: source})
	testkit.Must(t, err)
	t.Cleanup(func() { _ = a.Close() })
	testkit.Must(t, seed.Fill(t.Context(), a, source, seed.Sizes["small"], 7, "a password for seeding", io.Discard))
	prints = map[string]string{}
	for table, column := range map[string]string{"evidence": "id", "label_lot": "content_hash", "label_check": "verdict", "label_record": "sha256", "label_tally_worker": "annotator || wrong"} {
		var got string
		testkit.Must(t, a.Ledger.Read(t.Context()).Raw("SELECT group_concat("+column+") FROM "+table).Scan(&got).Error)
		prints[table] = got
	}
	return a, prints
}

func TestFillIsSoundAndRepeats(t *testing.T) {
	if testing.Short() {
		t.Skip("fills two databases")
	}
	t.Parallel()
	a, prints := filled(t)
	report, err := a.Ledger.Verify(t.Context())
	testkit.Must(t, err)
	if !report.Sound {
		t.Errorf("the ledger is not sound: %+v", report.Findings)
	}
	states := map[labelling.LotState]int{}
	var lots []labelling.Lot
	testkit.Must(t, a.Ledger.Read(t.Context()).Find(&lots).Error)
	for _, l := range lots {
		states[l.State]++
		if l.State == labelling.LotClosed && (l.Checked != l.ToCheck || l.Outcome == labelling.NoOutcome) {
			t.Errorf("lot %s: %d of %d checked, %q", l.Name, l.Checked, l.ToCheck, l.Outcome)
		}
	}
	for _, s := range []labelling.LotState{labelling.LotOpen, labelling.LotFrozen, labelling.LotDrawn, labelling.LotChecking, labelling.LotClosed} {
		if states[s] == 0 {
			t.Errorf("no lot is %s: %v", s, states)
		}
	}
	_, again := filled(t)
	for table, want := range prints {
		if want == "" || again[table] != want {
			t.Errorf("%s differs between two fillings of the same seed, or is empty", table)
		}
	}
}
