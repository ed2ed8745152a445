package request

import (
	"time"

	"hegui/internal/day"
)

// Identity is one check of who asks.
type Identity struct {
	ID        string
	RequestID string
	ServiceID string
	Level     Level
	State     IdentityState // open, passed or failed
	Reason    string        // code of why it failed
	Words     Sealed        `ledger:"hash"`
	Attempts  int64
	DecidedBy string
	DecidedAt *time.Time
	CreatedBy string
	CreatedAt time.Time
	Version   int64
}

// endedSo is the reason of a check that ended because its request did.
const endedSo = "request_ended"

// TableName is the table of identity checks.
func (Identity) TableName() string { return "request_identity" }

// Code is a one-time code that was sent to the person's contact.
type Code struct {
	ID         string
	RequestID  string
	IdentityID string
	Hash       string `ledger:"hash"` // keyed hash, in hex
	Attempts   int64
	ExpiresAt  time.Time
	UsedAt     *time.Time
	CreatedAt  time.Time
}

// TableName is the table of one-time codes.
func (Code) TableName() string { return "request_code" }

// MandateState is what staff found about a mandate.
type MandateState string

// The states of a mandate.
const (
	MandateClaimed   MandateState = "claimed"
	MandateConfirmed MandateState = "confirmed"
	MandateRejected  MandateState = "rejected"
)

// Mandate is the right of somebody to ask for another person.
type Mandate struct {
	ID         string
	RequestID  string
	ServiceID  string
	Kind       Requester // agent, guardian or relative
	Person     Sealed    `ledger:"hash"` // whose personal information it is
	Relation   Sealed    `ledger:"hash"`
	ValidUntil day.Date  // the last day, or none when none is written in it
	State      MandateState
	Words      Sealed `ledger:"hash"`
	DecidedBy  string
	DecidedAt  *time.Time
	CreatedBy  string
	CreatedAt  time.Time
	Version    int64
}

// TableName is the table of mandates.
func (Mandate) TableName() string { return "request_mandate" }
