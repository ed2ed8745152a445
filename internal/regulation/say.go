package regulation

import (
	"strconv"
	"strings"
	"time"
)

// Say prints a value as people of the field write it, in Chinese or English.
// It is for chips and tables; the figure's statement remains the full saying.
func (v FigureValue) Say(unit Unit, comparator Comparator, lang string) string {
	if chinese(lang) {
		return v.sayZH(unit, comparator)
	}
	return v.sayEN(unit, comparator)
}

func (v FigureValue) sayZH(unit Unit, comparator Comparator) string {
	switch v.Kind {
	case NoValue:
		return "定性要求，无数值"
	case DateValue:
		return sayDate(v.Words[0], "2006 年 1 月 2 日")
	case MonthDayValue:
		return monthDayZH(v.Words[0], comparator)
	case EnumValue:
		return "取值之一：" + strings.Join(wordsIn("zh", v.Words), "、")
	case TextValue:
		return strings.Join(wordsIn("zh", v.Words), "")
	}
	amount := amountZH(v, unit)
	switch {
	case v.Kind == ListValue && comparator == Between:
		return "金额：" + amount
	case comparator == Every:
		return everyZH(v, unit, amount)
	case unit == Percent:
		return sign[comparator] + amount
	case comparator == AtMost && units[unit].time:
		return amount + "内"
	}
	return spaced(beforeZH[comparator], amount)
}

func (v FigureValue) sayEN(unit Unit, comparator Comparator) string {
	switch v.Kind {
	case NoValue:
		return "qualitative, no number"
	case DateValue:
		return sayDate(v.Words[0], "2 January 2006")
	case MonthDayValue:
		return monthDayEN(v.Words[0], comparator)
	case EnumValue:
		return "one of: " + strings.Join(wordsIn("en", v.Words), ", ")
	case TextValue:
		return strings.Join(wordsIn("en", v.Words), "")
	}
	amount := amountEN(v, unit)
	switch {
	case v.Kind == ListValue && comparator == Between:
		return "amounts: " + amount
	case comparator == Every:
		return everyEN(v, unit, amount)
	case unit == Percent:
		return sign[comparator] + amount
	case comparator == AtMost && units[unit].time:
		return "within " + amount
	case comparator == LessThan && unit == YearsOfAge:
		return "under " + amount
	}
	return spaced(beforeEN[comparator], amount)
}

// Words before an amount. A range and an equality need none.
var (
	sign     = map[Comparator]string{AtLeast: "≥ ", AtMost: "≤ ", MoreThan: "> ", LessThan: "< "}
	beforeZH = map[Comparator]string{AtLeast: "不少于", AtMost: "不超过", MoreThan: "超过", LessThan: "不满"}
	beforeEN = map[Comparator]string{AtLeast: "at least", AtMost: "at most", MoreThan: "more than", LessThan: "fewer than"}
)

func spaced(before, amount string) string { return strings.TrimSpace(before + " " + amount) }

func everyZH(v FigureValue, unit Unit, amount string) string {
	if n, _ := v.Number(); n == 1 {
		return "每" + units[unit].zh
	}
	return "每 " + amount
}

func everyEN(v FigureValue, unit Unit, amount string) string {
	if n, _ := v.Number(); n == 1 {
		return "every " + units[unit].one
	}
	return "every " + amount
}

// amountZH writes the numbers with their unit: "5 万–50 万元", "6 个月".
func amountZH(v FigureValue, unit Unit) string {
	if unit == CNYOrPercent {
		return mixed(v, func(n float64) string { return numberZH(n) + unitZH(n, CNY) })
	}
	parts := make([]string, len(v.Numbers))
	last := 0.0
	for i, n := range v.Numbers {
		parts[i], last = numberZH(n), n
	}
	return strings.Join(parts, between(v)) + unitZH(last, unit)
}

// unitZH sets a space between digits and the unit, none after 万 or before %.
func unitZH(n float64, unit Unit) string {
	word := units[unit].zh
	if unit == Percent || strings.HasSuffix(numberZH(n), "万") || strings.HasSuffix(numberZH(n), "亿") {
		return word
	}
	return " " + word
}

// amountEN writes the numbers with their unit: "CNY 50,000–500,000", "6 months".
func amountEN(v FigureValue, unit Unit) string {
	if unit == CNYOrPercent {
		return mixed(v, func(n float64) string { return "CNY " + grouped(n) })
	}
	parts := make([]string, len(v.Numbers))
	for i, n := range v.Numbers {
		parts[i] = grouped(n)
	}
	amount := strings.Join(parts, between(v))
	switch {
	case unit == CNY:
		return "CNY " + amount
	case unit == Percent:
		return amount + "%"
	case len(v.Numbers) == 1 && v.Numbers[0] == 1:
		return amount + " " + units[unit].one
	}
	return amount + " " + units[unit].all
}

// mixed writes a list of the unit "cny_or_percent" (PIPL Art. 66): numbers up
// to 100 are shares of turnover, larger ones are yuan.
func mixed(v FigureValue, money func(float64) string) string {
	parts := make([]string, len(v.Numbers))
	for i, n := range v.Numbers {
		parts[i] = money(n)
		if n <= 100 {
			parts[i] = plainNumber(n) + "%"
		}
	}
	return strings.Join(parts, between(v))
}

func between(v FigureValue) string {
	if v.Kind == RangeValue {
		return "–"
	}
	return " / "
}

// numberZH shortens round numbers the way notices do: 50000 is 5 万.
func numberZH(n float64) string {
	const wan, yi = 1e4, 1e8
	switch {
	case n >= yi && isWhole(n/yi*100):
		return plainNumber(n/yi) + " 亿"
	case n >= wan && isWhole(n/wan):
		return plainNumber(n/wan) + " 万"
	}
	return grouped(n)
}

// grouped writes a number with commas between thousands.
func grouped(n float64) string {
	whole, fraction, _ := strings.Cut(plainNumber(n), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		return whole + "." + fraction
	}
	return whole
}

func sayDate(date, layout string) string {
	t, err := time.Parse("2006-01-02", date)
	if err != nil {
		return date
	}
	return t.Format(layout)
}

func monthDayZH(md string, comparator Comparator) string {
	s := "每年 " + sayDate("2000-"+md, "1 月 2 日")
	if comparator == AtMost {
		return s + "前"
	}
	return s
}

func monthDayEN(md string, comparator Comparator) string {
	s := sayDate("2000-"+md, "2 January") + " each year"
	if comparator == AtMost {
		return "by " + s
	}
	return s
}

// enumWords are the codes of enumerations and patterns in the figures that
// are words, not codes of a format: TC260-003 cl. 9.1 (result per clause) and
// GB 45438-2025 cl. 5.3 c (audio rhythm).
var enumWords = map[string]Text{
	"compliant":              {ZH: "符合", EN: "compliant"},
	"non_compliant":          {ZH: "不符合", EN: "non-compliant"},
	"not_applicable":         {ZH: "不适用", EN: "not applicable"},
	"short-long-short-short": {ZH: "短长短短", EN: "short-long-short-short"},
}

func wordsIn(lang string, words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w
		if t, ok := enumWords[w]; ok {
			out[i] = t.In(lang)
		}
	}
	return out
}

// String is the value for logs and test failures.
func (v FigureValue) String() string { return string(v.Kind) + " " + strconv.Quote(v.Input()) }
