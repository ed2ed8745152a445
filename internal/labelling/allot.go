package labelling

import "slices"

// claim is an item to be given to one of several people; Barred says who must
// not have it.
type claim struct{ barred []bool }

// allotment gives claims to people.
type allotment struct {
	claims []claim
	room   []int   // how many each can take; noLimit for any number
	owner  []int   // of each claim, nobody while it has none
	held   [][]int // claims of each person
}

const (
	noLimit = -1
	nobody  = -1
)

// allot shares claims among people with room for so many each, and gives the
// owner of each claim. Claims that few may have go first, each to whoever has
// the least in proportion to their room; somebody who is full passes a claim on
// when that makes room. The same input gives the same result. A claim without an
// owner had nobody left who may have it.
func allot(claims []claim, room []int) []int {
	a := &allotment{claims: claims, room: room, owner: make([]int, len(claims)), held: make([][]int, len(room))}
	order := make([]int, len(claims))
	for i := range order {
		order[i], a.owner[i] = i, nobody
	}
	slices.SortStableFunc(order, func(i, j int) int { return claims[i].takers() - claims[j].takers() })
	full := 0 // claims that found nobody although somebody may have them
	for _, i := range order {
		seen := make([]bool, len(room))
		if !a.give(i, seen) && claims[i].takers() > 0 {
			full++
		}
		if full > 0 && a.exhausted() {
			break
		}
	}
	return a.owner
}

// takers is how many people may have the claim.
func (c claim) takers() int {
	n := 0
	for _, b := range c.barred {
		if !b {
			n++
		}
	}
	return n
}

// give finds an owner for a claim: somebody with room, else somebody who can
// pass one of theirs on. seen are people who were asked already.
func (a *allotment) give(i int, seen []bool) bool {
	best := nobody
	for p := range a.room {
		if !a.claims[i].barred[p] && !seen[p] && a.free(p) && (best == nobody || a.lighter(p, best)) {
			best = p
		}
	}
	if best != nobody {
		a.put(i, best)
		return true
	}
	for p := range a.room {
		if a.claims[i].barred[p] || seen[p] {
			continue
		}
		seen[p] = true
		for _, j := range a.held[p] {
			if a.give(j, seen) {
				a.held[p] = slices.DeleteFunc(a.held[p], func(k int) bool { return k == j })
				a.put(i, p)
				return true
			}
		}
	}
	return false
}

func (a *allotment) free(p int) bool { return a.room[p] == noLimit || len(a.held[p]) < a.room[p] }

// lighter says whether p has less than q, in proportion to their room.
func (a *allotment) lighter(p, q int) bool {
	rp, rq := max(a.room[p], 1), max(a.room[q], 1)
	return len(a.held[p])*rq < len(a.held[q])*rp
}

func (a *allotment) put(i, p int) { a.owner[i], a.held[p] = p, append(a.held[p], i) }

// exhausted says that nobody has room left.
func (a *allotment) exhausted() bool {
	for p := range a.room {
		if a.free(p) {
			return false
		}
	}
	return true
}
