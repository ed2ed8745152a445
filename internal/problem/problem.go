// Package problem names the kinds of failure a person can be told about.
//
// A domain method returns a *problem.Error when the cause lies in what was
// asked (wrong input, missing right, a state that forbids it); every other
// error is a fault, shown as "something went wrong" and logged in full.
// Messages are keys of the language catalogues with key/value arguments, so
// that the person reads them in their own language.
package problem

import (
	"errors"
	"strings"
)

// Kind says what sort of failure happened; the web maps it to a status.
type Kind int

// The kinds, with the HTTP status that the web gives them.
const (
	Invalid         Kind = iota + 1 // 422: the input is wrong; fields say where
	NotFound                        // 404: not there, or not for this person
	Forbidden                       // 403: the role does not allow it
	Conflict                        // 409: somebody else was first, or the state forbids it
	Unauthenticated                 // 401: sign in first
	TooLarge                        // 413: over a size limit
	TooMany                         // 429: over a rate limit
	Unavailable                     // 503: try again later
	Full                            // 507: no room to store it
	Malformed                       // 400: not a request we can read
)

// Message is a catalogue key with its arguments (name, value, name, value …).
type Message struct {
	Key  string
	Args []any
}

// FieldError is a message that belongs to one form field.
type FieldError struct {
	Field string
	Message
}

// Error is a failure in words. Message is for the page; Fields, if any, are
// for the form.
type Error struct {
	Kind Kind
	Message
	Fields []FieldError
}

// Error gives keys for the log, never typed values.
func (e *Error) Error() string {
	if len(e.Fields) == 0 {
		return e.Key
	}
	parts := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		parts[i] = f.Field + ": " + f.Key
	}
	return strings.Join(parts, "; ")
}

// New makes an error without fields.
func New(kind Kind, key string, args ...any) *Error {
	return &Error{Kind: kind, Message: Message{Key: key, Args: args}}
}

// Field makes an error about one field.
func Field(kind Kind, field, key string, args ...any) *Error {
	e := New(kind, key, args...)
	e.Fields = []FieldError{{Field: field, Message: e.Message}}
	return e
}

// Fields collects what is wrong with a form; the zero value is ready.
type Fields struct{ list []FieldError }

// Add notes that a field is wrong. The first message per field is kept.
func (f *Fields) Add(field, key string, args ...any) {
	if f.Has(field) {
		return
	}
	f.list = append(f.list, FieldError{Field: field, Message: Message{Key: key, Args: args}})
}

// Has says whether a field was found wrong already.
func (f *Fields) Has(field string) bool {
	for _, have := range f.list {
		if have.Field == field {
			return true
		}
	}
	return false
}

// Err is nil when nothing is wrong, else an Invalid error with all fields.
func (f *Fields) Err() error {
	if len(f.list) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Message: Message{Key: "error.fields"}, Fields: f.list}
}

// FieldsOf gives the field messages inside err; ok is false when err is nil
// or not about fields.
func FieldsOf(err error) (list []FieldError, ok bool) {
	if e, is := errors.AsType[*Error](err); is && len(e.Fields) > 0 {
		return e.Fields, true
	}
	return nil, false
}

// Is says whether err is a problem of the given kind.
func Is(err error, kind Kind) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Kind == kind
}
