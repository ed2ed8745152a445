package exports

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// samples are real exports; their counts were taken with another program.
var samples = []struct {
	file       string
	format     Format
	items      int
	view       ViewKind
	first      string // id of the first item
	annotators []Count
	verdicts   []Count
	labels     []Count // the first ones
	same       bool    // written back, the bytes are the same
}{
	{file: "label_studio_export_with_reviews.json", format: LabelStudio, items: 2, view: ViewImage, first: "1/7",
		annotators: []Count{{"user1@example.com", 2}}, verdicts: []Count{{"reject", 2}}, labels: []Count{{"Car", 2}}},
	{file: "doccano_ner_setswana.jsonl", format: Doccano, items: 454, view: ViewText, first: "5117", same: true},
	{file: "cvat_coco_instances_default.json", format: COCO, items: 29, view: ViewImage, first: "1"},
	{file: "prodigy_textcat_github_issues.jsonl", format: Prodigy, items: 829, view: ViewText, first: "-1728445858", same: true,
		verdicts: []Count{{"reject", 524}, {"accept", 261}, {"ignore", 44}}, labels: []Count{{"DOCUMENTATION", 829}}},
	{file: "preference_chosen_rejected_messages.jsonl", format: Preference, items: 10, view: ViewPair, first: "1", same: true},
}

func sampleText(t testing.TB, file string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestSamples(t *testing.T) {
	t.Parallel()
	for _, tt := range samples {
		t.Run(tt.file, func(t *testing.T) {
			t.Parallel()
			got, err := Inspect(strings.NewReader(sampleText(t, tt.file)), Options{})
			if err != nil || !got.Importable() || got.Refused > 0 {
				t.Fatalf("inspect: %v, fatal %v, %d refused", err, got.Fatal, got.Refused)
			}
			if got.Guess.Layout.Format != tt.format || got.Items != tt.items || got.First[0].ID != tt.first || got.First[0].View.Kind != tt.view {
				t.Errorf("%s, %d items, first %s as %s; want %s, %d, %s, %s", got.Guess.Layout.Format, got.Items, got.First[0].ID,
					got.First[0].View.Kind, tt.format, tt.items, tt.first, tt.view)
			}
			if diff := cmp.Diff(tt.annotators, got.Annotators.Counts, cmpEmpty); diff != "" {
				t.Errorf("annotators (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.verdicts, got.Verdicts.Counts, cmpEmpty); diff != "" {
				t.Errorf("verdicts (-want +got):\n%s", diff)
			}
			if tt.labels != nil {
				if diff := cmp.Diff(tt.labels, got.Labels.Counts); diff != "" {
					t.Errorf("labels (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// cmpEmpty takes no list for an empty one.
var cmpEmpty = cmp.Transformer("empty", func(list []Count) []Count { return append([]Count{}, list...) })

// TestSamplesRoundTrip reads each sample and writes it back: every field is the same,
// and every byte where the frame allows.
func TestSamplesRoundTrip(t *testing.T) {
	t.Parallel()
	for _, tt := range samples {
		t.Run(tt.file, func(t *testing.T) {
			t.Parallel()
			original := sampleText(t, tt.file)
			items, _, r := read(t, original, Options{})
			again := written(t, r.Layout(), items)
			if diff := cmp.Diff(jsonValues(t, original), jsonValues(t, again)); diff != "" {
				t.Errorf("fields differ (-original +written):\n%s", diff)
			}
			if tt.same && again != original {
				t.Error("bytes differ")
			}
		})
	}
}

// jsonValues decodes a file of JSON lines or one JSON value.
func jsonValues(t *testing.T, text string) (out []any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	for d.More() {
		var v any
		if err := d.Decode(&v); err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

// TestSampleLabels counts the labels of the doccano sample as its file has them.
func TestSampleLabels(t *testing.T) {
	t.Parallel()
	items, _, r := read(t, sampleText(t, "doccano_ner_setswana.jsonl"), Options{})
	got := map[string]int{}
	for _, it := range items {
		for _, s := range r.View(it.Original).Text.Spans {
			if s.Lost {
				t.Errorf("item %s: span %d–%d is lost", it.ID, s.Start, s.End)
			}
			got[s.Labels[0]]++
		}
	}
	want := map[string]int{"PERSON": 178, "LOC": 105, "ORG": 91, "MISC": 30, "DATE": 29, "MONEY": 10, "TIME": 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("spans (-want +got):\n%s", diff)
	}
	if got := r.View(items[0].Original).Text.Spans[0].Quote; got != " kgotla ya Magapatona" {
		t.Errorf("first span marks %q", got)
	}
}

func TestSampleReviews(t *testing.T) {
	t.Parallel()
	items, _, r := read(t, sampleText(t, "label_studio_export_with_reviews.json"), Options{})
	it := items[0]
	if it.Verdict != Reject || it.Lead.Milliseconds() != 7662 || it.Created.Format("2006-01-02 15:04:05.000000") != "2022-10-31 21:19:19.131290" {
		t.Errorf("verdict %s, lead %v, created %v", it.Verdict, it.Lead, it.Created)
	}
	box := r.View(it.Original).Image.Shapes[0]
	want := Shape{ID: "oid3", Kind: Box, Labels: []string{"Car"}, X: 37.30492484, Y: 67.33832906, Width: 710.4768, Height: 413.3376}
	if diff := cmp.Diff(want, box, cmp.Comparer(func(a, b float64) bool { return a-b < 1e-6 && b-a < 1e-6 })); diff != "" {
		t.Errorf("box in pixels (-want +got):\n%s", diff)
	}
}
