package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"hegui/internal/i18n"
	"hegui/internal/testkit"
	"hegui/web"
)

// found is a form on a page, as a browser would send it.
type found struct {
	at, action string
	route      int // of the routes that take posts
	multipart  bool
	sent       url.Values        // what it would send untouched: hidden fields, choices, the button
	typed      map[string]string // fields that a person fills in, and their kind
}

// perForm is how often the forms of one route and button are tried, for each
// person.
const perForm = 2

// left are forms that end the visit, or change how everything is said.
var left = []string{"/logout", "/language", "/theme", "/profile/language"}

var postRoutes = func() []*regexp.Regexp {
	var out []*regexp.Regexp
	for _, r := range web.Routes() {
		if r.Method == http.MethodPost {
			out = append(out, regexp.MustCompile("^"+regexp.MustCompile(`:[a-z]+`).ReplaceAllString(regexp.QuoteMeta(r.Path), `[^/]+`)+"$"))
		}
	}
	return out
}()

// collect remembers the forms of a page.
func (c *crawler) collect(at string, doc *goquery.Selection) {
	doc.Find("form[method=post]").Each(func(_ int, form *goquery.Selection) {
		action, ok := form.Attr("action")
		if !ok {
			return // scripts fill it in: static/js/rowkeys.js
		}
		u, err := url.Parse(action)
		if err != nil || slices.Contains(left, u.Path) {
			return
		}
		route := slices.IndexFunc(postRoutes, func(r *regexp.Regexp) bool { return r.MatchString(u.EscapedPath()) })
		if route < 0 {
			c.t.Errorf("%s: a form on %s posts to %q, which is no route", c.who, at, action)
			return
		}
		enctype, _ := form.Attr("enctype")
		f := found{at: at, action: action, route: route, multipart: enctype == "multipart/form-data", sent: url.Values{}, typed: map[string]string{}}
		fields := form.Find("[name]")
		if id, ok := form.Attr("id"); ok {
			fields = fields.AddSelection(doc.Find("[form='" + id + "'][name]"))
		}
		button := ""
		fields.Each(func(_ int, s *goquery.Selection) {
			name, _ := s.Attr("name")
			value, _ := s.Attr("value")
			kind, _ := s.Attr("type")
			switch node := goquery.NodeName(s); {
			case node == "button":
				if button == "" {
					button = name + "=" + value
					f.sent.Set(name, value)
				}
			case kind == "hidden":
				f.sent.Add(name, value)
			case kind == "radio" || kind == "checkbox":
				if _, on := s.Attr("checked"); on {
					f.sent.Add(name, value)
				}
				f.typed[name] = "choice"
			case node == "select":
				f.typed[name] = "choice"
			case node == "textarea":
				f.typed[name] = "text"
			default:
				f.typed[name] = kind
			}
		})
		same := 0
		for _, g := range c.forms {
			if g.route == route && g.sent.Get("do") == f.sent.Get("do") {
				same++
			}
		}
		if same < perForm {
			c.forms = append(c.forms, f)
		}
	})
}

// nonsense is what is typed: nothing, or what fits no field.
var nonsense = []func(kind string) string{
	func(string) string { return "" },
	func(kind string) string {
		switch kind {
		case "date":
			return "2026-02-31"
		case "number":
			return "-1e9"
		case "choice":
			return "no-such-choice"
		case "email", "url":
			return "not one <em>UHOH</em>"
		}
		return "\u4e71\u586b <em>UHOH</em> " + strings.Repeat("x", 200)
	},
}

func (f found) with(typed func(kind string) string) url.Values {
	out := url.Values{}
	for name, values := range f.sent {
		out[name] = slices.Clone(values)
	}
	for name, kind := range f.typed {
		if kind != "file" {
			out.Set(name, typed(kind))
		}
	}
	return out
}

func (f found) post(t *testing.T, c *testkit.Client, values url.Values) *testkit.Response {
	if !f.multipart {
		return c.Post(f.action, values)
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, list := range values {
		for _, v := range list {
			testkit.Must(t, w.WriteField(name, v))
		}
	}
	testkit.Must(t, w.Close())
	return c.PostBody(f.action, w.FormDataContentType(), &body)
}

// TestEveryFormAnswersNonsense sends every form that every role can reach with
// nothing filled in, and with what fits no field. Each answer is one that
// somebody understands: never a fault, and where something is wrong a page
// that says so in words.
func TestEveryFormAnswersNonsense(t *testing.T) {
	t.Parallel()
	a := typedHouse(t)
	people := []*testkit.Person{a.Contributor, a.Checker, a.Privacy, a.Executive, a.Auditor, a.Supervisor, a.Officer, a.Admin}
	tried, wrong := 0, 0
	for i, p := range people {
		lang := i18n.Languages()[i%2]
		testkit.Must(t, a.Accounts.SetLanguage(t.Context(), p.Actor(), lang))
		a.Enter(p)
		client := a.As(p).With("Accept-Language", lang)
		c := &crawler{t: t, client: client, who: string(p.Roles[0]) + " in " + lang, lang: lang, routes: routePatterns(), visits: map[int]int{}, seen: map[string]string{}}
		c.from(p)
		for _, f := range c.forms {
			for n, typed := range nonsense {
				if client.Get(f.at).Find(t, "form[action='"+f.action+"']").Length() == 0 {
					continue // one of the forms before took it away
				}
				got := f.post(t, client, f.with(typed))
				tried++
				say := func(what string) {
					t.Errorf("%s: the form on %s to %s with nonsense %d %s (%d)", c.who, f.at, f.action, n, what, got.Code)
				}
				switch {
				case got.Code >= http.StatusInternalServerError:
					say("ends in a fault")
				case got.Code == http.StatusUnprocessableEntity:
					wrong++
					if doc := got.Find(t, "body"); doc.Find(".field-error, .note, [role=alert], .error-detail").Length() == 0 {
						say("is refused without a word")
					}
					if strings.Contains(got.Body.String(), "<em>UHOH") {
						say("shows what was typed as HTML")
					}
				}
			}
			a.Enter(p) // some forms end sessions
		}
	}
	if tried < 150 || wrong < 60 {
		t.Errorf("%d forms tried, %d refused: does the test still find them?", tried, wrong)
	}
	t.Logf("%d tried, %d refused in words", tried, wrong)
	a.Sound()
}
