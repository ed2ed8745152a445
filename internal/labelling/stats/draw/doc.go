// Package draw makes sample draws that anyone can replay.
//
// The rule, byte for byte:
//
//	frame      item ids of the lot, sorted by UTF-8 bytes, each followed by LF; frame hash = SHA-256
//	seed hash  hex SHA-256(lot id LF seed)
//	ticket     hex SHA-256(seed hash LF item id)
//	draw       order by (ticket, item id bytes), take the first n; stratified: inside each stratum
//
// It is consistent sampling (Rivest 2018, consistent_sampler): a ticket depends on
// the seed and the item alone, so a larger n, an added item or another order of the
// frame never reorders the rest, and a sequential plan walks down the same list.
//
// The seed must not be choosable after the frame is known, nor the frame after the
// seed. So: freeze and log the frame hash; two people each enter a part blind, as a
// commitment first and then the part itself (Commit, Reveals, Seed); log the seed; draw.
// Shell prints what an inspector types to get the same list with sha256sum and sort.
//
// All hashes are lower-case hexadecimal. An id must not be empty and must not hold
// LF or NUL, which the shell lines could not carry; such input is a
// *stats.ParameterError.
package draw
