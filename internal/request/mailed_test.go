package request_test

import (
	"slices"
	"strings"
	"testing"

	"hegui/internal/actor"
	"hegui/internal/app"
	"hegui/internal/i18n"
	"hegui/internal/request"
	"hegui/internal/testkit"
)

// TestMailed follows a request from the portal. The lead is mailed when it comes
// in; its owner, when it is given to them and when it is due soon; both, when it
// is due; and the person, when the staff wrote. No mail says who the person is
// or what was written.
func TestMailed(t *testing.T) {
	t.Parallel()
	ctx, clock, box := t.Context(), &testkit.Clock{}, testkit.MailServe(t)
	clock.Set(testkit.Start)
	c := testkit.Config(testkit.DatabaseURL(t))
	c.SMTPURL, c.MailFrom, c.PublicURL = box.URL(), "hegui@company.example", "https://hegui.company.example"
	a, err := app.Open(ctx, c, app.Options{Now: clock.Now})
	testkit.Must(t, err)
	defer a.Close() //nolint:errcheck // of a test
	p := &onPortal{desk: openOn(t, a, clock), box: box}
	lead := p.Person("Lena Lead", actor.Privacy)
	set, err := p.Requests.Setting(ctx)
	testkit.Must(t, err)
	testkit.Must(t, p.Requests.ChangeSetting(ctx, p.by, set.Version, request.SettingInput{LeadID: lead.ID, ComplainZH: set.ComplainZH, ComplainEN: set.ComplainEN, Requirements: set.Requirements}))
	p.filesRequest()
	var r request.Request
	testkit.Must(t, p.Ledger.Read(ctx).Take(&r).Error)
	_, err = p.Requests.GiveTo(ctx, lead.Actor(), []string{r.ID}, p.Privacy.ID)
	testkit.Must(t, err)

	seen := 0
	mailed := func(when string, want ...string) {
		t.Helper()
		testkit.Must(t, a.Mail.Deliver(ctx))
		var got []string
		for _, m := range box.Got()[seen:] {
			seen++
			got = append(got, strings.Trim(m.To, "<>")+" "+strings.TrimSpace(strings.ReplaceAll(m.Subject, r.Number, "N")))
			if !strings.Contains(m.Subject, r.Number) {
				t.Errorf("%s: which request? %+v", when, m)
			}
			for _, s := range append([]string{"想问什么", strings.TrimPrefix(p.link, "/portal/r/")}, portalSecrets...) {
				if strings.Contains(m.Subject+m.Text, s) {
					t.Errorf("%s: %q stands in %+v", when, s, m)
				}
			}
			if staff := !strings.Contains(m.To, "bruce"); staff != strings.Contains(m.Text, "https://hegui.company.example/requests/"+r.ID) {
				t.Errorf("%s: the link to the request: %+v", when, m)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", when, got, want)
		}
	}
	owner, leader := p.Privacy.Email, lead.Email
	mailed("came in and assigned", leader+" New request N", owner+" Request N is yours", "bruce.li@example.com We have received your request N")
	p.got(p.Requests.Say(ctx, p.by, r.ID, request.Internal, "想问什么"))
	mailed("a note for the staff")
	p.got(p.Requests.Say(ctx, p.by, r.ID, request.ToPerson, "想问什么"))
	mailed("written to the person", "bruce.li@example.com News about your request N")

	r = p.reload(r.ID)
	if r.Due == "" {
		t.Fatal("the clock stands still: the test proves nothing")
	}
	p.morning(string(r.NextNotice))
	testkit.Must(t, p.Requests.Sweep(ctx))
	testkit.Must(t, p.Requests.Sweep(ctx))
	mailed("due soon", owner+" Request N is due soon")
	p.morning(string(r.Due))
	testkit.Must(t, p.Requests.Sweep(ctx))
	testkit.Must(t, p.Requests.Sweep(ctx))
	mailed("due", owner+" Request N is due now", leader+" Request N is due now")
	p.Sound()
}

// TestReceiptByMail says what the mail at intake tells: number, next step and
// day, in the language of the person, to e-mail addresses only.
func TestReceiptByMail(t *testing.T) {
	t.Parallel()
	ctx, clock, box := t.Context(), &testkit.Clock{}, testkit.MailServe(t)
	clock.Set(testkit.Start)
	c := testkit.Config(testkit.DatabaseURL(t))
	c.SMTPURL, c.MailFrom = box.URL(), "hegui@company.example"
	a, err := app.Open(ctx, c, app.Options{Now: clock.Now})
	testkit.Must(t, err)
	defer a.Close() //nolint:errcheck // of a test
	d := openOn(t, a, clock)
	d.level(request.Explain, request.NoCheck)
	d.level(request.Copy, request.Documents)
	for _, one := range []struct {
		name, language, contact string
		kind                    request.Kind
		want                    []string // none: no mail
	}{
		{"checked, Chinese", "zh-CN", "zhang.san@example.com", request.Copy, []string{"已收到您的请求", "与您联系核实身份"}},
		{"checked, English", "en", " Zhang.San@example.com ", request.Copy, []string{"We have received your request", "get in touch"}},
		{"not checked, Chinese", "zh-CN", "zhang.san@example.com", request.Explain, []string{"即开始办理", "答复期限"}},
		{"not checked, English", "en", "zhang.san@example.com", request.Explain, []string{"starting to work"}},
		{"by phone", "en", "13800138000", request.Explain, nil},
	} {
		before := len(box.Got())
		in := d.intake(one.kind)
		in.Language, in.Contact = one.language, one.contact
		r := d.takeIn(in)
		testkit.Must(t, a.Mail.Deliver(ctx))
		got := box.Got()[before:]
		if len(one.want) == 0 {
			if len(got) != 0 {
				t.Errorf("%s: mailed %+v", one.name, got)
			}
			continue
		}
		if len(got) != 1 || !strings.EqualFold(strings.Trim(got[0].To, "<>"), "zhang.san@example.com") {
			t.Errorf("%s: mailed %+v", one.name, got)
			continue
		}
		all := got[0].Subject + got[0].Text
		want := append(one.want, r.Number)
		if r.Due != "" {
			want = append(want, i18n.Date(i18n.With(ctx, one.language), r.Due))
		}
		for _, w := range want {
			if !strings.Contains(all, w) {
				t.Errorf("%s: lacks %q: %+v", one.name, w, got[0])
			}
		}
		for _, s := range []string{"张三丰", "user-88231", "请删除我的聊天记录", "/portal/r/"} {
			if strings.Contains(all, s) {
				t.Errorf("%s: %q stands in %+v", one.name, s, got[0])
			}
		}
	}
	d.Sound()
}
