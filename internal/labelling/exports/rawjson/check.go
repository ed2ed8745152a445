package rawjson

import (
	"errors"
	"fmt"
)

// What Check finds wrong. ErrEnd and ErrDepth come as they are, ErrSyntax wrapped
// with the place.
var (
	ErrSyntax = errors.New("malformed JSON")
	ErrEnd    = errors.New("JSON ends too early")
	ErrDepth  = errors.New("JSON nested too deeply")
)

// Place is the byte, from 0, at which JSON stops being well-formed. It is ErrSyntax.
type Place int

func (p Place) Error() string { return fmt.Sprintf("%v at byte %d", ErrSyntax, int(p)) }

// Unwrap makes a Place an ErrSyntax.
func (p Place) Unwrap() error { return ErrSyntax }

// Check says whether s is exactly one JSON value, with white space around it at
// most, and nested no deeper than depth (a scalar has depth 0). The encoding of
// strings is not looked at: test with utf8.ValidString.
func Check(s string, depth int) error {
	c := checker{s: s, depth: depth}
	if err := c.value(); err != nil {
		return err
	}
	if c.i = space(s, c.i); c.i < len(s) {
		return Place(c.i)
	}
	return nil
}

type checker struct {
	s     string
	i     int
	depth int // levels still allowed
}

// wrong is the error at the present place.
func (c *checker) wrong() error {
	if c.i >= len(c.s) {
		return ErrEnd
	}
	return Place(c.i)
}

func (c *checker) value() error {
	c.i = space(c.s, c.i)
	if c.i >= len(c.s) {
		return ErrEnd
	}
	switch b := c.s[c.i]; b {
	case '"':
		return c.text()
	case '{', '[':
		if c.depth == 0 {
			return ErrDepth
		}
		c.depth--
		err := c.members(b)
		c.depth++
		return err
	case 't':
		return c.word("true")
	case 'f':
		return c.word("false")
	case 'n':
		return c.word("null")
	}
	return c.number()
}

// members reads an object or an array from its opening bracket on.
func (c *checker) members(open byte) error {
	end := open + 2 // in ASCII both pairs of brackets lie two apart
	c.i = space(c.s, c.i+1)
	if c.i < len(c.s) && c.s[c.i] == end {
		c.i++
		return nil
	}
	for {
		if err := c.member(open); err != nil {
			return err
		}
		c.i = space(c.s, c.i)
		switch {
		case c.i >= len(c.s):
			return ErrEnd
		case c.s[c.i] == end:
			c.i++
			return nil
		case c.s[c.i] != ',':
			return Place(c.i)
		}
		c.i++
	}
}

func (c *checker) member(open byte) error {
	if open == '{' {
		c.i = space(c.s, c.i)
		if c.i >= len(c.s) || c.s[c.i] != '"' {
			return c.wrong()
		}
		if err := c.text(); err != nil {
			return err
		}
		c.i = space(c.s, c.i)
		if c.i >= len(c.s) || c.s[c.i] != ':' {
			return c.wrong()
		}
		c.i++
	}
	return c.value()
}

func (c *checker) word(w string) error {
	for k := range len(w) {
		if c.i >= len(c.s) || c.s[c.i] != w[k] {
			return c.wrong()
		}
		c.i++
	}
	return nil
}

func (c *checker) text() error {
	for c.i++; c.i < len(c.s); c.i++ {
		switch b := c.s[c.i]; {
		case b == '"':
			c.i++
			return nil
		case b == '\\':
			if err := c.escape(); err != nil {
				return err
			}
		case b < ' ':
			return Place(c.i)
		}
	}
	return ErrEnd
}

// escape leaves the place on the last byte of the escape.
func (c *checker) escape() error {
	c.i++
	if c.i >= len(c.s) {
		return ErrEnd
	}
	switch c.s[c.i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return nil
	case 'u':
		for range 4 {
			c.i++
			if c.i >= len(c.s) || hexDigit(c.s[c.i]) < 0 {
				return c.wrong()
			}
		}
		return nil
	}
	return Place(c.i)
}

func (c *checker) number() error {
	if c.i < len(c.s) && c.s[c.i] == '-' {
		c.i++
	}
	zero := c.i < len(c.s) && c.s[c.i] == '0'
	first := c.i
	if err := c.digits(); err != nil {
		return err
	}
	if zero && c.i > first+1 {
		return Place(first + 1)
	}
	if c.i < len(c.s) && c.s[c.i] == '.' {
		c.i++
		if err := c.digits(); err != nil {
			return err
		}
	}
	if c.i < len(c.s) && c.s[c.i]|0x20 == 'e' {
		c.i++
		if c.i < len(c.s) && (c.s[c.i] == '+' || c.s[c.i] == '-') {
			c.i++
		}
		return c.digits()
	}
	return nil
}

// digits reads one digit or more.
func (c *checker) digits() error {
	first := c.i
	for c.i < len(c.s) && c.s[c.i] >= '0' && c.s[c.i] <= '9' {
		c.i++
	}
	if c.i == first {
		return c.wrong()
	}
	return nil
}

func space(s string, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t' || s[i] == '\r') {
		i++
	}
	return i
}

func hexDigit(b byte) int {
	switch {
	case b >= '0' && b <= '9':
		return int(b - '0')
	case b|0x20 >= 'a' && b|0x20 <= 'f':
		return int(b|0x20-'a') + 10
	}
	return -1
}
