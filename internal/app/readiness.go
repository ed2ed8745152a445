package app

import (
	"context"

	"hegui/internal/day"
	"hegui/internal/labelling"
	"hegui/internal/readiness"
	"hegui/internal/request"
)

// wireReadiness lets readiness read the parts that it sums up.
func (a *App) wireReadiness() {
	a.Readiness = readiness.New(a.Ledger, readiness.Options{
		Register:    a.Register,
		Checklist:   a.Checklist,
		Catalogue:   a.Regulation.Current,
		Quality:     a.quality,
		Timeliness:  a.timeliness,
		RequestsDue: a.requestsDue,
		LiveTables:  []string{labelling.Decision{}.TableName(), labelling.Lot{}.TableName(), request.Request{}.TableName()},
	})
}

func (a *App) quality(ctx context.Context) (map[string]readiness.Quality, error) {
	list, err := a.Labelling.ResultsByService(ctx)
	out := make(map[string]readiness.Quality, len(list))
	for _, r := range list {
		out[r.ServiceID] = readiness.Quality{Decided: r.Decided, Accepted: r.Accepted, Proven: r.Proven}
	}
	return out, err
}

func (a *App) timeliness(ctx context.Context) (map[string]readiness.Timeliness, error) {
	list, err := a.Requests.TimelinessByService(ctx)
	out := make(map[string]readiness.Timeliness, len(list))
	for _, t := range list {
		out[t.ServiceID] = readiness.Timeliness{Answered: t.InTime + t.Late, InTime: t.InTime, Overdue: t.Overdue}
	}
	return out, err
}

func (a *App) requestsDue(ctx context.Context, until day.Date) ([]readiness.Deadline, error) {
	list, err := a.Requests.DueBy(ctx, until)
	out := make([]readiness.Deadline, len(list))
	for i, d := range list {
		out[i] = readiness.Deadline{Kind: readiness.RequestDue, Service: d.ServiceID, Date: d.Due, Count: d.N}
	}
	return out, err
}
