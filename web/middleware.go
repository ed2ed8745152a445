package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"hegui/internal/actor"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/static"
	"hegui/templates/ui"
)

// middleware is the way of every request, outermost first.
func (s *Server) middleware(e *echo.Echo) {
	e.Use(
		s.identify,      // a request id first: everything after may log it
		s.logRequest,    // then the log, which sees the final status
		s.recoverPanics, // a fault in one request ends only that one
		securityHeaders, // on every answer, errors included
		s.limitLoad(maxConcurrent),
		compress(), // HTML only; assets are compressed beforehand, files are not
		s.sameOrigin,
		s.resume, // who, in which language
		legible,  // no handler, and no database, meets an address that is not text
	)
}

// context keys of a request
const (
	keyRequestID = "request_id"
	keyVisitor   = "visitor"
)

func (s *Server) identify(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		var b [8]byte
		_, _ = rand.Read(b[:]) // never fails (crypto/rand)
		id := hex.EncodeToString(b[:])
		c.Set(keyRequestID, id)
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		speak(c, "")
		return next(c)
	}
}

// logRequest writes one line per request: the route's pattern, never the
// address itself, which may hold a secret link or what somebody searched for.
func (s *Server) logRequest(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		err := next(c)
		if err != nil {
			c.Error(err)
		}
		level := slog.LevelInfo
		if c.Response().Status >= http.StatusInternalServerError {
			level = slog.LevelError
		} else if impersonal(c.Request().URL.Path) {
			level = slog.LevelDebug
		}
		s.Log.LogAttrs(c.Request().Context(), level, "request",
			slog.String("id", requestID(c)), slog.String("method", c.Request().Method), slog.String("route", c.Path()),
			slog.Int("status", c.Response().Status), slog.Int64("bytes", c.Response().Size),
			slog.Duration("took", time.Since(start)), slog.String("actor", who(c).ID))
		return nil
	}
}

// impersonal says that an answer is the same for everybody, and must come
// without asking the database who wants it.
func impersonal(path string) bool {
	return strings.HasPrefix(path, static.Prefix) || path == "/healthz" || path == "/readyz"
}

// speak puts the language into the request: the account's, else the browser's.
func speak(c echo.Context, account string) {
	r := c.Request()
	lang := i18n.Negotiate(account, cookie(c, cookieLanguage), r.Header.Get("Accept-Language"))
	c.SetRequest(r.WithContext(i18n.With(r.Context(), lang)))
}

func requestID(c echo.Context) string {
	id, _ := c.Get(keyRequestID).(string)
	return id
}

func (s *Server) recoverPanics(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			r := recover()
			if r == nil {
				return
			}
			if r == http.ErrAbortHandler { //nolint:errorlint // the very value, as net/http does
				panic(r)
			}
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}()
		return next(c)
	}
}

// policy allows our own files and nothing inline. Previews of uploaded files
// have a stricter one of their own.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
	"connect-src 'self'; media-src 'self' blob:; worker-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; " +
	"frame-ancestors 'none'; object-src 'none'"

func securityHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
		if !strings.HasPrefix(c.Request().URL.Path, static.Prefix) {
			h.Set("Cache-Control", "no-store")
		}
		return next(c)
	}
}

// maxConcurrent is how many requests are worked on at once; more are told to
// come back, before memory runs out.
const maxConcurrent = 512

func (s *Server) limitLoad(limit int) echo.MiddlewareFunc {
	slots := make(chan struct{}, limit)
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			select {
			case slots <- struct{}{}:
				defer func() { <-slots }()
				return next(c)
			default:
				return problem.New(problem.Unavailable, "error.overloaded")
			}
		}
	}
}

// compressFrom is the size in bytes from which compressing pays.
const compressFrom = 1024

func compress() echo.MiddlewareFunc {
	return middleware.GzipWithConfig(middleware.GzipConfig{
		Level: 4, MinLength: compressFrom,
		Skipper: func(c echo.Context) bool {
			p := c.Request().URL.Path
			return strings.HasPrefix(p, static.Prefix) || strings.HasPrefix(p, "/files/")
		},
	})
}

// legible refuses addresses with NUL or broken UTF-8 in them: nothing has such
// a name, and PostgreSQL takes neither for text.
func legible(next echo.HandlerFunc) echo.HandlerFunc {
	text := func(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }
	return func(c echo.Context) error {
		u := c.Request().URL
		if !text(u.Path) {
			return problem.New(problem.NotFound, "error.no_page")
		}
		if strings.Contains(u.RawQuery, "%") {
			q, err := url.QueryUnescape(u.RawQuery)
			if err != nil || !text(q) {
				return problem.New(problem.Malformed, "error.address")
			}
		}
		return next(c)
	}
}

// sameOrigin refuses posts that another site caused. Browsers say so in
// Sec-Fetch-Site or Origin; a browser that says neither must bring the form
// token of its session, which the handler of forms checks.
func (s *Server) sameOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	guard := http.NewCrossOriginProtection()
	if s.Config.PublicURL != "" {
		_ = guard.AddTrustedOrigin(strings.TrimSuffix(s.Config.PublicURL, "/")) // was checked at start
	}
	return func(c echo.Context) error {
		r := c.Request()
		site := r.Header.Get("Sec-Fetch-Site")
		unsafe := r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodOptions
		if unsafe && (site == "same-site" || r.Header.Get("Origin") == "null") || guard.Check(r) != nil {
			return problem.New(problem.Forbidden, "error.cross_site")
		}
		return next(c)
	}
}

// visitor is who a request comes from and in which language they read.
type visitor struct {
	actor    actor.Actor
	language string // of the account; empty for nobody
	token    string // of the session
	session  string // its key, which may be shown
	csrf     string
}

// resume looks up the session, and puts a deadline on the request's work.
// A database that cannot answer is an outage, not a sign-out.
func (s *Server) resume(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if impersonal(r.URL.Path) {
			return next(c)
		}
		c.Set(keyConnection, r.Context())
		ctx, cancel := context.WithTimeout(r.Context(), requestTimeout)
		defer cancel()
		v := &visitor{actor: actor.Public()}
		c.Set(keyVisitor, v)
		c.SetRequest(r.WithContext(ctx))
		err := s.recognise(c, v)
		c.SetRequest(c.Request().WithContext(ui.WithCSRF(c.Request().Context(), v.csrf)))
		speak(c, v.language)
		if err != nil {
			return err
		}
		return next(c)
	}
}

func (s *Server) recognise(c echo.Context, v *visitor) error {
	sess, err := s.sessions.Get(c.Request(), cookieSession)
	if err != nil {
		if problem.Is(err, problem.Unauthenticated) {
			return nil
		}
		return err
	}
	if in, ok := sess.Values[signedInKey].(signedIn); ok {
		v.actor, v.language, v.token, v.csrf = in.account.Actor(), in.account.Language, in.token, in.session.FormToken
		v.session = in.session.Key()
	}
	return nil
}

func current(c echo.Context) *visitor {
	if v, ok := c.Get(keyVisitor).(*visitor); ok {
		return v
	}
	return &visitor{actor: actor.Public()}
}

// who is acting.
func who(c echo.Context) actor.Actor { return current(c).actor }

// require lets only those through whose role has the permission.
func (s *Server) require(p actor.Permission) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			by := who(c)
			switch {
			case by.May(p):
				return next(c)
			case by.Kind != actor.KindPerson:
				return problem.New(problem.Unauthenticated, "error.sign_in")
			}
			return problem.New(problem.Forbidden, "error.role")
		}
	}
}
