package register_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/problem"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/internal/testkit"
)

// chat is a registration with everything filled in.
func chat(a *testkit.App, name string) register.Registration {
	return register.Registration{Details: register.Details{
		Name: name, Kind: "chat", Description: "Answers questions.\nFor everyone.", Modalities: []register.Modality{register.Image, register.Text},
		Audience: register.GeneralPublic, Minors: regulation.Yes, Model: register.ThirdParty, ModelName: "Base-1",
		ModelFiling: "Beijing-Base-20240101", Channels: []register.Channel{register.App, register.Web}, Launch: "2026-03-01", State: register.Live,
		FilingNumber: "F-1", RegistrationNumber: "R-1", AlgorithmNumber: "A-1",
		ComplianceOwner: a.Officer.ID, ProductOwner: a.Supervisor.ID, TechnicalOwner: a.Officer2.ID, PrivacyContact: a.Privacy.ID,
	}}
}

func registered(t *testing.T, a *testkit.App, name string) register.Entry {
	t.Helper()
	e, err := a.Register.Register(t.Context(), a.Officer.Actor(), chat(a, name))
	testkit.Must(t, err)
	return e
}

func TestRegisterKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	e := registered(t, a, " 小问 ")

	got, err := a.Register.Get(t.Context(), a.Officer.Actor(), e.ID)
	testkit.Must(t, err)
	want := chat(a, "小问").Details
	want.Modalities = []register.Modality{register.Text, register.Image} // in the order of the list
	want.Channels = []register.Channel{register.Web, register.App}
	if diff := cmp.Diff(want, got.Details()); diff != "" {
		t.Errorf("details (-want +got):\n%s", diff)
	}
	if got.Version != 1 || got.CreatedBy != a.Officer.ID || got.ScopedAt != nil || got.OfferedToPublic != regulation.Unknown {
		t.Errorf("unexpected start: %+v", got)
	}
	a.Sound()
}

func TestRegisterRefuses(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	registered(t, a, "Taken")
	tests := []struct {
		name   string
		change func(*register.Registration)
		want   string // field: key
	}{
		{"no name", func(r *register.Registration) { r.Name = " " }, "name: register.name.required"},
		{"long name", func(r *register.Registration) { r.Name = strings.Repeat("长", 101) }, "name: register.text.long"},
		{"name taken", func(r *register.Registration) { r.Name = "Taken" }, "name: register.name.taken"},
		{"no kind", func(r *register.Registration) { r.Kind = "" }, "kind: register.kind.required"},
		{"unknown kind", func(r *register.Registration) { r.Kind = "toaster" }, "kind: register.choice.unknown"},
		{"unknown modality", func(r *register.Registration) { r.Modalities = []register.Modality{"smell"} }, "modalities: register.choice.unknown"},
		{"unknown audience", func(r *register.Registration) { r.Audience = "x" }, "audience: register.choice.unknown"},
		{"unknown channel", func(r *register.Registration) { r.Channels = []register.Channel{"pigeon"} }, "channels: register.choice.unknown"},
		{"unknown model", func(r *register.Registration) { r.Model = "x" }, "model: register.choice.unknown"},
		{"odd answer about minors", func(r *register.Registration) { r.Minors = "maybe" }, "minors: register.choice.unknown"},
		{"retired from the start", func(r *register.Registration) { r.State = register.Retired }, "state: register.choice.unknown"},
		{"live, launched tomorrow", func(r *register.Registration) { r.Launch = "2026-11-24" }, "launch: register.launch.future"},
		{"long number", func(r *register.Registration) { r.FilingNumber = strings.Repeat("1", 101) }, "filing_number: register.text.long"},
		{"long description", func(r *register.Registration) { r.Description = strings.Repeat("x", 4001) }, "description: register.text.long"},
		{"owner who may not assess", func(r *register.Registration) { r.ComplianceOwner = a.Supervisor.ID }, "compliance_owner: register.person.unfit"},
		{"owner who does not exist", func(r *register.Registration) { r.ProductOwner = "nobody" }, "product_owner: register.person.unfit"},
		{"unknown condition", func(r *register.Registration) { r.Scope.Answers = map[string]regulation.Answer{"x": regulation.Yes} }, "x: regulation.condition.unknown"},
	}
	for _, tt := range tests {
		in := chat(a, "New "+tt.name)
		tt.change(&in)
		_, err := a.Register.Register(t.Context(), a.Officer.Actor(), in)
		if err == nil || err.Error() != tt.want || !problem.Is(err, problem.Invalid) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
	list, err := a.Register.Visible(t.Context(), a.Officer.Actor())
	testkit.Must(t, err)
	if len(list) != 1 {
		t.Errorf("refused services were kept: %d", len(list))
	}
}

func TestPlannedServiceLaunchesLater(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	in := chat(a, "Later")
	in.State, in.Launch = register.Planned, "2027-05-01"
	if _, err := a.Register.Register(t.Context(), a.Officer.Actor(), in); err != nil {
		t.Error(err)
	}
}

func TestScopeOfPeople(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	one, two := registered(t, a, "One"), registered(t, a, "Two")
	some := a.PersonIn("Sam Some", []string{one.ID}, actor.Officer).Actor()
	none := a.Contributor.Actor()

	for name, err := range map[string]error{
		"read":   second(a.Register.Get(t.Context(), some, two.ID)),
		"change": second(a.Register.Change(t.Context(), some, two.ID, 1, chat(a, "Mine").Details)),
		"scope":  second(a.Register.Scope(t.Context(), some, two.ID, 1, register.Scoping{})),
		"retire": second(a.Register.Retire(t.Context(), some, two.ID, 1, "because")),
		"gone":   second(a.Register.Get(t.Context(), a.Officer.Actor(), "nothing")),
	} {
		if !problem.Is(err, problem.NotFound) {
			t.Errorf("%s: got %v, want not found", name, err)
		}
	}
	if _, err := a.Register.Register(t.Context(), some, chat(a, "Three")); !problem.Is(err, problem.Forbidden) {
		t.Errorf("register with a narrow scope: got %v", err)
	}
	for _, tt := range []struct {
		by   actor.Actor
		want string
	}{{a.Officer.Actor(), "One Two"}, {some, "One"}, {none, ""}} {
		if got := names(t, a, tt.by, register.Filter{Limit: 10}); got != tt.want {
			t.Errorf("%s sees %q, want %q", tt.by.Name, got, tt.want)
		}
		list, err := a.Register.Visible(t.Context(), tt.by)
		testkit.Must(t, err)
		if len(list) != len(strings.Fields(tt.want)) {
			t.Errorf("%s: visible %d", tt.by.Name, len(list))
		}
	}
}

func second[T any](_ T, err error) error { return err }

func names(t *testing.T, a *testkit.App, by actor.Actor, f register.Filter) string {
	t.Helper()
	list, err := a.Register.List(t.Context(), by, f)
	testkit.Must(t, err)
	var out []string
	for _, e := range list {
		out = append(out, e.Name)
	}
	return strings.Join(out, " ")
}

func TestList(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	b := registered(t, a, "Bb")
	a.Clock.Advance(time.Second)
	registered(t, a, "Aa_%")
	a.Clock.Advance(time.Second)
	c := registered(t, a, "Cc")
	_, err := a.Register.Retire(t.Context(), a.Officer.Actor(), c.ID, 1, "replaced")
	testkit.Must(t, err)
	for _, tt := range []struct {
		name   string
		filter register.Filter
		want   string
	}{
		{"by name", register.Filter{}, "Aa_% Bb Cc"},
		{"next page", register.Filter{After: b.ID}, "Cc"},
		{"newest first", register.Filter{Order: register.ByNewest}, "Cc Aa_% Bb"},
		{"newest, next page", register.Filter{Order: register.ByNewest, After: c.ID}, "Aa_% Bb"},
		{"state", register.Filter{State: register.Retired}, "Cc"},
		{"kind", register.Filter{Kind: "image"}, ""},
		{"text in any case", register.Filter{Query: "bB"}, "Bb"},
		{"wildcards are plain", register.Filter{Query: "_%"}, "Aa_%"},
		{"by number", register.Filter{Query: "a-1"}, "Aa_% Bb Cc"},
		{"last one gone", register.Filter{After: "gone"}, "Aa_% Bb Cc"},
	} {
		tt.filter.Limit = 10
		if got := names(t, a, a.Officer.Actor(), tt.filter); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestChangeMeetsChange(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	e := registered(t, a, "One")
	in := chat(a, "One, renamed").Details
	changed, err := a.Register.Change(t.Context(), a.Officer.Actor(), e.ID, 1, in)
	testkit.Must(t, err)
	if changed.Version != 2 || changed.Name != "One, renamed" {
		t.Errorf("got %d %q", changed.Version, changed.Name)
	}
	if err := second(a.Register.Change(t.Context(), a.Officer2.Actor(), e.ID, 1, in)); !problem.Is(err, problem.Conflict) {
		t.Errorf("late change: got %v", err)
	}
	// somebody named before may stay after losing the role
	testkit.Must(t, a.Accounts.Disable(t.Context(), a.Admin.Actor(), a.Supervisor.ID))
	if err := second(a.Register.Change(t.Context(), a.Officer2.Actor(), e.ID, 2, in)); err != nil {
		t.Error(err)
	}
	a.Sound()
}

func TestRetireAndReinstate(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	by := a.Officer.Actor()
	e := registered(t, a, "One")
	if err := second(a.Register.Retire(t.Context(), by, e.ID, 1, " ")); err == nil || err.Error() != "reason: register.reason.required" {
		t.Errorf("without a reason: %v", err)
	}
	e, err := a.Register.Retire(t.Context(), by, e.ID, 1, "replaced by Two")
	testkit.Must(t, err)
	if !e.Retired() || e.RetiredAt == nil || e.RetiredReason != "replaced by Two" {
		t.Errorf("not retired: %+v", e)
	}
	for name, err := range map[string]error{
		"change": second(a.Register.Change(t.Context(), by, e.ID, 2, chat(a, "x").Details)),
		"scope":  second(a.Register.Scope(t.Context(), by, e.ID, 2, register.Scoping{})),
		"retire": second(a.Register.Retire(t.Context(), by, e.ID, 2, "again")),
	} {
		if !problem.Is(err, problem.Conflict) {
			t.Errorf("%s a retired service: got %v", name, err)
		}
	}
	e, err = a.Register.Reinstate(t.Context(), by, e.ID, 2)
	testkit.Must(t, err)
	if e.State != register.Suspended || e.RetiredAt != nil {
		t.Errorf("not reinstated: %+v", e)
	}
	if err := second(a.Register.Reinstate(t.Context(), by, e.ID, 3)); !problem.Is(err, problem.Conflict) {
		t.Errorf("reinstate twice: got %v", err)
	}
	a.Sound()
}

// TestScopeHooks runs what the checklist will: a hook that writes in the same
// transaction, whose failure undoes the scope.
func TestScopeHooks(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	by := a.Officer.Actor()
	var seen []regulation.Answer
	var fail error
	a.Register.OnScope(func(_ *gorm.DB, _ actor.Actor, e register.Entry) ([]audit.Event, error) {
		seen = append(seen, e.OfferedToPublic)
		return []audit.Event{{Action: "test.followed", Object: register.Object(e.ID), Service: e.ID}}, fail
	})
	e := registered(t, a, "One")
	in := register.Scoping{Profile: regulation.Profile{Public: regulation.Yes, ModelFiled: regulation.Yes,
		Answers: map[string]regulation.Answer{"output_text": regulation.Yes, "crawls_data": regulation.Unknown, "uses_third_party_model": regulation.No}}, Note: " sold to anyone "}
	got, err := a.Register.Scope(t.Context(), by, e.ID, 1, in)
	testkit.Must(t, err)
	want := register.Scoping{Profile: regulation.Profile{Public: regulation.Yes, ModelFiled: regulation.Unknown, // no third-party model, no filing of it
		Answers: map[string]regulation.Answer{"output_text": regulation.Yes, "uses_third_party_model": regulation.No}}, Note: "sold to anyone"}
	if diff := cmp.Diff(want, got.Scoping()); diff != "" {
		t.Errorf("scope (-want +got):\n%s", diff)
	}
	if got.ScopedAt == nil || got.ScopedBy != by.ID {
		t.Errorf("who and when are missing: %+v", got)
	}

	fail = errors.New("hook failed")
	in.Public = regulation.No
	if err := second(a.Register.Scope(t.Context(), by, e.ID, 2, in)); !errors.Is(err, fail) {
		t.Errorf("got %v", err)
	}
	kept, err := a.Register.Get(t.Context(), by, e.ID)
	testkit.Must(t, err)
	if kept.OfferedToPublic != regulation.Yes || kept.Version != 2 {
		t.Errorf("a failed scope was kept: %+v", kept)
	}
	if want := []regulation.Answer{"unknown", "yes", "no"}; !slices.Equal(seen, want) {
		t.Errorf("hooks saw %v, want %v", seen, want)
	}
	actions := slices.DeleteFunc(a.Actions(), func(action string) bool { return strings.HasPrefix(action, "assessment.") }) // the checklist follows, too
	if want := []string{"service.registered", "test.followed", "service.scoped", "test.followed"}; !slices.Equal(actions[len(actions)-4:], want) {
		t.Errorf("recorded %v, want %v", actions[len(actions)-4:], want)
	}
	a.Sound()
}
