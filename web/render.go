package web

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"hegui/internal/i18n"
	"hegui/templates/layout"
	"hegui/templates/ui"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// render writes a component in one piece: an error half-way still gives a
// clean error page.
func render(c echo.Context, status int, page templ.Component) error {
	buf := buffers.Get().(*bytes.Buffer) //nolint:forcetypeassert // the pool holds nothing else
	defer buffers.Put(buf)
	buf.Reset()
	if err := page.Render(c.Request().Context(), buf); err != nil {
		return err
	}
	h := c.Response().Header()
	h.Add(echo.HeaderVary, "HX-Request")
	return c.HTMLBlob(status, buf.Bytes())
}

// show writes the part for htmx and the page around it for a browser.
func show(c echo.Context, status int, page, part templ.Component) error {
	if wantsPart(c) {
		return render(c, status, part)
	}
	return render(c, status, page)
}

// wantsPart is the one place that reads htmx's headers: a request by htmx for
// part of a page, not a boosted link or a history restore.
func wantsPart(c echo.Context) bool {
	h := c.Request().Header
	return h.Get("HX-Request") == "true" && h.Get("HX-Boosted") == "" &&
		h.Get("HX-History-Restore-Request") == "" && h.Get("HX-Request-Type") != "full"
}

// frame is the surrounding of a page for a person signed in.
func (s *Server) frame(c echo.Context, title string, crumbs ...layout.Crumb) layout.FrameView {
	by := who(c)
	roles := make([]string, len(by.Roles))
	for i, r := range by.Roles {
		roles[i] = i18n.T(c.Request().Context(), "role."+string(r))
	}
	return layout.FrameView{
		Title: title, Nav: navigation(c), Crumbs: append(crumbs, layout.Crumb{Label: title}),
		User:    layout.UserView{Name: by.Name, Role: strings.Join(roles, i18n.T(c.Request().Context(), "role.separator")), ProfileURL: "/profile"},
		Path:    here(c),
		Theme:   layout.ThemeOf(cookie(c, cookieTheme)),
		Toasts:  s.flashes(c),
		Version: s.Version,
		CSRF:    current(c).csrf,
	}
}

// bare is the surrounding of a page for anybody.
func (s *Server) bare(c echo.Context, title string) layout.BareView {
	return layout.BareView{Title: title, Path: here(c), Theme: layout.ThemeOf(cookie(c, cookieTheme)), Toasts: s.flashes(c),
		Version: s.Version, CSRF: current(c).csrf}
}

// here is the address of this page, for switches that come back to it. A page
// that answers a post is not one to come back to.
func here(c echo.Context) string {
	if c.Request().Method != http.MethodGet {
		return "/"
	}
	return c.Request().URL.RequestURI()
}

// done ends a post: a browser is sent to the page that shows the result; htmx,
// too, which then loads it.
func done(c echo.Context, to string) error {
	if wantsPart(c) {
		c.Response().Header().Set("HX-Redirect", to)
		return c.NoContent(http.StatusOK)
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// flashed is a message for the next page, kept in a cookie for a minute. It is
// a key with plain words, and shown as text only.
type flashed struct {
	Key  string `json:"k"`
	Args []any  `json:"a,omitempty"`
}

const flashLife = 60 // seconds

// flash says something on the next page: a message key of the form "area.flash.what".
func (s *Server) flash(c echo.Context, key string, args ...any) {
	data, err := json.Marshal(flashed{Key: key, Args: args})
	if err != nil {
		return // words and numbers always encode
	}
	c.SetCookie(&http.Cookie{Name: cookieFlash, Value: base64.RawURLEncoding.EncodeToString(data), Path: "/", MaxAge: flashLife,
		HttpOnly: true, Secure: s.Config.Secure(), SameSite: http.SameSiteLaxMode})
}

func (s *Server) flashes(c echo.Context) []ui.ToastView {
	raw := cookie(c, cookieFlash)
	if raw == "" {
		return nil
	}
	c.SetCookie(&http.Cookie{Name: cookieFlash, Path: "/", MaxAge: -1, HttpOnly: true, Secure: s.Config.Secure(), SameSite: http.SameSiteLaxMode})
	data, err := base64.RawURLEncoding.DecodeString(raw)
	var f flashed
	if err != nil || json.Unmarshal(data, &f) != nil || !strings.Contains(f.Key, ".flash.") || !i18n.Has(f.Key) {
		return nil
	}
	return []ui.ToastView{{Tone: ui.Good, Text: i18n.T(c.Request().Context(), f.Key, f.Args...)}}
}

// local keeps redirects inside: a path on this server, or "/".
func local(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return "/"
	}
	return to
}

// entry is a line of the navigation with the permission that shows it.
type entry struct {
	layout.NavItem
	route string // shown when the person may open this route
}

// under says whether the current page is at or below a path.
func under(c echo.Context, path string) bool {
	p := c.Request().URL.Path
	return p == path || path != "/" && strings.HasPrefix(p, path+"/")
}

func visible(c echo.Context, list []entry) []layout.NavItem {
	by := who(c)
	var out []layout.NavItem
	for _, e := range list {
		if mayOpen(by, e.route) {
			e.Current = under(c, e.URL)
			out = append(out, e.NavItem)
		}
	}
	return out
}
