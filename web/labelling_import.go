package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/i18n"
	"hegui/internal/labelling"
	"hegui/internal/labelling/exports"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// waitingBatch shows what is known of a file before its import: what it is,
// what would be refused, the first items, and the questions it cannot answer.
func (p *labelPages) waitingBatch(c echo.Context, b labelling.Batch, v *pages.LabelBatchShow, typed *form, wrong error) error {
	ctx, manages := c.Request().Context(), who(c).May(actor.ManageLabelling)
	v.Steps = importSteps(1)
	report, looked, err := p.Labelling.Report(ctx, b.ID)
	if err != nil {
		return err
	}
	v.Read = p.fileRows(ctx, b, report)
	if looked {
		v.Stats = reportStats(ctx, report)
		if v.Refused, err = p.refusedView(ctx, b, report.Refused); err != nil {
			return err
		}
		if v.Tallies, err = p.tallies(c, b.ProjectID, report.Annotators, report.Labels); err != nil {
			return err
		}
	}
	samples, guess, fault, err := p.Labelling.Preview(ctx, b)
	if err != nil {
		return err
	}
	v.Fault, v.FaultTip = whyNot(ctx, report, fault, looked)
	if v.Preview, err = p.previewRows(c, b, samples); err != nil {
		return err
	}
	if !manages || v.Progress != nil {
		return nil
	}
	v.Reread = rereadForm(ctx, b, guess, fault, nil, nil)
	if looked && report.Importable() {
		v.Confirm, err = p.confirmForm(c, b, report, typed, wrong)
	}
	return err
}

func reportStats(ctx context.Context, r labelling.Report) []ui.StatView {
	left := r.LeftOut.Cancelled + r.LeftOut.Drafts + r.LeftOut.Unlabelled
	refused := ui.StatView{Label: "labelling.refused", Value: i18n.Number(ctx, r.Refused), Icon: "file-alert"}
	if r.Refused > 0 {
		refused.Tone, refused.URL = ui.Warn, "#refused"
	}
	return []ui.StatView{{Label: "labelling.items", Value: i18n.Number(ctx, r.Items), Icon: "stack-2", Tone: ui.Good}, refused,
		{Label: "labelling.left_out", Value: i18n.Number(ctx, left), Icon: "filter-off", Hint: i18n.T(ctx, "labelling.left_out.hint", "cancelled", r.LeftOut.Cancelled, "drafts", r.LeftOut.Drafts, "unlabelled", r.LeftOut.Unlabelled)},
		{Label: "labelling.rows", Value: i18n.Number(ctx, r.Rows), Icon: "list-numbers"}}
}

// whyNot says why a file cannot be imported as it is read now.
func whyNot(ctx context.Context, r labelling.Report, fault *exports.Fault, looked bool) (title, tip string) {
	if r.Fatal != nil {
		fault = r.Fatal
	}
	switch {
	case fault != nil && fault.Line > 0:
		return i18n.T(ctx, "labelling.import.fault_at", "line", fault.Line, "reason", i18n.T(ctx, fault.Key(), fault.Args...)), "labelling.import.fault.tip"
	case fault != nil:
		return i18n.T(ctx, fault.Key(), fault.Args...), "labelling.import.fault.tip"
	case looked && r.Items == 0:
		return i18n.T(ctx, "labelling.import.nothing"), "labelling.import.fault.tip"
	}
	return "", ""
}

func (p *labelPages) previewRows(c echo.Context, b labelling.Batch, samples []labelling.Sample) ([]pages.LabelItemRow, error) {
	ctx, manages := c.Request().Context(), who(c).May(actor.ManageLabelling)
	views := make([]exports.View, len(samples))
	for i, s := range samples {
		views[i] = s.View
	}
	picture, err := p.pictures(ctx, b.ID, views)
	if err != nil {
		return nil, err
	}
	out := make([]pages.LabelItemRow, len(samples))
	for i, s := range samples {
		out[i] = pages.LabelItemRow{Number: i18n.T(ctx, "labelling.refused.line", "line", s.Line), ID: s.ID, Item: labelItem(ctx, "sample-"+strconv.Itoa(i), s.View, picture)}
		if manages {
			out[i].Annotator = s.Annotator
		}
	}
	return out, nil
}

// rereadForm asks how a file is to be read. It is open when something about
// that is missing.
func rereadForm(ctx context.Context, b labelling.Batch, guess exports.Guess, fault *exports.Fault, typed *form, wrong error) *pages.LabelReread {
	f := fields{messages(ctx, wrong)}
	k := cameBack{typed, wrong}
	format, encoding, number, perTask := b.Format, b.Encoding, b.Number, b.PerTask
	if typed != nil {
		format, encoding, number, perTask = k.text("format"), k.text("encoding"), k.text("number") != "", k.text("per_task") != ""
	}
	var formats, encodings []ui.Option
	for _, one := range exports.Formats() {
		formats = append(formats, ui.Option{Value: string(one), Label: one.Key()})
	}
	for _, one := range exports.Encodings() {
		encodings = append(encodings, ui.Option{Value: string(one), Label: encodingName(string(one))})
	}
	v := &pages.LabelReread{Open: fault != nil || wrong != nil, Form: pages.LabelForm{Action: labelURL("batches", b.ID) + "/reading", Submit: "labelling.reread.submit", Version: b.Version, Summary: summary(ctx, wrong), Parts: []pages.FormPart{
		f.pick("format", "labelling.batch.format", format, "labelling.reread.auto", formats, false),
		f.pick("encoding", "labelling.batch.encoding", encoding, "labelling.reread.auto", encodings, false),
	}}}
	current := exports.Format(format)
	if current == "" {
		current = guess.Layout.Format
	}
	if current == exports.LabelStudio {
		v.Form.Parts = append(v.Form.Parts, f.check("per_task", "labelling.reread.per_task", "labelling.reread.per_task.hint", perTask))
	}
	if len(guess.Names) == 0 {
		return v
	}
	v.Form.Parts = append(v.Form.Parts, f.check("number", "labelling.reread.number", "labelling.reread.number.hint", number))
	roles := map[string]string{}
	for _, c := range guess.Layout.Columns {
		roles[c.Name] = string(c.Role)
	}
	for _, c := range b.Columns {
		roles[c.Name] = c.Role
	}
	var options []ui.Option
	for _, r := range exports.Roles() {
		options = append(options, ui.Option{Value: string(r), Label: r.Key()})
	}
	for i, name := range guess.Names {
		v.Columns = append(v.Columns, ui.Choice{Field: ui.Field{Name: "role", ID: "column-" + strconv.Itoa(i), Label: name, Value: roles[name]}, Prompt: "labelling.reread.plain", Options: options})
	}
	return v
}

func readReading(f *form) labelling.FileReading {
	in := labelling.FileReading{Format: f.text("format"), Encoding: f.text("encoding"), Number: f.checked("number"), PerTask: f.checked("per_task")}
	names, roles := f.values["column"], f.values["role"]
	for i, name := range names {
		if i < len(roles) && roles[i] != "" {
			in.Columns = append(in.Columns, labelling.Column{Name: name, Role: roles[i]})
		}
	}
	return in
}

func (p *labelPages) reread(c echo.Context) error {
	ctx := c.Request().Context()
	b, err := p.Labelling.Batch(ctx, who(c), c.Param("id"))
	if err != nil {
		return err
	}
	f, err := readForm(c)
	if err != nil {
		return err
	}
	if err = f.err(nil); err == nil {
		b, err = p.Labelling.Reread(ctx, who(c), b.ID, f.int("version"), readReading(f))
	}
	if comesBack(err) {
		return p.batchPage(c, statusOf(err), b, nil, err)
	}
	if err != nil {
		return err
	}
	p.Labelling.Settle(ctx, b.ID, soon)
	return done(c, labelURL("batches", b.ID))
}

// asked are the answers with which a form starts.
func (p *labelPages) asked(b labelling.Batch, rules []labelling.RuleSet) labelling.Answers {
	in := labelling.Answers{Name: b.Name, Kind: b.Kind, PeriodUntil: p.Labelling.Today(), DivideBy: labelling.Whole, DivideSize: 10_000}
	for _, r := range rules {
		if r.State == labelling.RuleInForce && r.Kind == b.Kind {
			in.RuleSetID = r.ID
		}
	}
	return in
}

func readAnswers(f *form) labelling.Answers {
	return labelling.Answers{Name: f.text("name"), Kind: labelling.Kind(f.text("kind")), RuleSetID: f.text("rule_set"), SupplierID: f.text("supplier"),
		PeriodFrom: f.date("period_from"), PeriodUntil: f.date("period_until"), RiskCategory: f.text("risk_category"), Note: f.lines("note"), ParentLotID: f.text("parent_lot"),
		DivideBy: labelling.Division(f.text("divide_by")), DivideColumn: f.text("divide_column"), DivideSize: f.int("divide_size"), SkipRefused: f.checked("skip_refused")}
}

// confirmForm asks what the file cannot say.
func (p *labelPages) confirmForm(c echo.Context, b labelling.Batch, report labelling.Report, typed *form, wrong error) (*pages.LabelForm, error) {
	ctx, by := c.Request().Context(), who(c)
	rules, err := p.Labelling.RulesOf(ctx, by, b.ProjectID)
	if err != nil {
		return nil, err
	}
	in := p.asked(b, rules)
	if typed != nil {
		in = readAnswers(typed)
	}
	suppliers, err := p.supplierOptions(ctx)
	if err != nil {
		return nil, err
	}
	rejected, err := p.Labelling.Lots(ctx, by, labelling.LotFilter{Project: b.ProjectID, Outcome: labelling.Rejected, Limit: mostPeople})
	if err != nil {
		return nil, err
	}
	f := fields{messages(ctx, wrong)}
	v := &pages.LabelForm{Action: labelURL("batches", b.ID) + "/confirm", Submit: "labelling.import.confirm", Version: b.Version, Summary: summary(ctx, wrong)}
	v.Parts = []pages.FormPart{
		f.text("name", "labelling.batch.name", in.Name, 100, true),
		f.radio("kind", "labelling.kind", string(in.Kind), codeOptions("labelling.kind.", labelling.Kinds)),
		hinted(f.pick("rule_set", "labelling.import.rules", in.RuleSetID, "labelling.choose_one", ruleOptions(ctx, rules), true), "labelling.import.rules.hint"),
		f.pick("supplier", "labelling.supplier", in.SupplierID, "labelling.own_staff", suppliers, false),
		f.date("period_from", "labelling.import.period_from", in.PeriodFrom, true),
		f.date("period_until", "labelling.import.period_until", in.PeriodUntil, true),
		hinted(f.pick("risk_category", "labelling.risk", in.RiskCategory, "labelling.none", codeOptions("labelling.risk.", labelling.RiskCategories), false), "labelling.risk.hint"),
	}
	if len(rejected) > 0 {
		v.Parts = append(v.Parts, hinted(f.pick("parent_lot", "labelling.import.parent", in.ParentLotID, "labelling.none", lotOptions(rejected), false), "labelling.import.parent.hint"))
	}
	v.Parts = append(v.Parts, divideParts(f, in, report)...)
	v.Parts = append(v.Parts, f.area("note", "labelling.note", in.Note, "", 2, false))
	if report.Refused > 0 {
		v.Parts = append(v.Parts, f.check("skip_refused", i18n.T(ctx, "labelling.import.skip", "count", report.Refused), "labelling.import.skip.hint", in.SkipRefused))
	}
	return v, nil
}

func divideParts(f fields, in labelling.Answers, report labelling.Report) []pages.FormPart {
	options := codeOptions("labelling.divide.", labelling.Divisions)
	for i := range options {
		options[i].Disabled = options[i].Value == string(labelling.ByAnnotator) && len(report.Annotators) == 0 || options[i].Value == string(labelling.ByColumn) && len(report.Strata) == 0
	}
	out := []pages.FormPart{hinted(f.radio("divide_by", "labelling.divide", string(in.DivideBy), options), "labelling.divide.hint")}
	if len(report.Strata) > 0 {
		var columns []ui.Option
		for _, s := range report.Strata {
			columns = append(columns, ui.Option{Value: s, Label: s})
		}
		out = append(out, f.pick("divide_column", "labelling.divide.which", in.DivideColumn, "labelling.none", columns, false))
	}
	return append(out, f.number("divide_size", "labelling.divide.items", in.DivideSize, 0))
}

func ruleOptions(ctx context.Context, list []labelling.RuleSet) []ui.Option {
	var out []ui.Option
	for _, r := range list {
		if r.State == labelling.RuleApproved || r.State == labelling.RuleInForce || r.State == labelling.RuleSuperseded {
			out = append(out, ui.Option{Value: r.ID, Label: ruleName(ctx, r) + " · " + i18n.T(ctx, "labelling.rules.state."+string(r.State))})
		}
	}
	return append(out, ui.Option{Value: labelling.NoRules, Label: "labelling.import.no_rules"})
}

func lotOptions(list []labelling.Lot) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, l := range list {
		out[i] = ui.Option{Value: l.ID, Label: l.Name}
	}
	return out
}

func (p *labelPages) confirm(c echo.Context) error {
	ctx := c.Request().Context()
	b, err := p.Labelling.Batch(ctx, who(c), c.Param("id"))
	if err != nil {
		return err
	}
	f, err := readForm(c)
	if err != nil {
		return err
	}
	in := readAnswers(f)
	if err = f.err(nil); err == nil {
		_, err = p.Labelling.Confirm(ctx, who(c), b.ID, f.int("version"), in)
	}
	if comesBack(err) {
		return p.batchPage(c, statusOf(err), b, f, err)
	}
	if err != nil {
		return err
	}
	p.Labelling.Settle(ctx, b.ID, soon)
	return done(c, labelURL("batches", b.ID))
}

// exportBatch hands out a batch in the format it came in.
func (p *labelPages) exportBatch(c echo.Context) error {
	b, err := p.Labelling.Batch(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	return p.sendExport(c, b.FileName, func(ctx context.Context, w http.ResponseWriter) error {
		return p.Labelling.ExportBatch(ctx, who(c), b.ID, w)
	})
}
