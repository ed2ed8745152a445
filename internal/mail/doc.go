// Package mail sends e-mail through the organisation's SMTP server.
//
// A message is queued in the same transaction as what it tells about (Queue),
// so that it goes out exactly when that was kept. A job delivers what is due
// (Deliver): a server that is away or full is tried again, later each time; a
// server that refuses for good ends it. What was sent is dropped from the
// queue, and of what was given up only the reason is kept: the queue holds
// nothing of its own, and addresses and texts do not gather in it. While a
// message waits its content is encrypted with the installation's key (Seal),
// so that neither the database, its log nor a backup shows whom it goes to.
//
// A message can arrive twice if the program ends between the server's answer
// and the note of it; its Message-ID is the same both times.
package mail
