package labelling

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
)

// Hold is why somebody was suspended for the quality of their work: what was
// found, and how certain it is that they are below the limit. It ends when the
// suspension is lifted, which needs a training and a passed exam since.
type Hold struct {
	ID           string
	SuspensionID string
	WorkerID     string
	ProjectID    string
	ServiceID    string
	Class        string // of the items; "" where they have none
	Items        int64
	Wrong        int64
	Least        Millionths // the accuracy asked for
	Below        Millionths // probability that the person's accuracy is less
	FromOn       day.Date   // of the decisions looked at
	UntilOn      day.Date
	CreatedAt    time.Time
	CreatedBy    string
	Version      int64
}

// TableName is the table of holds.
func (Hold) TableName() string { return "label_hold" }

// Proposal finds the proposed hold of a worker for their work on a class of
// items, as Ranking shows it. NotFound when none is proposed, or they are held
// already.
func (s *Service) Proposal(ctx context.Context, by actor.Actor, f WatchFilter, limit float64, worker, class string) (r Ranked, err error) {
	if _, err := s.Project(ctx, by, f.Project); err != nil {
		return r, err
	}
	list, err := s.Ranking(ctx, by, f, limit)
	if err != nil {
		return r, err
	}
	i := slices.IndexFunc(list, func(r Ranked) bool {
		return r.Worker != nil && r.Worker.ID == worker && r.Stratum == class && r.Propose && !r.Held
	})
	if i < 0 {
		return r, problem.New(problem.NotFound, "labelling.not_found")
	}
	return list[i], nil
}

// HoldWorker suspends somebody as Proposal proposes it, with words for them.
func (s *Service) HoldWorker(ctx context.Context, by actor.Actor, f WatchFilter, limit float64, worker, class, reason string) error {
	var wrong problem.Fields
	word(&wrong, "reason", &reason, maxNote, true)
	if err := wrong.Err(); err != nil {
		return err
	}
	r, err := s.Proposal(ctx, by, f, limit, worker, class)
	if err != nil {
		return err
	}
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		w, one, err := s.suspend(tx, by, worker, reason)
		if err != nil {
			return nil, err
		}
		var p Project
		if err := take(tx, by, f.Project, &p); err != nil {
			return nil, err
		}
		h := Hold{ID: s.ledger.NewID(), SuspensionID: one.ID, WorkerID: w.ID, ProjectID: p.ID, ServiceID: p.ServiceID, Class: class, Items: int64(r.Checked.Checked),
			Wrong: int64(r.Checked.Checked - r.Correct), Least: millionths(limit), Below: millionths(r.Below), FromOn: f.From, UntilOn: cmp.Or(f.Until, s.Today()),
			CreatedAt: s.ledger.Now(), CreatedBy: by.ID, Version: 1}
		e := workerEvent("held", &w, &one, &h)
		e.Service = p.ServiceID
		return []audit.Event{e}, create(tx, &h, "")
	})
}

func millionths(x float64) Millionths { return Millionths(math.Round(x * 1e6)) }

// HoldOf is the hold behind a worker's present suspension; ok is false when
// there is none.
func (s *Service) HoldOf(ctx context.Context, worker string) (h Hold, ok bool, err error) {
	return holdOf(s.ledger.Read(ctx), worker)
}

func holdOf(db *gorm.DB, worker string) (h Hold, ok bool, err error) {
	var list []Hold
	err = db.Where("suspension_id IN (SELECT id FROM label_suspension WHERE worker_id = ? AND until_on = '')", worker).Limit(1).Find(&list).Error
	if err != nil || len(list) == 0 {
		return h, false, err
	}
	return list[0], true, nil
}

// Since are the steps that somebody took since they were held: trainings, and
// whether the last exam was passed.
type Since struct {
	Trained bool
	Passed  bool
}

// SinceHold looks for trainings and exams from a day on, for the project of a
// hold or for all.
func (s *Service) SinceHold(ctx context.Context, h Hold) (Since, error) {
	return since(s.ledger.Read(ctx), h)
}

func since(db *gorm.DB, h Hold) (out Since, err error) {
	var list []Training
	err = db.Where("worker_id = ? AND created_at >= ? AND held_on >= ? AND project_id IN ('', ?)", h.WorkerID, h.CreatedAt, day.Of(h.CreatedAt), h.ProjectID).Order("held_on, id").Find(&list).Error
	for _, t := range list {
		out.Trained = out.Trained || t.Minutes > 0
		if t.Exam != NoExam {
			out.Passed = t.Exam == Passed
		}
	}
	return out, err
}

// releasable refuses to end a hold before the person was trained and passed an
// exam again.
func releasable(tx *gorm.DB, worker string) error {
	h, ok, err := holdOf(tx, worker)
	if err != nil || !ok {
		return err
	}
	done, err := since(tx, h)
	if err == nil && (!done.Trained || !done.Passed) {
		return problem.New(problem.Conflict, "label_watch.hold.not_yet")
	}
	return err
}
