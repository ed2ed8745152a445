package request

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// SettingInput is what people decide about requests in general.
type SettingInput struct {
	LeadID       string
	ComplainZH   string
	ComplainEN   string
	Requirements []string
}

// Setting gives what was decided about requests in general.
func (s *Service) Setting(ctx context.Context) (Setting, error) {
	book, err := s.rules.Get(ctx)
	return book.setting, err
}

// ChangeSetting replaces what was decided about requests in general.
func (s *Service) ChangeSetting(ctx context.Context, by actor.Actor, version int64, in SettingInput) error {
	if !by.May(actor.SetRequests) || !by.AllServices {
		return problem.New(problem.Forbidden, "request.rule.all")
	}
	var f problem.Fields
	word(&f, "complain_zh", &in.ComplainZH, maxNote, true)
	word(&f, "complain_en", &in.ComplainEN, maxNote, true)
	if in.LeadID != "" {
		ok, err := s.able(ctx, in.LeadID, actor.HandleRequests, "")
		if err != nil {
			return err
		}
		if !ok {
			f.Add("lead", "request.owner.unable")
		}
	}
	cat := s.catalogue(ctx)
	for _, id := range in.Requirements {
		if _, ok := cat.Requirement(id); !ok {
			f.Add("requirements", "request.choose")
		}
	}
	if in.Requirements == nil {
		in.Requirements = []string{}
	}
	if err := f.Err(); err != nil {
		return err
	}
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		var set Setting
		if err := tx.Take(&set).Error; err != nil {
			return nil, fmt.Errorf("read setting: %w", err)
		}
		set.LeadID, set.ComplainZH, set.ComplainEN, set.Requirements = in.LeadID, in.ComplainZH, in.ComplainEN, in.Requirements
		set.ChangedBy, set.ChangedAt, set.Version = by.ID, s.ledger.Now(), version+1
		return []audit.Event{settingEvent("changed", &set)}, save(tx, &set, version)
	})
}

// Refusals lists the reasons for which requests can be refused.
func (s *Service) Refusals(ctx context.Context) ([]Refusal, error) {
	book, err := s.rules.Get(ctx)
	return book.refusals, err
}

// RefusalInput is what people say about a reason.
type RefusalInput struct {
	Kinds              []Kind
	TitleZH, TitleEN   string
	TextZH, TextEN     string
	SourceZH, SourceEN string
	Verified, Active   bool
}

// Input is what a reason says, for its form.
func (r Refusal) Input() RefusalInput {
	return RefusalInput{r.Kinds, r.TitleZH, r.TitleEN, r.TextZH, r.TextEN, r.SourceZH, r.SourceEN, r.Verified, r.Active}
}

func (in *RefusalInput) check() error {
	var f problem.Fields
	for _, k := range in.Kinds {
		one(&f, "kinds", k, Kinds)
	}
	if in.Kinds == nil {
		in.Kinds = []Kind{}
	}
	word(&f, "title_zh", &in.TitleZH, maxShort, true)
	word(&f, "title_en", &in.TitleEN, maxShort, true)
	word(&f, "text_zh", &in.TextZH, maxNote, true)
	word(&f, "text_en", &in.TextEN, maxNote, true)
	word(&f, "source_zh", &in.SourceZH, maxShort, true)
	word(&f, "source_en", &in.SourceEN, maxShort, true)
	return f.Err()
}

// SaveRefusal changes a reason, or adds one when id is none. Requests that
// were refused keep the words that they were refused with.
func (s *Service) SaveRefusal(ctx context.Context, by actor.Actor, id string, version int64, in RefusalInput) error {
	if !by.May(actor.SetRequests) || !by.AllServices {
		return problem.New(problem.Forbidden, "request.rule.all")
	}
	if err := in.check(); err != nil {
		return err
	}
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		r, verb := Refusal{ID: s.ledger.NewID(), Position: 1000}, "added"
		if id != "" {
			verb = "changed"
			if err := found(tx.Where("id = ?", id).Take(&r).Error); err != nil {
				return nil, err
			}
		}
		r.Kinds, r.TitleZH, r.TitleEN, r.TextZH, r.TextEN = in.Kinds, in.TitleZH, in.TitleEN, in.TextZH, in.TextEN
		r.SourceZH, r.SourceEN, r.Verified, r.Active = in.SourceZH, in.SourceEN, in.Verified, in.Active
		r.ChangedBy, r.ChangedAt, r.Version = by.ID, s.ledger.Now(), version+1
		e := audit.Event{Action: "request_refusal." + verb, Object: object("request_refusal", r.ID), Label: r.TitleZH, Rows: []any{&r}}
		if id != "" {
			return []audit.Event{e}, save(tx, &r, version)
		}
		r.Code, r.Version = "own_"+r.ID, 1
		return []audit.Event{e}, tx.Create(&r).Error
	})
}
