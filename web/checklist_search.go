package web

import (
	"context"

	"hegui/internal/actor"
	"hegui/templates/layout"
)

// assessments finds requirements within the checklists of services.
func (p *searchPages) assessments(ctx context.Context, by actor.Actor, q string, limit int) ([]layout.PaletteItem, error) {
	found, err := p.Checklist.Search(ctx, by, q, limit)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	services, err := p.Register.Names(ctx)
	if err != nil {
		return nil, err
	}
	catalogue := p.Regulation.Current(ctx)
	out := make([]layout.PaletteItem, len(found))
	for i, a := range found {
		out[i] = layout.PaletteItem{Label: a.RequirementID + " " + requirementTitle(ctx, catalogue, a.RequirementID), Note: services[a.ServiceID],
			Icon: "clipboard-check", URL: pageOf(a)}
	}
	return out, nil
}
