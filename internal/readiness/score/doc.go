// Package score computes readiness: how far a service, a chapter or the whole
// organisation has come in meeting what the Measures ask, as a number that can
// be taken apart down to single requirements. It is pure: the same items give
// the same figures, in whatever order they come.
//
// # The formula
//
// A requirement that counts earns points between nothing and Full:
//
//	points = status % × evidence % × review %
//
//	status    compliant 100, partly compliant 50, in progress 20,
//	          not assessed 0, non-compliant 0
//	evidence  something approved and in its validity 100; else something
//	          expired 60; else something that awaits review 75; none 50
//	review    up to date 100, overdue by up to 90 days 90, by more 75
//
// What does not apply by the service's scope, and what was judged not
// applicable, does not count at all.
//
// Requirements weigh by severity: critical 8, high 4, medium 2, low 1. An
// article's score is the weighted mean of its requirements and of the live
// figures that belong to it (see Live). An article with an open critical
// non-conformity is capped at 40.0 %.
//
// A chapter, a service and the organisation are weighted means again: their
// points are the sum of the capped points of their articles, their weight the
// sum of the weights. So the organisation's figure is the same whether one
// adds services or chapters.
//
// # Exactness
//
// Points are whole millionths, weights whole numbers, sums of both are exact.
// A score is shown in tenths of a percent, cut off and never rounded up: 100.0
// means that nothing is missing. Sum.Value is the only place where that
// happens.
//
// # Words
//
// Ready: 90.0 % or more, and no critical requirement open. At risk: 70.0 % or
// more. Not ready: less. Where nothing counts there is neither score nor word.
//
// The weights, shares and limits are the product's own; the Measures know no
// score. They are chosen so that the figure never rises when something gets
// worse, which the tests of this package try out.
package score
