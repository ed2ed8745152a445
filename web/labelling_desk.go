package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hegui/internal/i18n"
	"hegui/internal/labelling"
	"hegui/internal/labelling/exports"
	"hegui/internal/problem"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// deskPages are the checker's desk: own assignments, one item a screen.
type deskPages struct{ *labelPages }

var crumbDesk = layout.Crumb{Label: "label_check.desk", URL: "/labelling/desk"}

func deskURL(assignment string) string { return crumbDesk.URL + "/" + assignment }

// atEnd is the place behind the last item.
const atEnd = "end"

func deskAt(assignment string, seq, items int64) string {
	if seq > items {
		return deskURL(assignment) + "?at=" + atEnd
	}
	return deskURL(assignment) + "?at=" + strconv.FormatInt(seq, 10)
}

// list shows the person's own assignments.
func (p *deskPages) list(c echo.Context) error {
	ctx := c.Request().Context()
	open, err := p.Labelling.Desk(ctx, who(c), labelling.DeskFilter{Limit: labelPage})
	if err != nil {
		return err
	}
	closed, err := p.Labelling.Desk(ctx, who(c), labelling.DeskFilter{Closed: true, Limit: labelPage})
	if err != nil {
		return err
	}
	v := pages.DeskList{LabelHead: p.listHead(c, "label_check.desk", "label_check.desk.lead"), Open: p.deskTable(ctx, open, true)}
	v.Open.Empty = ui.EmptyView{Icon: "clipboard-check", Title: "label_check.desk.empty", Text: "label_check.desk.empty.text"}
	if len(closed) > 0 {
		t := p.deskTable(ctx, closed, false)
		v.Closed = &t
	}
	return render(c, http.StatusOK, pages.DeskListView(v))
}

func (p *deskPages) deskTable(ctx context.Context, list []labelling.DeskEntry, open bool) pages.LabelTable {
	t := pages.LabelTable{ID: "assignments", Caption: "label_check.assignments", Columns: []ui.Column{{Label: "labelling.batch"}, {Label: "labelling.project"}, {Label: "label_check.task"}, {Label: "label_check.progress"}, {Label: "label_check.due"}}}
	today := p.Labelling.Today()
	for _, a := range list {
		task := pages.LabelCell{Chips: []ui.ChipView{taskChip(a.Round)}}
		if a.Stopped {
			task.Chips = append(task.Chips, ui.ChipView{Label: "labelling.lot.stopped", Tone: ui.Bad, Icon: "flag"})
		}
		due := pages.LabelCell{Text: i18n.Date(ctx, a.Due)}
		if open && a.Due.Before(today) {
			due = pages.LabelCell{Chips: []ui.ChipView{{Label: i18n.Date(ctx, a.Due), Tone: ui.Bad, Icon: "clock-exclamation"}}}
		}
		t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: a.Batch, URL: deskURL(a.ID)}, {Text: a.Project, Note: kindName(a.Kind)}, task, progressCell(ctx, a.Done, a.Items), due}})
	}
	return t
}

func taskChip(round int64) ui.ChipView {
	if round == labelling.ArbiterRound {
		return ui.ChipView{Label: "label_check.task.arbitrate", Icon: "scale", Tone: ui.Accent}
	}
	return ui.ChipView{Label: "label_check.task.check", Icon: "clipboard-check", Tone: ui.Info}
}

// progressCell is a bar with "37 of 120" below.
func progressCell(ctx context.Context, done, all int64) pages.LabelCell {
	return pages.LabelCell{Bar: &ui.ProgressView{Label: "label_check.progress", Slim: true, Segments: []ui.SegmentView{{Label: "labelling.lot.checked", Tone: ui.Accent, Count: int(done)}, {Label: "labelling.lot.unchecked", Count: int(max(0, all-done))}}},
		Note: i18n.T(ctx, "label_check.answered", "done", i18n.Number(ctx, done), "all", i18n.Number(ctx, all))}
}

// item shows the item that the address names, else the first without a
// verdict, else the end.
func (p *deskPages) item(c echo.Context) error {
	ctx := c.Request().Context()
	a, err := p.Labelling.AssignmentFor(ctx, who(c), c.Param("assignment"))
	if err != nil {
		return err
	}
	at, err := strconv.ParseInt(c.QueryParam("at"), 10, 64)
	if err != nil && c.QueryParam("at") != atEnd {
		if at, err = p.Labelling.NextOpen(ctx, a, 0); err != nil {
			return err
		}
	}
	if at < 1 || at > a.Items {
		return p.end(c, http.StatusOK, a, nil)
	}
	place, err := p.Labelling.Place(ctx, who(c), a.ID, at)
	if err != nil {
		return err
	}
	return p.screen(c, http.StatusOK, place, deskInput{flagging: c.QueryParam("flag") != ""})
}

// deskInput is what came with a screen that is shown again.
type deskInput struct {
	answer   *labelling.Answer // as it was sent
	own      *form
	flag     *form
	flagging bool
	wrong    error
}

// screen shows one item: in a blind check without its label until the own
// answer is given.
func (p *deskPages) screen(c echo.Context, status int, at labelling.Place, in deskInput) error {
	ctx := c.Request().Context()
	view, batch, err := p.Labelling.Shown(ctx, at)
	if err != nil {
		return err
	}
	picture, err := p.pictures(ctx, batch.ID, []exports.View{view})
	if err != nil {
		return err
	}
	a, seq := at.Assignment, at.Assigned.Seq
	hidden := at.Blind() && !at.Answered() && labelling.Hides(view)
	item := labelItem(ctx, "item-"+strconv.FormatInt(seq, 10), view, picture)
	if hidden {
		item = item.Blind(swapped(a.ID, seq))
		item.Fields = nil
	} else if item.Fields, err = p.discreet(ctx, at, item.Fields); err != nil {
		return err
	}
	v := pages.DeskScreen{Title: i18n.T(ctx, "label_check.at", "at", i18n.Number(ctx, seq), "all", i18n.Number(ctx, a.Items)), ItemID: at.Item.ItemID, Item: &item,
		NextURL: deskAt(a.ID, seq+1, a.Items), Last: seq == a.Items}
	if seq > 1 {
		v.BackURL = deskAt(a.ID, seq-1, a.Items)
	}
	post := pages.DeskPost{Action: deskURL(a.ID), At: seq, Shown: time.Now().UnixMilli()}
	if at.Check != nil {
		post.Version = at.Check.Version
		v.Answer = ownWords(ctx, at.Check.OwnAnswer)
		if at.Check.Illegal {
			v.Facts = append(v.Facts, ui.ChipView{Label: "label_check.flagged", Tone: ui.Bad, Icon: "flag"})
		}
	}
	v.Earlier = earlier(ctx, at)
	closed := closedWhy(at)
	if closed != "" {
		if v.Alert, err = p.closedAlert(ctx, at, closed); err != nil {
			return err
		}
		v.Facts = append(v.Facts, givenChips(at.Check)...)
	} else {
		if hidden {
			v.Own = deskOwn(ctx, post, view, batch, in)
		} else {
			v.Form = deskForm(ctx, post, at, in)
		}
		v.Flag = deskFlag(ctx, post, a, in)
		p.cameBack(ctx, &v, at, in)
	}
	return p.show(c, status, a, at.Lot, batch, v)
}

// show renders the screen, alone for scripts or with the page around it.
func (p *deskPages) show(c echo.Context, status int, a labelling.Assignment, l labelling.Lot, b labelling.Batch, v pages.DeskScreen) error {
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
	if wantsPart(c) {
		return render(c, status, pages.DeskPart(v))
	}
	ctx := c.Request().Context()
	names, err := p.Labelling.ProjectNames(ctx, []string{l.ProjectID})
	if err != nil {
		return err
	}
	page := pages.DeskPage{Frame: p.frame(c, "label_check.desk.item", crumbLabelling, crumbDesk), Batch: b.Name, Project: names[l.ProjectID], Screen: v,
		Count: answeredWords(ctx, a), Due: i18n.Date(ctx, a.Due), Late: a.Due.Before(p.Labelling.Today())}
	page.Frame.Wide = true
	r, err := p.Labelling.RulesFor(ctx, l)
	switch {
	case err == nil:
		page.RulesURL, page.RulesAt = deskURL(a.ID)+"/rules", labelURL("rules", r.ID)
	case !problem.Is(err, problem.NotFound):
		return err
	}
	return render(c, status, pages.DeskView(page))
}

func answeredWords(ctx context.Context, a labelling.Assignment) string {
	return i18n.T(ctx, "label_check.answered", "done", i18n.Number(ctx, a.Done), "all", i18n.Number(ctx, a.Items))
}

// discreet leaves away what names a person of the project or is the
// annotator's name, so that checkers do not know whom they judge.
func (p *deskPages) discreet(ctx context.Context, at labelling.Place, list []pages.LabelField) ([]pages.LabelField, error) {
	if len(list) == 0 {
		return nil, nil
	}
	known, err := p.Labelling.Identities(ctx, at.Project.ID)
	if at.Item.Annotator != "" {
		known = append(known, at.Item.Annotator)
	}
	const long = 4 // shorter ones, such as "7", would hit numbers that mean something else
	return slices.DeleteFunc(list, func(f pages.LabelField) bool {
		return slices.ContainsFunc(known, func(name string) bool {
			return f.Value == name || len(name) >= long && strings.Contains(strings.ToLower(f.Value), strings.ToLower(name))
		})
	}), err
}

// swapped puts two answers in an order that says nothing, the same each time.
func swapped(assignment string, seq int64) bool {
	return hueOf(assignment+strconv.FormatInt(seq, 10))%2 == 1
}

// The own answers about a pair; deskOwn offers them as A and B.
const (
	ownChosen   = "chosen"
	ownRejected = "rejected"
	ownEqual    = "equal"
)

// ownWords shows an own answer: that about a pair in words.
func ownWords(ctx context.Context, own string) string {
	switch own {
	case ownChosen, ownRejected, ownEqual:
		return i18n.T(ctx, "label_check.own."+own)
	}
	return own
}

// earlier is what the two checkers said, for the arbiter, without their names.
func earlier(ctx context.Context, at labelling.Place) (out []pages.DeskEarlier) {
	for i, c := range at.Earlier {
		e := saidBy(ctx, c)
		e.Title = i18n.T(ctx, "label_check.earlier", "letter", string(rune('A'+i)))
		out = append(out, e)
	}
	return out
}

// saidBy is what one check says.
func saidBy(ctx context.Context, c labelling.Check) pages.DeskEarlier {
	e := pages.DeskEarlier{Verdict: verdictChip(c.Verdict)}
	add := func(label, value string) {
		if value != "" {
			e.Rows = append(e.Rows, pages.DetailRow{Label: label, Value: value})
		}
	}
	add("label_check.own", ownWords(ctx, c.OwnAnswer))
	add("label_check.defects", strings.Join(c.Defects, ", "))
	if c.Severity != "" {
		add("label_check.severity", i18n.T(ctx, "labelling.severity."+string(c.Severity)))
	}
	add("label_check.corrected", c.Corrected)
	add("label_check.note", c.Note)
	return e
}

var verdictTones = map[labelling.Verdict]ui.Tone{labelling.VerdictRight: ui.Good, labelling.VerdictWrong: ui.Bad, labelling.VerdictUnsure: ui.Warn}

func verdictChip(v labelling.Verdict) ui.ChipView {
	if v == labelling.NoVerdict {
		return ui.ChipView{Label: "label_check.verdict.none"}
	}
	return ui.ChipView{Label: "label_check.verdict." + string(v), Tone: verdictTones[v]}
}

func givenChips(c *labelling.Check) []ui.ChipView {
	if c == nil {
		return nil
	}
	return []ui.ChipView{verdictChip(c.Verdict)}
}

// closedWhy is the message why no answer is taken, "" while one is.
func closedWhy(at labelling.Place) string {
	switch {
	case at.Lot.Stopped && at.Assignment.State == labelling.AssignmentOpen:
		return "label_check.stopped"
	case at.Assignment.State != labelling.AssignmentOpen:
		return "label_check.handed_in"
	case at.Lot.State != labelling.LotChecking || at.Lot.DrawID != at.Assignment.DrawID:
		return "label_check.over"
	}
	return ""
}

// closedAlert says why; of a stopped lot what was reported.
func (p *deskPages) closedAlert(ctx context.Context, at labelling.Place, why string) (*ui.AlertView, error) {
	v := &ui.AlertView{Tone: ui.Info, Title: i18n.T(ctx, why)}
	if !at.Lot.Stopped {
		return v, nil
	}
	stop, err := p.Labelling.StopOf(ctx, at.Lot.ID)
	if problem.Is(err, problem.NotFound) {
		return v, nil
	}
	v.Tone, v.Text = ui.Warn, i18n.T(ctx, "label_check.stopped.why", "item", stop.ItemID, "when", i18n.DateTime(ctx, stop.CheckedAt), "note", stop.Note)
	return v, err
}

// maxKeys is how many options have a key of their own.
const maxKeys = 9

func keyOf(i int) string {
	if i >= maxKeys {
		return ""
	}
	return strconv.Itoa(i + 1)
}

// deskOwn asks for the own answer: one of two answers, labels of the batch, or
// words.
func deskOwn(ctx context.Context, post pages.DeskPost, view exports.View, b labelling.Batch, in deskInput) *pages.DeskOwn {
	f := fields{messages(ctx, in.wrong)}
	v := &pages.DeskOwn{DeskPost: post, Text: f.field("own_text", "label_check.own.words", cameBack{in.own, in.wrong}.text("own_text"))}
	v.Action += "/own"
	v.Text.Rows, v.Text.MaxLength, v.Text.Error = 2, 2000, f.wrong["own_answer"]
	v.Text.Attrs = map[string]any{"data-key": "n", "data-key-label": i18n.T(ctx, "label_check.own.words")}
	if view.Pair != nil {
		for i, o := range []string{"a", "b", "="} {
			v.Options = append(v.Options, pages.DeskOption{Value: o, Label: []string{"label_check.own.a", "label_check.own.b", "label_check.own.equal"}[i], Key: o})
		}
		return v
	}
	v.Many = len(view.Choices) != 1
	labels := make([]string, 0, len(b.Labels))
	for _, t := range b.Labels {
		labels = append(labels, t.Name)
	}
	labels = labels[:min(len(labels), maxOwnLabels)]
	slices.Sort(labels) // how frequent they are must not suggest an answer
	for i, name := range labels {
		v.Options = append(v.Options, pages.DeskOption{Value: name, Label: name, Key: keyOf(i)})
	}
	return v
}

// maxOwnLabels is how many labels are offered; others can be typed.
const maxOwnLabels = 24

// severityKeys choose a severity.
var severityKeys = map[labelling.Severity]string{labelling.Critical: "c", labelling.Major: "m", labelling.Minor: "i"}

// deskForm asks for the verdict, with what was given before or came back.
func deskForm(ctx context.Context, post pages.DeskPost, at labelling.Place, in deskInput) *pages.DeskForm {
	var now labelling.Answer
	if c := at.Check; c != nil {
		now = labelling.Answer{Verdict: c.Verdict, Defects: c.Defects, Severity: c.Severity, Corrected: c.Corrected, Note: c.Note}
		if at.Project.Gravest(c.Defects) == c.Severity {
			now.Severity = "" // it follows the defects when they change
		}
	}
	if in.answer != nil {
		now = *in.answer
	}
	f := fields{messages(ctx, in.wrong)}
	v := &pages.DeskForm{DeskPost: post, Current: string(now.Verdict), Wrong: f.wrong["verdict"], Arbiter: at.Assignment.Round == labelling.ArbiterRound, DefectsBad: f.wrong["defects"]}
	v.Action += "/check"
	for i, d := range at.Project.Defects {
		v.Defects = append(v.Defects, pages.DeskDefect{Code: d.Code, Name: d.Name, Severity: "labelling.severity." + string(d.Severity), Hint: d.Description, Key: keyOf(i), Checked: slices.Contains(now.Defects, d.Code)})
	}
	v.Severity = ui.Choice{Field: f.field("severity", "label_check.severity", string(now.Severity)), Options: []ui.Option{{Label: "label_check.severity.defect"}}}
	for _, s := range labelling.Severities {
		v.Severity.Options = append(v.Severity.Options, ui.Option{Value: string(s), Label: "labelling.severity." + string(s), Group: severityKeys[s]})
	}
	v.Corrected, v.Note = f.field("corrected", "label_check.corrected", now.Corrected), f.field("note", "label_check.note", now.Note)
	for _, t := range []struct {
		field *ui.Field
		key   string
	}{{&v.Corrected, "e"}, {&v.Note, "n"}} {
		t.field.Rows = 1
		t.field.Attrs = map[string]any{"data-key": t.key, "data-key-label": i18n.T(ctx, t.field.Label), "aria-keyshortcuts": t.key}
	}
	return v
}

func deskFlag(ctx context.Context, post pages.DeskPost, a labelling.Assignment, in deskInput) *pages.DeskFlag {
	v := &pages.DeskFlag{DeskPost: post, URL: deskAt(a.ID, post.At, a.Items) + "&flag=1", Open: in.flagging}
	v.Action += "/flag"
	v.Note = ui.Field{ID: "f-flag-note", Name: "note", Label: "label_check.flag.note", Required: true, Rows: 3, Autofocus: true}
	if in.flag != nil {
		v.Note.Value, v.Note.Error = in.flag.values.Get("note"), messages(ctx, in.wrong)["note"]
	}
	return v
}

// cameBack says why a screen is shown again: of a check that is no longer the
// one that was seen, both answers.
func (p *deskPages) cameBack(ctx context.Context, v *pages.DeskScreen, at labelling.Place, in deskInput) {
	if in.wrong == nil {
		return
	}
	if problem.Is(in.wrong, problem.Conflict) && in.answer != nil && at.Check != nil && at.Check.Verdict != labelling.NoVerdict {
		sent := saidBy(ctx, labelling.Check{Verdict: in.answer.Verdict, Defects: in.answer.Defects, Severity: in.answer.Severity, Corrected: in.answer.Corrected, Note: in.answer.Note})
		stored := saidBy(ctx, *at.Check)
		stored.Title = i18n.T(ctx, "label_check.conflict.stored", "when", i18n.DateTime(ctx, at.Check.CheckedAt))
		sent.Title = i18n.T(ctx, "label_check.conflict.sent")
		v.Conflict = &pages.DeskConflict{Stored: stored, Sent: sent}
		return
	}
	if words := said(ctx, in.wrong); words != "" {
		v.Alert = &ui.AlertView{Tone: ui.Bad, Title: words}
	}
}

// end closes the list: what is open, and handing it in.
func (p *deskPages) end(c echo.Context, status int, a labelling.Assignment, wrong error) error {
	ctx, by := c.Request().Context(), who(c)
	l, b, err := p.Labelling.LotOnDesk(ctx, by, a)
	if err != nil {
		return err
	}
	marks, err := p.Labelling.Doubts(ctx, a, maxJumps)
	if err != nil {
		return err
	}
	end := &pages.DeskEnd{Open: a.Items - a.Done, Words: i18n.T(ctx, "label_check.end.all", "count", a.Items)}
	for _, seq := range marks {
		end.Unsure = append(end.Unsure, pages.DeskJump{Label: i18n.Number(ctx, seq), URL: deskAt(a.ID, seq, a.Items)})
	}
	v := pages.DeskScreen{Title: i18n.T(ctx, "label_check.end"), End: end}
	if a.Items > 0 {
		v.BackURL = deskAt(a.ID, a.Items, a.Items)
	}
	closed := closedWhy(labelling.Place{Assignment: a, Lot: l})
	switch {
	case closed != "":
		if v.Alert, err = p.closedAlert(ctx, labelling.Place{Assignment: a, Lot: l}, closed); err != nil {
			return err
		}
		end.Words = answeredWords(ctx, a)
	case end.Open > 0:
		end.Words = i18n.T(ctx, "label_check.not_all", "count", end.Open)
		end.NextAt = deskURL(a.ID)
	default:
		end.Action = deskURL(a.ID) + "/done"
	}
	if wrong != nil {
		v.Alert = &ui.AlertView{Tone: ui.Bad, Title: said(ctx, wrong)}
	}
	return p.show(c, status, a, l, b, v)
}

// maxJumps is how many doubtful items the end lists.
const maxJumps = 60
