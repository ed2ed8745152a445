package evidence

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/file"
	"hegui/internal/problem"
	"hegui/internal/search"
)

// Submission is a new piece of evidence.
type Submission struct {
	Description
	Content
	Draft   bool     // not yet for review
	Batch   string   // the same for pieces that come together
	Targets []Target // what it proves, linked at once
}

// Submit takes a file as evidence; an empty title becomes the file's name. It
// returns TooLarge, or Invalid for an empty file or a program, besides what is
// wrong with the description.
func (s *Service) Submit(ctx context.Context, by actor.Actor, in Submission, r io.Reader) (Item, error) {
	in.FileName = file.CleanName(in.FileName)
	if strings.TrimSpace(in.Title) == "" {
		in.Title = titleOf(in.FileName)
	}
	if err := s.checkNew(by, &in, KindFile); err != nil {
		return Item{}, err
	}
	if file.RefusedName(in.FileName) {
		return Item{}, problem.Field(problem.Invalid, "file", "file.refused")
	}
	return s.withFile(ctx, r, func(staged *file.Staged) (Item, error) { return s.add(ctx, by, in, KindFile, staged) })
}

// withFile receives a content, hands it to keep, and drops what was staged
// when keep did not need it or failed.
func (s *Service) withFile(ctx context.Context, r io.Reader, keep func(*file.Staged) (Item, error)) (Item, error) {
	staged, err := s.files.Receive(ctx, r)
	if err != nil {
		return Item{}, err
	}
	i, err := keep(staged)
	if err != nil {
		staged.Undone()
	}
	s.files.Drop(ctx, staged)
	return i, err
}

// titleOf makes a title of a file's name.
func titleOf(name string) string {
	title := strings.TrimSuffix(name, path.Ext(name))
	if title == "" {
		title = name
	}
	if utf8.RuneCountInString(title) > MaxTitle {
		title = string([]rune(title)[:MaxTitle])
	}
	return title
}

// Link takes an address as evidence.
func (s *Service) Link(ctx context.Context, by actor.Actor, in Submission) (Item, error) {
	if err := s.checkNew(by, &in, KindLink); err != nil {
		return Item{}, err
	}
	return s.add(ctx, by, in, KindLink, nil)
}

// Note takes words as evidence.
func (s *Service) Note(ctx context.Context, by actor.Actor, in Submission) (Item, error) {
	if err := s.checkNew(by, &in, KindNote); err != nil {
		return Item{}, err
	}
	return s.add(ctx, by, in, KindNote, nil)
}

func (s *Service) checkNew(by actor.Actor, in *Submission, kind Kind) error {
	if !by.May(actor.AddEvidence) {
		return problem.New(problem.Forbidden, "evidence.not_yours")
	}
	var f problem.Fields
	if in.ReceivedOn == "" {
		in.ReceivedOn = s.Today()
	}
	in.Description.check(&f, "", s.Today())
	in.Content.check(&f, kind)
	if len(in.Batch) > 40 {
		in.Batch = ""
	}
	return f.Err()
}

func (s *Service) add(ctx context.Context, by actor.Actor, in Submission, kind Kind, staged *file.Staged) (Item, error) {
	var i Item
	err := s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		now := s.ledger.Now()
		i = Item{ID: s.ledger.NewID(), Kind: kind, OwnerID: by.ID, State: Draft, Batch: in.Batch, CreatedBy: by.ID, CreatedAt: now, Version: 1}
		in.apply(&i)
		action := "added"
		if !in.Draft {
			action = "submitted"
			i.State, i.SubmittedBy, i.SubmittedAt = Submitted, by.ID, &now
		}
		v, rows, err := s.content(tx, by, &i, in.Content, staged)
		if err != nil {
			return nil, err
		}
		i.CurrentID, i.Versions = v.ID, 1
		if err := errors.Join(tx.Create(&i).Error, tx.Create(&v).Error); err != nil {
			return nil, fmt.Errorf("create evidence: %w", err)
		}
		events := []audit.Event{event(action, &i, append(rows, &v)...)}
		linked, err := s.attach(tx, by, &i, in.Targets)
		if err != nil {
			return nil, err
		}
		events = append(events, linked...)
		return events, errors.Join(place(tx, events), s.index(tx, i, v))
	})
	return i, err
}

// content makes the next version of a piece, and keeps its file.
func (s *Service) content(tx *gorm.DB, by actor.Actor, i *Item, c Content, staged *file.Staged) (v Version, rows []any, err error) {
	v = Version{ID: s.ledger.NewID(), EvidenceID: i.ID, Number: i.Versions + 1, FileName: c.FileName, URL: c.URL, Text: c.Text,
		Remark: c.Remark, CreatedBy: by.ID, CreatedAt: s.ledger.Now()}
	if staged == nil {
		return v, nil, nil
	}
	blob, fresh, err := s.files.Keep(tx, staged)
	if err != nil {
		return v, nil, err
	}
	v.BlobID, v.SHA256, v.Size, v.MediaType = &blob.ID, blob.SHA256, blob.Size, blob.MediaType
	if fresh {
		rows = append(rows, &blob)
	}
	return v, rows, nil
}

// SearchKind is the kind under which evidence is indexed for search.
const SearchKind = "evidence"

func (s *Service) index(tx *gorm.DB, i Item, v Version) error {
	return search.Index(tx, SearchKind, i.ID, i.Title, i.Source, v.FileName, v.URL, v.Text)
}
