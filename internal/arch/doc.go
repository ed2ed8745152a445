// Package arch holds the rules about who may import whom, as a test: parts
// depend downwards only, and each outside library stays behind one border.
// A package that the table does not list fails the test, so that a new part
// gets its place when it is made.
package arch
