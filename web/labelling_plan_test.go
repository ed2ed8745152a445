package web_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hegui/internal/actor"
	"hegui/internal/labelling"
	"hegui/internal/testkit"
)

// frozenLot imports a number of rows and freezes their lot; it gives the lot's
// address.
func frozenLot(t *testing.T, a *testkit.App, items int, kind string) string {
	t.Helper()
	sue := a.As(a.Supervisor)
	at, _ := labelProject(t, a)
	var b strings.Builder
	for i := range items {
		fmt.Fprintf(&b, `{"id": "q %03d", "text": "文本 %d", "label": "%s", "annotator": "p%d", "source": "s%d"}`+"\n", i, i, []string{"good", "bad <b>"}[i%2], i%3, i%2)
	}
	batch := sendFile(sue, at+"/upload", "rows.jsonl", []byte(b.String())).Status(t, 303).Header().Get("Location")
	settle(a, batch)
	sue.Post(batch+"/confirm", url.Values{"version": {"1"}, "name": {"Week 47"}, "kind": {kind}, "rule_set": {"none"}, "period_from": {"2026-11-20"}, "period_until": {"2026-11-20"}, "divide_by": {"whole"}, "risk_category": {"a2"}}).Redirects(t, batch)
	settle(a, batch)
	lot, _ := sue.Get(batch).Find(t, "#lots a").Attr("href")
	sue.Get(lot+"/plan").Status(t, 200).Says(t, ".empty-state", "Freeze the lot first")
	sue.Get(lot+"/draw").Status(t, 200).Says(t, ".empty-state", "Nothing to draw yet")
	sue.Post(lot+"/freeze", url.Values{"version": {"1"}}).Redirects(t, lot)
	return lot
}

// hidden are the fields of a form as the page has them.
func hidden(t *testing.T, page *testkit.Response, form string) url.Values {
	t.Helper()
	out := url.Values{}
	for _, n := range page.Find(t, form+" input").Nodes {
		var name, value, kind string
		checked := false
		for _, at := range n.Attr {
			switch at.Key {
			case "name":
				name = at.Val
			case "value":
				value = at.Val
			case "type":
				kind = at.Val
			case "checked":
				checked = true
			}
		}
		if name != "" && name != "csrf" && (kind != "checkbox" && kind != "radio" || checked) {
			out.Add(name, value)
		}
	}
	return out
}

func TestLabelPlanPage(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	sue := a.As(a.Supervisor)
	lot := frozenLot(t, a, 150, "functional")
	page := sue.Get(lot+"/plan").Status(t, 200).Says(t, "h1", "Week 47").Says(t, "#proposed", "Producer's risk")
	page.Says(t, ".tabs [aria-current]", "Plan")
	if n := page.Find(t, "#classes tbody tr, #proposed tbody tr").Length(); n == 0 {
		t.Error("no classes")
	}
	spec, _ := page.Find(t, "#oc").Attr("data-chart")
	var chart struct {
		Series []struct{ Points [][]float64 }
	}
	if err := json.Unmarshal([]byte(spec), &chart); err != nil || len(chart.Series) != 3 || len(chart.Series[1].Points) < 20 || chart.Series[1].Points[0][1] != 1 {
		t.Errorf("chart %.200s (%v)", spec, err)
	}
	for query, want := range map[string]string{
		"method=full":                            "150",
		"method=precision&margin=5&expected=50":  "109",
		"method=two_point&p1=1&p2=20":            "Consumer's risk",
		"method=sprt&p1=1&p2=20":                 "on average",
		"method=statutory&rule=corpus_technical": "15",
		"method=statutory&rule=output":           "not verified",
		"method=iso2859&aql_major=1.0&aql_critical=&aql_minor=&by=label&how=floor&floor=6": "bad <b>",
		"method=iso2859&aql_major=40&aql_critical=&aql_minor=":                             "Poisson",
		"method=full&seconds=60": "2.75 hours",
	} {
		sue.Get(lot+"/plan?"+query).Status(t, 200).Says(t, "#proposed", want)
	}
	for query, want := range map[string]string{
		"method=precision&margin=0":                          "#f-margin-error",
		"method=precision&margin=x":                          "#f-margin-error",
		"method=two_point&p1=5&p2=2":                         "#f-p2-error",
		"method=iso2859&aql_major=&aql_critical=&aql_minor=": "#f-aql_major-error",
		"method=iso2859&level=IX":                            "#f-level-error",
		"method=iso2859&by=column:nothing&how=floor&floor=2": "#f-by-error",
		"method=iso2859&by=label&how=floor&floor=900":        "#f-by-error",
		"method=iso2859&by=label&how=floor&floor=1":          "#f-floor-error",
		"method=sprt&p1=1&p2=1.5":                            ".note",
		"method=nonsense":                                    ".note",
	} {
		page := sue.Get(lot+"/plan?"+query).Status(t, 200)
		if page.Find(t, want).Length() == 0 || page.Find(t, "#proposed").Length() != 0 {
			t.Errorf("%s: no %s", query, want)
		}
	}
	if typed, _ := sue.Get(lot+"/plan?method=precision&margin=x").Find(t, "#f-margin").Attr("value"); typed != "x" {
		t.Errorf("typed %q came back", typed)
	}

	first := sue.Get(lot + "/plan?method=statutory&rule=corpus_manual")
	form := hidden(t, first, "#choose")
	bad := url.Values{}
	for k, v := range form {
		bad[k] = v
	}
	bad.Set("double_percent", "101")
	back := sue.Post(lot+"/plan", bad).Status(t, 422).Says(t, "#choose", "0 to 100")
	if v, _ := back.Find(t, "#f-double_percent").Attr("value"); v != "101" {
		t.Errorf("typed %q came back", v)
	}
	sue.Post(lot+"/plan", form).Redirects(t, lot+"/plan")
	sue.Post(lot+"/plan", form).Status(t, 422).Says(t, "#choose", "Fill this in") // replacing wants a reason
	form.Set("reason", "Typing <b> mistake")
	sue.Post(lot+"/plan", form).Status(t, 409) // from a tab that is behind
	page = sue.Get(lot+"/plan").Status(t, 200).Says(t, "#current", "Figures of the regulation").Says(t, "#current", "4,000")
	if page.Find(t, "#current .figure-badge").Length() != 2 {
		t.Error("the plan in use does not say its figures")
	}
	form = hidden(t, sue.Get(lot+"/plan?method=full&min_right=98"), "#choose")
	form.Set("reason", "Typing <b> mistake")
	sue.Post(lot+"/plan", form).Redirects(t, lot+"/plan")
	sue.Get(lot+"/plan").Says(t, "#current", "Typing <b> mistake").Says(t, "main", "Replaced plans")

	a.As(a.Auditor).Get(lot+"/plan").Status(t, 200).Says(t, "#current", "Every item")
	if a.As(a.Auditor).Get(lot+"/plan").Find(t, "#choose, #design").Length() != 0 {
		t.Error("an auditor is offered a choice")
	}
	a.As(a.Auditor).Post(lot+"/plan", form).Status(t, 403)
	a.As(a.Checker).Get(lot+"/plan").Status(t, 403)
	other := a.PersonIn("Stranger Supervisor", []string{"another"}, actor.Supervisor)
	a.As(other).Get(lot+"/plan").Status(t, 404)
	a.As(other).Post(lot+"/plan", form).Status(t, 404)
	a.Sound()
}

func TestSafetyLotStartsWithEveryItem(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	lot := frozenLot(t, a, 30, "safety")
	a.As(a.Supervisor).Get(lot+"/plan").Status(t, 200).Says(t, ".method-list [aria-current]", "Every item").Says(t, "#proposed .stat", "30")
}

// TestLabelDrawPage goes from a plan to a draw of two people, and repeats it
// from what the page prints and hands out.
func TestLabelDrawPage(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	sue, olivia := a.As(a.Supervisor), a.As(a.Officer)
	lot := frozenLot(t, a, 150, "functional")
	form := hidden(t, sue.Get(lot+"/plan?method=iso2859&aql_major=1.0&aql_critical=&aql_minor=2.5&by=label&how=proportional"), "#choose")
	form.Set("level", "II")
	sue.Post(lot+"/plan", form).Redirects(t, lot+"/plan")
	at := lot + "/draw"
	const one, two = "3141 5926 5358 9793 2384", "it's <b> 2718 2818 2845 9045"
	sue.Post(at+"/commit", url.Values{"part": {"short"}}).Status(t, 422).Says(t, "#commit-part-error", "20 characters")
	sue.Post(at+"/commit", url.Values{"part": {one}}).Redirects(t, at)
	if strings.Contains(olivia.Get(at).Status(t, 200).Body.String(), one) {
		t.Error("a part is readable before it is revealed")
	}
	sue.Get(at).Says(t, "#seed", "somebody else")
	sum := sha256.Sum256([]byte(two))
	olivia.Post(at+"/commit", url.Values{"part": {hex.EncodeToString(sum[:])}}).Redirects(t, at)
	sue.Post(at+"/reveal", url.Values{"part": {two}, "version": {"3"}}).Status(t, 422).Says(t, "#reveal-part-error", "not the part")
	sue.Post(at+"/reveal", url.Values{"part": {one}, "version": {"3"}}).Redirects(t, at)
	if strings.Contains(olivia.Get(at).Body.String(), one) {
		t.Error("a part is readable before both are revealed")
	}
	a.As(a.Auditor).Post(at+"/commit", url.Values{"part": {one}}).Status(t, 403)
	a.As(a.Auditor).Get(at).Status(t, 200).Says(t, "#seed", "two people")
	olivia.Post(at+"/alone", url.Values{"part": {one}, "version": {"3"}}).Status(t, 403)
	olivia.Post(at+"/reveal", url.Values{"part": {two}, "version": {"3"}}).Redirects(t, at)
	page := a.As(a.Auditor).Get(at).Status(t, 200).Says(t, "#draw", one).Says(t, "#draw", two).Says(t, "#replay", "sha256sum")
	if page.Find(t, "#draw b").Length() != 0 || page.Find(t, "#list tbody tr").Length() != 20 {
		t.Errorf("%d items listed", page.Find(t, "#list tbody tr").Length())
	}
	replayPage(t, a.As(a.Auditor), lot)

	sue.Post(at+"/alone", url.Values{"part": {one}, "version": {"4"}, "reason": {""}}).Status(t, 422).Says(t, "#alone-reason-error", "Fill this in")
	sue.Post(at+"/alone", url.Values{"part": {one}, "version": {"3"}, "reason": {"Lost"}}).Status(t, 409)
	sue.Post(at+"/alone", url.Values{"part": {one}, "version": {"4"}, "reason": {"Lost"}}).Redirects(t, at)
	sue.Get(at).Says(t, "#draw", "One person's seed").Says(t, "main", "All draws")
	replayPage(t, sue, lot)
	sue.Get(at+"/1/list").Status(t, 200)
	sue.Get(at+"/9/list").Status(t, 404)
	sue.Get(at+"/x/strata").Status(t, 404)

	sue.Post(at+"/targeted", url.Values{"version": {"5"}, "ids": {"q 000\nq 001\nnowhere"}, "note": {"<i>why"}}).Status(t, 422).Says(t, "#targeted-ids-error", "1 id is not")
	sue.Post(at+"/targeted", url.Values{"version": {"5"}, "label": {"good"}, "annotator": {"p1"}, "count": {"3"}, "note": {"<i>why"}}).Redirects(t, at)
	sue.Get(at).Says(t, "#targeted", "<i>why").Says(t, "#list", "not in estimates")
	sue.Post(at+"/continue", url.Values{"version": {"6"}}).Status(t, 409)
	sue.Post(at+"/abandon", url.Values{"reason": {"x"}}).Status(t, 409)
	other := a.PersonIn("Stranger Supervisor", []string{"another"}, actor.Supervisor)
	for _, path := range []string{"", "/1/list", "/1/strata"} {
		a.As(other).Get(at+path).Status(t, 404)
	}
	for _, path := range []string{"/commit", "/reveal", "/alone", "/abandon", "/continue", "/targeted"} {
		form := url.Values{"part": {one}, "version": {"6"}, "reason": {"x"}, "note": {"x"}, "ids": {"q 000"}}
		a.As(other).Post(at+path, form).Status(t, 404)
	}
	a.Sound()
}

// replayPage downloads the list that the page names and runs the lines that it
// prints, with sh; they have to print the list that the page hands out.
func replayPage(t *testing.T, c *testkit.Client, lot string) {
	t.Helper()
	page := c.Get(lot+"/draw").Status(t, 200)
	blocks := page.Find(t, "#replay pre")
	lines := blocks.Last().Text()
	file := "ids.txt"
	if strings.Contains(lines, "strata.txt") {
		file = "strata.txt"
	}
	from, _ := page.Find(t, "#replay a").First().Attr("href")
	list, _ := page.Find(t, "#replay a").Last().Attr("href")
	dir := t.TempDir()
	testkit.Must(t, os.WriteFile(filepath.Join(dir, file), c.Get(from).Status(t, 200).Body.Bytes(), 0o600))
	cmd := exec.CommandContext(t.Context(), "sh", "-c", lines)
	cmd.Dir = dir
	out, err := cmd.Output()
	testkit.Must(t, err)
	_, got, _ := strings.Cut(string(out), "\n")
	want := c.Get(list).Status(t, 200).Body.String()
	if got != want || strings.Count(want, "\n") != 20 {
		t.Errorf("sh prints\n%s\nthe page hands out\n%s", got, want)
	}
	sum := sha256.Sum256([]byte(want))
	if !strings.Contains(page.Find(t, "#draw").Text(), hex.EncodeToString(sum[:])) {
		t.Error("the hash of the list is not that of the file")
	}
}

// typePlans types into everything about plans and draws: a lot that was drawn
// twice by strata and has a seed under way and items that somebody chose.
func typePlans(t *testing.T, a *testkit.App) {
	t.Helper()
	ctx, sue := t.Context(), a.Supervisor.Actor()
	p, err := a.Labelling.AddProject(ctx, sue, inUse(t, a).ID, labelling.ProjectInput{Name: "Plans " + uhoh, Kind: labelling.Functional,
		Defects: []labelling.Defect{{Code: "B1", Name: uhoh, Severity: labelling.Major}}})
	testkit.Must(t, err)
	var rows strings.Builder
	for i := range 40 {
		fmt.Fprintf(&rows, `{"id": "%d-%s", "text": %q, "label": "%d%s"}`+"\n", i, strings.ReplaceAll(uhoh, `"`, `\"`), uhoh, i%2, strings.ReplaceAll(uhoh, `"`, `\"`))
	}
	b, err := a.Labelling.Upload(ctx, sue, p.ID, "rows.jsonl", strings.NewReader(rows.String()))
	testkit.Must(t, err)
	a.Labelling.Settle(ctx, b.ID, time.Minute)
	_, err = a.Labelling.Confirm(ctx, sue, b.ID, b.Version, labelling.Answers{Name: "Plans " + uhoh, Kind: labelling.Functional, RuleSetID: labelling.NoRules, PeriodFrom: "2026-11-16", PeriodUntil: "2026-11-20", DivideBy: labelling.Whole})
	testkit.Must(t, err)
	a.Labelling.Settle(ctx, b.ID, time.Minute)
	lots, err := a.Labelling.Lots(ctx, sue, labelling.LotFilter{Batch: b.ID, Limit: 1})
	testkit.Must(t, err)
	l, err := a.Labelling.Freeze(ctx, sue, lots[0].ID, lots[0].Version)
	testkit.Must(t, err)
	in := labelling.PlanInput{Method: labelling.Statutory, Reason: uhoh, Params: labelling.Params{Rule: "corpus_technical", Stratify: labelling.Stratify{By: labelling.AxisLabel, How: labelling.Proportional}}}
	version := l.Version
	for range 2 {
		_, err = a.Labelling.ChoosePlan(ctx, sue, l.ID, version, in)
		testkit.Must(t, err)
		_, err = a.Labelling.DrawOnePerson(ctx, sue, l.ID, version+1, "41526 33214 "+uhoh, uhoh)
		testkit.Must(t, err)
		version += 2
	}
	_, err = a.Labelling.AddTargeted(ctx, sue, l.ID, version, labelling.TargetedInput{Filter: labelling.ItemFilter{Label: "0" + uhoh}, Count: 2, Note: uhoh})
	testkit.Must(t, err)
	_, err = a.Labelling.CommitPart(ctx, sue, l.ID, "41526 33214 65213 42611 1")
	testkit.Must(t, err)
}
