package checklist

import (
	"time"

	"hegui/internal/day"
	"hegui/internal/regulation"
)

// Status is where a service stands on a requirement.
type Status string

// The statuses.
const (
	NotAssessed     Status = "not_assessed"
	InProgress      Status = "in_progress"
	Compliant       Status = "compliant"
	PartlyCompliant Status = "partly_compliant"
	NonCompliant    Status = "non_compliant"
	NotApplicable   Status = "not_applicable"
)

// Statuses lists all statuses in the order they are shown.
var Statuses = []Status{NotAssessed, InProgress, Compliant, PartlyCompliant, NonCompliant, NotApplicable}

// Known says whether s is one of Statuses.
func (s Status) Known() bool { return s.index() >= 0 }

// Concluded says whether s is a conclusion rather than work under way.
func (s Status) Concluded() bool { return s.Known() && s != NotAssessed && s != InProgress }

// Open says whether something remains to be done to be compliant.
func (s Status) Open() bool { return s != Compliant && s != NotApplicable }

func (s Status) index() int {
	for i, known := range Statuses {
		if s == known {
			return i
		}
	}
	return -1
}

// Assessment is one requirement for one service.
type Assessment struct {
	ID            string
	ServiceID     string
	RequirementID string
	Article       int

	BaseSeverity   regulation.Severity // the catalogue's
	Severity       regulation.Severity // in force
	SeverityReason string              // why it differs; "" when it does not

	Applies            bool   // by the service's scope
	Provisional        bool   // applies only until a question is answered
	ReasonZH, ReasonEN string // why, as worked out when the scope was last saved

	Status        Status
	Standing      Status
	LoweredOn     day.Date // since when the standing is below the status
	Conclusion    string
	Justification string // of "not applicable"

	OwnerID    string
	Due        day.Date
	NextReview day.Date

	Linked, Valid, Expired, Unreviewed int      // evidence
	ProofUntil                         day.Date // as evidence.Standing says

	ProposedStatus Status // "" unless a second person is awaited
	ProposedBy     string
	ProposedAt     *time.Time
	ConcludedBy    string // who last wrote status or words
	ConcludedAt    *time.Time
	ApprovedBy     string
	ApprovedAt     *time.Time
	ReturnedTo     string // whose proposal came back, until the next judgement
	ReturnedBy     string
	ReturnedAt     *time.Time
	ReturnedNote   string

	CopiedFrom       string // assessment whose words were copied, until somebody judges
	CatalogueChanged bool   // the requirement changed since the conclusion

	CreatedAt time.Time
	UpdatedAt time.Time `gorm:"autoUpdateTime:false"`
	UpdatedBy string
	Version   int64
}

// TableName is the table of assessments.
func (Assessment) TableName() string { return "assessment" }

// Pending says whether a proposal awaits a second person.
func (a Assessment) Pending() bool { return a.ProposedStatus != "" }

// Claim is the status somebody last asked for: the proposed one, if any.
func (a Assessment) Claim() Status {
	if a.Pending() {
		return a.ProposedStatus
	}
	return a.Status
}

// FourEyes says whether a status needs a second person here.
func (a Assessment) FourEyes(s Status) bool {
	return (s == Compliant || s == NotApplicable) && (severe(a.Severity) || severe(a.BaseSeverity))
}

// Severe says whether the requirement is critical or high.
func (a Assessment) Severe() bool { return severe(a.Severity) }

func severe(s regulation.Severity) bool { return s == regulation.Critical || s == regulation.High }

// Overdue says whether the work should have been done before today.
func (a Assessment) Overdue(today day.Date) bool {
	return a.Applies && a.Standing.Open() && a.Due.Before(today)
}

// ReviewOverdue says whether the conclusion should have been looked at again
// before today.
func (a Assessment) ReviewOverdue(today day.Date) bool {
	return a.Applies && a.NextReview.Before(today)
}

// Lowered says whether expired evidence holds the standing below the status.
func (a Assessment) Lowered() bool { return a.Standing != a.Status }

// Unproven says whether no evidence is linked where some is wanted.
func (a Assessment) Unproven() bool {
	return a.Applies && a.Linked == 0 && a.Standing != NotApplicable
}

// weigh works out the standing from status and evidence.
func (a *Assessment) weigh(today day.Date) {
	if a.Status == Compliant && a.Expired > 0 && a.Valid == 0 {
		a.Standing = PartlyCompliant
		if a.LoweredOn == "" {
			a.LoweredOn = today
		}
		return
	}
	a.Standing, a.LoweredOn = a.Status, ""
}
