package request

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/work"
)

// TaskWords is a task in clear, with its system and files.
type TaskWords struct {
	Task
	System                                             System
	Instruct, ResultText, Before, After, SecondRemarks string
	Files                                              []FileWords
	Delivery                                           *Delivery // the last call to the system's webhook
}

// TaskPage is a task as who works on it sees it: of the person only what
// their system searches by, and that only while there is something to do.
type TaskPage struct {
	TaskWords
	Number   string
	Request  Kind
	State    State
	Held     bool
	Person   []PersonWord
	Details  string
	Desk     bool // the reader is of the privacy staff
	Report   bool // the result can be written down now
	Second   bool // the reader can be the second person now
	Withdraw bool
}

// PersonWord is something by which the person is found.
type PersonWord struct {
	By   Identifier
	Text string
}

// Task gives a task to who works on it, and records that they saw it.
func (s *Service) Task(ctx context.Context, by actor.Actor, id string) (p TaskPage, err error) {
	db := s.ledger.Read(ctx)
	t, y, err := s.takeTask(db, by, id)
	if err != nil {
		return p, err
	}
	var r Request
	if err := found(s.ledger.Read(ctx).Where("id = ?", t.RequestID).Take(&r).Error); err != nil {
		return p, err
	}
	p = TaskPage{Number: r.Number, Request: r.Kind, State: r.State, Held: r.Held, Desk: by.May(actor.HandleRequests) && by.SeesService(r.ServiceID)}
	p.TaskWords = TaskWords{Task: t, System: y}
	now := t.Open() && r.Can(FinishTask)
	p.Report = now && t.State == TaskOpen
	p.Second = now && t.State == TaskSecond && t.DoneBy != by.ID
	p.Withdraw = p.Desk && t.Open() && r.Can(AddTask)
	if r.State == Erased {
		return p, nil
	}
	if err := s.lookedAtTask(ctx, by, &r); err != nil {
		return p, err
	}
	return p, s.openTaskPage(ctx, &p, r, now || p.Desk)
}

// lookedAtTask records that who works on a task saw its request, unless they
// did a short while ago.
func (s *Service) lookedAtTask(ctx context.Context, by actor.Actor, r *Request) error {
	var n int64
	err := s.ledger.Read(ctx).Model(&View{}).Where("account_id = ? AND request_id = ? AND at > ?", by.ID, r.ID, s.ledger.Now().Add(-lookAgain)).
		Limit(1).Count(&n).Error
	if err != nil || n > 0 {
		return err
	}
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		e, err := s.view(tx, by, r, Opened)
		return []audit.Event{e}, err
	})
}

func (s *Service) openTaskPage(ctx context.Context, p *TaskPage, r Request, person bool) error {
	key, err := s.key(s.ledger.Read(ctx), r.ID)
	if err != nil {
		return err
	}
	o := &opener{key: key}
	if person {
		p.Person, p.Details = personWords(p.System, r, o), o.open("details", r.Details)
	}
	var files []Attachment
	if err := s.ledger.Read(ctx).Where("task_id = ?", p.ID).Order("id").Limit(200).Find(&files).Error; err != nil {
		return fmt.Errorf("read files of task: %w", err)
	}
	if err := s.lastCalls(ctx, r.ID, func(d Delivery) {
		if d.TaskID == p.ID {
			p.Delivery = &d
		}
	}); err != nil {
		return err
	}
	p.open(o.open, o.open, files)
	return o.err
}

// personWords are the words by which a system finds the person.
func personWords(y System, r Request, o *opener) (out []PersonWord) {
	add := func(by Identifier, field string, sealed Sealed) {
		if text := o.open(field, sealed); text != "" {
			out = append(out, PersonWord{by, text})
		}
	}
	has := func(list ...Identifier) bool {
		return slices.ContainsFunc(list, func(i Identifier) bool { return slices.Contains(y.Identifiers, string(i)) })
	}
	if has(ByAccount, ByDevice, ByOrder, BySession) {
		add(ByAccount, "account", r.Account)
	}
	if has(ByEmail, ByPhone) {
		add(ByEmail, "contact", r.Contact)
	}
	if has(ByName) {
		add(ByName, "name", r.Name)
	}
	return out
}

// open fills in the words of a task.
func (t *TaskWords) open(text, name func(field string, sealed Sealed) string, files []Attachment) {
	place := "task/" + t.ID
	t.Instruct, t.ResultText = text(place+"/instructions", t.Instructions), text(place+"/result", t.ResultWords)
	t.Before, t.After = text(place+"/before", t.BeforeValue), text(place+"/after", t.AfterValue)
	t.SecondRemarks = text(place+"/second", t.SecondWords)
	for _, f := range files {
		if f.TaskID == t.ID {
			t.Files = append(t.Files, FileWords{f, name("file/"+f.ID+"/name", f.Name)})
		}
	}
}

// lastCalls hands over the calls about a request, oldest first.
func (s *Service) lastCalls(ctx context.Context, request string, use func(Delivery)) error {
	var calls []Delivery
	if err := s.ledger.Read(ctx).Where("request_id = ?", request).Order("id").Limit(500).Find(&calls).Error; err != nil {
		return fmt.Errorf("read calls: %w", err)
	}
	for _, d := range calls {
		use(d)
	}
	return nil
}

// tasksOf gives the tasks of a request with their systems, closed.
func (s *Service) tasksOf(ctx context.Context, request string) ([]TaskWords, error) {
	var list []Task
	if err := s.ledger.Read(ctx).Where("request_id = ?", request).Order("id").Limit(maxSystems).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read tasks: %w", err)
	}
	if len(list) == 0 {
		return nil, nil
	}
	systems, err := systemsIn(s.ledger.Read(ctx))
	if err != nil {
		return nil, err
	}
	calls := map[string]Delivery{}
	if err := s.lastCalls(ctx, request, func(d Delivery) { calls[d.TaskID] = d }); err != nil {
		return nil, err
	}
	out := make([]TaskWords, len(list))
	for n, t := range list {
		out[n].Task = t
		if at := slices.IndexFunc(systems, func(y System) bool { return y.ID == t.SystemID }); at >= 0 {
			out[n].System = systems[at]
		}
		if d, ok := calls[t.ID]; ok {
			out[n].Delivery = &d
		}
	}
	return out, nil
}

// TaskContent opens a file of a task for who works on it.
func (s *Service) TaskContent(ctx context.Context, by actor.Actor, task, id string) (f FileWords, content io.Reader, err error) {
	t, _, err := s.takeTask(s.ledger.Read(ctx), by, task)
	if err != nil {
		return f, nil, err
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		var r Request
		if err := found(tx.Where("id = ?", t.RequestID).Take(&r).Error); err != nil {
			return nil, err
		}
		if err := found(tx.Where("id = ? AND task_id = ? AND blob_id IS NOT NULL", id, t.ID).Take(&f.Attachment).Error); err != nil {
			return nil, err
		}
		e, err := s.view(tx, by, &r, Downloaded)
		return []audit.Event{e}, err
	})
	if err != nil {
		return f, nil, err
	}
	f.FileName, content, err = s.OpenFile(ctx, f.Attachment)
	return f, content, err
}

// TaskLine is a task in a list.
type TaskLine struct {
	Task
	Number  string
	Request Kind
	System  string
}

// maxTasks bounds a list of tasks.
const maxTasks = 300

// Tasks lists the tasks of somebody: of the systems that they are responsible
// for, and for privacy staff those of the services they see. What is due first
// comes first; with over, what is over too, newest first.
func (s *Service) Tasks(ctx context.Context, by actor.Actor, over bool) ([]TaskLine, error) {
	q := s.myScope(ctx, by)
	if over {
		q = q.Order("id DESC")
	} else {
		q = q.Where("state IN ('open', 'second')").Order("CASE WHEN due = '' THEN 1 ELSE 0 END, due, id")
	}
	var list []Task
	if err := q.Limit(maxTasks).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("list tasks: %w", err)
	}
	return s.taskLines(ctx, list)
}

// myScope narrows tasks to those that somebody may work on.
func (s *Service) myScope(ctx context.Context, by actor.Actor) *gorm.DB {
	db := func() *gorm.DB { return s.ledger.Read(ctx) }
	mine := db().Where(mineSQL, by.ID, by.ID)
	if !by.May(actor.WorkRequestTasks) {
		mine = db().Where("1 = 0")
	}
	if by.May(actor.HandleRequests) {
		mine = mine.Or(scope(db(), by).Where("1 = 1"))
	}
	return db().Where(mine)
}

func (s *Service) taskLines(ctx context.Context, list []Task) ([]TaskLine, error) {
	out := make([]TaskLine, len(list))
	requests, systems := make([]string, len(list)), make([]string, len(list))
	for n, t := range list {
		out[n].Task, requests[n], systems[n] = t, t.RequestID, t.SystemID
	}
	var of []Request
	if err := s.ledger.Read(ctx).Select("id", "number", "kind").Where("id IN ?", requests).Find(&of).Error; err != nil {
		return nil, fmt.Errorf("read requests of tasks: %w", err)
	}
	var at []System
	if err := s.ledger.Read(ctx).Select("id", "name").Where("id IN ?", systems).Find(&at).Error; err != nil {
		return nil, fmt.Errorf("read systems of tasks: %w", err)
	}
	for n := range out {
		for _, r := range of {
			if r.ID == out[n].RequestID {
				out[n].Number, out[n].Request = r.Number, r.Kind
			}
		}
		for _, y := range at {
			if y.ID == out[n].SystemID {
				out[n].System = y.Name
			}
		}
	}
	return out, nil
}

// taskWork lists the tasks that wait for a person: those of their systems, and
// deletions that they can be the second person for.
func (s *Service) taskWork(ctx context.Context, by actor.Actor) ([]work.Item, error) {
	if !by.May(actor.WorkRequestTasks) {
		return nil, nil
	}
	var list []Task
	err := s.myScope(ctx, by).Where("state = 'open' AND "+mineSQL+" OR state = 'second' AND done_by <> ?", by.ID, by.ID, by.ID).
		Order("due, id").Limit(maxWork).Find(&list).Error
	if err != nil {
		return nil, fmt.Errorf("read tasks: %w", err)
	}
	lines, err := s.taskLines(ctx, list)
	out := make([]work.Item, len(lines))
	for n, l := range lines {
		since, kind := l.CreatedAt, work.RequestTask
		if l.State == TaskSecond {
			since, kind = timeOf(l.DoneAt, since), work.RequestSecond
		}
		out[n] = work.Item{Kind: kind, ZH: l.Number, EN: l.Number, Note: l.System, URL: "/requests/tasks/" + l.ID, Service: l.ServiceID, Due: l.Due, Since: since, Owner: l.OwnerID}
	}
	return out, err
}

func timeOf(at *time.Time, otherwise time.Time) time.Time {
	if at == nil {
		return otherwise
	}
	return *at
}
