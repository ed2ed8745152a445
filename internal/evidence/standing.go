package evidence

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/day"
)

// Standing is how well an assessment is proven.
type Standing struct {
	Linked     int      // pieces that are neither retired nor erased
	Valid      int      // approved and not expired
	Expired    int      // approved once, validity over
	Unreviewed int      // drafts and submitted pieces
	Until      day.Date // the last day on which the longest valid piece counts; none: without end, or nothing valid
}

const endless = "9999-12-31"

// Standing says how well some assessments are proven. Those without evidence
// are not in the map.
func (s *Service) Standing(tx *gorm.DB, assessments []string) (map[string]Standing, error) {
	today := s.Today()
	out := make(map[string]Standing, len(assessments))
	const atOnce = 500
	for start := 0; start < len(assessments); start += atOnce {
		var rows []struct {
			AssessmentID string
			Standing
		}
		err := tx.Session(&gorm.Session{NewDB: true}).Table("evidence_link AS l").
			Select(`l.assessment_id,
				COUNT(*) AS linked,
				SUM(CASE WHEN e.state = 'approved' AND (e.valid_until = '' OR e.valid_until >= ?) THEN 1 ELSE 0 END) AS valid,
				SUM(CASE WHEN e.state = 'approved' AND e.valid_until <> '' AND e.valid_until < ? THEN 1 ELSE 0 END) AS expired,
				SUM(CASE WHEN e.state IN ('draft', 'submitted') THEN 1 ELSE 0 END) AS unreviewed,
				MAX(CASE WHEN e.state <> 'approved' THEN '' WHEN e.valid_until = '' THEN ? WHEN e.valid_until >= ? THEN e.valid_until ELSE '' END) AS until`,
				today, today, endless, today).
			Joins("JOIN evidence AS e ON e.id = l.evidence_id").
			Where("l.assessment_id IN ? AND e.state NOT IN ('retired', 'erased')", assessments[start:min(start+atOnce, len(assessments))]).
			Group("l.assessment_id").Scan(&rows).Error
		if err != nil {
			return nil, fmt.Errorf("read standing: %w", err)
		}
		for _, r := range rows {
			if r.Until == endless {
				r.Until = ""
			}
			out[r.AssessmentID] = r.Standing
		}
	}
	return out, nil
}

// StandingOf says how well one assessment is proven.
func (s *Service) StandingOf(ctx context.Context, assessment string) (Standing, error) {
	got, err := s.Standing(s.ledger.Read(ctx), []string{assessment})
	return got[assessment], err
}

// Covering is a piece as the coverage of a service shows it.
type Covering struct {
	AssessmentID string
	EvidenceID   string
	Title        string
	State        State
	ValidUntil   day.Date
	Kind         Kind
}

// CoveringAtMost is how many pieces Coverage gives of an assessment.
const CoveringAtMost = 5

// Coverage lists pieces that prove some assessments and that the person may
// see, a few of each: what counts first, then the newest.
func (s *Service) Coverage(ctx context.Context, by actor.Actor, assessments []string) ([]Covering, error) {
	db := s.ledger.Read(ctx)
	ranked := db.Model(&Item{}).Scopes(s.visible(db, by)).
		Select(`pl.assessment_id, evidence.id AS evidence_id, evidence.title, evidence.state, evidence.valid_until, evidence.kind,
			ROW_NUMBER() OVER (PARTITION BY pl.assessment_id
				ORDER BY CASE evidence.state WHEN 'approved' THEN 0 ELSE 1 END, evidence.id DESC) AS place`).
		Joins("JOIN evidence_link AS pl ON pl.evidence_id = evidence.id").
		Where("pl.assessment_id IN ? AND evidence.state NOT IN ('retired', 'erased')", assessments)
	var list []Covering
	err := s.ledger.Read(ctx).Table("(?) AS ranked", ranked).Where("place <= ?", CoveringAtMost).Order("assessment_id, place").Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("read coverage: %w", err)
	}
	return list, nil
}

// Latest gives, for the assessments of a service that have valid proof, the
// latest day that any of it speaks about: the end of the period it covers,
// else the day it was made, else when it was received.
func (s *Service) Latest(ctx context.Context, service string) (map[string]day.Date, error) {
	var rows []struct {
		AssessmentID string
		Latest       day.Date
	}
	err := s.ledger.Read(ctx).Table("evidence_link AS l").
		Select(`l.assessment_id, MAX(CASE WHEN e.covers_to <> '' THEN e.covers_to WHEN e.made_on <> '' THEN e.made_on ELSE e.received_on END) AS latest`).
		Joins("JOIN evidence AS e ON e.id = l.evidence_id").
		Where("l.service_id = ? AND e.state = 'approved' AND (e.valid_until = '' OR e.valid_until >= ?)", service, s.Today()).
		Group("l.assessment_id").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read age of evidence: %w", err)
	}
	out := make(map[string]day.Date, len(rows))
	for _, r := range rows {
		out[r.AssessmentID] = r.Latest
	}
	return out, nil
}
