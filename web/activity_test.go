package web_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"gorm.io/gorm"

	"hegui/internal/account"
	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/testkit"
)

// did records an event that changes nothing, as a capability would.
func did(t *testing.T, a *testkit.App, by *testkit.Person, e audit.Event) {
	t.Helper()
	testkit.Must(t, a.Ledger.Write(t.Context(), by.Actor(), func(*gorm.DB) ([]audit.Event, error) { return []audit.Event{e}, nil }))
}

// approval is an event about compliance work on a service.
func approval(service, label string) audit.Event {
	return audit.Event{Action: "assessment.approved", Object: audit.Object{Type: "assessment", ID: label}, Service: service, Label: label}
}

func TestActivitySaysWhoDidWhat(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	_, err := a.Accounts.AddWithPassword(t.Context(), a.Admin.Actor(), account.Person{Email: "nia@test.example", Name: "Nia New",
		Roles: []actor.Role{actor.Officer}, AllServices: true, Language: "en"}, password)
	testkit.Must(t, err)

	page := a.As(a.Admin).Get("/activity").Status(t, 200)
	page.Says(t, ".history-list li:first-child", "Ada Admin added Nia New")
	if link, _ := page.Find(t, ".history-list li:first-child details").Attr("hx-get"); !strings.HasPrefix(link, "/activity/") {
		t.Errorf("details at %q", link)
	} else {
		a.As(a.Admin).Part().Get(link).Status(t, 200).Says(t, ".diff", "nia@test.example").Says(t, ".diff", "Compliance officer")
	}
	if page.Find(t, ".history-list li:contains('signed in') details").Length() != 0 {
		t.Error("a sign-in, which changes nothing, offers changes")
	}
}

func TestActivityShowsEachTheirs(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	near, far := "01aaaaaaaaaaaaaaaaaaaaaaaa", "01bbbbbbbbbbbbbbbbbbbbbbbb"
	local := a.PersonIn("Lena Local", []string{near}, actor.Officer)
	did(t, a, a.Officer, approval(near, "NEAR-1"))
	did(t, a, a.Officer, approval(far, "FAR-1"))

	for _, c := range []struct {
		name         string
		person       *testkit.Person
		people, near bool
		far          bool
	}{
		{"administrator: people only", a.Admin, true, false, false},
		{"officer: compliance only", a.Officer, false, true, true},
		{"officer of one service", local, false, true, false},
		{"auditor: both", a.Auditor, true, true, true},
	} {
		body := a.As(c.person).Get("/activity").Status(t, 200).Text(t, ".history-list")
		for words, want := range map[string]bool{"added Emil": c.people, "NEAR-1": c.near, "FAR-1": c.far} {
			if got := strings.Contains(body, words); got != want {
				t.Errorf("%s: shows %s is %v, want %v", c.name, words, got, want)
			}
		}
	}
	for _, nobody := range []*testkit.Person{a.Contributor, a.Checker, a.Executive} {
		a.As(nobody).Get("/activity").Status(t, 403)
	}
	// one event is as hidden as the list
	size, err := a.Ledger.Size(t.Context())
	testkit.Must(t, err)
	for seq := range size {
		got := a.As(local).Get(fmt.Sprintf("/activity/%d", seq)).Code
		list, err := a.Ledger.Activity(t.Context(), local.Actor(), audit.Filter{Before: seq + 1, Limit: 1})
		testkit.Must(t, err)
		if want := len(list) == 1 && list[0].Seq == seq; (got == 200) != want {
			t.Errorf("event %d: got %d, in the list: %v", seq, got, want)
		}
	}
	for _, path := range []string{"/activity/x", "/activity/99999", "/activity/-1"} {
		a.As(a.Auditor).Get(path).Status(t, 404)
	}
}

func TestActivityFilters(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	a.Clock.Advance(48 * 3600 * 1e9)
	a.Enter(a.Auditor)
	did(t, a, a.Officer, approval("", "LATE-1"))
	a.As(a.Checker).Get("/activity") // the old session has ended: nothing is recorded
	a.Enter(a.Checker)
	a.As(a.Checker).Get("/activity").Status(t, 403)

	for _, c := range []struct{ query, says, not string }{
		{"person=" + a.Officer.ID, "LATE-1", "Chen"},
		{"outcome=refused", "Chen Checker", "LATE-1"},
		{"action=access.refused", "Chen Checker", "LATE-1"},
		{"action=account.", "added", "LATE-1"},
		{"type=account", "Chen Checker", "LATE-1"},
		{"from=2026-11-25&to=2026-11-25", "LATE-1", "added"},
		{"to=2026-11-24", "added", "LATE-1"},
		{"from=2026-11-26", "Nothing matches", "LATE-1"},
		{"action=nonsense.", "Nothing matches", "LATE-1"},
	} {
		body := a.As(a.Auditor).Get("/activity?"+c.query).Status(t, 200).Text(t, "#activity .panel")
		if !strings.Contains(body, c.says) || strings.Contains(body, c.not) {
			t.Errorf("%s: %s", c.query, body)
		}
	}
	a.As(a.Auditor).Get("/activity?from=yesterday").Status(t, 422).Says(t, "#f-from-error", "year-month-day")
	a.As(a.Auditor).Get("/activity?outcome=failed&from=2026-11-01").Says(t, ".filters-active", "Outcome: Failed")
}

func TestActivityPagesMeet(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	for i := range 120 {
		did(t, a, a.Officer, approval("", fmt.Sprintf("N-%03d", i)))
	}
	seen := map[string]int{}
	for next := "/activity"; next != ""; {
		page := a.As(a.Officer).Get(next).Status(t, 200)
		page.Find(t, ".history-object").Each(func(_ int, s *goquery.Selection) { seen[s.Text()]++ })
		next, _ = page.Find(t, ".pager a:last-child").Last().Attr("href")
		if !strings.Contains(next, "before") {
			break
		}
	}
	for i := range 120 {
		if label := fmt.Sprintf("N-%03d", i); seen[label] != 1 {
			t.Errorf("saw %s %d times", label, seen[label])
		}
	}
}

func TestAuditorSeesNoPersonalData(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	size, err := a.Ledger.Size(t.Context())
	testkit.Must(t, err)
	for seq := range size {
		body := a.As(a.Auditor).Get(fmt.Sprintf("/activity/%d", seq)).Status(t, 200).Body.String()
		if strings.Contains(body, "@test.example") {
			t.Errorf("event %d shows the auditor an e-mail address", seq)
		}
	}
}

func TestActivityExport(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	did(t, a, a.Officer, approval("", "=HYPERLINK(1)"))
	answer := a.As(a.Officer).Get("/activity/export").Status(t, 200)
	if got := answer.Header().Get("Content-Disposition"); !strings.Contains(got, "activity-2026-11-23.csv") {
		t.Errorf("saved as %q", got)
	}
	body, bom := strings.CutPrefix(answer.Body.String(), "\uFEFF")
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	testkit.Must(t, err)
	if !bom || len(rows) < 2 || rows[1][5] != "'=HYPERLINK(1)" || rows[1][2] != "Olivia Officer" {
		t.Errorf("exported %q", rows)
	}
	a.As(a.Officer).Get("/activity/export?from=x").Status(t, http.StatusUnprocessableEntity)
}
