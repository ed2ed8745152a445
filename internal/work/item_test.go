package work_test

import (
	"testing"
	"time"

	"hegui/internal/work"
)

func TestSort(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
	items := []work.Item{
		{URL: "no date, young", Since: at.Add(time.Hour)},
		{URL: "no date, old", Since: at},
		{URL: "later", Due: "2026-12-01"},
		{URL: "soon", Due: "2026-11-01"},
	}
	work.Sort(items)
	want := []string{"soon", "later", "no date, old", "no date, young"}
	for i, it := range items {
		if it.URL != want[i] {
			t.Errorf("place %d: got %q, want %q", i, it.URL, want[i])
		}
	}
	if items[1].Overdue("2026-12-01") || !items[0].Overdue("2026-11-02") {
		t.Error("an item is overdue from the day after it was due")
	}
}
