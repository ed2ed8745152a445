package clock

import (
	"strconv"
	"sync"
	"time"

	"github.com/6tail/lunar-go/HolidayUtil"

	"hegui/internal/day"
)

// Days knows which days people work on: the weekends, the statutory holidays
// and the make-up working days that the State Council announces year by year,
// as far as they are built in, and over them what the organisation entered.
type Days struct {
	own   map[day.Date]bool // true: a working day
	known map[int]bool
}

// NewDays makes a calendar of the organisation's own days (true: people work)
// and the years whose holidays it has entered.
func NewDays(own map[day.Date]bool, announced map[int]bool) *Days {
	return &Days{own: own, known: announced}
}

// Holiday is a day that is not what its day of the week says.
type Holiday struct {
	Date    day.Date
	Name    string // in Chinese
	Working bool   // a make-up working day
}

type builtIn struct {
	days map[day.Date]Holiday
	year map[int][]Holiday
}

// firstYear is the first whose holidays are built in; since 1999 the State
// Council shifts working days around them.
const firstYear = 2002

// lastYear is how far ahead announcements are looked for.
const lastYear = 2100

var statutory = sync.OnceValue(func() builtIn {
	b := builtIn{days: map[day.Date]Holiday{}, year: map[int][]Holiday{}}
	for year := firstYear; year <= lastYear; year++ {
		for e := HolidayUtil.GetHolidaysByYear(year).Front(); e != nil; e = e.Next() {
			h, ok := e.Value.(*HolidayUtil.Holiday)
			if !ok {
				continue
			}
			one := Holiday{Date: day.Date(h.GetDay()), Name: h.GetName(), Working: h.IsWork()}
			b.days[one.Date] = one
			b.year[year] = append(b.year[year], one)
		}
	}
	return b
})

// Statutory lists the holidays and make-up working days of a year that are
// built in, in the order of days; none when it was not announced in time.
func Statutory(year int) []Holiday { return statutory().year[year] }

// Known says whether the holidays of a year are announced: built in, or
// entered by the organisation.
func (c *Days) Known(year int) bool { return len(statutory().year[year]) > 0 || c.known[year] }

// Working says whether people work on a day. In a year that is not announced
// only weekends are known.
func (c *Days) Working(d day.Date) bool {
	if working, ok := c.own[d]; ok {
		return working
	}
	if h, ok := statutory().days[d]; ok {
		return h.Working
	}
	switch weekday(d) {
	case time.Saturday, time.Sunday:
		return false
	}
	return true
}

// Counts says whether a day is one of a unit.
func (c *Days) Counts(u Unit, d day.Date) bool { return u == Calendar || c.Working(d) }

func weekday(d day.Date) time.Weekday { return d.Time().Weekday() }

func yearOf(d day.Date) int {
	if len(d) < 4 {
		return 0
	}
	y, _ := strconv.Atoi(string(d[:4])) // a date begins with its year
	return y
}
