package web_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"hegui/internal/actor"
	"hegui/internal/checklist"
	"hegui/internal/i18n"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/internal/testkit"
)

// readinessHouse has two services with some work done, a week of snapshots,
// and an executive who sees only one of the services.
type readinessHouse struct {
	*testkit.App
	t           *testing.T
	chat, image string
	narrow      *testkit.Person
}

func openReadiness(t *testing.T) readinessHouse {
	t.Helper()
	h := readinessHouse{App: testkit.New(t), t: t}
	h.chat, h.image = h.register("Chat assistant"), h.register("Image maker")
	h.narrow = h.PersonIn("Nora Narrow", []string{h.image}, actor.Executive)
	for range 7 {
		testkit.Must(t, h.Readiness.Daily(t.Context()))
		h.Clock.Advance(24 * time.Hour)
	}
	for _, p := range []*testkit.Person{h.Executive, h.Officer, h.Auditor, h.Contributor, h.narrow} {
		h.Enter(p)
	}
	h.conclude(h.chat, "IM-01-01", checklist.Compliant)
	h.conclude(h.chat, "IM-02-01", checklist.NonCompliant)
	return h
}

func (h readinessHouse) register(name string) string {
	h.t.Helper()
	e, err := h.Register.Register(h.t.Context(), h.Officer.Actor(), register.Registration{Details: register.Details{Name: name, Kind: "chat"},
		Scope: register.Scoping{Profile: regulation.Profile{Public: regulation.Yes}}})
	testkit.Must(h.t, err)
	return e.ID
}

func (h readinessHouse) conclude(service, requirement string, s checklist.Status) {
	h.t.Helper()
	a, err := h.Checklist.Get(h.t.Context(), h.Officer.Actor(), service, requirement)
	testkit.Must(h.t, err)
	_, err = h.Checklist.Assess(h.t.Context(), h.Officer.Actor(), a.ID, a.Version, checklist.Change{Status: &s, Conclusion: new("Looked at.")})
	testkit.Must(h.t, err)
}

// TestReadinessAgrees follows one figure from the first screen down to the
// requirement: every page shows the same.
func TestReadinessAgrees(t *testing.T) {
	t.Parallel()
	h := openReadiness(t)
	as := h.As(h.Executive)
	home := as.Get("/readiness").Status(t, 200)
	overall := home.Text(t, ".board-overall .stat-value")
	service := "/readiness/services/" + h.chat
	figure := home.Find(t, `.board-map a[href="`+service+`"]`).Closest("tr").Find(".board-score").Contents().First().Text()
	figure = strings.TrimSpace(figure)
	if figure == "" || figure == "0.0%" || overall == figure {
		t.Fatalf("the service stands at %q, all at %q", figure, overall)
	}
	if n := home.Find(t, ".board-map thead th").Length(); n != 2+2+24 {
		t.Errorf("the map has %d columns", n)
	}
	if size := home.Body.Len(); size > 100<<10 {
		t.Errorf("the page has %d bytes", size)
	}

	page := as.Get(service).Status(t, 200)
	page.Says(t, ".stat-value", figure).Says(t, "tr[data-total] .readiness-value", figure)
	made := as.Get("/readiness/made").Status(t, 200)
	made.Says(t, "tr[data-total] .readiness-value", overall)
	if got := made.Find(t, `a[href="`+service+`"]`).Closest("tr").Find("strong").First().Text(); got != figure {
		t.Errorf("the page on how it is made says %q, want %q", got, figure)
	}

	article := page.Find(t, `a[href="`+service+`/articles/2"]`).Closest("tr").Find("strong").First().Text()
	as.Get(service+"/articles/2").Status(t, 200).Says(t, ".stat-value", article)
	item := as.Get(service+"/requirements/IM-02-01").Status(t, 200)
	item.Says(t, "main", "Non-compliant").Says(t, "main", "Looked at.").Says(t, "main", "0%")
	now := item.Find(t, `td[data-label="Now"]`)
	for i, want := range []string{article, figure, overall} {
		if got := strings.TrimSpace(now.Eq(i).Text()); got != want {
			t.Errorf("figure %d beside the requirement is %q, want %q", i, got, want)
		}
	}
	day := h.Readiness.Today().Add(-1)
	as.Get("/readiness/compare?from="+string(day)).Status(t, 200).Says(t, "tr[data-total]", overall)
	as.Get("/readiness/compare?a="+h.chat+"&b="+h.image).Status(t, 200).Says(t, ".stat-value", figure)
}

func TestReadinessWhatIfSavesNothing(t *testing.T) {
	t.Parallel()
	h := openReadiness(t)
	before, err := h.Ledger.Size(t.Context())
	testkit.Must(t, err)
	as := h.As(h.Executive)
	was := as.Get("/readiness").Text(t, ".board-overall .stat-value")
	got := as.Get("/readiness/blockers?solve="+h.chat+".IM-02-01&solve="+h.chat+".IM-01-01").Status(t, 200)
	got.Says(t, "#result", "2 requirements done in every respect").Says(t, `#result td[data-label="Now"]`, was)
	then := strings.TrimSpace(got.Find(t, `#result td[data-label="Then"]`).First().Text())
	if then == was || then == "" {
		t.Errorf("solving two moves %q to %q", was, then)
	}
	if n := got.Find(t, `input[name="solve"][checked], input[name="solve"][type="hidden"]`).Length(); n != 2 {
		t.Errorf("%d ticks are kept", n)
	}
	if got := as.Get("/readiness").Text(t, ".board-overall .stat-value"); got != was {
		t.Errorf("the first screen moved from %s to %s", was, got)
	}
	after, err := h.Ledger.Size(t.Context())
	testkit.Must(t, err)
	if after != before {
		t.Errorf("%d events were recorded", after-before)
	}
	part := as.Part().Get("/readiness/blockers?only=critical").Status(t, 200)
	if strings.Contains(part.Body.String(), "<html") {
		t.Error("htmx gets the whole page")
	}
}

func TestReadinessCompare(t *testing.T) {
	t.Parallel()
	h := openReadiness(t)
	as := h.As(h.Executive)
	yesterday := string(h.Readiness.Today().Add(-1))
	got := as.Get("/readiness/compare?from="+yesterday+"&to="+string(h.Readiness.Today())).Status(t, 200)
	got.Says(t, "#changes", "2 requirements stand differently").Says(t, "#changes", "IM-02-01").Says(t, "#changes", "Not assessed")
	as.Get("/readiness/compare?from="+yesterday+"&service="+h.image).Status(t, 200).Says(t, "main", "No requirement stands differently")

	h.As(h.Executive).Post("/readiness/snapshots", url.Values{"note": {"Before the board"}}).Redirects(t, "/readiness/history#snapshots")
	history := as.Get("/readiness/history").Status(t, 200)
	history.Says(t, "#snapshots tbody tr", "Before the board")
	link, _ := history.Find(t, "#snapshots tbody tr a").First().Attr("href")
	as.Get(link).Status(t, 200).Says(t, "#compared", "Before the board").Says(t, "main", "No requirement stands differently")
	h.Sound()
}

func TestReadinessWrongInput(t *testing.T) {
	t.Parallel()
	h := openReadiness(t)
	as := h.As(h.Executive)
	today := string(h.Readiness.Today())
	for _, tt := range []struct {
		name, path string
		status     int
		says       string
	}{
		{"no date", "/readiness/compare?from=yesterday", 422, "date"},
		{"a day that is none", "/readiness/compare?from=2026-02-30", 422, "date"},
		{"tomorrow", "/readiness/compare?from=" + string(h.Readiness.Today().Add(1)), 422, "later than today"},
		{"before the first snapshot", "/readiness/compare?from=2020-01-01", 422, "no snapshot on or before"},
		{"the wrong way round", "/readiness/compare?from=" + today + "&to=" + string(h.Readiness.Today().Add(-3)), 422, "before the first"},
		{"one service twice", "/readiness/compare?a=" + h.chat + "&b=" + h.chat, 422, "two different"},
		{"only one service", "/readiness/compare?a=" + h.chat, 422, "Pick a service"},
		{"no such service", "/readiness/compare?a=" + h.chat + "&b=none", 404, ""},
		{"no such snapshot", "/readiness/compare?from=01aaaaaaaaaaaaaaaaaaaaaaaa", 404, "no such snapshot"},
		{"a tick that is none", "/readiness/blockers?solve=x", 422, "cannot be read"},
		{"a tick of nothing", "/readiness/blockers?solve=" + h.chat + ".IM-99-99", 404, ""},
		{"too many ticks", "/readiness/blockers?" + strings.Repeat("solve=x&", 501), 422, "at most 500"},
		{"no such page", "/readiness/blockers?page=0", 422, "no such page"},
		{"a page that is no number", "/readiness/deadlines?page=x", 422, "no such page"},
		{"a page behind the last", "/readiness/blockers?page=900", 200, ""},
		{"days that are not offered", "/readiness/deadlines?days=8", 422, "7, 30 or 90"},
		{"a span that is not offered", "/readiness/history?days=x", 422, "not offered"},
		{"no such article", "/readiness/services/" + h.chat + "/articles/99", 404, "no requirements under this article"},
		{"an article that is no number", "/readiness/services/" + h.chat + "/articles/x", 404, ""},
		{"no such requirement", "/readiness/services/" + h.chat + "/requirements/IM-99-99", 404, ""},
		{"a service of history that is none", "/readiness/history?service=none", 404, ""},
	} {
		got := as.Get(tt.path)
		if got.Code != tt.status || !strings.Contains(got.Body.String(), tt.says) {
			t.Errorf("%s: %d, want %d saying %q: %s", tt.name, got.Code, tt.status, tt.says, got.Text(t, "main"))
		}
	}
	kept := as.Get("/readiness/compare?from=yesterday&to=" + today)
	for field, want := range map[string]string{"from": "yesterday", "to": today} {
		if got, _ := kept.Find(t, `input[name="`+field+`"]`).Attr("value"); got != want {
			t.Errorf("%s came back as %q", field, got)
		}
	}
	long := strings.Repeat("x", 201)
	back := h.As(h.Officer).Post("/readiness/snapshots", url.Values{"note": {long}}).Status(t, 422)
	if got, _ := back.Find(t, `input[name="note"]`).Attr("value"); got != long {
		t.Errorf("the note came back as %q", got)
	}
	back.Says(t, "main", "at most 200 characters")
}

func TestReadinessOfForeignServices(t *testing.T) {
	t.Parallel()
	h := openReadiness(t)
	as := h.As(h.narrow)
	home := as.Get("/readiness").Status(t, 200)
	if strings.Contains(home.Body.String(), "Chat assistant") || strings.Contains(home.Body.String(), h.chat) {
		t.Error("the first screen names a service outside the scope")
	}
	chat := "/readiness/services/" + h.chat
	for _, path := range []string{chat, chat + "/articles/2", chat + "/requirements/IM-02-01", "/readiness/blockers?service=" + h.chat, "/readiness/history?service=" + h.chat,
		"/readiness/blockers?solve=" + h.chat + ".IM-02-01", "/readiness/compare?from=" + string(h.Readiness.Today()) + "&service=" + h.chat,
		"/readiness/compare?a=" + h.image + "&b=" + h.chat} {
		as.Get(path).Status(t, 404)
	}
	compared := as.Get("/readiness/compare?from="+string(h.Readiness.Today().Add(-1))).Status(t, 200)
	if strings.Contains(compared.Body.String(), "Chat assistant") {
		t.Error("the comparison names a service outside the scope")
	}
	h.As(h.Contributor).Get("/readiness").Status(t, 403)
	h.As(h.Auditor).Get(chat).Status(t, 200)
	h.As(h.Auditor).Post("/readiness/snapshots", url.Values{"note": {"x"}}).Status(t, 403)
}

// TestReadinessFollowsAtOnce: what is kept of the first screen gives way to
// every change of what stands on it, in each language by itself.
func TestReadinessFollowsAtOnce(t *testing.T) {
	t.Parallel()
	h := openReadiness(t)
	as := h.As(h.Executive)
	tile := func() string {
		return as.Get("/readiness").Status(t, 200).Text(t, ".board-tiles .stat:nth-child(2) .stat-value")
	}
	before := tile()
	h.conclude(h.image, "IM-01-01", checklist.Compliant)
	after := tile()
	if n, err := strconv.Atoi(before); err != nil || after != strconv.Itoa(n-1) {
		t.Errorf("%s were open, now %s", before, after)
	}

	a, err := h.Checklist.Get(t.Context(), h.Officer.Actor(), h.chat, "IM-02-01")
	testkit.Must(t, err)
	_, err = h.Checklist.Assign(t.Context(), h.Officer.Actor(), a.ID, a.Version, h.Officer2.ID)
	testkit.Must(t, err)
	due := h.Readiness.Today().Add(2)
	a, err = h.Checklist.Get(t.Context(), h.Officer.Actor(), h.chat, "IM-02-01")
	testkit.Must(t, err)
	_, err = h.Checklist.Assess(t.Context(), h.Officer.Actor(), a.ID, a.Version, checklist.Change{Due: &due})
	testkit.Must(t, err)
	as.Get("/readiness").Says(t, ".board-deadlines", "IM-02-01")
	e, err := h.Register.Get(t.Context(), h.Officer.Actor(), h.chat)
	testkit.Must(t, err)
	details := e.Details()
	details.Name = "Renamed assistant"
	_, err = h.Register.Change(t.Context(), h.Officer.Actor(), e.ID, e.Version, details)
	testkit.Must(t, err)
	as.Get("/readiness").Says(t, ".board-map", "Renamed assistant")
	h.Clock.Advance(24 * time.Hour)
	h.Enter(h.Executive)
	h.As(h.Executive).Get("/readiness").Says(t, "h1", i18n.Date(i18n.With(t.Context(), i18n.English), h.Readiness.Today()))
	if strings.Contains(h.As(h.narrow).Get("/readiness").Body.String(), "Renamed assistant") {
		t.Error("somebody sees what was kept for others")
	}
}

func TestReadinessInBothLanguages(t *testing.T) {
	t.Parallel()
	h := openReadiness(t)
	for _, lang := range i18n.Languages() {
		testkit.Must(t, h.Accounts.SetLanguage(t.Context(), h.Executive.Actor(), lang))
		h.Enter(h.Executive)
		want := map[string]string{"zh-CN": "合规就绪度", "en": "Readiness"}[lang]
		h.As(h.Executive).With("Accept-Language", lang).Get("/readiness?present=1").Status(t, 200).Says(t, "h1", want)
	}
}

func TestReadinessOfNothing(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	for _, path := range []string{"/readiness", "/readiness/made", "/readiness/blockers", "/readiness/deadlines", "/readiness/compare", "/readiness/history"} {
		a.As(a.Executive).Get(path).Status(t, 200)
	}
	a.As(a.Executive).Get("/readiness").Says(t, "main", "Nothing to compute yet")
	a.As(a.Executive).Post("/readiness/snapshots", url.Values{"note": {"Empty"}}).Status(t, 303)
	a.Sound()
}

// TestReadinessBlockersArePaged walks through all pages of the blockers and
// meets each once.
func TestReadinessBlockersArePaged(t *testing.T) {
	t.Parallel()
	h := openReadiness(t)
	as := h.As(h.Executive)
	seen := map[string]bool{}
	o, err := h.Readiness.Overview(t.Context(), h.Executive.Actor())
	testkit.Must(t, err)
	all := len(o.Blockers())
	for page := 1; page <= (all+49)/50; page++ {
		got := as.Get("/readiness/blockers?page="+strconv.Itoa(page)).Status(t, 200)
		for _, box := range got.Find(t, `tbody input[name="solve"]`).EachIter() {
			value, _ := box.Attr("value")
			if seen[value] {
				t.Errorf("%s is on two pages", value)
			}
			seen[value] = true
		}
	}
	if len(seen) != all || all < 60 {
		t.Errorf("met %d of %d", len(seen), all)
	}
}
