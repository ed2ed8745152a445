package e2e

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"hegui/internal/account"
	"hegui/internal/actor"
	"hegui/internal/checklist"
	"hegui/internal/testkit"
)

// TestFirstDay lives the first day of a compliance officer on an empty
// installation: set-up, scoping, twenty assessments, evidence, a second pair
// of eyes, a conflict, wrong input, exports.
func TestFirstDay(t *testing.T) {
	t.Parallel()
	browser(t)
	for _, language := range []string{"en", "zh-CN"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			d := &firstDay{App: testkit.Open(t), t: t, language: language}
			d.Server = d.Web(setupToken)
			d.site = serve(t, d.App)
			d.tab = d.site.tab(t, nil).speak(language).allow("status of 422", "status of 409")
			d.tab.hasty = language != "en"
			d.setUp()
			d.signIn()
			d.scope()
			d.colleague()
			d.wrongInput()
			d.assessInRows()
			d.assessByKeys()
			d.assessTogether()
			d.assessOneByOne()
			d.twenty()
			d.evidence()
			d.fourEyes()
			d.conflict()
			d.exports()
			d.activity()
			d.Sound()
		})
	}
}

const (
	setupToken   = "first-day"
	officerMail  = "wang.min@first.example"
	officerWords = "quiet lamp over river"
	serviceName  = "问小合 Chat"
)

// firstDay is one telling of the day.
type firstDay struct {
	*testkit.App
	t                 *testing.T
	site              *Site
	language          string
	tab, tab2         *Tab
	officer, officer2 *testkit.Person
	service           string
	rows              []checklist.Assessment // as they were when the checklist was opened
	used              map[string]bool        // requirements that a step took
}

// setUp founds the organisation, wrongly first.
func (d *firstDay) setUp() {
	tab := d.tab.open("/setup/" + setupToken).inspect()
	fill := func(field, words string) { tab.fill("#f-"+field, words) }
	fill("organisation", "First Day Ltd")
	tab.click("#f-language-" + d.language)
	fill("name", "Administrator")
	fill("email", "admin@first.example")
	fill("password", "seven purple bicycles")
	fill("again", "seven purple tricycles")
	fill("officer_name", "王敏")
	fill("officer_email", officerMail)
	fill("officer_password", "short")
	fill("officer_again", "short")
	fill("service_name", serviceName)
	tab.put("#f-service_kind", "chat").click("#f-offered-yes")
	tab.submit("form.setup button[type=submit]").refused([]string{"#f-again", "#f-officer_password"}, map[string]string{
		"#f-organisation": "First Day Ltd", "#f-officer_name": "王敏", "#f-service_kind": "chat", "#f-service_name": serviceName, "#f-password": "",
	}).inspect()
	for _, field := range []string{"password", "again"} {
		fill(field, "seven purple bicycles")
		fill("officer_"+field[strings.LastIndexByte(field, '_')+1:], officerWords)
	}
	tab.submit("form.setup button[type=submit]").at("/login")
	d.site.As(nil).Get("/setup/"+setupToken).Status(d.t, http.StatusNotFound)
}

// signIn comes in as the officer and finds the service.
func (d *firstDay) signIn() {
	tab := d.tab.fill("#f-email", officerMail).fill("#f-password", "quiet lamp over lake").leaves(func() { d.tab.press(kb.Enter) })
	tab.refused(nil, map[string]string{"#f-email": officerMail, "#f-password": ""})
	tab.fill("#f-password", officerWords).leaves(func() { tab.press(kb.Enter) }).at("/work").inspect()
	if got := ask[string](tab, "document.documentElement.lang"); got != d.language {
		d.t.Errorf("the officer's pages are in %q", got)
	}
	d.officer = d.Known(officerMail)
	list, err := d.Register.Visible(d.t.Context(), d.officer.Actor())
	testkit.Must(d.t, err)
	if len(list) != 1 || list[0].Name != serviceName {
		d.t.Fatalf("the officer sees the services %v", list)
	}
	d.service = list[0].ID
	tab.open("/services").sees("main", serviceName).inspect()
}

// scope answers the questionnaire, sees what that does, goes back once, and
// confirms.
func (d *firstDay) scope() {
	at := "/services/" + d.service
	tab := d.tab.open(at + "/scope").inspect()
	before := tab.text("#scope-change")
	questions := ask[int](tab, `(() => { const all = document.querySelectorAll("#scope-form .question");
		for (const q of all) q.querySelector("input[value=no]").click(); return all.length; })()`)
	yes := []string{"offered_to_public", "public_opinion", "uses_third_party_model", "trains_or_finetunes", "training_has_pi", "processes_user_pi", "output_text", "output_image"}
	for _, name := range yes {
		tab.click("#q-" + name + " input[value=yes]")
	}
	tab.until("what it would do, beside the form", "document.querySelector('#scope-change').innerText !== "+quote(before))
	answers := func() string {
		return ask[string](tab, `[...document.querySelectorAll("#scope-form .question input:checked")].map(i => i.name + "=" + i.value).join()`)
	}
	typed := answers()
	if got := strings.Count(typed, "="); got != questions || questions < 28 {
		d.t.Errorf("%d of %d questions are answered", got, questions)
	}
	tab.submit("#scope-form button[type=submit]").at(at+"/scope/preview").sees(".preview-form", "").inspect().shot("firstday-scope-" + d.language)
	tab.submit(".preview-form button[name=edit]")
	if got := answers(); got != typed {
		d.t.Errorf("going back changed the answers:\n%s\n%s", typed, got)
	}
	tab.submit("#scope-form button[type=submit]").submit(".preview-form button:not([name])").at(at).inspect()
	e, err := d.Register.Get(d.t.Context(), d.officer.Actor(), d.service)
	testkit.Must(d.t, err)
	if got := e.Scoping().Answers["trains_or_finetunes"]; got != "yes" {
		d.t.Errorf("saved as %q", got)
	}
	d.rows, d.used = nil, map[string]bool{}
	for _, a := range d.assessments() {
		if a.Applies {
			d.rows = append(d.rows, a)
		}
	}
	tab.open(d.list()).inspect()
	if got := tab.count("tr[data-version]"); got != len(d.rows) || got < 60 {
		d.t.Errorf("the checklist shows %d rows of %d", got, len(d.rows))
	}
}

// colleague gives the officer a second officer.
func (d *firstDay) colleague() {
	_, err := d.Accounts.AddWithPassword(d.t.Context(), actor.System("test"), account.Person{Email: "li.jun@first.example", Name: "李军",
		Roles: []actor.Role{actor.Officer}, AllServices: true, Language: d.language}, "another calm evening walk")
	testkit.Must(d.t, err)
	d.officer2 = d.Known("li.jun@first.example")
	d.tab2 = d.site.tab(d.t, d.officer2)
	d.tab2.hasty = d.tab.hasty
}

func (d *firstDay) list() string { return "/checklists/" + d.service }
func (d *firstDay) page(requirement string) string {
	return d.list() + "/" + url.PathEscape(requirement)
}
func row(requirement string) string { return "#r-" + strings.ReplaceAll(requirement, ".", `\.`) }
func (d *firstDay) assessments() []checklist.Assessment {
	d.t.Helper()
	rows, err := d.Checklist.Rows(d.t.Context(), d.officer.Actor(), d.service)
	testkit.Must(d.t, err)
	return rows
}

func (d *firstDay) get(requirement string) checklist.Assessment {
	d.t.Helper()
	a, err := d.Checklist.Get(d.t.Context(), d.officer.Actor(), d.service, requirement)
	testkit.Must(d.t, err)
	return a
}

// take gives requirements that no step took yet, either those whose compliance
// needs two people or those where one is enough.
func (d *firstDay) take(n int, fourEyes bool) []string {
	d.t.Helper()
	var out []string
	for _, a := range d.rows {
		if len(out) < n && !d.used[a.RequirementID] && a.FourEyes(checklist.Compliant) == fourEyes {
			out = append(out, a.RequirementID)
			d.used[a.RequirementID] = true
		}
	}
	if len(out) < n {
		d.t.Fatalf("only %d requirements are left", len(out))
	}
	return out
}

// is expects what stands with a requirement.
func (d *firstDay) is(requirement string, want checklist.Status) checklist.Assessment {
	d.t.Helper()
	a := d.get(requirement)
	if a.Claim() != want {
		d.t.Errorf("%s is %q, want %q", requirement, a.Claim(), want)
	}
	return a
}

// assessInRows edits five rows in place; the page is never left.
func (d *firstDay) assessInRows() {
	tab := d.tab.open(d.list())
	ask[bool](tab, "window.e2eStayed = true")
	states := []checklist.Status{checklist.PartlyCompliant, checklist.NonCompliant, checklist.InProgress, checklist.Compliant, checklist.PartlyCompliant}
	for i, id := range d.take(5, false) {
		tab.click(row(id)+" .c-act a").sees(row(id)+".row-edit", id)
		tab.put(row(id)+" [name=status]", string(states[i])).fill(row(id)+" [name=conclusion]", "就地核对 in place "+strconv.Itoa(i))
		tab.click(row(id)+" button[type=submit]").until("the row again", "!!document.querySelector("+quote(row(id)+"[data-version]")+")")
		if a := d.is(id, states[i]); a.Conclusion != "就地核对 in place "+strconv.Itoa(i) {
			d.t.Errorf("%s has the conclusion %q", id, a.Conclusion)
		}
	}
	if !ask[bool](tab, "window.e2eStayed") {
		d.t.Error("editing in place left the page")
	}
	tab.inspect()
}

// assessByKeys walks down the list and sets the first rows by their keys. A
// key that needs words opens the row with a message.
func (d *firstDay) assessByKeys() {
	tab := d.tab.open(d.list())
	states := map[string]checklist.Status{"h": checklist.PartlyCompliant, "x": checklist.NonCompliant, "w": checklist.InProgress}
	pressed := 0
	for _, a := range d.rows {
		tab.press("j").until("the next row is marked", "!!document.querySelector("+quote(row(a.RequirementID)+"[data-key-current]")+")")
		if d.used[a.RequirementID] {
			continue
		}
		d.used[a.RequirementID] = true
		if key := []string{"h", "x", "w", "h", "x"}[pressed]; true {
			tab.press(key).until("the row is saved", "document.querySelector("+quote(row(a.RequirementID))+").dataset.version !== "+quote(strconv.FormatInt(a.Version, 10)))
			d.is(a.RequirementID, states[key])
		}
		if pressed++; pressed == 5 {
			break
		}
	}
	id := d.take(1, true)[0]
	tab.until("focus in the row", "(document.querySelector("+quote(row(id)+" .c-title a")+").focus(), document.querySelector("+quote(row(id)+"[data-key-current]")+") !== null)")
	tab.press("c").wrong(row(id) + " [name=conclusion]").inspect()
	tab.fill(row(id)+" [name=conclusion]", "按制度执行 as the policy says").click(row(id)+" button[type=submit]").
		until("the row again", "!!document.querySelector("+quote(row(id)+"[data-version]")+")")
	if a := d.is(id, checklist.Compliant); !a.Pending() {
		d.t.Errorf("%s took effect without a second person", id)
	}
}

// assessTogether gives four rows an owner, a due date and a start.
func (d *firstDay) assessTogether() {
	ids := d.take(4, true)
	due := d.rows[0].UpdatedAt.AddDate(0, 1, 0).Format("2006-01-02")
	pick := func() {
		for _, id := range ids {
			d.tab.click(row(id) + " [data-bulk-item]")
		}
		d.tab.until("the bar", "document.querySelector('[data-bulk-bar]').checkVisibility()")
	}
	d.tab.open(d.list())
	pick()
	d.tab.inspect().put("#bulk-owner", d.officer2.ID).submit("#bulk button[value=owner]")
	pick()
	d.tab.put("#bulk-due", due).submit("#bulk button[value=due]")
	pick()
	d.tab.click("#bulk button[value=start]").submit("#confirm-dialog [data-confirm-ok]")
	for _, id := range ids {
		if a := d.is(id, checklist.InProgress); a.OwnerID != d.officer2.ID || string(a.Due) != due {
			d.t.Errorf("%s is owned by %q and due %q", id, a.OwnerID, a.Due)
		}
	}
	d.tab2.open("/work").sees("main", serviceName).inspect()
}

// assessOneByOne goes through six requirements on their own pages, one after
// the other.
func (d *firstDay) assessOneByOne() {
	ids := d.take(6, true)
	tab := d.tab
	for i, id := range ids {
		tab.open(d.page(id)).sees("h1", "")
		if i == 0 {
			tab.inspect()
		}
		status := []checklist.Status{checklist.PartlyCompliant, checklist.Compliant, checklist.NotApplicable}[i%3]
		tab.click("#f-status-"+string(status)).fill("#f-conclusion", "结论 conclusion "+id)
		if status == checklist.NotApplicable {
			tab.fill("#f-justification", "本服务不涉及 the service has none of it")
		}
		then := ".assess-form button[type=submit]:not([name])"
		if tab.count(".assess-form button[name=then]") > 0 && i%2 == 1 {
			then = ".assess-form button[name=then]"
		}
		tab.submit(then)
		if a := d.is(id, status); a.Conclusion != "结论 conclusion "+id || a.Pending() != (status != checklist.PartlyCompliant) {
			d.t.Errorf("%s has %q, proposed %v", id, a.Conclusion, a.Pending())
		}
		if strings.Contains(then, "then") && tab.path() == d.page(id) {
			d.t.Errorf("save and next stays at %s", id)
		}
	}
}

// twenty counts what was assessed so far.
func (d *firstDay) twenty() {
	n := 0
	for _, a := range d.assessments() {
		if a.Claim() != checklist.NotAssessed {
			n++
		}
	}
	if n < 20 {
		d.t.Errorf("only %d requirements were assessed", n)
	}
	d.tab.open("/checklists").sees("main", serviceName).inspect()
	d.tab.open(d.list()).shot("firstday-checklist-" + d.language)
}
