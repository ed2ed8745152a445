package readiness

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
	"hegui/internal/readiness/score"
)

// Kind says why a snapshot was taken.
type Kind string

// The kinds of snapshots.
const (
	DailyKind  Kind = "daily"
	ManualKind Kind = "manual"
)

// Formula is the version of the formula that snapshots are computed with. It
// goes up with every change of the shares, weights, caps or limits.
const Formula = 1

// Snapshot is how all services stood at a moment.
type Snapshot struct {
	ID          string
	Day         day.Date
	Kind        Kind
	Note        string
	Formula     int
	Services    int
	ContentHash string // see contentHash
	TakenAt     time.Time
	TakenBy     string
}

// TableName is the table of snapshots.
func (Snapshot) TableName() string { return "readiness_snapshot" }

// state is how one service stood in a snapshot.
type state struct {
	SnapshotID string `gorm:"primaryKey"`
	ServiceID  string `gorm:"primaryKey"`
	LayoutID   string
	States     string // score.Encode, in the order of the layout
	Sums       `gorm:"embedded"`
}

// TableName is the table of the states in snapshots.
func (state) TableName() string { return "readiness_state" }

// Sums are the figures of a service in a snapshot.
type Sums struct {
	Points        int64
	Weight        int64
	Items         int
	Open          int
	OpenCritical  int
	NonConformity int
	Overdue       int
	LotsDecided   int64
	LotsAccepted  int64
	LotsProven    int64
	RequestsDone  int64
	RequestsTimed int64
	RequestsLate  int64
}

func (s Sums) score() score.Sum {
	return score.Sum{Points: s.Points, Weight: s.Weight, Items: s.Items, Open: s.Open, OpenCritical: s.OpenCritical, NonConformity: s.NonConformity}
}

func (s Sums) quality() Quality {
	return Quality{Decided: s.LotsDecided, Accepted: s.LotsAccepted, Proven: s.LotsProven}
}

func (s Sums) timeliness() Timeliness {
	return Timeliness{Answered: s.RequestsDone, InTime: s.RequestsTimed, Overdue: s.RequestsLate}
}

// layout is a list of requirements, in the order of the states of a service.
type layout struct {
	ID           string
	Requirements string // ids, with a space between
}

// TableName is the table of layouts.
func (layout) TableName() string { return "readiness_layout" }

// maxNote is how long the note of a snapshot may be, in characters.
const maxNote = 200

// Take keeps a snapshot of all services now; the note says what for.
func (s *Service) Take(ctx context.Context, by actor.Actor, note string) (Snapshot, error) {
	note = strings.TrimSpace(note)
	var f problem.Fields
	switch {
	case note == "":
		f.Add("note", "readiness.note.required")
	case utf8.RuneCountInString(note) > maxNote:
		f.Add("note", "readiness.note.long", "max", maxNote)
	}
	if err := f.Err(); err != nil {
		return Snapshot{}, err
	}
	return s.take(ctx, by, ManualKind, note)
}

// Daily keeps the day's snapshot if there is none yet. It is safe to repeat.
func (s *Service) Daily(ctx context.Context) error {
	var n int64
	err := s.ledger.Read(ctx).Model(&Snapshot{}).Where("day = ? AND kind = ?", s.Today(), DailyKind).Count(&n).Error
	if err != nil || n > 0 {
		return err
	}
	_, err = s.take(ctx, actor.System("readiness"), DailyKind, "")
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return nil // another node was first
	}
	return err
}

func (s *Service) take(ctx context.Context, by actor.Actor, kind Kind, note string) (Snapshot, error) {
	snap := Snapshot{ID: s.ledger.NewID(), Day: s.Today(), Kind: kind, Note: note, Formula: Formula, TakenAt: s.ledger.Now(), TakenBy: by.ID}
	o, err := s.Overview(ctx, actor.System("readiness"))
	if err != nil {
		return snap, err
	}
	states, layouts := snap.states(o)
	snap.Services, snap.ContentHash = len(states), contentHash(states)
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		if err := tx.Create(&snap).Error; err != nil {
			return nil, fmt.Errorf("create snapshot: %w", err)
		}
		if len(states) > 0 {
			if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&layouts).Error; err != nil {
				return nil, fmt.Errorf("keep layouts: %w", err)
			}
			if err := tx.CreateInBatches(&states, 500).Error; err != nil {
				return nil, fmt.Errorf("keep states: %w", err)
			}
		}
		return []audit.Event{{Action: "readiness.snapshot_taken", Object: audit.Object{Type: "readiness", ID: snap.ID},
			Label: string(snap.Day), Rows: []any{&snap}}}, nil
	})
	return snap, err
}

// states writes down how services stand.
func (snap Snapshot) states(o *Overview) (states []state, layouts []layout) {
	seen := map[string]bool{}
	for _, p := range o.Services {
		items := make([]score.Item, len(p.Rows))
		names := make([]string, len(p.Rows))
		for i := range p.Rows {
			items[i], names[i] = ItemOf(&p.Rows[i], p.Day), p.Rows[i].RequirementID
		}
		l := newLayout(names)
		if !seen[l.ID] {
			seen[l.ID], layouts = true, append(layouts, l)
		}
		states = append(states, state{SnapshotID: snap.ID, ServiceID: p.Service, LayoutID: l.ID, States: score.Encode(items), Sums: p.sums()})
	}
	slices.SortFunc(states, func(a, b state) int { return strings.Compare(a.ServiceID, b.ServiceID) })
	return states, layouts
}

func newLayout(requirements []string) layout {
	list := strings.Join(requirements, " ")
	sum := sha256.Sum256([]byte(list))
	return layout{ID: hex.EncodeToString(sum[:16]), Requirements: list}
}

func (s *Standing) sums() Sums {
	t := s.Score.Sum
	return Sums{Points: t.Points, Weight: t.Weight, Items: t.Items, Open: t.Open, OpenCritical: t.OpenCritical, NonConformity: t.NonConformity,
		Overdue: s.Overdue, LotsDecided: s.Quality.Decided, LotsAccepted: s.Quality.Accepted, LotsProven: s.Quality.Proven,
		RequestsDone: s.Timeliness.Answered, RequestsTimed: s.Timeliness.InTime, RequestsLate: s.Timeliness.Overdue}
}

// contentHash is the SHA-256 over the states in the order of their services,
// a line each.
func contentHash(states []state) string {
	h := sha256.New()
	for _, s := range states {
		_, _ = fmt.Fprintf(h, "%s %s %s %v\n", s.ServiceID, s.LayoutID, s.States, s.Sums) // a hash never fails
	}
	return hex.EncodeToString(h.Sum(nil))
}

// errDamaged says that a snapshot is not what was recorded.
var errDamaged = problem.New(problem.Conflict, "readiness.damaged")

// content reads the states of a snapshot and checks them against what it
// commits to.
func (s *Service) content(ctx context.Context, snap Snapshot) ([]state, error) {
	var states []state
	if err := s.ledger.Read(ctx).Where("snapshot_id = ?", snap.ID).Order("service_id").Find(&states).Error; err != nil {
		return nil, fmt.Errorf("read snapshot: %w", err)
	}
	if contentHash(states) != snap.ContentHash {
		return nil, errDamaged
	}
	return states, nil
}

// Verify checks every snapshot against what it commits to, and gives the ids
// of those that are not what was recorded.
func (s *Service) Verify(ctx context.Context) (checked int, damaged []string, err error) {
	var list []Snapshot
	if err := s.ledger.Read(ctx).Order("id").Find(&list).Error; err != nil {
		return 0, nil, fmt.Errorf("list snapshots: %w", err)
	}
	for _, snap := range list {
		_, err := s.content(ctx, snap)
		if errors.Is(err, errDamaged) {
			damaged = append(damaged, snap.ID)
		} else if err != nil {
			return checked, damaged, err
		}
		checked++
	}
	return checked, damaged, nil
}
