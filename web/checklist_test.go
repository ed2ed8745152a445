package web_test

import (
	"bytes"
	"encoding/csv"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/xuri/excelize/v2"

	"hegui/internal/actor"
	"hegui/internal/checklist"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/internal/testkit"
)

// requirements used here: the first needs one person, the second two.
const (
	oneEye  = "IM-01-01"
	twoEyes = "IM-02-01"
)

// list is a service with its checklist.
type list struct {
	*testkit.App
	t   *testing.T
	id  string
	url string
}

func newList(t *testing.T) list {
	t.Helper()
	a := testkit.New(t)
	return listOf(t, a, "Chat")
}

func listOf(t *testing.T, a *testkit.App, name string) list {
	t.Helper()
	e, err := a.Register.Register(t.Context(), a.Officer.Actor(), register.Registration{
		Details: register.Details{Name: name, Kind: "chat"}, Scope: register.Scoping{Profile: regulation.Profile{Public: regulation.Yes}}})
	testkit.Must(t, err)
	return list{App: a, t: t, id: e.ID, url: "/checklists/" + e.ID}
}

func (l list) get(requirement string) checklist.Assessment {
	l.t.Helper()
	a, err := l.Checklist.Get(l.t.Context(), l.Officer.Actor(), l.id, requirement)
	testkit.Must(l.t, err)
	return a
}

func (l list) set(requirement string, c checklist.Change) checklist.Assessment {
	l.t.Helper()
	a := l.get(requirement)
	a, err := l.Checklist.Assess(l.t.Context(), l.Officer.Actor(), a.ID, a.Version, c)
	testkit.Must(l.t, err)
	return a
}

// form is what a browser sends for an assessment as shown.
func (l list) form(requirement string, kv ...string) url.Values {
	v := url.Values{"version": {strconv.FormatInt(l.get(requirement).Version, 10)}}
	for i := 0; i+1 < len(kv); i += 2 {
		v.Set(kv[i], kv[i+1])
	}
	return v
}

// requirements are the ids on a list, in order.
func requirements(t *testing.T, r *testkit.Response) []string {
	return r.Find(t, "tr[data-version] .req-id").Map(func(_ int, s *goquery.Selection) string { return s.Text() })
}

func TestChecklistShowsAndFilters(t *testing.T) {
	t.Parallel()
	l := newList(t)
	l.set(oneEye, checklist.Change{Owner: &l.Supervisor.ID, Conclusion: new("由法务部维护清单")})
	olivia := l.As(l.Officer)
	if got := requirements(t, olivia.Get(l.url).Status(t, 200)); len(got) != len(regulation.Embedded().Requirements) {
		t.Errorf("shows %d requirements", len(got))
	}
	for query, want := range map[string][]string{
		"article=1": {oneEye}, "owner=" + l.Supervisor.ID: {oneEye}, "q=" + url.QueryEscape("法务部"): {oneEye}, "q=im-02-01": {twoEyes},
		"status=in_progress": nil, "only=out_of_scope": nil, "only=overdue": nil,
	} {
		if got := requirements(t, olivia.Get(l.url+"?"+query).Status(t, 200)); !slices.Equal(got, want) {
			t.Errorf("%s: shows %v, want %v", query, got, want)
		}
	}
	olivia.Get(l.url+"?article=x&status=x&owner=x&only=x&severity=x").Status(t, 200)
	page := olivia.Get(l.url + "?owner=me")
	page.Says(t, ".empty-state", "Nothing matches")
	page.Says(t, ".filter-chip", "Owner: Me")
	part := olivia.Part().Get(l.url+"?article=1").Status(t, 200)
	if part.Find(t, "#checklist").Length() != 1 || part.Find(t, "main").Length() != 0 {
		t.Error("htmx gets more or less than the panel")
	}
	olivia.Get("/checklists/"+strings.Repeat("0", 26)).Status(t, 404)
	l.As(l.Executive).Get(l.url).Status(t, 403)
}

func TestChecklistsOverviewForEachRole(t *testing.T) {
	t.Parallel()
	l := newList(t)
	l.set(oneEye, checklist.Change{Status: new(checklist.Compliant)})
	l.set("IM-03-01", checklist.Change{Status: new(checklist.NonCompliant), Owner: &l.Privacy.ID})
	page := l.As(l.Officer).Get("/checklists").Status(t, 200)
	page.Says(t, "tbody th[scope=row] a", "Chat")
	page.Says(t, ".heat[data-tone=good]", "✓1/1")
	page.Says(t, ".heat[data-tone=bad]", "✕0/1")

	boss := l.As(l.Executive).Get("/checklists").Status(t, 200)
	boss.Says(t, ".heat[data-tone=good]", "✓1/1")
	if n := boss.Find(t, `a[href^="/checklists/"]`).Length(); n != 0 {
		t.Errorf("an executive is offered %d lists", n)
	}
	if got := l.As(l.Privacy).Get("/checklists").Status(t, 200).Text(t, ".stat-value"); got != "0%" {
		t.Errorf("Petra counts %s, want her own one", got)
	}
	l.As(l.Supervisor).Get("/checklists").Status(t, 200).Says(t, ".empty-state", "No checklists yet")
	l.As(l.Admin).Get("/checklists").Status(t, 403)
}

func TestAssessOnThePage(t *testing.T) {
	t.Parallel()
	l := newList(t)
	olivia, page := l.As(l.Officer), l.url+"/"+oneEye
	olivia.Get(page).Status(t, 200).Says(t, ".law-text", "register of applicable legal instruments")
	refused := olivia.Post(page, l.form(oneEye, "status", "not_applicable", "conclusion", "kept <em>words</em>", "due", "2020-01-01")).Status(t, 422)
	refused.Says(t, "#f-justification-error", "needs a justification")
	refused.Says(t, "#f-due-error", "past")
	refused.Says(t, "#f-conclusion", "kept <em>words</em>")
	if l.get(oneEye).Version != 1 {
		t.Error("a refused form changed something")
	}
	olivia.Post(page, l.form(oneEye, "status", "compliant", "conclusion", "All five laws", "owner", l.Supervisor.ID, "query", "status=not_assessed", "then", "next")).
		Redirects(t, l.url+"/"+twoEyes+"?status=not_assessed")
	if a := l.get(oneEye); a.Status != checklist.Compliant || a.OwnerID != l.Supervisor.ID || a.NextReview == "" {
		t.Errorf("saved as %+v", a)
	}
	olivia.Get(page+"/history").Status(t, 200).Says(t, ".history-list", "assessed")
	sue := l.As(l.Supervisor) // may judge it now, but not plan it
	form := sue.Get(page).Status(t, 200)
	if form.Find(t, "#assess [name=conclusion]").Length() != 1 || form.Find(t, "#assess [name=due]").Length() != 0 {
		t.Error("a contributor's form has the wrong fields")
	}
	sue.Post(page, l.form(oneEye, "due", "2027-01-01")).Status(t, 403)
	sue.Get(l.url+"/"+twoEyes).Status(t, 404)
	l.As(l.Auditor).Post(page, l.form(oneEye, "conclusion", "x")).Status(t, 403)
	l.Sound()
}

func TestFourEyesOnThePage(t *testing.T) {
	t.Parallel()
	l := newList(t)
	page := l.url + "/" + twoEyes
	l.As(l.Officer).Post(page, l.form(twoEyes, "status", "compliant", "conclusion", "Decision filed")).Redirects(t, page)
	l.As(l.Officer).Get(page).Says(t, "#review", "Somebody else has to approve")
	l.As(l.Officer).Post(page+"/review", l.form(twoEyes, "act", "approve")).Status(t, 403)
	oscar := l.As(l.Officer2)
	oscar.Get("/work").Status(t, 200).Says(t, ".work-line", "Olivia Officer")
	oscar.Get(l.url+"?only=awaiting").Says(t, ".row-marks", "Awaiting approval: Compliant")
	oscar.Post(page+"/review", l.form(twoEyes, "act", "return")).Status(t, 422).Says(t, "#review-note-error", "Add a note")
	oscar.Post(page+"/review", l.form(twoEyes, "act", "approve", "note", "Seen")).Redirects(t, page)
	if a := l.get(twoEyes); a.Status != checklist.Compliant || a.ApprovedBy != l.Officer2.ID {
		t.Errorf("approved as %+v", a)
	}
	l.As(l.Contributor).Post(page+"/review", l.form(twoEyes, "act", "approve")).Status(t, 403)
}

// TestConflict lets two people save the same requirement: the later one sees
// both versions and chooses field by field.
func TestConflict(t *testing.T) {
	t.Parallel()
	l := newList(t)
	page, olivia := l.url+"/"+oneEye, l.As(l.Officer)
	mine := l.form(oneEye, "status", "in_progress", "conclusion", "Olivia's words", "due", "2027-03-01")
	l.As(l.Officer2).Post(page, l.form(oneEye, "status", "compliant", "conclusion", "Oscar's words")).Redirects(t, page)

	both := olivia.Post(page, mine).Status(t, 409)
	both.Says(t, ".note", "Oscar Officer saved a change first")
	both.Says(t, ".conflict-table", "Olivia's words")
	both.Says(t, ".conflict-table", "Oscar's words")
	if l.get(oneEye).Conclusion != "Oscar's words" {
		t.Fatal("overwritten unseen")
	}
	choice := url.Values{"resolve": {"1"}, "pick.status": {"theirs"}, "pick.conclusion": {"mine"}, "pick.due": {"mine"}}
	both.Find(t, "form.stack input[type=hidden]").Each(func(_ int, s *goquery.Selection) {
		choice.Set(s.AttrOr("name", ""), s.AttrOr("value", ""))
	})
	olivia.Post(page, choice).Redirects(t, page)
	if a := l.get(oneEye); a.Conclusion != "Olivia's words" || a.Status != checklist.Compliant || a.Due != "2027-03-01" {
		t.Errorf("resolved to %+v", a)
	}
	olivia.Post(page, choice).Status(t, 303) // sent twice: the same is no conflict
	mine.Set("conclusion", "third")
	choice = url.Values{"resolve": {"1"}, "all": {"mine"}, "version": l.form(oneEye)["version"], "mine.conclusion": {"all mine"}}
	olivia.Post(page, choice).Redirects(t, page)
	if l.get(oneEye).Conclusion != "all mine" {
		t.Error("all of mine was not taken")
	}
}

func TestRowsAreEditedInPlace(t *testing.T) {
	t.Parallel()
	l := newList(t)
	row := l.url + "/" + oneEye
	olivia := l.As(l.Officer).Part().With("HX-Current-URL", "http://x"+l.url+"?article=1")
	olivia.Get(row+"/edit").Status(t, 200).Says(t, ".row-edit-fields", "Conclusion")
	saved := olivia.Post(row+"/quick", l.form(oneEye, "from", "row", "status", "compliant", "owner", l.Officer.ID)).Status(t, 200)
	saved.Says(t, ".chip", "Compliant")
	saved.Says(t, "#progress-1[hx-swap-oob]", "1/1")
	if href := saved.Find(t, "a:has(.req-id)").AttrOr("href", ""); href != row+"?article=1" {
		t.Errorf("the row lost its list: %s", href)
	}
	olivia.Post(row+"/quick", l.form(oneEye, "status", "not_applicable")).Status(t, 422).Says(t, ".field-error", "justification")

	stale := l.form(oneEye, "status", "non_compliant")
	l.set(oneEye, checklist.Change{Conclusion: new("first")})
	olivia.Post(row+"/quick", stale).Status(t, 409).Says(t, ".field-error", "Olivia Officer changed this first")
	stale.Set("from", "row")
	stale.Set("conclusion", "mine")
	again := olivia.Post(row+"/quick", stale).Status(t, 409)
	again.Says(t, "textarea[name=conclusion]", "mine")
	if got := again.Find(t, "[name=version]").AttrOr("value", ""); got != strconv.FormatInt(l.get(oneEye).Version, 10) {
		t.Errorf("the form has version %s", got)
	}
	if l.get(oneEye).Conclusion != "first" {
		t.Error("overwritten unseen")
	}
	l.As(l.Officer).Get(row+"/edit").Redirects(t, row+"#assess")
	olivia.Get(row+"/row").Status(t, 200).Says(t, ".req-id", oneEye)
}

func TestBulkOnThePage(t *testing.T) {
	t.Parallel()
	l := newList(t)
	pick := func(requirement string) string {
		a := l.get(requirement)
		return a.ID + ":" + strconv.FormatInt(a.Version, 10)
	}
	form := url.Values{"pick": {pick(oneEye), pick(twoEyes)}, "act": {"owner"}, "owner": {l.Supervisor.ID}, "query": {"article=1"}}
	olivia := l.As(l.Officer)
	olivia.Post(l.url+"/bulk", form).Redirects(t, l.url+"?article=1")
	if l.get(oneEye).OwnerID != l.Supervisor.ID || l.get(twoEyes).OwnerID != l.Supervisor.ID {
		t.Error("not assigned")
	}
	form.Set("act", "start") // the picks are stale now
	olivia.Post(l.url+"/bulk", form).Status(t, 200).Says(t, ".data-table", "Somebody changed this")
	olivia.Post(l.url+"/bulk", url.Values{"act": {"owner"}}).Status(t, 422)
	olivia.Post(l.url+"/bulk", url.Values{"act": {"x"}, "pick": {pick(oneEye)}}).Status(t, 400)
	l.As(l.Supervisor).Post(l.url+"/bulk", form).Status(t, 403)
}

func TestChecklistExports(t *testing.T) {
	t.Parallel()
	l := newList(t)
	l.set(oneEye, checklist.Change{Conclusion: new("=HYPERLINK(1)"), Owner: &l.Officer.ID})
	answer := l.As(l.Officer).Get(l.url+"/export.csv?article=1").Status(t, 200)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(answer.Body.String(), "\uFEFF"))).ReadAll()
	testkit.Must(t, err)
	if len(rows) != 2 || rows[1][0] != oneEye || !slices.Contains(rows[1], "'=HYPERLINK(1)") || !slices.Contains(rows[0], "Conclusion") {
		t.Errorf("CSV: %q", rows)
	}
	answer = l.As(l.Officer).Get(l.url+"/export.xlsx?article=1").Status(t, 200)
	if name := answer.Header().Get("Content-Disposition"); !strings.Contains(name, "checklist-Chat-2026-11-23.xlsx") {
		t.Errorf("saved as %s", name)
	}
	book, err := excelize.OpenReader(bytes.NewReader(answer.Body.Bytes()))
	testkit.Must(t, err)
	cell, err := book.GetCellValue("Chat", "A2")
	testkit.Must(t, err)
	if cell != oneEye {
		t.Errorf("A2 is %q", cell)
	}
	l.As(l.Executive).Get(l.url+"/export.csv").Status(t, 403)
	if answer := l.As(l.Supervisor).Get(l.url+"/export.csv").Status(t, 200); strings.Contains(answer.Body.String(), oneEye) {
		t.Error("exports what is not hers")
	}
}

func TestCopyOnThePage(t *testing.T) {
	t.Parallel()
	l := newList(t)
	l.set(oneEye, checklist.Change{Conclusion: new("Register kept"), Owner: &l.Supervisor.ID})
	other := listOf(t, l.App, "Images")
	olivia := l.As(l.Officer)
	olivia.Get(other.url+"/copy").Status(t, 200).Says(t, ".empty-state", "Choose where to copy from")
	page := olivia.Get(other.url+"/copy?from="+l.id).Status(t, 200)
	page.Says(t, ".copy-words", "Register kept")
	form := url.Values{"from": {l.id}, "pick": {page.Find(t, "[name=pick]").AttrOr("value", "")}, "words": {"1"}}
	olivia.Post(other.url+"/copy", form).Redirects(t, other.url+"?only=changed")
	if a := other.get(oneEye); a.Conclusion != "Register kept" || a.Status != checklist.InProgress || a.OwnerID != "" {
		t.Errorf("copied as %+v", a)
	}
	olivia.Get(other.url+"/"+oneEye).Says(t, ".note", "copied from another service")
	form.Del("words")
	olivia.Post(other.url+"/copy", form).Status(t, 422)
	form.Set("from", strings.Repeat("0", 26))
	olivia.Post(other.url+"/copy", form).Status(t, 404)
}

func TestTasksAndTalkOnThePage(t *testing.T) {
	t.Parallel()
	l := newList(t)
	page, olivia := l.url+"/"+oneEye, l.As(l.Officer)
	olivia.Post(page+"/tasks", url.Values{"title": {""}, "note": {"kept"}}).Status(t, 422).Says(t, "#f-task-new-title-error", "what is to be done")
	olivia.Post(page+"/tasks", url.Values{"title": {"Add a law <em>x</em>"}, "owner": {l.Supervisor.ID}, "due": {"2026-12-01"}}).Redirects(t, page+"#tasks")
	sue := l.As(l.Supervisor)
	task := sue.Get(page).Status(t, 200).Find(t, ".task form").AttrOr("action", "")
	sue.Post(task, url.Values{"version": {"1"}, "act": {"cancel"}}).Status(t, 422).Says(t, ".task .field-error", "Add a note")
	sue.Post(task, url.Values{"version": {"1"}, "act": {"finish"}, "note": {"Added"}}).Redirects(t, page+"#tasks")
	olivia.Get(page).Says(t, ".task", "Added")
	olivia.Post(task, url.Values{"version": {"1"}, "act": {"reopen"}}).Status(t, 409)
	olivia.Post(task, url.Values{"version": {"2"}, "act": {"reopen"}}).Redirects(t, page+"#tasks")
	olivia.Post(task, url.Values{"version": {"3"}, "act": {"edit"}, "title": {""}}).Status(t, 422)

	olivia.Post(page+"/comments", url.Values{"body": {" "}}).Status(t, 422).Says(t, "#comment-body-error", "Write a comment")
	olivia.Post(page+"/comments", url.Values{"body": {"Please look, @Petra Privacy"}}).Redirects(t, page+"#comments")
	petra := l.As(l.Privacy)
	petra.Get("/work?tab=mentions").Says(t, ".work-line", "Please look")
	petra.Get(page).Status(t, 200).Says(t, ".talk", "Please look")
	petra.Get("/work").Says(t, ".empty-state", "Nothing waits for you")
	l.Sound()
}

func TestSavedViews(t *testing.T) {
	t.Parallel()
	l := newList(t)
	olivia := l.As(l.Officer)
	olivia.Post(l.url+"/views", url.Values{"name": {""}, "query": {"article=8"}}).Status(t, 422).Says(t, "#view-name-error", "name")
	olivia.Post(l.url+"/views", url.Values{"name": {"Labelling"}, "query": {"article=8&page=evil"}, "shared": {"1"}}).Redirects(t, l.url+"?article=8")
	l.As(l.Officer2).Get(l.url).Says(t, ".view-chip:last-child", "Labelling")
	mine := olivia.Get(l.url+"?article=8").Find(t, ".view-chip[data-current] form")
	olivia.Post(mine.AttrOr("action", "none"), nil).Status(t, 303)
	if olivia.Get(l.url).Find(t, ".view-chip form").Length() != 0 {
		t.Error("the view is still there")
	}
}

func TestWorkTabsAndTeam(t *testing.T) {
	t.Parallel()
	l := newList(t)
	l.set(oneEye, checklist.Change{Owner: &l.Supervisor.ID, Due: new(l.Checklist.Today().Add(2))})
	sue := l.As(l.Supervisor)
	sue.Get("/work").Status(t, 200).Says(t, ".work-line", "Keep a register")
	l.Clock.Advance(5 * 24 * time.Hour)
	l.Enter(l.Supervisor)
	l.Enter(l.Officer)
	sue.Get("/work?tab=overdue").Says(t, ".work-due", "3 days ago")
	if sue.Get("/work?tab=team").Find(t, `.tabs a[href="/work?tab=team"]`).Length() != 0 {
		t.Error("a contributor is shown the team")
	}
	team := l.As(l.Officer).Get("/work?tab=team").Status(t, 200)
	team.Says(t, ".panel-title", "Sue Supervisor")
	team.Says(t, ".panel-subtitle", "1 overdue")
	for _, p := range []*testkit.Person{l.Contributor, l.Checker, l.Executive, l.Auditor, l.Privacy} {
		if p != l.Contributor {
			l.Enter(p)
		}
	}
	l.As(l.Checker).Get("/work").Status(t, 200).Says(t, ".empty-state", "Nothing waits")
	l.As(l.Executive).Get("/work").Status(t, 200)
}

func TestLimitedOfficerFindsNoForeignService(t *testing.T) {
	t.Parallel()
	l := newList(t)
	other := listOf(t, l.App, "Images")
	local := l.PersonIn("Lena Local", []string{l.id}, actor.Officer)
	as := l.As(local)
	as.Get(l.url).Status(t, 200)
	for _, path := range []string{other.url, other.url + "/" + oneEye, other.url + "/export.csv", other.url + "/copy", other.url + "/" + oneEye + "/history"} {
		as.Get(path).Status(t, 404)
	}
	as.Post(other.url+"/"+oneEye, other.form(oneEye, "conclusion", "x")).Status(t, 404)
	as.Post(other.url+"/bulk", url.Values{"act": {"start"}, "pick": {other.get(oneEye).ID + ":1"}}).Status(t, 404)
	as.Post(l.url+"/copy", url.Values{"from": {other.id}, "pick": {l.get(oneEye).ID + ":1"}, "words": {"1"}}).Status(t, 404)
}

func TestSearchFindsAssessments(t *testing.T) {
	t.Parallel()
	l := newList(t)
	l.As(l.Officer).Get("/search/palette?q="+url.QueryEscape("上位法")).Status(t, 200).Says(t, `a[href="`+l.url+"/"+oneEye+`"]`, "Chat")
	if l.As(l.Supervisor).Get("/search/palette?q=IM-01-01").Find(t, `a[href^="/checklists/"]`).Length() != 0 {
		t.Error("finds what is not hers")
	}
}
