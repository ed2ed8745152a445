package web

import (
	"context"
	"strconv"
	"strings"
	"time"

	"hegui/internal/checklist"
	"hegui/internal/day"
	"hegui/internal/i18n"
	"hegui/internal/regulation"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// statusLooks is how each status is shown.
var statusLooks = map[checklist.Status]ui.ChipView{
	checklist.NotAssessed:     {Label: "checklist.status.not_assessed", Tone: ui.Neutral, Icon: "circle-dashed"},
	checklist.InProgress:      {Label: "checklist.status.in_progress", Tone: ui.Info, Icon: "progress"},
	checklist.Compliant:       {Label: "checklist.status.compliant", Tone: ui.Good, Icon: "circle-check"},
	checklist.PartlyCompliant: {Label: "checklist.status.partly_compliant", Tone: ui.Warn, Icon: "circle-half-2"},
	checklist.NonCompliant:    {Label: "checklist.status.non_compliant", Tone: ui.Bad, Icon: "circle-x"},
	checklist.NotApplicable:   {Label: "checklist.status.not_applicable", Tone: ui.Neutral, Icon: "circle-minus"},
}

// outOfScopeLook is how a requirement is shown that does not apply by scope,
// apart from one that somebody judged not applicable.
var outOfScopeLook = ui.ChipView{Label: "checklist.out_of_scope", Tone: ui.Neutral, Icon: "ban"}

// statusKeys are the keys that set the status of the marked row.
var statusKeys = []pages.ChecklistKey{
	{Key: "c", Status: string(checklist.Compliant), Label: "checklist.status.compliant"},
	{Key: "h", Status: string(checklist.PartlyCompliant), Label: "checklist.status.partly_compliant"},
	{Key: "x", Status: string(checklist.NonCompliant), Label: "checklist.status.non_compliant"},
	{Key: "w", Status: string(checklist.InProgress), Label: "checklist.status.in_progress"},
	{Key: "u", Status: string(checklist.NotAssessed), Label: "checklist.status.not_assessed"},
	{Key: "a", Status: string(checklist.NotApplicable), Label: "checklist.status.not_applicable"},
}

func standingChip(a checklist.Assessment) ui.ChipView {
	if !a.Applies {
		return outOfScopeLook
	}
	return statusLooks[a.Standing]
}

// severityLook marks what is critical or high.
func severityLook(a checklist.Assessment) ui.ChipView {
	v := ui.ChipView{Label: "checklist.severity." + string(a.Severity)}
	if a.Severe() {
		v.Tone = ui.Warn
	}
	return v
}

// marks say what is special about an assessment beside its standing.
func marks(ctx context.Context, a checklist.Assessment) []ui.ChipView {
	if !a.Applies {
		return nil
	}
	var out []ui.ChipView
	if a.Pending() {
		out = append(out, ui.ChipView{Label: i18n.T(ctx, "checklist.mark.pending", "status", statusWord(ctx, a.ProposedStatus)), Tone: ui.Accent, Icon: "hourglass"})
	}
	if a.ReturnedTo != "" {
		out = append(out, ui.ChipView{Label: "checklist.mark.returned", Tone: ui.Warn, Icon: "arrow-back-up"})
	}
	if a.Lowered() {
		out = append(out, ui.ChipView{Label: i18n.T(ctx, "checklist.mark.lowered", "date", i18n.Date(ctx, a.LoweredOn)), Tone: ui.Warn, Icon: "clock-exclamation"})
	}
	if a.CatalogueChanged {
		out = append(out, ui.ChipView{Label: "checklist.mark.changed", Tone: ui.Warn, Icon: "git-compare"})
	}
	if a.CopiedFrom != "" {
		out = append(out, ui.ChipView{Label: "checklist.mark.copied", Tone: ui.Accent, Icon: "copy"})
	}
	return out
}

func statusWord(ctx context.Context, s checklist.Status) string {
	return i18n.T(ctx, "checklist.status."+string(s))
}

// evidenceWords say how well an assessment is proven: valid of linked.
func evidenceWords(a checklist.Assessment) (string, ui.Tone) {
	if a.Linked == 0 {
		return "–", ui.Neutral
	}
	tone := ui.Neutral
	switch {
	case a.Valid > 0:
		tone = ui.Good
	case a.Expired > 0:
		tone = ui.Bad
	}
	return strconv.Itoa(a.Valid) + " / " + strconv.Itoa(a.Linked), tone
}

// statusOptions are the statuses to choose from.
func statusOptions() []ui.Option {
	out := make([]ui.Option, len(checklist.Statuses))
	for i, s := range checklist.Statuses {
		out[i] = ui.Option{Value: string(s), Label: "checklist.status." + string(s)}
	}
	return out
}

// progressBar divides what counts by its standing.
func progressBar(label string, n checklist.Count, slim bool) ui.ProgressView {
	v := ui.ProgressView{Label: label, Slim: slim, Legend: !slim}
	for _, s := range []checklist.Status{checklist.Compliant, checklist.PartlyCompliant, checklist.NonCompliant, checklist.InProgress, checklist.NotAssessed} {
		v.Segments = append(v.Segments, ui.SegmentView{Label: "checklist.status." + string(s), Tone: statusLooks[s].Tone, Count: n.Of(s)})
	}
	return v
}

// share says how much of what counts is compliant.
func share(ctx context.Context, n checklist.Count) string {
	if n.Judged() == 0 {
		return "–"
	}
	return i18n.Percent(ctx, n.Share())
}

// fraction is compliant of what counts.
func fraction(n checklist.Count) string {
	return strconv.Itoa(n.Of(checklist.Compliant)) + "/" + strconv.Itoa(n.Judged())
}

// lead says how a service stands in one line.
func lead(ctx context.Context, n checklist.Count) string {
	parts := []string{i18n.T(ctx, "checklist.lead", "done", n.Of(checklist.Compliant), "all", n.Judged(), "share", share(ctx, n))}
	if k := n.Of(checklist.NotApplicable); k > 0 {
		parts = append(parts, i18n.T(ctx, "checklist.lead.not_applicable", "count", k))
	}
	if n.OutOfScope > 0 {
		parts = append(parts, i18n.T(ctx, "checklist.lead.out_of_scope", "count", n.OutOfScope))
	}
	return strings.Join(parts, i18n.T(ctx, "checklist.lead.join"))
}

// dueWords say a due date, and since when it is over.
func dueWords(ctx context.Context, a checklist.Assessment, today day.Date) (date, note string, late bool) {
	if a.Due == "" {
		return "", "", false
	}
	if a.Overdue(today) {
		return i18n.Date(ctx, a.Due), i18n.RelativeDay(ctx, a.Due, today), true
	}
	return i18n.Date(ctx, a.Due), "", false
}

// momentWords print a moment that may not have come.
func momentWords(ctx context.Context, t *time.Time) string {
	if t == nil {
		return ""
	}
	return i18n.DateTime(ctx, *t)
}

func severityOf(s string) regulation.Severity { return regulation.Severity(s) }
