package request

import (
	"context"
	"fmt"
	"slices"

	"hegui/internal/actor"
	"hegui/internal/problem"
)

// taskKinds says what systems have to do for a kind of request.
var taskKinds = map[Kind]TaskKind{Access: FindTask, Copy: ExportTask, Transfer: ExportTask, Correct: CorrectTask, Delete: DeleteTask,
	CloseAccount: DeleteTask, Withdraw: RestrictTask, Explain: ExplainTask}

// TaskKind is what systems have to do for the request.
func (r Request) TaskKind() TaskKind { return taskKinds[r.Kind] }

// Open says that somebody still has to do something.
func (t Task) Open() bool { return t.State == TaskOpen || t.State == TaskSecond }

// Answerable says why a request cannot be answered as done yet: identity is
// open, a system still has something to do, or a legal hold forbids what
// would be deleted.
func (r Request) Answerable() error {
	switch {
	case r.IdentityState != IdentityPassed && r.IdentityState != IdentityNotNeeded:
		return problem.New(problem.Conflict, "request.identity.first")
	case r.TasksDone < r.Tasks:
		return problem.New(problem.Conflict, "request.tasks.open", "count", r.Tasks-r.TasksDone)
	case r.Held && r.Deletes():
		return problem.New(problem.Conflict, "request.hold.blocks")
	}
	return nil
}

// fanOut gives every system concerned its task. A system that has one keeps it.
func (x *step) fanOut() error {
	systems, err := systemsIn(x.tx)
	if err != nil {
		return err
	}
	have, err := x.taskList()
	if err != nil {
		return err
	}
	for _, y := range systems {
		has := slices.ContainsFunc(have, func(t Task) bool { return t.SystemID == y.ID && t.Kind == x.r.TaskKind() })
		if !y.Concerned(*x.r) || has {
			continue
		}
		if err := x.giveTask(y, ""); err != nil {
			return err
		}
	}
	return nil
}

func (x *step) taskList() (list []Task, err error) {
	if err := x.tx.Where("request_id = ?", x.r.ID).Order("id").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read tasks: %w", err)
	}
	return list, nil
}

// giveTask makes a new task for a system.
func (x *step) giveTask(y System, instructions string) error {
	r := x.r
	t := &Task{ID: x.ledger.NewID(), RequestID: r.ID, ServiceID: r.ServiceID, SystemID: y.ID, Kind: r.TaskKind(), State: TaskOpen, OwnerID: y.OwnerID,
		Due: r.Due, CreatedBy: x.by.ID, CreatedAt: x.now, Version: 1}
	var err error
	if t.Instructions, err = x.seal("task/"+t.ID+"/instructions", instructions); err != nil {
		return err
	}
	if err := x.create(t); err != nil {
		return err
	}
	r.Tasks++
	if err := x.callSystem(y, t); err != nil {
		return err
	}
	return x.askSystem(y)
}

// askSystem tells who has to work on a task.
func (x *step) askSystem(y System) error {
	if y.OwnerID == x.by.ID {
		return nil
	}
	return x.tellStaff(TaskGiven, y.OwnerID)
}

// Again says what a task is opened with once more.
func (x *step) taskAgain(y System, t *Task, instructions string) error {
	if t.State == TaskDone {
		x.r.TasksDone--
	}
	if t.State == TaskWithdrawn {
		x.r.Tasks++
	}
	sealed, err := x.seal("task/"+t.ID+"/instructions", instructions)
	if err != nil {
		return err
	}
	t.Instructions, t.OwnerID, t.Due = sealed, y.OwnerID, x.r.Due
	t.clear()
	if err := firstOf(x.store(t), x.endCalls(t), x.callSystem(y, t)); err != nil {
		return err
	}
	return x.askSystem(y)
}

// clear takes a result back.
func (t *Task) clear() {
	t.State, t.Result, t.Basis, t.KeptUntil = TaskOpen, NoResult, "", ""
	t.ResultWords, t.BeforeValue, t.AfterValue = nil, nil, nil
	t.DoneBy, t.DoneAt, t.SecondBy, t.SecondAt = "", nil, "", nil
	t.Version++
}

// GiveTasks asks systems to do something for a request: those that have no
// task yet, and once more those that are through with theirs.
func (s *Service) GiveTasks(ctx context.Context, by actor.Actor, id string, version int64, systems []string, instructions string) (Request, error) {
	var f problem.Fields
	word(&f, "instructions", &instructions, maxNote, false)
	if len(systems) == 0 || len(systems) > maxSystems {
		f.Add("systems", "request.choose")
	}
	if err := f.Err(); err != nil {
		return Request{}, err
	}
	return s.act(ctx, by, id, version, AddTask, "tasks_given", func(x *step) error { return x.giveTasks(systems, instructions) })
}

func (x *step) giveTasks(systems []string, instructions string) error {
	have, err := x.taskList()
	if err != nil {
		return err
	}
	for _, id := range systems {
		var y System
		if err := takeSystem(x.tx, x.by, id, &y); err != nil || y.State != SystemActive {
			return problem.Field(problem.Invalid, "systems", "request.choose")
		}
		at := slices.IndexFunc(have, func(t Task) bool { return t.SystemID == id && t.Kind == x.r.TaskKind() })
		switch {
		case at < 0:
			err = x.giveTask(y, instructions)
		case have[at].Open():
			err = problem.Field(problem.Conflict, "systems", "fulfil.system.busy", "name", y.Name)
		default:
			err = x.taskAgain(y, &have[at], instructions)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// WithdrawTask takes a task back that turned out not to be needed, and says
// why in a note.
func (s *Service) WithdrawTask(ctx context.Context, by actor.Actor, task string, version int64, words string) (Request, error) {
	if err := checkWords(&words, true); err != nil {
		return Request{}, err
	}
	var t Task
	if err := take(s.ledger.Read(ctx), by, task, &t); err != nil {
		return Request{}, err
	}
	return s.act(ctx, by, t.RequestID, 0, AddTask, "task_withdrawn", func(x *step) error {
		if err := x.openTask(task, version, &t); err != nil {
			return err
		}
		if err := x.withdraw(&t); err != nil {
			return err
		}
		_, err := x.message(Internal, Inside, words, "")
		return err
	})
}

// openTask reads a task that is not done yet, as it was shown.
func (x *step) openTask(id string, version int64, t *Task) error {
	*t = Task{}
	if err := found(x.tx.Where("id = ? AND request_id = ?", id, x.r.ID).Take(t).Error); err != nil {
		return err
	}
	switch {
	case version != 0 && version != t.Version:
		return problem.New(problem.Conflict, "request.changed_meanwhile")
	case !t.Open():
		return problem.New(problem.Conflict, "fulfil.task.over")
	}
	return nil
}

func (x *step) withdraw(t *Task) error {
	t.State = TaskWithdrawn
	t.Version++
	x.r.Tasks--
	return x.store(t)
}

// withdrawAll takes back what systems still have to do: the request ends
// without it, or became another one.
func (x *step) withdrawAll() error {
	if x.r.Tasks == x.r.TasksDone {
		return nil
	}
	list, err := x.taskList()
	if err != nil {
		return err
	}
	for n := range list {
		if !list[n].Open() {
			continue
		}
		if err := x.withdraw(&list[n]); err != nil {
			return err
		}
	}
	return nil
}

// dueTasks moves the due days of open tasks with that of their request.
func (x *step) dueTasks() error {
	list, err := x.taskList()
	if err != nil {
		return err
	}
	for n := range list {
		if !list[n].Open() || list[n].Due == x.r.Due {
			continue
		}
		list[n].Due = x.r.Due
		if err := x.store(&list[n]); err != nil {
			return err
		}
	}
	return nil
}

// mineSQL are the tasks of systems that somebody is responsible for; it takes
// their account twice.
const mineSQL = "(owner_id = ? OR system_id IN (SELECT id FROM request_system WHERE deputy_id = ?))"
