package web

import (
	"context"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/checklist"
	"hegui/internal/evidence"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// panel is the evidence of an assessment, for the assessment's page. It reads
// the search in the address.
func (p *evidencePages) panel(c echo.Context, t evidence.Target, editable bool) (pages.EvidencePanelView, error) {
	ctx, by := c.Request().Context(), who(c)
	items, err := p.Evidence.ForAssessment(ctx, by, t.AssessmentID)
	if err != nil {
		return pages.EvidencePanelView{}, err
	}
	standing, err := p.Evidence.StandingOf(ctx, t.AssessmentID)
	if err != nil {
		return pages.EvidencePanelView{}, err
	}
	back := assessmentURL(t.ServiceID, t.RequirementID)
	at := url.Values{"assessment": {t.AssessmentID}, "back": {back}}
	v := pages.EvidencePanelView{Assessment: t.AssessmentID, Back: back, URL: "/evidence/panel?" + at.Encode(),
		Editable: editable && by.May(actor.AddEvidence), Words: c.QueryParam("find")}
	shown := items
	if len(items) > panelShows && c.QueryParam("evidence") != "all" {
		shown = items[:panelShows]
		v.AllURL, v.More = back+"?evidence=all#evidence-panel", len(items)-panelShows
	}
	if v.Items, err = p.panelItems(ctx, shown); err != nil {
		return v, err
	}
	v.Hidden = max(0, standing.Linked-open(items))
	v.Drop = ui.DropzoneView{ID: "panel-upload", Action: "/evidence/upload", Hint: i18n.T(ctx, "evidence.upload.hint", "max", i18n.Bytes(ctx, p.Config.UploadLimit)),
		Hidden: []ui.Hidden{{Name: "assessment", Value: t.AssessmentID}, {Name: "back", Value: back}}, Done: v.URL, Target: "#evidence-panel", Limit: p.Config.UploadLimit}
	if v.Searched = v.Editable && v.Words != "" && clean(v.Words, false); v.Searched {
		v.Found, err = p.panelFound(ctx, by, v.Words, items)
	}
	return v, err
}

// panelShows is how many pieces the panel shows at first, the newest.
const panelShows = 8

// open counts the pieces that are neither retired nor erased.
func open(items []evidence.Item) (n int) {
	for _, i := range items {
		if !i.Closed() {
			n++
		}
	}
	return n
}

// panelFinds is how many pieces a search in the panel shows.
const panelFinds = 8

// panelFound searches for pieces that are not linked here yet.
func (p *evidencePages) panelFound(ctx context.Context, by actor.Actor, words string, linked []evidence.Item) ([]pages.EvidencePanelItem, error) {
	found, err := p.Evidence.Search(ctx, by, words, panelFinds+len(linked))
	if err != nil {
		return nil, err
	}
	have := make(map[string]bool, len(linked))
	for _, i := range linked {
		have[i.ID] = true
	}
	var fresh []evidence.Item
	for _, i := range found {
		if !have[i.ID] && len(fresh) < panelFinds {
			fresh = append(fresh, i)
		}
	}
	return p.panelItems(ctx, fresh)
}

func (p *evidencePages) panelItems(ctx context.Context, items []evidence.Item) ([]pages.EvidencePanelItem, error) {
	versions, err := p.Evidence.Current(ctx, items)
	if err != nil {
		return nil, err
	}
	today := p.Evidence.Today()
	out := make([]pages.EvidencePanelItem, len(items))
	for n, i := range items {
		version := versions[i.CurrentID]
		out[n] = pages.EvidencePanelItem{ID: i.ID, Title: titleOf(ctx, i), URL: evidenceURL(i.ID), Icon: evidenceIcon(i, version),
			Note: evidenceNote(ctx, i, version), State: evidenceState(i.State), Validity: validityChip(ctx, i, today), Level: levelChip(i)}
		if version.BlobID != nil {
			out[n].FileURL = fileURL(i.ID, version.Number) + "?download=1"
		}
	}
	return out, nil
}

// panelOf is the panel of an assessment named by its id.
func (p *evidencePages) panelOf(c echo.Context, assessment string) (pages.EvidencePanelView, checklist.Assessment, error) {
	a, err := p.Checklist.ByID(c.Request().Context(), who(c), assessment)
	if err != nil {
		return pages.EvidencePanelView{}, a, err
	}
	v, err := p.panel(c, evidence.Target{AssessmentID: a.ID, ServiceID: a.ServiceID, RequirementID: a.RequirementID}, checklist.MayEdit(who(c), a))
	return v, a, err
}

// panelPart shows the panel by itself.
func (p *evidencePages) panelPart(c echo.Context) error {
	v, a, err := p.panelOf(c, c.QueryParam("assessment"))
	if err != nil {
		return err
	}
	return p.panelPage(c, http.StatusOK, v, a)
}

func (p *evidencePages) panelPage(c echo.Context, status int, v pages.EvidencePanelView, a checklist.Assessment) error {
	title := a.RequirementID + " " + requirementTitle(c.Request().Context(), p.Regulation.Current(c.Request().Context()), a.RequirementID)
	page := pages.EvidencePanelPageView{Frame: p.frame(c, title, crumbEvidence, layout.Crumb{Label: a.RequirementID, URL: v.Back}), Panel: v}
	return show(c, status, pages.EvidencePanelPage(page), pages.EvidencePanel(v))
}

// panelAct does something to the evidence of the assessment of the form; htmx
// gets the panel as it is then, a browser the page it stands on. A short form
// that was filled in wrongly comes back with what was typed.
func (p *evidencePages) panelAct(c echo.Context, form string, fn func(f *form, t []evidence.Target) error) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	assessment := f.text("assessment")
	err = f.err(fn(f, []evidence.Target{{AssessmentID: assessment}}))
	if err != nil && !problem.Is(err, problem.Invalid) {
		return err
	}
	if err == nil && !wantsPart(c) {
		return c.Redirect(http.StatusSeeOther, local(f.values.Get("back")))
	}
	v, a, viewErr := p.panelOf(c, assessment)
	if viewErr != nil {
		return viewErr
	}
	if err == nil {
		return render(c, http.StatusOK, pages.EvidencePanel(v))
	}
	v.Open, v.Errors = form, messages(c.Request().Context(), err)
	v.Typed = pages.EvidencePanelWords{Title: f.values.Get("title"), URL: f.values.Get("url"), Text: f.values.Get("text")}
	return p.panelPage(c, http.StatusUnprocessableEntity, v, a)
}

func (p *evidencePages) panelAttach(c echo.Context) error {
	return p.panelAct(c, "", func(f *form, t []evidence.Target) error {
		return p.Evidence.Attach(c.Request().Context(), who(c), f.text("id"), t)
	})
}

func (p *evidencePages) panelDetach(c echo.Context) error {
	return p.panelAct(c, "", func(f *form, t []evidence.Target) error {
		return p.Evidence.Detach(c.Request().Context(), who(c), f.text("id"), t[0].AssessmentID)
	})
}

func (p *evidencePages) panelLink(c echo.Context) error {
	return p.panelAct(c, "link", func(f *form, t []evidence.Target) error {
		_, err := p.Evidence.Link(c.Request().Context(), who(c), evidence.Submission{Description: evidence.Description{Title: f.text("title")},
			Content: evidence.Content{URL: f.text("url")}, Targets: t})
		return err
	})
}

func (p *evidencePages) panelNote(c echo.Context) error {
	return p.panelAct(c, "note", func(f *form, t []evidence.Target) error {
		_, err := p.Evidence.Note(c.Request().Context(), who(c), evidence.Submission{Description: evidence.Description{Title: f.text("title")},
			Content: evidence.Content{Text: f.lines("text")}, Targets: t})
		return err
	})
}
