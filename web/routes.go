package web

import (
	"net/http"
	"sync"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
)

// Route is one line of the table that an auditor can read: who may do what.
type Route struct {
	Method     string
	Path       string
	Permission actor.Permission
	handler    echo.HandlerFunc
}

// Routes lists every route of the server.
func Routes() []Route { return routeTable() }

var routeTable = sync.OnceValue(func() []Route { return (&Server{}).routes() })

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// routes is the whole table, in sections by capability.
func (s *Server) routes() []Route {
	signin := &signinPages{s}
	return []Route{
		// the server itself
		{get, "/healthz", actor.Anyone, s.healthy},
		{get, "/readyz", actor.Anyone, s.isReady},
		{post, "/language", actor.Anyone, s.setLanguage},
		{post, "/theme", actor.Anyone, s.setTheme},
		{get, "/", actor.SignedIn, s.home},

		// signing in
		{get, "/login", actor.Anyone, signin.form},
		{post, "/login", actor.Anyone, signin.signIn},
		{post, "/logout", actor.SignedIn, signin.signOut},
		{get, "/welcome/:secret", actor.Anyone, signin.choose},
		{post, "/welcome/:secret", actor.Anyone, signin.setPassword},

		// set-up

		// own account

		// people, organisation

		// regulation

		// services and scope

		// checklists

		// evidence

		// my work

		// activity

		// search
	}
}
