package labelling

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
)

// AssignmentsOf lists the assignments of a lot's draw in use, by round and
// the order in which they were made.
func (s *Service) AssignmentsOf(ctx context.Context, l Lot) (list []Assignment, err error) {
	return list, s.ledger.Read(ctx).Where("draw_id = ? AND draw_id <> ''", l.DrawID).Order("round, id").Limit(maxAssignments).Find(&list).Error
}

// maxAssignments bounds the list of assignments of one lot.
const maxAssignments = 500

// Withdraw takes from a checker what they have not answered; their answers
// stand, and what is disputed in them goes to an arbiter. What was taken can be
// given to others.
func (s *Service) Withdraw(ctx context.Context, by actor.Actor, assignment string, version int64) (a Assignment, err error) {
	able, err := s.checkersOf(ctx, by, assignment)
	if err != nil {
		return a, err
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		a = Assignment{}
		if err := take(tx, by, assignment, &a); err != nil {
			return nil, err
		}
		var l Lot
		if err := take(tx, by, a.LotID, &l); err != nil {
			return nil, err
		}
		switch {
		case a.State != AssignmentOpen:
			return nil, problem.New(problem.Conflict, "label_check.handed_in")
		case l.State != LotChecking || l.DrawID != a.DrawID:
			return nil, problem.New(problem.Conflict, "label_check.over")
		}
		return s.withdraw(tx, &l, &a, version, able)
	})
	return a, err
}

func (s *Service) withdraw(tx *gorm.DB, l *Lot, a *Assignment, version int64, able map[string]bool) ([]audit.Event, error) {
	undone, err := undoneOf(tx, a.ID)
	if err != nil {
		return nil, err
	}
	for part := range slices.Chunk(undone, idsAtOnce) {
		seqs, ns := make([]int64, len(part)), make([]int64, len(part))
		for i, d := range part {
			seqs[i], ns[i] = d.Seq, d.N
			if d.Purpose == PurposeGold {
				a.Gold--
			}
		}
		if err := tx.Where("assignment_id = ? AND seq IN ?", a.ID, seqs).Delete(&Assigned{}).Error; err != nil {
			return nil, err
		}
		if a.Round == ArbiterRound {
			if err := tx.Model(&dispute{}).Where("draw_id = ? AND n IN ?", a.DrawID, ns).Update("assignment_id", "").Error; err != nil {
				return nil, err
			}
		}
	}
	a.Items -= int64(len(undone))
	if a.State = AssignmentDone; a.Items == a.Gold {
		a.State = AssignmentWithdrawn
	}
	if a.ItemsHash, err = itemsHash(tx, a.ID); err != nil {
		return nil, err
	}
	a.Version = version + 1
	if err := save(tx, a, version); err != nil {
		return nil, err
	}
	had := l.Version
	if err := s.recountLot(tx, l); err != nil {
		return nil, err
	}
	l.UpdatedAt, l.Version = s.ledger.Now(), had+1
	if err := save(tx, l, had); err != nil {
		return nil, err
	}
	more, err := s.refer(tx, *l, *a, able)
	return append([]audit.Event{assignmentEvent("withdrawn", a, *l, l)}, more...), err
}

// undoneOf are the items of an assignment without a verdict.
func undoneOf(tx *gorm.DB, assignment string) (list []Assigned, err error) {
	return list, tx.Raw(`SELECT d.* FROM label_assigned AS d LEFT JOIN label_check AS c
		ON c.assignment_id = d.assignment_id AND c.n = d.n AND c.gold_id = d.gold_id AND c.verdict <> ''
		WHERE d.assignment_id = ? AND c.id IS NULL ORDER BY d.seq`, assignment).Scan(&list).Error
}

// Waiting is how many items of a lot's draw wait for somebody to arbitrate,
// and how many an arbiter has.
func (s *Service) Waiting(ctx context.Context, l Lot) (free, given int64, err error) {
	var row struct{ Free, Given int64 }
	err = s.ledger.Read(ctx).Raw(`SELECT COALESCE(SUM(CASE WHEN assignment_id = '' THEN 1 ELSE 0 END), 0) AS free,
		COALESCE(SUM(CASE WHEN assignment_id <> '' THEN 1 ELSE 0 END), 0) AS given FROM label_dispute WHERE draw_id = ?`, l.DrawID).Scan(&row).Error
	return row.Free, row.Given, err
}

// Arbitrate gives what waits for an arbiter to those chosen, never to one of
// the two checkers or the annotator. It is a Conflict when none of them may have
// any of it.
func (s *Service) Arbitrate(ctx context.Context, by actor.Actor, lot string, workers []string, due day.Date, apart bool) error {
	var f problem.Fields
	dueOK(&f, due, s.Today())
	if len(workers) == 0 {
		f.Add("worker", "label_check.nobody")
	}
	if err := f.Err(); err != nil {
		return err
	}
	l, err := s.Lot(ctx, by, lot)
	if err != nil {
		return err
	}
	able, err := s.checkers(ctx, l.ServiceID)
	if err != nil {
		return err
	}
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		l = Lot{}
		if err := take(tx, by, lot, &l); err != nil {
			return nil, err
		}
		if l.State != LotChecking || l.Stopped {
			return nil, problem.New(problem.Conflict, "label_check.over")
		}
		list, err := s.arbiters(tx, l, able)
		if err != nil {
			return nil, err
		}
		list = slices.DeleteFunc(list, func(c Candidate) bool { return !slices.Contains(workers, c.Worker.ID) })
		if len(list) != len(workers) {
			return nil, problem.Field(problem.Invalid, "worker", "label_check.not_assignable")
		}
		events, err := s.toArbiters(tx, l, l.DrawID, list, Assignment{Due: due, Apart: apart, CreatedBy: by.ID})
		if err == nil && len(events) == 0 {
			err = problem.New(problem.Conflict, "label_check.nothing_to_arbitrate")
		}
		return events, err
	})
}

// ResumeChecks lets the checks of a stopped lot go on, for a reason.
func (s *Service) ResumeChecks(ctx context.Context, by actor.Actor, lot string, version int64, reason string) (l Lot, err error) {
	var f problem.Fields
	word(&f, "reason", &reason, maxNote, true)
	if err := f.Err(); err != nil {
		return l, err
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		l = Lot{}
		if err := take(tx, by, lot, &l); err != nil {
			return nil, err
		}
		if !l.Stopped || l.State != LotChecking {
			return nil, problem.New(problem.Conflict, "label_check.not_stopped")
		}
		l.Stopped, l.UpdatedAt, l.Version = false, s.ledger.Now(), version+1
		e := lotEvent("resumed", &l)
		e.Note = map[string]string{"reason": reason}
		return []audit.Event{e}, save(tx, &l, version)
	})
	return l, err
}

// Called names people as the actor may know them.
func (s *Service) Called(ctx context.Context, by actor.Actor, workers []string) (map[string]string, error) {
	out := map[string]string{}
	slices.Sort(workers)
	if workers = slices.Compact(workers); len(workers) == 0 {
		return out, nil
	}
	var list []Worker
	err := s.ledger.Read(ctx).Where("id IN ?", workers).Find(&list).Error
	for _, w := range list {
		out[w.ID] = w.Called(by)
	}
	return out, err
}
