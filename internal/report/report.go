// Package report keeps what reports there are, who they were handed to by a
// link, and to whom they go by e-mail. What stands in a report is computed
// where it is shown, from package readiness and the summaries of the other
// parts: this package keeps no figure.
package report

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"

	"hegui/internal/day"
	"hegui/internal/problem"
)

// Kind is a kind of report.
type Kind string

// The kinds of reports.
const (
	Board     Kind = "board"     // all services on two pages
	Article   Kind = "article"   // one article across services
	Service   Kind = "service"   // one service
	Labelling Kind = "labelling" // labelling quality of a quarter
	Requests  Kind = "requests"  // people's requests of a month
)

// Kinds in the order they are offered.
var Kinds = []Kind{Board, Article, Service, Labelling, Requests}

// Articles is how many articles the Interim Measures have.
const Articles = 24

// Spec says which report.
type Spec struct {
	Kind      Kind
	Article   int    // of an article report
	ServiceID string // of a service report
	Period    string // "2026-Q4" or "2026-11"; none: the one that today is in
}

var (
	quarterShape = regexp.MustCompile(`^20\d\d-Q[1-4]$`)
	monthShape   = regexp.MustCompile(`^20\d\d-(0[1-9]|1[0-2])$`)
)

// Check reports what is missing or wrong, by field.
func (s Spec) Check() error {
	var f problem.Fields
	if !slices.Contains(Kinds, s.Kind) {
		f.Add("kind", "report.kind.unknown")
	}
	if s.Kind == Article && (s.Article < 1 || s.Article > Articles) {
		f.Add("article", "report.article.unknown")
	}
	if s.Kind == Service && s.ServiceID == "" {
		f.Add("service", "report.service.required")
	}
	if s.Period != "" && (s.Kind == Labelling && !quarterShape.MatchString(s.Period) || s.Kind == Requests && !monthShape.MatchString(s.Period)) {
		f.Add("period", "report.period.unknown")
	}
	return f.Err()
}

// tidy drops what does not belong to the kind.
func (s Spec) tidy() Spec {
	if s.Kind != Article {
		s.Article = 0
	}
	if s.Kind != Service {
		s.ServiceID = ""
	}
	if s.Kind != Labelling && s.Kind != Requests {
		s.Period = ""
	}
	return s
}

// Read takes a specification from an address or a form.
func Read(kind string, q url.Values) (Spec, error) {
	n, _ := strconv.Atoi(q.Get("n")) // no number is no article
	s := Spec{Kind: Kind(kind), Article: n, ServiceID: q.Get("service"), Period: q.Get("period")}.tidy()
	return s, s.Check()
}

// Query is the specification as the part of an address after the question mark.
func (s Spec) Query() url.Values {
	q := url.Values{}
	if s.Article != 0 {
		q.Set("n", strconv.Itoa(s.Article))
	}
	if s.ServiceID != "" {
		q.Set("service", s.ServiceID)
	}
	if s.Period != "" {
		q.Set("period", s.Period)
	}
	return q
}

// At fills in the period that a day is in, if there is none.
func (s Spec) At(today day.Date) Spec {
	t := today.Time()
	switch {
	case s.Period != "":
	case s.Kind == Labelling:
		s.Period = QuarterOf(today)
	case s.Kind == Requests:
		s.Period = t.Format("2006-01")
	}
	return s
}

// QuarterOf is the quarter of a day, as "2026-Q4".
func QuarterOf(d day.Date) string {
	t := d.Time()
	return strconv.Itoa(t.Year()) + "-Q" + strconv.Itoa((int(t.Month())+2)/3)
}

// QuarterDays are the first and the last day of a quarter that Check has seen.
func QuarterDays(quarter string) (from, until day.Date) {
	first := (int(quarter[6]-'0')-1)*3 + 1
	month := func(n int) string { return quarter[:5] + string([]byte{'0' + byte(n/10), '0' + byte(n%10)}) }
	from = day.Date(month(first) + "-01")
	last := day.Date(month(first+2) + "-28").Add(4) // in the month after
	return from, day.Date(string(last)[:8] + "01").Add(-1)
}
