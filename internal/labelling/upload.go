package labelling

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/file"
	"hegui/internal/labelling/exports"
	"hegui/internal/problem"
)

// Upload takes an export into a project and starts to look through it. A file
// that can be told at sight not to be an export is refused, and nothing of it
// is kept; one that only lacks an id column or a known encoding is kept, for
// people to say.
func (s *Service) Upload(ctx context.Context, by actor.Actor, project, fileName string, r io.Reader) (Batch, error) {
	b, err := s.receive(ctx, by, project, fileName, r)
	if err == nil {
		s.start(b.ID, func(ctx context.Context) error { return s.check(ctx, b.ID, noted) })
	}
	return b, err
}

func (s *Service) receive(ctx context.Context, by actor.Actor, project, fileName string, r io.Reader) (b Batch, err error) {
	p, err := s.Project(ctx, by, project)
	if err != nil {
		return b, err
	}
	head := &headOf{}
	staged, err := s.files.Receive(ctx, io.TeeReader(r, head))
	if err != nil {
		return b, err
	}
	if b, err = s.keepUpload(ctx, by, p, file.CleanName(fileName), staged, head); err != nil {
		staged.Undone()
	}
	s.files.Drop(ctx, staged)
	return b, err
}

// headOf keeps the beginning of what passes.
type headOf struct{ bytes.Buffer }

const headSize = 1 << 20

func (h *headOf) Write(p []byte) (int, error) {
	if left := headSize - h.Len(); left > 0 {
		_, _ = h.Buffer.Write(p[:min(left, len(p))]) // a buffer never fails
	}
	return len(p), nil
}

// mendable are faults of a whole file that people can answer.
var mendable = []string{exports.NoIDColumn, exports.ColumnMissing, exports.UnknownEncoding, exports.WrongShape}

func (s *Service) keepUpload(ctx context.Context, by actor.Actor, p Project, name string, staged *file.Staged, head *headOf) (b Batch, err error) {
	guess, fault := exports.Detect(head.Bytes(), staged.Size <= headSize, exports.Options{})
	if fault != nil && !slices.Contains(mendable, fault.Code) {
		return b, problem.Field(problem.Invalid, "file", fault.Key(), fault.Args...)
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		if _, err := activeProject(tx, by, p.ID); err != nil {
			return nil, err
		}
		blob, fresh, err := s.files.Keep(tx, staged)
		if err != nil {
			return nil, err
		}
		now := s.ledger.Now()
		b = Batch{ID: s.ledger.NewID(), ProjectID: p.ID, ServiceID: p.ServiceID, Name: title(name), BlobID: blob.ID, FileName: name, FileSize: blob.Size, FileSHA256: blob.SHA256,
			Format: string(guess.Layout.Format), Encoding: string(guess.Layout.Encoding), Columns: []Column{}, Kind: p.Kind, DivideBy: Whole, State: BatchUploaded,
			FaultArgs: []any{}, Annotators: []Tally{}, Labels: []Tally{}, Strata: []string{}, CreatedAt: now, CreatedBy: by.ID, UpdatedAt: now, Version: 1}
		e := batchEvent("uploaded", &b)
		if fresh {
			e.Rows = append(e.Rows, &blob)
		}
		return []audit.Event{e}, create(tx, &b, "")
	})
	return b, err
}

// title makes a batch's name of its file's.
func title(name string) string {
	t := []rune(strings.TrimSuffix(name, path.Ext(name)))
	return string(t[:min(len(t), maxName)])
}

func batchEvent(action string, b *Batch, rows ...any) audit.Event {
	return audit.Event{Action: "label_batch." + action, Object: object("batch", b.ID), Service: b.ServiceID, Label: b.Name, Rows: append([]any{b}, rows...)}
}

// FileReading says how a file is to be read, where people know better than the
// program. Empty fields leave it to the program.
type FileReading struct {
	Format   string
	Encoding string
	Columns  []Column
	Number   bool // number the rows for want of ids
	PerTask  bool // Label Studio: the task is the unit
}

// Reread changes how a batch's file is read and looks through it anew.
func (s *Service) Reread(ctx context.Context, by actor.Actor, batch string, version int64, in FileReading) (b Batch, err error) {
	var f problem.Fields
	if in.Format != "" && !slices.Contains(exports.Formats(), exports.Format(in.Format)) {
		f.Add("format", "labelling.choose")
	}
	if in.Encoding != "" && !slices.Contains(exports.Encodings(), exports.Encoding(in.Encoding)) {
		f.Add("encoding", "labelling.choose")
	}
	columns := make([]Column, 0, len(in.Columns))
	for _, c := range in.Columns {
		if !slices.Contains(exports.Roles(), exports.Role(c.Role)) {
			f.Add("columns", "labelling.choose")
		}
		columns = append(columns, c)
	}
	if err := f.Err(); err != nil {
		return b, err
	}
	b, err = s.updateBatch(ctx, by, batch, version, "reread", func(_ *gorm.DB, b *Batch) error {
		if b.State != BatchUploaded {
			return problem.New(problem.Conflict, "labelling.batch.not_waiting")
		}
		b.Format, b.Encoding, b.Columns, b.Number, b.PerTask = in.Format, in.Encoding, columns, in.Number, in.PerTask
		return nil
	})
	if err == nil {
		s.stop(b.ID)
		s.start(b.ID, func(ctx context.Context) error { return s.check(ctx, b.ID, noted) })
	}
	return b, err
}

func (s *Service) updateBatch(ctx context.Context, by actor.Actor, id string, version int64, action string, fn func(*gorm.DB, *Batch) error) (b Batch, err error) {
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		b = Batch{}
		if err := take(tx, by, id, &b); err != nil {
			return nil, err
		}
		if err := fn(tx, &b); err != nil {
			return nil, err
		}
		b.Version, b.UpdatedAt = version+1, s.ledger.Now()
		return []audit.Event{batchEvent(action, &b)}, save(tx, &b, version)
	})
	return b, err
}

// options are how the batch's file is read.
func (b Batch) options() exports.Options {
	o := exports.Options{Format: exports.Format(b.Format), Encoding: exports.Encoding(b.Encoding), Number: b.Number, PerTask: b.PerTask}
	for _, c := range b.Columns {
		o.Columns = append(o.Columns, exports.Column{Name: c.Name, Role: exports.Role(c.Role)})
	}
	return o
}

// open opens the batch's file. It fails with a *exports.Fault when the file
// cannot be read as it is described.
func (s *Service) open(ctx context.Context, b Batch) (*exports.Reader, error) {
	src, err := s.files.Open(ctx, b.BlobID)
	if err != nil {
		return nil, err
	}
	return exports.Open(src, b.options())
}

// Sample is one of the first items of a file, as it will be shown.
type Sample struct {
	exports.Item
	View exports.View
}

// previewed is how many items a preview shows.
const previewed = 20

// Preview gives the first items of a batch's file, and the columns that can
// be given a meaning. A fault says why the file cannot be read as described.
func (s *Service) Preview(ctx context.Context, b Batch) (list []Sample, guess exports.Guess, fault *exports.Fault, err error) {
	r, err := s.open(ctx, b)
	if f, ok := exports.FaultOf(err); ok {
		guess, err = s.guess(ctx, b)
		return nil, guess, f, err
	}
	if err != nil {
		return nil, guess, nil, err
	}
	for it, f := range r.Items() {
		if f != nil {
			continue
		}
		if list = append(list, Sample{it, r.View(it.Original)}); len(list) == previewed {
			break
		}
	}
	if f, ok := exports.FaultOf(r.Err()); ok {
		fault = f
	}
	return list, r.Guess, fault, nil
}

// guess looks at the beginning of a file that cannot be read as described, for
// the columns that it has.
func (s *Service) guess(ctx context.Context, b Batch) (exports.Guess, error) {
	src, err := s.files.Open(ctx, b.BlobID)
	if err != nil {
		return exports.Guess{}, err
	}
	head := make([]byte, min(headSize, src.Size))
	if _, err := io.ReadFull(src, head); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return exports.Guess{}, fmt.Errorf("read head of export: %w", err)
	}
	o := b.options()
	o.Number, o.Columns = true, nil
	g, _ := exports.Detect(head, src.Size <= headSize, o) // what is wrong was told already
	return g, nil
}
