package labelling

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/labelling/stats/draw"
	"hegui/internal/problem"
)

// CurrentDraw gives the draw of a lot in use, or NotFound when nothing was
// drawn yet.
func (s *Service) CurrentDraw(ctx context.Context, by actor.Actor, lot string) (d Draw, err error) {
	return d, found(scope(s.ledger.Read(ctx), by).Where("lot_id = ? AND state = ?", lot, DrawCurrent).Take(&d).Error)
}

// Draws lists the draws of a lot, the newest first.
func (s *Service) Draws(ctx context.Context, by actor.Actor, lot string) (list []Draw, err error) {
	return list, scope(s.ledger.Read(ctx), by).Where("lot_id = ?", lot).Order("number DESC").Limit(maxListed).Find(&list).Error
}

// SampledOf lists the items of a draw behind a position, in the order of the
// draw; targeted items come last.
func (s *Service) SampledOf(ctx context.Context, draw string, after int64, limit int) ([]Sampled, error) {
	return sampledOf(s.ledger.Read(ctx), draw, after, limit)
}

func sampledOf(db *gorm.DB, draw string, after int64, limit int) (list []Sampled, err error) {
	return list, db.Where("draw_id = ? AND position > ?", draw, after).Order("position").Limit(limit).Find(&list).Error
}

// DrawOnePerson draws the sample of a planned lot from the seed of one person
// alone, SHA-256(part). Such a draw is marked: one person could have tried
// seeds until the sample pleased.
func (s *Service) DrawOnePerson(ctx context.Context, by actor.Actor, lot string, version int64, part, reason string) (d Draw, err error) {
	l, err := s.Lot(ctx, by, lot)
	if err != nil {
		return d, err
	}
	seed, err := draw.Commit(part)
	if err != nil {
		return d, problem.Field(problem.Invalid, "part", "label_plan.part_short")
	}
	now := s.ledger.Now()
	p := &SeedPart{ID: s.ledger.NewID(), LotID: lot, ServiceID: l.ServiceID, AccountID: by.ID, Commitment: seed, Reveal: part, CommittedAt: now, RevealedAt: &now, Version: 1}
	return s.draw(ctx, by, lot, version, seed, reason, func(tx *gorm.DB, d *Draw) ([]any, error) {
		d.OnePerson, p.DrawNumber = true, d.Number
		return []any{p}, tx.Create(p).Error
	})
}

// draw makes a draw from a seed. The items are staged in short transactions
// under the id of a draw that does not exist yet; also writes what belongs to
// the draw in the transaction that makes it real.
func (s *Service) draw(ctx context.Context, by actor.Actor, lot string, version int64, seed, reason string, also func(*gorm.DB, *Draw) ([]any, error)) (d Draw, err error) {
	l, err := s.Lot(ctx, by, lot)
	if err != nil {
		return d, err
	}
	if err := drawable(l); err != nil {
		return d, err
	}
	p, err := s.CurrentPlan(ctx, by, lot)
	if err != nil {
		return d, err
	}
	d = Draw{ID: s.ledger.NewID(), LotID: lot, ServiceID: l.ServiceID, PlanID: p.ID, Seed: seed, N: p.N, State: DrawCurrent}
	if d.SeedHash, err = draw.SeedHash(lot, seed); err != nil {
		return d, err
	}
	sampled, list, err := s.pick(ctx, l, p, d)
	if err != nil {
		return d, err
	}
	d.ListHash = list
	if err := s.stageSampled(ctx, d.ID, sampled); err != nil {
		return d, errors.Join(err, s.dropSampled(context.WithoutCancel(ctx), d.ID))
	}
	if err := s.makeReal(ctx, by, &d, version, reason, also); err != nil {
		return d, errors.Join(err, s.dropSampled(context.WithoutCancel(ctx), d.ID))
	}
	return d, nil
}

// drawable says why a lot cannot be drawn now.
func drawable(l Lot) error {
	if !slices.Contains([]LotState{LotPlanned, LotDrawn}, l.State) {
		return problem.New(problem.Conflict, "label_plan.not_drawable")
	}
	return nil
}

// makeReal writes a draw whose items are staged. An earlier draw stays,
// replaced with a reason.
func (s *Service) makeReal(ctx context.Context, by actor.Actor, d *Draw, version int64, reason string, also func(*gorm.DB, *Draw) ([]any, error)) error {
	made := *d
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		*d = made
		var l Lot
		if err := take(tx, by, d.LotID, &l); err != nil {
			return nil, err
		}
		if err := drawable(l); err != nil {
			return nil, err
		}
		if l.PlanID != d.PlanID {
			return nil, problem.New(problem.Conflict, "labelling.changed_meanwhile")
		}
		rows, err := s.replaceDraw(tx, &l, d, reason)
		if err != nil {
			return nil, err
		}
		now := s.ledger.Now()
		d.DrawnAt, d.DrawnBy, d.Version = now, by.ID, 1
		if err := tx.Create(d).Error; err != nil {
			return nil, err
		}
		more, err := also(tx, d)
		if err != nil {
			return nil, err
		}
		l.DrawID, l.State, l.StateSince, l.UpdatedAt, l.Version = d.ID, LotDrawn, now, now, l.Version+1
		l.ToCheck, l.Checked, l.Wrong = d.N, 0, 0
		rows = append(append(rows, d), more...)
		return []audit.Event{lotEvent("drawn", &l, rows...)}, save(tx, &l, version)
	})
}

// replaceDraw numbers a draw and marks the one before as replaced.
func (s *Service) replaceDraw(tx *gorm.DB, l *Lot, d *Draw, reason string) ([]any, error) {
	d.Number = 1
	if l.DrawID == "" {
		return nil, nil
	}
	var f problem.Fields
	if word(&f, "reason", &reason, maxNote, true); f.Err() != nil {
		return nil, f.Err()
	}
	var old Draw
	if err := tx.Where("id = ?", l.DrawID).Take(&old).Error; err != nil {
		return nil, err
	}
	d.Number, d.Reason = old.Number+1, reason
	old.State, old.Version = DrawReplaced, old.Version+1
	return []any{&old}, save(tx, &old, old.Version-1)
}

// pick finds the items of a draw and the hash of its list.
func (s *Service) pick(ctx context.Context, l Lot, p Plan, d Draw) ([]Sampled, string, error) {
	frame, err := s.frame(ctx, l)
	if err != nil {
		return nil, "", err
	}
	drawn, err := draw.First(d.SeedHash, frame, int(p.N))
	if err != nil {
		return nil, "", err
	}
	numbers, err := s.numbersOf(ctx, l.ID, drawn)
	if err != nil {
		return nil, "", err
	}
	out, list := make([]Sampled, len(drawn)), sha256.New()
	for i, one := range drawn {
		out[i] = Sampled{DrawID: d.ID, Position: int64(i + 1), N: numbers[one.ID], Purpose: PurposeSample}
		_, _ = list.Write([]byte(one.ID + "\n")) // a hash never fails
	}
	return out, hex.EncodeToString(list.Sum(nil)), nil
}

// frame reads the ids of a lot and holds them against the hash that was
// recorded when it was frozen.
func (s *Service) frame(ctx context.Context, l Lot) ([]string, error) {
	ids, f := make([]string, 0, l.Size), draw.NewFrame()
	err := walk(s.ledger.Read(ctx), l.ID, "item_id", func(it *Item) error {
		ids = append(ids, strings.Clone(it.ItemID))
		return f.Add(it.ItemID)
	})
	if err == nil && (l.FrameHash == "" || f.Hash() != l.FrameHash) {
		err = problem.New(problem.Conflict, "labelling.lot.damaged")
	}
	return ids, err
}

// idsAtOnce is how many ids one query names.
const idsAtOnce = 400

// numbersOf finds the numbers of drawn items in their lot.
func (s *Service) numbersOf(ctx context.Context, lot string, drawn []draw.Drawn) (map[string]int64, error) {
	out := make(map[string]int64, len(drawn))
	for part := range slices.Chunk(drawn, idsAtOnce) {
		var found []Item
		if err := s.ledger.Read(ctx).Select("n", "item_id").Where("lot_id = ? AND item_id IN ?", lot, draw.IDs(part)).Find(&found).Error; err != nil {
			return nil, err
		}
		for _, it := range found {
			out[it.ItemID] = it.N
		}
	}
	return out, nil
}

// stageSampled writes the items of a draw in short transactions.
func (s *Service) stageSampled(ctx context.Context, _ string, list []Sampled) error {
	for part := range slices.Chunk(list, chunkRows) {
		err := s.ledger.Unaudited(ctx, "stage a draw", func(tx *gorm.DB) error { return tx.CreateInBatches(part, rowsAtOnce).Error })
		if err != nil {
			return err
		}
	}
	return nil
}

// dropSampled deletes what was staged for a draw that did not come about.
func (s *Service) dropSampled(ctx context.Context, draw string) error {
	return s.ledger.Unaudited(ctx, "drop a draw", func(tx *gorm.DB) error { return tx.Where("draw_id = ?", draw).Delete(&Sampled{}).Error })
}
