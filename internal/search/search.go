// Package search finds typed words in what people wrote, in Chinese and in
// Latin script, the same on both databases and without an extension of either.
//
// Text is kept in one form (NFKC, lower case), and every pair of neighbouring
// characters in it is an entry of an index. A query is cut at spaces; an
// object is found when its text contains each of the words. Candidates come
// from the pairs of the words, so that two-character Chinese words and parts
// of Latin words are found alike, and the kept text decides. A single
// character is looked for in the texts alone.
package search

import (
	"fmt"
	"slices"
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
	Gram     string `gorm:"primaryKey"`
	Kind     string `gorm:"primaryKey"`
	ObjectID string `gorm:"primaryKey"`
}

// TableName is the table of pairs of characters.
func (gram) TableName() string { return "search_gram" }

// maxText is how many characters of an object can be found by.
const maxText = 20_000

// Index makes an object findable by its texts, and by nothing it had before.
func Index(tx *gorm.DB, kind, object string, texts ...string) error {
	words := fold(strings.Join(texts, "\n"))
	var had []string
	if err := tx.Model(&text{}).Where("kind = ? AND object_id = ?", kind, object).Pluck("words", &had).Error; err != nil {
		return fmt.Errorf("read search text: %w", err)
	}
	if len(had) > 0 {
		if had[0] == words {
			return nil
		}
		if err := Remove(tx, kind, object); err != nil {
			return err
		}
	}
	if err := tx.Create(&text{Kind: kind, ObjectID: object, Words: words}).Error; err != nil {
		return fmt.Errorf("write search text: %w", err)
	}
	list := grams(words)
	rows := make([]gram, len(list))
	for i, g := range list {
		rows[i] = gram{Gram: g, Kind: kind, ObjectID: object}
	}
	const atOnce = 1000
	if len(rows) > 0 {
		if err := tx.CreateInBatches(rows, atOnce).Error; err != nil {
			return fmt.Errorf("write search index: %w", err)
		}
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

// Match is a subquery of the ids of the objects of a kind that contain every
// word of q. Without a word it matches every object of the kind.
func Match(db *gorm.DB, kind, q string) *gorm.DB {
	found := db.Session(&gorm.Session{NewDB: true}).Table("search_text AS st").Select("st.object_id").Where("st.kind = ?", kind)
	for _, word := range Words(q) {
		if list := grams(word); len(list) > 0 {
			found = found.Where("st.object_id IN (?)", candidates(db, kind, list))
		}
		found = found.Where("st.words LIKE ? ESCAPE '!'", contains(word))
	}
	return found
}

// candidates are the objects that have all of some pairs, joined from the
// first pair on.
func candidates(db *gorm.DB, kind string, list []string) *gorm.DB {
	q := db.Session(&gorm.Session{NewDB: true}).Table("search_gram AS g0").Select("g0.object_id").Where("g0.gram = ? AND g0.kind = ?", list[0], kind)
	for i, g := range list[1:min(len(list), maxJoins)] {
		alias := fmt.Sprintf("g%d", i+1)
		q = q.Joins(fmt.Sprintf("JOIN search_gram AS %[1]s ON %[1]s.gram = ? AND %[1]s.kind = g0.kind AND %[1]s.object_id = g0.object_id", alias), g)
	}
	return q
}

// maxJoins is how many pairs of a word narrow the candidates; the text decides
// in the end.
const maxJoins = 6

// common is from how many objects on a pair of characters is not worth
// starting from.
const common = 1500

// Narrow limits q to the rows whose column names an object of the kind that
// contains every word typed. It starts from the rarest pair of characters, or,
// when all are common, lets q go through its own order and asks row by row,
// which is soon done for common words.
func Narrow(db, q *gorm.DB, kind, column, typed string) (*gorm.DB, error) {
	words := Words(typed)
	if len(words) == 0 {
		return q, nil
	}
	list, rare, err := rarest(db, kind, words)
	if err != nil {
		return nil, err
	}
	if rare {
		q = q.Where(column+" IN (?)", candidates(db, kind, list))
	}
	conditions := db.Session(&gorm.Session{NewDB: true}).Table("search_text AS st").Select("1").Where("st.kind = ? AND st.object_id = "+column, kind)
	for _, word := range words {
		conditions = conditions.Where("st.words LIKE ? ESCAPE '!'", contains(word))
	}
	return q.Where("EXISTS (?)", conditions), nil
}

// rarest orders the pairs of the words by how many objects have them, up to
// where a pair counts as common.
func rarest(db *gorm.DB, kind string, words []string) (list []string, rare bool, err error) {
	for _, word := range words {
		list = append(list, grams(word)...)
	}
	slices.Sort(list)
	list = slices.Compact(list)
	list = list[:min(len(list), 2*maxJoins)]
	counts := make(map[string]int64, len(list))
	for _, g := range list {
		var n int64
		few := db.Session(&gorm.Session{NewDB: true}).Table("search_gram").Select("1").Where("gram = ? AND kind = ?", g, kind).Limit(common)
		if err := db.Session(&gorm.Session{NewDB: true}).Table("(?) AS few", few).Count(&n).Error; err != nil {
			return nil, false, fmt.Errorf("count pairs: %w", err)
		}
		counts[g] = n
		if n == 0 {
			return []string{g}, true, nil // nothing has it
		}
	}
	slices.SortStableFunc(list, func(a, b string) int { return int(counts[a] - counts[b]) })
	return list, len(list) > 0 && counts[list[0]] < common, nil
}

// Words cuts what was typed into words in the form they are compared in.
func Words(q string) []string {
	const most = 8
	list := strings.Fields(fold(q))
	return list[:min(len(list), most)]
}

func contains(word string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(word) + "%"
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

// grams lists the different pairs of neighbouring characters, without spaces.
func grams(s string) []string {
	seen := map[string]bool{}
	var out []string
	before := ' '
	for _, r := range s {
		if !unicode.IsSpace(before) && !unicode.IsSpace(r) {
			if g := string([]rune{before, r}); !seen[g] {
				seen[g] = true
				out = append(out, g)
			}
		}
		before = r
	}
	return out
}

// Doc is an object with what it is to be found by.
type Doc struct{ ID, Text string }

// IndexNew makes many objects findable that were not before.
func IndexNew(tx *gorm.DB, kind string, docs []Doc) error {
	texts := make([]text, len(docs))
	var rows []gram
	for i, d := range docs {
		texts[i] = text{Kind: kind, ObjectID: d.ID, Words: fold(d.Text)}
		for _, g := range grams(texts[i].Words) {
			rows = append(rows, gram{Gram: g, Kind: kind, ObjectID: d.ID})
		}
	}
	const atOnce = 1000
	if err := tx.CreateInBatches(texts, atOnce).Error; err != nil {
		return fmt.Errorf("write search texts: %w", err)
	}
	if err := tx.CreateInBatches(rows, atOnce).Error; err != nil {
		return fmt.Errorf("write search index: %w", err)
	}
	return nil
}
