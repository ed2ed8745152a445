// Package day keeps calendar dates apart from instants: a due date, a validity
// or a launch is a day in the organisation's zone, not a moment.
package day

import (
	"time"
	_ "time/tzdata" // the zone must be known on machines without a zone database
)

const layout = "2006-01-02"

// Date is a calendar day as "YYYY-MM-DD"; the empty string means none. Dates
// compare as strings, in Go and in SQL.
type Date string

// Zone is where the organisation's days begin and end: the Measures apply in
// mainland China, which has one zone.
var Zone = mustZone("Asia/Shanghai")

func mustZone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return z
}

// Of is the day of an instant in Zone.
func Of(t time.Time) Date { return Date(t.In(Zone).Format(layout)) }

// Parse reads "YYYY-MM-DD" between the years 1900 and 2999; ok is false for
// anything else. The empty string is the empty date.
func Parse(s string) (d Date, ok bool) {
	if s == "" {
		return "", true
	}
	t, err := time.Parse(layout, s)
	if err != nil || t.Year() < 1900 || t.Year() > 2999 {
		return "", false
	}
	return Date(s), true
}

// Time is the first instant of the day in Zone; the zero time for none.
func (d Date) Time() time.Time {
	t, err := time.ParseInLocation(layout, string(d), Zone)
	if err != nil {
		return time.Time{}
	}
	return t
}

// Add moves by calendar days; none stays none.
func (d Date) Add(days int) Date {
	if d == "" {
		return ""
	}
	return Of(d.Time().AddDate(0, 0, days))
}

// Until counts the calendar days from d to later (negative when later is
// earlier). Both must be set.
func (d Date) Until(later Date) int {
	a, _ := time.Parse(layout, string(d))
	b, _ := time.Parse(layout, string(later))
	return int(b.Sub(a).Hours() / 24)
}

// Before says whether d is set and earlier than other.
func (d Date) Before(other Date) bool { return d != "" && d < other }
