package labelling

import (
	"time"

	"hegui/internal/day"
)

// SupplierState says whether a supplier works for us.
type SupplierState string

// The states of a supplier.
const (
	SupplierActive SupplierState = "active"
	SupplierEnded  SupplierState = "ended"
)

// Supplier is a company whose people label or check.
type Supplier struct {
	ID        string
	Name      string
	Contact   string `ledger:"personal"`
	Note      string
	State     SupplierState
	CreatedAt time.Time
	CreatedBy string
	UpdatedAt time.Time `gorm:"autoUpdateTime:false"`
	Version   int64
}

// TableName is the table of suppliers.
func (Supplier) TableName() string { return "label_supplier" }

// Worker is somebody who labels or checks. Codes are how exports name them;
// Pseudonym stands for them where their name must not be seen.
type Worker struct {
	ID         string
	Name       string `ledger:"personal"`
	Pseudonym  string
	Codes      []string `gorm:"serializer:json" ledger:"personal"`
	SupplierID string   // "" for own staff
	AccountID  string   // "" for people without an account
	LeftOn     day.Date // first day on which they no longer work for us
	CreatedAt  time.Time
	CreatedBy  string
	UpdatedAt  time.Time `gorm:"autoUpdateTime:false"`
	Version    int64
}

// TableName is the table of workers.
func (Worker) TableName() string { return "label_worker" }

// Duty is what a person does in a project.
type Duty string

// The duties. A person has one of them in a project: who labels does not check
// (TC260-003 5.3 a: labelling and review are done by different people).
const (
	Annotator Duty = "annotator"
	Reviewer  Duty = "reviewer"
	Arbiter   Duty = "arbiter"
)

// Duties lists the duties.
var Duties = []Duty{Annotator, Reviewer, Arbiter}

// Function says what a person does in a project, and since when. UntilOn is the
// first day on which they no longer do.
type Function struct {
	ID        string
	ProjectID string
	ServiceID string
	WorkerID  string
	Function  Duty
	FromOn    day.Date
	UntilOn   day.Date
	CreatedAt time.Time
	CreatedBy string
	Version   int64
}

// TableName is the table of functions.
func (Function) TableName() string { return "label_function" }

// Exam is how an examination ended.
type Exam string

// The results.
const (
	NoExam Exam = "none"
	Passed Exam = "passed"
	Failed Exam = "failed"
)

// Exams lists the results.
var Exams = []Exam{Passed, Failed, NoExam}

// Training is a training or an examination of one person, for one project or,
// with an empty ProjectID, for all.
type Training struct {
	ID         string
	WorkerID   string
	ProjectID  string
	RuleSetID  string // the rules it was about, or none
	Title      string
	HeldOn     day.Date
	Minutes    int64
	Exam       Exam
	Score      int64    // 0 to 100; 0 without an exam
	ValidUntil day.Date // last day; none: without end
	Note       string
	CreatedAt  time.Time
	CreatedBy  string
	Version    int64
}

// TableName is the table of trainings.
func (Training) TableName() string { return "label_training" }

// Suspension keeps a person from being assigned. UntilOn is the first day on
// which they may work again, none while it lasts.
type Suspension struct {
	ID        string
	WorkerID  string
	FromOn    day.Date
	UntilOn   day.Date
	Reason    string `ledger:"personal"`
	LiftNote  string `ledger:"personal"`
	LiftedBy  string
	CreatedAt time.Time
	CreatedBy string
	Version   int64
}

// TableName is the table of suspensions.
func (Suspension) TableName() string { return "label_suspension" }

// On says whether the suspension holds on a day.
func (s Suspension) On(d day.Date) bool {
	return s.FromOn <= d && (s.UntilOn == "" || d < s.UntilOn)
}
