package regulation

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
)

// Draft is a version that was read without faults and waits to be loaded.
// BaseID is the version it was compared with; once another one is in force,
// the draft can only be discarded.
type Draft struct {
	ID           string
	BaseID       string
	Hash         string
	LastChecked  day.Date
	Source       Origin
	Measures     string `ledger:"hash"`
	Requirements string `ledger:"hash"`
	Instruments  string `ledger:"hash"`
	Note         string
	CreatedAt    time.Time
	CreatedBy    string
}

// TableName is the table of drafts.
func (Draft) TableName() string { return "catalogue_draft" }

func (d *Draft) event(action string) audit.Event {
	return audit.Event{Action: action, Object: audit.Object{Type: "regulation", ID: d.ID}, Label: ShortHash(d.Hash), Rows: []any{d}}
}

// Upload is what somebody wants to load: up to three files, at most 8 MiB
// each. A nil file is taken from the version in force; BuiltIn takes all three
// from the program.
type Upload struct {
	Measures, Requirements, Instruments []byte
	BuiltIn                             bool
	Note                                string
}

// Limits of drafts.
const (
	maxDrafts   = 10   // waiting at the same time
	MaxNote     = 1000 // characters of a note
	MaxFileSize = maxFile
)

func (in Upload) validate() error {
	var f problem.Fields
	if utf8.RuneCountInString(in.Note) > MaxNote {
		f.Add("note", "catalogue.note.long", "max", MaxNote)
	}
	if !in.BuiltIn && in.Measures == nil && in.Requirements == nil && in.Instruments == nil {
		f.Add("measures", "catalogue.upload.required")
	}
	return f.Err()
}

// Prepare reads an upload and keeps it as a draft. Nothing is in force by it.
//
// Files with faults give an error that Faults takes apart. What equals the
// version in force is Invalid.
func (s *Service) Prepare(ctx context.Context, by actor.Actor, in Upload) (Draft, error) {
	if err := in.validate(); err != nil {
		return Draft{}, err
	}
	if err := s.refresh(ctx); err != nil {
		return Draft{}, err
	}
	base := s.held.Load().edition
	d, err := s.complete(ctx, base.ID, in)
	if err != nil {
		return Draft{}, err
	}
	if d.Hash == base.Hash {
		return Draft{}, problem.Field(problem.Invalid, "measures", "catalogue.upload.same")
	}
	return d, s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		var waiting int64
		if err := tx.Model(&Draft{}).Count(&waiting).Error; err != nil {
			return nil, fmt.Errorf("count drafts: %w", err)
		}
		if waiting >= maxDrafts {
			return nil, problem.New(problem.Conflict, "catalogue.draft.many", "max", maxDrafts)
		}
		d.ID, d.CreatedAt, d.CreatedBy = s.ledger.NewID(), s.ledger.Now(), by.ID
		if err := tx.Create(&d).Error; err != nil {
			return nil, fmt.Errorf("create draft: %w", err)
		}
		return []audit.Event{d.event("regulation.prepared")}, nil
	})
}

// complete fills in the missing files and reads the whole.
func (s *Service) complete(ctx context.Context, base string, in Upload) (Draft, error) {
	d := Draft{BaseID: base, Source: Uploaded, Note: in.Note}
	if in.BuiltIn {
		m, r, i := Files()
		d.Source, d.Measures, d.Requirements, d.Instruments = BuiltIn, string(m), string(r), string(i)
	} else {
		e, err := s.edition(ctx, base)
		if err != nil {
			return d, err
		}
		d.Measures, d.Requirements, d.Instruments = or(in.Measures, e.Measures), or(in.Requirements, e.Requirements), or(in.Instruments, e.Instruments)
	}
	c, err := s.readDraft(d)
	if err != nil {
		return d, err
	}
	d.Hash, d.LastChecked = c.Version.Hash, c.Version.LastChecked
	return d, nil
}

func or(uploaded []byte, current string) string {
	if uploaded == nil {
		return current
	}
	return string(uploaded)
}

func (s *Service) readDraft(d Draft) (*Catalogue, error) {
	s.read.Lock()
	defer s.read.Unlock()
	return Parse([]byte(d.Measures), []byte(d.Requirements), []byte(d.Instruments))
}

// Drafts lists the drafts that wait, newest first, without their texts.
func (s *Service) Drafts(ctx context.Context) ([]Draft, error) {
	var list []Draft
	if err := s.ledger.Read(ctx).Omit(textColumns...).Order("id DESC").Limit(maxDrafts).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("list drafts: %w", err)
	}
	return list, nil
}

func (s *Service) draft(db *gorm.DB, id string) (d Draft, err error) {
	err = db.Where("id = ?", id).Take(&d).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return d, problem.New(problem.NotFound, "catalogue.draft.not_found")
	}
	if err != nil {
		return d, fmt.Errorf("read draft: %w", err)
	}
	return d, nil
}

// Compare gives a draft and what it would change. stale says that another
// version came into force since it was made.
func (s *Service) Compare(ctx context.Context, id string) (d Draft, diff Difference, stale bool, err error) {
	d, err = s.draft(s.ledger.Read(ctx), id)
	if err != nil {
		return d, diff, false, err
	}
	after, err := s.readDraft(d)
	if err != nil {
		return d, diff, false, err
	}
	if err := s.refresh(ctx); err != nil {
		return d, diff, false, err
	}
	h := s.held.Load()
	return d, Diff(h.catalogue, after), d.BaseID != h.edition.ID, nil
}

// Load puts a draft in force as the next version, in one transaction with
// what the hooks do. It returns Conflict when another version came into force
// since the draft was made.
func (s *Service) Load(ctx context.Context, by actor.Actor, draft string) (Edition, error) {
	d, err := s.draft(s.ledger.Read(ctx), draft)
	if err != nil {
		return Edition{}, err
	}
	after, err := s.readDraft(d)
	if err != nil {
		return Edition{}, err
	}
	if err := s.refresh(ctx); err != nil {
		return Edition{}, err
	}
	before := s.held.Load()
	if before.edition.ID != d.BaseID {
		return Edition{}, problem.New(problem.Conflict, "catalogue.draft.stale")
	}
	diff := Diff(before.catalogue, after)
	diff.After = after
	var made Edition
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		e, events, err := s.promote(tx, by, d)
		if err != nil {
			return nil, err
		}
		made = e
		events[0].Note = diff.counts()
		for _, hook := range s.hooks {
			more, err := hook(tx, by, diff)
			if err != nil {
				return nil, err
			}
			events = append(events, more...)
		}
		return events, nil
	})
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		err = problem.New(problem.Conflict, "catalogue.draft.stale")
	}
	if err != nil {
		return Edition{}, err
	}
	s.put(&held{edition: made.withoutTexts(), catalogue: after})
	return made, nil
}

// promote turns a draft into the newest version.
func (s *Service) promote(tx *gorm.DB, by actor.Actor, d Draft) (Edition, []audit.Event, error) {
	base, err := s.newest(tx)
	if err != nil {
		return Edition{}, nil, fmt.Errorf("read version in force: %w", err)
	}
	if base.ID != d.BaseID {
		return Edition{}, nil, problem.New(problem.Conflict, "catalogue.draft.stale")
	}
	e := Edition{ID: s.ledger.NewID(), Number: base.Number + 1, Hash: d.Hash, LastChecked: d.LastChecked, Source: d.Source,
		Measures: d.Measures, Requirements: d.Requirements, Instruments: d.Instruments, Note: d.Note,
		LoadedAt: s.ledger.Now(), LoadedBy: by.ID}
	if err := tx.Create(&e).Error; err != nil {
		return e, nil, fmt.Errorf("create catalogue version: %w", err)
	}
	if err := remove(tx, &d); err != nil {
		return e, nil, err
	}
	return e, []audit.Event{e.event("regulation.loaded", nil, &d)}, nil
}

// remove deletes a draft, which somebody else may have done meanwhile.
func remove(tx *gorm.DB, d *Draft) error {
	res := tx.Delete(d)
	if res.Error != nil {
		return fmt.Errorf("delete draft: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return problem.New(problem.NotFound, "catalogue.draft.not_found")
	}
	return nil
}

// Discard throws a draft away.
func (s *Service) Discard(ctx context.Context, by actor.Actor, draft string) error {
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		d, err := s.draft(tx, draft)
		if err != nil {
			return nil, err
		}
		return []audit.Event{d.event("regulation.discarded")}, remove(tx, &d)
	})
}

// counts says how many entries of each sort a loading changed.
func (d Difference) counts() map[string]int {
	return map[string]int{
		"instruments": len(d.Instruments), "articles": len(d.Articles), "clauses": len(d.Clauses),
		"requirements": len(d.Requirements), "figures": len(d.Figures), "conditions": len(d.Conditions),
	}
}
