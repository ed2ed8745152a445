package search

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"
)

// common is from how many objects on a run is not worth starting from.
const common = 4000

// rare is from how few objects on no rarer run is looked for.
const rare = 200

// most probes and joins of one search; the text decides in the end.
const (
	maxProbes = 12
	maxJoins  = 6
)

// Narrow limits q to the rows whose column names an object of the kind that
// contains every word typed. It starts from the rarest run of characters, or,
// when all are common, lets q go through its own order and asks row by row,
// which is soon done for common words.
func Narrow(db, q *gorm.DB, kind, column, typed string) (*gorm.DB, error) {
	words := Words(typed)
	if len(words) == 0 {
		return q, nil
	}
	list, few, err := rarest(db, kind, words)
	if err != nil {
		return nil, err
	}
	if few {
		q = q.Where(column+" IN (?)", candidates(db, kind, list))
	}
	found := fresh(db).Table("search_text AS st").Select("1").Where("st.kind = ? AND st.object_id = "+column, kind)
	for _, word := range words {
		found = found.Where("st.words LIKE ? ESCAPE '!'", contains(word))
	}
	return q.Where("EXISTS (?)", found), nil
}

func fresh(db *gorm.DB) *gorm.DB { return db.Session(&gorm.Session{NewDB: true}) }

// counted is a probe with how many objects it finds, up to common.
type counted struct {
	probe
	n int64
}

// rarest orders the probes of the words by how many objects they find. few
// says whether the first finds few enough to start from.
func rarest(db *gorm.DB, kind string, words []string) (list []counted, few bool, err error) {
	var all []probe
	for _, word := range words {
		all = append(all, probes(word)...)
	}
	slices.SortFunc(all, func(a, b probe) int { return cmp.Compare(b.run, a.run) }) // Chinese first: it says more
	all = slices.Compact(all)
	for _, p := range all[:min(len(all), maxProbes)] {
		n, err := count(db, kind, p)
		if err != nil {
			return nil, false, err
		}
		list = append(list, counted{p, n})
		if n < rare {
			break
		}
	}
	slices.SortStableFunc(list, func(a, b counted) int { return cmp.Compare(a.n, b.n) })
	return list, list[0].n < common, nil
}

func count(db *gorm.DB, kind string, p probe) (n int64, err error) {
	condition, args := p.condition("g")
	some := fresh(db).Table("search_gram AS g").Select("1").Where("g.kind = ?", kind).Where(condition, args...).Limit(common)
	if err := fresh(db).Table("(?) AS few", some).Count(&n).Error; err != nil {
		return 0, fmt.Errorf("count in search index: %w", err)
	}
	return n, nil
}

// candidates are the objects that the probes find, joined from the first on.
func candidates(db *gorm.DB, kind string, list []counted) *gorm.DB {
	condition, args := list[0].condition("g0")
	q := fresh(db).Table("search_gram AS g0").Select("g0.object_id").Where("g0.kind = ?", kind).Where(condition, args...)
	for i, p := range list[1:min(len(list), maxJoins)] {
		if p.prefix {
			continue
		}
		alias := fmt.Sprintf("g%d", i+1)
		q = q.Joins(fmt.Sprintf("JOIN search_gram AS %[1]s ON %[1]s.kind = g0.kind AND %[1]s.gram = ? AND %[1]s.object_id = g0.object_id", alias), p.run)
	}
	return q
}

// contains is the pattern of a text with a word in it.
func contains(word string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(word) + "%"
}
