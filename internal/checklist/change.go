package checklist

import (
	"strings"
	"time"
	"unicode/utf8"

	"hegui/internal/actor"
	"hegui/internal/day"
	"hegui/internal/problem"
	"hegui/internal/regulation"
)

// Change is what somebody wants different; nil leaves a field as it is.
type Change struct {
	Status         *Status
	Conclusion     *string
	Justification  *string
	Owner          *string // account, "" for nobody
	Due            *day.Date
	NextReview     *day.Date
	Severity       *regulation.Severity // the catalogue's, or "", takes an override back
	SeverityReason *string
}

// MaxText is how long typed words may be, in characters.
const MaxText = 10_000

// plans says whether the change is about more than the judgement.
func (c Change) plans() bool {
	return c.Owner != nil || c.Due != nil || c.NextReview != nil || c.Severity != nil || c.SeverityReason != nil
}

// trimmed drops what would change nothing, so that forms may send all fields.
func (c Change) trimmed(a Assessment) Change {
	if c.Severity != nil && *c.Severity == "" {
		c.Severity = new(a.BaseSeverity)
	}
	severity := a.Severity
	set(&severity, c.Severity)
	if severity == a.BaseSeverity {
		c.SeverityReason = new("")
	}
	dropText(&c.Conclusion, a.Conclusion)
	dropText(&c.Justification, a.Justification)
	dropText(&c.SeverityReason, a.SeverityReason)
	drop(&c.Status, a.Claim())
	drop(&c.Owner, a.OwnerID)
	drop(&c.Due, a.Due)
	drop(&c.NextReview, a.NextReview)
	drop(&c.Severity, a.Severity)
	return c
}

func drop[T comparable](wanted **T, have T) {
	if *wanted != nil && **wanted == have {
		*wanted = nil
	}
}

func dropText(wanted **string, have string) {
	if *wanted != nil {
		*wanted = new(strings.TrimSpace(**wanted))
	}
	drop(wanted, have)
}

func (c Change) empty() bool { return c == Change{} }

// check gives the fields that are wrong when a trimmed change is made to a.
func (c Change) check(a Assessment, today day.Date) error {
	var f problem.Fields
	target := a.Claim()
	set(&target, c.Status)
	set(&a.Conclusion, c.Conclusion)
	set(&a.Justification, c.Justification)
	c.checkSeverity(a, &f)
	set(&a.Severity, c.Severity)
	switch {
	case !target.Known():
		f.Add("status", "checklist.status.unknown")
	case target == NotApplicable && a.Justification == "":
		f.Add("justification", "checklist.justification.required")
	case target == Compliant && a.Conclusion == "" && a.FourEyes(target):
		f.Add("conclusion", "checklist.conclusion.required")
	}
	checkLength(&f, "conclusion", a.Conclusion)
	checkLength(&f, "justification", a.Justification)
	if c.Due != nil && c.Due.Before(today) {
		f.Add("due", "checklist.due.past")
	}
	if c.NextReview != nil && c.NextReview.Before(today) {
		f.Add("next_review", "checklist.next_review.past")
	}
	return f.Err()
}

func checkLength(f *problem.Fields, field, s string) {
	if utf8.RuneCountInString(s) > MaxText {
		f.Add(field, "checklist.text.long", "max", MaxText)
	}
}

func (c Change) checkSeverity(a Assessment, f *problem.Fields) {
	severity, reason := a.Severity, a.SeverityReason
	set(&severity, c.Severity)
	set(&reason, c.SeverityReason)
	switch {
	case severity.Rank() == 0:
		f.Add("severity", "checklist.severity.unknown")
	case severity != a.BaseSeverity && reason == "":
		f.Add("severity_reason", "checklist.severity_reason.required")
	}
	checkLength(f, "severity_reason", reason)
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// moment is who acts when, and the review interval of the requirement.
type moment struct {
	by      actor.Actor
	now     time.Time
	cadence int // days
}

func (m moment) today() day.Date { return day.Of(m.now) }

// apply makes a checked, trimmed change and says what happened in a word: the
// last part of the event's action.
func (a *Assessment) apply(c Change, m moment) (action string) {
	target, status := a.Claim(), a.Status
	set(&target, c.Status)
	set(&a.Conclusion, c.Conclusion)
	set(&a.Justification, c.Justification)
	set(&a.OwnerID, c.Owner)
	set(&a.Due, c.Due)
	set(&a.NextReview, c.NextReview)
	set(&a.Severity, c.Severity)
	set(&a.SeverityReason, c.SeverityReason)

	judged := c.Status != nil || c.Conclusion != nil || c.Justification != nil
	raised := a.FourEyes(a.Status) && a.ApprovedBy == "" // more severe than when it was concluded
	if judged || raised {
		a.judge(target, m, c.NextReview != nil)
	}
	a.stamp(m)
	switch {
	case a.Pending() && (judged || raised):
		return "proposed"
	case a.Status != status:
		return "judged"
	case c.Owner != nil && !judged:
		return "assigned"
	}
	return "changed"
}

// judge sets a conclusion, or proposes it where a second person is needed.
func (a *Assessment) judge(target Status, m moment, reviewSet bool) {
	a.ConcludedBy, a.ConcludedAt = m.by.ID, &m.now
	a.ApprovedBy, a.ApprovedAt = "", nil
	a.ProposedStatus, a.ProposedBy, a.ProposedAt = "", "", nil
	a.ReturnedTo, a.ReturnedBy, a.ReturnedAt, a.ReturnedNote = "", "", nil, ""
	a.CopiedFrom = ""
	if !reviewSet {
		a.NextReview = ""
	}
	if !a.FourEyes(target) {
		a.Status = target
		a.settle(m)
		return
	}
	a.ProposedStatus, a.ProposedBy, a.ProposedAt = target, m.by.ID, &m.now
	if a.Status == NotAssessed || !a.Status.Open() {
		a.Status = InProgress
	}
}

// settle follows from a conclusion that took effect: the next review is set
// and the requirement counts as read in its present wording.
func (a *Assessment) settle(m moment) {
	if !a.Status.Concluded() {
		return
	}
	a.CatalogueChanged = false
	if a.NextReview == "" && m.cadence > 0 {
		a.NextReview = m.today().Add(m.cadence)
	}
}

// stamp notes who changed the row and works out what follows.
func (a *Assessment) stamp(m moment) {
	a.weigh(m.today())
	a.UpdatedAt, a.UpdatedBy = m.now, m.by.ID
	a.Version++
}
