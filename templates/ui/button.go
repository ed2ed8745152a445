package ui

import (
	"context"

	"github.com/a-h/templ"
)

// ButtonTone is how much a button stands out.
type ButtonTone string

// The tones of buttons. A page has one primary action.
const (
	Secondary ButtonTone = ""
	Primary   ButtonTone = "primary"
	Ghost     ButtonTone = "ghost"
	Danger    ButtonTone = "danger"
)

// ButtonView is a button or, with a URL, a link that looks like one.
type ButtonView struct {
	Label    string
	URL      string // for LinkButton
	Tone     ButtonTone
	Icon     string
	IconOnly bool // the label is read out and shown as a tooltip
	Small    bool
	Disabled bool

	Name, Value string           // sent with the form
	Confirm     string           // asked before anything happens
	Key         string           // keyboard key that presses it, such as "c"
	Attrs       templ.Attributes // more attributes, such as hx-get, formaction, data-dialog
}

// PostView is a button that changes something: a form of its own.
type PostView struct {
	ButtonView
	Fields []Hidden
	Target string // with it, the answer replaces this element by htmx
	Swap   string // how; default "outerHTML"
}

func (v PostView) swap() string {
	if v.Swap == "" {
		return "outerHTML"
	}
	return v.Swap
}

func (v ButtonView) classes() string {
	c := "btn"
	switch v.Tone {
	case Primary:
		c += " btn-primary"
	case Ghost:
		c += " btn-ghost"
	case Danger:
		c += " btn-danger"
	}
	if v.Small {
		c += " btn-sm"
	}
	if v.IconOnly {
		c += " btn-icon"
	}
	return c
}

// common returns the attributes that buttons and links share.
func (v ButtonView) common(ctx context.Context) templ.Attributes {
	a := templ.Attributes{}
	if v.IconOnly {
		a["aria-label"], a["title"] = text(ctx, v.Label), text(ctx, v.Label)
	}
	if v.Confirm != "" {
		a["data-confirm"] = text(ctx, v.Confirm)
	}
	if v.Key != "" {
		a["data-key"], a["aria-keyshortcuts"] = v.Key, v.Key
		a["data-key-label"] = text(ctx, v.Label)
	}
	for name, value := range v.Attrs {
		a[name] = value
	}
	return a
}
