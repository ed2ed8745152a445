package draw

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hegui/internal/labelling/stats"
)

func items(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("task-%07d", i)
	}
	return ids
}

func seeded(t testing.TB) string {
	t.Helper()
	hash, err := SeedHash("LOT-2026-0007", "3 1 6 2 5 4 4 1 2 6")
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

func drawIDs(t *testing.T, ids []string, n int) []string {
	t.Helper()
	drawn, err := First(seeded(t), ids, n)
	if err != nil {
		t.Fatal(err)
	}
	return IDs(drawn)
}

// bash runs the printed lines beside an exported id list.
func bash(t *testing.T, script string, ids []string) []string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "ids.txt"), []byte(strings.Join(ids, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "bash", "-c", script)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, script)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

func TestShellLinesRepeatTheDraw(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("needs bash")
	}
	awkward := []string{"甲", "乙 丙", `back\slash`, "it's", "$HOME", " leading", "trailing ", "-n", "*", `"q"`, "a\tb", "%s", "é", "e\u0301"}
	tests := []struct {
		name, lot, seed string
		ids             []string
		n               int
	}{
		{"plain ids", "LOT-2026-0007", "20 dice: 3 1 6 2", items(60), 12},
		{"ids that a careless shell would change", "批次-A", "it's a $seed `x` \\", awkward, len(awkward)},
		{"nothing drawn but one", "L1", "0", items(3), 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			script, err := Shell(tt.lot, tt.seed, tt.n)
			if err != nil {
				t.Fatal(err)
			}
			seedHash, _ := SeedHash(tt.lot, tt.seed)
			drawn, err1 := First(seedHash, tt.ids, tt.n)
			frame, err2 := FrameHash(tt.ids)
			if err := errors.Join(err1, err2); err != nil {
				t.Fatal(err)
			}
			got, want := bash(t, script, tt.ids), append([]string{frame}, IDs(drawn)...)
			if !slices.Equal(got, want) {
				t.Errorf("shell prints\n%q\nwant\n%q\nfrom\n%s", got, want, script)
			}
		})
	}
}

func TestShellSeedRepeatsTheSeed(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("needs bash")
	}
	a, b := "31625441263511624352", "it's 20 dice, 6 6 1 2 $x"
	script, err := ShellSeed(a, b)
	if err != nil {
		t.Fatal(err)
	}
	ca, _ := Commit(a)
	cb, _ := Commit(b)
	seed, _ := Seed(a, b)
	if got, want := bash(t, script, nil), []string{ca, cb, seed}; !slices.Equal(got, want) {
		t.Errorf("shell prints %q, want %q", got, want)
	}
	if !Reveals(ca, a) || Reveals(ca, b) || Reveals("", a) {
		t.Error("a commitment is revealed by its own part and no other")
	}
	other, _ := Seed(b, a)
	if other == seed {
		t.Error("the order of the parts matters")
	}
}

func TestDrawContinuesTheSameList(t *testing.T) {
	t.Parallel()
	ids := items(25_000) // enough for several workers
	all := drawIDs(t, ids, len(ids))
	for _, n := range []int{0, 1, 99, 5000, 24_999} {
		if got := drawIDs(t, ids, n); !slices.Equal(got, all[:n]) {
			t.Errorf("a draw of %d is not the start of the whole order", n)
		}
	}
	shuffled := slices.Clone(ids)
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(ids), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	if got := drawIDs(t, shuffled, 800); !slices.Equal(got, all[:800]) {
		t.Error("the order of the frame changes the draw")
	}
	without := slices.DeleteFunc(slices.Clone(all), func(id string) bool { return id == all[3] })
	less := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == all[3] })
	if got := drawIDs(t, less, 800); !slices.Equal(got, without[:800]) {
		t.Error("leaving an item out reorders the rest")
	}
	if sorted := slices.Sorted(slices.Values(all)); !slices.Equal(sorted, ids) {
		t.Error("the whole order is not a permutation of the frame")
	}
}

func TestTicketsOrderTheDraw(t *testing.T) {
	t.Parallel()
	drawn, err := First(seeded(t), items(50), 50)
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range drawn {
		if d.Ticket != TicketFor(seeded(t), d.ID) {
			t.Errorf("%s has ticket %s", d.ID, d.Ticket)
		}
		if i > 0 && drawn[i-1].Ticket.String() >= d.Ticket.String() {
			t.Errorf("%s comes after a higher ticket", d.ID)
		}
	}
}

func TestStratifiedDrawsInsideEachStratum(t *testing.T) {
	t.Parallel()
	ids := items(300)
	got, err := Stratified(seeded(t), []Stratum{{"a", ids[:100], 5}, {"b", ids[100:], 0}, {"c", ids[100:], 7}})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 || len(got[1]) != 0 || !slices.Equal(IDs(got[0]), drawIDs(t, ids[:100], 5)) || !slices.Equal(IDs(got[2]), drawIDs(t, ids[100:], 7)) {
		t.Errorf("drawn %v", got)
	}
	if _, err := Stratified(seeded(t), []Stratum{{"a", ids[:3], 4}}); err == nil {
		t.Error("four items from three")
	}
}

func TestFrameHash(t *testing.T) {
	t.Parallel()
	sorted, err1 := FrameHash([]string{"a", "b", "乙", "甲"})
	mixed := []string{"甲", "b", "乙", "a"}
	any, err2 := FrameHash(mixed)
	if err := errors.Join(err1, err2); err != nil || sorted != any || mixed[0] != "甲" {
		t.Errorf("%s and %s, %v", sorted, any, err)
	}
	frame := NewFrame()
	for _, id := range []string{"a", "b", "乙", "甲"} {
		if err := frame.Add(id); err != nil {
			t.Fatal(err)
		}
	}
	if frame.Hash() != sorted || frame.Count() != 4 {
		t.Errorf("as a stream %s of %d", frame.Hash(), frame.Count())
	}
	if err := frame.Add("b"); err == nil {
		t.Error("out of order")
	}
}

func TestBadInputIsRefused(t *testing.T) {
	t.Parallel()
	hash := seeded(t)
	fails := func(_ any, err error) error { return err }
	for name, err := range map[string]error{
		"empty frame":          fails(FrameHash(nil)),
		"duplicate in frame":   fails(FrameHash([]string{"a", "b", "a"})),
		"line feed in id":      fails(FrameHash([]string{"a\nb"})),
		"NUL in id":            fails(First(hash, []string{"a\x00"}, 1)),
		"empty id":             fails(First(hash, []string{""}, 1)),
		"duplicate in draw":    fails(First(hash, []string{"a", "a"}, 2)),
		"more than there are":  fails(First(hash, []string{"a"}, 2)),
		"negative":             fails(First(hash, []string{"a"}, -1)),
		"seed hash not a hash": fails(First("seed", []string{"a"}, 1)),
		"upper case":           fails(First(strings.ToUpper(hash), []string{"a"}, 1)),
		"empty seed":           fails(SeedHash("lot", "")),
		"two-line lot":         fails(SeedHash("lot\n", "seed")),
		"short part":           fails(Commit("1234567890")),
		"short second part":    fails(Seed(strings.Repeat("1", 20), "2")),
		"shell of a bad seed":  fails(Shell("lot", "a\nb", 3)),
		"consistent sampler":   fails(ConsistentSampler("s", []string{"a"}, 2)),
	} {
		var p *stats.ParameterError
		if !errors.As(err, &p) || p.Range == "" {
			t.Errorf("%s: %v, want a ParameterError", name, err)
		}
	}
}

func FuzzDrawIsTheStartOfTheOrder(f *testing.F) {
	f.Add("a,b,c,d", uint8(2))
	f.Add("甲,乙,丙", uint8(3))
	f.Fuzz(func(t *testing.T, list string, n uint8) {
		ids := strings.Split(list, ",")
		hash := seeded(t)
		whole, err := First(hash, ids, len(ids))
		if err != nil {
			return
		}
		some, err := First(hash, ids, min(int(n), len(ids)))
		if err != nil || !slices.Equal(some, whole[:len(some)]) {
			t.Errorf("%v, %v is not the start of %v", some, err, whole)
		}
	})
}

// BenchmarkFreezeAndDraw freezes 1,000,000 items, given in no order, and draws 4,000.
func BenchmarkFreezeAndDraw(b *testing.B) {
	ids := items(1_000_000)
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	hash := seeded(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := FrameHash(ids); err != nil {
			b.Fatal(err)
		}
		if _, err := First(hash, ids, 4000); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDraw draws 4,000 of 1,000,000 items.
func BenchmarkDraw(b *testing.B) {
	ids := items(1_000_000)
	hash := seeded(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := First(hash, ids, 4000); err != nil {
			b.Fatal(err)
		}
	}
}
