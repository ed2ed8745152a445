package checklist

import (
	"testing"
	"time"

	"hegui/internal/actor"
	"hegui/internal/day"
	"hegui/internal/problem"
	"hegui/internal/regulation"
)

var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

func person(id string) moment {
	return moment{by: actor.Actor{ID: id, Kind: actor.KindPerson, Roles: []actor.Role{actor.Officer}}, now: noon, cadence: 90}
}

func row(severity regulation.Severity) Assessment {
	return Assessment{ID: "a", Applies: true, BaseSeverity: severity, Severity: severity, Status: NotAssessed, Standing: NotAssessed, Version: 1}
}

func says(s Status, conclusion string) Change { return Change{Status: &s, Conclusion: &conclusion} }

func TestApply(t *testing.T) {
	t.Parallel()
	approved := row(regulation.High)
	approved.Status, approved.Standing, approved.Conclusion = Compliant, Compliant, "All set"
	approved.ConcludedBy, approved.ApprovedBy, approved.NextReview = "ana", "bo", "2027-01-01"
	pending := row(regulation.Critical)
	pending.Status, pending.Standing, pending.ProposedStatus, pending.ProposedBy, pending.ConcludedBy = InProgress, InProgress, Compliant, "ana", "ana"
	pending.Conclusion = "All set"
	failing := row(regulation.High)
	failing.Status, failing.Standing = NonCompliant, NonCompliant
	simple := row(regulation.Medium)
	simple.Status, simple.Standing, simple.Conclusion = Compliant, Compliant, "Fine"

	for _, c := range []struct {
		name         string
		before       Assessment
		change       Change
		wantAction   string
		wantStatus   Status
		wantProposed Status
		wantReview   day.Date
	}{
		{"compliant on a medium one takes effect", row(regulation.Medium), says(Compliant, ""), "judged", Compliant, "", "2027-02-21"},
		{"compliant on a high one is proposed", row(regulation.High), says(Compliant, "Done"), "proposed", InProgress, Compliant, ""},
		{"non-compliant on a critical one takes effect", row(regulation.Critical), says(NonCompliant, ""), "judged", NonCompliant, "", "2027-02-21"},
		{"in progress has no review", row(regulation.Low), Change{Status: new(InProgress)}, "judged", InProgress, "", ""},
		{"a failing one stays failing until approved", failing, says(Compliant, "Fixed"), "proposed", NonCompliant, Compliant, ""},
		{"new words take an approved one back", approved, Change{Conclusion: new("Something else")}, "proposed", InProgress, Compliant, ""},
		{"a new date leaves an approved one alone", approved, Change{Due: new(day.Date("2027-05-01"))}, "changed", Compliant, "", "2027-01-01"},
		{"a new owner is an assignment", approved, Change{Owner: new("cy")}, "assigned", Compliant, "", "2027-01-01"},
		{"giving up a proposal", pending, Change{Status: new(InProgress)}, "changed", InProgress, "", ""},
		{"new words on a proposal propose anew", pending, Change{Conclusion: new("Better")}, "proposed", InProgress, Compliant, ""},
		{"new words on a medium one stay in effect", simple, Change{Conclusion: new("Still fine")}, "changed", Compliant, "", "2027-02-21"},
		{"a raised severity asks for a second person", simple, Change{Severity: new(regulation.High), SeverityReason: new("New rule")}, "proposed", InProgress, Compliant, ""},
		{"a chosen review date stays", row(regulation.Low), Change{Status: new(Compliant), NextReview: new(day.Date("2026-12-24"))}, "judged", Compliant, "", "2026-12-24"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := c.before
			action := a.apply(c.change.trimmed(a), person("cy"))
			if action != c.wantAction || a.Status != c.wantStatus || a.ProposedStatus != c.wantProposed || a.NextReview != c.wantReview {
				t.Errorf("got %s: status %s, proposed %q, review %q; want %s: %s, %q, %q", action, a.Status, a.ProposedStatus, a.NextReview,
					c.wantAction, c.wantStatus, c.wantProposed, c.wantReview)
			}
			if a.Version != 2 || a.UpdatedBy != "cy" || a.Standing != a.Status {
				t.Errorf("row is not stamped: %+v", a)
			}
			if a.Pending() && (a.ProposedBy != "cy" || a.ConcludedBy != "cy" || a.ApprovedBy != "") {
				t.Errorf("the proposal is not cy's: %+v", a)
			}
		})
	}
}

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	long := string(make([]rune, MaxText+1))
	for _, c := range []struct {
		name, field string
		before      Assessment
		change      Change
	}{
		{"unknown status", "status", row(regulation.Low), Change{Status: new(Status("fine"))}},
		{"not applicable without a reason", "justification", row(regulation.Low), Change{Status: new(NotApplicable)}},
		{"compliant on a high one without words", "conclusion", row(regulation.High), Change{Status: new(Compliant)}},
		{"too many words", "conclusion", row(regulation.Low), Change{Conclusion: &long}},
		{"due in the past", "due", row(regulation.Low), Change{Due: new(day.Date("2026-11-22"))}},
		{"review in the past", "next_review", row(regulation.Low), Change{NextReview: new(day.Date("2026-11-22"))}},
		{"unknown severity", "severity", row(regulation.Low), Change{Severity: new(regulation.Severity("huge"))}},
		{"other severity without a reason", "severity_reason", row(regulation.Low), Change{Severity: new(regulation.High)}},
		{"raised to high while compliant without words", "conclusion", func() Assessment {
			a := row(regulation.Low)
			a.Status = Compliant
			return a
		}(), Change{Severity: new(regulation.High), SeverityReason: new("why")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			fields, _ := problem.FieldsOf(c.change.trimmed(c.before).check(c.before, "2026-11-23"))
			if len(fields) != 1 || fields[0].Field != c.field {
				t.Errorf("got %v, want a message at %s", fields, c.field)
			}
		})
	}
}

func TestLoweringSeverityKeepsFourEyes(t *testing.T) {
	t.Parallel()
	a := row(regulation.Critical)
	a.Severity, a.SeverityReason = regulation.Low, "Small service"
	if !a.FourEyes(Compliant) || a.FourEyes(NonCompliant) || a.Severe() {
		t.Error("the catalogue's severity decides on the second person, the one in force on the list")
	}
}

func TestTrimmedDropsWhatIsTheSame(t *testing.T) {
	t.Parallel()
	a := row(regulation.Medium)
	a.Conclusion, a.OwnerID, a.Due = "Fine", "ana", "2026-12-01"
	same := Change{Status: new(NotAssessed), Conclusion: new(" Fine "), Justification: new(""), Owner: new("ana"), Due: new(day.Date("2026-12-01")),
		NextReview: new(day.Date("")), Severity: new(regulation.Severity("")), SeverityReason: new("left over")}
	if got := same.trimmed(a); !got.empty() {
		t.Errorf("left: %+v", got)
	}
}

func TestWeigh(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name           string
		status         Status
		valid, expired int
		want           Status
	}{
		{"compliant without evidence", Compliant, 0, 0, Compliant},
		{"compliant with valid evidence", Compliant, 1, 3, Compliant},
		{"all evidence expired", Compliant, 0, 1, PartlyCompliant},
		{"expiry does not lift others", NonCompliant, 0, 1, NonCompliant},
	} {
		a := Assessment{Status: c.status, Valid: c.valid, Expired: c.expired}
		a.weigh("2026-11-23")
		if a.Standing != c.want || (a.LoweredOn != "") != (c.want != c.status) {
			t.Errorf("%s: got %s since %q, want %s", c.name, a.Standing, a.LoweredOn, c.want)
		}
	}
}

func TestCalleesTakeTheLongestName(t *testing.T) {
	t.Parallel()
	people := []actor.Actor{{ID: "1", Name: "李"}, {ID: "2", Name: "李伟"}, {ID: "3", Name: "Ana"}}
	got, err := callees(people, actor.Actor{ID: "3"}, "@李伟请看，@Ana 知悉，mail@example", []string{"1", "2"})
	if err != nil || len(got) != 2 || got[0] != "1" || got[1] != "2" {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := callees(people, actor.Actor{}, "", []string{"9"}); err == nil {
		t.Error("a stranger was called")
	}
}
