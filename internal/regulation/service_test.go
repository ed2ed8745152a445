package regulation_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/app"
	"hegui/internal/audit"
	"hegui/internal/problem"
	"hegui/internal/regulation"
	"hegui/internal/testkit"
)

// replaced gives an embedded file with one text replaced.
func replaced(t *testing.T, file, old, with string) []byte {
	t.Helper()
	m, r, i := regulation.Files()
	text := string(map[string][]byte{regulation.MeasuresFile: m, regulation.RequirementsFile: r, regulation.InstrumentsFile: i}[file])
	if !strings.Contains(text, old) {
		t.Fatalf("%s does not contain %q", file, old)
	}
	return []byte(strings.Replace(text, old, with, 1))
}

// replaceAfter replaces the first old text behind a mark.
func replaceAfter(t *testing.T, text, mark, old, with string) string {
	t.Helper()
	before, after, found := strings.Cut(text, mark+"\n")
	if !found || !strings.Contains(after, old) {
		t.Fatalf("no %q behind %q", old, mark)
	}
	return before + mark + "\n" + strings.Replace(after, old, with, 1)
}

// stricter is a requirements file in which IM-01-01 is to be reviewed more often.
func stricter(t *testing.T) []byte {
	return replaced(t, regulation.RequirementsFile, "review_cadence_days: 180\n", "review_cadence_days: 90\n")
}

func TestFirstStartStoresTheBuiltInCatalogue(t *testing.T) {
	t.Parallel()
	a := testkit.Open(t)
	testkit.Must(t, a.Regulation.Ensure(t.Context())) // a second start
	list, err := a.Regulation.Editions(t.Context(), 0, 10)
	testkit.Must(t, err)
	if len(list) != 1 || list[0].Number != 1 || list[0].Source != regulation.BuiltIn || list[0].Measures != "" {
		t.Fatalf("versions: %+v", list)
	}
	full, err := a.Regulation.Edition(t.Context(), list[0].ID)
	testkit.Must(t, err)
	m, _, _ := regulation.Files()
	if full.Measures != string(m) {
		t.Error("the stored text is not the file")
	}
	if offered, err := a.Regulation.Offered(t.Context()); err != nil || offered {
		t.Errorf("offered %v, %v", offered, err)
	}
	if got := a.Actions(); got[0] != "regulation.loaded" || slices.Contains(got[1:], "regulation.loaded") {
		t.Errorf("recorded %v", got)
	}
	a.Sound()
}

func TestLoadingANewerVersion(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	by := a.Officer.Actor()
	var seen regulation.Difference
	a.Regulation.OnLoad(func(_ *gorm.DB, _ actor.Actor, d regulation.Difference) ([]audit.Event, error) {
		seen = d
		return []audit.Event{{Action: "test.hook_ran", Object: audit.Object{Type: "hook"}}}, nil
	})
	d, err := a.Regulation.Prepare(t.Context(), by, regulation.Upload{Requirements: stricter(t), Note: "stricter review"})
	testkit.Must(t, err)
	other, err := a.Regulation.Prepare(t.Context(), by, regulation.Upload{
		Instruments: replaced(t, regulation.InstrumentsFile, "value: 6\n", "value: 12\n")})
	testkit.Must(t, err)
	_, diff, stale, err := a.Regulation.Compare(t.Context(), d.ID)
	testkit.Must(t, err)
	if stale || len(diff.Requirements) != 1 || diff.Requirements[0].ID != "IM-01-01" {
		t.Fatalf("stale %v, difference %+v", stale, diff)
	}

	e, err := a.Regulation.Load(t.Context(), by, d.ID)
	testkit.Must(t, err)

	if r, _ := a.Regulation.Current(t.Context()).Requirement("IM-01-01"); r.CadenceDays != 90 {
		t.Errorf("current has %d days", r.CadenceDays)
	}
	if len(seen.Requirements) != 1 || seen.After == nil || seen.After.Version.Hash != e.Hash {
		t.Errorf("the hook saw %+v", seen.Requirements)
	}
	if _, changes, err := a.Regulation.Changes(t.Context(), e.ID); err != nil || len(changes.Requirements) != 1 {
		t.Errorf("changes %+v, %v", changes, err)
	}
	if _, err := a.Regulation.Load(t.Context(), by, d.ID); !problem.Is(err, problem.NotFound) {
		t.Errorf("loading twice: %v", err)
	}
	if _, err := a.Regulation.Load(t.Context(), by, other.ID); !problem.Is(err, problem.Conflict) {
		t.Errorf("loading a stale draft: %v", err)
	}
	testkit.Must(t, a.Regulation.Discard(t.Context(), by, other.ID))
	if left, err := a.Regulation.Drafts(t.Context()); err != nil || len(left) != 0 {
		t.Errorf("drafts left: %v, %v", left, err)
	}
	want := []string{"regulation.prepared", "regulation.prepared", "regulation.loaded", "test.hook_ran", "regulation.discarded"}
	if got := a.Actions(); !slices.Equal(got[len(got)-5:], want) {
		t.Errorf("recorded %v, want %v", got[len(got)-5:], want)
	}
	a.Sound()
}

func TestAFailingHookLoadsNothing(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	a.Regulation.OnLoad(func(*gorm.DB, actor.Actor, regulation.Difference) ([]audit.Event, error) {
		return nil, errors.New("no room for more assessments")
	})
	d, err := a.Regulation.Prepare(t.Context(), a.Officer.Actor(), regulation.Upload{Requirements: stricter(t)})
	testkit.Must(t, err)
	if _, err := a.Regulation.Load(t.Context(), a.Officer.Actor(), d.ID); err == nil {
		t.Fatal("loaded although the hook failed")
	}
	if a.Regulation.Current(t.Context()) != regulation.Embedded() {
		t.Error("the failed version is in force")
	}
	if _, _, stale, err := a.Regulation.Compare(t.Context(), d.ID); err != nil || stale {
		t.Errorf("draft after the failure: stale %v, %v", stale, err)
	}
	a.Sound()
}

func TestOfferAndReturnToTheBuiltInCatalogue(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	by := a.Officer.Actor()
	if _, err := a.Regulation.Prepare(t.Context(), by, regulation.Upload{BuiltIn: true}); !problem.Is(err, problem.Invalid) {
		t.Errorf("preparing what is in force: %v", err)
	}
	d, err := a.Regulation.Prepare(t.Context(), by, regulation.Upload{Requirements: stricter(t)})
	testkit.Must(t, err)
	_, err = a.Regulation.Load(t.Context(), by, d.ID)
	testkit.Must(t, err)
	back, err := a.Regulation.Prepare(t.Context(), by, regulation.Upload{BuiltIn: true})
	testkit.Must(t, err)
	e, err := a.Regulation.Load(t.Context(), by, back.ID)
	testkit.Must(t, err)
	if e.Number != 3 || e.Source != regulation.BuiltIn || a.Regulation.Current(t.Context()).Version.Hash != regulation.Embedded().Version.Hash {
		t.Errorf("version %+v", e.Number)
	}
}

func TestRefusedUploads(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	bomb := "a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b]\n"
	for name, tt := range map[string]struct{ in, what string }{
		"garbage":    {"\x00\xff\x13 not yaml: [", ""},
		"empty":      {"", ""},
		"too large":  {strings.Repeat("# padding\n", 1<<20), "bytes"},
		"alias bomb": {bomb, "aliases"},
		"dangling":   {strings.Replace(string(stricter(t)), "clause: IM-1.1", "clause: IM-99.1", 1), "IM-99.1"},
	} {
		_, err := a.Regulation.Prepare(t.Context(), a.Officer.Actor(), regulation.Upload{Requirements: []byte(tt.in)})
		faults := regulation.Faults(err)
		if len(faults) == 0 || faults[0].File != regulation.RequirementsFile || !strings.Contains(faults[0].What, tt.what) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := a.Regulation.Prepare(t.Context(), a.Officer.Actor(), regulation.Upload{}); !problem.Is(err, problem.Invalid) {
		t.Errorf("nothing uploaded: %v", err)
	}
}

// Another node, or the same one after a restart, finds the newer version.
func TestOtherNodesNotice(t *testing.T) {
	t.Parallel()
	url := testkit.DatabaseURL(t)
	if strings.HasPrefix(url, "sqlite:") {
		a := testkit.OpenAt(t, url)
		load(t, a.App)
		testkit.Must(t, a.Close())
		b := testkit.OpenAt(t, url)
		if r, _ := b.Regulation.Current(t.Context()).Requirement("IM-01-01"); r.CadenceDays != 90 {
			t.Error("the restart forgot the version")
		}
		return
	}
	a, b := testkit.OpenAt(t, url), testkit.OpenAt(t, url)
	load(t, a.App)
	b.Clock.Advance(10 * time.Second)
	if r, _ := b.Regulation.Current(t.Context()).Requirement("IM-01-01"); r.CadenceDays != 90 {
		t.Error("the other node did not notice")
	}
}

func load(t *testing.T, a *app.App) {
	t.Helper()
	by := actor.System("test")
	d, err := a.Regulation.Prepare(t.Context(), by, regulation.Upload{Requirements: stricter(t)})
	testkit.Must(t, err)
	_, err = a.Regulation.Load(t.Context(), by, d.ID)
	testkit.Must(t, err)
}
