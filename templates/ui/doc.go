// Package ui is the set of small parts that pages are made of: fields, buttons,
// chips, tables, alerts. A part prints what its view struct says and decides
// nothing.
//
// Labels, titles, hints and error texts may be message keys or words; a key is
// replaced by its text in the language of the page. A text with placeholders is
// made with i18n.T by whoever builds the view.
//
// Parts carry no script and no style of their own. Those that gain from script
// (menus, dialogs, bulk selection, uploads) carry data- attributes that
// static/js looks for, and work in some form without it.
package ui

import (
	"context"

	"hegui/internal/i18n"
)

// text prints a label that may be a key or words.
func text(ctx context.Context, s string) string { return i18n.Text(ctx, s) }

// Tone says what a coloured part means. Colour never stands alone: parts with a
// tone also carry a word, and mostly an icon.
type Tone string

// The tones, from no meaning to bad news.
const (
	Neutral Tone = ""
	Accent  Tone = "accent" // ours: selected, under way
	Info    Tone = "info"
	Good    Tone = "good"
	Warn    Tone = "warn"
	Bad     Tone = "bad"
)

// icon returns the icon that goes with a tone when the view names none.
func (t Tone) icon() string {
	switch t {
	case Good:
		return "circle-check"
	case Warn:
		return "alert-triangle"
	case Bad:
		return "alert-circle"
	case Info:
		return "info-circle"
	default:
		return "circle"
	}
}

type csrfKey struct{}

// WithCSRF returns a context whose forms carry token.
func WithCSRF(ctx context.Context, token string) context.Context {
	return context.WithValue(ctx, csrfKey{}, token)
}

func csrfToken(ctx context.Context) string {
	token, _ := ctx.Value(csrfKey{}).(string)
	return token
}

// Hidden is a form value that is sent but not shown.
type Hidden struct{ Name, Value string }
