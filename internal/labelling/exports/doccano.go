package exports

import (
	"hegui/internal/labelling/exports/rawjson"
)

// doccano reads its JSONL: texts and images with labels, spans, entities and relations,
// boxes. A list of labels may be empty: somebody looked and found nothing.
type doccano struct{ common }

func (d *doccano) items(rec record, out []Item) ([]Item, *Fault) {
	it := Item{}
	for name, v := range rawjson.Fields(rec.text) {
		switch name {
		case "id":
			it.ID = rawjson.Text(v)
		case "label", "labels", "entities", "bbox", "segmentation", "cats":
			for e := range rawjson.Elements(v) {
				it.addLabel(doccanoLabel(e))
			}
		case "annotation_approver":
			if who := rawjson.Text(v); who != "" {
				it.Verdict = Accept
			}
		case "text", "data", "filename", "relations", "Comments", "comments":
		default:
			d.stratum(&it, name, v)
		}
	}
	if f := d.done(&it, rec, "id"); f != nil {
		return out, f
	}
	return append(out, it), nil
}

// doccanoLabel gives the label of one annotation: "L", [0, 4, "L"] or {"label": "L"}.
func doccanoLabel(v string) string {
	switch rawjson.Kind(v) {
	case rawjson.Object:
		return rawjson.Text(rawjson.Get(v, "label"))
	case rawjson.Array:
		last := ""
		for e := range rawjson.Elements(v) {
			last = e
		}
		return rawjson.Text(last)
	}
	return rawjson.Text(v)
}

func (d *doccano) view(original string) View {
	var (
		v     View
		spans []Span
		text  Text
		image Image
	)
	for name, value := range rawjson.Fields(original) {
		switch name {
		case "text", "data":
			text.Body = rawjson.Text(value)
			v.Text = &text
		case "filename":
			image.Source = rawjson.Text(value)
			v.Image = &image
		case "label", "labels", "entities", "cats":
			spans = append(spans, v.doccanoLabels(name, value)...)
		case "bbox", "segmentation":
			image.Shapes = append(image.Shapes, doccanoShapes(value)...)
		case "relations":
			text.Relations = doccanoRelations(value)
		case "id":
		default:
			v.addField(name, value)
		}
	}
	text.place(spans)
	image.fit()
	v.Kind = v.kindOf()
	return v
}

// doccanoLabels gives the spans of a list of labels; labels of the whole go to the
// choices.
func (v *View) doccanoLabels(name, list string) (spans []Span) {
	choice := Choice{Control: name, Values: []string{}}
	for e := range rawjson.Elements(list) {
		switch rawjson.Kind(e) {
		case rawjson.Array:
			spans = append(spans, spanOf(e))
		case rawjson.Object:
			spans = append(spans, Span{ID: rawjson.Text(rawjson.Get(e, "id")), Start: whole(rawjson.Get(e, "start_offset")),
				End: whole(rawjson.Get(e, "end_offset")), Labels: words(rawjson.Get(e, "label"))})
		default:
			choice.Values = append(choice.Values, rawjson.Text(e))
		}
	}
	if len(spans) == 0 && name != "entities" {
		v.Choices = append(v.Choices, choice)
	}
	return spans
}

// spanOf reads [start, end, label].
func spanOf(list string) Span {
	s := Span{Start: -1, End: -1}
	i := 0
	for e := range rawjson.Elements(list) {
		switch i {
		case 0:
			s.Start = whole(e)
		case 1:
			s.End = whole(e)
		case 2:
			s.Labels = words(e)
		}
		i++
	}
	return s
}

func doccanoRelations(list string) (out []Relation) {
	for e := range rawjson.Elements(list) {
		out = append(out, Relation{From: rawjson.Text(rawjson.Get(e, "from_id")), To: rawjson.Text(rawjson.Get(e, "to_id")),
			Labels: words(rawjson.Get(e, "type"))})
	}
	return out
}

func doccanoShapes(list string) (out []Shape) {
	for e := range rawjson.Elements(list) {
		s := Shape{Kind: Box, ID: rawjson.Text(rawjson.Get(e, "id")), Labels: words(rawjson.Get(e, "label"))}
		if p := rawjson.Get(e, "points"); p != "" {
			s.Kind, s.Points = Polygon, points(numbers(p))
		} else {
			s.X, s.Y = number(rawjson.Get(e, "x")), number(rawjson.Get(e, "y"))
			s.Width, s.Height = number(rawjson.Get(e, "width")), number(rawjson.Get(e, "height"))
		}
		out = append(out, s)
	}
	return out
}

// addField shows a field beside the item. Empty ones are left away.
func (v *View) addField(name, value string) {
	switch rawjson.Kind(value) {
	case rawjson.Null, rawjson.None:
		return
	case rawjson.Object:
		for inner, value := range rawjson.Fields(value) {
			if text := rawjson.Text(value); text != "" {
				v.Fields = append(v.Fields, Field{name + "." + inner, text})
			}
		}
		return
	}
	if text := rawjson.Text(value); text != "" && text != "[]" {
		v.Fields = append(v.Fields, Field{name, text})
	}
}

// doccanoCSV reads its table: id, data, label, where several labels are joined by #.
type doccanoCSV struct {
	common
	columns []string
}

func (d *doccanoCSV) items(rec record, out []Item) ([]Item, *Fault) {
	it := Item{}
	values := cells(rec.text, d.layout.comma())
	if f := sameCount(d.columns, values); f != nil {
		return out, f
	}
	for i, name := range d.columns {
		value := Restore(values[i])
		switch name {
		case "id":
			it.ID = value
		case "label":
			for _, l := range split(value) {
				it.addLabel(l)
			}
		case "data", "text":
		default:
			it.addStratum(name, value)
		}
	}
	if f := d.done(&it, rec, "id"); f != nil {
		return out, f
	}
	return append(out, it), nil
}

func (d *doccanoCSV) view(original string) View {
	v := View{Kind: ViewText, Text: &Text{}}
	values := cells(original, d.layout.comma())
	for i, name := range d.columns[:min(len(d.columns), len(values))] {
		value := Restore(values[i])
		switch {
		case name == "data" || name == "text":
			v.Text.Body = value
		case name == "label":
			v.Choices = append(v.Choices, Choice{Control: name, Values: split(value)})
		case name != "id" && value != "":
			v.Fields = append(v.Fields, Field{name, value})
		}
	}
	return v
}
