package exports

import (
	"slices"
	"strconv"

	"hegui/internal/labelling/exports/rawjson"
)

// training reads data for training: preference pairs, KTO, Alpaca and conversations.
// Which fields a row needs depends on the format; what it is, the fields say.
type training struct{ common }

// said is what a row says, by its fields.
type said struct {
	system, history          []Turn
	prompt, chosen, rejected []Turn
	answer                   []Turn // of Alpaca and KTO
	wanted                   string // the yes or no of KTO
	hasWanted                bool
}

func (t *training) items(rec record, out []Item) ([]Item, *Fault) {
	it := Item{}
	has := map[string]bool{}
	for name, v := range rawjson.Fields(rec.text) {
		has[trainingField(name)] = true
		switch name {
		case "id":
			it.ID = rawjson.Text(v)
		case "prompt_id":
			if it.ID == "" {
				it.ID = rawjson.Text(v)
			}
		case "annotator", "annotator_id":
			it.Annotator = person(v)
		case "created_at":
			it.Created = moment(v)
		case "kto_tag", "label":
			it.addLabel(rawjson.Text(v))
			it.addStratum(name, rawjson.Text(v))
		case "prompt", "instruction", "input", "output", "completion", "system", "chosen", "rejected":
		default:
			t.stratum(&it, name, v)
		}
	}
	for _, need := range t.needs() {
		if !has[need] {
			return out, refused(FieldMissing, "field", need)
		}
	}
	if it.ID == "" {
		it.ID = strconv.Itoa(rec.row)
	}
	if f := t.done(&it, rec, "id"); f != nil {
		return out, f
	}
	return append(out, it), nil
}

// needs lists the fields that make a row one of the format.
func (t *training) needs() []string {
	switch t.layout.Format {
	case Preference:
		return []string{"chosen", "rejected"}
	case KTO:
		return []string{"label"}
	case Alpaca:
		return []string{"instruction", "output"}
	}
	return []string{"messages"}
}

// trainingField gives the one name of fields that have several.
func trainingField(name string) string {
	switch name {
	case "chosen_messages":
		return "chosen"
	case "rejected_messages":
		return "rejected"
	case "conversations", "conversation":
		return "messages"
	case "kto_tag":
		return "label"
	}
	return name
}

func (t *training) view(original string) View {
	var v View
	s := said{}
	for name, value := range rawjson.Fields(original) {
		if !s.take(name, value, original) && name != "id" {
			v.addField(name, value)
		}
	}
	prompt := slices.Concat(s.system, s.history, s.prompt)
	if t.layout.Format == Preference {
		v.Pair = pair(prompt, s.chosen, s.rejected)
	} else {
		v.Turns = append(prompt, s.answer...)
	}
	if s.hasWanted {
		v.Choices = []Choice{{Control: "label", Values: []string{s.wanted}}}
	}
	v.Kind = v.kindOf()
	return v
}

// take uses a field that is part of what was said.
func (s *said) take(name, value, row string) bool {
	switch name {
	case "prompt", "conversations", "conversation", "messages":
		s.prompt = append(s.prompt, turns(value, User)...)
	case "instruction":
		s.prompt = append(s.prompt, instruction(value, rawjson.Get(row, "input")))
	case "input":
		return rawjson.Get(row, "instruction") != ""
	case "system":
		s.system = turns(value, System)
	case "history":
		s.history = history(value)
	case "output", "completion":
		s.answer = turns(value, Assistant)
	case "chosen", "chosen_messages":
		s.chosen = turns(value, Assistant)
	case "rejected", "rejected_messages":
		s.rejected = turns(value, Assistant)
	case "kto_tag", "label":
		s.wanted, s.hasWanted = rawjson.Text(value), true
	default:
		return false
	}
	return true
}

func instruction(value, input string) Turn {
	t := Turn{Speaker: User, Text: rawjson.Text(value)}
	if more := rawjson.Text(input); more != "" {
		t.Text += "\n" + more
	}
	return t
}

// history reads earlier rounds, [[question, answer], …].
func history(v string) (out []Turn) {
	for round := range rawjson.Elements(v) {
		by := User
		for text := range rawjson.Elements(round) {
			out = append(out, Turn{Speaker: by, Text: rawjson.Text(text)})
			by = Assistant
		}
	}
	return out
}
