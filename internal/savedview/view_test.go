package savedview_test

import (
	"strings"
	"testing"

	"hegui/internal/problem"
	"hegui/internal/savedview"
	"hegui/internal/testkit"
)

func TestViews(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, olivia, oscar := t.Context(), a.Officer.Actor(), a.Officer2.Actor()
	mine, err := a.Views.Save(ctx, olivia, savedview.Input{Page: "checklist", Name: " Mine ", Query: "owner=me"})
	testkit.Must(t, err)
	_, err = a.Views.Save(ctx, olivia, savedview.Input{Page: "checklist", Name: "Late", Query: "only=overdue", Shared: true})
	testkit.Must(t, err)
	again, err := a.Views.Save(ctx, olivia, savedview.Input{Page: "checklist", Name: "Mine", Query: "owner=me&article=8"})
	testkit.Must(t, err)
	if again.ID != mine.ID || again.Version != 2 {
		t.Errorf("saved a second one of the same name: %+v", again)
	}
	seen, err := a.Views.List(ctx, oscar, "checklist")
	testkit.Must(t, err)
	if len(seen) != 1 || seen[0].Name != "Late" {
		t.Errorf("Oscar sees %+v", seen)
	}
	if err := a.Views.Remove(ctx, oscar, mine.ID); !problem.Is(err, problem.NotFound) {
		t.Errorf("removed somebody else's: %v", err)
	}
	testkit.Must(t, a.Views.Remove(ctx, olivia, mine.ID))
	for _, in := range []savedview.Input{{Name: " "}, {Name: strings.Repeat("长", 61)}, {Name: "x", Query: strings.Repeat("x", 1001)}} {
		if _, err := a.Views.Save(ctx, olivia, in); !problem.Is(err, problem.Invalid) {
			t.Errorf("%.20q: got %v", in.Name, err)
		}
	}
	a.Sound()
}
