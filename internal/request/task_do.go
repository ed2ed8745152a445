package request

import (
	"context"
	"fmt"
	"io"
	"slices"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
)

// Basis is why something personal is not given out, changed or deleted.
type Basis string

// The bases, with the provisions of the PIPL that they rest on.
const (
	KeptByLaw    Basis = "law"       // a period of retention set by law is not over, Article 47
	TooHard      Basis = "technical" // deletion is technically hard to do, Article 47
	ForContract  Basis = "contract"  // necessary for a contract or obligation, Article 13
	ForTrial     Basis = "trial"     // litigation or an investigation, Articles 13 and 34
	Secret       Basis = "secrecy"   // laws demand secrecy, Articles 18 and 45
	OfOthers     Basis = "others"    // it would reveal what is personal to others, Article 2
	NoIdentifier Basis = "anonymous" // it cannot be told whose it is, Articles 4 and 73
)

// Bases in the order they are offered.
var Bases = []Basis{KeptByLaw, TooHard, ForContract, ForTrial, Secret, OfOthers, NoIdentifier}

// Results says what can come of a kind of task.
func (k TaskKind) Results() []Result {
	if k == FindTask || k == ExportTask {
		return []Result{Found, Nothing, Cannot}
	}
	return []Result{DoneSo, Nothing, Cannot}
}

// Report is what came of a task.
type Report struct {
	Result    Result
	Basis     Basis    // why it cannot be done; of a deletion, why a part is kept
	KeptUntil day.Date // what is kept
	Words     string
	Before    string // of a correction
	After     string
}

// check trims the report and gives what is wrong with it. files is how many
// files the system gave.
func (in *Report) check(k TaskKind, files int, today day.Date) error {
	var f problem.Fields
	one(&f, "result", in.Result, k.Results())
	needs := in.Result == Cannot
	word(&f, "words", &in.Words, maxNote, needs || k == ExplainTask && in.Result == DoneSo)
	corrects := k == CorrectTask && in.Result == DoneSo
	word(&f, "before", &in.Before, maxNote, corrects)
	word(&f, "after", &in.After, maxNote, corrects)
	if needs || in.Basis != "" {
		one(&f, "basis", in.Basis, Bases)
	}
	keeps := k == DeleteTask && (in.Result == Cannot || in.Result == DoneSo && in.Basis != "")
	switch {
	case in.KeptUntil != "" && in.KeptUntil <= today:
		f.Add("kept_until", "fulfil.kept_until.past")
	case keeps && in.Basis == KeptByLaw && in.KeptUntil == "":
		f.Add("kept_until", "fulfil.kept_until.needed")
	}
	if k == ExportTask && in.Result == Found && files == 0 {
		f.Add("result", "fulfil.file.needed")
	}
	if in.Result == Found && files == 0 && in.Words == "" {
		f.Add("words", "request.required")
	}
	return f.Err()
}

// takeTask reads a task that somebody may work on: their system's, or as
// privacy staff those of the services that they see. Others are NotFound.
func (s *Service) takeTask(db *gorm.DB, by actor.Actor, id string) (t Task, y System, err error) {
	fresh := func() *gorm.DB { return db.Session(&gorm.Session{NewDB: true}) }
	if err := found(fresh().Where("id = ?", id).Take(&t).Error); err != nil {
		return t, y, err
	}
	if err := fresh().Where("id = ?", t.SystemID).Take(&y).Error; err != nil {
		return t, y, fmt.Errorf("read system of task: %w", err)
	}
	mine := by.May(actor.WorkRequestTasks) && (t.OwnerID == by.ID || y.DeputyID == by.ID)
	desk := by.May(actor.HandleRequests) && by.SeesService(t.ServiceID)
	if !mine && !desk {
		return t, y, problem.New(problem.NotFound, "request.not_found")
	}
	return t, y, nil
}

// onTask does an action on a task and its request for who works on it.
func (s *Service) onTask(ctx context.Context, by actor.Actor, id string, version int64, verb string, do func(x *step, y System, t *Task) error) (t Task, err error) {
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		return s.onTaskTx(tx, by, id, version, verb, func(x *step, y System, now *Task) error {
			err := do(x, y, now)
			t = *now
			return err
		})
	})
	return t, err
}

func (s *Service) onTaskTx(tx *gorm.DB, by actor.Actor, id string, version int64, verb string, do func(x *step, y System, t *Task) error) ([]audit.Event, error) {
	t, y, err := s.takeTask(tx, by, id)
	if err != nil {
		return nil, err
	}
	var r Request
	if err := found(tx.Where("id = ?", t.RequestID).Take(&r).Error); err != nil {
		return nil, err
	}
	return s.move(tx, by, &r, 0, FinishTask, verb, func(x *step) error {
		if err := x.openTask(id, version, &t); err != nil {
			return err
		}
		return do(x, y, &t)
	})
}

// ReportTask writes down what came of a task. Deletions of systems that want
// it so wait for a second person then.
func (s *Service) ReportTask(ctx context.Context, by actor.Actor, id string, version int64, in Report) (Task, error) {
	return s.onTask(ctx, by, id, version, "task_done", func(x *step, y System, t *Task) error { return x.report(y, t, in) })
}

func (x *step) report(y System, t *Task, in Report) error {
	if t.State != TaskOpen {
		return problem.New(problem.Conflict, "fulfil.task.second")
	}
	var files int64
	if err := x.tx.Model(&Attachment{}).Where("task_id = ? AND deleted_at IS NULL", t.ID).Count(&files).Error; err != nil {
		return fmt.Errorf("count files: %w", err)
	}
	if err := in.check(t.Kind, int(files), x.today); err != nil {
		return err
	}
	if t.Kind == DeleteTask && in.Result == DoneSo && x.r.Held {
		return problem.New(problem.Conflict, "request.hold.blocks")
	}
	if err := x.sealReport(t, in); err != nil {
		return err
	}
	t.Result, t.Basis, t.KeptUntil, t.DoneBy, t.DoneAt = in.Result, string(in.Basis), in.KeptUntil, x.by.ID, &x.now
	if t.Kind == DeleteTask && t.Result == DoneSo && y.SecondPerson {
		t.State = TaskSecond
		t.Version++
		return x.storeAndTell(t, TaskSecondWanted, y.DeputyID)
	}
	return x.endTask(t)
}

func (x *step) sealReport(t *Task, in Report) error {
	key, err := x.key()
	if err != nil {
		return err
	}
	place := "task/" + t.ID
	z := sealer{key: key}
	t.ResultWords = z.seal(place+"/result", in.Words)
	t.BeforeValue, t.AfterValue = z.seal(place+"/before", in.Before), z.seal(place+"/after", in.After)
	return z.err
}

// endTask counts a task as done, and tells who answers the request when it was
// the last one.
func (x *step) endTask(t *Task) error {
	t.State = TaskDone
	t.Version++
	x.r.TasksDone++
	if x.r.TasksDone < x.r.Tasks {
		return x.store(t)
	}
	return x.storeAndTell(t, TasksOver, x.r.audience(x.book)...)
}

func (x *step) storeAndTell(t *Task, o Occasion, to ...string) error {
	if err := x.store(t); err != nil {
		return err
	}
	to = slices.DeleteFunc(to, func(one string) bool { return one == "" || one == x.by.ID })
	return x.tellStaff(o, to...)
}

// ConfirmTask is the second look at a deletion, by another person than did
// it: they agree, or send it back with a reason.
func (s *Service) ConfirmTask(ctx context.Context, by actor.Actor, id string, version int64, agree bool, words string) (Task, error) {
	if err := checkWords(&words, !agree); err != nil {
		return Task{}, err
	}
	verb := "task_confirmed"
	if !agree {
		verb = "task_returned"
	}
	return s.onTask(ctx, by, id, version, verb, func(x *step, _ System, t *Task) error {
		switch {
		case t.State != TaskSecond:
			return problem.New(problem.Conflict, "fulfil.task.over")
		case t.DoneBy == x.by.ID:
			return problem.New(problem.Forbidden, "fulfil.second.same")
		}
		sealed, err := x.seal("task/"+t.ID+"/second", words)
		if err != nil {
			return err
		}
		if !agree {
			t.clear()
			t.SecondWords = sealed
			return x.storeAndTell(t, TaskGiven, t.OwnerID)
		}
		t.SecondWords, t.SecondBy, t.SecondAt = sealed, x.by.ID, &x.now
		return x.endTask(t)
	})
}

// AttachToTask keeps a file that a system gave.
func (s *Service) AttachToTask(ctx context.Context, by actor.Actor, id, name string, content io.Reader) (kept Attachment, err error) {
	t, _, err := s.takeTask(s.ledger.Read(ctx), by, id)
	if err != nil {
		return kept, err
	}
	if t.State != TaskOpen {
		return kept, problem.New(problem.Conflict, "fulfil.task.over")
	}
	var r Request
	if err := found(s.ledger.Read(ctx).Where("id = ?", t.RequestID).Take(&r).Error); err != nil {
		return kept, err
	}
	if _, err := r.Next(FinishTask); err != nil {
		return kept, err
	}
	arrived, err := s.Receive(ctx, by, r, Attached{Purpose: ForTask, TaskID: t.ID, Name: name}, content)
	if err != nil {
		return kept, err
	}
	_, err = s.onTask(ctx, by, id, 0, "file_added", func(x *step, _ System, t *Task) error {
		if t.State != TaskOpen {
			return problem.New(problem.Conflict, "fulfil.task.over")
		}
		f, rows, err := x.KeepTx(x.tx, arrived)
		kept = f
		x.rows = append(x.rows, rows...)
		return err
	})
	s.Drop(ctx, arrived, err != nil)
	return kept, err
}
