package regulation

import (
	"maps"
	"slices"
)

// Route is a procedure with the authorities.
type Route string

// The routes, in the order in which they are listed.
const (
	SecurityAssessment Route = "security_assessment" // Art. 17, 2018 assessment provisions
	AlgorithmFiling    Route = "algorithm_filing"    // Art. 17, Algorithm Recommendation Provisions Art. 24
	ServiceFiling      Route = "filing"              // generative AI service filing of an own or tuned model
	Registration       Route = "registration"        // for services that call a filed model
	NoRoute            Route = "none"
)

var routes = []Route{SecurityAssessment, AlgorithmFiling, ServiceFiling, Registration, NoRoute}

// routeNames are the words of the notices and of Article 17.
var routeNames = map[Route]Text{
	SecurityAssessment: {ZH: "安全评估", EN: "Security assessment"},
	AlgorithmFiling:    {ZH: "算法备案", EN: "Algorithm filing"},
	ServiceFiling:      {ZH: "生成式人工智能服务备案", EN: "Generative AI service filing"},
	Registration:       {ZH: "生成式人工智能服务登记", EN: "Generative AI service registration"},
	NoRoute:            {ZH: "无需办理", EN: "Nothing to file"},
}

// Name is the route's name.
func (r Route) Name() Text { return routeNames[r] }

// Conditions of the catalogue that the route depends on.
const (
	conditionOpinion = "public_opinion"
	conditionTrains  = "trains_or_finetunes"
	conditionThird   = "uses_third_party_model"
	conditionHuman   = "anthropomorphic"
)

// routeQuestions decide the route, in the order in which to ask them.
var routeQuestions = []string{
	QuestionPublic, conditionOpinion, conditionTrains, conditionThird, QuestionModelFiled, conditionHuman,
}

// RouteDecision is which procedures a service has to go through.
type RouteDecision struct {
	Steps   []RouteStep // certain on the answers given; NoRoute alone when there are none
	Open    []Route     // possible, depending on Missing
	Missing []Question  // unanswered questions that can still change the result
}

// Undecided says whether answers are missing that change the result.
func (d RouteDecision) Undecided() bool { return len(d.Missing) > 0 }

// RouteStep is one procedure with its grounds.
type RouteStep struct {
	Route       Route
	Conditional bool // only once the user numbers of the ANTHRO figures are reached
	Reasons     []RouteReason
	Figures     []*Figure // time limits, durations and packages that belong to it
}

// Deadlines are the step's time limits to act within; one may bind the
// authority (ALGO:authority_review_working_days), as its statement says.
func (s RouteStep) Deadlines() []*Figure {
	var out []*Figure
	for _, f := range s.Figures {
		if f.Deadline() {
			out = append(out, f)
		}
	}
	return out
}

// RouteReason is one ground for a route.
type RouteReason struct {
	Text       Text
	Instrument string
	Provision  Text
	Figure     *Figure // nil when the provision is not a figure; else it has force and Verified
}

// Route decides which procedures apply. It tries every way the open questions
// can be answered: what comes out each time is certain, the rest is open, and
// only questions that make a difference are named as missing.
func (c *Catalogue) Route(p Profile) RouteDecision {
	var open []string
	given := map[string]bool{}
	for _, id := range routeQuestions {
		switch p.answer(id) {
		case Yes:
			given[id] = true
		case Unknown:
			open = append(open, id)
		}
	}
	always, ever, matter := tryAll(given, open)
	var d RouteDecision
	for i, r := range routes {
		switch {
		case always.has(i):
			d.Steps = append(d.Steps, c.step(r, p))
		case ever.has(i):
			d.Open = append(d.Open, r)
		}
	}
	for i, id := range open {
		if matter.has(i) {
			d.Missing = append(d.Missing, c.question(id))
		}
	}
	return d
}

// bits is a set of places in a list: of routes, or of open questions.
type bits uint8

func (b bits) has(i int) bool { return b&(1<<i) != 0 }

// setOf gives the places of the routes in the list of routes.
func setOf(list ...Route) (b bits) {
	for _, r := range list {
		b |= 1 << slices.Index(routes, r)
	}
	return b
}

// tryAll answers the open questions in every way (at most 2^6) and reports
// which routes come out always, which ever, and which questions matter.
func tryAll(given map[string]bool, open []string) (always, ever, matter bits) {
	results := make([]bits, 1<<len(open))
	yes := maps.Clone(given)
	always = ^bits(0)
	for way := range results {
		for i, id := range open {
			yes[id] = way&(1<<i) != 0
		}
		results[way] = routesOf(yes)
		always &= results[way]
		ever |= results[way]
	}
	for way := range results {
		for i := range open {
			if results[way] != results[way^(1<<i)] {
				matter |= 1 << i
			}
		}
	}
	return always, ever, matter
}

// routesOf is the rule, for a service about which everything is known.
//
//   - Not offered to the public: outside the Measures (Art. 2 para. 3).
//   - Public-opinion attributes or social mobilisation capacity: security
//     assessment and algorithm filing (Art. 17; IM:public_attribute_gate).
//   - The assessment is brought in as a filing (CAC-NOTICE, FILING-PRACTICE); a service that neither
//     pre-trains nor tunes and calls a filed model directly is registered with
//     the provincial authority instead (CAC-NOTICE:direct_call_registration).
//     Tuning a filed model leads back to filing (IM-17-09). A third-party
//     model that is not filed does not open registration, and the provider
//     should use a filed one (IM-07-06).
//   - No such attributes, but human-like interaction: an assessment once the
//     user numbers of ANTHRO Art. 22 are reached.
func routesOf(yes map[string]bool) bits {
	switch {
	case !yes[QuestionPublic]:
		return nothingRoutes
	case yes[conditionOpinion] && !yes[conditionTrains] && yes[conditionThird] && yes[QuestionModelFiled]:
		return directRoutes
	case yes[conditionOpinion]:
		return fullRoutes
	case yes[conditionHuman]:
		return humanRoutes
	}
	return nothingRoutes
}

// The outcomes of the rule.
var (
	nothingRoutes = setOf(NoRoute)
	directRoutes  = setOf(SecurityAssessment, AlgorithmFiling, Registration)
	fullRoutes    = setOf(SecurityAssessment, AlgorithmFiling, ServiceFiling)
	humanRoutes   = setOf(SecurityAssessment)
)
