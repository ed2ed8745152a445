package web

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"hegui/internal/account"
	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/i18n"
	"hegui/internal/labelling"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

func (p *labelPages) people(c echo.Context) error {
	ctx, by := c.Request().Context(), who(c)
	f := labelling.WorkerFilter{Query: query(c), Supplier: c.QueryParam("supplier"), After: c.QueryParam("after"), Limit: labelPage + 1}
	found, err := p.Labelling.Workers(ctx, by, f)
	if err != nil {
		return err
	}
	suppliers, err := p.supplierOptions(ctx)
	if err != nil {
		return err
	}
	t := pages.LabelTable{ID: "people", Caption: "labelling.people", Columns: []ui.Column{{Label: "labelling.person"}, {Label: "labelling.worker.pseudonym"}, {Label: "labelling.supplier"}, {Label: "labelling.worker.account"}, {Label: "labelling.worker.left_on"}},
		Empty: ui.EmptyView{Icon: "users-group", Title: "labelling.people.empty", Text: "labelling.people.empty.text"}}
	names := map[string]string{"": "labelling.own_staff"}
	for _, o := range suppliers {
		names[o.Value] = o.Label
	}
	for _, w := range found[:labelPager(c, &t, len(found), func(i int) string { return found[i].ID })] {
		t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: w.Called(by), URL: labelURL("people", w.ID)}, {Text: w.Pseudonym}, {Text: names[w.SupplierID]},
			{Text: yesNo(ctx, w.AccountID != "")}, {Day: string(w.LeftOn)}}})
	}
	supplier := choice("supplier", "labelling.supplier", "labelling.any", f.Supplier)
	supplier.Options = append([]ui.Option{{Value: labelling.OwnStaff, Label: "labelling.own_staff"}}, suppliers...)
	labelFilter(c, &t, supplier)
	t.Search = &ui.Field{Name: "q", Label: "labelling.people.search", Type: ui.InputSearch, Value: f.Query}
	v := pages.LabelList{LabelHead: p.listHead(c, "labelling.people", "labelling.people.lead"), Table: t}
	if by.May(actor.ManageLabelling) {
		add := primary(linkAction("labelling.worker.add", "/labelling/people/new", "user-plus"))
		v.Actions, v.Table.Empty.Actions = append(v.Actions, add), ui.LinkButton(add.ButtonView)
	}
	return show(c, http.StatusOK, pages.LabelListView(v), pages.LabelListPanel(v.Table))
}

func (p *labelPages) supplierOptions(ctx context.Context) ([]ui.Option, error) {
	list, err := p.Labelling.Suppliers(ctx)
	out := make([]ui.Option, len(list))
	for i, s := range list {
		out[i] = ui.Option{Value: s.ID, Label: s.Name}
	}
	return out, err
}

func (p *labelPages) newWorker(c echo.Context) error {
	return p.workerForm(c, http.StatusOK, labelling.Worker{}, labelling.WorkerInput{}, nil)
}

func (p *labelPages) workerForm(c echo.Context, status int, w labelling.Worker, in labelling.WorkerInput, wrong error) error {
	ctx := c.Request().Context()
	suppliers, err := p.supplierOptions(ctx)
	if err != nil {
		return err
	}
	accounts, err := p.Accounts.Able(ctx, actor.CheckLabels, "")
	if err != nil {
		return err
	}
	f := fields{messages(ctx, wrong)}
	people := crumbPeopleOfLabelling
	v := pages.LabelFormPage{LabelHead: p.labelHead(c, "labelling.worker.add", people), Form: pages.LabelForm{Action: "/labelling/people/new", Submit: "labelling.worker.create", CancelURL: "/labelling/people", Summary: summary(ctx, wrong)}}
	v.Subtitle = "labelling.worker.add.lead"
	if w.ID != "" {
		at := labelURL("people", w.ID)
		v.LabelHead = p.labelHead(c, "labelling.worker.edit", people, workerCrumb(c, w))
		v.Form.Action, v.Form.Submit, v.Form.CancelURL, v.Form.Version = at+"/edit", "labelling.save", at, w.Version
	}
	v.Alert = said(ctx, wrong)
	v.Form.Parts = []pages.FormPart{
		f.text("name", "labelling.worker.name", in.Name, 100, true),
		f.pick("supplier", "labelling.supplier", in.SupplierID, "labelling.own_staff", suppliers, false),
		hinted(f.pick("account", "labelling.worker.account", in.AccountID, "labelling.worker.account.none", accountOptions(accounts), false), "labelling.worker.account.hint"),
		hinted(f.date("left_on", "labelling.worker.left_on", in.LeftOn, false), "labelling.worker.left_on.hint"),
		f.area("codes", "labelling.worker.codes", strings.Join(in.Codes, "\n"), "labelling.worker.codes.hint", 3, false),
	}
	return render(c, status, pages.LabelFormView(v))
}

func accountOptions(list []account.Account) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, a := range list {
		out[i] = ui.Option{Value: a.ID, Label: a.Name}
	}
	return out
}

// readWorker reads a posted worker. Only an account that may check labels can
// be theirs.
func (p *labelPages) readWorker(c echo.Context) (*form, labelling.WorkerInput, error) {
	f, err := readForm(c)
	if err != nil {
		return nil, labelling.WorkerInput{}, err
	}
	in := labelling.WorkerInput{Name: f.text("name"), Codes: strings.Split(f.lines("codes"), "\n"), SupplierID: f.text("supplier"), AccountID: f.text("account"), LeftOn: f.date("left_on")}
	if in.AccountID != "" {
		able, err := p.Accounts.Able(c.Request().Context(), actor.CheckLabels, "")
		if err != nil {
			return nil, in, err
		}
		known := false
		for _, a := range able {
			known = known || a.ID == in.AccountID
		}
		if !known {
			f.wrong.Add("account", "labelling.choose")
		}
	}
	return f, in, nil
}

func (p *labelPages) addWorker(c echo.Context) error {
	f, in, err := p.readWorker(c)
	if err != nil {
		return err
	}
	var w labelling.Worker
	if err = f.err(nil); err == nil {
		w, err = p.Labelling.AddWorker(c.Request().Context(), who(c), in)
	}
	if comesBack(err) {
		return p.workerForm(c, statusOf(err), labelling.Worker{}, in, err)
	}
	if err != nil {
		return err
	}
	p.flash(c, "labelling.flash.worker_added")
	return done(c, labelURL("people", w.ID))
}

func (p *labelPages) editWorker(c echo.Context) error {
	w, err := p.Labelling.Worker(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	return p.workerForm(c, http.StatusOK, w, w.Input(), nil)
}

func (p *labelPages) changeWorker(c echo.Context) error {
	ctx := c.Request().Context()
	w, err := p.Labelling.Worker(ctx, who(c), c.Param("id"))
	if err != nil {
		return err
	}
	f, in, err := p.readWorker(c)
	if err != nil {
		return err
	}
	if in.AccountID == w.AccountID { // it may have lost the right since
		f.wrong = withoutField(f.wrong, "account")
	}
	if err = f.err(nil); err == nil {
		_, err = p.Labelling.ChangeWorker(ctx, who(c), w.ID, f.int("version"), in)
	}
	if comesBack(err) {
		w.Version = f.int("version")
		return p.workerForm(c, statusOf(err), w, in, err)
	}
	if err != nil {
		return err
	}
	p.flash(c, "labelling.flash.saved")
	return done(c, labelURL("people", w.ID))
}

func (p *labelPages) worker(c echo.Context) error {
	w, err := p.Labelling.Worker(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	return p.workerPage(c, http.StatusOK, w, "", nil, nil)
}

// workerPage shows somebody. which names the short form that came back, typed
// and wrong what was in it.
func (p *labelPages) workerPage(c echo.Context, status int, w labelling.Worker, which string, typed *form, wrong error) error {
	ctx, by := c.Request().Context(), who(c)
	past, err := p.Labelling.PastOf(ctx, by, w.ID)
	if err != nil {
		return err
	}
	v := pages.LabelWorkerShow{LabelHead: p.labelHead(c, w.Called(by), crumbPeopleOfLabelling)}
	v.Subtitle, v.Alert = w.Pseudonym, said(ctx, wrong)
	suspended := len(past.Suspensions) > 0 && past.Suspensions[0].UntilOn == ""
	v.Status = workerChips(w, suspended, p.Labelling.Today())
	if v.Details, err = p.workerDetails(ctx, by, w); err != nil {
		return err
	}
	projects, err := p.workerTables(c, past, &v)
	if err != nil {
		return err
	}
	if v.Question, err = p.question(c, w, past, projects); err != nil {
		return err
	}
	if suspended {
		if v.Hold, err = p.holdOf(ctx, by, w.ID); err != nil {
			return err
		}
	}
	if by.May(actor.ManageLabelling) {
		v.Actions = []pages.LabelAction{linkAction("labelling.edit", labelURL("people", w.ID)+"/edit", "pencil")}
		if v.Train, err = p.trainForm(c, w, which, typed, wrong); err != nil {
			return err
		}
		k := cameBack{typed, wrong}
		if suspended {
			v.Lift = noteForm(ctx, labelURL("people", w.ID)+"/lift", "labelling.lift", "note", "labelling.note", "labelling.lift.hint", k, which == "lift")
		} else {
			v.Suspend = noteForm(ctx, labelURL("people", w.ID)+"/suspend", "labelling.suspend", "reason", "labelling.reason", "labelling.suspend.hint", k, which == "suspend")
		}
	}
	if by.May(actor.ReadLabelling) {
		h, err := p.history(c, audit.Object{Type: "label_worker", ID: w.ID})
		if err != nil {
			return err
		}
		v.History = &h
	}
	return render(c, status, pages.LabelWorkerShowView(v))
}

func workerChips(w labelling.Worker, suspended bool, today day.Date) (out []ui.ChipView) {
	if suspended {
		out = append(out, ui.ChipView{Label: "labelling.worker.suspended", Tone: ui.Bad})
	}
	if w.LeftOn != "" && w.LeftOn <= today {
		out = append(out, ui.ChipView{Label: "labelling.worker.left"})
	}
	return out
}

func (p *labelPages) workerDetails(ctx context.Context, by actor.Actor, w labelling.Worker) ([]pages.DetailRow, error) {
	suppliers, err := p.Labelling.SupplierNames(ctx, []string{w.SupplierID})
	if err != nil {
		return nil, err
	}
	supplier := suppliers[w.SupplierID]
	if supplier == "" {
		supplier = i18n.T(ctx, "labelling.own_staff")
	}
	out := []pages.DetailRow{{Label: "labelling.worker.pseudonym", Value: w.Pseudonym}, {Label: "labelling.supplier", Value: supplier}}
	if by.May(actor.ManageLabelling) {
		names, err := p.Accounts.Names(ctx, []string{w.AccountID})
		if err != nil {
			return nil, err
		}
		out = append(out, pages.DetailRow{Label: "labelling.worker.codes", Value: strings.Join(w.Codes, i18n.T(ctx, "field.separator"))},
			pages.DetailRow{Label: "labelling.worker.account", Value: names[w.AccountID]})
	}
	if w.LeftOn != "" {
		out = append(out, pages.DetailRow{Label: "labelling.worker.left_on", Value: i18n.Date(ctx, w.LeftOn)})
	}
	return out, nil
}

// workerTables puts what is recorded about somebody into tables, and gives the
// names of the projects in it.
func (p *labelPages) workerTables(c echo.Context, past labelling.Past, v *pages.LabelWorkerShow) (map[string]string, error) {
	ctx := c.Request().Context()
	var projectIDs, ruleIDs []string
	for _, f := range past.Functions {
		projectIDs = append(projectIDs, f.ProjectID)
	}
	for _, t := range past.Trainings {
		projectIDs, ruleIDs = append(projectIDs, t.ProjectID), append(ruleIDs, t.RuleSetID)
	}
	for _, r := range past.Readings {
		ruleIDs = append(ruleIDs, r.RuleSetID)
	}
	rules, err := p.Labelling.RulesByID(ctx, who(c), ruleIDs)
	if err != nil {
		return nil, err
	}
	for _, r := range rules {
		projectIDs = append(projectIDs, r.ProjectID)
	}
	projects, err := p.Labelling.ProjectNames(ctx, projectIDs)
	if err != nil {
		return nil, err
	}
	v.Functions = functionTable(past.Functions, projects)
	v.Trainings = trainingTable(ctx, past.Trainings, projects, rules, p.Labelling.Today())
	v.Suspensions = suspensionTable(past.Suspensions)
	v.Readings = readingTable(ctx, past.Readings, projects, rules)
	return projects, nil
}

func nothing(title string) ui.EmptyView { return ui.EmptyView{Icon: "circle-dashed", Title: title} }

func functionTable(list []labelling.Function, projects map[string]string) pages.LabelTable {
	t := pages.LabelTable{Caption: "labelling.functions", Empty: nothing("labelling.functions.empty"), Columns: []ui.Column{{Label: "labelling.project"}, {Label: "labelling.function"}, {Label: "labelling.function.from"}, {Label: "labelling.function.until"}}}
	for _, f := range list {
		t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: projects[f.ProjectID], URL: labelURL("projects", f.ProjectID)}, {Text: "labelling.function." + string(f.Function)}, {Day: string(f.FromOn)}, {Day: string(f.UntilOn)}}})
	}
	return t
}

func trainingTable(ctx context.Context, list []labelling.Training, projects map[string]string, rules map[string]labelling.RuleSet, today day.Date) pages.LabelTable {
	t := pages.LabelTable{Caption: "labelling.trainings", Empty: ui.EmptyView{Icon: "school", Title: "labelling.trainings.empty", Text: "labelling.trainings.empty.text"}, Columns: []ui.Column{{Label: "labelling.training"}, {Label: "labelling.training.for"}, {Label: "labelling.training.held_on"},
		{Label: "labelling.training.hours", Numeric: true}, {Label: "labelling.training.exam"}, {Label: "labelling.training.valid_until"}}}
	tones := map[labelling.Exam]ui.Tone{labelling.Passed: ui.Good, labelling.Failed: ui.Bad}
	for _, one := range list {
		scope := projects[one.ProjectID]
		if scope == "" {
			scope = "labelling.training.all"
		}
		what := pages.LabelCell{Text: scope}
		if r, ok := rules[one.RuleSetID]; ok {
			what.Note = ruleName(ctx, r)
		}
		exam := pages.LabelCell{Chips: []ui.ChipView{{Label: "labelling.exam." + string(one.Exam), Tone: tones[one.Exam]}}}
		if one.Exam != labelling.NoExam {
			exam.Note = i18n.T(ctx, "labelling.training.score_of", "score", one.Score)
		}
		until := pages.LabelCell{Day: string(one.ValidUntil)}
		if one.ValidUntil.Before(today) {
			until.Note = "labelling.training.over"
		}
		t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: one.Title, Note: one.Note}, what, {Day: string(one.HeldOn)}, {Text: hours(ctx, one.Minutes), Number: true}, exam, until}})
	}
	return t
}

// hours says minutes as hours with one decimal.
func hours(ctx context.Context, minutes int64) string {
	return i18n.Number(ctx, float64(minutes*10/60)/10)
}

func suspensionTable(list []labelling.Suspension) pages.LabelTable {
	t := pages.LabelTable{Caption: "labelling.suspensions", Empty: nothing("labelling.suspensions.empty"), Columns: []ui.Column{{Label: "labelling.reason"}, {Label: "labelling.from"}, {Label: "labelling.until"}, {Label: "labelling.note"}}}
	for _, s := range list {
		t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: s.Reason}, {Day: string(s.FromOn)}, {Day: string(s.UntilOn)}, {Text: s.LiftNote}}})
	}
	return t
}

func readingTable(ctx context.Context, list []labelling.Reading, projects map[string]string, rules map[string]labelling.RuleSet) pages.LabelTable {
	t := pages.LabelTable{Caption: "labelling.worker.readings", Empty: nothing("labelling.readings.empty"), Columns: []ui.Column{{Label: "labelling.rules"}, {Label: "labelling.project"}, {Label: "labelling.readings.on"}}}
	for _, one := range list {
		r, ok := rules[one.RuleSetID]
		if !ok {
			continue
		}
		t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: ruleName(ctx, r), URL: labelURL("rules", r.ID)}, {Text: projects[r.ProjectID]}, {Day: string(one.ReadOn)}}})
	}
	return t
}

// question answers whether somebody was qualified for a project on a day; the
// project and the day come with the address.
func (p *labelPages) question(c echo.Context, w labelling.Worker, past labelling.Past, projects map[string]string) (*pages.LabelQuestion, error) {
	if len(past.Functions) == 0 {
		return nil, nil //nolint:nilnil // nothing to ask about
	}
	ctx := c.Request().Context()
	project, on := past.Functions[0].ProjectID, p.Labelling.Today()
	v := &pages.LabelQuestion{Action: labelURL("people", w.ID)}
	for _, f := range past.Functions {
		if f.ProjectID == c.QueryParam("project") {
			project = f.ProjectID
		}
		v.Project.Options = append(v.Project.Options, ui.Option{Value: f.ProjectID, Label: projects[f.ProjectID]})
	}
	if d, ok := day.Parse(c.QueryParam("on")); ok && d != "" {
		on = d
	}
	v.Project.Field = ui.Field{Name: "project", ID: "q-project", Label: "labelling.project", Value: project}
	v.Day = ui.Field{Name: "on", ID: "q-on", Label: "labelling.qualification.on", Type: ui.InputDate, Value: string(on)}
	q, err := p.Labelling.Qualification(ctx, who(c), w.ID, project, on)
	if err != nil {
		return nil, err
	}
	v.Answer, v.Lacks, v.Grounds = qualifiedChip(q), lackWords(ctx, q.Lacks), grounds(ctx, q)
	key := "labelling.qualification.no"
	if q.Qualified() {
		key = "labelling.qualification.yes"
	}
	v.Sentence = i18n.T(ctx, key, "name", w.Called(who(c)), "project", projects[project], "day", i18n.Date(ctx, on))
	return v, nil
}

// grounds are what an answer rests on.
func grounds(ctx context.Context, q labelling.Qualification) (out []pages.DetailRow) {
	for _, r := range q.Rules {
		value := i18n.T(ctx, "labelling.readings.missing", "rules", ruleName(ctx, r))
		if one, ok := q.Readings[r.ID]; ok {
			value = i18n.T(ctx, "labelling.readings.read", "rules", ruleName(ctx, r), "day", i18n.Date(ctx, one.ReadOn))
		}
		out = append(out, pages.DetailRow{Label: "labelling.rules", Value: value})
	}
	if q.Training != nil {
		out = append(out, pages.DetailRow{Label: "labelling.training", Value: q.Training.Title + " · " + i18n.Date(ctx, q.Training.HeldOn)})
	}
	if q.Exam != nil {
		out = append(out, pages.DetailRow{Label: "labelling.training.exam", Value: i18n.T(ctx, "labelling.exam."+string(q.Exam.Exam)) + " · " + i18n.T(ctx, "labelling.training.score_of", "score", q.Exam.Score) + " · " + i18n.Date(ctx, q.Exam.HeldOn)})
	}
	if q.Suspension != nil {
		out = append(out, pages.DetailRow{Label: "labelling.suspensions", Value: i18n.Date(ctx, q.Suspension.FromOn)})
	}
	return out
}

func (p *labelPages) trainForm(c echo.Context, w labelling.Worker, which string, typed *form, wrong error) (*pages.LabelForm, error) {
	ctx, by := c.Request().Context(), who(c)
	in := labelling.TrainingInput{HeldOn: p.Labelling.Today(), Exam: labelling.Passed, ValidUntil: p.Labelling.Today().Add(365)}
	f := fields{}
	v := &pages.LabelForm{Action: labelURL("people", w.ID) + "/trainings", Submit: "labelling.training.add"}
	if which == "train" {
		in, f.wrong, v.Summary = readTraining(typed), messages(ctx, wrong), summary(ctx, wrong)
	}
	projects, err := p.Labelling.Projects(ctx, by, labelling.ProjectFilter{State: labelling.ProjectActive, Limit: mostPeople})
	if err != nil {
		return nil, err
	}
	var options, rules []ui.Option
	for _, one := range projects {
		options = append(options, ui.Option{Value: one.ID, Label: one.Name})
	}
	list, err := p.Labelling.RulesForTraining(ctx, by)
	if err != nil {
		return nil, err
	}
	for _, r := range list {
		name := r.ProjectID
		for _, one := range projects {
			if one.ID == r.ProjectID {
				name = one.Name
			}
		}
		rules = append(rules, ui.Option{Value: r.ID, Label: ruleName(ctx, r), Group: name})
	}
	score := f.number("score", "labelling.training.score", in.Score, 100)
	v.Parts = []pages.FormPart{
		f.text("title", "labelling.training.title", in.Title, 200, true),
		f.pick("project", "labelling.training.for", in.ProjectID, "labelling.training.all", options, false),
		f.pick("rule_set", "labelling.training.rules", in.RuleSetID, "labelling.none", rules, false),
		f.date("held_on", "labelling.training.held_on", in.HeldOn, true),
		f.number("minutes", "labelling.training.minutes_spent", in.Minutes, 0),
		f.pick("exam", "labelling.training.exam", string(in.Exam), "", codeOptions("labelling.exam.", labelling.Exams), true),
		score,
		hinted(f.date("valid_until", "labelling.training.valid_until", in.ValidUntil, false), "labelling.training.valid_until.hint"),
		f.area("note", "labelling.note", in.Note, "", 2, false),
	}
	return v, nil
}

func readTraining(f *form) labelling.TrainingInput {
	return labelling.TrainingInput{Title: f.text("title"), ProjectID: f.text("project"), RuleSetID: f.text("rule_set"), HeldOn: f.date("held_on"), Minutes: f.int("minutes"),
		Exam: labelling.Exam(f.text("exam")), Score: f.int("score"), ValidUntil: f.date("valid_until"), Note: f.lines("note")}
}

// noteForm is a form with one text.
func noteForm(ctx context.Context, action, submit, name, label, hint string, k cameBack, here bool) *pages.LabelForm {
	f, v := fields{}, &pages.LabelForm{Action: action, Submit: submit}
	value := ""
	if here {
		f.wrong, v.Summary, value = messages(ctx, k.wrong), summary(ctx, k.wrong), k.text(name)
	}
	part := f.area(name, label, value, hint, 2, true)
	part.Field.ID = "f-" + strings.ReplaceAll(submit, ".", "-")
	v.Parts = []pages.FormPart{part}
	return v
}

// workerAct does something to somebody and shows a refusal on their page.
func (p *labelPages) workerAct(c echo.Context, which, flash string, do func(f *form, w labelling.Worker) error) error {
	w, err := p.Labelling.Worker(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	f, err := readForm(c)
	if err != nil {
		return err
	}
	err = do(f, w)
	if comesBack(err) {
		return p.workerPage(c, statusOf(err), w, which, f, err)
	}
	if err != nil {
		return err
	}
	p.flash(c, flash)
	return done(c, labelURL("people", w.ID))
}

func (p *labelPages) train(c echo.Context) error {
	return p.workerAct(c, "train", "labelling.flash.trained", func(f *form, w labelling.Worker) error {
		in := readTraining(f)
		if err := f.err(nil); err != nil {
			return err
		}
		return p.Labelling.AddTraining(c.Request().Context(), who(c), []string{w.ID}, in)
	})
}

func (p *labelPages) suspend(c echo.Context) error {
	return p.workerAct(c, "suspend", "labelling.flash.suspended", func(f *form, w labelling.Worker) error {
		return p.Labelling.Suspend(c.Request().Context(), who(c), w.ID, f.lines("reason"))
	})
}

func (p *labelPages) lift(c echo.Context) error {
	return p.workerAct(c, "lift", "labelling.flash.lifted", func(f *form, w labelling.Worker) error {
		return p.Labelling.Lift(c.Request().Context(), who(c), w.ID, f.lines("note"))
	})
}
