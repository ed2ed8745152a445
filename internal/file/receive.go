package file

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"time"

	"github.com/gabriel-vasile/mimetype"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hegui/internal/audit"
	"hegui/internal/problem"
)

// Staged is content that has arrived and that nothing refers to yet.
type Staged struct {
	SHA256    string
	Size      int64
	MediaType string

	upload string
	hashes [][]byte // of all chunks, the tail included
	tail   []byte   // the last chunk, not yet written
	kept   bool     // its chunks belong to a blob now

	buffers [2][]byte // filled in turn: one arrives while the other waits
	turn    int
}

// stored is how many chunks stand in the database.
func (st *Staged) stored() int64 { return int64(len(st.hashes)) - 1 }

// Receive reads a content to its end. It refuses nothing (Invalid
// file.empty), too much (TooLarge file.too_large) and programs (Invalid
// file.refused); an error of r comes back wrapped. The caller passes the
// result to Keep, and to Drop afterwards, whatever happened.
func (s *Service) Receive(ctx context.Context, r io.Reader) (*Staged, error) {
	st := &Staged{upload: s.ledger.NewID()}
	err := s.receive(ctx, st, r)
	if err != nil {
		s.Drop(ctx, st)
		return nil, err
	}
	return st, nil
}

func (s *Service) receive(ctx context.Context, st *Staged, r io.Reader) error {
	whole := sha256.New()
	for {
		data, err := s.next(r, st)
		if err != nil {
			return err
		}
		if len(data) == 0 {
			break
		}
		if st.tail != nil {
			if err := s.store(ctx, st); err != nil {
				return err
			}
		}
		if err := st.take(data, whole); err != nil {
			return err
		}
		if len(data) < chunkSize {
			break
		}
	}
	if st.tail == nil {
		return problem.Field(problem.Invalid, "file", "file.empty")
	}
	st.SHA256 = hex.EncodeToString(whole.Sum(nil))
	return ctx.Err()
}

// next reads up to one chunk; an empty one is the end. A sender that broke off
// shows as an error other than io.EOF, which io.ReadFull would hide.
func (s *Service) next(r io.Reader, st *Staged) ([]byte, error) {
	buf := st.buffer()
	n := 0
	for n < len(buf) {
		more, err := r.Read(buf[n:])
		n += more
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read upload: %w", err)
		}
	}
	if st.Size+int64(n) > s.limit {
		return nil, problem.Field(problem.TooLarge, "file", "file.too_large", "max", sizeWords(s.limit))
	}
	return buf[:n], nil
}

// buffer gives the one of two buffers that does not hold the waiting chunk.
func (st *Staged) buffer() []byte {
	st.turn = 1 - st.turn
	if st.buffers[st.turn] == nil {
		st.buffers[st.turn] = make([]byte, chunkSize)
	}
	return st.buffers[st.turn]
}

func (st *Staged) take(data []byte, whole hash.Hash) error {
	if st.Size == 0 {
		st.MediaType = sniff(data)
		if refusedTypes[st.MediaType] {
			return problem.Field(problem.Invalid, "file", "file.refused")
		}
	}
	sum := sha256.Sum256(data)
	whole.Write(data)
	st.Size += int64(len(data))
	st.hashes, st.tail = append(st.hashes, sum[:]), data
	return nil
}

// sniff finds the type of a content by its beginning, without parameters.
func sniff(head []byte) string {
	m := mimetype.Detect(head)
	name, _, _ := strings.Cut(m.String(), ";")
	return strings.TrimSpace(name)
}

// store writes the waiting chunk, and before the first one the upload.
func (s *Service) store(ctx context.Context, st *Staged) error {
	idx := int64(len(st.hashes)) - 1
	err := s.ledger.Unaudited(ctx, "upload chunks", func(tx *gorm.DB) error {
		if idx == 0 {
			if err := tx.Create(&upload{ID: st.upload, StartedAt: s.ledger.Now()}).Error; err != nil {
				return err
			}
		}
		return tx.Create(st.chunk(idx)).Error
	})
	if err != nil {
		return fmt.Errorf("store chunk: %w", err)
	}
	return nil
}

func (st *Staged) chunk(idx int64) *chunk {
	return &chunk{Upload: st.upload, Idx: idx, Hash: st.hashes[idx], Data: st.tail}
}

// Keep makes a Blob of staged content inside tx, or finds the one that has the
// same content already. fresh says which; a fresh blob must be named in an
// event. It may run again when the transaction does.
func (s *Service) Keep(tx *gorm.DB, st *Staged) (b Blob, fresh bool, err error) {
	st.kept = false
	b = Blob{ID: s.ledger.NewID(), SHA256: st.SHA256, Size: st.Size, MediaType: st.MediaType, Upload: st.upload,
		Chunks: int64(len(st.hashes)), ChunkRoot: rootOf(st.hashes), CreatedAt: s.ledger.Now()}
	res := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "sha256"}}, DoNothing: true}).Create(&b)
	if res.Error != nil {
		return b, false, fmt.Errorf("create blob: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		var same Blob
		if err := tx.Where("sha256 = ?", st.SHA256).Take(&same).Error; err != nil {
			return b, false, fmt.Errorf("find same content: %w", err)
		}
		return same, false, nil
	}
	if err := s.settle(tx, st); err != nil {
		return b, false, err
	}
	st.kept = true
	return b, true, nil
}

// settle writes the last chunk and ends the upload.
func (s *Service) settle(tx *gorm.DB, st *Staged) error {
	if st.stored() > 0 {
		res := tx.Where("id = ?", st.upload).Delete(&upload{})
		if res.Error != nil {
			return fmt.Errorf("end upload: %w", res.Error)
		}
		if res.RowsAffected != 1 {
			return problem.New(problem.Conflict, "file.swept")
		}
	}
	if err := tx.Create(st.chunk(st.stored())).Error; err != nil {
		return fmt.Errorf("store last chunk: %w", err)
	}
	return nil
}

// Drop removes the staged chunks of a content that was not kept; after a
// failed transaction the caller says so with Undone. It goes on when ctx has
// ended, for a short while: what it cannot remove is swept later.
func (s *Service) Drop(ctx context.Context, st *Staged) {
	if st == nil || st.kept || len(st.hashes) < 2 {
		return
	}
	const patience = 30 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	_ = s.remove(ctx, st.upload) // Sweep tries again
}

// Undone says that the transaction in which the content was kept failed.
func (st *Staged) Undone() { st.kept = false }

// removeAtOnce is how many chunks one transaction deletes: others wait for
// the writer meanwhile.
const removeAtOnce = 32

func (s *Service) remove(ctx context.Context, id string) error {
	for more := true; more; {
		err := s.ledger.Unaudited(ctx, "drop upload", func(tx *gorm.DB) error {
			var last []int64
			if err := tx.Model(&chunk{}).Where("upload = ?", id).Order("idx DESC").Limit(removeAtOnce).Pluck("idx", &last).Error; err != nil {
				return err
			}
			if more = len(last) > 0; !more {
				return tx.Where("id = ?", id).Delete(&upload{}).Error
			}
			return tx.Where("upload = ? AND idx IN ?", id, last).Delete(&chunk{}).Error
		})
		if err != nil {
			return fmt.Errorf("drop upload: %w", err)
		}
	}
	return nil
}

// stale is how old an upload is when nobody can be waiting for it any more.
const stale = 24 * time.Hour

// Sweep removes what interrupted uploads left behind, and says how many.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	var old []upload
	if err := s.ledger.Read(ctx).Where("started_at < ?", s.ledger.Now().Add(-stale)).Order("started_at").Limit(1000).Find(&old).Error; err != nil {
		return 0, fmt.Errorf("find stale uploads: %w", err)
	}
	for i, u := range old {
		if err := s.remove(ctx, u.ID); err != nil {
			return i, err
		}
	}
	return len(old), nil
}

// record notes that a content was found damaged, once per process.
func (s *Service) record(ctx context.Context, b Blob) error {
	if _, before := s.damaged.LoadOrStore(b.ID, true); before {
		return nil
	}
	return s.ledger.Write(ctx, system, func(*gorm.DB) ([]audit.Event, error) {
		return []audit.Event{{Action: "file.damaged", Object: audit.Object{Type: "file", ID: b.ID}, Outcome: audit.Failed}}, nil
	})
}
