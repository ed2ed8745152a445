package stats

import (
	"fmt"
	"math"
)

// Stratum is one stratum of a lot and its sample.
type Stratum struct {
	Size       int `json:"size"`       // N_h
	Sampled    int `json:"sampled"`    // n_h
	Conforming int `json:"conforming"` // found conforming among n_h
}

// StratifiedEstimate is the accuracy of a stratified lot.
type StratifiedEstimate struct {
	Interval
	Variance float64 `json:"variance"`
	// Effective is the size of the simple random sample that would tell as much.
	Effective float64 `json:"effective_n"`
}

// EstimateStratified estimates the accuracy of a lot from its strata:
//
//	p̂ = Σ W_h p̂_h, Var = Σ W_h² (1 − n_h/N_h) p̂_h(1−p̂_h)/(n_h − 1), W_h = N_h/N
//
// The interval is Wilson's with the effective sample size n* = p̂(1−p̂)/Var
// (Korn, Graubard 1998; Dean, Pagano 2015), so it stays in [0, 1]. When no stratum
// shows any variation Var is 0 and n* = 1/Σ(W_h²/n_h) (Kish 1965), which does not
// pretend certainty. A lot inspected whole has an interval of one point.
//
// Each stratum with N_h > 0 needs 2 ≤ n_h ≤ N_h, or n_h = N_h; 0 ≤ conforming ≤ n_h;
// otherwise a *ParameterError. Source: Cochran 1977, 5.3 and 5.6.
func EstimateStratified(strata []Stratum, confidence float64, side Side) (StratifiedEstimate, error) {
	total, err := checkSamples(strata)
	if err = first(err, checkLevel(confidence, side)); err != nil {
		return StratifiedEstimate{}, err
	}
	var estimate, variance, kish float64
	sampled, conforming := 0, 0
	for _, s := range strata {
		if s.Size == 0 {
			continue
		}
		w, n := float64(s.Size)/float64(total), float64(s.Sampled)
		p := float64(s.Conforming) / n
		sampled += s.Sampled
		conforming += s.Conforming
		estimate += w * p
		kish += w * w / n
		if s.Sampled < s.Size {
			variance += w * w * (1 - n/float64(s.Size)) * p * (1 - p) / (n - 1)
		}
	}
	if conforming == sampled { // sums of weights may miss 1 by rounding
		estimate = 1
	}
	v := StratifiedEstimate{Variance: variance, Effective: 1 / kish}
	if sampled == total {
		v.Interval = side.cut(Interval{estimate, estimate, estimate})
		return v, nil
	}
	if variance > 0 {
		v.Effective = estimate * (1 - estimate) / variance
	}
	v.Interval = wilson(estimate*v.Effective, v.Effective, side.z(confidence))
	v.Interval = side.cut(v.Interval)
	v.Estimate = math.Min(1, estimate)
	return v, nil
}

func checkSamples(strata []Stratum) (total int, err error) {
	if err := intIn("strata", len(strata), 1, maxStrata); err != nil {
		return 0, err
	}
	for h, s := range strata {
		err := first(
			intIn(fmt.Sprintf("strata[%d].size", h), s.Size, 0, maxCount),
			intIn(fmt.Sprintf("strata[%d].sampled", h), s.Sampled, min(2, s.Size), s.Size),
			intIn(fmt.Sprintf("strata[%d].conforming", h), s.Conforming, 0, s.Sampled),
		)
		if err != nil {
			return 0, err
		}
		total += s.Size
	}
	return total, intIn("strata (sum of sizes)", total, 1, math.MaxInt)
}
