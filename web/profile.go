package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"hegui/internal/account"
	"hegui/internal/problem"
	"hegui/templates/pages"
)

// profilePages are what a person keeps about themselves.
type profilePages struct{ *Server }

func (p *profilePages) page(c echo.Context) error { return p.show(c, http.StatusOK, nil) }

// show is the page, with what was wrong about a new password.
func (p *profilePages) show(c echo.Context, status int, wrong error) error {
	ctx, by := c.Request().Context(), who(c)
	a, err := p.Accounts.Get(ctx, by.ID)
	if err != nil {
		return err
	}
	sessions, err := p.Accounts.Sessions(ctx, by)
	if err != nil {
		return err
	}
	v := pages.ProfileView{Name: a.Name, Email: a.Email, Roles: roleNames(ctx, a.Roles), MinLength: account.MinPassword, Errors: messages(ctx, wrong)}
	if a.PasswordSetAt != nil {
		v.PasswordSet = *a.PasswordSetAt
	}
	if v.Scope, err = p.scopeWords(c, a); err != nil {
		return err
	}
	for _, s := range sessions {
		v.Sessions = append(v.Sessions, pages.SessionRow{Key: s.Key(), Browser: browserName(ctx, s.Agent), Network: s.Network,
			Since: s.CreatedAt, Seen: s.SeenAt, This: s.Key() == current(c).session})
	}
	v.Frame = p.frame(c, "profile.title")
	return render(c, status, pages.Profile(v))
}

func (p *profilePages) changePassword(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	old, password := f.secret("old"), f.secret("password")
	if password != f.secret("again") {
		f.wrong.Add("again", "account.password.differs")
	}
	if err = f.err(nil); err == nil {
		err = p.Accounts.ChangePassword(c.Request().Context(), who(c), current(c).token, old, password)
	}
	if _, fields := problem.FieldsOf(err); fields {
		return p.show(c, http.StatusUnprocessableEntity, err)
	}
	if err != nil {
		return err
	}
	p.flash(c, "profile.flash.password")
	return done(c, "/profile")
}

func (p *profilePages) endSession(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	key := f.text("session")
	if err := f.err(nil); err != nil {
		return err
	}
	if err := p.Accounts.EndSession(c.Request().Context(), who(c), key); err != nil {
		return err
	}
	p.flash(c, "profile.flash.session")
	return done(c, "/profile")
}

func (p *profilePages) endOthers(c echo.Context) error {
	if _, err := readForm(c); err != nil {
		return err
	}
	if err := p.Accounts.EndOthers(c.Request().Context(), who(c), current(c).token); err != nil {
		return err
	}
	p.flash(c, "profile.flash.sessions")
	return done(c, "/profile")
}
