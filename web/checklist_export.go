package web

import (
	"bytes"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"hegui/internal/checklist"
	"hegui/internal/i18n"
	"hegui/internal/regulation"
	"hegui/internal/sheet"
)

// exportColumns are the columns of an exported checklist with their widths.
var exportColumns = []sheet.Column{
	{Title: "checklist.requirement", Width: 12}, {Title: "checklist.article", Width: 10}, {Title: "checklist.column.title", Width: 36},
	{Title: "checklist.column.text", Width: 60}, {Title: "checklist.standing", Width: 14}, {Title: "checklist.status", Width: 14},
	{Title: "checklist.column.proposed", Width: 14}, {Title: "checklist.severity", Width: 10}, {Title: "checklist.owner", Width: 16},
	{Title: "checklist.due", Width: 14}, {Title: "checklist.next_review", Width: 14}, {Title: "checklist.conclusion", Width: 60},
	{Title: "checklist.justification", Width: 40}, {Title: "checklist.column.linked", Width: 10}, {Title: "checklist.column.valid", Width: 10},
	{Title: "checklist.column.concluded_by", Width: 16}, {Title: "checklist.column.concluded_at", Width: 18},
	{Title: "checklist.column.approved_by", Width: 16}, {Title: "checklist.column.approved_at", Width: 18}, {Title: "checklist.column.applies", Width: 40},
}

// exportRows are the found rows in the reader's language.
func (l *checklistList) exportRows() ([][]string, error) {
	var ids []string
	for _, a := range l.found {
		ids = append(ids, a.ConcludedBy, a.ApprovedBy)
	}
	names, err := l.Accounts.Names(l.ctx, ids)
	if err != nil {
		return nil, err
	}
	rows := make([][]string, len(l.found))
	for i, a := range l.found {
		rows[i] = l.exportRow(a, names)
	}
	return rows, nil
}

func (l *checklistList) exportRow(a checklist.Assessment, names map[string]string) []string {
	r, known := l.catalogue.Requirement(a.RequirementID)
	if !known {
		r = &regulation.Requirement{}
	}
	proposed, severity := "", i18n.Text(l.ctx, "checklist.severity."+string(a.Severity))
	if a.Pending() {
		proposed = statusWord(l.ctx, a.ProposedStatus)
	}
	row := []string{a.RequirementID, strconv.Itoa(a.Article), requirementTitle(l.ctx, l.catalogue, a.RequirementID), i18n.Pick(l.ctx, r.Text.ZH, r.Text.EN),
		i18n.Text(l.ctx, standingChip(a).Label), statusWord(l.ctx, a.Status), proposed, severity, l.people[a.OwnerID],
		i18n.Date(l.ctx, a.Due), i18n.Date(l.ctx, a.NextReview), a.Conclusion, a.Justification, strconv.Itoa(a.Linked), strconv.Itoa(a.Valid)}
	for _, who := range []struct {
		id string
		at string
	}{{a.ConcludedBy, momentWords(l.ctx, a.ConcludedAt)}, {a.ApprovedBy, momentWords(l.ctx, a.ApprovedAt)}} {
		row = append(row, names[who.id], who.at)
	}
	return append(row, i18n.Pick(l.ctx, a.ReasonZH, a.ReasonEN))
}

// exportName names the file for the service and the day.
func (l *checklistList) exportName(ending string) string {
	return i18n.T(l.ctx, "checklist.export.file", "service", l.service.Name, "date", string(l.today)) + ending
}

// exportCSV sends the list as filtered as CSV.
func (p *checklistPages) exportCSV(c echo.Context) error {
	l, err := p.read(c, readChecklistQuery(c.QueryParams()))
	if err != nil {
		return err
	}
	rows, err := l.exportRows()
	if err != nil {
		return err
	}
	w := startCSV(c, l.exportName(".csv"))
	w.row(l.exportHeader()...)
	for _, row := range rows {
		w.row(row...)
	}
	return w.close()
}

func (l *checklistList) exportHeader() []string {
	out := make([]string, len(exportColumns))
	for i, column := range exportColumns {
		out[i] = i18n.Text(l.ctx, column.Title)
	}
	return out
}

const workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// exportXLSX sends the list as filtered as a workbook.
func (p *checklistPages) exportXLSX(c echo.Context) error {
	l, err := p.read(c, readChecklistQuery(c.QueryParams()))
	if err != nil {
		return err
	}
	table := sheet.Sheet{Name: l.service.Name, Header: make([]sheet.Column, len(exportColumns))}
	if table.Rows, err = l.exportRows(); err != nil {
		return err
	}
	for i, title := range l.exportHeader() {
		table.Header[i] = sheet.Column{Title: title, Width: exportColumns[i].Width}
	}
	var b bytes.Buffer
	if err := sheet.Write(&b, table); err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, attachment(l.exportName(".xlsx")))
	return c.Blob(http.StatusOK, workbookType, b.Bytes())
}
