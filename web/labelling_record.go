package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"hegui/internal/file"
	"hegui/internal/i18n"
	"hegui/internal/labelling"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// inLanguage answers a request in the language that its address names, so that
// a record can be printed in both.
func inLanguage(c echo.Context) {
	if lang := c.QueryParam("lang"); slices.Contains(i18n.Languages(), lang) {
		c.SetRequest(c.Request().WithContext(i18n.With(c.Request().Context(), lang)))
	}
}

// record shows the record of a lot: the latest, or the one that the address
// names.
func (p *labelPages) record(c echo.Context) error {
	inLanguage(c)
	ctx, by := c.Request().Context(), who(c)
	l, err := p.Labelling.Lot(ctx, by, c.Param("id"))
	if err != nil {
		return err
	}
	list, err := p.Labelling.Records(ctx, by, l.ID)
	if err != nil {
		return err
	}
	head, err := p.lotHead(c, l)
	if err != nil {
		return err
	}
	v := pages.LabelSheet{LabelHead: head}
	if len(list) == 0 {
		v.Empty = &ui.EmptyView{Icon: "file-certificate", Title: "label_record.empty", Text: "label_record.empty.text"}
		return render(c, http.StatusOK, pages.LabelSheetView(v))
	}
	at := max(0, slices.IndexFunc(list, func(r labelling.Record) bool { return r.ID == c.QueryParam("record") }))
	if err := p.sheet(c, list[at], &v); err != nil {
		return err
	}
	if len(list) > 1 {
		v.Others = recordTable(ctx, l, list)
	}
	return render(c, http.StatusOK, pages.LabelSheetView(v))
}

func recordTable(ctx context.Context, l labelling.Lot, list []labelling.Record) *pages.LabelTable {
	t := &pages.LabelTable{ID: "record-list", Caption: "label_record.others", Columns: []ui.Column{{Label: "label_record.number"}, {Label: "label_record.kind"}, {Label: "label_record.made_at"}}}
	for _, r := range list {
		t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: r.Number, URL: labelURL("lots", l.ID) + "/record?record=" + r.ID}, {Text: "label_record.kind." + string(r.Kind)}, {Text: i18n.DateTime(ctx, r.MadeAt)}}})
	}
	return t
}

// sheetOf is what a record is shown with.
type sheetOf struct {
	ctx     context.Context //nolint:containedctx // of one page
	record  labelling.Record
	body    labelling.Body
	names   map[string]string // of accounts
	service string
}

func (s sheetOf) say(key string, kv ...any) string { return i18n.T(s.ctx, key, kv...) }

func (s sheetOf) row(key, value string) pages.DetailRow {
	return pages.DetailRow{Label: "label_record." + key, Value: value}
}

func (s sheetOf) at(t time.Time) string { return i18n.DateTime(s.ctx, t) }

// sheet fills in a record.
func (p *labelPages) sheet(c echo.Context, r labelling.Record, v *pages.LabelSheet) error {
	ctx := c.Request().Context()
	b, err := r.Read()
	if err != nil {
		return err
	}
	names, err := p.Accounts.Names(ctx, b.People())
	if err != nil {
		return err
	}
	services, err := p.Register.Names(ctx)
	if err != nil {
		return err
	}
	s := sheetOf{ctx, r, b, names, services[b.Lot.ServiceID]}
	v.Title = s.say("label_record.kind."+string(r.Kind)) + " " + r.Number
	v.Subtitle = b.Lot.Name
	v.Verdict = &ui.AlertView{Tone: outcomeTones[b.Decision.Verdict], Title: s.say("label_decide.final." + string(b.Decision.Verdict))}
	v.Actions = s.actions(c)
	v.Sections = s.sections()
	if b.Plan != nil {
		figures := figureSheet{ctx: ctx, st: b.Standing, workers: b.Pseudonyms(), open: true}
		v.Rule, v.Groups = figures.ruleTable(), figures.groups()
	}
	v.Tables = s.tables()
	v.Signed = s.signed()
	return s.prove(v)
}

// actions are the downloads, the other language, and the piece of evidence.
func (s sheetOf) actions(c echo.Context) []pages.LabelAction {
	out := []pages.LabelAction{linkAction("label_record.json", labelURL("records", s.record.ID), "download")}
	for _, lang := range i18n.Languages() {
		if lang != i18n.Lang(s.ctx) {
			out = append(out, linkAction("language."+lang, with(c, "lang", lang), "language"))
		}
	}
	if by := who(c); mayOpen(by, "/evidence/:id") && s.record.EvidenceID != "" {
		out = append(out, linkAction("label_record.evidence", evidenceURL(s.record.EvidenceID), "paperclip"))
	}
	return out
}

func (s sheetOf) sections() []pages.LabelSection {
	l := s.body.Lot
	kind := s.say(kindName(l.Kind))
	rules := s.say("label_record.rules.none")
	if l.RuleNumber > 0 {
		rules = s.say("label_record.rules.number", "kind", kind, "number", l.RuleNumber)
	}
	out := []pages.LabelSection{{Title: "label_record.what", Rows: []pages.DetailRow{
		s.row("number", s.record.Number), s.row("made_at", s.at(s.record.MadeAt)), s.row("service", s.service), s.row("project", l.Project), s.row("lot", l.Name),
		s.row("lot_kind", kind), s.row("size", i18n.Number(s.ctx, l.Size)), s.row("batch", l.Batch), s.row("file", l.FileName), s.row("supplier", cmp.Or(l.Supplier, s.say("label_record.own_staff"))),
		s.row("rules", rules), s.row("period", s.period())}}}
	if l.RiskCategory != "" {
		out[0].Rows = append(out[0].Rows, s.row("risk", s.say("labelling.risk."+l.RiskCategory)))
	}
	hashes := []pages.DetailRow{s.row("lot_id", l.ID), s.row("file_sha256", l.FileSHA256), s.row("content_hash", l.ContentHash), s.row("frame_hash", l.FrameHash)}
	if s.body.Draw != nil {
		out = append(out, s.plan(), s.drawn())
		hashes = append(hashes, s.row("seed_hash", s.body.Draw.SeedHash), s.row("list_hash", s.body.Draw.ListHash), s.row("verdicts_hash", s.body.Checks.Hash))
	}
	if s.body.Gone != nil {
		out = append(out, s.gone())
	}
	return append(out, pages.LabelSection{Title: "label_record.hashes", Hash: true, Rows: append(hashes, s.row("sha256", s.record.SHA256))})
}

func (s sheetOf) period() string {
	if s.body.Lot.PeriodFrom == "" {
		return ""
	}
	return s.say("label_decide.from_to", "from", dayOf(s.ctx, s.body.Lot.PeriodFrom), "to", dayOf(s.ctx, s.body.Lot.PeriodUntil))
}

func (s sheetOf) plan() pages.LabelSection {
	p := s.body.Plan
	rows := []pages.DetailRow{s.row("method", s.say("label_plan.method."+string(p.Method))), s.row("n", i18n.Number(s.ctx, p.N))}
	for _, c := range p.Classes {
		if c.AQL == "" {
			continue
		}
		rows = append(rows, s.row("aql", s.say("label_record.aql.words", "class", s.class(c.Class), "aql", string(c.AQL), "level", string(p.Params.Level), "letter", string(c.PlanLetter), "severity",
			s.say("label_plan.severity."+string(p.Params.SeverityOf(c.Class))), "n", i18n.Number(s.ctx, c.N), "ac", i18n.Number(s.ctx, c.Ac), "re", i18n.Number(s.ctx, c.Re))))
	}
	for _, f := range p.Figures {
		rows = append(rows, s.row("figure", s.figure(f)))
	}
	if len(p.Strata) > 0 {
		rows = append(rows, s.row("strata", i18n.Number(s.ctx, len(p.Strata))))
	}
	return pages.LabelSection{Title: "label_record.plan", Rows: append(rows, s.row("blind", s.yes(p.Blind)), s.row("double", strconv.FormatInt(p.DoublePercent, 10)+"%"),
		s.row("gold", strconv.FormatInt(p.GoldPercent, 10)+"%"), s.row("chosen", s.by(p.ChosenBy, p.ChosenAt)))}
}

func (s sheetOf) figure(f labelling.PlanFigure) string {
	verified := "label_record.figure.verified"
	if !f.Verified {
		verified = "label_record.figure.unverified"
	}
	return s.say("label_record.figure.words", "instrument", f.Instrument, "provision", f.Provision, "value", f.Value, "state", s.say(verified), "edition", f.Edition)
}

func (s sheetOf) class(c labelling.Severity) string {
	if c == "" {
		return s.say("label_decide.class.all")
	}
	return s.say("labelling.severity." + string(c))
}

func (s sheetOf) yes(b bool) string {
	if b {
		return s.say("label_record.yes")
	}
	return s.say("label_record.no")
}

func (s sheetOf) by(account string, at time.Time) string {
	return s.say("label_record.by_at", "name", cmp.Or(s.names[account], account), "at", s.at(at))
}

func (s sheetOf) drawn() pages.LabelSection {
	d := s.body.Draw
	seed := "label_record.two_people"
	if d.OnePerson {
		seed = "label_record.one_person"
	}
	rows := []pages.DetailRow{s.row("drawn", s.by(d.DrawnBy, d.DrawnAt)), s.row("draw_number", i18n.Number(s.ctx, d.Number)), s.row("drawn_n", i18n.Number(s.ctx, d.N)), s.row("seed_kind", s.say(seed))}
	for _, part := range d.Parts {
		rows = append(rows, s.row("seed_part", s.say("label_record.seed_part.words", "name", cmp.Or(s.names[part.By], part.By), "part", part.Reveal, "at", s.at(part.CommittedAt))))
	}
	if d.Reason != "" {
		rows = append(rows, s.row("redraw", d.Reason))
	}
	rows = append(rows, s.row("seed", d.Seed), s.row("lot_id", s.body.Lot.ID))
	return pages.LabelSection{Title: "label_record.draw", Hash: true, Rows: rows}
}

func (s sheetOf) gone() pages.LabelSection {
	g := s.body.Gone
	return pages.LabelSection{Title: "label_record.destroyed", Rows: []pages.DetailRow{s.row("gone.what", s.say("label_record.gone.words", "scope", s.say("label_decide.scope."+string(g.Scope)), "count", g.Count)),
		s.row("gone.when", s.at(g.At)), s.row("gone.how", g.Method), s.row("gone.why", s.body.Decision.Reason), s.row("gone.signers", strings.Join([]string{s.names[s.body.Decision.SignedBy], s.names[s.body.Decision.SecondBy]}, s.say("label_decide.separator"))),
		s.row("gone.witness", g.Witness)}}
}

// tables are who checked, which defects were found, and what was destroyed.
func (s sheetOf) tables() (out []pages.LabelSheetTable) {
	if k := s.body.Checks; k != nil {
		t := pages.LabelTable{ID: "sheet-checkers", Caption: "label_record.checkers", Columns: []ui.Column{{Label: "label_record.checker"}, {Label: "label_record.round"}, {Label: "label_record.items", Numeric: true}, {Label: "label_record.wrong", Numeric: true}, {Label: "label_record.unsure", Numeric: true}}}
		for _, one := range k.Checkers {
			t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: cmp.Or(one.Pseudonym, one.WorkerID)}, {Text: "label_record.round." + strconv.FormatInt(one.Round, 10)}, number(s.ctx, one.Items), number(s.ctx, one.Wrong), number(s.ctx, one.Unsure)}})
		}
		out = append(out, pages.LabelSheetTable{Title: "label_record.checkers", Table: t})
		if len(k.Defects) > 0 {
			t := pages.LabelTable{ID: "sheet-defects", Caption: "label_record.defects", Columns: []ui.Column{{Label: "label_record.defect"}, {Label: "label_record.items", Numeric: true}}}
			for _, one := range k.Defects {
				t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: one.Name}, number(s.ctx, one.Count)}})
			}
			out = append(out, pages.LabelSheetTable{Title: "label_record.defects", Table: t})
		}
	}
	if g := s.body.Gone; g != nil && len(g.Items) > 0 {
		t := pages.LabelTable{ID: "sheet-gone", Caption: "label_record.destroyed", Columns: []ui.Column{{Label: "label_record.item"}, {Label: "label_record.item_hash"}}}
		for _, it := range g.Items[:min(len(g.Items), labelPage)] {
			t.Rows = append(t.Rows, pages.LabelRow{Cells: []pages.LabelCell{{Text: it.ItemID}, {Text: it.SHA256}}})
		}
		out = append(out, pages.LabelSheetTable{Title: "label_record.destroyed", Table: t})
	}
	return out
}

func number(ctx context.Context, n int64) pages.LabelCell {
	return pages.LabelCell{Text: i18n.Number(ctx, n), Number: true}
}

// signed is the decision with its signatures, and what it meant for the stream.
func (s sheetOf) signed() []pages.LabelSection {
	d := s.body.Decision
	rows := []pages.DetailRow{s.row("verdict", s.say("labelling.outcome."+string(d.Verdict))), s.row("computed", s.say("labelling.outcome."+string(d.ComputedVerdict)))}
	if d.FollowUp != "" {
		rows = append(rows, s.row("follow_up", s.say("label_decide.follow_up."+string(d.FollowUp))))
	}
	if d.Reason != "" {
		rows = append(rows, s.row("reason", d.Reason))
	}
	rows = append(rows, s.row("signed", s.by(d.SignedBy, d.SignedAt)))
	if d.SecondAt != nil {
		rows = append(rows, s.row("seconded", s.by(d.SecondBy, *d.SecondAt)))
	}
	out := []pages.LabelSection{{Title: "label_record.decision", Rows: rows}}
	if t := s.body.Stream; t != nil {
		words := []pages.DetailRow{s.row("stream.used", s.say("label_decide.severity."+string(t.Used))), s.row("stream.next", s.say("label_decide.severity."+string(t.Next))), s.row("stream.score", i18n.Number(s.ctx, t.Score))}
		if !t.Counted {
			words = append(words, s.row("stream.why", s.say("label_decide.uncounted."+t.Why)))
		}
		out = append(out, pages.LabelSection{Title: "label_record.stream", Rows: words})
	}
	return out
}

// prove computes the record anew and says whether it is the same.
func (s sheetOf) prove(v *pages.LabelSheet) error {
	proofs, err := s.record.Recheck()
	if err != nil {
		return err
	}
	v.Proof = &ui.AlertView{Tone: ui.Good, Title: s.say("label_record.proof.same")}
	for _, p := range proofs {
		chip := ui.ChipView{Label: "label_record.proof.yes", Tone: ui.Good}
		if !p.OK {
			chip = ui.ChipView{Label: "label_record.proof.no", Tone: ui.Bad}
			v.Proof = &ui.AlertView{Tone: ui.Bad, Title: s.say("label_record.proof.differs")}
		}
		v.Proofs = append(v.Proofs, pages.LabelProof{Text: s.say("label_record.proof." + p.What), Chip: chip})
	}
	return nil
}

// recordJSON hands out the record as it was written and filed.
func (p *labelPages) recordJSON(c echo.Context) error {
	r, err := p.Labelling.Record(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentDisposition, file.Disposition(false, r.Number+".json"))
	h.Set(echo.HeaderContentSecurityPolicy, filePolicy)
	return c.Blob(http.StatusOK, "application/json; charset=utf-8", []byte(r.Body))
}
