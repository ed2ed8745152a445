// Package search finds typed words in what people wrote, in Chinese and in
// Latin script, the same on both databases and without an extension of either.
//
// Text is kept in one form (NFKC, lower case). A query is cut at spaces; an
// object is found when its text contains each of the words, wherever in it.
//
// Candidates come from an index of the short runs of characters in each text:
// at every place the run of two characters, of three where it starts with a
// letter or digit of ASCII, of which there are few; at the end of a word what
// is left. A query's words are taken apart in the same way. A word shorter
// than a run is looked up as the beginning of runs. The kept text decides.
package search

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"gorm.io/gorm"
)

// Free are the package's tables: they repeat what stands elsewhere.
var Free = []string{"search_text", "search_gram"}

type text struct {
	Kind     string `gorm:"primaryKey"`
	ObjectID string `gorm:"primaryKey"`
	Words    string
}

// TableName is the table of texts.
func (text) TableName() string { return "search_text" }

type gram struct {
	Kind     string `gorm:"primaryKey"`
	Gram     string `gorm:"primaryKey"`
	ObjectID string `gorm:"primaryKey"`
}

// TableName is the table of runs of characters.
func (gram) TableName() string { return "search_gram" }

// maxText is how many characters of an object can be found by.
const maxText = 20_000

// Doc is an object with what it is to be found by.
type Doc struct{ ID, Text string }

// Index makes an object findable by its texts, and by nothing it had before.
func Index(tx *gorm.DB, kind, object string, texts ...string) error {
	doc := Doc{ID: object, Text: strings.Join(texts, "\n")}
	var had []string
	if err := tx.Model(&text{}).Where("kind = ? AND object_id = ?", kind, object).Pluck("words", &had).Error; err != nil {
		return fmt.Errorf("read search text: %w", err)
	}
	if len(had) > 0 && had[0] == fold(doc.Text) {
		return nil
	}
	if len(had) > 0 {
		if err := Remove(tx, kind, object); err != nil {
			return err
		}
	}
	return IndexNew(tx, kind, []Doc{doc})
}

// IndexNew makes many objects findable that were not before.
func IndexNew(tx *gorm.DB, kind string, docs []Doc) error {
	texts := make([]text, len(docs))
	var rows []gram
	for i, d := range docs {
		texts[i] = text{Kind: kind, ObjectID: d.ID, Words: fold(d.Text)}
		for _, g := range grams(texts[i].Words) {
			rows = append(rows, gram{Kind: kind, Gram: g, ObjectID: d.ID})
		}
	}
	const atOnce = 1000
	if err := tx.CreateInBatches(texts, atOnce).Error; err != nil {
		return fmt.Errorf("write search texts: %w", err)
	}
	if len(rows) == 0 {
		return nil
	}
	if err := tx.CreateInBatches(rows, atOnce).Error; err != nil {
		return fmt.Errorf("write search index: %w", err)
	}
	return nil
}

// Remove makes an object findable no more.
func Remove(tx *gorm.DB, kind, object string) error {
	for _, row := range []any{&text{}, &gram{}} {
		if err := tx.Where("kind = ? AND object_id = ?", kind, object).Delete(row).Error; err != nil {
			return fmt.Errorf("remove from search index: %w", err)
		}
	}
	return nil
}

// Words cuts what was typed into words in the form they are compared in, at
// most eight.
func Words(q string) []string {
	const most = 8
	list := strings.Fields(fold(q))
	return list[:min(len(list), most)]
}

// fold brings text into the form it is compared in.
func fold(s string) string {
	s = strings.ToLower(norm.NFKC.String(strings.ToValidUTF8(s, " ")))
	s = strings.ReplaceAll(s, "\x00", " ")
	if utf8.RuneCountInString(s) > maxText {
		s = string([]rune(s)[:maxText])
	}
	return s
}

// width is how long a run is that starts with r.
func width(r rune) int {
	if r < utf8.RuneSelf {
		return 3
	}
	return 2
}

// grams lists the different runs of a text, those cut short by the end of a
// word included.
func grams(s string) []string {
	seen := map[string]bool{}
	var out []string
	for _, word := range strings.FieldsFunc(s, unicode.IsSpace) {
		runes := []rune(word)
		for i, r := range runes {
			if g := string(runes[i:min(i+width(r), len(runes))]); !seen[g] {
				seen[g] = true
				out = append(out, g)
			}
		}
	}
	return out
}

// probe is what to look up for a word: a run, or the beginning of runs.
type probe struct {
	run    string
	prefix bool
}

// probes takes a word apart. The runs that its end cuts short are left out,
// unless there are no others.
func probes(word string) []probe {
	runes := []rune(word)
	var out []probe
	for i, r := range runes {
		if i+width(r) <= len(runes) {
			out = append(out, probe{run: string(runes[i : i+width(r)])})
		}
	}
	if len(out) == 0 {
		out = append(out, probe{run: word, prefix: true})
	}
	return out
}

// condition is where a probe is found in the index under an alias.
func (p probe) condition(alias string) (string, []any) {
	if p.prefix {
		return alias + ".gram >= ? AND " + alias + ".gram < ?", []any{p.run, p.run + string(unicode.MaxRune)}
	}
	return alias + ".gram = ?", []any{p.run}
}
