package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/evidence"
	"hegui/internal/file"
	"hegui/internal/i18n"
	"hegui/internal/problem"
	"hegui/templates/layout"
	"hegui/templates/pages"
)

// cameBack is a short form of the page that came back, and why.
type cameBack struct {
	form  *form
	wrong error
}

func (k cameBack) text(name string) string {
	if k.form == nil {
		return ""
	}
	return k.form.values.Get(name)
}

func crumbOf(c echo.Context, i evidence.Item) layout.Crumb {
	return layout.Crumb{Label: titleOf(c.Request().Context(), i), URL: evidenceURL(i.ID)}
}

func (p *evidencePages) show(c echo.Context) error {
	item, err := p.Evidence.Get(c.Request().Context(), who(c), c.Param("id"))
	if err != nil {
		return err
	}
	return p.showPage(c, http.StatusOK, item, cameBack{})
}

func (p *evidencePages) showPage(c echo.Context, status int, item evidence.Item, k cameBack) error {
	ctx, by := c.Request().Context(), who(c)
	versions, err := p.Evidence.VersionsOf(ctx, item)
	if err != nil {
		return err
	}
	links, err := p.Evidence.LinksOf(ctx, item)
	if err != nil {
		return err
	}
	names, err := p.Accounts.Names(ctx, peopleIn(item, versions))
	if err != nil {
		return err
	}
	title := titleOf(ctx, item)
	v := pages.EvidenceView{Frame: p.frame(c, title, crumbEvidence), URL: evidenceURL(item.ID), Title: title, Kind: string(item.Kind),
		State: evidenceState(item.State), Validity: validityChip(ctx, item, p.Evidence.Today()), Level: levelChip(item), Version: item.Version,
		Facts: evidenceFacts(ctx, item, names), Limit: i18n.Bytes(ctx, p.Config.UploadLimit), Errors: messages(ctx, k.wrong),
		Note: k.text("note"), Reason: k.text("reason"), Remark: k.text("remark"), NewURL: k.text("url"), NewText: k.text("text")}
	if err := p.filedAs(ctx, by, item, &v); err != nil {
		return err
	}
	v.MayEdit = item.MayEdit(by)
	v.MaySend = v.MayEdit && (item.State == evidence.Draft || item.State == evidence.Returned)
	v.MayRetire, v.MayErase = item.MayRetire(by), by.May(actor.EraseEvidence) && item.State != evidence.Erased
	p.reviewing(&v, by, item, versions)
	shown := versionShown(versions, versionNumber(c, "version"))
	if v.Preview, err = p.preview(c, item, shown); err != nil {
		return err
	}
	v.Versions = evidenceVersions(ctx, item, versions, shown, names)
	if v.Links, err = p.linkGroups(c, links); err != nil {
		return err
	}
	if !item.Closed() && by.May(actor.Contribute) {
		v.LinkURL = "/evidence/links?id=" + item.ID
	}
	if err := p.erasures(ctx, by, item, &v); err != nil {
		return err
	}
	if v.History, err = p.history(c, audit.Object{Type: "evidence", ID: item.ID}); err != nil {
		return err
	}
	return render(c, status, pages.Evidence(v))
}

// filedAs leads from a piece to the record that filed itself.
func (p *evidencePages) filedAs(ctx context.Context, by actor.Actor, item evidence.Item, v *pages.EvidenceView) error {
	if item.Type != "record" || !by.May(actor.ReadLabelling) {
		return nil
	}
	r, ok, err := p.Labelling.FiledAs(ctx, by, item.ID)
	if ok {
		v.Facts = append(v.Facts, pages.EvidenceFact{Label: "label_record.kind." + string(r.Kind), Text: r.Number, URL: labelURL("lots", r.LotID) + "/record?record=" + r.ID})
	}
	return err
}

func peopleIn(i evidence.Item, versions []evidence.Version) []string {
	ids := []string{i.OwnerID, i.CreatedBy, i.SubmittedBy, i.ReviewedBy, i.RetiredBy}
	for _, v := range versions {
		ids = append(ids, v.CreatedBy)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// versionShown is the version asked for, or the current one.
func versionShown(versions []evidence.Version, number int64) evidence.Version {
	if i := slices.IndexFunc(versions, func(v evidence.Version) bool { return v.Number == number }); i >= 0 {
		return versions[i]
	}
	return versions[0] // newest first
}

// reviewing says whether the person may review the piece, and if only the
// second pair of eyes is missing, that.
func (p *evidencePages) reviewing(v *pages.EvidenceView, by actor.Actor, item evidence.Item, versions []evidence.Version) {
	if item.State != evidence.Submitted || !by.May(actor.ReviewEvidence) {
		return
	}
	v.MayReview = item.MayReview(by) && versions[0].CreatedBy != by.ID
	if !v.MayReview {
		v.ReviewWhy = "evidence.review.second"
	}
}

func evidenceFacts(ctx context.Context, i evidence.Item, names map[string]string) []pages.EvidenceFact {
	facts := []pages.EvidenceFact{
		{Label: "evidence.type", Text: i18n.T(ctx, "evidence.type."+string(i.Type))},
		{Label: "evidence.source", Text: i.Source},
		{Label: "evidence.owner", Text: names[i.OwnerID]},
		{Label: "evidence.confidentiality", Text: i18n.T(ctx, "evidence.level."+string(i.Confidentiality))},
		{Label: "evidence.made_on", Day: string(i.MadeOn)},
		{Label: "evidence.covers", Text: period(ctx, i)},
		{Label: "evidence.received_on", Day: string(i.ReceivedOn)},
		{Label: "evidence.valid_until", Day: string(i.ValidUntil)},
		{Label: "evidence.added_by", Text: names[i.CreatedBy], At: i.CreatedAt},
	}
	if i.SubmittedAt != nil {
		facts = append(facts, pages.EvidenceFact{Label: "evidence.submitted_by", Text: names[i.SubmittedBy], At: *i.SubmittedAt})
	}
	if i.ReviewedAt != nil {
		facts = append(facts, pages.EvidenceFact{Label: "evidence.reviewed_by", Text: names[i.ReviewedBy], At: *i.ReviewedAt})
	}
	if i.ReviewNote != "" {
		facts = append(facts, pages.EvidenceFact{Label: "evidence.review.note", Text: i.ReviewNote})
	}
	if i.RetiredAt != nil {
		facts = append(facts, pages.EvidenceFact{Label: "evidence.retired_by", Text: names[i.RetiredBy], At: *i.RetiredAt},
			pages.EvidenceFact{Label: "evidence.retire.reason", Text: i.RetiredReason})
	}
	return facts
}

// period says which time a piece speaks about.
func period(ctx context.Context, i evidence.Item) string {
	switch {
	case i.CoversFrom == "" && i.CoversTo == "":
		return ""
	case i.CoversTo == "":
		return i18n.T(ctx, "evidence.covers.since", "from", i18n.Date(ctx, i.CoversFrom))
	case i.CoversFrom == "":
		return i18n.T(ctx, "evidence.covers.until", "to", i18n.Date(ctx, i.CoversTo))
	}
	return i18n.T(ctx, "evidence.covers.range", "from", i18n.Date(ctx, i.CoversFrom), "to", i18n.Date(ctx, i.CoversTo))
}

func fileURL(id string, number int64) string {
	return "/files/" + id + "/" + strconv.FormatInt(number, 10)
}

func evidenceVersions(ctx context.Context, i evidence.Item, list []evidence.Version, shown evidence.Version, names map[string]string) []pages.EvidenceVersion {
	out := make([]pages.EvidenceVersion, len(list))
	for n, v := range list {
		number := strconv.FormatInt(v.Number, 10)
		out[n] = pages.EvidenceVersion{Number: v.Number, Name: cmp.Or(v.FileName, v.URL), Remark: v.Remark, By: names[v.CreatedBy], At: v.CreatedAt,
			URL: evidenceURL(i.ID) + "?version=" + number + "#content", Current: v.ID == i.CurrentID, Shown: v.ID == shown.ID, Hash: v.SHA256, Erased: v.ErasedAt != nil}
		if v.Size > 0 {
			out[n].Note = i18n.T(ctx, "evidence.file.note", "name", v.MediaType, "size", i18n.Bytes(ctx, v.Size))
		}
		if v.BlobID != nil {
			out[n].DownloadURL = fileURL(i.ID, v.Number) + "?download=1"
		}
	}
	return out
}

// preview shows a version on the page. Texts and tables are read here; the
// others the browser fetches.
func (p *evidencePages) preview(c echo.Context, i evidence.Item, v evidence.Version) (pages.EvidencePreviewView, error) {
	out := pages.EvidencePreviewView{Form: string(i.Kind), Name: v.FileName, Words: v.Text, URL: v.URL}
	if i.Kind != evidence.KindFile {
		return out, nil
	}
	form := shownAs(v)
	out.Form, out.URL = string(form), fileURL(i.ID, v.Number)
	if v.BlobID == nil || form != file.Text && form != file.Table {
		return out, nil
	}
	_, r, err := p.Evidence.Open(c.Request().Context(), who(c), i.ID, v.Number)
	if errors.Is(err, file.ErrDamaged) {
		out.Form = string(file.Download) // opening it will say so
		return out, nil
	}
	if err != nil {
		return out, err
	}
	var x file.Excerpt
	if form == file.Table {
		x, err = file.ReadTable(r, v.MediaType)
	} else {
		x, err = file.ReadText(r)
	}
	if errors.Is(err, file.ErrDamaged) {
		out.Form = string(file.Download)
		return out, nil
	}
	out.Words, out.Rows, out.Encoding, out.Cut = x.Words, x.Rows, x.Encoding, x.Cut
	return out, err
}

// erasures adds what is asked or was done about erasing the piece.
func (p *evidencePages) erasures(ctx context.Context, by actor.Actor, item evidence.Item, v *pages.EvidenceView) error {
	if item.State == evidence.Erased {
		e, err := p.Evidence.LastErasure(ctx, item)
		if err != nil {
			return err
		}
		v.Erased, err = p.erasure(ctx, e)
		return err
	}
	e, open, err := p.Evidence.OpenErasure(ctx, item)
	if err != nil || !open {
		return err
	}
	if v.Erasure, err = p.erasure(ctx, e); err != nil {
		return err
	}
	v.MayErase = false // it is asked for already
	v.Erasure.MayDecide = by.May(actor.EraseEvidence) && e.RequestedBy != by.ID
	shared, err := p.Evidence.SharedWith(ctx, item)
	v.Erasure.Shared = int(shared)
	return err
}

func (p *evidencePages) erasure(ctx context.Context, e evidence.Erasure) (*pages.EvidenceErasure, error) {
	names, err := p.Accounts.Names(ctx, []string{e.RequestedBy, e.DecidedBy})
	if err != nil {
		return nil, err
	}
	out := &pages.EvidenceErasure{Reason: e.Reason, By: names[e.RequestedBy], At: e.RequestedAt, DecidedBy: names[e.DecidedBy]}
	if e.DecidedAt != nil {
		out.DecidedAt = *e.DecidedAt
	}
	return out, nil
}

// act runs something on the piece of the address with a form, and shows the
// page again when a field was wrong. as renames the field for the page, which
// has several forms with the same names.
func (p *evidencePages) act(c echo.Context, flash, as string, fn func(f *form, id string) error) error {
	f, err := readForm(c)
	if err != nil {
		return err
	}
	id := c.Param("id")
	err = fn(f, id)
	if _, fields := problem.FieldsOf(err); fields && problem.Is(err, problem.Invalid) {
		item, getErr := p.Evidence.Get(c.Request().Context(), who(c), id)
		if getErr != nil {
			return getErr
		}
		return p.showPage(c, http.StatusUnprocessableEntity, item, cameBack{f, renamed(err, as)})
	}
	if err != nil {
		return err
	}
	p.flash(c, flash)
	return done(c, evidenceURL(id))
}

// renamed puts an error about one field under another name.
func renamed(err error, as string) error {
	list, _ := problem.FieldsOf(err)
	var f problem.Fields
	for _, one := range list {
		f.Add(cmp.Or(as, one.Field), one.Key, one.Args...)
	}
	return f.Err()
}

// sound runs fn when everything in the form could be read.
func sound(f *form, fn func() error) error {
	if err := f.err(nil); err != nil {
		return err
	}
	return fn()
}

// send submits a draft for review.
func (p *evidencePages) send(c echo.Context) error {
	return p.act(c, "evidence.flash.sent", "", func(_ *form, id string) error {
		return p.Evidence.Send(c.Request().Context(), who(c), id)
	})
}

func (p *evidencePages) approve(c echo.Context) error {
	return p.act(c, "evidence.flash.approved", "note", func(f *form, id string) error {
		note, version := f.lines("note"), f.int("version")
		return sound(f, func() error { return p.Evidence.Approve(c.Request().Context(), who(c), id, version, note) })
	})
}

func (p *evidencePages) returnBack(c echo.Context) error {
	return p.act(c, "evidence.flash.returned", "note", func(f *form, id string) error {
		note, version := f.lines("note"), f.int("version")
		return sound(f, func() error { return p.Evidence.Return(c.Request().Context(), who(c), id, version, note) })
	})
}

func (p *evidencePages) retire(c echo.Context) error {
	return p.act(c, "evidence.flash.retired", "retire", func(f *form, id string) error {
		reason := f.lines("reason")
		return sound(f, func() error { return p.Evidence.Retire(c.Request().Context(), who(c), id, reason) })
	})
}

func (p *evidencePages) askErasure(c echo.Context) error {
	return p.act(c, "evidence.flash.erasure_asked", "erase", func(f *form, id string) error {
		reason := f.lines("reason")
		if err := f.err(nil); err != nil {
			return err
		}
		_, err := p.Evidence.RequestErasure(c.Request().Context(), who(c), id, reason)
		return err
	})
}

func (p *evidencePages) erase(c echo.Context) error {
	return p.act(c, "evidence.flash.erased", "", func(_ *form, id string) error {
		return p.Evidence.Erase(c.Request().Context(), who(c), id)
	})
}

func (p *evidencePages) declineErasure(c echo.Context) error {
	return p.act(c, "evidence.flash.erasure_declined", "decline", func(f *form, id string) error {
		why := f.text("remark")
		return sound(f, func() error { return p.Evidence.DeclineErasure(c.Request().Context(), who(c), id, why) })
	})
}
