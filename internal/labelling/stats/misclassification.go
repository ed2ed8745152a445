package stats

import "math"

// Corrected is an error rate corrected for the errors of the checkers.
type Corrected struct {
	Value float64 `json:"value"` // in [0, 1]
	Raw   float64 `json:"raw"`   // before clipping; outside [0, 1] it says that Se or Sp does not fit
	// Clipped tells that Raw was outside [0, 1].
	Clipped bool `json:"clipped"`
}

// RoganGladen corrects an observed share of nonconforming items for checkers who
// overlook some and object to others:
//
//	p = (p_obs + Sp − 1)/(Se + Sp − 1)
//
// Se is the share of wrong items they find wrong, Sp the share of right items they
// find right, both from gold items or double checks. All in [0, 1] and Se + Sp > 1 (a
// checker better than chance); otherwise a *ParameterError.
// Source: Rogan, Gladen 1978, American Journal of Epidemiology 107.
func RoganGladen(observed, se, sp float64) (Corrected, error) {
	err := first(probability("observed", observed), probability("se", se), probability("sp", sp))
	if err == nil && se+sp-1 < 1e-9 {
		err = OutOfRange("se + sp", se+sp, "> 1")
	}
	if err != nil {
		return Corrected{}, err
	}
	raw := (observed + sp - 1) / (se + sp - 1)
	value := math.Min(1, math.Max(0, raw))
	return Corrected{Value: value, Raw: raw, Clipped: value != raw}, nil
}

// RoganGladenInterval carries an interval for the observed rate through the
// correction, Se and Sp taken as known; it is too narrow when they rest on few items.
// Errors as RoganGladen. Source: Lang, Reiczigel 2014, Preventive Veterinary Medicine 113.
func RoganGladenInterval(observed Interval, se, sp float64) (Interval, error) {
	lower, err1 := RoganGladen(observed.Lower, se, sp)
	upper, err2 := RoganGladen(observed.Upper, se, sp)
	estimate, err3 := RoganGladen(observed.Estimate, se, sp)
	return Interval{Lower: lower.Value, Upper: upper.Value, Estimate: estimate.Value}, first(err1, err2, err3)
}
