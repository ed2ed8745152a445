package mail

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"net/url"
	"strings"
	"time"
	"unicode"

	"gorm.io/gorm"

	"hegui/internal/audit"
	"hegui/internal/problem"
)

// Options say which server sends, and for whom.
type Options struct {
	// URL is smtp://USER:PASSWORD@HOST:587 (STARTTLS is demanded) or
	// smtps://HOST:465 (TLS from the start). ?tls=off, for a relay on the same
	// machine, sends in the clear. Empty: nothing is sent.
	URL  string
	From string // an address, with or without a name
	Log  *slog.Logger
	// Seal and Open encrypt what waits in the queue with a key that is not in
	// the database, and bind it to a message's id. Without them it waits in the
	// clear.
	Seal, Open func(id string, content []byte) ([]byte, error)
}

// Service queues and delivers messages; make it with New.
type Service struct {
	ledger *audit.Ledger
	server *url.URL // nil: none
	from   string
	log    *slog.Logger
	seal   func(id string, content []byte) ([]byte, error)
	open   func(id string, content []byte) ([]byte, error)
}

// New makes the service, or says what is wrong with the options.
func New(l *audit.Ledger, o Options) (*Service, error) {
	s := &Service{ledger: l, from: o.From, log: o.Log, seal: o.Seal, open: o.Open}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if o.URL == "" {
		return s, nil
	}
	u, err := url.Parse(o.URL)
	if err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") {
		return nil, errors.New("smtp-url: want smtp://USER:PASSWORD@HOST:PORT or smtps://…") // without the address: it may hold a password
	}
	if _, err := netmail.ParseAddress(o.From); err != nil {
		return nil, fmt.Errorf("mail-from: %w", err)
	}
	s.server = u
	return s, nil
}

// Ready says whether a server is set, so that messages can go out at all.
func (s *Service) Ready() bool { return s.server != nil }

// Message is an e-mail to one person.
type Message struct {
	To      string // an address, without a name
	Subject string
	Text    string
	HTML    string    // besides the text; may be empty
	Files   []File    // attached
	Until   time.Time // not sent any more after this; zero: sent whenever it can be
}

// File is an attachment.
type File struct {
	Name string
	Type string // such as "text/html; charset=utf-8"
	Data []byte
}

// most is how many bytes a message may have; servers commonly take 10 MB after
// encoding, which adds a third.
const most = 7 << 20

// ParseAddress checks an address that somebody typed; it returns it without
// blanks around it.
func ParseAddress(s string) (address string, ok bool) {
	s = strings.TrimSpace(s)
	a, err := netmail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > 254 || strings.ContainsFunc(s, unicode.IsControl) {
		return "", false
	}
	return s, true
}

// Queue keeps a message for sending, in the transaction of what it tells
// about. It returns Unavailable when no server is set, Invalid for an address
// that is none, and TooLarge for a message over 7 MiB.
func (s *Service) Queue(tx *gorm.DB, m Message) error {
	if !s.Ready() {
		return problem.New(problem.Unavailable, "mail.off")
	}
	to, ok := ParseAddress(m.To)
	if !ok {
		return problem.Field(problem.Invalid, "to", "mail.address")
	}
	size := len(m.Text) + len(m.HTML)
	for _, f := range m.Files {
		size += len(f.Data)
	}
	if size > most {
		return problem.New(problem.TooLarge, "mail.large")
	}
	if m.Files == nil {
		m.Files = []File{}
	}
	now := s.ledger.Now()
	row := outgoing{ID: s.ledger.NewID(), Content: content{Recipient: to, Subject: oneLine(m.Subject), BodyText: m.Text, BodyHTML: m.HTML, Files: m.Files},
		State: queued, Due: now, CreatedAt: now}
	if !m.Until.IsZero() {
		row.Until = &m.Until
	}
	if err := s.cover(&row); err != nil {
		return err
	}
	if err := tx.Create(&row).Error; err != nil {
		return fmt.Errorf("queue mail: %w", err)
	}
	return nil
}

// cover encrypts the content of a row, if there is something to do it with.
func (s *Service) cover(row *outgoing) error {
	if s.seal == nil {
		return nil
	}
	plain, err := json.Marshal(row.Content)
	if err != nil {
		return fmt.Errorf("write mail: %w", err)
	}
	if row.Sealed, err = s.seal(row.ID, plain); err != nil {
		return fmt.Errorf("seal mail: %w", err)
	}
	row.Content = content{Files: []File{}}
	return nil
}

// uncover decrypts the content of a row.
func (s *Service) uncover(row *outgoing) error {
	if len(row.Sealed) == 0 {
		return nil
	}
	if s.open == nil {
		return errors.New("mail: the key of the queue is missing")
	}
	plain, err := s.open(row.ID, row.Sealed)
	if err != nil {
		return fmt.Errorf("open mail: %w", err)
	}
	return json.Unmarshal(plain, &row.Content)
}

// oneLine keeps line ends out of a header.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsControl(r) }), " ")
}

type state string

const (
	queued state = "queued"
	failed state = "failed" // given up; the content is gone
)

// outgoing is a message in the queue.
type outgoing struct {
	ID        string
	Content   content `gorm:"embedded"`
	Sealed    []byte  // the content, encrypted; the other columns are empty then
	State     state
	Attempts  int
	Due       time.Time
	Until     *time.Time
	CreatedAt time.Time
	Reason    string // of the last failure, as the server or the network put it
}

// content is what a message says, and to whom.
type content struct {
	Recipient string
	Subject   string
	BodyText  string
	BodyHTML  string
	Files     []File `gorm:"serializer:json"`
}

// TableName is the table of the queue.
func (outgoing) TableName() string { return "mail_outbox" }

// Free are the tables that hold nothing of their own.
var Free = []string{outgoing{}.TableName()}
