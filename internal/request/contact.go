package request

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// normal brings a contact into the form in which equal ones are equal: an
// e-mail address in lower case, a phone number as its digits without the
// country code of mainland China.
func normal(contact string) string {
	s := strings.ToLower(strings.TrimSpace(norm.NFKC.String(contact)))
	if strings.Contains(s, "@") {
		return s
	}
	digits := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
	if len(digits) < 5 { // no phone number: the name of an account, say
		return s
	}
	digits = strings.TrimPrefix(digits, "00")
	if len(digits) == 13 && strings.HasPrefix(digits, "861") {
		return digits[2:]
	}
	return digits
}

// hashes are the keyed hashes by which a request is found: of its contact and
// of its account.
func (s *Service) hashes(contact, account string) []string {
	var out []string
	for what, value := range map[string]string{"contact": contact, "account": account} {
		if value = normal(value); value != "" {
			out = append(out, s.master.Hash(what, value))
		}
	}
	return out
}

// Mask hides most of a personal text: enough stays to tell two apart, not
// enough to know a person by. Names keep their first character, addresses and
// numbers their ends.
func Mask(s string) string {
	n := utf8.RuneCountInString(s)
	runes := []rune(s)
	local, domain, mail := strings.Cut(s, "@")
	switch {
	case n == 0:
		return ""
	case mail && local != "":
		return string([]rune(local)[:1]) + "***@" + domain
	case n <= 4:
		return string(runes[:1]) + strings.Repeat("*", max(n-1, 1))
	case n < 8:
		return string(runes[:1]) + "***" + string(runes[n-1:])
	}
	return string(runes[:3]) + "****" + string(runes[n-2:])
}
