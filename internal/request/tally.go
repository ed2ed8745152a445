package request

import (
	"cmp"
	"fmt"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hegui/internal/day"
)

// measure is what a tally counts.
type measure string

const (
	inState     measure = "state"    // now; the value is the state
	wasReceived measure = "received" // by month of intake
	wasAnswered measure = "answered" // by month of the decision, as all that follow
	wasRefused  measure = "refused"  // the value is the reason
	wasClosed   measure = "closed"   // the value is the reason
	wasInTime   measure = "in_time"  // answered or refused by the due day
	wasLate     measure = "late"     // answered or refused after it
	wasTaking   measure = "took"     // answered or refused; the value is the number of days
)

// tallies are changes of counts that one transaction makes.
type tallies map[tally]int64

// count adds n to a count.
func (t tallies) count(month string, r *Request, m measure, value string, n int64) {
	t[tally{Month: month, ServiceID: r.ServiceID, Kind: r.Kind, Measure: m, Value: value}] += n
}

// moved notes that a request goes from one state to another; none stands for
// a request that has just come in.
func (t tallies) moved(r *Request, from, to State) {
	if from == to {
		return
	}
	if from != "" {
		t.count("", r, inState, string(from), -1)
	}
	t.count("", r, inState, string(to), 1)
}

// received notes an intake, or with n = -1 takes it back.
func (t tallies) received(r *Request, n int64) {
	t.count(monthOf(day.Of(r.ReceivedAt)), r, wasReceived, "", n)
}

// decided notes the decision that the request bears, or with n = -1 takes it
// back.
func (t tallies) decided(r *Request, state State, n int64) {
	month := monthOf(r.DecidedOn)
	switch state {
	case Closed:
		t.count(month, r, wasClosed, string(r.CloseReason), n)
		return
	case Refused:
		t.count(month, r, wasRefused, r.RefusalID, n)
	default:
		t.count(month, r, wasAnswered, "", n)
	}
	if r.Late {
		t.count(month, r, wasLate, "", n)
	} else {
		t.count(month, r, wasInTime, "", n)
	}
	t.count(month, r, wasTaking, fmt.Sprintf("%05d", r.TookDays), n)
}

// apply writes the changes, in an order that is the same for all writers.
func (t tallies) apply(tx *gorm.DB) error {
	rows := make([]tally, 0, len(t))
	for key, n := range t {
		if n != 0 {
			key.N = n
			rows = append(rows, key)
		}
	}
	slices.SortFunc(rows, func(a, b tally) int {
		return cmp.Or(cmp.Compare(a.Month, b.Month), cmp.Compare(a.ServiceID, b.ServiceID), cmp.Compare(a.Kind, b.Kind),
			cmp.Compare(a.Measure, b.Measure), cmp.Compare(a.Value, b.Value))
	})
	add := clause.OnConflict{
		Columns:   []clause.Column{{Name: "month"}, {Name: "service_id"}, {Name: "kind"}, {Name: "measure"}, {Name: "value"}},
		DoUpdates: clause.Assignments(map[string]any{"n": gorm.Expr("request_tally.n + excluded.n")}),
	}
	if len(rows) == 0 {
		return nil
	}
	if err := tx.Clauses(add).CreateInBatches(rows, 500).Error; err != nil {
		return fmt.Errorf("keep counts of requests: %w", err)
	}
	return nil
}

func monthOf(d day.Date) string {
	if len(d) < 7 {
		return ""
	}
	return string(d[:7])
}
