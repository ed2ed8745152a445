package exports

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// encoded writes a text in an encoding.
func encoded(t *testing.T, e Encoding, bom bool, text string) string {
	t.Helper()
	if table := e.table(); table != nil {
		out, err := table.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		text = out
	}
	if bom {
		text = string(e.bom()) + text
	}
	return text
}

// TestEncodings reads files in every encoding, recognised by themselves, finds the same
// items, and writes the same bytes.
func TestEncodings(t *testing.T) {
	t.Parallel()
	texts := map[string]string{
		"table": "编号,文本,标签\r\n1,今天天气很好😀,正面\r\n2,\"不好，\n真的\",负面\r\n",
		"lines": `{"id":1,"text":"今天天气很好😀","label":[[0,2,"时间"]]}` + "\n" + `{"id":2,"text":"𠮷野家","label":[]}` + "\n",
	}
	tests := []struct {
		encoding Encoding
		bom      bool
		by       string
	}{
		{UTF8, false, "valid_utf8"}, {UTF8, true, "bom"}, {UTF16LE, true, "bom"}, {UTF16BE, true, "bom"},
		{UTF16LE, false, "zero_bytes"}, {UTF16BE, false, "zero_bytes"}, {GB18030, false, "valid_gb18030"},
	}
	for name, text := range texts {
		want, _, _ := read(t, text, Options{})
		for _, tt := range tests {
			t.Run(name+" "+string(tt.encoding)+" "+tt.by, func(t *testing.T) {
				t.Parallel()
				file := encoded(t, tt.encoding, tt.bom, text)
				got, faults, r := read(t, file, Options{})
				if r.Layout().Encoding != tt.encoding || r.Layout().BOM != tt.bom || r.Guess.EncodingBy != tt.by {
					t.Errorf("recognised %s by %s", r.Layout().Encoding, r.Guess.EncodingBy)
				}
				if diff := cmp.Diff(want, got); diff != "" || len(faults) > 0 {
					t.Errorf("items (%d refused):\n%s", len(faults), diff)
				}
				if written(t, r.Layout(), got) != file {
					t.Error("written back, the bytes differ")
				}
			})
		}
	}
}

func TestEncodingChosen(t *testing.T) {
	t.Parallel()
	file := encoded(t, GB18030, false, "编号,文本\n1,你好\n")
	_, faults, r := read(t, file, Options{Encoding: GB18030})
	if len(faults) > 0 || r.Guess.EncodingBy != "chosen" {
		t.Errorf("chosen GB18030: %d refused, by %s", len(faults), r.Guess.EncodingBy)
	}
	got, err := Inspect(strings.NewReader(file), Options{Encoding: UTF8})
	if err != nil || got.Importable() {
		t.Errorf("GBK read as UTF-8 is importable: %+v (%v)", got, err)
	}
	late := "id,text\n" + strings.Repeat("1,aaaaaaaa\n", headSize/10) + encoded(t, GB18030, false, "2,你好\n")
	_, faults, _ = read(t, late, Options{Number: true})
	if len(faults) != 1 || faults[0].Code != BadEncoding {
		t.Errorf("GBK after the part looked at: %v", faults)
	}
}

func TestEncodingNamed(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]Encoding{"UTF-8": UTF8, "gbk": GB18030, "GB2312": GB18030, "utf-16": UTF16LE, "UTF16_BE": UTF16BE, "latin1": ""} {
		if got, ok := EncodingNamed(name); got != want || ok != (want != "") {
			t.Errorf("EncodingNamed(%s) = %q, %v", name, got, ok)
		}
	}
}

// TestCutCharacters recognises encodings when the part looked at ends within a
// character.
func TestCutCharacters(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("编号文本你好", 5)
	for _, e := range []Encoding{UTF8, GB18030} {
		whole := encoded(t, e, false, text)
		for cut := 1; cut < 6; cut++ {
			if got, _, _ := recogniseEncoding([]byte(whole[:len(whole)-cut])); got != e {
				t.Errorf("%s cut by %d bytes: %q", e, cut, got)
			}
		}
	}
}
