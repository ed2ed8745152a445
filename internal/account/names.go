package account

import (
	"context"
	"fmt"

	"hegui/internal/audit"
)

// Named is a person's id and name.
type Named struct{ ID, Name string }

// people are those whose names are kept, by name and by id.
type people struct {
	list  []Named
	names map[string]string
}

// maxNames is how many names are kept.
const maxNames = 1000

func readPeople(l *audit.Ledger) func(context.Context) (people, error) {
	return func(ctx context.Context) (people, error) {
		var p people
		if err := l.Read(ctx).Model(&Account{}).Order("name, id").Limit(maxNames).Find(&p.list).Error; err != nil {
			return p, fmt.Errorf("list names: %w", err)
		}
		p.names = make(map[string]string, len(p.list))
		for _, one := range p.list {
			p.names[one.ID] = one.Name
		}
		return p, nil
	}
}

// Names gives the names of accounts by id, for lists that show who did what.
func (s *Service) Names(ctx context.Context, ids []string) (map[string]string, error) {
	out := make(map[string]string, len(ids))
	kept, err := s.people.Get(ctx)
	if err != nil {
		return nil, err
	}
	var more []string
	for _, id := range ids {
		if name, ok := kept.names[id]; ok {
			out[id] = name
		} else if id != "" {
			more = append(more, id)
		}
	}
	if len(more) == 0 {
		return out, nil
	}
	var list []Named
	if err := s.ledger.Read(ctx).Model(&Account{}).Where("id IN ?", more).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	for _, a := range list {
		out[a.ID] = a.Name
	}
	return out, nil
}

// Everybody lists the people there are or were, by name, at most 1,000: for
// filters. Callers must not change it.
func (s *Service) Everybody(ctx context.Context) ([]Named, error) {
	kept, err := s.people.Get(ctx)
	return kept.list, err
}
