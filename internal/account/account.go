package account

import (
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// Account is a person who may sign in.
type Account struct {
	ID            string
	Email         string       `ledger:"personal"` // lower case
	Name          string       `ledger:"personal"`
	Roles         []actor.Role `gorm:"serializer:json"`
	AllServices   bool
	Services      []string `gorm:"serializer:json"` // when not AllServices
	Language      string   // "zh-CN" or "en"
	PasswordHash  string   `ledger:"hash"` // PHC string, empty until one is chosen
	PasswordSetAt *time.Time
	DisabledAt    *time.Time
	CreatedAt     time.Time
	Version       int64
}

// TableName is the table of accounts.
func (Account) TableName() string { return "account" }

// Disabled says whether the person can no longer sign in.
func (a Account) Disabled() bool { return a.DisabledAt != nil }

// Invited says whether the person has yet to choose a password.
func (a Account) Invited() bool { return a.PasswordHash == "" }

// Actor is the account as somebody who acts.
func (a Account) Actor() actor.Actor {
	return actor.Actor{ID: a.ID, Kind: actor.KindPerson, Name: a.Name, Roles: a.Roles,
		AllServices: a.AllServices, Services: a.Services}
}

// Organisation is the one that runs this installation.
type Organisation struct {
	ID        string // always "organisation"
	Name      string
	Language  string // for letters, reports and visitors
	CreatedAt time.Time
	Version   int64
}

// TableName is the table of the one organisation.
func (Organisation) TableName() string { return "organisation" }

const organisationID = "organisation"

// Link is a one-time link on which a password is chosen.
type Link struct {
	ID        string
	TokenHash string `ledger:"hash"`
	AccountID string
	ExpiresAt time.Time
	UsedAt    *time.Time
	CreatedAt time.Time
}

// TableName is the table of one-time links.
func (Link) TableName() string { return "account_link" }

// Person is what is typed to make or change an account.
type Person struct {
	Email       string
	Name        string
	Roles       []actor.Role
	AllServices bool
	Services    []string
	Language    string
}

// limits of what is typed, in characters
const (
	maxEmail = 254 // RFC 5321, 4.5.3.1.3, less the angle brackets
	maxName  = 100
)

// Validate gives the fields that are wrong. It puts the e-mail address into
// the form it is compared in.
func (p *Person) Validate() error {
	var f problem.Fields
	p.Email, p.Name = strings.ToLower(strings.TrimSpace(p.Email)), strings.TrimSpace(p.Name)
	switch {
	case p.Email == "":
		f.Add("email", "account.email.required")
	case len(p.Email) > maxEmail || !validEmail(p.Email):
		f.Add("email", "account.email.invalid")
	}
	switch {
	case p.Name == "":
		f.Add("name", "account.name.required")
	case utf8.RuneCountInString(p.Name) > maxName:
		f.Add("name", "account.name.long", "max", maxName)
	}
	if len(p.Roles) == 0 {
		f.Add("roles", "account.roles.required")
	} else if !actor.Combine(p.Roles) {
		f.Add("roles", "account.roles.alone")
	}
	if p.Language != "zh-CN" && p.Language != "en" {
		f.Add("language", "account.language.unknown")
	}
	services := []string{} // never nil: the column is NOT NULL
	if !p.AllServices {
		services = append(services, p.Services...)
	}
	slices.Sort(services)
	p.Services = slices.Compact(services)
	return f.Err()
}

func validEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && a.Name == "" && strings.Contains(s[strings.LastIndex(s, "@"):], ".")
}

// Service keeps accounts; make it with New.
type Service struct {
	ledger  *audit.Ledger
	limits  Limits
	enabled *audit.Cache[[]Account]
	people  *audit.Cache[people]
}

// Limits bound sessions; the zero value takes the defaults.
type Limits struct {
	Idle     time.Duration // 30 minutes
	Absolute time.Duration // 12 hours
}

// Recorded are the models whose rows the ledger commits to.
var Recorded = []any{&Organisation{}, &Account{}, &Link{}}

// Free are the tables that hold nothing of their own.
var Free = []string{"session", "signin_counter"}

// New makes the service.
func New(l *audit.Ledger, limits Limits) *Service {
	if limits.Idle == 0 {
		limits.Idle = 30 * time.Minute
	}
	if limits.Absolute == 0 {
		limits.Absolute = 12 * time.Hour
	}
	return &Service{ledger: l, limits: limits,
		enabled: audit.NewCache(l, readEnabled(l), "account"), people: audit.NewCache(l, readPeople(l), "account")}
}

// event is the audit event of a change to an account.
func event(action string, a *Account, more ...any) audit.Event {
	return audit.Event{Action: "account." + action, Object: audit.Object{Type: "account", ID: a.ID},
		Label: a.Name, Subject: a.ID, Rows: append([]any{a}, more...)}
}

// Person is what was typed of the account, to change some of it.
func (a Account) Person() Person {
	return Person{Email: a.Email, Name: a.Name, Roles: a.Roles, AllServices: a.AllServices, Services: a.Services, Language: a.Language}
}
