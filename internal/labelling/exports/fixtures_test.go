package exports

import (
	"bytes"
	"strings"
	"testing"
)

// fixture is a small file of one kind.
type fixture struct {
	name, text string
	options    Options
	format     Format
	frame      Frame
	ids        string // joined by spaces
	view       ViewKind
}

// fixtures hold one file of every format and of its variants.
var fixtures = []fixture{
	{name: "label studio, two annotations, one cancelled, one draft", format: LabelStudio, frame: List, view: ViewText, ids: "1/10 1/12 2/20",
		text: `[{"id":1,"data":{"text":"我爱北京","source":"web"},"annotations":[
 {"id":10,"completed_by":3,"was_cancelled":false,"lead_time":2.5,"created_at":"2024-03-01T08:00:00.5Z","result":[{"id":"r1","type":"labels","from_name":"ner","to_name":"text","value":{"start":2,"end":4,"text":"北京","labels":["LOC"]}}]},
 {"id":11,"completed_by":4,"was_cancelled":true,"result":[]},
 {"id":12,"completed_by":{"id":5,"email":"li@example.com"},"was_cancelled":false,"result":[]}],"drafts":[{"id":9}],"predictions":[]},
{"id":2,"data":{"text":"good"},"annotations":[{"id":20,"result":[{"type":"choices","from_name":"sentiment","to_name":"text","value":{"choices":["pos"]}}]}]},
{"id":3,"data":{"text":"nobody"},"annotations":[]}]`},
	{name: "label studio, old completions", format: LabelStudio, frame: List, view: ViewText, ids: "7/7001",
		text: `[{"id":7,"data":{"text":"ok"},"completions":[{"id":7001,"created_at":1609789589,"lead_time":72.5,"result":[]}]}]`},
	{name: "label studio, a task is an item", format: LabelStudio, frame: List, view: ViewText, ids: "1", options: Options{PerTask: true},
		text: `[{"id":1,"data":{"text":"a"},"annotations":[{"id":1,"completed_by":"x","result":[]},{"id":2,"completed_by":"y","result":[]}]}]`},
	{name: "json_min", format: LabelStudioMin, frame: List, view: ViewText, ids: "5/50",
		text: `[{"text":"fine","id":5,"sentiment":"Positive","topics":{"choices":["a","b"]},"annotator":1,"annotation_id":50,"created_at":"2024-01-02T03:04:05Z","updated_at":"2024-01-02T03:04:05Z","lead_time":3}]`},
	{name: "label studio csv", format: LabelStudioCSV, frame: Cells, view: ViewText, ids: "1/2",
		text: "text,id,label,annotator,annotation_id,created_at,updated_at,lead_time\r\n💩This is an annotation.,1,\"[{\"\"start\"\": 13, \"\"end\"\": 23, \"\"text\"\": \"\"annotation\"\", \"\"labels\"\": [\"\"Ann\"\"]}]\",a@example.com,2,2021-08-23T12:19:18Z,2021-08-23T12:19:18Z,8.416\r\n"},
	{name: "label studio tsv with the name .csv", format: LabelStudioCSV, frame: Cells, view: ViewImage, ids: "3/4",
		text: "image\tid\tlabel\tannotator\tannotation_id\tcreated_at\nhttps://x.example/a.jpg\t3\t[{\"x\":10,\"y\":20,\"width\":30,\"height\":40,\"rectanglelabels\":[\"Car\"],\"original_width\":200,\"original_height\":100}]\t1\t4\t2021-08-23T12:19:18Z\n"},
	{name: "coco, tables after the annotations", format: COCO, frame: Tree, view: ViewImage, ids: "1 2",
		text: `{"info":{},"annotations":[{"id":1,"image_id":7,"category_id":2,"bbox":[1,2,3,4],"area":12,"iscrowd":0},
{"id":2,"image_id":7,"category_id":2,"segmentation":{"counts":[1,2],"size":[4,4]},"bbox":[0,0,2,2],"keypoints":[1,1,2,0,0,0]}],"images":[{"id":7,"file_name":"a.png","width":10,"height":20}],"categories":[{"id":2,"name":"cat","supercategory":"animal"}]}`},
	{name: "doccano, text labels and a blank line", format: Doccano, frame: Lines, view: ViewText, ids: "1 2",
		text: "{\"id\":1,\"text\":\"a\",\"label\":[\"pos\",\"neg\"],\"Comments\":[]}\n\n{\"id\":2,\"text\":\"b\",\"label\":[]}"},
	{name: "doccano, data instead of text", format: Doccano, frame: Lines, view: ViewText, ids: "1",
		text: `{"id":1,"data":"EU rejects","label":[[0,2,"ORG"]]}`},
	{name: "doccano, entities and relations", format: Doccano, frame: Lines, view: ViewText, ids: "9",
		text: `{"id":9,"text":"Li in Wuhan","entities":[{"id":0,"label":"PER","start_offset":0,"end_offset":2},{"id":1,"label":"LOC","start_offset":6,"end_offset":11}],"relations":[{"id":0,"from_id":0,"to_id":1,"type":"in"}],"Comments":["ok"]}`},
	{name: "doccano, boxes", format: Doccano, frame: Lines, view: ViewImage, ids: "1",
		text: `{"id":1,"filename":"a.jpg","bbox":[{"id":3,"label":"dog","x":1,"y":2,"width":30,"height":40}]}`},
	{name: "doccano csv", format: DoccanoCSV, frame: Cells, view: ViewText, ids: "1 2", text: "id,data,label\n1,\"a, b\",x#y\n2,c,\n"},
	{name: "prodigy, spans and an annotator", format: Prodigy, frame: Lines, view: ViewText, ids: "-5/ada",
		text: `{"text":"Hi Bo","spans":[{"start":3,"end":5,"label":"PER","token_start":1,"token_end":1}],"_input_hash":1,"_task_hash":-5,"answer":"accept","_annotator_id":"ada","_timestamp":1700000000}`},
	{name: "prodigy, options", format: Prodigy, frame: Lines, view: ViewText, ids: "6",
		text: `{"text":"Hi","options":[{"id":"A","text":"Alpha"},{"id":"B","text":"Beta"}],"accept":["B"],"_input_hash":1,"_task_hash":6,"answer":"ignore"}`},
	{name: "prodigy, image", format: Prodigy, frame: Lines, view: ViewImage, ids: "8",
		text: `{"image":"a.jpg","width":100,"height":50,"spans":[{"points":[[1,1],[5,1],[5,5]],"label":"X"}],"_input_hash":1,"_task_hash":8,"answer":"accept"}`},
	{name: "preference, texts", format: Preference, frame: Lines, view: ViewPair, ids: "1 2",
		text: "{\"prompt\":\"q\",\"chosen\":\"a\",\"rejected\":\"b\",\"margin\":0.5}\n{\"prompt\":\"q2\",\"chosen\":\"c\",\"rejected\":\"d\"}\n"},
	{name: "preference, hh-rlhf", format: Preference, frame: Lines, view: ViewPair, ids: "1",
		text: `{"chosen":"\n\nHuman: hi\n\nAssistant: hello","rejected":"\n\nHuman: hi\n\nAssistant: go away"}`},
	{name: "preference, sharegpt in a list", format: Preference, frame: List, view: ViewPair, ids: "1",
		text: `[{"conversations":[{"from":"human","value":"hi"}],"chosen":{"from":"gpt","value":"a"},"rejected":{"from":"gpt","value":"b"}}]`},
	{name: "preference, prompt ids", format: Preference, frame: Lines, view: ViewPair, ids: "p7",
		text: `{"prompt_id":"p7","prompt":"q","chosen":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}],"rejected":[{"role":"user","content":"q"},{"role":"assistant","content":"b"}]}`},
	{name: "kto, messages", format: KTO, frame: Lines, view: ViewTurns, ids: "1",
		text: `{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}],"label":true}`},
	{name: "kto, prompt and completion", format: KTO, frame: Lines, view: ViewTurns, ids: "1", text: `{"prompt":"q","completion":"a","label":false}`},
	{name: "alpaca", format: Alpaca, frame: List, view: ViewTurns, ids: "1 2",
		text: `[{"instruction":"translate","input":"你好","output":"hello","system":"s","history":[["q","a"]]},{"instruction":"x","output":"y"}]`},
	{name: "sharegpt", format: Conversation, frame: Lines, view: ViewTurns, ids: "c1",
		text: `{"id":"c1","conversations":[{"from":"human","value":"hi"},{"from":"gpt","value":"hello"},{"from":"观众","value":"?"}],"system":"s","tools":"[]"}`},
	{name: "openai messages", format: Conversation, frame: Lines, view: ViewTurns, ids: "1",
		text: `{"messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":"a.png"}]}]}`},
	{name: "plain csv with chinese names", format: PlainCSV, frame: Cells, view: ViewText, ids: "a b",
		text: "编号,文本,标签,标注员,来源\na,很好,正面,张三,微博\nb,\"不,好\",负面,李四,论坛\n"},
	{name: "plain csv, mapped", format: PlainCSV, frame: Cells, view: ViewText, ids: "x1", options: Options{Columns: []Column{{"key", RoleID}, {"body", RoleText}}},
		text: "key;body;other\nx1;hi;1\n"},
	{name: "plain csv, numbered", format: PlainCSV, frame: Cells, view: ViewTable, ids: "1 2", options: Options{Number: true}, text: "a,b\n1,2\n3,4\n"},
	{name: "plain csv of pairs", format: PlainCSV, frame: Cells, view: ViewPair, ids: "1", text: "id,prompt,chosen,rejected\n1,q,a,b\n"},
	{name: "plain jsonl with an object inside", format: PlainJSON, frame: Lines, view: ViewText, ids: "n1",
		text: `{"id":"n1","text":"t","label":"x","meta":{"source":"web"},"score":0.5}`},
}

// read opens a text and reads it to its end.
func read(t *testing.T, text string, o Options) ([]Item, []*Fault, *Reader) {
	t.Helper()
	r, err := Open(strings.NewReader(text), o)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	items, faults := drain(r)
	if r.Err() != nil {
		t.Fatalf("read: %v", r.Err())
	}
	return items, faults, r
}

func drain(r *Reader) (items []Item, faults []*Fault) {
	for it, f := range r.Items() {
		if f != nil {
			faults = append(faults, f)
			continue
		}
		items = append(items, it)
	}
	return items, faults
}

// written writes items back and gives the file.
func written(t *testing.T, l Layout, items []Item) string {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b, l)
	for _, it := range items {
		if err := w.Write(it.Original); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func idsOf(items []Item) string {
	ids := make([]string, len(items))
	for i, it := range items {
		ids[i] = it.ID
	}
	return strings.Join(ids, " ")
}
