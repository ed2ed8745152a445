package regulation

import (
	"slices"
	"strings"
	"testing"
)

func TestSearch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, q   string
		first     string
		firstRank Rank
		has       string
	}{
		{"exact id", "IM-17-05", "IM-17-05", RankID, ""},
		{"id in lower case and full width", "ｉｍ-17-05", "IM-17-05", RankID, ""},
		{"part of an id", "08-0", "IM-08-01", RankIDish, ""},
		{"two Chinese characters in a title", "标注", "IM-8", RankTitle, "IM-08-01"},
		{"label of an article", "第八条", "IM-8", RankTitle, ""},
		{"English title", "ALGORITHM FILING", "IM-17", RankTitle, "IM-17-05"},
		{"words in any order", "filing algorithm", "IM-17", RankTitle, "IM-17-05"},
		{"text of the law", "包容审慎", "IM-3", RankText, ""},
		{"evidence example", "访问控制与注册规则截图", "IM-02-01", RankText, ""},
	}
	for _, tt := range tests {
		hits := Embedded().Search(tt.q)
		if len(hits) == 0 || hits[0].ID != tt.first || hits[0].Rank != tt.firstRank {
			t.Errorf("%s: first of %d hits = %+v, want %s rank %d", tt.name, len(hits), hits[:min(1, len(hits))], tt.first, tt.firstRank)
		}
		if tt.has != "" && !slices.ContainsFunc(hits, func(h Hit) bool { return h.ID == tt.has }) {
			t.Errorf("%s: no %s", tt.name, tt.has)
		}
		if !slices.IsSortedFunc(hits, func(a, b Hit) int { return int(a.Rank - b.Rank) }) {
			t.Errorf("%s: ranks out of order", tt.name)
		}
	}
}

func TestSearchFindsNothing(t *testing.T) {
	t.Parallel()
	for _, q := range []string{"", "  　", "量子引力", "标注 量子引力", strings.Repeat("标", 500), "\xff\xfe"} {
		if hits := Embedded().Search(q); len(hits) != 0 {
			t.Errorf("%.20q found %d", q, len(hits))
		}
	}
	if hits := Embedded().Search(strings.Repeat("备案 ", 500)); len(hits) == 0 {
		t.Error("a long query of known words found nothing")
	}
}

func TestFindByKind(t *testing.T) {
	t.Parallel()
	c := Embedded()
	for _, tt := range []struct {
		q    string
		kind HitKind
		want string
	}{
		{"algo:filing", HitFigure, "ALGO:filing_working_days"},
		{"网络日志留存", HitFigure, "CSL:log_retention_months"},
		{"算法推荐规定", HitInstrument, "ALGO"},
		{"第八条", HitArticle, "IM-8"},
	} {
		hits := c.Find(tt.q, tt.kind)
		if len(hits) == 0 || hits[0].ID != tt.want || hits[0].Kind != tt.kind {
			t.Errorf("%q: %+v, want %s", tt.q, hits, tt.want)
		}
	}
	if hits := c.Find("算法", HitInstrument); len(hits) == 0 {
		t.Error("nothing found")
	}
	for _, h := range c.Search("算法") {
		if h.Kind != HitArticle && h.Kind != HitRequirement {
			t.Errorf("Search gave %+v", h)
		}
	}
}
