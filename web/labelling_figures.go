package web

import (
	"context"
	"strconv"
	"strings"

	"hegui/internal/i18n"
	"hegui/internal/labelling"
	"hegui/internal/labelling/stats"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// share2 is a share with two places, as figures are shown that are compared
// with limits.
func share2(v float64) string { return strconv.FormatFloat(v*100, 'f', 2, 64) + "%" }

// coefficient is a number of an agreement, with three places.
func coefficient(v float64) string { return strconv.FormatFloat(v, 'f', 3, 64) }

// figureSheet puts the figures of a decision into words. workers are the
// pseudonyms of checkers; open shows at once how figures came about.
type figureSheet struct {
	ctx     context.Context //nolint:containedctx // of one page
	st      labelling.Standing
	workers map[string]string
	open    bool
}

func (s figureSheet) say(key string, kv ...any) string { return i18n.T(s.ctx, key, kv...) }

// undefined is what stands for a figure that is not defined, with the reason.
func (s figureSheet) undefined(why string) (value, note string) {
	if why == "" {
		return s.say("label_decide.undefined"), ""
	}
	return s.say("label_decide.undefined"), s.say("label_decide.undefined." + why)
}

// figure names a figure and says how it came about.
func (s figureSheet) figure(key, value, note, inputs string) pages.LabelFigure {
	f := pages.LabelFigure{Name: "label_decide.figure." + key, Value: value, Note: note, Inputs: inputs}
	for _, m := range labelling.Sources {
		if m.Figure == key {
			f.Formula, f.Source = m.Formula, m.Source
		}
	}
	return f
}

func (s figureSheet) groups() []pages.LabelFigures {
	out := []pages.LabelFigures{s.accuracy(), s.agreement(), s.checkers()}
	if s.st.Computed.Sequential != nil {
		out = append([]pages.LabelFigures{s.sequential()}, out...)
	}
	for i := range out {
		out[i].Open = s.open
	}
	return out
}

// sample is what the figures about the accuracy are computed from.
func (s figureSheet) sample() string {
	in := s.st.Inputs
	return s.say("label_decide.inputs.sample", "right", i18n.Number(s.ctx, in.Judged-in.Wrong), "n", i18n.Number(s.ctx, in.Judged),
		"lot", i18n.Number(s.ctx, in.LotSize), "confidence", i18n.Percent(s.ctx, in.Confidence))
}

func (s figureSheet) interval(v stats.Interval) string {
	return s.say("label_decide.from_to", "from", share2(v.Lower), "to", share2(v.Upper))
}

func (s figureSheet) accuracy() pages.LabelFigures {
	c, in := s.st.Computed, s.st.Inputs
	g := pages.LabelFigures{ID: "accuracy", Title: "label_decide.group.accuracy", Subtitle: "label_decide.group.accuracy.lead"}
	if !c.Accuracy.OK {
		value, note := s.undefined(c.Accuracy.Why)
		g.List = append(g.List, s.figure("accuracy", value, note, ""))
		return g
	}
	note := s.say("label_decide.right_of", "right", i18n.Number(s.ctx, in.Judged-in.Wrong), "n", i18n.Number(s.ctx, in.Judged))
	if c.Uneven {
		note += s.say("label_decide.uneven")
	}
	inputs := s.sample()
	g.List = append(g.List, s.figure("accuracy", share2(c.Accuracy.Value), note, inputs),
		s.figure("wilson", s.interval(*c.Wilson), s.say("label_decide.wilson.note"), inputs),
		s.figure("wilson_lot", s.interval(*c.WilsonLot), "", inputs),
		s.figure("clopper_pearson_lower", s.say("label_decide.at_least", "share", share2(c.Lower.Lower)), s.say("label_decide.lower.note", "confidence", i18n.Percent(s.ctx, in.Confidence)), inputs),
		s.figure("exact_lot", s.interval(c.Lot.Interval), s.say("label_decide.lot.note", "from", i18n.Number(s.ctx, c.Lot.NonconformingAtLeast), "to", i18n.Number(s.ctx, c.Lot.NonconformingAtMost),
			"lot", i18n.Number(s.ctx, in.LotSize)), inputs))
	if len(in.Strata) > 1 {
		g.List = append(g.List, s.stratified())
	}
	if in.Targeted.Judged > 0 {
		f := s.figure("targeted", s.say("label_decide.wrong_of", "wrong", i18n.Number(s.ctx, in.Targeted.Wrong), "n", i18n.Number(s.ctx, in.Targeted.Judged)), s.say("label_decide.targeted.note"), "")
		g.List = append(g.List, f)
	}
	return g
}

func (s figureSheet) stratified() pages.LabelFigure {
	c := s.st.Computed
	var inputs []string
	for _, h := range s.st.Inputs.Strata {
		inputs = append(inputs, s.say("label_decide.inputs.stratum", "name", h.Name, "size", i18n.Number(s.ctx, h.Size), "n", i18n.Number(s.ctx, h.Judged), "right", i18n.Number(s.ctx, h.Judged-h.Wrong)))
	}
	all := strings.Join(inputs[:min(len(inputs), mostStrata)], s.say("label_decide.separator"))
	if len(inputs) > mostStrata {
		all += s.say("label_decide.separator") + s.say("label_decide.inputs.more", "count", len(inputs)-mostStrata)
	}
	if c.Stratified == nil {
		value, note := s.undefined(c.NoStrata)
		return s.figure("stratified", value, note, all)
	}
	return s.figure("stratified", share2(c.Stratified.Estimate)+" ("+s.interval(c.Stratified.Interval)+")",
		s.say("label_decide.stratified.note", "variance", strconv.FormatFloat(c.Stratified.Variance, 'g', 4, 64), "n", strconv.FormatFloat(c.Stratified.Effective, 'f', 0, 64)), all)
}

// mostStrata is how many strata are listed among the inputs of an estimate.
const mostStrata = 12

func (s figureSheet) coefficient(key string, c stats.Coefficient, inputs string) pages.LabelFigure {
	if !c.OK {
		value, _ := s.undefined("")
		return s.figure(key, value, s.say("label_decide.undefined.no_variation"), inputs)
	}
	note := s.say("label_decide.agreement.note", "observed", share2(c.Observed), "expected", share2(c.Expected))
	return s.figure(key, coefficient(c.Value), s.say("label_decide.reading."+string(c.Reliance()))+s.say("label_decide.separator")+note, inputs)
}

func (s figureSheet) agreement() pages.LabelFigures {
	a := s.st.Computed.Agreement
	g := pages.LabelFigures{ID: "agreement", Title: "label_decide.group.agreement", Subtitle: "label_decide.group.agreement.lead"}
	var patterns []string
	for _, p := range s.st.Inputs.Patterns {
		patterns = append(patterns, s.say("label_decide.inputs.pattern", "right", p.Ratings[0], "wrong", p.Ratings[1], "unsure", p.Ratings[2], "items", i18n.Number(s.ctx, p.Items)))
	}
	inputs := strings.Join(patterns, s.say("label_decide.separator"))
	for _, k := range a.Cohen[:min(len(a.Cohen), mostPairs)] {
		f := s.coefficient("cohen", k.Kappa, s.pairTable(k))
		f.Name = s.say("label_decide.figure.cohen.pair", "a", s.worker(k.A), "b", s.worker(k.B))
		g.List = append(g.List, f)
	}
	if a.Items == 0 {
		value, note := s.undefined("no_double")
		g.List = append(g.List, s.figure("alpha", value, note, ""))
		return g
	}
	g.List = append(g.List, s.coefficient("fleiss", a.Fleiss, inputs), s.coefficient("alpha", a.Alpha, inputs), s.coefficient("ac1", a.AC1, inputs))
	return g
}

// mostPairs is how many pairs of checkers are listed.
const mostPairs = 10

func (s figureSheet) worker(id string) string {
	if name := s.workers[id]; name != "" {
		return name
	}
	return id
}

func (s figureSheet) pairTable(k labelling.PairAgreement) string {
	for _, p := range s.st.Inputs.Pairs {
		if p.A == k.A && p.B == k.B {
			return s.say("label_decide.inputs.pair", "both_right", p.Table[0][0], "both_wrong", p.Table[1][1], "right_wrong", p.Table[0][1], "wrong_right", p.Table[1][0],
				"unsure", p.Table[2][0]+p.Table[2][1]+p.Table[2][2]+p.Table[0][2]+p.Table[1][2], "items", k.Items)
		}
	}
	return ""
}

func (s figureSheet) checkers() pages.LabelFigures {
	e, in := s.st.Computed.Checkers, s.st.Inputs
	g := pages.LabelFigures{ID: "checkers", Title: "label_decide.group.checkers", Subtitle: "label_decide.group.checkers.lead"}
	inputs := s.say("label_decide.inputs.checkers", "gold", truthWords(s.ctx, in.Gold), "double", truthWords(s.ctx, in.Double), "wrong", i18n.Number(s.ctx, in.First[1]), "right", i18n.Number(s.ctx, in.First[0]))
	for _, one := range []struct {
		key string
		v   labelling.Figure
	}{{"sensitivity", e.Sensitivity}, {"specificity", e.Specificity}, {"observed", e.Observed}} {
		value, note := share2(one.v.Value), ""
		if !one.v.OK {
			value, note = s.undefined(one.v.Why)
		}
		g.List = append(g.List, s.figure(one.key, value, note, inputs))
	}
	if e.Corrected == nil {
		value, note := s.undefined(e.Why)
		g.List = append(g.List, s.figure("checkers", value, note, inputs))
		return g
	}
	note := s.say("label_decide.corrected.note", "from", share2(e.Interval.Lower), "to", share2(e.Interval.Upper))
	if e.Corrected.Clipped {
		note += s.say("label_decide.corrected.clipped", "raw", share2(e.Corrected.Raw))
	}
	g.List = append(g.List, s.figure("checkers", share2(e.Corrected.Value), note, inputs))
	return g
}

func truthWords(ctx context.Context, t labelling.Truth) string {
	return i18n.T(ctx, "label_decide.inputs.truth", "found", t.WrongFound, "wrong", t.WrongFound+t.WrongMissed, "passed", t.RightPassed, "right", t.RightPassed+t.RightObjected)
}

func (s figureSheet) sequential() pages.LabelFigures {
	v, r := s.st.Computed.Sequential, s.st.Inputs.Rule.Sequential
	value := s.say("label_decide.sequential."+string(v.Verdict), "n", i18n.Number(s.ctx, v.At), "wrong", i18n.Number(s.ctx, v.Wrong))
	note := s.say("label_decide.sequential.note", "accept", v.AcceptUpTo, "reject", v.RejectFrom, "truncate", i18n.Number(s.ctx, v.Truncate), "ac", v.TruncateAc)
	inputs := s.say("label_decide.inputs.sequential", "p0", share2(r.P0), "alpha", share2(r.Alpha), "p1", share2(r.P1), "beta", share2(r.Beta),
		"ha", coefficient(v.HAccept), "hr", coefficient(v.HReject), "slope", strconv.FormatFloat(v.Slope, 'f', 5, 64))
	return pages.LabelFigures{ID: "sequential", Title: "label_decide.group.sequential", List: []pages.LabelFigure{s.figure("sequential", value, note, inputs)}}
}

// ruleTable is the acceptance rule class by class, with both readings.
func (s figureSheet) ruleTable() *pages.LabelTable {
	t := &pages.LabelTable{ID: "rule-table", Caption: "label_decide.rule", Columns: []ui.Column{{Label: "label_decide.col.class"}, {Label: "label_decide.col.judged", Numeric: true}, {Label: "label_decide.col.found", Numeric: true},
		{Label: "label_decide.col.ac", Numeric: true}, {Label: "label_decide.col.re", Numeric: true}, {Label: "label_decide.col.verdict"}, {Label: "label_decide.col.shown"}}}
	for _, v := range s.st.Computed.Classes {
		t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{s.classCell(v.ClassRule), s.number(v.Judged, v.N), {Text: i18n.Number(s.ctx, v.Count), Number: true},
			{Text: i18n.Number(s.ctx, v.Ac), Number: true}, {Text: i18n.Number(s.ctx, v.Re), Number: true}, s.classVerdict(v), s.shown(v)}})
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return t
}

func (s figureSheet) classCell(r labelling.ClassRule) pages.LabelCell {
	c := pages.LabelCell{Text: "label_decide.class.all"}
	if r.Class != "" {
		c.Text = "labelling.severity." + string(r.Class)
	}
	if r.Per100 {
		c.Note = "label_decide.class.per100"
	}
	return c
}

func (s figureSheet) number(have, all int) pages.LabelCell {
	return pages.LabelCell{Text: s.say("label_decide.of", "n", i18n.Number(s.ctx, have), "all", i18n.Number(s.ctx, all)), Number: true}
}

func (s figureSheet) classVerdict(v labelling.ClassVerdict) pages.LabelCell {
	chip := ui.ChipView{Label: "label_decide.verdict.accepted", Tone: ui.Good}
	if !v.Accepted {
		chip = ui.ChipView{Label: "label_decide.verdict.rejected", Tone: ui.Bad}
	}
	switch {
	case s.st.Computed.Interim && !v.Settled:
		return pages.LabelCell{Chips: []ui.ChipView{{Label: "label_decide.verdict.open"}}}
	case s.st.Computed.Interim:
		return pages.LabelCell{Chips: []ui.ChipView{chip}, Note: "label_decide.verdict.settled"}
	}
	return pages.LabelCell{Chips: []ui.ChipView{chip}}
}

// shown is the second reading: whether the sample proves the limit.
func (s figureSheet) shown(v labelling.ClassVerdict) pages.LabelCell {
	p := v.Proof
	if p == nil {
		return pages.LabelCell{}
	}
	limit, confidence := share2(v.MinRight), i18n.Percent(s.ctx, s.st.Inputs.Confidence)
	chip := ui.ChipView{Label: "label_decide.shown.no", Tone: ui.Warn}
	if p.Shown {
		chip = ui.ChipView{Label: "label_decide.shown.yes", Tone: ui.Good}
	}
	note := s.say("label_decide.shown.most", "limit", limit, "confidence", confidence, "count", p.Most)
	if !p.Provable {
		note = s.say("label_decide.shown.never", "limit", limit, "confidence", confidence)
	}
	return pages.LabelCell{Chips: []ui.ChipView{chip}, Note: note}
}
