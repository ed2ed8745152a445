package stats

import (
	"container/heap"
	"fmt"
)

// OptimumInteger is the exact whole-number allocation that minimises
// Σ N_h² S_h²/n_h: after `floor` items in each stratum (all of a smaller one),
// item k+1 goes where the priority N_h S_h/√(k(k+1)) is largest, never beyond N_h; ties
// go to the earlier stratum. floor 1 is Wright's algorithm I; 2 his II, which lets
// the variance of every stratum be estimated. Costs O(n log H).
//
// floor ≥ 1, Σ min(floor, N_h) ≤ n ≤ min(ΣN_h, 10⁷), S_h ≥ 0; otherwise a
// *ParameterError. Sources: Wright 2012, The American Statistician 66; Wright
// 2014, Statistics and Probability Letters 84.
func OptimumInteger(sizes []int, sds []float64, floor, n int) ([]int, error) {
	const most = 10_000_000
	err := first(checkStrata(sizes, n), intIn("total", n, 0, most), intIn("floor", floor, 1, maxCount))
	if err != nil {
		return nil, err
	}
	weights, err := spreadWeights(sizes, sds, nil)
	if err != nil {
		return nil, err
	}
	q := priorities{n: make([]int, len(sizes)), weights: weights}
	rest := n
	for h, size := range sizes {
		q.n[h] = min(floor, size)
		rest -= q.n[h]
		if q.n[h] < size {
			q.strata = append(q.strata, h)
		}
	}
	if rest < 0 {
		return nil, OutOfRange("total", n, fmt.Sprintf(">= %d, the floors of all strata", n-rest))
	}
	heap.Init(&q)
	for ; rest > 0; rest-- {
		h := q.strata[0]
		q.n[h]++
		if q.n[h] == sizes[h] {
			heap.Pop(&q)
			continue
		}
		heap.Fix(&q, 0)
	}
	return q.n, nil
}

// priorities is a heap of the strata that can take more, highest priority first.
type priorities struct {
	strata  []int
	n       []int
	weights []float64
}

// squared is the square of the stratum's priority value for its next item.
func (q *priorities) squared(h int) float64 {
	k := float64(q.n[h])
	return q.weights[h] * q.weights[h] / (k * (k + 1))
}

func (q *priorities) Len() int { return len(q.strata) }

// Less orders by priority; values that differ by rounding only are equal.
func (q *priorities) Less(i, j int) bool {
	a, b := q.squared(q.strata[i]), q.squared(q.strata[j])
	if slack := 1e-13 * (a + b); a > b+slack {
		return true
	} else if a < b-slack {
		return false
	}
	return q.strata[i] < q.strata[j]
}

func (q *priorities) Swap(i, j int) { q.strata[i], q.strata[j] = q.strata[j], q.strata[i] }
func (q *priorities) Push(h any)    { q.strata = append(q.strata, h.(int)) } //nolint:forcetypeassert // the heap holds nothing else
func (q *priorities) Pop() any {
	last := len(q.strata) - 1
	h := q.strata[last]
	q.strata = q.strata[:last]
	return h
}
