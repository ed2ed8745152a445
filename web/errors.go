package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"syscall"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/templates/layout"
)

// statuses maps kinds of problem to HTTP.
var statuses = map[problem.Kind]int{
	problem.Invalid: http.StatusUnprocessableEntity, problem.NotFound: http.StatusNotFound,
	problem.Forbidden: http.StatusForbidden, problem.Conflict: http.StatusConflict,
	problem.Unauthenticated: http.StatusUnauthorized, problem.TooLarge: http.StatusRequestEntityTooLarge,
	problem.TooMany: http.StatusTooManyRequests, problem.Unavailable: http.StatusServiceUnavailable,
	problem.Full: http.StatusInsufficientStorage, problem.Malformed: http.StatusBadRequest,
}

// explain turns any error into a status and what to tell the person.
func explain(err error) (int, problem.Message) {
	if p, ok := errors.AsType[*problem.Error](err); ok {
		return statuses[p.Kind], p.Message
	}
	if kind, ok := audit.Outage(err); ok {
		return statuses[kind], problem.Message{}
	}
	if he, ok := errors.AsType[*echo.HTTPError](err); ok {
		if he.Code == http.StatusNotFound { // Echo knows no such route
			return he.Code, problem.Message{Key: "error.no_page"}
		}
		return he.Code, problem.Message{}
	}
	if errors.Is(err, context.Canceled) {
		return 499, problem.Message{} // the browser went away (as nginx logs it)
	}
	return http.StatusInternalServerError, problem.Message{}
}

// retryAfter is how many seconds a refused request should wait.
const retryAfter = "10"

// fail is the one error handler: details to the log, words to the person.
func (s *Server) fail(err error, c echo.Context) {
	gone := c.Request().Context().Err() != nil
	if c.Response().Committed {
		s.lost(c, "failed after answering", err, gone)
		return
	}
	// the deadline of the request's work must not keep us from saying so
	c.SetRequest(c.Request().WithContext(context.WithoutCancel(c.Request().Context())))
	status, message := explain(err)
	switch {
	case status >= http.StatusInternalServerError:
		s.Log.Error("failed", "id", requestID(c), "route", c.Path(), "error", err)
	case status == http.StatusForbidden:
		s.refused(c, message.Key)
	}
	askPatience(c, status)
	if status == http.StatusUnauthorized {
		err = s.askToSignIn(c)
	} else {
		err = s.errorPage(c, status, message)
	}
	if err != nil {
		s.lost(c, "error page failed", err, gone)
		_ = c.NoContent(status) // nothing better is left
	}
}

// lost logs that an answer did not arrive: an error of ours, unless who asked
// has gone away.
func (s *Server) lost(c echo.Context, what string, err error, gone bool) {
	level := slog.LevelError
	if gone || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) {
		level = slog.LevelDebug
	}
	s.Log.Log(context.WithoutCancel(c.Request().Context()), level, what, "id", requestID(c), "error", err)
}

// askPatience says when to try again, where that is worth something.
func askPatience(c echo.Context, status int) {
	if status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
		c.Response().Header().Set("Retry-After", retryAfter)
	}
}

// refused records that a signed-in person asked for more than their role
// allows.
func (s *Server) refused(c echo.Context, key string) {
	by := who(c)
	if by.Kind != actor.KindPerson {
		return
	}
	if err := s.Ledger.Refused(c.Request().Context(), by, c.Request().Method+" "+c.Path(), key); err != nil {
		s.Log.Error("record refusal", "id", requestID(c), "error", err)
	}
}

func (s *Server) errorPage(c echo.Context, status int, m problem.Message) error {
	ctx := c.Request().Context()
	v := layout.ErrorView{Status: status, RequestID: requestID(c), HomeURL: portalHome(c.Request().URL.Path)}
	if m.Key != "" {
		v.Detail = i18n.T(ctx, m.Key, m.Args...)
	}
	if wantsPart(c) {
		h := c.Response().Header()
		h.Set("HX-Retarget", "#alerts")
		h.Set("HX-Reswap", "innerHTML")
		return render(c, status, layout.ErrorPart(v))
	}
	return s.framed(c, status, i18n.T(ctx, "error.title"), layout.ErrorPage(v))
}

// askToSignIn sends a browser to the sign-in page and back afterwards.
func (s *Server) askToSignIn(c echo.Context) error {
	to := "/login"
	if c.Request().Method == http.MethodGet && !wantsPart(c) && c.Request().URL.Path != "/" {
		to += "?back=" + url.QueryEscape(c.Request().URL.RequestURI())
	}
	if wantsPart(c) || c.Request().Header.Get("Accept") == "application/json" {
		c.Response().Header().Set("HX-Redirect", to)
		return c.NoContent(http.StatusUnauthorized)
	}
	if cookie(c, cookieSession) != "" {
		if err := s.dropSession(c); err != nil {
			s.Log.Log(c.Request().Context(), slog.LevelWarn, "drop cookie", "error", err)
		}
	}
	return c.Redirect(http.StatusSeeOther, to)
}
