package labelling_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hegui/internal/actor"
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

// replayed runs the printed lines with sh beside the exported list and gives
// what they print: the frame hash, then the ids.
func replayed(t testing.TB, a *testkit.App, l labelling.Lot, p labelling.Plan, d labelling.Draw) []string {
	t.Helper()
	ctx := t.Context()
	parts, err := a.Labelling.SeedParts(ctx, a.Supervisor.Actor(), l.ID)
	testkit.Must(t, err)
	r, err := a.Labelling.Replay(p, d, parts)
	testkit.Must(t, err)
	var list strings.Builder
	write := func(line string) error { _, err := list.WriteString(line + "\n"); return err }
	if r.File == "ids.txt" {
		err = a.Labelling.EachID(ctx, l.ID, write)
	} else {
		err = a.Labelling.EachStratumLine(ctx, p, write)
	}
	testkit.Must(t, err)
	dir := t.TempDir()
	testkit.Must(t, os.WriteFile(filepath.Join(dir, r.File), []byte(list.String()), 0o600))
	cmd := exec.CommandContext(ctx, "sh", "-c", r.Lines)
	cmd.Dir = dir
	out, err := cmd.Output()
	testkit.Must(t, err)
	if r.Seed != "" {
		seed, err := exec.CommandContext(ctx, "sh", "-c", r.Seed).Output()
		testkit.Must(t, err)
		if got := strings.Fields(string(seed)); len(got) != 3 || got[2] != d.Seed {
			t.Errorf("the lines of the seed print %q, want %s last", got, d.Seed)
		}
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

// replays holds a draw against what its printed lines print.
func replays(t testing.TB, a *testkit.App, l labelling.Lot, p labelling.Plan, d labelling.Draw) []string {
	t.Helper()
	got := replayed(t, a, l, p, d)
	var want []string
	testkit.Must(t, a.Labelling.EachDrawn(t.Context(), d, func(id string) error { want = append(want, id); return nil }))
	if got[0] != l.FrameHash || !slices.Equal(got[1:], want) || int64(len(want)) != d.N {
		t.Errorf("sh prints %q; frame %s, draw of %d %q", got, l.FrameHash, d.N, want)
	}
	return want
}

func TestDrawReplaysInAShell(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	l := frozen(t, a, 150)
	p, d := drawn(t, a, l, iso())
	replays(t, a, l, p, d)
}

func TestStratifiedDrawReplaysInAShell(t *testing.T) {
	t.Parallel()
	for _, by := range []labelling.Stratify{
		{By: labelling.AxisAnnotator, How: labelling.Proportional},
		{By: labelling.AxisLabel, How: labelling.Floor, Floor: 9},
		{By: labelling.AxisColumn, Column: "source", How: labelling.Neyman},
	} {
		t.Run(string(by.By), func(t *testing.T) {
			t.Parallel()
			a := testkit.New(t)
			ctx, sue := t.Context(), a.Supervisor.Actor()
			l := frozen(t, a, 151)
			in := iso()
			in.Params.Stratify = by
			p, d := drawn(t, a, l, in)
			replays(t, a, l, p, d)
			counts, names := map[string]int64{}, map[string]bool{}
			list, err := a.Labelling.SampledOf(ctx, d.ID, 0, 100)
			testkit.Must(t, err)
			for _, one := range list {
				counts[one.Stratum]++
			}
			var size int64
			for _, one := range p.Strata {
				if counts[one.Name] != one.N || one.N < 2 || names[one.Name] || strings.HasPrefix(one.Name, "p") {
					t.Errorf("stratum %+v: %d drawn", one, counts[one.Name])
				}
				names[one.Name], size = true, size+one.Size
			}
			axes, err := a.Labelling.Axes(ctx, sue, l.ID)
			if err != nil || len(axes) != 3 || size != l.Size {
				t.Errorf("axes %+v (%v), strata hold %d", axes, err, size)
			}
			a.Sound()
		})
	}
}

func TestTwoPeopleGiveTheSeed(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue, olivia := t.Context(), a.Supervisor.Actor(), a.Officer.Actor()
	l := frozen(t, a, 150)
	const one, two = "11111 22222 33333 44444", "65432 16543 21654 32165"
	_, err := a.Labelling.CommitPart(ctx, sue, l.ID, one)
	wants(t, err, problem.Conflict, "not_drawable")
	p, err := a.Labelling.ChoosePlan(ctx, sue, l.ID, l.Version, iso())
	testkit.Must(t, err)
	_, err = a.Labelling.CommitPart(ctx, sue, l.ID, "too short")
	wants(t, err, problem.Invalid, "part: label_plan.part_short")
	_, err = a.Labelling.CommitPart(ctx, sue, l.ID, one)
	testkit.Must(t, err)
	_, err = a.Labelling.CommitPart(ctx, sue, l.ID, two)
	wants(t, err, problem.Conflict, "committed_already")
	_, err = a.Labelling.CommitPart(ctx, olivia, l.ID, one)
	wants(t, err, problem.Invalid, "part: label_plan.seed.same")
	_, err = a.Labelling.RevealPart(ctx, sue, l.ID, l.Version+1, one, "")
	wants(t, err, problem.Conflict, "seed.not_yet")
	if dump := everything(t, a); strings.Contains(dump, one) {
		t.Error("a part is stored before both have committed")
	}
	_, err = a.Labelling.DrawOnePerson(ctx, sue, l.ID, l.Version+1, dice, "")
	wants(t, err, problem.Conflict, "under_way")
	_, err = a.Labelling.CommitPart(ctx, olivia, l.ID, two)
	testkit.Must(t, err)
	_, err = a.Labelling.RevealPart(ctx, sue, l.ID, l.Version+1, two, "")
	wants(t, err, problem.Invalid, "part: label_plan.seed.differs")
	d, err := a.Labelling.RevealPart(ctx, sue, l.ID, l.Version+1, one, "")
	testkit.Must(t, err)
	parts, err := a.Labelling.SeedParts(ctx, olivia, l.ID)
	testkit.Must(t, err)
	if own := slices.IndexFunc(parts, func(p labelling.SeedPart) bool { return p.AccountID == sue.ID }); d != nil || len(parts) != 2 || parts[own].Reveal != "" || parts[own].RevealedAt == nil {
		t.Errorf("after one has revealed: %+v, %+v", d, parts)
	}
	_, err = a.Labelling.RevealPart(ctx, sue, l.ID, l.Version+1, one, "")
	wants(t, err, problem.Conflict, "revealed_already")
	d, err = a.Labelling.RevealPart(ctx, olivia, l.ID, l.Version+1, two, "")
	testkit.Must(t, err)
	if d == nil || d.OnePerson || d.Number != 1 {
		t.Fatalf("drawn: %+v", d)
	}
	replays(t, a, l, p, *d)

	// The next seed is given up; its number is spent.
	_, err = a.Labelling.CommitPart(ctx, sue, l.ID, dice)
	testkit.Must(t, err)
	wants(t, a.Labelling.AbandonSeed(ctx, sue, l.ID, " "), problem.Invalid, "reason: labelling.required")
	testkit.Must(t, a.Labelling.AbandonSeed(ctx, sue, l.ID, "Olivia is away"))
	wants(t, a.Labelling.AbandonSeed(ctx, sue, l.ID, "Again"), problem.Conflict, "seed.none")
	again, err := a.Labelling.DrawOnePerson(ctx, sue, l.ID, l.Version+2, dice, "The list was lost")
	testkit.Must(t, err)
	if again.Number != 3 {
		t.Errorf("the draw after a given-up seed has number %d", again.Number)
	}
	other := a.PersonIn("Stranger Supervisor", []string{"another"}, actor.Supervisor)
	_, err = a.Labelling.CommitPart(ctx, other.Actor(), l.ID, dice)
	wants(t, err, problem.NotFound, "")
	a.Sound()
}

// everything is what the tables of labelling and the ledger hold, as text.
func everything(t testing.TB, a *testkit.App) string {
	t.Helper()
	var b strings.Builder
	for _, table := range []string{"label_seed_part", "ledger_part", "ledger_leaf", "ledger_event"} {
		var rows []map[string]any
		testkit.Must(t, a.Ledger.Read(t.Context()).Table(table).Find(&rows).Error)
		for _, row := range rows {
			for _, v := range row {
				if text, ok := v.([]byte); ok {
					b.Write(text)
				} else if text, ok := v.(string); ok {
					b.WriteString(text)
				}
			}
		}
	}
	return b.String()
}

func TestSequentialDrawGoesOn(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue := t.Context(), a.Supervisor.Actor()
	l := frozen(t, a, 600)
	in := labelling.PlanInput{Method: labelling.Sequential, Params: labelling.Params{P1: 10_000, Alpha: 50_000, P2: 60_000, Beta: 100_000}}
	p, d := drawn(t, a, l, in)
	first := replays(t, a, l, p, d)
	if d.N >= p.N || d.N != p.FirstStage() {
		t.Errorf("%d of %d drawn at first", d.N, p.N)
	}
	version := l.Version + 2
	for d.N < p.N {
		var err error
		d, err = a.Labelling.Continue(ctx, sue, l.ID, version)
		testkit.Must(t, err)
		version++
	}
	all := replays(t, a, l, p, d)
	if !slices.Equal(all[:len(first)], first) {
		t.Error("going on reordered the list")
	}
	_, err := a.Labelling.Continue(ctx, sue, l.ID, version)
	wants(t, err, problem.Conflict, "no_more")
	a.Sound()
}

func TestTargetedChecks(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	ctx, sue := t.Context(), a.Supervisor.Actor()
	l := frozen(t, a, 150)
	p, d := drawn(t, a, l, iso())
	before := replays(t, a, l, p, d)
	add := func(in labelling.TargetedInput) (int, error) {
		now, err := a.Labelling.Lot(ctx, sue, l.ID)
		testkit.Must(t, err)
		return a.Labelling.AddTargeted(ctx, sue, l.ID, now.Version, in)
	}
	_, err := add(labelling.TargetedInput{IDs: []string{"1"}})
	wants(t, err, problem.Invalid, "note: labelling.required")
	_, err = add(labelling.TargetedInput{Note: "x"})
	wants(t, err, problem.Invalid, "ids: label_plan.targeted.none")
	_, err = add(labelling.TargetedInput{Note: "x", IDs: []string{"1", "nowhere"}})
	wants(t, err, problem.Invalid, "ids: label_plan.targeted.unknown")
	_, err = add(labelling.TargetedInput{Note: "x", IDs: before})
	wants(t, err, problem.Invalid, "ids: label_plan.targeted.nothing")
	n, err := add(labelling.TargetedInput{Note: "New annotator", Filter: labelling.ItemFilter{Annotator: "p1", Label: "GOOD"}, Count: 5})
	if err != nil || n != 5 {
		t.Errorf("%d added, %v", n, err)
	}
	_, err = add(labelling.TargetedInput{Note: "One more", IDs: []string{"149", "150", "148"}})
	testkit.Must(t, err)
	list, err := a.Labelling.SampledOf(ctx, d.ID, labelling.FirstTargeted, 100)
	testkit.Must(t, err)
	d, err = a.Labelling.CurrentDraw(ctx, sue, l.ID)
	testkit.Must(t, err)
	now, err := a.Labelling.Lot(ctx, sue, l.ID)
	testkit.Must(t, err)
	if d.Targeted != int64(len(list)) || len(d.TargetedNotes) != 2 || now.ToCheck != d.N+d.Targeted || list[0].Purpose != labelling.PurposeTargeted {
		t.Errorf("draw %+v, lot to check %d, %d targeted", d, now.ToCheck, len(list))
	}
	replays(t, a, l, p, d)
	a.Sound()
}
