package evidence

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"hegui/internal/day"
	"hegui/internal/id"
	"hegui/internal/problem"
)

// Description is what people say about a piece of evidence.
type Description struct {
	Title           string
	Type            Type // default "other"
	Source          string
	MadeOn          day.Date
	CoversFrom      day.Date
	CoversTo        day.Date
	ReceivedOn      day.Date
	ValidUntil      day.Date
	Confidentiality Confidentiality // default Internal
	OwnerID         string          // default: who brings it in
}

// Content is what a piece consists of: exactly one of its three kinds.
type Content struct {
	FileName string // of a file, which comes as a stream beside it
	URL      string
	Text     string
	Remark   string // what is new in this version
}

// limits of what is typed, in characters
const (
	MaxTitle  = 200
	MaxSource = 300
	MaxURL    = 2000
	MaxText   = 20_000
	MaxNote   = 2000 // of remarks, reasons and review notes
)

// tidy trims and fills in defaults.
func (d *Description) tidy() {
	d.Title, d.Source = strings.TrimSpace(d.Title), strings.TrimSpace(d.Source)
	if d.Type == "" {
		d.Type = "other"
	}
	if d.Confidentiality == "" {
		d.Confidentiality = Internal
	}
}

// check adds what is wrong with a description. prefix stands before each
// field's name, for forms that describe several pieces.
func (d *Description) check(f *problem.Fields, prefix string, today day.Date) {
	d.tidy()
	switch n := utf8.RuneCountInString(d.Title); {
	case n == 0:
		f.Add(prefix+"title", "evidence.title.required")
	case n > MaxTitle:
		f.Add(prefix+"title", "evidence.title.long", "max", MaxTitle)
	}
	if utf8.RuneCountInString(d.Source) > MaxSource {
		f.Add(prefix+"source", "evidence.source.long", "max", MaxSource)
	}
	if !slices.Contains(Types, d.Type) {
		f.Add(prefix+"type", "evidence.type.unknown")
	}
	if !slices.Contains(Levels, d.Confidentiality) {
		f.Add(prefix+"confidentiality", "evidence.confidentiality.unknown")
	}
	if d.OwnerID != "" && !id.Valid(d.OwnerID) {
		f.Add(prefix+"owner_id", "evidence.owner.unknown")
	}
	d.checkDates(f, prefix, today)
}

func (d *Description) checkDates(f *problem.Fields, prefix string, today day.Date) {
	if today.Before(d.MadeOn) {
		f.Add(prefix+"made_on", "evidence.made_on.future")
	}
	if today.Before(d.ReceivedOn) {
		f.Add(prefix+"received_on", "evidence.received_on.future")
	}
	if d.CoversFrom != "" && d.CoversTo.Before(d.CoversFrom) {
		f.Add(prefix+"covers_to", "evidence.covers.order")
	}
	if d.MadeOn != "" && d.ValidUntil.Before(d.MadeOn) {
		f.Add(prefix+"valid_until", "evidence.valid_until.before_made")
	}
}

// checkContent adds what is wrong with a link, a note or a remark.
func (c *Content) check(f *problem.Fields, kind Kind) {
	c.URL, c.Text, c.Remark = strings.TrimSpace(c.URL), strings.TrimSpace(c.Text), strings.TrimSpace(c.Remark)
	switch kind {
	case KindLink:
		c.Text, c.FileName = "", ""
		checkURL(f, c.URL)
	case KindNote:
		c.URL, c.FileName = "", ""
		switch n := utf8.RuneCountInString(c.Text); {
		case n == 0:
			f.Add("text", "evidence.text.required")
		case n > MaxText:
			f.Add("text", "evidence.text.long", "max", MaxText)
		}
	default:
		c.URL, c.Text = "", ""
	}
	if utf8.RuneCountInString(c.Remark) > MaxNote {
		f.Add("remark", "evidence.remark.long", "max", MaxNote)
	}
}

func checkURL(f *problem.Fields, raw string) {
	u, err := url.Parse(raw)
	switch {
	case raw == "":
		f.Add("url", "evidence.url.required")
	case len(raw) > MaxURL:
		f.Add("url", "evidence.url.long", "max", MaxURL)
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil:
		f.Add("url", "evidence.url.invalid")
	}
}

// checkReason wants words where a person decides against something.
func checkReason(field, words string) (string, error) {
	words = strings.TrimSpace(words)
	switch n := utf8.RuneCountInString(words); {
	case n == 0:
		return "", problem.Field(problem.Invalid, field, "evidence.reason.required")
	case n > MaxNote:
		return "", problem.Field(problem.Invalid, field, "evidence.remark.long", "max", MaxNote)
	}
	return words, nil
}

// apply writes the description into a piece. It says whether something that
// an approval vouches for has changed.
func (d Description) apply(i *Item) (substance bool) {
	substance = i.Type != d.Type || i.MadeOn != d.MadeOn || i.CoversFrom != d.CoversFrom || i.CoversTo != d.CoversTo || i.ValidUntil != d.ValidUntil
	i.Title, i.Type, i.Source = d.Title, d.Type, d.Source
	i.MadeOn, i.CoversFrom, i.CoversTo, i.ReceivedOn = d.MadeOn, d.CoversFrom, d.CoversTo, d.ReceivedOn
	i.ValidUntil, i.Confidentiality = d.ValidUntil, d.Confidentiality
	if d.OwnerID != "" {
		i.OwnerID = d.OwnerID
	}
	return substance
}

// Describe gives a piece's description back, for forms.
func (i Item) Describe() Description {
	return Description{Title: i.Title, Type: i.Type, Source: i.Source, MadeOn: i.MadeOn, CoversFrom: i.CoversFrom, CoversTo: i.CoversTo,
		ReceivedOn: i.ReceivedOn, ValidUntil: i.ValidUntil, Confidentiality: i.Confidentiality, OwnerID: i.OwnerID}
}
