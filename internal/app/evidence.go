package app

import (
	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/checklist"
	"hegui/internal/evidence"
)

// wireEvidence lets evidence and checklist know what they need of each other:
// who works on an assessment, and how well it is proven.
func (a *App) wireEvidence() {
	a.Evidence.Assigned(checklist.Assigned)
	a.Evidence.Editable(func(db *gorm.DB, by actor.Actor, assessments []string) ([]evidence.Target, error) {
		list, err := a.Checklist.Editable(db, by, assessments)
		out := make([]evidence.Target, len(list))
		for i, one := range list {
			out[i] = evidence.Target{AssessmentID: one.ID, ServiceID: one.ServiceID, RequirementID: one.RequirementID}
		}
		return out, err
	})
	a.Evidence.Watch(a.Checklist.EvidenceChanged)
}

// proofs is how the checklist reads the standing of evidence.
func (a *App) proofs(tx *gorm.DB, assessments []string) (map[string]checklist.Proof, error) {
	standing, err := a.Evidence.Standing(tx, assessments)
	out := make(map[string]checklist.Proof, len(standing))
	for id, s := range standing {
		out[id] = checklist.Proof(s)
	}
	return out, err
}

// copyEvidence links what proves one assessment to another.
func (a *App) copyEvidence(tx *gorm.DB, by actor.Actor, from, to checklist.Assessment) ([]audit.Event, error) {
	return a.Evidence.CopyTx(tx, by, from.ID, to.ID)
}

// assessments finds the assessments of requirements in a service, as far as
// they apply.
func (a *App) assessments(tx *gorm.DB, service string, requirements []string) ([]evidence.Target, error) {
	var list []checklist.Assessment
	err := tx.Where("service_id = ? AND requirement_id IN ? AND applies", service, requirements).Order("requirement_id").Find(&list).Error
	out := make([]evidence.Target, len(list))
	for i, one := range list {
		out[i] = evidence.Target{AssessmentID: one.ID, ServiceID: one.ServiceID, RequirementID: one.RequirementID}
	}
	return out, err
}
