package demo

import (
	"context"
	"fmt"
	"math/rand/v2"

	"hegui/internal/actor"
	"hegui/internal/app"
	"hegui/internal/day"
	"hegui/internal/register"
)

// weeks is how long the story is.
const weeks = 26

// story is one telling.
type story struct {
	app      *app.App
	clock    *Clock
	language string
	password string
	start    day.Date // a Monday
	end      day.Date // today
	actors   map[string]actor.Actor
	chance   *rand.Rand // decides what the story leaves open; always the same

	chat, image, tool register.Entry
	labels            labels
	night             day.Date // the next one without a snapshot of readiness
}

// Build tells the story into an empty database up to the present of the
// machine's clock, in the language "zh-CN" or "en", and gives everybody the
// password. The app must have been opened with clock.Now.
func Build(ctx context.Context, a *app.App, clock *Clock, language, password string) error {
	s := &story{app: a, clock: clock, language: language, password: password, actors: map[string]actor.Actor{},
		chance: rand.New(rand.NewPCG(20230815, 24))} //nolint:gosec // a story, not a secret
	s.end = day.Of(clock.Now())
	s.start = s.end.Add(-7 * weeks)
	s.start = s.start.Add(-(int(s.start.Time().Weekday()) + 6) % 7)
	defer clock.release()
	return a.Store.Unsynced(ctx, func() error { return s.tell(ctx) })
}

func (s *story) tell(ctx context.Context) error {
	s.clock.at(s.start, 9, 0)
	if err := s.people(ctx); err != nil {
		return fmt.Errorf("people: %w", err)
	}
	if err := s.registerServices(ctx); err != nil {
		return fmt.Errorf("services: %w", err)
	}
	if err := s.work(ctx); err != nil {
		return fmt.Errorf("work: %w", err)
	}
	if err := s.finish(ctx); err != nil {
		return fmt.Errorf("last days: %w", err)
	}
	s.clock.release()
	if err := s.app.RunDue(ctx); err != nil {
		return fmt.Errorf("jobs: %w", err)
	}
	return s.app.Store.Optimize(ctx)
}

// say picks the story's language.
func (s *story) say(t text) string {
	if s.language == "en" {
		return t.en
	}
	return t.zh
}
