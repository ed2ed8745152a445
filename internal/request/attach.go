package request

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/gabriel-vasile/mimetype"
	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/file"
	"hegui/internal/problem"
	"hegui/internal/request/vault"
)

// Attached is a file on its way in.
type Attached struct {
	Purpose   Purpose
	MessageID string
	TaskID    string
	Name      string
	ForPerson bool
}

// Incoming is a file that has arrived, encrypted, and that nothing refers to
// yet. Keep it with KeepTx, and Drop it afterwards, whatever happened.
type Incoming struct {
	row    Attachment
	staged *file.Staged
}

// Drop removes what arrived and was not kept. failed says that the transaction
// in which it was kept did not commit.
func (s *Service) Drop(ctx context.Context, in *Incoming, failed bool) {
	if in == nil {
		return
	}
	if failed {
		in.staged.Undone()
	}
	s.files.Drop(ctx, in.staged)
}

// sniffed is how much of a file tells its type.
const sniffed = 3072

// Receive takes in a file of a request, which is encrypted while it arrives:
// nothing of it is stored in clear. It refuses programs and what the file
// store refuses.
func (s *Service) Receive(ctx context.Context, by actor.Actor, r Request, in Attached, content io.Reader) (*Incoming, error) {
	name := file.CleanName(in.Name)
	if file.RefusedName(name) {
		return nil, problem.Field(problem.Invalid, "file", "file.refused")
	}
	head := make([]byte, sniffed)
	n, err := io.ReadFull(content, head)
	switch {
	case errors.Is(err, io.EOF):
		return nil, problem.Field(problem.Invalid, "file", "file.empty")
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("read upload: %w", err)
	}
	media := mimetype.Detect(head[:n]).String()
	if file.RefusedType(media) {
		return nil, problem.Field(problem.Invalid, "file", "file.refused")
	}
	key, err := s.key(s.ledger.Read(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	row := Attachment{ID: s.ledger.NewID(), RequestID: r.ID, ServiceID: r.ServiceID, Purpose: in.Purpose, MessageID: in.MessageID, TaskID: in.TaskID,
		MediaType: media, ForPerson: in.ForPerson, CreatedAt: s.ledger.Now()}
	if by.Kind != actor.KindPublic {
		row.CreatedBy = by.ID
	}
	return s.receive(ctx, key, row, name, io.MultiReader(bytes.NewReader(head[:n]), content))
}

// KeepTx keeps a file that arrived, inside the transaction of the action that
// it belongs to, and gives the rows to name in its event.
func (s *Service) KeepTx(tx *gorm.DB, in *Incoming) (Attachment, []any, error) {
	f := in.row
	blob, _, err := s.files.Keep(tx, in.staged)
	if err != nil {
		return f, nil, err
	}
	f.BlobID = &blob.ID
	if err := tx.Create(&f).Error; err != nil {
		return f, nil, fmt.Errorf("create file: %w", err)
	}
	return f, []any{&f, &blob}, nil
}

// Attach keeps a file with a request.
func (s *Service) Attach(ctx context.Context, by actor.Actor, id string, in Attached, content io.Reader) (Attachment, error) {
	var f problem.Fields
	one(&f, "purpose", in.Purpose, []Purpose{ForRequest, ForProof, ForMandate, ForAnswer})
	if err := f.Err(); err != nil {
		return Attachment{}, err
	}
	if !by.May(actor.HandleRequests) {
		return Attachment{}, problem.New(problem.Forbidden, "error.role")
	}
	var r Request
	if err := take(s.ledger.Read(ctx), by, id, &r); err != nil {
		return Attachment{}, err
	}
	if _, err := r.Next(AddFile); err != nil {
		return Attachment{}, err
	}
	in.ForPerson = in.Purpose == ForAnswer
	arrived, err := s.Receive(ctx, by, r, in, content)
	if err != nil {
		return Attachment{}, err
	}
	var kept Attachment
	_, err = s.act(ctx, by, id, 0, AddFile, "file_added", func(x *step) error {
		arrived.row.DeleteOn = x.proofEnds(in.Purpose)
		f, rows, err := x.KeepTx(x.tx, arrived)
		kept = f
		x.rows = append(x.rows, rows...)
		return err
	})
	s.Drop(ctx, arrived, err != nil)
	return kept, err
}

// Content opens a file for somebody of the staff, and records it. Auditors do
// not get files.
func (s *Service) Content(ctx context.Context, by actor.Actor, request, id string) (f FileWords, content io.Reader, err error) {
	if !by.May(actor.HandleRequests) {
		return f, nil, problem.New(problem.Forbidden, "error.role")
	}
	var r Request
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		if err := take(tx, by, request, &r); err != nil {
			return nil, err
		}
		if err := found(tx.Where("id = ? AND request_id = ? AND blob_id IS NOT NULL", id, r.ID).Take(&f.Attachment).Error); err != nil {
			return nil, err
		}
		e, err := s.view(tx, by, &r, Downloaded)
		return []audit.Event{e}, err
	})
	if err != nil {
		return f, nil, err
	}
	f.FileName, content, err = s.OpenFile(ctx, f.Attachment)
	return f, content, err
}

// OpenFile decrypts a file and its name.
func (s *Service) OpenFile(ctx context.Context, f Attachment) (name string, content io.Reader, err error) {
	key, err := s.key(s.ledger.Read(ctx), f.RequestID)
	if err != nil {
		return "", nil, err
	}
	if name, err = key.Open("file/"+f.ID+"/name", f.Name); err != nil {
		return "", nil, err
	}
	own, err := key.OpenFileKey(f.ID, f.FileKey)
	if err != nil {
		return "", nil, err
	}
	stored, err := s.files.Open(ctx, *f.BlobID)
	if err != nil {
		return "", nil, err
	}
	content, err = own.Decrypt(stored)
	return name, content, err
}

// receive encrypts a content on its way into the file store.
func (s *Service) receive(ctx context.Context, key *vault.Key, row Attachment, name string, content io.Reader) (*Incoming, error) {
	own, sealed, err := key.NewFileKey(row.ID)
	if err != nil {
		return nil, err
	}
	if row.Name, err = key.Seal("file/"+row.ID+"/name", name); err != nil {
		return nil, err
	}
	row.FileKey = sealed
	counted := &counter{r: content}
	through := own.Encrypt(counted)
	staged, err := s.files.Receive(ctx, through)
	_ = through.Close() // ends the encryption, where the file store stopped reading
	if err != nil {
		return nil, err
	}
	row.Size = counted.n
	return &Incoming{row: row, staged: staged}, nil
}

// counter counts the bytes that are read through it.
type counter struct {
	r io.Reader
	n int64
}

// Read reads on.
func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
