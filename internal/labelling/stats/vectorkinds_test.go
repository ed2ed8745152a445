package stats_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"hegui/internal/labelling/stats"
	"hegui/internal/labelling/stats/draw"
)

// fields is a computed result under the names the vector files use.
type fields = map[string]any

// vectorKinds computes each kind of vector through the public API.
var vectorKinds = map[string]func(json.RawMessage) (fields, error){
	"interval_clopper_pearson":   interval(stats.ClopperPearson),
	"interval_wilson":            interval(stats.Wilson),
	"interval_jeffreys":          interval(stats.Jeffreys),
	"oc_binomial":                kind(ocBinomial),
	"oc_hypergeometric":          kind(ocHypergeometric),
	"oc_poisson":                 kind(ocPoisson),
	"plan_quality_at_pa":         kind(qualityAtPa),
	"find_plan_binomial":         kind(findPlan),
	"sample_size_proportion":     kind(sampleSize),
	"cohen_kappa":                kind(cohen),
	"fleiss_kappa":               kind(fleiss),
	"krippendorff_alpha":         kind(krippendorff),
	"gwet_ac1":                   kind(gwet),
	"p_chart":                    kind(pChart),
	"u_chart":                    kind(uChart),
	"allocation_proportional":    kind(proportional),
	"allocation_neyman":          kind(neyman),
	"allocation_optimum_integer": kind(optimumInteger),
	"sprt_binomial":              kind(sprt),
	"beta_posterior":             kind(posterior),
	"iso2859_plan":               kind(isoPlan),
	"iso2859_switching":          kind(isoSwitching),
	"draw_sha256":                kind(drawSHA256),
	"draw_consistent_sampler":    kind(drawConsistent),
}

// kind decodes the inputs of one kind.
func kind[T any](compute func(T) (fields, error)) func(json.RawMessage) (fields, error) {
	return func(raw json.RawMessage) (fields, error) {
		var in T
		if err := json.Unmarshal(raw, &in); err != nil {
			return nil, err
		}
		return compute(in)
	}
}

type intervalInput struct {
	Successes  int        `json:"successes"`
	Trials     int        `json:"trials"`
	Confidence float64    `json:"confidence"`
	Sides      stats.Side `json:"sides"`
}

func interval(f func(x, n int, confidence float64, side stats.Side) (stats.Interval, error)) func(json.RawMessage) (fields, error) {
	return kind(func(in intervalInput) (fields, error) {
		v, err := f(in.Successes, in.Trials, in.Confidence, in.Sides)
		return fields{"lower": v.Lower, "upper": v.Upper, "estimate": v.Estimate}, err
	})
}

type planInput struct {
	Lot           int     `json:"lot"`
	Nonconforming int     `json:"nonconforming"`
	N             int     `json:"n"`
	Ac            int     `json:"ac"`
	P             float64 `json:"p"`
	Pa            float64 `json:"pa"`
	Per100        float64 `json:"nonconformities_per_100"`
}

func ocBinomial(in planInput) (fields, error) {
	pa, err := stats.BinomialPa(in.N, in.Ac, in.P)
	return fields{"pa": pa}, err
}

func ocHypergeometric(in planInput) (fields, error) {
	pa, err := stats.HypergeometricPa(in.Lot, in.Nonconforming, in.N, in.Ac)
	return fields{"pa": pa}, err
}

func ocPoisson(in planInput) (fields, error) {
	pa, err := stats.PoissonPa(in.N, in.Ac, in.Per100)
	return fields{"pa": pa}, err
}

func qualityAtPa(in planInput) (fields, error) {
	p, err := stats.QualityAtPa(in.N, in.Ac, in.Pa)
	return fields{"p": p}, err
}

func findPlan(in stats.TwoPoint) (fields, error) {
	p, err := stats.FindPlan(stats.UnknownLot, in)
	return fields{"n": p.N, "ac": p.Ac, "re": p.Re()}, err
}

type sizeInput struct {
	Population *int    `json:"population"`
	Margin     float64 `json:"margin"`
	P          float64 `json:"p"`
	Confidence float64 `json:"confidence"`
}

func sampleSize(in sizeInput) (fields, error) {
	lot := stats.UnknownLot
	if in.Population != nil {
		lot = *in.Population
	}
	s, err := stats.SampleSizeForMargin(lot, in.Margin, in.P, in.Confidence)
	return fields{"n_exact": s.Exact, "n": s.N}, err
}

// coefficient names a result, with null and undefined where there is none.
func coefficient(name string, c stats.Coefficient) fields {
	if !c.OK {
		return fields{name: nil, "undefined": true}
	}
	return fields{name: c.Value, "undefined": false}
}

// codes turns labels into their positions among the categories.
func codes(labels, categories []any) ([]int, error) {
	out := make([]int, len(labels))
	for i, label := range labels {
		if out[i] = slices.Index(categories, label); out[i] < 0 {
			return nil, fmt.Errorf("%v is not a category", label)
		}
	}
	return out, nil
}

func cohen(in struct {
	A          []any         `json:"rater_a"`
	B          []any         `json:"rater_b"`
	Categories []any         `json:"categories"`
	Weights    stats.Weights `json:"weights"`
}) (fields, error) {
	a, err1 := codes(in.A, in.Categories)
	b, err2 := codes(in.B, in.Categories)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	c, err := stats.CohenKappa(a, b, len(in.Categories), in.Weights)
	out := coefficient("kappa", c)
	out["observed_agreement"] = c.Observed
	return out, err
}

func fleiss(in struct {
	Counts [][]int `json:"counts"`
}) (fields, error) {
	c, err := stats.FleissKappa(in.Counts)
	return coefficient("kappa", c), err
}

func krippendorff(in struct {
	Ratings [][]any           `json:"ratings"`
	Level   stats.Measurement `json:"level"`
}) (fields, error) {
	units := make([][]float64, len(in.Ratings[0]))
	var labels []any
	for _, row := range in.Ratings {
		for u, value := range row {
			number, ok := value.(float64)
			if value != nil && !ok {
				if !slices.Contains(labels, value) {
					labels = append(labels, value)
				}
				number = float64(slices.Index(labels, value))
			}
			if value != nil {
				units[u] = append(units[u], number)
			}
		}
	}
	c, err := stats.KrippendorffAlpha(units, in.Level)
	return coefficient("alpha", c), err
}

func gwet(in struct {
	Ratings    [][]any `json:"ratings"`
	Categories []any   `json:"categories"`
}) (fields, error) {
	counts := make([][]int, len(in.Ratings[0]))
	for u := range counts {
		counts[u] = make([]int, len(in.Categories))
	}
	for _, row := range in.Ratings {
		for u, value := range row {
			if value == nil {
				continue
			}
			k := slices.Index(in.Categories, value)
			if k < 0 {
				return nil, fmt.Errorf("%v is not a category", value)
			}
			counts[u][k]++
		}
	}
	c, err := stats.GwetAC1(counts)
	out := coefficient("ac1", c)
	out["percent_agreement"], out["chance_agreement"] = c.Observed, c.Expected
	return out, err
}

type chartInput struct {
	Nonconforming   []int   `json:"nonconforming"`
	Nonconformities []int   `json:"nonconformities"`
	Sizes           []int   `json:"sizes"`
	Sigmas          float64 `json:"sigmas"`
}

func pChart(in chartInput) (fields, error) {
	c, err := stats.PChart(in.Nonconforming, in.Sizes, in.Sigmas, stats.Shewhart)
	return chartFields(c), err
}

func uChart(in chartInput) (fields, error) {
	c, err := stats.UChart(in.Nonconformities, in.Sizes, in.Sigmas)
	return chartFields(c), err
}

func chartFields(c stats.Chart) fields {
	lcl, ucl, outside := []float64{}, []float64{}, []int{}
	for _, p := range c.Points {
		lcl, ucl = append(lcl, p.LCL), append(ucl, p.UCL)
	}
	for _, s := range c.Signals {
		if s.Rule == stats.Outside {
			outside = append(outside, s.At+1)
		}
	}
	return fields{"center": c.Center, "lcl": lcl, "ucl": ucl, "out_of_control": outside}
}

type allocationInput struct {
	Sizes []int     `json:"strata_sizes"`
	SDs   []float64 `json:"strata_sd"`
	Total int       `json:"total"`
}

func proportional(in allocationInput) (fields, error) {
	exact, err := stats.Proportional(in.Sizes, in.Total)
	return rounded(in, exact, err)
}

func neyman(in allocationInput) (fields, error) {
	exact, err := stats.Neyman(in.Sizes, in.SDs, in.Total)
	return rounded(in, exact, err)
}

func rounded(in allocationInput, exact []float64, err error) (fields, error) {
	if err != nil {
		return nil, err
	}
	const noFloor = 0
	whole, err := stats.Allocate(exact, in.Sizes, noFloor, in.Total)
	return fields{"n_h": exact, "n_h_largest_remainder": whole}, err
}

func optimumInteger(in allocationInput) (fields, error) {
	one, err1 := stats.OptimumInteger(in.Sizes, in.SDs, 1, in.Total)
	two, err2 := stats.OptimumInteger(in.Sizes, in.SDs, 2, in.Total)
	return fields{"n_h": two, "n_h_wright_i": one}, errors.Join(err1, err2)
}

func sprt(in struct {
	P0    float64 `json:"p0"`
	Alpha float64 `json:"alpha"`
	P1    float64 `json:"p1"`
	Beta  float64 `json:"beta"`
}) (fields, error) {
	s, err := stats.NewSPRT(in.P0, in.Alpha, in.P1, in.Beta)
	return fields{"h_accept": s.HAccept, "h_reject": s.HReject, "slope": s.Slope}, err
}

func posterior(in struct {
	Correct  int     `json:"correct"`
	Checked  int     `json:"checked"`
	A        float64 `json:"prior_a"`
	B        float64 `json:"prior_b"`
	Quantile float64 `json:"quantile"`
}) (fields, error) {
	b, err := stats.Beta{A: in.A, B: in.B}.Posterior(in.Correct, in.Checked)
	if err != nil {
		return nil, err
	}
	q, err := b.Quantile(in.Quantile)
	return fields{"mean": b.Mean(), "quantile_value": q, "post_a": b.A, "post_b": b.B}, err
}

func isoPlan(in struct {
	Lot      int            `json:"lot_size"`
	Level    stats.Level    `json:"level"`
	AQL      stats.AQL      `json:"aql"`
	Severity stats.Severity `json:"severity"`
}) (fields, error) {
	p, err := stats.PlanFor(in.Lot, in.Level, in.AQL, in.Severity)
	return fields{
		"code_letter": p.CodeLetter, "plan_letter": p.PlanLetter, "table_n": p.TableN,
		"n": p.N, "ac": p.Ac, "re": p.Re, "inspect_all": p.InspectAll,
	}, err
}

func isoSwitching(in struct {
	stats.Scheme
	Steady bool              `json:"production_steady"`
	Agreed bool              `json:"authority_agrees"`
	Lots   []stats.LotResult `json:"lots"`
}) (fields, error) {
	var state stats.State
	lots := []any{}
	for _, lot := range in.Lots {
		lot.Steady, lot.Agreed = in.Steady, in.Agreed
		step, next, err := state.Inspect(in.Scheme, lot)
		if errors.Is(err, stats.ErrDiscontinued) {
			lots = append(lots, nil)
			continue
		}
		if err != nil {
			return nil, err
		}
		state = next
		lots = append(lots, fields{
			"severity_used": step.Used, "code_letter": step.Plan.PlanLetter, "n": step.Plan.N,
			"ac": step.Plan.Ac, "re": step.Plan.Re, "accepted": step.Accepted,
			"severity_next": step.Next, "switching_score": step.Score, "discontinued": step.Discontinued,
		})
	}
	return fields{"lots": lots}, nil
}

type drawInput struct {
	Lot  string   `json:"lot_id"`
	Seed string   `json:"seed"`
	IDs  []string `json:"item_ids"`
	N    int      `json:"n"`
}

func drawSHA256(in drawInput) (fields, error) {
	seedHash, err1 := draw.SeedHash(in.Lot, in.Seed)
	frame, err2 := draw.FrameHash(in.IDs)
	drawn, err3 := draw.First(seedHash, in.IDs, in.N)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	return fields{
		"seed_hash": seedHash, "frame_hash": frame, "draw": draw.IDs(drawn),
		"first_ticket": drawn[0].Ticket.String(),
	}, nil
}

func drawConsistent(in drawInput) (fields, error) {
	ids, err := draw.ConsistentSampler(in.Seed, in.IDs, in.N)
	return fields{"draw": ids}, err
}
