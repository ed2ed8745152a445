package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"hegui/internal/day"
	"hegui/internal/i18n"
	"hegui/internal/regulation"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// figurePages show the figures and the organisation's own values.
type figurePages struct{ *Server }

// figureFilter is what the address of the list asks for.
type figureFilter struct{ q, instrument, force, mark string }

func readFigureFilter(c echo.Context) figureFilter {
	return figureFilter{q: asked(c, "q"), instrument: asked(c, "instrument"), force: asked(c, "force"), mark: asked(c, "mark")}
}

// keys gives the figures that pass what can be told from the catalogue.
func (f figureFilter) keys(cat *regulation.Catalogue) []string {
	hit := hitIDs(cat, f.q, regulation.HitFigure)
	var out []string
	for _, fig := range cat.Figures {
		if (hit == nil || hit[fig.Key]) && (f.instrument == "" || f.instrument == fig.Instrument) && (f.force == "" || f.force == string(fig.Force)) {
			out = append(out, fig.Key)
		}
	}
	return out
}

// marked says whether a figure bears the mark that was asked for.
func (f figureFilter) marked(v pages.FigureView) bool {
	switch f.mark {
	case "unverified":
		return v.Unverified
	case "local":
		return v.Local
	case "waiting":
		return v.Waiting
	}
	return true
}

// list shows the figures by instrument.
func (p *figurePages) list(c echo.Context) error {
	ctx := c.Request().Context()
	cat := p.Regulation.Current(ctx)
	f := readFigureFilter(c)
	settings, err := p.Regulation.Values(ctx, f.keys(cat), p.today())
	if err != nil {
		return err
	}
	waiting, err := p.Regulation.Waiting(ctx)
	if err != nil {
		return err
	}
	open := map[string]bool{}
	for _, w := range waiting {
		open[w.FigureKey] = true
	}
	v := pages.FiguresView{Frame: p.frame(c, "figure.title"), Notice: i18n.T(ctx, "figure.notice"), Query: f.q,
		Instrument: filterChoice("instrument", "figure.instrument", f.instrument, instrumentOptions(ctx, cat)),
		Force:      filterChoice("force", "figure.force", f.force, forceOptions()),
		Mark:       filterChoice("mark", "figure.marks", f.mark, markOptions())}
	v.Filter = filterBar(c, "/figures", "#figures", active{"q", f.q, "figure.filter.q"}, chosen(v.Instrument), chosen(v.Force), chosen(v.Mark))
	count := 0
	for _, s := range settings {
		row := figureView(ctx, cat, s)
		row.Waiting = open[row.Key]
		if !f.marked(row) {
			continue
		}
		count++
		v.Groups = addFigure(ctx, cat, v.Groups, s.Figure, row)
	}
	v.Summary = i18n.T(ctx, "figure.count", "count", count)
	return found(c, pages.FiguresPage(v), pages.FiguresPanel(v))
}

// addFigure puts a figure under its instrument; the catalogue lists the
// figures of an instrument together. The group says the instrument, so the
// row says the provision alone.
func addFigure(ctx context.Context, cat *regulation.Catalogue, groups []pages.FigureGroup, f *regulation.Figure, row pages.FigureView) []pages.FigureGroup {
	row.Provision = pick(ctx, f.Provision)
	to := instrumentURL(f.Instrument)
	if n := len(groups); n == 0 || groups[n-1].URL != to {
		i, _ := cat.Instrument(f.Instrument) // the catalogue's figures stand under their instruments
		groups = append(groups, pages.FigureGroup{Title: pick(ctx, i.Short), URL: to})
	}
	last := &groups[len(groups)-1]
	last.Rows = append(last.Rows, row)
	return groups
}

func instrumentOptions(ctx context.Context, cat *regulation.Catalogue) []ui.Option {
	var out []ui.Option
	for _, i := range cat.Instruments {
		if len(i.Figures) > 0 {
			out = append(out, ui.Option{Value: i.ID, Label: pick(ctx, i.Short)})
		}
	}
	return out
}

func forceOptions() []ui.Option {
	var out []ui.Option
	for _, f := range []regulation.Force{regulation.Must, regulation.Should, regulation.Practice} {
		out = append(out, ui.Option{Value: string(f), Label: "figure.force." + string(f)})
	}
	return out
}

func markOptions() []ui.Option {
	return []ui.Option{{Value: "unverified", Label: "figure.mark.unverified"}, {Value: "local", Label: "figure.mark.local"}, {Value: "waiting", Label: "figure.mark.waiting"}}
}

// one shows a figure.
func (p *figurePages) one(c echo.Context) error { return p.page(c, http.StatusOK, figureForms{}) }

// figureForms are the forms of the page that came back, nil for those that
// did not.
type figureForms struct {
	propose       *pages.ProposeForm
	confirm       *pages.ConfirmForm
	decision, why string // what was typed about a decision, and what is wrong with it
}

func (p *figurePages) page(c echo.Context, status int, forms figureForms) error {
	ctx := c.Request().Context()
	cat := p.Regulation.Current(ctx)
	set, err := p.Regulation.Value(ctx, c.Param("key"), p.today())
	if err != nil {
		return err
	}
	list, err := p.Regulation.Proposals(ctx, set.Figure.Key)
	if err != nil {
		return err
	}
	people, err := p.Accounts.Names(ctx, peopleOf(set, list))
	if err != nil {
		return err
	}
	past, err := p.history(c, regulation.FigureObject(set.Figure.Key))
	if err != nil {
		return err
	}
	v := p.facts(c, cat, set)
	v.History = past
	b := figureBuilder{c: c, set: set, list: list, names: names{people: people}, forms: forms, today: p.today()}
	b.fill(&v)
	return render(c, status, pages.FigurePage(v))
}

// facts is what the catalogue says about a figure, and the value in force.
func (p *figurePages) facts(c echo.Context, cat *regulation.Catalogue, set regulation.Setting) pages.FigurePageView {
	ctx, f := c.Request().Context(), set.Figure
	fv := figureView(ctx, cat, set)
	i, _ := cat.Instrument(f.Instrument) // figures stand under their instruments
	return pages.FigurePageView{
		Frame:  p.frame(c, fv.Value, layout.Crumb{Label: "figure.title", URL: "/figures"}),
		Figure: fv, Instrument: pages.RelatedView{Instrument: pick(ctx, i.Short), URL: instrumentURL(i.ID), Provision: pick(ctx, f.Provision)},
		Default: f.Say(i18n.Lang(ctx)), Key: f.Key, Note: pick(ctx, f.Note), BasisNote: i18n.T(ctx, "figure.sources.hint"),
		Sources: sourceViews(ctx, cat, f.Sources), Requirements: requirementLines(ctx, cat, cat.ByFigure(f.Key)),
	}
}

func peopleOf(set regulation.Setting, list []regulation.LocalValue) []string {
	var ids []string
	if set.Check != nil {
		ids = append(ids, set.Check.CheckedBy)
	}
	for _, v := range list {
		ids = append(ids, v.ProposedBy, v.DecidedBy)
	}
	return ids
}

// figureBuilder adds to the page what people did and may do.
type figureBuilder struct {
	c     echo.Context
	set   regulation.Setting
	list  []regulation.LocalValue
	names names
	forms figureForms
	today day.Date
}

func (b figureBuilder) fill(v *pages.FigurePageView) {
	b.local(v)
	b.check(v)
	waiting := false
	for _, p := range b.list {
		switch {
		case p.State == regulation.Proposed:
			waiting = true
			v.Figure.Waiting = true
			v.Waiting = b.waiting(p)
		case p.State == regulation.Approved && p.EffectiveFrom > b.today:
			v.Coming = append(v.Coming, b.line(p))
		default:
			v.Past = append(v.Past, b.line(p))
		}
	}
	if mayEdit(b.c) && !waiting && b.set.Figure.Unit != regulation.NoUnit {
		v.Propose = b.propose()
	}
	if mayEdit(b.c) && !b.set.Figure.Verified && b.set.Check == nil {
		v.Confirm = b.confirm()
	}
}

// local tells about the own value in force, and when it has to be looked at
// again.
func (b figureBuilder) local(v *pages.FigurePageView) {
	ctx, lang := b.c.Request().Context(), i18n.Lang(b.c.Request().Context())
	if own := b.set.Local; own != nil {
		v.Since = i18n.T(ctx, "figure.local.since", "value", own.Say(lang), "day", i18n.Date(ctx, own.EffectiveFrom))
		v.LocalSource, v.LocalNote = own.Source, own.Note
		if !own.DefaultValue.Equal(b.set.Figure.Value) {
			v.DefaultChanged = i18n.T(ctx, "figure.default_changed.text", "was", own.DefaultValue.Say(own.Unit, own.Comparator, lang), "now", b.set.Figure.Say(lang))
		}
	}
	if b.set.Unfit != nil {
		v.Unfit = i18n.T(ctx, "figure.unfit.text", "value", b.set.Unfit.Say(lang))
	}
}

func (b figureBuilder) check(v *pages.FigurePageView) {
	ch, ctx := b.set.Check, b.c.Request().Context()
	if ch == nil {
		return
	}
	v.Check = &pages.CheckView{Who: b.names.actor(ctx, ch.CheckedBy), When: i18n.DateTime(ctx, ch.CheckedAt), Source: ch.Source, Note: ch.Note}
	if mayEdit(b.c) {
		v.Check.WithdrawURL = figureURL(b.set.Figure.Key) + "/checks/" + ch.ID + "/withdraw"
	}
}

var stateChips = map[regulation.State]ui.ChipView{
	regulation.Proposed:  {Label: "figure.state.proposed", Tone: ui.Info, Icon: "hourglass"},
	regulation.Approved:  {Label: "figure.state.approved", Tone: ui.Good},
	regulation.Rejected:  {Label: "figure.state.rejected", Tone: ui.Bad},
	regulation.Withdrawn: {Label: "figure.state.withdrawn", Icon: "arrow-back-up"},
}

func (b figureBuilder) line(p regulation.LocalValue) pages.ProposalLine {
	ctx := b.c.Request().Context()
	l := pages.ProposalLine{Value: p.Say(i18n.Lang(ctx)), From: i18n.T(ctx, "figure.from", "day", i18n.Date(ctx, p.EffectiveFrom)),
		Source: i18n.T(ctx, "figure.source.line", "source", p.Source), Note: p.Note, State: stateChips[p.State], Reason: p.DecisionNote,
		Who: i18n.T(ctx, "figure.proposed_by", "who", b.names.actor(ctx, p.ProposedBy), "when", i18n.DateTime(ctx, p.ProposedAt))}
	if p.DecidedAt != nil {
		l.Who = i18n.T(ctx, "figure.decided_by", "proposer", b.names.actor(ctx, p.ProposedBy), "who", b.names.actor(ctx, p.DecidedBy), "when", i18n.DateTime(ctx, *p.DecidedAt))
	}
	return l
}

func (b figureBuilder) waiting(p regulation.LocalValue) *pages.ProposalView {
	at := figureURL(p.FigureKey) + "/proposals/" + p.ID
	v := &pages.ProposalView{ProposalLine: b.line(p), Own: p.ProposedBy == who(b.c).ID, DecisionNote: b.forms.decision, DecisionError: b.forms.why}
	switch {
	case v.Own:
		v.WithdrawURL = at + "/withdraw"
	case mayEdit(b.c):
		v.ApproveURL, v.RejectURL = at+"/approve", at+"/reject"
	}
	return v
}

func (b figureBuilder) propose() *pages.ProposeForm {
	f, ctx := b.forms.propose, b.c.Request().Context()
	if f == nil {
		f = &pages.ProposeForm{Value: b.set.Value.Input(), From: string(b.today)}
	}
	f.Action = figureURL(b.set.Figure.Key) + "/proposals"
	f.Hint = i18n.T(ctx, "figure.value.hint", "value", b.set.Say(i18n.Lang(ctx)))
	return f
}

func (b figureBuilder) confirm() *pages.ConfirmForm {
	f := b.forms.confirm
	if f == nil {
		f = &pages.ConfirmForm{}
	}
	f.Action = figureURL(b.set.Figure.Key) + "/checks"
	return f
}
