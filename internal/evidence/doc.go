// Package evidence keeps what proves that requirements are met: files, links
// and notes, with the dates that matter, their versions, their review, and
// which requirements of which services they prove.
//
// # States
//
//	draft ──► submitted ──► approved
//	  ▲          │  ▲           │
//	  │          ▼  │           │ new version, or a change of what was approved
//	  │       returned ◄────────┘ (→ submitted)
//
// Any of these may be retired with a reason, for good; and the content of any
// may be erased, for good. Nothing is ever deleted.
//
// A piece is approved or returned by somebody with ReviewEvidence other than
// the person who submitted it and the one who brought the version under
// review. Approved means: somebody else looked at exactly this. A new version,
// or a change of its type, coverage or validity, therefore sends an approved
// piece back to review.
//
// A piece is valid evidence while it is approved and its last valid day, if it
// has one, is not over (in the organisation's zone).
//
// # Versions
//
// New content becomes a new version, the current one; earlier versions stay
// readable. The pieces themselves keep the words and dates that describe them.
//
// # Who sees what
//
// One function decides, sightOf, for pages, files, searches, and when a piece
// is linked:
//
//   - who holds ReadChecklist (officers, auditors) sees the evidence linked to
//     a service in their scope; with all services in scope also what is linked
//     to none;
//   - everybody with ReadEvidence sees what they own or brought in;
//   - of the others, who is assigned an assessment sees the internal evidence
//     linked to it.
//
// Confidentiality narrows the first and the third:
//
//   - internal: all of the above;
//   - confidential: not for those who merely hold a linked assessment;
//   - restricted (personal data, secrets): its owner, who brought it in, and
//     reviewers (ReviewEvidence) in whose scope it is. An auditor does not see
//     it; that it exists shows in the counts on assessments.
//
// What a person does not see is not there for them (NotFound).
//
// # Who changes what
//
// Owners and those who brought a piece in describe it, replace its content and
// submit it, with AddEvidence; reviewers do so with everything they see. A
// piece is linked to assessments that the person may edit, which the checklist
// says (Editable).
//
// # Expiry
//
// Sweep, run daily, marks approved pieces whose validity is over and tells the
// checklist (Watch). What is about to expire stands in its owner's work from
// 30 days before, as does what comes back from review.
//
// # Erasure
//
// Personal data in evidence is erased in two steps by two people with
// EraseEvidence: a request with a reason, and the confirmation, which destroys
// the bytes of all versions, empties every field that may hold personal data,
// and erases the earlier states from the ledger. Who erased what, when and why
// stays, and the ledger verifies. A content that other pieces use, too, stays
// with them; the page says so, since those must be erased as well.
package evidence
