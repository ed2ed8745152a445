package file

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"gorm.io/gorm"

	"hegui/internal/actor"
)

// ErrDamaged says that stored bytes are not those that were received.
var ErrDamaged = errors.New("file: stored content is damaged")

var system = actor.System("files")

// Reader reads a content from any place. It holds one chunk in memory and is
// for one goroutine.
type Reader struct {
	Blob

	files  *Service
	ctx    context.Context //nolint:containedctx // io.Reader takes none; the reader lives as long as one request
	hashes [][]byte
	offset int64
	idx    int64 // of the chunk in data, or -1
	data   []byte
}

// Open makes a reader of a content after checking the list of its chunks.
func (s *Service) Open(ctx context.Context, blob string) (*Reader, error) {
	b, err := s.Get(s.ledger.Read(ctx), blob)
	if err != nil {
		return nil, err
	}
	r := &Reader{Blob: b, files: s, ctx: ctx, idx: -1}
	if err := s.ledger.Read(ctx).Model(&chunk{}).Where("upload = ?", b.Upload).Order("idx").Pluck("hash", &r.hashes).Error; err != nil {
		return nil, fmt.Errorf("read chunk list: %w", err)
	}
	if int64(len(r.hashes)) != b.Chunks || rootOf(r.hashes) != b.ChunkRoot {
		return nil, r.damage("chunk list")
	}
	return r, nil
}

// Read hands out bytes of one chunk at most, after checking that chunk.
func (r *Reader) Read(p []byte) (int, error) {
	if r.offset >= r.Size {
		return 0, io.EOF
	}
	if err := r.load(r.offset / chunkSize); err != nil {
		return 0, err
	}
	n := copy(p, r.data[r.offset%chunkSize:])
	r.offset += int64(n)
	return n, nil
}

// load brings chunk idx into memory and checks it.
func (r *Reader) load(idx int64) error {
	if r.idx == idx {
		return nil
	}
	var c chunk
	err := r.files.ledger.Read(r.ctx).Select("data").Where("upload = ? AND idx = ?", r.Upload, idx).Take(&c).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return r.damage(fmt.Sprintf("chunk %d is missing", idx))
	}
	if err != nil {
		return fmt.Errorf("read chunk: %w", err)
	}
	want := min(chunkSize, r.Size-idx*chunkSize)
	if sum := sha256.Sum256(c.Data); int64(len(c.Data)) != want || !bytes.Equal(sum[:], r.hashes[idx]) {
		return r.damage(fmt.Sprintf("chunk %d", idx))
	}
	r.idx, r.data = idx, c.Data
	return nil
}

// Seek moves to a place, as io.Seeker says.
func (r *Reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.offset
	case io.SeekEnd:
		offset += r.Size
	}
	if offset < 0 {
		return 0, errors.New("file: seek before the start")
	}
	r.offset = offset
	return offset, nil
}

// damage records what was found and gives the error to hand on.
func (r *Reader) damage(what string) error {
	return errors.Join(fmt.Errorf("%w: blob %s, %s", ErrDamaged, r.ID, what), r.files.record(r.ctx, r.Blob))
}
