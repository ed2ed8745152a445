package rawjson

import (
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// unescape resolves the escapes of a string.
func unescape(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 || i+1 >= len(s) {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		if s[i+1] == 'u' {
			r, size := unicodeEscape(s[i:])
			b.WriteRune(r)
			s = s[i+size:]
			continue
		}
		b.WriteByte(simpleEscape(s[i+1]))
		s = s[i+2:]
	}
}

func simpleEscape(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

// unicodeEscape reads \uXXXX, or two of them when they are a surrogate pair, and
// says how many bytes it took.
func unicodeEscape(s string) (r rune, size int) {
	first := codeUnit(s)
	if first < 0 {
		return utf8.RuneError, min(len(s), 2)
	}
	if !utf16.IsSurrogate(first) {
		return first, 6
	}
	if pair := utf16.DecodeRune(first, codeUnit(s[6:])); pair != utf8.RuneError {
		return pair, 12
	}
	return utf8.RuneError, 6
}

// codeUnit reads \uXXXX at the beginning of s; -1 when it is not there.
func codeUnit(s string) rune {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return -1
	}
	var r rune
	for i := 2; i < 6; i++ {
		d := hexDigit(s[i])
		if d < 0 {
			return -1
		}
		r = r<<4 | rune(d)
	}
	return r
}

// Quote writes a text as a JSON string. Only what must be escaped is.
func Quote(s string) string {
	const hexes = "0123456789abcdef"
	var b strings.Builder
	b.Grow(len(s) + 2)
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case c == '\r':
			b.WriteString(`\r`)
		case c < ' ':
			b.WriteString(`\u00`)
			b.WriteByte(hexes[c>>4])
			b.WriteByte(hexes[c&15])
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// Set gives an object with the fields set: names with values (JSON as it shall
// stand) at the end. Where no field of those names was there, every byte of the object
// stays as it was; otherwise the other fields do, and the white space between them
// goes. Anything but an object is returned as it is.
func Set(obj string, pairs ...[2]string) string {
	last := strings.LastIndexByte(obj, '}')
	if Kind(obj) != Object || last < 0 {
		return obj
	}
	body, tail := strings.TrimRight(obj[:last], " \t\r\n"), obj[len(strings.TrimRight(obj[:last], " \t\r\n")):]
	if kept, all := keep(obj, pairs); !all {
		body, tail = "{"+strings.Join(kept, ","), "}"
	}
	var b strings.Builder
	b.WriteString(body)
	empty := strings.HasSuffix(body, "{")
	for _, p := range pairs {
		if !empty {
			b.WriteByte(',')
		}
		empty = false
		b.WriteString(Quote(p[0]) + ":" + p[1])
	}
	b.WriteString(tail)
	return b.String()
}

// keep gives the fields of an object, name and value as they stand, that none of
// the pairs names; all says that it kept every one.
func keep(obj string, pairs [][2]string) (kept []string, all bool) {
	all = true
	for _, m := range members(obj) {
		if slices.ContainsFunc(pairs, func(p [2]string) bool { return p[0] == m.name }) {
			all = false
			continue
		}
		kept = append(kept, obj[m.start:m.end])
	}
	return kept, all
}

// Replace gives an object with the value of its first field of that name put in
// place of the old one; the object as it is when it has no such field.
func Replace(obj, name, value string) string {
	for _, m := range members(obj) {
		if m.name == name {
			return obj[:m.value] + value + obj[m.end:]
		}
	}
	return obj
}

// member is where a field stands in its object: its name begins at start, its
// value at value and ends at end.
type member struct {
	name              string
	start, value, end int
}

func members(obj string) []member {
	var out []member
	base := space(obj, 0) + 1
	for name, v := range Fields(obj) {
		// Fields gives parts of obj: the value's place follows from the name's
		start := space(obj, base)
		value := space(obj, space(obj, skipText(obj, start))+1)
		end := value + len(v)
		out = append(out, member{name: name, start: start, value: value, end: end})
		base = space(obj, end) + 1
	}
	return out
}
