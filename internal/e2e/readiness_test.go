package e2e

import (
	"fmt"
	"strings"
	"testing"

	"hegui/internal/checklist"
	"hegui/internal/day"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/internal/testkit"
)

// oneScreen says that nothing of a page is outside the window, nor of the map
// of services and articles outside its place.
const oneScreen = `document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth &&
	(m => m.scrollWidth <= m.clientWidth && m.scrollHeight <= m.clientHeight)(document.querySelector(".board-scroll"))`

// TestExecutiveLooks walks from the first screen down to a record, tries out
// what solving would do, and compares two dates.
func TestExecutiveLooks(t *testing.T) {
	browser(t)
	for _, language := range []string{"en", "zh-CN"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			site := demonstration(t, language)
			b := site.tab(t, site.Known("executive@demo.example")).speak(language)
			b.hasty = language != "en"
			b.open("/").at("/readiness").until("charts are drawn", `document.querySelectorAll(".chart[data-drawn] canvas").length === 2`)
			b.until("everything is on one screen", oneScreen).inspect()
			overall := b.text(".board-overall .stat-value")
			if n := b.count(".board-map thead a"); n != 24 {
				t.Errorf("the map has %d articles", n)
			}

			b.leaves(func() { b.click(".board-map tbody td[data-capped] a") })
			b.sees(".stat-value", "40.0%").inspect()
			article := b.text(".stat-value")
			b.leaves(func() { b.click(`tbody tr:has(.word-tag) th a`) }).inspect()
			if now := b.texts(`td[data-label]:nth-last-child(2)`); !strings.Contains(strings.Join(now, " "), article) || !strings.Contains(strings.Join(now, " "), overall) {
				t.Errorf("the requirement does not show the figures it came from, %s and %s: %v", article, overall, now)
			}

			b.open("/readiness").leaves(func() { b.click(`.board-head a[href="/readiness/blockers"]`) })
			b.click(`tbody tr:first-child input[name="solve"]`).click(`#blockers form button[type="submit"]`)
			b.until("the figures moved", `(r => r.length > 1 && r[0].innerText !== r[1].innerText)(document.querySelectorAll("#result tbody tr:first-child td"))`)
			b.until("the address says so", `location.search.includes("solve=")`).inspect()

			ago := day.Of(site.Ledger.Now()).Add(-30)
			b.open("/readiness/compare").put(`input[name="from"]`, string(ago))
			b.leaves(func() { b.click(`form:has([name="from"]) button[type="submit"]`) }).sees("#changes", "IM-").inspect()
			b.open("/readiness?present=1").until("charts are drawn", `document.querySelectorAll(".chart[data-drawn] canvas").length === 2`)
			b.misses(".sidebar").sees(".board-overall .stat-value", overall)
		})
	}
}

// TestTwentyServicesFit: the first screen of a large house, in the longer
// language.
func TestTwentyServicesFit(t *testing.T) {
	t.Parallel()
	browser(t)
	a := testkit.New(t)
	for n := range 20 {
		e, err := a.Register.Register(t.Context(), a.Officer.Actor(), register.Registration{
			Details: register.Details{Name: fmt.Sprintf("Generative service number %02d", n+1), Kind: "chat"},
			Scope:   register.Scoping{Profile: regulation.Profile{Public: regulation.Yes}}})
		testkit.Must(t, err)
		row, err := a.Checklist.Get(t.Context(), a.Officer.Actor(), e.ID, "IM-01-01")
		testkit.Must(t, err)
		_, err = a.Checklist.Assess(t.Context(), a.Officer.Actor(), row.ID, row.Version, checklist.Change{Status: new(checklist.PartlyCompliant)})
		testkit.Must(t, err)
	}
	site := serve(t, a)
	site.tab(t, a.Executive).open("/readiness").until("charts are drawn", `document.querySelectorAll(".chart[data-drawn] canvas").length === 2`).
		until("everything is on one screen", oneScreen)
}
