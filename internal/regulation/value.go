package regulation

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"hegui/internal/day"
)

// ValueKind is the shape of a figure's value.
type ValueKind string

// The kinds of value.
const (
	NoValue       ValueKind = "none"      // the statement says it all
	NumberValue   ValueKind = "number"    // one number
	RangeValue    ValueKind = "range"     // two numbers, the first smaller
	ListValue     ValueKind = "list"      // several numbers that belong together, such as the steps of a fine
	DateValue     ValueKind = "date"      // a calendar date
	MonthDayValue ValueKind = "month_day" // a day of every year, "01-31"
	EnumValue     ValueKind = "enum"      // one or more allowed words
	TextValue     ValueKind = "text"      // free text
)

// Limits on what a value may hold.
const (
	maxListed   = 50  // numbers or words
	maxWord     = 200 // characters of one word or text
	maxDecimals = 4   // places after the point
)

// FigureValue is the value of a figure. Kind decides which part is used:
// Numbers for number, range and list; Words for the others.
type FigureValue struct {
	Kind    ValueKind `json:"kind"`
	Numbers []float64 `json:"numbers,omitempty"`
	Words   []string  `json:"words,omitempty"`
}

// Equal says whether two values are the same.
func (v FigureValue) Equal(w FigureValue) bool {
	return v.Kind == w.Kind && slices.Equal(v.Numbers, w.Numbers) && slices.Equal(v.Words, w.Words)
}

// Number is the single number of a number value; ok is false for other kinds.
func (v FigureValue) Number() (n float64, ok bool) {
	if v.Kind != NumberValue || len(v.Numbers) != 1 {
		return 0, false
	}
	return v.Numbers[0], true
}

// Date is the date of a date value, none for other kinds.
func (v FigureValue) Date() day.Date {
	if v.Kind != DateValue || len(v.Words) != 1 {
		return ""
	}
	return day.Date(v.Words[0])
}

// Input is the value as a person would type it into a form; ParseValue with
// the same unit and comparator gives the value back.
func (v FigureValue) Input() string {
	switch v.Kind {
	case NumberValue, ListValue:
		return strings.Join(plainNumbers(v.Numbers), " / ")
	case RangeValue:
		return strings.Join(plainNumbers(v.Numbers), "-")
	case EnumValue:
		return strings.Join(v.Words, ", ")
	default:
		return strings.Join(v.Words, "")
	}
}

// UnmarshalJSON reads what json.Marshal wrote, and refuses a value whose
// parts do not fit its kind.
func (v *FigureValue) UnmarshalJSON(data []byte) error {
	type plain FigureValue // without this method
	var p plain
	if err := json.Unmarshal(data, &p); err != nil {
		return fmt.Errorf("read figure value: %w", err)
	}
	if err := FigureValue(p).wellFormed(); err != nil {
		return fmt.Errorf("read figure value: %w", err)
	}
	*v = FigureValue(p)
	return nil
}

// wellFormed checks that the parts fit the kind, whatever the unit.
func (v FigureValue) wellFormed() error {
	numbers, words := len(v.Numbers), len(v.Words)
	fits := false
	switch v.Kind {
	case NoValue:
		fits = numbers == 0 && words == 0
	case NumberValue:
		fits = numbers == 1 && words == 0
	case RangeValue:
		fits = numbers == 2 && words == 0 && v.Numbers[0] < v.Numbers[1]
	case ListValue:
		fits = numbers >= 2 && numbers <= maxListed && words == 0
	case DateValue:
		fits = numbers == 0 && words == 1 && realDate(v.Words[0])
	case MonthDayValue:
		fits = numbers == 0 && words == 1 && realMonthDay(v.Words[0])
	case EnumValue:
		fits = numbers == 0 && words >= 1 && words <= maxListed && distinct(v.Words)
	case TextValue:
		fits = numbers == 0 && words == 1
	}
	if !fits {
		return fmt.Errorf("value %v %v is not a %q", v.Numbers, v.Words, v.Kind)
	}
	for _, w := range v.Words {
		if w == "" || len([]rune(w)) > maxWord {
			return errors.New("value has an empty or overlong word")
		}
	}
	return nil
}

// realDate takes the dates that day.Parse takes, except none.
func realDate(s string) bool {
	_, ok := day.Parse(s)
	return ok && s != ""
}

// realMonthDay checks "MM-DD" in a leap year, so that 02-29 passes.
func realMonthDay(s string) bool { return len(s) == len("01-31") && realDate("2000-"+s) }

func distinct(words []string) bool {
	seen := map[string]bool{}
	for _, w := range words {
		if seen[w] {
			return false
		}
		seen[w] = true
	}
	return true
}

func plainNumbers(numbers []float64) []string {
	out := make([]string, len(numbers))
	for i, n := range numbers {
		out[i] = plainNumber(n)
	}
	return out
}

// plainNumber writes a number with digits only: "10000", "97.5".
func plainNumber(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

func decimals(n float64) int {
	_, after, _ := strings.Cut(plainNumber(n), ".")
	return len(after)
}

func isWhole(n float64) bool { return n == math.Trunc(n) }
