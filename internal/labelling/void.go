package labelling

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/file"
	"hegui/internal/problem"
)

// VoidScope says which items of a void lot are destroyed.
type VoidScope string

// The scopes.
const (
	VoidFlagged VoidScope = "flagged" // those that checkers reported
	VoidWhole   VoidScope = "whole"
)

// VoidScopes lists the scopes.
var VoidScopes = []VoidScope{VoidFlagged, VoidWhole}

// VoidInput says why a lot is void and how its content is destroyed.
type VoidInput struct {
	Reason     string    `json:"-"` // stands in the decision
	Scope      VoidScope `json:"scope"`
	Method     string    `json:"method"`            // how, and where else than here
	Witness    string    `json:"witness,omitempty"` // who else was there
	WasStopped bool      `json:"was_stopped"`       // before the decision
	Numbers    []int64   `json:"numbers,omitempty"` // of the items destroyed with VoidFlagged
}

func (in *VoidInput) check() error {
	var f problem.Fields
	word(&f, "void_reason", &in.Reason, maxNote, true)
	word(&f, "method", &in.Method, maxNote, true)
	word(&f, "witness", &in.Witness, maxShort, false)
	if !slices.Contains(VoidScopes, in.Scope) {
		f.Add("scope", "labelling.choose")
	}
	return f.Err()
}

// MakeVoid signs that a lot is void because it holds illegal content. The lot
// stops at once; a second person's signature makes it final and destroys the content,
// of which hashes stay.
func (s *Service) MakeVoid(ctx context.Context, by actor.Actor, lot string, version int64, in VoidInput) (d Decision, err error) {
	if err := in.check(); err != nil {
		return d, err
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		var l Lot
		if err := take(tx, by, lot, &l); err != nil {
			return nil, err
		}
		if slices.Contains([]LotState{LotDecided, LotVoid, LotClosed}, l.State) {
			return nil, problem.New(problem.Conflict, "label_decide.wrong_state")
		}
		if waits, err := waiting(tx, l.ID); err != nil || waits {
			return nil, first(err, problem.New(problem.Conflict, "label_decide.waits"))
		}
		if in.Scope == VoidFlagged {
			if list, err := flagged(tx, l.ID); err != nil || len(list) == 0 {
				return nil, first(err, problem.Field(problem.Invalid, "scope", "label_decide.void.none_flagged"))
			}
		}
		in.WasStopped = l.Stopped
		st := Standing{Void: &in}
		if l.DrawID != "" {
			if st, err = s.standingIn(tx, by, l); err != nil {
				return nil, err
			}
			st.Void = &in
		}
		d = s.decision(by, l, SignInput{Verdict: Void, FollowUp: Destruction, Reason: in.Reason}, st)
		d.ComputedVerdict, d.State = Void, AwaitingSecond
		l.Stopped, l.UpdatedAt, l.Version = true, s.ledger.Now(), version+1
		if err := tx.Create(&d).Error; err != nil {
			return nil, err
		}
		return []audit.Event{lotEvent("void_signed", &l, &d)}, save(tx, &l, version)
	})
	return d, err
}

// first gives the first error.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// waiting says whether a decision about a lot waits for a second person.
func waiting(tx *gorm.DB, lot string) (bool, error) {
	var n int64
	err := tx.Model(&Decision{}).Where("lot_id = ? AND state = ?", lot, AwaitingSecond).Count(&n).Error
	return n > 0, err
}

// flagged are the numbers of the items of a lot that checkers reported as
// illegal or harmful.
func flagged(db *gorm.DB, lot string) (list []int64, err error) {
	return list, db.Model(&Check{}).Distinct("n").Where("lot_id = ? AND illegal AND gold_id = ''", lot).Order("n").Pluck("n", &list).Error
}

// Flagged gives the items of a lot that checkers reported as illegal or harmful.
func (s *Service) Flagged(ctx context.Context, by actor.Actor, lot string) ([]int64, error) {
	if _, err := s.Lot(ctx, by, lot); err != nil {
		return nil, err
	}
	return flagged(s.ledger.Read(ctx), lot)
}

// doomed is what the destruction for a void lot takes away.
type doomed struct {
	numbers  []int64 // of items, in order
	pictures []string
}

// doomed finds what a decision that waits for a second person destroys; nothing
// when it is not about a void lot.
func (s *Service) doomed(ctx context.Context, by actor.Actor, decision string) (out doomed, err error) {
	var d Decision
	if err := take(s.ledger.Read(ctx), by, decision, &d); err != nil {
		return out, err
	}
	st, err := d.Standing()
	if err != nil || st.Void == nil || d.State != AwaitingSecond {
		return out, err
	}
	l, err := s.Lot(ctx, by, d.LotID)
	if err != nil {
		return out, err
	}
	b, err := s.Batch(ctx, by, l.BatchID)
	if err != nil {
		return out, err
	}
	var flags []int64
	if st.Void.Scope == VoidFlagged {
		if flags, err = flagged(s.ledger.Read(ctx), l.ID); err != nil {
			return out, err
		}
	}
	return s.doom(ctx, l, b, flags)
}

// doom lists items, all without numbers given, and the pictures that they show.
func (s *Service) doom(ctx context.Context, l Lot, b Batch, numbers []int64) (out doomed, err error) {
	var pictures int64
	if err := s.ledger.Read(ctx).Model(&Picture{}).Where("batch_id = ?", b.ID).Count(&pictures).Error; err != nil {
		return out, err
	}
	known := map[string]bool{}
	err = s.Each(ctx, l.ID, func(it Item) error {
		if numbers != nil {
			if _, ok := slices.BinarySearch(numbers, it.N); !ok {
				return nil
			}
		}
		out.numbers = append(out.numbers, it.N)
		if pictures == 0 {
			return nil
		}
		views, err := s.Views(ctx, b, []Item{it})
		if err == nil && views[0].Image != nil {
			known[pictureName(views[0].Image.Source)] = true
		}
		return err
	})
	out.pictures = slices.Sorted(maps.Keys(known))
	return out, err
}

// destroyed notes in a decision which items it destroyed, unless it is all.
func (d *Decision) destroyed(what doomed) error {
	st, err := d.Standing()
	if err != nil {
		return err
	}
	if st.Void.Scope == VoidFlagged {
		st.Void.Numbers = what.numbers
	}
	d.Computed = string(jsonOf(st))
	return nil
}

// destroy takes the content away: the originals of items, the pictures that
// they show, and the uploaded file, unless something else uses the same bytes. Ids and
// hashes stay. The event names the rows that changed.
func (s *Service) destroy(tx *gorm.DB, l *Lot, what doomed, e *audit.Event) error {
	now := s.ledger.Now()
	l.State, l.StateSince, l.Stopped = LotVoid, now, false
	for part := range slices.Chunk(what.numbers, idsAtOnce) {
		err := tx.Model(&Item{}).Where("lot_id = ? AND n IN ?", l.ID, part).UpdateColumns(map[string]any{"original": []byte{}, "labels": "[]", "strata": "{}"}).Error
		if err != nil {
			return err
		}
	}
	var b Batch
	if err := tx.Where("id = ?", l.BatchID).Take(&b).Error; err != nil {
		return err
	}
	blobs := []string{b.BlobID}
	b.BlobID, b.UpdatedAt, b.Version = "", now, b.Version+1
	if err := save(tx, &b, b.Version-1); err != nil {
		return err
	}
	e.Rows = append(e.Rows, &b)
	for part := range slices.Chunk(what.pictures, idsAtOnce) {
		var list []Picture
		if err := tx.Where("batch_id = ? AND name IN ?", b.ID, part).Find(&list).Error; err != nil {
			return err
		}
		for i := range list {
			blobs = append(blobs, list[i].BlobID)
			list[i].BlobID, list[i].Version = "", list[i].Version+1
			if err := save(tx, &list[i], list[i].Version-1); err != nil {
				return err
			}
			e.Rows = append(e.Rows, &list[i])
		}
	}
	return s.destroyUnused(tx, blobs, e)
}

// destroyUnused destroys contents that nothing uses any more.
func (s *Service) destroyUnused(tx *gorm.DB, blobs []string, e *audit.Event) error {
	slices.Sort(blobs)
	for _, id := range slices.Compact(blobs) {
		used, err := s.uses(tx, id)
		if err != nil || used || id == "" {
			if err != nil {
				return err
			}
			continue
		}
		var blob file.Blob
		if blob, err = s.files.Get(tx, id); err != nil {
			return err
		}
		if err := s.files.Destroy(tx, &blob); err != nil {
			return err
		}
		e.Rows = append(e.Rows, &blob)
	}
	return nil
}

// uses says whether a batch, a picture or a piece of evidence has a content.
func (s *Service) uses(tx *gorm.DB, blob string) (bool, error) {
	for _, model := range []any{&Batch{}, &Picture{}} {
		var n int64
		if err := tx.Model(model).Where("blob_id = ?", blob).Count(&n).Error; err != nil || n > 0 {
			return n > 0, err
		}
	}
	return s.evidence.Uses(tx, blob)
}

// destroyedIn tells the items of a lot whose originals were destroyed by a
// decision.
func destroyedIn(db *gorm.DB, lot string) (func(n int64) bool, error) {
	var list []Decision
	if err := db.Where("lot_id = ? AND state = ? AND verdict = ?", lot, DecisionFinal, Void).Find(&list).Error; err != nil || len(list) == 0 {
		return func(int64) bool { return false }, err
	}
	st, err := list[0].Standing()
	if err != nil || st.Void == nil {
		return nil, fmt.Errorf("decision %s: %w", list[0].ID, first(err, errors.New("not about a void lot")))
	}
	return func(n int64) bool {
		_, ok := slices.BinarySearch(st.Void.Numbers, n)
		return ok || st.Void.Scope == VoidWhole
	}, nil
}
