package demo

import (
	"context"

	"hegui/internal/day"
	"hegui/internal/register"
	"hegui/internal/regulation"
)

// yes and no list the answers of a scope; what is in neither stays open.
type answers struct{ yes, no []string }

func (a answers) all() map[string]regulation.Answer {
	out := map[string]regulation.Answer{}
	for _, q := range a.yes {
		out[q] = regulation.Yes
	}
	for _, q := range a.no {
		out[q] = regulation.No
	}
	return out
}

var chatAnswers = answers{
	yes: []string{"public_opinion", "trains_or_finetunes", "annotates_data", "outsources_annotation", "training_has_pi", "training_has_ip", "crawls_data",
		"processes_user_pi", "uses_input_for_training", "shares_data_with_third_parties", "minors_may_use", "output_text", "allows_export",
		"app_store_distribution", "pi_1m", "publishes_user_content"},
	no: []string{"uses_third_party_model", "training_has_sensitive_pi", "cross_border_transfer", "output_image", "output_audio", "output_video",
		"output_virtual_scene", "anthropomorphic", "regulated_sector", "foreign_invested", "high_safety_domain", "overseas_provider"},
}

var imageAnswers = answers{
	yes: []string{"public_opinion", "uses_third_party_model", "trains_or_finetunes", "annotates_data", "training_has_ip", "processes_user_pi",
		"minors_may_use", "output_image", "allows_export", "app_store_distribution", "publishes_user_content"},
	no: []string{"training_has_sensitive_pi", "training_has_pi", "crawls_data", "outsources_annotation", "cross_border_transfer", "output_text",
		"output_audio", "output_video", "output_virtual_scene", "anthropomorphic", "regulated_sector", "foreign_invested", "overseas_provider", "pi_1m"},
	// still open: uses_input_for_training, shares_data_with_third_parties, high_safety_domain
}

func (s *story) registerServices(ctx context.Context) (err error) {
	officer := s.actors["officer"]
	who := func(d register.Details) register.Details {
		d.ComplianceOwner, d.ProductOwner = officer.ID, s.actors["product"].ID
		d.TechnicalOwner, d.PrivacyContact = s.actors["security"].ID, s.actors["privacy"].ID
		return d
	}
	s.chat, err = s.app.Register.Register(ctx, officer, register.Registration{
		Details: who(register.Details{
			Name: s.say(text{"云帆助手", "Yunfan Assistant"}), Kind: "chat", Audience: register.GeneralPublic, Minors: regulation.Yes,
			Description: s.say(text{"面向公众的对话助手，提供问答、写作与资料整理。", "A chat assistant for the public: questions and answers, writing, summaries."}),
			Modalities:  []register.Modality{register.Text}, Model: register.OwnModel, ModelName: "Yunfan-L 3",
			Channels: []register.Channel{register.Web, register.App, register.MiniProgram, register.API},
			Launch:   s.start.Add(-120), State: register.Live, FilingNumber: "Beijing-YunfanZhushou-202602150012", AlgorithmNumber: "网信算备110108900001260013号",
		}),
		Scope: scoping(regulation.Yes, "", "", chatAnswers, s.say(text{"依据产品说明、注册规则与数据清单逐项认定。", "Decided item by item from the product description, the registration rules and the data inventory."})),
	})
	if err != nil {
		return err
	}
	s.clock.at(s.start.Add(5), 10, 20)
	s.image, err = s.app.Register.Register(ctx, officer, register.Registration{
		Details: who(register.Details{
			Name: s.say(text{"绘梦", "Huimeng Studio"}), Kind: "image", Audience: register.GeneralPublic, Minors: regulation.Yes,
			Description: s.say(text{"图像生成与编辑，学生用户占三成。", "Generates and edits pictures; three users in ten are pupils."}),
			Modalities:  []register.Modality{register.Image}, Model: register.TunedThirdParty, ModelName: "OpenCanvas XL",
			Channels: []register.Channel{register.Web, register.App}, Launch: s.end.Add(24), State: register.Planned,
		}),
		Scope: scoping(regulation.Yes, "", regulation.Yes, imageAnswers, ""),
	})
	if err != nil {
		return err
	}
	s.clock.at(s.start.Add(6), 15, 5)
	s.tool, err = s.app.Register.Register(ctx, officer, register.Registration{
		Details: who(register.Details{
			Name: s.say(text{"研发知识库助手", "Engineering Knowledge Helper"}), Kind: "search", Audience: register.InternalUse, Minors: regulation.No,
			Description: s.say(text{"仅供内部员工检索研发文档，不向公众开放。", "Lets employees search engineering documents; not open to the public."}),
			Modalities:  []register.Modality{register.Text}, Model: register.ThirdParty, ModelName: "OpenLM 70B",
			Channels: []register.Channel{register.Web}, Launch: s.start.Add(-30), State: register.Live,
		}),
		Scope: scoping(regulation.No, "internal", "", answers{}, s.say(text{"仅内网可访问，无试用链接与对外接口（第二条第三款）。", "Reachable on the intranet only, no trial links or outward API (Article 2, paragraph 3)."})),
	})
	return err
}

func scoping(public regulation.Answer, why regulation.NotPublic, filed regulation.Answer, a answers, note string) register.Scoping {
	return register.Scoping{Profile: regulation.Profile{Public: public, NotPublic: why, ModelFiled: filed, Answers: a.all()}, Note: note}
}

// weekly is a working day of a week of the story, Monday first.
func (s *story) weekly(week, weekday int) day.Date { return s.start.Add(7*week + weekday) }
