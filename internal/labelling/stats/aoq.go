package stats

import "math"

// unsampled is (N − n)/N, or 1 when the lot is unknown.
func (p Plan) unsampled() float64 {
	if p.Lot == 0 {
		return 1
	}
	return float64(p.Lot-p.N) / float64(p.Lot)
}

// AOQ is the average outgoing quality when lots that are not accepted are
// inspected whole and every nonconforming item found is put right:
//
//	AOQ = p · Pa(p) · (N − n)/N
//
// Errors as Pa. Source: Dodge, Romig 1959, Sampling Inspection Tables.
func (p Plan) AOQ(quality float64) (float64, error) {
	pa, err := p.Pa(quality)
	return quality * pa * p.unsampled(), err
}

// ATI is the average number of items inspected per lot under the same
// practice: n + (1 − Pa)(N − n). The lot must be known.
func (p Plan) ATI(quality float64) (float64, error) {
	if p.Lot == 0 {
		return 0, OutOfRange("lot", p.Lot, "known, that is >= n")
	}
	pa, err := p.Pa(quality)
	return float64(p.N) + (1-pa)*float64(p.Lot-p.N), err
}

// AOQL is the average outgoing quality limit, the largest AOQ over all incoming
// qualities, and At the incoming quality where it occurs.
type AOQL struct {
	Limit float64 `json:"limit"`
	At    float64 `json:"at"`
}

// AOQL finds the maximum of AOQ. p·Pa(p) rises to one peak and falls, which a
// grid over [0, quality accepted once in a million] brackets and golden section refines;
// for a finite lot the answer is at a whole number of nonconforming items.
func (p Plan) AOQL() (AOQL, error) {
	if err := p.Check(); err != nil {
		return AOQL{}, err
	}
	end, err := p.QualityAt(1e-6)
	if err != nil {
		return AOQL{}, err
	}
	if p.Hypergeometric() {
		return p.lotAOQL(ceilOf(end * float64(p.Lot))), nil
	}
	at := goldenMax(0, end, func(q float64) float64 { return q * p.pa(q) })
	return AOQL{Limit: at * p.pa(at) * p.unsampled(), At: at}, nil
}

// lotAOQL searches D in [0, most] by halving the slope of D·Pa(D).
func (p Plan) lotAOQL(most int) AOQL {
	passed := func(d int) float64 { return float64(d) * hypergeometric{p.Lot, d, p.N}.tails(p.Ac).lower }
	d := searchInt(0, most, func(d int) bool { return passed(d+1) <= passed(d) && passed(d) > 0 })
	d = min(d, p.Lot)
	size := float64(p.Lot)
	return AOQL{Limit: passed(d) / size * p.unsampled(), At: float64(d) / size}
}

// goldenMax maximises a function with one peak on [low, high].
func goldenMax(low, high float64, f func(float64) float64) float64 {
	ratio := (math.Sqrt(5) - 1) / 2
	left, right := high-ratio*(high-low), low+ratio*(high-low)
	fl, fr := f(left), f(right)
	for high-low > 1e-12*math.Max(high, 1e-300) && left < right {
		if fl < fr {
			low, left, fl = left, right, fr
			right = low + ratio*(high-low)
			fr = f(right)
			continue
		}
		high, right, fr = right, left, fl
		left = high - ratio*(high-low)
		fl = f(left)
	}
	return (low + high) / 2
}

// OCPoint is one point of a plan's operating characteristic for a chart.
type OCPoint struct {
	P   float64 `json:"p"`   // fraction nonconforming offered
	Pa  float64 `json:"pa"`  // probability of acceptance
	AOQ float64 `json:"aoq"` // average outgoing quality
	ATI float64 `json:"ati"` // average total inspection; 0 when the lot is unknown
}

// Curve gives the operating characteristic at `points` equally spaced qualities
// from 0 to `most`. 2 ≤ points ≤ 10,000, 0 < most ≤ 1. Under a finite lot each
// point is moved to the nearest whole number of nonconforming items, so that the
// drawn curve holds only lots that can exist.
func (p Plan) Curve(most float64, points int) ([]OCPoint, error) {
	err := first(p.Check(), intIn("points", points, 2, 10_000), probability("most", most), positive("most", most))
	if err != nil {
		return nil, err
	}
	curve := make([]OCPoint, 0, points)
	for i := range points {
		quality := most * float64(i) / float64(points-1)
		if p.Hypergeometric() {
			quality = math.Round(quality*float64(p.Lot)) / float64(p.Lot)
			if i > 0 && quality == curve[len(curve)-1].P {
				continue
			}
		}
		curve = append(curve, p.point(quality))
	}
	return curve, nil
}

func (p Plan) point(quality float64) OCPoint {
	pa := p.pa(quality)
	v := OCPoint{P: quality, Pa: pa, AOQ: quality * pa * p.unsampled()}
	if p.Lot > 0 {
		v.ATI = float64(p.N) + (1-pa)*float64(p.Lot-p.N)
	}
	return v
}
