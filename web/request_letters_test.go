package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"hegui/internal/actor"
	"hegui/internal/request"
	"hegui/internal/testkit"
)

// holds fails the test for each word that a page lacks.
func holds(t *testing.T, page *testkit.Response, words ...string) {
	t.Helper()
	text := page.Find(t, "#main").Text()
	page.Find(t, "#main input[name]").Each(func(_ int, in *goquery.Selection) { text += in.AttrOr("value", "") })
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("the page lacks %q", w)
		}
	}
}

// working brings the desk's request to where it can be answered or refused.
func (d requestDesk) working(t *testing.T) string {
	t.Helper()
	d.by.Post(d.url+"/check", url.Values{}).Status(t, 303)
	d.by.Post(d.url+"/pass", url.Values{"words": {"一次性验证码"}}).Status(t, 303)
	list, err := d.Requests.Refusals(t.Context())
	testkit.Must(t, err)
	for _, r := range list {
		if r.Code == "retention_period" {
			return r.ID
		}
	}
	t.Fatal("no reason")
	return ""
}

func TestLetterIsReadEditedAndSent(t *testing.T) {
	d := requestHouse(t)
	reason := d.working(t)
	typed := url.Values{"act": {"refuse"}, "reason": {reason}, "words": {"日志须保存六个月"}, "version": {"0"}}

	page := d.by.Post(d.url+"/letter", typed)
	holds(t, page.Status(t, 200), "日志须保存六个月", "尚未届满", "第四十七条第二款")
	if page.Find(t, "form[action='"+d.url+"/refuse'] input[name=reason][value='"+reason+"']").Length() != 1 {
		t.Error("the letter's form does not carry the reason")
	}
	body := page.Find(t, "textarea[name=letter_body]").Text()
	send := url.Values{"reason": {reason}, "words": {"日志须保存六个月"}, "letter_template": {page.Find(t, "input[name=letter_template]").AttrOr("value", "")},
		"letter_subject": {"改过的标题"}, "letter_body": {"我们拒绝。"}}

	for _, lang := range []string{"zh-CN", "en"} {
		wrong := d.by.With("Accept-Language", lang).Post(d.url+"/refuse", send)
		holds(t, wrong.Status(t, 422), "我们拒绝。", "改过的标题")
		if wrong.Find(t, "textarea[name=letter_body][aria-invalid=true]").Length() != 1 {
			t.Errorf("%s: nothing beside the text:\n%s", lang, wrong.Find(t, "form").Text())
		}
	}
	empty := url.Values{"reason": {reason}, "words": {"x"}, "letter_subject": {""}, "letter_body": {body}, "letter_template": send["letter_template"]}
	d.by.Post(d.url+"/refuse", empty).Status(t, 422)
	if r := d.state(t); r.State != request.InProgress {
		t.Fatalf("a wrong letter left the request %s", r.State)
	}
	send.Set("letter_body", body+"\n\n另附说明。")
	holds(t, d.by.Post(d.url+"/letter", url.Values{"act": {"refuse"}, "reason": {reason}, "words": {"x"}, "letter_subject": {"S"}, "letter_body": {"再看一遍"}}).Status(t, 200), "再看一遍")
	d.by.Post(d.url+"/refuse", send).Status(t, 303)

	shown := d.by.Get(d.url)
	link := shown.Find(t, "#messages a").First()
	if link.Text() != "改过的标题" {
		t.Fatalf("the page names the letter %q", link.Text())
	}
	at := link.AttrOr("href", "")
	holds(t, d.by.Get(at).Status(t, 200), "改过的标题", "另附说明。", "张三丰")
	for _, p := range []*testkit.Person{d.Auditor, d.Officer, d.Executive, d.Contributor} {
		d.As(p).Get(at).Status(t, 403)
		d.As(p).Post(d.url+"/letter", typed).Status(t, 403)
	}
	masked := d.As(d.Auditor).Get(d.url)
	masked.Status(t, 200)
	if strings.Contains(masked.Body.String(), "另附说明") || strings.Contains(masked.Body.String(), "改过的标题") {
		t.Error("the auditor reads the letter unasked")
	}
}

// state reads the desk's request.
func (d requestDesk) state(t *testing.T) request.Request {
	t.Helper()
	list, err := d.Requests.List(t.Context(), d.Privacy.Actor(), request.Filter{Limit: 1})
	testkit.Must(t, err)
	return list[0]
}

func TestLetterDraftComesBack(t *testing.T) {
	d := requestHouse(t)
	d.working(t)
	for _, lang := range []string{"zh-CN", "en"} {
		page := d.by.With("Accept-Language", lang).Post(d.url+"/letter", url.Values{"act": {"refuse"}, "reason": {"none"}, "words": {"已经写好的说明"}})
		holds(t, page.Status(t, 422), "已经写好的说明")
		if page.Find(t, "details#act-refuse[open] select[aria-invalid=true]").Length() != 1 {
			t.Errorf("%s: the form did not come back with its message", lang)
		}
	}
	d.by.Post(d.url+"/letter", url.Values{"act": {"nothing"}}).Status(t, 404)
	d.by.Post(d.url+"/receipt", url.Values{}).Status(t, 303)
	if d.by.Get(d.url).Find(t, "#act-receipt").Length() != 0 {
		t.Error("a second acknowledgement is offered")
	}
}

func TestTemplatePages(t *testing.T) {
	d := requestHouse(t)
	list := d.by.Get("/requests/templates")
	list.Status(t, 200)
	at := list.Find(t, "#main a[href^='/requests/templates/']").First().AttrOr("href", "")
	d.by.Get(at).Status(t, 200)
	for _, lang := range []string{"zh-CN", "en"} {
		wrong := d.by.With("Accept-Language", lang).Post(at, url.Values{"subject": {"新的标题"}, "body": {"没有占位符"}})
		holds(t, wrong.Status(t, 422), "没有占位符", "新的标题")
		if wrong.Find(t, "textarea[name=body][aria-invalid=true]").Length() != 1 {
			t.Errorf("%s: nothing beside the text", lang)
		}
	}
	made := d.by.Post(at, url.Values{"subject": {"新的标题"}, "body": {"收到 {{number}}"}})
	made.Status(t, 303)
	own := made.Header().Get("Location")
	d.by.Post(own+"/decide", url.Values{"version": {"1"}, "decision": {"approve"}}).Status(t, 409)
	second := d.As(d.Person("Paul Privacy", actor.Privacy))
	for _, lang := range []string{"zh-CN", "en"} {
		second.With("Accept-Language", lang).Post(own+"/decide", url.Values{"version": {"1"}}).Status(t, 422)
		wrong := second.With("Accept-Language", lang).Post(own+"/decide", url.Values{"version": {"1"}, "decision": {"reject"}})
		wrong.Status(t, 422)
		if wrong.Find(t, "#decide textarea[aria-invalid=true]").Length() != 1 {
			t.Errorf("%s: turned down without a word", lang)
		}
	}
	second.Post(own+"/decide", url.Values{"version": {"1"}, "decision": {"approve"}, "words": {"已核对"}}).Status(t, 303)
	holds(t, d.by.Get(own).Status(t, 200), "Petra Privacy", "Paul Privacy", "已核对")
	for _, p := range []*testkit.Person{d.Auditor, d.Officer, d.Contributor} {
		d.As(p).Post(at, url.Values{"subject": {"x"}, "body": {"{{number}}"}}).Status(t, 403)
		d.As(p).Post(own+"/decide", url.Values{"version": {"1"}}).Status(t, 403)
	}
	d.As(d.Auditor).Get(own).Status(t, 200)
	d.As(d.Contributor).Get(own).Status(t, 403)
}

func TestPersonReadsTheirLetter(t *testing.T) {
	t.Parallel()
	a, _ := portal(t)
	link := linkOf(t, a.As(nil).Post("/portal", filled(a, solved(t, a))).Status(t, 200))
	other := linkOf(t, a.As(nil).Post("/portal", filled(a, solved(t, a))).Status(t, 200))
	list, err := a.Requests.List(t.Context(), a.Privacy.Actor(), request.Filter{Limit: 2})
	testkit.Must(t, err)
	for _, r := range list {
		_, err := a.Requests.Acknowledge(t.Context(), a.Privacy.Actor(), r.ID)
		testkit.Must(t, err)
	}
	letter := func(link string) string {
		t.Helper()
		return a.As(nil).Get(link).Status(t, 200).Find(t, ".portal-talk a").AttrOr("href", "")
	}
	at := letter(link)
	page := a.As(nil).Get(at).Status(t, 200)
	if text := page.Find(t, ".letter-sheet").Text(); !strings.Contains(text, "Test Org") {
		t.Errorf("the letter reads %q", text)
	}
	stranger := letter(other)
	a.As(nil).Get(link+stranger[strings.LastIndex(stranger, "/letters/"):]).Status(t, 404)
	a.As(nil).Get("/portal/r/"+strings.Repeat("0", 64)+at[strings.LastIndex(at, "/letters/"):]).Status(t, 404)
}
