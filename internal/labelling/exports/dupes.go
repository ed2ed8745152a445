package exports

import "hash/maphash"

// seen remembers ids by 96 bits of hash and the line they came first, 16 bytes an
// id in an open-addressed table that is at most three quarters full. At five million
// ids the chance that two different ones are taken for the same is about 2⁻⁵².
type seen struct {
	slots []slot
	count int
	seeds [2]maphash.Seed
}

type slot struct {
	key   uint64
	check uint32
	line  uint32 // 0: free
}

const firstSlots = 1 << 10

func newSeen() *seen {
	return &seen{slots: make([]slot, firstSlots), seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}}
}

// add notes an id. When it came before, first is the line where, else 0.
func (s *seen) add(id string, line int) (first int) {
	if s.count >= len(s.slots)/4*3 {
		s.grow()
	}
	n := slot{key: maphash.String(s.seeds[0], id), check: uint32(maphash.String(s.seeds[1], id)), line: uint32(line)}
	if have := s.put(n); have != nil {
		return int(have.line)
	}
	s.count++
	return 0
}

// put stores a slot unless its id is there; then it gives that one.
func (s *seen) put(n slot) *slot {
	mask := uint64(len(s.slots) - 1)
	for i := n.key & mask; ; i = (i + 1) & mask {
		switch have := &s.slots[i]; {
		case have.line == 0:
			*have = n
			return nil
		case have.key == n.key && have.check == n.check:
			return have
		}
	}
}

func (s *seen) grow() {
	old := s.slots
	s.slots = make([]slot, 2*len(old))
	for _, n := range old {
		if n.line != 0 {
			s.put(n)
		}
	}
}
