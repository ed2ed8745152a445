package regulation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// FigureCheck is somebody's statement that they held an unverified figure of
// the catalogue against a source and found it right. It counts as long as
// the figure stays what it was, and can be taken back.
type FigureCheck struct {
	ID          string
	FigureKey   string
	Fingerprint string // of what was checked
	Source      string
	Note        string
	CheckedAt   time.Time
	CheckedBy   string
	WithdrawnAt *time.Time
	WithdrawnBy string
	Version     int64
}

// TableName is the table of such statements.
func (FigureCheck) TableName() string { return "figure_check" }

func (c *FigureCheck) event(what string) audit.Event {
	return audit.Event{Action: "figure." + what, Object: FigureObject(c.FigureKey), Label: c.FigureKey, Rows: []any{c}}
}

// Confirm records that by checked a figure's default against a source. It is
// Conflict when the catalogue has it verified or somebody was first.
func (s *Service) Confirm(ctx context.Context, by actor.Actor, key, source, note string) error {
	f, err := s.figure(ctx, key)
	if err != nil {
		return err
	}
	if f.Verified {
		return problem.New(problem.Conflict, "figure.confirm.verified")
	}
	var wrong problem.Fields
	checkWords(&wrong, source, note)
	if err := wrong.Err(); err != nil {
		return err
	}
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		c := FigureCheck{ID: s.ledger.NewID(), FigureKey: key, Fingerprint: f.fingerprint(), Source: source, Note: note,
			CheckedAt: s.ledger.Now(), CheckedBy: by.ID, Version: 1}
		err := tx.Create(&c).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return nil, problem.New(problem.Conflict, "figure.confirm.done")
		}
		if err != nil {
			return nil, fmt.Errorf("create check: %w", err)
		}
		return []audit.Event{c.event("confirmed")}, nil
	})
}

// Unconfirm takes back a statement that a figure was checked.
func (s *Service) Unconfirm(ctx context.Context, by actor.Actor, id string) error {
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		var c FigureCheck
		err := tx.Where("id = ? AND withdrawn_by = ''", id).Take(&c).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return nil, problem.New(problem.NotFound, "figure.confirm.not_found")
		}
		if err != nil {
			return nil, fmt.Errorf("read check: %w", err)
		}
		now, read := s.ledger.Now(), c.Version
		c.WithdrawnAt, c.WithdrawnBy, c.Version = &now, by.ID, read+1
		res := tx.Model(&c).Where("version = ?", read).Select("withdrawn_at", "withdrawn_by", "version").Updates(&c)
		if res.Error != nil {
			return nil, fmt.Errorf("withdraw check: %w", res.Error)
		}
		if res.RowsAffected == 0 {
			return nil, problem.New(problem.NotFound, "figure.confirm.not_found")
		}
		return []audit.Event{c.event("unconfirmed")}, nil
	})
}
