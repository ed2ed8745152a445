package demo

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"hegui/internal/actor"
	"hegui/internal/checklist"
	"hegui/internal/day"
	"hegui/internal/evidence"
	"hegui/internal/register"
	"hegui/internal/regulation"
)

// fate is how far a requirement gets.
type fate int

const (
	untouched fate = iota
	begun
	proven
	partly
	failing
	waived // judged not applicable
	lapsed // proven, but its proof is past its date
)

// plan is a requirement with the week it is dealt with and how that goes.
type plan struct {
	row  checklist.Assessment
	req  *regulation.Requirement
	week int
	fate fate
}

// work lives through the weeks of both services: assignment, evidence,
// conclusions, second looks.
func (s *story) work(ctx context.Context) error {
	chat, err := s.plans(ctx, s.chat, 1, 23, []int{untouched: 6, begun: 8, proven: 64, partly: 9, failing: 4, waived: 4, lapsed: 5})
	if err != nil {
		return err
	}
	image, err := s.plans(ctx, s.image, 9, 25, []int{untouched: 38, begun: 17, proven: 33, partly: 8, failing: 4, waived: 0, lapsed: 0})
	if err != nil {
		return err
	}
	tool, err := s.plans(ctx, s.tool, 4, 6, []int{proven: 1})
	if err != nil {
		return err
	}
	all := append(append(chat, image...), tool...)
	for week := 1; week < weeks; week++ {
		s.clock.at(s.weekly(week, 0), 0, 5)
		if err := s.app.RunDue(ctx); err != nil {
			return err
		}
		var due []plan
		for _, p := range all {
			if p.week == week {
				due = append(due, p)
			}
		}
		if err := s.workWeek(ctx, week, due); err != nil {
			return err
		}
	}
	return nil
}

// plans spreads a service's requirements over the weeks from first to last,
// article by article, and draws their fates by the given weights.
func (s *story) plans(ctx context.Context, e register.Entry, first, last int, weights []int) ([]plan, error) {
	rows, err := s.app.Checklist.Rows(ctx, s.actors["officer"], e.ID)
	if err != nil {
		return nil, err
	}
	var out []plan
	for _, row := range rows {
		req, ok := s.app.Regulation.Current(ctx).Requirement(row.RequirementID)
		if !ok || !row.Applies {
			continue
		}
		out = append(out, plan{row: row, req: req, fate: s.draw(weights)})
	}
	for i := range out {
		out[i].week = first + i*(last-first+1)/len(out)
		if out[i].fate == lapsed {
			out[i].week = min(out[i].week, 8) // long enough ago for its proof to run out
		}
	}
	return out, nil
}

func (s *story) draw(weights []int) fate {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := s.chance.IntN(sum)
	for f, w := range weights {
		if n -= w; n < 0 {
			return fate(f)
		}
	}
	return untouched
}

// workWeek assigns on Monday, collects proof on Tuesday, goes through labelled
// data on Wednesday, judges on Thursday and looks a second time on Friday.
func (s *story) workWeek(ctx context.Context, week int, list []plan) error {
	steps := []struct {
		weekday int
		do      func(context.Context, *plan) error
	}{{0, s.assign}, {1, s.prove}, {3, s.judge}, {4, s.second}}
	for _, step := range steps {
		on := s.weekly(week, step.weekday)
		if step.weekday == 3 {
			if err := s.label(ctx, week); err != nil {
				return fmt.Errorf("labelling in week %d: %w", week, err)
			}
		}
		if err := s.nights(ctx, min(on, s.end.Add(-lastDays))); err != nil {
			return err
		}
		s.clock.at(on, 9, 30)
		for i := range list {
			s.clock.pass(time.Duration(4+s.chance.IntN(9)) * time.Minute)
			if err := s.step(ctx, &list[i], step.do); err != nil {
				return fmt.Errorf("%s in week %d: %w", list[i].req.ID, week, err)
			}
		}
	}
	return nil
}

// nights lets the nights until a day go by, each with its snapshot of readiness.
func (s *story) nights(ctx context.Context, until day.Date) error {
	if s.night == "" {
		s.night = s.weekly(1, 0)
	}
	for ; s.night <= until; s.night = s.night.Add(1) {
		s.clock.at(s.night, 0, 10)
		if err := s.app.Readiness.Daily(ctx); err != nil {
			return err
		}
	}
	return nil
}

// step does something with a requirement as it stands now.
func (s *story) step(ctx context.Context, p *plan, do func(context.Context, *plan) error) (err error) {
	p.row, err = s.app.Checklist.ByID(ctx, s.actors["officer"], p.row.ID)
	if err != nil {
		return err
	}
	return do(ctx, p)
}

// owner is who does the work of a requirement.
func (s *story) owner(r *regulation.Requirement) actor.Actor { return s.actors[owners[r.OwnerRole]] }

func (s *story) today() day.Date { return day.Of(s.clock.Now()) }

func (s *story) assign(ctx context.Context, p *plan) (err error) {
	owner, due := s.owner(p.req).ID, s.due(p.fate)
	change := checklist.Change{Owner: &owner, Due: &due}
	if p.fate == begun {
		change.Status = new(checklist.InProgress)
	}
	p.row, err = s.app.Checklist.Assess(ctx, s.actors["officer"], p.row.ID, p.row.Version, change)
	return err
}

// due is when something should be done: weeks from now where it is done in
// time, still ahead of today for most of what stays open, and past for a part
// of that.
func (s *story) due(f fate) day.Date {
	soon := s.today().Add(14 + s.chance.IntN(42))
	switch f {
	case proven, lapsed, waived:
		return soon
	case failing:
		return s.end.Add(s.chance.IntN(30) - 12)
	}
	if s.chance.IntN(4) == 0 {
		return soon
	}
	return max(soon, s.end.Add(3+s.chance.IntN(75)))
}

// prove brings in evidence and has it reviewed.
func (s *story) prove(ctx context.Context, p *plan) error {
	if p.fate == untouched || p.fate == failing || p.fate == waived || p.fate == begun && s.chance.IntN(3) > 0 {
		return nil
	}
	pieces := 1 + s.chance.IntN(2)
	for n := range min(pieces, len(p.req.Examples)) {
		item, err := s.bring(ctx, p, n)
		if err != nil {
			return err
		}
		if p.fate == begun { // awaits review
			continue
		}
		s.clock.pass(7 * time.Minute)
		if err := s.app.Evidence.Approve(ctx, s.other(item.CreatedBy), item.ID, item.Version, ""); err != nil {
			return err
		}
	}
	return nil
}

// other is an officer who is not the person named.
func (s *story) other(account string) actor.Actor {
	if s.actors["officer"].ID == account {
		return s.actors["officer2"]
	}
	return s.actors["officer"]
}

func (s *story) bring(ctx context.Context, p *plan, n int) (evidence.Item, error) {
	example := p.req.Examples[n]
	title := s.say(text{example.ZH, example.EN})
	made := s.today().Add(-s.chance.IntN(20))
	in := evidence.Submission{
		Description: evidence.Description{
			Title: title, Type: typeOf(example.EN), Source: s.say(text{"内部归档", "Internal records"}), MadeOn: made, ReceivedOn: s.today(),
		},
		Targets: []evidence.Target{{AssessmentID: p.row.ID, ServiceID: p.row.ServiceID, RequirementID: p.row.RequirementID}},
	}
	if s.chance.IntN(6) == 0 {
		in.Confidentiality = evidence.Confidential
	}
	switch {
	case p.fate == lapsed:
		in.ValidUntil = s.end.Add(-3 - s.chance.IntN(25))
	case s.chance.IntN(5) == 0:
		in.ValidUntil = s.end.Add(10 + s.chance.IntN(300))
	}
	by := s.owner(p.req)
	switch s.chance.IntN(8) {
	case 0:
		in.URL = "https://wiki.yunfan.example/compliance/" + p.req.ID
		return s.app.Evidence.Link(ctx, by, in)
	case 1:
		in.Text = s.say(text{"核对结果：", "Checked: "}) + s.say(text{p.req.Guidance.ZH, p.req.Guidance.EN})
		return s.app.Evidence.Note(ctx, by, in)
	}
	name, body, err := s.paper(p.req, title, made)
	if err != nil {
		return evidence.Item{}, err
	}
	in.FileName = name
	return s.app.Evidence.Submit(ctx, by, in, bytes.NewReader(body))
}
