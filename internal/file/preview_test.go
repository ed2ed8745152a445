package file_test

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"hegui/internal/file"
	"hegui/internal/testkit"
)

func TestReadText(t *testing.T) {
	t.Parallel()
	words := "第八条 数据标注\nline two\t<b>"
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(words)
	testkit.Must(t, err)
	le, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(words)
	testkit.Must(t, err)
	for _, c := range []struct{ name, raw, encoding string }{
		{"UTF-8", words, "UTF-8"},
		{"UTF-8 with mark", "\uFEFF" + words, "UTF-8"},
		{"GB18030", gb, "GB18030"},
		{"UTF-16", le, "UTF-16"},
		{"control characters", "第八条\x00\x1b 数据标注\r\nline two\t<b>", "UTF-8"},
	} {
		x, err := file.ReadText(strings.NewReader(c.raw))
		if err != nil || x.Words != words || x.Encoding != c.encoding || x.Cut {
			t.Errorf("%s: got %+v, %v", c.name, x, err)
		}
	}
	long, err := file.ReadText(strings.NewReader("a" + strings.Repeat("数", 30_000)))
	if err != nil || !long.Cut || long.Encoding != "UTF-8" || len(long.Words) > 64<<10 {
		t.Errorf("long text: %s, cut %v, %d bytes, %v", long.Encoding, long.Cut, len(long.Words), err)
	}
}

func TestReadTable(t *testing.T) {
	t.Parallel()
	x, err := file.ReadTable(strings.NewReader("编号,名称\n1,\"a,b\"\n2,c,extra\n"), "text/csv")
	if err != nil || len(x.Rows) != 3 || x.Rows[1][1] != "a,b" || len(x.Rows[2]) != 3 || x.Cut {
		t.Errorf("got %+v, %v", x, err)
	}
	x, err = file.ReadTable(bytes.NewReader(bytes.Repeat([]byte("a\tb\n"), 500)), "text/tab-separated-values")
	if err != nil || len(x.Rows) != 101 || x.Rows[0][1] != "b" || !x.Cut {
		t.Errorf("long table: %d rows, cut %v, %v", len(x.Rows), x.Cut, err)
	}
}
