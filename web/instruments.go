package web

import (
	"context"
	"net/http"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"hegui/internal/day"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/regulation"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// statusTones gives an instrument's status its colour.
var statusTones = map[string]ui.Tone{regulation.StatusInForce: ui.Good, regulation.StatusScheduled: ui.Info, "draft": ui.Warn}

func statusChip(ctx context.Context, cat *regulation.Catalogue, i *regulation.Instrument, today day.Date) ui.ChipView {
	status := i.StatusOn(today)
	return ui.ChipView{Label: pick(ctx, cat.Labels.Status[status]), Tone: statusTones[status]}
}

// instruments lists the instruments by level, in the order of the catalogue.
func (p *regulationPages) instruments(c echo.Context) error {
	ctx := c.Request().Context()
	cat := p.Regulation.Current(ctx)
	v := pages.InstrumentsView{Frame: p.frame(c, "instrument.title"), Tabs: regulationTabs("/instruments"), Note: i18n.T(ctx, "instrument.status.note", "day", i18n.Date(ctx, p.today()))}
	at := map[string]int{}
	for _, i := range cat.Instruments {
		n, ok := at[i.Level]
		if !ok {
			n = len(v.Levels)
			at[i.Level] = n
			v.Levels = append(v.Levels, pages.LevelView{Label: headline(pick(ctx, cat.Labels.Level[i.Level]))})
		}
		v.Levels[n].Rows = append(v.Levels[n].Rows, pages.InstrumentRow{ID: i.ID, URL: instrumentURL(i.ID), Short: pick(ctx, i.Short), Name: pick(ctx, i.Name),
			Status: statusChip(ctx, cat, i, p.today()), InForce: string(i.InForce), Figures: len(i.Figures), Requirements: len(cat.ByInstrument(i.ID))})
	}
	return render(c, http.StatusOK, pages.InstrumentsPage(v))
}

// headline begins a label with a capital letter, where the script has them.
func headline(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// instrument shows one instrument.
func (p *regulationPages) instrument(c echo.Context) error {
	ctx := c.Request().Context()
	cat := p.Regulation.Current(ctx)
	i, ok := cat.Instrument(c.Param("id"))
	if !ok {
		return problem.New(problem.NotFound, "instrument.not_found")
	}
	keys := make([]string, len(i.Figures))
	for n, f := range i.Figures {
		keys[n] = f.Key
	}
	figures, err := p.figureViews(ctx, keys)
	if err != nil {
		return err
	}
	v := pages.InstrumentView{
		Frame: p.frame(c, pick(ctx, i.Short), layout.Crumb{Label: "instrument.title", URL: "/instruments"}),
		Short: pick(ctx, i.Short), Name: pick(ctx, i.Name), Status: statusChip(ctx, cat, i, p.today()), Level: pick(ctx, cat.Labels.Level[i.Level]),
		Issuer:  pick(ctx, i.Issuer),
		Number:  pages.CheckedText{Text: i.DocumentNumber, Checked: checkedWords(ctx, i.Checked.DocumentNumber)},
		Issued:  pages.CheckedText{Text: i18n.Date(ctx, i.Issued), Checked: checkedWords(ctx, i.Checked.Issued)},
		InForce: pages.CheckedText{Text: i18n.Date(ctx, i.InForce), Checked: checkedWords(ctx, i.Checked.InForce)},
		Summary: pick(ctx, i.Summary), Note: pick(ctx, i.Note), CheckedNote: i18n.T(ctx, "instrument.checked.note"),
		URLs: i.OfficialURLs, Sources: sourceViews(ctx, cat, i.Sources), Figures: figures,
		Requirements: requirementLines(ctx, cat, cat.ByInstrument(i.ID)),
	}
	if i.ID == regulation.MeasuresID {
		v.Text = "/articles"
	}
	return render(c, http.StatusOK, pages.InstrumentPage(v))
}

// checkedWords says how a fact is known: seen in a source, or from memory.
func checkedWords(ctx context.Context, seen *bool) string {
	switch {
	case seen == nil:
		return ""
	case *seen:
		return i18n.T(ctx, "instrument.checked.yes")
	}
	return i18n.T(ctx, "instrument.checked.no")
}
