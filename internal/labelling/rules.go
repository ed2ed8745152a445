package labelling

import (
	"time"

	"hegui/internal/day"
)

// RuleState is how far a version of rules has got; see the package comment.
type RuleState string

// The states of rules.
const (
	RuleDraft      RuleState = "draft"
	RuleSubmitted  RuleState = "submitted"
	RuleApproved   RuleState = "approved"
	RuleInForce    RuleState = "in_force"
	RuleSuperseded RuleState = "superseded"
)

// RuleStates lists the states in order.
var RuleStates = []RuleState{RuleDraft, RuleSubmitted, RuleApproved, RuleInForce, RuleSuperseded}

// RuleSet is a version of the labelling rules of a project. Its parts are those
// that TC260-003 5.3 b) and GB/T 45654 ask rules to have: goal, data format,
// method, and quality indices.
type RuleSet struct {
	ID           string
	ProjectID    string
	ServiceID    string
	Kind         Kind
	Number       int64 // from 1, in a project and kind
	Goal         string
	DataFormat   string
	Method       string
	Quality      string
	Examples     string
	State        RuleState
	DraftedBy    string
	ReturnedNote string
	ApprovedBy   string
	ApprovedAt   *time.Time
	InForceOn    day.Date // first day in force
	SupersededOn day.Date // first day no longer in force
	CreatedAt    time.Time
	UpdatedAt    time.Time
	Version      int64
}

// TableName is the table of rules.
func (RuleSet) TableName() string { return "label_rule_set" }

// ForceOn says whether the rules were in force on a day.
func (r RuleSet) ForceOn(d day.Date) bool {
	return r.InForceOn != "" && r.InForceOn <= d && (r.SupersededOn == "" || d < r.SupersededOn)
}

// Reading says that a person has read and understood a version of rules.
type Reading struct {
	ID        string
	RuleSetID string
	ServiceID string
	WorkerID  string
	ReadOn    day.Date
	CreatedAt time.Time
	CreatedBy string
	Version   int64
}

// TableName is the table of readings.
func (Reading) TableName() string { return "label_reading" }
