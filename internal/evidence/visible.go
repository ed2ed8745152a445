package evidence

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/problem"
)

// visible limits a query on evidence to what a person may see. It is the one
// place where this is decided; the package comment has the rules in words.
func (s *Service) visible(db *gorm.DB, by actor.Actor) func(*gorm.DB) *gorm.DB {
	var ways []string
	var args []any
	way := func(sql string, more ...any) {
		ways = append(ways, "("+sql+")")
		args = append(args, more...)
	}
	if by.May(actor.ReadEvidence) && by.Kind == actor.KindPerson {
		way("evidence.owner_id = ? OR evidence.created_by = ?", by.ID, by.ID)
		if s.assigned != nil {
			way(`evidence.confidentiality = 'internal' AND EXISTS (SELECT 1 FROM evidence_link AS l
				WHERE l.evidence_id = evidence.id AND l.assessment_id IN (?))`, s.assigned(db.Session(&gorm.Session{NewDB: true}), by.ID))
		}
	}
	if by.May(actor.ReadEvidence) && by.May(actor.ReadChecklist) {
		open := "evidence.confidentiality <> 'restricted'"
		if by.May(actor.ReviewEvidence) {
			open = "1 = 1"
		}
		switch {
		case by.AllServices && by.May(actor.ReviewEvidence):
			return func(q *gorm.DB) *gorm.DB { return q }
		case by.AllServices:
			way(open)
		case len(by.Services) > 0:
			way(open+` AND EXISTS (SELECT 1 FROM evidence_link AS l WHERE l.evidence_id = evidence.id AND l.service_id IN ?)`, by.Services)
		}
	}
	if len(ways) == 0 {
		return func(q *gorm.DB) *gorm.DB { return q.Where("1 = 0") }
	}
	return func(q *gorm.DB) *gorm.DB { return q.Where("("+strings.Join(ways, " OR ")+")", args...) }
}

// find gives a piece that the person may see, or NotFound.
func (s *Service) find(db *gorm.DB, by actor.Actor, id string) (i Item, err error) {
	err = db.Scopes(s.visible(db, by)).Where("evidence.id = ?", id).Take(&i).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return i, problem.New(problem.NotFound, "evidence.not_found")
	}
	if err != nil {
		return i, fmt.Errorf("read evidence: %w", err)
	}
	return i, nil
}

// Get gives a piece that the person may see, or NotFound.
func (s *Service) Get(ctx context.Context, by actor.Actor, id string) (Item, error) {
	return s.find(s.ledger.Read(ctx), by, id)
}

// MayEdit says whether a person who sees the piece may describe it, replace
// its content and submit it.
func (i Item) MayEdit(by actor.Actor) bool {
	if i.Closed() {
		return false
	}
	own := i.OwnerID == by.ID || i.CreatedBy == by.ID
	return by.May(actor.ReviewEvidence) || own && by.May(actor.AddEvidence)
}

// MayReview says whether a person may approve or return the piece now, apart
// from who made the version under review, which Approve checks.
func (i Item) MayReview(by actor.Actor) bool {
	return i.State == Submitted && by.May(actor.ReviewEvidence) && i.SubmittedBy != by.ID
}

// MayRetire says whether a person may take the piece out of use.
func (i Item) MayRetire(by actor.Actor) bool { return i.MayEdit(by) }

// edit gives a piece that the person may change: NotFound when they do not see
// it, Forbidden when they only see it, Conflict when it is closed.
func (s *Service) edit(tx *gorm.DB, by actor.Actor, id string) (Item, error) {
	i, err := s.find(tx, by, id)
	switch {
	case err != nil:
		return i, err
	case i.Closed():
		return i, problem.New(problem.Conflict, "evidence.closed")
	case !i.MayEdit(by):
		return i, problem.New(problem.Forbidden, "evidence.not_yours")
	}
	return i, nil
}
