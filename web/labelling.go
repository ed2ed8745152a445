package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/day"
	"hegui/internal/i18n"
	"hegui/internal/labelling"
	"hegui/internal/problem"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// labelPages keep labelling quality: projects, rules, people, batches, lots.
type labelPages struct{ *Server }

var crumbLabelling = layout.Crumb{Label: "labelling.title", URL: "/labelling"}

// labelPage is how many rows one list shows.
const labelPage = 50

// labelTabs are the lists of the part, as far as the person may open them.
func labelTabs(c echo.Context) []ui.TabView {
	by, path := who(c), c.Request().URL.Path
	var out []ui.TabView
	for _, t := range []struct{ label, url, route string }{
		{"label_watch.tab", "/labelling", "/labelling/people"},
		{"labelling.projects", "/labelling/projects", "/labelling/projects"},
		{"labelling.batches", "/labelling/batches", "/labelling/batches"},
		{"labelling.lots", "/labelling/lots", "/labelling/lots"},
		{"label_check.desk", "/labelling/desk", "/labelling/desk"},
		{"label_decide.streams", "/labelling/streams", "/labelling/streams"},
		{"labelling.people", "/labelling/people", "/labelling/people"},
		{"labelling.suppliers", "/labelling/suppliers", "/labelling/suppliers"},
	} {
		if mayOpen(by, t.route) {
			out = append(out, ui.TabView{Label: t.label, URL: t.url, Current: path == t.url})
		}
	}
	return out
}

// labelHead is the top of a page of the part.
func (p *labelPages) labelHead(c echo.Context, title string, crumbs ...layout.Crumb) pages.LabelHead {
	return pages.LabelHead{Frame: p.frame(c, title, append([]layout.Crumb{crumbLabelling}, crumbs...)...), Title: title}
}

// listHead is the top of one of the lists.
func (p *labelPages) listHead(c echo.Context, title, lead string) pages.LabelHead {
	v := pages.LabelHead{Frame: p.frame(c, title, crumbLabelling), Title: title, Subtitle: lead, Tabs: labelTabs(c)}
	if c.Request().URL.Path == crumbLabelling.URL {
		v.Frame = p.frame(c, title)
	}
	v.Frame.Wide = true
	return v
}

func labelURL(kind, id string) string { return "/labelling/" + kind + "/" + url.PathEscape(id) }

// pager says where the pages before and after this one start; ids are those
// found, one more than a page shows if there are more.
func labelPager(c echo.Context, t *pages.LabelTable, found int, last func(int) string) int {
	shown := min(found, labelPage)
	if c.QueryParam("after") != "" {
		t.FirstURL = with(c, "after", "")
	}
	if found > labelPage {
		t.NextURL = with(c, "after", last(shown-1))
	}
	return shown
}

// filters puts selects into the filter of a list.
func labelFilter(c echo.Context, t *pages.LabelTable, selects ...ui.Choice) {
	f := &ui.FilterView{Action: c.Request().URL.Path, ClearURL: c.Request().URL.Path, Target: "#" + t.ID}
	for _, s := range selects {
		f.Active = append(f.Active, chip(c, s)...)
	}
	t.Filter, t.Filters = f, selects
}

// codeOptions are the options of a list of codes, named by a prefix of keys.
func codeOptions[T ~string](prefix string, list []T) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, one := range list {
		out[i] = ui.Option{Value: string(one), Label: prefix + string(one)}
	}
	return out
}

// serviceOptions are the services in the person's scope.
func (p *labelPages) serviceOptions(c echo.Context) ([]ui.Option, error) {
	list, err := p.Register.Visible(c.Request().Context(), who(c))
	out := make([]ui.Option, len(list))
	for i, e := range list {
		out[i] = ui.Option{Value: e.ID, Label: e.Name}
	}
	return out, err
}

// fields are parts of a form with the messages at their places.
type fields struct{ wrong fieldErrors }

func (f fields) field(name, label, value string) ui.Field {
	return ui.Field{Name: name, Label: label, Value: value, Error: f.wrong[name]}
}

func (f fields) text(name, label, value string, limit int, required bool) pages.FormPart {
	x := f.field(name, label, value)
	x.MaxLength, x.Required = limit, required
	return pages.FormPart{Kind: pages.TextPart, Field: x}
}

func (f fields) area(name, label, value, hint string, rows int, required bool) pages.FormPart {
	x := f.field(name, label, value)
	x.Hint, x.Rows, x.Required = hint, rows, required
	return pages.FormPart{Kind: pages.AreaPart, Field: x}
}

func (f fields) date(name, label string, value day.Date, required bool) pages.FormPart {
	x := f.field(name, label, string(value))
	x.Type, x.Required = ui.InputDate, required
	return pages.FormPart{Kind: pages.TextPart, Field: x}
}

func (f fields) number(name, label string, value int64, limit int) pages.FormPart {
	x := f.field(name, label, strconv.FormatInt(value, 10))
	x.Type, x.Min = ui.InputNumber, "0"
	if limit > 0 {
		x.Max = strconv.Itoa(limit)
	}
	return pages.FormPart{Kind: pages.TextPart, Field: x}
}

func (f fields) pick(name, label, value, prompt string, options []ui.Option, required bool) pages.FormPart {
	x := f.field(name, label, value)
	x.Required = required
	return pages.FormPart{Kind: pages.SelectPart, Field: x, Prompt: prompt, Options: options}
}

func (f fields) radio(name, label, value string, options []ui.Option) pages.FormPart {
	x := f.field(name, label, value)
	x.Required = true
	return pages.FormPart{Kind: pages.RadioPart, Field: x, Options: options, Inline: true, Wide: true}
}

func (f fields) check(name, label, hint string, checked bool) pages.FormPart {
	x := f.field(name, label, "")
	x.Hint = hint
	return pages.FormPart{Kind: pages.CheckPart, Field: x, Checked: checked, Wide: true}
}

func hinted(p pages.FormPart, hint string) pages.FormPart {
	p.Field.Hint = hint
	return p
}

// comesBack says whether an error is shown with the form: fields that are
// wrong, or a state that forbids what was asked.
func comesBack(err error) bool {
	_, wrong := problem.FieldsOf(err)
	return wrong || problem.Is(err, problem.Conflict) || problem.Is(err, problem.Invalid)
}

// said is the message of an error without fields, for the top of a page.
func said(ctx context.Context, err error) string {
	if _, wrong := problem.FieldsOf(err); err == nil || wrong {
		return ""
	}
	_, m := explain(err)
	return i18n.T(ctx, m.Key, m.Args...)
}

// act does something by one press and comes back to a page.
func (p *labelPages) act(c echo.Context, flash, to string, do func(f *form) error) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	if err := do(f); err != nil {
		return err
	}
	p.flash(c, flash)
	return done(c, to)
}

// hidden is the version that an action was offered on.
func versionOf(v int64) []ui.Hidden {
	return []ui.Hidden{{Name: "version", Value: strconv.FormatInt(v, 10)}}
}

// postAction is a button that changes something.
func postAction(label, url, icon string, version int64) pages.LabelAction {
	return pages.LabelAction{ButtonView: ui.ButtonView{Label: label, URL: url, Icon: icon}, Post: true, Fields: versionOf(version)}
}

func linkAction(label, url, icon string) pages.LabelAction {
	return pages.LabelAction{ButtonView: ui.ButtonView{Label: label, URL: url, Icon: icon}}
}

func primary(a pages.LabelAction) pages.LabelAction {
	a.Tone = ui.Primary
	return a
}

func confirmed(a pages.LabelAction, question string) pages.LabelAction {
	a.Confirm = question
	return a
}

// chips of states

var ruleTones = map[labelling.RuleState]ui.Tone{labelling.RuleSubmitted: ui.Warn, labelling.RuleApproved: ui.Info, labelling.RuleInForce: ui.Good}

func ruleChip(s labelling.RuleState) ui.ChipView {
	return ui.ChipView{Label: "labelling.rules.state." + string(s), Tone: ruleTones[s]}
}

var batchTones = map[labelling.BatchState]ui.Tone{labelling.BatchUploaded: ui.Warn, labelling.BatchImporting: ui.Accent, labelling.BatchImported: ui.Good, labelling.BatchFailed: ui.Bad}

func batchChip(s labelling.BatchState) ui.ChipView {
	return ui.ChipView{Label: "labelling.batch.state." + string(s), Tone: batchTones[s]}
}

var lotTones = map[labelling.LotState]ui.Tone{labelling.LotFrozen: ui.Info, labelling.LotPlanned: ui.Info, labelling.LotDrawn: ui.Info,
	labelling.LotChecking: ui.Accent, labelling.LotDecided: ui.Good, labelling.LotVoid: ui.Bad}

func lotChips(l labelling.Lot) []ui.ChipView {
	out := []ui.ChipView{{Label: "labelling.lot.state." + string(l.State), Tone: lotTones[l.State]}}
	tones := map[labelling.Outcome]ui.Tone{labelling.Accepted: ui.Good, labelling.Rejected: ui.Bad, labelling.Void: ui.Bad}
	if l.Outcome != labelling.NoOutcome {
		out = append(out, ui.ChipView{Label: "labelling.outcome." + string(l.Outcome), Tone: tones[l.Outcome]})
	}
	if l.Stopped {
		out = append(out, ui.ChipView{Label: "labelling.lot.stopped", Tone: ui.Bad, Icon: "flag"})
	}
	return out
}

func kindName(k labelling.Kind) string { return "labelling.kind." + string(k) }

// projects

func (p *labelPages) projects(c echo.Context) error {
	ctx, by := c.Request().Context(), who(c)
	f := labelling.ProjectFilter{Service: c.QueryParam("service"), Kind: labelling.Kind(c.QueryParam("kind")), State: labelling.ProjectState(c.QueryParam("state")),
		After: c.QueryParam("after"), Limit: labelPage + 1}
	found, err := p.Labelling.Projects(ctx, by, f)
	if err != nil {
		return err
	}
	t := pages.LabelTable{ID: "projects", Caption: "labelling.projects", Columns: []ui.Column{{Label: "labelling.project"}, {Label: "labelling.service"}, {Label: "labelling.kind"}, {Label: "labelling.state"}},
		Empty: ui.EmptyView{Icon: "tags", Title: "labelling.projects.empty", Text: "labelling.projects.empty.text"}}
	names, err := p.Register.Names(ctx)
	if err != nil {
		return err
	}
	for _, one := range found[:labelPager(c, &t, len(found), func(i int) string { return found[i].ID })] {
		t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: one.Name, URL: labelURL("projects", one.ID)}, {Text: names[one.ServiceID]}, {Text: kindName(one.Kind)},
			{Chips: []ui.ChipView{projectChip(one)}}}})
	}
	services, err := p.serviceOptions(c)
	if err != nil {
		return err
	}
	service, kind, state := choice("service", "labelling.service", "labelling.any", f.Service), choice("kind", "labelling.kind", "labelling.any", string(f.Kind)), choice("state", "labelling.state", "labelling.any", string(f.State))
	service.Options, kind.Options = services, codeOptions("labelling.kind.", labelling.Kinds)
	state.Options = codeOptions("labelling.project.state.", []labelling.ProjectState{labelling.ProjectActive, labelling.ProjectClosed})
	labelFilter(c, &t, service, kind, state)
	v := pages.LabelList{LabelHead: p.listHead(c, "labelling.projects", "labelling.lead"), Table: t}
	if by.May(actor.ManageLabelling) {
		add := primary(linkAction("labelling.project.add", "/labelling/projects/new", "plus"))
		v.Actions, v.Table.Empty.Actions = append(v.Actions, add), ui.LinkButton(add.ButtonView)
	}
	return show(c, http.StatusOK, pages.LabelListView(v), pages.LabelListPanel(v.Table))
}

func projectChip(one labelling.Project) ui.ChipView {
	if one.State == labelling.ProjectClosed {
		return ui.ChipView{Label: "labelling.project.state.closed"}
	}
	return ui.ChipView{Label: "labelling.project.state.active", Tone: ui.Good}
}

// newDefects is where a project's list starts: the defects that the guides on
// labelling quality name, for people to adapt.
func newDefects(ctx context.Context) []labelling.Defect {
	list := []labelling.Defect{{Code: "A1", Severity: labelling.Critical}, {Code: "A2", Severity: labelling.Critical}, {Code: "B1", Severity: labelling.Major},
		{Code: "B2", Severity: labelling.Major}, {Code: "B3", Severity: labelling.Major}, {Code: "C1", Severity: labelling.Minor}, {Code: "C2", Severity: labelling.Minor}}
	for i := range list {
		list[i].Name = i18n.T(ctx, "labelling.defect.default."+strings.ToLower(list[i].Code))
	}
	return list
}

func (p *labelPages) newProject(c echo.Context) error {
	return p.projectForm(c, http.StatusOK, labelling.Project{}, c.QueryParam("service"),
		labelling.ProjectInput{Kind: labelling.Functional, Blind: true, DoublePercent: 10, Defects: newDefects(c.Request().Context())}, nil)
}

// spareDefects is how many empty lines a list of defects ends with.
const spareDefects = 3

func (p *labelPages) projectForm(c echo.Context, status int, one labelling.Project, service string, in labelling.ProjectInput, wrong error) error {
	ctx := c.Request().Context()
	f := fields{messages(ctx, wrong)}
	form := pages.LabelForm{Action: "/labelling/projects/new", Submit: "labelling.project.create", CancelURL: "/labelling/projects", Summary: summary(ctx, wrong)}
	v := pages.LabelProjectForm{LabelHead: p.labelHead(c, "labelling.project.add")}
	if one.ID == "" {
		services, err := p.serviceOptions(c)
		if err != nil {
			return err
		}
		form.Parts = append(form.Parts, f.pick("service", "labelling.service", service, "labelling.choose_one", services, true))
	} else {
		form.Action, form.Submit, form.CancelURL, form.Version = labelURL("projects", one.ID)+"/edit", "labelling.save", labelURL("projects", one.ID), one.Version
		v.LabelHead = p.labelHead(c, "labelling.project.edit", p.projectCrumb(one))
	}
	form.Parts = append(form.Parts, f.text("name", "labelling.project.name", in.Name, 100, true),
		f.radio("kind", "labelling.kind", string(in.Kind), []ui.Option{{Value: "functional", Label: "labelling.kind.functional", Hint: "labelling.kind.functional.hint"}, {Value: "safety", Label: "labelling.kind.safety", Hint: "labelling.kind.safety.hint"}}),
		f.area("description", "labelling.description", in.Description, "", 3, false),
		f.check("blind", "labelling.project.blind", "labelling.project.blind.hint", in.Blind),
		hinted(f.number("double_percent", "labelling.project.double", in.DoublePercent, 100), "labelling.project.double.hint"),
		hinted(f.number("gold_percent", "labelling.project.gold", in.GoldPercent, 50), "labelling.project.gold.hint"))
	v.Form, v.DefectError, v.Severities, v.Alert = form, f.wrong["defects"], codeOptions("labelling.severity.", labelling.Severities), said(ctx, wrong)
	for _, d := range in.Defects {
		v.Defects = append(v.Defects, pages.DefectRow{Code: d.Code, Name: d.Name, Severity: string(d.Severity), Description: d.Description})
	}
	for range spareDefects {
		v.Defects = append(v.Defects, pages.DefectRow{Severity: string(labelling.Major)})
	}
	return render(c, status, pages.LabelProjectFormView(v))
}

// readProject reads a posted project; lines of defects without code and name
// are none.
func readProject(f *form) labelling.ProjectInput {
	in := labelling.ProjectInput{Name: f.text("name"), Kind: labelling.Kind(f.text("kind")), Description: f.lines("description"), Blind: f.checked("blind"),
		DoublePercent: f.int("double_percent"), GoldPercent: f.int("gold_percent"), Defects: []labelling.Defect{}}
	at := func(name string, i int) string {
		if list := f.values[name]; i < len(list) && clean(list[i], false) {
			return strings.TrimSpace(list[i])
		}
		return ""
	}
	for i := range f.values["defect_code"] {
		d := labelling.Defect{Code: at("defect_code", i), Name: at("defect_name", i), Severity: labelling.Severity(at("defect_severity", i)), Description: at("defect_description", i)}
		if d.Code != "" || d.Name != "" {
			in.Defects = append(in.Defects, d)
		}
	}
	return in
}

func (p *labelPages) addProject(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	in, service := readProject(f), f.text("service")
	typed := in
	typed.Defects = slices.Clone(in.Defects)
	var one labelling.Project
	if err = f.err(in.Check()); err == nil {
		one, err = p.Labelling.AddProject(c.Request().Context(), who(c), service, in)
	}
	if comesBack(err) {
		return p.projectForm(c, statusOf(err), labelling.Project{}, service, typed, err)
	}
	if err != nil {
		return err
	}
	p.flash(c, "labelling.flash.project_added", "name", one.Name)
	return done(c, labelURL("projects", one.ID))
}

func (p *labelPages) editProject(c echo.Context) error {
	one, err := p.Labelling.Project(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	return p.projectForm(c, http.StatusOK, one, one.ServiceID, one.Input(), nil)
}

func (p *labelPages) changeProject(c echo.Context) error {
	ctx := c.Request().Context()
	one, err := p.Labelling.Project(ctx, who(c), c.Param("id"))
	if err != nil {
		return err
	}
	f, err := readForm(c)
	if err != nil {
		return err
	}
	in := readProject(f)
	typed := in
	typed.Defects = slices.Clone(in.Defects)
	shown := f.int("version")
	if err = f.err(in.Check()); err == nil {
		_, err = p.Labelling.ChangeProject(ctx, who(c), one.ID, shown, in)
	}
	if comesBack(err) {
		one.Version = shown
		return p.projectForm(c, statusOf(err), one, one.ServiceID, typed, err)
	}
	if err != nil {
		return err
	}
	p.flash(c, "labelling.flash.saved")
	return done(c, labelURL("projects", one.ID))
}

func (p *labelPages) closeProject(c echo.Context) error {
	return p.act(c, "labelling.flash.project_closed", labelURL("projects", c.Param("id")), func(f *form) error {
		_, err := p.Labelling.CloseProject(c.Request().Context(), who(c), c.Param("id"), f.int("version"))
		return err
	})
}

func (p *labelPages) reopenProject(c echo.Context) error {
	return p.act(c, "labelling.flash.project_reopened", labelURL("projects", c.Param("id")), func(f *form) error {
		_, err := p.Labelling.ReopenProject(c.Request().Context(), who(c), c.Param("id"), f.int("version"))
		return err
	})
}

func (p *labelPages) projectCrumb(one labelling.Project) layout.Crumb {
	return layout.Crumb{Label: one.Name, URL: labelURL("projects", one.ID)}
}

// projectCrumbOf finds the project that something belongs to, for the way back.
func (p *labelPages) projectCrumbOf(c echo.Context, project string) (layout.Crumb, error) {
	names, err := p.Labelling.ProjectNames(c.Request().Context(), []string{project})
	return layout.Crumb{Label: cmp.Or(names[project], project), URL: labelURL("projects", project)}, err
}
