package web

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/i18n"
	"hegui/internal/labelling"
	"hegui/internal/labelling/exports"
	"hegui/internal/problem"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

var crumbBatches = layout.Crumb{Label: "labelling.batches", URL: "/labelling/batches"}

func (p *labelPages) batches(c echo.Context) error {
	ctx, by := c.Request().Context(), who(c)
	f := labelling.BatchFilter{Service: c.QueryParam("service"), State: labelling.BatchState(c.QueryParam("state")), After: c.QueryParam("after"), Limit: labelPage + 1}
	found, err := p.Labelling.Batches(ctx, by, f)
	if err != nil {
		return err
	}
	ids := make([]string, len(found))
	for i, b := range found {
		ids[i] = b.ProjectID
	}
	names, err := p.Labelling.ProjectNames(ctx, ids)
	if err != nil {
		return err
	}
	pager := pages.LabelTable{}
	shown := labelPager(c, &pager, len(found), func(i int) string { return found[i].ID })
	t := batchTable(found[:shown], names)
	t.ID, t.FirstURL, t.NextURL = "batches", pager.FirstURL, pager.NextURL
	service, state := choice("service", "labelling.service", "labelling.any", f.Service), choice("state", "labelling.state", "labelling.any", string(f.State))
	if service.Options, err = p.serviceOptions(c); err != nil {
		return err
	}
	state.Options = codeOptions("labelling.batch.state.", labelling.BatchStates)
	labelFilter(c, &t, service, state)
	v := pages.LabelList{LabelHead: p.listHead(c, "labelling.batches", "labelling.batches.lead"), Table: t}
	return show(c, http.StatusOK, pages.LabelListView(v), pages.LabelListPanel(v.Table))
}

// batchTable lists batches; projects names them, or is nil on a project's page.
func batchTable(list []labelling.Batch, projects map[string]string) pages.LabelTable {
	t := pages.LabelTable{ID: "batch-list", Caption: "labelling.batches", Columns: []ui.Column{{Label: "labelling.batch"}}, Empty: ui.EmptyView{Icon: "database-import", Title: "labelling.batches.empty", Text: "labelling.batches.empty.text"}}
	if projects != nil {
		t.Columns = append(t.Columns, ui.Column{Label: "labelling.project"})
	}
	t.Columns = append(t.Columns, ui.Column{Label: "labelling.batch.format"}, ui.Column{Label: "labelling.items", Numeric: true}, ui.Column{Label: "labelling.lots", Numeric: true}, ui.Column{Label: "labelling.state"})
	for _, b := range list {
		row := []pages.LabelCell{{Text: b.Name, URL: labelURL("batches", b.ID), Note: b.FileName}}
		if projects != nil {
			row = append(row, pages.LabelCell{Text: projects[b.ProjectID], URL: labelURL("projects", b.ProjectID)})
		}
		format := ""
		if b.Format != "" {
			format = exports.Format(b.Format).Key()
		}
		row = append(row, pages.LabelCell{Text: format}, count(b.Items), count(b.Lots), pages.LabelCell{Chips: []ui.ChipView{batchChip(b.State)}})
		t.Rows = append(t.Rows, pages.LabelRow{Cells: row})
	}
	return t
}

// count is a cell with a number; nothing shows as a dash.
func count(n int64) pages.LabelCell {
	if n == 0 {
		return pages.LabelCell{Number: true}
	}
	return pages.LabelCell{Text: i18n.Number(context.Background(), n), Number: true}
}

// importSteps is the way from a file to lots.
func importSteps(at int) []ui.StepView {
	out := []ui.StepView{{Label: "labelling.step.upload"}, {Label: "labelling.step.look"}, {Label: "labelling.step.import"}}
	for i := range out {
		switch {
		case i < at:
			out[i].State = ui.StepDone
		case i == at:
			out[i].State = ui.StepCurrent
		}
	}
	return out
}

func (p *labelPages) uploadForm(c echo.Context) error { return p.uploadPage(c, http.StatusOK, "") }

func (p *labelPages) uploadPage(c echo.Context, status int, wrong string) error {
	ctx := c.Request().Context()
	one, err := p.Labelling.Project(ctx, who(c), c.Param("id"))
	if err != nil {
		return err
	}
	v := pages.LabelUpload{LabelHead: p.labelHead(c, "labelling.upload", p.projectCrumb(one)), Steps: importSteps(0), Action: labelURL("projects", one.ID) + "/upload",
		Limit: i18n.Bytes(ctx, min(p.Config.UploadLimit, exports.DefaultBytes)), Error: wrong}
	v.Subtitle = one.Name
	return render(c, status, pages.LabelUploadView(v))
}

// soon is how long a page waits for a background task, so that small files
// need no progress bar.
const soon = 1500 * time.Millisecond

func (p *labelPages) upload(c echo.Context) error {
	ctx, cancel := patient(c)
	defer cancel()
	one, err := p.Labelling.Project(ctx, who(c), c.Param("id"))
	if err != nil {
		return err
	}
	in, err := newIncoming(c, p.Config.UploadLimit)
	if err != nil {
		return err
	}
	part, err := in.next()
	if errors.Is(err, io.EOF) || err == nil && part.FileName() == "" {
		return p.uploadPage(c, http.StatusUnprocessableEntity, i18n.T(ctx, "labelling.upload.none"))
	}
	if err != nil {
		return err
	}
	b, err := p.Labelling.Upload(ctx, who(c), one.ID, part.FileName(), part)
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.TooLarge) {
		_, m := explain(err)
		if list, ok := problem.FieldsOf(err); ok {
			m = list[0].Message
		}
		return p.uploadPage(c, statusOf(err), i18n.T(ctx, m.Key, m.Args...))
	}
	if err != nil {
		return err
	}
	p.Labelling.Settle(ctx, b.ID, soon)
	return done(c, labelURL("batches", b.ID))
}

func (p *labelPages) batch(c echo.Context) error {
	b, err := p.Labelling.Batch(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	return p.batchPage(c, http.StatusOK, b, nil, nil)
}

// batchPage shows a batch at any stage. typed and wrong are answers that came
// back.
func (p *labelPages) batchPage(c echo.Context, status int, b labelling.Batch, typed *form, wrong error) error {
	ctx, by := c.Request().Context(), who(c)
	crumb, err := p.projectCrumbOf(c, b.ProjectID)
	if err != nil {
		return err
	}
	v := pages.LabelBatchShow{LabelHead: p.labelHead(c, b.Name, crumbBatches, crumb)}
	v.Subtitle, v.Status, v.Alert = crumb.Label, []ui.ChipView{batchChip(b.State)}, said(ctx, wrong)
	if v.Progress, err = p.progressView(c, b); err != nil {
		return err
	}
	switch b.State {
	case labelling.BatchUploaded:
		err = p.waitingBatch(c, b, &v, typed, wrong)
	case labelling.BatchImported:
		err = p.importedBatch(c, b, &v)
	default:
		v.Read = p.fileRows(ctx, b, labelling.Report{})
		if b.State == labelling.BatchImporting {
			v.Steps = importSteps(2)
		}
		if b.State == labelling.BatchFailed {
			v.Fault, v.FaultTip = i18n.T(ctx, "exports.reason."+b.FaultCode, b.FaultArgs...), "labelling.import.failed"
		}
	}
	if err != nil {
		return err
	}
	h, err := p.history(c, audit.Object{Type: "label_batch", ID: b.ID})
	if err != nil {
		return err
	}
	v.History = &h
	if by.May(actor.ManageLabelling) && b.State == labelling.BatchUploaded && v.Progress == nil {
		v.Actions = append(v.Actions, confirmed(postAction("labelling.import.discard", labelURL("batches", b.ID)+"/cancel", "trash", b.Version), "labelling.import.discard.confirm"))
	}
	return render(c, status, pages.LabelBatchShowView(v))
}

func (p *labelPages) progressView(c echo.Context, b labelling.Batch) (*pages.LabelProgress, error) {
	ctx := c.Request().Context()
	pr, ok, err := p.Labelling.Progress(ctx, who(c), b.ID)
	if err != nil || !ok {
		return nil, err
	}
	at := labelURL("batches", b.ID)
	v := &pages.LabelProgress{URL: at + "/progress", PageURL: at, Phase: i18n.T(ctx, "labelling.progress."+pr.Phase)}
	if pr.Size > 0 {
		v.Percent = int(min(100, pr.Read*100/pr.Size))
	}
	v.Words = i18n.T(ctx, "labelling.progress.words", "read", i18n.Bytes(ctx, pr.Read), "size", i18n.Bytes(ctx, pr.Size), "items", i18n.Number(ctx, pr.Items))
	if who(c).May(actor.ManageLabelling) && (b.State == labelling.BatchImporting || b.State == labelling.BatchUploaded) && pr.Phase != "clearing" {
		v.CancelURL = at + "/cancel"
	}
	return v, nil
}

// progress is the part that asks for itself; it sends the browser back to the
// page when there is nothing under way any more.
func (p *labelPages) progress(c echo.Context) error {
	b, err := p.Labelling.Batch(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	v, err := p.progressView(c, b)
	if err != nil {
		return err
	}
	if v == nil || !wantsPart(c) {
		return done(c, labelURL("batches", b.ID))
	}
	return render(c, http.StatusOK, pages.LabelProgressPart(*v))
}

// fileRows say what the file is and how it was read.
func (p *labelPages) fileRows(ctx context.Context, b labelling.Batch, r labelling.Report) []pages.DetailRow {
	out := []pages.DetailRow{{Label: "labelling.batch.file_name", Value: b.FileName}, {Label: "labelling.batch.file_size", Value: i18n.Bytes(ctx, b.FileSize)}, {Label: "SHA-256", Value: b.FileSHA256}}
	format, encoding := cmp.Or(string(r.Format), b.Format), cmp.Or(string(r.Encoding), b.Encoding)
	if format != "" {
		words := i18n.T(ctx, exports.Format(format).Key())
		if len(r.Fields) > 0 {
			words = i18n.T(ctx, "labelling.batch.recognised", "format", words, "fields", joinWords(ctx, r.Fields))
		}
		out = append(out, pages.DetailRow{Label: "labelling.batch.format", Value: words})
	}
	if encoding != "" {
		out = append(out, pages.DetailRow{Label: "labelling.batch.encoding", Value: encodingName(encoding)})
	}
	return out
}

func encodingName(e string) string {
	names := map[string]string{"utf-8": "UTF-8", "gb18030": "GB18030 (GBK)", "utf-16le": "UTF-16 LE", "utf-16be": "UTF-16 BE"}
	return cmp.Or(names[e], e)
}

func joinWords(ctx context.Context, list []string) string {
	out := ""
	for i, w := range list {
		if i > 0 {
			out += i18n.T(ctx, "field.separator")
		}
		out += w
	}
	return out
}

// shownTallies is how many of the most frequent values a page lists.
const shownTallies = 12

// tallies list annotators and labels by how often they come. Annotators are
// named by their pseudonyms for those who do not manage labelling; those that
// nobody is known by are numbered.
func (p *labelPages) tallies(c echo.Context, project string, annotators, labels []labelling.Tally) ([]pages.LabelTally, error) {
	ctx, by := c.Request().Context(), who(c)
	known, err := p.Labelling.ByCode(ctx, project)
	if err != nil {
		return nil, err
	}
	called := func(i int, code string) string {
		w, ok := known[code]
		switch {
		case by.May(actor.ManageLabelling) && ok:
			return code + " · " + w.Name
		case by.May(actor.ManageLabelling):
			return i18n.T(ctx, "labelling.annotator.unknown", "code", code)
		case ok:
			return w.Pseudonym
		}
		return "#" + strconv.Itoa(i+1)
	}
	var out []pages.LabelTally
	for _, one := range []struct {
		title string
		list  []labelling.Tally
		name  func(int, string) string
	}{{"labelling.annotators", annotators, called}, {"labelling.labels", labels, func(_ int, s string) string { return s }}} {
		t := pages.LabelTally{Title: one.title}
		for i, n := range one.list[:min(len(one.list), shownTallies)] {
			t.Rows = append(t.Rows, pages.LabelField{Name: one.name(i, n.Name), Value: i18n.Number(ctx, n.Count)})
		}
		if more := len(one.list) - shownTallies; more > 0 {
			t.More = i18n.T(ctx, "labelling.more", "count", more)
		}
		if len(t.Rows) > 0 {
			out = append(out, t)
		}
	}
	return out, nil
}

func (p *labelPages) importedBatch(c echo.Context, b labelling.Batch, v *pages.LabelBatchShow) (err error) {
	ctx, by := c.Request().Context(), who(c)
	at := labelURL("batches", b.ID)
	v.Read = p.fileRows(ctx, b, labelling.Report{})
	v.Stats = []ui.StatView{{Label: "labelling.items", Value: i18n.Number(ctx, b.Items), Icon: "stack-2"}, {Label: "labelling.lots", Value: i18n.Number(ctx, b.Lots), Icon: "package", URL: "#lots"},
		{Label: "labelling.refused", Value: i18n.Number(ctx, b.Refused), Icon: "file-alert"}, {Label: "labelling.left_out", Value: i18n.Number(ctx, b.LeftOut), Icon: "filter-off"}}
	if v.Details, err = p.answerRows(c, b); err != nil {
		return err
	}
	if v.Refused, err = p.refusedView(ctx, b, b.Refused); err != nil {
		return err
	}
	lots, err := p.Labelling.Lots(ctx, by, labelling.LotFilter{Batch: b.ID, Limit: 500})
	if err != nil {
		return err
	}
	slices.Reverse(lots)
	t := lotTable(ctx, lots, nil)
	v.Lots = &t
	if v.Tallies, err = p.tallies(c, b.ProjectID, b.Annotators, b.Labels); err != nil {
		return err
	}
	if !by.May(actor.ManageLabelling) {
		return nil
	}
	v.Actions = append(v.Actions, linkAction("labelling.export", at+"/export", "file-export"))
	n, err := p.Labelling.PictureCount(ctx, b.ID)
	v.Pictures = &pages.LabelPictures{Action: at + "/pictures", Done: at, Words: i18n.T(ctx, "labelling.pictures.count", "count", n), Limit: "labelling.pictures.hint"}
	return err
}

// answerRows are what people said about a batch.
func (p *labelPages) answerRows(c echo.Context, b labelling.Batch) ([]pages.DetailRow, error) {
	ctx := c.Request().Context()
	suppliers, err := p.Labelling.SupplierNames(ctx, []string{b.SupplierID})
	if err != nil {
		return nil, err
	}
	rules := i18n.T(ctx, "labelling.import.no_rules")
	if b.RuleSetID != "" {
		list, err := p.Labelling.RulesByID(ctx, who(c), []string{b.RuleSetID})
		if err != nil {
			return nil, err
		}
		rules = ruleName(ctx, list[b.RuleSetID])
	}
	names, err := p.Accounts.Names(ctx, []string{b.ConfirmedBy})
	if err != nil {
		return nil, err
	}
	out := []pages.DetailRow{{Label: "labelling.kind", Value: i18n.T(ctx, kindName(b.Kind))}, {Label: "labelling.rules", Value: rules},
		{Label: "labelling.supplier", Value: cmp.Or(suppliers[b.SupplierID], i18n.T(ctx, "labelling.own_staff"))},
		{Label: "labelling.period", Value: i18n.T(ctx, "labelling.period.of", "from", i18n.Date(ctx, b.PeriodFrom), "until", i18n.Date(ctx, b.PeriodUntil))}}
	if b.RiskCategory != "" {
		out = append(out, pages.DetailRow{Label: "labelling.risk", Value: i18n.T(ctx, "labelling.risk."+b.RiskCategory)})
	}
	if b.Note != "" {
		out = append(out, pages.DetailRow{Label: "labelling.note", Value: b.Note})
	}
	return append(out, pages.DetailRow{Label: "labelling.import.confirmed_by", Value: names[b.ConfirmedBy]}, pages.DetailRow{Label: "labelling.content_hash", Value: b.ContentHash}), nil
}

// shownRefused is how many refused rows a page lists.
const shownRefused = 10

func (p *labelPages) refusedView(ctx context.Context, b labelling.Batch, n int64) (*pages.LabelRefused, error) {
	if n == 0 {
		return nil, nil //nolint:nilnil // nothing was refused
	}
	list, err := p.Labelling.RefusedRows(ctx, b.ID, 0, shownRefused)
	v := &pages.LabelRefused{Words: i18n.T(ctx, "labelling.refused.count", "count", n), URL: labelURL("batches", b.ID) + "/refused"}
	for _, r := range list {
		v.Rows = append(v.Rows, pages.LabelRefusedRow{Line: i18n.T(ctx, "labelling.refused.line", "line", r.LineNo), Why: i18n.T(ctx, "exports.reason."+r.Code, r.Args...)})
	}
	return v, err
}

// refused hands out the list of refused rows as a table.
func (p *labelPages) refused(c echo.Context) error {
	ctx := c.Request().Context()
	b, err := p.Labelling.Batch(ctx, who(c), c.Param("id"))
	if err != nil {
		return err
	}
	w := startCSV(c, "refused-"+b.ID+".csv")
	w.row(i18n.T(ctx, "labelling.refused.column.line"), i18n.T(ctx, "labelling.refused.column.row"), i18n.T(ctx, "labelling.refused.column.reason"))
	for after := int64(0); ; {
		list, err := p.Labelling.RefusedRows(ctx, b.ID, after, 1000)
		if err != nil {
			return w.abort(err)
		}
		for _, r := range list {
			w.row(strconv.FormatInt(r.LineNo, 10), strconv.FormatInt(r.RowNo, 10), i18n.T(ctx, "exports.reason."+r.Code, r.Args...))
			after = r.N
		}
		if len(list) < 1000 || w.failed() {
			return w.close()
		}
	}
}

func (p *labelPages) cancelBatch(c echo.Context) error {
	if _, err := readForm(c); err != nil {
		return err
	}
	ctx := c.Request().Context()
	b, err := p.Labelling.Cancel(ctx, who(c), c.Param("id"))
	if err != nil {
		return err
	}
	p.Labelling.Settle(ctx, b.ID, soon)
	p.flash(c, "labelling.flash.cancelled", "name", b.Name)
	return done(c, labelURL("batches", b.ID))
}

// addPictures takes images, one a request from a page with script or several
// from a plain form.
func (p *labelPages) addPictures(c echo.Context) error {
	ctx, cancel := patient(c)
	defer cancel()
	in, err := newIncoming(c, p.Config.UploadLimit)
	if err != nil {
		return err
	}
	taken := 0
	for {
		part, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = p.Labelling.AddPicture(ctx, who(c), c.Param("id"), part.FileName(), part)
		}
		if err != nil {
			return err
		}
		taken++
	}
	if taken == 0 {
		return problem.New(problem.Invalid, "labelling.upload.none")
	}
	if wantsPart(c) {
		return c.NoContent(http.StatusNoContent)
	}
	return done(c, labelURL("batches", c.Param("id"))+"#pictures")
}
