package request

import (
	"time"

	"hegui/internal/day"
)

// Reach is how a system is asked to do something.
type Reach string

// The ways to reach a system.
const (
	ByPeople  Reach = "manual"
	ByWebhook Reach = "webhook"
)

// System is an entry of the data map: where personal information is kept.
type System struct {
	ID           string
	Name         string
	Services     []string `gorm:"serializer:json"` // ids; none: all
	Kinds        []Kind   `gorm:"serializer:json"` // requests that concern it; none: all
	OwnerID      string
	DeputyID     string
	Categories   []string `gorm:"serializer:json"` // of personal information
	Identifiers  []string `gorm:"serializer:json"` // by which people are found in it
	Retention    string   // how long it keeps what
	LegalBasis   string
	BackupDays   int64  // until a deletion has left the backups, too
	Steps        string // what its owner does, in words
	Reach        Reach
	URL          string `gorm:"column:url"`
	Secret       []byte `ledger:"hash"` // of the webhook, wrapped by the master key
	SecondPerson bool   // deletions need a second pair of eyes
	State        string // "active" or "retired"
	CreatedBy    string
	CreatedAt    time.Time
	ChangedAt    time.Time
	Version      int64
}

// TableName is the table of the data map.
func (System) TableName() string { return "request_system" }

// TaskKind is what a system has to do.
type TaskKind string

// The kinds of task.
const (
	FindTask     TaskKind = "find"
	ExportTask   TaskKind = "export"
	CorrectTask  TaskKind = "correct"
	DeleteTask   TaskKind = "delete"
	RestrictTask TaskKind = "restrict" // stop all processing but storage, PIPL Article 47
	ExplainTask  TaskKind = "explain"
)

// TaskState is how far a task has got.
type TaskState string

// The states of a task.
const (
	TaskOpen      TaskState = "open"
	TaskSecond    TaskState = "second" // done, waits for the second person
	TaskDone      TaskState = "done"
	TaskWithdrawn TaskState = "withdrawn"
)

// Result is what came of a task.
type Result string

// The results.
const (
	NoResult Result = ""
	Found    Result = "found"
	Nothing  Result = "nothing"
	DoneSo   Result = "done"
	Cannot   Result = "cannot" // with a legal basis
)

// Task is what one system has to do for a request.
type Task struct {
	ID           string
	RequestID    string
	ServiceID    string
	SystemID     string
	Kind         TaskKind
	State        TaskState
	OwnerID      string
	Due          day.Date
	Instructions Sealed `ledger:"hash"`
	Result       Result
	Basis        string   // code of the legal basis, when it cannot be done
	KeptUntil    day.Date // until when what was not deleted is kept
	ResultWords  Sealed   `ledger:"hash"`
	BeforeValue  Sealed   `ledger:"hash"` // of a correction
	AfterValue   Sealed   `ledger:"hash"`
	DoneBy       string
	DoneAt       *time.Time
	SecondBy     string
	SecondAt     *time.Time
	SecondWords  Sealed `ledger:"hash"`
	CreatedBy    string
	CreatedAt    time.Time
	Version      int64
}

// TableName is the table of tasks.
func (Task) TableName() string { return "request_task" }

// Delivery is a call to a system's webhook, with its attempts.
type Delivery struct {
	ID           string
	RequestID    string
	TaskID       string
	SystemID     string
	Action       string
	State        string // "queued", "sent", "answered", "failed" or "given_up"
	Attempts     int64
	NextAt       *time.Time
	Status       int64  // of the last answer
	Fault        string // code
	CallbackHash string `ledger:"hash"`
	CallbackUsed *time.Time
	BodySHA256   string `gorm:"column:body_sha256"`
	SentAt       *time.Time
	AnsweredAt   *time.Time
	CreatedAt    time.Time
	Version      int64
}

// TableName is the table of calls.
func (Delivery) TableName() string { return "request_delivery" }

// Package is the copy of personal information that a person gets.
type Package struct {
	ID           string
	RequestID    string
	ServiceID    string
	State        string // "building", "ready", "failed", "expired" or "erased"
	Done, Total  int64  // progress, in parts
	Fault        string // code
	BlobID       *string
	FileKey      Sealed `ledger:"hash"`
	Size         int64  // bytes of the content itself
	SHA256       string `gorm:"column:sha256"` // of what is stored
	TokenHash    string `ledger:"hash"`
	ExpiresAt    *time.Time
	Downloads    int64
	MaxDownloads int64
	CreatedBy    string
	CreatedAt    time.Time
	EndedAt      *time.Time
	Version      int64
}

// TableName is the table of packages.
func (Package) TableName() string { return "request_package" }

// Certificate says what was deleted where; it holds nothing personal and
// stays when the request is erased.
type Certificate struct {
	ID        string
	RequestID string
	ServiceID string
	CodeHash  string `ledger:"hash"` // of the code by which the person checks it
	Statement string // JSON
	Signature string
	KeyName   string
	IssuedBy  string
	IssuedAt  time.Time
}

// TableName is the table of certificates.
func (Certificate) TableName() string { return "request_certificate" }
