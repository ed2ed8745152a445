// Package checklist keeps where each service stands on each requirement of
// the catalogue.
//
// # What it keeps
//
// An Assessment is one requirement for one service. All of them are opened
// when a service is registered (Scope) and none is ever deleted; what changes
// is whether it applies. Beside it stand remediation tasks, comments and the
// people mentioned in them. Evidence is kept by its own package; an
// assessment holds only the counts of what is linked to it.
//
// # Status and standing
//
// Status is what people concluded: not assessed, in progress, compliant,
// partly compliant, non-compliant, or not applicable with a justification.
// Standing is what counts today: a compliant requirement whose linked
// evidence has all expired stands as partly compliant until there is valid
// evidence again. The two differ in no other case. Counts and filters use
// the standing.
//
// Two things are kept apart: a requirement that does not apply because of the
// service's scope (Applies is false; the catalogue decides), and one that
// somebody judged not applicable. Neither counts in the progress.
//
// # Four eyes
//
// On critical and high requirements, compliant and not applicable need two
// people. Saving such a conclusion makes a proposal; somebody else with the
// right to review approves it or returns it with a note. Whoever proposed, or
// last wrote the conclusion, cannot approve. Changing the words of an
// approved conclusion takes it back to in progress and proposes it anew. A
// requirement whose severity was lowered by hand still needs two people when
// the catalogue says critical or high. On others a conclusion takes effect at
// once.
//
// # Dates
//
// Due is when the work should be done; it is overdue while the standing is
// open or short of compliant. NextReview is when a conclusion is to be looked
// at again: set by the requirement's review interval when a conclusion takes
// effect, and free to edit. Reaffirm ends a review that changed nothing.
//
// # Who may do what
//
// With ReadChecklist a person sees all assessments of the services in their
// scope; others see those they own, have an open task on, or are mentioned
// in. Assess allows every change; Contribute alone allows to change status,
// words and tasks of one's own assessments, but not owner, dates or severity.
// What a person may not see is not found.
//
// # Concurrency
//
// Every change names the version it was made on and is refused as a conflict
// when somebody was first; nothing is overwritten unseen.
package checklist
