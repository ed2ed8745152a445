package labelling

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func claims(barred ...string) (out []claim) {
	for _, b := range barred {
		c := claim{}
		for _, r := range b {
			c.barred = append(c.barred, r == 'x')
		}
		out = append(out, c)
	}
	return out
}

func TestAllot(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		claims []claim
		room   []int
		want   string
	}{
		{"equal shares in turn", claims("..", "..", "..", ".."), []int{noLimit, noLimit}, "[0 1 0 1]"},
		{"never to whom it is barred", claims("x.", "x.", "x.", "..", "..", ".."), []int{noLimit, noLimit}, "[1 1 1 0 0 0]"},
		{"quotas in proportion", claims("..", "..", "..", ".."), []int{1, 3}, "[0 1 1 1]"},
		{"nobody may", claims("xx", ".."), []int{noLimit, noLimit}, "[-1 0]"},
		{"quotas too small", claims("..", "..", ".."), []int{1, 1}, "[0 1 -1]"},
		{"somebody full passes one on", claims("..x", ".x.", ".x."), []int{1, 1, 1}, "[1 2 0]"},
	} {
		if got := fmt.Sprint(allot(c.claims, c.room)); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// most is the largest number of claims that can find an owner, by augmenting
// paths over single places.
func most(list []claim, room []int) int {
	var places []int // of which person
	for p, n := range room {
		for range n {
			places = append(places, p)
		}
	}
	taken := make([]int, len(places))
	for i := range taken {
		taken[i] = nobody
	}
	var find func(i int, seen []bool) bool
	find = func(i int, seen []bool) bool {
		for k, p := range places {
			if list[i].barred[p] || seen[k] {
				continue
			}
			seen[k] = true
			if taken[k] == nobody || find(taken[k], seen) {
				taken[k] = i
				return true
			}
		}
		return false
	}
	n := 0
	for i := range list {
		if find(i, make([]bool, len(places))) {
			n++
		}
	}
	return n
}

// TestAllotGivesAllItCan compares with the largest possible matching.
func TestAllotGivesAllItCan(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		room := make([]int, 1+r.IntN(4))
		for p := range room {
			room[p] = r.IntN(5)
		}
		list := make([]claim, r.IntN(12))
		for i := range list {
			for range room {
				list[i].barred = append(list[i].barred, r.IntN(3) == 0)
			}
		}
		owner, got, held := allot(list, room), 0, make([]int, len(room))
		for i, p := range owner {
			if p == nobody {
				continue
			}
			got++
			if held[p]++; list[i].barred[p] {
				t.Fatalf("%v went to %d", list[i], p)
			}
		}
		for p := range room {
			if held[p] > room[p] {
				t.Fatalf("%d holds %d of %d", p, held[p], room[p])
			}
		}
		if want := most(list, room); got != want {
			t.Fatalf("%v with room %v: gave %d, want %d", list, room, got, want)
		}
		if !slices.Equal(owner, allot(list, room)) {
			t.Fatal("another time another way")
		}
	}
}

func TestSettle(t *testing.T) {
	t.Parallel()
	check := func(round int64, v Verdict, sev Severity, defects ...string) Check {
		return Check{Round: round, Verdict: v, Severity: sev, Defects: defects}
	}
	for _, c := range []struct {
		name   string
		rounds []Check
		double bool
		want   string
	}{
		{"nothing yet", nil, false, " [] false false"},
		{"checked once", []Check{check(1, VerdictRight, "")}, false, "right [] false false"},
		{"begun, not answered", []Check{check(1, NoVerdict, "")}, false, " [] false false"},
		{"the second is missing", []Check{check(1, VerdictRight, "")}, true, " [] false false"},
		{"unsure, the second is missing", []Check{check(1, VerdictUnsure, "")}, true, " [] false false"},
		{"both right", []Check{check(1, VerdictRight, ""), check(2, VerdictRight, "")}, true, "right [] false false"},
		{"both wrong", []Check{check(1, VerdictWrong, Minor, "C1"), check(2, VerdictWrong, Major, "B1", "C1")}, true, "wrong [C1 B1]major false false"},
		{"they disagree", []Check{check(1, VerdictRight, ""), check(2, VerdictWrong, Major, "B1")}, true, " [] false true"},
		{"unsure", []Check{check(1, VerdictUnsure, "")}, false, " [] false true"},
		{"both unsure", []Check{check(1, VerdictUnsure, ""), check(2, VerdictUnsure, "")}, true, " [] false true"},
		{"the arbiter's counts", []Check{check(1, VerdictRight, ""), check(2, VerdictWrong, Major, "B1"), check(3, VerdictWrong, Critical, "A1")}, true, "wrong [A1]critical true true"},
	} {
		s := settle(c.rounds, c.double)
		if got := fmt.Sprint(s.Verdict, " ", s.Defects, s.Severity, " ", s.Arbitrated, " ", s.Disputed); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
