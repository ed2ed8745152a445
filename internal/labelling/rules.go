package labelling

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
)

// RuleState is how far a version of rules has got; see the package comment.
type RuleState string

// The states of rules.
const (
	RuleDraft      RuleState = "draft"
	RuleSubmitted  RuleState = "submitted"
	RuleApproved   RuleState = "approved"
	RuleInForce    RuleState = "in_force"
	RuleSuperseded RuleState = "superseded"
)

// RuleStates lists the states in order.
var RuleStates = []RuleState{RuleDraft, RuleSubmitted, RuleApproved, RuleInForce, RuleSuperseded}

// RuleSet is a version of the labelling rules of a project. Its parts are those
// that TC260-003 5.3 b) and GB/T 45654 ask rules to have: goal, data format,
// method, and quality indices.
type RuleSet struct {
	ID           string
	ProjectID    string
	ServiceID    string
	Kind         Kind
	Number       int64 // from 1, in a project and kind
	Goal         string
	DataFormat   string
	Method       string
	Quality      string
	Examples     string
	State        RuleState
	DraftedBy    string
	ReturnedNote string
	ApprovedBy   string
	ApprovedAt   *time.Time
	InForceOn    day.Date // first day in force
	SupersededOn day.Date // first day no longer in force
	CreatedAt    time.Time
	UpdatedAt    time.Time `gorm:"autoUpdateTime:false"`
	Version      int64
}

// TableName is the table of rules.
func (RuleSet) TableName() string { return "label_rule_set" }

// ForceOn says whether the rules were in force on a day.
func (r RuleSet) ForceOn(d day.Date) bool {
	return r.InForceOn != "" && r.InForceOn <= d && (r.SupersededOn == "" || d < r.SupersededOn)
}

// Reading says that a person has read and understood a version of rules.
type Reading struct {
	ID        string
	RuleSetID string
	ServiceID string
	WorkerID  string
	ReadOn    day.Date
	CreatedAt time.Time
	CreatedBy string
	Version   int64
}

// TableName is the table of readings.
func (Reading) TableName() string { return "label_reading" }

// Name says which version it is, for the activity page: "functional 3".
func (r RuleSet) Name() string { return fmt.Sprintf("%s %d", r.Kind, r.Number) }

// RuleInput is the text of rules.
type RuleInput struct{ Goal, DataFormat, Method, Quality, Examples string }

// Input is the text of a version, for its form or for the next version.
func (r RuleSet) Input() RuleInput {
	return RuleInput{r.Goal, r.DataFormat, r.Method, r.Quality, r.Examples}
}

// Check trims the text and gives the parts that are missing or too long. All
// parts but the examples are needed: TC260-003 5.3 b) names them.
func (in *RuleInput) Check() error {
	var f problem.Fields
	word(&f, "goal", &in.Goal, maxText, true)
	word(&f, "data_format", &in.DataFormat, maxText, true)
	word(&f, "method", &in.Method, maxText, true)
	word(&f, "quality", &in.Quality, maxText, true)
	word(&f, "examples", &in.Examples, maxText, false)
	return f.Err()
}

func (in RuleInput) apply(r *RuleSet) {
	r.Goal, r.DataFormat, r.Method, r.Quality, r.Examples = in.Goal, in.DataFormat, in.Method, in.Quality, in.Examples
}

func ruleEvent(action string, r *RuleSet, rows ...any) audit.Event {
	return audit.Event{Action: "label_rules." + action, Object: object("rule_set", r.ID), Service: r.ServiceID, Label: r.Name(), Rows: append([]any{r}, rows...)}
}

// DraftRules begins the next version of a project's rules of a kind.
func (s *Service) DraftRules(ctx context.Context, by actor.Actor, project string, kind Kind, in RuleInput) (r RuleSet, err error) {
	if err := in.Check(); err != nil {
		return r, err
	}
	if !slices.Contains(Kinds, kind) {
		return r, problem.Field(problem.Invalid, "kind", "labelling.choose")
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		p, err := activeProject(tx, by, project)
		if err != nil {
			return nil, err
		}
		var last int64
		if err := tx.Model(&RuleSet{}).Where("project_id = ? AND kind = ?", p.ID, kind).Select("COALESCE(MAX(number), 0)").Scan(&last).Error; err != nil {
			return nil, err
		}
		now := s.ledger.Now()
		r = RuleSet{ID: s.ledger.NewID(), ProjectID: p.ID, ServiceID: p.ServiceID, Kind: kind, Number: last + 1, State: RuleDraft,
			DraftedBy: by.ID, CreatedAt: now, UpdatedAt: now, Version: 1}
		in.apply(&r)
		return []audit.Event{ruleEvent("drafted", &r)}, create(tx, &r, "")
	})
	return r, err
}

// activeProject reads a project for work on it; a closed one refuses.
func activeProject(tx *gorm.DB, by actor.Actor, id string) (p Project, err error) {
	if err := take(tx, by, id, &p); err != nil {
		return p, err
	}
	if p.State == ProjectClosed {
		return p, problem.New(problem.Conflict, "labelling.project.closed")
	}
	return p, nil
}

// ChangeRules rewrites a draft. Only who drafted it may: somebody else could
// then not approve it. Others draft a version of their own.
func (s *Service) ChangeRules(ctx context.Context, by actor.Actor, id string, version int64, in RuleInput) (RuleSet, error) {
	if err := in.Check(); err != nil {
		return RuleSet{}, err
	}
	return s.updateRules(ctx, by, id, version, "changed", func(_ *gorm.DB, r *RuleSet) ([]any, error) {
		in.apply(r)
		return nil, ownDraft(by, r)
	})
}

// SubmitRules hands a draft in for approval.
func (s *Service) SubmitRules(ctx context.Context, by actor.Actor, id string, version int64) (RuleSet, error) {
	return s.updateRules(ctx, by, id, version, "submitted", func(_ *gorm.DB, r *RuleSet) ([]any, error) {
		err := ownDraft(by, r)
		r.State, r.ReturnedNote = RuleSubmitted, ""
		return nil, err
	})
}

func ownDraft(by actor.Actor, r *RuleSet) error {
	if r.State != RuleDraft {
		return problem.New(problem.Conflict, "labelling.rules.fixed")
	}
	if r.DraftedBy != by.ID {
		return problem.New(problem.Forbidden, "labelling.rules.not_yours")
	}
	return nil
}

// ApproveRules is the second person's consent to what was submitted.
func (s *Service) ApproveRules(ctx context.Context, by actor.Actor, id string, version int64) (RuleSet, error) {
	return s.updateRules(ctx, by, id, version, "approved", func(_ *gorm.DB, r *RuleSet) ([]any, error) {
		err := others(by, r)
		now := s.ledger.Now()
		r.State, r.ApprovedBy, r.ApprovedAt = RuleApproved, by.ID, &now
		return nil, err
	})
}

// ReturnRules gives what was submitted back with a note.
func (s *Service) ReturnRules(ctx context.Context, by actor.Actor, id string, version int64, note string) (RuleSet, error) {
	var f problem.Fields
	word(&f, "note", &note, maxNote, true)
	if err := f.Err(); err != nil {
		return RuleSet{}, err
	}
	return s.updateRules(ctx, by, id, version, "returned", func(_ *gorm.DB, r *RuleSet) ([]any, error) {
		err := others(by, r)
		r.State, r.ReturnedNote = RuleDraft, note
		return nil, err
	})
}

// others wants rules that wait for approval, and somebody else to judge them.
func others(by actor.Actor, r *RuleSet) error {
	if r.State != RuleSubmitted {
		return problem.New(problem.Conflict, "labelling.rules.not_submitted")
	}
	if r.DraftedBy == by.ID {
		return problem.New(problem.Forbidden, "labelling.rules.own")
	}
	return nil
}

// PutInForce makes an approved version the one that counts from today on, and
// supersedes the one that did.
func (s *Service) PutInForce(ctx context.Context, by actor.Actor, id string, version int64) (RuleSet, error) {
	var former RuleSet
	r, err := s.updateRules(ctx, by, id, version, "put_in_force", func(tx *gorm.DB, r *RuleSet) ([]any, error) {
		if r.State != RuleApproved {
			return nil, problem.New(problem.Conflict, "labelling.rules.not_approved")
		}
		r.State, r.InForceOn = RuleInForce, s.Today()
		former = RuleSet{}
		res := tx.Where("project_id = ? AND kind = ? AND state = ?", r.ProjectID, r.Kind, RuleInForce).Limit(1).Find(&former)
		if res.Error != nil || res.RowsAffected == 0 {
			return nil, res.Error
		}
		former.State, former.SupersededOn = RuleSuperseded, s.Today()
		former.Version++
		return []any{&former}, save(tx, &former, former.Version-1)
	})
	return r, err
}

// updateRules changes a version; rows that fn changed besides get events of
// their own.
func (s *Service) updateRules(ctx context.Context, by actor.Actor, id string, version int64, action string, fn func(*gorm.DB, *RuleSet) ([]any, error)) (r RuleSet, err error) {
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		r = RuleSet{}
		if err := take(tx, by, id, &r); err != nil {
			return nil, err
		}
		also, err := fn(tx, &r)
		if err != nil {
			return nil, err
		}
		r.Version, r.UpdatedAt = version+1, s.ledger.Now()
		events := []audit.Event{ruleEvent(action, &r)}
		for _, row := range also {
			if former, ok := row.(*RuleSet); ok {
				events = append(events, ruleEvent("superseded", former))
			}
		}
		return events, save(tx, &r, version)
	})
	return r, err
}

// published are the states in which people who label and check see rules.
var published = []RuleState{RuleApproved, RuleInForce, RuleSuperseded}

func visibleRules(db *gorm.DB, by actor.Actor) *gorm.DB {
	q := ours(db, by, "project_id")
	if !by.May(actor.ReadLabelling) {
		q = q.Where("state IN ?", published)
	}
	return q
}

// Rules gives a version that the actor sees, or NotFound.
func (s *Service) Rules(ctx context.Context, by actor.Actor, id string) (r RuleSet, err error) {
	return r, found(visibleRules(s.ledger.Read(ctx), by).Where("id = ?", id).Take(&r).Error)
}

// RulesOf lists the versions of a project's rules, newest first within a kind.
func (s *Service) RulesOf(ctx context.Context, by actor.Actor, project string) (list []RuleSet, err error) {
	return list, visibleRules(s.ledger.Read(ctx), by).Where("project_id = ?", project).Order("kind, number DESC").Limit(200).Find(&list).Error
}

// readable says whether a version can be confirmed as read.
func (r RuleSet) readable() bool { return r.State == RuleApproved || r.State == RuleInForce }

// ConfirmReading records that people have read a version on a day: a
// supervisor for others. Who has confirmed it already is passed over.
func (s *Service) ConfirmReading(ctx context.Context, by actor.Actor, rules string, workers []string, on day.Date) error {
	var f problem.Fields
	if len(workers) == 0 {
		f.Add("workers", "labelling.people.choose")
	}
	if on == "" || s.Today().Before(on) {
		f.Add("read_on", "labelling.date.past")
	}
	if err := f.Err(); err != nil {
		return err
	}
	return s.confirm(ctx, by, rules, on, func(tx *gorm.DB, r RuleSet) ([]Worker, error) {
		return workersIn(tx, r.ProjectID, "w.id IN ?", workers)
	})
}

// ConfirmOwnReading records that the actor has read a version today.
func (s *Service) ConfirmOwnReading(ctx context.Context, by actor.Actor, rules string) error {
	return s.confirm(ctx, by, rules, s.Today(), func(tx *gorm.DB, r RuleSet) ([]Worker, error) {
		return workersIn(tx, r.ProjectID, "w.account_id = ? AND w.account_id <> ''", by.ID)
	})
}

// workersIn reads the people with a function in a project.
func workersIn(tx *gorm.DB, project, where string, args ...any) (list []Worker, err error) {
	return list, tx.Table("label_worker AS w").Select("w.*").Joins("JOIN label_function AS f ON f.worker_id = w.id AND f.project_id = ?", project).
		Where(where, args...).Order("w.id").Find(&list).Error
}

func (s *Service) confirm(ctx context.Context, by actor.Actor, rules string, on day.Date, readers func(*gorm.DB, RuleSet) ([]Worker, error)) error {
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		var r RuleSet
		if err := found(visibleRules(tx, by).Where("id = ?", rules).Take(&r).Error); err != nil {
			return nil, err
		}
		if !r.readable() {
			return nil, problem.New(problem.Conflict, "labelling.rules.not_readable")
		}
		if r.ApprovedAt != nil && on < day.Of(*r.ApprovedAt) {
			return nil, problem.Field(problem.Invalid, "read_on", "labelling.rules.read_early")
		}
		people, err := readers(tx, r)
		if err != nil {
			return nil, err
		}
		var had []string
		if err := tx.Model(&Reading{}).Where("rule_set_id = ?", r.ID).Pluck("worker_id", &had).Error; err != nil {
			return nil, err
		}
		var events []audit.Event
		for _, w := range people {
			if slices.Contains(had, w.ID) {
				continue
			}
			one := Reading{ID: s.ledger.NewID(), RuleSetID: r.ID, ServiceID: r.ServiceID, WorkerID: w.ID, ReadOn: on, CreatedAt: s.ledger.Now(), CreatedBy: by.ID, Version: 1}
			if err := create(tx, &one, ""); err != nil {
				return nil, err
			}
			events = append(events, audit.Event{Action: "label_rules.read", Object: object("rule_set", r.ID), Service: r.ServiceID, Label: r.Name(),
				Subject: w.subject(), Rows: []any{&one}, Note: map[string]string{"worker": w.Pseudonym}})
		}
		if len(events) == 0 {
			return nil, problem.New(problem.Conflict, "labelling.rules.nobody_to_confirm")
		}
		return events, nil
	})
}

// Readings lists who has confirmed a version, by person.
func (s *Service) Readings(ctx context.Context, rules string) (map[string]Reading, error) {
	var list []Reading
	err := s.ledger.Read(ctx).Where("rule_set_id = ?", rules).Limit(5000).Find(&list).Error
	out := make(map[string]Reading, len(list))
	for _, one := range list {
		out[one.WorkerID] = one
	}
	return out, err
}

// RulesByID gives versions that the actor sees, by id.
func (s *Service) RulesByID(ctx context.Context, by actor.Actor, ids []string) (map[string]RuleSet, error) {
	out := map[string]RuleSet{}
	if len(ids) == 0 {
		return out, nil
	}
	var list []RuleSet
	err := visibleRules(s.ledger.Read(ctx), by).Omit("goal", "data_format", "method", "quality", "examples").Where("id IN ?", ids).Find(&list).Error
	for _, r := range list {
		out[r.ID] = r
	}
	return out, err
}

// RulesForTraining lists the versions that a training can be about, by
// project.
func (s *Service) RulesForTraining(ctx context.Context, by actor.Actor) (list []RuleSet, err error) {
	const most = 500
	return list, visibleRules(s.ledger.Read(ctx), by).Omit("goal", "data_format", "method", "quality", "examples").
		Where("state IN ?", []RuleState{RuleApproved, RuleInForce}).Order("project_id, kind, number DESC").Limit(most).Find(&list).Error
}
