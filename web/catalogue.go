package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/regulation"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// cataloguePages show the versions of the catalogue and load newer ones.
type cataloguePages struct{ *Server }

// editionsPage is how many versions one page lists.
const editionsPage = 20

// list shows the versions.
func (p *cataloguePages) list(c echo.Context) error {
	return p.page(c, http.StatusOK, &pages.UploadForm{})
}

// page shows the versions, with the upload form as it came back.
func (p *cataloguePages) page(c echo.Context, status int, form *pages.UploadForm) error {
	ctx := c.Request().Context()
	before, _ := strconv.ParseInt(c.QueryParam("before"), 10, 64) // anything else starts at the newest
	list, err := p.Regulation.Editions(ctx, before, editionsPage+1)
	if err != nil {
		return err
	}
	drafts, err := p.Regulation.Drafts(ctx)
	if err != nil {
		return err
	}
	offered, err := p.Regulation.Offered(ctx)
	if err != nil {
		return err
	}
	people, err := p.Accounts.Names(ctx, loaders(list, drafts))
	if err != nil {
		return err
	}
	n := names{people: people}
	now, fault := p.Regulation.InForce(ctx)
	v := pages.CatalogueView{Frame: p.frame(c, "catalogue.title"), Tabs: regulationTabs("/catalogue"), Fault: fault != nil, Offer: offered}
	if len(list) > editionsPage {
		list = list[:editionsPage]
		v.Older = "/catalogue?before=" + strconv.FormatInt(list[editionsPage-1].Number, 10)
	}
	if before > 0 {
		v.Newer = "/catalogue"
	}
	for _, e := range list {
		v.Rows = append(v.Rows, editionLine(ctx, n, e, e.ID == now.ID))
	}
	for _, d := range drafts {
		v.Drafts = append(v.Drafts, draftLine(ctx, n, d, d.BaseID != now.ID))
	}
	if mayEdit(c) {
		form.BuiltIn = now.Hash != regulation.Embedded().Version.Hash
		v.Upload = form
	}
	return render(c, status, pages.CataloguePage(v))
}

func loaders(list []regulation.Edition, drafts []regulation.Draft) []string {
	var ids []string
	for _, e := range list {
		ids = append(ids, e.LoadedBy)
	}
	for _, d := range drafts {
		ids = append(ids, d.CreatedBy)
	}
	return ids
}

func editionURL(id string) string { return "/catalogue/versions/" + url.PathEscape(id) }
func draftURL(id string) string   { return "/catalogue/drafts/" + url.PathEscape(id) }

func editionName(ctx context.Context, e regulation.Edition) string {
	return i18n.T(ctx, "catalogue.version", "number", e.Number)
}

func originWords(ctx context.Context, o regulation.Origin) string {
	return i18n.T(ctx, "catalogue.source."+string(o))
}

func editionLine(ctx context.Context, n names, e regulation.Edition, current bool) pages.EditionLine {
	return pages.EditionLine{URL: editionURL(e.ID), Number: editionName(ctx, e), Hash: regulation.ShortHash(e.Hash), Source: originWords(ctx, e.Source),
		LastChecked: string(e.LastChecked), Note: e.Note, Who: n.actor(ctx, e.LoadedBy), At: e.LoadedAt, Current: current}
}

func draftLine(ctx context.Context, n names, d regulation.Draft, stale bool) pages.DraftLine {
	return pages.DraftLine{URL: draftURL(d.ID), Hash: regulation.ShortHash(d.Hash), Source: originWords(ctx, d.Source), Note: d.Note,
		Who: n.actor(ctx, d.CreatedBy), At: d.CreatedAt, Stale: stale}
}

// version shows what a version changed against the one before it.
func (p *cataloguePages) version(c echo.Context) error {
	ctx := c.Request().Context()
	e, diff, err := p.Regulation.Changes(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	people, err := p.Accounts.Names(ctx, []string{e.LoadedBy})
	if err != nil {
		return err
	}
	v := p.difference(ctx, diff, nil)
	v.Frame = p.frame(c, editionName(ctx, e), layout.Crumb{Label: "catalogue.title", URL: "/catalogue"})
	v.Title, v.First = editionName(ctx, e), e.Number == 1
	v.Facts = []pages.Fact{
		{Label: "catalogue.loaded", Value: i18n.T(ctx, "catalogue.loaded.by", "who", names{people: people}.actor(ctx, e.LoadedBy), "when", i18n.DateTime(ctx, e.LoadedAt))},
		{Label: "catalogue.source", Value: originWords(ctx, e.Source)}, {Label: "catalogue.last_checked", Value: i18n.Date(ctx, e.LastChecked)},
		{Label: "catalogue.note", Value: e.Note}, {Label: "catalogue.hash", Value: e.Hash},
	}
	for _, name := range []string{regulation.MeasuresFile, regulation.RequirementsFile, regulation.InstrumentsFile} {
		v.Files = append(v.Files, pages.RelatedView{Instrument: name, URL: editionURL(e.ID) + "/" + name})
	}
	return render(c, http.StatusOK, pages.DifferencePage(v))
}

// file downloads one of the three files of a version.
func (p *cataloguePages) file(c echo.Context) error {
	e, err := p.Regulation.Edition(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	text, ok := e.File(c.Param("file"))
	if !ok {
		return problem.New(problem.NotFound, "catalogue.not_found")
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+c.Param("file")+`"`)
	return c.Blob(http.StatusOK, "application/yaml; charset=utf-8", []byte(text))
}

// draft shows what a waiting version would change.
func (p *cataloguePages) draft(c echo.Context) error {
	ctx := c.Request().Context()
	d, diff, stale, err := p.Regulation.Compare(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	people, err := p.Accounts.Names(ctx, []string{d.CreatedBy})
	if err != nil {
		return err
	}
	own, err := p.ownValues(ctx, diff)
	if err != nil {
		return err
	}
	v := p.difference(ctx, diff, own)
	v.Frame = p.frame(c, "catalogue.compare", layout.Crumb{Label: "catalogue.title", URL: "/catalogue"})
	v.Title, v.Subtitle, v.Stale = "catalogue.compare", "catalogue.compare.lead", stale
	v.Facts = []pages.Fact{
		{Label: "catalogue.prepared", Value: i18n.T(ctx, "catalogue.loaded.by", "who", names{people: people}.actor(ctx, d.CreatedBy), "when", i18n.DateTime(ctx, d.CreatedAt))},
		{Label: "catalogue.source", Value: originWords(ctx, d.Source)}, {Label: "catalogue.last_checked", Value: i18n.Date(ctx, d.LastChecked)},
		{Label: "catalogue.note", Value: d.Note}, {Label: "catalogue.hash", Value: d.Hash},
	}
	if mayEdit(c) {
		v.DiscardURL = draftURL(d.ID) + "/discard"
		if !stale {
			v.LoadURL = draftURL(d.ID) + "/load"
		}
	}
	return render(c, http.StatusOK, pages.DifferencePage(v))
}

// ownValues gives, for the figures that change, the own values in force, which
// stay in force over the new default.
func (p *cataloguePages) ownValues(ctx context.Context, diff regulation.Difference) (map[string]string, error) {
	keys := make([]string, len(diff.Figures))
	for i, f := range diff.Figures {
		keys[i] = f.ID
	}
	list, err := p.Regulation.Values(ctx, keys, p.today())
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, s := range list {
		if s.Local != nil {
			out[s.Figure.Key] = i18n.T(ctx, "catalogue.own_value", "value", s.Say(i18n.Lang(ctx)))
		}
	}
	return out, nil
}

var changeChips = map[regulation.ChangeKind]ui.ChipView{
	regulation.Added:   {Label: "catalogue.change.added", Tone: ui.Good, Icon: "plus"},
	regulation.Removed: {Label: "catalogue.change.removed", Tone: ui.Bad, Icon: "minus"},
	regulation.Changed: {Label: "catalogue.change.changed", Tone: ui.Info, Icon: "pencil"},
}

// difference lays out what changed: material changes first in each group.
func (p *cataloguePages) difference(ctx context.Context, diff regulation.Difference, extra map[string]string) pages.DifferenceView {
	var v pages.DifferenceView
	for _, g := range []struct {
		label string
		list  []regulation.Change
	}{
		{"catalogue.kind.requirements", diff.Requirements}, {"catalogue.kind.figures", diff.Figures}, {"catalogue.kind.conditions", diff.Conditions},
		{"catalogue.kind.instruments", diff.Instruments}, {"catalogue.kind.articles", diff.Articles}, {"catalogue.kind.clauses", diff.Clauses},
	} {
		if len(g.list) == 0 {
			continue
		}
		group := pages.ChangeGroup{Label: g.label}
		for _, material := range []bool{true, false} {
			for _, ch := range g.list {
				if ch.Material == material {
					group.Changes = append(group.Changes, entryChange(ctx, ch, extra[ch.ID]))
				}
			}
		}
		v.Groups = append(v.Groups, group)
		for _, ch := range g.list {
			if ch.Material {
				v.Material++
			} else {
				v.Editorial++
			}
		}
	}
	return v
}

func entryChange(ctx context.Context, ch regulation.Change, extra string) pages.ChangeView {
	v := pages.ChangeView{ID: ch.ID, Title: pick(ctx, ch.Title), Kind: changeChips[ch.Kind], Material: ch.Material, Extra: extra}
	for _, f := range ch.Fields {
		v.Rows = append(v.Rows, ui.DiffRow{Label: fieldName(ctx, f.Field), Before: f.Before, After: f.After})
	}
	return v
}

// fieldName says a field of the files in words, with its language.
func fieldName(ctx context.Context, field string) string {
	base, lang := field, ""
	if b, ok := strings.CutSuffix(field, "_zh"); ok {
		base, lang = b, "zh"
	} else if b, ok := strings.CutSuffix(field, "_en"); ok {
		base, lang = b, "en"
	}
	key := "catalogue.field." + base
	if !i18n.Has(key) {
		return field
	}
	if lang == "" {
		return i18n.T(ctx, key)
	}
	return i18n.T(ctx, "catalogue.field_in."+lang, "name", i18n.T(ctx, key))
}
