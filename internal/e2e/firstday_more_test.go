package e2e

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"hegui/internal/checklist"
	"hegui/internal/evidence"
	"hegui/internal/testkit"
)

// wrongInput sends the main forms with something wrong in each.
func (d *firstDay) wrongInput() {
	tab := d.tab.open("/services/new")
	tab.fill("#f-description", "只写了说明 only a description").put("#f-state", "live").put("#f-launch", "2031-01-01")
	tab.unchecked("main form[data-guard]").submit("main form[data-guard] button[type=submit]").
		refused([]string{"#f-name", "#f-launch"}, map[string]string{"#f-description": "只写了说明 only a description", "#f-launch": "2031-01-01"}).inspect()

	id := d.rows[0].RequirementID
	tab.open(d.page(id)).click("#f-status-not_applicable").fill("#f-conclusion", "草稿 <b>draft</b>")
	tab.submit(".assess-form button[type=submit]").refused([]string{"#f-justification"}, map[string]string{"#f-conclusion": "草稿 <b>draft</b>"}).inspect()
	if !ask[bool](tab, `document.querySelector("#f-status-not_applicable").checked`) {
		d.t.Error("the chosen status is gone")
	}
	tab.open(d.page(id)).click("#tasks summary").fill("#f-task-new-note", "谁来做 who does it")
	tab.unchecked("#tasks form").submit("#tasks form button[type=submit]").
		refused([]string{"#f-task-new-title"}, map[string]string{"#f-task-new-note": "谁来做 who does it"})

	tab.open("/evidence/new?tab=note").fill("#f-text", "口头说明 said so").put("#f-covers_from", "2026-11-02").put("#f-covers_to", "2026-11-01")
	tab.unchecked("main form[data-guard]").submit("main form[data-guard] button:not([name])").
		refused([]string{"#f-title", "#f-covers_to"}, map[string]string{"#f-text": "口头说明 said so", "#f-covers_from": "2026-11-02"}).inspect()

	if a := d.get(id); a.Version != d.rows[0].Version || a.Claim() != checklist.NotAssessed {
		d.t.Errorf("refused input changed %s", id)
	}
}

// evidence brings in files of several kinds: some fall onto the page of a
// requirement, some come in by themselves and are linked afterwards; each
// preview is opened.
func (d *firstDay) evidence() {
	files := samples(d.t)
	first, second := d.take(1, true)[0], d.take(1, false)[0]
	tab := d.tab.open(d.page(first)).drop("#evidence-panel [data-dropzone-area]", files[0].path, files[1].path, files[2].path)
	tab.until("three pieces", "document.querySelectorAll('#evidence-panel .evidence-items > li').length === 3")
	tab.inspect()

	tab.open("/evidence/new").inspect()
	tab.leaves(func() { tab.upload("#evidence-upload input[type=file]", files[3].path, files[4].path, files[5].path) })
	tab.until("a page to describe them", `location.pathname.startsWith("/evidence/batch/")`).inspect()
	if got := tab.count("tr.evidence-batch-row"); got != 3 {
		d.t.Errorf("%d pieces to describe", got)
	}
	tab.fill("tr.evidence-batch-row input[name$='.title']", "").unchecked("main form[data-guard]").submit("main form[data-guard] button[name=submit]").
		refused([]string{"tr.evidence-batch-row input[name$='.title']"}, nil)
	tab.fill("tr.evidence-batch-row input[name$='.title']", "数据来源 data sources").submit("main form[data-guard] button[name=submit]").at("/evidence").inspect()

	for _, id := range d.unlinked() {
		tab.click("#evidence-" + id + " [data-bulk-item]")
	}
	tab.submit("#evidence-bulk button[value=link]").inspect()
	tab.click("input[name=assessment][value='" + d.get(second).ID + "']").submit(".evidence-pick-actions button[type=submit]").at("/evidence")
	if got := []int{d.get(first).Linked, d.get(second).Linked}; got[0] != 3 || got[1] != 3 {
		d.t.Errorf("%v pieces are linked", got)
	}
	d.previews(files)

	piece, err := d.Evidence.Get(d.t.Context(), d.officer.Actor(), d.pieces()[0].ID)
	testkit.Must(d.t, err)
	tab.open("/evidence/" + piece.ID).misses("#review form")
	d.site.As(d.officer).Post("/evidence/"+piece.ID+"/approve", url.Values{"version": {strconv.FormatInt(piece.Version, 10)}}).Status(d.t, http.StatusForbidden)
	d.tab2.open("/evidence/" + piece.ID).inspect().submit("#review form button[type=submit]:not([formaction])")
	tab.open("/evidence/coverage?article="+strconv.Itoa(d.get(first).Article)).sees("main", first).inspect()
}

// pieces are all pieces of evidence.
func (d *firstDay) pieces() []evidence.Item {
	d.t.Helper()
	list, err := d.Evidence.List(d.t.Context(), d.officer.Actor(), evidence.Filter{Limit: 50})
	testkit.Must(d.t, err)
	return list
}

func (d *firstDay) unlinked() (out []string) {
	d.t.Helper()
	for _, i := range d.pieces() {
		if i.Links == 0 {
			out = append(out, i.ID)
		}
	}
	return out
}

// previews opens each piece and gets its file back as it was.
func (d *firstDay) previews(files []sample) {
	pages := map[string]string{}
	items := d.pieces()
	current, err := d.Evidence.Current(d.t.Context(), items)
	testkit.Must(d.t, err)
	for _, i := range items {
		pages[current[i.CurrentID].FileName] = "/evidence/" + i.ID
	}
	for _, f := range files {
		if pages[f.name] == "" {
			d.t.Errorf("%s is not there: %v", f.name, pages)
			continue
		}
		d.tab.open(pages[f.name]).until("a preview of "+f.name, f.shown).inspect()
		want, err := os.ReadFile(f.path)
		testkit.Must(d.t, err)
		if got := d.tab.fetch("#versions a[href*='download']"); !bytes.Equal(got, want) {
			d.t.Errorf("%s came back as other %d bytes", f.name, len(got))
		}
	}
}

// fourEyes lets the second officer approve what the first proposed, who cannot.
func (d *firstDay) fourEyes() {
	id := d.take(1, true)[0]
	tab := d.tab.open(d.page(id)).click("#f-status-compliant").fill("#f-conclusion", "已落实 in place").submit(".assess-form button[type=submit]")
	tab.sees("#review", "").misses("#review form").inspect()
	a := d.is(id, checklist.Compliant)
	form := url.Values{"version": {strconv.FormatInt(a.Version, 10)}, "act": {"approve"}}
	d.site.As(d.officer).Post(d.page(id)+"/review", form).Status(d.t, http.StatusForbidden)
	if a = d.get(id); !a.Pending() || a.Status == checklist.Compliant {
		d.t.Errorf("%s took effect without a second person", id)
	}
	d.tab2.allow("status of 422").open(d.page(id)).inspect().submit("#review button[value=return]").refused([]string{"#review-note"}, nil)
	d.tab2.fill("#review-note", "看过了 seen").submit("#review button[value=approve]")
	if a = d.get(id); a.Pending() || a.Status != checklist.Compliant || a.ApprovedBy != d.officer2.ID {
		d.t.Errorf("%s is %q, approved by %q", id, a.Status, a.ApprovedBy)
	}
}

// conflict lets both officers change the same requirement; the later one sees
// both versions and decides field by field.
func (d *firstDay) conflict() {
	id := d.take(1, true)[0]
	first, later := d.tab2.open(d.page(id)), d.tab.open(d.page(id))
	first.click("#f-status-non_compliant").fill("#f-conclusion", "缺少制度 no policy").submit(".assess-form button[type=submit]")
	later.click("#f-status-partly_compliant").fill("#f-conclusion", "制度待发布 policy is drafted").submit(".assess-form button[type=submit]")
	later.until("409", `performance.getEntriesByType("navigation")[0].responseStatus === 409`).inspect().shot("firstday-conflict-" + d.language)
	later.sees(".conflict-table", "缺少制度 no policy").sees(".conflict-table", "制度待发布 policy is drafted").sees(".conflict-table", "李军")
	d.is(id, checklist.NonCompliant)
	later.click("input[name='pick.conclusion'][value=mine]").submit("main form.stack button[type=submit]:not([name])")
	if a := d.is(id, checklist.NonCompliant); a.Conclusion != "制度待发布 policy is drafted" {
		d.t.Errorf("the decision was %q", a.Conclusion)
	}
}

// exports compares both exports of a filtered list with the page.
func (d *firstDay) exports() {
	tab := d.tab.open(d.list()).put("#checklist [name=severity]", "critical").until("the filter", `location.search.includes("severity=critical")`)
	tab.until("fewer rows", "document.querySelectorAll('tr[data-version]').length < "+strconv.Itoa(len(d.rows))).inspect()
	var page [][]string
	ids, states, severities := tab.texts("tr[data-version] .req-id"), tab.texts("tr[data-version] .c-status"), tab.texts("tr[data-version] .c-severity")
	owners, dues := tab.texts("tr[data-version] .c-owner"), tab.texts("tr[data-version] .c-due")
	for i := range ids {
		page = append(page, []string{ids[i], states[i], severities[i], owners[i], strings.Split(dues[i], "\n")[0]})
	}
	data := tab.fetch("a[href*='export.csv']")
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))))
	rows, err := reader.ReadAll()
	testkit.Must(d.t, err)
	d.same("CSV", rows, page)

	book, err := excelize.OpenReader(bytes.NewReader(tab.fetch("a[href*='export.xlsx']")))
	testkit.Must(d.t, err)
	cells, err := book.GetRows(book.GetSheetName(0))
	testkit.Must(d.t, err)
	d.same("XLSX", cells, page)
}

// exported are the columns of an export that the page shows, too: requirement,
// standing, severity, owner, due.
var exported = []int{0, 4, 7, 8, 9}

func (d *firstDay) same(kind string, rows, page [][]string) {
	d.t.Helper()
	if len(rows) != len(page)+1 || len(page) < 5 {
		d.t.Fatalf("the %s has %d lines, the page %d", kind, len(rows), len(page))
	}
	for i, row := range rows[1:] {
		var got []string
		for _, column := range exported {
			got = append(got, row[column])
		}
		want := slices.Clone(page[i])
		for n := 3; n < 5; n++ { // the page has a word or a dash where there is nothing
			if got[n] == "" {
				want[n] = ""
			}
		}
		if !slices.Equal(got, want) {
			d.t.Errorf("the %s has %q where the page has %q", kind, got, want)
		}
	}
}

// activity finds the day in the ledger.
func (d *firstDay) activity() {
	tab := d.tab.open("/activity").sees("#activity", "王敏").inspect().shot("firstday-activity-" + d.language)
	tab.put("#activity [name=person]", d.officer2.ID).until("the filter", `location.search.includes("person=")`)
	tab.until("only the second officer", `(all => all.length > 3 && all.every(e => e.innerText.includes("李军")))([...document.querySelectorAll("#activity .history-body > p")])`)
	done := d.Actions()
	for _, action := range []string{"organisation.founded", "service.scoped", "assessment.proposed", "assessment.approved", "assessment.assigned", "evidence.added", "evidence.approved"} {
		if !slices.Contains(done, action) {
			d.t.Errorf("nothing says %q: %v", action, slices.Compact(slices.Sorted(slices.Values(done))))
		}
	}
}
