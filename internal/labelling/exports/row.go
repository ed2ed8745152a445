package exports

import (
	"crypto/sha256"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"hegui/internal/labelling/exports/rawjson"
)

// rows reads the rows of one format.
type rows interface {
	// items appends what a row holds to out. It may append nothing (left out).
	items(rec record, out []Item) ([]Item, *Fault)
	// view shows a row that holds one item.
	view(original string) View
}

// LeftOut counts annotations that are no items.
type LeftOut struct {
	Cancelled  int `json:"cancelled"`  // skipped by the annotator
	Drafts     int `json:"drafts"`     // not submitted
	Unlabelled int `json:"unlabelled"` // tasks without any annotation
}

// common is what all formats share.
type common struct {
	layout Layout
	names  map[[2]string]string // joined names of nested fields, made once
}

// done completes an item: its place, original and hash. An id is a line of at most
// 200 bytes without control characters, for it is printed in lists, one a line.
func (c *common) done(it *Item, rec record, idField string) *Fault {
	if c.layout.Number {
		it.ID = strconv.Itoa(rec.row)
	}
	switch {
	case it.ID == "":
		return refused(IDMissing, "field", idField)
	case len(it.ID) > maxID || strings.ContainsFunc(it.ID, unicode.IsControl) || strings.TrimSpace(it.ID) != it.ID:
		return refused(IDInvalid, "field", idField)
	}
	it.Row, it.Line, it.Original = rec.row, rec.line, rec.text
	it.Hash = sha256.Sum256([]byte(rec.text))
	return nil
}

// stratumSize is the longest value, in bytes, by which a lot may be divided.
const stratumSize = 64

// stratum notes a scalar field, or the scalars of an object one level down.
func (c *common) stratum(it *Item, name, v string) {
	switch rawjson.Kind(v) {
	case rawjson.Object:
		for inner, v := range rawjson.Fields(v) {
			if k := rawjson.Kind(v); k != rawjson.Object && k != rawjson.Array {
				it.addStratum(c.join(name, inner), rawjson.Text(v))
			}
		}
	case rawjson.Array, rawjson.None:
	default:
		it.addStratum(name, rawjson.Text(v))
	}
}

func (c *common) join(outer, inner string) string {
	key := [2]string{outer, inner}
	if name, ok := c.names[key]; ok {
		return name
	}
	name := strings.Clone(outer) + "." + inner
	if c.names == nil {
		c.names = map[[2]string]string{}
	}
	if len(c.names) < 1000 { // rows with names of their own do not fill the memory
		c.names[[2]string{strings.Clone(outer), strings.Clone(inner)}] = name
	}
	return name
}

func (it *Item) addStratum(name, value string) {
	if value != "" && len(value) <= stratumSize && strings.IndexByte(value, '\n') < 0 {
		it.Strata = append(it.Strata, Field{name, value})
	}
}

func (it *Item) addLabel(label string) {
	if label != "" && !slices.Contains(it.Labels, label) {
		it.Labels = append(it.Labels, label)
	}
}

// person gives an annotator, who may be a number, a name, or an object.
func person(v string) string {
	if rawjson.Kind(v) != rawjson.Object {
		return rawjson.Text(v)
	}
	for _, name := range []string{"email", "username", "name", "id"} {
		if who := rawjson.Text(rawjson.Get(v, name)); who != "" {
			return who
		}
	}
	return ""
}

// china is the zone of times that name none.
var china = time.FixedZone("Asia/Shanghai", 8*60*60)

// moment reads a time: RFC 3339, date and time without a zone (taken as that of
// China), or seconds since 1970. Anything else is the zero time.
func moment(v string) time.Time {
	s := rawjson.Text(v)
	if s == "" {
		return time.Time{}
	}
	if seconds, ok := rawjson.Float(s); ok {
		if seconds <= 0 || seconds > 1e11 {
			return time.Time{}
		}
		return time.UnixMicro(int64(seconds * 1e6)).UTC()
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateTime, "2006-01-02 15:04", "2006/1/2 15:04:05", "2006/1/2 15:04", time.DateOnly} {
		if at, err := time.ParseInLocation(layout, s, china); err == nil {
			return at.UTC().Truncate(time.Microsecond)
		}
	}
	return time.Time{}
}

// seconds reads a time spent; what is not between 0 and a year is not one.
func seconds(v string) time.Duration {
	const year = 365 * 24 * 60 * 60
	s, ok := rawjson.Float(rawjson.Text(v))
	if !ok || s < 0 || s > year {
		return 0
	}
	return time.Duration(s * float64(time.Second))
}

// verdictWords are judgements as tools and people write them.
var verdictWords = map[string]Verdict{
	"accept": Accept, "accepted": Accept, "approved": Accept, "pass": Accept, "通过": Accept, "合格": Accept, "接受": Accept, "正确": Accept,
	"reject": Reject, "rejected": Reject, "fail": Reject, "不通过": Reject, "不合格": Reject, "拒绝": Reject, "错误": Reject,
	"ignore": Ignore, "ignored": Ignore, "skip": Ignore, "忽略": Ignore, "跳过": Ignore,
}

func verdict(word string) Verdict { return verdictWords[strings.ToLower(strings.TrimSpace(word))] }

// words gives the scalars of a list, or the scalar itself.
func words(v string) []string {
	if rawjson.Kind(v) != rawjson.Array {
		if s := rawjson.Text(v); s != "" {
			return []string{s}
		}
		return nil
	}
	var out []string
	for e := range rawjson.Elements(v) {
		if rawjson.Kind(e) == rawjson.Array { // a path in a taxonomy
			out = append(out, strings.Join(words(e), " > "))
			continue
		}
		out = append(out, rawjson.Text(e))
	}
	return out
}

// numbers gives the numbers of a list, those of lists inside it in turn.
func numbers(v string) []float64 {
	var out []float64
	for e := range rawjson.Elements(v) {
		if rawjson.Kind(e) == rawjson.Array {
			out = append(out, numbers(e)...)
			continue
		}
		f, _ := rawjson.Float(e) // what is no number counts as 0, so that pairs stay pairs
		out = append(out, f)
	}
	return out
}

// points pairs numbers up.
func points(xy []float64) []Point {
	var out []Point
	for i := 1; i < len(xy); i += 2 {
		out = append(out, Point{xy[i-1], xy[i]})
	}
	return out
}

func number(v string) float64 {
	f, _ := rawjson.Float(v) // nothing is 0
	return f
}

func whole(v string) int {
	n, ok := rawjson.Int(v)
	if !ok {
		return -1
	}
	return n
}
