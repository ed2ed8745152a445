package draw

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"unicode/utf8"

	"hegui/internal/labelling/stats"
)

// minPart is the least length of a person's part of the seed: twenty digits or
// dice. Fewer could be found from the commitment by trying them all.
const minPart = 20

func hexSHA256(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Commit is the commitment to a secret part: hex SHA-256(part). It is shown and
// logged before any part is revealed. A part has at least 20 characters, without line
// feed and NUL; otherwise a *stats.ParameterError.
func Commit(part string) (string, error) {
	if err := checkText("part", part); err != nil {
		return "", err
	}
	if n := utf8.RuneCountInString(part); n < minPart {
		return "", stats.OutOfRange("part", fmt.Sprintf("%d characters", n), "at least 20 characters")
	}
	return hexSHA256(part), nil
}

// Reveals tells whether the part is the one committed to.
func Reveals(commitment, part string) bool {
	return subtle.ConstantTimeCompare([]byte(commitment), []byte(hexSHA256(part))) == 1
}

// Seed joins two revealed parts, in the order of their commitments, into the seed
// of the draw: hex SHA-256(first LF second). Errors as Commit.
func Seed(first, second string) (string, error) {
	for _, part := range []string{first, second} {
		if _, err := Commit(part); err != nil {
			return "", err
		}
	}
	return hexSHA256(first + "\n" + second), nil
}

// SeedHash binds a seed to a lot: hex SHA-256(lot LF seed). Neither may be empty or
// hold a line feed or NUL; otherwise a *stats.ParameterError.
func SeedHash(lot, seed string) (string, error) {
	if err := checkText("lot", lot); err != nil {
		return "", err
	}
	if err := checkText("seed", seed); err != nil {
		return "", err
	}
	return hexSHA256(lot + "\n" + seed), nil
}
