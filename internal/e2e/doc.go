// Package e2e proves the product in a real browser: every page a role can
// reach, in both languages and themes, wide and narrow, and whole working
// days. It has tests only.
//
// The tests need Chromium; with CI=true a missing one is a failure, else they
// are skipped. E2E_SHOTS=DIR keeps screenshots.
package e2e
