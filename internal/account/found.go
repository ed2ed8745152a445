package account

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// Founding is what the set-up page asks: the organisation and its first
// people. The officer may be left out (empty Email) and be added later.
type Founding struct {
	Organisation    string
	Language        string
	Administrator   Person
	Password        string
	Officer         Person
	OfficerPassword string
}

// Validate gives the fields that are wrong; those of the officer start with
// "officer_".
func (in *Founding) Validate() error {
	var f problem.Fields
	in.Organisation = strings.TrimSpace(in.Organisation)
	switch {
	case in.Organisation == "":
		f.Add("organisation", "account.organisation.required")
	case utf8.RuneCountInString(in.Organisation) > maxName:
		f.Add("organisation", "account.organisation.long", "max", maxName)
	}
	in.Administrator.Roles, in.Administrator.Language, in.Administrator.AllServices = []actor.Role{actor.Administrator}, in.Language, true
	add(&f, "", in.Administrator.Validate())
	ValidatePassword(&f, "password", in.Password, in.Administrator.Name, in.Administrator.Email)
	if in.hasOfficer() {
		in.Officer.Roles, in.Officer.Language, in.Officer.AllServices = []actor.Role{actor.Officer}, in.Language, true
		add(&f, "officer_", in.Officer.Validate())
		ValidatePassword(&f, "officer_password", in.OfficerPassword, in.Officer.Name, in.Officer.Email)
		if in.Officer.Email == in.Administrator.Email {
			f.Add("officer_email", "account.email.taken")
		}
	}
	return f.Err()
}

func (in *Founding) hasOfficer() bool {
	return in.Officer.Email != "" || in.Officer.Name != "" || in.OfficerPassword != ""
}

func add(f *problem.Fields, prefix string, err error) {
	list, _ := problem.FieldsOf(err)
	for _, one := range list {
		f.Add(prefix+one.Field, one.Key, one.Args...)
	}
}

// Along records more in the same transaction as the organisation.
type Along func(tx *gorm.DB, by actor.Actor) ([]audit.Event, error)

// Found records the organisation and its first people, and in the same
// transaction whatever else the caller adds. It is refused with Conflict once
// there is an organisation.
func (s *Service) Found(ctx context.Context, in Founding, also Along) (admin Account, err error) {
	if err := in.Validate(); err != nil {
		return admin, err
	}
	hash, officerHash := s.hash(in.Password), ""
	if in.hasOfficer() {
		officerHash = s.hash(in.OfficerPassword)
	}
	err = s.ledger.Write(ctx, actor.System("setup"), func(tx *gorm.DB) ([]audit.Event, error) {
		org := Organisation{ID: organisationID, Name: in.Organisation, Language: in.Language, CreatedAt: s.ledger.Now(), Version: 1}
		if err := tx.Create(&org).Error; errors.Is(err, gorm.ErrDuplicatedKey) {
			return nil, problem.New(problem.Conflict, "account.founded")
		} else if err != nil {
			return nil, fmt.Errorf("create organisation: %w", err)
		}
		events := []audit.Event{{Action: "organisation.founded", Object: audit.Object{Type: "organisation", ID: org.ID}, Label: org.Name, Rows: []any{&org}}}
		made, e, err := s.create(tx, in.Administrator, hash)
		if err != nil {
			return nil, err
		}
		admin, events = made, append(events, e)
		if in.hasOfficer() {
			_, e, err := s.create(tx, in.Officer, officerHash)
			if err != nil {
				return nil, err
			}
			events = append(events, e)
		}
		if also != nil {
			more, err := also(tx, made.Actor())
			if err != nil {
				return nil, err
			}
			events = append(events, more...)
		}
		return events, nil
	})
	return admin, err
}

// OrganisationObject is the organisation in the ledger.
var OrganisationObject = audit.Object{Type: "organisation", ID: organisationID}

// Organisation gives the organisation; ok is false before the set-up.
func (s *Service) Organisation(ctx context.Context) (o Organisation, ok bool, err error) {
	err = s.ledger.Read(ctx).Where("id = ?", organisationID).Take(&o).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return o, false, nil
	}
	return o, err == nil, err
}

// Rename changes the organisation's name and language.
func (s *Service) Rename(ctx context.Context, by actor.Actor, name, language string, version int64) error {
	var f problem.Fields
	name = strings.TrimSpace(name)
	if name == "" {
		f.Add("organisation", "account.organisation.required")
	} else if utf8.RuneCountInString(name) > maxName {
		f.Add("organisation", "account.organisation.long", "max", maxName)
	}
	if language != "zh-CN" && language != "en" {
		f.Add("language", "account.language.unknown")
	}
	if err := f.Err(); err != nil {
		return err
	}
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		o := Organisation{ID: organisationID}
		res := tx.Model(&o).Where("version = ?", version).
			Updates(map[string]any{"name": name, "language": language, "version": version + 1})
		if res.Error != nil {
			return nil, fmt.Errorf("rename organisation: %w", res.Error)
		}
		if res.RowsAffected == 0 {
			return nil, problem.New(problem.Conflict, "account.changed_meanwhile")
		}
		return []audit.Event{{Action: "organisation.changed", Object: audit.Object{Type: "organisation", ID: o.ID}, Label: name, Rows: []any{&o}}}, nil
	})
}
