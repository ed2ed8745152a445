package regulation

// Difference is what changed from one catalogue to the next. Each list holds
// the changed and added entries in the order of the new catalogue, then the
// removed ones in the order of the old.
type Difference struct {
	Instruments, Articles, Clauses, Requirements, Figures, Conditions []Change

	After *Catalogue // the newer catalogue while it is being loaded, for hooks; Diff leaves it out
}

// Empty says whether nothing changed.
func (d Difference) Empty() bool {
	return len(d.Instruments)+len(d.Articles)+len(d.Clauses)+len(d.Requirements)+len(d.Figures)+len(d.Conditions) == 0
}

// ChangeKind is what happened to an entry.
type ChangeKind string

// The kinds of change.
const (
	Added   ChangeKind = "added"
	Removed ChangeKind = "removed"
	Changed ChangeKind = "changed"
)

// Change is one entry that differs.
type Change struct {
	ID       string
	Kind     ChangeKind
	Title    Text          // of the new entry, of the old one when removed
	Material bool          // something binding changed: added, removed, or a material field
	Fields   []FieldChange // for Changed
}

// FieldChange is one field that differs, as text. Lists are given line by
// line, values as people type them.
type FieldChange struct {
	Field         string // as in the file: "requirement_zh", "value", "figures"
	Before, After string
	Material      bool // false for explanations, examples, titles and sources
}

// Diff compares two catalogues.
func Diff(before, after *Catalogue) Difference {
	return Difference{
		Instruments:  compare(before.Instruments, after.Instruments, instrumentFields),
		Articles:     compare(before.Articles, after.Articles, articleFields),
		Clauses:      compare(before.Clauses, after.Clauses, clauseFields),
		Requirements: compare(before.Requirements, after.Requirements, requirementFields),
		Figures:      compare(before.Figures, after.Figures, figureFields),
		Conditions:   compare(before.Conditions, after.Conditions, conditionFields),
	}
}

// record is an entry laid out for comparing.
type record struct {
	id     string
	title  Text
	fields []field
}

// field is one named part; material parts bind, the others explain.
type field struct {
	name, value string
	material    bool
}

func compare[T any](before, after []T, lay func(T) record) []Change {
	old := map[string]record{}
	for _, item := range before {
		r := lay(item)
		old[r.id] = r
	}
	var out []Change
	kept := map[string]bool{}
	for _, item := range after {
		now := lay(item)
		kept[now.id] = true
		was, ok := old[now.id]
		if !ok {
			out = append(out, Change{ID: now.id, Kind: Added, Title: now.title, Material: true})
		} else if c := changed(was, now); len(c.Fields) > 0 {
			out = append(out, c)
		}
	}
	for _, item := range before {
		if was := lay(item); !kept[was.id] {
			out = append(out, Change{ID: was.id, Kind: Removed, Title: was.title, Material: true})
		}
	}
	return out
}

// changed compares two records of the same sort, which have the same fields.
func changed(was, now record) Change {
	c := Change{ID: now.id, Kind: Changed, Title: now.title}
	for i, f := range now.fields {
		if f.value == was.fields[i].value {
			continue
		}
		c.Fields = append(c.Fields, FieldChange{Field: f.name, Before: was.fields[i].value, After: f.value, Material: f.material})
		c.Material = c.Material || f.material
	}
	return c
}
