// Package demo builds a demonstration organisation: Yunfan, a fictitious
// provider with a chat assistant for the public, an image generator that
// minors use, and an internal tool that Article 2 leaves out of the Measures.
//
// Half a year of its history is lived through, week by week, with the
// product's own operations and a clock that is set: services are registered
// and scoped, work is assigned, evidence comes in and is reviewed, conclusions
// are proposed, approved and sent back, some things run late, some break, and
// some proof expires. Nothing is written around the domain, so the ledger of
// the demonstration verifies like any other. The same day gives the same
// story; identifiers and keys are random as always.
package demo
