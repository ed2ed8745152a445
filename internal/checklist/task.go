package checklist

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
)

// TaskState is how far a remediation task is.
type TaskState string

// The states of a task.
const (
	TaskOpen      TaskState = "open"
	TaskDone      TaskState = "done"
	TaskCancelled TaskState = "cancelled"
)

// Task is something to be done so that a requirement is met.
type Task struct {
	ID            string
	AssessmentID  string
	ServiceID     string
	RequirementID string
	Title         string
	OwnerID       string
	Due           day.Date
	Note          string
	State         TaskState
	ClosingNote   string // how it was done, or why it was cancelled
	ClosedBy      string
	ClosedAt      *time.Time
	CreatedBy     string
	CreatedAt     time.Time
	Version       int64
}

// TableName is the table of tasks.
func (Task) TableName() string { return "assessment_task" }

// Overdue says whether the task should have been done before today.
func (t Task) Overdue(today day.Date) bool { return t.State == TaskOpen && t.Due.Before(today) }

// TaskInput is what is typed to make or change a task.
type TaskInput struct {
	Title string
	Owner string // account, "" for nobody yet
	Due   day.Date
	Note  string
}

// maxTitle is how long the title of a task may be, in characters.
const maxTitle = 200

func (in *TaskInput) validate(before Task, today day.Date) error {
	in.Title, in.Note = strings.TrimSpace(in.Title), strings.TrimSpace(in.Note)
	var f problem.Fields
	switch {
	case in.Title == "":
		f.Add("title", "checklist.task.title.required")
	case utf8.RuneCountInString(in.Title) > maxTitle:
		f.Add("title", "checklist.text.long", "max", maxTitle)
	}
	if in.Due != before.Due && in.Due.Before(today) {
		f.Add("due", "checklist.due.past")
	}
	checkLength(&f, "note", in.Note)
	return f.Err()
}

func (t *Task) put(in TaskInput) {
	t.Title, t.OwnerID, t.Due, t.Note = in.Title, in.Owner, in.Due, in.Note
}

// AddTask adds a remediation task to an assessment that the person may edit.
func (s *Service) AddTask(ctx context.Context, by actor.Actor, assessment string, in TaskInput) (Task, error) {
	if err := in.validate(Task{}, s.Today()); err != nil {
		return Task{}, err
	}
	var t Task
	err := s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		a, err := find(tx, by, assessment)
		if err != nil {
			return nil, err
		}
		if err := errors.Join(editable(by, a), s.mayOwn(ctx, by, in.Owner, a.ServiceID)); err != nil {
			return nil, err
		}
		t = Task{ID: s.ledger.NewID(), AssessmentID: a.ID, ServiceID: a.ServiceID, RequirementID: a.RequirementID,
			State: TaskOpen, CreatedBy: by.ID, CreatedAt: s.ledger.Now(), Version: 1}
		t.put(in)
		if err := tx.Create(&t).Error; err != nil {
			return nil, fmt.Errorf("create task: %w", err)
		}
		return []audit.Event{taskEvent("task_added", &t)}, nil
	})
	return t, err
}

// ChangeTask replaces what is typed in an open task.
func (s *Service) ChangeTask(ctx context.Context, by actor.Actor, task string, version int64, in TaskInput) (Task, error) {
	return s.editTask(ctx, by, task, version, "task_changed", func(t *Task, a Assessment) error {
		if t.State != TaskOpen {
			return problem.New(problem.Conflict, "checklist.task.closed")
		}
		if err := in.validate(*t, s.Today()); err != nil {
			return err
		}
		if in.Owner != t.OwnerID {
			if err := s.mayOwn(ctx, by, in.Owner, a.ServiceID); err != nil {
				return err
			}
		}
		t.put(in)
		return nil
	})
}

// FinishTask closes an open task as done.
func (s *Service) FinishTask(ctx context.Context, by actor.Actor, task string, version int64, note string) (Task, error) {
	return s.closeTask(ctx, by, task, version, TaskDone, note)
}

// CancelTask closes an open task as not needed; the note says why.
func (s *Service) CancelTask(ctx context.Context, by actor.Actor, task string, version int64, note string) (Task, error) {
	if err := checkNote(note, true); err != nil {
		return Task{}, err
	}
	return s.closeTask(ctx, by, task, version, TaskCancelled, note)
}

func (s *Service) closeTask(ctx context.Context, by actor.Actor, task string, version int64, state TaskState, note string) (Task, error) {
	return s.editTask(ctx, by, task, version, "task_"+string(state), func(t *Task, _ Assessment) error {
		if t.State != TaskOpen {
			return problem.New(problem.Conflict, "checklist.task.closed")
		}
		if err := checkNote(note, false); err != nil {
			return err
		}
		now := s.ledger.Now()
		t.State, t.ClosingNote, t.ClosedBy, t.ClosedAt = state, strings.TrimSpace(note), by.ID, &now
		return nil
	})
}

// ReopenTask takes a closed task up again.
func (s *Service) ReopenTask(ctx context.Context, by actor.Actor, task string, version int64) (Task, error) {
	return s.editTask(ctx, by, task, version, "task_reopened", func(t *Task, _ Assessment) error {
		if t.State == TaskOpen {
			return problem.New(problem.Conflict, "checklist.task.open")
		}
		t.State, t.ClosingNote, t.ClosedBy, t.ClosedAt = TaskOpen, "", "", nil
		return nil
	})
}

// editTask lets the task's owner, and whoever may edit the assessment, change
// a task.
func (s *Service) editTask(ctx context.Context, by actor.Actor, task string, version int64, action string, fn func(*Task, Assessment) error) (Task, error) {
	var t Task
	err := s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		t = Task{}
		err := tx.Where("id = ?", task).Take(&t).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return nil, problem.New(problem.NotFound, "checklist.task.not_found")
		}
		if err != nil {
			return nil, fmt.Errorf("read task: %w", err)
		}
		a, err := find(tx, by, t.AssessmentID)
		if err != nil {
			return nil, err
		}
		if !MayEditTask(by, a, t) {
			return nil, problem.New(problem.Forbidden, "checklist.not_yours")
		}
		if t.Version != version {
			return nil, stale()
		}
		if err := fn(&t, a); err != nil {
			return nil, err
		}
		t.Version++
		res := tx.Model(&t).Where("version = ?", version).Select("*").Updates(&t)
		if res.Error != nil {
			return nil, fmt.Errorf("update task: %w", res.Error)
		}
		if res.RowsAffected == 0 {
			return nil, stale()
		}
		return []audit.Event{taskEvent(action, &t)}, nil
	})
	return t, err
}

// MayEditTask says whether the person may change or close a task.
func MayEditTask(by actor.Actor, a Assessment, t Task) bool {
	return MayEdit(by, a) || by.May(actor.Contribute) && t.OwnerID == by.ID
}

// Tasks lists the tasks of an assessment: open ones first, by due date.
func (s *Service) Tasks(ctx context.Context, assessment string) (list []Task, err error) {
	err = s.ledger.Read(ctx).Where("assessment_id = ?", assessment).
		Order("CASE WHEN state = 'open' THEN 0 ELSE 1 END, CASE WHEN due = '' THEN 1 ELSE 0 END, due, id").Limit(maxTasks).Find(&list).Error
	return list, err
}

// maxTasks and maxComments bound what one page shows.
const (
	maxTasks    = 200
	maxComments = 500
)

// taskEvent tells what happened to a task, in the history of its assessment.
func taskEvent(action string, t *Task) audit.Event {
	return audit.Event{Action: "assessment." + action, Object: audit.Object{Type: "assessment", ID: t.AssessmentID},
		Service: t.ServiceID, Label: t.RequirementID, Rows: []any{t}}
}
