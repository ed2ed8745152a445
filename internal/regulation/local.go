package regulation

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
)

// State is how far a proposed value has come.
type State string

// The states. Proposed is the only one that can change.
const (
	Proposed  State = "proposed"
	Approved  State = "approved"
	Rejected  State = "rejected"
	Withdrawn State = "withdrawn" // by the one who proposed it
)

// LocalValue is a value of the organisation's own that replaces a figure's
// default from a day on, once somebody other than its proposer has approved
// it. A figure has at most one proposal at a time.
type LocalValue struct {
	ID            string
	FigureKey     string
	Value         FigureValue `gorm:"serializer:json"`
	Unit          Unit
	Comparator    Comparator
	DefaultValue  FigureValue `gorm:"serializer:json"` // the catalogue's, when it was proposed
	Source        string      // where the value is taken from
	Note          string
	EffectiveFrom day.Date
	State         State
	ProposedAt    time.Time
	ProposedBy    string
	DecidedAt     *time.Time
	DecidedBy     string
	DecisionNote  string
	Version       int64
}

// TableName is the table of own values.
func (LocalValue) TableName() string { return "figure_value" }

// fits says whether the value was made for the figure as it is now.
func (v *LocalValue) fits(f *Figure) bool {
	return v.Unit == f.Unit && v.Comparator == f.Comparator
}

// Say prints the value with the unit it was proposed in.
func (v *LocalValue) Say(lang string) string { return v.Value.Say(v.Unit, v.Comparator, lang) }

func (v *LocalValue) event(what string) audit.Event {
	return audit.Event{Action: "figure." + what, Object: FigureObject(v.FigureKey), Label: v.FigureKey, Rows: []any{v}}
}

// FigureObject is under what the ledger keeps the history of a figure.
func FigureObject(key string) audit.Object { return audit.Object{Type: "figure", ID: key} }

// Proposal is what somebody types to change a figure's value.
type Proposal struct {
	Value         string // as ParseValue reads it
	Source        string
	Note          string
	EffectiveFrom day.Date
}

// MaxSource is how long the source of a value may be, in characters.
const MaxSource = 500

// Validate gives everything that is wrong with what was typed for a figure.
func (p Proposal) Validate(f *Figure) error {
	_, err := p.check(f)
	return err
}

func (p Proposal) check(f *Figure) (FigureValue, error) {
	var wrong problem.Fields
	v, err := ParseValue(f.Unit, f.Comparator, p.Value)
	if list, ok := problem.FieldsOf(err); ok {
		wrong.Add(list[0].Field, list[0].Key, list[0].Args...)
	} else if err != nil {
		return v, err
	}
	checkWords(&wrong, p.Source, p.Note)
	if p.EffectiveFrom == "" {
		wrong.Add("effective_from", "figure.effective_from.required")
	}
	return v, wrong.Err()
}

func checkWords(wrong *problem.Fields, source, note string) {
	switch n := utf8.RuneCountInString(source); {
	case n == 0:
		wrong.Add("source", "figure.source.required")
	case n > MaxSource:
		wrong.Add("source", "figure.source.long", "max", MaxSource)
	}
	if utf8.RuneCountInString(note) > MaxNote {
		wrong.Add("note", "catalogue.note.long", "max", MaxNote)
	}
}

func (s *Service) figure(ctx context.Context, key string) (*Figure, error) {
	f, ok := s.Current(ctx).Figure(key)
	if !ok {
		return nil, problem.New(problem.NotFound, "figure.not_found")
	}
	return f, nil
}

// Propose writes down a value that would replace the one in force. It is
// Invalid when the fields say so or when the value is in force already, and
// Conflict while another proposal waits. Figures without a value (qualitative
// ones) cannot be replaced.
func (s *Service) Propose(ctx context.Context, by actor.Actor, key string, in Proposal) (LocalValue, error) {
	f, err := s.figure(ctx, key)
	if err != nil {
		return LocalValue{}, err
	}
	if f.Unit == NoUnit {
		return LocalValue{}, problem.New(problem.Conflict, "figure.qualitative")
	}
	value, err := in.check(f)
	if err != nil {
		return LocalValue{}, err
	}
	was, err := s.Value(ctx, key, in.EffectiveFrom)
	if err != nil {
		return LocalValue{}, err
	}
	if was.Value.Equal(value) {
		return LocalValue{}, problem.Field(problem.Invalid, "value", "figure.value.same")
	}
	v := LocalValue{FigureKey: key, Value: value, Unit: f.Unit, Comparator: f.Comparator, DefaultValue: f.Value, Source: in.Source,
		Note: in.Note, EffectiveFrom: in.EffectiveFrom, State: Proposed, ProposedBy: by.ID, Version: 1}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		v.ID, v.ProposedAt = s.ledger.NewID(), s.ledger.Now()
		err := tx.Create(&v).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return nil, problem.New(problem.Conflict, "figure.proposal.waiting")
		}
		if err != nil {
			return nil, fmt.Errorf("create proposal: %w", err)
		}
		return []audit.Event{v.event("proposed")}, nil
	})
	return v, err
}

// Approve puts a proposal in force from its day on. The proposer cannot: the
// four-eyes rule. It is Conflict when the proposal is decided already, or when
// a newer catalogue gave the figure another unit meanwhile.
func (s *Service) Approve(ctx context.Context, by actor.Actor, id, note string) error {
	return s.decide(ctx, by, id, note, Approved, func(v *LocalValue) error {
		if v.ProposedBy == by.ID {
			return problem.New(problem.Forbidden, "figure.approve.own")
		}
		f, err := s.figure(ctx, v.FigureKey)
		if err != nil || !v.fits(f) {
			return problem.New(problem.Conflict, "figure.proposal.unfit")
		}
		return nil
	})
}

// Reject turns a proposal down; the note says why. The proposer withdraws
// instead.
func (s *Service) Reject(ctx context.Context, by actor.Actor, id, note string) error {
	if note == "" {
		return problem.Field(problem.Invalid, "decision_note", "figure.reject.reason")
	}
	return s.decide(ctx, by, id, note, Rejected, func(v *LocalValue) error {
		if v.ProposedBy == by.ID {
			return problem.New(problem.Forbidden, "figure.approve.own")
		}
		return nil
	})
}

// Withdraw takes back one's own proposal.
func (s *Service) Withdraw(ctx context.Context, by actor.Actor, id string) error {
	return s.decide(ctx, by, id, "", Withdrawn, func(v *LocalValue) error {
		if v.ProposedBy != by.ID {
			return problem.New(problem.Forbidden, "figure.withdraw.other")
		}
		return nil
	})
}

func (s *Service) decide(ctx context.Context, by actor.Actor, id, note string, to State, may func(*LocalValue) error) error {
	if utf8.RuneCountInString(note) > MaxNote {
		return problem.Field(problem.Invalid, "decision_note", "catalogue.note.long", "max", MaxNote)
	}
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		v, err := localValue(tx, id)
		if err != nil {
			return nil, err
		}
		if v.State != Proposed {
			return nil, problem.New(problem.Conflict, "figure.proposal.decided")
		}
		if err := may(&v); err != nil {
			return nil, err
		}
		now, read := s.ledger.Now(), v.Version
		v.State, v.DecidedAt, v.DecidedBy, v.DecisionNote, v.Version = to, &now, by.ID, note, read+1
		res := tx.Model(&v).Where("version = ?", read).Select("state", "decided_at", "decided_by", "decision_note", "version").Updates(&v)
		if res.Error != nil {
			return nil, fmt.Errorf("decide proposal: %w", res.Error)
		}
		if res.RowsAffected == 0 {
			return nil, problem.New(problem.Conflict, "figure.proposal.decided")
		}
		return []audit.Event{v.event(string(to))}, nil
	})
}

func localValue(db *gorm.DB, id string) (v LocalValue, err error) {
	err = db.Where("id = ?", id).Take(&v).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return v, problem.New(problem.NotFound, "figure.proposal.not_found")
	}
	if err != nil {
		return v, fmt.Errorf("read proposal: %w", err)
	}
	return v, nil
}

// Proposal gives one proposal, decided or not, or NotFound.
func (s *Service) Proposal(ctx context.Context, id string) (LocalValue, error) {
	return localValue(s.ledger.Read(ctx), id)
}

// Proposals lists the proposals of a figure, newest first, at most 100.
func (s *Service) Proposals(ctx context.Context, key string) ([]LocalValue, error) {
	var list []LocalValue
	if err := s.ledger.Read(ctx).Where("figure_key = ?", key).Order("id DESC").Limit(100).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("list proposals: %w", err)
	}
	return list, nil
}

// Waiting lists the proposals that wait for a decision, oldest first.
func (s *Service) Waiting(ctx context.Context) ([]LocalValue, error) {
	var list []LocalValue
	if err := s.ledger.Read(ctx).Where("state = ?", Proposed).Order("id").Limit(500).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("list waiting proposals: %w", err)
	}
	return list, nil
}
