package regulation

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hegui/internal/day"
)

var update = flag.Bool("update", false, "rewrite golden files")

// golden compares got with a file under testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, diff)
	}
}

func TestEmbeddedHoldsEverything(t *testing.T) {
	t.Parallel()
	c := Embedded()
	got := map[string]int{
		"chapters": len(c.Chapters), "articles": len(c.Articles), "clauses": len(c.Clauses),
		"requirements": len(c.Requirements), "instruments": len(c.Instruments), "figures": len(c.Figures),
		"conditions": len(c.Conditions), "owner roles": len(c.OwnerRoles), "risk classes": len(c.RiskTaxonomy.Classes),
	}
	want := map[string]int{
		"chapters": 5, "articles": 24, "clauses": 75,
		"requirements": 140, "instruments": 37, "figures": 161,
		"conditions": 28, "owner roles": 11, "risk classes": 5,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	if c.Version.LastChecked != "2026-11-23" || len(c.Version.Hash) != 64 {
		t.Errorf("version = %+v", c.Version)
	}
	if c.Measures.InForce != "2023-08-15" {
		t.Errorf("in force = %q, want 2023-08-15", c.Measures.InForce)
	}
}

func TestLookUps(t *testing.T) {
	t.Parallel()
	c := Embedded()
	r, ok := c.Requirement("IM-17-05")
	if !ok || r.Clause != "IM-17.1.2" || r.Severity != Critical || r.OwnerRole != "compliance_officer" || r.CadenceDays != 90 {
		t.Fatalf("requirement IM-17-05 = %+v, %v", r, ok)
	}
	cl, ok := c.Clause(r.Clause)
	if !ok || cl.Parent != "IM-17.1" || !strings.Contains(cl.Text.ZH, "算法备案") {
		t.Errorf("clause = %+v, %v", cl, ok)
	}
	f, ok := c.Figure(r.Figures[0])
	if !ok || f.Instrument != "ALGO" || !f.Verified || f.Force != Must || !f.Deadline() {
		t.Errorf("figure = %+v, %v", f, ok)
	}
	if got := len(c.ByArticle(17)); got != 9 {
		t.Errorf("requirements of article 17 = %d, want 9", got)
	}
	if got := ids(c.ByFigure("ALGO:cancel_working_days")); !cmp.Equal(got, []string{"IM-13-04", "IM-17-08"}) {
		t.Errorf("requirements by figure = %v", got)
	}
	if got := ids(c.ByClause("IM-17.1")); !cmp.Equal(got, []string{"IM-17-09"}) {
		t.Errorf("requirements by clause = %v", got)
	}
	if got := ids(c.ByInstrument("GBT45652")); len(got) == 0 {
		t.Error("no requirement names GBT45652")
	}
	if i, ok := c.Instrument("TC260-003"); !ok || i.Checked.DocumentNumber == nil || len(i.Figures) == 0 {
		t.Errorf("instrument = %+v, %v", i, ok)
	}
	for _, absent := range []bool{has(c.Requirement("IM-99-01")), has(c.Clause("")), has(c.Figure("ALGO")), has(c.Article(25)), has(c.Condition("x")), has(c.OwnerRole("x"))} {
		if absent {
			t.Error("found something that is not there")
		}
	}
}

func has[T any](_ T, ok bool) bool { return ok }

func ids(list []*Requirement) []string {
	var out []string
	for _, r := range list {
		out = append(out, r.ID)
	}
	return out
}

func TestStatusOn(t *testing.T) {
	t.Parallel()
	tests := []struct {
		instrument string
		today      day.Date
		want       string
	}{
		{"GBT47863", "2026-10-31", StatusScheduled},
		{"GBT47863", "2026-11-01", StatusInForce},
		{"IM", "2023-08-14", StatusScheduled},
		{"IM", "2026-11-23", StatusInForce},
		{"DVH-DRAFT-2026", "2030-01-01", "draft"},
		{"FILING-PRACTICE", "2030-01-01", "practice"},
	}
	for _, tt := range tests {
		i, ok := Embedded().Instrument(tt.instrument)
		if !ok {
			t.Fatalf("no instrument %s", tt.instrument)
		}
		if got := i.StatusOn(tt.today); got != tt.want {
			t.Errorf("%s on %s: %q, want %q", tt.instrument, tt.today, got, tt.want)
		}
	}
}

// TestFiguresGolden prints every figure in both languages, and reads each
// value back from what a form would show.
func TestFiguresGolden(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, f := range Embedded().Figures {
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\n", f.Key, f.Say("zh-CN"), f.Say("en"), f.Value.Input())
		back, err := ParseValue(f.Unit, f.Comparator, f.Value.Input())
		if err != nil || !back.Equal(f.Value) {
			t.Errorf("%s: %q read back as %v, %v; want %v", f.Key, f.Value.Input(), back, err, f.Value)
		}
	}
	golden(t, "figures.golden", b.String())
}
