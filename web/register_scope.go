package web

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// scope shows the questionnaire, with what the register implies filled in
// where nothing was answered.
func (p *registerPages) scope(c echo.Context) error {
	e, err := p.Register.Get(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	in := e.Scoping()
	var proposed map[string]register.Implication
	if p.mayScope(c, e) {
		in, proposed = propose(e)
	}
	return p.scopePage(c, http.StatusOK, e, in, proposed, nil)
}

func (p *registerPages) mayScope(c echo.Context, e register.Entry) bool {
	return who(c).May(actor.EditServices) && !e.Retired()
}

// propose fills open answers with what the facts of a service imply.
func propose(e register.Entry) (register.Scoping, map[string]register.Implication) {
	in, proposed := e.Scoping(), map[string]register.Implication{}
	answers := map[string]regulation.Answer{}
	for id, a := range in.Answers {
		answers[id] = a
	}
	for _, i := range register.Proposals(e.Details(), in.Profile) {
		proposed[i.Question] = i
		switch i.Question {
		case regulation.QuestionPublic:
			in.Public = i.Answer
			if i.Answer == regulation.No {
				in.NotPublic = map[register.Audience]regulation.NotPublic{
					register.InternalUse: regulation.Internal, register.ResearchUse: regulation.Research}[e.Audience]
			}
		case regulation.QuestionModelFiled:
			in.ModelFiled = i.Answer
		default:
			answers[i.Question] = i.Answer
		}
	}
	in.Answers = answers
	return in, proposed
}

// scopePage shows the questionnaire with answers as given.
func (p *registerPages) scopePage(c echo.Context, status int, e register.Entry, in register.Scoping, proposed map[string]register.Implication, wrong error) error {
	ctx := c.Request().Context()
	v := pages.ScopeView{RegisterHead: p.head(c, e, "register.scope", "/scope"), BackURL: serviceURL(e.ID), Version: version(e), Proposed: len(proposed)}
	if wrong != nil {
		v.Summary = scopeSummaryErrors(ctx, wrong)
	}
	if p.mayScope(c, e) {
		v.PreviewURL = serviceURL(e.ID) + "/scope/preview"
	}
	q := questioner{ctx: ctx, catalogue: p.Register.Catalogue(ctx), entry: e, in: in, proposed: proposed, wrong: messages(ctx, wrong), readOnly: v.PreviewURL == ""}
	v.Groups = q.groups()
	v.Reason, v.Note = q.reason(), q.note()
	v.Change = p.changeOf(c, e, in)
	return render(c, status, pages.Scope(v))
}

// scopeSummaryErrors leads to the questions, whose elements are named "q-".
func scopeSummaryErrors(ctx context.Context, wrong error) []ui.FieldError {
	list, _ := problem.FieldsOf(wrong)
	out := make([]ui.FieldError, len(list))
	for i, one := range list {
		out[i] = ui.FieldError{FieldID: "q-" + one.Field, Text: i18n.T(ctx, one.Key, one.Args...)}
		if one.Field == "note" || one.Field == "not_public" {
			out[i].FieldID = ui.Field{Name: one.Field}.DOMID()
		}
	}
	return out
}

// changeOf is the short preview beside the form; answers that cannot be taken
// leave it with the reason.
func (p *registerPages) changeOf(c echo.Context, e register.Entry, in register.Scoping) pages.ScopeChangeView {
	ctx := c.Request().Context()
	preview, err := p.Register.Preview(ctx, e, &in)
	if err != nil {
		v := pages.ScopeChangeView{Live: true, Problem: i18n.T(ctx, "register.change.problem")}
		if list, ok := problem.FieldsOf(err); ok {
			v.Problem = i18n.T(ctx, list[0].Key, list[0].Args...)
		}
		return v
	}
	v := changeView(ctx, preview)
	v.Live = true
	return v
}

func changeView(ctx context.Context, p register.Preview) pages.ScopeChangeView {
	v := pages.ScopeChangeView{Unchanged: p.Unchanged, Applicable: i18n.T(ctx, "register.scope.applicable", "count", p.Applicable),
		Before: routeNames(ctx, p.Before), After: routeNames(ctx, p.After), Undecided: p.After.Undecided(),
		On: switchViews(ctx, p.On), Off: switchViews(ctx, p.Off)}
	if p.Before.Undecided() {
		v.Before = append(v.Before, "register.route.open")
	}
	if p.Open > 0 {
		v.Open = i18n.T(ctx, "register.scope.provisional", "count", p.Open)
	}
	return v
}

func switchViews(ctx context.Context, list []register.Switch) []pages.ScopeSwitch {
	out := make([]pages.ScopeSwitch, len(list))
	for i, s := range list {
		out[i] = pages.ScopeSwitch{ID: s.Requirement.ID, URL: requirementURL(s.Requirement.ID),
			Title: pick(ctx, s.Requirement.Title), Reason: s.Decision.Say(i18n.Lang(ctx)), Kept: kept(ctx, s.Work)}
	}
	return out
}

// kept says which work on a requirement stays.
func kept(ctx context.Context, w register.Work) string {
	switch {
	case w.Assessed && w.Records > 0:
		return i18n.T(ctx, "register.kept.both", "count", w.Records)
	case w.Assessed:
		return i18n.T(ctx, "register.kept.assessed")
	case w.Records > 0:
		return i18n.T(ctx, "register.kept.records", "count", w.Records)
	}
	return ""
}

// questioner writes the questions of a scope with their answers.
type questioner struct {
	ctx       context.Context
	catalogue *regulation.Catalogue
	entry     register.Entry
	in        register.Scoping
	proposed  map[string]register.Implication
	wrong     fieldErrors
	readOnly  bool
}

func (q questioner) groups() []pages.ScopeGroup {
	weight := register.Weight(q.catalogue)
	against := map[string]register.Implication{}
	for _, i := range register.Contradictions(q.entry.Details(), q.in.Profile) {
		against[i.Question] = i
	}
	var out []pages.ScopeGroup
	for _, g := range register.Groups(q.catalogue) {
		group := pages.ScopeGroup{ID: g.ID, Title: i18n.T(q.ctx, "register.group."+g.ID)}
		if lead := "register.group_lead." + g.ID; i18n.Has(lead) {
			group.Lead = i18n.T(q.ctx, lead)
		}
		for _, question := range g.Questions {
			v := q.question(question, weight[question.ID])
			if i, ok := against[question.ID]; ok {
				v.Against = i18n.T(q.ctx, "register.implied", "fact", i18n.T(q.ctx, "field.service."+i.Fact), "answer", word(q.ctx, "register.answer.", string(i.Answer)))
			}
			group.Questions = append(group.Questions, v)
		}
		out = append(out, group)
	}
	return out
}

func (q questioner) question(question regulation.Question, weight int) pages.ScopeQuestion {
	v := pages.ScopeQuestion{ID: question.ID, Name: pick(q.ctx, question.Name), Value: string(register.AnswerTo(q.in.Profile, question.ID)),
		Error: q.wrong[question.ID], ReadOnly: q.readOnly, Public: question.ID == regulation.QuestionPublic}
	if help := "register.help." + question.ID; i18n.Has(help) {
		v.Help = i18n.T(q.ctx, help)
	}
	if weight > 0 {
		v.Effect = i18n.T(q.ctx, "register.effect", "count", weight)
	}
	if i, ok := q.proposed[question.ID]; ok {
		v.Proposed = i18n.T(q.ctx, "register.implied", "fact", i18n.T(q.ctx, "field.service."+i.Fact), "answer", word(q.ctx, "register.answer.", string(i.Answer)))
	}
	return v
}

// otherReason stands in the form for a service that is not offered to the
// public for none of the reasons of Article 2, such as one for users abroad.
const otherReason = "other"

func (q questioner) reason() ui.Choice {
	value := string(q.in.NotPublic)
	if value == "" {
		value = otherReason
	}
	return ui.Choice{Inline: true, Field: ui.Field{Name: "not_public", Label: "register.not_public", Hint: "register.not_public.hint", Value: value,
		Error: q.wrong["not_public"], Disabled: q.readOnly},
		Options: options(q.ctx, "register.not_public.", []string{string(regulation.Internal), string(regulation.Research), otherReason})}
}

func (q questioner) note() ui.Field {
	return ui.Field{Name: "note", Label: "field.service.scope_note", Hint: "register.note.hint", Value: q.in.Note, MaxLength: 4000, Error: q.wrong["note"], ReadOnly: q.readOnly}
}

// readScope turns a posted form into answers. The reason for not being public
// counts only when that is the answer: the form shows it always.
func (p *registerPages) readScope(c echo.Context) (register.Scoping, int64, error) {
	f, err := readForm(c)
	if err != nil {
		return register.Scoping{}, 0, err
	}
	in := register.Scoping{Note: f.lines("note"), Profile: regulation.Profile{Public: regulation.Answer(f.text(regulation.QuestionPublic)),
		ModelFiled: regulation.Answer(f.text(regulation.QuestionModelFiled)), Answers: map[string]regulation.Answer{}}}
	if reason := f.text("not_public"); reason != otherReason && in.Public == regulation.No {
		in.NotPublic = regulation.NotPublic(reason)
	}
	for _, condition := range p.Register.Catalogue(c.Request().Context()).Conditions {
		in.Answers[condition.ID] = regulation.Answer(f.text(condition.ID))
	}
	shown := f.int("version")
	if err := f.err(nil); err != nil {
		return in, shown, err
	}
	return in, shown, p.Register.CheckScope(c.Request().Context(), &in)
}

// preview shows what saving the answers would do: beside the form for htmx,
// else on a page that asks to confirm. With "edit" it gives the form back.
func (p *registerPages) preview(c echo.Context) error {
	e, err := p.Register.Get(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	in, shown, err := p.readScope(c)
	_, wrong := problem.FieldsOf(err)
	switch {
	case err != nil && !wrong:
		return err
	case e.Retired():
		return problem.New(problem.Conflict, "register.retired")
	case wantsPart(c):
		return render(c, http.StatusOK, pages.ScopeChange(p.changeOf(c, e, in)))
	case wrong:
		e.Version = shown
		return p.scopePage(c, http.StatusUnprocessableEntity, e, in, nil, err)
	case c.Request().PostForm.Get("edit") != "":
		e.Version = shown
		return p.scopePage(c, http.StatusOK, e, in, nil, nil)
	}
	return p.previewPage(c, http.StatusOK, e, in, shown)
}

func (p *registerPages) previewPage(c echo.Context, status int, e register.Entry, in register.Scoping, shown int64) error {
	ctx := c.Request().Context()
	preview, err := p.Register.Preview(ctx, e, &in)
	if err != nil {
		return err
	}
	at := serviceURL(e.ID) + "/scope"
	v := pages.ScopePreviewView{RegisterHead: p.head(c, e, "register.preview.title", "/scope"), Conflict: status == http.StatusConflict,
		SaveURL: at, EditURL: at + "/preview", Fields: hiddenScope(in, shown), Change: changeView(ctx, preview),
		Answers: answerRows(ctx, p.Register.Catalogue(ctx), e.Scoping(), in)}
	return render(c, status, pages.ScopePreview(v))
}

// hiddenScope sends answers along unseen.
func hiddenScope(in register.Scoping, version int64) []ui.Hidden {
	out := []ui.Hidden{{Name: "version", Value: strconv.FormatInt(version, 10)}, {Name: regulation.QuestionPublic, Value: string(in.Public)},
		{Name: "not_public", Value: string(in.NotPublic)}, {Name: regulation.QuestionModelFiled, Value: string(in.ModelFiled)}, {Name: "note", Value: in.Note}}
	if in.NotPublic == "" {
		out[2].Value = otherReason
	}
	for _, id := range slices.Sorted(maps.Keys(in.Answers)) {
		out = append(out, ui.Hidden{Name: id, Value: string(in.Answers[id])})
	}
	return out
}

// answerRows lists the answers that differ between two scopes, in words.
func answerRows(ctx context.Context, c *regulation.Catalogue, before, after register.Scoping) []ui.DiffRow {
	say := func(s register.Scoping, id string) string {
		return word(ctx, "register.answer.", string(register.AnswerTo(s.Profile, id)))
	}
	var out []ui.DiffRow
	for _, g := range register.Groups(c) {
		for _, q := range g.Questions {
			out = appendChanged(out, ui.DiffRow{Label: pick(ctx, q.Name), Before: say(before, q.ID), After: say(after, q.ID)})
		}
	}
	out = appendChanged(out, ui.DiffRow{Label: "field.service.not_public", Before: word(ctx, "register.not_public.", string(before.NotPublic)), After: word(ctx, "register.not_public.", string(after.NotPublic))})
	return appendChanged(out, ui.DiffRow{Label: "field.service.scope_note", Before: before.Note, After: after.Note})
}

func appendChanged(list []ui.DiffRow, row ui.DiffRow) []ui.DiffRow {
	if row.Changed() {
		list = append(list, row)
	}
	return list
}

// saveScope saves the answers that were previewed. When somebody else was
// first, it shows the preview again against what they saved.
func (p *registerPages) saveScope(c echo.Context) error {
	ctx := c.Request().Context()
	e, err := p.Register.Get(ctx, who(c), c.Param("id"))
	if err != nil {
		return err
	}
	in, shown, err := p.readScope(c)
	if err == nil {
		if _, err = p.Register.Scope(ctx, who(c), e.ID, shown, in); err == nil {
			p.flash(c, "register.flash.scoped", "name", e.Name)
			return done(c, serviceURL(e.ID))
		}
	}
	if _, wrong := problem.FieldsOf(err); wrong {
		e.Version = shown
		return p.scopePage(c, http.StatusUnprocessableEntity, e, in, nil, err)
	}
	if problem.Is(err, problem.Conflict) && !e.Retired() {
		return p.previewPage(c, http.StatusConflict, e, in, e.Version)
	}
	return err
}
