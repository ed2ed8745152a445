package request

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
	"hegui/internal/request/clock"
	"hegui/internal/request/vault"
)

// step is one action on a request, inside a transaction.
type step struct {
	*Service
	tx     *gorm.DB
	by     actor.Actor
	book   ruleBook
	r      *Request
	pauses []Pause
	now    time.Time
	today  day.Date
	due    day.Date // as it was
	sealed *vault.Key

	mandateUntil day.Date      // the last day of the mandate that is confirmed, or none
	rows         []any         // changed besides the request
	events       []audit.Event // besides the step's own
	tally        tallies

	words    *Written          // of the letter, when somebody edited it
	terms    map[string]string // what places of the letter's template stand for, besides the usual
	addendum string            // that goes under an edited letter
}

// move does an action on a request: it is the one place where a request
// changes its state. The request is as it was read in tx; shown is the version
// that the person acted on, or 0 for any. do checks what the action needs
// besides the state, and changes what belongs to it; r.State is still the old
// one there.
func (s *Service) move(tx *gorm.DB, by actor.Actor, r *Request, shown int64, a Action, verb string, do func(*step) error) ([]audit.Event, error) {
	next, err := r.Next(a)
	if err != nil {
		return nil, err
	}
	if shown != 0 && shown != r.Version {
		return nil, problem.New(problem.Conflict, "request.changed_meanwhile")
	}
	if a == Answer {
		if err := r.Answerable(); err != nil {
			return nil, err
		}
	}
	book, err := bookIn(tx)
	if err != nil {
		return nil, err
	}
	x := &step{Service: s, tx: tx, by: by, book: book, r: r, now: s.ledger.Now(), today: s.Today(), due: r.Due, tally: tallies{}}
	if err := tx.Where("request_id = ?", r.ID).Order("id").Find(&x.pauses).Error; err != nil {
		return nil, fmt.Errorf("read pauses: %w", err)
	}
	if err := do(x); err != nil {
		return nil, err
	}
	return x.finish(next, verb)
}

// finish writes the request in its new state.
func (x *step) finish(next State, verb string) ([]audit.Event, error) {
	r := x.r
	if next != r.State {
		x.tally.moved(r, r.State, next)
		r.State, r.StateSince = next, x.now
	}
	if next != Waiting {
		r.ResumeTo = ""
	}
	x.wind(x.book, r, x.pauses)
	if r.Due != x.due && r.TasksDone < r.Tasks {
		if err := x.dueTasks(); err != nil {
			return nil, err
		}
	}
	read := r.Version
	r.Version++
	if err := save(x.tx, r, read); err != nil {
		return nil, err
	}
	if err := x.tally.apply(x.tx); err != nil {
		return nil, err
	}
	return append([]audit.Event{event(verb, r, x.rows...)}, x.events...), nil
}

// wind sets the request's clock: its due day, and when to warn about it.
func (s *Service) wind(b ruleBook, r *Request, pauses []Pause) {
	r.CalendarVersion = b.setting.CalendarVersion
	if !r.Open() {
		r.NextNotice = ""
		return
	}
	got := clock.Read(r.course(pauses), b.calendar, s.Today())
	if got.Due != r.Due {
		r.Notice = NoNotice
	}
	r.Due, r.LeftDays, r.Unannounced = got.Due, 0, years(got.Unannounced)
	if got.Status == clock.Paused {
		r.LeftDays = int64(got.Left)
	}
	r.NextNotice = s.nextNotice(b, r, got.Status)
}

// course is what the clock counts by.
func (r *Request) course(pauses []Pause) clock.Course {
	c := clock.Course{Rule: r.rule(), Extra: int(r.ExtendedDays)}
	if r.StartedAt != nil {
		c.Start = day.Of(*r.StartedAt)
	}
	for _, p := range pauses {
		span := clock.Span{From: day.Of(p.FromAt)}
		if p.UntilAt != nil {
			span.Until = day.Of(*p.UntilAt)
		}
		c.Pauses = append(c.Pauses, span)
	}
	return c
}

// nextNotice is the day of the next warning: the reminder ahead of the due
// day, then the due day itself. While the clock has not started it is the day
// on which it would be due if it had started at intake; while it stands still
// there is none.
func (s *Service) nextNotice(b ruleBook, r *Request, status clock.Status) day.Date {
	switch {
	case status == clock.Paused || r.Notice == Escalated:
		return ""
	case status == clock.NotStarted:
		return clock.Read(clock.Course{Rule: r.rule(), Start: day.Of(r.ReceivedAt)}, b.calendar, s.Today()).Due
	case r.Notice == Reminded:
		return r.Due
	}
	return clock.Ahead(r.Unit, b.calendar, r.Due, int(r.RemindDays))
}

func years(list []int) string {
	words := make([]string, len(list))
	for i, y := range list {
		words[i] = strconv.Itoa(y)
	}
	return strings.Join(words, ",")
}

// key opens the request's key.
func (x *step) key() (*vault.Key, error) {
	if x.sealed == nil {
		key, err := x.Service.key(x.tx, x.r.ID)
		if err != nil {
			return nil, err
		}
		x.sealed = key
	}
	return x.sealed, nil
}

// seal encrypts a text for a field.
func (x *step) seal(field, text string) (Sealed, error) {
	if text == "" {
		return nil, nil
	}
	key, err := x.key()
	if err != nil {
		return nil, err
	}
	return key.Seal(field, text)
}

// create writes a new row and names it.
func (x *step) create(row any) error {
	if err := x.tx.Create(row).Error; err != nil {
		return fmt.Errorf("create %T: %w", row, err)
	}
	x.rows = append(x.rows, row)
	return nil
}

// store writes a row that was read, and names it.
func (x *step) store(row any) error {
	if err := x.tx.Save(row).Error; err != nil {
		return fmt.Errorf("write %T: %w", row, err)
	}
	x.rows = append(x.rows, row)
	return nil
}

// tellStaff adds a note to some of the staff.
func (x *step) tellStaff(o Occasion, to ...string) error {
	events, err := x.tell(x.tx, x.r.note(o, to...))
	x.events = append(x.events, events...)
	return err
}

// decide notes the decision and its time; the state follows.
func (x *step) decide(state State) {
	r := x.r
	r.DecidedAt, r.DecidedOn = &x.now, x.today
	r.Late = r.Due != "" && x.today > r.Due
	r.TookDays = int64(day.Of(r.ReceivedAt).Until(x.today))
	r.EraseOn = x.today.Add(int(r.RetentionDays))
	x.tally.decided(r, state, 1)
}

// undecide takes the decision back.
func (x *step) undecide() {
	r := x.r
	x.tally.decided(r, r.State, -1)
	r.DecidedAt, r.DecidedOn, r.Late, r.TookDays, r.EraseOn = nil, "", false, 0, ""
	r.RefusalID, r.CloseReason = "", ""
}
