package labelling

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
)

// Appoint gives somebody a function in a project from a day on. Who has one
// there keeps it: a person who labelled in a project never checks in it. An
// ended function is taken up again by appointing to the same one.
func (s *Service) Appoint(ctx context.Context, by actor.Actor, project, worker string, duty Duty, from day.Date) (f Function, err error) {
	if err := checkAppointment(worker, duty, from); err != nil {
		return f, err
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		p, err := activeProject(tx, by, project)
		if err != nil {
			return nil, err
		}
		w, err := workerFor(tx, by, worker)
		if err != nil {
			return nil, problem.Field(problem.Invalid, "worker", "labelling.choose")
		}
		if err := distinctCodes(tx, w, []string{p.ID}); err != nil {
			return nil, asField(err, "worker")
		}
		f = Function{}
		res := tx.Where("project_id = ? AND worker_id = ?", p.ID, w.ID).Limit(1).Find(&f)
		switch {
		case res.Error != nil:
			return nil, res.Error
		case res.RowsAffected == 0:
			f = Function{ID: s.ledger.NewID(), ProjectID: p.ID, ServiceID: p.ServiceID, WorkerID: w.ID, Function: duty, FromOn: from, CreatedAt: s.ledger.Now(), CreatedBy: by.ID, Version: 1}
			err = create(tx, &f, "worker")
		case f.Function != duty || f.UntilOn == "":
			return nil, problem.Field(problem.Invalid, "worker", "labelling.function.has_one")
		default:
			f.FromOn, f.UntilOn, f.Version = min(f.FromOn, from), "", f.Version+1
			err = save(tx, &f, f.Version-1)
		}
		return []audit.Event{functionEvent("appointed", &w, &f)}, err
	})
	return f, err
}

func checkAppointment(worker string, duty Duty, from day.Date) error {
	var f problem.Fields
	if worker == "" {
		f.Add("worker", "labelling.choose")
	}
	if !slices.Contains(Duties, duty) {
		f.Add("function", "labelling.choose")
	}
	if from == "" {
		f.Add("from_on", "labelling.required")
	}
	return f.Err()
}

// asField puts the message of a field error at another field.
func asField(err error, field string) error {
	list, ok := problem.FieldsOf(err)
	if !ok {
		return err
	}
	return problem.Field(problem.Invalid, field, list[0].Key, list[0].Args...)
}

func functionEvent(action string, w *Worker, f *Function) audit.Event {
	e := workerEvent(action, w, f)
	e.Service, e.Note = f.ServiceID, map[string]string{"function": string(f.Function)}
	return e
}

// EndFunction ends somebody's function in a project today.
func (s *Service) EndFunction(ctx context.Context, by actor.Actor, function string) error {
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		var f Function
		if err := take(tx, by, function, &f); err != nil {
			return nil, err
		}
		if f.UntilOn != "" {
			return nil, problem.New(problem.Conflict, "labelling.changed_meanwhile")
		}
		var w Worker
		if err := found(tx.Where("id = ?", f.WorkerID).Take(&w).Error); err != nil {
			return nil, err
		}
		f.UntilOn, f.Version = s.Today(), f.Version+1
		return []audit.Event{functionEvent("released", &w, &f)}, save(tx, &f, f.Version-1)
	})
}

// TrainingInput is what people say about a training or an examination.
type TrainingInput struct {
	Title      string
	ProjectID  string // "" for all projects
	RuleSetID  string
	HeldOn     day.Date
	Minutes    int64
	Exam       Exam
	Score      int64
	ValidUntil day.Date
	Note       string
}

// maxMinutes is the longest training: twenty days of eight hours.
const maxMinutes = 20 * 8 * 60

// Check trims the input and gives the fields that are wrong on a day.
func (in *TrainingInput) Check(today day.Date) error {
	var f problem.Fields
	word(&f, "title", &in.Title, maxShort, true)
	word(&f, "note", &in.Note, maxNote, false)
	if in.HeldOn == "" || today.Before(in.HeldOn) {
		f.Add("held_on", "labelling.date.past")
	}
	if in.Minutes < 0 || in.Minutes > maxMinutes {
		f.Add("minutes", "labelling.training.minutes", "max", maxMinutes)
	}
	if !slices.Contains(Exams, in.Exam) {
		f.Add("exam", "labelling.choose")
	}
	if in.Score < 0 || in.Score > 100 {
		f.Add("score", "labelling.percent", "max", 100)
	}
	if in.ValidUntil != "" && in.ValidUntil < in.HeldOn {
		f.Add("valid_until", "labelling.date.order")
	}
	return f.Err()
}

// AddTraining records a training for each of several people. It can be held
// for a project in the actor's scope, and be about rules of that project.
func (s *Service) AddTraining(ctx context.Context, by actor.Actor, workers []string, in TrainingInput) error {
	if err := in.Check(s.Today()); err != nil {
		return err
	}
	if len(workers) == 0 {
		return problem.Field(problem.Invalid, "workers", "labelling.people.choose")
	}
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		service, err := trainedFor(tx, by, &in)
		if err != nil {
			return nil, err
		}
		var events []audit.Event
		for _, id := range workers {
			w, err := workerFor(tx, by, id)
			if err != nil {
				return nil, err
			}
			t := Training{ID: s.ledger.NewID(), WorkerID: w.ID, ProjectID: in.ProjectID, RuleSetID: in.RuleSetID, Title: in.Title, HeldOn: in.HeldOn, Minutes: in.Minutes,
				Exam: in.Exam, Score: in.Score, ValidUntil: in.ValidUntil, Note: in.Note, CreatedAt: s.ledger.Now(), CreatedBy: by.ID, Version: 1}
			if err := create(tx, &t, ""); err != nil {
				return nil, err
			}
			e := workerEvent("trained", &w, &t)
			e.Service = service
			events = append(events, e)
		}
		return events, nil
	})
}

// trainedFor checks project and rules of a training and gives the service.
func trainedFor(tx *gorm.DB, by actor.Actor, in *TrainingInput) (service string, err error) {
	if in.RuleSetID != "" {
		var r RuleSet
		if take(tx, by, in.RuleSetID, &r) != nil || in.ProjectID != "" && in.ProjectID != r.ProjectID {
			return "", problem.Field(problem.Invalid, "rule_set", "labelling.choose")
		}
		in.ProjectID = r.ProjectID
	}
	if in.ProjectID == "" {
		return "", nil
	}
	var p Project
	if take(tx, by, in.ProjectID, &p) != nil {
		return "", problem.Field(problem.Invalid, "project", "labelling.choose")
	}
	return p.ServiceID, nil
}

// Suspend keeps somebody from being assigned from today on.
func (s *Service) Suspend(ctx context.Context, by actor.Actor, worker, reason string) error {
	var f problem.Fields
	word(&f, "reason", &reason, maxNote, true)
	if err := f.Err(); err != nil {
		return err
	}
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		w, one, err := s.suspend(tx, by, worker, reason)
		return []audit.Event{workerEvent("suspended", &w, &one)}, err
	})
}

func (s *Service) suspend(tx *gorm.DB, by actor.Actor, worker, reason string) (w Worker, one Suspension, err error) {
	if w, err = workerFor(tx, by, worker); err != nil {
		return w, one, err
	}
	var n int64
	if err := tx.Model(&Suspension{}).Where("worker_id = ? AND until_on = ''", w.ID).Count(&n).Error; err != nil {
		return w, one, err
	}
	if n > 0 {
		return w, one, problem.New(problem.Conflict, "labelling.worker.suspended_already")
	}
	one = Suspension{ID: s.ledger.NewID(), WorkerID: w.ID, FromOn: s.Today(), Reason: reason, CreatedAt: s.ledger.Now(), CreatedBy: by.ID, Version: 1}
	return w, one, create(tx, &one, "")
}

// Lift ends somebody's suspension, from today on. One for the quality of their
// work (Hold) is lifted only after training and a passed exam.
func (s *Service) Lift(ctx context.Context, by actor.Actor, worker, note string) error {
	var f problem.Fields
	word(&f, "note", &note, maxNote, true)
	if err := f.Err(); err != nil {
		return err
	}
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		w, err := workerFor(tx, by, worker)
		if err != nil {
			return nil, err
		}
		var one Suspension
		if err := found(tx.Where("worker_id = ? AND until_on = ''", w.ID).Take(&one).Error); err != nil {
			return nil, err
		}
		if err := releasable(tx, w.ID); err != nil {
			return nil, err
		}
		one.UntilOn, one.LiftNote, one.LiftedBy, one.Version = s.Today(), note, by.ID, one.Version+1
		return []audit.Event{workerEvent("reinstated", &w, &one)}, save(tx, &one, one.Version-1)
	})
}
