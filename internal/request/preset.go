package request

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/regulation"
	"hegui/internal/request/clock"
)

// The figures that rules are preset from. The law says "in good time"; a
// recommended standard and a rule on apps give numbers.
const (
	standardDays = "GBT35273:dsr_response_days"
	appDays      = "APPRULE-2019:dsr_response_working_days"
	closingDays  = "GBT35273:account_cancellation_working_days"
)

// preset is where a rule starts from. days stands in when the catalogue has no
// such figure.
type preset struct {
	kind     Kind
	figure   string
	days     int64
	unit     clock.Unit
	identity Level
}

var presets = []preset{
	{Access, standardDays, 30, clock.Calendar, ByCode},
	{Copy, standardDays, 30, clock.Calendar, ByCode},
	{Correct, appDays, 15, clock.Working, ByCode},
	{Delete, appDays, 15, clock.Working, ByCode},
	{Withdraw, standardDays, 30, clock.Calendar, ByCode},
	{Transfer, standardDays, 30, clock.Calendar, ByCode},
	{Explain, standardDays, 30, clock.Calendar, NoCheck},
	{CloseAccount, closingDays, 15, clock.Working, ByCode},
}

// What rules start from besides: the organisation's own choices, to be
// confirmed by it.
const (
	presetExtension = 15
	presetReminder  = 5
	presetProof     = 30
	presetRetention = 1095 // three years, as PIPL Article 56 has it for records of processing
)

// rule makes the preset's rule, with the value of its figure.
func (p preset) rule(c *regulation.Catalogue) Rule {
	r := Rule{Kind: p.kind, Days: p.days, Unit: p.unit, Starts: clock.AtIntake, ExtensionDays: presetExtension, RemindDays: presetReminder,
		IdentityLevel: p.identity, ProofDays: presetProof, RetentionDays: presetRetention}
	fig, ok := c.Figure(p.figure)
	if !ok {
		return r
	}
	r.FigureKey, r.Verified = fig.Key, fig.Verified
	n, ok := fig.Value.Number()
	if !ok || n < 1 || n > MaxDays {
		return r
	}
	switch fig.Unit {
	case regulation.WorkingDays:
		r.Days, r.Unit = int64(n), clock.Working
	case regulation.Days:
		r.Days, r.Unit = int64(n), clock.Calendar
	}
	return r
}

// firstRefusals are the reasons that the law gives, in our words.
var firstRefusals = []Refusal{
	{Code: "secrecy", Kinds: []Kind{Access, Copy, Transfer},
		TitleZH: "法律、行政法规规定应当保密或者不需要告知", TitleEN: "Secrecy required by law, or no duty to tell",
		TextZH:   "您请求的信息属于法律、行政法规规定应当保密或者不需要告知的情形，因此我们不能向您提供。",
		TextEN:   "What you ask for has to be kept secret under laws or administrative regulations, or they say that it need not be told. We cannot give it to you.",
		SourceZH: "《个人信息保护法》第四十五条第一款、第十八条第一款", SourceEN: "PIPL Art. 45(1), Art. 18(1)", Verified: true},
	{Code: "state_organ", Kinds: []Kind{Access, Copy, Transfer},
		TitleZH: "告知会妨碍国家机关履行法定职责", TitleEN: "Telling would impede a state organ's statutory duties",
		TextZH:   "向您提供该信息会妨碍国家机关履行法定职责，因此我们目前不能提供。",
		TextEN:   "Telling you would impede a state organ in its statutory duties. We cannot do so at present.",
		SourceZH: "《个人信息保护法》第四十五条第一款、第三十五条", SourceEN: "PIPL Art. 45(1), Art. 35", Verified: true},
	{Code: "retention_period", Kinds: []Kind{Delete, CloseAccount},
		TitleZH: "法律、行政法规规定的保存期限未届满", TitleEN: "A retention period set by law has not ended",
		TextZH:   "法律、行政法规规定的保存期限尚未届满。除存储和采取必要的安全保护措施外，我们已停止处理该信息，期限届满后将予删除。",
		TextEN:   "A retention period set by laws or administrative regulations has not ended. We have stopped all processing but storage and protection, and will delete the information when it has.",
		SourceZH: "《个人信息保护法》第四十七条第二款", SourceEN: "PIPL Art. 47(2)", Verified: true},
	{Code: "technically_hard", Kinds: []Kind{Delete},
		TitleZH: "删除从技术上难以实现", TitleEN: "Deletion is technically hard to achieve",
		TextZH:   "删除该信息从技术上难以实现。除存储和采取必要的安全保护措施外，我们已停止处理该信息。",
		TextEN:   "Deletion is technically hard to achieve. We have stopped all processing but storage and protection.",
		SourceZH: "《个人信息保护法》第四十七条第二款", SourceEN: "PIPL Art. 47(2)", Verified: true},
	{Code: "no_ground", Kinds: []Kind{Delete},
		TitleZH: "不属于应当删除的情形", TitleEN: "None of the cases of deletion applies",
		TextZH:   "经核查，您请求删除的信息不属于法律规定应当删除的情形，处理该信息仍有合法依据。",
		TextEN:   "We looked into it: none of the cases in which the law asks for deletion applies, and there still is a legal basis for the processing.",
		SourceZH: "《个人信息保护法》第四十七条第一款、第十三条", SourceEN: "PIPL Art. 47(1), Art. 13", Verified: true},
	{Code: "accurate", Kinds: []Kind{Correct},
		TitleZH: "经核实，信息准确、完整", TitleEN: "Found accurate and complete",
		TextZH:   "我们已核实您请求更正、补充的信息，认为其准确、完整。如您有新的证明材料，可以随时再次提出请求。",
		TextEN:   "We verified what you ask to have corrected or supplemented and found it accurate and complete. You can ask again whenever you have something new to show.",
		SourceZH: "《个人信息保护法》第四十六条第二款", SourceEN: "PIPL Art. 46(2)", Verified: true},
	{Code: "transfer_conditions", Kinds: []Kind{Transfer},
		TitleZH: "不符合转移个人信息的条件", TitleEN: "The conditions of a transfer are not met",
		TextZH:   "您的请求不符合国家网信部门和行政法规规定的转移条件。您仍可以请求查阅、复制您的个人信息。",
		TextEN:   "The conditions that the regulations set for a transfer are not met. You may still ask to see or to copy your information.",
		SourceZH: "《个人信息保护法》第四十五条第三款；《网络数据安全管理条例》第二十五条", SourceEN: "PIPL Art. 45(3); Network Data Security Regulations Art. 25", Verified: true},
	{Code: "of_others", Kinds: []Kind{},
		TitleZH: "涉及他人的个人信息或者合法权益", TitleEN: "Information or lawful interests of others",
		TextZH:   "您请求的信息涉及他人的个人信息或者合法权益，无法在不损害他人的前提下提供。",
		TextEN:   "What you ask for contains information of others, and cannot be given without harming them.",
		SourceZH: "由本单位依法判断，请核对适用条款", SourceEN: "The organisation's own judgement; check which provision applies", Verified: false},
	{Code: "repeated", Kinds: []Kind{},
		TitleZH: "合理期间内重复提出且没有新的事实", TitleEN: "Repeated within a short time, with nothing new",
		TextZH:   "您在合理期间内就同一事项重复提出请求，且没有新的事实或者理由。此前的处理结果仍然有效。",
		TextEN:   "You asked the same again within a short time and gave no new facts. What we answered before still holds.",
		SourceZH: "由本单位依法判断，请核对适用条款", SourceEN: "The organisation's own judgement; check which provision applies", Verified: false},
}

// How to complain, where the law gives the ways.
const (
	firstComplainZH = "如果您不同意上述处理结果，可以向本单位个人信息保护负责人申诉，也可以向履行个人信息保护职责的部门投诉、举报，或者依法向人民法院提起诉讼（《个人信息保护法》第五十条、第六十五条）。"
	firstComplainEN = "If you disagree, you can turn to our personal information protection officer, complain to the departments charged with personal information protection, or sue in a people's court (PIPL Art. 50, Art. 65)."
)

// firstRequirements are the requirements of Article 11 that the monthly
// statements prove: answers in time, reasons for refusals, a ledger with
var firstRequirements = []string{"IM-11-12", "IM-11-15", "IM-11-16"}

// settingID is the id of the one setting.
const settingID = "requests"

// Ensure writes what every installation starts with, once.
func (s *Service) Ensure(ctx context.Context) error {
	if err := s.ensureTemplates(ctx); err != nil {
		return err
	}
	b, err := bookIn(s.ledger.Read(ctx))
	if err != nil || b.setting.ID != "" {
		return err
	}
	by, c := actor.System("setup"), s.catalogue(ctx)
	err = s.ledger.Write(ctx, by, func(tx *gorm.DB) ([]audit.Event, error) {
		b, err := bookIn(tx)
		if err != nil {
			return nil, err
		}
		if b.setting.ID != "" {
			return nil, errThere
		}
		return s.first(tx, by, c)
	})
	if err == errThere { //nolint:errorlint // our own value, never wrapped
		return nil
	}
	return err
}

// errThere ends a transaction that another node was ahead of.
var errThere = fmt.Errorf("request: set up already")

func (s *Service) first(tx *gorm.DB, by actor.Actor, c *regulation.Catalogue) ([]audit.Event, error) {
	now := s.ledger.Now()
	set := Setting{ID: settingID, ComplainZH: firstComplainZH, ComplainEN: firstComplainEN, CalendarVersion: 1, Requirements: firstRequirements,
		ChangedBy: by.ID, ChangedAt: now, Version: 1}
	if err := tx.Create(&set).Error; err != nil {
		return nil, fmt.Errorf("set up requests: %w", err)
	}
	events := []audit.Event{settingEvent("set_up", &set)}
	for _, p := range presets {
		r := p.rule(c)
		r.ID, r.ChangedBy, r.ChangedAt, r.Version = s.ledger.NewID(), by.ID, now, 1
		if err := tx.Create(&r).Error; err != nil {
			return nil, fmt.Errorf("preset rule: %w", err)
		}
		events[0].Rows = append(events[0].Rows, &r)
	}
	for n, one := range firstRefusals {
		one.ID, one.Active, one.Position, one.ChangedBy, one.ChangedAt, one.Version = s.ledger.NewID(), true, int64(n+1), by.ID, now, 1
		if err := tx.Create(&one).Error; err != nil {
			return nil, fmt.Errorf("preset reason: %w", err)
		}
		events[0].Rows = append(events[0].Rows, &one)
	}
	return events, nil
}

func settingEvent(action string, s *Setting) audit.Event {
	return audit.Event{Action: "request_setting." + action, Object: object("request_setting", s.ID), Rows: []any{s}}
}
