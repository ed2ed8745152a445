package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/file"
	"hegui/internal/i18n"
	"hegui/internal/request"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

var crumbTasks = layout.Crumb{Label: "fulfil.tasks", URL: "/requests/tasks"}

func taskURL(id string) string { return "/requests/tasks/" + url.PathEscape(id) }

// tasks lists what the person's systems have to do.
func (p *requestPages) tasks(c echo.Context) error {
	ctx := c.Request().Context()
	over := c.QueryParam("show") == "all"
	list, err := p.Requests.Tasks(ctx, who(c), over)
	if err != nil {
		return err
	}
	v := pages.RequestTablePage{LabelHead: p.head(c, "fulfil.tasks", "fulfil.tasks.lead")}
	v.Table = pages.LabelTable{ID: "tasks", Caption: "fulfil.tasks", Columns: []ui.Column{{Label: "request.number"}, {Label: "fulfil.system"}, {Label: "fulfil.todo"},
		{Label: "request.state"}, {Label: "request.due"}}, Empty: ui.EmptyView{Icon: "list-check", Title: "fulfil.tasks.empty", Text: "fulfil.tasks.empty.text"}}
	show := choice("show", "request.show", "fulfil.show.open", c.QueryParam("show"))
	show.Options = []ui.Option{{Value: "all", Label: "fulfil.show.all"}}
	labelFilter(c, &v.Table, show)
	for _, l := range list {
		due := pages.LabelCell{Day: string(l.Due)}
		if l.Open() && l.Due.Before(p.Requests.Today()) {
			due.Chips = []ui.ChipView{{Label: "fulfil.late", Tone: ui.Bad, Icon: "clock-exclamation"}}
		}
		v.Table.Rows = append(v.Table.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: l.Number, URL: taskURL(l.ID)}, {Text: l.System},
			{Text: "fulfil.kind." + string(l.Kind)}, {Chips: []ui.ChipView{requestTaskChip(l.Task)}}, due}})
	}
	if wantsPart(c) {
		return render(c, http.StatusOK, pages.LabelListPanel(v.Table))
	}
	return render(c, http.StatusOK, pages.RequestTableView(v))
}

// requestTaskChip says how a task stands.
func requestTaskChip(t request.Task) ui.ChipView {
	switch {
	case t.State == request.TaskDone && t.Result == request.Cannot:
		return ui.ChipView{Label: "fulfil.result.cannot", Tone: ui.Warn, Icon: "ban"}
	case t.State == request.TaskDone:
		return ui.ChipView{Label: "fulfil.result." + string(t.Result), Tone: ui.Good, Icon: "circle-check"}
	case t.State == request.TaskSecond:
		return ui.ChipView{Label: "fulfil.state.second", Tone: ui.Warn, Icon: "eye"}
	case t.State == request.TaskWithdrawn:
		return ui.ChipView{Label: "fulfil.state.withdrawn"}
	}
	return ui.ChipView{Label: "fulfil.state.open", Tone: ui.Accent, Icon: "clock"}
}

// task shows a task to who works on it.
func (p *requestPages) task(c echo.Context) error {
	return p.taskPage(c, http.StatusOK, requestTry{})
}

func (p *requestPages) taskPage(c echo.Context, status int, try requestTry) error {
	ctx := c.Request().Context()
	t, err := p.Requests.Task(ctx, who(c), c.Param("id"))
	if err != nil {
		return err
	}
	title := i18n.T(ctx, "fulfil.task.title", "system", t.System.Name, "number", t.Number)
	v := pages.RequestTask{LabelHead: pages.LabelHead{Frame: p.frame(c, title, crumbTasks), Title: title, Subtitle: "fulfil.do." + string(t.Kind),
		Status: []ui.ChipView{requestTaskChip(t.Task)}, Alert: said(ctx, try.err)}}
	v.Frame.Wide = true
	people, err := p.Accounts.Names(ctx, []string{t.OwnerID, t.System.DeputyID, t.DoneBy, t.SecondBy})
	if err != nil {
		return err
	}
	b := taskView{ctx, t, people, try}
	v.Notices, v.About, v.Person, v.Result = b.notices(), b.about(), b.person(), b.result()
	v.Files, v.Call = taskFiles(ctx, t), b.delivery()
	if t.Desk {
		v.RequestURL = requestURL(t.RequestID)
	}
	b.forms(&v)
	return render(c, status, pages.RequestTaskView(v))
}

// taskView builds the parts of a task's page.
type taskView struct {
	ctx    context.Context
	t      request.TaskPage
	people map[string]string
	try    requestTry
}

func (b taskView) say(key string, args ...any) string { return i18n.T(b.ctx, key, args...) }

func (b taskView) notices() (out []ui.AlertView) {
	if b.t.Held && b.t.Kind == request.DeleteTask {
		out = append(out, ui.AlertView{Tone: ui.Warn, Title: b.say("request.held"), Text: b.say("request.hold.blocks")})
	}
	if b.t.State == request.Erased {
		out = append(out, ui.AlertView{Tone: ui.Info, Text: b.say("request.erased")})
	}
	if b.t.SecondRemarks != "" && b.t.Task.State == request.TaskOpen {
		out = append(out, ui.AlertView{Tone: ui.Warn, Title: b.say("fulfil.returned"), Text: b.t.SecondRemarks})
	}
	if b.t.Task.State == request.TaskSecond && !b.t.Second {
		out = append(out, ui.AlertView{Tone: ui.Info, Text: b.say("fulfil.second.waits")})
	}
	return out
}

func (b taskView) about() []pages.DetailRow {
	y := b.t.System
	out := []pages.DetailRow{{Label: "fulfil.asks", Value: b.say("request.kind." + string(b.t.Request))}}
	if b.t.Due != "" {
		out = append(out, pages.DetailRow{Label: "request.due", Value: i18n.Date(b.ctx, b.t.Due)})
	}
	if b.t.Instruct != "" {
		out = append(out, pages.DetailRow{Label: "fulfil.instructions", Value: b.t.Instruct})
	}
	if y.Steps != "" {
		out = append(out, pages.DetailRow{Label: "datamap.steps", Value: y.Steps})
	}
	return append(out, pages.DetailRow{Label: "datamap.owner", Value: b.people[b.t.OwnerID]}, pages.DetailRow{Label: "datamap.deputy", Value: b.people[y.DeputyID]},
		pages.DetailRow{Label: "datamap.retention", Value: y.Retention}, pages.DetailRow{Label: "datamap.legal_basis", Value: y.LegalBasis})
}

func (b taskView) person() (out []pages.DetailRow) {
	for _, w := range b.t.Person {
		out = append(out, pages.DetailRow{Label: "fulfil.by." + string(w.By), Value: w.Text})
	}
	if b.t.Details != "" {
		out = append(out, pages.DetailRow{Label: "request.details", Value: b.t.Details})
	}
	return out
}

func (b taskView) result() []pages.DetailRow {
	t := b.t
	if t.Result == request.NoResult {
		return nil
	}
	out := []pages.DetailRow{{Label: "fulfil.result", Value: b.say("fulfil.result." + string(t.Result))}}
	add := func(label, value string) {
		if value != "" {
			out = append(out, pages.DetailRow{Label: label, Value: value})
		}
	}
	if t.Basis != "" {
		add("fulfil.basis", b.say("fulfil.basis."+t.Basis))
	}
	if t.KeptUntil != "" {
		add("fulfil.kept_until", i18n.Date(b.ctx, t.KeptUntil))
	}
	add("fulfil.words", t.ResultText)
	add("fulfil.before", t.Before)
	add("fulfil.after", t.After)
	add("fulfil.done_by", doneWords(b.ctx, t.TaskWords, b.people))
	if t.SecondBy != "" && t.SecondAt != nil {
		add("fulfil.second_by", b.say("fulfil.by_at", "name", b.people[t.SecondBy], "at", i18n.DateTime(b.ctx, *t.SecondAt)))
		add("fulfil.second.words", t.SecondRemarks)
	}
	return out
}

func doneWords(ctx context.Context, t request.TaskWords, people map[string]string) string {
	if t.DoneAt == nil {
		return ""
	}
	return i18n.T(ctx, "fulfil.by_at", "name", cmp.Or(people[t.DoneBy], i18n.T(ctx, "fulfil.connector")), "at", i18n.DateTime(ctx, *t.DoneAt))
}

func taskFiles(ctx context.Context, t request.TaskPage) (out []pages.RequestFile) {
	for _, f := range t.Files {
		v := pages.RequestFile{Name: f.FileName, URL: taskURL(t.ID) + "/files/" + f.ID, Purpose: "request.purpose." + string(f.Purpose), Size: i18n.Bytes(ctx, f.Size), At: f.CreatedAt}
		if f.DeletedAt != nil {
			v.Name, v.URL = i18n.T(ctx, "request.file.deleted"), ""
		}
		out = append(out, v)
	}
	return out
}

// forms are what can be done with the task now.
func (b taskView) forms(v *pages.RequestTask) {
	at := taskURL(b.t.ID)
	build := func(name string) *actForm {
		f := &actForm{name: name, ctx: b.ctx}
		if b.try.act == name {
			f.form, f.wrong = b.try.f, messages(b.ctx, b.try.err)
		}
		return f
	}
	if b.t.Report {
		f := build("report")
		f.radio("result", codeOptions("fulfil.result.", b.t.Kind.Results()), "")
		f.named("words", "fulfil.words", "fulfil.words.hint")
		if b.t.Kind == request.CorrectTask {
			f.named("before", "fulfil.before", "")
			f.named("after", "fulfil.after", "")
		}
		f.choose("basis", "fulfil.basis.none", codeOptions("fulfil.basis.", request.Bases))
		if b.t.Kind == request.DeleteTask {
			f.date("kept_until")
		}
		v.Report = &pages.LabelForm{Action: at + "/report", Submit: "fulfil.report.submit", Version: b.t.Version, Parts: f.parts}
		v.AddFile = &pages.RequestUpload{URL: at + "/files", File: ui.File{Field: ui.Field{Name: "file", ID: "f-file-file", Label: "request.field.file", Required: true}}}
		if b.try.act == "file" {
			v.AddFile.Open, v.AddFile.File.Error = true, messages(b.ctx, b.try.err)["file"]
		}
	}
	if b.t.Second {
		f := build("second")
		f.radio("agree", []ui.Option{{Value: "yes", Label: "fulfil.second.agree"}, {Value: "no", Label: "fulfil.second.return"}}, "")
		f.area("words", false, 2000)
		v.Second = &pages.LabelForm{Action: at + "/second", Submit: "fulfil.second.submit", Version: b.t.Version, Parts: f.parts}
	}
	if b.t.Withdraw {
		f := build("withdraw")
		f.area("words", true, 2000)
		act := pages.RequestAct{ID: "withdraw", Label: "fulfil.withdraw", Icon: "x", Open: b.try.act == "withdraw",
			Form: pages.LabelForm{Action: at + "/withdraw", Submit: "fulfil.withdraw.submit", Version: b.t.Version, Parts: f.parts, Danger: true}}
		v.Withdraw = &act
	}
}

// named is an area with words of its own.
func (b *actForm) named(name, label, hint string) {
	x := b.field(name, false)
	x.Label, x.Hint, x.Rows, x.MaxLength = label, hint, 3, 2000
	b.parts = append(b.parts, pages.FormPart{Kind: pages.AreaPart, Field: x})
}

// onTask does an action on a task and comes back to it.
func (p *requestPages) onTask(name, flash string, do func(ctx context.Context, by actor.Actor, id string, version int64, f *form) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		f, err := readForm(c)
		if err != nil {
			return err
		}
		version := f.int("version")
		f.date("kept_until")
		if err = f.readable(); err == nil {
			err = do(c.Request().Context(), who(c), c.Param("id"), version, f)
		}
		if err != nil {
			if !comesBack(err) {
				return err
			}
			return p.taskPage(c, statusOf(err), requestTry{name, f, err})
		}
		p.flash(c, flash)
		return done(c, taskURL(c.Param("id")))
	}
}

func (p *requestPages) reportTask(c echo.Context) error {
	return p.onTask("report", "fulfil.flash.reported", func(ctx context.Context, by actor.Actor, id string, version int64, f *form) error {
		_, err := p.Requests.ReportTask(ctx, by, id, version, request.Report{Result: request.Result(f.text("result")), Basis: request.Basis(f.text("basis")),
			KeptUntil: f.date("kept_until"), Words: f.lines("words"), Before: f.lines("before"), After: f.lines("after")})
		return err
	})(c)
}

func (p *requestPages) confirmTask(c echo.Context) error {
	return p.onTask("second", "fulfil.flash.second", func(ctx context.Context, by actor.Actor, id string, version int64, f *form) error {
		agree := f.text("agree")
		if agree != "yes" && agree != "no" {
			f.wrong.Add("agree", "request.choose")
			return f.wrong.Err()
		}
		_, err := p.Requests.ConfirmTask(ctx, by, id, version, agree == "yes", f.lines("words"))
		return err
	})(c)
}

func (p *requestPages) withdrawTask(c echo.Context) error {
	return p.onTask("withdraw", "fulfil.flash.withdrawn", func(ctx context.Context, by actor.Actor, id string, version int64, f *form) error {
		_, err := p.Requests.WithdrawTask(ctx, by, id, version, f.lines("words"))
		return err
	})(c)
}

// giveTasks asks more systems, or some of them once more.
func (p *requestPages) giveTasks(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	version, systems, words := f.int("version"), f.all("systems"), f.lines("instructions")
	if err = f.wrong.Err(); err == nil {
		_, err = p.Requests.GiveTasks(c.Request().Context(), who(c), c.Param("id"), version, systems, words)
	}
	if err != nil {
		return p.again(c, "tasks", f, err)
	}
	p.flash(c, "fulfil.flash.given")
	return done(c, requestURL(c.Param("id"))+"#systems")
}

// addTaskFile keeps a file that a system gave.
func (p *requestPages) addTaskFile(c echo.Context) error {
	ctx, cancel := patient(c)
	defer cancel()
	in, err := newIncoming(c, p.Config.UploadLimit)
	if err != nil {
		return err
	}
	part, err := in.next()
	if err == nil {
		_, err = p.Requests.AttachToTask(ctx, who(c), c.Param("id"), part.FileName(), part)
	} else {
		err = noFile(in, c)
	}
	if err != nil {
		if !comesBack(err) {
			return err
		}
		return p.taskPage(c, statusOf(err), requestTry{"file", in.form(), err})
	}
	p.flash(c, "request.flash.file")
	return done(c, taskURL(c.Param("id"))+"#files")
}

// sendTaskFile hands out a file of a task, for saving only.
func (p *requestPages) sendTaskFile(c echo.Context) error {
	ctx, cancel := patient(c)
	defer cancel()
	f, content, err := p.Requests.TaskContent(ctx, who(c), c.Param("id"), c.Param("file"))
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentDisposition, file.Disposition(false, f.FileName))
	h.Set(echo.HeaderXContentTypeOptions, "nosniff")
	h.Set(echo.HeaderContentSecurityPolicy, filePolicy)
	h.Set(echo.HeaderCacheControl, "private, no-store")
	h.Set(echo.HeaderContentLength, strconv.FormatInt(f.Size, 10))
	return c.Stream(http.StatusOK, echo.MIMEOctetStream, content)
}

// systemsCard is the part of a request's page about what systems do for it.
func (b *requestView) systemsCard() (*pages.RequestSystems, error) {
	v := &pages.RequestSystems{}
	for _, t := range b.d.Tasks {
		line := pages.RequestTaskLine{System: cmp.Or(t.System.Name, "datamap.gone"), Todo: "fulfil.kind." + string(t.Kind), State: requestTaskChip(t.Task), Files: len(t.Files), Note: b.taskNote(t)}
		if b.by.May(actor.HandleRequests) {
			line.URL = taskURL(t.ID)
		}
		v.Tasks = append(v.Tasks, line)
	}
	if b.by.May(actor.HandleRequests) && b.d.Can(request.AddTask) {
		form, err := b.giveForm()
		if err != nil {
			return nil, err
		}
		v.Give = form
	}
	if len(v.Tasks) == 0 && v.Give == nil {
		return nil, nil
	}
	return v, nil
}

func (b *requestView) taskNote(t request.TaskWords) string {
	switch {
	case t.Basis != "" && t.KeptUntil != "":
		return b.t("fulfil.kept.until", "basis", b.t("fulfil.basis."+t.Basis), "date", i18n.Date(b.ctx, t.KeptUntil))
	case t.Basis != "":
		return b.t("fulfil.basis." + t.Basis)
	case t.Before != "" || t.After != "":
		return b.t("fulfil.changed", "before", t.Before, "after", t.After)
	case t.Open() && b.people[t.OwnerID] != "":
		return b.t("fulfil.with", "name", b.people[t.OwnerID])
	}
	return t.ResultText
}

// giveForm asks systems that have nothing to do at the moment. Those that the
// request concerns and that were not asked yet are ticked.
func (b *requestView) giveForm() (*pages.RequestAct, error) {
	list, err := b.Requests.Systems(b.ctx, b.by)
	if err != nil {
		return nil, err
	}
	asked := map[string]request.Task{}
	for _, t := range b.d.Tasks {
		if t.Kind == b.d.TaskKind() {
			asked[t.SystemID] = t.Task
		}
	}
	var options []ui.Option
	for _, y := range list {
		t, was := asked[y.ID]
		if y.State != request.SystemActive || was && t.Open() {
			continue
		}
		o := ui.Option{Value: y.ID, Label: y.Name, Selected: !was && y.Concerned(b.d.Request)}
		if was {
			o.Hint = "fulfil.again"
		}
		options = append(options, o)
	}
	if len(options) == 0 {
		return nil, nil
	}
	act := &pages.RequestAct{ID: "tasks", Label: "fulfil.give", Icon: "list-check", Open: b.try.act == "tasks"}
	f := &actForm{name: "tasks", ctx: b.ctx}
	if act.Open {
		f.form, f.wrong = b.try.f, messages(b.ctx, b.try.err)
		for i := range options {
			options[i].Selected = slices.Contains(b.try.f.values["systems"], options[i].Value)
		}
	}
	f.parts = append(f.parts, pages.FormPart{Kind: pages.BoxesPart, Field: f.labelled("systems", "fulfil.systems"), Options: options})
	f.named("instructions", "fulfil.instructions", "fulfil.instructions.hint")
	act.Form = pages.LabelForm{Action: requestURL(b.d.ID) + "/tasks", Submit: "fulfil.give.submit", Version: b.d.Version, Parts: f.parts}
	return act, nil
}

func (b *actForm) labelled(name, label string) ui.Field {
	x := b.field(name, false)
	x.Label, x.Value = label, ""
	return x
}
