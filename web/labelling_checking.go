package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/i18n"
	"hegui/internal/labelling"
	"hegui/internal/problem"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

func checkingURL(lot string) string { return labelURL("lots", lot) + "/checking" }

// checking is the section of a lot about its checks.
func (p *labelPages) checking(c echo.Context) error {
	l, err := p.Labelling.Lot(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	return p.checkingPage(c, http.StatusOK, l, checkingForms{})
}

// checkingForms are forms that came back.
type checkingForms struct {
	assign, arbitrate, resume *form
	wrong                     error
}

func (k checkingForms) errors(f *form) (*form, error) {
	if f == nil {
		return nil, nil
	}
	return f, k.wrong
}

func (p *labelPages) checkingPage(c echo.Context, status int, l labelling.Lot, back checkingForms) error {
	ctx, by := c.Request().Context(), who(c)
	head, err := p.lotHead(c, l)
	if err != nil {
		return err
	}
	v := pages.LotChecking{LabelHead: head}
	v.Alert = said(ctx, back.wrong)
	list, err := p.Labelling.AssignmentsOf(ctx, l)
	if err != nil {
		return err
	}
	free, given, err := p.Labelling.Waiting(ctx, l)
	if err != nil {
		return err
	}
	loose, doubles := l.ToCheck, int64(0)
	for _, a := range list {
		switch a.Round {
		case labelling.FirstRound:
			loose -= a.Items - a.Gold
		case labelling.SecondRound:
			doubles += a.Items
		}
	}
	v.Stats, v.Notes = checkingStats(ctx, l, loose, free+given), leftNotes(c)
	if v.Assignments, err = p.assignmentTable(c, l, list); err != nil {
		return err
	}
	if err := p.checkingState(c, l, &v, back); err != nil {
		return err
	}
	if by.May(actor.ManageLabelling) && (l.State == labelling.LotDrawn || l.State == labelling.LotChecking) && !l.Stopped {
		if err := p.checkingActs(c, l, &v, back, loose, doubles, free); err != nil {
			return err
		}
	}
	return render(c, status, pages.LotCheckingView(v))
}

func checkingStats(ctx context.Context, l labelling.Lot, loose, disputed int64) []ui.StatView {
	if l.ToCheck == 0 {
		return nil
	}
	number := func(label, icon string, n int64) ui.StatView {
		return ui.StatView{Label: label, Icon: icon, Value: i18n.Number(ctx, n)}
	}
	out := []ui.StatView{number("label_check.drawn", "stack-2", l.ToCheck), number("label_check.loose", "user-question", loose),
		{Label: "label_check.final", Icon: "progress-check", Value: i18n.T(ctx, "labelling.lot.checked_of", "checked", i18n.Number(ctx, l.Checked), "all", i18n.Number(ctx, l.ToCheck))},
		number("labelling.lot.wrong", "circle-x", l.Wrong), number("label_check.disputed", "scale", disputed)}
	out[0].Icon = "list-check"
	return out
}

// leftNotes says what an assigning just could not give to anybody; the counts
// are in the address.
func leftNotes(c echo.Context) (out []ui.AlertView) {
	ctx := c.Request().Context()
	for _, key := range []string{"own", "supplier", "quota", "doubles", "gold"} {
		n, err := strconv.ParseInt(c.QueryParam(key), 10, 64)
		if err == nil && n > 0 {
			out = append(out, ui.AlertView{Tone: ui.Warn, Title: i18n.T(ctx, "label_check.left."+key, "count", n)})
		}
	}
	return out
}

// checkingState says where the checks stand: not begun, stopped, ended.
func (p *labelPages) checkingState(c echo.Context, l labelling.Lot, v *pages.LotChecking, back checkingForms) error {
	ctx, by := c.Request().Context(), who(c)
	note := func(tone ui.Tone, title, text string) {
		v.Notes = append([]ui.AlertView{{Tone: tone, Title: title, Text: text}}, v.Notes...)
	}
	switch {
	case l.DrawID == "":
		note(ui.Info, "label_check.before", "label_check.before.text")
	case l.Stopped:
		stop, err := p.Labelling.StopOf(ctx, l.ID)
		if err != nil && !problem.Is(err, problem.NotFound) {
			return err
		}
		note(ui.Bad, "label_check.stopped", i18n.T(ctx, "label_check.stopped.why", "item", stop.ItemID, "when", i18n.DateTime(ctx, stop.CheckedAt), "note", stop.Note))
		if by.May(actor.ManageLabelling) && l.State == labelling.LotChecking {
			typed, wrong := back.errors(back.resume)
			f := fields{messages(ctx, wrong)}
			v.Resume = &pages.LabelForm{Action: labelURL("lots", l.ID) + "/resume", Submit: "label_check.resume", Version: l.Version,
				Parts: []pages.FormPart{f.area("reason", "label_check.resume.reason", cameBack{typed, wrong}.text("reason"), "label_check.resume.hint", 3, true)}}
		}
	case l.State == labelling.LotChecking && l.AllChecked():
		note(ui.Good, "label_check.all_checked", "label_check.all_checked.text")
	}
	return nil
}

func (p *labelPages) assignmentTable(c echo.Context, l labelling.Lot, list []labelling.Assignment) (pages.LabelTable, error) {
	ctx, by, today := c.Request().Context(), who(c), p.Labelling.Today()
	t := pages.LabelTable{ID: "assignment-list", Caption: "label_check.assignments", Columns: []ui.Column{{Label: "label_check.checker"}, {Label: "label_check.task"}, {Label: "label_check.progress"}, {Label: "label_check.due"}, {Label: "labelling.state"}},
		Empty: ui.EmptyView{Icon: "users-group", Title: "label_check.assignments.empty", Text: "label_check.assignments.empty.text"}}
	manages := by.May(actor.ManageLabelling) && l.State == labelling.LotChecking
	if manages {
		t.Columns = append(t.Columns, ui.Column{Label: "label_check.actions", HideHead: true})
	}
	ids := make([]string, len(list))
	for i, a := range list {
		ids[i] = a.WorkerID
	}
	people, err := p.Labelling.Called(ctx, by, ids)
	for _, a := range list {
		due := pages.LabelCell{Text: i18n.Date(ctx, a.Due)}
		if a.State == labelling.AssignmentOpen && a.Due.Before(today) {
			due = pages.LabelCell{Chips: []ui.ChipView{{Label: i18n.Date(ctx, a.Due), Tone: ui.Bad, Icon: "clock-exclamation"}}}
		}
		row := []pages.LabelCell{{Text: people[a.WorkerID], URL: labelURL("people", a.WorkerID)}, {Text: "label_check.round." + strconv.FormatInt(a.Round, 10)}, progressCell(ctx, a.Done, a.Items), due, {Chips: []ui.ChipView{assignmentChip(a.State)}}}
		if a.Gold > 0 {
			row[1].Note = i18n.T(ctx, "label_check.with_gold", "count", a.Gold)
		}
		if manages {
			cell := pages.LabelCell{}
			if a.State == labelling.AssignmentOpen {
				cell.Posts = []pages.LabelAction{confirmed(postAction("label_check.withdraw", "/labelling/assignments/"+a.ID+"/withdraw", "arrow-back-up", a.Version), "label_check.withdraw.confirm")}
				cell.Posts[0].Small = true
			}
			row = append(row, cell)
		}
		t.Rows = append(t.Rows, pages.LabelRow{Cells: row})
	}
	return t, err
}

func assignmentChip(s labelling.AssignmentState) ui.ChipView {
	tones := map[labelling.AssignmentState]ui.Tone{labelling.AssignmentOpen: ui.Accent, labelling.AssignmentDone: ui.Good}
	return ui.ChipView{Label: "label_check.state." + string(s), Tone: tones[s]}
}

// checkingActs offers what can be done: assign, arbitrate, choose gold items.
func (p *labelPages) checkingActs(c echo.Context, l labelling.Lot, v *pages.LotChecking, back checkingForms, loose, doubles, waiting int64) error {
	ctx, by := c.Request().Context(), who(c)
	plan, err := p.Labelling.CurrentPlan(ctx, by, l.ID)
	if err != nil {
		return err
	}
	checkers, err := p.Labelling.Candidates(ctx, l, labelling.Reviewer)
	if err != nil {
		return err
	}
	if loose > 0 || doubles*100 < l.ToCheck*plan.DoublePercent {
		v.Assign = p.assignForm(ctx, by, l, plan, checkers, loose, back)
	}
	v.Unfit = unfit(by, checkers)
	if waiting > 0 {
		arbiters, err := p.Labelling.Candidates(ctx, l, labelling.Arbiter)
		if err != nil {
			return err
		}
		v.Arbitrate = p.arbitrateForm(ctx, by, l, arbiters, back)
		v.Unfit = append(v.Unfit, unfit(by, arbiters)...)
	}
	gold, err := p.Labelling.GoldCount(ctx, l.ProjectID, l.Kind)
	v.GoldWords = i18n.T(ctx, "label_check.gold.in_use", "count", gold)
	v.ProjectGold = labelURL("projects", l.ProjectID) + "/gold"
	v.GoldURL = labelURL("lots", l.ID) + "/gold"
	return err
}

func unfit(by actor.Actor, list []labelling.Candidate) (out []pages.UnfitPerson) {
	for _, one := range list {
		if one.Assignable() {
			continue
		}
		u := pages.UnfitPerson{Name: one.Worker.Called(by), URL: labelURL("people", one.Worker.ID)}
		for _, lack := range one.Lacks {
			u.Why = append(u.Why, "labelling.lack."+string(lack))
		}
		if one.NoAccount {
			u.Why = append(u.Why, "label_check.lack.account")
		}
		if one.NoAccess {
			u.Why = append(u.Why, "label_check.lack.access")
		}
		out = append(out, u)
	}
	return out
}

// dueDays is how many days a new assignment has.
const dueDays = 7

func (p *labelPages) assignForm(ctx context.Context, by actor.Actor, l labelling.Lot, plan labelling.Plan, list []labelling.Candidate, loose int64, back checkingForms) *pages.AssignForm {
	typed, wrong := back.errors(back.assign)
	f := fields{messages(ctx, wrong)}
	v := &pages.AssignForm{Action: labelURL("lots", l.ID) + "/assign", Version: l.Version, Wrong: f.wrong["worker"], Summary: summary(ctx, wrong)}
	v.Lead = i18n.T(ctx, "label_check.assign.lead", "count", loose) + " " + i18n.T(ctx, "label_check.assign.percents", "double", i18n.Number(ctx, plan.DoublePercent), "gold", i18n.Number(ctx, plan.GoldPercent))
	share, due, apart := "even", string(p.Labelling.Today().Add(dueDays)), true
	if typed != nil {
		share, due, apart = typed.values.Get("share"), typed.values.Get("due"), typed.checked("apart")
	}
	for _, one := range list {
		if !one.Assignable() {
			continue
		}
		person := pages.AssignPerson{ID: one.Worker.ID, Name: one.Worker.Called(by), Note: one.Worker.Pseudonym, Checked: typed == nil}
		if typed != nil {
			person.Checked = slices.Contains(typed.values["worker"], person.ID)
			person.Quota = typed.values.Get("quota_" + person.ID)
		}
		v.People = append(v.People, person)
	}
	v.Share = ui.Choice{Field: f.field("share", "label_check.share", share), Inline: true, Options: []ui.Option{{Value: "even", Label: "label_check.share.even"}, {Value: "quota", Label: "label_check.share.quota"}}}
	v.Share.Error = f.wrong["quota"]
	d := f.date("due", "label_check.due", "", true)
	d.Field.Value, d.Field.Min = due, string(p.Labelling.Today())
	v.Parts = []pages.FormPart{d, f.check("apart", "label_check.apart", "label_check.apart.hint", apart)}
	return v
}

func (p *labelPages) arbitrateForm(ctx context.Context, by actor.Actor, l labelling.Lot, list []labelling.Candidate, back checkingForms) *pages.LabelForm {
	typed, wrong := back.errors(back.arbitrate)
	f := fields{messages(ctx, wrong)}
	due := string(p.Labelling.Today().Add(dueDays))
	if typed != nil {
		due = typed.values.Get("due")
	}
	people := pages.FormPart{Kind: pages.BoxesPart, Field: f.field("arbiter", "label_check.arbiters", "")}
	people.Field.Error = f.wrong["worker"]
	for _, one := range list {
		if one.Assignable() {
			people.Options = append(people.Options, ui.Option{Value: one.Worker.ID, Label: one.Worker.Called(by), Selected: typed == nil || slices.Contains(typed.values["arbiter"], one.Worker.ID)})
		}
	}
	d := f.date("arbiter_due", "label_check.due", "", true)
	d.Field.Name, d.Field.ID, d.Field.Value, d.Field.Min, d.Field.Error = "due", "f-arbiter-due", due, string(p.Labelling.Today()), f.wrong["due"]
	return &pages.LabelForm{Action: labelURL("lots", l.ID) + "/arbitrate", Submit: "label_check.arbitrate.do", Parts: []pages.FormPart{people, d}}
}

// assign gives items to checkers and says what was left.
func (p *labelPages) assign(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	in := labelling.AssignInput{Workers: f.all("worker"), Apart: f.checked("apart"), Due: f.date("due")}
	if f.text("share") == "quota" {
		in.Quotas = map[string]int64{}
		for _, w := range in.Workers {
			in.Quotas[w] = f.int("quota_" + w)
		}
	}
	var out labelling.Given
	if err = f.err(in.Check(p.Labelling.Today())); err == nil {
		out, err = p.Labelling.Assign(c.Request().Context(), who(c), c.Param("id"), f.int("version"), in)
	}
	if err != nil {
		return p.checkingBack(c, checkingForms{assign: f, wrong: err})
	}
	left, items := url.Values{}, int64(0)
	for _, a := range out.Assignments {
		items += a.Items
	}
	note := func(key string, n int64) {
		if n > 0 {
			left.Set(key, strconv.FormatInt(n, 10))
		}
	}
	for bar, n := range out.Left {
		note(string(bar), n)
	}
	note("doubles", out.Doubles)
	note("gold", out.Gold)
	p.flash(c, "label_check.flash.assigned", "count", items)
	at := checkingURL(c.Param("id"))
	if len(left) > 0 {
		at += "?" + left.Encode()
	}
	return done(c, at)
}

// checkingBack shows the section again with what was typed.
func (p *labelPages) checkingBack(c echo.Context, back checkingForms) error {
	if !comesBack(back.wrong) {
		return back.wrong
	}
	l, err := p.Labelling.Lot(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	return p.checkingPage(c, statusOf(back.wrong), l, back)
}

func (p *labelPages) arbitrate(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	workers, due := f.all("arbiter"), f.date("due")
	if err = f.err(nil); err == nil {
		err = p.Labelling.Arbitrate(c.Request().Context(), who(c), c.Param("id"), workers, due, false)
	}
	if err != nil {
		return p.checkingBack(c, checkingForms{arbitrate: f, wrong: err})
	}
	p.flash(c, "label_check.flash.arbitrate")
	return done(c, checkingURL(c.Param("id")))
}

func (p *labelPages) resumeChecks(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	reason := f.lines("reason")
	if err = f.err(nil); err == nil {
		_, err = p.Labelling.ResumeChecks(c.Request().Context(), who(c), c.Param("id"), f.int("version"), reason)
	}
	if err != nil {
		return p.checkingBack(c, checkingForms{resume: f, wrong: err})
	}
	p.flash(c, "label_check.flash.resumed")
	return done(c, checkingURL(c.Param("id")))
}

func (p *labelPages) withdrawAssignment(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	a, err := p.Labelling.Withdraw(c.Request().Context(), who(c), c.Param("id"), f.int("version"))
	if err != nil {
		return err
	}
	p.flash(c, "label_check.flash.withdrawn")
	return done(c, checkingURL(a.LotID))
}

// gold items

// goldPage is how many items one page of candidates shows.
const goldPage = 20

func (p *labelPages) goldChoice(c echo.Context) error { return p.goldChoicePage(c, http.StatusOK, nil) }

func (p *labelPages) goldChoicePage(c echo.Context, status int, wrong error) error {
	ctx, by := c.Request().Context(), who(c)
	l, err := p.Labelling.Lot(ctx, by, c.Param("id"))
	if err != nil {
		return err
	}
	b, err := p.Labelling.Batch(ctx, by, l.BatchID)
	if err != nil {
		return err
	}
	list, err := p.Labelling.GoldCandidates(ctx, by, l.ID)
	if err != nil {
		return err
	}
	v := pages.GoldChoice{LabelHead: p.labelHead(c, "label_check.gold.choose", crumbLots, lotCrumb(l)), Action: labelURL("lots", l.ID) + "/gold", Wrong: messages(ctx, wrong)["n"],
		Empty: ui.EmptyView{Icon: "star", Title: "label_check.gold.none", Text: "label_check.gold.none.text"}}
	v.Subtitle = "label_check.gold.lead"
	shown := list[:min(len(list), goldPage)]
	if n := len(list) - len(shown); n > 0 {
		v.More = i18n.T(ctx, "label_check.gold.more", "count", n)
	}
	items, err := p.Labelling.ItemsAt(ctx, l, shown)
	if err != nil {
		return err
	}
	views, err := p.labelItems(ctx, b, items)
	if err != nil {
		return err
	}
	for i, j := range shown {
		g := pages.GoldItem{N: strconv.FormatInt(j.N, 10), Row: pages.LabelItemRow{ID: j.ItemID, Item: views[i]}, Verdict: verdictChip(j.Verdict)}
		switch {
		case j.Arbitrated:
			g.Note = i18n.T(ctx, "label_check.gold.arbitrated")
		case j.Second() != labelling.NoVerdict:
			g.Note = i18n.T(ctx, "label_check.gold.agreed")
		}
		v.Items = append(v.Items, g)
	}
	return render(c, status, pages.GoldChoiceView(v))
}

func (p *labelPages) keepGold(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	var items []int64
	for _, s := range f.all("n") {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			f.wrong.Add("n", "form.number.invalid")
		}
		items = append(items, n)
	}
	if err = f.err(nil); err == nil {
		err = p.Labelling.KeepGold(c.Request().Context(), who(c), c.Param("id"), items)
	}
	if comesBack(err) {
		return p.goldChoicePage(c, statusOf(err), err)
	}
	if err != nil {
		return err
	}
	l, err := p.Labelling.Lot(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	p.flash(c, "label_check.flash.gold_kept", "count", len(items))
	return done(c, labelURL("projects", l.ProjectID)+"/gold")
}

// golds lists the gold items of a project.
func (p *labelPages) golds(c echo.Context) error {
	ctx, by := c.Request().Context(), who(c)
	one, err := p.Labelling.Project(ctx, by, c.Param("id"))
	if err != nil {
		return err
	}
	f := labelling.GoldFilter{State: labelling.GoldState(c.QueryParam("state")), After: c.QueryParam("after"), Limit: labelPage + 1}
	found, err := p.Labelling.Golds(ctx, by, one.ID, f)
	if err != nil {
		return err
	}
	t := pages.LabelTable{ID: "golds", Caption: "label_check.gold", Columns: []ui.Column{{Label: "label_check.gold.item"}, {Label: "label_check.verdict"}, {Label: "label_check.defects"}, {Label: "labelling.kind"}, {Label: "labelling.state"}},
		Empty: ui.EmptyView{Icon: "star", Title: "label_check.gold.empty", Text: "label_check.gold.empty.text"}}
	if by.May(actor.ManageLabelling) {
		t.Columns = append(t.Columns, ui.Column{Label: "label_check.actions", HideHead: true})
	}
	for _, g := range found[:labelPager(c, &t, len(found), func(i int) string { return found[i].ID })] {
		t.Rows = append(t.Rows, pages.LabelRow{Cells: goldCells(by, g)})
	}
	state := choice("state", "labelling.state", "labelling.any", string(f.State))
	state.Options = codeOptions("label_check.gold.state.", []labelling.GoldState{labelling.GoldInUse, labelling.GoldRetired})
	labelFilter(c, &t, state)
	v := pages.LabelList{LabelHead: p.labelHead(c, "label_check.gold", p.projectCrumb(one)), Table: t}
	v.Subtitle = "label_check.gold.lead"
	return show(c, http.StatusOK, pages.LabelListView(v), pages.LabelListPanel(v.Table))
}

func goldCells(by actor.Actor, g labelling.Gold) []pages.LabelCell {
	codes := pages.LabelCell{}
	for _, d := range g.Defects {
		codes.Chips = append(codes.Chips, ui.ChipView{Label: d})
	}
	state := ui.ChipView{Label: "label_check.gold.state." + string(g.State)}
	if g.State == labelling.GoldInUse {
		state.Tone = ui.Good
	}
	out := []pages.LabelCell{{Text: g.ItemID, URL: labelURL("lots", g.LotID) + "?item=" + url.QueryEscape(g.ItemID)}, {Chips: []ui.ChipView{verdictChip(g.Verdict)}}, codes, {Text: kindName(g.Kind)}, {Chips: []ui.ChipView{state}}}
	if by.May(actor.ManageLabelling) {
		cell := pages.LabelCell{}
		if g.State == labelling.GoldInUse {
			cell.Posts = []pages.LabelAction{postAction("label_check.gold.retire", "/labelling/gold/"+g.ID+"/retire", "archive", g.Version)}
			cell.Posts[0].Small = true
		}
		out = append(out, cell)
	}
	return out
}

func (p *labelPages) retireGold(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	g, err := p.Labelling.RetireGold(c.Request().Context(), who(c), c.Param("id"), f.int("version"))
	if err != nil {
		return err
	}
	p.flash(c, "label_check.flash.gold_retired")
	return done(c, labelURL("projects", g.ProjectID)+"/gold")
}
