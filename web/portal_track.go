package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hegui/internal/day"
	"hegui/internal/file"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/request"
	"hegui/internal/request/clock"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// cameTyped is what comes back to the page of a request with what was wrong.
type cameTyped struct {
	body, code string
	field      string // where to say what is wrong with a file
	wrong      error
}

func (p *portalPages) track(c echo.Context) error {
	return p.trackPage(c, http.StatusOK, cameTyped{})
}

func (p *portalPages) trackPage(c echo.Context, status int, back cameTyped) error {
	ctx := c.Request().Context()
	t, err := p.Requests.Track(ctx, c.Param("token"))
	if err != nil {
		return err
	}
	said := messages(ctx, back.wrong)
	if back.field != "" && said[back.field] == "" {
		said[back.field] = said["file"]
	}
	action := trackURL(url.PathEscape(c.Param("token")))
	v := pages.TrackView{Bare: p.bare(c, "portal.track"), Action: action, Number: t.Number, Details: t.Said.Details, Errors: said, Body: back.body,
		Status: trackChip(t.State), Say: i18n.T(ctx, "portal.say."+string(t.State)), Clock: clockWords(ctx, t), Facts: p.trackFacts(ctx, t),
		Reply: t.State != request.Erased, Withdraw: t.Can(request.Close), Accept: portalAccept, MaxSize: request.MaxPortalFile >> 20}
	if t.State == request.Waiting && t.Pause != nil {
		v.Wanted = t.Pause.Text
	}
	v.Check = checkStep(ctx, t, back, said)
	for _, m := range t.Messages {
		words := pages.PortalWords{Mine: m.Direction == request.FromPerson, At: ui.Time(m.CreatedAt), Text: m.Text, Letter: m.Subject}
		if m.LetterID != "" {
			words.LetterURL = action + "/letters/" + m.LetterID
		}
		v.Messages = append(v.Messages, words)
	}
	v.Files = trackFiles(ctx, action, t.Files)
	v.Bare.Path, v.Bare.Wide = action, true
	askPatience(c, status)
	return render(c, status, pages.Track(v))
}

func trackChip(s request.State) ui.ChipView {
	tone := map[request.State]ui.Tone{request.Received: ui.Info, request.Checking: ui.Warn, request.InProgress: ui.Accent, request.Waiting: ui.Warn,
		request.Answered: ui.Good, request.Refused: ui.Bad}[s]
	return ui.ChipView{Label: "portal.state." + string(s), Tone: tone}
}

// clockWords says by when there will be an answer, or why that is not known.
func clockWords(ctx context.Context, t request.Tracked) string {
	switch {
	case !t.Open():
		return ""
	case t.Reading.Status == clock.Paused:
		return i18n.T(ctx, "portal.clock.paused")
	case t.Due == "":
		return i18n.T(ctx, "portal.clock.not_started")
	}
	return i18n.T(ctx, "portal.clock.due", "date", i18n.Date(ctx, t.Due))
}

func (p *portalPages) trackFacts(ctx context.Context, t request.Tracked) []pages.PortalFact {
	out := []pages.PortalFact{
		{Label: i18n.T(ctx, "portal.kind"), Value: i18n.T(ctx, "portal.kind."+string(t.Kind))},
		{Label: i18n.T(ctx, "portal.track.filed"), Value: i18n.DateTime(ctx, t.ReceivedAt)},
		{Label: i18n.T(ctx, "portal.contact"), Value: request.Mask(t.Said.Contact)},
	}
	list, err := p.offered(ctx)
	for _, e := range list {
		if err == nil && e.ID == t.ServiceID {
			out = append([]pages.PortalFact{{Label: i18n.T(ctx, "portal.service"), Value: e.Name}}, out...)
		}
	}
	if t.DecidedOn != "" {
		out = append(out, pages.PortalFact{Label: i18n.T(ctx, "portal.track.decided"), Value: i18n.Date(ctx, t.DecidedOn)})
	}
	return out
}

func trackFiles(ctx context.Context, action string, list []request.FileWords) []pages.PortalFile {
	var out []pages.PortalFile
	for _, f := range list {
		one := pages.PortalFile{Name: f.FileName, Note: i18n.T(ctx, "portal.track.file.yours", "date", i18n.Date(ctx, day.Of(f.CreatedAt)))}
		if f.ForPerson {
			one.Note = i18n.T(ctx, "portal.track.file.ours", "date", i18n.Date(ctx, day.Of(f.CreatedAt)))
			one.URL = action + "/files/" + f.ID
		}
		out = append(out, one)
	}
	return out
}

// checkStep is the step in which the person shows who they are, while that is
// wanted.
func checkStep(ctx context.Context, t request.Tracked, back cameTyped, said fieldErrors) *pages.PortalCheck {
	if !t.Open() || t.IdentityState != request.IdentityWanted && t.IdentityState != request.IdentityOpen {
		return nil
	}
	v := &pages.PortalCheck{Text: i18n.T(ctx, "identity.step."+string(t.IdentityLevel)), Code: back.code, Error: said["code"], Document: t.IdentityLevel != request.ByCode}
	switch {
	case t.Codes && t.Code != nil:
		v.Text = i18n.T(ctx, "identity.step.sent", "contact", request.Mask(t.Said.Contact))
		v.Enter, v.Send = true, "identity.code.again"
	case t.Codes:
		v.Text = i18n.T(ctx, "identity.step.code", "contact", request.Mask(t.Said.Contact))
		v.Send = "identity.code.send"
	case t.IdentityLevel == request.ByCode:
		v.Text = i18n.T(ctx, "identity.step.manual")
	}
	return v
}

// acts slows down who does too much on the pages of requests; field is where
// their page says so, if they typed something there.
func (p *portalPages) acts(c echo.Context, field string) error {
	words := "portal.slow"
	if field != "" {
		words = "portal.slow.act"
	}
	return p.slowAt(field, words, "act/"+network(c), actsAMinute, time.Minute)
}

// told ends an act: its page again with what was wrong, or after a redirect.
func (p *portalPages) told(c echo.Context, back cameTyped, err error, flash string) error {
	if _, wrong := problem.FieldsOf(err); wrong {
		back.wrong = err
		return p.trackPage(c, statusOf(err), back)
	}
	if err != nil {
		return err
	}
	p.flash(c, flash)
	return done(c, trackURL(url.PathEscape(c.Param("token"))))
}

func (p *portalPages) reply(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	back := cameTyped{body: f.lines("body")}
	if err := p.acts(c, "body"); err != nil {
		return p.told(c, back, err, "")
	}
	if err = f.err(nil); err == nil {
		err = p.Requests.Reply(c.Request().Context(), c.Param("token"), back.body)
	}
	return p.told(c, back, err, "portal.flash.sent")
}

func (p *portalPages) sendCode(c echo.Context) error {
	if err := p.acts(c, ""); err != nil {
		return err
	}
	if _, err := readForm(c); err != nil {
		return err
	}
	err := p.Requests.SendCode(c.Request().Context(), c.Param("token"))
	return p.told(c, cameTyped{}, err, "identity.flash.sent")
}

func (p *portalPages) verify(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	back := cameTyped{code: f.text("code")}
	if err := p.acts(c, "code"); err != nil {
		return p.told(c, back, err, "")
	}
	if err = f.err(nil); err == nil {
		err = p.Requests.EnterCode(c.Request().Context(), c.Param("token"), back.code)
	}
	return p.told(c, back, err, "identity.flash.passed")
}

func (p *portalPages) withdraw(c echo.Context) error {
	if err := p.acts(c, ""); err != nil {
		return err
	}
	if _, err := readForm(c); err != nil {
		return err
	}
	return p.told(c, cameTyped{}, p.Requests.TakeBack(c.Request().Context(), c.Param("token")), "portal.flash.withdrawn")
}

// upload keeps one file with a request.
func (p *portalPages) upload(c echo.Context) error {
	if c.Request().ContentLength > request.MaxPortalFile+maxBody {
		return problem.New(problem.TooLarge, "portal.too_large", "max", request.MaxPortalFile>>20)
	}
	if err := p.acts(c, ""); err != nil {
		return err
	}
	f, next, err := p.receive(c)
	if err != nil {
		return err
	}
	ctx, cancel := patient(c)
	defer cancel()
	back := cameTyped{field: "file"}
	purpose := request.ForMessage
	if f.text("purpose") == string(request.ForProof) {
		back.field, purpose = "proof", request.ForProof
	}
	part, err := next()
	switch {
	case errors.Is(err, io.EOF):
		err = problem.Field(problem.Invalid, "file", "portal.file.none")
	case err != nil:
		return err
	default:
		err = p.Requests.Bring(ctx, c.Param("token"), purpose, part.FileName(), part)
	}
	return p.told(c, back, err, "portal.flash.file")
}

// fetch hands out a file that the staff gave the person.
func (p *portalPages) fetch(c echo.Context) error {
	if err := p.acts(c, ""); err != nil {
		return err
	}
	ctx, cancel := patient(c)
	defer cancel()
	f, content, err := p.Requests.OwnFile(ctx, c.Param("token"), c.Param("file"))
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, file.ServedAs(f.MediaType))
	h.Set(echo.HeaderContentDisposition, file.Disposition(false, f.FileName))
	h.Set(echo.HeaderContentSecurityPolicy, filePolicy)
	h.Set(echo.HeaderCacheControl, "private, no-store")
	c.Response().WriteHeader(http.StatusOK)
	_, err = io.Copy(c.Response(), content)
	return err
}

// portalHome is where an error page leads to on the portal.
func portalHome(path string) string {
	if path == "/portal" || strings.HasPrefix(path, "/portal/") {
		return "/portal"
	}
	return ""
}
