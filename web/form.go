package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/day"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/templates/ui"
)

// form is a posted form. Reading a field notes what cannot be read in it;
// err gives all of that at once.
type form struct {
	values url.Values
	wrong  problem.Fields
}

// readForm parses the body within maxBody. Echo's own FormValue would hide a
// body that is too large or broken behind empty fields.
func readForm(c echo.Context) (*form, error) {
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, maxBody)
	err := r.ParseForm()
	if strings.HasPrefix(r.Header.Get(echo.HeaderContentType), echo.MIMEMultipartForm) {
		err = r.ParseMultipartForm(maxBody)
	}
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, problem.New(problem.TooLarge, "form.too_large", "max", strconv.FormatInt(tooLarge.Limit>>20, 10))
	}
	if err != nil {
		return nil, problem.New(problem.Malformed, "form.malformed")
	}
	f := &form{values: r.PostForm}
	return f, checkFormToken(c, f.values.Get("csrf"))
}

// checkFormToken protects browsers that say nothing about where a post comes
// from: a signed-in one must bring its session's token.
func checkFormToken(c echo.Context, token string) error {
	r := c.Request()
	silent := r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == ""
	if !silent || who(c).Kind != actor.KindPerson {
		return nil
	}
	if token == "" {
		token = r.Header.Get("X-CSRF-Token")
	}
	if token == "" || token != current(c).csrf {
		return problem.New(problem.Forbidden, "form.token")
	}
	return nil
}

// has says whether the form has a field at all.
func (f *form) has(name string) bool { _, ok := f.values[name]; return ok }

// text is one line without control characters, trimmed.
func (f *form) text(name string) string {
	s := strings.TrimSpace(f.values.Get(name))
	if !clean(s, false) {
		f.wrong.Add(name, "form.text.invalid")
	}
	return s
}

// lines is text of several lines, with line ends as LF.
func (f *form) lines(name string) string {
	s := strings.TrimSpace(strings.ReplaceAll(f.values.Get(name), "\r\n", "\n"))
	if !clean(s, true) {
		f.wrong.Add(name, "form.text.invalid")
	}
	return s
}

// secret is a password as typed.
func (f *form) secret(name string) string {
	s := f.values.Get(name)
	if !clean(s, false) {
		f.wrong.Add(name, "form.text.invalid")
	}
	return s
}

// clean refuses what must not be stored or shown: broken UTF-8, NUL and other
// control characters, and characters that turn the direction of writing, with
// which words can be made to look like others.
func clean(s string, multiline bool) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		switch {
		case multiline && (r == '\n' || r == '\t'):
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Bidi_Control, r), r == utf8.RuneError, r == '\uFEFF':
			return false
		}
	}
	return true
}

// date is a day, or none.
func (f *form) date(name string) day.Date {
	d, ok := day.Parse(strings.TrimSpace(f.values.Get(name)))
	if !ok {
		f.wrong.Add(name, "form.date.invalid")
	}
	return d
}

// int is a whole number; an empty field is zero.
func (f *form) int(name string) int64 {
	s := strings.TrimSpace(f.values.Get(name))
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		f.wrong.Add(name, "form.number.invalid")
	}
	return n
}

// checked is a box that was ticked.
func (f *form) checked(name string) bool { return f.values.Get(name) != "" }

// all are the values of a field that may stand several times.
func (f *form) all(name string) []string {
	var out []string
	for _, v := range f.values[name] {
		if !clean(v, false) {
			f.wrong.Add(name, "form.text.invalid")
		} else if v != "" {
			out = append(out, v)
		}
	}
	return out
}

// err is what could not be read, together with what the capability found
// wrong; nil when nothing was.
func (f *form) err(more error) error {
	list, ok := problem.FieldsOf(more)
	if more != nil && !ok {
		return more
	}
	for _, one := range list {
		f.wrong.Add(one.Field, one.Key, one.Args...)
	}
	return f.wrong.Err()
}

// fieldErrors are the messages of an error by field, in the reader's language.
type fieldErrors map[string]string

func messages(ctx context.Context, err error) fieldErrors {
	list, _ := problem.FieldsOf(err)
	out := make(fieldErrors, len(list))
	for _, one := range list {
		out[one.Field] = i18n.T(ctx, one.Key, one.Args...)
	}
	return out
}

// summary lists an error's fields for the box above a long form.
func summary(ctx context.Context, err error) []ui.FieldError {
	list, _ := problem.FieldsOf(err)
	out := make([]ui.FieldError, len(list))
	for i, one := range list {
		out[i] = ui.FieldError{FieldID: ui.Field{Name: one.Field}.DOMID(), Text: i18n.T(ctx, one.Key, one.Args...)}
	}
	return out
}

// parseQuery reads the part of an address after the question mark that a form
// carries along.
func parseQuery(s string) (url.Values, error) {
	values, err := url.ParseQuery(s)
	if err != nil {
		return nil, problem.New(problem.Malformed, "form.malformed")
	}
	return values, nil
}

// backTo is the page of this server that a post came from, as far as the
// browser says, else another one.
func backTo(c echo.Context, otherwise string) string {
	u, err := url.Parse(c.Request().Referer())
	if err != nil || u.Host != c.Request().Host || u.Path == "" {
		return otherwise
	}
	return local(u.RequestURI())
}
