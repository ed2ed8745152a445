package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"hegui/internal/checklist"
	"hegui/internal/evidence"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// assessmentURL is the page of a requirement in a service.
func assessmentURL(service, requirement string) string {
	return "/checklists/" + url.PathEscape(service) + "/" + url.PathEscape(requirement)
}

// articleName names an article of the catalogue.
func articleName(ctx context.Context, catalogue *regulation.Catalogue, number int) string {
	if a, ok := catalogue.Article(number); ok {
		return articleTitle(ctx, a)
	}
	return ""
}

// requirementTitle names a requirement, also one that left the catalogue.
func requirementTitle(ctx context.Context, catalogue *regulation.Catalogue, id string) string {
	if r, ok := catalogue.Requirement(id); ok {
		return pick(ctx, r.Title)
	}
	return i18n.T(ctx, "checklist.requirement.removed")
}

// linkGroups puts what a piece proves into words, by service. Services beyond
// the person's scope are left out.
func (p *evidencePages) linkGroups(c echo.Context, links []evidence.Link) ([]pages.EvidenceLinkGroup, error) {
	ctx := c.Request().Context()
	if len(links) == 0 {
		return nil, nil
	}
	services, err := p.Register.Names(ctx)
	if err != nil {
		return nil, err
	}
	catalogue := p.Regulation.Current(ctx)
	var out []pages.EvidenceLinkGroup
	var sees map[string]bool
	last := ""
	for _, l := range links {
		if !who(c).SeesService(l.ServiceID) {
			continue
		}
		if l.ServiceID != last {
			out, last = append(out, pages.EvidenceLinkGroup{Service: services[l.ServiceID]}), l.ServiceID
			if sees, err = p.seenAssessments(c, l.ServiceID); err != nil {
				return nil, err
			}
		}
		g := &out[len(out)-1]
		row := pages.EvidenceLinkRow{Requirement: l.RequirementID, Title: requirementTitle(ctx, catalogue, l.RequirementID), Assessment: l.AssessmentID}
		if sees[l.AssessmentID] {
			row.URL = assessmentURL(l.ServiceID, l.RequirementID)
		}
		g.Items = append(g.Items, row)
	}
	return out, nil
}

// seenAssessments are those of a service whose pages the person may open:
// somebody's own evidence can prove what is assigned to others.
func (p *evidencePages) seenAssessments(c echo.Context, service string) (map[string]bool, error) {
	rows, err := p.Checklist.Rows(c.Request().Context(), who(c), service)
	out := make(map[string]bool, len(rows))
	for _, r := range rows {
		out[r.ID] = true
	}
	return out, err
}

// pick shows what some pieces could be linked to, one service at a time.
func (p *evidencePages) pick(c echo.Context) error {
	ids := c.QueryParams()["id"]
	return p.pickPage(c, http.StatusOK, ids, nil)
}

func (p *evidencePages) pickPage(c echo.Context, status int, ids []string, wrong error) error {
	ctx := c.Request().Context()
	v := pages.EvidencePickView{Back: "/evidence", Words: strings.TrimSpace(c.QueryParam("q"))}
	linked, err := p.pieces(c, ids, &v)
	if err != nil {
		return err
	}
	service, err := p.serviceChoice(c, &v.Service)
	if err != nil {
		return err
	}
	rows, err := p.Checklist.Rows(ctx, who(c), service)
	if err != nil {
		return err
	}
	rows = checklist.Filter{Text: v.Words}.Keep(rows, p.Regulation.Current(ctx), p.Evidence.Today())
	rows = slices.DeleteFunc(rows, func(a checklist.Assessment) bool { return !checklist.MayEdit(who(c), a) })
	v.Articles = p.picks(ctx, rows, linked)
	for _, m := range messages(ctx, wrong) {
		v.Error = m
	}
	v.Filter = ui.FilterView{Action: "/evidence/links", ClearURL: "/evidence/links?" + url.Values{"id": ids}.Encode(), Target: "#pick"}
	for _, id := range ids {
		v.Filter.Hidden = append(v.Filter.Hidden, ui.Hidden{Name: "id", Value: id})
	}
	v.Frame = p.frame(c, "evidence.pick", crumbEvidence)
	return show(c, status, pages.EvidencePickPage(v), pages.EvidencePickPanel(v))
}

// pieces reads the pieces to link, and gives the assessments that all of them
// are linked to already.
func (p *evidencePages) pieces(c echo.Context, ids []string, v *pages.EvidencePickView) (map[string]bool, error) {
	ctx := c.Request().Context()
	if len(ids) == 0 || len(ids) > maxBulk {
		return nil, problem.New(problem.NotFound, "evidence.not_found")
	}
	items, err := p.Evidence.Some(ctx, who(c), ids)
	if err != nil {
		return nil, err
	}
	for _, i := range items {
		v.Pieces = append(v.Pieces, pages.EvidencePiece{ID: i.ID, Title: titleOf(ctx, i), URL: evidenceURL(i.ID)})
	}
	if len(items) == 1 {
		v.Back = evidenceURL(items[0].ID)
	}
	return p.Evidence.LinkedToAll(ctx, items)
}

// serviceChoice is the choice of a service; without one asked for it is the
// first.
func (p *evidencePages) serviceChoice(c echo.Context, choice *ui.Choice) (string, error) {
	services, err := p.Register.Visible(c.Request().Context(), who(c))
	if err != nil {
		return "", err
	}
	chosen := c.QueryParam("service")
	if !slices.ContainsFunc(services, func(e register.Entry) bool { return e.ID == chosen }) {
		chosen = ""
	}
	*choice = ui.Choice{Field: ui.Field{Name: "service", Label: "evidence.service"}}
	for _, e := range services {
		if chosen == "" {
			chosen = e.ID
		}
		choice.Options = append(choice.Options, ui.Option{Value: e.ID, Label: e.Name})
	}
	choice.Value = chosen
	return chosen, nil
}

func (p *evidencePages) picks(ctx context.Context, rows []checklist.Assessment, linked map[string]bool) []pages.EvidencePickArticle {
	catalogue := p.Regulation.Current(ctx)
	var out []pages.EvidencePickArticle
	last := 0
	for _, a := range rows {
		if a.Article != last {
			out, last = append(out, pages.EvidencePickArticle{Title: articleName(ctx, catalogue, a.Article)}), a.Article
		}
		group := &out[len(out)-1]
		group.Items = append(group.Items, pages.EvidencePick{Assessment: a.ID, Requirement: a.RequirementID,
			Title: requirementTitle(ctx, catalogue, a.RequirementID), Linked: linked[a.ID], Proof: proofChip(proofOf(a, "", 0, p.Evidence.Today()))})
	}
	return out
}

// attach links the pieces of the form to the chosen assessments.
func (p *evidencePages) attach(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	ids := f.all("id")
	n, err := p.Evidence.AttachMany(c.Request().Context(), who(c), ids, targetsOf(f))
	if _, fields := problem.FieldsOf(err); fields && problem.Is(err, problem.Invalid) {
		return p.pickPage(c, http.StatusUnprocessableEntity, ids, err)
	}
	if err != nil {
		return err
	}
	p.flash(c, "evidence.flash.linked", "count", n)
	if len(ids) == 1 {
		return done(c, evidenceURL(ids[0])+"#links")
	}
	return done(c, "/evidence")
}

// unlink takes a piece away from an assessment.
func (p *evidencePages) unlink(c echo.Context) error {
	return p.act(c, "evidence.flash.unlinked", "", func(f *form, id string) error {
		return p.Evidence.Detach(c.Request().Context(), who(c), id, f.text("assessment"))
	})
}
