package labelling

import (
	"cmp"
	"context"
	"encoding/base32"
	"slices"
	"strings"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
)

// WorkerInput is what people say about somebody who labels or checks.
type WorkerInput struct {
	Name       string
	Codes      []string
	SupplierID string
	AccountID  string
	LeftOn     day.Date
}

// Input is what a worker's entry says, for its form.
func (w Worker) Input() WorkerInput {
	return WorkerInput{w.Name, w.Codes, w.SupplierID, w.AccountID, w.LeftOn}
}

// maxCodes bounds the names that a person has in exports.
const maxCodes = 20

// Check trims the input and gives the fields that are wrong.
func (in *WorkerInput) Check() error {
	var f problem.Fields
	word(&f, "name", &in.Name, maxName, true)
	codes := make([]string, 0, len(in.Codes))
	for _, c := range in.Codes {
		word(&f, "codes", &c, maxShort, false)
		if c != "" && !slices.Contains(codes, c) {
			codes = append(codes, c)
		}
	}
	if in.Codes = codes; len(codes) > maxCodes {
		f.Add("codes", "labelling.worker.many_codes", "max", maxCodes)
	}
	return f.Err()
}

func (in WorkerInput) apply(w *Worker) {
	w.Name, w.Codes, w.SupplierID, w.AccountID, w.LeftOn = in.Name, in.Codes, in.SupplierID, in.AccountID, in.LeftOn
}

// subject is whose personal data events about the worker hold.
func (w Worker) subject() string { return cmp.Or(w.AccountID, w.ID) }

// Called is the worker's name for those who manage labelling, else the
// pseudonym.
func (w Worker) Called(by actor.Actor) string {
	if by.May(actor.ManageLabelling) {
		return w.Name
	}
	return w.Pseudonym
}

// workerEvent names the worker by pseudonym: the activity page has more
// readers than the list of people.
func workerEvent(action string, w *Worker, rows ...any) audit.Event {
	return audit.Event{Action: "label_worker." + action, Object: object("worker", w.ID), Label: w.Pseudonym, Subject: w.subject(), Rows: rows}
}

// AddWorker records somebody who labels or checks.
func (s *Service) AddWorker(ctx context.Context, by actor.Actor, in WorkerInput) (w Worker, err error) {
	if err := in.Check(); err != nil {
		return w, err
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		if err := knownSupplier(tx, in.SupplierID); err != nil {
			return nil, err
		}
		now := s.ledger.Now()
		w = Worker{ID: s.ledger.NewID(), CreatedAt: now, CreatedBy: by.ID, UpdatedAt: now, Version: 1}
		in.apply(&w)
		w.Pseudonym, err = s.pseudonym(tx)
		if err != nil {
			return nil, err
		}
		return []audit.Event{workerEvent("added", &w, &w)}, create(tx, &w, "account")
	})
	return w, err
}

func knownSupplier(tx *gorm.DB, id string) error {
	if id == "" {
		return nil
	}
	var n int64
	if err := tx.Model(&Supplier{}).Where("id = ?", id).Count(&n).Error; err != nil {
		return err
	}
	if n == 0 {
		return problem.Field(problem.Invalid, "supplier", "labelling.choose")
	}
	return nil
}

// letters are those of pseudonyms: none that look alike.
var letters = base32.NewEncoding("ABCDEFGHJKLMNPQRSTUVWXYZ23456789").WithPadding(base32.NoPadding)

// pseudonym makes one that nobody has, such as "W-7K2QX".
func (s *Service) pseudonym(tx *gorm.DB) (string, error) {
	for {
		p := "W-" + letters.EncodeToString(s.ledger.Secret(5))[:5]
		var n int64
		if err := tx.Model(&Worker{}).Where("pseudonym = ?", p).Count(&n).Error; err != nil || n == 0 {
			return p, err
		}
	}
}

// ChangeWorker replaces what a worker's entry says. A code that somebody else
// has in one of the same projects is refused: an export could not tell them
// apart.
func (s *Service) ChangeWorker(ctx context.Context, by actor.Actor, id string, version int64, in WorkerInput) (w Worker, err error) {
	if err := in.Check(); err != nil {
		return w, err
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		if w, err = workerFor(tx, by, id); err != nil {
			return nil, err
		}
		if err := knownSupplier(tx, in.SupplierID); err != nil {
			return nil, err
		}
		in.apply(&w)
		var projects []string
		if err := tx.Model(&Function{}).Where("worker_id = ?", w.ID).Pluck("project_id", &projects).Error; err != nil {
			return nil, err
		}
		if err := distinctCodes(tx, w, projects); err != nil {
			return nil, err
		}
		w.Version, w.UpdatedAt = version+1, s.ledger.Now()
		return []audit.Event{workerEvent("changed", &w, &w)}, update(tx, &w, version, "account")
	})
	return w, err
}

// distinctCodes refuses codes of a worker that others have in the projects.
func distinctCodes(tx *gorm.DB, w Worker, projects []string) error {
	if len(projects) == 0 || len(w.Codes) == 0 {
		return nil
	}
	var list []Worker
	err := tx.Where("id <> ? AND id IN (SELECT worker_id FROM label_function WHERE project_id IN ?)", w.ID, projects).Find(&list).Error
	for _, other := range list {
		for _, c := range w.Codes {
			if slices.Contains(other.Codes, c) {
				return problem.Field(problem.Invalid, "codes", "labelling.worker.code_taken", "code", c, "name", other.Pseudonym)
			}
		}
	}
	return err
}

// people narrows a query of workers to those whom the actor sees: in a
// project within their scope, or in none yet. Checkers see themselves.
func people(db *gorm.DB, by actor.Actor) *gorm.DB {
	if !by.May(actor.ReadLabelling) {
		return db.Where("account_id = ? AND account_id <> ''", by.ID)
	}
	if by.AllServices {
		return db
	}
	return db.Where(`(id IN (SELECT worker_id FROM label_function WHERE service_id IN ?) OR NOT EXISTS (SELECT 1 FROM label_function AS any_f WHERE any_f.worker_id = label_worker.id))`,
		append([]string{""}, by.Services...))
}

func workerFor(db *gorm.DB, by actor.Actor, id string) (w Worker, err error) {
	return w, found(people(db.Model(&Worker{}), by).Where("id = ?", id).Take(&w).Error)
}

// Worker gives somebody whom the actor sees, or NotFound.
func (s *Service) Worker(ctx context.Context, by actor.Actor, id string) (Worker, error) {
	return workerFor(s.ledger.Read(ctx), by, id)
}

// WorkerFilter narrows the list of people; empty fields do not.
type WorkerFilter struct {
	Query    string // part of the name (for those who see names) or of the pseudonym
	Supplier string // an id, or OwnStaff
	Project  string
	After    string // id of the last person of the page before
	Limit    int
}

// OwnStaff filters for people without a supplier.
const OwnStaff = "own"

// Workers lists people, the newest first.
func (s *Service) Workers(ctx context.Context, by actor.Actor, f WorkerFilter) (list []Worker, err error) {
	q := people(s.ledger.Read(ctx).Model(&Worker{}), by)
	if f.Query != "" {
		like := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(f.Query)) + "%"
		if by.May(actor.ManageLabelling) {
			q = q.Where(`(lower(name) LIKE ? ESCAPE '\' OR lower(pseudonym) LIKE ? ESCAPE '\' OR lower(codes) LIKE ? ESCAPE '\')`, like, like, like)
		} else {
			q = q.Where(`lower(pseudonym) LIKE ? ESCAPE '\'`, like)
		}
	}
	switch f.Supplier {
	case "":
	case OwnStaff:
		q = q.Where("supplier_id = ''")
	default:
		q = q.Where("supplier_id = ?", f.Supplier)
	}
	if f.Project != "" {
		q = q.Where("id IN (SELECT worker_id FROM label_function WHERE project_id = ?)", f.Project)
	}
	if f.After != "" {
		q = q.Where("id < ?", f.After)
	}
	return list, q.Order("id DESC").Limit(f.Limit).Find(&list).Error
}

// ByCode finds the people of a project by the names that exports give them.
func (s *Service) ByCode(ctx context.Context, project string) (map[string]Worker, error) {
	return byCode(s.ledger.Read(ctx), project)
}

func byCode(tx *gorm.DB, project string) (map[string]Worker, error) {
	list, err := workersIn(tx, project, "1 = 1")
	out := map[string]Worker{}
	for _, w := range list {
		for _, c := range w.Codes {
			out[c] = w
		}
	}
	return out, err
}
