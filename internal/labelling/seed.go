package labelling

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/labelling/stats/draw"
	"hegui/internal/problem"
)

// A seed of two people: each commits to a part by its SHA-256, and only when
// both have committed each reveals the part. A part is not stored before it is
// revealed, and not shown before both are. The seed is SHA-256(first LF
// second), in the order of the commitments.

// SeedParts lists the parts of seeds of a lot, the oldest first. What one
// person has revealed is left out until the other has, too.
func (s *Service) SeedParts(ctx context.Context, by actor.Actor, lot string) ([]SeedPart, error) {
	var list []SeedPart
	if err := scope(s.ledger.Read(ctx), by).Where("lot_id = ?", lot).Order("draw_number, committed_at, id").Limit(2 * maxListed).Find(&list).Error; err != nil {
		return nil, err
	}
	drawn := map[int64]bool{}
	draws, err := s.Draws(ctx, by, lot)
	for _, d := range draws {
		drawn[d.Number] = true
	}
	for i := range list {
		if !drawn[list[i].DrawNumber] {
			list[i].Reveal = ""
		}
	}
	return list, err
}

// openParts lists the parts of the seed that is under way.
func openParts(db *gorm.DB, lot string) (list []SeedPart, err error) {
	number, err := nextDraw(db, lot)
	if err != nil {
		return nil, err
	}
	return list, db.Where("lot_id = ? AND draw_number = ? AND abandoned = ''", lot, number).Order("committed_at, id").Find(&list).Error
}

var commitment = regexp.MustCompile(`^[0-9a-f]{64}$`)

// CommitPart records a person's commitment: given the part, its SHA-256, or the
// SHA-256 itself as the person has computed it. The part is not kept.
func (s *Service) CommitPart(ctx context.Context, by actor.Actor, lot, part string) (p SeedPart, err error) {
	c := strings.ToLower(strings.TrimSpace(part))
	if !commitment.MatchString(c) {
		if c, err = draw.Commit(part); err != nil {
			return p, problem.Field(problem.Invalid, "part", "label_plan.part_short")
		}
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		l, parts, err := seedUnderWay(tx, by, lot)
		if err != nil {
			return nil, err
		}
		switch {
		case slices.ContainsFunc(parts, func(o SeedPart) bool { return o.AccountID == by.ID }):
			return nil, problem.New(problem.Conflict, "label_plan.seed.committed_already")
		case len(parts) == 2:
			return nil, problem.New(problem.Conflict, "label_plan.seed.two_already")
		case slices.ContainsFunc(parts, func(o SeedPart) bool { return o.Commitment == c }):
			return nil, problem.Field(problem.Invalid, "part", "label_plan.seed.same")
		}
		number, err := nextDraw(tx, lot)
		if err != nil {
			return nil, err
		}
		p = SeedPart{ID: s.ledger.NewID(), LotID: lot, ServiceID: l.ServiceID, DrawNumber: number, AccountID: by.ID, Commitment: c, CommittedAt: s.ledger.Now(), Version: 1}
		return []audit.Event{lotEvent("seed_committed", &l, &p)}, create(tx, &p, "")
	})
	return p, err
}

// seedUnderWay gives a lot that can be drawn and the parts of its seed so far.
func seedUnderWay(tx *gorm.DB, by actor.Actor, lot string) (l Lot, parts []SeedPart, err error) {
	if err := take(tx, by, lot, &l); err != nil {
		return l, nil, err
	}
	if !slices.Contains([]LotState{LotPlanned, LotDrawn}, l.State) {
		return l, nil, problem.New(problem.Conflict, "label_plan.not_drawable")
	}
	parts, err = openParts(tx, lot)
	return l, parts, err
}

// RevealPart records the part that a person has committed to. With the second
// one the lot is drawn, and the draw given; a redraw needs a reason.
func (s *Service) RevealPart(ctx context.Context, by actor.Actor, lot string, version int64, part, reason string) (d *Draw, err error) {
	_, parts, err := seedUnderWay(s.ledger.Read(ctx), by, lot)
	if err != nil {
		return nil, err
	}
	at, err := revealable(parts, by, part)
	if err != nil {
		return nil, err
	}
	own, other := &parts[at], parts[1-at]
	if own.RevealedAt == nil {
		now := s.ledger.Now()
		own.Reveal, own.RevealedAt, own.Version = part, &now, own.Version+1
	}
	if other.RevealedAt == nil {
		return nil, s.revealFirst(ctx, by, lot, own)
	}
	seed, err := draw.Seed(parts[0].Reveal, parts[1].Reveal)
	if err != nil {
		return nil, err
	}
	made, err := s.draw(ctx, by, lot, version, seed, reason, func(tx *gorm.DB, d *Draw) ([]any, error) {
		if d.Number != own.DrawNumber {
			return nil, problem.New(problem.Conflict, "labelling.changed_meanwhile")
		}
		var now SeedPart
		if err := tx.Where("id = ?", own.ID).Take(&now).Error; err != nil || now.RevealedAt != nil {
			return nil, err // both revealed at the same moment, and nobody drew
		}
		return []any{own}, save(tx, own, own.Version-1)
	})
	return &made, err
}

// revealFirst writes the part of who reveals first.
func (s *Service) revealFirst(ctx context.Context, by actor.Actor, lot string, own *SeedPart) error {
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		l, parts, err := seedUnderWay(tx, by, lot)
		if err != nil {
			return nil, err
		}
		if len(parts) != 2 || slices.ContainsFunc(parts, func(p SeedPart) bool { return p.RevealedAt != nil }) {
			return nil, problem.New(problem.Conflict, "labelling.changed_meanwhile")
		}
		return []audit.Event{lotEvent("seed_revealed", &l, own)}, save(tx, own, own.Version-1)
	})
}

// revealable finds the person's own part among two committed ones and holds it
// against its commitment.
func revealable(parts []SeedPart, by actor.Actor, part string) (int, error) {
	at := slices.IndexFunc(parts, func(o SeedPart) bool { return o.AccountID == by.ID })
	switch {
	case at < 0 || len(parts) < 2:
		return 0, problem.New(problem.Conflict, "label_plan.seed.not_yet")
	case parts[at].RevealedAt != nil && parts[1-at].RevealedAt == nil:
		return 0, problem.New(problem.Conflict, "label_plan.seed.revealed_already")
	}
	if _, err := draw.Commit(part); err != nil || !draw.Reveals(parts[at].Commitment, part) {
		return 0, problem.Field(problem.Invalid, "part", "label_plan.seed.differs")
	}
	return at, nil
}

// AbandonSeed gives up a seed under way, for which there has to be a reason. Its
// parts stay in the record.
func (s *Service) AbandonSeed(ctx context.Context, by actor.Actor, lot, reason string) error {
	var f problem.Fields
	if word(&f, "reason", &reason, maxNote, true); f.Err() != nil {
		return f.Err()
	}
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		l, parts, err := seedUnderWay(tx, by, lot)
		if err != nil {
			return nil, err
		}
		if len(parts) == 0 {
			return nil, problem.New(problem.Conflict, "label_plan.seed.none")
		}
		var rows []any
		for i := range parts {
			p := &parts[i]
			p.Abandoned, p.Version = reason, p.Version+1
			if err := save(tx, p, p.Version-1); err != nil {
				return nil, err
			}
			rows = append(rows, p)
		}
		return []audit.Event{lotEvent("seed_abandoned", &l, rows...)}, nil
	})
}
