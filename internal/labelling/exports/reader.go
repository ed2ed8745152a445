package exports

import (
	"errors"
	"io"
	"iter"
)

// Reader gives the items of a file one by one. It reads the file once, a COCO file
// twice, and keeps no row.
type Reader struct {
	*Parser
	Guess Guess

	size   int64
	read   *counter
	limits Limits
	framer framer
	seen   *seen
	batch  []Item
	err    error
}

// Open recognises a file and makes it ready to be read. A file that cannot be read
// gives a *Fault; other errors are those of src. The Reader does not close src.
func Open(src io.ReadSeeker, o Options) (*Reader, error) {
	r := &Reader{limits: o.Limits.orDefault(), seen: newSeen()}
	var err error
	if r.size, err = src.Seek(0, io.SeekEnd); err != nil {
		return nil, err
	}
	if r.size > r.limits.Bytes {
		return nil, fatal(TooLarge, "limit", r.limits.Bytes+1)
	}
	if r.Guess, err = detectIn(src, r.size, o); err != nil {
		return nil, err
	}
	if r.Guess.Layout.Format == COCO {
		if err := r.tables(src); err != nil {
			return nil, err
		}
	}
	text, err := r.restart(src)
	if err != nil {
		return nil, err
	}
	if err := r.frame(text); err != nil {
		return nil, err
	}
	r.Parser, err = NewParser(r.Guess.Layout)
	return r, err
}

func detectIn(src io.ReadSeeker, size int64, o Options) (Guess, error) {
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return Guess{}, err
	}
	head := make([]byte, min(size, headSize))
	if _, err := io.ReadFull(src, head); err != nil {
		return Guess{}, err
	}
	g, f := Detect(head, size <= headSize, o)
	if f != nil {
		return Guess{}, f
	}
	return g, nil
}

// restart gives the text of the file from its beginning.
func (r *Reader) restart(src io.ReadSeeker) (io.Reader, error) {
	start := int64(0)
	l := r.Guess.Layout
	if l.BOM {
		start = int64(len(l.Encoding.bom()))
	}
	if _, err := src.Seek(start, io.SeekStart); err != nil {
		return nil, err
	}
	r.read = &counter{r: src, n: start}
	return l.Encoding.decode(r.read), nil
}

// tables reads what surrounds the items of a COCO file.
func (r *Reader) tables(src io.ReadSeeker) error {
	text, err := r.restart(src)
	if err != nil {
		return err
	}
	l := &r.Guess.Layout
	l.Head, l.Tail, err = readTree(text, r.limits.Tables)
	if err == nil && !l.Encoding.sound(l.Head+l.Tail) {
		return fatal(BadEncoding, "encoding", string(l.Encoding))
	}
	return err
}

// frame starts to cut the file into rows.
func (r *Reader) frame(text io.Reader) (err error) {
	switch l := &r.Guess.Layout; l.Frame {
	case Cells:
		t := &table{src: newSource(text, r.limits.Row), comma: l.comma()}
		header, err := t.next()
		if err != nil {
			return err
		}
		if l.Head = header.text; !l.Encoding.sound(l.Head) {
			return fatal(BadEncoding, "encoding", string(l.Encoding))
		}
		t.row = 0
		r.framer = t
	case List:
		v := newValues(text)
		r.framer = &list{v: v, limit: r.limits.Row, after: v.atEnd}
	case Tree:
		r.framer, err = enterTree(text, r.limits)
		return err
	default:
		r.framer = &lines{src: newSource(text, r.limits.Row)}
	}
	return nil
}

// Items goes through the file, once. Each step gives an item, or the fault of a row
// that is refused. Err says afterwards whether the file was read to its end.
func (r *Reader) Items() iter.Seq2[Item, *Fault] {
	return func(yield func(Item, *Fault) bool) {
		for {
			rec, err := r.framer.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if f, ok := FaultOf(err); ok && !f.Fatal {
				if !yield(Item{}, f) {
					return
				}
				continue
			}
			if err == nil && rec.row > r.limits.Rows {
				err = fatal(TooManyRows, "limit", r.limits.Rows)
			}
			if err != nil {
				r.err = err
				return
			}
			if !r.row(rec, yield) {
				return
			}
		}
	}
}

// row gives what a row holds. A row with a fault gives nothing else.
func (r *Reader) row(rec record, yield func(Item, *Fault) bool) bool {
	list, f := r.items(rec, r.batch[:0])
	if f != nil {
		return yield(Item{}, rowFault(rec, f))
	}
	r.batch = list[:0]
	for _, it := range list {
		if first := r.seen.add(it.ID, it.Line); first != 0 {
			f := rowFault(rec, refused(DuplicateID, "id", it.ID, "first", first))
			if !yield(Item{}, f) {
				return false
			}
			continue
		}
		if !yield(it, nil) {
			return false
		}
	}
	return true
}

// Err is what ended the reading before the end of the file: a fatal *Fault, or an
// error of the source. nil when all of it was read, or the caller stopped.
func (r *Reader) Err() error { return r.err }

// Layout is what must be kept to write the items back.
func (r *Reader) Layout() Layout { return r.Guess.Layout }

// LeftOut counts the annotations so far that are no items.
func (r *Reader) LeftOut() LeftOut { return r.left }

// Progress says how many bytes of the file were read, and of how many.
func (r *Reader) Progress() (read, size int64) { return r.read.n, r.size }

// counter counts the bytes read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
