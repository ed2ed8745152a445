package web

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/day"
	"hegui/internal/i18n"
	"hegui/internal/report"
	"hegui/internal/sheet"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// reportPages show reports, as pages to print and as workbooks.
type reportPages struct{ *Server }

var crumbReports = layout.Crumb{Label: "report.title", URL: reportsURL}

const reportsURL = "/readiness/reports"

func reportURL(s report.Spec) string { return specURL(s, "") }

// index offers the reports that the person may open.
func (p *reportPages) index(c echo.Context) error {
	ctx, by := c.Request().Context(), who(c)
	v := pages.ReportIndexView{Frame: p.frame(c, "report.title", crumbReadiness), Actions: reportLinks(by)}
	for _, k := range report.Kinds {
		if !by.May(reportRights[k]) {
			continue
		}
		offer := pages.ReportOffer{Title: "report.kind." + string(k), Text: "report.kind." + string(k) + ".text", Action: reportsURL + "/" + string(k)}
		choice, err := p.subject(ctx, by, report.Spec{Kind: k})
		if err != nil {
			return err
		}
		if offer.Select = choice; choice != nil {
			choice.ID = "f-" + string(k) // two of them choose a period
		}
		if choice == nil || len(choice.Options) > 0 {
			v.Reports = append(v.Reports, offer)
		}
	}
	return render(c, http.StatusOK, pages.ReportIndex(v))
}

// reportLinks lead to what is done with reports.
func reportLinks(by actor.Actor) []ui.ButtonView {
	if !by.May(actor.ShareReports) {
		return nil
	}
	return []ui.ButtonView{{Label: "share.title", URL: reportsURL + "/shares", Icon: "link"}, {Label: "schedule.title", URL: reportsURL + "/schedules", Icon: "calendar"}}
}

// one shows a report.
func (p *reportPages) one(c echo.Context) error {
	ctx, by := c.Request().Context(), who(c)
	spec, err := p.asked(c)
	if err != nil {
		return err
	}
	made, err := p.makeReport(ctx, by, spec)
	if err != nil {
		return err
	}
	v := pages.ReportPageView{Frame: p.frame(c, made.Title, crumbReadiness, crumbReports), Report: made,
		Actions: append([]ui.ButtonView{{Label: "report.workbook", URL: specURL(spec, "/export.xlsx"), Icon: "download"}}, reportActs(by, spec)...)}
	choice, err := p.subject(ctx, by, spec)
	if err != nil {
		return err
	}
	if choice != nil {
		v.Choice = &pages.ReportChoice{Action: reportsURL + "/" + string(spec.Kind), Select: *choice}
	}
	return render(c, http.StatusOK, pages.ReportPage(v))
}

// reportActs are what the person may do with a report.
func reportActs(by actor.Actor, spec report.Spec) []ui.ButtonView {
	if !by.May(actor.ShareReports) {
		return nil
	}
	return []ui.ButtonView{{Label: "share.make", URL: specURL(spec, "/share"), Icon: "link"}, {Label: "schedule.make", URL: specURL(spec, "/schedule"), Icon: "calendar"}}
}

// specURL is an address below that of a report, which it names.
func specURL(s report.Spec, below string) string {
	to := reportsURL + "/" + string(s.Kind) + below
	if q := s.Query().Encode(); q != "" {
		to += "?" + q
	}
	return to
}

// asked reads which report an address names; an article or service report
// without a subject is about the first one.
func (p *reportPages) asked(c echo.Context) (report.Spec, error) {
	q := c.QueryParams()
	kind := report.Kind(c.Param("kind"))
	if kind == report.Article && q.Get("n") == "" {
		q.Set("n", "1")
	}
	if kind == report.Service && q.Get("service") == "" {
		o, err := p.Readiness.Overview(c.Request().Context(), who(c))
		if err != nil {
			return report.Spec{}, err
		}
		if len(o.Services) > 0 {
			q.Set("service", o.Services[0].Entry.ID)
		}
	}
	return report.Read(string(kind), q)
}

// periods back from today that are offered.
const (
	quartersBack = 8
	monthsBack   = 24
)

// subject offers what a report can be about; nil when there is nothing to
// choose.
func (p *reportPages) subject(ctx context.Context, by actor.Actor, spec report.Spec) (*ui.Choice, error) {
	today := p.Readiness.Today()
	spec = spec.At(today)
	switch spec.Kind {
	case report.Article:
		choice := &ui.Choice{Field: ui.Field{Name: "n", Label: "readiness.article", Value: strconv.Itoa(spec.Article)}}
		for _, a := range p.Regulation.Current(ctx).Articles {
			choice.Options = append(choice.Options, ui.Option{Value: strconv.Itoa(a.Number), Label: articleTitle(ctx, a)})
		}
		return choice, nil
	case report.Service:
		choice := &ui.Choice{Field: ui.Field{Name: "service", Label: "readiness.service", Value: spec.ServiceID}}
		o, err := p.Readiness.Overview(ctx, by)
		if err != nil {
			return nil, err
		}
		for _, s := range o.Services {
			choice.Options = append(choice.Options, ui.Option{Value: s.Entry.ID, Label: s.Entry.Name})
		}
		return choice, nil
	case report.Labelling:
		choice := &ui.Choice{Field: ui.Field{Name: "period", Label: "report.quarter", Value: spec.Period}}
		for i := range quartersBack {
			one := report.QuarterOf(day.Of(firstOfMonth(today).AddDate(0, -3*i, 0)))
			choice.Options = append(choice.Options, ui.Option{Value: one, Label: one})
		}
		return choice, nil
	case report.Requests:
		choice := &ui.Choice{Field: ui.Field{Name: "period", Label: "report.month", Value: spec.Period}}
		for i := range monthsBack {
			one := day.Of(firstOfMonth(today).AddDate(0, -i, 0))
			choice.Options = append(choice.Options, ui.Option{Value: string(one)[:7], Label: i18n.Month(ctx, one)})
		}
		return choice, nil
	}
	return nil, nil //nolint:nilnil // nothing to choose is no mistake
}

// book sends a report as a workbook.
func (p *reportPages) book(c echo.Context) error {
	ctx := c.Request().Context()
	spec, err := p.asked(c)
	if err != nil {
		return err
	}
	made, err := p.makeReport(ctx, who(c), spec)
	if err != nil {
		return err
	}
	data, err := reportBook(ctx, made)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, attachment(reportName(ctx, made, p.Readiness.Today())))
	return c.Blob(http.StatusOK, workbookType, data)
}

// reportName names the file of a report.
func reportName(ctx context.Context, v pages.ReportView, today day.Date) string {
	return i18n.T(ctx, "report.file", "title", v.Title, "scope", v.Scope, "date", string(today)) + ".xlsx"
}

// reportBook writes a report as a workbook: what stands at its top, and each
// table on its own sheet.
func reportBook(ctx context.Context, v pages.ReportView) ([]byte, error) {
	head := sheet.Table{Name: v.Title, Header: []sheet.Column{{Title: i18n.T(ctx, "report.figure"), Width: 36}, {Title: i18n.T(ctx, "report.value"), Width: 16}, {Title: i18n.T(ctx, "report.remark"), Width: 60}}}
	for _, f := range v.Figures {
		head.Rows = append(head.Rows, []sheet.Cell{{Text: i18n.Text(ctx, f.Label)}, bookCell(ctx, f.Cell), {Text: f.Cell.Note}})
	}
	head.Rows = append(head.Rows, []sheet.Cell{{Text: v.Scope}, {}, {Text: v.AsOf}}, []sheet.Cell{{Text: i18n.T(ctx, "report.made")}, {}, {Text: v.Note}})
	tables := []sheet.Table{head}
	for _, p := range v.Parts {
		if p.Table != nil {
			tables = append(tables, bookTable(ctx, i18n.Text(ctx, p.Title), *p.Table))
		}
	}
	var b bytes.Buffer
	err := sheet.WriteBook(&b, tables)
	return b.Bytes(), err
}

// bookTable is a table of a report; a word beside a number gets a column of
// its own, so that numbers stay numbers.
func bookTable(ctx context.Context, name string, t pages.ReportTable) sheet.Table {
	out := sheet.Table{Name: name, Rows: make([][]sheet.Cell, len(t.Rows))}
	for j, c := range t.Columns {
		out.Header = append(out.Header, sheet.Column{Title: i18n.Text(ctx, c.Label), Width: c.Width})
		worded := false
		for _, row := range t.Rows {
			worded = worded || row[j].Word.Label != "" && row[j].Text != ""
		}
		if worded {
			out.Header = append(out.Header, sheet.Column{Title: i18n.T(ctx, "report.word"), Width: 14})
		}
		for i, row := range t.Rows {
			out.Rows[i] = append(out.Rows[i], bookCell(ctx, row[j]))
			if worded {
				out.Rows[i] = append(out.Rows[i], sheet.Cell{Text: i18n.Text(ctx, row[j].Word.Label)})
			}
		}
	}
	return out
}

func bookCell(ctx context.Context, c pages.ReportCell) sheet.Cell {
	switch {
	case c.Kind == pages.WholeCell:
		return sheet.Cell{Kind: sheet.Whole, Number: c.Number}
	case c.Kind == pages.ShareCell:
		return sheet.Cell{Kind: sheet.Share, Number: c.Number / 1000}
	case c.Text == "" && c.Word.Label != "":
		return sheet.Cell{Text: i18n.Text(ctx, c.Word.Label)}
	}
	return sheet.Cell{Text: c.Text}
}

// firstOfMonth is the first instant of a day's month.
func firstOfMonth(d day.Date) time.Time { return day.Date(string(d)[:8] + "01").Time() }
