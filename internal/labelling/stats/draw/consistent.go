package draw

import (
	"cmp"
	"crypto/sha256"
	"math/big"
	"slices"
	"strings"

	"hegui/internal/labelling/stats"
)

// ConsistentSampler draws as Rivest's published program does, without
// replacement, for those who check with it: an item's ticket is the decimal fraction
// whose digits are those of SHA-256(hex SHA-256(seed) ‖ id), read as a number and
// written backwards; the n lowest are taken. It is an alternative to First with the
// same property, and slower. 0 ≤ n ≤ len(ids), otherwise a *stats.ParameterError.
// Source: Rivest 2018, Consistent Sampling with Replacement, arXiv:1808.10016.
func ConsistentSampler(seed string, ids []string, n int) ([]string, error) {
	if n < 0 || n > len(ids) {
		return nil, stats.OutOfRange("n", n, ">= 0 and at most the number of items")
	}
	type numbered struct{ fraction, id string }
	seedHash := hexSHA256(seed)
	all := make([]numbered, len(ids))
	for i, id := range ids {
		all[i] = numbered{reversedDigits(sha256.Sum256([]byte(seedHash + id))), id}
	}
	slices.SortFunc(all, func(a, b numbered) int {
		return cmp.Or(strings.Compare(a.fraction, b.fraction), strings.Compare(a.id, b.id))
	})
	out := make([]string, n)
	for i := range out {
		out[i] = all[i].id
	}
	return out, nil
}

func reversedDigits(sum [sha256.Size]byte) string {
	digits := []byte(new(big.Int).SetBytes(sum[:]).String())
	slices.Reverse(digits)
	return string(digits)
}
