package labelling

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"gorm.io/gorm"

	"hegui/internal/labelling/stats"
)

// findings is all that was found about a lot under its present draw.
type findings struct {
	plan   Plan
	draw   Draw
	judged []Judged
	gold   []GoldAnswer
}

// findings reads what the checks of a lot say.
func (s *Service) findings(db *gorm.DB, l Lot) (f findings, err error) {
	if err = found(db.Where("id = ?", l.PlanID).Take(&f.plan).Error); err != nil {
		return f, err
	}
	if err = found(db.Where("id = ?", l.DrawID).Take(&f.draw).Error); err != nil {
		return f, err
	}
	if f.judged, err = s.Verdicts(db, f.draw.ID); err != nil {
		return f, err
	}
	f.gold, err = s.GoldAnswers(db, f.draw.ID)
	return f, err
}

// rule is what the plan says about acceptance.
func (p Plan) rule() Rule {
	r := Rule{Method: p.Method}
	if p.Method == Sequential {
		r.Sequential = &SequentialRule{P0: p.Params.P1.Float(), Alpha: p.Params.Alpha.Float(), P1: p.Params.P2.Float(), Beta: p.Params.Beta.Float()}
		return r
	}
	for _, c := range p.Classes {
		k := ClassRule{Class: c.Class, N: int(c.N), Ac: int(c.Ac), Re: int(c.Re), Per100: c.Per100, MinRight: p.Params.MinRight.Float()}
		if c.AQL != "" {
			k.MinRight = 1 - c.AQL.Value()/100
		}
		r.Classes = append(r.Classes, k)
	}
	return r
}

// confidence is that of the plan's proofs.
func (p Plan) confidence() float64 {
	return cmp.Or(p.Params.Confidence.Float(), DefaultConfidence)
}

// SeverityOf is how strictly a class was inspected.
func (p Params) SeverityOf(class Severity) stats.Severity {
	for _, c := range p.AQLs {
		if c.Class == class && c.Severity != "" {
			return c.Severity
		}
	}
	return cmp.Or(p.Severity, stats.Normal)
}

// inputs puts what was found into counts. severity tells the class of a defect
// code. A wrong item without a class counts as major.
func (f findings) inputs(lot int64, severity func(code string) Severity) Inputs {
	in := Inputs{LotSize: int(lot), Rule: f.plan.rule(), Confidence: f.plan.confidence(), Pairs: []Pair{}, Patterns: []Pattern{}, Strata: []StratumCount{}, Counts: []ClassCount{}}
	sample, prefix := f.sample(), true
	in.Counts = make([]ClassCount, len(in.Rule.Classes))
	strata := map[string]*StratumCount{}
	for _, p := range f.plan.Strata {
		strata[p.Name] = &StratumCount{Name: p.Name, Size: int(p.Size)}
	}
	for i, j := range sample {
		in.Drawn++
		at := strata[j.Stratum]
		if at != nil {
			at.Drawn++
		}
		if prefix = prefix && j.Verdict != NoVerdict; prefix && in.Rule.Sequential != nil {
			in.Prefix++
			if j.Verdict == VerdictWrong {
				in.WrongAt = append(in.WrongAt, i+1)
			}
		}
		if j.Verdict == NoVerdict {
			continue
		}
		in.take(j, at)
		for c, r := range in.Rule.Classes {
			if i < r.N {
				in.Counts[c].take(j, r, severity)
			}
		}
	}
	for _, p := range f.plan.Strata {
		in.Strata = append(in.Strata, *strata[p.Name])
	}
	in.agree(f)
	return in
}

// sample are the items that were drawn, in their order.
func (f findings) sample() []Judged {
	return slices.DeleteFunc(slices.Clone(f.judged), func(j Judged) bool { return j.Purpose != PurposeSample })
}

// take counts a judged item of the sample.
func (in *Inputs) take(j Judged, at *StratumCount) {
	wrong := 0
	if j.Verdict == VerdictWrong {
		wrong = 1
	}
	in.Judged++
	in.Wrong += wrong
	if at != nil {
		at.Judged++
		at.Wrong += wrong
	}
	if k, ok := category(j.First()); ok {
		in.First[k]++
	}
	if j.Second() != NoVerdict {
		in.Double.take(j.Verdict, j.First())
	}
}

// take counts a judged item for a rule.
func (k *ClassCount) take(j Judged, r ClassRule, severity func(string) Severity) {
	k.Judged++
	if j.Verdict != VerdictWrong {
		return
	}
	if r.Per100 {
		for _, code := range j.Defects {
			if r.Class == "" || severity(code) == r.Class {
				k.Count++
			}
		}
		return
	}
	if r.Class == "" || cmp.Or(j.Severity, Major) == r.Class {
		k.Count++
	}
}

// take counts one answer to an item whose truth is known; unsure is none.
func (t *Truth) take(known, given Verdict) {
	switch {
	case known == VerdictWrong && given == VerdictWrong:
		t.WrongFound++
	case known == VerdictWrong && given == VerdictRight:
		t.WrongMissed++
	case known == VerdictRight && given == VerdictRight:
		t.RightPassed++
	case known == VerdictRight && given == VerdictWrong:
		t.RightObjected++
	}
}

func category(v Verdict) (int, bool) {
	k := slices.Index([]Verdict{VerdictRight, VerdictWrong, VerdictUnsure}, v)
	return k, k >= 0
}

// agree counts who agreed with whom. The arbiter, who sees both answers, is no
// independent judge and stays aside; targeted items count only as such.
func (in *Inputs) agree(f findings) {
	pairs, patterns := map[[2]string]*Pair{}, map[[categories]int]int{}
	for _, j := range f.judged {
		if j.Purpose == PurposeTargeted {
			in.targeted(j)
			continue
		}
		var ratings [categories]int
		var by []Check
		for _, c := range j.Rounds {
			if k, ok := category(c.Verdict); ok && c.Round < ArbiterRound {
				ratings[k]++
				by = append(by, c)
			}
		}
		if len(by) < 2 {
			continue
		}
		patterns[ratings]++
		a, b := by[0], by[1]
		if a.CheckerID > b.CheckerID {
			a, b = b, a
		}
		key := [2]string{a.CheckerID, b.CheckerID}
		if pairs[key] == nil {
			pairs[key] = &Pair{A: key[0], B: key[1]}
		}
		i, _ := category(a.Verdict)
		k, _ := category(b.Verdict)
		pairs[key].Table[i][k]++
	}
	for ratings, n := range patterns {
		in.Patterns = append(in.Patterns, Pattern{ratings, n})
	}
	sortPatterns(in.Patterns)
	for _, key := range slices.SortedFunc(maps.Keys(pairs), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		in.Pairs = append(in.Pairs, *pairs[key])
	}
	for _, g := range f.gold {
		in.Gold.take(g.Known, g.Given)
	}
}

func (in *Inputs) targeted(j Judged) {
	if j.Verdict != NoVerdict {
		in.Targeted.Judged++
	}
	if j.Verdict == VerdictWrong {
		in.Targeted.Wrong++
	}
}

// wrongItems are the items found wrong, drawn or targeted, in the order of
// their numbers.
func (f findings) wrongItems() []Judged {
	list := slices.DeleteFunc(slices.Clone(f.judged), func(j Judged) bool { return j.Verdict != VerdictWrong })
	slices.SortFunc(list, func(a, b Judged) int { return cmp.Compare(a.N, b.N) })
	return slices.CompactFunc(list, func(a, b Judged) bool { return a.N == b.N })
}

// found is what the sample says, for the board.
func (f findings) found() []Found {
	var out []Found
	for _, j := range f.sample() {
		if j.Verdict != NoVerdict {
			out = append(out, Found{N: j.N, Wrong: j.Verdict == VerdictWrong, Defects: j.Defects})
		}
	}
	return out
}

// verdictColumns name the cells of verdictRows.
var verdictColumns = []string{"position", "item_id", "purpose", "stratum", "verdict", "class", "defects"}

// verdictRows writes the final verdicts out, a row for each item of the draw.
func (f findings) verdictRows() [][]string {
	out := make([][]string, len(f.judged))
	for i, j := range f.judged {
		out[i] = []string{strconv.FormatInt(j.Position, 10), j.ItemID, string(j.Purpose), j.Stratum, string(j.Verdict), string(j.Severity), joined(j.Defects)}
	}
	return out
}

func joined(codes []string) string {
	out := ""
	for i, c := range codes {
		if i > 0 {
			out += ","
		}
		out += c
	}
	return out
}
