// Package id makes the identifiers of everything that is recorded: ULIDs in
// lower case, 26 characters, random enough not to be guessed or to tell
// anything about a person, and ordered by the millisecond they were made in,
// so that lists can be paged by them.
package id

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"
)

// Len is the length of an identifier in characters.
const Len = ulid.EncodedSize

// New makes an identifier for the time, with 80 bits from random. It panics
// when random fails, because nothing sound can be recorded then.
func New(at time.Time, random io.Reader) string {
	u, err := ulid.New(ulid.Timestamp(at), random)
	if err != nil {
		panic(fmt.Errorf("make identifier: %w", err))
	}
	return strings.ToLower(u.String())
}

// Valid says whether s has the form of an identifier.
func Valid(s string) bool {
	if len(s) != Len || strings.ToLower(s) != s {
		return false
	}
	_, err := ulid.ParseStrict(strings.ToUpper(s))
	return err == nil
}
