package labelling

import (
	"math"
	"strings"

	"gorm.io/gorm"

	"hegui/internal/labelling/stats"
	"hegui/internal/problem"
)

// leastPerStratum lets the variance of a stratum be estimated; maxFloor bounds
// what people can ask for.
const (
	leastPerStratum = 2
	maxFloor        = 10_000
)

// stratified divides a sample of n among the strata of a lot.
func (s *Service) stratified(db *gorm.DB, l Lot, n int64, by Stratify) ([]PlanStratum, error) {
	list, err := strataOf(db, l.ID, by)
	if err != nil {
		return nil, err
	}
	if len(list) < 2 {
		return nil, problem.Field(problem.Invalid, "by", "label_plan.no_strata")
	}
	strata, err := s.named(db, l, list, by.By)
	if err != nil {
		return nil, err
	}
	sizes, floor := make([]int, len(list)), leastPerStratum
	for i, one := range list {
		sizes[i] = int(one.Size)
	}
	if by.How == Floor {
		floor = int(by.Floor)
	}
	if least := leastN(sizes, floor); n < int64(least) {
		return nil, problem.Field(problem.Invalid, "by", "label_plan.strata_need", "count", len(list), "least", least, "n", n)
	}
	weights, err := s.weights(db, l, strata, sizes, int(n), by)
	if err != nil {
		return nil, err
	}
	counts, err := stats.Allocate(weights, sizes, floor, int(n))
	if err != nil {
		return nil, inDomain(err)
	}
	for i := range strata {
		strata[i].N = int64(counts[i])
	}
	return strata, nil
}

// leastN is how many items the floor of all strata takes.
func leastN(sizes []int, floor int) (sum int) {
	for _, n := range sizes {
		sum += min(floor, n)
	}
	return sum
}

func (s *Service) weights(db *gorm.DB, l Lot, strata []PlanStratum, sizes []int, n int, by Stratify) ([]float64, error) {
	if by.How != Neyman {
		w, err := stats.Proportional(sizes, n)
		return w, inDomain(err)
	}
	past, err := pastWrong(db, l, by)
	if err != nil {
		return nil, err
	}
	sds := make([]float64, len(strata))
	for i, one := range strata {
		if by.By == AxisAnnotator && strings.HasPrefix(one.Name, "#") {
			delete(past, one.Name) // somebody else in every lot
		}
		p := past[one.Name].share()
		sds[i] = math.Sqrt(p * (1 - p))
	}
	w, err := stats.Neyman(sizes, sds, n)
	return w, inDomain(err)
}

// tried is what earlier checks found in a stratum.
type tried struct{ Checked, Wrong int }

// share is the expected share of wrong items: the mean of Beta(19, 1) for the
// accuracy, updated by what was found, so that a stratum without checks counts
// 5 % and none counts nothing.
func (t tried) share() float64 {
	prior := stats.StartingPrior()
	return (prior.B + float64(t.Wrong)) / (prior.A + prior.B + float64(t.Checked))
}

// pastLots is how many earlier lots Neyman's allocation looks at.
const pastLots = 10

// pastWrong gives by stratum what the latest lots of the project, drawn on the
// same axis, were found to hold.
func pastWrong(db *gorm.DB, l Lot, by Stratify) (map[string]tried, error) {
	var plans []Plan
	err := db.Table("label_plan").Select("label_plan.*").Joins("JOIN label_lot ON label_lot.plan_id = label_plan.id").
		Where("label_lot.project_id = ? AND label_lot.checked > 0 AND label_lot.id <> ?", l.ProjectID, l.ID).Order("label_lot.id DESC").Limit(pastLots).Find(&plans).Error
	if err != nil {
		return nil, err
	}
	var lots []string
	for _, p := range plans {
		if p.Params.Stratify.By == by.By && p.Params.Stratify.Column == by.Column {
			lots = append(lots, p.LotID)
		}
	}
	out := map[string]tried{}
	if len(lots) == 0 {
		return out, nil
	}
	var rows []struct {
		Stratum        string
		Checked, Wrong int
	}
	err = db.Table("label_check AS c").Select("s.stratum AS stratum, COUNT(*) AS checked, SUM(CASE WHEN c.verdict = 'wrong' THEN 1 ELSE 0 END) AS wrong").
		Joins("JOIN label_lot AS l ON l.draw_id = c.draw_id").Joins("JOIN label_sampled AS s ON s.draw_id = c.draw_id AND s.n = c.n AND s.purpose = ?", PurposeSample).
		Where("l.id IN ? AND c.round = 1", lots).Group("s.stratum").Scan(&rows).Error
	for _, r := range rows {
		out[r.Stratum] = tried{r.Checked, r.Wrong}
	}
	return out, err
}
