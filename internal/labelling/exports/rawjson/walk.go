package rawjson

import (
	"iter"
	"strconv"
	"strings"
)

// Kinds of values, as Kind gives them.
const (
	None   = byte(0) // no value at all
	Object = byte('{')
	Array  = byte('[')
	String = byte('"')
	Number = byte('0')
	Bool   = byte('t')
	Null   = byte('n')
)

// Kind tells a value by its first byte.
func Kind(v string) byte {
	i := space(v, 0)
	if i >= len(v) {
		return None
	}
	switch v[i] {
	case '{', '[', '"', 'n':
		return v[i]
	case 't', 'f':
		return Bool
	}
	return Number
}

// Fields goes through an object: names as text, values as they stand. A name that
// comes twice is given twice. Anything but an object has no fields.
func Fields(obj string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		i := space(obj, 0)
		if i >= len(obj) || obj[i] != '{' {
			return
		}
		for i++; ; i++ {
			i = space(obj, i)
			if i >= len(obj) || obj[i] != '"' {
				return
			}
			end := skipText(obj, i)
			name := Text(obj[i:end])
			if i = space(obj, end); i >= len(obj) || obj[i] != ':' {
				return
			}
			i = space(obj, i+1)
			end = skip(obj, i)
			if !yield(name, obj[i:end]) {
				return
			}
			if i = space(obj, end); i >= len(obj) || obj[i] != ',' {
				return
			}
		}
	}
}

// Elements goes through an array, values as they stand. Anything but an array has
// no elements.
func Elements(arr string) iter.Seq[string] {
	return func(yield func(string) bool) {
		i := space(arr, 0)
		if i >= len(arr) || arr[i] != '[' {
			return
		}
		for i++; ; i++ {
			i = space(arr, i)
			if i >= len(arr) || arr[i] == ']' {
				return
			}
			end := skip(arr, i)
			if !yield(arr[i:end]) {
				return
			}
			if i = space(arr, end); i >= len(arr) || arr[i] != ',' {
				return
			}
		}
	}
}

// Get is the value of the first field of that name, "" when there is none.
func Get(obj, name string) string {
	for n, v := range Fields(obj) {
		if n == name {
			return v
		}
	}
	return ""
}

// Text is a scalar as words: a string without its quotes and escapes, a number or
// truth value as written, "" for null and nothing. Objects and arrays stay as they
// stand. Half a surrogate pair becomes U+FFFD.
func Text(v string) string {
	v = strings.TrimSpace(v)
	switch {
	case v == "null":
		return ""
	case len(v) < 2 || v[0] != '"':
		return v
	}
	inner := v[1:]
	if v[len(v)-1] == '"' {
		inner = v[1 : len(v)-1]
	}
	if strings.IndexByte(inner, '\\') < 0 {
		return inner
	}
	return unescape(inner)
}

// Float reads a number; ok is false for anything else.
func Float(v string) (f float64, ok bool) {
	if Kind(v) != Number {
		return 0, false
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
	return f, err == nil
}

// Int reads a whole number, also one written with a fraction of zero; ok is false
// for anything else.
func Int(v string) (n int, ok bool) {
	if n, err := strconv.Atoi(v); err == nil {
		return n, true
	}
	f, ok := Float(v)
	if !ok || f != float64(int(f)) {
		return 0, false
	}
	return int(f), true
}

// skip gives the end of the value that begins at i.
func skip(s string, i int) int {
	if i >= len(s) {
		return i
	}
	switch s[i] {
	case '"':
		return skipText(s, i)
	case '{', '[':
		return skipNested(s, i)
	}
	for i < len(s) && strings.IndexByte(",]}: \t\r\n", s[i]) < 0 {
		i++
	}
	return i
}

func skipNested(s string, i int) int {
	for depth := 0; i < len(s); {
		switch s[i] {
		case '"':
			i = skipText(s, i)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return i
}

// skipText gives the end of the string whose opening quote is at i.
func skipText(s string, i int) int {
	for i++; i < len(s); i++ {
		next := strings.IndexByte(s[i:], '"')
		if next < 0 {
			return len(s)
		}
		i += next
		slashes := 0
		for k := i - 1; s[k] == '\\'; k-- {
			slashes++
		}
		if slashes%2 == 0 {
			return i + 1
		}
	}
	return len(s)
}

// First cuts the value at the beginning of s from what follows it. A value that is
// cut off takes all of s.
func First(s string) (value, rest string) {
	i := space(s, 0)
	end := skip(s, i)
	return s[i:end], s[end:]
}
