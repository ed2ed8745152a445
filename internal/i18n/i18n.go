package i18n

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/language"
)

// voice is what a context knows about language.
type voice struct {
	lang      string
	catalogue catalogue
	missing   func(key string)
}

type contextKey struct{}

// With returns a context that speaks lang. Anything but English is Chinese.
func With(ctx context.Context, lang string) context.Context {
	if lang != English {
		lang = Chinese
	}
	v := &voice{lang: lang, catalogue: catalogues()[lang], missing: of(ctx).missing}
	return context.WithValue(ctx, contextKey{}, v)
}

// WithMissing returns a context in which missing is called with every key that
// is not in the catalogue, and with "key {{.name}}" for every placeholder left
// without a value. It is meant for tests that render pages.
func WithMissing(ctx context.Context, missing func(key string)) context.Context {
	v := *of(ctx)
	v.missing = missing
	return context.WithValue(ctx, contextKey{}, &v)
}

// Lang returns the language of the context, Chinese if none was set.
func Lang(ctx context.Context) string { return of(ctx).lang }

func of(ctx context.Context) *voice {
	if v, ok := ctx.Value(contextKey{}).(*voice); ok {
		return v
	}
	return &voice{lang: Chinese, catalogue: catalogues()[Chinese], missing: func(string) {}}
}

// Pick returns zh or en by the language of the context, and the other one when
// the wanted one is empty. It is for texts kept in both languages, such as those
// of regulations.
func Pick(ctx context.Context, zh, en string) string {
	if Lang(ctx) == English {
		zh, en = en, zh
	}
	if zh != "" {
		return zh
	}
	return en
}

// T returns the text of a key with its placeholders filled from kv, which holds
// names and values in turn. The value named "count" also selects the plural
// form and is written with thousands separators; other integers are written
// plainly (years, article numbers). An unknown key is returned as it is.
func T(ctx context.Context, key string, kv ...any) string {
	v := of(ctx)
	m, ok := v.catalogue[key]
	if !ok {
		v.missing(key)
		return key
	}
	text := m.form(singular(kv))
	if len(text) == 1 {
		return text[0]
	}
	return v.fill(key, text, kv)
}

// Text returns the text of s if s is a key, and s itself otherwise. Components
// use it for labels, which may be keys or words such as a person's name.
func Text(ctx context.Context, s string) string {
	m, ok := of(ctx).catalogue[s]
	if !ok || len(m.other) != 1 {
		return s
	}
	return m.other[0]
}

// Has reports whether key is in the catalogues.
func Has(key string) bool {
	_, ok := catalogues()[Chinese][key]
	return ok
}

// Keys lists the keys that start with prefix, in alphabetical order.
func Keys(prefix string) []string {
	if known, ok := prefixes.Load(prefix); ok {
		if list, ok := known.([]string); ok {
			return slices.Clone(list)
		}
	}
	var out []string
	for key := range catalogues()[Chinese] {
		if strings.HasPrefix(key, prefix) {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	prefixes.Store(prefix, slices.Clone(out))
	return out
}

var prefixes sync.Map // keys by prefix, of the few that the program asks for

func (v *voice) fill(key string, text pieces, kv []any) string {
	var b strings.Builder
	for i, piece := range text {
		if i%2 == 0 {
			b.WriteString(piece)
			continue
		}
		value, ok := lookup(kv, piece)
		if !ok {
			v.missing(key + " {{." + piece + "}}")
			continue
		}
		b.WriteString(v.write(piece, value))
	}
	return b.String()
}

// lookup finds the value that follows name in kv.
func lookup(kv []any, name string) (any, bool) {
	for i := 0; i+1 < len(kv); i += 2 {
		if kv[i] == name {
			return kv[i+1], true
		}
	}
	return nil, false
}

// singular reports whether the count in kv is the integer 1.
func singular(kv []any) bool {
	count, ok := lookup(kv, "count")
	if !ok {
		return false
	}
	switch n := count.(type) {
	case int:
		return n == 1
	case int64:
		return n == 1
	default:
		return fmt.Sprint(count) == "1"
	}
}

// write prints one value.
func (v *voice) write(name string, value any) string {
	switch x := value.(type) {
	case string:
		return x
	case int:
		return integer(name, int64(x))
	case int64:
		return integer(name, x)
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	case time.Time:
		return dateTime(v.lang, x)
	default:
		return fmt.Sprint(value)
	}
}

func integer(name string, n int64) string {
	digits := strconv.FormatInt(n, 10)
	if name == "count" {
		return group(digits)
	}
	return digits
}

// Negotiate chooses the language of a request: the one stored with the user,
// else the cookie, else the first of Accept-Language that we speak, else
// Chinese. Unknown values are passed over.
func Negotiate(user, cookie, acceptLanguage string) string {
	for _, lang := range []string{user, cookie} {
		if lang == Chinese || lang == English {
			return lang
		}
	}
	tags, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return Chinese
	}
	for _, tag := range tags {
		switch base, _ := tag.Base(); base.String() {
		case "zh":
			return Chinese
		case "en":
			return English
		}
	}
	return Chinese
}
