package request

import (
	"context"
	"fmt"

	"hegui/internal/actor"
	"hegui/internal/work"
)

// maxWork is how many requests stand in somebody's work.
const maxWork = 100

// WorkOf lists what waits for a person: the tasks of their systems; the requests
// that they handle and that do not wait for somebody else; for privacy staff
// those that nobody has; and for the lead what was escalated.
func (s *Service) WorkOf(ctx context.Context, by actor.Actor) ([]work.Item, error) {
	tasks, err := s.taskWork(ctx, by)
	if err != nil || !by.May(actor.HandleRequests) {
		return tasks, err
	}
	book, err := s.rules.Get(ctx)
	if err != nil {
		return nil, err
	}
	out := tasks
	seen := map[string]bool{}
	for _, one := range []struct {
		kind  work.Kind
		where string
		args  []any
		on    bool
	}{
		{work.Request, "owner_id = ? AND state <> 'waiting'", []any{by.ID}, true},
		{work.RequestEscalated, "notice = 'escalated'", nil, book.setting.LeadID == by.ID},
		{work.RequestUnassigned, "owner_id = ''", nil, true},
	} {
		if !one.on {
			continue
		}
		list, err := read(scope(s.ledger.Read(ctx), by).Where("state IN "+openSQL).Where(one.where, one.args...).Order("due, id"), maxWork)
		if err != nil {
			return nil, fmt.Errorf("read work: %w", err)
		}
		for _, r := range list {
			if !seen[r.ID] {
				seen[r.ID] = true
				out = append(out, r.item(one.kind))
			}
		}
	}
	return out, nil
}

func (r Request) item(kind work.Kind) work.Item {
	return work.Item{Kind: kind, ZH: r.Number, EN: r.Number, URL: "/requests/" + r.ID, Service: r.ServiceID, Due: r.Due, Since: r.StateSince, Owner: r.OwnerID}
}
