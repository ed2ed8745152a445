package register_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hegui/internal/i18n"
	"hegui/internal/register"
	"hegui/internal/regulation"
	"hegui/internal/testkit"
)

func TestImplied(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		d    register.Details
		want string
	}{
		{"nothing known", register.Details{Minors: regulation.Unknown}, ""},
		{"for the public", register.Details{Audience: register.GeneralPublic}, "offered_to_public=yes"},
		{"for enterprises", register.Details{Audience: register.Enterprise}, ""},
		{"for research", register.Details{Audience: register.ResearchUse}, "offered_to_public=no"},
		{"own model", register.Details{Model: register.OwnModel, ModelFiling: "x"}, "trains_or_finetunes=yes uses_third_party_model=no"},
		{"called model, filed", register.Details{Model: register.ThirdParty, ModelFiling: "x"},
			"trains_or_finetunes=no uses_third_party_model=yes third_party_model_filed=yes"},
		{"tuned model", register.Details{Model: register.TunedThirdParty}, "trains_or_finetunes=yes uses_third_party_model=yes"},
		{"modalities", register.Details{Modalities: []register.Modality{register.Audio}},
			"output_text=no output_image=no output_audio=yes output_video=no output_virtual_scene=no"},
		{"minors and app", register.Details{Minors: regulation.No, Channels: []register.Channel{register.App}}, "minors_may_use=no app_store_distribution=yes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, say(register.Implied(tt.d))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func say(list []register.Implication) string {
	out := make([]string, len(list))
	for i, one := range list {
		out[i] = one.Question + "=" + string(one.Answer)
	}
	return strings.Join(out, " ")
}

// TestImpliedQuestionsExist guards the condition ids that the code names.
func TestImpliedQuestionsExist(t *testing.T) {
	t.Parallel()
	asked := map[string]bool{}
	for _, q := range regulation.Embedded().Questions() {
		asked[q.ID] = true
	}
	all := register.Details{Audience: register.GeneralPublic, Minors: regulation.Yes, Model: register.ThirdParty, ModelFiling: "x",
		Modalities: register.Modalities, Channels: register.Channels}
	if n := len(register.Implied(all)); n != 11 {
		t.Errorf("%d implications, want 11", n)
	}
	for _, i := range register.Implied(all) {
		if !asked[i.Question] {
			t.Errorf("the catalogue does not ask %s", i.Question)
		}
	}
}

func TestProposalsAndContradictions(t *testing.T) {
	t.Parallel()
	d := register.Details{Audience: register.GeneralPublic, Minors: regulation.Yes, Model: register.OwnModel}
	p := regulation.Profile{Public: regulation.No, Answers: map[string]regulation.Answer{"trains_or_finetunes": regulation.Yes}}
	if got, want := say(register.Proposals(d, p)), "uses_third_party_model=no minors_may_use=yes"; got != want {
		t.Errorf("proposals %q, want %q", got, want)
	}
	if got, want := say(register.Contradictions(d, p)), "offered_to_public=yes"; got != want {
		t.Errorf("contradictions %q, want %q", got, want)
	}
}

func TestCompleteness(t *testing.T) {
	t.Parallel()
	c := regulation.Embedded()
	all := map[string]regulation.Answer{}
	for _, co := range c.Conditions {
		all[co.ID] = regulation.No
	}
	third := map[string]regulation.Answer{"uses_third_party_model": regulation.Yes}
	for _, tt := range []struct {
		name            string
		p               regulation.Profile
		answered, asked int
	}{
		{"nothing", regulation.Profile{}, 0, 29},
		{"not public", regulation.Profile{Public: regulation.No}, 1, 1},
		{"all", regulation.Profile{Public: regulation.Yes, Answers: all}, 29, 29},
		{"third-party model asks one more", regulation.Profile{Public: regulation.Yes, Answers: third}, 2, 30},
	} {
		if answered, asked := register.Completeness(c, tt.p); answered != tt.answered || asked != tt.asked {
			t.Errorf("%s: got %d of %d, want %d of %d", tt.name, answered, asked, tt.answered, tt.asked)
		}
	}
}

func TestPreview(t *testing.T) {
	t.Parallel()
	a := testkit.New(t)
	e := registered(t, a, "One")
	a.Register.ReadsWork(func(_ context.Context, service string) (map[string]register.Work, error) {
		if service != e.ID {
			t.Errorf("asked for the work on %q", service)
		}
		return map[string]register.Work{"IM-10-02": {Assessed: true, Records: 3}}, nil
	})

	same := e.Scoping()
	p, err := a.Register.Preview(t.Context(), e, &same)
	testkit.Must(t, err)
	if !p.Unchanged || len(p.On)+len(p.Off) != 0 || p.Applicable != 140 || p.Open == 0 {
		t.Errorf("nothing changed, but: %v, on %d, off %d, %d apply, %d open", p.Unchanged, len(p.On), len(p.Off), p.Applicable, p.Open)
	}

	outside := register.Scoping{Profile: regulation.Profile{Public: regulation.No, NotPublic: regulation.Internal}}
	p, err = a.Register.Preview(t.Context(), e, &outside)
	testkit.Must(t, err)
	if p.Unchanged || len(p.On) != 0 || len(p.Off)+p.Applicable != 140 || p.Applicable != 3 {
		t.Errorf("outside the Measures: on %d, off %d, %d apply", len(p.On), len(p.Off), p.Applicable)
	}
	if !p.Before.Undecided() || p.After.Undecided() || p.After.Steps[0].Route != regulation.NoRoute {
		t.Errorf("route: before %+v, after %+v", p.Before, p.After)
	}
	kept := 0
	for _, s := range p.Off {
		if s.Work.Assessed {
			kept++
		}
		if s.Decision.Applies || s.Decision.Say("en") == "" {
			t.Errorf("%s is switched off without a reason", s.Requirement.ID)
		}
	}
	if kept != 1 {
		t.Errorf("work is kept on %d, want 1", kept)
	}

	bad := register.Scoping{Profile: regulation.Profile{Public: regulation.Yes, NotPublic: regulation.Internal}}
	if _, err := a.Register.Preview(t.Context(), e, &bad); err == nil {
		t.Error("a reason for not being public was taken for a public service")
	}
}

// TestGroupsAskEverything guards the arrangement of questions and their help
// against a catalogue with other conditions.
func TestGroupsAskEverything(t *testing.T) {
	t.Parallel()
	c := regulation.Embedded()
	asked := map[string]int{}
	for _, g := range register.Groups(c) {
		if g.ID == "more" || !i18n.Has("register.group."+g.ID) {
			t.Errorf("group %s has no name, or questions have no group: %v", g.ID, g.Questions)
		}
		for _, q := range g.Questions {
			asked[q.ID]++
			if !i18n.Has("register.help." + q.ID) {
				t.Errorf("no help for %s", q.ID)
			}
		}
	}
	for _, q := range c.Questions() {
		if asked[q.ID] != 1 {
			t.Errorf("%s is asked %d times", q.ID, asked[q.ID])
		}
	}
	later := *c
	later.Conditions = append([]*regulation.Condition{{ID: "brand_new", Name: regulation.Text{ZH: "新", EN: "New"}}}, c.Conditions[1:]...)
	groups := register.Groups(&later)
	last := groups[len(groups)-1]
	if last.ID != "more" || len(last.Questions) != 1 || last.Questions[0].ID != "brand_new" {
		t.Errorf("a new condition is not asked: %+v", last)
	}
	if weight := register.Weight(c); weight["public_opinion"] == 0 || weight["brand_new"] != 0 {
		t.Errorf("weights: %v", weight)
	}
}
