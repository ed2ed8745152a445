package register

import (
	"time"

	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/regulation"
)

// Entry is one generative AI service.
type Entry struct {
	ID          string
	Name        string // unique
	Kind        Kind
	Description string
	Modalities  []Modality        `gorm:"serializer:json"` // what it puts out
	Audience    Audience          // none when not known
	Minors      regulation.Answer // whether minors may use it
	Model       ModelSource       // none when not known
	ModelName   string
	ModelFiling string    // filing number of the model
	Channels    []Channel `gorm:"serializer:json"`
	Launch      day.Date  // of a planned service: when it is meant to start

	FilingNumber       string // generative AI service filing, 备案号
	RegistrationNumber string // registration of a service on a filed model, 登记号
	AlgorithmNumber    string // algorithm filing

	// Accounts of the people who answer for it; empty when nobody does yet.
	ComplianceOwner string
	ProductOwner    string
	TechnicalOwner  string
	PrivacyContact  string

	State         State
	RetiredAt     *time.Time
	RetiredReason string

	// The scope; see Scoping.
	OfferedToPublic regulation.Answer
	NotPublic       regulation.NotPublic
	ModelFiled      regulation.Answer
	Answers         map[string]regulation.Answer `gorm:"serializer:json"` // by condition; only yes and no
	ScopeNote       string
	ScopedAt        *time.Time // when the scope was saved last
	ScopedBy        string

	CreatedAt time.Time
	CreatedBy string
	UpdatedAt time.Time `gorm:"autoUpdateTime:false"`
	Version   int64
}

// TableName is the table of services.
func (Entry) TableName() string { return "service" }

// Recorded are the models whose rows the ledger commits to.
var Recorded = []any{&Entry{}}

// Retired says whether the service was taken out of use.
func (e Entry) Retired() bool { return e.State == Retired }

// Profile is the scope as the catalogue reads it.
func Profile(e Entry) regulation.Profile {
	return regulation.Profile{Public: e.OfferedToPublic, NotPublic: e.NotPublic, ModelFiled: e.ModelFiled, Answers: e.Answers}
}

// Object names a service in the ledger.
func Object(service string) audit.Object { return audit.Object{Type: "service", ID: service} }

// event is the audit event of a change to a service.
func event(action string, e *Entry) audit.Event {
	return audit.Event{Action: "service." + action, Object: Object(e.ID), Service: e.ID, Label: e.Name, Rows: []any{e}}
}
