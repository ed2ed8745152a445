package web

import (
	"context"
	"slices"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/request"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// requestAct is one action on a request: what its form asks, and what it does.
type requestAct struct {
	name   string // in the address, "/requests/ID/NAME"
	needs  request.Action
	icon   string
	danger bool
	parts  func(b *actForm)
	do     func(ctx context.Context, s *request.Service, by actor.Actor, id string, version int64, f *form) error
}

// requestActs are the actions of staff in the order they are offered. A reason
// to refuse and people to assign to are added where the form is built.
var requestActs = []requestAct{
	{name: "check", needs: request.Check, icon: "fingerprint",
		do: func(ctx context.Context, s *request.Service, by actor.Actor, id string, v int64, _ *form) error {
			_, err := s.StartCheck(ctx, by, id, v)
			return err
		}},
	{name: "begin", needs: request.Begin, icon: "player-play",
		do: func(ctx context.Context, s *request.Service, by actor.Actor, id string, v int64, _ *form) error {
			_, err := s.StartWork(ctx, by, id, v)
			return err
		}},
	{name: "pass", needs: request.Pass, icon: "user-check",
		parts: func(b *actForm) {
			b.area("words", true, 2000)
			if b.mandate {
				b.date("mandate_until")
			}
		},
		do: func(ctx context.Context, s *request.Service, by actor.Actor, id string, v int64, f *form) error {
			_, err := s.PassMandate(ctx, by, id, v, f.lines("words"), f.date("mandate_until"))
			return err
		}},
	{name: "fail", needs: request.Fail, icon: "user-x", danger: true, parts: func(b *actForm) { b.area("words", true, 2000) },
		do: func(ctx context.Context, s *request.Service, by actor.Actor, id string, v int64, f *form) error {
			_, err := s.FailCheck(ctx, by, id, v, f.lines("words"))
			return err
		}},
	{name: "resume", needs: request.Resume, icon: "player-play",
		do: func(ctx context.Context, s *request.Service, by actor.Actor, id string, v int64, _ *form) error {
			_, err := s.GoOn(ctx, by, id, v)
			return err
		}},
	{name: "answer", needs: request.Answer, icon: "circle-check", parts: func(b *actForm) { b.area("words", true, 10_000) },
		do: func(ctx context.Context, s *request.Service, by actor.Actor, id string, v int64, f *form) error {
			_, err := s.Fulfil(ctx, by, id, v, f.lines("words"), written(f)...)
			return err
		}},
	{name: "refuse", needs: request.Refuse, icon: "ban", danger: true,
		parts: func(b *actForm) { b.pick("reason", b.refusals); b.area("words", true, 10_000) },
		do: func(ctx context.Context, s *request.Service, by actor.Actor, id string, v int64, f *form) error {
			_, err := s.Deny(ctx, by, id, v, f.text("reason"), f.lines("words"), written(f)...)
			return err
		}},
	{name: "wait", needs: request.Ask, icon: "player-pause",
		parts: func(b *actForm) {
			b.pick("reason", codeOptions("request.pause.", request.PauseReasons))
			b.area("words", true, 2000)
		},
		do: func(ctx context.Context, s *request.Service, by actor.Actor, id string, v int64, f *form) error {
			_, err := s.Wait(ctx, by, id, v, request.PauseReason(f.text("reason")), f.lines("words"), written(f)...)
			return err
		}},
	{name: "extend", needs: request.Extend, icon: "hourglass",
		parts: func(b *actForm) {
			b.pick("reason", codeOptions("request.extension.", request.ExtensionReasons))
			b.area("words", true, 2000)
		},
		do: func(ctx context.Context, s *request.Service, by actor.Actor, id string, v int64, f *form) error {
			_, err := s.Prolong(ctx, by, id, v, request.ExtensionReason(f.text("reason")), f.lines("words"), written(f)...)
			return err
		}},
	{name: "receipt", needs: request.Write, icon: "mail",
		do: func(ctx context.Context, s *request.Service, by actor.Actor, id string, _ int64, f *form) error {
			_, err := s.Acknowledge(ctx, by, id, written(f)...)
			return err
		}},
	{name: "assign", needs: request.Assign, icon: "user-edit", parts: func(b *actForm) { b.choose("owner", "request.assign.nobody", b.owners) },
		do: func(ctx context.Context, s *request.Service, by actor.Actor, id string, _ int64, f *form) error {
			_, err := s.GiveTo(ctx, by, []string{id}, f.text("owner"))
			return err
		}},
	{name: "close", needs: request.Close, icon: "door-exit", danger: true,
		parts: func(b *actForm) {
			b.pick("reason", codeOptions("request.close.", request.CloseReasons))
			b.area("words", true, 10_000)
		},
		do: func(ctx context.Context, s *request.Service, by actor.Actor, id string, v int64, f *form) error {
			_, err := s.Finish(ctx, by, id, v, request.CloseReason(f.text("reason")), f.lines("words"), written(f)...)
			return err
		}},
	{name: "reopen", needs: request.Reopen, icon: "reload", parts: func(b *actForm) { b.area("words", true, 2000) },
		do: func(ctx context.Context, s *request.Service, by actor.Actor, id string, v int64, f *form) error {
			_, err := s.TakeUp(ctx, by, id, v, f.lines("words"))
			return err
		}},
	{name: "hold", needs: request.PlaceHold, icon: "lock",
		parts: func(b *actForm) {
			b.pick("basis", codeOptions("request.hold.", request.HoldBases))
			b.date("until_on")
			b.area("words", true, 2000)
		},
		do: func(ctx context.Context, s *request.Service, by actor.Actor, id string, v int64, f *form) error {
			_, err := s.Keep(ctx, by, id, v, request.HoldBasis(f.text("basis")), f.date("until_on"), f.lines("words"))
			return err
		}},
	{name: "release", needs: request.LiftHold, icon: "lock-open", parts: func(b *actForm) { b.area("words", true, 2000) },
		do: func(ctx context.Context, s *request.Service, by actor.Actor, id string, v int64, f *form) error {
			_, err := s.Release(ctx, by, id, v, f.lines("words"))
			return err
		}},
	{name: "message", needs: request.Write, icon: "send",
		parts: func(b *actForm) {
			b.radio("direction", codeOptions("request.direction.", []request.Direction{request.ToPerson, request.Internal}), string(request.ToPerson))
			b.area("body", true, 10_000)
		},
		do: func(ctx context.Context, s *request.Service, by actor.Actor, id string, _ int64, f *form) error {
			_, err := s.Say(ctx, by, id, request.Direction(f.text("direction")), f.lines("body"))
			return err
		}},
	{name: "heard", needs: request.Hear, icon: "message-2",
		parts: func(b *actForm) {
			b.pick("via", codeOptions("request.channel.", request.StaffChannels))
			b.area("body", true, 10_000)
		},
		do: func(ctx context.Context, s *request.Service, by actor.Actor, id string, _ int64, f *form) error {
			_, err := s.Heard(ctx, by, id, request.Channel(f.text("via")), f.lines("body"))
			return err
		}},
}

// offered says whether an action makes sense now, besides its state.
func (a requestAct) offered(d request.Detail) bool {
	switch a.name {
	case "receipt": // once, while nothing else is decided
		return d.Open() && !d.Acknowledged()
	case "hold":
		return !d.Held
	case "release":
		return d.Held
	case "begin":
		return d.IdentityState == request.IdentityNotNeeded || d.IdentityState == request.IdentityPassed
	case "check":
		ends := slices.ContainsFunc(d.Mandates, func(m request.MandateWords) bool { return m.ValidUntil != "" }) // and may have to be shown anew
		return ends || d.IdentityState != request.IdentityNotNeeded && d.IdentityState != request.IdentityPassed
	case "extend":
		return d.ExtensionDays > 0 && d.Extension == nil && d.StartedAt != nil
	}
	return true
}

// act does an action and comes back to the request.
func (p *requestPages) act(name string) echo.HandlerFunc {
	a := requestActs[slices.IndexFunc(requestActs, func(a requestAct) bool { return a.name == name })]
	return func(c echo.Context) error {
		f, err := readForm(c)
		if err != nil {
			return err
		}
		version := f.int("version")
		if err = f.readable(); err == nil {
			err = a.do(c.Request().Context(), p.Requests, who(c), c.Param("id"), version, f)
		}
		if err != nil && f.has("letter_body") && letterOf[a.name] != "" {
			return p.letterAgain(c, a.name, f, err)
		}
		if err != nil {
			return p.again(c, a.name, f, err)
		}
		p.flash(c, "request.flash."+a.name)
		return done(c, requestURL(c.Param("id")))
	}
}

// readable says what in the form cannot be read, before any of it is used.
func (f *form) readable() error {
	for name := range f.values {
		f.lines(name)
	}
	f.date("until_on")
	f.date("mandate_until")
	return f.wrong.Err()
}

// actForm builds the form of an action, with what was typed into it when it
// came back.
type actForm struct {
	name     string
	ctx      context.Context
	form     *form // nil at first
	wrong    fieldErrors
	refusals []ui.Option
	owners   []ui.Option
	owner    string
	mandate  bool // somebody asks for another person
	parts    []pages.FormPart
}

func (b *actForm) field(name string, required bool) ui.Field {
	x := ui.Field{Name: name, ID: "f-" + b.name + "-" + name, Label: "request.field." + name, Required: required, Error: b.wrong[name]}
	if b.form != nil {
		x.Value = b.form.values.Get(name)
	}
	if key := "request.hint." + b.name + "." + name; i18n.Has(key) {
		x.Hint = i18n.T(b.ctx, key)
	}
	return x
}

func (b *actForm) area(name string, required bool, limit int) {
	x := b.field(name, required)
	x.Rows, x.MaxLength = 4, limit
	b.parts = append(b.parts, pages.FormPart{Kind: pages.AreaPart, Field: x})
}

func (b *actForm) date(name string) {
	x := b.field(name, false)
	x.Type = ui.InputDate
	b.parts = append(b.parts, pages.FormPart{Kind: pages.TextPart, Field: x, Wide: true})
}

func (b *actForm) pick(name string, options []ui.Option) {
	b.parts = append(b.parts, pages.FormPart{Kind: pages.SelectPart, Field: b.field(name, true), Prompt: "request.choose", Options: options, Wide: true})
}

func (b *actForm) choose(name, prompt string, options []ui.Option) {
	x := b.field(name, false)
	if b.form == nil {
		x.Value = b.owner
	}
	b.parts = append(b.parts, pages.FormPart{Kind: pages.SelectPart, Field: x, Prompt: prompt, Options: options, Wide: true})
}

func (b *actForm) radio(name string, options []ui.Option, value string) {
	x := b.field(name, true)
	if x.Value == "" {
		x.Value = value
	}
	b.parts = append(b.parts, pages.FormPart{Kind: pages.RadioPart, Field: x, Options: options, Inline: true, Wide: true})
}

// acts puts the forms of all actions that are possible on the page.
func (b *requestView) acts(v *pages.RequestShow) error {
	refusals, err := b.refusals()
	if err != nil {
		return err
	}
	owners, err := b.handlers(b.c, b.d.ServiceID)
	if err != nil {
		return err
	}
	for _, a := range requestActs {
		if !b.d.Can(a.needs) || !a.offered(b.d) {
			continue
		}
		act := b.form(a, &actForm{name: a.name, ctx: b.ctx, refusals: refusals, owners: owners, owner: b.d.OwnerID, mandate: b.d.Requester != request.Self})
		switch a.name {
		case "message":
			v.Write = &act
		case "heard":
			v.Heard = &act
		default:
			v.Acts = append(v.Acts, act)
		}
	}
	if b.d.Can(request.Change) {
		v.Actions = append(v.Actions, linkAction("request.correct", requestURL(b.d.ID)+"/correct", "pencil"))
	}
	if b.d.Can(request.AddFile) {
		v.AddFile = b.upload()
	}
	return nil
}

func (b *requestView) form(a requestAct, f *actForm) pages.RequestAct {
	v := pages.RequestAct{ID: a.name, Label: "request.act." + a.name, Icon: a.icon}
	if key := "request.act.hint." + a.name; i18n.Has(key) {
		v.Hint = i18n.T(b.ctx, key, "days", i18n.T(b.ctx, "request.days."+string(b.d.Unit), "count", b.d.ExtensionDays))
	}
	if letterOf[a.name] != "" {
		v.Preview = letterURL(b.d.ID)
	}
	if b.try.act == a.name {
		v.Open, f.form, f.wrong = true, b.try.f, messages(b.ctx, b.try.err)
	}
	if a.parts != nil {
		a.parts(f)
	}
	v.Form = pages.LabelForm{Action: requestURL(b.d.ID) + "/" + a.name, Submit: "request.submit." + a.name, Version: b.d.Version, Parts: f.parts, Danger: a.danger}
	return v
}

// refusals are the reasons that fit the request.
func (b *requestView) refusals() ([]ui.Option, error) {
	list, err := b.Requests.Refusals(b.ctx)
	var out []ui.Option
	for _, r := range list {
		if r.Active && r.Fits(b.d.Kind) {
			out = append(out, ui.Option{Value: r.ID, Label: requestWords(b.ctx, r.TitleZH+"（"+r.SourceZH+"）", r.TitleEN+" ("+r.SourceEN+")")})
		}
	}
	return out, err
}

// upload is the form that adds a file.
func (b *requestView) upload() *pages.RequestUpload {
	v := &pages.RequestUpload{URL: requestURL(b.d.ID) + "/files",
		Purpose: ui.Choice{Field: ui.Field{Name: "purpose", ID: "f-file-purpose", Label: "request.field.purpose", Required: true},
			Options: codeOptions("request.purpose.", []request.Purpose{request.ForRequest, request.ForProof, request.ForMandate, request.ForAnswer})},
		File: ui.File{Field: ui.Field{Name: "file", ID: "f-file-file", Label: "request.field.file", Required: true}}}
	if b.try.act == "file" {
		wrong := messages(b.ctx, b.try.err)
		v.Open, v.File.Error, v.Purpose.Error = true, wrong["file"], wrong["purpose"]
		v.Purpose.Value = b.try.f.values.Get("purpose")
	}
	return v
}

// noFile is what is wrong with a form that brought no file.
func noFile(_ *incoming, c echo.Context) error {
	if err := c.Request().Context().Err(); err != nil {
		return err
	}
	return problem.Field(problem.Invalid, "file", "request.file.none")
}
