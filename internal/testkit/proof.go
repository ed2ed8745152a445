package testkit

import (
	"encoding/base64"
	"encoding/json"
	"testing"

	altcha "github.com/altcha-org/altcha-lib-go"
)

// Solve does a browser's work on a challenge of the portal, and gives what its
// form sends.
func Solve(t testing.TB, c altcha.Challenge) string {
	t.Helper()
	proof, err := solve(c)
	Must(t, err)
	return proof
}

// SolveJSON is Solve for a challenge as it is served; ok is false where there
// is none.
func SolveJSON(challenge []byte) (proof string, ok bool) {
	var c altcha.Challenge
	if json.Unmarshal(challenge, &c) != nil {
		return "", false
	}
	proof, err := solve(c)
	return proof, err == nil
}

func solve(c altcha.Challenge) (string, error) {
	s, err := altcha.SolveChallenge(c.Challenge, c.Salt, altcha.SHA256, int(c.MaxNumber), 0, nil)
	if err != nil {
		return "", err
	}
	data, err := json.Marshal(altcha.Payload{Algorithm: c.Algorithm, Challenge: c.Challenge, Number: int64(s.Number), Salt: c.Salt, Signature: c.Signature})
	return base64.StdEncoding.EncodeToString(data), err
}
