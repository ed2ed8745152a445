package ui

import (
	"encoding/json"
	"fmt"
)

// ChartView is a chart with what it says in words and its figures as a table,
// for those who do not see it. Script draws it (static/js/chart.js).
type ChartView struct {
	ID      string
	Title   string // names the chart
	Text    string // what it shows, in a sentence or two
	Size    ChartSize
	Spec    ChartSpec
	Columns []string   // heads of the table
	Rows    [][]string // its cells; the first names the row
}

// ChartSize is how much room a chart takes.
type ChartSize string

// The sizes.
const (
	MediumChart ChartSize = ""
	SmallChart  ChartSize = "small"
	TallChart   ChartSize = "tall"
)

// ChartSpec is what is drawn. Names and labels are words in the reader's
// language, not keys.
type ChartSpec struct {
	X      ChartAxis     `json:"x"`
	Y      ChartAxis     `json:"y"`
	Right  *ChartAxis    `json:"right,omitempty"` // a second vertical axis
	Value  *ChartScale   `json:"value,omitempty"` // of a heat map
	Series []ChartSeries `json:"series"`
	Marks  []ChartMark   `json:"marks,omitempty"`
}

// ChartAxis is an axis of numbers, or of names when it has some.
type ChartAxis struct {
	Label   string   `json:"label,omitempty"`
	Names   []string `json:"names,omitempty"`
	Percent bool     `json:"percent,omitempty"` // values are fractions
	Digits  *int     `json:"digits,omitempty"`  // most decimals shown, 2 unless given
	Min     *float64 `json:"min,omitempty"`
	Max     *float64 `json:"max,omitempty"`
	Free    bool     `json:"free,omitempty"` // need not begin at 0
}

// ChartScale colours the cells of a heat map between two tones.
type ChartScale struct {
	Percent bool     `json:"percent,omitempty"`
	Digits  *int     `json:"digits,omitempty"`
	Min     *float64 `json:"min,omitempty"`
	Max     *float64 `json:"max,omitempty"`
	From    Tone     `json:"from,omitempty"` // of the least value; the surface when empty
	To      Tone     `json:"to,omitempty"`   // of the greatest
}

// ChartKind is how a series is drawn.
type ChartKind string

// The kinds.
const (
	Line    ChartKind = "line"
	Bars    ChartKind = "bar"
	Scatter ChartKind = "scatter"
	Heat    ChartKind = "heat"
)

// ChartSeries is one line, set of bars or of dots. A point is [x, y] on an axis
// of numbers, y in the order of the names on an axis of names, [column, row,
// value] in a heat map; nil leaves a gap.
type ChartSeries struct {
	Name    string    `json:"name"`
	Kind    ChartKind `json:"kind"`
	Tone    Tone      `json:"tone,omitempty"`
	Points  []any     `json:"points"`
	Dashed  bool      `json:"dashed,omitempty"`
	Step    bool      `json:"step,omitempty"`
	Symbols bool      `json:"symbols,omitempty"` // dots on a line
	Area    bool      `json:"area,omitempty"`    // filled below
	Stack   string    `json:"stack,omitempty"`   // bars of one name stand on each other
	Right   bool      `json:"right,omitempty"`   // measured on the right axis
}

// ChartMark is a straight line across a chart, such as a limit.
type ChartMark struct {
	Axis  string  `json:"axis"` // "x" or "y": on which axis At is
	At    float64 `json:"at"`
	Label string  `json:"label,omitempty"`
	Tone  Tone    `json:"tone,omitempty"`
}

// JSON is the spec as script reads it.
func (s ChartSpec) JSON() (string, error) {
	b, err := json.Marshal(s)
	if err != nil { // an infinity or NaN among the points
		return "", fmt.Errorf("chart: %w", err)
	}
	return string(b), nil
}

// Bound is a bound or a number of decimals of an axis.
func Bound[T int | float64](v T) *T { return &v }
