package labelling

import (
	"context"
	"encoding/json"
	"slices"
	"sync"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
)

// Standing is where the inspection of a lot stands: what was found, and what it
// comes to.
type Standing struct {
	Inputs   Inputs     `json:"inputs"`
	Computed Computed   `json:"computed"`
	Due      day.Date   `json:"due,omitempty"`  // until when wrong items are to be put right
	Void     *VoidInput `json:"void,omitempty"` // of a decision that makes the lot void
}

// compute puts what was found into figures.
func (f findings) compute(l Lot, p Project) (s Standing, err error) {
	s.Inputs = f.inputs(l.Size, p.Severity)
	s.Computed, err = Compute(s.Inputs)
	return s, err
}

// Standing computes the figures of a drawn lot as they are now. It returns
// NotFound when nothing was drawn.
func (s *Service) Standing(ctx context.Context, by actor.Actor, l Lot) (st Standing, err error) {
	if l.DrawID == "" {
		return st, problem.New(problem.NotFound, "labelling.not_found")
	}
	newest, err := s.ledger.Latest(ctx, []string{l.ServiceID})
	if err != nil {
		return st, err
	}
	if st, ok := s.standings.get(l.ID, newest[l.ServiceID]); ok {
		return st, nil
	}
	if st, err = s.standingIn(s.ledger.Read(ctx), by, l); err == nil {
		s.standings.put(l.ID, newest[l.ServiceID], st)
	}
	return st, err
}

// standings keeps the figures of the lots looked at last, as they were at an
// event of the ledger: each check comes with an event of its service, so with the same
// newest event nothing has changed. Readers must not change what they get.
type standings struct {
	mu   sync.Mutex
	list map[string]standingAt
}

type standingAt struct {
	seq int64
	Standing
}

const keptStandings = 64

func (k *standings) get(lot string, seq int64) (Standing, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	have, ok := k.list[lot]
	return have.Standing, ok && have.seq == seq
}

func (k *standings) put(lot string, seq int64, st Standing) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.list == nil || len(k.list) >= keptStandings {
		k.list = map[string]standingAt{}
	}
	k.list[lot] = standingAt{seq, st}
}

func (s *Service) standingIn(db *gorm.DB, by actor.Actor, l Lot) (st Standing, err error) {
	var p Project
	if err := take(db, by, l.ProjectID, &p); err != nil {
		return st, err
	}
	f, err := s.findings(db, l)
	if err != nil {
		return st, err
	}
	return f.compute(l, p)
}

// Standing gives the figures that a decision rests on.
func (d Decision) Standing() (st Standing, err error) {
	return st, json.Unmarshal([]byte(d.Computed), &st)
}

// SignInput is what a supervisor decides.
type SignInput struct {
	Verdict  Outcome
	FollowUp FollowUp // of a lot not accepted: Recheck or Return
	Reason   string   // required when the verdict differs from the computed one
	Due      day.Date // until when wrong items are to be put right, or none
}

// Sign decides a lot whose sample is judged. A verdict that differs from the
// computed one needs a reason and waits for a second person; otherwise it is final at
// once.
func (s *Service) Sign(ctx context.Context, by actor.Actor, lot string, version int64, in SignInput) (d Decision, err error) {
	if err := in.check(s.Today()); err != nil {
		return d, err
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		l, p, err := s.decidable(tx, by, lot)
		if err != nil {
			return nil, err
		}
		f, err := s.findings(tx, l)
		if err != nil {
			return nil, err
		}
		st, err := f.compute(l, p)
		if err != nil {
			return nil, err
		}
		if err := in.fit(f.plan, st); err != nil {
			return nil, err
		}
		st.Due = in.Due
		d = s.decision(by, l, in, st)
		return s.sign(tx, by, &l, &d, version)
	})
	if err == nil && d.State == DecisionFinal {
		err = s.conclude(ctx, d.ID)
	}
	return d, err
}

func (in *SignInput) check(today day.Date) error {
	var f problem.Fields
	if in.Verdict != Accepted && in.Verdict != Rejected {
		f.Add("verdict", "labelling.choose")
	}
	if in.Verdict == Rejected && in.FollowUp != Recheck && in.FollowUp != Return {
		f.Add("follow_up", "labelling.choose")
	}
	if in.Due != "" && in.Due.Before(today) {
		f.Add("due", "label_decide.due.past")
	}
	word(&f, "reason", &in.Reason, maxNote, false)
	return f.Err()
}

// fit holds the input against what was found.
func (in *SignInput) fit(p Plan, st Standing) error {
	switch {
	case st.Computed.Interim:
		return problem.New(problem.Conflict, "label_decide.interim")
	case in.Verdict != st.Computed.Verdict && in.Reason == "":
		return problem.Field(problem.Invalid, "reason", "label_decide.reason.required")
	case in.FollowUp == Recheck && p.Method == Whole100:
		return problem.Field(problem.Invalid, "follow_up", "label_decide.recheck.whole")
	}
	if in.Verdict == Accepted {
		in.FollowUp = NoFollowUp
		if st.Inputs.Wrong+st.Inputs.Targeted.Wrong > 0 {
			in.FollowUp = Correction
		}
	}
	return nil
}

// decidable gives a lot that can be decided, with its project.
func (s *Service) decidable(tx *gorm.DB, by actor.Actor, lot string) (l Lot, p Project, err error) {
	if err := take(tx, by, lot, &l); err != nil {
		return l, p, err
	}
	switch {
	case l.Stopped:
		return l, p, problem.New(problem.Conflict, "label_decide.stopped")
	case l.State != LotChecking:
		return l, p, problem.New(problem.Conflict, "label_decide.wrong_state")
	}
	return l, p, take(tx, by, l.ProjectID, &p)
}

func (s *Service) decision(by actor.Actor, l Lot, in SignInput, st Standing) Decision {
	d := Decision{ID: s.ledger.NewID(), LotID: l.ID, ServiceID: l.ServiceID, DrawID: l.DrawID, PlanID: l.PlanID, Computed: string(jsonOf(st)),
		ComputedVerdict: st.Computed.Verdict, Verdict: in.Verdict, FollowUp: in.FollowUp, Reason: in.Reason, State: DecisionFinal,
		SignedBy: by.ID, SignedAt: s.ledger.Now(), Version: 1}
	if d.Deviates() {
		d.State = AwaitingSecond
	}
	return d
}

// sign writes a decision, which the lot now waits for or has.
func (s *Service) sign(tx *gorm.DB, by actor.Actor, l *Lot, d *Decision, version int64) ([]audit.Event, error) {
	if err := tx.Create(d).Error; err != nil {
		return nil, err
	}
	now := s.ledger.Now()
	l.State, l.StateSince, l.UpdatedAt, l.Version = LotDecided, now, now, version+1
	events := []audit.Event{lotEvent("signed", l, d)}
	if d.State == DecisionFinal {
		more, err := s.finalize(tx, by, l, d)
		if err != nil {
			return nil, err
		}
		events = append(events, more...)
	}
	return events, save(tx, l, version)
}

// finalize applies a final decision: to the lot, which the caller saves, to its
// stream, and to what has to be put right.
func (s *Service) finalize(tx *gorm.DB, by actor.Actor, l *Lot, d *Decision) ([]audit.Event, error) {
	l.Outcome = d.Verdict
	if d.DrawID == "" { // void before it was drawn: nothing was inspected
		return nil, nil
	}
	f, err := s.findings(tx, *l)
	if err != nil {
		return nil, err
	}
	corrections, err := s.correct(tx, by, l, d, f.wrongItems())
	if err != nil {
		return nil, err
	}
	var earlier int64
	if err := tx.Model(&Decision{}).Where("lot_id = ? AND state = ? AND id <> ?", l.ID, DecisionFinal, d.ID).Count(&earlier).Error; err != nil {
		return nil, err
	}
	st, err := d.Standing()
	if err != nil {
		return nil, err
	}
	t, events, err := s.advance(tx, by, outcomeOfLot{lot: *l, plan: f.plan, decision: *d, counts: st.Inputs.Counts,
		accepted: d.Verdict == Accepted && d.ComputedVerdict == Accepted, original: earlier == 0 && l.ParentID == ""})
	if err != nil {
		return nil, err
	}
	if l.StreamID = t.ID; d.Verdict != Void {
		err = s.noteResult(tx, *l, st.Computed.Proven(), f.found())
	}
	return append(corrections, events...), err
}

// awaiting gives a decision that waits for a second person, and its lot.
func (s *Service) awaiting(tx *gorm.DB, by actor.Actor, decision string) (d Decision, l Lot, err error) {
	if err := take(tx, by, decision, &d); err != nil {
		return d, l, err
	}
	if d.State != AwaitingSecond {
		return d, l, problem.New(problem.Conflict, "label_decide.not_awaiting")
	}
	return d, l, take(tx, by, d.LotID, &l)
}

// SecondSign is the second signature under a decision, by another person. With
// it a lot that is void loses what has to be destroyed.
func (s *Service) SecondSign(ctx context.Context, by actor.Actor, decision string, version int64) (d Decision, err error) {
	doomed, err := s.doomed(ctx, by, decision)
	if err != nil {
		return d, err
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		var l Lot
		if d, l, err = s.awaiting(tx, by, decision); err != nil {
			return nil, err
		}
		if d.SignedBy == by.ID {
			return nil, problem.New(problem.Forbidden, "label_decide.second.self")
		}
		now := s.ledger.Now()
		d.State, d.SecondBy, d.SecondAt, d.Version = DecisionFinal, by.ID, &now, version+1
		l.Version, l.UpdatedAt = l.Version+1, now
		e := lotEvent("countersigned", &l, &d)
		if d.Verdict == Void {
			if err := first(d.destroyed(doomed), s.destroy(tx, &l, doomed, &e)); err != nil {
				return nil, err
			}
		}
		if err := save(tx, &d, version); err != nil {
			return nil, err
		}
		more, err := s.finalize(tx, by, &l, &d)
		if err != nil {
			return nil, err
		}
		return append([]audit.Event{e}, more...), save(tx, &l, l.Version-1)
	})
	if err == nil {
		err = s.conclude(ctx, d.ID)
	}
	return d, err
}

// WithdrawDecision takes a decision back that waits for a second person. The lot is as
// it was before.
func (s *Service) WithdrawDecision(ctx context.Context, by actor.Actor, decision string, version int64) (d Decision, err error) {
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		var l Lot
		if d, l, err = s.awaiting(tx, by, decision); err != nil {
			return nil, err
		}
		st, err := d.Standing()
		if err != nil {
			return nil, err
		}
		now := s.ledger.Now()
		if st.Void != nil {
			l.Stopped = st.Void.WasStopped
		} else {
			l.State, l.StateSince = LotChecking, now
		}
		d.State, d.Version = DecisionWithdrawn, version+1
		l.Version, l.UpdatedAt = l.Version+1, now
		if err := save(tx, &d, version); err != nil {
			return nil, err
		}
		return []audit.Event{lotEvent("decision_withdrawn", &l, &d)}, save(tx, &l, l.Version-1)
	})
	return d, err
}

// Decisions lists the decisions about a lot, the newest first.
func (s *Service) Decisions(ctx context.Context, by actor.Actor, lot string) (list []Decision, err error) {
	return list, scope(s.ledger.Read(ctx), by).Where("lot_id = ?", lot).Order("id DESC").Limit(maxListed).Find(&list).Error
}

// Decision gives a decision about a lot that the actor sees, or NotFound.
func (s *Service) Decision(ctx context.Context, by actor.Actor, id string) (d Decision, err error) {
	return d, take(s.ledger.Read(ctx), by, id, &d)
}

// Pseudonyms gives what stands for the names of people.
func (s *Service) Pseudonyms(ctx context.Context, ids []string) (map[string]string, error) {
	return names(s.ledger.Read(ctx).Table("(SELECT id, pseudonym AS name FROM label_worker) AS w"), ids)
}

// Chain gives the lots that a lot is a re-submission of, the first of all first,
// and those that were re-submitted for it.
func (s *Service) Chain(ctx context.Context, by actor.Actor, l Lot) (before, after []Lot, err error) {
	db := s.ledger.Read(ctx)
	for id := l.ParentID; id != "" && len(before) < maxListed; {
		var p Lot
		if err := scope(db, by).Where("id = ?", id).Limit(1).Find(&p).Error; err != nil {
			return nil, nil, err
		}
		if p.ID == "" {
			break
		}
		before, id = append(before, p), p.ParentID
	}
	slices.Reverse(before)
	return before, after, scope(db, by).Where("parent_id = ?", l.ID).Order("id").Limit(maxListed).Find(&after).Error
}
