package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"hegui/internal/day"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/internal/readiness"
	"hegui/internal/readiness/score"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// comparing is a comparison being put together.
type comparing struct {
	*readinessBoard
	v     pages.ReadinessCompareView
	names map[string]string // of services, retired ones included
}

// compare sets two dates, or two services, side by side.
func (p *readinessPages) compare(c echo.Context) error {
	b, err := p.board(c)
	if err != nil {
		return err
	}
	k := &comparing{readinessBoard: b}
	k.v.Frame = p.frame(c, "readiness.compare", crumbReadiness)
	k.v.Frame.Wide = true
	if k.names, err = p.Register.Names(b.ctx); err != nil {
		return err
	}
	k.form()
	status := http.StatusOK
	switch {
	case c.QueryParam("a") != "" || c.QueryParam("b") != "":
		err = k.services(c.QueryParam("a"), c.QueryParam("b"))
	case c.QueryParam("from") != "":
		err = k.dates(c.QueryParam("from"), c.QueryParam("to"), c.QueryParam("service"))
	}
	if wrong := messages(b.ctx, err); len(wrong) > 0 {
		k.v.From.Error, k.v.To.Error, k.v.Left.Error, k.v.Right.Error = wrong["from"], wrong["to"], wrong["a"], wrong["b"]
		status, err = http.StatusUnprocessableEntity, nil
	}
	if err != nil {
		return err
	}
	return render(c, status, pages.ReadinessCompare(k.v))
}

// form fills the two forms with what the address says.
func (k *comparing) form() {
	q := k.c.QueryParams()
	today := string(k.o.Today)
	k.v.From = ui.Field{Name: "from", Label: "readiness.compare.from", Type: ui.InputDate, Value: q.Get("from"), Max: today, Required: true}
	k.v.To = ui.Field{Name: "to", Label: "readiness.compare.to", Type: ui.InputDate, Value: q.Get("to"), Max: today, Hint: "readiness.compare.to.hint"}
	if k.v.From.Value == "" && q.Get("a") == "" {
		k.v.From.Value = string(k.o.Today.Add(-readiness.Spans[0]))
	}
	k.v.Service = k.serviceChoice("service", q.Get("service"))
	k.v.Left, k.v.Right = k.serviceChoice("a", q.Get("a")), k.serviceChoice("b", q.Get("b"))
	k.v.Left.Label, k.v.Right.Label, k.v.Left.Prompt, k.v.Right.Prompt = "readiness.compare.left", "readiness.compare.right", "readiness.compare.pick", "readiness.compare.pick"
	k.v.Left.Required, k.v.Right.Required = true, true
}

// side finds a side of a comparison: a day, a snapshot by its id, or, with
// nothing, the present.
func (k *comparing) side(field, value string) (*readiness.Moment, error) {
	if value == "" || value == string(k.o.Today) && field == "to" {
		return k.o.Moment(), nil
	}
	if isID(value) {
		m, err := k.Readiness.AtSnapshot(k.ctx, k.by, value)
		if err == nil && field == "from" {
			k.v.From.Value = string(m.Day)
		}
		return m, err
	}
	d, ok := day.Parse(value)
	if !ok {
		return nil, problem.Field(problem.Invalid, field, "form.date.invalid")
	}
	if d > k.o.Today {
		return nil, problem.Field(problem.Invalid, field, "readiness.compare.future")
	}
	m, err := k.Readiness.At(k.ctx, k.by, d)
	if problem.Is(err, problem.NotFound) {
		return nil, problem.Field(problem.Invalid, field, "readiness.compare.before")
	}
	return m, err
}

func (k *comparing) dates(from, to, service string) error {
	if service != "" {
		if _, err := k.Readiness.Of(k.ctx, k.by, service); err != nil {
			return err
		}
	}
	before, err := k.side("from", from)
	if err != nil {
		return err
	}
	after, err := k.side("to", to)
	if err != nil {
		return err
	}
	if before.Day > after.Day {
		return problem.Field(problem.Invalid, "to", "readiness.compare.order")
	}
	k.v.Words = i18n.T(k.ctx, "readiness.compare.words", "from", k.when(before), "to", k.when(after))
	if asked, ok := day.Parse(from); ok && asked != before.Day {
		k.v.Note = &ui.AlertView{Tone: ui.Info, Text: i18n.T(k.ctx, "readiness.compare.nearest", "asked", i18n.Date(k.ctx, asked), "date", i18n.Date(k.ctx, before.Day))}
	}
	k.movement(before, after, service)
	return k.changes(before, after, service)
}

func (k *comparing) when(m *readiness.Moment) string {
	switch {
	case m.Snapshot == nil:
		return i18n.T(k.ctx, "readiness.compare.now")
	case m.Snapshot.Note != "":
		return i18n.T(k.ctx, "readiness.compare.noted", "date", i18n.DateTime(k.ctx, m.Snapshot.TakenAt), "note", m.Snapshot.Note)
	}
	return i18n.Date(k.ctx, m.Day)
}

var movementColumns = []ui.Column{{Label: "readiness.changes.after", Numeric: true}, {Label: "readiness.compare.difference", Numeric: true}, {Label: "readiness.compare.open", Numeric: true}}

// movement lists the figures of both moments: of all services, or of the
// articles of one.
func (k *comparing) movement(before, after *readiness.Moment, service string) {
	t := pages.ReadinessTable{Caption: "readiness.compare.figures", First: "readiness.service", Value: "readiness.changes.before", Columns: movementColumns}
	total := [2]score.Sum{before.Total, after.Total}
	if service != "" {
		total = [2]score.Sum{before.Sums[service], after.Sums[service]}
		t.First = "readiness.article"
		for _, a := range after.Services[service].Articles {
			t.Rows = append(t.Rows, k.pair(articleName(k.ctx, k.catalogue, a.Number), readinessArticleURL(service, a.Number), before.Services[service].Article(a.Number).Sum, a.Sum))
		}
	} else {
		t.Rows = k.pairs(before, after)
	}
	last := k.pair("readiness.total", "", total[0], total[1])
	last.Total = true
	t.Rows = append(t.Rows, last)
	k.v.Table = t
	k.v.Tiles = []ui.StatView{
		{Label: "readiness.compare.then", Value: tenths(total[0].Value())},
		{Label: "readiness.compare.after", Value: tenths(total[1].Value())},
		{Label: "readiness.compare.difference", Value: change(total[0].Value(), total[1].Value()), Tone: better(total[1].Value() - total[0].Value())},
		{Label: "readiness.compare.open", Value: strconv.Itoa(total[0].Open) + " → " + strconv.Itoa(total[1].Open), Tone: better(total[0].Open - total[1].Open)},
	}
}

// pairs are the services of either moment: those of the later one first, then
// those that have gone.
func (k *comparing) pairs(before, after *readiness.Moment) (out []pages.ReadinessRow) {
	for _, s := range k.o.Services {
		id := s.Entry.ID
		_, was := before.Services[id]
		if _, is := after.Services[id]; is || was {
			out = append(out, k.pair(s.Entry.Name, readinessURL(id), before.Sums[id], after.Sums[id]))
		}
	}
	seen := map[string]bool{}
	for _, s := range k.o.Services {
		seen[s.Entry.ID] = true
	}
	appeared, gone := readiness.Appeared(before, after)
	for _, id := range append(appeared, gone...) { // retired since
		if !seen[id] {
			out = append(out, k.pair(k.names[id], "", before.Sums[id], after.Sums[id]))
		}
	}
	return out
}

func (k *comparing) pair(label, to string, before, after score.Sum) pages.ReadinessRow {
	return pages.ReadinessRow{Label: label, URL: to, Value: tenths(before.Value()), Word: readinessWord(before.Word()),
		Cells: []string{tenths(after.Value()), change(before.Value(), after.Value()), strconv.Itoa(before.Open) + " → " + strconv.Itoa(after.Open)}}
}

// change is the difference of two figures; a dash where one is missing.
func change(was, now int) string {
	if was == score.NoValue || now == score.NoValue {
		return "–"
	}
	return signed(now - was)
}

func better(d int) ui.Tone {
	switch {
	case d > 0:
		return ui.Good
	case d < 0:
		return ui.Bad
	}
	return ui.Neutral
}

// changes lists what stands differently, item by item.
func (k *comparing) changes(before, after *readiness.Moment, service string) error {
	var list []readiness.Change
	for _, one := range readiness.Changes(before, after) {
		if service == "" || one.Service == service {
			list = append(list, one)
		}
	}
	from, to, err := pageOfList(k.c.QueryParams(), len(list))
	if err != nil {
		return err
	}
	for _, one := range list[from:to] {
		k.v.Changes = append(k.v.Changes, k.change(one))
	}
	k.v.Same = len(list) == 0
	k.v.Found = i18n.T(k.ctx, "readiness.changes.found", "count", len(list))
	k.v.Pager = listPager(k.c, from, to, len(list), "")
	return nil
}

func (k *comparing) change(one readiness.Change) pages.ReadinessChange {
	v := pages.ReadinessChange{Better: one.Points > 0, Worse: one.Points < 0}
	v.ID, v.Title, v.Service = one.Requirement, requirementTitle(k.ctx, k.catalogue, one.Requirement), k.names[one.Service]
	v.URL = readinessItemURL(one.Service, one.Requirement)
	add := func(was, is string) {
		if was != is {
			v.Before, v.After = append(v.Before, i18n.T(k.ctx, was)), append(v.After, i18n.T(k.ctx, is))
		}
	}
	add(itemStatusKey(one.Before.Status), itemStatusKey(one.After.Status))
	add("readiness.evidence."+itemEvidences[one.Before.Evidence], "readiness.evidence."+itemEvidences[one.After.Evidence])
	add("readiness.review."+itemReviews[one.Before.Review], "readiness.review."+itemReviews[one.After.Review])
	add("checklist.severity."+itemSeverity[one.Before.Severity], "checklist.severity."+itemSeverity[one.After.Severity])
	return v
}

// services sets the articles of two services side by side.
func (k *comparing) services(left, right string) error {
	var f problem.Fields
	for name, id := range map[string]string{"a": left, "b": right} {
		if id == "" {
			f.Add(name, "readiness.compare.pick")
		}
	}
	if left == right {
		f.Add("b", "readiness.compare.other")
	}
	if err := f.Err(); err != nil {
		return err
	}
	a, err := k.Readiness.Of(k.ctx, k.by, left)
	if err != nil {
		return err
	}
	b, err := k.Readiness.Of(k.ctx, k.by, right)
	if err != nil {
		return err
	}
	k.v.Words = i18n.T(k.ctx, "readiness.compare.two", "left", a.Entry.Name, "right", b.Entry.Name)
	x, y := a.Score.Sum, b.Score.Sum
	k.v.Tiles = []ui.StatView{
		{Label: a.Entry.Name, Value: tenths(x.Value()), URL: readinessURL(left), Hint: sumWords(k.ctx, x)},
		{Label: b.Entry.Name, Value: tenths(y.Value()), URL: readinessURL(right), Hint: sumWords(k.ctx, y)},
		{Label: "readiness.compare.difference", Value: change(x.Value(), y.Value())},
	}
	k.v.Table = pages.ReadinessTable{Caption: "readiness.articles", First: "readiness.article", Value: a.Entry.Name, Columns: []ui.Column{{Label: b.Entry.Name, Numeric: true},
		{Label: "readiness.compare.difference", Numeric: true}, {Label: "readiness.compare.open", Numeric: true}}}
	for _, art := range k.catalogue.Articles {
		m, n := a.Score.Article(art.Number).Sum, b.Score.Article(art.Number).Sum
		if m.Items+n.Items == 0 {
			continue
		}
		row := k.pair(articleName(k.ctx, k.catalogue, art.Number), "", m, n)
		row.Cells[2] = strconv.Itoa(m.Open) + " · " + strconv.Itoa(n.Open)
		k.v.Table.Rows = append(k.v.Table.Rows, row)
	}
	return nil
}
