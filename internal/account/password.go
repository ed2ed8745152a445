package account

import (
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"hegui/internal/problem"
)

// Argon2id parameters: the floor of RFC 9106 section 4 as OWASP states it for
// servers, m = 19 MiB, t = 2, p = 1.
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonThreads = 1
	argonSalt    = 16
	argonKey     = 32
)

// hashing limits how many passwords are hashed at once: each takes 19 MiB, and
// a flood of sign-ins must not take the machine's memory.
var hashing = make(chan struct{}, 2)

// hashed counts the hashes made, for the tests: answers that must take the
// same time must have made the same number.
var hashed atomic.Int64

func argon(password string, salt []byte) []byte {
	hashed.Add(1)
	hashing <- struct{}{}
	defer func() { <-hashing }()
	return argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKey)
}

// hashPassword gives a PHC string.
func hashPassword(password string, salt []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads,
		b64.EncodeToString(salt), b64.EncodeToString(argon(password, salt)))
}

// nobody is compared against when there is no such account or no password
// yet, so that the answer takes as long.
var nobody = sync.OnceValue(func() string { return hashPassword("", make([]byte, argonSalt)) })

// checkPassword says whether the password is the one behind hash, in the same
// time whether it is, is not, or there is none.
func checkPassword(password, hash string) bool {
	exists := hash != ""
	if !exists {
		hash = nobody()
	}
	fields := strings.Split(hash, "$")
	if len(fields) != 6 {
		return false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(fields[4])
	want, err2 := base64.RawStdEncoding.DecodeString(fields[5])
	if err1 != nil || err2 != nil {
		return false
	}
	return subtle.ConstantTimeCompare(argon(password, salt), want) == 1 && exists
}

// Bounds of a password's length in characters (NIST SP 800-63B and OWASP ASVS
// 2.1: at least 12, room for a sentence, no rules of composition).
const (
	MinPassword = 12
	maxPassword = 128
)

//go:embed common_passwords.txt
var commonText string

// common holds often-used and breached passwords (the list of zxcvbn 4.4.2,
// MIT), six characters and more.
var common = sync.OnceValue(func() map[string]bool {
	set := make(map[string]bool, 28_000)
	for word := range strings.Lines(commonText) {
		set[strings.TrimSpace(word)] = true
	}
	return set
})

// ValidatePassword adds what is wrong with a new password to f. about are
// words that must not make up the password: name and e-mail address.
func ValidatePassword(f *problem.Fields, field, password string, about ...string) {
	n := utf8.RuneCountInString(password)
	switch {
	case n < MinPassword:
		f.Add(field, "account.password.short", "min", MinPassword)
	case n > maxPassword:
		f.Add(field, "account.password.long", "max", maxPassword)
	case guessable(password, about):
		f.Add(field, "account.password.common")
	}
}

// guessable finds what breached-password lists contain: a listed word, also
// with digits and signs around it, one character or a short piece repeated, or
// the person's own name.
func guessable(password string, about []string) bool {
	p := strings.ToLower(password)
	bare := strings.TrimFunc(p, func(r rune) bool { return !unicode.IsLetter(r) })
	if common()[p] || common()[bare] || repeats(p) || utf8.RuneCountInString(bare) < 3 && sequential(p) {
		return true
	}
	for _, word := range append(about, "hegui", "password") {
		word, _, _ = strings.Cut(strings.ToLower(word), "@")
		if len(word) >= 4 && strings.Contains(p, word) && utf8.RuneCountInString(p)-utf8.RuneCountInString(word) < 6 {
			return true
		}
	}
	return false
}

// repeats says whether p is a piece of at most four characters over and over,
// or any piece at least twice.
func repeats(p string) bool {
	r := []rune(p)
	for size := 1; size < len(r) && (size <= 4 || size <= len(r)/2); size++ {
		same := true
		for i := size; i < len(r); i++ {
			same = same && r[i] == r[i-size]
		}
		if same {
			return true
		}
	}
	return false
}

// sequential says whether p only counts up or down.
func sequential(p string) bool {
	r := []rune(p)
	steps := map[rune]int{}
	for i := 1; i < len(r); i++ {
		steps[r[i]-r[i-1]]++
	}
	return steps[1]+steps[-1]+steps[-9]+steps[9] >= len(r)-1
}

// Hash gives the PHC string of a password that belongs to no account, such as
// that of a link.
func (s *Service) Hash(password string) string { return s.hash(password) }

// Matches says whether a password is the one behind a hash of Hash.
func Matches(password, hash string) bool { return checkPassword(password, hash) }
