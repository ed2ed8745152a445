// Package seed fills an empty database with a given amount of data, to measure
// with. The same size, number and last day give the same data, down to identifiers and
// keys, so it is nothing to work in: its secrets can be guessed.
//
// It writes in bulk, thousands of rows and events in a transaction, but
// through the ledger like everything else: what it leaves behind verifies.
package seed

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"hegui/internal/account"
	"hegui/internal/actor"
	"hegui/internal/app"
	"hegui/internal/day"
)

// Size is how much of everything there will be.
type Size struct {
	Services     int
	Evidence     int
	Contributors int
	Labelling    Labelling
	Requests     int // people's, spread over the last 180 days
}

// Sizes by name. From medium to large the records grow ten times; an
// organisation's services do not.
var Sizes = map[string]Size{
	"small":  {Services: 3, Evidence: 500, Contributors: 8, Labelling: Labelling{Projects: 1, Lots: 8, LotSize: 150}, Requests: 300},
	"medium": {Services: 20, Evidence: 5_000, Contributors: 40, Labelling: Labelling{Projects: 5, Lots: 50, LotSize: 2000}, Requests: 10_000},
	"large":  {Services: 20, Evidence: 50_000, Contributors: 40, Labelling: Labelling{Projects: 10, Lots: 500, LotSize: 2000}, Requests: 100_000},
}

// How long each part of the story takes: together somewhat less than the year
// for which the clock runs.
const (
	proveFor = 180 * 24 * time.Hour
	labelFor = 165 * 24 * time.Hour
)

// Source gives the clock and the random bytes that an app has to be opened
// with for seeding.
type Source struct {
	mu     sync.Mutex
	now    time.Time
	until  day.Date // the last day
	chacha *rand.ChaCha8
}

// NewSource starts the clock a year before the day, and the bytes from the
// number.
func NewSource(number uint64, today day.Date) *Source {
	var key [32]byte
	for i := range 8 {
		key[i] = byte(number >> (8 * i))
	}
	return &Source{until: today, now: today.Add(-365).Time().Add(9 * time.Hour), chacha: rand.NewChaCha8(key)}
}

// Now moves on by a second each time it is asked.
func (s *Source) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(time.Second)
	return s.now
}

func (s *Source) advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// Read fills p with the next bytes.
func (s *Source) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.chacha.Read(p)
}

var _ io.Reader = (*Source)(nil)

// filler is one filling.
type filler struct {
	*Source
	app    *app.App
	size   Size
	chance *rand.Rand
	step   time.Duration // by which the clock moves on between pieces of evidence

	officer, officer2, supervisor actor.Actor
	privacy                       actor.Actor
	checkers                      []actor.Actor
	crew                          []actor.Actor
	targets                       []target
}

// Fill fills the database behind a, which was opened with source's clock and
// bytes. Everybody gets the password: each role is an account of its name at
// demo.example.
func Fill(ctx context.Context, a *app.App, source *Source, size Size, number uint64, password string, progress io.Writer) error {
	f := &filler{Source: source, app: a, size: size, chance: rand.New(rand.NewPCG(number, 1))} //nolint:gosec // data to measure with
	f.step = proveFor / time.Duration(size.Evidence+1)
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"page cache", a.Store.Bulk},
		{"people", func(ctx context.Context) error { return f.people(ctx, password) }},
		{"services and assessments", f.services},
		{"evidence", f.evidence},
		{"standing of assessments", f.standing},
		{"labelling", f.labelled},
		{"requests and snapshots", f.readiness},
		{"statistics", func(ctx context.Context) error { return a.Store.Optimize(ctx) }},
	} {
		start := time.Now()
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
		fmt.Fprintf(progress, "%-26s %s\n", step.name, time.Since(start).Round(10*time.Millisecond))
	}
	return nil
}

func (f *filler) people(ctx context.Context, password string) error {
	if _, err := f.app.Accounts.Found(ctx, account.Founding{Organisation: "Seed 测试单位", Language: "zh-CN",
		Administrator: account.Person{Email: "admin@demo.example", Name: "admin"}, Password: password}, nil); err != nil {
		return err
	}
	by := actor.System("seed")
	for _, p := range []struct {
		name string
		role actor.Role
	}{
		{"officer", actor.Officer}, {"officer2", actor.Officer}, {"supervisor", actor.Supervisor}, {"checker", actor.Checker}, {"checker2", actor.Checker},
		{"privacy", actor.Privacy}, {"executive", actor.Executive}, {"auditor", actor.Auditor}, {"contributor", actor.Contributor},
	} {
		a, err := f.app.Accounts.AddWithPassword(ctx, by, person(p.name, p.role), password)
		if err != nil {
			return err
		}
		switch p.name {
		case "officer":
			f.officer = a.Actor()
		case "officer2":
			f.officer2 = a.Actor()
		case "supervisor":
			f.supervisor = a.Actor()
			f.crew = append(f.crew, a.Actor())
		case "checker", "checker2":
			f.checkers = append(f.checkers, a.Actor())
		case "privacy":
			f.privacy = a.Actor()
			f.crew = append(f.crew, a.Actor())
		case "contributor":
			f.crew = append(f.crew, a.Actor())
		}
	}
	for i := range f.size.Contributors {
		a, _, err := f.app.Accounts.Add(ctx, by, person(fmt.Sprintf("person%03d", i), actor.Contributor))
		if err != nil {
			return err
		}
		f.crew = append(f.crew, a.Actor())
	}
	return nil
}

func person(name string, role actor.Role) account.Person {
	return account.Person{Email: name + "@demo.example", Name: name, Roles: []actor.Role{role}, AllServices: true, Language: "en"}
}
