package exports

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// record is a row cut out of a file.
type record struct {
	text      string
	row, line int
}

// framer cuts a file into rows. next returns io.EOF after the last one; a *Fault
// that is not Fatal stands for one row, and next may be called again.
type framer interface{ next() (record, error) }

const bufferSize = 1 << 18

// errTooLong is a row over the limit that was passed over.
var errTooLong = errors.New("row too long")

// source gives lines and counts them.
type source struct {
	r     *bufio.Reader
	limit int // bytes of a row
	line  int // lines begun
	long  []byte
}

func newSource(r io.Reader, limit int) *source {
	return &source{r: bufio.NewReaderSize(r, bufferSize), limit: limit}
}

// read gives the next line with its line feed, if it has one. A line over the limit
// is passed over and gives errTooLong; one with a NUL in it is Binary.
func (s *source) read() (string, error) {
	part, err := s.r.ReadSlice('\n')
	if len(part) == 0 && err != nil {
		return "", err
	}
	s.line++
	if err == nil || errors.Is(err, io.EOF) {
		return s.checked(part)
	}
	if !errors.Is(err, bufio.ErrBufferFull) {
		return "", err
	}
	return s.readLong(part)
}

func (s *source) readLong(part []byte) (string, error) {
	if bytes.IndexByte(part, 0) >= 0 {
		return "", s.binary()
	}
	s.long = append(s.long[:0], part...)
	over := false
	for {
		part, err := s.r.ReadSlice('\n')
		if over = over || len(s.long)+len(part) > s.limit; !over {
			s.long = append(s.long, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && !errors.Is(err, io.EOF):
			return "", err
		case over:
			return "", errTooLong
		}
		return s.checked(s.long)
	}
}

func (s *source) checked(line []byte) (string, error) {
	if len(line) > s.limit {
		return "", errTooLong
	}
	text := string(line)
	if strings.IndexByte(text, 0) >= 0 {
		return "", s.binary()
	}
	return text, nil
}

func (s *source) binary() error {
	f := fatal(Binary)
	f.Line = s.line
	return f
}

// lines is the framer of one JSON value a line. Blank lines are passed over.
type lines struct {
	src *source
	row int
}

func (l *lines) next() (record, error) {
	for {
		text, err := l.src.read()
		if err != nil && !errors.Is(err, errTooLong) {
			return record{}, err
		}
		if err == nil {
			if text = strings.TrimRight(text, "\r\n"); strings.TrimSpace(text) == "" {
				continue
			}
		}
		l.row++
		rec := record{text: text, row: l.row, line: l.src.line}
		if err != nil {
			return rec, rowFault(rec, refused(TooLong, "limit", l.src.limit+1))
		}
		return rec, nil
	}
}

// rowFault puts the place of a row into its fault.
func rowFault(rec record, f *Fault) *Fault {
	f.Row, f.Line = rec.row, rec.line
	return f
}
