package labelling

import (
	"context"
	"errors"
	"slices"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/labelling/stats"
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
		parts, err := openParts(tx, lot)
		if err != nil {
			return nil, err
		}
		if len(parts) > 0 {
			return nil, problem.New(problem.Conflict, "label_plan.seed.under_way")
		}
		d.OnePerson, p.DrawNumber = true, d.Number
		return []any{p}, tx.Create(p).Error
	})
}

// also does what belongs to a draw in the transaction that makes it real,
// before the draw itself is written, and gives the rows that it wrote.
type also func(*gorm.DB, *Draw) ([]any, error)

// draw makes a draw from a seed. The items are staged in short transactions
// under the id of a draw that does not exist yet.
func (s *Service) draw(ctx context.Context, by actor.Actor, lot string, version int64, seed, reason string, more also) (d Draw, err error) {
	l, err := s.Lot(ctx, by, lot)
	if err != nil {
		return d, err
	}
	if err := drawable(l, &reason); err != nil {
		return d, err
	}
	p, err := s.CurrentPlan(ctx, by, lot)
	if err != nil {
		return d, err
	}
	d = Draw{ID: s.ledger.NewID(), LotID: lot, ServiceID: l.ServiceID, PlanID: p.ID, Seed: seed, N: p.FirstStage(), State: DrawCurrent, TargetedNotes: []TargetedNote{}}
	if d.SeedHash, err = draw.SeedHash(lot, seed); err != nil {
		return d, err
	}
	f, err := s.readFrame(ctx, l, p)
	if err != nil {
		return d, err
	}
	drawn, err := f.pick(p, d.SeedHash, d.N)
	if err != nil {
		return d, err
	}
	d.ListHash = listHash(draw.IDs(drawn))
	list, err := s.sampled(ctx, l, p, f, d.ID, drawn)
	if err == nil {
		err = s.stageSampled(ctx, list)
	}
	if err == nil {
		err = s.makeReal(ctx, by, &d, version, reason, more)
	}
	if err != nil {
		err = errors.Join(err, s.dropSampled(context.WithoutCancel(ctx), d.ID))
	}
	return d, err
}

// drawable says why a lot cannot be drawn now; a redraw needs a reason.
func drawable(l Lot, reason *string) error {
	if !slices.Contains([]LotState{LotPlanned, LotDrawn}, l.State) {
		return problem.New(problem.Conflict, "label_plan.not_drawable")
	}
	var f problem.Fields
	word(&f, "reason", reason, maxNote, l.DrawID != "")
	return f.Err()
}

// makeReal writes a draw whose items are staged. An earlier draw stays,
// replaced with a reason.
func (s *Service) makeReal(ctx context.Context, by actor.Actor, d *Draw, version int64, reason string, more also) error {
	made := *d
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		*d = made
		var l Lot
		if err := take(tx, by, d.LotID, &l); err != nil {
			return nil, err
		}
		if err := drawable(l, &reason); err != nil {
			return nil, err
		}
		if l.PlanID != d.PlanID {
			return nil, problem.New(problem.Conflict, "labelling.changed_meanwhile")
		}
		rows, err := s.replaceDraw(tx, &l, d, reason)
		if err != nil {
			return nil, err
		}
		added, err := more(tx, d)
		if err != nil {
			return nil, err
		}
		now := s.ledger.Now()
		d.DrawnAt, d.DrawnBy, d.Version = now, by.ID, 1
		if err := tx.Create(d).Error; err != nil {
			return nil, err
		}
		l.DrawID, l.State, l.StateSince, l.UpdatedAt, l.Version = d.ID, LotDrawn, now, now, l.Version+1
		l.ToCheck, l.Checked, l.Wrong = d.N, 0, 0
		rows = append(append(rows, d), added...)
		return []audit.Event{lotEvent("drawn", &l, rows...)}, save(tx, &l, version)
	})
}

// replaceDraw numbers a draw and marks the one before as replaced.
func (s *Service) replaceDraw(tx *gorm.DB, l *Lot, d *Draw, reason string) (rows []any, err error) {
	if d.Number, err = nextDraw(tx, l.ID); err != nil || l.DrawID == "" {
		return nil, err
	}
	var old Draw
	if err := tx.Where("id = ?", l.DrawID).Take(&old).Error; err != nil {
		return nil, err
	}
	d.Reason, old.State, old.Version = reason, DrawReplaced, old.Version+1
	return []any{&old}, save(tx, &old, old.Version-1)
}

// nextDraw is the number of the next draw of a lot: one more than any that was
// drawn or whose seed was given up.
func nextDraw(db *gorm.DB, lot string) (int64, error) {
	var drawn, abandoned int64
	if err := db.Model(&Draw{}).Where("lot_id = ?", lot).Select("COALESCE(MAX(number), 0)").Scan(&drawn).Error; err != nil {
		return 0, err
	}
	err := db.Model(&SeedPart{}).Where("lot_id = ? AND abandoned <> ''", lot).Select("COALESCE(MAX(draw_number), 0)").Scan(&abandoned).Error
	return max(drawn, abandoned) + 1, err
}

// FirstStage is how many items are drawn at first: all, or of a sequential plan
// as many as it needs to accept at the earliest.
func (p Plan) FirstStage() int64 {
	if p.Method != Sequential {
		return p.N
	}
	test, err := p.Test()
	if err != nil {
		return p.N
	}
	n := 1
	for int64(n) < p.N && test.AcceptUpTo(n) < 0 {
		n++
	}
	return int64(n)
}

// Test is the sequential test of a plan.
func (p Plan) Test() (stats.SPRT, error) {
	return stats.NewSPRT(p.Params.P1.Float(), p.Params.Alpha.Float(), p.Params.P2.Float(), p.Params.Beta.Float())
}

// Continue draws further items of a sequential plan along the same list, as
// many as at first, or up to the plan's end.
func (s *Service) Continue(ctx context.Context, by actor.Actor, lot string, version int64) (d Draw, err error) {
	l, err := s.Lot(ctx, by, lot)
	if err != nil {
		return d, err
	}
	p, err := s.CurrentPlan(ctx, by, lot)
	if err != nil {
		return d, err
	}
	if d, err = s.CurrentDraw(ctx, by, lot); err != nil {
		return d, err
	}
	had := d
	if d.N = min(p.N, d.N+p.FirstStage()); d.N == had.N || d.PlanID != p.ID || !slices.Contains([]LotState{LotDrawn, LotChecking}, l.State) {
		return d, problem.New(problem.Conflict, "label_plan.no_more")
	}
	f, err := s.readFrame(ctx, l, p)
	if err != nil {
		return d, err
	}
	drawn, err := f.pick(p, d.SeedHash, d.N)
	if err != nil {
		return d, err
	}
	list, err := s.sampled(ctx, l, p, f, d.ID, drawn)
	if err != nil {
		return d, err
	}
	d.ListHash = listHash(draw.IDs(drawn))
	d.Version++
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		l = Lot{}
		if err := take(tx, by, lot, &l); err != nil {
			return nil, err
		}
		if err := save(tx, &d, had.Version); err != nil {
			return nil, err
		}
		if err := tx.CreateInBatches(list[had.N:], rowsAtOnce).Error; err != nil {
			return nil, err
		}
		l.ToCheck, l.UpdatedAt, l.Version = l.ToCheck+d.N-had.N, s.ledger.Now(), l.Version+1
		return []audit.Event{lotEvent("draw_continued", &l, &d)}, save(tx, &l, version)
	})
	return d, err
}
