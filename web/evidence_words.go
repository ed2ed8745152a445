package web

import (
	"cmp"
	"context"
	"path"
	"strings"

	"hegui/internal/day"
	"hegui/internal/evidence"
	"hegui/internal/file"
	"hegui/internal/i18n"
	"hegui/templates/ui"
)

// titleOf is what a piece is called; an erased one has no title any more.
func titleOf(ctx context.Context, i evidence.Item) string {
	return cmp.Or(i.Title, i18n.T(ctx, "evidence.erased.name"))
}

var evidenceStates = map[evidence.State]ui.ChipView{
	evidence.Draft:     {Icon: "pencil"},
	evidence.Submitted: {Tone: ui.Accent, Icon: "hourglass"},
	evidence.Approved:  {Tone: ui.Good, Icon: "circle-check"},
	evidence.Returned:  {Tone: ui.Warn, Icon: "arrow-back-up"},
	evidence.Retired:   {Icon: "archive"},
	evidence.Erased:    {Icon: "ban"},
}

// evidenceState shows how far a piece has got.
func evidenceState(s evidence.State) ui.ChipView {
	v := evidenceStates[s]
	v.Label = "evidence.state." + string(s)
	return v
}

// validityChip says that a piece has expired or will soon; nil when there is
// nothing to say.
func validityChip(ctx context.Context, i evidence.Item, today day.Date) *ui.ChipView {
	switch {
	case i.Closed() || i.ValidUntil == "":
		return nil
	case i.Expired(today):
		return &ui.ChipView{Label: i18n.T(ctx, "evidence.expired.since", "when", i18n.Date(ctx, i.ValidUntil)), Tone: ui.Bad, Icon: "clock-exclamation"}
	case i.ValidUntil <= today.Add(evidence.ExpiringDays):
		return &ui.ChipView{Label: i18n.T(ctx, "evidence.expires.in", "when", i18n.RelativeDay(ctx, i.ValidUntil, today)), Tone: ui.Warn, Icon: "calendar-due"}
	}
	return nil
}

// levelChip says who may see a piece, when not everybody may.
func levelChip(i evidence.Item) *ui.ChipView {
	switch i.Confidentiality {
	case evidence.Confidential:
		return &ui.ChipView{Label: "evidence.level.confidential", Icon: "lock"}
	case evidence.Restricted:
		return &ui.ChipView{Label: "evidence.level.restricted", Tone: ui.Info, Icon: "shield-lock"}
	}
	return nil
}

var formIcons = map[file.Form]string{file.Image: "photo", file.PDF: "file-type-pdf", file.Text: "file-text", file.Table: "file-spreadsheet",
	file.Audio: "music", file.Video: "video"}

// evidenceIcon shows what a piece consists of.
func evidenceIcon(i evidence.Item, v evidence.Version) string {
	switch i.Kind {
	case evidence.KindLink:
		return "link"
	case evidence.KindNote:
		return "note"
	}
	return cmp.Or(formIcons[shownAs(v)], "file")
}

// evidenceNote says in a few words what is in a piece.
func evidenceNote(ctx context.Context, i evidence.Item, v evidence.Version) string {
	switch {
	case v.ErasedAt != nil:
		return ""
	case i.Kind == evidence.KindLink:
		return v.URL
	case i.Kind == evidence.KindNote:
		return ""
	}
	return i18n.T(ctx, "evidence.file.note", "name", v.FileName, "size", i18n.Bytes(ctx, v.Size))
}

// shownAs is how a file is shown. A log with a comma in every line looks like
// a table, so a table has to be called one, too.
func shownAs(v evidence.Version) file.Form {
	form := file.FormOf(v.MediaType)
	switch ext := strings.ToLower(path.Ext(v.FileName)); {
	case form == file.Table && ext != ".csv" && ext != ".tsv" && ext != ".tab":
		return file.Text
	}
	return form
}

func typeChoices() []ui.Option {
	out := make([]ui.Option, len(evidence.Types))
	for n, t := range evidence.Types {
		out[n] = ui.Option{Value: string(t), Label: "evidence.type." + string(t)}
	}
	return out
}

func levelChoices() []ui.Option {
	out := make([]ui.Option, len(evidence.Levels))
	for n, l := range evidence.Levels {
		out[n] = ui.Option{Value: string(l), Label: "evidence.level." + string(l)}
	}
	return out
}
