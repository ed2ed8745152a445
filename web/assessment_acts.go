package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/checklist"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// review is the second person's decision.
func (p *checklistPages) review(c echo.Context) error {
	return p.decide(c, formReview, func(ctx context.Context, a checklist.Assessment, version int64, act, note string) (string, error) {
		if act == "return" {
			_, err := p.Checklist.Return(ctx, who(c), a.ID, version, note)
			return "checklist.flash.returned", err
		}
		_, err := p.Checklist.Approve(ctx, who(c), a.ID, version, note)
		return "checklist.flash.approved", err
	})
}

// reaffirm confirms a conclusion at its review.
func (p *checklistPages) reaffirm(c echo.Context) error {
	return p.decide(c, formReaffirm, func(ctx context.Context, a checklist.Assessment, version int64, _, note string) (string, error) {
		after, err := p.Checklist.Reaffirm(ctx, who(c), a.ID, version, note)
		if after.Pending() {
			return "checklist.flash.proposed", err
		}
		return "checklist.flash.reaffirmed", err
	})
}

// decide reads a form with a note, does what it asks for, and comes back to
// the page.
func (p *checklistPages) decide(c echo.Context, name string, do func(ctx context.Context, a checklist.Assessment, version int64, act, note string) (string, error)) error {
	a, err := p.assessment(c)
	if err != nil {
		return err
	}
	f, err := readForm(c)
	if err != nil {
		return err
	}
	note, said := f.lines("note"), ""
	version, act := f.int("version"), f.text("act")
	if err = f.err(nil); err == nil {
		said, err = do(c.Request().Context(), a, version, act, note)
	}
	if _, fields := problem.FieldsOf(err); fields {
		return p.itemPage(c, http.StatusUnprocessableEntity, typed{form: name, note: note, wrong: err})
	}
	if err != nil {
		return err
	}
	p.flash(c, said)
	return done(c, pageOf(a))
}

// addTask adds a remediation task.
func (p *checklistPages) addTask(c echo.Context) error {
	return p.onTask(c, typed{form: formTaskNew}, func(ctx context.Context, a checklist.Assessment, f *form, t *typed) error {
		t.input = readTask(f)
		if err := f.err(nil); err != nil {
			return err
		}
		_, err := p.Checklist.AddTask(ctx, who(c), a.ID, t.input)
		return err
	})
}

func readTask(f *form) checklist.TaskInput {
	return checklist.TaskInput{Title: f.text("title"), Owner: f.text("owner"), Due: f.date("due"), Note: f.lines("note")}
}

// changeTask edits a task, closes it or takes it up again.
func (p *checklistPages) changeTask(c echo.Context) error {
	id := c.Param("task")
	return p.onTask(c, typed{form: formTaskEdit, task: id}, func(ctx context.Context, _ checklist.Assessment, f *form, t *typed) error {
		by, version := who(c), f.int("version")
		act := f.text("act")
		if act == "edit" {
			t.input = readTask(f)
		} else {
			t.form, t.note = formTaskEnd, f.lines("note")
		}
		if err := f.err(nil); err != nil {
			return err
		}
		var err error
		switch act {
		case "edit":
			_, err = p.Checklist.ChangeTask(ctx, by, id, version, t.input)
		case "finish":
			_, err = p.Checklist.FinishTask(ctx, by, id, version, t.note)
		case "cancel":
			_, err = p.Checklist.CancelTask(ctx, by, id, version, t.note)
		case "reopen":
			_, err = p.Checklist.ReopenTask(ctx, by, id, version)
		default:
			err = problem.New(problem.Malformed, "form.malformed")
		}
		return err
	})
}

// onTask does something to the tasks of an assessment and comes back to them.
func (p *checklistPages) onTask(c echo.Context, t typed, do func(context.Context, checklist.Assessment, *form, *typed) error) error {
	a, err := p.assessment(c)
	if err != nil {
		return err
	}
	f, err := readForm(c)
	if err != nil {
		return err
	}
	err = do(c.Request().Context(), a, f, &t)
	if _, fields := problem.FieldsOf(err); fields {
		if closed, failed := p.closedMeanwhile(c, a, t.task); closed || failed != nil {
			return cmp.Or(failed, error(problem.New(problem.Conflict, "checklist.task.closed")))
		}
		t.wrong = err
		return p.itemPage(c, http.StatusUnprocessableEntity, t)
	}
	if err != nil {
		return err
	}
	p.flash(c, "checklist.flash.saved")
	return done(c, pageOf(a)+"#tasks")
}

// closedMeanwhile says whether a task's form would no longer be on the page,
// to show what is wrong in it.
func (p *checklistPages) closedMeanwhile(c echo.Context, a checklist.Assessment, task string) (bool, error) {
	tasks, err := p.Checklist.Tasks(c.Request().Context(), a.ID)
	return slices.ContainsFunc(tasks, func(t checklist.Task) bool { return t.ID == task && t.State != checklist.TaskOpen }), err
}

// comment adds to the conversation.
func (p *checklistPages) comment(c echo.Context) error {
	a, err := p.assessment(c)
	if err != nil {
		return err
	}
	f, err := readForm(c)
	if err != nil {
		return err
	}
	body, called := f.lines("body"), f.text("mention")
	if err = f.err(nil); err == nil {
		_, err = p.Checklist.Say(c.Request().Context(), who(c), a.ID, body, called)
	}
	if _, fields := problem.FieldsOf(err); fields {
		return p.itemPage(c, http.StatusUnprocessableEntity, typed{form: formComment, note: body, wrong: err})
	}
	if err != nil {
		return err
	}
	return done(c, pageOf(a)+"#comments")
}

// taskLooks is how each state of a task is shown.
var taskLooks = map[checklist.TaskState]ui.ChipView{
	checklist.TaskOpen:      {Label: "checklist.task.state.open", Tone: ui.Info, Icon: "circle-dashed"},
	checklist.TaskDone:      {Label: "checklist.task.state.done", Tone: ui.Good, Icon: "circle-check"},
	checklist.TaskCancelled: {Label: "checklist.task.state.cancelled", Tone: ui.Neutral, Icon: "ban"},
}

func (p *assessmentPage) tasks(list []checklist.Task) pages.TasksView {
	v := pages.TasksView{}
	for _, t := range list {
		v.List = append(v.List, p.task(t))
	}
	if checklist.MayEdit(p.by, p.a) {
		in, wrong := checklist.TaskInput{}, fieldErrors{}
		if p.typed.form == formTaskNew {
			in, wrong = p.typed.input, messages(p.ctx, p.typed.wrong)
		}
		v.Form = p.taskForm(pageOf(p.a)+"/tasks", "", "new", in, wrong)
		v.Form.Open = p.typed.form == formTaskNew
	}
	return v
}

func (p *assessmentPage) task(t checklist.Task) pages.TaskView {
	v := pages.TaskView{DOMID: "task-" + t.ID, Title: t.Title, Owner: p.names[t.OwnerID], Due: i18n.Date(p.ctx, t.Due), Note: t.Note, State: taskLooks[t.State]}
	if t.Overdue(p.today) {
		v.Late = i18n.RelativeDay(p.ctx, t.Due, p.today)
	}
	if t.State != checklist.TaskOpen {
		v.Closing = i18n.T(p.ctx, "checklist.task.closing", "name", p.names[t.ClosedBy], "at", momentWords(p.ctx, t.ClosedAt), "note", t.ClosingNote)
	}
	if !checklist.MayEditTask(p.by, p.a, t) {
		return v
	}
	url, version := pageOf(p.a)+"/tasks/"+t.ID, strconv.FormatInt(t.Version, 10)
	if t.State != checklist.TaskOpen {
		v.Reopen = &ui.PostView{ButtonView: ui.ButtonView{Label: "checklist.task.reopen", URL: url, Small: true, Icon: "refresh"},
			Fields: []ui.Hidden{{Name: "version", Value: version}, {Name: "act", Value: "reopen"}}}
		return v
	}
	in, wrong, mine := checklist.TaskInput{Title: t.Title, Owner: t.OwnerID, Due: t.Due, Note: t.Note}, fieldErrors{}, p.typed.task == t.ID
	if mine && p.typed.form == formTaskEdit {
		in, wrong = p.typed.input, messages(p.ctx, p.typed.wrong)
	}
	v.Edit = p.taskForm(url, version, t.ID, in, wrong)
	v.Edit.Open = len(wrong) > 0
	v.Close = &pages.TaskClose{URL: url, Version: version, Note: ui.Field{Name: "note", ID: "f-end-" + t.ID, Label: "checklist.task.closing_note", Hint: "checklist.task.closing_note.hint", Rows: 2}}
	if mine && p.typed.form == formTaskEnd {
		v.Close.Open, v.Close.Note.Value, v.Close.Note.Error = true, p.typed.note, messages(p.ctx, p.typed.wrong)["note"]
	}
	return v
}

func (p *assessmentPage) taskForm(url, version, prefix string, in checklist.TaskInput, wrong fieldErrors) *pages.TaskForm {
	id := func(name string) string { return "f-task-" + prefix + "-" + name }
	return &pages.TaskForm{URL: url, Version: version, Prefix: prefix,
		Title: ui.Field{Name: "title", ID: id("title"), Label: "checklist.task.title", Value: in.Title, Error: wrong["title"], Required: true, MaxLength: 200},
		Owner: ui.Choice{Field: ui.Field{Name: "owner", ID: id("owner"), Label: "checklist.task.owner", Value: in.Owner, Error: wrong["owner"]}, Prompt: "ui.nobody", Options: p.able},
		Due:   ui.Field{Name: "due", ID: id("due"), Label: "checklist.due", Type: ui.InputDate, Value: string(in.Due), Error: wrong["due"]},
		Note:  ui.Field{Name: "note", ID: id("note"), Label: "checklist.task.note", Value: in.Note, Error: wrong["note"], Rows: 2},
	}
}

func (p *assessmentPage) talk(list []checklist.Comment) pages.TalkView {
	v := pages.TalkView{}
	for _, one := range list {
		v.List = append(v.List, pages.CommentView{DOMID: "comment-" + one.ID, Who: p.names[one.AuthorID], At: one.CreatedAt, Body: one.Body})
	}
	if !p.by.May(actor.Contribute) {
		return v
	}
	v.Form = &pages.CommentForm{URL: pageOf(p.a) + "/comments",
		Body:    ui.Field{Name: "body", ID: "comment-body", Label: "checklist.comment", Hint: "checklist.comment.hint", Rows: 2},
		Mention: ui.Choice{Field: ui.Field{Name: "mention", Label: "checklist.mention", HideLabel: true}, Prompt: "checklist.mention", Options: p.able}}
	if p.typed.form == formComment {
		wrong := messages(p.ctx, p.typed.wrong)
		v.Form.Body.Value, v.Form.Body.Error, v.Form.Mention.Error = p.typed.note, wrong["body"], wrong["mention"]
	}
	return v
}
