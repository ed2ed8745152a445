package app

import (
	"context"
	"time"

	"hegui/internal/job"
)

// jobs is the table of what happens by itself.
func (a *App) jobs() []job.Job {
	return []job.Job{
		{Name: "sessions", Every: 10 * time.Minute, Run: a.Accounts.Sweep},
		{Name: "checklist", Every: time.Hour, Run: a.Checklist.Sweep},
		{Name: "uploads", Every: time.Hour, Run: counted(a.Files.Sweep)},
		{Name: "evidence expiry", Every: time.Hour, Run: counted(a.Evidence.Sweep)},
		{Name: "requests", Every: 10 * time.Minute, Run: a.Requests.Sweep},
		{Name: "request calls", Every: 20 * time.Second, Run: a.Requests.CallSystems},
		{Name: "request statements", Every: 6 * time.Hour, Run: a.Requests.MakeStatements},
		{Name: "labelling imports", Every: time.Minute, Run: a.Labelling.Resume},
		{Name: "labelling records", Every: time.Minute, Run: a.Labelling.Conclude},
		{Name: "mail", Every: 20 * time.Second, Run: a.Mail.Deliver},
		{Name: "readiness snapshot", Every: 10 * time.Minute, Run: a.Readiness.Daily},
		{Name: "scheduled reports", Every: 10 * time.Minute, Run: a.Reports.SendDue},
	}
}

// counted leaves out how much a sweep found to do.
func counted(sweep func(context.Context) (int, error)) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := sweep(ctx)
		return err
	}
}

// RunDue runs the jobs whose time has come, for tests and demonstrations that
// set the clock.
func (a *App) RunDue(ctx context.Context) error {
	return job.New(a.Ledger, a.Options.Log, a.jobs()).RunDue(ctx)
}

// StartJobs runs jobs until ctx ends, and closes the channel when the last one
// has.
func (a *App) StartJobs(ctx context.Context) <-chan struct{} {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		job.New(a.Ledger, a.Options.Log, a.jobs()).Loop(ctx)
	}()
	return ended
}
