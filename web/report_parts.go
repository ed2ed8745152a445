package web

import (
	"slices"

	"hegui/internal/day"
	"hegui/internal/i18n"
	"hegui/internal/labelling"
	"hegui/internal/report"
	"hegui/internal/request"
	"hegui/templates/pages"
)

// serviceNames are the names of the services in the person's scope, also of
// those that were retired: what happened in a period stays.
func (m *reportMaker) serviceNames() (map[string]string, error) {
	list, err := m.Register.Visible(m.ctx, m.by)
	out := make(map[string]string, len(list))
	for _, e := range list {
		out[e.ID] = e.Name
	}
	return out, err
}

var periodColumns = []pages.ReportColumn{numberColumn("report.lots.decided"), numberColumn("report.lots.accepted"), numberColumn("report.lots.share"),
	numberColumn("report.lots.proven"), numberColumn("report.lots.items"), numberColumn("report.lots.accuracy")}

func (m *reportMaker) periodRow(name, key string, p labelling.PeriodSum) []pages.ReportCell {
	key = m.spec.Period + ":" + key
	return []pages.ReportCell{wordCell(name), wholeCell(m.ctx, key+":decided", p.Decided), wholeCell(m.ctx, key+":accepted", p.Accepted), partCell(key, p.Accepted, p.Decided),
		partCell(key+":proven", p.Proven, p.Decided), wholeCell(m.ctx, key+":items", p.Items), partCell(key+":accuracy", p.Items-p.Wrong, p.Items)}
}

// labelling sums up the lots that were decided in a quarter.
func (m *reportMaker) labelling() error {
	from, until := report.QuarterDays(m.spec.Period)
	m.v.Scope = i18n.T(m.ctx, "report.scope.quarter", "quarter", m.spec.Period, "from", i18n.Date(m.ctx, from), "until", i18n.Date(m.ctx, until))
	sums, err := m.Labelling.DecidedIn(m.ctx, m.by, from, until)
	if err != nil {
		return err
	}
	services, err := m.serviceNames()
	if err != nil {
		return err
	}
	suppliers, err := m.Labelling.SupplierNames(m.ctx, uniqueOf(sums, func(p labelling.PeriodSum) string { return p.SupplierID }))
	if err != nil {
		return err
	}
	var all labelling.PeriodSum
	for _, p := range sums {
		all = all.Plus(p)
	}
	row := m.periodRow("", "labelling", all)
	for i, label := range []string{"report.lots.decided", "report.lots.accepted", "report.lots.share", "report.lots.proven", "report.lots.items", "report.lots.accuracy"} {
		m.v.Figures = append(m.v.Figures, pages.ReportFigure{Label: label, Cell: row[i+1]})
	}
	lots, err := m.lotTable(from, until, services)
	m.v.Parts = []pages.ReportPart{
		{Title: "report.by_service", Table: m.periodTable("readiness.service", "labelling:", sums, all, services, func(p labelling.PeriodSum) string { return p.ServiceID })},
		{Title: "report.by_supplier", Table: m.periodTable("report.supplier", "supplier:", sums, all, suppliers, func(p labelling.PeriodSum) string { return p.SupplierID })},
		{Title: "report.lots", Lead: "report.lots.lead", Table: lots},
	}
	return err
}

func uniqueOf[T any](list []T, key func(T) string) []string {
	var out []string
	for _, one := range list {
		if k := key(one); k != "" && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// periodTable groups sums, with those that nobody is named for at the end.
func (m *reportMaker) periodTable(first, prefix string, sums []labelling.PeriodSum, all labelling.PeriodSum, names map[string]string, key func(labelling.PeriodSum) string) *pages.ReportTable {
	t := &pages.ReportTable{Caption: first, Empty: "report.lots.none", Total: true, Columns: append([]pages.ReportColumn{textColumn(first, 30)}, periodColumns...)}
	groups := map[string]labelling.PeriodSum{}
	for _, p := range sums {
		groups[key(p)] = groups[key(p)].Plus(p)
	}
	ids := uniqueOf(sums, key)
	slices.SortFunc(ids, func(a, b string) int { return compareNames(names[a], names[b], a, b) })
	if _, ok := groups[""]; ok {
		ids = append(ids, "")
	}
	for _, id := range ids {
		name := names[id]
		if id == "" {
			name = i18n.T(m.ctx, "report.unnamed")
		}
		t.Rows = append(t.Rows, m.periodRow(name, prefix+id, groups[id]))
	}
	if len(t.Rows) > 0 {
		t.Rows = append(t.Rows, m.periodRow(i18n.T(m.ctx, "readiness.total"), "labelling", all))
	}
	return t
}

func compareNames(a, b, idA, idB string) int {
	if a != b {
		if a < b {
			return -1
		}
		return 1
	}
	if idA < idB {
		return -1
	}
	return 1
}

func (m *reportMaker) lotTable(from, until day.Date, services map[string]string) (*pages.ReportTable, error) {
	list, err := m.Labelling.LastDecided(m.ctx, m.by, from, until, reportLines+1)
	t := &pages.ReportTable{Caption: "report.lots", Empty: "report.lots.none", Columns: []pages.ReportColumn{textColumn("report.lot", 30), textColumn("readiness.service", 24),
		textColumn("readiness.day", 14), textColumn("report.lot.outcome", 14), textColumn("report.lot.proven", 14), numberColumn("report.lots.items"), numberColumn("report.lots.wrong")}}
	for _, l := range list[:min(len(list), reportLines)] {
		t.Rows = append(t.Rows, []pages.ReportCell{wordCell(l.Name), wordCell(services[l.ServiceID]), wordCell(i18n.Date(m.ctx, l.DecidedOn)), wordCell(m.yes(l.Accepted, "report.accepted", "report.rejected")),
			wordCell(m.yes(l.Proven, "report.yes", "report.no")), wholeCell(m.ctx, "", l.Items), wholeCell(m.ctx, "", l.Wrong)})
	}
	if len(list) > reportLines {
		t.More = i18n.T(m.ctx, "report.lots.more", "count", reportLines)
	}
	return t, err
}

func (m *reportMaker) yes(is bool, yes, no string) string {
	if is {
		return i18n.T(m.ctx, yes)
	}
	return i18n.T(m.ctx, no)
}

var requestColumns = []pages.ReportColumn{numberColumn("report.requests.received"), numberColumn("report.requests.answered"), numberColumn("report.requests.refused"),
	numberColumn("report.requests.closed"), numberColumn("report.requests.late"), numberColumn("report.requests.share")}

func (m *reportMaker) requestCells(month, key string, c request.Counts) []pages.ReportCell {
	key = month + ":" + key
	return []pages.ReportCell{wholeCell(m.ctx, key+":received", c.Received), wholeCell(m.ctx, key+":answered", c.Answered), wholeCell(m.ctx, key+":refused", c.Refused),
		wholeCell(m.ctx, key+":closed", c.Closed), wholeCell(m.ctx, key+":late", c.Late), partCell(key, c.InTime, c.InTime+c.Late)}
}

// monthsTold is how many months the report of requests looks back, with its
// own.
const monthsTold = 12

// requests sums up people's requests of a month.
func (m *reportMaker) requests() error {
	month := m.spec.Period
	m.v.Scope = i18n.T(m.ctx, "report.scope.month", "month", i18n.Month(m.ctx, day.Date(month+"-01")))
	f, err := m.Requests.Figures(m.ctx, m.by, request.FigureFilter{From: month, To: month})
	if err != nil {
		return err
	}
	first := day.Date(month+"-01").Time().AddDate(0, 1-monthsTold, 0).Format("2006-01")
	before, err := m.Requests.Figures(m.ctx, m.by, request.FigureFilter{From: first, To: month})
	if err != nil {
		return err
	}
	names, err := m.serviceNames()
	if err != nil {
		return err
	}
	for i, c := range m.requestCells(m.spec.Period, "requests", f.Counts) {
		m.v.Figures = append(m.v.Figures, pages.ReportFigure{Label: requestColumns[i].Label, Cell: c})
	}
	m.v.Parts = []pages.ReportPart{
		{Title: "report.by_right", Table: m.kindTable(f)},
		{Title: "report.by_service", Table: m.requestServices(f, names)},
		{Title: "report.requests.months", Lead: "report.requests.months.lead", Table: m.monthTable(before.Months)},
	}
	return nil
}

func (m *reportMaker) requestTable(first string) *pages.ReportTable {
	return &pages.ReportTable{Caption: first, Empty: "report.requests.none", Columns: append([]pages.ReportColumn{textColumn(first, 30)}, requestColumns...)}
}

func (m *reportMaker) kindTable(f request.Figures) *pages.ReportTable {
	t := m.requestTable("report.right")
	t.Total = true
	for _, k := range request.Kinds {
		t.Rows = append(t.Rows, append([]pages.ReportCell{wordCell(i18n.T(m.ctx, "request.kind."+string(k)))}, m.requestCells(m.spec.Period, "requests:"+string(k), f.Kinds[k])...))
	}
	t.Rows = append(t.Rows, append([]pages.ReportCell{wordCell(i18n.T(m.ctx, "readiness.total"))}, m.requestCells(m.spec.Period, "requests", f.Counts)...))
	return t
}

func (m *reportMaker) requestServices(f request.Figures, names map[string]string) *pages.ReportTable {
	t := m.requestTable("readiness.service")
	ids := make([]string, 0, len(f.Services))
	for id := range f.Services {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int { return compareNames(names[a], names[b], a, b) })
	for _, id := range ids {
		name := names[id]
		if name == "" {
			name = i18n.T(m.ctx, "report.unnamed")
		}
		t.Rows = append(t.Rows, append([]pages.ReportCell{wordCell(name)}, m.requestCells(m.spec.Period, "requests:"+id, f.Services[id])...))
	}
	return t
}

func (m *reportMaker) monthTable(months []request.Month) *pages.ReportTable {
	t := m.requestTable("report.month")
	t.Columns = append(t.Columns, numberColumn("report.requests.median"), numberColumn("report.requests.p95"))
	for _, one := range months {
		row := append([]pages.ReportCell{wordCell(i18n.Month(m.ctx, day.Date(one.Month+"-01")))}, m.requestCells(one.Month, "requests", one.Counts)...)
		for _, days := range []int64{one.Median, one.P95} {
			c := wordCell("–")
			if days >= 0 {
				c = wholeCell(m.ctx, "", days)
			}
			row = append(row, c)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
