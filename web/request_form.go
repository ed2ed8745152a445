package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"hegui/internal/i18n"
	"hegui/internal/request"
	"hegui/templates/pages"
)

// fresh shows the form of a request that did not come through the portal.
func (p *requestPages) fresh(c echo.Context) error {
	return p.intakePage(c, http.StatusOK, request.Intake{Kind: request.Access, Requester: request.Self, Channel: request.Mail, Language: "zh-CN", ReceivedOn: p.Requests.Today(), OwnerID: who(c).ID}, nil)
}

// takeIn records such a request.
func (p *requestPages) takeIn(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	in := request.Intake{ServiceID: f.text("service"), Kind: request.Kind(f.text("kind")), Requester: request.Requester(f.text("requester")),
		Channel: request.Channel(f.text("channel")), Language: f.text("language"), ReceivedOn: f.date("received_on"), OwnerID: f.text("owner"),
		Name: f.text("name"), Contact: f.text("contact"), Account: f.text("account"), Details: f.lines("details"), Person: f.text("person"), Relation: f.text("relation")}
	var made request.Request
	if err = f.wrong.Err(); err == nil {
		made, err = p.Requests.TakeIn(c.Request().Context(), who(c), in)
	}
	if err != nil {
		if !comesBack(err) {
			return err
		}
		return p.intakePage(c, statusOf(err), in, err)
	}
	p.flash(c, "request.flash.received", "number", made.Number)
	return done(c, requestURL(made.ID))
}

func (p *requestPages) intakePage(c echo.Context, status int, in request.Intake, wrong error) error {
	ctx := c.Request().Context()
	services, err := p.serviceOptions(c)
	if err != nil {
		return err
	}
	owners, err := p.handlers(c, "")
	if err != nil {
		return err
	}
	f := fields{messages(ctx, wrong)}
	v := pages.RequestFormPage{LabelHead: pages.LabelHead{Frame: p.frame(c, "request.new", crumbRequests), Title: "request.new", Subtitle: "request.new.lead", Alert: said(ctx, wrong)}}
	v.Form = pages.LabelForm{Action: "/requests/new", Submit: "request.new.submit", CancelURL: "/requests", Summary: summary(ctx, wrong), Parts: []pages.FormPart{
		f.pick("service", "request.service", in.ServiceID, "request.service.none", services, false),
		f.pick("kind", "request.kind", string(in.Kind), "", codeOptions("request.kind.", request.Kinds), true),
		f.pick("channel", "request.channel", string(in.Channel), "", codeOptions("request.channel.", request.StaffChannels), true),
		f.date("received_on", "request.received_on", in.ReceivedOn, true),
		f.text("name", "request.name", in.Name, 100, true),
		hinted(f.text("contact", "request.contact", in.Contact, 200, true), "request.contact.hint"),
		hinted(f.text("account", "request.account", in.Account, 200, false), "request.account.hint"),
		f.pick("language", "request.language", in.Language, "", codeOptions("language.", []string{"zh-CN", "en"}), true),
		f.pick("requester", "request.requester", string(in.Requester), "", codeOptions("request.requester.", request.Requesters), true),
		hinted(f.text("person", "request.person", in.Person, 100, false), "request.person.hint"),
		f.text("relation", "request.relation", in.Relation, 200, false),
		f.pick("owner", "request.owner", in.OwnerID, "request.owner.none", owners, false),
		f.area("details", "request.details", in.Details, "request.details.hint", 6, true),
	}}
	return render(c, status, pages.RequestFormView(v))
}

// correctForm sets right what was written down at intake.
func (p *requestPages) correctForm(c echo.Context) error {
	d, err := p.Requests.Look(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	in := request.Correction{ServiceID: d.ServiceID, Kind: d.Kind, Language: d.Language, Name: d.Said.Name, Contact: d.Said.Contact, Account: d.Said.Account}
	return p.correctPage(c, http.StatusOK, d.Request, d.Version, in, nil)
}

func (p *requestPages) correct(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	in := request.Correction{ServiceID: f.text("service"), Kind: request.Kind(f.text("kind")), Language: f.text("language"),
		Name: f.text("name"), Contact: f.text("contact"), Account: f.text("account")}
	version, id := f.int("version"), c.Param("id")
	if err = f.wrong.Err(); err == nil {
		_, err = p.Requests.Correct(c.Request().Context(), who(c), id, version, in)
	}
	if err != nil {
		if !comesBack(err) {
			return err
		}
		d, lookErr := p.Requests.Look(c.Request().Context(), who(c), id)
		if lookErr != nil {
			return lookErr
		}
		return p.correctPage(c, statusOf(err), d.Request, version, in, err)
	}
	p.flash(c, "request.flash.corrected")
	return done(c, requestURL(id))
}

func (p *requestPages) correctPage(c echo.Context, status int, r request.Request, version int64, in request.Correction, wrong error) error {
	ctx := c.Request().Context()
	services, err := p.serviceOptions(c)
	if err != nil {
		return err
	}
	f := fields{messages(ctx, wrong)}
	title := i18n.T(ctx, "request.correct.title", "number", r.Number)
	v := pages.RequestFormPage{LabelHead: pages.LabelHead{Frame: p.frame(c, title, crumbRequests), Title: title, Subtitle: "request.correct.lead", Alert: said(ctx, wrong)}}
	v.Form = pages.LabelForm{Action: requestURL(r.ID) + "/correct", Submit: "request.correct.submit", CancelURL: requestURL(r.ID), Version: version, Summary: summary(ctx, wrong), Parts: []pages.FormPart{
		f.pick("service", "request.service", in.ServiceID, "request.service.none", services, false),
		f.pick("kind", "request.kind", string(in.Kind), "", codeOptions("request.kind.", request.Kinds), true),
		f.text("name", "request.name", in.Name, 100, true),
		hinted(f.text("contact", "request.contact", in.Contact, 200, true), "request.contact.hint"),
		hinted(f.text("account", "request.account", in.Account, 200, false), "request.account.hint"),
		f.pick("language", "request.language", in.Language, "", codeOptions("language.", []string{"zh-CN", "en"}), true),
	}}
	return render(c, status, pages.RequestFormView(v))
}
