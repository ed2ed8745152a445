package stats

// FixedRule is a sampling rule as regulations state it: inspect so many items,
// at least such a share right.
type FixedRule struct {
	N        int     `json:"n"`         // items to inspect; 0 when Share is given
	Share    float64 `json:"share"`     // or this share of the lot, rounded up
	MinRight float64 `json:"min_right"` // for example 0.96
}

// Reading is what a fixed rule is worth as a sampling plan: a sample that just
// meets the limit is weak evidence that the lot does.
type Reading struct {
	Plan Plan `json:"plan"` // Ac = ⌊n (1 − MinRight)⌋
	Re   int  `json:"re"`
	// AtLimit is the probability that a lot of exactly the limit is accepted.
	AtLimit float64 `json:"at_limit"`
	// Accepted95 and Accepted10 are the fractions nonconforming accepted 95 % and
	// 10 % of the time.
	Accepted95 float64 `json:"accepted_95"`
	Accepted10 float64 `json:"accepted_10"`
	// Prove is the largest number of nonconforming items that still shows the limit
	// with the asked confidence; Provable is false when not even none would do.
	Prove    int  `json:"prove"`
	Provable bool `json:"provable"`
}

// Plan turns the rule into a sampling plan for a lot. With UnknownLot a fixed
// number is a sample from a process. A fixed number at or above the lot size means the whole lot.
//
// Either N ≥ 1, or 0 < Share ≤ 1 with a known lot; 0 < MinRight < 1; otherwise a
// *ParameterError, also when MinRight would let the whole sample be wrong.
func (r FixedRule) Plan(lot int) (Plan, error) {
	err := first(intIn("lot", lot, 0, maxCount), intIn("n", r.N, 0, maxCount), fraction("min_right", r.MinRight))
	if err != nil {
		return Plan{}, err
	}
	n := r.N
	if n == 0 {
		if err := first(probability("share", r.Share), positive("share", r.Share), intIn("lot", lot, 1, maxCount)); err != nil {
			return Plan{}, err
		}
		n = ceilOf(r.Share * float64(lot))
	}
	if lot > 0 {
		n = min(n, lot)
	}
	p := Plan{Lot: lot, N: n, Ac: floorOf(float64(n) * (1 - r.MinRight))}
	return p, p.Check()
}

// Read gives both readings of a rule for a lot: its acceptance number, and the
// number of nonconforming items that would prove the limit with the given
// confidence. The model is the plan's (see Plan.Hypergeometric): binomial for an
// unknown lot or a sample under a tenth of it.
//
// Errors as Plan, and 0 < confidence < 1.
func (r FixedRule) Read(lot int, confidence float64) (Reading, error) {
	plan, err := r.Plan(lot)
	if err != nil {
		return Reading{}, err
	}
	limit := 1 - r.MinRight
	v := Reading{Plan: plan, Re: plan.Re(), AtLimit: plan.pa(limit)}
	if plan.Hypergeometric() { // of whole items, the worst lot that still keeps the limit
		v.AtLimit = hypergeometric{lot, floorOf(limit * float64(lot)), plan.N}.tails(plan.Ac).lower
	}
	if v.Accepted95, err = plan.QualityAt(0.95); err != nil {
		return Reading{}, err
	}
	if v.Accepted10, err = plan.QualityAt(0.10); err != nil {
		return Reading{}, err
	}
	v.Prove, v.Provable, err = ProvingNumber(lot, plan.N, r.MinRight, confidence)
	return v, err
}

// ProvingNumber is the largest number d of nonconforming items among n that shows
// an accuracy of at least minRight with the given confidence: the largest d with
// P(X ≤ d) ≤ 1 − confidence at the limit, which is the same as a one-sided
// Clopper–Pearson lower bound ≥ minRight. For a known lot of which n is a tenth or
// more X is hypergeometric with D = ⌊(1−minRight)N⌋ + 1, the smallest lot content
// to be excluded, and the bound is ExactLot's. ok is false when d = 0 does not show it.
//
// 1 ≤ n ≤ 10⁹ (≤ lot), 0 < minRight < 1, 0 < confidence < 1; otherwise a *ParameterError.
func ProvingNumber(lot, n int, minRight, confidence float64) (d int, ok bool, err error) {
	plan := Plan{Lot: lot, N: n}
	if err := first(plan.Check(), fraction("min_right", minRight), tail("confidence", confidence)); err != nil {
		return 0, false, err
	}
	lower := func(d int) float64 { return binomialTails(n, d, 1-minRight).lower }
	if plan.Hypergeometric() {
		excluded := min(lot, floorOf((1-minRight)*float64(lot))+1)
		lower = func(d int) float64 { return hypergeometric{lot, excluded, n}.tails(d).lower }
	}
	d = searchInt(0, n, func(d int) bool { return lower(d) > 1-confidence }) - 1
	return max(0, d), d >= 0, nil
}

// ProvesAtLeast tells whether x conforming items among n show an accuracy of at
// least minRight with the given confidence. Errors as ProvingNumber.
func ProvesAtLeast(lot, conforming, n int, minRight, confidence float64) (bool, error) {
	most, ok, err := ProvingNumber(lot, n, minRight, confidence)
	if err = first(err, intIn("conforming", conforming, 0, n)); err != nil {
		return false, err
	}
	return ok && n-conforming <= most, nil
}
