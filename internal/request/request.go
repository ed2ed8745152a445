package request

import (
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"time"

	"hegui/internal/day"
	"hegui/internal/request/clock"
)

// Kind is what a person asks for: the right that is exercised.
type Kind string

// The kinds. Correct covers supplementing.
const (
	Access       Kind = "access"        // 查阅, PIPL Article 45
	Copy         Kind = "copy"          // 复制, PIPL Article 45
	Correct      Kind = "correct"       // 更正、补充, PIPL Article 46
	Delete       Kind = "delete"        // 删除, PIPL Article 47
	Withdraw     Kind = "withdraw"      // 撤回同意, PIPL Article 15
	Transfer     Kind = "transfer"      // 转移, PIPL Article 45
	Explain      Kind = "explain"       // 解释说明, PIPL Article 48
	CloseAccount Kind = "close_account" // 注销账号
)

// Kinds in the order they are offered.
var Kinds = []Kind{Access, Copy, Correct, Delete, Withdraw, Transfer, Explain, CloseAccount}

// Requester says for whom a person asks.
type Requester string

// The requesters.
const (
	Self     Requester = "self"
	Agent    Requester = "agent"    // with a mandate
	Guardian Requester = "guardian" // of a minor, PIPL Article 31
	Relative Requester = "relative" // of a deceased person, PIPL Article 49
)

// Requesters in the order they are offered.
var Requesters = []Requester{Self, Agent, Guardian, Relative}

// Channel is the way on which a request or a message came or goes.
type Channel string

// The channels. Staff enter what comes by mail, phone, app or at a counter.
const (
	Portal  Channel = "portal"
	Mail    Channel = "mail"
	Phone   Channel = "phone"
	InApp   Channel = "app"
	Counter Channel = "counter"
	API     Channel = "api"

	Inside Channel = "internal" // of messages among staff
)

// Channels in the order they are shown.
var Channels = []Channel{Portal, Mail, Phone, InApp, Counter, API}

// StaffChannels are those whose requests staff type in.
var StaffChannels = []Channel{Mail, Phone, InApp, Counter}

// Level is how closely it is checked who asks.
type Level string

// The levels, from the lightest.
const (
	NoCheck   Level = "none"
	ByCode    Level = "code"      // control of an account or address, by one-time code
	Documents Level = "documents" // documents that the person sends
	ByHand    Level = "manual"    // staff find out in another way
)

// Levels in the order they are offered.
var Levels = []Level{NoCheck, ByCode, Documents, ByHand}

// IdentityState is how far the check of who asks has got.
type IdentityState string

// The states of a check. Wanted means that it has not begun.
const (
	IdentityNotNeeded IdentityState = "not_needed"
	IdentityWanted    IdentityState = "wanted"
	IdentityOpen      IdentityState = "open"
	IdentityPassed    IdentityState = "passed"
	IdentityFailed    IdentityState = "failed"
)

// Notice is which warning about its deadline a request has had.
type Notice string

// The notices.
const (
	NoNotice  Notice = ""
	Reminded  Notice = "reminded"
	Escalated Notice = "escalated"
)

// Sealed is a text that was encrypted with its request's key; empty when
// there is none. Printing it shows nothing of the text.
type Sealed []byte

// Value writes an absent text as an empty one; columns are NOT NULL.
func (s Sealed) Value() (driver.Value, error) {
	if s == nil {
		return []byte{}, nil
	}
	return []byte(s), nil
}

// Scan reads a column.
func (s *Sealed) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*s = nil
	case []byte:
		*s = append(Sealed(nil), v...)
	case string:
		*s = Sealed(v)
	default:
		return errors.New("request: a sealed column of an unknown type")
	}
	return nil
}

// GormDataType tells GORM what the column holds.
func (Sealed) GormDataType() string { return "bytes" }

// String is the encrypted form in hex; the ledger hashes it.
func (s Sealed) String() string { return hex.EncodeToString(s) }

// Request is what somebody asks about their personal information.
type Request struct {
	ID              string
	Number          string // what people quote; says nothing about how many there are
	ServiceID       string // or none, when the person did not know
	Kind            Kind
	Requester       Requester
	Channel         Channel
	Language        string // of letters: "zh-CN" or "en"
	State           State
	StateSince      time.Time
	ResumeTo        State // the state before waiting
	OwnerID         string
	IdentityLevel   Level
	IdentityState   IdentityState
	RuleID          string
	Days            int64 // the rule's, as it was at intake; see Rule
	Unit            clock.Unit
	Starts          clock.Start
	Roll            bool
	ExtensionDays   int64
	RemindDays      int64
	RetentionDays   int64
	ReceivedAt      time.Time
	StartedAt       *time.Time // when the clock started
	ExtendedDays    int64
	Due             day.Date // the last day in time; none while the clock stands still
	LeftDays        int64    // days left when the clock was paused
	Unannounced     string   // years without announced holidays that Due rests on, with commas
	CalendarVersion int64    // of the calendar that Due was counted with
	NextNotice      day.Date // when to warn next
	Notice          Notice
	DecidedAt       *time.Time
	DecidedOn       day.Date
	Late            bool  // decided after the due day
	TookDays        int64 // calendar days from intake to the decision
	RefusalID       string
	CloseReason     CloseReason
	Reopened        int64 // how often
	Held            bool  // a legal hold is on it
	Tasks           int64
	TasksDone       int64
	Messages        int64      // with the person
	Unread          int64      // from the person, not yet opened by staff
	Name            Sealed     `ledger:"hash"`
	Contact         Sealed     `ledger:"hash"` // e-mail address or phone number
	Account         Sealed     `ledger:"hash"` // how the service knows the person
	Details         Sealed     `ledger:"hash"` // what they ask, in their words
	Words           Sealed     `ledger:"hash"` // of the decision: the answer's summary, the reasons
	TrackHash       string     `ledger:"hash"` // SHA-256 of the tracking secret in hex, or none
	EraseOn         day.Date   // the first day on which it may be erased; none while open
	ErasedAt        *time.Time // when it was
	CreatedBy       string
	CreatedAt       time.Time
	Version         int64
}

// TableName is the table of requests.
func (Request) TableName() string { return "request" }

// Open says that the request is not yet decided.
func (r Request) Open() bool { return r.State.Open() }

// rule is the deadline that the request took along.
func (r Request) rule() clock.Rule {
	return clock.Rule{Days: int(r.Days), Unit: r.Unit, Roll: r.Roll}
}

// Key is the key of a request, wrapped by the master key. Its id is the
// request's.
type Key struct {
	ID          string
	Wrapped     []byte `ledger:"hash"` // overwritten with nothing when destroyed
	Master      string // which master key wrapped it
	CreatedAt   time.Time
	DestroyedAt *time.Time
}

// TableName is the table of keys.
func (Key) TableName() string { return "request_key" }

// contactHash is a keyed hash of a contact, for finding requests by it.
type contactHash struct {
	RequestID string `gorm:"primaryKey"`
	Hash      string `gorm:"primaryKey"`
}

// TableName is the table of contacts.
func (contactHash) TableName() string { return "request_contact" }

// Direction says who a message is for.
type Direction string

// The directions.
const (
	ToPerson   Direction = "to_person"
	FromPerson Direction = "from_person"
	Internal   Direction = "internal" // among staff
)

// Message is what was written about a request.
type Message struct {
	ID        string
	RequestID string
	ServiceID string
	Direction Direction
	Via       Channel
	LetterID  string
	Body      Sealed `ledger:"hash"`
	CreatedBy string // an account, or none for the person
	CreatedAt time.Time
	ReadAt    *time.Time // when the other side opened it first
}

// TableName is the table of messages.
func (Message) TableName() string { return "request_message" }

// Purpose is what a file is for.
type Purpose string

// The purposes.
const (
	ForRequest Purpose = "request"
	ForProof   Purpose = "proof"   // of identity; deleted after the rule's ProofDays
	ForMandate Purpose = "mandate" // of an agent, guardian or relative; the same
	ForMessage Purpose = "message"
	ForTask    Purpose = "task" // what a system gave
	ForAnswer  Purpose = "answer"
)

// Attachment is a file. Its content is encrypted with a key of its own, which
// the request's key seals.
type Attachment struct {
	ID         string
	RequestID  string
	ServiceID  string
	Purpose    Purpose
	MessageID  string
	TaskID     string
	BlobID     *string // none when it was deleted
	FileKey    Sealed  `ledger:"hash"`
	Name       Sealed  `ledger:"hash"`
	MediaType  string  // of the content itself, as found by looking at it
	Size       int64   // of the content itself, in bytes
	ForPerson  bool    // the person may download it
	DeleteOn   day.Date
	DeletedAt  *time.Time
	DeletedWhy string // "retention", "expired" or "erased"
	CreatedBy  string // an account, or none for the person
	CreatedAt  time.Time
}

// TableName is the table of files.
func (Attachment) TableName() string { return "request_attachment" }
