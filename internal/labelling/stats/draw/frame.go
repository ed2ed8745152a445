package draw

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strings"

	"hegui/internal/labelling/stats"
)

// Frame hashes the sorted item ids of a lot as they come, in constant memory.
// The zero value is not usable; see NewFrame.
type Frame struct {
	sum   hash.Hash
	last  string
	line  []byte // reused
	count int
}

// NewFrame starts an empty frame.
func NewFrame() *Frame { return &Frame{sum: sha256.New()} }

// Add appends the next id. Ids come in rising order of their bytes; it returns a
// *stats.ParameterError for an id that is out of order, a duplicate, or not allowed.
func (f *Frame) Add(id string) error {
	if err := checkText("item id", id); err != nil {
		return err
	}
	if f.count > 0 && id <= f.last {
		return stats.OutOfRange("item id", id, fmt.Sprintf("after %q in byte order, without duplicates", f.last))
	}
	f.line = append(append(f.line[:0], id...), '\n')
	_, _ = f.sum.Write(f.line) // a hash never fails to write
	f.last = id
	f.count++
	return nil
}

// Count is the number of ids added.
func (f *Frame) Count() int { return f.count }

// Hash is the frame hash of the ids added so far.
func (f *Frame) Hash() string { return hex.EncodeToString(f.sum.Sum(nil)) }

// FrameHash is the frame hash of ids in any order. ids is not changed. Errors as
// Frame.Add; an empty frame is an error as well.
func FrameHash(ids []string) (string, error) {
	if len(ids) == 0 {
		return "", stats.OutOfRange("items", 0, ">= 1")
	}
	if !slices.IsSorted(ids) {
		ids = slices.Clone(ids)
		slices.Sort(ids)
	}
	f := NewFrame()
	for _, id := range ids {
		if err := f.Add(id); err != nil {
			return "", err
		}
	}
	return f.Hash(), nil
}

// checkText refuses what the shell lines could not carry.
func checkText(name, v string) error {
	if v == "" || strings.ContainsAny(v, "\n\x00") {
		return stats.OutOfRange(name, fmt.Sprintf("%q", v), "not empty, without line feed and NUL")
	}
	return nil
}
