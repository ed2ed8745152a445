package labelling_test

import (
	"testing"

	"hegui/internal/labelling"
	"hegui/internal/labelling/stats"
	"hegui/internal/problem"
	"hegui/internal/testkit"
)

// frozen imports a number of items and freezes their lot.
func frozen(t testing.TB, a *testkit.App, items int) labelling.Lot {
	t.Helper()
	_, lots := imported(t, a, upload(t, a, project(t, a), "rows.jsonl", lines(items)), answers)
	l, err := a.Labelling.Freeze(t.Context(), a.Supervisor.Actor(), lots[0].ID, lots[0].Version)
	testkit.Must(t, err)
	return l
}

// iso asks for AQL 1.0 of major and 2.5 of minor defects.
func iso() labelling.PlanInput {
	return labelling.PlanInput{Method: labelling.ISO2859, Blind: true, Params: labelling.Params{Level: stats.DefaultLevel, Severity: stats.Normal,
		AQLs: []labelling.ClassAQL{{Class: labelling.Major, AQL: "1.0"}, {Class: labelling.Minor, AQL: "2.5"}}}}
}

const dice = "41526 33214 65213 42611"

// drawn puts a frozen lot under a plan and draws it.
func drawn(t testing.TB, a *testkit.App, l labelling.Lot, in labelling.PlanInput) (labelling.Plan, labelling.Draw) {
	t.Helper()
	ctx, sue := t.Context(), a.Supervisor.Actor()
	p, err := a.Labelling.ChoosePlan(ctx, sue, l.ID, l.Version, in)
	testkit.Must(t, err)
	d, err := a.Labelling.DrawOnePerson(ctx, sue, l.ID, l.Version+1, dice, "")
	testkit.Must(t, err)
	return p, d
}

func TestPlanAndDraw(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue := t.Context(), a.Supervisor.Actor()
	l := frozen(t, a, 150)
	_, err := a.Labelling.DrawOnePerson(ctx, sue, l.ID, l.Version, dice, "")
	wants(t, err, problem.Conflict, "not_drawable")
	p, d := drawn(t, a, l, iso())
	if p.Classes[0].N != 13 || p.Classes[0].Ac != 0 || p.Classes[1].N != 20 || p.Classes[1].Ac != 1 || p.N != 20 {
		t.Errorf("plan %+v of %d", p.Classes, p.N)
	}
	list, err := a.Labelling.SampledOf(ctx, d.ID, 0, 1000)
	testkit.Must(t, err)
	if len(list) != 20 || !d.OnePerson || d.Number != 1 || len(d.ListHash) != 64 {
		t.Errorf("draw %+v with %d items", d, len(list))
	}
	l, err = a.Labelling.Lot(ctx, sue, l.ID)
	testkit.Must(t, err)
	if l.State != labelling.LotDrawn || l.PlanID != p.ID || l.DrawID != d.ID || l.ToCheck != 20 {
		t.Errorf("lot %+v", l)
	}
	_, err = a.Labelling.DrawOnePerson(ctx, sue, l.ID, l.Version, dice+"1", "")
	wants(t, err, problem.Invalid, "reason: labelling.required")
	again, err := a.Labelling.DrawOnePerson(ctx, sue, l.ID, l.Version, dice+"1", "The dice were read wrongly")
	testkit.Must(t, err)
	draws, err := a.Labelling.Draws(ctx, sue, l.ID)
	testkit.Must(t, err)
	if len(draws) != 2 || draws[0].ID != again.ID || draws[1].State != labelling.DrawReplaced || again.Number != 2 {
		t.Errorf("draws %+v", draws)
	}
	a.Sound()
}
