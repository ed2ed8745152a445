package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/i18n"
	"hegui/internal/labelling"
	"hegui/internal/labelling/stats"
	"hegui/internal/problem"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

var crumbStreams = layout.Crumb{Label: "label_decide.streams", URL: "/labelling/streams"}

var strictTones = map[labelling.Strictness]ui.Tone{labelling.StreamReduced: ui.Good, labelling.StreamTightened: ui.Warn, labelling.StreamDiscontinued: ui.Bad}

func strictChip(s labelling.Strictness) ui.ChipView {
	return ui.ChipView{Label: "label_decide.severity." + string(s), Tone: strictTones[s]}
}

func (p *labelPages) streams(c echo.Context) error {
	ctx, by := c.Request().Context(), who(c)
	f := labelling.StreamFilter{Service: c.QueryParam("service"), Project: c.QueryParam("project"), Severity: labelling.Strictness(c.QueryParam("severity")), After: c.QueryParam("after"), Limit: labelPage + 1}
	found, err := p.Labelling.Streams(ctx, by, f)
	if err != nil {
		return err
	}
	var projects, suppliers []string
	for _, t := range found {
		projects, suppliers = append(projects, t.ProjectID), append(suppliers, t.SupplierID)
	}
	projectNames, err := p.Labelling.ProjectNames(ctx, projects)
	if err != nil {
		return err
	}
	supplierNames, err := p.Labelling.SupplierNames(ctx, suppliers)
	if err != nil {
		return err
	}
	t := pages.LabelTable{ID: "streams", Caption: "label_decide.streams", Empty: ui.EmptyView{Icon: "route", Title: "label_decide.streams.empty", Text: "label_decide.streams.empty.text"},
		Columns: []ui.Column{{Label: "label_decide.stream"}, {Label: "labelling.project"}, {Label: "label_decide.stream.severity"}, {Label: "label_decide.stream.score", Numeric: true}, {Label: "label_decide.stream.lots", Numeric: true}, {Label: "label_decide.stream.changed"}}}
	for _, one := range found[:labelPager(c, &t, len(found), func(i int) string { return found[i].ID })] {
		t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: streamName(ctx, one, supplierNames), URL: labelURL("streams", one.ID)}, {Text: projectNames[one.ProjectID], URL: labelURL("projects", one.ProjectID)},
			{Chips: []ui.ChipView{strictChip(one.Severity)}}, number(ctx, one.Score), number(ctx, one.Steps), {Text: i18n.DateTime(ctx, one.UpdatedAt)}}})
	}
	service, severity := choice("service", "labelling.service", "labelling.any", f.Service), choice("severity", "label_decide.stream.severity", "labelling.any", string(f.Severity))
	if service.Options, err = p.serviceOptions(c); err != nil {
		return err
	}
	severity.Options = codeOptions("label_decide.severity.", labelling.Strictnesses)
	labelFilter(c, &t, service, severity)
	v := pages.LabelList{LabelHead: p.listHead(c, "label_decide.streams", "label_decide.streams.lead"), Table: t}
	return show(c, http.StatusOK, pages.LabelListView(v), pages.LabelListPanel(v.Table))
}

// streamName calls a stream by its supplier and kind.
func streamName(ctx context.Context, t labelling.Stream, suppliers map[string]string) string {
	supplier := suppliers[t.SupplierID]
	if t.SupplierID == "" {
		supplier = i18n.T(ctx, "label_record.own_staff")
	}
	return i18n.T(ctx, "label_decide.stream.name", "supplier", supplier, "kind", i18n.T(ctx, kindName(t.Kind)))
}

func (p *labelPages) stream(c echo.Context) error {
	return p.streamPage(c, http.StatusOK, "", "", nil)
}

// streamPage shows a stream; act, note and wrong are of a form that came back.
func (p *labelPages) streamPage(c echo.Context, status int, act, note string, wrong error) error {
	ctx, by := c.Request().Context(), who(c)
	t, err := p.Labelling.Stream(ctx, by, c.Param("id"))
	if err != nil {
		return err
	}
	steps, err := p.streamSteps(c, t)
	if err != nil {
		return err
	}
	if wantsPart(c) {
		return render(c, status, pages.LabelStreamSteps(steps))
	}
	suppliers, err := p.Labelling.SupplierNames(ctx, []string{t.SupplierID})
	if err != nil {
		return err
	}
	crumb, err := p.projectCrumbOf(c, t.ProjectID)
	if err != nil {
		return err
	}
	v := pages.LabelStreamShow{LabelHead: p.labelHead(c, streamName(ctx, t, suppliers), crumbStreams, crumb), Steps: steps}
	v.Subtitle, v.Status, v.Alert = crumb.Label, []ui.ChipView{strictChip(t.Severity)}, said(ctx, wrong)
	v.Stats = []ui.StatView{{Label: "label_decide.stream.severity", Value: i18n.T(ctx, "label_decide.severity."+string(t.Severity)), Icon: "gauge"},
		{Label: "label_decide.stream.score", Value: i18n.T(ctx, "label_decide.stream.score_of", "score", t.Score), Icon: "chart-line"},
		{Label: "label_decide.stream.steady", Value: i18n.T(ctx, "label_decide.stream.steady."+strconv.FormatBool(t.Steady)), Icon: "shield-check"}}
	v.Rows = streamRows(ctx, t)
	if by.May(actor.ManageLabelling) {
		v.Forms = streamForms(ctx, t, act, note, wrong)
	}
	return render(c, status, pages.LabelStreamShowView(v))
}

// streamRows say where each class of defects stands.
func streamRows(ctx context.Context, t labelling.Stream) []pages.DetailRow {
	var out []pages.DetailRow
	for _, class := range append([]labelling.Severity{""}, labelling.Severities...) {
		s, ok := t.States[class]
		if !ok {
			continue
		}
		label := "label_decide.class.all"
		if class != "" {
			label = "labelling.severity." + string(class)
		}
		out = append(out, pages.DetailRow{Label: label, Value: i18n.T(ctx, "label_decide.state_of."+stateWord(s), "score", s.Score, "accepted", s.Accepted, "rejected", s.NotAccepted, "lots", len(s.Recent), "recent", notAccepted(s.Recent))})
	}
	if len(out) == 0 {
		out = append(out, pages.DetailRow{Label: "label_decide.stream.severity", Value: i18n.T(ctx, "label_decide.stream.not_begun")})
	}
	return out
}

func stateWord(s stats.State) string {
	if s.Discontinued {
		return string(labelling.StreamDiscontinued)
	}
	return string(s.Current())
}

func notAccepted(lots []bool) (n int) {
	for _, ok := range lots {
		if !ok {
			n++
		}
	}
	return n
}

// streamForms are the acts that a stream allows in its state.
func streamForms(ctx context.Context, t labelling.Stream, act, note string, wrong error) []pages.LabelStreamForm {
	acts := map[bool]string{true: "withdraw", false: "confirm"}
	offered := acts[t.Steady]
	icon := "shield-check"
	if t.Severity == labelling.StreamDiscontinued {
		offered, icon = "restart", "player-play"
	}
	f, words := fields{}, ""
	if act == offered {
		f.wrong, words = messages(ctx, wrong), note
	}
	form := pages.LabelForm{Action: labelURL("streams", t.ID) + "/" + offered, Submit: "label_decide.act." + offered, Version: t.Version, Parts: []pages.FormPart{f.area("note", "label_decide.act."+offered+".note", words, "", 3, true)}}
	if act == offered {
		form.Summary = summary(ctx, wrong)
	}
	return []pages.LabelStreamForm{{Label: "label_decide.act." + offered, Hint: "label_decide.act." + offered + ".hint", Icon: icon, Open: act == offered || offered == "restart", Form: form}}
}

// streamSteps lists what happened in a stream, newest first.
func (p *labelPages) streamSteps(c echo.Context, t labelling.Stream) (v pages.LabelTable, err error) {
	ctx, by := c.Request().Context(), who(c)
	before, _ := strconv.ParseInt(c.QueryParam("before"), 10, 64) // anything else starts at the latest
	list, err := p.Labelling.Steps(ctx, by, t.ID, before, labelPage+1)
	if err != nil {
		return v, err
	}
	v = pages.LabelTable{ID: "steps", Caption: "label_decide.stream.steps", Empty: ui.EmptyView{Icon: "route", Title: "label_decide.stream.steps.empty", Text: "label_decide.streams.empty.text"},
		Columns: []ui.Column{{Label: "label_decide.step"}, {Label: "label_decide.step.used"}, {Label: "label_decide.step.result"}, {Label: "label_decide.stream.score", Numeric: true}, {Label: "label_decide.step.next"}, {Label: "label_decide.step.why"}}}
	if len(list) > labelPage {
		list = list[:labelPage]
		v.NextURL = with(c, "before", strconv.FormatInt(list[labelPage-1].Number, 10))
	}
	if before > 0 {
		v.FirstURL = with(c, "before", "")
	}
	var people, lots []string
	for _, s := range list {
		people, lots = append(people, s.MadeBy), append(lots, s.LotID)
	}
	names, err := p.Accounts.Names(ctx, people)
	if err != nil {
		return v, err
	}
	lotNames, err := p.Labelling.LotNames(ctx, lots)
	for _, s := range list {
		v.Rows = append(v.Rows, stepRow(ctx, s, lotNames, names))
	}
	return v, err
}

func stepRow(ctx context.Context, s labelling.StreamStep, lots, names map[string]string) pages.LabelRow {
	head := pages.LabelCell{Text: "label_decide.step.kind." + string(s.Kind), Note: i18n.T(ctx, "label_record.by_at", "name", names[s.MadeBy], "at", i18n.DateTime(ctx, s.MadeAt))}
	result := pages.LabelCell{}
	if s.Kind == labelling.StepLot {
		head.Text, head.URL = lots[s.LotID], labelURL("lots", s.LotID)
		chip := ui.ChipView{Label: "label_decide.verdict.rejected", Tone: ui.Bad}
		if s.Accepted {
			chip = ui.ChipView{Label: "label_decide.verdict.accepted", Tone: ui.Good}
		}
		result.Chips = []ui.ChipView{chip}
	}
	why := pages.LabelCell{Text: s.Note}
	if s.Kind == labelling.StepLot {
		why.Text = reasons(ctx, s)
	}
	return pages.LabelRow{Cells: []pages.LabelCell{head, {Chips: []ui.ChipView{strictChip(s.Used)}}, result, number(ctx, s.Score), {Chips: []ui.ChipView{strictChip(s.Next)}}, why}}
}

// reasons explain what a lot changed, class by class.
func reasons(ctx context.Context, s labelling.StreamStep) string {
	if !s.Counted {
		return i18n.T(ctx, "label_decide.uncounted."+s.Why)
	}
	var out []string
	for _, k := range s.Classes {
		class := i18n.T(ctx, "label_decide.class.all")
		if k.Class != "" {
			class = i18n.T(ctx, "labelling.severity."+string(k.Class))
		}
		words := i18n.T(ctx, "label_decide.counted", "count", k.Count, "ac", k.Plan.Ac, "n", k.Plan.N)
		for _, r := range k.Reasons {
			words += i18n.T(ctx, "label_decide.why."+string(r.Code), "value", r.Count, "of", r.Of)
		}
		out = append(out, i18n.T(ctx, "label_decide.class.words", "class", class, "words", words))
	}
	return strings.Join(out, i18n.T(ctx, "label_decide.separator"))
}

// onStream does something to a stream that needs words.
func (p *labelPages) onStream(c echo.Context, act string, do func(context.Context, actor.Actor, string, int64, string) (labelling.Stream, error)) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	note := f.lines("note")
	_, err = do(c.Request().Context(), who(c), c.Param("id"), f.int("version"), note)
	if comesBack(err) {
		status := http.StatusUnprocessableEntity
		if problem.Is(err, problem.Conflict) {
			status = http.StatusConflict
		}
		return p.streamPage(c, status, act, note, f.err(err))
	}
	if err != nil {
		return err
	}
	p.flash(c, "label_decide.flash."+act)
	return done(c, labelURL("streams", c.Param("id")))
}

func (p *labelPages) confirmSteady(c echo.Context) error {
	return p.onStream(c, "confirm", p.Labelling.ConfirmSteady)
}

func (p *labelPages) withdrawSteady(c echo.Context) error {
	return p.onStream(c, "withdraw", p.Labelling.WithdrawSteady)
}

func (p *labelPages) restartStream(c echo.Context) error {
	return p.onStream(c, "restart", p.Labelling.Restart)
}
