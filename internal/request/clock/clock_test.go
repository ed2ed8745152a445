package clock_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"hegui/internal/day"
	"hegui/internal/request/clock"
)

// announced is what is built in; no later year was announced when it was made.
var announced = clock.NewDays(nil, nil)

// own is a calendar with the organisation's own days: a day off, a Saturday on
// which people work, and New Year's Day of a year that it says is complete.
var own = clock.NewDays(map[day.Date]bool{"2026-01-06": false, "2026-01-10": true, "2027-01-01": false}, map[int]bool{2027: true})

// rule reads "15w" (working days), "30c" (calendar days), "10c roll".
func rule(t *testing.T, s string) clock.Rule {
	t.Helper()
	words := strings.Fields(s)
	n, err := strconv.Atoi(words[0][:len(words[0])-1])
	if err != nil {
		t.Fatal(err)
	}
	r := clock.Rule{Days: n, Unit: clock.Calendar, Roll: len(words) > 1}
	if strings.HasSuffix(words[0], "w") {
		r.Unit = clock.Working
	}
	return r
}

// start reads a day, an instant, or nothing.
func start(t *testing.T, s string) day.Date {
	t.Helper()
	if len(s) <= 10 {
		return day.Date(s)
	}
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return day.Of(at)
}

// pauses reads "2026-01-07..2026-01-09 2026-02-03..".
func pauses(s string) []clock.Span {
	var out []clock.Span
	for _, one := range strings.Fields(s) {
		from, until, _ := strings.Cut(one, "..")
		out = append(out, clock.Span{From: day.Date(from), Until: day.Date(until)})
	}
	return out
}

// TestDue is the specification of deadlines. Weekdays: 2024-02-29 is a
// Thursday, 2026-01-05 a Monday, 2027-01-01 a Friday.
func TestDue(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, rule, start, pauses string
		extra                     int
		cal                       *clock.Days
		want                      string // the due day, and years that are not announced
	}{
		// weekends
		{name: "the day of intake does not count", rule: "1w", start: "2026-01-05", want: "2026-01-06"},
		{name: "over a weekend", rule: "1w", start: "2026-01-09", want: "2026-01-12"},
		{name: "from a Saturday", rule: "1w", start: "2026-01-10", want: "2026-01-12"},
		{name: "from a Sunday", rule: "1w", start: "2026-01-11", want: "2026-01-12"},
		{name: "a working week", rule: "5w", start: "2026-01-05", want: "2026-01-12"},
		{name: "fifteen working days", rule: "15w", start: "2026-01-05", want: "2026-01-26"},
		{name: "thirty calendar days", rule: "30c", start: "2026-01-05", want: "2026-02-04"},
		{name: "a calendar day on a Saturday stays there", rule: "5c", start: "2026-01-05", want: "2026-01-10"},
		{name: "and moves on when the rule says so", rule: "5c roll", start: "2026-01-05", want: "2026-01-12"},
		{name: "a last day that is a working day does not move", rule: "4c roll", start: "2026-01-05", want: "2026-01-09"},

		// New Year's Day 2026: 1 to 3 January off, Sunday the 4th worked
		{name: "a Sunday that is worked", rule: "1w", start: "2025-12-31", want: "2026-01-04"},
		{name: "the day after it", rule: "2w", start: "2025-12-31", want: "2026-01-05"},
		{name: "fifteen over New Year", rule: "15w", start: "2025-12-31", want: "2026-01-22"},

		// Spring Festival 2026: 15 to 23 February off, Saturdays 14 and 28 worked
		{name: "the Saturday before the festival", rule: "1w", start: "2026-02-13", want: "2026-02-14"},
		{name: "from that Saturday", rule: "1w", start: "2026-02-14", want: "2026-02-24"},
		{name: "from the first day of the festival", rule: "1w", start: "2026-02-15", want: "2026-02-24"},
		{name: "from the last day of the festival", rule: "1w", start: "2026-02-23", want: "2026-02-24"},
		{name: "over the festival", rule: "5w", start: "2026-02-13", want: "2026-02-27"},
		{name: "to the Saturday after it", rule: "6w", start: "2026-02-13", want: "2026-02-28"},
		{name: "past the Saturday after it", rule: "7w", start: "2026-02-13", want: "2026-03-02"},
		{name: "fifteen over the festival", rule: "15w", start: "2026-02-09", want: "2026-03-06"},
		{name: "calendar days run through it", rule: "15c", start: "2026-02-09", want: "2026-02-24"},
		{name: "a calendar day within it", rule: "10c", start: "2026-02-09", want: "2026-02-19"},
		{name: "moves to its end", rule: "10c roll", start: "2026-02-09", want: "2026-02-24"},
		{name: "does not move from a Saturday that is worked", rule: "10c roll", start: "2026-02-04", want: "2026-02-14"},
		{name: "Spring Festival 2025", rule: "1w", start: "2025-01-27", want: "2025-02-05"},
		{name: "a Sunday before it in 2025", rule: "1w", start: "2025-01-24", want: "2025-01-26"},
		{name: "a Saturday after it in 2025", rule: "4w", start: "2025-01-27", want: "2025-02-08"},
		{name: "two Sundays that are worked in 2024", rule: "7w", start: "2024-02-02", want: "2024-02-18"},

		// Qingming, Labour Day, Dragon Boat Festival
		{name: "Qingming", rule: "1w", start: "2026-04-03", want: "2026-04-07"},
		{name: "around Qingming", rule: "3w", start: "2026-04-02", want: "2026-04-08"},
		{name: "Labour Day", rule: "1w", start: "2026-04-30", want: "2026-05-06"},
		{name: "the Saturday after Labour Day", rule: "4w", start: "2026-04-30", want: "2026-05-09"},
		{name: "past that Saturday", rule: "5w", start: "2026-04-30", want: "2026-05-11"},
		{name: "Dragon Boat Festival", rule: "1w", start: "2026-06-18", want: "2026-06-22"},

		// National Day 2026: 25 to 27 September and 1 to 7 October off, Sunday
		// 20 September and Saturday 10 October worked
		{name: "the Sunday before National Day", rule: "1w", start: "2026-09-18", want: "2026-09-20"},
		{name: "past that Sunday", rule: "2w", start: "2026-09-18", want: "2026-09-21"},
		{name: "Mid-Autumn Festival", rule: "1w", start: "2026-09-24", want: "2026-09-28"},
		{name: "National Day", rule: "1w", start: "2026-09-30", want: "2026-10-08"},
		{name: "the Saturday after National Day", rule: "3w", start: "2026-09-30", want: "2026-10-10"},
		{name: "past that Saturday", rule: "4w", start: "2026-09-30", want: "2026-10-12"},
		{name: "fifteen over both holidays", rule: "15w", start: "2026-09-21", want: "2026-10-19"},
		{name: "calendar days end within National Day", rule: "15c", start: "2026-09-21", want: "2026-10-06"},
		{name: "and move to its end", rule: "15c roll", start: "2026-09-21", want: "2026-10-08"},
		{name: "National Day with Mid-Autumn in 2025", rule: "1w", start: "2025-09-30", want: "2025-10-09"},
		{name: "the Saturday after it in 2025", rule: "3w", start: "2025-09-30", want: "2025-10-11"},

		// leap day
		{name: "to the leap day", rule: "1c", start: "2024-02-28", want: "2024-02-29"},
		{name: "past the leap day", rule: "2c", start: "2024-02-28", want: "2024-03-01"},
		{name: "a working leap day", rule: "1w", start: "2024-02-28", want: "2024-02-29"},
		{name: "from the leap day", rule: "1w", start: "2024-02-29", want: "2024-03-01"},
		{name: "thirty days to the leap day", rule: "30c", start: "2024-01-30", want: "2024-02-29"},
		{name: "thirty days in a leap year", rule: "30c", start: "2024-01-31", want: "2024-03-01"},
		{name: "thirty days in a common year", rule: "30c", start: "2026-01-31", want: "2026-03-02"},
		{name: "a year from the leap day", rule: "365c", start: "2024-02-29", want: "2025-02-28"},

		// a year that is not announced
		{name: "the first day of an unknown year", rule: "1w", start: "2026-12-31", want: "2027-01-01 unannounced 2027"},
		{name: "into an unknown year", rule: "15w", start: "2026-12-21", want: "2027-01-11 unannounced 2027"},
		{name: "just not into it", rule: "5w", start: "2026-12-21", want: "2026-12-28"},
		{name: "calendar days do not ask", rule: "30c", start: "2026-12-21", want: "2027-01-20"},
		{name: "unless the last day may move", rule: "30c roll", start: "2026-12-21", want: "2027-01-20 unannounced 2027"},
		{name: "two unknown years", rule: "300w", start: "2026-12-31", want: "2028-02-24 unannounced 2027 2028"},
		{name: "within an unknown year", rule: "1w", start: "2027-05-05", want: "2027-05-06 unannounced 2027"},

		// the organisation's own calendar
		{name: "an own day off", rule: "1w", start: "2026-01-05", cal: own, want: "2026-01-07"},
		{name: "an own working Saturday", rule: "1w", start: "2026-01-09", cal: own, want: "2026-01-10"},
		{name: "a year that was entered", rule: "1w", start: "2026-12-31", cal: own, want: "2027-01-04"},
		{name: "calendar days do not ask it", rule: "1c", start: "2026-01-05", cal: own, want: "2026-01-06"},

		// near midnight in Shanghai, which is 16:00 UTC
		{name: "the last second of a day", rule: "1w", start: "2026-01-05T15:59:59.999999Z", want: "2026-01-06"},
		{name: "the first instant of the next", rule: "1w", start: "2026-01-05T16:00:00Z", want: "2026-01-07"},
		{name: "the last second before a worked Saturday", rule: "1w", start: "2026-02-13T15:59:59Z", want: "2026-02-14"},
		{name: "the first of it", rule: "1w", start: "2026-02-13T16:00:00Z", want: "2026-02-24"},
		{name: "New Year in Shanghai", rule: "1c", start: "2025-12-31T16:00:00Z", want: "2026-01-02"},
		{name: "still the old year", rule: "1c", start: "2025-12-31T15:59:00Z", want: "2026-01-01"},
		{name: "the leap day begins", rule: "1c", start: "2024-02-28T16:00:00Z", want: "2024-03-01"},
		{name: "the last minute before National Day", rule: "1w", start: "2026-09-30T15:59:00Z", want: "2026-10-08"},
		{name: "the first minute after it", rule: "1w", start: "2026-10-07T16:00:00Z", want: "2026-10-09"},

		// pauses
		{name: "a pause", rule: "5w", start: "2026-01-05", pauses: "2026-01-07..2026-01-09", want: "2026-01-14"},
		{name: "a pause that ends on its first day", rule: "5w", start: "2026-01-05", pauses: "2026-01-07..2026-01-07", want: "2026-01-12"},
		{name: "a pause over a weekend", rule: "5w", start: "2026-01-05", pauses: "2026-01-09..2026-01-12", want: "2026-01-13"},
		{name: "a pause over Spring Festival", rule: "5w", start: "2026-02-11", pauses: "2026-02-13..2026-02-24", want: "2026-02-27"},
		{name: "a pause over a worked Saturday", rule: "2w", start: "2026-02-12", pauses: "2026-02-12..2026-02-14", want: "2026-02-25"},
		{name: "two pauses", rule: "5w", start: "2026-01-05", pauses: "2026-01-06..2026-01-07 2026-01-08..2026-01-09", want: "2026-01-14"},
		{name: "pauses that overlap", rule: "5w", start: "2026-01-05", pauses: "2026-01-06..2026-01-09 2026-01-07..2026-01-13", want: "2026-01-19"},
		{name: "a pause from the first day", rule: "5w", start: "2026-01-05", pauses: "2026-01-05..2026-01-07", want: "2026-01-14"},
		{name: "a pause before the start", rule: "5w", start: "2026-01-05", pauses: "2026-01-01..2026-01-05", want: "2026-01-12"},
		{name: "a pause across the start", rule: "5w", start: "2026-01-05", pauses: "2026-01-01..2026-01-06", want: "2026-01-13"},
		{name: "a pause in calendar days", rule: "30c", start: "2026-01-01", pauses: "2026-01-10..2026-01-20", want: "2026-02-10"},
		{name: "a pause after the due day", rule: "5w", start: "2026-01-05", pauses: "2026-01-14..2026-01-16", want: "2026-01-12"},
		{name: "a lasting pause from the due day", rule: "5w", start: "2026-01-05", pauses: "2026-01-12..", want: "2026-01-12"},
		{name: "a lasting pause the day before", rule: "5w", start: "2026-01-05", pauses: "2026-01-09..", want: "paused, 1 left"},
		{name: "a lasting pause", rule: "5w", start: "2026-01-05", pauses: "2026-01-07..", want: "paused, 3 left"},
		{name: "a lasting pause from the first day", rule: "5w", start: "2026-01-05", pauses: "2026-01-05..", want: "paused, 5 left"},
		{name: "a second pause lasts", rule: "5w", start: "2026-01-05", pauses: "2026-01-06..2026-01-07 2026-01-08..", want: "paused, 3 left"},

		// extensions
		{name: "an extension of working days", rule: "15w", start: "2026-01-05", extra: 15, want: "2026-02-14"},
		{name: "an extension of calendar days", rule: "30c", start: "2026-01-05", extra: 15, want: "2026-02-19"},
		{name: "an extension after a pause", rule: "5w", start: "2026-01-05", pauses: "2026-01-07..2026-01-09", extra: 2, want: "2026-01-16"},
		{name: "an extension into an unknown year", rule: "10w", start: "2026-12-07", extra: 10, want: "2027-01-04 unannounced 2027"},
		{name: "an extension in a pause", rule: "5w", start: "2026-01-05", pauses: "2026-01-07..", extra: 5, want: "paused, 8 left"},

		{name: "not started", rule: "15w", start: "", want: "not started, 15 left"},
		{name: "extended and not started", rule: "15w", start: "", extra: 15, want: "not started, 30 left"},
	} {
		if c.cal == nil {
			c.cal = announced
		}
		got := clock.Read(clock.Course{Rule: rule(t, c.rule), Start: start(t, c.start), Extra: c.extra, Pauses: pauses(c.pauses)}, c.cal, "2026-01-05")
		if said := say(got); said != c.want {
			t.Errorf("%s: got %s, want %s", c.name, said, c.want)
		}
	}
}

func say(r clock.Reading) string {
	switch r.Status {
	case clock.NotStarted:
		return fmt.Sprintf("not started, %d left", r.Left)
	case clock.Paused:
		return fmt.Sprintf("paused, %d left", r.Left)
	}
	out := string(r.Due)
	if len(r.Unannounced) > 0 {
		out += " unannounced " + strings.Trim(fmt.Sprint(r.Unannounced), "[]")
	}
	return out
}

func TestLeft(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		unit       clock.Unit
		due, today day.Date
		want       int
	}{
		{"the day itself", clock.Working, "2026-01-12", "2026-01-12", 0},
		{"the day before", clock.Working, "2026-01-13", "2026-01-12", 1},
		{"over a weekend", clock.Working, "2026-01-12", "2026-01-09", 1},
		{"over a weekend in calendar days", clock.Calendar, "2026-01-12", "2026-01-09", 3},
		{"on a weekend before", clock.Working, "2026-01-12", "2026-01-10", 1},
		{"over Spring Festival", clock.Working, "2026-02-25", "2026-02-13", 3},
		{"a calendar day late", clock.Calendar, "2026-01-12", "2026-01-13", -1},
		{"late on a Saturday", clock.Working, "2026-01-09", "2026-01-10", -1},
		{"late on the Monday", clock.Working, "2026-01-09", "2026-01-12", -1},
		{"late on the Tuesday", clock.Working, "2026-01-09", "2026-01-13", -2},
		{"late within Spring Festival", clock.Working, "2026-02-14", "2026-02-20", -1},
		{"late after Spring Festival", clock.Working, "2026-02-14", "2026-02-25", -2},
		{"a due day on a weekend", clock.Calendar, "2026-01-10", "2026-01-09", 1},
	} {
		if got := clock.Left(c.unit, announced, c.due, c.today); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	late := clock.Read(clock.Course{Rule: rule(t, "5w"), Start: "2026-01-05", Pauses: pauses("2026-01-15..")}, announced, "2026-01-20")
	if !late.Late() || late.Left != -6 {
		t.Errorf("waiting after the due day: %+v", late)
	}
	if r := clock.Read(clock.Course{Rule: rule(t, "5w")}, announced, "2026-01-20"); r.Late() {
		t.Errorf("late before it started: %+v", r)
	}
}

func TestAhead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		unit clock.Unit
		due  day.Date
		n    int
		want day.Date
	}{
		{"none", clock.Working, "2026-01-12", 0, "2026-01-12"},
		{"over a weekend", clock.Working, "2026-01-12", 1, "2026-01-09"},
		{"over Spring Festival", clock.Working, "2026-02-25", 3, "2026-02-13"},
		{"calendar days", clock.Calendar, "2026-01-12", 5, "2026-01-07"},
	} {
		if got := clock.Ahead(c.unit, announced, c.due, c.n); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestCalendar(t *testing.T) {
	t.Parallel()
	for year, want := range map[int]bool{2001: false, 2002: true, 2025: true, 2026: true, 2027: false} {
		if got := announced.Known(year); got != want {
			t.Errorf("%d known: %v", year, got)
		}
	}
	off, on := 0, 0
	for _, h := range clock.Statutory(2026) {
		if h.Name == "" || len(h.Date) != 10 {
			t.Errorf("odd holiday %+v", h)
		}
		if h.Working {
			on++
		} else {
			off++
		}
	}
	if off != 33 || on != 6 {
		t.Errorf("%d days off, %d worked", off, on)
	}
}
