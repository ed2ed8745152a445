package web

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/i18n"
	"hegui/internal/regulation"
	"hegui/templates/pages"
	"hegui/templates/ui"
)

// silent are columns that say nothing to people: keys, counters, and what the
// sentence itself already says.
var silent = []string{"id", "version", "created_at", "updated_at", "created_by", "updated_by",
	"scoped_at", "scoped_by"}

// silentColumns are further ones in some tables.
var silentColumns = []column{
	{"figure_value", "unit"}, {"figure_value", "comparator"}, {"figure_value", "figure_key"}, {"figure_value", "proposed_at"}, {"figure_value", "proposed_by"},
	{"figure_value", "decided_at"}, {"figure_value", "decided_by"},
	{"figure_check", "fingerprint"}, {"figure_check", "figure_key"}, {"figure_check", "checked_at"}, {"figure_check", "checked_by"},
	{"figure_check", "withdrawn_at"},
	{"evidence", "current_id"}, {"evidence", "versions"}, {"evidence", "links"}, {"evidence", "batch"},
	{"evidence_version", "evidence_id"}, {"evidence_version", "blob_id"}, {"evidence_version", "media_type"},
	{"evidence_link", "evidence_id"}, {"evidence_link", "assessment_id"}, {"evidence_link", "requirement_id"}, {"evidence_link", "service_id"},
	{"evidence_erasure", "evidence_id"},
	{"request", "resume_to"}, {"request", "left_days"}, {"request", "calendar_version"}, {"request", "next_notice"}, {"request", "notice"},
	{"request", "state_since"}, {"request", "rule_id"}, {"request", "messages"}, {"request", "unread"}, {"request", "tasks"}, {"request", "tasks_done"},
	{"request_message", "request_id"}, {"request_attachment", "request_id"}, {"request_identity", "request_id"}, {"request_code", "request_id"},
	{"request_mandate", "request_id"}, {"request_pause", "request_id"}, {"request_extension", "request_id"}, {"request_task", "request_id"},
	{"request_delivery", "request_id"}, {"request_package", "request_id"}, {"request_letter", "request_id"}, {"request_certificate", "request_id"},
	{"request_hold", "request_id"}, {"request_view", "request_id"},
}

// valueWords gives, for columns that hold one of a few codes, the start of the
// message keys of those codes.
var valueWords = map[column]string{
	{"account", "roles"}:         "role.",
	{"account", "language"}:      "language.",
	{"organisation", "language"}: "language.",

	{"evidence", "kind"}:            "evidence.kind.",
	{"evidence", "type"}:            "evidence.type.",
	{"evidence", "state"}:           "evidence.state.",
	{"evidence", "confidentiality"}: "evidence.level.",
	{"evidence_erasure", "state"}:   "evidence.erasure.state.",

	{"assessment", "status"}:          "checklist.status.",
	{"assessment", "standing"}:        "checklist.status.",
	{"assessment", "proposed_status"}: "checklist.status.",
	{"assessment", "severity"}:        "checklist.severity.",
	{"assessment", "base_severity"}:   "checklist.severity.",
	{"assessment_task", "state"}:      "checklist.task.state.",

	{"label_project", "kind"}:              "labelling.kind.",
	{"label_project", "state"}:             "labelling.project.state.",
	{"label_rule_set", "kind"}:             "labelling.kind.",
	{"label_rule_set", "state"}:            "labelling.rules.state.",
	{"label_supplier", "state"}:            "labelling.supplier.state.",
	{"label_function", "function"}:         "labelling.function.",
	{"label_training", "exam"}:             "labelling.exam.",
	{"label_batch", "kind"}:                "labelling.kind.",
	{"label_batch", "state"}:               "labelling.batch.state.",
	{"label_batch", "format"}:              "exports.format.",
	{"label_batch", "divide_by"}:           "labelling.divide.",
	{"label_batch", "risk_category"}:       "labelling.risk.",
	{"label_lot", "kind"}:                  "labelling.kind.",
	{"label_lot", "state"}:                 "labelling.lot.state.",
	{"label_lot", "outcome"}:               "labelling.outcome.",
	{"label_decision", "verdict"}:          "labelling.outcome.",
	{"label_decision", "computed_verdict"}: "labelling.outcome.",
	{"label_decision", "follow_up"}:        "label_decide.follow_up.",
	{"label_decision", "state"}:            "label_decide.state.",
	{"label_correction", "state"}:          "label_decide.correction.",
	{"label_record", "kind"}:               "label_record.kind.",
	{"label_stream", "severity"}:           "label_decide.severity.",
	{"label_stream_step", "used"}:          "label_decide.severity.",
	{"label_stream_step", "next"}:          "label_decide.severity.",
	{"label_stream_step", "kind"}:          "label_decide.step.kind.",

	{"request", "kind"}:                "request.kind.",
	{"request", "requester"}:           "request.requester.",
	{"request", "channel"}:             "request.channel.",
	{"request", "language"}:            "language.",
	{"request", "state"}:               "request.state.",
	{"request", "identity_level"}:      "request.level.",
	{"request", "identity_state"}:      "request.identity.",
	{"request", "unit"}:                "request.unit.",
	{"request", "starts"}:              "request.starts.",
	{"request", "close_reason"}:        "request.close.",
	{"request_rule", "kind"}:           "request.kind.",
	{"request_rule", "unit"}:           "request.unit.",
	{"request_rule", "starts"}:         "request.starts.",
	{"request_rule", "identity_level"}: "request.level.",
	{"request_refusal", "kinds"}:       "request.kind.",
	{"request_message", "direction"}:   "request.direction.",
	{"request_message", "via"}:         "request.channel.",
	{"request_pause", "reason"}:        "request.pause.",
	{"request_extension", "reason"}:    "request.extension.",
	{"request_hold", "basis"}:          "request.hold.",
	{"request_view", "what"}:           "request.looked.",
	{"request_attachment", "purpose"}:  "request.purpose.",

	{"service", "kind"}:              "register.kind.",
	{"service", "state"}:             "register.state.",
	{"service", "modalities"}:        "register.modality.",
	{"service", "audience"}:          "register.audience.",
	{"service", "channels"}:          "register.channel.",
	{"service", "model"}:             "register.model.",
	{"service", "minors"}:            "register.answer.",
	{"service", "offered_to_public"}: "register.answer.",
	{"service", "not_public"}:        "register.not_public.",
	{"service", "model_filed"}:       "register.answer.",
	{"figure_value", "state"}:        "figure.state.",
	{"catalogue_version", "source"}:  "catalogue.source.",
	{"catalogue_draft", "source"}:    "catalogue.source.",
}

// nameWords does the same for the names in columns that hold a JSON object.
var nameWords = map[column]string{}

// column is a column of a table.
type column struct{ table, name string }

// changes puts what changed into words.
func (n names) changes(ctx context.Context, list []audit.Change) []ui.DiffRow {
	var out []ui.DiffRow
	for _, ch := range list {
		if slices.Contains(silent, ch.Field) || slices.Contains(silentColumns, column{ch.Table, ch.Field}) {
			continue
		}
		if ch.Table == "service" && ch.Field == "answers" {
			out = append(out, n.answers(ctx, ch)...)
			continue
		}
		row := ui.DiffRow{Label: fieldLabel(ctx, ch), Before: n.value(ctx, ch, ch.Before), After: n.value(ctx, ch, ch.After)}
		if ch.Hidden {
			row.After = i18n.T(ctx, "field.personal")
		}
		if row.Changed() || strings.HasSuffix(ch.Field, "_hash") && ch.Before != "" {
			out = append(out, row)
		}
	}
	return out
}

// answers lists the questions of a scope that were answered differently.
func (n names) answers(ctx context.Context, ch audit.Change) []ui.DiffRow {
	var before, after map[string]string
	_ = json.Unmarshal([]byte(ch.Before), &before) // nothing before the first
	_ = json.Unmarshal([]byte(ch.After), &after)
	all := maps.Clone(after)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, before)
	var out []ui.DiffRow
	for _, id := range slices.Sorted(maps.Keys(all)) {
		label := n.questions[id]
		if label == "" {
			label = id
		}
		out = appendChanged(out, ui.DiffRow{Label: label, Before: word(ctx, "register.answer.", before[id]), After: word(ctx, "register.answer.", after[id])})
	}
	return out
}

// fieldLabel names a column by its key "field.TABLE.COLUMN"; a column without
// one keeps its own name.
func fieldLabel(ctx context.Context, ch audit.Change) string {
	if key := "field." + ch.Table + "." + ch.Field; i18n.Has(key) {
		return i18n.T(ctx, key)
	}
	if key := "field.request." + ch.Field; strings.HasPrefix(ch.Table, "request") && i18n.Has(key) {
		return i18n.T(ctx, key) // the tables of requests share their words
	}
	return strings.ReplaceAll(strings.TrimSuffix(ch.Field, "_id"), "_", " ")
}

// value says one value: a date, a name, a word for a code, yes or no. Hashes
// and unknown ids are never shown.
func (n names) value(ctx context.Context, ch audit.Change, raw string) string {
	var v any
	if raw == "" || json.Unmarshal([]byte(raw), &v) != nil {
		return ""
	}
	if sealedColumn(ch) || strings.HasSuffix(ch.Field, "_hash") && !strings.HasPrefix(ch.Table, "label_") { // those of lots are no secrets
		return hashed(ctx, ch, v)
	}
	return n.say(ctx, column{ch.Table, ch.Field}, v)
}

// sealedColumns are those of requests that are encrypted; the ledger has their
// hashes.
var sealedColumns = []string{"name", "contact", "account", "details", "words", "body", "file_key", "person", "relation", "instructions",
	"result_words", "before_value", "after_value", "second_words", "subject", "release_words", "wrapped", "secret", "hash"}

func sealedColumn(ch audit.Change) bool {
	switch {
	case !strings.HasPrefix(ch.Table, "request"):
		return false
	case ch.Table == "request_system" || ch.Table == "request_day": // whose names are no persons
		return ch.Field == "secret"
	case ch.Table == "request_template":
		return false
	}
	return slices.Contains(sealedColumns, ch.Field)
}

// emptyHash is what the ledger keeps for an empty secret: its SHA-256.
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func hashed(ctx context.Context, _ audit.Change, v any) string {
	if v == emptyHash || v == "" {
		return ""
	}
	return i18n.T(ctx, "field.kept_secret")
}

func (n names) say(ctx context.Context, col column, v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		return i18n.T(ctx, map[bool]string{true: "field.yes", false: "field.no"}[v])
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		return n.sayText(ctx, col, v)
	case []any:
		words := make([]string, len(v))
		for i, one := range v {
			words[i] = n.say(ctx, col, one)
		}
		return strings.Join(words, i18n.T(ctx, "field.separator"))
	case map[string]any:
		return n.sayMap(ctx, col, v)
	}
	return ""
}

func (n names) sayText(ctx context.Context, col column, s string) string {
	if prefix, ok := valueWords[col]; ok && i18n.Has(prefix+s) {
		return i18n.T(ctx, prefix+s)
	}
	if isID(s) {
		for _, known := range []map[string]string{n.people, n.services} {
			if name := known[s]; name != "" {
				return name
			}
		}
		return i18n.T(ctx, "field.some_record")
	}
	if d, ok := day.Parse(s); ok && s != "" {
		return i18n.Date(ctx, d)
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return i18n.DateTime(ctx, t)
	}
	return s
}

// sayMap lists the entries of a JSON object, one a line, in the order of their
// names.
func (n names) sayMap(ctx context.Context, col column, m map[string]any) string {
	if col.table == "figure_value" {
		return figureInput(m)
	}
	lines := make([]string, 0, len(m))
	for k, v := range m {
		if said := n.say(ctx, col, v); said != "" {
			name := k
			if prefix, ok := nameWords[col]; ok && i18n.Has(prefix+k) {
				name = i18n.T(ctx, prefix+k)
			}
			lines = append(lines, i18n.T(ctx, "activity.chip", "name", name, "value", said))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// figureInput says the value of a figure as people type it.
func figureInput(m map[string]any) string {
	var v regulation.FigureValue
	raw, err := json.Marshal(m)
	if err != nil || json.Unmarshal(raw, &v) != nil {
		return ""
	}
	return v.Input()
}

// notesOf lists the further details of an event: an object of plain values.
// Values that are message keys are said in words.
func notesOf(ctx context.Context, raw json.RawMessage) []pages.HistoryNote {
	var m map[string]any
	if len(raw) == 0 || json.Unmarshal(raw, &m) != nil {
		return nil
	}
	var out []pages.HistoryNote
	for k, v := range m {
		said := names{}.say(ctx, column{"note", k}, v)
		if said == "" || isID(k) {
			continue
		}
		label := strings.ReplaceAll(k, "_", " ")
		if key := "activity.note." + k; i18n.Has(key) {
			label = i18n.T(ctx, key)
		}
		out = append(out, pages.HistoryNote{Label: label, Value: i18n.Text(ctx, said)})
	}
	slices.SortFunc(out, func(a, b pages.HistoryNote) int { return strings.Compare(a.Label, b.Label) })
	return out
}
