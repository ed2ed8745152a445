package regulation

import "hegui/internal/day"

// Catalogue is everything the product knows about the Measures and the
// instruments around them, as one checked version. It never changes after
// Parse, so any number of goroutines may read it; callers must not write to
// what it hands out.
type Catalogue struct {
	Version  Version
	Measures Measures
	Notes    Notes
	Labels   Labels

	Instruments  []*Instrument
	Figures      []*Figure // of all instruments, in their order
	Chapters     []*Chapter
	Articles     []*Article
	Clauses      []*Clause // of all articles, in order of the text, segments after their clause
	Requirements []*Requirement
	Conditions   []*Condition
	OwnerRoles   []*OwnerRole
	RiskTaxonomy RiskTaxonomy

	index index
}

// Version says which catalogue this is.
type Version struct {
	Hash        string   // SHA-256 over the three files, lower-case hex
	LastChecked day.Date // the earlier of the dates the files were last checked
}

// Notes are what the files say about themselves.
type Notes struct {
	Instruments, Requirements Text // what each file is, and that it is no legal advice
	Verification              Text // what "verified" means on a figure
	Status                    Text // how to read an instrument's status
	Metadata                  Text // how to read MetadataChecked
}

// Labels are the words for the catalogue's own codes.
type Labels struct {
	Basis       map[string]Text
	SourceKinds map[string]Text
	Force       map[Force]Text
	Status      map[string]Text
	Level       map[string]Text
	Unit        map[Unit]Text
	Comparator  map[Comparator]Text
	Type        map[Type]Text
	Severity    map[Severity]Text
	Mode        map[Mode]Text
}

// index answers look-ups in constant time.
type index struct {
	instruments   map[string]*Instrument
	figures       map[string]*Figure
	articles      map[int]*Article
	clauses       map[string]*Clause
	requirements  map[string]*Requirement
	conditions    map[string]*Condition
	roles         map[string]*OwnerRole
	byArticle     map[int][]*Requirement
	byClause      map[string][]*Requirement
	byFigure      map[string][]*Requirement
	byInstrument  map[string][]*Requirement
	searchEntries []searchEntry
}

// Instrument finds an instrument by id, such as "ALGO".
func (c *Catalogue) Instrument(id string) (*Instrument, bool) {
	i, ok := c.index.instruments[id]
	return i, ok
}

// Figure finds a figure by key, such as "ALGO:filing_working_days".
func (c *Catalogue) Figure(key string) (*Figure, bool) {
	f, ok := c.index.figures[key]
	return f, ok
}

// Article finds an article of the Measures by number, 1 to 24.
func (c *Catalogue) Article(number int) (*Article, bool) {
	a, ok := c.index.articles[number]
	return a, ok
}

// Clause finds a clause of the Measures by id, such as "IM-8.1.2".
func (c *Catalogue) Clause(id string) (*Clause, bool) {
	cl, ok := c.index.clauses[id]
	return cl, ok
}

// Requirement finds a requirement by id, such as "IM-08-03".
func (c *Catalogue) Requirement(id string) (*Requirement, bool) {
	r, ok := c.index.requirements[id]
	return r, ok
}

// Condition finds an applicability condition by id.
func (c *Catalogue) Condition(id string) (*Condition, bool) {
	co, ok := c.index.conditions[id]
	return co, ok
}

// OwnerRole finds a responsible role by id.
func (c *Catalogue) OwnerRole(id string) (*OwnerRole, bool) {
	o, ok := c.index.roles[id]
	return o, ok
}

// ByArticle gives the requirements derived from an article, in their order.
func (c *Catalogue) ByArticle(number int) []*Requirement { return c.index.byArticle[number] }

// ByClause gives the requirements that name exactly this clause; those of its
// segments or of the clause around it are not included.
func (c *Catalogue) ByClause(id string) []*Requirement { return c.index.byClause[id] }

// ByFigure gives the requirements that read a figure: what to look at again
// when its value changes.
func (c *Catalogue) ByFigure(key string) []*Requirement { return c.index.byFigure[key] }

// ByInstrument gives the requirements that name a provision of an instrument.
func (c *Catalogue) ByInstrument(id string) []*Requirement { return c.index.byInstrument[id] }

func (c *Catalogue) buildIndex() {
	x := index{
		instruments:  byKey(c.Instruments, func(i *Instrument) string { return i.ID }),
		figures:      byKey(c.Figures, func(f *Figure) string { return f.Key }),
		articles:     byKey(c.Articles, func(a *Article) int { return a.Number }),
		clauses:      byKey(c.Clauses, func(cl *Clause) string { return cl.ID }),
		requirements: byKey(c.Requirements, func(r *Requirement) string { return r.ID }),
		conditions:   byKey(c.Conditions, func(co *Condition) string { return co.ID }),
		roles:        byKey(c.OwnerRoles, func(o *OwnerRole) string { return o.ID }),
		byArticle:    map[int][]*Requirement{},
		byClause:     map[string][]*Requirement{},
		byFigure:     map[string][]*Requirement{},
		byInstrument: map[string][]*Requirement{},
	}
	for _, r := range c.Requirements {
		x.byArticle[r.Article] = append(x.byArticle[r.Article], r)
		x.byClause[r.Clause] = append(x.byClause[r.Clause], r)
		for _, key := range r.Figures {
			x.byFigure[key] = append(x.byFigure[key], r)
		}
		named := map[string]bool{}
		for _, rel := range r.Related {
			if !named[rel.Instrument] {
				named[rel.Instrument] = true
				x.byInstrument[rel.Instrument] = append(x.byInstrument[rel.Instrument], r)
			}
		}
	}
	x.searchEntries = searchEntries(c)
	c.index = x
}

func byKey[K comparable, T any](list []T, key func(T) K) map[K]T {
	m := make(map[K]T, len(list))
	for _, item := range list {
		m[key(item)] = item
	}
	return m
}
