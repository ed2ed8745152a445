package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/day"
	"hegui/internal/i18n"
	"hegui/internal/labelling"
	"hegui/internal/problem"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// deciding is what the decision section of a lot is made of.
type deciding struct {
	lot         labelling.Lot
	decisions   []labelling.Decision
	corrections []labelling.Correcting
	records     []labelling.Record
	names       map[string]string // of accounts
	sign        labelling.SignInput
	void        labelling.VoidInput
	note        string // of a waiver
	wrong       error
	form        string // which form came back
}

func (p *labelPages) decision(c echo.Context) error {
	l, err := p.Labelling.Lot(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	return p.decisionPage(c, http.StatusOK, deciding{lot: l})
}

// decisionPage shows what was found and decided, and what can be done about it.
func (p *labelPages) decisionPage(c echo.Context, status int, d deciding) error {
	ctx, by := c.Request().Context(), who(c)
	var err error
	if d.decisions, err = p.Labelling.Decisions(ctx, by, d.lot.ID); err != nil {
		return err
	}
	if d.corrections, err = p.Labelling.Corrections(ctx, by, d.lot.ID); err != nil {
		return err
	}
	if d.records, err = p.Labelling.Records(ctx, by, d.lot.ID); err != nil {
		return err
	}
	var people []string
	for _, one := range d.decisions {
		people = append(people, one.SignedBy, one.SecondBy)
	}
	if d.names, err = p.Accounts.Names(ctx, people); err != nil {
		return err
	}
	head, err := p.lotHead(c, d.lot)
	if err != nil {
		return err
	}
	v := pages.LabelDecision{LabelHead: head}
	v.Alert = said(ctx, d.wrong)
	if err := p.decisionFigures(c, d, &v); err != nil {
		return err
	}
	p.decisionForms(c, d, &v)
	v.Decisions = decisionTable(ctx, d)
	if err := p.decisionLists(c, d, &v); err != nil {
		return err
	}
	return render(c, status, pages.LabelDecisionView(v))
}

// latest is the decision that counts now, if there is one: the last that was
// not withdrawn.
func (d deciding) latest() (labelling.Decision, bool) {
	at := slices.IndexFunc(d.decisions, func(one labelling.Decision) bool { return one.State != labelling.DecisionWithdrawn })
	if at < 0 {
		return labelling.Decision{}, false
	}
	return d.decisions[at], true
}

// decided says that the lot's present inspection has its decision, which then
// holds the figures.
func (d deciding) decided() bool {
	return slices.Contains([]labelling.LotState{labelling.LotDecided, labelling.LotClosed, labelling.LotVoid}, d.lot.State)
}

// decisionFigures shows the figures: as they are, or as they were signed.
func (p *labelPages) decisionFigures(c echo.Context, d deciding, v *pages.LabelDecision) error {
	ctx, by := c.Request().Context(), who(c)
	var st labelling.Standing
	var err error
	last, ok := d.latest()
	switch {
	case d.decided() && ok && last.DrawID != "":
		st, err = last.Standing()
	case d.decided() || d.lot.DrawID == "" || !slices.Contains([]labelling.LotState{labelling.LotDrawn, labelling.LotChecking}, d.lot.State):
		v.Empty = &ui.EmptyView{Icon: "gavel", Title: "label_decide.empty", Text: "label_decide.empty.text"}
		return nil
	default:
		st, err = p.Labelling.Standing(ctx, by, d.lot)
	}
	if err != nil {
		return err
	}
	workers, err := p.Labelling.Pseudonyms(ctx, checkersOf(st))
	if err != nil {
		return err
	}
	sheet := figureSheet{ctx: ctx, st: st, workers: workers}
	v.Rule, v.Groups, v.Verdict = sheet.ruleTable(), sheet.groups(), verdictAlert(ctx, d, st)
	return nil
}

// checkersOf are the people whom the figures compare.
func checkersOf(st labelling.Standing) []string {
	var out []string
	for _, p := range st.Inputs.Pairs {
		out = append(out, p.A, p.B)
	}
	return out
}

var outcomeTones = map[labelling.Outcome]ui.Tone{labelling.Accepted: ui.Good, labelling.Rejected: ui.Bad, labelling.Void: ui.Bad}

// verdictAlert says in one sentence where the lot stands.
func verdictAlert(ctx context.Context, d deciding, st labelling.Standing) *ui.AlertView {
	last, ok := d.latest()
	switch {
	case ok && d.decided() && last.State == labelling.DecisionFinal:
		a := &ui.AlertView{Tone: outcomeTones[last.Verdict], Title: i18n.T(ctx, "label_decide.final."+string(last.Verdict))}
		if last.Deviates() {
			a.Text = i18n.T(ctx, "label_decide.deviates", "computed", i18n.T(ctx, "labelling.outcome."+string(last.ComputedVerdict)), "reason", last.Reason)
		}
		return a
	case st.Computed.Interim:
		return &ui.AlertView{Tone: ui.Warn, Title: i18n.T(ctx, "label_decide.interim.title"), Text: i18n.T(ctx, "label_decide.interim.text", "judged", i18n.Number(ctx, st.Inputs.Judged), "drawn", i18n.Number(ctx, st.Inputs.Drawn))}
	}
	return &ui.AlertView{Tone: outcomeTones[st.Computed.Verdict], Title: i18n.T(ctx, "label_decide.computed."+string(st.Computed.Verdict)), Text: i18n.T(ctx, "label_decide.computed.text")}
}

// decisionForms offers what the person may do now.
func (p *labelPages) decisionForms(c echo.Context, d deciding, v *pages.LabelDecision) {
	ctx, by := c.Request().Context(), who(c)
	last, ok := d.latest()
	if ok && last.State == labelling.AwaitingSecond {
		v.Pending = pendingView(ctx, by, last, d.names)
		return
	}
	if !by.May(actor.ManageLabelling) || d.decided() {
		return
	}
	at := labelURL("lots", d.lot.ID)
	if d.lot.State == labelling.LotChecking && !d.lot.Stopped && v.Verdict != nil && v.Verdict.Tone != ui.Warn {
		f := fields{}
		if d.form == "sign" {
			f.wrong = messages(ctx, d.wrong)
		}
		v.Sign = &pages.LabelForm{Action: at + "/decision", Submit: "label_decide.sign.submit", Version: d.lot.Version, Parts: []pages.FormPart{
			f.radio("verdict", "label_decide.verdict", string(d.sign.Verdict), codeOptions("labelling.outcome.", []labelling.Outcome{labelling.Accepted, labelling.Rejected})),
			optional(f.radio("follow_up", "label_decide.follow_up", string(d.sign.FollowUp), followUps())),
			f.area("reason", "label_decide.reason", d.sign.Reason, "label_decide.reason.hint", 3, false),
			hinted(f.date("due", "label_decide.due", d.sign.Due, false), "label_decide.due.hint")}}
		v.Sign.Summary = summaryOf(ctx, d, "sign")
	}
	f := fields{}
	if v.VoidOpen = d.form == "void" || d.lot.Stopped; d.form == "void" {
		f.wrong = messages(ctx, d.wrong)
	}
	v.Void = &pages.LabelForm{Action: at + "/void", Submit: "label_decide.void.submit", Version: d.lot.Version, Danger: true, Summary: summaryOf(ctx, d, "void"), Parts: []pages.FormPart{
		f.area("void_reason", "label_decide.void.reason", d.void.Reason, "", 3, true),
		f.radio("scope", "label_decide.void.scope", string(d.void.Scope), codeOptions("label_decide.scope.", labelling.VoidScopes)),
		f.area("method", "label_decide.void.method", d.void.Method, "label_decide.void.method.hint", 2, true),
		f.text("witness", "label_decide.void.witness", d.void.Witness, 200, false)}}
}

func optional(p pages.FormPart) pages.FormPart {
	p.Field.Required = false
	return p
}

// followUps are what can follow on a lot that is not accepted.
func followUps() []ui.Option {
	return []ui.Option{{Value: string(labelling.Recheck), Label: "label_decide.follow_up.recheck", Hint: "label_decide.follow_up.recheck.hint"},
		{Value: string(labelling.Return), Label: "label_decide.follow_up.return", Hint: "label_decide.follow_up.return.hint"}}
}

// summaryOf lists the fields that are wrong of the form that came back.
func summaryOf(ctx context.Context, d deciding, form string) []ui.FieldError {
	if d.form != form {
		return nil
	}
	return summary(ctx, d.wrong)
}

// pendingView is a decision that waits for its second signature.
func pendingView(ctx context.Context, by actor.Actor, d labelling.Decision, names map[string]string) *pages.LabelPending {
	v := &pages.LabelPending{Text: i18n.T(ctx, "label_decide.pending.text", "name", names[d.SignedBy], "at", i18n.DateTime(ctx, d.SignedAt)), Rows: []pages.DetailRow{
		{Label: "label_decide.verdict", Value: i18n.T(ctx, "labelling.outcome."+string(d.Verdict))},
		{Label: "label_decide.computed_verdict", Value: i18n.T(ctx, "labelling.outcome."+string(d.ComputedVerdict))},
		{Label: "label_decide.reason", Value: d.Reason}}}
	if st, err := d.Standing(); err == nil && st.Void != nil {
		v.Rows = append(v.Rows, pages.DetailRow{Label: "label_decide.void.scope", Value: i18n.T(ctx, "label_decide.scope."+string(st.Void.Scope))},
			pages.DetailRow{Label: "label_decide.void.method", Value: st.Void.Method}, pages.DetailRow{Label: "label_decide.void.witness", Value: st.Void.Witness})
	}
	at := labelURL("decisions", d.ID)
	if by.May(actor.ApproveLabelling) && by.ID != d.SignedBy {
		second := primary(postAction("label_decide.second", at+"/second", "signature", d.Version))
		if d.Verdict == labelling.Void {
			second = confirmed(second, "label_decide.second.void.confirm")
		}
		v.Actions = append(v.Actions, second)
	} else {
		v.Note = "label_decide.pending.other"
	}
	if by.May(actor.ManageLabelling) {
		v.Actions = append(v.Actions, postAction("label_decide.withdraw", at+"/withdraw", "arrow-back-up", d.Version))
	}
	return v
}

var decisionTones = map[labelling.DecisionState]ui.Tone{labelling.AwaitingSecond: ui.Warn, labelling.DecisionFinal: ui.Good}

func decisionTable(ctx context.Context, d deciding) *pages.LabelTable {
	if len(d.decisions) == 0 {
		return nil
	}
	t := &pages.LabelTable{ID: "decision-list", Caption: "label_decide.decisions", Columns: []ui.Column{{Label: "label_decide.verdict"}, {Label: "labelling.state"}, {Label: "label_decide.follow_up"},
		{Label: "label_decide.signed"}, {Label: "label_decide.seconded"}, {Label: "label_decide.record"}}}
	for _, one := range d.decisions {
		cells := []pages.LabelCell{{Chips: []ui.ChipView{{Label: "labelling.outcome." + string(one.Verdict), Tone: outcomeTones[one.Verdict]}}, Note: one.Reason},
			{Chips: []ui.ChipView{{Label: "label_decide.state." + string(one.State), Tone: decisionTones[one.State]}}}, {},
			{Text: d.names[one.SignedBy], Note: i18n.DateTime(ctx, one.SignedAt)}, {}, {}}
		if one.FollowUp != "" {
			cells[2].Text = "label_decide.follow_up." + string(one.FollowUp)
		}
		if one.SecondAt != nil {
			cells[4] = pages.LabelCell{Text: d.names[one.SecondBy], Note: i18n.DateTime(ctx, *one.SecondAt)}
		}
		for _, r := range d.records {
			if r.DecisionID == one.ID {
				cells[5] = pages.LabelCell{Text: r.Number, URL: labelURL("lots", d.lot.ID) + "/record?record=" + r.ID}
			}
		}
		t.Rows = append(t.Rows, pages.LabelRow{Cells: cells})
	}
	return t
}

// decisionLists adds the wrong items that are to be put right, and the lots that
// belong together.
func (p *labelPages) decisionLists(c echo.Context, d deciding, v *pages.LabelDecision) error {
	ctx, by := c.Request().Context(), who(c)
	before, after, err := p.Labelling.Chain(ctx, by, d.lot)
	if err != nil {
		return err
	}
	if len(before)+len(after) > 0 {
		t := lotTable(ctx, slices.Concat(before, []labelling.Lot{d.lot}, after), nil)
		t.ID = "chain-list"
		v.Chain = &t
	}
	for _, one := range d.corrections {
		at := slices.IndexFunc(d.decisions, func(x labelling.Decision) bool { return x.ID == one.DecisionID })
		if at < 0 {
			continue
		}
		list, err := p.Labelling.Wrong(ctx, by, d.lot, d.decisions[at])
		if err != nil {
			return err
		}
		v.Fixes = append(v.Fixes, p.fixes(c, d, one, list))
	}
	return nil
}

var fixTones = map[labelling.Fix]ui.Tone{labelling.FixChanged: ui.Good, labelling.FixRemoved: ui.Good, labelling.FixUnchanged: ui.Bad}

var correctionTones = map[labelling.CorrectionState]ui.Tone{labelling.CorrectionOpen: ui.Warn, labelling.CorrectionDone: ui.Good}

// fixes is one list of wrong items, a page of it.
func (p *labelPages) fixes(c echo.Context, d deciding, one labelling.Correcting, list []labelling.WrongItem) pages.LabelFixes {
	ctx, by := c.Request().Context(), who(c)
	v := pages.LabelFixes{ID: "fixes-" + one.ID, Status: ui.ChipView{Label: "label_decide.correction." + string(one.State), Tone: correctionTones[one.State]},
		Words: i18n.T(ctx, "label_decide.fixes.words", "done", i18n.Number(ctx, one.Corrected), "all", i18n.Number(ctx, one.Items))}
	if one.Due != "" {
		v.Words += i18n.T(ctx, "label_decide.fixes.due", "date", i18n.Date(ctx, one.Due))
	}
	if one.Note != "" {
		v.Words += i18n.T(ctx, "label_decide.fixes.waived", "note", one.Note)
	}
	t := pages.LabelTable{ID: "fix-list-" + one.ID, Caption: "label_decide.fixes", Columns: []ui.Column{{Label: "label_record.item"}, {Label: "label_decide.col.defects"}, {Label: "label_decide.col.corrected"}, {Label: "label_decide.col.note"}, {Label: "label_decide.col.fix"}}}
	after, _ := strconv.ParseInt(c.QueryParam("after"), 10, 64) // anything else starts at the first
	shown := 0
	for _, w := range list {
		if w.N <= after {
			continue
		}
		if shown == labelPage {
			t.NextURL = with(c, "after", strconv.FormatInt(lastShown(list, after, shown), 10))
			break
		}
		shown++
		t.Rows = append(t.Rows, fixRow(ctx, d.lot, w))
	}
	if after > 0 {
		t.FirstURL = with(c, "after", "")
	}
	v.Table = t
	if by.May(actor.ManageLabelling) {
		v.Actions = append(v.Actions, linkAction("label_decide.fixes.export", labelURL("lots", d.lot.ID)+"/corrections", "file-export"))
		if one.State == labelling.CorrectionOpen {
			f := fields{}
			if d.form == one.ID {
				f.wrong = messages(ctx, d.wrong)
			}
			v.Waive = &pages.LabelForm{Action: labelURL("corrections", one.ID) + "/waive", Submit: "label_decide.waive", Version: one.Version, Summary: summaryOf(ctx, d, one.ID),
				Parts: []pages.FormPart{f.area("note", "label_decide.waive.note", noteOf(d, one), "label_decide.waive.hint", 2, true)}}
		}
	}
	return v
}

func noteOf(d deciding, one labelling.Correcting) string {
	if d.form == one.ID {
		return d.note
	}
	return ""
}

// lastShown is the number of the last item of a page.
func lastShown(list []labelling.WrongItem, after int64, shown int) int64 {
	at := slices.IndexFunc(list, func(w labelling.WrongItem) bool { return w.N > after })
	return list[at+shown-1].N
}

func fixRow(ctx context.Context, l labelling.Lot, w labelling.WrongItem) pages.LabelRow {
	defects := pages.LabelCell{}
	for _, code := range w.Defects {
		defects.Chips = append(defects.Chips, ui.ChipView{Label: code})
	}
	if w.Severity != "" {
		defects.Note = "labelling.severity." + string(w.Severity)
	}
	if w.Purpose == labelling.PurposeTargeted {
		defects.Chips = append(defects.Chips, ui.ChipView{Label: "label_decide.targeted", Tone: ui.Info})
	}
	fix := pages.LabelCell{Chips: []ui.ChipView{{Label: "label_decide.fix." + string(w.Fix), Tone: fixTones[w.Fix]}}}
	if w.Lot != "" {
		fix.URL, fix.Text = labelURL("lots", w.Lot), i18n.T(ctx, "label_decide.fix.lot")
	}
	return pages.LabelRow{Cells: []pages.LabelCell{{Text: w.ItemID, URL: labelURL("lots", l.ID) + "?item=" + url.QueryEscape(w.ItemID)}, defects, {Text: w.Corrected}, {Text: w.Note}, fix}}
}

func (p *labelPages) sign(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	ctx, by := c.Request().Context(), who(c)
	in := labelling.SignInput{Verdict: labelling.Outcome(f.text("verdict")), FollowUp: labelling.FollowUp(f.text("follow_up")), Reason: f.lines("reason"), Due: f.date("due")}
	if err = f.err(nil); err == nil {
		_, err = p.Labelling.Sign(ctx, by, c.Param("id"), f.int("version"), in)
	}
	if err != nil {
		return p.decisionBack(c, c.Param("id"), deciding{sign: in, wrong: f.err(err), form: "sign"})
	}
	p.flash(c, "label_decide.flash.signed")
	return done(c, labelURL("lots", c.Param("id"))+"/decision")
}

// decisionBack shows the section again with what was wrong.
func (p *labelPages) decisionBack(c echo.Context, lot string, d deciding) error {
	if !comesBack(d.wrong) {
		return d.wrong
	}
	var err error
	if d.lot, err = p.Labelling.Lot(c.Request().Context(), who(c), lot); err != nil {
		return err
	}
	status := http.StatusUnprocessableEntity
	if problem.Is(d.wrong, problem.Conflict) {
		status = http.StatusConflict
	}
	return p.decisionPage(c, status, d)
}

func (p *labelPages) makeVoid(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	in := labelling.VoidInput{Reason: f.lines("void_reason"), Scope: labelling.VoidScope(f.text("scope")), Method: f.lines("method"), Witness: f.text("witness")}
	if err = f.err(nil); err == nil {
		_, err = p.Labelling.MakeVoid(c.Request().Context(), who(c), c.Param("id"), f.int("version"), in)
	}
	if err != nil {
		return p.decisionBack(c, c.Param("id"), deciding{void: in, wrong: f.err(err), form: "void"})
	}
	p.flash(c, "label_decide.flash.void")
	return done(c, labelURL("lots", c.Param("id"))+"/decision")
}

// onDecision does something about a decision that waits, and comes back to its
// lot.
func (p *labelPages) onDecision(c echo.Context, flash string, do func(context.Context, actor.Actor, string, int64) (labelling.Decision, error)) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	ctx, cancel := patient(c)
	defer cancel()
	ctx, end := context.WithTimeout(ctx, patientWork)
	defer end()
	d, err := do(ctx, who(c), c.Param("id"), f.int("version"))
	if problem.Is(err, problem.Conflict) {
		if known, finding := p.Labelling.Decision(ctx, who(c), c.Param("id")); finding == nil {
			return p.decisionBack(c, known.LotID, deciding{wrong: err})
		}
	}
	if err != nil {
		return err
	}
	p.flash(c, flash)
	return done(c, labelURL("lots", d.LotID)+"/decision")
}

func (p *labelPages) secondSign(c echo.Context) error {
	return p.onDecision(c, "label_decide.flash.second", p.Labelling.SecondSign)
}

func (p *labelPages) withdrawDecision(c echo.Context) error {
	return p.onDecision(c, "label_decide.flash.withdrawn", p.Labelling.WithdrawDecision)
}

func (p *labelPages) corrections(c echo.Context) error {
	ctx := c.Request().Context()
	l, err := p.Labelling.Lot(ctx, who(c), c.Param("id"))
	if err != nil {
		return err
	}
	b, err := p.Labelling.Batch(ctx, who(c), l.BatchID)
	if err != nil {
		return err
	}
	return p.sendExport(c, "corrections-"+b.FileName, func(ctx context.Context, w http.ResponseWriter) error {
		return p.Labelling.ExportCorrections(ctx, who(c), l.ID, w)
	})
}

func (p *labelPages) waive(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	ctx, by := c.Request().Context(), who(c)
	one, err := p.Labelling.Correcting(ctx, by, c.Param("id"))
	if err != nil {
		return err
	}
	note := f.lines("note")
	if _, err = p.Labelling.Waive(ctx, by, one.ID, f.int("version"), note); err != nil {
		return p.decisionBack(c, one.LotID, deciding{note: note, wrong: f.err(err), form: one.ID})
	}
	p.flash(c, "label_decide.flash.waived")
	return done(c, labelURL("lots", one.LotID)+"/decision")
}

// dayOf is a day of a record, shown as days are.
func dayOf(ctx context.Context, d day.Date) string {
	if d == "" {
		return ""
	}
	return i18n.Date(ctx, d)
}
