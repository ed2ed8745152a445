package web

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/i18n"
	"hegui/internal/request"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// letterOf are the letters that actions send.
var letterOf = map[string]request.LetterPurpose{"receipt": request.ReceiptLetter, "wait": request.QuestionLetter, "extend": request.ExtensionLetter,
	"answer": request.AnswerLetter, "refuse": request.RefusalLetter, "close": request.ClosingLetter}

// written are the words of a letter that was edited, if the form holds some.
func written(f *form) []request.Written {
	if !f.has("letter_body") {
		return nil
	}
	return []request.Written{{TemplateID: f.text("letter_template"), Subject: f.text("letter_subject"), Body: f.lines("letter_body")}}
}

func letterURL(id string) string { return requestURL(id) + "/letter" }

// draft shows the letter that an action would send. Nothing is written.
func (p *requestPages) draft(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	act, ctx := f.text("act"), c.Request().Context()
	purpose, known := letterOf[act]
	if !known {
		return errNoRequest
	}
	if err := f.readable(); err != nil {
		return p.again(c, act, f, err)
	}
	got, err := p.Requests.Draft(ctx, who(c), c.Param("id"), purpose, f.text("reason"), f.lines("words"))
	if err != nil {
		return p.again(c, act, f, err)
	}
	letter := got.Written
	if edited := written(f); edited != nil {
		letter = edited[0]
	}
	return p.letterPage(c, http.StatusOK, act, got.Request, f, letter, nil)
}

// letterAgain shows a letter that could not be sent.
func (p *requestPages) letterAgain(c echo.Context, act string, f *form, wrong error) error {
	if !comesBack(wrong) {
		return wrong
	}
	d, err := p.Requests.Look(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	return p.letterPage(c, statusOf(wrong), act, d.Request, f, request.Written{TemplateID: f.text("letter_template"),
		Subject: f.values.Get("letter_subject"), Body: f.values.Get("letter_body")}, wrong)
}

func (p *requestPages) letterPage(c echo.Context, status int, act string, r request.Request, f *form, letter request.Written, wrong error) error {
	ctx := c.Request().Context()
	x := fields{messages(ctx, wrong)}
	title := "letter.purpose." + string(letterOf[act])
	v := pages.LetterEdit{LabelHead: pages.LabelHead{Frame: p.frame(c, title, crumbRequests), Title: title, Alert: said(ctx, wrong),
		Subtitle: i18n.T(ctx, "letter.about", "number", r.Number, "language", i18n.T(ctx, "language."+r.Language))}, Act: act, Preview: letterURL(r.ID)}
	v.Frame.Wide = true
	for _, name := range []string{"reason", "words"} {
		v.Hidden = append(v.Hidden, ui.Hidden{Name: name, Value: f.values.Get(name)})
	}
	v.Hidden = append(v.Hidden, ui.Hidden{Name: "letter_template", Value: letter.TemplateID})
	subject := x.text("letter_subject", "letter.subject", letter.Subject, 200, true)
	subject.Wide = true
	body := x.area("letter_body", "letter.body", letter.Body, "letter.body.hint", 18, true)
	body.Field.MaxLength = 20_000
	v.Form = pages.LabelForm{Action: requestURL(r.ID) + "/" + act, Submit: "letter.send", CancelURL: requestURL(r.ID), Version: f.int("version"),
		Summary: summary(ctx, wrong), Danger: act == "refuse" || act == "close", Parts: []pages.FormPart{subject, body}}
	v.Sheet = pages.LetterSheet{Subject: letter.Subject, Text: letter.Body, Language: r.Language}
	return render(c, status, pages.LetterEditView(v))
}

// letter shows a letter that was sent.
func (p *requestPages) letter(c echo.Context) error {
	l, err := p.Requests.LetterOf(c.Request().Context(), who(c), c.Param("id"), c.Param("letter"))
	if err != nil {
		return err
	}
	title := "letter.purpose." + string(l.Purpose)
	v := pages.LetterPage{LabelHead: pages.LabelHead{Frame: p.frame(c, title, crumbRequests), Title: title, Subtitle: i18n.T(c.Request().Context(), "letter.sent_at",
		"number", l.Number, "at", i18n.DateTime(c.Request().Context(), *l.SentAt))}, Sheet: letterSheetOf(l)}
	v.Actions = []pages.LabelAction{linkAction(l.Number, requestURL(l.RequestID), "arrow-left")}
	c.Response().Header().Set(echo.HeaderCacheControl, "private, no-store")
	return render(c, http.StatusOK, pages.LetterPageView(v))
}

func letterSheetOf(l request.LetterWords) pages.LetterSheet {
	return pages.LetterSheet{Subject: l.Subject, Text: l.Text, Language: l.Language}
}

// letter shows a letter to the person that it was written to.
func (p *portalPages) letter(c echo.Context) error {
	if err := p.acts(c, ""); err != nil {
		return err
	}
	l, err := p.Requests.OwnLetter(c.Request().Context(), c.Param("token"), c.Param("letter"))
	if err != nil {
		return err
	}
	back := trackURL(url.PathEscape(c.Param("token")))
	v := pages.PortalLetter{Bare: p.bare(c, "portal.track"), Back: back, Sheet: letterSheetOf(l)}
	v.Bare.Path, v.Bare.Wide = back+"/letters/"+url.PathEscape(c.Param("letter")), true
	return render(c, http.StatusOK, pages.PortalLetterView(v))
}

var crumbTemplates = layout.Crumb{Label: "letter.templates", URL: "/requests/templates"}

func templateURL(id string) string { return "/requests/templates/" + url.PathEscape(id) }

// templates lists the templates of letters.
func (p *requestPages) templates(c echo.Context) error {
	ctx := c.Request().Context()
	list, err := p.Requests.Templates(ctx, who(c))
	if err != nil {
		return err
	}
	v := pages.TemplateList{LabelHead: p.head(c, "letter.templates", "letter.templates.lead"), Note: i18n.T(ctx, "letter.templates.note")}
	v.Table = pages.LabelTable{ID: "templates", Caption: "letter.templates", Empty: ui.EmptyView{Icon: "mail", Title: "letter.templates.empty"},
		Columns: []ui.Column{{Label: "letter.purpose"}, {Label: "request.kind"}, {Label: "letter.language"}, {Label: "letter.subject"}, {Label: "letter.version"}, {Label: "letter.state"}}}
	for _, t := range list {
		v.Table.Rows = append(v.Table.Rows, pages.LabelRow{Cells: []pages.LabelCell{
			{Text: "letter.purpose." + string(t.Purpose), URL: templateURL(t.ID)}, {Text: kindOrAll(t.Kind)}, {Text: "language." + t.Language}, {Text: t.Subject},
			{Text: i18n.Number(ctx, t.Number)}, {Chips: []ui.ChipView{templateChip(t.State)}}}})
	}
	return render(c, http.StatusOK, pages.TemplateListView(v))
}

func kindOrAll(k request.Kind) string {
	if k == "" {
		return "request.kind.all"
	}
	return "request.kind." + string(k)
}

func templateChip(s request.TemplateState) ui.ChipView {
	tone := map[request.TemplateState]ui.Tone{request.TemplateProposed: ui.Warn, request.TemplateCurrent: ui.Good, request.TemplateRejected: ui.Bad}[s]
	return ui.ChipView{Label: "letter.state." + string(s), Tone: tone}
}

// template shows a version of a template.
func (p *requestPages) template(c echo.Context) error {
	return p.templatePage(c, http.StatusOK, nil, "", nil)
}

func (p *requestPages) templatePage(c echo.Context, status int, typed *form, action string, wrong error) error {
	ctx, by := c.Request().Context(), who(c)
	t, all, err := p.Requests.TemplateVersions(ctx, by, c.Param("id"))
	if err != nil {
		return err
	}
	title := "letter.purpose." + string(t.Purpose)
	sample := request.TemplateSample(t)
	v := pages.TemplateShow{LabelHead: pages.LabelHead{Frame: p.frame(c, title, crumbRequests, crumbTemplates), Title: title, Status: []ui.ChipView{templateChip(t.State)}, Alert: said(ctx, wrong),
		Subtitle: i18n.T(ctx, "letter.of", "kind", i18n.T(ctx, kindOrAll(t.Kind)), "language", i18n.T(ctx, "language."+t.Language), "number", t.Number)},
		Body: t.Body, Sample: pages.LetterSheet{Subject: sample.Subject, Text: sample.Body, Language: t.Language}}
	v.Frame.Wide = true
	names, err := p.versionNames(c, all)
	if err != nil {
		return err
	}
	v.Versions, v.Places = versionTable(c, all, names), placeRows(c, t.Purpose)
	v.Facts = []pages.DetailRow{{Label: "letter.subject", Value: t.Subject}, {Label: "letter.author", Value: i18n.Text(ctx, names[t.CreatedBy])}, {Label: "letter.written", Value: i18n.DateTime(ctx, t.CreatedAt)}}
	if by.May(actor.SetRequests) && by.AllServices {
		v.Propose, v.Decide = p.templateForms(c, t, all, typed, action, wrong)
	}
	return render(c, status, pages.TemplateShowView(v))
}

// versionNames are the people of a series; what came with the product says so.
func (p *requestPages) versionNames(c echo.Context, all []request.Template) (map[string]string, error) {
	var ids []string
	for _, t := range all {
		ids = append(ids, t.CreatedBy, t.DecidedBy)
	}
	names, err := p.Accounts.Names(c.Request().Context(), ids)
	if err != nil {
		return nil, err
	}
	out := map[string]string{"system:setup": "letter.by_product"}
	for id, name := range names {
		out[id] = name
	}
	return out, nil
}

func versionTable(c echo.Context, all []request.Template, names map[string]string) pages.LabelTable {
	ctx := c.Request().Context()
	t := pages.LabelTable{ID: "versions-table", Caption: "letter.versions", Columns: []ui.Column{{Label: "letter.version"}, {Label: "letter.state"}, {Label: "letter.subject"},
		{Label: "letter.author"}, {Label: "letter.decided"}, {Label: "letter.words"}}}
	for _, one := range all {
		decided := pages.LabelCell{Text: names[one.DecidedBy]}
		if one.DecidedAt != nil {
			decided.Note = i18n.DateTime(ctx, *one.DecidedAt)
		}
		t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: i18n.Number(ctx, one.Number), URL: templateURL(one.ID)}, {Chips: []ui.ChipView{templateChip(one.State)}},
			{Text: one.Subject}, {Text: names[one.CreatedBy], Note: i18n.DateTime(ctx, one.CreatedAt)}, decided, {Text: one.Words}}})
	}
	return t
}

// placeRows say what the places in a template stand for.
func placeRows(c echo.Context, purpose request.LetterPurpose) (out []pages.DetailRow) {
	ctx := c.Request().Context()
	for _, name := range request.Places {
		words := i18n.T(ctx, "letter.place."+name)
		if slices.Contains(request.MustHave[purpose], name) {
			words = i18n.T(ctx, "letter.place.required", "words", words)
		}
		out = append(out, pages.DetailRow{Label: "{{" + name + "}}", Value: words})
	}
	return out
}

// templateForms are the form for a new version and, while one waits, the form
// that decides on it.
func (p *requestPages) templateForms(c echo.Context, t request.Template, all []request.Template, typed *form, action string, wrong error) (propose, decide *pages.LabelForm) {
	ctx := c.Request().Context()
	at := slices.IndexFunc(all, func(one request.Template) bool { return one.State == request.TemplateProposed })
	x, empty := fields{messages(ctx, wrong)}, fields{}
	if at < 0 {
		subject, body := t.Subject, t.Body
		if action == "propose" {
			subject, body = typed.values.Get("subject"), typed.values.Get("body")
		} else {
			x = empty
		}
		top := x.text("subject", "letter.subject", subject, 200, true)
		top.Wide = true
		return &pages.LabelForm{Action: templateURL(t.ID), Submit: "letter.propose.submit", Summary: summary(ctx, wrong),
			Parts: []pages.FormPart{top, x.area("body", "letter.body", body, "", 16, true)}}, nil
	}
	if all[at].ID != t.ID {
		return nil, nil // its own page has the form
	}
	choice, words := "", ""
	if action == "decide" {
		choice, words = typed.values.Get("decision"), typed.values.Get("words")
	}
	options := []ui.Option{{Value: "approve", Label: "letter.decision.approve"}, {Value: "reject", Label: "letter.decision.reject"}}
	if t.CreatedBy == who(c).ID {
		options = options[1:]
	}
	return nil, &pages.LabelForm{Action: templateURL(t.ID) + "/decide", Submit: "letter.decide.submit", Version: t.Version, Summary: summary(ctx, wrong),
		Parts: []pages.FormPart{x.radio("decision", "letter.decision", choice, options), x.area("words", "letter.words", words, "letter.words.hint", 3, false)}}
}

func (p *requestPages) proposeTemplate(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	in := request.TemplateInput{Subject: f.text("subject"), Body: f.lines("body")}
	var made request.Template
	if err = f.wrong.Err(); err == nil {
		made, err = p.Requests.ProposeTemplate(c.Request().Context(), who(c), c.Param("id"), in)
	}
	if err != nil {
		if !comesBack(err) {
			return err
		}
		return p.templatePage(c, statusOf(err), f, "propose", err)
	}
	p.flash(c, "letter.flash.proposed")
	return done(c, templateURL(made.ID))
}

func (p *requestPages) decideTemplate(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	decision, words, version := f.text("decision"), f.lines("words"), f.int("version")
	if decision != "approve" && decision != "reject" {
		f.wrong.Add("decision", "request.choose")
	}
	if err = f.wrong.Err(); err == nil {
		err = p.Requests.DecideTemplate(c.Request().Context(), who(c), c.Param("id"), version, decision == "approve", words)
	}
	if err != nil {
		if !comesBack(err) {
			return err
		}
		return p.templatePage(c, statusOf(err), f, "decide", err)
	}
	p.flash(c, "letter.flash."+decision)
	return done(c, templateURL(c.Param("id")))
}
