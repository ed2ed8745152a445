package exports

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFormats(t *testing.T) {
	t.Parallel()
	seen := map[Format]bool{}
	for _, tt := range fixtures {
		seen[tt.format] = true
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			items, faults, r := read(t, tt.text, tt.options)
			if l := r.Layout(); l.Format != tt.format || l.Frame != tt.frame {
				t.Fatalf("recognised %s in %s, want %s in %s", l.Format, l.Frame, tt.format, tt.frame)
			}
			if len(faults) > 0 {
				t.Errorf("refused: %v", faults[0])
			}
			if got := idsOf(items); got != tt.ids {
				t.Fatalf("ids %q, want %q", got, tt.ids)
			}
			if got := r.View(items[0].Original).Kind; got != tt.view {
				t.Errorf("view %s, want %s", got, tt.view)
			}
		})
	}
	for _, f := range Formats() {
		if !seen[f] {
			t.Errorf("no fixture of %s", f)
		}
	}
}

// TestFormatsAgain writes every fixture back, reads that, and finds the same items,
// shown the same; a parser made of the stored layout agrees.
func TestFormatsAgain(t *testing.T) {
	t.Parallel()
	for _, tt := range fixtures {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			items, _, r := read(t, tt.text, tt.options)
			again, _, _ := read(t, written(t, r.Layout(), items), tt.options)
			p := storedParser(t, r.Layout())
			if len(again) != len(items) {
				t.Fatalf("%d items became %d", len(items), len(again))
			}
			for i, it := range items {
				if again[i].Original != it.Original || again[i].Hash != it.Hash || again[i].ID != it.ID {
					t.Errorf("item %s differs:\n%s\n%s", it.ID, it.Original, again[i].Original)
				}
				stored, f := p.Parse(it.Original, it.Row)
				stored.Line = it.Line
				if diff := cmp.Diff(it, stored); diff != "" || f != nil {
					t.Errorf("parsed again (%v):\n%s", f, diff)
				}
				if diff := cmp.Diff(r.View(it.Original), p.View(it.Original)); diff != "" {
					t.Errorf("shown differently:\n%s", diff)
				}
			}
		})
	}
}

// storedParser makes a parser of a layout that went through JSON.
func storedParser(t *testing.T, l Layout) *Parser {
	t.Helper()
	raw, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	var back Layout
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	p, err := NewParser(back)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestLongBeginnings recognises files whose first table, task or header is longer than
// usual.
func TestLongBeginnings(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", headSize)
	tests := []struct {
		name, text string
		want       Format
		ids        string
	}{
		{"long first table", `{"info":{},"images":[{"id":1,"file_name":"` + long + `"}],"annotations":[{"id":3,"image_id":1,"category_id":1}],"categories":[{"id":1,"name":"c"}]}`, COCO, "3"},
		{"long annotations", `[{"id":1,"annotations":[{"id":2,"result":[{"value":{"text":["` + long + `"]}}]}],"data":{"text":"a"}}]`, LabelStudio, "1/2"},
		{"long line with images", `{"messages":[{"role":"user","content":"q"}],"images":["` + long + `"]}`, Conversation, "1"},
		{"line feed in the header", "id,\"te\nxt\",label\n7,a,b\n", PlainCSV, "7"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			items, faults, r := read(t, tt.text, Options{})
			if r.Layout().Format != tt.want || idsOf(items) != tt.ids || len(faults) > 0 {
				t.Errorf("%s with items %q, refused %v; want %s, %s", r.Layout().Format, idsOf(items), faults, tt.want, tt.ids)
			}
		})
	}
}
