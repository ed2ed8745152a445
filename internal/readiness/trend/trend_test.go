package trend_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hegui/internal/day"
	"hegui/internal/readiness/trend"
)

const first = day.Date("2026-06-01")

func series(values ...int) []trend.Point {
	out := make([]trend.Point, len(values))
	for i, v := range values {
		out[i] = trend.Point{Day: first.Add(i), Value: v}
	}
	return out
}

func line(n, from, step int) []trend.Point {
	values := make([]int, n)
	for i := range values {
		values[i] = from + i*step
	}
	return series(values...)
}

func TestForecast(t *testing.T) {
	t.Parallel()
	spoilt := line(30, 500, 5)
	spoilt[10].Value, spoilt[20].Value = 0, 1000
	tests := []struct {
		name string
		got  trend.Forecast
		want trend.Forecast
	}{
		{"nothing", trend.Up(nil, 900), trend.Forecast{}},
		{"too short", trend.Up(line(13, 500, 5), 900), trend.Forecast{Days: 13}},
		{"there", trend.Up(line(20, 900, 0), 900), trend.Forecast{Reached: true, Days: 20}},
		{"a straight line", trend.Up(line(21, 700, 5), 900), // 800 on 21 June, 100 to go
			trend.Forecast{Date: first.Add(40), Earliest: first.Add(40), Latest: first.Add(40), Days: 21}},
		{"downwards", trend.Down(line(21, 30, -1), 0),
			trend.Forecast{Date: first.Add(30), Earliest: first.Add(30), Latest: first.Add(30), Days: 21}},
		{"flat", trend.Up(line(40, 700, 0), 900), trend.Forecast{Days: 40}},
		{"the wrong way", trend.Up(line(40, 700, -3), 900), trend.Forecast{Days: 40}},
		{"open items grow", trend.Down(line(40, 7, 1), 0), trend.Forecast{Days: 40}},
		{"two odd days", trend.Up(spoilt, 900), // 645 on the 30th day, 255 to go
			trend.Forecast{Date: first.Add(29 + 51), Earliest: first.Add(29 + 51), Latest: first.Add(29 + 51), Days: 30}},
	}
	for _, tt := range tests {
		if d := cmp.Diff(tt.want, tt.got); d != "" {
			t.Errorf("%s: %s", tt.name, d)
		}
	}
}

func TestBeyondTheHorizon(t *testing.T) {
	t.Parallel()
	creeping := make([]int, 100)
	creeping[99], creeping[50] = 1, 1
	if got := trend.Up(series(creeping...), 900); got.Known() {
		t.Errorf("a forecast of %s from next to nothing", got.Date)
	}
}

// TestRange: with noise the range holds the median, and most of the time the
// truth.
func TestRange(t *testing.T) {
	t.Parallel()
	held := 0
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 5))
		points := line(60, 300, 4)
		for i := range points {
			points[i].Value += r.IntN(81) - 40
		}
		s, ok := trend.Of(points)
		if !ok || s.Low > s.Mid || s.Mid > s.High {
			t.Fatalf("series %d: %+v", seed, s)
		}
		if s.Low <= 4 && 4 <= s.High {
			held++
		}
	}
	if held < 170 || held > 195 { // 90 % of 200, give or take
		t.Errorf("the range of 90 %% holds the truth %d times of 200", held)
	}
}

func TestLater(t *testing.T) {
	t.Parallel()
	a := trend.Forecast{Date: "2027-01-10", Earliest: "2027-01-01", Latest: "2027-03-01", Days: 60}
	b := trend.Forecast{Date: "2027-01-05", Earliest: "2027-01-03", Days: 30}
	there, never := trend.Forecast{Reached: true, Days: 60}, trend.Forecast{Days: 60}
	tests := []struct {
		name       string
		a, b, want trend.Forecast
	}{
		{"both ahead", a, b, trend.Forecast{Date: "2027-01-10", Earliest: "2027-01-03", Days: 30}},
		{"one there", there, b, b},
		{"the other there", a, there, a},
		{"both there", there, there, there},
		{"one never", a, never, trend.Forecast{Days: 60}},
		{"there and never", there, never, never},
	}
	for _, tt := range tests {
		if d := cmp.Diff(tt.want, trend.Later(tt.a, tt.b)); d != "" {
			t.Errorf("%s: %s", tt.name, d)
		}
	}
}

func TestLongSeriesAreThinned(t *testing.T) {
	t.Parallel()
	got := trend.Up(line(3650, 0, 1), 4000)
	if got.Date != first.Add(4000) {
		t.Errorf("got %s, want %s", got.Date, first.Add(4000))
	}
}
