package labelling

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

func lotEvent(action string, l *Lot, rows ...any) audit.Event {
	return audit.Event{Action: "label_lot." + action, Object: object("lot", l.ID), Service: l.ServiceID, Label: l.Name, Rows: append([]any{l}, rows...)}
}

// Lot gives a lot that the actor sees, or NotFound.
func (s *Service) Lot(ctx context.Context, by actor.Actor, id string) (l Lot, err error) {
	return l, found(ours(s.ledger.Read(ctx), by, "project_id").Where("id = ?", id).Take(&l).Error)
}

// LotFilter narrows the list of lots; empty fields do not.
type LotFilter struct {
	Batch   string
	Project string
	Service string
	State   LotState
	Outcome Outcome
	After   string
	Limit   int
}

// Lots lists lots, newest first.
func (s *Service) Lots(ctx context.Context, by actor.Actor, f LotFilter) (list []Lot, err error) {
	q := scope(s.ledger.Read(ctx), by)
	for column, value := range map[string]string{"batch_id": f.Batch, "project_id": f.Project, "service_id": f.Service, "state": string(f.State), "outcome": string(f.Outcome)} {
		if value != "" {
			q = q.Where(column+" = ?", value)
		}
	}
	if f.After != "" {
		q = q.Where("id < ?", f.After)
	}
	return list, q.Order("id DESC").Limit(f.Limit).Find(&list).Error
}

// LotNames gives the names of lots by id.
func (s *Service) LotNames(ctx context.Context, ids []string) (map[string]string, error) {
	return names(s.ledger.Read(ctx).Table("label_lot"), ids)
}

// Freeze fixes which items a lot has: it records the hash over their ids, on
// which every draw from the lot rests. It is refused with Conflict when the
// items are not those that were imported.
func (s *Service) Freeze(ctx context.Context, by actor.Actor, lot string, version int64) (l Lot, err error) {
	if l, err = s.Lot(ctx, by, lot); err != nil {
		return l, err
	}
	if l.State != LotOpen {
		return l, problem.New(problem.Conflict, "labelling.lot.frozen_already")
	}
	hash, size, strata, err := s.surveyed(ctx, l)
	if err != nil {
		return l, err
	}
	if size != l.Size {
		return l, problem.New(problem.Conflict, "labelling.lot.damaged")
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		l = Lot{}
		if err := take(tx, by, lot, &l); err != nil {
			return nil, err
		}
		if l.State != LotOpen {
			return nil, problem.New(problem.Conflict, "labelling.lot.frozen_already")
		}
		now := s.ledger.Now()
		l.FrameHash, l.FrozenBy, l.FrozenAt = hash, by.ID, &now
		l.State, l.StateSince, l.UpdatedAt, l.Version = LotFrozen, now, now, version+1
		if err := keepStrata(tx, l.ID, strata); err != nil {
			return nil, err
		}
		return []audit.Event{lotEvent("frozen", &l)}, save(tx, &l, version)
	})
	return l, err
}

// surveyed reads the items of a lot twice at the same time: their ids in order
// for the frame hash, and what they can be stratified by.
func (s *Service) surveyed(ctx context.Context, l Lot) (hash string, size int64, strata []StratumSize, err error) {
	counted := make(chan error, 1)
	go func() {
		var err error
		strata, err = countStrata(s.ledger.Read(ctx), l.ID, l.Size)
		counted <- err
	}()
	hash, size, err = frameHash(s.ledger.Read(ctx), l.ID)
	return hash, size, strata, errors.Join(err, <-counted)
}

// Finding is what a verification of a lot found.
type Finding struct {
	ContentSound bool // the items are those that were imported
	FrameSound   bool // the ids are those that were frozen; true before the freeze
	Items        int64
}

// Sound says that nothing is wrong.
func (f Finding) Sound() bool { return f.ContentSound && f.FrameSound }

// Verify computes the hashes of a lot anew from its items. The originals are
// hashed, too.
func (s *Service) Verify(ctx context.Context, by actor.Actor, lot string) (f Finding, err error) {
	l, err := s.Lot(ctx, by, lot)
	if err != nil {
		return f, err
	}
	content, err := contentHash(s.ledger.Read(ctx), l.ID)
	if err != nil {
		return f, err
	}
	frame, size, err := frameHash(s.ledger.Read(ctx), l.ID)
	if err != nil {
		return f, err
	}
	intact, err := originalsIntact(s.ledger.Read(ctx), l.ID)
	f.Items = size
	f.ContentSound = intact && content == l.ContentHash && size == l.Size
	f.FrameSound = l.FrameHash == "" || frame == l.FrameHash
	return f, err
}
