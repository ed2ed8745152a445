package web

import (
	"bufio"
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/file"
	"hegui/internal/i18n"
	"hegui/internal/labelling"
	"hegui/internal/problem"
	"hegui/templates/layout"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

var crumbLots = layout.Crumb{Label: "labelling.lots", URL: "/labelling/lots"}

func (p *labelPages) lots(c echo.Context) error {
	ctx, by := c.Request().Context(), who(c)
	f := labelling.LotFilter{Service: c.QueryParam("service"), Project: c.QueryParam("project"), State: labelling.LotState(c.QueryParam("state")),
		Outcome: labelling.Outcome(c.QueryParam("outcome")), After: c.QueryParam("after"), Limit: labelPage + 1}
	found, err := p.Labelling.Lots(ctx, by, f)
	if err != nil {
		return err
	}
	ids := make([]string, len(found))
	for i, l := range found {
		ids[i] = l.ProjectID
	}
	names, err := p.Labelling.ProjectNames(ctx, ids)
	if err != nil {
		return err
	}
	pager := pages.LabelTable{}
	shown := labelPager(c, &pager, len(found), func(i int) string { return found[i].ID })
	t := lotTable(ctx, found[:shown], names)
	t.ID, t.FirstURL, t.NextURL = "lots", pager.FirstURL, pager.NextURL
	service, state, outcome := choice("service", "labelling.service", "labelling.any", f.Service), choice("state", "labelling.state", "labelling.any", string(f.State)), choice("outcome", "labelling.outcome", "labelling.any", string(f.Outcome))
	if service.Options, err = p.serviceOptions(c); err != nil {
		return err
	}
	state.Options = codeOptions("labelling.lot.state.", labelling.LotStates)
	outcome.Options = codeOptions("labelling.outcome.", []labelling.Outcome{labelling.Accepted, labelling.Rejected, labelling.Void})
	labelFilter(c, &t, service, state, outcome)
	v := pages.LabelList{LabelHead: p.listHead(c, "labelling.lots", "labelling.lots.lead"), Table: t}
	return show(c, http.StatusOK, pages.LabelListView(v), pages.LabelListPanel(v.Table))
}

// lotTable lists lots; projects names them, or is nil where it is plain.
func lotTable(ctx context.Context, list []labelling.Lot, projects map[string]string) pages.LabelTable {
	t := pages.LabelTable{ID: "lot-list", Caption: "labelling.lots", Columns: []ui.Column{{Label: "labelling.lot"}}, Empty: ui.EmptyView{Icon: "package", Title: "labelling.lots.empty", Text: "labelling.lots.empty.text"}}
	if projects != nil {
		t.Columns = append(t.Columns, ui.Column{Label: "labelling.project"})
	}
	t.Columns = append(t.Columns, ui.Column{Label: "labelling.kind"}, ui.Column{Label: "labelling.items", Numeric: true}, ui.Column{Label: "labelling.lot.checked"}, ui.Column{Label: "labelling.state"}, ui.Column{Label: "labelling.since"})
	for _, l := range list {
		row := []pages.LabelCell{{Text: l.Name, URL: labelURL("lots", l.ID)}}
		if projects != nil {
			row = append(row, pages.LabelCell{Text: projects[l.ProjectID], URL: labelURL("projects", l.ProjectID)})
		}
		checked := pages.LabelCell{}
		if l.ToCheck > 0 {
			checked.Bar = &ui.ProgressView{Label: "labelling.lot.checked", Slim: true, Segments: []ui.SegmentView{{Label: "labelling.lot.checked", Tone: ui.Accent, Count: int(l.Checked)}, {Label: "labelling.lot.unchecked", Count: int(max(0, l.ToCheck-l.Checked))}}}
			checked.Note = i18n.T(ctx, "labelling.lot.checked_of", "checked", i18n.Number(ctx, l.Checked), "all", i18n.Number(ctx, l.ToCheck))
		}
		t.Rows = append(t.Rows, pages.LabelRow{Cells: append(row, pages.LabelCell{Text: kindName(l.Kind)}, count(l.Size), checked, pages.LabelCell{Chips: lotChips(l)}, pages.LabelCell{Text: i18n.DateTime(ctx, l.StateSince)})})
	}
	return t
}

func (p *labelPages) lot(c echo.Context) error {
	l, err := p.Labelling.Lot(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	return p.lotPage(c, http.StatusOK, l, nil, nil)
}

// itemsPage is how many items one page of a lot shows.
const itemsPage = 25

// lotPage shows a lot with its items from the place that the address names.
func (p *labelPages) lotPage(c echo.Context, status int, l labelling.Lot, proof *ui.AlertView, wrong error) error {
	ctx, by := c.Request().Context(), who(c)
	b, err := p.Labelling.Batch(ctx, by, l.BatchID)
	if err != nil {
		return err
	}
	v := pages.LabelLotShow{FindURL: labelURL("lots", l.ID), Find: param(c, "item")}
	if err := p.lotItems(c, b, l, &v); err != nil {
		return err
	}
	if wantsPart(c) {
		return render(c, status, pages.LabelLotItems(v))
	}
	if v.LabelHead, err = p.lotHead(c, l); err != nil {
		return err
	}
	v.Alert, v.Proof = said(ctx, wrong), proof
	v.Steps, v.Stats = lotSteps(l), lotStats(ctx, l)
	v.Actions = lotActions(by, l)
	rows, err := p.answerRows(c, b)
	if err != nil {
		return err
	}
	v.Facts = append([]pages.DetailRow{{Label: "labelling.batch", Value: b.Name}}, rows[:len(rows)-2]...)
	v.Hashes = hashRows(ctx, l)
	if err := p.lotChain(c, l, &v); err != nil {
		return err
	}
	h, err := p.history(c, audit.Object{Type: "label_lot", ID: l.ID})
	v.History = &h
	if err != nil {
		return err
	}
	return render(c, status, pages.LabelLotShowView(v))
}

// lotChain shows which lots were submitted again for which.
func (p *labelPages) lotChain(c echo.Context, l labelling.Lot, v *pages.LabelLotShow) error {
	ctx := c.Request().Context()
	before, after, err := p.Labelling.Chain(ctx, who(c), l)
	if len(before)+len(after) == 0 {
		return err
	}
	t := lotTable(ctx, slices.Concat(before, []labelling.Lot{l}, after), nil)
	t.ID = "chain-list"
	v.Panels = append(v.Panels, pages.LabelChain(t))
	return err
}

// param is a word of the address, trimmed.
func param(c echo.Context, name string) string {
	if s := strings.TrimSpace(c.QueryParam(name)); clean(s, false) {
		return s
	}
	return ""
}

func (p *labelPages) lotItems(c echo.Context, b labelling.Batch, l labelling.Lot, v *pages.LabelLotShow) error {
	ctx, by := c.Request().Context(), who(c)
	after, _ := strconv.ParseInt(c.QueryParam("after"), 10, 64) // anything else starts at the first
	var items []labelling.Item
	var err error
	if v.Find != "" {
		var one labelling.Item
		one, err = p.Labelling.FindItem(ctx, by, l.ID, v.Find)
		if v.NotFound = problem.Is(err, problem.NotFound); v.NotFound {
			return nil
		}
		items = []labelling.Item{one}
	} else {
		items, err = p.Labelling.Items(ctx, by, l.ID, after, itemsPage+1)
	}
	if err != nil {
		return err
	}
	if len(items) > itemsPage {
		items = items[:itemsPage]
		v.NextURL = with(c, "after", strconv.FormatInt(items[itemsPage-1].N, 10))
	}
	if after > 0 {
		v.FirstURL = with(c, "after", "")
	}
	shown, err := p.labelItems(ctx, b, items)
	if err != nil {
		return err
	}
	v.Items, err = p.itemRows(c, b, items, shown)
	return err
}

// itemRows put items into a list, with annotators called as the reader may
// know them.
func (p *labelPages) itemRows(c echo.Context, b labelling.Batch, items []labelling.Item, shown []pages.LabelItem) ([]pages.LabelItemRow, error) {
	ctx, by := c.Request().Context(), who(c)
	known, err := p.Labelling.ByCode(ctx, b.ProjectID)
	if err != nil {
		return nil, err
	}
	out := make([]pages.LabelItemRow, len(items))
	for i, it := range items {
		row := pages.LabelItemRow{Number: "#" + strconv.FormatInt(it.N, 10), ID: it.ItemID, Item: shown[i]}
		w, ok := known[it.Annotator]
		switch {
		case ok:
			row.Annotator = w.Called(by)
		case by.May(actor.ManageLabelling):
			row.Annotator = it.Annotator
		}
		if it.LeadMS > 0 {
			row.Notes = append(row.Notes, i18n.T(ctx, "labelling.item.lead", "seconds", i18n.Number(ctx, float64(it.LeadMS/100)/10)))
		}
		if it.Verdict != "" {
			row.Notes = append(row.Notes, i18n.T(ctx, "labelling.item.verdict."+it.Verdict))
		}
		out[i] = row
	}
	return out, nil
}

// lotSteps is the way of a lot from its import to its end.
func lotSteps(l labelling.Lot) []ui.StepView {
	order := []labelling.LotState{labelling.LotOpen, labelling.LotFrozen, labelling.LotPlanned, labelling.LotDrawn, labelling.LotChecking, labelling.LotDecided, labelling.LotClosed}
	at := len(order)
	for i, s := range order {
		if s == l.State {
			at = i
		}
	}
	out := make([]ui.StepView, len(order))
	for i, s := range order {
		out[i] = ui.StepView{Label: "labelling.lot.state." + string(s)}
		switch {
		case l.State == labelling.LotVoid:
		case i < at:
			out[i].State = ui.StepDone
		case i == at:
			out[i].State = ui.StepCurrent
		}
	}
	return out
}

func lotStats(ctx context.Context, l labelling.Lot) []ui.StatView {
	out := []ui.StatView{{Label: "labelling.items", Value: i18n.Number(ctx, l.Size), Icon: "stack-2", URL: "#items"}}
	if l.ToCheck > 0 {
		out = append(out, ui.StatView{Label: "labelling.lot.checked", Icon: "progress-check", Value: i18n.T(ctx, "labelling.lot.checked_of", "checked", i18n.Number(ctx, l.Checked), "all", i18n.Number(ctx, l.ToCheck))},
			ui.StatView{Label: "labelling.lot.wrong", Icon: "circle-x", Value: i18n.Number(ctx, l.Wrong)})
	}
	return out
}

func hashRows(ctx context.Context, l labelling.Lot) []pages.DetailRow {
	out := []pages.DetailRow{{Label: "labelling.lot.id", Value: l.ID}, {Label: "labelling.content_hash", Value: l.ContentHash}, {Label: "labelling.frame_hash", Value: l.FrameHash}}
	if l.FrozenAt != nil {
		out = append(out, pages.DetailRow{Label: "labelling.lot.frozen_at", Value: i18n.DateTime(ctx, *l.FrozenAt)})
	}
	return out
}

func lotActions(by actor.Actor, l labelling.Lot) []pages.LabelAction {
	at := labelURL("lots", l.ID)
	out := []pages.LabelAction{postAction("labelling.lot.verify", at+"/verify", "shield-check", l.Version)}
	if l.FrameHash != "" {
		out = append(out, linkAction("labelling.lot.ids", at+"/ids", "list"))
	}
	if by.May(actor.ManageLabelling) {
		out = append(out, linkAction("labelling.export", at+"/export", "file-export"))
		if l.State == labelling.LotOpen {
			out = append(out, primary(confirmed(postAction("labelling.lot.freeze", at+"/freeze", "lock", l.Version), "labelling.lot.freeze.confirm")))
		}
	}
	return out
}

// patientWork is how long work over all items of a lot may take.
const patientWork = 2 * time.Minute

func (p *labelPages) freezeLot(c echo.Context) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	ctx, cancel := patient(c)
	defer cancel()
	_, err = p.Labelling.Freeze(ctx, who(c), c.Param("id"), f.int("version"))
	if problem.Is(err, problem.Conflict) {
		l, getting := p.Labelling.Lot(ctx, who(c), c.Param("id"))
		if getting != nil {
			return getting
		}
		return p.lotPage(c, http.StatusConflict, l, nil, err)
	}
	if err != nil {
		return err
	}
	p.flash(c, "labelling.flash.frozen")
	return done(c, labelURL("lots", c.Param("id")))
}

// verifyLot computes the hashes of a lot anew and says whether they are those
// that were recorded.
func (p *labelPages) verifyLot(c echo.Context) error {
	if _, err := readForm(c); err != nil {
		return err
	}
	ctx, cancel := patient(c)
	defer cancel()
	ctx, end := context.WithTimeout(ctx, patientWork)
	defer end()
	l, err := p.Labelling.Lot(ctx, who(c), c.Param("id"))
	if err != nil {
		return err
	}
	found, err := p.Labelling.Verify(ctx, who(c), l.ID)
	if err != nil {
		return err
	}
	proof := &ui.AlertView{Tone: ui.Good, Title: i18n.T(ctx, "labelling.lot.sound", "count", found.Items)}
	switch {
	case !found.ContentSound:
		proof = &ui.AlertView{Tone: ui.Bad, Title: i18n.T(ctx, "labelling.lot.content_differs"), Text: i18n.T(ctx, "labelling.lot.differs.tip")}
	case !found.FrameSound:
		proof = &ui.AlertView{Tone: ui.Bad, Title: i18n.T(ctx, "labelling.lot.frame_differs"), Text: i18n.T(ctx, "labelling.lot.differs.tip")}
	}
	return p.lotPage(c, http.StatusOK, l, proof, nil)
}

func (p *labelPages) exportLot(c echo.Context) error {
	ctx := c.Request().Context()
	l, err := p.Labelling.Lot(ctx, who(c), c.Param("id"))
	if err != nil {
		return err
	}
	b, err := p.Labelling.Batch(ctx, who(c), l.BatchID)
	if err != nil {
		return err
	}
	return p.sendExport(c, b.FileName, func(ctx context.Context, w http.ResponseWriter) error {
		return p.Labelling.ExportLot(ctx, who(c), l.ID, w)
	})
}

// sendExport streams a file; when it breaks off, so does the connection.
func (p *labelPages) sendExport(c echo.Context, name string, write func(context.Context, http.ResponseWriter) error) error {
	ctx, cancel := patient(c)
	defer cancel()
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "application/octet-stream")
	h.Set(echo.HeaderContentDisposition, file.Disposition(false, cmp.Or(file.CleanName(name), "export")))
	h.Set(echo.HeaderContentSecurityPolicy, filePolicy)
	out := &heldBack{ResponseWriter: c.Response(), patience: newPatience(c), status: http.StatusOK}
	err := write(ctx, out)
	if err == nil {
		out.begin()
		return nil
	}
	if out.begun {
		p.Log.Error("export broke off", "id", requestID(c), "error", err)
		panic(http.ErrAbortHandler)
	}
	for _, name := range []string{echo.HeaderContentType, echo.HeaderContentDisposition} {
		h.Del(name)
	}
	h.Set(echo.HeaderContentSecurityPolicy, policy)
	return err
}

// lotIDs hands out the frame of a lot: its item ids in the order of their
// bytes, each on a line.
func (p *labelPages) lotIDs(c echo.Context) error {
	l, err := p.Labelling.Lot(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	return p.sendExport(c, "ids-"+l.ID+".txt", func(ctx context.Context, w http.ResponseWriter) error {
		lines := bufio.NewWriterSize(w, 1<<16)
		err := p.Labelling.EachID(ctx, l.ID, func(id string) error {
			_, err := lines.WriteString(id + "\n")
			return err
		})
		if err != nil {
			return err
		}
		return lines.Flush()
	})
}

// picture hands out an uploaded image.
func (p *labelPages) picture(c echo.Context) error {
	ctx, cancel := patient(c)
	defer cancel()
	one, content, err := p.Labelling.OpenPicture(ctx, who(c), c.Param("id"))
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, file.ServedAs(content.MediaType))
	h.Set(echo.HeaderContentDisposition, file.Disposition(true, one.Name))
	h.Set(echo.HeaderContentSecurityPolicy, filePolicy)
	h.Set(echo.HeaderCacheControl, "private, max-age=3600")
	h.Set("ETag", content.ETag())
	http.ServeContent(c.Response(), c.Request().WithContext(ctx), "", one.CreatedAt, content)
	return nil
}
