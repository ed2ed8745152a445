package labelling

import (
	"context"
	"errors"
	"slices"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/labelling/exports"
	"hegui/internal/problem"
)

// AssignmentFor gives an assignment of the actor's own, or NotFound.
func (s *Service) AssignmentFor(ctx context.Context, by actor.Actor, id string) (Assignment, error) {
	return assignmentFor(s.ledger.Read(ctx), by, id)
}

func assignmentFor(db *gorm.DB, by actor.Actor, id string) (a Assignment, err error) {
	return a, found(scope(db, by).Where("id = ? AND account_id = ? AND account_id <> ''", id, by.ID).Take(&a).Error)
}

// DeskFilter narrows the list of somebody's own assignments.
type DeskFilter struct {
	Closed bool // those handed in, instead of the open ones
	Limit  int
}

// DeskEntry is an assignment with what its checker may know of the lot: not
// its name, which can name the annotator.
type DeskEntry struct {
	Assignment
	Batch   string
	Project string
	Kind    Kind
	Stopped bool
}

// Desk lists the actor's own assignments: open ones of lots that are being
// checked by the day they are due, others the latest first.
func (s *Service) Desk(ctx context.Context, by actor.Actor, f DeskFilter) (list []DeskEntry, err error) {
	q := s.ledger.Read(ctx).Table("label_assignment AS a").Select("a.*, b.name AS batch, p.name AS project, l.kind, l.stopped").
		Joins("JOIN label_lot AS l ON l.id = a.lot_id").Joins("JOIN label_batch AS b ON b.id = l.batch_id").Joins("JOIN label_project AS p ON p.id = l.project_id").
		Where("a.account_id = ?", by.ID).Limit(f.Limit)
	if !by.AllServices {
		q = q.Where("a.service_id IN ?", append([]string{""}, by.Services...))
	}
	if f.Closed {
		q = q.Where("(a.state = ? OR a.state = ? AND NOT (l.state = ? AND l.draw_id = a.draw_id)) AND a.done > 0", AssignmentDone, AssignmentOpen, LotChecking).Order("a.id DESC")
	} else {
		q = q.Where("a.state = ? AND l.state = ? AND l.draw_id = a.draw_id", AssignmentOpen, LotChecking).Order("a.due, a.id")
	}
	return list, q.Scan(&list).Error
}

// Place is one item on a checker's desk with all that belongs to it.
type Place struct {
	Assignment Assignment
	Assigned   Assigned
	Lot        Lot
	Plan       Plan
	Project    Project
	Item       Item
	Check      *Check  // the checker's own, nil while there is none
	Earlier    []Check // what others said, for the arbiter only
}

// Blind says whether the label is kept from the checker until they have
// answered for themselves. An arbiter sees it from the start.
func (p Place) Blind() bool { return p.Plan.Blind && p.Assignment.Round < ArbiterRound }

// Answered says whether the own answer of a blind check was given.
func (p Place) Answered() bool { return p.Check != nil && p.Check.OwnAnswer != "" }

// place reads an item of an assignment of the actor's own.
func place(db *gorm.DB, by actor.Actor, assignment string, seq int64) (p Place, err error) {
	if p.Assignment, err = assignmentFor(db, by, assignment); err != nil {
		return p, err
	}
	if err := found(db.Where("assignment_id = ? AND seq = ?", assignment, seq).Take(&p.Assigned).Error); err != nil {
		return p, err
	}
	if err := take(db, by, p.Assignment.LotID, &p.Lot); err != nil { // locks it in a transaction
		return p, err
	}
	var checks []Check
	for _, err := range []error{
		found(db.Where("id = ?", p.Lot.ProjectID).Take(&p.Project).Error),
		found(db.Where("id IN (SELECT plan_id FROM label_draw WHERE id = ?)", p.Assignment.DrawID).Take(&p.Plan).Error),
		found(db.Where("lot_id = ? AND n = ?", p.Assigned.LotID, p.Assigned.N).Take(&p.Item).Error),
		db.Where("draw_id = ? AND n = ? AND gold_id = ?", p.Assignment.DrawID, p.Assigned.N, p.Assigned.GoldID).Order("round").Find(&checks).Error,
	} {
		if err != nil {
			return p, err
		}
	}
	for i, c := range checks {
		switch {
		case c.AssignmentID == assignment:
			p.Check = &checks[i]
		case p.Assignment.Round == ArbiterRound && c.Round < ArbiterRound:
			p.Earlier = append(p.Earlier, c)
		}
	}
	return p, nil
}

// Place gives an item of an assignment of the actor's own, or NotFound.
func (s *Service) Place(ctx context.Context, by actor.Actor, assignment string, seq int64) (Place, error) {
	return place(s.ledger.Read(ctx), by, assignment, seq)
}

// NextOpen is the first item of an assignment behind a place that has no
// verdict, else the first at all; 0 when all have one.
func (s *Service) NextOpen(ctx context.Context, a Assignment, after int64) (int64, error) {
	var seq int64
	err := s.ledger.Read(ctx).Raw(`SELECT COALESCE(MIN(CASE WHEN d.seq > ? THEN d.seq END), MIN(d.seq), 0) FROM label_assigned AS d
		LEFT JOIN label_check AS c ON c.assignment_id = d.assignment_id AND c.n = d.n AND c.gold_id = d.gold_id AND c.verdict <> ''
		WHERE d.assignment_id = ? AND c.id IS NULL`, after, a.ID).Scan(&seq).Error
	return seq, err
}

// Hides says whether a view has a label that can be kept from a checker. The
// answer of a conversation cannot: it is what is judged.
func Hides(v exports.View) bool {
	switch {
	case v.Pair != nil, len(v.Choices) > 0:
		return true
	case v.Text != nil && (len(v.Text.Spans) > 0 || len(v.Text.Relations) > 0):
		return true
	}
	return v.Image != nil && len(v.Image.Shapes) > 0
}

// batchOf gives the batch of an item on the desk.
func (s *Service) batchOf(ctx context.Context, lot string) (b Batch, err error) {
	return b, found(s.ledger.Read(ctx).Where("id IN (SELECT batch_id FROM label_lot WHERE id = ?)", lot).Take(&b).Error)
}

// Shown gives the item at a place as a person should see it, with the batch
// that it came in.
func (s *Service) Shown(ctx context.Context, p Place) (v exports.View, b Batch, err error) {
	if b, err = s.batchOf(ctx, p.Assigned.LotID); err != nil {
		return v, b, err
	}
	views, err := s.Views(ctx, b, []Item{p.Item})
	if err != nil {
		return v, b, err
	}
	return views[0], b, nil
}

// workable says why no answer can be given at a place now.
func (s *Service) workable(tx *gorm.DB, p Place) error {
	switch {
	case p.Assignment.State != AssignmentOpen:
		return problem.New(problem.Conflict, "label_check.handed_in")
	case p.Lot.State != LotChecking || p.Lot.DrawID != p.Assignment.DrawID:
		return problem.New(problem.Conflict, "label_check.over")
	case p.Lot.Stopped:
		return problem.New(problem.Conflict, "label_check.stopped")
	}
	var w Worker
	if err := found(tx.Where("id = ?", p.Assignment.WorkerID).Take(&w).Error); err != nil {
		return err
	}
	var list []Suspension
	if err := tx.Where("worker_id = ?", w.ID).Find(&list).Error; err != nil {
		return err
	}
	today := s.Today()
	if w.LeftOn != "" && today >= w.LeftOn || slices.ContainsFunc(list, func(one Suspension) bool { return one.On(today) }) {
		return problem.New(problem.Conflict, "label_check.suspended")
	}
	return nil
}

// StopOf is why the checks of a lot were stopped: the latest report of
// illegal content. NotFound when there is none.
func (s *Service) StopOf(ctx context.Context, lot string) (c Check, err error) {
	return c, found(s.ledger.Read(ctx).Where("lot_id = ? AND illegal", lot).Order("checked_at DESC, id DESC").Limit(1).Take(&c).Error)
}

// duplicate says that a row was there already: somebody was first.
func duplicate(err error) bool { return errors.Is(err, gorm.ErrDuplicatedKey) }

// Identities are the words by which the people of a project can be known: their
// names and those that exports give them.
func (s *Service) Identities(ctx context.Context, project string) (out []string, err error) {
	list, err := workersIn(s.ledger.Read(ctx), project, "1 = 1")
	for _, w := range list {
		out = append(append(out, w.Name), w.Codes...)
	}
	return out, err
}

// RulesFor gives the rules that the labels of a lot were made by, else those in
// force for its kind; NotFound when there are none.
func (s *Service) RulesFor(ctx context.Context, l Lot) (r RuleSet, err error) {
	q := s.ledger.Read(ctx)
	if l.RuleSetID != "" && l.RuleSetID != NoRules {
		return r, found(q.Where("id = ?", l.RuleSetID).Take(&r).Error)
	}
	return r, found(q.Where("project_id = ? AND kind = ? AND state = ?", l.ProjectID, l.Kind, RuleInForce).Take(&r).Error)
}

// LotOnDesk gives the lot and batch of an assignment of the actor's own.
func (s *Service) LotOnDesk(ctx context.Context, by actor.Actor, a Assignment) (l Lot, b Batch, err error) {
	if err := take(s.ledger.Read(ctx), by, a.LotID, &l); err != nil {
		return l, b, err
	}
	b, err = s.batchOf(ctx, l.ID)
	return l, b, err
}

// Doubts are the places of items that the checker is unsure of, or reported.
func (s *Service) Doubts(ctx context.Context, a Assignment, limit int) (list []int64, err error) {
	return list, s.ledger.Read(ctx).Raw(`SELECT d.seq FROM label_assigned AS d
		JOIN label_check AS c ON c.assignment_id = d.assignment_id AND c.n = d.n AND c.gold_id = d.gold_id
		WHERE d.assignment_id = ? AND (c.verdict = ? OR c.illegal) ORDER BY d.seq LIMIT ?`, a.ID, VerdictUnsure, limit).Scan(&list).Error
}
