package request

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
	"hegui/internal/request/clock"
)

// act does an action for somebody of the staff, in a transaction of its own.
func (s *Service) act(ctx context.Context, by actor.Actor, id string, version int64, a Action, verb string, do func(*step) error) (r Request, err error) {
	if !by.May(actor.HandleRequests) {
		return r, problem.New(problem.Forbidden, "error.role")
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		r = Request{}
		if err := take(tx, by, id, &r); err != nil {
			return nil, err
		}
		return s.move(tx, by, &r, version, a, verb, do)
	})
	return r, err
}

// GiveTo gives requests to somebody who can handle them, or to nobody, all or
// none. Those that are theirs already stay as they are.
func (s *Service) GiveTo(ctx context.Context, by actor.Actor, ids []string, owner string) (given int, err error) {
	if !by.May(actor.HandleRequests) {
		return 0, problem.New(problem.Forbidden, "error.role")
	}
	if len(ids) == 0 || len(ids) > maxBulk {
		return 0, problem.Field(problem.Invalid, "ids", "request.bulk.none", "max", maxBulk)
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) (events []audit.Event, err error) {
		given = 0
		var list []Request
		if err := scope(tx, by).Where("id IN ?", ids).Order("id").Find(&list).Error; err != nil {
			return nil, fmt.Errorf("read requests: %w", err)
		}
		if len(list) != len(ids) {
			return nil, problem.New(problem.NotFound, "request.not_found")
		}
		for n := range list {
			if list[n].OwnerID == owner {
				continue
			}
			more, err := s.give(ctx, tx, by, &list[n], owner)
			if err != nil {
				return nil, err
			}
			given++
			events = append(events, more...)
		}
		if given == 0 {
			return nil, errNothing
		}
		return events, nil
	})
	if err == errNothing { //nolint:errorlint // our own value, never wrapped
		return 0, nil
	}
	return given, err
}

// maxBulk bounds what one action changes.
const maxBulk = 200

func (s *Service) give(ctx context.Context, tx *gorm.DB, by actor.Actor, r *Request, owner string) ([]audit.Event, error) {
	ok, err := s.canOwn(ctx, owner, r.ServiceID)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, problem.Field(problem.Invalid, "owner", "request.owner.unable")
	}
	return s.move(tx, by, r, 0, Assign, "assigned", func(x *step) error {
		x.r.OwnerID = owner
		if owner == "" || owner == by.ID {
			return nil
		}
		return x.tellStaff(WasAssigned, owner)
	})
}

// Correction is what staff can set right about a request.
type Correction struct {
	ServiceID string
	Kind      Kind
	Language  string
	Name      string
	Contact   string
	Account   string
}

// Correct sets right what was written down at intake. Another kind or service
// brings its own deadline, from the same start.
func (s *Service) Correct(ctx context.Context, by actor.Actor, id string, version int64, in Correction) (Request, error) {
	var f problem.Fields
	one(&f, "kind", in.Kind, Kinds)
	one(&f, "language", in.Language, []string{"zh-CN", "en"})
	word(&f, "name", &in.Name, maxName, true)
	word(&f, "contact", &in.Contact, maxShort, true)
	word(&f, "account", &in.Account, maxShort, false)
	if in.ServiceID == "" && !by.AllServices || in.ServiceID != "" && s.known(ctx, by, in.ServiceID) != nil {
		f.Add("service", "request.choose")
	}
	if err := f.Err(); err != nil {
		return Request{}, err
	}
	return s.act(ctx, by, id, version, Change, "corrected", func(x *step) error { return x.correct(in) })
}

func (x *step) correct(in Correction) error {
	r := x.r
	if in.ServiceID != r.ServiceID || in.Kind != r.Kind {
		if err := x.withdrawAll(); err != nil {
			return err
		}
		x.reclassify(in)
		if r.State == InProgress || r.ResumeTo == InProgress {
			if err := x.fanOut(); err != nil {
				return err
			}
		}
	}
	x.relevel(in)
	r.Language = in.Language
	key, err := x.key()
	if err != nil {
		return err
	}
	if err := x.endCodes(key, in.Contact); err != nil {
		return err
	}
	z := sealer{key: key}
	r.Name, r.Contact, r.Account = z.seal("name", in.Name), z.seal("contact", in.Contact), z.seal("account", in.Account)
	if z.err != nil {
		return z.err
	}
	return x.remember(x.tx, r.ID, in.Contact, in.Account)
}

// reclassify moves the request to another kind or service in the counts, and
// gives it that deadline.
func (x *step) reclassify(in Correction) {
	r := x.r
	x.tally.received(r, -1)
	x.tally.count("", r, inState, string(r.State), -1)
	r.ServiceID, r.Kind = in.ServiceID, in.Kind
	x.tally.received(r, 1)
	x.tally.count("", r, inState, string(r.State), 1)
	rule, ok := x.book.rule(r.ServiceID, r.Kind)
	if !ok {
		return
	}
	r.RuleID, r.Days, r.Unit, r.Roll = rule.ID, rule.Days, rule.Unit, rule.Roll
	r.ExtensionDays, r.RemindDays, r.RetentionDays = rule.ExtensionDays, rule.RemindDays, rule.RetentionDays
	r.Starts = rule.Starts
	switch {
	case rule.Starts == clock.AtIntake:
		at := r.ReceivedAt
		r.StartedAt = &at
	case r.IdentityState != IdentityPassed:
		r.StartedAt = nil
	}
}

// relevel says anew how closely it is checked who asks, as long as no check
// was begun.
func (x *step) relevel(in Correction) {
	r := x.r
	rule, ok := x.book.rule(r.ServiceID, r.Kind)
	if !ok || r.IdentityState != IdentityWanted && r.IdentityState != IdentityNotNeeded {
		return
	}
	r.IdentityState = IdentityWanted
	r.IdentityLevel = Intake{Requester: r.Requester, Channel: r.Channel, Contact: in.Contact}.level(rule)
	if r.IdentityLevel == NoCheck {
		r.IdentityState = IdentityNotNeeded
	}
}

// StartCheck begins to check who asks.
func (s *Service) StartCheck(ctx context.Context, by actor.Actor, id string, version int64) (Request, error) {
	return s.act(ctx, by, id, version, Check, "check_started", func(x *step) error { return x.startCheck() })
}

func (x *step) startCheck() error {
	r := x.r
	r.IdentityState = IdentityOpen
	if err := x.claimMandates(); err != nil {
		return err
	}
	return x.create(&Identity{ID: x.ledger.NewID(), RequestID: r.ID, ServiceID: r.ServiceID, Level: r.IdentityLevel, State: IdentityOpen,
		CreatedBy: x.by.ID, CreatedAt: x.now, Version: 1})
}

// claimMandates puts mandates that were looked at before to the new check.
func (x *step) claimMandates() error {
	var list []Mandate
	if err := x.tx.Where("request_id = ? AND state <> ?", x.r.ID, MandateClaimed).Order("id").Find(&list).Error; err != nil {
		return fmt.Errorf("read mandates: %w", err)
	}
	for n := range list {
		m := &list[n]
		m.State, m.Words, m.DecidedBy, m.DecidedAt, m.ValidUntil = MandateClaimed, nil, "", nil, ""
		m.Version++
		if err := x.store(m); err != nil {
			return err
		}
	}
	return nil
}

// PassCheck says that the person is who they say; the words say how that was
// found. A mandate of somebody who asks for another is confirmed with it.
func (s *Service) PassCheck(ctx context.Context, by actor.Actor, id string, version int64, words string) (Request, error) {
	return s.PassMandate(ctx, by, id, version, words, "")
}

// PassMandate is PassCheck with the last day on which the mandate holds, if
// one is written in it. A mandate that is over shows nothing: Invalid.
func (s *Service) PassMandate(ctx context.Context, by actor.Actor, id string, version int64, words string, until day.Date) (Request, error) {
	var f problem.Fields
	word(&f, "words", &words, maxNote, true)
	if until != "" && until < s.Today() {
		f.Add("mandate_until", "request.mandate.past")
	}
	if err := f.Err(); err != nil {
		return Request{}, err
	}
	return s.act(ctx, by, id, version, Pass, "check_passed", func(x *step) error {
		x.mandateUntil = until
		return x.pass(words)
	})
}

// PassCheckTx is PassCheck inside the transaction of another action, which
// found out who asks: a one-time code, say.
func (s *Service) PassCheckTx(tx *gorm.DB, by actor.Actor, r *Request, words string) ([]audit.Event, error) {
	return s.move(tx, by, r, 0, Pass, "check_passed", func(x *step) error { return x.pass(words) })
}

func (x *step) pass(words string) error {
	r := x.r
	r.IdentityState = IdentityPassed
	if r.Starts == clock.AtIdentity && r.StartedAt == nil {
		r.StartedAt = &x.now
	}
	if err := x.endCheck(IdentityPassed, "", words); err != nil {
		return err
	}
	if err := x.endMandate(MandateConfirmed, words); err != nil {
		return err
	}
	return x.fanOut()
}

// FailCheck says that the person could not show who they are, and ends the
// request with a message that says why.
func (s *Service) FailCheck(ctx context.Context, by actor.Actor, id string, version int64, words string) (Request, error) {
	if err := checkWords(&words, true); err != nil {
		return Request{}, err
	}
	return s.act(ctx, by, id, version, Fail, "check_failed", func(x *step) error {
		x.r.IdentityState, x.r.CloseReason = IdentityFailed, NoIdentity
		if err := x.endCheck(IdentityFailed, string(NoIdentity), words); err != nil {
			return err
		}
		if err := x.endMandate(MandateRejected, words); err != nil {
			return err
		}
		return x.conclude(Closed, words)
	})
}

// endCheck closes the open check, and sets when its proofs are deleted.
func (x *step) endCheck(state IdentityState, reason, words string) error {
	var check Identity
	if err := x.tx.Where("request_id = ? AND state = 'open'", x.r.ID).Order("id DESC").Limit(1).Find(&check).Error; err != nil {
		return fmt.Errorf("read check: %w", err)
	}
	if check.ID != "" {
		sealed, err := x.seal("identity/"+check.ID+"/words", words)
		if err != nil {
			return err
		}
		check.State, check.Reason, check.Words, check.DecidedBy, check.DecidedAt = state, reason, sealed, x.by.ID, &x.now
		check.Version++
		if err := x.store(&check); err != nil {
			return err
		}
	}
	return x.dateProofs()
}

// dateProofs sets the day on which what proved somebody's identity is deleted.
func (x *step) dateProofs() error {
	ends := x.proofDay()
	var list []Attachment
	err := x.tx.Where("request_id = ? AND purpose IN ? AND deleted_at IS NULL AND delete_on = ''", x.r.ID, []Purpose{ForProof, ForMandate}).Order("id").Find(&list).Error
	if err != nil {
		return fmt.Errorf("read proofs: %w", err)
	}
	for n := range list {
		list[n].DeleteOn = ends
		if err := x.store(&list[n]); err != nil {
			return err
		}
	}
	return nil
}

// proofDay is the day on which a proof is deleted whose check ends today.
func (x *step) proofDay() day.Date {
	days := int64(presetProof)
	for _, r := range x.book.rules {
		if r.ID == x.r.RuleID {
			days = r.ProofDays
		}
	}
	return x.today.Add(int(days))
}

// proofEnds is the day on which a file is deleted that arrives now: none while
// its check is still to end.
func (x *step) proofEnds(p Purpose) day.Date {
	if p != ForProof && p != ForMandate || x.r.Open() && (x.r.IdentityState == IdentityWanted || x.r.IdentityState == IdentityOpen) {
		return ""
	}
	return x.proofDay()
}

func (x *step) endMandate(state MandateState, words string) error {
	var list []Mandate
	if err := x.tx.Where("request_id = ? AND state = ?", x.r.ID, MandateClaimed).Order("id").Find(&list).Error; err != nil {
		return fmt.Errorf("read mandates: %w", err)
	}
	for n := range list {
		m := &list[n]
		sealed, err := x.seal("mandate/"+m.ID+"/words", words)
		if err != nil {
			return err
		}
		m.State, m.Words, m.DecidedBy, m.DecidedAt = state, sealed, x.by.ID, &x.now
		if state == MandateConfirmed {
			m.ValidUntil = x.mandateUntil
		}
		m.Version++
		if err := x.store(m); err != nil {
			return err
		}
	}
	return nil
}

// mandateLasts is Conflict when the mandate of who asks for somebody else is
// over: the answer would go to the wrong one.
func (x *step) mandateLasts() error {
	var over int64
	err := x.tx.Model(&Mandate{}).Where("request_id = ? AND state = ? AND valid_until > '' AND valid_until < ?", x.r.ID, MandateConfirmed, x.today).Count(&over).Error
	if err != nil {
		return fmt.Errorf("read mandates: %w", err)
	}
	if over > 0 {
		return problem.New(problem.Conflict, "request.mandate.over")
	}
	return nil
}

// StartWork takes up a request whose kind asks for no check. Others are
// checked first: Conflict.
func (s *Service) StartWork(ctx context.Context, by actor.Actor, id string, version int64) (Request, error) {
	return s.act(ctx, by, id, version, Begin, "begun", func(x *step) error {
		if x.r.IdentityState != IdentityNotNeeded && x.r.IdentityState != IdentityPassed {
			return problem.New(problem.Conflict, "request.identity.first")
		}
		if x.r.OwnerID == "" {
			x.r.OwnerID = x.by.ID
		}
		return x.fanOut()
	})
}

// checkWords trims a remark, which may have to be there.
func checkWords(words *string, required bool) error {
	var f problem.Fields
	word(&f, "words", words, maxNote, required)
	return f.Err()
}
