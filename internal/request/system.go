package request

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// Identifier is by what people are found in a system. Who works on a task sees
// of the person only what their system searches by.
type Identifier string

// The identifiers.
const (
	ByAccount Identifier = "account"
	ByEmail   Identifier = "email"
	ByPhone   Identifier = "phone"
	ByName    Identifier = "name"
	ByDevice  Identifier = "device"
	ByOrder   Identifier = "order"
	BySession Identifier = "session"
)

// IdentifierList has them in the order they are offered.
var IdentifierList = []Identifier{ByAccount, ByEmail, ByPhone, ByName, ByDevice, ByOrder, BySession}

// Reaches in the order they are offered.
var Reaches = []Reach{ByPeople, ByWebhook}

// The states of a system.
const (
	SystemActive  = "active"
	SystemRetired = "retired"
)

// The longest lists of a system.
const (
	maxSystems    = 500
	maxCategories = 40
	maxBackup     = 3650 // days
)

// SystemInput is what people say about a system.
type SystemInput struct {
	Name         string
	Services     []string
	Kinds        []Kind
	OwnerID      string
	DeputyID     string
	Categories   []string
	Identifiers  []string
	Retention    string
	LegalBasis   string
	BackupDays   int64
	Steps        string
	Reach        Reach
	URL          string
	SecondPerson bool
	Retired      bool
}

// Input is what a system says, for its form.
func (y System) Input() SystemInput {
	return SystemInput{y.Name, y.Services, y.Kinds, y.OwnerID, y.DeputyID, y.Categories, y.Identifiers, y.Retention, y.LegalBasis, y.BackupDays,
		y.Steps, y.Reach, y.URL, y.SecondPerson, y.State == SystemRetired}
}

// Concerned says that a request is about what the system holds.
func (y System) Concerned(r Request) bool {
	return y.State == SystemActive && (len(y.Services) == 0 || slices.Contains(y.Services, r.ServiceID)) &&
		(len(y.Kinds) == 0 || slices.Contains(y.Kinds, r.Kind))
}

// seen says that somebody sees one of the services of the system.
func (y System) seen(by actor.Actor) bool {
	return by.AllServices || len(y.Services) == 0 || slices.ContainsFunc(y.Services, by.SeesService)
}

// Mine says that somebody is responsible for the system.
func (y System) Mine(by actor.Actor) bool {
	return by.ID != "" && (y.OwnerID == by.ID || y.DeputyID == by.ID)
}

// Systems lists the data map, as far as somebody sees the services in it, by
// name; what is retired comes last.
func (s *Service) Systems(ctx context.Context, by actor.Actor) ([]System, error) {
	if !by.May(actor.ReadRequests) {
		return nil, problem.New(problem.Forbidden, "error.role")
	}
	list, err := systemsIn(s.ledger.Read(ctx))
	return slices.DeleteFunc(list, func(y System) bool { return !y.seen(by) }), err
}

// systemsIn reads the data map.
func systemsIn(db *gorm.DB) (list []System, err error) {
	err = db.Session(&gorm.Session{NewDB: true}).Order("state, name, id").Limit(maxSystems).Find(&list).Error
	if err != nil {
		return nil, fmt.Errorf("read data map: %w", err)
	}
	return list, nil
}

// System gives an entry of the data map.
func (s *Service) System(ctx context.Context, by actor.Actor, id string) (y System, err error) {
	if !by.May(actor.ReadRequests) {
		return y, problem.New(problem.Forbidden, "error.role")
	}
	return y, takeSystem(s.ledger.Read(ctx), by, id, &y)
}

func takeSystem(db *gorm.DB, by actor.Actor, id string, y *System) error {
	if err := found(db.Session(&gorm.Session{NewDB: true}).Where("id = ?", id).Take(y).Error); err != nil {
		return err
	}
	if !y.seen(by) {
		return problem.New(problem.NotFound, "request.not_found")
	}
	return nil
}

// check trims the input and gives what is wrong with it.
func (s *Service) checkSystem(ctx context.Context, by actor.Actor, in *SystemInput) error {
	var f problem.Fields
	word(&f, "name", &in.Name, maxName, true)
	word(&f, "retention", &in.Retention, maxNote, true)
	word(&f, "legal_basis", &in.LegalBasis, maxNote, true)
	word(&f, "steps", &in.Steps, maxNote, false)
	one(&f, "reach", in.Reach, Reaches)
	for _, k := range in.Kinds {
		one(&f, "kinds", k, Kinds)
	}
	for _, i := range in.Identifiers {
		one(&f, "identifiers", Identifier(i), IdentifierList)
	}
	if len(in.Identifiers) == 0 {
		f.Add("identifiers", "request.choose")
	}
	if in.BackupDays < 0 || in.BackupDays > maxBackup {
		f.Add("backup_days", "datamap.backup.range", "max", maxBackup)
	}
	in.checkCategories(&f)
	in.checkURL(&f)
	if in.Services == nil {
		in.Services = []string{}
	}
	if in.Kinds == nil {
		in.Kinds = []Kind{}
	}
	if len(in.Services) == 0 && !by.AllServices {
		f.Add("services", "request.choose")
	}
	for _, id := range in.Services {
		if s.known(ctx, by, id) != nil {
			f.Add("services", "request.choose")
			break
		}
	}
	return s.checkOwners(ctx, in, &f)
}

func (in *SystemInput) checkCategories(f *problem.Fields) {
	kept := []string{}
	for _, c := range in.Categories {
		c = strings.TrimSpace(c)
		if utf8.RuneCountInString(c) > maxName {
			f.Add("categories", "request.long", "max", maxName)
			return
		}
		if c != "" {
			kept = append(kept, c)
		}
	}
	in.Categories = kept
	if len(kept) == 0 {
		f.Add("categories", "request.required")
	}
	if len(kept) > maxCategories {
		f.Add("categories", "datamap.categories.many", "max", maxCategories)
	}
}

// checkURL wants an address that can be called. Where it leads to is looked at
// when it is called.
func (in *SystemInput) checkURL(f *problem.Fields) {
	word(f, "url", &in.URL, 500, in.Reach == ByWebhook)
	if in.URL == "" {
		return
	}
	u, err := url.Parse(in.URL)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || u.Scheme != "https" && u.Scheme != "http" {
		f.Add("url", "datamap.url.wrong")
	}
}

// checkOwners wants people who can work on tasks. Whoever is named here sees
// the tasks of the system, whichever services they see otherwise.
func (s *Service) checkOwners(ctx context.Context, in *SystemInput, f *problem.Fields) error {
	for _, one := range []struct{ field, person string }{{"owner", in.OwnerID}, {"deputy", in.DeputyID}} {
		if one.person == "" {
			continue
		}
		ok, err := s.able(ctx, one.person, actor.WorkRequestTasks, "")
		if err != nil {
			return err
		}
		if !ok {
			f.Add(one.field, "request.owner.unable")
		}
	}
	if in.OwnerID == "" {
		f.Add("owner", "request.choose")
	} else if in.DeputyID == in.OwnerID {
		f.Add("deputy", "datamap.deputy.same")
	}
	return f.Err()
}

func (in SystemInput) apply(y *System) {
	y.Name, y.Services, y.Kinds, y.OwnerID, y.DeputyID = in.Name, in.Services, in.Kinds, in.OwnerID, in.DeputyID
	y.Categories, y.Identifiers, y.Retention, y.LegalBasis = in.Categories, in.Identifiers, in.Retention, in.LegalBasis
	y.BackupDays, y.Steps, y.Reach, y.URL, y.SecondPerson = in.BackupDays, in.Steps, in.Reach, in.URL, in.SecondPerson
	y.State = SystemActive
	if in.Retired {
		y.State = SystemRetired
	}
}

func systemEvent(verb string, y *System, rows ...any) audit.Event {
	return audit.Event{Action: "request_system." + verb, Object: object("request_system", y.ID), Label: y.Name, Rows: append([]any{y}, rows...)}
}

// AddSystem puts a system on the data map.
func (s *Service) AddSystem(ctx context.Context, by actor.Actor, in SystemInput) (y System, err error) {
	if !by.May(actor.SetRequests) {
		return y, problem.New(problem.Forbidden, "error.role")
	}
	if err := s.checkSystem(ctx, by, &in); err != nil {
		return y, err
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		now := s.ledger.Now()
		y = System{ID: s.ledger.NewID(), Secret: []byte{}, CreatedBy: by.ID, CreatedAt: now, ChangedAt: now, Version: 1}
		in.apply(&y)
		if err := taken(tx.Create(&y).Error); err != nil {
			return nil, err
		}
		return []audit.Event{systemEvent("added", &y)}, nil
	})
	return y, err
}

// taken turns a name that is used already into what is wrong with the form.
func taken(err error) error {
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return problem.Field(problem.Conflict, "name", "datamap.name.taken")
	}
	return err
}

// ChangeSystem replaces what is said about a system. Its open tasks go to the
// new owner.
func (s *Service) ChangeSystem(ctx context.Context, by actor.Actor, id string, version int64, in SystemInput) (y System, err error) {
	if !by.May(actor.SetRequests) {
		return y, problem.New(problem.Forbidden, "error.role")
	}
	if err := s.checkSystem(ctx, by, &in); err != nil {
		return y, err
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		y = System{}
		if err := takeSystem(tx, by, id, &y); err != nil {
			return nil, err
		}
		if !by.AllServices && (len(y.Services) == 0 || !sees(by, y.Services)) {
			return nil, problem.New(problem.Forbidden, "request.rule.all")
		}
		was := y.OwnerID
		in.apply(&y)
		y.ChangedAt, y.Version = s.ledger.Now(), version+1
		if err := taken(save(tx, &y, version)); err != nil {
			return nil, err
		}
		if was == y.OwnerID {
			return []audit.Event{systemEvent("changed", &y)}, nil
		}
		rows, err := handOver(tx, &y)
		return []audit.Event{systemEvent("changed", &y, rows...)}, err
	})
	return y, err
}

func sees(by actor.Actor, services []string) bool {
	for _, id := range services {
		if !by.SeesService(id) {
			return false
		}
	}
	return true
}

// handOver gives the open tasks of a system to its owner.
func handOver(tx *gorm.DB, y *System) (rows []any, err error) {
	var list []Task
	if err := tx.Where("system_id = ? AND state IN ('open', 'second')", y.ID).Order("id").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read tasks: %w", err)
	}
	for n := range list {
		list[n].OwnerID = y.OwnerID
		list[n].Version++
		if err := tx.Save(&list[n]).Error; err != nil {
			return nil, fmt.Errorf("hand over task: %w", err)
		}
		rows = append(rows, &list[n])
	}
	return rows, nil
}
