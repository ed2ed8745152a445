// Package register keeps the provider's generative AI services: what each of
// them is, who answers for it, and how it stands to the Interim Measures.
//
// # What it keeps
//
// An Entry is one service. Its Details are facts: name, kind, what it puts out,
// for whom, on whose model, through which channels, under which filing (备案),
// registration (登记) and algorithm filing numbers, and four people. Its scope
// is a set of answers: whether it is offered to the public in mainland China
// (Art. 2), the conditions of the catalogue, and whether the third-party model
// it uses was filed. The answers decide which requirements apply and which
// procedures the service has to go through; both are worked out by the
// catalogue whenever they are asked for and never stored.
//
// # States
//
// planned, live and suspended are set by whoever edits the service. retired is
// reached with a reason and left by reinstating the service, which makes it
// suspended. Nothing is ever deleted.
//
// # Facts and answers
//
// Some facts imply answers: a service that puts out images answers "outputs
// images" with yes. Implied lists them. They are proposed where a question is
// still open and reported where the answer says otherwise; they never replace
// what a person answered.
//
// # Who may do what
//
// Everybody sees the services in their scope; a service outside it is not
// found. EditServices is asked for by the routes. A new service can be
// registered only by somebody who sees all services, because nobody else would
// see it afterwards.
//
// # What follows from a scope
//
// OnScope lets other parts act in the same transaction when a service is
// registered and whenever its scope is saved: the checklist opens and switches
// its assessments there.
package register
