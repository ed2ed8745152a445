package labelling

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
)

func assignmentEvent(action string, a *Assignment, l Lot, rows ...any) audit.Event {
	return audit.Event{Action: "label_assignment." + action, Object: object("assignment", a.ID), Service: a.ServiceID, Label: l.Name, Rows: append([]any{a}, rows...)}
}

// HandIn ends an assignment of the actor's own: its answers stand. Items that
// its checker is unsure of, or judged otherwise than the second checker, go to
// an arbiter.
//
// It is Invalid while items have no verdict.
func (s *Service) HandIn(ctx context.Context, by actor.Actor, assignment string) (a Assignment, err error) {
	able, err := s.checkersOf(ctx, by, assignment)
	if err != nil {
		return a, err
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		if a, err = assignmentFor(tx, by, assignment); err != nil {
			return nil, err
		}
		var l Lot
		if err := take(tx, by, a.LotID, &l); err != nil {
			return nil, err
		}
		if err := s.workable(tx, Place{Assignment: a, Lot: l}); err != nil {
			return nil, err
		}
		if a.Done < a.Items {
			return nil, problem.New(problem.Invalid, "label_check.not_all", "count", a.Items-a.Done)
		}
		a.State, a.Version = AssignmentDone, a.Version+1
		if err := save(tx, &a, a.Version-1); err != nil {
			return nil, err
		}
		more, err := s.refer(tx, l, a, able)
		return append([]audit.Event{assignmentEvent("handed_in", &a, l)}, more...), err
	})
	return a, err
}

// checkersOf asks which accounts may check in the service of an assignment.
func (s *Service) checkersOf(ctx context.Context, by actor.Actor, assignment string) (map[string]bool, error) {
	var a Assignment
	if err := take(s.ledger.Read(ctx), by, assignment, &a); err != nil {
		return nil, err
	}
	return s.checkers(ctx, a.ServiceID)
}

// checkers are the accounts that may check labels of a service; nil: all.
func (s *Service) checkers(ctx context.Context, service string) (map[string]bool, error) {
	if s.able == nil {
		return nil, nil
	}
	return s.able(ctx, service)
}

// refer sends what is disputed in an assignment that just ended to an arbiter,
// as far as there is one.
func (s *Service) refer(tx *gorm.DB, l Lot, a Assignment, able map[string]bool) ([]audit.Event, error) {
	if a.Round == ArbiterRound {
		return nil, nil
	}
	list, err := newDisputes(tx, l, a)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	if err := tx.CreateInBatches(list, rowsAtOnce).Error; err != nil {
		return nil, fmt.Errorf("record disputes: %w", err)
	}
	arbiters, err := s.arbiters(tx, l, able)
	if err != nil {
		return nil, err
	}
	due := max(a.Due, s.Today().Add(arbiterDays))
	return s.toArbiters(tx, l, a.DrawID, arbiters, Assignment{Due: due, Apart: a.Apart, CreatedBy: a.AccountID})
}

// arbiterDays is how many days an arbiter has at least for what comes by itself.
const arbiterDays = 2

// newDisputes finds items of an assignment that need an arbiter: all rounds
// of them are handed in, and they do not agree.
func newDisputes(tx *gorm.DB, l Lot, a Assignment) ([]dispute, error) {
	var checks []Check
	err := tx.Raw(`SELECT c.* FROM label_check AS c JOIN label_assigned AS d ON d.assignment_id = ? AND d.n = c.n AND d.gold_id = ''
		WHERE c.draw_id = ? AND c.gold_id = '' AND c.verdict <> '' ORDER BY c.n, c.round`, a.ID, a.DrawID).Scan(&checks).Error
	if err != nil {
		return nil, err
	}
	doubles, err := doublesOf(tx, a.DrawID)
	if err != nil {
		return nil, err
	}
	var open []string
	if err := tx.Model(&Assignment{}).Where("draw_id = ? AND state = ?", a.DrawID, AssignmentOpen).Pluck("id", &open).Error; err != nil {
		return nil, err
	}
	var had []int64
	if err := tx.Model(&dispute{}).Where("draw_id = ?", a.DrawID).Pluck("n", &had).Error; err != nil {
		return nil, err
	}
	known := map[int64]bool{}
	for _, n := range had {
		known[n] = true
	}
	var out []dispute
	for _, rounds := range byItem(checks) {
		n := rounds[0].N
		going := slices.ContainsFunc(rounds, func(c Check) bool { return c.Round == ArbiterRound || slices.Contains(open, c.AssignmentID) })
		if !going && !known[n] && settle(rounds, doubles[n]).Disputed {
			out = append(out, dispute{DrawID: a.DrawID, N: n, LotID: l.ID})
		}
	}
	return out, nil
}

// byItem parts checks that are sorted by item.
func byItem(checks []Check) (out [][]Check) {
	for i, c := range checks {
		if i == 0 || c.N != checks[i-1].N {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], c)
	}
	return out
}

// arbiters are those of the lot's project who can be assigned today.
func (s *Service) arbiters(tx *gorm.DB, l Lot, able map[string]bool) ([]Candidate, error) {
	list, err := s.candidates(tx, l, Arbiter, able)
	return slices.DeleteFunc(list, func(c Candidate) bool { return !c.Assignable() }), err
}

// toArbiters gives what waits for an arbiter of a draw to those who may have
// it: neither one of the checkers nor the annotator. Somebody's open
// assignment of the draw grows; else one is made after the pattern of like.
func (s *Service) toArbiters(tx *gorm.DB, l Lot, draw string, arbiters []Candidate, like Assignment) ([]audit.Event, error) {
	var waiting []int64
	if err := tx.Model(&dispute{}).Where("draw_id = ? AND assignment_id = ''", draw).Order("n").Pluck("n", &waiting).Error; err != nil {
		return nil, err
	}
	if len(waiting) == 0 || len(arbiters) == 0 {
		return nil, nil
	}
	items, err := s.stock(tx, l, draw, waiting)
	if err != nil {
		return nil, err
	}
	claims := make([]claim, len(items))
	for i, it := range items {
		claims[i] = claim{barred: make([]bool, len(arbiters))}
		for j, one := range arbiters {
			claims[i].barred[j] = it.bars(one.Worker, like.Apart) != "" || slices.Contains(it.checkers, one.Worker.ID)
		}
	}
	room := make([]int, len(arbiters))
	for i := range room {
		room[i] = noLimit
	}
	lists := make([][]stocked, len(arbiters))
	for i, owner := range allot(claims, room) {
		if owner != nobody {
			lists[owner] = append(lists[owner], items[i])
		}
	}
	var events []audit.Event
	for i, list := range lists {
		if len(list) == 0 {
			continue
		}
		e, err := s.arbitrate(tx, l, draw, arbiters[i].Worker, list, like)
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}

// arbitrate gives items to one arbiter.
func (s *Service) arbitrate(tx *gorm.DB, l Lot, draw string, w Worker, list []stocked, like Assignment) (audit.Event, error) {
	var a Assignment
	res := tx.Where("draw_id = ? AND worker_id = ? AND round = ? AND state = ?", draw, w.ID, ArbiterRound, AssignmentOpen).Limit(1).Find(&a)
	if res.Error != nil {
		return audit.Event{}, res.Error
	}
	action := "extended"
	if res.RowsAffected == 0 {
		action = "assigned"
		a = Assignment{ID: s.ledger.NewID(), DrawID: draw, LotID: l.ID, ServiceID: l.ServiceID, WorkerID: w.ID, AccountID: w.AccountID, Round: ArbiterRound,
			Apart: like.Apart, Due: like.Due, State: AssignmentOpen, CreatedAt: s.ledger.Now(), CreatedBy: like.CreatedBy}
	}
	var last int64
	if err := tx.Model(&Assigned{}).Where("assignment_id = ?", a.ID).Select("COALESCE(MAX(seq), 0)").Scan(&last).Error; err != nil {
		return audit.Event{}, err
	}
	rows, ns := make([]Assigned, len(list)), make([]int64, len(list))
	for i, it := range list {
		rows[i] = Assigned{AssignmentID: a.ID, Seq: last + int64(i) + 1, LotID: l.ID, N: it.N, Purpose: it.Purpose}
		ns[i] = it.N
	}
	if err := tx.CreateInBatches(rows, rowsAtOnce).Error; err != nil {
		return audit.Event{}, err
	}
	for part := range slices.Chunk(ns, idsAtOnce) {
		if err := tx.Model(&dispute{}).Where("draw_id = ? AND n IN ?", draw, part).Update("assignment_id", a.ID).Error; err != nil {
			return audit.Event{}, err
		}
	}
	a.Items, a.Version = a.Items+int64(len(rows)), a.Version+1
	var err error
	if a.ItemsHash, err = itemsHash(tx, a.ID); err != nil {
		return audit.Event{}, err
	}
	if action == "assigned" {
		err = tx.Create(&a).Error
	} else {
		err = save(tx, &a, a.Version-1)
	}
	return assignmentEvent(action, &a, l), err
}

// dueOK says whether a day can be one by which something is due.
func dueOK(f *problem.Fields, due, today day.Date) {
	switch {
	case due == "":
		f.Add("due", "labelling.required")
	case due < today:
		f.Add("due", "label_check.due.past")
	}
}
