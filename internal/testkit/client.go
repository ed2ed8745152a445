package testkit

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"hegui/internal/audit"
)

var findAll = audit.Filter{Limit: 100_000}

// Client asks the server as one person, or as nobody.
type Client struct {
	app    *App
	person *Person
	Header http.Header // sent with every request
}

// As gives a client for a person; nil is a visitor without an account.
func (a *App) As(p *Person) *Client {
	return &Client{app: a, person: p, Header: http.Header{"Accept-Language": {"en"}, "Sec-Fetch-Site": {"same-origin"}}}
}

// Part makes the client ask as htmx does, for part of a page.
func (c *Client) Part() *Client {
	part := &Client{app: c.app, person: c.person, Header: c.Header.Clone()}
	part.Header.Set("HX-Request", "true")
	return part
}

// With sends one more header.
func (c *Client) With(name, value string) *Client {
	out := &Client{app: c.app, person: c.person, Header: c.Header.Clone()}
	out.Header.Set(name, value)
	return out
}

// Get asks for a page.
func (c *Client) Get(path string) *Response {
	return c.Do(httptest.NewRequest(http.MethodGet, path, nil))
}

// Post sends a form.
func (c *Client) Post(path string, form url.Values) *Response {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.Do(r)
}

// PostBody sends any body.
func (c *Client) PostBody(path, contentType string, body io.Reader) *Response {
	r := httptest.NewRequest(http.MethodPost, path, body)
	r.Header.Set("Content-Type", contentType)
	return c.Do(r)
}

// Do sends a request with the person's session.
func (c *Client) Do(r *http.Request) *Response {
	for name, values := range c.Header {
		r.Header[name] = values
	}
	if c.person != nil {
		r.AddCookie(c.person.Cookie())
	}
	r.RemoteAddr = "192.0.2.1:4711"
	rec := httptest.NewRecorder()
	c.app.Server.ServeHTTP(rec, r)
	return &Response{ResponseRecorder: rec, path: r.Method + " " + r.URL.Path}
}

// Response is what came back.
type Response struct {
	*httptest.ResponseRecorder
	path string
	doc  *goquery.Document
}

// Status fails the test unless the answer has the status.
func (r *Response) Status(t testing.TB, want int) *Response {
	t.Helper()
	if r.Code != want {
		t.Fatalf("%s: got %d, want %d\n%s", r.path, r.Code, want, short(r.Body.String()))
	}
	return r
}

// Redirects fails the test unless the answer sends the browser to a page.
func (r *Response) Redirects(t testing.TB, to string) *Response {
	t.Helper()
	r.Status(t, http.StatusSeeOther)
	if got := r.Header().Get("Location"); got != to {
		t.Fatalf("%s: redirected to %q, want %q", r.path, got, to)
	}
	return r
}

// Find asks the page with a CSS selector.
func (r *Response) Find(t testing.TB, selector string) *goquery.Selection {
	t.Helper()
	if r.doc == nil {
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(r.Body.String()))
		Must(t, err)
		r.doc = doc
	}
	return r.doc.Find(selector)
}

// Text is the text of the first match, with white space folded; the test
// fails without one.
func (r *Response) Text(t testing.TB, selector string) string {
	t.Helper()
	found := r.Find(t, selector)
	if found.Length() == 0 {
		t.Fatalf("%s: nothing matches %q\n%s", r.path, selector, short(r.Body.String()))
	}
	return strings.Join(strings.Fields(found.First().Text()), " ")
}

// Says fails the test unless the text of a match contains words.
func (r *Response) Says(t testing.TB, selector, words string) *Response {
	t.Helper()
	if got := r.Text(t, selector); !strings.Contains(got, words) {
		t.Fatalf("%s: %q says %q, want %q", r.path, selector, got, words)
	}
	return r
}

func short(s string) string {
	if len(s) > 3000 {
		return s[:3000] + "…"
	}
	return s
}
