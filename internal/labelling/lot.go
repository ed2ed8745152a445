package labelling

import (
	"time"
)

// LotState is how far a lot has got; see the package comment.
type LotState string

// The states of a lot.
const (
	LotOpen     LotState = "open"
	LotFrozen   LotState = "frozen"
	LotPlanned  LotState = "planned"
	LotDrawn    LotState = "drawn"
	LotChecking LotState = "checking"
	LotDecided  LotState = "decided"
	LotVoid     LotState = "void"
	LotClosed   LotState = "closed"
)

// LotStates lists the states in order.
var LotStates = []LotState{LotOpen, LotFrozen, LotPlanned, LotDrawn, LotChecking, LotDecided, LotVoid, LotClosed}

// Outcome is what was decided about a lot.
type Outcome string

// The outcomes.
const (
	NoOutcome Outcome = ""
	Accepted  Outcome = "accepted"
	Rejected  Outcome = "rejected"
	Void      Outcome = "void"
)

// Lot is a part of a batch that is inspected and decided as one.
type Lot struct {
	ID          string
	BatchID     string
	ProjectID   string
	ServiceID   string
	SupplierID  string
	Kind        Kind
	RuleSetID   string
	StreamID    string // its sequence of lots for the switching rules
	ParentID    string // the lot that this is a re-submission of
	Name        string
	Division    string // the annotator, value or range that makes it a part of its batch
	Size        int64  // items
	ContentHash string // see the package comment
	FrameHash   string // set when frozen
	FrozenBy    string
	FrozenAt    *time.Time
	State       LotState
	StateSince  time.Time
	Stopped     bool   // illegal content was reported
	PlanID      string // the plan in use
	DrawID      string // the draw in use
	ToCheck     int64  // items drawn
	Checked     int64  // items with a final verdict, see settle
	Wrong       int64  // items of the sample found wrong so far
	Outcome     Outcome
	CreatedAt   time.Time
	UpdatedAt   time.Time `gorm:"autoUpdateTime:false"`
	Version     int64
}

// TableName is the table of lots.
func (Lot) TableName() string { return "label_lot" }

// Item is one annotation as it came. Labels and Strata are for dividing a lot:
// Labels is a JSON list of words, Strata a JSON object of column and value.
type Item struct {
	LotID     string `gorm:"primaryKey"`
	N         int64  `gorm:"primaryKey;autoIncrement:false"` // from 1, in the order of the file
	ItemID    string
	RowNo     int64 // in the file, from 1
	LineNo    int64
	Annotator string // as the export names them
	Labels    string
	Strata    string
	Verdict   string // a judgement that the export brings along
	LeadMS    int64  `gorm:"column:lead_ms"` // time spent on it, in milliseconds
	Original  []byte
	SHA       []byte // SHA-256 of Original
}

// TableName is the table of items.
func (Item) TableName() string { return "label_item" }

// Destroyed says that the original was illegal and is gone; its hash stays.
func (it Item) Destroyed() bool { return len(it.Original) == 0 }
