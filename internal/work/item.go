// Package work is the shape of a piece of work that waits for somebody. Each
// capability lists its own (WorkOf); the page "My work" puts them together.
package work

import (
	"cmp"
	"slices"
	"time"

	"hegui/internal/day"
)

// Kind says what is to be done; the words for it are "work.kind.<kind>".
type Kind string

// The kinds of work.
const (
	Assess         Kind = "assess"          // judge a requirement
	Returned       Kind = "returned"        // a proposal that came back
	Review         Kind = "review"          // a second person's approval
	PeriodicReview Kind = "periodic_review" // a conclusion to look at again
	Task           Kind = "task"            // a remediation task
	Mention        Kind = "mention"         // somebody asks for attention
	EvidenceReview Kind = "evidence_review" // evidence to approve
	EvidenceExpiry Kind = "evidence_expiry" // evidence to renew
	EvidenceBack   Kind = "evidence_back"   // evidence that came back
	FigureReview   Kind = "figure_review"   // an own value of a figure to approve
	LabelCheck     Kind = "label_check"     // items to check
	LabelArbitrate Kind = "label_arbitrate" // items that two checkers disagree about
	LabelStopped   Kind = "label_stopped"   // a lot stopped over illegal content
	LabelArbiter   Kind = "label_arbiter"   // items that nobody arbitrates
	LabelDecide    Kind = "label_decide"    // a lot that is checked to the end
	LabelSecond    Kind = "label_second"    // a decision that waits for a second signature
	LabelCorrect   Kind = "label_correct"   // wrong items to be put right

	Request           Kind = "request"            // a personal data request to handle
	RequestEscalated  Kind = "request_escalated"  // one that is due, for the lead
	RequestUnassigned Kind = "request_unassigned" // one that nobody has
	RequestTask       Kind = "request_task"       // what a system has to do for one
	RequestSecond     Kind = "request_second"     // a deletion to confirm
)

// Item is one piece of work.
type Item struct {
	Kind    Kind
	ZH, EN  string // what it is about; the same in both for what people typed
	Note    string // typed words that go with it, or none
	Count   int64  // how many things there are to do, or none
	URL     string
	Service string    // id, or none
	Due     day.Date  // or none
	Since   time.Time // when it came up
	Owner   string    // account, in lists of several people's work
}

// Overdue says whether the item should have been done before today.
func (i Item) Overdue(today day.Date) bool { return i.Due.Before(today) }

// Sort puts what is due first, then what has waited longest.
func Sort(items []Item) {
	slices.SortStableFunc(items, func(a, b Item) int {
		switch {
		case a.Due == b.Due:
			return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.URL, b.URL))
		case a.Due == "":
			return 1
		case b.Due == "":
			return -1
		}
		return cmp.Compare(a.Due, b.Due)
	})
}
