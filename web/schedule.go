package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/report"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

const schedulesURL = reportsURL + "/schedules"

func (p *sharePages) planForm(c echo.Context) error {
	return p.planPage(c, http.StatusOK, report.ScheduleInput{Every: report.Monthly, Language: i18n.Lang(c.Request().Context())}, nil)
}

func (p *sharePages) planPage(c echo.Context, status int, in report.ScheduleInput, wrong error) error {
	ctx := c.Request().Context()
	spec, made, err := p.named(c)
	if err != nil {
		return err
	}
	f := fields{messages(ctx, wrong)}
	var rhythms, ways []ui.Option
	for _, e := range report.Rhythms {
		rhythms = append(rhythms, ui.Option{Value: string(e), Label: "schedule.every." + string(e)})
	}
	ways = append(ways, ui.Option{Value: "book", Label: "schedule.way.book"})
	if p.Config.PublicURL != "" {
		ways = append(ways, ui.Option{Value: "link", Label: "schedule.way.link", Hint: "schedule.way.link.hint"})
	}
	way := "book"
	if in.Link {
		way = "link"
	}
	languages := []ui.Option{{Value: i18n.Chinese, Label: "中文"}, {Value: i18n.English, Label: "English"}}
	recipients := f.area("recipients", "schedule.recipients", in.Recipients, "schedule.recipients.hint", 4, true)
	recipients.Wide = true
	v := pages.ShareFormView{LabelHead: pages.LabelHead{Frame: p.frame(c, "schedule.make", crumbReadiness, crumbReports, layout.Crumb{Label: made.Title, URL: reportURL(spec)}),
		Title: "schedule.make", Subtitle: made.Title}, Lead: "schedule.lead", MailOff: !p.Reports.MailReady(),
		Form: pages.LabelForm{Action: specURL(spec, "/schedule"), Submit: "schedule.make", CancelURL: reportURL(spec), Summary: summary(ctx, wrong),
			Parts: []pages.FormPart{f.radio("every", "schedule.every", string(in.Every), rhythms), f.radio("way", "schedule.way", way, ways),
				f.radio("language", "schedule.language", in.Language, languages), recipients}}}
	return render(c, status, pages.ShareForm(v))
}

func (p *sharePages) plan(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	spec, _, err := p.named(c)
	if err != nil {
		return err
	}
	in := report.ScheduleInput{Every: report.Every(f.text("every")), Language: f.text("language"), Recipients: f.lines("recipients"), Link: f.text("way") == "link"}
	if in.Link && p.Config.PublicURL == "" {
		f.wrong.Add("way", "schedule.way.unknown")
	}
	if err = f.err(nil); err == nil {
		_, err = p.Reports.Plan(c.Request().Context(), who(c), spec, in)
	}
	if _, wrong := problem.FieldsOf(err); wrong {
		return p.planPage(c, statusOf(err), in, err)
	}
	if err != nil {
		return err
	}
	p.flash(c, "schedule.flash.made")
	return done(c, schedulesURL)
}

func (p *sharePages) schedules(c echo.Context) error {
	ctx := c.Request().Context()
	list, err := p.Reports.Schedules(ctx, who(c))
	if err != nil {
		return err
	}
	var ids []string
	for _, s := range list {
		ids = append(ids, s.CreatedBy)
	}
	names, err := p.Accounts.Names(ctx, ids)
	if err != nil {
		return err
	}
	services, err := p.Register.Names(ctx)
	if err != nil {
		return err
	}
	v := pages.SchedulesView{LabelHead: pages.LabelHead{Frame: p.frame(c, "schedule.title", crumbReadiness, crumbReports), Title: "schedule.title", Subtitle: "schedule.list.lead"},
		MailOff: !p.Reports.MailReady(), Table: pages.LabelTable{ID: "schedules-table", Caption: "schedule.title",
			Empty: ui.EmptyView{Icon: "calendar", Title: "schedule.empty.title", Text: "schedule.empty.text", Actions: ui.LinkButton(ui.ButtonView{Label: "report.title", URL: reportsURL, Icon: "file-text"})},
			Columns: []ui.Column{{Label: "share.report"}, {Label: "schedule.every"}, {Label: "schedule.recipients"}, {Label: "schedule.next"}, {Label: "schedule.last"}, {Label: "share.state"},
				{Label: "labelling.actions", HideHead: true}}}}
	for _, s := range list {
		last := pages.LabelCell{Text: i18n.T(ctx, "schedule.last.never")}
		if s.SentAt != nil {
			last.Text = i18n.DateTime(ctx, *s.SentAt)
		}
		state, next := ui.ChipView{Label: "schedule.state.on", Tone: ui.Good}, pages.LabelCell{Text: i18n.Date(ctx, s.NextOn)}
		if s.Failure != "" {
			state, last.Note = ui.ChipView{Label: "schedule.state.failed", Tone: ui.Bad, Icon: "alert-circle"}, i18n.T(ctx, s.Failure)
		}
		turn := postAction("schedule.pause", schedulesURL+"/"+url.PathEscape(s.ID)+"/pause", "player-pause", s.Version)
		if s.PausedAt != nil {
			state, next = ui.ChipView{Label: "schedule.state.paused", Icon: "player-pause"}, pages.LabelCell{Text: "–"}
			turn = postAction("schedule.resume", schedulesURL+"/"+url.PathEscape(s.ID)+"/resume", "player-play", s.Version)
		}
		end := confirmed(postAction("schedule.remove", schedulesURL+"/"+url.PathEscape(s.ID)+"/remove", "trash", s.Version), i18n.T(ctx, "schedule.remove.confirm"))
		turn.Small, end.Small = true, true
		way := "schedule.way.book"
		if s.Link {
			way = "schedule.way.link"
		}
		v.Table.Rows = append(v.Table.Rows, pages.LabelRow{Cells: []pages.LabelCell{
			{Text: p.subjectLine(ctx, report.Spec{Kind: s.Kind, Article: s.Article, ServiceID: s.ServiceID}, services), Note: names[s.CreatedBy]},
			{Text: i18n.T(ctx, "schedule.every."+string(s.Every)), Note: i18n.T(ctx, way)}, {Text: strings.Join(s.Recipients, ", ")}, next, last,
			{Chips: []ui.ChipView{state}}, {Posts: []pages.LabelAction{turn, end}}}})
	}
	return render(c, http.StatusOK, pages.Schedules(v))
}

func (p *sharePages) pause(c echo.Context) error {
	return p.changed(c, "schedule.flash.paused", func() error { return p.Reports.Pause(c.Request().Context(), who(c), c.Param("id"), true) })
}

func (p *sharePages) resume(c echo.Context) error {
	return p.changed(c, "schedule.flash.resumed", func() error { return p.Reports.Pause(c.Request().Context(), who(c), c.Param("id"), false) })
}

func (p *sharePages) remove(c echo.Context) error {
	return p.changed(c, "schedule.flash.removed", func() error { return p.Reports.Remove(c.Request().Context(), who(c), c.Param("id")) })
}

func (p *sharePages) changed(c echo.Context, flash string, change func() error) error {
	if _, err := readForm(c); err != nil {
		return err
	}
	if err := change(); err != nil {
		return err
	}
	p.flash(c, flash)
	return done(c, schedulesURL)
}
