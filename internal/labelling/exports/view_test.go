package exports

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestViews compares whole views of the fixtures that show something of their own.
func TestViews(t *testing.T) {
	t.Parallel()
	tests := map[string]View{
		"label studio, two annotations, one cancelled, one draft": {Kind: ViewText,
			Text:   &Text{Body: "我爱北京", Spans: []Span{{ID: "r1", Start: 2, End: 4, Labels: []string{"LOC"}, Quote: "北京"}}},
			Fields: []Field{{"source", "web"}}},
		"json_min": {Kind: ViewText, Text: &Text{Body: "fine"},
			Choices: []Choice{{"sentiment", []string{"Positive"}}, {"topics", []string{"a", "b"}}}},
		"label studio csv": {Kind: ViewText,
			Text: &Text{Body: "💩This is an annotation.", Spans: []Span{{Start: 12, End: 22, Labels: []string{"Ann"}, Quote: "annotation"}}}},
		"label studio tsv with the name .csv": {Kind: ViewImage, Image: &Image{Source: "https://x.example/a.jpg", Width: 200, Height: 100,
			Shapes: []Shape{{Kind: Box, Labels: []string{"Car"}, X: 20, Y: 20, Width: 60, Height: 40}}}},
		"coco, tables after the annotations": {Kind: ViewImage, Fields: []Field{{"iscrowd", "0"}}, Image: &Image{Source: "a.png", Width: 10, Height: 20,
			Shapes: []Shape{{Kind: Box, Labels: []string{"cat"}, X: 1, Y: 2, Width: 3, Height: 4}}}},
		"doccano, text labels and a blank line": {Kind: ViewText, Text: &Text{Body: "a"}, Choices: []Choice{{"label", []string{"pos", "neg"}}}},
		"doccano, entities and relations": {Kind: ViewText, Fields: []Field{{"Comments", `["ok"]`}}, Text: &Text{Body: "Li in Wuhan",
			Spans:     []Span{{ID: "0", Start: 0, End: 2, Labels: []string{"PER"}, Quote: "Li"}, {ID: "1", Start: 6, End: 11, Labels: []string{"LOC"}, Quote: "Wuhan"}},
			Relations: []Relation{{From: "0", To: "1", Labels: []string{"in"}}}}},
		"doccano, boxes": {Kind: ViewImage, Image: &Image{Source: "a.jpg", Width: 31, Height: 42, Guess: true,
			Shapes: []Shape{{ID: "3", Kind: Box, Labels: []string{"dog"}, X: 1, Y: 2, Width: 30, Height: 40}}}},
		"prodigy, options": {Kind: ViewText, Text: &Text{Body: "Hi"}, Choices: []Choice{{"answer", []string{"ignore"}}, {"accept", []string{"Beta"}}}},
		"prodigy, image": {Kind: ViewImage, Choices: []Choice{{"answer", []string{"accept"}}}, Image: &Image{Source: "a.jpg", Width: 100, Height: 50,
			Shapes: []Shape{{Kind: Polygon, Labels: []string{"X"}, Points: []Point{{1, 1}, {5, 1}, {5, 5}}}}}},
		"preference, hh-rlhf": {Kind: ViewPair, Pair: &Pair{Prompt: []Turn{{Speaker: User, Text: "hi"}}, Chosen: []Turn{{Speaker: Assistant, Text: "hello"}},
			Rejected: []Turn{{Speaker: Assistant, Text: "go away"}}}},
		"preference, prompt ids": {Kind: ViewPair, Fields: []Field{{"prompt_id", "p7"}}, Pair: &Pair{Prompt: []Turn{{Speaker: User, Text: "q"}},
			Chosen: []Turn{{Speaker: Assistant, Text: "a"}}, Rejected: []Turn{{Speaker: Assistant, Text: "b"}}}},
		"kto, prompt and completion": {Kind: ViewTurns, Turns: []Turn{{Speaker: User, Text: "q"}, {Speaker: Assistant, Text: "a"}}, Choices: []Choice{{"label", []string{"false"}}}},
		"alpaca": {Kind: ViewTurns, Turns: []Turn{{Speaker: System, Text: "s"}, {Speaker: User, Text: "q"}, {Speaker: Assistant, Text: "a"},
			{Speaker: User, Text: "translate\n你好"}, {Speaker: Assistant, Text: "hello"}}},
		"sharegpt":                     {Kind: ViewTurns, Turns: []Turn{{Speaker: System, Text: "s"}, {Speaker: User, Text: "hi"}, {Speaker: Assistant, Text: "hello"}, {Speaker: Other, Name: "观众", Text: "?"}}},
		"openai messages":              {Kind: ViewTurns, Turns: []Turn{{Speaker: System, Text: "s"}, {Speaker: User, Text: "look\na.png"}}},
		"plain csv with chinese names": {Kind: ViewText, Text: &Text{Body: "很好"}, Choices: []Choice{{"标签", []string{"正面"}}}, Fields: []Field{{"来源", "微博"}}},
		"plain jsonl with an object inside": {Kind: ViewText, Text: &Text{Body: "t"}, Choices: []Choice{{"label", []string{"x"}}},
			Fields: []Field{{"meta.source", "web"}, {"score", "0.5"}}},
	}
	for _, f := range fixtures {
		want, ok := tests[f.name]
		if !ok {
			continue
		}
		delete(tests, f.name)
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			items, _, r := read(t, f.text, f.options)
			if diff := cmp.Diff(want, r.View(items[0].Original), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("view (-want +got):\n%s", diff)
			}
		})
	}
	for name := range tests {
		t.Errorf("no fixture %q", name)
	}
}

// TestItems compares what is read besides the view.
func TestItems(t *testing.T) {
	t.Parallel()
	items, _, r := read(t, fixtures[0].text, Options{})
	first := items[0]
	if first.Annotator != "3" || items[1].Annotator != "li@example.com" {
		t.Errorf("annotators %q and %q", first.Annotator, items[1].Annotator)
	}
	if first.Lead.Seconds() != 2.5 || first.Created.Format("15:04:05.0") != "08:00:00.5" {
		t.Errorf("lead %v, created %v", first.Lead, first.Created)
	}
	if diff := cmp.Diff([]Field{{"data.text", "我爱北京"}, {"data.source", "web"}}, first.Strata); diff != "" {
		t.Errorf("strata (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(LeftOut{Cancelled: 1, Drafts: 1, Unlabelled: 1}, r.LeftOut()); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
}

// TestShapes reads the other shapes of Label Studio, the image's size known late.
func TestShapes(t *testing.T) {
	t.Parallel()
	const file = `[{"id":1,"data":{"pic":"a.jpg"},"annotations":[{"id":1,"result":[
{"id":"a","type":"polygonlabels","to_name":"pic","value":{"points":[[0,0],[50,0],[50,50]],"polygonlabels":["P"]}},
{"id":"b","type":"keypointlabels","to_name":"pic","original_width":400,"original_height":200,"value":{"x":10,"y":10,"width":1,"keypointlabels":["K"]}},
{"id":"c","type":"ellipselabels","to_name":"pic","original_width":400,"original_height":200,"value":{"x":50,"y":50,"radiusX":10,"radiusY":20,"ellipselabels":["E"]}},
{"id":"d","type":"rating","from_name":"stars","to_name":"pic","value":{"rating":4}},
{"id":"e","type":"textarea","from_name":"note","to_name":"pic","value":{"text":["fine"]}}]}]}]`
	items, _, r := read(t, file, Options{})
	want := View{Kind: ViewImage, Choices: []Choice{{"stars", []string{"4"}}, {"note", []string{"fine"}}}, Image: &Image{Source: "a.jpg", Width: 400, Height: 200, Shapes: []Shape{
		{ID: "a", Kind: Polygon, Labels: []string{"P"}, Points: []Point{{0, 0}, {200, 0}, {200, 100}}},
		{ID: "b", Kind: Points, Labels: []string{"K"}, X: 40, Y: 20, Points: []Point{{40, 20}}},
		{ID: "c", Kind: Ellipse, Labels: []string{"E"}, X: 160, Y: 60, Width: 80, Height: 80},
	}}}
	if diff := cmp.Diff(want, r.View(items[0].Original), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("view (-want +got):\n%s", diff)
	}
}
