package request_test

import (
	"slices"
	"strings"
	"testing"

	"hegui/internal/actor"
	"hegui/internal/problem"
	"hegui/internal/request"
	"hegui/internal/testkit"
)

// lastLetter is the newest letter of a request, in clear.
func (d *desk) lastLetter(id string) request.LetterWords {
	d.t.Helper()
	var l request.Letter
	testkit.Must(d.t, d.Ledger.Read(d.t.Context()).Where("request_id = ?", id).Order("id DESC").Take(&l).Error)
	got, err := d.Requests.LetterOf(d.t.Context(), d.by, id, l.ID)
	testkit.Must(d.t, err)
	return got
}

// wantWords fails the test for each word that a text lacks.
func wantWords(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("the letter lacks %q:\n%s", w, text)
		}
	}
	if strings.Contains(text, "{{") {
		t.Errorf("the letter has an open place:\n%s", text)
	}
}

func TestLettersOfActions(t *testing.T) {
	d := open(t)
	ctx, s := t.Context(), d.Requests
	for _, language := range []string{"zh-CN", "en"} {
		for _, one := range []struct {
			purpose request.LetterPurpose
			do      func(id string) error
			zh, en  string
		}{
			{request.ReceiptLetter, func(id string) error { _, err := s.Acknowledge(ctx, d.by, id); return err }, "已经收到并登记", "have received and registered"},
			{request.QuestionLetter, func(id string) error {
				_, err := s.Wait(ctx, d.by, id, 0, request.WantsDetails, "哪几天 which days")
				return err
			}, "需要您进一步说明请求内容", "need to know more"},
			{request.ExtensionLetter, func(id string) error {
				_, err := s.Prolong(ctx, d.by, id, 0, request.Complex, "十二个系统 twelve systems")
				return err
			}, "涉及的系统或者数据较多", "many systems"},
			{request.AnswerLetter, func(id string) error { _, err := s.Fulfil(ctx, d.by, id, 0, "全部删除 all gone"); return err }, "第四十七条", "Article 47"},
			{request.RefusalLetter, func(id string) error {
				_, err := s.Deny(ctx, d.by, id, 0, d.reason("retention_period"), "网络日志 network logs")
				return err
			}, "《个人信息保护法》第四十七条第二款", "PIPL Art. 47(2)"},
			{request.ClosingLetter, func(id string) error {
				_, err := s.Finish(ctx, d.by, id, 0, request.NoReply, "三十天 thirty days")
				return err
			}, "未在期限内收到您的答复", "did not hear from you"},
		} {
			in := d.intake(request.Delete)
			in.Language = language
			r := d.takeIn(in)
			d.got(s.StartCheck(ctx, d.by, r.ID, 0))
			d.got(s.PassCheck(ctx, d.by, r.ID, 0, "一次性验证码"))
			testkit.Must(t, one.do(r.ID))
			l := d.lastLetter(r.ID)
			want := one.zh
			if language == "en" {
				want = one.en
			}
			if l.Purpose != one.purpose || l.Language != language || l.SentBy != d.by.ID {
				t.Errorf("%s in %s: sent %+v", one.purpose, language, l.Letter)
			}
			wantWords(t, l.Text, want, "张三丰", r.Number, "小问", "Test Org")
			wantWords(t, l.Subject, r.Number)
			m := d.detail(r.ID).Messages[0]
			if m.LetterID != l.ID || m.Text != l.Text || m.Subject != l.Subject {
				t.Errorf("%s in %s: the message is not the letter: %+v", one.purpose, language, m)
			}
		}
	}
}

// What a person writes is not read as a template.
func TestLetterPlacesAreFilledOnce(t *testing.T) {
	d := open(t)
	in := d.intake(request.Delete)
	in.Name = "{{words}}"
	r := d.takeIn(in)
	d.got(d.Requests.Finish(t.Context(), d.by, r.ID, 0, request.Withdrawn, "应您的要求 {{complain}}"))
	text := d.lastLetter(r.ID).Text
	if !strings.HasPrefix(text, "{{words}}：") || !strings.Contains(text, "应您的要求 {{complain}}") {
		t.Errorf("filled again:\n%s", text)
	}
}

func TestRefusalTellsHowToComplain(t *testing.T) {
	d := open(t)
	r := d.in(request.Refused)
	wantWords(t, d.lastLetter(r.ID).Text, "日志须保存六个月", "尚未届满", "人民法院", "第五十条")
}

func TestLetterDraftAndEdit(t *testing.T) {
	d := open(t)
	ctx, s := t.Context(), d.Requests
	r := d.in(request.InProgress)
	before := d.reload(r.ID)
	reason := d.reason("retention_period")
	p, err := s.Draft(ctx, d.by, r.ID, request.RefusalLetter, reason, "日志须保存六个月")
	testkit.Must(t, err)
	wantWords(t, p.Body, "日志须保存六个月", "尚未届满")
	if after := d.reload(r.ID); after.Version != before.Version || after.State != request.InProgress {
		t.Errorf("the draft changed the request: %+v", after)
	}

	for name, wrong := range map[string]request.Written{
		"letter_subject": {TemplateID: p.TemplateID, Body: p.Body},
		"letter_body":    {TemplateID: p.TemplateID, Subject: p.Subject, Body: "我们拒绝。"},
	} {
		_, err := s.Deny(ctx, d.by, r.ID, r.Version, reason, "日志须保存六个月", wrong)
		if f, ok := problem.FieldsOf(err); !ok || f[0].Field != name {
			t.Errorf("wrong %s: %v", name, err)
		}
	}
	if _, err := s.Deny(ctx, d.by, r.ID, 0, reason, "六个月", request.Written{TemplateID: "none", Subject: p.Subject, Body: p.Body}); err == nil {
		t.Error("a letter without a template was sent")
	}
	d.got(s.Deny(ctx, d.by, r.ID, r.Version, reason, "日志须保存六个月", request.Written{TemplateID: p.TemplateID, Subject: "改过的标题", Body: p.Body + "\n\n另附说明。"}))
	l := d.lastLetter(r.ID)
	if l.Subject != "改过的标题" || !strings.HasSuffix(l.Text, "另附说明。") {
		t.Errorf("sent %q %q", l.Subject, l.Text)
	}
}

func TestLetterDraftRefusals(t *testing.T) {
	d := open(t)
	ctx, s := t.Context(), d.Requests
	r := d.in(request.InProgress)
	for _, one := range []struct {
		purpose       request.LetterPurpose
		reason, words string
	}{
		{"other", "", "x"}, {request.QuestionLetter, "none", "x"}, {request.QuestionLetter, string(request.WantsChoice), ""},
		{request.ExtensionLetter, "none", "x"}, {request.ClosingLetter, "none", "x"}, {request.RefusalLetter, d.reason("accurate"), "x"},
	} {
		if _, err := s.Draft(ctx, d.by, r.ID, one.purpose, one.reason, one.words); !problem.Is(err, problem.Invalid) {
			t.Errorf("%v: %v", one, err)
		}
	}
	for _, by := range []actor.Actor{d.Officer.Actor(), d.Auditor.Actor()} {
		if _, err := s.Draft(ctx, by, r.ID, request.AnswerLetter, "", "x"); !problem.Is(err, problem.Forbidden) {
			t.Errorf("%v drafts: %v", by.Roles, err)
		}
		if _, err := s.LetterOf(ctx, by, r.ID, "none"); !problem.Is(err, problem.Forbidden) {
			t.Errorf("%v opens: %v", by.Roles, err)
		}
	}
	over := d.in(request.Answered)
	if _, err := s.LetterOf(ctx, d.by, r.ID, d.lastLetter(over.ID).ID); !problem.Is(err, problem.NotFound) {
		t.Errorf("another request's letter: %v", err)
	}
}

// series finds the template in use.
func (d *desk) series(p request.LetterPurpose, kind request.Kind, language string) request.Template {
	d.t.Helper()
	list, err := d.Requests.Templates(d.t.Context(), d.by)
	testkit.Must(d.t, err)
	at := slices.IndexFunc(list, func(t request.Template) bool {
		return t.Purpose == p && t.Kind == kind && t.Language == language && t.State == request.TemplateCurrent
	})
	if at < 0 {
		d.t.Fatalf("no template %s %s %s", p, kind, language)
	}
	return list[at]
}

func TestTemplateVersions(t *testing.T) {
	d := open(t)
	ctx, s := t.Context(), d.Requests
	second := d.Person("Paul Privacy", actor.Privacy).Actor()
	old := d.series(request.ClosingLetter, "", "zh-CN")
	in := request.TemplateInput{Subject: "新标题 {{number}}", Body: "新正文：{{words}}"}

	got, err := s.ProposeTemplate(ctx, d.by, old.ID, in)
	testkit.Must(t, err)
	if got.Number != 2 || got.State != request.TemplateProposed {
		t.Fatalf("proposed %+v", got)
	}
	if _, err := s.ProposeTemplate(ctx, second, old.ID, in); !problem.Is(err, problem.Conflict) {
		t.Errorf("a second proposal: %v", err)
	}
	if err := s.DecideTemplate(ctx, d.by, got.ID, got.Version, true, ""); !problem.Is(err, problem.Conflict) {
		t.Errorf("approved by its author: %v", err)
	}
	if now := d.series(request.ClosingLetter, "", "zh-CN"); now.ID != old.ID {
		t.Error("a proposal is in use")
	}
	if err := s.DecideTemplate(ctx, second, got.ID, got.Version, false, ""); !problem.Is(err, problem.Invalid) {
		t.Errorf("turned down without words: %v", err)
	}
	testkit.Must(t, s.DecideTemplate(ctx, second, got.ID, got.Version, true, "已核对"))
	_, all, err := s.TemplateVersions(ctx, d.by, old.ID)
	testkit.Must(t, err)
	if len(all) != 2 || all[0].State != request.TemplateCurrent || all[0].DecidedBy != second.ID || all[0].CreatedBy != d.by.ID || all[1].State != request.TemplateReplaced {
		t.Errorf("versions %+v", all)
	}
	if err := s.DecideTemplate(ctx, second, got.ID, got.Version+1, true, ""); !problem.Is(err, problem.Conflict) {
		t.Errorf("approved twice: %v", err)
	}
	r := d.in(request.Closed)
	if l := d.lastLetter(r.ID); l.Text != "新正文：应您的要求结束" || l.Subject != "新标题 "+r.Number {
		t.Errorf("sent %q %q", l.Subject, l.Text)
	}
	back, err := s.ProposeTemplate(ctx, d.by, got.ID, in)
	testkit.Must(t, err)
	testkit.Must(t, s.DecideTemplate(ctx, d.by, back.ID, back.Version, false, "撤回"))
}

func TestTemplateProblems(t *testing.T) {
	d := open(t)
	old := d.series(request.RefusalLetter, "", "en")
	good := old.Body
	for name, in := range map[string]struct {
		request.TemplateInput
		field string
	}{
		"no subject":    {request.TemplateInput{Body: good}, "subject"},
		"no body":       {request.TemplateInput{Subject: "x"}, "body"},
		"unknown place": {request.TemplateInput{Subject: "{{nam}}", Body: good}, "subject"},
		"no complaint":  {request.TemplateInput{Subject: "x", Body: strings.ReplaceAll(good, "{{complain}}", "")}, "body"},
		"too long":      {request.TemplateInput{Subject: "x", Body: good + strings.Repeat("字", 10_000)}, "body"},
	} {
		_, err := d.Requests.ProposeTemplate(t.Context(), d.by, old.ID, in.TemplateInput)
		if f, ok := problem.FieldsOf(err); !ok || f[0].Field != in.field {
			t.Errorf("%s: %v", name, err)
		}
	}
	narrow := d.by
	narrow.AllServices, narrow.Services = false, []string{d.service}
	for _, by := range []actor.Actor{d.Officer.Actor(), d.Auditor.Actor(), narrow} {
		if _, err := d.Requests.ProposeTemplate(t.Context(), by, old.ID, request.TemplateInput{Subject: "x", Body: good}); !problem.Is(err, problem.Forbidden) {
			t.Errorf("%v proposes: %v", by.Roles, err)
		}
		if err := d.Requests.DecideTemplate(t.Context(), by, old.ID, 1, true, ""); !problem.Is(err, problem.Forbidden) {
			t.Errorf("%v approves: %v", by.Roles, err)
		}
	}
}

// Everything that a letter says goes with the key of its request.
func TestErasedLetters(t *testing.T) {
	d := open(t)
	r := d.in(request.Erased)
	var list []request.Letter
	testkit.Must(t, d.Ledger.Read(t.Context()).Where("request_id = ?", r.ID).Find(&list).Error)
	if len(list) != 1 || len(list[0].Body) != 0 || len(list[0].Subject) != 0 {
		t.Errorf("left of the letters: %+v", list)
	}
	if _, err := d.Requests.LetterOf(t.Context(), d.by, r.ID, list[0].ID); !problem.Is(err, problem.Conflict) {
		t.Errorf("an erased letter: %v", err)
	}
}
