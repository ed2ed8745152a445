// Package request keeps people's requests about their personal information:
// to see, copy, correct, supplement or delete it, as Article 11 of the Interim
// Measures and Articles 44 to 50 of the Personal Information Protection Law
// (PIPL) give them the right to.
//
// # What it keeps
//
//	Request      what somebody asks about one service, and how far it has got
//	Message      words to the person, from the person, and among staff
//	Attachment   files of the person, proofs of identity, answers
//	Identity     a check of who asks (Code: one-time codes; Mandate: for others)
//	Rule         a deadline by kind of request, with where it comes from
//	Day, Year    the organisation's calendar, over the one that is built in
//	Pause, Extension, Hold   what changes the course of a request
//	System       the data map: where personal information is kept
//	Task         what a system has to do for a request (Delivery: through a
//	             webhook); Package: the copy that the person gets
//	Template, Letter, Certificate, Refusal   how the answer is given
//	View         who looked at a request
//	Statement    the monthly statement
//	Tally        counts kept beside the requests, for pages
//
// # States
//
//	received ──► identity ──► in_progress ──► answered ─┐
//	   │ │          │            ▲ │   │                │
//	   │ └──────────┼────────────┘ │   └────► refused ──┤
//	   │            │              │                    ├──► erased
//	   └────────────┴──► waiting ◄─┘            ┌───────┤
//	                        │                   │       │
//	  any of the four open ones ──► closed ─────┴───────┘
//
//	received     arrived; nobody has begun
//	identity     it is being checked who asks
//	in_progress  being worked on
//	waiting      the person has to do something; the clock stands still.
//	             Resuming goes back to where it came from.
//	answered     done as asked, and the person was told
//	refused      with a reason from the law, and how to complain
//	closed       ended without a decision: withdrawn, identity not shown, …
//	erased       the personal data is destroyed; numbers and proof remain
//
// Answered, refused and closed requests can be reopened. The table transitions
// is the whole truth; Next asks it, and every change of state goes through
// Service.move.
//
// # The clock
//
// A request takes its rule along when it comes in: later changes of the rule
// concern later requests. Package clock counts: the day on which the clock
// starts does not count (Civil Code, Article 201), nor do the days after a
// pause began, up to and with the day on which it ended. An extension adds the
// rule's days once, with a reason and a notice to the person. While a request
// waits, or its clock has not started, it has no due day. The law itself says
// only "in good time"; the days are the organisation's own, preset from the
// figures of the regulation, and shown with their source.
//
// Ahead of the due day its owner is reminded, the lead hears of it on the due
// day; so does the lead when a request whose clock has not started grows as
// old as its rule allows.
//
// # Personal data
//
// Every field that may hold personal data is a Sealed: encrypted with the
// request's own key, bound to the request and the field. The key is wrapped by
// the master key, which is not in the database. The ledger keeps hashes of
// what is sealed, labels are request numbers, and events hold codes, never
// typed words. A contact can be looked for only as a whole, through a keyed
// hash. When the time to keep a request is over, and no legal hold is on it,
// Sweep destroys its key, its files and its contacts' hashes; what is left
// says what was done when, and still verifies.
//
// # Who may do what
//
// Everything is narrowed to the services in a person's scope.
//
//	HandleRequests     privacy staff: everything, in clear; each opening is recorded
//	SetRequests        privacy staff: rules, calendar, reasons, the lead
//	ReadRequests       privacy staff; auditors, who read personal fields masked
//	UnmaskRequests     auditors: to see one request in clear, recorded each time
//	RequestFigures     officers, executives and the two above: numbers, no persons
//	WorkRequestTasks   owners of systems: their own tasks, nothing else
//
// The lead is the privacy staff member whom the settings name, such as the
// personal information protection officer of PIPL Article 52; escalations go
// there, or to all privacy staff while nobody is named.
package request
