package exports

import (
	"bufio"
	"io"
	"slices"
	"strings"

	"hegui/internal/labelling/exports/rawjson"
)

// Writer writes items in the format, frame and encoding they came in. Rows are
// written as they came, with two exceptions: cells that a spreadsheet could take for a
// formula are neutralised (reading restores them), and the annotations of one Label
// Studio task, which came as one row, are put together again when they are written one
// after another. White space between the elements of a JSON list is not kept.
type Writer struct {
	layout  Layout
	text    *bufio.Writer
	encoder io.WriteCloser
	raw     *bufio.Writer
	count   int      // rows written
	pending string   // a Label Studio task not yet written
	shares  []string // its annotations so far
	columns []string // of a table
	extra   bool     // a list of corrections
	err     error
}

// NewWriter begins an export of items.
func NewWriter(w io.Writer, l Layout) *Writer { return newWriter(w, l, false) }

func newWriter(w io.Writer, l Layout, extra bool) *Writer {
	out := &Writer{layout: l, raw: bufio.NewWriter(w), extra: extra}
	if l.BOM {
		_, out.err = out.raw.Write(l.Encoding.bom())
	}
	out.encoder = l.Encoding.encode(out.raw)
	out.text = bufio.NewWriter(out.encoder)
	switch l.Frame {
	case Cells:
		out.columns = l.header()
		head := l.Head
		if extra {
			head = out.cellsWith(head, l.header(), correctionNames())
		}
		out.put(out.safe(head), out.newline())
	case List:
		out.put("[")
	case Tree:
		out.put(l.Head)
	}
	return out
}

func (w *Writer) newline() string {
	if w.layout.Newline == "" {
		return "\n"
	}
	return w.layout.Newline
}

// put writes text; the first error stays.
func (w *Writer) put(parts ...string) {
	for _, p := range parts {
		if w.err == nil {
			_, w.err = w.text.WriteString(p)
		}
	}
}

// Write adds an item by its Original. Items of one Label Studio task follow each
// other, in the order in which they came.
func (w *Writer) Write(original string) error {
	if w.layout.Format == LabelStudio && !w.layout.PerTask {
		w.gather(original)
		return w.err
	}
	w.row(original)
	return w.err
}

// row writes one row with what stands between rows.
func (w *Writer) row(text string) {
	switch w.layout.Frame {
	case Cells:
		w.put(w.safe(text), w.newline())
	case List, Tree:
		if w.count > 0 {
			w.put(",")
		}
		w.put(w.newline(), text)
	default:
		w.put(text, w.newline())
	}
	w.count++
}

// gather holds a task back until another one comes. Two items are of one task when
// all but their annotations is the same, and these have ids to tell them apart.
func (w *Writer) gather(original string) {
	field := annotationsField(original)
	share := rawjson.Get(original, field)
	if w.pending != "" && (!named(share) || !named(w.shares[0]) || shell(original) != shell(w.pending)) {
		w.release()
	}
	if w.pending == "" {
		w.pending = original
	}
	w.shares = append(w.shares, share)
}

// named says whether the annotation of a share has an id.
func named(share string) bool { return rawjson.Get(liveOf(share), "id") != "" }

// shell is a task without its annotations.
func shell(task string) string { return rawjson.Replace(task, annotationsField(task), "[]") }

// release writes the task held back, with all of its annotations.
func (w *Writer) release() {
	if w.pending == "" {
		return
	}
	task := w.pending
	if len(w.shares) > 1 {
		var all []string
		for _, share := range w.shares {
			all = slices.AppendSeq(all, rawjson.Elements(share))
		}
		task = rawjson.Replace(task, annotationsField(task), "["+strings.Join(all, ", ")+"]")
	}
	w.pending, w.shares = "", w.shares[:0]
	w.row(task)
}

func annotationsField(task string) string {
	if rawjson.Get(task, "annotations") == "" {
		return "completions"
	}
	return "annotations"
}

// safe neutralises the cells of a row that need it; all others keep their bytes.
func (w *Writer) safe(row string) string {
	comma := w.layout.comma()
	values := cells(row, comma)
	changed := false
	for i, v := range values {
		values[i] = Neutral(Restore(v))
		changed = changed || values[i] != v
	}
	if !changed {
		return row
	}
	return joined(values, comma)
}

func joined(values []string, comma byte) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = quoted(v, comma)
	}
	return strings.Join(out, string(comma))
}

// Close writes what is left and ends the export. It does not close the file.
func (w *Writer) Close() error {
	w.release()
	switch w.layout.Frame {
	case List:
		w.put(w.newline(), "]", w.newline())
	case Tree:
		w.put(w.newline(), w.layout.Tail, w.newline())
	}
	for _, flush := range []func() error{w.text.Flush, w.encoder.Close, w.raw.Flush} {
		if w.err == nil {
			w.err = flush()
		}
	}
	return w.err
}
