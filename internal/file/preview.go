package file

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// How much of a text or a table is shown.
const (
	previewBytes   = 64 << 10
	previewRows    = 100
	previewColumns = 30
)

// Excerpt is the beginning of a text or a table.
type Excerpt struct {
	Encoding string // "UTF-8", "UTF-16" or "GB18030"
	Words    string
	Rows     [][]string // of a table, the first one is its head
	Cut      bool       // there is more
}

// ReadText gives the beginning of a text. Its encoding is told by the byte
// order mark, else UTF-8 if it is valid, else GB18030, in which older Chinese
// software writes.
func ReadText(r io.Reader) (Excerpt, error) {
	raw, err := io.ReadAll(io.LimitReader(r, previewBytes+1))
	if err != nil {
		return Excerpt{}, err
	}
	x := Excerpt{Cut: len(raw) > previewBytes}
	raw = raw[:min(len(raw), previewBytes)]
	var decoder encoding.Encoding
	x.Encoding, decoder = encodingOf(raw, x.Cut)
	words, err := decoder.NewDecoder().Bytes(raw)
	if err != nil {
		return Excerpt{}, err
	}
	x.Words = printable(words)
	return x, nil
}

func encodingOf(raw []byte, cut bool) (string, encoding.Encoding) {
	switch {
	case bytes.HasPrefix(raw, []byte("\xff\xfe")), bytes.HasPrefix(raw, []byte("\xfe\xff")):
		return "UTF-16", unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case validUTF8(raw, cut):
		return "UTF-8", unicode.UTF8BOM
	default:
		return "GB18030", simplifiedchinese.GB18030
	}
}

// validUTF8 forgives a last character that was cut through.
func validUTF8(raw []byte, cut bool) bool {
	if !cut {
		return utf8.Valid(raw)
	}
	for n := range min(utf8.UTFMax, len(raw)) {
		if utf8.Valid(raw[:len(raw)-n]) {
			return true
		}
	}
	return false
}

// printable drops what would not be shown anyway or could mislead.
func printable(words []byte) string {
	return string(bytes.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case r < ' ', r == 0x7f, r == '\uFEFF', r == utf8.RuneError:
			return -1
		}
		return r
	}, words))
}

// ReadTable gives the first rows of a table with separated values. What
// cannot be read as a table comes back as text.
func ReadTable(r io.Reader, mediaType string) (Excerpt, error) {
	x, err := ReadText(r)
	if err != nil {
		return x, err
	}
	read := csv.NewReader(bytes.NewReader([]byte(x.Words)))
	read.FieldsPerRecord, read.LazyQuotes = -1, true
	if mediaType == "text/tab-separated-values" {
		read.Comma = '\t'
	}
	for len(x.Rows) <= previewRows {
		row, err := read.Read()
		if errors.Is(err, io.EOF) {
			return x, nil
		}
		if err != nil {
			x.Rows = nil
			return x, nil //nolint:nilerr // not a table after all: shown as text
		}
		if len(row) > previewColumns {
			row, x.Cut = row[:previewColumns], true
		}
		x.Rows = append(x.Rows, row)
	}
	x.Cut = true
	return x, nil
}
