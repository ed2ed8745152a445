package checklist

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// Comment is something said about an assessment. It stays as it was said.
type Comment struct {
	ID           string
	AssessmentID string
	ServiceID    string
	AuthorID     string
	Body         string
	CreatedAt    time.Time
}

// TableName is the table of comments.
func (Comment) TableName() string { return "assessment_comment" }

// Mention asks a person to look at a comment, until they have seen it. It
// lets them see the assessment from then on.
type Mention struct {
	ID            string
	CommentID     string
	AssessmentID  string
	ServiceID     string
	RequirementID string
	AccountID     string
	CreatedAt     time.Time
	SeenAt        *time.Time
}

// TableName is the table of mentions.
func (Mention) TableName() string { return "assessment_mention" }

// maxMentions is how many people one comment may call.
const maxMentions = 20

// Say adds a comment. People are mentioned by "@" and their name in the body,
// or by id in mention; each must be able to open the checklist of the service.
func (s *Service) Say(ctx context.Context, by actor.Actor, assessment, body string, mention ...string) (Comment, error) {
	body = strings.TrimSpace(body)
	var f problem.Fields
	if body == "" {
		f.Add("body", "checklist.comment.required")
	}
	checkLength(&f, "body", body)
	if err := f.Err(); err != nil {
		return Comment{}, err
	}
	a, err := s.ByID(ctx, by, assessment)
	if err != nil {
		return Comment{}, err
	}
	if !MayComment(by) {
		return Comment{}, problem.New(problem.Forbidden, "checklist.not_yours")
	}
	people, err := s.able(ctx, actor.OpenChecklist, a.ServiceID)
	if err != nil {
		return Comment{}, err
	}
	called, err := callees(people, by, body, mention)
	if err != nil {
		return Comment{}, err
	}
	return s.say(ctx, by, a, body, called)
}

// MayComment says whether the person may take part in the conversation.
func MayComment(by actor.Actor) bool { return by.May(actor.Assess) || by.May(actor.Contribute) }

func (s *Service) say(ctx context.Context, by actor.Actor, a Assessment, body string, called []string) (Comment, error) {
	var c Comment
	err := s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		now := s.ledger.Now()
		c = Comment{ID: s.ledger.NewID(), AssessmentID: a.ID, ServiceID: a.ServiceID, AuthorID: by.ID, Body: body, CreatedAt: now}
		err := tx.Create(&c).Error
		rows := []any{&c}
		for _, account := range called {
			m := &Mention{ID: s.ledger.NewID(), CommentID: c.ID, AssessmentID: a.ID, ServiceID: a.ServiceID,
				RequirementID: a.RequirementID, AccountID: account, CreatedAt: now}
			err = errors.Join(err, tx.Create(m).Error)
			rows = append(rows, m)
		}
		if err != nil {
			return nil, fmt.Errorf("create comment: %w", err)
		}
		return []audit.Event{{Action: "assessment.commented", Object: audit.Object{Type: "assessment", ID: a.ID},
			Service: a.ServiceID, Label: a.RequirementID, Rows: rows}}, nil
	})
	return c, err
}

// callees finds whom a comment calls: the longest name that follows an "@",
// so that "@Li Wei" is not taken for "@Li"; nobody twice, and not the author.
func callees(people []actor.Actor, by actor.Actor, body string, ids []string) ([]string, error) {
	byLength := slices.Clone(people)
	slices.SortStableFunc(byLength, func(a, b actor.Actor) int { return cmp.Compare(len(b.Name), len(a.Name)) })
	for _, part := range strings.Split(body, "@")[1:] {
		for _, p := range byLength {
			if p.Name != "" && strings.HasPrefix(part, p.Name) {
				ids = append(ids, p.ID)
				break
			}
		}
	}
	var out []string
	for _, id := range ids {
		if id == "" || id == by.ID || slices.Contains(out, id) {
			continue
		}
		if !slices.ContainsFunc(people, func(p actor.Actor) bool { return p.ID == id }) {
			return nil, problem.Field(problem.Invalid, "mention", "checklist.mention.unable")
		}
		out = append(out, id)
	}
	if len(out) > maxMentions {
		return nil, problem.Field(problem.Invalid, "body", "checklist.mention.many", "max", maxMentions)
	}
	return out, nil
}

// Comments lists what was said about an assessment, oldest first.
func (s *Service) Comments(ctx context.Context, assessment string) (list []Comment, err error) {
	err = s.ledger.Read(ctx).Where("assessment_id = ?", assessment).Order("id").Limit(maxComments).Find(&list).Error
	return list, err
}

// Seen ends the mentions of a person on an assessment that they opened.
func (s *Service) Seen(ctx context.Context, by actor.Actor, assessment string) error {
	var open []Mention
	err := s.ledger.Read(ctx).Where("account_id = ? AND assessment_id = ? AND seen_at IS NULL", by.ID, assessment).Find(&open).Error
	if err != nil || len(open) == 0 {
		return err
	}
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		now := s.ledger.Now()
		e := audit.Event{Action: "assessment.mention_seen", Object: audit.Object{Type: "assessment", ID: assessment},
			Service: open[0].ServiceID, Label: open[0].RequirementID}
		for i := range open {
			open[i].SeenAt = &now
			if err := tx.Save(&open[i]).Error; err != nil {
				return nil, fmt.Errorf("mark mention: %w", err)
			}
			e.Rows = append(e.Rows, &open[i])
		}
		return []audit.Event{e}, nil
	})
}
