package exports

import (
	"io"
	"slices"

	"hegui/internal/labelling/exports/rawjson"
)

// Correction is what is to be put right about an item.
type Correction struct {
	Defect   string // code of the defect list
	Severity string
	Label    string // the label as it should be
	Note     string
}

// correctionNames are the fields or columns that a list of corrections adds to
// each row.
func correctionNames() []string {
	return []string{"correction_defect", "correction_severity", "correction_label", "correction_note"}
}

func (c Correction) values() []string { return []string{c.Defect, c.Severity, c.Label, c.Note} }

// Corrections writes wrong items in the format they came in, each with what is
// wrong: four fields in its object (in Label Studio, of its annotation), or four
// columns at the end. A row that has them from an earlier list gets the new values.
type Corrections struct{ w *Writer }

// NewCorrections begins a list of corrections.
func NewCorrections(w io.Writer, l Layout) *Corrections { return &Corrections{newWriter(w, l, true)} }

// Write adds a wrong item by its Original. Order as Writer.Write.
func (c *Corrections) Write(original string, fix Correction) error {
	switch {
	case c.w.layout.Frame == Cells:
		original = c.w.cellsWith(original, c.w.columns, fix.values())
	case c.w.layout.Format == LabelStudio && !c.w.layout.PerTask:
		field := annotationsField(original)
		original = rawjson.Replace(original, field, fix.inShare(rawjson.Get(original, field)))
	default:
		original = rawjson.Set(original, fix.pairs()...)
	}
	return c.w.Write(original)
}

// Close ends the list. It does not close the file.
func (c *Corrections) Close() error { return c.w.Close() }

func (c Correction) pairs() [][2]string {
	var out [][2]string
	for i, name := range correctionNames() {
		out = append(out, [2]string{name, rawjson.Quote(c.values()[i])})
	}
	return out
}

// inShare adds the correction to the annotation of a share that counts.
func (c Correction) inShare(share string) string {
	live, out := liveOf(share), "["
	for a := range rawjson.Elements(share) {
		if len(out) > 1 {
			out += ", "
		}
		if a == live {
			a, live = rawjson.Set(a, c.pairs()...), ""
		}
		out += a
	}
	return out + "]"
}

// cellsWith sets the columns of the correction in a row with the given header,
// or adds them. The other cells keep their bytes when they are added.
func (w *Writer) cellsWith(row string, columns, values []string) string {
	comma := w.layout.comma()
	for i := range values {
		values[i] = Neutral(values[i])
	}
	at := slices.Index(columns, correctionNames()[0])
	if at < 0 {
		return row + string(comma) + joined(values, comma)
	}
	have := cells(row, comma)
	for i, name := range correctionNames() {
		if at := slices.Index(columns, name); at >= 0 && at < len(have) {
			have[at] = values[i]
		}
	}
	return joined(have, comma)
}
