package stats

import "math"

func checkPlan(n, ac int) error {
	return first(intIn("n", n, 1, maxCount), intIn("ac", ac, 0, maxCount))
}

// BinomialPa is the probability of acceptance of the plan (n, Ac) when the
// process yields the fraction p of nonconforming items:
//
//	Pa = Σ_{i ≤ Ac} C(n,i) pⁱ (1−p)ⁿ⁻ⁱ
//
// Right for a process or for a lot at least ten times the sample.
// 1 ≤ n ≤ 10⁹, 0 ≤ Ac, 0 ≤ p ≤ 1; otherwise a *ParameterError.
// Source: ISO 2859-1:1999 clause 12 (operating characteristic curves).
func BinomialPa(n, ac int, p float64) (float64, error) {
	if err := first(checkPlan(n, ac), probability("p", p)); err != nil {
		return 0, err
	}
	return binomialTails(n, ac, p).lower, nil
}

// HypergeometricPa is the probability that a lot with the given number of
// nonconforming items passes the plan (n, Ac), without replacement:
//
//	Pa = Σ_{i ≤ Ac} C(D,i) C(N−D,n−i) / C(N,n)
//
// 1 ≤ n ≤ lot ≤ 10⁹, 0 ≤ nonconforming ≤ lot, 0 ≤ Ac; otherwise a *ParameterError.
// The cost grows with the standard deviation of the count, not with the lot.
func HypergeometricPa(lot, nonconforming, n, ac int) (float64, error) {
	err := first(
		intIn("lot", lot, 1, maxCount),
		intIn("nonconforming", nonconforming, 0, lot),
		intIn("n", n, 1, lot),
		intIn("ac", ac, 0, maxCount),
	)
	if err != nil {
		return 0, err
	}
	return hypergeometric{lot, nonconforming, n}.tails(ac).lower, nil
}

// PoissonPa is the probability of acceptance when nonconformities are counted:
// X is Poisson with mean n·c/100, c nonconformities per 100 items.
//
// 1 ≤ n ≤ 10⁹, 0 ≤ Ac, c ≥ 0 and finite; otherwise a *ParameterError.
// Source: ISO 2859-1:1999 clause 12, for AQL above 10.
func PoissonPa(n, ac int, per100 float64) (float64, error) {
	if err := first(checkPlan(n, ac), notNegative("nonconformities_per_100", per100)); err != nil {
		return 0, err
	}
	return poissonTails(ac, float64(n)*per100/100).lower, nil
}

// QualityAtPa is the fraction nonconforming at which the plan (n, Ac) accepts
// with probability pa: p = B⁻¹(1 − pa; Ac+1, n−Ac), binomial model.
// pa = 0.95 gives the producer's point, pa = 0.10 the limiting quality.
//
// 0 ≤ Ac < n ≤ 10⁹, 0 < pa < 1; otherwise a *ParameterError.
// Source: Hald 1981, Statistical Theory of Sampling Inspection by Attributes.
func QualityAtPa(n, ac int, pa float64) (float64, error) {
	if err := first(intIn("n", n, 1, maxCount), intIn("ac", ac, 0, n-1), tail("pa", pa)); err != nil {
		return 0, err
	}
	return betaQuantile(float64(ac+1), float64(n-ac), pa, true), nil
}

// LotQualityAtPa is QualityAtPa for a finite lot: the largest number D of
// nonconforming items with Pa(D) ≥ pa, hypergeometric. The next lot, D + 1, is
// accepted less often than pa. Domain as HypergeometricPa and 0 < pa < 1.
func LotQualityAtPa(lot, n, ac int, pa float64) (int, error) {
	err := first(intIn("lot", lot, 1, maxCount), intIn("n", n, 1, lot), intIn("ac", ac, 0, maxCount), tail("pa", pa))
	if err != nil {
		return 0, err
	}
	return searchInt(0, lot, func(d int) bool { return hypergeometric{lot, d, n}.tails(ac).lower < pa }) - 1, nil
}

// Plan is a single sampling plan for a lot: inspect N items, accept with at
// most Ac nonconforming. Re is always Ac + 1.
type Plan struct {
	Lot int `json:"lot"` // items in the lot; 0 for a process or an unknown lot
	N   int `json:"n"`
	Ac  int `json:"ac"`
}

// Re is the rejection number, Ac + 1.
func (p Plan) Re() int { return p.Ac + 1 }

// Accepts tells whether d nonconforming items in the sample pass.
func (p Plan) Accepts(d int) bool { return d <= p.Ac }

// Hypergeometric tells which model the plan's figures use: the hypergeometric
// when the lot is known and the sample is a tenth of it or more, else the binomial.
func (p Plan) Hypergeometric() bool { return p.Lot > 0 && p.N*10 >= p.Lot }

// Check returns a *ParameterError unless N ≥ 1, 0 ≤ Ac < N and N ≤ Lot if the
// lot is known.
func (p Plan) Check() error {
	most := maxCount
	if p.Lot > 0 {
		most = p.Lot
	}
	return first(intIn("lot", p.Lot, 0, maxCount), intIn("n", p.N, 1, most), intIn("ac", p.Ac, 0, p.N-1))
}

// Pa is the probability that a lot with the fraction p of nonconforming items
// is accepted, under the plan's model (see Hypergeometric). A finite lot holds
// whole items: D is p·Lot rounded to the nearest.
func (p Plan) Pa(quality float64) (float64, error) {
	if err := first(p.Check(), probability("p", quality)); err != nil {
		return 0, err
	}
	return p.pa(quality), nil
}

func (p Plan) pa(quality float64) float64 {
	if p.Hypergeometric() {
		d := int(math.Round(quality * float64(p.Lot)))
		return hypergeometric{p.Lot, d, p.N}.tails(p.Ac).lower
	}
	return binomialTails(p.N, p.Ac, quality).lower
}

// QualityAt is the fraction nonconforming accepted with probability pa: under
// the binomial model the exact fraction, for a finite lot the largest D/Lot still
// accepted at least that often.
func (p Plan) QualityAt(pa float64) (float64, error) {
	if err := p.Check(); err != nil {
		return 0, err
	}
	if !p.Hypergeometric() {
		return QualityAtPa(p.N, p.Ac, pa)
	}
	d, err := LotQualityAtPa(p.Lot, p.N, p.Ac, pa)
	return float64(d) / float64(p.Lot), err
}

// Risks are the two ways a plan can be wrong.
type Risks struct {
	Producer float64 `json:"producer"` // α: a lot at the AQL is not accepted
	Consumer float64 `json:"consumer"` // β: a lot at the limiting quality is accepted
}

// Risks gives α = 1 − Pa(aql) and β = Pa(lq). aql and lq are fractions in [0, 1].
func (p Plan) Risks(aql, lq float64) (Risks, error) {
	if err := first(p.Check(), probability("aql", aql), probability("lq", lq)); err != nil {
		return Risks{}, err
	}
	return Risks{Producer: 1 - p.pa(aql), Consumer: p.pa(lq)}, nil
}
