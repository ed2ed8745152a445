package request

import (
	"strings"

	"hegui/internal/day"
)

// zhEN is something in both languages.
type zhEN struct{ zh, en string }

// askedFor are the rights as letters name them.
var askedFor = map[Kind]zhEN{
	Access:       {"查阅个人信息", "to see your personal information"},
	Copy:         {"复制个人信息", "for a copy of your personal information"},
	Correct:      {"更正、补充个人信息", "to have your personal information corrected or supplemented"},
	Delete:       {"删除个人信息", "to have your personal information deleted"},
	Withdraw:     {"撤回同意", "to withdraw your consent"},
	Transfer:     {"转移个人信息", "to have your personal information transferred"},
	Explain:      {"解释说明个人信息处理规则", "to have the rules of processing explained"},
	CloseAccount: {"注销账号", "to close your account"},
}

func kindWords(k Kind, language string) string {
	return inLanguage(language, askedFor[k].zh, askedFor[k].en)
}

// reasonWords are the reasons to wait, to extend and to close, as letters say
// them.
var reasonWords = map[string]zhEN{
	string(WantsIdentity): {"需要您补充身份证明", "we need to know that it is you who asks"},
	string(WantsDetails):  {"需要您进一步说明请求内容", "we need to know more about what you ask"},
	string(WantsChoice):   {"需要您作出选择", "we need you to choose"},
	string(WantsMandate):  {"需要您提供代为提出请求的证明", "we need to see that you may ask for somebody else"},

	string(Complex):    {"您的请求涉及的系统或者数据较多", "your request concerns many systems or much data"},
	string(ManyAtOnce): {"您同时提出了多项请求", "you made several requests at the same time"},
	string(ThirdParty): {"需要第三方配合处理", "a third party has to contribute"},

	string(Withdrawn):      {"您已撤回请求", "you withdrew your request"},
	string(NoIdentity):     {"未能核验请求人身份", "it could not be shown who asks"},
	string(NoReply):        {"未在期限内收到您的答复", "we did not hear from you in time"},
	string(NotPersonal):    {"您反映的事项不属于个人信息权利请求", "what you wrote about is not a request under personal information law"},
	string(AnsweredBefore): {"本请求与您此前的请求重复，此前的请求已处理", "it repeats a request of yours that was dealt with"},
	string(ElsewhereBest):  {"应由其他单位处理，我们已告知您", "somebody else is responsible, as we told you"},
}

// dayWords is a day as letters write it.
func dayWords(d day.Date, language string) string {
	return d.Time().In(day.Zone).Format(inLanguage(language, "2006年1月2日", "2 January 2006"))
}

// The frame of the first letters: how they begin and end.
const (
	openZH  = "{{name}}：\n\n您好！您于{{received}}就“{{service}}”提出的{{kind}}请求（编号：{{number}}），"
	closeZH = "\n\n此致\n\n{{organisation}}\n{{today}}"
	openEN  = "Dear {{name}},\n\nOn {{received}} you asked us, about “{{service}}”, {{kind}} (number {{number}}). "
	closeEN = "\n\nYours sincerely,\n\n{{organisation}}\n{{today}}"

	objectZH = "\n\n{{complain}}"
	objectEN = objectZH
)

// firstLetter is what a letter says at first.
type firstLetter struct {
	purpose          LetterPurpose
	kind             Kind
	titleZH, titleEN string
	zh, en           string
}

// firstLetters are our words. Articles are those of the Personal Information
// Protection Law (PIPL).
var firstLetters = []firstLetter{
	{ReceiptLetter, "", "已收到您的个人信息请求（{{number}}）", "We received your request ({{number}})",
		"我们已经收到并登记。\n\n我们将依法核验身份并处理，办理期限至{{due}}。如需您补充材料，我们会另行通知。查询进度时请提供上述编号。\n\n{{words}}",
		"We have received and registered it.\n\nWe will check who asks, deal with your request and answer by {{due}}. If we need anything from you, we will write again. Please quote the number above when you ask about it.\n\n{{words}}"},
	{QuestionLetter, "", "请您协助办理个人信息请求（{{number}}）", "We need something from you ({{number}})",
		"目前因{{reason}}暂时无法继续办理：\n\n{{words}}\n\n收到您的答复前，办理期限暂停计算；收到后我们将立即继续办理。",
		"We cannot go on at the moment because {{reason}}:\n\n{{words}}\n\nThe period for our answer stands still until we hear from you, and goes on as soon as we do."},
	{ExtensionLetter, "", "延长办理期限的通知（{{number}}）", "We need more time ({{number}})",
		"因{{reason}}，我们需要延长办理期限：\n\n{{words}}\n\n我们将不迟于{{due}}答复您。" + objectZH,
		"We need more time, because {{reason}}:\n\n{{words}}\n\nYou will have our answer by {{due}}." + objectEN},
	{AnswerLetter, "", "个人信息请求答复（{{number}}）", "Our answer to your request ({{number}})",
		"我们已经办理完毕，现答复如下：\n\n{{words}}" + objectZH,
		"We have dealt with it. This is our answer:\n\n{{words}}" + objectEN},
	{AnswerLetter, Access, "查阅个人信息请求答复（{{number}}）", "What we know about you ({{number}})",
		"我们已依据《个人信息保护法》第四十五条办理完毕。我们处理的您的个人信息情况如下：\n\n{{words}}" + objectZH,
		"We have dealt with it under Article 45 of the Personal Information Protection Law. This is what we process about you:\n\n{{words}}" + objectEN},
	{AnswerLetter, Copy, "复制个人信息请求答复（{{number}}）", "The copy of your personal information ({{number}})",
		"我们已依据《个人信息保护法》第四十五条办理完毕，向您提供个人信息副本：\n\n{{words}}\n\n副本含有您的个人信息，请妥善保管。" + objectZH,
		"We have dealt with it under Article 45 of the Personal Information Protection Law, and give you a copy of your personal information:\n\n{{words}}\n\nThe copy holds your personal information. Please keep it safe." + objectEN},
	{AnswerLetter, Correct, "更正、补充个人信息请求答复（{{number}}）", "Your personal information was corrected ({{number}})",
		"我们已依据《个人信息保护法》第四十六条核实，并已更正、补充：\n\n{{words}}" + objectZH,
		"We verified it under Article 46 of the Personal Information Protection Law, and corrected or supplemented your information:\n\n{{words}}" + objectEN},
	{AnswerLetter, Delete, "删除个人信息请求答复（{{number}}）", "Your personal information was deleted ({{number}})",
		"我们已依据《个人信息保护法》第四十七条办理删除：\n\n{{words}}" + objectZH,
		"We deleted it under Article 47 of the Personal Information Protection Law:\n\n{{words}}" + objectEN},
	{AnswerLetter, Withdraw, "撤回同意请求答复（{{number}}）", "Your consent is withdrawn ({{number}})",
		"我们已依据《个人信息保护法》第十五条办理，不再基于您的同意处理相关个人信息：\n\n{{words}}\n\n撤回同意不影响撤回前基于您的同意已进行的处理活动的效力。" + objectZH,
		"Under Article 15 of the Personal Information Protection Law we no longer process your information on the ground of your consent:\n\n{{words}}\n\nWhat was done on that ground before remains lawful." + objectEN},
	{AnswerLetter, Transfer, "转移个人信息请求答复（{{number}}）", "The transfer of your personal information ({{number}})",
		"我们已依据《个人信息保护法》第四十五条提供转移途径：\n\n{{words}}" + objectZH,
		"Under Article 45 of the Personal Information Protection Law, this is how your information is transferred:\n\n{{words}}" + objectEN},
	{AnswerLetter, Explain, "个人信息处理规则说明（{{number}}）", "How we process personal information ({{number}})",
		"我们依据《个人信息保护法》第四十八条，就个人信息处理规则向您解释说明如下：\n\n{{words}}" + objectZH,
		"Under Article 48 of the Personal Information Protection Law, we explain our rules of processing:\n\n{{words}}" + objectEN},
	{AnswerLetter, CloseAccount, "注销账号请求答复（{{number}}）", "Your account is closed ({{number}})",
		"我们已为您办理账号注销：\n\n{{words}}" + objectZH,
		"We have closed your account:\n\n{{words}}" + objectEN},
	{RefusalLetter, "", "不予办理的决定及理由（{{number}}）", "We cannot do what you ask ({{number}})",
		"经审查，我们无法按您的请求办理。现依据《个人信息保护法》第五十条说明理由：\n\n{{reason}}\n\n依据：{{source}}\n\n{{words}}" + objectZH,
		"We looked into it, and cannot do what you ask. Under Article 50 of the Personal Information Protection Law we tell you why:\n\n{{reason}}\n\nProvision: {{source}}\n\n{{words}}" + objectEN},
	{ClosingLetter, "", "个人信息请求办结通知（{{number}}）", "Your request is closed ({{number}})",
		"现因{{reason}}予以办结：\n\n{{words}}\n\n您可以随时重新提出请求。" + objectZH,
		"We close it, because {{reason}}:\n\n{{words}}\n\nYou can ask again at any time." + objectEN},
}

// firstTemplates are the first versions in both languages.
func firstTemplates() []Template {
	out := make([]Template, 0, 2*len(firstLetters))
	for _, l := range firstLetters {
		out = append(out,
			Template{Purpose: l.purpose, Kind: l.kind, Language: "zh-CN", Subject: l.titleZH, Body: openZH + l.zh + closeZH},
			Template{Purpose: l.purpose, Kind: l.kind, Language: "en", Subject: l.titleEN, Body: openEN + l.en + closeEN})
	}
	return out
}

// TemplateSample fills a template with what stands for a person's own words,
// to show how it reads.
func TemplateSample(t Template) Written {
	zh := map[string]string{"number": "R-2026-XXXX", "name": "（姓名）", "organisation": "（本单位）", "service": "（服务名称）", "received": "（收到日期）", "due": "（期限届满日）",
		"today": "（发函日期）", "words": "（本案的具体说明）", "reason": "（法定理由）", "source": "（法律依据）", "complain": "（申诉、投诉和起诉途径）"}
	en := map[string]string{"number": "R-2026-XXXX", "name": "(name)", "organisation": "(organisation)", "service": "(service)", "received": "(date of receipt)", "due": "(last day)",
		"today": "(date of the letter)", "words": "(what is said in this case)", "reason": "(reason)", "source": "(provision)", "complain": "(how to complain or sue)"}
	terms := zh
	if t.Language == "en" {
		terms = en
	}
	terms["kind"] = kindWords(Delete, t.Language)
	if t.Kind != "" {
		terms["kind"] = kindWords(t.Kind, t.Language)
	}
	return Written{Subject: strings.TrimSpace(fillIn(t.Subject, terms)), Body: fillIn(t.Body, terms)}
}
