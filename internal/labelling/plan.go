package labelling

import (
	"time"

	"hegui/internal/labelling/stats"
)

// Method is the way in which a sample size and its acceptance numbers are found.
type Method string

// The methods.
const (
	ISO2859    Method = "iso2859"   // AQL tables of ISO 2859-1 (GB/T 2828.1)
	Statutory  Method = "statutory" // a number or share that a regulation names
	Whole100   Method = "full"      // every item
	Precision  Method = "precision" // a margin of error at a confidence
	TwoPoints  Method = "two_point" // a producer's and a consumer's point
	Sequential Method = "sprt"      // Wald's test, truncated
)

// Methods lists the methods in the order in which they are offered.
var Methods = []Method{ISO2859, Statutory, Whole100, Precision, TwoPoints, Sequential}

// PlanState says whether a plan is the one in use.
type PlanState string

// The states of a plan.
const (
	PlanChosen   PlanState = "chosen"
	PlanReplaced PlanState = "replaced"
)

// Millionths is a fraction in millionths, so that recorded figures hold no
// floating point: 0.04 is 40,000.
type Millionths int64

// Float is the fraction.
func (m Millionths) Float() float64 { return float64(m) / 1e6 }

// Params are what the methods ask for; each uses its own and leaves the
// others empty.
type Params struct {
	Level      stats.Level    `json:"level,omitempty"`      // ISO2859
	AQLs       []ClassAQL     `json:"aqls,omitempty"`       // ISO2859: classes that are judged
	Severity   stats.Severity `json:"severity,omitempty"`   // ISO2859: of inspection, as the stream had it
	Rule       string         `json:"rule,omitempty"`       // Statutory: key of the rule
	RuleN      int64          `json:"rule_n,omitempty"`     // Statutory: items, or
	RuleShare  Millionths     `json:"rule_share,omitempty"` // Statutory: share of the lot
	MinRight   Millionths     `json:"min_right,omitempty"`  // accuracy that the lot has to have
	Margin     Millionths     `json:"margin,omitempty"`     // Precision
	Expected   Millionths     `json:"expected,omitempty"`   // Precision: share of wrong items expected
	Confidence Millionths     `json:"confidence,omitempty"` // Precision, and of proofs
	P1         Millionths     `json:"p1,omitempty"`         // TwoPoints, Sequential: good quality, share wrong
	Alpha      Millionths     `json:"alpha,omitempty"`      // risk of not accepting it
	P2         Millionths     `json:"p2,omitempty"`         // bad quality, share wrong
	Beta       Millionths     `json:"beta,omitempty"`       // risk of accepting it
	Stratify   Stratify       `json:"stratify"`
}

// ClassAQL is the acceptance quality limit of a class of defects.
type ClassAQL struct {
	Class Severity  `json:"class"`
	AQL   stats.AQL `json:"aql"`
	// Severity of inspection of this class, where the stream's classes differ; ""
	// is that of the plan (ISO 2859-1, 9.2: classes switch on their own).
	Severity stats.Severity `json:"severity,omitempty"`
}

// Axis is what a lot is stratified by.
type Axis string

// The axes; AxisColumn is any mapped column.
const (
	NoAxis        Axis = ""
	AxisAnnotator Axis = "annotator"
	AxisLabel     Axis = "label"
	AxisColumn    Axis = "column"
)

// Allocation is how a sample is divided among strata.
type Allocation string

// The allocations: by size; by size and spread of errors; by size, with at
// least Stratify.Floor in each. All take at least 2 items of each stratum, so
// that every variance can be estimated.
const (
	Proportional Allocation = "proportional"
	Neyman       Allocation = "neyman"
	Floor        Allocation = "floor"
)

// Stratify says how a draw is divided.
type Stratify struct {
	By     Axis       `json:"by,omitempty"`
	Column string     `json:"column,omitempty"` // AxisColumn
	How    Allocation `json:"how,omitempty"`
	Floor  int64      `json:"floor,omitempty"` // least items in a stratum
}

// ClassPlan is how many items are judged for a class of defects and how many
// may be wrong. A class that needs fewer items than another is judged on the
// first N of the draw.
type ClassPlan struct {
	Class      Severity         `json:"class,omitempty"` // "" for all together
	N          int64            `json:"n"`
	Ac         int64            `json:"ac"`
	Re         int64            `json:"re"`
	AQL        stats.AQL        `json:"aql,omitempty"`
	Letter     stats.CodeLetter `json:"letter,omitempty"` // of the lot size
	PlanLetter stats.CodeLetter `json:"plan_letter,omitempty"`
	Arrow      string           `json:"arrow,omitempty"`      // "down" or "up" from Letter to PlanLetter
	Per100     bool             `json:"per_100,omitempty"`    // defects are counted, not items
	Unverified bool             `json:"unverified,omitempty"` // two sources of the table differ
}

// PlanStratum is a part of the lot and how many of its items are drawn. Key
// stands for the value that its items have, see keyOf; people are named by
// their pseudonyms.
type PlanStratum struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	Size int64  `json:"size"`
	N    int64  `json:"n"`
}

// PlanFigure is a figure of a regulation that a plan rests on, as it stood.
type PlanFigure struct {
	Key        string `json:"key"`
	Value      string `json:"value"` // as in force here, possibly stricter than the instrument
	Comparator string `json:"comparator"`
	Unit       string `json:"unit"`
	Force      string `json:"force"` // must, should, practice
	Verified   bool   `json:"verified"`
	Local      bool   `json:"local"` // set here, above the instrument's
	Edition    string `json:"edition"`
	Instrument string `json:"instrument"`
	Provision  string `json:"provision"`
}

// Plan says how a lot is sampled and judged. It never changes: another plan
// replaces it.
type Plan struct {
	ID            string
	LotID         string
	ServiceID     string
	Method        Method
	Params        Params        `gorm:"serializer:json"`
	Classes       []ClassPlan   `gorm:"serializer:json"` // one for all classes, or one for each that has an AQL
	N             int64         // items to draw; of a sequential plan the most it can need
	Strata        []PlanStratum `gorm:"serializer:json"` // empty when undivided
	Figures       []PlanFigure  `gorm:"serializer:json"`
	Blind         bool
	DoublePercent int64
	GoldPercent   int64
	State         PlanState
	Reason        string // why it replaces another
	CreatedAt     time.Time
	CreatedBy     string
	Version       int64
}

// TableName is the table of plans.
func (Plan) TableName() string { return "label_plan" }
