package register

import (
	"context"
	"fmt"
)

// Names gives the names of all services by id, whoever asks: for histories,
// and for the list from which an administrator picks a person's scope.
func (s *Service) Names(ctx context.Context) (map[string]string, error) {
	var list []struct{ ID, Name string }
	if err := s.ledger.Read(ctx).Model(&Entry{}).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read names of services: %w", err)
	}
	out := make(map[string]string, len(list))
	for _, e := range list {
		out[e.ID] = e.Name
	}
	return out, nil
}
