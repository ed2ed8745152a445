package seed

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/labelling"
	"hegui/internal/problem"
)

// place is an item of an assignment with what a check says of it.
type place struct {
	AssignmentID string
	N            int64
	Purpose      labelling.Purpose
	ItemID       string
	Annotator    string
	Labels       string
}

// inspect assigns the items of a drawn lot and has them checked, all of them or
// half; a lot that is checked is decided as computed.
func (f *filler) inspect(ctx context.Context, p *project, one labelling.Lot, decided bool) error {
	l := f.app.Labelling
	given, err := l.Assign(ctx, f.supervisor, one.ID, one.Version, labelling.AssignInput{Workers: p.checkers, Due: day.Of(f.Now()).Add(7)})
	if err != nil {
		return err
	}
	if one, err = l.Lot(ctx, f.supervisor, one.ID); err != nil {
		return err
	}
	if err := f.check(ctx, p.lots, &one, given.Assignments, decided); err != nil || !decided {
		return err
	}
	in := labelling.SignInput{Verdict: labelling.Accepted, Due: day.Of(f.Now()).Add(14)}
	_, err = l.Sign(ctx, f.supervisor, one.ID, one.Version, in)
	if problem.Is(err, problem.Invalid) { // it is not what was computed
		in.Verdict, in.FollowUp = labelling.Rejected, labelling.Return
		_, err = l.Sign(ctx, f.supervisor, one.ID, one.Version, in)
	}
	return err
}

// check writes the verdicts on a lot's items as if they came from the desk, an
// assignment with one event. Two who check the same item agree.
func (f *filler) check(ctx context.Context, lot int, one *labelling.Lot, list []labelling.Assignment, whole bool) error {
	ids := make([]string, len(list))
	for i, a := range list {
		ids[i] = a.ID
	}
	var places []place
	err := f.app.Ledger.Read(ctx).Raw(`SELECT d.assignment_id, d.n, d.purpose, i.item_id, i.annotator, i.labels FROM label_assigned AS d
		JOIN label_item AS i ON i.lot_id = d.lot_id AND i.n = d.n WHERE d.assignment_id IN ? ORDER BY d.assignment_id, d.seq`, ids).Scan(&places).Error
	if err != nil {
		return fmt.Errorf("read assigned items: %w", err)
	}
	known := truth{defect: map[int64]labelling.Defect{}, answers: map[int64]int{}, wanted: map[int64]int{}}
	for _, p := range places {
		known.wanted[p.N]++
	}
	for _, a := range list {
		if err := f.answer(ctx, lot, one, a, places, known, whole); err != nil {
			return err
		}
	}
	return nil
}

// truth is what is wrong with the items of a lot, and how many of the answers
// that are wanted about each were given. An item counts once all were.
type truth struct {
	defect          map[int64]labelling.Defect
	answers, wanted map[int64]int
}

// of finds out what is wrong with an item, the same for all who check it.
func (t truth) of(f *filler, p place, lot int) labelling.Defect {
	d, seen := t.defect[p.N]
	if !seen {
		d = flaw(f.chance, p.Annotator, lot)
		t.defect[p.N] = d
	}
	return d
}

// count notes an answer about an item on its lot.
func (t truth) count(one *labelling.Lot, n int64) {
	if t.answers[n]++; t.answers[n] < t.wanted[n] {
		return
	}
	one.Checked++
	if t.defect[n].Code != "" {
		one.Wrong++
	}
}

// perCheck is how long a check takes at least, in milliseconds.
const perCheck = 4000

// answer writes the verdicts of one assignment.
func (f *filler) answer(ctx context.Context, lot int, one *labelling.Lot, a labelling.Assignment, places []place, known truth, whole bool) error {
	by := f.actorOf(a.AccountID)
	var checks []labelling.Check
	for _, p := range places {
		if p.AssignmentID != a.ID || !whole && int64(len(checks)) >= a.Items/2 {
			continue
		}
		d := known.of(f, p, lot)
		known.count(one, p.N)
		c := labelling.Check{ID: f.app.Ledger.NewID(), DrawID: a.DrawID, LotID: a.LotID, ServiceID: a.ServiceID, AssignmentID: a.ID, N: p.N, ItemID: p.ItemID, Round: a.Round,
			CheckerID: a.WorkerID, Purpose: p.Purpose, OwnAnswer: p.Labels, Verdict: labelling.VerdictRight, Defects: []string{}, Millis: perCheck + f.chance.Int64N(9000), CheckedAt: f.app.Ledger.Now(), Version: 1}
		if d.Code != "" {
			c.Verdict, c.Defects, c.Severity, c.Corrected = labelling.VerdictWrong, []string{d.Code}, d.Severity, intents[0]
		}
		checks = append(checks, c)
	}
	if len(checks) == 0 {
		return nil
	}
	return f.app.Ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		if err := tx.CreateInBatches(checks, 200).Error; err != nil {
			return nil, err
		}
		a.Done, a.Version = int64(len(checks)), a.Version+1
		action := "label_check.given"
		if a.Done == a.Items {
			a.State, action = labelling.AssignmentDone, "label_assignment.handed_in"
		}
		if err := tx.Save(&a).Error; err != nil {
			return nil, err
		}
		one.Version++
		if err := tx.Save(one).Error; err != nil {
			return nil, err
		}
		rows := []any{&a, one}
		for i := range checks {
			rows = append(rows, &checks[i])
		}
		return []audit.Event{{Action: action, Object: audit.Object{Type: "label_assignment", ID: a.ID}, Service: a.ServiceID, Label: one.Name, Rows: rows}}, nil
	})
}
