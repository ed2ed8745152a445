package evidence

import (
	"context"
	"fmt"

	"hegui/internal/actor"
	"hegui/internal/work"
)

// workLimit is how much work of one kind is listed for a person.
const workLimit = 100

// shown are the columns that lists of work need.
const shown = "evidence.id, evidence.title, evidence.owner_id, evidence.valid_until, evidence.submitted_at"

// WorkOf lists what waits for a person: pieces of theirs that came back from
// review, that are about to expire or have expired, and, for reviewers, what
// others submitted.
func (s *Service) WorkOf(ctx context.Context, by actor.Actor) ([]work.Item, error) {
	var out []work.Item
	for _, list := range []func(context.Context, actor.Actor) ([]work.Item, error){s.returned, s.expiring, s.toReview} {
		items, err := list(ctx, by)
		if err != nil {
			return nil, err
		}
		out = append(out, items...)
	}
	return out, nil
}

func (s *Service) returned(ctx context.Context, by actor.Actor) ([]work.Item, error) {
	var list []Item
	err := s.ledger.Read(ctx).Where("owner_id = ? AND state = 'returned'", by.ID).Order("id").Limit(workLimit).Find(&list).Error
	if err != nil {
		return nil, fmt.Errorf("list returned evidence: %w", err)
	}
	out := make([]work.Item, len(list))
	for n, i := range list {
		out[n] = item(work.EvidenceBack, i)
		out[n].Note, out[n].Since = i.ReviewNote, *i.ReviewedAt
	}
	return out, nil
}

func (s *Service) expiring(ctx context.Context, by actor.Actor) ([]work.Item, error) {
	var list []Item
	err := s.ledger.Read(ctx).Select(shown).
		Where("owner_id = ? AND state = 'approved' AND valid_until <> '' AND valid_until <= ?", by.ID, s.Today().Add(ExpiringDays)).
		Order("valid_until, id").Limit(workLimit).Find(&list).Error
	if err != nil {
		return nil, fmt.Errorf("list expiring evidence: %w", err)
	}
	out := make([]work.Item, len(list))
	for n, i := range list {
		out[n] = item(work.EvidenceExpiry, i)
		out[n].Due, out[n].Since = i.ValidUntil, i.ValidUntil.Add(-ExpiringDays).Time()
	}
	return out, nil
}

func (s *Service) toReview(ctx context.Context, by actor.Actor) ([]work.Item, error) {
	if !by.May(actor.ReviewEvidence) {
		return nil, nil
	}
	db := s.ledger.Read(ctx)
	var list []Item
	err := db.Select(shown).Scopes(s.visible(db, by)).Where("evidence.state = 'submitted' AND evidence.submitted_by <> ?", by.ID).
		Order("evidence.id").Limit(workLimit).Find(&list).Error
	if err != nil {
		return nil, fmt.Errorf("list evidence to review: %w", err)
	}
	out := make([]work.Item, len(list))
	for n, i := range list {
		out[n] = item(work.EvidenceReview, i)
		out[n].Since = *i.SubmittedAt
	}
	return out, nil
}

func item(kind work.Kind, i Item) work.Item {
	return work.Item{Kind: kind, ZH: i.Title, EN: i.Title, URL: "/evidence/" + i.ID, Owner: i.OwnerID}
}
