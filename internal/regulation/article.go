package regulation

// Chapter is one of the five chapters of the Measures.
type Chapter struct {
	Number       int
	Label, Title Text
	Articles     []*Article
}

// Article is one of the 24 articles.
type Article struct {
	Number    int
	ID        string // "IM-8"
	Chapter   int
	Label     Text // 第八条, Article 8
	Title     Text // ours
	Plain     Text // one sentence of explanation, ours, not law
	Text      Text // official Chinese; English is our translation
	BindingOn string
	Kind      string
	Clauses   []*Clause // top level only; joined by line breaks they are the text
}

// Clause is a paragraph (款), an item (项), the words before the items, or a
// segment: our own cut of a long paragraph, for linking requirements.
type Clause struct {
	ID        string // "IM-8.1", segment "IM-8.1.2"
	Article   int
	Parent    string // "" except for segments
	Level     string // paragraph, chapeau, item, segment
	Label     Text
	BindingOn string
	Text      Text
	Segments  []*Clause // joined they are the text
}

// Codes of the file of the Measures, as its conventions define them.
var (
	bindingOn    = set("provider", "user", "regulator", "state", "all")
	articleKinds = set("duty", "principle", "definition", "procedure", "encouragement")
	clauseLevels = set("paragraph", "chapeau", "item", "segment")
)

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}
