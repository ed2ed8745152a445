package regulation

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"hegui/internal/day"
)

// The names under which the three files appear in faults.
const (
	MeasuresFile     = "interim-measures.yaml"
	RequirementsFile = "requirements.yaml"
	InstrumentsFile  = "instruments.yaml"
)

// maxFaults ends the list of faults of one catalogue.
const maxFaults = 200

// Fault is one thing wrong with a catalogue file.
type Fault struct {
	File string
	ID   string // of the entry, "" when the file as a whole is meant
	What string // in English
	zh   string
}

// Say tells what is wrong in Chinese or English. Words of the file itself, and
// what the YAML reader found, stay as they are.
func (f Fault) Say(lang string) string { return Text{ZH: f.zh, EN: f.What}.In(lang) }

func (f Fault) Error() string {
	if f.ID == "" {
		return f.File + ": " + f.What
	}
	return f.File + ": " + f.ID + ": " + f.What
}

// Faults lists the faults inside an error that Parse returned.
func Faults(err error) []Fault {
	if f, ok := errors.AsType[Fault](err); ok && f == err { //nolint:errorlint // err itself, not one around others
		return []Fault{f}
	}
	many, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil
	}
	var list []Fault
	for _, e := range many.Unwrap() {
		list = append(list, Faults(e)...)
	}
	return list
}

// faults collects what is wrong while the files are read.
type faults struct{ list []error }

func (f *faults) add(file, id, format string, args ...any) {
	if len(f.list) < maxFaults {
		f.list = append(f.list, Fault{File: file, ID: id, What: fmt.Sprintf(format, args...), zh: fmt.Sprintf(faultZH[format], args...)})
	}
}

func (f *faults) err() error { return errors.Join(f.list...) }

// entry checks the parts of one entry of one file.
type entry struct {
	*faults
	file, id string
}

func (e entry) wrong(format string, args ...any) { e.add(e.file, e.id, format, args...) }

// text pairs the two languages; both must be there.
func (e entry) text(name, zh, en string) Text {
	if strings.TrimSpace(zh) == "" {
		e.wrong("%s_zh is missing", name)
	}
	if strings.TrimSpace(en) == "" {
		e.wrong("%s_en is missing", name)
	}
	return Text{ZH: zh, EN: en}
}

// note pairs two languages that may both be missing, but not one of them.
func (e entry) note(name, zh, en string) Text {
	if zh == "" && en == "" {
		return Text{}
	}
	return e.text(name, zh, en)
}

// filled checks a text without translation.
func (e entry) filled(name, s string) string {
	if strings.TrimSpace(s) == "" {
		e.wrong("%s is missing", name)
	}
	return s
}

// date reads a date that may be missing.
func (e entry) date(name, s string) day.Date {
	d, ok := day.Parse(s)
	if !ok {
		e.wrong("%s %q is not a date (YYYY-MM-DD)", name, s)
	}
	return d
}

// needDate reads a date that must be there.
func (e entry) needDate(name, s string) day.Date {
	d := e.date(name, e.filled(name, s))
	return d
}

// known checks a code against a table.
func known[K ~string, V any](e entry, name string, code string, table map[K]V) K {
	if _, ok := table[K(code)]; !ok {
		e.wrong("unknown %s %q", name, code)
	}
	return K(code)
}

// idText is what an id may look like: short, safe in an address and a file name.
var idText = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// figureKeyText is an instrument's id, a colon and a name.
var figureKeyText = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}:[a-z0-9_]{1,64}$`)

// unique notes an id; a second use and a malformed id are faults.
func (e entry) unique(seen map[string]bool, form *regexp.Regexp) {
	if !form.MatchString(e.id) {
		e.wrong("id is malformed")
	}
	if seen[e.id] {
		e.wrong("id is used twice")
	}
	seen[e.id] = true
}
