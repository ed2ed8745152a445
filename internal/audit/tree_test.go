package audit

import (
	"bytes"
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// hashes is a tree as golang.org/x/mod/sumdb/tlog stores it: the reference.
type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = h[x]
	}
	return out, nil
}

func TestRootsAreThoseOfRFC6962(t *testing.T) {
	t.Parallel()
	var f frontier
	var reference hashes
	for n := int64(0); n <= 600; n++ {
		want, err := tlog.TreeHash(n, reference)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 { // tlog leaves the empty tree undefined; RFC 6962, 2.1 does not
			want = tlog.Hash{0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
				0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55}
		}
		if got := f.root(); got != want {
			t.Fatalf("root of %d leaves: got %v, want %v", n, got, want)
		}
		data := fmt.Appendf(nil, "leaf %d", n)
		more, err := tlog.StoredHashes(n, data, reference)
		if err != nil {
			t.Fatal(err)
		}
		reference = append(reference, more...)
		f.add(tlog.RecordHash(data))
	}
}

func TestFrontierSurvivesStorage(t *testing.T) {
	t.Parallel()
	var f frontier
	for n := range int64(70) {
		stored, err := parseFrontier(n, f.bytes())
		if err != nil {
			t.Fatal(err)
		}
		if stored.root() != f.root() {
			t.Fatalf("size %d: the stored frontier has another root", n)
		}
		f.add(tlog.RecordHash([]byte{byte(n)}))
	}
	for _, c := range []struct {
		name string
		size int64
		data []byte
	}{
		{"a hash too few", 3, f.bytes()[:32]},
		{"half a hash", 1, f.bytes()[:16]},
		{"hashes for nothing", 0, f.bytes()[:32]},
		{"a negative size", -1, nil},
	} {
		if _, err := parseFrontier(c.size, c.data); err == nil {
			t.Errorf("%s: accepted", c.name)
		}
	}
}

func TestTileRootIsTheSubtree(t *testing.T) {
	t.Parallel()
	var data bytes.Buffer
	var f frontier
	for i := range tileWidth {
		h := tlog.RecordHash([]byte{byte(i)})
		data.Write(h[:])
		f.add(h)
	}
	if got, want := tileRoot(data.Bytes()), f.root(); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}
