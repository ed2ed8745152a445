package web_test

import (
	"bytes"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/xuri/excelize/v2"

	"hegui/internal/i18n"
	"hegui/internal/testkit"
)

// reportAddresses are one address of every kind of report.
func (h readinessHouse) reportAddresses() []string {
	return []string{"/readiness/reports/board", "/readiness/reports/article?n=2", "/readiness/reports/service?service=" + h.chat,
		"/readiness/reports/labelling?period=2026-Q4", "/readiness/reports/requests?period=2026-11"}
}

func bookOf(address string) string {
	path, query, _ := strings.Cut(address, "?")
	return path + "/export.xlsx?" + query
}

// TestReports opens every report in both languages, and finds each figure of
// the page again in the workbook.
func TestReports(t *testing.T) {
	t.Parallel()
	h := openReadiness(t)
	for _, lang := range i18n.Languages() {
		testkit.Must(t, h.Accounts.SetLanguage(t.Context(), h.Executive.Actor(), lang))
		h.Enter(h.Executive)
		as := h.As(h.Executive).With("Accept-Language", lang)
		for _, address := range append(h.reportAddresses(), "/readiness/reports/article", "/readiness/reports/service") {
			page := as.Get(address).Status(t, 200)
			book := as.Get(bookOf(address)).Status(t, 200)
			compareBook(t, address+" in "+lang, page, book.Body.Bytes())
			if n := page.Find(t, "h1").Length(); n != 1 || page.Body.Len() > 100<<10 {
				t.Errorf("%s: %d headings, %d bytes", address, n, page.Body.Len())
			}
		}
	}
	index := h.As(h.Executive).Get("/readiness/reports").Status(t, 200)
	if n := index.Find(t, ".report-offers form").Length(); n != 5 {
		t.Errorf("%d reports are offered", n)
	}
}

// compareBook finds every line of every table of a report in its workbook, in
// the same order and to the last digit.
func compareBook(t *testing.T, name string, page *testkit.Response, data []byte) {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(data))
	testkit.Must(t, err)
	defer book.Close() //nolint:errcheck // in memory
	tabs := book.GetSheetList()
	seen := 0
	page.Find(t, ".report-table").Each(func(_ int, table *goquery.Selection) {
		want := [][]string{}
		table.Find("tbody tr").Each(func(_ int, row *goquery.Selection) {
			var cells []string
			row.Find("th, td").Each(func(_ int, cell *goquery.Selection) {
				value := cell.Find(".report-value").Clone()
				word := strings.TrimSpace(value.Find(".chip").Text())
				value.Find(".chip").Remove()
				for _, s := range []string{strings.TrimSpace(value.Text()), word} {
					if s != "" {
						cells = append(cells, s)
					}
				}
			})
			want = append(want, cells)
		})
		for _, tab := range tabs[1:] {
			rows, err := book.GetRows(tab)
			testkit.Must(t, err)
			if len(rows) == len(want)+1 && sameCells(rows[1:], want) {
				seen++
				return
			}
		}
		t.Errorf("%s: no sheet of %v has the table %q", name, tabs, want)
	})
	if n := page.Find(t, ".report-table").Length(); seen != n {
		t.Errorf("%s: %d of %d tables are in the workbook", name, seen, n)
	}
	rows, err := book.GetRows(tabs[0])
	testkit.Must(t, err)
	page.Find(t, ".report-figures > div").Each(func(i int, f *goquery.Selection) {
		value := f.Find(".report-value").Clone()
		value.Find(".chip").Remove()
		if got, want := rows[i+1][1], strings.TrimSpace(value.Text()); got != want {
			t.Errorf("%s: %s is %q on the page, %q in the workbook", name, f.Find("dt").Text(), want, got)
		}
	})
}

// sameCells compares lines without their empty cells. Days overdue are words
// on the page and a number in the workbook.
func sameCells(rows, want [][]string) bool {
	for i := range want {
		var got []string
		for _, s := range rows[i] {
			if s = strings.TrimPrefix(strings.TrimSpace(s), "'"); s != "" {
				got = append(got, s)
			}
		}
		if len(got) != len(want[i]) {
			return false
		}
		for j := range got {
			if got[j] != want[i][j] && !strings.HasPrefix(want[i][j], got[j]+" ") {
				return false
			}
		}
	}
	return true
}

// TestReportsAgree compares the figures of reports with those of the pages
// that they sum up.
func TestReportsAgree(t *testing.T) {
	t.Parallel()
	h := openReadiness(t)
	as := h.As(h.Executive)
	figures := map[string]string{}
	for _, address := range h.reportAddresses() {
		as.Get(address).Status(t, 200).Find(t, "[data-figure]").Each(func(_ int, s *goquery.Selection) {
			key, _ := s.Attr("data-figure")
			if was, ok := figures[key]; ok && was != s.Text() {
				t.Errorf("%s: %s is %q, and %q elsewhere", address, key, s.Text(), was)
			}
			figures[key] = s.Text()
		})
	}
	home := as.Get("/readiness").Status(t, 200)
	agree := func(key, shown string) {
		t.Helper()
		if figures[key] == "" || figures[key] != strings.TrimSpace(shown) {
			t.Errorf("%s is %q in reports, %q on its page", key, figures[key], shown)
		}
	}
	agree("score", home.Text(t, ".board-overall .stat-value"))
	for _, id := range []string{h.chat, h.image} {
		agree("score:"+id, as.Get("/readiness/services/"+id).Text(t, ".stat-value"))
	}
	for _, article := range []string{"1", "2", "4", "7"} {
		agree("score:"+h.chat+":"+article, as.Get("/readiness/services/"+h.chat+"/articles/"+article).Text(t, ".stat-value"))
	}
	if len(figures) < 60 {
		t.Errorf("only %d figures were compared", len(figures))
	}
}

// TestReportRefusals: what a person may not see, and what there is not.
func TestReportRefusals(t *testing.T) {
	t.Parallel()
	h := openReadiness(t)
	as := h.As(h.Executive)
	for address, want := range map[string]int{
		"/readiness/reports/gossip": 422, "/readiness/reports/article?n=25": 422, "/readiness/reports/labelling?period=2026": 422,
		"/readiness/reports/requests?period=2026-13": 422, "/readiness/reports/service?service=nobody": 404,
	} {
		as.Get(address).Status(t, want)
	}
	h.As(h.narrow).Get("/readiness/reports/service?service="+h.chat).Status(t, 404)
	if body := h.As(h.narrow).Get("/readiness/reports/board").Status(t, 200).Body.String(); strings.Contains(body, "Chat assistant") {
		t.Error("a report tells of a service beyond the person's scope")
	}
	h.As(h.Contributor).Get("/readiness/reports").Status(t, 403)
	h.As(nil).Get("/readiness/reports/board").Redirects(t, "/login?back="+url.QueryEscape("/readiness/reports/board"))
}
