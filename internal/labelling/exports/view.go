package exports

// ViewKind is the part of a view that matters most.
type ViewKind string

// The kinds of view.
const (
	ViewText  ViewKind = "text"  // a text, its spans and relations
	ViewImage ViewKind = "image" // an image and its shapes
	ViewPair  ViewKind = "pair"  // one answer against another
	ViewTurns ViewKind = "turns" // a conversation
	ViewTable ViewKind = "table" // names and values
)

// Key is the name of the kind in the language catalogues.
func (k ViewKind) Key() string { return "exports.view." + string(k) }

// View is an item as a person should see it. All of it is plain text, never HTML. The
// parts that Kind does not name may be there as well, such as choices about a text.
type View struct {
	Kind    ViewKind `json:"kind"`
	Text    *Text    `json:"text,omitempty"`
	Image   *Image   `json:"image,omitempty"`
	Pair    *Pair    `json:"pair,omitempty"`
	Turns   []Turn   `json:"turns,omitempty"`
	Choices []Choice `json:"choices,omitempty"` // what was answered about the whole
	Fields  []Field  `json:"fields,omitempty"`  // what else the row says
}

// Choice is the answer given at one control: labels, ratings, words.
type Choice struct {
	Control string   `json:"control"`
	Values  []string `json:"values"` // empty: deliberately nothing
}

// Image is a picture with what was drawn on it, in pixels.
type Image struct {
	Source string  `json:"source"` // file name or address, as the export has it
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
	Guess  bool    `json:"guess,omitempty"` // the export has no size: this one holds all shapes
	Shapes []Shape `json:"shapes,omitempty"`
}

// ShapeKind is what was drawn.
type ShapeKind string

// The kinds of shape.
const (
	Box     ShapeKind = "box"
	Ellipse ShapeKind = "ellipse" // in its box
	Polygon ShapeKind = "polygon"
	Line    ShapeKind = "line"
	Points  ShapeKind = "points"
	Mask    ShapeKind = "mask" // run-length encoded: only its box is known
)

// Shape is something drawn on an image, in pixels from the upper left. Rotation is
// in degrees, clockwise, about the upper left corner.
type Shape struct {
	ID       string    `json:"id,omitempty"`
	Kind     ShapeKind `json:"kind"`
	Labels   []string  `json:"labels,omitempty"`
	X        float64   `json:"x"`
	Y        float64   `json:"y"`
	Width    float64   `json:"width,omitempty"`
	Height   float64   `json:"height,omitempty"`
	Rotation float64   `json:"rotation,omitempty"`
	Points   []Point   `json:"points,omitempty"` // of a polygon, a line, points
}

// Point is a place on an image.
type Point struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// Pair is two answers to one prompt, of which the first was preferred.
type Pair struct {
	Prompt   []Turn `json:"prompt,omitempty"`
	Chosen   []Turn `json:"chosen"`
	Rejected []Turn `json:"rejected"`
}

// Speaker is who speaks in a turn.
type Speaker string

// The speakers.
const (
	System    Speaker = "system"
	User      Speaker = "user"
	Assistant Speaker = "assistant"
	Tool      Speaker = "tool"
	Other     Speaker = "other"
)

// Key is the name of the speaker in the language catalogues.
func (s Speaker) Key() string { return "exports.speaker." + string(s) }

// Turn is what one speaker says. Name is the export's own word for Other.
type Turn struct {
	Speaker Speaker `json:"speaker"`
	Name    string  `json:"name,omitempty"`
	Text    string  `json:"text"`
}

// kindOf names the part that matters most, for views put together from parts.
func (v View) kindOf() ViewKind {
	switch {
	case v.Pair != nil:
		return ViewPair
	case v.Image != nil && (len(v.Image.Shapes) > 0 || v.Text == nil):
		return ViewImage
	case len(v.Turns) > 0:
		return ViewTurns
	case v.Text != nil:
		return ViewText
	}
	return ViewTable
}

// fit gives an image without a size one that holds its shapes.
func (i *Image) fit() {
	if i.Width > 0 && i.Height > 0 {
		return
	}
	i.Guess, i.Width, i.Height = true, 1, 1
	for _, s := range i.Shapes {
		i.Width, i.Height = max(i.Width, s.X+s.Width), max(i.Height, s.Y+s.Height)
		for _, p := range s.Points {
			i.Width, i.Height = max(i.Width, p.X), max(i.Height, p.Y)
		}
	}
}
