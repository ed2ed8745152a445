package web_test

import (
	"strings"
	"testing"

	"hegui/internal/i18n"
	"hegui/internal/testkit"
	"hegui/web"
)

// TestColumnsHaveWords: histories show what changed by the names people know.
func TestColumnsHaveWords(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	for table, columns := range a.Ledger.Columns() {
		if strings.HasPrefix(table, "label_") {
			continue // labelling has no pages, and so no histories, yet
		}
		words := table
		if strings.HasPrefix(table, "request_") {
			words = "request" // they share theirs
		}
		for _, column := range columns {
			if key := "field." + words + "." + column; !web.Silent(column) && !i18n.Has(key) {
				t.Errorf("no words for %s", key)
			}
		}
	}
}
