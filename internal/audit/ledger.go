package audit

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/id"
	"hegui/internal/store"
)

// Ledger writes the organisation's records and remembers every change. It is
// also where capabilities get the clock, identifiers and reading handles, so
// that all of them agree on time.
type Ledger struct {
	store   *store.Store
	now     func() time.Time
	random  io.Reader
	tables  map[string]*table // recorded, by table name
	free    map[string]bool   // tables that may be written without a record
	writes  counts            // what caches watch
	latest  latest
	changes verdicts
}

// Options are what a Ledger needs to know. Now and Random default to the
// machine's.
type Options struct {
	Now    func() time.Time
	Random io.Reader // must be safe for concurrent use
	// Recorded lists a pointer to each model whose rows are committed to by
	// events; each has one primary key column "id" of type string.
	Recorded []any
	// Free lists the tables that hold nothing of their own (search indexes,
	// sessions, counters, file chunks named by their hash).
	Free []string
}

// New arms the store's handles: from here on they write only through the
// ledger.
func New(s *store.Store, o Options) (*Ledger, error) {
	l := &Ledger{store: s, now: o.Now, random: o.Random, tables: map[string]*table{}, free: map[string]bool{},
		writes: counts{n: map[string]uint64{}}}
	if l.now == nil {
		l.now = time.Now
	}
	if l.random == nil {
		l.random = rand.Reader
	}
	for _, model := range o.Recorded {
		t, err := newTable(s.Write(), model)
		if err != nil {
			return nil, err
		}
		l.tables[t.name] = t
	}
	for _, name := range o.Free {
		l.free[name] = true
	}
	return l, l.arm()
}

// Now is the present moment in UTC, cut to microseconds, which both databases
// keep.
func (l *Ledger) Now() time.Time { return l.now().UTC().Truncate(time.Microsecond) }

// NewID makes an identifier for something new.
func (l *Ledger) NewID() string { return id.New(l.Now(), l.random) }

// Secret makes n random bytes, for tokens.
func (l *Ledger) Secret(n int) []byte {
	b := make([]byte, n)
	if _, err := io.ReadFull(l.random, b); err != nil {
		panic(fmt.Errorf("read random: %w", err))
	}
	return b
}

// Read is a handle for queries.
func (l *Ledger) Read(ctx context.Context) *gorm.DB { return l.store.Read().WithContext(ctx) }

// Store gives the database itself, for what is not a capability's business.
func (l *Ledger) Store() *store.Store { return l.store }

// ErrNoEvent says that a callback changed things and reported nothing; its
// transaction was rolled back.
var ErrNoEvent = errors.New("audit: a write without an event")

// Write runs fn in a transaction and appends the events it returns, or does
// nothing at all. fn may run more than once, when transactions get in each
// other's way, and must start from the same state each time.
func (l *Ledger) Write(ctx context.Context, by actor.Actor, fn func(tx *gorm.DB) ([]Event, error)) error {
	if writing(ctx) != nil {
		return errors.New("audit: Write inside Write")
	}
	var w *write
	err := l.store.Transact(ctx, func(tx *gorm.DB) error {
		w = &write{touched: map[string]map[string]bool{}}
		tx = tx.WithContext(context.WithValue(ctx, writeKey{}, w))
		events, err := fn(tx)
		if err != nil {
			return err
		}
		if len(events) == 0 {
			return ErrNoEvent
		}
		w.internal = true
		return l.append(tx, by, w, events)
	})
	if w != nil { // else nothing was begun
		l.writes.add(w.touched) // also after a failure: whether the commit happened may not be known
	}
	return err
}

// Unaudited runs fn in a transaction that may write only the tables declared
// Free. The reason is for the reader of the code; a test pins the callers.
func (l *Ledger) Unaudited(ctx context.Context, reason string, fn func(tx *gorm.DB) error) error {
	if reason == "" || writing(ctx) != nil {
		return errors.New("audit: Unaudited without a reason, or inside Write")
	}
	return l.store.Transact(ctx, func(tx *gorm.DB) error {
		w := &write{freeOnly: true, touched: map[string]map[string]bool{}}
		return fn(tx.WithContext(context.WithValue(ctx, writeKey{}, w)))
	})
}

// Refused records that a person was refused what they asked for. asked is a
// route, reason a message key; neither holds anything typed.
func (l *Ledger) Refused(ctx context.Context, by actor.Actor, asked, reason string) error {
	return l.Write(ctx, by, func(*gorm.DB) ([]Event, error) {
		return []Event{{Action: "access.refused", Object: Object{Type: "account", ID: by.ID}, Outcome: Refused,
			Label: by.Name, Subject: by.ID, Note: map[string]string{"asked": asked, "reason": reason}}}, nil
	})
}
