package demo

import (
	"context"
	"fmt"
	"time"

	"hegui/internal/labelling"
)

// onDesk is an item of somebody's assignment.
type onDesk struct {
	AssignmentID string
	Seq          int64
	ItemID       string
}

// desk lists the items of a person's open assignments of a lot.
func (s *story) desk(ctx context.Context, key string, lot labelling.Lot) (list []onDesk, err error) {
	err = s.app.Ledger.Read(ctx).Raw(`SELECT d.assignment_id, d.seq, i.item_id FROM label_assignment AS a JOIN label_assigned AS d ON d.assignment_id = a.id
		JOIN label_item AS i ON i.lot_id = d.lot_id AND i.n = d.n WHERE a.lot_id = ? AND a.account_id = ? AND a.state = 'open' ORDER BY d.assignment_id, d.seq`,
		lot.ID, s.actors[key].ID).Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("read desk: %w", err)
	}
	return list, nil
}

// checkSome answers a part of somebody's items.
func (s *story) checkSome(ctx context.Context, key string, lot labelling.Lot, part float64) error {
	list, err := s.desk(ctx, key, lot)
	if err != nil {
		return err
	}
	for _, d := range list[:int(part*float64(len(list)))] {
		if err := s.give(ctx, key, lot, d, false); err != nil {
			return err
		}
	}
	return nil
}

// checkAll answers all of somebody's items and hands them in. Doubt is how many
// items, at least, they find hard; with quarrel they are unsure of the first.
func (s *story) checkAll(ctx context.Context, key string, lot labelling.Lot, doubt int, quarrel bool) error {
	list, err := s.desk(ctx, key, lot)
	if err != nil {
		return err
	}
	var assignments []string
	for i, d := range list {
		if err := s.give(ctx, key, lot, d, quarrel && i < doubt); err != nil {
			return err
		}
		if len(assignments) == 0 || assignments[len(assignments)-1] != d.AssignmentID {
			assignments = append(assignments, d.AssignmentID)
		}
	}
	for _, id := range assignments {
		if _, err := s.app.Labelling.HandIn(ctx, s.actors[key], id); err != nil {
			return err
		}
	}
	return nil
}

// give answers one item as it really is, or with doubt.
func (s *story) give(ctx context.Context, key string, lot labelling.Lot, d onDesk, doubt bool) error {
	took := time.Duration(5+s.chance.IntN(12)) * time.Second
	s.clock.pass(took)
	truth := s.labels.truth[lot.ID+" "+d.ItemID]
	in := labelling.Answer{Verdict: labelling.VerdictRight, Defects: []string{}, Millis: took.Milliseconds()}
	switch {
	case doubt:
		in.Verdict, in.Note = labelling.VerdictUnsure, s.say(text{"投诉与退款两种意图都有，规则没有说清。", "Both a complaint and a refund; the rules leave it open."})
	case truth.defect != "":
		in.Verdict, in.Defects, in.Corrected, in.Note = labelling.VerdictWrong, []string{truth.defect}, truth.label, s.remark(truth)
	}
	_, err := s.app.Labelling.Give(ctx, s.actors[key], d.AssignmentID, d.Seq, in)
	return err
}

// findIllegal has a checker come upon illegal content: the lot stops, becomes
// void, and what was reported is destroyed before two people.
func (s *story) findIllegal(ctx context.Context, lot labelling.Lot) error {
	for _, key := range []string{"checker", "checker2"} {
		list, err := s.desk(ctx, key, lot)
		if err != nil {
			return err
		}
		for _, d := range list {
			if s.labels.truth[lot.ID+" "+d.ItemID].illegal {
				s.clock.pass(20 * time.Second)
				if _, err := s.app.Labelling.Flag(ctx, s.actors[key], d.AssignmentID, d.Seq, 0, s.say(text{"含来源不明的公民个人信息，疑似违法收集。", "Holds personal data of unknown origin, probably collected unlawfully."})); err != nil {
					return err
				}
				return s.destroy(ctx, lot)
			}
		}
	}
	return nil
}

func (s *story) destroy(ctx context.Context, lot labelling.Lot) error {
	l, by := s.app.Labelling, s.actors["supervisor"]
	s.clock.pass(25 * time.Minute)
	lot, err := l.Lot(ctx, by, lot.ID)
	if err != nil {
		return err
	}
	d, err := l.MakeVoid(ctx, by, lot.ID, lot.Version, labelling.VoidInput{Scope: labelling.VoidFlagged, Witness: s.actors["content"].Name,
		Reason: s.say(text{"标注数据中发现违法收集的个人信息，整批作废。", "Unlawfully collected personal data was found; the lot is void."}),
		Method: s.say(text{"本系统内原文覆写删除；供应商侧同步删除并出具说明。", "Overwritten here; the supplier deletes its copy and confirms it in writing."})})
	if err != nil {
		return err
	}
	s.clock.pass(35 * time.Minute)
	if _, err = l.SecondSign(ctx, s.actors["officer"], d.ID, d.Version); err != nil {
		return err
	}
	return s.reviewRecord(ctx, lot)
}
