package labelling

import (
	"cmp"
	"context"
	"encoding/hex"
	"slices"

	"gorm.io/gorm"
)

// maxListedItems is how many items a record lists one by one; beyond it a hash
// stands for them.
const maxListedItems = 5000

// describe fills in what was inspected, how, and what was found.
func (s *Service) describe(ctx context.Context, b *Body, l Lot, d Decision) error {
	db := s.ledger.Read(ctx)
	if err := b.describeLot(db, l); err != nil {
		return err
	}
	if d.DrawID != "" {
		l.PlanID, l.DrawID = d.PlanID, d.DrawID
		f, err := s.findings(db, l)
		if err != nil {
			return err
		}
		if err := first(b.describePlan(db, l, f), b.describeChecks(db, f), b.describeStream(db, d)); err != nil {
			return err
		}
	}
	if b.Standing.Void != nil {
		return b.describeGone(db, l, d)
	}
	return nil
}

func (b *Body) describeLot(db *gorm.DB, l Lot) error {
	var batch Batch
	var p Project
	var rules []RuleSet
	var suppliers []Supplier
	err := first(db.Where("id = ?", l.BatchID).Take(&batch).Error, db.Where("id = ?", l.ProjectID).Take(&p).Error,
		db.Where("id = ?", l.RuleSetID).Limit(1).Find(&rules).Error, db.Where("id = ?", l.SupplierID).Limit(1).Find(&suppliers).Error)
	b.Lot = BodyLot{ID: l.ID, Name: l.Name, ServiceID: l.ServiceID, ProjectID: p.ID, Project: p.Name, Kind: l.Kind, Size: l.Size, Batch: batch.Name,
		FileName: batch.FileName, FileSHA256: batch.FileSHA256, FileFormat: batch.Format, SupplierID: l.SupplierID, RuleSetID: l.RuleSetID,
		PeriodFrom: batch.PeriodFrom, PeriodUntil: batch.PeriodUntil, RiskCategory: batch.RiskCategory,
		ContentHash: l.ContentHash, FrameHash: l.FrameHash, FrozenBy: l.FrozenBy, ParentID: l.ParentID}
	for _, r := range rules {
		b.Lot.RuleNumber = r.Number
	}
	for _, s := range suppliers {
		b.Lot.Supplier = s.Name
	}
	return err
}

func (b *Body) describePlan(db *gorm.DB, l Lot, f findings) error {
	p, d := f.plan, f.draw
	b.Plan = &BodyPlan{ID: p.ID, Method: p.Method, Params: p.Params, Classes: p.Classes, N: p.N, Strata: p.Strata, Figures: p.Figures, Blind: p.Blind,
		DoublePercent: p.DoublePercent, GoldPercent: p.GoldPercent, ChosenBy: p.CreatedBy, ChosenAt: p.CreatedAt, Reason: p.Reason}
	b.Draw = &BodyDraw{ID: d.ID, Number: d.Number, N: d.N, OnePerson: d.OnePerson, Seed: d.Seed, SeedHash: d.SeedHash, ListHash: d.ListHash,
		Parts: []BodyPart{}, DrawnBy: d.DrawnBy, DrawnAt: d.DrawnAt, Reason: d.Reason, Earlier: []BodyEarlier{}}
	var parts []SeedPart
	var earlier []Draw
	err := first(db.Where("lot_id = ? AND draw_number = ? AND abandoned = ''", l.ID, d.Number).Order("committed_at, id").Find(&parts).Error,
		db.Where("lot_id = ? AND number < ?", l.ID, d.Number).Order("number").Find(&earlier).Error)
	for _, p := range parts {
		b.Draw.Parts = append(b.Draw.Parts, BodyPart{p.AccountID, p.Commitment, p.Reveal, p.CommittedAt, p.RevealedAt})
	}
	for _, e := range earlier {
		b.Draw.Earlier = append(b.Draw.Earlier, BodyEarlier{e.Number, e.SeedHash, e.ListHash})
	}
	return err
}

func (b *Body) describeChecks(db *gorm.DB, f findings) error {
	rows := f.verdictRows()
	c := &BodyChecks{Hash: hashOfRows(rows), Columns: verdictColumns, Defects: []Tally{}, Checkers: []BodyChecker{}}
	if len(rows) <= maxListedItems {
		c.Verdicts = rows
	}
	type place struct {
		worker string
		round  int64
	}
	by, defects := map[place]*BodyChecker{}, map[string]int64{}
	for _, j := range f.judged {
		if j.Arbitrated {
			c.Arbitrated++
		}
		if j.Verdict == VerdictWrong {
			for _, code := range j.Defects {
				defects[code]++
			}
		}
		for _, k := range j.Rounds {
			at := place{k.CheckerID, k.Round}
			if by[at] == nil {
				by[at] = &BodyChecker{WorkerID: k.CheckerID, Round: k.Round}
			}
			by[at].count(k)
			c.Millis += k.Millis
		}
	}
	for code, n := range defects {
		c.Defects = append(c.Defects, Tally{code, n})
	}
	slices.SortFunc(c.Defects, func(x, y Tally) int { return cmp.Or(cmp.Compare(y.Count, x.Count), cmp.Compare(x.Name, y.Name)) })
	ids := make([]string, 0, len(by))
	for _, one := range by {
		c.Checkers, ids = append(c.Checkers, *one), append(ids, one.WorkerID)
	}
	slices.SortFunc(c.Checkers, func(x, y BodyChecker) int {
		return cmp.Or(cmp.Compare(x.Round, y.Round), cmp.Compare(x.WorkerID, y.WorkerID))
	})
	var workers []Worker
	err := db.Select("id", "pseudonym").Where("id IN ?", append(ids, "")).Find(&workers).Error
	for i := range c.Checkers {
		for _, w := range workers {
			if w.ID == c.Checkers[i].WorkerID {
				c.Checkers[i].Pseudonym = w.Pseudonym
			}
		}
	}
	b.Checks = c
	return err
}

func (c *BodyChecker) count(k Check) {
	c.Items++
	switch k.Verdict {
	case VerdictWrong:
		c.Wrong++
	case VerdictUnsure:
		c.Unsure++
	}
}

func (b *Body) describeStream(db *gorm.DB, d Decision) error {
	var list []StreamStep
	if err := db.Where("decision_id = ? AND lot_id = ?", d.ID, d.LotID).Limit(1).Find(&list).Error; err != nil || len(list) == 0 {
		return err
	}
	s := list[0]
	b.Stream = &BodyStream{s.StreamID, s.Used, s.Next, s.Score, s.Counted, s.Why, s.Classes}
	return nil
}

func (b *Body) describeGone(db *gorm.DB, l Lot, d Decision) error {
	v := b.Standing.Void
	b.Gone = &BodyGone{Scope: v.Scope, Count: l.Size, FileSHA256: b.Lot.FileSHA256, Method: v.Method, Witness: v.Witness, At: *d.SecondAt}
	q := db.Select("n", "item_id", "sha").Where("lot_id = ?", l.ID)
	if v.Scope == VoidFlagged {
		b.Gone.Count = int64(len(v.Numbers))
	}
	if b.Gone.Count > maxListedItems {
		return nil
	}
	numbers := map[int64]bool{}
	for _, n := range v.Numbers {
		numbers[n] = true
	}
	var items []Item
	if err := q.Order("n").Find(&items).Error; err != nil {
		return err
	}
	for _, it := range items {
		if v.Scope == VoidWhole || numbers[it.N] {
			b.Gone.Items = append(b.Gone.Items, GoneItem{it.N, it.ItemID, hex.EncodeToString(it.SHA)})
		}
	}
	return nil
}

// Source says how a figure is computed and where the formula stands.
type Source struct {
	Figure  string `json:"figure"` // as in the figures of a record
	Formula string `json:"formula"`
	Source  string `json:"source"`
}

// Sources are the methods of all figures of a decision.
var Sources = []Source{
	{"classes", "accept when d <= Ac, else not (Re = Ac + 1)", "ISO 2859-1:1999 (GB/T 2828.1-2012), 10.1"},
	{"sequential", "accept when d <= s m - h_A, reject when d >= s m + h_R; truncated at 1.5 n0", "Wald 1947; ISO 28591:2017"},
	{"proof", "largest d with P(X <= d) <= 1 - confidence at the limit; binomial, for n >= N/10 hypergeometric", "Clopper, Pearson 1934, Biometrika 26; Buonaccorsi 1987"},
	{"accuracy", "x / n", "Cochran 1977, 3.2"},
	{"wilson", "(x + z^2/2 +- z sqrt(x(n-x)/n + z^2/4)) / (n + z^2)", "Wilson 1927; Newcombe 1998, Statistics in Medicine 17"},
	{"wilson_lot", "half-width of Wilson's interval times sqrt((N-n)/(N-1))", "Cochran 1977, 2.6"},
	{"clopper_pearson_lower", "L = B(alpha; x, n-x+1), one-sided", "Clopper, Pearson 1934, Biometrika 26"},
	{"exact_lot", "D_L = min{D: P(X >= d | N, D, n) > alpha/2}, D_U = max{D: P(X <= d | N, D, n) > alpha/2}", "Buonaccorsi 1987, The American Statistician 41; Cochran 1977, 3.6"},
	{"stratified", "p = sum W_h p_h, Var = sum W_h^2 (1 - n_h/N_h) p_h (1 - p_h)/(n_h - 1)", "Cochran 1977, 5.3, 5.6; Korn, Graubard 1998"},
	{"cohen", "(p_o - p_e)/(1 - p_e)", "Cohen 1960, Educational and Psychological Measurement 20"},
	{"fleiss", "P_i = (sum n_ij^2 - m)/(m(m-1)), P_e = sum p_j^2", "Fleiss 1971, Psychological Bulletin 76"},
	{"alpha", "1 - D_o/D_e, nominal", "Krippendorff 2011; thresholds: Krippendorff 2004, 11.4.2"},
	{"ac1", "(p_a - p_e)/(1 - p_e), p_e = sum pi_k (1 - pi_k)/(q - 1)", "Gwet 2008, British Journal of Mathematical and Statistical Psychology 61"},
	{"targeted", "counted apart; in no estimate", "Cochran 1977, 1.6"},
	{"sensitivity", "Se = wrong items found wrong / known wrong items", "Rogan, Gladen 1978, American Journal of Epidemiology 107"},
	{"specificity", "Sp = right items found right / known right items", "Rogan, Gladen 1978, American Journal of Epidemiology 107"},
	{"observed", "p_obs = first verdicts wrong / (wrong + right)", "Rogan, Gladen 1978, American Journal of Epidemiology 107"},
	{"checkers", "p = (p_obs + Sp - 1)/(Se + Sp - 1)", "Rogan, Gladen 1978, American Journal of Epidemiology 107; Lang, Reiczigel 2014"},
	{"draw", "seed hash = SHA-256(lot id LF seed); order by SHA-256(seed hash LF item id), then id; the first n", "Rivest 2018, arXiv:1808.10016"},
	{"stream", "switching rules and switching score, each class on its own", "ISO 2859-1:1999 (GB/T 2828.1-2012), 9.2 to 9.4"},
}
