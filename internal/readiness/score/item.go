package score

// Status is where a requirement stands for a service.
type Status uint8

// The statuses, best first. OutOfScope and NotApplicable do not count.
const (
	Compliant Status = iota
	PartlyCompliant
	InProgress
	NotAssessed
	NonCompliant
	NotApplicable
	OutOfScope
)

// Evidence is the best that is linked to a requirement today.
type Evidence uint8

// The kinds of proof, best first.
const (
	Valid      Evidence = iota // approved, and in its validity
	Unreviewed                 // nothing was approved yet, something awaits review
	Expired                    // something was approved once, and nothing is in its validity
	NoEvidence
)

// Review is whether a conclusion is looked at again in time.
type Review uint8

// The ages of a review, best first.
const (
	Current     Review = iota
	Overdue            // since at most LongOverdue days
	LongOverdue        // since more
)

// LongOverdueDays is how late a review may be before it counts as long
// overdue.
const LongOverdueDays = 90

// Severity is how bad it is when a requirement is not met.
type Severity uint8

// The severities, worst first.
const (
	Critical Severity = iota
	High
	Medium
	Low
)

// Item is a requirement as the score sees it.
type Item struct {
	ID       string // of the requirement
	Article  int
	Severity Severity
	Status   Status
	Evidence Evidence
	Review   Review
}

// Shares of each status, kind of proof and age of review, in percent, by their
// numbers.
var (
	statusShare   = [...]int64{100, 50, 20, 0, 0, 0, 0}
	evidenceShare = [...]int64{100, 75, 60, 50}
	reviewShare   = [...]int64{100, 90, 75}
	weights       = [...]int64{8, 4, 2, 1}
)

// Full is the points of a requirement that is met in every respect.
const Full = 100 * 100 * 100

// Percent is what a status counts.
func (s Status) Percent() int { return int(statusShare[s]) }

// Percent is what a kind of proof counts.
func (e Evidence) Percent() int { return int(evidenceShare[e]) }

// Percent is what an age of review counts.
func (r Review) Percent() int { return int(reviewShare[r]) }

// Weight is how much a severity weighs.
func (s Severity) Weight() int64 { return weights[s] }

// Counts says whether the requirement is part of the score.
func (i Item) Counts() bool { return i.Status < NotApplicable }

// Points is what the requirement earned, 0 to Full.
func (i Item) Points() int64 {
	return statusShare[i.Status] * evidenceShare[i.Evidence] * reviewShare[i.Review]
}

// Weight is how much the requirement weighs; 0 when it does not count.
func (i Item) Weight() int64 {
	if !i.Counts() {
		return 0
	}
	return i.Severity.Weight()
}

// Open says whether something remains to be done to be compliant. A compliant
// requirement whose proof has expired is open again.
func (i Item) Open() bool {
	return i.Counts() && (i.Status != Compliant || i.Evidence == Expired)
}

// Caps says whether the requirement is an open critical non-conformity.
func (i Item) Caps() bool { return i.Severity == Critical && i.Status == NonCompliant }

// Short says whether the requirement earns less than it could.
func (i Item) Short() bool { return i.Counts() && i.Points() < Full }

// Solved is the requirement as it would be with everything done.
func (i Item) Solved() Item {
	if i.Counts() {
		i.Status, i.Evidence, i.Review = Compliant, Valid, Current
	}
	return i
}

// LiveKind names a figure that other parts of the product keep.
type LiveKind string

// The live figures, and the articles they belong to. Labelling: half the share
// of decided lots that were accepted, half the share proven to meet their
// limit (Article 8 asks for quality checks of labelling). Requests: the share
// of people's requests answered in time among those answered or overdue
// (Article 11 asks to handle them in time).
const (
	Labelling LiveKind = "labelling"
	Requests  LiveKind = "requests"
)

// LiveArticle is the article that a live figure belongs to.
func (k LiveKind) LiveArticle() int {
	if k == Labelling {
		return 8
	}
	return 11
}

// LiveWeight is how much a live figure weighs: as much as one critical
// requirement.
const LiveWeight = 8

// Live is a share that another part of the product measures. One without
// anything to measure (Of is 0) is left out.
type Live struct {
	Kind     LiveKind
	Good, Of int64 // Good of Of
}

// Points is the share in millionths, cut off.
func (l Live) Points() int64 { return min(l.Good, l.Of) * Full / l.Of }

func (l Live) counts() bool { return l.Of > 0 }
