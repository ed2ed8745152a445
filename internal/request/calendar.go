package request

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
	"hegui/internal/request/clock"
)

// CalendarYear is a year of the calendar as the organisation has it.
type CalendarYear struct {
	Year      int
	BuiltIn   bool   // the announced holidays of the year are built in
	Announced *Year  // the organisation's own statement about the year, or nil
	Days      []Date // days that are not what their day of the week says, and own days
}

// Date is a day of the calendar with where it comes from.
type Date struct {
	Date    day.Date
	Name    string
	Working bool
	Own     *Day // the organisation's own entry, or nil
}

// Calendar gives a year of the calendar.
func (s *Service) Calendar(ctx context.Context, year int) (CalendarYear, error) {
	book, err := s.rules.Get(ctx)
	if err != nil {
		return CalendarYear{}, err
	}
	built := clock.Statutory(year)
	out := CalendarYear{Year: year, BuiltIn: len(built) > 0}
	for n := range book.years {
		if int(book.years[n].Year) == year {
			out.Announced = &book.years[n]
		}
	}
	own := map[day.Date]*Day{}
	for n := range book.days {
		if d := &book.days[n]; monthOf(d.Date) != "" && yearOf(d.Date) == year {
			own[d.Date] = d
		}
	}
	for d := day.Date(fmt.Sprintf("%04d-01-01", year)); yearOf(d) == year; d = d.Add(1) {
		if o := own[d]; o != nil {
			out.Days = append(out.Days, Date{Date: d, Name: o.Name, Working: o.Working, Own: o})
			continue
		}
		for _, h := range built {
			if h.Date == d {
				out.Days = append(out.Days, Date{Date: d, Name: h.Name, Working: h.Working})
			}
		}
	}
	return out, nil
}

// Days is the calendar that deadlines are counted with.
func (s *Service) Days(ctx context.Context) (*clock.Days, error) {
	book, err := s.rules.Get(ctx)
	return book.calendar, err
}

func yearOf(d day.Date) (y int) {
	_, _ = fmt.Sscanf(string(d), "%4d-", &y) // a date begins with its year
	return y
}

// SetDay enters a day that differs from the built-in calendar, or changes it.
// Open deadlines are counted anew.
func (s *Service) SetDay(ctx context.Context, by actor.Actor, on day.Date, working bool, name string) error {
	var f problem.Fields
	if on == "" {
		f.Add("date", "request.required")
	}
	word(&f, "name", &name, maxName, true)
	if err := f.Err(); err != nil {
		return err
	}
	return s.setCalendar(ctx, by, func(tx *gorm.DB) (audit.Event, error) {
		d := Day{ID: s.ledger.NewID(), Date: on}
		if err := tx.Where("date = ?", on).Limit(1).Find(&d).Error; err != nil {
			return audit.Event{}, fmt.Errorf("read day: %w", err)
		}
		d.Working, d.Name, d.ChangedBy, d.ChangedAt = working, name, by.ID, s.ledger.Now()
		d.Version++
		return dayEvent("day_set", &d), tx.Save(&d).Error
	})
}

// ClearDay takes an own day away: the built-in calendar holds again.
func (s *Service) ClearDay(ctx context.Context, by actor.Actor, id string) error {
	return s.setCalendar(ctx, by, func(tx *gorm.DB) (audit.Event, error) {
		var d Day
		if err := found(tx.Where("id = ?", id).Take(&d).Error); err != nil {
			return audit.Event{}, err
		}
		return dayEvent("day_cleared", &d), tx.Delete(&d).Error
	})
}

// The years that the calendar can be asked about.
const (
	FirstYear = 2020
	LastYear  = 2099
)

// SetYear says whether the holidays of a year are all entered, and where they
// were announced.
func (s *Service) SetYear(ctx context.Context, by actor.Actor, year int, announced bool, source string) error {
	var f problem.Fields
	if year < FirstYear || year > LastYear {
		f.Add("year", "request.between", "min", FirstYear, "max", LastYear)
	}
	word(&f, "source", &source, maxShort, announced)
	if err := f.Err(); err != nil {
		return err
	}
	return s.setCalendar(ctx, by, func(tx *gorm.DB) (audit.Event, error) {
		y := Year{ID: s.ledger.NewID(), Year: int64(year)}
		if err := tx.Where("year = ?", year).Limit(1).Find(&y).Error; err != nil {
			return audit.Event{}, fmt.Errorf("read year: %w", err)
		}
		y.Announced, y.Source, y.ChangedBy, y.ChangedAt = announced, source, by.ID, s.ledger.Now()
		y.Version++
		return audit.Event{Action: "request_calendar.year_set", Object: object("request_calendar", y.ID), Label: fmt.Sprint(year), Rows: []any{&y}}, tx.Save(&y).Error
	})
}

// setCalendar changes the calendar and its version, and counts the open
// deadlines anew. When that is cut off, the sweep goes on.
func (s *Service) setCalendar(ctx context.Context, by actor.Actor, change func(tx *gorm.DB) (audit.Event, error)) error {
	if !by.May(actor.SetRequests) || !by.AllServices {
		return problem.New(problem.Forbidden, "request.rule.all")
	}
	err := s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		e, err := change(tx)
		if err != nil {
			return nil, err
		}
		var set Setting
		if err := tx.Take(&set).Error; err != nil {
			return nil, fmt.Errorf("read setting: %w", err)
		}
		set.CalendarVersion++
		e.Rows = append(e.Rows, &set)
		return []audit.Event{e}, tx.Model(&set).UpdateColumn("calendar_version", set.CalendarVersion).Error
	})
	if err != nil {
		return err
	}
	return s.recount(ctx)
}

func dayEvent(action string, d *Day) audit.Event {
	return audit.Event{Action: "request_calendar." + action, Object: object("request_calendar", d.ID), Label: string(d.Date), Rows: []any{d}}
}
