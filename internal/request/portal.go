package request

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"strings"
	"unicode"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// PortalForm is a request on its way in from the portal. Nonce is the secret that
// the form brought along: sending the same form twice files it once.
type PortalForm struct {
	Intake
	Nonce string
	Proof Proof
}

// Receipt is what somebody gets who filed a request: Token opens its page and
// is stored nowhere. Again says that it had been filed before.
type Receipt struct {
	Request
	Token string
	Again bool
}

// nonceSize is how many random bytes make a form's nonce.
const nonceSize = 32

// Nonce makes the secret of a form.
func (s *Service) Nonce() string { return hex.EncodeToString(s.ledger.Secret(nonceSize)) }

// File takes in a request of somebody without an account. When it returns, the
// request is stored for good. Nothing is looked up about the person, so that
// the answer is the same whether somebody knows them or not.
func (s *Service) File(ctx context.Context, in PortalForm) (Receipt, error) {
	if s.master == nil {
		return Receipt{}, errNoMaster
	}
	if raw, err := hex.DecodeString(in.Nonce); err != nil || len(raw) != nonceSize {
		return Receipt{}, problem.Field(problem.Invalid, "nonce", "portal.form.old")
	}
	in.came()
	return s.file(ctx, actor.Public(), s.master.Hash("portal form", in.Nonce), in.Intake, in.Proof)
}

// came sets what a person does not choose.
func (in *PortalForm) came() { in.Channel, in.OwnerID, in.ReceivedOn = Portal, "", "" }

// CheckForm gives the fields that File would refuse, and stores nothing.
func (s *Service) CheckForm(ctx context.Context, in PortalForm) error {
	in.came()
	return s.checkFiling(ctx, &in.Intake)
}

// file stores a request that a token of 256 bits belongs to, once.
func (s *Service) file(ctx context.Context, by actor.Actor, token string, in Intake, proof Proof) (Receipt, error) {
	in.TrackHash = trackHash(token)
	if r, err := s.byToken(s.ledger.Read(ctx), token); !problem.Is(err, problem.NotFound) {
		return Receipt{Request: r, Token: token, Again: true}, err
	}
	if err := s.checkFiling(ctx, &in); err != nil {
		return Receipt{}, err
	}
	var r Request
	err := afresh(func() error {
		return s.ledger.Write(ctx, by, func(tx *gorm.DB) (events []audit.Event, err error) {
			if _, err := s.byToken(tx, token); !problem.Is(err, problem.NotFound) { // the same form, a moment ago
				return nil, cmp.Or(err, errNothing)
			}
			if err := proof.use(tx); err != nil {
				return nil, err
			}
			r, events, err = s.TakeInTx(tx, by, in)
			return events, err
		})
	})
	if err == nil {
		return Receipt{Request: r, Token: token}, nil
	}
	// the same form may have been stored just now, by another transaction that
	// this one could not see: then that is the answer
	if r, found := s.byToken(s.ledger.Read(ctx), token); found == nil {
		return Receipt{Request: r, Token: token, Again: true}, nil
	}
	return Receipt{}, err
}

// afresh does a write again that met a row of the same key: the random number
// of another request, or the same request at the same time.
func afresh(write func() error) (err error) {
	for range 3 {
		if err = write(); !errors.Is(err, gorm.ErrDuplicatedKey) {
			break
		}
	}
	return err
}

func (s *Service) checkFiling(ctx context.Context, in *Intake) error {
	var f problem.Fields
	fields, _ := problem.FieldsOf(in.check(s.Today()))
	for _, w := range fields {
		f.Add(w.Field, w.Key, w.Args...)
	}
	if in.Contact != "" && !reachable(in.Contact) {
		f.Add("contact", "portal.contact.wrong")
	}
	if in.ServiceID != "" && s.known(ctx, actor.System("portal"), in.ServiceID) != nil {
		f.Add("service", "request.choose")
	}
	return f.Err()
}

// reachable says whether a contact can be an e-mail address or a phone number.
func reachable(contact string) bool {
	if strings.Contains(contact, "@") {
		return isMail(contact)
	}
	digits := 0
	for _, r := range contact {
		switch {
		case unicode.IsDigit(r):
			digits++
		case !strings.ContainsRune("+-() ", r):
			return false
		}
	}
	return digits >= 5 && digits <= 20
}

func isMail(contact string) bool {
	local, domain, ok := strings.Cut(contact, "@")
	return ok && local != "" && strings.Contains(strings.Trim(domain, "."), ".") && !strings.ContainsAny(contact, " ,;<>\"'\t\r\n") &&
		!strings.Contains(domain, "@")
}

// level is how closely it is checked who asks: as the rule says, but who asks
// for somebody else has to show documents, and a code reaches only those who
// gave an e-mail address.
func (in Intake) level(rule Rule) Level {
	switch l := rule.IdentityLevel; {
	case in.Requester != Self && (l == NoCheck || l == ByCode):
		return Documents
	case l == ByCode && (in.Channel == Portal || in.Channel == API) && !isMail(strings.TrimSpace(in.Contact)):
		return ByHand
	default:
		return l
	}
}

// trackHash is what is stored of a tracking token.
func trackHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// byToken finds the request that a tracking token opens. Tokens are compared
// by their hashes: how long that takes says nothing about the token.
func (s *Service) byToken(db *gorm.DB, token string) (r Request, err error) {
	hash := trackHash(token)
	err = db.Where("track_hash = ?", hash).Limit(1).Find(&r).Error
	if err != nil {
		return Request{}, err
	}
	if subtle.ConstantTimeCompare([]byte(r.TrackHash), []byte(hash)) != 1 {
		return Request{}, problem.New(problem.NotFound, "portal.not_found")
	}
	return r, nil
}

// ContactKey is the keyed hash of a contact, for counting how often it is
// named; nothing is looked up.
func (s *Service) ContactKey(contact string) string {
	if s.master == nil {
		return ""
	}
	return s.master.Hash("contact", normal(contact))
}

// Kept gives the longest times in days that the rules keep personal data after
// the decision, and proofs of identity after the check.
func (s *Service) Kept(ctx context.Context) (retention, proof int64, err error) {
	book, err := s.rules.Get(ctx)
	for _, r := range book.rules {
		retention, proof = max(retention, r.RetentionDays), max(proof, r.ProofDays)
	}
	return retention, proof, err
}
