// Package web is the HTTP face: routes, sessions, forms, pages. It is the only
// place that knows Echo, cookies and status codes; what is allowed and what is
// true is decided in the capabilities.
package web

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/gorilla/sessions"
	"github.com/labstack/echo/v4"

	"hegui/internal/account"
	"hegui/internal/audit"
	"hegui/internal/checklist"
	"hegui/internal/config"
	"hegui/internal/evidence"
	"hegui/internal/labelling"
	"hegui/internal/readiness"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/internal/report"
	"hegui/internal/request"
	"hegui/internal/savedview"
	"hegui/static"
)

// Deps is what the server works with.
type Deps struct {
	Config     config.Config
	Version    string
	Log        *slog.Logger
	Ledger     *audit.Ledger
	Accounts   *account.Service
	Regulation *regulation.Service
	Register   *register.Service
	Checklist  *checklist.Service
	Views      *savedview.Service
	Evidence   *evidence.Service
	Labelling  *labelling.Service
	Readiness  *readiness.Service
	Requests   *request.Service
	Reports    *report.Desk
	// SetupToken opens the set-up page while there is no organisation; empty
	// closes it.
	SetupToken string
}

// Server holds the dependencies of all handlers.
type Server struct {
	Deps
	echo     *echo.Echo
	sessions sessions.Store
	flood    *throttle
}

// New builds the handler for everything under "/".
func New(d Deps) *Server {
	s := &Server{Deps: d, echo: echo.New(), flood: &throttle{}}
	s.sessions = &sessionStore{accounts: d.Accounts, secure: d.Config.Secure()}
	e := s.echo
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor = s.addresses()
	e.HTTPErrorHandler = s.fail
	s.middleware(e)
	e.GET(static.Prefix+"*", echo.WrapHandler(static.Handler()))
	for _, r := range s.routes() {
		e.Add(r.Method, r.Path, r.handler, s.require(r.Permission))
	}
	return s
}

// ServeHTTP answers one request. HEAD is answered as GET is; net/http leaves
// the body out.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodHead {
		r = r.Clone(r.Context())
		r.Method = http.MethodGet
	}
	s.echo.ServeHTTP(w, r)
}

// addresses believes X-Forwarded-For only from the proxies that the operator
// named; by default Echo would believe it from anyone.
func (s *Server) addresses() echo.IPExtractor {
	proxies := s.Config.Proxies()
	if len(proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, n := range proxies {
		trust = append(trust, echo.TrustIPRange(n))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

// Timeouts of the HTTP server. Routes that move files set their own.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 60 * time.Second
	idleTimeout       = 60 * time.Second
	maxHeaderBytes    = 32 << 10
	requestTimeout    = 10 * time.Second // for the database work of one request
	maxBody           = 1 << 20          // of a form
)

// HTTPServer wraps the handler with the limits a public server needs.
func (s *Server) HTTPServer() *http.Server {
	return &http.Server{
		Handler:           s,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn),
	}
}
