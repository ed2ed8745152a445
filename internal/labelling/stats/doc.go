// Package stats holds the statistics of labelling quality: sampling plans, the
// evidence a sample gives, and how far checkers agree. It is pure: no database, no
// clock, no chance; the same input gives the same figures, so an inspection record can
// be recomputed from what it prints.
//
// Where to find what:
//
//	iso2859.go, switching.go    plans of ISO 2859-1, severities and the switching score
//	statutory.go                fixed rules of regulations, read as plans and as proof
//	samplesize.go, design.go    how many items: margin, zero failures, two points
//	sprt.go                     sequential test with truncation
//	oc.go, aoq.go               what a plan does: Pa, risks, AOQ, AOQL, ATI
//	interval.go, stratified.go  what a sample says about the accuracy
//	allocate.go, wright.go      dividing a sample among strata
//	agreement.go, krippendorff.go  checkers among themselves
//	misclassification.go        checkers against the truth
//	chart.go, ranking.go        watching streams and annotators
//	beta.go, tails.go           the distributions beneath
//
// The sub-package draw chooses the items.
//
// # Words
//
// Names follow ISO 2859-1: lot, nonconforming item, nonconformity, Ac (acceptance
// number), Re (rejection number), code letter, inspection level, AQL, severity,
// switching score. Lot is N, sample n, p a fraction nonconforming; an accuracy is 1 − p.
// Percentages are fractions (0.04), except an AQL, which is written as the standard's
// tables have it ("4.0").
//
// # Errors
//
// An argument outside its domain gives a *ParameterError with its name and range.
// No function returns NaN or an infinity: a coefficient that is 0/0 says so in
// Coefficient.OK. Counts go up to 10⁹; nothing loops over the items of a lot.
//
// # Choices, where sources differ
//
//   - Jeffreys is the plain posterior quantile also at x = 0 and x = n.
//   - The two-of-five rule looks at lots inspected under normal inspection since it
//     last began; the lot that ends reduced inspection is not one of them, and the
//     switching score then starts from 0 (ISO 2859-1:1999, 9.3.1 and 9.3.3).
//   - "One AQL step tighter" takes the letter of the plan in use, after arrows. A
//     program that takes the letter before arrows and gives 0 when n differs scores
//     arrow cells differently; both agree on the reference vectors.
//   - The severity is an argument of this package, the decision of people: steady
//     production and the authority's agreement come with each lot.
//   - Gwet's AC1 stays defined (and is 1) when all ratings fall in one of two or more
//     categories offered; only kappa and alpha are then not defined. It is not defined
//     when one category was offered or no item was rated twice.
//   - Ratings of Krippendorff's alpha may also be of ratio level.
//   - Allocations are rounded by largest remainder; fractions that differ by less than
//     10⁻⁹ tie, and the earlier stratum goes first.
//   - A plan's figures are binomial for an unknown lot or a sample under a tenth of it,
//     else hypergeometric (Plan.Hypergeometric); a fraction then means whole items.
//   - The statutory readings of 4,000, 1,000 and 300 items are those of a process
//     (binomial); a lot of less than ten samples reads better, as it should.
//
// # Editions and gaps
//
// The plan tables are those of ISO 2859-1:1999 with Cor 1:2001 and Amd 1:2011, adopted
// without change as GB/T 2828.1-2012. The third edition, ISO 2859-1:2026, is not
// represented. One cell rests on one source (ISOPlan.Unverified). An isolated lot, without a
// stream to switch, is better served by FindPlan than by an AQL plan.
//
// The reference vectors (testdata/vectors.json, TestVectors) and the formulas
// given here do not disagree anywhere.
package stats
