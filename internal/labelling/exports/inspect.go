package exports

import (
	"cmp"
	"io"
	"slices"
)

// Report says what importing a file would do.
type Report struct {
	Size       int64    `json:"size"`
	Guess      *Guess   `json:"guess,omitempty"` // nil when the file is refused at sight
	Rows       int      `json:"rows"`
	Items      int      `json:"items"`
	LeftOut    LeftOut  `json:"left_out"`
	Annotators Tally    `json:"annotators"`
	Labels     Tally    `json:"labels"`
	Verdicts   Tally    `json:"verdicts"`
	Views      Tally    `json:"views"`   // kinds of view of the first items
	Columns    []string `json:"columns"` // by which a lot can be divided
	Refused    int      `json:"refused"`
	Faults     []*Fault `json:"faults"`          // the first refused rows
	Fatal      *Fault   `json:"fatal,omitempty"` // what makes the file unreadable
	First      []Sample `json:"first"`
}

// Sample is one of the first items, as it will be shown.
type Sample struct {
	Item
	View View `json:"view"`
}

// Importable says whether the file can be read to its end and gives items.
func (r Report) Importable() bool { return r.Fatal == nil && r.Items > 0 }

// Bounds of a report.
const (
	previewed = 20   // items shown
	listed    = 100  // refused rows listed
	tallied   = 1000 // different values counted
)

// Inspect reads a whole file and reports on it. Errors are those of src; what is
// wrong with the file is in the report.
func Inspect(src io.ReadSeeker, o Options) (Report, error) {
	report := Report{Faults: []*Fault{}, First: []Sample{}, Columns: []string{}}
	var err error
	if report.Size, err = src.Seek(0, io.SeekEnd); err != nil {
		return report, err
	}
	r, err := Open(src, o)
	if f, ok := FaultOf(err); ok {
		report.Fatal = f
		return report, nil
	}
	if err != nil {
		return report, err
	}
	report.Guess = &r.Guess
	report.read(r)
	report.Guess.Layout.Head, report.Guess.Layout.Tail = short(r.Guess.Layout.Head), short(r.Guess.Layout.Tail)
	if f, ok := FaultOf(r.Err()); ok {
		report.Fatal = f
		return report, nil
	}
	return report, r.Err()
}

// short keeps the tables of a large COCO file out of a report.
func short(s string) string {
	const limit = 1000
	if len(s) > limit {
		return ""
	}
	return s
}

func (r *Report) read(from *Reader) {
	for it, f := range from.Items() {
		if f != nil {
			r.Rows = max(r.Rows, f.Row)
			if r.Refused++; len(r.Faults) < listed {
				r.Faults = append(r.Faults, f)
			}
			continue
		}
		r.Rows = max(r.Rows, it.Row)
		r.add(it, from.Parser)
	}
	r.LeftOut = from.LeftOut()
	for _, t := range []*Tally{&r.Annotators, &r.Labels, &r.Verdicts, &r.Views} {
		t.sort()
	}
}

func (r *Report) add(it Item, p *Parser) {
	r.Items++
	r.Annotators.add(it.Annotator)
	r.Verdicts.add(string(it.Verdict))
	for _, l := range it.Labels {
		r.Labels.add(l)
	}
	if len(r.First) >= previewed {
		return
	}
	for _, s := range it.Strata {
		if !slices.Contains(r.Columns, s.Name) {
			r.Columns = append(r.Columns, s.Name)
		}
	}
	view := p.View(it.Original)
	r.Views.add(string(view.Kind))
	r.First = append(r.First, Sample{it, view})
}

// Tally counts values. Past a thousand different ones the new ones are counted
// together.
type Tally struct {
	Counts []Count `json:"counts"` // the most frequent first
	Others int     `json:"others,omitempty"`
	at     map[string]int
}

// Count is how often a value came.
type Count struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

func (t *Tally) add(value string) {
	if value == "" {
		return
	}
	if at, ok := t.at[value]; ok {
		t.Counts[at].Count++
		return
	}
	if len(t.Counts) >= tallied {
		t.Others++
		return
	}
	if t.at == nil {
		t.at = map[string]int{}
	}
	value = string([]byte(value)) // its row is not held in memory
	t.at[value] = len(t.Counts)
	t.Counts = append(t.Counts, Count{value, 1})
}

func (t *Tally) sort() {
	if t.Counts == nil {
		t.Counts = []Count{}
	}
	slices.SortStableFunc(t.Counts, func(a, b Count) int {
		return cmp.Or(b.Count-a.Count, cmp.Compare(a.Value, b.Value))
	})
	t.at = nil
}
