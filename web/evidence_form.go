package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/evidence"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// newEvidence is what the page for new evidence has to say when it comes back.
type newEvidence struct {
	refused []refusedFile
	taken   int
	batch   string
	typed   evidence.Submission
	wrong   error
	tab     string
}

// tabs of the page for new evidence
var evidenceTabs = []string{"file", "link", "note"}

func (p *evidencePages) fresh(c echo.Context) error {
	return p.newPage(c, http.StatusOK, newEvidence{tab: c.QueryParam("tab")})
}

func (p *evidencePages) newPage(c echo.Context, status int, n newEvidence) error {
	ctx := c.Request().Context()
	if !slices.Contains(evidenceTabs, n.tab) {
		n.tab = "file"
	}
	v := pages.EvidenceNewView{Frame: p.frame(c, "evidence.add", crumbEvidence), Tab: n.tab, URL: n.typed.URL, Text: n.typed.Text,
		Refused: refusedWords(ctx, n.refused), Taken: n.taken, Batch: "/evidence/batch/" + url.PathEscape(n.batch)}
	for _, t := range evidenceTabs {
		v.Tabs = append(v.Tabs, ui.TabView{Label: "evidence.kind." + t, URL: "/evidence/new?tab=" + t, Current: t == n.tab})
	}
	var err error
	if v.Form, err = p.form(c, n.typed.Description, n.wrong); err != nil {
		return err
	}
	v.Type, v.Level = v.Form.Type, v.Form.Level
	batch := p.Ledger.NewID()
	v.Drop = ui.DropzoneView{ID: "evidence-upload", Action: "/evidence/upload", Hint: i18n.T(ctx, "evidence.upload.hint", "max", i18n.Bytes(ctx, p.Config.UploadLimit)),
		Hidden: []ui.Hidden{{Name: "batch", Value: batch}, {Name: "draft", Value: "1"}}, Done: "/evidence/batch/" + batch, Limit: p.Config.UploadLimit}
	return render(c, status, pages.EvidenceNew(v))
}

// form is the form of a description with what is wrong with it. Who may own
// evidence is asked only where the owner can be chosen.
func (p *evidencePages) form(c echo.Context, d evidence.Description, wrong error) (pages.EvidenceForm, error) {
	ctx := c.Request().Context()
	errs := messages(ctx, wrong)
	people, err := p.Accounts.Able(ctx, actor.AddEvidence, "")
	if err != nil {
		return pages.EvidenceForm{}, err
	}
	owner := cmp.Or(d.OwnerID, who(c).ID)
	names, err := p.Accounts.Names(ctx, []string{owner})
	if err != nil {
		return pages.EvidenceForm{}, err
	}
	return pages.EvidenceForm{Title: d.Title, Source: d.Source, MadeOn: string(d.MadeOn), CoversFrom: string(d.CoversFrom), CoversTo: string(d.CoversTo),
		ReceivedOn: string(cmp.Or(d.ReceivedOn, p.Evidence.Today())), ValidUntil: string(d.ValidUntil), Day: string(p.Evidence.Today()),
		Type: ui.Choice{Field: ui.Field{Name: "type", Label: "evidence.type", Value: cmp.Or(string(d.Type), "other"), Error: errs["type"]}, Options: typeChoices()},
		Level: ui.Choice{Field: ui.Field{Name: "confidentiality", Label: "evidence.confidentiality", Value: cmp.Or(string(d.Confidentiality), string(evidence.Internal)),
			Error: errs["confidentiality"], Hint: "evidence.confidentiality.hint"}, Options: levelChoices()},
		Owner: ui.Choice{Field: ui.Field{Name: "owner_id", Label: "evidence.owner", Value: owner, Error: errs["owner_id"]},
			Options: personOptions(people, owner, names)},
		Errors: errs, Summary: summary(ctx, wrong)}, nil
}

// descriptionOf reads a description.
func descriptionOf(f *form) evidence.Description {
	return evidence.Description{Title: f.text("title"), Type: evidence.Type(f.text("type")), Source: f.text("source"),
		MadeOn: f.date("made_on"), CoversFrom: f.date("covers_from"), CoversTo: f.date("covers_to"), ReceivedOn: f.date("received_on"),
		ValidUntil: f.date("valid_until"), Confidentiality: evidence.Confidentiality(f.text("confidentiality")), OwnerID: f.text("owner_id")}
}

// words takes a link or a note as evidence.
func (p *evidencePages) words(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	tab := c.Param("kind")
	in := evidence.Submission{Description: descriptionOf(f), Content: contentOf(f), Draft: f.checked("draft"), Targets: targetsOf(f)}
	add := map[string]func(context.Context, actor.Actor, evidence.Submission) (evidence.Item, error){"link": p.Evidence.Link, "note": p.Evidence.Note}[tab]
	if add == nil {
		return problem.New(problem.NotFound, "error.no_page")
	}
	var item evidence.Item
	err = f.err(p.ownerOf(c, in.OwnerID))
	if err == nil {
		item, err = add(c.Request().Context(), who(c), in)
	}
	if problem.Is(err, problem.Invalid) {
		return p.newPage(c, http.StatusUnprocessableEntity, newEvidence{tab: tab, typed: in, wrong: err})
	}
	if err != nil {
		return err
	}
	p.flash(c, "evidence.flash.added")
	return done(c, evidenceURL(item.ID))
}

// ownerOf checks an owner who was chosen.
func (p *evidencePages) ownerOf(c echo.Context, owner string) error {
	if owner == "" || owner == who(c).ID {
		return nil
	}
	return p.checkOwner(c, owner)
}

func (p *evidencePages) edit(c echo.Context) error {
	item, err := p.editable(c)
	if err != nil {
		return err
	}
	return p.editPage(c, http.StatusOK, item, item.Describe(), nil)
}

// editable gives the piece of the address when the person may change it.
func (p *evidencePages) editable(c echo.Context) (evidence.Item, error) {
	item, err := p.Evidence.Get(c.Request().Context(), who(c), c.Param("id"))
	switch {
	case err != nil:
		return item, err
	case item.Closed():
		return item, problem.New(problem.Conflict, "evidence.closed")
	case !item.MayEdit(who(c)):
		return item, problem.New(problem.Forbidden, "evidence.not_yours")
	}
	return item, nil
}

func (p *evidencePages) editPage(c echo.Context, status int, item evidence.Item, d evidence.Description, wrong error) error {
	form, err := p.form(c, d, wrong)
	if err != nil {
		return err
	}
	here := crumbOf(c, item)
	v := pages.EvidenceEditView{Frame: p.frame(c, "evidence.edit", crumbEvidence, here), URL: evidenceURL(item.ID), Version: item.Version,
		Approved: item.State == evidence.Approved, Form: form}
	return render(c, status, pages.EvidenceEdit(v))
}

func (p *evidencePages) change(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	item, err := p.editable(c)
	if err != nil {
		return err
	}
	in := evidence.Edit{ID: item.ID, Version: f.int("version"), Description: descriptionOf(f)}
	err = nil
	if in.OwnerID != item.OwnerID {
		err = p.ownerOf(c, in.OwnerID)
	}
	if err = f.err(err); err == nil {
		err = p.Evidence.Change(c.Request().Context(), who(c), in)
	}
	if problem.Is(err, problem.Invalid) {
		item.Version = in.Version
		return p.editPage(c, http.StatusUnprocessableEntity, item, in.Description, err)
	}
	if err != nil {
		return err
	}
	p.flash(c, "evidence.flash.saved")
	return done(c, evidenceURL(item.ID))
}

// batch shows the pieces that were uploaded together, to describe them.
func (p *evidencePages) batch(c echo.Context) error {
	items, err := p.batchItems(c)
	if err != nil {
		return err
	}
	edits := make([]evidence.Edit, len(items))
	for n, i := range items {
		edits[n] = evidence.Edit{ID: i.ID, Version: i.Version, Description: i.Describe()}
	}
	return p.batchPage(c, http.StatusOK, items, edits, nil)
}

// batchItems are the pieces of the batch that are the person's and still open,
// in the order they came.
func (p *evidencePages) batchItems(c echo.Context) ([]evidence.Item, error) {
	items, err := p.Evidence.List(c.Request().Context(), who(c), evidence.Filter{Batch: c.Param("batch"), Mine: who(c).ID, Limit: maxFiles})
	if err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return nil, problem.New(problem.NotFound, "evidence.batch.none")
	}
	slices.Reverse(items)
	return items, nil
}

func (p *evidencePages) batchPage(c echo.Context, status int, items []evidence.Item, edits []evidence.Edit, wrong error) error {
	ctx := c.Request().Context()
	versions, err := p.Evidence.Current(ctx, items)
	if err != nil {
		return err
	}
	errs := messages(ctx, wrong)
	v := pages.EvidenceBatchView{Frame: p.frame(c, "evidence.batch", crumbEvidence), Action: "/evidence/batch/" + url.PathEscape(c.Param("batch")), Summary: summary(ctx, wrong)}
	v.Frame.Wide = true
	for n, e := range edits {
		field := func(name, label, value string, kind ui.InputType) ui.Field {
			return ui.Field{Name: e.ID + "." + name, Label: label, Value: value, Type: kind, HideLabel: true, Error: errs[e.ID+"."+name]}
		}
		title := field("title", "evidence.field.title", e.Title, ui.InputText)
		title.Required, title.MaxLength = true, evidence.MaxTitle
		v.Rows = append(v.Rows, pages.EvidenceBatchRow{ID: e.ID, Version: e.Version, File: evidenceNote(ctx, items[n], versions[items[n].CurrentID]), URL: evidenceURL(e.ID),
			Title: title, MadeOn: field("made_on", "evidence.made_on", string(e.MadeOn), ui.InputDate), Until: field("valid_until", "evidence.valid_until", string(e.ValidUntil), ui.InputDate),
			Type:  ui.Choice{Field: field("type", "evidence.type", string(e.Type), ui.InputText), Options: typeChoices()},
			Level: ui.Choice{Field: field("confidentiality", "evidence.confidentiality", string(e.Confidentiality), ui.InputText), Options: levelChoices()}})
	}
	return render(c, status, pages.EvidenceBatch(v))
}

// describe saves what was said about the pieces of a batch, all or none.
func (p *evidencePages) describe(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	items, err := p.batchItems(c)
	if err != nil {
		return err
	}
	edits := make([]evidence.Edit, len(items))
	for n, i := range items {
		edits[n] = batchEdit(f, i)
	}
	submit := f.checked("submit")
	if err = f.err(nil); err == nil {
		err = p.Evidence.ChangeBatch(c.Request().Context(), who(c), edits, submit)
	}
	if _, fields := problem.FieldsOf(err); fields && problem.Is(err, problem.Invalid) {
		return p.batchPage(c, http.StatusUnprocessableEntity, items, edits, err)
	}
	if err != nil {
		return err
	}
	if !submit {
		p.flash(c, "evidence.flash.saved")
		return done(c, "/evidence/batch/"+url.PathEscape(c.Param("batch")))
	}
	p.flash(c, "evidence.flash.submitted", "count", len(edits))
	return done(c, "/evidence?show=mine")
}

// batchEdit reads the fields of one piece; one that the form does not have
// stays as it is.
func batchEdit(f *form, i evidence.Item) evidence.Edit {
	e := evidence.Edit{ID: i.ID, Version: i.Version, Description: i.Describe()}
	if !f.has(i.ID + ".version") {
		return e
	}
	version, err := strconv.ParseInt(f.values.Get(i.ID+".version"), 10, 64)
	if errors.Is(err, strconv.ErrSyntax) {
		version = -1 // never the present one
	}
	e.Version = version
	e.Title, e.Type = f.text(i.ID+".title"), evidence.Type(f.text(i.ID+".type"))
	e.MadeOn, e.ValidUntil = f.date(i.ID+".made_on"), f.date(i.ID+".valid_until")
	e.Confidentiality = evidence.Confidentiality(f.text(i.ID + ".confidentiality"))
	return e
}
