package web

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"hegui/internal/actor"
	"hegui/internal/checklist"
	"hegui/internal/regulation"
)

// checklistQuery is the filter of a checklist as it stands in the address.
// Values that mean nothing are dropped when it is read.
type checklistQuery struct {
	text, article, status, owner, severity, only string
}

// The values of "only".
const (
	onlyOverdue    = "overdue"
	onlyNoEvidence = "no_evidence"
	onlyAwaiting   = "awaiting"
	onlyChanged    = "changed"
	onlyOutOfScope = "out_of_scope"
)

var onlyValues = []string{onlyOverdue, onlyAwaiting, onlyNoEvidence, onlyChanged, onlyOutOfScope}

// ownerMe is the owner who is reading.
const ownerMe = "me"

func readChecklistQuery(q url.Values) checklistQuery {
	var out checklistQuery
	if s := q.Get("q"); clean(s, false) {
		out.text = s
	}
	if n, err := strconv.Atoi(q.Get("article")); err == nil && n > 0 {
		out.article = strconv.Itoa(n)
	}
	if s := q.Get("status"); checklist.Status(s).Known() {
		out.status = s
	}
	if s := q.Get("owner"); s == ownerMe || s == checklist.Nobody || isID(s) {
		out.owner = s
	}
	if s := q.Get("severity"); regulation.Severity(s).Rank() > 0 {
		out.severity = s
	}
	if s := q.Get("only"); slices.Contains(onlyValues, s) {
		out.only = s
	}
	return out
}

// listQuery is the filter of the list that a part of it is asked from: htmx
// says on which page it runs.
func listQuery(c echo.Context) checklistQuery {
	u, err := url.Parse(c.Request().Header.Get("HX-Current-URL"))
	if err != nil || !wantsPart(c) {
		return readChecklistQuery(c.QueryParams())
	}
	return readChecklistQuery(u.Query())
}

func (q checklistQuery) filter(by actor.Actor) checklist.Filter {
	article, _ := strconv.Atoi(q.article) // was a number when it was read
	f := checklist.Filter{Text: q.text, Article: article, Standing: checklist.Status(q.status), Owner: q.owner,
		Severity: regulation.Severity(q.severity)}
	if q.owner == ownerMe {
		f.Owner = by.ID
	}
	switch q.only {
	case onlyOverdue:
		f.Overdue = true
	case onlyNoEvidence:
		f.NoEvidence = true
	case onlyAwaiting:
		f.Awaiting = true
	case onlyChanged:
		f.Changed = true
	case onlyOutOfScope:
		f.OutOfScope = true
	}
	return f
}

// encode is the query as it stands after the question mark, without empty
// values.
func (q checklistQuery) encode() string {
	v := url.Values{}
	for name, value := range map[string]string{"q": q.text, "article": q.article, "status": q.status, "owner": q.owner,
		"severity": q.severity, "only": q.only} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v.Encode()
}

// on puts the query behind a path.
func (q checklistQuery) on(path string) string {
	if s := q.encode(); s != "" {
		return path + "?" + s
	}
	return path
}

func checklistURL(service string) string { return "/checklists/" + url.PathEscape(service) }

// pageOf is the page of an assessment.
func pageOf(a checklist.Assessment) string { return assessmentURL(a.ServiceID, a.RequirementID) }
