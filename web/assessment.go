package web

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/checklist"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/regulation"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// typed is what was posted to a form of the page and refused, so that the page
// can show it again.
type typed struct {
	form   string // which form; "" when the page is merely opened
	task   string // which task's form
	change checklist.Change
	input  checklist.TaskInput
	note   string
	wrong  error
}

// The forms of an assessment's page.
const (
	formAssess   = "assess"
	formReview   = "review"
	formReaffirm = "reaffirm"
	formTaskNew  = "task-new"
	formTaskEdit = "task-edit"
	formTaskEnd  = "task-end"
	formComment  = "comment"
)

// assessmentPage is an assessment within the list it was opened from.
type assessmentPage struct {
	*checklistList
	a           checklist.Assessment
	requirement *regulation.Requirement // nil when the catalogue no longer has it
	typed       typed
	names       map[string]string
	able        []ui.Option // who can own work here
}

func (p *checklistPages) item(c echo.Context) error { return p.itemPage(c, http.StatusOK, typed{}) }

// itemPage shows an assessment; with what was typed after a refusal.
func (p *checklistPages) itemPage(c echo.Context, status int, t typed) error {
	l, err := p.read(c, readChecklistQuery(c.QueryParams()))
	if err != nil {
		return err
	}
	page := &assessmentPage{checklistList: l, typed: t}
	for _, a := range l.rows {
		if a.RequirementID == c.Param("requirement") {
			page.a = a
		}
	}
	if page.a.ID == "" {
		return problem.New(problem.NotFound, "checklist.not_found")
	}
	if r, ok := l.catalogue.Requirement(page.a.RequirementID); ok {
		page.requirement = r
	}
	if err := p.Checklist.Seen(l.ctx, l.by, page.a.ID); err != nil {
		p.Log.Error("mark mentions as seen", "id", requestID(c), "error", err) // the page can be read all the same
	}
	v, err := page.view()
	if err != nil {
		return err
	}
	return render(c, status, pages.Assessment(v))
}

func (p *assessmentPage) view() (pages.AssessmentView, error) {
	tasks, err1 := p.Checklist.Tasks(p.ctx, p.a.ID)
	comments, err2 := p.Checklist.Comments(p.ctx, p.a.ID)
	if err := errors.Join(err1, err2, p.lookUp(tasks, comments)); err != nil {
		return pages.AssessmentView{}, err
	}
	url := pageOf(p.a)
	v := pages.AssessmentView{
		Frame: p.frame(p.c, p.a.RequirementID, layout.Crumb{Label: "checklist.overview.title", URL: "/checklists"},
			layout.Crumb{Label: p.service.Name, URL: p.query.on(checklistURL(p.service.ID))}),
		Requirement: p.a.RequirementID, Title: requirementTitle(p.ctx, p.catalogue, p.a.RequirementID), Service: p.service.Name,
		ListURL: p.query.on(checklistURL(p.service.ID)) + "#r-" + p.a.RequirementID, Status: standingChip(p.a), Marks: marks(p.ctx, p.a),
		Notices: p.notices(), Facts: p.facts(), Conclusion: p.a.Conclusion, Reason: p.a.Justification,
		Proposal: p.proposal(), Reaffirm: p.reaffirm(), Tasks: p.tasks(tasks), Talk: p.talk(comments), HistoryURL: url + "/history",
	}
	p.neighbours(&v)
	var err error
	if v.Law, err = p.law(); err != nil {
		return v, err
	}
	if checklist.MayEdit(p.by, p.a) {
		v.Form = p.form(v.NextURL != "")
	}
	v.Evidence, err = p.evidencePart()
	return v, err
}

// lookUp finds the names of everybody on the page, and who can be given work.
func (p *assessmentPage) lookUp(tasks []checklist.Task, comments []checklist.Comment) error {
	ids := []string{p.a.OwnerID, p.a.ProposedBy, p.a.ConcludedBy, p.a.ApprovedBy, p.a.ReturnedBy}
	for _, t := range tasks {
		ids = append(ids, t.OwnerID, t.ClosedBy)
	}
	for _, c := range comments {
		ids = append(ids, c.AuthorID)
	}
	var err error
	if p.names, err = p.Accounts.Names(p.ctx, ids); err != nil {
		return err
	}
	if p.by.May(actor.Assess) || p.by.May(actor.Contribute) {
		p.able, err = p.peopleOptions(p.ctx, p.service.ID, p.a.OwnerID)
	}
	return err
}

// neighbours lead to the requirements before and after in the filtered list.
func (p *assessmentPage) neighbours(v *pages.AssessmentView) {
	for i, a := range p.found {
		if a.ID != p.a.ID {
			continue
		}
		v.Place = i18n.T(p.ctx, "checklist.place", "n", i+1, "all", len(p.found))
		if i > 0 {
			v.PrevURL = p.query.on(pageOf(p.found[i-1]))
		}
		if i+1 < len(p.found) {
			v.NextURL = p.query.on(pageOf(p.found[i+1]))
		}
	}
}

func (p *assessmentPage) notices() []pages.AssessmentNotice {
	a, ctx := p.a, p.ctx
	why := i18n.Pick(ctx, a.ReasonZH, a.ReasonEN)
	if !a.Applies {
		return []pages.AssessmentNotice{{Tone: ui.Info, Title: i18n.T(ctx, "checklist.notice.out_of_scope"), Text: why}}
	}
	var out []pages.AssessmentNotice
	if a.Lowered() {
		out = append(out, pages.AssessmentNotice{Tone: ui.Warn, Text: "checklist.notice.lowered.text",
			Title: i18n.T(ctx, "checklist.notice.lowered", "date", i18n.Date(ctx, a.LoweredOn))})
	}
	if a.ReturnedTo != "" {
		out = append(out, pages.AssessmentNotice{Tone: ui.Warn, Text: a.ReturnedNote,
			Title: i18n.T(ctx, "checklist.notice.returned", "name", p.names[a.ReturnedBy], "at", momentWords(ctx, a.ReturnedAt))})
	}
	if a.CatalogueChanged {
		out = append(out, pages.AssessmentNotice{Tone: ui.Warn, Title: "checklist.notice.changed", Text: "checklist.notice.changed.text"})
	}
	if a.CopiedFrom != "" {
		out = append(out, pages.AssessmentNotice{Tone: ui.Info, Title: "checklist.notice.copied", Text: "checklist.notice.copied.text"})
	}
	return out
}

func (p *assessmentPage) law() (*pages.AssessmentLaw, error) {
	r := p.requirement
	if r == nil {
		return nil, nil //nolint:nilnil // no requirement, nothing to show
	}
	lang := i18n.Chinese
	if i18n.Lang(p.ctx) == i18n.Chinese {
		lang = i18n.English
	}
	v := &pages.AssessmentLaw{Text: pick(p.ctx, r.Text), Other: r.Text.In(lang), OtherLang: lang, Guidance: pick(p.ctx, r.Guidance),
		Related: relatedViews(p.ctx, p.catalogue, r.Related), Review: i18n.T(p.ctx, "checklist.law.review", "count", r.CadenceDays)}
	for _, e := range r.Examples {
		v.Examples = append(v.Examples, pick(p.ctx, e))
	}
	if cl, ok := p.catalogue.Clause(r.Clause); ok {
		v.Clause, v.ClauseURL, v.ClauseZH, v.ClauseEN = pick(p.ctx, cl.Label), clauseURL(cl), cl.Text.ZH, cl.Text.EN
	}
	if o, ok := p.catalogue.OwnerRole(r.OwnerRole); ok {
		v.Role = i18n.T(p.ctx, "checklist.law.role", "role", pick(p.ctx, o.Name))
	}
	var err error
	v.Figures, err = p.figureViews(p.ctx, r.Figures)
	return v, err
}

func (p *assessmentPage) facts() []pages.AssessmentFact {
	a, ctx := p.a, p.ctx
	due, late, _ := dueWords(ctx, a, p.today)
	review := ""
	if a.ReviewOverdue(p.today) {
		review = i18n.T(ctx, "checklist.review.overdue", "when", i18n.RelativeDay(ctx, a.NextReview, p.today))
	}
	proof := i18n.T(ctx, "checklist.proof", "valid", a.Valid, "linked", a.Linked)
	if a.Linked == 0 {
		proof = ""
	}
	return []pages.AssessmentFact{
		{Label: "checklist.owner", Value: p.names[a.OwnerID]},
		{Label: "checklist.due", Value: due, Note: late},
		{Label: "checklist.next_review", Value: i18n.Date(ctx, a.NextReview), Note: review},
		{Label: "checklist.severity", Value: i18n.Text(ctx, "checklist.severity."+string(a.Severity)), Note: a.SeverityReason},
		{Label: "checklist.evidence.word", Value: proof},
		{Label: "checklist.concluded", Value: p.whoWhen(a.ConcludedBy, a.ConcludedAt)},
		{Label: "checklist.approved", Value: p.whoWhen(a.ApprovedBy, a.ApprovedAt)},
		{Label: "checklist.applies", Value: i18n.Pick(ctx, a.ReasonZH, a.ReasonEN)},
	}
}

// whoWhen says who did something, and when.
func (p *assessmentPage) whoWhen(id string, at *time.Time) string {
	if id == "" || at == nil {
		return ""
	}
	return i18n.T(p.ctx, "checklist.who_when", "name", p.names[id], "at", i18n.DateTime(p.ctx, *at))
}

func (p *assessmentPage) proposal() *pages.AssessmentProposal {
	a := p.a
	if !a.Pending() || !a.Applies {
		return nil
	}
	v := &pages.AssessmentProposal{Status: statusLooks[a.ProposedStatus], Version: strconv.FormatInt(a.Version, 10),
		Words: i18n.T(p.ctx, "checklist.proposed", "name", p.names[a.ProposedBy], "at", momentWords(p.ctx, a.ProposedAt))}
	switch {
	case checklist.MayReview(p.by, a):
		v.URL = pageOf(a) + "/review"
	case p.by.May(actor.ReviewChecklist):
		v.Why = "checklist.review.own"
	default:
		v.Why = "checklist.review.waits"
	}
	if p.typed.form == formReview {
		v.Note, v.Error = p.typed.note, messages(p.ctx, p.typed.wrong)["note"]
	}
	return v
}

// reviewSoon is how many days before its day a review can be done.
const reviewSoon = 30

func (p *assessmentPage) reaffirm() *pages.AssessmentReaffirm {
	a := p.a
	due := a.NextReview != "" && a.NextReview <= p.today.Add(reviewSoon)
	if !checklist.MayEdit(p.by, a) || a.Pending() || !a.Status.Concluded() || !due && !a.CatalogueChanged {
		return nil
	}
	v := &pages.AssessmentReaffirm{URL: pageOf(a) + "/reaffirm", Version: strconv.FormatInt(a.Version, 10),
		Words: i18n.T(p.ctx, "checklist.reaffirm.text", "status", statusWord(p.ctx, a.Status))}
	if p.typed.form == formReaffirm {
		v.Error = messages(p.ctx, p.typed.wrong)["note"]
	}
	return v
}

// historyPage shows what happened to an assessment, and its tasks and comments.
func (p *checklistPages) historyPage(c echo.Context) error {
	a, err := p.assessment(c)
	if err != nil {
		return err
	}
	service, err := p.Register.Get(c.Request().Context(), who(c), a.ServiceID)
	if err != nil {
		return err
	}
	h, err := p.history(c, audit.Object{Type: "assessment", ID: a.ID})
	if err != nil {
		return err
	}
	title := i18n.T(c.Request().Context(), "checklist.history.of", "requirement", a.RequirementID)
	v := pages.AssessmentHistoryView{History: h, Frame: p.frame(c, title, layout.Crumb{Label: "checklist.overview.title", URL: "/checklists"},
		layout.Crumb{Label: service.Name, URL: checklistURL(a.ServiceID)}, layout.Crumb{Label: a.RequirementID, URL: pageOf(a)})}
	return show(c, http.StatusOK, pages.AssessmentHistory(v), pages.History(h))
}
