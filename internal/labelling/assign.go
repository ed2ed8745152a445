package labelling

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
)

// Candidate is somebody with a function in a project and whether they can be
// assigned today.
type Candidate struct {
	Qualification
	NoAccount bool // nobody can sign in as them
	NoAccess  bool // their account may not check labels of the service
}

// Assignable says that nothing keeps the person from being assigned.
func (c Candidate) Assignable() bool { return c.Qualified() && !c.NoAccount && !c.NoAccess }

// candidates are the people with a function in a lot's project, by pseudonym.
// able are the accounts that may check; nil: all.
func (s *Service) candidates(db *gorm.DB, l Lot, duty Duty, able map[string]bool) ([]Candidate, error) {
	people, err := workersIn(db, l.ProjectID, "f.function = ? AND f.until_on = ''", duty)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(people, func(a, b Worker) int { return cmp.Compare(a.Pseudonym, b.Pseudonym) })
	list, err := qualify(db, l.ProjectID, people, s.Today())
	out := make([]Candidate, len(list))
	for i, q := range list {
		out[i] = Candidate{Qualification: q, NoAccount: q.Worker.AccountID == ""}
		out[i].NoAccess = !out[i].NoAccount && able != nil && !able[q.Worker.AccountID]
	}
	return out, err
}

// Candidates gives the checkers (Reviewer) or arbiters of a lot's project and
// what keeps them from being assigned.
func (s *Service) Candidates(ctx context.Context, l Lot, duty Duty) ([]Candidate, error) {
	able, err := s.checkers(ctx, l.ServiceID)
	if err != nil {
		return nil, err
	}
	return s.candidates(s.ledger.Read(ctx), l, duty, able)
}

// Bar says why somebody must not check an item.
type Bar string

// The reasons.
const (
	BarOwn      Bar = "own"      // they labelled it
	BarSupplier Bar = "supplier" // somebody of their supplier did
	BarQuota    Bar = "quota"    // no room left: quotas were lower than the items
)

// stocked is a drawn item with what matters for giving it to somebody.
type stocked struct {
	Sampled
	annotator string // worker, "" when the code is nobody's
	supplier  string
	checkers  []string // workers who were assigned it in an earlier round
}

// bars says why a person must not have the item, "" when they may.
func (it stocked) bars(w Worker, apart bool) Bar {
	switch {
	case it.annotator == w.ID:
		return BarOwn
	case apart && w.SupplierID != "" && it.supplier == w.SupplierID:
		return BarSupplier
	}
	return ""
}

// stock reads items of a draw by their numbers, or all with none, in the order
// of the draw.
func (s *Service) stock(tx *gorm.DB, l Lot, draw string, only []int64) ([]stocked, error) {
	var rows []struct {
		Sampled
		Annotator string
	}
	q := tx.Table("label_sampled AS s").Select("s.draw_id, s.position, s.n, s.stratum, s.purpose, i.annotator").
		Joins("JOIN label_item AS i ON i.lot_id = ? AND i.n = s.n", l.ID).Where("s.draw_id = ?", draw).Order("s.position")
	if err := q.Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read draw: %w", err)
	}
	wanted := map[int64]bool{}
	for _, n := range only {
		wanted[n] = true
	}
	known, err := byCode(tx, l.ProjectID)
	if err != nil {
		return nil, err
	}
	var earlier []struct {
		N        int64
		WorkerID string
	}
	err = tx.Raw(`SELECT d.n, a.worker_id FROM label_assignment AS a JOIN label_assigned AS d ON d.assignment_id = a.id
		WHERE a.draw_id = ? AND d.gold_id = ''`, draw).Scan(&earlier).Error
	if err != nil {
		return nil, err
	}
	checkers := map[int64][]string{}
	for _, e := range earlier {
		checkers[e.N] = append(checkers[e.N], e.WorkerID)
	}
	out := make([]stocked, 0, len(rows))
	for _, r := range rows {
		if only != nil && !wanted[r.N] {
			continue
		}
		it := stocked{Sampled: r.Sampled, supplier: l.SupplierID, checkers: checkers[r.N]}
		if w, ok := known[r.Annotator]; ok {
			it.annotator, it.supplier = w.ID, w.SupplierID
		}
		out = append(out, it)
	}
	return out, nil
}

// AssignInput is how the items of a draw are given to checkers.
type AssignInput struct {
	Workers []string         // of the project
	Quotas  map[string]int64 // most items for each of them; nil: even shares
	Apart   bool             // never to somebody of the annotator's supplier
	Due     day.Date
}

// Check gives the fields that are wrong on a day.
func (in *AssignInput) Check(today day.Date) error {
	var f problem.Fields
	dueOK(&f, in.Due, today)
	if len(in.Workers) == 0 {
		f.Add("worker", "label_check.nobody")
	}
	for _, w := range in.Workers {
		if in.Quotas != nil && in.Quotas[w] <= 0 {
			f.Add("quota", "label_check.quota.needed")
		}
	}
	return f.Err()
}

// Given is what an assigning brought about, and what could not be given to
// anybody.
type Given struct {
	Assignments []Assignment
	Left        map[Bar]int64 // items that nobody chosen may or can take, by the reason
	Doubles     int64         // second checks that are still wanted
	Gold        int64         // gold items that were wanted but not there
}

// Assign gives the items of a lot's draw that nobody has yet to checkers, in
// equal shares or up to quotas, never to whoever labelled them. Part of them,
// as the plan says, goes to a second checker, too; gold items are mixed in. The
// same choice gives the same shares.
//
// It is Invalid when somebody chosen cannot be assigned, and a Conflict when
// nothing is left to give.
func (s *Service) Assign(ctx context.Context, by actor.Actor, lot string, version int64, in AssignInput) (out Given, err error) {
	if err := in.Check(s.Today()); err != nil {
		return out, err
	}
	l, err := s.Lot(ctx, by, lot)
	if err != nil {
		return out, err
	}
	able, err := s.checkers(ctx, l.ServiceID)
	if err != nil {
		return out, err
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		g := &giving{s: s, tx: tx, by: by, in: in, out: Given{Left: map[Bar]int64{}}}
		if err := g.open(lot, version, able); err != nil {
			return nil, err
		}
		events, err := g.all()
		out = g.out
		return events, err
	})
	return out, err
}

// giving is one assigning.
type giving struct {
	s      *Service
	tx     *gorm.DB
	by     actor.Actor
	in     AssignInput
	lot    Lot
	draw   Draw
	plan   Plan
	people []Worker
	items  []stocked // of the draw
	out    Given
}

// open reads what the assigning works on and refuses what cannot be.
func (g *giving) open(lot string, version int64, able map[string]bool) error {
	if err := take(g.tx, g.by, lot, &g.lot); err != nil {
		return err
	}
	switch {
	case g.lot.Version != version:
		return problem.New(problem.Conflict, "labelling.changed_meanwhile")
	case g.lot.State != LotDrawn && g.lot.State != LotChecking:
		return problem.New(problem.Conflict, "label_check.not_drawn")
	case g.lot.Stopped:
		return problem.New(problem.Conflict, "label_check.stopped")
	}
	list, err := g.s.candidates(g.tx, g.lot, Reviewer, able)
	if err != nil {
		return err
	}
	for _, c := range list {
		if slices.Contains(g.in.Workers, c.Worker.ID) && c.Assignable() {
			g.people = append(g.people, c.Worker)
		}
	}
	if len(g.people) != len(g.in.Workers) {
		return problem.Field(problem.Invalid, "worker", "label_check.not_assignable")
	}
	if err := found(g.tx.Where("id = ?", g.lot.DrawID).Take(&g.draw).Error); err != nil {
		return err
	}
	if err := found(g.tx.Where("id = ?", g.draw.PlanID).Take(&g.plan).Error); err != nil {
		return err
	}
	g.items, err = g.s.stock(g.tx, g.lot, g.draw.ID, nil)
	return err
}

// all gives first and second rounds and keeps the lot.
func (g *giving) all() ([]audit.Event, error) {
	first := g.first()
	second, err := g.second(first)
	if err != nil {
		return nil, err
	}
	var events []audit.Event
	for i, w := range g.people {
		for _, one := range []struct {
			round int64
			list  []Assigned
		}{{FirstRound, first[i]}, {SecondRound, second[i]}} {
			e, err := g.make(w, one.round, one.list)
			if err != nil {
				return nil, err
			}
			events = append(events, e...)
		}
	}
	if len(events) == 0 {
		return nil, problem.New(problem.Conflict, "label_check.nothing_to_give")
	}
	now, had := g.s.ledger.Now(), g.lot.Version
	if g.lot.State == LotDrawn {
		g.lot.State, g.lot.StateSince = LotChecking, now
	}
	if err := g.s.recountLot(g.tx, &g.lot); err != nil {
		return nil, err
	}
	g.lot.UpdatedAt, g.lot.Version = now, had+1
	return append([]audit.Event{lotEvent("assigned", &g.lot)}, events...), save(g.tx, &g.lot, had)
}

// first shares the items that nobody has.
func (g *giving) first() [][]Assigned {
	var free []stocked
	for _, it := range g.items {
		if len(it.checkers) == 0 {
			free = append(free, it)
		}
	}
	lists, left := g.share(free, func(it stocked, w Worker) Bar { return it.bars(w, g.in.Apart) })
	for bar, n := range left {
		g.out.Left[bar] += n
	}
	return lists
}

// share gives items to people and says why some are left. Each list is in the
// order of the draw.
func (g *giving) share(items []stocked, bars func(stocked, Worker) Bar) (lists [][]Assigned, left map[Bar]int64) {
	claims, why := make([]claim, len(items)), make([]Bar, len(items))
	for i, it := range items {
		claims[i].barred = make([]bool, len(g.people))
		for j, w := range g.people {
			bar := bars(it, w)
			claims[i].barred[j] = bar != ""
			why[i] = cmp.Or(why[i], bar)
		}
		if claims[i].takers() > 0 {
			why[i] = BarQuota
		}
	}
	room := make([]int, len(g.people))
	for j, w := range g.people {
		room[j] = noLimit
		if g.in.Quotas != nil {
			room[j] = int(g.in.Quotas[w.ID])
		}
	}
	lists, left = make([][]Assigned, len(g.people)), map[Bar]int64{}
	for i, owner := range allot(claims, room) {
		if owner == nobody {
			left[why[i]]++
			continue
		}
		lists[owner] = append(lists[owner], Assigned{LotID: g.lot.ID, N: items[i].N, Purpose: items[i].Purpose})
	}
	return lists, left
}

// second chooses the items that are checked twice, those with the lowest
// tickets under the draw's seed, and shares them among people who do not have
// them yet. first is what was just given.
func (g *giving) second(first [][]Assigned) ([][]Assigned, error) {
	doubles, err := doublesOf(g.tx, g.draw.ID)
	if err != nil {
		return nil, err
	}
	var disputed []int64
	if err := g.tx.Raw("SELECT n FROM label_dispute WHERE draw_id = ? UNION SELECT n FROM label_check WHERE draw_id = ? AND round = ?",
		g.draw.ID, g.draw.ID, ArbiterRound).Scan(&disputed).Error; err != nil {
		return nil, err
	}
	owner := map[int64]string{}
	for i, list := range first {
		for _, d := range list {
			owner[d.N] = g.people[i].ID
		}
	}
	sample, able := int64(0), []stocked{}
	for _, it := range g.items {
		if it.Purpose != PurposeSample {
			continue
		}
		sample++
		if own := owner[it.N]; own != "" {
			it.checkers = append(slices.Clone(it.checkers), own)
		}
		if len(it.checkers) == 1 && !doubles[it.N] && !slices.Contains(disputed, it.N) {
			able = append(able, it)
		}
	}
	wanted := (sample*g.plan.DoublePercent+99)/100 - int64(len(doubles))
	slices.SortStableFunc(able, func(a, b stocked) int { return cmp.Compare(g.lottery("double", a.N), g.lottery("double", b.N)) })
	able = able[:max(0, min(wanted, int64(len(able))))]
	slices.SortFunc(able, func(a, b stocked) int { return cmp.Compare(a.Position, b.Position) })
	lists, left := g.share(able, func(it stocked, w Worker) Bar {
		if slices.Contains(it.checkers, w.ID) {
			return BarOwn
		}
		return it.bars(w, g.in.Apart)
	})
	for i := range lists {
		for j := range lists[i] {
			lists[i][j].Purpose = PurposeDouble
		}
	}
	for _, n := range left {
		g.out.Doubles += n
	}
	g.out.Doubles += max(0, wanted-int64(len(able)))
	return lists, nil
}

// lottery is a hash that puts items in an order nobody chose and everybody can
// repeat: SHA-256("seed hash LF purpose LF number").
func (g *giving) lottery(purpose string, n int64) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%d", g.draw.SeedHash, purpose, n))
	return string(sum[:])
}

// make writes one person's assignment of a round, if there is anything in it.
func (g *giving) make(w Worker, round int64, list []Assigned) ([]audit.Event, error) {
	if len(list) == 0 {
		return nil, nil
	}
	now := g.s.ledger.Now()
	a := Assignment{ID: g.s.ledger.NewID(), DrawID: g.draw.ID, LotID: g.lot.ID, ServiceID: g.lot.ServiceID, WorkerID: w.ID, AccountID: w.AccountID, Round: round,
		Apart: g.in.Apart, Due: g.in.Due, State: AssignmentOpen, CreatedAt: now, CreatedBy: g.by.ID, Version: 1}
	if round == FirstRound {
		gold, err := g.gold(w, int64(len(list)))
		if err != nil {
			return nil, err
		}
		a.Gold = int64(len(gold))
		list = g.mix(w, list, gold)
	}
	for i := range list {
		list[i].AssignmentID, list[i].Seq = a.ID, int64(i)+1
	}
	if err := g.tx.CreateInBatches(list, rowsAtOnce).Error; err != nil {
		return nil, fmt.Errorf("assign items: %w", err)
	}
	a.Items, a.ItemsHash = int64(len(list)), hashOfItems(list)
	g.out.Assignments = append(g.out.Assignments, a)
	return []audit.Event{assignmentEvent("assigned", &a, g.lot)}, g.tx.Create(&a).Error
}

// gold chooses items with a known answer that a person has not seen, in an
// order that follows from the draw and the person.
func (g *giving) gold(w Worker, items int64) ([]Gold, error) {
	percent := g.plan.GoldPercent
	if percent <= 0 {
		return nil, nil
	}
	wanted := (items*percent + 99 - percent) / (100 - percent) // so that they are that part of the whole
	var list []Gold
	err := g.tx.Where(`project_id = ? AND kind = ? AND state = ? AND lot_id <> ? AND NOT EXISTS (SELECT 1 FROM label_assigned AS d
		JOIN label_assignment AS a ON a.id = d.assignment_id WHERE d.lot_id = label_gold.lot_id AND d.n = label_gold.n AND a.worker_id = ?)`,
		g.lot.ProjectID, g.lot.Kind, GoldInUse, g.lot.ID, w.ID).Order("id").Limit(maxGold).Find(&list).Error
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(list, func(a, b Gold) int {
		return cmp.Compare(g.lottery("gold "+w.ID+" "+a.ID, 0), g.lottery("gold "+w.ID+" "+b.ID, 0))
	})
	g.out.Gold += max(0, wanted-int64(len(list)))
	return list[:min(wanted, int64(len(list)))], nil
}

// mix puts gold items among the others: one in each stretch of equal length,
// at a place in it that follows from the draw.
func (g *giving) mix(w Worker, list []Assigned, gold []Gold) []Assigned {
	out := make([]Assigned, 0, len(list)+len(gold))
	next := 0
	for i, one := range gold {
		from, to := len(list)*i/len(gold), len(list)*(i+1)/len(gold)
		at := from + int(g.lottery("place "+w.ID, int64(i))[0])*(to-from)/256
		out = append(append(out, list[next:at]...), Assigned{LotID: one.LotID, N: one.N, Purpose: PurposeGold, GoldID: one.ID})
		next = at
	}
	return append(out, list[next:]...)
}

// itemsHash is the hash over the items of an assignment as they stand.
func itemsHash(tx *gorm.DB, assignment string) (string, error) {
	var list []Assigned
	err := tx.Where("assignment_id = ?", assignment).Order("seq").Find(&list).Error
	return hashOfItems(list), err
}

func hashOfItems(list []Assigned) string {
	h := sha256.New()
	for _, d := range list {
		_, _ = fmt.Fprintf(h, "%d %s %d %s\n", d.Seq, d.LotID, d.N, d.Purpose) // a hash never fails
	}
	return hex.EncodeToString(h.Sum(nil))
}

// recountLot counts the items of a lot's draw anew.
func (s *Service) recountLot(tx *gorm.DB, l *Lot) error {
	list, err := s.Verdicts(tx, l.DrawID)
	if err != nil {
		return err
	}
	l.ToCheck, l.Checked, l.Wrong = int64(len(list)), 0, 0
	for _, j := range list {
		l.recount(Settled{}, j.Settled, j.Purpose)
	}
	return nil
}
