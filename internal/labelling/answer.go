package labelling

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// Answer is what a checker says about an item. Version is that of the check
// they saw, 0 when there was none; Millis is the time spent since the item was
// shown.
type Answer struct {
	Verdict   Verdict
	Defects   []string
	Severity  Severity // "" for that of the gravest defect
	Corrected string
	Note      string
	Millis    int64
	Version   int64
}

// maxMillis is the longest that one sitting at an item can count: half an hour.
const maxMillis = 30 * 60 * 1000

// Check trims the answer and gives the fields that are wrong. Only a wrong
// label has defects and a correction.
func (in *Answer) Check(p Project, round int64) error {
	var f problem.Fields
	word(&f, "note", &in.Note, maxNote, false)
	word(&f, "corrected", &in.Corrected, maxText, false)
	in.Millis = min(max(in.Millis, 0), maxMillis)
	switch in.Verdict {
	case VerdictRight:
	case VerdictWrong:
		in.checkDefects(&f, p)
	case VerdictUnsure:
		if round == ArbiterRound {
			f.Add("verdict", "label_check.arbiter_decides")
		}
	default:
		f.Add("verdict", "label_check.verdict.needed")
	}
	if in.Verdict != VerdictWrong {
		if len(in.Defects) > 0 {
			f.Add("defects", "label_check.defect.not_wrong")
		}
		in.Defects, in.Severity, in.Corrected = []string{}, "", ""
	}
	return f.Err()
}

func (in *Answer) checkDefects(f *problem.Fields, p Project) {
	seen := []string{}
	for _, code := range in.Defects {
		if p.Severity(code) == "" {
			f.Add("defects", "label_check.defect.unknown", "code", code)
		}
		if !slices.Contains(seen, code) {
			seen = append(seen, code)
		}
	}
	if in.Defects = seen; len(seen) == 0 {
		f.Add("defects", "label_check.defect.needed")
	}
	switch {
	case in.Severity == "":
		in.Severity = p.Gravest(in.Defects)
	case !slices.Contains(Severities, in.Severity):
		f.Add("severity", "labelling.choose")
	}
}

func checkEvent(action string, c *Check, rows ...any) audit.Event {
	return audit.Event{Action: "label_check." + action, Object: object("check", c.ID), Service: c.ServiceID, Label: c.ItemID, Rows: append([]any{c}, rows...)}
}

// Give records a verdict, or replaces the checker's own until the assignment
// is handed in or the lot decided. The first verdict stays in the ledger.
//
// It is a Conflict when the check is no longer the one that was seen, the lot
// is stopped or decided, or the checker suspended; Invalid when the answer is
// incomplete, or in a blind check the own answer is still missing.
func (s *Service) Give(ctx context.Context, by actor.Actor, assignment string, seq int64, in Answer) (c Check, err error) {
	p, err := s.Place(ctx, by, assignment, seq)
	if err != nil {
		return c, err
	}
	if err := in.Check(p.Project, p.Assignment.Round); err != nil {
		return c, err
	}
	if p.Blind() && !p.Answered() {
		v, _, err := s.Shown(ctx, p)
		if err != nil {
			return c, err
		}
		if Hides(v) {
			return c, problem.Field(problem.Invalid, "own_answer", "label_check.own.first")
		}
	}
	return s.atPlace(ctx, by, assignment, seq, in.Version, func(_ Place, c *Check) string {
		action := "given"
		if c.Verdict != NoVerdict {
			action = "changed"
		}
		c.Verdict, c.Defects, c.Severity, c.Corrected, c.Note = in.Verdict, in.Defects, in.Severity, in.Corrected, in.Note
		c.Millis += in.Millis
		return action
	})
}

// GiveOwn records what the checker thinks the label should be, before they see
// it. It cannot be changed afterwards.
func (s *Service) GiveOwn(ctx context.Context, by actor.Actor, assignment string, seq, version int64, own string, millis int64) (c Check, err error) {
	var f problem.Fields
	word(&f, "own_answer", &own, maxNote, true)
	if err := f.Err(); err != nil {
		return c, err
	}
	p, err := s.Place(ctx, by, assignment, seq)
	switch {
	case err != nil:
		return c, err
	case !p.Blind() || p.Answered():
		return c, problem.New(problem.Conflict, "label_check.own.given")
	}
	return s.atPlace(ctx, by, assignment, seq, version, func(_ Place, c *Check) string {
		c.OwnAnswer = own
		c.Millis += min(max(millis, 0), maxMillis)
		return "answered"
	})
}

// Flag reports an item as illegal or harmful content: it stops the checks of
// the lot at once, until a supervisor resumes them or the lot becomes void.
func (s *Service) Flag(ctx context.Context, by actor.Actor, assignment string, seq, version int64, note string) (c Check, err error) {
	var f problem.Fields
	word(&f, "note", &note, maxNote, true)
	if err := f.Err(); err != nil {
		return c, err
	}
	return s.atPlace(ctx, by, assignment, seq, version, func(_ Place, c *Check) string {
		c.Illegal, c.Note = true, note
		return "flagged"
	})
}

// atPlace changes the check at a place, and with it the counts of assignment
// and lot. change says what happened, as the end of the event's action.
func (s *Service) atPlace(ctx context.Context, by actor.Actor, assignment string, seq, shown int64, change func(Place, *Check) string) (c Check, err error) {
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		p, err := place(tx, by, assignment, seq)
		if err != nil {
			return nil, err
		}
		if err := s.workable(tx, p); err != nil {
			return nil, err
		}
		before, double, err := roundsOf(tx, p)
		if err != nil {
			return nil, err
		}
		had, err := s.begin(tx, p, before, shown, &c)
		if err != nil {
			return nil, err
		}
		given := c.Verdict != NoVerdict
		action := change(p, &c)
		c.CheckedAt = s.ledger.Now()
		if err := keepCheck(tx, &c, had); err != nil {
			return nil, err
		}
		return s.count(tx, p, &c, before, double, given, action)
	})
	return c, err
}

// begin gives the check to change: the checker's own, a new one, or one that
// was begun without a verdict by somebody from whom the item was taken. had is
// its version, 0 for a new one.
func (s *Service) begin(_ *gorm.DB, p Place, rounds []Check, shown int64, c *Check) (had int64, err error) {
	own := int64(0)
	if p.Check != nil {
		own = p.Check.Version
	}
	if own != shown {
		return 0, problem.New(problem.Conflict, "label_check.changed")
	}
	if p.Check != nil {
		*c = *p.Check
		c.Version++
		return own, nil
	}
	*c = Check{ID: s.ledger.NewID(), DrawID: p.Assignment.DrawID, LotID: p.Lot.ID, ServiceID: p.Lot.ServiceID, AssignmentID: p.Assignment.ID,
		N: p.Assigned.N, ItemID: p.Item.ItemID, Round: p.Assignment.Round, CheckerID: p.Assignment.WorkerID, Purpose: p.Assigned.Purpose,
		GoldID: p.Assigned.GoldID, Defects: []string{}, Version: 1}
	if p.Assigned.GoldID != "" {
		return 0, nil
	}
	for _, left := range rounds {
		if left.Round == c.Round {
			if left.Verdict != NoVerdict {
				return 0, problem.New(problem.Conflict, "label_check.changed")
			}
			c.ID, c.Illegal, c.Version = left.ID, left.Illegal, left.Version+1
			return left.Version, nil
		}
	}
	return 0, nil
}

// keepCheck writes a check over the version that it had. Of two that come at
// once, the second is told.
func keepCheck(tx *gorm.DB, c *Check, had int64) error {
	if had == 0 {
		err := tx.Create(c).Error
		if duplicate(err) {
			return problem.New(problem.Conflict, "label_check.changed")
		}
		return err
	}
	return save(tx, c, had)
}

// roundsOf reads the checks of the item at a place, and whether a second
// round is assigned. Gold items have neither.
func roundsOf(tx *gorm.DB, p Place) (list []Check, double bool, err error) {
	if p.Assigned.GoldID != "" {
		return nil, false, nil
	}
	err = tx.Where("draw_id = ? AND n = ? AND gold_id = ''", p.Assignment.DrawID, p.Assigned.N).Order("round").Find(&list).Error
	if err != nil {
		return nil, false, err
	}
	var n int64
	err = tx.Raw(`SELECT COUNT(*) FROM label_assigned AS d JOIN label_assignment AS a ON a.id = d.assignment_id
		WHERE d.lot_id = ? AND d.n = ? AND a.draw_id = ? AND a.round = ?`, p.Assigned.LotID, p.Assigned.N, p.Assignment.DrawID, SecondRound).Scan(&n).Error
	return list, n > 0, err
}

// count moves the counts of assignment and lot with a check.
func (s *Service) count(tx *gorm.DB, p Place, c *Check, before []Check, double, given bool, action string) ([]audit.Event, error) {
	rows := []any{}
	if c.Verdict != NoVerdict && !given {
		a := p.Assignment
		a.Done, a.Version = a.Done+1, a.Version+1
		if err := save(tx, &a, p.Assignment.Version); err != nil {
			return nil, err
		}
		rows = append(rows, &a)
	}
	l := p.Lot
	if c.GoldID == "" {
		after := append(slices.DeleteFunc(slices.Clone(before), func(one Check) bool { return one.Round == c.Round }), *c)
		l.recount(settle(before, double), settle(after, double), p.Assigned.Purpose)
	}
	if c.Round == ArbiterRound {
		if err := tx.Where("draw_id = ? AND n = ?", c.DrawID, c.N).Delete(&dispute{}).Error; err != nil {
			return nil, err
		}
	}
	if action == "flagged" {
		l.Stopped = true
		l.Version++ // forms that were open must not pass over it
	}
	if l == p.Lot {
		return []audit.Event{checkEvent(action, c, rows...)}, nil
	}
	events := []audit.Event{checkEvent(action, c, append(rows, &l)...)}
	if action == "flagged" {
		events = append(events, lotEvent("stopped", &l))
	}
	l.UpdatedAt = s.ledger.Now()
	return events, save(tx, &l, p.Lot.Version)
}

// recount moves the counts of a lot when an item goes from one standing to
// another. Double and targeted checks never make an item wrong twice, or at all.
func (l *Lot) recount(before, after Settled, purpose Purpose) {
	if before.Verdict != NoVerdict {
		l.Checked--
	}
	if after.Verdict != NoVerdict {
		l.Checked++
	}
	if purpose == PurposeTargeted {
		return
	}
	if before.Verdict == VerdictWrong {
		l.Wrong--
	}
	if after.Verdict == VerdictWrong {
		l.Wrong++
	}
}

// AllChecked says that every item of the draw has a final verdict.
func (l Lot) AllChecked() bool { return l.ToCheck > 0 && l.Checked >= l.ToCheck }
