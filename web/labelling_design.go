package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"hegui/internal/labelling"
	"hegui/internal/labelling/stats"
	"hegui/templates/ui"
)

// design is a plan as it stands in an address or a form: what was typed, and
// what it means.
type design struct {
	values url.Values
	in     labelling.PlanInput
	asked  bool // a method was named
}

// designFields are the fields of a plan that the address carries.
var designFields = []string{"method", "level", "aql_critical", "aql_major", "aql_minor", "rule", "min_right", "margin", "expected", "confidence",
	"p1", "alpha", "p2", "beta", "by", "how", "floor", "seconds"}

// checkFields are those that go with the choice.
var checkFields = []string{"blind", "double_percent", "gold_percent", "reason"}

// startDesign is where planning starts: at the plan in use, or at what suits the
// kind of lot.
func startDesign(l labelling.Lot, p *labelling.Plan) url.Values {
	v := url.Values{"level": {string(stats.DefaultLevel)}, "aql_critical": {"0.10"}, "aql_major": {"1.0"}, "aql_minor": {"4.0"}, "rule": {"corpus_manual"},
		"min_right": {"96"}, "margin": {"2"}, "expected": {"5"}, "confidence": {"95"}, "p1": {"1"}, "alpha": {"5"}, "p2": {"4"}, "beta": {"10"},
		"how": {string(labelling.Proportional)}, "floor": {"5"}, "method": {string(labelling.ISO2859)}}
	if l.Kind == labelling.Safety {
		v.Set("method", string(labelling.Whole100))
		v.Set("min_right", "98")
	}
	if p == nil {
		return v
	}
	v.Set("method", string(p.Method))
	set := func(name string, m labelling.Millionths) {
		if m > 0 {
			v.Set(name, asPercent(m))
		}
	}
	set("min_right", p.Params.MinRight)
	set("margin", p.Params.Margin)
	set("expected", p.Params.Expected)
	set("confidence", p.Params.Confidence)
	set("p1", p.Params.P1)
	set("alpha", p.Params.Alpha)
	set("p2", p.Params.P2)
	set("beta", p.Params.Beta)
	v.Set("rule", cmp.Or(p.Params.Rule, v.Get("rule")))
	if p.Method == labelling.ISO2859 {
		v.Set("level", string(p.Params.Level))
		for _, class := range labelling.Severities {
			v.Set("aql_"+string(class), "")
		}
		for _, c := range p.Params.AQLs {
			v.Set("aql_"+string(c.Class), string(c.AQL))
		}
	}
	if y := p.Params.Stratify; y.By != labelling.NoAxis {
		v.Set("by", axisValue(y))
		v.Set("how", string(y.How))
		if y.Floor > 0 {
			v.Set("floor", strconv.FormatInt(y.Floor, 10))
		}
	}
	return v
}

// axisValue is an axis as a select has it: "label", "column:source".
func axisValue(y labelling.Stratify) string {
	if y.By == labelling.AxisColumn {
		return string(y.By) + ":" + y.Column
	}
	return string(y.By)
}

// readDesign understands a design; start fills in fields that it does not have.
func readDesign(typed, start url.Values) *design {
	d := &design{values: url.Values{}, asked: typed.Has("method")}
	for _, name := range slices.Concat(designFields, checkFields) {
		from := start
		if typed.Has(name) {
			from = typed
		}
		if s := strings.TrimSpace(from.Get(name)); from.Has(name) && clean(s, name == "reason") {
			d.values.Set(name, s)
		}
	}
	p := &d.in.Params
	d.in.Method = labelling.Method(d.get("method"))
	p.Level, p.Rule = stats.Level(d.get("level")), d.get("rule")
	p.MinRight, p.Margin, p.Expected, p.Confidence = d.percent("min_right"), d.percent("margin"), d.percent("expected"), d.percent("confidence")
	p.P1, p.Alpha, p.P2, p.Beta = d.percent("p1"), d.percent("alpha"), d.percent("p2"), d.percent("beta")
	for _, class := range labelling.Severities {
		if aql := d.get("aql_" + string(class)); aql != "" {
			p.AQLs = append(p.AQLs, labelling.ClassAQL{Class: class, AQL: stats.AQL(aql)})
		}
	}
	by, column, _ := strings.Cut(d.get("by"), ":")
	if by != "" {
		p.Stratify = labelling.Stratify{By: labelling.Axis(by), Column: column, How: labelling.Allocation(d.get("how"))}
		if p.Stratify.How == labelling.Floor {
			p.Stratify.Floor = d.whole("floor")
		}
	}
	d.in.Blind = d.get("blind") != ""
	d.in.DoublePercent, d.in.GoldPercent, d.in.Reason = d.whole("double_percent"), d.whole("gold_percent"), d.get("reason")
	return d
}

func (d *design) get(name string) string { return d.values.Get(name) }

// percent reads a share that was typed as percent with up to four decimals.
// What cannot be read is 0, which no method takes.
func (d *design) percent(name string) labelling.Millionths {
	s := strings.TrimSpace(strings.TrimRight(d.get(name), "%％ "))
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v < 0 || v > 100 || strings.ContainsAny(s, "eEpPxX_iInN") {
		return 0
	}
	return labelling.Millionths(v*1e4 + 0.5)
}

// asPercent writes a share as it is typed.
func asPercent(m labelling.Millionths) string {
	return strconv.FormatFloat(float64(m)/1e4, 'f', -1, 64)
}

// whole reads a whole number; what cannot be read is refused where it matters,
// as -1.
func (d *design) whole(name string) int64 {
	s := d.get(name)
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// clearable says that an empty field means something: that a class is not
// judged, that the lot is not divided.
func clearable(name string) bool { return name == "by" || strings.HasPrefix(name, "aql_") }

// carried are the fields of the design for another form.
func (d *design) carried(without ...string) (out []ui.Hidden) {
	for _, name := range designFields {
		if v := d.get(name); (v != "" || clearable(name)) && !slices.Contains(without, name) {
			out = append(out, ui.Hidden{Name: name, Value: v})
		}
	}
	return out
}

// url is the address of the design with another method.
func (d *design) url(at string, m labelling.Method) string {
	v := url.Values{}
	for _, name := range designFields {
		if d.get(name) != "" || clearable(name) {
			v.Set(name, d.get(name))
		}
	}
	v.Set("method", string(m))
	return at + "?" + v.Encode()
}
