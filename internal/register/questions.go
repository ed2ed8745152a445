package register

import (
	"slices"

	"hegui/internal/regulation"
)

// Group is a set of questions asked together; the words for it are
// "register.group.<id>".
type Group struct {
	ID        string
	Questions []regulation.Question
}

// groups is how the catalogue's questions are arranged for people.
var groups = []struct {
	id        string
	questions []string
}{
	{"offering", []string{regulation.QuestionPublic}},
	{"nature", []string{"public_opinion", "anthropomorphic", "regulated_sector", "high_safety_domain", "foreign_invested"}},
	{"model", []string{trains, thirdParty, regulation.QuestionModelFiled, "overseas_provider"}},
	{"training", []string{"annotates_data", "outsources_annotation", "crawls_data", "training_has_pi", "training_has_sensitive_pi", "training_has_ip"}},
	{"users", []string{minors, "processes_user_pi", "pi_1m", "uses_input_for_training", "shares_data_with_third_parties", "cross_border_transfer"}},
	{"output", []string{"output_text", "output_image", "output_audio", "output_video", "output_virtual_scene", "allows_export", "publishes_user_content", appStore}},
}

// Groups arranges all questions of a catalogue. Conditions that a later
// catalogue brings stand in a group "more"; those it no longer has are left
// out, and so are groups without questions.
func Groups(c *regulation.Catalogue) []Group {
	byID := map[string]regulation.Question{}
	for _, q := range c.Questions() {
		byID[q.ID] = q
	}
	var out []Group
	for _, g := range groups {
		group := Group{ID: g.id}
		for _, id := range g.questions {
			if q, ok := byID[id]; ok {
				group.Questions = append(group.Questions, q)
				delete(byID, id)
			}
		}
		out = append(out, group)
	}
	more := Group{ID: "more"}
	for _, q := range c.Questions() {
		if _, left := byID[q.ID]; left {
			more.Questions = append(more.Questions, q)
		}
	}
	return slices.DeleteFunc(append(out, more), func(g Group) bool { return len(g.Questions) == 0 })
}

// Weight says for each condition how many requirements depend on it.
func Weight(c *regulation.Catalogue) map[string]int {
	out := map[string]int{}
	for _, r := range c.Requirements {
		for _, id := range r.Applicability.Conditions {
			out[id]++
		}
	}
	return out
}
