package stats

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
)

// Chart is an attributes control chart in the order of its lots.
type Chart struct {
	Center  float64      `json:"center"`
	Points  []ChartPoint `json:"points"`
	Signals []Signal     `json:"signals"`
}

// ChartPoint is one lot on a chart with the limits for its size.
type ChartPoint struct {
	Value float64 `json:"value"`
	LCL   float64 `json:"lcl"`
	UCL   float64 `json:"ucl"`
	Exact bool    `json:"exact"` // limits from the binomial, not from ± k σ
}

// ChartRule names a rule for a lack of control.
type ChartRule string

// The rules; the last three are Nelson's 2 and 3 (1984, Journal of Quality
// Technology 16). On charts of nonconformity a rise is a deterioration.
const (
	Outside ChartRule = "outside"     // beyond a limit
	OneSide ChartRule = "nine_aside"  // 9 in a row on one side of the centre
	Rising  ChartRule = "six_rising"  // 6 in a row, each above the one before
	Falling ChartRule = "six_falling" // 6 in a row, each below the one before
)

const (
	runOnOneSide = 9
	runOfTrend   = 6
)

// Signal is a rule that fired. At is the 0-based position of the lot that
// completed it, From that of the first lot of the pattern.
type Signal struct {
	Rule ChartRule `json:"rule"`
	From int       `json:"from"`
	At   int       `json:"at"`
}

// Limits says how the limits of a p-chart are found.
type Limits string

// The kinds of limits.
const (
	Shewhart Limits = "shewhart" // p̄ ± k √(p̄(1−p̄)/n_i), clipped to [0, 1]
	// Exact takes binomial limits with the tail probabilities of ± k σ for lots
	// with p̄·n_i < 5, where the normal ones signal far too often.
	Exact Limits = "exact"
)

// PChart charts the fraction nonconforming of lots of varying size. The centre
// is p̄ = Σd/Σn.
//
// Equally many of both, 1 ≤ n_i ≤ 10⁹, 0 ≤ d_i ≤ n_i, 0 < sigmas ≤ 6; otherwise a
// *ParameterError. Source: ISO 7870-2:2013; Montgomery, Introduction to Statistical
// Quality Control, 7.2.
func PChart(nonconforming, sizes []int, sigmas float64, limits Limits) (Chart, error) {
	if limits != Shewhart && limits != Exact {
		return Chart{}, OutOfRange("limits", limits, "shewhart or exact")
	}
	if err := checkChart(nonconforming, sizes, sigmas, func(i int) int { return sizes[i] }); err != nil {
		return Chart{}, err
	}
	c := Chart{Center: rate(nonconforming, sizes)}
	for i, n := range sizes {
		p := ChartPoint{Value: float64(nonconforming[i]) / float64(n)}
		if limits == Exact && c.Center*float64(n) < 5 {
			p.LCL, p.UCL, p.Exact = exactLimits(n, c.Center, sigmas)
		} else {
			half := sigmas * math.Sqrt(c.Center*(1-c.Center)/float64(n))
			p.LCL, p.UCL = math.Max(0, c.Center-half), math.Min(1, c.Center+half)
		}
		c.Points = append(c.Points, p)
	}
	c.Signals = signals(c, nonconforming, sizes)
	return c, nil
}

// UChart charts nonconformities per item. The centre is ū = Σc/Σn, the limits
// ū ± k √(ū/n_i), the lower not below 0. Domain as PChart, but an item may have
// several nonconformities. Source: as PChart, 7.3.
func UChart(nonconformities, sizes []int, sigmas float64) (Chart, error) {
	if err := checkChart(nonconformities, sizes, sigmas, func(int) int { return maxCount }); err != nil {
		return Chart{}, err
	}
	c := Chart{Center: rate(nonconformities, sizes)}
	for i, n := range sizes {
		half := sigmas * math.Sqrt(c.Center/float64(n))
		c.Points = append(c.Points, ChartPoint{
			Value: float64(nonconformities[i]) / float64(n),
			LCL:   math.Max(0, c.Center-half),
			UCL:   c.Center + half,
		})
	}
	c.Signals = signals(c, nonconformities, sizes)
	return c, nil
}

func checkChart(counts, sizes []int, sigmas float64, most func(i int) int) error {
	err := first(
		intIn("lots", len(sizes), 1, maxStrata),
		intIn("counts", len(counts), len(sizes), len(sizes)),
	)
	if err == nil && !(sigmas > 0 && sigmas <= 6) {
		err = OutOfRange("sigmas", sigmas, "> 0 and <= 6")
	}
	for i := 0; err == nil && i < len(sizes); i++ {
		err = first(
			intIn(fmt.Sprintf("sizes[%d]", i), sizes[i], 1, maxCount),
			intIn(fmt.Sprintf("counts[%d]", i), counts[i], 0, most(i)),
		)
	}
	return err
}

func rate(counts, sizes []int) float64 {
	d, n := 0, 0
	for i := range sizes {
		d += counts[i]
		n += sizes[i]
	}
	return float64(d) / float64(n)
}

// exactLimits are the smallest and largest d/n that are not in a binomial tail of
// probability Φ(−sigmas).
func exactLimits(n int, p, sigmas float64) (lower, upper float64, exact bool) {
	alpha := math.Erfc(sigmas/math.Sqrt2) / 2
	low := searchInt(0, n, func(d int) bool { return binomialTails(n, d, p).lower > alpha })
	high := searchInt(0, n, func(d int) bool { return binomialTails(n, d, p).upper <= alpha })
	return float64(low) / float64(n), float64(high) / float64(n), true
}

// signals applies the rules. Comparisons between lots use whole numbers, so that
// equal fractions of different sizes are equal.
func signals(c Chart, counts, sizes []int) []Signal {
	const rounding = 1e-12
	var out []Signal
	total, all := 0, 0
	for i := range sizes {
		total += counts[i]
		all += sizes[i]
	}
	aside, side, trend, way := 0, 0, 1, 0
	for i, p := range c.Points {
		if p.Value > p.UCL+rounding || p.Value < p.LCL-rounding {
			out = append(out, Signal{Outside, i, i})
		}
		aside, side = run(aside, side, compareRates(counts[i], sizes[i], total, all), 1)
		if aside >= runOnOneSide {
			out = append(out, Signal{OneSide, i - aside + 1, i})
		}
		if i > 0 {
			trend, way = run(trend, way, compareRates(counts[i], sizes[i], counts[i-1], sizes[i-1]), 2)
		}
		if trend >= runOfTrend {
			out = append(out, Signal{trendRule(way), i - trend + 1, i})
		}
	}
	return out
}

// run continues a run of points in one direction, or starts one of length
// `fresh` (0 without direction, for a point; 1, for a step that goes nowhere).
func run(length, direction, now, fresh int) (int, int) {
	switch now {
	case 0:
		return fresh - 1, 0
	case direction:
		return length + 1, now
	}
	return fresh, now
}

func trendRule(way int) ChartRule {
	if way > 0 {
		return Rising
	}
	return Falling
}

// compareRates compares a/m with b/n exactly, by cross products in 128 bits.
func compareRates(a, m, b, n int) int {
	h1, l1 := bits.Mul64(uint64(a), uint64(n))
	h2, l2 := bits.Mul64(uint64(b), uint64(m))
	if h1 != h2 {
		return cmp.Compare(h1, h2)
	}
	return cmp.Compare(l1, l2)
}
