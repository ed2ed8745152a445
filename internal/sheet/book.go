package sheet

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Kind says how a cell of a table is kept.
type Kind int

// The kinds of cells. Numbers are kept as numbers, so that they can be sorted
// and added up; Share is shown in tenths of a percent.
const (
	Text Kind = iota
	Whole
	Share
)

// Cell is one value: a text, or a number.
type Cell struct {
	Kind   Kind
	Text   string
	Number float64 // a share as part of one
}

// Table is a table on a sheet of its own.
type Table struct {
	Name   string // of the tab; see Sheet
	Header []Column
	Rows   [][]Cell
}

// WriteBook writes tables as an XLSX workbook, each on its own sheet as a
// table that can be sorted and filtered, with its header frozen.
func WriteBook(w io.Writer, tables []Table) error {
	book := excelize.NewFile()
	defer book.Close() //nolint:errcheck // nothing is on disk
	styles, err := newStyles(book)
	if err != nil {
		return err
	}
	var names []string
	for i, t := range tables {
		name := unused(tabName(t.Name), names)
		names = append(names, name)
		if i == 0 {
			err = book.SetSheetName("Sheet1", name)
		} else {
			_, err = book.NewSheet(name)
		}
		if err != nil {
			return fmt.Errorf("name sheet: %w", err)
		}
		if err := styles.table(book, name, i+1, t); err != nil {
			return err
		}
	}
	return book.Write(w)
}

// unused makes a name that is not taken yet; spreadsheet programs take large
// and small letters for the same.
func unused(name string, taken []string) string {
	same := func(other string) bool { return strings.EqualFold(other, name) }
	for first, n := name, 2; slices.ContainsFunc(taken, same); n++ {
		suffix := " " + strconv.Itoa(n)
		runes := []rune(first)
		name = string(runes[:min(len(runes), 31-len(suffix))]) + suffix
	}
	return name
}

// styles are the looks of cells, by their kind.
type styles [3]int

// number formats of ECMA-376 part 1, 18.8.30
const wholeFormat = 3 // #,##0

func newStyles(book *excelize.File) (out styles, err error) {
	share := "0.0%"
	for kind, look := range []excelize.Style{{NumFmt: textFormat}, {NumFmt: wholeFormat}, {CustomNumFmt: &share}} {
		look.Alignment = &excelize.Alignment{Vertical: "top", WrapText: true}
		if out[kind], err = book.NewStyle(&look); err != nil {
			return out, fmt.Errorf("style cells: %w", err)
		}
	}
	return out, nil
}

func (s styles) table(book *excelize.File, name string, number int, t Table) error {
	out, err := book.NewStreamWriter(name)
	if err != nil {
		return fmt.Errorf("start sheet: %w", err)
	}
	titles, taken := make([]any, len(t.Header)), []string(nil)
	for i, c := range t.Header {
		title := unused(Guard(c.Title), taken) // a table's columns have different names
		titles[i], taken = excelize.Cell{StyleID: s[Text], Value: title}, append(taken, title)
		if err := out.SetColWidth(i+1, i+1, c.Width); err != nil {
			return fmt.Errorf("set width: %w", err)
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return fmt.Errorf("freeze header: %w", err)
	}
	rows := append([][]any{titles}, s.rows(t)...)
	for i, row := range rows {
		if err := out.SetRow("A"+strconv.Itoa(i+1), row); err != nil {
			return fmt.Errorf("write row: %w", err)
		}
	}
	last, err := excelize.CoordinatesToCellName(len(t.Header), len(rows))
	if err != nil {
		return fmt.Errorf("measure sheet: %w", err)
	}
	if err := out.AddTable(&excelize.Table{Range: "A1:" + last, Name: "Table" + strconv.Itoa(number), StyleName: "TableStyleMedium2"}); err != nil {
		return fmt.Errorf("add table: %w", err)
	}
	return out.Flush()
}

// rows are the cells below the header; a table has one at least.
func (s styles) rows(t Table) [][]any {
	out := make([][]any, 0, len(t.Rows)+1)
	for _, r := range t.Rows {
		row := make([]any, len(r))
		for i, c := range r {
			row[i] = excelize.Cell{StyleID: s[c.Kind], Value: c.Number}
			if c.Kind == Text {
				row[i] = excelize.Cell{StyleID: s[Text], Value: cut(Guard(c.Text))}
			}
		}
		out = append(out, row)
	}
	if len(out) == 0 {
		out = append(out, make([]any, len(t.Header)))
	}
	return out
}
