package readiness_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hegui/internal/checklist"
	"hegui/internal/day"
	"hegui/internal/problem"
	"hegui/internal/readiness"
	"hegui/internal/readiness/score"
	"hegui/internal/testkit"
)

func TestASnapshotIsHowThingsStood(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx := t.Context()
	h.conclude(h.chat, medium, checklist.Compliant)
	h.prove(h.chat, medium, "", true)
	h.conclude(h.image, high, checklist.NonCompliant)
	then := h.overview().Moment()
	snap, err := h.Readiness.Take(ctx, h.Executive.Actor(), "Before the board")
	testkit.Must(t, err)

	h.Clock.Advance(24 * time.Hour)
	h.conclude(h.chat, medium, checklist.PartlyCompliant)
	h.conclude(h.chat, high, checklist.NotApplicable)
	got, err := h.Readiness.AtSnapshot(ctx, h.Executive.Actor(), snap.ID)
	testkit.Must(t, err)
	if d := cmp.Diff(then.Sums, got.Sums); d != "" || then.Total != got.Total {
		t.Errorf("the figures are not those of the time: %s", d)
	}
	for id, s := range then.Services {
		if d := cmp.Diff(s, got.Services[id]); d != "" {
			t.Errorf("taken apart, %s is not as it was: %s", id, d)
		}
		if got.Services[id].Sum != got.Sums[id] {
			t.Errorf("the parts of %s do not add up", id)
		}
	}

	var changed []string
	for _, c := range readiness.Changes(got, h.overview().Moment()) {
		if c.Service != h.chat {
			t.Errorf("%s changed in a service that nobody touched", c.Requirement)
		}
		changed = append(changed, c.Requirement)
	}
	if d := cmp.Diff([]string{medium, high}, changed); d != "" {
		t.Errorf("changed since: %s", d)
	}
	h.Sound()
}

func TestDaily(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx := t.Context()
	count := func() int {
		list, err := h.Readiness.Snapshots(ctx, readiness.DailyKind, "", 100)
		testkit.Must(t, err)
		return len(list)
	}
	// 15:59 UTC is the last minute of the day in Shanghai.
	h.Clock.Set(time.Date(2026, 12, 1, 15, 59, 0, 0, time.UTC))
	for range 3 {
		testkit.Must(t, h.Readiness.Daily(ctx))
	}
	if count() != 1 {
		t.Errorf("%d snapshots on one day", count())
	}
	h.Clock.Advance(time.Minute)
	testkit.Must(t, h.RunDue(ctx))
	testkit.Must(t, h.RunDue(ctx))
	if count() != 2 {
		t.Errorf("%d snapshots on two days", count())
	}
	list, err := h.Readiness.Snapshots(ctx, "", "", 1)
	testkit.Must(t, err)
	if list[0].Day != "2026-12-02" || list[0].TakenBy != "system:readiness" {
		t.Errorf("the newest is %+v", list[0])
	}
	h.Sound()
}

func TestTakeWantsANote(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, note := range []string{"", "  ", strings.Repeat("注", 201)} {
		if _, err := h.Readiness.Take(t.Context(), h.Executive.Actor(), note); !problem.Is(err, problem.Invalid) {
			t.Errorf("%q: %v", note, err)
		}
	}
	if _, err := h.Readiness.Take(t.Context(), h.Executive.Actor(), strings.Repeat("注", 200)); err != nil {
		t.Error(err)
	}
}

func TestSeriesAndDirections(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx, by := t.Context(), h.Executive.Actor()
	for range 40 {
		testkit.Must(t, h.Readiness.Daily(ctx))
		h.Clock.Advance(24 * time.Hour)
	}
	before := h.overview().Total.Value()
	h.conclude(h.chat, medium, checklist.Compliant)
	h.prove(h.chat, medium, "", true)
	o := h.overview()
	series, err := h.Readiness.Series(ctx, by, "", o.Today.Add(-30), o.Now())
	testkit.Must(t, err)
	if len(series) != 31 || series[30].Sum != o.Total || series[29].Sum.Value() != before {
		t.Errorf("%d readings, the last are %+v", len(series), series[len(series)-2:])
	}
	was, err := h.Readiness.Directions(ctx, by, 30)
	testkit.Must(t, err)
	if d := cmp.Diff(map[string]int{"": before, h.chat: 0, h.image: 0}, was); d != "" {
		t.Error(d)
	}
	if was, err := h.Readiness.Directions(ctx, by, 90); err != nil || was != nil {
		t.Errorf("90 days ago, before there was anything: %v, %v", was, err)
	}
	long, err := h.Readiness.Series(ctx, by, h.chat, o.Today.Add(-3650), o.Services[0].Now())
	testkit.Must(t, err)
	if len(long) != 41 {
		t.Errorf("%d readings in ten years", len(long))
	}
}

func TestADamagedSnapshotIsRefused(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx := t.Context()
	testkit.Must(t, h.Readiness.Daily(ctx))
	if n, bad, err := h.Readiness.Verify(ctx); n != 1 || len(bad) != 0 || err != nil {
		t.Fatalf("checked %d, damaged %v: %v", n, bad, err)
	}
	db, err := h.Store.Write().DB() // past the ledger, as somebody with the file would
	testkit.Must(t, err)
	_, err = db.ExecContext(ctx, "UPDATE readiness_state SET points = points + 1 WHERE service_id = '"+h.chat+"'")
	testkit.Must(t, err)
	if n, bad, err := h.Readiness.Verify(ctx); n != 1 || len(bad) != 1 || err != nil {
		t.Errorf("checked %d, damaged %v: %v", n, bad, err)
	}
	if _, err := h.Readiness.At(ctx, h.Executive.Actor(), h.Readiness.Today()); !problem.Is(err, problem.Conflict) {
		t.Errorf("shown all the same: %v", err)
	}
}

func TestNoSnapshotYet(t *testing.T) {
	t.Parallel()
	h := open(t)
	if _, err := h.Readiness.At(t.Context(), h.Executive.Actor(), h.Readiness.Today()); !problem.Is(err, problem.NotFound) {
		t.Errorf("got %v", err)
	}
}

// TestTenYearsAreSmall adds up the bytes of a snapshot in all tables that grow
// with it: at most 1 KiB for a service and day, so that ten years of twenty
// services stay under 75 MB.
func TestTenYearsAreSmall(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx := t.Context()
	for n := range 18 {
		h.register("More " + string(rune('A'+n)))
	}
	testkit.Must(t, h.Readiness.Daily(ctx)) // the first one also keeps the layout
	var before, after int
	size := func() (n int) {
		const sql = `SELECT (SELECT COALESCE(SUM(length(snapshot_id) + length(service_id) + length(layout_id) + length(states) + 13 * 8), 0) FROM readiness_state)
			+ (SELECT COALESCE(SUM(length(requirements)), 0) FROM readiness_layout)
			+ (SELECT COUNT(*) * 300 FROM readiness_snapshot)
			+ (SELECT SUM(length(data)) FROM ledger_leaf) + (SELECT SUM(length(body) + 100) FROM ledger_part) + (SELECT COUNT(*) * 200 FROM ledger_event)`
		testkit.Must(t, h.Ledger.Read(ctx).Raw(sql).Scan(&n).Error)
		return n
	}
	const days = 10
	before = size()
	for range days {
		h.Clock.Advance(24 * time.Hour)
		testkit.Must(t, h.Readiness.Daily(ctx))
	}
	after = size()
	const indexed = 2 // the key of a state stands in its index, too
	per := (after-before)/days/20 + indexed*52
	t.Logf("%d bytes for a service and day; ten years of twenty services: %d MB", per, per*20*3653>>20)
	if per > 1024 {
		t.Errorf("%d bytes for a service and day", per)
	}
}

func TestOutlook(t *testing.T) {
	t.Parallel()
	var series []readiness.Reading
	for i := range 100 {
		series = append(series, readiness.Reading{Day: testkitDay.Add(i), Sum: score.Sum{Points: int64(500+2*i) * score.Full, Weight: 1000, OpenCritical: 30 - i/10}})
	}
	got := readiness.Look(series)
	// 698 on the last day, 202 to go at 2 a day; 21 critical ones at one in ten days
	if got.Score.Date != testkitDay.Add(99+101) || got.Score.Days != 91 {
		t.Errorf("the score gets there on %s from %d days", got.Score.Date, got.Score.Days)
	}
	if got.Critical.Date < testkitDay.Add(99+200) || got.Critical.Date > testkitDay.Add(99+220) || got.Ready.Date != got.Critical.Date {
		t.Errorf("critical ones are closed on %s, ready on %s", got.Critical.Date, got.Ready.Date)
	}
	if flat := readiness.Look(series[:3]); flat.Ready.Known() {
		t.Errorf("a forecast from three days: %+v", flat)
	}
}

const testkitDay = day.Date("2026-06-01")
