package evidence

import (
	"context"
	"errors"
	"fmt"
	"io"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/file"
	"hegui/internal/problem"
)

// NewVersion replaces the content of a piece and submits it for review; what
// was current stays readable. r is the content of a file, nil for links and
// notes. Errors are those of Submit, NotFound, Forbidden, and Conflict for a
// closed piece.
func (s *Service) NewVersion(ctx context.Context, by actor.Actor, id string, in Content, r io.Reader) (Item, error) {
	before, err := s.edit(s.ledger.Read(ctx), by, id)
	if err != nil {
		return before, err
	}
	var f problem.Fields
	in.check(&f, before.Kind)
	if err := f.Err(); err != nil {
		return before, err
	}
	if before.Kind != KindFile {
		return s.replace(ctx, by, id, in, nil)
	}
	in.FileName = file.CleanName(in.FileName)
	if file.RefusedName(in.FileName) {
		return before, problem.Field(problem.Invalid, "file", "file.refused")
	}
	return s.withFile(ctx, r, func(staged *file.Staged) (Item, error) { return s.replace(ctx, by, id, in, staged) })
}

func (s *Service) replace(ctx context.Context, by actor.Actor, id string, in Content, staged *file.Staged) (i Item, err error) {
	err = s.change(ctx, by, id, func(tx *gorm.DB, got *Item) ([]audit.Event, error) {
		v, rows, err := s.content(tx, by, got, in, staged)
		if err != nil {
			return nil, err
		}
		if err := tx.Create(&v).Error; err != nil {
			return nil, fmt.Errorf("create version: %w", err)
		}
		got.CurrentID, got.Versions = v.ID, v.Number
		s.resubmit(by, got)
		if err := s.index(tx, *got, v); err != nil {
			return nil, err
		}
		e := event("version_added", got, append(rows, &v)...)
		e.Note = map[string]any{"number": v.Number}
		i = *got
		return []audit.Event{e}, nil
	})
	return i, err
}

// resubmit sends a piece to review again, unless it is still a draft.
func (s *Service) resubmit(by actor.Actor, i *Item) {
	if i.State == Draft {
		return
	}
	now := s.ledger.Now()
	i.State, i.SubmittedBy, i.SubmittedAt = Submitted, by.ID, &now
}

// VersionsOf lists the versions of a piece, newest first. The caller has the
// piece from Get.
func (s *Service) VersionsOf(ctx context.Context, i Item) ([]Version, error) {
	var list []Version
	if err := s.ledger.Read(ctx).Where("evidence_id = ?", i.ID).Order("number DESC").Limit(500).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("list versions: %w", err)
	}
	return list, nil
}

// Current gives the versions that count for some pieces, by version id.
func (s *Service) Current(ctx context.Context, items []Item) (map[string]Version, error) {
	ids := make([]string, len(items))
	for n, i := range items {
		ids[n] = i.CurrentID
	}
	out := make(map[string]Version, len(items))
	var list []Version
	q := s.ledger.Read(ctx).Select("id, evidence_id, number, blob_id, size, media_type, file_name, url, erased_at")
	if err := q.Where("id IN ?", ids).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read current versions: %w", err)
	}
	for _, v := range list {
		out[v.ID] = v
	}
	return out, nil
}

// Open opens the file of a version for reading, if the person may see the
// piece. It returns NotFound for what is no file or was erased.
func (s *Service) Open(ctx context.Context, by actor.Actor, id string, number int64) (Version, *file.Reader, error) {
	i, err := s.Get(ctx, by, id)
	if err != nil {
		return Version{}, nil, err
	}
	var v Version
	err = s.ledger.Read(ctx).Where("evidence_id = ? AND number = ?", i.ID, number).Take(&v).Error
	if errors.Is(err, gorm.ErrRecordNotFound) || err == nil && v.BlobID == nil {
		return v, nil, problem.New(problem.NotFound, "evidence.file.not_found")
	}
	if err != nil {
		return v, nil, fmt.Errorf("read version: %w", err)
	}
	r, err := s.files.Open(ctx, *v.BlobID)
	return v, r, err
}
