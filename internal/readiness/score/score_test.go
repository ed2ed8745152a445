package score_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hegui/internal/readiness/score"
)

// rounds is how many random services each property is tried on.
const rounds = 3000

// some makes a service of a few requirements in a few articles, article 8 and
// 11 among them, so that caps and live figures are met often.
func some(r *rand.Rand) ([]score.Item, []score.Live) {
	items := make([]score.Item, r.IntN(14))
	for n := range items {
		items[n] = item(r, n)
	}
	var live []score.Live
	for _, k := range []score.LiveKind{score.Labelling, score.Requests} {
		if r.IntN(2) == 0 {
			of := r.Int64N(50)
			live = append(live, score.Live{Kind: k, Good: r.Int64N(of + 1), Of: of})
		}
	}
	return items, live
}

func item(r *rand.Rand, n int) score.Item {
	return score.Item{ID: fmt.Sprintf("IM-%02d", n), Article: []int{8, 11, 14}[r.IntN(3)], Severity: score.Severity(r.IntN(4)),
		Status: score.Status(r.IntN(7)), Evidence: score.Evidence(r.IntN(4)), Review: score.Review(r.IntN(3))}
}

// each tries a property on random services.
func each(t *testing.T, try func(r *rand.Rand, items []score.Item, live []score.Live) string) {
	t.Helper()
	for seed := range uint64(rounds) {
		r := rand.New(rand.NewPCG(seed, 8))
		items, live := some(r)
		if wrong := try(r, items, live); wrong != "" {
			t.Fatalf("service %d: %s\n%+v\n%+v", seed, wrong, items, live)
		}
	}
}

func TestBounds(t *testing.T) {
	t.Parallel()
	each(t, func(_ *rand.Rand, items []score.Item, live []score.Live) string {
		got := score.Compute(items, live)
		sums := []score.Sum{got.Sum}
		for _, a := range got.Articles {
			sums = append(sums, a.Sum)
			if len(a.CapBy) > 0 && a.Sum.Value() > score.CappedAt {
				return fmt.Sprintf("article %d is capped and has %d", a.Number, a.Sum.Value())
			}
		}
		for _, s := range sums {
			v := s.Value()
			if v == score.NoValue && s.Items == 0 && s.Word() == score.NoWord {
				continue
			}
			if v < 0 || v > 1000 || s.Items == 0 || s.Word() == score.Ready && (v < score.ReadyFrom || s.OpenCritical > 0) {
				return fmt.Sprintf("value %d, word %q of %+v", v, s.Word(), s)
			}
		}
		return ""
	})
}

// worse makes one thing worse: a status, a proof, a review, or a live figure.
func worse(r *rand.Rand, items []score.Item, live []score.Live) ([]score.Item, []score.Live) {
	items, live = append([]score.Item(nil), items...), append([]score.Live(nil), live...)
	if len(live) > 0 && r.IntN(4) == 0 {
		l := &live[r.IntN(len(live))]
		l.Good = max(0, l.Good-1)
		return items, live
	}
	if len(items) == 0 {
		return items, live
	}
	i := &items[r.IntN(len(items))]
	switch r.IntN(3) {
	case 0:
		if i.Status < score.NonCompliant {
			i.Status++
		}
	case 1:
		if i.Evidence < score.NoEvidence {
			i.Evidence++
		}
	case 2:
		if i.Review < score.LongOverdue {
			i.Review++
		}
	}
	return items, live
}

func TestNeverRisesWhenSomethingGetsWorse(t *testing.T) {
	t.Parallel()
	rank := map[score.Word]int{score.NotReady: 1, score.AtRisk: 2, score.Ready: 3}
	each(t, func(r *rand.Rand, items []score.Item, live []score.Live) string {
		before := score.Compute(items, live)
		for range 6 {
			items, live = worse(r, items, live)
			after := score.Compute(items, live)
			if after.Sum.Points > before.Sum.Points || after.Sum.Value() > before.Sum.Value() || rank[after.Sum.Word()] > rank[before.Sum.Word()] {
				return fmt.Sprintf("from %+v to %+v", before.Sum, after.Sum)
			}
			for n, a := range after.Articles {
				if a.Sum.Points > before.Articles[n].Sum.Points {
					return fmt.Sprintf("article %d rose", a.Number)
				}
			}
			before = after
		}
		return ""
	})
}

func TestSolvingNeverLowers(t *testing.T) {
	t.Parallel()
	each(t, func(r *rand.Rand, items []score.Item, live []score.Live) string {
		before := score.Compute(items, live)
		pick := map[string]bool{}
		for _, i := range items {
			pick[i.ID] = r.IntN(3) == 0
		}
		after := before.Solve(pick)
		if after.Sum.Points < before.Sum.Points || after.Sum.Weight != before.Sum.Weight || after.Sum.Open > before.Sum.Open {
			return fmt.Sprintf("from %+v to %+v", before.Sum, after.Sum)
		}
		for _, a := range before.Articles {
			for _, i := range a.Items {
				alone := before.Solve(map[string]bool{i.ID: true})
				if gain := alone.Sum.Points - before.Sum.Points; gain != a.Gain(i) {
					return fmt.Sprintf("%s would gain %d, is said to gain %d", i.ID, gain, a.Gain(i))
				}
			}
		}
		return ""
	})
}

func TestOrderIsIrrelevant(t *testing.T) {
	t.Parallel()
	each(t, func(r *rand.Rand, items []score.Item, live []score.Live) string {
		before := score.Compute(items, live)
		r.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
		r.Shuffle(len(live), func(i, j int) { live[i], live[j] = live[j], live[i] })
		after := score.Compute(items, live)
		if after.Sum != before.Sum {
			return cmp.Diff(before.Sum, after.Sum)
		}
		for n := range after.Articles {
			if after.Articles[n].Sum != before.Articles[n].Sum {
				return cmp.Diff(before.Articles[n].Sum, after.Articles[n].Sum)
			}
		}
		return ""
	})
}

func TestNotApplicableNeverCounts(t *testing.T) {
	t.Parallel()
	each(t, func(r *rand.Rand, items []score.Item, live []score.Live) string {
		var counted []score.Item
		for _, i := range items {
			if i.Counts() {
				counted = append(counted, i)
			}
		}
		more := append([]score.Item(nil), items...)
		for range r.IntN(4) {
			i := item(r, 90+len(more))
			i.Status = []score.Status{score.NotApplicable, score.OutOfScope}[r.IntN(2)]
			more = append(more, i)
		}
		few, many := score.Compute(counted, live), score.Compute(more, live)
		if few.Sum != many.Sum {
			return cmp.Diff(few.Sum, many.Sum)
		}
		return ""
	})
}

func TestSumsOfPartsAgree(t *testing.T) {
	t.Parallel()
	each(t, func(_ *rand.Rand, items []score.Item, live []score.Live) string {
		s := score.Compute(items, live)
		var chapters score.Sum
		for _, sum := range s.Grouped(func(article int) int { return article / 10 }) {
			chapters = chapters.Plus(sum)
		}
		if chapters != s.Sum {
			return cmp.Diff(s.Sum, chapters)
		}
		return ""
	})
}

func TestEncode(t *testing.T) {
	t.Parallel()
	each(t, func(_ *rand.Rand, items []score.Item, _ []score.Live) string {
		var ids []string
		articles := map[string]int{}
		for _, i := range items {
			ids, articles[i.ID] = append(ids, i.ID), i.Article
		}
		code := score.Encode(items)
		got, err := score.Decode(code, ids, func(id string) int { return articles[id] })
		if err != nil {
			return err.Error()
		}
		if len(items) > 0 && !cmp.Equal(got, items) {
			return cmp.Diff(items, got)
		}
		return ""
	})
	for _, bad := range []string{"0", "000", "é", "zz", "0C"} {
		if _, err := score.Decode(bad, []string{"x"}, func(string) int { return 1 }); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

// TestFormula is the documented formula on figures worked out by hand.
func TestFormula(t *testing.T) {
	t.Parallel()
	met := score.Item{Article: 4, Severity: score.Critical}
	with := func(change func(*score.Item)) score.Item {
		i := met
		change(&i)
		return i
	}
	tests := []struct {
		name  string
		items []score.Item
		live  []score.Live
		value int
		word  score.Word
	}{
		{"nothing", nil, nil, score.NoValue, score.NoWord},
		{"all met", []score.Item{met, met}, nil, 1000, score.Ready},
		{"only what does not count", []score.Item{with(func(i *score.Item) { i.Status = score.NotApplicable })},
			[]score.Live{{Kind: score.Labelling, Good: 1, Of: 1}}, score.NoValue, score.NoWord},
		{"no evidence", []score.Item{with(func(i *score.Item) { i.Evidence = score.NoEvidence })}, nil, 500, score.NotReady},
		{"awaits review", []score.Item{with(func(i *score.Item) { i.Evidence = score.Unreviewed })}, nil, 750, score.AtRisk},
		{"expired", []score.Item{with(func(i *score.Item) { i.Evidence = score.Expired })}, nil, 600, score.NotReady},
		{"review late", []score.Item{with(func(i *score.Item) { i.Review = score.Overdue })}, nil, 900, score.Ready},
		{"review long late", []score.Item{with(func(i *score.Item) { i.Review = score.LongOverdue })}, nil, 750, score.AtRisk},
		{"partly, awaiting review, long late: 50 × 75 × 75",
			[]score.Item{{Severity: score.Low, Status: score.PartlyCompliant, Evidence: score.Unreviewed, Review: score.LongOverdue}}, nil, 281, score.NotReady},
		{"weights: 8 met, 1 not", []score.Item{met, {Article: 4, Severity: score.Low, Status: score.NotAssessed}}, nil, 888, score.AtRisk},
		{"a critical one open is not ready at 93 %", []score.Item{met, met, met, met, met, met, met,
			with(func(i *score.Item) { i.Status = score.PartlyCompliant })}, nil, 937, score.AtRisk},
		{"capped: 7 met, 1 failing", []score.Item{met, met, met, met, met, met, met,
			with(func(i *score.Item) { i.Status = score.NonCompliant })}, nil, 400, score.NotReady},
		{"a high one failing does not cap", []score.Item{met, met, met, {Article: 4, Severity: score.High, Status: score.NonCompliant}}, nil, 857, score.AtRisk},
		{"labelling: one met, nine lots of ten", []score.Item{{Article: 8, Severity: score.Critical}},
			[]score.Live{{Kind: score.Labelling, Good: 18, Of: 20}}, 950, score.Ready},
		{"a third is cut off", []score.Item{{Article: 11, Severity: score.Critical, Status: score.NotAssessed}},
			[]score.Live{{Kind: score.Requests, Good: 2, Of: 3}}, 333, score.NotReady},
		{"a live figure of another article", []score.Item{met}, []score.Live{{Kind: score.Requests, Good: 0, Of: 3}}, 1000, score.Ready},
	}
	for _, tt := range tests {
		got := score.Compute(tt.items, tt.live).Sum
		if got.Value() != tt.value || got.Word() != tt.word {
			t.Errorf("%s: got %d %q, want %d %q", tt.name, got.Value(), got.Word(), tt.value, tt.word)
		}
	}
}

// TestOverflow keeps sums of large organisations exact.
func TestOverflow(t *testing.T) {
	t.Parallel()
	one := score.Compute([]score.Item{{Severity: score.Critical}}, nil).Sum
	var all score.Sum
	for range 1_000_000 { // requirements: 5,000 services and more
		all = all.Plus(one)
	}
	if all.Value() != 1000 || all.Word() != score.Ready {
		t.Errorf("got %d %q", all.Value(), all.Word())
	}
}
