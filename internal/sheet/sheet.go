// Package sheet writes tables as workbooks for spreadsheet programs.
package sheet

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Sheet is one table of texts.
type Sheet struct {
	Name   string // of the tab; characters that tabs cannot have are dropped
	Header []Column
	Rows   [][]string
}

// Column is one column of a table.
type Column struct {
	Title string
	Width float64 // in characters of the standard font
}

// Guard keeps spreadsheet programs from running a cell as a formula
// (CWE-1236): a text that begins like one, after blanks, gets an apostrophe in
// front.
func Guard(s string) string {
	rest := strings.TrimLeft(s, " \u00A0\u3000\uFEFF")
	first, _ := utf8.DecodeRuneInString(rest)
	if rest != "" && strings.ContainsRune("=+-@|%\t\r\n＝＋－＠", first) {
		return "'" + s
	}
	return s
}

// maxCell is how many characters a cell of a workbook holds.
const maxCell = 32_767

// Write writes the table as an XLSX workbook: text cells only, the header
// bold, frozen and with filters, long texts wrapped.
func Write(w io.Writer, s Sheet) error {
	book := excelize.NewFile()
	defer book.Close() //nolint:errcheck // nothing is on disk
	name := tabName(s.Name)
	if err := book.SetSheetName("Sheet1", name); err != nil {
		return fmt.Errorf("name sheet: %w", err)
	}
	head, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E9EDF1"}},
		Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	if err != nil {
		return fmt.Errorf("style header: %w", err)
	}
	body, err := book.NewStyle(&excelize.Style{NumFmt: textFormat, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	if err != nil {
		return fmt.Errorf("style rows: %w", err)
	}
	if err := fill(book, name, s, head, body); err != nil {
		return err
	}
	last, err := excelize.CoordinatesToCellName(len(s.Header), len(s.Rows)+1)
	if err != nil {
		return fmt.Errorf("measure sheet: %w", err)
	}
	if err := book.AutoFilter(name, "A1:"+last, nil); err != nil {
		return fmt.Errorf("filter sheet: %w", err)
	}
	return book.Write(w)
}

// textFormat is the number format "@", text, of ECMA-376 part 1, 18.8.30.
const textFormat = 49

func fill(book *excelize.File, name string, s Sheet, head, body int) error {
	out, err := book.NewStreamWriter(name)
	if err != nil {
		return fmt.Errorf("start sheet: %w", err)
	}
	titles := make([]string, len(s.Header))
	for i, c := range s.Header {
		titles[i] = c.Title
		if err := out.SetColWidth(i+1, i+1, c.Width); err != nil {
			return fmt.Errorf("set width: %w", err)
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return fmt.Errorf("freeze header: %w", err)
	}
	for i, row := range append([][]string{titles}, s.Rows...) {
		style := body
		if i == 0 {
			style = head
		}
		if err := out.SetRow(fmt.Sprintf("A%d", i+1), cells(row, style)); err != nil {
			return fmt.Errorf("write row: %w", err)
		}
	}
	return out.Flush()
}

func cells(row []string, style int) []any {
	out := make([]any, len(row))
	for i, s := range row {
		out[i] = excelize.Cell{StyleID: style, Value: cut(Guard(s))}
	}
	return out
}

func cut(s string) string {
	if utf8.RuneCountInString(s) <= maxCell {
		return s
	}
	return string([]rune(s)[:maxCell-1]) + "…"
}

// tabName makes a name that a tab may have: at most 31 characters, none of
// :\/?*[] and no apostrophe at an end.
func tabName(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) || r < ' ' {
			return -1
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > 31 {
		s = string(runes[:31])
	}
	if s = strings.Trim(s, "' "); s == "" {
		return "Sheet"
	}
	return s
}
