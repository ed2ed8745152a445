package labelling

import (
	"cmp"
	"context"
	"slices"

	"hegui/internal/actor"
	"hegui/internal/labelling/stats"
)

// sigmas is the distance of control limits from the centre.
const sigmas = 3

// Control is a control chart with the lots on it, in order.
type Control struct {
	stats.Chart
	Stream string // of the lots
	Code   string // the defect counted; "" for wrong items
	Lots   []DecidedLot
}

// Fired are the rules of a chart (stats.ChartRule) that fired at its i-th lot.
func (c Control) Fired(i int) (out []string) {
	for _, s := range c.Signals {
		if s.At == i {
			out = append(out, string(s.Rule))
		}
	}
	return out
}

// ByStream parts lots into streams, the one with the most lots first. Their
// order stays.
func ByStream(lots []DecidedLot) [][]DecidedLot {
	at, out := map[string]int{}, [][]DecidedLot(nil)
	for _, l := range lots {
		i, ok := at[l.StreamID]
		if !ok {
			i = len(out)
			at[l.StreamID] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], l)
	}
	slices.SortStableFunc(out, func(a, b []DecidedLot) int { return cmp.Compare(len(b), len(a)) })
	return out
}

// PControl charts the share of wrong items of the lots of a stream, with exact
// binomial limits where the normal ones do not hold.
func PControl(lots []DecidedLot) (Control, error) {
	wrong, sizes := make([]int, len(lots)), make([]int, len(lots))
	for i, l := range lots {
		wrong[i], sizes[i] = int(l.Wrong), int(l.Items)
	}
	c, err := stats.PChart(wrong, sizes, sigmas, stats.Exact)
	return Control{Chart: c, Stream: lots[0].StreamID, Lots: lots}, err
}

// UControl charts how many items of the lots of a stream have a defect.
func UControl(lots []DecidedLot, code string) (Control, error) {
	found, sizes := make([]int, len(lots)), make([]int, len(lots))
	for i, l := range lots {
		found[i], sizes[i] = int(l.Defects[code]), int(l.Items)
	}
	c, err := stats.UChart(found, sizes, sigmas)
	return Control{Chart: c, Stream: lots[0].StreamID, Code: code, Lots: lots}, err
}

// DefectShare is a bar of a Pareto chart: how many items have a defect, its
// share of all defects, and that of it and the more frequent ones.
type DefectShare struct {
	Code   string
	Items  int64
	Share  float64
	Summed float64
}

// Pareto orders defects by how often they were found.
func Pareto(lots []DecidedLot) (out []DefectShare) {
	counts, all := map[string]int64{}, int64(0)
	for _, l := range lots {
		for code, n := range l.Defects {
			counts[code] += n
			all += n
		}
	}
	for code, n := range counts {
		out = append(out, DefectShare{Code: code, Items: n, Share: float64(n) / float64(all)})
	}
	slices.SortFunc(out, func(a, b DefectShare) int { return cmp.Or(cmp.Compare(b.Items, a.Items), cmp.Compare(a.Code, b.Code)) })
	summed := int64(0)
	for i := range out {
		summed += out[i].Items
		out[i].Summed = float64(summed) / float64(all)
	}
	return out
}

// RuleQuality is the accuracy found under one version of the rules, with its
// 95 % Wilson interval.
type RuleQuality struct {
	RuleSetID    string // "" for lots labelled without rules
	Lots         int
	Accepted     int
	Items, Right int64
	Low, High    float64
}

// Accuracy is the share of right items.
func (q RuleQuality) Accuracy() float64 { return float64(q.Right) / float64(q.Items) }

// ByRules parts quality by the version of the rules that lots were labelled by, in
// the order in which versions first came.
func ByRules(lots []DecidedLot) (out []RuleQuality, err error) {
	for _, l := range lots {
		i := slices.IndexFunc(out, func(q RuleQuality) bool { return q.RuleSetID == l.RuleSetID })
		if i < 0 {
			i = len(out)
			out = append(out, RuleQuality{RuleSetID: l.RuleSetID})
		}
		q := &out[i]
		q.Lots++
		if l.Accepted {
			q.Accepted++
		}
		q.Items += l.Items
		q.Right += l.Items - l.Wrong
	}
	for i := range out {
		v, err := stats.Wilson(int(out[i].Right), int(out[i].Items), 0.95, stats.TwoSided)
		if err != nil {
			return nil, err
		}
		out[i].Low, out[i].High = v.Lower, v.Upper
	}
	return out, nil
}

// Ranked is an annotator's place among those who labelled items of the same
// class. Rank.Annotator is the worker's id, or the name that exports give
// somebody who is not in the list of people.
type Ranked struct {
	stats.Rank
	Worker *Worker // nil for somebody who is not in the list
	Held   bool    // is suspended now
}

// Ranking ranks the annotators of a project inside each class of items, by what
// was found in the lots that the filter leaves, and proposes to hold those whose
// accuracy is below the limit with a probability above 0.9. Proposals come
// first, the most certain of them at the top.
func (s *Service) Ranking(ctx context.Context, by actor.Actor, f WatchFilter, limit float64) ([]Ranked, error) {
	db := s.ledger.Read(ctx)
	var rows []workerResult
	err := resultsOf(db.Table("label_tally AS t").Joins("JOIN label_tally_worker AS w ON w.lot_id = t.lot_id"), by, f).
		Select("w.annotator, w.class, CAST(SUM(w.items) AS BIGINT) AS items, CAST(SUM(w.wrong) AS BIGINT) AS wrong").Group("w.annotator, w.class").Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	codes, err := byCode(db, f.Project)
	if err != nil {
		return nil, err
	}
	held, err := s.heldNow(ctx, f.Project)
	if err != nil {
		return nil, err
	}
	ranks, err := stats.RankAnnotators(checkedWork(rows, codes), limit)
	if err != nil {
		return nil, err
	}
	people := map[string]*Worker{}
	for _, w := range codes {
		people[w.ID] = &w
	}
	out := make([]Ranked, len(ranks))
	for i, r := range ranks {
		out[i] = Ranked{Rank: r, Worker: people[r.Annotator], Held: held[r.Annotator]}
	}
	slices.SortStableFunc(out, func(a, b Ranked) int {
		if a.Propose && b.Propose {
			return cmp.Compare(b.Below, a.Below)
		}
		return boolOrder(b.Propose, a.Propose)
	})
	return out, nil
}

// checkedWork adds up what was found under all codes of a person. Items whose
// annotator is not known are nobody's.
func checkedWork(rows []workerResult, codes map[string]Worker) []stats.Checked {
	at, out := map[[2]string]int{}, []stats.Checked(nil)
	for _, r := range rows {
		if r.Annotator == "" {
			continue
		}
		who := r.Annotator
		if w, ok := codes[who]; ok {
			who = w.ID
		}
		key := [2]string{who, r.Class}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, stats.Checked{Annotator: who, Stratum: r.Class})
		}
		out[i].Checked += int(r.Items)
		out[i].Correct += int(r.Items - r.Wrong)
	}
	return out
}

// heldNow are the people of a project who are suspended.
func (s *Service) heldNow(ctx context.Context, project string) (map[string]bool, error) {
	var ids []string
	err := s.ledger.Read(ctx).Model(&Suspension{}).Where("until_on = '' AND worker_id IN (SELECT worker_id FROM label_function WHERE project_id = ?)", project).
		Pluck("worker_id", &ids).Error
	out := map[string]bool{}
	for _, id := range ids {
		out[id] = true
	}
	return out, err
}
