package audit

import (
	"context"
	"fmt"
	"strings"
	"sync"
)

// latest remembers the newest events of services since the last write. It
// serves only where no other process writes.
type latest struct {
	mu    sync.Mutex
	stamp uint64
	seqs  map[string]int64 // 0: the service has no event
}

func (m *latest) get(stamp uint64, services []string, into map[string]int64) (missing []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range services {
		seq, ok := m.seqs[s]
		switch {
		case !ok || m.stamp != stamp:
			missing = append(missing, s)
		case seq > 0:
			into[s] = seq
		}
	}
	return missing
}

func (m *latest) put(stamp uint64, services []string, found map[string]int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stamp != stamp || m.seqs == nil {
		m.stamp, m.seqs = stamp, map[string]int64{}
	}
	for _, s := range services {
		m.seqs[s] = found[s]
	}
}

// Latest gives the number of the newest event of each of the services, which
// tells whether anything of a service changed since it was last read: every
// change of a row comes with an event of its service. Services without events
// are not in the map.
func (l *Ledger) Latest(ctx context.Context, services []string) (map[string]int64, error) {
	out := make(map[string]int64, len(services))
	if l.store.IsPostgres() {
		return out, l.findLatest(ctx, services, out)
	}
	stamp := l.writes.all() // first: a write that ends while we read makes what we found old
	missing := l.latest.get(stamp, services, out)
	if len(missing) == 0 {
		return out, nil
	}
	if err := l.findLatest(ctx, missing, out); err != nil {
		return nil, err
	}
	l.latest.put(stamp, missing, out)
	return out, nil
}

func (l *Ledger) findLatest(ctx context.Context, services []string, into map[string]int64) error {
	const atOnce = 200 // SQLite combines up to 500 selects
	for start := 0; start < len(services); start += atOnce {
		chunk := services[start:min(start+atOnce, len(services))]
		args := make([]any, 0, 2*len(chunk))
		for _, s := range chunk {
			args = append(args, s, s)
		}
		// One search of the index each; grouping would walk through all events.
		one := "SELECT CAST(? AS TEXT) AS service, (SELECT MAX(seq) FROM ledger_event WHERE service = ?) AS seq"
		var rows []struct {
			Service string
			Seq     *int64
		}
		if err := l.Read(ctx).Raw(one+strings.Repeat(" UNION ALL "+one, len(chunk)-1), args...).Scan(&rows).Error; err != nil {
			return fmt.Errorf("find newest events: %w", err)
		}
		for _, r := range rows {
			if r.Seq != nil {
				into[r.Service] = *r.Seq
			}
		}
	}
	return nil
}
