package exports

import (
	"bufio"
	"errors"
	"io"
)

// values reads JSON values from a stream, one at a time, by their brackets and
// quotes alone; whether they are well-formed is for others to say.
type values struct {
	r    *bufio.Reader
	line int // of the byte read last, from 1
	buf  []byte
}

func newValues(r io.Reader) *values {
	return &values{r: bufio.NewReaderSize(r, bufferSize), line: 1}
}

func (v *values) byte() (byte, error) {
	b, err := v.r.ReadByte()
	switch {
	case errors.Is(err, io.EOF):
		return 0, v.fault(Truncated)
	case err != nil:
		return 0, err
	case b == 0:
		return 0, v.fault(Binary)
	case b == '\n':
		v.line++
	}
	return b, nil
}

func (v *values) fault(code string) error {
	f := fatal(code)
	f.Line = v.line
	return f
}

// skipSpace gives the first byte that is not white space.
func (v *values) skipSpace() (byte, error) {
	for {
		b, err := v.byte()
		if err != nil || b != ' ' && b != '\n' && b != '\t' && b != '\r' {
			return b, err
		}
	}
}

// expect takes one byte, after white space.
func (v *values) expect(want byte) error {
	b, err := v.skipSpace()
	if err != nil {
		return err
	}
	if b != want {
		return v.fault(Broken)
	}
	return nil
}

// atEnd wants nothing but white space in the rest.
func (v *values) atEnd() error {
	for {
		b, err := v.r.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case b != ' ' && b != '\n' && b != '\t' && b != '\r':
			return v.fault(AfterEnd)
		}
	}
}

// read gives a value that begins with first. A scalar also takes the byte after it,
// which is unread. Over the limit the value is passed over and errTooLong returned.
func (v *values) read(first byte, limit int) (string, error) {
	v.buf = append(v.buf[:0], first)
	var err error
	switch first {
	case '"':
		err = v.text(limit)
	case '{', '[':
		err = v.nested(limit)
	default:
		err = v.scalar(limit)
	}
	switch {
	case err != nil:
		return "", err
	case len(v.buf) > limit:
		v.buf = v.buf[:0:min(cap(v.buf), bufferSize)]
		return "", errTooLong
	}
	return string(v.buf), nil
}

// keep adds a byte to the value, one over the limit at most.
func (v *values) keep(b byte, limit int) {
	if len(v.buf) <= limit {
		v.buf = append(v.buf, b)
	}
}

func (v *values) text(limit int) error {
	for escaped := false; ; {
		b, err := v.byte()
		if err != nil {
			return err
		}
		v.keep(b, limit)
		switch {
		case escaped:
			escaped = false
		case b == '\\':
			escaped = true
		case b == '"':
			return nil
		}
	}
}

func (v *values) nested(limit int) error {
	for depth := 1; depth > 0; {
		b, err := v.byte()
		if err != nil {
			return err
		}
		v.keep(b, limit)
		switch b {
		case '"':
			if err := v.text(limit); err != nil {
				return err
			}
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
	}
	return nil
}

func (v *values) scalar(limit int) error {
	for {
		b, err := v.byte()
		if err != nil {
			return err
		}
		switch b {
		case ',', ']', '}', ' ', '\n', '\t', '\r', ':', '"', '{', '[':
			if b == '\n' {
				v.line--
			}
			return v.r.UnreadByte()
		}
		v.keep(b, limit)
	}
}

// list is the framer of one JSON array. It begins at the bracket.
type list struct {
	v     *values
	limit int
	row   int
	state listState
	after func() error // what must follow the array
}

type listState int

const (
	before listState = iota // the opening bracket is next
	first                   // a value or the closing bracket
	between
	done
)

func (l *list) next() (record, error) {
	if l.state == before {
		if err := l.v.expect('['); err != nil {
			return record{}, err
		}
		l.state = first
	}
	if l.state == done {
		return record{}, io.EOF
	}
	b, err := l.start()
	if err != nil {
		return record{}, err
	}
	l.row++
	rec := record{row: l.row, line: l.v.line}
	rec.text, err = l.v.read(b, l.limit)
	if errors.Is(err, errTooLong) {
		return rec, rowFault(rec, refused(TooLong, "limit", l.limit+1))
	}
	if f, ok := FaultOf(err); ok {
		return rec, rowFault(rec, f)
	}
	return rec, err
}

// start gives the first byte of the next value, io.EOF after the last.
func (l *list) start() (byte, error) {
	b, err := l.v.skipSpace()
	if err != nil {
		return 0, err
	}
	if b == ']' {
		l.state = done
		if err := l.after(); err != nil {
			return 0, err
		}
		return 0, io.EOF
	}
	if l.state == between {
		if b != ',' {
			return 0, l.v.fault(Broken)
		}
		if b, err = l.v.skipSpace(); err != nil {
			return 0, err
		}
	}
	l.state = between
	if b == ',' || b == ']' || b == '}' || b == ':' {
		return 0, l.v.fault(Broken)
	}
	return b, nil
}
