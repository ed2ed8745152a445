package web

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/file"
	"hegui/internal/i18n"
	"hegui/internal/request"
	"hegui/internal/request/clock"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// one shows a request.
func (p *requestPages) one(c echo.Context) error {
	d, err := p.Requests.Look(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	return p.page(c, http.StatusOK, d, requestTry{})
}

// unmask shows a request in clear to somebody who reads others masked. It is
// recorded each time.
func (p *requestPages) unmask(c echo.Context) error {
	if _, err := readForm(c); err != nil {
		return err
	}
	d, err := p.Requests.Unmask(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	return p.page(c, http.StatusOK, d, requestTry{})
}

// requestTry is an action that did not succeed, to show its form again.
type requestTry struct {
	act string
	f   *form
	err error
}

// again shows the request with the form of an action that came back.
func (p *requestPages) again(c echo.Context, act string, f *form, err error) error {
	if !comesBack(err) {
		return err
	}
	d, lookErr := p.Requests.Look(c.Request().Context(), who(c), c.Param("id"))
	if lookErr != nil {
		return lookErr
	}
	status, _ := explain(err)
	return p.page(c, status, d, requestTry{act, f, err})
}

func (p *requestPages) page(c echo.Context, status int, d request.Detail, try requestTry) error {
	ctx, by := c.Request().Context(), who(c)
	b, err := p.builder(c, d, try)
	if err != nil {
		return err
	}
	v := pages.RequestShow{LabelHead: pages.LabelHead{Frame: p.frame(c, d.Number, crumbRequests), Title: d.Number,
		Subtitle: i18n.T(ctx, "request.of", "kind", i18n.T(ctx, "request.kind."+string(d.Kind)), "service", b.service()),
		Status:   []ui.ChipView{requestState(d.State)}, Alert: said(ctx, try.err)}}
	v.Frame.Wide = true
	v.Notices, v.Clock, v.Facts, v.Said = b.notices(), b.clock(), b.facts(), b.said()
	v.Messages, v.Files, v.Looks = b.messages(), b.files(), b.looks()
	if v.Masked = d.Masked; d.Masked && by.May(actor.UnmaskRequests) && d.State != request.Erased {
		v.UnmaskURL = requestURL(d.ID) + "/unmask"
	}
	if v.Duplicates, err = p.rows(ctx, d.Duplicates); err != nil {
		return err
	}
	if by.May(actor.HandleRequests) {
		if err := b.acts(&v); err != nil {
			return err
		}
	}
	for _, w := range d.Certificates {
		v.Proofs = append(v.Proofs, certificateView(ctx, w))
	}
	if v.Systems, err = b.systemsCard(); err != nil {
		return err
	}
	if v.History, err = p.history(c, audit.Object{Type: "request", ID: d.ID}); err != nil {
		return err
	}
	return render(c, status, pages.RequestShowView(v))
}

// requestView builds the parts of the page.
type requestView struct {
	*requestPages
	c        echo.Context
	ctx      context.Context
	by       actor.Actor
	d        request.Detail
	try      requestTry
	people   map[string]string
	services map[string]string
}

func (p *requestPages) builder(c echo.Context, d request.Detail, try requestTry) (b *requestView, err error) {
	b = &requestView{requestPages: p, c: c, ctx: c.Request().Context(), by: who(c), d: d, try: try}
	ids := []string{d.OwnerID, d.CreatedBy}
	for _, m := range d.Messages {
		ids = append(ids, m.CreatedBy)
	}
	for _, v := range d.Views {
		ids = append(ids, v.AccountID)
	}
	for _, t := range d.Tasks {
		ids = append(ids, t.OwnerID)
	}
	if b.people, err = p.Accounts.Names(b.ctx, ids); err != nil {
		return nil, err
	}
	b.services, err = p.Register.Names(b.ctx)
	return b, err
}

func (b *requestView) t(key string, args ...any) string { return i18n.T(b.ctx, key, args...) }

func (b *requestView) service() string {
	return cmp.Or(b.services[b.d.ServiceID], b.t("request.service.none"))
}

func (b *requestView) owner() string {
	return cmp.Or(b.people[b.d.OwnerID], b.t("request.owner.none"))
}

// notices are what has to be known before anything is done.
func (b *requestView) notices() (out []ui.AlertView) {
	d := b.d
	if d.State == request.Erased {
		out = append(out, ui.AlertView{Tone: ui.Info, Title: b.t("request.erased"), Text: b.t("request.erased.text", "at", i18n.DateTime(b.ctx, *d.ErasedAt))})
	}
	if d.Hold != nil {
		text := b.t("request.hold.text", "basis", b.t("request.hold."+string(d.Hold.Basis)), "words", d.Hold.Text)
		if d.Hold.UntilOn != "" {
			text += " " + b.t("request.hold.until", "date", i18n.Date(b.ctx, d.Hold.UntilOn))
		}
		out = append(out, ui.AlertView{Tone: ui.Warn, Title: b.t("request.held"), Text: text})
	}
	if d.Open() && d.Unannounced != "" {
		out = append(out, ui.AlertView{Tone: ui.Warn, Text: b.t("request.unannounced", "years", strings.ReplaceAll(d.Unannounced, ",", b.t("field.separator")))})
	}
	return out
}

// clock says how the deadline stands and what it rests on.
func (b *requestView) clock() pages.RequestClock {
	d := b.d
	cal, _ := b.Requests.Days(b.ctx) // was read for the page already; without it the words count weekends only
	if cal == nil {
		cal = clock.NewDays(nil, nil)
	}
	v := pages.RequestClock{Due: dueClock{ctx: b.ctx, cal: cal, today: b.Requests.Today(), left: map[dueKey]int{}}.of(d.Request)}
	v.Rule = b.t("request.rule.words", "days", b.t("request.days."+string(d.Unit), "count", d.Days), "starts", b.t("request.starts."+string(d.Starts)))
	v.Source, v.SourceURL, v.Unverified = b.source()
	add := func(label, value string) {
		if value != "" {
			v.Facts = append(v.Facts, pages.DetailRow{Label: label, Value: value})
		}
	}
	add("request.received", i18n.DateTime(b.ctx, d.ReceivedAt))
	if d.StartedAt != nil {
		add("request.started", i18n.Date(b.ctx, day.Of(*d.StartedAt)))
	}
	for _, one := range d.Pauses {
		add("request.paused", b.pause(one))
	}
	if e := d.Extension; e != nil {
		add("request.extended", b.t("request.extended.words", "days", b.t("request.days."+string(d.Unit), "count", e.Days), "was", i18n.Date(b.ctx, e.DueBefore),
			"reason", b.t("request.extension."+string(e.Reason)), "words", e.Text))
	}
	if d.Notice != request.NoNotice && d.Open() {
		add("request.notice", b.t("request.notice."+string(d.Notice)))
	}
	return v
}

func (b *requestView) pause(p request.PauseWords) string {
	until := b.t("request.paused.now")
	if p.UntilAt != nil {
		until = i18n.Date(b.ctx, day.Of(*p.UntilAt))
	}
	return b.t("request.paused.words", "from", i18n.Date(b.ctx, day.Of(p.FromAt)), "until", until, "reason", b.t("request.pause."+string(p.Reason)), "words", p.Text)
}

// source is where the request's rule comes from.
func (b *requestView) source() (words, link string, unverified bool) {
	rules, err := b.Requests.Rules(b.ctx)
	if err != nil {
		return "", "", false // the page says the rule itself
	}
	for _, r := range rules {
		if r.ID == b.d.RuleID {
			return b.ruleSource(b.ctx, r)
		}
	}
	return b.t("request.rule.gone"), "", false
}

// ruleSource is where a rule comes from, in words, and whether somebody still
// has to check that.
func (p *requestPages) ruleSource(ctx context.Context, r request.Rule) (words, link string, unverified bool) {
	fig, ok := p.Regulation.Current(ctx).Figure(r.FigureKey)
	if !ok {
		return cmp.Or(r.Source, i18n.T(ctx, "request.rule.own")), "", !r.Verified
	}
	words = fig.Provision.In(i18n.Lang(ctx))
	if in, ok := p.Regulation.Current(ctx).Instrument(fig.Instrument); ok {
		words = in.Short.In(i18n.Lang(ctx)) + " " + words
	}
	if r.Source != "" {
		words += " · " + r.Source
	}
	return words, "/figures/" + r.FigureKey, !r.Verified
}

// facts are what is known about the request besides what the person said.
func (b *requestView) facts() []pages.DetailRow {
	d := b.d
	out := []pages.DetailRow{
		{Label: "request.service", Value: b.service()},
		{Label: "request.requester", Value: b.t("request.requester." + string(d.Requester))},
		{Label: "request.channel", Value: b.t("request.channel." + string(d.Channel))},
		{Label: "request.owner", Value: b.owner()},
		{Label: "request.identity", Value: b.t("request.identity.words", "level", b.t("request.level."+string(d.IdentityLevel)), "state", b.t("request.identity."+string(d.IdentityState)))},
	}
	if d.DecidedAt != nil {
		out = append(out, pages.DetailRow{Label: "request.decided", Value: b.t("request.decided.words", "at", i18n.DateTime(b.ctx, *d.DecidedAt), "days", b.t("request.days.calendar", "count", d.TookDays))})
	}
	if d.Refusal != nil {
		out = append(out, pages.DetailRow{Label: "request.refusal", Value: requestWords(b.ctx, d.Refusal.TitleZH, d.Refusal.TitleEN)})
	}
	if d.CloseReason != "" {
		out = append(out, pages.DetailRow{Label: "request.close_reason", Value: b.t("request.close." + string(d.CloseReason))})
	}
	if d.EraseOn != "" {
		out = append(out, pages.DetailRow{Label: "request.erase_on", Value: i18n.Date(b.ctx, d.EraseOn)})
	}
	if d.Reopened > 0 {
		out = append(out, pages.DetailRow{Label: "request.reopened", Value: b.t("request.times", "count", d.Reopened)})
	}
	return out
}

// requestWords picks one of two languages.
func requestWords(ctx context.Context, zh, en string) string {
	if i18n.Lang(ctx) == "en" {
		return en
	}
	return zh
}

// said is what the person said.
func (b *requestView) said() []pages.DetailRow {
	if b.d.State == request.Erased {
		return []pages.DetailRow{{Label: "request.name", Value: b.t("request.erased.none")}}
	}
	said := b.d.Said
	out := []pages.DetailRow{{Label: "request.name", Value: said.Name}, {Label: "request.contact", Value: said.Contact}}
	if said.Account != "" {
		out = append(out, pages.DetailRow{Label: "request.account", Value: said.Account})
	}
	for _, m := range b.d.Mandates {
		state := b.t("request.mandate." + string(m.State))
		if m.ValidUntil != "" {
			state = b.t("request.mandate.until", "state", state, "date", i18n.Date(b.ctx, m.ValidUntil))
		}
		out = append(out, pages.DetailRow{Label: "request.person", Value: b.t("request.person.words", "name", m.PersonName, "relation", m.RelationText, "state", state)})
	}
	out = append(out, pages.DetailRow{Label: "request.details", Value: said.Details})
	for _, c := range b.d.Checks {
		if c.Text != "" {
			out = append(out, pages.DetailRow{Label: "request.check.words", Value: c.Text})
		}
	}
	return out
}

func (b *requestView) messages() (out []pages.RequestMessage) {
	for _, m := range b.d.Messages {
		from := b.people[m.CreatedBy]
		if m.Direction == request.FromPerson {
			from = "request.the_person"
		}
		letter := ""
		if m.LetterID != "" && b.by.May(actor.HandleRequests) {
			letter = requestURL(b.d.ID) + "/letters/" + m.LetterID
		}
		out = append(out, pages.RequestMessage{Letter: m.Subject, LetterURL: letter, ID: m.ID, Who: cmp.Or(from, "activity.system"), Direction: "request.direction." + string(m.Direction),
			Via: "request.channel." + string(m.Via), At: m.CreatedAt, Text: m.Text, Kind: string(m.Direction)})
	}
	return out
}

func (b *requestView) files() (out []pages.RequestFile) {
	for _, f := range b.d.Files {
		v := pages.RequestFile{Name: f.FileName, Purpose: "request.purpose." + string(f.Purpose), Size: i18n.Bytes(b.ctx, f.Size), At: f.CreatedAt}
		switch {
		case f.DeletedAt != nil:
			v.Name, v.Note = b.t("request.file.deleted"), b.t("request.file.deleted_on", "date", i18n.Date(b.ctx, day.Of(*f.DeletedAt)))
		case b.by.May(actor.HandleRequests):
			v.URL = requestURL(b.d.ID) + "/files/" + f.ID
		}
		if f.DeleteOn != "" {
			v.Note = b.t("request.file.until", "date", i18n.Date(b.ctx, f.DeleteOn))
		}
		out = append(out, v)
	}
	return out
}

func (b *requestView) looks() (out []pages.RequestLook) {
	for _, v := range b.d.Views {
		out = append(out, pages.RequestLook{Who: cmp.Or(b.people[v.AccountID], "activity.somebody"), What: "request.looked." + string(v.What), At: v.At})
	}
	return out
}

// sendFile hands out a file of a request, for saving only.
func (p *requestPages) sendFile(c echo.Context) error {
	ctx, cancel := patient(c)
	defer cancel()
	f, content, err := p.Requests.Content(ctx, who(c), c.Param("id"), c.Param("file"))
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentDisposition, file.Disposition(false, f.FileName))
	h.Set(echo.HeaderXContentTypeOptions, "nosniff")
	h.Set(echo.HeaderContentSecurityPolicy, filePolicy)
	h.Set(echo.HeaderCacheControl, "private, no-store")
	h.Set(echo.HeaderContentLength, strconv.FormatInt(f.Size, 10))
	return c.Stream(http.StatusOK, echo.MIMEOctetStream, content)
}

// addFile keeps a file with a request.
func (p *requestPages) addFile(c echo.Context) error {
	ctx, cancel := patient(c)
	defer cancel()
	in, err := newIncoming(c, p.Config.UploadLimit)
	if err != nil {
		return err
	}
	part, err := in.next()
	if err != nil {
		return p.again(c, "file", in.form(), noFile(in, c))
	}
	f := in.form()
	_, err = p.Requests.Attach(ctx, who(c), c.Param("id"), request.Attached{Purpose: request.Purpose(f.text("purpose")), Name: part.FileName()}, part)
	if err != nil {
		return p.again(c, "file", f, err)
	}
	p.flash(c, "request.flash.file")
	return done(c, requestURL(c.Param("id"))+"#files")
}
