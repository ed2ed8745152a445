package stats

import (
	"os"
	"slices"
	"testing"

	"github.com/goccy/go-yaml"
)

// referenceCell is a cell of testdata/iso2859-1.yaml, whose header tells where
// it comes from and how it was verified.
type referenceCell struct {
	Arrow string     `yaml:"arrow"`
	Use   CodeLetter `yaml:"use"`
	N     int        `yaml:"n"`
	Ac    int        `yaml:"ac"`
	Re    int        `yaml:"re"`
}

type reference struct {
	CodeLetters []struct {
		Min     int                  `yaml:"lot_min"`
		Max     *int                 `yaml:"lot_max"`
		Letters map[Level]CodeLetter `yaml:"letters"`
	} `yaml:"code_letters"`
	Plans map[Severity]map[CodeLetter]map[AQL]referenceCell `yaml:"plans"`
}

func readReference(t *testing.T) reference {
	t.Helper()
	data, err := os.ReadFile("testdata/iso2859-1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var r reference
	if err := yaml.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEveryPlanCellEqualsTheVerifiedTable(t *testing.T) {
	t.Parallel()
	cells := 0
	for severity, rows := range readReference(t).Plans {
		for letter, row := range rows {
			for aql, want := range row {
				cells++
				got, err := lookup(severity, letter, aql)
				if err != nil {
					t.Fatalf("%s %s %s: %v", severity, letter, aql, err)
				}
				if want.Use == "" {
					want.Use = letter
				}
				n := standard().sizes[severity][got.letter]
				if got.arrow != want.Arrow || got.letter != want.Use || n != want.N || got.ac != want.Ac || got.ac+1 != want.Re {
					t.Errorf("%s %s %s = %+v with n %d, want %+v", severity, letter, aql, got, n, want)
				}
			}
		}
	}
	if cells != 1249 {
		t.Errorf("compared %d cells, want 1249", cells)
	}
}

func TestEveryCodeLetterEqualsTheVerifiedTable(t *testing.T) {
	t.Parallel()
	for _, row := range readReference(t).CodeLetters {
		for level, want := range row.Letters {
			most := maxCount
			if row.Max != nil {
				most = *row.Max
			}
			for _, lot := range []int{row.Min, most} {
				if got, err := LetterFor(lot, level); err != nil || got != want {
					t.Errorf("LetterFor(%d, %s) = %s, %v, want %s", lot, level, got, err, want)
				}
			}
		}
	}
}

// TestTableStructure checks what holds for the tables as a whole, whoever typed
// them: arrows lead to the nearest plan, and Ac rises along rows and never falls
// down columns. It also holds the switching score's ground: a plan with Ac ≥ 2 has
// a plan of the same letter to its left.
func TestTableStructure(t *testing.T) {
	t.Parallel()
	tables := standard()
	order := as[CodeLetter]([]string{"A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "P", "Q", "R", "S"})
	for severity, rows := range tables.master {
		for _, aql := range tables.aqls {
			last := -1
			for i, letter := range order {
				c, ok := rows[letter][aql]
				if !ok {
					continue
				}
				if c.arrow == "" {
					if c.ac < last {
						t.Errorf("%s %s %s: Ac falls down the column", severity, letter, aql)
					}
					last = c.ac
					continue
				}
				step := map[string]int{"down": 1, "up": -1}[c.arrow]
				j := i + step
				for rows[order[j]][aql].arrow != "" {
					j += step
				}
				if order[j] != c.letter {
					t.Errorf("%s %s %s: arrow to %s, nearest plan is %s", severity, letter, aql, c.letter, order[j])
				}
			}
		}
		for letter, row := range rows {
			last := -1
			for i, aql := range tables.aqls {
				c, ok := row[aql]
				if !ok || c.arrow != "" {
					continue
				}
				if c.ac <= last {
					t.Errorf("%s %s %s: Ac does not rise along the row", severity, letter, aql)
				}
				last = c.ac
				if left := row[tables.aqls[max(0, i-1)]]; severity == Normal && c.ac >= 2 && (left.arrow != "" || left.ac >= c.ac) {
					t.Errorf("normal %s %s: no tighter plan to the left", letter, aql)
				}
			}
		}
	}
}

func TestPlanForWorkedExamples(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		lot      int
		aql      AQL
		severity Severity
		want     ISOPlan
	}{
		{"plan in the cell", 20000, "1.0", Normal, ISOPlan{CodeLetter: "M", PlanLetter: "M", TableN: 315, N: 315, Ac: 7, Re: 8}},
		{"arrow up", 150, "1.0", Normal, ISOPlan{CodeLetter: "F", PlanLetter: "E", Arrow: "up", TableN: 13, N: 13, Ac: 0, Re: 1}},
		{"arrow down", 90, "0.65", Normal, ISOPlan{CodeLetter: "E", PlanLetter: "F", Arrow: "down", TableN: 20, N: 20, Ac: 0, Re: 1}},
		{"sample larger than the lot", 15, "0.10", Normal, ISOPlan{CodeLetter: "B", PlanLetter: "K", Arrow: "down", TableN: 125, N: 15, Ac: 0, Re: 1, InspectAll: true}},
		{"cell the sources dispute", 2, "10", Tightened, ISOPlan{CodeLetter: "A", PlanLetter: "A", TableN: 2, N: 2, Ac: 0, Re: 1, InspectAll: true, Unverified: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := PlanFor(tt.lot, DefaultLevel, tt.aql, tt.severity); err != nil || got != tt.want {
				t.Errorf("PlanFor = %+v, %v, want %+v", got, err, tt.want)
			}
		})
	}
	if !AQL("15").Per100Only() || AQL("10").Per100Only() || AQL("nine").Value() != 0 {
		t.Error("only AQL above 10 counts nonconformities alone")
	}
	if len(Levels()) != 7 || len(AQLs()) != 26 || !slices.Contains(AQLs(), "0.65") {
		t.Errorf("levels %v, AQLs %v", Levels(), AQLs())
	}
}
