package labelling

import (
	"encoding/json"
	"slices"

	"gorm.io/gorm"
)

// Judged is an item of a draw with what was said about it.
type Judged struct {
	Position int64 // in the draw, from 1; targeted items stand behind FirstTargeted
	N        int64 // of the item in its lot
	ItemID   string
	Stratum  string
	Purpose  Purpose // PurposeSample or PurposeTargeted
	Rounds   []Check // given verdicts by round; never more than one of a round
	Settled
}

// First is the verdict of the first round, NoVerdict when there is none.
func (j Judged) First() Verdict { return j.round(FirstRound) }

// Second is the verdict of the second round.
func (j Judged) Second() Verdict { return j.round(SecondRound) }

func (j Judged) round(n int64) Verdict {
	for _, c := range j.Rounds {
		if c.Round == n {
			return c.Verdict
		}
	}
	return NoVerdict
}

// Settled is where an item stands after the rounds that it went through.
type Settled struct {
	Verdict    Verdict // right, wrong; NoVerdict while it is open
	Defects    []string
	Severity   Severity // of the worst defect
	Corrected  string
	Note       string
	Illegal    bool // somebody reported it; that is no verdict
	Arbitrated bool // the verdict is the arbiter's
	Disputed   bool // checkers disagree or are unsure; the verdict is, or will be, the arbiter's
}

// settle is the rule of verdicts: the arbiter's counts; else those of both
// rounds when they agree; else, for an item that is checked once, the first.
// double says that a second round is assigned. Two that found an item wrong
// agree: their defects are put together, the graver severity counts.
func settle(rounds []Check, double bool) (out Settled) {
	var by [ArbiterRound + 1]*Check
	for i := range rounds {
		c := &rounds[i]
		out.Illegal = out.Illegal || c.Illegal
		if c.Verdict != NoVerdict {
			by[c.Round] = c
		}
	}
	first, second, arbiter := by[FirstRound], by[SecondRound], by[ArbiterRound]
	out.Disputed = disputed(first, second, double)
	switch {
	case arbiter != nil:
		out.Arbitrated = true
		out.take(arbiter)
	case out.Disputed || first == nil || double && second == nil:
	default:
		out.take(first)
		if second != nil {
			out.take(second)
		}
	}
	return out
}

// disputed says that an arbiter is needed. With a second round to come it is
// not known yet: both give their answer first.
func disputed(first, second *Check, double bool) bool {
	if first == nil || double && second == nil {
		return false
	}
	return first.Verdict == VerdictUnsure || second != nil && second.Verdict != first.Verdict
}

// take adds what a check says to the result.
func (s *Settled) take(c *Check) {
	s.Verdict = c.Verdict
	for _, d := range c.Defects {
		if !slices.Contains(s.Defects, d) {
			s.Defects = append(s.Defects, d)
		}
	}
	s.Severity = graver(s.Severity, c.Severity)
	for _, t := range []struct {
		dest *string
		text string
	}{{&s.Corrected, c.Corrected}, {&s.Note, c.Note}} {
		if *t.dest == "" {
			*t.dest = t.text
		}
	}
}

// graver is the worse of two classes.
func graver(a, b Severity) Severity {
	for _, s := range Severities {
		if a == s || b == s {
			return s
		}
	}
	return ""
}

// Verdicts gives every item of a draw in its order with its verdicts: the one
// source of decisions. Gold items are not among them (see GoldAnswers). Of checks it
// reads what decisions need.
func (s *Service) Verdicts(db *gorm.DB, draw string) ([]Judged, error) {
	return verdicts(db, draw, " >= 0")
}

// wrongVerdicts gives the items of a draw that somebody found wrong.
func wrongVerdicts(db *gorm.DB, draw string) ([]Judged, error) {
	return verdicts(db, draw, " IN (SELECT w.n FROM label_check AS w WHERE w.draw_id = ? AND w.verdict = 'wrong' AND w.gold_id = '')", draw)
}

// verdicts reads items of a draw; only says which, by their number.
func verdicts(db *gorm.DB, draw, only string, args ...any) ([]Judged, error) {
	var d Draw
	if err := found(db.Where("id = ?", draw).Take(&d).Error); err != nil {
		return nil, err
	}
	rounds, err := checksOf(db, d.ID, only, args)
	if err != nil {
		return nil, err
	}
	doubles, err := doublesOf(db, d.ID)
	if err != nil {
		return nil, err
	}
	rows, err := db.Raw(`SELECT s.position, s.n, i.item_id, s.stratum, s.purpose FROM label_sampled AS s
		JOIN label_item AS i ON i.lot_id = ? AND i.n = s.n WHERE s.draw_id = ? AND s.n`+only+` ORDER BY s.position`, append([]any{d.LotID, d.ID}, args...)...).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err below tells
	out := make([]Judged, 0, d.N)
	for rows.Next() {
		var j Judged
		if err := rows.Scan(&j.Position, &j.N, &j.ItemID, &j.Stratum, &j.Purpose); err != nil {
			return nil, err
		}
		j.Settled = settle(rounds[j.N], doubles[j.N])
		j.Rounds = slices.DeleteFunc(rounds[j.N], func(c Check) bool { return c.Verdict == NoVerdict })
		out = append(out, j)
	}
	return out, rows.Err()
}

// checksOf reads the checks of a draw by the number of their item. There may be
// a hundred thousand, so rows are read by hand.
func checksOf(db *gorm.DB, draw, only string, args []any) (map[int64][]Check, error) {
	rows, err := db.Raw(`SELECT c.n, c.round, c.checker_id, c.verdict, c.defects, c.severity, c.corrected, c.note, c.illegal, c.millis, c.own_answer
		FROM label_check AS c WHERE c.draw_id = ? AND c.gold_id = '' AND c.n`+only+` ORDER BY c.n, c.round`, append([]any{draw}, args...)...).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err below tells
	out := map[int64][]Check{}
	for rows.Next() {
		var c Check
		var defects string
		if err := rows.Scan(&c.N, &c.Round, &c.CheckerID, &c.Verdict, &defects, &c.Severity, &c.Corrected, &c.Note, &c.Illegal, &c.Millis, &c.OwnAnswer); err != nil {
			return nil, err
		}
		if defects != "[]" {
			if err := json.Unmarshal([]byte(defects), &c.Defects); err != nil {
				return nil, err
			}
		}
		out[c.N] = append(out[c.N], c)
	}
	return out, rows.Err()
}

// doublesOf are the items of a draw that a second round is assigned for.
func doublesOf(db *gorm.DB, draw string) (map[int64]bool, error) {
	var list []int64
	err := db.Raw(`SELECT d.n FROM label_assignment AS a JOIN label_assigned AS d ON d.assignment_id = a.id
		WHERE a.draw_id = ? AND a.round = ?`, draw, SecondRound).Scan(&list).Error
	out := make(map[int64]bool, len(list))
	for _, n := range list {
		out[n] = true
	}
	return out, err
}

// GoldAnswer is how a checker judged an item whose answer is known.
type GoldAnswer struct {
	CheckerID string
	GoldID    string
	Known     Verdict // right or wrong
	Given     Verdict
}

// GoldAnswers gives the answers to the gold items of a draw, those still
// without a verdict aside. They say how far checkers can be trusted and never
// enter an estimate.
func (s *Service) GoldAnswers(db *gorm.DB, draw string) (out []GoldAnswer, err error) {
	return out, db.Raw(`SELECT c.checker_id, c.gold_id, g.verdict AS known, c.verdict AS given FROM label_check AS c JOIN label_gold AS g ON g.id = c.gold_id
		WHERE c.draw_id = ? AND c.gold_id <> '' AND c.verdict <> '' ORDER BY c.checker_id, c.id`, draw).Scan(&out).Error
}
