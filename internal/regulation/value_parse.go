package regulation

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"hegui/internal/problem"
)

// valueField is the form field that ParseValue's problems point at.
const valueField = "value"

// maxTyped bounds what a person can type as a value, in bytes.
const maxTyped = 4096

// ParseValue reads a value that a person typed to replace a figure's default.
//
// Numbers may be full-width, grouped by commas, followed by 万 or 亿 and by
// the unit ("1,000 万", "96%", "6 个月"). A range is typed with a dash, ~, 至,
// 到 or "to"; the parts of a list are separated by "/", ";" or "、". Dates are
// YYYY-MM-DD, days of the year MM-DD, words of an enumeration are separated
// by commas.
//
// The error is a *problem.Error of kind Invalid about the field "value".
func ParseValue(unit Unit, comparator Comparator, text string) (FigureValue, error) {
	if len(text) > maxTyped {
		return FigureValue{}, invalid("regulation.value.too_long")
	}
	v, err := readValue(unit, comparator, strings.TrimSpace(norm.NFKC.String(text)))
	if err != nil {
		return FigureValue{}, err
	}
	if err := checkValue(unit, comparator, v); err != nil {
		return FigureValue{}, err
	}
	return v, nil
}

func invalid(key string, args ...any) error {
	return problem.Field(problem.Invalid, valueField, key, args...)
}

func readValue(unit Unit, comparator Comparator, text string) (FigureValue, error) {
	rule, known := units[unit]
	if !known || !comparators[comparator] {
		return FigureValue{}, invalid("regulation.value.unknown_unit")
	}
	if rule.kind == NoValue {
		if text != "" {
			return FigureValue{}, invalid("regulation.value.none")
		}
		return FigureValue{Kind: NoValue}, nil
	}
	if text == "" {
		return FigureValue{}, invalid("regulation.value.required")
	}
	switch rule.kind {
	case NumberValue:
		return readNumbers(unit, comparator, text)
	case EnumValue:
		return FigureValue{Kind: EnumValue, Words: fieldsOf(text, ",、;\n")}, nil
	default:
		return FigureValue{Kind: rule.kind, Words: []string{text}}, nil
	}
}

// rangeMark separates the two ends of a typed range.
var rangeMark = regexp.MustCompile(`\s*(?:-|–|—|~|至|到|\bto\b)\s*`)

func readNumbers(unit Unit, comparator Comparator, text string) (FigureValue, error) {
	parts := fieldsOf(text, "/;、")
	if ends := rangeMark.Split(text, -1); comparator == Between && len(parts) == 1 && len(ends) == 2 {
		parts = ends
	}
	numbers := make([]float64, 0, len(parts))
	for _, part := range parts {
		n, ok := readNumber(unit, part)
		if !ok {
			return FigureValue{}, invalid("regulation.value.not_number")
		}
		numbers = append(numbers, n)
	}
	return numberValue(comparator, numbers), nil
}

// numberValue gives numbers the kind they have under a comparator: two rising
// numbers under "range" are its ends, everything else longer than one a list.
func numberValue(comparator Comparator, numbers []float64) FigureValue {
	kind := ListValue
	switch {
	case len(numbers) == 1:
		kind = NumberValue
	case len(numbers) == 2 && comparator == Between && numbers[0] < numbers[1]:
		kind = RangeValue
	}
	return FigureValue{Kind: kind, Numbers: numbers}
}

// numberText is digits, grouped by threes or not, with a decimal part.
var numberText = regexp.MustCompile(`^(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?$`)

// readNumber reads one number, cutting off the unit and applying 万 and 亿.
func readNumber(unit Unit, text string) (float64, bool) {
	text = strings.TrimSpace(cutUnit(unit, strings.ToLower(strings.TrimSpace(text))))
	times := 1.0
	if t, ok := strings.CutSuffix(text, "万"); ok {
		text, times = strings.TrimSpace(t), 1e4
	} else if t, ok := strings.CutSuffix(text, "亿"); ok {
		text, times = strings.TrimSpace(t), 1e8
	}
	if !numberText.MatchString(text) {
		return 0, false
	}
	n, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", ""), 64)
	if err != nil || math.IsInf(n, 0) {
		return 0, false
	}
	if times > 1 { // 0.07 万 is 700, not 700.0000000000001
		n = math.Round(n*times*1e4) / 1e4
	}
	return n, true
}

// cutUnit removes one spelling of the unit after the number; for money also
// the sign or code before it.
func cutUnit(unit Unit, text string) string {
	rule := units[unit]
	if unit == CNY || unit == CNYOrPercent {
		for _, before := range []string{"cny", "rmb", "¥"} {
			text = strings.TrimPrefix(text, before)
		}
	}
	for _, after := range append([]string{rule.zh, rule.all, rule.one}, rule.typed...) {
		if cut, ok := strings.CutSuffix(text, after); ok && after != "" {
			return cut
		}
	}
	return text
}

func fieldsOf(text, separators string) []string {
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(separators, r) })
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// checkValue holds a value against unit and comparator: the one rule for what
// the files bring and for what people type.
func checkValue(unit Unit, comparator Comparator, v FigureValue) error {
	rule, known := units[unit]
	if !known || !comparators[comparator] {
		return invalid("regulation.value.unknown_unit")
	}
	if (rule.kind == NoValue) != (comparator == Qualitative) || (comparator == OneOf) != (rule.kind == EnumValue) {
		return invalid("regulation.value.comparator_unfit")
	}
	if rule.kind == NumberValue {
		return checkNumbers(rule, comparator, v)
	}
	if v.Kind == rule.kind && v.wellFormed() == nil {
		return nil
	}
	return invalid(wrongShape[rule.kind])
}

// wrongShape is the message for a value that is not of the unit's kind.
var wrongShape = map[ValueKind]string{
	NoValue:       "regulation.value.none",
	DateValue:     "regulation.value.not_date",
	MonthDayValue: "regulation.value.not_month_day",
	EnumValue:     "regulation.value.not_enum",
	TextValue:     "regulation.value.not_text",
}

func checkNumbers(rule unitRule, comparator Comparator, v FigureValue) error {
	if len(v.Numbers) == 0 || v.wellFormed() != nil || v.Kind != numberValue(comparator, v.Numbers).Kind {
		return invalid("regulation.value.not_number")
	}
	if comparator == Between && (v.Kind == NumberValue || len(v.Numbers) == 2 && v.Kind != RangeValue) {
		return invalid("regulation.value.not_range")
	}
	for _, n := range v.Numbers {
		switch {
		case n < 0 || n > rule.max || math.IsNaN(n):
			return invalid("regulation.value.out_of_bounds", "max", plainNumber(rule.max))
		case rule.whole && !isWhole(n):
			return invalid("regulation.value.not_whole")
		case decimals(n) > maxDecimals:
			return invalid("regulation.value.too_precise", "count", maxDecimals)
		case comparator == Every && n == 0:
			return invalid("regulation.value.every_zero")
		}
	}
	return nil
}
