package exports

import (
	"fmt"
	"strings"
)

// Layout is all that must be kept of a file, besides its items, to show them and to
// write them back. It goes to JSON and back unchanged.
type Layout struct {
	Format   Format   `json:"format"`
	Frame    Frame    `json:"frame"`
	Encoding Encoding `json:"encoding"`
	BOM      bool     `json:"bom,omitempty"`
	Comma    string   `json:"comma,omitempty"`   // between cells
	Newline  string   `json:"newline,omitempty"` // after a row
	Head     string   `json:"head,omitempty"`    // what comes before the items: a header row, the tables of COCO
	Tail     string   `json:"tail,omitempty"`    // what comes after them
	Columns  []Column `json:"columns,omitempty"`
	Number   bool     `json:"number,omitempty"`
	PerTask  bool     `json:"per_task,omitempty"`
}

// header gives the column names of a table, each once: a name that comes again is
// numbered, and so is a column without one.
func (l Layout) header() []string {
	names := cells(strings.TrimRight(l.Head, "\r\n"), l.comma())
	seen := map[string]bool{}
	for i, n := range names {
		n = strings.TrimSpace(Restore(n))
		if n == "" {
			n = fmt.Sprintf("#%d", i+1)
		}
		for again := 2; seen[n]; again++ {
			n = fmt.Sprintf("%s #%d", strings.TrimSpace(Restore(names[i])), again)
		}
		seen[n], names[i] = true, n
	}
	return names
}

func (l Layout) comma() byte {
	if l.Comma == "" {
		return ','
	}
	return l.Comma[0]
}

// column gives the name of the column with a role, "" when none has it.
func (l Layout) column(r Role) string {
	for _, c := range l.Columns {
		if c.Role == r {
			return c.Name
		}
	}
	return ""
}
