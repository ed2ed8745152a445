// Package audit is the append-only ledger, and the only way to write what the
// organisation records.
//
// Every change happens inside Ledger.Write. Its callback changes rows and
// returns the events that happened; the ledger then reads each named row back
// as it will be committed, and appends one leaf per event as the last act of
// the transaction. Without an event the transaction is rolled back, and a
// write outside of Write is refused by GORM callbacks, so that nothing can be
// changed without a trace.
//
// # What is stored
//
//   - ledger_leaf: the exact JSON bytes of each event. A leaf holds random ids,
//     the time, the action and commitments, never personal data.
//   - ledger_part: what may have to be erased one day: the rows as they stood
//     after the event ("row/TABLE/ID"), the label shown on the activity page
//     ("label"), details ("note"). A part is bound to its leaf by
//     SHA-256("hegui-part/v1" 00 ‖ salt ‖ uint32(len name) ‖ name ‖ body) with
//     32 random bytes of salt, so that it can be erased (salt and body set to
//     NULL, with an event that says so) without breaking the tree, and cannot
//     be guessed from the leaf.
//   - ledger_head: one row with the size, the root and the frontier (compact
//     range) of the RFC 6962 Merkle tree over the leaves. Writers lock it, so
//     the order of commits is the order of leaves, without gaps.
//   - ledger_event: the leaf's main values again, to ask by.
//   - ledger_tile: complete runs of 256 hashes per level.
//
// Verify proves order, content and completeness; see Report.
package audit
