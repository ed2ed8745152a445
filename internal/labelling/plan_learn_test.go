package labelling_test

import (
	"testing"

	"gorm.io/gorm"

	"hegui/internal/audit"
	"hegui/internal/labelling"
	"hegui/internal/labelling/stats"
	"hegui/internal/problem"
	"hegui/internal/testkit"
)

// TestPlansLearnFromChecks plans a second lot after the first one of its project
// was checked and its items labelled "bad" were wrong half of the time.
func TestPlansLearnFromChecks(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue, p := t.Context(), a.Supervisor.Actor(), project(t, a)
	lot := func() labelling.Lot {
		t.Helper()
		_, lots := imported(t, a, upload(t, a, p, "rows.jsonl", lines(400)), answers)
		l, err := a.Labelling.Freeze(ctx, sue, lots[0].ID, lots[0].Version)
		testkit.Must(t, err)
		return l
	}
	by := labelling.PlanInput{Method: labelling.Precision, Params: labelling.Params{Margin: 100_000, Expected: 500_000, Confidence: 950_000, MinRight: 960_000,
		Stratify: labelling.Stratify{By: labelling.AxisLabel, How: labelling.Neyman}}}
	first := lot()
	if pace, err := a.Labelling.PaceOf(ctx, sue, p.ID); err != nil || pace.Measured != 0 {
		t.Errorf("a pace of %+v before the first check (%v)", pace, err)
	}
	plan, d := drawn(t, a, first, by)
	if plan.Strata[0].N != plan.Strata[1].N {
		t.Errorf("nothing is known yet, and the allocation is %+v", plan.Strata)
	}
	list, err := a.Labelling.SampledOf(ctx, d.ID, 0, 1000)
	testkit.Must(t, err)
	wrong := map[int64]labelling.Severity{}
	for i, s := range list {
		if s.Stratum == "bad" && i%2 == 0 {
			wrong[s.Position] = labelling.Major
		}
	}
	judge(t, a, first.ID, wrong)
	if pace, err := a.Labelling.PaceOf(ctx, sue, p.ID); err != nil || pace.Measured != len(list) || pace.Millis != 4000 {
		t.Errorf("a pace of %+v (%v), want 4 s of %d checks", pace, err, len(list))
	}
	next, err := a.Labelling.Propose(ctx, lot(), by)
	testkit.Must(t, err)
	n := map[string]int64{}
	for _, s := range next.Strata {
		n[s.Name] = s.N
	}
	if n["bad"] < 2*n["good"] || n["bad"]+n["good"] != next.N {
		t.Errorf("the allocation after errors is %v", n)
	}
}

// TestPlansFollowTheStream wants the severity of inspection of each class to be
// that of the stream, and no plan while inspection is discontinued.
func TestPlansFollowTheStream(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue, l := t.Context(), a.Supervisor.Actor(), frozen(t, a, 600)
	stream := labelling.Stream{ID: a.Ledger.NewID(), ProjectID: l.ProjectID, ServiceID: l.ServiceID, Kind: l.Kind, Severity: labelling.StreamTightened,
		States: map[labelling.Severity]stats.State{labelling.Major: {Severity: stats.Tightened}}, UpdatedAt: a.Ledger.Now(), Version: 1}
	keep := func(write func(tx *gorm.DB) error) {
		t.Helper()
		testkit.Must(t, a.Ledger.Write(ctx, sue, func(tx *gorm.DB) ([]audit.Event, error) {
			return []audit.Event{{Action: "test.stream", Object: audit.Object{Type: "label_stream", ID: stream.ID}, Rows: []any{&stream}}}, write(tx)
		}))
	}
	keep(func(tx *gorm.DB) error { return tx.Create(&stream).Error })
	p, err := a.Labelling.Propose(ctx, l, iso())
	testkit.Must(t, err)
	tight, err := stats.PlanFor(600, "II", "1.0", stats.Tightened)
	testkit.Must(t, err)
	normal, err := stats.PlanFor(600, "II", "2.5", stats.Normal)
	testkit.Must(t, err)
	if p.Params.AQLs[0].Severity != stats.Tightened || p.Classes[0].N != int64(tight.N) || p.Classes[0].Ac != int64(tight.Ac) ||
		p.Params.AQLs[1].Severity != stats.Normal || p.Classes[1].N != int64(normal.N) || p.Classes[1].Ac != int64(normal.Ac) {
		t.Errorf("planned %+v as %+v", p.Classes, p.Params.AQLs)
	}
	stream.Severity, stream.Version = labelling.StreamDiscontinued, 2
	keep(func(tx *gorm.DB) error { return tx.Save(&stream).Error })
	_, err = a.Labelling.Propose(ctx, l, iso())
	wants(t, err, problem.Conflict, "label_plan.discontinued")
	_, err = a.Labelling.Propose(ctx, l, full)
	testkit.Must(t, err)
}
