package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/chromedp/kb"

	"hegui/internal/actor"
	"hegui/internal/labelling"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/internal/testkit"
)

// exportsDir holds exports of annotation tools as they are found in the wild.
const exportsDir = "../labelling/exports/testdata/"

// TestLabelling goes from an export file to a signed inspection record that is
// filed as evidence: import, freeze, plan, a seed of two people, two checkers who
// do not know of each other, an arbiter, the decision.
func TestLabelling(t *testing.T) {
	t.Parallel()
	browser(t)
	for _, language := range []string{"en", "zh-CN"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			s := shopIn(t, language)
			s.bring("preference_chosen_rejected_messages.jsonl")
			s.planned()
			s.drawn()
			s.assigned()
			s.checked("cat", map[int]string{3: "w"})
			s.checked("dan", map[int]string{3: "r", 5: "u"})
			s.arbitrated()
			s.decided()
			s.recorded()
			s.Sound()
		})
	}
}

// shop is where labels are checked: a site, its people and their windows.
type shop struct {
	*testkit.App
	t        *testing.T
	site     *Site
	language string
	project  labelling.Project
	rules    labelling.RuleSet
	workers  map[string]labelling.Worker
	people   map[string]*testkit.Person
	tabs     map[string]*Tab
	lot      string // its address
}

// shopIn opens a shop with two checkers and an arbiter, all qualified.
func shopIn(t *testing.T, language string) *shop {
	t.Helper()
	s := &shop{App: testkit.New(t), t: t, language: language, workers: map[string]labelling.Worker{}, tabs: map[string]*Tab{}}
	s.site = serve(t, s.App)
	s.people = map[string]*testkit.Person{"sue": s.Supervisor, "olivia": s.Officer}
	s.set()
	for name, duty := range map[string]labelling.Duty{"cat": labelling.Reviewer, "dan": labelling.Reviewer, "ari": labelling.Arbiter} {
		s.hire(name, duty)
	}
	for name, p := range s.people {
		testkit.Must(t, s.Accounts.SetLanguage(t.Context(), p.Actor(), language))
		s.Enter(p)
		s.people[name] = p
	}
	return s
}

// set registers a service with a project whose rules are in force.
func (s *shop) set() {
	s.t.Helper()
	ctx, sue := s.t.Context(), s.Supervisor.Actor()
	e, err := s.Register.Register(ctx, s.Officer.Actor(), register.Registration{
		Details: register.Details{Name: serviceName, Kind: "chat", Modalities: []register.Modality{register.Text}, Audience: register.GeneralPublic, Minors: regulation.No,
			Model: register.OwnModel, ModelName: "M", Channels: []register.Channel{register.Web}, Launch: "2026-03-01", State: register.Live, ComplianceOwner: s.Officer.ID,
			ProductOwner: s.Supervisor.ID, TechnicalOwner: s.Officer2.ID, PrivacyContact: s.Privacy.ID},
		Scope: register.Scoping{Profile: regulation.Profile{Public: regulation.Yes}}})
	testkit.Must(s.t, err)
	s.project, err = s.Labelling.AddProject(ctx, sue, e.ID, labelling.ProjectInput{Name: "回答偏好 Preferences", Kind: labelling.Functional, Blind: true, DoublePercent: 100,
		Defects: []labelling.Defect{{Code: "A1", Name: "含违法内容 Illegal", Severity: labelling.Critical}, {Code: "B1", Name: "偏好错误 Wrong preference", Severity: labelling.Major}}})
	testkit.Must(s.t, err)
	r, err := s.Labelling.DraftRules(ctx, sue, s.project.ID, labelling.Functional, labelling.RuleInput{Goal: "选出更好的回答 Choose the better answer", DataFormat: "JSONL", Method: "比较 Compare", Quality: "≥ 90 %"})
	testkit.Must(s.t, err)
	r, err = s.Labelling.SubmitRules(ctx, sue, r.ID, r.Version)
	testkit.Must(s.t, err)
	r, err = s.Labelling.ApproveRules(ctx, s.Officer.Actor(), r.ID, r.Version)
	testkit.Must(s.t, err)
	s.rules, err = s.Labelling.PutInForce(ctx, sue, r.ID, r.Version)
	testkit.Must(s.t, err)
}

// hire makes somebody with an account qualified for a function.
func (s *shop) hire(name string, duty labelling.Duty) {
	s.t.Helper()
	ctx, sue := s.t.Context(), s.Supervisor.Actor()
	s.people[name] = s.Person("Checker "+name, actor.Checker)
	w, err := s.Labelling.AddWorker(ctx, sue, labelling.WorkerInput{Name: "Worker " + name, AccountID: s.people[name].ID})
	testkit.Must(s.t, err)
	_, err = s.Labelling.Appoint(ctx, sue, s.project.ID, w.ID, duty, "2026-11-01")
	testkit.Must(s.t, err)
	testkit.Must(s.t, s.Labelling.AddTraining(ctx, sue, []string{w.ID}, labelling.TrainingInput{Title: "上岗培训 Basics", HeldOn: "2026-11-20", Exam: labelling.Passed, Score: 90}))
	testkit.Must(s.t, s.Labelling.ConfirmReading(ctx, sue, s.rules.ID, []string{w.ID}, "2026-11-23"))
	s.workers[name] = w
}

// tab is somebody's window.
func (s *shop) tab(name string) *Tab {
	s.t.Helper()
	if s.tabs[name] == nil {
		s.tabs[name] = s.site.tab(s.t, s.people[name])
		s.tabs[name].hasty = s.language != "en"
	}
	return s.tabs[name]
}

// bring uploads an export, says what it cannot, and freezes its lot.
func (s *shop) bring(export string) {
	at := "/labelling/projects/" + s.project.ID
	path, err := filepath.Abs(exportsDir + export) // browsers take no other
	testkit.Must(s.t, err)
	tab := s.tab("sue").open(at+"/upload").inspect().upload("main input[type=file]", path)
	tab.submit("main form[enctype] button[type=submit]").until("the questions", "document.readyState === 'complete' && !!document.querySelector('#confirm')")
	tab.inspect().shot("labelling-preview-" + s.language)
	tab.fill("#f-name", "第47周 Week 47").put("#f-rule_set", s.rules.ID).put("#f-period_from", "2026-11-16").put("#f-period_until", "2026-11-20")
	tab.submit("#confirm button[type=submit]").until("the lot", "document.readyState === 'complete' && !!document.querySelector('#lots tbody a')")
	tab.leaves(func() { tab.click("#lots tbody a") })
	s.lot = tab.path()
	tab.inspect().click("form[action$='/freeze'] button").submit("#confirm-dialog [data-confirm-ok]").at(s.lot)
}

// planned puts the lot under a plan of all its items, each checked twice.
func (s *shop) planned() {
	tab := s.tab("sue").open(s.lot + "/plan").inspect().open(s.lot + "/plan?method=full&min_right=80").inspect().shot("labelling-plan-" + s.language)
	if !ask[bool](tab, "document.querySelector('#f-blind').checked && document.querySelector('#f-double_percent').value === '100'") {
		s.t.Error("the plan does not start from what the project says")
	}
	tab.submit("#choose form button[type=submit]").sees("#current", "10")
}

// drawn draws with a seed of two people, who enter their parts blind.
func (s *shop) drawn() {
	at := s.lot + "/draw"
	parts := map[string]string{"sue": "3141 5926 5358 9793 2384", "olivia": "2718 2818 2845 9045 2353"}
	for _, act := range []string{"commit", "reveal"} {
		for _, name := range []string{"sue", "olivia"} {
			tab := s.tab(name).open(at)
			for whose, part := range parts {
				if whose != name && strings.Contains(ask[string](tab, "document.documentElement.outerHTML"), part) {
					s.t.Errorf("%s reads the other part before both are revealed", name)
				}
			}
			tab.fill("form[action$='/"+act+"'] [name=part]", parts[name]).submit("form[action$='/" + act + "'] button[type=submit]")
		}
	}
	s.tab("olivia").open(at).sees("#draw", parts["sue"]).inspect().shot("labelling-draw-" + s.language)
}

// assigned gives the items to both checkers.
func (s *shop) assigned() {
	tab := s.tab("sue").open(s.lot + "/checking").inspect()
	if got := tab.count("#assign [name=worker]:checked"); got != 2 {
		s.t.Errorf("%d checkers are offered", got)
	}
	tab.put("#f-due", "2026-11-30").submit("#assign button[type=submit]").sees("#assignments tbody", "Worker cat").inspect().shot("labelling-checking-" + s.language)
	if got := tab.count("#assignments tbody tr"); got != 4 {
		s.t.Errorf("%d assignments: both check half first and the other half second", got)
	}
}

// stopwatch measures from a key to the next item on the page, and to the frame
// that shows it. Frames come late when the machine is busy with other tests.
const stopwatch = `(() => { window.e2eNext = []; window.e2eFrames = []; let from = 0;
	addEventListener("keydown", e => { if ("rwu".includes(e.key)) from = performance.now(); }, true);
	new MutationObserver(() => { if (!from || !document.querySelector("#desk")) return; const t = from; from = 0; e2eNext.push(performance.now() - t);
		requestAnimationFrame(() => e2eFrames.push(performance.now() - t)); }).observe(document.querySelector("[data-desk-page]"), {childList: true});
	return true; })()`

// checked works through all assignments of somebody by the keyboard: an own
// answer, then the verdict. keys are the verdicts on certain items by their
// number in the lot, else right.
func (s *shop) checked(name string, keys map[int]string) {
	tab := s.tab(name).open("/work").sees(".work-list", "Week 47").open("/labelling/desk").inspect()
	var next, frames []float64
	for _, at := range ask[[]string](tab, "[...document.querySelectorAll('#open tbody a')].map(a => a.getAttribute('href'))") {
		tab.open(at).inspect()
		ask[bool](tab, stopwatch)
		all := ask[int](tab, `Number(document.querySelector("#desk-count").textContent.match(/\d+/g)[1])`)
		for n := range all {
			s.judge(tab, keys)
			if n == 0 {
				tab.until("saved", `document.querySelector("#desk-saved").dataset.state === "saved"`).inspect()
			}
		}
		tab.until("the end", "!!document.querySelector('#desk .desk-end')").inspect()
		next = append(next, ask[[]float64](tab, "e2eNext.slice(0, -1)")...) // the end is made when all is saved
		frames = append(frames, ask[[]float64](tab, "e2eFrames.slice(0, -1)")...)
		tab.press("s").submit("#confirm-dialog [data-confirm-ok]").at("/labelling/desk")
	}
	slices.Sort(next)
	slices.Sort(frames)
	s.t.Logf("%s: the next item was there after %.1f ms, seen after %.0f ms (medians of %d; slowest %.0f and %.0f)", name,
		next[len(next)/2], frames[len(frames)/2], len(next), next[len(next)-1], frames[len(frames)-1])
}

// judge answers one item.
func (s *shop) judge(tab *Tab, keys map[int]string) {
	tab.until("the question", "!!document.querySelector('#desk form[data-desk=own]')")
	if html := ask[string](tab, "document.querySelector('#desk').innerHTML"); strings.Contains(html, "data-chosen") {
		s.t.Error("the preference is shown before the own answer")
	}
	item := ask[string](tab, "document.querySelector('#desk h1').textContent + document.querySelector('#desk .desk-id').textContent")
	id := ask[int](tab, "Number(document.querySelector('#desk .desk-id').textContent)")
	tab.press("a").until("the label", "!!document.querySelector('#desk .desk-verdict') && !!document.querySelector('#desk .label-answer[data-chosen]')")
	key := keys[id]
	switch key {
	case "":
		key = "r"
	case "w":
		tab.press("w").sees("[data-desk-error]", "").press("2").press("n").press("看过 seen").press(kb.Escape)
	}
	tab.until("its neighbour is there", "performance.getEntriesByType('resource').some(e => e.name.endsWith(document.querySelector('#desk').dataset.next)) || 'last' in document.querySelector('#desk').dataset")
	tab.press(key).until("the next item", fmt.Sprintf("(d => d.querySelector('h1').textContent + (d.querySelector('.desk-id')?.textContent ?? '') !== %s)(document.querySelector('#desk'))", quote(item)))
}

// arbitrated lets the third person judge what the two differ about, on a tablet.
func (s *shop) arbitrated() {
	tab := s.tab("ari").size(tablet).open("/work").sees(".work-list", "Week 47").leaves(func() { s.tabs["ari"].click(".work-list a") })
	if got := tab.texts(".desk-earlier-title strong"); len(got) != 2 {
		s.t.Errorf("the arbiter sees %v", got)
	}
	for _, name := range []string{"Worker cat", "Checker cat", "Worker dan", "Checker dan"} {
		if strings.Contains(ask[string](tab, "document.documentElement.outerHTML"), name) {
			s.t.Errorf("the arbiter reads %q", name)
		}
	}
	small := ask[[]string](tab, `[...document.querySelectorAll(".desk .btn, .desk .desk-tick")].filter(e => e.checkVisibility() && (r => r.width < 44 || r.height < 44)(e.getBoundingClientRect())).map(e => e.innerText)`)
	if len(small) > 0 {
		s.t.Errorf("too small to touch: %q", small)
	}
	tab.inspect().shot("labelling-arbiter-" + s.language)
	tab.size(narrow).open(tab.path()).inspect().shot("labelling-arbiter-390-" + s.language).size(tablet)
	for range 2 {
		at := tab.text("#desk h1")
		tab.click("[data-verdict=right]").until("the next item", "document.querySelector('#desk h1').innerText !== "+quote(at))
	}
	tab.until("the end", "!!document.querySelector('#desk .desk-end')").press("s").submit("#confirm-dialog [data-confirm-ok]").at("/labelling/desk")
	l := s.lotNow()
	if !l.AllChecked() || l.Checked != 10 || l.Wrong != 0 {
		s.t.Errorf("%d of %d are checked, %d wrong", l.Checked, l.ToCheck, l.Wrong)
	}
}

// tablet is a tablet held upright.
var tablet = screen{768, 1024}

func (s *shop) lotNow() labelling.Lot {
	s.t.Helper()
	l, err := s.Labelling.Lot(s.t.Context(), s.Supervisor.Actor(), strings.TrimPrefix(s.lot, "/labelling/lots/"))
	testkit.Must(s.t, err)
	return l
}

// decided signs what was computed.
func (s *shop) decided() {
	tab := s.tab("sue").open(s.lot+"/checking").sees(".note", "").open(s.lot + "/decision").inspect().shot("labelling-decision-" + s.language)
	tab.click("#sign [name=verdict][value=accepted]").submit("#sign button[type=submit]").sees("#decisions", "LQ-").inspect()
	if l := s.lotNow(); l.Outcome != labelling.Accepted {
		s.t.Errorf("the lot is %s %s", l.State, l.Outcome)
	}
}

// recorded reads the record in both languages and finds it among the evidence.
func (s *shop) recorded() {
	tab := s.tab("sue").open(s.lot+"/record").sees("main", "LQ-").inspect().shot("labelling-record-" + s.language)
	other := map[string]string{"en": "zh-CN", "zh-CN": "en"}[s.language]
	tab.open(s.lot+"/record?lang="+other).until("the other language", "document.documentElement.lang === "+quote(other)).inspect()
	records, err := s.Labelling.Records(s.t.Context(), s.Supervisor.Actor(), s.lotNow().ID)
	testkit.Must(s.t, err)
	if len(records) != 1 || records[0].EvidenceID == "" {
		s.t.Fatalf("records %+v", records)
	}
	filed(s.t, s.App, records[0])
	s.tab("olivia").open("/evidence/"+records[0].EvidenceID).sees("main", records[0].Number).inspect().shot("labelling-evidence-" + s.language)
}

// filed expects a record among the evidence for requirements of Article 8.
func filed(t *testing.T, a *testkit.App, r labelling.Record) {
	t.Helper()
	item, err := a.Evidence.Get(t.Context(), a.Officer.Actor(), r.EvidenceID)
	testkit.Must(t, err)
	links, err := a.Evidence.LinksOf(t.Context(), item)
	testkit.Must(t, err)
	if len(links) == 0 {
		t.Errorf("record %s proves nothing", r.Number)
	}
	for _, l := range links {
		if q, ok := a.Regulation.Current(t.Context()).Requirement(l.RequirementID); !ok || q.Article != 8 {
			t.Errorf("record %s is filed for %s", r.Number, l.RequirementID)
		}
	}
}

// TestEverySampleEndsInARecord takes a lot of each export from its file to a
// signed record, over HTTP.
func TestEverySampleEndsInARecord(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	s := &shop{App: a, t: t, language: "en", workers: map[string]labelling.Worker{}, people: map[string]*testkit.Person{}}
	s.set()
	s.hire("cat", labelling.Reviewer)
	for export, items := range map[string]int64{"cvat_coco_instances_default.json": 29, "doccano_ner_setswana.jsonl": 454, "label_studio_export_with_reviews.json": 2,
		"preference_chosen_rejected_messages.jsonl": 10, "prodigy_textcat_github_issues.jsonl": 829} {
		l := s.lotOf(export)
		if l.Size != items {
			t.Errorf("%s has %d items, want %d", export, l.Size, items)
		}
		s.sampled(l)
		s.allRight()
		s.signed(export)
	}
	a.Sound()
}

// lotOf imports an export and freezes its lot.
func (s *shop) lotOf(export string) labelling.Lot {
	s.t.Helper()
	ctx, sue := s.t.Context(), s.Supervisor.Actor()
	data, err := os.Open(exportsDir + export)
	testkit.Must(s.t, err)
	defer data.Close() //nolint:errcheck // only read
	b, err := s.Labelling.Upload(ctx, sue, s.project.ID, export, data)
	testkit.Must(s.t, err)
	s.Labelling.Settle(ctx, b.ID, time.Minute)
	_, err = s.Labelling.Confirm(ctx, sue, b.ID, b.Version, labelling.Answers{Name: export, Kind: labelling.Functional, RuleSetID: s.rules.ID,
		PeriodFrom: "2026-11-16", PeriodUntil: "2026-11-20", DivideBy: labelling.Whole})
	testkit.Must(s.t, err)
	s.Labelling.Settle(ctx, b.ID, time.Minute)
	lots, err := s.Labelling.Lots(ctx, sue, labelling.LotFilter{Batch: b.ID, Limit: 2})
	testkit.Must(s.t, err)
	l, err := s.Labelling.Freeze(ctx, sue, lots[0].ID, lots[0].Version)
	testkit.Must(s.t, err)
	return l
}

// sampled draws a small sample and gives it to the checker.
func (s *shop) sampled(l labelling.Lot) {
	s.t.Helper()
	s.lot = "/labelling/lots/" + l.ID
	sue := s.As(s.Supervisor)
	version := func() string { return strconv.FormatInt(s.lotNow().Version, 10) }
	sue.Post(s.lot+"/plan", url.Values{"method": {"iso2859"}, "level": {"S-2"}, "severity": {"normal"}, "aql_major": {"4.0"}, "blind": {"1"}, "version": {version()}}).Redirects(s.t, s.lot+"/plan")
	sue.Post(s.lot+"/draw/alone", url.Values{"part": {"3141 5926 5358 9793 2384"}, "version": {version()}}).Redirects(s.t, s.lot+"/draw")
	sue.Post(s.lot+"/assign", url.Values{"worker": {s.workers["cat"].ID}, "share": {"even"}, "due": {"2026-11-30"}, "version": {version()}}).Redirects(s.t, s.lot+"/checking")
}

// allRight finds every item of the checker's assignment right, with an own
// answer where the item has a label to hide.
func (s *shop) allRight() {
	s.t.Helper()
	cat := s.As(s.people["cat"])
	at := cat.Get("/labelling/desk").Find(s.t, "#open tbody a").AttrOr("href", "")
	for {
		page := cat.Get(at).Status(s.t, http.StatusOK)
		form := url.Values{}
		page.Find(s.t, "#desk form[data-desk] input[type=hidden]").Each(func(_ int, f *goquery.Selection) { form.Set(f.AttrOr("name", ""), f.AttrOr("value", "")) })
		switch action := page.Find(s.t, "#desk form[data-desk]").AttrOr("action", ""); {
		case strings.HasSuffix(action, "/own"):
			form.Set("own_text", "my answer")
			cat.Post(action, form).Status(s.t, http.StatusSeeOther)
		case strings.HasSuffix(action, "/check"):
			form.Set("verdict", "right")
			cat.Post(action, form).Status(s.t, http.StatusSeeOther)
		default:
			cat.Post(at+"/done", nil).Redirects(s.t, "/labelling/desk")
			return
		}
	}
}

// signed decides the lot and finds its record.
func (s *shop) signed(export string) {
	s.t.Helper()
	l := s.lotNow()
	s.As(s.Supervisor).Post(s.lot+"/decision", url.Values{"verdict": {"accepted"}, "version": {strconv.FormatInt(l.Version, 10)}}).Redirects(s.t, s.lot+"/decision")
	s.As(s.Supervisor).Get(s.lot+"/record").Status(s.t, http.StatusOK).Says(s.t, "main", export)
	records, err := s.Labelling.Records(s.t.Context(), s.Supervisor.Actor(), l.ID)
	testkit.Must(s.t, err)
	if len(records) != 1 {
		s.t.Fatalf("%s: %d records", export, len(records))
	}
	filed(s.t, s.App, records[0])
}
