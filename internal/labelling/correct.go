package labelling

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/labelling/exports"
	"hegui/internal/problem"
)

// correct opens the list of wrong items that a decision leaves to be put right.
func (s *Service) correct(tx *gorm.DB, by actor.Actor, l *Lot, d *Decision, wrong []Judged) ([]audit.Event, error) {
	if len(wrong) == 0 || d.FollowUp != Correction && d.FollowUp != Return {
		return nil, nil
	}
	st, err := d.Standing()
	if err != nil {
		return nil, err
	}
	now := s.ledger.Now()
	c := Correcting{ID: s.ledger.NewID(), LotID: l.ID, ServiceID: l.ServiceID, DecisionID: d.ID, Items: int64(len(wrong)), ListHash: wrongHash(wrong),
		Due: st.Due, State: CorrectionOpen, CreatedAt: now, CreatedBy: by.ID, UpdatedAt: now, Version: 1}
	return []audit.Event{lotEvent("correction_opened", l, &c)}, tx.Create(&c).Error
}

// wrongHash is the SHA-256 over the ids of items in the order of their bytes,
// each followed by a line feed.
func wrongHash(list []Judged) string {
	ids := make([]string, len(list))
	for i, j := range list {
		ids[i] = j.ItemID
	}
	slices.SortFunc(ids, strings.Compare)
	return listHash(ids)
}

// Fix says what became of a wrong item.
type Fix string

// What becomes of wrong items.
const (
	FixOpen      Fix = "open"
	FixUnchanged Fix = "unchanged" // came back as it was
	FixChanged   Fix = "changed"
	FixRemoved   Fix = "removed" // not in the lot that was submitted instead
)

// WrongItem is an item of a decided lot that is to be put right.
type WrongItem struct {
	Judged
	Fix Fix
	Lot string // in which it came back
}

// fixes looks wrong items up in the lots that came after theirs.
func fixes(db *gorm.DB, l Lot, wrong []Judged, replaced bool) ([]WrongItem, error) {
	out := make([]WrongItem, len(wrong))
	at := map[string]*WrongItem{}
	for i, j := range wrong {
		out[i] = WrongItem{Judged: j, Fix: FixOpen}
		at[j.ItemID] = &out[i]
	}
	var lots []string
	if err := db.Model(&Lot{}).Where("parent_id = ?", l.ID).Order("id").Pluck("id", &lots).Error; err != nil || len(lots) == 0 {
		return out, err
	}
	for part := range slices.Chunk(out, idsAtOnce) {
		ids := make([]string, len(part))
		for i, w := range part {
			ids[i] = w.ItemID
		}
		var found []Item
		err := db.Select("lot_id", "n", "item_id", "sha").Where("lot_id IN ? AND item_id IN ?", append([]string{l.ID}, lots...), ids).Order("lot_id").Find(&found).Error
		if err != nil {
			return nil, err
		}
		was := map[string][]byte{}
		for _, it := range found {
			if it.LotID == l.ID {
				was[it.ItemID] = it.SHA
			}
		}
		for _, it := range found {
			if it.LotID != l.ID {
				at[it.ItemID].came(it, was[it.ItemID])
			}
		}
	}
	for i := range out {
		if replaced && out[i].Fix == FixOpen {
			out[i].Fix = FixRemoved
		}
	}
	return out, nil
}

// came notes that an item is in a later lot.
func (w *WrongItem) came(it Item, was []byte) {
	w.Fix, w.Lot = FixChanged, it.LotID
	if bytes.Equal(it.SHA, was) {
		w.Fix = FixUnchanged
	}
}

// recorrect counts what a re-submission of a lot put right. It runs when the
// lots of a batch are made real.
func (s *Service) recorrect(tx *gorm.DB, parent string) ([]audit.Event, error) {
	if parent == "" {
		return nil, nil
	}
	var open []Correcting
	if err := tx.Where("lot_id = ? AND state = ?", parent, CorrectionOpen).Find(&open).Error; err != nil || len(open) == 0 {
		return nil, err
	}
	var l Lot
	if err := tx.Where("id = ?", parent).Take(&l).Error; err != nil {
		return nil, err
	}
	var events []audit.Event
	for i := range open {
		c := &open[i]
		list, err := s.wrongOf(tx, l, c.DecisionID)
		if err != nil {
			return nil, err
		}
		c.Corrected = 0
		for _, w := range list {
			if w.Fix == FixChanged || w.Fix == FixRemoved {
				c.Corrected++
			}
		}
		if c.Corrected == c.Items {
			c.State = CorrectionDone
		}
		c.UpdatedAt, c.Version = s.ledger.Now(), c.Version+1
		if err := save(tx, c, c.Version-1); err != nil {
			return nil, err
		}
		events = append(events, audit.Event{Action: "label_lot.corrected", Object: object("lot", l.ID), Service: l.ServiceID, Label: l.Name, Rows: []any{c}})
	}
	return events, nil
}

// wrongOf lists the wrong items of a decision and what became of them.
func (s *Service) wrongOf(db *gorm.DB, l Lot, decision string) ([]WrongItem, error) {
	var d Decision
	if err := found(db.Where("id = ?", decision).Take(&d).Error); err != nil {
		return nil, err
	}
	judged, err := wrongVerdicts(db, d.DrawID)
	if err != nil {
		return nil, err
	}
	return fixes(db, l, findings{judged: judged}.wrongItems(), d.FollowUp == Return)
}

// Wrong lists the items that a decision found wrong, by number, and what became of
// them.
func (s *Service) Wrong(ctx context.Context, by actor.Actor, l Lot, d Decision) ([]WrongItem, error) {
	if d.DrawID == "" || !by.SeesService(d.ServiceID) {
		return nil, nil
	}
	return s.wrongOf(s.ledger.Read(ctx), l, d.ID)
}

// Corrections lists what a lot's decisions left to be put right, newest first.
func (s *Service) Corrections(ctx context.Context, by actor.Actor, lot string) (list []Correcting, err error) {
	return list, scope(s.ledger.Read(ctx), by).Where("lot_id = ?", lot).Order("id DESC").Limit(maxListed).Find(&list).Error
}

// Correcting gives a list of corrections that the actor sees, or NotFound.
func (s *Service) Correcting(ctx context.Context, by actor.Actor, id string) (c Correcting, err error) {
	return c, take(s.ledger.Read(ctx), by, id, &c)
}

// Waive ends a list of corrections that will not come, with a reason.
func (s *Service) Waive(ctx context.Context, by actor.Actor, correcting string, version int64, note string) (c Correcting, err error) {
	var f problem.Fields
	if word(&f, "note", &note, maxNote, true); f.Err() != nil {
		return c, f.Err()
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		c = Correcting{}
		var l Lot
		if err := take(tx, by, correcting, &c); err != nil {
			return nil, err
		}
		if c.State != CorrectionOpen {
			return nil, problem.New(problem.Conflict, "label_decide.correction.closed")
		}
		if err := take(tx, by, c.LotID, &l); err != nil {
			return nil, err
		}
		c.State, c.Note, c.UpdatedAt, c.Version = CorrectionWaived, note, s.ledger.Now(), version+1
		return []audit.Event{{Action: "label_lot.correction_waived", Object: object("lot", l.ID), Service: l.ServiceID, Label: l.Name, Rows: []any{&c}}}, save(tx, &c, version)
	})
	return c, err
}

// ExportCorrections writes the wrong items of a lot's latest decision in the
// format and encoding they came in, each with what is wrong.
func (s *Service) ExportCorrections(ctx context.Context, by actor.Actor, lot string, w io.Writer) error {
	l, err := s.Lot(ctx, by, lot)
	if err != nil {
		return err
	}
	b, err := s.Batch(ctx, by, l.BatchID)
	if err != nil {
		return err
	}
	decisions, err := s.Decisions(ctx, by, l.ID)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(decisions, func(d Decision) bool { return d.State == DecisionFinal && d.DrawID != "" && d.Verdict != Void })
	if at < 0 {
		return problem.New(problem.NotFound, "labelling.not_found")
	}
	wrong, err := s.wrongOf(s.ledger.Read(ctx), l, decisions[at].ID)
	if err != nil {
		return err
	}
	layout, err := s.Layout(ctx, b)
	if err != nil {
		return err
	}
	out := exports.NewCorrections(w, layout)
	for part := range slices.Chunk(wrong, idsAtOnce) {
		if err := s.writeCorrections(ctx, l.ID, part, out); err != nil {
			return err
		}
	}
	return out.Close()
}

func (s *Service) writeCorrections(ctx context.Context, lot string, part []WrongItem, out *exports.Corrections) error {
	numbers, by := make([]int64, len(part)), map[int64]WrongItem{}
	for i, w := range part {
		numbers[i], by[w.N] = w.N, w
	}
	var items []Item
	if err := s.ledger.Read(ctx).Where("lot_id = ? AND n IN ?", lot, numbers).Order("n").Find(&items).Error; err != nil {
		return err
	}
	for _, it := range items {
		w := by[it.N]
		if it.Destroyed() {
			continue
		}
		fix := exports.Correction{Defect: joined(w.Defects), Severity: string(w.Severity), Label: w.Corrected, Note: w.Note}
		if err := out.Write(string(it.Original), fix); err != nil {
			return err
		}
	}
	return nil
}
