package register

import (
	"slices"

	"hegui/internal/regulation"
)

// Conditions of the catalogue that facts of the register bear on.
const (
	trains     = "trains_or_finetunes"
	thirdParty = "uses_third_party_model"
	minors     = "minors_may_use"
	appStore   = "app_store_distribution"
	output     = "output_" // and a modality
)

// Implication is an answer that follows from a fact of the register.
type Implication struct {
	Question string // condition, or one of the catalogue's two own questions
	Answer   regulation.Answer
	Fact     string // the field of Details it follows from
}

// Implied lists the answers that the facts of a service imply. A fact that is
// not known implies nothing; an enterprise audience does not either, because a
// product sold to anyone who asks may count as offered to the public.
func Implied(d Details) []Implication {
	out := impliedByAudience(d.Audience)
	out = append(out, impliedByModel(d)...)
	if len(d.Modalities) > 0 {
		for _, m := range Modalities {
			out = append(out, Implication{output + string(m), answer(slices.Contains(d.Modalities, m)), "modalities"})
		}
	}
	if d.Minors == regulation.Yes || d.Minors == regulation.No {
		out = append(out, Implication{minors, d.Minors, "minors"})
	}
	if slices.Contains(d.Channels, App) {
		out = append(out, Implication{appStore, regulation.Yes, "channels"})
	}
	return out
}

func impliedByAudience(a Audience) []Implication {
	switch a {
	case GeneralPublic:
		return []Implication{{regulation.QuestionPublic, regulation.Yes, "audience"}}
	case InternalUse, ResearchUse:
		return []Implication{{regulation.QuestionPublic, regulation.No, "audience"}}
	}
	return nil
}

func impliedByModel(d Details) (out []Implication) {
	switch d.Model {
	case OwnModel:
		out = []Implication{{trains, regulation.Yes, "model"}, {thirdParty, regulation.No, "model"}}
	case ThirdParty:
		out = []Implication{{trains, regulation.No, "model"}, {thirdParty, regulation.Yes, "model"}}
	case TunedThirdParty:
		out = []Implication{{trains, regulation.Yes, "model"}, {thirdParty, regulation.Yes, "model"}}
	}
	if d.Model != "" && d.Model != OwnModel && d.ModelFiling != "" {
		out = append(out, Implication{regulation.QuestionModelFiled, regulation.Yes, "model_filing"})
	}
	return out
}

func answer(yes bool) regulation.Answer {
	if yes {
		return regulation.Yes
	}
	return regulation.No
}

// AnswerTo gives the answer of a profile to a condition or to one of the
// catalogue's own questions.
func AnswerTo(p regulation.Profile, question string) regulation.Answer {
	a := p.Answers[question]
	switch question {
	case regulation.QuestionPublic:
		a = p.Public
	case regulation.QuestionModelFiled:
		a = p.ModelFiled
	}
	if a != regulation.Yes && a != regulation.No {
		return regulation.Unknown
	}
	return a
}

// Proposals lists the implied answers to questions that are still open.
func Proposals(d Details, p regulation.Profile) []Implication {
	return implied(d, func(i Implication) bool { return AnswerTo(p, i.Question) == regulation.Unknown })
}

// Contradictions lists the implied answers to questions that were answered
// otherwise.
func Contradictions(d Details, p regulation.Profile) []Implication {
	return implied(d, func(i Implication) bool {
		given := AnswerTo(p, i.Question)
		return given != regulation.Unknown && given != i.Answer
	})
}

func implied(d Details, keep func(Implication) bool) (out []Implication) {
	for _, i := range Implied(d) {
		if keep(i) {
			out = append(out, i)
		}
	}
	return out
}
