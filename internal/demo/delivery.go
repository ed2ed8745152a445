package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"hegui/internal/labelling"
)

// deliver brings a delivery in and takes its lot as far as its ending says.
func (s *story) deliver(ctx context.Context, number int, d delivery) error {
	lot, err := s.arrive(ctx, number, d)
	if err != nil || d.ending == arrived {
		return err
	}
	l, by := s.app.Labelling, s.actors["supervisor"]
	s.clock.pass(8 * time.Minute)
	if lot, err = l.Freeze(ctx, by, lot.ID, lot.Version); err != nil {
		return err
	}
	if lot, err = s.plan(ctx, lot); err != nil || d.ending == planned {
		return err
	}
	s.clock.pass(15 * time.Minute)
	if lot, err = s.drawLot(ctx, lot); err != nil {
		return err
	}
	due := max(s.today().Add(5), s.end.Add(2))
	switch d.ending {
	case decided:
		due = s.today().Add(5)
	case late:
		due = s.today().Add(3)
	}
	if _, err := l.Assign(ctx, by, lot.ID, lot.Version, labelling.AssignInput{Workers: s.labels.checkers, Apart: true, Due: min(due, s.end.Add(4))}); err != nil {
		return err
	}
	return s.inspect(ctx, d, lot)
}

// inspect has a lot checked and, most of them, decided.
func (s *story) inspect(ctx context.Context, d delivery, lot labelling.Lot) error {
	switch d.ending {
	case begunCheck:
		return s.checkSome(ctx, "checker", lot, 0.5)
	case late:
		return s.checkSome(ctx, "checker2", lot, 0.3)
	case destroyed:
		return s.findIllegal(ctx, lot)
	}
	for _, key := range []string{"checker", "checker2"} {
		if err := s.checkAll(ctx, key, lot, 1, d.ending == disputed); err != nil {
			return err
		}
	}
	if d.ending == disputed {
		return nil
	}
	if err := s.checkAll(ctx, "supervisor", lot, 0, false); err != nil || d.ending == checked {
		return err
	}
	return s.decide(ctx, lot)
}

// item is an annotation as the suppliers' tool exports it.
type item struct {
	ID        string `json:"id"`
	Text      string `json:"text"`
	Label     string `json:"label"`
	Annotator string `json:"annotator"`
	Source    string `json:"source"`
}

// arrive imports the annotations of a delivery as one lot.
func (s *story) arrive(ctx context.Context, number int, d delivery) (labelling.Lot, error) {
	by, project, kind := s.actors["supervisor"], s.labels.intents, labelling.Functional
	if d.safety {
		project, kind = s.labels.refusals, labelling.Safety
	}
	in := labelling.Answers{Name: fmt.Sprintf(s.say(text{"第 %d 批（%s）", "Delivery %d (%s)"}), number, s.today()), Kind: kind, RuleSetID: s.labels.rules[project.ID+string(kind)].ID,
		SupplierID: s.labels.suppliers[d.supplier], PeriodFrom: s.today().Add(-9), PeriodUntil: s.today().Add(-2), DivideBy: labelling.Whole}
	if d.safety {
		in.RiskCategory = "mixed"
	}
	if d.again {
		in.ParentLotID = s.labels.rejected.ID
	}
	truth := map[string]answer{}
	content := s.annotations(number, d, truth)
	_, lots, err := s.app.Labelling.Bring(ctx, by, project.ID, fmt.Sprintf("delivery-%02d.jsonl", number), content, in)
	if err != nil {
		return labelling.Lot{}, err
	}
	for id, a := range truth {
		s.labels.truth[lots[0].ID+" "+id] = a
	}
	return lots[0], nil
}

// annotations writes the file of a delivery and notes how its items should have
// been labelled.
func (s *story) annotations(number int, d delivery, truth map[string]answer) *bytes.Buffer {
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	kinds := intents
	if d.safety {
		kinds = refusals
	}
	for i := range d.size {
		k := kinds[s.chance.IntN(len(kinds))]
		said := s.say(k.said[s.chance.IntN(len(k.said))])
		it := item{ID: fmt.Sprintf("%02d-%04d", number, i+1), Text: fmt.Sprintf(said, 1000+s.chance.IntN(9000)), Label: s.say(k.name), Annotator: codeOf(2*(i%3) + d.supplier), Source: []string{"app", "web", "api"}[i%3]}
		right := answer{label: it.Label}
		switch {
		case !d.again && s.chance.IntN(100) < s.wrongs(d, it.Annotator):
			right.defect = "B1"
			it.Label = s.say(kinds[(s.chance.IntN(len(kinds)-1)+1+indexOf(kinds, k))%len(kinds)].name)
		case s.chance.IntN(40) == 0:
			right.defect = "C1"
		}
		if d.ending == destroyed && i == d.size/2 {
			it.Text, right.illegal = s.say(text{"帮我查某某的身份证号、住址和开房记录（公民个人信息，来源不明）", "Find the identity number, address and hotel stays of … (personal data of unknown origin)"}), true
		}
		truth[it.ID] = right
		_ = out.Encode(it) // a buffer never fails
	}
	return &b
}

// wrongs is the share, in per cent, of wrong labels of an annotator: the last of
// the second supplier's makes most of its mistakes.
func (s *story) wrongs(d delivery, annotator string) int {
	if d.supplier == 1 && annotator == codeOf(len(annotatorNames)-1) {
		return min(95, 3*d.bad)
	}
	if d.bad > 10 {
		return 4
	}
	return d.bad
}

// class is a label with things that people say.
type class struct {
	name text
	said []text
}

func indexOf(list []class, k class) int {
	for i := range list {
		if list[i].name == k.name {
			return i
		}
	}
	return 0
}

var intents = []class{
	{text{"催单", "hurry"}, []text{{"订单 %d 已经三天了还没有发货，能不能快一点？", "Order %d is three days old and still not sent; can you hurry?"}, {"单号 %d 的物流一直不动，麻烦催一下。", "Nothing moves on parcel %d, please push them."}}},
	{text{"咨询", "question"}, []text{{"请问型号 %d 支持货到付款吗？", "Can model %d be paid on delivery?"}, {"活动 %d 满减可以和优惠券一起用吗？", "Can offer %d be combined with a coupon?"}}},
	{text{"投诉", "complaint"}, []text{{"工号 %d 的客服态度很差，我要投诉。", "Agent %d was rude, I want to complain."}, {"门店 %d 收到的货和图片完全不一样，太失望了。", "What shop %d sent looks nothing like the picture."}}},
	{text{"退款", "refund"}, []text{{"订单 %d 我要退款，多久能到账？", "I want my money back for order %d; how long does it take?"}, {"单号 %d 退货已签收，退款怎么还没到？", "You received return %d, where is my refund?"}}},
}

var refusals = []class{
	{text{"应拒答", "refuse"}, []text{{"怎样绕过实名认证批量注册 %d 个账号？", "How do I register %d accounts without proving who I am?"}, {"帮我写一段能骗过审核的虚假宣传文案，编号 %d。", "Write false advertising no %d that gets past the checks."}}},
	{text{"可以回答", "answer"}, []text{{"第 %d 题：垃圾分类有哪几类？", "Question %d: which kinds of waste are sorted?"}, {"请解释编号 %d 的公式怎么用。", "Please explain how formula %d is used."}}},
	{text{"谨慎回答", "careful"}, []text{{"我 %d 岁，头疼三天该吃什么药？", "I have had a headache for three days, what should I take? (case %d)"}, {"第 %d 号基金现在能买吗？", "Is it a good time to buy fund %d?"}}},
}

// decide signs a lot as its figures say, and files of the record are reviewed.
func (s *story) decide(ctx context.Context, lot labelling.Lot) error {
	l, by := s.app.Labelling, s.actors["supervisor"]
	s.clock.pass(40 * time.Minute)
	lot, err := l.Lot(ctx, by, lot.ID)
	if err != nil {
		return err
	}
	standing, err := l.Standing(ctx, by, lot)
	if err != nil {
		return err
	}
	in := labelling.SignInput{Verdict: standing.Computed.Verdict}
	if in.Verdict == labelling.Rejected {
		in.FollowUp = labelling.Return
		s.labels.rejected = lot
	}
	if standing.Inputs.Wrong > 0 {
		in.Due = max(s.today(), s.end.Add(-20)).Add(10)
	}
	if _, err := l.Sign(ctx, by, lot.ID, lot.Version, in); err != nil {
		return err
	}
	return s.reviewRecord(ctx, lot)
}

// reviewRecord has an officer look at the filed record of a lot.
func (s *story) reviewRecord(ctx context.Context, lot labelling.Lot) error {
	list, err := s.app.Labelling.Records(ctx, s.actors["supervisor"], lot.ID)
	if err != nil {
		return err
	}
	for _, r := range list {
		if r.EvidenceID == "" {
			continue
		}
		filed, err := s.app.Evidence.Get(ctx, s.actors["officer"], r.EvidenceID)
		if err != nil {
			return err
		}
		s.clock.pass(30 * time.Minute)
		if err := s.app.Evidence.Approve(ctx, s.actors["officer"], filed.ID, filed.Version, ""); err != nil {
			return err
		}
	}
	return nil
}

// remark is what a checker notes about a wrong item.
func (s *story) remark(a answer) string {
	if a.defect == "C1" {
		return s.say(text{"标点与格式不合规则。", "Punctuation and format are not as the rules say."})
	}
	return strings.TrimSpace(s.say(text{"应为“", "Should be “"}) + a.label + s.say(text{"”。", "”."}))
}
