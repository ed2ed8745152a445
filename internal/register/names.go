package register

import "context"

// Names gives the names of all services by id, whoever asks: for histories,
// and for the list from which an administrator picks a person's scope. Callers
// must not change it.
func (s *Service) Names(ctx context.Context) (map[string]string, error) { return s.names.Get(ctx) }

func (s *Service) readNames(ctx context.Context) (map[string]string, error) {
	list, err := s.all.Get(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(list))
	for _, e := range list {
		out[e.ID] = e.Name
	}
	return out, nil
}
