package labelling

import (
	"time"

	"hegui/internal/day"
)

// BatchState is how far a batch has got; see the package comment.
type BatchState string

// The states of a batch.
const (
	BatchUploaded  BatchState = "uploaded"
	BatchImporting BatchState = "importing"
	BatchImported  BatchState = "imported"
	BatchFailed    BatchState = "failed"
	BatchCancelled BatchState = "cancelled"
)

// BatchStates lists the states.
var BatchStates = []BatchState{BatchUploaded, BatchImporting, BatchImported, BatchFailed, BatchCancelled}

// Division says how a batch becomes lots.
type Division string

// The divisions: one lot; one for each annotator or value of a column; lots of
// a size, in the order of the file.
const (
	Whole       Division = "whole"
	ByAnnotator Division = "annotator"
	ByColumn    Division = "column"
	BySize      Division = "size"
)

// Divisions lists the divisions.
var Divisions = []Division{Whole, ByAnnotator, ByColumn, BySize}

// Column is a column of a plain table and what it means (exports.Role).
type Column struct {
	Name string `json:"name"`
	Role string `json:"role"`
}

// Tally is a word and how often it came.
type Tally struct {
	Name  string `json:"name"`
	Count int64  `json:"count"`
}

// Batch is an export as it came in, and what the file does not say. Format and
// Encoding are those of package exports.
type Batch struct {
	ID           string
	ProjectID    string
	ServiceID    string
	Name         string
	BlobID       string // "" once a cancelled or failed file was thrown away
	FileName     string
	FileSize     int64  // bytes
	FileSHA256   string `gorm:"column:file_sha256"`
	Format       string
	Encoding     string
	Columns      []Column `gorm:"serializer:json"`
	Number       bool     // rows are numbered for want of ids
	PerTask      bool     // Label Studio: the task is the unit, not the annotation
	Kind         Kind     // "" until described
	RuleSetID    string
	SupplierID   string
	PeriodFrom   day.Date // when the labelling was done
	PeriodUntil  day.Date
	RiskCategory string
	Note         string
	ParentLotID  string // the lot that this is a re-submission of
	DivideBy     Division
	DivideColumn string
	DivideSize   int64
	State        BatchState
	FaultCode    string // why it failed: a reason of package exports, or "failed"
	FaultArgs    []any  `gorm:"serializer:json"`
	Items        int64
	Refused      int64
	LeftOut      int64 // cancelled annotations, drafts, unlabelled tasks
	Lots         int64
	Annotators   []Tally  `gorm:"serializer:json" ledger:"personal"` // the most frequent, see maxTallies
	Labels       []Tally  `gorm:"serializer:json"`
	Strata       []string `gorm:"serializer:json"` // columns by which items can be divided
	LayoutSHA256 string   `gorm:"column:layout_sha256"`
	ContentHash  string
	ConfirmedBy  string
	EndedAt      *time.Time
	CreatedAt    time.Time
	CreatedBy    string
	UpdatedAt    time.Time `gorm:"autoUpdateTime:false"`
	Version      int64
}

// TableName is the table of batches.
func (Batch) TableName() string { return "label_batch" }

// Picture is an image that items of a batch name.
type Picture struct {
	ID        string
	BatchID   string
	ServiceID string
	Name      string
	BlobID    string
	CreatedAt time.Time
	CreatedBy string
	Version   int64
}

// TableName is the table of pictures.
func (Picture) TableName() string { return "label_picture" }

// Refused is a row that could not be imported.
type Refused struct {
	BatchID string `gorm:"primaryKey"`
	N       int64  `gorm:"primaryKey;autoIncrement:false"`
	RowNo   int64
	LineNo  int64
	Code    string // a reason of package exports
	Args    []any  `gorm:"serializer:json"`
}

// TableName is the table of refused rows.
func (Refused) TableName() string { return "label_refused" }
