package stats

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// Proportional is the real-valued proportional allocation n_h = n N_h/N, before
// rounding and before any limit. Sizes N_h ≥ 0 with a positive sum, 0 ≤ n ≤ ΣN_h;
// otherwise a *ParameterError. Source: Cochran 1977, 5.5.
func Proportional(sizes []int, n int) ([]float64, error) {
	if err := checkStrata(sizes, n); err != nil {
		return nil, err
	}
	return share(sizeWeights(sizes), n), nil
}

// Neyman is the real-valued allocation with the smallest variance for a given
// n: n_h = n N_h S_h / Σ N_k S_k, S_h = √(p_h(1−p_h)). Each S_h ≥ 0 and at least one
// N_h S_h > 0. Source: Neyman 1934; Cochran 1977, 5.5.
func Neyman(sizes []int, sds []float64, n int) ([]float64, error) {
	return NeymanWithCost(sizes, sds, nil, n)
}

// NeymanWithCost weighs strata by the cost c_h > 0 of checking one item (time,
// for instance): n_h ∝ N_h S_h/√c_h. No costs (nil) means equal costs.
// Source: Cochran 1977, 5.5, formula 5.23.
func NeymanWithCost(sizes []int, sds, costs []float64, n int) ([]float64, error) {
	if err := checkStrata(sizes, n); err != nil {
		return nil, err
	}
	w, err := spreadWeights(sizes, sds, costs)
	if err != nil {
		return nil, err
	}
	return share(w, n), nil
}

// maxStrata is the most strata an allocation or an estimate takes.
const maxStrata = 100_000

func checkStrata(sizes []int, n int) error {
	if err := intIn("strata", len(sizes), 1, maxStrata); err != nil {
		return err
	}
	total := 0
	for h, size := range sizes {
		if err := intIn(fmt.Sprintf("strata_sizes[%d]", h), size, 0, maxCount); err != nil {
			return err
		}
		total += size
	}
	return first(intIn("strata_sizes (sum)", total, 1, math.MaxInt), intIn("total", n, 0, total))
}

func sizeWeights(sizes []int) []float64 {
	w := make([]float64, len(sizes))
	for h, size := range sizes {
		w[h] = float64(size)
	}
	return w
}

func spreadWeights(sizes []int, sds, costs []float64) ([]float64, error) {
	if len(sds) != len(sizes) {
		return nil, OutOfRange("strata_sd", len(sds), fmt.Sprintf("given for each of the %d strata", len(sizes)))
	}
	if costs != nil && len(costs) != len(sizes) {
		return nil, OutOfRange("costs", len(costs), fmt.Sprintf("given for each of the %d strata", len(sizes)))
	}
	w := sizeWeights(sizes)
	for h := range w {
		if err := notNegative(fmt.Sprintf("strata_sd[%d]", h), sds[h]); err != nil {
			return nil, err
		}
		w[h] *= sds[h]
		if costs != nil {
			if err := positive(fmt.Sprintf("costs[%d]", h), costs[h]); err != nil {
				return nil, err
			}
			w[h] /= math.Sqrt(costs[h])
		}
	}
	return w, first(positive("strata_sd (sum with sizes)", floats.Sum(w)))
}

// share splits n in proportion to the weights.
func share(weights []float64, n int) []float64 {
	total := floats.Sum(weights)
	out := make([]float64, len(weights))
	for h, w := range weights {
		out[h] = float64(n) * w / total
	}
	return out
}

// Allocate turns weights into whole sample sizes that sum to n, with at least
// `floor` per stratum (all items of a smaller one) and never more than it holds:
// n_h is the weight's share held between both limits, the excess given back in
// proportion, then rounded by largest remainder, ties to the earlier stratum.
// Strata without weight get items beyond their floor only when all others are
// used up, then in proportion to size.
//
// weights as returned by Proportional or Neyman, or any others ≥ 0; Σ min(floor,
// N_h) ≤ n ≤ ΣN_h; otherwise a *ParameterError.
func Allocate(weights []float64, sizes []int, floor, n int) ([]int, error) {
	if err := first(checkStrata(sizes, n), intIn("floor", floor, 0, maxCount), checkWeights(weights, sizes)); err != nil {
		return nil, err
	}
	low, sum := make([]float64, len(sizes)), 0
	for h, size := range sizes {
		low[h] = float64(min(floor, size))
		sum += min(floor, size)
	}
	if sum > n {
		return nil, OutOfRange("total", n, fmt.Sprintf(">= %d, the floors of all strata", sum))
	}
	return largestRemainder(within(weights, low, sizeWeights(sizes), n), sizes, n), nil
}

func checkWeights(weights []float64, sizes []int) error {
	if len(weights) != len(sizes) {
		return OutOfRange("weights", len(weights), fmt.Sprintf("given for each of the %d strata", len(sizes)))
	}
	for h, w := range weights {
		if err := notNegative(fmt.Sprintf("weights[%d]", h), w); err != nil {
			return err
		}
	}
	return nil
}

// within solves Σ clamp(λ w_h, low_h, high_h) = n. In each round the strata on the
// side with the larger violation are fixed at their limit, which is final.
func within(weights, low, high []float64, n int) []float64 {
	out, fixed := make([]float64, len(weights)), make([]bool, len(weights))
	left := float64(n)
	for {
		spread(out, weights, high, fixed, left)
		over, under := violations(out, low, high, fixed)
		if over == 0 && under == 0 {
			return out
		}
		for h := range out {
			limit, broken := high[h], out[h] > high[h]
			if over < under {
				limit, broken = low[h], out[h] < low[h]
			}
			if !fixed[h] && broken {
				out[h], fixed[h] = limit, true
				left -= limit
			}
		}
	}
}

// spread gives what is left to the strata not yet fixed, by weight, or by size
// when none of them has weight.
func spread(out, weights, sizes []float64, fixed []bool, left float64) {
	by, total := weights, 0.0
	for pass := 0; pass < 2 && total == 0; pass++ {
		if pass == 1 {
			by = sizes
		}
		for h := range out {
			if !fixed[h] {
				total += by[h]
			}
		}
	}
	for h := range out {
		if !fixed[h] {
			out[h] = 0
			if total > 0 {
				out[h] = left * by[h] / total
			}
		}
	}
}

func violations(out, low, high []float64, fixed []bool) (over, under float64) {
	for h, v := range out {
		if fixed[h] {
			continue
		}
		over += math.Max(0, v-high[h]-nearInteger)
		under += math.Max(0, low[h]-v-nearInteger)
	}
	return over, under
}

// largestRemainder rounds shares that sum to n down and gives the rest to the
// largest fractions. Fractions closer than nearInteger tie.
func largestRemainder(shares []float64, sizes []int, n int) []int {
	out, order := make([]int, len(shares)), make([]int, len(shares))
	rest := n
	for h, v := range shares {
		out[h], order[h] = min(floorOf(v), sizes[h]), h
		rest -= out[h]
	}
	fraction := func(h int) float64 { return math.Round((shares[h]-float64(out[h]))/nearInteger) * nearInteger }
	fractions := make([]float64, len(shares))
	for h := range shares {
		fractions[h] = fraction(h)
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(fractions[j], fractions[i]) })
	for rest > 0 {
		for _, h := range order {
			if rest > 0 && out[h] < sizes[h] {
				out[h]++
				rest--
			}
		}
	}
	return out
}
