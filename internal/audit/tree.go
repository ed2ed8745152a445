package audit

import (
	"crypto/sha256"
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// frontier is the compact range of a Merkle tree: the roots of its complete
// subtrees, largest first, one for each bit set in size.
type frontier struct {
	size   int64
	hashes []tlog.Hash
}

func parseFrontier(size int64, data []byte) (frontier, error) {
	if want := bits.OnesCount64(uint64(size)) * tlog.HashSize; size < 0 || len(data) != want { // the size is checked
		return frontier{}, fmt.Errorf("ledger head: %d bytes of frontier for size %d", len(data), size)
	}
	f := frontier{size: size}
	for len(data) > 0 {
		f.hashes = append(f.hashes, tlog.Hash(data[:tlog.HashSize]))
		data = data[tlog.HashSize:]
	}
	return f, nil
}

// add appends a leaf hash, merging subtrees as RFC 6962 defines them.
func (f *frontier) add(h tlog.Hash) {
	for n := f.size; n&1 == 1; n >>= 1 {
		last := len(f.hashes) - 1
		h = tlog.NodeHash(f.hashes[last], h)
		f.hashes = f.hashes[:last]
	}
	f.hashes = append(f.hashes, h)
	f.size++
}

// root is the tree's hash.
func (f *frontier) root() tlog.Hash {
	if f.size == 0 {
		return sha256.Sum256(nil)
	}
	h := f.hashes[len(f.hashes)-1]
	for i := len(f.hashes) - 2; i >= 0; i-- {
		h = tlog.NodeHash(f.hashes[i], h)
	}
	return h
}

func (f *frontier) bytes() []byte {
	out := make([]byte, 0, len(f.hashes)*tlog.HashSize)
	for _, h := range f.hashes {
		out = append(out, h[:]...)
	}
	return out
}

// tileWidth is how many hashes a tile holds (C2SP tlog-tiles).
const tileWidth = 256

// tileRoot is the hash of the complete subtree over a full tile.
func tileRoot(data []byte) tlog.Hash {
	var f frontier
	for i := 0; i < len(data); i += tlog.HashSize {
		f.add(tlog.Hash(data[i : i+tlog.HashSize]))
	}
	return f.root()
}
