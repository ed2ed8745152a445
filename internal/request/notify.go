package request

import (
	"gorm.io/gorm"

	"hegui/internal/audit"
	"hegui/internal/day"
)

// Occasion is why somebody is told about a request.
type Occasion string

// The occasions.
const (
	WasAssigned  Occasion = "assigned"
	DueSoon      Occasion = "due_soon"
	DueNow       Occasion = "escalated"
	PersonWrote  Occasion = "person_wrote"
	WasExtended  Occasion = "extended"
	WasDecided   Occasion = "decided"
	WasRequested Occasion = "received"

	TaskGiven        Occasion = "task_given"
	TaskSecondWanted Occasion = "task_second"
	TasksOver        Occasion = "tasks_over"
)

// Note is that somebody of the staff is to be told about a request. It holds
// nothing about the person.
type Note struct {
	Occasion  Occasion
	RequestID string
	Number    string
	ServiceID string
	To        []string // accounts
	Due       day.Date
}

// Notifier carries notes outside of the pages, such as by mail. It runs inside
// the transaction that is the cause, so that none is lost; what it has to
// send it writes down there and sends later.
type Notifier func(tx *gorm.DB, n Note) ([]audit.Event, error)

// OnNote adds a notifier. For wiring, before anything is served.
func (s *Service) OnNote(n Notifier) { s.notifiers = append(s.notifiers, n) }

// tell hands a note to all notifiers.
func (s *Service) tell(tx *gorm.DB, n Note) (out []audit.Event, err error) {
	if len(n.To) == 0 {
		return nil, nil
	}
	for _, notify := range s.notifiers {
		events, err := notify(tx, n)
		if err != nil {
			return nil, err
		}
		out = append(out, events...)
	}
	return out, nil
}
