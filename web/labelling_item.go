package web

import (
	"context"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"hegui/internal/i18n"
	"hegui/internal/labelling"
	"hegui/internal/labelling/exports"
	"hegui/templates/pages"
)

// hueOf gives a label its colour: the same one wherever it comes.
func hueOf(label string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(label)) // a hash never fails
	return int(h.Sum32() % pages.LabelHues)
}

// labelItem turns a view of an item into what its template shows. picture is
// the address of an uploaded image, by the name in the item.
func labelItem(ctx context.Context, id string, v exports.View, picture func(source string) string) pages.LabelItem {
	out := pages.LabelItem{DOMID: id, Turns: labelTurns(ctx, v.Turns)}
	if v.Text != nil {
		out.Text, out.Lost, out.Links = labelText(*v.Text)
	}
	if v.Image != nil {
		out.Image = labelImage(*v.Image, picture(v.Image.Source))
	}
	if v.Pair != nil {
		out.Prompt = labelTurns(ctx, v.Pair.Prompt)
		out.Answers = []pages.LabelAnswer{{Title: "labelling.item.chosen", Chosen: true, Turns: labelTurns(ctx, v.Pair.Chosen)},
			{Title: "labelling.item.rejected", Turns: labelTurns(ctx, v.Pair.Rejected)}}
	}
	for _, c := range v.Choices {
		out.Choices = append(out.Choices, pages.LabelChoice{Control: c.Control, Values: c.Values})
	}
	for _, f := range v.Fields {
		out.Fields = append(out.Fields, pages.LabelField{Name: f.Name, Value: f.Value})
	}
	return out
}

func labelText(t exports.Text) (pieces []pages.LabelPiece, lost []pages.LabelSpan, links []pages.LabelLink) {
	spans, names := make([]pages.LabelSpan, len(t.Spans)), map[string]string{}
	for i, s := range t.Spans {
		name := strings.Join(s.Labels, " · ")
		spans[i] = pages.LabelSpan{Name: name, Quote: s.Quote, Hue: hueOf(name)}
		names[s.ID] = s.Quote
		if s.Lost {
			lost = append(lost, spans[i])
		}
	}
	at := 0
	for _, p := range t.Pieces() {
		at += len([]rune(p.Text))
		piece := pages.LabelPiece{Text: p.Text}
		for _, i := range p.Spans {
			piece.Spans = append(piece.Spans, spans[i])
			if t.Spans[i].End == at {
				piece.Ends = append(piece.Ends, spans[i])
			}
		}
		pieces = append(pieces, piece)
	}
	for _, r := range t.Relations {
		links = append(links, pages.LabelLink{From: names[r.From], Name: strings.Join(r.Labels, " · "), To: names[r.To]})
	}
	return pieces, lost, links
}

func labelImage(v exports.Image, url string) *pages.LabelImage {
	out := &pages.LabelImage{URL: url, Source: v.Source, Width: v.Width, Height: v.Height, Guess: v.Guess}
	counts := map[string]int{}
	var order []string
	for _, s := range v.Shapes {
		name := strings.Join(s.Labels, " · ")
		if counts[name]++; counts[name] == 1 {
			order = append(order, name)
		}
		shape := pages.LabelShape{Kind: string(s.Kind), Name: name, Hue: hueOf(name), X: s.X, Y: s.Y, Width: s.Width, Height: s.Height, Rotation: s.Rotation}
		for _, p := range s.Points {
			shape.Points = append(shape.Points, pages.LabelPoint{X: p.X, Y: p.Y})
		}
		out.Shapes = append(out.Shapes, shape)
	}
	for _, name := range order {
		out.Legend = append(out.Legend, pages.LabelSpan{Name: name, Quote: strconv.Itoa(counts[name]), Hue: hueOf(name)})
	}
	return out
}

func labelTurns(ctx context.Context, turns []exports.Turn) (out []pages.LabelTurn) {
	for _, t := range turns {
		speaker := i18n.T(ctx, t.Speaker.Key())
		if t.Speaker == exports.Other && t.Name != "" {
			speaker = t.Name
		}
		out = append(out, pages.LabelTurn{Speaker: speaker, Role: string(t.Speaker), Text: t.Text})
	}
	return out
}

// labelItems shows items of a batch, with two queries for all. The id of an
// item is its place in the lot.
func (s *Server) labelItems(ctx context.Context, b labelling.Batch, items []labelling.Item) ([]pages.LabelItem, error) {
	views, err := s.Labelling.Views(ctx, b, items)
	if err != nil {
		return nil, err
	}
	picture, err := s.pictures(ctx, b.ID, views)
	if err != nil {
		return nil, err
	}
	out := make([]pages.LabelItem, len(items))
	for i, v := range views {
		if items[i].Destroyed() {
			out[i] = pages.LabelItem{DOMID: "item-" + strconv.FormatInt(items[i].N, 10), Text: []pages.LabelPiece{{Text: i18n.T(ctx, "label_decide.item.destroyed")}}}
			continue
		}
		out[i] = labelItem(ctx, "item-"+strconv.FormatInt(items[i].N, 10), v, picture)
		out[i].Fields = slices.DeleteFunc(out[i].Fields, func(f pages.LabelField) bool { return f.Value == items[i].Annotator && f.Value != "" })
	}
	return out, nil
}

// pictures finds the addresses of the images that views name.
func (s *Server) pictures(ctx context.Context, batch string, views []exports.View) (func(string) string, error) {
	var sources []string
	for _, v := range views {
		if v.Image != nil && v.Image.Source != "" {
			sources = append(sources, v.Image.Source)
		}
	}
	found, err := s.Labelling.Pictures(ctx, batch, sources)
	return func(source string) string {
		if p, ok := found[source]; ok && p.BlobID != "" {
			return "/labelling/pictures/" + p.ID
		}
		return ""
	}, err
}
