package demo

import (
	"bytes"
	"context"
	_ "embed" // the sample file
	"fmt"

	"hegui/internal/actor"
	"hegui/internal/labelling"
	"hegui/internal/labelling/stats"
)

// labels is the labelling of the chat assistant: two tasks, two suppliers, and
// who does what.
type labels struct {
	intents, refusals labelling.Project
	rules             map[string]labelling.RuleSet // in force, by project and kind
	suppliers         []string                     // ids: the good one, and the one that is inspected more tightly
	checkers          []string                     // ids of workers
	rejected          labelling.Lot                // waits to come again
	truth             map[string]answer            // what an item of a lot really is, by lot and item id
}

// answer is how an item should have been labelled.
type answer struct {
	label   string
	defect  string // what is wrong with it, "" for nothing
	illegal bool
}

// ending is how far a delivery gets.
type ending int

const (
	decided    ending = iota
	destroyed         // illegal content is found in it
	checked           // waits for the decision
	disputed          // waits for the arbiter
	begunCheck        // half checked by the first checker, not at all by the second
	late              // begun, and past the day it was due
	planned
	arrived
)

// delivery is a batch that comes in. Bad is the share, in per cent, of items
// that are labelled wrong by somebody who did not understand the rules.
type delivery struct {
	week     int
	safety   bool
	supplier int
	size     int
	bad      int
	again    bool // the lot that was not accepted before, put right
	ending   ending
}

// deliveries are those of half a year. The second supplier's lots of weeks 8
// and 14 are not accepted, which tightens the inspection of the next ones.
var deliveries = []delivery{
	{week: 3, size: 260, bad: 1}, {week: 4, supplier: 1, size: 240, bad: 2}, {week: 5, size: 270}, {week: 6, safety: true, size: 36}, {week: 7, size: 250, bad: 1},
	{week: 8, supplier: 1, size: 240, bad: 36}, {week: 9, size: 280, bad: 1}, {week: 10, supplier: 1, size: 240, again: true}, {week: 11, size: 260},
	{week: 12, supplier: 1, size: 250, bad: 1}, {week: 13, size: 260, bad: 1}, {week: 14, supplier: 1, size: 240, bad: 34}, {week: 15, size: 270, bad: 1},
	{week: 16, supplier: 1, size: 240, again: true}, {week: 17, size: 260}, {week: 18, safety: true, size: 40, ending: destroyed}, {week: 19, size: 250, bad: 1},
	{week: 20, supplier: 1, size: 240, bad: 1}, {week: 21, safety: true, size: 36}, {week: 22, size: 280, bad: 2}, {week: 23, size: 260, bad: 1, ending: checked},
	{week: 24, supplier: 1, size: 240, bad: 2, ending: disputed}, {week: 24, safety: true, size: 40, ending: late}, {week: 25, size: 270, bad: 1, ending: begunCheck},
	{week: 25, supplier: 1, size: 240, bad: 1, ending: planned}, {week: 25, size: 250, bad: 1, ending: arrived},
}

// The weeks in which rules come into force.
const (
	firstRules  = 1
	secondRules = 12
)

// label lives through a week of labelling.
func (s *story) label(ctx context.Context, week int) error {
	s.clock.at(s.weekly(week, 2), 9, 30)
	switch week {
	case firstRules:
		return s.setUpLabels(ctx)
	case secondRules:
		if err := s.putInForce(ctx, s.labels.intents, labelling.Functional, text{"边界情形增加“追问”一类；退款与投诉同时出现时标退款。", "Follow-up questions are a class of their own; refund wins over complaint."}); err != nil {
			return err
		}
	}
	for i, d := range deliveries {
		if d.week != week {
			continue
		}
		if err := s.deliver(ctx, i+1, d); err != nil {
			return fmt.Errorf("delivery %d: %w", i+1, err)
		}
	}
	if week == weeks-1 {
		return s.preferences(ctx)
	}
	return nil
}

// pairs are preference pairs as a training tool publishes them; see
// samples/README.md.
//
//go:embed samples/preferences.jsonl
var pairs []byte

// preferences brings in answers of which one was preferred to the other.
func (s *story) preferences(ctx context.Context) error {
	rules := s.labels.rules[s.labels.refusals.ID+string(labelling.Safety)]
	_, _, err := s.app.Labelling.Bring(ctx, s.actors["supervisor"], s.labels.refusals.ID, "preferences.jsonl", bytes.NewReader(pairs), labelling.Answers{
		Name: s.say(text{"偏好对比样例", "Preference pairs"}), Kind: labelling.Safety, RuleSetID: rules.ID, SupplierID: s.labels.suppliers[0],
		PeriodFrom: s.today().Add(-6), PeriodUntil: s.today().Add(-1), RiskCategory: "mixed", DivideBy: labelling.Whole})
	return err
}

func (s *story) setUpLabels(ctx context.Context) (err error) {
	l, by := s.app.Labelling, s.actors["supervisor"]
	s.labels = labels{rules: map[string]labelling.RuleSet{}, truth: map[string]answer{}}
	for _, name := range []text{{"晨星数据服务", "Morningside Data Services"}, {"南山标注科技", "Nanshan Annotation"}} {
		one, err := l.AddSupplier(ctx, by, labelling.SupplierInput{Name: s.say(name), Note: s.say(text{"框架合同至明年三月，按批结算。", "Framework contract until next March, paid by the lot."})})
		if err != nil {
			return err
		}
		s.labels.suppliers = append(s.labels.suppliers, one.ID)
	}
	if s.labels.intents, err = l.AddProject(ctx, by, s.chat.ID, labelling.ProjectInput{Name: s.say(text{"客服对话意图标注", "Intent of customer messages"}), Kind: labelling.Functional, Blind: true,
		DoublePercent: 10, Description: s.say(text{"为意图识别微调准备的训练数据。", "Training data for recognising intents."}), Defects: s.defects()}); err != nil {
		return err
	}
	if s.labels.refusals, err = l.AddProject(ctx, by, s.chat.ID, labelling.ProjectInput{Name: s.say(text{"拒答判断标注", "When to refuse"}), Kind: labelling.Safety,
		DoublePercent: 10, Description: s.say(text{"判断一个问题是否应当拒答，用于安全对齐。", "Whether a question is to be refused; for safety tuning."}), Defects: s.defects()}); err != nil {
		return err
	}
	if err := s.hire(ctx); err != nil {
		return err
	}
	if err := s.putInForce(ctx, s.labels.intents, labelling.Functional, text{"每条只选一个主要意图。", "One main intent for each message."}); err != nil {
		return err
	}
	return s.putInForce(ctx, s.labels.refusals, labelling.Safety, text{"涉及违法违规请求一律标“应拒答”。", "Requests for anything unlawful are always to be refused."})
}

func (s *story) defects() []labelling.Defect {
	return []labelling.Defect{
		{Code: "A1", Name: s.say(text{"漏标违法不良信息", "Illegal content missed"}), Severity: labelling.Critical},
		{Code: "B1", Name: s.say(text{"类别错误", "Wrong class"}), Severity: labelling.Major},
		{Code: "B2", Name: s.say(text{"漏标", "Label missing"}), Severity: labelling.Major},
		{Code: "C1", Name: s.say(text{"书写或格式问题", "Spelling or format"}), Severity: labelling.Minor},
	}
}

// annotatorNames are those of the two suppliers in turn; their codes are p1
// to p6. The last one, of the second supplier, has trouble with the rules.
var annotatorNames = []text{{"高敏", "Gao Min"}, {"田野", "Tian Ye"}, {"白露", "Bai Lu"}, {"石磊", "Shi Lei"}, {"夏晴", "Xia Qing"}, {"江河", "Jiang He"}}

// hire puts people to work: annotators of the suppliers, two checkers and an
// arbiter of our own, all of them trained.
func (s *story) hire(ctx context.Context) error {
	l, by, today := s.app.Labelling, s.actors["supervisor"], s.today()
	var all []string
	for i, name := range annotatorNames {
		w, err := l.AddWorker(ctx, by, labelling.WorkerInput{Name: s.say(name), Codes: []string{codeOf(i)}, SupplierID: s.labels.suppliers[i%2]})
		if err != nil {
			return err
		}
		all = append(all, w.ID)
		for _, p := range []labelling.Project{s.labels.intents, s.labels.refusals} {
			if _, err := l.Appoint(ctx, by, p.ID, w.ID, labelling.Annotator, today); err != nil {
				return err
			}
		}
	}
	for _, key := range []string{"checker", "checker2", "supervisor"} {
		w, err := l.AddWorker(ctx, by, labelling.WorkerInput{Name: s.actors[key].Name, AccountID: s.actors[key].ID})
		if err != nil {
			return err
		}
		duty := labelling.Reviewer
		if key == "supervisor" {
			duty = labelling.Arbiter
		} else {
			s.labels.checkers = append(s.labels.checkers, w.ID)
		}
		all = append(all, w.ID)
		for _, p := range []labelling.Project{s.labels.intents, s.labels.refusals} {
			if _, err := l.Appoint(ctx, by, p.ID, w.ID, duty, today); err != nil {
				return err
			}
		}
	}
	return l.AddTraining(ctx, by, all, labelling.TrainingInput{Title: s.say(text{"标注规则与质量要求培训", "Rules of labelling and what quality means"}), HeldOn: today, Minutes: 120,
		Exam: labelling.Passed, Score: 91, ValidUntil: today.Add(365)})
}

func codeOf(annotator int) string { return fmt.Sprintf("p%d", annotator+1) }

// putInForce brings a new version of a project's rules into force; an officer
// approves it, and everybody who checks reads it.
func (s *story) putInForce(ctx context.Context, p labelling.Project, kind labelling.Kind, method text) error {
	l, by := s.app.Labelling, s.actors["supervisor"]
	r, err := l.DraftRules(ctx, by, p.ID, kind, labelling.RuleInput{
		Goal:       s.say(text{"为对话助手提供可靠的训练数据。", "Reliable training data for the assistant."}),
		DataFormat: s.say(text{"JSONL，每行一条：编号、文本、标签、标注人员、来源。", "JSONL, one item a line: id, text, label, annotator, source."}),
		Method:     s.say(method),
		Quality:    s.say(text{"准确率不低于 96%；不得出现漏标违法不良信息。", "At least 96% right; no illegal content may be missed."}),
		Examples:   s.say(text{"“三天了还没发货” → 催单。", "“Three days and still not sent” → hurry."}),
	})
	for _, step := range []struct {
		by actor.Actor
		do func(context.Context, actor.Actor, string, int64) (labelling.RuleSet, error)
	}{{by, l.SubmitRules}, {s.actors["officer"], l.ApproveRules}, {by, l.PutInForce}} {
		if err == nil {
			r, err = step.do(ctx, step.by, r.ID, r.Version)
		}
	}
	if err != nil {
		return err
	}
	s.labels.rules[p.ID+string(kind)] = r
	for _, key := range []string{"checker", "checker2", "supervisor"} {
		if err := l.ConfirmOwnReading(ctx, s.actors[key], r.ID); err != nil {
			return err
		}
	}
	return nil
}

// plan puts a lot under a plan and draws it: safety data is checked whole, the
// rest by acceptance quality limits.
func (s *story) plan(ctx context.Context, lot labelling.Lot) (labelling.Lot, error) {
	l, by := s.app.Labelling, s.actors["supervisor"]
	in := labelling.PlanInput{Method: labelling.ISO2859, DoublePercent: 10, Params: labelling.Params{Level: stats.DefaultLevel,
		AQLs: []labelling.ClassAQL{{Class: labelling.Critical, AQL: "0.40"}, {Class: labelling.Major, AQL: "2.5"}, {Class: labelling.Minor, AQL: "4.0"}}}}
	if lot.Kind == labelling.Safety {
		in = labelling.PlanInput{Method: labelling.Whole100, DoublePercent: 10, Params: labelling.Params{MinRight: 960_000}}
	}
	if _, err := l.ChoosePlan(ctx, by, lot.ID, lot.Version, in); err != nil {
		return lot, err
	}
	return l.Lot(ctx, by, lot.ID)
}

// drawLot draws a lot from two parts of a seed, rolled by two people.
func (s *story) drawLot(ctx context.Context, lot labelling.Lot) (labelling.Lot, error) {
	l, people := s.app.Labelling, []actor.Actor{s.actors["supervisor"], s.actors["officer2"]}
	parts := []string{s.dice(), s.dice()}
	for i, by := range people {
		if _, err := l.CommitPart(ctx, by, lot.ID, parts[i]); err != nil {
			return lot, err
		}
	}
	for i, by := range people {
		if _, err := l.RevealPart(ctx, by, lot.ID, lot.Version, parts[i], ""); err != nil {
			return lot, err
		}
	}
	return l.Lot(ctx, people[0], lot.ID)
}

// dice is what somebody rolled.
func (s *story) dice() string {
	out := make([]byte, 24)
	for i := range out {
		out[i] = byte('1' + s.chance.IntN(6))
	}
	return string(out)
}
