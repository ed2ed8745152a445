package labelling

import (
	"context"
	"fmt"
	"io"
	"time"

	"hegui/internal/actor"
)

// unhurried is longer than any file takes: chunks end by their size alone, so
// that the same file is imported in the same steps.
const unhurried = 24 * time.Hour

// Bring uploads, describes and imports an export in one go, where nobody waits
// for a preview: to fill a database with examples. It goes the way of Upload and
// Confirm, but without background tasks; a file that cannot be imported is an
// error.
func (s *Service) Bring(ctx context.Context, by actor.Actor, project, fileName string, r io.Reader, in Answers) (b Batch, lots []Lot, err error) {
	if b, err = s.receive(ctx, by, project, fileName, r); err != nil {
		return b, nil, err
	}
	if err := s.check(ctx, b.ID, unhurried); err != nil {
		return b, nil, err
	}
	if b, err = s.confirmed(ctx, by, b.ID, b.Version, in); err != nil {
		return b, nil, err
	}
	if err := s.run(ctx, b.ID, unhurried); err != nil {
		return b, nil, err
	}
	if b, err = s.Batch(ctx, by, b.ID); err != nil {
		return b, nil, err
	}
	if b.State != BatchImported {
		return b, nil, fmt.Errorf("import %s: %s %v", fileName, b.FaultCode, b.FaultArgs)
	}
	lots, err = s.Lots(ctx, by, LotFilter{Batch: b.ID, Limit: maxLots})
	return b, lots, err
}
