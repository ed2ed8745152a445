package labelling

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// NoteResult notes what was found in a lot, as its decision does.
func (s *Service) NoteResult(ctx context.Context, l Lot, list []Found) error {
	return s.ledger.Unaudited(ctx, "test", func(tx *gorm.DB) error { return s.noteResult(tx, l, l.Outcome == Accepted, list) })
}

// MoveResult lets a result have been decided at another time.
func (s *Service) MoveResult(ctx context.Context, lot string, at time.Time, on string) error {
	return s.ledger.Unaudited(ctx, "test", func(tx *gorm.DB) error {
		return tx.Model(&LotResult{}).Where("lot_id = ?", lot).Updates(map[string]any{"decided_at": at, "decided_on": on}).Error
	})
}
