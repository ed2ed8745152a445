package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/i18n"
	"hegui/internal/request"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

var crumbSystems = layout.Crumb{Label: "datamap.title", URL: "/requests/systems"}

func systemURL(id string) string { return "/requests/systems/" + url.PathEscape(id) }

// systems show the data map.
func (p *requestPages) systems(c echo.Context) error {
	ctx, by := c.Request().Context(), who(c)
	list, err := p.Requests.Systems(ctx, by)
	if err != nil {
		return err
	}
	v := pages.RequestTablePage{LabelHead: p.head(c, "datamap.title", "datamap.lead")}
	v.Table = pages.LabelTable{ID: "systems", Caption: "datamap.title", Columns: []ui.Column{{Label: "datamap.name"}, {Label: "datamap.services"}, {Label: "datamap.categories"},
		{Label: "datamap.owner"}, {Label: "datamap.reach"}, {Label: "datamap.retention"}, {Label: "datamap.backup"}},
		Empty: ui.EmptyView{Icon: "database", Title: "datamap.empty", Text: "datamap.empty.text"}}
	if by.May(actor.SetRequests) {
		v.Actions = []pages.LabelAction{primary(linkAction("datamap.add", "/requests/systems/new", "plus"))}
	}
	people, services, err := p.systemNames(ctx, list)
	if err != nil {
		return err
	}
	for _, y := range list {
		v.Table.Rows = append(v.Table.Rows, pages.LabelRow{Cells: systemCells(ctx, y, people, services)})
	}
	return render(c, http.StatusOK, pages.RequestTableView(v))
}

// systemNames are the names of people and services on the data map.
func (p *requestPages) systemNames(ctx context.Context, list []request.System) (people, services map[string]string, err error) {
	var ids []string
	for _, y := range list {
		ids = append(ids, y.OwnerID, y.DeputyID)
	}
	if people, err = p.Accounts.Names(ctx, ids); err != nil {
		return nil, nil, err
	}
	services, err = p.Register.Names(ctx)
	return people, services, err
}

func systemCells(ctx context.Context, y request.System, people, services map[string]string) []pages.LabelCell {
	name := pages.LabelCell{Text: y.Name, URL: systemURL(y.ID)}
	if y.State == request.SystemRetired {
		name.Chips = []ui.ChipView{{Label: "datamap.state.retired"}}
	}
	owner := pages.LabelCell{Text: people[y.OwnerID]}
	if deputy := people[y.DeputyID]; deputy != "" {
		owner.Note = i18n.T(ctx, "datamap.deputy.is", "name", deputy)
	}
	reach := ui.ChipView{Label: "datamap.reach." + string(y.Reach), Icon: "user"}
	if y.Reach == request.ByWebhook {
		reach.Icon, reach.Tone = "plug-connected", ui.Accent
	}
	return []pages.LabelCell{name, {Text: serviceList(ctx, y, services)}, {Text: strings.Join(y.Categories, i18n.T(ctx, "field.separator"))}, owner,
		{Chips: []ui.ChipView{reach}}, {Text: y.Retention}, {Text: backupWords(ctx, y)}}
}

func serviceList(ctx context.Context, y request.System, services map[string]string) string {
	if len(y.Services) == 0 {
		return i18n.T(ctx, "request.service.all")
	}
	names := make([]string, len(y.Services))
	for i, id := range y.Services {
		names[i] = services[id]
	}
	return strings.Join(names, i18n.T(ctx, "field.separator"))
}

func backupWords(ctx context.Context, y request.System) string {
	if y.BackupDays == 0 {
		return i18n.T(ctx, "datamap.backup.none")
	}
	return i18n.T(ctx, "request.days.calendar", "count", y.BackupDays)
}

// system shows an entry: as a form to those who may change it.
func (p *requestPages) system(c echo.Context) error {
	y, err := p.Requests.System(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	return p.systemPage(c, http.StatusOK, y, y.Version, y.Input(), nil)
}

func (p *requestPages) newSystem(c echo.Context) error {
	in := request.SystemInput{Reach: request.ByPeople, BackupDays: 30, SecondPerson: true, Identifiers: []string{string(request.ByAccount)}}
	return p.systemPage(c, http.StatusOK, request.System{}, 0, in, nil)
}

func readSystem(f *form) request.SystemInput {
	in := request.SystemInput{Name: f.text("name"), Services: f.all("services"), OwnerID: f.text("owner"), DeputyID: f.text("deputy"),
		Identifiers: f.all("identifiers"), Retention: f.lines("retention"), LegalBasis: f.lines("legal_basis"), BackupDays: f.int("backup_days"),
		Steps: f.lines("steps"), Reach: request.Reach(f.text("reach")), URL: f.text("url"), SecondPerson: f.checked("second_person"), Retired: f.checked("retired")}
	in.Categories = strings.Split(f.lines("categories"), "\n")
	for _, k := range f.all("kinds") {
		in.Kinds = append(in.Kinds, request.Kind(k))
	}
	return in
}

func (p *requestPages) saveSystem(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	ctx, by, id := c.Request().Context(), who(c), c.Param("id")
	in, version := readSystem(f), f.int("version")
	var y request.System
	if id != "" {
		if y, err = p.Requests.System(ctx, by, id); err != nil {
			return err
		}
	}
	flash := "datamap.flash.changed"
	if err = f.wrong.Err(); err == nil && id == "" {
		flash = "datamap.flash.added"
		y, err = p.Requests.AddSystem(ctx, by, in)
	} else if err == nil {
		y, err = p.Requests.ChangeSystem(ctx, by, id, version, in)
	}
	if err != nil {
		if !comesBack(err) {
			return err
		}
		if id == "" {
			y = request.System{}
		}
		return p.systemPage(c, statusOf(err), y, version, in, err)
	}
	p.flash(c, flash)
	return done(c, "/requests/systems")
}

func (p *requestPages) systemPage(c echo.Context, status int, y request.System, version int64, in request.SystemInput, wrong error) error {
	ctx, by := c.Request().Context(), who(c)
	title, to := "datamap.add", "/requests/systems/new"
	if y.ID != "" {
		title, to = y.Name, systemURL(y.ID)
	}
	v := pages.RequestSystem{LabelHead: pages.LabelHead{Frame: p.frame(c, title, crumbRequests, crumbSystems), Title: title, Subtitle: "datamap.form.lead", Alert: said(ctx, wrong)}}
	if by.May(actor.SetRequests) {
		parts, err := p.systemParts(c, in, wrong)
		if err != nil {
			return err
		}
		v.Form = &pages.LabelForm{Action: to, Submit: "datamap.submit", CancelURL: "/requests/systems", Version: version, Summary: summary(ctx, wrong), Parts: parts}
	} else {
		people, services, err := p.systemNames(ctx, []request.System{y})
		if err != nil {
			return err
		}
		v.Facts = p.systemFacts(c, y, people, services)
	}
	v.Connector = p.connectorCard(c, y)
	if y.ID != "" {
		history, err := p.history(c, audit.Object{Type: "request_system", ID: y.ID})
		if err != nil {
			return err
		}
		v.History = &history
	}
	return render(c, status, pages.RequestSystemView(v))
}

func (p *requestPages) systemFacts(c echo.Context, y request.System, people, services map[string]string) []pages.DetailRow {
	ctx := c.Request().Context()
	return []pages.DetailRow{
		{Label: "datamap.services", Value: serviceList(ctx, y, services)},
		{Label: "datamap.kinds", Value: p.kindList(c, y.Kinds)},
		{Label: "datamap.owner", Value: people[y.OwnerID]},
		{Label: "datamap.deputy", Value: people[y.DeputyID]},
		{Label: "datamap.categories", Value: strings.Join(y.Categories, "\n")},
		{Label: "datamap.identifiers", Value: codeWords(ctx, "datamap.identifier.", y.Identifiers)},
		{Label: "datamap.retention", Value: y.Retention},
		{Label: "datamap.legal_basis", Value: y.LegalBasis},
		{Label: "datamap.backup", Value: backupWords(ctx, y)},
		{Label: "datamap.steps", Value: y.Steps},
		{Label: "datamap.reach", Value: i18n.T(ctx, "datamap.reach."+string(y.Reach))},
	}
}

// codeWords are codes in words, in one line.
func codeWords(ctx context.Context, prefix string, codes []string) string {
	out := make([]string, len(codes))
	for i, code := range codes {
		out[i] = i18n.T(ctx, prefix+code)
	}
	return strings.Join(out, i18n.T(ctx, "field.separator"))
}

func (p *requestPages) systemParts(c echo.Context, in request.SystemInput, wrong error) ([]pages.FormPart, error) {
	ctx := c.Request().Context()
	services, err := p.serviceOptions(c)
	if err != nil {
		return nil, err
	}
	able, err := p.Accounts.Able(ctx, actor.WorkRequestTasks, "")
	if err != nil {
		return nil, err
	}
	people := make([]ui.Option, len(able))
	for i, a := range able {
		people[i] = ui.Option{Value: a.ID, Label: a.Name}
	}
	f := fields{messages(ctx, wrong)}
	kinds := make([]string, len(in.Kinds))
	for i, k := range in.Kinds {
		kinds[i] = string(k)
	}
	return []pages.FormPart{
		f.text("name", "datamap.name", in.Name, 100, true),
		f.pick("owner", "datamap.owner", in.OwnerID, "request.choose", people, true),
		hinted(f.pick("deputy", "datamap.deputy", in.DeputyID, "datamap.deputy.none", people, false), "datamap.deputy.hint"),
		hinted(f.number("backup_days", "datamap.backup", in.BackupDays, 3650), "datamap.backup.hint"),
		boxes(f, "services", "datamap.services", "datamap.services.hint", services, in.Services),
		boxes(f, "kinds", "datamap.kinds", "datamap.kinds.hint", codeOptions("request.kind.", request.Kinds), kinds),
		f.area("categories", "datamap.categories", strings.Join(in.Categories, "\n"), "datamap.categories.hint", 3, true),
		boxes(f, "identifiers", "datamap.identifiers", "datamap.identifiers.hint", codeOptions("datamap.identifier.", request.IdentifierList), in.Identifiers),
		f.area("retention", "datamap.retention", in.Retention, "datamap.retention.hint", 2, true),
		f.area("legal_basis", "datamap.legal_basis", in.LegalBasis, "datamap.legal_basis.hint", 2, true),
		f.area("steps", "datamap.steps", in.Steps, "datamap.steps.hint", 3, false),
		f.radio("reach", "datamap.reach", string(in.Reach), codeOptions("datamap.reach.", request.Reaches)),
		hinted(f.text("url", "datamap.url", in.URL, 500, false), "datamap.url.hint"),
		f.check("second_person", "datamap.second", "datamap.second.hint", in.SecondPerson),
		f.check("retired", "datamap.retired", "datamap.retired.hint", in.Retired),
	}, nil
}

// boxes are check boxes of which some are ticked.
func boxes(f fields, name, label, hint string, options []ui.Option, ticked []string) pages.FormPart {
	for i := range options {
		options[i].Selected = slices.Contains(ticked, options[i].Value)
	}
	return pages.FormPart{Kind: pages.BoxesPart, Field: hintedField(f.field(name, label, ""), hint), Options: options, Inline: true}
}
