package web

import (
	"net/http"
	"net/netip"

	"github.com/labstack/echo/v4"

	"hegui/internal/account"
	"hegui/internal/actor"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/templates/pages"
)

// signinPages let people in and out.
type signinPages struct{ *Server }

func (p *signinPages) form(c echo.Context) error {
	back := local(c.QueryParam("back"))
	if who(c).Kind == actor.KindPerson {
		return c.Redirect(http.StatusSeeOther, back)
	}
	return render(c, http.StatusOK, pages.SignIn(pages.SignInView{Bare: p.bare(c, "signin.title"), Back: back}))
}

func (p *signinPages) signIn(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	v := pages.SignInView{Email: f.text("email"), Back: local(f.values.Get("back"))}
	email := v.Email
	if f.err(nil) != nil {
		email = "" // nobody's: refused like any other that is not known
	}
	token, _, err := p.Accounts.SignIn(c.Request().Context(), from(c), email, f.values.Get("password"))
	switch {
	case problem.Is(err, problem.Invalid), problem.Is(err, problem.TooMany):
		status, message := explain(err)
		v.Bare, v.Error = p.bare(c, "signin.title"), i18n.T(c.Request().Context(), message.Key, message.Args...)
		return render(c, status, pages.SignIn(v))
	case err != nil:
		return err
	}
	if err := p.startSession(c, token); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, v.Back)
}

// from says where a request comes from, as far as it can be trusted.
func from(c echo.Context) account.From {
	addr, _ := netip.ParseAddr(c.RealIP()) // an unknown address counts as one network
	return account.From{Addr: addr, Agent: c.Request().UserAgent()}
}

func (p *signinPages) signOut(c echo.Context) error {
	if _, err := readForm(c); err != nil {
		return err
	}
	if err := p.Accounts.SignOut(c.Request().Context(), who(c), current(c).token); err != nil {
		return err
	}
	if err := p.dropSession(c); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/login")
}

// choose shows the page behind a one-time link.
func (p *signinPages) choose(c echo.Context) error {
	link, err := p.Accounts.LinkFor(c.Request().Context(), c.Param("secret"))
	if err != nil {
		return err
	}
	return p.choosePage(c, http.StatusOK, link, nil)
}

func (p *signinPages) choosePage(c echo.Context, status int, link account.Link, wrong error) error {
	ctx := c.Request().Context()
	a, err := p.Accounts.Get(ctx, link.AccountID)
	if err != nil {
		return err
	}
	return render(c, status, pages.ChoosePassword(pages.ChoosePasswordView{Bare: p.bare(c, "signin.choose.title"), Email: a.Email, Name: a.Name,
		Action: "/welcome/" + c.Param("secret"), MinLength: account.MinPassword, Errors: messages(ctx, wrong)}))
}

func (p *signinPages) setPassword(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	link, err := p.Accounts.LinkFor(ctx, c.Param("secret"))
	if err != nil {
		return err
	}
	password := f.secret("password")
	if password != f.secret("again") {
		f.wrong.Add("again", "account.password.differs")
	}
	err = f.err(nil)
	if err == nil {
		_, err = p.Accounts.ChoosePassword(ctx, c.Param("secret"), password)
	}
	if _, fields := problem.FieldsOf(err); fields {
		return p.choosePage(c, http.StatusUnprocessableEntity, link, err)
	}
	if err != nil {
		return err
	}
	p.flash(c, "signin.flash.password_set")
	return c.Redirect(http.StatusSeeOther, "/login")
}
