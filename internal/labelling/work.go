package labelling

import (
	"context"
	"slices"
	"time"

	"hegui/internal/actor"
	"hegui/internal/day"
	"hegui/internal/work"
)

// maxWork bounds what one kind of work lists.
const maxWork = 200

// WorkOf lists what waits for the actor in labelling.
func (s *Service) WorkOf(ctx context.Context, by actor.Actor) (out []work.Item, err error) {
	for _, list := range []func(context.Context, actor.Actor) ([]work.Item, error){s.deskWork, s.lotWork, s.secondWork, s.correctionWork} {
		more, err := list(ctx, by)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// deskWork are the actor's own open assignments. Those of stopped lots wait
// with the supervisor.
func (s *Service) deskWork(ctx context.Context, by actor.Actor) (out []work.Item, err error) {
	if !by.May(actor.CheckLabels) {
		return nil, nil
	}
	rows, err := s.Desk(ctx, by, DeskFilter{Limit: maxWork})
	for _, r := range rows {
		if r.Stopped {
			continue
		}
		kind := work.LabelCheck
		if r.Round == ArbiterRound {
			kind = work.LabelArbitrate
		}
		out = append(out, work.Item{Kind: kind, ZH: r.Batch, EN: r.Batch, Count: r.Items - r.Done, URL: "/labelling/desk/" + r.ID, Service: r.ServiceID, Due: r.Due, Since: r.CreatedAt, Owner: by.ID})
	}
	return out, err
}

// lotWork are lots that wait for a supervisor: stopped over illegal content,
// with items that nobody arbitrates, or checked to the last item.
func (s *Service) lotWork(ctx context.Context, by actor.Actor) (out []work.Item, err error) {
	if !by.May(actor.ManageLabelling) {
		return nil, nil
	}
	var lots []Lot
	err = scope(s.ledger.Read(ctx), by).Where("state = ?", LotChecking).
		Where("(stopped OR to_check > 0 AND checked >= to_check OR EXISTS (SELECT 1 FROM label_dispute AS d WHERE d.lot_id = label_lot.id AND d.assignment_id = ''))").
		Order("state_since, id").Limit(maxWork).Find(&lots).Error
	if err != nil || len(lots) == 0 {
		return nil, err
	}
	ids := make([]string, len(lots))
	for i, l := range lots {
		ids[i] = l.ID
	}
	var waiting []struct {
		LotID string
		Items int64
	}
	err = s.ledger.Read(ctx).Raw("SELECT lot_id, COUNT(*) AS items FROM label_dispute WHERE assignment_id = '' AND lot_id IN ? GROUP BY lot_id", ids).Scan(&waiting).Error
	for _, l := range lots {
		item := work.Item{ZH: l.Name, EN: l.Name, URL: "/labelling/lots/" + l.ID + "/checking", Service: l.ServiceID, Since: l.UpdatedAt}
		i := slices.IndexFunc(waiting, func(w struct {
			LotID string
			Items int64
		}) bool {
			return w.LotID == l.ID
		})
		switch {
		case l.Stopped:
			item.Kind = work.LabelStopped
		case i >= 0:
			item.Kind, item.Count = work.LabelArbiter, waiting[i].Items
		default:
			item.Kind, item.URL = work.LabelDecide, "/labelling/lots/"+l.ID+"/decision"
		}
		out = append(out, item)
	}
	return out, err
}

// decided is a row about a lot, for work.
type decided struct {
	LotID, ServiceID, Name string
	Items                  int64
	Due                    day.Date
	At                     time.Time
}

func (d decided) work(kind work.Kind) work.Item {
	return work.Item{Kind: kind, ZH: d.Name, EN: d.Name, Count: d.Items, URL: "/labelling/lots/" + d.LotID + "/decision", Service: d.ServiceID, Due: d.Due, Since: d.At}
}

// secondWork are decisions of others that wait for a second signature.
func (s *Service) secondWork(ctx context.Context, by actor.Actor) (out []work.Item, err error) {
	if !by.May(actor.ApproveLabelling) {
		return nil, nil
	}
	var rows []decided
	err = scope(s.ledger.Read(ctx).Table("(SELECT d.lot_id, d.service_id, l.name, d.signed_at AS at, d.signed_by, d.id FROM label_decision AS d JOIN label_lot AS l ON l.id = d.lot_id WHERE d.state = 'awaiting_second') AS d"), by).
		Where("signed_by <> ?", by.ID).Order("id").Limit(maxWork).Scan(&rows).Error
	for _, r := range rows {
		out = append(out, r.work(work.LabelSecond))
	}
	return out, err
}

// correctionWork are lists of wrong items that are not put right yet.
func (s *Service) correctionWork(ctx context.Context, by actor.Actor) (out []work.Item, err error) {
	if !by.May(actor.ManageLabelling) {
		return nil, nil
	}
	var rows []decided
	err = scope(s.ledger.Read(ctx).Table("(SELECT c.lot_id, c.service_id, l.name, c.items - c.corrected AS items, c.due, c.created_at AS at, c.id FROM label_correction AS c JOIN label_lot AS l ON l.id = c.lot_id WHERE c.state = 'open') AS c"), by).
		Order("id").Limit(maxWork).Scan(&rows).Error
	for _, r := range rows {
		out = append(out, r.work(work.LabelCorrect))
	}
	return out, err
}
