package evidence

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
	"hegui/internal/search"
)

// ErasureState is how far a request to erase has got.
type ErasureState string

// The states of an erasure.
const (
	ErasureRequested ErasureState = "requested"
	ErasureDeclined  ErasureState = "declined"
	ErasureDone      ErasureState = "done"
)

// Erasure is a request to destroy the content of a piece, and its outcome. It
// stays for ever: its words must not repeat what is to be erased.
type Erasure struct {
	ID          string
	EvidenceID  string
	State       ErasureState
	Reason      string
	RequestedBy string
	RequestedAt time.Time
	DecidedBy   string
	DecidedAt   *time.Time
	Remark      string // why it was declined
}

// TableName is the table of erasures.
func (Erasure) TableName() string { return "evidence_erasure" }

// RequestErasure asks for the destruction of a piece's content. A second
// person confirms (Erase) or declines. It returns Conflict when one is asked
// for already.
func (s *Service) RequestErasure(ctx context.Context, by actor.Actor, id, reason string) (e Erasure, err error) {
	if !by.May(actor.EraseEvidence) {
		return e, problem.New(problem.Forbidden, "error.role")
	}
	if reason, err = checkReason("reason", reason); err != nil {
		return e, err
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		i, err := s.find(tx, by, id)
		if err != nil {
			return nil, err
		}
		if i.State == Erased {
			return nil, problem.New(problem.Conflict, "evidence.closed")
		}
		e = Erasure{ID: s.ledger.NewID(), EvidenceID: i.ID, State: ErasureRequested, Reason: reason, RequestedBy: by.ID, RequestedAt: s.ledger.Now()}
		if err := tx.Create(&e).Error; errors.Is(err, gorm.ErrDuplicatedKey) {
			return nil, problem.New(problem.Conflict, "evidence.erasure.open")
		} else if err != nil {
			return nil, fmt.Errorf("create erasure: %w", err)
		}
		events := []audit.Event{erasureEvent("erasure_requested", &e)}
		return events, place(tx, events)
	})
	return e, err
}

// erasureEvent names the request, not the piece: what it says must stay.
func erasureEvent(action string, e *Erasure, rows ...any) audit.Event {
	return audit.Event{Action: "evidence." + action, Object: audit.Object{Type: "evidence", ID: e.EvidenceID}, Rows: append([]any{e}, rows...)}
}

// OpenErasure gives the request that waits for a decision on a piece; ok is
// false when there is none. The caller has the piece from Get.
func (s *Service) OpenErasure(ctx context.Context, i Item) (e Erasure, ok bool, err error) {
	err = s.ledger.Read(ctx).Where("evidence_id = ? AND state = 'requested'", i.ID).Limit(1).Find(&e).Error
	return e, e.ID != "", err
}

// LastErasure gives the decided erasure of an erased piece.
func (s *Service) LastErasure(ctx context.Context, i Item) (e Erasure, err error) {
	err = s.ledger.Read(ctx).Where("evidence_id = ? AND state = 'done'", i.ID).Order("id DESC").Limit(1).Find(&e).Error
	return e, err
}

// SharedWith counts the other pieces that use a file of this one and that were
// not erased: they keep the content.
func (s *Service) SharedWith(ctx context.Context, i Item) (n int64, err error) {
	db := s.ledger.Read(ctx)
	err = db.Model(&Version{}).Where("evidence_id <> ? AND blob_id IN (?)", i.ID,
		s.ledger.Read(ctx).Model(&Version{}).Select("blob_id").Where("evidence_id = ? AND blob_id IS NOT NULL", i.ID)).
		Distinct("evidence_id").Count(&n).Error
	return n, err
}

// DeclineErasure refuses a request, with a reason.
func (s *Service) DeclineErasure(ctx context.Context, by actor.Actor, id, why string) error {
	why, err := checkReason("remark", why)
	if err != nil {
		return err
	}
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		_, e, err := s.decide(tx, by, id)
		if err != nil {
			return nil, err
		}
		e.State, e.Remark = ErasureDeclined, why
		if err := tx.Save(&e).Error; err != nil {
			return nil, fmt.Errorf("decline erasure: %w", err)
		}
		events := []audit.Event{erasureEvent("erasure_declined", &e)}
		return events, place(tx, events)
	})
}

// decide gives a piece and its open request to somebody who may decide on it:
// not the person who asked.
func (s *Service) decide(tx *gorm.DB, by actor.Actor, id string) (i Item, e Erasure, err error) {
	if !by.May(actor.EraseEvidence) {
		return i, e, problem.New(problem.Forbidden, "error.role")
	}
	if i, err = s.find(tx, by, id); err != nil {
		return i, e, err
	}
	if err = tx.Where("evidence_id = ? AND state = 'requested'", i.ID).Limit(1).Find(&e).Error; err != nil {
		return i, e, fmt.Errorf("read erasure: %w", err)
	}
	if e.ID == "" {
		return i, e, problem.New(problem.Conflict, "evidence.erasure.none")
	}
	if e.RequestedBy == by.ID {
		return i, e, problem.New(problem.Forbidden, "evidence.erasure.second_person")
	}
	now := s.ledger.Now()
	e.DecidedBy, e.DecidedAt = by.ID, &now
	return i, e, nil
}

// Erase destroys the content of a piece for which this was requested by
// somebody else: the bytes of all its files that no other piece uses, every
// field with words, and the earlier states in the ledger.
func (s *Service) Erase(ctx context.Context, by actor.Actor, id string) error {
	err := s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		i, e, err := s.decide(tx, by, id)
		if err != nil {
			return nil, err
		}
		return s.erase(tx, by, &i, &e)
	})
	if err != nil {
		return err
	}
	_ = s.ledger.Store().Settle(ctx) // it is erased; the next checkpoint empties the log otherwise
	return nil
}

func (s *Service) erase(tx *gorm.DB, by actor.Actor, i *Item, e *Erasure) ([]audit.Event, error) {
	earlier, err := s.erasable(tx, i)
	if err != nil {
		return nil, err
	}
	versions, err := s.eraseVersions(tx, i)
	if err != nil {
		return nil, err
	}
	e.State = ErasureDone
	if err := tx.Save(e).Error; err != nil {
		return nil, fmt.Errorf("record erasure: %w", err)
	}
	if err := search.Remove(tx, SearchKind, i.ID); err != nil {
		return nil, err
	}
	return s.write(tx, by, i, func(_ *gorm.DB, i *Item) ([]audit.Event, error) {
		i.Title, i.Source, i.ReviewNote, i.RetiredReason, i.State = "", "", "", "", Erased
		done := erasureEvent("erased", e, append(versions, i)...)
		done.Erase = earlier
		return []audit.Event{done}, nil
	})
}

// erasable lists the parts of the piece's history that hold its words: all but
// those of the requests to erase and of the links.
func (s *Service) erasable(tx *gorm.DB, i *Item) ([]audit.Part, error) {
	parts, err := s.ledger.Parts(tx, audit.Object{Type: "evidence", ID: i.ID})
	if err != nil {
		return nil, err
	}
	var out []audit.Part
	for _, p := range parts {
		if p.Name == "label" || p.Name == "note" || strings.HasPrefix(p.Name, "row/evidence/") ||
			strings.HasPrefix(p.Name, "row/evidence_version/") || strings.HasPrefix(p.Name, "row/file_blob/") {
			out = append(out, p)
		}
	}
	return out, nil
}

// eraseVersions empties the versions and destroys the contents that nothing
// else uses. It returns the rows it changed.
func (s *Service) eraseVersions(tx *gorm.DB, i *Item) (rows []any, err error) {
	var list []Version
	if err := tx.Where("evidence_id = ?", i.ID).Order("number").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read versions: %w", err)
	}
	now := s.ledger.Now()
	blobs := map[string]bool{}
	for n := range list {
		v := &list[n]
		if v.BlobID != nil {
			blobs[*v.BlobID] = true
		}
		v.BlobID, v.FileName, v.URL, v.Text, v.Remark, v.ErasedAt = nil, "", "", "", "", &now
		if err := tx.Save(v).Error; err != nil {
			return nil, fmt.Errorf("empty version: %w", err)
		}
		rows = append(rows, v)
	}
	for blob := range blobs {
		row, err := s.destroyUnused(tx, blob)
		if err != nil {
			return nil, err
		}
		if row != nil {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

func (s *Service) destroyUnused(tx *gorm.DB, blob string) (row any, err error) {
	var uses int64
	if err := tx.Model(&Version{}).Where("blob_id = ?", blob).Count(&uses).Error; err != nil {
		return nil, fmt.Errorf("count uses of content: %w", err)
	}
	if uses > 0 {
		return nil, nil
	}
	b, err := s.files.Get(tx, blob)
	if err != nil {
		return nil, err
	}
	return &b, s.files.Destroy(tx, &b)
}
