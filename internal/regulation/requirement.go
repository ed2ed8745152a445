package regulation

// Requirement is one checkable thing a provider has to do, know or decide,
// derived from a clause of the Measures in our own words.
type Requirement struct {
	ID            string // "IM-08-03": article and running number, never reused
	Article       int
	Clause        string
	Type          Type
	Title         Text
	Text          Text
	Guidance      Text   // how to check it; numbers here are for reading, Figures count
	Examples      []Text // kinds of evidence
	OwnerRole     string
	CadenceDays   int // review interval, 1 to 3650 days
	Severity      Severity
	Applicability Applicability
	Figures       []string // keys of the figures it reads
	Related       []Related
}

// Type says what a requirement asks for.
type Type string

// The types of requirement.
const (
	Duty      Type = "duty"
	Awareness Type = "awareness"
	Scoping   Type = "scoping"
)

// Severity is how bad it is when a requirement is not met.
type Severity string

// The severities, worst first.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
)

// Rank orders severities: 1 is worst, 4 least; 0 is not a severity.
func (s Severity) Rank() int {
	return map[Severity]int{Critical: 1, High: 2, Medium: 3, Low: 4}[s]
}

// Mode says how a requirement's conditions combine.
type Mode string

// The modes. Always has no conditions; the others at least one.
const (
	Always Mode = "always"
	All    Mode = "all"
	Any    Mode = "any"
)

// Applicability is when a requirement applies to a service in scope.
type Applicability struct {
	Mode       Mode
	Conditions []string
}

// Related is a provision elsewhere that says the same or gives the detail.
type Related struct {
	Instrument string
	Provision  Text
}

// Condition is a yes/no question about a service.
type Condition struct {
	ID   string
	Name Text
}

// OwnerRole is who in the provider's house normally answers for something.
type OwnerRole struct {
	ID   string
	Name Text
}
