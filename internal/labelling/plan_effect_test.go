package labelling_test

import (
	"math"
	"testing"

	"hegui/internal/labelling"
	"hegui/internal/labelling/stats"
	"hegui/internal/testkit"
)

// TestEffectsOfRules holds the plans of regulations against the table of the
// literature: what 4,000 items with at least 96 % right are worth.
func TestEffectsOfRules(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		n              int64
		right          labelling.Millionths
		ac             int64
		pa, at95, at10 float64
		prove          int
	}{
		{4000, 960_000, 160, 0.52, 0.0353, 0.0443, 139},
		{1000, 900_000, 100, 0.53, 0.0857, 0.1133, 84},
		{300, 950_000, 15, 0.57, 0.0337, 0.0702, 8},
	} {
		p := labelling.Plan{Method: labelling.Statutory, N: tt.n, Params: labelling.Params{MinRight: tt.right},
			Classes: []labelling.ClassPlan{{N: tt.n, Ac: tt.ac, Re: tt.ac + 1}}}
		list, err := p.Effects(1_000_000)
		testkit.Must(t, err)
		e := list[0]
		near(t, "accepted at the limit", e.AtLimit, tt.pa, 0.006)
		near(t, "accepted 95 %", e.Accepted95, tt.at95, 0.00006)
		near(t, "accepted 10 %", e.Accepted10, tt.at10, 0.00006)
		if e.Prove != tt.prove || !e.Provable || e.Finite || len(e.Curve) < 50 || e.AOQL.Limit <= 0 {
			t.Errorf("%d: %d wrong would show the limit, want %d; %+v", tt.n, e.Prove, tt.prove, e.AOQL)
		}
	}
}

func TestEffectsOfOtherPlans(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, l := t.Context(), frozen(t, a, 600)
	effect := func(in labelling.PlanInput) (labelling.Plan, labelling.Effect) {
		t.Helper()
		p, err := a.Labelling.Propose(ctx, l, in)
		testkit.Must(t, err)
		list, err := p.Effects(l.Size)
		testkit.Must(t, err)
		for _, e := range list {
			for i, c := range e.Curve {
				if c.Pa < -1e-12 || c.Pa > 1+1e-12 || i > 0 && (c.P < e.Curve[i-1].P || c.Pa > e.Curve[i-1].Pa+1e-9) {
					t.Errorf("%s: the curve rises at %v", in.Method, c)
				}
			}
		}
		return p, list[0]
	}
	two := labelling.Params{P1: 10_000, Alpha: 50_000, P2: 60_000, Beta: 100_000}
	p, e := effect(labelling.PlanInput{Method: labelling.TwoPoints, Params: two})
	if e.AtLimit < 0.95 || e.AtBad > 0.10 || !e.Finite {
		t.Errorf("two points: %.3f and %.3f with %d items", e.AtLimit, e.AtBad, p.N)
	}
	q, s := effect(labelling.PlanInput{Method: labelling.Sequential, Params: two})
	if s.Expected >= float64(p.N) || s.Worst() < s.Expected || q.Checks([]labelling.Effect{s}) != int64(math.Ceil(s.Expected)) {
		t.Errorf("the sequential test takes %.1f on average, the single plan %d", s.Expected, p.N)
	}
	_, e = effect(labelling.PlanInput{Method: labelling.Whole100, Params: labelling.Params{MinRight: 980_000}})
	if e.Class.N != 600 || e.Class.Ac != 12 || e.AtLimit != 1 || e.AOQL.Limit != 0 {
		t.Errorf("every item: %+v", e)
	}
	_, e = effect(labelling.PlanInput{Method: labelling.Whole100, Params: labelling.Params{MinRight: 1_000_000}})
	if e.Class.Ac != 0 || e.Limit != 0 || e.Provable {
		t.Errorf("nothing may be wrong: %+v", e)
	}
	p, e = effect(labelling.PlanInput{Method: labelling.ISO2859, DoublePercent: 10, GoldPercent: 20, Params: labelling.Params{Level: "II", AQLs: []labelling.ClassAQL{{Class: labelling.Minor, AQL: "40"}}}})
	pa, err := stats.PoissonPa(int(e.Class.N), int(e.Class.Ac), 40)
	testkit.Must(t, err)
	if !e.Counted || math.Abs(e.AtLimit-pa) > 1e-12 || p.Checks(nil) != int64(math.Ceil(float64(p.N)*1.1/0.8)) {
		t.Errorf("defects per 100: %+v, Pa %.4f", e, pa)
	}
	_, e = effect(labelling.PlanInput{Method: labelling.Precision, Params: labelling.Params{Margin: 20_000, Expected: 500_000, Confidence: 950_000, MinRight: 960_000}})
	if e.Class.N != 481 {
		t.Errorf("± 2 %% of 600 takes %d", e.Class.N)
	}
	_, err = a.Labelling.Propose(ctx, l, labelling.PlanInput{Method: labelling.Statutory, Params: labelling.Params{Rule: "source"}})
	testkit.Must(t, err)
}

// BenchmarkEffects measures what a page of a plan computes for a large lot.
func BenchmarkEffects(b *testing.B) {
	for _, p := range []labelling.Plan{
		{Method: labelling.Statutory, N: 4000, Params: labelling.Params{MinRight: 960_000}, Classes: []labelling.ClassPlan{{N: 4000, Ac: 160, Re: 161}}},
		{Method: labelling.Statutory, N: 100_000, Params: labelling.Params{MinRight: 980_000}, Classes: []labelling.ClassPlan{{N: 100_000, Ac: 2000, Re: 2001}}},
		{Method: labelling.Sequential, N: 300, Params: labelling.Params{P1: 10_000, Alpha: 50_000, P2: 40_000, Beta: 100_000}, Classes: []labelling.ClassPlan{{N: 300, Ac: 6, Re: 7}}},
	} {
		b.Run(string(p.Method), func(b *testing.B) {
			for b.Loop() {
				if _, err := p.Effects(1_000_000); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
