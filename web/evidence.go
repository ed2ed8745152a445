package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"hegui/internal/account"
	"hegui/internal/actor"
	"hegui/internal/day"
	"hegui/internal/evidence"
	"hegui/internal/problem"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// evidencePages keep what proves that requirements are met.
type evidencePages struct{ *Server }

var crumbEvidence = layout.Crumb{Label: "evidence.title", URL: "/evidence"}

// evidenceURL is the page of a piece.
func evidenceURL(id string) string { return "/evidence/" + url.PathEscape(id) }

// evidencePage is how many pieces one page lists.
const evidencePage = 40

// evidenceShow are the conditions of the list that are not columns.
var evidenceShow = []string{"mine", "expiring", "expired", "unlinked"}

func readEvidenceFilter(c echo.Context) evidence.Filter {
	q := func(name string) string {
		if s := strings.TrimSpace(c.QueryParam(name)); clean(s, false) {
			return s
		}
		return ""
	}
	f := evidence.Filter{Words: q("q"), Type: evidence.Type(q("type")), State: evidence.State(q("state")), Owner: q("owner"), Service: q("service"),
		Confidentiality: evidence.Confidentiality(q("confidentiality")), Order: evidence.Order(q("sort")),
		After: [2]string{q("from"), q("after")}, Limit: evidencePage + 1}
	switch q("show") {
	case "mine":
		f.Mine = who(c).ID
	case "expiring":
		f.Expiring, f.Order = true, cmp.Or(f.Order, evidence.ByExpiry)
	case "expired":
		f.Expired, f.Order = true, cmp.Or(f.Order, evidence.ByExpiry)
	case "unlinked":
		f.Unlinked = true
	}
	return f
}

func (p *evidencePages) list(c echo.Context) error {
	ctx, by := c.Request().Context(), who(c)
	f := readEvidenceFilter(c)
	found, err := p.Evidence.List(ctx, by, f)
	if err != nil {
		return err
	}
	shown := found[:min(evidencePage, len(found))]
	v := pages.EvidenceListView{Words: f.Words, MayAdd: by.May(actor.AddEvidence)}
	if v.Rows, err = p.evidenceRows(ctx, shown); err != nil {
		return err
	}
	if len(found) > evidencePage {
		v.NextURL = afterURL(c, shown[evidencePage-1].Position(f.Order))
	}
	if f.After[1] != "" {
		v.FirstURL = afterURL(c, [2]string{})
	}
	if err := p.listFilters(c, f, &v); err != nil {
		return err
	}
	v.Columns = evidenceColumns(c, v.MayAdd, f.Order)
	v.Frame = p.frame(c, "evidence.title")
	v.Frame.Wide = true
	return show(c, http.StatusOK, pages.EvidenceList(v), pages.EvidenceListPanel(v))
}

// afterURL is this list from a position on; the zero position is its start.
func afterURL(c echo.Context, at [2]string) string {
	q := url.Values{}
	for name, values := range c.QueryParams() {
		if name != "after" && name != "from" {
			q[name] = values
		}
	}
	if at[1] != "" {
		q.Set("after", at[1])
	}
	if at[0] != "" {
		q.Set("from", at[0])
	}
	return strings.TrimSuffix("/evidence?"+q.Encode(), "?")
}

// sortURL is the list in another order, from its start.
func sortURL(c echo.Context, o evidence.Order) string {
	u, _ := url.Parse(afterURL(c, [2]string{})) // made by url.Values
	q := u.Query()
	q.Set("sort", string(o))
	if o == evidence.ByNewest {
		q.Del("sort")
	}
	return strings.TrimSuffix("/evidence?"+q.Encode(), "?")
}

func evidenceColumns(c echo.Context, selectable bool, o evidence.Order) []ui.Column {
	sorted := func(column evidence.Order, how ui.Sorted) ui.Sorted {
		if o == column {
			return how
		}
		return ui.Unsorted
	}
	columns := []ui.Column{
		{Label: "evidence.field.title", SortURL: sortURL(c, evidence.ByTitle), Sorted: sorted(evidence.ByTitle, ui.Ascending)},
		{Label: "evidence.type"}, {Label: "evidence.state"},
		{Label: "evidence.valid_until", SortURL: sortURL(c, evidence.ByExpiry), Sorted: sorted(evidence.ByExpiry, ui.Ascending)},
		{Label: "evidence.owner"}, {Label: "evidence.links", Numeric: true},
		{Label: "evidence.added", SortURL: sortURL(c, evidence.ByNewest), Sorted: sorted(evidence.ByNewest, ui.Descending)},
	}
	if selectable {
		columns = slices.Insert(columns, 0, ui.Column{SelectAll: true, Shrink: true})
	}
	return columns
}

// evidenceRows puts pieces into words, with two queries for all.
func (p *evidencePages) evidenceRows(ctx context.Context, items []evidence.Item) ([]pages.EvidenceRow, error) {
	versions, err := p.Evidence.Current(ctx, items)
	if err != nil {
		return nil, err
	}
	owners := make([]string, len(items))
	for n, i := range items {
		owners[n] = i.OwnerID
	}
	names, err := p.Accounts.Names(ctx, owners)
	if err != nil {
		return nil, err
	}
	today := p.Evidence.Today()
	out := make([]pages.EvidenceRow, len(items))
	for n, i := range items {
		version := versions[i.CurrentID]
		out[n] = pages.EvidenceRow{ID: i.ID, Title: titleOf(ctx, i), URL: evidenceURL(i.ID), Icon: evidenceIcon(i, version), Note: evidenceNote(ctx, i, version),
			Type: "evidence.type." + string(i.Type), State: evidenceState(i.State), Validity: chipOrNone(validityChip(ctx, i, today)), Level: chipOrNone(levelChip(i)),
			ValidUntil: string(i.ValidUntil), Owner: names[i.OwnerID], Links: int(i.Links), Added: string(day.Of(i.CreatedAt))}
	}
	return out, nil
}

func chipOrNone(v *ui.ChipView) ui.ChipView {
	if v == nil {
		return ui.ChipView{}
	}
	return *v
}

// listFilters fills in the filter bar and the choices of the bulk actions.
func (p *evidencePages) listFilters(c echo.Context, f evidence.Filter, v *pages.EvidenceListView) error {
	ctx, by := c.Request().Context(), who(c)
	services, err := p.Register.Visible(ctx, by)
	if err != nil {
		return err
	}
	people, err := p.Accounts.Able(ctx, actor.AddEvidence, "")
	if err != nil {
		return err
	}
	state := choice("state", "evidence.state", "evidence.any.state", string(f.State))
	for _, s := range evidence.States {
		state.Options = append(state.Options, ui.Option{Value: string(s), Label: "evidence.state." + string(s)})
	}
	view := choice("show", "evidence.show", "evidence.any.show", c.QueryParam("show"))
	for _, s := range evidenceShow {
		view.Options = append(view.Options, ui.Option{Value: s, Label: "evidence.show." + s})
	}
	kind := choice("type", "evidence.type", "evidence.any.type", string(f.Type))
	kind.Options = typeChoices()
	level := choice("confidentiality", "evidence.confidentiality", "evidence.any.confidentiality", string(f.Confidentiality))
	level.Options = levelChoices()
	owner := choice("owner", "evidence.owner", "evidence.any.owner", f.Owner)
	owner.Options = personOptions(people, "", nil)
	service := choice("service", "evidence.service", "evidence.any.service", f.Service)
	for _, e := range services {
		service.Options = append(service.Options, ui.Option{Value: e.ID, Label: e.Name})
	}
	v.Selects = []ui.Choice{view, state, kind, service, owner, level}
	v.Filter = ui.FilterView{Action: "/evidence", ClearURL: "/evidence", Target: "#evidence"}
	if sort := c.QueryParam("sort"); sort != "" {
		v.Filter.Hidden = []ui.Hidden{{Name: "sort", Value: sort}}
	}
	for _, s := range v.Selects {
		v.Filter.Active = append(v.Filter.Active, chip(c, s)...)
	}
	v.Filtered = len(v.Filter.Active) > 0 || f.Words != "" || f.After[1] != ""
	v.Bulk = pages.EvidenceBulk{Back: c.Request().URL.RequestURI(),
		Owner: ui.Choice{Field: ui.Field{Name: "owner_id", ID: "bulk-owner", Label: "evidence.owner"}, Options: owner.Options},
		Level: ui.Choice{Field: ui.Field{Name: "confidentiality", ID: "bulk-level", Label: "evidence.confidentiality"}, Options: levelChoices()}}
	return nil
}

// maxBulk is how many pieces one bulk action takes.
const maxBulk = 200

// bulk does one thing to all the selected pieces.
func (p *evidencePages) bulk(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	ids := f.all("id")
	back := local(f.values.Get("back"))
	if len(ids) > maxBulk {
		return problem.New(problem.TooLarge, "evidence.bulk.many", "max", maxBulk)
	}
	if len(ids) == 0 {
		return problem.New(problem.Invalid, "evidence.bulk.nothing")
	}
	if f.text("do") == "link" {
		return done(c, "/evidence/links?"+url.Values{"id": ids}.Encode())
	}
	set, err := p.setting(c, f)
	if err := f.err(err); err != nil {
		return err
	}
	n, err := p.Evidence.SetMany(c.Request().Context(), who(c), ids, set)
	if err != nil {
		return err
	}
	p.flash(c, "evidence.flash.bulk", "count", n, "skipped", len(ids)-n)
	return done(c, back)
}

// setting reads what a bulk action changes.
func (p *evidencePages) setting(c echo.Context, f *form) (evidence.Setting, error) {
	switch f.text("do") {
	case "owner":
		owner := f.text("owner_id")
		return evidence.Setting{OwnerID: &owner}, p.checkOwner(c, owner)
	case "validity":
		until := f.date("valid_until")
		return evidence.Setting{ValidUntil: &until}, nil
	case "confidentiality":
		level := evidence.Confidentiality(f.text("confidentiality"))
		return evidence.Setting{Confidentiality: &level}, nil
	}
	return evidence.Setting{}, problem.New(problem.Invalid, "evidence.bulk.nothing")
}

// checkOwner refuses an owner who could not work with evidence.
func (p *evidencePages) checkOwner(c echo.Context, owner string) error {
	people, err := p.Accounts.Able(c.Request().Context(), actor.AddEvidence, "")
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(people, func(a account.Account) bool { return a.ID == owner }) {
		return problem.Field(problem.Invalid, "owner_id", "evidence.owner.unknown")
	}
	return nil
}

func versionNumber(c echo.Context, name string) int64 {
	n, _ := strconv.ParseInt(c.QueryParam(name), 10, 64) // anything else is the current one
	return n
}
