package seed

import (
	"context"
	"time"

	"gorm.io/gorm"

	"hegui/internal/audit"
	"hegui/internal/checklist"
	"hegui/internal/day"
)

// snapshotDays is for how many days there are snapshots of readiness.
const snapshotDays = 180

// everyNth of the compliant assessments became so during those days.
const everyNth = 4

// readiness goes back to when a part of the assessments was still under way,
// and lives through the days until today: some are concluded and some requests
// dealt with each day, and each night has its snapshot.
func (f *filler) readiness(ctx context.Context) error {
	late, err := f.unfinished(ctx)
	if err != nil {
		return err
	}
	f.advance(f.until.Add(1 - snapshotDays).Time().Add(time.Hour).Sub(f.Now()))
	if err := f.mark(ctx, late, checklist.InProgress); err != nil {
		return err
	}
	for d := range snapshotDays {
		f.advance(f.until.Add(1 + d - snapshotDays).Time().Add(time.Hour).Sub(f.Now()))
		from, to := len(late)*d/snapshotDays, len(late)*(d+1)/snapshotDays
		if err := f.mark(ctx, late[from:to], checklist.Compliant); err != nil {
			return err
		}
		if err := f.requests(ctx, d); err != nil {
			return err
		}
		if err := f.app.Readiness.Daily(ctx); err != nil {
			return err
		}
	}
	return nil
}

// unfinished picks the assessments that are concluded late, all services mixed.
func (f *filler) unfinished(ctx context.Context) ([]checklist.Assessment, error) {
	var all, out []checklist.Assessment
	err := f.app.Ledger.Read(ctx).Where("applies AND status = ?", checklist.Compliant).Order("requirement_id, service_id").Find(&all).Error
	for i := 0; i < len(all); i += everyNth {
		out = append(out, all[i])
	}
	return out, err
}

// mark sets a status on assessments in one transaction.
func (f *filler) mark(ctx context.Context, rows []checklist.Assessment, status checklist.Status) error {
	if len(rows) == 0 {
		return nil
	}
	return f.app.Ledger.Write(ctx, f.officer, func(tx *gorm.DB) ([]audit.Event, error) {
		events := make([]audit.Event, len(rows))
		for i := range rows {
			row, now := &rows[i], f.Now().UTC()
			row.Status, row.Standing, row.LoweredOn, row.Version, row.UpdatedAt, row.UpdatedBy = status, status, "", row.Version+1, now, f.officer.ID
			row.ConcludedBy, row.ConcludedAt, row.ApprovedBy, row.ApprovedAt = f.officer.ID, &now, f.officer2.ID, &now
			row.NextReview = day.Of(now).Add(200 + f.chance.IntN(300))
			if err := tx.Save(row).Error; err != nil {
				return nil, err
			}
			events[i] = audit.Event{Action: "assessment.judged", Object: audit.Object{Type: "assessment", ID: row.ID},
				Service: row.ServiceID, Label: row.RequirementID, Rows: []any{row}}
		}
		return events, nil
	})
}
