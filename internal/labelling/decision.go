package labelling

import (
	"time"

	"hegui/internal/day"
)

// FollowUp is what happens after a decision.
type FollowUp string

// What follows: nothing; the wrong items of an accepted lot are put right;
// a lot not accepted is checked whole, or goes back with the list of wrong items to come
// again as a new lot; what is illegal is destroyed.
const (
	NoFollowUp  FollowUp = ""
	Correction  FollowUp = "correction"
	Recheck     FollowUp = "recheck"
	Return      FollowUp = "return"
	Destruction FollowUp = "destruction"
)

// DecisionState is how far a decision has got.
type DecisionState string

// The states of a decision. One that differs from what was computed waits for a
// second person; until then it can be withdrawn.
const (
	AwaitingSecond    DecisionState = "awaiting_second"
	DecisionFinal     DecisionState = "final"
	DecisionWithdrawn DecisionState = "withdrawn"
)

// Decision is what was decided about a lot, and what was computed then.
type Decision struct {
	ID              string
	LotID           string
	ServiceID       string
	DrawID          string // "" for a lot that became void before a draw
	PlanID          string
	Computed        string // Figures as JSON text: what Compute made of which inputs
	ComputedVerdict Outcome
	Verdict         Outcome
	FollowUp        FollowUp
	Reason          string // why it differs from what was computed, or why the lot is void
	State           DecisionState
	SignedBy        string
	SignedAt        time.Time
	SecondBy        string // "" when none was needed, or not yet
	SecondAt        *time.Time
	Version         int64
}

// TableName is the table of decisions.
func (Decision) TableName() string { return "label_decision" }

// Deviates says whether people decided otherwise than was computed.
func (d Decision) Deviates() bool { return d.Verdict != d.ComputedVerdict }

// RecordKind is what a record is about.
type RecordKind string

// The kinds of records.
const (
	InspectionRecord  RecordKind = "inspection"
	DestructionRecord RecordKind = "destruction"
)

// Record is the protocol of a decided lot. Body is JSON with every input that
// is needed to compute its figures anew; it never changes.
type Record struct {
	ID         string
	LotID      string
	ServiceID  string
	DecisionID string
	Kind       RecordKind
	Number     string // unique, such as "BZ-2026-000012"
	Body       string
	SHA256     string `gorm:"column:sha256"` // of Body, hex
	EvidenceID string // the piece of evidence it is filed as
	MadeAt     time.Time
	MadeBy     string
	Version    int64
}

// TableName is the table of records.
func (Record) TableName() string { return "label_record" }

// CorrectionState says whether wrong items were put right.
type CorrectionState string

// The states of a correction.
const (
	CorrectionOpen   CorrectionState = "open"
	CorrectionDone   CorrectionState = "done"
	CorrectionWaived CorrectionState = "waived" // with a reason
)

// Correcting follows the wrong items of a decided lot until they come back put
// right. An item counts as corrected when a re-submission of the lot brings it with
// other content, or leaves it out.
type Correcting struct {
	ID         string
	LotID      string
	ServiceID  string
	DecisionID string
	Items      int64
	Corrected  int64
	ListHash   string // SHA-256 over the ids of the wrong items in the order of their bytes, each followed by a line feed
	Due        day.Date
	State      CorrectionState
	Note       string // why it was waived
	CreatedAt  time.Time
	CreatedBy  string
	UpdatedAt  time.Time `gorm:"autoUpdateTime:false"`
	Version    int64
}

// TableName is the table of corrections.
func (Correcting) TableName() string { return "label_correction" }
