package request

import (
	"context"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
	"hegui/internal/request/vault"
)

// One-time codes: six digits by e-mail. Fifteen wrong ones, three codes' worth,
// end the check: the chance to guess is then 15 in a million.
const (
	codeLife  = CodeMinutes * time.Minute
	codePause = time.Minute // between two codes
	codeTries = 5           // of one code
	maxCodes  = 5           // of one check
	maxTries  = 15          // of one check
)

// CodeMinutes is how long a one-time code can be used.
const CodeMinutes = 15

// CodeCarrier puts a one-time code on its way to an address. It runs inside
// the transaction that makes the code.
type CodeCarrier func(tx *gorm.DB, r *Request, to, code string) ([]audit.Event, error)

// CodesWith gives codes a way to the person. For wiring, before anything is
// served; without it identity is checked by staff.
func (s *Service) CodesWith(c CodeCarrier) { s.carrier = c }

// codeWanted says that a code would show who the person is.
func (r Request) codeWanted() bool {
	at := r.State
	if at == Waiting {
		at = r.ResumeTo
	}
	return r.IdentityLevel == ByCode && (at == Received || at == Checking) &&
		(r.IdentityState == IdentityWanted || r.IdentityState == IdentityOpen)
}

// goOn ends the waiting for a person who does what they were asked for.
func (s *Service) goOn(tx *gorm.DB, r *Request) ([]audit.Event, error) {
	if r.State != Waiting {
		return nil, nil
	}
	return s.move(tx, actor.Public(), r, 0, Resume, "resumed", func(x *step) error { return x.endPause() })
}

// endCodes makes codes worthless that went to another contact than the one
// that the request has from now on.
func (x *step) endCodes(key *vault.Key, contact string) error {
	before, err := key.Open("contact", x.r.Contact)
	if err != nil || normal(before) == normal(contact) {
		return err
	}
	var list []Code
	if err := x.tx.Where("request_id = ? AND used_at IS NULL", x.r.ID).Order("id").Find(&list).Error; err != nil {
		return fmt.Errorf("read codes: %w", err)
	}
	for n := range list {
		if x.now.Before(list[n].ExpiresAt) {
			list[n].ExpiresAt = x.now
			if err := x.store(&list[n]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) codeHash(id, digits string) string {
	return s.master.Hash("one-time code", id+"/"+digits)
}

// SendCode sends a new code to the contact of the request that a token opens;
// older ones are worth nothing then.
func (s *Service) SendCode(ctx context.Context, token string) error {
	return s.own(ctx, token, func(tx *gorm.DB, r *Request) (events []audit.Event, err error) {
		if s.carrier == nil || !r.codeWanted() {
			return nil, problem.New(problem.Conflict, "identity.code.not_now")
		}
		if events, err = s.goOn(tx, r); err != nil {
			return nil, err
		}
		if r.State == Received {
			started, err := s.move(tx, actor.Public(), r, 0, Check, "check_started", func(x *step) error { return x.startCheck() })
			if err != nil {
				return nil, err
			}
			events = append(events, started...)
		}
		more, err := s.sendCode(tx, r)
		return append(events, more...), err
	})
}

func (s *Service) sendCode(tx *gorm.DB, r *Request) ([]audit.Event, error) {
	check, codes, err := s.checkOf(tx, r)
	if err != nil {
		return nil, err
	}
	now := s.ledger.Now()
	switch {
	case len(codes) >= maxCodes:
		return nil, problem.New(problem.TooMany, "identity.code.all_sent")
	case len(codes) > 0 && now.Sub(codes[0].CreatedAt) < codePause:
		return nil, problem.New(problem.TooMany, "identity.code.wait")
	}
	said, err := s.Texts(tx, *r)
	if err != nil {
		return nil, err
	}
	digits := fmt.Sprintf("%06d", binary.BigEndian.Uint64(s.ledger.Secret(8))%1_000_000)
	id := s.ledger.NewID()
	c := Code{ID: id, RequestID: r.ID, IdentityID: check.ID, Hash: s.codeHash(id, digits), ExpiresAt: now.Add(codeLife), CreatedAt: now}
	if err := tx.Create(&c).Error; err != nil {
		return nil, fmt.Errorf("create code: %w", err)
	}
	sent, err := s.carrier(tx, r, said.Contact, digits)
	return append([]audit.Event{about("code_sent", r, &c)}, sent...), err
}

// checkOf gives the open check of a request and its codes, newest first.
func (s *Service) checkOf(tx *gorm.DB, r *Request) (check Identity, codes []Code, err error) {
	err = found(tx.Where("request_id = ? AND state = 'open'", r.ID).Order("id DESC").Take(&check).Error)
	if err != nil {
		return check, nil, err
	}
	if err := tx.Where("request_id = ? AND identity_id = ?", r.ID, check.ID).Order("id DESC").Find(&codes).Error; err != nil {
		return check, nil, fmt.Errorf("read codes: %w", err)
	}
	return check, codes, nil
}

// EnterCode tries a code. The right one passes the check. Wrong ones are
// counted, and too many of them end the request with a message that says so.
func (s *Service) EnterCode(ctx context.Context, token, digits string) error {
	digits = strings.Map(digit, digits)
	var wrong error
	err := s.own(ctx, token, func(tx *gorm.DB, r *Request) (events []audit.Event, err error) {
		wrong = nil
		if !r.codeWanted() || r.IdentityState != IdentityOpen {
			return nil, problem.New(problem.Conflict, "identity.code.not_now")
		}
		check, codes, err := s.checkOf(tx, r)
		if err != nil {
			return nil, err
		}
		if len(codes) == 0 || codes[0].UsedAt != nil || codes[0].Attempts >= codeTries || !s.ledger.Now().Before(codes[0].ExpiresAt) {
			return nil, problem.Field(problem.Invalid, "code", "identity.code.over")
		}
		if events, err = s.goOn(tx, r); err != nil {
			return nil, err
		}
		c := &codes[0]
		var more []audit.Event
		if subtle.ConstantTimeCompare([]byte(c.Hash), []byte(s.codeHash(c.ID, digits))) == 1 {
			more, err = s.rightCode(tx, r, c)
		} else {
			wrong = problem.Field(problem.Invalid, "code", "identity.code.wrong", "count", codeTries-c.Attempts-1)
			more, err = s.wrongCode(tx, r, &check, c)
		}
		return append(events, more...), err
	})
	if err != nil {
		return err
	}
	return wrong
}

// digit keeps digits, full-width ones as plain ones.
func digit(r rune) rune {
	switch {
	case r >= '0' && r <= '9':
		return r
	case r >= '０' && r <= '９':
		return r - '０' + '0'
	}
	return -1
}

func (s *Service) rightCode(tx *gorm.DB, r *Request, c *Code) ([]audit.Event, error) {
	return s.move(tx, actor.Public(), r, 0, Pass, "check_passed", func(x *step) error {
		c.UsedAt = &x.now
		if err := x.store(c); err != nil {
			return err
		}
		return x.pass(inLanguage(r.Language, "输入了发送至联系方式的一次性验证码", "Entered the one-time code that was sent to the contact"))
	})
}

func (s *Service) wrongCode(tx *gorm.DB, r *Request, check *Identity, c *Code) ([]audit.Event, error) {
	c.Attempts++
	check.Attempts++
	check.Version++
	for _, row := range []any{c, check} {
		if err := tx.Save(row).Error; err != nil {
			return nil, fmt.Errorf("count attempt: %w", err)
		}
	}
	if check.Attempts < maxTries {
		return []audit.Event{about("code_wrong", r, c, check)}, nil
	}
	words := inLanguage(r.Language,
		"我们未能核实您的身份：验证码多次输入错误。为保护个人信息安全，本请求到此结束。您可以重新提出请求，或者通过其他方式联系我们。",
		"We could not check that it is you: too many wrong codes were entered. To keep personal information safe, this request ends here. You can file it again, or reach us in another way.")
	return s.move(tx, actor.Public(), r, 0, Fail, "check_failed", func(x *step) error {
		x.rows = append(x.rows, c)
		x.r.IdentityState, x.r.CloseReason = IdentityFailed, NoIdentity
		if err := x.endCheck(IdentityFailed, string(NoIdentity), words); err != nil {
			return err
		}
		return x.conclude(Closed, words)
	})
}
