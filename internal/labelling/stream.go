package labelling

import (
	"cmp"
	"context"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/labelling/stats"
	"hegui/internal/problem"
)

// Strictness is how strictly the next lot of a stream is inspected.
type Strictness string

// The degrees of strictness: the severities of ISO 2859-1, and that sampling
// inspection is discontinued until corrective action is effective (9.4).
const (
	StreamReduced      Strictness = "reduced"
	StreamNormal       Strictness = "normal"
	StreamTightened    Strictness = "tightened"
	StreamDiscontinued Strictness = "discontinued"
)

// Strictnesses lists the degrees from the mildest.
var Strictnesses = []Strictness{StreamReduced, StreamNormal, StreamTightened, StreamDiscontinued}

func strictness(s stats.State) Strictness {
	if s.Discontinued {
		return StreamDiscontinued
	}
	return Strictness(s.Current())
}

func (s Strictness) rank() int {
	for i, one := range Strictnesses {
		if one == s {
			return i
		}
	}
	return -1
}

// Stream is the sequence of lots of one supplier and kind in a project, to
// which the switching rules of ISO 2859-1 clause 9 apply, for each class of
// defects on its own (9.2).
type Stream struct {
	ID         string
	ProjectID  string
	ServiceID  string
	SupplierID string // "" for own staff
	Kind       Kind
	Severity   Strictness // the strictest of its classes
	Score      int64      // the lowest switching score of its classes
	// States is where each class stands, "" for all defects together.
	States    map[Severity]stats.State `gorm:"serializer:json"`
	Steady    bool                     // confirmed: production is steady, reduced inspection is desirable
	Steps     int64                    // how many are recorded
	UpdatedAt time.Time                `gorm:"autoUpdateTime:false"`
	Version   int64
}

// TableName is the table of streams.
func (Stream) TableName() string { return "label_stream" }

// settle derives what is shown of a stream from the states of its classes.
func (t *Stream) settle() {
	t.Severity, t.Score = StreamReduced, -1
	for _, s := range t.States {
		if at := strictness(s); at.rank() > t.Severity.rank() {
			t.Severity = at
		}
		if t.Score < 0 || int64(s.Score) < t.Score {
			t.Score = int64(s.Score)
		}
	}
	if len(t.States) == 0 {
		t.Severity = StreamNormal
	}
	t.Score = max(0, t.Score)
}

// StepKind is what moved a stream.
type StepKind string

// The kinds of steps.
const (
	StepLot       StepKind = "lot"       // a decision became final
	StepConfirmed StepKind = "confirmed" // production is steady
	StepWithdrawn StepKind = "withdrawn" // it is not any more
	StepRestarted StepKind = "restarted" // corrective action was effective
)

// StepClass is a step of one class.
type StepClass struct {
	Class Severity `json:"class,omitempty"`
	stats.Step
	Count int `json:"count"` // found, compared with Plan.Ac
}

// StreamStep is one lot of a stream, or one act of a person, with what it
// changed and why.
type StreamStep struct {
	ID         string
	StreamID   string
	ServiceID  string
	Number     int64 // in the stream, from 1
	Kind       StepKind
	LotID      string // "" but for StepLot
	DecisionID string
	Used       Strictness
	Next       Strictness
	Accepted   bool
	Counted    bool   // false: the switching rules do not look at this lot
	Why        string // why it is not counted: one of the Uncounted words
	Score      int64
	Classes    []StepClass `gorm:"serializer:json"`
	Note       string      // what people wrote
	MadeAt     time.Time
	MadeBy     string
	Version    int64
}

// TableName is the table of steps.
func (StreamStep) TableName() string { return "label_stream_step" }

// Why a lot does not count for the switching rules.
const (
	UncountedResubmitted = "resubmitted"    // not an original inspection (9.3)
	UncountedMethod      = "other_method"   // not inspected by an AQL plan
	UncountedSeverity    = "other_severity" // planned before the severity changed
	UncountedStopped     = "discontinued"   // planned before inspection was discontinued
)

// Inspection says how strictly the lots of a stream are inspected now.
type Inspection struct {
	StreamID     string // "" before the first decision
	Discontinued bool   // nothing can be planned by AQL until corrective action is recorded
	Strictness   Strictness
	Classes      map[Severity]stats.Severity
}

// For is the severity for a class of defects, "" for all together.
func (i Inspection) For(class Severity) stats.Severity {
	return cmp.Or(i.Classes[class], stats.Normal)
}

// SeverityOf says how strictly a lot is to be inspected, from the lots of its
// stream before. A stream without any starts with normal inspection.
func (s *Service) SeverityOf(tx *gorm.DB, l Lot) (i Inspection, err error) {
	i = Inspection{Strictness: StreamNormal, Classes: map[Severity]stats.Severity{}}
	var list []Stream
	if err := tx.Where("project_id = ? AND supplier_id = ? AND kind = ?", l.ProjectID, l.SupplierID, l.Kind).Limit(1).Find(&list).Error; err != nil || len(list) == 0 {
		return i, err
	}
	t := list[0]
	i.StreamID, i.Strictness, i.Discontinued = t.ID, t.Severity, t.Severity == StreamDiscontinued
	for class, state := range t.States {
		i.Classes[class] = state.Current()
	}
	return i, nil
}

// streamOf gives the stream of a lot, a new one before its first decision.
func (s *Service) streamOf(tx *gorm.DB, l Lot) (t Stream, err error) {
	var list []Stream
	if err := tx.Where("project_id = ? AND supplier_id = ? AND kind = ?", l.ProjectID, l.SupplierID, l.Kind).Limit(1).Find(&list).Error; err != nil {
		return t, err
	}
	if len(list) > 0 {
		return list[0], nil
	}
	t = Stream{ID: s.ledger.NewID(), ProjectID: l.ProjectID, ServiceID: l.ServiceID, SupplierID: l.SupplierID, Kind: l.Kind, Severity: StreamNormal,
		States: map[Severity]stats.State{}, UpdatedAt: s.ledger.Now(), Version: 1}
	return t, create(tx, &t, "")
}

// record writes a step and where it leads.
func (s *Service) record(tx *gorm.DB, by actor.Actor, t *Stream, step StreamStep, shown int64) ([]audit.Event, error) {
	now := s.ledger.Now()
	t.Steps++
	t.Version, t.UpdatedAt = shown+1, now
	step.ID, step.StreamID, step.ServiceID, step.Number = s.ledger.NewID(), t.ID, t.ServiceID, t.Steps
	step.Next, step.Score, step.MadeAt, step.MadeBy, step.Version = t.Severity, t.Score, now, by.ID, 1
	if err := save(tx, t, shown); err != nil {
		return nil, err
	}
	action := map[StepKind]string{StepLot: "advanced", StepConfirmed: "confirmed", StepWithdrawn: "withdrawn", StepRestarted: "restarted"}[step.Kind]
	return []audit.Event{streamEvent(action, t, &step)}, create(tx, &step, "")
}

func streamEvent(action string, t *Stream, rows ...any) audit.Event {
	return audit.Event{Action: "label_stream." + action, Object: object("stream", t.ID), Service: t.ServiceID, Rows: append([]any{t}, rows...)}
}

// act changes a stream by a person's decision, with the words that say why.
func (s *Service) act(ctx context.Context, by actor.Actor, stream string, version int64, kind StepKind, note string, fn func(*Stream) error) (t Stream, err error) {
	var f problem.Fields
	if word(&f, "note", &note, maxNote, true); f.Err() != nil {
		return t, f.Err()
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		t = Stream{}
		if err := take(tx, by, stream, &t); err != nil {
			return nil, err
		}
		step := StreamStep{Kind: kind, Used: t.Severity, Classes: []StepClass{}, Note: note}
		if err := fn(&t); err != nil {
			return nil, err
		}
		t.settle()
		return s.record(tx, by, &t, step, version)
	})
	return t, err
}

// ConfirmSteady records that production is steady and reduced inspection
// desirable (9.3.3 b, c). Classes whose score is reached are reduced at once, others
// when they reach it.
func (s *Service) ConfirmSteady(ctx context.Context, by actor.Actor, stream string, version int64, note string) (Stream, error) {
	return s.act(ctx, by, stream, version, StepConfirmed, note, func(t *Stream) error {
		if t.Steady || t.Severity == StreamDiscontinued {
			return problem.New(problem.Conflict, "label_decide.stream.no_confirm")
		}
		t.Steady = true
		for class, state := range t.States {
			t.States[class], _, _ = state.Agree()
		}
		return nil
	})
}

// WithdrawSteady takes that back: production became irregular, or other reasons
// warrant normal inspection (9.3.4 b, c). Reduced inspection ends at once.
func (s *Service) WithdrawSteady(ctx context.Context, by actor.Actor, stream string, version int64, note string) (Stream, error) {
	return s.act(ctx, by, stream, version, StepWithdrawn, note, func(t *Stream) error {
		if !t.Steady {
			return problem.New(problem.Conflict, "label_decide.stream.no_withdraw")
		}
		t.Steady = false
		for class, state := range t.States {
			t.States[class], _, _ = state.Withdraw()
		}
		return nil
	})
}

// Restart records the corrective action after which a discontinued stream goes
// on, under tightened inspection (9.4).
func (s *Service) Restart(ctx context.Context, by actor.Actor, stream string, version int64, action string) (Stream, error) {
	return s.act(ctx, by, stream, version, StepRestarted, action, func(t *Stream) error {
		if t.Severity != StreamDiscontinued {
			return problem.New(problem.Conflict, "label_decide.stream.no_restart")
		}
		for class, state := range t.States {
			if state.Discontinued {
				t.States[class], _ = state.Resume()
			}
		}
		return nil
	})
}

// Stream gives a stream that the actor sees, or NotFound.
func (s *Service) Stream(ctx context.Context, by actor.Actor, id string) (t Stream, err error) {
	return t, take(s.ledger.Read(ctx), by, id, &t)
}

// StreamFilter narrows the list of streams; empty fields do not.
type StreamFilter struct {
	Project  string
	Service  string
	Severity Strictness
	After    string
	Limit    int
}

// Streams lists the streams that the actor sees, newest first.
func (s *Service) Streams(ctx context.Context, by actor.Actor, f StreamFilter) (list []Stream, err error) {
	q := scope(s.ledger.Read(ctx), by)
	for column, value := range map[string]string{"project_id": f.Project, "service_id": f.Service, "severity": string(f.Severity)} {
		if value != "" {
			q = q.Where(column+" = ?", value)
		}
	}
	if f.After != "" {
		q = q.Where("id < ?", f.After)
	}
	return list, q.Order("id DESC").Limit(f.Limit).Find(&list).Error
}

// Steps lists what happened in a stream before a step, newest first; before is 0
// for the latest.
func (s *Service) Steps(ctx context.Context, by actor.Actor, stream string, before int64, limit int) (list []StreamStep, err error) {
	if _, err := s.Stream(ctx, by, stream); err != nil {
		return nil, err
	}
	q := s.ledger.Read(ctx).Where("stream_id = ?", stream)
	if before > 0 {
		q = q.Where("number < ?", before)
	}
	return list, q.Order("number DESC").Limit(limit).Find(&list).Error
}
