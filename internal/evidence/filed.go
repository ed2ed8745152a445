package evidence

import (
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/file"
	"hegui/internal/problem"
)

// filing is who links what other parts of the product file: they know what their
// records prove, whoever caused them.
var filing = actor.System("filing")

// FileTx takes a record that another part of the product has made, inside the
// transaction of that part, which returns the events. The content was received by
// Files().Receive; author is the account that vouches for it, and cannot review it.
// The piece waits for review as any other.
func (s *Service) FileTx(tx *gorm.DB, author string, in Submission, staged *file.Staged) (i Item, events []audit.Event, err error) {
	if err := s.checkNew(filing, &in, KindFile); err != nil {
		return i, nil, err
	}
	if in.FileName = file.CleanName(in.FileName); strings.TrimSpace(in.FileName) == "" || file.RefusedName(in.FileName) {
		return i, nil, problem.Field(problem.Invalid, "file", "file.refused")
	}
	now := s.ledger.Now()
	by := actor.Actor{ID: author, Kind: actor.KindPerson}
	i = Item{ID: s.ledger.NewID(), Kind: KindFile, OwnerID: author, State: Submitted, SubmittedBy: author, SubmittedAt: &now, CreatedBy: author, CreatedAt: now, Version: 1}
	in.apply(&i)
	v, rows, err := s.content(tx, by, &i, in.Content, staged)
	if err != nil {
		return i, nil, err
	}
	i.CurrentID, i.Versions = v.ID, 1
	if err := errors.Join(tx.Create(&i).Error, tx.Create(&v).Error); err != nil {
		return i, nil, fmt.Errorf("create evidence: %w", err)
	}
	events = []audit.Event{event("submitted", &i, append(rows, &v)...)}
	linked, err := s.attach(tx, filing, &i, in.Targets)
	if err != nil {
		return i, nil, err
	}
	events = append(events, linked...)
	return i, events, errors.Join(place(tx, events), s.index(tx, i, v))
}

// Uses says whether a version of a piece has a content.
func (s *Service) Uses(tx *gorm.DB, blob string) (bool, error) {
	var n int64
	if err := tx.Model(&Version{}).Where("blob_id = ?", blob).Count(&n).Error; err != nil {
		return false, fmt.Errorf("count uses of content: %w", err)
	}
	return n > 0, nil
}
