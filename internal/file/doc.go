// Package file keeps uploaded content in the database, each content once.
//
// # Arriving
//
// Receive reads a stream in chunks of 1 MiB. Every full chunk is written at
// once, in a short transaction of its own, under a random upload number, while
// the SHA-256 of the whole grows alongside; memory use does not depend on the
// size. The last chunk waits in memory. Keep, called inside the ledger's
// transaction that makes the record the content belongs to, writes that last
// chunk and the Blob: before this commit nothing refers to the upload, after
// it everything is there. When the same content is there already, Keep gives
// the existing Blob, and Drop removes what was staged.
//
// An upload that breaks off leaves only staged chunks, which no query lists.
// Receive removes them itself where it can; what a crash leaves is swept after
// a day (Sweep).
//
// # Leaving
//
// Each chunk stands with its SHA-256, and the Blob, which the ledger commits
// to, with the SHA-256 over the list of those. A Reader checks the list when it
// opens and every chunk before a byte of it is handed out, also when reading
// starts in the middle. A mismatch is ErrDamaged and is recorded.
//
// # Types and names
//
// The type of a content is found by looking at it, never taken from the
// sender. Programs are refused (Refused). A name is for display only and is
// cleaned by CleanName.
package file
