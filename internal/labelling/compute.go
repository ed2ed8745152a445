package labelling

import (
	"cmp"
	"errors"
	"slices"

	"hegui/internal/labelling/stats"
)

// Rule is by what a lot is accepted or not: acceptance numbers, or a sequential
// test that follows the order of the draw.
type Rule struct {
	Method     Method          `json:"method"`
	Classes    []ClassRule     `json:"classes,omitempty"`
	Sequential *SequentialRule `json:"sequential,omitempty"`
}

// ClassRule is the acceptance number of one class of defects, or of all wrong
// items with an empty Class, for the first N items of the draw.
type ClassRule struct {
	Class  Severity `json:"class,omitempty"`
	N      int      `json:"n"`
	Ac     int      `json:"ac"`
	Re     int      `json:"re"`
	Per100 bool     `json:"per_100,omitempty"` // counts defects, not items
	// MinRight is the accuracy that the rule is about, 0 for none. What the sample
	// shows with confidence is held against it.
	MinRight float64 `json:"min_right,omitempty"`
}

// SequentialRule is what a sequential test was made from (stats.NewSPRT).
type SequentialRule struct {
	P0    float64 `json:"p0"`
	Alpha float64 `json:"alpha"`
	P1    float64 `json:"p1"`
	Beta  float64 `json:"beta"`
}

// ClassCount is what was found for a rule: how many of its N items are judged,
// and how many of them are wrong by a defect of its class, or how many such defects.
type ClassCount struct {
	Judged int `json:"judged"`
	Count  int `json:"count"`
}

// StratumCount is one stratum of the lot and what was found in its sample.
type StratumCount struct {
	Name   string `json:"name"`
	Size   int    `json:"size"`
	Drawn  int    `json:"drawn"`
	Judged int    `json:"judged"`
	Wrong  int    `json:"wrong"`
}

// The verdicts of a check in the order of every table of ratings.
const (
	rightCategory = iota
	wrongCategory
	unsureCategory
	categories
)

// Pair is how two checkers judged the items that both looked at, without
// knowing of each other: Table[i][j] counts items that A put in category i and B in
// j; the categories are right, wrong, unsure.
type Pair struct {
	A     string                      `json:"a"`
	B     string                      `json:"b"`
	Table [categories][categories]int `json:"table"`
}

// Pattern counts items with the same numbers of independent verdicts.
type Pattern struct {
	Ratings [categories]int `json:"ratings"` // right, wrong, unsure
	Items   int             `json:"items"`
}

// Truth is how checkers did on items whose answer is known.
type Truth struct {
	WrongFound    int `json:"wrong_found"`    // wrong and found wrong
	WrongMissed   int `json:"wrong_missed"`   // wrong and let pass
	RightPassed   int `json:"right_passed"`   // right and found right
	RightObjected int `json:"right_objected"` // right and objected to
}

func (t Truth) plus(o Truth) Truth {
	return Truth{t.WrongFound + o.WrongFound, t.WrongMissed + o.WrongMissed, t.RightPassed + o.RightPassed, t.RightObjected + o.RightObjected}
}

// Inputs are what all figures of a decision are computed from, and enough to
// compute each of them anew. Items are those of the sample; targeted and gold items stand
// apart and enter no estimate.
type Inputs struct {
	LotSize    int            `json:"lot_size"`
	Rule       Rule           `json:"rule"`
	Confidence float64        `json:"confidence"`
	Drawn      int            `json:"drawn"`
	Judged     int            `json:"judged"`
	Wrong      int            `json:"wrong"`
	Counts     []ClassCount   `json:"counts"` // one for each class of the rule
	Strata     []StratumCount `json:"strata"`
	// Prefix is how many items at the start of the draw have a verdict without a
	// gap, and WrongAt the positions (from 1) of the wrong ones among them; for sequential rules.
	Prefix  int   `json:"prefix,omitempty"`
	WrongAt []int `json:"wrong_at,omitempty"`
	// First counts the first verdicts of the judged items: right, wrong, unsure.
	First    [categories]int `json:"first"`
	Pairs    []Pair          `json:"pairs"`
	Patterns []Pattern       `json:"patterns"`
	Gold     Truth           `json:"gold"`
	Double   Truth           `json:"double"` // first verdicts against the final ones
	Targeted TargetedCount   `json:"targeted"`
}

// TargetedCount is what extra checks found that were not drawn.
type TargetedCount struct {
	Judged int `json:"judged"`
	Wrong  int `json:"wrong"`
}

// ClassVerdict is the rule applied to one class.
type ClassVerdict struct {
	ClassRule
	ClassCount
	Accepted bool   `json:"accepted"`
	Settled  bool   `json:"settled"` // no further item can change it
	Proof    *Proof `json:"proof,omitempty"`
}

// SequentialVerdict is where a sequential test stands.
type SequentialVerdict struct {
	stats.SPRT
	Verdict    stats.Verdict `json:"verdict"`
	At         int           `json:"at"`           // items after which it stood so
	Wrong      int           `json:"wrong"`        // among them
	AcceptUpTo int           `json:"accept_up_to"` // the boundaries there
	RejectFrom int           `json:"reject_from"`
}

// Proof is the second reading of a limit: not "the rule is met" but "the sample
// shows it with the confidence asked for".
type Proof struct {
	Most     int  `json:"most"`     // wrong items that would still show it
	Provable bool `json:"provable"` // false: not even none would
	Shown    bool `json:"shown"`
}

// Figure is a coefficient or an estimate that may not be defined.
type Figure struct {
	OK    bool    `json:"ok"`
	Value float64 `json:"value"`
	// Why names the reason when it is not defined (decide.undefined.<why>).
	Why string `json:"why,omitempty"`
}

// PairAgreement is Cohen's kappa of two checkers.
type PairAgreement struct {
	A     string            `json:"a"`
	B     string            `json:"b"`
	Items int               `json:"items"`
	Kappa stats.Coefficient `json:"kappa"`
}

// Agreement is how far checkers agree who did not know of each other.
type Agreement struct {
	Items   int               `json:"items"` // with two verdicts or more
	Cohen   []PairAgreement   `json:"cohen"`
	Fleiss  stats.Coefficient `json:"fleiss"`
	Alpha   stats.Coefficient `json:"alpha"`
	AC1     stats.Coefficient `json:"ac1"`
	Reading stats.Reliance    `json:"reading"` // of alpha
}

// CheckerError is how far checkers can be trusted, and the share of wrong items
// corrected for it.
type CheckerError struct {
	Known       Truth            `json:"known"`
	Sensitivity Figure           `json:"sensitivity"` // of wrong items, found wrong
	Specificity Figure           `json:"specificity"` // of right items, found right
	Observed    Figure           `json:"observed"`    // wrong at the first check
	Corrected   *stats.Corrected `json:"corrected,omitempty"`
	Interval    *stats.Interval  `json:"interval,omitempty"`
	Why         string           `json:"why,omitempty"` // why there is no correction
}

// Computed is everything that the checks of a lot say.
type Computed struct {
	Interim    bool                      `json:"interim"` // not all is checked that the rule needs
	Verdict    Outcome                   `json:"verdict"` // "" while open
	Classes    []ClassVerdict            `json:"classes"`
	Sequential *SequentialVerdict        `json:"sequential,omitempty"`
	Accuracy   Figure                    `json:"accuracy"` // share of judged items found right
	Wilson     *stats.Interval           `json:"wilson,omitempty"`
	WilsonLot  *stats.Interval           `json:"wilson_lot,omitempty"`
	Lower      *stats.Interval           `json:"clopper_pearson_lower,omitempty"`
	Lot        *stats.LotInterval        `json:"exact_lot,omitempty"`
	Stratified *stats.StratifiedEstimate `json:"stratified,omitempty"`
	NoStrata   string                    `json:"no_strata,omitempty"` // why there is no stratified estimate
	Uneven     bool                      `json:"uneven"`              // strata were drawn out of proportion
	Agreement  Agreement                 `json:"agreement"`
	Checkers   CheckerError              `json:"checkers"`
}

// DefaultConfidence is that of "shown with 95 % confidence".
const DefaultConfidence = 0.95

// Compute judges a lot. It is pure: the same inputs give the same figures. The
// error is a *stats.ParameterError for inputs that no sample can have.
func Compute(in Inputs) (c Computed, err error) {
	err = errors.Join(c.rule(in), c.intervals(in), c.strata(in), c.agreement(in), c.checkers(in))
	return c, err
}

// rule applies the acceptance rule.
func (c *Computed) rule(in Inputs) error {
	if in.Rule.Sequential != nil {
		return c.sequential(in)
	}
	if len(in.Counts) != len(in.Rule.Classes) {
		return stats.OutOfRange("counts", len(in.Counts), "one for each class of the rule")
	}
	c.Interim = in.Judged < in.Drawn || in.Drawn == 0
	accepted := true
	for i, r := range in.Rule.Classes {
		v, err := r.judge(in.Counts[i], in)
		if err != nil {
			return err
		}
		accepted = accepted && v.Accepted
		c.Classes = append(c.Classes, v)
	}
	if !c.Interim {
		c.Verdict = outcomeOf(accepted)
	}
	return nil
}

// judge applies one acceptance number.
func (r ClassRule) judge(k ClassCount, in Inputs) (v ClassVerdict, err error) {
	v = ClassVerdict{ClassRule: r, ClassCount: k, Accepted: k.Count <= r.Ac}
	open := r.N - k.Judged
	v.Settled = !v.Accepted || open <= 0 || !r.Per100 && k.Count+open <= r.Ac
	if k.Judged == 0 || r.Per100 || r.MinRight <= 0 || r.MinRight >= 1 {
		return v, nil
	}
	p := Proof{}
	p.Most, p.Provable, err = stats.ProvingNumber(in.LotSize, k.Judged, r.MinRight, in.Confidence)
	p.Shown = p.Provable && k.Count <= p.Most
	v.Proof = &p
	return v, err
}

func outcomeOf(accepted bool) Outcome {
	if accepted {
		return Accepted
	}
	return Rejected
}

// sequential walks along the draw until the test decides.
func (c *Computed) sequential(in Inputs) error {
	r := in.Rule.Sequential
	test, err := stats.NewSPRT(r.P0, r.Alpha, r.P1, r.Beta)
	if err != nil {
		return err
	}
	v := SequentialVerdict{SPRT: test, Verdict: stats.Continue}
	wrong := 0
	for m := 1; m <= min(in.Prefix, test.Truncate) && v.Verdict == stats.Continue; m++ {
		if wrong < len(in.WrongAt) && in.WrongAt[wrong] == m {
			wrong++
		}
		v.At, v.Wrong, v.AcceptUpTo, v.RejectFrom = m, wrong, test.AcceptUpTo(m), test.RejectFrom(m)
		if v.Verdict, err = test.Decide(m, wrong); err != nil {
			return err
		}
	}
	if v.Verdict == stats.Continue && in.LotSize > 0 && in.Prefix >= in.LotSize { // the whole lot was seen before the test ended
		v.Verdict = stats.Reject
		if float64(wrong) <= test.Slope*float64(in.Prefix) {
			v.Verdict = stats.Accept
		}
	}
	c.Sequential, c.Interim = &v, v.Verdict == stats.Continue
	if !c.Interim {
		c.Verdict = outcomeOf(v.Verdict == stats.Accept)
	}
	return nil
}

// intervals says what the sample shows about the accuracy.
func (c *Computed) intervals(in Inputs) error {
	if in.Judged == 0 {
		c.Accuracy.Why = "nothing_judged"
		return nil
	}
	right := in.Judged - in.Wrong
	c.Accuracy = Figure{OK: true, Value: float64(right) / float64(in.Judged)}
	wilson, err1 := stats.Wilson(right, in.Judged, in.Confidence, stats.TwoSided)
	finite, err2 := stats.WilsonLot(in.LotSize, right, in.Judged, in.Confidence, stats.TwoSided)
	lower, err3 := stats.ClopperPearson(right, in.Judged, in.Confidence, stats.LowerOnly)
	lot, err4 := stats.ExactLot(in.LotSize, right, in.Judged, in.Confidence, stats.TwoSided)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return err
	}
	c.Wilson, c.WilsonLot, c.Lower, c.Lot = &wilson, &finite, &lower, &lot
	return nil
}

// strata estimates from a stratified draw.
func (c *Computed) strata(in Inputs) error {
	if len(in.Strata) < 2 {
		c.NoStrata = "one_stratum"
		return nil
	}
	list := make([]stats.Stratum, len(in.Strata))
	for i, s := range in.Strata {
		if s.Judged < min(2, s.Size) {
			c.NoStrata = "thin_stratum"
		}
		expected := float64(s.Size) / float64(in.LotSize) * float64(in.Drawn)
		if diff := float64(s.Drawn) - expected; diff > 1 || diff < -1 {
			c.Uneven = true
		}
		list[i] = stats.Stratum{Size: s.Size, Sampled: s.Judged, Conforming: s.Judged - s.Wrong}
	}
	if c.NoStrata != "" {
		return nil
	}
	e, err := stats.EstimateStratified(list, in.Confidence, stats.TwoSided)
	c.Stratified = &e
	return err
}

// agreement compares verdicts given independently of each other.
func (c *Computed) agreement(in Inputs) error {
	a := &c.Agreement
	a.Cohen, a.Reading = []PairAgreement{}, stats.NotDefined
	for _, p := range in.Pairs {
		first, second := p.ratings()
		k, err := stats.CohenKappa(first, second, categories, stats.Unweighted)
		if err != nil {
			return err
		}
		a.Cohen = append(a.Cohen, PairAgreement{p.A, p.B, len(first), k})
	}
	counts, units, even := in.rated()
	a.Items = len(units)
	if a.Items == 0 {
		return nil
	}
	var err error
	if even {
		if a.Fleiss, err = stats.FleissKappa(counts); err != nil {
			return err
		}
	}
	if a.Alpha, err = stats.KrippendorffAlpha(units, stats.Nominal); err != nil {
		return err
	}
	a.Reading = a.Alpha.Reliance()
	a.AC1, err = stats.GwetAC1(counts)
	return err
}

// ratings writes a table out as the categories of item after item.
func (p Pair) ratings() (a, b []int) {
	for i, row := range p.Table {
		for j, n := range row {
			for range n {
				a, b = append(a, i), append(b, j)
			}
		}
	}
	return a, b
}

// rated writes out the items with two verdicts or more; even says that all have
// the same number.
func (in Inputs) rated() (counts [][]int, units [][]float64, even bool) {
	even = true
	for _, p := range in.Patterns {
		total := p.Ratings[0] + p.Ratings[1] + p.Ratings[2]
		if total < 2 {
			continue
		}
		var unit []float64
		for k, n := range p.Ratings {
			for range n {
				unit = append(unit, float64(k))
			}
		}
		even = even && (len(units) == 0 || len(units[0]) == total)
		for range p.Items {
			counts, units = append(counts, p.Ratings[:]), append(units, unit)
		}
	}
	return counts, units, even
}

// checkers estimates the checkers' errors, and corrects the share of wrong items.
func (c *Computed) checkers(in Inputs) error {
	e := &c.Checkers
	e.Known = in.Gold.plus(in.Double)
	e.Sensitivity = share(e.Known.WrongFound, e.Known.WrongMissed, "no_known_wrong")
	e.Specificity = share(e.Known.RightPassed, e.Known.RightObjected, "no_known_right")
	e.Observed = share(in.First[wrongCategory], in.First[rightCategory], "nothing_judged")
	se, sp := e.Sensitivity, e.Specificity
	switch {
	case !e.Observed.OK || !se.OK || !sp.OK:
		e.Why = cmp.Or(e.Observed.Why, se.Why, sp.Why)
		return nil
	case se.Value+sp.Value-1 < 1e-9:
		e.Why = "no_better_than_chance"
		return nil
	}
	observed, err1 := stats.Wilson(in.First[wrongCategory], in.First[wrongCategory]+in.First[rightCategory], in.Confidence, stats.TwoSided)
	corrected, err2 := stats.RoganGladen(e.Observed.Value, se.Value, sp.Value)
	interval, err3 := stats.RoganGladenInterval(observed, se.Value, sp.Value)
	e.Corrected, e.Interval = &corrected, &interval
	return errors.Join(err1, err2, err3)
}

// share is a/(a+b), not defined for 0/0.
func share(a, b int, why string) Figure {
	if a+b == 0 {
		return Figure{Why: why}
	}
	return Figure{OK: true, Value: float64(a) / float64(a+b)}
}

// sortPatterns puts patterns into one order, whatever order the items came in.
func sortPatterns(list []Pattern) {
	slices.SortFunc(list, func(a, b Pattern) int { return slices.Compare(a.Ratings[:], b.Ratings[:]) })
}
