package checklist

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"hegui/internal/actor"
	"hegui/internal/day"
	"hegui/internal/regulation"
)

// Rows lists the assessments of a service that the person sees, in the order
// of the catalogue, those that do not apply included. A service has as many
// as the catalogue has requirements, so lists are filtered and counted in
// memory (Filter, CountRows). The rows are shared and must not be written to.
func (s *Service) Rows(ctx context.Context, by actor.Actor, service string) ([]Assessment, error) {
	seen, err := s.seen(ctx, by, []string{service})
	return seen[service].rows, err
}

// Summarised lists the assessments of some services for whoever computes
// summaries: people who may read summaries get all those in their scope, too,
// to count and explain them. The rows are shared and must not be written to.
func (s *Service) Summarised(ctx context.Context, by actor.Actor, services []string) (map[string][]Assessment, error) {
	read := s.seen
	if by.May(actor.ReadSummary) || by.May(actor.ReadChecklist) {
		read = func(ctx context.Context, by actor.Actor, services []string) (map[string]snapshot, error) {
			return s.of(ctx, slices.DeleteFunc(slices.Clone(services), func(id string) bool { return !by.SeesService(id) }))
		}
	}
	all, err := read(ctx, by, services)
	out := make(map[string][]Assessment, len(all))
	for id, have := range all {
		out[id] = have.rows
	}
	return out, err
}

// Filter narrows the list of a service; the zero value keeps what applies.
type Filter struct {
	Article    int
	Standing   Status
	Owner      string // account, Nobody, or "" for any
	Severity   regulation.Severity
	Overdue    bool // the work, or the next review
	NoEvidence bool
	Awaiting   bool   // a second person
	Changed    bool   // the requirement changed, or the words were copied
	OutOfScope bool   // what does not apply, instead of what does
	Text       string // words, in the requirement or in what was written
}

// Nobody is the owner of what has none.
const Nobody = "nobody"

// Keep gives the rows that pass the filter.
func (f Filter) Keep(rows []Assessment, c *regulation.Catalogue, today day.Date) []Assessment {
	words := newSearch(f.Text, c)
	out := make([]Assessment, 0, len(rows))
	for _, a := range rows {
		if f.passes(a, today) && words.found(a) {
			out = append(out, a)
		}
	}
	return out
}

func (f Filter) passes(a Assessment, today day.Date) bool {
	return a.Applies != f.OutOfScope &&
		(f.Article == 0 || a.Article == f.Article) &&
		(f.Standing == "" || a.Standing == f.Standing) &&
		(f.Owner == "" || a.OwnerID == f.Owner || f.Owner == Nobody && a.OwnerID == "") &&
		(f.Severity == "" || a.Severity == f.Severity) &&
		(!f.Overdue || a.Overdue(today) || a.ReviewOverdue(today)) &&
		(!f.NoEvidence || a.Unproven()) &&
		(!f.Awaiting || a.Pending()) &&
		(!f.Changed || a.CatalogueChanged || a.CopiedFrom != "")
}

// search finds words in requirements, by the catalogue, and in what people
// wrote, whatever the case and width of the letters.
type search struct {
	terms        []string
	requirements map[string]bool
}

// maxSearch is how many bytes of a search are considered.
const maxSearch = 200

func newSearch(text string, c *regulation.Catalogue) search {
	if len(text) > maxSearch {
		text = strings.ToValidUTF8(text[:maxSearch], "")
	}
	s := search{terms: strings.Fields(fold(text)), requirements: map[string]bool{}}
	if len(s.terms) > 0 {
		for _, h := range c.Search(text) {
			s.requirements[h.ID] = true
		}
	}
	return s
}

func (s search) found(a Assessment) bool {
	if len(s.terms) == 0 || s.requirements[a.RequirementID] {
		return true
	}
	written := fold(a.RequirementID + "\n" + a.Conclusion + "\n" + a.Justification)
	for _, term := range s.terms {
		if !strings.Contains(written, term) {
			return false
		}
	}
	return true
}

func fold(s string) string { return strings.ToLower(norm.NFKC.String(s)) }

// OfRequirement lists the assessments of one requirement that the person sees,
// by service, at most 200.
func (s *Service) OfRequirement(ctx context.Context, by actor.Actor, requirement string) (list []Assessment, err error) {
	err = visible(s.ledger.Read(ctx), by).Where("requirement_id = ?", requirement).Order("service_id").Limit(200).Find(&list).Error
	if err != nil {
		return nil, fmt.Errorf("list assessments of a requirement: %w", err)
	}
	return list, nil
}

// Search finds what the person sees by the words of its requirement, best
// matches first, at most limit.
func (s *Service) Search(ctx context.Context, by actor.Actor, text string, limit int) ([]Assessment, error) {
	rank := map[string]int{}
	for i, h := range s.catalogue(ctx).Search(text) {
		if h.Kind == regulation.HitRequirement {
			rank[h.ID] = i + 1
		}
	}
	if len(rank) == 0 {
		return nil, nil
	}
	type hit struct {
		rank int
		*Assessment
	}
	var found []hit
	err := s.each(ctx, by, func(a *Assessment) {
		if n := rank[a.RequirementID]; n > 0 && a.Applies {
			found = append(found, hit{n, a})
		}
	})
	if err != nil {
		return nil, err
	}
	if !by.May(actor.ReadChecklist) {
		mine, err := assignedTo(s.ledger.Read(ctx), by)
		if err != nil {
			return nil, err
		}
		found = slices.DeleteFunc(found, func(a hit) bool { return !mine[a.ID] })
	}
	slices.SortStableFunc(found, func(a, b hit) int { return a.rank - b.rank })
	out := make([]Assessment, min(limit, len(found)))
	for i := range out {
		out[i] = *found[i].Assessment
	}
	return out, nil
}
