package audit

import (
	"hegui/internal/problem"
	"hegui/internal/store"
)

// Outage says whether err means that the database cannot do it now: Full when
// there is no room, Unavailable when it may later. ok is false for any other
// error.
func Outage(err error) (kind problem.Kind, ok bool) {
	switch {
	case err == nil:
		return 0, false
	case store.DiskFull(err):
		return problem.Full, true
	case store.Outage(err):
		return problem.Unavailable, true
	}
	return 0, false
}
