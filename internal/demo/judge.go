package demo

import (
	"context"
	"fmt"
	"time"

	"hegui/internal/checklist"
	"hegui/internal/regulation"
)

func (s *story) judge(ctx context.Context, p *plan) (err error) {
	title := s.say(text{p.req.Title.ZH, p.req.Title.EN})
	change := checklist.Change{}
	switch p.fate {
	case untouched:
		return nil
	case begun:
		return s.ask(ctx, p)
	case proven, lapsed:
		change.Status = new(checklist.Compliant)
		change.Conclusion = new(fmt.Sprintf(s.say(text{"已逐项核对“%s”，材料齐全并与现行做法一致，结论为符合。",
			"“%s” was checked item by item; the material is complete and matches present practice. Compliant."}), title))
	case partly:
		change.Status = new(checklist.PartlyCompliant)
		change.Conclusion = new(fmt.Sprintf(s.say(text{"“%s”已有制度，但抽查发现执行记录不完整，须补齐后复核。",
			"There is a rule for “%s”, but records of its use are incomplete; to be completed and checked again."}), title))
	case failing:
		change.Status = new(checklist.NonCompliant)
		change.Conclusion = new(fmt.Sprintf(s.say(text{"“%s”尚未落实，已列入整改。", "“%s” is not in place; remediation has been ordered."}), title))
	case waived:
		change.Status = new(checklist.NotApplicable)
		change.Justification = new(s.say(text{"本服务不具备该项所指的功能，已由产品负责人书面确认；功能变化时重新认定。",
			"The service lacks the function this is about, as the product owner confirmed in writing; to be decided anew when that changes."}))
	}
	p.row, err = s.app.Checklist.Assess(ctx, s.actors["officer"], p.row.ID, p.row.Version, change)
	if err != nil || p.fate != partly && p.fate != failing {
		return err
	}
	return s.remedy(ctx, p)
}

// remedy orders what has to be done; a third of the tasks of things partly in
// place are finished, all others are open, some of them late.
func (s *story) remedy(ctx context.Context, p *plan) error {
	due := max(s.today().Add(12), s.end.Add(s.chance.IntN(40)-8))
	task, err := s.app.Checklist.AddTask(ctx, s.actors["officer"], p.row.ID, checklist.TaskInput{
		Title: s.say(text{"补齐执行记录并提交复核", "Complete the records and hand them in for a second check"}),
		Owner: s.owner(p.req).ID, Due: due,
		Note: s.say(text{p.req.Guidance.ZH, p.req.Guidance.EN}),
	})
	if err != nil || p.fate != partly || s.chance.IntN(3) > 0 {
		return err
	}
	s.clock.pass(50 * time.Minute)
	_, err = s.app.Checklist.FinishTask(ctx, s.owner(p.req), task.ID, task.Version, s.say(text{"已补齐近三个月记录。", "The records of the last three months are complete."}))
	return err
}

// ask is a question to whoever owes the work.
func (s *story) ask(ctx context.Context, p *plan) error {
	if s.chance.IntN(3) > 0 {
		return nil
	}
	owner := s.owner(p.req)
	_, err := s.app.Checklist.Say(ctx, s.actors["officer2"], p.row.ID, fmt.Sprintf(s.say(text{
		"@%s 请说明进展，预计何时可以提交材料？", "@%s how is this coming along, and when can you hand in the material?"}), owner.Name), owner.ID)
	if err != nil || s.chance.IntN(2) == 0 || owner.ID == s.actors["officer2"].ID {
		return err
	}
	s.clock.pass(90 * time.Minute)
	_, err = s.app.Checklist.Say(ctx, owner, p.row.ID, s.say(text{"供应商材料本周到齐，周五前补交。", "The supplier delivers this week; you will have it by Friday."}))
	return err
}

// second is the second person's look: most proposals are approved, a few come
// back, and those of the last weeks still wait.
func (s *story) second(ctx context.Context, p *plan) (err error) {
	if !p.row.Pending() || p.week >= weeks-3 {
		return nil
	}
	by := s.actors["officer2"]
	if p.row.ProposedBy == by.ID {
		by = s.actors["officer"]
	}
	if s.chance.IntN(14) == 0 {
		p.row, err = s.app.Checklist.Return(ctx, by, p.row.ID, p.row.Version, s.say(text{
			"结论没有说明抽查范围，请补充样本数量和日期。", "The conclusion does not say what was sampled; add how many and when."}))
		return err
	}
	p.row, err = s.app.Checklist.Approve(ctx, by, p.row.ID, p.row.Version, "")
	return err
}

// lastDays is how many days before the end the last things happen.
const lastDays = 4

// finish makes the present interesting: reviews that were done again, a
// broken control, a scope that changed.
func (s *story) finish(ctx context.Context) error {
	officer := s.actors["officer"]
	if err := s.nights(ctx, s.end.Add(-lastDays)); err != nil {
		return err
	}
	s.clock.at(s.end.Add(-lastDays), 10, 0)
	rows, err := s.app.Checklist.Rows(ctx, officer, s.chat.ID)
	if err != nil {
		return err
	}
	again := 0
	for _, row := range rows {
		if !row.ReviewOverdue(s.today()) || row.Pending() || !row.Status.Concluded() {
			continue
		}
		if again++; again%3 == 0 {
			continue // some reviews stay overdue
		}
		s.clock.pass(6 * time.Minute)
		if _, err := s.app.Checklist.Reaffirm(ctx, officer, row.ID, row.Version, s.say(text{"定期复核：无变化。", "Periodic review: nothing has changed."})); err != nil {
			return err
		}
	}
	if err := s.nights(ctx, s.end.Add(-2)); err != nil {
		return err
	}
	if err := s.breakSomething(ctx); err != nil {
		return err
	}
	return s.nights(ctx, s.end)
}

// breakSomething finds that a critical control no longer works.
func (s *story) breakSomething(ctx context.Context) error {
	rows, err := s.app.Checklist.Rows(ctx, s.actors["officer2"], s.chat.ID)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.Article != 14 || row.Severity != regulation.Critical || row.Status != checklist.Compliant || row.Pending() {
			continue
		}
		s.clock.at(s.end.Add(-2), 16, 40)
		broken, err := s.app.Checklist.Assess(ctx, s.actors["officer2"], row.ID, row.Version, checklist.Change{
			Status: new(checklist.NonCompliant), Due: new(s.end.Add(3)),
			Conclusion: new(s.say(text{"抽查发现处置时限告警失效两天，期间三起违法内容未在规定时限内处置，已启动整改。",
				"A spot check found that the alarm for handling times had been dead for two days; three pieces of illegal content were handled late. Remediation has begun."}))})
		if err != nil {
			return err
		}
		_, err = s.app.Checklist.AddTask(ctx, s.actors["officer2"], broken.ID, checklist.TaskInput{
			Title: s.say(text{"修复告警并补报三起处置", "Repair the alarm and report the three cases"}), Owner: s.actors["content"].ID, Due: s.end.Add(1)})
		return err
	}
	return nil
}
