// Package readiness tells how ready services are, from the records that others
// keep. It reads them and writes nothing but snapshots.
//
// # Where the figures come from
//
// A Standing is one service as it stands today: its requirements from the
// checklist with status, evidence and review, and the live figures of
// labelling and of people's requests. Package score computes the rest; no
// other place computes a readiness figure, so pages, exports and reports of
// the same moment agree.
//
// # How they are kept current
//
// Standings are kept in memory, each with the very rows it was computed from.
// The checklist hands out the same rows until an event of the service is in
// the ledger, so a standing is recomputed when, and only when, its service has
// changed, live figures have, or a new day has begun. A change in one service
// costs the computation of its 120 requirements, never of the whole
// organisation. The first page after a change of this program sees it; where
// several nodes share a database, what another has changed is seen within a
// second. What time changes by itself (evidence past its date, reviews not
// done) is worked out as of today, without waiting for a sweep.
//
// # Snapshots
//
// Once a day, and on demand with a note, the states of all services are kept:
// one recorded row (Snapshot) that commits by a hash to one row per service
// (state), in which each requirement takes two characters. From them come
// trends, what changed since, burn-down and forecast. Verify recomputes the
// hash. A daily snapshot shows the day's beginning: the first moment of the
// day at which the program ran.
//
// # Who sees what
//
// Everything is limited to the services in a person's scope; the overall
// figure of somebody who sees three services is that of the three. Services
// that were retired do not count any more. In snapshots they stay.
package readiness
