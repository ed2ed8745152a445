package audit

import (
	"context"
	"sync"
	"time"
)

// Cache keeps a value that is read on many pages and follows from a few
// recorded tables. Writes of this process to one of them make it stale at
// once; where other nodes may write too, it is at most a second old. It is for
// what is shown, such as the people to choose from; what is allowed is always
// asked of the database.
type Cache[T any] struct {
	ledger *Ledger
	tables []string
	load   func(ctx context.Context) (T, error)
	key    func() string

	mu    sync.Mutex
	valid bool
	made  string // the key it was made for
	stamp uint64
	read  time.Time
	value T
}

// otherNodes is how old a value may be where another node may have written.
const otherNodes = time.Second

// NewCache makes a cache of what load reads from the tables.
func NewCache[T any](l *Ledger, load func(ctx context.Context) (T, error), tables ...string) *Cache[T] {
	return &Cache[T]{ledger: l, tables: tables, load: load, key: func() string { return "" }}
}

// By makes the value depend on something else, too, such as the present day.
func (c *Cache[T]) By(key func() string) *Cache[T] {
	c.key = key
	return c
}

// Get gives the value, which callers must not change.
func (c *Cache[T]) Get(ctx context.Context) (T, error) {
	stamp, key, now := c.ledger.writes.of(c.tables), c.key(), time.Now()
	c.mu.Lock()
	if c.valid && c.stamp == stamp && c.made == key && (!c.ledger.store.IsPostgres() || now.Sub(c.read) < otherNodes) {
		defer c.mu.Unlock()
		return c.value, nil
	}
	c.mu.Unlock()
	value, err := c.load(ctx)
	if err != nil {
		return value, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.valid, c.stamp, c.made, c.read, c.value = true, stamp, key, now, value
	return value, nil
}

// Memo keeps what was read for many, such as the work that waits for each
// person, until this process writes anything at all; where other nodes may
// write too, it is at most a second old. Like Cache, it is for what is shown.
type Memo[T any] struct {
	ledger *Ledger

	mu    sync.Mutex
	stamp uint64
	kept  map[string]memo[T]
}

type memo[T any] struct {
	read  time.Time
	value T
}

// maxMemos bounds how many values a Memo keeps.
const maxMemos = 64

// NewMemo makes an empty one.
func NewMemo[T any](l *Ledger) *Memo[T] { return &Memo[T]{ledger: l, kept: map[string]memo[T]{}} }

// Get gives the value of a key, which callers must not change; load reads it
// when it is not kept. The key has everything in it that the value depends on
// beside the records, such as the present day.
func (m *Memo[T]) Get(key string, load func() (T, error)) (T, error) {
	stamp, now := m.ledger.writes.all(), time.Now() // first: a write that ends while we read makes what we found old
	m.mu.Lock()
	if m.stamp != stamp {
		clear(m.kept)
		m.stamp = stamp
	}
	v, ok := m.kept[key]
	m.mu.Unlock()
	if ok && (!m.ledger.store.IsPostgres() || now.Sub(v.read) < otherNodes) {
		return v.value, nil
	}
	value, err := load()
	if err != nil {
		return value, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stamp == stamp {
		if len(m.kept) >= maxMemos {
			clear(m.kept)
		}
		m.kept[key] = memo[T]{now, value}
	}
	return value, nil
}

// counts of the transactions of this process that changed each table.
type counts struct {
	mu  sync.Mutex
	n   map[string]uint64
	sum uint64 // of all tables, and of writes that changed none
}

func (c *counts) all() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sum
}

func (c *counts) of(tables []string) (sum uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, t := range tables {
		sum += c.n[t]
	}
	return sum
}

func (c *counts) add(touched map[string]map[string]bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sum++
	for t := range touched {
		c.n[t]++
	}
}
