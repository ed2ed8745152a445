package regulation

import (
	"crypto/sha256"
	"embed"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"

	"hegui/internal/day"
)

//go:embed data/*.yaml
var data embed.FS

// Embedded is the catalogue that ships with the program. It is parsed once; a
// test guarantees that it parses, so a fault here is a broken build.
var Embedded = sync.OnceValue(func() *Catalogue {
	c, err := Parse(embedded(MeasuresFile), embedded(RequirementsFile), embedded(InstrumentsFile))
	if err != nil {
		panic(fmt.Errorf("embedded regulation catalogue: %w", err))
	}
	return c
})

// Files gives the three embedded files as they ship, for download and as a
// start for changes.
func Files() (measures, requirements, instruments []byte) {
	return embedded(MeasuresFile), embedded(RequirementsFile), embedded(InstrumentsFile)
}

func embedded(name string) []byte {
	b, err := data.ReadFile("data/" + name)
	if err != nil {
		panic(err) // the file is compiled in
	}
	return b
}

// Parse reads and checks a catalogue: interim-measures.yaml,
// requirements.yaml and instruments.yaml, each at most 8 MiB.
//
// Every reference must lead somewhere, every id must be used once, every code
// must be known, and the conventions of the Measures must hold. The error
// joins up to 200 faults; Faults takes them apart. A file that cannot be read
// at all is one fault, and the checks across files are left out then.
func Parse(measures, requirements, instruments []byte) (*Catalogue, error) {
	var (
		m  rawMeasures
		r  rawRequirements
		in rawInstruments
		f  faults
	)
	read := func(file string, data []byte, v any) {
		if u, ok := errors.AsType[unreadableFile](decodeYAML(data, v)); ok {
			f.add(file, "", u.format, u.args...)
		}
	}
	read(MeasuresFile, measures, &m)
	read(RequirementsFile, requirements, &r)
	read(InstrumentsFile, instruments, &in)
	if err := f.err(); err != nil {
		return nil, err
	}
	c, err := build(m, r, in)
	if err != nil {
		return nil, err
	}
	c.Version = Version{
		Hash:        hash(measures, requirements, instruments),
		LastChecked: earlier(m.Instrument.LastChecked, in.LastChecked),
	}
	return c, nil
}

// build turns the three files into a catalogue and checks it as a whole.
func build(m rawMeasures, r rawRequirements, in rawInstruments) (*Catalogue, error) {
	var f faults
	c := &Catalogue{}
	c.addMeasures(&f, m)
	c.addInstruments(&f, in)
	c.addRequirements(&f, r)
	c.buildIndex()
	c.checkHead(&f)
	c.checkReferences(&f)
	return c, f.err()
}

// hash covers content and lengths, so that moving bytes from one file to the
// next changes it.
func hash(files ...[]byte) string {
	h := sha256.New()
	for _, f := range files {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(f)))
		h.Write(n[:])
		h.Write(f)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func earlier(a, b string) day.Date {
	if a < b {
		return day.Date(a)
	}
	return day.Date(b)
}

// checkHead compares what both files say about the Measures themselves.
func (c *Catalogue) checkHead(f *faults) {
	e := entry{f, MeasuresFile, MeasuresID}
	i, ok := c.Instrument(MeasuresID)
	if !ok {
		e.wrong("instrument is missing from %s", InstrumentsFile)
		return
	}
	if i.InForce != c.Measures.InForce || i.Issued != c.Measures.Promulgated || i.Status != c.Measures.Status {
		e.wrong("dates or status differ from %s", InstrumentsFile)
	}
}

// checkReferences follows what requirements name into the other two files.
func (c *Catalogue) checkReferences(f *faults) {
	for _, r := range c.Requirements {
		e := entry{f, RequirementsFile, r.ID}
		if _, ok := c.Article(r.Article); !ok {
			e.wrong("unknown article %d", r.Article)
		}
		clause, ok := c.Clause(r.Clause)
		if !ok {
			e.wrong("unknown clause %q", r.Clause)
		} else if clause.Article != r.Article {
			e.wrong("clause %s is not in article %d", r.Clause, r.Article)
		}
		for _, key := range r.Figures {
			if _, ok := c.Figure(key); !ok {
				e.wrong("unknown figure %q", key)
			}
		}
		for _, rel := range r.Related {
			if _, ok := c.Instrument(rel.Instrument); !ok {
				e.wrong("unknown instrument %q", rel.Instrument)
			}
		}
	}
}
