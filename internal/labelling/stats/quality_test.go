package stats

import (
	"reflect"
	"slices"
	"testing"
)

func TestSampleSizes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		lot  int
		p    float64
		want int
	}{
		{"59 clean items show less than 5 %", UnknownLot, 0.05, 59},
		{"299 show less than 1 %", UnknownLot, 0.01, 299},
		{"one item of ten thousand", UnknownLot, 0.95, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := ZeroFailureSize(tt.lot, tt.p, 0.95); err != nil || got != tt.want {
				t.Errorf("ZeroFailureSize = %d, %v, want %d", got, err, tt.want)
			}
		})
	}
	n, err := ZeroFailureSize(200, 0.05, 0.95) // 11 of 200 must be excluded
	at, before := hypergeometric{200, 11, n}.tails(0).lower, hypergeometric{200, 11, n - 1}.tails(0).lower
	if err != nil || at > 0.05 || before <= 0.05 || n >= 59 {
		t.Errorf("finite lot: n = %d with %v, before it %v, %v", n, at, before, err)
	}
	if s, err := SampleSizeForMargin(10_000_000, 0.0001, 0.5, 0.99); err != nil || s.N >= 10_000_000 {
		t.Errorf("large lot: %+v, %v", s, err)
	}
}

func TestStatutoryRulesRead(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name            string
		rule            FixedRule
		lot             int
		n, ac, prove    int
		atLimit, hi, lo float64 // two decimals of a percent
	}{
		{"4,000 items, at least 96 %", FixedRule{N: 4000, MinRight: 0.96}, UnknownLot, 4000, 160, 139, 0.521, 0.0353, 0.0443},
		{"1,000 outputs, at least 90 %", FixedRule{N: 1000, MinRight: 0.9}, UnknownLot, 1000, 100, 84, 0.527, 0.0857, 0.1133},
		{"300 questions, at least 95 %", FixedRule{N: 300, MinRight: 0.95}, UnknownLot, 300, 15, 8, 0.568, 0.0337, 0.0702},
		{"a tenth of 1,000,000, at least 98 %", FixedRule{Share: 0.1, MinRight: 0.98}, 1_000_000, 100_000, 2000, 1930, 0.506, 0.019323, 0.020549},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.rule.Read(tt.lot, 0.95)
			if err != nil {
				t.Fatal(err)
			}
			if got.Plan.N != tt.n || got.Plan.Ac != tt.ac || got.Re != tt.ac+1 || got.Prove != tt.prove || !got.Provable {
				t.Errorf("read as %+v", got)
			}
			near(t, "at limit", got.AtLimit, tt.atLimit, 2e-3)
			near(t, "95 %", got.Accepted95, tt.hi, 2e-3)
			near(t, "10 %", got.Accepted10, tt.lo, 2e-3)
		})
	}
	if p, err := (FixedRule{Share: 0.1, MinRight: 0.98}).Plan(1501); err != nil || p.N != 151 || p.Ac != 3 {
		t.Errorf("a tenth of 1,501 items: %+v, %v", p, err)
	}
	if p, err := (FixedRule{Share: 0.1, MinRight: 0.98}).Plan(1500); err != nil || p.N != 150 || p.Ac != 3 {
		t.Errorf("a tenth of 1,500 items: %+v, %v", p, err)
	}
	if p, err := (FixedRule{N: 4000, MinRight: 0.96}).Plan(900); err != nil || p.N != 900 || p.Ac != 36 {
		t.Errorf("lot smaller than the rule: %+v, %v", p, err)
	}
}

// TestProvingIsTheLowerBound: the number that proves a limit is where the
// one-sided bound crosses it.
func TestProvingIsTheLowerBound(t *testing.T) {
	t.Parallel()
	for _, n := range []int{59, 60, 100, 300, 4000} {
		d, ok, err := ProvingNumber(UnknownLot, n, 0.95, 0.95)
		if err != nil || !ok {
			t.Fatalf("n = %d: %v, %v", n, ok, err)
		}
		at, _ := ClopperPearson(n-d, n, 0.95, LowerOnly)
		next, _ := ClopperPearson(n-d-1, n, 0.95, LowerOnly)
		if at.Lower < 0.95 || next.Lower >= 0.95 {
			t.Errorf("n = %d: %d wrong bound by %v, one more by %v", n, d, at.Lower, next.Lower)
		}
	}
	if _, ok, _ := ProvingNumber(UnknownLot, 58, 0.95, 0.95); ok {
		t.Error("58 clean items do not show 95 %")
	}
	for _, n := range []int{80, 200, 400} {
		d, ok, err := ProvingNumber(400, n, 0.95, 0.95)
		if err != nil || !ok {
			t.Fatalf("lot of 400, n = %d: %v, %v", n, ok, err)
		}
		at, _ := ExactLot(400, n-d, n, 0.95, LowerOnly)
		next, _ := ExactLot(400, n-d-1, n, 0.95, LowerOnly)
		if at.NonconformingAtMost > 20 || next.NonconformingAtMost <= 20 {
			t.Errorf("lot of 400, n = %d: %d wrong mean at most %d, one more %d", n, d, at.NonconformingAtMost, next.NonconformingAtMost)
		}
		if proves, err := ProvesAtLeast(400, n-d, n, 0.95, 0.95); err != nil || !proves {
			t.Errorf("ProvesAtLeast: %v, %v", proves, err)
		}
	}
}

func TestUndefinedAgreementIsSaid(t *testing.T) {
	t.Parallel()
	cohen, err1 := CohenKappa([]int{1, 1}, []int{1, 1}, 3, Quadratic)
	fleiss, err2 := FleissKappa([][]int{{0, 3}, {0, 3}})
	same, err3 := KrippendorffAlpha([][]float64{{2, 2}, {2, 2, 2}}, IntervalOf)
	alone, err4 := KrippendorffAlpha([][]float64{{1}, {2}, {}}, Nominal)
	gwet, err5 := GwetAC1([][]int{{1, 0}, {0, 1}})
	if err := first(err1, err2, err3, err4, err5); err != nil {
		t.Fatal(err)
	}
	for i, c := range []Coefficient{cohen, fleiss, same, alone, gwet} {
		if c.OK || c.Value != 0 || c.Reliance() != NotDefined {
			t.Errorf("case %d: %+v", i, c)
		}
	}
	for value, want := range map[float64]Reliance{0.8: Rely, 0.7: Tentative, 0.5: Unreliable, -1: Unreliable} {
		if got := (Coefficient{Value: value, OK: true}).Reliance(); got != want {
			t.Errorf("%v reads as %s, want %s", value, got, want)
		}
	}
	if c, err := GwetAC1([][]int{{2, 0}, {2, 0}}); err != nil || !c.OK || c.Value != 1 {
		t.Errorf("AC1 stays defined when one of two classes is used: %+v, %v", c, err)
	}
}

func TestChartRules(t *testing.T) {
	t.Parallel()
	sizes := make([]int, 20)
	for i := range sizes {
		sizes[i] = 200
	}
	sizes[3] = 400 // twice the items and twice the wrong ones are the same fraction
	counts := []int{10, 9, 11, 18, 10, 11, 12, 13, 14, 15, 9, 8, 8, 7, 8, 7, 8, 7, 8, 60}
	c, err := PChart(counts, sizes, 3, Shewhart)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []Signal{{Rising, 3, 8}, {Rising, 3, 9}, {OneSide, 10, 18}, {Outside, 19, 19}} {
		if !slices.Contains(c.Signals, want) {
			t.Errorf("signals %v, want among them %v", c.Signals, want)
		}
	}
	if slices.ContainsFunc(c.Signals, func(s Signal) bool { return s.Rule == Falling || s.Rule == Rising && s.At > 9 }) {
		t.Errorf("signals %v: nothing falls six times, or rises again", c.Signals)
	}
	down, _ := UChart([]int{9, 8, 7, 6, 5, 4}, []int{9, 9, 9, 9, 9, 9}, 3)
	if !reflect.DeepEqual(down.Signals, []Signal{{Falling, 0, 5}}) {
		t.Errorf("falling: %v", down.Signals)
	}
	aside, _ := UChart([]int{1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2}, []int{9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9}, 3)
	if !reflect.DeepEqual(aside.Signals, []Signal{{OneSide, 0, 8}}) {
		t.Errorf("nine on one side: %v", aside.Signals)
	}
}

func TestExactLimitsSignalAsRarelyAsTheySay(t *testing.T) {
	t.Parallel()
	sizes, counts := []int{50, 50, 50, 50, 5000}, []int{2, 0, 0, 0, 100}
	c, err := PChart(counts, sizes, 3, Exact)
	if err != nil {
		t.Fatal(err)
	}
	if !c.Points[0].Exact || c.Points[4].Exact {
		t.Error("exact limits are for lots with fewer than 5 expected")
	}
	d := int(c.Points[0].UCL*50 + 0.5)
	if above := binomialTails(50, d, c.Center).upper; above > 0.00135 {
		t.Errorf("more than %d wrong happens with %v", d, above)
	}
	if above := binomialTails(50, d-1, c.Center).upper; above <= 0.00135 {
		t.Errorf("the limit %d is higher than needed", d)
	}
}

func TestRankingWantsEvidence(t *testing.T) {
	t.Parallel()
	ranks, err := RankAnnotators([]Checked{
		{"lucky", "text", 3, 3}, {"proven", "text", 490, 500}, {"poor", "text", 160, 200}, {"unlucky", "text", 3, 4}, {"new", "text", 0, 0},
		{"other", "image", 10, 10},
	}, 0.9)
	if err != nil {
		t.Fatal(err)
	}
	places := map[string]int{}
	for i, r := range ranks {
		places[r.Annotator] = i
		if propose := r.Annotator == "poor"; r.Propose != propose {
			t.Errorf("%s: hold proposed %v with P(below) %.3f", r.Annotator, r.Propose, r.Below)
		}
	}
	if ranks[0].Annotator != "other" || ranks[0].Prior != StartingPrior() {
		t.Errorf("strata in order, without company the starting prior: %+v", ranks[0])
	}
	if places["proven"] > places["lucky"] || places["lucky"] > places["unlucky"] {
		t.Errorf("order %v", places)
	}
}

func TestEstimatePriorFindsTheSpread(t *testing.T) {
	t.Parallel()
	alike := []Checked{{"a", "", 95, 100}, {"b", "", 94, 100}, {"c", "", 96, 100}, {"d", "", 95, 100}}
	apart := []Checked{{"a", "", 99, 100}, {"b", "", 70, 100}, {"c", "", 95, 100}, {"d", "", 85, 100}}
	tight, ok1, err1 := EstimatePrior(alike)
	wide, ok2, err2 := EstimatePrior(apart)
	if !ok1 || !ok2 || err1 != nil || err2 != nil {
		t.Fatal(ok1, ok2, err1, err2)
	}
	near(t, "mean", tight.Mean(), 0.95, 1e-9)
	if tight.A+tight.B <= 5*(wide.A+wide.B) {
		t.Errorf("annotators alike give %v, apart %v", tight, wide)
	}
	prior, err := PriorFromMoments(0.95, 1.0/21)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "a", prior.A, 19, 1e-12)
	near(t, "b", prior.B, 1, 1e-12)
}

func TestRoganGladen(t *testing.T) {
	t.Parallel()
	const p, se, sp = 0.04, 0.9, 0.98
	got, err := RoganGladen(p*se+(1-p)*(1-sp), se, sp)
	if err != nil || got.Clipped {
		t.Fatalf("%+v, %v", got, err)
	}
	near(t, "corrected", got.Value, p, 1e-12)
	if clipped, _ := RoganGladen(0.01, se, sp); clipped.Value != 0 || !clipped.Clipped || clipped.Raw >= 0 {
		t.Errorf("fewer objections than a checker raises by mistake: %+v", clipped)
	}
	if _, err := RoganGladen(0.1, 0.5, 0.5); err == nil {
		t.Error("a checker no better than chance corrects nothing")
	}
	v, err := RoganGladenInterval(Interval{0.02, 0.1, 0.05}, se, sp)
	if err != nil || !(v.Lower <= v.Estimate && v.Estimate <= v.Upper) {
		t.Errorf("%+v, %v", v, err)
	}
}
