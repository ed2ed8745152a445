package labelling

import (
	"time"

	"hegui/internal/day"
)

// Verdict is what a checker says about a label.
type Verdict string

// The verdicts. An arbiter is never unsure.
const (
	NoVerdict     Verdict = ""
	VerdictRight  Verdict = "right"
	VerdictWrong  Verdict = "wrong"
	VerdictUnsure Verdict = "unsure"
)

// The rounds of checks.
const (
	FirstRound   = 1
	SecondRound  = 2 // by somebody else, without knowing of the first
	ArbiterRound = 3 // by a third person, who sees both
)

// AssignmentState says whether an assignment is being worked on.
type AssignmentState string

// The states of an assignment.
const (
	AssignmentOpen      AssignmentState = "open"
	AssignmentDone      AssignmentState = "done"      // handed in: its answers stand
	AssignmentWithdrawn AssignmentState = "withdrawn" // nothing of it was done
)

// Assignment is a list of items that one person checks in one round. ItemsHash
// is the SHA-256 over "seq lot n purpose LF" of its items in order.
type Assignment struct {
	ID        string
	DrawID    string
	LotID     string
	ServiceID string
	WorkerID  string
	AccountID string
	Round     int64
	Items     int64
	Gold      int64 // of them, with a known answer
	Done      int64 // answered
	Apart     bool  // none of the items was labelled by the checker's own supplier
	ItemsHash string
	Due       day.Date
	State     AssignmentState
	CreatedAt time.Time
	CreatedBy string
	Version   int64
}

// TableName is the table of assignments.
func (Assignment) TableName() string { return "label_assignment" }

// Assigned is an item of an assignment, Seq from 1. LotID and N are those of
// the item, which for a gold item is one of another lot.
type Assigned struct {
	AssignmentID string `gorm:"primaryKey"`
	Seq          int64  `gorm:"primaryKey;autoIncrement:false"`
	LotID        string
	N            int64
	Purpose      Purpose
	GoldID       string
}

// TableName is the table of assigned items.
func (Assigned) TableName() string { return "label_assigned" }

// Check is what one person says about one item in one round. LotID is the lot
// under inspection, also for gold items; N and ItemID are those of the item.
type Check struct {
	ID           string
	DrawID       string
	LotID        string
	ServiceID    string
	AssignmentID string
	N            int64
	ItemID       string
	Round        int64
	CheckerID    string // a Worker
	Purpose      Purpose
	GoldID       string
	OwnAnswer    string // given before the label was seen, where the plan is blind
	Verdict      Verdict
	Defects      []string `gorm:"serializer:json"` // codes of the project's list
	Severity     Severity
	Corrected    string // the label as it should be
	Note         string
	Illegal      bool  // reported as illegal or harmful content
	Millis       int64 // spent on the item, in milliseconds; 0 when not measured
	CheckedAt    time.Time
	Version      int64
}

// TableName is the table of checks.
func (Check) TableName() string { return "label_check" }

// dispute is an item that waits for an arbiter; without an assignment it waits
// for somebody to be chosen.
type dispute struct {
	DrawID       string `gorm:"primaryKey"`
	N            int64  `gorm:"primaryKey;autoIncrement:false"`
	LotID        string
	AssignmentID string
}

// TableName is the table of items that wait for an arbiter.
func (dispute) TableName() string { return "label_dispute" }
