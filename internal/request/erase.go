package request

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
)

// eraseDue erases the requests whose time to be kept is over and on which no
// legal hold lies.
func (s *Service) eraseDue(ctx context.Context) error {
	today, erased := s.Today(), false
	err := s.inChunks(ctx, actor.System("retention"), func(db *gorm.DB) *gorm.DB {
		return db.Model(&Request{}).Where("erase_on > '' AND erase_on <= ? AND NOT held", today)
	}, func(tx *gorm.DB, id string) ([]audit.Event, error) {
		var r Request
		if err := tx.Where("id = ? AND erase_on > '' AND erase_on <= ? AND NOT held", id, today).Limit(1).Find(&r).Error; err != nil || r.ID == "" {
			return nil, err
		}
		erased = true
		return s.move(tx, actor.System("retention"), &r, 0, Erase, "erased", func(x *step) error { return x.erase() })
	})
	if err != nil || !erased {
		return err
	}
	return s.ledger.Store().Settle(ctx)
}

// erase destroys what is personal: the key, without which everything sealed is
// noise; the noise itself; the hashes of contacts; and the files.
func (x *step) erase() error {
	r := x.r
	r.Name, r.Contact, r.Account, r.Details, r.Words = nil, nil, nil, nil, nil
	r.TrackHash, r.EraseOn, r.ErasedAt = "", "", &x.now
	for _, step := range []func() error{x.eraseKey, x.eraseFiles, x.erasePackages, x.eraseWords} {
		if err := step(); err != nil {
			return err
		}
	}
	if err := x.tx.Where("request_id = ?", r.ID).Delete(&contactHash{}).Error; err != nil {
		return fmt.Errorf("forget contact: %w", err)
	}
	return nil
}

func (x *step) eraseKey() error {
	var k Key
	if err := x.tx.Where("id = ?", x.r.ID).Take(&k).Error; err != nil {
		return fmt.Errorf("read key: %w", err)
	}
	k.Wrapped, k.DestroyedAt = []byte{}, &x.now
	return x.store(&k)
}

func (x *step) eraseFiles() error {
	var list []Attachment
	if err := x.tx.Where("request_id = ?", x.r.ID).Order("id").Find(&list).Error; err != nil {
		return fmt.Errorf("read files: %w", err)
	}
	for n := range list {
		rows, err := x.dropFile(x.tx, &list[n], "erased")
		if err != nil {
			return err
		}
		x.rows = append(x.rows, rows...)
	}
	return nil
}

// dropFile destroys the content of a file and what names it.
func (s *Service) dropFile(tx *gorm.DB, f *Attachment, why string) (rows []any, err error) {
	now := s.ledger.Now()
	if f.BlobID != nil {
		if rows, err = s.dropBlob(tx, *f.BlobID); err != nil {
			return nil, err
		}
	}
	f.BlobID, f.FileKey, f.Name, f.DeleteOn = nil, nil, nil, ""
	if f.DeletedAt == nil {
		f.DeletedAt, f.DeletedWhy = &now, why
	}
	if err := tx.Save(f).Error; err != nil {
		return nil, fmt.Errorf("empty file: %w", err)
	}
	return append(rows, f), nil
}

// dropBlob destroys a content. Each is encrypted with a key of its own, so no
// two files share one.
func (s *Service) dropBlob(tx *gorm.DB, id string) ([]any, error) {
	b, err := s.files.Get(tx, id)
	if err != nil {
		return nil, err
	}
	if err := s.files.Destroy(tx, &b); err != nil {
		return nil, err
	}
	return []any{&b}, nil
}

func (x *step) erasePackages() error {
	var list []Package
	if err := x.tx.Where("request_id = ?", x.r.ID).Order("id").Find(&list).Error; err != nil {
		return fmt.Errorf("read packages: %w", err)
	}
	for n := range list {
		p := &list[n]
		if p.BlobID != nil {
			rows, err := x.dropBlob(x.tx, *p.BlobID)
			if err != nil {
				return err
			}
			x.rows = append(x.rows, rows...)
		}
		p.BlobID, p.FileKey, p.TokenHash, p.State = nil, nil, "", "erased"
		if err := x.store(p); err != nil {
			return err
		}
	}
	return nil
}

// eraseWords empties the sealed columns of all rows that belong to the
// request.
func (x *step) eraseWords() error {
	return firstOf(
		emptyAll(x, func(m *Message) { m.Body = nil }),
		emptyAll(x, func(i *Identity) { i.Words = nil }),
		emptyAll(x, func(c *Code) { c.Hash = "" }),
		emptyAll(x, func(m *Mandate) { m.Person, m.Relation, m.Words = nil, nil, nil }),
		emptyAll(x, func(p *Pause) { p.Words = nil }),
		emptyAll(x, func(e *Extension) { e.Words = nil }),
		emptyAll(x, func(h *Hold) { h.Words, h.ReleaseWords = nil, nil }),
		emptyAll(x, func(t *Task) {
			t.Instructions, t.ResultWords, t.BeforeValue, t.AfterValue, t.SecondWords = nil, nil, nil, nil, nil
		}),
		emptyAll(x, func(l *Letter) { l.Subject, l.Body = nil, nil }),
		emptyAll(x, func(d *Delivery) { d.CallbackHash = "" }),
	)
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// emptyAll empties columns of all rows of one kind.
func emptyAll[T any](x *step, empty func(*T)) error {
	var list []T
	if err := x.tx.Where("request_id = ?", x.r.ID).Order("id").Find(&list).Error; err != nil {
		return fmt.Errorf("read %T: %w", list, err)
	}
	for n := range list {
		empty(&list[n])
		if err := x.store(&list[n]); err != nil {
			return err
		}
	}
	return nil
}
