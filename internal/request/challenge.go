package request

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	altcha "github.com/altcha-org/altcha-lib-go"
	"gorm.io/gorm"

	"hegui/internal/problem"
)

// The proof of work that browsers do before they send the portal's form: about
// half of challengeMax hashes, some tenths of a second on a phone and nothing
// that a person notices, but a cost for who sends thousands.
const (
	challengeMax   = 50_000
	challengeLife  = 2 * time.Hour
	challengeParam = "until" // not ALTCHA's "expires": a browser's clock must not decide
	maxProof       = 2 << 10 // bytes
	proofAlgorithm = "SHA-256"
)

// solution is a challenge that was solved and used.
type solution struct {
	Hash      string `gorm:"primaryKey"`
	ExpiresAt time.Time
}

// TableName is the table of used challenges.
func (solution) TableName() string { return "request_solution" }

// Challenge makes a challenge in the form of ALTCHA's first protocol. Nothing
// is stored: it is signed with a key that the master key gives.
func (s *Service) Challenge() (altcha.Challenge, error) {
	if s.master == nil {
		return altcha.Challenge{}, errNoMaster
	}
	until := strconv.FormatInt(s.ledger.Now().Add(challengeLife).Unix(), 10)
	c, err := altcha.CreateChallenge(altcha.ChallengeOptions{Algorithm: altcha.SHA256, MaxNumber: challengeMax, HMACKey: s.challengeKey(),
		Params: url.Values{challengeParam: {until}}})
	if err != nil {
		return c, fmt.Errorf("make challenge: %w", err)
	}
	return c, nil
}

func (s *Service) challengeKey() string { return s.master.Hash("portal challenge", "v1") }

// Proof is work that was shown, for one use.
type Proof struct {
	hash  string
	until time.Time
}

// Shown says that there is a proof.
func (p Proof) Shown() bool { return p.hash != "" }

var errProof = problem.Field(problem.Invalid, "altcha", "portal.proof.wrong")

// Proved checks a solved challenge as the widget sends it: base64 of JSON.
// None, or one whose time is over, is no proof; a wrong one is Invalid. That it
// is used once is seen when it is used.
func (s *Service) Proved(payload string) (Proof, error) {
	if payload == "" {
		return Proof{}, nil
	}
	if s.master == nil {
		return Proof{}, errNoMaster
	}
	var p altcha.Payload
	data, err := base64.StdEncoding.DecodeString(payload)
	if len(payload) > maxProof || err != nil || json.Unmarshal(data, &p) != nil || p.Algorithm != proofAlgorithm {
		return Proof{}, errProof
	}
	ok, err := altcha.VerifySolutionSafe(p, s.challengeKey(), false)
	if err != nil || !ok {
		return Proof{}, errProof
	}
	seconds, err := strconv.ParseInt(altcha.ExtractParams(p).Get(challengeParam), 10, 64)
	if err != nil {
		return Proof{}, errProof
	}
	until := time.Unix(seconds, 0).UTC()
	if !s.ledger.Now().Before(until) {
		return Proof{}, nil
	}
	return Proof{hash: p.Challenge, until: until}, nil
}

// use spends a proof, in the transaction that it pays for.
func (p Proof) use(tx *gorm.DB) error {
	if !p.Shown() {
		return nil
	}
	err := tx.Create(&solution{Hash: p.hash, ExpiresAt: p.until}).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return errProof
	}
	return err
}
