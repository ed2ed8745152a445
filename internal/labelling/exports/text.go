package exports

import (
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// Text is a text with what was marked in it. Offsets count characters (Unicode code
// points), from 0; the end is not part of the span.
type Text struct {
	Body      string     `json:"body"`
	Spans     []Span     `json:"spans,omitempty"`
	Relations []Relation `json:"relations,omitempty"`
}

// Span is a marked part of a text.
type Span struct {
	ID     string   `json:"id,omitempty"`
	Start  int      `json:"start"`
	End    int      `json:"end"`
	Labels []string `json:"labels,omitempty"`
	Quote  string   `json:"quote,omitempty"` // the marked words, as the text has them
	Lost   bool     `json:"lost,omitempty"`  // it points outside the text, or elsewhere than it says
}

// Relation ties two spans, by their ids.
type Relation struct {
	From   string   `json:"from"`
	To     string   `json:"to"`
	Labels []string `json:"labels,omitempty"`
}

// Piece is a part of a text under the same spans, by their index; with none it is
// plain text.
type Piece struct {
	Text  string
	Spans []int
}

// Pieces cuts the text at the beginnings and ends of its spans, so that it can be shown
// with spans that overlap. The pieces put together are the text.
func (t Text) Pieces() []Piece {
	runes := []rune(t.Body)
	cuts := []int{0, len(runes)}
	for _, s := range t.Spans {
		if !s.Lost {
			cuts = append(cuts, s.Start, s.End)
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var out []Piece
	for i := 1; i < len(cuts); i++ {
		out = append(out, Piece{Text: string(runes[cuts[i-1]:cuts[i]]), Spans: t.over(cuts[i-1], cuts[i])})
	}
	return out
}

// over lists the spans that cover a piece.
func (t Text) over(from, to int) (out []int) {
	for i, s := range t.Spans {
		if !s.Lost && s.Start <= from && to <= s.End {
			out = append(out, i)
		}
	}
	return out
}

// place sets the spans of a text: it fills in the words, and marks those lost whose
// offsets are outside. A span that came with its words and finds others there is
// tried again with offsets in UTF-16 units, as some tools have counted.
func (t *Text) place(spans []Span) {
	if len(spans) == 0 {
		return
	}
	at := newOffsets(t.Body)
	for i := range spans {
		s := &spans[i]
		said := s.Quote
		words, ok := at.slice(s.Start, s.End)
		if said != "" && (!ok || words != said) {
			from, to := at.unit(s.Start), at.unit(s.End)
			if again, fits := at.slice(from, to); fits && again == said {
				s.Start, s.End, words, ok = from, to, again, true
			}
		}
		s.Lost = !ok || said != "" && words != said
		if ok && !s.Lost {
			s.Quote = words
		}
	}
	slices.SortStableFunc(spans, func(a, b Span) int { return a.Start - b.Start })
	t.Spans = spans
}

// offsets finds characters in a text.
type offsets struct {
	body  string
	bytes []int // where each character begins, and the end
	ascii bool
}

func newOffsets(body string) *offsets {
	o := &offsets{body: body, ascii: utf8.RuneCountInString(body) == len(body)}
	if o.ascii {
		return o
	}
	for i := range body {
		o.bytes = append(o.bytes, i)
	}
	o.bytes = append(o.bytes, len(body))
	return o
}

func (o *offsets) slice(from, to int) (string, bool) {
	if o.ascii {
		if from < 0 || to < from || to > len(o.body) {
			return "", false
		}
		return o.body[from:to], true
	}
	if from < 0 || to < from || to >= len(o.bytes) {
		return "", false
	}
	return o.body[o.bytes[from]:o.bytes[to]], true
}

// unit turns an offset in UTF-16 units into one in characters, -1 when outside.
func (o *offsets) unit(n int) int {
	chars := 0
	for _, r := range o.body {
		if n <= 0 {
			break
		}
		n -= utf16.RuneLen(r)
		chars++
	}
	if n != 0 {
		return -1
	}
	return chars
}
