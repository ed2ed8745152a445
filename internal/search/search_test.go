package search_test

import (
	"fmt"
	"slices"
	"testing"

	"gorm.io/gorm"

	"hegui/internal/search"
	"hegui/internal/testkit"
)

func index(t *testing.T, a *testkit.App, texts map[string]string) {
	t.Helper()
	testkit.Must(t, a.Ledger.Unaudited(t.Context(), "test", func(tx *gorm.DB) error {
		for id, words := range texts {
			if err := search.Index(tx, "thing", id, words, "second text"); err != nil {
				return err
			}
		}
		return search.Index(tx, "other", "x", "标识 secret")
	}))
}

func found(t *testing.T, a *testkit.App, q string) []string {
	t.Helper()
	things := a.Ledger.Read(t.Context()).Table("search_text AS things").Where("kind = 'thing'")
	narrowed, err := search.Narrow(a.Ledger.Read(t.Context()), things, "thing", "things.object_id", q)
	testkit.Must(t, err)
	var got []string
	testkit.Must(t, narrowed.Order("things.object_id").Pluck("things.object_id", &got).Error)
	return got
}

func TestFinding(t *testing.T) {
	t.Parallel()
	a := testkit.Open(t)
	index(t, a, map[string]string{
		"1": "生成合成内容标识办法 2025",
		"2": "Training data audit, ＱＡ report 100%",
		"3": "标注人员培训记录 training",
		"4": "a_b abc xbcb",
	})
	for _, c := range []struct {
		name, q string
		want    []string
	}{
		{"two Chinese characters", "标识", []string{"1"}},
		{"one Chinese character", "标", []string{"1", "3"}},
		{"part of a Latin word", "rain", []string{"2", "3"}},
		{"another case", "TRAINING", []string{"2", "3"}},
		{"full width", "ｑａ", []string{"2"}},
		{"several words", "training 标注", []string{"3"}},
		{"second text", "second", []string{"1", "2", "3", "4"}},
		{"runs present, word not", "abcb", nil},
		{"one letter", "u", []string{"2"}},
		{"two letters at the end of a word", "bc", []string{"4"}},
		{"letters beside Chinese", "g 标注", []string{"3"}},
		{"wildcards are plain", "100%", []string{"2"}},
		{"underscore is plain", "a_b", []string{"4"}},
		{"absent", "不存在", nil},
		{"other kinds", "secret", nil},
		{"nothing typed", "  ", []string{"1", "2", "3", "4"}},
	} {
		if got := found(t, a, c.q); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q finds %v, want %v", c.name, c.q, got, c.want)
		}
	}
	index(t, a, map[string]string{"1": "new words"})
	if got := found(t, a, "标识"); len(got) != 0 {
		t.Errorf("old words still find %v", got)
	}
	testkit.Must(t, a.Ledger.Unaudited(t.Context(), "test", func(tx *gorm.DB) error { return search.Remove(tx, "thing", "1") }))
	if got := found(t, a, "new"); len(got) != 0 {
		t.Errorf("removed, but found %v", got)
	}
}

func TestCommonWordsAreFoundToo(t *testing.T) {
	t.Parallel()
	a := testkit.Open(t)
	texts := map[string]string{}
	for n := range 4100 {
		texts[fmt.Sprintf("%04d", n)] = fmt.Sprintf("政策 %d", n)
	}
	index(t, a, texts)
	if got := found(t, a, "政策"); len(got) != 4100 {
		t.Errorf("found %d, want 4100", len(got))
	}
	if got := found(t, a, "政策 1599"); !slices.Equal(got, []string{"1599"}) {
		t.Errorf("found %v", got)
	}
}
