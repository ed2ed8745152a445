package exports

import (
	"slices"
	"strings"

	"hegui/internal/labelling/exports/rawjson"
)

// speakers are the words for who speaks in ShareGPT, OpenAI and Anthropic data.
var speakers = map[string]Speaker{
	"system": System, "developer": System,
	"user": User, "human": User,
	"assistant": Assistant, "gpt": Assistant, "model": Assistant, "bot": Assistant, "chatgpt": Assistant,
	"tool": Tool, "function": Tool, "observation": Tool, "function_call": Tool,
}

func newTurn(name, text string) Turn {
	if s, ok := speakers[strings.ToLower(name)]; ok {
		return Turn{Speaker: s, Text: text}
	}
	return Turn{Speaker: Other, Name: name, Text: text}
}

// turns reads what was said: a list of messages, one message, or plain text, which
// by is taken to say unless it is a dialogue in the manner of HH-RLHF.
func turns(v string, by Speaker) []Turn {
	switch rawjson.Kind(v) {
	case rawjson.Array:
		var out []Turn
		for e := range rawjson.Elements(v) {
			out = append(out, turns(e, by)...)
		}
		return out
	case rawjson.Object:
		return []Turn{message(v, by)}
	}
	text := rawjson.Text(v)
	if text == "" {
		return nil
	}
	if hh := humanAssistant(text); len(hh) > 0 {
		return hh
	}
	return []Turn{{Speaker: by, Text: text}}
}

// message reads {from, value} or {role, content}.
func message(v string, by Speaker) Turn {
	name, text := "", ""
	for field, value := range rawjson.Fields(v) {
		switch field {
		case "from", "role":
			name = rawjson.Text(value)
		case "value", "content", "text":
			text = content(value)
		case "tool_calls":
			text += rawjson.Text(value)
		}
	}
	if name == "" {
		return Turn{Speaker: by, Text: text}
	}
	return newTurn(name, text)
}

// content reads the content of a message: text, or a list of parts, of which
// those that are no text show their address.
func content(v string) string {
	if rawjson.Kind(v) != rawjson.Array {
		return rawjson.Text(v)
	}
	var parts []string
	for e := range rawjson.Elements(v) {
		if rawjson.Kind(e) != rawjson.Object {
			parts = append(parts, rawjson.Text(e))
			continue
		}
		for name, value := range rawjson.Fields(e) {
			if name == "value" || name == "text" || name == "content" || strings.HasSuffix(name, "url") {
				parts = append(parts, rawjson.Text(value))
			}
		}
	}
	return strings.Join(parts, "\n")
}

const (
	humanMark     = "\n\nHuman:"
	assistantMark = "\n\nAssistant:"
)

// humanAssistant cuts a dialogue at its marks; nil when it does not begin with one.
func humanAssistant(text string) (out []Turn) {
	if !strings.HasPrefix(text, humanMark) && !strings.HasPrefix(text, assistantMark) {
		return nil
	}
	for text != "" {
		t := Turn{Speaker: User}
		rest, ok := strings.CutPrefix(text, humanMark)
		if !ok {
			t.Speaker = Assistant
			rest = strings.TrimPrefix(text, assistantMark)
		}
		end := len(rest)
		for _, mark := range []string{humanMark, assistantMark} {
			if at := strings.Index(rest, mark); at >= 0 {
				end = min(end, at)
			}
		}
		t.Text = strings.TrimSpace(rest[:end])
		out = append(out, t)
		text = rest[end:]
	}
	return out
}

// pair puts prompt and answers together. What both answers begin with belongs to
// the prompt; a prompt that they repeat is not shown twice.
func pair(prompt, chosen, rejected []Turn) *Pair {
	same := 0
	for same < min(len(chosen), len(rejected))-1 && chosen[same] == rejected[same] {
		same++
	}
	shared := chosen[:same]
	if len(shared) > 0 && (len(prompt) == 0 || repeated(shared, prompt)) {
		prompt = shared
	} else {
		prompt = append(slices.Clip(prompt), shared...)
	}
	return &Pair{Prompt: prompt, Chosen: chosen[same:], Rejected: rejected[same:]}
}

// repeated says whether the turns end like the prompt.
func repeated(shared, prompt []Turn) bool {
	for i := range min(len(shared), len(prompt)) {
		if shared[len(shared)-1-i].Text != prompt[len(prompt)-1-i].Text {
			return false
		}
	}
	return true
}
