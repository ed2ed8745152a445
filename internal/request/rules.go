package request

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/day"
	"hegui/internal/problem"
	"hegui/internal/request/clock"
)

// ruleBook is everything that was decided about requests in general. It is
// small and read on every page.
type ruleBook struct {
	rules    []Rule
	refusals []Refusal
	days     []Day
	years    []Year
	setting  Setting
	calendar *clock.Days
}

// readRules reads the book.
func (s *Service) readRules(ctx context.Context) (ruleBook, error) {
	return bookIn(s.ledger.Read(ctx))
}

// bookIn reads the book as a transaction sees it.
func bookIn(db *gorm.DB) (b ruleBook, err error) {
	fresh := func() *gorm.DB { return db.Session(&gorm.Session{NewDB: true}) }
	for _, step := range []struct {
		dest  any
		order string
	}{{&b.rules, "kind, service_id"}, {&b.refusals, "position, id"}, {&b.days, "date"}, {&b.years, "year"}} {
		if err := fresh().Order(step.order).Limit(maxBook).Find(step.dest).Error; err != nil {
			return b, fmt.Errorf("read rules of requests: %w", err)
		}
	}
	if err := fresh().Limit(1).Find(&b.setting).Error; err != nil {
		return b, fmt.Errorf("read setting of requests: %w", err)
	}
	own, known := make(map[day.Date]bool, len(b.days)), make(map[int]bool, len(b.years))
	for _, d := range b.days {
		own[d.Date] = d.Working
	}
	for _, y := range b.years {
		known[int(y.Year)] = y.Announced
	}
	b.calendar = clock.NewDays(own, known)
	return b, nil
}

// maxBook bounds each list of the book.
const maxBook = 2000

// rule finds the rule of a kind of request: the service's own, else the one
// for all.
func (b ruleBook) rule(service string, kind Kind) (Rule, bool) {
	var general Rule
	for _, r := range b.rules {
		if r.Kind != kind {
			continue
		}
		if r.ServiceID == service && service != "" {
			return r, true
		}
		if r.ServiceID == "" {
			general = r
		}
	}
	return general, general.ID != ""
}

// Rules lists the rules: those for all services first, in the order of kinds.
func (s *Service) Rules(ctx context.Context) ([]Rule, error) {
	b, err := s.rules.Get(ctx)
	out := slices.Clone(b.rules)
	slices.SortStableFunc(out, func(a, b Rule) int {
		if (a.ServiceID == "") != (b.ServiceID == "") {
			if a.ServiceID == "" {
				return -1
			}
			return 1
		}
		return slices.Index(Kinds, a.Kind) - slices.Index(Kinds, b.Kind)
	})
	return out, err
}

// RuleInput is what people decide about a kind of request.
type RuleInput struct {
	Days          int64
	Unit          clock.Unit
	Starts        clock.Start
	Roll          bool
	ExtensionDays int64
	RemindDays    int64
	IdentityLevel Level
	ProofDays     int64
	RetentionDays int64
	FigureKey     string
	Source        string
	Verified      bool
}

// Input is what a rule says, for its form.
func (r Rule) Input() RuleInput {
	return RuleInput{r.Days, r.Unit, r.Starts, r.Roll, r.ExtensionDays, r.RemindDays, r.IdentityLevel, r.ProofDays, r.RetentionDays,
		r.FigureKey, r.Source, r.Verified}
}

func (in RuleInput) apply(r *Rule) {
	r.Days, r.Unit, r.Starts, r.Roll = in.Days, in.Unit, in.Starts, in.Roll
	r.ExtensionDays, r.RemindDays, r.IdentityLevel = in.ExtensionDays, in.RemindDays, in.IdentityLevel
	r.ProofDays, r.RetentionDays = in.ProofDays, in.RetentionDays
	r.FigureKey, r.Source, r.Verified = in.FigureKey, in.Source, in.Verified
}

// The bounds of a rule, in days.
const (
	MaxDays      = 365
	MaxRetention = 3650
)

// check gives the fields that are wrong.
func (s *Service) check(ctx context.Context, in *RuleInput) error {
	var f problem.Fields
	for _, n := range []struct {
		field     string
		value     int64
		low, high int64
	}{
		{"days", in.Days, 1, MaxDays}, {"extension_days", in.ExtensionDays, 0, MaxDays}, {"remind_days", in.RemindDays, 0, MaxDays},
		{"proof_days", in.ProofDays, 1, MaxDays}, {"retention_days", in.RetentionDays, 1, MaxRetention},
	} {
		if n.value < n.low || n.value > n.high {
			f.Add(n.field, "request.between", "min", n.low, "max", n.high)
		}
	}
	one(&f, "unit", in.Unit, clock.Units)
	one(&f, "starts", in.Starts, clock.Starts)
	one(&f, "identity_level", in.IdentityLevel, Levels)
	word(&f, "source", &in.Source, maxShort, in.FigureKey == "")
	if in.RemindDays >= in.Days {
		f.Add("remind_days", "request.rule.remind")
	}
	if in.Starts == clock.AtIdentity && in.IdentityLevel == NoCheck {
		f.Add("starts", "request.rule.starts")
	}
	if _, ok := s.catalogue(ctx).Figure(in.FigureKey); in.FigureKey != "" && !ok {
		f.Add("figure_key", "request.choose")
	}
	return f.Err()
}

// ChangeRule replaces what a rule says, for requests that come in from now on.
func (s *Service) ChangeRule(ctx context.Context, by actor.Actor, id string, version int64, in RuleInput) error {
	if err := s.check(ctx, &in); err != nil {
		return err
	}
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		var r Rule
		if err := found(tx.Where("id = ?", id).Take(&r).Error); err != nil {
			return nil, err
		}
		if err := mayRule(by, r.ServiceID); err != nil {
			return nil, err
		}
		in.apply(&r)
		r.ChangedBy, r.ChangedAt, r.Version = by.ID, s.ledger.Now(), version+1
		return []audit.Event{ruleEvent("changed", &r)}, save(tx, &r, version)
	})
}

// AddRule makes a rule for one service.
func (s *Service) AddRule(ctx context.Context, by actor.Actor, service string, kind Kind, in RuleInput) (r Rule, err error) {
	if err := s.check(ctx, &in); err != nil {
		return r, err
	}
	var f problem.Fields
	one(&f, "kind", kind, Kinds)
	if service == "" || s.known(ctx, by, service) != nil {
		f.Add("service", "request.choose")
	}
	if err := f.Err(); err != nil {
		return r, err
	}
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		var taken int64
		if err := tx.Model(&Rule{}).Where("service_id = ? AND kind = ?", service, kind).Count(&taken).Error; err != nil {
			return nil, fmt.Errorf("look for rule: %w", err)
		}
		if taken > 0 {
			return nil, problem.Field(problem.Invalid, "kind", "request.rule.taken")
		}
		r = Rule{ID: s.ledger.NewID(), ServiceID: service, Kind: kind, ChangedBy: by.ID, ChangedAt: s.ledger.Now(), Version: 1}
		in.apply(&r)
		return []audit.Event{ruleEvent("added", &r)}, tx.Create(&r).Error
	})
	return r, err
}

// RemoveRule takes away a service's own rule; the one for all holds again.
func (s *Service) RemoveRule(ctx context.Context, by actor.Actor, id string, version int64) error {
	return s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		var r Rule
		if err := found(tx.Where("id = ? AND service_id <> ''", id).Take(&r).Error); err != nil {
			return nil, err
		}
		if err := mayRule(by, r.ServiceID); err != nil {
			return nil, err
		}
		if r.Version != version {
			return nil, problem.New(problem.Conflict, "request.changed_meanwhile")
		}
		return []audit.Event{ruleEvent("removed", &r)}, tx.Delete(&r).Error
	})
}

// mayRule says whether somebody may decide about a service's rule; those for
// all services are for who sees all.
func mayRule(by actor.Actor, service string) error {
	if !by.May(actor.SetRequests) {
		return problem.New(problem.Forbidden, "error.role")
	}
	if service == "" && !by.AllServices {
		return problem.New(problem.Forbidden, "request.rule.all")
	}
	if service != "" && !by.SeesService(service) {
		return problem.New(problem.NotFound, "request.not_found")
	}
	return nil
}

func ruleEvent(action string, r *Rule) audit.Event {
	return audit.Event{Action: "request_rule." + action, Object: object("request_rule", r.ID), Service: r.ServiceID, Label: string(r.Kind), Rows: []any{r}}
}
