package file

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	"gorm.io/gorm"

	"hegui/internal/audit"
	"hegui/internal/problem"
)

// chunkSize is how many bytes one row holds; only the last is shorter.
const chunkSize = 1 << 20

// Blob is one content, kept once however often it is used. Its id is random:
// the hash of a content can tell something about a person and must not stand
// in the ledger for ever.
type Blob struct {
	ID        string
	SHA256    string `gorm:"column:sha256"` // of the whole, in hex
	Size      int64  // bytes
	MediaType string // as found by looking at the content
	Upload    string // under which its chunks stand
	Chunks    int64
	ChunkRoot string // SHA-256 over the chunks' hashes in order, in hex
	CreatedAt time.Time
}

// TableName is the table of contents.
func (Blob) TableName() string { return "file_blob" }

// ETag is the content's name for caches.
func (b Blob) ETag() string { return `"` + b.SHA256 + `"` }

type chunk struct {
	Upload string `gorm:"primaryKey"`
	Idx    int64  `gorm:"primaryKey;autoIncrement:false"`
	Hash   []byte
	Data   []byte
}

// TableName is the table of pieces.
func (chunk) TableName() string { return "file_chunk" }

type upload struct {
	ID        string
	StartedAt time.Time
}

// TableName is the table of uploads under way.
func (upload) TableName() string { return "file_upload" }

// Recorded are the models whose rows the ledger commits to.
var Recorded = []any{&Blob{}}

// Free are the tables that hold nothing of their own: chunks are proven by
// the blob they belong to.
var Free = []string{"file_chunk", "file_upload"}

// Service keeps contents; make it with New.
type Service struct {
	ledger  *audit.Ledger
	limit   int64
	damaged sync.Map // ids of blobs whose damage was recorded by this process
}

// New makes the service; limit is the largest content in bytes.
func New(l *audit.Ledger, limit int64) *Service { return &Service{ledger: l, limit: limit} }

// Limit is the size in bytes of the largest content that is taken.
func (s *Service) Limit() int64 { return s.limit }

// Get gives a content's description, or NotFound.
func (s *Service) Get(tx *gorm.DB, blob string) (b Blob, err error) {
	err = tx.Where("id = ?", blob).Take(&b).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return b, problem.New(problem.NotFound, "file.not_found")
	}
	if err != nil {
		return b, fmt.Errorf("read blob: %w", err)
	}
	return b, nil
}

// Destroy removes a content with all its bytes, inside the transaction that
// records why. The event must name the blob among its rows.
func (s *Service) Destroy(tx *gorm.DB, b *Blob) error {
	if err := tx.Delete(b).Error; err != nil {
		return fmt.Errorf("delete blob: %w", err)
	}
	if err := tx.Where("upload = ?", b.Upload).Delete(&chunk{}).Error; err != nil {
		return fmt.Errorf("delete chunks: %w", err)
	}
	return nil
}

// rootOf is the SHA-256 over the hashes of all chunks, in hex.
func rootOf(hashes [][]byte) string {
	h := sha256.New()
	for _, one := range hashes {
		h.Write(one)
	}
	return hex.EncodeToString(h.Sum(nil))
}
