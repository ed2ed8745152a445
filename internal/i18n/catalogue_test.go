package i18n

import (
	"encoding/json"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// TestCataloguesAgree compares the languages: the same files, keys, placeholders
// and, where a text depends on a count, each language's own plural forms.
func TestCataloguesAgree(t *testing.T) {
	t.Parallel()
	zh, en := catalogues()[Chinese], catalogues()[English]
	if diff := cmp.Diff(keys(zh), keys(en)); diff != "" {
		t.Errorf("keys differ (-zh-CN +en):\n%s", diff)
	}
	for key, m := range zh {
		other, ok := en[key]
		if !ok {
			continue
		}
		if diff := cmp.Diff(names(m.other), names(other.other)); diff != "" {
			t.Errorf("%s: placeholders differ (-zh-CN +en):\n%s", key, diff)
		}
		if slices.Contains(names(other.other), "count") && other.one == nil {
			t.Errorf("%s: the English text counts something and needs the forms one and other", key)
		}
		if m.one != nil {
			t.Errorf("%s: Chinese has only the form other", key)
		}
		if extra := without(names(other.one), names(other.other)); len(extra) > 0 {
			t.Errorf("%s: the singular uses %v, the plural does not", key, extra)
		}
	}
}

// TestCatalogueTexts reads the files as they are written: no key twice, no empty
// text, no stray spaces, no Chinese left in English.
func TestCatalogueTexts(t *testing.T) {
	t.Parallel()
	for _, lang := range Languages() {
		files, err := fs.Glob(locales, path.Join("locales", lang, "*.json"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no catalogue files (%v)", lang, err)
		}
		for _, file := range files {
			for _, key := range duplicates(t, file) {
				t.Errorf("%s: key %q twice", file, key)
			}
		}
		for key, m := range catalogues()[lang] {
			for _, form := range []pieces{m.one, m.other} {
				text := strings.Join(form, "")
				if form != nil && text == "" {
					t.Errorf("%s %s: empty text", lang, key)
				}
				if joins := !strings.ContainsFunc(text, unicode.IsLetter); !joins && strings.TrimSpace(text) != text {
					t.Errorf("%s %s: spaces around %q", lang, key, text)
				}
				if lang == English && key != "layout.language.other" && strings.ContainsFunc(text, isHan) {
					t.Errorf("en %s: Chinese in %q", key, text)
				}
			}
		}
	}
}

func isHan(r rune) bool { return r >= 0x4E00 && r <= 0x9FFF }

// duplicates returns keys that a file holds more than once, which a JSON decoder
// would pass over.
func duplicates(t *testing.T, file string) []string {
	t.Helper()
	raw, err := fs.ReadFile(locales, file)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(strings.NewReader(string(raw)))
	seen, twice := map[string]bool{}, []string{}
	depth, isKey := 0, false
	for {
		token, err := d.Token()
		if err != nil {
			return twice
		}
		switch v := token.(type) {
		case json.Delim:
			if v == '{' {
				depth++
			} else {
				depth--
			}
			isKey = true
		case string:
			if depth == 1 && isKey {
				if seen[v] {
					twice = append(twice, v)
				}
				seen[v] = true
			}
			isKey = !isKey
		}
	}
}

func keys(c catalogue) []string {
	var out []string
	for key := range c {
		out = append(out, key)
	}
	slices.Sort(out)
	return out
}

func names(p pieces) []string {
	out := p.placeholders()
	slices.Sort(out)
	return slices.Compact(out)
}

func without(list, known []string) []string {
	return slices.DeleteFunc(list, func(s string) bool { return slices.Contains(known, s) })
}

func TestCut(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want pieces
	}{
		{"plain", pieces{"plain"}},
		{"{{.n}}", pieces{"", "n", ""}},
		{"a {{.x}} b {{ .y }}", pieces{"a ", "x", " b ", "y", ""}},
	}
	for _, tt := range tests {
		got, err := cut(tt.text)
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("cut(%q): %v (-want +got):\n%s", tt.text, err, diff)
		}
	}
	for _, text := range []string{"{{.open", "{{n}}", "{{.a.b}}", "{{if .x}}", "{{}}"} {
		if got, err := cut(text); err == nil {
			t.Errorf("cut(%q) = %v, want an error", text, got)
		}
	}
}
