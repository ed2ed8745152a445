package stats

import (
	"fmt"
	"math"
)

// maxCount bounds every count of items the package takes (one thousand million).
// It keeps products of two counts exact and loops short; lots are far smaller.
const maxCount = 1_000_000_000

// ParameterError says that an argument lies outside the domain of a formula.
// Every input error of this package and of draw is one, so that a page can
// name the field and its range.
type ParameterError struct {
	Name  string // parameter as documented, for example "confidence"
	Value string // what was given
	Range string // what is allowed, for example "> 0 and < 1"
}

func (e *ParameterError) Error() string {
	return fmt.Sprintf("%s must be %s, got %s", e.Name, e.Range, e.Value)
}

// OutOfRange builds the error for a parameter outside its range.
func OutOfRange(name string, value any, allowed string) error {
	return &ParameterError{Name: name, Value: fmt.Sprint(value), Range: allowed}
}

// first returns the first error that is not nil.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func intIn(name string, v, low, high int) error {
	if v < low || v > high {
		return OutOfRange(name, v, fmt.Sprintf(">= %d and <= %d", low, high))
	}
	return nil
}

// probability allows 0 and 1.
func probability(name string, v float64) error {
	if !(v >= 0 && v <= 1) {
		return OutOfRange(name, v, ">= 0 and <= 1")
	}
	return nil
}

// fraction allows neither 0 nor 1.
func fraction(name string, v float64) error {
	if !(v > 0 && v < 1) {
		return OutOfRange(name, v, "> 0 and < 1")
	}
	return nil
}

// tail allows the error probabilities and quantile levels that can be told
// apart from 0 and 1 in double precision.
func tail(name string, v float64) error {
	if !(v >= 1e-12 && v <= 1-1e-12) {
		return OutOfRange(name, v, ">= 1e-12 and <= 1-1e-12")
	}
	return nil
}

func positive(name string, v float64) error {
	if !(v > 0) || math.IsInf(v, 1) {
		return OutOfRange(name, v, "> 0 and finite")
	}
	return nil
}

func notNegative(name string, v float64) error {
	if !(v >= 0) || math.IsInf(v, 1) {
		return OutOfRange(name, v, ">= 0 and finite")
	}
	return nil
}

// nearInteger is the slack within which a product such as 0.02 × 150 counts as
// the whole number it stands for.
const nearInteger = 1e-9

// floorOf rounds down, taking a value that misses an integer by rounding error
// only as that integer.
func floorOf(v float64) int { return int(math.Floor(v + nearInteger*math.Max(1, math.Abs(v)*1e-6))) }

// ceilOf rounds up with the same care.
func ceilOf(v float64) int { return -floorOf(-v) }
