package evidence

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/problem"
)

// sight is what a person may see: their own pieces, and those linked to what
// is theirs to see, as far as the confidentiality leaves them open.
type sight struct {
	own    string // who the pieces belong to; "" for nobody
	links  string // the ids of linked pieces, as SQL; "" for none
	args   []any  // of links
	all    bool   // linked or not
	closed []Confidentiality
}

// sightOf says what a person may see. It is the one place where this is
// decided; the package comment has the rules in words.
func (s *Service) sightOf(db *gorm.DB, by actor.Actor) sight {
	if !by.May(actor.ReadEvidence) || by.Kind != actor.KindPerson {
		return sight{}
	}
	v := sight{own: by.ID}
	switch {
	case by.May(actor.ReadChecklist):
		if v.all = by.AllServices; !v.all && len(by.Services) > 0 {
			v.links, v.args = "SELECT l.evidence_id FROM evidence_link AS l WHERE l.service_id IN ?", []any{by.Services}
		}
		if !by.May(actor.ReviewEvidence) {
			v.closed = []Confidentiality{Restricted}
		}
	case s.assigned != nil:
		v.links, v.args = "SELECT l.evidence_id FROM evidence_link AS l WHERE l.assessment_id IN (?)", []any{s.assigned(db.Session(&gorm.Session{NewDB: true}), by.ID)}
		v.closed = []Confidentiality{Confidential, Restricted}
	}
	return v
}

// open is the condition that what is not one's own must meet.
func (v sight) open() (string, []any) {
	const own = "evidence.owner_id = ? OR evidence.created_by = ?"
	if len(v.closed) == 0 {
		return "1 = 1", nil
	}
	return own + " OR evidence.confidentiality NOT IN ?", []any{v.own, v.own, v.closed}
}

// many limits a list. The ids come first, in a form that the databases walk in
// the order of the list or pick from.
func (v sight) many(q *gorm.DB) *gorm.DB {
	switch {
	case v.own == "":
		return q.Where("1 = 0")
	case v.all && len(v.closed) == 0:
		return q
	}
	open, args := v.open()
	q = q.Where("("+open+")", args...)
	if v.all {
		return q
	}
	ids, among := "SELECT id FROM evidence WHERE owner_id = ? UNION ALL SELECT id FROM evidence WHERE created_by = ?", []any{v.own, v.own}
	if v.links != "" {
		ids, among = ids+" UNION ALL "+v.links, append(among, v.args...)
	}
	return q.Where("evidence.id IN ("+ids+")", among...)
}

// one limits a query for single pieces: the same, asked of the piece at hand.
func (v sight) one(q *gorm.DB) *gorm.DB {
	if v.own == "" || v.all || v.links == "" {
		return v.many(q)
	}
	open, args := v.open()
	q = q.Where("("+open+")", args...)
	return q.Where("(evidence.owner_id = ? OR evidence.created_by = ? OR EXISTS ("+v.links+" AND l.evidence_id = evidence.id))",
		append([]any{v.own, v.own}, v.args...)...)
}

// visible limits a query for lists of evidence to what a person may see.
func (s *Service) visible(db *gorm.DB, by actor.Actor) func(*gorm.DB) *gorm.DB {
	return s.sightOf(db, by).many
}

// find gives a piece that the person may see, or NotFound.
func (s *Service) find(db *gorm.DB, by actor.Actor, id string) (i Item, err error) {
	err = db.Scopes(s.sightOf(db, by).one).Where("evidence.id = ?", id).Take(&i).Error
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
