package exports

import "hegui/internal/labelling/exports/rawjson"

// prodigy reads Prodigy JSONL: texts and images with a label, spans, relations or
// options, and the verdict in answer.
type prodigy struct{ common }

func (p *prodigy) items(rec record, out []Item) ([]Item, *Fault) {
	it := Item{}
	accepted, options := "", ""
	for name, v := range rawjson.Fields(rec.text) {
		switch name {
		case "_task_hash":
			it.ID = rawjson.Text(v)
		case "_annotator_id":
			it.Annotator = rawjson.Text(v)
		case "_timestamp":
			it.Created = moment(v)
		case "answer":
			it.Verdict = verdict(rawjson.Text(v))
			it.addStratum(name, rawjson.Text(v))
		case "label":
			it.addLabel(rawjson.Text(v))
			it.addStratum(name, rawjson.Text(v))
		case "spans", "relations":
			for e := range rawjson.Elements(v) {
				it.addLabel(rawjson.Text(rawjson.Get(e, "label")))
			}
		case "accept":
			accepted = v
		case "options":
			options = v
		case "text", "html", "image", "_input_hash", "tokens":
		default:
			p.stratum(&it, name, v)
		}
	}
	for _, label := range chosenOptions(accepted, options) {
		it.addLabel(label)
	}
	if it.ID != "" && it.Annotator != "" {
		it.ID += "/" + it.Annotator
	}
	if f := p.done(&it, rec, "_task_hash"); f != nil {
		return out, f
	}
	return append(out, it), nil
}

// chosenOptions gives the words of the options that were accepted.
func chosenOptions(accepted, options string) []string {
	ids := words(accepted)
	if len(ids) == 0 {
		return nil
	}
	names := map[string]string{}
	for o := range rawjson.Elements(options) {
		names[rawjson.Text(rawjson.Get(o, "id"))] = rawjson.Text(rawjson.Get(o, "text"))
	}
	for i, id := range ids {
		if names[id] != "" {
			ids[i] = names[id]
		}
	}
	return ids
}

func (p *prodigy) view(original string) View {
	var (
		v                 View
		spans             string
		text              Text
		image             Image
		accepted, options string
	)
	for name, value := range rawjson.Fields(original) {
		switch name {
		case "text", "html":
			text.Body, v.Text = rawjson.Text(value), &text
		case "image":
			image.Source, v.Image = rawjson.Text(value), &image
		case "width":
			image.Width = number(value)
		case "height":
			image.Height = number(value)
		case "spans":
			spans = value
		case "relations":
			text.Relations = prodigyRelations(value)
		case "label", "answer":
			v.Choices = append(v.Choices, Choice{Control: name, Values: words(value)})
		case "accept":
			accepted = value
		case "options":
			options = value
		case "_input_hash", "_task_hash", "tokens", "_view_id":
		default:
			v.addField(name, value)
		}
	}
	if options != "" {
		v.Choices = append(v.Choices, Choice{Control: "accept", Values: append([]string{}, chosenOptions(accepted, options)...)})
	}
	if v.Image != nil {
		image.Shapes = prodigyShapes(spans)
		image.fit()
	} else {
		text.place(prodigySpans(spans))
	}
	v.Kind = v.kindOf()
	return v
}

func prodigySpans(list string) (out []Span) {
	for e := range rawjson.Elements(list) {
		s := Span{Start: whole(rawjson.Get(e, "start")), End: whole(rawjson.Get(e, "end")), Labels: words(rawjson.Get(e, "label")),
			Quote: rawjson.Text(rawjson.Get(e, "text"))}
		s.ID = rawjson.Get(e, "token_end") // relations name spans by their last token
		out = append(out, s)
	}
	return out
}

func prodigyRelations(list string) (out []Relation) {
	for e := range rawjson.Elements(list) {
		out = append(out, Relation{From: rawjson.Text(rawjson.Get(e, "head")), To: rawjson.Text(rawjson.Get(e, "child")),
			Labels: words(rawjson.Get(e, "label"))})
	}
	return out
}

func prodigyShapes(list string) (out []Shape) {
	for e := range rawjson.Elements(list) {
		s := Shape{Kind: Polygon, Labels: words(rawjson.Get(e, "label")), Points: points(numbers(rawjson.Get(e, "points")))}
		if rawjson.Get(e, "width") != "" {
			s.Kind, s.Points = Box, nil
			s.X, s.Y = number(rawjson.Get(e, "x")), number(rawjson.Get(e, "y"))
			s.Width, s.Height = number(rawjson.Get(e, "width")), number(rawjson.Get(e, "height"))
		}
		out = append(out, s)
	}
	return out
}
