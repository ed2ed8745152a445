package stats

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Level is an inspection level of ISO 2859-1, 9.1 and table 1.
type Level string

// DefaultLevel is the level used unless something else is specified (10.1).
const DefaultLevel Level = "II"

// Severity is the severity of inspection (clause 9).
type Severity string

// The severities; each has its master table.
const (
	Normal    Severity = "normal"    // table 2-A
	Tightened Severity = "tightened" // table 2-B
	Reduced   Severity = "reduced"   // table 2-C
)

// AQL is an acceptance quality limit exactly as the standard prints it, "0.010"
// to "1000". Up to 10 it is percent nonconforming or nonconformities per 100
// items; above 10 only the latter.
type AQL string

// CodeLetter is a sample size code letter, A to R without I and O; S occurs in
// the tightened table only.
type CodeLetter string

//go:embed iso2859.txt
var tablesText string

type cell struct {
	arrow  string     // "", "down" or "up"
	letter CodeLetter // whose plan is used
	ac     int
}

type tables struct {
	levels []Level
	rows   []letterRow
	aqls   []AQL
	sizes  map[Severity]map[CodeLetter]int
	master map[Severity]map[CodeLetter]map[AQL]cell
}

type letterRow struct {
	most    int // largest lot of the row; maxCount for the last
	letters []CodeLetter
}

// standard reads the embedded tables once. They are part of the program, so a
// fault in them is a fault of the build.
var standard = sync.OnceValue(func() tables {
	t := tables{sizes: map[Severity]map[CodeLetter]int{}, master: map[Severity]map[CodeLetter]map[AQL]cell{}}
	for line := range strings.Lines(tablesText) {
		if fields := strings.Fields(line); len(fields) > 0 && fields[0] != "#" {
			t.read(fields[0], fields[1:])
		}
	}
	return t
})

func (t *tables) read(kind string, fields []string) {
	switch kind {
	case "levels":
		t.levels = as[Level](fields)
	case "aql":
		t.aqls = as[AQL](fields)
	case "letters":
		most := maxCount
		if fields[0] != "-" {
			most = number(fields[0])
		}
		t.rows = append(t.rows, letterRow{most, as[CodeLetter](fields[1:])})
	default:
		t.readPlans(Severity(kind), CodeLetter(fields[0]), number(fields[1]), fields[2:])
	}
}

func (t *tables) readPlans(severity Severity, letter CodeLetter, size int, cells []string) {
	if t.master[severity] == nil {
		t.master[severity] = map[CodeLetter]map[AQL]cell{}
		t.sizes[severity] = map[CodeLetter]int{}
	}
	t.sizes[severity][letter] = size
	row := map[AQL]cell{}
	for i, text := range cells {
		switch text[0] {
		case '.':
		case 'v':
			row[t.aqls[i]] = cell{arrow: "down", letter: CodeLetter(text[1:])}
		case '^':
			row[t.aqls[i]] = cell{arrow: "up", letter: CodeLetter(text[1:])}
		default:
			row[t.aqls[i]] = cell{letter: letter, ac: number(text)}
		}
	}
	t.master[severity][letter] = row
}

func as[T ~string](fields []string) []T {
	out := make([]T, len(fields))
	for i, f := range fields {
		out[i] = T(f)
	}
	return out
}

func number(s string) int {
	v, err := strconv.Atoi(s)
	if err != nil {
		panic(fmt.Sprintf("iso2859.txt: %v", err))
	}
	return v
}

// Levels lists the inspection levels from the smallest samples to the largest,
// special levels first.
func Levels() []Level { return slices.Clone(standard().levels) }

// AQLs lists the acceptance quality limits of the tables in rising order.
func AQLs() []AQL { return slices.Clone(standard().aqls) }

// Per100Only tells that the AQL may only mean nonconformities per 100 items
// (above 10), so that an item can hold several.
func (a AQL) Per100Only() bool { return a.Value() > 10 }

// Value is the AQL as a number (percent, or nonconformities per 100 items); 0
// when it is not an AQL of the tables.
func (a AQL) Value() float64 {
	if !slices.Contains(standard().aqls, a) {
		return 0
	}
	v, _ := strconv.ParseFloat(string(a), 64) // the tables hold numbers only
	return v
}

// ISOPlan is a single sampling plan read from the tables.
type ISOPlan struct {
	CodeLetter CodeLetter `json:"code_letter"` // from lot size and level
	PlanLetter CodeLetter `json:"plan_letter"` // of the plan used, after arrows
	Arrow      string     `json:"arrow"`       // "down", "up" or "" when the cell is a plan
	TableN     int        `json:"table_n"`     // sample size of the plan letter
	N          int        `json:"n"`           // to inspect: TableN, or the lot when that is smaller
	Ac         int        `json:"ac"`
	Re         int        `json:"re"`          // Ac + 1
	InspectAll bool       `json:"inspect_all"` // the table's sample is larger than or equal to the lot
	// Unverified marks the one cell for which two sources of the table disagree
	// (tightened, letter A, AQL 10: Ac 0 here, an arrow to D in MIL-STD-105E).
	Unverified bool `json:"unverified"`
}

// Plan gives the plan to the OC functions for nonconforming items. An Ac of the
// sample size or more, which occurs where nonconformities are counted (then see PoissonPa)
// or a small lot is inspected whole, is held at n − 1.
func (p ISOPlan) Plan(lot int) Plan { return Plan{Lot: lot, N: p.N, Ac: min(p.Ac, p.N-1)} }

// LetterFor is the sample size code letter for a lot (table 1).
// 2 ≤ lot ≤ 10⁹ and a level of Levels; otherwise a *ParameterError.
func LetterFor(lot int, level Level) (CodeLetter, error) {
	t := standard()
	column := slices.Index(t.levels, level)
	if column < 0 {
		return "", OutOfRange("level", level, "one of S-1, S-2, S-3, S-4, I, II, III")
	}
	if err := intIn("lot_size", lot, 2, maxCount); err != nil {
		return "", err
	}
	row := slices.IndexFunc(t.rows, func(r letterRow) bool { return lot <= r.most })
	return t.rows[row].letters[column], nil
}

// PlanFor reads the single sampling plan for a lot: code letter, then the cell
// of the severity's master table; an arrow leads to the first plan below or above
// and its letter and sample size are taken; a sample as large as the lot or larger
// means that the whole lot is inspected.
//
// 2 ≤ lot ≤ 10⁹; level, AQL and severity as listed; otherwise a *ParameterError.
// Source: ISO 2859-1:1999 (GB/T 2828.1-2012) clause 10, tables 1, 2-A, 2-B, 2-C.
func PlanFor(lot int, level Level, aql AQL, severity Severity) (ISOPlan, error) {
	letter, err := LetterFor(lot, level)
	if err != nil {
		return ISOPlan{}, err
	}
	c, err := lookup(severity, letter, aql)
	if err != nil {
		return ISOPlan{}, err
	}
	size := standard().sizes[severity][c.letter]
	return ISOPlan{
		CodeLetter: letter, PlanLetter: c.letter, Arrow: c.arrow,
		TableN: size, N: min(size, lot), Ac: c.ac, Re: c.ac + 1,
		InspectAll: size >= lot,
		Unverified: severity == Tightened && letter == "A" && aql == "10",
	}, nil
}

// lookup reads a cell and follows its arrow.
func lookup(severity Severity, letter CodeLetter, aql AQL) (cell, error) {
	t := standard()
	rows, ok := t.master[severity]
	if !ok {
		return cell{}, OutOfRange("severity", severity, "normal, tightened or reduced")
	}
	c, ok := rows[letter][aql]
	if !ok {
		return cell{}, OutOfRange("aql", aql, "one of the tables' columns, 0.010 to 1000")
	}
	if c.arrow != "" {
		c.ac = rows[c.letter][aql].ac
	}
	return c, nil
}

// oneStepTighter is the Ac of the normal plan with the same letter in the column
// to the left; ok is false when that cell is not a plan.
func oneStepTighter(letter CodeLetter, aql AQL) (ac int, ok bool) {
	t := standard()
	i := slices.Index(t.aqls, aql)
	if i <= 0 {
		return 0, false
	}
	c := t.master[Normal][letter][t.aqls[i-1]]
	return c.ac, c.arrow == ""
}
