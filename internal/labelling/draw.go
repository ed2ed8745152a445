package labelling

import (
	"time"
)

// DrawState says whether a draw is the one in use.
type DrawState string

// The states of a draw.
const (
	DrawCurrent  DrawState = "current"
	DrawReplaced DrawState = "replaced"
)

// SeedPart is one person's part of the seed of a draw: first its commitment,
// the SHA-256 of the part, then the part itself.
type SeedPart struct {
	ID          string
	LotID       string
	ServiceID   string
	DrawNumber  int64
	AccountID   string
	Commitment  string // hex
	Reveal      string // "" until revealed
	CommittedAt time.Time
	RevealedAt  *time.Time
	Abandoned   string // why this seed was given up; "" while it counts
	Version     int64
}

// TableName is the table of parts of seeds.
func (SeedPart) TableName() string { return "label_seed_part" }

// Draw is a sample drawn from a frozen lot by a plan. Its list is the ids in
// the order of their tickets; see package draw.
type Draw struct {
	ID        string
	LotID     string
	ServiceID string
	PlanID    string
	Number    int64  // in the lot, from 1
	Seed      string // hex
	SeedHash  string // hex, see draw.SeedHash
	N         int64  // items drawn so far; a sequential plan goes on along the same list
	OnePerson bool   // one person alone gave the seed
	Reason    string // of a redraw
	ListHash  string // SHA-256 over the ids in the order of the draw, each followed by a line feed
	State     DrawState
	// Items that somebody chose besides: how many, the SHA-256 over their ids in
	// the order in which they were added, each followed by a line feed, and why.
	Targeted      int64
	TargetedHash  string
	TargetedNotes []TargetedNote `gorm:"serializer:json"`
	DrawnAt       time.Time
	DrawnBy       string
	Version       int64
}

// TableName is the table of draws.
func (Draw) TableName() string { return "label_draw" }

// TargetedNote says why items were chosen for an extra check.
type TargetedNote struct {
	Count int64     `json:"count"`
	Note  string    `json:"note"`
	By    string    `json:"by"` // account
	At    time.Time `json:"at"`
}

// Purpose is why an item is checked. Only PurposeSample enters an estimate.
type Purpose string

// The purposes.
const (
	PurposeSample   Purpose = "sample"
	PurposeTargeted Purpose = "targeted" // chosen by somebody
	PurposeGold     Purpose = "gold"     // its answer is known
	PurposeDouble   Purpose = "double"   // checked a second time
)

// Sampled is an item of a draw. Position is its place in the order of the
// draw, from 1; targeted items stand behind FirstTargeted.
type Sampled struct {
	DrawID   string `gorm:"primaryKey"`
	Position int64  `gorm:"primaryKey;autoIncrement:false"`
	N        int64  // of the item in its lot
	Stratum  string
	Purpose  Purpose
}

// TableName is the table of drawn items.
func (Sampled) TableName() string { return "label_sampled" }

// FirstTargeted is the position before that of the first targeted item.
const FirstTargeted = 1 << 40
