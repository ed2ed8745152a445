package regulation

// Figure is a number, date or list that an instrument sets, with the words it
// comes from. Every value is a default that a compliance officer confirms.
type Figure struct {
	Key                  string // "<instrument>:<name>"
	Instrument           string
	Provision, Statement Text
	Value                FigureValue
	Unit                 Unit
	Comparator           Comparator
	Force                Force
	Verified             bool   // see Notes.Verification
	Basis                string // key of Labels.Basis
	Sources              []Source
	Note                 Text // may be empty
}

// Say prints the value with unit and comparator: "≥ 96%", "不少于 6 个月",
// "within 10 working days".
func (f *Figure) Say(lang string) string { return f.Value.Say(f.Unit, f.Comparator, lang) }

// Deadline says whether the figure is a time limit to act within.
func (f *Figure) Deadline() bool { return f.Comparator == AtMost && units[f.Unit].time }

// Force is how binding a figure is.
type Force string

// The forces: 应当, 宜, and what practitioners report.
const (
	Must     Force = "must"
	Should   Force = "should"
	Practice Force = "practice"
)

// Comparator is how a measured value is held against the figure.
type Comparator string

// The comparators.
const (
	Equals      Comparator = "eq"
	AtLeast     Comparator = "gte"
	AtMost      Comparator = "lte"
	MoreThan    Comparator = "gt"
	LessThan    Comparator = "lt"
	Between     Comparator = "range"
	OneOf       Comparator = "in"
	Every       Comparator = "every"
	Qualitative Comparator = "qualitative"
)

// Unit is what a figure counts.
type Unit string

// The units.
const (
	WorkingDays    Unit = "working_days"
	Days           Unit = "days"
	Hours          Unit = "hours"
	Minutes        Unit = "minutes"
	Seconds        Unit = "seconds"
	Months         Unit = "months"
	Years          Unit = "years"
	YearsOfAge     Unit = "years_of_age"
	Percent        Unit = "percent"
	Items          Unit = "items"
	Persons        Unit = "persons"
	Times          Unit = "times"
	Clicks         Unit = "clicks"
	CharsPerMinute Unit = "chars_per_minute"
	CNY            Unit = "cny"
	CNYOrPercent   Unit = "cny_or_percent"
	CalendarDate   Unit = "date"
	MonthDay       Unit = "month_day"
	Enumeration    Unit = "enum"
	Pattern        Unit = "pattern"
	NoUnit         Unit = "none"
)

// unitRule is what a value in a unit may look like and how it is written.
type unitRule struct {
	kind     ValueKind // what one value is: Number for everything counted
	whole    bool      // no fractions
	max      float64   // largest sensible value; the smallest is 0
	time     bool      // a length of time
	zh       string    // after the number
	one, all string    // English, singular and plural
	typed    []string  // further spellings accepted after a typed number
}

const manyUnits = 1e13 // ten million million: above any fine or head count

var units = map[Unit]unitRule{
	WorkingDays:    {kind: NumberValue, whole: true, max: 3650, time: true, zh: "个工作日", one: "working day", all: "working days", typed: []string{"工作日"}},
	Days:           {kind: NumberValue, whole: true, max: 36500, time: true, zh: "日", one: "day", all: "days", typed: []string{"天"}},
	Hours:          {kind: NumberValue, max: 87600, time: true, zh: "小时", one: "hour", all: "hours"},
	Minutes:        {kind: NumberValue, max: 5256000, time: true, zh: "分钟", one: "minute", all: "minutes"},
	Seconds:        {kind: NumberValue, max: 315360000, time: true, zh: "秒", one: "second", all: "seconds"},
	Months:         {kind: NumberValue, whole: true, max: 1200, time: true, zh: "个月", one: "month", all: "months"},
	Years:          {kind: NumberValue, whole: true, max: 100, time: true, zh: "年", one: "year", all: "years"},
	YearsOfAge:     {kind: NumberValue, whole: true, max: 150, zh: "周岁", one: "year of age", all: "years of age", typed: []string{"岁"}},
	Percent:        {kind: NumberValue, max: 100, zh: "%", one: "%", all: "%", typed: []string{"percent"}},
	Items:          {kind: NumberValue, whole: true, max: manyUnits, zh: "项", one: "item", all: "items", typed: []string{"条", "题", "个"}},
	Persons:        {kind: NumberValue, whole: true, max: manyUnits, zh: "人", one: "person", all: "persons", typed: []string{"people"}},
	Times:          {kind: NumberValue, whole: true, max: 1e6, zh: "次", one: "time", all: "times"},
	Clicks:         {kind: NumberValue, whole: true, max: 1000, zh: "次点击", one: "click", all: "clicks", typed: []string{"次"}},
	CharsPerMinute: {kind: NumberValue, whole: true, max: 10000, zh: "字/分钟", one: "character per minute", all: "characters per minute", typed: []string{"字每分钟"}},
	CNY:            {kind: NumberValue, max: manyUnits, zh: "元", typed: []string{"cny", "rmb", "yuan"}},
	CNYOrPercent:   {kind: NumberValue, max: manyUnits, typed: []string{"元", "cny", "%"}},
	CalendarDate:   {kind: DateValue},
	MonthDay:       {kind: MonthDayValue},
	Enumeration:    {kind: EnumValue},
	Pattern:        {kind: TextValue},
	NoUnit:         {kind: NoValue},
}

// comparators says which comparators exist.
var comparators = map[Comparator]bool{
	Equals: true, AtLeast: true, AtMost: true, MoreThan: true, LessThan: true,
	Between: true, OneOf: true, Every: true, Qualitative: true,
}
