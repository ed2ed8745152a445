package request

import (
	"context"
	"errors"
	"strings"

	"hegui/internal/actor"
	"hegui/internal/problem"
)

// Fulfil says that what was asked is done; the words tell the person what and
// how. It is Conflict while identity is open, while a system's task is, and
// for a deletion under legal hold.
func (s *Service) Fulfil(ctx context.Context, by actor.Actor, id string, version int64, words string, letter ...Written) (Request, error) {
	var f problem.Fields
	word(&f, "words", &words, maxText, true)
	if err := f.Err(); err != nil {
		return Request{}, err
	}
	return s.act(ctx, by, id, version, Answer, "answered", func(x *step) error {
		if err := x.mandateLasts(); err != nil {
			return err
		}
		if err := x.edited(letter); err != nil {
			return err
		}
		code, err := x.certify()
		if err != nil {
			return err
		}
		x.addendum = code
		return x.conclude(Answered, words+code)
	})
}

// Deletes says that fulfilling the request destroys something.
func (r Request) Deletes() bool { return r.Kind == Delete || r.Kind == CloseAccount }

// Deny refuses a request for a reason from the law that fits its kind. The
// person is told the reason, what was found in their case, and how to
// complain.
func (s *Service) Deny(ctx context.Context, by actor.Actor, id string, version int64, reason, words string, letter ...Written) (Request, error) {
	var f problem.Fields
	word(&f, "words", &words, maxText, true)
	if reason == "" {
		f.Add("reason", "request.choose")
	}
	if err := f.Err(); err != nil {
		return Request{}, err
	}
	return s.act(ctx, by, id, version, Refuse, "refused", func(x *step) error {
		if err := errors.Join(x.explainRefusal(reason, words), x.edited(letter)); err != nil {
			return err
		}
		why, _ := x.book.refusal(reason)
		if err := x.endPause(); err != nil {
			return err
		}
		return x.conclude(Refused, x.book.refusalWords(why, x.r.Language, words))
	})
}

// Fits says whether a reason can refuse a kind of request.
func (r Refusal) Fits(k Kind) bool {
	for _, one := range r.Kinds {
		if one == k {
			return true
		}
	}
	return len(r.Kinds) == 0
}

func (b ruleBook) refusal(id string) (Refusal, bool) {
	for _, r := range b.refusals {
		if r.ID == id {
			return r, true
		}
	}
	return Refusal{}, false
}

// refusalWords is what a person is told: the reason and its provision, what
// was found, and how to complain.
func (b ruleBook) refusalWords(r Refusal, language, words string) string {
	parts := []string{r.TextZH, r.SourceZH, words, b.setting.ComplainZH}
	if language == "en" {
		parts = []string{r.TextEN, r.SourceEN, words, b.setting.ComplainEN}
	}
	out := make([]string, 0, len(parts))
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "\n\n")
}

// Finish ends a request without a decision, and tells the person why.
func (s *Service) Finish(ctx context.Context, by actor.Actor, id string, version int64, reason CloseReason, words string, letter ...Written) (Request, error) {
	var f problem.Fields
	one(&f, "reason", reason, CloseReasons)
	word(&f, "words", &words, maxText, true)
	if err := f.Err(); err != nil {
		return Request{}, err
	}
	return s.act(ctx, by, id, version, Close, "closed", func(x *step) error {
		if err := x.edited(letter); err != nil {
			return err
		}
		x.r.CloseReason = reason
		if err := x.endPause(); err != nil {
			return err
		}
		return x.conclude(Closed, words)
	})
}

// conclude writes the decision down, tells the person, and stops the clock.
func (x *step) conclude(state State, words string) error {
	if err := x.withdrawAll(); err != nil {
		return err
	}
	if x.r.IdentityState == IdentityOpen {
		x.r.IdentityState = IdentityWanted
		if err := x.endCheck(IdentityFailed, endedSo, ""); err != nil {
			return err
		}
	}
	sealed, err := x.seal("words", words)
	if err != nil {
		return err
	}
	x.r.Words = sealed
	x.decide(state)
	if err := x.dateProofs(); err != nil {
		return err
	}
	if state == Closed {
		x.because(string(x.r.CloseReason))
	}
	if _, err := x.letter(decisionLetters[state], words); err != nil {
		return err
	}
	return x.tellStaff(WasDecided, x.r.audience(x.book)...)
}

// TakeUp reopens a decided request, because the answer was wrong or the person
// objects. A new clock starts today.
func (s *Service) TakeUp(ctx context.Context, by actor.Actor, id string, version int64, words string) (Request, error) {
	if err := checkWords(&words, true); err != nil {
		return Request{}, err
	}
	return s.act(ctx, by, id, version, Reopen, "reopened", func(x *step) error {
		r := x.r
		x.undecide()
		r.Reopened++
		r.StartedAt, r.ExtendedDays, r.Notice = &x.now, 0, NoNotice
		if r.IdentityState == IdentityFailed {
			r.IdentityState = IdentityWanted
		}
		_, err := x.message(Internal, Inside, words, "")
		return err
	})
}
