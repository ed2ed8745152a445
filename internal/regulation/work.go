package regulation

import (
	"context"
	"net/url"

	"hegui/internal/actor"
	"hegui/internal/work"
)

// WorkOf lists the proposed values of figures that wait for a person's
// decision: all that others made, for those who may edit the regulation.
func (s *Service) WorkOf(ctx context.Context, by actor.Actor) ([]work.Item, error) {
	if !by.May(actor.EditRegulation) {
		return nil, nil
	}
	waiting, err := s.Waiting(ctx)
	if err != nil {
		return nil, err
	}
	c := s.Current(ctx)
	var items []work.Item
	for _, v := range waiting {
		if v.ProposedBy == by.ID {
			continue
		}
		item := work.Item{Kind: work.FigureReview, ZH: v.FigureKey, EN: v.FigureKey, Note: v.Source,
			URL: "/figures/" + url.PathEscape(v.FigureKey), Due: v.EffectiveFrom, Since: v.ProposedAt}
		if f, ok := c.Figure(v.FigureKey); ok {
			item.ZH, item.EN = f.Statement.ZH, f.Statement.EN
		}
		items = append(items, item)
	}
	work.Sort(items)
	return items, nil
}
