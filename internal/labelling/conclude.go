package labelling

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/evidence"
	"hegui/internal/file"
)

// recorder writes records.
var recorder = actor.System("record")

// conclude writes the record of a final decision, files it as evidence and
// closes the lot, all in one transaction. It does nothing when that is done already.
func (s *Service) conclude(ctx context.Context, decision string) error {
	ctx = context.WithoutCancel(ctx)
	const attempts = 5 // two records may want one number
	for n := 0; ; n++ {
		err := s.writeRecord(ctx, decision)
		if !errors.Is(err, gorm.ErrDuplicatedKey) || n == attempts {
			return err
		}
	}
}

// Conclude writes the records that a stop of the program kept from being
// written.
func (s *Service) Conclude(ctx context.Context) error {
	var list []string
	err := s.ledger.Read(ctx).Model(&Decision{}).Where("state = ?", DecisionFinal).
		Where("NOT EXISTS (SELECT 1 FROM label_record AS r WHERE r.decision_id = label_decision.id)").Order("id").Limit(1000).Pluck("id", &list).Error
	for _, id := range list {
		err = errors.Join(err, s.conclude(ctx, id))
	}
	return err
}

func (s *Service) writeRecord(ctx context.Context, decision string) error {
	r, b, err := s.body(ctx, decision)
	if err != nil || r.ID == "" {
		return err
	}
	staged, err := s.files.Receive(ctx, strings.NewReader(r.Body))
	if err != nil {
		return err
	}
	err = s.ledger.Write(ctx, recorder, func(tx *gorm.DB) ([]audit.Event, error) { return s.file(tx, r, b, staged) })
	if err != nil {
		staged.Undone()
	}
	s.files.Drop(ctx, staged)
	if errors.Is(err, errRecorded) {
		return nil
	}
	return err
}

var errRecorded = errors.New("the decision has its record already")

// file makes a record real: the row, the piece of evidence, and the lot closed.
func (s *Service) file(tx *gorm.DB, r Record, b Body, staged *file.Staged) ([]audit.Event, error) {
	var have int64
	if err := tx.Model(&Record{}).Where("decision_id = ?", r.DecisionID).Count(&have).Error; err != nil {
		return nil, err
	}
	if have > 0 {
		return nil, errRecorded
	}
	var l Lot
	if err := tx.Where("id = ?", r.LotID).Take(&l).Error; err != nil {
		return nil, err
	}
	targets, err := s.proves(tx, l.ServiceID, requirements(r.Kind, b))
	if err != nil {
		return nil, err
	}
	today := day.Of(r.MadeAt)
	item, events, err := s.evidence.FileTx(tx, b.Decision.SignedBy, evidence.Submission{
		Description: evidence.Description{Title: title(titles[r.Kind] + " " + r.Number + " · " + l.Name), Type: "record", MadeOn: today, ReceivedOn: today,
			CoversFrom: b.Lot.PeriodFrom, CoversTo: b.Lot.PeriodUntil},
		Content: evidence.Content{FileName: r.Number + ".json"}, Targets: targets}, staged)
	if err != nil {
		return nil, err
	}
	r.EvidenceID = item.ID
	if err := tx.Create(&r).Error; err != nil {
		return nil, err
	}
	more, err := s.close(tx, &l, b)
	if err != nil {
		return nil, err
	}
	return append(append(events, lotEvent("recorded", &l, &r)), more...), save(tx, &l, l.Version-1)
}

// titles are what records are called as evidence.
var titles = map[RecordKind]string{InspectionRecord: "标注检验记录 Inspection record", DestructionRecord: "标注数据销毁记录 Destruction record"}

// close ends a lot, or puts it under a plan for all of its items. The caller
// saves it.
func (s *Service) close(tx *gorm.DB, l *Lot, b Body) ([]audit.Event, error) {
	now := s.ledger.Now()
	l.UpdatedAt, l.Version = now, l.Version+1
	switch {
	case b.Decision.Verdict == Void:
		return nil, nil
	case b.Decision.FollowUp != Recheck:
		l.State, l.StateSince = LotClosed, now
		return nil, nil
	}
	limit := Millionths(0)
	for _, c := range b.Standing.Inputs.Rule.Classes {
		limit = max(limit, Millionths(c.MinRight*1e6+0.5))
	}
	if limit == 0 {
		limit = 1_000_000 - b.Plan.Params.P1
	}
	plan, err := s.Propose(context.Background(), *l, PlanInput{Method: Whole100, Params: Params{MinRight: limit},
		Blind: b.Plan.Blind, DoublePercent: b.Plan.DoublePercent, GoldPercent: b.Plan.GoldPercent})
	if err != nil {
		return nil, err
	}
	by := actor.Actor{ID: b.Decision.SignedBy}
	version := l.Version
	_, events, err := s.putUnder(tx, by, l, plan, b.Number)
	l.Version, l.Outcome = version, NoOutcome // one step for both
	return events, err
}

// requirements are those of Article 8 that a record shows something about.
func requirements(kind RecordKind, b Body) []string {
	batch := "IM-08-06" // functional labels: each batch sampled by people
	if b.Lot.Kind == Safety {
		batch = "IM-08-07" // safety labels: each item reviewed
	}
	if kind == DestructionRecord {
		return []string{batch, "IM-08-09"} // and findings followed up
	}
	out := []string{"IM-08-05", "IM-08-08"} // quality assessed by batch; sampling on sound statistics
	if b.Lot.Kind != Safety || b.Plan.N >= b.Lot.Size {
		out = append(out, batch)
	}
	return out
}

// number finds the next number of a year.
func number(db *gorm.DB, year string) (string, error) {
	prefix := "LQ-" + year + "-"
	var last []string
	if err := db.Model(&Record{}).Where("number LIKE ?", prefix+"%").Order("number DESC").Limit(1).Pluck("number", &last).Error; err != nil {
		return "", err
	}
	n := 0
	if len(last) > 0 {
		var err error
		if n, err = strconv.Atoi(strings.TrimPrefix(last[0], prefix)); err != nil {
			return "", fmt.Errorf("number of record %s: %w", last[0], err)
		}
	}
	return fmt.Sprintf("%s%06d", prefix, n+1), nil
}

// body puts a record together; one without an id when the decision is not
// final or has its record.
func (s *Service) body(ctx context.Context, decision string) (r Record, b Body, err error) {
	db := s.ledger.Read(ctx)
	var d Decision
	if err := found(db.Where("id = ?", decision).Take(&d).Error); err != nil || d.State != DecisionFinal {
		return r, b, err
	}
	now := s.ledger.Now()
	b = Body{Format: recordFormat, Kind: InspectionRecord, MadeAt: now, Methods: Sources}
	if d.Verdict == Void {
		b.Kind = DestructionRecord
	}
	if b.Number, err = number(db, string(day.Of(now))[:4]); err != nil {
		return r, b, err
	}
	if b.Standing, err = d.Standing(); err != nil {
		return r, b, err
	}
	b.Decision = BodyDecision{d.ID, d.Verdict, d.ComputedVerdict, d.FollowUp, d.Reason, d.SignedBy, d.SignedAt, d.SecondBy, d.SecondAt}
	var l Lot
	if err := db.Where("id = ?", d.LotID).Take(&l).Error; err != nil {
		return r, b, err
	}
	if err := s.describe(ctx, &b, l, d); err != nil {
		return r, b, err
	}
	body := bytes.TrimSpace(jsonOf(b))
	sum := sha256.Sum256(body)
	return Record{ID: s.ledger.NewID(), LotID: l.ID, ServiceID: l.ServiceID, DecisionID: d.ID, Kind: b.Kind, Number: b.Number, Body: string(body),
		SHA256: hex.EncodeToString(sum[:]), MadeAt: now, MadeBy: recorder.ID, Version: 1}, b, nil
}
