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
	for table, column := range map[string]string{"evidence": "id", "request": "number || state || due || decided_on", "label_lot": "content_hash", "label_check": "verdict", "label_record": "sha256", "label_tally_worker": "annotator || wrong"} {
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
	recounted(t, a)
	_, again := filled(t)
	for table, want := range prints {
		if want == "" || again[table] != want {
			t.Errorf("%s differs between two fillings of the same seed, or is empty", table)
		}
	}
}

// recounted compares the counts of requests that are kept with the requests
// themselves.
func recounted(t *testing.T, a *app.App) {
	t.Helper()
	sums := func(sql string) (out string) {
		t.Helper()
		testkit.Must(t, a.Ledger.Read(t.Context()).Raw("SELECT group_concat(line, char(10)) FROM ("+sql+" ORDER BY line)").Scan(&out).Error)
		return out
	}
	month := "strftime('%Y-%m', received_at, '+8 hours')"
	for measure, sql := range map[string]string{
		"state":    "SELECT '' || service_id || kind || state || COUNT(*) AS line FROM request GROUP BY service_id, kind, state",
		"received": "SELECT " + month + " || service_id || kind || COUNT(*) AS line FROM request GROUP BY " + month + ", service_id, kind",
		"in_time":  "SELECT substr(decided_on, 1, 7) || service_id || kind || COUNT(*) AS line FROM request WHERE decided_on <> '' AND NOT late GROUP BY substr(decided_on, 1, 7), service_id, kind",
		"late":     "SELECT substr(decided_on, 1, 7) || service_id || kind || COUNT(*) AS line FROM request WHERE late GROUP BY substr(decided_on, 1, 7), service_id, kind",
		"refused":  "SELECT substr(decided_on, 1, 7) || service_id || kind || refusal_id || COUNT(*) AS line FROM request WHERE state = 'refused' GROUP BY substr(decided_on, 1, 7), service_id, kind, refusal_id",
		"took":     "SELECT substr(decided_on, 1, 7) || service_id || kind || printf('%05d', took_days) || COUNT(*) AS line FROM request WHERE decided_on <> '' GROUP BY substr(decided_on, 1, 7), service_id, kind, took_days",
	} {
		kept := sums("SELECT month || service_id || kind || value || n AS line FROM request_tally WHERE measure = '" + measure + "' AND n <> 0")
		if want := sums(sql); kept != want || want == "" {
			t.Errorf("%s: kept\n%s\nrecounted\n%s", measure, kept, want)
		}
	}
}
