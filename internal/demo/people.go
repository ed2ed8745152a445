package demo

import (
	"context"

	"hegui/internal/account"
	"hegui/internal/actor"
)

// text is a word of the story in both languages.
type text struct{ zh, en string }

// cast are the people. The first eight are the accounts to try the product
// with; the others make four eyes and a team.
var cast = []struct {
	key   string // before the @
	name  text
	roles []actor.Role
}{
	{"admin", text{"沈岚", "Shen Lan"}, []actor.Role{actor.Administrator}},
	{"officer", text{"林悦", "Lin Yue"}, []actor.Role{actor.Officer}},
	{"supervisor", text{"陈默", "Chen Mo"}, []actor.Role{actor.Supervisor}},
	{"checker", text{"吴桐", "Wu Tong"}, []actor.Role{actor.Checker}},
	{"checker2", text{"郑好", "Zheng Hao"}, []actor.Role{actor.Checker}},
	{"privacy", text{"何静", "He Jing"}, []actor.Role{actor.Privacy}},
	{"executive", text{"顾远", "Gu Yuan"}, []actor.Role{actor.Executive}},
	{"auditor", text{"方正", "Fang Zheng"}, []actor.Role{actor.Auditor}},
	{"officer2", text{"周航", "Zhou Hang"}, []actor.Role{actor.Officer}},
	{"data", text{"许文", "Xu Wen"}, []actor.Role{actor.Contributor}},
	{"security", text{"罗刚", "Luo Gang"}, []actor.Role{actor.Contributor}},
	{"product", text{"唐晓", "Tang Xiao"}, []actor.Role{actor.Contributor}},
	{"content", text{"苏禾", "Su He"}, []actor.Role{actor.Contributor}},
}

// owners says who does the work of each owner role of the catalogue.
var owners = map[string]string{
	"compliance_officer": "officer", "legal_counsel": "officer2", "data_governance_lead": "data",
	"labelling_supervisor": "supervisor", "model_safety_lead": "content", "content_safety_lead": "content",
	"security_lead": "security", "privacy_officer": "privacy", "product_manager": "product",
	"customer_service_lead": "product", "operations_lead": "security",
}

// Domain is where the demonstration's people have their addresses.
const Domain = "@demo.example"

func (s *story) people(ctx context.Context) error {
	_, err := s.app.Accounts.Found(ctx, account.Founding{
		Organisation: s.say(text{"云帆智能科技有限公司", "Yunfan Intelligence Ltd."}), Language: s.language,
		Administrator: account.Person{Email: cast[0].key + Domain, Name: s.say(cast[0].name)}, Password: s.password,
	}, nil)
	if err != nil {
		return err
	}
	admin, err := s.app.Accounts.ByEmail(ctx, cast[0].key+Domain)
	if err != nil {
		return err
	}
	s.actors[cast[0].key] = admin.Actor()
	for _, p := range cast[1:] {
		made, err := s.app.Accounts.AddWithPassword(ctx, admin.Actor(), account.Person{Email: p.key + Domain, Name: s.say(p.name),
			Roles: p.roles, AllServices: true, Language: s.language}, s.password)
		if err != nil {
			return err
		}
		s.actors[p.key] = made.Actor()
	}
	return nil
}
