package labelling

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/day"
)

// WatchFilter narrows what the dashboard shows; empty fields do not. The days
// bound the decisions counted, both included.
type WatchFilter struct {
	Project string
	Stream  string
	From    day.Date
	Until   day.Date
}

// ages are the ends of the spans by which waiting lots are counted, in days.
var ages = [3]int{3, 7, 30}

// LotsWaiting counts the lots of a state by how long they have been in it: less
// than 3 days, 3 to 6, 7 to 29, and longer.
type LotsWaiting struct {
	State  LotState
	Ready  bool // checked to the end: only the decision is missing
	ByAge  [len(ages) + 1]int
	Total  int
	Oldest time.Time
}

// LotsByAge counts the lots that are not done with, by state and age.
func (s *Service) LotsByAge(ctx context.Context, by actor.Actor, f WatchFilter) ([]LotsWaiting, error) {
	var rows []Lot
	q := scope(s.ledger.Read(ctx), by).Select("state", "state_since", "to_check", "checked", "stopped").Where("state NOT IN ?", []LotState{LotClosed, LotVoid})
	if err := ofProject(q, f).Find(&rows).Error; err != nil {
		return nil, err
	}
	now := s.ledger.Now()
	var out []LotsWaiting
	for _, l := range rows {
		ready := l.State == LotChecking && l.ToCheck > 0 && l.Checked >= l.ToCheck && !l.Stopped
		i := slices.IndexFunc(out, func(w LotsWaiting) bool { return w.State == l.State && w.Ready == ready })
		if i < 0 {
			i = len(out)
			out = append(out, LotsWaiting{State: l.State, Ready: ready, Oldest: l.StateSince})
		}
		out[i].add(l.StateSince, now)
	}
	slices.SortFunc(out, func(a, b LotsWaiting) int {
		return cmp.Or(cmp.Compare(slices.Index(LotStates, a.State), slices.Index(LotStates, b.State)), boolOrder(a.Ready, b.Ready))
	})
	return out, nil
}

func (w *LotsWaiting) add(since, now time.Time) {
	days, at := int(now.Sub(since).Hours()/24), 0
	for at < len(ages) && days >= ages[at] {
		at++
	}
	w.ByAge[at]++
	w.Total++
	if since.Before(w.Oldest) {
		w.Oldest = since
	}
}

// boolOrder puts false before true.
func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

func ofProject(q *gorm.DB, f WatchFilter) *gorm.DB {
	if f.Project != "" {
		q = q.Where("project_id = ?", f.Project)
	}
	return q
}

// Queue is what waits for one checker.
type Queue struct {
	WorkerID    string
	Assignments int64
	Left        int64 // items without an answer
	Overdue     int64 // assignments
	Due         day.Date
}

// maxQueues is how many checkers the dashboard lists.
const maxQueues = 50

// noDue sorts behind every date.
const noDue = "9999-12-31"

// Queues lists the checkers with open assignments, those with overdue ones
// first.
func (s *Service) Queues(ctx context.Context, by actor.Actor, f WatchFilter) (list []Queue, err error) {
	q := scope(s.ledger.Read(ctx), by).Table("label_assignment").Where("state = 'open'")
	if f.Project != "" {
		q = q.Where("lot_id IN (SELECT id FROM label_lot WHERE project_id = ?)", f.Project)
	}
	err = q.Select(`worker_id, COUNT(*) AS assignments, CAST(SUM(items - done) AS BIGINT) AS "left",
		CAST(SUM(CASE WHEN due <> '' AND due < ? THEN 1 ELSE 0 END) AS BIGINT) AS overdue, MIN(CASE WHEN due = '' THEN ? ELSE due END) AS due`, s.Today(), noDue).
		Group("worker_id").Order(`overdue DESC, "left" DESC, worker_id`).Limit(maxQueues).Scan(&list).Error
	for i := range list {
		if list[i].Due == noDue {
			list[i].Due = ""
		}
	}
	return list, err
}

// WorkersByID gives people by their ids, whoever sees them: to name them where
// work of theirs is shown (Worker.Called).
func (s *Service) WorkersByID(ctx context.Context, ids []string) (map[string]Worker, error) {
	out := map[string]Worker{}
	if len(ids) == 0 {
		return out, nil
	}
	var list []Worker
	err := s.ledger.Read(ctx).Where("id IN ?", ids).Find(&list).Error
	for _, w := range list {
		out[w.ID] = w
	}
	return out, err
}

// LatestDecided is the project in which a lot was decided last, "" when none
// was.
func (s *Service) LatestDecided(ctx context.Context, by actor.Actor) (string, error) {
	var list []string
	err := scope(s.ledger.Read(ctx).Model(&LotResult{}), by).Order("decided_at DESC").Limit(1).Pluck("project_id", &list).Error
	if len(list) == 0 {
		return "", err
	}
	return list[0], err
}

// DecidedLot is a decided lot with its name and how many of its items have which
// defect.
type DecidedLot struct {
	LotResult
	Name    string
	Defects map[string]int64 `gorm:"-"`
}

// maxDecidedLots is how many lots charts look back on.
const maxDecidedLots = 500

// DecidedLots lists the first submissions that were decided, in the order of their
// decisions; of more than 500 the last.
func (s *Service) DecidedLots(ctx context.Context, by actor.Actor, f WatchFilter) (list []DecidedLot, err error) {
	db := s.ledger.Read(ctx)
	err = resultsOf(db.Table("label_tally AS t").Joins("JOIN label_lot AS l ON l.id = t.lot_id").Select("t.*, l.name"), by, f).
		Order("t.decided_at DESC, t.lot_id DESC").Limit(maxDecidedLots).Scan(&list).Error
	if err != nil || len(list) == 0 {
		return nil, err
	}
	slices.Reverse(list)
	at := make(map[string]int, len(list))
	for i := range list {
		at[list[i].LotID], list[i].Defects = i, map[string]int64{}
	}
	var found []defectResult
	err = resultsOf(db.Table("label_tally AS t").Joins("JOIN label_tally_defect AS d ON d.lot_id = t.lot_id").Select("d.*"), by, f).Scan(&found).Error
	for _, d := range found {
		if i, ok := at[d.LotID]; ok {
			list[i].Defects[d.Code] = d.Items
		}
	}
	return list, err
}

// resultsOf narrows a query of results, called t.
func resultsOf(q *gorm.DB, by actor.Actor, f WatchFilter) *gorm.DB {
	q = q.Where("t.original AND t.project_id = ?", f.Project)
	if !by.AllServices {
		q = q.Where("t.service_id IN ?", append([]string{""}, by.Services...))
	}
	if f.Stream != "" {
		q = q.Where("t.stream_id = ?", f.Stream)
	}
	if f.From != "" {
		q = q.Where("t.decided_on >= ?", f.From)
	}
	if f.Until != "" {
		q = q.Where("t.decided_on <= ?", f.Until)
	}
	return q
}
