package labelling

import (
	"context"
	"fmt"
)

// Results are how the decided lots of a service came out. Lots that became
// void are not among them: nothing was decided about their quality.
type Results struct {
	ServiceID string
	Decided   int64
	Accepted  int64
	Proven    int64 // whose sample shows with confidence that the limits are kept
}

// ResultsByService counts the decided lots of every service that has some, for
// those who sum up.
func (s *Service) ResultsByService(ctx context.Context) (list []Results, err error) {
	err = s.ledger.Read(ctx).Model(&LotResult{}).Select(`service_id, COUNT(*) AS decided,
		CAST(SUM(CASE WHEN accepted THEN 1 ELSE 0 END) AS BIGINT) AS accepted,
		CAST(SUM(CASE WHEN proven THEN 1 ELSE 0 END) AS BIGINT) AS proven`).Group("service_id").Order("service_id").Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("count decided lots: %w", err)
	}
	return list, nil
}

// Proven says whether the sample shows, for every class of defects that has a
// limit, that the limit is kept.
func (c Computed) Proven() bool {
	if c.Interim {
		return false
	}
	shown := 0
	for _, v := range c.Classes {
		switch {
		case v.Proof == nil:
		case !v.Proof.Shown:
			return false
		default:
			shown++
		}
	}
	return shown > 0
}
