package web

import (
	"context"
	"strings"

	"hegui/internal/checklist"
	"hegui/internal/day"
	"hegui/internal/i18n"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// word says a code by the key that starts with prefix; none says nothing, and
// a code without words stands for itself.
func word(ctx context.Context, prefix, code string) string {
	if code == "" || !i18n.Has(prefix+code) {
		return code
	}
	return i18n.T(ctx, prefix+code)
}

// words says several codes.
func words[T ~string](ctx context.Context, prefix string, codes []T) string {
	out := make([]string, len(codes))
	for i, code := range codes {
		out[i] = word(ctx, prefix, string(code))
	}
	return strings.Join(out, i18n.T(ctx, "register.separator"))
}

// options offers codes with their words.
func options[T ~string](ctx context.Context, prefix string, codes []T) []ui.Option {
	out := make([]ui.Option, len(codes))
	for i, code := range codes {
		out[i] = ui.Option{Value: string(code), Label: word(ctx, prefix, string(code))}
	}
	return out
}

func serviceStateChip(s register.State) ui.ChipView {
	chip := map[register.State]ui.ChipView{
		register.Planned: {Tone: ui.Info, Icon: "calendar"}, register.Live: {Tone: ui.Good, Icon: "player-play"},
		register.Suspended: {Tone: ui.Warn, Icon: "player-pause"}, register.Retired: {Icon: "archive"},
	}[s]
	chip.Label = "register.state." + string(s)
	return chip
}

// scopeProgress shows how many of the questions that arise are answered.
func scopeProgress(answered, asked int) ui.ProgressView {
	return ui.ProgressView{Label: "register.column.scope", Slim: true, Segments: []ui.SegmentView{
		{Label: "register.scope.done", Tone: ui.Good, Count: answered}, {Label: "register.scope.left", Count: asked - answered}}}
}

// pick gives a text of the catalogue in the reader's language.
func pick(ctx context.Context, t regulation.Text) string { return i18n.Pick(ctx, t.ZH, t.EN) }

// standingTones gives the statuses of assessments their colours.
var standingTones = map[checklist.Status]ui.Tone{checklist.InProgress: ui.Accent, checklist.Compliant: ui.Good, checklist.PartlyCompliant: ui.Warn,
	checklist.NonCompliant: ui.Bad, checklist.NotApplicable: ui.Info}

// standing shows how the assessments of a service stand.
func standing(n checklist.Count) *ui.ProgressView {
	v := &ui.ProgressView{Label: "register.column.progress"}
	for _, s := range checklist.Statuses {
		v.Segments = append(v.Segments, ui.SegmentView{Label: "checklist.status." + string(s), Tone: standingTones[s], Count: n.Of(s)})
	}
	return v
}

func showView(ctx context.Context, c *regulation.Catalogue, e register.Entry, names map[string]string) pages.RegisterShowView {
	v := pages.RegisterShowView{Details: detailRows(ctx, e.Details()), Numbers: numberRows(ctx, e.Details()), Scope: scopeSummary(ctx, c, e, names),
		Contradictions: contradictions(ctx, c, e)}
	for _, r := range register.Responsible {
		v.People = append(v.People, pages.RegisterPerson{Label: "field.service." + r.Field, Name: names[r.Of(e.Details())]})
	}
	if e.Retired() {
		v.Retired = &pages.RegisterRetired{When: i18n.T(ctx, "register.retired.when", "day", i18n.Date(ctx, string(day.Of(*e.RetiredAt)))), Reason: e.RetiredReason}
	}
	return v
}

// detailRows says the facts of a service, for its page and to compare two
// versions of it.
func detailRows(ctx context.Context, d register.Details) []pages.DetailRow {
	launch := ""
	if d.Launch != "" {
		launch = i18n.Date(ctx, string(d.Launch))
	}
	return []pages.DetailRow{
		{Label: "field.service.description", Value: d.Description},
		{Label: "field.service.modalities", Value: words(ctx, "register.modality.", d.Modalities)},
		{Label: "field.service.audience", Value: word(ctx, "register.audience.", string(d.Audience))},
		{Label: "field.service.minors", Value: word(ctx, "register.answer.", string(d.Minors))},
		{Label: "field.service.channels", Value: words(ctx, "register.channel.", d.Channels)},
		{Label: "field.service.launch", Value: launch},
		{Label: "field.service.model", Value: word(ctx, "register.model.", string(d.Model))},
		{Label: "field.service.model_name", Value: d.ModelName},
		{Label: "field.service.model_filing", Value: d.ModelFiling},
	}
}

func numberRows(_ context.Context, d register.Details) []pages.DetailRow {
	return []pages.DetailRow{
		{Label: "field.service.filing_number", Value: d.FilingNumber},
		{Label: "field.service.registration_number", Value: d.RegistrationNumber},
		{Label: "field.service.algorithm_number", Value: d.AlgorithmNumber},
	}
}

// differences compares two sets of facts in words.
func differences(ctx context.Context, theirs, mine register.Details, names map[string]string) (out []ui.DiffRow) {
	all := func(d register.Details) []pages.DetailRow {
		rows := []pages.DetailRow{{Label: "field.service.name", Value: d.Name}, {Label: "field.service.kind", Value: word(ctx, "register.kind.", string(d.Kind))},
			{Label: "field.service.state", Value: word(ctx, "register.state.", string(d.State))}}
		rows = append(append(rows, detailRows(ctx, d)...), numberRows(ctx, d)...)
		for _, r := range register.Responsible {
			rows = append(rows, pages.DetailRow{Label: "field.service." + r.Field, Value: names[r.Of(d)]})
		}
		return rows
	}
	after := all(mine)
	for i, before := range all(theirs) {
		if row := (ui.DiffRow{Label: before.Label, Before: before.Value, After: after[i].Value}); row.Changed() {
			out = append(out, row)
		}
	}
	return out
}

func scopeSummary(ctx context.Context, c *regulation.Catalogue, e register.Entry, names map[string]string) pages.RegisterScopeSummary {
	answered, asked := register.Completeness(c, register.Profile(e))
	applicable, open := register.Count(c, register.Profile(e))
	v := pages.RegisterScopeSummary{URL: serviceURL(e.ID) + "/scope", Public: publicChip(e.OfferedToPublic), Progress: scopeProgress(answered, asked),
		Answered:   i18n.T(ctx, "register.scope.answered", "count", answered, "of", asked),
		Applicable: i18n.T(ctx, "register.scope.applicable", "count", applicable), Note: e.ScopeNote, Saved: i18n.T(ctx, "register.scope.never")}
	if open > 0 {
		v.Open = i18n.T(ctx, "register.scope.provisional", "count", open)
	}
	if e.ScopedAt != nil {
		v.Saved = i18n.T(ctx, "register.scope.saved", "who", savedBy(ctx, names[e.ScopedBy]), "when", i18n.DateTime(ctx, *e.ScopedAt))
	}
	return v
}

// savedBy names who saved something; the program itself has no account.
func savedBy(ctx context.Context, name string) string {
	if name == "" {
		return i18n.T(ctx, "activity.somebody")
	}
	return name
}

func publicChip(a regulation.Answer) ui.ChipView {
	switch a {
	case regulation.Yes:
		return ui.ChipView{Label: "register.public.yes", Tone: ui.Accent, Icon: "world"}
	case regulation.No:
		return ui.ChipView{Label: "register.public.no", Icon: "lock"}
	}
	return ui.ChipView{Label: "register.public.unknown", Tone: ui.Warn, Icon: "help"}
}

// contradictions says where the register and the scope disagree.
func contradictions(ctx context.Context, c *regulation.Catalogue, e register.Entry) []pages.RegisterRemark {
	names := questionNames(ctx, c)
	var out []pages.RegisterRemark
	for _, i := range register.Contradictions(e.Details(), register.Profile(e)) {
		out = append(out, pages.RegisterRemark{URL: serviceURL(e.ID) + "/scope#q-" + i.Question, Text: i18n.T(ctx, "register.contradiction",
			"question", names[i.Question], "answer", word(ctx, "register.answer.", string(register.AnswerTo(register.Profile(e), i.Question))),
			"fact", i18n.T(ctx, "field.service."+i.Fact), "implied", word(ctx, "register.answer.", string(i.Answer)))})
	}
	return out
}

func questionNames(ctx context.Context, c *regulation.Catalogue) map[string]string {
	out := map[string]string{}
	for _, q := range c.Questions() {
		out[q.ID] = pick(ctx, q.Name)
	}
	return out
}
