package labelling

import (
	"cmp"
	"context"
	"slices"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/day"
)

// Lack is a reason why somebody is not qualified.
type Lack string

// The reasons.
const (
	NoFunction     Lack = "function"  // none in the project on the day
	HasLeft        Lack = "left"      // no longer works for us
	IsSuspended    Lack = "suspended" // on the day
	NoTraining     Lack = "training"  // never trained before the day
	TrainingOver   Lack = "expired"   // trained, but no longer valid
	ExamFailed     Lack = "exam"      // the latest exam was failed
	RulesNotRead   Lack = "reading"   // the rules in force were not confirmed
	NoRulesInForce Lack = "no_rules"  // the project had no rules on the day
)

// Qualification answers whether somebody was trained and qualified for a
// project on a day, and on which rules.
type Qualification struct {
	Worker     Worker
	Function   *Function
	Suspension *Suspension // in force on the day
	Training   *Training   // valid on the day; else the latest before it
	Exam       *Training   // the latest before the end of the day
	Rules      []RuleSet   // in force on the day
	Readings   map[string]Reading
	Lacks      []Lack
}

// Qualified says that nothing is missing.
func (q Qualification) Qualified() bool { return len(q.Lacks) == 0 }

// dossier is all that qualifications of one project are made from.
type dossier struct {
	functions   map[string]Function
	suspensions map[string][]Suspension
	trainings   map[string][]Training // by day, oldest first
	rules       []RuleSet
	readings    map[string]map[string]Reading // by person, by rules
}

// Qualification gives somebody's standing in a project on a day. NotFound for
// people and projects that the actor does not see.
func (s *Service) Qualification(ctx context.Context, by actor.Actor, worker, project string, on day.Date) (q Qualification, err error) {
	db := s.ledger.Read(ctx)
	w, err := workerFor(db, by, worker)
	if err != nil {
		return q, err
	}
	p, err := s.Project(ctx, by, project)
	if err != nil {
		return q, err
	}
	list, err := qualify(db, p.ID, []Worker{w}, on)
	if err != nil {
		return q, err
	}
	return list[0], nil
}

// Qualifications gives the standing of everybody with a function in a project
// on a day, by name.
func (s *Service) Qualifications(ctx context.Context, project string, on day.Date) ([]Qualification, error) {
	db := s.ledger.Read(ctx)
	people, err := workersIn(db, project, "1 = 1")
	if err != nil {
		return nil, err
	}
	slices.SortFunc(people, func(a, b Worker) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return qualify(db, project, people, on)
}

// qualify judges people for a project on a day, in five queries.
func qualify(db *gorm.DB, project string, people []Worker, on day.Date) ([]Qualification, error) {
	if len(people) == 0 {
		return nil, nil
	}
	ids := make([]string, len(people))
	for i, w := range people {
		ids[i] = w.ID
	}
	d, err := read(db, project, ids, on)
	if err != nil {
		return nil, err
	}
	out := make([]Qualification, len(people))
	for i, w := range people {
		out[i] = d.judge(w, on)
	}
	return out, nil
}

func read(db *gorm.DB, project string, ids []string, on day.Date) (d dossier, err error) {
	d = dossier{functions: map[string]Function{}, suspensions: map[string][]Suspension{}, trainings: map[string][]Training{}, readings: map[string]map[string]Reading{}}
	var functions []Function
	var suspensions []Suspension
	var trainings []Training
	var readings []Reading
	for _, q := range []*gorm.DB{
		db.Where("project_id = ? AND worker_id IN ?", project, ids).Find(&functions),
		db.Where("worker_id IN ? AND from_on <= ?", ids, on).Find(&suspensions),
		db.Where("worker_id IN ? AND held_on <= ? AND project_id IN ('', ?)", ids, on, project).Order("held_on, id").Find(&trainings),
		db.Where("project_id = ? AND in_force_on <> '' AND in_force_on <= ? AND (superseded_on = '' OR superseded_on > ?)", project, on, on).Order("kind").Find(&d.rules),
	} {
		if q.Error != nil {
			return d, q.Error
		}
	}
	if len(d.rules) > 0 {
		rules := make([]string, len(d.rules))
		for i, r := range d.rules {
			rules[i] = r.ID
		}
		err = db.Where("rule_set_id IN ? AND worker_id IN ? AND read_on <= ?", rules, ids, on).Find(&readings).Error
	}
	for _, f := range functions {
		d.functions[f.WorkerID] = f
	}
	for _, s := range suspensions {
		d.suspensions[s.WorkerID] = append(d.suspensions[s.WorkerID], s)
	}
	for _, t := range trainings {
		d.trainings[t.WorkerID] = append(d.trainings[t.WorkerID], t)
	}
	for _, r := range readings {
		if d.readings[r.WorkerID] == nil {
			d.readings[r.WorkerID] = map[string]Reading{}
		}
		d.readings[r.WorkerID][r.RuleSetID] = r
	}
	return d, err
}

// judge puts together what is known of a person on a day.
func (d dossier) judge(w Worker, on day.Date) Qualification {
	q := Qualification{Worker: w, Rules: d.rules, Readings: d.readings[w.ID]}
	if f, ok := d.functions[w.ID]; ok {
		q.Function = &f
	}
	if q.Function == nil || on < q.Function.FromOn || q.Function.UntilOn != "" && on >= q.Function.UntilOn {
		q.Lacks = append(q.Lacks, NoFunction)
	}
	if w.LeftOn != "" && on >= w.LeftOn {
		q.Lacks = append(q.Lacks, HasLeft)
	}
	for _, s := range d.suspensions[w.ID] {
		if s.On(on) {
			q.Suspension = &s
			q.Lacks = append(q.Lacks, IsSuspended)
			break
		}
	}
	q.Lacks = append(q.Lacks, q.trained(d.trainings[w.ID], on)...)
	if len(q.Rules) == 0 {
		q.Lacks = append(q.Lacks, NoRulesInForce)
	}
	for _, r := range q.Rules {
		if _, ok := q.Readings[r.ID]; !ok {
			q.Lacks = append(q.Lacks, RulesNotRead)
			break
		}
	}
	return q
}

// trained looks at trainings held until a day, oldest first.
func (q *Qualification) trained(list []Training, on day.Date) (lacks []Lack) {
	for i := range list {
		t := &list[i]
		if t.Exam != NoExam {
			q.Exam = t
		}
		if q.Training == nil || t.valid(on) || !q.Training.valid(on) {
			q.Training = t
		}
	}
	switch {
	case q.Training == nil:
		lacks = append(lacks, NoTraining)
	case !q.Training.valid(on):
		lacks = append(lacks, TrainingOver)
	}
	if q.Exam != nil && q.Exam.Exam == Failed {
		lacks = append(lacks, ExamFailed)
	}
	return lacks
}

// valid says whether the training counts on a day.
func (t Training) valid(on day.Date) bool {
	return t.HeldOn <= on && (t.ValidUntil == "" || on <= t.ValidUntil)
}

// Past is what is recorded about somebody, newest first.
type Past struct {
	Functions   []Function
	Trainings   []Training
	Suspensions []Suspension
	Readings    []Reading
}

// PastOf gives what is recorded about somebody whom the actor sees, as far as
// it belongs to services in their scope or to none.
func (s *Service) PastOf(ctx context.Context, by actor.Actor, worker string) (p Past, err error) {
	db := s.ledger.Read(ctx)
	const most = 500
	for _, q := range []*gorm.DB{
		scope(db, by).Where("worker_id = ?", worker).Order("id DESC").Limit(most).Find(&p.Functions),
		db.Where("worker_id = ? AND (project_id = '' OR project_id IN (?))", worker, scope(db.Model(&Project{}), by).Select("id")).Order("held_on DESC, id DESC").Limit(most).Find(&p.Trainings),
		db.Where("worker_id = ?", worker).Order("id DESC").Limit(most).Find(&p.Suspensions),
		scope(db, by).Where("worker_id = ?", worker).Order("id DESC").Limit(most).Find(&p.Readings),
	} {
		if q.Error != nil {
			return p, q.Error
		}
	}
	return p, nil
}

// Function gives a function within the actor's scope, or NotFound.
func (s *Service) Function(ctx context.Context, by actor.Actor, id string) (f Function, err error) {
	return f, take(s.ledger.Read(ctx), by, id, &f)
}
