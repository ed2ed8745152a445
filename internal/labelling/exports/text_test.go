package exports

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPlace puts spans right that come with their words: in characters, in UTF-16
// units, and nowhere.
func TestPlace(t *testing.T) {
	t.Parallel()
	const body = "💩This is an annotation. 𠮷野家"
	tests := []struct {
		name string
		span Span
		want Span
	}{
		{"characters", Span{Start: 12, End: 22}, Span{Start: 12, End: 22, Quote: "annotation"}},
		{"characters and words", Span{Start: 12, End: 22, Quote: "annotation"}, Span{Start: 12, End: 22, Quote: "annotation"}},
		{"utf-16 units", Span{Start: 13, End: 23, Quote: "annotation"}, Span{Start: 12, End: 22, Quote: "annotation"}},
		{"utf-16 units of astral words", Span{Start: 25, End: 27, Quote: "𠮷"}, Span{Start: 24, End: 25, Quote: "𠮷"}},
		{"other words there", Span{Start: 0, End: 3, Quote: "nope"}, Span{Start: 0, End: 3, Quote: "nope", Lost: true}},
		{"beyond the end", Span{Start: 20, End: 99}, Span{Start: 20, End: 99, Lost: true}},
		{"backwards", Span{Start: 5, End: 2}, Span{Start: 5, End: 2, Lost: true}},
	}
	for _, tt := range tests {
		text := Text{Body: body}
		text.place([]Span{tt.span})
		if diff := cmp.Diff(tt.want, text.Spans[0]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestPieces(t *testing.T) {
	t.Parallel()
	text := Text{Body: "ab😀cde", Spans: []Span{{Start: 1, End: 4}, {Start: 2, End: 5}, {Start: 1, End: 99, Lost: true}}}
	want := []Piece{{"a", nil}, {"b", []int{0}}, {"😀c", []int{0, 1}}, {"d", []int{1}}, {"e", nil}}
	got := text.Pieces()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pieces (-want +got):\n%s", diff)
	}
	var b strings.Builder
	for _, p := range got {
		b.WriteString(p.Text)
	}
	if b.String() != text.Body {
		t.Errorf("together %q", b.String())
	}
}
