package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/day"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/request"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// systemAnswer is what a system says through its callback, in JSON. The
// content of files is base64.
type systemAnswer struct {
	Result    string       `json:"result"`
	Basis     string       `json:"basis"`
	KeptUntil string       `json:"kept_until"`
	Words     string       `json:"words"`
	Before    string       `json:"before"`
	After     string       `json:"after"`
	Files     []systemFile `json:"files"`
}

type systemFile struct {
	Name    string `json:"name"`
	Content []byte `json:"content"`
}

// maxAnswer bounds an answer with its files, in bytes.
const maxAnswer = 32 << 20

// callbacksAMinute is how often one network may call back.
const callbacksAMinute = 600

// callback takes the answer of a system to a call. The token in the address is
// all that lets it in, and serves once.
func (p *portalPages) callback(c echo.Context) error {
	if err := p.takeCallback(c); err != nil {
		return p.apiFail(c, err)
	}
	return c.JSON(http.StatusOK, map[string]string{"state": "taken"})
}

func (p *portalPages) takeCallback(c echo.Context) error {
	if err := p.slow("callback/"+network(c), callbacksAMinute, time.Minute); err != nil {
		return err
	}
	ctx, cancel := patient(c)
	defer cancel()
	if err := p.Requests.Answerable(ctx, c.Param("token")); err != nil {
		return err
	}
	in, err := readAnswer(c)
	if err != nil {
		return err
	}
	return p.Requests.Answered(ctx, c.Param("token"), in)
}

func readAnswer(c echo.Context) (out request.SystemAnswer, err error) {
	var in systemAnswer
	d := json.NewDecoder(http.MaxBytesReader(c.Response(), c.Request().Body, maxAnswer))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			return out, problem.New(problem.TooLarge, "form.too_large", "max", strconv.Itoa(maxAnswer>>20))
		}
		return out, problem.New(problem.Malformed, "portal.api.json")
	}
	var wrong problem.Fields
	for field, text := range map[string]string{"words": in.Words, "before": in.Before, "after": in.After} {
		if !clean(text, true) {
			wrong.Add(field, "form.text.invalid")
		}
	}
	out.Report = request.Report{Result: request.Result(in.Result), Basis: request.Basis(in.Basis), Words: in.Words, Before: in.Before, After: in.After}
	if in.KeptUntil != "" {
		kept, ok := day.Parse(in.KeptUntil)
		if !ok {
			wrong.Add("kept_until", "form.date.invalid")
		}
		out.KeptUntil = kept
	}
	for _, f := range in.Files {
		out.Files = append(out.Files, request.AnsweredFile{Name: f.Name, Content: f.Content})
	}
	return out, wrong.Err()
}

// makeSecret makes the secret by which calls of a system are signed, and shows
// it this once.
func (p *requestPages) makeSecret(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	version := f.int("version")
	if err := f.wrong.Err(); err != nil {
		return err
	}
	secret, y, err := p.Requests.MakeSecret(c.Request().Context(), who(c), c.Param("id"), version)
	if err != nil {
		return err
	}
	v := pages.ConnectorSecret{LabelHead: pages.LabelHead{Frame: p.frame(c, "connector.secret", crumbRequests, crumbSystems), Title: "connector.secret", Subtitle: y.Name},
		Secret: secret, Back: systemURL(y.ID)}
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
	return render(c, http.StatusOK, pages.ConnectorSecretView(v))
}

// connectorCard is what stands on a system's page about its webhook.
func (p *requestPages) connectorCard(c echo.Context, y request.System) *pages.ConnectorCard {
	if y.ID == "" || y.Reach != request.ByWebhook {
		return nil
	}
	v := &pages.ConnectorCard{Ready: len(y.Secret) > 0, PublicURL: p.Config.PublicURL != ""}
	if who(c).May(actor.SetRequests) {
		label := "connector.secret.make"
		if v.Ready {
			label = "connector.secret.renew"
		}
		a := postAction(label, systemURL(y.ID)+"/secret", "key", y.Version)
		if v.Ready {
			a = confirmed(a, i18n.T(c.Request().Context(), "connector.secret.confirm"))
		}
		v.Make = &a
	}
	return v
}

// callAgain calls the system of a task once more.
func (p *requestPages) callAgain(c echo.Context) error {
	return p.onTask("call", "connector.flash.again", func(ctx context.Context, by actor.Actor, id string, _ int64, _ *form) error {
		return p.Requests.CallAgain(ctx, by, id)
	})(c)
}

// delivery is how the last call of a task's system stands.
func (b taskView) delivery() *pages.ConnectorCall {
	y, d := b.t.System, b.t.Delivery
	if y.Reach != request.ByWebhook || d == nil && len(y.Secret) == 0 {
		return nil
	}
	v := &pages.ConnectorCall{State: ui.ChipView{Label: "connector.state.none"}}
	if d != nil {
		tone := map[string]ui.Tone{request.CallSent: ui.Accent, request.CallAnswered: ui.Good, request.CallFailed: ui.Warn, request.CallGivenUp: ui.Bad}[d.State]
		v.State = ui.ChipView{Label: "connector.state." + d.State, Tone: tone}
		v.Rows = b.deliveryRows(*d)
	}
	if b.t.Report && len(y.Secret) > 0 {
		a := postAction("connector.again", taskURL(b.t.ID)+"/call", "refresh", 0)
		v.Again = &a
	}
	return v
}

func (b taskView) deliveryRows(d request.Delivery) []pages.DetailRow {
	out := []pages.DetailRow{{Label: "connector.delivery", Value: d.ID}, {Label: "connector.attempts", Value: i18n.Number(b.ctx, d.Attempts)}}
	at := func(label string, t *time.Time) {
		if t != nil {
			out = append(out, pages.DetailRow{Label: label, Value: i18n.DateTime(b.ctx, *t)})
		}
	}
	at("connector.sent", d.SentAt)
	at("connector.answered", d.AnsweredAt)
	if d.State == request.CallFailed {
		at("connector.next", d.NextAt)
	}
	if d.Status != 0 {
		out = append(out, pages.DetailRow{Label: "connector.status", Value: strconv.FormatInt(d.Status, 10)})
	}
	if d.Fault != "" {
		out = append(out, pages.DetailRow{Label: "connector.fault", Value: b.say("connector.fault." + d.Fault)})
	}
	return out
}
