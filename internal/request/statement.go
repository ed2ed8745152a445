package request

import "context"

// Filing files a monthly statement as evidence on requirements of its service
// and gives the id of the evidence; none when there is nothing to file it on.
type Filing func(ctx context.Context, st Statement, requirements []string, zh, en string) (evidence string, err error)

// FilesWith takes how statements are filed. For wiring.
func (s *Service) FilesWith(f Filing) { s.filing = f }
