package seed

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hegui/internal/audit"
	"hegui/internal/checklist"
	"hegui/internal/day"
	"hegui/internal/register"
	"hegui/internal/regulation"
)

// target is an assessment that evidence can prove.
type target struct {
	row checklist.Assessment
	req *regulation.Requirement
}

func (f *filler) services(ctx context.Context) error {
	for i := range f.size.Services {
		entry, err := f.app.Register.Register(ctx, f.officer, f.registration(ctx, i))
		if err != nil {
			return err
		}
		rows, err := f.app.Checklist.Rows(ctx, f.officer, entry.ID)
		if err != nil {
			return err
		}
		if err := f.assess(ctx, rows); err != nil {
			return err
		}
	}
	return nil
}

// registration is a service in whose scope six conditions in seven hold.
func (f *filler) registration(ctx context.Context, i int) register.Registration {
	answers := map[string]regulation.Answer{}
	for _, c := range f.app.Regulation.Current(ctx).Conditions {
		answers[c.ID] = regulation.Yes
		if f.chance.IntN(7) == 0 {
			answers[c.ID] = regulation.No
		}
	}
	return register.Registration{
		Details: register.Details{
			Name: fmt.Sprintf("服务 %02d Service", i+1), Kind: register.Kinds[i%len(register.Kinds)], Audience: register.GeneralPublic,
			Modalities: []register.Modality{register.Text}, Channels: []register.Channel{register.Web, register.App}, State: register.Planned,
			ComplianceOwner: f.officer.ID,
		},
		Scope: register.Scoping{Profile: regulation.Profile{Public: regulation.Yes, Answers: answers}},
	}
}

// assess writes down a state for each row, as if concluded by one officer and
// approved by another.
func (f *filler) assess(ctx context.Context, rows []checklist.Assessment) error {
	today := day.Of(f.Now())
	return f.app.Ledger.Write(ctx, f.officer, func(tx *gorm.DB) ([]audit.Event, error) {
		var events []audit.Event
		for i := range rows {
			row := &rows[i]
			req, ok := f.app.Regulation.Current(ctx).Requirement(row.RequirementID)
			if !ok || !row.Applies {
				continue
			}
			f.conclude(row, today)
			if err := tx.Save(row).Error; err != nil {
				return nil, err
			}
			events = append(events, audit.Event{Action: "assessment.judged", Object: audit.Object{Type: "assessment", ID: row.ID},
				Service: row.ServiceID, Label: row.RequirementID, Rows: []any{row}})
			f.targets = append(f.targets, target{row: *row, req: req})
		}
		return events, nil
	})
}

func (f *filler) conclude(row *checklist.Assessment, today day.Date) {
	status := []checklist.Status{checklist.Compliant, checklist.Compliant, checklist.Compliant, checklist.Compliant, checklist.PartlyCompliant,
		checklist.NonCompliant, checklist.InProgress, checklist.NotAssessed}[f.chance.IntN(8)]
	now := f.Now().UTC()
	row.Status, row.Standing, row.OwnerID, row.Version, row.UpdatedAt, row.UpdatedBy = status, status, f.crew[f.chance.IntN(len(f.crew))].ID, row.Version+1, now, f.officer.ID
	if status.Open() {
		row.Due = today.Add(300 + f.chance.IntN(120))
	}
	if status.Concluded() {
		row.Conclusion = "已核对 checked: " + row.RequirementID
		row.ConcludedBy, row.ConcludedAt = f.officer.ID, &now
		row.ApprovedBy, row.ApprovedAt = f.officer2.ID, &now
		row.NextReview = today.Add(300 + f.chance.IntN(300))
	}
}

// standing lets the checklist take note of all evidence, a service at a time.
func (f *filler) standing(ctx context.Context) error {
	byService := map[string][]string{}
	for _, t := range f.targets {
		byService[t.row.ServiceID] = append(byService[t.row.ServiceID], t.row.ID)
	}
	for _, ids := range byService {
		err := f.app.Ledger.Write(ctx, f.officer, func(tx *gorm.DB) ([]audit.Event, error) {
			return f.app.Checklist.EvidenceChanged(tx, f.officer, ids)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
