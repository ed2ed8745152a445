package request

import (
	"time"

	"hegui/internal/day"
	"hegui/internal/request/clock"
)

// Rule is the deadline of a kind of request, for one service or for all, with
// how closely identity is checked and how long what is kept.
type Rule struct {
	ID            string
	ServiceID     string // or none: all services without a rule of their own
	Kind          Kind
	Days          int64
	Unit          clock.Unit
	Starts        clock.Start
	Roll          bool  // a last day that is no working day moves to the next one (Civil Code, Article 203)
	ExtensionDays int64 // by which it can be extended once; none: it cannot
	RemindDays    int64 // how many days ahead of the due day its owner is reminded
	IdentityLevel Level
	ProofDays     int64  // how many days proofs of identity are kept after the check
	RetentionDays int64  // how many days personal data is kept after the decision
	FigureKey     string // the figure it was preset from, or none
	Source        string // where it comes from, in words, when there is no figure
	Verified      bool   // somebody checked the source
	ChangedBy     string
	ChangedAt     time.Time
	Version       int64
}

// TableName is the table of rules.
func (Rule) TableName() string { return "request_rule" }

// Day is a day of the organisation's calendar that differs from the built-in
// one.
type Day struct {
	ID        string
	Date      day.Date
	Working   bool
	Name      string
	ChangedBy string
	ChangedAt time.Time
	Version   int64
}

// TableName is the table of days.
func (Day) TableName() string { return "request_day" }

// Year says that a year's holidays are all in the calendar.
type Year struct {
	ID        string
	Year      int64
	Announced bool
	Source    string // the announcement
	ChangedBy string
	ChangedAt time.Time
	Version   int64
}

// TableName is the table of years.
func (Year) TableName() string { return "request_year" }

// Pause is a time in which a request waits for the person.
type Pause struct {
	ID        string
	RequestID string
	Reason    PauseReason
	Words     Sealed `ledger:"hash"`
	FromAt    time.Time
	UntilAt   *time.Time
	PausedBy  string
	ResumedBy string
}

// TableName is the table of pauses.
func (Pause) TableName() string { return "request_pause" }

// Extension is the one extension of a request's deadline.
type Extension struct {
	ID        string
	RequestID string
	Days      int64
	Reason    ExtensionReason
	Words     Sealed `ledger:"hash"`
	DueBefore day.Date
	DueAfter  day.Date
	MessageID string // the notice to the person
	CreatedBy string
	CreatedAt time.Time
}

// TableName is the table of extensions.
func (Extension) TableName() string { return "request_extension" }

// Refusal is a reason from the law for which a request can be refused.
type Refusal struct {
	ID        string
	Code      string
	Kinds     []Kind `gorm:"serializer:json"` // that it can refuse; none: all
	TitleZH   string `gorm:"column:title_zh"`
	TitleEN   string `gorm:"column:title_en"`
	TextZH    string `gorm:"column:text_zh"` // what the person is told
	TextEN    string `gorm:"column:text_en"`
	SourceZH  string `gorm:"column:source_zh"` // the provision
	SourceEN  string `gorm:"column:source_en"`
	Verified  bool
	Active    bool
	Position  int64
	ChangedBy string
	ChangedAt time.Time
	Version   int64
}

// TableName is the table of reasons.
func (Refusal) TableName() string { return "request_refusal" }

// Hold is a legal hold: what a request concerns must not be deleted, and the
// request not erased, while it lasts.
type Hold struct {
	ID           string
	RequestID    string
	ServiceID    string
	Basis        HoldBasis
	Words        Sealed   `ledger:"hash"`
	UntilOn      day.Date // when it is to be looked at again, or none
	PlacedBy     string
	PlacedAt     time.Time
	ReleasedBy   string
	ReleasedAt   *time.Time
	ReleaseWords Sealed `ledger:"hash"`
	Version      int64
}

// TableName is the table of holds.
func (Hold) TableName() string { return "request_hold" }

// Setting is what the organisation decided about requests; there is one row.
type Setting struct {
	ID              string
	LeadID          string
	ComplainZH      string `gorm:"column:complain_zh"` // how to complain or sue
	ComplainEN      string `gorm:"column:complain_en"`
	CalendarVersion int64
	Requirements    []string `gorm:"serializer:json"` // that monthly statements prove
	ChangedBy       string
	ChangedAt       time.Time
	Version         int64
}

// TableName is the table of the one setting.
func (Setting) TableName() string { return "request_setting" }
