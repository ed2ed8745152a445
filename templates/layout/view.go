// Package layout is what surrounds a page: the frame with navigation and header
// for people who are signed in, the bare frame for those who are not, and the
// pages that say what went wrong.
package layout

import (
	"context"
	"strconv"

	"hegui/internal/i18n"
	"hegui/templates/ui"
)

// FrameView is everything around a page that depends on who looks at it.
// Labels may be message keys or words.
type FrameView struct {
	Title   string // of the page, for the window and bookmarks
	Nav     []NavSection
	Crumbs  []Crumb // from the outermost; the last one is this page
	User    UserView
	Path    string // path and query of this page, where switches return to
	Theme   Theme
	Toasts  []ui.ToastView // what just happened
	Version string
	Wide    bool // uses the whole width, for wide tables
	Board   bool // fills one screen: less space around the content, no footer
	Present bool // for a wall or a meeting: only the content, in large type
	CSRF    string
}

// BareView surrounds sign-in, set-up and errors of people not signed in.
type BareView struct {
	Title   string
	Path    string // as in FrameView
	Theme   Theme
	Toasts  []ui.ToastView
	Version string
	Wide    bool // a card wide enough for set-up forms
	CSRF    string
}

// Theme is the choice of colours; the empty one follows the device.
type Theme string

// The themes, as kept in the cookie "theme".
const (
	Auto  Theme = ""
	Light Theme = "light"
	Dark  Theme = "dark"
)

// ThemeOf reads a cookie's value; anything unknown is Auto.
func ThemeOf(cookie string) Theme {
	if t := Theme(cookie); t == Light || t == Dark {
		return t
	}
	return Auto
}

// NavSection is a group of entries in the sidebar. The first may have no label.
type NavSection struct {
	Label string
	Items []NavItem
}

// NavItem is one entry of the sidebar.
type NavItem struct {
	Label   string
	URL     string
	Icon    string
	Current bool
	Count   int // things waiting there; shown when above zero
}

// Crumb is one step of the way to this page; the last one needs no URL.
type Crumb struct{ Label, URL string }

// UserView is the person signed in.
type UserView struct {
	Name       string
	Role       string
	ProfileURL string
}

// pageTitle puts the page's title before the product's.
func pageTitle(ctx context.Context, title string) string {
	product := i18n.T(ctx, "layout.product")
	if title == "" {
		return product
	}
	return i18n.Text(ctx, title) + " · " + product
}

// otherLanguage is the language to switch to.
func otherLanguage(ctx context.Context) string {
	if i18n.Lang(ctx) == i18n.English {
		return i18n.Chinese
	}
	return i18n.English
}

// page is what both frames need for the head of the document.
type page struct {
	title string
	theme Theme
}

// bsTheme is the theme as Tabler reads it; script corrects Auto before the
// first paint.
func (p page) bsTheme() string {
	if p.theme == Dark {
		return "dark"
	}
	return "light"
}

func (p page) choice() string {
	if p.theme == Auto {
		return "auto"
	}
	return string(p.theme)
}

// htmxConfig: errors with their own page are swapped like any answer (htmx 4's
// default); indicator styles are in our style sheet because of the CSP; a
// request that takes longer than half a minute is given up.
const htmxConfig = `{"includeIndicatorCSS":false,"defaultTimeout":30000,"defaultSwap":"outerHTML"}`

// ErrorView is a page that says what went wrong.
type ErrorView struct {
	Status    int
	Detail    string // what exactly, if it can be told; may be a key
	RequestID string // to quote to the administrator
	HomeURL   string // default "/"
}

// errorTexts lists the statuses with texts of their own in error.json.
var errorTexts = map[int]string{
	400: "error.400.", 403: "error.403.", 404: "error.404.", 405: "error.405.", 409: "error.409.", 413: "error.413.", 422: "error.422.",
	429: "error.429.", 500: "error.500.", 503: "error.503.", 507: "error.507.",
}

// errorIcons gives each kind of trouble a picture.
var errorIcons = map[int]string{
	400: "alert-circle", 403: "lock", 404: "search", 405: "ban", 409: "git-compare", 413: "file-text", 422: "alert-circle",
	429: "hourglass", 500: "alert-triangle", 503: "clock-exclamation", 507: "database",
}

// prefix returns the start of the keys for a status; other statuses speak like
// 500 when the server is at fault and like 422 when the request is.
func (v ErrorView) prefix() string {
	if p, ok := errorTexts[v.Status]; ok {
		return p
	}
	if v.Status >= 500 {
		return errorTexts[500]
	}
	return errorTexts[422]
}

func (v ErrorView) icon() string {
	if icon, ok := errorIcons[v.Status]; ok {
		return icon
	}
	return "alert-triangle"
}

func (v ErrorView) home() string {
	if v.HomeURL != "" {
		return v.HomeURL
	}
	return "/"
}

func (v ErrorView) code() string { return strconv.Itoa(v.Status) }
