package regulation

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
)

// Service keeps the catalogue's versions and the organisation's own values of
// figures; make it with New.
type Service struct {
	ledger *audit.Ledger
	hooks  []LoadHook
	held   atomic.Pointer[held]
	looked atomic.Int64 // when the database was last asked for a newer version, in microseconds
	swap   sync.Mutex   // guards replacing held
	read   sync.Mutex   // one uploaded catalogue is read at a time: it takes memory
}

// held is the version in force, parsed.
type held struct {
	edition   Edition // without the texts
	catalogue *Catalogue
	fault     error // why the stored texts cannot be read by this program; then the built-in catalogue stands in
}

// LoadHook is called inside the transaction that loads a newer version, with
// what changed. Current still gives the version before; d.After is the new
// one. The events it returns are recorded with the loading.
type LoadHook func(tx *gorm.DB, by actor.Actor, d Difference) ([]audit.Event, error)

// Recorded are the models whose rows the ledger commits to.
var Recorded = []any{&Edition{}, &Draft{}, &LocalValue{}, &FigureCheck{}}

// New makes the service. Ensure must be called before anything else.
func New(l *audit.Ledger) *Service { return &Service{ledger: l} }

// OnLoad adds a hook, before the server starts.
func (s *Service) OnLoad(h LoadHook) { s.hooks = append(s.hooks, h) }

// bySystem is who loads the first version.
const bySystem = "catalogue"

// Ensure stores the built-in catalogue as version 1 if there is none, and
// reads the version in force. A version that exists is never replaced: that
// is for people to decide.
func (s *Service) Ensure(ctx context.Context) error {
	newest, err := s.newest(s.ledger.Read(ctx))
	if errors.Is(err, gorm.ErrRecordNotFound) {
		newest, err = s.first(ctx)
	}
	if err != nil {
		return err
	}
	return s.hold(ctx, newest)
}

// first writes version 1. Another node may be doing the same at this moment.
func (s *Service) first(ctx context.Context) (Edition, error) {
	m, r, i := Files()
	e := Edition{Number: 1, Source: BuiltIn, Measures: string(m), Requirements: string(r), Instruments: string(i),
		Hash: Embedded().Version.Hash, LastChecked: Embedded().Version.LastChecked}
	err := s.ledger.Write(ctx, actor.System(bySystem), func(tx *gorm.DB) ([]audit.Event, error) {
		e.ID, e.LoadedAt, e.LoadedBy = s.ledger.NewID(), s.ledger.Now(), actor.System(bySystem).ID
		if err := tx.Create(&e).Error; err != nil {
			return nil, fmt.Errorf("store first catalogue: %w", err)
		}
		return []audit.Event{e.event("regulation.loaded", nil)}, nil
	})
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return s.newest(s.ledger.Read(ctx))
	}
	return e, err
}

// Current gives the catalogue in force. It costs nothing: on PostgreSQL, where
// several nodes share the database, one cheap query every few seconds looks
// whether another node has loaded a newer version. When the database does not
// answer, the version known last remains.
func (s *Service) Current(ctx context.Context) *Catalogue { return s.holding(ctx).catalogue }

// InForce is the version that Current gives, without its texts. fault says
// why this program cannot read it, in which case the built-in catalogue
// stands in for it.
func (s *Service) InForce(ctx context.Context) (e Edition, fault error) {
	h := s.holding(ctx)
	return h.edition, h.fault
}

func (s *Service) holding(ctx context.Context) *held {
	h := s.held.Load()
	if h == nil {
		return &held{catalogue: Embedded()} // before Ensure
	}
	if !s.ledger.Store().IsPostgres() || !s.timeToLook() {
		return h
	}
	if s.refresh(ctx) != nil {
		return h
	}
	return s.held.Load()
}

// refresh puts the newest version in force in this process, if it is not.
func (s *Service) refresh(ctx context.Context) error {
	newest, err := s.newest(s.ledger.Read(ctx))
	if err != nil {
		return fmt.Errorf("read version in force: %w", err)
	}
	if h := s.held.Load(); h != nil && h.edition.ID == newest.ID {
		return nil
	}
	return s.hold(ctx, newest)
}

// lookEvery is how long a node may not know of a version another one loaded.
const lookEvery = 3 * time.Second

// timeToLook says yes to one caller per interval.
func (s *Service) timeToLook() bool {
	now, last := s.ledger.Now().UnixMicro(), s.looked.Load()
	return (now-last >= lookEvery.Microseconds() || now < last) && s.looked.CompareAndSwap(last, now)
}

// newest gives the version in force, without its texts.
func (s *Service) newest(db *gorm.DB) (e Edition, err error) {
	err = db.Omit(textColumns...).Order("number DESC").Take(&e).Error
	return e, err
}

// hold parses a version and puts it in force in this process. Texts that this
// program cannot read leave the built-in catalogue in their place.
func (s *Service) hold(ctx context.Context, e Edition) error {
	h := &held{edition: e.withoutTexts()}
	if e.Hash == Embedded().Version.Hash {
		h.catalogue = Embedded()
	} else {
		full, err := s.edition(ctx, e.ID)
		if err != nil {
			return err
		}
		if h.catalogue, h.fault = full.parse(); h.fault != nil {
			h.catalogue = Embedded()
		}
	}
	s.put(h)
	return nil
}

// put replaces what is held, but never by something older.
func (s *Service) put(h *held) {
	s.swap.Lock()
	defer s.swap.Unlock()
	if was := s.held.Load(); was == nil || was.edition.Number <= h.edition.Number {
		s.held.Store(h)
	}
}
