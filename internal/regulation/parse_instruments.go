package regulation

import "strings"

// formatVersion is the layout of the files that this program reads.
const formatVersion = 1

func (c *Catalogue) addInstruments(f *faults, raw rawInstruments) {
	e := entry{f, InstrumentsFile, ""}
	if raw.FormatVersion != formatVersion {
		e.wrong("format_version is %d, want %d", raw.FormatVersion, formatVersion)
	}
	e.needDate("last_checked", raw.LastChecked)
	e.date("newest_source_seen", raw.NewestSourceSeen)
	c.Notes.Instruments = e.text("about", raw.AboutZH, raw.AboutEN)
	c.Notes.Verification = e.text("verification_rule", raw.VerificationRuleZH, raw.VerificationRuleEN)
	c.Notes.Status = e.text("status_note", raw.StatusNoteZH, raw.StatusNoteEN)
	c.Notes.Metadata = e.text("metadata_checked_note", raw.MetadataNoteZH, raw.MetadataNoteEN)
	c.addInstrumentLabels(e, raw)
	c.RiskTaxonomy = c.taxonomy(e, raw.RiskTaxonomy)
	instruments, figures := map[string]bool{}, map[string]bool{}
	for _, ri := range raw.Instruments {
		i := c.instrument(entry{f, InstrumentsFile, ri.ID}, instruments, figures, ri)
		c.Instruments = append(c.Instruments, i)
		c.Figures = append(c.Figures, i.Figures...)
	}
}

func (c *Catalogue) addInstrumentLabels(e entry, raw rawInstruments) {
	c.Labels.Basis = labels[string](e, "basis_labels", raw.BasisLabels)
	c.Labels.SourceKinds = labels[string](e, "source_kinds", raw.SourceKinds)
	c.Labels.Force = labels[Force](e, "force_labels", raw.ForceLabels, Must, Should, Practice)
	c.Labels.Status = labels[string](e, "status_labels", raw.StatusLabels, StatusInForce, StatusScheduled)
	c.Labels.Level = labels[string](e, "level_labels", raw.LevelLabels)
	c.Labels.Unit = labels(e, "unit_labels", raw.UnitLabels, keys(units)...)
	c.Labels.Comparator = labels(e, "comparator_labels", raw.ComparatorLabels, keys(comparators)...)
}

// labels reads a table of words. With codes given, the table must have exactly
// the codes that the program understands, except for open tables of strings.
func labels[K ~string](e entry, name string, raw map[string]rawLabel, need ...K) map[K]Text {
	out := make(map[K]Text, len(raw))
	for code, l := range raw {
		out[K(code)] = e.text(name+"."+code, l.ZH, l.EN)
	}
	for _, code := range need {
		if _, ok := out[code]; !ok {
			e.wrong("%s has no %q", name, code)
		}
	}
	if _, open := any(out).(map[string]Text); !open && len(out) > len(need) {
		e.wrong("%s has codes that this program does not understand", name)
	}
	return out
}

func keys[K comparable, V any](m map[K]V) []K {
	out := make([]K, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	return out
}

func (c *Catalogue) instrument(e entry, instruments, figures map[string]bool, raw rawInstrument) *Instrument {
	e.unique(instruments, idText)
	i := &Instrument{
		ID:             raw.ID,
		Name:           e.text("name", raw.NameZH, raw.NameEN),
		Short:          e.text("short", raw.ShortZH, raw.ShortEN),
		Level:          known(e, "level", raw.Level, c.Labels.Level),
		Issuer:         e.text("issuer", raw.IssuerZH, raw.IssuerEN),
		DocumentNumber: raw.DocumentNumber,
		Issued:         e.date("date_issued", raw.DateIssued),
		InForce:        e.date("date_in_force", raw.DateInForce),
		Status:         known(e, "status", raw.Status, c.Labels.Status),
		Checked:        MetadataChecked{raw.Checked.DocumentNumber, raw.Checked.DateIssued, raw.Checked.DateInForce},
		Summary:        e.text("summary", raw.SummaryZH, raw.SummaryEN),
		Note:           e.note("note", raw.NoteZH, raw.NoteEN),
		OfficialURLs:   raw.OfficialURLs,
		Sources:        c.sources(e, raw.CheckedSources),
	}
	for _, url := range raw.OfficialURLs {
		checkURL(e, url)
	}
	for _, rf := range raw.Figures {
		i.Figures = append(i.Figures, c.figure(entry{e.faults, e.file, rf.Key}, figures, i.ID, rf))
	}
	return i
}

func (c *Catalogue) figure(e entry, seen map[string]bool, instrument string, raw rawFigure) *Figure {
	e.unique(seen, figureKeyText)
	if !strings.HasPrefix(raw.Key, instrument+":") {
		e.wrong("key does not begin with %q", instrument+":")
	}
	if raw.Verified == nil {
		e.wrong("verified is missing")
	}
	f := &Figure{
		Key:        raw.Key,
		Instrument: instrument,
		Provision:  e.text("provision", raw.ProvisionZH, raw.ProvisionEN),
		Statement:  e.text("statement", raw.StatementZH, raw.StatementEN),
		Unit:       known(e, "unit", raw.Unit, units),
		Comparator: known(e, "comparator", raw.Comparator, comparators),
		Force:      known(e, "force", raw.Force, c.Labels.Force),
		Verified:   raw.Verified != nil && *raw.Verified,
		Basis:      known(e, "basis", raw.Basis, c.Labels.Basis),
		Sources:    c.sources(e, raw.Sources),
		Note:       e.note("note", raw.NoteZH, raw.NoteEN),
	}
	v, ok := rawValue(f.Unit, f.Comparator, raw.Value)
	if !ok {
		e.wrong("value %v is neither a number, a text nor a list of one of them", raw.Value)
		return f
	}
	if err := checkValue(f.Unit, f.Comparator, v); err != nil {
		e.wrong("value %v does not fit unit %q and comparator %q (%v)", raw.Value, raw.Unit, raw.Comparator, err)
	}
	f.Value = v
	return f
}

// rawValue turns what YAML gives (nothing, a number, a string, or a list of
// one sort) into a value of the unit's kind.
func rawValue(unit Unit, comparator Comparator, raw any) (FigureValue, bool) {
	if raw == nil {
		return FigureValue{Kind: NoValue}, true
	}
	list, many := raw.([]any)
	if !many {
		list = []any{raw}
	}
	var numbers []float64
	var words []string
	for _, item := range list {
		switch x := item.(type) {
		case string:
			words = append(words, x)
		case uint64:
			numbers = append(numbers, float64(x))
		case int64:
			numbers = append(numbers, float64(x))
		case float64:
			numbers = append(numbers, x)
		default:
			return FigureValue{}, false
		}
	}
	if len(numbers) > 0 && len(words) == 0 {
		return numberValue(comparator, numbers), true
	}
	return FigureValue{Kind: units[unit].kind, Words: words}, len(numbers) == 0 && len(words) > 0
}

// sources reads a list of places, or a bare word such as "from memory".
func (c *Catalogue) sources(e entry, raw any) []Source {
	if note, ok := raw.(string); ok && note != "" {
		return []Source{{Note: note}}
	}
	list, ok := raw.([]any)
	if !ok || len(list) == 0 {
		e.wrong("sources are missing")
		return nil
	}
	var out []Source
	for _, item := range list {
		if s, ok := c.source(e, item); ok {
			out = append(out, s)
		}
	}
	return out
}

func (c *Catalogue) source(e entry, item any) (Source, bool) {
	m, ok := item.(map[string]any)
	if !ok {
		e.wrong("source %v is not a set of keys", item)
		return Source{}, false
	}
	var s Source
	fields := map[string]*string{"url": &s.URL, "path": &s.Path, "ref": &s.Ref, "kind": &s.Kind}
	for key, value := range m {
		text, isText := value.(string)
		field, isKnown := fields[key]
		if !isText || !isKnown {
			e.wrong("source key %q is not known or not a text", key)
			continue
		}
		*field = text
	}
	known(e, "source kind", s.Kind, c.Labels.SourceKinds)
	if s.URL != "" {
		checkURL(e, s.URL)
	}
	return s, true
}

// checkURL lets only web addresses through, since pages make links of them.
func checkURL(e entry, url string) {
	if !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") {
		e.wrong("address %q is not http or https", url)
	}
}

// taxonomy reads the risk list and holds the counts that it states (Annex A)
// against what it contains.
func (c *Catalogue) taxonomy(e entry, raw rawTaxonomy) RiskTaxonomy {
	e.id = "risk_taxonomy"
	t := RiskTaxonomy{
		Source:   e.filled("source", raw.Source),
		Verified: raw.Verified,
		Basis:    known(e, "basis", raw.Basis, c.Labels.Basis),
		Note:     e.note("note", raw.NoteZH, raw.NoteEN),
	}
	seen, counts := map[string]bool{}, map[string]int{}
	for _, rc := range raw.Classes {
		ce := entry{e.faults, e.file, rc.ID}
		ce.unique(seen, idText)
		class := RiskClass{ID: rc.ID, Name: ce.text("name", rc.NameZH, rc.NameEN)}
		for _, rr := range rc.Risks {
			re := entry{e.faults, e.file, rr.ID}
			re.unique(seen, idText)
			class.Risks = append(class.Risks, Risk{ID: rr.ID, Name: re.text("name", rr.NameZH, rr.NameEN)})
		}
		if len(class.Risks) != rc.Count {
			ce.wrong("has %d risks, says %d", len(class.Risks), rc.Count)
		}
		counts[rc.ID] = len(class.Risks)
		t.Classes = append(t.Classes, class)
	}
	a1a2 := counts["A.1"] + counts["A.2"]
	is := map[string]int{"classes": len(t.Classes), "total": len(seen) - len(t.Classes), "A1_A2": a1a2, "A1_to_A4": a1a2 + counts["A.3"] + counts["A.4"]}
	for name, says := range raw.Counts {
		if is[name] != says {
			e.wrong("counts.%s says %d, there are %d", name, says, is[name])
		}
	}
	return t
}
