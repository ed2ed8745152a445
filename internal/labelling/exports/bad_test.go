package exports

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hegui/internal/i18n"
)

const goodRow = `{"id":1,"text":"a","label":["x"]}`

// TestBadFiles are files of which nothing may be imported: the reason, and that no
// item comes before it where the file is refused at sight.
func TestBadFiles(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100)
	tests := []struct {
		name, text string
		options    Options
		want       string
	}{
		{name: "empty", text: "", want: Empty},
		{name: "white space", text: " \n\n", want: Empty},
		{name: "byte order mark alone", text: "\xEF\xBB\xBF", want: Empty},
		{name: "zip bomb", text: zipBomb(t), want: Zip},
		{name: "gzip", text: "\x1F\x8B\x08\x00abc", want: Compressed},
		{name: "picture", text: "\x89PNG\r\n\x1a\n\x00\x00", want: Binary},
		{name: "zeros", text: strings.Repeat("\x00", 5000), want: Binary},
		{name: "program", text: "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x03\x00\x3e\x00", want: Binary},
		{name: "zero bytes later in lines", text: goodRow + "\n" + strings.Repeat("x", headSize) + "\n{\"a\":\"\x00\"}\n", want: Binary},
		{name: "html", text: "<html><body>Sign in</body></html>", want: XML},
		{name: "latin 1", text: "id,text\n1,caf\xE9\n2,d\xE9j\xE0 vu\n", want: UnknownEncoding},
		{name: "shift jis", text: "id,text\n1,\x83n\x83\x8d\x81[\n", want: UnknownEncoding},
		{name: "prose", text: "This is a letter.\nIt has lines.\n", want: UnknownFormat},
		{name: "list of numbers", text: "[1,2,3]", want: UnknownFormat},
		{name: "empty list", text: "[]", want: UnknownFormat},
		{name: "pretty object", text: "{\n \"version\": 1,\n \"data\": []\n}\n", want: UnknownFormat},
		{name: "list breaks off", text: "[" + goodRow + `,{"id":2,"text":"b`, want: Truncated},
		{name: "list without its end", text: "[" + goodRow, want: Truncated},
		{name: "something after the list", text: "[" + goodRow + "] {}", want: AfterEnd},
		{name: "list without commas", text: "[" + goodRow + goodRow + "]", want: Broken},
		{name: "coco breaks off", text: `{"images":[],"categories":[],"annotations":[{"id":1`, want: Truncated},
		{name: "coco without annotations", text: `{"images":[],"categories":[]}`, want: WrongShape},
		{name: "coco chosen for lines", text: goodRow, options: Options{Format: COCO}, want: WrongShape},
		{name: "json chosen for a table", text: "a,b\n1,2\n", options: Options{Format: Doccano}, want: WrongShape},
		{name: "no id column", text: "text,label\na,b\n", want: NoIDColumn},
		{name: "no id field", text: `{"words":"a","n":1}`, want: NoIDColumn},
		{name: "mapped column not there", text: "id,text\n1,b\n", options: Options{Columns: []Column{{"key", RoleID}}}, want: ColumnMissing},
		{name: "label studio csv without id", text: "text,annotation_id,annotator\na,1,2\n", want: ColumnMissing},
		{name: "quote never closed", text: "id,text\n1,\"abc\n2,x\n", want: OpenQuote},
		{name: "deep outside of coco items", text: `{"images":` + deep + `,"annotations":[]}`, want: Broken},
		{name: "tables too large", text: `{"images":["` + strings.Repeat("x", 2000) + `"],"annotations":[]}`, options: Options{Limits: Limits{Tables: 1000}}, want: TablesTooLarge},
		{name: "too many rows", text: strings.Repeat(goodRow+"\n", 4), options: Options{Number: true, Limits: Limits{Rows: 3}}, want: TooManyRows},
		{name: "too large", text: goodRow, options: Options{Limits: Limits{Bytes: 10}}, want: TooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := Inspect(strings.NewReader(tt.text), tt.options)
			if err != nil {
				t.Fatal(err)
			}
			if got.Fatal == nil || got.Fatal.Code != tt.want {
				t.Fatalf("got %+v with %d items, want %s", got.Fatal, got.Items, tt.want)
			}
			if got.Importable() {
				t.Error("still importable")
			}
		})
	}
}

// zipBomb is a ZIP of a file far larger than itself. It is never unpacked.
func zipBomb(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("annotations.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(w, zeros{}, 50<<20); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestBadRows are rows that are refused by themselves; the good ones around them
// stay.
func TestBadRows(t *testing.T) {
	t.Parallel()
	const a, b = `{"id":"a","text":"x","label":[]}`, `{"id":"b","text":"y","label":[]}`
	lines := func(bad string) string { return a + "\n" + bad + "\n" + b }
	tests := []struct {
		name, text string
		options    Options
		want       Fault
	}{
		{"broken line", lines(`{"id":1,"text":x}`), Options{}, Fault{Code: BadJSON, Args: []any{"byte", 16}, Row: 2, Line: 2}},
		{"line breaks off", lines(`{"id":1,"text":"x`), Options{}, Fault{Code: Truncated, Row: 2, Line: 2}},
		{"not an object", lines(`[1]`), Options{}, Fault{Code: NotObject, Row: 2, Line: 2}},
		{"100 levels", lines(`{"id":1,"text":"x","label":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + "}"), Options{}, Fault{Code: TooDeep, Args: []any{"limit", 64}, Row: 2, Line: 2}},
		{"10 MB line", lines(`{"id":1,"text":"` + strings.Repeat("x", 10_000_000) + `"}`), Options{}, Fault{Code: TooLong, Args: []any{"limit", 10_000_000}, Row: 2, Line: 2}},
		{"10 MB element", "[" + a + ",\n" + `{"id":1,"text":"` + strings.Repeat("x", 10_000_000) + `"},` + "\n" + b + "]", Options{}, Fault{Code: TooLong, Args: []any{"limit", 10_000_000}, Row: 2, Line: 2}},
		{"no id", lines(`{"text":"x","label":[]}`), Options{}, Fault{Code: IDMissing, Args: []any{"field", "id"}, Row: 2, Line: 2}},
		{"id with a line feed", lines(`{"id":"1\n2","text":"x","label":[]}`), Options{}, Fault{Code: IDInvalid, Args: []any{"field", "id"}, Row: 2, Line: 2}},
		{"id twice", lines(`{"id":"a","text":"again","label":[]}`), Options{}, Fault{Code: DuplicateID, Args: []any{"id", "a", "first", 1}, Row: 2, Line: 2}},
		{"invalid utf-8", lines("{\"id\":1,\"text\":\"\xD6\xD0\",\"label\":[]}"), Options{Encoding: UTF8}, Fault{Code: BadEncoding, Args: []any{"encoding", "utf-8"}, Row: 2, Line: 2}},
		{"field missing", "{\"prompt\":\"p\",\"chosen\":\"a\",\"rejected\":\"b\"}\n{\"prompt\":\"p\",\"chosen\":\"a\"}\n{\"prompt\":\"p\",\"chosen\":\"a\",\"rejected\":\"b\"}", Options{}, Fault{Code: FieldMissing, Args: []any{"field", "rejected"}, Row: 2, Line: 2}},
		{"cells missing", "id,text\n1,a\n2\n3,\"c\nd\"\n", Options{}, Fault{Code: CellCount, Args: []any{"want", 2, "got", 1}, Row: 2, Line: 3}},
		{"image unknown", `{"images":[{"id":1}],"categories":[{"id":1,"name":"c"}],"annotations":[{"id":1,"image_id":1,"category_id":1},{"id":2,"image_id":9,"category_id":1},{"id":3,"image_id":1,"category_id":1}]}`, Options{}, Fault{Code: ImageUnknown, Args: []any{"id", "9"}, Row: 2, Line: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			items, faults, _ := read(t, tt.text, tt.options)
			if len(items) != 2 || len(faults) != 1 {
				t.Fatalf("%d items and %d faults, want 2 and 1: %v", len(items), len(faults), faults)
			}
			if diff := cmp.Diff(tt.want, *faults[0]); diff != "" {
				t.Errorf("fault (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSparseFile is a file that claims two gigabytes and holds nothing.
func TestSparseFile(t *testing.T) {
	t.Parallel()
	for size, want := range map[int64]string{2_000_000_000: TooLarge, 1_000_000_000: Binary} {
		name := filepath.Join(t.TempDir(), "claim.jsonl")
		if err := os.WriteFile(name, []byte(goodRow+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(name, size); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Inspect(f, Options{})
		_ = f.Close() // only read
		if err != nil || got.Fatal == nil || got.Fatal.Code != want {
			t.Errorf("%d bytes: %+v (%v), want %s", size, got.Fatal, err, want)
		}
	}
}

// TestBrokenSource hands an error of the source on as it is.
func TestBrokenSource(t *testing.T) {
	t.Parallel()
	want := errors.New("disk gone")
	r, err := Open(&failing{strings.NewReader(strings.Repeat(goodRow+"\n", 100_000)), want}, Options{Number: true})
	if err != nil {
		t.Fatal(err)
	}
	if drain(r); !errors.Is(r.Err(), want) {
		t.Errorf("got %v, want %v", r.Err(), want)
	}
}

// failing gives err instead of what follows the first two megabytes.
type failing struct {
	*strings.Reader
	err error
}

func (f *failing) Read(p []byte) (int, error) {
	if at, _ := f.Seek(0, io.SeekCurrent); at >= 2<<20 {
		return 0, f.err
	}
	return f.Reader.Read(p)
}

// TestReasons finds a message for every reason, format, role and view in both
// languages, with a value for each of its placeholders.
func TestReasons(t *testing.T) {
	t.Parallel()
	faults := []*Fault{
		fatal(Empty), fatal(Binary), fatal(Zip), fatal(Compressed), fatal(XML), fatal(TooLarge, "limit", int64(1)), fatal(UnknownEncoding),
		fatal(UnknownFormat), fatal(WrongShape, "format", "coco"), fatal(Truncated), fatal(AfterEnd), fatal(Broken), fatal(OpenQuote),
		fatal(NoIDColumn, "columns", "a, b"), fatal(ColumnMissing, "column", "a"), fatal(TablesTooLarge, "limit", 1), fatal(TooManyRows, "limit", 1),
		refused(BadJSON, "byte", 1), refused(TooDeep, "limit", 64), refused(TooLong, "limit", 1), refused(NotObject), refused(BadEncoding, "encoding", "utf-8"),
		refused(IDMissing, "field", "id"), refused(IDInvalid, "field", "id"), refused(DuplicateID, "id", "x", "first", 1), refused(CellCount, "want", 2, "got", 1),
		refused(FieldMissing, "field", "x"), refused(ImageUnknown, "id", "1"), refused(CategoryUnknown, "id", "1"), refused(BadUnit),
	}
	for _, lang := range i18n.Languages() {
		ctx := i18n.WithMissing(i18n.With(t.Context(), lang), func(key string) { t.Errorf("%s: no %s", lang, key) })
		for _, f := range faults {
			_ = i18n.T(ctx, f.Key(), f.Args...) // a missing text is reported above
		}
		for _, key := range otherKeys() {
			_ = i18n.T(ctx, key)
		}
	}
}

func otherKeys() (keys []string) {
	for _, f := range Formats() {
		keys = append(keys, f.Key())
	}
	for _, r := range Roles() {
		keys = append(keys, r.Key())
	}
	for _, k := range []ViewKind{ViewText, ViewImage, ViewPair, ViewTurns, ViewTable} {
		keys = append(keys, k.Key())
	}
	for _, s := range []Speaker{System, User, Assistant, Tool, Other} {
		keys = append(keys, s.Key())
	}
	return keys
}

// TestHTML shows markup in labels and texts as text: views hold it unchanged, and
// nothing in them is meant as HTML.
func TestHTML(t *testing.T) {
	t.Parallel()
	const evil = `<script>alert(1)</script>`
	items, _, r := read(t, fmt.Sprintf(`{"id":1,"text":%q,"label":[[0,8,%q]]}`, evil, evil), Options{})
	v := r.View(items[0].Original)
	if v.Text.Body != evil || v.Text.Spans[0].Labels[0] != evil || items[0].Labels[0] != evil {
		t.Errorf("markup was changed: %+v", v)
	}
}
