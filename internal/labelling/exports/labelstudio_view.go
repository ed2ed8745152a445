package exports

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"hegui/internal/labelling/exports/rawjson"
)

// taskView puts the view of a Label Studio task together, result by result.
type taskView struct {
	data      []Field // texts of the task, in order
	turns     []Turn
	spans     []Span
	spanOf    string // the tag the spans belong to
	relations []Relation
	image     Image
	imageOf   string
	choices   []Choice
	controls  map[string]int // where the answers of a control stand in choices
}

// canvas is the size of an image whose size the export does not have; shapes in
// percent need one.
const canvas = 100

func newTaskView(data string) *taskView {
	b := &taskView{controls: map[string]int{}}
	for name, v := range rawjson.Fields(data) {
		if turns := dialogue(v); len(turns) > 0 {
			b.turns = append(b.turns, turns...)
			continue
		}
		if text := rawjson.Text(v); text != "" {
			b.data = append(b.data, Field{name, text})
		}
	}
	if rawjson.Kind(data) == rawjson.String {
		b.data = []Field{{"data", rawjson.Text(data)}}
	}
	return b
}

// dialogue reads a list of {author, text}.
func dialogue(v string) []Turn {
	if rawjson.Kind(v) != rawjson.Array {
		return nil
	}
	var turns []Turn
	for e := range rawjson.Elements(v) {
		text := rawjson.Get(e, "text")
		if text == "" {
			return nil
		}
		name := rawjson.Text(rawjson.Get(e, "author"))
		turns = append(turns, newTurn(name, rawjson.Text(text)))
	}
	return turns
}

// result adds one entry of an annotation's result.
func (b *taskView) result(r string) {
	kind, value := rawjson.Text(rawjson.Get(r, "type")), rawjson.Get(r, "value")
	id, to := rawjson.Text(rawjson.Get(r, "id")), rawjson.Text(rawjson.Get(r, "to_name"))
	labels := regionLabels(value)
	switch {
	case kind == "relation":
		b.relations = append(b.relations, Relation{From: rawjson.Text(rawjson.Get(r, "from_id")), To: rawjson.Text(rawjson.Get(r, "to_id")), Labels: words(rawjson.Get(r, "labels"))})
	case shapeOf(value) != "":
		b.shape(r, value, id, to, labels)
	case isTextSpan(value):
		b.span(value, id, to, labels)
	default:
		b.choice(rawjson.Text(rawjson.Get(r, "from_name")), value)
	}
}

// isTextSpan says whether a value marks part of a text: offsets in it, or, in rich
// text, offsets in the whole.
func isTextSpan(value string) bool {
	if rawjson.Get(value, "globalOffsets") != "" {
		return true
	}
	_, start := rawjson.Int(rawjson.Get(value, "start"))
	_, end := rawjson.Int(rawjson.Get(value, "end"))
	return start && end && rawjson.Get(value, "channel") == "" && (rawjson.Get(value, "text") != "" || rawjson.Get(value, "labels") != "")
}

// span adds a marked text; several controls can speak of one region.
func (b *taskView) span(value, id, to string, labels []string) {
	if at := slices.IndexFunc(b.spans, func(s Span) bool { return id != "" && s.ID == id }); at >= 0 {
		b.spans[at].Labels = append(b.spans[at].Labels, labels...)
		return
	}
	offsets := value
	if global := rawjson.Get(value, "globalOffsets"); global != "" {
		offsets = global
	}
	b.spans = append(b.spans, Span{ID: id, Start: whole(rawjson.Get(offsets, "start")), End: whole(rawjson.Get(offsets, "end")), Labels: labels,
		Quote: rawjson.Text(rawjson.Get(value, "text"))})
	b.spanOf = to
}

// shapeOf tells which shape a value is, "" for none.
func shapeOf(value string) ShapeKind {
	has := func(name string) bool { return rawjson.Get(value, name) != "" }
	switch {
	case has("rle"):
		return Mask
	case has("points"):
		return Polygon
	case has("radiusX"):
		return Ellipse
	case has("vertices"):
		return Line
	case has("x") && has("y") && has("height"):
		return Box
	case has("x") && has("y"):
		return Points
	}
	return ""
}

// shape adds a region of an image. Label Studio counts in percent of the image.
func (b *taskView) shape(r, value, id, to string, labels []string) {
	if at := slices.IndexFunc(b.image.Shapes, func(s Shape) bool { return id != "" && s.ID == id }); at >= 0 {
		for _, l := range labels {
			if !slices.Contains(b.image.Shapes[at].Labels, l) {
				b.image.Shapes[at].Labels = append(b.image.Shapes[at].Labels, l)
			}
		}
		return
	}
	b.size(r)
	sx, sy := b.image.Width/100, b.image.Height/100
	get := func(name string) float64 { return number(rawjson.Get(value, name)) }
	s := Shape{ID: id, Kind: shapeOf(value), Labels: labels, X: get("x") * sx, Y: get("y") * sy,
		Width: get("width") * sx, Height: get("height") * sy, Rotation: get("rotation")}
	switch s.Kind {
	case Ellipse:
		rx, ry := get("radiusX")*sx, get("radiusY")*sy
		s.X, s.Y, s.Width, s.Height = s.X-rx, s.Y-ry, 2*rx, 2*ry
	case Points:
		s.Points, s.Width, s.Height = []Point{{s.X, s.Y}}, 0, 0
	case Polygon:
		s.Points = scaled(points(numbers(rawjson.Get(value, "points"))), sx, sy)
	case Line:
		for e := range rawjson.Elements(rawjson.Get(value, "vertices")) {
			s.Points = append(s.Points, Point{number(rawjson.Get(e, "x")) * sx, number(rawjson.Get(e, "y")) * sy})
		}
	case Mask:
		s.Width, s.Height = b.image.Width, b.image.Height
	}
	b.image.Shapes = append(b.image.Shapes, s)
	b.imageOf = to
}

// size takes the size of the image from a result that has it.
func (b *taskView) size(r string) {
	if b.image.Width > 0 && !b.image.Guess {
		return
	}
	w, h := number(rawjson.Get(r, "original_width")), number(rawjson.Get(r, "original_height"))
	if w > 0 && h > 0 {
		if b.image.Guess {
			b.image.Shapes = rescaled(b.image.Shapes, w/canvas, h/canvas)
		}
		b.image.Width, b.image.Height, b.image.Guess = w, h, false
		return
	}
	b.image.Width, b.image.Height, b.image.Guess = canvas, canvas, true
}

func scaled(list []Point, sx, sy float64) []Point {
	for i := range list {
		list[i].X *= sx
		list[i].Y *= sy
	}
	return list
}

func rescaled(list []Shape, sx, sy float64) []Shape {
	for i := range list {
		s := &list[i]
		s.X, s.Y, s.Width, s.Height = s.X*sx, s.Y*sy, s.Width*sx, s.Height*sy
		scaled(s.Points, sx, sy)
	}
	return list
}

// choice adds an answer that is neither span nor shape; a region's own answers
// are listed with the others of their control.
func (b *taskView) choice(control, value string) {
	at, ok := b.controls[control]
	if !ok {
		at = len(b.choices)
		b.controls[control] = at
		b.choices = append(b.choices, Choice{Control: control, Values: []string{}})
	}
	b.choices[at].Values = append(b.choices[at].Values, answers(value)...)
}

// answers gives what a control's value says in words. Parts of sound and video
// keep their place: "speech [1.5–3]".
func answers(value string) []string {
	labels := regionLabels(value)
	out := append([]string{}, labels...)
	for name, v := range rawjson.Fields(value) {
		switch name {
		case "text", "rating", "number", "datetime":
			out = append(out, words(v)...)
		case "ranker", "pairwise":
			out = append(out, rawjson.Text(v))
		}
	}
	if start, end := rawjson.Text(rawjson.Get(value, "start")), rawjson.Text(rawjson.Get(value, "end")); start != "" && end != "" {
		return []string{fmt.Sprintf("%s [%s–%s]", strings.Join(out, ", "), start, end)}
	}
	return out
}

// finish chooses which of the task's data the spans and shapes belong to.
func (b *taskView) finish() View {
	v := View{Choices: b.choices, Turns: b.turns}
	if at := b.pictured(); at >= 0 {
		b.image.Source = b.data[at].Value
		b.data = slices.Delete(b.data, at, at+1)
		v.Image = &b.image
	} else if len(b.image.Shapes) > 0 {
		v.Image = &b.image
	}
	if at := b.worded(); at >= 0 {
		v.Text = &Text{Body: b.data[at].Value, Relations: b.relations}
		v.Text.place(b.spans)
		b.data = slices.Delete(b.data, at, at+1)
	}
	if v.Image != nil {
		v.Image.fit()
	}
	v.Fields = b.data
	v.Kind = v.kindOf()
	if v.Text != nil && len(v.Text.Spans) > 0 && len(b.image.Shapes) == 0 {
		v.Kind = ViewText
	}
	return v
}

// pictured finds the image: named like the tag that was drawn on, else the first
// that looks like one.
func (b *taskView) pictured() int {
	if at := b.named(b.imageOf); at >= 0 {
		return at
	}
	return slices.IndexFunc(b.data, func(f Field) bool { return f.Name == "image" || isImage(f.Value) })
}

func isImage(address string) bool {
	address, _, _ = strings.Cut(address, "?")
	switch strings.ToLower(path.Ext(address)) {
	case ".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".svg":
		return !strings.ContainsAny(address, " \n")
	}
	return false
}

// worded finds the text: one that holds what the spans quote, else named like
// their tag, else "text", else the longest that is no address.
func (b *taskView) worded() int {
	if len(b.spans) > 0 && b.spans[0].Quote != "" {
		at := slices.IndexFunc(b.data, func(f Field) bool {
			return !slices.ContainsFunc(b.spans, func(s Span) bool { return !strings.Contains(f.Value, s.Quote) })
		})
		if at >= 0 {
			return at
		}
	}
	for _, name := range []string{b.spanOf, "text"} {
		if at := b.named(name); at >= 0 {
			return at
		}
	}
	best := -1
	for i, f := range b.data {
		if !strings.Contains(f.Value, "://") && (best < 0 || len(f.Value) > len(b.data[best].Value)) {
			best = i
		}
	}
	return best
}

func (b *taskView) named(name string) int {
	return slices.IndexFunc(b.data, func(f Field) bool { return name != "" && f.Name == name })
}
