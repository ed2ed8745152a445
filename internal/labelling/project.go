package labelling

import (
	"time"
)

// Kind tells functional labelling (teaching a model to do something) from
// safety labelling (teaching it to refuse); rules, plans and streams are apart.
type Kind string

// The kinds.
const (
	Functional Kind = "functional"
	Safety     Kind = "safety"
)

// Kinds lists the kinds.
var Kinds = []Kind{Functional, Safety}

// Severity is how bad a defect is, in the classes of ISO 2859.
type Severity string

// The classes.
const (
	Critical Severity = "critical"
	Major    Severity = "major"
	Minor    Severity = "minor"
)

// Severities lists the classes from the worst.
var Severities = []Severity{Critical, Major, Minor}

// Defect is one entry of a project's list of defects.
type Defect struct {
	Code        string   `json:"code"` // short, such as "B2"
	Name        string   `json:"name"`
	Severity    Severity `json:"severity"`
	Description string   `json:"description,omitempty"`
}

// ProjectState says whether work goes on.
type ProjectState string

// The states of a project.
const (
	ProjectActive ProjectState = "active"
	ProjectClosed ProjectState = "closed"
)

// Project is a labelling task of a service. Kind is what its batches are
// unless they say otherwise; Blind, DoublePercent and GoldPercent are where its
// plans start from.
type Project struct {
	ID            string
	ServiceID     string
	Name          string
	Kind          Kind
	Description   string
	Blind         bool     // the label is hidden until the checker has answered
	DoublePercent int64    // of a sample, checked by a second person
	GoldPercent   int64    // of an assignment, items with a known answer
	Defects       []Defect `gorm:"serializer:json"`
	State         ProjectState
	CreatedAt     time.Time
	CreatedBy     string
	UpdatedAt     time.Time
	Version       int64
}

// TableName is the table of projects.
func (Project) TableName() string { return "label_project" }
