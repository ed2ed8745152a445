// Package clock counts deadlines: pure functions of days, a calendar and what
// happened to a request.
//
// The day on which a clock starts does not count (Civil Code of the People's
// Republic of China, Article 201); the last day ends at 24:00 (Article 203).
// Days belong to Asia/Shanghai. A pause keeps the days after its first one up
// to and with its last one from counting, so that a pause that ends on the day
// it began costs nothing.
package clock

import (
	"slices"

	"hegui/internal/day"
)

// Unit is what a rule counts.
type Unit string

// The units.
const (
	Working  Unit = "working"  // days on which the calendar says that people work
	Calendar Unit = "calendar" // all days
)

// Units in the order they are offered.
var Units = []Unit{Working, Calendar}

// Start is the event with which a clock starts.
type Start string

// The starts.
const (
	AtIntake   Start = "intake"
	AtIdentity Start = "identity" // when it was shown who asks
)

// Starts in the order they are offered.
var Starts = []Start{AtIntake, AtIdentity}

// Rule is how long something may take. Roll moves a last day that is no
// working day to the next working day (Civil Code, Article 203).
type Rule struct {
	Days int
	Unit Unit
	Roll bool
}

// Span is a time in which the clock stands still; without Until it lasts.
type Span struct{ From, Until day.Date }

// holds says whether a day does not count because of the span.
func (s Span) holds(d day.Date) bool {
	return d > s.From && (s.Until == "" || d <= s.Until)
}

// Course is what happened to one deadline. Start is none while the clock has
// not started; Extra are the days of an extension.
type Course struct {
	Rule   Rule
	Start  day.Date
	Extra  int
	Pauses []Span
}

// Status says what the clock does.
type Status string

// The statuses.
const (
	NotStarted Status = "not_started"
	Running    Status = "running"
	Paused     Status = "paused"
)

// Reading is what the clock shows.
type Reading struct {
	Status      Status
	Due         day.Date // the last day in time; none unless Running
	Left        int      // days of the rule's unit to Due, 0 on the day itself, negative after it; when Paused those that remain
	Unannounced []int    // years whose holidays are not announced and on which Due rests
}

// Late says that the last day is over.
func (r Reading) Late() bool { return r.Status == Running && r.Left < 0 }

// forever bounds counting: no deadline is a hundred years long.
const forever = 36_600

// Read gives what the clock shows at the end of the events in c, on a day.
func Read(c Course, cal *Days, today day.Date) Reading {
	if c.Start == "" {
		return Reading{Status: NotStarted, Left: c.Rule.Days + c.Extra}
	}
	due, left := c.due(cal)
	if due == "" {
		return Reading{Status: Paused, Left: left}
	}
	return Reading{Status: Running, Due: due, Left: Left(c.Rule.Unit, cal, due, today), Unannounced: c.unannounced(cal, due)}
}

// due walks from the start to the last day. Without one, because a pause
// lasts, it gives the days that remain.
func (c Course) due(cal *Days) (due day.Date, left int) {
	d, left := c.Start, c.Rule.Days+c.Extra
	for range forever {
		if left <= 0 {
			return c.roll(cal, d), 0
		}
		d = d.Add(1)
		held, lasting := c.held(d)
		if lasting {
			return "", left
		}
		if !held && cal.Counts(c.Rule.Unit, d) {
			left--
		}
	}
	return d, 0
}

// held says whether a pause keeps a day from counting, and whether that pause
// lasts.
func (c Course) held(d day.Date) (held, lasting bool) {
	for _, p := range c.Pauses {
		if p.holds(d) {
			held = true
			lasting = lasting || p.Until == ""
		}
	}
	return held, lasting
}

// roll moves the last day on, when the rule says so.
func (c Course) roll(cal *Days, d day.Date) day.Date {
	if !c.Rule.Roll {
		return d
	}
	for range forever {
		if cal.Working(d) {
			return d
		}
		d = d.Add(1)
	}
	return d
}

// unannounced lists the years that matter and are not known.
func (c Course) unannounced(cal *Days, due day.Date) []int {
	if c.Rule.Unit == Calendar && !c.Rule.Roll {
		return nil // no holiday was asked for
	}
	first := c.Start.Add(1)
	if c.Rule.Unit == Calendar {
		first = due // only the last day was asked about
	}
	var out []int
	for y := yearOf(first); y <= yearOf(due); y++ {
		if !cal.Known(y) {
			out = append(out, y)
		}
	}
	return slices.Compact(out)
}

// Left counts the days of a unit from today to a due day: 0 on the day itself,
// negative after it.
func Left(unit Unit, cal *Days, due, today day.Date) int {
	n := 0
	for d := today; d < due && n < forever; {
		d = d.Add(1)
		if cal.Counts(unit, d) {
			n++
		}
	}
	for d := due; d < today && n > -forever; {
		d = d.Add(1)
		if cal.Counts(unit, d) {
			n--
		}
	}
	if n == 0 && due < today {
		return -1 // over, though no day of the unit has passed since
	}
	return n
}

// Ahead is the day that lies n days of a unit before another.
func Ahead(unit Unit, cal *Days, d day.Date, n int) day.Date {
	for range forever {
		if n <= 0 {
			return d
		}
		d = d.Add(-1)
		if cal.Counts(unit, d) {
			n--
		}
	}
	return d
}
