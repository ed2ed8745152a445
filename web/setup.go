package web

import (
	"crypto/subtle"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"hegui/internal/account"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// setupPages found the organisation, once, for whoever holds the link that
// the server printed at its start.
type setupPages struct{ *Server }

// open refuses everybody without the link, and everybody once there is an
// organisation, as if the page did not exist.
func (p *setupPages) open(c echo.Context) error {
	gone := problem.New(problem.NotFound, "error.no_page")
	if p.SetupToken == "" || subtle.ConstantTimeCompare([]byte(c.Param("token")), []byte(p.SetupToken)) != 1 {
		return gone
	}
	_, founded, err := p.Accounts.Organisation(c.Request().Context())
	if err == nil && founded {
		return gone
	}
	return err
}

func (p *setupPages) form(c echo.Context) error {
	if err := p.open(c); err != nil {
		return err
	}
	return p.page(c, http.StatusOK, founding{
		Founding: account.Founding{Language: i18n.Lang(c.Request().Context())},
		service:  register.Registration{Scope: register.Scoping{Profile: regulation.Profile{Public: regulation.Unknown}}},
	}, nil)
}

// founding is everything the page asks.
type founding struct {
	account.Founding
	service register.Registration
}

// hasService says whether a first service is to be registered: it may be left
// to the officers.
func (in founding) hasService() bool { return in.service.Name != "" || in.service.Kind != "" }

func (p *setupPages) page(c echo.Context, status int, in founding, wrong error) error {
	ctx := c.Request().Context()
	said := messages(ctx, wrong)
	v := pages.SetupView{Bare: p.bare(c, "setup.title"), Action: "/setup/" + url.PathEscape(c.Param("token")), MinLength: account.MinPassword,
		Summary: summary(ctx, wrong), Errors: said, Organisation: in.Organisation, Name: in.Administrator.Name, Email: in.Administrator.Email,
		OfficerName: in.Officer.Name, OfficerEmail: in.Officer.Email, ServiceName: in.service.Name,
		Language: ui.Choice{Inline: true, Field: ui.Field{Name: "language", Label: "setup.language", Value: in.Language, Error: said["language"], Required: true},
			Options: []ui.Option{{Value: i18n.Chinese, Label: "setup.language.zh"}, {Value: i18n.English, Label: "setup.language.en"}}},
		ServiceKind: ui.Choice{Prompt: "register.choose", Field: ui.Field{Name: "service_kind", Label: "field.service.kind", Value: string(in.service.Kind), Error: said["service_kind"]},
			Options: options(ctx, "register.kind.", register.Kinds)},
		Offered: ui.Choice{Inline: true, Field: ui.Field{Name: "offered", Label: "field.service.offered_to_public", Value: string(in.service.Scope.Public), Hint: "setup.offered.hint", Error: said["service_offered_to_public"]},
			Options: options(ctx, "register.answer.", []regulation.Answer{regulation.Yes, regulation.No, regulation.Unknown})},
	}
	v.Bare.Path, v.Bare.Wide = v.Action, true // the switch of languages comes back here, from an answer to a post, too
	return render(c, status, pages.Setup(v))
}

func (p *setupPages) found(c echo.Context) error {
	if err := p.open(c); err != nil {
		return err
	}
	f, err := readForm(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	in := p.read(f)
	if err = p.check(c, f, &in); err == nil {
		_, err = p.Accounts.Found(ctx, in.Founding, p.first(in))
	}
	if _, wrong := problem.FieldsOf(err); wrong {
		return p.page(c, http.StatusUnprocessableEntity, in, err)
	}
	if err != nil {
		return err
	}
	p.flash(c, "setup.flash.done", "organisation", in.Organisation)
	return done(c, "/login")
}

func (p *setupPages) read(f *form) founding {
	return founding{
		Founding: account.Founding{
			Organisation: f.text("organisation"), Language: f.text("language"),
			Administrator: account.Person{Name: f.text("name"), Email: f.text("email")}, Password: f.secret("password"),
			Officer: account.Person{Name: f.text("officer_name"), Email: f.text("officer_email")}, OfficerPassword: f.secret("officer_password"),
		},
		service: register.Registration{
			Details: register.Details{Name: f.text("service_name"), Kind: register.Kind(f.text("service_kind"))},
			Scope:   register.Scoping{Profile: regulation.Profile{Public: regulation.Answer(f.text("offered"))}},
		},
	}
}

// check gives everything that is wrong with the page at once.
func (p *setupPages) check(c echo.Context, f *form, in *founding) error {
	if in.Password != f.secret("again") {
		f.wrong.Add("again", "account.password.differs")
	}
	if in.OfficerPassword != f.secret("officer_again") {
		f.wrong.Add("officer_again", "account.password.differs")
	}
	err := in.Validate()
	if _, ok := problem.FieldsOf(err); err != nil && !ok {
		return err
	}
	err = f.err(err)
	if in.hasService() {
		return f.err(p.Register.CheckFirst(c.Request().Context(), in.service))
	}
	return err
}

// first registers the service along with the organisation, if there is one.
func (p *setupPages) first(in founding) account.Along {
	if !in.hasService() {
		return nil
	}
	return p.Register.First(in.service)
}
