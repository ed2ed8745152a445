package labelling

import (
	"context"
	"io"
	"path"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/file"
	"hegui/internal/problem"
)

// AddPicture takes an image that items of a batch name. One of the same name
// is replaced. Only images that a browser shows are taken.
func (s *Service) AddPicture(ctx context.Context, by actor.Actor, batch, name string, r io.Reader) error {
	b, err := s.Batch(ctx, by, batch)
	if err != nil {
		return err
	}
	name = file.CleanName(name)
	staged, err := s.files.Receive(ctx, r)
	if err != nil {
		return err
	}
	err = s.keepPicture(ctx, by, b, name, staged)
	if err != nil {
		staged.Undone()
	}
	s.files.Drop(ctx, staged)
	return err
}

func (s *Service) keepPicture(ctx context.Context, by actor.Actor, b Batch, name string, staged *file.Staged) error {
	if !strings.HasPrefix(staged.MediaType, "image/") || !file.Inline(staged.MediaType) {
		return problem.Field(problem.Invalid, "file", "labelling.picture.type")
	}
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		blob, fresh, err := s.files.Keep(tx, staged)
		if err != nil {
			return nil, err
		}
		p := Picture{}
		res := tx.Where("batch_id = ? AND name = ?", b.ID, name).Limit(1).Find(&p)
		if res.Error != nil {
			return nil, res.Error
		}
		if res.RowsAffected == 0 {
			p = Picture{ID: s.ledger.NewID(), BatchID: b.ID, ServiceID: b.ServiceID, Name: name, BlobID: blob.ID, CreatedAt: s.ledger.Now(), CreatedBy: by.ID, Version: 1}
			err = create(tx, &p, "file")
		} else {
			p.BlobID, p.Version = blob.ID, p.Version+1
			err = save(tx, &p, p.Version-1)
		}
		e := audit.Event{Action: "label_batch.picture_added", Object: object("batch", b.ID), Service: b.ServiceID, Label: b.Name, Rows: []any{&p}}
		if fresh {
			e.Rows = append(e.Rows, &blob)
		}
		return []audit.Event{e}, err
	})
}

// Pictures finds the pictures of a batch that items name, by the name in the
// item: that of the file, or the last part of a path or address.
func (s *Service) Pictures(ctx context.Context, batch string, sources []string) (map[string]Picture, error) {
	out := map[string]Picture{}
	if len(sources) == 0 {
		return out, nil
	}
	names := make([]string, len(sources))
	for i, source := range sources {
		names[i] = pictureName(source)
	}
	var list []Picture
	if err := s.ledger.Read(ctx).Where("batch_id = ?", batch).Where(clause.IN{Column: "name", Values: anys(names)}).Find(&list).Error; err != nil {
		return nil, err
	}
	for _, p := range list {
		for i, n := range names {
			if n == p.Name {
				out[sources[i]] = p
			}
		}
	}
	return out, nil
}

func pictureName(source string) string {
	source, _, _ = strings.Cut(source, "?")
	return file.CleanName(path.Base(strings.ReplaceAll(source, `\`, "/")))
}

func anys(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// OpenPicture gives a picture's content for those who see its batch's
// project.
func (s *Service) OpenPicture(ctx context.Context, by actor.Actor, id string) (p Picture, r *file.Reader, err error) {
	if err := found(scope(s.ledger.Read(ctx), by).Where("id = ?", id).Take(&p).Error); err != nil {
		return p, nil, err
	}
	var projects int64
	q := ours(s.ledger.Read(ctx).Table("label_batch"), by, "project_id").Where("id = ?", p.BatchID)
	if err := q.Count(&projects).Error; err != nil {
		return p, nil, err
	}
	if projects == 0 {
		return p, nil, problem.New(problem.NotFound, "labelling.not_found")
	}
	r, err = s.files.Open(ctx, p.BlobID)
	return p, r, err
}

// PictureCount is how many pictures a batch has.
func (s *Service) PictureCount(ctx context.Context, batch string) (n int64, err error) {
	return n, s.ledger.Read(ctx).Model(&Picture{}).Where("batch_id = ?", batch).Count(&n).Error
}
