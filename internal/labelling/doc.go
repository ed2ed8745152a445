// Package labelling keeps how labelled data is produced and proven good, as
// Article 8 of the Interim Measures asks: clear rules, trained and supervised
// people, and checks of accuracy by sampling.
//
// # What it keeps
//
//	Project     a labelling task of one service, with its list of defects
//	RuleSet     a version of its rules; functional and safety rules count apart
//	Worker      somebody who labels or checks, mostly without an account; the
//	            Supplier they work for, their Function in a project, Training,
//	            Suspension, and which rules they have read (Reading)
//	Batch       an export of an annotation tool as it came in
//	Lot         a part of a batch that is decided as one
//	Item        one annotation; items belong to lots
//
// Plans, draws, assignments, checks, decisions and records belong to a lot.
//
// # Rules
//
//	draft ──► submitted ──► approved ──► in_force ──► superseded
//	  ▲           │
//	  └───────────┘ returned with a note
//
// A version is approved by somebody else than who drafted it. One version of a
// kind is in force in a project; putting another in force supersedes it.
// Approved words never change: a change is a new version.
//
// # People
//
// A person is qualified for a project on a day when they hold a function in it
// on that day, are not suspended and have not left, have a training whose
// validity covers the day, for this project or for all, whose latest exam on
// or before that day was not failed, and have read the rules that were in
// force. Qualification says which of these is missing. Who is not qualified
// today cannot be assigned.
//
// One person has one function in a project: annotator, reviewer or arbiter.
// Where a person's name must not be seen, their Pseudonym stands.
//
// # Batches
//
//	uploaded ──► importing ──► imported
//	    │            ├──► failed
//	    └──► cancelled ◄┘
//
// An upload is looked at (Preview) and described by the person; only then does
// Confirm start the import in the background. An import is all or nothing: its
// items are staged under the ids of lots that do not exist yet, in short
// transactions that let others write, and one ledger transaction makes batch
// and lots real. What a cancelled, failed or interrupted import staged is
// deleted in the same small steps.
//
// # Lots
//
//	open ──► frozen ──► planned ──► drawn ──► checking ──► decided ──► closed
//	                                              └──► void (illegal content)
//
// A lot is frozen before a draw: FrameHash is the SHA-256 over its item ids in
// the order of their bytes, each followed by a line feed. Nothing changes in it
// afterwards.
//
// # Plans and draws
//
// A frozen lot knows how many of its items stand in each stratum, counted once.
// Propose computes a plan and Effects what it does, before ChoosePlan records
// it. A plan never changes; until checking begins another can replace it, with a
// reason.
//
// A draw takes its seed from two people, who first commit to their parts
// (CommitPart) and then reveal them (RevealPart), or from one person alone, and
// is marked then. A part is not kept before it is revealed and not shown before
// both are. The order of the draw is that of package draw, so anybody can
// repeat it (Replay), and a sequential plan goes on along the same list
// (Continue). A redraw has a reason and keeps the draw before; a seed that is
// given up spends the number of its draw. Items that somebody chooses besides
// (AddTargeted) are marked and never enter an estimate.
//
// # Checks
//
// Items of a draw are given to checkers in assignments, never to whoever
// labelled them: a first round of all, a second one of a part, and an
// arbiter's of what is disputed.
//
//	open ──► done (handed in, or withdrawn with answers)
//	     └──► withdrawn (nothing was answered)
//
// A checker may change an own verdict until the assignment is handed in or the
// lot decided. An item that its checker is unsure of, or that two judge
// otherwise, goes to somebody who is neither of them; the first verdicts stay.
// Illegal content, once reported, stops all checks of the lot until a supervisor
// resumes them or the lot becomes void. Service.Verdicts gives what was found.
//
// Gold items have a known answer. Mixed among others they show how far a checker
// can be trusted; like targeted items they enter no estimate.
//
// # Items and the ledger
//
// Items are no ledger rows, for there may be millions. A lot's ContentHash is
// the SHA-256 over "item id LF SHA-256 of the original in hex LF" in the order
// of the ids' bytes; a batch's is the SHA-256 over "lot id LF ContentHash LF" in
// the order of lot ids. Both rows are recorded; Service.Verify computes them
// anew.
//
// # Who may do what
//
// Everything is narrowed to the services in a person's scope. ReadLabelling
// sees projects, rules, batches, lots and results, with people by their
// pseudonyms; ManageLabelling (supervisors) does everything and sees names;
// ApproveLabelling gives the second approval of rules and decisions;
// CheckLabels works on own assignments and reads the rules of projects in which
// the person holds a function. OpenLabelling opens the pages for all of them.
package labelling
