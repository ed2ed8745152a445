package web

import (
	"net/url"
	"slices"
	"strconv"

	"hegui/internal/actor"
	"hegui/internal/i18n"
	"hegui/internal/labelling"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// shownSampled is how many items of a draw one page lists.
const shownSampled = 50

// drawn shows the draw in use and how to repeat it.
func (w drawWords) drawn(plan labelling.Plan, d labelling.Draw) (*pages.LabelDrawn, error) {
	v := &pages.LabelDrawn{Stats: []ui.StatView{{Label: "label_plan.draw.number", Value: i18n.Number(w.ctx, d.Number), Icon: "dice-5"},
		{Label: "label_plan.n", Value: i18n.Number(w.ctx, d.N), Icon: "stack-2"}}, Parts: w.partTable(d.Number)}
	if d.Targeted > 0 {
		v.Stats = append(v.Stats, ui.StatView{Label: "label_plan.targeted.count.label", Value: i18n.Number(w.ctx, d.Targeted), Icon: "flag"})
	}
	if d.OnePerson {
		v.Notes = append(v.Notes, ui.AlertView{Tone: ui.Warn, Title: w.say("label_plan.alone.mark"), Text: w.say("label_plan.alone.mark.text")})
	}
	if d.PlanID != w.lot.PlanID {
		v.Notes = append(v.Notes, ui.AlertView{Tone: ui.Warn, Text: w.say("label_plan.draw.other_plan")})
	}
	if d.Reason != "" {
		v.Notes = append(v.Notes, ui.AlertView{Tone: ui.Info, Title: w.say("label_plan.redraw.mark"), Text: d.Reason})
	}
	v.Details = []pages.DetailRow{{Label: "labelling.lot.id", Value: d.LotID}, {Label: "labelling.frame_hash", Value: w.lot.FrameHash}, {Label: "label_plan.seed", Value: d.Seed}, {Label: "label_plan.seed_hash", Value: d.SeedHash},
		{Label: "label_plan.list_hash", Value: d.ListHash}, {Label: "label_plan.drawn_by", Value: w.names[d.DrawnBy] + " · " + i18n.DateTime(w.ctx, d.DrawnAt)}}
	r, err := w.p.Labelling.Replay(plan, d, w.parts)
	if err != nil {
		return nil, err
	}
	v.Steps = w.steps(r, d)
	v.List, err = w.list(d)
	return v, err
}

func (w drawWords) steps(r labelling.Replay, d labelling.Draw) []pages.LabelReplay {
	number := w.at + "/" + strconv.FormatInt(d.Number, 10)
	from := number + "/strata"
	if r.File == "ids.txt" {
		from = labelURL("lots", w.lot.ID) + "/ids"
	}
	out := []pages.LabelReplay{{Words: w.say("label_plan.replay.get", "file", r.File), URL: from, Label: "label_plan.replay.file"}}
	if r.Seed != "" {
		out = append(out, pages.LabelReplay{Words: w.say("label_plan.replay.seed"), Lines: r.Seed})
	} else {
		out = append(out, pages.LabelReplay{Words: w.say("label_plan.replay.seed_alone")})
	}
	return append(out, pages.LabelReplay{Words: w.say("label_plan.replay.draw", "file", r.File), Lines: r.Lines},
		pages.LabelReplay{Words: w.say("label_plan.replay.compare"), URL: number + "/list", Label: "label_plan.replay.list"})
}

// list is a page of the items of a draw.
func (w drawWords) list(d labelling.Draw) (pages.LabelTable, error) {
	t := pages.LabelTable{ID: "drawn", Caption: "label_plan.list", Columns: []ui.Column{{Label: "label_plan.position"}, {Label: "label_plan.item"}, {Label: "label_plan.stratum"}, {Label: "label_plan.purpose"}}}
	after, _ := strconv.ParseInt(w.c.QueryParam("after"), 10, 64) // anything else starts at the first
	rows, err := w.p.Labelling.DrawnItems(w.ctx, d, max(0, after), shownSampled+1)
	if err != nil {
		return t, err
	}
	if after > 0 {
		t.FirstURL = with(w.c, "after", "")
	}
	if len(rows) > shownSampled {
		rows = rows[:shownSampled]
		t.NextURL = with(w.c, "after", strconv.FormatInt(rows[shownSampled-1].Position, 10))
	}
	for _, r := range rows {
		place, chip := i18n.Number(w.ctx, r.Position), ui.ChipView{Label: "label_plan.purpose." + string(r.Purpose)}
		if r.Purpose == labelling.PurposeTargeted {
			place, chip.Tone = "+"+i18n.Number(w.ctx, r.Position-labelling.FirstTargeted), ui.Warn
		}
		t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: place}, {Text: r.ItemID, URL: labelURL("lots", w.lot.ID) + "?item=" + url.QueryEscape(r.ItemID)}, {Text: r.Stratum}, {Chips: []ui.ChipView{chip}}}})
	}
	return t, nil
}

// partTable lists the parts of the seed of a draw.
func (w drawWords) partTable(number int64) pages.LabelTable {
	t := pages.LabelTable{ID: "parts", Caption: "label_plan.parts", Columns: []ui.Column{{Label: "label_plan.part.by"}, {Label: "label_plan.part.commitment"}, {Label: "label_plan.part.committed"}, {Label: "label_plan.part"}}}
	for _, o := range w.parts {
		if o.DrawNumber != number || o.Abandoned != "" {
			continue
		}
		part := pages.LabelCell{Text: o.Reveal}
		switch {
		case o.RevealedAt == nil:
			part = pages.LabelCell{Chips: []ui.ChipView{{Label: "label_plan.part.hidden", Icon: "lock"}}}
		case o.Reveal == "":
			part = pages.LabelCell{Chips: []ui.ChipView{{Label: "label_plan.part.revealed", Tone: ui.Good}}}
		}
		t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: w.names[o.AccountID]}, {Text: o.Commitment}, {Text: i18n.DateTime(w.ctx, o.CommittedAt)}, part}})
	}
	return t
}

// earlier lists all draws with their reasons.
func (w drawWords) earlier() pages.LabelTable {
	t := pages.LabelTable{ID: "draws", Caption: "label_plan.draws", Columns: []ui.Column{{Label: "label_plan.draw.number"}, {Label: "labelling.state"}, {Label: "label_plan.n", Numeric: true}, {Label: "label_plan.drawn_by"}, {Label: "label_plan.reason"}, {Label: "label_plan.list_hash"}}}
	for _, d := range w.draws {
		chips := []ui.ChipView{{Label: "label_plan.draw.state." + string(d.State)}}
		if d.OnePerson {
			chips = append(chips, ui.ChipView{Label: "label_plan.alone.mark", Tone: ui.Warn})
		}
		t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: i18n.Number(w.ctx, d.Number), URL: w.at + "/" + strconv.FormatInt(d.Number, 10) + "/list"}, {Chips: chips}, count(d.N),
			{Text: w.names[d.DrawnBy], Note: i18n.DateTime(w.ctx, d.DrawnAt)}, {Text: d.Reason}, {Text: d.ListHash}}})
	}
	return t
}

// seed takes the seed of the next draw, as far as it has got.
func (w drawWords) seed() *pages.LabelSeed {
	var open []labelling.SeedPart
	number := int64(0)
	for _, o := range w.parts {
		if o.Abandoned == "" && !slices.ContainsFunc(w.draws, func(d labelling.Draw) bool { return d.Number == o.DrawNumber }) {
			open, number = append(open, o), o.DrawNumber
		}
	}
	v := &pages.LabelSeed{Title: "label_plan.seed.first", Parts: w.partTable(number)}
	if w.lot.DrawID != "" {
		v.Title = "label_plan.seed.redraw"
	}
	own := slices.IndexFunc(open, func(o labelling.SeedPart) bool { return o.AccountID == w.by.ID })
	at := min(len(open), 2)
	if at == 2 && slices.ContainsFunc(open, func(o labelling.SeedPart) bool { return o.RevealedAt != nil }) {
		at = 3
	}
	for i, label := range []string{"label_plan.seed.step.one", "label_plan.seed.step.two", "label_plan.seed.step.reveal", "label_plan.seed.step.reveal_two"} {
		s := ui.StepView{Label: label}
		switch {
		case i < at:
			s.State = ui.StepDone
		case i == at:
			s.State = ui.StepCurrent
		}
		v.Steps = append(v.Steps, s)
	}
	w.seedForms(v, open, own)
	return v
}

// seedForms offers what the person can do about the seed now.
func (w drawWords) seedForms(v *pages.LabelSeed, open []labelling.SeedPart, own int) {
	if !w.by.May(actor.ApproveLabelling) {
		v.Words = w.say("label_plan.seed.wait")
		return
	}
	both := slices.ContainsFunc(open, func(o labelling.SeedPart) bool { return o.RevealedAt == nil })
	switch {
	case len(open) < 2 && own < 0:
		v.Commit = w.seedForm("commit", "label_plan.seed.commit", "label_plan.part.hint", false)
	case len(open) < 2:
		v.Words = w.say("label_plan.seed.wait_second")
	case own >= 0 && (open[own].RevealedAt == nil || !both):
		v.Reveal = w.seedForm("reveal", "label_plan.seed.reveal", "label_plan.part.reveal.hint", w.lot.DrawID != "")
	default:
		v.Words = w.say("label_plan.seed.wait_reveal")
	}
	if !w.by.May(actor.ManageLabelling) {
		return
	}
	if len(open) == 0 {
		v.OneAlone = w.seedForm("alone", "label_plan.alone.do", "label_plan.part.hint", w.lot.DrawID != "")
		return
	}
	f := w.fields("abandon")
	v.Abandon = &pages.LabelForm{Action: w.at + "/abandon", Submit: "label_plan.seed.abandon", Danger: true, Summary: w.wrong("abandon"),
		Parts: []pages.FormPart{f.area("reason", "label_plan.reason", w.typed("abandon", "reason"), w.say("label_plan.seed.abandon.hint"), 2, true)}}
	prefix(v.Abandon, "abandon")
}

// seedForm asks for a part, and for a reason when another draw is replaced.
func (w drawWords) seedForm(name, submit, hint string, redraw bool) *pages.LabelForm {
	f := w.fields(name)
	part := f.text("part", "label_plan.part", "", 200, true)
	part.Field.Hint, part.Field.Autocomplete, part.Wide = hint, "off", true
	out := &pages.LabelForm{Action: w.at + "/" + name, Submit: submit, Version: w.lot.Version, Summary: w.wrong(name), Parts: []pages.FormPart{part}}
	if redraw {
		out.Parts = append(out.Parts, f.area("reason", "label_plan.redraw.reason", w.typed(name, "reason"), w.say("label_plan.redraw.reason.hint"), 2, true))
	}
	prefix(out, name)
	return out
}

// prefix gives the fields of a form ids of their own, since several forms of
// the page ask for the same.
func prefix(f *pages.LabelForm, name string) {
	for i := range f.Parts {
		f.Parts[i].Field.ID = name + "-" + f.Parts[i].Field.Name
	}
	for i := range f.Summary {
		f.Summary[i].FieldID = name + f.Summary[i].FieldID[len("f"):]
	}
}

func (w drawWords) fields(name string) fields {
	if w.back.name != name {
		return fields{}
	}
	return fields{messages(w.ctx, w.back.wrong)}
}

func (w drawWords) wrong(name string) []ui.FieldError {
	if w.back.name != name {
		return nil
	}
	return summary(w.ctx, w.back.wrong)
}

func (w drawWords) typed(name, field string) string {
	if s := w.back.typed.Get(field); w.back.name == name && clean(s, true) {
		return s
	}
	return ""
}

// targeted shows the items that somebody chose besides, and adds some.
func (w drawWords) targeted(d labelling.Draw) *pages.LabelTargeted {
	v := &pages.LabelTargeted{Words: w.say("label_plan.targeted.lead"), Open: w.back.name == "targeted",
		Notes: pages.LabelTable{ID: "targeted-notes", Caption: "label_plan.targeted", Columns: []ui.Column{{Label: "label_plan.targeted.when"}, {Label: "labelling.items", Numeric: true}, {Label: "label_plan.reason"}}}}
	for _, n := range d.TargetedNotes {
		v.Notes.Rows = append(v.Notes.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: i18n.DateTime(w.ctx, n.At)}, count(n.Count), {Text: n.Note}}})
	}
	if w.by.May(actor.ManageLabelling) && slices.Contains([]labelling.LotState{labelling.LotDrawn, labelling.LotChecking}, w.lot.State) {
		f := w.fields("targeted")
		typed := func(field string) string { return w.typed("targeted", field) }
		n, err := strconv.ParseInt(typed("count"), 10, 64)
		if err != nil {
			n = 10
		}
		v.Form = &pages.LabelForm{Action: w.at + "/targeted", Submit: "label_plan.targeted.do", Version: w.lot.Version, Summary: w.wrong("targeted"), Parts: []pages.FormPart{
			f.area("ids", "label_plan.targeted.ids", typed("ids"), w.say("label_plan.targeted.ids.hint"), 4, false),
			hinted(f.text("annotator", "label_plan.axis.annotator", typed("annotator"), 200, false), "label_plan.targeted.annotator.hint"), f.text("label", "label_plan.axis.label", typed("label"), 200, false),
			f.number("count", "label_plan.targeted.most", n, 1000),
			f.area("note", "label_plan.targeted.why", typed("note"), "", 2, true)}}
		prefix(v.Form, "targeted")
	}
	if v.Form == nil && d.Targeted == 0 {
		return nil
	}
	return v
}
