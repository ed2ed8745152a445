package regulation

import (
	"maps"
	"slices"

	"hegui/internal/problem"
)

// Answer is what is known about a question; whatever is not Yes or No counts
// as unknown.
type Answer string

// The answers.
const (
	Yes     Answer = "yes"
	No      Answer = "no"
	Unknown Answer = "unknown"
)

// known says whether the question was answered.
func (a Answer) known() bool { return a == Yes || a == No }

// NotPublic is why a service is not offered to the public (Art. 2 para. 3:
// developing or applying the technology without offering it).
type NotPublic string

// The reasons.
const (
	Research NotPublic = "research" // research and development only
	Internal NotPublic = "internal" // used inside the organisation
)

// The two questions that decide applicability and route but are not
// conditions of the catalogue.
const (
	QuestionPublic     = "offered_to_public"
	QuestionModelFiled = "third_party_model_filed"
)

var questionNames = map[string]Text{
	QuestionPublic:     {ZH: "是否向境内公众提供服务", EN: "Service is offered to the public in mainland China"},
	QuestionModelFiled: {ZH: "所用第三方模型已完成生成式人工智能服务备案", EN: "The third-party model used has completed generative AI filing"},
}

// Profile is what is known about one service.
type Profile struct {
	Public     Answer            `json:"public"`               // offered to the public in mainland China (Art. 2)
	NotPublic  NotPublic         `json:"not_public,omitempty"` // why not, when Public is No
	ModelFiled Answer            `json:"model_filed"`          // the third-party model is filed already
	Answers    map[string]Answer `json:"answers"`              // by condition id
}

// answer gives the answer to a condition or to one of the two questions.
func (p Profile) answer(id string) Answer {
	a := p.Answers[id]
	switch id {
	case QuestionPublic:
		a = p.Public
	case QuestionModelFiled:
		a = p.ModelFiled
	}
	if !a.known() {
		return Unknown
	}
	return a
}

// Question is a question about a service, with its words.
type Question struct {
	ID   string
	Name Text
}

// question finds the words for a condition or one of the two questions.
func (c *Catalogue) question(id string) Question {
	if name, ok := questionNames[id]; ok {
		return Question{ID: id, Name: name}
	}
	if co, ok := c.Condition(id); ok {
		return Question{ID: id, Name: co.Name}
	}
	return Question{ID: id, Name: Text{ZH: id, EN: id}}
}

// Questions lists everything that can be asked about a service: whether it is
// public, the conditions, and whether the third-party model is filed.
func (c *Catalogue) Questions() []Question {
	list := []Question{c.question(QuestionPublic)}
	for _, co := range c.Conditions {
		list = append(list, Question(*co))
	}
	return append(list, c.question(QuestionModelFiled))
}

// CheckProfile refuses answers to conditions the catalogue does not have and
// words that are no answers; the fields are the question ids and "not_public".
func (c *Catalogue) CheckProfile(p Profile) error {
	var f problem.Fields
	check := func(id string, a Answer) {
		if a != "" && a != Unknown && !a.known() {
			f.Add(id, "regulation.answer.invalid")
		}
	}
	check(QuestionPublic, p.Public)
	check(QuestionModelFiled, p.ModelFiled)
	for _, id := range slices.Sorted(maps.Keys(p.Answers)) {
		if _, ok := c.Condition(id); !ok {
			f.Add(id, "regulation.condition.unknown")
		}
		check(id, p.Answers[id])
	}
	if p.NotPublic != "" && p.NotPublic != Research && p.NotPublic != Internal {
		f.Add("not_public", "regulation.answer.invalid")
	}
	if p.NotPublic != "" && p.Public != No {
		f.Add("not_public", "regulation.not_public.unfit")
	}
	return f.Err()
}
