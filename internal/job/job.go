// Package job runs what has to happen by itself: sweeps at a period, each
// named in one literal table. Where several nodes share a database, a row per
// job says who ran it last, and a node takes a job only by moving that row on.
package job

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hegui/internal/audit"
)

// Job is something done at a period. Run must be safe to repeat: a job that
// was cut off runs again.
type Job struct {
	Name  string
	Every time.Duration
	Run   func(ctx context.Context) error
}

// lease is when a job is due next. It holds nothing of its own.
type lease struct {
	Name string `gorm:"primaryKey"`
	Due  time.Time
}

// TableName is the table of jobs.
func (lease) TableName() string { return "job_lease" }

// Free are the tables that hold nothing of their own.
var Free = []string{"job_lease"}

// Runner runs the jobs that are due.
type Runner struct {
	ledger *audit.Ledger
	log    *slog.Logger
	jobs   []Job
}

// New makes a runner.
func New(l *audit.Ledger, log *slog.Logger, jobs []Job) *Runner {
	return &Runner{ledger: l, log: log, jobs: jobs}
}

// tick is how often the runner looks for jobs that are due.
const tick = 20 * time.Second

// Loop runs due jobs until ctx ends. A job that fails is logged and tried
// again at its next time.
func (r *Runner) Loop(ctx context.Context) {
	t := time.NewTicker(tick)
	defer t.Stop()
	for {
		if err := r.RunDue(ctx); err != nil && ctx.Err() == nil {
			r.log.Error("jobs", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// RunDue runs every job whose time has come, once.
func (r *Runner) RunDue(ctx context.Context) error {
	for _, j := range r.jobs {
		mine, err := r.take(ctx, j)
		if err != nil {
			return err
		}
		if !mine {
			continue
		}
		if err := j.Run(ctx); err != nil {
			r.log.Error("job failed", "job", j.Name, "error", err)
		}
	}
	return nil
}

// take moves the job's due time on, if it has come; only one node can.
func (r *Runner) take(ctx context.Context, j Job) (mine bool, err error) {
	now := r.ledger.Now()
	var l lease
	found := r.ledger.Read(ctx).Where("name = ?", j.Name).Limit(1).Find(&l)
	if found.Error != nil || found.RowsAffected == 1 && l.Due.After(now) {
		return false, found.Error
	}
	err = r.ledger.Unaudited(ctx, "job lease", func(tx *gorm.DB) error {
		if found.RowsAffected == 0 {
			res := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&lease{Name: j.Name, Due: now.Add(j.Every)})
			mine = res.RowsAffected == 1
			return res.Error
		}
		res := tx.Model(&lease{}).Where("name = ? AND due = ?", j.Name, l.Due).Update("due", now.Add(j.Every))
		mine = res.RowsAffected == 1
		return res.Error
	})
	if err != nil {
		return false, fmt.Errorf("take job %s: %w", j.Name, err)
	}
	return mine, nil
}
