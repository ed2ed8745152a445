package request

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// TemplateState is how far a version of a template has got.
type TemplateState string

// The states of a version.
const (
	TemplateProposed TemplateState = "proposed" // waits for a second person
	TemplateCurrent  TemplateState = "current"  // letters are written by it
	TemplateReplaced TemplateState = "replaced"
	TemplateRejected TemplateState = "rejected"
)

// Template is one version of what letters say. Who proposes a version does not
// approve it; the first versions come with the product.
type Template struct {
	ID        string
	Purpose   LetterPurpose
	Kind      Kind // or none, for all
	Language  string
	Number    int64
	Subject   string
	Body      string
	State     TemplateState
	CreatedBy string
	CreatedAt time.Time
	DecidedBy string
	DecidedAt *time.Time
	Words     string // of the decision
	Version   int64
}

// TableName is the table of templates.
func (Template) TableName() string { return "request_template" }

// Places are the names of what a template can leave open, as {{name}}.
var Places = []string{"number", "name", "organisation", "service", "kind", "received", "due", "today", "words", "reason", "source", "complain"}

// MustHave are the places without which a letter would not say what the law
// asks for: PIPL Article 50 wants the reasons of a refusal.
var MustHave = map[LetterPurpose][]string{ReceiptLetter: {"number"}, QuestionLetter: {"words"}, ExtensionLetter: {"words", "due"}, AnswerLetter: {"words"},
	RefusalLetter: {"reason", "source", "words", "complain"}, ClosingLetter: {"words"}}

var place = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)

// fillIn puts values into the places of a text, once: what a value holds is
// not looked at again.
func fillIn(text string, terms map[string]string) string {
	out := place.ReplaceAllStringFunc(text, func(found string) string {
		return terms[place.FindStringSubmatch(found)[1]]
	})
	return strings.TrimSpace(manyBreaks.ReplaceAllString(out, "\n\n"))
}

// manyBreaks are the gaps that empty places leave.
var manyBreaks = regexp.MustCompile(`\n{3,}`)

// placesIn lists the places of a text.
func placesIn(text string) (out []string) {
	for _, m := range place.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	return out
}

// templateIn finds the template in use: the kind's own, else the one for all.
func templateIn(db *gorm.DB, p LetterPurpose, kind Kind, language string) (t Template, err error) {
	err = db.Session(&gorm.Session{NewDB: true}).Where("purpose = ? AND language = ? AND state = ? AND kind IN ?", p, language, TemplateCurrent, []Kind{"", kind}).
		Order("kind DESC").Limit(1).Find(&t).Error
	if err != nil {
		return t, fmt.Errorf("read template: %w", err)
	}
	return t, nil
}

func templateByID(db *gorm.DB, id string) (t Template, err error) {
	return t, found(db.Session(&gorm.Session{NewDB: true}).Where("id = ?", id).Take(&t).Error)
}

// Templates lists the versions in use and those that wait, by purpose.
func (s *Service) Templates(ctx context.Context, by actor.Actor) ([]Template, error) {
	if !by.May(actor.ReadRequests) {
		return nil, problem.New(problem.Forbidden, "error.role")
	}
	var list []Template
	err := s.ledger.Read(ctx).Where("state IN ?", []TemplateState{TemplateCurrent, TemplateProposed}).Order("language DESC, kind, number").Limit(maxBook).Find(&list).Error
	if err != nil {
		return nil, fmt.Errorf("read templates: %w", err)
	}
	slices.SortStableFunc(list, func(a, b Template) int {
		if a.Purpose != b.Purpose {
			return slices.Index(LetterPurposes, a.Purpose) - slices.Index(LetterPurposes, b.Purpose)
		}
		return slices.Index(Kinds, a.Kind) - slices.Index(Kinds, b.Kind)
	})
	return list, nil
}

// TemplateVersions gives a version and all of its series, newest first.
func (s *Service) TemplateVersions(ctx context.Context, by actor.Actor, id string) (t Template, all []Template, err error) {
	if !by.May(actor.ReadRequests) {
		return t, nil, problem.New(problem.Forbidden, "error.role")
	}
	db := s.ledger.Read(ctx)
	if t, err = templateByID(db, id); err != nil {
		return t, nil, err
	}
	err = db.Where("purpose = ? AND kind = ? AND language = ?", t.Purpose, t.Kind, t.Language).Order("number DESC").Limit(maxTalk).Find(&all).Error
	if err != nil {
		return t, nil, fmt.Errorf("read versions: %w", err)
	}
	return t, all, nil
}

// TemplateInput is what somebody proposes.
type TemplateInput struct{ Subject, Body string }

// check gives the fields that are wrong for a purpose.
func (in *TemplateInput) check(p LetterPurpose) error {
	var f problem.Fields
	word(&f, "subject", &in.Subject, maxShort, true)
	word(&f, "body", &in.Body, maxText, true)
	for _, one := range []struct{ field, text string }{{"subject", in.Subject}, {"body", in.Body}} {
		for _, name := range placesIn(one.text) {
			if !slices.Contains(Places, name) {
				f.Add(one.field, "letter.place.unknown", "name", name)
				break
			}
		}
	}
	have := placesIn(in.Body)
	for _, name := range MustHave[p] {
		if in.Body != "" && !slices.Contains(have, name) {
			f.Add("body", "letter.place.missing", "name", "{{"+name+"}}")
			break
		}
	}
	return f.Err()
}

// ProposeTemplate adds a version to a series; letters go on with the one in
// use until somebody else approves it. It is Conflict while another waits.
func (s *Service) ProposeTemplate(ctx context.Context, by actor.Actor, id string, in TemplateInput) (t Template, err error) {
	if err := mayRule(by, ""); err != nil {
		return t, err
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		like, err := templateByID(tx, id)
		if err != nil {
			return nil, err
		}
		if err := in.check(like.Purpose); err != nil {
			return nil, err
		}
		var last Template
		err = tx.Where("purpose = ? AND kind = ? AND language = ?", like.Purpose, like.Kind, like.Language).Order("number DESC").Limit(1).Find(&last).Error
		if err != nil {
			return nil, fmt.Errorf("read versions: %w", err)
		}
		if last.State == TemplateProposed {
			return nil, problem.New(problem.Conflict, "letter.proposed.there")
		}
		t = Template{ID: s.ledger.NewID(), Purpose: like.Purpose, Kind: like.Kind, Language: like.Language, Number: last.Number + 1, Subject: in.Subject, Body: in.Body,
			State: TemplateProposed, CreatedBy: by.ID, CreatedAt: s.ledger.Now(), Version: 1}
		err = tx.Create(&t).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return nil, problem.New(problem.Conflict, "letter.proposed.there")
		}
		return []audit.Event{templateEvent("proposed", &t)}, err
	})
	return t, err
}

// DecideTemplate approves a version, which is used from then on, or turns it
// down for a reason. The author can only take it back.
func (s *Service) DecideTemplate(ctx context.Context, by actor.Actor, id string, version int64, approve bool, words string) error {
	if err := mayRule(by, ""); err != nil {
		return err
	}
	var f problem.Fields
	word(&f, "words", &words, maxNote, !approve)
	if err := f.Err(); err != nil {
		return err
	}
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		t, err := templateByID(tx, id)
		switch {
		case err != nil:
			return nil, err
		case t.State != TemplateProposed || version != t.Version:
			return nil, problem.New(problem.Conflict, "request.changed_meanwhile")
		case approve && t.CreatedBy == by.ID:
			return nil, problem.Field(problem.Conflict, "decision", "letter.approve.self")
		}
		now := s.ledger.Now()
		t.DecidedBy, t.DecidedAt, t.Words, t.Version = by.ID, &now, words, version+1
		if !approve {
			t.State = TemplateRejected
			return []audit.Event{templateEvent("rejected", &t)}, save(tx, &t, version)
		}
		return s.approve(tx, &t)
	})
}

// approve puts a version in the place of the one in use.
func (s *Service) approve(tx *gorm.DB, t *Template) ([]audit.Event, error) {
	var old Template
	err := tx.Where("purpose = ? AND kind = ? AND language = ? AND state = ?", t.Purpose, t.Kind, t.Language, TemplateCurrent).Limit(1).Find(&old).Error
	if err != nil {
		return nil, fmt.Errorf("read template: %w", err)
	}
	rows := []any{}
	if old.ID != "" {
		old.State, old.Version = TemplateReplaced, old.Version+1
		if err := save(tx, &old, old.Version-1); err != nil {
			return nil, err
		}
		rows = append(rows, &old)
	}
	t.State = TemplateCurrent
	return []audit.Event{templateEvent("approved", t, rows...)}, save(tx, t, t.Version-1)
}

func templateEvent(action string, t *Template, rows ...any) audit.Event {
	return audit.Event{Action: "request_template." + action, Object: object("request_template", t.ID), Label: string(t.Purpose), Rows: append([]any{t}, rows...)}
}

// ensureTemplates writes the first versions of all templates, once.
func (s *Service) ensureTemplates(ctx context.Context) error {
	var there int64
	if err := s.ledger.Read(ctx).Model(&Template{}).Count(&there).Error; err != nil || there > 0 {
		return err
	}
	by := actor.System("setup")
	err := s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		if err := tx.Model(&Template{}).Count(&there).Error; err != nil {
			return nil, err
		}
		if there > 0 {
			return nil, errThere
		}
		list := firstTemplates()
		rows := make([]any, len(list))
		for n := range list {
			t := &list[n]
			t.ID, t.Number, t.State, t.Version, t.CreatedBy, t.CreatedAt = s.ledger.NewID(), 1, TemplateCurrent, 1, by.ID, s.ledger.Now()
			rows[n] = t
		}
		e := audit.Event{Action: "request_template.set_up", Object: object("request_setting", settingID), Rows: rows}
		return []audit.Event{e}, tx.Create(&list).Error
	})
	if errors.Is(err, errThere) {
		return nil
	}
	return err
}
