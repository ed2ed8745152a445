package report

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
)

// Every is how often a report goes out.
type Every string

// The rhythms: on Mondays, on the first of a month, on the first of a quarter.
const (
	Weekly    Every = "week"
	Monthly   Every = "month"
	Quarterly Every = "quarter"
)

// Rhythms in the order they are offered.
var Rhythms = []Every{Weekly, Monthly, Quarterly}

// Next is the first day of the rhythm after a day.
func (e Every) Next(after day.Date) day.Date {
	d := after.Add(1)
	for !e.on(d) {
		d = d.Add(1)
	}
	return d
}

func (e Every) on(d day.Date) bool {
	t := d.Time()
	switch e {
	case Weekly:
		return t.Weekday() == time.Monday
	case Quarterly:
		return t.Day() == 1 && t.Month()%3 == 1
	}
	return t.Day() == 1
}

// Schedule sends a report by e-mail, as its maker may see it on the day. One
// about a quarter or month sends the one that has just ended.
type Schedule struct {
	ID         string
	Kind       Kind
	Article    int
	ServiceID  string
	Every      Every
	Language   string
	Recipients []string `gorm:"serializer:json" ledger:"personal"`
	Link       bool     // a link that is valid for 14 days goes out, not the workbook
	NextOn     day.Date
	PausedAt   *time.Time
	SentAt     *time.Time
	Failure    string // message key of why the last time failed, or none
	CreatedBy  string
	CreatedAt  time.Time
	Version    int64
}

// TableName is the table of schedules.
func (Schedule) TableName() string { return "report_schedule" }

// Spec is the report that goes out on a day.
func (s Schedule) Spec(on day.Date) Spec {
	return Spec{Kind: s.Kind, Article: s.Article, ServiceID: s.ServiceID}.At(on.Add(-1))
}

// Limits of schedules.
const (
	MaxRecipients = 20
	maxSchedules  = 100
	sendingHour   = 8 // of the organisation's day, UTC+8
	dueAtOnce     = 20
)

// ScheduleInput is what was typed about a schedule.
type ScheduleInput struct {
	Every      Every
	Language   string
	Recipients string // one a line
	Link       bool
}

func (in ScheduleInput) check(o Options) ([]string, error) {
	var f problem.Fields
	if !slices.Contains(Rhythms, in.Every) {
		f.Add("every", "schedule.every.unknown")
	}
	if in.Language != "zh-CN" && in.Language != "en" {
		f.Add("language", "schedule.language.unknown")
	}
	var list []string
	for _, typed := range strings.FieldsFunc(in.Recipients, func(r rune) bool { return strings.ContainsRune("\n,;，；", r) }) {
		if typed = strings.TrimSpace(typed); typed == "" {
			continue
		}
		address, ok := o.Address(typed)
		if !ok {
			f.Add("recipients", "schedule.recipients.wrong", "address", typed)
			break
		}
		if !slices.Contains(list, address) {
			list = append(list, address)
		}
	}
	switch {
	case len(list) == 0:
		f.Add("recipients", "schedule.recipients.required")
	case len(list) > MaxRecipients:
		f.Add("recipients", "schedule.recipients.many", "max", MaxRecipients)
	}
	return list, f.Err()
}

// Plan makes a schedule; the first report goes out on the next day of its
// rhythm.
func (s *Desk) Plan(ctx context.Context, by actor.Actor, spec Spec, in ScheduleInput) (Schedule, error) {
	if err := spec.Check(); err != nil {
		return Schedule{}, err
	}
	recipients, err := in.check(s.Options)
	if err != nil {
		return Schedule{}, err
	}
	spec = spec.tidy()
	now := s.ledger.Now()
	one := Schedule{ID: s.ledger.NewID(), Kind: spec.Kind, Article: spec.Article, ServiceID: spec.ServiceID, Every: in.Every, Language: in.Language,
		Recipients: recipients, Link: in.Link, NextOn: in.Every.Next(day.Of(now)), CreatedBy: by.ID, CreatedAt: now, Version: 1}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		if err := tx.Create(&one).Error; err != nil {
			return nil, fmt.Errorf("create schedule: %w", err)
		}
		return []audit.Event{scheduleEvent("scheduled", &one)}, nil
	})
	return one, err
}

func scheduleEvent(action string, one *Schedule) audit.Event {
	return audit.Event{Action: "report." + action, Object: audit.Object{Type: "report_schedule", ID: one.ID}, Service: one.ServiceID,
		Label: strings.Join(one.Recipients, ", "), Rows: []any{one}}
}

// Schedules lists the schedules that a person may change, the newest first.
func (s *Desk) Schedules(ctx context.Context, by actor.Actor) (list []Schedule, err error) {
	err = own(s.ledger.Read(ctx), by).Order("id DESC").Limit(maxSchedules).Find(&list).Error
	if err != nil {
		return nil, fmt.Errorf("list schedules: %w", err)
	}
	return list, nil
}

// Pause stops a schedule, or lets it go on from the next day of its rhythm.
func (s *Desk) Pause(ctx context.Context, by actor.Actor, id string, stop bool) error {
	return s.reschedule(ctx, by, id, func(tx *gorm.DB, one *Schedule) (string, error) {
		if stop == (one.PausedAt != nil) {
			return "", errSame
		}
		now, action := s.ledger.Now(), "schedule_resumed"
		one.PausedAt = nil
		if stop {
			one.PausedAt, action = &now, "schedule_paused"
		} else {
			one.NextOn = one.Every.Next(day.Of(now))
		}
		return action, tx.Save(one).Error
	})
}

// Remove ends a schedule for good. Links that it sent stay as long as they are
// valid.
func (s *Desk) Remove(ctx context.Context, by actor.Actor, id string) error {
	return s.reschedule(ctx, by, id, func(tx *gorm.DB, one *Schedule) (string, error) { return "schedule_removed", tx.Delete(one).Error })
}

func (s *Desk) reschedule(ctx context.Context, by actor.Actor, id string, change func(*gorm.DB, *Schedule) (string, error)) error {
	return s.write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		var one Schedule
		if err := taken(own(tx, by).Where("id = ?", id).Take(&one).Error); err != nil {
			return nil, err
		}
		one.Version++
		action, err := change(tx, &one)
		if err != nil {
			return nil, err
		}
		return []audit.Event{scheduleEvent(action, &one)}, nil
	})
}

// SendDue sends what is due today, from eight in the morning on. It is safe to
// repeat and to run on several nodes: a report goes out in the transaction
// that moves its schedule on.
func (s *Desk) SendDue(ctx context.Context) error {
	now := s.ledger.Now()
	today := day.Of(now)
	if !s.MailReady() || now.Before(today.Time().Add(sendingHour*time.Hour)) {
		return nil
	}
	var due []Schedule
	err := s.ledger.Read(ctx).Where("paused_at IS NULL AND next_on <= ?", today).Order("next_on, id").Limit(dueAtOnce).Find(&due).Error
	if err != nil {
		return fmt.Errorf("list due reports: %w", err)
	}
	for _, one := range due {
		if err := s.send(ctx, one, today); err != nil {
			return err
		}
	}
	return nil
}

func (s *Desk) send(ctx context.Context, one Schedule, today day.Date) error {
	maker, made, err := s.render(ctx, one)
	var why string
	if err != nil {
		said, ok := errors.AsType[*problem.Error](err)
		if !ok {
			return err
		}
		why = said.Key
	}
	return s.write(ctx, actor.System("reports"), func(tx *gorm.DB) ([]audit.Event, error) {
		seen := one.Version
		next := one
		now := s.ledger.Now()
		next.NextOn, next.Failure, next.Version = one.Every.Next(today), why, seen+1
		action := "schedule_failed"
		if why == "" {
			next.SentAt, action = &now, "sent"
		}
		res := tx.Model(&Schedule{}).Where("id = ? AND version = ?", one.ID, seen).
			Select("next_on", "failure", "sent_at", "version").Updates(&next)
		if res.Error != nil {
			return nil, fmt.Errorf("move schedule on: %w", res.Error)
		}
		if res.RowsAffected == 0 {
			return nil, errSame // another node was first, or it was changed
		}
		event := scheduleEvent(action, &next)
		if why != "" {
			event.Outcome = audit.Failed
			return []audit.Event{event}, nil
		}
		events, err := s.post(tx, maker, next, made, one.Spec(one.NextOn))
		return append(events, event), err
	})
}

func (s *Desk) render(ctx context.Context, one Schedule) (maker actor.Actor, made Document, err error) {
	maker, err = s.Maker(ctx, one.CreatedBy)
	if problem.Is(err, problem.NotFound) || err == nil && !maker.May(actor.ShareReports) {
		return maker, made, problem.New(problem.Forbidden, "schedule.failed.maker")
	}
	if err != nil {
		return maker, made, err
	}
	made, err = s.Render(ctx, maker, one.Language, one.Spec(one.NextOn))
	if problem.Is(err, problem.NotFound) || problem.Is(err, problem.Forbidden) {
		err = problem.New(problem.Forbidden, "schedule.failed.subject")
	}
	return maker, made, err
}

// post queues the letters, each with a link of its own if links go out.
func (s *Desk) post(tx *gorm.DB, maker actor.Actor, one Schedule, made Document, spec Spec) ([]audit.Event, error) {
	var events []audit.Event
	for _, to := range one.Recipients {
		l := Letter{Subject: made.Subject, Name: made.Name, Book: made.Book}
		if one.Link {
			share, token := s.newShare(maker, spec, ShareInput{Recipient: to, LastDay: day.Of(s.ledger.Now()).Add(ShareDays), Workbook: true})
			share.ScheduleID = one.ID
			if err := tx.Create(&share).Error; err != nil {
				return nil, fmt.Errorf("create link to report: %w", err)
			}
			events = append(events, shareEvent("shared", &share))
			l = Letter{Subject: made.Subject, Text: made.Text(token)}
		} else {
			l.Text = made.Text("")
		}
		if err := s.Queue(tx, to, l); err != nil {
			return nil, err
		}
	}
	return events, nil
}
