package i18n

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
)

//go:embed locales
var locales embed.FS

// Chinese and English are the languages of the product. Chinese is the source
// and the default.
const (
	Chinese = "zh-CN"
	English = "en"
)

// Languages lists the languages in the order in which they are offered.
func Languages() []string { return []string{Chinese, English} }

// message is one text of a catalogue. one is nil unless the text has a
// singular form of its own.
type message struct {
	one   pieces
	other pieces
}

// form returns the pieces for a count. Of our languages only English tells one
// from many, and only for the integer 1 (CLDR cardinal rules).
func (m message) form(singular bool) pieces {
	if singular && m.one != nil {
		return m.one
	}
	return m.other
}

// pieces is a text cut at its placeholders: literal text at even indexes, the
// names of placeholders at odd ones.
type pieces []string

// placeholders returns the names used in a text, in order of appearance.
func (p pieces) placeholders() []string {
	var names []string
	for i := 1; i < len(p); i += 2 {
		names = append(names, p[i])
	}
	return names
}

// cut splits a text at its {{.name}} placeholders. It fails when a brace pair
// is left open or does not hold a plain name.
func cut(text string) (pieces, error) {
	var out pieces
	for {
		before, rest, found := strings.Cut(text, "{{")
		out = append(out, before)
		if !found {
			return out, nil
		}
		inner, after, closed := strings.Cut(rest, "}}")
		name, dotted := strings.CutPrefix(strings.TrimSpace(inner), ".")
		if !closed || !dotted || name == "" || strings.ContainsAny(name, " .{}|") {
			return nil, fmt.Errorf("placeholder %q is not of the form {{.name}}", inner)
		}
		out = append(out, name)
		text = after
	}
}

// catalogue maps keys to texts in one language.
type catalogue map[string]message

// catalogues reads the embedded files of both languages once. A file that
// cannot be read is a mistake of the build; the tests find it first.
var catalogues = sync.OnceValue(func() map[string]catalogue {
	all := make(map[string]catalogue)
	for _, lang := range Languages() {
		c, err := load(locales, lang)
		if err != nil {
			panic(err)
		}
		all[lang] = c
	}
	return all
})

// load reads every file of one language.
func load(fsys fs.FS, lang string) (catalogue, error) {
	files, err := fs.Glob(fsys, path.Join("locales", lang, "*.json"))
	if err != nil {
		return nil, err
	}
	c := make(catalogue)
	for _, file := range files {
		if err := c.add(fsys, file, lang); err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
	}
	return c, nil
}

// add reads one file. Keys must start with the name of the file.
func (c catalogue) add(fsys fs.FS, file, lang string) error {
	raw, err := fs.ReadFile(fsys, file)
	if err != nil {
		return err
	}
	parsed, err := goi18n.ParseMessageFileBytes(raw, lang+".json", nil)
	if err != nil {
		return err
	}
	area := strings.TrimSuffix(path.Base(file), ".json") + "."
	for _, m := range parsed.Messages {
		if !strings.HasPrefix(m.ID, area) {
			return fmt.Errorf("key %q does not start with %q", m.ID, area)
		}
		text, err := compile(m)
		if err != nil {
			return fmt.Errorf("key %q: %w", m.ID, err)
		}
		c[m.ID] = text
	}
	return nil
}

// compile turns a parsed message into its cut form.
func compile(m *goi18n.Message) (message, error) {
	other, err := cut(m.Other)
	if err != nil || m.One == "" {
		return message{other: other}, err
	}
	one, err := cut(m.One)
	return message{one: one, other: other}, err
}
