// Package rawjson reads JSON text in place (RFC 8259): it hands out parts of the
// text as they stand instead of building values, so that a row can be kept byte for
// byte and a field read without copying the rest.
//
// Check is the gate: it says whether a text is one well-formed value. Everything else
// expects text that passed it, but is safe with any: malformed text gives fewer or
// odd parts, never a panic or an endless loop. Recognising a format relies on that,
// for it looks at texts that are cut off.
package rawjson
