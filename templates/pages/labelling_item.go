package pages

import "strconv"

// LabelItem is one annotation as a person should see it. Everything in it is
// plain text.
type LabelItem struct {
	DOMID   string // makes the ids inside unique on the page
	Text    []LabelPiece
	Lost    []LabelSpan // spans that do not fit the text
	Links   []LabelLink // relations between spans
	Image   *LabelImage
	Prompt  []LabelTurn
	Answers []LabelAnswer // of a preference pair, side by side
	Turns   []LabelTurn
	Choices []LabelChoice
	Fields  []LabelField
}

// LabelPiece is a part of a text under the same spans; without any it is plain.
type LabelPiece struct {
	Text  string
	Spans []LabelSpan // outermost first
	Ends  []LabelSpan // those that end with this piece: their names stand here
}

// LabelSpan is a marked part of a text.
type LabelSpan struct {
	Name  string // the labels in words
	Quote string
	Hue   int // 0 to LabelHues-1, the same for the same label
}

// LabelLink is a relation between two spans.
type LabelLink struct{ From, Name, To string }

// LabelHues is how many colours labels have.
const LabelHues = 8

// LabelImage is a picture, or an empty canvas of its size, with shapes.
type LabelImage struct {
	URL    string // of the picture, "" when it was not uploaded
	Source string // as the export names it
	Width  float64
	Height float64
	Guess  bool // the size is not known
	Shapes []LabelShape
	Legend []LabelSpan // labels with how often they come, in Quote
}

// LabelShape is something drawn, in pixels.
type LabelShape struct {
	Kind          string // box, ellipse, polygon, line, points, mask
	Name          string
	Hue           int
	X, Y          float64
	Width, Height float64
	Rotation      float64
	Points        []LabelPoint
}

// LabelPoint is a place on an image.
type LabelPoint struct{ X, Y float64 }

// LabelTurn is what one speaker says.
type LabelTurn struct {
	Speaker string // in words
	Role    string // system, user, assistant, tool, other
	Text    string
}

// LabelAnswer is one of the answers compared.
type LabelAnswer struct {
	Title  string // key: chosen, rejected, or A and B in a blind check
	Chosen bool   // it was preferred
	Turns  []LabelTurn
}

// LabelChoice is the answer given at one control.
type LabelChoice struct {
	Control string
	Values  []string // empty: deliberately nothing
}

// LabelField is what else the row says.
type LabelField struct{ Name, Value string }

// Blind is the item without its label: no spans, shapes, choices; of two
// answers it does not say which was preferred, and swap changes their places.
func (v LabelItem) Blind(swap bool) LabelItem {
	whole := ""
	for _, p := range v.Text {
		whole += p.Text
	}
	if v.Text != nil {
		v.Text = []LabelPiece{{Text: whole}}
	}
	v.Lost, v.Links, v.Choices = nil, nil, nil
	if v.Image != nil {
		image := *v.Image
		image.Shapes, image.Legend = nil, nil
		v.Image = &image
	}
	if len(v.Answers) == 2 {
		a, b := v.Answers[0], v.Answers[1]
		if swap {
			a, b = b, a
		}
		v.Answers = []LabelAnswer{{Title: "labelling.item.answer_a", Turns: a.Turns}, {Title: "labelling.item.answer_b", Turns: b.Turns}}
	}
	return v
}

func pixels(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func (i LabelImage) viewBox() string { return "0 0 " + pixels(i.Width) + " " + pixels(i.Height) }

// letters is the height of names on the image: a fortieth of its longer side.
func (i LabelImage) letters() float64 { return max(i.Width, i.Height) / 40 }

// points lists the corners of a shape as SVG wants them.
func (s LabelShape) points() string {
	out := ""
	for n, p := range s.Points {
		if n > 0 {
			out += " "
		}
		out += pixels(p.X) + "," + pixels(p.Y)
	}
	return out
}

// turned is the rotation about the upper left corner.
func (s LabelShape) turned() string {
	if s.Rotation == 0 {
		return ""
	}
	return "rotate(" + pixels(s.Rotation) + " " + pixels(s.X) + " " + pixels(s.Y) + ")"
}

// anchor is where the name of the shape stands.
func (s LabelShape) anchor() LabelPoint {
	if len(s.Points) == 0 {
		return LabelPoint{s.X, s.Y}
	}
	at := s.Points[0]
	for _, p := range s.Points {
		if p.Y < at.Y {
			at = p
		}
	}
	return at
}

func hue(n int) string { return strconv.Itoa(n) }
