package evidence

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/search"
)

// Order is how a list is sorted.
type Order string

// The orders.
const (
	ByNewest Order = ""
	ByTitle  Order = "title"
	ByExpiry Order = "expiry" // soonest first; pieces without end are left out
)

// Filter narrows the list; empty fields do not.
type Filter struct {
	Words           string
	Type            Type
	Kind            Kind
	State           State // without one, retired and erased pieces are left out
	Confidentiality Confidentiality
	Owner           string
	Service         string
	Expired         bool // approved, validity over
	Expiring        bool // approved, validity ends within ExpiringDays
	Unlinked        bool // proves nothing yet
	Mine            string
	Batch           string

	Order Order
	After [2]string // sort value and id of the last piece shown; ids alone when by newest
	Limit int
}

// ExpiringDays is how many days ahead of its end a piece counts as about to
// expire.
const ExpiringDays = 30

// listed are the columns of an Item that lists show.
const listed = "evidence.id, evidence.kind, evidence.title, evidence.type, evidence.state, evidence.valid_until, evidence.confidentiality, " +
	"evidence.owner_id, evidence.current_id, evidence.links, evidence.created_at"

// List gives the pieces that the person may see, with what lists show of them:
// the columns of listed, and all columns of the pieces of a batch, which are
// edited in the list. What lacks its Version cannot be written back.
func (s *Service) List(ctx context.Context, by actor.Actor, f Filter) ([]Item, error) {
	db := s.ledger.Read(ctx)
	columns := listed
	if f.Batch != "" {
		columns = "evidence.*"
	}
	q := s.filtered(db.Select(columns).Scopes(s.visible(db, by)), f)
	q, err := search.Narrow(s.ledger.Read(ctx), q, SearchKind, "evidence.id", f.Words)
	if err != nil {
		return nil, err
	}
	var list []Item
	if err := paged(q, f).Limit(f.Limit).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("list evidence: %w", err)
	}
	return list, nil
}

func (s *Service) filtered(q *gorm.DB, f Filter) *gorm.DB {
	for _, c := range []struct{ column, value string }{
		{"type", string(f.Type)}, {"kind", string(f.Kind)}, {"confidentiality", string(f.Confidentiality)}, {"owner_id", f.Owner}, {"batch", f.Batch},
	} {
		if c.value != "" {
			q = q.Where("evidence."+c.column+" = ?", c.value)
		}
	}
	today := s.Today()
	switch {
	case f.Expired:
		q = q.Where("evidence.state = 'approved' AND evidence.valid_until <> '' AND evidence.valid_until < ?", today)
	case f.Expiring:
		q = q.Where("evidence.state = 'approved' AND evidence.valid_until <> '' AND evidence.valid_until BETWEEN ? AND ?", today, today.Add(ExpiringDays))
	case f.State != "":
		q = q.Where("evidence.state = ?", f.State)
	default:
		q = q.Where("evidence.state NOT IN ('retired', 'erased')")
	}
	if f.Unlinked {
		q = q.Where("evidence.links = 0")
	}
	if f.Mine != "" {
		q = q.Where("(evidence.owner_id = ? OR evidence.created_by = ?)", f.Mine, f.Mine)
	}
	if f.Service != "" {
		q = q.Where("evidence.id IN (SELECT fl.evidence_id FROM evidence_link AS fl WHERE fl.service_id = ?)", f.Service)
	}
	return q
}

// paged orders the list and starts it after the last piece shown.
func paged(q *gorm.DB, f Filter) *gorm.DB {
	switch f.Order {
	case ByTitle:
		if f.After[1] != "" {
			q = q.Where("(evidence.title, evidence.id) > (?, ?)", f.After[0], f.After[1])
		}
		return q.Order("evidence.title, evidence.id")
	case ByExpiry:
		q = q.Where("evidence.valid_until <> ''")
		if f.After[1] != "" {
			q = q.Where("(evidence.valid_until, evidence.id) > (?, ?)", f.After[0], f.After[1])
		}
		return q.Order("evidence.valid_until, evidence.id")
	default:
		if f.After[1] != "" {
			q = q.Where("evidence.id < ?", f.After[1])
		}
		return q.Order("evidence.id DESC")
	}
}

// Position is where a piece stands in an order, for Filter.After.
func (i Item) Position(o Order) [2]string {
	switch o {
	case ByTitle:
		return [2]string{i.Title, i.ID}
	case ByExpiry:
		return [2]string{string(i.ValidUntil), i.ID}
	default:
		return [2]string{"", i.ID}
	}
}

// Search gives the newest pieces that contain all words typed and that the
// person may see, for the palette and the pickers.
func (s *Service) Search(ctx context.Context, by actor.Actor, words string, limit int) ([]Item, error) {
	if strings.TrimSpace(words) == "" {
		return nil, nil
	}
	return s.List(ctx, by, Filter{Words: words, Limit: limit})
}
