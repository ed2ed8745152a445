package account

// Hashed is how many passwords were hashed so far.
func Hashed() int64 { return hashed.Load() }
