package readiness

import (
	"context"
	"sync"

	"hegui/internal/audit"
	"hegui/internal/checklist"
	"hegui/internal/day"
	"hegui/internal/register"
	"hegui/internal/regulation"
)

// Quality is how the decided lots of labelling of a service came out.
type Quality struct {
	Decided  int64 // lots decided
	Accepted int64 // of these, accepted
	Proven   int64 // of these, shown with confidence to meet their limit
}

// Timeliness is how people's requests about a service were dealt with.
type Timeliness struct {
	Answered int64 // answered at all
	InTime   int64 // of these, in time
	Overdue  int64 // open and late
}

// Options are what a Service works with. Quality, Timeliness and RequestsDue
// may be nil: then nothing of that is kept.
type Options struct {
	Register  *register.Service
	Checklist *checklist.Service
	Catalogue func(ctx context.Context) *regulation.Catalogue

	// By service; those without anything may be left out.
	Quality    func(ctx context.Context) (map[string]Quality, error)
	Timeliness func(ctx context.Context) (map[string]Timeliness, error)
	// RequestsDue lists people's requests that are due until a day.
	RequestsDue func(ctx context.Context, until day.Date) ([]Deadline, error)
	LiveTables  []string // the recorded tables that these three follow
}

// Service computes readiness and keeps snapshots; make it with New.
type Service struct {
	ledger *audit.Ledger
	Options
	kept   standings
	whole  *audit.Cache[*Overview]
	recent *audit.Cache[history]
}

// New makes the service.
func New(l *audit.Ledger, o Options) *Service {
	s := &Service{ledger: l, Options: o}
	today := func() string { return string(s.Today()) }
	tables := append([]string{register.Entry{}.TableName(), checklist.Assessment{}.TableName()}, o.LiveTables...)
	s.whole = audit.NewCache(l, s.overview, tables...).By(today)
	s.recent = audit.NewCache(l, s.readRecent, Snapshot{}.TableName()).By(today)
	return s
}

// Recorded are the models whose rows the ledger commits to.
var Recorded = []any{&Snapshot{}}

// Free are the tables that hold nothing of their own: a snapshot commits to
// its states by their hash, and a layout is named by its own.
var Free = []string{state{}.TableName(), layout{}.TableName()}

// Today is the organisation's present day.
func (s *Service) Today() day.Date { return day.Of(s.ledger.Now()) }

// standings keeps what was computed, by service.
type standings struct {
	mu   sync.Mutex
	list map[string]*Standing
}

// maxKept bounds what is kept in memory; a standing takes about 50 KB.
const maxKept = 256

func (k *standings) get(service string) *Standing {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.list[service]
}

func (k *standings) put(s *Standing) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.list == nil || len(k.list) >= maxKept {
		k.list = map[string]*Standing{}
	}
	k.list[s.Service] = s
}
