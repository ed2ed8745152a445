package e2e

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"hegui/internal/config"
	"hegui/internal/i18n"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/internal/request"
	"hegui/internal/testkit"
)

// ending is how a request ends.
type ending string

const (
	inTime  ending = "answered"
	refused ending = "refused"
	late    ending = "late"
)

// TestPortal takes requests of all four rights from the portal, with its real
// proof of work, to the answer that the person reads there.
func TestPortal(t *testing.T) {
	t.Parallel()
	browser(t)
	for _, one := range []struct {
		right    request.Kind
		language string
		screen   screen
		ends     ending
	}{
		{request.Access, "zh-CN", wide, inTime}, {request.Access, "en", narrow, inTime},
		{request.Copy, "zh-CN", narrow, inTime}, {request.Copy, "en", wide, inTime},
		{request.Correct, "zh-CN", wide, inTime}, {request.Correct, "en", narrow, inTime},
		{request.Delete, "zh-CN", narrow, inTime}, {request.Delete, "en", wide, inTime},
		{request.Delete, "zh-CN", wide, refused}, {request.Delete, "en", narrow, refused},
		{request.Access, "zh-CN", narrow, late}, {request.Access, "en", wide, late},
	} {
		t.Run(fmt.Sprintf("%s-%s-%d-%s", one.right, one.language, one.screen.width, one.ends), func(t *testing.T) {
			t.Parallel()
			c := counterIn(t, one.right, one.language)
			c.person = c.site.tab(t, nil).speak(one.language).size(one.screen).allow("status of 422")
			c.person.hasty = one.screen == wide // axe sees the same pages on the phone
			c.files()
			c.showsWho()
			c.adds()
			c.person.inspect()
			switch one.ends {
			case inTime:
				c.found()
				c.answers()
				c.readsAnswer()
			case refused:
				c.refuses()
				c.readsRefusal()
			case late:
				c.escalates()
				c.found()
				c.answers()
				c.readsAnswer()
				c.countsLate()
			}
			c.Sound()
		})
	}
}

// counter is where requests come in: the portal, the mail of the person, and
// the desk of the staff.
type counter struct {
	*testkit.App
	t        *testing.T
	site     *Site
	box      *testkit.MailServer
	language string
	right    request.Kind
	person   *Tab
	link     string // address of the request for the person
	number   string
}

// counterIn opens a house with one service and one system that holds personal
// data; requests of the right are checked by a code.
func counterIn(t *testing.T, right request.Kind, language string) *counter {
	t.Helper()
	return counterWith(t, right, language, func(*config.Config) {}, serve)
}

// counterWith is counterIn with a configuration that the test changes, served
// as it likes.
func counterWith(t *testing.T, right request.Kind, language string, change func(*config.Config), serve func(*testing.T, *testkit.App) *Site) *counter {
	t.Helper()
	box := testkit.MailServe(t)
	a := testkit.NewWith(t, func(c *config.Config) {
		c.SMTPURL, c.MailFrom = box.URL(), "hegui@company.example"
		change(c)
	})
	c := &counter{App: a, t: t, site: serve(t, a), box: box, language: language, right: right}
	ctx := t.Context()
	_, err := a.Register.Register(ctx, a.Officer.Actor(), register.Registration{Details: register.Details{Name: "小问", Kind: "chat", State: register.Live},
		Scope: register.Scoping{Profile: regulation.Profile{Public: regulation.Yes}}})
	testkit.Must(t, err)
	_, err = a.Requests.AddSystem(ctx, a.Privacy.Actor(), request.SystemInput{Name: "对话库 Conversations", OwnerID: a.Supervisor.ID, Categories: []string{"对话 Conversations"},
		Identifiers: []string{"account"}, Retention: "180", LegalBasis: "contract", Reach: request.ByPeople})
	testkit.Must(t, err)
	rules, err := a.Requests.Rules(ctx)
	testkit.Must(t, err)
	for _, r := range rules {
		if r.Kind == right {
			in := r.Input()
			in.IdentityLevel = request.ByCode
			testkit.Must(t, a.Requests.ChangeRule(ctx, a.Privacy.Actor(), r.ID, r.Version, in))
		}
	}
	for _, p := range []*testkit.Person{a.Privacy, a.Supervisor} {
		testkit.Must(t, a.Accounts.SetLanguage(ctx, p.Actor(), language))
		a.Enter(p)
	}
	return c
}

// says is a message in the language of the test.
func (c *counter) says(key string, args ...any) string {
	return i18n.T(i18n.With(c.t.Context(), c.language), key, args...)
}

// what the person types.
const (
	personName    = "李小龙"
	personContact = "bruce@example.com"
	personWish    = "六月的对话 The conversations of June"
	personAdds    = "也包括七月 And those of July"
	personFile    = "六月的截图 a screenshot of June\n"
	answerFile    = `{"conversations": ["六月一日 1 June"]}` + "\n"
	answerWords   = "已办结，见附件 Done, see the file"
)

// files fills in the form, wrongly first, and keeps the link of the receipt.
func (c *counter) files() {
	tab := c.person.open("/portal").sees("h1", c.says("portal.title")).proved().inspect().shot("portal-" + c.language)
	tab.click("[name=kind][value=" + string(c.right) + "]").click("[name=requester][value=self]")
	tab.fill("#f-name", personName).fill("#f-contact", "nobody").fill("#f-account", "dragon").fill("#f-details", personWish).click("#f-consent")
	tab.unchecked("form[action='/portal']").submit("form[action='/portal'] button[type=submit]")
	tab.refused([]string{"#f-contact"}, map[string]string{"#f-name": personName, "#f-details": personWish, "#f-account": "dragon"}).proved().inspect()
	tab.fill("#f-contact", personContact).upload("#f-files", writeFile(c.t, c.t.TempDir(), "截图 screenshot.txt", personFile))
	tab.submit("form[action='/portal'] button[type=submit]").sees("h1", c.says("portal.receipt.title")).inspect().shot("portal-receipt-" + c.language)
	c.number = tab.text("[data-number]")
	u, err := url.Parse(tab.text("[data-link]"))
	testkit.Must(c.t, err)
	c.link = u.Path
	if tab.count(".note") != 0 {
		tab.fail("the receipt complains: %s", tab.text(".note"))
	}
}

// proved waits until the widget has done its work.
func (b *Tab) proved() *Tab {
	b.t.Helper()
	return b.until("the proof of work", "!!document.querySelector('altcha-widget [name=altcha]')?.value")
}

// send closes what was told about the act before, which may lie over the
// button, and sends a form.
func (b *Tab) send(button string) *Tab {
	b.t.Helper()
	ask[bool](b, "(document.querySelectorAll('[data-toast-close]').forEach(b => b.click()), true)")
	return b.submit(button)
}

// code is the one-time code that came by mail.
func (c *counter) code() string {
	c.t.Helper()
	testkit.Must(c.t, c.Mail.Deliver(c.t.Context()))
	code := ""
	for _, m := range c.box.Got() {
		if strings.Contains(m.To, personContact) && strings.Contains(m.Text, c.number) { // the receipt, too, in any order
			code = cmp.Or(regexp.MustCompile(`\b\d{6}\b`).FindString(strings.ReplaceAll(m.Text, c.number, "")), code)
		}
	}
	if code == "" {
		c.t.Fatalf("no code in %+v", c.box.Got())
	}
	return code
}

// showsWho enters the code from the mail, a wrong one first.
func (c *counter) showsWho() {
	tab := c.person.leaves(func() { c.person.click("a[href$='" + c.link + "']") }).at(c.link)
	tab.sees("h1", c.number).inspect().shot("portal-track-" + c.language)
	tab.send("form[action$='/code'] button[type=submit]").sees("#check", "@example.com").inspect()
	code := c.code()
	other := "000000"
	if code == other {
		other = "000001"
	}
	tab.fill("#f-code", other).send("form[action$='/verify'] button[type=submit]").refused([]string{"#f-code"}, map[string]string{"#f-code": other}).inspect()
	tab.fill("#f-code", code).send("form[action$='/verify'] button[type=submit]").at(c.link)
	tab.sees("[data-say]", c.says("portal.say.in_progress")).misses("#check")
}

// adds sends a message and a file on the page of the request.
func (c *counter) adds() {
	tab := c.person.fill("#f-body", personAdds).send("form[action$='/messages'] button[type=submit]").at(c.link).sees(".portal-talk li[data-mine]", personAdds)
	tab.upload("#f-file", writeFile(c.t, c.t.TempDir(), "七月 July.txt", personFile)).send("form[action$='/files'] button[type=submit]").at(c.link)
	tab.sees(".portal-files li", "七月 July.txt").sees(".portal-files li", "截图 screenshot.txt")
}

// desk is the page of the request for the staff.
func (c *counter) desk() *Tab {
	c.t.Helper()
	tab := c.site.tab(c.t, c.Privacy).speak(c.language)
	tab.hasty = true // TestEveryPage looks at these
	tab.open("/requests").leaves(func() { tab.click("main tbody a[href^='/requests/']") })
	return tab.sees("main", c.number).sees("main", personName).sees("#messages", personAdds)
}

// found lets the staff read what the person sent, and the owner of the system
// report.
func (c *counter) found() {
	if got := string(c.desk().fetch("#files a[href*='/files/']")); got != personFile {
		c.t.Errorf("the staff read %q", got)
	}
	ctx, by := c.t.Context(), c.Supervisor.Actor()
	list, err := c.Requests.Tasks(ctx, by, false)
	testkit.Must(c.t, err)
	if len(list) != 1 {
		c.t.Fatalf("the owner of the system has %d tasks", len(list))
	}
	_, err = c.Requests.AttachToTask(ctx, by, list[0].ID, "result.json", strings.NewReader(answerFile))
	testkit.Must(c.t, err)
	result := list[0].Kind.Results()[0] // found, or done
	_, err = c.Requests.ReportTask(ctx, by, list[0].ID, 0, request.Report{Result: result, Words: "42", Before: "六月 June", After: "七月 July"})
	testkit.Must(c.t, err)
}

// answers gives the person a file and the answer, once every system is done.
func (c *counter) answers() {
	tab := c.desk().inspect()
	tab.click("#files details summary").put("#files [name=purpose]", string(request.ForAnswer))
	tab.upload("#files input[type=file]", writeFile(c.t, c.t.TempDir(), "answer.json", answerFile)).send("#files form[enctype] button[type=submit]").sees("#files", "answer.json")
	tab.click("#act-answer summary").fill("#act-answer [name=words]", answerWords).send("#act-answer .form-actions button[type=submit]")
	tab.sees("main", c.says("request.state.answered")).inspect()
}

// readsAnswer reads the answer where the person can, and checks the
// certificate of a deletion.
func (c *counter) readsAnswer() {
	tab := c.person.open(c.link).sees("[data-say]", c.says("portal.say.answered")).sees(".portal-talk", answerWords).inspect().shot("portal-answered-" + c.language)
	if got := string(tab.fetch(".portal-files a[download]")); got != answerFile {
		c.t.Errorf("the person reads %q", got)
	}
	if c.right != request.Delete {
		return
	}
	code := regexp.MustCompile(`[0-9A-Z]{5}(-[0-9A-Z]{5}){3}`).FindString(tab.text(".portal-talk"))
	tab.open("/portal/certificate").inspect().fill("#f-code", "XXXX-"+code).send("main form button[type=submit], .bare form[action='/portal/certificate'] button[type=submit]")
	tab.refused([]string{"#f-code"}, map[string]string{"#f-code": "XXXX-" + code})
	tab.fill("#f-code", code).send("form[action='/portal/certificate'] button[type=submit]")
	tab.sees("main", c.says("fulfil.certificate.genuine")).sees("main", c.number).inspect()
}

// refuses refuses for a reason from the law.
func (c *counter) refuses() {
	tab := c.desk().click("#act-refuse summary")
	reason := ask[string](tab, `[...document.querySelectorAll("#act-refuse [name=reason] option")].map(o => o.value).find(v => v)`)
	tab.put("#act-refuse [name=reason]", reason).fill("#act-refuse [name=words]", answerWords).send("#act-refuse .form-actions button[type=submit]")
	tab.sees("main", c.says("request.state.refused")).inspect()
}

// readsRefusal reads the reason, and how to complain.
func (c *counter) readsRefusal() {
	set, err := c.Requests.Setting(c.t.Context())
	testkit.Must(c.t, err)
	complain := set.ComplainZH
	if c.language == "en" {
		complain = set.ComplainEN
	}
	first, _, _ := strings.Cut(complain, "\n")
	c.person.open(c.link).sees("[data-say]", c.says("portal.say.refused")).sees(".portal-talk", answerWords).sees(".portal-talk", first).inspect().shot("portal-refused-" + c.language)
}

// escalates lets the deadline pass: the lead is told, the staff see it.
func (c *counter) escalates() {
	ctx := c.t.Context()
	set, err := c.Requests.Setting(ctx)
	testkit.Must(c.t, err)
	lead := c.Person("Lena Lead", "privacy")
	testkit.Must(c.t, c.Accounts.SetLanguage(ctx, lead.Actor(), c.language))
	testkit.Must(c.t, c.Requests.ChangeSetting(ctx, c.Privacy.Actor(), set.Version, request.SettingInput{LeadID: lead.ID, ComplainZH: set.ComplainZH, ComplainEN: set.ComplainEN}))
	var r request.Request
	testkit.Must(c.t, c.Ledger.Read(ctx).Where("number = ?", c.number).Take(&r).Error)
	c.Clock.Set(r.Due.Time().Add(2*24*time.Hour + 4*time.Hour))
	testkit.Must(c.t, c.Requests.Sweep(ctx))
	for _, p := range []*testkit.Person{c.Privacy, c.Supervisor, lead} {
		c.Enter(p)
	}
	tab := c.site.tab(c.t, lead).speak(c.language)
	tab.hasty = true
	tab.open("/work").sees("main", c.number).inspect()
	if !strings.Contains(strings.Join(c.Actions(), " "), "request.escalated") {
		c.t.Error("the ledger knows of no escalation")
	}
}

// countsLate finds the request among those that were late.
func (c *counter) countsLate() {
	var r request.Request
	testkit.Must(c.t, c.Ledger.Read(c.t.Context()).Where("number = ?", c.number).Take(&r).Error)
	if !r.Late || r.State != request.Answered {
		c.t.Errorf("%s, late %t", r.State, r.Late)
	}
	month := string(r.DecidedOn)[:7]
	got, err := c.Requests.Figures(c.t.Context(), c.Privacy.Actor(), request.FigureFilter{From: "2026-11", To: month})
	testkit.Must(c.t, err)
	if got.Counts.Answered != 1 {
		c.t.Errorf("the figures say %+v", got.Counts)
	}
}

// TestPortalWithoutScript goes the same way in a browser that runs no scripts:
// form, code, message, file, withdrawal.
func TestPortalWithoutScript(t *testing.T) {
	t.Parallel()
	browser(t)
	for _, language := range []string{"zh-CN", "en"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			c := counterIn(t, request.Delete, language)
			tab := c.site.tab(t, nil).speak(language).size(narrow)
			c.person = tab
			_, err := chromedp.Call(tab.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			testkit.Must(t, err)
			tab.open("/portal").sees("h1", c.says("portal.title"))
			if tab.count("altcha-widget") != 0 {
				t.Error("a script runs")
			}
			tab.click("[name=kind][value=delete]").fill("#f-name", personName).fill("#f-contact", personContact).fill("#f-details", personWish).click("#f-consent")
			tab.upload("#f-files", writeFile(t, t.TempDir(), "截图 screenshot.txt", personFile))
			tab.send("form[action='/portal'] button[type=submit]").sees("h1", c.says("portal.receipt.title")).shot("portal-receipt-noscript-" + language)
			c.number = tab.text("[data-number]")
			u, err := url.Parse(tab.text("[data-link]"))
			testkit.Must(t, err)
			c.link = u.Path
			tab.leaves(func() { tab.click("a[href$='" + c.link + "']") }).sees("h1", c.number)
			tab.send("form[action$='/code'] button[type=submit]").fill("#f-code", c.code()).send("form[action$='/verify'] button[type=submit]")
			tab.sees("[data-say]", c.says("portal.say.in_progress"))
			c.adds()
			tab.click("details:has(form[action$='/withdraw']) summary").send("form[action$='/withdraw'] button[type=submit]")
			tab.sees("[data-say]", c.says("portal.say.closed"))
			c.Sound()
		})
	}
}
