package exports

import (
	"strings"

	"hegui/internal/labelling/exports/rawjson"
)

// labelStudioFlat reads JSON_MIN, CSV and TSV: one annotation a row, the task's data and
// the controls' answers side by side. Label Studio writes the data first, then "id",
// the answers, and from "annotator" or "annotation_id" on its own fields; where a file
// keeps that order, it tells data from answers.
type labelStudioFlat struct {
	common
	columns []string // of a table; nil for JSON_MIN
}

// flatRow is a row taken apart.
type flatRow struct {
	own     map[string]string // Label Studio's own fields, as JSON
	data    [][2]string       // names and values, as JSON
	answers [][2]string
}

// ownFields are written by Label Studio itself.
var ownFields = map[string]bool{"id": true, "annotator": true, "annotation_id": true, "created_at": true, "updated_at": true,
	"lead_time": true, "agreement": true, "inner_id": true, "project": true}

func (l *labelStudioFlat) items(rec record, out []Item) ([]Item, *Fault) {
	fields, f := l.fields(rec.text)
	if f != nil {
		return out, f
	}
	row := sortFlat(fields)
	it := Item{
		ID: rawjson.Text(row.own["id"]), Annotator: person(row.own["annotator"]), Created: moment(row.own["created_at"]),
		Updated: moment(row.own["updated_at"]), Lead: seconds(row.own["lead_time"]),
	}
	if id := rawjson.Text(row.own["annotation_id"]); id != "" && it.ID != "" {
		it.ID += "/" + id
	}
	for _, a := range row.answers {
		for _, label := range flatLabels(a[1]) {
			it.addLabel(label)
		}
	}
	for _, d := range append(row.data, row.answers...) {
		l.stratum(&it, d[0], d[1])
	}
	it.addStratum("agreement", rawjson.Text(row.own["agreement"]))
	if f := l.done(&it, rec, "id"); f != nil {
		return out, f
	}
	return append(out, it), nil
}

// fields gives names and values of a row as JSON. A cell that holds a JSON list or
// object is taken as one.
func (l *labelStudioFlat) fields(text string) (out [][2]string, f *Fault) {
	if l.columns == nil {
		for name, v := range rawjson.Fields(text) {
			out = append(out, [2]string{name, v})
		}
		return out, nil
	}
	values := cells(text, l.layout.comma())
	if f := sameCount(l.columns, values); f != nil {
		return nil, f
	}
	for i, name := range l.columns {
		out = append(out, [2]string{name, cellJSON(Restore(values[i]))})
	}
	return out, nil
}

func cellJSON(cell string) string {
	if cell == "" {
		return "null"
	}
	if (cell[0] == '[' || cell[0] == '{') && rawjson.Check(cell, maxDepth) == nil {
		return cell
	}
	return rawjson.Quote(cell)
}

// sortFlat tells data from answers: by the order, else by their shape, with the
// longest text for the data.
func sortFlat(fields [][2]string) flatRow {
	row := flatRow{own: map[string]string{}}
	idAt, endAt := -1, -1
	for i, f := range fields {
		switch f[0] {
		case "id":
			idAt = i
		case "annotator", "annotation_id":
			if endAt < 0 {
				endAt = i
			}
		}
	}
	ordered := idAt > 0 && endAt > idAt
	longest := longestText(fields)
	for i, f := range fields {
		isAnswer := i > idAt && i < endAt
		if !ordered {
			isAnswer = i != longest && (len(f[1]) <= stratumSize || flatRegions(f[1])) && !strings.Contains(f[1], "://") && f[0] != "text" && f[0] != "image"
		}
		switch {
		case ownFields[f[0]]:
			row.own[f[0]] = f[1]
		case isAnswer:
			row.answers = append(row.answers, f)
		default:
			row.data = append(row.data, f)
		}
	}
	return row
}

func longestText(fields [][2]string) int {
	longest := -1
	for i, f := range fields {
		if !ownFields[f[0]] && rawjson.Kind(f[1]) == rawjson.String && (longest < 0 || len(f[1]) > len(fields[longest][1])) {
			longest = i
		}
	}
	return longest
}

// flatRegions says whether an answer is a list of regions.
func flatRegions(v string) bool {
	for e := range rawjson.Elements(v) {
		return rawjson.Kind(e) == rawjson.Object
	}
	return false
}

// flatLabels gives the labels of an answer: words, lists of words, {"choices": […]},
// or regions.
func flatLabels(v string) []string {
	switch {
	case rawjson.Kind(v) == rawjson.Object:
		return regionLabels(v)
	case !flatRegions(v):
		return words(v)
	}
	var out []string
	for e := range rawjson.Elements(v) {
		out = append(out, regionLabels(e)...)
	}
	return out
}

func (l *labelStudioFlat) view(original string) View {
	fields, f := l.fields(original)
	if f != nil {
		return View{Kind: ViewTable}
	}
	row := sortFlat(fields)
	b := newTaskView("")
	for _, d := range row.data {
		if text := rawjson.Text(d[1]); text != "" {
			b.data = append(b.data, Field{d[0], text})
		}
	}
	for _, a := range row.answers {
		if !flatRegions(a[1]) {
			b.choices = append(b.choices, Choice{Control: a[0], Values: append([]string{}, flatLabels(a[1])...)})
			continue
		}
		for region := range rawjson.Elements(a[1]) {
			b.region(a[0], region)
		}
	}
	return b.finish()
}

// region adds a region of a flat row, whose value and size stand side by side.
func (b *taskView) region(control, region string) {
	labels := regionLabels(region)
	switch {
	case shapeOf(region) != "":
		b.shape(region, region, "", "", labels)
	case isTextSpan(region):
		b.span(region, "", "", labels)
	default:
		b.choice(control, region)
	}
}
