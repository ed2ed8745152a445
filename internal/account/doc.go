// Package account keeps the organisation, its people, how they sign in, and
// their sessions.
//
// People have an e-mail address, roles and a scope of services. An account
// starts without a password: whoever made it hands over a one-time link, valid
// for seven days, on which the person chooses one; an administrator's reset
// works the same way. Nobody ever knows another person's password and there is
// no default one.
//
// Signing in costs the same work and gets the same answer for a known and an
// unknown address. Five failures for one address from one network lock that
// pair for ten minutes, fifty from one network lock the network; nobody can
// lock others out from elsewhere. A session ends when it was idle for half an
// hour or is twelve hours old (both can be set), when it is signed out or
// ended from another one, and when the password, the roles or the account
// change.
package account
