package web

import (
	"context"
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/templates/layout"
	"hegui/templates/pages"
)

// healthy says that the process runs.
func (s *Server) healthy(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// isReady says that the database answers, for load balancers.
func (s *Server) isReady(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), 2*time.Second)
	defer cancel()
	if err := s.Ledger.Store().Ping(ctx); err != nil {
		s.Log.Error("not ready", "error", err)
		return c.String(http.StatusServiceUnavailable, "database does not answer\n")
	}
	return c.String(http.StatusOK, "ready\n")
}

// setLanguage switches the language, for the account and for the browser.
func (s *Server) setLanguage(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	lang := f.text("lang")
	if lang != i18n.Chinese && lang != i18n.English {
		return problem.New(problem.Invalid, "account.language.unknown")
	}
	if by := who(c); by.Kind == actor.KindPerson && current(c).language != lang {
		if err := s.Accounts.SetLanguage(c.Request().Context(), by, lang); err != nil {
			return err
		}
	}
	s.remember(c, cookieLanguage, lang)
	return c.Redirect(http.StatusSeeOther, local(f.values.Get("back")))
}

// setTheme remembers light, dark or the device's choice.
func (s *Server) setTheme(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	s.remember(c, cookieTheme, string(layout.ThemeOf(f.text("theme"))))
	return c.Redirect(http.StatusSeeOther, local(f.values.Get("back")))
}

// framed puts content into the frame of the person, signed in or not.
func (s *Server) framed(c echo.Context, status int, title string, content templ.Component) error {
	if who(c).Kind == actor.KindPerson {
		return render(c, status, pages.InFrame(s.frame(c, title), content))
	}
	return render(c, status, pages.InBare(s.bare(c, title), content))
}
