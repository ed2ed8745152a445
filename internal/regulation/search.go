package regulation

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// HitKind is what a search found.
type HitKind string

// The kinds of hit.
const (
	HitArticle     HitKind = "article"
	HitRequirement HitKind = "requirement"
	HitInstrument  HitKind = "instrument"
	HitFigure      HitKind = "figure"
)

// Rank is how good a hit is; lower is better.
type Rank int

// The ranks.
const (
	RankID    Rank = iota + 1 // the id itself
	RankIDish                 // part of the id
	RankTitle                 // title or label
	RankText                  // anywhere else
)

// Hit is an entry of the catalogue that matches a search. The ID of a figure
// is its key; the title of a figure is its statement.
type Hit struct {
	Kind  HitKind
	ID    string
	Title Text
	Rank  Rank
}

// Bounds on what a person can ask for.
const (
	maxQuery = 200 // bytes considered
	maxTerms = 8
)

// searchEntry is one entry, normalised once at Parse.
type searchEntry struct {
	hit       Hit
	id, title string
	all       string // id, title and text
}

// Search finds articles and requirements; see Find.
func (c *Catalogue) Search(q string) []Hit { return c.Find(q, HitArticle, HitRequirement) }

// Find finds entries of the kinds that contain every word of q, in either
// language, without regard to case and width; a Chinese word may be a single
// character or two. Better ranks come first, then articles, requirements,
// instruments and figures, each in catalogue order. An empty q finds nothing.
func (c *Catalogue) Find(q string, kinds ...HitKind) []Hit {
	if len(q) > maxQuery {
		q = strings.ToValidUTF8(q[:maxQuery], "")
	}
	terms := strings.Fields(fold(q))
	if len(terms) == 0 {
		return nil
	}
	if len(terms) > maxTerms {
		terms = terms[:maxTerms]
	}
	var hits []Hit
	for _, e := range c.index.searchEntries {
		if !slices.Contains(kinds, e.hit.Kind) {
			continue
		}
		if rank, ok := e.match(terms); ok {
			h := e.hit
			h.Rank = rank
			hits = append(hits, h)
		}
	}
	slices.SortStableFunc(hits, func(a, b Hit) int { return cmp.Compare(a.Rank, b.Rank) })
	return hits
}

func (e searchEntry) match(terms []string) (Rank, bool) {
	switch {
	case len(terms) == 1 && terms[0] == e.id:
		return RankID, true
	case !containsAll(e.all, terms):
		return 0, false
	case containsAll(e.id, terms):
		return RankIDish, true
	case containsAll(e.title, terms):
		return RankTitle, true
	}
	return RankText, true
}

func containsAll(s string, terms []string) bool {
	for _, t := range terms {
		if !strings.Contains(s, t) {
			return false
		}
	}
	return true
}

// fold makes texts comparable: full-width and compatibility forms become
// plain ones (NFKC), letters lower case.
func fold(s string) string { return strings.ToLower(norm.NFKC.String(s)) }

func searchEntries(c *Catalogue) []searchEntry {
	out := make([]searchEntry, 0, len(c.Articles)+len(c.Requirements)+len(c.Instruments)+len(c.Figures))
	for _, a := range c.Articles {
		out = append(out, newEntry(Hit{Kind: HitArticle, ID: a.ID, Title: a.Title}, []Text{a.Title, a.Label}, []Text{a.Text, a.Plain}))
	}
	for _, r := range c.Requirements {
		texts := append([]Text{r.Text, r.Guidance}, r.Examples...)
		out = append(out, newEntry(Hit{Kind: HitRequirement, ID: r.ID, Title: r.Title}, []Text{r.Title}, texts))
	}
	for _, i := range c.Instruments {
		out = append(out, newEntry(Hit{Kind: HitInstrument, ID: i.ID, Title: i.Short}, []Text{i.Name, i.Short}, []Text{i.Summary, {ZH: i.DocumentNumber}}))
	}
	for _, f := range c.Figures {
		out = append(out, newEntry(Hit{Kind: HitFigure, ID: f.Key, Title: f.Statement}, []Text{f.Statement}, []Text{f.Provision, f.Note}))
	}
	return out
}

func newEntry(h Hit, titles, texts []Text) searchEntry {
	id, title := fold(h.ID), foldAll(titles)
	return searchEntry{hit: h, id: id, title: title, all: id + "\n" + title + "\n" + foldAll(texts)}
}

// foldAll joins texts by line breaks, which no search word contains.
func foldAll(texts []Text) string {
	var b strings.Builder
	for _, t := range texts {
		b.WriteString(t.ZH + "\n" + t.EN + "\n")
	}
	return fold(b.String())
}
