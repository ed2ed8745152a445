package sheet_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"hegui/internal/sheet"
)

func TestWrite(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	long := strings.Repeat("长", 40_000)
	err := sheet.Write(&b, sheet.Sheet{Name: "聊天/助手: all? [of] a very long name of a service", Header: []sheet.Column{{Title: "要求", Width: 12}, {Title: "=Title", Width: 40}},
		Rows: [][]string{{"IM-01-01", "=HYPERLINK(\"x\")"}, {"007", "two\nlines"}, {"", long}}})
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	tab := book.GetSheetList()[0]
	if tab != "聊天助手 all of a very long name of" {
		t.Errorf("tab is %q", tab)
	}
	rows, err := book.GetRows(tab)
	if err != nil {
		t.Fatal(err)
	}
	for cell, want := range map[string]string{"B1": "'=Title", "B2": "'=HYPERLINK(\"x\")", "A3": "007", "B3": "two\nlines"} {
		got, err := book.GetCellValue(tab, cell)
		kind, _ := book.GetCellType(tab, cell)
		if err != nil || got != want || kind == excelize.CellTypeNumber || kind == excelize.CellTypeFormula {
			t.Errorf("%s is %q of type %v, want %q as text", cell, got, kind, want)
		}
	}
	if len([]rune(rows[3][1])) != 32_767 {
		t.Errorf("a long cell has %d characters", len([]rune(rows[3][1])))
	}
	panes, err := book.GetPanes(tab)
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("header is not frozen: %+v, %v", panes, err)
	}
	if width, _ := book.GetColWidth(tab, "B"); width != 40 {
		t.Errorf("column B is %v wide", width)
	}
}

func TestGuard(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"": "", "text": "text", "=1": "'=1", " +1": "' +1", "\u3000＝1": "'\u3000＝1", "\tx": "'\tx", "-": "'-", "1-2": "1-2", "@x": "'@x"} {
		if got := sheet.Guard(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
