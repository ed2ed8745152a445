package score

import (
	"errors"
	"strings"
)

// digits are the 64 characters that codes are written in.
const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"

// CodeLength is how many characters a requirement takes in a code.
const CodeLength = 2

// ErrCode says that a code does not name items.
var ErrCode = errors.New("score: not a code of items")

// Encode writes down how requirements stand, two characters each, in the order
// given. Identifiers are left out: whoever keeps the code keeps their order.
func Encode(items []Item) string {
	var b strings.Builder
	for _, i := range items {
		n := ((int(i.Status)*4+int(i.Evidence))*4+int(i.Review))*4 + int(i.Severity)
		b.WriteByte(digits[n/64])
		b.WriteByte(digits[n%64])
	}
	return b.String()
}

// Decode reads what Encode wrote; ids and articles are those of the same
// requirements in the same order.
func Decode(code string, ids []string, article func(id string) int) ([]Item, error) {
	if len(code) != CodeLength*len(ids) {
		return nil, ErrCode
	}
	out := make([]Item, len(ids))
	for k, id := range ids {
		high, low := strings.IndexByte(digits, code[2*k]), strings.IndexByte(digits, code[2*k+1])
		n := high*64 + low
		if high < 0 || low < 0 || n/64 > int(OutOfScope) || n/4%4 > int(LongOverdue) {
			return nil, ErrCode
		}
		out[k] = Item{ID: id, Article: article(id), Status: Status(n / 64), Evidence: Evidence(n / 16 % 4), Review: Review(n / 4 % 4), Severity: Severity(n % 4)}
	}
	return out, nil
}
