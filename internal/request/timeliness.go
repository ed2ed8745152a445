package request

import (
	"context"
	"fmt"

	"hegui/internal/day"
)

// Timeliness is how the requests about a service were dealt with.
type Timeliness struct {
	ServiceID string
	InTime    int64 // answered or refused by the due day
	Late      int64 // answered or refused after it
	Overdue   int64 // open, and the due day is over
}

// TimelinessByService counts the requests of every service that has some, for
// those who sum up. It holds nothing about persons.
func (s *Service) TimelinessByService(ctx context.Context) ([]Timeliness, error) {
	var list []Timeliness
	db := s.ledger.Read(ctx)
	decided := db.Model(&tally{}).Select(`service_id,
		CAST(SUM(CASE WHEN measure = ? THEN n ELSE 0 END) AS BIGINT) AS in_time,
		CAST(SUM(CASE WHEN measure = ? THEN n ELSE 0 END) AS BIGINT) AS late`, wasInTime, wasLate).
		Where("month <> '' AND measure IN ?", []measure{wasInTime, wasLate}).Group("service_id").Order("service_id")
	if err := decided.Scan(&list).Error; err != nil {
		return nil, fmt.Errorf("read counts of requests: %w", err)
	}
	var open []Timeliness
	late := s.ledger.Read(ctx).Model(&Request{}).Select("service_id, COUNT(*) AS overdue").
		Where("state IN "+openSQL+" AND due > '' AND due < ?", s.Today()).Group("service_id").Order("service_id")
	if err := late.Scan(&open).Error; err != nil {
		return nil, fmt.Errorf("count late requests: %w", err)
	}
	at := map[string]int{}
	for i, t := range list {
		at[t.ServiceID] = i
	}
	for _, t := range open {
		if i, ok := at[t.ServiceID]; ok {
			list[i].Overdue = t.Overdue
		} else {
			list = append(list, t)
		}
	}
	return list, nil
}

// DueDay is how many open requests about a service are due on a day.
type DueDay struct {
	ServiceID string
	Due       day.Date
	N         int
}

// DueBy counts the open requests that are due from today until a day, by
// service and day, for those who sum up.
func (s *Service) DueBy(ctx context.Context, until day.Date) (list []DueDay, err error) {
	err = s.ledger.Read(ctx).Model(&Request{}).Select("service_id, due, COUNT(*) AS n").
		Where("state IN "+openSQL+" AND due >= ? AND due <= ?", s.Today(), until).Group("service_id, due").Order("due, service_id").Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("count requests by due day: %w", err)
	}
	return list, nil
}
