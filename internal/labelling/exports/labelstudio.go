package exports

import (
	"strings"

	"hegui/internal/labelling/exports/rawjson"
)

// labelStudio reads Label Studio JSON, one task a row. The item is the annotation:
// a row with several gives several items.
type labelStudio struct {
	common
	left *LeftOut
}

// task is what a row says besides its annotations.
type task struct {
	id     string
	field  string   // where the annotations stand: "annotations", once "completions"
	live   int      // annotations that were submitted and not cancelled
	shares []string // the annotations, cut into one share for each live one
	strata []Field
}

func (l *labelStudio) items(rec record, out []Item) ([]Item, *Fault) {
	t := l.task(rec.text)
	if t.id == "" {
		return out, refused(IDMissing, "field", "id")
	}
	switch {
	case t.live == 0:
		return out, nil
	case l.layout.PerTask:
		return l.whole(t, rec, out)
	}
	for _, share := range t.shares {
		own := rec
		if t.live > 1 {
			own.text = rawjson.Replace(rec.text, t.field, share)
		}
		it := Item{Strata: append([]Field(nil), t.strata...)}
		annotation := liveOf(share)
		id := rawjson.Text(rawjson.Get(annotation, "id"))
		if id == "" && t.live > 1 {
			return out, refused(IDMissing, "field", t.field+".id")
		}
		if it.ID = t.id; id != "" {
			it.ID += "/" + id
		}
		it.readAnnotation(annotation)
		if f := l.done(&it, own, "id"); f != nil {
			return out, f
		}
		out = append(out, it)
	}
	return out, nil
}

// whole makes a task one item.
func (l *labelStudio) whole(t task, rec record, out []Item) ([]Item, *Fault) {
	it := Item{ID: t.id, Strata: t.strata}
	var people []string
	for _, share := range t.shares {
		it.readAnnotation(liveOf(share))
		people = append(people, it.Annotator)
	}
	it.Annotator = strings.Join(people, ", ")
	if f := l.done(&it, rec, "id"); f != nil {
		return out, f
	}
	return append(out, it), nil
}

// task reads a row and counts what is left out of it.
func (l *labelStudio) task(text string) task {
	t := task{}
	var it Item
	annotations := ""
	for name, v := range rawjson.Fields(text) {
		switch name {
		case "id":
			t.id = rawjson.Text(v)
		case "annotations", "completions":
			t.field, annotations = name, v
		case "drafts":
			for range rawjson.Elements(v) {
				l.left.Drafts++
			}
		case "data", "meta":
			l.stratum(&it, name, v)
		case "agreement", "project":
			it.addStratum(name, rawjson.Text(v))
		}
	}
	t.strata = it.Strata
	t.shares, t.live = l.share(annotations)
	return t
}

// share cuts the annotations into as many lists as there are live ones, each
// with one of them; those left out go with the one before, the first ones with the
// first. The lists put together are the annotations as they were.
func (l *labelStudio) share(annotations string) (shares []string, live int) {
	var lists [][]string
	var current []string
	total := 0
	for a := range rawjson.Elements(annotations) {
		total++
		if cancelled(a) {
			l.left.Cancelled++
		} else if live++; live > 1 {
			lists = append(lists, current)
			current = nil
		}
		current = append(current, a)
	}
	if total == 0 {
		l.left.Unlabelled++
	}
	if live == 0 {
		return nil, 0
	}
	for _, list := range append(lists, current) {
		shares = append(shares, "["+strings.Join(list, ", ")+"]")
	}
	return shares, live
}

func cancelled(annotation string) bool {
	return rawjson.Get(annotation, "was_cancelled") == "true" || rawjson.Get(annotation, "skipped") == "true"
}

// liveOf gives the annotation of a share that counts.
func liveOf(share string) string {
	for a := range rawjson.Elements(share) {
		if !cancelled(a) {
			return a
		}
	}
	return ""
}

// readAnnotation takes over what an annotation says about itself.
func (it *Item) readAnnotation(annotation string) {
	for name, v := range rawjson.Fields(annotation) {
		switch name {
		case "completed_by":
			it.Annotator = person(v)
		case "created_at":
			it.Created = moment(v)
		case "updated_at":
			it.Updated = moment(v)
		case "lead_time":
			it.Lead += seconds(v)
		case "ground_truth":
			it.addStratum(name, rawjson.Text(v))
		case "last_action":
			it.addStratum(name, rawjson.Text(v))
			if it.Verdict == NoVerdict {
				it.Verdict = verdict(rawjson.Text(v))
			}
		case "reviews":
			it.readReviews(v)
		case "result":
			for r := range rawjson.Elements(v) {
				for _, label := range regionLabels(rawjson.Get(r, "value")) {
					it.addLabel(label)
				}
			}
		}
	}
}

// readReviews takes the newest review, which stands last or first by version, so
// its time decides.
func (it *Item) readReviews(list string) {
	newest := ""
	for r := range rawjson.Elements(list) {
		at := rawjson.Text(rawjson.Get(r, "created_at"))
		if at < newest {
			continue
		}
		newest = at
		switch rawjson.Get(r, "accepted") {
		case "true":
			it.Verdict = Accept
		case "false":
			it.Verdict = Reject
		}
	}
}

// regionLabels gives the labels of a result: those of the control that ends in
// "labels", choices, taxonomy paths, the side of a pair.
func regionLabels(value string) []string {
	for name, v := range rawjson.Fields(value) {
		if name == "choices" || name == "taxonomy" || name == "selected" || strings.HasSuffix(name, "labels") {
			return words(v)
		}
	}
	return nil
}

func (l *labelStudio) view(original string) View {
	field, data, meta := "annotations", "", ""
	for name, v := range rawjson.Fields(original) {
		switch name {
		case "completions":
			field = name
		case "data":
			data = v
		case "meta":
			meta = v
		}
	}
	b := newTaskView(data)
	for a := range rawjson.Elements(rawjson.Get(original, field)) {
		if cancelled(a) {
			continue
		}
		for r := range rawjson.Elements(rawjson.Get(a, "result")) {
			b.result(r)
		}
		if !l.layout.PerTask {
			break
		}
	}
	v := b.finish()
	v.addField("meta", meta)
	return v
}
