package web

import (
	"net/http"

	"github.com/gorilla/sessions"
	"github.com/labstack/echo/v4"

	"hegui/internal/account"
)

// cookie names
const (
	cookieSession  = "hegui_session"
	cookieLanguage = "lang"
	cookieTheme    = "theme"
	cookieFlash    = "hegui_flash"
)

// signedInKey is where a session's values keep who it belongs to.
const signedInKey = "signed-in"

type signedIn struct {
	token   string
	session account.Session
	account account.Account
}

// sessionStore is a gorilla/sessions store on the session table. The cookie
// carries a random token and nothing else; the row, found by the token's
// hash, decides. Rows are made only by signing in and never brought back by
// saving: a request under way at sign-out cannot revive its session.
type sessionStore struct {
	accounts *account.Service
	secure   bool
}

// Get gives the request's session, looking it up once per request.
func (s *sessionStore) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(s, name)
}

// New reads the session from the database. Without a valid one it gives an
// empty session; a database that cannot answer is an error.
func (s *sessionStore) New(r *http.Request, name string) (*sessions.Session, error) {
	sess := sessions.NewSession(s, name)
	sess.Options = s.options()
	sess.IsNew = true
	c, err := r.Cookie(name)
	if err != nil || c.Value == "" {
		return sess, nil //nolint:nilerr // no cookie, no session
	}
	row, who, err := s.accounts.Resume(r.Context(), c.Value)
	if err != nil {
		return sess, err
	}
	sess.ID, sess.IsNew = c.Value, false
	sess.Values[signedInKey] = signedIn{token: c.Value, session: row, account: who}
	return sess, nil
}

// Save sets the cookie for the session's token, or clears it when MaxAge is
// negative.
func (s *sessionStore) Save(_ *http.Request, w http.ResponseWriter, sess *sessions.Session) error {
	http.SetCookie(w, sessions.NewCookie(sess.Name(), sess.ID, sess.Options))
	return nil
}

func (s *sessionStore) options() *sessions.Options {
	return &sessions.Options{Path: "/", HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode}
}

// startSession hands the browser the token of a session just opened.
func (s *Server) startSession(c echo.Context, token string) error {
	sess := sessions.NewSession(s.sessions, cookieSession)
	sess.Options = (&sessionStore{secure: s.Config.Secure()}).options()
	sess.ID = token
	return s.sessions.Save(c.Request(), c.Response(), sess)
}

// dropSession takes the cookie back and clears what the browser kept.
func (s *Server) dropSession(c echo.Context) error {
	sess := sessions.NewSession(s.sessions, cookieSession)
	sess.Options = (&sessionStore{secure: s.Config.Secure()}).options()
	sess.Options.MaxAge = -1
	c.Response().Header().Set("Clear-Site-Data", `"cache", "storage"`)
	return s.sessions.Save(c.Request(), c.Response(), sess)
}

func cookie(c echo.Context, name string) string {
	ck, err := c.Cookie(name)
	if err != nil {
		return ""
	}
	return ck.Value
}

// remember sets a cookie for a year: a preference, not a secret.
func (s *Server) remember(c echo.Context, name, value string) {
	c.SetCookie(&http.Cookie{Name: name, Value: value, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: name != cookieTheme,
		Secure: s.Config.Secure(), SameSite: http.SameSiteLaxMode})
}
