package request

import "time"

// Looked is what somebody saw of a request.
type Looked string

// What can be seen.
const (
	Opened     Looked = "opened"
	Unmasked   Looked = "unmasked"   // by an auditor
	FoundSo    Looked = "found"      // by its exact contact
	Downloaded Looked = "downloaded" // a file
)

// View records that somebody looked at a request.
type View struct {
	ID        string
	RequestID string
	AccountID string
	What      Looked
	At        time.Time
}

// TableName is the table of views.
func (View) TableName() string { return "request_view" }

// Statement is the statement of a month about one service.
type Statement struct {
	ID         string
	Month      string // "2026-11"
	ServiceID  string
	Figures    Figures `gorm:"serializer:json"`
	EvidenceID string  // where it was filed, or none
	CreatedAt  time.Time
}

// TableName is the table of statements.
func (Statement) TableName() string { return "request_statement" }

// tally is one count kept beside the requests.
type tally struct {
	Month     string  `gorm:"primaryKey"` // "2026-11"; none: of what is open now
	ServiceID string  `gorm:"primaryKey"`
	Kind      Kind    `gorm:"primaryKey"`
	Measure   measure `gorm:"primaryKey"`
	Value     string  `gorm:"primaryKey"`
	N         int64
}

// TableName is the table of counts.
func (tally) TableName() string { return "request_tally" }
