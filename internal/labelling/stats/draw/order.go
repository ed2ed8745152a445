package draw

import (
	"bytes"
	"cmp"
	"container/heap"
	"crypto/sha256"
	"encoding/hex"
	"runtime"
	"slices"
	"strings"
	"sync"

	"hegui/internal/labelling/stats"
)

// Ticket is an item's place in the order of the draw.
type Ticket [sha256.Size]byte

// String is the ticket as the rule writes it, 64 hexadecimal digits.
func (t Ticket) String() string { return hex.EncodeToString(t[:]) }

// Drawn is an item with its ticket.
type Drawn struct {
	ID     string
	Ticket Ticket
}

func (d *Drawn) before(other *Drawn) int {
	return cmp.Or(bytes.Compare(d.Ticket[:], other.Ticket[:]), strings.Compare(d.ID, other.ID))
}

// TicketFor is the ticket of one item under a seed hash from SeedHash.
func TicketFor(seedHash, id string) Ticket {
	return sha256.Sum256([]byte(seedHash + "\n" + id))
}

// First draws the first n items: those with the lowest tickets, in order. ids may
// be in any order and is not changed. Tickets are made on all cores and only n are
// kept, so the memory is that of the sample.
//
// 0 ≤ n ≤ len(ids), a seed hash of 64 lower-case hexadecimal digits, ids without
// duplicates among those drawn; otherwise a *stats.ParameterError. That the frame as a
// whole has no duplicates is for FrameHash to say.
func First(seedHash string, ids []string, n int) ([]Drawn, error) {
	if err := checkDraw(seedHash, len(ids), n); err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, nil
	}
	workers := min(runtime.GOMAXPROCS(0), 1+len(ids)/10_000)
	size := (len(ids) + workers - 1) / workers
	lowest, errs := make([][]Drawn, workers), make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		part := ids[min(w*size, len(ids)):min((w+1)*size, len(ids))]
		wg.Go(func() { lowest[w], errs[w] = keepLowest(seedHash, part, n) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	all := slices.Concat(lowest...)
	slices.SortFunc(all, func(a, b Drawn) int { return a.before(&b) })
	for i := 1; i < n; i++ {
		if all[i].ID == all[i-1].ID {
			return nil, stats.OutOfRange("item id", all[i].ID, "given once")
		}
	}
	return slices.Clip(all[:n]), nil
}

func checkDraw(seedHash string, items, n int) error {
	if len(seedHash) != 2*sha256.Size || strings.Trim(seedHash, "0123456789abcdef") != "" {
		return stats.OutOfRange("seed hash", seedHash, "64 lower-case hexadecimal digits")
	}
	if n < 0 || n > items {
		return stats.OutOfRange("n", n, ">= 0 and at most the number of items")
	}
	return nil
}

// keepLowest returns the (at most n) lowest tickets of a part of the frame, unordered.
func keepLowest(seedHash string, ids []string, n int) ([]Drawn, error) {
	kept := make(highest, 0, min(n, len(ids)))
	text := append([]byte(seedHash), '\n')
	prefix := len(text)
	for _, id := range ids {
		if err := checkText("item id", id); err != nil {
			return nil, err
		}
		text = append(text[:prefix], id...)
		item := Drawn{ID: id, Ticket: sha256.Sum256(text)}
		switch {
		case len(kept) < n:
			heap.Push(&kept, item)
		case item.before(&kept[0]) < 0:
			kept[0] = item
			heap.Fix(&kept, 0)
		}
	}
	return kept, nil
}

// highest is a heap with the highest ticket on top, the first to give way.
type highest []Drawn

func (h highest) Len() int           { return len(h) }
func (h highest) Less(i, j int) bool { return h[i].before(&h[j]) > 0 }
func (h highest) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *highest) Push(x any)        { *h = append(*h, x.(Drawn)) } //nolint:forcetypeassert // the heap holds nothing else
func (h *highest) Pop() any {
	last := len(*h) - 1
	item := (*h)[last]
	*h = (*h)[:last]
	return item
}

// Stratum is a part of the frame with the number of items to draw from it.
type Stratum struct {
	Name string
	IDs  []string
	N    int
}

// Stratified draws inside each stratum, in the order the strata are given. The
// tickets are those of the undivided draw. Errors as First.
func Stratified(seedHash string, strata []Stratum) ([][]Drawn, error) {
	out := make([][]Drawn, len(strata))
	for i, s := range strata {
		drawn, err := First(seedHash, s.IDs, s.N)
		if err != nil {
			return nil, err
		}
		out[i] = drawn
	}
	return out, nil
}

// IDs are the ids of a draw, in its order.
func IDs(drawn []Drawn) []string {
	out := make([]string, len(drawn))
	for i, d := range drawn {
		out[i] = d.ID
	}
	return out
}
