package exports

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// TestSeen finds the ids that come twice among many.
func TestSeen(t *testing.T) {
	t.Parallel()
	s := newSeen()
	for i := 1; i <= 200_000; i++ {
		if first := s.add("id"+strconv.Itoa(i), i); first != 0 {
			t.Fatalf("id %d was there on line %d", i, first)
		}
	}
	for _, i := range []int{1, 77_777, 200_000} {
		if first := s.add("id"+strconv.Itoa(i), 999_999); first != i {
			t.Errorf("id %d: first on line %d", i, first)
		}
	}
}

// TestFlatMemory reads a file of seventy megabytes and looks at the memory
// in use between the rows.
func TestFlatMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 70 MB")
	}
	const rows, limit = 60_000, 24 << 20
	name := filepath.Join(t.TempDir(), "large.json")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // a temporary file
	text := strings.Repeat("长文本 ", 100)
	for i := range rows {
		sep := "[\n"
		if i > 0 {
			sep = ",\n"
		}
		if _, err := fmt.Fprintf(f, `%s{"id":%d,"text":%q,"label":[]}`, sep, i, text); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := io.WriteString(f, "]"); err != nil {
		t.Fatal(err)
	}
	r, err := Open(f, Options{})
	if err != nil {
		t.Fatal(err)
	}
	count, most := 0, uint64(0)
	for _, fault := range r.Items() {
		if fault != nil {
			t.Fatal(fault)
		}
		if count++; count%(rows/5) == 0 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
		}
	}
	if count != rows || r.Err() != nil || most > limit {
		t.Errorf("%d rows, %v, %d MB in use, want at most %d", count, r.Err(), most>>20, limit>>20)
	}
	if read, size := r.Progress(); read != size {
		t.Errorf("progress %d of %d", read, size)
	}
}

// FuzzRead reads anything without a panic. What is read is found again when it is
// written back.
func FuzzRead(f *testing.F) {
	for _, fx := range fixtures {
		f.Add([]byte(fx.text), false)
	}
	for _, s := range []string{"", "[", "{", "id,text\n1,\"a", "\xFF\xFE{\x00", "PK\x03\x04", "[{}]", `{"annotations":[]}`, "[{\"id\":1,\"annotations\":[{}],\"data\":{}}]"} {
		f.Add([]byte(s), true)
	}
	f.Fuzz(func(t *testing.T, raw []byte, number bool) {
		o := Options{Number: number, Limits: Limits{Row: 10_000, Tables: 10_000, Rows: 1000}}
		report, err := Inspect(strings.NewReader(string(raw)), o)
		if err != nil {
			t.Fatal(err)
		}
		if !report.Importable() {
			return
		}
		r, err := Open(strings.NewReader(string(raw)), o)
		if err != nil {
			t.Fatal(err)
		}
		items, _ := drain(r)
		back := written(t, r.Layout(), items)
		o.Format, o.Encoding = r.Layout().Format, r.Layout().Encoding
		again, err := Open(strings.NewReader(back), o)
		if err != nil {
			t.Fatalf("%v in %q, written from %q", err, back, raw)
		}
		got, faults := drain(again)
		if len(got) != len(items) {
			t.Fatalf("%d items became %d (%v, %v): %q became %q", len(items), len(got), faults, again.Err(), raw, back)
		}
	})
}

// BenchmarkLines reads doccano rows of about 220 bytes, on one core.
func BenchmarkLines(b *testing.B) { benchmark(b, "doccano_ner_setswana.jsonl") }

// BenchmarkProdigy reads Prodigy rows with objects inside.
func BenchmarkProdigy(b *testing.B) { benchmark(b, "prodigy_textcat_github_issues.jsonl") }

func benchmark(b *testing.B, file string) {
	text := sampleText(b, file)
	items := 0
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		r, err := Open(strings.NewReader(text), Options{})
		if err != nil {
			b.Fatal(err)
		}
		for _, fault := range r.Items() {
			if fault != nil {
				b.Fatal(fault)
			}
			items++
		}
	}
	b.ReportMetric(float64(items)/b.Elapsed().Seconds(), "items/s")
}
