package labelling_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"hegui/internal/labelling"
	"hegui/internal/readiness"
	"hegui/internal/testkit"
)

// TestResultsReachReadiness: the decision of a lot is in the figures of its
// service from the next page on.
func TestResultsReachReadiness(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue := t.Context(), a.Supervisor.Actor()
	l := frozen(t, a, 150)
	annotating(t, a, l.ServiceID)
	quality := func() readiness.Quality {
		p, err := a.Readiness.Of(ctx, a.Executive.Actor(), l.ServiceID)
		testkit.Must(t, err)
		return p.Quality
	}
	if got := quality(); got != (readiness.Quality{}) {
		t.Errorf("before: %+v", got)
	}
	drawn(t, a, l, iso())
	l = judge(t, a, l.ID, map[int64]labelling.Severity{20: labelling.Minor})
	_, err := a.Labelling.Sign(ctx, sue, l.ID, l.Version, labelling.SignInput{Verdict: labelling.Accepted})
	testkit.Must(t, err)
	st, err := a.Labelling.Standing(ctx, sue, lotOf(t, a, l.ID))
	testkit.Must(t, err)
	want := readiness.Quality{Decided: 1, Accepted: 1}
	if st.Computed.Proven() {
		want.Proven = 1
	}
	if d := cmp.Diff(want, quality()); d != "" {
		t.Error(d)
	}
	list, err := a.Labelling.ResultsByService(ctx)
	testkit.Must(t, err)
	if d := cmp.Diff([]labelling.Results{{ServiceID: l.ServiceID, Decided: 1, Accepted: 1, Proven: want.Proven}}, list); d != "" {
		t.Error(d)
	}
}

func TestProven(t *testing.T) {
	t.Parallel()
	class := func(shown bool) labelling.ClassVerdict {
		return labelling.ClassVerdict{Proof: &labelling.Proof{Shown: shown}}
	}
	for _, tt := range []struct {
		name string
		c    labelling.Computed
		want bool
	}{
		{"no class has a limit", labelling.Computed{Classes: []labelling.ClassVerdict{{}}}, false},
		{"shown for all", labelling.Computed{Classes: []labelling.ClassVerdict{class(true), {}, class(true)}}, true},
		{"not for one", labelling.Computed{Classes: []labelling.ClassVerdict{class(true), class(false)}}, false},
		{"not all checked", labelling.Computed{Interim: true, Classes: []labelling.ClassVerdict{class(true)}}, false},
	} {
		if got := tt.c.Proven(); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
