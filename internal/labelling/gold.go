package labelling

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// GoldState says whether a gold item is mixed into assignments.
type GoldState string

// The states of a gold item.
const (
	GoldInUse   GoldState = "in_use"
	GoldRetired GoldState = "retired"
)

// Gold is an item whose answer is known, from a lot that is decided or an
// arbiter's verdict. Mixed among others, it shows how far a checker can be trusted;
// it never enters an estimate.
type Gold struct {
	ID        string
	ProjectID string
	ServiceID string
	Kind      Kind
	LotID     string
	N         int64
	ItemID    string
	Verdict   Verdict  // right or wrong
	Defects   []string `gorm:"serializer:json"`
	Severity  Severity
	Corrected string
	Note      string
	State     GoldState
	CreatedAt time.Time
	CreatedBy string
	Version   int64
}

// TableName is the table of gold items.
func (Gold) TableName() string { return "label_gold" }

// maxGold bounds how many gold items are looked at for one assignment.
const maxGold = 5000

func goldEvent(action string, g *Gold) audit.Event {
	return audit.Event{Action: "label_gold." + action, Object: object("gold", g.ID), Service: g.ServiceID, Label: g.ItemID, Rows: []any{g}}
}

// GoldFilter narrows a list of gold items.
type GoldFilter struct {
	State GoldState // "" for all
	After string    // id of the last of the page before
	Limit int
}

// Golds lists the gold items of a project, the newest first.
func (s *Service) Golds(ctx context.Context, by actor.Actor, project string, f GoldFilter) (list []Gold, err error) {
	q := scope(s.ledger.Read(ctx), by).Where("project_id = ?", project)
	if f.State != "" {
		q = q.Where("state = ?", f.State)
	}
	if f.After != "" {
		q = q.Where("id < ?", f.After)
	}
	return list, q.Order("id DESC").Limit(f.Limit).Find(&list).Error
}

// GoldCount is how many gold items of a kind a project has in use.
func (s *Service) GoldCount(ctx context.Context, project string, kind Kind) (n int64, err error) {
	return n, s.ledger.Read(ctx).Model(&Gold{}).Where("project_id = ? AND kind = ? AND state = ?", project, kind, GoldInUse).Count(&n).Error
}

// GoldCandidates gives the items of a lot whose answer is known and that can be
// kept as gold: those an arbiter judged first, then, of a decided lot, those that two
// agreed on, then the others. Those kept already are left out.
func (s *Service) GoldCandidates(ctx context.Context, by actor.Actor, lot string) ([]Judged, error) {
	l, err := s.Lot(ctx, by, lot)
	if err != nil {
		return nil, err
	}
	return s.goldCandidates(s.ledger.Read(ctx), l)
}

func (s *Service) goldCandidates(db *gorm.DB, l Lot) ([]Judged, error) {
	if l.DrawID == "" || l.Outcome == Void {
		return nil, nil
	}
	list, err := s.Verdicts(db, l.DrawID)
	if err != nil {
		return nil, err
	}
	var kept []int64
	if err := db.Model(&Gold{}).Where("lot_id = ? AND state = ?", l.ID, GoldInUse).Pluck("n", &kept).Error; err != nil {
		return nil, err
	}
	decided := l.State == LotDecided || l.State == LotClosed
	list = slices.DeleteFunc(list, func(j Judged) bool {
		return j.Verdict == NoVerdict || j.Illegal || !j.Arbitrated && !decided || slices.Contains(kept, j.N)
	})
	rank := func(j Judged) int {
		switch {
		case j.Arbitrated:
			return 0
		case j.Second() != NoVerdict:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(list, func(a, b Judged) int { return rank(a) - rank(b) })
	return list, nil
}

// KeepGold keeps items of a lot as gold, with the verdicts that they have.
// Invalid when one of them has no answer that counts.
func (s *Service) KeepGold(ctx context.Context, by actor.Actor, lot string, items []int64) error {
	if len(items) == 0 {
		return problem.Field(problem.Invalid, "n", "label_check.gold.nothing")
	}
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		var l Lot
		if err := take(tx, by, lot, &l); err != nil {
			return nil, err
		}
		list, err := s.goldCandidates(tx, l)
		if err != nil {
			return nil, err
		}
		var events []audit.Event
		for _, n := range items {
			i := slices.IndexFunc(list, func(j Judged) bool { return j.N == n })
			if i < 0 {
				return nil, problem.Field(problem.Invalid, "n", "label_check.gold.not_known")
			}
			g, err := s.keepGold(tx, by, l, list[i])
			if err != nil {
				return nil, err
			}
			events = append(events, goldEvent("kept", g))
		}
		return events, nil
	})
}

// keepGold writes one gold item, or takes a retired one up again.
func (s *Service) keepGold(tx *gorm.DB, by actor.Actor, l Lot, j Judged) (*Gold, error) {
	g := &Gold{}
	res := tx.Where("lot_id = ? AND n = ?", l.ID, j.N).Limit(1).Find(g)
	if res.Error != nil {
		return nil, res.Error
	}
	if res.RowsAffected == 0 {
		g = &Gold{ID: s.ledger.NewID(), ProjectID: l.ProjectID, ServiceID: l.ServiceID, Kind: l.Kind, LotID: l.ID, N: j.N, ItemID: j.ItemID, CreatedAt: s.ledger.Now(), CreatedBy: by.ID}
	}
	g.Verdict, g.Severity, g.Corrected, g.Note, g.State = j.Verdict, j.Severity, j.Corrected, j.Note, GoldInUse
	g.Defects = append([]string{}, j.Defects...)
	if g.Version++; g.Version == 1 {
		return g, tx.Create(g).Error
	}
	return g, save(tx, g, g.Version-1)
}

// RetireGold takes a gold item out of use: it is in no new assignment. Answers
// to it stay.
func (s *Service) RetireGold(ctx context.Context, by actor.Actor, id string, version int64) (g Gold, err error) {
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		g = Gold{}
		if err := take(tx, by, id, &g); err != nil {
			return nil, err
		}
		if g.State != GoldInUse {
			return nil, problem.New(problem.Conflict, "labelling.changed_meanwhile")
		}
		g.State, g.Version = GoldRetired, version+1
		return []audit.Event{goldEvent("retired", &g)}, save(tx, &g, version)
	})
	return g, err
}

// ItemsAt gives the items of a lot that were judged, in the same order.
func (s *Service) ItemsAt(ctx context.Context, l Lot, list []Judged) ([]Item, error) {
	if len(list) == 0 {
		return nil, nil
	}
	ns := make([]int64, len(list))
	for i, j := range list {
		ns[i] = j.N
	}
	var found []Item
	if err := s.ledger.Read(ctx).Where("lot_id = ? AND n IN ?", l.ID, ns).Find(&found).Error; err != nil {
		return nil, err
	}
	byN := map[int64]Item{}
	for _, it := range found {
		byN[it.N] = it
	}
	out := make([]Item, len(list))
	for i, n := range ns {
		out[i] = byN[n]
	}
	return out, nil
}
