package request

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"hegui/internal/actor"
	"hegui/internal/audit"
	"hegui/internal/file"
	"hegui/internal/problem"
)

// Filing files a monthly statement as evidence on requirements of its service,
// inside the transaction that records it, and gives the id of the evidence;
// none when there is nothing to file it on, or nobody who vouches for it. lead
// is the account of the lead, or none.
type Filing func(tx *gorm.DB, lead string, st Statement, requirements []string, staged *file.Staged) (evidence string, events []audit.Event, err error)

// FilesWith takes how statements are filed. For wiring.
func (s *Service) FilesWith(f Filing) { s.filing = f }

// monthsBack is how many months the statements reach back when the program
// did not run.
const monthsBack = 12

// MakeStatements makes the statements that are missing: of each month that is
// over, about each service in which something happened.
func (s *Service) MakeStatements(ctx context.Context) error {
	this := monthOf(s.Today())
	first := this
	for range monthsBack {
		first = monthBefore(first)
	}
	var wanted []struct{ Month, ServiceID string }
	err := s.ledger.Read(ctx).Raw(`SELECT DISTINCT t.month, t.service_id FROM request_tally AS t
		WHERE t.month >= ? AND t.month < ? AND t.service_id <> '' AND t.n <> 0
		AND NOT EXISTS (SELECT 1 FROM request_statement AS s WHERE s.month = t.month AND s.service_id = t.service_id)
		ORDER BY t.month, t.service_id LIMIT 500`, first, this).Scan(&wanted).Error
	if err != nil {
		return fmt.Errorf("look for missing statements: %w", err)
	}
	for _, w := range wanted {
		if err := s.state(ctx, w.Month, w.ServiceID); err != nil {
			return fmt.Errorf("statement of %s: %w", w.Month, err)
		}
	}
	return nil
}

func monthBefore(m string) string { return monthOf(dayIn(m).Add(-1)) }

// state makes one statement and files it.
func (s *Service) state(ctx context.Context, month, service string) error {
	q := s.ledger.Read(ctx).Where("month = ? AND service_id = ?", month, service)
	f, err := figures(q, month, month)
	if err != nil {
		return err
	}
	book, err := bookIn(s.ledger.Read(ctx))
	if err != nil {
		return err
	}
	st := Statement{ID: s.ledger.NewID(), Month: month, ServiceID: service, Figures: f, CreatedAt: s.ledger.Now()}
	staged, err := s.files.Receive(ctx, strings.NewReader(book.statementText(st)))
	if err != nil {
		return err
	}
	err = s.ledger.Write(ctx, actor.System("statement"), func(tx *gorm.DB) (events []audit.Event, err error) {
		if s.filing != nil && len(book.setting.Requirements) > 0 {
			if st.EvidenceID, events, err = s.filing(tx, book.setting.LeadID, st, book.setting.Requirements, staged); err != nil {
				return nil, fmt.Errorf("file statement: %w", err)
			}
		}
		if err := tx.Create(&st).Error; err != nil {
			return nil, fmt.Errorf("create statement: %w", err)
		}
		return append(events, audit.Event{Action: "request_statement.made", Object: object("request_statement", st.ID), Service: service, Label: month, Rows: []any{&st}}), nil
	})
	if err != nil {
		staged.Undone()
	}
	s.files.Drop(ctx, staged)
	return err
}

// Statements lists the statements about a service, or all, newest first.
func (s *Service) Statements(ctx context.Context, by actor.Actor, service string, limit int) (list []Statement, err error) {
	if !by.May(actor.RequestFigures) {
		return nil, problem.New(problem.Forbidden, "error.role")
	}
	q := scope(s.ledger.Read(ctx), by)
	if service != "" {
		q = q.Where("service_id = ?", service)
	}
	if err := q.Order("month DESC, service_id").Limit(limit).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("list statements: %w", err)
	}
	return list, nil
}

// kindNames are the kinds in the two languages of a statement, which is kept
// as a document and not translated for who reads it.
var kindNames = map[Kind][2]string{
	Access: {"查阅", "Access"}, Copy: {"复制", "Copy"}, Correct: {"更正、补充", "Correct or supplement"}, Delete: {"删除", "Delete"},
	Withdraw: {"撤回同意", "Withdraw consent"}, Transfer: {"转移", "Transfer"}, Explain: {"解释说明", "Explain processing rules"},
	CloseAccount: {"注销账号", "Close the account"},
}

// statementText puts a statement into words, first in Chinese, then in
// English. It names no person.
func (b ruleBook) statementText(st Statement) string {
	var zh, en strings.Builder
	f, c := st.Figures, st.Figures.Counts
	fmt.Fprintf(&zh, "个人信息权利请求月度报表（%s）\n\n收到 %d 件，答复 %d 件，拒绝 %d 件，未作决定即结束 %d 件。\n", st.Month, c.Received, c.Answered, c.Refused, c.Closed)
	fmt.Fprintf(&en, "Monthly statement on personal data requests (%s)\n\nReceived %d, answered %d, refused %d, closed without a decision %d.\n", st.Month, c.Received, c.Answered, c.Refused, c.Closed)
	if share, ok := c.Permille(); ok {
		fmt.Fprintf(&zh, "按期作出答复或拒绝 %d 件，逾期 %d 件，按期率 %d.%d%%。办理用时中位数 %d 天，第 95 百分位 %d 天。\n", c.InTime, c.Late, share/10, share%10, f.Median, f.P95)
		fmt.Fprintf(&en, "Answered or refused in time %d, late %d, in time %d.%d%%. Median %d days, 95th percentile %d days.\n", c.InTime, c.Late, share/10, share%10, f.Median, f.P95)
	}
	for _, k := range Kinds {
		if n := f.Kinds[k]; n != (Counts{}) {
			fmt.Fprintf(&zh, "· %s：收到 %d，答复 %d，拒绝 %d，逾期 %d\n", kindNames[k][0], n.Received, n.Answered, n.Refused, n.Late)
			fmt.Fprintf(&en, "· %s: received %d, answered %d, refused %d, late %d\n", kindNames[k][1], n.Received, n.Answered, n.Refused, n.Late)
		}
	}
	for _, r := range b.refusals {
		if n := f.Refusals[r.ID]; n > 0 {
			fmt.Fprintf(&zh, "· 拒绝理由“%s”：%d\n", r.TitleZH, n)
			fmt.Fprintf(&en, "· Refused because \"%s\": %d\n", r.TitleEN, n)
		}
	}
	zh.WriteString("\n数值由系统按请求记录汇总，不含个人信息。\n\n")
	en.WriteString("\nThe figures are added up from the records of requests. They hold no personal data.\n")
	return zh.String() + en.String()
}
