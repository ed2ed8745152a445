package checklist

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
)

// EvidenceChanged brings assessments up to date with the evidence linked to
// them, inside the transaction that changed it.
func (s *Service) EvidenceChanged(tx *gorm.DB, by actor.Actor, assessments []string) ([]audit.Event, error) {
	if len(assessments) == 0 {
		return nil, nil
	}
	var rows []Assessment
	if err := locked(tx).Where("id IN ?", assessments).Order("id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read assessments of evidence: %w", err)
	}
	proofs, err := s.proofs(tx, assessments)
	if err != nil {
		return nil, err
	}
	m := s.moment(by, nil)
	var events []audit.Event
	for i := range rows {
		a := &rows[i]
		action, read := a.prove(proofs[a.ID], m), a.Version
		if action == "" {
			continue
		}
		a.UpdatedAt = m.now
		if err := save(tx, a, read); err != nil {
			return nil, err
		}
		events = append(events, event(action, a))
	}
	return events, nil
}

// prove takes over what the evidence amounts to, and tells what that did. It
// leaves the version alone: people do not edit these columns, so nothing of
// what they are typing is overwritten.
func (a *Assessment) prove(p Proof, m moment) (action string) {
	before := *a
	a.Linked, a.Valid, a.Expired, a.Unreviewed, a.ProofUntil = p.Linked, p.Valid, p.Expired, p.Unreviewed, p.Until
	a.weigh(m.today())
	switch {
	case a.Lowered() && !before.Lowered():
		if before.ProofUntil.Before(m.today()) { // it ran out by itself; the sweep may be late
			a.LoweredOn = before.ProofUntil.Add(1)
		}
		return "lowered"
	case before.Lowered() && !a.Lowered():
		return "restored"
	case *a != before:
		return "evidence_counted"
	}
	return ""
}

// sweepBatch is how many assessments one transaction of a sweep looks at.
const sweepBatch = 200

// Sweep lowers compliant assessments whose evidence ran out by itself, without
// anybody touching it. It is safe to repeat.
func (s *Service) Sweep(ctx context.Context) error {
	var due []string
	err := s.ledger.Read(ctx).Model(&Assessment{}).
		Where("proof_until <> '' AND proof_until < ?", s.Today()).Order("id").Pluck("id", &due).Error
	if err != nil {
		return fmt.Errorf("find expired proof: %w", err)
	}
	for start := 0; start < len(due); start += sweepBatch {
		batch := due[start:min(start+sweepBatch, len(due))]
		by := actor.System("expiry")
		err := s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
			events, err := s.EvidenceChanged(tx, by, batch)
			if err == nil && len(events) == 0 {
				err = errSame
			}
			return events, err
		})
		if err != nil && !errors.Is(err, errSame) {
			return fmt.Errorf("sweep assessments: %w", err)
		}
	}
	return nil
}

// Editable gives those of the assessments that the person may edit, for
// linking evidence to them.
func (s *Service) Editable(tx *gorm.DB, by actor.Actor, assessments []string) ([]Assessment, error) {
	var rows []Assessment
	if err := visible(tx, by).Where("id IN ? AND applies", assessments).Order("id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read assessments to prove: %w", err)
	}
	return slices.DeleteFunc(rows, func(a Assessment) bool { return !MayEdit(by, a) }), nil
}
