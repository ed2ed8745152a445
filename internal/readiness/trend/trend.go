// Package trend looks ahead from a series of daily figures. It is pure.
//
// The slope is the median of the slopes between all pairs of days (Theil–Sen
// estimator; P. K. Sen, Estimates of the regression coefficient based on
// Kendall's tau, J. Am. Stat. Assoc. 63, 1968), which a few odd days do not
// move. Its range is the 90 % confidence interval of the same paper: the
// slopes at the ranks (N ∓ C) / 2, where N is the number of pairs and
// C = 1.645 √(n (n−1) (2n+5) / 18) for n days. Days that follow each other are
// not independent, so the true range is rather wider.
package trend

import (
	"math"
	"slices"

	"hegui/internal/day"
)

// Point is a figure on a day.
type Point struct {
	Day   day.Date
	Value int
}

// Slope is a change per day, with its range.
type Slope struct{ Low, Mid, High float64 }

// Fewest is how many days a forecast needs.
const Fewest = 14

// z90 is the normal quantile of a two-sided 90 % interval.
const z90 = 1.645

// most is how many days a slope is worked out from; longer series are thinned
// evenly.
const most = 180

// Of is the slope of a series with at least Fewest days; ok is false for a
// shorter one.
func Of(series []Point) (s Slope, ok bool) {
	series = thin(series)
	n := len(series)
	if n < Fewest {
		return s, false
	}
	slopes := make([]float64, 0, n*(n-1)/2)
	at := make([]int, n)
	for i, p := range series {
		at[i] = series[0].Day.Until(p.Day)
	}
	for i := range series {
		for j := i + 1; j < n; j++ {
			if at[j] > at[i] {
				slopes = append(slopes, float64(series[j].Value-series[i].Value)/float64(at[j]-at[i]))
			}
		}
	}
	if len(slopes) == 0 {
		return s, false
	}
	slices.Sort(slopes)
	pairs := float64(len(slopes))
	c := z90 * math.Sqrt(float64(n)*float64(n-1)*float64(2*n+5)/18)
	return Slope{Low: rank(slopes, math.Floor((pairs-c)/2)), Mid: median(slopes), High: rank(slopes, math.Ceil((pairs+c)/2))}, true
}

func thin(series []Point) []Point {
	if len(series) <= most {
		return series
	}
	out := make([]Point, most)
	for i := range out {
		out[i] = series[i*(len(series)-1)/(most-1)]
	}
	return out
}

func rank(sorted []float64, at float64) float64 {
	return sorted[max(0, min(len(sorted)-1, int(at)))]
}

func median(sorted []float64) float64 {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// Forecast is when a series reaches a target.
type Forecast struct {
	Reached  bool     // it stands there today
	Date     day.Date // at the median slope; none when it does not get there
	Earliest day.Date // at the steeper end of the range
	Latest   day.Date // at the flatter end; none when that never gets there
	Days     int      // how many days the slope was worked out from
}

// Known says whether there is a forecast.
func (f Forecast) Known() bool { return f.Reached || f.Date != "" }

// Horizon is how many days ahead a forecast may lie; what lies further is
// none.
const Horizon = 3 * 365

// To says when the series gets to the target, up or down, from its last point.
func To(series []Point, target int) (f Forecast) {
	f.Days = len(series)
	if len(series) == 0 {
		return f
	}
	last := series[len(series)-1]
	s, ok := Of(series)
	if !ok {
		return f
	}
	gap := float64(target - last.Value)
	if gap < 0 { // downwards: as upwards in the mirror
		gap, s = -gap, Slope{Low: -s.High, Mid: -s.Mid, High: -s.Low}
	}
	f.Date, f.Earliest, f.Latest = after(last.Day, gap, s.Mid), after(last.Day, gap, s.High), after(last.Day, gap, s.Low)
	if f.Date == "" {
		f.Earliest, f.Latest = "", ""
	}
	return f
}

// Up says when the series rises to the target; it has reached it at or above.
func Up(series []Point, target int) Forecast {
	if n := len(series); n > 0 && series[n-1].Value >= target {
		return Forecast{Reached: true, Days: n}
	}
	return To(series, target)
}

// Down says when the series falls to the target; it has reached it at or
// below.
func Down(series []Point, target int) Forecast {
	if n := len(series); n > 0 && series[n-1].Value <= target {
		return Forecast{Reached: true, Days: n}
	}
	return To(series, target)
}

func after(from day.Date, gap, slope float64) day.Date {
	if slope <= 0 || gap/slope > Horizon {
		return ""
	}
	return from.Add(int(math.Ceil(gap / slope)))
}

// Later is the forecast of two things both having come about.
func Later(a, b Forecast) Forecast {
	switch {
	case a.Reached && !b.Reached:
		return b
	case b.Reached:
		return a
	}
	out := Forecast{Days: min(a.Days, b.Days)}
	if a.Date == "" || b.Date == "" {
		return out
	}
	out.Date, out.Earliest = max(a.Date, b.Date), max(a.Earliest, b.Earliest)
	if a.Latest != "" && b.Latest != "" {
		out.Latest = max(a.Latest, b.Latest)
	}
	return out
}
