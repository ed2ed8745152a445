package regulation

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hegui/internal/problem"
)

// profile builds a public service from "yes" and "no" lists of condition ids;
// "-public" and "?public" change the Article 2 answer.
func profile(words string) Profile {
	p := Profile{Public: Yes, Answers: map[string]Answer{}}
	for w := range strings.FieldsSeq(words) {
		a := Yes
		switch w[0] {
		case '-':
			a, w = No, w[1:]
		case '?':
			a, w = Unknown, w[1:]
		}
		switch w {
		case "public":
			p.Public = a
		case "filed":
			p.ModelFiled = a
		default:
			p.Answers[w] = a
		}
	}
	return p
}

func TestApplies(t *testing.T) {
	t.Parallel()
	const (
		always  = "IM-04-01"
		one     = "IM-04-08" // all: trains_or_finetunes
		both    = "IM-07-07" // all: trains_or_finetunes, training_has_ip
		either  = "IM-12-05" // any: output_video, output_virtual_scene
		scoping = "IM-02-03"
	)
	tests := []struct {
		name, id, profile    string
		applies, provisional bool
		zh, en               string
	}{
		{"always", always, "", true, false, "适用：所有服务均适用", "Applies to every service"},
		{"one condition met", one, "trains_or_finetunes", true, false,
			"适用：自行预训练、优化训练或微调模型（条件满足）", "Applies: Provider pre-trains, optimises or fine-tunes a model (condition met)"},
		{"one condition not met", one, "-trains_or_finetunes", false, false,
			"不适用：自行预训练、优化训练或微调模型（条件不满足）", "Does not apply: Provider pre-trains, optimises or fine-tunes a model (condition not met)"},
		{"one condition open", one, "", true, true,
			"暂按适用处理：尚未回答“自行预训练、优化训练或微调模型”", "Treated as applying until answered: Provider pre-trains, optimises or fine-tunes a model"},
		{"all met", both, "trains_or_finetunes training_has_ip", true, false,
			"适用：自行预训练、优化训练或微调模型、训练数据含受知识产权保护的作品（全部条件满足）",
			"Applies: Provider pre-trains, optimises or fine-tunes a model; Training data contains works protected by intellectual property (all conditions met)"},
		{"all, one open", both, "trains_or_finetunes", true, true,
			"暂按适用处理：尚未回答“训练数据含受知识产权保护的作品”", "Treated as applying until answered: Training data contains works protected by intellectual property"},
		{"all, one open but another not met", both, "-trains_or_finetunes", false, false,
			"不适用：自行预训练、优化训练或微调模型（条件不满足）", "Does not apply: Provider pre-trains, optimises or fine-tunes a model (condition not met)"},
		{"any, one met, one open", either, "output_video", true, false,
			"适用：输出视频（满足任一条件即适用）", "Applies: Outputs video (any one condition is enough)"},
		{"any, none met", either, "-output_video -output_virtual_scene", false, false,
			"不适用：输出视频、输出虚拟场景（条件均不满足）", "Does not apply: Outputs video; Outputs virtual scenes (none of the conditions is met)"},
		{"any, one not met, one open", either, "-output_video", true, true,
			"暂按适用处理：尚未回答“输出虚拟场景”", "Treated as applying until answered: Outputs virtual scenes"},
		{"public not answered", always, "?public", true, true,
			"暂按适用处理：尚未回答“是否向境内公众提供服务”", "Treated as applying until answered: Service is offered to the public in mainland China"},
		{"public not answered, condition settles it", one, "?public -trains_or_finetunes", false, false,
			"不适用：自行预训练、优化训练或微调模型（条件不满足）", "Does not apply: Provider pre-trains, optimises or fine-tunes a model (condition not met)"},
		{"outside", always, "-public", false, false,
			"不适用：服务未向境内公众提供，依第二条第三款不适用本办法", "Does not apply: the service is not offered to the public and is outside the Measures under Article 2, paragraph 3"},
		{"outside, scoping of article 2", scoping, "-public", true, false,
			"适用：服务未向境内公众提供，仍须完成第二条的适用范围认定并留存依据",
			"Applies: the service is not offered to the public, which itself has to be decided under Article 2 and kept on file"},
		{"scoping while public is open", scoping, "?public", true, false, "适用：所有服务均适用", "Applies to every service"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, ok := Embedded().Requirement(tt.id)
			if !ok {
				t.Fatalf("no requirement %s", tt.id)
			}
			d := Embedded().Applies(r, profile(tt.profile))
			if d.Applies != tt.applies || d.Provisional != tt.provisional {
				t.Errorf("applies %v, provisional %v; want %v, %v", d.Applies, d.Provisional, tt.applies, tt.provisional)
			}
			if diff := cmp.Diff([]string{tt.zh, tt.en}, []string{d.Say("zh-CN"), d.Say("en")}); diff != "" {
				t.Errorf("words (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOutsideOnlyArticleTwoScopingRemains(t *testing.T) {
	t.Parallel()
	p := profile("-public overseas_provider public_opinion")
	p.NotPublic = Internal
	var left []string
	for _, a := range Embedded().Decide(p) {
		if a.Decision.Applies {
			left = append(left, a.Requirement.ID)
		} else if !strings.Contains(a.Decision.Say("zh-CN"), "仅供内部使用") {
			t.Errorf("%s: %s", a.Requirement.ID, a.Decision.Say("zh-CN"))
		}
	}
	if diff := cmp.Diff([]string{"IM-02-01", "IM-02-02", "IM-02-03"}, left); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
}

func TestNothingAnsweredKeepsEverything(t *testing.T) {
	t.Parallel()
	for _, a := range Embedded().Decide(Profile{}) {
		if !a.Decision.Applies {
			t.Errorf("%s dropped: %s", a.Requirement.ID, a.Decision.Say("en"))
		}
		scoping := a.Requirement.Type == Scoping && a.Requirement.Article == 2
		if a.Decision.Provisional == scoping {
			t.Errorf("%s: provisional = %v", a.Requirement.ID, a.Decision.Provisional)
		}
	}
}

func TestChange(t *testing.T) {
	t.Parallel()
	c := Embedded()
	before := profile("-output_video -output_virtual_scene -output_audio -output_image minors_may_use")
	after := profile("output_video -output_virtual_scene -output_audio -output_image -minors_may_use")
	on, off := c.Change(before, after)
	for _, a := range on {
		if !strings.Contains(a.Decision.Say("zh-CN"), "输出视频") {
			t.Errorf("on: %s %s", a.Requirement.ID, a.Decision.Say("zh-CN"))
		}
	}
	for _, a := range off {
		if !strings.Contains(a.Decision.Say("en"), "Minors") {
			t.Errorf("off: %s %s", a.Requirement.ID, a.Decision.Say("en"))
		}
	}
	if len(on) < 2 || len(off) < 1 {
		t.Errorf("on %d, off %d", len(on), len(off))
	}
	if on, off := c.Change(before, before); on != nil || off != nil {
		t.Error("no change switched something")
	}
	if on, off := c.Change(Profile{}, profile("trains_or_finetunes")); len(on)+len(off) != 0 {
		t.Errorf("becoming certain switched %d on, %d off", len(on), len(off))
	}
}

func TestCheckProfile(t *testing.T) {
	t.Parallel()
	c := Embedded()
	good := profile("public_opinion -minors_may_use ?output_text")
	good.Answers["output_image"] = ""
	if err := c.CheckProfile(good); err != nil {
		t.Errorf("refused: %v", err)
	}
	bad := Profile{Public: "perhaps", NotPublic: "secret", ModelFiled: Yes, Answers: map[string]Answer{"no_such": Yes, "output_text": "maybe"}}
	fields, ok := problem.FieldsOf(c.CheckProfile(bad))
	if !ok {
		t.Fatal("accepted")
	}
	var got []string
	for _, f := range fields {
		got = append(got, f.Field+" "+f.Key)
	}
	want := []string{
		"offered_to_public regulation.answer.invalid", "no_such regulation.condition.unknown",
		"output_text regulation.answer.invalid", "not_public regulation.answer.invalid",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	if err := c.CheckProfile(Profile{Public: Yes, NotPublic: Research}); err == nil {
		t.Error("a public service has a reason not to be public")
	}
	if got := len(c.Questions()); got != 30 {
		t.Errorf("questions = %d, want 28 conditions and 2", got)
	}
}

func TestConcurrentReads(t *testing.T) {
	t.Parallel()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			c := Embedded()
			c.Search("标注")
			c.Decide(profile("public_opinion"))
			c.Route(profile("?public"))
			c.ByArticle(8)
		})
	}
	wg.Wait()
}
