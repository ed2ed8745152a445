package demo

import (
	"sync"
	"time"

	"hegui/internal/day"
)

// Clock is set while the story is told and is the machine's afterwards.
type Clock struct {
	mu  sync.Mutex
	set time.Time
}

// Now is the story's present, or the machine's.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.set.IsZero() {
		return time.Now()
	}
	return c.set
}

// at sets the clock to a time of a day in the organisation's zone.
func (c *Clock) at(d day.Date, hour, minute int) {
	t := d.Time().Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set = t
}

// pass lets time go by.
func (c *Clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set = c.set.Add(d)
}

// release gives the clock back to the machine.
func (c *Clock) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set = time.Time{}
}
