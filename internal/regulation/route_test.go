package regulation

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRoute(t *testing.T) {
	t.Parallel()
	const asked = "-anthropomorphic "
	both := []Route{SecurityAssessment, AlgorithmFiling}
	tests := []struct {
		name, profile string
		steps, open   []Route
		missing       string
	}{
		{"not public", "-public", []Route{NoRoute}, nil, ""},
		{"not public, whatever else", "-public public_opinion trains_or_finetunes", []Route{NoRoute}, nil, ""},
		{"no public-opinion attributes", asked + "-public_opinion", []Route{NoRoute}, nil, ""},
		{"own model", "public_opinion trains_or_finetunes", append(both, ServiceFiling), nil, ""},
		{"tuned third-party model, filed", "public_opinion trains_or_finetunes uses_third_party_model filed", append(both, ServiceFiling), nil, ""},
		{"direct call of a filed model", "public_opinion -trains_or_finetunes uses_third_party_model filed", append(both, Registration), nil, ""},
		{"direct call of a model not filed", "public_opinion -trains_or_finetunes uses_third_party_model -filed", append(both, ServiceFiling), nil, ""},
		{"neither own nor third-party model", "public_opinion -trains_or_finetunes -uses_third_party_model", append(both, ServiceFiling), nil, ""},
		{"training open, third-party model not used", "public_opinion -uses_third_party_model", append(both, ServiceFiling), nil, ""},
		{"training open, model not filed", "public_opinion uses_third_party_model -filed", append(both, ServiceFiling), nil, ""},
		{"filed or not", "public_opinion -trains_or_finetunes uses_third_party_model", both, []Route{ServiceFiling, Registration}, QuestionModelFiled},
		{"training open", "public_opinion uses_third_party_model filed", both, []Route{ServiceFiling, Registration}, conditionTrains},
		{"human-like, without attributes", "-public_opinion anthropomorphic", []Route{SecurityAssessment}, nil, ""},
		{"human-like or not", "-public_opinion", nil, []Route{SecurityAssessment, NoRoute}, conditionHuman},
		{"attributes open", "-anthropomorphic trains_or_finetunes", nil, []Route{SecurityAssessment, AlgorithmFiling, ServiceFiling, NoRoute}, conditionOpinion},
		{"attributes open, human-like", "anthropomorphic trains_or_finetunes", []Route{SecurityAssessment}, []Route{AlgorithmFiling, ServiceFiling}, conditionOpinion},
		{"nothing known", "?public", nil, routes, strings.Join(routeQuestions, " ")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := Embedded().Route(profile(tt.profile))
			var steps []Route
			for _, s := range d.Steps {
				steps = append(steps, s.Route)
				if len(s.Reasons) == 0 {
					t.Errorf("%s has no reason", s.Route)
				}
			}
			var missing []string
			for _, q := range d.Missing {
				missing = append(missing, q.ID)
			}
			if diff := cmp.Diff(tt.steps, steps); diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.open, d.Open); diff != "" {
				t.Errorf("open (-want +got):\n%s", diff)
			}
			if got := strings.Join(missing, " "); got != tt.missing || d.Undecided() != (tt.missing != "") {
				t.Errorf("missing %q, undecided %v; want %q", got, d.Undecided(), tt.missing)
			}
		})
	}
}

// TestRouteGolden shows the words, grounds and figures of every route.
func TestRouteGolden(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, words := range []string{
		"-public", "-public_opinion -anthropomorphic", "-public_opinion anthropomorphic",
		"public_opinion trains_or_finetunes -uses_third_party_model",
		"public_opinion trains_or_finetunes uses_third_party_model filed",
		"public_opinion -trains_or_finetunes uses_third_party_model filed",
		"public_opinion -trains_or_finetunes uses_third_party_model -filed",
		"public_opinion -trains_or_finetunes -uses_third_party_model",
	} {
		fmt.Fprintf(&b, "# %s\n", words)
		for _, s := range Embedded().Route(profile(words)).Steps {
			writeStep(&b, s)
		}
	}
	golden(t, "routes.golden", b.String())
}

func writeStep(b *strings.Builder, s RouteStep) {
	fmt.Fprintf(b, "%s | %s | conditional %v\n", s.Route.Name().ZH, s.Route.Name().EN, s.Conditional)
	for _, r := range s.Reasons {
		fmt.Fprintf(b, "  %s\n  %s\n    %s %s | %s", r.Text.ZH, r.Text.EN, r.Instrument, r.Provision.ZH, r.Provision.EN)
		if r.Figure != nil {
			fmt.Fprintf(b, " | %s %s verified %v", r.Figure.Key, r.Figure.Force, r.Figure.Verified)
		}
		b.WriteString("\n")
	}
	for _, f := range s.Figures {
		fmt.Fprintf(b, "  - %s %s verified %v deadline %v: %s | %s\n", f.Key, f.Force, f.Verified, f.Deadline(), f.Say("zh"), f.Say("en"))
	}
}

// TestRouteRestsOnTheCatalogue guards the keys and ids that the code cites.
func TestRouteRestsOnTheCatalogue(t *testing.T) {
	t.Parallel()
	c := Embedded()
	keys := append([]string(nil), anthroFigures...)
	for _, list := range routeFigures {
		keys = append(keys, list...)
	}
	for _, key := range keys {
		if _, ok := c.Figure(key); !ok {
			t.Errorf("no figure %s", key)
		}
	}
	for _, id := range routeQuestions {
		_, isCondition := c.Condition(id)
		if _, isOwn := questionNames[id]; isCondition == isOwn {
			t.Errorf("question %s: condition %v, own %v", id, isCondition, isOwn)
		}
	}
	for _, words := range []string{"-public", "-public_opinion -anthropomorphic", "anthropomorphic public_opinion", "public_opinion uses_third_party_model filed -trains_or_finetunes", "public_opinion trains_or_finetunes"} {
		for _, s := range c.Route(profile(words)).Steps {
			for _, r := range s.Reasons {
				if _, ok := c.Instrument(r.Instrument); !ok || r.Provision.Empty() || r.Text.Empty() {
					t.Errorf("%s: reason %+v leads nowhere", s.Route, r)
				}
			}
		}
	}
}

func TestRouteDeadlines(t *testing.T) {
	t.Parallel()
	for _, s := range Embedded().Route(profile("public_opinion trains_or_finetunes")).Steps {
		if s.Route != AlgorithmFiling {
			continue
		}
		var got []string
		for _, f := range s.Deadlines() {
			got = append(got, f.Key+" "+f.Say("en"))
		}
		want := []string{
			"ALGO:filing_working_days within 10 working days", "ALGO:change_working_days within 10 working days",
			"ALGO:cancel_working_days within 20 working days", "ALGO:authority_review_working_days within 30 working days",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("deadlines (-want +got):\n%s", diff)
		}
	}
}
