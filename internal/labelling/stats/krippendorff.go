package stats

import (
	"fmt"
	"math"
	"slices"
)

// Measurement is the level of measurement of ratings.
type Measurement string

// The levels of measurement and their difference functions δ²(c, k).
const (
	Nominal    Measurement = "nominal"  // 0 when equal, else 1
	Ordinal    Measurement = "ordinal"  // (Σ_{g=c…k} n_g − (n_c + n_k)/2)²
	IntervalOf Measurement = "interval" // (c − k)²
	Ratio      Measurement = "ratio"    // ((c − k)/(c + k))², values ≥ 0
)

// KrippendorffAlpha is the reliability of ratings by any number of raters, with
// any number missing:
//
//	α = 1 − D_o/D_e, from the coincidences o_ck = Σ_u (pairs c–k in u)/(m_u − 1)
//
// units[u] holds the values given to unit u, in any order, missing ones left out; for
// nominal data any numbers that tell the categories apart. Units with fewer than
// two values drop out. Observed and Expected are 1 − D_o and 1 − D_e for nominal data
// and 0 otherwise. Not defined when no unit has two values, or all pairable values
// are equal.
//
// Values finite, for Ratio not negative; otherwise a *ParameterError. Source:
// Krippendorff 2011, Computing Krippendorff's Alpha-Reliability.
func KrippendorffAlpha(units [][]float64, level Measurement) (Coefficient, error) {
	if err := checkUnits(units, level); err != nil {
		return Coefficient{}, err
	}
	values, counts := pairable(units)
	if len(values) < 2 {
		return Coefficient{}, nil
	}
	scale := newScale(values, counts, level)
	n, observed := 0.0, 0.0
	for _, unit := range units {
		if m := float64(len(unit)); m >= 2 {
			n += m
			observed += scale.pairs(unit) / (m - 1)
		}
	}
	expected := scale.all() / (n - 1)
	c := Coefficient{OK: true, Value: 1 - observed/expected}
	if level == Nominal {
		c.Observed, c.Expected = 1-observed/n, 1-expected/n
	}
	return c, nil
}

func checkUnits(units [][]float64, level Measurement) error {
	if !slices.Contains([]Measurement{Nominal, Ordinal, IntervalOf, Ratio}, level) {
		return OutOfRange("level", level, "nominal, ordinal, interval or ratio")
	}
	if err := intIn("units", len(units), 1, maxCount); err != nil {
		return err
	}
	for u, unit := range units {
		for _, v := range unit {
			if math.IsNaN(v) || math.Abs(v) > 1e100 || (level == Ratio && v < 0) {
				return OutOfRange(fmt.Sprintf("units[%d]", u), v, "a finite number (>= 0 for ratio)")
			}
		}
	}
	return nil
}

// pairable returns the distinct values of units with two or more values, in
// rising order, and how often each occurs there.
func pairable(units [][]float64) (values, counts []float64) {
	occurs := map[float64]float64{}
	for _, unit := range units {
		if len(unit) < 2 {
			continue
		}
		for _, v := range unit {
			occurs[v]++
		}
	}
	for v := range occurs {
		values = append(values, v)
	}
	slices.Sort(values)
	for _, v := range values {
		counts = append(counts, occurs[v])
	}
	return values, counts
}

// scale measures differences. Ordinal δ is the distance between mid-ranks, so
// ordinal and interval data share one path: place holds where a value stands.
type scale struct {
	level          Measurement
	values, counts []float64
	place          map[float64]float64
}

func newScale(values, counts []float64, level Measurement) scale {
	s := scale{level, values, counts, make(map[float64]float64, len(values))}
	below, mean, n := 0.0, 0.0, 0.0
	for i, v := range values {
		s.place[v] = v
		if level == Ordinal {
			s.place[v] = below + counts[i]/2
		}
		below += counts[i]
		n += counts[i]
		mean += counts[i] * s.place[v]
	}
	if level == Ordinal || level == IntervalOf { // distances from the mean keep sums of squares small
		for v := range s.place {
			s.place[v] -= mean / n
		}
	}
	return s
}

func (s scale) squared(c, k float64) float64 {
	switch {
	case c == k:
		return 0
	case s.level == Nominal:
		return 1
	case s.level == Ratio:
		return (c - k) / (c + k) * ((c - k) / (c + k))
	}
	d := s.place[c] - s.place[k]
	return d * d
}

// pairs is Σ δ² over the ordered pairs of one unit's values.
func (s scale) pairs(unit []float64) float64 {
	sum := 0.0
	for i, c := range unit {
		for _, k := range unit[:i] {
			sum += 2 * s.squared(c, k)
		}
	}
	return sum
}

// all is Σ n_c n_k δ² over the ordered pairs of distinct values. For places on a
// line it is 2(n Σ n_c x_c² − (Σ n_c x_c)²).
func (s scale) all() float64 {
	var n, sum, squares, twice float64
	for i, c := range s.values {
		n += s.counts[i]
		sum += s.counts[i] * s.place[c]
		squares += s.counts[i] * s.place[c] * s.place[c]
		twice += s.counts[i] * s.counts[i]
	}
	switch s.level {
	case Nominal:
		return n*n - twice
	case Ratio:
		return s.allRatio()
	}
	return 2 * (n*squares - sum*sum)
}

func (s scale) allRatio() float64 {
	sum := 0.0
	for i, c := range s.values {
		for j, k := range s.values[:i] {
			sum += 2 * s.counts[i] * s.counts[j] * s.squared(c, k)
		}
	}
	return sum
}
