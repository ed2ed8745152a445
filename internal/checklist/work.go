package checklist

import (
	"context"
	"fmt"
	"strings"
	"time"

	"hegui/internal/actor"
	"hegui/internal/day"
	"hegui/internal/work"
)

// soon is how many days ahead a periodic review shows up in somebody's work.
const soon = 30

// maxWork bounds each list of somebody's work.
const maxWork = 500

// WorkOf lists what waits for a person: requirements they own that are not
// done, conclusions to look at again within 30 days, proposals they can be
// the second person for, proposals of theirs that came back, their open
// tasks, and comments that mention them.
func (s *Service) WorkOf(ctx context.Context, by actor.Actor) ([]work.Item, error) {
	var items []work.Item
	for _, read := range []func(context.Context, actor.Actor) ([]work.Item, error){
		s.onAssessments, s.openTasks, s.mentioned,
	} {
		more, err := read(ctx, by)
		if err != nil {
			return nil, fmt.Errorf("read work: %w", err)
		}
		items = append(items, more...)
	}
	work.Sort(items)
	return items, nil
}

// onAssessments finds all work on assessments in one reading.
func (s *Service) onAssessments(ctx context.Context, by actor.Actor) ([]work.Item, error) {
	rows, err := s.all(ctx, by, func(a *Assessment) bool {
		return a.Applies && (a.OwnerID == by.ID || a.ReturnedTo == by.ID || a.Pending() && MayReview(by, *a))
	})
	if err != nil {
		return nil, err
	}
	horizon := s.Today().Add(soon)
	var items []work.Item
	for _, a := range rows {
		owned := a.OwnerID == by.ID && !a.Pending()
		switch {
		case a.ReturnedTo == by.ID:
			it := s.item(ctx, work.Returned, a, a.Due, deref(a.ReturnedAt))
			it.Note = a.ReturnedNote
			items = append(items, it)
		case MayReview(by, a):
			it := s.item(ctx, work.Review, a, a.Due, deref(a.ProposedAt))
			it.Owner = a.ProposedBy
			items = append(items, it)
		case owned && a.Standing.Open():
			items = append(items, s.item(ctx, work.Assess, a, a.Due, a.CreatedAt))
		}
		if owned && a.NextReview != "" && a.NextReview <= horizon {
			items = append(items, s.item(ctx, work.PeriodicReview, a, a.NextReview, a.UpdatedAt))
		}
	}
	return items, nil
}

func (s *Service) openTasks(ctx context.Context, by actor.Actor) ([]work.Item, error) {
	var rows []Task
	q := s.ledger.Read(ctx).Where("owner_id = ? AND state = 'open'", by.ID)
	err := inScope(q, by).Order("due, id").Limit(maxWork).Find(&rows).Error
	var items []work.Item
	for _, t := range rows {
		items = append(items, taskItem(t))
	}
	return items, err
}

func taskItem(t Task) work.Item {
	return work.Item{Kind: work.Task, ZH: t.Title, EN: t.Title, Note: t.RequirementID, Service: t.ServiceID, Due: t.Due,
		Since: t.CreatedAt, Owner: t.OwnerID, URL: URL(t.ServiceID, t.RequirementID) + "#tasks"}
}

func (s *Service) mentioned(ctx context.Context, by actor.Actor) ([]work.Item, error) {
	var rows []struct {
		Mention
		Body     string
		AuthorID string
	}
	q := s.ledger.Read(ctx).Table("assessment_mention m").Select("m.*, c.body, c.author_id").
		Joins("JOIN assessment_comment c ON c.id = m.comment_id").Where("m.account_id = ? AND m.seen_at IS NULL", by.ID)
	err := q.Order("m.id").Limit(maxWork).Find(&rows).Error
	var items []work.Item
	for _, m := range rows {
		if !by.SeesService(m.ServiceID) {
			continue
		}
		it := s.item(ctx, work.Mention, Assessment{ServiceID: m.ServiceID, RequirementID: m.RequirementID}, "", m.CreatedAt)
		it.URL, it.Note, it.Owner = it.URL+"#comments", excerpt(m.Body), m.AuthorID
		items = append(items, it)
	}
	return items, err
}

// Team lists the dated work of everybody in the person's scope that is due
// until the given day, what is due first before the rest: requirements that
// are not done, and open tasks.
func (s *Service) Team(ctx context.Context, by actor.Actor, until day.Date) ([]work.Item, error) {
	reads := by.May(actor.ReadChecklist)
	rows, err := s.all(ctx, by, func(a *Assessment) bool {
		return reads && a.Due != "" && a.Due <= until && a.Applies && a.Standing.Open()
	})
	if err != nil {
		return nil, err
	}
	var items []work.Item
	for _, a := range rows {
		items = append(items, s.item(ctx, work.Assess, a, a.Due, a.CreatedAt))
	}
	var tasks []Task
	q := s.ledger.Read(ctx).Where("state = 'open' AND due <> '' AND due <= ?", until)
	if err := inScope(q, by).Order("due, id").Limit(maxWork).Find(&tasks).Error; err != nil {
		return nil, fmt.Errorf("read team's tasks: %w", err)
	}
	for _, t := range tasks {
		items = append(items, taskItem(t))
	}
	work.Sort(items)
	return items, nil
}

// item is work on an assessment, named by its requirement.
func (s *Service) item(ctx context.Context, k work.Kind, a Assessment, due day.Date, since time.Time) work.Item {
	it := work.Item{Kind: k, ZH: a.RequirementID, EN: a.RequirementID, Service: a.ServiceID, Due: due, Since: since, Owner: a.OwnerID,
		URL: URL(a.ServiceID, a.RequirementID)}
	if r := s.requirement(ctx, a); r != nil {
		it.ZH, it.EN = r.Title.ZH, r.Title.EN
	}
	return it
}

// URL is the address of an assessment's page.
func URL(service, requirement string) string { return "/checklists/" + service + "/" + requirement }

// excerpt is the beginning of typed words, on one line.
func excerpt(s string) string {
	const most = 120
	line := []rune(strings.Join(strings.Fields(s), " "))
	if len(line) <= most {
		return string(line)
	}
	return string(line[:most]) + "…"
}

func deref(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
