package labelling

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
)

// Kind tells functional labelling (teaching a model to do something) from
// safety labelling (teaching it to refuse); rules, plans and streams are apart.
type Kind string

// The kinds.
const (
	Functional Kind = "functional"
	Safety     Kind = "safety"
)

// Kinds lists the kinds.
var Kinds = []Kind{Functional, Safety}

// Severity is how bad a defect is, in the classes of ISO 2859.
type Severity string

// The classes.
const (
	Critical Severity = "critical"
	Major    Severity = "major"
	Minor    Severity = "minor"
)

// Severities lists the classes from the worst.
var Severities = []Severity{Critical, Major, Minor}

// Defect is one entry of a project's list of defects.
type Defect struct {
	Code        string   `json:"code"` // short, such as "B2"
	Name        string   `json:"name"`
	Severity    Severity `json:"severity"`
	Description string   `json:"description,omitempty"`
}

// ProjectState says whether work goes on.
type ProjectState string

// The states of a project.
const (
	ProjectActive ProjectState = "active"
	ProjectClosed ProjectState = "closed"
)

// Project is a labelling task of a service. Kind is what its batches are
// unless they say otherwise; Blind, DoublePercent and GoldPercent are where its
// plans start from.
type Project struct {
	ID            string
	ServiceID     string
	Name          string
	Kind          Kind
	Description   string
	Blind         bool     // the label is hidden until the checker has answered
	DoublePercent int64    // of a sample, checked by a second person
	GoldPercent   int64    // of an assignment, items with a known answer
	Defects       []Defect `gorm:"serializer:json"`
	State         ProjectState
	CreatedAt     time.Time
	CreatedBy     string
	UpdatedAt     time.Time `gorm:"autoUpdateTime:false"`
	Version       int64
}

// TableName is the table of projects.
func (Project) TableName() string { return "label_project" }

// Severity is the class of a defect code, "" for a code that is not listed.
func (p Project) Severity(code string) Severity {
	for _, d := range p.Defects {
		if d.Code == code {
			return d.Severity
		}
	}
	return ""
}

// Gravest is the worst class among defects, "" for none.
func (p Project) Gravest(codes []string) (worst Severity) {
	for _, c := range codes {
		worst = graver(worst, p.Severity(c))
	}
	return worst
}

// ProjectInput is what people say about a project.
type ProjectInput struct {
	Name          string
	Kind          Kind
	Description   string
	Blind         bool
	DoublePercent int64
	GoldPercent   int64
	Defects       []Defect
}

// Input is what a project says, for its form.
func (p Project) Input() ProjectInput {
	return ProjectInput{p.Name, p.Kind, p.Description, p.Blind, p.DoublePercent, p.GoldPercent, p.Defects}
}

// maxDefects bounds a list of defects; nobody chooses among more.
const maxDefects = 60

// Check trims the input and gives the fields that are wrong.
func (in *ProjectInput) Check() error {
	var f problem.Fields
	word(&f, "name", &in.Name, maxName, true)
	word(&f, "description", &in.Description, maxNote, false)
	if !slices.Contains(Kinds, in.Kind) {
		f.Add("kind", "labelling.choose")
	}
	if in.DoublePercent < 0 || in.DoublePercent > 100 {
		f.Add("double_percent", "labelling.percent", "max", 100)
	}
	if in.GoldPercent < 0 || in.GoldPercent > 50 {
		f.Add("gold_percent", "labelling.percent", "max", 50)
	}
	in.checkDefects(&f)
	return f.Err()
}

func (in *ProjectInput) checkDefects(f *problem.Fields) {
	seen := map[string]bool{}
	in.Defects = slices.Clone(in.Defects) // the caller's are not ours to trim
	for i := range in.Defects {
		d := &in.Defects[i]
		word(f, "defects", &d.Name, maxName, true)
		word(f, "defects", &d.Description, maxShort, false)
		d.Code = strings.TrimSpace(d.Code)
		switch {
		case d.Code == "" || len(d.Code) > 12 || strings.ContainsAny(d.Code, " \t,;|"):
			f.Add("defects", "labelling.defect.code")
		case seen[d.Code]:
			f.Add("defects", "labelling.defect.twice", "code", d.Code)
		case !slices.Contains(Severities, d.Severity):
			f.Add("defects", "labelling.defect.severity", "code", d.Code)
		}
		seen[d.Code] = true
	}
	switch {
	case len(in.Defects) == 0:
		f.Add("defects", "labelling.defect.none")
	case len(in.Defects) > maxDefects:
		f.Add("defects", "labelling.defect.many", "max", maxDefects)
	}
}

func (in ProjectInput) apply(p *Project) {
	p.Name, p.Kind, p.Description, p.Blind = in.Name, in.Kind, in.Description, in.Blind
	p.DoublePercent, p.GoldPercent, p.Defects = in.DoublePercent, in.GoldPercent, in.Defects
}

func projectEvent(action string, p *Project) audit.Event {
	return audit.Event{Action: "label_project." + action, Object: object("project", p.ID), Service: p.ServiceID, Label: p.Name, Rows: []any{p}}
}

// AddProject opens a project in a service within the actor's scope.
func (s *Service) AddProject(ctx context.Context, by actor.Actor, service string, in ProjectInput) (p Project, err error) {
	if err := in.Check(); err != nil {
		return p, err
	}
	if err := s.service(ctx, by, service); err != nil {
		return p, problem.Field(problem.Invalid, "service", "labelling.choose")
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		now := s.ledger.Now()
		p = Project{ID: s.ledger.NewID(), ServiceID: service, State: ProjectActive, CreatedAt: now, CreatedBy: by.ID, UpdatedAt: now, Version: 1}
		in.apply(&p)
		return []audit.Event{projectEvent("added", &p)}, create(tx, &p, "name")
	})
	return p, err
}

// ChangeProject replaces what a project says. Its rules and batches keep the
// kinds they have.
func (s *Service) ChangeProject(ctx context.Context, by actor.Actor, id string, version int64, in ProjectInput) (p Project, err error) {
	if err := in.Check(); err != nil {
		return p, err
	}
	return s.updateProject(ctx, by, id, version, "changed", func(p *Project) error {
		if p.State == ProjectClosed {
			return problem.New(problem.Conflict, "labelling.project.closed")
		}
		in.apply(p)
		return nil
	})
}

// CloseProject ends the work on a project; what is recorded stays.
func (s *Service) CloseProject(ctx context.Context, by actor.Actor, id string, version int64) (Project, error) {
	return s.updateProject(ctx, by, id, version, "closed", func(p *Project) error {
		if p.State == ProjectClosed {
			return problem.New(problem.Conflict, "labelling.project.closed")
		}
		p.State = ProjectClosed
		return nil
	})
}

// ReopenProject takes up the work on a closed project again.
func (s *Service) ReopenProject(ctx context.Context, by actor.Actor, id string, version int64) (Project, error) {
	return s.updateProject(ctx, by, id, version, "reopened", func(p *Project) error {
		if p.State != ProjectClosed {
			return problem.New(problem.Conflict, "labelling.changed_meanwhile")
		}
		p.State = ProjectActive
		return nil
	})
}

func (s *Service) updateProject(ctx context.Context, by actor.Actor, id string, version int64, action string, fn func(*Project) error) (p Project, err error) {
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		p = Project{}
		if err := take(tx, by, id, &p); err != nil {
			return nil, err
		}
		if err := fn(&p); err != nil {
			return nil, err
		}
		p.Version, p.UpdatedAt = version+1, s.ledger.Now()
		return []audit.Event{projectEvent(action, &p)}, update(tx, &p, version, "name")
	})
	return p, err
}

// ours narrows a query to what belongs to the projects that the actor sees:
// all in their scope, or for checkers those in which they hold a function.
// column names the project's id.
func ours(db *gorm.DB, by actor.Actor, column string) *gorm.DB {
	db = scope(db, by)
	if by.May(actor.ReadLabelling) {
		return db
	}
	return db.Where(column+` IN (SELECT f.project_id FROM label_function AS f JOIN label_worker AS w ON w.id = f.worker_id
		WHERE w.account_id = ? AND w.account_id <> '')`, by.ID)
}

// Project gives a project that the actor sees, or NotFound.
func (s *Service) Project(ctx context.Context, by actor.Actor, id string) (p Project, err error) {
	return p, found(ours(s.ledger.Read(ctx), by, "id").Where("id = ?", id).Take(&p).Error)
}

// ProjectFilter narrows the list of projects; empty fields do not.
type ProjectFilter struct {
	Service string
	Kind    Kind
	State   ProjectState
	After   string // id of the last project of the page before
	Limit   int
}

// Projects lists the projects that the actor sees, newest first.
func (s *Service) Projects(ctx context.Context, by actor.Actor, f ProjectFilter) (list []Project, err error) {
	q := ours(s.ledger.Read(ctx), by, "id")
	for column, value := range map[string]string{"service_id": f.Service, "kind": string(f.Kind), "state": string(f.State)} {
		if value != "" {
			q = q.Where(column+" = ?", value)
		}
	}
	if f.After != "" {
		q = q.Where("id < ?", f.After)
	}
	return list, q.Order("id DESC").Limit(f.Limit).Find(&list).Error
}

// ProjectNames gives the names of projects by id.
func (s *Service) ProjectNames(ctx context.Context, ids []string) (map[string]string, error) {
	return names(s.ledger.Read(ctx).Table("label_project"), ids)
}

// names reads id and name of the rows with these ids.
func names(q *gorm.DB, ids []string) (map[string]string, error) {
	out := map[string]string{}
	slices.Sort(ids)
	if ids = slices.Compact(ids); len(ids) == 0 {
		return out, nil
	}
	var rows []struct{ ID, Name string }
	err := q.Select("id, name").Where("id IN ?", ids).Scan(&rows).Error
	for _, r := range rows {
		out[r.ID] = r.Name
	}
	return out, err
}
