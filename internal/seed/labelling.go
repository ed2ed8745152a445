package seed

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"hegui/internal/actor"
	"hegui/internal/day"
	"hegui/internal/labelling"
	"hegui/internal/labelling/stats"
	"hegui/internal/problem"
)

// Labelling is how much labelled data there will be. Each lot comes as a batch
// of its own; one in ten is safety data, which is checked whole.
type Labelling struct {
	Projects int
	Lots     int
	LotSize  int
}

// Numbers of people in a project.
const (
	annotators = 12 // half of them with each of two suppliers
	careless   = 2  // of them, who make several times the errors of others
)

// project is a labelling task with its people.
type project struct {
	labelling.Project
	rules    map[labelling.Kind]labelling.RuleSet
	checkers []string // ids of workers
	lots     int      // brought so far
}

// labelled fills in projects and lots, in the order of time.
func (f *filler) labelled(ctx context.Context) error {
	if f.size.Labelling.Lots == 0 {
		return nil
	}
	suppliers, err := f.suppliers(ctx)
	if err != nil {
		return err
	}
	checkers, err := f.checkersOf(ctx)
	if err != nil {
		return err
	}
	projects := make([]project, f.size.Labelling.Projects)
	for i := range projects {
		if projects[i], err = f.project(ctx, i, suppliers, checkers); err != nil {
			return err
		}
	}
	step := labelFor / time.Duration(f.size.Labelling.Lots)
	for i := range f.size.Labelling.Lots {
		p := &projects[i%len(projects)]
		f.advance(step)
		if err := f.lot(ctx, p, suppliers[p.lots%len(suppliers)], f.size.Labelling.Lots/len(projects)-p.lots); err != nil {
			return fmt.Errorf("lot %d: %w", i, err)
		}
		p.lots++
	}
	return nil
}

func (f *filler) suppliers(ctx context.Context) ([]string, error) {
	var out []string
	for _, name := range []string{"甲标注公司 Supplier A", "乙标注公司 Supplier B"} {
		s, err := f.app.Labelling.AddSupplier(ctx, f.supervisor, labelling.SupplierInput{Name: name})
		if err != nil {
			return nil, err
		}
		out = append(out, s.ID)
	}
	return out, nil
}

// checkersOf makes workers of the accounts that check labels.
func (f *filler) checkersOf(ctx context.Context) ([]labelling.Worker, error) {
	var out []labelling.Worker
	for _, a := range append(slices.Clone(f.checkers), f.supervisor) {
		w, err := f.app.Labelling.AddWorker(ctx, f.supervisor, labelling.WorkerInput{Name: a.Name, AccountID: a.ID})
		if err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, nil
}

var kindsOfDefects = []labelling.Defect{
	{Code: "A1", Name: "违法不良未标出 Illegal content missed", Severity: labelling.Critical}, {Code: "B1", Name: "类别错误 Wrong class", Severity: labelling.Major},
	{Code: "B2", Name: "漏标 Missed", Severity: labelling.Major}, {Code: "C1", Name: "格式不符 Format", Severity: labelling.Minor},
}

// project opens a labelling task with rules in force and people who are
// trained on them.
func (f *filler) project(ctx context.Context, i int, suppliers []string, checkers []labelling.Worker) (project, error) {
	l := f.app.Labelling
	services, err := f.app.Register.Visible(ctx, f.officer)
	if err != nil {
		return project{}, err
	}
	one, err := l.AddProject(ctx, f.supervisor, services[i%len(services)].ID, labelling.ProjectInput{Name: fmt.Sprintf("标注项目 %02d Project", i+1), Kind: labelling.Functional,
		Blind: i%2 == 0, DoublePercent: doubled, Defects: kindsOfDefects})
	if err != nil {
		return project{}, err
	}
	p := project{Project: one, rules: map[labelling.Kind]labelling.RuleSet{}}
	if err := f.appoint(ctx, &p, i, suppliers, checkers); err != nil {
		return p, err
	}
	for _, kind := range labelling.Kinds {
		if p.rules[kind], err = f.rules(ctx, p, kind, checkers); err != nil {
			return p, err
		}
	}
	return p, nil
}

// appoint gives annotators and checkers their functions.
func (f *filler) appoint(ctx context.Context, p *project, i int, suppliers []string, checkers []labelling.Worker) error {
	l, today := f.app.Labelling, day.Of(f.Now())
	for k := range annotators {
		w, err := l.AddWorker(ctx, f.supervisor, labelling.WorkerInput{Name: fmt.Sprintf("标注员 %02d-%02d", i+1, k+1), Codes: []string{codeOf(k)}, SupplierID: suppliers[k%len(suppliers)]})
		if err != nil {
			return err
		}
		if _, err := l.Appoint(ctx, f.supervisor, p.ID, w.ID, labelling.Annotator, today); err != nil {
			return err
		}
	}
	var ids []string
	for k, w := range checkers {
		duty := labelling.Reviewer
		if k == len(checkers)-1 {
			duty = labelling.Arbiter
		} else {
			p.checkers = append(p.checkers, w.ID)
		}
		if _, err := l.Appoint(ctx, f.supervisor, p.ID, w.ID, duty, today); err != nil {
			return err
		}
		ids = append(ids, w.ID)
	}
	return l.AddTraining(ctx, f.supervisor, ids, labelling.TrainingInput{Title: "规则培训 Rules", ProjectID: p.ID, HeldOn: today, Minutes: 90, Exam: labelling.Passed, Score: 92})
}

func codeOf(annotator int) string { return fmt.Sprintf("p%02d", annotator+1) }

// rules drafts, approves and puts rules in force, and has the checkers read
// them.
func (f *filler) rules(ctx context.Context, p project, kind labelling.Kind, checkers []labelling.Worker) (r labelling.RuleSet, err error) {
	l := f.app.Labelling
	text := labelling.RuleInput{Goal: "判断意图 Tell the intent", DataFormat: "JSONL", Method: "读后选择 Read, then choose", Quality: "≥ 96%", Examples: "……"}
	if r, err = l.DraftRules(ctx, f.supervisor, p.ID, kind, text); err != nil {
		return r, err
	}
	if r, err = l.SubmitRules(ctx, f.supervisor, r.ID, r.Version); err != nil {
		return r, err
	}
	if r, err = l.ApproveRules(ctx, f.officer, r.ID, r.Version); err != nil {
		return r, err
	}
	if r, err = l.PutInForce(ctx, f.supervisor, r.ID, r.Version); err != nil {
		return r, err
	}
	var ids []string
	for _, w := range checkers {
		ids = append(ids, w.ID)
	}
	return r, l.ConfirmReading(ctx, f.supervisor, r.ID, ids, day.Of(f.Now()))
}

// doubled is the share of a sample, in per cent, that a second person checks.
const doubled = 10

// lot brings a lot and takes it as far as its place among the last ones of its
// project says: the others are decided.
func (f *filler) lot(ctx context.Context, p *project, supplier string, left int) error {
	l, kind := f.app.Labelling, labelling.Functional
	if p.lots%10 == 5 {
		kind = labelling.Safety
	}
	today := day.Of(f.Now())
	_, lots, err := l.Bring(ctx, f.supervisor, p.ID, fmt.Sprintf("batch-%03d.jsonl", p.lots+1), f.export(p.lots), labelling.Answers{Name: fmt.Sprintf("第 %d 批 Batch", p.lots+1),
		Kind: kind, RuleSetID: p.rules[kind].ID, SupplierID: supplier, PeriodFrom: today.Add(-7), PeriodUntil: today.Add(-1), DivideBy: labelling.Whole})
	if err != nil || left <= 1 {
		return err
	}
	one, err := l.Freeze(ctx, f.supervisor, lots[0].ID, lots[0].Version)
	if err != nil || left <= 2 {
		return err
	}
	if err := f.plan(ctx, &one); err != nil {
		return err
	}
	if _, err = l.DrawOnePerson(ctx, f.supervisor, one.ID, one.Version, fmt.Sprintf("%020d", f.chance.Uint64()), ""); err != nil || left <= 3 {
		return err
	}
	if one, err = l.Lot(ctx, f.supervisor, one.ID); err != nil {
		return err
	}
	return f.inspect(ctx, p, one, left > 5)
}

// plan puts a lot under a plan: safety data is checked whole, the rest by AQL.
func (f *filler) plan(ctx context.Context, one *labelling.Lot) error {
	in := labelling.PlanInput{Method: labelling.ISO2859, Blind: true, DoublePercent: doubled, Params: labelling.Params{Level: stats.Level("III"),
		AQLs: []labelling.ClassAQL{{Class: labelling.Critical, AQL: "0.40"}, {Class: labelling.Major, AQL: "4.0"}, {Class: labelling.Minor, AQL: "6.5"}}}}
	if one.Kind == labelling.Safety {
		in = labelling.PlanInput{Method: labelling.Whole100, Blind: true, Params: labelling.Params{MinRight: 960_000}}
	}
	_, err := f.app.Labelling.ChoosePlan(ctx, f.supervisor, one.ID, one.Version, in)
	if problem.Is(err, problem.Conflict) { // the stream is discontinued
		if err := f.restart(ctx, *one); err != nil {
			return err
		}
		_, err = f.app.Labelling.ChoosePlan(ctx, f.supervisor, one.ID, one.Version, in)
	}
	if err == nil {
		*one, err = f.app.Labelling.Lot(ctx, f.supervisor, one.ID)
	}
	return err
}

// restart takes up the inspection of a lot's stream after corrective action.
func (f *filler) restart(ctx context.Context, one labelling.Lot) error {
	list, err := f.app.Labelling.Streams(ctx, f.supervisor, labelling.StreamFilter{Project: one.ProjectID, Severity: labelling.StreamDiscontinued, Limit: 10})
	for _, s := range list {
		if err == nil {
			_, err = f.app.Labelling.Restart(ctx, f.supervisor, s.ID, s.Version, "重新培训 Trained again")
		}
	}
	return err
}

var intents = []string{"咨询", "投诉", "催单", "退款"}

// export writes the annotations of a lot as a tool would.
func (f *filler) export(lot int) *bytes.Buffer {
	var b bytes.Buffer
	for i := range f.size.Labelling.LotSize {
		fmt.Fprintf(&b, `{"id": "%03d-%05d", "text": "第 %d 条客服对话：请问我的订单什么时候发货？已经等了三天，一直没有物流信息。", "label": "%s", "annotator": "%s", "source": "%s"}`+"\n",
			lot+1, i+1, i+1, intents[f.chance.IntN(len(intents))], codeOf(i%annotators), []string{"app", "web"}[i%2])
	}
	return &b
}

// flaw says what is wrong with an item: nothing, for most.
func flaw(chance *rand.Rand, annotator string, lot int) labelling.Defect {
	perMille := 12 + lot%7
	for k := range careless {
		if annotator == codeOf(annotators-1-k) {
			perMille *= 4
		}
	}
	if lot%13 == 12 { // a bad lot now and then
		perMille *= 6
	}
	if chance.IntN(1000) >= perMille {
		return labelling.Defect{}
	}
	if chance.IntN(60) == 0 {
		return kindsOfDefects[0]
	}
	return kindsOfDefects[1+min(chance.IntN(6)/2, 2)]
}

// actorOf is who checks as a worker.
func (f *filler) actorOf(account string) actor.Actor {
	for _, a := range f.checkers {
		if a.ID == account {
			return a
		}
	}
	return f.supervisor
}
