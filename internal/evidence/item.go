package evidence

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/file"
)

// Kind is what a piece of evidence consists of.
type Kind string

// The kinds.
const (
	KindFile Kind = "file"
	KindLink Kind = "link" // an address on the web or the intranet
	KindNote Kind = "note" // words
)

// Type is what a piece of evidence is, to those who file it.
type Type string

// Types in the order they are offered.
var Types = []Type{"policy", "record", "screenshot", "report", "contract", "certificate", "log", "training", "other"}

// Confidentiality says who may see a piece; see the package comment.
type Confidentiality string

// The levels.
const (
	Internal     Confidentiality = "internal"
	Confidential Confidentiality = "confidential"
	Restricted   Confidentiality = "restricted"
)

// Levels are the levels of confidentiality, from open to closed.
var Levels = []Confidentiality{Internal, Confidential, Restricted}

// State is how far a piece has got.
type State string

// The states; see the package comment.
const (
	Draft     State = "draft"
	Submitted State = "submitted"
	Approved  State = "approved"
	Returned  State = "returned"
	Retired   State = "retired"
	Erased    State = "erased"
)

// States in the order they are shown.
var States = []State{Draft, Submitted, Approved, Returned, Retired, Erased}

// Item is a piece of evidence.
type Item struct {
	ID              string
	Kind            Kind
	Title           string `ledger:"personal"`
	Type            Type
	Source          string   `ledger:"personal"` // where it comes from: a system, a department, a supplier
	MadeOn          day.Date // when it was made
	CoversFrom      day.Date // the period it speaks about
	CoversTo        day.Date
	ReceivedOn      day.Date // when it came to us
	ValidUntil      day.Date // the last day it counts; none: without end
	ExpiredOn       day.Date // the day on which the sweep found it no longer valid
	Confidentiality Confidentiality
	OwnerID         string // who keeps it up to date
	State           State
	SubmittedBy     string
	SubmittedAt     *time.Time
	ReviewedBy      string // of the last approval or return
	ReviewedAt      *time.Time
	ReviewNote      string `ledger:"personal"`
	RetiredBy       string
	RetiredAt       *time.Time
	RetiredReason   string `ledger:"personal"`
	CurrentID       string // the version that counts
	Versions        int64  // how many there are
	Links           int64  // how many assessments it is linked to
	Batch           string // pieces that were uploaded together
	CreatedBy       string
	CreatedAt       time.Time
	Version         int64 // of the description, for concurrent editing
}

// TableName is the table of evidence.
func (Item) TableName() string { return "evidence" }

// Valid says whether the piece counts as proof on a day.
func (i Item) Valid(today day.Date) bool {
	return i.State == Approved && !i.Expired(today)
}

// Expired says whether the piece's validity was over before a day.
func (i Item) Expired(today day.Date) bool { return i.ValidUntil.Before(today) }

// Closed says that nothing can be done with the piece any more.
func (i Item) Closed() bool { return i.State == Retired || i.State == Erased }

// Version is the content of a piece at one time.
type Version struct {
	ID         string
	EvidenceID string
	Number     int64   // from 1
	BlobID     *string // of a file
	SHA256     string  `gorm:"column:sha256"` // of a file, in hex; stays after an erasure
	Size       int64   // of a file, in bytes
	MediaType  string  // of a file, as found by looking at it
	FileName   string  `ledger:"personal"`
	URL        string  `gorm:"column:url" ledger:"personal"` // of a link
	Text       string  `ledger:"personal"`                   // of a note
	Remark     string  `ledger:"personal"`                   // what is new in it
	CreatedBy  string
	CreatedAt  time.Time
	ErasedAt   *time.Time
}

// TableName is the table of versions.
func (Version) TableName() string { return "evidence_version" }

// Link says that a piece proves a requirement in a service.
type Link struct {
	ID            string
	EvidenceID    string
	AssessmentID  string
	ServiceID     string
	RequirementID string
	CreatedBy     string
	CreatedAt     time.Time
}

// TableName is the table of links between evidence and assessments.
func (Link) TableName() string { return "evidence_link" }

// Target is what a piece can prove: a requirement in a service, which is one
// assessment.
type Target struct{ AssessmentID, ServiceID, RequirementID string }

// Recorded are the models whose rows the ledger commits to.
var Recorded = []any{&Item{}, &Version{}, &Link{}, &Erasure{}}

// Watcher is told which assessments may stand differently now. It runs in the
// same transaction and returns what it changed.
type Watcher func(tx *gorm.DB, by actor.Actor, assessments []string) ([]audit.Event, error)

// Service keeps evidence; make it with New.
type Service struct {
	ledger   *audit.Ledger
	files    *file.Service
	watchers []Watcher
	assigned func(db *gorm.DB, account string) *gorm.DB
	editable func(db *gorm.DB, by actor.Actor, assessments []string) ([]Target, error)
}

// New makes the service.
func New(l *audit.Ledger, f *file.Service) *Service { return &Service{ledger: l, files: f} }

// Watch has w called whenever the standing of linked assessments may have
// changed. For wiring, before anything is served.
func (s *Service) Watch(w Watcher) { s.watchers = append(s.watchers, w) }

// Assigned takes a subquery of the ids of the assessments that a person is
// assigned to. For wiring.
func (s *Service) Assigned(f func(db *gorm.DB, account string) *gorm.DB) { s.assigned = f }

// Editable takes what tells which of some assessments a person may edit, with
// the service and requirement they belong to. For wiring; without it nothing
// can be linked.
func (s *Service) Editable(f func(db *gorm.DB, by actor.Actor, assessments []string) ([]Target, error)) {
	s.editable = f
}

// Files gives the contents, for reading them.
func (s *Service) Files() *file.Service { return s.files }

// Today is the present day in the organisation's zone.
func (s *Service) Today() day.Date { return day.Of(s.ledger.Now()) }

// tell calls the watchers for assessments, each once.
func (s *Service) tell(tx *gorm.DB, by actor.Actor, assessments []string) ([]audit.Event, error) {
	if len(assessments) == 0 {
		return nil, nil
	}
	slices.Sort(assessments)
	assessments = slices.Compact(assessments)
	var out []audit.Event
	for _, w := range s.watchers {
		events, err := w(tx, by, assessments)
		if err != nil {
			return nil, err
		}
		out = append(out, events...)
	}
	return out, nil
}

// event is the audit event of something that happened to a piece. Restricted
// evidence goes without its title: the activity page has more readers than
// the piece.
func event(action string, i *Item, rows ...any) audit.Event {
	e := audit.Event{Action: "evidence." + action, Object: audit.Object{Type: "evidence", ID: i.ID},
		Rows: append([]any{i}, rows...)}
	if i.Confidentiality != Restricted {
		e.Label = i.Title
	}
	return e
}

// beyond stands as the service of events about evidence that belongs to no
// single service: only people with all services in scope see them among the
// activities.
const beyond = "*"

// place gives events about evidence the service that the piece is linked to,
// so that the activity page shows them to the right people.
func place(tx *gorm.DB, events []audit.Event) error {
	ids := make([]string, 0, len(events))
	for _, e := range events {
		if e.Object.Type == "evidence" && e.Service == "" {
			ids = append(ids, e.Object.ID)
		}
	}
	var pairs []struct{ EvidenceID, ServiceID string }
	if err := tx.Model(&Link{}).Distinct("evidence_id", "service_id").Where("evidence_id IN ?", ids).Scan(&pairs).Error; err != nil {
		return fmt.Errorf("read services of evidence: %w", err)
	}
	services := map[string]string{}
	for _, p := range pairs {
		if services[p.EvidenceID] != "" {
			p.ServiceID = beyond
		}
		services[p.EvidenceID] = p.ServiceID
	}
	for n := range events {
		if e := &events[n]; e.Object.Type == "evidence" && e.Service == "" {
			e.Service = cmp.Or(services[e.Object.ID], beyond)
		}
	}
	return nil
}
