package regulation

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"hegui/internal/problem"
)

func number(n float64) FigureValue { return FigureValue{Kind: NumberValue, Numbers: []float64{n}} }

func TestParseValue(t *testing.T) {
	t.Parallel()
	span := FigureValue{Kind: RangeValue, Numbers: []float64{50000, 500000}}
	tests := []struct {
		name       string
		unit       Unit
		comparator Comparator
		text       string
		want       FigureValue
	}{
		{"plain", WorkingDays, AtMost, "15", number(15)},
		{"full-width digits", WorkingDays, AtMost, "　１５ ", number(15)},
		{"with the unit in Chinese", WorkingDays, AtMost, "15 个工作日", number(15)},
		{"with the unit in English", WorkingDays, AtMost, "15 working days", number(15)},
		{"one of them", Hours, AtMost, "1 hour", number(1)},
		{"percent sign", Percent, AtLeast, "97.5%", number(97.5)},
		{"full-width percent", Percent, AtLeast, "９６％", number(96)},
		{"thousands", Items, AtLeast, "10,000", number(10000)},
		{"ten thousands", Persons, AtLeast, "1,000 万人", number(10000000)},
		{"fraction of ten thousand", CNY, AtMost, "0.07万元", number(700)},
		{"hundred millions", CNY, AtMost, "1.5 亿元", number(150000000)},
		{"currency before", CNY, AtMost, "¥200000", number(200000)},
		{"range with dash", CNY, Between, "50000-500000", span},
		{"range in Chinese", CNY, Between, "5 万元至 50 万元", span},
		{"range in English", CNY, Between, "CNY 50,000 to 500,000", span},
		{"range by the list sign", CNY, Between, "50000 / 500000", span},
		{"steps", CNY, Between, "5万／50万／200万", FigureValue{Kind: ListValue, Numbers: []float64{50000, 500000, 2000000}}},
		{"two thresholds", Persons, AtLeast, "5000 万、1000 万", FigureValue{Kind: ListValue, Numbers: []float64{5e7, 1e7}}},
		{"money and share", CNYOrPercent, Between, "5000万元 / 5% / 10万元", FigureValue{Kind: ListValue, Numbers: []float64{5e7, 5, 1e5}}},
		{"date", CalendarDate, Equals, "2026-11-01", FigureValue{Kind: DateValue, Words: []string{"2026-11-01"}}},
		{"leap day of the year", MonthDay, AtMost, "02-29", FigureValue{Kind: MonthDayValue, Words: []string{"02-29"}}},
		{"words", Enumeration, OneOf, "1，2、3", FigureValue{Kind: EnumValue, Words: []string{"1", "2", "3"}}},
		{"pattern", Pattern, Equals, "short-long", FigureValue{Kind: TextValue, Words: []string{"short-long"}}},
		{"nothing to type", NoUnit, Qualitative, " ", FigureValue{Kind: NoValue}},
		{"zero is a rate", Percent, AtMost, "0", number(0)},
	}
	for _, tt := range tests {
		got, err := ParseValue(tt.unit, tt.comparator, tt.text)
		if err != nil || !got.Equal(tt.want) {
			t.Errorf("%s: %q = %v, %v; want %v", tt.name, tt.text, got, err, tt.want)
		}
	}
}

func TestParseValueRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		unit       Unit
		comparator Comparator
		text       string
		want       string
	}{
		{WorkingDays, AtMost, "", "regulation.value.required"},
		{WorkingDays, AtMost, "soon", "regulation.value.not_number"},
		{WorkingDays, AtMost, "-3", "regulation.value.not_number"},
		{WorkingDays, AtMost, "1,00", "regulation.value.not_number"},
		{WorkingDays, AtMost, "1e3", "regulation.value.not_number"},
		{WorkingDays, AtMost, "5 hours", "regulation.value.not_number"},
		{WorkingDays, AtMost, "2.5", "regulation.value.not_whole"},
		{WorkingDays, AtMost, "4000", "regulation.value.out_of_bounds"},
		{Percent, AtLeast, "101", "regulation.value.out_of_bounds"},
		{Percent, AtLeast, "0.00001", "regulation.value.too_precise"},
		{CNY, AtMost, strings.Repeat("9", 400), "regulation.value.not_number"},
		{CNY, Between, "5000", "regulation.value.not_range"},
		{CNY, Between, "500-50", "regulation.value.not_range"},
		{CNY, Between, "500-500", "regulation.value.not_range"},
		{Months, Every, "0", "regulation.value.every_zero"},
		{CalendarDate, Equals, "2026-02-30", "regulation.value.not_date"},
		{CalendarDate, Equals, "1 November", "regulation.value.not_date"},
		{MonthDay, AtMost, "13-01", "regulation.value.not_month_day"},
		{Enumeration, OneOf, "a, a", "regulation.value.not_enum"},
		{Enumeration, OneOf, ",", "regulation.value.not_enum"},
		{Pattern, Equals, strings.Repeat("x", maxWord+1), "regulation.value.not_text"},
		{NoUnit, Qualitative, "5", "regulation.value.none"},
		{NoUnit, AtLeast, "", "regulation.value.comparator_unfit"},
		{Months, Qualitative, "5", "regulation.value.comparator_unfit"},
		{Months, OneOf, "5", "regulation.value.comparator_unfit"},
		{"moons", AtLeast, "5", "regulation.value.unknown_unit"},
		{Months, "about", "5", "regulation.value.unknown_unit"},
		{Months, AtLeast, strings.Repeat("1", maxTyped+1), "regulation.value.too_long"},
	}
	for _, tt := range tests {
		_, err := ParseValue(tt.unit, tt.comparator, tt.text)
		p, ok := errors.AsType[*problem.Error](err)
		if !ok || p.Key != tt.want || p.Kind != problem.Invalid || p.Fields[0].Field != "value" {
			t.Errorf("%s %s %.20q: %v, want %s", tt.unit, tt.comparator, tt.text, err, tt.want)
		}
	}
}

func TestSayRareShapes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		unit       Unit
		comparator Comparator
		value      FigureValue
		zh, en     string
	}{
		{Percent, MoreThan, number(0.5), "> 0.5%", "> 0.5%"},
		{CNY, AtMost, number(150000000), "不超过 1.5 亿元", "at most CNY 150,000,000"},
		{CNY, AtLeast, number(12345.67), "不少于 12,345.67 元", "at least CNY 12,345.67"},
		{Hours, Every, number(1), "每小时", "every hour"},
		{MonthDay, Equals, FigureValue{Kind: MonthDayValue, Words: []string{"02-29"}}, "每年 2 月 29 日", "29 February each year"},
	}
	for _, tt := range tests {
		if got := tt.value.Say(tt.unit, tt.comparator, "zh-CN"); got != tt.zh {
			t.Errorf("zh: %q, want %q", got, tt.zh)
		}
		if got := tt.value.Say(tt.unit, tt.comparator, "en"); got != tt.en {
			t.Errorf("en: %q, want %q", got, tt.en)
		}
	}
}

func TestValueJSON(t *testing.T) {
	t.Parallel()
	for _, f := range Embedded().Figures {
		data, err := json.Marshal(f.Value)
		if err != nil {
			t.Fatal(err)
		}
		var back FigureValue
		if err := json.Unmarshal(data, &back); err != nil || !back.Equal(f.Value) {
			t.Errorf("%s: %s read back as %v, %v", f.Key, data, back, err)
		}
	}
	for _, bad := range []string{
		`{"kind":"number"}`, `{"kind":"range","numbers":[5,3]}`, `{"kind":"date","words":["2026-13-01"]}`,
		`{"kind":"list","numbers":[1]}`, `{"kind":"enum","words":["a","a"]}`, `{"kind":"text","words":[""]}`,
		`{"kind":"none","numbers":[1]}`, `{"kind":"poem"}`, `[1]`,
	} {
		if err := json.Unmarshal([]byte(bad), new(FigureValue)); err == nil {
			t.Errorf("accepted %s", bad)
		}
	}
}

func TestValueParts(t *testing.T) {
	t.Parallel()
	if n, ok := number(6).Number(); !ok || n != 6 {
		t.Errorf("number = %v, %v", n, ok)
	}
	if _, ok := (FigureValue{Kind: NoValue}).Number(); ok {
		t.Error("no value has a number")
	}
	f, _ := Embedded().Figure("ANTHRO:in_force_date")
	if f.Value.Date() != "2026-07-15" || number(1).Date() != "" {
		t.Errorf("date = %q", f.Value.Date())
	}
	if checkValue(Months, AtLeast, number(math.NaN())) == nil {
		t.Error("NaN passed")
	}
}

func FuzzParseValue(f *testing.F) {
	for _, figure := range Embedded().Figures {
		f.Add(string(figure.Unit), string(figure.Comparator), figure.Value.Input())
	}
	f.Add("cny", "range", "5 万元至 50 万元")
	f.Fuzz(func(t *testing.T, unit, comparator, text string) {
		v, err := ParseValue(Unit(unit), Comparator(comparator), text)
		if err != nil {
			return
		}
		v.Say(Unit(unit), Comparator(comparator), "zh-CN")
		v.Say(Unit(unit), Comparator(comparator), "en")
		again, err := ParseValue(Unit(unit), Comparator(comparator), v.Input())
		if err != nil || !again.Equal(v) {
			t.Errorf("%s %s %q = %v, whose input %q reads as %v, %v", unit, comparator, text, v, v.Input(), again, err)
		}
	})
}
