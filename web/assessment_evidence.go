package web

import (
	"github.com/a-h/templ"

	"hegui/internal/actor"
	"hegui/internal/checklist"
	"hegui/internal/evidence"
	"hegui/templates/pages"
)

// evidencePart is the evidence linked to the assessment, with what is needed
// to add more.
func (p *assessmentPage) evidencePart() (templ.Component, error) {
	if !p.by.May(actor.ReadEvidence) {
		return nil, nil //nolint:nilnil // nothing to show to this person
	}
	target := evidence.Target{AssessmentID: p.a.ID, ServiceID: p.a.ServiceID, RequirementID: p.a.RequirementID}
	v, err := (&evidencePages{p.Server}).panel(p.c, target, checklist.MayEdit(p.by, p.a))
	if err != nil {
		return nil, err
	}
	return pages.EvidencePanel(v), nil
}
