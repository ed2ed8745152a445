package regulation

// ground is a reason before it is looked up in a catalogue: words, and the
// figure or provision they rest on.
type ground struct {
	text       Text
	figure     string // key, or "" when only instrument and provision are named
	instrument string
	provision  Text
}

var (
	articleTwo       = Text{ZH: "第二条第三款", EN: "Art. 2, para. 3"}
	articleSeventeen = Text{ZH: "第十七条", EN: "Art. 17"}
	practiceRoutes   = Text{ZH: "办理路径", EN: "routes"} // as IM-17-09 names it
)

// routeFigures are the figures that belong to each procedure.
var routeFigures = map[Route][]string{
	SecurityAssessment: {"SECASSESS:two_limbs", "SECASSESS:assessment_triggers", "SECASSESS:submission_timing", "TC260-003:self_assessment_signatures"},
	AlgorithmFiling: {"ALGO:filing_working_days", "ALGO:change_working_days", "ALGO:cancel_working_days", "ALGO:authority_review_working_days",
		"ALGO:display_number", "FILING-PRACTICE:algorithm_filing_duration_months"},
	ServiceFiling: {"FILING-PRACTICE:filing_package", "FILING-PRACTICE:test_accounts", "FILING-PRACTICE:filing_duration_months",
		"CAC-NOTICE:display_model_and_number"},
	Registration: {"FILING-PRACTICE:registration_package", "FILING-PRACTICE:registration_duration_months", "CAC-NOTICE:display_model_and_number"},
}

var anthroFigures = []string{"ANTHRO:assessment_registered_users", "ANTHRO:assessment_monthly_users"}

// step gives a certain route its grounds. Grounds are chosen by the answers
// that are known; what is still open adds none.
func (c *Catalogue) step(r Route, p Profile) RouteStep {
	s := RouteStep{Route: r}
	keys := routeFigures[r]
	if r == SecurityAssessment && p.answer(conditionOpinion) != Yes {
		s.Conditional, keys = true, anthroFigures
	}
	for _, key := range keys {
		if f, ok := c.Figure(key); ok {
			s.Figures = append(s.Figures, f)
		}
	}
	for _, g := range grounds(r, p) {
		s.Reasons = append(s.Reasons, c.reason(g))
	}
	return s
}

// reason looks the ground up. A figure that a later catalogue no longer has
// leaves the words with the instrument named beside it.
func (c *Catalogue) reason(g ground) RouteReason {
	r := RouteReason{Text: g.text, Instrument: g.instrument, Provision: g.provision}
	if f, ok := c.Figure(g.figure); ok {
		r.Figure, r.Instrument, r.Provision = f, f.Instrument, f.Provision
	}
	return r
}

func grounds(r Route, p Profile) []ground {
	switch r {
	case SecurityAssessment:
		return assessmentGrounds(p)
	case AlgorithmFiling:
		return algorithmGrounds
	case ServiceFiling:
		return filingGrounds(p)
	case Registration:
		return registrationGrounds
	}
	return noneGrounds(p)
}

func assessmentGrounds(p Profile) (out []ground) {
	if p.answer(conditionOpinion) == Yes {
		out = append(out, ground{
			text: Text{
				ZH: "具有舆论属性或者社会动员能力，应当按照国家有关规定开展安全评估",
				EN: "Public-opinion attributes or social mobilisation capacity: a security assessment is required",
			},
			figure: "IM:public_attribute_gate", instrument: MeasuresID, provision: articleSeventeen,
		})
	}
	if p.answer(conditionHuman) == Yes {
		out = append(out, ground{
			text: Text{
				ZH: "拟人化互动服务的注册用户或者月活跃用户达到规定数量的，应当开展安全评估",
				EN: "Human-like interaction: a security assessment is required once registered or monthly active users reach the set numbers",
			},
			figure: anthroFigures[0], instrument: "ANTHRO", provision: Text{ZH: "第二十二条", EN: "Art. 22"},
		})
	}
	return out
}

var algorithmGrounds = []ground{
	{
		text: Text{
			ZH: "具有舆论属性或者社会动员能力，应当按照算法推荐规定履行备案和变更、注销备案手续",
			EN: "Public-opinion attributes or social mobilisation capacity: the algorithm is filed, changed and cancelled under the Algorithm Recommendation Provisions",
		},
		figure: "ALGO:filing_working_days", instrument: "ALGO", provision: Text{ZH: "第二十四条", EN: "Art. 24"},
	},
	{
		text: Text{
			ZH: "生成合成类算法同样按照算法推荐规定备案",
			EN: "Generative and synthetic algorithms are filed in the same way",
		},
		figure: "DEEPSYN:filing_working_days", instrument: "DEEPSYN", provision: Text{ZH: "第十九条", EN: "Art. 19"},
	},
}

var registrationGrounds = []ground{
	{
		text: Text{
			ZH: "直接调用已备案模型且未作训练、微调的应用，向省级网信部门登记",
			EN: "The service calls a filed model directly, without training or tuning: it is registered with the provincial authority",
		},
		figure: "CAC-NOTICE:direct_call_registration", instrument: "CAC-NOTICE", provision: Text{ZH: "2026年7月公告", EN: "notice of July 2026"},
	},
	localView,
}

// localView is what IM-17-09 asks to keep on file: lists differ by place.
var localView = ground{
	text: Text{
		ZH: "路径和材料以属地网信部门的口径为准，建议留存沟通记录",
		EN: "Route and material follow the local authority’s view; keep a record of what it said",
	},
	instrument: "FILING-PRACTICE", provision: practiceRoutes,
}

func filingGrounds(p Profile) []ground {
	out := []ground{{
		text: Text{
			ZH: "第十七条的要求在实践中通过生成式人工智能服务备案落实：上线前向属地网信部门提交安全评估报告等材料",
			EN: "In practice Article 17 is carried out through the generative AI service filing: the assessment report and other material go to the local authority before launch",
		},
		figure: "CAC-NOTICE:display_model_and_number", instrument: "CAC-NOTICE", provision: Text{ZH: "2024年4月2日公告", EN: "notice of 2 April 2024"},
	}}
	trains, third, filed := p.answer(conditionTrains), p.answer(conditionThird), p.answer(QuestionModelFiled)
	switch {
	case trains == Yes && third == Yes:
		out = append(out, practice("对第三方模型作了训练或微调，不属于直接调用，不能以登记代替备案",
			"A third-party model is trained or tuned further: this is no direct call, so registration does not replace filing"))
	case trains == Yes:
		out = append(out, practice("自行训练或微调模型，办理备案", "The model is pre-trained or tuned by the provider: filing"))
	case third == Yes && filed == No:
		out = append(out, practice("所用第三方模型未完成备案，不能登记；应改用已备案模型或者自行办理备案",
			"The third-party model is not filed, so registration is closed: use a filed model or file yourself"))
	case third == No && trains == No:
		out = append(out, practice("既未自行训练也未使用第三方模型：请核对这两项回答；不属于直接调用已备案模型，按备案办理",
			"Neither an own nor a third-party model: check these two answers; it is no direct call of a filed model, so filing"))
	default:
		out = append(out, practice("不属于直接调用已备案模型，办理备案", "This is no direct call of a filed model: filing"))
	}
	return append(out, localView)
}

func practice(zh, en string) ground {
	return ground{text: Text{ZH: zh, EN: en}, instrument: "FILING-PRACTICE", provision: practiceRoutes}
}

func noneGrounds(p Profile) []ground {
	if p.answer(QuestionPublic) == No {
		return []ground{{
			text: Text{
				ZH: "服务未向境内公众提供，不适用本办法；认定依据应当留存",
				EN: "The service is not offered to the public and is outside the Measures; keep the basis of this decision on file",
			},
			instrument: MeasuresID, provision: articleTwo,
		}}
	}
	return []ground{{
		text: Text{
			ZH: "不具有舆论属性或者社会动员能力，第十七条的安全评估和备案不适用；书面认定应当经管理层批准并随功能变化复核",
			EN: "No public-opinion attributes or social mobilisation capacity: Article 17 does not apply; the written decision needs management approval and review when functions change",
		},
		figure: "IM:public_attribute_gate", instrument: MeasuresID, provision: articleSeventeen,
	}}
}
