package labelling_test

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"

	"hegui/internal/labelling"
	"hegui/internal/labelling/stats"
	"hegui/internal/testkit"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got-want) > tolerance {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// counted is a sample of a lot of 20,000 under n 300, Ac 15.
func counted(judged, wrong int) labelling.Inputs {
	return labelling.Inputs{LotSize: 20_000, Confidence: 0.95, Drawn: 300, Judged: judged, Wrong: wrong,
		Rule:   labelling.Rule{Method: "statutory", Classes: []labelling.ClassRule{{N: 300, Ac: 15, Re: 16, MinRight: 0.95}}},
		Counts: []labelling.ClassCount{{Judged: judged, Count: wrong}}, First: [3]int{judged - wrong, wrong, 0}}
}

func TestBothReadingsOfARule(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		judged, wrong  int
		verdict        labelling.Outcome
		settled, shown bool
		interim        bool
		most           int
	}{
		{300, 0, labelling.Accepted, true, true, false, 8},
		{300, 8, labelling.Accepted, true, true, false, 8},
		{300, 9, labelling.Accepted, true, false, false, 8}, // meets the rule, shows nothing
		{300, 15, labelling.Accepted, true, false, false, 8},
		{300, 16, labelling.Rejected, true, false, false, 8},
		{290, 5, "", true, true, true, 8},   // ten more wrong ones would not change it
		{290, 6, "", false, true, true, 8},  // they might
		{200, 16, "", true, false, true, 4}, // too many already
	} {
		got, err := labelling.Compute(counted(c.judged, c.wrong))
		testkit.Must(t, err)
		v := got.Classes[0]
		if got.Verdict != c.verdict || v.Settled != c.settled || got.Interim != c.interim {
			t.Errorf("%d of %d wrong: %+v %+v", c.wrong, c.judged, got.Verdict, v)
		}
		if v.Proof == nil || v.Proof.Shown != c.shown || v.Proof.Most != c.most {
			t.Errorf("%d of %d wrong: proof %+v", c.wrong, c.judged, v.Proof)
		}
	}
}

func TestClassesOfDefects(t *testing.T) {
	t.Parallel()
	in := counted(300, 6)
	in.Rule.Classes = []labelling.ClassRule{{Class: labelling.Critical, N: 125, Ac: 0, Re: 1, MinRight: 0.999}, {Class: labelling.Minor, N: 300, Ac: 40, Re: 41, Per100: true}}
	in.Counts = []labelling.ClassCount{{Judged: 125, Count: 0}, {Judged: 300, Count: 40}}
	c, err := labelling.Compute(in)
	testkit.Must(t, err)
	if c.Verdict != labelling.Accepted || c.Classes[0].Proof.Provable || c.Classes[1].Proof != nil {
		t.Errorf("%s %+v", c.Verdict, c.Classes)
	}
	in.Counts[0].Count = 1
	if c, _ := labelling.Compute(in); c.Verdict != labelling.Rejected || !c.Classes[1].Accepted {
		t.Errorf("one class fails: %+v", c)
	}
	in.Counts = in.Counts[:1]
	if _, err := labelling.Compute(in); err == nil {
		t.Error("a class without its count")
	}
}

func TestIntervals(t *testing.T) {
	t.Parallel()
	c, err := labelling.Compute(counted(300, 15))
	testkit.Must(t, err)
	near(t, "accuracy", c.Accuracy.Value, 0.95, 1e-12)
	// The formula by hand with z = 1.95996, and P(X ≥ 285) = 0.05 by bisection of the binomial sum.
	near(t, "Wilson lower", c.Wilson.Lower, 0.919153, 1e-6)
	near(t, "Wilson upper", c.Wilson.Upper, 0.969468, 1e-6)
	near(t, "Clopper-Pearson lower", c.Lower.Lower, 0.924051, 1e-6)
	if c.Lower.Upper != 1 || c.Lot.NonconformingAtLeast < 500 || c.Lot.NonconformingAtMost > 1700 || c.WilsonLot.Lower < c.Wilson.Lower {
		t.Errorf("%+v %+v %+v", c.Lower, c.Lot, c.WilsonLot)
	}
	if c, err := labelling.Compute(counted(0, 0)); err != nil || c.Accuracy.OK || c.Wilson != nil || !c.Interim {
		t.Errorf("nothing judged: %+v, %v", c, err)
	}
}

func TestStrata(t *testing.T) {
	t.Parallel()
	in := counted(300, 12)
	in.LotSize, in.Strata = 1000, []labelling.StratumCount{{"a", 800, 200, 200, 4}, {"b", 200, 100, 100, 8}}
	c, err := labelling.Compute(in)
	testkit.Must(t, err)
	near(t, "estimate", c.Stratified.Estimate, 0.8*0.98+0.2*0.92, 1e-12)
	near(t, "variance", c.Stratified.Variance, 0.64*(1-0.25)*0.98*0.02/199+0.04*0.5*0.92*0.08/99, 1e-15)
	if !c.Uneven {
		t.Error("a third of the draw for a fifth of the lot is out of proportion")
	}
	in.Strata[1].Judged, in.Strata[1].Wrong = 1, 0
	if c, err = labelling.Compute(in); err != nil || c.Stratified != nil || c.NoStrata != "thin_stratum" {
		t.Errorf("%+v %s %v", c.Stratified, c.NoStrata, err)
	}
	if c, _ = labelling.Compute(counted(300, 1)); c.NoStrata != "one_stratum" {
		t.Errorf("without strata: %q", c.NoStrata)
	}
}

func TestSequentialRule(t *testing.T) {
	t.Parallel()
	rule := labelling.Rule{Method: "sprt", Sequential: &labelling.SequentialRule{P0: 0.01, Alpha: 0.05, P1: 0.05, Beta: 0.10}}
	test, err := stats.NewSPRT(0.01, 0.05, 0.05, 0.10)
	testkit.Must(t, err)
	soonest := 1
	for test.AcceptUpTo(soonest) < 0 {
		soonest++
	}
	in := labelling.Inputs{LotSize: 10_000, Confidence: 0.95, Rule: rule, Drawn: test.Truncate, Judged: soonest - 1, Prefix: soonest - 1}
	c, err := labelling.Compute(in)
	testkit.Must(t, err)
	if !c.Interim || c.Sequential.Verdict != stats.Continue {
		t.Errorf("one item too early: %+v", c.Sequential)
	}
	in.Judged, in.Prefix = soonest+20, soonest+20
	if c, err = labelling.Compute(in); err != nil || c.Verdict != labelling.Accepted || c.Sequential.At != soonest {
		t.Errorf("without a wrong item it ends at %d: %+v, %v", soonest, c.Sequential, err)
	}
	in.WrongAt, in.Wrong = []int{1, 2, 3}, 3
	if c, err = labelling.Compute(in); err != nil || c.Verdict != labelling.Rejected || c.Sequential.At > 3 {
		t.Errorf("three wrong ones first: %+v, %v", c.Sequential, err)
	}
	in = labelling.Inputs{LotSize: 20, Confidence: 0.95, Rule: rule, Drawn: 20, Judged: 20, Prefix: 20}
	if c, err = labelling.Compute(in); err != nil || c.Verdict != labelling.Accepted {
		t.Errorf("a lot smaller than the test: %+v, %v", c.Sequential, err)
	}
}

func TestAgreementSaysWhenItIsNotDefined(t *testing.T) {
	t.Parallel()
	in := counted(300, 15)
	c, err := labelling.Compute(in)
	testkit.Must(t, err)
	if a := c.Agreement; a.Items != 0 || a.Alpha.OK || a.AC1.OK || a.Fleiss.OK || a.Reading != stats.NotDefined {
		t.Errorf("no double checks: %+v", a)
	}
	in.Pairs = []labelling.Pair{{A: "x", B: "y", Table: [3][3]int{{40}}}}
	in.Patterns = []labelling.Pattern{{Ratings: [3]int{2, 0, 0}, Items: 40}}
	if c, _ = labelling.Compute(in); c.Agreement.Cohen[0].Kappa.OK || c.Agreement.Fleiss.OK || c.Agreement.Alpha.OK || !c.Agreement.AC1.OK {
		t.Errorf("one category only: %+v", c.Agreement)
	}
	// Cohen 1960: p_o = 0.7, p_e = 0.5
	in.Pairs = []labelling.Pair{{A: "x", B: "y", Table: [3][3]int{{20, 5, 0}, {10, 15, 0}, {0, 0, 0}}}}
	in.Patterns = []labelling.Pattern{{Ratings: [3]int{2, 0, 0}, Items: 20}, {Ratings: [3]int{1, 1, 0}, Items: 15}, {Ratings: [3]int{0, 2, 0}, Items: 15}}
	c, err = labelling.Compute(in)
	testkit.Must(t, err)
	near(t, "kappa", c.Agreement.Cohen[0].Kappa.Value, 0.4, 1e-12)
	if c.Agreement.Items != 50 || c.Agreement.Reading != stats.Unreliable {
		t.Errorf("%+v", c.Agreement)
	}
	in.Patterns = append(in.Patterns, labelling.Pattern{Ratings: [3]int{3, 0, 0}, Items: 1})
	if c, _ = labelling.Compute(in); c.Agreement.Fleiss.OK || !c.Agreement.Alpha.OK {
		t.Errorf("unequal numbers of ratings: %+v", c.Agreement)
	}
}

func TestCheckersErrors(t *testing.T) {
	t.Parallel()
	in := counted(300, 15)
	c, err := labelling.Compute(in)
	testkit.Must(t, err)
	if c.Checkers.Corrected != nil || c.Checkers.Why != "no_known_wrong" {
		t.Errorf("without known answers: %+v", c.Checkers)
	}
	in.Gold, in.Double = labelling.Truth{WrongFound: 5, WrongMissed: 1, RightPassed: 40, RightObjected: 2}, labelling.Truth{WrongFound: 3, WrongMissed: 1, RightPassed: 56, RightObjected: 0}
	c, err = labelling.Compute(in)
	testkit.Must(t, err)
	se, sp := 0.8, 96.0/98
	near(t, "sensitivity", c.Checkers.Sensitivity.Value, se, 1e-12)
	near(t, "corrected", c.Checkers.Corrected.Value, (0.05+sp-1)/(se+sp-1), 1e-12)
	in.Gold, in.Double = labelling.Truth{WrongFound: 1, WrongMissed: 9, RightPassed: 1, RightObjected: 9}, labelling.Truth{}
	if c, _ = labelling.Compute(in); c.Checkers.Corrected != nil || c.Checkers.Why != "no_better_than_chance" {
		t.Errorf("%+v", c.Checkers)
	}
}

// TestComputedAgainFromJSON wants JSON to carry all that figures hang on.
func TestComputedAgainFromJSON(t *testing.T) {
	t.Parallel()
	in := counted(300, 12)
	in.Strata = []labelling.StratumCount{{"a", 15_000, 200, 200, 4}, {"b", 5000, 100, 100, 8}}
	in.Pairs = []labelling.Pair{{A: "x", B: "y", Table: [3][3]int{{20, 5, 0}, {10, 15, 0}, {0, 0, 0}}}}
	in.Patterns = []labelling.Pattern{{Ratings: [3]int{2, 0, 0}, Items: 20}, {Ratings: [3]int{1, 1, 0}, Items: 15}}
	in.Gold = labelling.Truth{WrongFound: 5, WrongMissed: 1, RightPassed: 40, RightObjected: 2}
	first, err := labelling.Compute(in)
	testkit.Must(t, err)
	data, err := json.Marshal(in)
	testkit.Must(t, err)
	var back labelling.Inputs
	testkit.Must(t, json.Unmarshal(data, &back))
	second, err := labelling.Compute(back)
	testkit.Must(t, err)
	a, err1 := json.Marshal(first)
	b, err2 := json.Marshal(second)
	if err1 != nil || err2 != nil || !reflect.DeepEqual(a, b) {
		t.Errorf("%s\n%s", a, b)
	}
}
