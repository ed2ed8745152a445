package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/i18n"
	"hegui/internal/labelling"
	"hegui/internal/problem"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

func (p *labelPages) project(c echo.Context) error {
	one, err := p.Labelling.Project(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	return p.projectPage(c, http.StatusOK, one, nil, nil)
}

// latest is how many batches and lots a project's page shows.
const latest = 10

// projectPage shows a project. typed and wrong are an appointment that came
// back.
func (p *labelPages) projectPage(c echo.Context, status int, one labelling.Project, typed *form, wrong error) error {
	ctx, by := c.Request().Context(), who(c)
	services, err := p.Register.Names(ctx)
	if err != nil {
		return err
	}
	v := pages.LabelProjectShow{LabelHead: p.labelHead(c, one.Name), Reads: by.May(actor.ReadLabelling), Defects: defectTable(one)}
	v.Status, v.Alert = []ui.ChipView{projectChip(one)}, said(ctx, wrong)
	v.Actions = projectActions(by, one)
	v.Details = []pages.DetailRow{{Label: "labelling.service", Value: services[one.ServiceID]}, {Label: "labelling.kind", Value: i18n.T(ctx, kindName(one.Kind))},
		{Label: "labelling.description", Value: one.Description}, {Label: "labelling.project.blind", Value: yesNo(ctx, one.Blind)},
		{Label: "labelling.project.double", Value: percent(one.DoublePercent)}, {Label: "labelling.project.gold", Value: percent(one.GoldPercent)}}
	if err := p.projectRules(c, one, &v); err != nil {
		return err
	}
	if !v.Reads {
		return render(c, status, pages.LabelProjectShowView(v))
	}
	if err := p.projectPeople(c, one, &v, typed, wrong); err != nil {
		return err
	}
	batches, err := p.Labelling.Batches(ctx, by, labelling.BatchFilter{Project: one.ID, Limit: latest})
	if err != nil {
		return err
	}
	v.Batches = batchTable(batches, nil)
	lots, err := p.Labelling.Lots(ctx, by, labelling.LotFilter{Project: one.ID, Limit: latest})
	if err != nil {
		return err
	}
	v.Lots = lotTable(ctx, lots, nil)
	h, err := p.history(c, audit.Object{Type: "label_project", ID: one.ID})
	v.History = &h
	if err != nil {
		return err
	}
	return render(c, status, pages.LabelProjectShowView(v))
}

func projectActions(by actor.Actor, one labelling.Project) (out []pages.LabelAction) {
	if !by.May(actor.ManageLabelling) {
		return nil
	}
	at := labelURL("projects", one.ID)
	if one.State == labelling.ProjectClosed {
		return []pages.LabelAction{postAction("labelling.project.reopen", at+"/reopen", "arrow-back-up", one.Version)}
	}
	return []pages.LabelAction{
		confirmed(postAction("labelling.project.close", at+"/close", "archive", one.Version), "labelling.project.close.confirm"),
		linkAction("labelling.edit", at+"/edit", "pencil"),
		primary(linkAction("labelling.upload", at+"/upload", "upload")),
	}
}

func yesNo(ctx context.Context, yes bool) string {
	if yes {
		return i18n.T(ctx, "field.yes")
	}
	return i18n.T(ctx, "field.no")
}

func percent(n int64) string { return strconv.FormatInt(n, 10) + "%" }

func defectTable(one labelling.Project) pages.LabelTable {
	t := pages.LabelTable{ID: "defects", Caption: "labelling.defects", Columns: []ui.Column{{Label: "labelling.defect.field.code"}, {Label: "labelling.defect.field.name"}, {Label: "labelling.defect.field.severity"}}}
	for _, d := range one.Defects {
		t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: d.Code}, {Text: d.Name, Note: d.Description}, {Chips: []ui.ChipView{defectChip(d.Severity)}}}})
	}
	return t
}

func defectChip(s labelling.Severity) ui.ChipView {
	tones := map[labelling.Severity]ui.Tone{labelling.Critical: ui.Bad, labelling.Major: ui.Warn}
	return ui.ChipView{Label: "labelling.severity." + string(s), Tone: tones[s]}
}

// ruleName says a version of rules: "Functional, version 3".
func ruleName(ctx context.Context, r labelling.RuleSet) string {
	return i18n.T(ctx, "labelling.rules.name", "kind", i18n.T(ctx, kindName(r.Kind)), "number", r.Number)
}

func (p *labelPages) projectRules(c echo.Context, one labelling.Project, v *pages.LabelProjectShow) error {
	ctx, by := c.Request().Context(), who(c)
	list, err := p.Labelling.RulesOf(ctx, by, one.ID)
	if err != nil {
		return err
	}
	v.Rules = pages.LabelTable{ID: "rule-list", Caption: "labelling.rules", Columns: []ui.Column{{Label: "labelling.rules.version"}, {Label: "labelling.state"}, {Label: "labelling.rules.in_force_on"}, {Label: "labelling.rules.superseded_on"}},
		Empty: ui.EmptyView{Icon: "book", Title: "labelling.rules.empty", Text: "labelling.rules.empty.text"}}
	for _, r := range list {
		v.Rules.Rows = append(v.Rules.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: ruleName(ctx, r), URL: labelURL("rules", r.ID)}, {Chips: []ui.ChipView{ruleChip(r.State)}},
			{Day: string(r.InForceOn)}, {Day: string(r.SupersededOn)}}})
	}
	if by.May(actor.ManageLabelling) && one.State == labelling.ProjectActive {
		for _, k := range labelling.Kinds {
			a := linkAction("labelling.rules.draft."+string(k), labelURL("projects", one.ID)+"/rules?kind="+string(k), "plus")
			a.Small = true
			v.RuleURLs = append(v.RuleURLs, a)
		}
	}
	return nil
}

// lackWords says why somebody is not qualified.
func lackWords(ctx context.Context, list []labelling.Lack) (out []string) {
	for _, l := range list {
		out = append(out, i18n.T(ctx, "labelling.lack."+string(l)))
	}
	return out
}

func (p *labelPages) projectPeople(c echo.Context, one labelling.Project, v *pages.LabelProjectShow, typed *form, wrong error) error {
	ctx, by := c.Request().Context(), who(c)
	list, err := p.Labelling.Qualifications(ctx, one.ID, p.Labelling.Today())
	if err != nil {
		return err
	}
	manages := by.May(actor.ManageLabelling)
	v.People = pages.LabelTable{ID: "project-people", Caption: "labelling.project.people", Columns: []ui.Column{{Label: "labelling.person"}, {Label: "labelling.function"}, {Label: "labelling.qualified"}, {Label: "labelling.function.from"}},
		Empty: ui.EmptyView{Icon: "users", Title: "labelling.project.people.empty", Text: "labelling.project.people.empty.text"}}
	if manages {
		v.People.Columns = append(v.People.Columns, ui.Column{Label: "labelling.actions", HideHead: true})
	}
	for _, q := range list {
		row := []pages.LabelCell{{Text: q.Worker.Called(by), URL: labelURL("people", q.Worker.ID) + "?project=" + one.ID}, {Text: "labelling.function." + string(q.Function.Function)}, {Chips: []ui.ChipView{qualifiedChip(q)}}, {Day: string(q.Function.FromOn)}}
		for i, w := range lackWords(ctx, q.Lacks) {
			if i > 0 {
				row[2].Note += i18n.T(ctx, "role.separator")
			}
			row[2].Note += w
		}
		if manages {
			cell := pages.LabelCell{}
			if q.Function.UntilOn == "" {
				end := confirmed(postAction("labelling.function.end", "/labelling/functions/"+q.Function.ID+"/end", "x", q.Function.Version), "labelling.function.end.confirm")
				end.Small, end.IconOnly, end.Tone = true, true, ui.Ghost
				cell.Posts = []pages.LabelAction{end}
			}
			row = append(row, cell)
		}
		v.People.Rows = append(v.People.Rows, pages.LabelRow{Cells: row})
	}
	if manages && one.State == labelling.ProjectActive {
		v.Appoint, err = p.appointForm(c, one, typed, wrong)
	}
	return err
}

func qualifiedChip(q labelling.Qualification) ui.ChipView {
	if q.Qualified() {
		return ui.ChipView{Label: "labelling.qualified.yes", Tone: ui.Good}
	}
	return ui.ChipView{Label: "labelling.qualified.no", Tone: ui.Warn}
}

// mostPeople bounds the select of people.
const mostPeople = 500

func (p *labelPages) appointForm(c echo.Context, one labelling.Project, typed *form, wrong error) (*pages.LabelForm, error) {
	ctx := c.Request().Context()
	people, err := p.Labelling.Workers(ctx, who(c), labelling.WorkerFilter{Limit: mostPeople})
	if err != nil {
		return nil, err
	}
	options := make([]ui.Option, len(people))
	for i, w := range people {
		options[i] = ui.Option{Value: w.ID, Label: w.Name + " (" + w.Pseudonym + ")"}
	}
	k, f := cameBack{typed, wrong}, fields{messages(ctx, wrong)}
	from := day.Date(k.text("from_on"))
	if typed == nil {
		from = p.Labelling.Today()
	}
	return &pages.LabelForm{Action: labelURL("projects", one.ID) + "/functions", Submit: "labelling.appoint", Summary: summary(ctx, wrong), Parts: []pages.FormPart{
		f.pick("worker", "labelling.person", k.text("worker"), "labelling.choose_one", options, true),
		f.pick("function", "labelling.function", k.text("function"), "labelling.choose_one", codeOptions("labelling.function.", labelling.Duties), true),
		f.date("from_on", "labelling.function.from", from, true),
	}}, nil
}

func (p *labelPages) appoint(c echo.Context) error {
	ctx := c.Request().Context()
	one, err := p.Labelling.Project(ctx, who(c), c.Param("id"))
	if err != nil {
		return err
	}
	f, err := readForm(c)
	if err != nil {
		return err
	}
	if one.State != labelling.ProjectActive {
		return problem.New(problem.Conflict, "labelling.project.closed")
	}
	from := f.date("from_on")
	if err = f.err(nil); err == nil {
		_, err = p.Labelling.Appoint(ctx, who(c), one.ID, f.text("worker"), labelling.Duty(f.text("function")), from)
	}
	if comesBack(err) {
		return p.projectPage(c, statusOf(err), one, f, err)
	}
	if err != nil {
		return err
	}
	p.flash(c, "labelling.flash.appointed")
	return done(c, labelURL("projects", one.ID)+"#people")
}

func (p *labelPages) endFunction(c echo.Context) error {
	f, err := p.Labelling.Function(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	return p.act(c, "labelling.flash.function_ended", labelURL("projects", f.ProjectID)+"#people", func(*form) error {
		return p.Labelling.EndFunction(c.Request().Context(), who(c), f.ID)
	})
}

// rules

func (p *labelPages) newRules(c echo.Context) error {
	ctx, by := c.Request().Context(), who(c)
	one, err := p.Labelling.Project(ctx, by, c.Param("id"))
	if err != nil {
		return err
	}
	kind := labelling.Kind(c.QueryParam("kind"))
	in := labelling.RuleInput{}
	list, err := p.Labelling.RulesOf(ctx, by, one.ID)
	if err != nil {
		return err
	}
	for _, r := range list { // the newest of the kind comes first
		if r.Kind == kind {
			in = r.Input()
			break
		}
	}
	return p.rulesForm(c, http.StatusOK, one, labelling.RuleSet{Kind: kind}, in, nil)
}

func (p *labelPages) rulesForm(c echo.Context, status int, one labelling.Project, r labelling.RuleSet, in labelling.RuleInput, wrong error) error {
	ctx := c.Request().Context()
	f := fields{messages(ctx, wrong)}
	at := labelURL("projects", one.ID)
	v := pages.LabelFormPage{LabelHead: p.labelHead(c, "labelling.rules.new", p.projectCrumb(one)), Form: pages.LabelForm{Action: at + "/rules", Submit: "labelling.rules.save", CancelURL: at, Summary: summary(ctx, wrong)}}
	v.Subtitle, v.Alert = "labelling.rules.new.lead", said(ctx, wrong)
	if r.ID != "" {
		at = labelURL("rules", r.ID)
		v.LabelHead = p.labelHead(c, "labelling.rules.edit", p.projectCrumb(one))
		v.Form.Action, v.Form.CancelURL, v.Form.Version, v.Alert = at+"/edit", at, r.Version, said(ctx, wrong)
	} else {
		v.Form.Parts = append(v.Form.Parts, f.pick("kind", "labelling.kind", string(r.Kind), "labelling.choose_one", codeOptions("labelling.kind.", labelling.Kinds), true))
	}
	v.Form.Parts = append(v.Form.Parts,
		f.area("goal", "labelling.rules.goal", in.Goal, "labelling.rules.goal.hint", 4, true),
		f.area("data_format", "labelling.rules.data_format", in.DataFormat, "labelling.rules.data_format.hint", 4, true),
		f.area("method", "labelling.rules.method", in.Method, "labelling.rules.method.hint", 8, true),
		f.area("quality", "labelling.rules.quality", in.Quality, "labelling.rules.quality.hint", 4, true),
		f.area("examples", "labelling.rules.examples", in.Examples, "labelling.rules.examples.hint", 6, false))
	return render(c, status, pages.LabelFormView(v))
}

func readRules(f *form) labelling.RuleInput {
	return labelling.RuleInput{Goal: f.lines("goal"), DataFormat: f.lines("data_format"), Method: f.lines("method"), Quality: f.lines("quality"), Examples: f.lines("examples")}
}

func (p *labelPages) draftRules(c echo.Context) error {
	ctx, by := c.Request().Context(), who(c)
	one, err := p.Labelling.Project(ctx, by, c.Param("id"))
	if err != nil {
		return err
	}
	f, err := readForm(c)
	if err != nil {
		return err
	}
	in, kind := readRules(f), labelling.Kind(f.text("kind"))
	var r labelling.RuleSet
	if err = f.err(nil); err == nil {
		r, err = p.Labelling.DraftRules(ctx, by, one.ID, kind, in)
	}
	if comesBack(err) {
		return p.rulesForm(c, statusOf(err), one, labelling.RuleSet{Kind: kind}, in, err)
	}
	if err != nil {
		return err
	}
	p.flash(c, "labelling.flash.rules_drafted")
	return done(c, labelURL("rules", r.ID))
}

func (p *labelPages) editRules(c echo.Context) error {
	r, one, err := p.ruleAndProject(c)
	if err != nil {
		return err
	}
	if r.State != labelling.RuleDraft {
		return problem.New(problem.Conflict, "labelling.rules.fixed")
	}
	return p.rulesForm(c, http.StatusOK, one, r, r.Input(), nil)
}

func (p *labelPages) ruleAndProject(c echo.Context) (labelling.RuleSet, labelling.Project, error) {
	ctx, by := c.Request().Context(), who(c)
	r, err := p.Labelling.Rules(ctx, by, c.Param("id"))
	if err != nil {
		return r, labelling.Project{}, err
	}
	one, err := p.Labelling.Project(ctx, by, r.ProjectID)
	return r, one, err
}

func (p *labelPages) changeRules(c echo.Context) error {
	r, one, err := p.ruleAndProject(c)
	if err != nil {
		return err
	}
	f, err := readForm(c)
	if err != nil {
		return err
	}
	in := readRules(f)
	if err = f.err(nil); err == nil {
		_, err = p.Labelling.ChangeRules(c.Request().Context(), who(c), r.ID, f.int("version"), in)
	}
	if comesBack(err) {
		r.Version = f.int("version")
		return p.rulesForm(c, statusOf(err), one, r, in, err)
	}
	if err != nil {
		return err
	}
	p.flash(c, "labelling.flash.saved")
	return done(c, labelURL("rules", r.ID))
}
