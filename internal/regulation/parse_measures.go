package regulation

import (
	"fmt"
	"strings"
)

func (c *Catalogue) addMeasures(f *faults, raw rawMeasures) {
	c.Measures = measuresHead(entry{f, MeasuresFile, raw.Instrument.ID}, raw)
	seen := map[string]bool{}
	for _, ra := range raw.Articles {
		a := article(f, seen, ra)
		if a.Number != len(c.Articles)+1 {
			entry{f, MeasuresFile, a.ID}.wrong("article %d stands at place %d", a.Number, len(c.Articles)+1)
		}
		c.Articles = append(c.Articles, a)
		for _, cl := range a.Clauses {
			c.Clauses = append(append(c.Clauses, cl), cl.Segments...)
		}
	}
	if len(c.Articles) != raw.Instrument.Articles {
		f.add(MeasuresFile, raw.Instrument.ID, "has %d articles, says %d", len(c.Articles), raw.Instrument.Articles)
	}
	c.addChapters(f, raw.Chapters)
}

func measuresHead(e entry, raw rawMeasures) Measures {
	h := raw.Instrument
	if h.ID != MeasuresID {
		e.wrong("instrument id is not %q", MeasuresID)
	}
	e.needDate("last_checked", h.LastChecked)
	m := Measures{
		Name:           e.text("name", h.NameZH, h.NameEN),
		Issuer:         e.text("issuer", h.IssuerZH, h.IssuerEN),
		DocumentNumber: e.text("document_number", h.DocumentNumberZH, h.DocumentNumberEN),
		Adopted:        e.needDate("date_adopted", h.DateAdopted),
		Promulgated:    e.needDate("date_promulgated", h.DatePromulgated),
		Published:      e.needDate("date_published", h.DatePublished),
		InForce:        e.needDate("date_in_force", h.DateInForce),
		Status:         e.filled("status", h.Status),
		OfficialURL:    e.filled("official_url", h.OfficialURL),
		ChineseNote:    h.TextZHNote,
		EnglishNote:    h.TextENNote,
		Conventions:    Conventions(raw.Conventions),
	}
	for _, s := range h.TextSources {
		m.TextSources = append(m.TextSources, TextSource(s))
	}
	return m
}

// addChapters checks that every article stands in exactly the chapter it
// names, in order.
func (c *Catalogue) addChapters(f *faults, raw []rawChapter) {
	next := 0
	for i, rc := range raw {
		e := entry{f, MeasuresFile, fmt.Sprintf("chapter %d", rc.Number)}
		if rc.Number != i+1 {
			e.wrong("stands at place %d", i+1)
		}
		ch := &Chapter{
			Number: rc.Number,
			Label:  e.text("label", rc.LabelZH, rc.LabelEN),
			Title:  e.text("title", rc.TitleZH, rc.TitleEN),
		}
		for _, number := range rc.Articles {
			if next >= len(c.Articles) || c.Articles[next].Number != number || c.Articles[next].Chapter != rc.Number {
				e.wrong("article %d does not belong here", number)
				continue
			}
			ch.Articles = append(ch.Articles, c.Articles[next])
			next++
		}
		c.Chapters = append(c.Chapters, ch)
	}
	if next != len(c.Articles) {
		f.add(MeasuresFile, "", "chapters hold %d of %d articles", next, len(c.Articles))
	}
}

func article(f *faults, seen map[string]bool, raw rawArticle) *Article {
	e := entry{f, MeasuresFile, raw.ID}
	e.unique(seen, idText)
	if want := fmt.Sprintf("%s-%d", MeasuresID, raw.Number); raw.ID != want {
		e.wrong("id of article %d is not %q", raw.Number, want)
	}
	if !bindingOn[raw.BindingOn] {
		e.wrong("unknown binding_on %q", raw.BindingOn)
	}
	if !articleKinds[raw.Kind] {
		e.wrong("unknown kind %q", raw.Kind)
	}
	a := &Article{
		Number:    raw.Number,
		ID:        raw.ID,
		Chapter:   raw.Chapter,
		Label:     e.text("label", raw.LabelZH, raw.LabelEN),
		Title:     e.text("title", raw.TitleZH, raw.TitleEN),
		Plain:     e.text("plain", raw.PlainZH, raw.PlainEN),
		Text:      e.text("text", raw.TextZH, raw.TextEN),
		BindingOn: raw.BindingOn,
		Kind:      raw.Kind,
	}
	a.addClauses(f, seen, raw.Clauses)
	checkJoined(e, "clauses", a.Clauses, a.Text, Text{ZH: "\n", EN: "\n"})
	return a
}

func (a *Article) addClauses(f *faults, seen map[string]bool, raw []rawClause) {
	top := map[string]*Clause{}
	for _, rc := range raw {
		e := entry{f, MeasuresFile, rc.ID}
		e.unique(seen, idText)
		cl := clause(e, a.Number, rc)
		if rc.Parent == "" {
			top[cl.ID] = cl
			a.Clauses = append(a.Clauses, cl)
			continue
		}
		parent, ok := top[rc.Parent]
		if !ok {
			e.wrong("parent %q is not a clause before it in this article", rc.Parent)
			continue
		}
		parent.Segments = append(parent.Segments, cl)
	}
	for _, cl := range a.Clauses {
		if len(cl.Segments) > 0 {
			checkJoined(entry{f, MeasuresFile, cl.ID}, "segments", cl.Segments, cl.Text, Text{ZH: "", EN: " "})
		}
	}
}

func clause(e entry, article int, raw rawClause) *Clause {
	under := fmt.Sprintf("%s-%d", MeasuresID, article)
	if raw.Parent != "" {
		under = raw.Parent
	}
	if !strings.HasPrefix(raw.ID, under+".") {
		e.wrong("id does not begin with %q", under+".")
	}
	if !clauseLevels[raw.Level] {
		e.wrong("unknown level %q", raw.Level)
	}
	if (raw.Level == "segment") != (raw.Parent != "") {
		e.wrong("segments have a parent, other clauses have none")
	}
	if !bindingOn[raw.BindingOn] {
		e.wrong("unknown binding_on %q", raw.BindingOn)
	}
	return &Clause{
		ID:        raw.ID,
		Article:   article,
		Parent:    raw.Parent,
		Level:     raw.Level,
		Label:     e.text("label", raw.LabelZH, raw.LabelEN),
		BindingOn: raw.BindingOn,
		Text:      e.text("text", raw.TextZH, raw.TextEN),
	}
}

// checkJoined holds the parts against the whole: nothing of the law may be
// lost or said twice by cutting it.
func checkJoined(e entry, what string, parts []*Clause, whole, separator Text) {
	var zh, en []string
	for _, p := range parts {
		zh, en = append(zh, p.Text.ZH), append(en, p.Text.EN)
	}
	if strings.Join(zh, separator.ZH) != whole.ZH {
		e.wrong("joined %s differ from text_zh", what)
	}
	if strings.Join(en, separator.EN) != whole.EN {
		e.wrong("joined %s differ from text_en", what)
	}
}
