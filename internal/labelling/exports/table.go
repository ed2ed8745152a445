package exports

import (
	"errors"
	"io"
	"strings"
)

// table is the framer of CSV and TSV (RFC 4180). A row keeps its quotes; a line feed
// inside quotes belongs to it. Blank lines are passed over.
type table struct {
	src   *source
	comma byte
	row   int
}

// next gives a row without its line end.
func (t *table) next() (record, error) {
	for {
		text, line, err := t.raw()
		if err != nil && !errors.Is(err, errTooLong) {
			return record{}, err
		}
		if text = strings.TrimRight(text, "\r\n"); err == nil && strings.TrimSpace(text) == "" {
			continue
		}
		t.row++
		rec := record{text: text, row: t.row, line: line}
		if err != nil {
			return rec, rowFault(rec, refused(TooLong, "limit", t.src.limit+1))
		}
		return rec, nil
	}
}

// raw gives the lines of one row. A quote that is still open at the end of the file
// or the limit has swallowed an unknown number of rows, so it ends the reading.
func (t *table) raw() (text string, line int, err error) {
	text, err = t.src.read()
	line = t.src.line
	if err != nil || strings.IndexByte(text, '"') < 0 {
		return text, line, err
	}
	scan := quotes{comma: t.comma, start: true}
	if scan.feed(text); !scan.inside {
		return text, line, nil
	}
	var b strings.Builder
	b.WriteString(text)
	for scan.inside {
		more, err := t.src.read()
		if errors.Is(err, io.EOF) || errors.Is(err, errTooLong) || b.Len()+len(more) > t.src.limit {
			f := fatal(OpenQuote)
			f.Row, f.Line = t.row+1, line
			return "", line, f
		}
		if err != nil {
			return "", line, err
		}
		b.WriteString(more)
		scan.feed(more)
	}
	return b.String(), line, nil
}

// quotes follows the quotes through a row.
type quotes struct {
	comma  byte
	inside bool
	start  bool // at the beginning of a cell
}

func (q *quotes) feed(text string) {
	for i := 0; i < len(text); i++ {
		switch {
		case q.inside && text[i] == '"':
			if i+1 < len(text) && text[i+1] == '"' {
				i++
				continue
			}
			q.inside = false
		case q.inside:
		case text[i] == q.comma:
			q.start = true
			continue
		case text[i] == '"' && q.start:
			q.inside = true
		}
		q.start = false
	}
}

// cells cuts a row into cells without their quotes. A quote inside a cell that did
// not begin with one stands for itself, and so does what follows a closing quote.
func cells(row string, comma byte) []string {
	out := make([]string, 0, 1+strings.Count(row, string(comma)))
	for {
		cell, rest, more := cell(row, comma)
		out = append(out, cell)
		if !more {
			return out
		}
		row = rest
	}
}

func cell(row string, comma byte) (value, rest string, more bool) {
	if row == "" || row[0] != '"' {
		return strings.Cut(row, string(comma))
	}
	end := 1
	for end < len(row) {
		next := strings.IndexByte(row[end:], '"')
		if next < 0 {
			return unquoted(row[1:]), "", false
		}
		if end += next + 1; end >= len(row) || row[end] != '"' {
			break
		}
		end++
	}
	tail, rest, more := strings.Cut(row[end:], string(comma))
	return unquoted(row[1:max(end-1, 1)]) + tail, rest, more
}

func unquoted(s string) string {
	if strings.IndexByte(s, '"') < 0 {
		return s
	}
	return strings.ReplaceAll(s, `""`, `"`)
}

// quoted writes a cell so that cells gives it back.
func quoted(value string, comma byte) string {
	if !strings.ContainsAny(value, "\"\r\n"+string(comma)) && strings.TrimSpace(value) == value {
		return value
	}
	return `"` + strings.ReplaceAll(value, `"`, `""`) + `"`
}

// split cuts labels joined by #.
func split(joined string) []string {
	if joined == "" {
		return []string{}
	}
	return strings.Split(joined, "#")
}

// sameCount refuses a row with more or fewer cells than the header.
func sameCount(columns, values []string) *Fault {
	if len(columns) == len(values) {
		return nil
	}
	return refused(CellCount, "want", len(columns), "got", len(values))
}
