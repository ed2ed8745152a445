package labelling

import (
	"context"
	"strconv"

	"hegui/internal/actor"
	"hegui/internal/labelling/stats/draw"
	"hegui/internal/problem"
)

// Replay is how an inspector repeats a draw.
type Replay struct {
	File  string // what the exported list has to be called
	Lines string // of a shell, which print the frame hash and then the draw
	Seed  string // of a shell, which print commitments and seed; "" for one person's
}

// Replay gives the shell lines that repeat a draw of the lot. parts are those
// of its seed.
func (s *Service) Replay(p Plan, d Draw, parts []SeedPart) (r Replay, err error) {
	var own []SeedPart
	for _, one := range parts {
		if one.DrawNumber == d.Number && one.Abandoned == "" {
			own = append(own, one)
		}
	}
	if len(own) == 2 {
		if r.Seed, err = draw.ShellSeed(own[0].Reveal, own[1].Reveal); err != nil {
			return r, err
		}
	}
	if len(p.Strata) == 0 {
		r.File = "ids.txt"
		r.Lines, err = draw.Shell(d.LotID, d.Seed, int(d.N))
		return r, err
	}
	counts := make([]int, len(p.Strata))
	for i, one := range p.Strata {
		counts[i] = int(one.N)
	}
	r.File = "strata.txt"
	r.Lines, err = draw.ShellStrata(d.LotID, d.Seed, counts)
	return r, err
}

// EachStratumLine visits "number id" of the items of a lot in the order of the
// ids' bytes; the number is the place of the item's stratum in the plan, from 1.
func (s *Service) EachStratumLine(ctx context.Context, p Plan, visit func(line string) error) error {
	if len(p.Strata) == 0 {
		return problem.New(problem.NotFound, "labelling.not_found")
	}
	return eachStratum(s.ledger.Read(ctx), p.LotID, p, func(id string, at int) error { return visit(strconv.Itoa(at+1) + " " + id) })
}

// EachDrawn visits the ids of the items of a draw in its order, without the
// targeted ones.
func (s *Service) EachDrawn(ctx context.Context, d Draw, visit func(id string) error) error {
	rows, err := s.ledger.Read(ctx).Table("label_sampled AS s").Select("i.item_id").Joins("JOIN label_item AS i ON i.lot_id = ? AND i.n = s.n", d.LotID).
		Where("s.draw_id = ? AND s.position <= ?", d.ID, int64(FirstTargeted)).Order("s.position").Rows()
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // Err below tells
	var id string
	for rows.Next() {
		if err := rows.Scan(&id); err != nil {
			return err
		}
		if err := visit(id); err != nil {
			return err
		}
	}
	return rows.Err()
}

// DrawNumber gives the draw of a lot with a number, or NotFound.
func (s *Service) DrawNumber(ctx context.Context, by actor.Actor, lot string, number int64) (d Draw, err error) {
	return d, found(scope(s.ledger.Read(ctx), by).Where("lot_id = ? AND number = ?", lot, number).Take(&d).Error)
}

// DrawnItem is an item of a draw with its id.
type DrawnItem struct {
	Sampled
	ItemID string
}

// DrawnItems lists the items of a draw behind a position, with their ids.
func (s *Service) DrawnItems(ctx context.Context, d Draw, after int64, limit int) (list []DrawnItem, err error) {
	return list, s.ledger.Read(ctx).Table("label_sampled AS s").Select("s.*, i.item_id").Joins("JOIN label_item AS i ON i.lot_id = ? AND i.n = s.n", d.LotID).
		Where("s.draw_id = ? AND s.position > ?", d.ID, after).Order("s.position").Limit(limit).Scan(&list).Error
}
