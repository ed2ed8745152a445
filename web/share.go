package web

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/report"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// sharePages hand reports to people without an account, by links and by mail.
type sharePages struct{ reportPages }

const (
	sharesURL = reportsURL + "/shares"
	sharedURL = "/shared/"
)

// subjectLine says what a report is about.
func (p *sharePages) subjectLine(ctx context.Context, s report.Spec, services map[string]string) string {
	title := i18n.T(ctx, "report.kind."+string(s.Kind))
	about := s.Period
	switch {
	case s.Article != 0:
		if a, ok := p.Regulation.Current(ctx).Article(s.Article); ok {
			about = articleTitle(ctx, a)
		}
	case s.ServiceID != "":
		about = services[s.ServiceID]
	}
	if about == "" {
		return title
	}
	return i18n.T(ctx, "share.subject", "title", title, "about", about)
}

// form asks whom a link is for.
func (p *sharePages) form(c echo.Context) error {
	return p.formPage(c, http.StatusOK, report.ShareInput{LastDay: p.Readiness.Today().Add(report.ShareDays)}, nil)
}

// named is the report of an address, if the person may open it.
func (p *sharePages) named(c echo.Context) (report.Spec, pages.ReportView, error) {
	spec, err := p.asked(c)
	if err != nil {
		return spec, pages.ReportView{}, err
	}
	made, err := p.makeReport(c.Request().Context(), who(c), spec)
	return spec, made, err
}

func (p *sharePages) formPage(c echo.Context, status int, in report.ShareInput, wrong error) error {
	ctx := c.Request().Context()
	spec, made, err := p.named(c)
	if err != nil {
		return err
	}
	f := fields{messages(ctx, wrong)}
	until := f.date("until", "share.until", in.LastDay, true)
	until.Field.Min, until.Field.Max = string(p.Readiness.Today()), string(p.Readiness.Today().Add(report.MaxShareDays))
	password := hinted(f.text("password", "share.password", "", 0, false), "share.password.hint")
	password.Field.Type, password.Field.Autocomplete = ui.InputPassword, "new-password"
	v := pages.ShareFormView{LabelHead: pages.LabelHead{Frame: p.frame(c, "share.make", crumbReadiness, crumbReports, layout.Crumb{Label: made.Title, URL: reportURL(spec)}),
		Title: "share.make", Subtitle: made.Title + " · " + made.Scope}, Lead: "share.lead",
		Form: pages.LabelForm{Action: specURL(spec, "/share"), Submit: "share.make", CancelURL: reportURL(spec), Summary: summary(ctx, wrong),
			Parts: []pages.FormPart{hinted(f.text("recipient", "share.recipient", in.Recipient, 100, true), "share.recipient.hint"), until, password,
				f.check("workbook", "share.workbook", "share.workbook.hint", in.Workbook)}}}
	return render(c, status, pages.ShareForm(v))
}

// share makes a link. Its address is in this answer alone: what is kept of it
// opens nothing.
func (p *sharePages) share(c echo.Context) error {
	ctx := c.Request().Context()
	f, err := readForm(c)
	if err != nil {
		return err
	}
	spec, _, err := p.named(c)
	if err != nil {
		return err
	}
	in := report.ShareInput{Recipient: f.text("recipient"), LastDay: f.date("until"), Password: f.secret("password"), Workbook: f.checked("workbook")}
	var token string
	if err = f.err(nil); err == nil {
		_, token, err = p.Reports.Share(ctx, who(c), spec, in)
	}
	if _, wrong := problem.FieldsOf(err); wrong {
		return p.formPage(c, statusOf(err), in, err)
	}
	if err != nil {
		return err
	}
	return p.listPage(c, p.address(c)+sharedURL+token, in.Recipient)
}

// address is where this server is reached, as far as it knows.
func (s *Server) address(c echo.Context) string {
	if s.Config.PublicURL != "" {
		return strings.TrimSuffix(s.Config.PublicURL, "/")
	}
	return c.Scheme() + "://" + c.Request().Host
}

func (p *sharePages) list(c echo.Context) error { return p.listPage(c, "", "") }

func (p *sharePages) listPage(c echo.Context, link, recipient string) error {
	ctx := c.Request().Context()
	list, err := p.Reports.Shares(ctx, who(c))
	if err != nil {
		return err
	}
	v := pages.SharesView{LabelHead: pages.LabelHead{Frame: p.frame(c, "share.title", crumbReadiness, crumbReports), Title: "share.title", Subtitle: "share.list.lead"},
		Link: link, For: recipient}
	if v.Table, err = p.shareTable(ctx, list); err != nil {
		return err
	}
	return render(c, http.StatusOK, pages.Shares(v))
}

func (p *sharePages) shareTable(ctx context.Context, list []report.Share) (pages.LabelTable, error) {
	t := pages.LabelTable{ID: "shares-table", Caption: "share.title",
		Empty: ui.EmptyView{Icon: "link", Title: "share.empty.title", Text: "share.empty.text", Actions: ui.LinkButton(ui.ButtonView{Label: "report.title", URL: reportsURL, Icon: "file-text"})},
		Columns: []ui.Column{{Label: "share.recipient"}, {Label: "share.report"}, {Label: "share.made"}, {Label: "share.until"}, {Label: "share.opens"}, {Label: "share.state"},
			{Label: "labelling.actions", HideHead: true}}}
	var ids []string
	for _, s := range list {
		ids = append(ids, s.CreatedBy, s.RevokedBy)
	}
	names, err := p.Accounts.Names(ctx, ids)
	if err != nil {
		return t, err
	}
	services, err := p.Register.Names(ctx)
	if err != nil {
		return t, err
	}
	today := p.Readiness.Today()
	for _, s := range list {
		opened := pages.LabelCell{Text: i18n.T(ctx, "share.opened.never")}
		if s.OpenedAt != nil {
			opened = pages.LabelCell{Text: i18n.T(ctx, "share.opened", "count", s.Opens), Note: i18n.T(ctx, "share.opened.last", "at", i18n.DateTime(ctx, *s.OpenedAt))}
		}
		state, end := shareState(ctx, s, names, s.Valid(today))
		t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: s.Recipient, Note: shareKeys(ctx, s)}, {Text: p.subjectLine(ctx, s.Spec(), services), URL: reportURL(s.Spec())},
			{Text: names[s.CreatedBy], Note: i18n.DateTime(ctx, s.CreatedAt)}, {Text: i18n.Date(ctx, s.LastDay)}, opened, state, end}})
	}
	return t, nil
}

// shareKeys says what a link asks for and gives beside the page.
func shareKeys(ctx context.Context, s report.Share) string {
	var words []string
	if s.PasswordHash != "" {
		words = append(words, i18n.T(ctx, "share.with_password"))
	}
	if s.Workbook {
		words = append(words, i18n.T(ctx, "share.with_workbook"))
	}
	return strings.Join(words, " · ")
}

func shareState(ctx context.Context, s report.Share, names map[string]string, valid bool) (state, end pages.LabelCell) {
	chip := ui.ChipView{Label: "share.state.valid", Tone: ui.Good}
	switch {
	case s.RevokedAt != nil:
		chip = ui.ChipView{Label: "share.state.revoked"}
		state.Note = i18n.T(ctx, "token.by", "name", names[s.RevokedBy], "at", i18n.DateTime(ctx, *s.RevokedAt))
	case !valid:
		chip = ui.ChipView{Label: "share.state.over"}
	default:
		press := confirmed(postAction("share.revoke", sharesURL+"/"+url.PathEscape(s.ID)+"/revoke", "ban", s.Version), i18n.T(ctx, "share.revoke.confirm", "name", s.Recipient))
		press.Small = true
		end.Posts = []pages.LabelAction{press}
	}
	state.Chips = []ui.ChipView{chip}
	return state, end
}

func (p *sharePages) revoke(c echo.Context) error {
	if _, err := readForm(c); err != nil {
		return err
	}
	if err := p.Reports.Revoke(c.Request().Context(), who(c), c.Param("id")); err != nil {
		return err
	}
	p.flash(c, "share.flash.revoked")
	return done(c, sharesURL)
}

// What visitors do.

const (
	visitsAMinute  = 60
	guessesAMinute = 10
	unlockedFor    = time.Hour
	unlockedCookie = "hegui_shared"
)

// visitor finds the link of an address for somebody without an account.
func (p *sharePages) visitor(c echo.Context) (report.Opened, error) {
	c.Response().Header().Set("X-Robots-Tag", "noindex, nofollow, noarchive")
	if !p.flood.allow("shared/"+network(c), visitsAMinute, time.Minute, p.Ledger.Now()) {
		return report.Opened{}, problem.New(problem.TooMany, "portal.slow")
	}
	return p.Reports.Find(c.Request().Context(), c.Param("token"))
}

func (p *sharePages) open(c echo.Context) error {
	o, err := p.visitor(c)
	if err != nil {
		return err
	}
	if !p.unlocked(c, o) {
		return p.ask(c, http.StatusOK, nil)
	}
	made, err := p.shown(c, o)
	if err != nil {
		return err
	}
	if err := p.Reports.Note(c.Request().Context(), o, false); err != nil {
		return err
	}
	v := pages.SharedView{Bare: p.bare(c, made.Title), Report: made}
	v.Bare.Path = c.Request().URL.Path
	if o.Workbook {
		v.BookURL = sharedURL + url.PathEscape(c.Param("token")) + "/export.xlsx"
	}
	return render(c, http.StatusOK, pages.Shared(v))
}

// shown is the report as the link's maker may see it now; when they may not
// any more, the link is closed like any other.
func (p *sharePages) shown(c echo.Context, o report.Opened) (pages.ReportView, error) {
	ctx := c.Request().Context()
	made, err := p.makeReport(ctx, o.Maker, o.Spec())
	if problem.Is(err, problem.NotFound) || problem.Is(err, problem.Forbidden) {
		err = problem.New(problem.NotFound, "share.closed")
	}
	made.Mark = o.Recipient
	made.Foot = i18n.T(ctx, "share.foot", "recipient", o.Recipient, "maker", o.Maker.Name, "date", i18n.Date(ctx, o.LastDay)) + " " + made.Foot
	return made, err
}

func (p *sharePages) take(c echo.Context) error {
	o, err := p.visitor(c)
	if err != nil {
		return err
	}
	if !o.Workbook {
		return problem.New(problem.NotFound, "share.closed")
	}
	if !p.unlocked(c, o) {
		return p.ask(c, http.StatusOK, nil)
	}
	made, err := p.shown(c, o)
	if err != nil {
		return err
	}
	made.Note += " " + made.Foot
	ctx := c.Request().Context()
	data, err := reportBook(ctx, made)
	if err != nil {
		return err
	}
	if err := p.Reports.Note(ctx, o, true); err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, attachment(reportName(ctx, made, p.Readiness.Today())))
	return c.Blob(http.StatusOK, workbookType, data)
}

func (p *sharePages) ask(c echo.Context, status int, wrong error) error {
	ctx := c.Request().Context()
	action := sharedURL + url.PathEscape(c.Param("token"))
	v := pages.SharedLockView{Bare: p.bare(c, "share.locked"), Action: action, Error: messages(ctx, wrong)["password"]}
	v.Bare.Path = action
	askPatience(c, status)
	return render(c, status, pages.SharedLock(v))
}

func (p *sharePages) unlock(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	o, err := p.visitor(c)
	if err != nil {
		return err
	}
	here := sharedURL + url.PathEscape(c.Param("token"))
	if o.PasswordHash == "" {
		return done(c, here)
	}
	if !p.flood.allow("guess/"+network(c), guessesAMinute, time.Minute, p.Ledger.Now()) {
		return p.ask(c, http.StatusTooManyRequests, problem.Field(problem.TooMany, "password", "portal.slow"))
	}
	password := f.secret("password")
	if err = f.err(nil); err == nil {
		err = p.Reports.Unlock(c.Request().Context(), o, password)
	}
	if _, wrong := problem.FieldsOf(err); wrong {
		return p.ask(c, statusOf(err), err)
	}
	if err != nil {
		return err
	}
	until := p.Ledger.Now().Add(unlockedFor)
	c.SetCookie(&http.Cookie{Name: unlockedCookie, Value: unlockedProof(o, until), Path: here, MaxAge: int(unlockedFor / time.Second),
		HttpOnly: true, Secure: p.Config.Secure(), SameSite: http.SameSiteStrictMode})
	return done(c, here)
}

// unlockedProof shows for an hour that the password was right. Its key is what
// is kept of the password: whoever knows that needs no proof.
func unlockedProof(o report.Opened, until time.Time) string {
	stamp := strconv.FormatInt(until.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(o.PasswordHash))
	mac.Write([]byte("shared report " + o.ID + " until " + stamp))
	return stamp + "." + hex.EncodeToString(mac.Sum(nil))
}

func (p *sharePages) unlocked(c echo.Context, o report.Opened) bool {
	if o.PasswordHash == "" {
		return true
	}
	value := cookie(c, unlockedCookie)
	stamp, _, _ := strings.Cut(value, ".")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	until := time.Unix(seconds, 0)
	return err == nil && p.Ledger.Now().Before(until) && hmac.Equal([]byte(value), []byte(unlockedProof(o, until)))
}

// ReportDocument makes a report as a letter, in a language, as a person sees
// it now.
func ReportDocument(ctx context.Context, d Deps, by actor.Actor, language string, spec report.Spec) (report.Document, error) {
	s := &Server{Deps: d}
	ctx = i18n.With(ctx, language)
	made, err := s.makeReport(ctx, by, spec)
	if err != nil {
		return report.Document{}, err
	}
	book, err := reportBook(ctx, made)
	subject := i18n.T(ctx, "schedule.mail.subject", "title", made.Title, "scope", made.Scope)
	return report.Document{Subject: subject, Name: reportName(ctx, made, s.Readiness.Today()), Book: book, Text: func(token string) string {
		text := []string{i18n.T(ctx, "schedule.mail.text", "title", made.Title, "scope", made.Scope, "maker", by.Name), made.AsOf}
		if token != "" {
			text = append(text, i18n.T(ctx, "schedule.mail.link", "days", report.ShareDays), strings.TrimSuffix(d.Config.PublicURL, "/")+sharedURL+token)
		} else {
			text = append(text, i18n.T(ctx, "schedule.mail.attached"))
		}
		return strings.Join(append(text, i18n.T(ctx, "schedule.mail.stop", "maker", by.Name)), "\n\n")
	}}, err
}
