package web_test

import (
	"net/url"
	"path"
	"strings"
	"testing"
	"time"

	"hegui/internal/config"
	"hegui/internal/i18n"
	"hegui/internal/report"
	"hegui/internal/testkit"
)

func (h readinessHouse) shareOf(t *testing.T, address string, typed url.Values) string {
	t.Helper()
	at, query, _ := strings.Cut(address, "?")
	page := h.As(h.Executive).Post(at+"/share?"+query, typed).Status(t, 200)
	link, err := url.Parse(page.Text(t, "[data-link]"))
	testkit.Must(t, err)
	return link.Path
}

// TestShare opens every kind of report by a link without an account: with the
// same figures as the page, the recipient's name across it, and each opening
// recorded.
func TestShare(t *testing.T) {
	t.Parallel()
	h := openReadiness(t)
	until := string(h.Readiness.Today().Add(3))
	for i, address := range h.reportAddresses() {
		link := h.shareOf(t, address, url.Values{"recipient": {"王处长 <市网信办>"}, "until": {until}, "workbook": {"1"}})
		got := h.As(nil).Get(link).Status(t, 200).Says(t, ".report-mark", "王处长 <市网信办>").Says(t, ".report-foot", "王处长 <市网信办>")
		want := h.As(h.Executive).Get(address).Status(t, 200)
		if a, b := got.Find(t, "[data-figure]").Text(), want.Find(t, "[data-figure]").Text(); a != b || a == "" {
			t.Errorf("%s: shared figures are %q, on the page %q", address, a, b)
		}
		if got.Find(t, ".sidebar, form[action='/logout']").Length() != 0 {
			t.Errorf("%s: a visitor sees more than the report", address)
		}
		for name, value := range map[string]string{"Referrer-Policy": "same-origin", "X-Robots-Tag": "noindex, nofollow, noarchive", "Cache-Control": "no-store"} {
			if got.Header().Get(name) != value {
				t.Errorf("%s is %q", name, got.Header().Get(name))
			}
		}
		book := h.As(nil).Get(link+"/export.xlsx").Status(t, 200)
		compareBook(t, address+" shared", got, book.Body.Bytes())
		list := h.As(h.Executive).Get("/readiness/reports/shares").Status(t, 200)
		if n := list.Find(t, "#shares tbody tr").Length(); n != i+1 {
			t.Errorf("%d links are listed after %d", n, i+1)
		}
		list.Says(t, "#shares tbody tr:first-child", "2 times")
	}
	h.As(h.Officer).Get("/activity").Says(t, "main", "opened the link for 王处长")
	h.Sound()
}

// TestShareEnds: whatever ended a link, and what never was one, gives the same
// page.
func TestShareEnds(t *testing.T) {
	t.Parallel()
	h := openReadiness(t)
	typed := url.Values{"recipient": {"董事会"}, "until": {string(h.Readiness.Today().Add(1))}}
	make := func() string { return h.shareOf(t, "/readiness/reports/board?", typed) }
	closed := strings.ReplaceAll(h.As(nil).Get("/shared/"+strings.Repeat("A", 43)).Status(t, 404).Text(t, ".error-page"), "\n", " ")
	same := func(name, link string) {
		t.Helper()
		got := h.As(nil).Get(link).Status(t, 404)
		got.Find(t, ".error-id").Remove()
		if text := got.Text(t, ".error-detail"); !strings.Contains(closed, text) {
			t.Errorf("%s: says %q", name, text)
		}
		h.As(nil).Get(link+"/export.xlsx").Status(t, 404)
		h.As(nil).Post(link, url.Values{"password": {"x"}}).Status(t, 404)
	}
	revoked := make()
	h.As(nil).Get(revoked+"/export.xlsx").Status(t, 404) // only to be read

	page := h.As(h.Executive).Get("/readiness/reports/shares")
	action, _ := page.Find(t, "#shares form").First().Attr("action")
	h.Enter(h.Auditor)
	h.As(h.Auditor).Post(action, nil).Status(t, 403)
	h.As(h.Executive).Post(action, nil).Status(t, 303)
	h.As(h.Executive).Post(action, nil).Status(t, 303)
	same("revoked", revoked)
	over := make()
	h.As(nil).Get(over).Status(t, 200)
	h.Clock.Advance(48 * time.Hour)
	same("over", over)
	h.Enter(h.Executive)
	typed.Set("until", string(h.Readiness.Today().Add(1)))
	left := make()
	h.Enter(h.Admin)
	testkit.Must(t, h.Accounts.Disable(t.Context(), h.Admin.Actor(), h.Executive.ID))
	same("its maker left", left)
	h.Sound()
}

// TestSharePassword: nothing is shown before the password, a few wrong ones
// make the link rest, and the proof of the right one opens no other link.
func TestSharePassword(t *testing.T) {
	t.Parallel()
	h := openReadiness(t)
	typed := url.Values{"recipient": {"董事会"}, "until": {string(h.Readiness.Today().Add(9))}, "password": {"七月里的雨水真是很多很多呀"}, "workbook": {"1"}}
	link, other := h.shareOf(t, "/readiness/reports/board?", typed), h.shareOf(t, "/readiness/reports/board?", typed)
	anybody := h.As(nil)
	for _, address := range []string{link, link + "/export.xlsx"} {
		if got := anybody.Get(address).Status(t, 200); got.Find(t, "[data-figure]").Length() != 0 || got.Find(t, "input[type=password]").Length() != 1 {
			t.Errorf("%s opens without the password", address)
		}
	}
	anybody.Post(link, url.Values{"password": {"wrong"}}).Status(t, 422).Says(t, ".field-error", "not the password")
	got := anybody.Post(link, typed).Status(t, 303)
	proof := got.Result().Cookies()[0]
	with := func(address, value string) int {
		return anybody.With("Cookie", proof.Name+"="+value).Get(address).Find(t, "[data-figure]").Length()
	}
	if with(link, proof.Value) == 0 || with(other, proof.Value) != 0 || with(link, proof.Value+"0") != 0 || with(link, "") != 0 {
		t.Error("the proof of the password opens too much or too little")
	}
	h.Clock.Advance(2 * time.Hour)
	if with(link, proof.Value) != 0 {
		t.Error("the proof of the password lives too long")
	}
	for range 5 {
		anybody.Post(other, url.Values{"password": {"wrong"}}).Status(t, 422)
	}
	anybody.Post(other, typed).Status(t, 429).Says(t, ".field-error", "15 minutes")
	h.Clock.Advance(16 * time.Minute)
	anybody.Post(other, typed).Status(t, 303)
	h.Sound()
}

// TestShareForms: wrong input comes back as typed with a word beside it, in
// both languages, and makes nothing.
func TestShareForms(t *testing.T) {
	t.Parallel()
	h := openReadiness(t)
	today := h.Readiness.Today()
	for _, lang := range i18n.Languages() {
		testkit.Must(t, h.Accounts.SetLanguage(t.Context(), h.Executive.Actor(), lang))
		h.Enter(h.Executive)
		as := h.As(h.Executive)
		for _, one := range []struct{ form, field, value, kept string }{
			{"share", "recipient", "", ""}, {"share", "recipient", strings.Repeat("长", 101), strings.Repeat("长", 101)}, {"share", "until", "", ""},
			{"share", "until", string(today.Add(-1)), string(today.Add(-1))}, {"share", "until", string(today.Add(91)), string(today.Add(91))}, {"share", "password", "kurz", ""},
			{"schedule", "recipients", "", ""}, {"schedule", "recipients", "a@example.com\nnobody", "nobody"}, {"schedule", "every", "hour", ""}, {"schedule", "language", "fr", ""}, {"schedule", "way", "link", ""},
		} {
			typed := url.Values{"recipient": {"董事会"}, "until": {string(today)}, "every": {"week"}, "language": {"en"}, "recipients": {"a@example.com"}, "way": {"book"}}
			typed.Set(one.field, one.value)
			got := as.Post("/readiness/reports/article/"+one.form+"?n=8", typed).Status(t, 422)
			if got.Find(t, ".field-error").Length() != 1 || !strings.Contains(got.Body.String(), one.kept) {
				t.Errorf("%s %s %.20q in %s: %s", one.form, one.field, one.value, lang, got.Find(t, ".field-error").Text())
			}
		}
		as.Get("/readiness/reports/article/share?n=77").Status(t, 422)
	}
	for _, table := range []any{&report.Share{}, &report.Schedule{}} {
		var n int64
		testkit.Must(t, h.Ledger.Read(t.Context()).Model(table).Count(&n).Error)
		if n != 0 {
			t.Errorf("%d rows of %T were made", n, table)
		}
	}
	for _, p := range []*testkit.Person{h.Auditor, h.Supervisor, h.Admin} {
		h.Enter(p)
		h.As(p).Get("/readiness/reports/board/share").Status(t, 403)
		h.As(p).Get("/readiness/reports/schedules").Status(t, 403)
	}
}

// TestSchedule sends reports on the days of their rhythm, once, as workbook or
// as a link of its own for each recipient, and says why one was not sent.
func TestSchedule(t *testing.T) {
	t.Parallel()
	ctx, box := t.Context(), testkit.MailServe(t)
	a := testkit.NewWith(t, func(c *config.Config) {
		c.SMTPURL, c.MailFrom, c.PublicURL = box.URL(), "hegui@company.example", "https://hegui.company.example"
	})
	clock := a.Clock
	by := a.Executive.Actor()
	board := report.Spec{Kind: report.Board}
	_, err := a.Reports.Plan(ctx, by, board, report.ScheduleInput{Every: report.Weekly, Language: "zh-CN", Recipients: "one@example.com"})
	testkit.Must(t, err)
	linked, err := a.Reports.Plan(ctx, by, report.Spec{Kind: report.Requests}, report.ScheduleInput{Every: report.Monthly, Language: "en", Recipients: "two@example.com\nthree@example.com", Link: true})
	testkit.Must(t, err)
	run := func(want int) []testkit.Mail {
		t.Helper()
		before := len(box.Got())
		for range 2 {
			testkit.Must(t, a.Reports.SendDue(ctx))
			testkit.Must(t, a.Mail.Deliver(ctx))
		}
		got := box.Got()[before:]
		if len(got) != want {
			t.Fatalf("on %s %d mails went out, want %d", clock.Now(), len(got), want)
		}
		return got
	}
	run(0)
	monday := report.Weekly.Next(a.Readiness.Today())
	clock.Set(monday.Time().Add(7 * time.Hour))
	run(0) // before eight
	clock.Set(monday.Time().Add(8 * time.Hour))
	if m := run(1)[0]; !strings.Contains(m.To, "one@example.com") || !strings.Contains(m.Subject, "董事会摘要") {
		t.Errorf("sent %+v", m)
	}
	first := report.Monthly.Next(monday)
	testkit.Must(t, a.Reports.Pause(ctx, by, plans(t, a)[report.Board].ID, true))
	clock.Set(first.Time().Add(9 * time.Hour))
	for _, m := range run(2) {
		_, link, ok := strings.Cut(m.Text, "https://hegui.company.example")
		if !ok {
			t.Fatalf("no link in %q", m.Text)
		}
		token := path.Base(strings.Fields(link)[0])
		o, err := a.Reports.Find(ctx, token)
		testkit.Must(t, err)
		if o.Period != string(first.Add(-1))[:7] || !strings.Contains(m.To, o.Recipient) || o.ScheduleID != linked.ID {
			t.Errorf("the link of %s is %+v", m.To, o.Share)
		}
	}
	testkit.Must(t, a.Accounts.Disable(ctx, a.Admin.Actor(), by.ID))
	clock.Set(report.Monthly.Next(first).Time().Add(9 * time.Hour))
	run(0)
	if got := plans(t, a); len(got) != 2 || got[report.Requests].Failure != "schedule.failed.maker" {
		t.Errorf("listed %+v", got)
	}
	testkit.Must(t, a.Reports.Remove(ctx, a.Officer.Actor(), linked.ID))
	a.Sound()
}

func plans(t *testing.T, a *testkit.App) map[report.Kind]report.Schedule {
	t.Helper()
	list, err := a.Reports.Schedules(t.Context(), a.Officer.Actor())
	testkit.Must(t, err)
	out := map[report.Kind]report.Schedule{}
	for _, s := range list {
		out[s.Kind] = s
	}
	return out
}
